"""How values read in a message: short, exact enough, and where it fits as one would type them."""

import math
import unicodedata
from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np

from dlcourse.course.language import Phrase, phrase

ROOM = 100  # characters for one value
SHOWN = 6  # items of a list, before the dots


def plain(text: str, limit: int = 200) -> str:
    """One line of printable text of at most `limit` characters.

    >>> plain("two\\nlines\\x1b[31m")
    'two lines[31m'
    """
    text = " ".join(text[: 4 * limit].split())
    text = "".join(c for c in text if c == " " or unicodedata.category(c)[0] not in "CZ")
    return text if len(text) <= limit else text[: limit - 1] + "…"


def number(value: Any, digits: int = 4) -> str:
    """A number in a few significant digits; whole floats keep their point.

    >>> number(0.123456), number(-np.inf), number(np.float32(1e-7)), number(3), number(-1e4)
    ('0.1235', '-inf', '1e-07', '3', '-10000.0')
    """
    if isinstance(value, np.complexfloating):
        return f"{complex(value):.{digits}g}"
    if type(value) is int or (isinstance(value, np.generic) and value.dtype.kind in "iu"):
        return str(value) if abs(int(value)) < 10**15 else f"{float(value):.{digits}g}"
    if abs(value) < 1e6 and value == np.trunc(value):
        return str(float(value))
    return f"{float(value):.{digits}g}"


def distinct(yours: Any, due: Any) -> tuple[str, str]:
    """Both numbers, in as many digits as it takes to tell them apart.

    >>> distinct(0.30000001, 0.3)
    ('0.30000001', '0.3')
    >>> distinct(0.9999997, 1.0)
    ('0.9999997', '1.0')
    """
    texts = ("", "")
    for digits in (4, 6, 9, 12, 17):
        texts = number(yours, digits), number(due, digits)
        if complex(texts[0]) != complex(texts[1]):
            break
    return texts


def short(value: Any, name: str = "") -> str:
    """A value, or a phrase, as one would type it, or its shape, or its length, whichever still fits.

    >>> short(np.array([0.5, np.inf])), short(np.zeros((4, 5)), "x"), short(np.float32([1]))
    ('np.array([0.5, np.inf])', 'x of shape (4, 5)', 'np.float32([1.0])')
    >>> short([np.eye(2)] * 3)
    '[array of shape (2, 2), array of shape (2, 2), array of shape (2, 2)]'
    """
    for entries in (6, 4, 0):
        text = _short(value, name, entries)
        if len(text) <= ROOM:
            return text
    return phrase("{name} ({kind})", name=name, kind=_kind(value)) if name else _kind(value)


def _kind(value: object) -> str:
    kind = type(value).__name__
    return counted(kind, len(value)) if hasattr(value, "__len__") else kind


def counted(kind: str, length: int) -> Phrase:
    return phrase("a {kind} of {length}", kind=kind, length=length)


def _short(value: Any, name: str, entries: int) -> str:
    kind = type(value)
    if kind is np.ndarray:
        return _array(value, name, entries)
    if kind in (list, tuple):
        return _sequence(value, entries)
    if kind is dict:
        items = islice(value.items(), ROOM // 6)  # more would not fit
        return joined(
            "{", [joined(f"{plain(key, 20)!r}: ", [_short(v, "", entries)]) for key, v in items], "}"
        )
    if kind in (int, float) or (isinstance(value, np.generic) and value.dtype.kind != "b"):
        return _scalar(value)
    if kind is str:
        return repr(plain(value, 40))
    if callable(value):
        called = getattr(value, "__name__", "")
        return called if called.isidentifier() else name or "function"
    return str(value)


def _typed(value: Any) -> str:
    """A number as one would type it."""
    text = number(value)
    return f"{'-' if text[0] == '-' else ''}np.{text.lstrip('-')}" if text in ("nan", "inf", "-inf") else text


def _scalar(value: Any) -> str:
    wrap = isinstance(value, np.generic) and value.dtype.name not in ("float64", "int64")
    return f"np.{value.dtype.name}({number(value)})" if wrap else _typed(value)


def _array(value: np.ndarray, name: str, entries: int) -> str:
    places = math.prod(n or 1 for n in value.shape)  # an array without entries may have a million rows
    if places > entries or value.dtype.kind not in "iufb":
        return phrase("{array} of shape {shape}", array=name or phrase("array"), shape=value.shape)
    maker = value.dtype.name if value.dtype.name in ("float32", "float16") else "array"
    return f"np.{maker}({_rows(value)})"


def _rows(value: np.ndarray) -> str:
    if value.ndim == 0:
        return str(bool(value)) if value.dtype.kind == "b" else _typed(value[()])
    return "[" + ", ".join(_rows(np.asarray(row)) for row in value) + "]"


def _sequence(value: Any, entries: int) -> str:
    items = [_short(item, "", entries) for item in value[:SHOWN]] + ["…"] * (len(value) > SHOWN)
    if type(value) is list:
        return joined("[", items, "]")
    return joined("(", items, ",)" if len(value) == 1 else ")")


def joined(opening: str, items: Iterable[str], closing: str = "") -> str:
    """The items with commas between them; a phrase if one of them is.

    >>> joined("f(", ["x", "y"], ")")
    'f(x, y)'
    """
    items = list(items)
    if not any(isinstance(item, Phrase) for item in items):
        return f"{opening}{', '.join(items)}{closing}"
    places = {f"item{n}": item for n, item in enumerate(items)}
    inside = ", ".join(f"{{{place}}}" for place in places)
    return phrase(f"{{opening}}{inside}{{closing}}", opening=opening, closing=closing, **places)
