"""The layers of a network: each computes an output, then turns the output's gradient into those before it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from dlcourse import activations
from dlcourse.arrays import KERNEL_BLOCK, as_float, as_floats, fraction, in_blocks, row_of_ones
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


def dropout_forward(x, noise, drop_rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Inverted dropout (Srivastava et al. 2014, §10). Lesson 10, section F6, correction X8.

        mask = 0 where noise < drop_rate, else 1 / (1 − drop_rate)
        out = x ⊙ mask

    Scaled so in training, the expectation is x, and nothing is left to do at test.

    x, noise: float, of one shape, noise in [0, 1).  drop_rate: in [0, 1).
    Returns (out, mask), of that shape.  Raises ValueError where the shapes differ or the rate is another.

    >>> dropout_forward([1.0, 2.0], [0.2, 0.7], drop_rate=0.5)
    (array([0., 4.]), array([0., 2.]))
    """
    x, noise = as_floats(x=x, noise=noise)
    fraction("drop_rate", drop_rate)
    mask = (noise >= drop_rate).astype(x.dtype)
    mask *= 1 / (1 - drop_rate)
    return x * mask, mask


def dropout_backward(upstream, mask) -> np.ndarray:
    """Gradient of the input of `dropout_forward`. Lesson 10, section F6.

        dx = upstream ⊙ mask

    upstream, mask: float, of one shape.  Returns that shape.  Raises ValueError where the shapes differ.

    >>> dropout_backward([10.0, 10.0], [0.0, 2.0])
    array([ 0., 20.])
    """
    upstream, mask = as_floats(upstream=upstream, mask=mask)
    return upstream * mask


def vanilla_dropout_at_test(x, drop_rate: float) -> np.ndarray:
    """What dropout needs at test where it did not scale in training. Lesson 10, correction X8.

        out = x (1 − drop_rate)

    x: float, any shape.  drop_rate: in [0, 1).  Returns x's shape.  Raises ValueError for another rate.

    >>> vanilla_dropout_at_test([2.0, 4.0], drop_rate=0.5)
    array([1., 2.])
    """
    fraction("drop_rate", drop_rate)
    return as_float(x) * (1 - float(drop_rate))


def batch_norm_forward(x, gamma, beta, eps: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Batch normalisation (Ioffe & Szegedy 2015, Algorithm 1). Lesson 14, section H, correction X12.

        μ = mean x      s² = mean (x − μ)²      out = γ (x − μ) / √(s² + eps) + β

    Means are over the batch, axis 0, so s² is the biased variance.

    x: (n, d), n ≥ 1.  gamma, beta: (d,).  eps: not negative.
    Returns (out, mean, variance): (n, d), (d,) and (d,).
    Raises ValueError where the shapes do not fit, the batch is empty, or eps is negative.

    >>> batch_norm_forward([[1.0], [3.0]], gamma=[2.0], beta=[5.0], eps=0.0)
    (array([[3.],
           [7.]]), array([2.]), array([1.]))
    """
    x, gamma, beta = _batch(x, gamma, beta)
    centred, mean, variance = _centred(x, eps)
    return gamma * (centred / np.sqrt(variance + eps)) + beta, mean, variance


def batch_norm_backward(upstream, x, gamma, eps: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of `batch_norm_forward`, whose mean and variance depend on x too. Lesson 14, section H.

        x̂ = (x − μ) / √(s² + eps)      dγ = Σ upstream ⊙ x̂      dβ = Σ upstream
        dx = γ / √(s² + eps) · (upstream − mean upstream − x̂ · mean(upstream ⊙ x̂))

    upstream, x: (n, d), n ≥ 1.  gamma: (d,).  eps: not negative.
    Returns dx (n, d), dgamma (d,), dbeta (d,).  Raises ValueError as `batch_norm_forward` does.

    >>> batch_norm_backward([[1.0], [0.0]], [[1.0], [3.0]], gamma=[2.0], eps=0.0)
    (array([[0.],
           [0.]]), array([-1.]), array([1.]))
    """
    x, gamma, _ = _batch(x, gamma, gamma)
    upstream, x = as_floats(upstream=upstream, x=x)
    centred, _, variance = _centred(x, eps)
    root = np.sqrt(variance + eps)
    return _batch_norm_gradients(upstream, centred / root, gamma, root)


def update_running(running, batch_value, momentum: float) -> np.ndarray:
    """A running average, as batch normalisation keeps for inference. Lesson 14, section H.

        running ← momentum · running + (1 − momentum) · batch_value

    running, batch_value: float, of one shape.  momentum: in [0, 1], near 1.  Returns the new running value.
    Raises ValueError where the shapes differ or momentum is another.

    >>> update_running([1.0], [3.0], momentum=0.75)
    array([1.5])
    """
    running, batch_value = as_floats(running=running, batch_value=batch_value)
    _check_share("momentum", momentum)
    return momentum * running + (1 - momentum) * batch_value


class Layer:
    """A step of the network. Its parameters are views into the network's flat vectors. Lessons 01, 02.

    A subclass writes `forward` and `backward`, which raise NotImplementedError here.
    shapes: the shape of each parameter by name. A network gives the layer, for each of them, an attribute of
    that name and one with `_gradient` behind it.
    state: arrays that belong to the layer but are not trained, saved with the network.

    >>> Layer(weights=(2, 3)).shapes
    {'weights': (2, 3)}
    """

    def __init__(self, **shapes: tuple[int, ...]):
        self.shapes = shapes
        self.state: dict[str, np.ndarray] = {}

    def initialize(self, rng: np.random.Generator) -> None:
        """Draw the first values of the parameters, and keep rng if noise is needed later."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The layer's output for x (n, …). Keeps what `backward` needs."""
        raise NotImplementedError

    def backward(self, upstream: np.ndarray, input_gradient: bool = True) -> np.ndarray | None:
        """Fill the parameters' gradients and return the input's, given the gradient of the last output.

        Where nobody needs the input's gradient (`input_gradient=False`), a layer may skip it.
        """
        raise NotImplementedError

    def _check_width(self, x: np.ndarray, width: int) -> None:
        if x.shape[1:] != (width,):
            raise ValueError(f"{self} takes input (n, {width}), not {x.shape}")


class Dense(Layer):
    """Every output sees every input. Lesson 01, section A1.

        y = x W + b

    n_in, n_out: sizes.  initializer: a name from `dlcourse.initializers` or a function (rng, shape) →
    weights; biases start at 0.
    Raises ValueError for sizes below 1, an unknown name, and input of another width.

    >>> Dense(64, 10)
    Dense(64, 10)
    """

    def __init__(self, n_in: int, n_out: int, initializer: str | Initializer = "glorot_uniform"):
        _check_sizes(n_in, n_out)
        super().__init__(weights=(n_in, n_out), bias=(n_out,))
        self.n_in, self.n_out = n_in, n_out
        self.initializer = initializer
        initializer_named(initializer)  # an unknown name is said here

    def __repr__(self):
        return f"Dense({self.n_in}, {self.n_out})"

    def initialize(self, rng):
        self.weights[...] = initializer_named(self.initializer)(rng, self.weights.shape)
        self.bias[...] = 0

    def forward(self, x, training=False):
        self._check_width(x, self.n_in)
        self.x = x
        y = x.dot(self.weights)
        y += self.bias
        return y

    def backward(self, upstream, input_gradient=True):
        self.x.T.dot(upstream, self.weights_gradient)
        row_of_ones(len(upstream), upstream.dtype).dot(upstream, self.bias_gradient)
        return upstream.dot(self.weights.T) if input_gradient else None


class Maxout(Layer):
    """The largest of several affine maps, a unit at a time: see `activations.maxout`. Lesson 04, section B6.

    n_in, n_out: sizes.  pieces: affine maps a unit, from 1 to 127.  initializer: as in `Dense`, a piece.
    Raises ValueError for sizes outside these, an unknown name, and input of another width.

    >>> Maxout(64, 10)
    Maxout(64, 10, pieces=2)
    """

    def __init__(
        self, n_in: int, n_out: int, pieces: int = 2, initializer: str | Initializer = "glorot_uniform"
    ):
        _check_sizes(n_in, n_out)
        if not 1 <= pieces <= 127:
            raise ValueError(f"a maxout unit has 1 to 127 pieces, not {pieces}")
        super().__init__(weights=(pieces, n_in, n_out), bias=(pieces, n_out))
        self.n_in, self.n_out, self.pieces = n_in, n_out, pieces
        self.initializer = initializer
        initializer_named(initializer)  # an unknown name is said here

    def __repr__(self):
        return f"Maxout({self.n_in}, {self.n_out}, pieces={self.pieces})"

    def initialize(self, rng):
        self.weights[...] = initializer_named(self.initializer)(rng, self.weights.shape)
        self.bias[...] = 0

    def forward(self, x, training=False):
        self._check_width(x, self.n_in)
        self.x = x
        best = x.dot(self.weights[0])
        best += self.bias[0]
        self.winner = np.zeros(best.shape, np.int8)
        for i in range(1, self.pieces):
            z = x.dot(self.weights[i])
            z += self.bias[i]
            np.maximum(self.winner, (z > best) * np.int8(i), out=self.winner)
            np.maximum(best, z, out=best)
        return best

    def backward(self, upstream, input_gradient=True):
        dx = 0
        for i in range(self.pieces):
            dz = (self.winner == i).astype(upstream.dtype)
            dz *= upstream
            self.x.T.dot(dz, self.weights_gradient[i])
            row_of_ones(len(dz), dz.dtype).dot(dz, self.bias_gradient[i])
            if input_gradient:
                dx += dz.dot(self.weights[i].T)
        return dx if input_gradient else None


class Activation(Layer):
    """A non-linear function of every entry. Lessons 03 and 04, section B.

        y = h(x)      dx = upstream ⊙ h′(x)

    name: 'identity', or that of a function in `dlcourse.activations` that takes x alone or x and settings.
    settings: such as `slope` of 'leaky_relu' or `alpha` of 'elu'.
    Raises ValueError for another name, and for a setting that the function does not take.

    >>> Activation("leaky_relu", slope=0.1)
    Activation('leaky_relu', slope=0.1)
    """

    def __init__(self, name: str, **settings: float):
        if name not in ACTIVATIONS:
            raise ValueError(f"unknown activation {name!r}: choose from {', '.join(ACTIVATIONS)}")
        try:
            ACTIVATIONS[name][0](np.zeros(1), **settings)
        except TypeError:
            raise ValueError(f"activation {name!r} does not take the settings {settings}") from None
        super().__init__()
        self.name, self.settings = name, settings

    def __repr__(self):
        return f"Activation({', '.join([repr(self.name), *(f'{k}={v}' for k, v in self.settings.items())])})"

    def forward(self, x, training=False):
        self.x = x
        self.y = ACTIVATIONS[self.name][0](x, **self.settings)
        return self.y

    def backward(self, upstream, input_gradient=True):
        return ACTIVATIONS[self.name][1](self, upstream)


class Dropout(Layer):
    """Switches neurons off at random, in training only: see `dropout_forward`. Lesson 10, section F6.

    drop_rate: in [0, 1).  Its noise comes from the network's generator, `network.rng`: put its state back to
    drop the same neurons again.  Raises ValueError for another rate.

    >>> Dropout(0.5)
    Dropout(0.5)
    """

    def __init__(self, drop_rate: float):
        fraction("drop_rate", drop_rate)
        super().__init__()
        self.drop_rate = float(drop_rate)

    def __repr__(self):
        return f"Dropout({self.drop_rate})"

    def initialize(self, rng):
        self.rng = rng

    def forward(self, x, training=False):
        if not training or self.drop_rate == 0:
            self.mask = None
            return x
        out, self.mask = dropout_forward(x, self.rng.random(x.shape, x.dtype), self.drop_rate)
        return out

    def backward(self, upstream, input_gradient=True):
        return upstream if self.mask is None else upstream * self.mask


class BatchNorm(Layer):
    """Normalises each unit over the batch: see `batch_norm_forward`. Lesson 14, section H.

    In training it uses the batch's mean and variance, and keeps running ones, the variance unbiased (Ioffe &
    Szegedy 2015, Algorithm 2), for use at test.

    n: units.  momentum: share of the old running value kept at each batch.  eps: positive.
    Raises ValueError for others, and for input of another width.

    >>> BatchNorm(64)
    BatchNorm(64)
    """

    def __init__(self, n: int, momentum: float = 0.9, eps: float = 1e-5):
        _check_sizes(n, n)
        _check_share("momentum", momentum)
        if not 0 < eps < np.inf:
            raise ValueError(f"eps must be positive and finite, not {eps}")
        super().__init__(gamma=(n,), beta=(n,))
        self.n, self.momentum, self.eps = n, float(momentum), float(eps)
        self.state = {"running_mean": np.zeros(n), "running_variance": np.ones(n)}

    def __repr__(self):
        return f"BatchNorm({self.n})"

    def initialize(self, rng):
        self.gamma[...], self.beta[...] = 1, 0

    def forward(self, x, training=False):
        self._check_width(x, self.n)
        self.training = training
        if training:
            centred, mean, variance = _centred(x, self.eps)
            self._keep(mean, variance, len(x))
        else:
            mean, variance = (value.astype(x.dtype) for value in self.state.values())
            centred = x - mean
        self.root = np.sqrt(variance + self.eps)
        self.normal = centred / self.root
        return self.gamma * self.normal + self.beta

    def backward(self, upstream, input_gradient=True):
        dx, dgamma, dbeta = _batch_norm_gradients(upstream, self.normal, self.gamma, self.root)
        self.gamma_gradient[...], self.beta_gradient[...] = dgamma, dbeta
        return dx if self.training else upstream * (self.gamma / self.root)

    def _keep(self, mean, variance, n):
        unbiased = variance * (n / max(n - 1, 1))
        for name, value in (("running_mean", mean), ("running_variance", unbiased)):
            self.state[name][...] = update_running(self.state[name], value, self.momentum)


def _centred(x: np.ndarray, eps: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x − mean, the mean, and the biased variance."""
    if not eps >= 0:
        raise ValueError(f"eps must not be negative, but was {eps}")
    mean = x.mean(axis=0)
    centred = x - mean
    return centred, mean, (centred * centred).mean(axis=0)


def _batch_norm_gradients(upstream, normal, gamma, root) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    dgamma, dbeta = (upstream * normal).sum(axis=0), upstream.sum(axis=0)
    n = len(upstream)
    return gamma / root * (upstream - dbeta / n - normal * (dgamma / n)), dgamma, dbeta


def _batch(x, gamma, beta) -> list[np.ndarray]:
    x, gamma, beta = as_float(x), as_float(gamma), as_float(beta)
    if x.ndim != 2 or len(x) == 0 or not gamma.shape == beta.shape == x.shape[1:]:
        raise ValueError(
            f"x must be (n, d) with n ≥ 1, gamma and beta (d,): got {x.shape}, {gamma.shape} and {beta.shape}"
        )
    return [x, gamma, beta]


def _check_sizes(n_in: int, n_out: int) -> None:
    if n_in < 1 or n_out < 1:
        raise ValueError(f"a layer needs at least one input and one output, not {n_in} and {n_out}")


def _check_share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be in [0, 1], not {value}")


def _where_positive(y: np.ndarray) -> np.ndarray:
    """Where y > 0, as bytes: they become floats twice as fast as truth values do."""
    return (y > 0).view(np.uint8)


def _from_input(backward: Callable) -> Callable:
    """The backward pass of a layer by a function of its input x."""
    return lambda layer, upstream: backward(layer.x, upstream, **layer.settings)


def _from_output(slope: Callable) -> Callable:
    """The backward pass of a layer whose output y tells the slope, which `slope` writes to `out`."""

    def dx(y, upstream, out, **settings):
        slope(y, out, **settings)
        out *= upstream

    return lambda layer, upstream: in_blocks(dx, layer.y, upstream, **layer.settings)


def _sigmoid_slope(y, out):
    np.subtract(1, y, out=out)  # σ′ = σ(1 − σ)
    out *= y


def _tanh_slope(y, out):
    np.square(y, out=out)  # tanh′ = 1 − tanh²
    np.subtract(1, out, out=out)


def _relu(x):
    """`activations.relu`, but small batches pass in half the time: beside an array, not a number."""
    return np.maximum(x, _zeros(x.shape, x.dtype)) if x.size <= KERNEL_BLOCK else activations.relu(x)


@lru_cache(maxsize=16)
def _zeros(shape: tuple[int, ...], dtype) -> np.ndarray:
    return np.zeros(shape, dtype)


def _relu_back(layer, upstream):
    dx = _where_positive(layer.y).astype(upstream.dtype)
    dx *= upstream
    return dx


def _leaky_relu_slope(y, out, slope=0.01):
    out[...] = _where_positive(y)
    np.clip(out, slope, 1, out=out)


def _elu_slope(y, out, alpha=1):
    np.clip(y, -np.inf, 0, out=out)  # e^x = y + 1 where x ≤ 0
    out += 1


def _elu_back(layer, upstream):
    if layer.settings.get("alpha", 1) != 1:
        return activations.elu_backward(layer.x, upstream, **layer.settings)
    return _from_output(_elu_slope)(layer, upstream)


ACTIVATIONS = {  # name: (function of x and settings, backward pass of layer and upstream)
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
