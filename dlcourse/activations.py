"""The non-linear functions between layers, each with its derivative."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def as_float(x) -> np.ndarray:
    """x as an array of floats: float16, 32 and 64 stay what they are, all else becomes float64.

    >>> as_float([1, 2]).dtype, as_float(np.float32(1)).dtype
    (dtype('float64'), dtype('float32'))
    """
    x = np.asarray(x)
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def collapse_linear(weights: Sequence[np.ndarray]) -> np.ndarray:
    """The one matrix that does what a stack of linear layers does. Lesson 03, section B0.

        x W₁ W₂ … W_L = x (W₁ W₂ … W_L)

    weights: list of L matrices, the i-th (n_i, n_{i+1}) float.  Returns (n_1, n_{L+1}) float.
    Raises ValueError where there is no matrix, or where one does not fit behind those before it.

    >>> collapse_linear([np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]])])
    array([[11.]])
    """
    matrices = [as_float(w) for w in weights]
    if not matrices:
        raise ValueError("collapse_linear needs at least one weight matrix, not an empty list")
    product = np.eye(matrices[0].shape[0], dtype=matrices[0].dtype)
    for w in matrices:
        if w.ndim != 2 or product.shape[1] != w.shape[0]:
            raise ValueError(
                f"a weight matrix {w.shape} does not fit behind the product so far {product.shape}"
            )
        product = product @ w
    return product


def sigmoid(x) -> np.ndarray:
    """The logistic function. Lesson 03, section B1.

        σ(x) = 1 / (1 + e^−x)

    x: float, any shape.  Returns the same shape, in [0, 1]: σ is never 0 or 1, but its float is, beyond
    |x| ≈ 700 on the left (87 for float32) and 37 on the right (17 for float32). Within 3 ulp elsewhere.

    >>> sigmoid(np.array([-np.inf, 0.0, 1.0, np.inf])).round(3)
    array([0.   , 0.5  , 0.731, 1.   ])
    """
    with np.errstate(over="ignore"):  # e^−x = inf is welcome: 1/inf is the limit
        z = np.exp(-as_float(x))
    z += 1
    return 1 / z


def sigmoid_derivative(x) -> np.ndarray:
    """Slope of the logistic function. Lesson 03, section B1.

        σ′(x) = σ(x) (1 − σ(x)) = z / (1 + z)²,  z = e^−|x|

    The second form keeps its digits where σ(x) rounds to 1.

    x: float, any shape.  Returns the same shape, in [0, 1/4].

    >>> sigmoid_derivative(np.array([-40.0, 0.0, 40.0]))
    array([4.24835426e-18, 2.50000000e-01, 4.24835426e-18])
    """
    z = np.exp(-np.abs(as_float(x)))
    return z / (1 + z) ** 2


def tanh(x) -> np.ndarray:
    """The hyperbolic tangent. Lesson 03, section B2.

        tanh(x) = (e^x − e^−x) / (e^x + e^−x)

    x: float, any shape.  Returns the same shape, in [−1, 1].

    >>> tanh(np.array([-np.inf, 0.0, 1.0])).round(3)
    array([-1.   ,  0.   ,  0.762])
    """
    return np.tanh(as_float(x))


def tanh_from_sigmoid(x) -> np.ndarray:
    """The hyperbolic tangent as a stretched sigmoid. Lesson 03, section B2.

        tanh(x) = 2σ(2x) − 1

    Right to one rounding of σ, that is 2e-16; below |x| = 1e-8 `tanh` keeps more digits.

    x: float, any shape.  Returns the same shape, in [−1, 1].

    >>> bool(np.allclose(tanh_from_sigmoid([-1.0, 2.0]), tanh([-1.0, 2.0]), rtol=0, atol=1e-15))
    True
    """
    with np.errstate(over="ignore"):  # 2x = ±inf gives the limits, as it should
        return 2 * sigmoid(2 * as_float(x)) - 1


def tanh_derivative(x) -> np.ndarray:
    """Slope of the hyperbolic tangent. Lesson 03, section B2.

        tanh′(x) = 1 − tanh²(x) = 4z / (1 + z)²,  z = e^−2|x|

    The second form keeps its digits where tanh(x) rounds to 1.

    x: float, any shape.  Returns the same shape, in [0, 1].

    >>> tanh_derivative(np.array([0.0, 3.0, 20.0]))
    array([1.00000000e+00, 9.86603717e-03, 1.69934170e-17])
    """
    z = np.exp(-np.abs(as_float(x))) ** 2  # squared, since 2|x| may overflow
    return 4 * z / (1 + z) ** 2


def neuron_weight_gradient(x, delta) -> np.ndarray:
    """Gradient of the loss with respect to the weights of one neuron. Lesson 03, section B1.

        ∂L/∂w_i = δ x_i

    Where all inputs share a sign, so do all its components: the zig-zag of the sigmoid.

    x: (d,) float, the neuron's inputs.  delta: number, ∂L/∂(wᵀx + b).  Returns (d,).
    Raises ValueError where x is not a vector or delta not a number.

    >>> neuron_weight_gradient([0.5, 2.0], -3.0)
    array([-1.5, -6. ])
    """
    x, delta = as_float(x), as_float(delta)
    if x.ndim != 1 or delta.ndim != 0:
        raise ValueError(f"x must be (d,) and delta a number, not of shapes {x.shape} and {delta.shape}")
    return x * delta
