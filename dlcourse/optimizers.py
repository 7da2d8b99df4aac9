"""Rules that turn a gradient into a step: as pure functions to read, and as classes that train in place."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from dlcourse.arrays import STEP_BLOCK, as_float, as_floats, fraction, positive


def gradient_descent_step(params, grad, learning_rate):
    """One step of gradient descent (Cauchy 1847). Lesson 06, section D0.

        θ ← θ − η g

    params, grad: float, of one shape.  Returns the new params.  Raises ValueError where the shapes differ.

    >>> gradient_descent_step([1.0, 2.0], [10.0, -10.0], 0.1)
    array([0., 3.])
    """
    params, grad = as_floats(params=params, grad=grad)
    return params - learning_rate * grad


def momentum_step(params, velocity, grad, learning_rate, mu):
    """One step of momentum (Polyak 1964; Sutskever et al. 2013, eq. 1–2). Lesson 07, section E1.

        v ← μ v − η g
        θ ← θ + v

    params, velocity, grad: float, of one shape.  Returns the new (params, velocity).
    Raises ValueError where the shapes differ.

    >>> momentum_step([1.0], [0.5], [2.0], learning_rate=0.1, mu=0.9)
    (array([1.25]), array([0.25]))
    """
    params, velocity, grad = as_floats(params=params, velocity=velocity, grad=grad)
    velocity = mu * velocity - learning_rate * grad
    return params + velocity, velocity


def nesterov_step(params, velocity, gradient: Callable, learning_rate, mu):
    """One step of Nesterov's momentum (Nesterov 1983; Sutskever et al. 2013, eq. 3–4). Lesson 07, section E2.

        v ← μ v − η ∂L/∂θ(θ + μ v)
        θ ← θ + v

    params, velocity: float, of one shape.  gradient: a function of params.
    Returns the new (params, velocity).  Raises ValueError where the shapes differ.

    >>> nesterov_step([1.0], [-1.0], lambda theta: 2 * theta, learning_rate=0.5, mu=0.5)
    (array([0.]), array([-1.]))
    """
    params, velocity = as_floats(params=params, velocity=velocity)
    _, grad = as_floats(params=params, grad=gradient(params + mu * velocity))
    velocity = mu * velocity - learning_rate * grad
    return params + velocity, velocity


def terminal_velocity(grad, learning_rate, mu):
    """Where a constant gradient leads the velocity: the fixed point of v = μ v − η g. Lesson 07, section E1.

        v_∞ = −η g / (1 − μ)

    grad: float, any shape.  mu: in [0, 1).  Raises ValueError for another mu.

    >>> terminal_velocity(2.0, learning_rate=0.1, mu=0.75)
    np.float64(-0.8)
    """
    fraction("mu", mu)
    return -learning_rate * as_float(grad) / (1 - mu)


def adagrad_step(params, h, grad, learning_rate, eps):
    """One step of AdaGrad (Duchi et al. 2011). Lesson 08, section E3, correction X5.

        h ← h + g²
        θ ← θ − η g / (√h + eps)

    params, h, grad: float, of one shape.  Returns the new (params, h).
    Raises ValueError where the shapes differ.

    >>> adagrad_step([1.0], [9.0], [4.0], learning_rate=0.5, eps=0.0)
    (array([0.6]), array([25.]))
    """
    params, h, grad = as_floats(params=params, h=h, grad=grad)
    h = h + grad**2
    return params - learning_rate * grad / (np.sqrt(h) + eps), h


def rmsprop_step(params, h, grad, learning_rate, decay_rate, eps):
    """One step of RMSProp (Tieleman & Hinton 2012, lecture 6.5). Lesson 08, section E4.

        h ← ρ h + (1 − ρ) g²
        θ ← θ − η g / (√h + eps)

    params, h, grad: float, of one shape.  decay_rate: ρ.  Returns the new (params, h).
    Raises ValueError where the shapes differ.

    >>> rmsprop_step([1.0], [0.0], [4.0], learning_rate=0.5, decay_rate=0.75, eps=0.0)
    (array([0.]), array([4.]))
    """
    params, h, grad = as_floats(params=params, h=h, grad=grad)
    h = decay_rate * h + (1 - decay_rate) * grad**2
    return params - learning_rate * grad / (np.sqrt(h) + eps), h


def adam_step(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    """One step of Adam (Kingma & Ba 2015, Algorithm 1). Lesson 08, section E5, correction X3.

        m ← β₁ m + (1 − β₁) g        m̂ = m / (1 − β₁ᵗ)
        v ← β₂ v + (1 − β₂) g²       v̂ = v / (1 − β₂ᵗ)
        θ ← θ − η m̂ / (√v̂ + eps)

    params, m, v, grad: float, of one shape.  t: 1 on the first call.  Returns the new (params, m, v), the
    moments as they are, uncorrected.  Raises ValueError where the shapes differ or t < 1.

    >>> adam_step([1.0], [0.0], [0.0], 1, [4.0], learning_rate=0.1, beta1=0.5, beta2=0.75, eps=0.0)
    (array([0.9]), array([2.]), array([4.]))
    """
    if t < 1:
        raise ValueError(f"t counts steps from 1, but was {t}")
    params, m, v, grad = as_floats(params=params, m=m, v=v, grad=grad)
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return params - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


def adam_step_uncorrected(params, m, v, grad, learning_rate, beta1, beta2, eps):
    """One step of Adam without bias correction, as the document prints it. Lesson 08, correction X3.

        m ← β₁ m + (1 − β₁) g
        v ← β₂ v + (1 − β₂) g²
        θ ← θ − η m / (√v + eps)

    params, m, v, grad: float, of one shape.  Returns the new (params, m, v).
    Raises ValueError where the shapes differ.

    >>> adam_step_uncorrected([1.0], [0.0], [0.0], [4.0], learning_rate=0.1, beta1=0.5, beta2=0.75, eps=0.0)
    (array([0.9]), array([2.]), array([4.]))
    """
    params, m, v, grad = as_floats(params=params, m=m, v=v, grad=grad)
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return params - learning_rate * m / (np.sqrt(v) + eps), m, v


def clip_gradient(grad: np.ndarray, max_norm: float) -> float:
    """Shorten a gradient that is too long, in place (Pascanu et al. 2013, Algorithm 1). Lesson 06.

        g ← g · max_norm / ‖g‖   where ‖g‖ > max_norm

    grad: float array.  max_norm: positive.  Returns ‖g‖ as it was; a gradient with nan or ∞ is left alone.
    Raises ValueError for another max_norm.

    >>> grad = np.array([3.0, 4.0])
    >>> clip_gradient(grad, 1.0), grad
    (5.0, array([0.6, 0.8]))
    """
    positive("max_norm", max_norm)
    largest = float(np.abs(grad).max(initial=0))
    if not 0 < largest < math.inf:
        return largest
    relative = float(np.linalg.norm(grad / largest))  # the squares of large entries would overflow
    if largest * relative > max_norm:
        grad /= largest
        grad *= max_norm / relative
    return largest * relative


class Optimizer:
    """Moves a parameter vector in place. Lessons 06 to 08.

    A subclass writes the rule, `update`, and names its memory, `slots`.
    learning_rate: positive; a number, or an array that broadcasts against the parameters.
    memory: by slot, an array like the parameters, zero before the first step.  t: steps made so far.
    Raises ValueError for a rate that is not positive, and where arrays differ in shape.

    >>> issubclass(SGD, Optimizer), Momentum.slots
    (True, ('velocity',))
    """

    slots: tuple[str, ...] = ()

    def __init__(self, learning_rate: float):
        self.learning_rate = positive("learning_rate", learning_rate)
        self.t = 0
        self.memory: dict[str, np.ndarray] = {}

    def __repr__(self):
        settings = [f"{name}={value}" for name, value in vars(self).items() if name not in ("t", "memory")]
        return f"{type(self).__name__}({', '.join(settings)})"

    def step(self, theta: np.ndarray, grad: np.ndarray) -> None:
        """Move theta by one step against grad (of its shape), in place.

        >>> theta = np.array([1.0, 2.0])
        >>> SGD(0.1).step(theta, np.array([1.0, -1.0]))
        >>> theta
        array([0.9, 2.1])
        """
        if self.t == 0:
            self.memory = {slot: np.zeros_like(theta) for slot in self.slots}
        arrays = (theta, grad, *self.memory.values())
        if theta.shape != grad.shape or theta.shape != arrays[-1].shape:
            shapes = [array.shape for array in arrays]
            raise ValueError(f"parameters, gradient and memory must have one shape, not {shapes}")
        self.t += 1
        if theta.size <= STEP_BLOCK or theta.ndim > 1:
            return self.update(*arrays)
        for start in range(0, theta.size, STEP_BLOCK):
            self.update(*[array[start : start + STEP_BLOCK] for array in arrays])

    def update(self, theta: np.ndarray, grad: np.ndarray, *memory: np.ndarray) -> None:
        """The rule, on arrays of one shape: all of the parameters, or a block of them."""
        raise NotImplementedError


class SGD(Optimizer):
    """Gradient descent in place: see `gradient_descent_step`. Lesson 06, sections D0–D3.

    >>> SGD(0.1)
    SGD(learning_rate=0.1)
    """

    def update(self, theta, grad):
        theta -= self.learning_rate * grad


class Momentum(Optimizer):
    """Momentum in place: see `momentum_step`. Lesson 07, section E1.

    mu: in [0, 1).  Raises ValueError outside it, or where the rate is not positive.

    >>> Momentum(0.1)
    Momentum(learning_rate=0.1, mu=0.9)
    """

    slots = ("velocity",)

    def __init__(self, learning_rate: float, mu: float = 0.9):
        super().__init__(learning_rate)
        self.mu = fraction("mu", mu)

    def update(self, theta, grad, velocity):
        velocity *= self.mu
        velocity -= self.learning_rate * grad
        theta += velocity


class Nesterov(Momentum):
    """Nesterov's momentum in place (Bengio et al. 2013, eq. 7). Lesson 07, section E2.

        v ← μ v − η g
        θ ← θ + μ v − η g

    Here theta is the looked-ahead point, θ + μ v of `nesterov_step`, so the gradient is asked for where the
    parameters are, as of any other optimizer. Both walk the same path: theta is one glance ahead on it.

    >>> Nesterov(0.1)
    Nesterov(learning_rate=0.1, mu=0.9)
    """

    def update(self, theta, grad, velocity):
        descent = self.learning_rate * grad
        velocity *= self.mu
        velocity -= descent
        theta -= descent
        theta += self.mu * velocity


class AdaGrad(Optimizer):
    """AdaGrad in place: see `adagrad_step`. Lesson 08, section E3.

    eps: positive.  Raises ValueError where it or the rate is not.

    >>> AdaGrad(0.1)
    AdaGrad(learning_rate=0.1, eps=1e-08)
    """

    slots = ("h",)

    def __init__(self, learning_rate: float, eps: float = 1e-8):
        super().__init__(learning_rate)
        self.eps = positive("eps", eps)

    def update(self, theta, grad, h):
        h += np.square(grad)
        theta -= _scaled(grad, h, self.learning_rate, self.eps)


class RMSProp(Optimizer):
    """RMSProp in place: see `rmsprop_step`. Lesson 08, section E4.

    memory["h"] is the decayed sum of squares, h/(1 − ρ): a term less a step than the average.

    decay_rate: ρ in [0, 1).  eps: positive.  Raises ValueError for others, or where the rate is not positive.

    >>> RMSProp(0.001)
    RMSProp(learning_rate=0.001, decay_rate=0.99, eps=1e-08)
    """

    slots = ("h",)

    def __init__(self, learning_rate: float, decay_rate: float = 0.99, eps: float = 1e-8):
        super().__init__(learning_rate)
        self.decay_rate = fraction("decay_rate", decay_rate)
        self.eps = positive("eps", eps)

    def update(self, theta, grad, h):
        h *= self.decay_rate
        h += np.square(grad)
        root_weight = math.sqrt(1 / (1 - self.decay_rate))
        theta -= _scaled(grad, h, self.learning_rate * root_weight, self.eps * root_weight)


class Adam(Optimizer):
    """Adam in place: see `adam_step`. Lesson 08, section E5.

        M ← β₁ M + g         m̂ = M / (1 + β₁ + … + β₁ᵗ⁻¹)
        V ← β₂ V + g²        v̂ = V / (1 + β₂ + … + β₂ᵗ⁻¹)
        θ ← θ − η m̂ / (√v̂ + eps)

    The memory holds decayed sums, M = m/(1 − β₁) and V = v/(1 − β₂): to correct the bias is then to divide by
    the weights summed, and each costs a term less.

    beta1, beta2: in [0, 1).  eps: positive.  Raises ValueError for others, or where the rate is not positive.

    >>> Adam(0.001)
    Adam(learning_rate=0.001, beta1=0.9, beta2=0.999, eps=1e-08)
    """

    slots = ("m", "v")

    def __init__(self, learning_rate: float, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8):
        super().__init__(learning_rate)
        self.beta1 = fraction("beta1", beta1)
        self.beta2 = fraction("beta2", beta2)
        self.eps = positive("eps", eps)

    def update(self, theta, grad, m, v):
        m *= self.beta1
        m += grad
        v *= self.beta2
        v += np.square(grad)
        weight = (1 - self.beta1**self.t) / (1 - self.beta1)
        root_weight = math.sqrt((1 - self.beta2**self.t) / (1 - self.beta2))
        theta -= _scaled(m, v, self.learning_rate * (root_weight / weight), self.eps * root_weight)


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov & Hutter 2019, Algorithm 2). Lesson 09, correction X11.

        θ ← θ − η (m̂ / (√v̂ + eps) + λ θ)

    weight_decay: λ ≥ 0; a number, or an array like the parameters, 0 where nothing is to decay, such as
    `0.01 * network.weight_mask`.  Raises ValueError where it is negative, and as `Adam` does.

    >>> AdamW(0.001)
    AdamW(learning_rate=0.001, beta1=0.9, beta2=0.999, eps=1e-08, weight_decay=0.01)
    """

    def __init__(self, learning_rate: float, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
        super().__init__(learning_rate, beta1, beta2, eps)
        if np.any(np.less(weight_decay, 0)):
            raise ValueError(f"weight_decay must not be negative, but was {weight_decay}")
        self.weight_decay = weight_decay

    def step(self, theta, grad):
        theta *= 1 - self.learning_rate * self.weight_decay
        super().step(theta, grad)


def _scaled(direction: np.ndarray, square: np.ndarray, rate: float, eps: float) -> np.ndarray:
    """rate · direction / (√square + eps)"""
    step = np.sqrt(square)
    step += eps
    np.divide(direction, step, step)
    step *= rate
    return step
