"""What training makes small: losses with their gradients."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.arrays import Floats, as_float, class_indices, count, row_of_ones


def one_hot(labels: ArrayLike, num_classes: int) -> NDArray[np.float64]:
    """Each label as a row with a single 1. Lesson 01.

        out[i, j] = 1 if labels[i] = j else 0

    Args:
        labels: (n,) whole numbers in [0, num_classes), n ≥ 1.
        num_classes: at least 1.

    Returns:
        (n, num_classes) float64.

    Raises:
        ValueError: for labels of another shape or outside the range, and a number of classes that is none.

    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    labels = np.asarray(labels)
    if labels.ndim != 1:
        raise ValueError(f"labels must be (n,), not {labels.shape}")
    labels = class_indices(labels, (labels.size, count("num_classes", num_classes)))
    return np.equal.outer(labels, np.arange(num_classes)).astype(np.float64)


def smooth_labels(labels: ArrayLike, num_classes: int, epsilon: float) -> NDArray[np.float64]:
    """One-hot rows with a share of every class mixed in (Szegedy et al. 2016, section 7). Lesson 09.

        out = (1 − ε) one_hot(labels) + ε/k

    Args:
        labels: (n,) whole numbers in [0, num_classes), n ≥ 1.
        num_classes: k, at least 1.
        epsilon: ε in [0, 1], what is shared out; the label's own class gets its share, too.

    Returns:
        (n, num_classes) float64, rows that sum to 1.

    Raises:
        ValueError: as `one_hot` does, and for another epsilon.

    >>> smooth_labels([1, 0], 4, 0.2)
    array([[0.05, 0.85, 0.05, 0.05],
           [0.85, 0.05, 0.05, 0.05]])
    """
    if not 0 <= epsilon <= 1:
        raise ValueError(f"epsilon must be in [0, 1], not {epsilon}")
    return (1 - epsilon) * one_hot(labels, num_classes) + epsilon / num_classes


def softmax(logits: ArrayLike) -> Floats:
    """Scores as probabilities. Lesson 01.

        p_j = e^(z_j − max z) / Σ_k e^(z_k − max z)

    Taking the maximum off changes nothing but the range of the exponentials.

    Args:
        logits: (n, k) float, or (k,).

    Returns:
        The same shape; the last axis sums to 1.

    >>> softmax(np.array([[0.0, 0.0], [1000.0, 0.0]]))
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    p: Floats = np.exp(_below_max(as_float(logits)))
    p /= p.sum(axis=-1, keepdims=True)
    return p


def cross_entropy(logits: ArrayLike, labels: ArrayLike) -> float:
    """Mean surprise at the right labels. Lesson 01.

        L = −1/n Σ_i log softmax(z_i)[y_i] = 1/n Σ_i (log Σ_k e^z_ik − z_i,y_i)

    Args:
        logits: (n, k) float, n ≥ 1.
        labels: (n,) whole numbers in [0, k).

    Returns:
        In nats, at least 0.

    Raises:
        ValueError: where shapes do not fit, the batch is empty, or a label is out of range.

    >>> cross_entropy([[0.0, 0.0], [1000.0, 0.0]], [0, 1])
    500.34657359027995
    """
    logits = as_float(logits).astype(np.float64)
    labels = class_indices(labels, logits.shape)
    below_max = _below_max(logits)
    log_sum = np.log(np.exp(below_max).sum(axis=1))
    return float(np.mean(log_sum - below_max[np.arange(labels.size), labels]))


def softmax_cross_entropy_gradient(logits: ArrayLike, labels: ArrayLike) -> Floats:
    """Gradient of the mean cross-entropy with respect to the logits. Lesson 02.

        ∂L/∂z = (softmax(z) − one_hot(y)) / n

    Args:
        logits: (n, k) float, n ≥ 1.
        labels: (n,) whole numbers in [0, k).

    Returns:
        (n, k).

    Raises:
        ValueError: where shapes do not fit, the batch is empty, or a label is out of range.

    >>> softmax_cross_entropy_gradient([[0.0, 0.0]], [1])
    array([[ 0.5, -0.5]])
    """
    logits = as_float(logits)
    labels = class_indices(labels, logits.shape)
    gradient = softmax(logits)
    gradient[np.arange(labels.size), labels] -= 1
    gradient /= labels.size
    return gradient


def softmax_cross_entropy(logits: ArrayLike, labels: ArrayLike) -> tuple[float, Floats]:
    """`cross_entropy` and its gradient at once, sharing the exponentials: the loss to train with.

    From lesson 01 on.

    Args:
        logits: (n, k) float, n ≥ 1.
        labels: (n,) whole numbers in [0, k).

    Returns:
        The loss, a float in nats, and its gradient (n, k).

    Raises:
        ValueError: where shapes do not fit, the batch is empty, or a label is out of range.

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


def soft_target_cross_entropy(logits: ArrayLike, targets: ArrayLike) -> tuple[float, Floats]:
    """`softmax_cross_entropy` against probabilities in place of labels, and its gradient. Lesson 09.

        L = −1/n Σ_ij q_ij log p_ij,  p = softmax(z)        ∂L/∂z = (p − q) / n

    Args:
        logits: (n, k) float, n ≥ 1.
        targets: q, (n, k) rows that sum to 1, such as `smooth_labels`; or (n,) class labels, as for
            `softmax_cross_entropy`: a network trained on the one is scored on the other.

    Returns:
        The loss, a float in nats, and its gradient (n, k).

    Raises:
        ValueError: where shapes do not fit or a row does not sum to 1, and as `softmax_cross_entropy` does.

    >>> soft_target_cross_entropy([[0.0, 0.0]], [[0.25, 0.75]])
    (0.6931471805599453, array([[ 0.25, -0.25]]))
    """
    if np.ndim(targets) == 1:
        return softmax_cross_entropy(logits, targets)
    z, q = as_float(logits), as_float(targets)
    if z.ndim != 2 or z.shape != q.shape or len(z) == 0:
        raise ValueError(f"logits and targets must both be (n, k), n ≥ 1: got {z.shape} and {q.shape}")
    if not np.allclose(sums := q.sum(axis=1), 1):
        raise ValueError(f"each row of targets must sum to 1, not {sums[~np.isclose(sums, 1)][0]:g}")
    below_max = _below_max(z)
    log_p = below_max - np.log(np.exp(below_max).sum(axis=1, keepdims=True))
    finite = np.maximum(log_p, np.finfo(z.dtype).min)  # a class of share 0 adds nothing: 0 · −∞ is nan
    return -float(np.vdot(q, finite)) / len(z), (np.exp(log_p) - q) / len(z)


def mean_squared_error(outputs: ArrayLike, targets: ArrayLike) -> tuple[float, Floats]:
    """The mean over all entries of the squared error, and its gradient. In no lesson: for regression.

        L = 1/N Σ (a − y)²      ∂L/∂a = 2 (a − y) / N

    Args:
        outputs: float, any shape, N ≥ 1 entries.
        targets: float, the outputs' shape.

    Returns:
        The loss, a float in the targets' unit squared, and its gradient, of the outputs' shape.

    Raises:
        ValueError: where the shapes differ or are empty.

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
def _below_max(logits: Floats) -> Floats:
    below: Floats = logits - logits.max(axis=-1, keepdims=True)
    return below


def _one_hot_columns(labels: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """labels as bool (k, n). One count proves that they fit: each column has its one."""
    labels = np.asarray(labels)
    columns: NDArray[np.bool_]
    if len(shape) == 2 and labels.shape == shape[:1]:
        columns = _classes(shape[1]) == labels
        if np.count_nonzero(columns) == len(labels) > 0:
            return columns
    labels = class_indices(labels, shape)  # says what is wrong
    columns = _classes(shape[1]) == labels
    return columns


@lru_cache
def _classes(k: int) -> NDArray[np.int64]:
    return np.arange(k)[:, None]
