"""`dlcourse check`: the messages of a notebook's checks, in the terminal."""

from dlcourse.course.errors import UserError
from dlcourse.student.find_notebook import find_notebook
from dlcourse.student.progress import verdicts


def add_arguments(parser) -> None:
    """Arguments of `dlcourse check`."""
    parser.add_argument("notebook", metavar="NOTEBOOK", help="a notebook, or a lesson's name")


def run(args) -> int:
    """Carry out `dlcourse check`; the exit code is 0 if every exercise passes, else 1."""
    notebook, lesson = find_notebook(args.notebook)
    if not notebook.exists():
        raise UserError(f"there is no {notebook}; `dlcourse start` puts the lessons into a folder")
    found = verdicts(notebook, lesson)
    for verdict in found:
        print(verdict.text())
    passed = sum(verdict.status == "passed" for verdict in found)
    print(f"{passed} of {len(found)} exercises of {lesson} pass, as last saved.")
    return 0 if passed == len(found) else 1
