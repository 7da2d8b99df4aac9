"""Two ways in which a perceptron is often written in NumPy, as rivals: a textbook's, and one in a hurry."""

from itertools import pairwise

import numpy as np


class NaivePerceptron:
    """Lists of arrays, one loop forward and one back, fresh arrays at each update."""

    def __init__(self, sizes, theta, method, learning_rate):
        self.weights, self.biases = unpack(sizes, theta)
        self.method, self.learning_rate, self.t = method, learning_rate, 0
        parameters = self.weights + self.biases
        self.m = [np.zeros_like(p) for p in parameters]
        self.v = [np.zeros_like(p) for p in parameters]

    def train(self, x, labels):
        activations = [x]
        for i, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = activations[-1] @ w + b
            activations.append(np.maximum(z, 0) if i < len(self.weights) - 1 else z)
        z = activations[-1] - activations[-1].max(axis=1, keepdims=True)
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        rows = np.arange(len(x))
        loss = -np.log(p[rows, labels] + 1e-12).mean()
        delta = p.copy()
        delta[rows, labels] -= 1
        delta = delta / len(x)
        weight_gradients, bias_gradients = [], []
        for i in reversed(range(len(self.weights))):
            weight_gradients.insert(0, activations[i].T @ delta)
            bias_gradients.insert(0, delta.sum(axis=0))
            if i > 0:
                delta = (delta @ self.weights[i].T) * (activations[i] > 0)
        self.update(weight_gradients + bias_gradients)
        return loss

    def update(self, gradients):
        self.t += 1
        parameters, updated = self.weights + self.biases, []
        for i, (p, g) in enumerate(zip(parameters, gradients, strict=True)):
            if self.method == "momentum":
                self.v[i] = 0.9 * self.v[i] - self.learning_rate * g
                updated.append(p + self.v[i])
            else:
                self.m[i] = 0.9 * self.m[i] + 0.1 * g
                self.v[i] = 0.999 * self.v[i] + 0.001 * g**2
                m_hat, v_hat = self.m[i] / (1 - 0.9**self.t), self.v[i] / (1 - 0.999**self.t)
                updated.append(p - self.learning_rate * m_hat / (np.sqrt(v_hat) + 1e-8))
        self.weights, self.biases = updated[: len(self.weights)], updated[len(self.weights) :]


class TextbookPerceptron:
    """A class a layer, parameters and gradients in dictionaries, an optimizer that walks them."""

    def __init__(self, sizes, theta, method, learning_rate):
        self.params, self.layers = {}, []
        for i, (w, b) in enumerate(zip(*unpack(sizes, theta), strict=True), 1):
            self.params[f"W{i}"], self.params[f"b{i}"] = w, b
            self.layers += [Affine(w, b), Relu()]
        self.layers.pop()
        self.last_layer = SoftmaxWithLoss()
        self.optimizer = {"momentum": DictionaryMomentum, "adam": DictionaryAdam}[method](learning_rate)

    def train(self, x, labels):
        for layer in self.layers:
            x = layer.forward(x)
        loss = self.last_layer.forward(x, labels)
        upstream = self.last_layer.backward()
        for layer in reversed(self.layers):
            upstream = layer.backward(upstream)
        gradients = {}
        for i, layer in enumerate(self.layers[::2], 1):
            gradients[f"W{i}"], gradients[f"b{i}"] = layer.dW, layer.db
        self.optimizer.update(self.params, gradients)
        return loss


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, upstream):
        self.dW = np.dot(self.x.T, upstream)
        self.db = np.sum(upstream, axis=0)
        return np.dot(upstream, self.W.T)


class Relu:
    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, upstream):
        upstream[self.mask] = 0
        return upstream


class SoftmaxWithLoss:
    def forward(self, x, labels):
        self.labels = labels
        x = x - np.max(x, axis=1, keepdims=True)
        self.y = np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)
        return -np.sum(np.log(self.y[np.arange(len(x)), labels] + 1e-7)) / len(x)

    def backward(self):
        dx = self.y.copy()
        dx[np.arange(len(dx)), self.labels] -= 1
        return dx / len(dx)


class DictionaryMomentum:
    def __init__(self, learning_rate):
        self.learning_rate, self.v = learning_rate, None

    def update(self, params, grads):
        if self.v is None:
            self.v = {key: np.zeros_like(value) for key, value in params.items()}
        for key in params:
            self.v[key] = 0.9 * self.v[key] - self.learning_rate * grads[key]
            params[key] += self.v[key]


class DictionaryAdam:
    def __init__(self, learning_rate):
        self.learning_rate, self.t, self.m, self.v = learning_rate, 0, None, None

    def update(self, params, grads):
        if self.m is None:
            self.m = {key: np.zeros_like(value) for key, value in params.items()}
            self.v = {key: np.zeros_like(value) for key, value in params.items()}
        self.t += 1
        rate = float(self.learning_rate * np.sqrt(1.0 - 0.999**self.t) / (1.0 - 0.9**self.t))
        for key in params:
            self.m[key] += 0.1 * (grads[key] - self.m[key])
            self.v[key] += 0.001 * (grads[key] ** 2 - self.v[key])
            params[key] -= rate * self.m[key] / (np.sqrt(self.v[key]) + 1e-7)


def unpack(sizes, theta):
    """Weights (n, m) and biases (m,) from one flat vector, layer by layer."""
    weights, biases, start = [], [], 0
    for n, m in pairwise(sizes):
        weights.append(theta[start : start + n * m].reshape(n, m).copy())
        biases.append(theta[start + n * m : start + n * m + m].copy())
        start += n * m + m
    return weights, biases
