"""A solved notebook is run from top to bottom, every check strict, and only what a reader needs is kept."""

import os
import tempfile

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from dlcourse.authoring.lint import output_faults
from dlcourse.authoring.notebooks import METADATA
from dlcourse.authoring.source import LessonSource
from dlcourse.course.errors import UserError
from dlcourse.course.language import ENGLISH

SECONDS_A_CELL = 60


def run(lesson: LessonSource, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with its outputs; raises UserError naming the lesson, the cell and what went wrong."""
    reached = [0]
    with tempfile.TemporaryDirectory() as elsewhere:
        client = NotebookClient(
            notebook,
            timeout=SECONDS_A_CELL,
            kernel_name=METADATA["kernelspec"]["name"],
            record_timing=False,
            coalesce_streams=True,
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": elsewhere}},
            on_cell_start=lambda cell, cell_index: reached.append(cell_index),
        )
        try:
            client.execute(env=_environment(elsewhere))
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise _failed(lesson, notebook, reached[-1], error) from None
    return _tidied(lesson, notebook)


def _environment(elsewhere: str) -> dict[str, str]:
    """Of the author's own set-up, nothing that could show in an output.

    One thread for the products: several, on a busy machine, take minutes over a cell of seconds.
    """
    ours = {
        "DLCOURSE_LANGUAGE": ENGLISH,
        "DLCOURSE_STRICT": "1",
        "IPYTHONDIR": elsewhere,
        "PYTHONHASHSEED": "0",
    }
    return {**os.environ, **ours, "OPENBLAS_NUM_THREADS": "1"}


def _failed(lesson: LessonSource, notebook: nbformat.NotebookNode, at: int, error: Exception) -> UserError:
    if isinstance(error, CellExecutionError):
        what = f"{error.ename}: {error.evalue}".strip()
    else:
        dead = isinstance(error, DeadKernelError)
        what = "the kernel died" if dead else f"it took more than {SECONDS_A_CELL} s"
    cell = f"cell {notebook.cells[at].id!r} failed"
    return lesson.error(lesson.cells[at].line, f"{cell}: {what}; the notebooks are as they were")


def _tidied(lesson: LessonSource, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    if faults := list(output_faults(notebook)):
        raise UserError(f"{lesson.stem}: {faults[0]}; the notebooks are as they were")
    return notebook
