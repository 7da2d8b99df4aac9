"""Points in the plane whose classes no straight line parts."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dlcourse.arrays import Floats

Points: TypeAlias = tuple[NDArray[np.float64], NDArray[np.int64]]


def xor(n: int, rng: np.random.Generator, noise: float = 0.2) -> Points:
    """Points around the corners of a square; the class is the exclusive or of the signs. Lesson 03.

        x = corner + noise·N(0, 1),   y = [corner₁ > 0] xor [corner₂ > 0],   corner ∈ {−1, 1}²

    Args:
        n: number of points, at least 1; the corners take turns.
        rng: draws the noise.
        noise: standard deviation, at least 0.

    Returns:
        x (n, 2) float64 and y (n,) int64.

    Raises:
        ValueError: outside these ranges.

    >>> xor(4, np.random.default_rng(0), noise=0.0)[1]
    array([0, 1, 1, 0])
    """
    _check("xor", n, noise)
    high = np.stack([np.arange(n) // 2 % 2, np.arange(n) % 2], axis=1)
    return _noisy(2.0 * high - 1, rng, noise), high[:, 0] ^ high[:, 1]


def moons(n: int, rng: np.random.Generator, noise: float = 0.1) -> Points:
    """Two half circles, each reaching into the other: scikit-learn's `make_moons`. To try lesson 03 on.

        class 0: (cos t, sin t),   class 1: (1 − cos t, ½ − sin t),   t from 0 to π

    Args:
        n: number of points, at least 2; the classes take turns.
        rng: draws the noise.
        noise: standard deviation, at least 0.

    Returns:
        x (n, 2) float64 and y (n,) int64.

    Raises:
        ValueError: outside these ranges.

    >>> moons(4, np.random.default_rng(0), noise=0.0)[0].round(3)
    array([[ 1. ,  0. ],
           [ 0. ,  0.5],
           [-1. ,  0. ],
           [ 2. ,  0.5]])
    """
    _check("moons", n, noise, at_least=2)
    y, t = np.arange(n) % 2, np.empty(n)
    t[0::2] = np.linspace(0, np.pi, len(t[0::2]))
    t[1::2] = np.linspace(0, np.pi, len(t[1::2]))
    upper = np.stack([np.cos(t), np.sin(t)], axis=1)
    return _noisy(np.where(y[:, None], [1, 0.5] - upper, upper), rng, noise), y


def spirals(
    n: int, rng: np.random.Generator, noise: float = 0.02, arms: int = 2, turns: float = 1.0
) -> Points:
    """Arms that wind around the origin, one a class (Lang & Witbrock 1988, with two arms).

    To try lesson 03 on.

        x = r·(cos a, sin a) + noise·N(0, 1),   a = 2π (turns·r + y / arms),   0 < r ≤ 1

    Args:
        n: number of points, at least one an arm; the arms take turns, from the middle out.
        rng: draws the noise.
        noise: standard deviation, at least 0.
        arms: at least 1.
        turns: how often an arm goes round, finite.

    Returns:
        x (n, 2) float64 and y (n,) int64.

    Raises:
        ValueError: outside these ranges.

    >>> spirals(4, np.random.default_rng(0), noise=0.0)[0].round(3)
    array([[-0.5,  0. ],
           [ 0.5, -0. ],
           [ 1. , -0. ],
           [-1. ,  0. ]])
    """
    if arms < 1 or not np.isfinite(turns):
        raise ValueError(f"spirals needs at least 1 arm and a finite number of turns, not {arms} and {turns}")
    _check("spirals", n, noise, at_least=arms)
    y = np.arange(n) % arms
    r = (np.arange(n) // arms + 1) / -(-n // arms)
    a = 2 * np.pi * (turns * r + y / arms)
    return _noisy(np.stack([r * np.cos(a), r * np.sin(a)], axis=1), rng, noise), y


def _noisy(x: Floats, rng: np.random.Generator, noise: float) -> NDArray[np.float64]:
    return x + noise * rng.standard_normal(x.shape)


def _check(name: str, n: int, noise: float, at_least: int = 1) -> None:
    if n != int(n) or n < at_least or not 0 <= noise < np.inf:
        raise ValueError(
            f"{name} needs n of at least {at_least} and noise of at least 0, not {n} and {noise}"
        )
