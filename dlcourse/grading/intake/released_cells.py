"""A released lesson, and which cells of a submission to run beside it."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

from dlcourse.course.lessons import lesson_path, lesson_stems, lessons_folder
from dlcourse.exercises import catalogue


class _Part(msgspec.Struct):
    role: str = ""
    exercise: str = ""


class _Metadata(msgspec.Struct):
    dlcourse: _Part = msgspec.field(default_factory=_Part)


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str]
    metadata: _Metadata
    id: str = ""


class _Notebook(msgspec.Struct):
    cells: list[_Cell]


@dataclass(frozen=True)
class ReleasedLesson:
    """What a lesson gave to its students."""

    stem: str
    exercises: tuple[str, ...]
    setup: tuple[str, ...]
    given: frozenset[str]  # code cells that are not exercises, as `_plain` has them
    ids: frozenset[str]  # of all cells

    def cells_to_run(self, sources: list[str]) -> tuple[tuple[int, str], ...]:
        """(number, source): our own setup as number 0, then all of the student's but what the lesson gave."""
        theirs = [(n, source) for n, source in enumerate(sources, 1) if _plain(source) not in self.given]
        return tuple([(0, source) for source in self.setup] + theirs)


@lru_cache
def lesson(stem: str) -> ReleasedLesson | None:
    """The released lesson of that name, None where there is none with exercises."""
    if stem not in known_lessons():
        return None
    notebook = msgspec.json.decode(lesson_path(stem).read_bytes(), type=_Notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    setup = ["".join(cell.source) for cell in code if cell.metadata.dlcourse.role == "setup"]
    given = {_plain("".join(cell.source)) for cell in code if not cell.metadata.dlcourse.exercise}
    ids = frozenset(cell.id for cell in notebook.cells if cell.id)
    return ReleasedLesson(stem, tuple(catalogue()[stem]), tuple(setup), frozenset(given), ids)


def known_lessons() -> tuple[str, ...]:
    """Those with exercises."""
    return _known(lessons_folder())


@lru_cache
def _known(folder: Path) -> tuple[str, ...]:
    return tuple(stem for stem in lesson_stems() if stem in catalogue())


def _plain(source: str) -> str:
    """Without what editors change unasked: line endings, blanks at ends of lines, blank lines around."""
    return "\n".join(line.rstrip() for line in source.splitlines()).strip("\n")
