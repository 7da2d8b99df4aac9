"""`dlcourse check`: the messages of a notebook's checks, in the terminal."""

import sys
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.language import speak_as_chosen, tr
from dlcourse.student.find_notebook import find_notebook
from dlcourse.student.progress import verdicts
from dlcourse.student.work_folder import usual_folder


def add_arguments(parser) -> None:
    """Arguments of `dlcourse check`."""
    parser.add_argument("notebook", metavar="NOTEBOOK", help="a notebook, or a lesson's name")


def run(args) -> int:
    """Carry out `dlcourse check`; the exit code is 0 if every exercise passes, else 1."""
    speak_as_chosen(usual_folder())  # until it is known whose notebook it is
    notebook, lesson = find_notebook(args.notebook)
    speak_as_chosen(notebook.absolute().parent)
    if not notebook.exists():
        text = tr("there is no {notebook}; `dlcourse start` puts the lessons into a folder")
        raise UserError(text.format(notebook=notebook))
    if not notebook.resolve().is_relative_to(usual_folder().resolve()):
        print(_with_your_rights(notebook), file=sys.stderr)
    found = verdicts(notebook, lesson)
    for verdict in found:
        print(verdict.text())
    passed = sum(verdict.status == "passed" for verdict in found)
    told = {"passed": passed, "number": len(found), "lesson": lesson}
    print(tr("{passed} of {number} exercises of {lesson} pass, as last saved.").format(**told))
    return 0 if passed == len(found) else 1


def _with_your_rights(notebook: Path) -> str:
    """What to know of a notebook elsewhere. A stranger's folder may look like a student's own: no matter."""
    return tr(
        "{notebook} is not in {folder}/ and is run with your rights, without a sandbox. "
        "If it is another's, use `dlcourse grade {notebook} --out FOLDER`, which has one."
    ).format(notebook=notebook, folder=usual_folder())
