"""The layers of a network: each computes an output, then turns the output's gradient into those before it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from dlcourse import activations
from dlcourse.arrays import (
    KERNEL_BLOCK,
    Floats,
    as_float,
    as_floats,
    count,
    fraction,
    in_blocks,
    positive,
    row_of_ones,
)
from dlcourse.initializers import Initializer, InitializerName, initializer_named

ActivationName: TypeAlias = Literal[
    "identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu", "selu"
]


def affine_backward(x: ArrayLike, weights: ArrayLike, upstream: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Gradients of x @ weights + bias. Lesson 02.

        dx = upstream Wᵀ      dW = xᵀ upstream      db = Σ_rows upstream

    Args:
        x: (n, d) float.
        weights: (d, m) float.
        upstream: (n, m) float, the gradient of the output.

    Returns:
        dx (n, d), dweights (d, m) and dbias (m,).

    Raises:
        ValueError: where the shapes do not fit.

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


def dropout_forward(x: ArrayLike, noise: ArrayLike, drop_rate: float) -> tuple[Floats, Floats]:
    """Inverted dropout (Srivastava et al. 2014, §10). Lesson 10, section F6, correction X8.

        mask = 0 where noise < drop_rate, else 1 / (1 − drop_rate)
        out = x ⊙ mask

    Scaled so in training, the expectation is x, and nothing is left to do at test.

    Args:
        x: float, any shape.
        noise: float in [0, 1), x's shape.
        drop_rate: in [0, 1).

    Returns:
        (out, mask), of x's shape.

    Raises:
        ValueError: where the shapes differ or the rate is another.

    >>> dropout_forward([1.0, 2.0], [0.2, 0.7], drop_rate=0.5)
    (array([0., 4.]), array([0., 2.]))
    """
    x, noise = as_floats(x=x, noise=noise)
    fraction("drop_rate", drop_rate)
    mask = (noise >= drop_rate).astype(x.dtype)
    mask *= 1 / (1 - drop_rate)
    return x * mask, mask


def dropout_backward(upstream: ArrayLike, mask: ArrayLike) -> Floats:
    """Gradient of the input of `dropout_forward`. Lesson 10, section F6.

        dx = upstream ⊙ mask

    Args:
        upstream: float, any shape: the gradient of the output.
        mask: float, upstream's shape, as from `dropout_forward`.

    Returns:
        That shape.

    Raises:
        ValueError: where the shapes differ.

    >>> dropout_backward([10.0, 10.0], [0.0, 2.0])
    array([ 0., 20.])
    """
    upstream, mask = as_floats(upstream=upstream, mask=mask)
    return upstream * mask


def vanilla_dropout_at_test(x: ArrayLike, drop_rate: float) -> Floats:
    """What dropout needs at test where it did not scale in training. Lesson 10, correction X8.

        out = x (1 − drop_rate)

    Args:
        x: float, any shape.
        drop_rate: in [0, 1).

    Returns:
        x's shape.

    Raises:
        ValueError: for another rate.

    >>> vanilla_dropout_at_test([2.0, 4.0], drop_rate=0.5)
    array([1., 2.])
    """
    fraction("drop_rate", drop_rate)
    return as_float(x) * (1 - float(drop_rate))


def dropout_layer_gradients(
    x: ArrayLike,
    weights: ArrayLike,
    bias: ArrayLike,
    noise: ArrayLike,
    drop_rate: float,
    upstream: ArrayLike,
) -> tuple[Floats, Floats, Floats, Floats]:
    """A dense layer, ReLU and inverted dropout, forwards and back (Srivastava et al. 2014, §5.1). Lesson 10.

        z = x W + b      h = max(0, z)      out = h ⊙ mask
        dz = upstream ⊙ mask ⊙ [z > 0]      dx = dz Wᵀ      dW = xᵀ dz      db = Σ_rows dz

    Args:
        x: (n, d) float, n ≥ 1.
        weights: (d, m) float.
        bias: (m,) float.
        noise: (n, m) float in [0, 1), for the units: see `dropout_forward`.
        drop_rate: in [0, 1).
        upstream: (n, m) float, the gradient of the output.

    Returns:
        out (n, m), dx (n, d), dweights (d, m) and dbias (m,).

    Raises:
        ValueError: where the shapes do not fit, or for another rate.

    >>> dropout_layer_gradients([[1.0]], [[3.0, 2.0]], [0.0, 0.0], [[0.9, 0.1]], 0.5, [[1.0, 1.0]])
    (array([[6., 0.]]), array([[6.]]), array([[2., 0.]]), array([2., 0.]))
    """
    x, weights, bias = as_float(x), as_float(weights), as_float(bias)
    if x.ndim != 2 or weights.ndim != 2 or x.shape[1] != len(weights) or bias.shape != weights.shape[1:]:
        raise ValueError(
            "x (n, d), weights (d, m) and bias (m,) do not fit: "
            f"got {x.shape}, {weights.shape} and {bias.shape}"
        )
    z = x @ weights + bias
    out, mask = dropout_forward(activations.relu(z), noise, drop_rate)
    dz = activations.relu_backward(z, dropout_backward(upstream, mask))
    return out, *affine_backward(x, weights, dz)


def batch_norm_forward(
    x: ArrayLike, gamma: ArrayLike, beta: ArrayLike, eps: float
) -> tuple[Floats, Floats, Floats]:
    """Batch normalisation (Ioffe & Szegedy 2015, Algorithm 1). Lesson 14, section H, correction X12.

        μ = mean x      s² = mean (x − μ)²      out = γ (x − μ) / √(s² + eps) + β

    Means are over the batch, axis 0, so s² is the biased variance.

    Args:
        x: (n, d) float, n ≥ 1.
        gamma: (d,) float.
        beta: (d,) float.
        eps: not negative.

    Returns:
        (out, mean, variance), of shapes (n, d), (d,) and (d,).

    Raises:
        ValueError: where the shapes do not fit, the batch is empty, or eps is negative.

    >>> batch_norm_forward([[1.0], [3.0]], gamma=[2.0], beta=[5.0], eps=0.0)
    (array([[3.],
           [7.]]), array([2.]), array([1.]))
    """
    x, gamma, beta = _batch(x, gamma, beta)
    centred, mean, variance = _centred(x, eps)
    return gamma * (centred / np.sqrt(variance + eps)) + beta, mean[0], variance[0]


def batch_norm_backward(
    upstream: ArrayLike, x: ArrayLike, gamma: ArrayLike, eps: float
) -> tuple[Floats, Floats, Floats]:
    """Gradients of `batch_norm_forward`, whose mean and variance depend on x too. Lesson 14, section H.

        x̂ = (x − μ) / √(s² + eps)      dγ = Σ upstream ⊙ x̂      dβ = Σ upstream
        dx = γ / √(s² + eps) · (upstream − mean upstream − x̂ · mean(upstream ⊙ x̂))

    Args:
        upstream: (n, d) float, the gradient of the output.
        x: (n, d) float, n ≥ 1.
        gamma: (d,) float.
        eps: not negative.

    Returns:
        dx (n, d), dgamma (d,) and dbeta (d,).

    Raises:
        ValueError: as `batch_norm_forward` does.

    >>> batch_norm_backward([[1.0], [0.0]], [[1.0], [3.0]], gamma=[2.0], eps=0.0)
    (array([[0.],
           [0.]]), array([-1.]), array([1.]))
    """
    x, gamma, _ = _batch(x, gamma, gamma)
    upstream, x = as_floats(upstream=upstream, x=x)
    centred, _, variance = _centred(x, eps)
    root = np.sqrt(variance + eps)
    return _batch_norm_gradients(upstream, centred / root, gamma, root)


def layer_norm_forward(x: ArrayLike, gamma: ArrayLike, beta: ArrayLike, eps: float) -> Floats:
    """Layer normalisation (Ba, Kiros & Hinton 2016, eq. 3 and 4). Lesson 14.

        μ = mean x      s² = mean (x − μ)²      out = γ (x − μ) / √(s² + eps) + β

    Means are over the units of one example, axis 1, so no example sees another.

    Args:
        x: (n, d) float, n ≥ 1.
        gamma: (d,) float.
        beta: (d,) float.
        eps: not negative.

    Returns:
        (n, d).

    Raises:
        ValueError: where the shapes do not fit, the batch is empty, or eps is negative.

    >>> layer_norm_forward([[1.0, 3.0]], gamma=[2.0, 1.0], beta=[5.0, 0.0], eps=0.0)
    array([[3., 1.]])
    """
    x, gamma, beta = _batch(x, gamma, beta)
    centred, _, variance = _centred(x, eps, axis=1)
    out: Floats = gamma * (centred / np.sqrt(variance + eps)) + beta
    return out


def layer_norm_backward(
    upstream: ArrayLike, x: ArrayLike, gamma: ArrayLike, eps: float
) -> tuple[Floats, Floats, Floats]:
    """Gradients of `layer_norm_forward`. Lesson 14.

        x̂ = (x − μ) / √(s² + eps)      dγ = Σ_rows upstream ⊙ x̂      dβ = Σ_rows upstream
        dx̂ = γ ⊙ upstream              dx = (dx̂ − mean dx̂ − x̂ · mean(dx̂ ⊙ x̂)) / √(s² + eps)

    Means are over the units of one example, sums over the examples.

    Args:
        upstream: (n, d) float, the gradient of the output.
        x: (n, d) float, n ≥ 1.
        gamma: (d,) float.
        eps: not negative.

    Returns:
        dx (n, d), dgamma (d,) and dbeta (d,).

    Raises:
        ValueError: as `layer_norm_forward` does.

    >>> layer_norm_backward([[1.0, 0.0]], [[1.0, 3.0]], gamma=[2.0, 1.0], eps=0.0)
    (array([[0., 0.]]), array([-1.,  0.]), array([1., 0.]))
    """
    x, gamma, _ = _batch(x, gamma, gamma)
    upstream, x = as_floats(upstream=upstream, x=x)
    centred, _, variance = _centred(x, eps, axis=1)
    root = np.sqrt(variance + eps)
    return _layer_norm_gradients(upstream, centred / root, gamma, root)


def update_running(running: ArrayLike, batch_value: ArrayLike, momentum: float) -> Floats:
    """A running average, as batch normalisation keeps for inference. Lesson 14, section H.

        running ← momentum · running + (1 − momentum) · batch_value

    Args:
        running: float, any shape.
        batch_value: float, running's shape.
        momentum: in [0, 1], near 1.

    Returns:
        The new running value, of that shape.

    Raises:
        ValueError: where the shapes differ or momentum is another.

    >>> update_running([1.0], [3.0], momentum=0.75)
    array([1.5])
    """
    running, batch_value = as_floats(running=running, batch_value=batch_value)
    _check_share("momentum", momentum)
    return momentum * running + (1 - momentum) * batch_value


class Layer:
    """A step of the network. Its parameters are views into the network's flat vectors. Behind lesson 01.

    A subclass writes `forward` and `backward`, which raise NotImplementedError here.

    Args:
        shapes: the shape of each parameter by name. A network gives the layer, for each of them, an attribute
            of that name and one with `_gradient` behind it.

    Attributes:
        shapes: as given.
        state: arrays that belong to the layer but are not trained, saved with the network.

    >>> Layer(weights=(2, 3)).shapes
    {'weights': (2, 3)}
    """

    def __init__(self, **shapes: tuple[int, ...]) -> None:
        self.shapes = shapes
        self.state: dict[str, Floats] = {}

    def config(self) -> dict[str, object]:
        """What the layer is, apart from its parameters: its class and its settings.

        Settings are the arguments that the class takes, each found in the attribute of its name; a subclass
        that keeps one elsewhere adds it here. How the first weights were drawn is none of them.

        >>> BatchNorm(64).config()
        {'class': 'BatchNorm', 'n': 64, 'momentum': 0.9, 'eps': 1e-05}
        """
        taken = [name for name in inspect.signature(type(self)).parameters if name != "initializer"]
        return {"class": type(self).__name__, **{name: getattr(self, name, None) for name in taken}}

    def initialize(self, rng: np.random.Generator) -> None:
        """Draw the first values of the parameters.

        Args:
            rng: kept, if noise is needed later.
        """

    def forward(self, x: Floats, training: bool = False) -> Floats:
        """The layer's output. Keeps what `backward` needs.

        Args:
            x: (n, …), a batch.
            training: whether the layer shall do what it does in training only.

        Returns:
            (n, …).
        """
        raise NotImplementedError

    def backward(self, upstream: Floats, input_gradient: bool = True) -> Floats | None:
        """Fill the parameters' gradients, given the gradient of the last output.

        Args:
            upstream: the last output's shape.
            input_gradient: where nobody needs it (False), a layer may skip it.

        Returns:
            The gradient of the last input, of its shape, or None.
        """
        raise NotImplementedError

    def _check_width(self, x: Floats, width: int) -> None:
        if x.shape[1:] != (width,):
            raise ValueError(f"{self} takes input (n, {width}), not {x.shape}")


class Dense(Layer):
    """Every output sees every input. Behind lesson 01, section A1. Lesson 02.

        y = x W + b

    Args:
        n_in: width of the input, at least 1.
        n_out: width of the output, at least 1.
        initializer: a name from `dlcourse.initializers` or a function (rng, shape) → weights; biases start
            at 0.

    Raises:
        ValueError: for other sizes, an unknown name, and input of another width.

    >>> Dense(64, 10)
    Dense(64, 10)
    """

    weights: Floats
    weights_gradient: Floats
    bias: Floats
    bias_gradient: Floats

    def __init__(
        self, n_in: int, n_out: int, initializer: InitializerName | Initializer = "glorot_uniform"
    ) -> None:
        self.n_in, self.n_out = count("n_in", n_in), count("n_out", n_out)
        super().__init__(weights=(self.n_in, self.n_out), bias=(self.n_out,))
        self.initializer = initializer
        initializer_named(initializer)  # an unknown name is said here

    def __repr__(self) -> str:
        return f"Dense({self.n_in}, {self.n_out})"

    def initialize(self, rng: np.random.Generator) -> None:
        self.weights[...] = initializer_named(self.initializer)(rng, self.weights.shape)
        self.bias[...] = 0

    def forward(self, x: Floats, training: bool = False) -> Floats:
        self._check_width(x, self.n_in)
        self.x = x
        y: Floats = x.dot(self.weights)
        y += self.bias
        return y

    def backward(self, upstream: Floats, input_gradient: bool = True) -> Floats | None:
        self.x.T.dot(upstream, self.weights_gradient)
        row_of_ones(len(upstream), upstream.dtype).dot(upstream, self.bias_gradient)
        return upstream.dot(self.weights.T) if input_gradient else None


class Maxout(Layer):
    """The largest of several affine maps, a unit at a time: see `activations.maxout`. Lesson 04, section B6.

    Args:
        n_in: width of the input, at least 1.
        n_out: width of the output, at least 1.
        pieces: affine maps a unit, from 1 to 127.
        initializer: as in `Dense`, a piece.

    Raises:
        ValueError: for other sizes, an unknown name, and input of another width.

    >>> Maxout(64, 10)
    Maxout(64, 10, pieces=2)
    """

    weights: Floats
    weights_gradient: Floats
    bias: Floats
    bias_gradient: Floats

    def __init__(
        self,
        n_in: int,
        n_out: int,
        pieces: int = 2,
        initializer: InitializerName | Initializer = "glorot_uniform",
    ) -> None:
        self.n_in, self.n_out, self.pieces = (
            count("n_in", n_in),
            count("n_out", n_out),
            count("pieces", pieces),
        )
        if self.pieces > 127:
            raise ValueError(f"a maxout unit has 1 to 127 pieces, not {pieces}")
        super().__init__(weights=(self.pieces, self.n_in, self.n_out), bias=(self.pieces, self.n_out))
        self.initializer = initializer
        initializer_named(initializer)  # an unknown name is said here

    def __repr__(self) -> str:
        return f"Maxout({self.n_in}, {self.n_out}, pieces={self.pieces})"

    def initialize(self, rng: np.random.Generator) -> None:
        self.weights[...] = initializer_named(self.initializer)(rng, self.weights.shape)
        self.bias[...] = 0

    def forward(self, x: Floats, training: bool = False) -> Floats:
        self._check_width(x, self.n_in)
        self.x = x
        best: Floats = x.dot(self.weights[0])
        best += self.bias[0]
        self.winner = np.zeros(best.shape, np.int8)
        for i in range(1, self.pieces):
            z = x.dot(self.weights[i])
            z += self.bias[i]
            np.maximum(self.winner, (z > best) * np.int8(i), out=self.winner)
            np.maximum(best, z, out=best)
        return best

    def backward(self, upstream: Floats, input_gradient: bool = True) -> Floats | None:
        dx = np.zeros(self.x.shape, upstream.dtype) if input_gradient else None
        for i in range(self.pieces):
            dz = (self.winner == i).astype(upstream.dtype)
            dz *= upstream
            self.x.T.dot(dz, self.weights_gradient[i])
            row_of_ones(len(dz), dz.dtype).dot(dz, self.bias_gradient[i])
            if dx is not None:
                dx += dz.dot(self.weights[i].T)
        return dx


class Activation(Layer):
    """A non-linear function of every entry. Lessons 03 and 04, section B.

        y = h(x)      dx = upstream ⊙ h′(x)

    Args:
        name: 'identity', or that of a function in `dlcourse.activations` that takes x alone or x and
            settings.
        settings: such as `slope` of 'leaky_relu' or `alpha` of 'elu'.

    Raises:
        ValueError: for another name, and for a setting that the function does not take.

    >>> Activation("leaky_relu", slope=0.1)
    Activation('leaky_relu', slope=0.1)
    """

    def __init__(self, name: ActivationName, **settings: float) -> None:
        if name not in ACTIVATIONS:
            raise ValueError(f"unknown activation {name!r}: choose from {', '.join(ACTIVATIONS)}")
        try:
            ACTIVATIONS[name][0](np.zeros(1), **settings)
        except TypeError:
            raise ValueError(f"activation {name!r} does not take the settings {settings}") from None
        super().__init__()
        self.name: ActivationName = name
        self.settings = settings

    def __repr__(self) -> str:
        return f"Activation({', '.join([repr(self.name), *(f'{k}={v}' for k, v in self.settings.items())])})"

    def forward(self, x: Floats, training: bool = False) -> Floats:
        self.x = x
        self.y = ACTIVATIONS[self.name][0](x, **self.settings)
        return self.y

    def backward(self, upstream: Floats, input_gradient: bool = True) -> Floats | None:
        return ACTIVATIONS[self.name][1](self, upstream)


class Dropout(Layer):
    """Switches neurons off at random, in training only: see `dropout_forward`. Lesson 10, section F6.

    Its noise comes from the network's generator, `network.rng`: put its state back to drop the same neurons
    again.

    Args:
        drop_rate: in [0, 1).

    Raises:
        ValueError: for another rate.

    >>> Dropout(0.5)
    Dropout(0.5)
    """

    def __init__(self, drop_rate: float) -> None:
        self.drop_rate = fraction("drop_rate", drop_rate)
        super().__init__()
        self.mask: Floats | None = None

    def __repr__(self) -> str:
        return f"Dropout({self.drop_rate})"

    def initialize(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def forward(self, x: Floats, training: bool = False) -> Floats:
        if not training or self.drop_rate == 0:
            self.mask = None
            return x
        out, self.mask = dropout_forward(x, self.rng.random(x.shape, x.dtype), self.drop_rate)
        return out

    def backward(self, upstream: Floats, input_gradient: bool = True) -> Floats | None:
        return upstream if self.mask is None else upstream * self.mask


class BatchNorm(Layer):
    """Normalises each unit over the batch: see `batch_norm_forward`. Lesson 14, section H.

    In training it uses the batch's mean and variance, and keeps running ones, the variance unbiased (Ioffe &
    Szegedy 2015, Algorithm 2), for use at test.

    Args:
        n: units, at least 1.
        momentum: share of the old running value kept at each batch, in [0, 1].
        eps: added to the variance, positive.

    Raises:
        ValueError: for others, for input of another width, and for no input in training.

    >>> BatchNorm(64)
    BatchNorm(64)
    """

    gamma: Floats
    gamma_gradient: Floats
    beta: Floats
    beta_gradient: Floats

    def __init__(self, n: int, momentum: float = 0.9, eps: float = 1e-5) -> None:
        _check_share("momentum", momentum)
        self.n, self.momentum, self.eps = count("n", n), float(momentum), positive("eps", eps)
        super().__init__(gamma=(self.n,), beta=(self.n,))
        self.state = {"running_mean": np.zeros(self.n), "running_variance": np.ones(self.n)}

    def __repr__(self) -> str:
        return f"BatchNorm({self.n})"

    def initialize(self, rng: np.random.Generator) -> None:
        self.gamma[...], self.beta[...] = 1, 0

    def forward(self, x: Floats, training: bool = False) -> Floats:
        self._check_width(x, self.n)
        if training and len(x) == 0:
            raise ValueError("an empty batch has no mean to train with")
        self.training = training
        if training:
            centred, mean, variance = _centred(x, self.eps)
            self._keep(mean[0], variance[0], len(x))
        else:
            mean, variance = (value.astype(x.dtype) for value in self.state.values())
            centred = x - mean
        self.root: Floats = np.sqrt(variance + self.eps)
        self.normal = centred / self.root
        y: Floats = self.gamma * self.normal + self.beta
        return y

    def backward(self, upstream: Floats, input_gradient: bool = True) -> Floats | None:
        dx, dgamma, dbeta = _batch_norm_gradients(upstream, self.normal, self.gamma, self.root)
        self.gamma_gradient[...], self.beta_gradient[...] = dgamma, dbeta
        return dx if self.training else upstream * (self.gamma / self.root)

    def _keep(self, mean: Floats, variance: Floats, n: int) -> None:
        unbiased = variance * (n / max(n - 1, 1))
        for name, value in (("running_mean", mean), ("running_variance", unbiased)):
            self.state[name][...] = update_running(self.state[name], value, self.momentum)


class LayerNorm(Layer):
    """Normalises each example over its units: see `layer_norm_forward`. Lesson 14.

    It does the same in training and at test, and keeps nothing.

    Args:
        n: units, at least 1.
        eps: added to the variance, positive.

    Raises:
        ValueError: for others, and for input of another width.

    >>> LayerNorm(64)
    LayerNorm(64)
    """

    gamma: Floats
    gamma_gradient: Floats
    beta: Floats
    beta_gradient: Floats

    def __init__(self, n: int, eps: float = 1e-5) -> None:
        self.n, self.eps = count("n", n), positive("eps", eps)
        super().__init__(gamma=(self.n,), beta=(self.n,))

    def __repr__(self) -> str:
        return f"LayerNorm({self.n})"

    def initialize(self, rng: np.random.Generator) -> None:
        self.gamma[...], self.beta[...] = 1, 0

    def forward(self, x: Floats, training: bool = False) -> Floats:
        self._check_width(x, self.n)
        centred, _, variance = _centred(x, self.eps, axis=1)
        self.root: Floats = np.sqrt(variance + self.eps)
        self.normal = centred / self.root
        y: Floats = self.gamma * self.normal + self.beta
        return y

    def backward(self, upstream: Floats, input_gradient: bool = True) -> Floats | None:
        dx, dgamma, dbeta = _layer_norm_gradients(upstream, self.normal, self.gamma, self.root)
        self.gamma_gradient[...], self.beta_gradient[...] = dgamma, dbeta
        return dx


class Residual(Layer):
    """Adds its input to what its layers make of it (He, Zhang, Ren & Sun 2016, eq. 1). Lesson 14.

        y = x + f(x)      dx = upstream + what comes back through f

    Args:
        layers: that make f, at least one, each used once; what comes out is as wide as what goes in.

    Attributes:
        shapes: of all their parameters, by names such as `0.weights`.
        state: all of theirs, named likewise.

    Raises:
        ValueError: for no layers, one twice, and, when it is used, for an f that changes the width.

    >>> Residual(LayerNorm(8), Dense(8, 8), Activation("relu"))
    Residual(LayerNorm(8), Dense(8, 8), Activation('relu'))
    """

    def __init__(self, *layers: Layer) -> None:
        if not layers or len({id(layer) for layer in layers}) < len(layers):
            raise ValueError(f"a residual connection leads around layers, each used once, not {list(layers)}")
        self.layers = layers
        super().__init__(**{f"{i}.{k}": shape for i, f in enumerate(layers) for k, shape in f.shapes.items()})
        self.state = {f"{i}.{k}": value for i, f in enumerate(layers) for k, value in f.state.items()}

    def __repr__(self) -> str:
        return f"Residual({', '.join(map(repr, self.layers))})"

    def __setattr__(self, name: str, value: object) -> None:
        """A parameter such as `0.weights` is the first layer's `weights`."""
        place, dot, own = name.partition(".")
        if dot:
            setattr(self.layers[int(place)], own, value)
        else:
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        place, dot, own = name.partition(".")
        if not dot:
            raise AttributeError(f"{type(self).__name__} has no {name!r}")
        return getattr(self.layers[int(place)], own)

    def config(self) -> dict[str, object]:
        """Its class, and the settings of its layers.

        >>> Residual(LayerNorm(8)).config()
        {'class': 'Residual', 'layers': [{'class': 'LayerNorm', 'n': 8, 'eps': 1e-05}]}
        """
        return {"class": type(self).__name__, "layers": [layer.config() for layer in self.layers]}

    def initialize(self, rng: np.random.Generator) -> None:
        for layer in self.layers:
            layer.initialize(rng)

    def forward(self, x: Floats, training: bool = False) -> Floats:
        y = x
        for layer in self.layers:
            y = layer.forward(y, training)
        if y.shape != x.shape:
            raise ValueError(f"{self} makes {y.shape} of {x.shape}, and only equal shapes can be added")
        return x + y

    def backward(self, upstream: Floats, input_gradient: bool = True) -> Floats | None:
        dx: Any = upstream
        for layer in reversed(self.layers):
            dx = layer.backward(dx)
        both: Floats = upstream + dx  # x forks, and what comes back along its two ways is added
        return both


def _centred(x: Floats, eps: float, axis: int = 0) -> tuple[Floats, Floats, Floats]:
    """x − mean, the mean, and the biased variance, which keep the axis that they are over."""
    if not eps >= 0:
        raise ValueError(f"eps must not be negative, but was {eps}")
    mean: Floats = x.mean(axis=axis, keepdims=True)
    centred = x - mean
    return centred, mean, (centred * centred).mean(axis=axis, keepdims=True)


def _batch_norm_gradients(
    upstream: Floats, normal: Floats, gamma: Floats, root: Floats
) -> tuple[Floats, Floats, Floats]:
    dgamma, dbeta = (upstream * normal).sum(axis=0), upstream.sum(axis=0)
    n = len(upstream)
    dx: Floats = gamma / root * (upstream - dbeta / n - normal * (dgamma / n))
    return dx, dgamma, dbeta


def _layer_norm_gradients(
    upstream: Floats, normal: Floats, gamma: Floats, root: Floats
) -> tuple[Floats, Floats, Floats]:
    dnormal = gamma * upstream
    through_mean = dnormal.mean(axis=1, keepdims=True)
    through_variance = normal * (dnormal * normal).mean(axis=1, keepdims=True)
    dx: Floats = (dnormal - through_mean - through_variance) / root
    return dx, (upstream * normal).sum(axis=0), upstream.sum(axis=0)


def _batch(x: ArrayLike, gamma: ArrayLike, beta: ArrayLike) -> tuple[Floats, Floats, Floats]:
    x, gamma, beta = as_float(x), as_float(gamma), as_float(beta)
    if x.ndim != 2 or len(x) == 0 or not gamma.shape == beta.shape == x.shape[1:]:
        raise ValueError(
            f"x must be (n, d) with n ≥ 1, gamma and beta (d,): got {x.shape}, {gamma.shape} and {beta.shape}"
        )
    return x, gamma, beta


Backward: TypeAlias = Callable[[Activation, Floats], Floats]


def _check_share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be in [0, 1], not {value}")


def _where_positive(y: Floats) -> NDArray[np.uint8]:
    """Where y > 0, as bytes: they become floats twice as fast as truth values do."""
    return (y > 0).view(np.uint8)


def _from_input(backward: Callable[..., Floats]) -> Backward:
    """The backward pass of a layer by a function of its input x."""
    return lambda layer, upstream: backward(layer.x, upstream, **layer.settings)


def _from_output(slope: Callable[..., None]) -> Backward:
    """The backward pass of a layer whose output y tells the slope, which `slope` writes to `out`."""

    def dx(y: Floats, upstream: Floats, out: Floats, **settings: float) -> None:
        slope(y, out, **settings)
        out *= upstream

    return lambda layer, upstream: in_blocks(dx, layer.y, upstream, **layer.settings)


def _sigmoid_slope(y: Floats, out: Floats) -> None:
    np.subtract(1, y, out=out)  # σ′ = σ(1 − σ)
    out *= y


def _tanh_slope(y: Floats, out: Floats) -> None:
    np.square(y, out=out)  # tanh′ = 1 − tanh²
    np.subtract(1, out, out=out)


def _relu(x: Floats) -> Floats:
    """`activations.relu`, but small batches pass in half the time: beside an array, not a number."""
    return np.maximum(x, _zeros(x.shape, x.dtype)) if x.size <= KERNEL_BLOCK else activations.relu(x)


@lru_cache(maxsize=16)
def _zeros(shape: tuple[int, ...], dtype: DTypeLike) -> Floats:
    return np.zeros(shape, dtype)


def _relu_back(layer: Activation, upstream: Floats) -> Floats:
    dx = _where_positive(layer.y).astype(upstream.dtype)
    dx *= upstream
    return dx


def _leaky_relu_slope(y: Floats, out: Floats, slope: float = 0.01) -> None:
    out[...] = _where_positive(y)
    np.clip(out, slope, 1, out=out)


def _elu_slope(y: Floats, out: Floats, alpha: float = 1) -> None:
    np.clip(y, -np.inf, 0, out=out)  # e^x = y + 1 where x ≤ 0
    out += 1


def _elu_back(layer: Activation, upstream: Floats) -> Floats:
    if layer.settings.get("alpha", 1) != 1:
        return activations.elu_backward(layer.x, upstream, **layer.settings)
    return _from_output(_elu_slope)(layer, upstream)


# name: (function of x and settings, backward pass of layer and upstream)
ACTIVATIONS: dict[ActivationName, tuple[Callable[..., Floats], Backward]] = {
    "identity": (as_float, lambda layer, upstream: upstream),
    "sigmoid": (activations.sigmoid, _from_output(_sigmoid_slope)),
    "tanh": (np.tanh, _from_output(_tanh_slope)),
    "relu": (_relu, _relu_back),
    "leaky_relu": (activations.leaky_relu, _from_output(_leaky_relu_slope)),
    "elu": (activations.elu, _elu_back),
    "softplus": (activations.softplus, _from_input(activations.softplus_backward)),
    "silu": (activations.silu, _from_input(activations.silu_backward)),
    "gelu": (activations.gelu, _from_input(activations.gelu_backward)),
    "selu": (activations.selu, _from_input(activations.selu_backward)),
}
