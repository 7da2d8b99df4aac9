"""What is said of wrong answers that nobody wrote down: true of the result, and nothing by chance."""

import contextlib
import time
import zlib

import numpy as np
import pytest

from dlcourse.exercises import exercises
from dlcourse.exercises.engine.calls import encode_value, run_locally
from dlcourse.exercises.engine.competition import Competition
from dlcourse.exercises.engine.diagnosis.variations import variations
from dlcourse.exercises.engine.exercise import Exercise, call

EXERCISES = exercises()


def asked(reference, *tests, **details) -> Exercise:
    made = Exercise("f", "00_lesson", reference, hint="Think.", **details)
    for number, cases in enumerate(tests, 1):
        made.test(f"promise {number}", points=1, cases=cases)
    return made


def said(exercise, function, seed=0) -> str | None:
    return exercise.judge(lambda calls: run_locally(function, calls), seed).mistake


def tables(rng):
    """Of three shapes, so that rows and columns can be told apart."""
    for shape in ((3, 2), (4, 5), (2, 6)):
        yield call(rng.normal(size=shape))


def squares(rng):
    for n in (2, 3, 4):
        yield call(rng.normal(size=(n, n)))


def rows(rng):
    for n in (3, 5, 8):
        yield call(rng.normal(size=n) + 2)


MEAN = asked(lambda x: x.mean(axis=0), tables)
VARIANCE = asked(lambda x: x.var(axis=0), tables)
LARGE = asked(lambda x: 40 * x, rows)
DOUBLE = asked(lambda x: 2 * x, tables)
SQUARE = asked(lambda x: x @ x, squares)
LONG = asked(lambda x: 2 * x, lambda rng: [call(rng.normal(size=shape)) for shape in ((5, 3), (4, 4))])
PAIR = asked(
    lambda x: x[0, :2], lambda rng: [call(rng.normal(size=size)) for size in ((2, 3), (4, 2), (2, 5))]
)
ROW = asked(lambda x: np.sqrt(np.abs(x)), rows)


@pytest.mark.parametrize(
    ("exercise", "wrong", "sentence"),
    [
        (
            MEAN,
            lambda x: x.sum(axis=0),
            "the number of rows of `x` times the expected one. Is a mean asked for",
        ),
        (MEAN, lambda x: x.sum(axis=0) / x.size, "divided by the number of columns of `x`"),
        (MEAN, lambda x: -x.mean(axis=0), "The sign is flipped"),
        (
            MEAN,
            lambda x: x.mean(axis=0, keepdims=True),
            "right numbers in the wrong shape: an axis of length 1",
        ),
        (MEAN, lambda x: x.mean(), "is the expected one's mean over axis 0: that axis must stay"),
        (MEAN, lambda x: 1.0 * x, "is the argument `x`, unchanged"),
        (
            VARIANCE,
            lambda x: (x - x.mean(axis=0)) ** 2,
            "The mean of your result over axis 0 is what is expected",
        ),
        (MEAN, lambda x: x.mean(axis=0)[::-1], "in reverse order"),
        (DOUBLE, lambda x: 2 * x[-1], "only the last of the expected entries along axis 0"),
        (MEAN, lambda x: 0 * x[0], "is nothing but 0"),
        (MEAN, lambda x: np.round(x.mean(axis=0), 2), "rounded to 2 decimals"),
        (DOUBLE, lambda x: x, "is the argument `x`, unchanged"),
        (DOUBLE, lambda x: 6 * x, "3.0 times the expected one, in each call"),
        (DOUBLE, lambda x: 2 * x + 1, "the expected one plus 1"),
        (DOUBLE, lambda x: 2 * x + x**2, "the expected one plus x²"),
        (DOUBLE, lambda x: np.maximum(2 * x, 0), "cut off at 0"),
        (DOUBLE, lambda x: np.where(x < 0, np.sin(x), 2 * x), "wrong only where `x` is negative"),
        (
            DOUBLE,
            lambda x: 2 * x * (1 + np.arange(len(x)) // (len(x) - 1))[:, None],
            "wrong only in its last row",
        ),
        (SQUARE, lambda x: (x @ x).T, "transposed"),
        (ROW, lambda x: np.abs(x), "the square of the expected one: a root is missing"),
        (ROW, lambda x: 1 / np.sqrt(np.abs(x)), "reciprocal"),
        (ROW, lambda x: np.sort(np.sqrt(np.abs(x))), "sorted"),
        (ROW, lambda x: np.roll(np.sqrt(np.abs(x)), 1), "one place too late"),
        (LARGE, lambda x: np.trunc(40 * x), "cut short to whole numbers"),
        (ROW, lambda x: np.cumsum(np.sqrt(np.abs(x))), "running sum"),
        (DOUBLE, lambda x: 2 * x[1:], "the expected one without its first entry along axis 0"),
        (DOUBLE, lambda x: np.floor(2 * x), "rounded down to whole numbers"),
        (
            LONG,
            lambda x: 2 * x + np.sin(x[0]),
            "Each column of your result is the expected one plus a number",
        ),
        (
            LONG,
            lambda x: 2 * x * np.exp(x[:, :1]),
            "Each row of your result is the expected one times a factor",
        ),
        (LONG, lambda x: 2 * x + np.eye(1, x.shape[1]) * np.sin(x), "wrong only in its first column"),
    ],
)
def test_a_relation_to_the_expected_result_is_said(exercise, wrong, sentence):
    for seed in range(3):
        assert sentence in (said(exercise, wrong, seed) or "")


def steps(rng):
    for n in (2, 4, 3):
        yield call(rng.normal(size=n), rng.normal(size=n), round(rng.uniform(0.1, 0.9), 2), 3)


def step(params, grad, rate, t=1):
    new = params - rate * grad / t
    return new, rate**t


STEP = asked(step, steps, parts=("params", "decayed"))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda p, g, rate, t=1: step(g, p, rate, t), "`params` and `grad` had changed places"),
        (lambda p, g, rate, t=1: step(p, g, 1, t), "as if `rate` were 1"),
        (lambda p, g, rate, t=1: step(p, g, rate, t - 1), "as if `t` were one less"),
        (lambda p, g, rate, t=1: step(p, g, rate), "`t` makes no difference"),
        (lambda p, g, rate, t=1: step(p, -g, rate, t), "as if `grad` had the other sign"),
        (lambda p, g, rate, t=1: step(p, g, rate, t)[::-1], "the order (decayed, params)"),
        (lambda p, g, rate, t=1: step(p, g, rate, t)[0], "Only `params` is returned"),
        (lambda p, g, rate, t=1: (step(p, g, rate, t)[0], rate ** (t + 1)), "Your `decayed` is `rate` times"),
        (
            lambda p, g, rate, t=1: (p - rate * g / t - 0.5 * g, rate**t),
            "Your `params` is the expected one minus",
        ),
    ],
)
def test_what_the_reference_gives_when_called_otherwise_is_said(wrong, sentence):
    for seed in range(3):
        assert sentence in (said(STEP, wrong, seed) or "")


def spread(x):
    return x.sum(), 2 * x, x.mean()


SPREAD = asked(spread, rows, parts=("total", "doubled", "mean"))


def test_where_only_one_of_several_results_is_wrong_it_is_named():
    told = said(SPREAD, lambda x: (x.sum(), np.sin(x), x.mean()))
    assert told == "In this test `total` and `mean` are right: only `doubled` is wrong."
    assert said(SPREAD, lambda x: (x.sum(), np.sin(x), np.cos(x[0]))) is None


def stacked(x, y):
    return x + 0.3, y * 1.7


def test_results_that_are_stacked_and_transposed_are_told():
    pairs = asked(stacked, lambda rng: [call(*rng.normal(size=(2, n))) for n in (2, 2)], parts=("a", "b"))
    assert "stacked to one array" in said(pairs, lambda x, y: np.transpose(stacked(x, y)))


def runs(text):
    return [(letter, i) for i, letter in enumerate(text) if text[i : i + 2] != letter * 2]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            lambda text: [*runs(text), ("z", 9)],
            "All that is expected is in your list, but ('z', 9) is too much.",
        ),
        (lambda text: runs(text)[1:-1], "All that is in your list is right, but"),
        (lambda text: [*runs(text)[1:], runs(text)[0]], "the expected items in another order"),
        (lambda text: [(a, i * i + 7) for a, i in runs(text)], "only the second entry of an item is wrong"),
        (lambda text: [(a * 2, i * i + 7) for a, i in runs(text)], None),
    ],
)
def test_what_is_wrong_with_a_list_of_items_is_told(wrong, sentence):
    texts = asked(runs, lambda rng: [call("aabcc"), call("abbcaa"), call("ccab")])
    told = said(texts, wrong)
    assert sentence in told if sentence else told is None


def test_what_a_right_call_speaks_against_is_not_said():
    symmetric = asked(
        lambda x: x @ x, squares, lambda rng: call(np.arange(6.0).reshape(2, 3).T @ np.eye(2, 3))
    )
    by_chance = asked(lambda x: x.sum(axis=0), tables, lambda rng: call(rng.normal(size=(3, 2))))

    def means_but_of_three(x):
        return x.sum(axis=0) if len(x) == 3 else x.mean(axis=0)

    assert "transposed" in said(symmetric, lambda x: (x @ x).T)
    assert "number of rows" in said(by_chance, lambda x: x.mean(axis=0))
    assert "a factor is wrong" in said(by_chance, means_but_of_three)


def test_whose_size_is_due_is_not_said_where_a_right_call_speaks_against_it():
    """The pair has as many entries as `x` has rows where it is wrong, by chance."""
    assert "it must be" not in (said(PAIR, lambda x: x[0]) or "")


def test_a_second_slip_hides_nothing():
    exercise = asked(lambda x: x.mean(axis=0), tables, lambda rng: call(np.array([[1, 2], [4, 7]])))
    assert "rows" in said(exercise, lambda x: x.sum(axis=0) if x.dtype == float else x.max(axis=0) + 9)


def one_square(rng):
    yield call(rng.normal(size=(3, 3)))


def test_a_mistake_that_fits_one_number_is_not_said_where_another_test_speaks_against_it():
    exercise = asked(lambda x: np.abs(x).mean() / 3, one_square, lambda rng: call(rng.normal(size=(4, 2))))
    exercise.mistake("Divide by the rows, too.", lambda x: np.abs(x).mean() * len(x) / 3)
    assert said(exercise, lambda x: np.abs(x).mean() * len(x) / 3) == "Divide by the rows, too."
    assert said(exercise, lambda x: np.abs(x).mean() * x.shape[1] / 3) != "Divide by the rows, too."


def test_a_mistake_is_said_beside_a_second_slip_where_it_is_plain():
    exercise = asked(np.abs, tables, lambda rng: call(rng.normal(size=4)))
    exercise.mistake("This is the square.", np.square)
    assert said(exercise, lambda x: np.square(x) + (x.ndim == 1)) == "This is the square."


def test_of_several_candidates_the_one_that_explains_most_is_said():
    exercise = asked(lambda x, a, b: x * a + b, equal_numbers, other_numbers)
    assert "`a` were 1" in said(exercise, lambda x, a, b: x + b)
    assert "had the other sign" in said(exercise, lambda x, a, b: x * -a + b)


def equal_numbers(rng):
    yield call(rng.normal(size=3), -1.0, 0.37)
    yield call(rng.normal(size=4), -1.0, 0.37)


def other_numbers(rng):
    yield call(rng.normal(size=3), 0.7, 0.2)


def test_a_constant_result_is_called_one():
    exercise = asked(lambda x: float(x.sum()), rows)
    assert said(exercise, lambda x: 0.25) == "Your result is 0.25 in every call, whatever the arguments are."


def test_what_goes_with_another_call_than_the_one_shown_is_not_said():
    exercise = asked(lambda x: x.mean(axis=0), tables)
    assert said(exercise, lambda x: x.sum(axis=0) if len(x) > 3 else x + np.zeros(7)) is None


def test_calls_that_leave_a_default_have_its_value_as_well():
    exercise = asked(
        lambda x, scale=0.9, shift=0.5: x * scale + shift,
        lambda rng: [call(rng.normal(size=n), *given) for n in (3, 4) for given in ((), (0.7, 0.2))],
    )
    assert said(exercise, lambda x, scale=0.9, shift=0.5: x * scale + np.sin(shift - 0.5) + 0.5) is None


def test_calls_that_have_something_in_common_are_named():
    exercise = asked(
        lambda x, slope=0.01: x * slope,
        lambda rng: [call(rng.normal(size=n), *given) for n in (3, 4) for given in ((0.5,), (), (0.2,))],
    )
    assert said(exercise, lambda x, slope=None: x * (slope or np.sin(x))) == (
        "Only calls that leave `slope` to its default go wrong."
    )


def test_the_formula_is_quoted_with_what_is_in_its_place():
    exercise = asked(lambda x: x / (1 + x**2), rows)
    assert said(exercise, lambda x: x / (1 + x**3)) is None
    exercise.formula(quotient)
    fresh = asked(lambda x: x / (1 + x**2), rows)
    fresh.formula(quotient)
    assert said(fresh, lambda x: x / (1 + x**3)) == (
        "Your result is what comes out with `1 + x ** 3` in place of `1 + x ** 2`."
    )
    assert "1 - x ** 2" in said(fresh, lambda x: x / (1 - x * x))


def quotient(x):
    return x / (1 + x**2)


def test_a_number_that_is_the_students_own_is_fitted():
    exercise = asked(
        lambda x: np.log(x), lambda rng: [call(rng.uniform(0.1, 1, 3)), call(rng.uniform(0.1, 1, 4))]
    )
    exercise.mistake(
        "{parameter} is added.", lambda x, parameter: np.log(x + parameter), parameter=[1e-6, 1e-4, 1e-2, 1]
    )
    assert said(exercise, lambda x: np.log(x + 0.01)) == "0.01 is added."
    assert said(exercise, lambda x: np.log(x + 0.0375)) == "0.0375 is added."
    assert said(exercise, lambda x: np.log(x + 0.0375 * len(x))) is None


def like(value, change):
    """The same structure, of other numbers."""
    if isinstance(value, list | tuple):
        return type(value)(like(item, change) for item in value)
    if isinstance(value, dict):
        return {key: like(item, change) for key, item in value.items()}
    if isinstance(value, np.ndarray | float | int | np.number) and not isinstance(value, bool):
        return change(np.asarray(value, float))
    return value


def chance(a):
    """The same numbers for the same array."""
    return np.random.default_rng(zlib.crc32(a.tobytes()))


COMPARED = [name for name, each in EXERCISES.items() if not isinstance(each, Competition)]


@pytest.mark.parametrize("name", COMPARED)
def test_nothing_is_said_of_an_unrelated_answer(name):
    exercise = EXERCISES[name]
    unrelated = [
        lambda a: chance(a).normal(size=a.shape),
        lambda a: chance(a).normal(size=a.shape).round(1),
        lambda a: chance(a).integers(0, 4, a.shape),
        lambda a: np.sin(3 * np.nan_to_num(a)) + 0.37,
    ]
    for change in unrelated:
        assert said(exercise, lambda *a, c=change, **k: like(exercise.reference(*a, **k), c)) is None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x, kept=[]: kept.append(0) or x.mean(axis=0) + len(kept) - 1,
        lambda x, kept=[]: kept.append(0) or x.sum(axis=0) * len(kept),
    ],
)
def test_what_is_kept_between_calls_is_told_by_the_call_that_is_made_twice(wrong):
    assert "Called twice with the same arguments" in said(MEAN, wrong)


def formulas():
    return [(exercise, formula) for exercise in EXERCISES.values() for formula in exercise.formulas]


@pytest.mark.parametrize(("exercise", "formula"), formulas(), ids=lambda each: getattr(each, "name", ""))
def test_a_formula_is_right_and_its_variations_end_and_leave_what_they_are_given(exercise, formula):
    assert not exercise.judge(lambda calls: run_locally(formula, calls)).results[0].problem
    given = exercise.calls()[0].arguments
    before = encode_value(given, [])
    start = time.process_time()
    for variation in variations(formula):
        args, kwargs = exercise.calls()[0].arguments
        for value in (*args, *kwargs.values()):
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
        with contextlib.suppress(Exception), np.errstate(all="ignore"):
            variation.function(*args, **kwargs)
        assert encode_value((args, kwargs), []) == before, variation
    assert time.process_time() - start < 2


def test_a_change_that_makes_a_loop_endless_is_cut_off():
    exercise = asked(lambda weights: sum(weights), lambda rng: [call([1.5, 2.25]), call([3.125, 4.0])])
    exercise.formula(growing)
    assert said(exercise, lambda weights: 0.75) is None


def growing(weights):
    found = [0.0]
    for w in weights:
        found += [w]
    return sum(found)


ODD = [
    [], {}, (), "", "text", True, 1j, 10**300, -0.0, np.nan, np.inf, [[1], [2, 3]], [[[]]], {"a": [1, "b"]},
    (1, [2, {"c": np.zeros(3)}]), np.array(True), np.zeros((0, 3)), np.zeros((2, 0)), np.full((3, 4), np.nan),
    np.full(4, np.inf), np.zeros(5, complex), np.zeros(3, bool), np.arange(3, dtype=np.uint8), np.zeros(5000),
    [np.zeros(2)] * 40, [1, 2, 3], ([np.ones(2)], 3.0), (np.ones(2), np.ones(2), np.ones(2)), np.float32(1),
]  # fmt: skip


@pytest.mark.parametrize("name", EXERCISES)
def test_whatever_an_answer_gives_it_gets_a_verdict(name):
    exercise = EXERCISES[name]
    for value in ODD:
        for pack in (lambda v: v, lambda v: (v, v), lambda v: (1.0, v, v)):
            given = pack(value)
            verdict = exercise.judge(lambda calls, g=given: run_locally(lambda *_, **__: g, calls))
            assert verdict.status in ("failed", "partial")


@pytest.mark.parametrize("name", COMPARED)
def test_a_failing_answer_is_judged_in_fifty_milliseconds(name):
    exercise = EXERCISES[name]

    def wrong(*args, **kwargs):
        return like(exercise.reference(*args, **kwargs), lambda a: a + np.sqrt(0.3))

    said(exercise, wrong)  # formulas are compiled once
    start = time.process_time()
    said(exercise, wrong)
    assert time.process_time() - start < 0.05
