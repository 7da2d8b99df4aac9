"""Recipes for classifying signals, each with one thing more than the last: what project 16 is measured by."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse import losses, schedules
from dlcourse.arrays import Floats, as_float
from dlcourse.layers import Activation, Dense, Dropout
from dlcourse.network import Network
from dlcourse.optimizers import Adam
from dlcourse.training import fit

REACH = 8  # points by which the best recipe moves signals, at most


def softmax_regression(x: ArrayLike, labels: ArrayLike, x_new: ArrayLike, seed: int) -> NDArray[np.int64]:
    """No hidden layer at all. Project 16.

    Args:
        x: (n, d), to learn from.
        labels: (n,), their classes, 0 … 9.
        x_new: (m, d), to be classified.
        seed: of the first weights and the order of examples.

    Returns:
        (m,), a class for each row of x_new.

    >>> x, labels = np.repeat(np.eye(10), 50, axis=0), np.repeat(np.arange(10), 50)
    >>> softmax_regression(x, labels, np.eye(10)[[3, 1, 4]], seed=0)
    array([3, 1, 4])
    """
    return _classes(x, labels, x_new, seed, hidden=(), epochs=30)


def plain_network(x: ArrayLike, labels: ArrayLike, x_new: ArrayLike, seed: int) -> NDArray[np.int64]:
    """Two hidden layers of 100 rectifiers, 30 epochs of Adam. Project 16.

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
    return _classes(x, labels, x_new, seed, hidden=(100, 100), epochs=30)


def regularised_network(x: ArrayLike, labels: ArrayLike, x_new: ArrayLike, seed: int) -> NDArray[np.int64]:
    """Two wider layers with dropout, for longer. Project 16.

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
    return _classes(x, labels, x_new, seed, hidden=(200, 200), epochs=60, drop_rate=0.4)


def augmented_network(x: ArrayLike, labels: ArrayLike, x_new: ArrayLike, seed: int) -> NDArray[np.int64]:
    """Two wider layers, and copies of each signal moved by −5 to 5 points round the ring. Project 16.

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
    return _classes(x, labels, x_new, seed, hidden=(200, 200), epochs=5, shifts=range(-5, 6))


def best_recipe(x: ArrayLike, labels: ArrayLike, x_new: ArrayLike, seed: int) -> NDArray[np.int64]:
    """Three layers, copies moved further, a rate that falls along half a cosine, votes of copies. Project 16.

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
    shifts = range(-REACH, REACH + 1)
    widths = 200, 200, 200
    return _classes(x, labels, x_new, seed, hidden=widths, epochs=5, shifts=shifts, decays=True, votes=shifts)


def _classes(
    x: ArrayLike,
    labels: ArrayLike,
    x_new: ArrayLike,
    seed: int,
    hidden: Sequence[int],
    epochs: int,
    drop_rate: float = 0.0,
    shifts: Sequence[int] = (0,),
    decays: bool = False,
    votes: Sequence[int] = (0,),
    batch_size: int = 128,
    learning_rate: float = 0.003,
) -> NDArray[np.int64]:
    """Standardise, train on copies moved by all `shifts`, and let copies moved by all `votes` decide."""
    x, labels, x_new = as_float(x), np.asarray(labels), as_float(x_new)
    mean, deviation = x.mean(), x.std()
    x, x_new = (x - mean) / deviation, (x_new - mean) / deviation
    weights, order = (np.random.default_rng([seed, purpose]) for purpose in range(2))
    network = _network([x.shape[1], *hidden], drop_rate, weights)
    data = np.concatenate([np.roll(x, shift, axis=1) for shift in shifts]), np.tile(labels, len(shifts))
    steps = epochs * -(-len(data[0]) // batch_size)
    schedule = schedules.cosine(learning_rate, steps) if decays else None
    common: dict[str, Any] = dict(epochs=epochs, batch_size=batch_size, schedule=schedule)
    fit(network, losses.softmax_cross_entropy, Adam(learning_rate), data, rng=order, **common)
    return _mean_probabilities(network, x_new, votes).argmax(axis=1)


def _network(widths: Sequence[int], drop_rate: float, rng: np.random.Generator) -> Network:
    layers: list[Any] = []
    for n_in, n_out in pairwise(widths):
        layers += [Dense(n_in, n_out, "he_normal"), Activation("relu")]
        layers += [Dropout(drop_rate)] if drop_rate else []
    return Network([*layers, Dense(widths[-1], 10, "he_normal")], rng, np.float32)


def _mean_probabilities(network: Network, x: Floats, shifts: Sequence[int]) -> Floats:
    copies = [losses.softmax(network.forward(np.roll(x, shift, axis=1))) for shift in shifts]
    mean: Floats = np.mean(copies, axis=0)
    return mean
