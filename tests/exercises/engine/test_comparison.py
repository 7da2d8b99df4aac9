"""What counts as the right answer, and the words for what does not."""

import itertools
import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given

from dlcourse.exercises.engine import wording
from dlcourse.exercises.engine.calls import Call, Outcome, run_locally
from dlcourse.exercises.engine.comparison import Terms, agree, complaint, plainly_unlike, same

from .values import values


def compare(expected, got, **terms):
    """The complaint about a value, in words; "" where it is right."""
    outcomes = [run_locally(lambda v=v: v, [Call()])[0] for v in (expected, got)]
    with np.errstate(all="ignore"):
        wrong = complaint(*outcomes, Terms(**terms))
    return wrong.text if wrong else ""


V = np.array([1.0, -2.5, 0.0])
M = np.arange(6.0).reshape(2, 3)
RIGHT = {
    "itself": (V, V),
    "a list": (V, [1, -2.5, 0]),
    "a tuple of NumPy scalars": (V, (np.float64(1), np.float32(-2.5), np.int8(0))),
    "integers where they are exact": (np.array([1.0, 0.0]), np.array([1, 0])),
    "unsigned integers": (np.array([1.0, 200.0]), np.array([1, 200], dtype=np.uint8)),
    "long doubles": (V, V.astype(np.longdouble)),
    "float32 that is exact": (V, V.astype(np.float32)),
    "minus zero": (V, V * [1, 1, -1]),
    "another byte order": (V, V.astype(">f8")),
    "another memory order": (M, np.asfortranarray(M)),
    "a list of rows": (M, [M[0], list(M[1])]),
    "within the tolerance of the largest entry": (V * 1e6, V * 1e6 + 2e-4),
    "infinities and nan": (np.array([np.inf, -np.inf, np.nan]), [np.inf, -np.inf, np.nan]),
    "finite beside infinite": (np.array([np.inf, 1.0]), [np.inf, 1 + 1e-10]),
    "a float for a 0-d array": (np.array(2.5), 2.5),
    "a 0-d array for a float": (2.5, np.array(2.5)),
    "an int for a float": (2.0, 2),
    "a float for an int": (2, 2.0),
    "a NumPy integer for an int": (2, np.int32(2)),
    "a huge int for a huge float": (1e30, 10**30),
    "no entries": (np.zeros((0, 3)), np.zeros((0, 3))),
    "a list for a tuple": ((1.0, V), [1.0, V]),
    "an array for a list of numbers": ([0.5, float("nan")], np.array([0.5, np.nan])),
    "an array for a pair of numbers": ((0.5, 1.5), np.array([0.5, 1.5])),
    "rows for a list of arrays": ([V, V], np.array([V, V])),
    "an array for no entries": ([], np.array([])),
    "a dict in another order": ({"a": 1.0, "b": V}, {"b": V, "a": 1}),
    "spans as lists": ([("PER", 0, 2)], [["PER", 0, 2]]),
    "text": ("a", "a"),
    "NumPy text": (["a"], [np.str_("a")]),
    "None in its place": ((None, float("nan"), []), (None, float("nan"), [])),
    "a NumPy bool": (True, np.True_),
}


@pytest.mark.parametrize(("expected", "got"), RIGHT.values(), ids=RIGHT)
def test_right(expected, got):
    assert compare(expected, got) == ""


WRONG = {
    "a wrong entry": (V, [1, 2.5, 0], "gave 2.5 at [1]; expected -2.5"),
    "the worst of several": (M, M + np.array([[0, 1, 2], [0, 9, 1]]), "gave 13.0 at [1, 1]; expected 4.0"),
    "a near miss, in digits enough": (0.3, 0.30001, "returned 0.30001; expected 0.3"),
    "just beyond the tolerance": (V, V + np.array([0, 0, 3e-9]), "gave 3e-09 at [2]; expected 0.0"),
    "the least int64, which wraps": (0, -(2**63), "returned -9.223e+18; expected 0"),
    "least int64s": (np.array([0, 1]), np.array([-(2**63), 1]), "gave -9.223e+18 at [0]; expected 0"),
    "nan": (V, [np.nan, -2.5, 0], "gave nan at [0]; expected 1.0"),
    "a number for nan": (np.array([np.nan]), [0.0], "gave 0.0 at [0]; expected nan"),
    "the other infinity": (np.array([np.inf]), [-np.inf], "gave -inf at [0]; expected inf"),
    "a large number for infinity": (np.array([np.inf]), [1e308], "gave 1e+308 at [0]; expected inf"),
    "a wrong shape": (M, M.T, "returned an array of shape (3, 2); expected an array of shape (2, 3)"),
    "a row more": (V, V[None], "returned an array of shape (1, 3); expected an array of shape (3,)"),
    "a number for an array": (V, 1.0, "returned a single number; expected an array of shape (3,)"),
    "an array of one": (1.0, np.array([1.0]), "returned an array of shape (1,); expected a single number"),
    "a list of one": (
        1.0,
        [1.0],
        "returned a list that makes an array of shape (1,); expected a single number",
    ),
    "ragged rows": (
        M,
        [[1.0], [2.0, 3.0]],
        "returned [[1.0], [2.0, 3.0]]; expected an array of shape (2, 3)",
    ),
    "booleans": (V, V > 0, "True or False; expected an array of shape (3,) (numbers: say `.astype(float)`)"),
    "a bool": (1.0, True, "returned True or False; expected a single number"),
    "complex numbers": (
        V,
        V + 0j,
        "returned complex numbers; expected an array of shape (3,) (real numbers)",
    ),
    "text for a number": (1.0, "1.0", "returned '1.0'; expected a single number"),
    "a list with text": (V, [1.0, "a", 2], "returned [1.0, 'a', 2]; expected an array of shape (3,)"),
    "a dict for an array": (V, {"x": V}, "returned {'x': np.array([1.0, -2.5, 0.0])}; expected an array"),
    "None": (V, None, "returned None: did you forget `return`?"),
    "None for text": ("a", None, "returned None: did you forget `return`?"),
    "other text": ("a", "b", "returned 'b'; expected 'a'"),
    "a number for True": (True, 1, "returned 1; expected True"),
    "0 for None": ((None, 1.0), (0, 1.0), "gave 0 at [0]; expected None"),
    "one part of two": ((1.0, V), V, "returned np.array([1.0, -2.5, 0.0]); expected a tuple of 2"),
    "an array for a pair of arrays": ((V[:2], V[:2]), V[:2], "expected a tuple of 2"),
    "three for two": ((1.0, 2.0), (1.0, 2.0, 3.0), "returned a tuple of 3; expected a tuple of 2"),
    "deep inside": ([(V, {"k": M})], [(V, {"k": M + M})], "gave 10.0 at [0][1]['k'][1, 2]; expected 5.0"),
    "the wrong keys": ({"a": 1}, {"b": 1}, "returned a dict with the keys 'b'; expected 'a'"),
    "no dict": ([{"a": 1}], [3], "returned 3 as [0]; expected a dict"),
    "a short list cut shorter": (
        [("PER", 0, 2), ("LOC", 3, 4)],
        [("PER", 0, 2)],
        "returned [('PER', 0, 2)]; expected [('PER', 0, 2), ('LOC', 3, 4)]",
    ),
    "a long list cut short": ([1.0] * 9, [1.0] * 8, "returned a list of 8; expected a list of 9"),
}


@pytest.mark.parametrize(("expected", "got", "words"), WRONG.values(), ids=WRONG)
def test_wrong(expected, got, words):
    assert words in compare(expected, got)


def test_parts_have_their_names():
    terms = {"parts": ("params", "velocity")}
    assert compare((V, V), (V, -V), **terms) == "gave 2.5 at velocity[1]; expected -2.5"
    assert compare((V, V), (V, V[:2]), **terms).startswith("returned an array of shape (2,) as velocity;")
    assert compare((V, V), V, **terms).endswith("; expected the tuple (params, velocity)")
    assert compare((1.0, 2.0), (1.0, 3.0), parts=("loss", "rate")) == "gave 3.0 at rate; expected 2.0"


def test_the_input_of_a_wrong_entry_is_named_where_result_and_input_match():
    assert compare(V, -V, names=("z",), first=V * 2).endswith("at [1], where z is -5.0; expected -2.5")
    assert "where" not in compare(V, -V, names=("z",), first=M)


def test_integers_are_demanded_where_they_are_due():
    assert compare(3, 3.0, integers=True) == "returned floats; integers are due: say `int(…)` or `//`"
    assert compare([np.array([1, 2])], [np.array([1.0, 2.0])], integers=True).startswith(
        "returned floats as [0]"
    )
    assert compare(V.astype(int), V, integers=True).endswith("say `.astype(int)` or `//`")
    assert compare(3, np.int64(3), integers=True) == ""


def test_float32_is_blamed_only_where_it_is_the_reason():
    third = np.array([1 / 3])
    assert compare(third, third.astype("f4")).endswith(
        "your result is float32, too coarse; compute in float64"
    )
    assert compare(third, third.astype("f4"), tolerance=1e-5) == ""
    assert "float32" not in compare(third, third.astype("f4") + 1)
    assert "float32" not in compare(third, third + 1e-6)
    assert "float" not in compare(third, third + 1e-10, tolerance=1e-12)


def test_the_tolerance_grows_with_the_largest_finite_entry_only():
    expected = np.array([1e3, np.inf, 0.0])
    assert compare(expected, [1e3, np.inf, 9e-7]) == ""
    assert compare(expected, [1e3, np.inf, 2e-6]) != ""
    assert compare(np.array([1e-12]), np.array([2e-12])) == ""
    for beside in (np.inf, np.nan, 0.5):
        assert compare(np.array([0.5, beside]), [0.5 + 9e-10, beside]) == ""
        assert compare(np.array([0.5, beside]), [0.5 + 1.5e-9, beside]) != ""


def outcome(function, *args):
    return run_locally(function, [Call(args, traced=True)])[0]


def of(function, *args, reference=abs, **terms):
    expected, got = outcome(reference, *args), outcome(function, *args)
    with np.errstate(all="ignore"):
        wrong = complaint(expected, got, Terms(names=("x",), **terms))
    return (wrong.kind, wrong.text) if wrong else None


def test_each_way_to_have_no_value_has_its_own_words():
    def unfinished(x):
        if x < 0:
            raise NotImplementedError
        return x

    assert of(lambda x: np.ma.array([x]), 1)[1].startswith(
        "returned a value of type MaskedArray (a subclass of ndarray); return a plain array"
    )
    assert of(lambda x: (y for y in [x]), 1)[1].startswith("returned a value of type generator; return plain")
    assert of(lambda x: np.array([None]), 1)[1].startswith("returned a value of type ndarray (of object)")
    assert of(lambda x: 1 / 0, 1)[1].startswith("raised ZeroDivisionError in line ")
    assert (
        of(lambda x: print("half", x), 1)[1]
        == "printed “half 1” and returned None: write `return` instead of `print`"
    )
    assert of(unfinished, -1)[1] == "raised NotImplementedError: this case is not written yet"
    assert of(lambda: 1, 1)[1].startswith("could not be called: ")
    assert of("abs", 1)[1] == "could not be called: it is of type str, not a function"


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        (
            Outcome("too slow", message="5 seconds"),
            "did not finish in 5 seconds; look for a loop without an end",
        ),
        (Outcome("too slow"), "did not finish; look for a loop without an end"),
        (Outcome("died", message="out of memory"), "ended its Python process (out of memory)"),
        (Outcome("died"), "ended its Python process"),
        (Outcome("stopped"), "did not finish: you stopped it"),
    ],
)
def test_how_a_process_ended_is_said(ended, words):
    assert complaint(Outcome("returned", 1), ended, Terms()).text == words


def test_a_call_that_must_raise_may_raise_a_subclass():
    def must(function):
        return of(function, -1, reference=lambda x: (_ for _ in ()).throw(ValueError("negative")))

    def raiser(kind):
        def function(x):
            raise kind("words of one's own")

        return function

    assert must(raiser(ValueError)) is must(raiser(UnicodeError)) is None
    assert must(raiser(type("UnknownScheme", (KeyError, ValueError), {}))) is None
    assert must(raiser(type("ValueErrorOfMine", (Exception,), {})))[0] == "raised"
    assert must(raiser(KeyError))[1].endswith("; it must raise ValueError")
    assert must(abs)[1] == "returned 1; it must raise ValueError"
    assert must(lambda x: ValueError(x))[1] == "returned a value of type ValueError; it must raise ValueError"
    assert must(raiser(NotImplementedError))[1] == "raised NotImplementedError: this case is not written yet"


def test_a_result_cut_to_integers_is_said_to_be():
    def halved(x):
        out = np.zeros_like(x)
        out[:] = x / 2
        return out

    kind, text = of(halved, np.array([-3, 2, 5]), reference=lambda x: x / 2)
    assert kind == "precision"
    assert text.startswith("gave -1 at [0]; expected -1.5: your result is integers, cut short;")
    assert of(np.negative, np.array([-3, 2, 5]), reference=lambda x: x / 2)[0] == "value"


def test_a_changed_argument_is_named_after_the_value_is_found_right():
    def doubled(x):
        x *= 2
        return x

    assert of(doubled, V, reference=lambda x: x * 2)[1].startswith("changed its argument `x`, which belongs")
    assert of(doubled, V, reference=lambda x: x * 3)[1].startswith("gave ")


def test_a_warning_matters_only_where_none_is_allowed():
    def loud(x):
        return 1 / (1 + np.exp(-x))

    def quiet(x):
        with np.errstate(over="ignore"):
            return loud(x)

    far = np.array([-1e4])
    assert of(loud, far, reference=quiet) is None
    assert of(loud, far, reference=quiet, no_warnings=True) == (
        "warned",
        "gave the right answer with a warning, “overflow encountered in exp”",
    )


def test_of_warnings_only_those_of_an_overflow_count():
    relu = np.vectorize(lambda t: max(t, 0.0), otypes=[float])

    got = outcome(relu, np.array([np.nan]))
    assert [category for category, _ in got.warnings] == ["RuntimeWarning"]
    assert of(relu, np.array([np.nan]), reference=lambda x: x, no_warnings=True) is None


def test_what_a_given_function_was_called_with_matters_only_where_traced():
    def forwards(f):
        return f(1.0) + f(2.0)

    def backwards(f):
        return f(2.0) + f(1.0)

    def again(f):
        return f(1.0) + f(2.0) + 0 * f(3.0)

    def once(f):
        return 2 * f(1.5)

    def same_value(function, **terms):
        return of(function, lambda x: x, reference=forwards, **terms)

    for function in (backwards, again, once):
        assert same_value(function) is None
    assert same_value(forwards, traced=True) is None
    assert same_value(backwards, traced=True)[1] == "called its function with 2.0 in call 1; expected 1.0"
    assert same_value(again, traced=True)[1] == "called the function it was given 3 times; expected 2 times"
    assert same_value(once, traced=True)[1] == "called its function with 1.5 in call 1; expected 1.0"


@pytest.mark.parametrize("value", [V, V > 0, "a", None, (V, 1), {"a": V}, 2 + 0 * V.sum(), np.complex128(1j)])
def test_a_mistake_is_like_itself_and_not_like_another(value):
    made = outcome(lambda: value)
    assert same(made, outcome(lambda: value), Terms())
    assert not same(made, outcome(lambda: V + 1), Terms())


def test_what_a_function_does_besides_counts_where_that_is_its_fault():
    def sorts(x):
        x.sort()
        return x

    in_place, fresh = outcome(sorts, [2, 1]), outcome(sorted, [2, 1])
    assert same(fresh, in_place, Terms())
    assert same(in_place, in_place, Terms(), "changed")
    assert not same(fresh, in_place, Terms(), "changed")

    prints, silent = outcome(lambda: print("x")), outcome(lambda: [].sort())
    assert same(prints, prints, Terms(), "none")
    assert not same(silent, prints, Terms(), "none")

    warns, calm = outcome(lambda: np.exp(np.array([1e4]))), outcome(lambda: np.array([np.inf]))
    with np.errstate(all="ignore"):
        assert same(calm, warns, Terms(no_warnings=True))
        assert not same(calm, warns, Terms(no_warnings=True), "warned")


def test_two_exceptions_are_alike_if_type_and_words_are():
    def zero():
        return 1 / 0

    def zero_too():
        return 2 / 0

    assert same(outcome(zero), outcome(zero_too), Terms())
    assert not same(outcome(zero), outcome(lambda: 1 % 0), Terms())


@given(values)
def test_a_value_is_like_itself_if_it_can_be_right_at_all(value):
    returned = Outcome("returned", value)
    with np.errstate(all="ignore"):
        assert same(returned, returned, Terms())


@given(values, values)
@example(np.complex64(1j), 0)
def test_nothing_that_crosses_breaks_the_judge_or_its_words(expected, got):
    expected, got = Outcome("returned", expected), Outcome("returned", got)
    with np.errstate(all="ignore"):
        wrong = complaint(expected, got, Terms(parts=("a", "b"), names=("x",), integers=True))
        same(expected, got, Terms())
    assert wrong is None or len(wrong.text) < 600


HUGE = [10**300, [10**300] * 3, [[-(10**300), 1.5]], 2**64, [2**63, -1], np.uint64(2**64 - 1), "x" * 10**5]
HUGE += [[[[]]] * 50, {str(i): 10**300 for i in range(1000)}, np.zeros((1,) * 30), [list(range(6))] * 10**4]


@pytest.mark.parametrize("got", HUGE, ids=lambda got: repr(got)[:20])
@pytest.mark.parametrize(
    "expected", [V, 1.0, 3, (V, 1.0), {"a": 1}, [1.0], 10**300], ids=lambda e: repr(e)[:20]
)
def test_huge_answers_get_short_words(expected, got):
    assert len(compare(expected, got)) < 400


def test_a_long_dict_costs_no_more_than_the_few_items_that_there_is_room_for(monkeypatch):
    written = []
    monkeypatch.setattr(wording, "plain", lambda text, limit: written.append(text) or text)
    assert wording.short({f"k{i}": {"a": i} for i in range(6_000)}) == "a dict of 6000"
    assert len(written) < 200
    fitting = {c: 0 for c in "abcdefghijkl"}
    assert wording.short(fitting) == str(fitting)


def test_a_million_empty_rows_are_not_spelled_out(monkeypatch):
    walked, rows = [], wording._rows
    monkeypatch.setattr(wording, "_rows", lambda value: walked.append(value.shape) or rows(value))
    assert wording.short({"a": np.empty((1 << 20, 0))}) == "{'a': array of shape (1048576, 0)}"
    assert walked == []
    assert wording.short(np.empty(0)) == "np.array([])"


def test_an_array_of_another_length_is_not_taken_apart():
    many = Outcome("returned", np.broadcast_to(1.0, (1 << 20, 2)))
    tracemalloc.start()
    assert complaint(Outcome("returned", [np.zeros(2)] * 3), many, Terms()).kind == "type"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20


def test_a_mistake_that_calls_its_function_otherwise_does_not_explain_an_answer_of_the_same_value():
    def forwards(f):
        return f(1.0) + f(2.0)

    def backwards(f):
        return f(2.0) + f(1.0)

    one, other = outcome(forwards, lambda x: x), outcome(backwards, lambda x: x)
    assert same(one, one, Terms(traced=True))
    assert not same(other, one, Terms(traced=True))
    assert same(other, one, Terms())


NUMBERS = [0.0, 1.0, -1.0, 1 + 1e-9, 1 + 3e-9, 1e300, -1e300, 1e-300, np.nan, np.inf, -np.inf]


def test_what_is_plainly_unlike_does_not_agree_and_floats_that_do_not_agree_are_plainly_unlike():
    for pair in itertools.product(itertools.product(NUMBERS, repeat=2), repeat=2):
        made, got = map(np.array, pair)
        with np.errstate(all="ignore"):
            right = complaint(Outcome("returned", made), Outcome("returned", got), Terms()) is None
            assert agree(made, got, Terms()) is right
            assert plainly_unlike(made, got, Terms().tolerance) is not right
            assert agree((made, 1), (got, 1), Terms()) is right


def test_other_shapes_are_plainly_unlike_and_of_other_kinds_nothing_is_said():
    assert plainly_unlike(np.ones(2), np.ones(3), 1e-9)
    assert plainly_unlike((1, np.ones(2)), (1, np.zeros(2)), 1e-9)
    for made, got in (
        ([1.0], np.ones(1)),
        (1.0, 2.0),
        (np.ones(2, int), np.ones(2)),
        ((1,), (1, 2)),
        (None, ""),
    ):
        assert not plainly_unlike(made, got, 1e-9)
