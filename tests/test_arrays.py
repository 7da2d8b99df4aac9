import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import activations, arrays
from dlcourse.arrays import KERNEL_BLOCK, as_float, as_floats, class_indices, in_blocks, row_of_ones


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_pass_as_they_are(dtype):
    x = np.ones(3, dtype)
    assert as_float(x) is x


@pytest.mark.parametrize(
    "x", [3, True, [1, 2], [Fraction(1, 2), 1], [[True], [False]], np.arange(3, dtype=np.uint8), [2**70, 1]]
)
def test_other_real_numbers_become_float64(x):
    assert as_float(x).dtype == np.float64
    assert as_float(x).tolist() == np.asarray(x).tolist()


@pytest.mark.parametrize(
    ("x", "told"),
    [("1.5", "'1.5'"), (["a", "b"], "'a'"), ([1 + 2j], "complex128"), (None, "None"), ([1, None], "None")],
)
def test_what_is_no_real_number_is_told(x, told):
    with pytest.raises(ValueError, match=told):
        as_float(x)


def test_arrays_of_several_shapes_are_told_by_name():
    x, upstream = as_floats(x=[1, 2], upstream=np.float32([3, 4]))
    assert x.dtype == np.float64 and upstream.dtype == np.float32
    with pytest.raises(ValueError, match=r"x \(2,\), upstream \(2,\), mask \(1, 2\)"):
        as_floats(x=[1, 2], upstream=[3, 4], mask=[[5, 6]])


@pytest.mark.parametrize("shape", [(50,), (5, 11), (0, 3)])
@pytest.mark.parametrize("name", ["leaky_relu", "elu"])
def test_large_arrays_go_in_blocks_to_the_same_result(name, shape, monkeypatch):
    x = np.random.default_rng(0).normal(size=shape)
    function = getattr(activations, name)
    whole, transposed = function(x), function(np.asfortranarray(x))
    monkeypatch.setattr(arrays, "KERNEL_BLOCK", 8)
    assert np.array_equal(function(x), whole) and np.array_equal(transposed, whole)
    assert np.array_equal(function(np.asfortranarray(x)), whole)


@pytest.mark.parametrize("size", [KERNEL_BLOCK - 1, KERNEL_BLOCK, KERNEL_BLOCK + 1, 2 * KERNEL_BLOCK + 1])
def test_every_entry_is_worked_out_also_where_the_last_block_has_one(size):
    parts = []

    def negative(x, out):
        parts.append(x.size)
        np.negative(x, out=out)

    x = np.arange(1.0, size + 1)
    assert np.array_equal(in_blocks(negative, x), -x)
    assert sum(parts) == size and max(parts) <= KERNEL_BLOCK


def test_one_number_in_is_one_number_out():
    assert isinstance(in_blocks(np.negative, np.array(3.0)), np.float64)


def test_ones_are_shared_so_nobody_may_write_to_them():
    ones = row_of_ones(3, np.dtype(np.float32))
    assert ones is row_of_ones(3, np.dtype(np.float32)) and ones.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        ones[0] = 2


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64, np.uint64, np.float32, object])
def test_labels_of_any_dtype_are_the_same_classes(dtype):
    labels = np.array([1, 0, 1], dtype)
    if dtype is object:
        with pytest.raises(ValueError, match=r"labels must be whole numbers, not object such as \[1, 0, 1\]"):
            class_indices(labels, (3, 2))
    else:
        found = class_indices(labels, (3, 2))
        assert found.tolist() == [1, 0, 1] and found.dtype == np.int64


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ([0.0, np.nan], "float64 such as nan"),
        ([0.0, np.inf], "float64 such as inf"),
        ([0.0, 0.5], "float64 such as 0.5"),
        (["0", "1"], "<U1 such as .'0', '1'"),
        ([0j, 1j], "complex128"),
        ([0, 2], r"in \[0, 2\), not 0 … 2"),
        ([0, -1], r"in \[0, 2\), not -1 … 0"),
        (np.array([0, 2**63 + 1], np.uint64), "not"),
        ([[0], [1]], r"\(2, 1\)"),
        ([], r"\(0,\)"),
    ],
)
def test_labels_that_are_no_classes_are_told_without_a_warning(labels, told, recwarn):
    with pytest.raises(ValueError, match=told):
        class_indices(labels, (2, 2))
    assert not recwarn.list


@given(value=st.floats(allow_nan=True, allow_infinity=True))
def test_a_setting_is_taken_as_a_float_or_refused_by_its_name(value):
    allowed = {
        arrays.positive: 0 < value < np.inf,
        arrays.not_negative: 0 <= value < np.inf,
        arrays.fraction: 0 <= value < 1,
    }
    for check, fits in allowed.items():
        if fits:
            assert check("rate", value) == value and type(check("rate", np.float32(1e-3))) is float
        else:
            with pytest.raises(ValueError, match=f"rate must be .* not {re.escape(str(value))}"):
                check("rate", value)


def test_an_array_of_settings_is_positive_where_all_are():
    rates = np.array([0.1, 0.2])
    assert arrays.positive("rates", rates) is rates
    for bad in ([0.1, 0.0], [0.1, np.nan], [0.1, np.inf]):
        with pytest.raises(ValueError, match="rates must be positive"):
            arrays.positive("rates", np.array(bad))


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), np.array(3)])
def test_a_count_is_a_whole_number_of_python_or_numpy(value):
    assert arrays.count("n", value) == 3 and type(arrays.count("n", value)) is int


@pytest.mark.parametrize(
    ("value", "told"), [(2.0, "not 2.0"), ("2", "not '2'"), (None, "not None"), (1, "2, not 1")]
)
def test_what_counts_nothing_is_refused_by_its_name(value, told):
    with pytest.raises(ValueError, match=f"n must be .*{told}"):
        arrays.count("n", value, least=2)
