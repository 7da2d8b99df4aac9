"""A student's session: open lesson 03, be wrong, read why, put it right, and see it counted."""

import subprocess
import sys

import pytest

from .page import Keys, Notebook

pytestmark = pytest.mark.browser

WRONG = """def sigmoid(x):
    return 1 / (1 + np.exp(x))"""
RIGHT = """def sigmoid(x):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))"""


def status(work):
    """The line of `dlcourse status` on lesson 03."""
    command = [sys.executable, "-m", "dlcourse", "status", str(work)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, answer.stderr
    return next(line for line in answer.stdout.splitlines() if line.startswith("03_activations"))


def test_a_student_fails_a_check_reads_why_puts_it_right_and_is_counted(browser, address, work, look):
    notebook = Notebook(browser, work / "03_activations.ipynb")
    notebook.open(address)
    look("1-opened")
    nagging = notebook.all(".jp-Dialog, .Toastify__toast")
    assert not nagging, [one.text for one in nagging]

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
    assert " 0/6 " in status(work)

    notebook.type(RIGHT, exercise="sigmoid")
    message = notebook.attempt("sigmoid")
    look("4-right")
    assert "passed" in message
    notebook.wait(lambda: notebook.has_on_disk(RIGHT), 30, what="autosave")
    assert " 1/6 " in status(work)
