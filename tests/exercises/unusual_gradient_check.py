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


def two_layers_example_by_example(x, labels, w1, b1, w2, b2):
    loss, dw1, db1, dw2, db2 = 0.0, *(np.zeros(np.shape(each)) for each in (w1, b1, w2, b2))
    for row, label in zip(x, labels, strict=True):
        h = np.tanh(row @ w1 + b1)
        s = h @ w2 + b2
        log_sum = np.logaddexp.reduce(s)
        loss = loss + (log_sum - s[label]) / len(labels)
        ds = (np.exp(s - log_sum) - (np.arange(len(s)) == label)) / len(labels)
        dz = (w2 @ ds) / np.cosh(row @ w1 + b1) ** 2
        dw1, db1, dw2, db2 = dw1 + np.outer(row, dz), db1 + dz, dw2 + np.outer(h, ds), db2 + ds
    return loss, dw1, db1, dw2, db2


def two_layers_with_a_column_of_ones(x, labels, w1, b1, w2, b2):
    ones = np.ones((len(x), 1))
    x, w1, w2 = np.hstack([x, ones]), np.vstack([w1, b1]), np.vstack([w2, b2])
    h = np.hstack([np.tanh(x @ w1), ones])
    log_p = (z := h @ w2) - np.logaddexp.reduce(z, axis=1, keepdims=True)
    truth = np.eye(w2.shape[1])[labels]
    ds = (np.exp(log_p) - truth) / len(x)
    dw2 = h.T @ ds
    dw1 = x.T @ (ds @ w2[:-1].T * (1 - h[:, :-1] ** 2))
    return [-np.sum(truth * log_p) / len(x), dw1[:-1], dw1[-1], dw2[:-1].tolist(), dw2[-1]]


def two_layers_in_columns(x, labels, w1, b1, w2, b2):
    h = np.tanh(np.transpose(w1) @ np.transpose(x) + np.reshape(b1, (-1, 1)))
    s = np.transpose(w2) @ h + np.reshape(b2, (-1, 1))
    s = s - s.max(axis=0)
    e = np.exp(s)
    losses = np.log(e.sum(axis=0)) - np.array([s[label, i] for i, label in enumerate(labels)])
    ds = e / e.sum(axis=0)
    for i, label in enumerate(labels):
        ds[label, i] -= 1
    ds /= ds.shape[1]
    dz = np.multiply(np.asarray(w2) @ ds, 1 - h * h)
    return np.mean(losses), (dz @ x).T, dz.sum(axis=1), (ds @ h.T).T, ds.sum(axis=1)


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
    "two_layer_gradients": [
        two_layers_example_by_example,
        two_layers_with_a_column_of_ones,
        two_layers_in_columns,
    ],
}
