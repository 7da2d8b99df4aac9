"""Files of instructors that say who is in the course: a list, or what a platform exports of a course."""

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
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


Named = tuple[str | None, bool]  # (a student, whether by a name that people choose)


@dataclass(frozen=True)
class Person:
    """Somebody on a roster; a row of it that is nobody's has no names.

    name     as the roster calls them
    names    what they may be called here, the surest first
    number   that a platform's files have at the end of a name
    section  where the roster says one
    chosen   those of the names that people choose themselves, where there are logins too
    """

    name: str
    names: tuple[str, ...]
    number: str = ""
    section: str = ""
    chosen: frozenset[str] = frozenset()


_NO_ONE = Person("", ())


@dataclass(frozen=True)
class ClassList:
    """A class, its students named as grading names them, or else as the roster does.

    sections   {student: section, "" where there is none} of all on the roster, in its order
    strangers  who is graded and not on the roster
    """

    sections: dict[str, str]
    strangers: tuple[str, ...] = ()

    def of_section(self, name: str) -> "ClassList":
        """Those in a section; of who is in several, as "A and B" or "A, B", each counts."""
        wanted = _loosely(name)
        return ClassList(
            {
                student: section
                for student, section in self.sections.items()
                if wanted in {_loosely(of) for of in (section, *re.split(r", and |, | and ", section))}
            },
            self.strangers,
        )


def read_class(path: Path, students: Iterable[str]) -> ClassList:
    """The class on a roster. UserError where none of `students`, who are graded, is on it."""
    people, students = read_people(path), sorted(set(students))
    ours = matched(people, students)
    if not any(ours):
        raise UserError(f"nobody of {path} is among those graded: names must be those of scores.csv")
    sections = {student or person.name: person.section for person, student in zip(people, ours, strict=True)}
    return ClassList(sections, tuple(student for student in students if student not in sections))


def read_people(path: Path) -> list[Person]:
    """All who are on a roster: a name a line, "Last, First" too, or a CSV file with headings.

    UserError where there are none.
    """
    rows = read_csv(path)
    headings = [_heading(text) for text in rows[0]]
    listed = people_under(headings, rows[1:]) if _ALL & set(headings) else map(_listed, rows)
    people = list({(p.name, p.number, p.names): p for p in listed if p.names}.values())
    if not people:
        raise UserError(f"{path} names no students: write a name a line")
    return people


def people_under(headings: Iterable[str], rows: Iterable[list[str]]) -> list[Person]:
    """Whom each row of a table means, by what stands over its cells."""
    headings = [_heading(text) for text in headings]
    return [_under(headings, row) for row in rows]


def _heading(text: str) -> str:
    return " ".join(text.split()).casefold()


def _listed(row: list[str]) -> Person:
    """Of a line without headings: "Lovelace, Ada", or a name and whatever else."""
    cells = [_cell(text) for text in row]
    if not any(cells):
        return _NO_ONE
    if len(row) > 1 and row[1][:1].isspace() and cells[1]:
        last, first, *more = cells
        return Person(f"{last}, {first}", (f"{last}, {first}", f"{first} {last}", *filter(None, more)))
    names = tuple(filter(None, cells))
    return Person(names[0], names)


def _under(headings: list[str], row: list[str]) -> Person:
    found = {heading: _cell(text) for heading, text in zip(headings, row, strict=False)}

    def cells(wanted: Iterable[str]) -> list[str]:
        return [found[heading] for heading in wanted if found.get(heading)]

    first, last = cells(_FIRST)[:1], cells(_LAST)[:1]
    both = [f"{last[0]}, {first[0]}", f"{first[0]} {last[0]}"] if first and last else []
    logins, called = cells(_LOGINS[1:]), [*cells(_NAMES), *both, *cells(_LOGINS[:1])]
    shown = [*cells(_LOGINS[:1]), *cells(_NAMES), *both, *logins]
    if shown and shown[0].casefold().startswith((*_NOBODY, _TEST_STUDENT)):
        return _NO_ONE
    called += [f"{b} {a}" for name in called for a, comma, b in [name.partition(", ")] if comma]
    digits = re.search(r"\d+$", (cells(_NUMBERS) or [""])[0])
    return Person(
        shown[0] if shown else "",
        tuple(dict.fromkeys([*logins, *called])),
        digits[0] if digits else "",
        ", ".join(cells(_SECTIONS)),
        frozenset(called) - set(logins) if logins else frozenset(),
    )


def _cell(text: str) -> str:
    """What a cell says, without what keeps spreadsheets from taking it for a formula."""
    text = _composed(text)
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1]  # Canvas's way
    return text[1:] if text.startswith("'") and text[1:].startswith(_SIGNS) else text


def matched(people: Sequence[Person], students: Iterable[str]) -> list[str | None]:
    """Which of `students` each person is; None where that is not clear.

    A name that is the student's is better than a number at the end of one; but a name that people choose
    does not stand against a number. No student is two people, no number two students.

    >>> people = Person("Kim", ("Kim",), "12"), Person("Lee", ("Lee",), "13"), Person("Lee", ("Lee",), "14")
    >>> matched(people, ["kim_12", "Lee"])
    ['kim_12', None, None]
    """
    there = list(dict.fromkeys(students))
    numbered = _by_number([person.number for person in people], there)
    named = _named(people, {_composed(name): name for name in there} | {name: name for name in there}, str)
    known = {name for name, _ in named}
    others = _named(people, _alike([name for name in there if name not in known]), _loosely)
    by_name = [
        None if chosen and name in numbered.values() and numbered.get(person.number) != name else name
        for person, (name, chosen) in zip(people, map(_either, named, others), strict=True)
    ]
    claims = Counter(by_name)
    rest = {number: student for number, student in numbered.items() if student not in claims}
    return [
        (name if claims[name] == 1 else None) if name else rest.get(person.number)
        for name, person in zip(by_name, people, strict=True)
    ]


def _named(people: Iterable[Person], known: dict[str, str], key: Callable[[str], str]) -> list[Named]:
    """Whom each one's names mean, by the first of them, or else by the number, that is somebody's."""
    found: list[Named] = []
    for person in people:
        name = next((name for name in (*person.names, person.number) if known.get(key(name))), None)
        found.append((known[key(name)], name in person.chosen) if name is not None else (None, False))
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
