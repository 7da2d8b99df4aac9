"""The scored kind of exercise, on a toy: say whether a number is above a threshold that labels show."""

import numpy as np
import pytest

from dlcourse.exercises.engine.calls import Outcome, run_locally
from dlcourse.exercises.engine.competition import NOT_COUNTED, Competition, Task

N = 200


def draw(rng):
    x, x_new = rng.normal(size=(N, 1)), rng.normal(size=(N, 1))
    labels, right = (x[:, 0] > 0).astype(int), (x_new[:, 0] > 0).astype(int)
    order = rng.permutation(N + 10)
    asked = np.concatenate([x_new, x[:10]])[order]
    answers = np.append(right, np.full(10, NOT_COUNTED))[order]
    known = np.append(right, labels[:10])[order][answers == NOT_COUNTED]
    return Task((x, labels, asked, 3), answers, 2, known)


def trials(task, rng):
    x, labels, x_new, seed = task.arguments
    return {"turned": Task((-x, labels, -x_new, seed), task.right, 2, task.known)}


def solve(x, labels, x_new, seed):
    return (x_new[:, 0] > (x[labels == 0].max() + x[labels == 1].min()) / 2).astype(int)


TOY = Competition("solve", "03_activations", solve, "Where is the threshold?", draw, trials, seconds=2)
TOY.threshold("more than chance", points=2, share=0.7)
TOY.threshold("nearly all", points=3, share=0.97)


@TOY.shortfall("It is right where the signs are turned.", lambda seen: seen.shares["turned"] > seen.share)
def _(x, labels, x_new, seed):
    return (x_new[:, 0] < 0).astype(int)


@TOY.shortfall("Nothing shows this.", lambda seen: seen.shares["no such trial"] > 0)
def _(x, labels, x_new, seed):
    return np.zeros(len(x_new), int)


@TOY.shortfall("Besides, it says 1 too often.", lambda seen: seen.predicted.mean() > 0.9, aside=True)
def _(x, labels, x_new, seed):
    return np.ones(len(x_new), int)


def judge(function, seed=1):
    return TOY.judge(lambda calls: run_locally(function, calls), seed)


def partly_right(x, labels, x_new, seed):
    answer = solve(x, labels, x_new, seed)
    answer[::8] = 0
    return answer


def test_all_thresholds_reached_are_all_points_and_the_share_is_said():
    verdict = judge(solve)
    assert (verdict.status, verdict.points, verdict.max_points) == ("passed", 5, 5)
    assert verdict.share > 0.97
    assert " % right." in verdict.text()


def test_some_thresholds_reached_are_their_points_and_the_next_is_named():
    verdict = judge(partly_right)
    assert (verdict.status, verdict.points) == ("partial", 2)
    assert verdict.message.startswith(
        f"{np.floor(1000 * verdict.share) / 10:g} % right; 97 % earns the next 3"
    )
    assert "Hint: Where is the threshold?" in verdict.message
    assert [result.points for result in verdict.results] == [2, 0]


def test_a_share_is_cut_and_not_rounded_so_that_no_one_reads_that_enough_is_too_little():
    (task,) = [TOY.task(1)]
    due = int(np.ceil(0.97 * N)) - 1
    wrong = np.flatnonzero(task.counted)[: N - due]
    answer = np.where(task.counted, task.right, 0)
    answer[wrong] = 1 - answer[wrong]
    verdict = judge(lambda *_: answer)
    assert verdict.share == due / N
    assert "96.5 % right; 97 % earns" in verdict.message


def test_rows_that_are_known_do_not_count_and_are_told_apart():
    task = TOY.task(1)
    verdict = judge(lambda *_: np.where(task.counted, 0, 1 - _known_in_place(task)))
    assert verdict.share == np.mean(task.right[task.counted] == 0)
    assert "Of the rows that it learnt from, 0 % are right." in verdict.message


def _known_in_place(task):
    known = np.zeros(len(task.right), int)
    known[~task.counted] = task.known
    return known


@pytest.mark.parametrize(("sentence", "recipe"), [TOY.mistakes[0], TOY.mistakes[2]])
def test_a_shortfall_is_named_where_the_results_show_it(sentence, recipe):
    verdict = judge(recipe)
    assert verdict.mistake == sentence
    assert sentence in verdict.message


def test_a_trial_says_how_much_is_right_of_new_rows_and_of_those_that_it_knows():
    seen = []
    TOY.shortfall("Never said.", lambda each: bool(seen.append(each)))(solve)
    try:
        judge(partly_right)
    finally:
        TOY.mistakes.pop(), TOY._causes.pop()
    task, (last,) = TOY.task(1), seen
    answers = last.trials["turned"]
    assert last.shares["turned"] == np.mean(answers[task.counted] == task.right[task.counted])
    assert last.known["turned"] == np.mean(answers[~task.counted] == task.known)


def test_a_trial_that_gave_no_classes_explains_nothing():
    def breaks_on_turned(x, labels, x_new, seed):
        if x[labels == 1].min() < 0:
            raise RuntimeError
        return (x_new[:, 0] < 0).astype(int)

    assert judge(breaks_on_turned).mistake is None


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (lambda n: np.zeros(n), "returned floats; classes are integers"),
        (lambda n: np.full(n, np.nan), "returned nan; classes are integers"),
        (lambda n: np.zeros(n, bool), "returned True or False"),
        (lambda n: np.zeros((n, 2), int), f"returned an array of shape ({N + 10}, 2); expected an array of"),
        (lambda n: np.zeros((n, 2)), f"returned an array of shape ({N + 10}, 2); expected an array of"),
        (lambda n: np.zeros((n, 2)), "that of its largest score: `argmax(axis=1)`."),
        (
            lambda n: np.zeros(2, int),
            f"returned an array of shape (2,); expected an array of shape ({N + 10},)",
        ),
        (lambda n: np.full(n, 2), "returned class 2; classes are 0 … 1"),
        (lambda n: np.full(n, -1), "returned class -1; classes are 0 … 1"),
        (lambda n: np.full(n, 2**63, np.uint64), "returned class 9223372036854775808; classes are 0 … 1"),
        (lambda n: None, "returned None: did you forget `return`? Return one class for each row"),
        (lambda n: np.full(n, "0"), "returned text; classes are integers."),
        (lambda n: 7, "returned a single number"),
        (lambda n: "0" * n, "expected an array of shape"),
        (lambda n: {"classes": 0}, "expected an array of shape"),
        (lambda n: 1 / 0, "raised ZeroDivisionError"),
        (lambda n: np.zeros((10**6, 10**6)), "raised MemoryError"),
    ],
)
def test_what_is_no_answer_earns_nothing_and_is_told_why(returned, said):
    verdict = judge(lambda x, labels, x_new, seed: returned(len(x_new)))
    assert (verdict.status, verdict.points, verdict.share) == ("failed", 0, None)
    assert said in verdict.message


def test_a_list_of_whole_numbers_is_an_answer_and_arguments_may_be_changed():
    def listing(x, labels, x_new, seed):
        answer = solve(x, labels, x_new, seed).tolist()
        x *= 0
        return answer

    assert judge(listing).status == "passed"


def test_the_blank_is_not_attempted_and_other_parameters_are_named():
    def blank(x, labels, x_new, seed):
        raise NotImplementedError

    assert judge(blank).status == "not attempted"
    assert "must be `def solve(x, labels, x_new, seed):`" in judge(lambda x: x).message


def test_running_out_of_time_says_how_much_there_is():
    verdict = TOY.judge(lambda calls: [Outcome("too slow", message="time")] * len(calls), 1)
    assert (verdict.status, verdict.points) == ("failed", 0)
    assert "2 seconds of CPU time are allowed, and 3 times that is given" in verdict.message


def test_a_call_has_no_right_answer_in_it():
    (call,) = TOY.calls(1)
    args, kwargs = call.arguments
    task = TOY.task(1)
    assert [len(np.ravel(arg)) for arg in args] == [N, N, N + 10, 1] and not kwargs
    sent = [np.ravel(arg) for arg in args]
    right = np.where(task.counted, task.right, 0)
    assert not any(np.array_equal(each[: len(right)], right) for each in sent)
    assert right.astype(np.int64).tobytes() not in call.frame


def test_every_seed_draws_another_task_and_the_same_seed_the_same():
    frames = [TOY.calls(seed)[0].frame for seed in (1, 2)]
    again = Competition("solve", "03_activations", solve, "?", draw, trials, seconds=2)
    assert frames[0] != frames[1]
    assert again.calls(1)[0].frame == frames[0]
