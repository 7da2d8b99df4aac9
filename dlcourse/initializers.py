"""How the weights of a layer are drawn before training starts.

An initializer is a function of a generator and a shape (n_in, n_out) that returns float64 weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.arrays import Floats, as_float, not_negative, positive

# In quotes, so that np.random stays unloaded.
Initializer: TypeAlias = "Callable[[np.random.Generator, tuple[int, ...]], Floats]"
Scheme: TypeAlias = Literal["lecun", "glorot", "he"]
Mode: TypeAlias = Literal["fan_in", "fan_out", "fan_avg"]
Distribution: TypeAlias = Literal["uniform", "normal"]
InitializerName: TypeAlias = Literal[
    "zeros", "lecun_uniform", "lecun_normal", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal"
]


def variance_scaling(scale: float, mode: Mode, distribution: Distribution) -> Initializer:
    """The initializer that all named ones are settings of. Behind lesson 05, sections C1–C3.

        Var(W) = scale / n,   n = n_in, n_out or (n_in + n_out)/2

    Args:
        scale: positive.
        mode: which n, 'fan_in', 'fan_out' or 'fan_avg'.
        distribution: 'uniform' or 'normal', of mean 0.

    Returns:
        A function of a generator and a shape (…, n_in, n_out) that draws weights, float64.

    Raises:
        ValueError: for any other setting.

    >>> he = variance_scaling(2.0, "fan_in", "normal")
    >>> he(np.random.default_rng(0), (500, 200)).var().round(4)  # 2/500
    np.float64(0.004)
    """
    positive("scale", scale)
    if mode not in _FANS:
        raise ValueError(f"mode must be one of {', '.join(_FANS)}, not {mode!r}")
    if distribution not in _DRAWS:
        raise ValueError(f"distribution must be one of {', '.join(_DRAWS)}, not {distribution!r}")

    def initialize(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
        n_in, n_out = _fans(shape)
        return _DRAWS[distribution](rng, shape, scale / _FANS[mode](n_in, n_out))

    return initialize


def zeros(rng: np.random.Generator | None, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """All weights zero: every neuron of a layer then learns the same thing. Lesson 05, section C0.

    Args:
        rng: not used.
        shape: of the weights.

    Returns:
        That shape.

    >>> zeros(None, (1, 2))
    array([[0., 0.]])
    """
    return np.zeros(shape)


def normal(scale: float) -> Initializer:
    """Normal weights of one standard deviation, whatever the layer's size. Lesson 05, section C0.

        W ~ N(0, scale²)

    Args:
        scale: the standard deviation, positive or 0.

    Returns:
        A function of a generator and a shape that draws weights, float64.

    Raises:
        ValueError: for another scale.

    >>> normal(100.0)(np.random.default_rng(0), (300, 300)).std().round()
    np.float64(100.0)
    """
    not_negative("scale", scale)
    return lambda rng, shape: scale * rng.standard_normal(shape)


def weight_variance(scheme: Scheme, n_in: int, n_out: int) -> float:
    """The variance that a scheme gives to weights. Lesson 05, sections C1–C3.

        lecun   1/n_in              LeCun et al. 1998, Efficient BackProp, eq. 16
        glorot  2/(n_in + n_out)    Glorot & Bengio 2010, eq. 12
        he      2/n_in              He et al. 2015, eq. 10

    Args:
        scheme: one of these; case counts.
        n_in: inputs of the layer, at least 1.
        n_out: its outputs, at least 1.

    Returns:
        The variance of one weight.

    Raises:
        ValueError: for any other scheme and for sizes below 1.

    >>> weight_variance("glorot", 300, 100)
    0.005
    """
    if scheme not in _SCHEMES:
        raise ValueError(f"scheme must be one of {', '.join(_SCHEMES)}, not {scheme!r}")
    if n_in < 1 or n_out < 1:
        raise ValueError(f"a layer has at least one input and one output, not {n_in} and {n_out}")
    scale, mode = _SCHEMES[scheme]
    return float(scale / _FANS[mode](n_in, n_out))


def uniform_limit(variance: float) -> float:
    """The half-width of a uniform distribution of a given variance. Lesson 05, correction X2.

        Var(U(−a, a)) = a²/3,   so   a = √(3 Var)

    Args:
        variance: at least 0.

    Returns:
        a.

    Raises:
        ValueError: where variance is negative.

    >>> uniform_limit(3.0)
    3.0
    """
    if variance < 0:
        raise ValueError(f"a variance is never negative, but was {variance}")
    return float(np.sqrt(3.0 * variance))


def initialize_uniform(noise: ArrayLike, scheme: Scheme) -> Floats:
    """Weights of a scheme from uniform noise. Lesson 05, sections C1–C3.

        W = a (2·noise − 1),   a = √(3 Var(W))

    Args:
        noise: (n_in, n_out) float in [0, 1).
        scheme: as in `weight_variance`.

    Returns:
        (n_in, n_out).

    Raises:
        ValueError: for an unknown scheme and for noise with fewer than two axes.

    >>> initialize_uniform(np.array([[0.0, 0.5, 0.75]]), "lecun").round(3)
    array([[-1.732,  0.   ,  0.866]])
    """
    noise = as_float(noise)
    n_in, n_out = _fans(noise.shape)
    return uniform_limit(weight_variance(scheme, n_in, n_out)) * (2 * noise - 1)


def saturated_fraction(pre_activations: ArrayLike, threshold: float = 5.0) -> float:
    """Share of pre-activations so large that a sigmoid is flat there. Lesson 05, section C0.

        |{z : |z| > threshold}| / |{z}|

    Args:
        pre_activations: z, float, any shape, not empty.
        threshold: how large is too large.

    Returns:
        In [0, 1].

    Raises:
        ValueError: where there are no pre-activations.

    >>> saturated_fraction([[0.0, 51.0], [-6.0, 5.0]])
    0.5
    """
    z = np.abs(as_float(pre_activations))
    if z.size == 0:
        raise ValueError(f"no pre-activations were given: shape {z.shape}")
    return float(np.mean(z > threshold))


def unit_variance_weights(weights: Sequence[ArrayLike], x: ArrayLike) -> list[Floats]:
    """Weights corrected by what they do to a batch, layer by layer (Mishkin & Matas 2016, LSUV). Lesson 05.

        W ← W / std(h W),   h ← max(0, h W),   beginning with h = x

    The deviation is of all entries of h W, units and examples alike, divided by their number. Where all of
    them are equal, the matrix stays as it is.

    Args:
        weights: a matrix (n_i, n_{i+1}) for each layer of a ReLU network without biases.
        x: (n, d), a batch.

    Returns:
        The matrices divided, in their order.

    Raises:
        ValueError: where a matrix does not fit what arrives at it.

    >>> first, second = unit_variance_weights([[[2.0, -2.0]], [[3.0], [1.0]]], [[1.0], [-1.0]])
    >>> first, second.T
    (array([[ 1., -1.]]), array([[3., 1.]]))
    """
    h, divided = as_float(x), []
    for number, each in enumerate(weights):
        w = as_float(each)
        if h.ndim != 2 or w.ndim != 2 or h.shape[1] != len(w):
            raise ValueError(f"matrix {number}, {w.shape}, does not fit its input, {h.shape}")
        z: Floats = h @ w
        if z.size and z.min() < z.max():
            w, z = w / z.std(), z / z.std()
        divided.append(w)
        h = np.maximum(z, 0)
    return divided


def initializer_named(name: InitializerName | Initializer) -> Initializer:
    """The initializer of that name; a function is its own name. Behind lesson 05.

    Args:
        name: a key of `INITIALIZERS`, or an initializer.

    Returns:
        The initializer.

    Raises:
        ValueError: for an unknown name, listing the known ones.

    >>> initializer_named("zeros") is zeros
    True
    """
    if callable(name):
        return name
    if name not in INITIALIZERS:
        raise ValueError(f"unknown initializer {name!r}: choose from {', '.join(INITIALIZERS)}")
    return INITIALIZERS[name]


def _fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """n_in and n_out of a weight array (…, n_in, n_out)."""
    if len(shape) < 2:
        raise ValueError(f"weights have a shape (n_in, n_out), not {shape}")
    return shape[-2], shape[-1]


_FANS: dict[Mode, Callable[[int, int], float]] = {
    "fan_in": lambda n_in, n_out: n_in,
    "fan_out": lambda n_in, n_out: n_out,
    "fan_avg": lambda n_in, n_out: (n_in + n_out) / 2,
}
_DRAWS: dict[Distribution, Callable[[np.random.Generator, tuple[int, ...], float], Floats]] = {
    "uniform": lambda rng, shape, variance: uniform_limit(variance) * rng.uniform(-1, 1, shape),
    "normal": lambda rng, shape, variance: np.sqrt(variance) * rng.standard_normal(shape),
}
_SCHEMES: dict[Scheme, tuple[float, Mode]] = {
    "lecun": (1.0, "fan_in"),
    "glorot": (1.0, "fan_avg"),
    "he": (2.0, "fan_in"),
}

INITIALIZERS: dict[str, Initializer] = {
    "zeros": zeros,
    **{
        f"{scheme}_{distribution}": variance_scaling(scale, mode, distribution)
        for scheme, (scale, mode) in _SCHEMES.items()
        for distribution in _DRAWS
    },
}
