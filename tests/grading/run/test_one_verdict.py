"""Notebook, `dlcourse check` and grading say the same of the same answer: status, points and sentence."""

import json
import linecache

import numpy as np
import pytest

from dlcourse.exercises import catalogue, in_notebook
from dlcourse.exercises.engine import source_facts
from dlcourse.exercises.engine.calls import run_locally
from dlcourse.exercises.engine.exercise import NOTEBOOK_SEED
from dlcourse.exercises.released_cells import lesson
from dlcourse.grading.run.self_check import check_notebook

ACTIVATIONS, DESCENT, SPANS = "03_activations", "06_gradient_descent", "13_multi_task_learning"
GRADIENT_STEP = "def gradient_descent_step(params, grad, learning_rate):\n    "
TASKS_LOSS = "def multi_task_loss(losses, task_weights):\n    "
ANSWERS = {  # each a cell, with a part of what is said of it
    "a known mistake": (ACTIVATIONS, "def sigmoid(x):\n    return 1 / (1 + np.exp(x))", "Likely cause"),
    "a relation": (DESCENT, f"{GRADIENT_STEP}return 3 * (params - learning_rate * grad)", "3.0 times the"),
    "a changed formula": (DESCENT, f"{GRADIENT_STEP}return params - learning_rate * params", "in place of"),
    "a constant": (ACTIVATIONS, "def tanh_derivative(x):\n    return 0.5", "0.5 in every call"),
    "an argument not used": (DESCENT, f"{GRADIENT_STEP}return params - np.sin(grad)", "use `learning_rate`"),
    "chance": (
        DESCENT,
        f"{GRADIENT_STEP}noise = np.random.default_rng(0).normal(size=np.shape(params))\n"
        "    return params - learning_rate * grad * noise",
        "draws random numbers",
    ),
    "a power": (DESCENT, f"{GRADIENT_STEP}return params - learning_rate * grad^2", "A power is `**`"),
    "an error": (ACTIVATIONS, "def sigmoid(x):\n    return 1 / (1 + np.exp(-xs))", "NameError in line 2"),
    "in place": (
        DESCENT,
        f"{GRADIENT_STEP}params -= learning_rate * grad\n    return params",
        "Likely cause",
    ),
    "printed, not returned": (
        DESCENT,
        f"{GRADIENT_STEP}print(params - learning_rate * grad)",
        "” and returned None: write `return` instead of `print`.",
    ),
    "no return": (
        DESCENT,
        f"{GRADIENT_STEP}params = params - learning_rate * grad",
        "did you forget `return`?",
    ),
    "right": (SPANS, f"{TASKS_LOSS}return sum(a * b for a, b in zip(losses, task_weights))", ""),
    "a loop that ends early": (
        SPANS,
        f"{TASKS_LOSS}for a, b in zip(losses, task_weights):\n        return a + b / 7",
        "A `return` stands inside the loop",
    ),
}
each_answer = pytest.mark.parametrize(("lesson", "source", "said"), ANSWERS.values(), ids=ANSWERS)


def name_of(source):
    return source.removeprefix("def ").partition("(")[0]


def remember_and_run(source, namespace):
    file = "<cell of a notebook>"
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    exec(compile(source, file, "exec"), namespace)


def in_the_notebook(lesson, source, seed):
    namespace = {"np": np}
    remember_and_run(source, namespace)
    function = namespace[name_of(source)]
    exercise = catalogue()[lesson][name_of(source)]
    return exercise.judge(
        lambda calls: run_locally(function, calls), seed, lambda: source_facts.read(function)
    )


@each_answer
def test_the_box_says_what_the_notebook_says(verdicts, lesson, source, said):
    there = verdicts(source, names=[name_of(source)], lesson=lesson)[name_of(source)]
    here = in_the_notebook(lesson, source, seed=1)
    assert said in there.message
    assert there == here


@each_answer
def test_dlcourse_check_says_what_the_notebook_says(walls, tmp_path, lesson, source, said):
    cells = [
        {"cell_type": "code", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
        for text in ("import numpy as np", source)
    ]
    path = tmp_path / f"{lesson}.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    there = {verdict.exercise: verdict for verdict in check_notebook(path)}[name_of(source)]
    assert there == in_the_notebook(lesson, source, NOTEBOOK_SEED)


DEMO = next(cell for cell in lesson(ACTIVATIONS).given if "def steps_needed" in cell)


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        (["def sigmoid(x):\n    return 1 / (1 + np.exp(-x)) + 0 * RATES[0]"], "failed"),
        (["def sigmoid(x):\n    return RATES if np.ndim(x) == 2 else 1 / (1 + np.exp(-x))"], "failed"),
        (["first = RATES[0]", "def sigmoid(x):\n    return 1 / (1 + np.exp(-x)) + 0 * first"], "failed"),
        (["def sigmoid(x, half=RATES[0]):\n    return half + half * np.tanh(half * x)"], "missing"),
        (["RATES = (0.5,)", "def sigmoid(x):\n    return 1 / (1 + np.exp(-x)) + 0 * RATES[0]"], "partial"),
    ],
)
def test_of_a_name_that_a_demonstration_defines_all_say_the_same(verdicts, monkeypatch, cells, status):
    there = verdicts(*cells, names=["sigmoid"], lesson=ACTIVATIONS)["sigmoid"]
    namespace = {"np": np, "RATES": (0.5, 1.0), "__name__": "__main__"}
    for cell in cells:
        remember_and_run(cell, namespace)
    monkeypatch.setattr(in_notebook, "_session", lambda: ([DEMO, *cells], namespace))
    monkeypatch.setattr(in_notebook, "NOTEBOOK_SEED", 1)  # as there
    _, here, _ = in_notebook._checked(namespace["sigmoid"], namespace)
    assert (there.status, there.points, there.message) == (here.status, here.points, here.message)
    assert here.status == status
    assert ("A cell of the lesson defines `RATES`" in here.message) == (status != "partial")
