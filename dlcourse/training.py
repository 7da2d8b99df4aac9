"""The loop that makes a loss small: batches, updates, validation, and what was seen on the way."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from dlcourse.losses import accuracy
from dlcourse.network import Network
from dlcourse.optimizers import Optimizer

Loss = Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]


@dataclass
class History:
    """What `fit` saw.

    train_loss: one entry an epoch, the mean over its examples of the loss just before each update.
    validation_loss, validation_accuracy: one entry an epoch, after its last update; empty without validation
    data, and nan for the accuracy where the targets are not class labels.
    batch_loss: one entry an update.

    >>> History().train_loss
    []
    """

    train_loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    batch_loss: list[float] = field(default_factory=list)


class NonFiniteLoss(ValueError):
    """The loss became nan or infinite; `step` says at which update, counted from 1."""

    def __init__(self, loss: float, step: int):
        super().__init__(
            f"the loss became {loss} at step {step}: lower the learning rate or look at the data"
        )
        self.step = step


def fit(
    network: Network,
    loss: Loss,
    optimizer: Optimizer,
    data: tuple[np.ndarray, np.ndarray],
    *,
    epochs: int,
    rng: np.random.Generator,
    batch_size: int | None = 32,
    validation: tuple[np.ndarray, np.ndarray] | None = None,
) -> History:
    """Train a network on data (x, y). Lesson 06, sections D1–D3.

    batch_size: examples an update; 1 is stochastic, None or n is batch gradient descent.  The last batch of
    an epoch may be short.  rng: shuffles the examples before every epoch, and does nothing else, so
    generators with one seed give two runs the same batches.

    Raises ValueError where x and y differ in length or are empty, where epochs or batch_size are below 1,
    and `NonFiniteLoss`, a ValueError that names the step, when the loss becomes nan or infinite.

    >>> from dlcourse import losses, network, optimizers
    >>> x, y = np.array([[0.0], [1.0], [2.0]]), np.array([[1.0], [3.0], [5.0]])
    >>> line = network.mlp([1, 1], rng=np.random.default_rng(0))
    >>> history = fit(line, losses.mean_squared_error, optimizers.SGD(0.1), (x, y), epochs=200, batch_size=3,
    ...     rng=np.random.default_rng(1))
    >>> line.theta.round(3)
    array([2., 1.])
    """
    x, y = _examples(network, data)
    held_out = None if validation is None else _examples(network, validation)
    batch_size = len(x) if batch_size is None else batch_size
    if epochs < 1 or batch_size < 1:
        raise ValueError(f"epochs and batch_size must be at least 1, not {epochs} and {batch_size}")
    history = History()
    with np.errstate(over="ignore", invalid="ignore"):  # a run that diverges is told by its loss
        for _ in range(epochs):
            order = rng.permutation(len(x))
            history.train_loss.append(
                _epoch(network, loss, optimizer, x[order], y[order], batch_size, history)
            )
            if held_out is not None:
                score, right = evaluate(network, loss, held_out)
                history.validation_loss.append(score)
                history.validation_accuracy.append(right)
    return history


def evaluate(network: Network, loss: Loss, data: tuple[np.ndarray, np.ndarray]) -> tuple[float, float]:
    """The loss and the accuracy on data (x, y), without training; nan where y are not class labels.

    >>> from dlcourse import losses, network
    >>> model = network.mlp([1, 2], rng=np.random.default_rng(0))
    >>> evaluate(model, losses.softmax_cross_entropy, ([[0.0]], [0]))
    (0.6931471805599453, 1.0)
    """
    x, y = _examples(network, data)
    outputs = network.forward(x)
    labelled = y.ndim == 1 and y.dtype.kind in "iu"
    return loss(outputs, y)[0], accuracy(outputs, y) if labelled else math.nan


def _epoch(network, loss, optimizer, x, y, batch_size, history) -> float:
    total = 0.0
    for start in range(0, len(x), batch_size):
        batch, targets = x[start : start + batch_size], y[start : start + batch_size]
        value, upstream = loss(network.forward(batch, training=True), targets)
        if not math.isfinite(value):
            raise NonFiniteLoss(value, len(history.batch_loss) + 1)
        network.backward(upstream)
        optimizer.step(network.theta, network.grad)
        history.batch_loss.append(value)
        total += value * len(batch)
    return total / len(x)


def _examples(network: Network, data) -> tuple[np.ndarray, np.ndarray]:
    x, y = data
    x, y = np.asarray(x, network.dtype), np.asarray(y)
    if len(x) != len(y) or len(x) == 0:
        raise ValueError(f"inputs and targets must be as many, and some: got {x.shape} and {y.shape}")
    return x, y if y.dtype.kind in "iu" else y.astype(network.dtype)
