"""Whether an outcome is the expected one and, if not, what to say about it in a few words.

What is said are phrases, in any language once they come to be shown.

Run these under `np.errstate(all="ignore")`: they subtract infinities.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np

from dlcourse.course.language import Phrase, marked, maybe_ours, phrase
from dlcourse.exercises.engine.calls import Outcome, encode_value
from dlcourse.exercises.engine.wording import SHOWN, counted, distinct, joined, number, plain, short

TOLERANCES = {"float64": 1e-9, "float32": 1e-5, "float16": 1e-2}  # × max(1, largest finite expected entry)
_COARSE = {np.dtype(name): TOLERANCES[name] for name in ("float32", "float16")}  # a dtype's name takes long


class Terms(msgspec.Struct, frozen=True):
    """How strictly one call is judged, and what its parts are called."""

    tolerance: float = TOLERANCES["float64"]
    no_warnings: bool = False
    traced: bool = False
    integers: bool = False
    names: tuple[str, ...] = ()  # of the arguments, by position
    parts: tuple[str, ...] = ()  # of a result that is a tuple
    first: Any = None  # the first argument, to say which of its entries a wrong one comes from


class Complaint(msgspec.Struct, frozen=True):
    """What is wrong with one outcome: `text` goes on after "f(x) "."""

    kind: str
    text: str


def complaint(expected: Outcome, got: Outcome, terms: Terms) -> Complaint | None:
    """None where `got` is right."""
    if expected.kind == "raised":
        return _not_raised(expected, got)
    if got.kind != "returned":
        return Complaint(got.kind, _NO_VALUE[got.kind](got))
    wrong = _value(expected.value, got.value, terms)
    if wrong and got.value is None:
        return _none(got)
    return wrong or _side_effect(expected, got, terms)


def same(mistake: Outcome, got: Outcome, terms: Terms, fault: str = "") -> bool:
    """Whether `got` is what a known mistake gives.

    What a function does besides counts only where that is the `fault`, the kind of the complaint about `got`:
    a wrong value is explained by whoever gives it, even if one of the two prints or warns.
    """
    if (mistake.kind, mistake.type, mistake.message) != (got.kind, got.type, got.message):
        return False
    besides = {
        "changed": mistake.changed == got.changed,
        "warned": _warned(mistake) is not None,
        "none": bool(mistake.printed) == bool(got.printed),
    }
    if not besides.get(fault, True):
        return False
    if terms.traced and _trace(mistake, got, terms):
        return False
    if _are_floats(mistake.value, got.value) and not terms.integers:
        return _near(mistake.value, got.value, terms.tolerance)
    return agree(mistake.value, got.value, terms) or _identical(mistake.value, got.value)


def _are_floats(mistake: Any, got: Any) -> bool:
    """Arrays of them, of one shape: whether these are alike can be told without saying where they are not."""
    arrays = type(mistake) is np.ndarray and type(got) is np.ndarray
    return arrays and mistake.shape == got.shape and mistake.dtype.kind == got.dtype.kind == "f"


def agree(made: Any, got: Any, terms: Terms) -> bool:
    """Whether `got` would be right if `made`, which may be of any kind, were expected."""
    if _are_floats(made, got) and not terms.integers:
        return _near(made, got, terms.tolerance)
    if type(made) is type(got) is tuple and len(made) == len(got):
        return all(agree(one, other, terms) for one, other in zip(made, got, strict=True))
    try:
        return _value(made, got, terms) is None
    except Exception:  # an array of text or objects, a list that holds itself
        return False


def plainly_unlike(made: Any, got: Any, tolerance: float) -> bool:
    """Whether two outcomes with these values cannot be the same, as arrays tell without many words."""
    if type(made) is type(got) is tuple and len(made) == len(got):
        return any(plainly_unlike(one, other, tolerance) for one, other in zip(made, got, strict=True))
    if type(made) is not np.ndarray or type(got) is not np.ndarray:
        return False
    return made.shape != got.shape or (_are_floats(made, got) and not _near(made, got, tolerance))


def _near(expected: np.ndarray, array: np.ndarray, tolerance: float) -> bool:
    """Whether there are no errors: most arrays that are compared in vain are plainly others."""
    allowed = 1.01 * tolerance * _scale(expected)
    if expected.size and abs(array.item(0) - expected.item(0)) > allowed:
        return False
    furthest = np.fmax.reduce(np.abs(array - expected), axis=None, initial=0)
    return bool(furthest <= allowed) and _errors(expected, array, tolerance) is None


def _identical(mistake: Any, got: Any) -> bool:
    """For values that are never right, such as booleans, which `_value` turns away whatever is expected."""
    return encode_value(mistake) == encode_value(got)


# ---- outcomes without a value ----


def _not_raised(expected: Outcome, got: Outcome) -> Complaint | None:
    if got.kind == "returned":
        return Complaint(
            "value",
            phrase("returned {got}; it must raise {error}", got=short(got.value), error=expected.type),
        )
    if got.kind == "unsupported":
        return Complaint(
            "value",
            phrase(
                "returned a value of type {type}; it must raise {error}",
                type=plain(got.type),
                error=expected.type,
            ),
        )
    if got.kind != "raised":
        return Complaint(got.kind, _NO_VALUE[got.kind](got))
    if expected.type in got.kinds.split():
        return None
    text = phrase("{raised}; it must raise {error}", raised=_raised(got), error=expected.type)
    return Complaint("raised", text)


def _raised(got: Outcome) -> Phrase:
    """What it was, without what the message of an exception leaves unsaid."""
    source = phrase(", `{code}`", code=plain(got.source, 80)) if got.source else ""
    said = {
        "error": plain(got.type),
        "line": got.line,
        "source": source,
        "message": f": {_message(got)}" if got.message else "",
    }
    if not got.line:
        return phrase("raised {error}{source}{message}", **said)
    return phrase("raised {error} in line {line}{source}{message}", **said)


def _unsupported(got: Outcome) -> Phrase:
    due = _OF_OTHER_TYPES.get(got.message, phrase("return plain numbers, lists or NumPy arrays"))
    said = {"type": plain(got.type), "why": _message(got), "due": due}
    if not got.message:
        return phrase("returned a value of type {type}; {due}", **said)
    return phrase("returned a value of type {type} ({why}); {due}", **said)


_OF_OTHER_TYPES = {
    "of text": phrase("return a list of text"),
    "of object": phrase(
        "its rows differ in length, or are no numbers: return a list, or an array of numbers"
    ),
    "a subclass of ndarray": phrase("return a plain array: np.asarray(…)"),
}


def _too_slow(got: Outcome) -> Phrase:
    if not got.message:
        return phrase("did not finish; look for a loop without an end")
    return phrase("did not finish in {limit}; look for a loop without an end", limit=_message(got))


def _died(got: Outcome) -> Phrase:
    if not got.message:
        return phrase("ended its Python process")
    return phrase("ended its Python process ({why})", why=_message(got))


def _message(got: Outcome) -> str:
    """What an outcome says of itself; what has crossed a wire is plain text."""
    if isinstance(got.message, Phrase):
        return got.message
    text = plain(got.message)
    seconds = text.removesuffix(" seconds")
    if got.kind == "too slow" and seconds != text:
        return phrase("{number} seconds", number=seconds)
    return text if got.kind == "raised" else maybe_ours(text)


_OF_CALLS = [  # calls.py stands alone, and says these in English
    marked("nested too deeply"),
    marked("too large"),
    marked("without entries, and too large"),
    marked("too long"),
    marked("keys that are not strings"),
    marked("not valid Unicode"),
    marked("of text"),
    marked("of object"),
    marked("a subclass of ndarray"),
    marked("time"),
]


_NO_VALUE: dict[str, Callable[[Outcome], Phrase]] = {
    "raised": _raised,
    "unsupported": _unsupported,
    "not started": lambda got: phrase("raised NotImplementedError: this case is not written yet"),
    "signature": lambda got: phrase("could not be called: {error}", error=plain(got.message)),
    "not callable": lambda got: phrase(
        "could not be called: it is of type {type}, not a function", type=plain(got.type)
    ),
    "stopped": lambda got: phrase("did not finish: you stopped it"),
    "too slow": _too_slow,
    "died": _died,
}


def _none(got: Outcome) -> Complaint:
    if got.printed:
        return Complaint(
            "none",
            phrase(
                "printed “{text}” and returned None: write `return` instead of `print`",
                text=plain(got.printed, 40),
            ),
        )
    return Complaint("none", phrase("returned None: did you forget `return`?"))


# ---- what a function did besides ----


def _side_effect(expected: Outcome, got: Outcome, terms: Terms) -> Complaint | None:
    if got.changed:
        return _changed(got.changed[0], terms)
    if terms.no_warnings and (warned := _warned(got)):
        return warned
    return _trace(expected, got, terms) if terms.traced else None


def _changed(name: int | str, terms: Terms) -> Complaint:
    if isinstance(name, int):
        known = 0 <= name < len(terms.names)
        name = terms.names[name] if known else phrase("argument {number}", number=name + 1)
    text = phrase(
        "changed its argument `{name}`, which belongs to the caller: "
        "work on a copy, and write `a = a + b` rather than `a += b`",
        name=name if isinstance(name, Phrase) else plain(name, 40),
    )
    return Complaint("changed", text)


def _warned(got: Outcome) -> Complaint | None:
    for category, message in got.warnings:
        if category == "RuntimeWarning" and "overflow" in message:  # others, as of nan, are nobody's fault
            text = phrase("gave the right answer with a warning, “{warning}”", warning=plain(message, 80))
            return Complaint("warned", text)
    return None


def _trace(expected: Outcome, got: Outcome, terms: Terms) -> Complaint | None:
    due, made = len(expected.trace), len(got.trace)
    pairs = zip(expected.trace, got.trace, strict=False)
    for n, ((which, args), (which_got, args_got)) in enumerate(pairs, 1):
        if which != which_got or _value(args, args_got, Terms(terms.tolerance)):
            said = phrase(
                "called its function with {got} in call {number}; expected {due}",
                got=_listed(args_got),
                number=n,
                due=_listed(args),
            )
            return Complaint("trace", said)
    if due != made:
        return Complaint(
            "trace",
            phrase(
                "called the function it was given {got}; expected {due}", got=_times(made), due=_times(due)
            ),
        )
    return None


def _listed(args: tuple[Any, ...]) -> str:
    return joined("", map(short, args)) if args else phrase("nothing")


def _times(n: int) -> str:
    return phrase("once") if n == 1 else phrase("{number} times", number=n)


# ---- values ----


def _value(expected: Any, got: Any, terms: Terms, path: str = "") -> Complaint | None:
    kind = type(expected)
    if kind is np.ndarray or kind in (float, int) or isinstance(expected, np.number):
        return _numbers(expected, got, terms, path)
    if kind in (list, tuple):
        return _sequence(expected, got, terms, path)
    if kind is dict:
        return _mapping(expected, got, terms, path)
    if kind in (bool, np.bool_):
        right = type(got) in (bool, np.bool_) and bool(got) == bool(expected)
    else:  # text, None
        right = type(got) is kind and got == expected
    return None if right else Complaint("value", _gave(short(got), short(expected), path))


def _gave(got: str, due: str, place: str) -> Phrase:
    """Of one value, or of what is at that place of the result."""
    if not place:
        return phrase("returned {got}; expected {due}", got=got, due=due)
    return phrase("gave {got} at {place}; expected {due}", got=got, due=due, place=place)


def _returned(got: str, due: str, part: str) -> Phrase:
    """Of a whole result, or of that part of it."""
    if not part:
        return phrase("returned {got}; expected {due}", got=got, due=due)
    return phrase("returned {got} as {part}; expected {due}", got=got, due=due, part=part)


def _numbers(expected: Any, got: Any, terms: Terms, path: str) -> Complaint | None:
    if _are_floats(expected, got) and not terms.integers:  # as mostly
        return _entries(expected, got, terms, path)
    expected, array = _as_array(expected), _as_numbers(got)
    if array is None:
        return _not_numbers(expected, got, path)
    if array.shape != expected.shape:
        return Complaint("shape", _returned(_what(got, array.shape), _shaped(expected.shape), path))
    if terms.integers and array.dtype.kind not in "iu":
        return _floats("`.astype(int)`" if array.ndim else "`int(…)`", path)
    return _entries(expected, array, terms, path)


def _floats(how: str, part: str) -> Complaint:
    if not part:
        return Complaint("type", phrase("returned floats; integers are due: say {how} or `//`", how=how))
    return Complaint(
        "type", phrase("returned floats as {part}; integers are due: say {how} or `//`", how=how, part=part)
    )


def _as_numbers(got: Any) -> np.ndarray | None:
    """The array that `got` is or makes; None where it is something else."""
    if not _all_numbers(got):
        return None
    try:
        return _as_array(got)
    except ValueError:  # rows of different lengths
        return None


def _as_array(numbers: Any) -> np.ndarray:
    array = np.asarray(numbers)
    return array.astype(float) if array.dtype.kind == "O" else array  # integers beyond 64 bits


def _all_numbers(got: Any) -> bool:
    if type(got) in (list, tuple):
        return all(map(_all_numbers, got))
    if isinstance(got, np.ndarray | np.generic):
        return got.dtype.kind in "iuf"
    return type(got) in (int, float)


def _not_numbers(expected: np.ndarray, got: Any, path: str) -> Complaint:
    due, what = _shaped(expected.shape), short(got)
    kind = np.asarray(got).dtype.kind if type(got) not in (list, tuple, dict, str) else ""
    if kind == "b":
        what, due = phrase("True or False"), phrase("{due} (numbers: say `.astype(float)`)", due=due)
    elif kind == "c":
        what, due = phrase("complex numbers"), phrase("{due} (real numbers)", due=due)
    return Complaint("type", _returned(what, due, path))


def _shaped(shape: tuple[int, ...]) -> Phrase:
    return phrase("an array of shape {shape}", shape=shape) if shape else phrase("a single number")


def _what(got: Any, shape: tuple[int, ...]) -> Phrase:
    if type(got) in (list, tuple):
        kind = type(got).__name__
        return phrase("a {kind} that makes an array of shape {shape}", kind=kind, shape=shape)
    return _shaped(shape)


def _entries(expected: np.ndarray, array: np.ndarray, terms: Terms, path: str) -> Complaint | None:
    error = _errors(expected, array, terms.tolerance)
    return None if error is None else _worst(expected, array, error, terms, path)


def _errors(expected: np.ndarray, array: np.ndarray, tolerance: float) -> np.ndarray | None:
    """How far off each entry is, in units of the scale; None where all are near enough."""
    if (array == expected).all():  # as most are
        return None
    scale = _scale(expected)
    wide = array.astype(float) if array.dtype.kind in "iu" else array  # integers wrap when subtracted
    error = np.abs(wide - expected)
    if (error <= tolerance * scale).all():
        return None
    unlike = (array != expected) & ~(np.isnan(array) & np.isnan(expected))
    error = np.where(unlike, np.where(np.isnan(error), np.inf, error), 0) / scale
    return None if (error <= tolerance).all() else error


def _scale(expected: np.ndarray) -> float:
    largest = float(np.maximum.reduce(np.abs(expected), axis=None, initial=1))
    if math.isfinite(largest):
        return largest
    finite = np.abs(expected[np.isfinite(expected)])
    return float(finite.max(initial=1))


def _worst(expected: np.ndarray, array: np.ndarray, error: np.ndarray, terms: Terms, path: str) -> Complaint:
    index = np.unravel_index(int(np.argmax(error)), error.shape)
    yours, due = distinct(array[index], expected[index])
    place = f"{path}[{', '.join(map(str, map(int, index)))}]" if index else path
    text = _gave(yours, due, place)
    if not path and _is_by_entry(index, error.shape, terms):
        input_ = {"name": terms.names[0], "value": number(terms.first[index])}
        text = phrase(
            "gave {got} at {place}, where {name} is {value}; expected {due}",
            got=yours,
            due=due,
            place=place,
            **input_,
        )
    if error[index] <= _COARSE.get(array.dtype, 0.0):
        return Complaint(
            "precision",
            phrase(
                "{gave}: your result is {dtype}, too coarse; compute in float64", gave=text, dtype=array.dtype
            ),
        )
    cut_short = array.dtype.kind in "iu" and expected.dtype.kind == "f"
    if cut_short and (array == np.trunc(expected)).all():
        return Complaint(
            "precision",
            phrase(
                "{gave}: your result is integers, cut short; make it floats (dtype=float, / for //)",
                gave=text,
            ),
        )
    return Complaint("value", text)


def _is_by_entry(index: tuple[np.intp, ...], shape: tuple[int, ...], terms: Terms) -> bool:
    """Whether an entry of the result comes from one of the first argument, as far as shapes tell."""
    given = terms.first
    return bool(index and type(given) is np.ndarray and given.shape == shape and terms.names)


def _sequence(expected: Sequence[Any], got: Any, terms: Terms, path: str) -> Complaint | None:
    if type(got) is np.ndarray and _stacks(expected, got.ndim) and len(got) == len(expected):
        got = list(got)
    names = terms.parts if not path and len(terms.parts) == len(expected) else ()
    if type(got) not in (list, tuple) or len(got) != len(expected):
        return _wrong_count(expected, got, names, path)
    for i, (one, other) in enumerate(zip(expected, got, strict=True)):
        wrong = _value(one, other, terms, names[i] if names else f"{path}[{i}]")
        if wrong:
            return wrong
    return None


def _stacks(expected: Sequence[Any], ndim: int) -> bool:
    """Whether the expected items, stacked, make an array of `ndim` axes: rows then serve for items."""
    flat = {np.ndim(item) for item in expected if not isinstance(item, list | tuple | dict)}
    return ndim > 0 and flat <= {ndim - 1}


def _wrong_count(expected: Sequence[Any], got: Any, names: Sequence[str], path: str) -> Complaint:
    kind = type(expected).__name__
    due: str = counted(kind, len(expected))
    if names:
        due = phrase("the {kind} ({names})", kind=kind, names=", ".join(names))
    if type(got) not in (list, tuple):
        return Complaint("type", _returned(short(got), due, path))
    what: str = counted(type(got).__name__, len(got))
    if type(expected) is list and max(len(got), len(expected)) <= SHOWN:
        what, due = short(got), short(expected)
    return Complaint("shape", _returned(what, due, path))


def _keys(these: dict[Any, Any]) -> str:
    return plain(", ".join(map(repr, these)), 80) if these else phrase("none")


def _mapping(expected: dict[str, Any], got: Any, terms: Terms, path: str) -> Complaint | None:
    if type(got) is not dict:
        return Complaint("type", _returned(short(got), phrase("a dict"), path))
    if got.keys() != expected.keys():
        what = phrase("a dict with the keys {keys}", keys=_keys(got))
        return Complaint("value", _returned(what, phrase("{keys}", keys=_keys(expected)), path))
    for key, item in expected.items():
        wrong = _value(item, got[key], terms, f"{path}[{key!r}]")
        if wrong:
            return wrong
    return None
