"""How an exercise judges: points, words, likely causes, seeds and versions."""

import numpy as np
import pytest

from dlcourse.exercises import catalogue, exercises
from dlcourse.exercises.engine.calls import Outcome, encode_value, run_locally
from dlcourse.exercises.engine.exercise import Batch, Exercise, call


def exercise(reference, *tests, mistakes=(), **details) -> Exercise:
    made = Exercise("f", "00_lesson", reference, hint="Think.", **details)
    for number, cases in enumerate(tests, 1):
        made.test(f"promise {number}", points=number, cases=cases)
    for sentence, wrong in mistakes:
        made.mistake(sentence, wrong)
    return made


def judge(made, function, seed=0):
    return made.judge(lambda calls: run_locally(function, calls), seed)


HALVES = exercise(
    lambda x: x / 2,
    lambda rng: call(rng.normal(size=3).round(1)),
    lambda rng: [call(np.array([3, 1])), call(rng.normal(size=(2, 2)))],
    mistakes=[
        ("Integers were floored.", lambda x: x // 2 if x.dtype.kind == "i" else x / 2),
        ("Everything is doubled.", lambda x: x * 2),
        ("Everything is doubled, and integers are zero.", lambda x: x * 2 if x.dtype.kind == "f" else x * 0),
        ("It must be called halving.", lambda x: halving(x)),  # noqa: F821
    ],
)


def test_a_test_earns_its_points_when_all_its_calls_are_right():
    verdict = judge(HALVES, lambda x: x / 2 if x.ndim == 1 else x)
    assert (verdict.status, verdict.points, verdict.max_points) == ("partial", 1, 3)
    assert [result.points for result in verdict.results] == [1, 0]
    verdict = judge(HALVES, lambda x: x / 2)
    assert (verdict.status, verdict.points, verdict.message) == ("passed", 3, "All 2 tests pass.")


def test_the_first_wrong_call_is_shown_as_one_would_type_it():
    verdict = judge(HALVES, lambda x: x + 0.5 if x.ndim == 1 else x / 2)
    x = HALVES.calls(0)[0].arguments[0][0]
    shown = ", ".join(str(float(value)) for value in x)
    assert verdict.problem.startswith(f"`f(np.array([{shown}]))` gave ")
    assert verdict.advice == "Hint: Think."


def test_the_mistake_that_explains_the_first_failing_test_is_named():
    assert judge(HALVES, lambda x: x + x).mistake == "Everything is doubled."
    assert judge(HALVES, lambda x: np.floor_divide(x, 2) if x.dtype == int else x * 0.5).mistake == (
        "Integers were floored."
    )
    assert judge(HALVES, lambda x: x + x if x.dtype == float else x - x).mistake == (
        "Everything is doubled, and integers are zero."
    )
    assert judge(HALVES, lambda x: halving(x)).mistake == "It must be called halving."  # noqa: F821
    assert judge(HALVES, lambda x: np.sin(x)).mistake is None
    assert judge(HALVES, lambda x: x * 2 if x.dtype == float else x + 7).mistake == "Everything is doubled."
    assert judge(HALVES, lambda x: x * 2 if x.ndim == 2 else x / 2).mistake != "Everything is doubled."


def test_of_two_mistakes_that_explain_the_wrong_calls_the_more_alike_is_named():
    assert (
        judge(HALVES, lambda x: x // 2 if x.dtype.kind == "i" else x / 2).mistake == "Integers were floored."
    )
    made = exercise(
        abs,
        lambda rng: [call(-1.0), call(2.0)],
        mistakes=[("It is always negative.", lambda x: -abs(x)), ("It is x itself.", lambda x: x)],
    )
    assert judge(made, lambda x: x).mistake == "It is x itself."
    assert judge(made, lambda x: -abs(x)).mistake == "It is always negative."


def test_a_mistake_is_known_by_what_it_changes_prints_and_warns_too():
    def doubled_in_place(x):
        x *= 2
        return x

    made = exercise(
        lambda x: x * 2,
        lambda rng: call(rng.normal(size=2)),
        mistakes=[("The caller's array is doubled.", doubled_in_place)],
    )
    assert judge(made, doubled_in_place).mistake == "The caller's array is doubled."
    assert judge(made, lambda x: (x.sort(), x * 2)[1]).mistake != "The caller's array is doubled."
    assert judge(made, lambda x: print(x)).mistake is None


def test_a_mistake_that_a_right_call_speaks_against_is_not_named():
    def into_the_callers_array(x):
        x *= 0.5
        return x

    def into_a_copy(x):
        return into_the_callers_array(x.copy())

    made = exercise(
        lambda x: x / 2,
        lambda rng: call(rng.normal(size=3)),
        lambda rng: call(np.array([1, 3])),
        mistakes=[("It writes into the caller's array.", into_the_callers_array)],
    )
    assert judge(made, into_the_callers_array).mistake == "It writes into the caller's array."
    assert "UFuncTypeError" in judge(made, into_a_copy).problem
    assert judge(made, into_a_copy).mistake is None


@pytest.mark.parametrize("setting", ["ignore", "warn", "raise"])
def test_what_a_student_makes_of_np_seterr_touches_neither_reference_nor_mistakes(setting):
    def overflows(x):
        with np.errstate(all="warn"):
            return 1 / (1 + np.exp(-x))

    made = exercise(
        lambda x: 1 / (1 + np.where(x < 0, np.inf, np.exp(-np.abs(x)))),  # underflows
        lambda rng: call(np.array([-1e4, 0.5])).without_warnings(),
        mistakes=[("It overflows.", lambda x: 1 / (1 + np.exp(-x)))],
    )
    with np.errstate(all=setting):
        assert judge(made, overflows).mistake == "It overflows."


def test_not_started_is_said_only_where_nothing_is():
    def stub(x):
        raise NotImplementedError

    def partly(x):
        if x.ndim == 2:
            raise NotImplementedError
        return x / 2

    assert judge(HALVES, stub).status == "not attempted"
    assert judge(HALVES, stub).text() == (
        "○ f: not attempted yet (0 of 3 points)\nWrite it in place of `raise NotImplementedError`."
    )
    assert judge(HALVES, partly).status == "partial"
    assert "not written yet" in judge(HALVES, partly).message


def test_a_body_with_nothing_in_it_is_not_told_of_a_line_that_is_not_there():
    def empty(x):
        pass

    assert judge(HALVES, empty).text() == (
        "○ f: not attempted yet (0 of 3 points)\n"
        "It gives nothing back yet: compute the result, and `return` it."
    )


def test_an_answer_above_a_raise_that_was_forgotten_is_told_so():
    def forgotten(x):
        x = x / 2
        raise NotImplementedError

    def with_a_message(x):
        raise NotImplementedError("write me")

    verdict = judge(HALVES, forgotten)
    assert (verdict.status, verdict.points) == ("failed", 0)
    assert "`raise NotImplementedError` is still there" in verdict.message
    assert judge(HALVES, with_a_message).status == "not attempted"


def test_a_function_of_other_parameters_is_told_its_first_line():
    made = exercise(
        lambda x, slope=0.01: x * slope, lambda rng: [call(2.0), call(2.0, slope=0.5), call(2.0, 0.5)]
    )
    assert judge(made, lambda x, slope=0.01: x * slope).status == "passed"
    assert judge(made, lambda x, k=0.01: x * k).problem.endswith(
        "Its first line must be `def f(x, slope=0.01):`."
    )
    assert judge(made, lambda x, slope=0.2: x * slope).problem == "`f(2.0)` returned 0.4; expected 0.02."
    assert (
        judge(made, lambda x, slope=0.01: x * 0.01).problem
        == "`f(2.0, slope=0.5)` returned 0.02; expected 1.0."
    )
    assert judge(made, None).problem.startswith("`f` could not be called: it is of type NoneType")


def test_a_function_that_is_not_there_is_missing():
    verdict = HALVES.missing()
    assert (verdict.status, verdict.points, verdict.max_points) == ("missing", 0, 3)
    assert verdict.message == "There is no function `f`. Its cell must run, and define `def f(x):`."


def test_a_reference_is_held_to_what_it_asks():
    for cases in (
        lambda rng: call(1.0).raises(ValueError),
        lambda rng: call("a"),
    ):
        with pytest.raises(AssertionError, match="the reference itself fails"):
            judge(exercise(abs, cases), abs)


def test_a_call_can_ask_for_an_error():
    made = exercise(np.reshape, lambda rng: call(np.zeros(4), (3, 3)).raises(ValueError))
    assert judge(made, np.reshape).status == "passed"
    assert judge(made, lambda a, s: a).problem.endswith("; it must raise ValueError.")


def test_a_call_without_arguments_has_the_usual_tolerance():
    assert judge(exercise(lambda: 1 / 3, lambda rng: call()), lambda: 1 / 3 + 1e-12).status == "passed"


def test_a_call_can_ask_for_its_own_tolerance():
    made = exercise(abs, lambda rng: call(2.0).within(1e-3), lambda rng: call(2.0))
    assert [r.points for r in judge(made, lambda x: x + 1e-5).results] == [1, 0]


def test_float32_anywhere_among_the_arguments_loosens_the_tolerance():
    def mean(pair):
        return float(np.mean(pair["a"][0]))

    made = exercise(
        mean, lambda rng: call({"a": [np.float32([1, 2])]}), lambda rng: call({"a": [np.ones(2)]})
    )
    assert [r.points for r in judge(made, lambda pair: mean(pair) * (1 + 5e-6)).results] == [1, 0]


def test_a_call_can_ask_how_a_given_function_is_used():
    made = exercise(lambda f, x: f(x), lambda rng: call(lambda x: x * 2, 3.0).traced())
    assert judge(made, lambda f, x: f(x)).status == "passed"
    assert "called the function it was given 2 times" in judge(made, lambda f, x: f(x) + 0 * f(x)).problem
    assert judge(made, lambda f, x: 6.0).problem.startswith("`f(f, 3.0)` called the function")


def test_arguments_that_change_after_the_call_was_made_do_not_change_it():
    def cases(rng):
        x = np.zeros(2)
        for _ in range(3):
            yield call(x)
            x += 1

    made = exercise(lambda x: x + 1, cases)
    assert [c.arguments[0][0][0] for c in made.calls(0)] == [0, 1, 2, 0]  # the first is made again


def test_the_reference_runs_once_a_seed_and_mistakes_only_on_failure():
    ran = []

    def reference(x):
        ran.append("reference")
        return x

    def wrong(x):
        ran.append("mistake")
        return -x

    made = exercise(reference, lambda rng: call(rng.normal()), mistakes=[("No.", wrong)])
    for _ in range(3):
        judge(made, lambda x: x, seed=1)
    assert ran == ["reference"]
    for _ in range(3):
        judge(made, lambda x: x + 1, seed=1)
    assert ran[:2] == ["reference", "mistake"] and ran.count("mistake") == 1
    tried = ran.count("reference")
    judge(made, lambda x: x, seed=2)
    assert ran.count("reference") == tried + 1


def test_a_test_keeps_its_inputs_when_another_is_added():
    def normal(rng):
        return call(rng.normal(size=3))

    one, two = exercise(abs, normal), exercise(abs, normal, normal)
    assert one.calls(9)[0].frame == two.calls(9)[0].frame != two.calls(9)[1].frame


@pytest.mark.parametrize("status", ["too slow", "died", "stopped", "unsupported", "signature"])
def test_a_transport_may_report_any_ending(status):
    verdict = HALVES.judge(lambda calls: [Outcome(status, message="why")] * len(calls))
    assert (verdict.status, verdict.mistake) == ("failed", None)
    assert "Hint" not in verdict.message


def test_html_escapes_what_the_student_says_and_shows_the_status_in_words():
    def shouts(x):
        raise ValueError("<script>alert('x')</script>\x1b[31m")

    html = judge(HALVES, shouts).html("a <note>")
    assert "<script>" not in html and "&lt;script&gt;" in html and "\x1b" not in html
    assert "not right yet" in html and "✗ promise 1" in html and "a &lt;note&gt;" in html


def test_the_same_answer_gets_the_same_words_twice():
    verdicts = [judge(HALVES, lambda x: x * 3, seed=7) for _ in range(2)]
    assert verdicts[0] == verdicts[1]
    assert verdicts[0].text() == verdicts[1].text()


def test_a_mistake_is_named_in_whatever_else_it_is_wrapped():
    def flipped(x):
        print("debugging", x)
        with np.errstate(over="ignore"):
            return 1 / (1 + np.exp(x))

    sigmoid = catalogue()["03_activations"]["sigmoid"]
    assert "sign of the exponent" in sigmoid.judge(lambda calls: run_locally(flipped, calls)).mistake


def test_a_call_can_ask_for_integers():
    made = exercise(lambda n: n + 1, lambda rng: call(2).integers(), lambda rng: call(2))
    assert judge(made, lambda n: n + 1).status == "passed"
    assert [r.points for r in judge(made, lambda n: n + 1.0).results] == [0, 2]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [n for n, e in exercises().items() if any(c.callables for c in e.calls())])
def test_what_is_expected_of_calls_with_functions_is_what_would_come_over_the_wire(name):
    batch = Batch(exercises()[name], seed=5)
    made = run_locally(exercises()[name].reference, batch.calls)
    for expected, outcome in zip(batch.expected, made, strict=True):
        assert (expected.kind, expected.type) == (outcome.kind, outcome.type)
        assert encode_value((expected.value, expected.trace)) == encode_value((outcome.value, outcome.trace))


def test_a_function_that_hands_its_argument_back_does_not_share_it_with_the_reference():
    def difference(f, x):
        x = x.copy()
        before = f(x)
        x += 1
        return f(x) - before

    made = exercise(difference, lambda rng: call(lambda x: x, np.zeros(3)).traced())
    outcomes = run_locally(difference, made.calls())
    assert made.judge(lambda calls: outcomes).status == "passed"
    assert outcomes[0].value.tolist() == [1, 1, 1]


def test_what_mistakes_print_and_warn_while_they_are_tried_stays_inside(capfd):
    def noisy(x):
        print("here")
        return np.asarray([]).mean() + x

    made = exercise(lambda x: x, lambda rng: call(np.ones(3)))
    made.mistake("This prints.", noisy)
    made.judge(lambda calls: run_locally(lambda x: x + 1, calls))
    assert capfd.readouterr() == ("", "")
