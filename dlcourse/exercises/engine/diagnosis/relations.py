"""What a wrong result is at first sight: the right one turned, rounded or of another shape, or an argument.

A relation says what the result would be, given the arguments and the right result. It is told of where all
wrong calls of the first failing test bear it out, no right call speaks against it, and numbers enough agree
that chance can be ruled out. Its sentence describes the result and no more, and is true however that came
about.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from dlcourse.course.language import Phrase, marked, phrase
from dlcourse.exercises.engine.diagnosis.observations import (
    ENOUGH,
    MAX_ENTRIES,
    PLAINLY,
    Observation,
    Seen,
    alike,
    evidence,
    quantities,
    scalars,
)

Predict = Callable[[Observation], np.ndarray | None]


class Relation(NamedTuple):
    sentence: str  # {what} stands for "your result", or which part of it
    predict: Predict
    enough: float = ENOUGH
    values: Mapping[str, Any] = MappingProxyType({})  # of what else stands in the sentence


def plainly(seen: Seen, what: str) -> Phrase | None:
    """What the result is at first sight: turned, handed back, of another shape."""
    misshapen = {one.got.shape for one in seen.wrong if one.got.shape != one.due.shape}
    sizes = _of_anothers_size(seen.wrong[0]) if len(misshapen) > 1 else ()  # one may be alike by chance
    return first_of((*_plain(seen.wrong[0]), *sizes), seen, what)


def first_of(relations: Iterable[Relation], seen: Seen, what: str) -> Phrase | None:
    held = next((relation for relation in relations if _holds(relation, seen)), None)
    return phrase(held.sentence, what=what, **held.values) if held else None


def _holds(relation: Relation, seen: Seen) -> bool:
    if not all(_tells(relation, one) for one in seen.wrong) or any(
        _refutes(one, relation) for one in seen.right
    ):
        return False
    told = [one for one in seen.others if _tells(relation, one)]
    against = any(_refutes(one, relation) for one in seen.others)
    weight = evidence([one.got for one in (*seen.wrong, *told)], [*seen.wrong, *told])
    return weight >= relation.enough * (PLAINLY / ENOUGH if against else 1)


def _tells(relation: Relation, one: Observation) -> bool:
    """Whether it gives what came."""
    made = _predicted(relation, one)
    return made is not None and alike(made, one.got, one.tolerance)


def _refutes(one: Observation, relation: Relation) -> bool:
    made = _predicted(relation, one)
    return made is not None and not alike(made, one.got, one.tolerance)


def _predicted(relation: Relation, one: Observation) -> np.ndarray | None:
    try:
        made = relation.predict(one)
    except (TypeError, ValueError, IndexError, KeyError, ArithmeticError):
        return None
    return None if made is None else np.asarray(made, float)


def _plain(one: Observation) -> Iterator[Relation]:
    yield from _FIXED
    yield from (_part(name) for name in one.others)
    yield from (_handed_back(name) for name, value in one.given.items() if isinstance(value, np.ndarray))
    if not one.others:  # else what explains all parts says more
        yield from map(_everywhere, scalars(one.given))
    if one.due.shape != one.got.shape:
        yield from _of_other_shape(one)


# ---- the same numbers, elsewhere or otherwise ----


def _always(change: Callable[..., Any], **settings: Any) -> Predict:
    return lambda one: change(one.due, **settings)


def _only_if(condition: Callable[[np.ndarray], bool], change: Callable[[np.ndarray], np.ndarray]) -> Predict:
    return lambda one: change(one.due) if condition(one.due) else None


def _rank(least: int) -> Callable[[np.ndarray], bool]:
    return lambda due: due.ndim >= least and due.size > 1


def is_square(due: np.ndarray) -> bool:
    return due.ndim == 2 and due.shape[0] == due.shape[1]


_FIXED = [
    Relation(marked("{what} is nothing but 0."), lambda one: np.zeros(one.due.shape), 0.2),
    Relation(marked("The sign is flipped: {what} is the expected one times −1."), lambda one: -one.due),
    Relation(marked("{what} is the expected one, transposed."), _only_if(_rank(2), np.transpose)),
    Relation(
        marked("{what} has the expected entries in reverse order."), _only_if(_rank(1), lambda e: e[::-1])
    ),
    Relation(
        marked("{what} has the expected entries, each one place too late."),
        _only_if(_rank(1), lambda e: np.roll(e, 1, 0)),
    ),
    Relation(
        marked("{what} has the expected entries, each one place too early."),
        _only_if(_rank(1), lambda e: np.roll(e, -1, 0)),
    ),
    Relation(marked("{what} has the expected entries, sorted."), _only_if(_rank(1), lambda e: np.sort(e, 0))),
    Relation(marked("{what} is the reciprocal of the expected one: 1 over it."), lambda one: 1 / one.due),
    Relation(marked("{what} is the square of the expected one: a root is missing."), lambda one: one.due**2),
    Relation(marked("{what} is the root of the expected one."), lambda one: np.sqrt(one.due)),
    Relation(marked("{what} is 1 minus the expected one."), lambda one: 1 - one.due),
    Relation(
        marked("{what} is the size of the expected one: its signs are lost."), lambda one: np.abs(one.due)
    ),
    Relation(marked("{what} is the natural logarithm of the expected one."), lambda one: np.log(one.due)),
    Relation(marked("{what} is e to the power of the expected one."), lambda one: np.exp(one.due)),
    Relation(
        marked("{what} is the expected one cut off at 0: nothing is below 0."),
        lambda one: np.maximum(one.due, 0),
    ),
    Relation(
        marked("{what} is the expected one rounded to whole numbers."), lambda one: np.round(one.due), 4
    ),
    Relation(
        marked("{what} is the expected one cut short to whole numbers."), lambda one: np.trunc(one.due), 4
    ),
    Relation(
        marked("{what} is the expected one rounded down to whole numbers."), lambda one: np.floor(one.due), 4
    ),
    Relation(
        marked("{what} is the running sum of the expected one."),
        _only_if(_rank(1), lambda e: np.cumsum(e, axis=0)),
    ),
]
_FIXED += [
    Relation(
        marked("{what} is the expected one rounded to 1 decimal."),
        _always(np.round, decimals=1),
    ),
    *(
        Relation(
            marked("{what} is the expected one rounded to {n} decimals."),
            _always(np.round, decimals=n),
            values={"n": n},
        )
        for n in range(2, 9)
    ),
]


def _part(name: str) -> Relation:
    sentence = marked("{what} is what is expected as `{name}`.")
    return Relation(sentence, lambda one: one.others.get(name), values={"name": name})


def _handed_back(name: str) -> Relation:
    sentence = marked("{what} is the argument `{name}`, unchanged.")
    return Relation(sentence, lambda one: array(one.given.get(name)), values={"name": name})


_NOTHING_BUT = marked("{what} is nothing but the argument `{name}`.")


def _everywhere(name: str) -> Relation:
    """A single number in each place of the result, or as the result."""
    return Relation(
        _NOTHING_BUT,
        lambda one: np.full(one.due.shape, scalars(one.given)[name]),
        values={"name": name},
    )


def _in_one_place(name: str) -> Relation:
    """A single number where an array is due."""
    return Relation(
        _NOTHING_BUT, lambda one: np.asarray(scalars(one.given)[name]), enough=2, values={"name": name}
    )


def array(value: Any) -> np.ndarray | None:
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and value.size <= MAX_ENTRIES:
        return value.astype(float)
    return None


# ---- of another shape ----


def _of_other_shape(one: Observation) -> Iterator[Relation]:
    """For results of too many axes or too few."""
    yield _same_entries(one.due.shape, one.got.shape)
    for name, reduce in _REDUCTIONS.items():
        if name != "maximum":  # which is one of its numbers, and often met by chance
            yield from _reduced(name, reduce, one.due)
        yield from _unreduced(name, reduce, one.got)
    for sentence, rest in _ALL_BUT_ONE.items():
        yield Relation(sentence, _only_if(_rank(1), itemgetter(rest)))
    if not one.got.ndim:
        yield from map(_in_one_place, scalars(one.given))
    for sentence, place in _ONLY_ONE.items():
        yield Relation(sentence, _only_if(_rank(1), itemgetter(place)))


_ALL_BUT_ONE = {
    marked("{what} is the expected one without its first entry along axis 0."): slice(1, None),
    marked("{what} is the expected one without its last entry along axis 0."): slice(None, -1),
}
_ONLY_ONE = {
    marked("{what} is only the first of the expected entries along axis 0: the others are missing."): 0,
    marked("{what} is only the last of the expected entries along axis 0: the others are missing."): -1,
}


def _reduced(name: str, reduce: Callable[..., Any], due: np.ndarray) -> Iterator[Relation]:
    for axis in range(due.ndim):
        sentence = marked("{what} is the expected one's {name} over axis {axis}: that axis must stay.")
        yield Relation(sentence, _always(reduce, axis=axis), values={"name": name, "axis": axis})
    if due.size > 1:
        sentence = marked("{what} is the {name} of all entries of the expected one: they must stay apart.")
        yield Relation(sentence, _always(reduce), values={"name": name})


def _unreduced(name: str, reduce: Callable[..., Any], got: np.ndarray) -> Iterator[Relation]:
    for axis in range(got.ndim):
        sentence = marked(
            "The {name} of {what} over axis {axis} is what is expected: it is still to be taken."
        )
        backwards = _backwards(partial(reduce, axis=axis))
        yield Relation(sentence, backwards, values={"name": name, "axis": axis})
    sentence = marked("The {name} of all entries of {what} is what is expected: it is still to be taken.")
    yield Relation(sentence, _backwards(reduce), values={"name": name})


def _backwards(change: Callable[[np.ndarray], Any]) -> Predict:
    """The prediction is what came, where the change makes of it what was due."""
    return lambda one: one.got if alike(np.asarray(change(one.got)), one.due, one.tolerance) else None


_NOTHING = np.empty(0)


def _of_anothers_size(one: Observation) -> Iterator[Relation]:
    """All that is said is whose size it has."""
    if one.due.ndim != one.got.ndim or one.due.shape == one.got.shape:
        return
    axis = next(k for k, (a, b) in enumerate(zip(one.due.shape, one.got.shape, strict=True)) if a != b)
    where = phrase("axis {axis}", axis=axis) if one.due.ndim > 1 else phrase("the length")
    sizes = quantities(one.given)
    for came in (text for text, size in sizes.items() if size == one.got.shape[axis]):
        for due in (text for text, size in sizes.items() if size == one.due.shape[axis]):
            said = {"where": where, "came": came, "due": due}
            yield Relation(_OF_ANOTHERS_SIZE, partial(_sized, axis, came, due), enough=0, values=said)


_OF_ANOTHERS_SIZE = marked("Of {what}, {where} is {came}; it must be {due}.")


def _sized(axis: int, came: str, due: str, one: Observation) -> np.ndarray | None:
    sizes = quantities(one.given)
    if one.due.shape[axis] != sizes[due]:
        return _NOTHING  # that it must be so is refuted, be it by a right result
    return one.got if one.got.shape[axis] == sizes[came] else None


def _same_entries(due: tuple[int, ...], got: tuple[int, ...]) -> Relation:
    if len(got) == len(due):
        sentence = marked("{what} has the right numbers in the wrong shape: only the shape differs.")
    elif len(got) > len(due):
        sentence = marked("{what} has the right numbers in the wrong shape: an axis of length 1 is too many.")
    else:
        sentence = marked("{what} has the right numbers in the wrong shape: an axis is missing.")
    return Relation(
        sentence,
        lambda one: one.due.reshape(one.got.shape) if one.due.size == one.got.size else None,
        enough=0.5,
    )


_REDUCTIONS: dict[str, Callable[..., Any]] = {
    phrase("sum"): np.sum,
    phrase("mean"): np.mean,
    phrase("maximum"): np.max,
}
