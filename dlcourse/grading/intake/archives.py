"""What lies in a folder or an archive: each file, with the means to read it; nothing is ever unpacked."""

import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.grading.intake.notebook import MAX_BYTES, Unreadable, read_bytes, within_limit

FOLDER = "."  # the last part of a folder's own path
_MAX_MEMBERS = 100_000  # of an archive
_UTF8_NAME = 0x800  # flag of a member
_LINK = "is a link; links are not followed"


@dataclass(frozen=True)
class File:
    """A file, or a folder as such.

    parts    its path within the folder or the archive
    place    where that is, in text that any database takes; it tells it from all others
    date     of its last change, in seconds since 1970
    problem  why there is nothing to be read
    """

    parts: tuple[str, ...]
    place: str
    read: Callable[[], bytes] = field(default=bytes, repr=False, compare=False)
    date: float = 0.0
    problem: str = ""


def shown(name: str) -> str:
    """A file's name as valid text on one line: control characters and stray bytes spelled out.

    >>> shown("Zoë\\n=1+1")
    'Zoë\\\\n=1+1'
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _left_by_systems(name: str) -> bool:
    return (name.startswith(".") and name not in ("..", FOLDER)) or name == "__MACOSX"


# ---- folders ----


def in_folder(folder: Path, within: tuple[str, ...] = ()) -> Iterator[File]:
    """All that is below a folder, by name; what systems leave is passed over. OSError where it cannot be."""
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        if not _left_by_systems(entry.name):
            yield from _entry(entry, (*within, entry.name))


def _entry(entry: os.DirEntry, parts: tuple[str, ...]) -> Iterator[File]:
    place = shown(entry.path)
    if entry.is_symlink() and len(parts) == 1:
        yield File((*parts, FOLDER), place, problem=_LINK)
    elif entry.is_dir(follow_symlinks=False) and not entry.name.endswith(".ipynb"):
        try:
            yield File((*parts, FOLDER), place)
            yield from in_folder(Path(entry.path), parts)
        except OSError as error:
            yield File((*parts, FOLDER), place, problem=f"cannot be opened: {error.strerror}")
    else:
        date = entry.stat(follow_symlinks=False).st_mtime
        yield File(parts, place, partial(read_bytes, Path(entry.path)), date)


# ---- archives ----


def in_archive(path: Path) -> Iterator[File]:
    """All members of a zip; what systems leave is passed over. UserError where it is no zip."""
    try:
        archive = zipfile.ZipFile(path)
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UserError(f"{path} is no archive that can be read ({error}): download it again") from error
    if len(members) > _MAX_MEMBERS:
        raise UserError(
            f"{path} holds {len(members)} files, more than {_MAX_MEMBERS}: give a smaller archive"
        )
    for member in members:
        parts = _parts(_member_name(member))
        if parts and not any(map(_left_by_systems, parts)):
            yield _member(archive, path, parts, member)


def _member_name(member: zipfile.ZipInfo) -> str:
    """The member's name. Programs that write UTF-8 and do not say so are understood all the same."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode()
    except UnicodeError:
        return member.filename


def _parts(name: str) -> tuple[str, ...]:
    name = name.replace("\\", "/")
    parts = tuple(part for part in name.split("/") if part not in ("", FOLDER))
    return (*parts, FOLDER) if parts and name.endswith("/") else parts


def _member(archive, path: Path, parts: tuple[str, ...], member: zipfile.ZipInfo) -> File:
    place = shown(f"{path}/{'/'.join(parts)}")
    if ".." in parts:
        return File(parts, place, problem="has a name that leads out of its archive")
    return File(parts, place, partial(_read_member, archive, member), _member_date(member))


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
