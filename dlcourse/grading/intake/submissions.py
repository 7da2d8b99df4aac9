"""Finds what was handed in: in folders, in the archives that learning platforms give, in single notebooks.

    <student>/…/<lesson>.ipynb                              a folder a student, or an archive of these
    <student>/<assignment>/<lesson>.ipynb                   nbgrader's submitted/
    <name>_<user>_<submission>_<lesson>.ipynb               Canvas; the student is <name>_<user>
    <name>_<participant>_assignsubmission_file_/<lesson>.ipynb   Moodle; the student is <name>_<participant>
    <name>_<participant>_assignsubmission_file_<lesson>.ipynb    Moodle, not in folders

One folder around all of that is passed over. What browsers and platforms add to a second copy, "(1)", "-1",
"-Copy1", is too: those are attempts of the same student at the same lesson. Who has handed in no notebook at
all is told of as well.
"""

import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from dlcourse.course.errors import UserError
from dlcourse.grading.intake.archives import FOLDER, File, in_archive, in_folder, shown
from dlcourse.grading.intake.notebook import Unreadable, read_bytes
from dlcourse.grading.intake.released_cells import known_lessons

SUFFIX = ".ipynb"
_TIMESTAMP = "timestamp.txt"  # nbgrader's
_CANVAS = re.compile(
    r"(?P<student>(?:LATE_)?anon_[A-Za-z0-9]{5}|.+?_\d+)_(?:\d+_(?P<file>.+)|text\.html|link\.html)"
)
_CANVAS_LATE = re.compile(r"(?<![^_])LATE_")
_MOODLE = re.compile(r"(?P<student>.+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
_COPY = re.compile(r"(?:\s*\((\d{1,3})\)|[-_](\d{1,3})|[ _-]+copy ?(\d{0,3}))+", re.IGNORECASE)
_PACKED = "is an archive: name it on the command line, or unpack it into a folder of its own"


@dataclass(frozen=True)
class Handin:
    """One thing handed in. `problem` says what is wrong with it where it is nothing to be read.

    place      where it was found, in text that any database takes; it tells it from all others
    submitted  seconds since 1970, by its file's own date or nbgrader's timestamp.txt
    copy       its number, where its name has one, as in "03_activations (2)"
    """

    student: str
    lesson: str
    place: str
    read: Callable[[], bytes] = field(default=bytes, repr=False, compare=False)
    submitted: float = 0.0
    copy: int = 0
    problem: str = ""

    @property
    def name(self) -> str:
        """Of the file."""
        return self.place.rpartition("/")[2]


def handins(source: Path) -> list[Handin]:
    """All of a folder, an archive or a single notebook, by student. UserError where there is none."""
    try:
        if source.is_dir():
            return _handed_in(in_folder(source))
        if source.is_file() and _is_notebook(source.name):
            return [_alone(source)]
        if source.is_file() and zipfile.is_zipfile(source):
            return _handed_in(in_archive(source))
    except OSError as error:
        raise UserError(f"{source} cannot be read: {error.strerror or error}") from error
    raise UserError(
        f"no folder of submissions at {source}: give a folder of <student>/<lesson>{SUFFIX}, the zip "
        "that Canvas or Moodle gives, or one notebook"
    )


def lesson_of(stem: str) -> str:
    """The lesson that a notebook's name means, whatever a browser or a platform has added to it.

    >>> lesson_of("03_activations (1)"), lesson_of("03_activations-Copy1"), lesson_of("essay")
    ('03_activations', '03_activations', 'essay')
    """
    return _lesson_and_copy(stem)[0]


def _lesson_and_copy(stem: str) -> tuple[str, int]:
    for known in known_lessons():
        rest = stem[len(known) :] if stem.casefold().startswith(known) else None
        if rest == "":
            return known, 0
        added = _COPY.fullmatch(rest) if rest else None
        if added:
            return known, int(next(filter(None, added.groups()), 1))
    return stem, 0


def _is_notebook(name: str) -> bool:
    return name.casefold().endswith(SUFFIX)


def _alone(path: Path) -> Handin:
    """A notebook named by itself: its own name says whose it is, or else its folder's does."""
    date, read = path.lstat().st_mtime, partial(read_bytes, path)
    student, name = _platform(path.name) or (path.resolve().parent.name, path.name)
    return _notebook(student, name, File((path.name,), shown(str(path)), read, date))


def _handed_in(listed: Iterable[File]) -> list[Handin]:
    found = _unwrapped(list(listed))
    times = {file.parts[:-1]: file for file in found if file.parts[-1] == _TIMESTAMP}
    told = [handin for file in found for handin in _of_file(file, times.get(file.parts[:-1]))]
    told += _empty_handed(found, {handin.student for handin in told})
    return sorted(told, key=lambda handin: (handin.student, handin.place))


def _of_file(file: File, timestamp: File | None) -> Iterator[Handin]:
    """What a file is as a hand-in, if it is one."""
    loose = len(file.parts) == 1
    student, name = _whose(file)
    if file.problem:
        yield Handin(_plain(student), "", file.place, problem=file.problem)
    elif loose and name.casefold().endswith(".zip"):
        yield Handin(_plain(student or name[: -len(".zip")]), "", file.place, problem=_PACKED)
    elif _is_notebook(name) and loose and not student:
        problem = f"lies in no student's folder: put it into <student>/{shown(name)}"
        yield Handin("", shown(name[: -len(SUFFIX)]), file.place, problem=problem)
    elif _is_notebook(name):
        yield _notebook(student, name, file, _moment(timestamp))


def _notebook(student: str, name: str, file: File, submitted: float | None = None) -> Handin:
    lesson, copy = _lesson_and_copy(shown(name[: -len(SUFFIX)]))
    when = file.date if submitted is None else submitted
    return Handin(_plain(student), lesson, file.place, file.read, when, copy)


def _empty_handed(found: list[File], known: set[str]) -> Iterator[Handin]:
    """Those of whom there is something, but no notebook."""
    theirs: dict[str, list[File]] = {}
    for file in found:
        student = _plain(_whose(file)[0])
        if student and student not in known:
            theirs.setdefault(student, []).append(file)
    for student, files in theirs.items():
        yield Handin(student, "", _top(files[0]), problem=_instead(files))


def _top(file: File) -> str:
    """The place of the student's folder, or of a file in none."""
    below = len(file.parts) - 1 - (file.parts[-1] == FOLDER)
    place = file.place.removesuffix(f"/{FOLDER}")
    return place.rsplit("/", below)[0] if below else place


def _instead(files: list[File]) -> str:
    if len(files[0].parts) == 1:
        return f"is no notebook (<lesson>{SUFFIX})"
    names = [shown(file.parts[-1]) for file in files if file.parts[-1] != FOLDER]
    there = f"only {', '.join(names[:3])}" if names else "for it is empty"
    return f"holds no notebook (<lesson>{SUFFIX}), {there}"


def _moment(timestamp: File | None) -> float | None:
    """When nbgrader says that something was handed in: "2026-11-24 15:58:23.948203 UTC"."""
    if timestamp is None:
        return None
    try:
        date, time, *zone = timestamp.read().decode().split()
        moment = datetime.fromisoformat(f"{date} {time}")
        return moment.replace(tzinfo=moment.tzinfo or ZoneInfo(*zone or ["UTC"])).timestamp()
    except (Unreadable, ValueError, OSError, KeyError, TypeError):
        return None


# ---- whose it is ----


def _plain(student: str) -> str:
    """A student's name as everybody writes it, whatever system has packed it."""
    return unicodedata.normalize("NFC", shown(student))


def _whose(file: File) -> tuple[str, str]:
    """(student, name of the file); no student where nothing says whose it is."""
    first, *rest = file.parts
    return (_student(first), rest[-1]) if rest else _platform(first) or ("", first)


def _student(folder: str) -> str:
    """Whose folder that is."""
    moodle = _MOODLE.fullmatch(folder)
    return moodle["student"] if moodle and not moodle["file"] else folder


def _platform(name: str) -> tuple[str, str] | None:
    """(student, name of the file) where a platform has named a file that is in no folder."""
    moodle = _MOODLE.fullmatch(name)
    if moodle:
        return (moodle["student"], moodle["file"]) if moodle["file"] else None
    canvas = _CANVAS.fullmatch(name)
    return (_CANVAS_LATE.sub("", canvas["student"]), canvas["file"] or name) if canvas else None


def _unwrapped(found: list[File]) -> list[File]:
    """Without the one folder around all of them, as when that was packed or unpacked."""
    notebooks = [file.parts for file in found if _is_notebook(file.parts[-1])]
    around = {file.parts[0] for file in found}
    if len(around) != 1 or ".." in around or not notebooks or not all(map(_says_whose, notebooks)):
        return found
    if any(map(_is_nbgraders, (file.parts for file in found))):
        return found
    return [replace(file, parts=file.parts[1:]) for file in found if file.parts[1:] != (FOLDER,)]


def _says_whose(parts: tuple[str, ...]) -> bool:
    """Whether a notebook's path does so without its first part."""
    return len(parts) > 2 or (len(parts) == 2 and _platform(parts[1]) is not None)


def _is_nbgraders(parts: tuple[str, ...]) -> bool:
    """Whether a path is <student>/<assignment>/<file> as nbgrader has it."""
    return len(parts) == 3 and (parts[2] == _TIMESTAMP or lesson_of(parts[1]) in known_lessons())
