"""By what a wrong result differs from the right one: a factor or a term, made of what was given."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import combinations
from typing import Any

import numpy as np

from dlcourse.exercises.engine.diagnosis.observations import (
    ENOUGH,
    Observation,
    Seen,
    alike,
    evidence,
    quantities,
    scalars,
)
from dlcourse.exercises.engine.diagnosis.relations import Predict, Relation, array, first_of
from dlcourse.exercises.engine.wording import number


def measured(seen: Seen, what: str) -> str | None:
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


def _ratio(one: Observation) -> float | None:
    """What all of the result is multiplied by, if it is one number."""
    at = np.isfinite(one.due) & (one.due != 0) & np.isfinite(one.got)
    if not at.any():
        return None
    ratio = one.got[at][np.argmax(np.abs(one.due[at]))] / one.due[at][np.argmax(np.abs(one.due[at]))]
    return float(ratio) if alike(one.due * ratio, one.got, one.tolerance) and ratio != 0 else None


def _near(a: float, b: float, tolerance: float = 1e-7) -> bool:
    return abs(a - b) <= tolerance * abs(b)


_POWERS: dict[str, Callable[[float], float]] = {
    "{} times the expected one": lambda q: q,
    "the expected one divided by {}": lambda q: 1 / q,
    "minus {} times the expected one": lambda q: -q,
    "minus the expected one divided by {}": lambda q: -1 / q,
    "the expected one times the root of {}": np.sqrt,
    "the expected one divided by the root of {}": lambda q: 1 / np.sqrt(q),
    "the expected one times the square of {}": lambda q: q * q,
    "the expected one divided by the square of {}": lambda q: 1 / (q * q),
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
        for text, operation in (("times", np.multiply), ("divided by", np.divide)):
            sentence = f"{{}} is the expected one {text} `{name}`, entry by entry."
            yield Relation(sentence, partial(_by, operation, name))


def _by(operation: Callable[..., Any], name: str, one: Observation) -> np.ndarray | None:
    beside = (arrays_beside(one) | rows_beside(one)).get(name)
    return None if beside is None else operation(one.due, beside)


def _times(form: str, text: str, power: Callable[[float], float]) -> Relation:
    asked = ""
    if text.startswith("the number of rows") and form == "{} times the expected one":
        asked = " Is a mean asked for, where this is a sum?"
    elif text.startswith("the number of rows") and form == "the expected one divided by {}":
        asked = " Is a sum asked for, where this is a mean?"
    sentence = f"{{}} is {form.format(text)}.{asked}"
    return Relation(sentence, lambda one: one.due * power(_multipliers(one.given)[text]))


def _constant_multiple(ratio: float) -> Relation:
    words = {2.0: "twice the expected one", 0.5: "half the expected one"}
    text = words.get(round(ratio, 9), f"{number(ratio, 6)} times the expected one")
    return Relation(f"{{}} is {text}, in each call.", lambda one: one.due * ratio, 2 * ENOUGH)


def _varying_multiple(wrong: Sequence[Observation], what: str) -> str | None:
    if any(one.due.shape != one.got.shape or one.due.size < 2 for one in wrong):
        return None
    ratios = [ratio for ratio in map(_ratio, wrong) if ratio is not None]
    if not len(wrong) == len(ratios) > 1 or evidence([one.got for one in wrong], wrong) < 3 * ENOUGH:
        return None
    texts = ", ".join(number(ratio, 3) for ratio in ratios[:3])
    return f"In each wrong call {what} is a multiple of the expected one (times {texts}): a factor is wrong."


def _along_an_axis(wrong: Sequence[Observation], what: str) -> str | None:
    """A factor or a term that each column, or each row, has of its own."""
    if any(one.due.ndim != 2 or one.due.shape != one.got.shape for one in wrong):
        return None
    for axis, line in ((0, "column"), (1, "row")):
        for text, size_of in _SIZES.items():
            if sum(_same_along(axis, size_of, one) for one in wrong) == len(wrong):
                return f"each {line} of {what} is the expected one {text} of its own."
    return None


def _same_along(axis: int, size_of: Callable[..., np.ndarray], one: Observation) -> bool:
    """Whether three lines or more, of three entries or more each, are each off by one number."""
    if min(one.due.shape[axis], 3) < 3 or one.due.shape[1 - axis] < 2:
        return False
    sizes = size_of(one.got, one.due)
    if not np.isfinite(sizes).all():
        return False
    return bool((np.ptp(sizes, axis) <= 1e3 * one.tolerance * (1 + np.abs(sizes).max(axis))).all())


_SIZES: dict[str, Callable[..., np.ndarray]] = {
    "times a factor": np.divide,
    "plus a number": np.subtract,
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
    arrays |= {f"new {name}": value for name, value in one.others.items() if value.shape == one.due.shape}
    singles = scalars(one.given)
    factors = {**singles, **_derived(one.given), "2": 2.0, "½": 0.5}
    found: dict[str, np.ndarray | float] = dict(arrays)
    found |= {f"{text}·{name}": value * a for text, value in factors.items() for name, a in arrays.items()}
    squares = {f"{name}²": a * a for name, a in arrays.items()}
    found |= squares
    found |= {f"{text}·{name}": value * a for text, value in factors.items() for name, a in squares.items()}
    found |= {f"{a}·{b}": x * y for (a, x), (b, y) in combinations(arrays.items(), 2)}
    return found | singles | {"1": 1.0}


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
                yield Relation(form.format(text), _adds(text, factor))


_DIFFERENCES = [
    (1, "{{}} is the expected one plus {0}."),
    (-1, "{{}} is the expected one minus {0}."),
    (2, "{{}} is the expected one plus twice {0}, as if its sign were flipped."),
    (-2, "{{}} is the expected one minus twice {0}, as if its sign were flipped."),
]


def _adds(text: str, factor: float) -> Predict:
    return lambda one: one.due + factor * _terms(one)[text]
