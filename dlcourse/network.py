"""A stack of layers whose parameters and gradients each lie in one flat vector."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from dlcourse.layers import Activation, Dense, Layer


class Network:
    """Layers in a row, on one flat parameter vector and one flat gradient vector. Lesson 01, section A1.

    layers: each used in this network only.  rng: draws the first weights, then the noise of dropout.
    dtype: float64 or float32.  Raises ValueError where there is no layer or the dtype is another.

    theta, grad: (P,) of dtype. Every layer's weights are views into them, so an optimizer moves the whole
    network in one go, and `network.theta[:] = other.theta` gives two networks the same weights.

    >>> network = Network([Dense(2, 3), Activation("tanh"), Dense(3, 1)], np.random.default_rng(0))
    >>> network.theta.size, network.forward([[0.0, 0.0]])
    (13, array([[0.]]))
    """

    def __init__(self, layers: Sequence[Layer], rng: np.random.Generator, dtype=np.float64):
        if not layers:
            raise ValueError("a network needs at least one layer")
        if len({id(layer) for layer in layers}) < len(layers):
            raise ValueError("a layer appears twice; make a new one for each place")
        if np.dtype(dtype) not in (np.float32, np.float64):
            raise ValueError(f"dtype must be float32 or float64, not {dtype}")
        self.layers, self.rng = list(layers), rng
        size = sum(int(np.prod(shape)) for layer in layers for shape in layer.shapes.values())
        self.theta, self.grad = np.zeros(size, dtype), np.zeros(size, dtype)
        self._share()
        for layer in self.layers:
            layer.initialize(rng)

    def __repr__(self):
        return f"Network([{', '.join(map(repr, self.layers))}])"

    def __setstate__(self, state):
        """A copy's layers must look into the copy's vectors."""
        self.__dict__.update(state)
        self._share()

    @property
    def dtype(self) -> np.dtype:
        return self.theta.dtype

    def forward(self, x, training: bool = False) -> np.ndarray:
        """The output for a batch x (n, …). `training` switches dropout and batch statistics on.

        >>> mlp([2, 3], rng=np.random.default_rng(0)).forward([[0, 0]])
        array([[0., 0., 0.]])
        """
        x = np.asarray(x, self.dtype)
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def backward(self, upstream: np.ndarray, input_gradient: bool = False) -> np.ndarray | None:
        """Fill `grad` from the gradient of the last output; return the input's if asked for.

        >>> network = mlp([2, 1], rng=np.random.default_rng(0))
        >>> y = network.forward([[3.0, 4.0]])
        >>> network.backward(np.ones_like(y))
        >>> network.grad
        array([3., 4., 1.])
        """
        for layer in reversed(self.layers[1:]):
            upstream = layer.backward(upstream)
        return self.layers[0].backward(upstream, input_gradient)

    def parameters(self) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        """Each parameter as (name, values, gradient), all views, in the order of `theta`.

        >>> [name for name, values, gradient in mlp([2, 1], rng=np.random.default_rng(0)).parameters()]
        ['0.weights', '0.bias']
        """
        for i, layer in enumerate(self.layers):
            for name in layer.shapes:
                yield f"{i}.{name}", getattr(layer, name), getattr(layer, f"{name}_gradient")

    def _share(self) -> None:
        start = 0
        for layer in self.layers:
            for name, shape in layer.shapes.items():
                part = slice(start, start := start + int(np.prod(shape)))
                setattr(layer, name, self.theta[part].reshape(shape))
                setattr(layer, f"{name}_gradient", self.grad[part].reshape(shape))


def mlp(
    sizes: Sequence[int],
    *,
    rng: np.random.Generator,
    activation: str = "tanh",
    initializer="glorot_uniform",
    dtype=np.float64,
) -> Network:
    """A multi-layer perceptron: dense layers with one activation between them. Lesson 01.

        y = h(… h(x W₁ + b₁) …) W_L + b_L

    sizes: widths from input to output, at least two.  Raises ValueError for fewer.

    >>> mlp([64, 32, 10], rng=np.random.default_rng(0))
    Network([Dense(64, 32), Activation('tanh'), Dense(32, 10)])
    """
    if len(sizes) < 2:
        raise ValueError(f"an mlp needs an input and an output size, not {list(sizes)}")
    layers = []
    for n_in, n_out in pairwise(sizes):
        layers += [Dense(n_in, n_out, initializer), Activation(activation)]
    return Network(layers[:-1], rng, dtype)
