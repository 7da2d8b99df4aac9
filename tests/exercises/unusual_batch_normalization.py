"""Right answers to lesson 14 as someone else would write them."""

import numpy as np


def forward_by_moments(x, gamma, beta, eps):
    x = np.asarray(x, float)
    mean = np.sum(x, axis=0) / len(x)
    variance = np.einsum("nd,nd->d", x - mean, x - mean) / len(x)
    scale = gamma * (variance + eps) ** -0.5
    return x * scale + (beta - mean * scale), mean, variance


def forward_unit_by_unit(x, gamma, beta, eps):
    out, means, variances = [], [], []
    for column, g, b in zip(np.transpose(x).tolist(), gamma.tolist(), beta.tolist(), strict=True):
        m = sum(column) / len(column)
        v = sum((value - m) ** 2 for value in column) / len(column)
        out.append([g * (value - m) / (v + eps) ** 0.5 + b for value in column])
        means.append(m)
        variances.append(v)
    return np.transpose(out).tolist(), means, variances


def forward_in_long_doubles(x, gamma, beta, eps):
    x = np.array(x, np.longdouble)
    return [gamma * (x - x.mean(0)) / np.sqrt(x.var(0) + eps) + beta, x.mean(0), x.var(0)]


def backward_along_the_graph(upstream, x, gamma, eps):
    """Every node of the computation one by one."""
    n = len(x)
    centred = x - x.mean(axis=0)
    inverse = 1 / np.sqrt((centred**2).mean(axis=0) + eps)
    d_hat = upstream * gamma
    d_inverse = (d_hat * centred).sum(axis=0)
    d_variance = -0.5 * inverse**3 * d_inverse
    d_centred = d_hat * inverse + 2 * centred * d_variance / n
    dx = d_centred - d_centred.sum(axis=0) / n
    return dx, (upstream * centred * inverse).sum(axis=0), upstream.sum(axis=0)


def backward_by_the_jacobian(upstream, x, gamma, eps):
    """A matrix (n, n) for every unit."""
    n, d = x.shape
    root = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / root
    dx = np.empty((n, d))
    for j in range(d):
        jacobian = np.eye(n) - 1 / n - np.outer(x_hat[:, j], x_hat[:, j]) / n
        dx[:, j] = gamma[j] / root[j] * (jacobian @ upstream[:, j])
    return dx, np.einsum("nd,nd->d", upstream, x_hat), np.ones(n) @ upstream


def backward_with_sums(upstream, x, gamma, eps):
    n, root = len(x), np.sqrt(np.var(x, axis=0) + eps)
    x_hat = (x - np.mean(x, axis=0)) / root
    dgamma, dbeta = np.sum(upstream * x_hat, 0), np.sum(upstream, 0)
    return (
        (gamma / (n * root) * (n * upstream - dbeta - x_hat * dgamma)).tolist(),
        dgamma.tolist(),
        list(dbeta),
    )


def layer_norm_of_the_transposed_batch(x, gamma, beta, eps):
    x = np.transpose(x)
    return np.transpose((x - x.mean(axis=0)) * (x.var(axis=0) + eps) ** -0.5) * gamma + beta


def layer_norm_example_by_example(x, gamma, beta, eps):
    out = []
    for row in x.tolist():
        m = sum(row) / len(row)
        root = (sum((value - m) ** 2 for value in row) / len(row) + eps) ** 0.5
        out.append([g * (value - m) / root + b for value, g, b in zip(row, gamma, beta, strict=True)])
    return out


def layer_norm_by_columns(x, gamma, beta, eps):
    mean, deviation = np.mean(x, axis=-1)[:, None], np.std(x, axis=-1)[:, None]
    return (x - mean) / np.hypot(deviation, np.sqrt(eps)) * gamma + beta


def layer_norm_backward_along_the_graph(upstream, x, gamma, eps):
    """Every node of the computation one by one."""
    d = x.shape[1]
    centred = x - x.mean(axis=1, keepdims=True)
    inverse = 1 / np.sqrt((centred**2).mean(axis=1, keepdims=True) + eps)
    d_hat = upstream * gamma
    d_inverse = (d_hat * centred).sum(axis=1, keepdims=True)
    d_variance = -0.5 * inverse**3 * d_inverse
    d_centred = d_hat * inverse + 2 * centred * d_variance / d
    dx = d_centred - d_centred.sum(axis=1, keepdims=True) / d
    return dx, (upstream * centred * inverse).sum(axis=0), upstream.sum(axis=0)


def layer_norm_backward_by_the_jacobian(upstream, x, gamma, eps):
    """A matrix (d, d) for every example."""
    n, d = x.shape
    dx, dgamma = np.empty((n, d)), np.zeros(d)
    for i, row in enumerate(x):
        root = np.sqrt(row.var() + eps)
        x_hat = (row - row.mean()) / root
        dx[i] = (np.eye(d) - 1 / d - np.outer(x_hat, x_hat) / d) @ (gamma * upstream[i]) / root
        dgamma += upstream[i] * x_hat
    return dx, dgamma, np.ones(n) @ upstream


def layer_norm_backward_with_sums(upstream, x, gamma, eps):
    d, root = x.shape[1], np.sqrt(np.var(x, 1) + eps).reshape(-1, 1)
    x_hat, g = (x - np.mean(x, 1)[:, None]) / root, gamma * upstream
    dx = (d * g - np.sum(g, 1)[:, None] - x_hat * np.sum(g * x_hat, 1)[:, None]) / (d * root)
    return [dx.tolist(), np.einsum("nd,nd->d", upstream, x_hat).tolist(), list(np.sum(upstream, 0))]


UNUSUAL = {
    "layer_norm_forward": [
        layer_norm_of_the_transposed_batch,
        layer_norm_example_by_example,
        layer_norm_by_columns,
    ],
    "layer_norm_backward": [
        layer_norm_backward_along_the_graph,
        layer_norm_backward_by_the_jacobian,
        layer_norm_backward_with_sums,
    ],
    "batch_norm_forward": [forward_by_moments, forward_unit_by_unit, forward_in_long_doubles],
    "batch_norm_backward": [backward_along_the_graph, backward_by_the_jacobian, backward_with_sums],
    "update_running": [
        lambda running, batch_value, momentum: batch_value + momentum * (running - batch_value),
        lambda running, batch_value, momentum: running - (1 - momentum) * (running - batch_value),
        lambda running, batch_value, momentum: np.average(
            [running, batch_value], axis=0, weights=[momentum, 1 - momentum]
        ),
        lambda running, batch_value, momentum: (
            momentum * np.asarray(running, np.longdouble) + (1 - momentum) * batch_value
        ),
    ],
}
