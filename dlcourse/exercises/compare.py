"""Whether an outcome is the expected one and, if not, what to say about it in a few words."""

import builtins
import math
import unicodedata
from collections.abc import Sequence

import msgspec
import numpy as np

from dlcourse.exercises.calls import Outcome

TOLERANCE = 1e-9  # times max(1, largest finite expected entry)
SINGLE_TOLERANCE = 1e-5  # the same for float32 input
HALF_TOLERANCE = 1e-2


class Terms(msgspec.Struct, frozen=True):
    """How strictly one call is judged."""

    tolerance: float = TOLERANCE
    no_warnings: bool = False
    traced: bool = False
    integers: bool = False  # an int is due: 3.0 will not do
    names: tuple[str, ...] = ()  # of the arguments, by position
    parts: tuple[str, ...] = ()  # of a result that is a tuple
    same_shape: object = None  # the first argument, to say which input the worst element belongs to


class Complaint(msgspec.Struct, frozen=True):
    """What is wrong with one outcome: `text` goes on after "f(x) "."""

    kind: str
    text: str


def complaint(expected: Outcome, got: Outcome, terms: Terms) -> Complaint | None:
    """None where `got` is right. Run it under np.errstate(all="ignore")."""
    if expected.kind == "raised":
        return _not_raised(expected, got)
    if got.kind != "returned":
        return _no_value(got)
    wrong = (
        _value(expected.value, got.value, terms)
        or _changed(expected, got, terms)
        or (_warned(got) if terms.no_warnings else None)
        or (_trace(expected, got, terms) if terms.traced else None)
    )
    if wrong and got.value is None:
        return _none(got)
    return wrong


def same(mistake: Outcome, got: Outcome, terms: Terms) -> bool:
    """Whether `got` is in every respect what a known mistake gives."""
    if mistake.kind != got.kind or mistake.changed != got.changed:
        return False
    if got.kind != "returned":
        return (mistake.type, mistake.message) == (got.type, got.message)
    if terms.no_warnings and (_warned(mistake) is None) != (_warned(got) is None):
        return False
    if terms.traced and _trace(mistake, got, terms):
        return False
    return _value(mistake.value, got.value, terms) is None and bool(mistake.printed) == bool(got.printed)


# ---- outcomes without a value ----


def _not_raised(expected: Outcome, got: Outcome) -> Complaint | None:
    if got.kind == "returned":
        return Complaint("value", f"returned {short(got.value)}; it must raise {expected.type}")
    if got.kind != "raised":
        return _no_value(got)
    if _is_a(got.type, expected.type):
        return None
    return Complaint("raised", f"raised {plain(got.type)}; {expected.type} is expected")


def _is_a(name: str, base: str) -> bool:
    kinds = [getattr(builtins, known, None) for known in (name, base)]
    return name == base or (all(isinstance(kind, type) for kind in kinds) and issubclass(*kinds))


def _no_value(got: Outcome) -> Complaint:
    return Complaint(got.kind, _NO_VALUE[got.kind](got))


def _raised(got: Outcome) -> str:
    where = f" in line {got.line}" if got.line else ""
    source = f", `{plain(got.source)}`" if got.source else ""
    return f"raised {plain(got.type)}: {plain(got.message)}{where}{source}"


def _unsupported(got: Outcome) -> str:
    why = f" ({plain(got.message)})" if got.message else ""
    return f"returned a value of type {plain(got.type)}{why}: return plain numbers and NumPy arrays"


_NO_VALUE = {
    "raised": _raised,
    "unsupported": _unsupported,
    "not started": lambda got: "is not written for this case: NotImplementedError",
    "signature": lambda got: f"could not be called: {plain(got.message)}",
    "not callable": lambda got: (
        f"could not be called: it is a value of type {plain(got.type)}, not a function"
    ),
    "stopped": lambda got: "did not finish: you stopped it",
    "too slow": lambda got: (
        f"did not finish{f' in {got.message}' if got.message else ''}: is there a loop that never ends?"
    ),
    "died": lambda got: f"ended the Python process{f' ({plain(got.message)})' if got.message else ''}",
}


def _none(got: Outcome) -> Complaint:
    if got.printed:
        return Complaint(
            "none", f"printed “{plain(got.printed, 40)}” and returned None: return the answer instead"
        )
    return Complaint("none", "returned None: did you forget `return`?")


# ---- side effects ----


def _changed(expected: Outcome, got: Outcome, terms: Terms) -> Complaint | None:
    extra = [name for name in got.changed if name not in expected.changed]
    if not extra:
        return None
    name = extra[0]
    name = terms.names[name] if type(name) is int and 0 <= name < len(terms.names) else plain(str(name), 40)
    return Complaint(
        "changed", f"changed its argument `{name}`: work on a copy, or write `a = a - b` rather than `a -= b`"
    )


def _warned(got: Outcome) -> Complaint | None:
    for category, message in got.warnings:
        if category == "RuntimeWarning":
            return Complaint(
                "warned", f"is right but warned “{plain(message, 80)}”: find a form that never gets there"
            )
    return None


def _trace(expected: Outcome, got: Outcome, terms: Terms) -> Complaint | None:
    if len(expected.trace) != len(got.trace):
        due, made = (f"{n} time{'s' if n != 1 else ''}" for n in (len(expected.trace), len(got.trace)))
        return Complaint("trace", f"called the function it was given {made}; {due} is right")
    for n, ((which, args), (which_got, args_got)) in enumerate(
        zip(expected.trace, got.trace, strict=True), 1
    ):
        wrong = which != which_got or _value(args, args_got, Terms(terms.tolerance))
        if wrong:
            return Complaint(
                "trace", f"in call {n} of the function gave it {short(args_got)}; {short(args)} is right"
            )
    return None


# ---- values ----


def _value(expected, got, terms: Terms, path: str = "") -> Complaint | None:
    if _is_number(expected) or type(expected) is np.ndarray:
        return _numbers(expected, got, terms, path)
    if type(expected) in (list, tuple):
        return _sequence(expected, got, terms, path)
    if type(expected) is dict:
        return _mapping(expected, got, terms, path)
    if type(expected) in (bool, np.bool_):
        same = type(got) in (bool, np.bool_) and bool(got) == bool(expected)
    else:
        same = type(got) is type(expected) and got == expected
    return None if same else _gave(path, short(got), short(expected))


def _gave(path, got: str, expected: str, kind: str = "value", where: str = "") -> Complaint:
    place = f" at {path}" if path else ""
    return Complaint(kind, f"{'gave' if path else 'returned'} {got}{place}{where}; expected {expected}")


def _is_number(value) -> bool:
    kind = type(value)
    return kind is float or kind is int or (isinstance(value, np.generic) and value.dtype.kind in "iufc")


def _numbers(expected, got, terms: Terms, path: str) -> Complaint | None:
    array, wrong = _as_numbers(got, path, expected)
    if wrong:
        return wrong
    expected = np.asarray(expected)
    if array.shape != expected.shape:
        return Complaint("shape", f"returned {_what(array, path)}; expected {_what(expected, '')}")
    if terms.integers and array.dtype.kind not in "iu":
        return Complaint("type", f"returned floats{f' as {path}' if path else ''}; integers are due")
    limit = terms.tolerance * _scale(expected)
    error = np.abs(array - expected)
    if (error <= limit).all():
        return None
    right = (error <= limit) | (array == expected) | (np.isnan(array) & np.isnan(expected))
    if right.all():
        return None
    return _worst(expected, got, array, np.where(right, -1, error), terms, path)


def _scale(expected) -> float:
    finite = np.abs(expected[np.isfinite(expected)])
    return max(1.0, float(finite.max())) if finite.size else 1.0


def _as_numbers(got, path, expected) -> tuple[np.ndarray | None, Complaint | None]:
    if not _all_numbers(got):
        return None, _not_numbers(got, path, expected)
    try:
        array = np.asarray(got)
    except ValueError:
        return None, Complaint(
            "shape", f"returned rows of different lengths; expected {_what(np.asarray(expected), '')}"
        )
    if array.dtype.kind == "O":  # integers beyond 64 bits
        array = array.astype(float)
    return array, None


def _all_numbers(got) -> bool:
    if type(got) in (list, tuple):
        return all(map(_all_numbers, got))
    return got.dtype.kind in "iuf" if isinstance(got, np.ndarray | np.generic) else type(got) in (int, float)


def _not_numbers(got, path, expected) -> Complaint:
    due = _what(np.asarray(expected), "")
    dtype = getattr(got, "dtype", None)
    if type(got) is bool or (dtype is not None and dtype.kind == "b"):
        return Complaint(
            "type", f"returned True/False{_as(path)}; expected {due}: numbers, say by `.astype(float)`"
        )
    if dtype is not None and dtype.kind == "c":
        return Complaint("type", f"returned complex numbers{_as(path)}; expected {due}: real numbers")
    return Complaint("type", f"returned {short(got)} of type {type(got).__name__}{_as(path)}; expected {due}")


def _as(path: str) -> str:
    return f" as {path}" if path else ""


def _what(array: np.ndarray, path: str) -> str:
    if array.ndim == 0:
        return f"a single number{_as(path)}"
    return f"{path or 'an array'} of shape {array.shape}"


def _worst(expected, got, array, error, terms: Terms, path: str) -> Complaint:
    error = np.where(np.isnan(error), np.inf, error)
    index = np.unravel_index(int(np.argmax(error)), error.shape)
    yours, due = distinct(array[index], expected[index])
    place = f"{path}[{', '.join(map(str, map(int, index)))}]" if index else path
    kind = "nan" if np.isnan(array[index]) else "value"
    wrong = _gave(place, yours, due, kind, _input_at(index, error.shape, terms) if not path else "")
    return _if_imprecise(wrong, array, error, terms, expected)


def _input_at(index, shape, terms: Terms) -> str:
    """For a result of the first argument's shape: which of its numbers the element comes from."""
    given = terms.same_shape
    if not index or type(given) is not np.ndarray or given.shape != shape or not terms.names:
        return ""
    return f", where {terms.names[0]} = {number(given[index])}"


def _if_imprecise(wrong: Complaint, array, error, terms: Terms, expected) -> Complaint:
    """Say so where only the few digits of float32 or float16 stand between an answer and its being right."""
    loose = {"float32": SINGLE_TOLERANCE, "float16": HALF_TOLERANCE}.get(array.dtype.name, 0)
    if error.max() > loose * _scale(expected):
        return wrong
    return Complaint(
        "precision", f"{wrong.text}: your result is {array.dtype}, too coarse here; compute in float64"
    )


def _sequence(expected: Sequence, got, terms: Terms, path: str) -> Complaint | None:
    if type(got) is np.ndarray and got.ndim and (type(expected) is list or got.ndim > 1):
        got = list(got)
    names = terms.parts if not path and len(terms.parts) == len(expected) else ()
    if type(got) not in (list, tuple) or len(got) != len(expected):
        return _wrong_count(expected, got, names, path)
    for i, (one, other) in enumerate(zip(expected, got, strict=True)):
        wrong = _value(one, other, terms, names[i] if names else f"{path}[{i}]")
        if wrong:
            return wrong
    return None


def _wrong_count(expected, got, names, path) -> Complaint:
    kind = type(expected).__name__
    due = f"a {kind} ({', '.join(names)})" if names else f"a {kind} of {len(expected)}"
    if type(got) in (list, tuple):
        return Complaint("shape", f"returned {len(got)} values{_as(path)}; expected {due}")
    return Complaint("type", f"returned {short(got)}{_as(path)}; expected {due}")


def _mapping(expected: dict, got, terms: Terms, path: str) -> Complaint | None:
    if type(got) is not dict:
        return Complaint("type", f"returned {short(got)}{_as(path)}; expected a dict")
    if got.keys() != expected.keys():
        return _gave(path, f"a dict with keys {short(list(got))}", f"keys {short(list(expected))}")
    for key, item in expected.items():
        wrong = _value(item, got[key], terms, f"{path}[{key!r}]")
        if wrong:
            return wrong
    return None


# ---- short text ----


def plain(text: str, limit: int = 200) -> str:
    """One line of printable text of at most `limit` characters.

    >>> plain("two\\nlines\\x1b[31m")
    'two lines[31m'
    """
    text = " ".join(text[: 4 * limit].split())
    text = "".join(c for c in text if c == " " or unicodedata.category(c)[0] not in "CZ")
    return text if len(text) <= limit else text[: limit - 1] + "…"


def number(value, digits: int = 4) -> str:
    """A number in a few significant digits.

    >>> number(0.123456), number(-np.inf), number(np.float32(1e-7)), number(3)
    ('0.1235', '-np.inf', '1e-07', '3')
    """
    if type(value) is int or (isinstance(value, np.generic) and value.dtype.kind in "iu"):
        return str(value) if abs(int(value)) < 10**15 else f"{float(value):.{digits}g}"
    if isinstance(value, np.complexfloating):
        return f"{complex(value):.{digits}g}"
    if math.isfinite(value):
        return f"{float(value):.{digits}g}"
    return "nan" if math.isnan(value) else "-np.inf" if value < 0 else "np.inf"


def distinct(yours, due) -> tuple[str, str]:
    """Both numbers, in as many digits as it takes to tell them apart.

    >>> distinct(0.30000001, 0.3)
    ('0.30000001', '0.3')
    """
    for digits in (4, 6, 9, 12, 17):
        texts = number(yours, digits), number(due, digits)
        if texts[0] != texts[1]:
            break
    return tuple(text.replace("np.", "") for text in texts)


def short(value, name: str = "", room: int = 100) -> str:
    """A value as one would type it, or its shape where that is too long.

    >>> short(np.array([0.5, np.inf])), short(np.zeros((4, 5)), "x"), short(np.float32([1]))
    ('np.array([0.5, np.inf])', 'x of shape (4, 5)', 'np.float32([1])')
    """
    text = _short(value, name)
    return text if len(text) <= room else f"{name or _kind(value)}, too long to show"


def _kind(value) -> str:
    return (
        f"a {type(value).__name__} of {len(value)}"
        if hasattr(value, "__len__")
        else f"a {type(value).__name__}"
    )


def _short(value, name: str) -> str:
    kind = type(value)
    if kind is np.ndarray:
        return _short_array(value, name)
    if kind in (list, tuple):
        return _short_sequence(value)
    if kind is dict:
        return "{" + ", ".join(f"{key!r}: {_short(item, '')}" for key, item in value.items()) + "}"
    if kind is np.bool_:
        return str(bool(value))
    if kind is str:
        return repr(plain(value, 40))
    if kind in (int, float) or isinstance(value, np.generic):
        return _short_scalar(value)
    return getattr(value, "__name__", repr(value)) if callable(value) else repr(value)


def _short_scalar(value) -> str:
    wrap = isinstance(value, np.generic) and value.dtype.name not in ("float64", "int64")
    return f"np.{value.dtype.name}({number(value)})" if wrap else number(value)


def _short_array(value: np.ndarray, name: str) -> str:
    if value.size > 6 or value.dtype.kind not in "iufb":
        return f"{name or 'an array'} of shape {value.shape}"
    maker = {"float64": "array", "int64": "array", "bool": "array"}.get(value.dtype.name, value.dtype.name)
    return f"np.{maker}({_short_rows(value)})"


def _short_rows(value: np.ndarray) -> str:
    if value.ndim == 0:
        return str(bool(value)) if value.dtype.kind == "b" else number(value[()])
    return "[" + ", ".join(_short_rows(np.asarray(row)) for row in value) + "]"


def _short_sequence(value) -> str:
    items = [_short(item, "array") for item in value[:8]] + ["…"] * (len(value) > 8)
    if type(value) is list:
        return f"[{', '.join(items)}]"
    return f"({', '.join(items)}{',' if len(value) == 1 else ''})"
