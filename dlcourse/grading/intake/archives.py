"""What lies in a folder or an archive: each file, with the means to read it; nothing is ever unpacked."""

import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.language import phrase
from dlcourse.grading.intake import zip_names
from dlcourse.grading.intake.notebook import (
    LINK,
    MAX_BYTES,
    Unreadable,
    cannot_open,
    read_bytes,
    within_limit,
)

FOLDER = "."  # the last part of a folder's own path
_MAX_MEMBERS = 100_000  # of an archive
_MAX_DEPTH = 40  # of folders inside each other
_TOO_DEEP = phrase("lies in {number} folders inside each other", number=_MAX_DEPTH)
_MAX_FILES = 50_000  # in one student's folder
_LOCAL_HEADER = 30  # bytes before a member's name and content, at least
_HIDDEN = phrase("is a hidden folder, which is passed over: give it a name without a dot")
_OVERLAPS = phrase("shares its bytes with another file of the archive")
_LINK = phrase("is a link; links are not followed")
_OF_SYSTEMS = {"__MACOSX", ".git", ".vscode", ".idea", ".cache", ".config", ".local", ".jupyter", ".venv"}
_OF_SYSTEMS |= {".ipynb_checkpoints", ".virtual_documents", ".Trash", ".DS_Store", ".pytest_cache"}


@dataclass(frozen=True)
class File:
    """A file, or a folder as such.

    parts    its path within the folder or the archive
    place    where that is, in text that any database takes; it tells it from all others
    read     its content, or the first bytes of it, as many as are asked for
    date     of its last change, in seconds since 1970
    problem  why there is nothing to be read
    """

    parts: tuple[str, ...]
    place: str
    read: Callable[..., bytes] = field(default=bytes, repr=False, compare=False)
    date: float = 0.0
    problem: str = ""

    @property
    def is_folder(self) -> bool:
        return self.parts[-1] == FOLDER


def shown(name: str) -> str:
    """A file's name as valid text on one line: control characters and stray bytes spelled out.

    >>> shown("Zoë\\n=1+1")
    'Zoë\\\\n=1+1'
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _left_by_systems(name: str) -> bool:
    return name in _OF_SYSTEMS or name.startswith(("._", ".~", ".nfs", ".Trash-"))


# ---- folders ----


def in_folder(folder: Path) -> Iterator[File]:
    """All that is below a folder, by name; what systems leave is passed over. OSError where it cannot be.

    One folder that holds all the rest is entered; of each folder that lies beside others, as a student's
    does, no more than `_MAX_FILES` are looked at.
    """
    within: tuple[str, ...] = ()
    entries = _listed(folder)
    while len(entries) == 1 and _is_entered(entries[0]) and len(within) < _MAX_DEPTH:
        within = (*within, entries[0].name)
        yield File((*within, FOLDER), shown(entries[0].path))
        try:
            entries = _listed(entries[0].path)
        except OSError as error:
            yield _closed(within, entries[0].path, error)
            return
    for entry in entries:
        yield from _of_one(entry, (*within, entry.name))


def _listed(folder: str | Path, most: int | None = None) -> list[os.DirEntry]:
    with os.scandir(folder) as entries:
        listed = [entry for entry in islice(entries, most) if not _left_by_systems(entry.name)]
    return sorted(listed, key=lambda entry: entry.name)


def _is_entered(entry: os.DirEntry) -> bool:
    return entry.is_dir(follow_symlinks=False) and not entry.name.casefold().endswith(".ipynb")


def _of_one(entry: os.DirEntry, parts: tuple[str, ...]) -> Iterator[File]:
    """All in one student's folder, however deep, and no more than so many."""
    due, left = [(entry, parts)], _MAX_FILES
    while due:
        entry, parts = due.pop()
        if not left:
            yield _too_much(parts, entry.path, phrase("holds more than {number:,} files", number=_MAX_FILES))
            return
        left -= 1
        if not _is_entered(entry):
            yield _file(entry, parts)
        elif len(parts) > _MAX_DEPTH:
            yield _too_much(parts, entry.path, _TOO_DEEP)
        elif _is_hidden(entry.name):
            yield File((*parts, FOLDER), shown(entry.path), problem=_HIDDEN if len(parts) == 1 else "")
        else:
            yield File((*parts, FOLDER), shown(entry.path))
            try:
                due += [(below, (*parts, below.name)) for below in reversed(_listed(entry.path, left + 1))]
            except OSError as error:
                yield _closed(parts, entry.path, error)


def _is_hidden(name: str) -> bool:
    return name.startswith(".") and name not in ("..", FOLDER)


def _closed(parts: tuple[str, ...], path: str, error: OSError) -> File:
    return File((*parts, FOLDER), shown(path), problem=cannot_open(error))


def _too_much(parts: tuple[str, ...], path: str, why: str) -> File:
    problem = phrase("{why}: what lies there was not looked at", why=why)
    return File((*parts, FOLDER), shown(path), problem=problem)


def _file(entry: os.DirEntry, parts: tuple[str, ...]) -> File:
    place = shown(entry.path)
    if entry.is_symlink() and len(parts) == 1:
        return File((*parts, FOLDER), place, problem=_LINK)
    try:
        date = entry.stat(follow_symlinks=False).st_mtime
    except OSError as error:
        return File(parts, place, problem=cannot_open(error))
    return File(parts, place, partial(read_bytes, Path(entry.path)), date)


# ---- archives ----


def in_archive(path: Path, encoding: str = "") -> tuple[list[File], str]:
    """(all members of a zip but what systems leave, the code page guessed for their names, "" for none).

    UserError where it is no zip, or its names are not in `encoding`.
    """
    try:
        archive = zipfile.ZipFile(path)
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UserError(f"{path} is no archive that can be read ({error}): download it again") from error
    if len(members) > _MAX_MEMBERS:
        raise UserError(
            f"{path} holds {len(members)} files, more than {_MAX_MEMBERS}: give a smaller archive"
        )
    names, guessed = zip_names.names(members, encoding)
    overlapping = _overlapping(members)
    files = []
    for number, (name, member) in enumerate(zip(names, members, strict=True)):
        parts = _parts(name)
        if parts and not any(map(_left_by_systems, parts)):
            problem = _OVERLAPS if number in overlapping else ""
            files.append(_member(archive, path, parts, member, problem))
    return files, guessed


def _overlapping(members: list[zipfile.ZipInfo]) -> set[int]:
    """The numbers of members that lie over each other, as in archives made to swell without end."""
    found: set[int] = set()
    last, end = -1, 0
    for n in sorted(range(len(members)), key=lambda n: members[n].header_offset):
        start = members[n].header_offset
        if start < end:
            found |= {last, n}
        if (stop := start + _LOCAL_HEADER + members[n].compress_size) > end:
            last, end = n, stop
    return found


def _parts(name: str) -> tuple[str, ...]:
    name = name.replace("\\", "/")
    parts = tuple(part for part in name.split("/") if part not in ("", FOLDER))
    return (*parts, FOLDER) if parts and name.endswith("/") else parts


def _member(archive, path: Path, parts: tuple[str, ...], member: zipfile.ZipInfo, problem: str) -> File:
    place = shown(f"{path}/{'/'.join(parts)}")
    if ".." in parts:
        return File(parts, place, problem=phrase("has a name that leads out of its archive"))
    if len(parts) > _MAX_DEPTH:
        return _too_much(parts[:_MAX_DEPTH], place, _TOO_DEEP)
    return File(parts, place, partial(_read_member, archive, member), _member_date(member), problem)


def _member_date(member: zipfile.ZipInfo) -> float:
    """The file's date, which archives keep without a time zone: this machine's is taken."""
    try:
        return datetime(*member.date_time).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, first: int = 0) -> bytes:
    """What is packed, read with a limit whatever its size is said to be. Raises Unreadable."""
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Unreadable(LINK)
    if member.flag_bits & 1:
        raise Unreadable(phrase("is locked with a password"))
    try:
        with archive.open(member) as packed:
            content = packed.read(first or MAX_BYTES + 1)
    except Exception as error:  # zipfile lets through what zlib, lzma and struct raise
        raise Unreadable(phrase("cannot be unpacked: {why}", why=shown(str(error)))) from error
    return within_limit(content)
