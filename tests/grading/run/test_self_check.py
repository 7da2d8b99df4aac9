"""One's own notebook, from the terminal."""

from dataclasses import replace

import pytest

from dlcourse.course.errors import UserError
from dlcourse.grading.run.self_check import check_notebook

from ..conftest import LESSON, LIMITS, NAMES, RIGHT


def test_verdicts_come_in_the_lessons_order(course):
    path = course.hand_in("me", {"sigmoid": RIGHT["sigmoid"]})
    found = check_notebook(path, LESSON)
    assert [verdict.exercise for verdict in found] == list(NAMES)
    assert {v.exercise: v.status for v in found if v.status != "not attempted"} == {"sigmoid": "passed"}


def test_the_lesson_may_be_another_than_the_files_name_says(course):
    path = course.hand_in("me", RIGHT, name="mine")
    assert {verdict.status for verdict in check_notebook(path, LESSON)} == {"passed"}
    with pytest.raises(UserError, match=f"no lesson is called 'mine'; there is {LESSON}"):
        check_notebook(path)


def test_a_file_that_is_no_notebook_is_the_users_error(course):
    with pytest.raises(UserError, match="is empty"):
        check_notebook(course.hand_in("me", content=""), LESSON)


def test_a_loop_an_exit_and_output_do_not_stop_the_others(course):
    answers = {
        "collapse_linear": "def collapse_linear(weights):\n    while True: pass",
        "sigmoid": "print('x' * 10**6)\n" + RIGHT["sigmoid"],
        "sigmoid_derivative": "def sigmoid_derivative(x):\n    import os; os._exit(3)",
        "tanh_from_sigmoid": RIGHT["tanh_from_sigmoid"],
        "tanh_derivative": "def tanh_derivative(x):\n    import threading; threading.Event().wait()",
        "neuron_weight_gradient": RIGHT["neuron_weight_gradient"],
    }
    path = course.hand_in("me", answers)
    found = {verdict.exercise: verdict for verdict in check_notebook(path, LESSON, replace(LIMITS, wall=1.0))}
    assert [found[name].status for name in answers] == ["failed", "passed"] * 3
    assert "did not finish" in found["collapse_linear"].problem
    assert "exit function" in found["sigmoid_derivative"].problem
    assert "did not finish" in found["tanh_derivative"].problem
