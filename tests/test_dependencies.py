"""What the code imports is what pyproject.toml asks for, not only what that brings along."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(not (CLONE / "pyproject.toml").exists(), reason="not in a clone")

# Folder or file: the extras that may be imported there, beside the core. The longest that fits counts.
ROOMS = {
    "dlcourse": (),
    "dlcourse/authoring": ("author",),
    "dlcourse/authoring/site": ("site",),
    "dlcourse/grading": ("cluster",),
    "tests": ("test", "bench"),
    "benchmarks": ("bench",),
    "scripts": ("bench", "test"),
    "docs": ("site",),
    "conftest.py": (),
    "hatch_build.py": ("test",),
}
OTHER_NAMES = {
    "IPython": "ipython",
    "PIL": "pillow",
    "markdown_it": "markdown-it-py",
    "otter": "otter-grader",
    "sklearn": "scikit-learn",
}


def declared(extras) -> set[str]:
    """The distributions that the core and these extras ask for, extras of ours opened."""
    project = tomllib.loads((CLONE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found, left = set(), [*project["dependencies"], f"dlcourse[{','.join(extras)}]"]
    while left:
        one = left.pop()
        if ours := re.fullmatch(r"dlcourse\[(.*)\]", one):
            left += (part for name in filter(None, ours[1].split(",")) for part in opened(project, name))
        else:
            found.add(re.match(r"[\w-]+", one)[0])
    return found


def opened(project, extra):
    return project["optional-dependencies"][extra]


def imported(source: str) -> set[str]:
    """The top-level modules that a file imports anywhere, relative imports left out."""
    nodes = list(ast.walk(ast.parse(source)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    whence = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.partition(".")[0] for name in plain | whence}


def undeclared(source: str, siblings: set[str], extras) -> set[str]:
    ours = {"dlcourse", "tests", "box", "source_facts"} | siblings  # the last two as the box imports them
    others = imported(source) - set(sys.stdlib_module_names) - ours
    return {OTHER_NAMES.get(name, name.replace("_", "-")) for name in others} - declared(extras)


def room_of(path: Path) -> str:
    parts = path.relative_to(CLONE).parts
    return next(room for n in range(len(parts), 0, -1) if (room := "/".join(parts[:n])) in ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_what_is_imported_is_declared(room):
    top = CLONE / room
    files = [path for path in ([top] if top.is_file() else top.rglob("*.py")) if room_of(path) == room]
    assert files
    siblings = {path.stem for path in top.glob("*.py")}
    missing = {
        str(path.relative_to(CLONE)): names
        for path in files
        if (names := undeclared(path.read_text(encoding="utf-8"), siblings, ROOMS[room]))
    }
    assert missing == {}


LOADED = """
import importlib, pkgutil, sys
import dlcourse.grading
from dlcourse.exercises import catalogue
for module in pkgutil.walk_packages(dlcourse.grading.__path__, "dlcourse.grading."):
    if ".box." not in module.name:
        importlib.import_module(module.name)
catalogue()
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_what_grades_loads_only_what_a_grading_server_has():
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stdout.split()) & {"numpy", "dlcourse", *OTHER_NAMES, *declared(("test", "bench"))}
    assert loaded == {"numpy", "dlcourse", "msgspec", "markupsafe"}


def test_a_package_that_another_brings_along_is_not_declared_by_that():
    assert undeclared("from traitlets.config import Config", set(), ("test",)) == {"traitlets"}
    assert undeclared("def f():\n    import sklearn.svm", set(), ()) == {"scikit-learn"}
    assert undeclared("import PIL.Image, json\nfrom . import nothing", set(), ()) == set()
