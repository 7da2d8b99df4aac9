"""The loop that makes a loss small: batches, updates, validation, and what was seen on the way."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.arrays import Floats, as_float
from dlcourse.metrics import accuracy
from dlcourse.network import Network
from dlcourse.optimizers import Optimizer, clip_gradient, gradient_descent_step
from dlcourse.schedules import Schedule
from dlcourse.storage import described, differences, fingerprint, read_npz, write_npz

Data: TypeAlias = tuple[ArrayLike, ArrayLike]
Loss: TypeAlias = Callable[[Any, Any], tuple[float, Any]]  # (outputs, targets) → (loss, outputs' gradient)
Penalty: TypeAlias = Callable[[list[Floats]], tuple[float, Sequence[Floats]]]  # weights → (value, gradients)


class _Stopping(Protocol):
    """What ends a run and says which parameters were best, such as `EarlyStopping`. Behind lesson 09.

    `update` is asked after every epoch, 0 the first of a run; `best_theta` goes to the network in the end.

    >>> from dlcourse.regularizers import EarlyStopping
    >>> stopping: _Stopping = EarlyStopping(patience=1)
    >>> stopping.update(0, 0.5, np.zeros(3))
    False
    """

    best_theta: Floats | None

    def update(self, epoch: int, loss: float, theta: Floats, /) -> bool: ...


def minibatches(order: ArrayLike, batch_size: int) -> list[NDArray[Any]]:
    """The examples of each update of an epoch. Lesson 06, section D3.

        order[0:b], order[b:2b], …

    Args:
        order: (n,) integers, a shuffle of the examples.
        batch_size: b ≥ 1, examples.

    Returns:
        Index arrays (b,) in that order; the last may be short.

    Raises:
        ValueError: for a batch_size below 1.

    >>> minibatches([3, 0, 2, 1, 4], 2)
    [array([3, 0]), array([2, 1]), array([4])]
    """
    _at_least_one("batch_size", batch_size)
    order = np.asarray(order)
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


def updates_per_epoch(num_examples: int, batch_size: int) -> int:
    """How many batches hold all examples, the last perhaps short. Lesson 06, sections D1–D3.

        ⌈n / b⌉

    Args:
        num_examples: n ≥ 1.
        batch_size: b ≥ 1, examples.

    Returns:
        Batches.

    Raises:
        ValueError: where one is below 1.

    >>> updates_per_epoch(1797, 50)
    36
    """
    _at_least_one("num_examples", num_examples)
    _at_least_one("batch_size", batch_size)
    return -(-int(num_examples) // int(batch_size))


def minibatch_gradient_descent(
    gradient: Callable[[Floats, NDArray[Any]], ArrayLike],
    params: ArrayLike,
    data: ArrayLike,
    orders: ArrayLike,
    batch_size: int,
    learning_rate: float,
) -> Floats:
    """Gradient descent on batches, an epoch for each row of orders. Lesson 06, sections D1–D3.

        θ ← θ − η · gradient(θ, batch)   for every batch of every epoch

    Args:
        gradient: a function of (params, batch) that returns params' shape.
        params: float, any shape.
        data: (n, …).
        orders: (epochs, n) integers, the order of the examples in each epoch.
        batch_size: b ≥ 1, examples.
        learning_rate: η.

    Returns:
        The new params.

    Raises:
        ValueError: for a batch_size below 1, and where the gradient has not the shape of params.

    >>> def of_square_error(params, batch):
    ...     return 2 * (params - batch.mean(axis=0))
    >>> minibatch_gradient_descent(of_square_error, [0.0], [[1.0], [3.0]], [[1, 0]], 1, learning_rate=0.5)
    array([1.])
    """
    theta, examples = as_float(params).copy(), np.asarray(data)
    for order in np.asarray(orders):
        for batch in minibatches(order, batch_size):
            theta = gradient_descent_step(theta, gradient(theta, examples[batch]), learning_rate)
    return theta


@dataclass
class History:
    """What `fit` saw. Behind lessons 01 and 06.

    Losses are without the penalty.

    Args:
        train_loss: one entry an epoch, the mean over its examples of the loss just before each update.
        validation_loss: one entry an epoch, after its last update; empty without validation data.
        validation_accuracy: likewise; nan where the targets are not class labels.
        batch_loss: one entry an update.
        seconds: one entry an epoch, its updates alone.
        stopped: whether early stopping or a callback ended the run.

    >>> History().train_loss
    []
    """

    train_loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    batch_loss: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    stopped: bool = False


class NonFiniteLoss(ValueError):
    """The loss became nan or infinite; `step` says at which update, counted from 1. Behind lesson 01.

    Args:
        loss: nan or ±∞.
        step: the update, counted from 1.

    >>> print(NonFiniteLoss(float("nan"), 7))
    the loss became nan at step 7: lower the learning rate or look at the data
    """

    def __init__(self, loss: float, step: int):
        super().__init__(
            f"the loss became {loss} at step {step}: lower the learning rate or look at the data"
        )
        self.loss, self.step = loss, step

    def __reduce__(self) -> tuple[type[NonFiniteLoss], tuple[float, int]]:
        return NonFiniteLoss, (self.loss, self.step)


def fit(
    network: Network,
    loss: Loss,
    optimizer: Optimizer,
    data: Data,
    *,
    epochs: int,
    rng: np.random.Generator,
    batch_size: int | None = 32,
    validation: Data | None = None,
    schedule: Schedule | None = None,
    penalty: Penalty | None = None,
    max_norm: float | None = None,
    early_stopping: _Stopping | None = None,
    callbacks: Sequence[Callable[[int, Network, History], object]] = (),
    progress: Callable[[Iterable[int]], Iterable[int]] | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
) -> History:
    """Train a network on data (x, y). Lesson 06, sections D1–D3.

    Args:
        network: moved in place.
        loss: (outputs, targets) → (loss, its gradient of the outputs); see `dlcourse.losses`.
        optimizer: moves the parameters. One that was used on another network forgets that; on the same
            network it goes on.
        data: (x (n, …), y (n, …)). Class labels are (n,) whole numbers of any dtype.
        epochs: how often to show all examples.
        rng: shuffles the examples before every epoch, and does nothing else, so generators of one seed give
            two runs the same batches.
        batch_size: examples an update; 1 is stochastic, None or n is batch gradient descent. The last batch
            of an epoch may be short.
        validation: (x, y) to score after every epoch.
        schedule: step → learning rate, the first step being 0; see `dlcourse.schedules`. The optimizer has
            its own rate back in the end.
        penalty: weight arrays → (value, gradients), such as `functools.partial(l2_penalty, strength=1e-4)`.
        max_norm: longer gradients are cut to it.
        early_stopping: asked after every epoch, `update(epoch, validation loss, theta)` → stop?; in the end
            the network gets its `best_theta`. See `regularizers.EarlyStopping`.
        callbacks: called after every epoch with (epoch, network, history); a true answer stops the run.
        progress: wraps the epochs as they are counted, such as `tqdm.tqdm`.
        checkpoint: a file, rewritten after every epoch. Where it is there already, the run goes on from it,
            and ends with the same bits as one never interrupted. What callbacks remember is not in it.
            A run with more epochs is the same run; one with other data, layers or settings is refused.

    Returns:
        What was seen on the way.

    Raises:
        ValueError: where x and y differ in length or are empty, where epochs or batch_size are below 1, for
            early stopping without validation, a rate below 0, and a checkpoint of another run; it says what
            differs.
        NonFiniteLoss: a ValueError that names the step, when the loss becomes nan or infinite.

    >>> from dlcourse import losses, network, optimizers
    >>> x, y = np.array([[0.0], [1.0], [2.0]]), np.array([[1.0], [3.0], [5.0]])
    >>> line = network.mlp([1, 1], rng=np.random.default_rng(0))
    >>> history = fit(line, losses.mean_squared_error, optimizers.SGD(0.1), (x, y), epochs=200, batch_size=3,
    ...     rng=np.random.default_rng(1))
    >>> line.theta.round(3)
    array([2., 1.])
    """
    x, y = _examples(network, data)
    held_out = None if validation is None else _examples(network, validation)
    batch_size = len(x) if batch_size is None else batch_size
    _at_least_one("epochs", epochs)
    _at_least_one("batch_size", batch_size)
    if early_stopping is not None and held_out is None:
        raise ValueError("early stopping watches the validation loss: give validation=(x, y)")
    run = _Run(network, loss, optimizer, schedule, penalty, max_norm, early_stopping, rng)
    optimizer.serve(network)
    if checkpoint is not None:
        run.identity = run.identify(x, y, held_out, batch_size)
        if os.path.exists(checkpoint):
            run.resume(checkpoint, batch_size, len(x))
    history = run.history
    with _own_rate(optimizer), np.errstate(over="ignore", invalid="ignore"):  # the loss tells of overflow
        for epoch in (progress or iter)(range(len(history.train_loss), epochs)):
            if history.stopped:
                break
            run.epoch(x, y, batch_size)
            if held_out is not None:
                run.validate(held_out)
            history.stopped = run.should_stop(epoch) | any([f(epoch, network, history) for f in callbacks])
            if checkpoint is not None:
                run.save(checkpoint)
    if early_stopping is not None and early_stopping.best_theta is not None and history.train_loss:
        _set_everything(network, early_stopping.best_theta)
    return history


def evaluate(network: Network, loss: Loss, data: Data) -> tuple[float, float]:
    """The loss and the accuracy on data (x, y), without training. Lesson 01.

    Args:
        network: as it is.
        loss: (outputs, targets) → (loss, its gradient of the outputs).
        data: (x (n, …), y (n, …)). Class labels are (n,) whole numbers of any dtype.

    Returns:
        (loss, accuracy); the accuracy is nan where y are not labels of as many classes as there are outputs.

    Raises:
        ValueError: where x and y differ in length or are empty.

    >>> from dlcourse import losses, network
    >>> model = network.mlp([1, 2], rng=np.random.default_rng(0))
    >>> evaluate(model, losses.softmax_cross_entropy, ([[0.0]], [0]))
    (0.6931471805599453, 1.0)
    """
    x, y = _examples(network, data)
    outputs = network.forward(x)
    return loss(outputs, y)[0], accuracy(outputs, y) if _are_labels(y, outputs) else math.nan


def _are_labels(y: NDArray[Any], outputs: object) -> bool:
    """Whole numbers of whatever dtype: labels read from a file are floats as often as not."""
    if not isinstance(outputs, np.ndarray) or outputs.ndim != 2 or y.ndim != 1:
        return False
    return bool(np.all((y >= 0) & (y < outputs.shape[1]) & (y == np.floor(y))))


@dataclass
class _Run:
    """All that one call of `fit` moves, so that it can be put down and taken up again."""

    network: Network
    loss: Loss
    optimizer: Optimizer
    schedule: Schedule | None
    penalty: Penalty | None
    max_norm: float | None
    early_stopping: _Stopping | None
    rng: np.random.Generator
    history: History = field(default_factory=History)
    identity: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.weights, self.weight_gradients = self.network.weights(), self.network.weight_gradients()

    def epoch(self, x: Floats, y: NDArray[Any], batch_size: int) -> None:
        start, total = time.perf_counter(), 0.0
        if batch_size < len(x):
            order = self.rng.permutation(len(x))
            x, y = x.take(order, axis=0), y.take(order, axis=0)  # twice as fast as x[order]
        for i in range(0, len(x), batch_size):
            targets = y[i : i + batch_size]
            total += self.update(x[i : i + batch_size], targets) * len(targets)
        self.history.train_loss.append(total / len(x))
        self.history.seconds.append(time.perf_counter() - start)

    def update(self, x: Floats, y: NDArray[Any]) -> float:
        network, history = self.network, self.history
        value, upstream = self.loss(network.forward(x, training=True), y)
        if not math.isfinite(value):
            raise NonFiniteLoss(value, len(history.batch_loss) + 1)
        network.backward(upstream)
        if self.penalty is not None:
            for total, gradient in zip(self.weight_gradients, self.penalty(self.weights)[1], strict=True):
                total += gradient
        if self.max_norm is not None:
            clip_gradient(network.grad, self.max_norm)
        if self.schedule is not None:
            self.optimizer.learning_rate = _rate(self.schedule, len(history.batch_loss))
        self.optimizer.step(network.theta, network.grad)
        history.batch_loss.append(value)
        return value

    def validate(self, data: tuple[Floats, NDArray[Any]]) -> None:
        loss, right = evaluate(self.network, self.loss, data)
        self.history.validation_loss.append(loss)
        self.history.validation_accuracy.append(right)

    def should_stop(self, epoch: int) -> bool:
        if self.early_stopping is None:
            return False
        loss = self.history.validation_loss[-1]
        return bool(self.early_stopping.update(epoch, loss, _everything(self.network)))

    def identify(
        self,
        x: Floats,
        y: NDArray[Any],
        held_out: tuple[Floats, NDArray[Any]] | None,
        batch_size: int,
    ) -> dict[str, Any]:
        """What decides how the run goes on, apart from where it is: a checkpoint is of one such run."""
        optimizer = self.optimizer.config()
        if self.schedule is not None:  # which overwrites the rate
            del optimizer["learning_rate"]
        identity = {"network": self.network.config(), "optimizer": optimizer, "batch_size": batch_size}
        identity |= {"data": [fingerprint(x), fingerprint(y)], "max_norm": described(self.max_norm)}
        identity |= {"validation": held_out and [fingerprint(part) for part in held_out]}
        identity |= {"schedule": self.schedule and _rates(self.schedule)}
        parts = {"loss": self.loss, "penalty": self.penalty, "early_stopping": self.early_stopping}
        return identity | {name: described(part) for name, part in parts.items()}

    def save(self, path: str | os.PathLike[str]) -> None:
        tree = {
            "run": json.dumps(self.identity),
            "network": self.network.state(),
            "history": vars(self.history),
        }
        tree |= {"optimizer": vars(self.optimizer), "shuffle": self.rng.bit_generator.state}
        tree |= {"noise": self.network.rng.bit_generator.state}
        if self.early_stopping is not None:
            tree |= {"early_stopping": vars(self.early_stopping)}
        write_npz(path, _flatten(tree))

    def resume(self, path: str | os.PathLike[str], batch_size: int, examples: int) -> None:
        arrays = read_npz(path)
        if not {"run", "purpose"} & arrays.keys():
            raise ValueError(f"{os.fspath(path)} is no checkpoint: move it away, or name another file")
        tree = _unflatten(arrays)
        if "run" in tree:
            different = differences(json.loads(tree["run"]), json.loads(json.dumps(self.identity)))
        else:
            different = differences(tree["purpose"], self._purpose(batch_size, examples))
        if different:
            raise ValueError(f"{os.fspath(path)} is of another run: {different}")
        self.network.restore(tree["network"])
        self.history = History(**tree["history"])
        own_rate = {} if self.schedule is None else {"learning_rate": self.optimizer.learning_rate}
        vars(self.optimizer).update(tree["optimizer"] | own_rate)
        self.rng.bit_generator.state = tree["shuffle"]
        self.network.rng.bit_generator.state = tree["noise"]
        if self.early_stopping is not None:
            vars(self.early_stopping).update(tree.get("early_stopping", {}))

    def _purpose(self, batch_size: int, examples: int) -> str:
        """How checkpoints of older versions say what they are of."""
        rule = self.optimizer if self.schedule is None else type(self.optimizer).__name__
        return f"{self.network!r}, {rule}, batches of {batch_size} from {examples}"


@contextmanager
def _own_rate(optimizer: Optimizer) -> Iterator[None]:
    """A schedule's last rate, which may be 0, is not the one to begin the next run with."""
    rate = optimizer.learning_rate
    try:
        yield
    finally:
        optimizer.learning_rate = rate


def _rates(schedule: Schedule) -> list[object]:
    """What a schedule gives at a few steps near and far. Functions have little else to be known by."""
    rates: list[object] = []
    for step in (0, *(2**i for i in range(21))):
        try:
            rates.append(float(f"{float(schedule(step)):.9g}"))  # one machine's cosine is not another's
        except Exception as error:  # it may have an end, and say so in any way
            rates.append(type(error).__name__)
    return rates


def _rate(schedule: Schedule, step: int) -> float:
    rate = float(schedule(step))
    if not 0 <= rate < math.inf:
        raise ValueError(
            f"the schedule gave {rate} at step {step}: a learning rate is finite and not negative"
        )
    return rate


def _everything(network: Network) -> Floats:
    """theta, and behind it what layers keep, such as running averages."""
    return np.concatenate([array.ravel() for array in network.state().values()])


def _set_everything(network: Network, vector: Floats) -> None:
    state = network.state()
    ends = np.cumsum([array.size for array in state.values()])[:-1]
    parts = np.split(vector, ends)
    network.restore({k: part.reshape(v.shape) for (k, v), part in zip(state.items(), parts, strict=True)})


def _flatten(tree: dict[str, Any], path: str = "") -> dict[str, NDArray[Any]]:
    """Nested dictionaries as one level of arrays, 'a/b'; what is no array is kept as JSON."""
    flat: dict[str, NDArray[Any]] = {}
    for name, value in tree.items():
        if isinstance(value, dict):
            flat |= _flatten(value, f"{path}{name}/")
        elif isinstance(value, np.ndarray):
            flat[f"{path}{name}"] = value
        else:
            flat[f"{path}{name}"] = np.array(json.dumps(value, default=lambda number: number.tolist()))
    return flat


def _unflatten(flat: dict[str, NDArray[Any]]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, array in flat.items():
        *parents, name = path.split("/")
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
        branch[name] = json.loads(str(array)) if array.dtype.kind == "U" else array
    return tree


def _examples(network: Network, data: Data) -> tuple[Floats, NDArray[Any]]:
    x, y = np.asarray(data[0], network.dtype), np.asarray(data[1])
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y) or len(x) == 0:
        raise ValueError(f"inputs and targets must be as many, and some: got {x.shape} and {y.shape}")
    return x, y if y.dtype.kind in "iu" else y.astype(network.dtype)


def _at_least_one(name: str, value: int) -> None:
    if value < 1:
        raise ValueError(f"{name} must be at least 1, not {value}")
