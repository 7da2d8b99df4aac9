"""Finds what was handed in: in folders, in the archives that learning platforms give, in single notebooks.

    <student>/<lesson>.ipynb                                a folder a student, or an archive of these
    <student>/<assignment>/<lesson>.ipynb                   nbgrader's submitted/
    <name>_<user>_<submission>_<lesson>.ipynb               Canvas; the student is <name>_<user>
    <name>_<participant>_assignsubmission_file_/<lesson>.ipynb   Moodle; the student is <name>_<participant>
    <name>_<participant>_assignsubmission_file_<lesson>.ipynb    Moodle, not in folders

What browsers and platforms add to a second copy, "(1)", "-1", "-Copy1", is passed over: those are attempts
of the same student at the same lesson.
"""

import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from dlcourse.errors import UserError
from dlcourse.grading.lesson import known_lessons
from dlcourse.grading.notebook import MAX_BYTES, Unreadable, read_bytes, within_limit

SUFFIX = ".ipynb"
_MAX_MEMBERS = 100_000  # of an archive
_CANVAS = re.compile(r"(?P<student>[^_]+(?:_LATE)?_\d+)_\d+_(?P<file>.+)")
_MOODLE = re.compile(r"(?P<student>.+_\d+)_assignsubmission_file_?(?P<file>.*)")
_MOODLE_TEXT = re.compile(r".+_assignsubmission_onlinetext_?")  # what students typed beside their files
_COPY = re.compile(r"(?:\s*\(\d{1,3}\)|[-_]\d{1,3}|[ _-]+copy ?\d{0,3})+", re.IGNORECASE)
_LINK = "is a link; links are not followed"


@dataclass(frozen=True)
class Handin:
    """One thing handed in. `problem` says what is wrong with it where it is nothing to be read.

    place      where it was found, in text that any database takes; it tells it from all others
    submitted  seconds since 1970, by its file's own date or nbgrader's timestamp.txt
    """

    student: str
    lesson: str
    place: str
    read: Callable[[], bytes] = field(default=bytes, repr=False, compare=False)
    submitted: float = 0.0
    problem: str = ""

    @property
    def name(self) -> str:
        """Of the file."""
        return self.place.rpartition("/")[2]


def shown(name: str) -> str:
    """A file's name as valid text on one line: control characters and stray bytes spelled out.

    >>> shown("Zoë\\n=1+1")
    'Zoë\\\\n=1+1'
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def handins(source: Path) -> Iterator[Handin]:
    """All of a folder, an archive or a single notebook, by student. UserError where there is none."""
    if source.is_dir():
        yield from _in_folder(source)
    elif source.is_file() and source.suffix == SUFFIX:
        yield _notebook(source, source.resolve().parent.name, source.name)
    elif source.is_file() and zipfile.is_zipfile(source):
        yield from _in_archive(source)
    else:
        raise UserError(
            f"no folder of submissions at {source}: give a folder of <student>/<lesson>{SUFFIX}, the zip "
            "that Canvas or Moodle gives, or one notebook"
        )


def lesson_of(stem: str) -> str:
    """The lesson that a notebook's name means, whatever a browser or a platform has added to it.

    >>> lesson_of("03_activations (1)"), lesson_of("03_activations-Copy1"), lesson_of("essay")
    ('03_activations', '03_activations', 'essay')
    """
    for known in known_lessons():
        rest = stem[len(known) :] if stem.casefold().startswith(known) else None
        if rest == "" or (rest and _COPY.fullmatch(rest)):
            return known
    return stem


# ---- folders ----


def _entries(folder: Path) -> list[os.DirEntry]:
    """Of a folder by name, hidden ones and what systems leave passed over."""
    with os.scandir(folder) as entries:
        return sorted(
            (entry for entry in entries if not _left_by_systems(entry.name)), key=lambda entry: entry.name
        )


def _left_by_systems(name: str) -> bool:
    return (name.startswith(".") and name != "..") or name == "__MACOSX" or bool(_MOODLE_TEXT.fullmatch(name))


def _in_folder(folder: Path) -> Iterator[Handin]:
    for entry in _entries(folder):
        path = Path(entry.path)
        student = _student(entry.name)
        if entry.is_symlink():
            yield Handin(student, "", shown(entry.path), problem=_LINK)
        elif entry.is_dir():
            yield from _of_student(student, path)
        elif path.suffix == ".zip":
            yield Handin(student.removesuffix(".zip"), "", shown(entry.path), problem=_PACKED)
        elif path.suffix == SUFFIX:
            yield _loose(entry.name, shown(entry.path), partial(read_bytes, path), entry.stat().st_mtime)


def _of_student(student: str, folder: Path) -> Iterator[Handin]:
    try:
        entries = _entries(folder)
        within = [(entry, Path(entry.path)) for entry in entries]
        within += [
            (inner, Path(entry.path))
            for entry in entries
            if entry.is_dir(follow_symlinks=False) and not entry.name.endswith(SUFFIX)
            for inner in _entries(Path(entry.path))
        ]
    except OSError as error:
        yield Handin(student, "", shown(str(folder)), problem=f"cannot be opened: {error.strerror}")
        return
    notebooks = [Path(entry.path) for entry, _ in within if entry.name.endswith(SUFFIX)]
    for path in notebooks:
        yield _notebook(path, student, path.name, _timestamp(path.parent / "timestamp.txt"))
    if not notebooks:
        there = f"only {', '.join(shown(entry.name) for entry in entries[:3])}" if entries else "nothing"
        problem = f"holds no notebook (<lesson>{SUFFIX}), {there}"
        yield Handin(student, "", shown(str(folder)), problem=problem)


def _notebook(path: Path, student: str, name: str, submitted: float | None = None) -> Handin:
    lesson = lesson_of(shown(name.removesuffix(SUFFIX)))
    when = path.lstat().st_mtime if submitted is None else submitted
    return Handin(shown(student), lesson, shown(str(path)), partial(read_bytes, path), when)


def _timestamp(path: Path) -> float | None:
    """When nbgrader says that something was handed in: "2026-11-24 15:58:23.948203 UTC"."""
    try:
        date, time, *zone = read_bytes(path).decode().split()
        moment = datetime.fromisoformat(f"{date} {time}")
        return moment.replace(tzinfo=moment.tzinfo or ZoneInfo(*zone or ["UTC"])).timestamp()
    except (Unreadable, ValueError, OSError, KeyError, TypeError):
        return None


# ---- names that platforms give ----

_PACKED = "is an archive: name it on the command line, or unpack it into a folder of its own"


def _student(folder: str) -> str:
    """Whose folder that is."""
    moodle = _MOODLE.fullmatch(folder)
    return shown(moodle["student"] if moodle and not moodle["file"] else folder)


def _loose(name: str, place: str, read: Callable[[], bytes], submitted: float) -> Handin:
    """A notebook in no folder: its name says whose it is, where a platform has given it."""
    platform = _MOODLE.fullmatch(name) or _CANVAS.fullmatch(name)
    if platform and platform["file"]:
        student = shown(platform["student"].replace("_LATE_", "_"))
        return Handin(
            student, lesson_of(shown(platform["file"].removesuffix(SUFFIX))), place, read, submitted
        )
    problem = f"lies in no student's folder: put it into <student>/{shown(name)}"
    return Handin("", shown(name.removesuffix(SUFFIX)), place, problem=problem)


# ---- archives, which are never unpacked to the disk ----


def _in_archive(path: Path) -> Iterator[Handin]:
    try:
        archive = zipfile.ZipFile(path)
        members = [member for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UserError(f"{path} is no archive that can be read ({error}): download it again") from error
    if len(members) > _MAX_MEMBERS:
        raise UserError(
            f"{path} holds {len(members)} files, more than {_MAX_MEMBERS}: give a smaller archive"
        )
    named = [(_parts(member.filename), member) for member in members]
    named = [(parts, member) for parts, member in named if parts and not any(map(_left_by_systems, parts))]
    tops = {parts[0] for parts, _ in named}
    if len(tops) == 1 and tops != {".."} and all(len(parts) > 2 for parts, _ in named):
        named = [(parts[1:], member) for parts, member in named]  # all in one folder, as when that was packed
    found = [_member(archive, path, parts, member) for parts, member in named]
    yield from sorted(filter(None, found), key=lambda handin: (handin.student, handin.place))
    with_notebooks = {handin.student for handin in found if handin}
    for student in sorted({_student(parts[0]) for parts, _ in named if len(parts) > 1} - with_notebooks):
        yield Handin(student, "", shown(f"{path}/{student}"), problem=f"holds no notebook (<lesson>{SUFFIX})")


def _parts(name: str) -> list[str]:
    return [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]


def _member(archive, path: Path, parts: list[str], member: zipfile.ZipInfo) -> Handin | None:
    name, place, when = parts[-1], shown(f"{path}/{member.filename}"), _member_date(member)
    read = partial(_read_member, archive, member)
    student = _student(parts[0]) if len(parts) > 1 else ""
    if ".." in parts:
        return Handin(student, "", place, problem="has a name that leads out of its archive")
    if len(parts) == 1 and name.endswith((SUFFIX, ".zip")):
        loose = _loose(name, place, read, when)
        return loose if name.endswith(SUFFIX) else _packed(loose)
    if len(parts) in (2, 3) and name.endswith(SUFFIX):
        return Handin(student, lesson_of(shown(name.removesuffix(SUFFIX))), place, read, when)
    return None


def _packed(handin: Handin) -> Handin:
    return Handin(handin.student or handin.lesson, "", handin.place, problem=_PACKED)


def _member_date(member: zipfile.ZipInfo) -> float:
    """The file's date, which archives keep without a time zone: this machine's is taken."""
    try:
        return datetime(*member.date_time).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """What is packed, read with a limit whatever its size is said to be. Raises Unreadable."""
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Unreadable("is a link; hand in the file itself")
    if member.flag_bits & 1:
        raise Unreadable("is locked with a password")
    try:
        with archive.open(member) as packed:
            content = packed.read(MAX_BYTES + 1)
    except Exception as error:  # zipfile lets through what zlib, lzma and struct raise
        raise Unreadable(f"cannot be unpacked: {error}") from error
    return within_limit(content)
