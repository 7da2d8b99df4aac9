"""Files of instructors that say who is in the course."""

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from dlcourse.course.errors import UserError


def read_roster(path: Path) -> list[str]:
    """The names in a file: a name a line, or a CSV's column "student". UserError where there are none."""
    rows = read_csv(path)
    headings = [heading.strip().casefold() for heading in rows[0]]
    column = headings.index("student") if "student" in headings else None
    names = [
        row[column or 0].strip() for row in (rows if column is None else rows[1:]) if len(row) > (column or 0)
    ]
    found = [name for name in dict.fromkeys(map(_composed, names)) if name]
    if not found:
        raise UserError(f"{path} names no students: write a name a line")
    return found


def matched(rows: list[tuple[str, list[str]]], students: Iterable[str]) -> list[str | None]:
    """Which of `students` each row means, given as its number and its names; None where that is not clear.

    A name that is the student's is better than a number at the end of one, and no student is two rows.

    >>> matched([("12", ["Kim"]), ("13", ["Lee"]), ("14", ["Lee"])], ["kim_12", "Lee"])
    ['kim_12', None, None]
    """
    there = list(students)
    named = [
        next((name for name in map(_composed, [*names, number]) if name in there), None)
        for number, names in rows
    ]
    claims = Counter(named)
    found = [name if claims[name] == 1 else None for name in named]
    rest = [student for student in there if student not in claims]
    for n, (number, _) in enumerate(rows):
        if named[n] is None and number:
            found[n] = next((student for student in rest if student.endswith(f"_{number}")), None)
    return found


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip())


def read_csv(path: Path) -> list[list[str]]:
    """The rows of a CSV file, at least one. UserError where that cannot be had."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        first = text.partition("\n")[0]
        delimiter = ";" if first.count(";") > first.count(",") else ","  # as where a comma stands in numbers
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} is no CSV file in UTF-8: {error}") from error
    if not rows:
        raise UserError(f"{path} is empty")
    return rows
