"""An answer is worth in the box what it is worth in the notebook."""

# ruff: noqa: E501  (a student's cell a line)

import ast
import contextlib
import gc
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from dlcourse.exercises import catalogue, released_cells
from dlcourse.exercises.engine.calls import run_locally
from dlcourse.exercises.engine.exercise import Batch
from dlcourse.grading.run.judge import Job, grade_one
from dlcourse.grading.sandbox.limits import Limits
from dlcourse.grading.sandbox.sandbox import open_box

from ..conftest import LESSON, LIMITS, NAMES, ONE_BOX, RIGHT, published
from .fair import FAIR, TOLD

SIGMOID = {
    "the textbook's": "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))",
    "a list": "def sigmoid(x):\n    return (1 / (1 + np.exp(-np.clip(x, -700, 700)))).tolist()",
    "float32 throughout": "def sigmoid(x):\n    return (1 / (1 + np.exp(-np.float32(x)))).astype(np.float32)",
    "a scalar for a scalar": (
        "def sigmoid(x):\n    x = np.asarray(x, float)\n    with np.errstate(all='ignore'): y = 1 / (1 + np.exp(-x))\n"
        "    return float(y) if y.ndim == 0 else y"
    ),
    "prints": "def sigmoid(x):\n    print(x)\n    with np.errstate(all='ignore'): return 1 / (1 + np.exp(-np.asarray(x)))",
    "forgets return": "def sigmoid(x):\n    y = 1 / (1 + np.exp(-x))",
    "prints its answer": "def sigmoid(x):\n    print(1 / (1 + np.exp(-x)))",
    "changes its input": "def sigmoid(x):\n    x *= -1\n    return 1 / (1 + np.exp(x))",
    "wrong sign": "def sigmoid(x):\n    return 1 / (1 + np.exp(x))",
    "raises": "def sigmoid(x):\n    return 1 / (1 + np.exp(-y))",
    "wrong arguments": "def sigmoid(x, y):\n    return x",
    "text": "def sigmoid(x):\n    return 'σ'",
    "a set": "def sigmoid(x):\n    return {1}",
    "nothing yet": "def sigmoid(x):\n    raise NotImplementedError",
    "not a function": "sigmoid = 3",
}  # fmt: skip


@pytest.mark.parametrize("cells", FAIR.values(), ids=FAIR)
def test_an_honest_answer_gets_its_points(verdicts, cells):
    found = verdicts(*cells, names=["sigmoid"])
    assert found["sigmoid"].status == "passed", (found["sigmoid"], found.failures)


@ONE_BOX
@pytest.mark.parametrize("cells, says", TOLD.values(), ids=TOLD)
def test_what_does_not_work_while_grading_is_said_in_a_sentence(verdicts, cells, says):
    found = verdicts(*cells, names=["sigmoid"])["sigmoid"]
    assert found.points == 0
    assert says in f"{found.problem} {found.advice}"


NAIVE = "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))"
BLANK = "def sigmoid(x):\n    raise NotImplementedError"
SLOPE = "def sigmoid_derivative(x):\n    s = sigmoid(x=x)\n    return s * (1 - s)"


@pytest.mark.parametrize("earlier", [NAIVE, BLANK, "", "def sigmoid(x):\n    return 1 / 0"])
def test_an_earlier_answer_that_is_not_right_costs_a_later_one_nothing(verdicts, earlier):
    found = verdicts(earlier, SLOPE, names=["sigmoid", "sigmoid_derivative"])
    assert found["sigmoid"].status != "passed"
    assert found["sigmoid_derivative"].status == "passed", found["sigmoid_derivative"]


def test_nor_does_it_where_the_later_one_alone_is_graded_again(verdicts):
    assert verdicts(NAIVE, SLOPE, names=["sigmoid_derivative"])["sigmoid_derivative"].status == "passed"


def test_what_is_lent_to_one_answer_is_not_there_for_another(verdicts):
    uses = "def neuron_weight_gradient(x, delta):\n    sigmoid(0.0)\n    return x * delta"
    names = ["sigmoid", "sigmoid_derivative", "neuron_weight_gradient"]
    found = verdicts(BLANK, SLOPE, uses, names=names)["neuron_weight_gradient"]
    assert found.points == 0 and "`sigmoid`, which it calls, is not written yet" in found.problem
    found = verdicts(SLOPE, uses, names=names)["neuron_weight_gradient"]
    assert found.points == 0 and "name 'sigmoid' is not defined" in found.problem


BUILT = [(stem, name) for stem, named in catalogue().items() for name, one in named.items() if one.builds_on]


@ONE_BOX
@pytest.mark.parametrize("stem, name", BUILT, ids=[name for _, name in BUILT])
def test_a_published_answer_passes_where_all_before_it_are_blank(verdicts, stem, name):
    blank = [f"def {one}(*args, **kwargs):\n    raise NotImplementedError" for one in catalogue()[stem]]
    found = verdicts(*blank, published(stem)[name], names=[name], lesson=stem)[name]
    assert found.status == "passed", found


@pytest.mark.parametrize("stem", catalogue())
def test_what_a_published_answer_calls_is_earlier_and_said_to_be_built_on(stem):
    names = list(catalogue()[stem])
    for name, source in published(stem).items():
        built_on = {one.name for one in catalogue()[stem][name].builds_on}
        called = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)} & set(names)
        assert called <= built_on <= set(names[: names.index(name)])


SLOW = """import time
spent = []
def sigmoid(x):
    start = time.process_time()
    while not spent and time.process_time() < start + {}: pass
    spent.append(x)
    return np.exp(-np.logaddexp(0, -np.asarray(x)))"""


@ONE_BOX
def test_a_slow_answer_gets_its_points(box):
    """Five seconds of CPU time, under the limits that classes are graded with."""
    job = Job(LESSON, ((0, "import numpy as np"), (1, SLOW.format(5))), ("sigmoid",), 1)
    with contextlib.closing(open_box(box.tier)) as usual:
        [verdict] = grade_one(job, usual, Limits()).verdicts
    assert verdict.status == "passed", verdict


@pytest.fixture
def busy():
    """Two processes a core that do nothing but compete."""
    command = [sys.executable, "-S", "-c", "while True: pass"]
    others = [subprocess.Popen(command) for _ in range(2 * os.cpu_count())]
    yield
    for process in others:
        process.kill()
        process.wait()


@ONE_BOX
def test_a_loaded_machine_fails_nobody(verdicts, busy):
    """CPU time decides: each uses half of its second, which takes several times as long."""
    answers = {**RIGHT, "sigmoid": SLOW.format(0.5)}
    for _ in range(3):
        found = verdicts(*answers.values(), limits=replace(LIMITS, wall=60.0, wall_total=300.0))
        assert {name: found[name].status for name in NAMES} == dict.fromkeys(NAMES, "passed")


def test_a_name_out_of_a_cell_of_the_lessons_is_said_to_be_one(verdicts):
    found = verdicts(
        "def sigmoid(x):\n    return steps_needed(x)", "def tanh_derivative(x):\n    return no_name(x)"
    )
    assert "A cell of the lesson defines `steps_needed`" in found["sigmoid"].advice
    assert "cell of the lesson" not in found["tanh_derivative"].advice


def test_a_name_within_a_function_of_the_lessons_is_not_said_to_be_one_of_its_cells(verdicts):
    assert any("\n    first, " in cell for cell in released_cells.lesson(LESSON).given)
    found = verdicts("def sigmoid(x):\n    return first * x")
    assert "name 'first' is not defined" in found["sigmoid"].problem
    assert "cell of the lesson" not in found["sigmoid"].advice


@pytest.mark.parametrize("source", SIGMOID.values(), ids=SIGMOID)
def test_the_verdict_is_the_notebooks(verdicts, source):
    space = {"np": np}
    exec(compile(source, "<notebook>", "exec"), space)
    exercise = catalogue()[LESSON]["sigmoid"]
    here = exercise.judge(lambda calls: run_locally(space["sigmoid"], calls), seed=1)
    there = verdicts(source, names=["sigmoid"])["sigmoid"]
    assert (there.status, there.points, there.mistake) == (here.status, here.points, here.mistake)
    assert there.problem.partition(" in line ")[0] == here.problem.partition(" in line ")[0]


def test_a_lesson_that_plots_and_shows_progress_keeps_its_points(verdicts):
    cells = (
        "import matplotlib.pyplot as plt\nfrom tqdm import tqdm\nfrom IPython.display import HTML, display\n"
        "from ipywidgets import interact\nfrom dlcourse import datasets, plots\nfrom dlcourse.exercises import check, quiz",
        "%matplotlib inline\nfigure, axes = plt.subplots(1, 2, figsize=(8, 3))\naxes[0].plot([1, 2])\nplt.show()",
        "data = datasets.digits()\nprint(f'{data.train.x.mean():.3f}')\nplots.show(figure, 'alt')\ndisplay(HTML('<b>'))",
        "total = 0\nfor i in tqdm(range(3)):\n    total += i\nassert total == 3",
        "import asyncio\nawait asyncio.sleep(0.001)",
        RIGHT["sigmoid"],
        "sigmoid = check(sigmoid)\nquiz('03_activations', q1='a')",
    )
    found = verdicts(*cells, names=["sigmoid"])
    assert found.failures == {}
    assert found["sigmoid"].status == "passed"


def test_an_answer_out_of_a_stand_in_is_told_so(verdicts):
    found = verdicts("from dlcourse import activations\ndef sigmoid(x):\n    return activations.sigmoid(x)")[
        "sigmoid"
    ]
    assert found.points == 0
    assert "empty stand-in while grading" in found.problem


def test_a_cell_that_fails_is_recorded_and_the_others_count(verdicts):
    found = verdicts("1 / 0", "import sys\nsys.exit('bye')", "def f(:", RIGHT["sigmoid"], names=["sigmoid"])
    assert found["sigmoid"].status == "passed"
    assert found.failures == {
        1: "ZeroDivisionError: division by zero (line 1)",
        2: "SystemExit: bye (line 2)",
        3: "SyntaxError: invalid syntax (<cell 3>, line 1)",
    }


@ONE_BOX
def test_a_function_defined_before_its_cell_failed_counts(verdicts):
    assert verdicts(RIGHT["sigmoid"] + "\nwhile True: pass", names=["sigmoid"])["sigmoid"].status == "passed"


def test_a_missing_function_names_the_cell_that_would_have_defined_it(verdicts):
    found = verdicts("x = 1", "def sigmoid(x):\n  return (1", names=["sigmoid", "tanh_derivative"])
    assert found["sigmoid"].status == found["tanh_derivative"].status == "missing"
    assert (
        "Line 2 of code cell 2, `return (1`, failed: SyntaxError: '(' was never closed."
        in found["sigmoid"].advice
    )
    assert "Code cell" not in found["tanh_derivative"].advice


def test_what_builds_on_an_answer_that_returns_lists_is_given_the_arrays_it_expects(verdicts):
    of_lists = "def sigmoid(x):\n    return (0.5 + 0.5 * np.tanh(0.5 * np.asarray(x, float))).tolist()"
    derivative = "def sigmoid_derivative(x):\n    s = sigmoid(x)\n    return s * (1 - s)"
    found = verdicts(of_lists, derivative, names=["sigmoid", "sigmoid_derivative"])
    assert found["sigmoid"].another_kind
    assert found["sigmoid_derivative"].status == "passed"


def test_a_missing_function_of_another_name_is_named(verdicts):
    found = verdicts("def sigmiod(x):\n    return x", names=["sigmoid"])["sigmoid"]
    assert found.status == "missing"
    assert found.advice.endswith("Yours is called sigmiod: the name after `def` must be sigmoid.")


def test_of_two_definitions_the_last_is_graded_and_the_student_told(verdicts):
    wrong = "def sigmoid(x):\n    return x"
    found = verdicts(RIGHT["sigmoid"], wrong, names=["sigmoid"])["sigmoid"]
    assert found.points == 0
    assert "defined 2 times; the last one was graded" in found.advice
    assert verdicts(wrong, RIGHT["sigmoid"], names=["sigmoid"])["sigmoid"].status == "passed"


@pytest.mark.parametrize(
    "action",
    [
        "import threading\nthreading.Thread(target=print).start()",
        "import subprocess\nsubprocess.run(['ls'])",
        "import multiprocessing\nmultiprocessing.Process(target=print).start()",
        "import socket\nsocket.socket()",
        "open('notes.txt', 'w')",
        "import os\nos.kill(os.getppid(), 9)",
    ],
)
def test_what_the_box_forbids_is_an_ordinary_exception(verdicts, action):
    found = verdicts(
        f"try:\n    {action.replace(chr(10), chr(10) + '    ')}\nexcept Exception:\n    done = True",
        "assert done",
    )
    assert found.failures == {}


def test_numpy_works_in_the_box_linear_algebra_and_random_numbers_too(verdicts):
    found = verdicts(
        "a = np.random.default_rng().normal(size=(200, 200))\nassert np.allclose(np.linalg.inv(a) @ a, np.eye(200))",
        "np.random.seed(0)\nassert np.abs(np.fft.ifft(np.fft.fft(a)) - a).max() < 1e-9\nnp.testing.assert_allclose(a, a)",
        "import random, math, statistics, dataclasses, decimal, hashlib, json, datetime, typing, collections, heapq",
    )
    assert found.failures == {}


def test_a_child_holds_no_file_but_its_wire(verdicts):
    count = "import os\nopen_files = 0\nfor fd in range(64):\n    try: os.fstat(fd); open_files += 1\n    except OSError: pass"
    assert verdicts(count, "assert open_files == 4, open_files").failures == {}  # 0, 1, 2 lead nowhere


@ONE_BOX
def test_what_is_made_for_a_seed_goes_with_its_hand_in(verdicts):
    def batches():
        return sum(type(kept) is Batch for kept in gc.get_objects())

    for exercise in catalogue()[LESSON].values():
        exercise.forget()
    before = batches()
    verdicts(*RIGHT.values())
    gc.collect()
    assert batches() == before
