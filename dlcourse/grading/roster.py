"""Files of instructors that say who is in the course."""

import csv
import io
from pathlib import Path

from dlcourse.errors import UserError


def read_roster(path: Path) -> list[str]:
    """The names in a file: a name a line, or a CSV's column "student". UserError where there are none."""
    rows = read_csv(path)
    headings = [heading.strip().casefold() for heading in rows[0]]
    column = headings.index("student") if "student" in headings else None
    names = [
        row[column or 0].strip() for row in (rows if column is None else rows[1:]) if len(row) > (column or 0)
    ]
    found = [name for name in dict.fromkeys(names) if name]
    if not found:
        raise UserError(f"{path} names no students: write a name a line")
    return found


def read_csv(path: Path) -> list[list[str]]:
    """The rows of a CSV file, at least one. UserError where that cannot be had."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} is no CSV file in UTF-8: {error}") from error
    if not rows:
        raise UserError(f"{path} is empty")
    return rows
