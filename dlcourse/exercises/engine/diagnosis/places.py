"""Where alone a wrong result is wrong: in entries of an argument's sign, in a row, on the diagonal."""

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

from dlcourse.course.language import Phrase, marked, phrase
from dlcourse.exercises.engine.diagnosis.measures import arrays_beside, measured
from dlcourse.exercises.engine.diagnosis.observations import Observation, Seen, close
from dlcourse.exercises.engine.diagnosis.relations import is_square, plainly


def places(one: Observation) -> dict[str, np.ndarray]:
    """Entries of the result by what may be particular about them."""
    found: dict[str, np.ndarray] = {}
    for name, x in arrays_beside(one).items():
        found |= {_where(text, name): is_so(x) for text, is_so in _CONDITIONS.items()}
    for axis, ends in zip(range(one.due.ndim), _ENDS.get(one.due.ndim, [_ROWS]), strict=False):
        found |= dict(zip(ends, _ends(one.due.shape, axis), strict=True))
    if is_square(one.due):
        found[_DIAGONAL] = np.eye(len(one.due), dtype=bool)
    return found


def _ends(shape: tuple[int, ...], axis: int) -> Iterator[np.ndarray]:
    """What is first along that axis, and what is last."""
    numbers = np.arange(shape[axis]).reshape(-1, *[1] * (len(shape) - axis - 1))
    for at in (numbers == 0, numbers == shape[axis] - 1):
        yield np.broadcast_to(at, shape)


@cache  # for the same few arguments, again and again
def _where(text: str, name: str) -> Phrase:
    return phrase(text, name=name)


_DIAGONAL = phrase("on the diagonal")
_ENTRIES = phrase("in its first entry"), phrase("in its last entry")
_ROWS = phrase("in its first row"), phrase("in its last row")
_COLUMNS = phrase("in its first column"), phrase("in its last column")
_ENDS = {1: [_ENTRIES], 2: [_ROWS, _COLUMNS]}  # by axes of the result, of its axes in order
_CONDITIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    marked("where `{name}` is 0"): lambda x: x == 0,
    marked("where `{name}` is nan"): np.isnan,
    marked("where `{name}` is infinite"): np.isinf,
    marked("where `{name}` is negative"): lambda x: x < 0,
    marked("where `{name}` is positive"): lambda x: x > 0,
    marked("where `{name}` is not positive"): lambda x: x <= 0,
    marked("where `{name}` is not negative"): lambda x: x >= 0,
}


def somewhere(seen: Seen, what: str) -> Phrase | None:
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
            if there:
                return phrase(_THERE, what=what, where=text, there=there)
            return phrase(_ONLY_THERE, what=what, where=text)
    return None


_ONLY_THERE = marked("in this test {what} is wrong only {where}; elsewhere it is right.")
_THERE = marked("in this test {what} is wrong only {where}; elsewhere it is right. There {there}")


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
