"""What of this machine a box must read: the interpreter, its standard library, NumPy, msgspec, box/."""

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np

from dlcourse.exercises.engine import calls, source_facts
from dlcourse.grading import box

BOX = Path(box.__file__).resolve().parent
ENTRY = str(BOX / "entry.py")
MODULES = {
    name: str(Path(module.__file__).resolve())
    for name, module in (("calls", calls), ("source_facts", source_facts))
}
PACKAGES = {
    name: str(Path(module.__file__).resolve().parent)
    for name, module in (("numpy", np), ("msgspec", msgspec))
}
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "PYTHONHASHSEED": "0",  # a regrade meets the same order of sets
    "PYTHONDONTWRITEBYTECODE": "1",
    **{f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL", "BLIS")},
}
_SITES = ("site-packages", "dist-packages")


def command(executable: str, mode: str, settings: dict) -> list[str]:
    """The command line of a box's process; nothing is importable but the standard library."""
    settings = {**PACKAGES, **MODULES, **settings}
    return [executable, "-S", "-s", "-P", "-X", "utf8", ENTRY, mode, json.dumps(settings)]


@dataclass(frozen=True)
class Interpreter:
    """An interpreter and the paths that it reads."""

    executable: str
    libraries: tuple[str, ...]  # files, symbolic links resolved
    folders: tuple[str, ...]  # of the standard library
    packages: tuple[str, ...]  # all that may be read beside them

    @property
    def readable(self) -> list[str]:
        """Files, and folders with all beneath; not the standard library as one, for packages live in it."""
        entries = [
            str(entry)
            for folder in self.folders
            for entry in Path(folder).iterdir()
            if entry.name not in _SITES
        ]
        return [self.executable, *self.libraries, *entries, *self.packages]

    @property
    def sites(self) -> list[str]:
        """Folders of other people's packages inside the standard library's."""
        places = [Path(folder, site) for folder in self.folders for site in _SITES]
        return [str(place) for place in places if place.is_dir()]


@lru_cache(maxsize=1)
def survey() -> Interpreter:
    """Ask the interpreter itself, by running a bare box. Raises OSError where it does not run."""
    executable = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
    done = subprocess.run(
        command(executable, "survey", {}),
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        raise OSError(f"{executable} does not run on its own: {done.stderr.strip()[-500:]}")
    found = json.loads(done.stdout)
    folders = _outermost([path for path in found["path"] if os.path.isdir(path)])
    libraries = [path for path in found["mapped"] if os.path.isfile(path)]
    compiled = filter(os.path.isfile, map(importlib.util.cache_from_source, MODULES.values()))
    packages = [*PACKAGES.values(), str(BOX), *MODULES.values(), *compiled]
    return Interpreter(executable, tuple(libraries), tuple(folders), tuple(packages))


def _outermost(folders: list[str]) -> list[str]:
    return [f for f in folders if not any(Path(other) in Path(f).parents for other in folders)]
