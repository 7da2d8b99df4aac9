"""Rules that turn a gradient into a step: as pure functions to read, and as classes that train in place."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary, ref

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import STEP_BLOCK, Floats, as_float, as_floats, fraction, positive
from dlcourse.storage import described


def gradient_descent_step(params: ArrayLike, grad: ArrayLike, learning_rate: float) -> Floats:
    """One step of gradient descent (Cauchy 1847). Lesson 06, section D0.

        θ ← θ − η g

    Args:
        params: float, any shape.
        grad: their gradient, of that shape.
        learning_rate: η, how far a gradient of 1 moves a parameter.

    Returns:
        The new params.

    Raises:
        ValueError: where the shapes differ.

    >>> gradient_descent_step([1.0, 2.0], [10.0, -10.0], 0.1)
    array([0., 3.])
    """
    params, grad = as_floats(params=params, grad=grad)
    return params - learning_rate * grad


def momentum_step(
    params: ArrayLike, velocity: ArrayLike, grad: ArrayLike, learning_rate: float, mu: float
) -> tuple[Floats, Floats]:
    """One step of momentum (Polyak 1964; Sutskever et al. 2013, eq. 1–2). Lesson 07, section E1.

        v ← μ v − η g
        θ ← θ + v

    Args:
        params: float, any shape.
        velocity: of that shape, what the last step moved params by; 0 at first.
        grad: the gradient, of that shape.
        learning_rate: η.
        mu: share of the velocity that is left after a step, in [0, 1).

    Returns:
        The new (params, velocity).

    Raises:
        ValueError: where the shapes differ.

    >>> momentum_step([1.0], [0.5], [2.0], learning_rate=0.1, mu=0.9)
    (array([1.25]), array([0.25]))
    """
    params, velocity, grad = as_floats(params=params, velocity=velocity, grad=grad)
    moved: Floats = mu * velocity - learning_rate * grad
    return params + moved, moved


def nesterov_step(
    params: ArrayLike,
    velocity: ArrayLike,
    gradient: Callable[[Floats], ArrayLike],
    learning_rate: float,
    mu: float,
) -> tuple[Floats, Floats]:
    """One step of Nesterov's momentum (Nesterov 1983; Sutskever et al. 2013, eq. 3–4). Lesson 07, section E2.

        v ← μ v − η ∂L/∂θ(θ + μ v)
        θ ← θ + v

    Args:
        params: float, any shape.
        velocity: of that shape; 0 at first.
        gradient: a function of params that returns their shape.
        learning_rate: η.
        mu: share of the velocity that is left after a step, in [0, 1).

    Returns:
        The new (params, velocity).

    Raises:
        ValueError: where the shapes differ.

    >>> nesterov_step([1.0], [-1.0], lambda theta: 2 * theta, learning_rate=0.5, mu=0.5)
    (array([0.]), array([-1.]))
    """
    params, velocity = as_floats(params=params, velocity=velocity)
    _, grad = as_floats(params=params, grad=gradient(params + mu * velocity))
    moved: Floats = mu * velocity - learning_rate * grad
    return params + moved, moved


def terminal_velocity(grad: ArrayLike, learning_rate: float, mu: float) -> Floats:
    """Where a constant gradient leads the velocity: the fixed point of v = μ v − η g. Lesson 07, section E1.

        v_∞ = −η g / (1 − μ)

    Args:
        grad: float, any shape.
        learning_rate: η.
        mu: in [0, 1).

    Returns:
        The velocity, of grad's shape.

    Raises:
        ValueError: for another mu.

    >>> terminal_velocity(2.0, learning_rate=0.1, mu=0.75)
    np.float64(-0.8)
    """
    fraction("mu", mu)
    return -learning_rate * as_float(grad) / (1 - mu)


def adagrad_step(
    params: ArrayLike, h: ArrayLike, grad: ArrayLike, learning_rate: float, eps: float
) -> tuple[Floats, Floats]:
    """One step of AdaGrad (Duchi et al. 2011). Lesson 08, section E3, correction X5.

        h ← h + g²
        θ ← θ − η g / (√h + eps)

    Args:
        params: float, any shape.
        h: of that shape, the sum of the squared gradients so far; 0 at first.
        grad: the gradient, of that shape.
        learning_rate: η.
        eps: keeps the quotient finite where h is 0.

    Returns:
        The new (params, h).

    Raises:
        ValueError: where the shapes differ.

    >>> adagrad_step([1.0], [9.0], [4.0], learning_rate=0.5, eps=0.0)
    (array([0.6]), array([25.]))
    """
    params, h, grad = as_floats(params=params, h=h, grad=grad)
    total: Floats = h + grad**2
    return params - learning_rate * grad / (np.sqrt(total) + eps), total


def rmsprop_step(
    params: ArrayLike, h: ArrayLike, grad: ArrayLike, learning_rate: float, decay_rate: float, eps: float
) -> tuple[Floats, Floats]:
    """One step of RMSProp (Tieleman & Hinton 2012, lecture 6.5). Lesson 08, section E4.

        h ← ρ h + (1 − ρ) g²
        θ ← θ − η g / (√h + eps)

    Args:
        params: float, any shape.
        h: of that shape, the average of the squared gradients so far; 0 at first.
        grad: the gradient, of that shape.
        learning_rate: η.
        decay_rate: ρ, the share of the old average that is kept, in [0, 1).
        eps: keeps the quotient finite where h is 0.

    Returns:
        The new (params, h).

    Raises:
        ValueError: where the shapes differ.

    >>> rmsprop_step([1.0], [0.0], [4.0], learning_rate=0.5, decay_rate=0.75, eps=0.0)
    (array([0.]), array([4.]))
    """
    params, h, grad = as_floats(params=params, h=h, grad=grad)
    h = decay_rate * h + (1 - decay_rate) * grad**2
    return params - learning_rate * grad / (np.sqrt(h) + eps), h


def adam_step(
    params: ArrayLike,
    m: ArrayLike,
    v: ArrayLike,
    t: int,
    grad: ArrayLike,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> tuple[Floats, Floats, Floats]:
    """One step of Adam (Kingma & Ba 2015, Algorithm 1). Lesson 08, section E5, correction X3.

        m ← β₁ m + (1 − β₁) g        m̂ = m / (1 − β₁ᵗ)
        v ← β₂ v + (1 − β₂) g²       v̂ = v / (1 − β₂ᵗ)
        θ ← θ − η m̂ / (√v̂ + eps)

    Args:
        params: float, any shape.
        m: of that shape, the average of the gradients so far; 0 at first.
        v: of that shape, the average of their squares; 0 at first.
        t: the step's number, 1 on the first call.
        grad: the gradient, of that shape.
        learning_rate: η.
        beta1: β₁, the share of the old m that is kept, in [0, 1).
        beta2: β₂, the share of the old v that is kept, in [0, 1).
        eps: keeps the quotient finite where v is 0.

    Returns:
        The new (params, m, v), the moments as they are, uncorrected.

    Raises:
        ValueError: where the shapes differ or t < 1.

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


def adamw_step(
    params: ArrayLike,
    m: ArrayLike,
    v: ArrayLike,
    t: int,
    grad: ArrayLike,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> tuple[Floats, Floats, Floats]:
    """One step of Adam with decoupled weight decay (Loshchilov & Hutter 2019). Lesson 09, correction X11.

        m, v, and m̂, v̂ as in `adam_step`
        θ ← θ − η m̂ / (√v̂ + eps) − η λ θ

    So torch writes it. In their Algorithm 2 a schedule without η stands before λ, in place of η.

    Args:
        params: float, any shape.
        m: of that shape, the average of the gradients so far; 0 at first.
        v: of that shape, the average of their squares; 0 at first.
        t: the step's number, 1 on the first call.
        grad: the gradient of the loss alone, of that shape.
        learning_rate: η.
        beta1: β₁, the share of the old m that is kept, in [0, 1).
        beta2: β₂, the share of the old v that is kept, in [0, 1).
        eps: keeps the quotient finite where v is 0.
        weight_decay: λ; a step takes the share ηλ of the old params off.

    Returns:
        The new (params, m, v), the moments as they are, uncorrected and without the decay.

    Raises:
        ValueError: where the shapes differ or t < 1.

    >>> adamw_step([1.0], [0.0], [0.0], 1, [4.0], 0.1, 0.5, 0.75, 0.0, weight_decay=0.5)
    (array([0.85]), array([2.]), array([4.]))
    """
    moved, m, v = adam_step(params, m, v, t, grad, learning_rate, beta1, beta2, eps)
    return moved - learning_rate * weight_decay * as_float(params), m, v


def adam_step_uncorrected(
    params: ArrayLike,
    m: ArrayLike,
    v: ArrayLike,
    grad: ArrayLike,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> tuple[Floats, Floats, Floats]:
    """One step of Adam without bias correction, as the document prints it. Lesson 08, correction X3.

        m ← β₁ m + (1 − β₁) g
        v ← β₂ v + (1 − β₂) g²
        θ ← θ − η m / (√v + eps)

    Args:
        params: float, any shape.
        m: of that shape, the average of the gradients so far; 0 at first.
        v: of that shape, the average of their squares; 0 at first.
        grad: the gradient, of that shape.
        learning_rate: η.
        beta1: β₁, the share of the old m that is kept, in [0, 1).
        beta2: β₂, the share of the old v that is kept, in [0, 1).
        eps: keeps the quotient finite where v is 0.

    Returns:
        The new (params, m, v).

    Raises:
        ValueError: where the shapes differ.

    >>> adam_step_uncorrected([1.0], [0.0], [0.0], [4.0], learning_rate=0.1, beta1=0.5, beta2=0.75, eps=0.0)
    (array([0.9]), array([2.]), array([4.]))
    """
    params, m, v, grad = as_floats(params=params, m=m, v=v, grad=grad)
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return params - learning_rate * m / (np.sqrt(v) + eps), m, v


def clip_by_norm(grad: ArrayLike, max_norm: float) -> Floats:
    """A gradient that is too long, shortened (Pascanu et al. 2013, Algorithm 1). Lesson 06.

        g · max_norm / ‖g‖   where ‖g‖ > max_norm, else g

    Args:
        grad: float, any shape and any size; one with nan or ∞ stays as it is.
        max_norm: positive.

    Returns:
        A new array of grad's shape, in its direction, of a norm over all entries of at most max_norm.

    Raises:
        ValueError: for another max_norm.

    >>> clip_by_norm([3.0, 4.0], 1.0), clip_by_norm([3.0, 4.0], 10.0)
    (array([0.6, 0.8]), array([3., 4.]))
    """
    clipped: Floats = np.array(as_float(grad))
    clip_gradient(clipped, max_norm)
    return clipped


def clip_gradient(grad: Floats, max_norm: float) -> float:
    """`clip_by_norm` in place. Behind lesson 06.

        g ← g · max_norm / ‖g‖   where ‖g‖ > max_norm

    Args:
        grad: float array, any shape; shortened in place. One with nan or ∞ is left alone.
        max_norm: positive.

    Returns:
        ‖g‖ as it was.

    Raises:
        ValueError: for another max_norm.

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


# Beside the optimizers, which are copied, pickled and compared by what they are, not by whom they served.
_SERVED: WeakKeyDictionary[Optimizer, list[ref[object]]] = WeakKeyDictionary()


class Optimizer:
    """Moves a parameter vector in place. Behind lessons 06 to 08.

    A subclass writes the rule, `update`, and names its memory, `slots`. What it takes beside the rate, it
    keeps in attributes of its own.

    Args:
        learning_rate: η, positive; a number, or an array that broadcasts against the parameters.

    Attributes:
        memory: by slot, an array like the parameters, zero before the first step.
        t: steps made so far.

    Raises:
        ValueError: for a rate that is not positive.

    >>> issubclass(SGD, Optimizer), Momentum.slots
    (True, ('velocity',))
    """

    slots: tuple[str, ...] = ()

    def __init__(self, learning_rate: float | Floats):
        rates = learning_rate if np.ndim(learning_rate) == 0 else np.asarray(learning_rate)
        self.learning_rate: float | Floats = positive("learning_rate", rates)
        self.t = 0
        self.memory: dict[str, Floats] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value}' for name, value in self._settings())})"

    def config(self) -> dict[str, Any]:
        """What the optimizer is, apart from its memory: its class and its settings.

        >>> Momentum(0.1).config()
        {'class': 'Momentum', 'learning_rate': 0.1, 'mu': 0.9}
        """
        return {"class": type(self).__name__, **{name: described(value) for name, value in self._settings()}}

    def reset(self) -> None:
        """Forget all steps made, to serve other parameters.

        >>> adam = Adam(0.1)
        >>> adam.step(np.zeros(3), np.ones(3))
        >>> adam.reset()
        >>> adam.step(np.zeros(5), np.ones(5))
        """
        self.t, self.memory = 0, {}

    def serve(self, *networks: object) -> None:
        """Go on where these are the networks that were served last; else `reset`. `fit` begins with it.

        Steps made without it count for whatever comes next.

        Args:
            networks: those whose parameters the next steps are to move.

        >>> from dlcourse.network import mlp
        >>> one, other = (mlp([2, 1], rng=np.random.default_rng(seed)) for seed in (0, 1))
        >>> adam = Adam(0.1)
        >>> adam.serve(one)
        >>> adam.step(one.theta, one.grad)
        >>> adam.serve(one)
        >>> adam.t
        1
        >>> adam.serve(other)
        >>> adam.t
        0
        """
        last = _SERVED.get(self)
        if last is not None and [each() for each in last] != list(networks):
            self.reset()
        _SERVED[self] = [ref(network) for network in networks]

    def step(self, theta: Floats, grad: Floats) -> None:
        """Move the parameters by one step against the gradient, in place.

        The memory is of one parameter vector: call `reset` before an optimizer serves another.

        Args:
            theta: float, any shape.
            grad: of that shape.

        Raises:
            ValueError: where parameters, gradient, memory and settings do not fit; nothing is changed then.

        >>> theta = np.array([1.0, 2.0])
        >>> SGD(0.1).step(theta, np.array([1.0, -1.0]))
        >>> theta
        array([0.9, 2.1])
        """
        memory = self.memory if self.t else {slot: np.zeros_like(theta) for slot in self.slots}
        self._refuse_misfits(theta, grad, *memory.values())
        self.memory = memory
        self.t += 1
        self._move(theta, grad, *memory.values())

    def update(self, theta: Floats, grad: Floats, *memory: Floats) -> None:
        """The rule, on arrays of one shape: all of the parameters, or a block of them."""
        raise NotImplementedError

    def _move(self, *arrays: Floats) -> None:
        """Update all, in blocks that stay in the cache where no setting goes with the parameters."""
        theta = arrays[0]
        if theta.size <= STEP_BLOCK or theta.ndim > 1 or isinstance(self.learning_rate, np.ndarray):
            return self.update(*arrays)
        for start in range(0, theta.size, STEP_BLOCK):
            self.update(*[array[start : start + STEP_BLOCK] for array in arrays])

    def _refuse_misfits(self, theta: Floats, grad: Floats, *memory: Floats) -> None:
        if theta.shape != grad.shape or (memory and theta.shape != memory[-1].shape):
            shapes = [array.shape for array in (theta, grad, *memory)]
            raise ValueError(f"parameters, gradient and memory must have one shape, not {shapes}")
        if theta.dtype.kind != "f" or grad.dtype.kind not in "fiub" or not theta.flags.writeable:
            raise ValueError(
                "parameters are floats that may be written to, and their gradient is real: got "
                f"{theta.dtype}{'' if theta.flags.writeable else ', read-only'} and {grad.dtype}"
            )
        if isinstance(self.learning_rate, np.ndarray):
            _refuse_unless_it_broadcasts("learning_rate", self.learning_rate, theta)

    def _settings(self) -> list[tuple[str, Any]]:
        return [(name, value) for name, value in vars(self).items() if name not in ("t", "memory")]


class SGD(Optimizer):
    """Gradient descent in place: see `gradient_descent_step`. Lesson 06, sections D0–D3.

    Args:
        learning_rate: η, positive, as for every `Optimizer`.

    Raises:
        ValueError: for a rate that is not positive.

    >>> SGD(0.1)
    SGD(learning_rate=0.1)
    """

    def update(self, theta: Floats, grad: Floats) -> None:  # type: ignore[override]  # as many as slots
        theta -= self.learning_rate * grad


class Momentum(Optimizer):
    """Momentum in place: see `momentum_step`. Lesson 07, section E1.

    Args:
        learning_rate: η, positive.
        mu: share of the velocity that is left after a step, in [0, 1).

    Raises:
        ValueError: outside these ranges.

    >>> Momentum(0.1)
    Momentum(learning_rate=0.1, mu=0.9)
    """

    slots = ("velocity",)

    def __init__(self, learning_rate: float | Floats, mu: float = 0.9):
        super().__init__(learning_rate)
        self.mu = fraction("mu", mu)

    def update(self, theta: Floats, grad: Floats, velocity: Floats) -> None:  # type: ignore[override]
        velocity *= self.mu
        velocity -= self.learning_rate * grad
        theta += velocity


class Nesterov(Momentum):
    """Nesterov's momentum in place (Bengio et al. 2013, eq. 7). Lesson 07, section E2.

        v ← μ v − η g
        θ ← θ + μ v − η g

    Here theta is the looked-ahead point, θ + μ v of `nesterov_step`, so the gradient is asked for where the
    parameters are, as of any other optimizer. Both walk the same path: theta is one glance ahead on it.

    Args:
        learning_rate: η, positive.
        mu: share of the velocity that is left after a step, in [0, 1).

    Raises:
        ValueError: outside these ranges.

    >>> Nesterov(0.1)
    Nesterov(learning_rate=0.1, mu=0.9)
    """

    def update(self, theta: Floats, grad: Floats, velocity: Floats) -> None:  # type: ignore[override]
        descent = self.learning_rate * grad
        velocity *= self.mu
        velocity -= descent
        theta -= descent
        theta += self.mu * velocity


class AdaGrad(Optimizer):
    """AdaGrad in place: see `adagrad_step`. Lesson 08, section E3.

    Args:
        learning_rate: η, positive.
        eps: positive.

    Raises:
        ValueError: where one is not positive.

    >>> AdaGrad(0.1)
    AdaGrad(learning_rate=0.1, eps=1e-08)
    """

    slots = ("h",)

    def __init__(self, learning_rate: float | Floats, eps: float = 1e-8):
        super().__init__(learning_rate)
        self.eps = positive("eps", eps)

    def update(self, theta: Floats, grad: Floats, h: Floats) -> None:  # type: ignore[override]
        h += np.square(grad)
        theta -= _scaled(grad, h, self.learning_rate, self.eps)


class RMSProp(Optimizer):
    """RMSProp in place: see `rmsprop_step`. Lesson 08, section E4.

    memory["h"] is the decayed sum of squares, h/(1 − ρ): a term less a step than the average.

    Args:
        learning_rate: η, positive.
        decay_rate: ρ, the share of the old squares that is kept, in [0, 1).
        eps: positive.

    Raises:
        ValueError: outside these ranges.

    >>> RMSProp(0.001)
    RMSProp(learning_rate=0.001, decay_rate=0.99, eps=1e-08)
    """

    slots = ("h",)

    def __init__(self, learning_rate: float | Floats, decay_rate: float = 0.99, eps: float = 1e-8):
        super().__init__(learning_rate)
        self.decay_rate = fraction("decay_rate", decay_rate)
        self.eps = positive("eps", eps)

    def update(self, theta: Floats, grad: Floats, h: Floats) -> None:  # type: ignore[override]
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

    Args:
        learning_rate: η, positive.
        beta1: β₁, the share of the old gradients that is kept, in [0, 1).
        beta2: β₂, the share of the old squares that is kept, in [0, 1).
        eps: positive.

    Raises:
        ValueError: outside these ranges.

    >>> Adam(0.001)
    Adam(learning_rate=0.001, beta1=0.9, beta2=0.999, eps=1e-08)
    """

    slots = ("m", "v")

    def __init__(
        self, learning_rate: float | Floats, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
    ):
        super().__init__(learning_rate)
        self.beta1 = fraction("beta1", beta1)
        self.beta2 = fraction("beta2", beta2)
        self.eps = positive("eps", eps)

    def update(self, theta: Floats, grad: Floats, m: Floats, v: Floats) -> None:  # type: ignore[override]
        m *= self.beta1
        m += grad
        v *= self.beta2
        v += np.square(grad)
        weight = (1 - self.beta1**self.t) / (1 - self.beta1)
        root_weight = math.sqrt((1 - self.beta2**self.t) / (1 - self.beta2))
        theta -= _scaled(m, v, self.learning_rate * (root_weight / weight), self.eps * root_weight)


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov & Hutter 2019), in place: see `adamw_step`. Lesson 09.

        θ ← θ − η (m̂ / (√v̂ + eps) + λ θ)

    So torch writes it. In their Algorithm 2 η does not multiply λ: weight_decay=λ/η gives that.

    Args:
        learning_rate: η, positive.
        beta1: β₁, the share of the old gradients that is kept, in [0, 1).
        beta2: β₂, the share of the old squares that is kept, in [0, 1).
        eps: positive.
        weight_decay: λ ≥ 0; a number, or an array like the parameters, 0 where nothing is to decay, such as
            `0.01 * network.weight_mask`.

    Raises:
        ValueError: outside these ranges.

    >>> AdamW(0.001)
    AdamW(learning_rate=0.001, beta1=0.9, beta2=0.999, eps=1e-08, weight_decay=0.01)
    """

    def __init__(
        self,
        learning_rate: float | Floats,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        weight_decay: float | Floats = 0.01,
    ):
        super().__init__(learning_rate, beta1, beta2, eps)
        if not np.all(np.greater_equal(weight_decay, 0)):
            raise ValueError(f"weight_decay must not be negative, but was {weight_decay}")
        self.weight_decay = weight_decay if np.ndim(weight_decay) == 0 else np.asarray(weight_decay)

    def _refuse_misfits(self, theta: Floats, grad: Floats, *memory: Floats) -> None:
        super()._refuse_misfits(theta, grad, *memory)
        if isinstance(self.weight_decay, np.ndarray):
            _refuse_unless_it_broadcasts("weight_decay", self.weight_decay, theta)

    def _move(self, *arrays: Floats) -> None:
        theta = arrays[0]
        theta *= 1 - self.learning_rate * self.weight_decay
        super()._move(*arrays)


def _refuse_unless_it_broadcasts(name: str, setting: Floats, theta: Floats) -> None:
    shape, onto = setting.shape, theta.shape
    tail = zip(reversed(shape), reversed(onto), strict=False)
    if len(shape) > len(onto) or any(n not in (1, m) for n, m in tail):
        raise ValueError(f"{name} {shape} does not go with parameters {onto}")


def _scaled(direction: Floats, square: Floats, rate: float | Floats, eps: float) -> Floats:
    """rate · direction / (√square + eps)"""
    step = np.sqrt(square)
    step += eps
    np.divide(direction, step, step)
    step *= rate
    return step
