"""What passes does not break the lesson: right answers in other words take it to its end."""

import nbformat
import numpy as np
import pytest

from dlcourse.authoring import execute
from dlcourse.authoring.source import read_lesson
from dlcourse.exercises import catalogue, check
from dlcourse.exercises.engine.competition import Competition
from dlcourse.exercises.engine.kinds import in_kind, of_another_kind

from . import arguments, other_kinds
from .test_catalogue import EXERCISES, SOLUTIONS, judge, unusual

ROOT = SOLUTIONS.parent


def each_lesson(test):
    """But for those of competitions, whose answers are scored, not compared."""
    stems = [stem for stem, known in catalogue().items() if not _competes(known)]
    return pytest.mark.long(pytest.mark.parametrize("stem", stems)(test))


def _competes(known):
    return any(isinstance(exercise, Competition) for exercise in known.values())


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_who_returns_lists_is_given_back_what_the_lesson_needs(exercise):
    def answer(*args, **kwargs):
        return other_kinds.lists(exercise.reference(*args, **kwargs))

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
    assert of_another_kind({"a": 1.0}, {"a": np.array(1.0)})
    assert not of_another_kind(1.0, np.float64(1.0))


def test_results_are_turned_into_the_kinds_of_the_reference():
    spans = in_kind(lambda: [["PER", 0, 1], ["ORG", 2, 3]], [[("LOC", 0, 2)], []])
    assert spans() == [("PER", 0, 1), ("ORG", 2, 3)]
    (chosen,) = in_kind(lambda: [{"a": np.array(0.5), "b": 2}], [[{"a": 1.0, "b": 1}]])()
    assert round(chosen["a"]) == 0 and chosen["b"] == 2
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

OURS = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"  # before what a cell imports of these tests


def run(stem, answer=None, before=""):
    """The solved lesson to its end, strictly: a check that does not pass is an error.

    answer  gives the code of an exercise's cell by its name; by default it is the solution
    before  what is done before the lesson's own set-up
    """
    notebook = nbformat.read(SOLUTIONS / f"{stem}.ipynb", as_version=4)
    for cell in notebook.cells:
        part = cell.metadata.get("dlcourse", {})
        if part.get("role") == "setup":
            cell.source = before + cell.source
        if answer and part.get("exercise"):
            cell.source = OURS + answer(part["exercise"])
    execute.run(read_lesson(SOLUTIONS / f"{stem}.py"), notebook)


def unlike_the_reference(exercise):
    """Which of its unusual answers: one that returns other kinds, if there is one."""
    answers = unusual(exercise)
    kinds = [judge(exercise, answer, 0).another_kind for answer in answers]
    return kinds.index(True) if any(kinds) else 0


@each_lesson
def test_a_lesson_runs_to_its_end_with_right_answers_in_other_words(stem):
    def answer(name):
        which = unlike_the_reference(catalogue()[stem][name])
        return f"from tests.exercises.unusual_{stem[3:]} import UNUSUAL\n{name} = UNUSUAL[{name!r}][{which}]"

    run(stem, answer)


@pytest.mark.parametrize("form", [form.__name__ for form in other_kinds.FORMS])
@each_lesson
def test_a_lesson_runs_to_its_end_with_results_of_every_kind_that_passes(stem, form):
    imported = "from tests.exercises import other_kinds"
    run(stem, lambda name: f"{imported}\n{name} = other_kinds.answer({name!r}, other_kinds.{form})")


@each_lesson
def test_each_kind_of_argument_that_a_lesson_gives_an_exercise_is_tested(stem, tmp_path):
    file = tmp_path / "kinds.tsv"
    file.touch()
    run(stem, before=f"{OURS}from tests.exercises import arguments\narguments.listen({str(file)!r})\n")
    given = {tuple(line.split("\t")) for line in file.read_text(encoding="utf-8").splitlines()}
    tested = {(name, *kind) for name, e in catalogue()[stem].items() for kind in arguments.tested(e, 0)}
    assert {name for name, *_ in given} <= catalogue()[stem].keys()
    assert given
    assert sorted(given - tested) == []
