"""What training makes small: losses with their gradients, and the scores read beside them."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from dlcourse.arrays import as_float, class_indices, row_of_ones


def one_hot(labels, num_classes: int) -> np.ndarray:
    """Each label as a row with a single 1. Lesson 01.

        out[i, j] = 1 if labels[i] = j else 0

    labels: (n,) integers in [0, num_classes).  Returns (n, num_classes) float64.
    Raises ValueError for labels of another shape or outside the range.

    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    labels = np.asarray(labels)
    if labels.ndim != 1:
        raise ValueError(f"labels must be (n,), not {labels.shape}")
    labels = class_indices(labels, (labels.size, num_classes))
    return np.equal.outer(labels, np.arange(num_classes)).astype(np.float64)


def softmax(logits) -> np.ndarray:
    """Scores as probabilities. Lesson 01.

        p_j = e^(z_j − max z) / Σ_k e^(z_k − max z)

    Taking the maximum off changes nothing but the range of the exponentials.

    logits: (n, k) float, or (k,).  Returns the same shape; the last axis sums to 1.

    >>> softmax(np.array([[0.0, 0.0], [1000.0, 0.0]]))
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    p = np.exp(_below_max(as_float(logits)))
    p /= p.sum(axis=-1, keepdims=True)
    return p


def cross_entropy(logits, labels) -> float:
    """Mean surprise at the right labels. Lesson 01.

        L = −1/n Σ_i log softmax(z_i)[y_i] = 1/n Σ_i (log Σ_k e^z_ik − z_i,y_i)

    logits: (n, k) float, n ≥ 1.  labels: (n,) integers in [0, k).
    Raises ValueError where shapes do not fit, the batch is empty, or a label is out of range.

    >>> cross_entropy([[0.0, 0.0], [1000.0, 0.0]], [0, 1])
    500.34657359027995
    """
    logits = as_float(logits).astype(np.float64)
    labels = class_indices(labels, logits.shape)
    below_max = _below_max(logits)
    log_sum = np.log(np.exp(below_max).sum(axis=1))
    return float(np.mean(log_sum - below_max[np.arange(labels.size), labels]))


def softmax_cross_entropy_gradient(logits, labels) -> np.ndarray:
    """Gradient of the mean cross-entropy with respect to the logits. Lesson 02.

        ∂L/∂z = (softmax(z) − one_hot(y)) / n

    logits: (n, k) float, n ≥ 1.  labels: (n,) integers in [0, k).  Returns (n, k).
    Raises ValueError where shapes do not fit, the batch is empty, or a label is out of range.

    >>> softmax_cross_entropy_gradient([[0.0, 0.0]], [1])
    array([[ 0.5, -0.5]])
    """
    logits = as_float(logits)
    labels = class_indices(labels, logits.shape)
    gradient = softmax(logits)
    gradient[np.arange(labels.size), labels] -= 1
    gradient /= labels.size
    return gradient


def softmax_cross_entropy(logits, labels) -> tuple[float, np.ndarray]:
    """`cross_entropy` and its gradient at once, sharing the exponentials: the loss to train with. Lesson 02.

    logits: (n, k) float, n ≥ 1.  labels: (n,) integers in [0, k).  Returns a float and (n, k).
    Raises ValueError where shapes do not fit, the batch is empty, or a label is out of range.

    >>> softmax_cross_entropy([[0.0, 0.0]], [1])
    (0.6931471805599453, array([[ 0.5, -0.5]]))
    """
    logits = as_float(logits)
    truth = _one_hot_columns(labels, logits.shape).astype(logits.dtype)
    z = np.array(logits.T, order="C")  # (k, n): maxima and sums over few classes run along the many examples
    if not math.isfinite(np.vdot(z, z)):  # logits may be further apart than the floats go
        return cross_entropy(logits, labels), softmax_cross_entropy_gradient(logits, labels)
    z -= np.maximum.reduce(z, axis=0)
    p = np.exp(z)
    sums = row_of_ones(len(p), p.dtype).dot(p)
    loss = float(np.log(sums).sum() - np.vdot(z, truth)) / len(logits)
    p /= sums
    p -= truth
    p /= len(logits)
    return loss, p.T


def mean_squared_error(outputs, targets) -> tuple[float, np.ndarray]:
    """The mean over all entries of the squared error, and its gradient. Lesson 03.

        L = 1/N Σ (a − y)²      ∂L/∂a = 2 (a − y) / N

    outputs, targets: float, of one shape, N ≥ 1 entries.  Returns a float and the outputs' shape.
    Raises ValueError where the shapes differ or are empty.

    >>> mean_squared_error([[1.0, 2.0]], [[1.0, 4.0]])
    (2.0, array([[ 0., -2.]]))
    """
    outputs, targets = as_float(outputs), as_float(targets)
    if outputs.shape != targets.shape or outputs.size == 0:
        raise ValueError(
            f"outputs and targets must have one shape, not empty: got {outputs.shape} and {targets.shape}"
        )
    error = outputs - targets
    loss = np.vdot(error, error) / error.size
    error *= 2 / error.size
    return float(loss), error


@np.errstate(over="ignore")  # −inf is right where logits are further apart than the floats go: e^−inf = 0
def _below_max(logits: np.ndarray) -> np.ndarray:
    return logits - logits.max(axis=-1, keepdims=True)


def _one_hot_columns(labels, shape: tuple[int, ...]) -> np.ndarray:
    """labels as bool (k, n). One count proves that they fit: each column has its one."""
    labels = np.asarray(labels)
    if len(shape) == 2 and labels.shape == shape[:1]:
        columns = _classes(shape[1]) == labels
        if np.count_nonzero(columns) == len(labels) > 0:
            return columns
    class_indices(labels, shape)  # says what is wrong


@lru_cache
def _classes(k: int) -> np.ndarray:
    return np.arange(k)[:, None]
