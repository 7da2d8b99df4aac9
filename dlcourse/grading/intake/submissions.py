"""Finds what was handed in: in folders, in the archives that learning platforms give, in single notebooks.

Whose a file is says the layout (layouts.py, class_folders.py); which lesson it is, its name and its content
(lesson_of.py); when it was handed in, the platform, if it says so, or the file's own date (dates.py). Every
notebook that is there becomes a hand-in, or a row that says why it is none. Who has handed in no notebook at
all is told of as well.
"""

import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.language import marked, phrase
from dlcourse.exercises.released_cells import known_lessons
from dlcourse.grading.intake import class_folders, dates
from dlcourse.grading.intake.archives import FOLDER, File, in_archive, in_folder, shown
from dlcourse.grading.intake.dates import TIMESTAMP, When
from dlcourse.grading.intake.layouts import LAYOUTS, Parts, Reading, Whose, recognised
from dlcourse.grading.intake.lesson_of import (
    SUFFIX,
    copy_number,
    is_notebook,
    lesson_of,
    lesson_within,
    starts_as_notebook,
    stem_of,
)
from dlcourse.grading.intake.notebook import Unreadable, code_cells, read_bytes

GROUPS = "moodle, of groups"
_PACKED = phrase("is an archive: name it on the command line, or unpack it into a folder of its own")
_START = 400  # bytes of a file by which a notebook is known
_AT_ONCE = 60.0  # seconds: what is all of one minute was packed then, and not handed in
_COPIED = 4  # students with files of the same minutes, or half of them if that is more: of a copy
_BY_CONTENT = ("", ".json", ".txt", ".download", ".bak", ".nb")  # endings that a notebook may have come to


@dataclass(frozen=True)
class Handin:
    """One thing handed in. `problem` says what is wrong with it where it is nothing to be read.

    lesson  by the name of the file, until `opened` has looked into it
    place   where it was found, in text that any database takes; it tells it from all others
    when    it was handed in, and who says so
    copy    its number, where its name has one, as in "03_activations (2)"
    stem    the file's own name, without its ending and what a platform has put before it
    given   (platform, name) by which that takes back a page for it; GROUPS takes none
    """

    student: str
    lesson: str
    place: str
    read: Callable[[], bytes] = field(default=bytes, repr=False, compare=False)
    when: When = field(default_factory=When)
    copy: int = 0
    problem: str = ""
    stem: str = ""
    given: tuple[str, str] = ("", "")

    @property
    def submitted(self) -> float:
        """Seconds since 1970."""
        return self.when.seconds

    @property
    def name(self) -> str:
        """Of the file."""
        return self.place.rpartition("/")[2]


@dataclass(frozen=True)
class Found:
    """What a source holds, what the instructor is to know of how it was read, whether it is an archive."""

    handins: list[Handin]
    notes: list[str]
    packed: bool = False


def handins(source: Path, layout: str = "", zip_names: str = "") -> list[Handin]:
    """All of a folder, an archive or a single notebook, by student. UserError where there is none."""
    return collected(source, layout, zip_names).handins


def collected(source: Path, layout: str = "", zip_names: str = "") -> Found:
    """The same, with what is to be said of it.

    layout     the name of one in layouts.py, or folders down to the student's, as "*/student"
    zip_names  the code page of the names in an archive
    """
    try:
        if source.is_dir():
            return _handed_in(list(in_folder(source)), layout, source.resolve().name, packed=False)
        if source.is_file() and is_notebook(source.name):
            return Found([_alone(source)], [])
        if source.is_file() and zipfile.is_zipfile(source):
            files, guessed = in_archive(source, zip_names)
            found = _handed_in(files, layout, source.stem, packed=True)
            return replace(found, notes=found.notes + _code_page(source, guessed))
    except UserError as error:
        raise UserError(f"{source}: {error}") from error
    except OSError as error:
        raise UserError(f"{source} cannot be read: {error.strerror or error}") from error
    raise UserError(
        f"no folder of submissions at {source}: give a folder of <student>/<lesson>{SUFFIX}, the zip "
        "that Canvas or Moodle gives, or one notebook"
    )


def opened(handin: Handin) -> tuple[Handin, list[str]]:
    """(the hand-in with the lesson that it is, its code cells). Raises Unreadable."""
    content = handin.read()
    sources = code_cells(content)
    lesson = lesson_within(handin.stem or handin.lesson, sources, content)
    return (replace(handin, lesson=lesson) if lesson in known_lessons() else handin), sources


def _code_page(source: Path, guessed: str) -> list[str]:
    if not guessed:
        return []
    return [f"names in {source} are read in code page {guessed}: if they are wrong, say --zip-names CODEPAGE"]


def _alone(path: Path) -> Handin:
    """A notebook named by itself: its own name says whose it is, or else its folder's does."""
    parts: Parts = (path.name,)
    reading = recognised([parts])
    file = File(parts, shown(str(path)), partial(read_bytes, path), path.lstat().st_mtime)
    whose = reading.whose(parts) if reading else None
    if reading is None or whose is None:
        whose = Whose(path.resolve().parent.name, path.name)
        return _notebook(_spelled(whose.student), whose, file, When(file.date))
    return _notebook(_spelled(whose.student), whose, file, _date(file, whose, reading, None))


def _handed_in(found: list[File], layout: str, name: str, packed: bool) -> Found:
    found = _told_apart(found)
    paths = [file.parts for file in found if not file.problem]
    reading, notes = _reading(paths, layout, name)
    depth = len(reading.around)
    owned = [(file, _owner(reading, file.parts)) for file in found]
    names, apart = _names(whose.student for _, whose in owned if whose and not whose.aside)
    stamps = _stamps(found, reading)
    at_once = packed and _at_once([file for file in found if is_notebook(file.parts[-1])])
    copied = () if packed else _copied(owned)
    told: list[Handin] = []
    for file, whose in owned:
        if whose is None or not whose.aside:
            student = names[whose.student] if whose else ""
            stamp = stamps.get(file.parts[: depth + reading.layout.stamped_at])
            when = _date(file, whose, reading, stamp, at_once) if whose else When(file.date)
            if file in copied and when == When(file.date):
                when = replace(_COPY, seconds=file.date)
            told += _of_file(file, whose, student, when)
    told += _empty_handed(owned, names, {handin.student for handin in told})
    told, of_groups = _of_groups(told)
    notes = [*notes, *apart, *_asides(owned), *_claimed_twice(told, reading), *of_groups]
    return Found(sorted(told, key=lambda handin: (handin.student, handin.place)), notes, packed)


def _told_apart(found: list[File]) -> list[File]:
    """Each with a place of its own: an archive may hold a name twice, and two names may look alike."""
    seen: Counter[str] = Counter()
    apart = []
    for file in found:
        seen[file.place] += 1
        n = seen[file.place]
        apart.append(file if n == 1 else replace(file, place=f"{file.place} [{n}]"))
    return apart


# ---- whose it is ----


def _reading(paths: list[Parts], layout: str, name: str) -> tuple[Reading, list[str]]:
    """(how to read the paths, what is to be said of it). UserError where it is not clear."""
    if layout and layout not in [known.name for known in LAYOUTS]:
        return class_folders.of_students(paths, layout, name)
    reading = recognised(paths, layout)
    if reading is None and layout:
        looks = next(known.looks for known in LAYOUTS if known.name == layout)
        raise UserError(f"nothing here is named as in the layout {layout}, {looks}")
    if reading is None:
        return class_folders.of_students(paths)
    students = {whose.student for path in paths if (whose := _owner(reading, path)) and not whose.aside}
    if reading.around and len(students) == 1 and not layout:
        (student,), around = students, shown("/".join(reading.around))
        raise UserError(
            f"{around} may be a student's folder, or around {shown(student)}'s. Say which it is: --layout "
            f"'student' for {shown(reading.around[0])}, --layout {reading.layout.name} for {shown(student)}"
        )
    return reading, []


def _owner(reading: Reading, parts: Parts) -> Whose | None:
    """Whose a file is; by its folder, where that is named in another way than the layout names them."""
    depth = len(reading.around)
    if parts[:depth] != reading.around or parts[depth:] in ((), (FOLDER,)):
        return None if parts[-1] != FOLDER else Whose("", FOLDER, aside="around the students' folders")
    within = parts[depth:]
    named = reading.whose(within)
    is_odd = named is None and len(within) > 1 and reading.layout.known_from
    return Whose(within[0], within[-1]) if is_odd else named


def _spelled(name: str) -> str:
    """A student's name as everybody writes it, whatever system has packed it."""
    return unicodedata.normalize("NFC", shown(name))


def _names(students: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """(how to spell each name, what is to be said of it): two that differ in bytes alone stay two."""
    spelled: dict[str, str] = {}
    taken: dict[str, str] = {}
    notes = []
    for name in sorted(dict.fromkeys(students), key=lambda name: (_spelled(name) != name, name)):
        text = _spelled(name)
        if text in taken:
            notes.append(f"two names look like {text}: the other one is spelled out")
            text = name.encode("unicode_escape").decode()
        while text in taken:
            text += "'"
        spelled[name] = text
        taken[text] = name
    return spelled, notes


def _claimed_twice(found: list[Handin], reading: Reading) -> list[str]:
    """Of numbers that a platform gives to one, and that stand in two names."""
    if reading.layout.name not in ("canvas", "moodle"):
        return []
    by_number: dict[str, set[str]] = {}
    for handin in found:
        name, _, number = handin.student.rpartition("_")
        if name and number.isdigit():
            by_number.setdefault(number, set()).add(handin.student)
    return [
        f"the number {number} is in {' and '.join(sorted(names))}: no export gives points by it"
        for number, names in by_number.items()
        if len(names) > 1
    ]


def _of_groups(found: list[Handin]) -> tuple[list[Handin], list[str]]:
    """What Moodle packed of an assignment for groups is of these; then one without a number is of no group.

    The number of a group is another's among the participants, so nothing may go by it.
    """
    packed = [handin for handin in found if "_assignsubmission_" in handin.place]
    unnumbered = sorted({handin.student for handin in packed if not handin.given[0]})
    if not unnumbered:
        return found, []
    note = (
        f"{unnumbered[0]} has no number, as in Moodle's zip of what groups hand in: each group is one name "
        "here, and no export gives Moodle its points or its page, for a group's number may be a participant's"
    )
    return [replace(of, given=(GROUPS, of.given[1])) if of in packed else of for of in found], [note]


def _asides(owned: list[tuple[File, Whose | None]]) -> list[str]:
    counts = Counter(whose.aside for file, whose in owned if whose and whose.aside and not file.is_folder)
    return [f"{n} {'file' if n == 1 else 'files'} passed over: {why}" for why, n in counts.items()]


# ---- what it is ----


def _of_file(file: File, whose: Whose | None, student: str, when: When) -> Iterator[Handin]:
    """What a file is as a hand-in, if it is one."""
    name = whose.file if whose else file.parts[-1]
    if file.problem:
        yield Handin(student, "", file.place, when=_NO_DATE, problem=file.problem)
    elif len(file.parts) == 1 and name.casefold().endswith(".zip"):
        name = student or _spelled(name[: -len(".zip")])
        yield Handin(name, "", file.place, when=_NO_DATE, problem=_PACKED)
    elif file.is_folder or not (is_notebook(name) or _is_one_inside(file, name)):
        return
    elif whose is None or not student:
        problem = phrase("lies in no student's folder: put it into <student>/{name}", name=shown(name))
        yield Handin("", shown(stem_of(name)), file.place, when=_NO_DATE, problem=problem)
    else:
        yield _notebook(student, whose, file, when)


def _is_one_inside(file: File, name: str) -> bool:
    """Whether it is a notebook under another ending, by its first bytes."""
    ending = Path(name).suffix.casefold() if "/" not in name else ""
    if ending not in _BY_CONTENT and lesson_of(name) not in known_lessons():
        return False
    try:
        return starts_as_notebook(file.read(_START))
    except Unreadable:
        return False


def _notebook(student: str, whose: Whose, file: File, when: When) -> Handin:
    stem = shown(stem_of(whose.file))
    lesson = lesson_of(stem)
    copy = copy_number(stem, lesson) if lesson in known_lessons() else 0
    given = whose.given[0], shown(whose.given[1])
    return Handin(student, lesson, file.place, file.read, when, copy, stem=stem, given=given)


def _empty_handed(owned, names: dict[str, str], known: set[str]) -> Iterator[Handin]:
    """Those of whom there is something, but no notebook."""
    theirs: dict[str, list[File]] = {}
    for file, whose in owned:
        if whose and not whose.aside and names[whose.student] not in known:
            theirs.setdefault(names[whose.student], []).append(file)
    for student, files in theirs.items():
        yield Handin(student, "", _top(files), when=_NO_DATE, problem=_instead(files))


def _top(files: list[File]) -> str:
    """The place of the folder in which all of them are, or of a file in none."""
    first, last = min(file.parts[:-1] for file in files), max(file.parts[:-1] for file in files)
    same = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    below = len(files[0].parts) - same - files[0].is_folder
    place = files[0].place.removesuffix(f"/{FOLDER}")
    return place.rsplit("/", below)[0] if below and same else place


def _instead(files: list[File]) -> str:
    if len(files[0].parts) == 1:
        return phrase("is no notebook ({pattern})", pattern=f"<lesson>{SUFFIX}")
    names = [shown(file.parts[-1]) for file in files if file.parts[-1] != FOLDER]
    if not names:
        return phrase("holds no notebook ({pattern}), for it is empty", pattern=f"<lesson>{SUFFIX}")
    there = {"pattern": f"<lesson>{SUFFIX}", "names": ", ".join(names[:3])}
    return phrase("holds no notebook ({pattern}), only {names}", **there)


# ---- when ----


def _stamps(found: list[File], reading: Reading) -> dict[Parts, File]:
    """The timestamp.txt of a platform, by the folder in which it puts them.

    nbgrader's folders may have been made by hand; then such a file is a student's own, and few have one.
    """
    at = len(reading.around) + reading.layout.stamped_at
    if not reading.layout.stamped_at:
        return {}
    stamps = {f.parts[:at]: f for f in found if len(f.parts) == at + 1 and f.parts[-1] == TIMESTAMP}
    folders = {f.parts[:at] for f in found if len(f.parts) > at and is_notebook(f.parts[-1])}
    by_hand = reading.layout.name.startswith("nbgrader") and 2 * len(folders & stamps.keys()) <= len(folders)
    return {} if by_hand else stamps


_SAKAI, _NBGRADER = marked("Sakai's timestamp.txt"), marked("nbgrader's timestamp.txt")
_NO_DATE = When(source="", counts=False)
_COPY = When(
    source=marked("the time of a copy"),
    counts=False,
    problem="files of the same minute for most, as a copy or a git clone leaves them",
)


def _copied(owned: list[tuple[File, Whose | None]]) -> set[File]:
    """The files of the two minutes of which most students have some, if no class hands in so."""
    whose = {file: of.student for file, of in owned if of and is_notebook(file.parts[-1])}
    minutes: dict[float, set[str]] = defaultdict(set)
    for file, student in whose.items():
        begun = file.date // 60
        minutes[begun].add(student)
        minutes[begun - 1].add(student)  # a copy may go on into the next
    first = max(minutes, key=lambda minute: len(minutes[minute]), default=0.0)
    if len(minutes[first]) < max(_COPIED, len(set(whose.values())) / 2):
        return set()
    return {file for file in whose if file.date // 60 - first in (0, 1)}


def _at_once(files: list[File]) -> bool:
    """Whether all carry the time of one minute, as where a program packs them without their own."""
    times = [file.date for file in files]
    return len(times) > 1 and max(times) - min(times) <= _AT_ONCE


def _date(file: File, whose: Whose, reading: Reading, stamp: File | None, at_once: bool = False) -> When:
    if stamp is not None:
        source = _SAKAI if reading.layout.name == "sakai" else _NBGRADER
        return dates.from_timestamp(stamp, source, file.date)
    if whose.when is not None:
        return replace(whose.when, seconds=whose.when.seconds or file.date)
    if not reading.layout.dated or at_once:
        return When(file.date, marked("the time of the download"), counts=False)
    return When(file.date)
