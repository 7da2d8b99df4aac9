"""What passes does not break the lesson: right answers in other words take it to its end."""

import nbformat
import numpy as np
import pytest

from dlcourse.authoring import execute
from dlcourse.authoring.source import read_lesson
from dlcourse.exercises import catalogue, check
from dlcourse.exercises.engine.kinds import in_kind, of_another_kind

from .test_catalogue import EXERCISES, SOLUTIONS, judge, unusual

ROOT = SOLUTIONS.parent


def lists(value):
    """The same with lists for arrays and tuples, as who knows no NumPy writes it."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return [lists(item) for item in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_who_returns_lists_is_given_back_what_the_lesson_needs(exercise):
    def answer(*args, **kwargs):
        return lists(exercise.reference(*args, **kwargs))

    verdict = judge(exercise, answer, 0)
    assert verdict.status == "passed", verdict.text()
    usable = exercise.in_kind(answer) if verdict.another_kind else answer
    for made in exercise.calls():
        args, kwargs = made.arguments
        try:
            due = exercise.reference(*args, **kwargs)
        except Exception:
            continue
        args, kwargs = made.arguments
        assert not of_another_kind(due, usable(*args, **kwargs))


def test_kinds_are_told_apart_to_any_depth():
    array, rows = np.zeros((2, 2)), [[0.0, 0.0], [0.0, 0.0]]
    assert of_another_kind(array, rows)
    assert of_another_kind((1.0, array), (1.0, rows))
    assert of_another_kind([("PER", 0, 1)], [["PER", 0, 1]])
    assert of_another_kind({"a": array}, {"a": rows})
    assert not of_another_kind([array, ("a", 1)], [array, ("a", 1)])
    assert not of_another_kind(1.0, np.array(1.0))


def test_results_are_turned_into_the_kinds_of_the_reference():
    spans = in_kind(lambda: [["PER", 0, 1], ["ORG", 2, 3]], [[("LOC", 0, 2)], []])
    assert spans() == [("PER", 0, 1), ("ORG", 2, 3)]
    total, gradients = in_kind(lambda: [1.5, [[1.0], [2.0]]], [(0.5, [np.ones(1)])])()
    assert (total, type(gradients), [type(g) for g in gradients]) == (1.5, list, [np.ndarray] * 2)


def test_the_name_and_the_module_of_an_answer_stay_its_own(capsys):
    def one_hot(labels, num_classes):
        """Mine."""
        return [[1.0 if i == label else 0.0 for i in range(num_classes)] for label in labels]

    usable = check(one_hot)
    assert "later cells get the latter" in capsys.readouterr().out
    assert type(usable([0, 1], 2)) is np.ndarray
    assert (usable.__name__, usable.__doc__, usable.__module__) == ("one_hot", "Mine.", __name__)
    assert check(usable) is usable


# ---- whole lessons ----


def unlike_the_reference(exercise):
    """Which of its unusual answers: one that returns other kinds, if there is one."""
    answers = unusual(exercise)
    kinds = [judge(exercise, answer, 0).another_kind for answer in answers]
    return kinds.index(True) if any(kinds) else 0


@pytest.mark.long
@pytest.mark.parametrize("stem", catalogue())
def test_a_lesson_runs_to_its_end_with_right_answers_in_other_words(stem):
    lesson = read_lesson(SOLUTIONS / f"{stem}.py")
    notebook = nbformat.read(SOLUTIONS / f"{stem}.ipynb", as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("dlcourse", {}).get("exercise")
        if name:
            cell.source = (
                f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"
                f"from tests.exercises.unusual_{stem[3:]} import UNUSUAL\n"
                f"{name} = UNUSUAL[{name!r}][{unlike_the_reference(catalogue()[stem][name])}]"
            )
    execute.run(lesson, notebook)  # strict: a check that does not pass is an error
