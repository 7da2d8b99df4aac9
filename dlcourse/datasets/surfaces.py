"""Surfaces over the plane on which optimizers are raced and watched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Floats, as_float, count
from dlcourse.optimizers import Optimizer

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Surface:
    """A function of two parameters with all that a race on it needs. Behind lessons 06 to 08, section E6.

    Args:
        name: in one word.
        value: points (…, 2) → (…).
        gradient: points (…, 2) → (…, 2).
        minimum: the lowest point, None where there is none.
        start: a point from which the way is instructive.
        window: (x from, x to), (y from, y to) to draw.

    >>> surface = ravine()
    >>> surface.value(surface.minimum), surface.gradient([1.0, 1.0])
    (np.float64(0.0), array([ 1., 20.]))
    """

    name: str
    value: Callable[[ArrayLike], Floats]
    gradient: Callable[[ArrayLike], Floats]
    minimum: Point | None
    start: Point
    window: tuple[tuple[float, float], tuple[float, float]]

    def grid(self, points: int = 200) -> tuple[Floats, Floats, Floats]:
        """(x, y, value) over the window, as contour plots take them.

        Args:
            points: a side, at least 2.

        Returns:
            (points,), (points,) and (points, points), the last with a row for each y.

        Raises:
            ValueError: for fewer than 2 points.

        >>> saddle().grid(3)[2]
        array([[ 0., -1.,  0.],
               [ 1.,  0.,  1.],
               [ 0., -1.,  0.]])
        """
        if points < 2:
            raise ValueError(f"a grid needs at least 2 points a side, not {points}")
        x, y = (np.linspace(low, high, points) for low, high in self.window)
        return x, y, self.value(np.stack(np.meshgrid(x, y), axis=-1))


def ravine(condition: float = 20.0) -> Surface:
    """A long valley with steep walls: the quadratic with curvatures 1 and κ. Lessons 06 to 08.

        f = ½ (x² + κ y²)      ∂f = (x, κ y)

    Gradient descent diverges for rates over 2/κ, and at smaller ones crawls along x.

    Args:
        condition: κ, the condition number, at least 1 and finite.

    Returns:
        Its minimum is at (0, 0).

    Raises:
        ValueError: for another.

    >>> ravine(4.0).value([2.0, 1.0])
    np.float64(4.0)
    """
    if not 1 <= condition < np.inf:
        raise ValueError(f"the condition number must be at least 1 and finite, not {condition}")

    def value(points: ArrayLike) -> Floats:
        x, y = _xy(points)
        return (x * x + condition * y * y) / 2

    def gradient(points: ArrayLike) -> Floats:
        x, y = _xy(points)
        return np.stack([x, condition * y], axis=-1)

    return Surface("ravine", value, gradient, (0.0, 0.0), (-4.0, 1.0), ((-5.0, 5.0), (-1.6, 1.6)))


def saddle() -> Surface:
    """A mountain pass: down to it along x, down from it along y, and almost flat between. Lesson 08.

        f = x² − y²      ∂f = (2x, −2y)

    The start is a hair's breadth off the ridge, where the slope to the side is tiny.

    Returns:
        It has no minimum.

    >>> saddle().gradient([1.0, 0.5])
    array([ 2., -1.])
    """

    def value(points: ArrayLike) -> Floats:
        x, y = _xy(points)
        return x * x - y * y

    def gradient(points: ArrayLike) -> Floats:
        x, y = _xy(points)
        return np.stack([2 * x, -2 * y], axis=-1)

    return Surface("saddle", value, gradient, None, (-0.9, 1e-3), ((-1.0, 1.0), (-1.0, 1.0)))


_BEALE = ((1.5, 1), (2.25, 2), (2.625, 3))


def beale() -> Surface:
    """Flat ground between sheer walls (Beale 1958): the contour race's surface. Lesson 08.

        f = Σ_k (a_k − x + x yᵏ)²,   a = (1.5, 2.25, 2.625),  k = 1, 2, 3
        ∂f/∂x = Σ 2 r_k (yᵏ − 1)      ∂f/∂y = Σ 2 r_k k x yᵏ⁻¹      r_k the term in brackets

    Returns:
        Its minimum is at (3, ½).

    >>> beale().value([3.0, 0.5]), beale().value([0.0, 0.0])
    (np.float64(0.0), np.float64(14.203125))
    """

    def value(points: ArrayLike) -> Floats:
        x, y = _xy(points)
        total: Floats = np.add.reduce([(a - x + x * y**k) ** 2 for a, k in _BEALE])
        return total

    def gradient(points: ArrayLike) -> Floats:
        x, y = _xy(points)
        terms = [(2 * (a - x + x * y**k), k) for a, k in _BEALE]
        dx = sum(r * (y**k - 1) for r, k in terms)
        dy = sum(r * k * x * y ** (k - 1) for r, k in terms)
        return np.stack([dx, dy], axis=-1)

    return Surface("beale", value, gradient, (3.0, 0.5), (1.0, 1.5), ((-0.5, 4.5), (-2.0, 2.0)))


def rosenbrock() -> Surface:
    """A banana-shaped valley with a nearly level floor (Rosenbrock 1960). To try lesson 08 on.

        f = (1 − x)² + 100 (y − x²)²
        ∂f/∂x = −2 (1 − x) − 400 x (y − x²)      ∂f/∂y = 200 (y − x²)

    Returns:
        Its minimum is at (1, 1).

    >>> rosenbrock().value([1.0, 1.0]), rosenbrock().gradient([0.0, 0.0])
    (np.float64(0.0), array([-2.,  0.]))
    """

    def value(points: ArrayLike) -> Floats:
        x, y = _xy(points)
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2

    def gradient(points: ArrayLike) -> Floats:
        x, y = _xy(points)
        rise = y - x * x
        return np.stack([-2 * (1 - x) - 400 * x * rise, 200 * rise], axis=-1)

    return Surface("rosenbrock", value, gradient, (1.0, 1.0), (-1.2, 1.0), ((-2.0, 2.0), (-1.0, 3.0)))


def turned(surface: Surface, degrees: float) -> Surface:
    """The same surface with its axes turned, anticlockwise about (0, 0). Lesson 08.

    Args:
        surface: to be turned. The window stays.
        degrees: by how much.

    Returns:
        Its minimum and its start have turned along.

    >>> turned(ravine(20.0), 90).gradient([1.0, 1.0]).round(6)
    array([20.,  1.])
    """
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    back = np.array([[cos, -sin], [sin, cos]])  # points @ back have the old coordinates

    def forth(point: Point) -> Point:
        x, y = back @ point
        return float(x), float(y)

    return replace(
        surface,
        name=f"{surface.name}, turned",
        value=lambda points: surface.value(as_float(points) @ back),
        gradient=lambda points: surface.gradient(as_float(points) @ back) @ back.T,
        minimum=None if surface.minimum is None else forth(surface.minimum),
        start=forth(surface.start),
    )


def walk(optimizer: Optimizer, surface: Surface, start: ArrayLike, steps: int) -> Floats:
    """Where an optimizer goes, step by step. Lesson 08.

    Args:
        optimizer: a fresh one; its learning_rate may be (k, 1), a rate for each of k walks.
        surface: to walk on.
        start: of all walks, (2,).
        steps: how many, at least 1.

    Returns:
        (steps + 1, 2), or (k, steps + 1, 2); not finite where a walk flew off.

    >>> from dlcourse.optimizers import SGD
    >>> walk(SGD(0.05), ravine(20.0), [-4.0, 1.0], 2).round(2)
    array([[-4.  ,  1.  ],
           [-3.8 ,  0.  ],
           [-3.61,  0.  ]])
    """
    walks = np.shape(optimizer.learning_rate)[:-1]
    theta = np.broadcast_to(as_float(start), (*walks, 2)).copy()
    seen = [theta.copy()]
    with np.errstate(all="ignore"):  # too large a rate flies off to infinity
        for _ in range(count("steps", steps)):
            optimizer.step(theta, surface.gradient(theta))
            seen.append(theta.copy())
    return np.stack(seen, axis=-2)


def arrival(walks: ArrayLike, surface: Surface, within: float = 0.1) -> Floats:
    """The step from which on a walk stays near the minimum, and not the first that passes by. Lesson 08.

    Args:
        walks: (…, steps + 1, 2), as from `walk`.
        surface: one with a minimum.
        within: how near.

    Returns:
        (…,), infinite for a walk that does not end there or has left the window on its way.

    Raises:
        ValueError: where the surface has no minimum.

    >>> passes_by = [[1.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0.05, 0.0], [0.0, 0.0]]
    >>> arrival(passes_by, ravine())
    np.float64(3.0)
    """
    if surface.minimum is None:
        raise ValueError(f"the {surface.name} has no minimum to arrive at")
    walks = np.asarray(walks, np.float64)
    low, high = np.transpose(surface.window)
    stayed = ((walks >= low) & (walks <= high)).all(axis=(-2, -1))
    with np.errstate(all="ignore"):
        far = ~(np.hypot(*np.moveaxis(walks - surface.minimum, -1, 0)) < within)
    steps = np.arange(1, far.shape[-1] + 1)
    arrived = np.max(far * steps, axis=-1)  # one step after the last that was far off
    return np.where(stayed & ~far[..., -1], arrived, np.inf)[()]


def _xy(points: ArrayLike) -> tuple[Floats, Floats]:
    points = np.asarray(points, np.float64)
    if points.shape[-1:] != (2,):
        raise ValueError(f"points on a surface have two coordinates, (…, 2), but these are {points.shape}")
    return points[..., 0], points[..., 1]
