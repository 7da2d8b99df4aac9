"""The loop that makes a loss small: batches, updates, validation, and what was seen on the way."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from dlcourse.arrays import as_float
from dlcourse.metrics import accuracy
from dlcourse.network import Network
from dlcourse.optimizers import Optimizer, clip_gradient, gradient_descent_step
from dlcourse.storage import read_npz, write_npz

Loss = Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]
Penalty = Callable[[list[np.ndarray]], tuple[float, list[np.ndarray]]]
Data = tuple[np.ndarray, np.ndarray]


def minibatches(order, batch_size: int) -> list[np.ndarray]:
    """The examples of each update of an epoch. Lesson 06, section D3.

        order[0:b], order[b:2b], …

    order: (n,) integers, a shuffle of the examples.  batch_size: b ≥ 1.  Returns index arrays in that order;
    the last may be short.  Raises ValueError for a batch_size below 1.

    >>> minibatches([3, 0, 2, 1, 4], 2)
    [array([3, 0]), array([2, 1]), array([4])]
    """
    _at_least_one("batch_size", batch_size)
    order = np.asarray(order)
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


def updates_per_epoch(num_examples: int, batch_size: int) -> int:
    """How many batches hold all examples, the last perhaps short. Lesson 06, sections D1–D3.

        ⌈n / b⌉

    num_examples, batch_size: integers ≥ 1.  Raises ValueError where one is below 1.

    >>> updates_per_epoch(1797, 50)
    36
    """
    _at_least_one("num_examples", num_examples)
    _at_least_one("batch_size", batch_size)
    return -(-int(num_examples) // int(batch_size))


def minibatch_gradient_descent(gradient, params, data, orders, batch_size: int, learning_rate):
    """Gradient descent on batches, an epoch for each row of orders. Lesson 06, sections D1–D3.

        θ ← θ − η · gradient(θ, batch)   for every batch of every epoch

    gradient: a function of (params, batch) that returns params' shape.  data: (n, …).  orders: (epochs, n)
    integers, the order of the examples in each epoch.  Returns the new params.
    Raises ValueError for a batch_size below 1, and where the gradient has not the shape of params.

    >>> def of_square_error(params, batch):
    ...     return 2 * (params - batch.mean(axis=0))
    >>> minibatch_gradient_descent(of_square_error, [0.0], [[1.0], [3.0]], [[1, 0]], 1, learning_rate=0.5)
    array([1.])
    """
    params, data = as_float(params).copy(), np.asarray(data)
    for order in orders:
        for batch in minibatches(order, batch_size):
            params = gradient_descent_step(params, gradient(params, data[batch]), learning_rate)
    return params


@dataclass
class History:
    """What `fit` saw. Lessons 01, 06.

    train_loss: one entry an epoch, the mean over its examples of the loss just before each update.
    validation_loss, validation_accuracy: one entry an epoch, after its last update; empty without validation
    data, and nan for the accuracy where the targets are not class labels.
    batch_loss: one entry an update.  seconds: one entry an epoch, its updates alone.
    Losses are without the penalty.  stopped: whether early stopping or a callback ended the run.

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
    """The loss became nan or infinite; `step` says at which update, counted from 1. Lesson 11.

    >>> print(NonFiniteLoss(float("nan"), 7))
    the loss became nan at step 7: lower the learning rate or look at the data
    """

    def __init__(self, loss: float, step: int):
        super().__init__(
            f"the loss became {loss} at step {step}: lower the learning rate or look at the data"
        )
        self.loss, self.step = loss, step

    def __reduce__(self):
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
    schedule: Callable[[int], float] | None = None,
    penalty: Penalty | None = None,
    max_norm: float | None = None,
    early_stopping=None,
    callbacks: Sequence[Callable[[int, Network, History], object]] = (),
    progress: Callable[[Iterable[int]], Iterable[int]] | None = None,
    checkpoint: str | os.PathLike | None = None,
) -> History:
    """Train a network on data (x, y). Lesson 06, sections D1–D3.

    batch_size: examples an update; 1 is stochastic, None or n is batch gradient descent.  The last batch of
    an epoch may be short.
    rng: shuffles the examples before every epoch, and does nothing else, so generators of one seed give two
    runs the same batches.
    validation: (x, y) to score after every epoch.
    schedule: step → learning rate, the first step being 0; see `dlcourse.schedules`.
    penalty: weight arrays → (value, gradients), such as `functools.partial(l2_penalty, strength=1e-4)`.
    max_norm: longer gradients are cut to it.
    early_stopping: asked after every epoch, `update(epoch, validation loss, theta)` → stop?; in the end the
    network gets its `best_theta`.  See `regularizers.EarlyStopping`.
    callbacks: called after every epoch with (epoch, network, history); a true answer stops the run.
    progress: wraps the epochs as they are counted, such as `tqdm.tqdm`.
    checkpoint: a file, rewritten after every epoch. Where it is there already, the run goes on from it, and
    ends with the same bits as one never interrupted. What callbacks remember is not in it.

    Raises ValueError where x and y differ in length or are empty, where epochs or batch_size are below 1,
    for early stopping without validation, a rate below 0, and a checkpoint of another run; and
    `NonFiniteLoss`, a ValueError that names the step, when the loss becomes nan or infinite.

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
    rule = optimizer if schedule is None else type(optimizer).__name__  # a schedule overwrites the rate
    purpose = f"{network!r}, {rule}, batches of {batch_size} from {len(x)}"
    if checkpoint is not None and os.path.exists(checkpoint):
        run.resume(checkpoint, purpose)
    history = run.history
    with np.errstate(over="ignore", invalid="ignore"):  # a run that diverges is told by its loss
        for epoch in (progress or iter)(range(len(history.train_loss), epochs)):
            if history.stopped:
                break
            run.epoch(x, y, batch_size)
            if held_out is not None:
                run.validate(held_out)
            history.stopped = run.should_stop(epoch) | any([f(epoch, network, history) for f in callbacks])
            if checkpoint is not None:
                run.save(checkpoint, purpose)
    if early_stopping is not None and early_stopping.best_theta is not None:
        _set_everything(network, early_stopping.best_theta)
    return history


def evaluate(network: Network, loss: Loss, data: Data) -> tuple[float, float]:
    """The loss and the accuracy on data (x, y), without training. Lesson 01.

    The accuracy is nan where y are not class labels.
    Raises ValueError where x and y differ in length or are empty.

    >>> from dlcourse import losses, network
    >>> model = network.mlp([1, 2], rng=np.random.default_rng(0))
    >>> evaluate(model, losses.softmax_cross_entropy, ([[0.0]], [0]))
    (0.6931471805599453, 1.0)
    """
    x, y = _examples(network, data)
    outputs = network.forward(x)
    labelled = y.ndim == 1 and y.dtype.kind in "iu"
    return loss(outputs, y)[0], accuracy(outputs, y) if labelled else math.nan


@dataclass
class _Run:
    """All that one call of `fit` moves, so that it can be put down and taken up again."""

    network: Network
    loss: Loss
    optimizer: Optimizer
    schedule: Callable | None
    penalty: Penalty | None
    max_norm: float | None
    early_stopping: object
    rng: np.random.Generator
    history: History = field(default_factory=History)

    def __post_init__(self):
        self.weights, self.weight_gradients = self.network.weights(), self.network.weight_gradients()

    def epoch(self, x, y, batch_size) -> None:
        start, total = time.perf_counter(), 0.0
        if batch_size < len(x):
            order = self.rng.permutation(len(x))
            x, y = x.take(order, axis=0), y.take(order, axis=0)  # twice as fast as x[order]
        for i in range(0, len(x), batch_size):
            targets = y[i : i + batch_size]
            total += self.update(x[i : i + batch_size], targets) * len(targets)
        self.history.train_loss.append(total / len(x))
        self.history.seconds.append(time.perf_counter() - start)

    def update(self, x, y) -> float:
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

    def validate(self, data) -> None:
        loss, right = evaluate(self.network, self.loss, data)
        self.history.validation_loss.append(loss)
        self.history.validation_accuracy.append(right)

    def should_stop(self, epoch) -> bool:
        if self.early_stopping is None:
            return False
        loss = self.history.validation_loss[-1]
        return bool(self.early_stopping.update(epoch, loss, _everything(self.network)))

    def save(self, path, purpose) -> None:
        tree = {"purpose": purpose, "network": self.network.state(), "history": vars(self.history)}
        tree |= {"optimizer": vars(self.optimizer), "shuffle": self.rng.bit_generator.state}
        tree |= {"noise": self.network.rng.bit_generator.state}
        if self.early_stopping is not None:
            tree |= {"early_stopping": vars(self.early_stopping)}
        write_npz(path, _flatten(tree))

    def resume(self, path, purpose) -> None:
        tree = _unflatten(read_npz(path))
        if tree.get("purpose") != purpose:
            raise ValueError(
                f"{os.fspath(path)} is of another run:\n  {tree.get('purpose')}\nnot of\n  {purpose}"
            )
        self.network.restore(tree["network"])
        self.history = History(**tree["history"])
        vars(self.optimizer).update(tree["optimizer"])
        self.rng.bit_generator.state = tree["shuffle"]
        self.network.rng.bit_generator.state = tree["noise"]
        if self.early_stopping is not None:
            vars(self.early_stopping).update(tree["early_stopping"])


def _rate(schedule, step: int) -> float:
    rate = float(schedule(step))
    if not 0 <= rate < math.inf:
        raise ValueError(
            f"the schedule gave {rate} at step {step}: a learning rate is finite and not negative"
        )
    return rate


def _everything(network: Network) -> np.ndarray:
    """theta, and behind it what layers keep, such as running averages."""
    return np.concatenate([array.ravel() for array in network.state().values()])


def _set_everything(network: Network, vector: np.ndarray) -> None:
    state = network.state()
    ends = np.cumsum([array.size for array in state.values()])[:-1]
    parts = np.split(vector, ends)
    network.restore({k: part.reshape(v.shape) for (k, v), part in zip(state.items(), parts, strict=True)})


def _flatten(tree: dict, path: str = "") -> dict[str, np.ndarray]:
    """Nested dictionaries as one level of arrays, 'a/b'; what is no array is kept as JSON."""
    flat = {}
    for name, value in tree.items():
        if isinstance(value, dict):
            flat |= _flatten(value, f"{path}{name}/")
        elif isinstance(value, np.ndarray):
            flat[f"{path}{name}"] = value
        else:
            flat[f"{path}{name}"] = np.array(json.dumps(value, default=lambda number: number.tolist()))
    return flat


def _unflatten(flat: dict[str, np.ndarray]) -> dict:
    tree = {}
    for path, array in flat.items():
        *parents, name = path.split("/")
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
        branch[name] = json.loads(str(array)) if array.dtype.kind == "U" else array
    return tree


def _examples(network: Network, data: Data) -> Data:
    x, y = data
    x, y = np.asarray(x, network.dtype), np.asarray(y)
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y) or len(x) == 0:
        raise ValueError(f"inputs and targets must be as many, and some: got {x.shape} and {y.shape}")
    return x, y if y.dtype.kind in "iu" else y.astype(network.dtype)


def _at_least_one(name: str, value: int) -> None:
    if value < 1:
        raise ValueError(f"{name} must be at least 1, not {value}")
