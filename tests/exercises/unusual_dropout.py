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


UNUSUAL = {
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
