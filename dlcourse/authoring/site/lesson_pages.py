"""A solved lesson and the places in it that pages link to."""

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import nbformat
from nbformat.v4 import new_markdown_cell

from dlcourse.authoring import sections
from dlcourse.authoring.source import DISCUSSION, RUBRIC
from dlcourse.course.errors import UserError
from dlcourse.course.language import ENGLISH

Notebook: TypeAlias = nbformat.NotebookNode
Cell: TypeAlias = nbformat.NotebookNode
_MINUTES = re.compile(r"\| Time \| (\d+) minutes")
_HASH = re.compile(r"[0-9a-f]{8}(-\d+)?")  # the id of a cell that has no name


class LessonPage:
    """A notebook by whose number its places are called: 03-the-sigmoid, 03-cell-xor.

    Rubrics are for whoever grades: the site is open to students, and has none.
    """

    language = ENGLISH
    folder = ""  # of its page, from the root of the site
    mark = ""  # before the names of its places

    def __init__(self, path: Path):
        self.stem, self.number = path.stem, path.stem[:2]
        self.notebook = nbformat.read(path, as_version=4)
        self.notebook.cells = [cell for cell in self.notebook.cells if not _is_rubric(cell)]

    @cached_property
    def headings(self) -> list[str]:
        return [text for cell in self.notebook.cells for _, text in headings(cell)]

    @cached_property
    def minutes(self) -> str:
        """How long it takes, as its first cell says."""
        (minutes,) = _MINUTES.findall(self.notebook.cells[0].source)
        return minutes

    @property
    def title(self) -> str:
        """What stands between the number and the colon of the title."""
        return self.headings[0].split(" · ")[1].split(":")[0]

    def places(self, cell: Cell) -> list[str]:
        """The labels of the headings in one of its cells."""
        return [heading_label(self.number, text) for _, text in headings(cell)]

    def heading(self, start: str) -> str:
        """The label of the heading that begins so; raises UserError where there is none."""
        for text in self.headings:
            if text.startswith(start):
                return heading_label(self.number, text)
        raise UserError(f"lesson {self.number} has no heading {start!r}: mend the link to it in docs/")

    def cell(self, name: str) -> str:
        """The label of the code cell of that name; raises UserError where there is none."""
        if name not in {cell.id for cell in self.notebook.cells}:
            raise UserError(f"lesson {self.number} has no cell {name!r}: mend the link to it in docs/")
        return cell_label(self.number, name)


def headings(cell: Cell) -> list[tuple[int, str]]:
    """The line and the words of each heading of a Markdown cell."""
    if cell.cell_type != "markdown":
        return []
    return [(heading.line, heading.words) for heading in sections.headings(cell.source)]


def heading_label(number: str, heading: str) -> str:
    """The name of a place that Sphinx links to.

    >>> heading_label("03", "7. Does tanh learn faster?")
    '03-7-does-tanh-learn-faster'
    """
    words = re.sub(r"[\W_]+", "-", heading.lower()).strip("-")
    return f"{number}-{words}"


def cell_label(number: str, name: str) -> str:
    """As `heading_label`, for a code cell."""
    return heading_label(number, f"cell {name}")


def labelled(lesson: LessonPage, prefix: str = "") -> Notebook:
    """The notebook with a label before each heading and each cell that has a name."""
    cells, prefix = [], lesson.mark + prefix
    for cell in lesson.notebook.cells:
        new = nbformat.from_dict(cell)
        if cell.cell_type == "markdown":
            new.source = _with_labels(cell, [prefix + label for label in lesson.places(cell)])
        if _is_linked_to(cell):
            cells.append(new_markdown_cell(f"({prefix}{cell_label(lesson.number, cell.id)})="))
        cells.append(new)
    return nbformat.from_dict({**lesson.notebook, "cells": cells})


def _is_rubric(cell: Cell) -> bool:
    return RUBRIC in cell.metadata.get("dlcourse", {})


def _is_linked_to(cell: Cell) -> bool:
    named_code = cell.cell_type == "code" and not _HASH.fullmatch(cell.id)
    return named_code or DISCUSSION in cell.metadata.get("dlcourse", {})


def _with_labels(cell: Cell, labels: Sequence[str]) -> str:
    lines = cell.source.split("\n")
    for (at, _), label in reversed(list(zip(headings(cell), labels, strict=False))):
        lines.insert(at, f"\n({label})=")
    return "\n".join(lines)
