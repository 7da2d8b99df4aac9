"""What the cells of a lesson see: whatever a function does, a verdict and a lesson that goes on."""

import functools
import signal
import sys
import time
from types import SimpleNamespace

import numpy as np
import pytest

from dlcourse import activations as reference
from dlcourse.exercises import check, compare_guess, exercises, in_notebook, questions, quiz
from dlcourse.exercises.engine.exercise import Exercise
from dlcourse.exercises.released_cells import lesson
from dlcourse.grading.sandbox.limits import Limits


def sigmoid(x):
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def said(capsys) -> str:
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def not_strict(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.delenv("DLCOURSE_STRICT", raising=False)


def named(name, function):
    function.__name__ = name
    return function


def test_a_right_function_is_given_back(capsys):
    assert check(sigmoid) is sigmoid
    assert said(capsys) == "✓ sigmoid: passed (3 of 3 points)\n"


def test_a_wrong_function_is_replaced_by_the_reference_which_is_said(capsys):
    assert check(named("sigmoid", lambda x: 1 / (1 + np.exp(x)))) is reference.sigmoid
    first, *_, cause, last = said(capsys).splitlines()
    assert first == "✗ sigmoid: not right yet (0 of 3 points)"
    assert (
        cause
        == "Likely cause: The sign of the exponent is flipped: this is σ(−x), which falls where σ rises."
    )
    assert last == "The rest of the lesson uses the reference version."


def test_a_blank_is_not_called_wrong(capsys):
    def tanh_derivative(x):
        raise NotImplementedError

    assert check(tanh_derivative) is reference.tanh_derivative
    assert said(capsys) == (
        "○ tanh_derivative: not attempted yet (0 of 2 points)\n"
        "Write it in place of `raise NotImplementedError`.\n"
        "The rest of the lesson uses the reference version.\n"
    )


def test_a_function_without_a_telling_name_is_found_by_the_name_it_is_bound_to(capsys):
    for function in (
        lambda x: sigmoid(x),
        functools.partial(sigmoid),
        np.vectorize(lambda x: sigmoid(x)),
        np.tanh,
    ):
        name = "tanh_from_sigmoid" if function is np.tanh else "sigmoid"
        namespace = {"f": function, name: function, "check": check, "tanh": function}
        exec(f"checked = check({name})", namespace)
        assert namespace["checked"] is function
        assert said(capsys).startswith(f"✓ {name}: passed")


def test_an_unknown_function_is_given_back_with_near_names(capsys):
    function = named("sigmiod", lambda x: x)
    assert check(function) is function
    assert said(capsys) == (
        "No exercise is called 'sigmiod'. Did you mean sigmoid? Your function is used as it is.\n"
    )
    assert check(3) == 3
    assert said(capsys).startswith("No exercise is called 'int'.")


@pytest.mark.parametrize(
    "ours",
    [
        reference.sigmoid,
        functools.partial(reference.sigmoid),
        functools.partial(functools.partial(reference.sigmoid)),
        np.vectorize(reference.sigmoid),
        functools.lru_cache(reference.sigmoid),
    ],
)
def test_the_reference_is_never_passed_whatever_it_is_called(ours, capsys, monkeypatch):
    namespace = {"sigmoid": ours, "check": check}
    exec("sigmoid = check(sigmoid)", namespace)
    assert namespace["sigmoid"] is reference.sigmoid
    assert said(capsys) == (
        "sigmoid is the reference version now, not yours: "
        "run the cell with your own function again, then this one.\n"
    )
    monkeypatch.setenv("DLCOURSE_STRICT", "1")
    with pytest.raises(AssertionError, match="not yours"):
        exec("sigmoid = check(sigmoid)", namespace)


@pytest.mark.parametrize(
    ("variable", "value"), [("NBGRADER_EXECUTION", "validate"), ("DLCOURSE_STRICT", "1")]
)
def test_when_strict_or_validated_by_nbgrader_what_does_not_pass_raises_briefly(
    variable, value, capsys, monkeypatch
):
    monkeypatch.setenv(variable, value)
    assert check(sigmoid) is sigmoid
    for function in (lambda x: x, lambda x: None, lambda: 1):
        with pytest.raises(AssertionError) as failure:
            check(named("sigmoid", function))
        assert str(failure.value).startswith("sigmoid: ")
        assert "\n" not in str(failure.value)
    with pytest.raises(AssertionError, match="No exercise is called"):
        check(named("sigmund", lambda x: x))
    monkeypatch.setenv(variable, "")
    check(named("sigmoid", lambda x: x))


def in_ipython(monkeypatch) -> tuple[list, list]:
    """Acts IPython: what is displayed from now on, and what becomes a cell's result."""
    displayed, results = [], []

    class IPython:
        get_ipython = staticmethod(lambda: SimpleNamespace(displayhook=results.append))
        display = SimpleNamespace(display=displayed.append)

    monkeypatch.setitem(sys.modules, "IPython", IPython)
    return displayed, results


def test_when_nbgrader_grades_the_points_become_the_result_and_the_lesson_goes_on(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setenv("DLCOURSE_STRICT", "1")
    _, results = in_ipython(monkeypatch)
    partly = named("sigmoid", lambda x: 1 / (1 + np.exp(-np.asarray(x))))
    assert check(sigmoid) is sigmoid
    for function in (partly, named("sigmoid", lambda x: x), reference.sigmoid):
        assert check(function) is reference.sigmoid
    assert check(3) == 3
    assert results[0] == 3
    assert 0 < results[1] < 3  # it overflows, with a warning
    assert results[2:] == [0, 0, 0]


def test_when_nbgrader_grades_answers_learned_by_heart_earn_nothing(monkeypatch):
    learned = {}

    by_heart = named("sigmoid", lambda x: learned[np.shape(x), np.asarray(x).tobytes()])
    for call in exercises()["sigmoid"].calls():
        (x,), _ = call.arguments
        learned[np.shape(x), np.asarray(x).tobytes()] = reference.sigmoid(x)
    assert check(by_heart) is by_heart
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    _, results = in_ipython(monkeypatch)
    check(by_heart)
    assert results[0] < 3


def own(name, source, **others):
    """A function as a notebook's own cell defines it."""
    namespace = {"np": np, "__name__": "__main__", "check": check, **others}
    exec(source, namespace)
    return namespace[name], namespace


@pytest.mark.parametrize(
    ("source", "used"),
    [
        ("def sigmoid(x): return reference.sigmoid(x)", "reference"),
        ("def sigmoid(x): return their(x)", "their"),
        (
            "def sigmoid(x):\n    from dlcourse.activations import sigmoid as s\n    return s(x)",
            "dlcourse.activations",
        ),
        ("def helper(x): return their(x)\ndef sigmoid(x): return helper(x)", "their"),
        ("def sigmoid(x):\n    import pytest\n    return np.tanh(x / 2) / 2 + 0.5", "pytest"),
    ],
)
def test_an_answer_of_what_grading_does_not_have_is_not_passed(source, used, capsys):
    function, _ = own("sigmoid", source, reference=reference, their=reference.sigmoid)
    assert check(function) is reference.sigmoid
    text = said(capsys)
    assert text.startswith("✗ sigmoid: not right yet (0 of 3 points)")
    assert f"It uses `{used}`, which is not there when answers are graded." in text


def test_what_grading_lends_or_does_without_is_no_fault(capsys):
    source = (
        "import math\n"
        "def half(x): return np.asarray(x, float) / 2\n"
        "def sigmoid_derivative(x):\n"
        "    bar = plots\n"
        "    return sigmoid(x) * (1 - sigmoid(x)) if math.pi else half(x)"
    )
    from dlcourse import plots

    function, _ = own("sigmoid_derivative", source, plots=plots, sigmoid=reference.sigmoid)
    check(function)
    assert "It uses" not in said(capsys)


def test_a_misspelt_name_is_shown_once_the_reference_has_taken_the_place(capsys):
    _, namespace = own("sigmiod", "def sigmiod(x): return x", sigmoid=reference.sigmoid)
    exec("sigmoid = check(sigmoid)", namespace)
    assert said(capsys).endswith("Yours is called sigmiod: the name after `def` must be sigmoid.\n")


@pytest.mark.parametrize(
    ("cell", "near"),
    [
        ("def sigmiod(x): return x", "Yours is called sigmiod: the name after `def` must be sigmoid.\n"),
        ("def sigmoid(x) return x", ""),
    ],
)
def test_a_function_that_is_not_there_does_not_stop_the_lesson(cell, near, capsys, monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    monkeypatch.setattr(in_notebook, "_ipython", lambda: shell)
    in_notebook._watch()
    shell.run_cell(f"from dlcourse.exercises import check\n{cell}" if near else cell)
    shell.user_ns["check"] = check
    said(capsys)
    assert shell.run_cell("sigmoid = check(sigmoid)").success
    assert shell.user_ns["sigmoid"] is reference.sigmoid
    assert said(capsys) == (
        "○ sigmoid: missing (0 of 3 points)\n"
        "There is no function `sigmoid`.\n"
        "Its cell must run, and define `def sigmoid(x):`.\n"
        f"{near}The rest of the lesson uses the reference version.\n"
    )
    assert not shell.run_cell("no_exercise = check(no_exercise)").success


# ---- what the lesson's own cells define ----


DEMO = next(cell for cell in lesson("03_activations").given if "def steps_needed" in cell)
BLOCKED = "A cell of the lesson defines `RATES`, but is not run while grading: write your own."


@pytest.fixture
def notebook(monkeypatch):
    """Runs cells of lesson 03, after its set-up and the demonstration that makes RATES and steps_needed."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    monkeypatch.setattr(in_notebook, "_ipython", lambda: shell)
    monkeypatch.setattr(in_notebook, "_show", lambda shown: print(shown))
    ran = "from dlcourse.exercises import check\nimport numpy as np"
    shell.run_cell(ran, store_history=True)
    shell.history_manager.input_hist_parsed.append(DEMO)
    shell.user_ns |= {"RATES": (0.5, 1.0), "steps_needed": lambda *_: 0.5}

    def run(*cells):
        for cell in (*cells, "sigmoid = check(sigmoid)"):
            assert shell.run_cell(cell, store_history=True).success, cell
        return shell.user_ns

    return run


RIGHT = "return RATES[0] + RATES[0] * np.tanh(RATES[0] * np.asarray(x, float))"
WITH_HALF = "return half + half * np.tanh(half * np.asarray(x, float))"


@pytest.mark.parametrize(
    "cells",
    [
        [f"def sigmoid(x):\n    {RIGHT}"],
        [f"def mine(x):\n    {RIGHT}", "def sigmoid(x): return mine(x)"],
        [f"def sigmoid(x):\n    def within():\n        {RIGHT}\n    return within()"],
        [f"def sigmoid(x):\n    half, *_ = [rate for rate in RATES]\n    {WITH_HALF}"],
        [f"class Mine:\n    def of(self, x):\n        {RIGHT}", "def sigmoid(x): return Mine().of(x)"],
        [f"sigmoid = lambda x: ({RIGHT.removeprefix('return ')})"],
        ["half = RATES[0]", f"def sigmoid(x): {WITH_HALF}"],
    ],
)
def test_a_name_that_only_a_demonstration_defines_is_not_there_for_an_answer(cells, notebook, capsys):
    names = notebook(*cells)
    assert names["sigmoid"] is reference.sigmoid
    assert names["RATES"] == (0.5, 1.0)  # the lesson goes on
    text = said(capsys)
    assert "✗ sigmoid: not right yet (0 of 3 points)" in text
    assert "is not defined" in text
    assert BLOCKED in text


@pytest.mark.parametrize(
    "cells",
    [
        [f"def sigmoid(x, half=RATES[0]): {WITH_HALF}"],
        [f"mine = RATES[0]\ndef sigmoid(x, half=mine): {WITH_HALF}"],
        [f"def mine(half, x): {WITH_HALF}", "import functools; sigmoid = functools.partial(mine, RATES[0])"],
    ],
)
def test_an_answer_whose_definition_needs_such_a_name_is_missing(cells, notebook, capsys):
    assert notebook(*cells)["sigmoid"] is reference.sigmoid
    text = said(capsys)
    assert "○ sigmoid: missing (0 of 3 points)" in text
    assert BLOCKED in text


@pytest.mark.parametrize(
    "cells",
    [
        ["RATES = (0.5,)", f"def sigmoid(x):\n    {RIGHT}"],
        ["for RATES in [(0.5,)]: pass", f"def sigmoid(x):\n    {RIGHT}"],
        [f"def sigmoid(x):\n    RATES = (0.5,)\n    {RIGHT}"],
        [f"def sigmoid(x, RATES=(0.5,)):\n    {RIGHT}"],
        [
            f"def made(RATES):\n    def sigmoid(x):\n        {RIGHT}\n    return sigmoid",
            "sigmoid = made([0.5])",
        ],
        [
            "def sigmoid(x):\n    try:\n        half = RATES[0]\n    except NameError:\n        half = 0.5\n"
            f"    {WITH_HALF}"
        ],
        [f"print(RATES)\ndef sigmoid(x, half=0.5): {WITH_HALF}"],
        [
            "def sigmoid(x, half=RATES[0]): pass",
            f"RATES = (0.5,)\ndef sigmoid(x, half=RATES[0]): {WITH_HALF}",
        ],
        ["from matplotlib.pylab import *", f"def sigmoid(x, half=rand(1)[0] * 0 + 0.5): {WITH_HALF}"],
    ],
)
def test_a_name_that_the_student_defines_too_is_no_fault(cells, notebook, capsys):
    assert notebook(*cells)["sigmoid"] is not reference.sigmoid
    assert "✓ sigmoid: passed" in said(capsys)


def test_names_of_the_set_up_and_of_earlier_exercises_stay(notebook, capsys):
    names = notebook(
        "def sigmoid(x): return 0.5 + 0.5 * np.tanh(0.5 * np.asarray(x, float))",
        "sigmoid = check(sigmoid)",
        "def tanh_from_sigmoid(x): return 2 * sigmoid(2 * np.asarray(x, float)) - 1",
        "tanh_from_sigmoid = check(tanh_from_sigmoid)",
    )
    assert names["tanh_from_sigmoid"] is not reference.tanh
    assert "✓ tanh_from_sigmoid: passed" in said(capsys)


def test_a_name_of_a_demonstration_that_was_not_run_is_said_to_be_one(capsys):
    function, _ = own("sigmoid", "def sigmoid(x): return RATES[0]")
    check(function)
    assert BLOCKED in said(capsys)


# ---- whatever a function does ----


class Hostile:
    """Raises at whatever is asked of it."""

    def __getattribute__(self, name):
        raise RuntimeError("no")

    def __call__(self, x):
        return self

    def __eq__(self, other):
        return True

    __hash__ = None


class Agreeable(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)

    __sub__ = __rsub__ = lambda self, other: np.zeros(self.shape)
    __hash__ = None


def recurses(x):
    return recurses(x)


def ends_python(x):
    sys.exit("bye")


def closes_the_screen(x):
    sys.stdout.close()
    print(x)


def raises_what_cannot_be_printed(x):
    class Unprintable(Exception):
        def __str__(self):
            raise SystemExit

    raise Unprintable


def returns_a_loop(x):
    x = [x]
    x.append(x)
    return x


@pytest.mark.parametrize(
    "function",
    [
        recurses,
        ends_python,
        closes_the_screen,
        raises_what_cannot_be_printed,
        returns_a_loop,
        lambda x: Hostile(),
        lambda x: np.zeros(3).view(Agreeable),
        lambda x: [Hostile()] * 5,
        lambda x: np.full(3, Hostile()),
        lambda x: np.broadcast_to(1.0, (10**5, 10**5)),
        lambda x: "\ud800",
        lambda x: (_ for _ in ()),
        lambda x: type,
        lambda x: print("spam " * 10**5) or [print("eggs")] * 10**5,
        lambda x: (_ for _ in ()).throw(GeneratorExit),
        lambda x: np.seterr(all="raise") and np.exp(np.float64(1e4)),
        lambda: None,
        lambda *x, y: None,
        eval,
        int,
        Hostile,
    ],
)
def test_check_never_raises(function, capsys):
    errors = np.geterr()
    namespace = {"sigmoid": function, "check": check}
    exec("sigmoid = check(sigmoid)", namespace)
    np.seterr(**errors)
    assert namespace["sigmoid"] is reference.sigmoid
    assert said(capsys).startswith("✗ sigmoid: ")
    assert not sys.stdout.closed


def test_a_thing_that_raises_at_every_question_is_told_there_is_no_such_exercise(capsys):
    thing = Hostile()
    assert check(thing) is thing
    assert said(capsys).startswith("No exercise is called 'Hostile'.")


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no SIGALRM here")
def test_a_loop_without_end_is_stopped(capsys, monkeypatch):
    monkeypatch.setattr(in_notebook, "SECONDS", 0.2)

    def loops(x):
        while True:
            pass

    start = time.perf_counter()
    check(named("sigmoid", loops))
    assert time.perf_counter() - start < 2
    assert "did not finish in 0.2 seconds; look for a loop without an end." in said(capsys)


def test_an_interrupt_stops_the_check_and_not_the_notebook(capsys):
    def interrupted(x):
        raise KeyboardInterrupt

    check(named("sigmoid", interrupted))
    assert "did not finish: you stopped it." in said(capsys)


def test_a_notebook_that_breaks_numpy_gets_an_answer_all_the_same(capsys, monkeypatch):
    for name in ("abs", "where", "asarray", "exp", "errstate", "isnan"):
        with monkeypatch.context() as patch:
            patch.setattr(np, name, None)
            mine = named("sigmoid", lambda x: x)
            assert check(mine) in (mine, reference.sigmoid)
            assert said(capsys)


def test_a_check_takes_less_than_fifty_milliseconds(capsys):
    check(sigmoid)
    start = time.perf_counter()
    for _ in range(10):
        check(sigmoid)
    assert (time.perf_counter() - start) / 10 < 0.05


def test_in_a_notebook_a_verdict_is_html_and_the_same_text(monkeypatch):
    displayed, results = in_ipython(monkeypatch)
    check(named("sigmoid", lambda x: x > 0))
    assert results == []
    [shown] = displayed
    assert repr(shown).startswith("✗ sigmoid: not right yet")
    assert "not right yet" in shown._repr_html_()
    assert "The rest of the lesson uses the reference version." in shown._repr_html_()


# ---- guesses and quizzes ----


@pytest.mark.parametrize(
    ("guess", "measured", "line"),
    [
        (0.5, 0.25, "slope: your guess 0.5, measured 0.25, 2 times smaller."),
        (1, np.float64(30.123), "slope: your guess 1, measured 30.1, 30 times larger."),
        (1.05, 1, "slope: your guess 1.05, measured 1, close."),
        (0, 0.25, "slope: your guess 0, measured 0.25."),
        (-1, 0.25, "slope: your guess -1, measured 0.25."),
        ("tanh", "sigmoid", "slope: your guess tanh, measured sigmoid."),
        ("faster", 2.5, "slope: your guess faster, measured 2.5."),
        (float("nan"), 1, "slope: your guess nan, measured 1."),
        (None, 0.25, "slope: measured 0.25. (No guess yet: write one in place of None.)"),
        ([1, 2], None, "slope: your guess [1, 2], measured None."),
        (" W ", "w", "slope: your guess  W , measured w: right."),
        (float("nan"), "nan", "slope: your guess nan, measured nan: right."),
        ([5, 7], "y", "slope: your guess [5, 7], measured y: put a word or a letter into quotes."),
        ("50%", 0.25, "slope: your guess 50%, measured 0.25, 2 times smaller."),
        (79, 0.79, "slope: your guess 79, measured 0.79; as a share, 79 % is 0.79, close."),
        (79, 0.02, "slope: your guess 79, measured 0.02, 3.9e+03 times smaller."),
        (10**400, 1, "slope: your guess a number of hundreds of digits, measured 1."),
    ],
)
def test_a_guess_stands_beside_what_was_measured(guess, measured, line, capsys):
    compare_guess(guess, measured, "slope")
    assert said(capsys) == line + "\n"


def test_of_answers_to_choose_from_one_is_right_and_none_is_near(capsys):
    for guess, said_of_it in ((0.02, ": another one."), (0.105, ": right."), (0.1, ": another one.")):
        compare_guess(guess, 0.105, "rate", among=(0.02, 0.1, 0.105))
        assert said(capsys).endswith(said_of_it + "\n")


def test_a_letter_without_quotes_is_told_to_be_put_into_quotes(capsys):
    quiz("03_activations", q1=np.arange(3), q2=1.0)
    lines = said(capsys).splitlines()
    assert all('put the letter into quotes: "a", "b"' in line for line in lines[:2])


def test_a_quiz_answers_each_question_whatever_is_answered(capsys):
    quiz("03_activations", q1="b", q2="A ", q3=None, q4="7", q99="x")
    lines = said(capsys).splitlines()
    assert lines[0].startswith("q1: b is right. ")
    assert lines[1].startswith("q2: a is not right. ")
    assert lines[2] == "q3: not answered yet."
    assert lines[3] == "q4: '7' is not one of a, b, c."
    assert len(lines) == len(questions("03_activations"))
    quiz("01_training_procedure", q6="a")
    assert "A gap between" in said(capsys)  # printed, so without the marks of emphasis
    quiz("no_such_lesson")
    assert said(capsys) == "There is no quiz for 'no_such_lesson'.\n"


def test_a_question_reads_as_the_lesson_shows_it():
    question = questions("03_activations")[1]
    assert question.markdown().splitlines()[2:] == [
        "- **a** All of it.",
        "- **b** A tenth.",
        "- **c** About a millionth.",
    ]


def test_an_engine_that_fails_says_so_and_gives_the_function_back(capsys, monkeypatch):
    monkeypatch.setattr(Exercise, "judge", lambda *_: 1 / 0)
    assert check(sigmoid) is sigmoid
    assert said(capsys).startswith("The check itself failed (ZeroDivisionError: division by zero).")


# ---- a competition: what is scored is worked on further ----


def nearest_centre(x, labels, x_new, seed):
    """Some 20 % right, quickly."""
    centres = np.array([x[labels == c].mean(axis=0) for c in range(10)])
    return np.array([((row - centres) ** 2).sum(axis=1).argmin() for row in x_new])


def test_what_is_scored_is_given_back_though_points_are_missing(capsys):
    mine = named("train_and_predict", nearest_centre)
    assert check(mine) is mine
    assert "reference version" not in said(capsys)


def test_an_answer_from_a_package_is_refused_even_where_it_earns_nothing(capsys):
    def train_and_predict(x, labels, x_new, seed):
        return reference.sigmoid(x_new[:, 0]).astype(int)

    assert check(train_and_predict) is exercises()["train_and_predict"].reference
    assert "It uses `reference`, which is not there when answers are graded." in said(capsys)


@pytest.mark.parametrize(("seconds", "told"), [(9.0, False), (11.0, True)])
def test_time_beyond_what_is_allowed_is_told_with_what_grading_does(seconds, told):
    clock = in_notebook._Clock(nearest_centre, 1)
    clock.seconds = seconds
    (text,) = in_notebook._taken(exercises()["train_and_predict"], clock)
    assert text.startswith(f"It took {seconds:.1f} s of CPU time here; 10 s are allowed")
    assert ("grading ends it after 30 s, without points" in text) == told


@pytest.mark.skipif(in_notebook.resource is None, reason="the system does not say how much memory is in use")
def test_memory_beyond_what_grading_gives_is_told(monkeypatch):
    monkeypatch.setattr(in_notebook, "MEMORY", 100 << 20)
    competition = exercises()["train_and_predict"]

    def taken(size):
        clock = in_notebook._Clock(lambda *_: np.ones(size, np.int8)[:1].astype(int), 10)
        clock.run(competition.calls())
        return " ".join(in_notebook._taken(competition, clock))

    assert "GiB of memory or more; there is 1 GiB when it is graded" in taken(
        in_notebook._most_memory() + (300 << 20)
    )
    assert "GiB" not in taken(1000)


def test_the_notebook_names_the_memory_that_grading_gives():
    assert Limits().memory == in_notebook.MEMORY == 1 << 30
