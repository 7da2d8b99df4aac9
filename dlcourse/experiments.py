"""Fair comparisons: tuned on validation data, trained afresh on other seeds, told apart on test data."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import cycle, product
from numbers import Real
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from dlcourse import plots, search
from dlcourse.arrays import Floats, as_float, count
from dlcourse.losses import softmax_cross_entropy
from dlcourse.network import Network, mlp
from dlcourse.optimizers import Optimizer
from dlcourse.regularizers import EarlyStopping
from dlcourse.training import Data, Loss, NonFiniteLoss, evaluate, fit

Settings: TypeAlias = dict[str, Any]
Method: TypeAlias = type[Optimizer] | Mapping[str, Any]
Sets: TypeAlias = tuple[Data, Data, Data]  # to train on, to choose on, to report on
Measure: TypeAlias = Literal["loss", "accuracy", "epochs", "updates"]
Varied: TypeAlias = Literal["both", "weights", "order"]
_Seeds: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]  # of the first weights, of the order of batches

LEVEL = 0.05  # how often equal methods may be told apart, in a whole comparison
TOGETHER = 16  # networks trained at once, about as many as pays
_SPEEDS = ("epochs", "updates")  # measures of how soon, the others of how well
_OF_FIT = ("epochs", "batch_size", "max_norm")  # settings that `training.fit` takes
_PARTS = ("network", "optimizer", "schedule", "penalty")  # settings that have settings of their own


@dataclass(frozen=True)
class Trial:
    """One setting that was tried, and how it did on validation data. Behind the lessons' comparisons.

    Args:
        settings: what was tuned, by name.
        score: the mean over the tuning seeds; nan where one of them diverged or did not reach the target.

    >>> Trial({"learning_rate": 0.1}, 0.25).score
    0.25
    """

    settings: Settings
    score: float


@dataclass(frozen=True)
class Result:
    """What became of one method. Behind the lessons' comparisons.

    Args:
        chosen: the best of the tuned settings, by name; empty where nothing was tuned.
        at_edge: names of those whose best value is the least or the largest of its list.
        trials: all that were tried.
        test_loss: (seeds,), nan for a run that diverged, as in all that follow.
        test_accuracy: (seeds,).
        validation_loss: (seeds, epochs), after each epoch; once a run has stopped early, of the network that
            it went back to.
        validation_accuracy: (seeds, epochs).
        updates_per_epoch: batches of the training data.

    >>> Result({}, (), [], np.array([0.2]), np.array([0.9]), np.array([[0.3]]), np.array([[0.9]])).chosen
    {}
    """

    chosen: Settings
    at_edge: tuple[str, ...]
    trials: list[Trial]
    test_loss: Floats
    test_accuracy: Floats
    validation_loss: Floats
    validation_accuracy: Floats
    updates_per_epoch: int = 1

    @property
    def best_epochs(self) -> Floats:
        """The epoch with the least validation loss, counted from 1, (seeds,); nan for a run that diverged."""
        losses = self.validation_loss
        return np.where(np.isnan(losses).any(axis=1), np.nan, losses.argmin(axis=1) + 1.0)

    def epochs_until(self, loss: float) -> Floats:
        """After how many epochs a run's validation loss was first as low as that, (seeds,); nan for never.

        Args:
            loss: to be reached.
        """
        return _first_at_most(self.validation_loss, loss)


@dataclass(frozen=True)
class Comparison:
    """What `compare` found, to print and to draw. Behind the lessons' comparisons.

    Runs of one seed have the same first weights and batches whatever the method, where networks are alike, so
    two methods are compared by their differences, seed by seed. They are told apart where `sign_flip_p` of
    these is at most 0.05 over the number of pairs of methods (Bonferroni); all else is a tie. So at most one
    comparison in twenty tells equal methods apart.

    Args:
        results: by method, in the order given.
        measure: by which methods were tuned and are told apart, see `compare`.
        target: the validation loss to be reached, where the measure is 'epochs' or 'updates'.

    >>> runs = {"a": np.full(10, 0.1), "b": np.arange(10) / 10}
    >>> empty = np.zeros((10, 0))
    >>> made = {name: Result({}, (), [], run, 1 - run, empty, empty) for name, run in runs.items()}
    >>> Comparison(made, "loss").verdict("b")
    'behind a'
    """

    results: dict[str, Result]
    measure: Measure
    target: float | None = None

    @property
    def best(self) -> str:
        """The method with the best mean; whether it leads, `verdict` says.

        Raises:
            ValueError: where a run of every method diverged, or did not reach the target.
        """
        means = {name: float(self._scores(name).mean()) for name in self.results}
        finite = [name for name, mean in means.items() if not math.isnan(mean)]
        if not finite:
            raise ValueError(f"a run of every method {self._failed}: {self._remedy}")
        return min(finite, key=lambda name: _sign(self.measure) * means[name])

    def differ(self, one: str, other: str) -> bool:
        """Whether two methods are told apart: see the class.

        Args:
            one: a method.
            other: another.
        """
        return sign_flip_p(self._scores(one) - self._scores(other)) <= self._level

    def verdict(self, name: str) -> str:
        """'ahead of all', 'best mean', 'tie with …' or 'behind …' the best, or '… of … runs diverged' or so.

        Args:
            name: of a method.
        """
        scores = self._scores(name)
        if lost := int(np.isnan(scores).sum()):
            return f"{lost} of {len(scores)} runs {self._failed}"
        best = self.best
        if name != best:
            return f"{'behind' if self.differ(best, name) else 'tie with'} {best}"
        rivals = [n for n in self.results if n != best and not np.isnan(self._scores(n)).any()]
        return "ahead of all" if rivals and all(self.differ(best, rival) for rival in rivals) else "best mean"

    def table(self) -> str:
        """A row a method, mean and range over seeds on test data, and notes on what to mind."""
        speed = [self._goal] if self.measure in _SPEEDS else []
        rows = [("", "tuned", *speed, "test loss", "test accuracy", "verdict")]
        for name, result in self.results.items():
            soon = [_span(self._scores(name), ".1f")] if speed else []
            spread = _span(result.test_loss, ".3f"), _span(result.test_accuracy, ".1%")
            rows.append((name, _written(result), *soon, *spread, self.verdict(name)))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        return "\n".join(lines + self.notes())

    def notes(self) -> list[str]:
        """A line for each tuned value at the edge of its list, and one where the seeds are too few."""
        found = [
            f"* {name}: the best {setting}, {_brief(result.chosen[setting])}, is at the edge of its list; "
            "beyond it may lie a better one"
            for name, result in self.results.items()
            for setting in result.at_edge
        ]
        seeds, least = len(self._scores(next(iter(self.results)))), math.ceil(1 - math.log2(self._level))
        if len(self.results) > 1 and seeds < least:
            found.append(
                f"* {seeds} seeds cannot tell {len(self.results)} methods apart by our rule: take {least}"
            )
        return found

    def plot(self, ax: Axes) -> None:
        """A mark for each seed, on test data or at the target, and a bar at their mean, a row a method.

        Args:
            ax: where to draw.
        """
        looks = zip(self.results, cycle(plots.COLORS), cycle(plots.MARKERS), strict=False)
        for row, (name, color, marker) in enumerate(looks):
            scores = self._scores(name)
            rows = row + np.linspace(-0.25, 0.25, len(scores))
            ax.plot(scores, rows, linestyle="", marker=marker, markersize=5, color=color)
            ax.plot([scores.mean()] * 2, [row - 0.4, row + 0.4], color="black", linestyle="-", linewidth=1.2)
        what = self._goal if self.measure in _SPEEDS else f"test {self.measure}"
        ax.set(yticks=range(len(self.results)), yticklabels=self.results, xlabel=what)
        ax.set_ylim(len(self.results) - 0.4, -0.6)  # the first on top, in panels that share the axis too

    def plot_curves(self, ax: Axes) -> None:
        """The validation loss or accuracy by epoch, mean and range over seeds, and the target as a line.

        Args:
            ax: where to draw.
        """
        measure = "loss" if self.measure in _SPEEDS else self.measure
        seen = {name: getattr(result, f"validation_{measure}") for name, result in self.results.items()}
        epochs = max(runs.shape[1] for runs in seen.values())
        plots.curves(ax, np.arange(1, epochs + 1), seen)
        if self.target is not None:
            ax.axhline(self.target, color=plots.GREY, linestyle=":", linewidth=1)
        ax.set(xlabel="epoch", ylabel=f"validation {measure}")

    def plot_tuning(self, ax: Axes, setting: str = "learning_rate") -> None:
        """The validation score by what was tried, the best of all other settings: is there a valley?

        Args:
            ax: where to draw.
            setting: one that was tuned, of numbers.

        Raises:
            ValueError: where no method was tuned for it.
        """
        lines = []
        looks = zip(cycle(plots.COLORS), cycle(plots.STYLES), cycle(plots.MARKERS), strict=False)
        for (name, result), (color, style, marker) in zip(self.results.items(), looks, strict=False):
            if seen := self._best_by(result, setting):
                look: Any = dict(color=color, linestyle=style, marker=marker, markersize=4, label=name)
                lines += ax.plot(*zip(*sorted(seen.items()), strict=True), **look)
        if not lines:
            raise ValueError(f"no method was tuned for {setting!r}")
        what = self._goal if self.measure in _SPEEDS else f"validation {self.measure}"
        ax.set(xlabel=setting.replace("_", " "), ylabel=what)
        if setting == "learning_rate":
            ax.set_xscale("log")
        plots.label_ends(ax, lines)

    def _best_by(self, result: Result, setting: str) -> dict[float, float]:
        """The best score that each value of a setting reached; values that always diverged are left out."""
        seen: dict[float, float] = {}
        for trial in result.trials:
            if setting in trial.settings and not math.isnan(trial.score):
                value = trial.settings[setting]
                scores = [trial.score, seen.get(value, trial.score)]
                seen[value] = min(scores, key=lambda score: _sign(self.measure) * score)
        return seen

    def _scores(self, name: str) -> Floats:
        result = self.results[name]
        if self.target is not None:
            return result.epochs_until(self.target) * _unit(self.measure, result.updates_per_epoch)
        scores: Floats = getattr(result, f"test_{self.measure}")
        return scores

    @property
    def _goal(self) -> str:
        return f"{self.measure} to validation loss {self.target:g}"

    @property
    def _failed(self) -> str:
        return "diverged" if self.target is None else f"did not reach {self.target:g}"

    @property
    def _remedy(self) -> str:
        return "try lower learning rates" if self.target is None else "train longer, or aim less high"

    @property
    def _level(self) -> float:
        return LEVEL / max(1, math.comb(len(self.results), 2))


def compare(
    methods: Mapping[str, Method],
    *,
    data: Sets,
    tune: Mapping[str, Sequence[Any]] | None = None,
    seeds: int = 10,
    tuning_seeds: int = 3,
    measure: Measure = "loss",
    target: float | None = None,
    vary: Varied = "both",
    seed: int = 0,
    **settings: Any,
) -> Comparison:
    """Which method is better, each at its best? Behind the lessons' comparisons.

    Each is tuned by its mean on validation data over seeds that serve for nothing else. Then it is trained
    afresh, each run with first weights and an order of the batches from two further seeds, and scored on test
    data, once. Where `search.fit_together` can, it trains up to 16 runs at once.

    A setting goes to whatever takes one of its name: `network`, by default `network.mlp`; `optimizer`;
    `schedule` and `penalty`, functions of the first rate and of the weights, as of `dlcourse.schedules` and
    `dlcourse.regularizers`; and `training.fit`, which takes loss, epochs, batch_size and max_norm. With
    `patience`, a run stops early by its validation loss, and goes back to its best epoch.

    Args:
        methods: by name, an optimizer's class, or settings of the method's own. Among these may be `network`,
            a function of rng and settings; `data`, with the same labels to choose and to report on; and
            `tune`, lists in addition or instead.
        data: (train, validation, test), each (x (n, …), y (n, …)), such as `datasets.digits()`.
        tune: by the name of a setting, the values to try; all combinations are. A method leaves aside what
            nothing of it takes, as of `settings`.
        seeds: runs to report, at least 1.
        tuning_seeds: runs to tune on, at least 1.
        measure: to choose by and to tell methods apart by. 'loss' or 'accuracy': how well, on test data.
            'epochs' or 'updates': how soon the validation loss is at the target, in whole epochs.
        target: that validation loss.
        vary: what differs from run to run, 'both', or the 'weights' or the 'order' alone.
        seed: another one gives other seeds throughout.
        settings: of all methods that have something to take them.

    Returns:
        A result a method, in the order given.

    Raises:
        ValueError: for a setting that nothing takes, of a method or of all, or that is missing; a method all
            of whose trials diverged or missed the target; a target without such a measure or the other way
            round; and numbers out of range.

    >>> from dlcourse import datasets, optimizers
    >>> digits = datasets.digits()
    >>> rules = {"SGD": optimizers.SGD, "momentum": optimizers.Momentum}
    >>> comparison = compare(rules, tune={"learning_rate": [0.001, 0.1, 0.3]}, data=digits,
    ...     sizes=[64, 16, 10], epochs=2, seeds=6, tuning_seeds=1)
    >>> comparison.verdict("SGD")
    'behind momentum'
    >>> comparison.notes()
    ['* SGD: the best learning_rate, 0.3, is at the edge of its list; beyond it may lie a better one']
    """
    count("seeds", seeds)
    count("tuning_seeds", tuning_seeds)
    for name, value, known in (("measure", measure, Measure), ("vary", vary, Varied)):
        if value not in get_args(known):
            raise ValueError(f"{name} is one of {', '.join(get_args(known))}, not {value!r}")
    if (target is None) is (measure in _SPEEDS):
        raise ValueError(f"target is given where the measure is epochs or updates: {measure!r}, {target}")
    common, tune = {"data": data, **settings}, dict(tune or {})
    plans = {name: _plan(name, method, common, tune) for name, method in methods.items()}
    _refuse_other_labels(plans)
    _refuse_unknown("", common.keys() | tune.keys(), set().union(*(plan.known for plan in plans.values())))
    tuning, final = (_seeds(seed, purpose, n, vary) for purpose, n in enumerate((tuning_seeds, seeds)))
    return Comparison(
        {name: _result(name, plan, _Goal(measure, target), tuning, final) for name, plan in plans.items()},
        measure,
        target,
    )


def split(x: ArrayLike, y: ArrayLike, *, validation: int, test: int) -> Sets:
    """Data in three parts: what is left to train on, some to choose on, some to report on.

    Behind the lessons' comparisons.

    Args:
        x: (n, …), in random order.
        y: (n, …).
        validation: how many before the last to choose on, at least 1.
        test: how many of the last to report on, at least 1.

    Returns:
        (train, validation, test), each (x, y).

    Raises:
        ValueError: where nothing is left to train on, or x and y are not as many.

    >>> [len(part) for part, _ in split(np.zeros((10, 3)), np.zeros(10), validation=2, test=3)]
    [5, 2, 3]
    """
    x, y = np.asarray(x), np.asarray(y)
    left = len(x) - count("validation", validation) - count("test", test)
    if left < 1 or len(x) != len(y):
        raise ValueError(
            f"more than {validation} + {test} examples are needed, and as many targets: "
            f"got {x.shape} and {y.shape}"
        )
    parts = slice(left), slice(left, left + validation), slice(left + validation, None)
    train, choose, report = ((x[part], y[part]) for part in parts)
    return train, choose, report


def sign_flip_p(differences: ArrayLike) -> float:
    """How often coins for signs would take a sum as far from 0 (Fisher 1935, section 21).

    Behind the lessons' comparisons.

        share of all s ∈ {−1, 1}ⁿ with |Σ sᵢ dᵢ| ≥ |Σ dᵢ|

    Were two methods equal, each difference between their runs might as well have had the other sign.

    Args:
        differences: (n,), n ≥ 1. Of more than 16, not all signs are tried but 65,536 drawn at random.

    Returns:
        In (0, 1], and not below 2/2ⁿ; nan where a difference is.

    >>> sign_flip_p([0.1, 0.2, 0.3, 0.1, 0.2]), sign_flip_p([0.1, -0.2, 0.3, 0.1, -0.2])
    (0.0625, 1.0)
    """
    d = as_float(differences)
    if np.isnan(d).any():
        return math.nan
    if len(d) <= 16:
        up = np.arange(2 ** len(d))[:, None] >> np.arange(len(d)) & 1
    else:
        up = np.random.default_rng(0).integers(2, size=(2**16, len(d)))
        up[0] = 1  # the signs that were seen are among those that are possible
    sums = np.abs((2 * up - 1) @ d)
    return float(np.mean(sums >= abs(d.sum()) - 1e-12 * np.abs(d).sum()))


@dataclass(frozen=True)
class _Goal:
    """What a method is tuned for."""

    measure: Measure
    target: float | None

    def scores(self, runs: list[_Run], plan: _Plan) -> list[float]:
        """Of each run on validation data, nan where it failed."""
        networks, seen = _trained(runs, plan, watched=self.target is not None)
        if self.target is not None:
            units = [_unit(self.measure, _updates_per_epoch(run.settings, plan)) for run in runs]
            return list(_first_at_most(seen[..., 0], self.target) * units)
        column = get_args(Measure).index(self.measure)
        return [_score(net, run, plan.validation)[column] for net, run in zip(networks, runs, strict=True)]


@dataclass(frozen=True)
class _Plan:
    """A method with all of its settings, those aside that are tuned."""

    settings: Settings
    tune: dict[str, Sequence[Any]]
    known: set[str]
    train: Data
    validation: Data
    test: Data


@dataclass(frozen=True)
class _Run:
    """One training: its settings, and what its two generators begin with."""

    settings: Settings
    weights: tuple[int, ...]
    order: tuple[int, ...]

    def network(self) -> Network:
        build = self.settings.get("network", mlp)
        made: Network = build(rng=np.random.default_rng(self.weights), **_taken(self.settings, "network"))
        return made

    def shuffle(self) -> np.random.Generator:
        return np.random.default_rng(self.order)


def _plan(name: str, method: Method, common: Settings, tune: dict[str, Sequence[Any]]) -> _Plan:
    own: Settings = dict(method) if isinstance(method, Mapping) else {"optimizer": method}
    own_tune = dict(own.pop("tune", {}))
    lists = {k: list(values) for k, values in (tune | own_tune).items() if k not in own}
    if empty := [setting for setting, values in lists.items() if not values]:
        raise ValueError(f"{name}: nothing to try for {', '.join(empty)}")
    settings = {"network": mlp, **common, **own}
    first = settings | {setting: values[0] for setting, values in lists.items()}
    known, needed = _takers(first)
    _refuse_unknown(f"{name}: ", own.keys() | own_tune.keys(), known)
    if missing := sorted(needed - first.keys()):
        idle = ", ".join(sorted(first.keys() - known))
        hint = f"; nothing of it takes {idle}" if idle else ""
        raise ValueError(f"{name}: give or tune {', '.join(missing)}{hint}")
    taken = {setting: value for setting, value in settings.items() if setting in known}
    tried: dict[str, Sequence[Any]] = {k: values for k, values in lists.items() if k in known}
    return _Plan(taken, tried, known, *taken.pop("data"))


def _takers(settings: Settings) -> tuple[set[str], set[str]]:
    """The names of the settings that something takes, and of those that it cannot do without."""
    known, needed = {*_PARTS, *_OF_FIT, "data", "loss", "patience"}, {"optimizer", "epochs"}
    for part in settings.keys() & set(_PARTS):
        for parameter in _parameters(settings[part], part).values():
            known.add(parameter.name)
            if parameter.default is inspect.Parameter.empty:
                needed.add(parameter.name)
    return known, needed


def _refuse_unknown(where: str, names: Set[str], known: Set[str]) -> None:
    if unknown := sorted(names - known):
        raise ValueError(f"{where}nothing takes {', '.join(unknown)}; there are {', '.join(sorted(known))}")


def _parameters(function: Callable[..., Any], part: str) -> dict[str, inspect.Parameter]:
    """What a part takes, by name, beside what it is given anyhow: the rng, the first rate, the weights."""
    parameters = dict(inspect.signature(function).parameters)
    given = {"network": "rng", "optimizer": None}.get(part, next(iter(parameters), None))
    return {name: each for name, each in parameters.items() if name != given}


def _taken(settings: Settings, part: str) -> Settings:
    """The settings that go to a part."""
    names = _parameters(settings[part], part)
    return {name: value for name, value in settings.items() if name in names}


def _refuse_other_labels(plans: Mapping[str, _Plan]) -> None:
    """Methods may see their inputs in their own way, but are asked about the same examples."""
    if not plans:
        raise ValueError("there is nothing to compare: name at least one method")
    first = next(iter(plans.values()))
    for name, plan in plans.items():
        same = np.array_equal(plan.validation[1], first.validation[1])
        if not (same and np.array_equal(plan.test[1], first.test[1])):
            raise ValueError(f"{name} has other labels to be judged on: only what it trains on may differ")


def _seeds(seed: int, purpose: int, n: int, vary: Varied) -> list[_Seeds]:
    """What the generators of n runs begin with, (weights, order) each; no two purposes share one."""
    first, second = ((seed, purpose, kind) for kind in (0, 1))
    return [((*first, i * (vary != "order")), (*second, i * (vary != "weights"))) for i in range(n)]


def _result(
    name: str,
    plan: _Plan,
    goal: _Goal,
    tuning: list[_Seeds],
    final: list[_Seeds],
) -> Result:
    trials = _trials(plan, goal, tuning)
    alive = [trial for trial in trials if not math.isnan(trial.score)]
    if not alive:
        aim = "" if goal.target is None else f" or missed a validation loss of {goal.target:g}"
        raise ValueError(f"{name}: every setting that was tried diverged{aim}; try other learning rates")
    chosen = min(alive, key=lambda trial: _sign(goal.measure) * trial.score).settings
    runs = [_Run(plan.settings | chosen, *seeds) for seeds in final]
    networks, seen = _trained(runs, plan, watched=True)
    test = np.array([_score(net, run, plan.test) for net, run in zip(networks, runs, strict=True)])
    edges = tuple(setting for setting, value in chosen.items() if _at_edge(value, plan.tune[setting]))
    updates = _updates_per_epoch(plan.settings | chosen, plan)
    return Result(chosen, edges, trials, test[:, 0], test[:, 1], seen[..., 0], seen[..., 1], updates)


def _trials(plan: _Plan, goal: _Goal, seeds: list[_Seeds]) -> list[Trial]:
    """The validation score of each combination; those that differ in the rate alone are trained together."""
    if not plan.tune:
        return [Trial({}, 0.0)]
    rates = plan.tune.get("learning_rate")
    others = {name: values for name, values in plan.tune.items() if name != "learning_rate"}
    trials = []
    for rest in _combinations(others):
        group = [rest | {"learning_rate": rate} for rate in rates] if rates else [rest]
        runs = [_Run(plan.settings | tried, *each) for tried in group for each in seeds]
        means = np.reshape(goal.scores(runs, plan), (len(group), len(seeds))).mean(axis=1)
        trials += [Trial(tried, score) for tried, score in zip(group, means.tolist(), strict=True)]
    return trials


def _combinations(values: Mapping[str, Sequence[Any]]) -> list[Settings]:
    return [dict(zip(values, row, strict=True)) for row in product(*values.values())]


def _trained(runs: list[_Run], plan: _Plan, watched: bool = False) -> tuple[list[Network | None], Floats]:
    """The networks, None for one that diverged, and validation scores by epoch (runs, epochs, 2) if watched.

    The runs differ in seeds and rate alone.
    """
    train = _together if _stackable(runs[0]) else _one_by_one
    chunks = [runs[start : start + TOGETHER] for start in range(0, len(runs), TOGETHER)]
    done = [train(chunk, plan, watched) for chunk in chunks]
    return [net for networks, _ in done for net in networks], np.concatenate([seen for _, seen in done])


def _stackable(run: _Run) -> bool:
    """Whether `search.fit_together` can: it knows some layers, one loss, and nothing of what this names."""
    if run.settings.keys() & {"penalty", "schedule", "max_norm", "loss", "patience"}:
        return False
    network = run.network()
    return type(network) is Network and search.trains_together(network.layers)


def _together(runs: list[_Run], plan: _Plan, watched: bool) -> tuple[list[Network | None], Floats]:
    settings = runs[0].settings
    nets, orders = [run.network() for run in runs], [run.shuffle() for run in runs]
    column = np.array([[run.settings["learning_rate"]] for run in runs])
    optimizer = settings["optimizer"](**_taken(settings, "optimizer") | {"learning_rate": column})
    batch_size = _batch_size(settings, plan)
    lost, seen = np.zeros(len(runs), bool), []
    for _ in range(settings["epochs"]):
        losses = search.fit_together(nets, optimizer, plan.train, epochs=1, rng=orders, batch_size=batch_size)
        lost |= np.isnan(losses)
        alive = [None if gone else net for net, gone in zip(nets, lost, strict=True)]
        if watched:
            seen.append([_score(net, runs[0], plan.validation) for net in alive])
    return alive, np.moveaxis(np.reshape(seen, (-1, len(runs), 2)), 0, 1)


def _one_by_one(runs: list[_Run], plan: _Plan, watched: bool) -> tuple[list[Network | None], Floats]:
    networks, seen = zip(*(_alone(run, plan, watched) for run in runs), strict=True)
    return list(networks), np.array(seen)


def _alone(run: _Run, plan: _Plan, watched: bool) -> tuple[Network | None, Floats]:
    settings, net = run.settings, run.network()
    options = {name: settings[name] for name in _OF_FIT if name in settings}
    if "penalty" in settings:
        options["penalty"] = partial(settings["penalty"], **_taken(settings, "penalty"))
    if "schedule" in settings:
        options["schedule"] = settings["schedule"](settings["learning_rate"], **_taken(settings, "schedule"))
    optimizer = settings["optimizer"](**_taken(settings, "optimizer"))
    if "patience" in settings:
        options["early_stopping"] = EarlyStopping(settings["patience"])
    if watched or "patience" in settings:
        options["validation"] = plan.validation
    try:
        history = fit(net, _loss(run), optimizer, plan.train, rng=run.shuffle(), **options)
    except NonFiniteLoss:
        return None, np.full((settings["epochs"] * watched, 2), np.nan)
    seen = np.array([history.validation_loss, history.validation_accuracy]).T
    return net, _to_the_end(seen, settings["epochs"]) if watched else seen[:0]


def _to_the_end(seen: Floats, epochs: int) -> Floats:
    """Scores by epoch (epochs, 2), the best again and again once a run has stopped."""
    left = epochs - len(seen)
    return np.concatenate([seen, np.tile(seen[np.argmin(seen[:, 0])], (left, 1))]) if left else seen


def _batch_size(settings: Settings, plan: _Plan) -> int:
    return settings.get("batch_size", 32) or len(np.asarray(plan.train[0]))


def _updates_per_epoch(settings: Settings, plan: _Plan) -> int:
    return math.ceil(len(np.asarray(plan.train[0])) / _batch_size(settings, plan))


def _unit(measure: Measure, updates_per_epoch: int) -> int:
    """How many of what is measured make an epoch."""
    return updates_per_epoch if measure == "updates" else 1


def _first_at_most(losses: Floats, target: float) -> Floats:
    """After how many epochs a row of losses (runs, epochs) is first at the target; nan for never."""
    reached = losses <= target
    return np.where(reached.any(axis=1), reached.argmax(axis=1) + 1.0, np.nan)


def _loss(run: _Run) -> Loss:
    loss: Loss = run.settings.get("loss", softmax_cross_entropy)
    return loss


def _score(network: Network | None, run: _Run, data: Data) -> tuple[float, float]:
    """Loss and accuracy, nan for a network that diverged."""
    if network is None:
        return math.nan, math.nan
    with np.errstate(over="ignore", invalid="ignore"):  # the loss tells
        loss, accuracy = evaluate(network, _loss(run), data)
    return (loss, accuracy) if math.isfinite(loss) else (math.nan, math.nan)


def _at_edge(value: Any, tried: Sequence[Any]) -> bool:
    """Whether a number is the least or the largest of several; below 0, for a strength, there is nothing."""
    if len(tried) < 2 or not all(isinstance(each, Real) and not isinstance(each, bool) for each in tried):
        return False
    return bool(value == max(tried) or (value == min(tried) and value != 0))


def _sign(measure: Measure) -> int:
    """What makes a score one of which less is better."""
    return -1 if measure == "accuracy" else 1


def _span(scores: Floats, spec: str) -> str:
    """Mean and range of the runs that did not diverge."""
    if np.isnan(scores).all():
        return "–"
    low, high = np.nanmin(scores), np.nanmax(scores)
    return f"{np.nanmean(scores):{spec}} ({low:{spec}} to {high:{spec}})"


def _written(result: Result) -> str:
    """The tuned settings in a row of the table, a star at those that lie at an edge."""
    return ", ".join(
        f"{name} {_brief(value)}{'*' * (name in result.at_edge)}" for name, value in result.chosen.items()
    )


def _brief(value: Any) -> str:
    if isinstance(value, Real):
        return f"{float(value):g}"
    return str(getattr(value, "__name__", value))


@dataclass(frozen=True)
class Runs:
    """What `compare_runs` found, to print. Behind lesson 13.

    Args:
        chosen: by method, the best of the tuned settings.
        at_edge: by method, names of those whose best value is the least or the largest of its list.
        scores: by method, then by what was scored, (seeds,) on test data.

    >>> rows = {"alone": {"F1": np.arange(10) / 10}, "shared": {"F1": np.arange(10) / 10 + 0.1}}
    >>> none = {"alone": {}, "shared": {}}
    >>> print(Runs(none, none, rows).table("F1"))
    alone   0.450 (0.000 to 0.900)
    shared  0.550 (0.100 to 1.000)  gain +0.100, ahead in 10 of 10 seeds: ahead of alone
    """

    chosen: dict[str, Settings]
    at_edge: Mapping[str, Sequence[str]]
    scores: dict[str, dict[str, Floats]]

    def gain(self, what: str, method: str, over: str) -> Floats:
        """By how much one method is ahead of another, seed by seed.

        Args:
            what: was scored.
            method: one of them.
            over: the other.
        """
        return self.scores[method][what] - self.scores[over][what]

    def table(self, what: str) -> str:
        """A row for each method scored so, mean and range over seeds, and how it does against the first.

        Two are told apart where `sign_flip_p` of their differences is at most 0.05 over the number of rows
        that are compared with the first (Bonferroni); all else is a tie.

        Args:
            what: was scored; methods without it are left out.
        """
        first, *rest = names = [name for name, scores in self.scores.items() if what in scores]
        width, lines = max(map(len, names)), []
        for name in names:
            line = f"{name:{width}}  {_span(self.scores[name][what], '.3f')}"
            if name in rest:
                line += f"  {_gained(self.gain(what, name, first), LEVEL / len(rest))} {first}"
            lines.append(line)
        return "\n".join(lines + [note for name in names for note in self._edges(name)])

    def _edges(self, name: str) -> list[str]:
        chosen = self.chosen[name]
        return [
            f"* {name}: the best {setting}, {_brief(chosen[setting])}, is at the edge of its list"
            for setting in self.at_edge[name]
        ]


def _gained(differences: Floats, level: float) -> str:
    """The mean gain, in how many seeds there is one, and what is to be thought of it."""
    mean = differences.mean()
    verdict = ("ahead of" if mean > 0 else "behind") if sign_flip_p(differences) <= level else "a tie with"
    ahead = f"ahead in {np.sum(differences > 0)} of {len(differences)} seeds"
    return f"gain {mean:+.3f}, {ahead}: {verdict}"


def compare_runs(
    methods: Mapping[str, Callable[..., Any]],
    score: Callable[[Any, Any], Mapping[str, float]],
    *,
    validation: Any,
    test: Any,
    tune: Mapping[str, Sequence[Any]],
    seeds: int = 10,
    tuning_seeds: int = 3,
) -> Runs:
    """As `compare`, where training is the caller's own. Behind lesson 13.

    Each method is tuned by the mean of its scores on validation data, over seeds that serve for nothing else.
    Then it is trained afresh on other seeds, the same ones for all methods, and scored on test data.

    Args:
        methods: by name, a function of a seed and of what is tuned, by name, that returns what was trained.
        score: of something trained, on some data: numbers by name, the higher the better.
        validation: to choose on.
        test: to report on.
        tune: by the name of a setting, the values to try; all combinations are.
        seeds: runs to report, at least 1.
        tuning_seeds: runs to tune on, at least 1.

    Returns:
        What was chosen for each method, and its scores on test data.

    Raises:
        ValueError: where there are no seeds, and for a method that diverged at every setting.

    >>> def guess(seed, size):
    ...     return size * np.random.default_rng(seed).random()
    >>> found = compare_runs({"random": guess}, lambda guessed, least: {"above": float(guessed > least)},
    ...     validation=0.5, test=0.5, tune={"size": [0.1, 2.0, 0.2]})
    >>> found.chosen, found.scores["random"]["above"].shape
    ({'random': {'size': 2.0}}, (10,))
    """
    count("seeds", seeds)
    count("tuning_seeds", tuning_seeds)
    chosen: dict[str, Settings] = {}
    scores: dict[str, dict[str, Floats]] = {}
    for name, train in methods.items():
        means = [
            np.mean(
                [_score_or_nan(train, score, seeds + i, settings, validation) for i in range(tuning_seeds)]
            )
            for settings in _combinations(tune)
        ]
        if np.isnan(means).all():
            raise ValueError(f"{name} diverged at every setting of {dict(tune)}: try lower learning rates")
        chosen[name] = _combinations(tune)[int(np.nanargmax(means))]
        found = [score(train(seed, **chosen[name]), test) for seed in range(seeds)]
        scores[name] = {what: np.array([run[what] for run in found]) for what in found[0]}
    edges = {
        name: [setting for setting, value in settings.items() if _at_edge(value, tune[setting])]
        for name, settings in chosen.items()
    }
    return Runs(chosen, edges, scores)


def _score_or_nan(
    train: Callable[..., Any],
    score: Callable[[Any, Any], Mapping[str, float]],
    seed: int,
    settings: Settings,
    data: Any,
) -> float:
    """The mean of a run's scores, nan where it diverged."""
    try:
        return float(np.mean(list(score(train(seed, **settings), data).values())))
    except NonFiniteLoss:
        return math.nan
