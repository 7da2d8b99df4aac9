"""Finds what was handed in: `<student>/<lesson>.ipynb` in a folder, or one notebook."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dlcourse.errors import UserError

SUFFIX = ".ipynb"


@dataclass(frozen=True)
class Handin:
    """One thing handed in. `problem` says what is wrong with it where it is no file to be read."""

    student: str
    lesson: str
    path: Path
    problem: str = ""

    @property
    def key(self) -> str:
        """Tells it from all others, in text that any database takes."""
        return shown(str(self.path))


def shown(name: str) -> str:
    """A file's name as valid text on one line: control characters and stray bytes spelled out.

    >>> shown("Zoë\\n=1+1")
    'Zoë\\\\n=1+1'
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def handins(submissions: Path) -> Iterator[Handin]:
    """All of a folder, by student and lesson; hidden files are passed over. UserError where there is none."""
    if submissions.is_file() and submissions.suffix == SUFFIX:
        yield Handin(shown(submissions.resolve().parent.name), shown(submissions.stem), submissions)
        return
    if not submissions.is_dir():
        raise UserError(
            f"no folder of submissions at {submissions}: give a folder of <student>/<lesson>{SUFFIX}"
        )
    for entry in _entries(submissions):
        yield from _of_student(entry)


def _entries(folder: Path) -> list[os.DirEntry]:
    with os.scandir(folder) as entries:
        return sorted(
            (entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name
        )


def _of_student(entry: os.DirEntry) -> Iterator[Handin]:
    student, path = shown(entry.name), Path(entry.path)
    if entry.is_symlink():
        yield Handin(student, "", path, "is a link; links are not followed")
    elif entry.is_dir():
        yield from _in_folder(student, path)
    elif path.suffix == ".zip":
        yield Handin(shown(path.stem), "", path, "is an archive: unpack it into a folder of its own")
    elif path.suffix == SUFFIX:
        yield Handin(
            "",
            shown(path.stem),
            path,
            f"lies in no student's folder: put it into <student>/{shown(entry.name)}",
        )


def _in_folder(student: str, folder: Path) -> Iterator[Handin]:
    try:
        names = [entry.name for entry in _entries(folder)]
    except OSError as error:
        yield Handin(student, "", folder, f"cannot be opened: {error.strerror}")
        return
    notebooks = [name for name in names if name.endswith(SUFFIX)]
    for name in notebooks:
        yield Handin(student, shown(name.removesuffix(SUFFIX)), folder / name)
    if not notebooks:
        there = f"only {', '.join(map(shown, names[:3]))}" if names else "nothing"
        yield Handin(student, "", folder, f"holds no notebook (<lesson>{SUFFIX}), {there}")
