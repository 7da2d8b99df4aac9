"""Right answers to lesson 04 as someone else would write them."""

import math

import numpy as np


def each(function, arrays=1):
    """One number of each array at a time, in plain Python, for any shape; the rest is as it is given."""
    return lambda *given, **settings: np.reshape(
        [
            function(*numbers, *given[arrays:], **settings)
            for numbers in zip(*(np.ravel(a).tolist() for a in given[:arrays]), strict=True)
        ],
        np.shape(given[0]),
    ).tolist()


def relu_of_a_copy(x):
    x = np.array(x, dtype=float)
    x[x < 0] = 0
    return x


def relu_backward_by_indexing(x, upstream):
    dx, upward = np.zeros(np.shape(x)), np.greater(x, 0)
    dx[upward] = np.asarray(upstream)[upward]
    return dx


def leaky_by_parts(x, slope=0.01):
    return np.clip(x, 0, None) + slope * np.clip(x, None, 0)


def leaky_backward_by_parts(x, upstream, slope=0.01):
    passed = np.heaviside(np.asarray(x, float), 0.0)
    return passed * upstream + slope * (1 - passed) * upstream


def elu_silenced(x, alpha=1.0):
    with np.errstate(over="ignore"):
        return np.where(x <= 0, alpha * (np.exp(x) - 1), x)


def elu_by_masks(x, alpha=1.0):
    out = np.array(x, dtype=float)
    out[out < 0] = alpha * np.expm1(out[out < 0])
    return out


def elu_backward_from_the_output(x, upstream, alpha=1.0):
    out = elu_by_masks(x, alpha)
    return upstream * np.where(np.asarray(x) > 0, 1, out + alpha)


def elu_backward_clipped(x, upstream, alpha=1.0):
    return np.multiply(upstream, np.where(np.greater(x, 0), 1.0, alpha * np.exp(np.clip(x, -745, 0))))


def maxout_in_a_loop(x, weights, biases):
    best = None
    for w, b in zip(weights, biases, strict=True):
        z = x @ w + b
        best = z if best is None else np.maximum(best, z)
    return best


def maxout_in_plain_python(x, weights, biases):
    def unit(row, j):
        return max(
            sum(row[i] * w[i][j] for i in range(len(row))) + b[j]
            for w, b in zip(weights.tolist(), biases.tolist(), strict=True)
        )

    return [[unit(row, j) for j in range(weights.shape[2])] for row in x.tolist()]


UNUSUAL = {
    "relu": [
        relu_of_a_copy,
        lambda x: np.where(np.less(x, 0), 0.0, x),
        lambda x: np.clip(x, 0, None),
        np.vectorize(lambda t: max(t, 0.0), otypes=[float]),
        lambda x: np.sort(np.stack([np.zeros(np.shape(x)), x]), axis=0)[1],
    ],
    "relu_backward": [
        relu_backward_by_indexing,
        lambda x, upstream: np.where(x > 0, upstream, 0.0),
        each(lambda x, u: u if x > 0 else 0.0, 2),
        lambda x, upstream: upstream * np.sign(np.maximum(x, 0)),
    ],
    "leaky_relu": [
        leaky_by_parts,
        each(lambda x, slope=0.01: slope * x if x < 0 else x),
        lambda x, slope=0.01: np.vectorize(lambda t: t if t > 0 else slope * t, otypes=[float])(x),
        lambda x, slope=0.01: np.where(x < 0, np.multiply(slope, x), x),
    ],
    "leaky_relu_backward": [
        leaky_backward_by_parts,
        each(lambda x, u, slope=0.01: u * (1 if x > 0 else slope), 2),
        lambda x, upstream, slope=0.01: upstream * (slope + (1 - slope) * (x > 0)),
    ],
    "elu": [
        elu_silenced,
        elu_by_masks,
        each(lambda x, alpha=1.0: alpha * (math.exp(x) - 1) if x < 0 else x),
        lambda x, alpha=1.0: np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0)),
    ],
    "elu_backward": [
        elu_backward_from_the_output,
        elu_backward_clipped,
        each(lambda x, u, alpha=1.0: u if x > 0 else u * alpha * math.exp(x), 2),
    ],
    "maxout": [
        maxout_in_a_loop,
        maxout_in_plain_python,
        lambda x, weights, biases: np.amax(np.einsum("nd,kdm->nkm", x, weights) + biases, axis=1),
    ],
    "dead_fraction": [
        lambda activations: 1 - np.count_nonzero(np.max(activations, axis=0) > 0) / activations.shape[1],
        lambda activations: (
            sum(max(unit) <= 0 for unit in np.transpose(activations).tolist()) / activations.shape[1]
        ),
        lambda activations: np.average(~(activations > 0).any(0)),
    ],
}
