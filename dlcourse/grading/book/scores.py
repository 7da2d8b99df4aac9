"""`scores.csv`: one row an exercise."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from dlcourse.course.files import write_whole
from dlcourse.exercises.engine.verdict import plain

COLUMNS = ("student", "lesson", "exercise", "points", "max_points", "status", "feedback")
# A program may part cells at ; or a tab where we part them at commas, and then our quotes do not hold.
_FORMULA = re.compile(r'(^|;)(?=[ "]*[=+@＝＋＠－-])|(?<=,)(?=[=+@＝＋＠－-])')
_BREAKS = dict.fromkeys(map(ord, "\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"), " ")


@dataclass(frozen=True)
class Score:
    """A row.

    message  what the tests say
    note     what an instructor's hand has changed since, and says
    mistake  the known mistake that explains a wrong answer, if one does
    late     what lateness has taken off the points
    earned   the points that the tests gave, and
    worth    what they are out of; None in a gradebook from before these were kept
    absent   not handed in: the row is there because an adjustment holds for the whole class
    share    of a competition's predictions, that is right
    leader   the name on its leaderboard, if the student is to be on one
    """

    student: str
    lesson: str
    exercise: str
    points: float
    max_points: float
    status: str
    message: str
    note: str = ""
    mistake: str = ""
    late: str = ""
    earned: float | None = None
    worth: float | None = None
    absent: bool = False
    share: float | None = None
    leader: str = ""

    @property
    def feedback(self) -> str:
        """One line of plain text."""
        return plain(" ".join(f"{self.message} {self.late} {self.note}".split()))

    @property
    def title(self) -> str:
        """What it is of."""
        return self.exercise or (self.lesson if self.of_whole_lesson else "")

    @property
    def of_whole_lesson(self) -> bool:
        """Whether an instructor has decided it for a lesson as one; what is no lesson has no known worth."""
        return not self.exercise and self.worth is not None

    @property
    def tested(self) -> tuple[float, float]:
        """(points, out of how many) of the answer itself, whenever it came and whatever was decided since."""
        earned = self.points if self.earned is None else self.earned
        return earned, self.max_points if self.worth is None else self.worth

    def cells(self) -> list[str]:
        numbers = f"{self.points:g}", f"{self.max_points:g}"
        texts = [defused(text) for text in (self.student, self.lesson, self.exercise)]
        return [*texts, *numbers, self.status, defused(self.feedback)]


def unreadable(
    scores: Iterable[Score], in_english: Mapping[tuple[str, str], str] = MappingProxyType({})
) -> list[tuple[str, str]]:
    """(student, problem) of what could not be graded, each once, whatever is adjusted since.

    in_english: the problems by student and lesson, for a class whose students are told of them otherwise
    """
    found = (s for s in scores if s.status == "unreadable" and not s.of_whole_lesson)
    told = ((score.student, in_english.get((score.student, score.lesson), score.message)) for score in found)
    return list(dict.fromkeys(told))


def defused(text: str) -> str:
    """Text in which no spreadsheet finds a formula, at whatever it parts cells.

    >>> defused("=1+1"), defused("a;=1+1"), defused("Zoë, -1 = a")
    ("'=1+1", "a;'=1+1", 'Zoë, -1 = a')
    """
    return _FORMULA.sub(r"\1'", text.translate(_BREAKS))


def write_scores(path: Path, scores: Iterable[Score]) -> None:
    """All of them or, if interrupted, the file as it was."""
    write_table(path, [COLUMNS, *(score.cells() for score in scores)], for_spreadsheets=True)


def write_table(path: Path, rows: Iterable[Iterable[str]], for_spreadsheets: bool = False) -> None:
    """A CSV file that its owner alone may read: all of it or, if interrupted, the file as it was.

    for_spreadsheets: with the mark by which Excel knows UTF-8; other programs may take it for text.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    encoding = "utf-8-sig" if for_spreadsheets else "utf-8"
    write_whole(path, text.getvalue().encode(encoding), private=True)
