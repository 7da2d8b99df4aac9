"""Project 16 in the box: the same points as in the notebook, limits of its own, and nothing to be forged."""

import json

import numpy as np
import pytest

from dlcourse.exercises.capstone import train_and_predict
from dlcourse.exercises.engine.calls import run_locally
from dlcourse.grading.book.gradebook import read_scores
from dlcourse.grading.pipeline import grade
from dlcourse.grading.sandbox.limits import Limits
from dlcourse.grading.sandbox.sandbox import TIERS

from ..conftest import ONE_BOX, published

LESSON = "16_capstone"
HEAD = "def train_and_predict(x, labels, x_new, seed):\n    "
# A nearest centre of mass, in a line or two: some 20 % right, quickly.
QUICK = f"""{HEAD}centres = np.array([x[labels == c].mean(axis=0) for c in range(10)])
    return ((x_new[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)"""


@pytest.fixture
def verdict(verdicts):
    def graded(*cells, **settings):
        return verdicts(*cells, names=["train_and_predict"], lesson=LESSON, **settings)["train_and_predict"]

    return graded


def in_the_notebook(source):
    namespace = {"np": np}
    exec(source, namespace)
    function = namespace["train_and_predict"]
    return train_and_predict.judge(lambda calls: run_locally(function, calls), 1)


def test_the_published_recipe_earns_all_points_behind_both_walls(verdict):
    there = verdict(published(LESSON)["train_and_predict"])
    assert (there.status, there.points) == ("passed", 10), there.text()
    assert there.share > 0.85


def test_the_box_says_what_the_notebook_says(verdict):
    there, here = verdict(QUICK), in_the_notebook(QUICK)
    assert there == here
    assert there.mistake and there.share > 0.1


@ONE_BOX
def test_a_loop_is_ended_after_a_time_of_its_own_and_told_what_is_allowed(verdict, monkeypatch):
    monkeypatch.setattr(train_and_predict, "cpu_limit", 2)
    said = verdict(f"{HEAD}while True: pass")
    assert (said.status, said.points, said.share) == ("failed", 0, None)
    assert "did not finish in its time: 10 seconds of CPU time are allowed" in said.message


def test_who_hears_no_signal_gets_no_more_time_than_others(verdict, monkeypatch):
    monkeypatch.setattr(train_and_predict, "cpu_limit", 1)
    deaf = """import signal, time
    for number in (signal.SIGXCPU, signal.SIGPROF): signal.signal(number, signal.SIG_IGN)
    end = time.process_time() + {}
    while time.process_time() < end: pass
    """
    assert verdict(QUICK.replace(HEAD, HEAD + deaf.format(0.1))).points == 2
    said = verdict(QUICK.replace(HEAD, HEAD + deaf.format(6)), limits=Limits(cpu=1, cpu_total=20))
    assert (said.points, said.share) == (0, None)
    assert "did not finish in its time" in said.message


@ONE_BOX
def test_it_may_take_longer_than_other_exercises(verdict):
    """The limit of a step is one second here."""
    said = verdict(QUICK.replace(HEAD, f"{HEAD}for _ in range(5 * 10**7): pass\n    "))
    assert said.points == verdict(QUICK).points
    assert said.share == verdict(QUICK).share


@ONE_BOX
def test_more_memory_than_the_text_names_is_not_there(verdict):
    said = verdict(f"{HEAD}return np.ones((2**30,), np.int8)[: len(x_new)].astype(int)")
    assert said.points == 0
    assert "raised MemoryError" in said.message and "memory is limited" in said.message


HOSTILE = {
    "an exit": "import os; os._exit(0)",
    "an exit by exception": "raise SystemExit",
    "endless recursion": "return train_and_predict(x, labels, x_new, seed)",
    "a fork": "import os; os.fork(); return np.zeros(len(x_new), int)",
    "half an answer": "return np.zeros(len(x_new) // 2, int)",
    "a million answers": "return np.zeros(10**6, int)",
    "a matrix": "return np.eye(10)[np.zeros(len(x_new), int)]",
    "a hollow array": "return np.zeros((0, 10**5, 10**5), int)",
    "a stride of nothing": "return np.broadcast_to(1, (10**5, 10**5))",
    "huge integers": "return np.full(len(x_new), 2**62)",
    "nan": "return np.full(len(x_new), np.nan)",
    "an object that is always equal": (
        "return [type('E', (int,), {'__eq__': lambda s, o: True})()] * len(x_new)"
    ),
    "a view of another class": "return np.zeros(len(x_new), int).view(type('A', (np.ndarray,), {}))",
    "the reference": "import dlcourse.recipes as r\n    return r.best_recipe(x, labels, x_new, seed)",
    "the task": "from dlcourse.exercises.capstone import train_and_predict as t\n    return t.task(1).right",
    "its makers' generator": "import dlcourse.datasets; return np.zeros(len(x_new), int)",
    "labels among all objects": (
        "import gc\n    return max((o for o in gc.get_objects() if type(o) is np.ndarray and o.shape == "
        "(len(x_new),)), key=id)"
    ),
    "labels in the caller": (
        "import sys\n    frame = sys._getframe(1)\n    while frame:\n"
        "        for value in frame.f_locals.values():\n"
        "            if type(value) is np.ndarray and value.shape == (len(x_new),): return value\n"
        "        frame = frame.f_back\n    raise LookupError('no labels')"
    ),
    "a verdict written to the wire": (
        "import os\n    for wire in range(3, 64):\n        try: os.write(wire, b'o' * 100)\n"
        "        except OSError: pass\n    return np.zeros(len(x_new), int)"
    ),
    "another equality": (
        "np.mean = lambda *a, **k: 1.0\n    np.equal = lambda *a: True\n    return np.zeros(len(x_new), int)"
    ),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_nothing_hostile_earns_a_point(verdict, body):
    said = verdict(HEAD + body)
    assert (said.status, said.points) == ("failed", 0), said.text()
    assert said.problem


@ONE_BOX
def test_a_recipe_that_breaks_when_asked_why_keeps_its_points(verdict):
    dies = QUICK.replace(HEAD, f"{HEAD}if len(x) < 4000: import os; os._exit(1)\n    ")
    plain = verdict(QUICK)
    said = verdict(dies)
    assert (said.points, said.share) == (plain.points, plain.share)
    assert said.mistake is None or said.mistake == plain.mistake


def _hand_in(folder, student, cell):
    """A notebook with that answer, for `dlcourse grade`."""
    cells = [
        {"cell_type": "code", "metadata": meant, "source": text, "outputs": [], "execution_count": None}
        for text, meant in (
            ("import numpy as np", {}),
            (cell, {"dlcourse": {"exercise": "train_and_predict"}}),
        )
    ]
    path = folder / student / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


def _mixed(number):
    """The answer of one of a hundred: good, middling, blank, broken or hostile."""
    if number % 50 == 0:
        return published(LESSON)["train_and_predict"]
    if number % 5 == 1:
        return QUICK.replace("range(10)", f"range({2 + number % 9})")
    if number % 5 == 2:
        return f"{HEAD}raise NotImplementedError"
    body = list(HOSTILE.values())[number % len(HOSTILE)]
    return f"{HEAD}while True: pass" if number == 53 else HEAD + body


@pytest.mark.long
def test_a_class_of_a_hundred_mixed_answers_has_the_same_points_behind_both_walls(tmp_path, walls):
    for number in range(100):
        _hand_in(tmp_path / "class", f"student{number:02}", _mixed(number))
    rows = {}
    for tier in TIERS:
        out = tmp_path / tier
        grade(tmp_path / "class", out, seed=7, sandbox=tier, workers=1, limits=Limits(cpu=5, cpu_total=10))
        rows[tier] = [(s.student, s.points, s.status, s.share, s.feedback) for s in read_scores(out)]
    assert rows[TIERS[0]] == rows[TIERS[1]]
    assert len(rows[TIERS[0]]) == 100
    points = {student: points for student, points, *_ in rows[TIERS[0]]}
    assert points["student00"] == points["student50"] == 10
    assert not any(points[f"student{n:02}"] for n in range(100) if n % 5 in (0, 2, 3, 4) and n % 50)
