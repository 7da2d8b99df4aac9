"""Right answers to lesson 02 as someone else would write them."""

import numpy as np


def numerical_gradient_by_ndenumerate(f, x, h=1e-5):
    point = np.asarray(x).astype(np.float64)
    out = np.empty_like(point)
    for index, old in np.ndenumerate(point):
        point[index] = old + h
        above = f(point)
        point[index] = old - h
        out[index] = (above - f(point)) / h / 2
        point[index] = old
    return out


def numerical_gradient_by_unit_vectors(f, x, h=1e-5):
    x = np.array(x, float)
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + e) - f(x - e)) / (2 * h) for e in steps]).reshape(x.shape).tolist()


def numerical_gradient_on_the_flat_copy(f, x, h=1e-5):
    flat, shape = np.ravel(x).astype(float), np.shape(x)

    def at(i, value):
        return f(np.concatenate([flat[:i], [value], flat[i + 1 :]]).reshape(shape))

    return np.reshape([0.5 * (at(i, t + h) - at(i, t - h)) / h for i, t in enumerate(flat)], shape)


def numerical_gradient_with_a_keyword(f, x, *, h=1e-5):
    return numerical_gradient_on_the_flat_copy(f, x, h)


def relative_error_with_a_loop(a, b):
    worst = 0.0
    for s, t in zip(np.ravel(a).tolist(), np.ravel(b).tolist(), strict=True):
        error = abs(s - t) / max(abs(s) + abs(t), 1e-8)
        if not error <= worst:
            worst = error
            if error != error:
                break
    return worst


def relative_error_by_where(a, b):
    size = np.abs(a) + np.abs(b)
    return (np.abs(np.subtract(a, b)) / np.where(size < 1e-8, 1e-8, size)).max()


def affine_backward_by_einsum(x, weights, upstream):
    dx = np.einsum("nm,dm->nd", upstream, weights)
    return dx, np.einsum("nd,nm->dm", x, upstream), np.einsum("nm->m", upstream)


def affine_backward_example_by_example(x, weights, upstream):
    dweights = sum(np.outer(row, out) for row, out in zip(x, upstream, strict=True))
    return [(weights @ upstream.T).T.tolist(), dweights, np.ones(len(x)) @ upstream]


def affine_backward_with_dot(x, weights, upstream):
    return np.dot(upstream, weights.T), np.dot(upstream.T, x).T, np.add.reduce(upstream)


def gradient_by_one_hot(logits, labels):
    z = logits - np.max(logits, axis=-1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
    return (p - np.eye(np.shape(logits)[1])[labels]) / np.shape(logits)[0]


def gradient_row_by_row(logits, labels):
    rows = []
    for z, label in zip(logits, labels, strict=True):
        p = [1 / np.exp(np.minimum(z - z_j, 700.0)).sum() for z_j in z]
        p[label] -= 1
        rows.append([p_j / len(labels) for p_j in p])
    return rows


def gradient_by_log_sum(logits, labels):
    log_p = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
    truth = np.equal.outer(labels, np.arange(logits.shape[1]))
    return np.exp(log_p) / len(labels) - truth / len(labels)


UNUSUAL = {
    "numerical_gradient": [
        numerical_gradient_by_ndenumerate,
        numerical_gradient_by_unit_vectors,
        numerical_gradient_on_the_flat_copy,
        numerical_gradient_with_a_keyword,
    ],
    "relative_error": [
        relative_error_with_a_loop,
        relative_error_by_where,
        lambda a, b: np.max(abs(a - b) / np.clip(abs(a) + abs(b), 1e-8, None)),
    ],
    "affine_backward": [
        affine_backward_by_einsum,
        affine_backward_example_by_example,
        affine_backward_with_dot,
    ],
    "softmax_cross_entropy_gradient": [gradient_by_one_hot, gradient_row_by_row, gradient_by_log_sum],
}
