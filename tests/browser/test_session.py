"""A student's session: open a lesson, be wrong, read why, put it right, and see it counted."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dlcourse
from dlcourse.course.lessons import lessons_folder

from .page import Keys, Notebook

pytestmark = pytest.mark.browser

WRONG = """def sigmoid(x):
    return 1 / (1 + np.exp(x))"""
RIGHT = """def sigmoid(x):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))"""


COURSE = Path(dlcourse.__file__).parent
ATTEMPTS = {  # a lesson, an exercise of it: a wrong answer, what the check says of that, a right one
    ("01_training_procedure", "accuracy"): (
        """def accuracy(logits, labels):
    return np.mean(logits.argmax(axis=1) != labels)""",
        "This is the share of errors",
        """def accuracy(logits, labels):
    return np.mean(logits.argmax(axis=1) == labels)""",
    ),
    ("09_weight_penalties", "count_parameters"): (
        """def count_parameters(layer_sizes):
    return sum(a * b for a, b in zip(layer_sizes, layer_sizes[1:]))""",
        "The biases are missing",
        """def count_parameters(layer_sizes):
    return sum((a + 1) * b for a, b in zip(layer_sizes, layer_sizes[1:]))""",
    ),
}
UPDATE = "This sentence is new in the new version of the lesson."


def status(work, lesson="03_activations"):
    """The line of `dlcourse status` on a lesson."""
    command = [sys.executable, "-m", "dlcourse", "status", str(work)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, answer.stderr
    return next(line for line in answer.stdout.splitlines() if line.startswith(lesson))


def passed(line):
    """How many exercises the line says that pass."""
    return int(re.search(r" (\d+)/\d+ ", line)[1])


def test_a_student_fails_a_check_reads_why_puts_it_right_and_is_counted(browser, address, work, look):
    notebook = Notebook(browser, work / "03_activations.ipynb")
    notebook.open(address)
    look("1-opened")
    assert notebook.nagging() == []

    notebook.run(role="setup")
    assert "not attempted yet" in notebook.attempt("sigmoid")
    look("2-not-attempted")

    notebook.type(WRONG, exercise="sigmoid")
    message = notebook.attempt("sigmoid")
    look("3-wrong")
    assert "not right yet" in message
    assert "The sign of the exponent is flipped" in message
    notebook.press(Keys.CONTROL, "s")
    notebook.wait(lambda: notebook.has_on_disk(WRONG), what="Ctrl-S")
    assert passed(status(work)) == 0

    notebook.type(RIGHT, exercise="sigmoid")
    message = notebook.attempt("sigmoid")
    look("4-right")
    assert "passed" in message
    notebook.wait(lambda: notebook.has_on_disk(RIGHT), 30, what="autosave")
    assert passed(status(work)) == 1


def test_a_student_who_starts_in_korean_reads_and_is_told_korean(browser, start, work, look):
    with start("3", language="ko") as (address, said):
        notebook = Notebook(browser, work / "03_activations.ipynb")
        notebook.open(address)
        look("6-korean-opened")
        assert is_korean(notebook.title())
        notebook.run(role="setup")
        notebook.type(WRONG, exercise="sigmoid")
        wrong = notebook.attempt("sigmoid")
        look("7-korean-wrong")
        notebook.type(RIGHT, exercise="sigmoid")
        right = notebook.attempt("sigmoid")
        look("8-korean-right")
        notebook.save()
    assert is_korean(" ".join(said)) and str(work) in " ".join(said)
    assert is_korean(wrong) and "flipped" not in wrong
    assert is_korean(right) and "passed" not in right
    assert passed(status(work)) == 1


def is_korean(text):
    return re.search("[가-힣]{2}", text) is not None


@pytest.mark.long
def test_three_lessons_side_by_side_run_to_the_end_and_are_worked_on(browser, start, work, look):
    lessons = "01_training_procedure", "03_activations", "09_weight_penalties"
    with start("1") as (address, _):
        notebooks = {lesson: Notebook(browser, work / f"{lesson}.ipynb") for lesson in lessons}
        for lesson, notebook in notebooks.items():
            notebook.open(address) if lesson == "01_training_procedure" else notebook.pick()
            assert notebook.nagging() == []
            notebook.run_all()
        for lesson, notebook in notebooks.items():
            notebook.wait_until_run(seconds=600)
            outputs = [output for cell in notebook.save() for output in cell.get("outputs", ())]
            assert outputs and not [output for output in outputs if output["output_type"] == "error"]
            assert passed(status(work, lesson)) == 0
        for (lesson, exercise), (wrong, cause, right) in ATTEMPTS.items():
            notebooks[lesson].wait_until_run(seconds=10)
            try_wrong_then_right(notebooks[lesson], exercise, wrong, cause, right)
            notebooks[lesson].save()
            assert passed(status(work, lesson)) == 1
        look("5-three-lessons")
        assert notebook.nagging() == []


def try_wrong_then_right(notebook, exercise, wrong, cause, right):
    notebook.type(wrong, exercise=exercise)
    message = notebook.attempt(exercise)
    assert "not right yet" in message and cause in message
    notebook.type(right, exercise=exercise)
    assert "passed" in notebook.attempt(exercise)


@pytest.fixture
def course(tmp_path):
    """A copy of the course, of which a newer version can be published."""
    shutil.copytree(COURSE, tmp_path / "course" / "dlcourse", ignore=shutil.ignore_patterns("__pycache__"))
    lessons = tmp_path / "course" / "dlcourse" / "lessons"
    if not lessons.exists():
        shutil.copytree(lessons_folder(), lessons)
    return tmp_path / "course"


def rewrite(notebook, change):
    cells = json.loads(notebook.read_text(encoding="utf-8"))
    change(cells["cells"])
    notebook.write_text(json.dumps(cells), encoding="utf-8")


@pytest.mark.long
def test_an_update_arrives_beside_the_work_and_both_open(browser, start, course, work, look):
    lesson, exercise = "09_weight_penalties", "count_parameters"
    right = ATTEMPTS[lesson, exercise][2]
    mine, new = work / f"{lesson}.ipynb", work / f"{lesson}.new.ipynb"
    with start("9", course):
        assert mine.exists() and not new.exists()

    def answer(cells):
        here = [cell for cell in cells if cell["metadata"].get("dlcourse") == {"exercise": exercise}]
        here[0]["source"] = right

    def publish(cells):
        cells[0]["source"] = ["# 09 · Weight penalties\n", "\n", UPDATE]

    rewrite(mine, answer)
    rewrite(course / "dlcourse" / "lessons" / mine.name, publish)
    with start("9", course) as (address, said):
        assert any(mine.name in line and new.name in line for line in said), said
        notebook = Notebook(browser, mine)
        notebook.open(address)
        notebook.run(role="setup")
        assert "passed" in notebook.attempt(exercise)
        assert UPDATE not in notebook.title()
        fresh = Notebook(browser, new)
        fresh.pick()
        look("6-update")
        assert UPDATE in fresh.title()
        assert fresh.nagging() == []
    assert passed(status(work, lesson)) == 1
