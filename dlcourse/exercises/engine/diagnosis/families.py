"""Known mistakes that have a number of their own: log(p + eps) for any eps, a fixed step h for any h.

The number is fitted to one wrong result. Whether the mistake with this number explains all the others is
asked as of any mistake.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from dlcourse.course.language import phrase
from dlcourse.exercises.engine.calls import Function
from dlcourse.exercises.engine.diagnosis.observations import MAX_ENTRIES
from dlcourse.exercises.engine.wording import number

STEPS = 60  # of the search between two values of the grid
_GOLDEN = (5**0.5 - 1) / 2


class Family(NamedTuple):
    """Wrong answers that differ by one number, their keyword `parameter`."""

    sentence: str  # quotes it where it says {parameter}
    wrong: Function
    grid: Sequence[float]  # values to begin with, in order; the number is among them or between two of them

    def member(self, parameter: float) -> tuple[str, Function]:
        """A mistake like any other."""
        said = phrase(self.sentence, parameter=number(parameter, 3))
        return said, partial(self.wrong, parameter=parameter)

    def fitted(self, arguments: Mapping[str, Any], got: Any) -> tuple[str, Function] | None:
        """The member that comes nearest to this result, if any makes something like it."""
        try:
            misses = _Misses(self.wrong, arguments, got)
        except (TypeError, ValueError):  # nothing that numbers could come near to
            return None
        near = min(range(len(self.grid)), key=lambda k: misses(self.grid[k]))
        if not np.isfinite(misses(self.grid[near])):
            return None
        return self.member(_roundest(misses, _between(misses, self.grid, near)))


class _Misses:
    """By how much the result is missed, for a value of the parameter."""

    def __init__(self, wrong: Function, arguments: Mapping[str, Any], got: Any):
        self._wrong, self._arguments, self._got = wrong, arguments, _flat(got)

    def __call__(self, parameter: float) -> float:
        try:
            made = _flat(self._wrong(**self._arguments, parameter=parameter))
            return float(np.sum(np.abs(made - self._got)[made != self._got]))
        except (TypeError, ValueError, ArithmeticError, IndexError):
            return np.inf


def _flat(value: Any) -> np.ndarray:
    items = [np.asarray(item) for item in (value if isinstance(value, tuple) else (value,))]
    if any(item.dtype.kind not in "biuf" for item in items):
        raise TypeError("not real numbers")
    flat = np.concatenate([np.ravel(item).astype(float) for item in items])
    if flat.size > MAX_ENTRIES:
        raise ValueError("too many")
    return flat


def _between(misses: Callable[[float], float], grid: Sequence[float], near: int) -> float:
    """The best value around that of the grid, by golden section on a logarithmic scale where there is one."""
    if misses(grid[near]) == 0:
        return grid[near]
    low, high = grid[max(near - 1, 0)], grid[min(near + 1, len(grid) - 1)]
    there, back = (np.log, np.exp) if low > 0 else (float, float)
    low, high = there(low), there(high)
    for _ in range(STEPS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if misses(back(left)) <= misses(back(right)):
            high = right
        else:
            low = left
    found = float(back((low + high) / 2))
    return min((grid[near], found), key=misses)


def _roundest(misses: Callable[[float], float], parameter: float) -> float:
    """Of fewest digits among those that are as good."""
    best = misses(parameter)
    rounded = (float(f"{parameter:.{digits}g}") for digits in (1, 2, 3, 4))
    return next((value for value in rounded if misses(value) <= best), parameter)
