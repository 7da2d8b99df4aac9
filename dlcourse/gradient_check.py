"""Is the gradient code right? Compare it with differences of the function itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.arrays import Floats, positive

Function: TypeAlias = Callable[[NDArray[np.float64]], float]
Loss: TypeAlias = Callable[[Any, Any], tuple[float, Any]]  # of what the network gives and what suits that
Penalty: TypeAlias = Callable[[list[Floats]], tuple[float, Iterable[Floats]]]


class _Network(Protocol):
    """What is asked of a `network.Network`."""

    rng: np.random.Generator

    @property
    def dtype(self) -> np.dtype[Any]: ...
    def forward(self, x: Any, /, training: bool = False) -> Any: ...
    def backward(self, upstream: Any, /) -> Any: ...
    def parameters(self) -> Iterable[tuple[str, Floats, Floats]]: ...
    def weights(self) -> list[Floats]: ...
    def weight_gradients(self) -> list[Floats]: ...
    def state(self) -> dict[str, Floats]: ...
    def restore(self, state: Mapping[str, Floats], /) -> None: ...


STEPS = {"float64": 1e-5, "float32": 1e-2}  # near the best h of the central difference, ∛ε of the dtype
TOLERANCES = {"float64": 1e-6, "float32": 2e-2}


def numerical_gradient(f: Function, x: ArrayLike, h: float = 1e-5) -> NDArray[np.float64]:
    """The gradient by central differences, whatever f may be. Lesson 02, section A2.

        ∂f/∂x_i ≈ (f(x + h e_i) − f(x − h e_i)) / 2h

    Its error falls as h² until rounding, which grows as ε/h, takes over.

    Args:
        f: a function of an array like x that returns a number.
        x: any shape; integers are taken as floats; it stays as it was.
        h: the step, in x's unit, positive.

    Returns:
        float64 of x's shape.

    Raises:
        ValueError: where h is not positive.

    >>> numerical_gradient(lambda x: (x**2).sum(), np.array([1, 2, 3])).round(6)
    array([2., 4., 6.])
    """
    return _differences(f, x, h, lambda above, here, below: (above - below) / (2 * h))


def forward_difference(f: Function, x: ArrayLike, h: float = 1e-8) -> NDArray[np.float64]:
    """The gradient by one-sided differences: half the work, far fewer digits. Explained in lesson 02.

        ∂f/∂x_i ≈ (f(x + h e_i) − f(x)) / h

    Its error falls as h only.

    Args:
        f: a function of an array like x that returns a number.
        x: any shape; integers are taken as floats; it stays as it was.
        h: the step, in x's unit, positive.

    Returns:
        float64 of x's shape.

    Raises:
        ValueError: where h is not positive.

    >>> forward_difference(lambda x: (x**2).sum(), np.array([3.0]), h=0.1).round(6)
    array([6.1])
    """
    return _differences(f, x, h, lambda above, here, below: (above - here) / h, below=False)


def relative_error(a: ArrayLike, b: ArrayLike) -> float:
    """How far two gradients are apart, as a share of their size. Lesson 02, section A2.

        max_i |a_i − b_i| / max(1e-8, |a_i| + |b_i|)

    Args:
        a: a gradient, any shape.
        b: another, of a's shape.

    Returns:
        In [0, 1]; 0 for empty arrays.

    Raises:
        ValueError: where the shapes differ.

    >>> relative_error([1.0, 0.0], [1.0, 1e-9])
    0.1
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"gradients to compare are of one shape, not {a.shape} and {b.shape}")
    return float(np.max(_relative_errors(a, b), initial=0.0))


@dataclass(frozen=True)
class ParameterCheck:
    """The worst disagreement within one parameter, entries at a kink aside. Printed in lesson 02.

    Args:
        name: as in `Network.parameters`, "0.weights" being of the first layer.
        index: where in it.
        backprop: the derivative there by backpropagation.
        numerical: the derivative there by differences.
        error: their relative error.
        kinks: how many entries were left out, for the loss bends so sharply there that a difference across
            the bend says nothing.

    >>> print(ParameterCheck("0.bias", (3,), 1.0, 1.5, 0.2, 0))
    0.bias[3]: backprop 1, numerical 1.5, relative error 0.2
    """

    name: str
    index: tuple[int, ...]
    backprop: float
    numerical: float
    error: float
    kinks: int

    def __str__(self) -> str:
        place = f"{self.name}[{', '.join(map(str, self.index))}]"
        numbers = f"backprop {self.backprop:.6g}, numerical {self.numerical:.6g}"
        return f"{place}: {numbers}, relative error {self.error:.2g}"


@dataclass(frozen=True)
class Report:
    """What `check_network` found: one check a parameter, in order, and what to bear in mind.

    Printed in lesson 02.

    Args:
        checks: one a parameter, in the network's order.
        tolerance: the largest relative error that passes.
        warnings: what to bear in mind.

    >>> Report((), 1e-6, ()).passed
    True
    """

    checks: tuple[ParameterCheck, ...]
    tolerance: float
    warnings: tuple[str, ...]

    @property
    def worst(self) -> ParameterCheck:
        """The parameter that disagrees most."""
        return max(self.checks, key=lambda check: check.error)

    @property
    def wrong(self) -> tuple[str, ...]:
        """The names of the parameters that disagree by more than the tolerance, or by nan, in order."""
        return tuple(check.name for check in self.checks if not check.error <= self.tolerance)

    @property
    def passed(self) -> bool:
        """Whether every parameter agrees to the tolerance."""
        return not self.wrong

    def __str__(self) -> str:
        verdict = "agree" if self.passed else "DISAGREE"
        lines = [f"backprop and differences {verdict} (tolerance {self.tolerance:g})"]
        return "\n".join([*lines, *map(str, self.checks), *(f"warning: {each}" for each in self.warnings)])


def check_network(
    network: _Network,
    loss: Loss,
    data: tuple[ArrayLike, ArrayLike],
    *,
    penalty: Penalty | None = None,
    training: bool = True,
    h: float | None = None,
    tolerance: float | None = None,
) -> Report:
    """Check every derivative of a network's loss, parameter by parameter. Lesson 02, section A2.

    Dropout draws the same noise for every evaluation, and the running averages of batch norm are put back, so
    both may be switched on. Costs two passes a parameter: check a small network on a few examples.

    Args:
        network: a `Network`, left as it was but for `grad`.
        loss: (outputs, targets) → (value, gradient).
        data: (x, y).
        penalty: as in `training.fit`.
        training: whether layers behave as in training.
        h: the step, by default 1e-5 in float64 and 1e-2 in float32, which a warning points out.
        tolerance: the largest relative error that passes, by default 1e-6 in float64, 2e-2 in float32.

    Returns:
        A report, which tells all when printed.

    Raises:
        ValueError: where h is not positive or the loss is not finite.

    >>> from dlcourse import losses, network
    >>> net = network.mlp([2, 3, 2], rng=np.random.default_rng(0))
    >>> report = check_network(net, losses.softmax_cross_entropy, (np.eye(2), np.array([0, 1])))
    >>> report.passed, len(report.checks)
    (True, 4)
    """
    dtype = network.dtype.name
    h, tolerance = STEPS[dtype] if h is None else h, TOLERANCES[dtype] if tolerance is None else tolerance
    positive("h", h)
    probe = _Probe(network, loss, data, penalty, training)
    probe.backpropagate()
    names = [(name, gradient.copy()) for name, _, gradient in network.parameters()]
    checks = [_check(probe, name, gradient, h, tolerance) for name, gradient in names]
    return Report(tuple(checks), tolerance, tuple(_warnings(dtype, checks)))


class _Probe:
    """The loss as a function of the parameters alone, with the same noise every time."""

    def __init__(
        self,
        network: _Network,
        loss: Loss,
        data: tuple[ArrayLike, ArrayLike],
        penalty: Penalty | None,
        training: bool,
    ) -> None:
        self.network, self.loss, self.penalty, self.training = network, loss, penalty, training
        self.x, self.y = data
        self.state, self.noise = network.state(), network.rng.bit_generator.state
        self.values = {name: values for name, values, _ in network.parameters()}

    @contextmanager
    def putting_back(self) -> Iterator[None]:
        """Leave the network as it was, also where an error ends what is done with it."""
        try:
            yield
        finally:
            self.network.restore(self.state)
            self.network.rng.bit_generator.state = self.noise

    def backpropagate(self) -> None:
        """Fill the network's gradient, the penalty's included, and keep the loss as `here`."""
        with self.putting_back():
            value, upstream = self._loss()
            self.network.backward(upstream)
            if self.penalty is not None:
                extra, gradients = self.penalty(self.network.weights())
                value += extra
                for total, gradient in zip(self.network.weight_gradients(), gradients, strict=True):
                    total += gradient
        if not np.isfinite(value):
            raise ValueError(f"the loss is {value}: there is no gradient to check")
        self.here = float(value)

    def at(self, name: str, index: tuple[int, ...], value: float) -> float:
        """The loss where one parameter has another value."""
        with self.putting_back():
            self.values[name][index] = value
            result = float(self._loss()[0])
            if self.penalty is not None:
                result += self.penalty(self.network.weights())[0]
        return result

    def _loss(self) -> tuple[float, Any]:
        return self.loss(self.network.forward(self.x, training=self.training), self.y)

    def slopes(self, name: str, index: tuple[int, ...], h: float) -> tuple[float, float]:
        """The slopes of the loss over h to the left and to the right."""
        value = float(self.values[name][index])
        below, above = (self.at(name, index, value + step) for step in (-h, h))
        return (self.here - below) / h, (above - self.here) / h


def _check(probe: _Probe, name: str, backprop: Floats, h: float, tolerance: float) -> ParameterCheck:
    numerical, kinks = np.empty(backprop.shape), 0
    for index in np.ndindex(backprop.shape):
        numerical[index] = sum(probe.slopes(name, index, h)) / 2
    errors = _relative_errors(backprop.astype(float), numerical)
    for index in map(tuple, np.argwhere(errors > tolerance)):
        closer = _nearer(probe, name, index, float(backprop[index]), h)
        if closer is None:
            kinks += 1
            errors[index] = 0
        else:
            numerical[index] = closer
            errors[index] = relative_error(backprop[index], closer)
    worst = tuple(map(int, np.unravel_index(np.argmax(errors), errors.shape)))
    return ParameterCheck(
        name, worst, float(backprop[worst]), float(numerical[worst]), float(errors[worst]), kinks
    )


def _nearer(probe: _Probe, name: str, index: tuple[int, ...], backprop: float, h: float) -> float | None:
    """The difference once more where it disagreed; None at a kink, where it is not backprop's to answer for.

    Left and right slopes of a smooth loss draw together as h shrinks. At a kink they do not, and one a little
    off is crossed by a long step and not by a short one.
    """
    left, right = probe.slopes(name, index, h)
    near_left, near_right = probe.slopes(name, index, h / 10)
    rounding = 1e3 * np.finfo(probe.network.dtype).eps * max(1.0, abs(probe.here)) / h
    if abs(near_right - near_left) > max(rounding, abs(right - left) / 2):
        return None
    whole, near = (left + right) / 2, (near_left + near_right) / 2
    crossed = abs(right - left) > rounding and abs(near - backprop) < abs(whole - backprop) / 2
    return near if crossed else whole


def _warnings(dtype: str, checks: list[ParameterCheck]) -> list[str]:
    said = []
    if dtype == "float32":
        said.append(
            "float32 keeps 7 digits, so a difference keeps 3 or 4: check in float64, train in float32"
        )
    bent = [f"{check.kinks} in {check.name}" for check in checks if check.kinks]
    if bent:
        said.append(
            f"left out at a kink, as of a rectifier at 0: {', '.join(bent)}; shift the inputs a little"
        )
    return said


def _relative_errors(a: Floats, b: Floats) -> Floats:
    errors: Floats = np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))
    return errors


def _differences(
    f: Function, x: ArrayLike, h: float, quotient: Callable[[float, float, float], float], below: bool = True
) -> NDArray[np.float64]:
    positive("h", h)
    x = np.array(x, dtype=float)
    here = 0.0 if below else float(f(x.copy()))
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        ends = []
        for shift in (h, -h) if below else (h,):
            moved = x.copy()
            moved[index] += shift
            ends.append(float(f(moved)))
        gradient[index] = quotient(ends[0], here, ends[-1])
    return gradient
