"""The worked examples of CONTRIBUTING, carried out literally in a copy of the repository."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[1]
GUIDE = CLONE / "CONTRIBUTING.md"
pytestmark = pytest.mark.skipif(
    not (GUIDE.exists() and (CLONE / "solutions" / "03_activations.py").exists()), reason="not in a clone"
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the repository with every step of the guide taken, and a way to run Python in it."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("dlcourse", "lessons", "solutions", "tests"):
        shutil.copytree(CLONE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CLONE / "pyproject.toml", folder)
    for path, placed, code in steps():
        follow(folder / path, placed, code)

    def python(*argv):
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        command = [sys.executable, "-m", *argv]
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
        )

    return python


def steps():
    """Each Python block, with the file and the place that the words before it name."""
    text = GUIDE.read_text(encoding="utf-8")
    for before, code in re.findall(r"([^`]*(?:`[^`\n]+`[^`]*)*?):\n\n```python\n(.*?)```", text, re.DOTALL):
        path = re.findall(r"`([\w/]+\.py)`", before)[-1]
        placed = re.findall(r"LESSONS|New file|At the end of", before)[-1]
        yield path, placed, code


def follow(path, placed, code):
    if placed == "New file":
        assert not path.exists()
        path.write_text(code, encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    if placed == "LESSONS":
        head, tail = text.split("LESSONS = (", 1)
        path.write_text(
            head + "LESSONS = (" + tail.replace("\n)", f"\n{code.rstrip()}\n)", 1), encoding="utf-8"
        )
    else:
        path.write_text(text + code, encoding="utf-8")


def test_the_guide_has_all_its_steps():
    assert [placed for _, placed, _ in steps()].count("New file") == 3
    assert len(list(steps())) == 9


@pytest.mark.parametrize("lesson", ["activations", "gradient_clipping"])
def test_the_lessons_build_and_are_current(copy, lesson):
    built = copy("dlcourse", "build", lesson)
    assert built.returncode == 0, built.stderr
    checked = copy("dlcourse", "build", "--check", lesson)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("exercise", ["softsign", "clip_by_norm"])
def test_the_exercises_keep_what_every_exercise_must(copy, exercise):
    tested = copy(
        "pytest", "-q", "-p", "no:cacheprovider", "tests/exercises/test_catalogue.py", "-k", exercise
    )
    assert tested.returncode == 0, tested.stdout
