"""Who may need a word, by what grading knows of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean, median

from dlcourse.exercises import catalogue
from dlcourse.grading.book.scores import Score
from dlcourse.grading.book.statistics import most_points, totals

MISSED = 2  # lessons, or the latest one
LATE = 2  # lessons
LATEST = 2  # lessons, against those before
FALL = 0.2  # of the points
_ROUNDING = 1e-9
EXPLAINED = (
    "Due is what at least half of the class has handed in. At risk is who misses the latest lesson due, or "
    f"{MISSED} of them; who is falling: in the latest {LATEST} lessons at least {FALL:.0%} of the points "
    f"lower than in those before, of which there must be {LATEST}, and lower against the class’s median too; "
    f"and who was late in {LATE} lessons or more."
)


@dataclass(frozen=True)
class Risk:
    """Why somebody is at risk: lessons that are missing, whether the points fall, how many lessons late."""

    missing: tuple[str, ...]
    is_falling: bool
    late: int

    @property
    def weight(self) -> int:
        return len(self.missing) + LATEST * self.is_falling + self.late

    def __str__(self) -> str:
        missing = f"missing {', '.join(lesson[:2] for lesson in self.missing)}" if self.missing else ""
        late = f"late {self.late} ×" if self.late else ""
        return "; ".join(filter(None, (missing, "falling" if self.is_falling else "", late)))


def risks(scores: list[Score], students: Iterable[str]) -> dict[str, Risk]:
    """{student: why}, of those of `students`, the whole class, who are at risk."""
    class_, there = list(students), [score for score in scores if not score.absent]
    handed_in, late = _lessons(there), _lessons(score for score in there if score.late)
    due = [
        lesson
        for lesson in catalogue()
        if 2 * sum(lesson in handed_in.get(student, ()) for student in class_) >= max(1, len(class_))
    ]
    shares = _shares(there, due)
    of_lesson = {lesson: [of[lesson] for of in shares.values() if lesson in of] for lesson in due}
    middle = {lesson: median(found) for lesson, found in of_lesson.items() if found}
    found = {
        student: Risk(
            _missing(due, handed_in.get(student, set())),
            _is_falling(shares.get(student, {}), middle),
            n if (n := len(late.get(student, ()))) >= LATE else 0,
        )
        for student in class_
    }
    return {student: risk for student, risk in found.items() if risk.weight}


def _lessons(scores: Iterable[Score]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for score in scores:
        found.setdefault(score.student, set()).add(score.lesson)
    return found


def _missing(due: list[str], handed_in: set[str]) -> tuple[str, ...]:
    missing = tuple(lesson for lesson in due if lesson not in handed_in)
    return missing if len(missing) >= MISSED or missing[-1:] == tuple(due[-1:]) else ()


def _shares(scores: list[Score], due: list[str]) -> dict[str, dict[str, float]]:
    """{student: {lesson: share of its points}}, of the lessons that are due and handed in, in their order."""
    worth = {lesson: most for lesson in due if (most := most_points(lesson, scores))}
    return {
        student: {lesson: of[lesson] / most for lesson, most in worth.items() if lesson in of}
        for student, of in totals(scores).items()
    }


def _is_falling(shares: dict[str, float], middle: dict[str, float]) -> bool:
    """Whether one's own points fall, and not for the lessons are harder: those against the class's do too."""
    standings = [share - middle[lesson] for lesson, share in shares.items()]
    return _falls(list(shares.values())) and _falls(standings)


def _falls(values: list[float]) -> bool:
    before, latest = values[:-LATEST], values[-LATEST:]
    return len(before) >= LATEST and fmean(latest) <= fmean(before) - FALL + _ROUNDING
