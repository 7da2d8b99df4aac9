"""The worked examples of CONTRIBUTING, carried out literally in a copy of the repository."""

import ast
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

CLONE = Path(__file__).parents[1]
GUIDE = CLONE / "CONTRIBUTING.md"
pytestmark = pytest.mark.skipif(not (CLONE / ".git").exists(), reason="not in a clone")

BLOCK = r"([^`]*(?:`[^`\n]+`[^`]*)*?):\n\n```(?:python|markdown)\n(.*?)```"
PLACES = r"In `(\w+)` of|(New file|At the end of|Below the last lesson)"


def steps():
    """Each block of code or table rows, with the file and the place that the words before it name."""
    for before, code in re.findall(BLOCK, GUIDE.read_text(encoding="utf-8"), re.DOTALL):
        path = re.findall(r"`([\w/]+\.(?:py|md))`", before)[-1]
        yield path, "".join(re.findall(PLACES, " ".join(before.split()))[-1]), code


def commands():
    """What the guide has one type after the steps, but for the benchmark, which takes minutes."""
    text = GUIDE.read_text(encoding="utf-8")
    examples = text[text.index("\n## Worked examples") : text.index("\n## The source of a lesson")]
    return [shlex.split(line) for line in re.findall("^(?:dlcourse|pytest) .*", examples, re.MULTILINE)]


def hooks():
    """What pre-commit runs before each commit, set to report alone."""
    settings = CLONE / ".pre-commit-config.yaml"
    entries = re.findall(r"entry: (.*)", settings.read_text(encoding="utf-8") if settings.exists() else "")
    reporting = {"ruff check --fix": "ruff check", "ruff format": "ruff format --check"}
    return [reporting.get(entry, entry).split() for entry in entries]


def follow(path, place, code):
    if place == "New file":
        assert not path.exists()
        path.write_text(code, encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    if place == "At the end of":
        at = len(text)
    elif place == "Below the last lesson":
        at = [row.end() for row in re.finditer(r"^\| \[\d\d .*\n", text, re.MULTILINE)][-1]
    else:
        at = closing_bracket(text, place)
        if not text[:at].endswith("\n"):  # it stands on the line of its entries
            code = f", {code.strip().rstrip(',')}"
    path.write_text(text[:at] + code + text[at:], encoding="utf-8")


def closing_bracket(text, name):
    """Where the list, tuple or dictionary of that name closes: its bracket, or the line that has it alone."""
    (value,) = (
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name
    )
    lines = text.splitlines(keepends=True)[: value.end_lineno]
    before = lines[-1].encode()[: value.end_col_offset - 1].decode()
    return len("".join(lines[:-1])) + len(before) * bool(before.strip())


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the repository with every step of the guide taken, and a way to run Python in it."""
    folder = tmp_path_factory.mktemp("copy")
    for name in files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(CLONE / name, folder / name)
    for path, place, code in steps():
        follow(folder / path, place, code)
    python = python_that_imports_from(folder, tmp_path_factory.mktemp("environment"))

    def run(*argv, timeout=600):
        command = [python, *argv]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=timeout)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    for command in commands():
        if command[0] == "dlcourse":
            run("-m", *command)
    return run


def files():
    """All that is committed, or may be."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=CLONE, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name and (CLONE / name).is_file()]


def python_that_imports_from(folder, environment):
    """A Python that finds the copy's package before the installed one, whatever options it is given."""
    venv.create(environment, symlinks=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "copy.pth").write_text(f"{folder}\n{sysconfig.get_path('purelib')}\n")
    ours, programs = Path(sys.prefix), Path(sys.prefix, "bin").iterdir()
    for path in (ours / "share", ours / "etc", *programs):  # JupyterLab's pages, and what is started by name
        link = environment / path.relative_to(ours)
        if path.exists() and path.name != "dlcourse" and not link.exists():
            link.symlink_to(path)
    return environment / "bin" / "python"


def test_the_guide_has_all_its_steps():
    assert [place for _, place, _ in steps()].count("New file") == 3
    assert len(list(steps())) == 19
    assert [command[0] for command in commands()].count("pytest") == 3


@pytest.mark.parametrize(
    ("asked", "keyword", "processes"), [(None, "", "logical"), (None, "softsign", 0), (2, "softsign", 2)]
)
def test_with_a_keyword_pytest_starts_no_processes_but_those_asked_for(asked, keyword, processes):
    option = SimpleNamespace(numprocesses=asked, keyword=keyword, dist="no")
    runpy.run_path(str(CLONE / "conftest.py"))["pytest_cmdline_main"](SimpleNamespace(option=option))
    assert option.numprocesses == processes


def test_what_runs_in_the_copy_is_the_copy(copy):
    said = copy("-I", "-c", "from dlcourse import optimizers; print(optimizers.Adamax(0.1))")
    assert said.startswith("Adamax(learning_rate=0.1")


@pytest.mark.parametrize("command", hooks())
def test_what_pre_commit_runs_finds_nothing(copy, command):
    if not find_spec(command[0]):
        pytest.skip(f"no {command[0]} in this environment")
    copy("-m", *command)


# Files of tests that know of exercises, lessons or optimizers; of those that take long, the new names alone.
KNOWING = [
    "dlcourse/activations.py",
    "dlcourse/optimizers.py",
    "dlcourse/schedules.py",
    "tests/authoring/translation/test_korean.py",
    "tests/exercises/test_contract.py",
    "tests/test_docs.py",
    "tests/test_imports.py",
    "tests/test_optimizers.py",
    "tests/test_traceability.py",
]
NAMING = [
    "lessons",
    "tests/exercises",
    "tests/test_activations.py",
    "tests/test_course.py",
    "tests/test_schedules.py",
]


def test_tests_that_know_of_more_than_the_new_things_pass(copy):
    copy("-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *KNOWING, "-k", "not page")


def test_tests_of_the_new_things_pass(copy):
    new = "softsign or restarts or readme or two_lessons"
    copy("-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *NAMING, "-k", new)


@pytest.mark.long
def test_all_tests_pass_and_so_does_what_the_guide_has_one_type(copy):
    for command in commands():
        if command[0] == "pytest":
            copy("-m", *command, timeout=1800)
    copy("-m", "pytest", "-q", timeout=3600)
