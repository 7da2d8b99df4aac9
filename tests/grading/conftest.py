"""A small lesson 03 in a folder of its own, and classes of students who hand it in."""

import csv
import json
import os
import shutil
from pathlib import Path

import pytest

from dlcourse.exercises import catalogue
from dlcourse.grading.pipeline import grade
from dlcourse.grading.run.judge import Job, grade_one
from dlcourse.grading.sandbox.limits import Limits
from dlcourse.grading.sandbox.sandbox import open_box

SOLUTIONS = Path(__file__).parents[2] / "solutions"
LESSON = "03_activations"
LIMITS = Limits(cpu=1, cpu_total=6, wall=30.0, wall_total=120.0)  # the clock is for what only waits
ONE_BOX = pytest.mark.parametrize("box", ["landlock"], indirect=True)  # where time, not walls, is tried
SETUP = "import numpy as np\nfrom dlcourse.exercises import check\nimport matplotlib.pyplot as plt"
DEMO = "raise SystemExit('a demo cell was run')"
ANSWERS = """
def collapse_linear(weights):
    out = weights[0]
    for w in weights[1:]:
        out = out @ w
    return out

def sigmoid(x):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-np.asarray(x)))

def sigmoid_derivative(x):
    return sigmoid(x) * sigmoid(-np.asarray(x))

def tanh_from_sigmoid(x):
    return 2 * sigmoid(2 * np.asarray(x)) - 1

def tanh_derivative(x):
    with np.errstate(over="ignore"):
        return 1 / np.cosh(x) ** 2

def neuron_weight_gradient(x, delta):
    return delta * x
"""


def exercise_of(cell) -> str:
    return cell["metadata"].get("dlcourse", {}).get("exercise", "")


def published(lesson: str) -> dict[str, str]:
    """The answers of the solved notebook."""
    cells = json.loads((SOLUTIONS / f"{lesson}.ipynb").read_text(encoding="utf-8"))["cells"]
    return {exercise_of(cell): "".join(cell["source"]) for cell in cells if exercise_of(cell)}


# By another hand where it stands above; an exercise that the lesson got since has the course's own answer.
ANSWERS_BY_NAME = {text[4 : text.index("(")]: text for text in ANSWERS.strip().split("\n\n")}
NAMES = tuple(catalogue()[LESSON])
RIGHT = {name: (published(LESSON) | ANSWERS_BY_NAME)[name] for name in NAMES}


def blank(name: str) -> str:
    return RIGHT[name].split("\n")[0] + "\n    # YOUR CODE HERE\n    raise NotImplementedError"


def code(source: str, **dlcourse) -> dict:
    metadata = {"dlcourse": dlcourse} if dlcourse else {}
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def notebook(cells) -> str:
    cells = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def lesson_cells(answers: dict[str, str], more=()) -> list[dict]:
    """The lesson as a student hands it in: `answers` for some exercises, blanks for the others."""
    cells = [code(SETUP, role="setup"), code(DEMO)]
    for name in NAMES:
        cells += (
            code(answers.get(name, blank(name)), exercise=name),
            code(f"{name} = check({name})", check=name),
        )
    return cells + [code(source) for source in more]


def need_walls() -> None:
    """Skip what grades where nothing can hold a student's code; where the means are there, they must hold."""
    means = {"os.pidfd_open": hasattr(os, "pidfd_open"), "/proc": Path("/proc/self").exists()}
    missing = [name for name, there in means.items() if not there]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)}: grading refuses here")


walls = pytest.fixture(need_walls, scope="session")


class Course:
    """A released lesson and the folders of those who hand it in."""

    def __init__(self, folder):
        self.submissions, self.out = folder / "submissions", folder / "out"

    def hand_in(self, student: str, answers=None, more=(), content=None, name=LESSON):
        """Answers in the lesson's notebook, or any `content` as its file."""
        path = self.submissions / student / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if content is not None else notebook(lesson_cells(answers or {}, more))
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def grade(self, **settings) -> dict:
        """{(student, exercise): row of scores.csv}."""
        need_walls()
        self.summary = grade(self.submissions, self.out, **{"workers": 1, "limits": LIMITS, **settings})
        return {(row["student"], row["exercise"]): row for row in self.rows()}

    def rows(self) -> list[dict]:
        with open(self.out / "scores.csv", newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def course(tmp_path, monkeypatch):
    released = tmp_path / "lessons"
    released.mkdir()
    (released / f"{LESSON}.ipynb").write_text(notebook(lesson_cells({})))
    monkeypatch.setattr("dlcourse.course.lessons._PLACES", (released,))
    return Course(tmp_path)


@pytest.fixture(scope="session", params=["bubblewrap", "landlock"])
def box(walls, request):
    """A box of each kind."""
    if request.param == "bubblewrap" and not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed")
    box = open_box(request.param, LIMITS)
    yield box
    box.close()


@pytest.fixture
def verdicts(box):
    """Grade cells in that box: {name: verdict}, and what failed as `.failures`."""

    def graded(*cells, names=NAMES, limits=LIMITS, lesson=LESSON):
        job = Job(lesson, tuple(enumerate(("import numpy as np", *cells))), tuple(names), seed=1)
        report = grade_one(job, box, limits)
        found = Verdicts((verdict.exercise, verdict) for verdict in report.verdicts)
        found.failures = {failure.cell: failure.error for failure in report.failures}
        return found

    return graded


class Verdicts(dict):
    failures: dict
