"""A wrong answer as numbers: call by call and part by part, what was due, what came, and what was given.

A relation of the two is sought among these; values that are not numbers, or too many, are left out.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np

from dlcourse.course.language import Phrase, marked, phrase
from dlcourse.exercises.engine.calls import Outcome

MAX_ENTRIES = 4_000  # of one result: more would take longer than a student waits
MAX_ARRAYS = 32
ENOUGH = 6  # evidence without which nothing is said
PLAINLY = 2 * ENOUGH  # where another test speaks against it: there is a second slip, or this is none
MOST = 2 * PLAINLY  # is asked for of anything
Pair = tuple[str, np.ndarray, np.ndarray]  # which part, expected, got


class Observation:
    """One part of one call's result, and whether it is right."""

    def __init__(
        self,
        given: Mapping[str, Any],
        others: Mapping[str, np.ndarray],
        due: np.ndarray,
        got: np.ndarray,
        tolerance: float,
    ):
        self.given, self.others, self.due, self.got, self.tolerance = given, others, due, got, tolerance

    @cached_property
    def right(self) -> bool:
        return alike(self.due, self.got, self.tolerance)

    def at(self, places: np.ndarray) -> "Observation":
        """The same of some entries alone: those of the result and of what has its shape."""
        given, others = (
            {name: _at(value, places) for name, value in values.items()}
            for values in (self.given, self.others)
        )
        return Observation(given, others, self.due[places], self.got[places], self.tolerance)


class Seen(NamedTuple):
    """One part of the result in all calls."""

    wrong: Sequence[Observation]  # in those of the first failing test
    others: Sequence[Observation] = ()  # wrong as well, in those of other tests
    right: Sequence[Observation] = ()


def _at(value: Any, places: np.ndarray) -> Any:
    return value[places] if isinstance(value, np.ndarray) and value.shape == places.shape else value


def alike(due: np.ndarray, got: np.ndarray, tolerance: float) -> bool:
    """Equal in shape and, to the tolerance of the largest finite entry, in each number."""
    return due.shape == got.shape and bool(close(due, got, tolerance).all())


def close(due: np.ndarray, got: np.ndarray, tolerance: float) -> np.ndarray:
    """Entry by entry."""
    error, largest = np.abs(due - got), float(np.maximum.reduce(np.abs(due), axis=None, initial=0))
    if math.isfinite(largest):  # and so is all that is due, as mostly
        near: np.ndarray = error <= tolerance * max(largest, 1e-6)
        return near
    finite = np.abs(due[np.isfinite(due)])
    near = error <= tolerance * max(float(np.maximum.reduce(finite, initial=0)), 1e-6)
    there: np.ndarray = near | (due == got) | (np.isnan(due) & np.isnan(got))
    return there


def observations(
    given: Mapping[str, Any], expected: Outcome, outcome: Outcome, parts: Sequence[str], tolerance: float
) -> dict[str, list[Observation]]:
    """By part, "" where the result has no names for its parts; empty where there is nothing to compare."""
    if (expected.kind, outcome.kind) != ("returned", "returned"):
        return {}
    pairs = list(_pairs(expected.value, outcome.value, parts))
    if len(pairs) > MAX_ARRAYS or sum(due.size + got.size for _, due, got in pairs) > MAX_ENTRIES:
        return {}
    others = {name: due for name, due, _ in pairs if name and [p for p, *_ in pairs].count(name) == 1}
    found: dict[str, list[Observation]] = {}
    for name, due, got in pairs:
        beside = {other: value for other, value in others.items() if other != name}
        found.setdefault(name, []).append(Observation(given, beside, due, got, tolerance))
    return found


def _pairs(due: Any, got: Any, parts: Sequence[str]) -> Iterator[Pair]:
    if type(due) is tuple and type(got) in (list, tuple) and len(due) == len(parts) == len(got):
        for name, one, other in zip(parts, due, got, strict=True):
            yield from ((name, *pair) for pair in _of_one(one, other))
    else:
        yield from (("", *pair) for pair in _of_one(due, got))


def _of_one(due: Any, got: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    """None where one of the two is no number, nor made of them as the other is."""
    try:
        return list(_arrays(due, got))
    except (TypeError, ValueError, KeyError):
        return []


def _arrays(due: Any, got: Any) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    if isinstance(due, dict):
        if type(got) is not dict:
            raise TypeError("no dict")
        due, got = list(due.values()), [got[key] for key in due]
    if isinstance(due, list | tuple):
        if len(got) > MAX_ARRAYS:
            raise ValueError("too many")
        for one, other in zip(due, got, strict=True):
            yield from _arrays(one, other)
    else:
        yield _numbers(due), _numbers(got)


def _numbers(value: Any) -> np.ndarray:
    array = np.asarray(value)
    if array.dtype.kind not in "iufb" or array.dtype == bool or array.size > MAX_ENTRIES:
        raise TypeError("no numbers, or too many")
    return array.astype(float)


def evidence(predicted: Sequence[np.ndarray], observed: Sequence[Observation]) -> float:
    """How hard it is to hit upon these results by chance: a few for round numbers, many for others."""
    values: list[float] = []
    patterned = 0
    for prediction, one in zip(predicted, observed, strict=True):
        telling = np.ones(prediction.shape, bool)
        if prediction.shape == one.due.shape:
            telling = ~close(one.due, prediction, one.tolerance)
        values += prediction[telling].tolist()
        patterned += prediction.size if telling.sum() > 2 and np.ptp(prediction) > 0 else 0
    return max(_weight(values), patterned / 3)


def _weight(values: Iterable[float]) -> float:
    """Of the numbers that differ in their first digits; as soon as it is more than anybody asks for."""
    weight, distinct = 0.0, set()
    for value in values:
        rounded = float(f"{value:.5g}")
        if rounded not in distinct:
            distinct.add(rounded)
            weight += _oddity(rounded)
        if weight >= MOST:
            break
    return weight


def _oddity(value: float) -> float:
    """By the digits that it takes to write: 0, 1, 2, ½ and 1000 come about in many ways, 0.3775 in one."""
    if not math.isfinite(value) or value == 0:
        return 0.5
    if value * 2 == round(value * 2) and abs(value) < 20:
        return 1
    digits = len(f"{abs(value):.5e}".split("e")[0].replace(".", "").rstrip("0"))
    return {1: 1, 2: 2, 3: 4}.get(digits, ENOUGH)


# ---- what was given, as single numbers ----


def quantities(given: Mapping[str, Any]) -> dict[str, float]:
    """Single numbers of a call by what they are: the arguments' and those of their sizes."""
    found: dict[str, float] = {}
    for name, value in given.items():
        if isinstance(value, np.ndarray) and value.ndim:
            found |= _sizes(name, value.shape)
        elif isinstance(value, list | tuple):
            found[_size(LENGTH, name)] = len(value)
    return found | {f"`{name}`": value for name, value in scalars(given).items()}


def _sizes(name: str, shape: tuple[int, ...]) -> dict[str, float]:
    entries: dict[str, float] = {_size(ENTRIES, name): int(np.prod(shape))}
    if len(shape) != 2:
        return entries
    return {_size(ROWS, name): shape[0], _size(COLUMNS, name): shape[1], **entries}


@cache  # they are asked for again and again, of the same few arguments
def _size(text: str, name: str) -> Phrase:
    return phrase(text, name=name)


ROWS = marked("the number of rows of `{name}`")
COLUMNS = marked("the number of columns of `{name}`")
ENTRIES = marked("the number of entries of `{name}`")
LENGTH = marked("the length of `{name}`")


def scalars(given: Mapping[str, Any]) -> dict[str, float]:
    found = {}
    for name, value in given.items():
        single = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        if single or (isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "iuf"):
            found[name] = float(value)
    return found
