"""`scores.csv`: one row an exercise."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from dlcourse.files import write_whole

COLUMNS = ("student", "lesson", "exercise", "points", "max_points", "status", "feedback")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Score:
    """A row; `feedback` is one line of plain text."""

    student: str
    lesson: str
    exercise: str
    points: float
    max_points: float
    status: str
    feedback: str

    def cells(self) -> list[str]:
        numbers = f"{self.points:g}", f"{self.max_points:g}"
        texts = [defused(text) for text in (self.student, self.lesson, self.exercise)]
        return [*texts, *numbers, self.status, defused(" ".join(self.feedback.split()))]


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    >>> defused("=1+1"), defused("Zoë")
    ("'=1+1", 'Zoë')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_scores(path: Path, scores: list[Score]) -> None:
    """All of them or, if interrupted, the file as it was."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows(score.cells() for score in scores)
    write_whole(path, text.getvalue().encode())
