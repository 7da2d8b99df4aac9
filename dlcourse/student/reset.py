"""`dlcourse reset`: a lesson afresh, the student's own copy kept under a dated name."""

from datetime import datetime
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.language import speak_as_chosen, tr
from dlcourse.student.find_notebook import find_notebook
from dlcourse.student.work_folder import WorkFolder, usual_folder


def add_arguments(parser) -> None:
    """Arguments of `dlcourse reset`."""
    parser.add_argument("notebook", metavar="NOTEBOOK", help="a notebook, or a lesson's name")


def run(args) -> int:
    """Carry out `dlcourse reset`."""
    speak_as_chosen(usual_folder())  # until it is known whose notebook it is
    notebook, lesson = find_notebook(args.notebook)
    speak_as_chosen(notebook.absolute().parent)
    if not notebook.parent.is_dir():
        text = tr("there is no folder {folder}; `dlcourse start {typed}` makes it")
        raise UserError(text.format(folder=notebook.parent, typed=notebook.parent))
    kept_as = f"{notebook.stem}-{datetime.now():%Y-%m-%d-%H%M%S}"
    backup = WorkFolder(notebook.parent).renew(lesson, notebook, kept_as)
    print(_fresh(notebook, backup))
    return 0


def _fresh(notebook: Path, backup: Path | None) -> str:
    if backup is None:
        return tr("{notebook} is fresh.").format(notebook=notebook)
    text = tr("{notebook} is fresh. Your copy is now {name}, beside it.")
    return text.format(notebook=notebook, name=backup.name)
