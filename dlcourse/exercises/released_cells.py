"""A released lesson: which cells of a notebook are run while grading, and what only the others make."""

import ast
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from symtable import SymbolTable, symtable

import msgspec

from dlcourse.course.language import tr
from dlcourse.course.lessons import lesson_path, lesson_stems, lessons_folder
from dlcourse.exercises.lookup import catalogue


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

    def defined_by(self, name: str) -> str:
        """What to do where a name is missing that a cell of the lesson defines; "" where none does."""
        if name in self.exercises or not any(name in _made_by(source) for source in self.given):
            return ""
        text = tr("A cell of the lesson defines `{name}`, but is not run while grading: write your own.")
        return text.format(name=name)

    def missing_while_grading(self, run: Sequence[str]) -> dict[str, str]:
        """Of the names that these cells have made, in order, those that grading will not know.

        Each with the name that the lesson's own cells made: itself, or what it was made from.
        """
        theirs = [source for source in run if _plain(source) not in self.given]
        shown = frozenset().union(*(_made_by(source) for source in run if _plain(source) in self.given))
        known = frozenset(self.exercises).union(*map(_made_by, self.setup))
        return _followed({name: name for name in shown - known}, theirs)


def lesson(stem: str) -> ReleasedLesson | None:
    """The released lesson of that name, None where there is none with exercises."""
    return _lesson(lessons_folder(), stem)


@lru_cache
def _lesson(folder: Path, stem: str) -> ReleasedLesson | None:
    if stem not in _known(folder):
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


def undefined_name(text: str) -> str:
    """The name of which a NameError says that it is not defined; "" where the text quotes none.

    >>> undefined_name("raised NameError in line 2: name 'rate' is not defined")
    'rate'
    """
    found = re.search(r"name '(\w+)' is not defined", text)
    return found[1] if found else ""


@lru_cache(maxsize=1000)
def _made_by(cell: str) -> frozenset[str]:
    """The names that a cell leaves to later ones; those within its functions end with them."""
    try:
        return _made_of(symtable(cell, "<cell>", "exec"))
    except (SyntaxError, ValueError):  # a magic, a null byte
        return frozenset()


def _made_of(table: SymbolTable) -> frozenset[str]:
    symbols = table.get_symbols()
    return frozenset(each.get_name() for each in symbols if each.is_assigned() or each.is_imported())


def _followed(missing: dict[str, str], cells: list[str]) -> dict[str, str]:
    """The missing names once these cells have made some of them, and others from them."""
    for made, needed in (step for cell in cells for step in _steps(cell)):
        without = min(needed & missing.keys(), default="")
        for name in made:
            if without:
                missing[name] = missing[without]
            else:
                missing.pop(name, None)
    return missing


@lru_cache(maxsize=1000)
def _steps(cell: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """By statement of a cell that has run: the names it makes, and those without which it does not."""
    try:
        return tuple(map(_names, ast.parse(cell).body))
    except (SyntaxError, ValueError):
        return ()


def _names(statement: ast.stmt) -> tuple[frozenset[str], frozenset[str]]:
    if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
        return frozenset(dir(sys.modules.get(statement.module or ""))), frozenset()
    table = symtable(ast.unparse(statement), "<cell>", "exec")
    if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.FunctionDef | ast.ClassDef):
        return _made_of(table), frozenset()  # a loop, a branch, a `try` may make them all the same
    return _made_of(table), frozenset(each.get_name() for each in table.get_symbols() if each.is_referenced())
