"""Right answers to project 15 as someone else would write them."""

import math

import numpy as np


def weights_by_numbers(sizes, noise):
    pairs = []
    for n_in, n_out, drawn in zip(sizes[:-1], sizes[1:], noise, strict=True):
        factor = math.sqrt(2.0 / int(n_in))
        pairs.append([[[factor * float(z) for z in row] for row in drawn], [0.0] * int(n_out)])
    return pairs


def weights_divided(sizes, noise):
    return [(each / np.sqrt(len(each) / 2), np.zeros(each.shape[1])) for each in noise]


def weights_in_a_loop(sizes, noise):
    params = []
    for i in range(len(sizes) - 1):
        params += [(np.multiply(noise[i], (2 / sizes[i]) ** 0.5), np.zeros(shape=(sizes[i + 1],)))]
    return tuple(params)


def forward_by_where(params, x):
    activations, a = [], x
    for weights, biases in params:
        activations.append(a)
        z = np.dot(a, weights) + biases
        a = np.where(z > 0, z, 0)
    return z, activations


def forward_with_ones(params, x):
    """Biases as weights of an input that is 1."""
    activations = [x]
    for i, (weights, biases) in enumerate(params):
        with_one = np.column_stack([activations[-1], np.ones(len(x))])
        z = with_one @ np.vstack([weights, biases])
        if i + 1 < len(params):
            activations.append(z * (z > 0))
    return [z, tuple(activations)]


def forward_by_recursion(params, x):
    (weights, biases), *rest = params
    z = x @ weights + biases
    if not rest:
        return z, [x]
    logits, later = forward_by_recursion(rest, np.maximum(z, 0.0))
    return logits, [x, *later]


def forward_that_changes_sums_in_place(params, x):
    activations = [x]
    for weights, biases in params[:-1]:
        z = activations[-1] @ weights + biases
        z[z < 0] = 0
        activations.append(z)
    return activations[-1] @ params[-1][0] + params[-1][1], activations


def backward_from_the_front(params, activations, logits, labels):
    """The list is filled from its end."""
    n, k = logits.shape
    shifted = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    g = (p - np.eye(k)[np.asarray(labels)]) / n
    gradients = []
    for i in range(len(params) - 1, -1, -1):
        gradients.insert(0, (activations[i].T @ g, np.sum(g, axis=0)))
        g = np.where(activations[i] > 0, g @ params[i][0].T, 0)
    return gradients


def backward_from_the_sums(params, activations, logits, labels):
    """The slope of each ReLU from the sum before it."""
    g = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
    g[np.arange(len(labels)), labels] -= 1
    g /= len(labels)
    gradients = [None] * len(params)
    for i in reversed(range(len(params))):
        gradients[i] = (np.einsum("nd,nm->dm", activations[i], g), np.ones(len(g)) @ g)
        if i > 0:
            z = activations[i - 1] @ params[i - 1][0] + params[i - 1][1]
            g = np.dot(g, params[i][0].T)
            g[z <= 0] = 0
    return gradients


def backward_example_by_example(params, activations, logits, labels):
    total = [[np.zeros(np.shape(w)), np.zeros(np.shape(b))] for w, b in params]
    for row, label in enumerate(labels):
        p = np.exp(logits[row] - np.max(logits[row]))
        g = p / p.sum()
        g[label] -= 1
        for i in range(len(params) - 1, -1, -1):
            total[i][0] += np.outer(activations[i][row], g) / len(labels)
            total[i][1] += g / len(labels)
            g = params[i][0] @ g * np.sign(activations[i][row])
    return total


def _loss(logits, labels):
    return float(np.mean(np.logaddexp.reduce(logits, axis=1) - logits[np.arange(len(labels)), labels]))


def train_layer_by_layer(
    params, x, labels, orders, batch_size, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8
):
    params = [[np.array(w), np.array(b)] for w, b in params]
    m = [[np.zeros_like(each) for each in pair] for pair in params]
    v = [[np.zeros_like(each) for each in pair] for pair in params]
    losses, t, labels = [], 0, np.array(labels)
    for order in orders:
        for i in range(0, len(order), batch_size):
            batch = order[i : i + batch_size]
            logits, activations = forward_by_where(params, x[batch])
            losses.append(_loss(logits, labels[batch]))
            gradients = backward_from_the_front(params, activations, logits, labels[batch])
            t += 1
            for layer in range(len(params)):
                for j in range(2):
                    g = gradients[layer][j]
                    m[layer][j] = beta1 * m[layer][j] + (1 - beta1) * g
                    v[layer][j] = beta2 * v[layer][j] + (1 - beta2) * g * g
                    m_hat = m[layer][j] / (1 - beta1**t)
                    v_hat = v[layer][j] / (1 - beta2**t)
                    params[layer][j] -= learning_rate * m_hat / (v_hat**0.5 + eps)
    return params, losses


def train_on_one_vector(
    params, x, labels, orders, batch_size, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8
):
    shapes = [each.shape for pair in params for each in pair]
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    theta = np.concatenate([each.ravel() for pair in params for each in pair])

    def pairs(vector):
        arrays = [p.reshape(s) for p, s in zip(np.split(vector, ends[:-1]), shapes, strict=True)]
        return [(arrays[i], arrays[i + 1]) for i in range(0, len(arrays), 2)]

    m, v, t, losses = np.zeros_like(theta), np.zeros_like(theta), 0, np.zeros(0)
    for order in orders:
        rest = list(order)
        while rest:
            batch, rest = rest[:batch_size], rest[batch_size:]
            classes = [labels[i] for i in batch]
            logits, activations = forward_by_recursion(pairs(theta), x[batch])
            losses = np.append(losses, _loss(logits, classes))
            gradients = backward_from_the_sums(pairs(theta), activations, logits, classes)
            g = np.concatenate([np.ravel(each) for pair in gradients for each in pair])
            t, m, v = t + 1, m + (1 - beta1) * (g - m), v + (1 - beta2) * (g**2 - v)
            rate = learning_rate * math.sqrt(1 - beta2**t) / (1 - beta1**t)
            theta = theta - rate * m / (np.sqrt(v) + eps * math.sqrt(1 - beta2**t))
    return pairs(theta), losses


def train_with_a_dictionary(
    params, x, labels, orders, batch_size, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8
):
    theta = {(i, j): np.copy(params[i][j]) for i in range(len(params)) for j in (0, 1)}
    memory = {key: (0.0, 0.0) for key in theta}
    batches = [np.array(o)[i : i + batch_size] for o in orders for i in range(0, len(o), batch_size)]
    losses = []
    for t in range(1, len(batches) + 1):
        rows = batches[t - 1]
        now = [(theta[i, 0], theta[i, 1]) for i in range(len(params))]
        logits, activations = forward_that_changes_sums_in_place(now, np.take(x, rows, axis=0))
        losses.append(np.float64(_loss(logits, np.take(labels, rows))))
        gradients = backward_from_the_front(now, activations, logits, np.take(labels, rows))
        for i, j in theta:
            m, v = memory[i, j]
            m, v = beta1 * m + (1 - beta1) * gradients[i][j], beta2 * v + (1 - beta2) * gradients[i][j] ** 2
            memory[i, j] = m, v
            theta[i, j] = theta[i, j] - learning_rate * (m / (1 - beta1**t)) / (
                np.sqrt(v / (1 - beta2**t)) + eps
            )
    return [(theta[i, 0], theta[i, 1]) for i in range(len(params))], losses


def predict_by_numbers(params, x):
    logits, _ = forward_by_where(params, x)
    return [row.index(max(row)) for row in logits.tolist()]


def predict_by_sorting(params, x):
    logits, _ = forward_by_recursion(params, x)
    return np.argsort(-logits, axis=1, kind="stable")[:, 0].astype(np.uint8)


def predict_by_the_most_probable(params, x):
    logits, _ = forward_that_changes_sums_in_place(params, x)
    shifted = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(shifted)
    return np.argmax(p / p.sum(axis=1, keepdims=True), axis=1).astype(np.int32)


UNUSUAL = {
    "initialize_network": [weights_by_numbers, weights_divided, weights_in_a_loop],
    "forward_pass": [
        forward_by_where,
        forward_with_ones,
        forward_by_recursion,
        forward_that_changes_sums_in_place,
    ],
    "backward_pass": [backward_from_the_front, backward_from_the_sums, backward_example_by_example],
    "train_network": [train_layer_by_layer, train_on_one_vector, train_with_a_dictionary],
    "predict": [predict_by_numbers, predict_by_sorting, predict_by_the_most_probable],
}
