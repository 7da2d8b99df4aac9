"""Answers out of sight: behind a fold, or on another page."""

from collections.abc import Callable, Mapping

import nbformat
from nbformat.v4 import new_markdown_cell

from dlcourse.authoring.site.lesson_pages import Cell, Notebook, cell_label

NAMES = {
    "exercise": "the solution",
    "quiz": "the answers",
    "guess": "a guess",
    "discussion": "the discussion",
}


def folded(notebook: Notebook) -> Notebook:
    """Each answer, what the quiz says to it, and each discussion, behind a fold."""
    return _replaced(notebook, lambda cell, what: [_fold(cell, what)])


def linked(notebook: Notebook, student: Mapping[str, Cell], number: str) -> Notebook:
    """What a student gets in place of each answer, with a link to the answer on the page of solutions.

    student: {id: cell} of the student's notebook, which has no discussion. What checks and the quiz say to
    right answers goes, too.
    """

    def elsewhere(cell, what):
        target = f"#solved-{cell_label(number, cell.id)}"
        link = new_markdown_cell(f"[Show {what}]({target})")
        if cell.id not in student:
            return [link]
        return [nbformat.from_dict({**student[cell.id], "outputs": []}), link]

    page = _replaced(notebook, elsewhere)
    for cell in page.cells:
        if "check" in cell.metadata.get("dlcourse", {}):
            cell.outputs = []
    return page


def _replaced(notebook: Notebook, instead: Callable[[Cell, str], list[Cell]]) -> Notebook:
    cells: list[Cell] = []
    for cell in notebook.cells:
        what = _what(cell)
        cells += instead(cell, what) if what else [cell]
    return nbformat.from_dict({**notebook, "cells": cells})


def _what(cell: Cell) -> str | None:
    """What there is to hide in a cell, in words."""
    if cell.cell_type == "code" and cell.source.startswith("quiz("):
        return "what is right, and why"
    role, name = next(iter(cell.metadata.get("dlcourse", {}).items()), (None, None))
    return f"{NAMES[role]}{f': {name}' * (role == 'exercise')}" if role in NAMES else None


def _fold(cell: Cell, what: str) -> Cell:
    if cell.cell_type == "markdown":
        source = f"<details><summary>Show {what}</summary>\n\n{cell.source}\n\n</details>"
        return nbformat.from_dict({**cell, "source": source})
    hidden = "hide-output" if cell.outputs else "hide-input"
    prompts = {"code_prompt_show": f"Show {what}", "code_prompt_hide": f"Hide {what}"}
    metadata = {**cell.metadata, "tags": [*cell.metadata.get("tags", ()), hidden], "mystnb": prompts}
    return nbformat.from_dict({**cell, "metadata": metadata})
