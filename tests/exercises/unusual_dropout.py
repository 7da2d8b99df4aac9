"""Right answers to lesson 10 as someone else would write them."""

import numpy as np


def forward_by_indexing(x, noise, drop_rate):
    mask = np.full(np.shape(x), 1 / (1 - drop_rate))
    mask[np.asarray(noise) < drop_rate] = 0.0
    return np.multiply(x, mask), mask


def forward_by_division(x, noise, drop_rate):
    kept = noise >= drop_rate
    return np.where(kept, x / (1 - drop_rate), 0.0), np.divide(kept, 1 - drop_rate)


def forward_in_plain_python(x, noise, drop_rate):
    scale = 1.0 / (1.0 - drop_rate)
    mask = [0.0 if n < drop_rate else scale for n in np.ravel(noise).tolist()]
    out = [a * b for a, b in zip(np.ravel(x).tolist(), mask, strict=True)]
    return [np.reshape(out, np.shape(x)).tolist(), np.reshape(mask, np.shape(x)).tolist()]


def forward_in_long_doubles(x, noise, drop_rate):
    mask = np.heaviside(np.asarray(noise, np.longdouble) - drop_rate, 1) / (1 - np.longdouble(drop_rate))
    return mask * x, mask


def backward_by_choice(upstream, mask):
    return np.where(mask == 0, 0.0, upstream * mask)


def backward_in_plain_python(upstream, mask):
    products = [u * m for u, m in zip(np.ravel(upstream).tolist(), np.ravel(mask).tolist(), strict=True)]
    return np.reshape(products, np.shape(mask)).tolist()


def layer_with_dropout_before_its_relu(x, weights, bias, noise, drop_rate, upstream):
    mask = np.where(noise < drop_rate, 0.0, 1 / (1 - drop_rate))
    sums = (x @ weights + bias) * mask  # the mask is not negative, so the ReLU may come after it
    back = np.where(sums > 0, mask, 0.0) * upstream
    return np.clip(sums, 0, None), np.dot(back, weights.T), np.dot(x.T, back), np.sum(back, 0)


def layer_example_by_example(x, weights, bias, noise, drop_rate, upstream):
    n, d = x.shape
    out, dx = np.zeros(noise.shape), np.zeros((n, d))
    dweights, dbias = np.zeros(weights.shape), np.zeros(len(bias))
    for i, j in np.ndindex(*noise.shape):
        total = x[i] @ weights[:, j] + bias[j]
        if total > 0 and noise[i, j] >= drop_rate:
            scale = 1 / (1 - drop_rate)
            out[i, j] = total * scale
            dx[i] += upstream[i, j] * scale * weights[:, j]
            dweights[:, j] += upstream[i, j] * scale * x[i]
            dbias[j] += upstream[i, j] * scale
    return [out, dx, dweights, dbias]


def layer_by_einsum(x, weights, bias, noise, drop_rate, upstream):
    z = np.einsum("nd,dm->nm", x, weights) + bias
    share = np.logical_and(z > 0, noise >= drop_rate) / (1 - drop_rate)
    back = share * upstream
    return z * share, np.einsum("nm,dm->nd", back, weights), np.einsum("nd,nm->dm", x, back), back.sum(0)


UNUSUAL = {
    "dropout_layer_gradients": [
        layer_with_dropout_before_its_relu,
        layer_example_by_example,
        layer_by_einsum,
    ],
    "dropout_forward": [
        forward_by_indexing,
        forward_by_division,
        forward_in_plain_python,
        forward_in_long_doubles,
    ],
    "dropout_backward": [
        backward_by_choice,
        backward_in_plain_python,
        lambda upstream, mask: np.einsum("...,...->...", mask, upstream),
        lambda upstream, mask: upstream * mask.astype(np.longdouble),
    ],
    "vanilla_dropout_at_test": [
        lambda x, drop_rate: x - drop_rate * x,
        lambda x, drop_rate: np.multiply(1.0 - drop_rate, x).tolist(),
        lambda x, drop_rate: x / (1 / (1 - drop_rate)),
        lambda x, drop_rate: np.array(x, dtype=np.longdouble) * (1 - drop_rate),
    ],
}
