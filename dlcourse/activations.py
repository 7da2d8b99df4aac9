"""The non-linear functions between layers, each with its derivative."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Floats, as_float, as_floats, fraction, in_blocks, positive


def collapse_linear(weights: Sequence[ArrayLike]) -> Floats:
    """The one matrix that does what a stack of linear layers does. Lesson 03, section B0.

        x W₁ W₂ … W_L = x (W₁ W₂ … W_L)

    Args:
        weights: list of L matrices, the i-th (n_i, n_{i+1}) float.

    Returns:
        (n_1, n_{L+1}) float.

    Raises:
        ValueError: where there is no matrix, one is no matrix, or two neighbours do not fit.

    >>> collapse_linear([np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]])])
    array([[11.]])
    """
    matrices = [as_float(w) for w in weights]
    if not matrices:
        raise ValueError("collapse_linear needs at least one weight matrix, not an empty list")
    if any(w.ndim != 2 for w in matrices):
        raise ValueError(f"weights must be matrices, not of shapes {[w.shape for w in matrices]}")
    for left, right in pairwise(matrices):
        if left.shape[1] != right.shape[0]:
            raise ValueError(f"a layer {left.shape} cannot be followed by a layer {right.shape}")
    return reduce(np.matmul, matrices[1:], matrices[0].copy())


@np.errstate(over="ignore")  # e^−x = inf is welcome: 1/inf is the limit
def sigmoid(x: ArrayLike) -> Floats:
    """The logistic function. Lesson 03, section B1.

        σ(x) = 1 / (1 + e^−x)

    Args:
        x: float, any shape.

    Returns:
        The same shape, in [0, 1]. σ is never 0 or 1, but its float is, beyond |x| ≈ 700 on the left (87 for
        float32) and 37 on the right (17 for float32). Within 3 ulp elsewhere.

    >>> sigmoid(np.array([-np.inf, 0.0, 1.0, np.inf])).round(3)
    array([0.   , 0.5  , 0.731, 1.   ])
    """
    z = np.exp(-as_float(x))
    z += 1
    return 1 / z


def sigmoid_derivative(x: ArrayLike) -> Floats:
    """Slope of the logistic function. Lesson 03, section B1.

        σ′(x) = σ(x) (1 − σ(x)) = z / (1 + z)²,  z = e^−|x|

    The second form keeps its digits where σ(x) rounds to 1.

    Args:
        x: float, any shape.

    Returns:
        The same shape, in [0, 1/4].

    >>> sigmoid_derivative(np.array([-40.0, 0.0, 40.0]))
    array([4.24835426e-18, 2.50000000e-01, 4.24835426e-18])
    """
    z: Floats = np.exp(-np.abs(as_float(x)))
    return z / (1 + z) ** 2


def tanh(x: ArrayLike) -> Floats:
    """The hyperbolic tangent. Lesson 03, section B2.

        tanh(x) = (e^x − e^−x) / (e^x + e^−x)

    Args:
        x: float, any shape.

    Returns:
        The same shape, in [−1, 1].

    >>> tanh(np.array([-np.inf, 0.0, 1.0])).round(3)
    array([-1.   ,  0.   ,  0.762])
    """
    return np.tanh(as_float(x))


@np.errstate(over="ignore")  # 2x = ±inf gives the limits, as it should
def tanh_from_sigmoid(x: ArrayLike) -> Floats:
    """The hyperbolic tangent as a stretched sigmoid. Lesson 03, section B2.

        tanh(x) = 2σ(2x) − 1

    Right to one rounding of σ, that is 2e-16; below |x| = 1e-8 `tanh` keeps more digits.

    Args:
        x: float, any shape.

    Returns:
        The same shape, in [−1, 1].

    >>> bool(np.allclose(tanh_from_sigmoid([-1.0, 2.0]), tanh([-1.0, 2.0]), rtol=0, atol=1e-15))
    True
    """
    return 2 * sigmoid(2 * as_float(x)) - 1


def tanh_derivative(x: ArrayLike) -> Floats:
    """Slope of the hyperbolic tangent. Lesson 03, section B2.

        tanh′(x) = 1 − tanh²(x) = 4z / (1 + z)²,  z = e^−2|x|

    The second form keeps its digits where tanh(x) rounds to 1.

    Args:
        x: float, any shape.

    Returns:
        The same shape, in [0, 1].

    >>> tanh_derivative(np.array([0.0, 3.0, 20.0]))
    array([1.00000000e+00, 9.86603717e-03, 1.69934170e-17])
    """
    z: Floats = np.exp(-np.abs(as_float(x))) ** 2  # squared, since 2|x| may overflow
    return 4 * z / (1 + z) ** 2


def neuron_weight_gradient(x: ArrayLike, delta: ArrayLike) -> Floats:
    """Gradient of the loss with respect to the weights of one neuron. Lesson 03, section B1.

        ∂L/∂w_i = δ x_i

    Where all inputs share a sign, so do all its components: the zig-zag of the sigmoid.

    Args:
        x: (d,) float, the neuron's inputs.
        delta: number, ∂L/∂(wᵀx + b).

    Returns:
        (d,).

    Raises:
        ValueError: where x is not a vector or delta not a number.

    >>> neuron_weight_gradient([0.5, 2.0], -3.0)
    array([-1.5, -6. ])
    """
    x, delta = as_float(x), as_float(delta)
    if x.ndim != 1 or delta.ndim != 0:
        raise ValueError(f"x must be (d,) and delta a number, not of shapes {x.shape} and {delta.shape}")
    return x * delta


def relu(x: ArrayLike) -> Floats:
    """The rectified linear unit (Nair & Hinton 2010; Glorot et al. 2011). Lesson 04, section B3.

        h(x) = max(0, x)

    Args:
        x: float, any shape.

    Returns:
        The same shape.

    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    return as_float(x).clip(0, np.inf)  # three times as fast as np.maximum, which is slow beside one number


def relu_backward(x: ArrayLike, upstream: ArrayLike) -> Floats:
    """Gradient of the input of `relu`, given that of its output. Lesson 04, section B3.

        dx = upstream ⊙ (1 if x > 0 else 0)

    Args:
        x: float, any shape.
        upstream: float, x's shape: the gradient of the output.

    Returns:
        x's shape.

    Raises:
        ValueError: where the shapes differ.

    >>> relu_backward([-2.0, 0.0, 3.0], [10.0, 10.0, 10.0])
    array([ 0.,  0., 10.])
    """
    x, upstream = as_floats(x=x, upstream=upstream)
    slope = (x > 0).astype(upstream.dtype)
    slope *= upstream
    return slope


def leaky_relu(x: ArrayLike, slope: float = 0.01) -> Floats:
    """ReLU with a gentle slope where it would be dead (Maas et al. 2013). Lesson 04, section B4.

        h(x) = max(slope · x, x)

    Args:
        x: float, any shape.
        slope: in [0, 1).

    Returns:
        x's shape.

    Raises:
        ValueError: for another slope.

    >>> leaky_relu(np.array([-2.0, 0.0, 3.0]), slope=0.1)
    array([-0.2,  0. ,  3. ])
    """
    fraction("slope", slope)
    x = as_float(x)
    if slope == 0:  # 0 · ∞ is not a number
        return relu(x)
    return in_blocks(_leaky_relu, x, slope=float(slope))


def leaky_relu_backward(x: ArrayLike, upstream: ArrayLike, slope: float = 0.01) -> Floats:
    """Gradient of the input of `leaky_relu`, given that of its output. Lesson 04, section B4.

        dx = upstream ⊙ (1 if x > 0 else slope)

    Args:
        x: float, any shape.
        upstream: float, x's shape: the gradient of the output.
        slope: in [0, 1).

    Returns:
        x's shape.

    Raises:
        ValueError: where the shapes differ or the slope is another.

    >>> leaky_relu_backward([-2.0, 0.0, 3.0], [10.0, 10.0, 10.0], slope=0.1)
    array([ 1.,  1., 10.])
    """
    fraction("slope", slope)
    x, upstream = as_floats(x=x, upstream=upstream)
    return upstream * np.maximum(x > 0, upstream.dtype.type(slope))


def elu(x: ArrayLike, alpha: float = 1.0) -> Floats:
    """The exponential linear unit (Clevert et al. 2016, eq. 15). Lesson 04, section B5.

        h(x) = x if x > 0 else α (e^x − 1)

    Args:
        x: float, any shape.
        alpha: positive.

    Returns:
        x's shape.

    Raises:
        ValueError: for another alpha.

    >>> elu(np.array([-np.inf, -1.0, 0.0, 3.0])).round(3)
    array([-1.   , -0.632,  0.   ,  3.   ])
    """
    positive("alpha", alpha)
    return in_blocks(_elu, as_float(x), alpha=float(alpha))


def elu_backward(x: ArrayLike, upstream: ArrayLike, alpha: float = 1.0) -> Floats:
    """Gradient of the input of `elu`, given that of its output. Lesson 04, section B5.

        dx = upstream ⊙ (1 if x > 0 else α e^x)

    Args:
        x: float, any shape.
        upstream: float, x's shape: the gradient of the output.
        alpha: positive.

    Returns:
        x's shape.

    Raises:
        ValueError: where the shapes differ or alpha is another.

    >>> elu_backward([-1.0, 0.0, 3.0], [10.0, 10.0, 10.0], alpha=0.5).round(3)
    array([ 1.839,  5.   , 10.   ])
    """
    positive("alpha", alpha)
    x, upstream = as_floats(x=x, upstream=upstream)
    slope: Floats = np.exp(x.clip(-np.inf, 0))  # 1 where x > 0
    if alpha != 1:
        factor = (x <= 0).astype(slope.dtype)
        factor *= alpha
        factor += x > 0
        slope *= factor
    return slope * upstream


def maxout(x: ArrayLike, weights: ArrayLike, biases: ArrayLike) -> Floats:
    """The largest of k affine maps (Goodfellow et al. 2013, eq. 1). Lesson 04, section B6.

        h(x)_j = max_i (x W_i + b_i)_j

    Args:
        x: (n, d) float.
        weights: (k, d, m) float.
        biases: (k, m) float.

    Returns:
        (n, m).

    Raises:
        ValueError: where the shapes do not fit.

    >>> maxout([[2.0], [-2.0]], weights=[[[1.0]], [[-1.0]]], biases=[[0.0], [0.0]])  # |x|
    array([[2.],
           [2.]])
    """
    largest: Floats = _pieces(x, weights, biases).max(axis=0)
    return largest


def maxout_backward(
    x: ArrayLike, weights: ArrayLike, biases: ArrayLike, upstream: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Gradients of `maxout`: a unit's goes to the piece that won, the first of equals. Behind lesson 04.

        dz_i = upstream ⊙ (1 if i = argmax z else 0)
        dx = Σ_i dz_i W_iᵀ      dW_i = xᵀ dz_i      db_i = Σ_rows dz_i

    Args:
        x: (n, d) float.
        weights: (k, d, m) float.
        biases: (k, m) float.
        upstream: (n, m) float, the gradient of the output.

    Returns:
        dx, dweights and dbiases, shaped like the arguments.

    Raises:
        ValueError: where the shapes do not fit.

    >>> maxout_backward([[2.0]], [[[1.0]], [[-1.0]]], [[0.0], [0.0]], [[10.0]])[0]
    array([[10.]])
    """
    z = _pieces(x, weights, biases)
    winner, upstream = as_floats(output=z.argmax(axis=0), upstream=upstream)
    dz = upstream * (winner == np.arange(len(z))[:, None, None])
    dx = np.matmul(dz, as_float(weights).transpose(0, 2, 1)).sum(axis=0)
    return dx, np.matmul(as_float(x).T, dz), dz.sum(axis=1)


def dead_fraction(activations: ArrayLike) -> float:
    """Share of units that no example switches on. Lesson 04, section B3.

        |{j : activations_ij ≤ 0 for all i}| / m

    Args:
        activations: (n, m) real, not empty, a unit a column.

    Returns:
        In [0, 1].

    Raises:
        ValueError: for another shape.

    >>> dead_fraction([[0.0, 1.0], [-1.0, 0.0]])
    0.5
    """
    activations = np.asarray(activations)
    if activations.ndim != 2 or activations.size == 0:
        raise ValueError(f"activations must be (n, m), not empty, but were {activations.shape}")
    return float(np.mean((activations <= 0).all(axis=0)))


def softplus(x: ArrayLike) -> Floats:
    """The smooth ReLU (Dugas et al. 2001). In no lesson.

        h(x) = log(1 + e^x) = max(0, x) + log(1 + e^−|x|)

    Args:
        x: float, any shape.

    Returns:
        The same shape.

    >>> softplus(np.array([-np.inf, 0.0, 1000.0])).round(3)
    array([0.00e+00, 6.93e-01, 1.00e+03])
    """
    x = as_float(x)
    y = np.log1p(np.exp(-np.abs(x)))
    y += relu(x)
    return y


def softplus_backward(x: ArrayLike, upstream: ArrayLike) -> Floats:
    """Gradient of the input of `softplus`, given that of its output. In no lesson.

        dx = upstream ⊙ σ(x)

    Args:
        x: float, any shape.
        upstream: float, x's shape: the gradient of the output.

    Returns:
        x's shape.

    Raises:
        ValueError: where the shapes differ.

    >>> softplus_backward([0.0], [10.0])
    array([5.])
    """
    x, upstream = as_floats(x=x, upstream=upstream)
    return upstream * sigmoid(x)


def silu(x: ArrayLike) -> Floats:
    """The sigmoid-weighted linear unit, also swish (Elfwing et al. 2018). Lesson 04.

        h(x) = x σ(x)

    Args:
        x: float, any shape.

    Returns:
        The same shape.

    >>> silu(np.array([-np.inf, 0.0, 2.0])).round(3)
    array([-0.   ,  0.   ,  1.762])
    """
    x = as_float(x)
    return x.clip(_LEFT_END, np.inf) * sigmoid(x)


def silu_backward(x: ArrayLike, upstream: ArrayLike) -> Floats:
    """Gradient of the input of `silu`, given that of its output. Lesson 04.

        dx = upstream ⊙ (σ(x) + x σ′(x)) = upstream ⊙ σ(x) (1 + x (1 − σ(x)))

    Args:
        x: float, any shape.
        upstream: float, x's shape: the gradient of the output.

    Returns:
        x's shape.

    Raises:
        ValueError: where the shapes differ.

    >>> silu_backward([0.0], [10.0])
    array([5.])
    """
    x, upstream = as_floats(x=x, upstream=upstream)
    s = sigmoid(x)
    return upstream * s * (1 + x.clip(_LEFT_END, -_LEFT_END) * (1 - s))


def gelu(x: ArrayLike) -> Floats:
    """The Gaussian error linear unit, by its tanh form (Hendrycks & Gimpel 2016, §2). Lesson 04.

        h(x) = x/2 (1 + tanh u) = x σ(2u),   u = √(2/π) (x + 0.044715 x³)

    Within 5e-4 of x Φ(x), which needs an error function that NumPy lacks.

    Args:
        x: float, any shape.

    Returns:
        The same shape.

    >>> gelu(np.array([-np.inf, 0.0, 1.0])).round(3)
    array([-0.   ,  0.   ,  0.841])
    """
    x = as_float(x)
    return x.clip(_LEFT_END, np.inf) * sigmoid(2 * _gelu_argument(x))


def gelu_backward(x: ArrayLike, upstream: ArrayLike) -> Floats:
    """Gradient of the input of `gelu`, given that of its output. Lesson 04.

        dx = upstream ⊙ (σ(2u) + 2 x u′ σ′(2u)),   u′ = √(2/π) (1 + 3 · 0.044715 x²)

    Args:
        x: float, any shape.
        upstream: float, x's shape: the gradient of the output.

    Returns:
        x's shape.

    Raises:
        ValueError: where the shapes differ.

    >>> gelu_backward([0.0], [10.0])
    array([5.])
    """
    x, upstream = as_floats(x=x, upstream=upstream)
    s, x = sigmoid(2 * _gelu_argument(x)), x.clip(-30, 30)
    du: Floats = _GELU_SCALE * (1 + 3 * 0.044715 * x * x)
    return upstream * s * (1 + 2 * x * du * (1 - s))


def selu(x: ArrayLike) -> Floats:
    """ELU scaled to keep activations at mean 0, variance 1 (Klambauer et al. 2017). In no lesson.

        h(x) = λ elu(x, α),   λ ≈ 1.0507, α ≈ 1.6733

    Args:
        x: float, any shape.

    Returns:
        The same shape.

    >>> selu(np.array([-np.inf, 0.0, 1.0])).round(4)
    array([-1.7581,  0.    ,  1.0507])
    """
    return _SELU_SCALE * elu(x, _SELU_ALPHA)


def selu_backward(x: ArrayLike, upstream: ArrayLike) -> Floats:
    """Gradient of the input of `selu`, given that of its output. In no lesson.

        dx = λ · upstream ⊙ elu′(x)

    Args:
        x: float, any shape.
        upstream: float, x's shape: the gradient of the output.

    Returns:
        x's shape.

    Raises:
        ValueError: where the shapes differ.

    >>> selu_backward([1.0], [10.0]).round(3)
    array([10.507])
    """
    return _SELU_SCALE * elu_backward(x, upstream, _SELU_ALPHA)


_GELU_SCALE = math.sqrt(2 / math.pi)
_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
_LEFT_END = -2000  # σ is 0 in floats long before: x stands still here so that −∞ · 0 does not arise


def _leaky_relu(x: Floats, out: Floats, slope: float) -> None:
    np.multiply(x, slope, out=out)
    np.maximum(out, x, out=out)


def _elu(x: Floats, out: Floats, alpha: float) -> None:
    np.clip(x, -np.inf, 0, out=out)  # first, since e^x of a large x would overflow
    np.expm1(out, out=out)
    out *= alpha
    if alpha <= 1:
        np.maximum(out, x, out=out)  # α (e^x − 1) ≥ x on the left, and is 0 on the right
    else:
        out += relu(x)


def _gelu_argument(x: Floats) -> Floats:
    """u of `gelu`, of an x that stands still beyond ±30, where both ends of σ(2u) are long reached."""
    x = x.clip(-30, 30)
    return _GELU_SCALE * x * (1 + 0.044715 * x * x)


def _pieces(x: ArrayLike, weights: ArrayLike, biases: ArrayLike) -> Floats:
    """The k affine maps of maxout, (k, n, m)."""
    x, weights, biases = as_float(x), as_float(weights), as_float(biases)
    k_d_m = weights.shape
    if (
        weights.ndim != 3
        or x.ndim != 2
        or x.shape[1] != k_d_m[1]
        or biases.shape != k_d_m[::2]
        or k_d_m[0] < 1
    ):
        raise ValueError(
            "x (n, d), weights (k, d, m) and biases (k, m) do not fit: "
            f"got {x.shape}, {weights.shape} and {biases.shape}"
        )
    return x @ weights + biases[:, None]
