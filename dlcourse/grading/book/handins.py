"""`handins.csv`: one row a hand-in, with when it came and whether it counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dlcourse.grading.book.lateness import Timing
from dlcourse.grading.book.scores import defused, write_table

NAME = "handins.csv"
COLUMNS = (
    *("student", "lesson", "file", "handed_in", "source", "deadline", "extension"),
    *("minutes_late", "penalty", "counts", "why_not"),
)


@dataclass(frozen=True)
class HandedIn:
    """A hand-in as the gradebook keeps it; the texts of dates are ISO 8601.

    path       where it was found
    content    the key of its verdicts; None where it could not be read, which `problem` tells
    handed_in  in UTC; without a zone where that is not known, empty where no date is
    source     who says so
    penalty    the share of its points that lateness takes off; None where nobody knows whether it is late
    why_not    it does not count, where another attempt does
    platform   that takes a page for it back by the name `given`
    page       the student's, beside the gradebook, where there is one for this attempt
    """

    path: str
    student: str
    lesson: str
    content: str | None = None
    problem: str = ""
    handed_in: str = ""
    source: str = ""
    deadline: str = ""
    extension: str = ""
    minutes_late: int | None = None
    penalty: float | None = None
    counts: bool = True
    why_not: str = ""
    platform: str = ""
    given: str = ""
    page: str = ""

    def cells(self) -> list[str]:
        late = "" if self.minutes_late is None else str(self.minutes_late)
        penalty = "" if self.penalty is None else f"{self.penalty:g}"
        who = [defused(text) for text in (self.student, self.lesson, self.path)]
        dates = [self.handed_in, defused(self.source), self.deadline, self.extension]
        return [*who, *dates, late, penalty, "yes" if self.counts else "no", defused(self.why_not)]


def dates_of(timing: Timing) -> dict:
    """What a timing says, as the fields of a row."""
    return {
        "handed_in": _utc(timing.moment()),
        "source": timing.when.source,
        "deadline": timing.deadline.isoformat() if timing.deadline else "",
        "extension": timing.extension.isoformat() if timing.extension else "",
        "minutes_late": timing.minutes_late,
        "penalty": round(timing.share, 4) if timing.judged else None,
    }


def _utc(moment: datetime | None) -> str:
    if moment is None:
        return ""
    text = moment.replace(tzinfo=None).isoformat(timespec="seconds")
    return f"{text}Z" if moment.tzinfo is UTC else text


def write_handins(path: Path, rows: Iterable[HandedIn]) -> None:
    """All of them or, if interrupted, the file as it was."""
    write_table(path, [COLUMNS, *(row.cells() for row in rows)], for_spreadsheets=True)
