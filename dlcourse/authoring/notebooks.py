"""The two notebooks of a lesson, the same bytes from the same source."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dlcourse.authoring.solutions import blanked, solved
from dlcourse.authoring.source import KEPT_BACK, ROLES, WORDS, WRITTEN, LessonSource, SourceCell

METADATA: dict[str, dict[str, Any]] = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}

Points = Mapping[str, int]


def student_notebook(lesson: LessonSource, points: Points) -> nbformat.NotebookNode:
    """What students open: answers blanked, discussions and rubrics left out, nothing run.

    `points` has what each exercise is worth.
    """
    return _notebook(lesson, points, lambda cell: None if cell.role in KEPT_BACK else blanked(lesson, cell))


def solved_notebook(lesson: LessonSource, points: Points) -> nbformat.NotebookNode:
    """The same lesson with its answers, not yet run."""
    return _notebook(lesson, points, solved)


def serialise(notebook: nbformat.NotebookNode) -> bytes:
    """The bytes of a notebook; raises nbformat.ValidationError where it is not one."""
    nbformat.validate(notebook)
    return (nbformat.writes(notebook).rstrip("\n") + "\n").encode()


def without_outputs(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy in which no cell has been run."""
    bare = nbformat.from_dict(notebook)
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return bare


def _notebook(
    lesson: LessonSource, points: Points, text: Callable[[SourceCell], str | None]
) -> nbformat.NotebookNode:
    """The cells for which there is a text."""
    cells = []
    for cell, cell_id in zip(lesson.cells, cell_ids(lesson), strict=True):
        new = new_code_cell if cell.is_code else new_markdown_cell
        if (written := text(cell)) is not None:
            cells.append(new(written, id=cell_id, metadata=_metadata(cell, points)))
    return nbformat.from_dict(new_notebook(cells=cells, metadata=METADATA))


def cell_ids(lesson: LessonSource) -> list[str]:
    """A cell's own name or its role's, else a hash of its text, numbered where two would be the same."""
    seen: dict[str, int] = {}
    ids = []
    for cell in lesson.cells:
        wanted = _wanted_id(cell)
        seen[wanted] = seen.get(wanted, 0) + 1
        ids.append(wanted if seen[wanted] == 1 else f"{wanted}-{seen[wanted]}")
    return ids


def _wanted_id(cell: SourceCell) -> str:
    if cell.role in ("check", "quiz", "guess", *WRITTEN):
        return f"{cell.role}-{cell.name}"
    return cell.name or hashlib.sha256(f"{cell.role} {cell.text}".encode()).hexdigest()[:8]


def _metadata(cell: SourceCell, points: Points) -> dict:
    """`dlcourse` says what the cell is: {"role": "setup"}, {"exercise": "sigmoid"}, {"check": …}, …"""
    metadata = dict(cell.metadata)
    if cell.role in (*ROLES, *WRITTEN):
        metadata["dlcourse"] = {cell.role: cell.name}
    elif cell.role == "setup":
        metadata["dlcourse"] = {"role": "setup"}
    if cell.role == "exercise":
        metadata |= {"deletable": False, "nbgrader": _nbgrader(cell.name, solution=True)}
    if cell.role == "check":
        graded = _nbgrader(f"check-{cell.name}", grade=True, locked=True, points=points[cell.name])
        metadata |= {"deletable": False, "editable": False, "nbgrader": graded}
    if cell.role == WORDS:
        by_hand = _nbgrader(f"words-{cell.name}", grade=True, solution=True, points=cell.points)
        metadata |= {"deletable": False, "nbgrader": by_hand}
    return metadata


def _nbgrader(grade_id: str, **settings) -> dict:
    unset = {"grade": False, "locked": False, "solution": False, "task": False}
    return {"schema_version": 3, "grade_id": grade_id, **unset, **settings}
