"""Answers out of sight: behind a fold, or on another page."""

from collections.abc import Callable, Mapping

import nbformat
from nbformat.v4 import new_markdown_cell

from dlcourse.authoring.site.lesson_pages import Cell, LessonPage, Notebook, cell_label
from dlcourse.course.language import ENGLISH, marked, said_in

SOLVED = "solved-"  # before the names of the places on a page of solutions

SHOW = {  # by role, {} is the exercise
    "exercise": (marked("Show the solution: {}"), marked("Hide the solution: {}")),
    "quiz": (marked("Show the answers"), marked("Hide the answers")),
    "guess": (marked("Show a guess"), marked("Hide a guess")),
    "discussion": (marked("Show the discussion"), marked("Hide the discussion")),
}
REASONS = marked("Show what is right, and why"), marked("Hide what is right, and why")  # what a quiz prints

Prompts = tuple[str, str]  # to show and to hide


def folded(notebook: Notebook, language: str = ENGLISH) -> Notebook:
    """Each answer, what the quiz says to it, and each discussion, behind a fold."""
    return _replaced(notebook, language, lambda cell, prompts: [_fold(cell, prompts)])


def linked(lesson: LessonPage, notebook: Notebook, student: Mapping[str, Cell]) -> Notebook:
    """What a student gets in place of each answer, with a link to the answer on the page of solutions.

    student: {id: cell} of the student's notebook, which has no discussion. What checks and the quiz say to
    right answers goes, too.
    """

    def elsewhere(cell: Cell, prompts: Prompts) -> list[Cell]:
        target = f"#{lesson.mark}{SOLVED}{cell_label(lesson.number, cell.id)}"
        link = new_markdown_cell(f"[{prompts[0]}]({target})")
        if cell.id not in student:
            return [link]
        return [nbformat.from_dict({**student[cell.id], "outputs": []}), link]

    page = _replaced(notebook, lesson.language, elsewhere)
    for cell in page.cells:
        if "check" in cell.metadata.get("dlcourse", {}):
            cell.outputs = []
    return page


def _replaced(notebook: Notebook, language: str, instead: Callable[[Cell, Prompts], list[Cell]]) -> Notebook:
    cells: list[Cell] = []
    for cell in notebook.cells:
        prompts = _prompts(cell, language)
        cells += instead(cell, prompts) if prompts else [cell]
    return nbformat.from_dict({**notebook, "cells": cells})


def _prompts(cell: Cell, language: str) -> Prompts | None:
    """What to press to see what there is to hide in a cell."""
    role, name = next(iter(cell.metadata.get("dlcourse", {}).items()), (None, None))
    if cell.cell_type == "code" and cell.source.startswith("quiz("):
        role_says = REASONS
    elif role in SHOW:
        role_says = SHOW[role]
    else:
        return None
    show, hide = (said_in(language, text).format(name) for text in role_says)
    return show, hide


def _fold(cell: Cell, prompts: Prompts) -> Cell:
    show, hide = prompts
    if cell.cell_type == "markdown":
        source = f"<details><summary>{show}</summary>\n\n{cell.source}\n\n</details>"
        return nbformat.from_dict({**cell, "source": source})
    hidden = "hide-output" if cell.outputs else "hide-input"
    pressed = {"code_prompt_show": show, "code_prompt_hide": hide}
    metadata = {**cell.metadata, "tags": [*cell.metadata.get("tags", ()), hidden], "mystnb": pressed}
    return nbformat.from_dict({**cell, "metadata": metadata})
