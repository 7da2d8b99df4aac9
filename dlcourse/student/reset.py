"""`dlcourse reset`: a lesson afresh, the student's own copy kept under a dated name."""

from datetime import datetime

from dlcourse.course.errors import UserError
from dlcourse.course.language import speak_as_chosen
from dlcourse.student.find_notebook import find_notebook
from dlcourse.student.work_folder import WorkFolder


def add_arguments(parser) -> None:
    """Arguments of `dlcourse reset`."""
    parser.add_argument("notebook", metavar="NOTEBOOK", help="a notebook, or a lesson's name")


def run(args) -> int:
    """Carry out `dlcourse reset`."""
    notebook, lesson = find_notebook(args.notebook)
    speak_as_chosen(notebook.absolute().parent)
    if not notebook.parent.is_dir():
        raise UserError(f"there is no folder {notebook.parent}; `dlcourse start {notebook.parent}` makes it")
    kept_as = f"{notebook.stem}-{datetime.now():%Y-%m-%d-%H%M%S}"
    backup = WorkFolder(notebook.parent).renew(lesson, notebook, kept_as)
    print(f"{notebook} is fresh." + (f" Your copy is now {backup.name}, beside it." if backup else ""))
    return 0
