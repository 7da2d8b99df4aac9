"""Right answers to lesson 03 as someone else would write them."""

import math
from functools import partial

import numpy as np


def _stable_logistic(t: float) -> float:
    if t >= 0:
        return 1.0 / (1.0 + math.exp(-t))
    return math.exp(t) / (1.0 + math.exp(t))


def sigmoid_by_masks(x):
    x = np.asarray(x, dtype=float)
    out = np.empty_like(x)
    out[x >= 0] = 1 / (1 + np.exp(-x[x >= 0]))
    small = np.exp(x[~(x >= 0)])
    out[~(x >= 0)] = small / (1 + small)
    return out


def sigmoid_of_clipped(x):
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))


def sigmoid_without_warning(x):
    with np.errstate(over="ignore"):
        return np.reciprocal(np.exp(np.negative(x)) + 1.0)


def sigmoid_with_a_loop(x):
    return np.array([_stable_logistic(float(t)) for t in np.ravel(x)]).reshape(np.shape(x)).tolist()


def sigmoid_derivative_by_tanh(x):
    return (1 - np.tanh(x / 2) ** 2) / 4


def sigmoid_derivative_by_symmetry(x):
    z = np.exp(-np.abs(x))
    return np.divide(z, np.square(1 + z))


def tanh_stretched(x):
    return sigmoid_of_clipped(2.0 * x) * 2 + -1


def tanh_of_the_odds(x):
    z = np.expm1(-2 * np.abs(x))
    return -np.sign(x) * z / (z + 2)


def tanh_slope_by_sigmoid(x):
    s = sigmoid_by_masks(2 * np.asarray(x, dtype=np.float64))
    return 4 * s * (1 - s)


def tanh_slope_by_factors(x):
    t = np.tanh(x)
    return (1 - t) * (1 + t)


def product_from_the_right(weights):
    *rest, product = weights
    for w in reversed(rest):
        product = np.dot(w, product)
    return np.array(product)


def product_of_basis_rows(weights):
    rows = np.identity(len(weights[0]))
    for w in weights:
        rows = np.einsum("ij,jk->ik", rows, w)
    return rows


def product_in_plain_python(weights):
    product = [list(map(float, row)) for row in weights[0]]
    for w in weights[1:]:
        product = [[sum(a * b for a, b in zip(row, column, strict=True)) for column in zip(*w, strict=True)]
                   for row in product]  # fmt: skip
    return product


UNUSUAL = {
    "collapse_linear": [
        product_from_the_right,
        product_of_basis_rows,
        product_in_plain_python,
        lambda weights: np.linalg.multi_dot(
            [np.eye(weights[0].shape[0]), np.eye(weights[0].shape[0]), *weights]
        ),
    ],
    "sigmoid": [
        sigmoid_by_masks,
        sigmoid_without_warning,
        sigmoid_with_a_loop,
        np.vectorize(_stable_logistic, otypes=[np.longdouble]),
        lambda x: 0.5 + 0.5 * np.tanh(0.5 * x),
        partial(lambda zero, x: np.exp(-np.logaddexp(zero, np.negative(x))), 0.0),
    ],
    "sigmoid_derivative": [
        sigmoid_derivative_by_tanh,
        sigmoid_derivative_by_symmetry,
        lambda x: sigmoid_without_warning(x) * sigmoid_without_warning(-x),
    ],
    "tanh_from_sigmoid": [
        np.tanh,
        tanh_stretched,
        tanh_of_the_odds,
        lambda x: sigmoid_without_warning(2 * x) - sigmoid_without_warning(-2 * x),
    ],
    "tanh_derivative": [
        tanh_slope_by_sigmoid,
        tanh_slope_by_factors,
        lambda x: 1 - np.tanh(np.asarray(x, dtype=np.longdouble)) ** 2,
    ],
    "neuron_weight_gradient": [
        lambda x, delta: [delta * xi for xi in x],
        lambda x, delta: tuple((np.asarray(x) * delta).tolist()),
        lambda x, delta: np.outer(x, delta)[:, 0],
        lambda x, delta: x.astype(np.longdouble) @ (delta * np.eye(len(x))),
    ],
}
