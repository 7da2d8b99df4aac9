"""A command of the course in a Python without what Windows lacks: elsewhere.py COMMAND …

What is other people's is imported first, for it has code of its own for Windows; then modules and functions
are taken away, here and in the process that runs a notebook. It remains a Python of this system: paths, the
console and how processes start are not tried.
"""

import ctypes
import importlib
import os
import runpy
import select
import signal
import socket
import sys
import warnings
from pathlib import Path

OTHERS = ("concurrent.futures.process", "msgspec", "numpy", "rich.console", "rich.table", "sqlite3")
MODULES = ("fcntl", "grp", "pwd", "resource", "termios")
FUNCTIONS = {
    os: (
        "fork",
        "geteuid",
        "getuid",
        "memfd_create",
        "pidfd_open",
        "posix_spawn",
        "wait4",
        "O_PATH",
        "O_CLOEXEC",
    ),
    select: ("poll",),
    signal: ("SIGALRM", "SIGPROF", "SIGXCPU", "setitimer", "getitimer", "pidfd_send_signal"),
    socket: ("AF_UNIX", "SOCK_SEQPACKET", "send_fds", "recv_fds"),
}
BOX = Path(__file__).parents[2] / "dlcourse" / "grading" / "box"
_CDLL = ctypes.CDLL


def library(name, *args, **options):
    if name is None:
        raise TypeError("argument of type 'NoneType' is not iterable")
    return _CDLL(name, *args, **options)


def take_away() -> None:
    sys.modules.update(dict.fromkeys(MODULES))  # importing one is now an ImportError
    for module, names in FUNCTIONS.items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    ctypes.CDLL = library
    warnings.filterwarnings("error", category=EncodingWarning, module=r"dlcourse\.")


def command(argv) -> int:
    from dlcourse import cli
    from dlcourse.grading.sandbox import interpreter
    from dlcourse.student import start

    interpreter.ENTRY = __file__
    start._become = lambda command: print("becomes", *command[1:4])
    return cli.main(argv)


def beside_a_notebook() -> None:
    """What runs a student's code; it is started without any package, and told where they are."""
    runpy.run_path(str(BOX / "entry.py"), run_name="__main__")


if __name__ == "__main__":
    if sys.argv[1] == "unsandboxed":
        take_away()
        beside_a_notebook()
    else:
        for name in OTHERS:
            importlib.import_module(name)
        take_away()
        sys.exit(command(sys.argv[1:]))
