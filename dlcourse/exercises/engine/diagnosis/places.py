"""Where alone a wrong result is wrong: in entries of an argument's sign, in a row, on the diagonal."""

from collections.abc import Callable

import numpy as np

from dlcourse.exercises.engine.diagnosis.measures import arrays_beside, measured
from dlcourse.exercises.engine.diagnosis.observations import Observation, Seen, close
from dlcourse.exercises.engine.diagnosis.relations import is_square, plainly


def places(one: Observation) -> dict[str, np.ndarray]:
    """Entries of the result by what may be particular about them."""
    found: dict[str, np.ndarray] = {}
    for name, x in arrays_beside(one).items():
        found |= {f"where `{name}` is {text}": is_so(x) for text, is_so in _CONDITIONS.items()}
    for axis, line in zip(range(one.due.ndim), _LINES.get(one.due.ndim, ["row"]), strict=False):
        found |= {f"in its {end} {line}": at for end, at in _ends(one.due.shape, axis).items()}
    if is_square(one.due):
        found["on the diagonal"] = np.eye(len(one.due), dtype=bool)
    return found


def _ends(shape: tuple[int, ...], axis: int) -> dict[str, np.ndarray]:
    numbers = np.arange(shape[axis]).reshape(-1, *[1] * (len(shape) - axis - 1))
    ends = {"first": numbers == 0, "last": numbers == shape[axis] - 1}
    return {end: np.broadcast_to(at, shape) for end, at in ends.items()}


_LINES = {1: ["entry"], 2: ["row", "column"]}
_CONDITIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "0": lambda x: x == 0,
    "nan": np.isnan,
    "infinite": np.isinf,
    "negative": lambda x: x < 0,
    "positive": lambda x: x > 0,
    "not positive": lambda x: x <= 0,
    "not negative": lambda x: x >= 0,
}


def somewhere(seen: Seen, what: str) -> str | None:
    """Where alone it is wrong and, if that can be said, what it is there."""
    everything = [*seen.wrong, *seen.right]
    if any(one.due.shape != one.got.shape for one in everything):
        return None
    bad = [~close(one.due, one.got, one.tolerance) for one in everything]
    marked = [places(one) for one in everything]
    for text in marked[0]:
        if _confines(text, marked, bad):
            parts = [one.at(mark[text]) for one, mark in zip(seen.wrong, marked, strict=False)]
            parts = [part for part in parts if part.due.size]
            there = plainly(Seen(parts), what) or measured(Seen(parts), what)
            detail = f" There {there}" if there else ""
            return f"in this test {what} is wrong only {text}; elsewhere it is right.{detail}"
    return None


def _confines(text: str, marked: list[dict[str, np.ndarray]], bad: list[np.ndarray]) -> bool:
    """Whether what is wrong is where that is so, mostly, and never elsewhere."""
    if not all(text in mark for mark, there in zip(marked, bad, strict=True) if there.any()):
        return False
    pairs = [(mark[text], there) for mark, there in zip(marked, bad, strict=True) if text in mark]
    inside = sum(int(m.sum()) for m, _ in pairs)
    outside = sum(int((~m).sum()) for m, b in pairs if b.any())  # beside what is wrong, in the same result
    faults = sum(int((m & b).sum()) for m, b in pairs)
    stray = sum(int((~m & b).sum()) for m, b in pairs)
    return stray == 0 and faults >= 2 and outside >= 3 and faults >= 0.6 * inside
