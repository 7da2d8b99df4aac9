"""A stack of layers whose parameters and gradients each lie in one flat vector."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from dlcourse.arrays import Floats, as_float
from dlcourse.initializers import Initializer, InitializerName
from dlcourse.layers import Activation, ActivationName, Dense, Layer, affine_backward
from dlcourse.losses import softmax_cross_entropy
from dlcourse.storage import described, differences, read_npz, write_npz


class Network:
    """Layers in a row, on one flat parameter vector and one gradient vector. Behind lesson 01, section A1.

    Every layer's weights are views into two flat vectors, so an optimizer moves the whole network in one go,
    and `network.theta[:] = other.theta` gives two networks the same weights.

    Args:
        layers: in the order of the forward pass, each used in this network only.
        rng: draws the first weights, then the noise of dropout.
        dtype: float64 or float32.

    Attributes:
        theta: (P,) of dtype, all parameters.
        grad: (P,) of dtype, their gradient, as the last `backward` left it.

    Raises:
        ValueError: where there is no layer, one appears twice, or the dtype is another.

    >>> network = Network([Dense(2, 3), Activation("tanh"), Dense(3, 1)], np.random.default_rng(0))
    >>> network.theta.size, network.forward([[0.0, 0.0]])
    (13, array([[0.]]))
    """

    def __init__(self, layers: Sequence[Layer], rng: np.random.Generator, dtype: DTypeLike = np.float64):
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

    def __repr__(self) -> str:
        return f"Network([{', '.join(map(repr, self.layers))}])"

    def __setstate__(self, state: dict[str, Any]) -> None:
        """A copy's layers must look into the copy's vectors."""
        self.__dict__.update(state)
        self._share()

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of theta, grad, and all that flows through.

        >>> mlp([2, 3], rng=np.random.default_rng(0), dtype=np.float32).dtype
        dtype('float32')
        """
        return self.theta.dtype

    def config(self) -> dict[str, Any]:
        """What the network is, apart from its parameters: see `Layer.config`.

        >>> mlp([2, 1], rng=np.random.default_rng(0)).config()
        {'layers': [{'class': 'Dense', 'n_in': 2, 'n_out': 1}]}
        """
        return {"layers": [described(layer.config()) for layer in self.layers]}

    def forward(self, x: ArrayLike, training: bool = False) -> Any:
        """The output for a batch.

        Args:
            x: (n, …), as the first layer takes it.
            training: whether dropout and the batch's own statistics are on.

        Returns:
            (n, …) of the network's dtype, as the last layer gives it.

        >>> mlp([2, 3], rng=np.random.default_rng(0)).forward([[0, 0]])
        array([[0., 0., 0.]])
        """
        x = np.asarray(x, self.dtype)
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def backward(self, upstream: Any, input_gradient: bool = False) -> Floats | None:
        """Fill `grad` from the gradient of the last output.

        Args:
            upstream: of the shape of that output.
            input_gradient: whether the gradient of the input is wanted as well.

        Returns:
            The gradient of the last input, of its shape, where it is wanted.

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

    def parameters(self) -> Iterator[tuple[str, Floats, Floats]]:
        """Each parameter as (name, values, gradient), all views, in the order of `theta`.

        >>> [name for name, values, gradient in mlp([2, 1], rng=np.random.default_rng(0)).parameters()]
        ['0.weights', '0.bias']
        """
        for i, layer in enumerate(self.layers):
            for name in layer.shapes:
                yield f"{i}.{name}", getattr(layer, name), getattr(layer, f"{name}_gradient")

    def weights(self) -> list[Floats]:
        """The weight arrays, views into `theta`: what a penalty is on. Biases and scales are not among them.

        >>> [w.shape for w in mlp([2, 3, 1], rng=np.random.default_rng(0)).weights()]
        [(2, 3), (3, 1)]
        """
        return [values for name, values, _ in self.parameters() if name.endswith(".weights")]

    def weight_gradients(self) -> list[Floats]:
        """The gradients of `weights()`, views into `grad`.

        >>> [g.shape for g in mlp([2, 3, 1], rng=np.random.default_rng(0)).weight_gradients()]
        [(2, 3), (3, 1)]
        """
        return [gradient for name, _, gradient in self.parameters() if name.endswith(".weights")]

    @property
    def weight_mask(self) -> Floats:
        """(P,) of dtype, 1 where `theta` holds a weight and 0 elsewhere.

        >>> mlp([2, 1], rng=np.random.default_rng(0)).weight_mask
        array([1., 1., 0.])
        """
        parts = [np.full(v.size, name.endswith(".weights")) for name, v, _ in self.parameters()]
        return np.concatenate(parts).astype(self.dtype)

    def state(self) -> dict[str, Floats]:
        """Copies of theta and of what layers keep beside it, as running averages.

        >>> list(mlp([2, 1], rng=np.random.default_rng(0)).state())
        ['theta']
        """
        kept = {f"{i}.{k}": v.copy() for i, layer in enumerate(self.layers) for k, v in layer.state.items()}
        return {"theta": self.theta.copy(), **kept}

    def restore(self, state: Mapping[str, Floats]) -> None:
        """Go back to a `state()` of a network of the same layers.

        Args:
            state: the arrays by name; they are copied.

        Raises:
            ValueError: where names or shapes are others; the network is then as it was.

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

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write `state()` and `config()` as .npz, whole or not at all.

        Args:
            path: the file.

        Raises:
            OSError: where its folder cannot be written to.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     network = mlp([2, 1], rng=np.random.default_rng(0))
        ...     network.save(f"{folder}/network.npz")
        ...     network.load(f"{folder}/network.npz")
        """
        config = json.dumps(self.config())
        write_npz(path, {**self.state(), "layers": np.array(repr(self)), "config": np.array(config)})

    def load(self, path: str | os.PathLike[str]) -> None:
        """Read what `save` wrote into this network, which must have the same layers.

        Files that an older version wrote hold no `config()`. Of those the layers are compared as they are
        printed, which does not show the eps of batch normalisation, for one.

        Args:
            path: the file.

        Raises:
            ValueError: where the file is not such a file, or is of another network; it says what differs, and
                the network is as it was.
            FileNotFoundError: where there is none.
        """
        state = read_npz(path)
        layers, config = str(state.pop("layers", "no network")), state.pop("config", None)
        if layers != repr(self):
            raise ValueError(f"{os.fspath(path)} holds {layers}, but this is {self}")
        if config is not None and (different := differences(json.loads(str(config)), self.config())):
            raise ValueError(f"{os.fspath(path)} is of another network: {different}")
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
    activation: ActivationName = "tanh",
    initializer: InitializerName | Initializer | None = None,
    dtype: DTypeLike = np.float64,
) -> Network:
    """A multi-layer perceptron: dense layers with one activation between them. Lesson 01.

        y = h(… h(x W₁ + b₁) …) W_L + b_L

    Args:
        sizes: widths from input to output, at least two.
        rng: draws the first weights.
        activation: a name that `layers.Activation` takes.
        initializer: a name from `dlcourse.initializers` or a function (rng, shape) → weights; by default the
            one made for the activation, He's for rectifiers and Glorot's for the others.
        dtype: float64 or float32.

    Returns:
        Its layers are dense, activation, dense and so on; the last is dense.

    Raises:
        ValueError: for fewer sizes, sizes below 1, an unknown name, another dtype.

    >>> mlp([64, 32, 10], rng=np.random.default_rng(0))
    Network([Dense(64, 32), Activation('tanh'), Dense(32, 10)])
    """
    if len(sizes) < 2:
        raise ValueError(f"an mlp needs an input and an output size, not {list(sizes)}")
    initializer = initializer or _SUITABLE.get(activation, "glorot_uniform")
    layers: list[Layer] = []
    for n_in, n_out in pairwise(sizes):
        layers += [Dense(n_in, n_out, initializer), Activation(activation)]
    return Network(layers[:-1], rng, dtype)


def two_layer_gradients(
    x: ArrayLike, labels: ArrayLike, w1: ArrayLike, b1: ArrayLike, w2: ArrayLike, b2: ArrayLike
) -> tuple[float, Floats, Floats, Floats, Floats]:
    """Backpropagation through one hidden layer of tanh (Rumelhart et al. 1986). Lesson 02, section A2.

        a = tanh(x W₁ + b₁)        s = a W₂ + b₂        L = mean cross-entropy of softmax(s)
        ds = (softmax(s) − one_hot(labels)) / n         dW₂ = aᵀ ds    db₂ = Σ_rows ds
        dz = ds W₂ᵀ ⊙ (1 − a²)                          dW₁ = xᵀ dz    db₁ = Σ_rows dz

    Args:
        x: (n, d) float, n ≥ 1.
        labels: (n,) whole numbers in [0, k).
        w1: (d, m) float.
        b1: (m,) float.
        w2: (m, k) float.
        b2: (k,) float.

    Returns:
        The loss, a float in nats, and the gradients dw1 (d, m), db1 (m,), dw2 (m, k) and db2 (k,).

    Raises:
        ValueError: where shapes do not fit, the batch is empty, or a label is out of range.

    >>> loss, *gradients = two_layer_gradients([[2.0]], [1], [[0.0]], [0.0], [[1.0, -1.0]], [0.0, 0.0])
    >>> [each.tolist() for each in gradients]
    [[[2.0]], [1.0], [[0.0, 0.0]], [0.5, -0.5]]
    """
    x, w1, b1, w2, b2 = (as_float(each) for each in (x, w1, b1, w2, b2))
    sizes = x.shape[1:] + b1.shape + b2.shape
    if len(sizes) != 3 or w1.shape != sizes[:2] or w2.shape != sizes[1:]:
        raise ValueError(
            "x (n, d), w1 (d, m), b1 (m,), w2 (m, k) and b2 (k,) do not fit: "
            f"got {x.shape}, {w1.shape}, {b1.shape}, {w2.shape} and {b2.shape}"
        )
    hidden = np.tanh(x @ w1 + b1)
    loss, upstream = softmax_cross_entropy(hidden @ w2 + b2, labels)
    dhidden, dw2, db2 = affine_backward(hidden, w2, upstream)
    _, dw1, db1 = affine_backward(x, w1, dhidden * (1 - hidden**2))
    return loss, dw1, db1, dw2, db2


def _aligned_zeros(size: int, dtype: DTypeLike) -> Floats:
    """Zeros from the start of a cache line on: there a product with float64 weights is a third faster."""
    line = 64 // np.dtype(dtype).itemsize
    zeros: Floats = np.zeros(size + line, dtype)
    start = -zeros.__array_interface__["data"][0] // zeros.itemsize % line
    return zeros[start : start + size]


_RECTIFIERS: tuple[ActivationName, ...] = ("relu", "leaky_relu", "elu", "softplus", "silu", "gelu")
_SUITABLE: dict[ActivationName, InitializerName] = {
    "selu": "lecun_normal",  # Klambauer et al. 2017
    **dict.fromkeys(_RECTIFIERS, "he_uniform"),
}
