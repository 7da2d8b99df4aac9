"""`dlcourse start`: the lessons are put into a folder and JupyterLab opens at the one to go on with."""

import importlib.machinery
import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.language import languages, speak, speak_as_chosen, spoken, tr
from dlcourse.course.lessons import lesson_stems, pick_lesson
from dlcourse.student.work_folder import WorkFolder, add_folder

SETTINGS = Path(__file__).parent / "lab_settings"


def add_arguments(parser) -> None:
    """Arguments of `dlcourse start`."""
    add_folder(parser)
    parser.add_argument("--lesson", metavar="NAME", help="open this one, such as 03_activations or 3")
    parser.add_argument(
        "--language",
        metavar="CODE",
        help="the language of your lessons and of what is said to you, such as ko (default: the one that you "
        "chose last, en at first)",
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address, as on a server")
    parser.add_argument("--port", type=int, help="the port of JupyterLab (default: the first free from 8888)")


def run(args) -> int:
    """Carry out `dlcourse start`; on POSIX this process becomes JupyterLab."""
    folder = WorkFolder(args.folder)
    _speak(args.language, folder)
    if importlib.util.find_spec("jupyterlab") is None:
        install = f"{sys.executable} -m pip install jupyterlab"
        raise UserError(tr("JupyterLab is missing; install it with `{}`").format(install))
    lesson = pick_lesson(args.lesson, lesson_stems()) if args.lesson else None
    if args.port is not None:
        _refuse_taken(args.port)
    for sentence in (*folder.install(args.language), *hidden_modules(folder.path)):
        print(sentence)
    lesson = lesson or first_unfinished(folder)
    print(_where_to_go_on(folder, lesson), flush=True)
    return _become(jupyterlab(folder, lesson, args.port, args.no_browser))


def _speak(language: str | None, folder: WorkFolder) -> None:
    """Say all that follows in the language that was typed, else in the one chosen before."""
    if language is None:
        speak_as_chosen(folder.path)
    elif language in languages():
        speak(language)
    else:
        there_is = ", ".join(languages())
        raise UserError(tr("there are no lessons in {!r}: --language takes {}").format(language, there_is))


def _where_to_go_on(folder: WorkFolder, lesson: str) -> str:
    said = [tr("Your lessons are in {}. Opening {}; stop with Ctrl-C.").format(folder.path, lesson)]
    if spoken() != folder.language:
        offer = tr("The lessons are there in this language too: `dlcourse start --language {}`.")
        said.insert(0, offer.format(spoken()))
    return "\n".join(said)


def first_unfinished(folder: WorkFolder) -> str:
    """The lesson to go on with; the last one when all are done."""
    from dlcourse.student.progress import progress

    lessons = progress(folder)
    return next((one.lesson for one in lessons if not one.finished), lessons[-1].lesson)


def hidden_modules(folder: Path) -> list[str]:
    """A sentence on each file or package in the folder that a notebook there would import for another."""
    elsewhere = [place for place in sys.path if place and Path(place).resolve() != folder.resolve()]
    return [
        tr(
            "{name} in {folder} has the name of a module that lessons or Python itself may import, and can "
            "be taken for it: rename it, for example to my_{name}."
        ).format(name=path.name, folder=folder)
        for path in sorted([*folder.glob("*.py"), *(init.parent for init in folder.glob("*/__init__.py"))])
        if path.stem in (*sys.stdlib_module_names, "dlcourse")
        or importlib.machinery.PathFinder.find_spec(path.stem, elsewhere) is not None
    ]


def jupyterlab(folder: WorkFolder, lesson: str, port: int | None, no_browser: bool) -> list[str]:
    """The command, with settings and workspace of the course: the user's own configuration stays as it is.

    With -P, for JupyterLab should not import a random.py of the folder in which it was typed. Kernels have no
    such option: they look there too, though after Python's own modules.
    """
    options = [
        f"--ServerApp.root_dir={folder.path}",
        f"--LabApp.default_url=/lab/tree/{lesson}.ipynb",
        f"--LabApp.app_settings_dir={SETTINGS}",
        f"--LabApp.workspaces_dir={folder.hidden('workspaces')}",
        "--ServerApp.answer_yes=True",  # stop at the first Ctrl-C
        "--LabApp.extension_manager=readonly",  # which asks no package index
        "--log-level=ERROR",  # the address is printed all the same
        "--LabApp.log_level=ERROR",
    ]
    options += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"] if port is not None else []
    options += ["--no-browser"] if no_browser else []
    options += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [sys.executable, "-P", "-m", "jupyterlab", *options]


def _refuse_taken(port: int) -> None:
    if not 0 < port < 65536:
        raise UserError(tr("{} is not a port; it is a number from 1 to 65535").format(port))
    with socket.socket() as attempt:
        try:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind(("127.0.0.1", port))
        except OSError as error:
            cannot = tr("cannot use port {}: {}; name another or leave --port out")
            raise UserError(cannot.format(port, error.strerror)) from None


def _become(command: list[str]) -> int:
    if os.name == "posix":
        os.execv(command[0], command)
    return subprocess.call(command)
