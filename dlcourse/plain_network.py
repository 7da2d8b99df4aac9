"""A ReLU network as a list of (weights, biases) pairs: from its first weights to its trained ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.activations import relu
from dlcourse.arrays import Floats, as_float
from dlcourse.layers import affine_backward
from dlcourse.losses import cross_entropy, softmax_cross_entropy_gradient
from dlcourse.optimizers import adam_step
from dlcourse.training import minibatches

Pairs: TypeAlias = list[tuple[Floats, Floats]]
AnyPairs: TypeAlias = Sequence[Sequence[ArrayLike]]


def initialize_network(sizes: Sequence[int], noise: Sequence[ArrayLike]) -> Pairs:
    """First weights and biases by He's rule (He et al. 2015, section 2.2). Lesson 15.

        W = √(2/n_in) · noise        b = 0

    Args:
        sizes: widths from input to output, at least two.
        noise: for each layer a standard normal array (n_in, n_out).

    Returns:
        A pair (weights, biases) for each layer, of shapes (n_in, n_out) and (n_out,).

    Raises:
        ValueError: where the noise has not the shapes that the sizes ask for.

    >>> [(weights, biases)] = initialize_network([2, 1], [[[3.0], [-1.0]]])
    >>> weights.T, biases
    (array([[ 3., -1.]]), array([0.]))
    """
    layers = [as_float(each) for each in noise]
    due = [tuple(map(int, shape)) for shape in pairwise(sizes)]
    if not due or [each.shape for each in layers] != due:
        raise ValueError(f"noise must have the shapes {due}, not {[each.shape for each in layers]}")
    return [(math.sqrt(2 / len(each)) * each, np.zeros_like(each[0])) for each in layers]


def forward_pass(params: AnyPairs, x: ArrayLike) -> tuple[Floats, list[Floats]]:
    """What the network says of a batch, and what it said on the way. Lesson 15.

        a₀ = x        aₗ = max(0, aₗ₋₁ Wₗ + bₗ)        logits = a_{L−1} W_L + b_L

    Args:
        params: a pair (weights, biases) for each layer.
        x: (n, d) float.

    Returns:
        The logits (n, k) and the activations, which are what went into each layer, x first.

    Raises:
        ValueError: where a layer does not fit what arrives at it.

    >>> forward_pass([([[1.0, -1.0]], [0.0, 0.0]), ([[2.0], [3.0]], [1.0])], [[5.0]])
    (array([[11.]]), [array([[5.]]), array([[5., 0.]])])
    """
    activations = [as_float(x)]
    for weights, biases in params[:-1]:
        activations.append(relu(_affine(activations[-1], weights, biases)))
    return _affine(activations[-1], *params[-1]), activations


def backward_pass(
    params: AnyPairs, activations: Sequence[ArrayLike], logits: ArrayLike, labels: ArrayLike
) -> Pairs:
    """The gradient of the mean softmax cross-entropy, from the last layer to the first. Lesson 15.

        g ← (softmax(logits) − one_hot(labels)) / n
        dW = aᵀ g    db = Σ_rows g    g ← (g Wᵀ) ⊙ [a > 0]      from layer to layer

    A ReLU's output a is above 0 just where its input was, so its slope, 0 at the kink, can be read from it.

    Args:
        params: a pair (weights, biases) for each layer.
        activations: as `forward_pass(params, x)` gives them.
        logits: (n, k), likewise.
        labels: (n,) whole numbers in [0, k).

    Returns:
        A pair (dweights, dbiases) for each layer, the first layer's first.

    Raises:
        ValueError: where shapes do not fit, or a label is out of range.

    >>> params = [([[1.0, -1.0]], [0.0, 0.0]), ([[2.0, 2.0], [3.0, 3.0]], [0.0, 0.0])]
    >>> logits, activations = forward_pass(params, [[5.0]])
    >>> backward_pass(params, activations, logits, [0])[1]
    (array([[-2.5,  2.5],
           [ 0. ,  0. ]]), array([-0.5,  0.5]))
    """
    gradient = softmax_cross_entropy_gradient(logits, labels)
    found: Pairs = []
    for (weights, _), entered in zip(reversed(params), reversed(activations), strict=True):
        back, dweights, dbiases = affine_backward(entered, weights, gradient)
        found.append((dweights, dbiases))
        gradient = back * (np.asarray(entered) > 0)  # beneath the first layer is no ReLU, and nobody asks
    return found[::-1]


def train_network(
    params: AnyPairs,
    x: ArrayLike,
    labels: ArrayLike,
    orders: Sequence[ArrayLike] | NDArray[Any],
    batch_size: int,
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[Pairs, NDArray[np.float64]]:
    """Adam on mini-batches, an epoch for each row of orders (Kingma & Ba 2015, Algorithm 1). Lesson 15.

        for each batch: logits ← forward_pass,  g ← backward_pass,  t ← t + 1,  θ, m, v ← adam_step

    Args:
        params: a pair (weights, biases) for each layer, float64; they stay as they are.
        x: (n, d) float64.
        labels: (n,) whole numbers in [0, k).
        orders: for each epoch the indices of its examples in their order; any number of them, also twice.
        batch_size: examples of a batch; the last of an epoch may be short.
        learning_rate: η.
        beta1: β₁.
        beta2: β₂.
        eps: keeps Adam's quotient finite.

    Returns:
        The new params, and the loss of each batch before its update.

    Raises:
        ValueError: for a batch_size below 1, and where shapes or labels do not fit.

    >>> params = [(np.zeros((1, 2)), np.zeros(2))]
    >>> trained, losses = train_network(params, [[1.0], [-1.0]], [0, 1], [[0, 1]], 2, learning_rate=0.5)
    >>> trained[0][0].round(6), losses.round(6)
    (array([[ 0.5, -0.5]]), array([0.693147]))
    """
    x, labels = as_float(x), np.asarray(labels)
    losses: list[float] = []
    theta: list[Floats] = [
        np.array(each, np.float64) for pair in params for each in pair
    ]  # W₁, b₁, W₂, b₂, …
    m, v = ([np.zeros_like(each) for each in theta] for _ in range(2))
    batches = [batch for order in orders for batch in minibatches(order, batch_size)]
    for t, batch in enumerate(batches, 1):
        logits, activations = forward_pass(_pairs(theta), x[batch])
        losses.append(cross_entropy(logits, labels[batch]))
        gradients = backward_pass(_pairs(theta), activations, logits, labels[batch])
        for i, grad in enumerate(each for pair in gradients for each in pair):
            theta[i], m[i], v[i] = adam_step(theta[i], m[i], v[i], t, grad, learning_rate, beta1, beta2, eps)
    return _pairs(theta), np.array(losses)


def predict(params: AnyPairs, x: ArrayLike) -> NDArray[np.intp]:
    """The class with the largest logit, the first of tied ones. Lesson 15.

    Args:
        params: a pair (weights, biases) for each layer.
        x: (n, d) float.

    Returns:
        (n,) whole numbers in [0, k).

    Raises:
        ValueError: where a layer does not fit what arrives at it.

    >>> predict([([[1.0, -1.0]], [0.0, 0.0])], [[3.0], [-2.0], [0.0]])
    array([0, 1, 0])
    """
    logits, _ = forward_pass(params, x)
    classes: NDArray[np.intp] = np.argmax(logits, axis=1)
    return classes


def _affine(x: Floats, weights: ArrayLike, biases: ArrayLike) -> Floats:
    weights, biases = as_float(weights), as_float(biases)
    if x.ndim != 2 or weights.shape != x.shape[1:] + biases.shape:
        raise ValueError(
            "what arrives (n, d), weights (d, m) and biases (m,) do not fit: "
            f"got {x.shape}, {weights.shape} and {biases.shape}"
        )
    return x @ weights + biases


def _pairs(flat: list[Floats]) -> Pairs:
    return list(zip(flat[::2], flat[1::2], strict=True))
