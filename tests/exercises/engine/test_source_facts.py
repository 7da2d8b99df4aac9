"""What the source of a function shows, and what comes of it in a verdict."""

import linecache

import numpy as np
import pytest

from dlcourse.exercises.engine import source_facts
from dlcourse.exercises.engine.calls import run_locally
from dlcourse.exercises.engine.exercise import Exercise, call


def written(source, name="f"):
    """A function as a cell of a notebook defines it."""
    namespace, file = {"np": np}, f"<cell {len(linecache.cache)}>"
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    exec(compile(source, file, "exec"), namespace)
    return namespace[name]


@pytest.mark.parametrize(
    ("source", "facts"),
    [
        ("def f(x, y):\n    return x", ["unused 1"]),
        ("def f(a, b):\n    b = 0.9\n    return a * b", ["overwritten 1"]),
        ("def f(x, y):\n    y = y + 1\n    return x * y", []),
        ("def f(x):\n    def g():\n        return x\n    return g()", []),
        ("def f(x):\n    return eval('x')", []),
        ("def f(x):\n    for v in x:\n        v += 1\n        return v", ["return in loop"]),
        ("def f(x):\n    for v in x:\n        if v:\n            return v", []),
        ("def f(x):\n    return np.random.normal(size=3) + x", ["random"]),
        ("def same(g): return g\n@same\ndef f(x):\n    return x // 2", ["floor division"]),
        ("def f(x):\n    return x.var(ddof=1)", ["ddof"]),
        ("def f(x):\n    return x ^ 2", ["power"]),
        ("def f(x):\n    return x ^ 2 / 3 + x", ["power"]),
        ("def f(x, y):\n    return (x > 0) ^ (y > 0)", []),
        ("def f(x, seen=[]):\n    seen.append(x)\n    return seen", ["state"]),
        ("def f(x):\n    global kept\n    kept = x\n    return kept", ["state"]),
        ("class C:\n    def f(self):\n        return 1\nf = C.f", ["unused 0"]),
        ("f = lambda x: 1", []),
        ("f = 3", []),
    ],
)
def test_facts_are_read_from_the_lines_of_the_function(source, facts):
    assert source_facts.read(written(source)) == facts


def test_facts_that_are_not_of_the_list_are_left_out():
    told = ["unused 0", "unused 7", "overwritten 1", "random", "rm -rf", 3, ["x"], None]
    assert source_facts.known(told, ["x", "rate"]) == {"unused x", "overwritten rate", "random"}


def verdict(exercise, source):
    function = written(source)
    return exercise.judge(lambda calls: run_locally(function, calls), 0, lambda: source_facts.read(function))


EXERCISE = Exercise("f", "00_lesson", lambda x, rate: np.tanh(x) * rate, hint="Think.")
EXERCISE.test(
    "promise", points=1, cases=lambda rng: [call(rng.normal(size=n), rng.uniform()) for n in (2, 3)]
)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("return np.sin(3 * x)", "Your function does not use `rate`, on which the result depends."),
        ("rate = 0.3\n    return np.sin(x) * rate", "Your function gives `rate` a value of its own before"),
        ("for v in x:\n        return x * np.sin(v * rate)", "A `return` stands inside the loop"),
        ("return x * rate + np.random.normal(size=len(x))", "draws random numbers"),
        (
            "global kept\n    kept = np.sin(3 * x * rate)\n    return kept",
            "keeps something between calls",
        ),
        ("return np.sin(3 * x * rate)", None),
    ],
)
def test_what_the_source_shows_is_said_where_nothing_else_explains_the_result(body, sentence):
    said = verdict(EXERCISE, f"def f(x, rate):\n    {body}").mistake
    assert (said is None) if sentence is None else sentence in said


def test_an_argument_that_makes_no_difference_is_none_that_was_forgotten():
    exercise = Exercise("f", "00_lesson", lambda x, rate: np.tanh(x), hint="Think.")
    exercise.test("promise", 1, lambda rng: [call(rng.normal(size=n), 0.5) for n in (2, 3)])
    assert verdict(exercise, "def f(x, rate):\n    return np.sin(3 * x)").mistake is None


SQUARE = Exercise("f", "00_lesson", lambda x: x**2 % 7, hint="Think.")
SQUARE.test("promise", points=1, cases=lambda rng: [call(rng.normal(size=3)), call(rng.uniform())])


@pytest.mark.parametrize(
    "line",
    [
        "return x^2 % 7",
        "return np.float64(np.sum(x))^2",
        "y = x + 1.0\n    y ^= 2\n    return y",
        "return 1.5^2",
    ],
)
def test_a_power_that_is_written_as_a_bitwise_operator_is_said_to_be_one(line):
    said = verdict(SQUARE, f"def f(x):\n    {line}").message
    assert said.endswith("Likely cause: A power is `**` in Python: `^` is a bitwise operator.")


def test_an_exception_of_another_kind_is_not_said_to_be_of_a_power():
    assert "bitwise" not in verdict(SQUARE, "def f(x):\n    return x + ('7' if 1 ^ 2 else '')").message


WHOLE = Exercise("f", "00_lesson", lambda n, k: 100 * n**2 + 7 * k % 5, hint="Think.")
WHOLE.test("promise", points=1, cases=lambda rng: [call(int(n), int(n) % 3) for n in rng.integers(5, 90, 6)])


def test_of_integers_which_raise_nothing_the_source_tells():
    said = verdict(WHOLE, "def f(n, k):\n    return 100 * n ^ 2 + 7 * k % 5").message
    assert "A power is `**` in Python" in said
