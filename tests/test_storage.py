"""Files that are whole or not there, and what tells whether they are of the same thing."""

import json
import subprocess
import sys
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from dlcourse import losses, regularizers
from dlcourse.multitask import JointLoss
from dlcourse.storage import described, differences, fingerprint, read_npz, write_npz


@pytest.mark.parametrize(
    "array", [np.arange(6.0).reshape(2, 3), np.array("text"), np.array(3), np.empty((0, 4))]
)
def test_what_is_written_is_read(array, tmp_path):
    write_npz(tmp_path / "file", {"one": array})
    (read,) = read_npz(tmp_path / "file").values()
    assert read.dtype == array.dtype and read.shape == array.shape and np.array_equal(read, array)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_an_array_of_objects_is_not_read(tmp_path):
    np.savez(tmp_path / "file.npz", one=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match=r"file\.npz is not a whole \.npz file of plain arrays"):
        read_npz(tmp_path / "file.npz")


def test_no_cut_or_flip_of_a_file_goes_unnoticed(tmp_path):
    path = tmp_path / "whole.npz"
    write_npz(path, {"theta": np.arange(50.0)})
    whole = path.read_bytes()
    dice = np.random.default_rng(0)
    for _ in range(300):
        broken = bytearray(whole)
        if dice.random() < 0.5:
            broken = broken[: dice.integers(len(whole))]
        else:
            broken[dice.integers(len(whole))] ^= 1 << dice.integers(8)
        path.write_bytes(broken)
        try:
            arrays = read_npz(path)
        except ValueError:
            continue
        assert all(np.array_equal(a, np.arange(50.0)) for a in arrays.values())  # a flip in a date or a name


def test_a_crash_while_writing_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "file.npz"
    write_npz(path, {"one": np.ones(3)})
    old = path.read_bytes()

    def crash(file, **arrays):
        file.write(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", crash)
    with pytest.raises(KeyboardInterrupt):
        write_npz(path, {"one": np.zeros(3)})
    assert path.read_bytes() == old


SHAPES = array_shapes(min_dims=0, min_side=0, max_side=4)


@given(arrays(np.float32, SHAPES), st.data())
def test_a_fingerprint_is_of_content_shape_and_dtype(array, data):
    mark = fingerprint(array)
    assert mark == fingerprint(array.copy()) == fingerprint(array.astype(">f4"))
    assert mark == fingerprint(array.copy(order="F"))
    assert mark != fingerprint(array.astype(np.float64)) and mark != fingerprint(array[None])
    if array.size:
        other = array.copy()
        other.flat[data.draw(st.integers(0, array.size - 1))] = 12345.0
        assert np.array_equal(other, array) or fingerprint(other) != mark


def scaled(factor, limit=3):
    return lambda weights: factor * len(weights)


class Watching:
    """A loss that remembers, and that holds itself."""

    def __init__(self, gamma, me=None):
        self.gamma, self._me, self.calls = gamma, me or self, 0

    def __call__(self, outputs, targets):
        raise NotImplementedError

    method = __call__


SAME = [
    lambda: losses.softmax_cross_entropy,
    lambda: partial(regularizers.l2_penalty, strength=0.1),
    lambda: JointLoss([losses.mean_squared_error], [0.5], [slice(0, 2)]),
    lambda: scaled(2.0),
    lambda: Watching(2.0),
    lambda: Watching(2.0).method,
    lambda: lambda weights: 0.5 * len(weights),
    lambda: {"a": [1, None, True, "b", np.int64(3)]},
    lambda: np.tanh,
]
OTHER = [
    lambda: losses.mean_squared_error,
    lambda: partial(regularizers.l2_penalty, strength=0.2),
    lambda: JointLoss([losses.mean_squared_error], [0.25], [slice(0, 2)]),
    lambda: scaled(3.0),
    lambda: Watching(3.0),
    lambda: Watching(3.0).method,
    lambda: lambda weights: 0.25 * len(weights),
    lambda: {"a": [1, None, True, "b", np.int64(4)]},
    lambda: np.cos,
]


@pytest.mark.parametrize(("make", "other"), list(zip(SAME, OTHER, strict=True)))
def test_what_is_made_alike_is_described_alike_and_what_is_not_is_not(make, other):
    assert json.loads(json.dumps(described(make()))) == described(make()) != described(other())


def test_what_a_function_gathers_while_it_is_used_is_no_part_of_what_it_is():
    def recording(seen):
        return lambda outputs, targets: seen.append(targets)

    function = recording([])
    before = described(function)
    function(1, 2)
    assert described(function) == before
    loss = Watching(1.0)
    before = described(loss)
    loss.calls += 1
    assert described(loss) == before


def test_another_process_describes_alike():
    code = "import numpy as np; from dlcourse.storage import *; from dlcourse import losses, multitask\n"
    code += "print(described([np.arange(3.0), multitask.JointLoss([losses.mean_squared_error], [0.5])]))"
    told = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout]
    assert told == [f"{described([np.arange(3.0), JointLoss([losses.mean_squared_error], [0.5])])}\n"]


def test_differences_name_the_place_and_both_values():
    there = {"layers": [{"class": "BatchNorm", "eps": 0.1}], "loss": "mean"}
    here = {"layers": [{"class": "BatchNorm", "eps": 0.2}], "loss": "mean"}
    assert differences(there, here) == "layers.0.eps is 0.1 there, 0.2 here"
    assert differences(there, json.loads(json.dumps(there))) == ""
    assert differences([1, 2], [1, 2, 3]) == "2 is None there, 3 here"
    assert differences({"a": []}, {"a": {}}) == "a is list there, dict here"
    assert (
        differences([0] * 9, [1] * 9) == "0 is 0 there, 1 here; 1 is 0 there, 1 here; 2 is 0 there, 1 here; …"
    )
