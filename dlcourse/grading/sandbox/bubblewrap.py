"""The bubblewrap command that gives a process namespaces of its own and a root with an interpreter alone."""

import os
import subprocess
from functools import lru_cache
from pathlib import Path

from dlcourse.grading.sandbox.interpreter import Interpreter

_LOADER_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
_LOADER_FILES = ("/etc/ld.so.cache",)


@lru_cache(maxsize=1)
def arguments(program: str, interpreter: Interpreter) -> list[str]:
    """All that comes before the command to be wrapped; to find out takes a look at each library."""
    return [
        program,
        *("--unshare-all", "--unshare-user", *_no_more_namespaces(program)),
        *("--uid", "65534", "--gid", "65534", "--hostname", "box", "--cap-drop", "ALL"),
        "--die-with-parent",
        *_mounts(interpreter),
        *("--remount-ro", "/", "--chdir", "/", "--"),
    ]


def _no_more_namespaces(program: str) -> list[str]:
    """The option is of bubblewrap 0.8; without it, seccomp alone forbids them."""
    return ["--disable-userns"] if "--disable-userns" in _help(program) else []


@lru_cache(maxsize=1)
def _help(program: str) -> str:
    return subprocess.run([program, "--help"], capture_output=True, text=True, timeout=10, check=False).stdout


def _mounts(interpreter: Interpreter) -> list[str]:
    loose = [file for file in interpreter.libraries if not _bound_already(file, interpreter)]
    mounts = []
    for folder in interpreter.folders:
        mounts += "--ro-bind", folder, folder
    for site in interpreter.sites:  # other people's packages, the course's reference among them
        mounts += "--tmpfs", site
    for path in [interpreter.executable, *interpreter.packages, *loose]:
        mounts += "--ro-bind", path, path
    for path in _LOADER_FILES:
        mounts += "--ro-bind-try", path, path
    for link, target in _links(loose):
        mounts += "--symlink", target, link
    for site in interpreter.sites:
        mounts += "--remount-ro", site
    return mounts


def _bound_already(file: str, interpreter: Interpreter) -> bool:
    hidden = _within(file, interpreter.sites)
    return _within(file, interpreter.packages) or (_within(file, interpreter.folders) and not hidden)


def _within(path: str, folders: list[str]) -> bool:
    return any(Path(folder) in Path(path).parents for folder in folders)


def _links(files: list[str]):
    """(link, target) for each name by which the dynamic loader finds one of `files`."""
    tops = [folder for folder in _LOADER_FOLDERS if os.path.islink(folder)]
    yield from ((top, os.readlink(top)) for top in tops)
    folders = {os.path.dirname(file) for file in files} | set(_LOADER_FOLDERS) - set(tops)
    for folder in sorted(folder for folder in folders if os.path.isdir(folder)):
        for entry in os.scandir(folder):
            target = entry.is_symlink() and os.path.realpath(entry.path)
            if target in files:
                yield entry.path, target
