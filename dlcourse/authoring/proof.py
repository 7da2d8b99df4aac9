"""What is released is looked at first: the notebooks are what the sources say, and no file has an answer."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import nbformat

from dlcourse.authoring.builder import chosen_sources, points_of
from dlcourse.authoring.source import read_lesson
from dlcourse.authoring.verify import faults, given_away
from dlcourse.course.errors import UserError


def refuse_faults(root: Path, typed: Iterable[str]) -> None:
    """Raises UserError where the notebooks of the lessons that were named, all if none was, are not fit."""
    lessons = [read_lesson(path) for path in chosen_sources(root, typed)]
    _refuse(faults(root, lessons, points_of(lessons)))


def refuse_answers(root: Path, files: Mapping[str, bytes]) -> None:
    """Raises UserError where one of the files has an answer, of whatever lesson."""
    lessons = [read_lesson(path) for path in chosen_sources(root, [])]
    _refuse(given_away({name: [*texts(name, files[name])] for name in files}, lessons))


def texts(name: str, content: bytes) -> Iterator[str]:
    """All that a file says, and the files that are packed in it.

    Modules in a wheel are left out: they are the reference, which may well say it as an answer does, and
    which every lesson imports.
    """
    if name.endswith(".ipynb"):
        yield from _strings(nbformat.reads(content.decode(), as_version=4))
    elif name.endswith((".zip", ".whl")):
        archive = zipfile.ZipFile(io.BytesIO(content))
        for member in archive.namelist():
            if not (name.endswith(".whl") and member.endswith(".py")):
                yield from texts(member, archive.read(member))
    else:
        yield content.decode(errors="replace")


def _strings(thing) -> Iterator[str]:
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dict | list):
        for part in thing.values() if isinstance(thing, dict) else thing:
            yield from _strings(part)


def _refuse(found: Iterable[str]) -> None:
    if found := list(found):
        more = f" (and {len(found) - 1} more)" if found[1:] else ""
        raise UserError(f"nothing was released: {found[0]}{more}")
