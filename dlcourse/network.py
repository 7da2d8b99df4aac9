"""A stack of layers whose parameters and gradients each lie in one flat vector."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from dlcourse.initializers import Initializer
from dlcourse.layers import Activation, Dense, Layer
from dlcourse.storage import read_npz, write_npz


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
        self.theta, self.grad = _aligned_zeros(size, dtype), _aligned_zeros(size, dtype)
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

    def backward(self, upstream, input_gradient: bool = False) -> np.ndarray | None:
        """Fill `grad` from the gradient of the last output; return the input's if asked for.

        >>> network = mlp([2, 1], rng=np.random.default_rng(0))
        >>> y = network.forward([[3.0, 4.0]])
        >>> network.backward(np.ones_like(y))
        >>> network.grad
        array([3., 4., 1.])
        """
        upstream = np.asarray(upstream, self.dtype)
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

    def weights(self) -> list[np.ndarray]:
        """The weight arrays, views into `theta`: what a penalty is on. Biases and scales are not among them.

        >>> [w.shape for w in mlp([2, 3, 1], rng=np.random.default_rng(0)).weights()]
        [(2, 3), (3, 1)]
        """
        return [values for name, values, _ in self.parameters() if name.endswith(".weights")]

    def weight_gradients(self) -> list[np.ndarray]:
        """The gradients of `weights()`, views into `grad`.

        >>> [g.shape for g in mlp([2, 3, 1], rng=np.random.default_rng(0)).weight_gradients()]
        [(2, 3), (3, 1)]
        """
        return [gradient for name, _, gradient in self.parameters() if name.endswith(".weights")]

    @property
    def weight_mask(self) -> np.ndarray:
        """(P,) of dtype, 1 where `theta` holds a weight and 0 elsewhere.

        >>> mlp([2, 1], rng=np.random.default_rng(0)).weight_mask
        array([1., 1., 0.])
        """
        parts = [np.full(v.size, name.endswith(".weights")) for name, v, _ in self.parameters()]
        return np.concatenate(parts).astype(self.dtype)

    def state(self) -> dict[str, np.ndarray]:
        """Copies of theta and of what layers keep beside it, as running averages.

        >>> list(mlp([2, 1], rng=np.random.default_rng(0)).state())
        ['theta']
        """
        kept = {f"{i}.{k}": v.copy() for i, layer in enumerate(self.layers) for k, v in layer.state.items()}
        return {"theta": self.theta.copy(), **kept}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go back to a `state()` of a network of the same layers.

        Raises ValueError where names or shapes are others; the network is then as it was.

        >>> network = mlp([2, 1], rng=np.random.default_rng(0))
        >>> before = network.state()
        >>> network.theta[:] = 0
        >>> network.restore(before)
        >>> bool(network.theta.any())
        True
        """
        mine = {"theta": self.theta}
        mine |= {f"{i}.{k}": v for i, layer in enumerate(self.layers) for k, v in layer.state.items()}
        shapes = {name: array.shape for name, array in mine.items()}
        given = {name: array.shape for name, array in state.items()}
        if shapes != given:
            raise ValueError(f"the state is of another network: it holds {given}, but {self} needs {shapes}")
        for name, array in mine.items():
            array[...] = state[name]

    def save(self, path: str | os.PathLike) -> None:
        """Write `state()` as .npz, whole or not at all.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     network = mlp([2, 1], rng=np.random.default_rng(0))
        ...     network.save(f"{folder}/network.npz")
        ...     network.load(f"{folder}/network.npz")
        """
        write_npz(path, {**self.state(), "layers": np.array(repr(self))})

    def load(self, path: str | os.PathLike) -> None:
        """Read what `save` wrote into this network, which must have the same layers.

        Raises ValueError where the file is not such a file, or is of another network; FileNotFoundError
        where there is none. The network is then as it was.
        """
        state = read_npz(path)
        layers = str(state.pop("layers", "no network"))
        if layers != repr(self):
            raise ValueError(f"{os.fspath(path)} holds {layers}, but this is {self}")
        self.restore(state)

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
    initializer: str | Initializer | None = None,
    dtype=np.float64,
) -> Network:
    """A multi-layer perceptron: dense layers with one activation between them. Lesson 01.

        y = h(… h(x W₁ + b₁) …) W_L + b_L

    sizes: widths from input to output, at least two.  initializer: by default the one made for the
    activation, He's for rectifiers and Glorot's for the others.  Raises ValueError for fewer sizes.

    >>> mlp([64, 32, 10], rng=np.random.default_rng(0))
    Network([Dense(64, 32), Activation('tanh'), Dense(32, 10)])
    """
    if len(sizes) < 2:
        raise ValueError(f"an mlp needs an input and an output size, not {list(sizes)}")
    initializer = initializer or _SUITABLE.get(activation, "glorot_uniform")
    layers = []
    for n_in, n_out in pairwise(sizes):
        layers += [Dense(n_in, n_out, initializer), Activation(activation)]
    return Network(layers[:-1], rng, dtype)


def _aligned_zeros(size: int, dtype) -> np.ndarray:
    """Zeros from the start of a cache line on: there a product with float64 weights is a third faster."""
    line = 64 // np.dtype(dtype).itemsize
    zeros = np.zeros(size + line, dtype)
    start = -zeros.__array_interface__["data"][0] // zeros.itemsize % line
    return zeros[start : start + size]


_SUITABLE = {
    "selu": "lecun_normal",  # Klambauer et al. 2017
    **dict.fromkeys(("relu", "leaky_relu", "elu", "softplus", "silu", "gelu"), "he_uniform"),
}
