"""`dlcourse start`: the lessons are put into a folder and JupyterLab opens at the one to go on with."""

import importlib.machinery
import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.lessons import lesson_stems, pick_lesson
from dlcourse.student.work_folder import WorkFolder, add_folder

SETTINGS = Path(__file__).parent / "lab_settings"


def add_arguments(parser) -> None:
    """Arguments of `dlcourse start`."""
    add_folder(parser)
    parser.add_argument("--lesson", metavar="NAME", help="open this one, such as 03_activations or 3")
    parser.add_argument("--no-browser", action="store_true", help="only print the address, as on a server")
    parser.add_argument("--port", type=int, help="the port of JupyterLab (default: the first free from 8888)")


def run(args) -> int:
    """Carry out `dlcourse start`; on POSIX this process becomes JupyterLab."""
    if importlib.util.find_spec("jupyterlab") is None:
        raise UserError(
            f"JupyterLab is missing; install it with `{sys.executable} -m pip install jupyterlab`"
        )
    lesson = pick_lesson(args.lesson, lesson_stems()) if args.lesson else None
    if args.port is not None:
        _refuse_taken(args.port)
    folder = WorkFolder(args.folder)
    for sentence in folder.install():
        print(sentence)
    for sentence in hidden_modules(folder.path):
        print(sentence)
    lesson = lesson or first_unfinished(folder)
    print(f"Your lessons are in {folder.path}. Opening {lesson}; stop with Ctrl-C.", flush=True)
    return _become(jupyterlab(folder, lesson, args.port, args.no_browser))


def first_unfinished(folder: WorkFolder) -> str:
    """The lesson to go on with; the last one when all are done."""
    from dlcourse.student.progress import progress

    lessons = progress(folder)
    return next((one.lesson for one in lessons if not one.finished), lessons[-1].lesson)


def hidden_modules(folder: Path) -> list[str]:
    """A sentence on each file or package in the folder that a notebook there would import for another."""
    elsewhere = [place for place in sys.path if place and Path(place).resolve() != folder.resolve()]
    return [
        f"{path.name} in {folder} has the name of a module that lessons or Python itself may import, and can "
        f"be taken for it: rename it, for example to my_{path.name}."
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
        raise UserError(f"{port} is not a port; it is a number from 1 to 65535")
    with socket.socket() as attempt:
        try:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind(("127.0.0.1", port))
        except OSError as error:
            raise UserError(
                f"cannot use port {port}: {error.strerror}; name another or leave --port out"
            ) from None


def _become(command: list[str]) -> int:
    if os.name == "posix":
        os.execv(command[0], command)
    return subprocess.call(command)
