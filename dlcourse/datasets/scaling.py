"""Numbers put on one scale before a network sees them, by what the training data say."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Floats, as_float


def standardize(train: ArrayLike, other: ArrayLike) -> tuple[Floats, Floats]:
    """Columns of mean 0 and deviation 1 on training data (LeCun et al. 1998, § 4.3). Lessons 01, 06 to 08.

        x_ij ← (x_ij − m_j) / s_j      m_j = 1/n Σ_i t_ij      s_j = √(1/n Σ_i (t_ij − m_j)²)

    Both are fitted on `train` (t) alone, and used on both. A column of `train` whose entries are all equal
    is only centred.

    Args:
        train: (n, d) float, n ≥ 1, entries of at most some 1e100.
        other: (m, d) float, such as validation or test data.

    Returns:
        (train, other), new arrays of these shapes.

    Raises:
        ValueError: where the shapes do not fit, or there is no training example.

    >>> standardize([[0.0, 5.0], [2.0, 5.0]], [[4.0, 6.0]])
    (array([[-1.,  0.],
           [ 1.,  0.]]), array([[3., 1.]]))
    """
    train, other = as_float(train), as_float(other)
    if train.ndim != 2 or len(train) == 0 or other.shape != (len(other), train.shape[1]):
        raise ValueError(
            f"train must be (n, d) with n ≥ 1 and other (m, d), not {train.shape} and {other.shape}"
        )
    mean = train.mean(axis=0, dtype=np.float64)
    deviation = train.std(axis=0, dtype=np.float64)
    # Compared as entries: the computed deviation of equal ones need not be 0, as for ten times 0.1.
    deviation[(train == train[0]).all(axis=0)] = 1
    return _scaled(train, mean, deviation), _scaled(other, mean, deviation)


def _scaled(x: Floats, mean: Floats, deviation: Floats) -> Floats:
    scaled: Floats = ((x - mean) / deviation).astype(x.dtype)
    return scaled
