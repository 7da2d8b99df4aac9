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
EXPLAINED = (
    "Due is what at least half of the class has handed in. At risk is who misses the latest lesson due, or "
    f"{MISSED} of them; who is falling: against the class’s median at least {FALL:.0%} of the points lower "
    f"in the latest {LATEST} lessons than in those before, of which there must be {LATEST}; and who was late "
    f"in {LATE} lessons or more."
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
    class_, handed_in, late = list(students), _lessons(scores), _lessons(filter(_is_late, scores))
    due = [
        lesson
        for lesson in catalogue()
        if 2 * sum(lesson in handed_in.get(student, ()) for student in class_) >= max(1, len(class_))
    ]
    standings = _standings(scores, due)
    found = {
        student: Risk(
            _missing(due, handed_in.get(student, set())),
            _is_falling(standings.get(student, [])),
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


def _is_late(score: Score) -> bool:
    return score.note.startswith(("Handed in ", "Late, "))


def _missing(due: list[str], handed_in: set[str]) -> tuple[str, ...]:
    missing = tuple(lesson for lesson in due if lesson not in handed_in)
    return missing if len(missing) >= MISSED or missing[-1:] == tuple(due[-1:]) else ()


def _standings(scores: list[Score], due: list[str]) -> dict[str, list[float]]:
    """{student: share of the points above the class's median, lesson by lesson of those handed in}."""
    points = totals(scores)
    worth = {lesson: most_points(lesson) for lesson in due}
    middle = {lesson: median(of[lesson] for of in points.values() if lesson in of) for lesson in due}
    return {
        student: [(of[lesson] - middle[lesson]) / worth[lesson] for lesson in due if lesson in of]
        for student, of in points.items()
    }


def _is_falling(standings: list[float]) -> bool:
    before, latest = standings[:-LATEST], standings[-LATEST:]
    return len(before) >= LATEST and fmean(latest) <= fmean(before) - FALL + 1e-9
