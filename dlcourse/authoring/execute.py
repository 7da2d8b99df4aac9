"""A solved notebook is run from top to bottom, every check strict, and only what a reader needs is kept."""

import os
import tempfile

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from dlcourse.authoring.lint import output_faults
from dlcourse.authoring.notebooks import METADATA
from dlcourse.authoring.source import Lesson
from dlcourse.errors import UserError

SECONDS_A_CELL = 60


def run(lesson: Lesson, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with its outputs; raises UserError naming the lesson, the cell and what went wrong."""
    with tempfile.TemporaryDirectory() as elsewhere:
        client = NotebookClient(
            notebook,
            timeout=SECONDS_A_CELL,
            kernel_name=METADATA["kernelspec"]["name"],
            record_timing=False,
            coalesce_streams=True,
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": elsewhere}},
        )
        try:
            client.execute(env=_environment(elsewhere))
        except CellExecutionError as error:
            raise _failed(lesson, notebook, f"{error.ename}: {error.evalue}") from None
        except CellTimeoutError:
            raise _failed(lesson, notebook, f"it took more than {SECONDS_A_CELL} s") from None
        except DeadKernelError:
            raise _failed(lesson, notebook, "the kernel died") from None
    return _tidied(lesson, notebook)


def _environment(elsewhere: str) -> dict[str, str]:
    """Of the author's own set-up, nothing that could show in an output."""
    return {**os.environ, "DLCOURSE_STRICT": "1", "IPYTHONDIR": elsewhere, "PYTHONHASHSEED": "0"}


def _failed(lesson: Lesson, notebook: nbformat.NotebookNode, what: str) -> UserError:
    at = _last_started(notebook)
    where = f"cell {notebook.cells[at].id!r} failed"
    return lesson.error(lesson.cells[at].line, f"{where}: {what.strip()}; the notebooks are as they were")


def _last_started(notebook: nbformat.NotebookNode) -> int:
    """The client numbers a cell before it runs it, and stops at the first that fails."""
    code = [at for at, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    stopped = [
        at for at in code if any(output.output_type == "error" for output in notebook.cells[at].outputs)
    ]
    started = [at for at in code if notebook.cells[at].execution_count is not None]
    return (stopped or started or code)[-1]


def _tidied(lesson: Lesson, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    if faults := list(output_faults(notebook)):
        raise UserError(f"{lesson.stem}: {faults[0]}; the notebooks are as they were")
    return notebook
