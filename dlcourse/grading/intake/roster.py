"""Files of instructors that say who is in the course: a list, or what a platform exports of a course."""

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from dlcourse.course.errors import UserError

_SIGNS = ("=", "+", "-", "@", "\t", "\r", ";", "＝", "＋", "－", "＠")  # before which scores.csv puts a '
# Headings by what stands below them, the surest names first.
_LOGINS = (
    *(
        "student",
        "sis user id",
        "sis login id",
        "integration id",
        "username",
        "user name",
        "login",
        "login id",
    ),
    *("login id", "eid", "display id", "email address", "email", "e-mail", "id number", "github_username"),
)
_NAMES = ("full name", "name", "student name", "lastname,firstname")
_FIRST, _LAST = ("first name", "firstname"), ("last name", "lastname", "surname")
_NUMBERS = ("id", "identifier")
_SECTIONS = ("section", "sections", "group", "groups")
_ALL = {*_LOGINS, *_NAMES, *_FIRST, *_LAST, *_NUMBERS}
_NOBODY = ("points possible", "manual posting", "muted")  # rows of Canvas's that are no students
_TEST_STUDENT = "student, test"  # Canvas's


Rows = list[tuple[str, list[str]]]  # (number, names) each
Named = tuple[str | None, bool]  # (a student, whether by the last of several names)


@dataclass(frozen=True)
class Person:
    """Somebody on a roster.

    name     as the roster calls them
    names    what they may be called here, the surest first
    number   that a platform's files have at the end of a name
    section  where the roster says one
    """

    name: str
    names: tuple[str, ...]
    number: str = ""
    section: str = ""


def read_people(path: Path) -> list[Person]:
    """All who are on a roster: a name a line, "Last, First" too, or a CSV file with headings.

    UserError where there are none.
    """
    rows = read_csv(path)
    headings = [" ".join(heading.split()).casefold() for heading in rows[0]]
    listed = map(_listed, rows) if not _ALL & set(headings) else (_under(headings, row) for row in rows[1:])
    people = list({(p.name, p.number, p.names): p for p in listed if p is not None}.values())
    if not people:
        raise UserError(f"{path} names no students: write a name a line")
    return people


def read_roster(path: Path, students: Iterable[str] = ()) -> list[str]:
    """The names on a roster, as `students`, those known here, are called. UserError where there are none."""
    people = read_people(path)
    ours = matched([(person.number, list(person.names)) for person in people], students)
    names = (student or person.name for person, student in zip(people, ours, strict=True))
    return list(dict.fromkeys(names))


def _listed(row: list[str]) -> Person | None:
    """Of a line without headings: "Lovelace, Ada", or a name and whatever else."""
    cells = [_cell(text) for text in row]
    if not any(cells):
        return None
    if len(row) > 1 and row[1][:1].isspace() and cells[1]:
        last, first, *more = cells
        return Person(f"{last}, {first}", (f"{last}, {first}", f"{first} {last}", *filter(None, more)))
    names = tuple(filter(None, cells))
    return Person(names[0], names)


def _under(headings: list[str], row: list[str]) -> Person | None:
    """Of a row, by what stands over its cells."""
    found = {heading: _cell(text) for heading, text in zip(headings, row, strict=False)}

    def cells(wanted: Iterable[str]) -> list[str]:
        return [found[heading] for heading in wanted if found.get(heading)]

    first, last = cells(_FIRST)[:1], cells(_LAST)[:1]
    both = [f"{last[0]}, {first[0]}", f"{first[0]} {last[0]}"] if first and last else []
    names = [*cells(_LOGINS[1:]), *cells(_NAMES), *both, *cells(_LOGINS[:1])]
    shown = [*cells(_LOGINS[:1]), *cells(_NAMES), *both, *names]
    if not shown or shown[0].casefold().startswith((*_NOBODY, _TEST_STUDENT)):
        return None
    digits = re.search(r"\d+$", (cells(_NUMBERS) or [""])[0])
    turned = [f"{b} {a}" for name in names for a, comma, b in [name.partition(", ")] if comma]
    section = ", ".join(cells(_SECTIONS))
    return Person(shown[0], tuple(dict.fromkeys([*names, *turned])), digits[0] if digits else "", section)


def _cell(text: str) -> str:
    """What a cell says, without what keeps spreadsheets from taking it for a formula."""
    text = _composed(text)
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1]  # Canvas's way
    return text[1:] if text.startswith("'") and text[1:].startswith(_SIGNS) else text


def matched(rows: Rows, students: Iterable[str]) -> list[str | None]:
    """Which of `students` each row means, given as its number and its names; None where that is not clear.

    A name that is the student's is better than a number at the end of one; but the last of several names,
    which people choose, does not stand against a number. No student is two rows, no number two students.

    >>> matched([("12", ["Kim"]), ("13", ["Lee"]), ("14", ["Lee"])], ["kim_12", "Lee"])
    ['kim_12', None, None]
    """
    there = list(dict.fromkeys(students))
    numbered = _by_number([number for number, _ in rows], there)
    named = _named(rows, {_composed(name): name for name in there} | {name: name for name in there}, str)
    known = {name for name, _ in named}
    others = _named(rows, _alike([name for name in there if name not in known]), _loosely)
    by_name = [
        None if chosen and name in numbered.values() and numbered.get(number) != name else name
        for (number, _), (name, chosen) in zip(rows, map(_either, named, others), strict=True)
    ]
    claims = Counter(by_name)
    rest = {number: student for number, student in numbered.items() if student not in claims}
    return [
        (name if claims[name] == 1 else None) if name else rest.get(number)
        for name, (number, _) in zip(by_name, rows, strict=True)
    ]


def _named(
    rows: list[tuple[str, list[str]]], known: dict[str, str], key: Callable[[str], str]
) -> list[Named]:
    """Whom each row names, by the first of its names, or its number, that is somebody's."""
    found: list[Named] = []
    for number, names in rows:
        students = [known.get(key(name)) for name in [*map(_cell, names), number]]
        n = next((n for n, student in enumerate(students) if student), -1)
        found.append((students[n], 0 < n == len(names) - 1) if n >= 0 else (None, False))
    return found


def _either(one: Named, other: Named) -> Named:
    return one if one[0] else other


def _by_number(numbers: list[str], students: list[str]) -> dict[str, str]:
    """The student for each number that stands in one row and at the end of one student's name."""
    rows, ends = Counter(numbers), Counter(student.rpartition("_")[2] for student in students)
    at_end = {student.rpartition("_")[2]: student for student in students if "_" in student}
    return {
        number: at_end[number]
        for number in numbers
        if number and number in at_end and rows[number] == 1 and ends[number] == 1
    }


def _alike(students: list[str]) -> dict[str, str]:
    """Students by their names as `_loosely` has them, without those that are then two."""
    counts = Counter(map(_loosely, students))
    return {key: student for student in students if counts[key := _loosely(student)] == 1}


def _loosely(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip())


def read_csv(path: Path) -> list[list[str]]:
    """The rows of a CSV file, at least one. UserError where that cannot be had."""
    try:
        text = _text(path.read_bytes())
        first, _, rest = text.partition("\n")
        told = re.fullmatch(r'"?sep=([;,|\t])"?\s*', first, re.IGNORECASE)  # Excel's
        delimiter = told[1] if told else max(",;\t", key=first.count)  # the first of those alike
        rows = [row for row in csv.reader(io.StringIO(rest if told else text), delimiter=delimiter) if row]
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} is no CSV file in UTF-8: {error}; save it as CSV UTF-8") from error
    if not any(cell.strip() for row in rows for cell in row):
        raise UserError(f"{path} is empty")
    return rows


def _text(content: bytes) -> str:
    """UTF-8, or the UTF-16 that Excel calls Unicode text."""
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and len(content) > 2
    return content.decode("utf-16" if marked else "utf-8-sig").replace("\0", "")
