"""What every exercise of the course must keep, lesson by lesson."""

import importlib
import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from dlcourse.course.lessons import LESSONS
from dlcourse.exercises import catalogue, questions
from dlcourse.exercises.engine.calls import Outcome, run_locally
from dlcourse.exercises.engine.competition import Competition
from dlcourse.exercises.engine.verdict import plain

SOLUTIONS = Path(__file__).parents[2] / "solutions"
SEEDS = [*range(10), 2**127 + 1]
ALL = [exercise for lesson in catalogue().values() for exercise in lesson.values()]
EXERCISES = [
    exercise for exercise in ALL if not isinstance(exercise, Competition)
]  # test_capstone.py has those
MISTAKES = [(exercise, *mistake) for exercise in EXERCISES for mistake in exercise.mistakes]


def unusual(exercise):
    """Right answers in other words, from unusual_<topic>.py; none where it is not written yet."""
    name = f"{__package__}.unusual_{exercise.lesson[3:]}"
    return importlib.import_module(name).UNUSUAL.get(exercise.name, []) if find_spec(name) else []


def judge(exercise, function, seed):
    return exercise.judge(lambda calls: run_locally(function, calls), seed)


each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
each_mistake = pytest.mark.parametrize(
    ("exercise", "sentence", "wrong"), MISTAKES, ids=[f"{e.name}-{s[:30]}" for e, s, _ in MISTAKES]
)
each_answer = pytest.mark.parametrize(
    ("exercise", "answer"),
    [(exercise, answer) for exercise in EXERCISES for answer in unusual(exercise)],
    ids=lambda each: getattr(each, "name", None) or getattr(each, "__name__", type(each).__name__),
)


@each_exercise
def test_the_reference_passes_whatever_the_seed(exercise):
    verdicts = [judge(exercise, exercise.reference, seed) for seed in SEEDS]
    assert {(v.status, v.points) for v in verdicts} == {("passed", exercise.max_points)}


@each_mistake
def test_a_known_mistake_is_rejected_and_named_for_the_same_points_whatever_the_seed(
    exercise, sentence, wrong
):
    verdicts = [judge(exercise, wrong, seed) for seed in SEEDS]
    for verdict in verdicts:
        assert verdict.status in ("failed", "partial")
        assert verdict.mistake == sentence, verdict.text()
        assert plain(sentence) in verdict.message
    assert len({verdict.points for verdict in verdicts}) == 1


@each_answer
def test_a_right_answer_in_other_words_passes_whatever_the_seed(exercise, answer):
    for seed in SEEDS:
        verdict = judge(exercise, answer, seed)
        assert verdict.status == "passed", verdict.text()


@pytest.mark.long
@each_exercise
def test_no_answer_owes_its_points_to_one_of_two_hundred_seeds(exercise):
    members = [family.member(each)[1] for family in exercise.families for each in _ends(family.grid)]
    answers = [*(wrong for _, wrong in exercise.mistakes), *members, *unusual(exercise)]
    points = [judge(exercise, answer, 0).points for answer in answers]
    for seed in range(1, 200):
        assert [judge(exercise, answer, seed).points for answer in answers] == points, seed


def _ends(grid):
    return grid[0], grid[len(grid) // 2], grid[-1]


@each_exercise
def test_there_are_three_right_answers_in_other_words(exercise):
    place = f"UNUSUAL[{exercise.name!r}] of tests/exercises/unusual_{exercise.lesson[3:]}.py"
    assert len(unusual(exercise)) >= 3, f"write them in {place}"


@each_exercise
def test_the_stub_of_the_lesson_earns_nothing_and_is_not_called_wrong(exercise):
    namespace = {}
    exec(f'def {exercise.signature}:\n    """What to do."""\n    raise NotImplementedError', namespace)
    verdict = judge(exercise, namespace[exercise.name], 0)
    assert (verdict.status, verdict.points) == ("not attempted", 0)
    assert "not attempted yet" in verdict.text()
    assert "Not attempted yet" in verdict.message


@each_exercise
def test_it_has_at_least_two_tests_and_four_mistakes_and_says_each_once(exercise):
    sentences = [sentence for sentence, _ in exercise.mistakes]
    assert len(exercise.tests) >= 2
    assert len(sentences) == len(set(sentences)) >= 4
    assert len({test.description for test in exercise.tests}) == len(exercise.tests)
    assert all(test.points > 0 and test.cases(0) for test in exercise.tests)
    assert exercise.hint


@each_exercise
def test_what_a_student_reads_is_whole_sentences(exercise):
    for text in [exercise.hint, *(sentence for sentence, _ in exercise.mistakes)]:
        assert re.search(r"[.?!]$", text), text
        assert len(text) <= 240, text


@each_exercise
def test_inputs_differ_from_seed_to_seed_and_not_from_run_to_run(exercise):
    frames = [[call.frame for test in exercise.tests for call in _calls(test, seed)] for seed in (1, 2, 1)]
    assert frames[0] == frames[2]
    for test in exercise.tests:
        assert [c.frame for c in _calls(test, 1)] != [c.frame for c in _calls(test, 2)], test.description


def _calls(test, seed):
    return [case.call for case in test.cases(seed)]


@each_exercise
def test_constant_answers_pass_no_test(exercise):
    expected = [outcome.value for outcome in run_locally(exercise.reference, exercise.calls(0))]
    constants = {id(value): value for value in expected}.values()
    assert not any(judge(exercise, lambda *_, v=value, **__: v, 1).points for value in constants)


@each_exercise
def test_raising_an_exception_whatever_it_is_given_passes_no_test(exercise):
    kinds = {case.error for test in exercise.tests for case in test.cases(0)} - {""} | {"TypeError"}
    for kind in kinds:
        raised = Outcome("raised", type=kind, kinds=kind)
        assert exercise.judge(lambda calls, raised=raised: [raised] * len(calls), 0).points == 0


@each_exercise
def test_answers_learned_by_heart_from_the_notebook_fail_under_another_seed(exercise):
    calls = exercise.calls()
    outcomes = run_locally(exercise.reference, calls)
    learned = {call.frame: outcome for call, outcome in zip(calls, outcomes, strict=True)}

    def by_heart(calls):
        return [learned.get(call.frame, Outcome("returned", 0.0)) for call in calls]

    assert exercise.judge(by_heart).status == "passed"
    assert exercise.judge(by_heart, seed=3).status == "failed"


@each_exercise
def test_verdicts_are_small_and_plain(exercise):
    for _, wrong in exercise.mistakes:
        verdict = judge(exercise, wrong, 0)
        assert "\n" not in verdict.message
        assert len(verdict.message) < 800
        assert len(verdict.html()) < 3000


@pytest.mark.parametrize("lesson", catalogue())
def test_a_lesson_is_worth_about_ten_points(lesson):
    those = catalogue()[lesson].values()
    assert {exercise.lesson for exercise in those} == {lesson}
    assert 8 <= sum(exercise.max_points for exercise in those) <= 16


@pytest.mark.parametrize("lesson", catalogue())
def test_a_quiz_has_one_right_answer_and_a_reason_for_each(lesson):
    asked = questions(lesson)
    assert 4 <= len(asked) <= 6, f"give QUIZ of dlcourse/exercises/{lesson[3:]}.py four to six questions"
    for question in asked:
        assert len(question.options) >= 3
        assert all(option.why.endswith((".", "!")) for option in question.options.values())
    assert len({_right_letter(question) for question in asked}) > 1, "the letter must not give it away"


def _right_letter(question):
    return next(letter for letter, option in question.options.items() if option.right)


def test_no_two_lessons_ask_for_a_function_of_the_same_name():
    names = [exercise.name for exercise in ALL]
    assert len(names) == len(set(names))
    assert list(catalogue()) == [lesson for lesson in LESSONS if lesson in catalogue()]


each_published = pytest.mark.parametrize(
    "lesson", [lesson for lesson in catalogue() if (SOLUTIONS / f"{lesson}.py").exists()]
)


@each_published
def test_the_lesson_asks_the_questions_that_are_answered(lesson):
    source = (SOLUTIONS / f"{lesson}.py").read_text(encoding="utf-8")
    asked = " ".join(line.removeprefix("#").strip() for line in source.splitlines())
    for question in questions(lesson):
        for text in (question.text, *(option.text for option in question.options.values())):
            assert text in asked


@each_published
def test_the_exercises_come_in_the_order_of_the_lesson(lesson):
    source = (SOLUTIONS / f"{lesson}.py").read_text(encoding="utf-8")
    assert list(catalogue()[lesson]) == re.findall(r'^# %% exercise="(\w+)"', source, re.MULTILINE)


@each_published
def test_the_published_solutions_pass_and_their_blanks_are_not_attempted(lesson):
    from dlcourse.authoring.solutions import blanked, solved
    from dlcourse.authoring.source import read_lesson

    source = read_lesson(SOLUTIONS / f"{lesson}.py")
    cells = [cell for cell in source.cells if cell.role == "exercise"]
    for code_of, status in ((solved, "passed"), (lambda cell: blanked(source, cell), "not attempted")):
        namespace = {"np": np}
        for cell in cells:
            exec(code_of(cell), namespace)
        verdicts = {name: judge(e, namespace[name], 5) for name, e in catalogue()[lesson].items()}
        assert {name: verdict.status for name, verdict in verdicts.items()} == dict.fromkeys(verdicts, status)


def test_what_lessons_import_stays_what_it_is_when_every_module_has_loaded():
    import dlcourse.exercises as room

    catalogue()
    assert all(callable(getattr(room, name)) for name in room.__all__)
