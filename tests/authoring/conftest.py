import shutil
from types import SimpleNamespace

import pytest

from dlcourse.authoring.builder import build
from dlcourse.authoring.source import read_lesson
from dlcourse.cli import main

SOURCE = '''\
# %% [markdown]
# # A lesson

# %% role="setup"
import numpy as np

check = lambda function: function

# %% exercise="double"
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    twice = x + x
    return twice
    ### END SOLUTION


# %% check="double"
double = check(double)

# %% [markdown] name="talk"
# What is twice two?

# %% guess="four"
### BEGIN SOLUTION
guess = 4  # a number
### END SOLUTION
print(guess, double(2))
'''
POINTS = {"double": 3}
SENTENCES = [
    ("hint", "Add `x` to itself."),
    ("known mistake", "This is the square."),
    ("known mistake with a number", "Your factor is {parameter}."),
]


def clone(path):
    (path / "pyproject.toml").touch()
    (path / "solutions").mkdir()
    (path / "solutions" / "03_doubling.py").write_text(SOURCE, encoding="utf-8")
    return path


@pytest.fixture
def root(tmp_path):
    """A clone of a course with one lesson, not yet built."""
    return clone(tmp_path)


@pytest.fixture(scope="session")
def _built_once(tmp_path_factory):
    path = clone(tmp_path_factory.mktemp("clone"))
    build(path, read_lesson(path / "solutions" / "03_doubling.py"), POINTS)
    return path


@pytest.fixture
def built(root, _built_once):
    """The student's notebook and the solved one, built."""
    shutil.copytree(_built_once, root, dirs_exist_ok=True)
    return root / "lessons" / "03_doubling.ipynb", root / "solutions" / "03_doubling.ipynb"


@pytest.fixture
def read(root):
    """Read the lesson after replacing `old` by `new` in its source."""

    def read(old="", new=""):
        path = root / "solutions" / "03_doubling.py"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
        return read_lesson(path)

    return read


@pytest.fixture
def dlcourse(root, monkeypatch, capsys):
    """Type a command in the clone: gives the exit code and what was printed, on both channels."""
    exercises = {
        name: SimpleNamespace(name=name, max_points=points, sentences=lambda: SENTENCES)
        for name, points in POINTS.items()
    }
    monkeypatch.setattr("dlcourse.exercises.catalogue", lambda: {"03_doubling": exercises})
    monkeypatch.chdir(root / "solutions")

    def run(*argv):
        code = main(argv)
        return code, *capsys.readouterr()

    return run
