"""By what a wrong result differs from the right one: a factor or a term, made of what was given."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import combinations
from typing import Any

import numpy as np

from dlcourse.course.language import Phrase, marked, phrase
from dlcourse.exercises.engine.diagnosis.observations import (
    ENOUGH,
    ROWS,
    Observation,
    Seen,
    alike,
    evidence,
    quantities,
    scalars,
)
from dlcourse.exercises.engine.diagnosis.relations import Predict, Relation, array, first_of
from dlcourse.exercises.engine.wording import number


def measured(seen: Seen, what: str) -> Phrase | None:
    """By what the result differs: a factor, a term."""
    first = seen.wrong[0]
    if first.due.shape != first.got.shape:
        return None
    return (
        first_of((*_multiples(first), *_sums(first)), seen, what)
        or _varying_multiple(seen.wrong, what)
        or _along_an_axis(seen.wrong, what)
    )


def _derived(given: Mapping[str, Any]) -> dict[str, float]:
    """Numbers that formulas make of the single arguments."""
    singles = scalars(given)
    found = {f"(1 − {name})": 1 - value for name, value in singles.items()}
    for (a, x), (b, y) in combinations(singles.items(), 2):
        found[f"{a}·{b}"] = x * y
        for base, power, text in ((x, y, f"{a}**{b}"), (y, x, f"{b}**{a}")):
            if 0 < base < 1 and 1 <= power <= 1e6:
                found |= {text: base**power, f"(1 − {text})": 1 - base**power}
    return found


def _multipliers(given: Mapping[str, Any]) -> dict[str, float]:
    """What formulas multiply by, in words."""
    derived = {f"`{text}`": value for text, value in _derived(given).items()}
    return {**quantities(given), **derived, "ln 10": np.log(10), "ln 2": np.log(2), "2": 2.0, "4": 4.0}


_ROUNDING = 1e-12  # a result so small is what rounding has left of 0


def _ratio(one: Observation) -> float | None:
    """What all of the result is multiplied by, if it is one number."""
    at = np.isfinite(one.due) & (one.due != 0) & np.isfinite(one.got)
    if not at.any():
        return None
    ratio = one.got[at][np.argmax(np.abs(one.due[at]))] / one.due[at][np.argmax(np.abs(one.due[at]))]
    if abs(ratio) < _ROUNDING or not alike(one.due * ratio, one.got, one.tolerance):
        return None
    return float(ratio)


def _near(a: float, b: float, tolerance: float = 1e-7) -> bool:
    return abs(a - b) <= tolerance * abs(b)


_POWERS: dict[str, Callable[[float], float]] = {
    marked("{what} is {quantity} times the expected one."): lambda q: q,
    marked("{what} is the expected one divided by {quantity}."): lambda q: 1 / q,
    marked("{what} is minus {quantity} times the expected one."): lambda q: -q,
    marked("{what} is minus the expected one divided by {quantity}."): lambda q: -1 / q,
    marked("{what} is the expected one times the root of {quantity}."): np.sqrt,
    marked("{what} is the expected one divided by the root of {quantity}."): lambda q: 1 / np.sqrt(q),
    marked("{what} is the expected one times the square of {quantity}."): lambda q: q * q,
    marked("{what} is the expected one divided by the square of {quantity}."): lambda q: 1 / (q * q),
}
_OF_ROWS = {  # said in place of these where the quantity is a number of rows
    "{what} is {quantity} times the expected one.": marked(
        "{what} is {quantity} times the expected one. Is a mean asked for, where this is a sum?"
    ),
    "{what} is the expected one divided by {quantity}.": marked(
        "{what} is the expected one divided by {quantity}. Is a sum asked for, where this is a mean?"
    ),
}


def _multiples(one: Observation) -> Iterator[Relation]:
    ratio = _ratio(one)
    if ratio is not None and not _near(ratio, 1):
        for form, power in _POWERS.items():
            for text, value in _multipliers(one.given).items():
                if 0 < value != 1 and _near(power(value), ratio, 1e3 * one.tolerance):
                    yield _times(form, text, power)
        yield _constant_multiple(ratio)
    for name in arrays_beside(one) | rows_beside(one):
        for sentence, operation in _BY_ENTRY.items():
            yield Relation(sentence, partial(_by, operation, name), values={"name": name})


_BY_ENTRY: dict[str, Callable[..., Any]] = {
    marked("{what} is the expected one times `{name}`, entry by entry."): np.multiply,
    marked("{what} is the expected one divided by `{name}`, entry by entry."): np.divide,
}


def _by(operation: Callable[..., Any], name: str, one: Observation) -> np.ndarray | None:
    beside = (arrays_beside(one) | rows_beside(one)).get(name)
    return None if beside is None else operation(one.due, beside)


def _times(form: str, text: str, power: Callable[[float], float]) -> Relation:
    of_rows = isinstance(text, Phrase) and text.template == ROWS
    sentence = _OF_ROWS.get(form, form) if of_rows else form
    return Relation(
        sentence, lambda one: one.due * power(_multipliers(one.given)[text]), values={"quantity": text}
    )


def _constant_multiple(ratio: float) -> Relation:
    words = {
        2.0: marked("{what} is twice the expected one, in each call."),
        0.5: marked("{what} is half the expected one, in each call."),
    }
    other = marked("{what} is {factor} times the expected one, in each call.")
    sentence = words.get(round(ratio, 9), other)
    values = {"factor": number(ratio, 6)} if sentence == other else {}
    return Relation(sentence, lambda one: one.due * ratio, 2 * ENOUGH, values)


def _varying_multiple(wrong: Sequence[Observation], what: str) -> Phrase | None:
    if any(one.due.shape != one.got.shape or one.due.size < 2 for one in wrong):
        return None
    ratios = [ratio for ratio in map(_ratio, wrong) if ratio is not None]
    if not len(wrong) == len(ratios) > 1 or evidence([one.got for one in wrong], wrong) < 3 * ENOUGH:
        return None
    factors = ", ".join(number(ratio, 3) for ratio in ratios[:3])
    return phrase(
        "In each wrong call {what} is a multiple of the expected one (times {factors}): a factor is wrong.",
        what=what,
        factors=factors,
    )


def _along_an_axis(wrong: Sequence[Observation], what: str) -> Phrase | None:
    """A factor or a term that each column, or each row, has of its own."""
    if any(one.due.ndim != 2 or one.due.shape != one.got.shape for one in wrong):
        return None
    for sentence, (axis, size_of) in _OF_ITS_OWN.items():
        if all(_same_along(axis, size_of, one) for one in wrong):
            return phrase(sentence, what=what)
    return None


def _same_along(axis: int, size_of: Callable[..., np.ndarray], one: Observation) -> bool:
    """Whether three lines or more, of three entries or more each, are each off by one number."""
    if min(one.due.shape[axis], 3) < 3 or one.due.shape[1 - axis] < 2:
        return False
    sizes = size_of(one.got, one.due)
    if not np.isfinite(sizes).all():
        return False
    return bool((np.ptp(sizes, axis) <= 1e3 * one.tolerance * (1 + np.abs(sizes).max(axis))).all())


_OF_ITS_OWN: dict[str, tuple[int, Callable[..., np.ndarray]]] = {
    marked("each column of {what} is the expected one times a factor of its own."): (0, np.divide),
    marked("each column of {what} is the expected one plus a number of its own."): (0, np.subtract),
    marked("each row of {what} is the expected one times a factor of its own."): (1, np.divide),
    marked("each row of {what} is the expected one plus a number of its own."): (1, np.subtract),
}


def arrays_beside(one: Observation) -> dict[str, np.ndarray]:
    """Arguments of the result's shape."""
    found = {name: array(value) for name, value in one.given.items()}
    return {name: a for name, a in found.items() if a is not None and a.ndim and a.shape == one.due.shape}


def rows_beside(one: Observation) -> dict[str, np.ndarray]:
    """What was given, or is another result, of one number a column: repeated for each row."""
    found = {name: array(value) for name, value in (*one.given.items(), *one.others.items())}
    rows = {name: a for name, a in found.items() if a is not None and a.ndim}
    return {n: np.broadcast_to(a, one.due.shape) for n, a in rows.items() if a.shape == one.due.shape[1:]}


@lru_cache(maxsize=32)  # each relation asks for them, of the same few results
def _terms(one: Observation) -> dict[str, np.ndarray | float]:
    """What a formula may add: an argument, alone or times numbers that were given too."""
    arrays: dict[str, Any] = arrays_beside(one) | rows_beside(one)
    arrays |= {
        phrase("new {name}", name=name): value
        for name, value in one.others.items()
        if value.shape == one.due.shape
    }
    singles = scalars(one.given)
    factors = {**singles, **_derived(one.given), "2": 2.0, "½": 0.5}
    found: dict[str, np.ndarray | float] = dict(arrays)
    found |= {
        _product(text, name): value * a for text, value in factors.items() for name, a in arrays.items()
    }
    squares = {_squared(name): a * a for name, a in arrays.items()}
    found |= squares
    found |= {
        _product(text, name): value * a for text, value in factors.items() for name, a in squares.items()
    }
    found |= {_product(a, b): x * y for (a, x), (b, y) in combinations(arrays.items(), 2)}
    return found | singles | {"1": 1.0}


def _product(a: str, b: str) -> str:
    """Of two terms; a phrase where one of them is."""
    are_words = isinstance(a, Phrase) or isinstance(b, Phrase)
    return phrase("{a}·{b}", a=a, b=b) if are_words else f"{a}·{b}"


def _squared(term: str) -> str:
    return phrase("{term}²", term=term) if isinstance(term, Phrase) else f"{term}²"


def _sums(one: Observation) -> Iterator[Relation]:
    """The result is the right one with a term too much, too little, or of the wrong sign."""
    difference = one.got - one.due
    if not np.isfinite(difference).all():
        return
    largest = int(np.argmax(np.abs(difference)))
    due = difference.flat[largest]
    for text, term in _terms(one).items():
        there = term.flat[largest] if isinstance(term, np.ndarray) else term
        for factor, form in _DIFFERENCES:
            if _near(factor * there, due, 1e-4):  # most are out at a glance
                yield Relation(form, _adds(text, factor), values={"term": text})


_DIFFERENCES = [
    (1, marked("{what} is the expected one plus {term}.")),
    (-1, marked("{what} is the expected one minus {term}.")),
    (2, marked("{what} is the expected one plus twice {term}, as if its sign were flipped.")),
    (-2, marked("{what} is the expected one minus twice {term}, as if its sign were flipped.")),
]


def _adds(text: str, factor: float) -> Predict:
    return lambda one: one.due + factor * _terms(one)[text]
