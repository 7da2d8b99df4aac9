"""What may import what: the contracts of pyproject.toml, and CONTRIBUTING's table of them."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(not (CLONE / "CONTRIBUTING.md").exists(), reason="not in a clone")
SETTINGS = CLONE / "pyproject.toml"


def lint(folder: Path) -> subprocess.CompletedProcess:
    """import-linter on the package in `folder`, in a process that has not imported another."""
    pytest.importorskip("importlinter")
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(CLONE / "dlcourse", folder / "dlcourse", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(SETTINGS, folder)
    return folder


def test_every_import_points_downwards(copy):
    done = lint(copy)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("course/files.py", "import dlcourse.arrays"),
        ("activations.py", "from dlcourse import exercises"),
        ("optimizers.py", "from dlcourse.training import Checkpoint"),
        ("exercises/engine/calls.py", "from dlcourse.exercises import momentum"),
        ("exercises/lookup.py", "from dlcourse.exercises.in_notebook import check"),
        ("grading/box/entry.py", "from dlcourse.course.errors import UserError"),
        ("grading/box/entry.py", "import dlcourse.grading.sandbox.limits"),
        ("grading/run/judge.py", "import dlcourse.grading.book.policy"),
        ("authoring/builder.py", "import dlcourse.grading.pipeline"),
        ("student/start.py", "import dlcourse.authoring.builder"),
        ("new_module.py", "import numpy"),
    ],
)
def test_an_import_that_points_upwards_and_a_module_without_a_place_are_refused(copy, file, line):
    path = copy / "dlcourse" / file
    before = path.read_text(encoding="utf-8") if path.exists() else None
    try:
        path.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
        done = lint(copy)
    finally:
        path.unlink() if before is None else path.write_text(before, encoding="utf-8")
    assert done.returncode == 1
    assert "BROKEN" in done.stdout or "new_module" in done.stdout + done.stderr


def contracts() -> dict[str, dict]:
    found = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    return {contract["id"]: contract for contract in found}


def tower() -> list[set[str]]:
    """The modules of each line of the contract, from the top."""
    return [set(re.findall(r"\w+", line)) for line in contracts()["tower"]["layers"]]


def may_import(module: str) -> set[str]:
    """The lines below, but for what a contract of its own forbids."""
    lines = tower()
    place = next(n for n, line in enumerate(lines) if module in line)
    own = (c for c in contracts().values() if c.get("source_modules") == [f"dlcourse.{module}"])
    forbidden = {name.removeprefix("dlcourse.") for c in own for name in c["forbidden_modules"]}
    return set().union(*lines[place + 1 :]) - forbidden


def table() -> list[tuple[set[str], str]]:
    """(modules, what they may import) of each row of CONTRIBUTING that is about the package."""
    text = (CLONE / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`dlcourse/.*?) \| .* \| (.*?) \|$", text, re.MULTILINE)
    named = [(set(re.findall(r"`dlcourse/(\w+)", first)), last) for first, last in rows]
    rest = set().union(*tower()) - set().union(*(modules for modules, _ in named))
    return [(modules or rest, last) for modules, last in named]


def told(words: str, rows_above: list[set[str]], reference: set[str]) -> set[str]:
    """The modules that the last column of a row means."""
    first, _, but = words.partition(" but ")
    named = set(re.findall(r"`(\w+)`", first)) | (reference if "the reference" in first else set())
    above = set().union(*rows_above) if "all of the above" in first else set()
    return (named | above) - set(re.findall(r"`(\w+)`", but))


def test_the_table_of_contributing_says_what_the_contracts_say():
    rows = table()
    modules = [those for those, _ in rows]
    reference = next(those for those in modules if "activations" in those)
    for n, (those, words) in enumerate(rows):
        allowed = set().union(*map(may_import, those)) - those
        assert allowed == told(words, modules[:n], reference), words
    assert set().union(*modules) == set().union(*tower())
