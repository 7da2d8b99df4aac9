"""Which settings train best: ranges to draw from, random and grid search, rounds that narrow the ranges."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, product
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlcourse.arrays import Floats, as_float, class_indices, not_negative
from dlcourse.layers import Activation, BatchNorm, Dense, Dropout, Layer, LayerNorm, Residual
from dlcourse.losses import softmax_cross_entropy
from dlcourse.network import Network, mlp
from dlcourse.optimizers import Momentum, Optimizer
from dlcourse.regularizers import l2_penalty
from dlcourse.storage import described
from dlcourse.training import Data, NonFiniteLoss, evaluate, fit

Configuration: TypeAlias = dict[str, Any]
Objective: TypeAlias = Callable[[Configuration], float]


def log_uniform(noise: ArrayLike, low: float, high: float) -> Floats:
    """Uniform noise as numbers whose logarithm is uniform (Bergstra & Bengio 2012). Lesson 12, section G2.

        low · (high / low)^noise

    Args:
        noise: in [0, 1), any shape.
        low: the least number, positive.
        high: the largest, at least low.

    Returns:
        noise's shape.

    Raises:
        ValueError: where low is not positive or high is below it.

    >>> log_uniform(np.array([0.0, 0.5]), 1e-4, 1.0)
    array([0.0001, 0.01  ])
    """
    if not 0 < low <= high < math.inf:
        raise ValueError(f"a logarithmic range needs 0 < low ≤ high, not {low} and {high}")
    drawn: Floats = low * (high / low) ** as_float(noise)
    return drawn


def sample_configurations(
    noise: ArrayLike, ranges: Mapping[str, tuple[float, float, str]]
) -> list[dict[str, float]]:
    """A configuration for each row of noise. Lesson 12, section G2.

    Args:
        noise: (n, d) in [0, 1), its columns in the order of ranges.
        ranges: d names, each with (low, high, 'linear' or 'log'); linear is low + noise·(high − low).

    Returns:
        n dictionaries.

    Raises:
        ValueError: where noise has another width or a scale is unknown.

    >>> sample_configurations([[0.5, 0.5]], {"rate": (1e-4, 1.0, "log"), "mu": (0.0, 0.9, "linear")})
    [{'rate': 0.01, 'mu': 0.45}]
    """
    noise = as_float(noise)
    if noise.ndim != 2 or noise.shape[1] != len(ranges):
        raise ValueError(f"noise must be (n, {len(ranges)}) for {list(ranges)}, not {noise.shape}")
    columns = [
        _range_of(*limits).draw(column) for limits, column in zip(ranges.values(), noise.T, strict=True)
    ]
    return [dict(zip(ranges, map(float, row), strict=True)) for row in zip(*columns, strict=True)]


def narrow_range(values: ArrayLike, scores: ArrayLike, keep: int, margin: float = 0.0) -> tuple[float, float]:
    """The span of the values that scored best, a little widened. Lesson 12, section G2.

    Args:
        values: (n,) float.
        scores: (n,) float, higher being better; nan is never kept, and of equal scores the earlier is.
        keep: how many, at least 1 and at most the scores that are not nan.
        margin: what to add on either side, as a share of the span's width; at least 0.

    Returns:
        (low, high).

    Raises:
        ValueError: where keep or margin is outside its range or the lengths differ.

    >>> narrow_range([1.0, 2.0, 3.0, 9.0], [0.1, 0.9, 0.8, np.nan], keep=2, margin=0.5)
    (1.5, 3.5)
    """
    values, scores = as_float(values), as_float(scores)
    if values.ndim != 1 or values.shape != scores.shape:
        raise ValueError(f"values and scores must be as many, not {values.shape} and {scores.shape}")
    ranked = [i for i in np.argsort(-scores, kind="stable") if not np.isnan(scores[i])]
    if not 1 <= keep <= len(ranked):
        raise ValueError(f"keep must be from 1 to {len(ranked)}, the scores that are not nan, not {keep}")
    not_negative("margin", margin)
    kept = values[ranked[:keep]]
    low, high = float(kept.min()), float(kept.max())
    return low - margin * (high - low), high + margin * (high - low)


def random_search(
    objective: Objective, configurations: Iterable[Configuration]
) -> tuple[Configuration | None, float, list[float]]:
    """Try each configuration once, in order, and keep the best. Lesson 12, section G2.

    Args:
        objective: configuration → score, higher being better. Of equal scores the first wins; nan never does.
        configurations: what to try.

    Returns:
        (best configuration, its score, all scores); (None, nan, scores) where all are nan.

    >>> random_search(lambda c: -((c["x"] - 2) ** 2), [{"x": 0}, {"x": 3}, {"x": 5}])
    ({'x': 3}, -1, [-4, -1, -9])
    """
    best: Configuration | None = None
    best_score, scores = math.nan, []
    for configuration in configurations:
        score = objective(configuration)
        scores.append(score)
        if not math.isnan(score) and (best is None or score > best_score):
            best, best_score = configuration, score
    return best, best_score, scores


@dataclass(frozen=True)
class Linear:
    """Numbers from low to high, all alike. Behind lesson 12.

    Args:
        low: the least, finite.
        high: the largest, finite.

    Raises:
        ValueError: where high is below low.

    >>> Linear(0.0, 0.9).grid(4)
    [0.0, 0.3, 0.6, 0.9]
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not -math.inf < self.low <= self.high < math.inf:
            raise ValueError(f"a range needs low ≤ high, both finite, not {self.low} and {self.high}")

    def draw(self, noise: ArrayLike) -> NDArray[Any]:
        """Noise as numbers of the range.

        Args:
            noise: in [0, 1), any shape.

        Returns:
            noise's shape.
        """
        return self.low + as_float(noise) * (self.high - self.low)

    def grid(self, n: int) -> list[float]:
        """n values, evenly spread from end to end; the middle where n is 1.

        Raises:
            ValueError: where n is below 1.
        """
        if n < 1:
            raise ValueError(f"a grid has at least one value, not {n}")
        spots = np.linspace(0, 1, n) if n > 1 else np.array([0.5])
        return list(dict.fromkeys(np.asarray(self.draw(spots)).round(12).tolist()))

    def narrowed(self, values: ArrayLike, scores: ArrayLike, keep: int, margin: float) -> Linear:
        """The range of the best values, not beyond this one: see `narrow_range`.

        Args:
            values: (n,) drawn from this range.
            scores: (n,) float, higher being better; a nan score is never kept.
            keep: how many are the best, from 1 to the scores that are not nan.
            margin: what to add on either side, as a share of their width.
        """
        low, high = narrow_range(values, scores, keep, margin)
        return replace(self, low=max(low, self.low), high=min(high, self.high))


@dataclass(frozen=True)
class Log(Linear):
    """Numbers from low to high, all powers of ten alike: see `log_uniform`. Lesson 12.

    Args:
        low: the least, positive.
        high: the largest, finite.

    Raises:
        ValueError: where low is not positive or high is below it.

    >>> Log(1e-3, 1.0).grid(4)
    [0.001, 0.01, 0.1, 1.0]
    """

    def __post_init__(self) -> None:
        log_uniform(0.0, self.low, self.high)

    def draw(self, noise: ArrayLike) -> NDArray[Any]:
        """Noise as numbers of the range.

        Args:
            noise: in [0, 1), any shape.

        Returns:
            noise's shape.
        """
        return log_uniform(noise, self.low, self.high)

    def narrowed(self, values: ArrayLike, scores: ArrayLike, keep: int, margin: float) -> Log:
        """The range of the best values, not beyond this one.

        Args:
            values: (n,) drawn from this range.
            scores: (n,) float, higher being better; a nan score is never kept.
            keep: how many are the best, from 1 to the scores that are not nan.
            margin: what to add on either side, as a share of the width of their logarithms.
        """
        low, high = np.exp(narrow_range(np.log(as_float(values)), scores, keep, margin))
        return replace(self, low=max(float(low), self.low), high=min(float(high), self.high))


@dataclass(frozen=True)
class Integer(Linear):
    """Whole numbers from low to high, both included. Behind lesson 12.

    Args:
        low: the least, a whole number.
        high: the largest, a whole number.

    Raises:
        ValueError: where high is below low, or one is not whole.

    >>> Integer(8, 64).grid(3)
    [8, 36, 64]
    """

    low: int
    high: int

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.low != int(self.low) or self.high != int(self.high):
            raise ValueError(
                f"a range of whole numbers has whole ends, not {self.low} and {self.high}: round them, "
                f"or take Linear({self.low}, {self.high})"
            )
        object.__setattr__(self, "low", int(self.low))
        object.__setattr__(self, "high", int(self.high))

    def draw(self, noise: ArrayLike) -> NDArray[Any]:
        """Noise as whole numbers of the range.

        Args:
            noise: in [0, 1), any shape.

        Returns:
            noise's shape.
        """
        drawn = np.floor(self.low + as_float(noise) * (self.high - self.low + 1)).astype(int)
        within: NDArray[Any] = np.minimum(drawn, self.high)
        return within

    def narrowed(self, values: ArrayLike, scores: ArrayLike, keep: int, margin: float) -> Integer:
        """The range of the best values, rounded outwards, not beyond this one.

        Args:
            values: (n,) drawn from this range.
            scores: (n,) float, higher being better; a nan score is never kept.
            keep: how many are the best, from 1 to the scores that are not nan.
            margin: what to add on either side, as a share of their width.
        """
        low, high = narrow_range(values, scores, keep, margin)
        return replace(self, low=max(math.floor(low), self.low), high=min(math.ceil(high), self.high))


@dataclass(frozen=True)
class Choice:
    """One of some options, all alike. Behind lesson 12.

    Args:
        options: in an order, such as that of a tuple or list.

    Raises:
        ValueError: where there is none, or no order; and for a text by itself, which would be its letters.

    >>> Choice(("relu", "tanh")).draw(np.array([0.1, 0.9]))
    ['relu', 'tanh']
    """

    options: tuple[Any, ...]

    def __post_init__(self) -> None:
        if isinstance(self.options, str | bytes):
            raise ValueError(
                f"{self.options!r} alone is no choice: put the options in a list, [{self.options!r}]"
            )
        if isinstance(self.options, Set) or not isinstance(self.options, Iterable):
            raise ValueError(
                f"a choice needs its options in an order, as a list has it, not {self.options!r}"
            )
        object.__setattr__(self, "options", tuple(self.options))
        if not self.options:
            raise ValueError("a choice needs at least one option")

    def draw(self, noise: ArrayLike) -> list[Any]:
        """Noise as options.

        Args:
            noise: in [0, 1), (n,).

        Returns:
            n options.
        """
        places = np.minimum(np.asarray(noise) * len(self.options), len(self.options) - 1).astype(int)
        return [self.options[place] for place in np.atleast_1d(places)]

    def grid(self, n: int) -> list[Any]:
        """All options, whatever n."""
        return list(self.options)

    def narrowed(self, values: Sequence[Any], scores: ArrayLike, keep: int, margin: float) -> Choice:
        """The options that are among the best.

        Args:
            values: n options.
            scores: (n,) float, higher being better; a nan score is never kept.
            keep: how many are the best, from 1 to the scores that are not nan.
            margin: of no use here.
        """
        _, ranked = zip(*_best(values, scores, keep), strict=True)
        return Choice(tuple(option for option in self.options if option in ranked))


Range: TypeAlias = Linear | Choice
Ranges: TypeAlias = Mapping[str, Range]


def random_configurations(ranges: Ranges, n: int, rng: np.random.Generator) -> list[Configuration]:
    """n configurations, drawn at random. Lesson 12, section G2.

    Args:
        ranges: what to draw each setting from, by its name.
        n: how many, at least 1.
        rng: draws them.

    Returns:
        n dictionaries, with Python's own numbers.

    Raises:
        ValueError: where n is below 1.

    >>> random_configurations({"units": Integer(8, 64)}, 3, np.random.default_rng(0))
    [{'units': 44}, {'units': 23}, {'units': 10}]
    """
    if n < 1:
        raise ValueError(f"at least one configuration must be drawn, not {n}")
    noise = rng.random((n, len(ranges)))
    columns = [_plain(each.draw(column)) for each, column in zip(ranges.values(), noise.T, strict=True)]
    return [dict(zip(ranges, row, strict=True)) for row in zip(*columns, strict=True)]


def grid_configurations(ranges: Ranges, n: int) -> list[Configuration]:
    """Every combination of n values of each range. Behind lesson 12, section G2.

    Args:
        ranges: what to take each setting from, by its name.
        n: values of each, at least 1; a `Choice` gives all it has.

    Returns:
        Dictionaries; the last range varies fastest.

    Raises:
        ValueError: where n is below 1.

    >>> grid_configurations({"rate": Log(0.01, 1.0), "activation": Choice(("relu", "tanh"))}, 2)[:2]
    [{'rate': 0.01, 'activation': 'relu'}, {'rate': 0.01, 'activation': 'tanh'}]
    """
    return [
        dict(zip(ranges, row, strict=True)) for row in product(*(each.grid(n) for each in ranges.values()))
    ]


def validation_score(
    configuration: Configuration, *, data: Data, validation: Data, epochs: int, seed: int = 0
) -> float:
    """How well one hidden layer does with these settings: accuracy on validation data. Lesson 12, section G2.

    With `functools.partial` it is an objective that crosses to other processes.

    Args:
        configuration: learning_rate; and where they are not to be what stands here, mu=0.9 of the momentum,
            units=32, activation="tanh", batch_size=32, l2=0.0.
        data: (x (n, d), labels (n,)) to train on.
        validation: the same to score on.
        epochs: how often to show all examples.
        seed: of the first weights and of the order of the batches, which draw from generators of their own.

    Returns:
        The accuracy in [0, 1], or nan where the loss became nan.

    Raises:
        ValueError: for a setting of another name, and as `training.fit` does.

    >>> from dlcourse import datasets
    >>> digits = datasets.digits()
    >>> options = {"data": digits.train, "validation": digits.validation}
    >>> score = validation_score({"learning_rate": 0.1}, **options, epochs=3)
    >>> score > 0.9
    True
    """
    settings = {"mu": 0.9, "units": 32, "activation": "tanh", "batch_size": 32, "l2": 0.0} | configuration
    rate, mu, units, activation, batch_size, l2 = _taken(
        settings, "learning_rate", "mu", "units", "activation", "batch_size", "l2"
    )
    sizes = [np.shape(data[0])[1], units, int(np.max(data[1])) + 1]
    weights, order = (np.random.default_rng([seed, purpose]) for purpose in (0, 1))
    net = mlp(sizes, activation=activation, rng=weights)
    penalty = partial(l2_penalty, strength=l2)
    try:
        fit(
            net,
            softmax_cross_entropy,
            Momentum(rate, mu),
            data,
            penalty=penalty,
            epochs=epochs,
            batch_size=batch_size,
            rng=order,
        )
    except NonFiniteLoss:
        return math.nan
    return evaluate(net, softmax_cross_entropy, validation)[1]


def _taken(settings: Configuration, *names: str) -> list[Any]:
    """The values of these names, which must be all there are."""
    if set(settings) != set(names):
        odd = sorted(set(settings) ^ set(names))
        raise ValueError(f"settings are {', '.join(names)}: one is missing or unknown among {odd}")
    return [settings[name] for name in names]


def evaluate_all(
    objective: Objective,
    configurations: Sequence[Configuration],
    *,
    executor: Executor | None = None,
    results: str | os.PathLike[str] | None = None,
    progress: Callable[[Iterable[Any]], Iterable[Any]] | None = None,
) -> list[float]:
    """The score of every configuration, in their order, wherever they are computed. Lesson 12.

    Args:
        objective: configuration → score, higher being better.
        configurations: what to try.
        executor: where to; a `ProcessPoolExecutor`, or `dask.distributed.Client(…).get_executor()` on a
            cluster, for which the objective must be a function of a module. None computes here.
        results: a file that gets a JSON line for each score as it comes. Those in it already are not computed
            again, so that an interrupted search goes on where it was.
        progress: wraps the scores as they come, such as `tqdm.tqdm`.

    Returns:
        A score for each configuration.

    Raises:
        ValueError: where a line of results is not one of ours, the last aside, which may be cut short.

    >>> evaluate_all(lambda c: c["x"] ** 2, [{"x": 2}, {"x": 3}])
    [4.0, 9.0]
    """
    known = {} if results is None else _read_results(results)
    keys = [_key(configuration) for configuration in configurations]
    missing = {key: c for key, c in zip(keys, configurations, strict=True) if key not in known}
    for key, score in (progress or iter)(_computed(objective, missing, executor)):
        known[key] = float(score)
        if results is not None:
            with open(results, "a", encoding="utf-8") as file:
                file.write(json.dumps({"configuration": described(missing[key]), "score": known[key]}) + "\n")
    return [known[key] for key in keys]


@dataclass(frozen=True)
class Round:
    """One round of `coarse_to_fine`: where it looked, what it tried, and the scores. Behind lesson 12.

    Args:
        ranges: by the settings' names.
        configurations: what was drawn from them.
        scores: one a configuration, nan where it failed.

    >>> Round({"rate": Log(0.1, 1.0)}, [{"rate": 0.5}], [0.9]).scores
    [0.9]
    """

    ranges: dict[str, Range]
    configurations: list[Configuration]
    scores: list[float]


def coarse_to_fine(
    objective: Objective,
    ranges: Ranges,
    *,
    rounds: int,
    samples: int,
    keep: int,
    rng: np.random.Generator,
    margin: float = 0.25,
    **options: Any,
) -> list[Round]:
    """Draw, score, narrow the ranges to the best, and again. Lesson 12, section G2.

    Args:
        objective: configuration → score, higher being better.
        ranges: where to look first, by the settings' names.
        rounds: how often to draw, at least 1.
        samples: how many configurations each time, at least 1.
        keep: how many of them, at most, the next ranges must span.
        rng: draws them.
        margin: what to add to the span on either side, as a share of its width.
        options: of `evaluate_all`.

    Returns:
        The rounds, with all that was tried.

    Raises:
        ValueError: where all scores of a round are nan, or a number is below 1.

    >>> found = coarse_to_fine(lambda c: -abs(c["x"] - 3), {"x": Linear(0, 10)}, rounds=3, samples=20, keep=5,
    ...     rng=np.random.default_rng(0))
    >>> [round(each.ranges["x"].high - each.ranges["x"].low, 1) for each in found]
    [10, 5.5, 1.4]
    """
    if rounds < 1:
        raise ValueError(f"at least one round must be made, not {rounds}")
    ranges, done = dict(ranges), []
    for _ in range(rounds):
        configurations = random_configurations(ranges, samples, rng)
        scores = evaluate_all(objective, configurations, **options)
        done.append(Round(ranges, configurations, scores))
        scored = sum(not math.isnan(score) for score in scores)
        if not scored:
            raise ValueError(
                "every configuration of a round scored nan: lower the rates, or look at the data"
            )
        ranges = {
            name: each.narrowed([c[name] for c in configurations], scores, min(keep, scored), margin)
            for name, each in ranges.items()
        }
    return done


def fit_together(
    networks: Sequence[Network],
    optimizer: Optimizer,
    data: Data,
    *,
    epochs: int,
    rng: np.random.Generator | Sequence[np.random.Generator],
    batch_size: int = 32,
    watch: Callable[[int], bool] | None = None,
) -> Floats:
    """Train K classifiers of one shape at once. Lesson 12.

    A leading axis does it: parameters are (K, P), and each product is one `np.matmul` over K matrices. It
    wins while a network's own matrices are too small to be worth a call; keep K at 8 to 16.

    Args:
        networks: of layers that `trains_together` knows, alike in layers and dtype; each ends as
            `training.fit` with the softmax cross-entropy would leave it.
        optimizer: its learning_rate may be (K, 1), one a network. One that was used on other networks forgets
            them; on the same ones it goes on.
        data: (x (n, d), labels (n,)).
        epochs: how often to show all examples.
        rng: shuffles the examples before every epoch, for all networks alike; or K of them, one a network.
        batch_size: examples an update.
        watch: called after each update with its number, from 1, the networks being up to date; training ends
            where it says True.

    Returns:
        The mean loss over the last epoch, or what there was of it, (K,), nan for a network that diverged;
        such a one does not disturb the others.

    Raises:
        ValueError: where the networks are not alike, are twice the same, or have other layers; for labels
            that are no classes; where examples and labels are not as many, or a number is below 1.

    >>> from dlcourse import datasets, network, optimizers
    >>> x, y = datasets.xor(100, np.random.default_rng(0))
    >>> nets = [network.mlp([2, 8, 2], rng=np.random.default_rng(seed)) for seed in range(3)]
    >>> momentum = optimizers.Momentum(np.array([[0.01], [0.1], [0.3]]))
    >>> losses = fit_together(nets, momentum, (x, y), epochs=20, rng=np.random.default_rng(1))
    >>> bool(losses[0] > losses[1])
    True
    """
    stack = _Stack(networks)
    x, y = np.asarray(data[0], stack.theta.dtype), np.asarray(data[1])
    if len(x) != len(y) or len(x) == 0 or epochs < 1 or batch_size < 1:
        raise ValueError(
            "examples must be as many as labels, epochs and batch_size at least 1: "
            f"got {x.shape}, {y.shape}, {epochs} and {batch_size}"
        )
    y = class_indices(y, (len(x), networks[0].forward(x[:1]).shape[-1]))
    orders = _orders(rng, len(networks), len(x), batch_size)
    optimizer.serve(*networks)
    with np.errstate(all="ignore"):  # a run that diverges is told by its loss
        updates = _updates(stack, optimizer, x, y, islice(orders, epochs), batch_size)
        for update, losses in enumerate(updates, 1):  # noqa: B007 — the last are returned
            if watch:
                stack.hand_over(networks)
                if watch(update):
                    break
    stack.hand_over(networks)
    return np.where(np.isfinite(losses), losses, np.nan)


def _updates(
    stack: _Stack,
    optimizer: Optimizer,
    x: Floats,
    y: NDArray[np.int64],
    orders: Iterable[NDArray[np.int64]],
    batch_size: int,
) -> Iterator[Floats]:
    """One update after the other; each gives the mean losses of its epoch so far, (K,)."""
    for order in orders:
        total = np.zeros(len(stack.theta))
        for start in range(0, len(x), batch_size):
            batch = order[..., start : start + batch_size]
            total += stack.gradients(x[batch], y[batch]) * batch.shape[-1]
            optimizer.step(stack.theta, stack.grad)
            yield total / min(start + batch_size, len(x))


def _orders(
    rng: np.random.Generator | Sequence[np.random.Generator], networks: int, examples: int, batch_size: int
) -> Iterator[NDArray[np.int64]]:
    """The order of the examples in each epoch: (n,) for all networks, or (K, n)."""
    if not isinstance(rng, np.random.Generator) and len(rng) != networks:
        raise ValueError(
            f"give one generator for all {networks} networks or one for each of them, not {len(rng)}"
        )
    while True:
        if batch_size >= examples:
            yield np.arange(examples)
        elif isinstance(rng, np.random.Generator):
            yield rng.permutation(examples)
        else:
            yield np.array([each.permutation(examples) for each in rng])


class _Stack:
    """K networks as one, their parameters (K, P) and views of them (K, n_in, n_out)."""

    def __init__(self, networks: Sequence[Network]):
        kinds = {(repr(network), network.dtype, json.dumps(network.config())) for network in networks}
        if len(kinds) != 1:
            raise ValueError(f"networks to train together are alike, not {sorted(map(str, kinds)) or 'none'}")
        if len(set(map(id, networks))) < len(networks):
            raise ValueError("a network is there twice: make a copy for each place")
        if type(networks[0]).forward is not Network.forward:
            raise ValueError(f"layers in a row train together, not {networks[0]}")
        self.theta = np.stack([network.theta for network in networks])
        self.grad = np.zeros_like(self.theta)
        views = self._views(networks[0].layers)
        self.layers = [
            _stacked(alike, views) for alike in zip(*(net.layers for net in networks), strict=True)
        ]

    def _views(self, layers: Sequence[Layer]) -> Iterator[Floats]:
        """Of each parameter the values and the gradients, (K, …)."""
        start = 0
        for shape in (shape for layer in layers for shape in layer.shapes.values()):
            part = slice(start, start := start + math.prod(shape))
            yield from (array[:, part].reshape(-1, *shape) for array in (self.theta, self.grad))

    def gradients(self, x: Floats, labels: NDArray[np.int64]) -> Floats:
        """Fill `grad` for a batch; the loss of each network, (K,)."""
        for layer in self.layers:
            x = layer.forward(x)
        upstream: Any
        losses, upstream = _cross_entropies(x, labels)
        for i, layer in reversed(list(enumerate(self.layers))):
            upstream = layer.backward(upstream, input_gradient=i > 0)
        return losses

    def hand_over(self, networks: Sequence[Network]) -> None:
        """Give each network its parameters, and what its layers keep beside them, as they are now."""
        for network, theta in zip(networks, self.theta, strict=True):
            network.theta[:] = theta
        for layer in self.layers:
            layer.hand_over()


class _Stacked:
    """A layer of K networks at once: x (n, d) or (K, n, d) becomes (K, n, m)."""

    def forward(self, x: Floats) -> Floats:
        raise NotImplementedError

    def backward(self, upstream: Any, input_gradient: bool) -> Any:
        raise NotImplementedError

    def hand_over(self) -> None:
        """Give the K layers what is theirs beside parameters: mostly nothing."""


class _StackedDense(_Stacked):
    def __init__(self, weights: Floats, weights_gradient: Floats, bias: Floats, bias_gradient: Floats):
        self.weights, self.weights_gradient = weights, weights_gradient
        self.bias, self.bias_gradient = bias[:, None], bias_gradient

    def forward(self, x: Floats) -> Floats:
        self.x = x
        y: Floats = np.matmul(x, self.weights)
        y += self.bias
        return y

    def backward(self, upstream: Any, input_gradient: bool) -> Any:
        np.matmul(np.swapaxes(self.x, -1, -2), upstream, out=self.weights_gradient)
        np.add.reduce(upstream, axis=1, out=self.bias_gradient)
        return np.matmul(upstream, np.swapaxes(self.weights, -1, -2)) if input_gradient else None


class _StackedActivation(_Stacked):
    def __init__(self, layer: Activation):
        self.layer = Activation(layer.name, **layer.settings)

    def forward(self, x: Floats) -> Floats:
        return self.layer.forward(x)

    def backward(self, upstream: Any, input_gradient: bool) -> Any:
        return self.layer.backward(upstream)


class _StackedDropout(_Stacked):
    """Each network's noise comes from its own generator, as where it trains alone."""

    def __init__(self, layers: Sequence[Dropout]):
        self.layers, self.drop_rate = layers, layers[0].drop_rate

    def forward(self, x: Floats) -> Floats:
        if self.drop_rate == 0:
            self.mask = np.ones((), x.dtype)
            return x
        noise = np.stack([layer.rng.random(x.shape[-2:], x.dtype) for layer in self.layers])
        self.mask = (noise >= self.drop_rate).astype(x.dtype)
        self.mask *= 1 / (1 - self.drop_rate)
        return x * self.mask

    def backward(self, upstream: Any, input_gradient: bool) -> Any:
        return upstream * self.mask


class _StackedNorm(_Stacked):
    """Layer normalisation, over the units; a subclass has another axis."""

    axis = -1

    def __init__(self, layers: Sequence[Any], gamma: Floats, dgamma: Floats, beta: Floats, dbeta: Floats):
        self.layers, self.eps = layers, layers[0].eps
        self.gamma, self.beta = gamma[:, None], beta[:, None]
        self.gamma_gradient, self.beta_gradient = dgamma, dbeta

    def forward(self, x: Floats) -> Floats:
        mean = x.mean(axis=self.axis, keepdims=True)
        centred = x - mean
        variance = (centred * centred).mean(axis=self.axis, keepdims=True)
        self.keep(mean, variance, x.shape[-2])
        self.root = np.sqrt(variance + self.eps)
        self.normal = centred / self.root
        y: Floats = self.gamma * self.normal + self.beta
        return y

    def keep(self, mean: Floats, variance: Floats, n: int) -> None:
        """What is kept of a batch for use at test: nothing."""

    def backward(self, upstream: Any, input_gradient: bool) -> Any:
        np.add.reduce(upstream * self.normal, axis=1, out=self.gamma_gradient)
        np.add.reduce(upstream, axis=1, out=self.beta_gradient)
        dnormal = self.gamma * upstream
        through_mean = dnormal.mean(axis=self.axis, keepdims=True)
        through_variance = self.normal * (dnormal * self.normal).mean(axis=self.axis, keepdims=True)
        return (dnormal - through_mean - through_variance) / self.root


class _StackedBatchNorm(_StackedNorm):
    axis = -2

    def __init__(self, layers: Sequence[Any], *parameters: Floats):
        super().__init__(layers, *parameters)
        self.momentum = layers[0].momentum
        self.running = {name: np.stack([layer.state[name] for layer in layers]) for name in layers[0].state}

    def keep(self, mean: Floats, variance: Floats, n: int) -> None:
        unbiased = variance * (n / max(n - 1, 1))
        for running, value in zip(self.running.values(), (mean, unbiased), strict=True):
            running[...] = self.momentum * running + (1 - self.momentum) * value[..., 0, :]

    def hand_over(self) -> None:
        for name, running in self.running.items():
            for layer, value in zip(self.layers, running, strict=True):
                layer.state[name][...] = value


class _StackedResidual(_Stacked):
    def __init__(self, layers: Sequence[_Stacked]):
        self.layers = layers

    def forward(self, x: Floats) -> Floats:
        y = x
        for layer in self.layers:
            y = layer.forward(y)
        return x + y

    def backward(self, upstream: Any, input_gradient: bool) -> Any:
        dx = upstream
        for layer in reversed(self.layers):
            dx = layer.backward(dx, input_gradient=True)
        return upstream + dx

    def hand_over(self) -> None:
        for layer in self.layers:
            layer.hand_over()


_NORMS = {LayerNorm: _StackedNorm, BatchNorm: _StackedBatchNorm}


def trains_together(layers: Iterable[Layer]) -> bool:
    """Whether `fit_together` knows these layers, and those within them. Behind lesson 12.

    By the very class: one derived from it may compute something else.

    Args:
        layers: of a network.

    Returns:
        Whether all of them do.

    >>> trains_together([Dense(4, 4), Residual(LayerNorm(4), Dense(4, 4), Activation("relu"))])
    True
    """
    return all(
        type(layer) in {Dense, Activation, Dropout, *_NORMS}
        or (type(layer) is Residual and trains_together(layer.layers))
        for layer in layers
    )


def _stacked(alike: Sequence[Any], views: Iterator[Floats]) -> _Stacked:
    """What stands at one place of each network, as one layer, which takes its share of the views."""
    layer = alike[0]
    if not trains_together([layer]):
        raise ValueError(
            f"only dense layers, activations, dropout and normalisations train together, not {layer}"
        )
    if type(layer) is Residual:
        parts = zip(*(each.layers for each in alike), strict=True)
        return _StackedResidual([_stacked(part, views) for part in parts])
    if type(layer) is Activation:
        return _StackedActivation(layer)
    if type(layer) is Dropout:
        return _StackedDropout(alike)
    parameters = [next(views) for _ in range(4)]  # of two, values and gradients
    return _StackedDense(*parameters) if type(layer) is Dense else _NORMS[type(layer)](alike, *parameters)


def _cross_entropies(logits: Floats, labels: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Mean cross-entropy (K,) and its gradient, for logits (K, n, k) and labels (n,) or (K, n)."""
    networks, rows = np.arange(len(logits))[:, None], np.arange(logits.shape[1])
    right = networks, rows, labels
    logits -= logits.max(axis=-1, keepdims=True)
    p = np.exp(logits)
    sums = p.sum(axis=-1, keepdims=True)
    losses = np.mean(np.log(sums[..., 0]) - logits[right], axis=1)
    p /= sums
    p[right] -= 1
    p /= logits.shape[1]
    return losses, p


def _range_of(low: float, high: float, scale: str) -> Linear:
    if scale not in ("linear", "log"):
        raise ValueError(f"a scale is 'linear' or 'log', not {scale!r}")
    return (Log if scale == "log" else Linear)(low, high)


def _best(values: Sequence[Any], scores: ArrayLike, keep: int) -> list[tuple[float, Any]]:
    scored = zip(values, as_float(scores).tolist(), strict=True)
    pairs = [(score, value) for value, score in scored if not math.isnan(score)]
    return sorted(pairs, key=lambda pair: -pair[0])[:keep]


def _plain(values: NDArray[Any] | list[Any]) -> list[Any]:
    """As Python's own numbers, which JSON and processes carry unchanged."""
    return values.tolist() if isinstance(values, np.ndarray) else list(values)


def _key(configuration: Configuration) -> str:
    return json.dumps(described(configuration), sort_keys=True)


def _computed(
    objective: Objective, missing: Mapping[str, Configuration], executor: Executor | None
) -> Iterator[tuple[str, float]]:
    if executor is None:
        yield from ((key, objective(configuration)) for key, configuration in missing.items())
        return
    futures = {executor.submit(objective, configuration): key for key, configuration in missing.items()}
    for future in as_completed(futures):
        yield futures[future], future.result()


def _read_results(path: str | os.PathLike[str]) -> dict[str, float]:
    """Scores by configuration; a last line that was cut short is taken off the file."""
    if not os.path.exists(path):
        return {}
    with open(path, "rb+") as file:
        content = file.read()
        whole = content[: content.rfind(b"\n") + 1]
        file.truncate(len(whole))
    known = {}
    for number, line in enumerate(whole.decode("utf-8").splitlines(), 1):
        try:
            result = json.loads(line)
            known[_key(result["configuration"])] = float(result["score"])
        except (ValueError, KeyError, TypeError):
            raise ValueError(
                f"{os.fspath(path)}, line {number}: not a search result; move the file away to start anew"
            ) from None
    return known
