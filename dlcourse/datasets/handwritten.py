"""Handwritten digits, 8×8 pixels: small enough to train on in seconds, real enough to learn from."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Examples: TypeAlias = tuple[NDArray[np.float64], NDArray[np.int64]]
SPLIT = (1197, 300, 300)  # examples for training, validation and test
SPLIT_SEED = 1998


class Digits(NamedTuple):
    """Three disjoint sets of (images (n, 64) float64 in [0, 1], labels (n,) int64). Behind lesson 01.

    Args:
        train: 1,197 examples to learn from.
        validation: 300 to choose settings on.
        test: 300 to report on.

    >>> digits().train[0].shape[1]
    64
    """

    train: Examples
    validation: Examples
    test: Examples


def digits() -> Digits:
    """1,797 handwritten digits (Alpaydin & Kaynak 1998, UCI, doi:10.24432/C50P49). Lessons 01 to 15.

    Each image is 8×8 grey levels 0…16, here over 16, row by row; each label the digit, 0 to 9. The order is
    shuffled once, with a fixed seed, and cut into 1,197 training, 300 validation and 300 test examples. The
    arrays are fresh: they are yours to change.

    Returns:
        (train, validation, test), each images (n, 64) float64 in [0, 1] and labels (n,) int64.

    >>> train, validation, test = digits()
    >>> train[0].shape, train[1].shape, len(validation[1]), len(test[1])
    ((1197, 64), (1197,), 300, 300)
    """
    images, labels = _shuffled()
    ends = np.cumsum(SPLIT)
    parts = [slice(end - size, end) for size, end in zip(SPLIT, ends, strict=True)]
    return Digits(*((images[part] / 16, labels[part].astype(np.int64)) for part in parts))


@lru_cache(maxsize=1)
def _shuffled() -> Examples:
    with (files(__package__) / "digits.npz").open("rb") as stream, np.load(stream) as archive:
        images, labels = archive["images"], archive["labels"]
    order = np.random.default_rng(SPLIT_SEED).permutation(len(labels))
    return images[order], labels[order]
