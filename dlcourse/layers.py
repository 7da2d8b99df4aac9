"""The layers of a network: each computes an output, then turns the output's gradient into those before it."""

from __future__ import annotations

import numpy as np

from dlcourse import activations
from dlcourse.activations import as_float
from dlcourse.initializers import Initializer, initializer_named


def affine_backward(x, weights, upstream) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of x @ weights + bias. Lesson 02.

        dx = upstream Wᵀ      dW = xᵀ upstream      db = Σ_rows upstream

    x: (n, d).  weights: (d, m).  upstream: (n, m), the gradient of the output.
    Returns dx (n, d), dweights (d, m), dbias (m,).  Raises ValueError where the shapes do not fit.

    >>> affine_backward([[1.0, 2.0]], [[3.0], [4.0]], [[10.0]])
    (array([[30., 40.]]), array([[10.],
           [20.]]), array([10.]))
    """
    x, weights, upstream = as_float(x), as_float(weights), as_float(upstream)
    if x.ndim != 2 or x.shape[1:] != weights.shape[:1] or upstream.shape != (len(x), *weights.shape[1:]):
        raise ValueError(
            "x (n, d), weights (d, m) and upstream (n, m) do not fit: "
            f"got {x.shape}, {weights.shape} and {upstream.shape}"
        )
    return upstream @ weights.T, x.T @ upstream, upstream.sum(axis=0)


class Layer:
    """A step of the network. Its parameters are views into the network's flat vectors.

    shapes: the shape of each parameter by name. A network gives the layer, for each of them, an attribute of
    that name and one with `_gradient` behind it.
    state: arrays that belong to the layer but are not trained, saved with the network.
    """

    def __init__(self, **shapes: tuple[int, ...]):
        self.shapes = shapes
        self.state: dict[str, np.ndarray] = {}

    def initialize(self, rng: np.random.Generator) -> None:
        """Draw the first values of the parameters."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The layer's output for x (n, …). Keeps what `backward` needs."""
        raise NotImplementedError

    def backward(self, upstream: np.ndarray, input_gradient: bool = True) -> np.ndarray | None:
        """Fill the parameters' gradients and return the input's, given the gradient of the last output.

        Where nobody needs the input's gradient (`input_gradient=False`), a layer may skip it.
        """
        raise NotImplementedError


class Dense(Layer):
    """Every output sees every input. Lesson 01, section A1.

        y = x W + b

    n_in, n_out: sizes.  initializer: a name from `dlcourse.initializers` or a function (rng, shape) →
    weights; biases start at 0.  Raises ValueError for sizes below 1, an unknown name, and input of another width.

    >>> Dense(64, 10)
    Dense(64, 10)
    """

    def __init__(self, n_in: int, n_out: int, initializer: str | Initializer = "glorot_uniform"):
        if n_in < 1 or n_out < 1:
            raise ValueError(f"a Dense layer needs at least one input and one output, not {n_in} and {n_out}")
        super().__init__(weights=(n_in, n_out), bias=(n_out,))
        self.n_in, self.n_out = n_in, n_out
        self.draw = initializer_named(initializer)

    def __repr__(self):
        return f"Dense({self.n_in}, {self.n_out})"

    def initialize(self, rng):
        self.weights[...] = self.draw(rng, self.weights.shape)
        self.bias[...] = 0

    def forward(self, x, training=False):
        if x.ndim != 2 or x.shape[1] != self.n_in:
            raise ValueError(f"{self} takes input (n, {self.n_in}), not {x.shape}")
        self.x = x
        y = x @ self.weights
        y += self.bias
        return y

    def backward(self, upstream, input_gradient=True):
        np.matmul(self.x.T, upstream, out=self.weights_gradient)
        np.add.reduce(upstream, axis=0, out=self.bias_gradient)
        return upstream @ self.weights.T if input_gradient else None


class Activation(Layer):
    """A non-linear function of every entry. Lessons 03 and 04, section B.

        y = h(x)      dx = upstream ⊙ h′(x)

    name: one of 'identity', 'sigmoid', 'tanh'.  Raises ValueError for another.

    >>> Activation("tanh").forward(np.array([[0.0, np.inf]]))
    array([[0., 1.]])
    """

    def __init__(self, name: str):
        if name not in ACTIVATIONS:
            raise ValueError(f"unknown activation {name!r}: choose from {', '.join(ACTIVATIONS)}")
        super().__init__()
        self.name = name
        self.function, self.back = ACTIVATIONS[name]

    def __repr__(self):
        return f"Activation({self.name!r})"

    def forward(self, x, training=False):
        self.y = self.function(x)
        return self.y

    def backward(self, upstream, input_gradient=True):
        return self.back(self.y, upstream)


def _identity_back(y, upstream):
    return upstream


def _sigmoid_back(y, upstream):
    slope = 1 - y  # σ′ = σ(1 − σ)
    slope *= y
    slope *= upstream
    return slope


def _tanh_back(y, upstream):
    slope = y * y  # tanh′ = 1 − tanh²
    np.subtract(1, slope, out=slope)
    slope *= upstream
    return slope


ACTIVATIONS = {
    "identity": (as_float, _identity_back),
    "sigmoid": (activations.sigmoid, _sigmoid_back),
    "tanh": (activations.tanh, _tanh_back),
}
