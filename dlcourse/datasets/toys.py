"""Points in the plane whose classes no straight line parts."""

from __future__ import annotations

import numpy as np


def xor(n: int, rng: np.random.Generator, noise: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    """Points around the corners of a square; the class is the exclusive or of the signs. Lesson 03.

        x = corner + noise·N(0, 1),   y = [corner₁ > 0] xor [corner₂ > 0],   corner ∈ {−1, 1}²

    n: number of points, at least 1; the corners take turns.  noise: standard deviation, at least 0.
    Returns x (n, 2) float64 and y (n,) int64.  Raises ValueError outside these ranges.

    >>> xor(4, np.random.default_rng(0), noise=0.0)[1]
    array([0, 1, 1, 0])
    """
    if n < 1 or noise < 0:
        raise ValueError(f"xor needs n of at least 1 and noise of at least 0, not {n} and {noise}")
    high = np.stack([np.arange(n) // 2 % 2, np.arange(n) % 2], axis=1)
    return 2.0 * high - 1 + noise * rng.standard_normal((n, 2)), high[:, 0] ^ high[:, 1]
