"""`scores.csv`: one row an exercise."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dlcourse.course.files import write_whole

COLUMNS = ("student", "lesson", "exercise", "points", "max_points", "status", "feedback")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Score:
    """A row.

    message  what the tests say
    note     what has changed the points since: lateness, an instructor's hand
    mistake  the known mistake that explains a wrong answer, if one does
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

    @property
    def feedback(self) -> str:
        """One line of plain text."""
        return " ".join(f"{self.message} {self.note}".split())

    def cells(self) -> list[str]:
        numbers = f"{self.points:g}", f"{self.max_points:g}"
        texts = [defused(text) for text in (self.student, self.lesson, self.exercise)]
        return [*texts, *numbers, self.status, defused(self.feedback)]


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    >>> defused("=1+1"), defused("Zoë")
    ("'=1+1", 'Zoë')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_scores(path: Path, scores: Iterable[Score]) -> None:
    """All of them or, if interrupted, the file as it was."""
    write_table(path, [COLUMNS, *(score.cells() for score in scores)])


def write_table(path: Path, rows: Iterable[Iterable[str]]) -> None:
    """A CSV file: all of it or, if interrupted, the file as it was."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_whole(path, text.getvalue().encode())
