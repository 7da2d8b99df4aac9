"""Attempts to break out, made at the very place where a student's code will run."""

import contextlib
import ctypes
import importlib
import mmap
import os
import socket
import sys
import threading

import numpy as np

_PTRACE_TRACEME, _SET_DUMPABLE = 0, 4


def gaps(readable: list[str], writable: list[str]) -> list[str]:
    """What worked and should not have, and what did not and should have; empty where the box holds.

    readable: files that must not be; writable: folders in which nothing must be made.
    """
    attempts = {
        "it can open a network connection": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "it can open a UNIX socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
        "it can fork": _fork,
        "it can start a program": _start_program,
        "it can start a thread": lambda: threading.Thread(target=int).start(),
        "it can trace a process": lambda: _refused(_libc().ptrace(_PTRACE_TRACEME, 0, 0, 0)),
        "it can signal a process": lambda: os.kill(os.getppid(), 0),
        "it can make itself debuggable": lambda: _refused(_libc().prctl(_SET_DUMPABLE, 1, 0, 0, 0)),
        "it can make a memory file": lambda: os.memfd_create("probe"),
        "it can use 4 GiB of memory": lambda: mmap.mmap(-1, 1 << 32),
        "it can raise its limits": _raise_limit,
        "it has CPU time without end": _limitless,
        "it can import the reference": _import_reference,
    }
    attempts |= {f"it can read {path}": _reading(path) for path in readable}
    attempts |= {f"it can write to {folder}": _writing(folder) for folder in writable}
    return [gap for gap, attempt in attempts.items() if _works(attempt)] + _broken()


def _works(attempt) -> bool:
    try:
        attempt()
    except (OSError, RuntimeError, MemoryError, ImportError, ValueError):
        return False
    return True


def _libc():
    return ctypes.CDLL(None)


def _refused(result: int) -> None:
    if result < 0:
        raise OSError("refused")


def _fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    _await(child)


def _start_program() -> None:
    """Without the pipe of subprocess, which is not permitted either and would hide this."""
    _await(os.posix_spawn(sys.executable, [sys.executable, "-S", "-c", ""], {}))


def _await(child: int) -> None:
    with contextlib.suppress(OSError):  # it was made, whether or not it can be waited for
        os.waitpid(child, 0)


def _raise_limit() -> None:
    """As root may, with its capabilities."""
    import resource  # not on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (1, 1))


def _limitless() -> None:
    import resource

    if resource.getrlimit(resource.RLIMIT_CPU)[1] != resource.RLIM_INFINITY:
        raise OSError("limited")


def _reading(path: str):
    return lambda: os.close(os.open(path, os.O_RDONLY))


def _writing(folder: str):
    path = os.path.join(folder, f".dlcourse-probe-{os.getpid()}")

    def attempt():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT))
        os.unlink(path)

    return attempt


def _import_reference() -> None:
    """Both what answers to its name, and what would be found if the stand-ins were not there."""
    module = importlib.import_module("dlcourse.activations")
    if getattr(module, "__file__", None) or callable(vars(module).get("sigmoid")):
        return
    if importlib.machinery.PathFinder.find_spec("dlcourse") is None:
        raise ImportError("dlcourse")


def _broken() -> list[str]:
    matrix = np.eye(64) * 2
    if np.linalg.solve(matrix, matrix @ matrix)[0, 0] != 2.0:
        return ["NumPy does not work in it"]
    return []
