"""How values read: short, and where it fits as one would type them."""

import numpy as np
import pytest

from dlcourse.exercises.engine.wording import ROOM, distinct, number, plain, short


def test_text_is_cut_at_its_limit_and_says_so():
    assert plain("a" * 200) == "a" * 200
    assert plain("a" * 201) == "a" * 199 + "…"
    assert plain("abc", 3) == "abc"
    assert plain("abcd", 3) == "ab…"


def test_text_is_one_line_without_what_a_terminal_would_obey():
    assert plain("a\n\t b\r\x1b[2J\u202ec\u2028d\ue000") == "a b [2Jc d"
    assert plain("Zoë 김 σ′") == "Zoë 김 σ′"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (999_999.0, "999999.0"),
        (1e6, "1e+06"),
        (-999_999.0, "-999999.0"),
        (123.456, "123.5"),
        (0.0, "0.0"),
        (10**15 - 1, "999999999999999"),
        (10**15, "1e+15"),
        (-(10**15), "-1e+15"),
        (np.int8(-128), "-128"),
        (np.uint64(2**63), "9.223e+18"),
        (np.complex128(1 - 2.00001j), "1-2j"),
        (np.float32(0.1), "0.1"),
        (np.nan, "nan"),
    ],
)
def test_a_number_has_four_digits_and_whole_ones_below_a_million_have_all(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("yours", "due", "texts"),
    [
        (0.5, 0.25, ("0.5", "0.25")),
        (0.30001, 0.3, ("0.30001", "0.3")),
        (0.3000000001, 0.3, ("0.3000000001", "0.3")),
        (1 / 3, 1 / 3 + 1e-16, ("0.33333333333333331", "0.33333333333333343")),
    ],
)
def test_two_numbers_get_digits_enough_to_be_told_apart_and_no_more(yours, due, texts):
    assert distinct(yours, due) == texts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.arange(6), "np.array([0, 1, 2, 3, 4, 5])"),
        (np.arange(7), "x of shape (7,)"),
        (np.eye(2), "np.array([[1.0, 0.0], [0.0, 1.0]])"),
        (np.array(0.5), "np.array(0.5)"),
        (np.array(True), "np.array(True)"),
        (np.array([True, False]), "np.array([True, False])"),
        (np.float32([1]), "np.float32([1.0])"),
        (np.float16([1]), "np.float16([1.0])"),
        (np.array([-np.inf, np.nan]), "np.array([-np.inf, np.nan])"),
        (np.array([1j]), "x of shape (1,)"),
        (np.float64(0.5), "0.5"),
        (np.int64(3), "3"),
        (np.float32(0.5), "np.float32(0.5)"),
        (np.int32(3), "np.int32(3)"),
        (-np.inf, "-np.inf"),
        (True, "True"),
        (None, "None"),
        ([], "[]"),
        ((1,), "(1,)"),
        ((1, 2), "(1, 2)"),
        ([1], "[1]"),
        ([1, 2, 3, 4, 5, 6], "[1, 2, 3, 4, 5, 6]"),
        ([1, 2, 3, 4, 5, 6, 7], "[1, 2, 3, 4, 5, 6, …]"),
        ({"a": 1, "b": [2.0]}, "{'a': 1, 'b': [2.0]}"),
        ("a\nb", "'a b'"),
        (abs, "abs"),
        (lambda: 0, "x"),
    ],
)
def test_a_value_reads_as_one_would_type_it(value, text):
    with np.errstate(all="ignore"):
        assert short(value, "x") == text


def test_a_function_without_a_name_of_any_kind_is_called_a_function():
    assert short(lambda: 0) == "function"


def test_what_does_not_fit_shows_fewer_entries_then_shapes_then_its_length():
    row = np.arange(5)
    assert short([row] * 2) == "[np.array([0, 1, 2, 3, 4]), np.array([0, 1, 2, 3, 4])]"
    assert short([row] * 4) == "[" + ", ".join(["array of shape (5,)"] * 4) + "]"
    assert short(["a" * 40] * 6, "x") == "x (a list of 6)"
    assert short(["a" * 40] * 6) == "a list of 6"


def test_a_value_that_just_fits_is_shown():
    fits = ["a" * 40, "b" * 40, "c" * (ROOM - 92)]
    assert len(short(fits)) == ROOM
    assert short([*fits[:2], fits[2] + "c"]) == "a list of 3"
