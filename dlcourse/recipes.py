"""Recipes for classifying signals, each with one thing more than the last: what project 16 is measured by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse import losses
from dlcourse.arrays import Floats, as_float
from dlcourse.layers import Activation, Dense, Dropout, Layer
from dlcourse.network import Network
from dlcourse.optimizers import Adam
from dlcourse.training import fit


def softmax_regression(x: ArrayLike, labels: ArrayLike, x_new: ArrayLike, seed: int) -> NDArray[np.int64]:
    """No hidden layer at all. Lesson 16.

    Args:
        x: (n, d), to learn from.
        labels: (n,), their classes, 0 … 9.
        x_new: (m, d), to be classified.
        seed: of the first weights and the order of examples.

    Returns:
        (m,), a class for each row of x_new.

    >>> x, labels = np.repeat(np.eye(10), 400, axis=0), np.repeat(np.arange(10), 400)
    >>> softmax_regression(x, labels, np.eye(10)[[3, 1, 4]], seed=0)
    array([3, 1, 4])
    """
    return _SOFTMAX.classes(x, labels, x_new, seed)


def plain_network(x: ArrayLike, labels: ArrayLike, x_new: ArrayLike, seed: int) -> NDArray[np.int64]:
    """Two hidden layers of 100 rectifiers, 30 epochs of Adam. Lesson 16.

    Args:
        x: (n, d), to learn from.
        labels: (n,), their classes, 0 … 9.
        x_new: (m, d), to be classified.
        seed: of the first weights and the order of examples.

    Returns:
        (m,), a class for each row of x_new.

    >>> x, labels = np.repeat(np.eye(10), 50, axis=0), np.repeat(np.arange(10), 50)
    >>> plain_network(x, labels, np.eye(10)[[3, 1, 4]], seed=0)
    array([3, 1, 4])
    """
    return _PLAIN.classes(x, labels, x_new, seed)


def regularised_network(x: ArrayLike, labels: ArrayLike, x_new: ArrayLike, seed: int) -> NDArray[np.int64]:
    """Two wider layers with dropout, for longer. Lesson 16.

    Args:
        x: (n, d), to learn from.
        labels: (n,), their classes, 0 … 9.
        x_new: (m, d), to be classified.
        seed: of the first weights, the order of examples and dropout.

    Returns:
        (m,), a class for each row of x_new.

    >>> x, labels = np.repeat(np.eye(10), 50, axis=0), np.repeat(np.arange(10), 50)
    >>> regularised_network(x, labels, np.eye(10)[[3, 1, 4]], seed=0)
    array([3, 1, 4])
    """
    return _REGULARISED.classes(x, labels, x_new, seed)


def augmented_network(x: ArrayLike, labels: ArrayLike, x_new: ArrayLike, seed: int) -> NDArray[np.int64]:
    """Two wider layers, and copies of each signal moved by −5 to 5 points round the ring. Lesson 16.

    Args:
        x: (n, d), to learn from.
        labels: (n,), their classes, 0 … 9.
        x_new: (m, d), to be classified.
        seed: of the first weights and the order of examples.

    Returns:
        (m,), a class for each row of x_new.

    >>> x, labels = np.repeat(np.eye(10), 50, axis=0), np.repeat(np.arange(10), 50)
    >>> augmented_network(x, labels, np.zeros((3, 10)), seed=0).shape
    (3,)
    """
    return _AUGMENTED.classes(x, labels, x_new, seed)


def best_recipe(x: ArrayLike, labels: ArrayLike, x_new: ArrayLike, seed: int) -> NDArray[np.int64]:
    """Three wide layers, copies moved by −8 to 8 points, and votes of moved copies. Lesson 16.

    The class is that of the largest mean probability over all moved copies of a row of x_new.

    Args:
        x: (n, d), to learn from.
        labels: (n,), their classes, 0 … 9.
        x_new: (m, d), to be classified.
        seed: of the first weights and the order of examples.

    Returns:
        (m,), a class for each row of x_new.

    >>> x, labels = np.repeat(np.eye(10), 50, axis=0), np.repeat(np.arange(10), 50)
    >>> best_recipe(x, labels, np.zeros((3, 10)), seed=0).shape
    (3,)
    """
    return _BEST.classes(x, labels, x_new, seed)


@dataclass(frozen=True)
class _Recipe:
    """Standardise, train on copies moved by all `shifts`, and let copies moved by all `votes` decide."""

    hidden: tuple[int, ...]
    epochs: int
    drop_rate: float = 0.0
    shifts: Sequence[int] = (0,)
    votes: Sequence[int] = (0,)
    batch_size: int = 128
    learning_rate: float = 0.003

    def classes(self, x: ArrayLike, labels: ArrayLike, x_new: ArrayLike, seed: int) -> NDArray[np.int64]:
        known, new = as_float(x), as_float(x_new)
        mean, deviation = known.mean(), known.std()
        weights, order = (np.random.default_rng([seed, purpose]) for purpose in range(2))
        network = self._network(known.shape[1], weights)
        self._train(network, (known - mean) / deviation, np.asarray(labels), order)
        classes: NDArray[np.int64] = self._probabilities(network, (new - mean) / deviation).argmax(axis=1)
        return classes

    def _network(self, features: int, rng: np.random.Generator) -> Network:
        layers: list[Layer] = []
        for n_in, n_out in pairwise([features, *self.hidden]):
            layers += [Dense(n_in, n_out, "he_normal"), Activation("relu")]
            layers += [Dropout(self.drop_rate)] if self.drop_rate else []
        last = Dense([features, *self.hidden][-1], 10, "he_normal")
        return Network([*layers, last], rng, np.float32)

    def _train(self, network: Network, x: Floats, labels: NDArray[Any], rng: np.random.Generator) -> None:
        copies = np.concatenate([np.roll(x, shift, axis=1) for shift in self.shifts])
        data = copies, np.tile(labels, len(self.shifts))
        fit(
            network,
            losses.softmax_cross_entropy,
            Adam(self.learning_rate),
            data,
            epochs=self.epochs,
            batch_size=self.batch_size,
            rng=rng,
        )

    def _probabilities(self, network: Network, x: Floats) -> Floats:
        """The mean over moved copies."""
        copies = [losses.softmax(network.forward(np.roll(x, shift, axis=1))) for shift in self.votes]
        mean: Floats = np.mean(copies, axis=0)
        return mean


_SOFTMAX = _Recipe(hidden=(), epochs=30)
_PLAIN = _Recipe(hidden=(100, 100), epochs=30)
_REGULARISED = _Recipe(hidden=(200, 200), epochs=60, drop_rate=0.4)
_AUGMENTED = _Recipe(hidden=(200, 200), epochs=5, shifts=range(-5, 6))
_MOVED = range(-8, 9)
_BEST = _Recipe(hidden=(200, 200, 200), epochs=5, shifts=_MOVED, votes=_MOVED)
