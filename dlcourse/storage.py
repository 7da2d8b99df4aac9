"""Arrays in .npz files, there whole or not at all, and what tells whether they are of the same thing."""

from __future__ import annotations

import hashlib
import inspect
import io
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.course.files import write_whole


def write_npz(path: str | os.PathLike[str], arrays: Mapping[str, ArrayLike]) -> None:
    """Write arrays beside the file, then rename: a crash leaves the old file or the new. Beside the lessons.

    Args:
        path: the file; its name stays as it is, also without .npz.
        arrays: by name, of any shapes; no objects.

    Raises:
        OSError: where the folder cannot be written to.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_npz(f"{folder}/a.npz", {"a": np.arange(2)})
    ...     read_npz(f"{folder}/a.npz")
    {'a': array([0, 1])}
    """
    content = io.BytesIO()
    np.savez(content, **arrays)  # type: ignore[arg-type]  # NumPy's stubs see in a name also allow_pickle
    write_whole(Path(path), content.getvalue(), durable=True)


def read_npz(path: str | os.PathLike[str]) -> dict[str, NDArray[Any]]:
    """The arrays of an .npz file; nothing in it can run code: see `write_npz`. Beside the lessons.

    Args:
        path: the file.

    Returns:
        The arrays by name.

    Raises:
        ValueError: where the file is not a whole .npz of plain arrays.
        FileNotFoundError: where there is none.

    >>> read_npz("nowhere.npz")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    FileNotFoundError:
    """
    with open(path, "rb") as file:
        content = io.BytesIO(file.read())
    try:
        with np.load(content, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except Exception as error:  # damaged bytes make zipfile and NumPy raise errors of a dozen kinds
        raise ValueError(f"{os.fspath(path)} is not a whole .npz file of plain arrays: {error}") from None


def fingerprint(array: ArrayLike) -> str:
    """An array's shape, dtype and content in one short line. Beside the lessons.

    It is the same in every process and on every machine. About a gigabyte a second.

    Args:
        array: any shape and dtype, but for objects.

    Returns:
        Three words.

    >>> fingerprint([1.0, 2.0])
    '(2,) float64 2bc1933bf39751c1'
    """
    array = np.ascontiguousarray(array).reshape(np.shape(array))
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    digest = hashlib.blake2b(array.data if array.size else b"", digest_size=8).hexdigest()
    return f"{array.shape} {array.dtype.name} {digest}"


def described(thing: object, depth: int = 6) -> Any:
    """What a setting is, as JSON holds it, and alike from one process to the next. Beside the lessons.

    Numbers and text are themselves, arrays their `fingerprint`. A function is its name, the fractions written
    in it, and the numbers, text and functions that it encloses: enough to tell most functions apart, not all.
    One that wraps another, and says so by `functools.wraps`, is the other. Any other object is its class and
    what that takes, as its attributes of those names say.

    Args:
        thing: a setting of a layer or of an optimizer, a loss, a penalty.
        depth: how far to follow what things hold; beyond, they are their class.

    Returns:
        Numbers, text and None, in lists and dictionaries.

    >>> described({"rate": np.float64(0.1), "loss": partial(round, ndigits=2)})
    {'rate': 0.1, 'loss': {'function': 'builtins.round', 'keywords': {'ndigits': 2}}}
    """
    each = partial(described, depth=depth - 1)
    match thing:
        case np.generic() | np.ndarray():
            return fingerprint(thing) if thing.ndim else thing.item()
        case None | bool() | int() | float() | str():
            return thing
        case _ if depth == 0:
            return _name(type(thing))
        case Mapping():
            return {str(name): each(value) for name, value in thing.items()}
        case list() | tuple():
            return [each(part) for part in thing]
        case slice():
            return [thing.start, thing.stop, thing.step]
        case partial():
            given = {"arguments": each(thing.args), "keywords": each(thing.keywords)}
            return each(thing.func) | {name: value for name, value in given.items() if value}
        case MethodType():
            return {"function": _name(thing), "of": each(thing.__self__)}
        case FunctionType() if hasattr(thing, "__wrapped__"):
            return each(inspect.unwrap(thing))
        case FunctionType() | BuiltinFunctionType() | np.ufunc() | type():
            return {"function": _name(thing), **_inside(thing, each)}
    return {"class": _name(type(thing)), **{name: each(value) for name, value in _taken(thing).items()}}


def differences(there: object, here: object) -> str:
    """Where two descriptions differ, the first three places, or "" where they do not. Beside the lessons.

    Args:
        there: what a file says, as `described` and JSON leave it.
        here: what is so now, likewise.

    Returns:
        One line.

    >>> differences({"eps": 0.1, "n": 4}, {"eps": 0.2, "n": 4})
    'eps is 0.1 there, 0.2 here'
    """
    old, new = dict(_leaves(there)), dict(_leaves(here))
    places = [place for place in old | new if old.get(place) != new.get(place)]
    told = [f"{place} is {old.get(place)} there, {new.get(place)} here" for place in places[:3]]
    return "; ".join(told + ["…"] * (len(places) > 3))


def _leaves(tree: object, path: str = "") -> Iterator[tuple[str, object]]:
    match tree:
        case dict():
            parts = list(tree.items())
        case list():
            parts = list(enumerate(tree))
        case _:
            yield path, tree
            return
    yield path, type(tree).__name__
    for name, part in parts:
        yield from _leaves(part, f"{path}.{name}" if path else str(name))


def _inside(function: object, described: Callable[[object], Any]) -> dict[str, Any]:
    """What tells functions of one name apart; not what changes while they are used, as a list may."""
    if not isinstance(function, FunctionType):
        return {}
    enclosed = [cell.cell_contents for cell in function.__closure__ or ()]
    settings = [*enclosed, *(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    kept = [described(one) if isinstance(one, _SETTINGS) else _name(type(one)) for one in settings]
    fractions = [number for number in function.__code__.co_consts if isinstance(number, float)]
    return {name: value for name, value in (("with", kept), ("fractions", fractions)) if value}


_SETTINGS = (type(None), bool, int, float, str, tuple, partial, FunctionType)


def _taken(thing: object) -> dict[str, object]:
    attributes = getattr(thing, "__dict__", {})
    names = inspect.signature(type(thing)).parameters if attributes else ()
    return {name: value for name, value in attributes.items() if name.strip("_") in names}


def _name(thing: Any) -> str:
    return f"{thing.__module__}.{getattr(thing, '__qualname__', thing.__name__)}"
