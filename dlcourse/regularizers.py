"""What keeps a network from learning its training set by heart: fewer weights, smaller ones, an early end.

Dropout is a layer: see `dlcourse.layers`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Floats, as_float, count


def count_parameters(layer_sizes: Sequence[int]) -> int:
    """How many weights and biases a stack of dense layers has. Lesson 09, section F1.

        Σ_l (n_l + 1) n_{l+1}

    Args:
        layer_sizes: widths from input to output, whole numbers of at least 1.

    Returns:
        Weights and biases together.

    Raises:
        ValueError: for a width that is not a whole number of at least 1.

    >>> count_parameters([64, 32, 10])
    2410
    """
    sizes = [count("a layer's width", size) for size in layer_sizes]
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))


def l2_penalty(weights: Sequence[ArrayLike], strength: float) -> tuple[float, list[Floats]]:
    """Half the sum of squares, and its gradients: it spreads weights out. Lesson 09, section F3.

        P = λ/2 Σ w²      ∂P/∂w = λ w

    Args:
        weights: arrays of any shapes.
        strength: λ ≥ 0.

    Returns:
        The penalty, and a gradient for each array.

    Raises:
        ValueError: where strength is negative.

    >>> l2_penalty([np.array([3.0, -4.0])], 0.1)
    (1.25, [array([ 0.3, -0.4])])
    """
    arrays = _penalized(weights, strength)
    return strength / 2 * sum(float(np.sum(w * w)) for w in arrays), [strength * w for w in arrays]


def l1_penalty(weights: Sequence[ArrayLike], strength: float) -> tuple[float, list[Floats]]:
    """The sum of sizes, and its gradients: it makes weights zero (Tibshirani 1996). Lesson 09, section F4.

        P = λ Σ |w|      ∂P/∂w = λ sign(w),  0 at w = 0

    Args:
        weights: arrays of any shapes.
        strength: λ ≥ 0.

    Returns:
        The penalty, and a gradient for each array.

    Raises:
        ValueError: where strength is negative.

    >>> l1_penalty([np.array([3.0, -4.0, 0.0])], 0.5)
    (3.5, [array([ 0.5, -0.5,  0. ])])
    """
    arrays = _penalized(weights, strength)
    return strength * sum(float(np.sum(np.abs(w))) for w in arrays), [strength * np.sign(w) for w in arrays]


def elastic_net_penalty(
    weights: Sequence[ArrayLike], l2_strength: float, l1_strength: float
) -> tuple[float, list[Floats]]:
    """Both penalties at once (Zou & Hastie 2005). Lesson 09, section F5.

        P = λ₂/2 Σ w² + λ₁ Σ |w|      ∂P/∂w = λ₂ w + λ₁ sign(w)

    Args:
        weights: arrays of any shapes.
        l2_strength: λ₂ ≥ 0.
        l1_strength: λ₁ ≥ 0.

    Returns:
        The penalty, and a gradient for each array.

    Raises:
        ValueError: where a strength is negative.

    >>> elastic_net_penalty([np.array([2.0])], l2_strength=1.0, l1_strength=0.5)
    (3.0, [array([2.5])])
    """
    squares, square_gradients = l2_penalty(weights, l2_strength)
    sizes, size_gradients = l1_penalty(weights, l1_strength)
    return squares + sizes, [a + b for a, b in zip(square_gradients, size_gradients, strict=True)]


def _penalized(weights: Sequence[ArrayLike], strength: float) -> list[Floats]:
    if not 0 <= strength < math.inf:
        raise ValueError(f"a penalty's strength is a number that is not negative, not {strength}")
    return [as_float(w) for w in weights]


def sparsity(weights: ArrayLike, tolerance: float = 1e-8) -> float:
    """Share of weights that are zero, or as good as. Lesson 09, section F4.

        |{w : |w| ≤ tolerance}| / |{w}|

    Args:
        weights: one array, not empty.
        tolerance: the largest size that counts as zero.

    Returns:
        In [0, 1].

    Raises:
        ValueError: where there are no weights.

    >>> sparsity(np.array([0.0, 1e-9, 0.5, -2.0]))
    0.5
    """
    sizes = np.abs(as_float(weights))
    if sizes.size == 0:
        raise ValueError(f"no weights were given: shape {sizes.shape}")
    return float(np.mean(sizes <= tolerance))


class EarlyStopping:
    """Ends a run whose validation loss has ceased to improve, at its best. Lesson 09, section F2.

    An epoch improves if its loss < best − min_delta, the best being the loss of the last epoch that improved
    (Prechelt 1998). The first epoch always does, a nan there counting as +∞; a nan never does later. Epoch 0
    begins a run: what was seen before it is forgotten, so that one object may watch several networks in turn.

    Args:
        patience: epochs in a row without improvement to wait for, at least 1.
        min_delta: what an epoch must gain to count as better, in the loss's unit, at least 0.

    Attributes:
        best_epoch: the last epoch that improved, None before the first.
        best_theta: its parameters, where `update` was given them.
        best_loss: its loss, ∞ before the first.
        waited: epochs since then.

    Raises:
        ValueError: outside these ranges.

    >>> stopping, theta = EarlyStopping(patience=2), np.zeros(1)
    >>> [stopping.update(epoch, loss, theta + epoch) for epoch, loss in enumerate([3.0, 1.0, 2.0, 1.5])]
    [False, False, False, True]
    >>> stopping.best_epoch, stopping.best_theta
    (1, array([1.]))
    """

    def __init__(self, patience: int, min_delta: float = 0.0) -> None:
        if not min_delta >= 0:
            raise ValueError(f"min_delta must be at least 0, not {min_delta}")
        self.patience, self.min_delta = count("patience", patience), float(min_delta)
        self.best_loss = math.inf
        self.best_epoch: int | None = None
        self.best_theta: Floats | None = None
        self.waited = 0

    def __repr__(self) -> str:
        return f"EarlyStopping(patience={self.patience}, min_delta={self.min_delta})"

    def update(self, epoch: int, loss: float, theta: Floats | None = None) -> bool:
        """Take in an epoch's validation loss.

        Args:
            epoch: its number, from 0.
            loss: on validation data.
            theta: the parameters, (p,), of which the best are kept as a copy.

        Returns:
            Whether to stop now.

        >>> EarlyStopping(patience=1).update(0, 0.5)
        False
        """
        first = epoch == 0 or self.best_epoch is None
        if first or loss < self.best_loss - self.min_delta:
            self.best_loss = math.inf if math.isnan(loss) else float(loss)
            self.best_epoch = epoch
            self.best_theta = None if theta is None else np.array(theta)
            self.waited = 0
        else:
            self.waited += 1
        return self.waited >= self.patience


def early_stopping(
    validation_losses: Sequence[float], patience: int, min_delta: float = 0.0
) -> tuple[int, int]:
    """Where early stopping would have ended a run, and the epoch it goes back to. Lesson 09, section F2.

    Args:
        validation_losses: one an epoch, at least one.
        patience: as of `EarlyStopping`.
        min_delta: as of `EarlyStopping`.

    Returns:
        (stop_epoch, best_epoch), counted from 0; stop_epoch is the last where patience never runs out.

    Raises:
        ValueError: where there are no losses, and as `EarlyStopping` does.

    >>> early_stopping([3.0, 1.0, 2.0, 1.5, 0.5], patience=2)
    (3, 1)
    """
    if len(validation_losses) == 0:
        raise ValueError("there are no validation losses to judge by")
    stopping = EarlyStopping(patience, min_delta)
    for epoch, loss in enumerate(validation_losses):
        if stopping.update(epoch, loss):
            break
    return epoch, epoch - stopping.waited
