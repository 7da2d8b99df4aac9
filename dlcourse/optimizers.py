"""Rules that turn a gradient into a step: as pure functions to read, and as classes that train in place."""

from __future__ import annotations

import numpy as np

BLOCK = 2**18


class Optimizer:
    """Moves a parameter vector in place. Subclasses write one rule, `update`, and name its memory in `slots`.

    learning_rate: positive; a number, or an array that broadcasts against the parameters.
    Each slot is an array like the parameters, zero before the first step.  t counts the steps made.
    Raises ValueError for a rate that is not positive, and where theta and grad differ in shape.
    """

    slots: tuple[str, ...] = ()

    def __init__(self, learning_rate: float):
        self.learning_rate = _positive("learning_rate", learning_rate)
        self.t = 0

    def __repr__(self):
        settings = {k: v for k, v in vars(self).items() if k != "t" and k not in self.slots}
        return f"{type(self).__name__}({', '.join(f'{k}={v}' for k, v in settings.items())})"

    def step(self, theta: np.ndarray, grad: np.ndarray) -> None:
        """Move theta by one step against grad (of its shape), in place.

        >>> theta = np.array([1.0, 2.0])
        >>> SGD(0.1).step(theta, np.array([1.0, -1.0]))
        >>> theta
        array([0.9, 2.1])
        """
        if self.t == 0:
            for slot in self.slots:
                setattr(self, slot, np.zeros_like(theta))
        memory = [getattr(self, slot) for slot in self.slots]
        if any(array.shape != theta.shape for array in (grad, *memory)):
            shapes = ", ".join(str(array.shape) for array in (grad, *memory))
            raise ValueError(f"parameters {theta.shape}, gradient and memory {shapes} must have one shape")
        self.t += 1
        for part in _blocks(theta):
            self.update(theta[part], grad[part], *(array[part] for array in memory))

    def update(self, theta: np.ndarray, grad: np.ndarray, *memory: np.ndarray) -> None:
        """The rule, on a block of every array."""
        raise NotImplementedError


class SGD(Optimizer):
    """Gradient descent. Lesson 06, sections D0–D3.

        θ ← θ − η g

    Raises ValueError where the rate is not positive.

    >>> SGD(0.1)
    SGD(learning_rate=0.1)
    """

    def update(self, theta, grad):
        theta -= self.learning_rate * grad


class Momentum(Optimizer):
    """A ball with friction (Polyak 1964; Sutskever et al. 2013, eq. 1–2). Lesson 07, section E1.

        v ← μ v − η g
        θ ← θ + v

    mu: in [0, 1).  Raises ValueError outside it, or where the rate is not positive.

    >>> Momentum(0.1)
    Momentum(learning_rate=0.1, mu=0.9)
    """

    slots = ("velocity",)

    def __init__(self, learning_rate: float, mu: float = 0.9):
        super().__init__(learning_rate)
        self.mu = _fraction("mu", mu)

    def update(self, theta, grad, velocity):
        velocity *= self.mu
        velocity -= self.learning_rate * grad
        theta += velocity


def _blocks(theta: np.ndarray):
    """Parts of a long vector that fit in the cache, so that a rule of many terms reads memory once."""
    if theta.ndim != 1 or theta.size <= BLOCK:
        return (...,)
    return [slice(start, start + BLOCK) for start in range(0, theta.size, BLOCK)]


def _positive(name: str, value):
    if not (np.all(np.greater(value, 0)) and np.all(np.isfinite(value))):
        raise ValueError(f"{name} must be positive and finite, not {value}")
    return float(value) if np.ndim(value) == 0 else value


def _fraction(name: str, value: float) -> float:
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be in [0, 1), not {value}")
    return float(value)
