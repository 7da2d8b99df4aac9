"""Broken training runs, one fault in each: what they show, what gives the fault away, and its remedy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from textwrap import fill
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from dlcourse import datasets, losses, plots
from dlcourse.arrays import Floats, count
from dlcourse.layers import Activation, Dense, Dropout, Layer
from dlcourse.network import Network
from dlcourse.optimizers import SGD

Labels: TypeAlias = NDArray[np.int64]

HIDDEN, CLASSES = (48, 48), 10
EPOCHS, BATCH, ROWS = 12, 32, 800


@dataclass(frozen=True)
class Setting:
    """How a run is set up; as it stands, nothing is wrong with it. Lesson 16.

    Args:
        learning_rate: of plain gradient descent.
        weight_scale: by which He's first weights are multiplied.
        bias: of all hidden units at first.
        label_shift: added to the labels that are learnt from, modulo 10.
        shuffles: whether batches are drawn anew in each epoch; else rows come class after class.
        new_scale: by which the inputs of new data are multiplied, after they were standardised.
        drop_rate: of dropout after each hidden layer.
        drops_at_test: whether dropout is still at work when the network judges.

    >>> Setting(learning_rate=3.0).drop_rate
    0.0
    """

    learning_rate: float = 0.1
    weight_scale: float = 1.0
    bias: float = 0.0
    label_shift: int = 0
    shuffles: bool = True
    new_scale: float = 1.0
    drop_rate: float = 0.0
    drops_at_test: bool = False


@dataclass(frozen=True)
class Record:
    """What was written down of a run. Behind lesson 16.

    Args:
        batch_loss: (steps,), of each batch before its step.
        validation_loss: (epochs,).
        train_accuracy: (epochs,), of the training rows as they were given, judged after each epoch.
        validation_accuracy: (2, epochs), the same rows judged twice.
        ratios: (epochs, layers), the mean of ‖update‖ / ‖weights‖ over an epoch's steps.
        train_activity: (units,), of each hidden unit the mean output on training rows, at the end.
        validation_activity: (units,), on validation rows.
        test_accuracy: at the end.

    >>> record = run(Setting(), seed=0)
    >>> record.validation_accuracy.shape, record.ratios.shape
    ((2, 12), (12, 3))
    """

    batch_loss: Floats
    validation_loss: Floats
    train_accuracy: Floats
    validation_accuracy: Floats
    ratios: Floats
    train_activity: Floats
    validation_activity: Floats
    test_accuracy: float

    @property
    def first_ratio(self) -> float:
        """The mean over layers of ‖update‖ / ‖weights‖ in the first epoch."""
        return float(self.ratios[0].mean())

    @property
    def silent(self) -> float:
        """The share of hidden units that give 0 on all training rows."""
        return float(np.mean(self.train_activity == 0))

    @property
    def activity_ratio(self) -> float:
        """The mean output of hidden units on validation rows over that on training rows, or 1 for 0 / 0."""
        of_train = self.train_activity.mean()
        return float(self.validation_activity.mean() / of_train) if of_train else 1.0

    @property
    def repetition(self) -> float:
        """The correlation between the batch losses of the last two epochs, in their order."""
        *_, one, other = np.split(self.batch_loss, EPOCHS)
        return float(np.corrcoef(one, other)[0, 1])

    @property
    def disagreement(self) -> float:
        """The most that two judgements of the same validation rows differed."""
        return float(np.abs(np.diff(self.validation_accuracy, axis=0)).max())


def run(setting: Setting, seed: int) -> Record:
    """Train on digits, and write down what the clinic's figures show. Lesson 16.

    Args:
        setting: how.
        seed: of the first weights, the order of the rows, and dropout.

    Returns:
        Its record.

    >>> run(Setting(), seed=0).test_accuracy > 0.9
    True
    """
    return _Run(setting, seed).record()


@dataclass
class _Run:
    """A network on its way."""

    setting: Setting
    seed: int
    batch_loss: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        s = self.setting
        (x, y), *others = datasets.digits()
        self.x, self.y = x[:ROWS], (y[:ROWS] + s.label_shift) % CLASSES
        if not s.shuffles:
            by_class = np.argsort(self.y, kind="stable")
            self.x, self.y = self.x[by_class], self.y[by_class]
        self.validation, self.test = ((s.new_scale * new, labels) for new, labels in others)
        self.order = np.random.default_rng([self.seed, 1])
        self.network = _network(s, np.random.default_rng([self.seed, 0]))

    def record(self) -> Record:
        rows = [self._epoch() for _ in range(EPOCHS)]
        ratios, validation_loss, train, once, again = zip(*rows, strict=True)
        return Record(
            np.array(self.batch_loss),
            np.array(validation_loss),
            np.array(train),
            np.array([once, again]),
            np.array(ratios),
            self._activity(self.x),
            self._activity(self.validation[0]),
            self._judge(*self.test)[1],
        )

    def _epoch(self) -> tuple[Floats, float, float, float, float]:
        ratios = [self._step(rows) for rows in self.batches()]
        loss, once = self._judge(*self.validation)
        train, again = self._judge(self.x, self.y)[1], self._judge(*self.validation)[1]
        return np.mean(ratios, axis=0), loss, train, once, again

    def batches(self) -> list[NDArray[np.int64]]:
        """The rows of each batch of an epoch."""
        n = len(self.x)
        order = self.order.permutation(n) if self.setting.shuffles else np.arange(n)
        return [order[start : start + BATCH] for start in range(0, n, BATCH)]

    def _step(self, rows: NDArray[np.int64]) -> list[float]:
        """One update; of each layer's weights, how large it is beside them."""
        network, rate = self.network, self.setting.learning_rate
        loss, upstream = losses.softmax_cross_entropy(
            network.forward(self.x[rows], training=True), self.y[rows]
        )
        self.batch_loss.append(loss)
        network.backward(upstream)
        pairs = zip(network.weights(), network.weight_gradients(), strict=True)
        ratios = [rate * float(np.linalg.norm(g) / np.linalg.norm(w)) for w, g in pairs]
        SGD(rate).step(network.theta, network.grad)
        return ratios

    def _judge(self, x: Floats, labels: Labels) -> tuple[float, float]:
        """Loss, and the share that is right."""
        outputs = self.network.forward(x, training=self.setting.drops_at_test)
        return losses.softmax_cross_entropy(outputs, labels)[0], float(
            np.mean(outputs.argmax(axis=1) == labels)
        )

    def _activity(self, x: Floats) -> Floats:
        """The mean output of each rectifier."""
        means = []
        for layer in self.network.layers:
            x = layer.forward(x, self.setting.drops_at_test)
            means += [x.mean(axis=0)] if isinstance(layer, Activation) else []
        return np.concatenate(means)

    def answers(self) -> Labels:
        """A class for each validation row."""
        outputs = self.network.forward(self.validation[0], training=self.setting.drops_at_test)
        classes: Labels = outputs.argmax(axis=1)
        return classes


def _network(setting: Setting, rng: np.random.Generator) -> Network:
    layers: list[Layer] = []
    for n_in, n_out in pairwise([64, *HIDDEN]):
        layers += [Dense(n_in, n_out, "he_normal"), Activation("relu")]
        layers += [Dropout(setting.drop_rate)] if setting.drop_rate else []
    network = Network([*layers, Dense(HIDDEN[-1], CLASSES, "he_normal")], rng)
    for weights in network.weights():
        weights *= setting.weight_scale
    for layer in network.layers[:-1]:
        if isinstance(layer, Dense):
            layer.bias[:] = setting.bias
    return network


# ---- what may be measured next: of a run that is over, in words ----


def _other_rates(setting: Setting, seed: int) -> str:
    rates = setting.learning_rate / 10, 10 * setting.learning_rate
    with np.errstate(all="ignore"):  # one of them may diverge
        shares = [
            run(replace(setting, learning_rate=rate), seed).validation_accuracy[0, -1] for rate in rates
        ]
    own = run(setting, seed).validation_accuracy[0, -1]
    return (
        f"of validation rows {own:.0%} are right as it is, {shares[0]:.0%} at a tenth of the rate, "
        f"{shares[1]:.0%} at ten times"
    )


def _confusions(setting: Setting, seed: int) -> str:
    trained = _Run(setting, seed)
    trained.record()
    answers, labels = trained.answers(), trained.validation[1]
    most = [np.bincount(answers[labels == label], minlength=CLASSES).argmax() for label in range(CLASSES)]
    return ", ".join(f"{label} for {other}" for label, other in enumerate(most[:5]))


def _batches(setting: Setting, seed: int) -> str:
    fresh = _Run(setting, seed)
    numbers = [len(np.unique(fresh.y[rows])) for rows in fresh.batches()[:5]]
    return f"{', '.join(map(str, numbers))} in the first five batches of {BATCH}"


def _inputs(setting: Setting, seed: int) -> str:
    fresh = _Run(setting, seed)
    return f"{_moments(fresh.x)} on training rows, {_moments(fresh.validation[0])} on validation rows"


def _moments(x: Floats) -> str:
    return f"{x.mean():.3f} and {x.std():.3f}"


def _first_parameters(setting: Setting, seed: int) -> str:
    network = _Run(setting, seed).network
    scales = [np.sqrt(np.mean(w**2) * len(w) / 2) for w in network.weights()]
    biases = [layer.bias.mean() for layer in network.layers if isinstance(layer, Dense)]
    times_he, values = (", ".join(f"{value:.1f}" for value in each) for each in (scales, biases))
    return f"layer by layer {times_he} times He's deviation; biases {values}"


def _one_row(setting: Setting, seed: int) -> str:
    trained = _Run(setting, seed)
    trained.record()
    several = np.array([trained.answers() for _ in range(10)])
    changing = np.mean((several != several[0]).any(axis=0))
    return f"{changing:.0%} of validation rows do not get the same class each time"


@dataclass(frozen=True)
class Measurement:
    """What one may ask next of a run. Behind lesson 16.

    Args:
        what: in words.
        of: a setting and a seed → what it says.

    >>> MEASUREMENTS["r"].of(Setting(shuffles=False), 0)
    '1, 1, 2, 1, 2 in the first five batches of 32'
    """

    what: str
    of: Callable[[Setting, int], str]


MEASUREMENTS = {
    "p": Measurement("the same run at a tenth of its rate, and at ten times it", _other_rates),
    "q": Measurement("which class the rows of a class are most often taken for", _confusions),
    "r": Measurement("how many classes a batch holds", _batches),
    "s": Measurement("mean and deviation of what goes in, on training and on validation rows", _inputs),
    "t": Measurement("first weights beside He's, and first biases", _first_parameters),
    "u": Measurement("the same rows judged ten times", _one_row),
}


# ---- the faults ----


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a run, and how it shows. Behind lesson 16.

    Args:
        name: the diagnosis.
        planted: the setting with the fault.
        sign: what a record shows where it is this fault, and no other.
        reading: of a record, what it shows of that, in words.
        shows: whether a record has the sign.
        next: the letter of the measurement that settles it.
        remedy: what to do.
        mended: the setting without the fault.

    >>> [letter for letter, fault in FAULTS.items() if fault.shows(run(Setting(shuffles=False), seed=0))]
    ['d']
    """

    name: str
    planted: Setting
    sign: str
    reading: Callable[[Record], str]
    shows: Callable[[Record], bool]
    next: str
    remedy: str
    mended: Setting = Setting()


FAULTS = {
    "a": Fault(
        "the learning rate is too high",
        Setting(learning_rate=1.0),
        "updates of more than 5 % of the weights in the first epoch, from an ordinary first loss",
        lambda r: f"{_percent(r.first_ratio)} of the weights, first loss {r.batch_loss[0]:.1f}",
        lambda r: r.first_ratio > 0.05 and r.batch_loss[0] < 10,
        "p",
        "a tenth of the rate",
    ),
    "b": Fault(
        "the learning rate is too low",
        Setting(learning_rate=1e-4),
        "updates of less than 0.01 % of the weights, though most units are alive",
        lambda r: f"{_percent(r.first_ratio)} of the weights, {r.silent:.0%} of the units silent",
        lambda r: r.first_ratio < 1e-4 and r.silent < 0.5,
        "p",
        "a thousand times the rate, in steps of ten",
    ),
    "c": Fault(
        "the labels that it learns from are off by one",
        Setting(label_shift=1),
        "training rows nearly all right, and new rows worse than by chance",
        lambda r: f"{r.train_accuracy[-1]:.0%} and {r.validation_accuracy[0, -1]:.0%}",
        lambda r: r.train_accuracy[-1] > 0.9 and r.validation_accuracy[0, -1] < 0.05,
        "q",
        "labels from 0 for both",
    ),
    "d": Fault(
        "the batches are sorted by class",
        Setting(shuffles=False),
        "batch losses that go up and down alike in every epoch",
        lambda r: f"correlation {r.repetition:.2f} between the last two epochs",
        lambda r: r.repetition > 0.8,
        "r",
        "a new order of the rows in each epoch",
    ),
    "e": Fault(
        "new inputs are scaled otherwise than training inputs",
        Setting(new_scale=1 / 16),
        "hidden units that give a third as much on new rows, or less, or three times as much, though most of "
        "them are alive",
        lambda r: f"{r.activity_ratio:.2f} times as much, {r.silent:.0%} of the units silent",
        lambda r: not 1 / 3 < r.activity_ratio < 3 and r.silent < 0.5,
        "s",
        "divide by 16 once, as in training",
    ),
    "f": Fault(
        "most hidden units are dead",
        Setting(bias=-1.5),
        "more than half of the units silent on all rows, without updates so large that they may have done it",
        lambda r: f"{r.silent:.0%} silent, updates {_percent(r.first_ratio)} of the weights",
        lambda r: r.silent > 0.5 and r.first_ratio < 0.05,
        "t",
        "first biases of 0, not −1.5",
    ),
    "g": Fault(
        "dropout is still at work when it judges",
        Setting(drop_rate=0.4, drops_at_test=True),
        "another share for the same rows when they are judged again",
        lambda r: f"up to {100 * r.disagreement:.1f} points apart",
        lambda r: r.disagreement > 0.01,
        "u",
        "dropout in training only",
        Setting(drop_rate=0.4),
    ),
    "h": Fault(
        "the first weights are too large",
        Setting(weight_scale=5.0),
        "a first loss far above ln 10, which is 2.3",
        lambda r: f"{r.batch_loss[0]:.1f}",
        lambda r: r.batch_loss[0] > 10,
        "t",
        "weights with He's deviation, not five times it",
    ),
}


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %"


# ---- patients ----


@dataclass(frozen=True)
class Patient:
    """A run with one fault, in a clinic. Behind lesson 16.

    Args:
        letter: of the fault.
        seed: of the run.

    >>> Patient("d", seed=0).fault.name
    'the batches are sorted by class'
    """

    letter: str
    seed: int

    @property
    def fault(self) -> Fault:
        """What is wrong."""
        return FAULTS[self.letter]

    @cached_property
    def record(self) -> Record:
        """What the figure shows."""
        return run(self.fault.planted, self.seed)


def ward(number: int) -> list[Patient]:
    """Eight patients, each fault once, in an order and with seeds of one's own number. Lesson 16.

    Args:
        number: a whole number, from 0.

    Returns:
        The first of them first.

    Raises:
        ValueError: for another one.

    >>> sorted(patient.letter for patient in ward(7))
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    """
    rng = np.random.default_rng([count("number", number, least=0), 16])
    letters = rng.permutation(list(FAULTS)).tolist()
    return [
        Patient(letter, int(seed)) for letter, seed in zip(letters, rng.integers(2**31, size=8), strict=True)
    ]


# ---- what students see ----


def show(records: Mapping[str, Record]) -> None:
    """Four pictures a run: losses, shares, updates beside weights, outputs of the hidden units. Lesson 16.

    The words beside the figure are the numbers that it shows.

    Args:
        records: by name.

    >>> show({"healthy": run(Setting(), seed=0)})  # doctest: +SKIP
    """
    fig, axes = plots.figure(4, len(records), width=11.0, height=2.3 * len(records), squeeze=False)
    for row, (name, record) in zip(axes, records.items(), strict=True):
        for draw, ax in zip((_losses, _shares, _ratios, _activities), row, strict=True):
            draw(ax, record)
        row[0].set_ylabel(f"{name}\nloss", fontweight="bold")
    for ax in axes[:, :3].flat:
        ax.set_xticks(range(0, EPOCHS + 1, 4))
    for ax in axes[-1, :3]:
        ax.set_xlabel("epoch")
    axes[-1, 3].set_xlabel("mean output of a hidden unit")
    plots.show(fig, " ".join(f"{name}: {in_words(record)}" for name, record in records.items()))


def in_words(record: Record) -> str:
    """What the four pictures show of a run, for those who do not see them. Behind lesson 16.

    Args:
        record: of the run.

    Returns:
        Some sentences.

    >>> in_words(run(Setting(bias=-1.5), seed=0))[:34]
    'The first loss is 2.3, the mean of'
    """
    last = np.split(record.batch_loss, EPOCHS)[-1].mean()
    once, again = record.validation_accuracy[:, -1]
    updates = ", ".join(_percent(ratio) for ratio in record.ratios[[0, -1]].mean(axis=1))
    return (
        f"The first loss is {record.batch_loss[0]:.1f}, the mean of the last epoch's batches {last:.2f}, "
        f"the last validation loss {record.validation_loss[-1]:.2f}; batch losses of the last two epochs "
        f"correlate by {record.repetition:.1f}. Right at the end: {record.train_accuracy[-1]:.0%} of "
        f"training rows, {once:.0%} and {again:.0%} of validation rows. Updates in the first and last "
        f"epoch: {updates} of the weights. {record.silent:.0%} of hidden units are silent; the mean output "
        f"of all on validation rows is {record.activity_ratio:.2f} times that on training rows."
    )


def _losses(ax: Axes, record: Record) -> None:
    steps = np.arange(len(record.batch_loss)) / (len(record.batch_loss) / EPOCHS)
    ax.plot(steps, record.batch_loss, color=plots.GREY, linestyle="-", linewidth=0.8)
    ax.plot(1 + np.arange(EPOCHS), record.validation_loss, "o", color=plots.COLORS[1], markersize=4)
    ax.set(yscale="log", ylim=(3e-3, 1e3), title=f"first loss {record.batch_loss[0]:.1f}")


def _shares(ax: Axes, record: Record) -> None:
    epochs = 1 + np.arange(EPOCHS)
    ax.plot(epochs, record.train_accuracy, color=plots.GREY, linestyle="-")
    for share, marker in zip(record.validation_accuracy, "ox", strict=True):
        ax.plot(epochs, share, marker, color=plots.COLORS[1], markersize=6, markerfacecolor="none")
    ax.set(ylim=(-0.03, 1.03), title="share right")


def _ratios(ax: Axes, record: Record) -> None:
    looks = zip(record.ratios.T, plots.COLORS, plots.STYLES, strict=False)
    for layer, (ratio, color, style) in enumerate(looks, 1):
        ax.plot(
            1 + np.arange(EPOCHS), np.maximum(ratio, 1e-6), color=color, linestyle=style, label=f"W{layer}"
        )
    ax.set(yscale="log", ylim=(5e-7, 1), title="‖update‖ / ‖weights‖")


def _activities(ax: Axes, record: Record) -> None:
    of_train, of_new = record.train_activity, record.validation_activity
    edges = np.linspace(0, max(of_train.max(), of_new.max(), 1e-6), 25).tolist()
    ax.hist(of_train, edges, color="#c9c9c9")
    ax.hist(of_new, edges, histtype="step", color=plots.COLORS[1], linewidth=1.5)
    ax.set_title(f"silent: {np.sum(of_train == 0)} of {len(of_train)} units")


def tell(patients: Mapping[str, Patient], diagnoses: str | None, measurements: str | None) -> None:
    """What was wrong with each, what gives it away, what a measurement says, and what the remedy buys.

    Lesson 16. Nothing is told before a diagnosis; a wrong one is held against what the record shows.

    Args:
        patients: by name.
        diagnoses: a letter of FAULTS each, in order; None for none yet.
        measurements: a letter of MEASUREMENTS each, in order; None for none yet.

    >>> tell({"patient 1": Patient("d", seed=0)}, "d", "r")  # doctest: +ELLIPSIS
    patient 1: right, (d) the batches are sorted by class. It shows by ...
    """
    n = len(patients)
    answers = zip(patients.items(), _letters(diagnoses, n), _letters(measurements, n), strict=True)
    for (name, patient), diagnosis, measurement in answers:
        if not diagnosis:
            print(f"{name}: no diagnosis yet. Write a letter from a to h, then run this cell again.\n")
            continue
        before, after = patient.record, run(patient.fault.mended, patient.seed)
        gain = f"Right on test data: {before.test_accuracy:.0%} before, {after.test_accuracy:.0%} after."
        parts = (
            f"{name}: {_said(patient, diagnosis)}",
            f"Next: {_measured(patient, measurement)}",
            f"Remedy: {patient.fault.remedy}. {gain}",
        )
        print("\n".join(fill(part, 110, subsequent_indent="   ") for part in parts), "\n")


def _letters(answers: object, n: int) -> list[str]:
    """One a patient, '' where there is none."""
    given = "".join(map(str, answers)) if isinstance(answers, str | list | tuple) else ""
    letters = [letter for letter in given.lower() if letter not in " ,;"]
    return (letters + n * [""])[:n]


def _said(patient: Patient, diagnosis: str) -> str:
    fault, record = patient.fault, patient.record
    truth = f"({patient.letter}) {fault.name}. It shows by {fault.sign}: {fault.reading(record)}."
    if diagnosis == patient.letter:
        return f"right, {truth}"
    if diagnosis not in FAULTS:
        return f"no fault has the letter {diagnosis!r}. It is {truth}"
    other = FAULTS[diagnosis]
    return f"not ({diagnosis}), which shows by {other.sign}; here: {other.reading(record)}. It is {truth}"


def _measured(patient: Patient, measurement: str) -> str:
    planted, best = patient.fault.planted, patient.fault.next
    settles = f"({best}) {MEASUREMENTS[best].what}: {MEASUREMENTS[best].of(planted, patient.seed)}."
    if measurement == best:
        return f"right, {settles}"
    if measurement not in MEASUREMENTS:
        return settles
    return (
        f"you asked for ({measurement}): {MEASUREMENTS[measurement].of(planted, patient.seed)}. "
        f"What settles it is {settles}"
    )
