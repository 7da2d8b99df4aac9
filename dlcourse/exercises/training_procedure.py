"""Lesson 01: labels as numbers, softmax, cross-entropy, accuracy; numbers on one scale, words as numbers."""

import math

import numpy as np

from dlcourse import datasets, losses, metrics
from dlcourse.exercises.engine.exercise import Exercise, call
from dlcourse.exercises.engine.question import Question, right, wrong

LESSON = "01_training_procedure"
WORDS = [
    "the",
    "a",
    "will",
    "rose",
    "may",
    "mark",
    "park",
    "plant",
    "train",
    "book",
    "on",
    "in",
    "see",
    "blue",
    "old",
    "river",
]


def sentence(rng, n):
    return [str(word) for word in rng.choice(WORDS, size=n)]


# ---- labels ----

one_hot = Exercise(
    "one_hot",
    LESSON,
    losses.one_hot,
    hint="Start from np.zeros((len(labels), num_classes)); put a 1 into each row, in its label's column.",
)


@one_hot.test("puts a single 1 into each row, in the column of its label", points=1)
def _(rng):
    yield call(rng.permutation(4)[:3], 4)
    yield call(rng.integers(0, 9, size=12), 10)


@one_hot.test("has a column for classes that do not occur; takes lists and one label", points=1)
def _(rng):
    yield call(rng.integers(0, 3, size=4), int(rng.integers(5, 9)))
    yield call([int(label) for label in rng.integers(0, 3, size=5)], 3)
    yield call([2, 0, 1, 0], 3)
    yield call(np.array([int(rng.integers(0, 4))]), 4)


def _ones(labels, shape, value=1.0, at=lambda rows, labels: (rows, labels)):
    out = np.zeros(shape)
    out[at(np.arange(len(labels)), np.asarray(labels))] = value
    return out


one_hot.mistake(
    "Classes are counted from 0: label 2 is the third column.",
    lambda labels, num_classes: _ones(labels, (len(labels), num_classes), at=lambda r, y: (r, y - 1)),
)
one_hot.mistake(
    "Rows and columns are swapped: a row for each *label*.",
    lambda labels, num_classes: _ones(labels, (num_classes, len(labels)), at=lambda r, y: (y, r)),
)
one_hot.mistake(
    "The number of columns is taken from the largest label here. num_classes says how many there are.",
    lambda labels, num_classes: _ones(labels, (len(labels), int(np.max(labels)) + 1)),
)
one_hot.mistake(
    "out[:, labels] = 1 fills whole columns. Each row has its own column: out[np.arange(n), labels] = 1.",
    lambda labels, num_classes: _ones(labels, (len(labels), num_classes), at=lambda r, y: (slice(None), y)),
)
one_hot.mistake(
    "The label itself stands in the row. It says *where* the 1 goes.",
    lambda labels, num_classes: _ones(labels, (len(labels), num_classes), np.asarray(labels) + 0.0),
)
one_hot.mistake(
    "These are truth values. Numbers are asked for: .astype(float).",
    lambda labels, num_classes: np.asarray(labels)[:, None] == np.arange(num_classes),
)

one_hot.mistake(
    "This is the identity: row i has its 1 in column i. It belongs into the column of row i's *label*.",
    lambda labels, num_classes: np.eye(len(labels), num_classes),
)
one_hot.mistake(
    "There is one column too many. num_classes counts all classes, from 0 to num_classes − 1.",
    lambda labels, num_classes: _ones(labels, (len(labels), num_classes + 1)),
)
one_hot.mistake(
    "The rows are added up, which counts the labels. Each label has a row of its own.",
    lambda labels, num_classes: _ones(labels, (len(labels), num_classes)).sum(axis=0),
)
one_hot.mistake(
    "0 and 1 are swapped. The 1 stands in the label's column, all else is 0.",
    lambda labels, num_classes: 1 - _ones(labels, (len(labels), num_classes)),
)
one_hot.mistake(
    "The labels are sorted first. Row i belongs to label i, as they come.",
    lambda labels, num_classes: _ones(sorted(labels), (len(labels), num_classes)),
)
one_hot.mistake(
    "All is in one long row. An array of shape (n, num_classes) is asked for.",
    lambda labels, num_classes: _ones(labels, (len(labels), num_classes)).ravel(),
)
one_hot.mistake(
    "out[labels] = 1 fills whole rows. Each row has its own column: out[np.arange(n), labels] = 1.",
    lambda labels, num_classes: _ones(labels, (len(labels), num_classes), at=lambda r, y: y),
)
one_hot.mistake(
    "`for i in labels` goes through the labels. Count the rows: for i in range(len(labels)).",
    lambda labels, num_classes: _ones(
        labels, (len(labels), num_classes), at=lambda r, y: (y, [y[i] for i in y])
    ),
)
one_hot.mistake(
    "A list has no .shape or .size, and labels may be a list. len(labels) takes both.",
    lambda labels, num_classes: _ones(labels, (labels.shape[0], num_classes)),
)
one_hot.mistake(
    "Row and column are swapped: out[row, column], and the label is the column.",
    lambda labels, num_classes: _ones(labels, (len(labels), num_classes), at=lambda r, y: (y, r)),
)


# ---- softmax ----

softmax = Exercise(
    "softmax",
    LESSON,
    losses.softmax,
    hint="Take each row's maximum off first (axis=1, keepdims=True): nothing changes, and e^z is at most 1.",
)


@softmax.test("turns each row of scores into probabilities", points=1)
def _(rng):
    yield call(rng.normal(size=(2, 3)).round(1))
    yield call(rng.normal(scale=3, size=(4, 4)))
    yield call(rng.normal(size=(5, 2)) + 3)


@softmax.test(
    "stays finite for large scores, without a warning; takes integers and float32; leaves nan as nan",
    points=1,
)
def _(rng):
    yield call(
        np.array([[1000.0, 999.0], [-1000.0, -1001.0]]) + rng.integers(0, 3, size=(2, 1))
    ).without_warnings()
    yield call(rng.integers(-5, 6, size=(3, 4)))
    yield call(rng.normal(size=(3, 2)).astype(np.float32))
    yield call(np.array([[1e300, -1e300, rng.normal()]])).without_warnings()
    yield call(rng.normal(size=(2, 1)))
    yield call(np.array([[rng.normal(), np.nan], [1.0, 2.0]]))


def _exp(z):
    return np.exp(z - np.max(z, axis=1, keepdims=True))


softmax.mistake(
    "e^z overflows for large scores. Take each row's maximum off first.",
    lambda logits: np.exp(logits) / np.sum(np.exp(logits), axis=1, keepdims=True),
)
softmax.mistake(
    "This sums over everything. Each *row* has the sum 1: axis=1.",
    lambda logits: np.exp(logits - np.max(logits)) / np.sum(np.exp(logits - np.max(logits))),
)
softmax.mistake(
    "This sums down the columns. The classes of one example stand in a row: axis=1.",
    lambda logits: (
        np.exp(logits - np.max(logits, axis=0)) / np.sum(np.exp(logits - np.max(logits, axis=0)), axis=0)
    ),
)
softmax.mistake(
    "The row is not divided by its sum, so it does not add up to 1.",
    lambda logits: _exp(logits),
)
softmax.mistake(
    "The scores are divided by the sum of their sizes, without the exponential: what is negative stays so.",
    lambda logits: logits / np.sum(np.abs(logits), axis=1, keepdims=True),
)
softmax.mistake(
    "This is the logarithm of softmax. Leave out the log.",
    lambda logits: np.log(_exp(logits) / _exp(logits).sum(axis=1, keepdims=True) + 1e-300),
)


softmax.mistake(
    "One maximum is taken off all rows. A row far below it comes out as 0/0: each row has its own maximum.",
    lambda logits: (
        np.exp(logits - np.max(logits)) / np.sum(np.exp(logits - np.max(logits)), axis=1, keepdims=True)
    ),
)


@softmax.mistake("This writes into the caller's array, as `logits -= …` does. Make a new one.")
def _(logits):
    logits -= np.max(logits, axis=1, keepdims=True)
    return np.exp(logits) / np.sum(np.exp(logits), axis=1, keepdims=True)


@softmax.mistake("The row maximum has shape (n,) and does not line up with the rows: add keepdims=True.")
def _(logits):
    e = np.exp(logits - np.max(logits, axis=1))
    return e / np.sum(e, axis=1)


@softmax.mistake("The row sum has shape (n,) and does not line up with the rows: add keepdims=True.")
def _(logits):
    return _exp(logits) / np.sum(_exp(logits), axis=1)


softmax.mistake(
    "The sign of the exponent is flipped: the largest score must get the largest probability.",
    lambda logits: _exp(-logits) / _exp(-logits).sum(axis=1, keepdims=True),
)
softmax.mistake(
    "Each score is squeezed by itself, as a sigmoid does, so a row does not add up to 1. Divide e^z by the "
    "row's sum.",
    lambda logits: 0.5 * (1 + np.tanh(logits / 2)),
)
softmax.mistake(
    "The base is 2 here. Softmax takes e^z: np.exp.",
    lambda logits: (
        2.0 ** (logits - np.max(logits, axis=1, keepdims=True))
        / (2.0 ** (logits - np.max(logits, axis=1, keepdims=True))).sum(axis=1, keepdims=True)
    ),
)
softmax.mistake(
    "This is a single 1 in each row, at the largest score. Softmax gives every class a share: e^z over the "
    "row's sum.",
    lambda logits: np.eye(logits.shape[1])[np.argmax(logits, axis=1)],
)
softmax.mistake(
    "The row's mean is taken off, which is not enough for large scores. Take off its maximum.",
    lambda logits: (
        np.exp(logits - logits.mean(axis=1, keepdims=True))
        / np.exp(logits - logits.mean(axis=1, keepdims=True)).sum(axis=1, keepdims=True)
    ),
)
softmax.mistake(
    "The scores are clipped, so that large ones come out equal. Take each row's maximum off instead.",
    lambda logits: (
        np.exp(np.clip(logits, -500, 500)) / np.exp(np.clip(logits, -500, 500)).sum(axis=1, keepdims=True)
    ),
)
softmax.mistake(
    "The scores are divided by the row's maximum. Take it off: e^(z − max z).",
    lambda logits: (
        np.exp(logits / np.max(logits, axis=1, keepdims=True))
        / np.exp(logits / np.max(logits, axis=1, keepdims=True)).sum(axis=1, keepdims=True)
    ),
)
softmax.mistake(
    "Something small is added below the line, so a row adds up to less than 1. With the maximum taken off "
    "the sum is at least 1: add nothing.",
    lambda logits: _exp(logits) / (_exp(logits).sum(axis=1, keepdims=True) + 1e-8),
)
softmax.mistake(
    "This divides by the length of the row, √Σ(e^z)². Divide by its sum, Σe^z.",
    lambda logits: _exp(logits) / np.sqrt((_exp(logits) ** 2).sum(axis=1, keepdims=True)),
)
softmax.mistake(
    "The row sum has shape (n,) and does not line up with the rows: add keepdims=True. And take the row's "
    "maximum off, or e^z overflows for large scores.",
    lambda logits: np.exp(logits) / np.sum(np.exp(logits), axis=1),
)
softmax.mistake(
    "The row sum does not line up with the rows: add keepdims=True. And each row has a maximum of its own.",
    lambda logits: np.exp(logits - np.max(logits)) / np.sum(np.exp(logits - np.max(logits)), axis=1),
)
softmax.mistake(
    "Python's max and sum take the rows of an array for its items. Use np.max and np.sum with axis=1 and "
    "keepdims=True.",
    lambda logits: np.exp(logits - max(logits)) / sum(np.exp(logits - max(logits))),
)
softmax.mistake(
    "This works for one number at a time, and a row has many: np.exp takes a whole array.",
    lambda logits: [[math.exp(row) / sum(map(math.exp, row))] for row in logits],
)
softmax.mistake(
    "e^z is too large for a float, which is an error in plain Python. Take each row's maximum off first.",
    lambda logits: [[math.exp(z) / sum(map(math.exp, row)) for z in row] for row in logits.tolist()],
)


softmax.mistake(
    "The maximum is taken off above the line and not below. It cancels only if it is off in both places.",
    lambda logits: _exp(logits) / np.exp(logits).sum(axis=1, keepdims=True),
)
softmax.mistake(
    "The maximum is taken off below the line and not above. It cancels only if it is off in both places.",
    lambda logits: np.exp(logits) / _exp(logits).sum(axis=1, keepdims=True),
)
softmax.mistake(
    "The largest *absolute* value is taken off. If all scores of a row are far below 0, all powers are 0 "
    "then. Take off the maximum.",
    lambda logits: (
        np.exp(logits - np.max(np.abs(logits), axis=1, keepdims=True))
        / np.exp(logits - np.max(np.abs(logits), axis=1, keepdims=True)).sum(axis=1, keepdims=True)
    ),
)
softmax.mistake(
    "The maximum is taken off the powers. Take it off the scores, inside: np.exp(z − max z).",
    lambda logits: (
        (np.exp(logits) - np.max(logits, axis=1, keepdims=True))
        / (np.exp(logits) - np.max(logits, axis=1, keepdims=True)).sum(axis=1, keepdims=True)
    ),
)
softmax.mistake(
    "nan is turned into numbers. A score that is not a number must show: its row stays nan.",
    lambda logits: np.nan_to_num(losses.softmax(logits)),
)
softmax.mistake(
    "The logits are divided by their sum. Divide e^logit by the sum of these.",
    lambda logits: logits / logits.sum(axis=1, keepdims=True),
)
softmax.mistake(
    "The logits are divided by a number first, a temperature. They are taken as they are.",
    lambda logits: losses.softmax(logits / 10),
)
softmax.mistake(
    "Something small is added to the result. Each row must add up to 1 exactly.",
    lambda logits: losses.softmax(logits) + 1e-8,
)


# ---- the loss ----

cross_entropy = Exercise(
    "cross_entropy",
    LESSON,
    losses.cross_entropy,
    hint="log softmax is z − max z − log Σ e^(z − max z). Minus the mean of each row's entry at its label.",
    builds_on=(one_hot, softmax),
)


@cross_entropy.test("is the mean of −log softmax at the labels", points=1)
def _(rng):
    yield call(rng.normal(size=(2, 3)).round(1), rng.permutation(3)[:2])
    yield call(rng.normal(scale=2, size=(6, 4)), rng.integers(0, 4, size=6))
    yield call(rng.normal(size=(1, 5)), rng.integers(0, 5, size=1))
    yield call(np.array([[12.0, 0.0, 1.0], [0.5, 0.0, 0.2]]), np.array([1, 2]))  # a probability of 6e-6


@cross_entropy.test(
    "is finite for scores as large as you like, without a warning; takes integers, float32; keeps nan",
    points=1,
)
def _(rng):
    yield call(np.array([[1000.0, 0.0], [0.0, -1000.0]]), rng.permutation(2)).without_warnings()
    yield call(np.array([[1e300, -1e300, float(rng.integers(1, 9))]]), np.array([1])).without_warnings()
    yield call(np.array([[1000.0, 0.0]]), np.array([0])).without_warnings()
    yield call(np.array([[3, -1, 0], [0, 2, 5]]), np.array([0, 1]))
    yield call(rng.integers(-5, 6, size=(4, 3)), rng.integers(0, 3, size=4))
    yield call(rng.normal(size=(3, 3)).astype(np.float32), rng.integers(0, 3, size=3))
    yield call(np.array([[rng.normal(), np.nan], [1.0, 2.0]]), np.array([0, 1]))


def _log_softmax(z):
    z = z - np.max(z, axis=1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))


def _at(table, labels):
    return table[np.arange(len(labels)), labels]


cross_entropy.mistake(
    "The sign is flipped: log of a probability is negative, the loss is not.",
    lambda logits, labels: float(np.mean(_at(_log_softmax(logits), labels))),
)
cross_entropy.mistake(
    "This is the sum over the batch. The mean is asked for.",
    lambda logits, labels: float(-np.sum(_at(_log_softmax(logits), labels))),
)
cross_entropy.mistake(
    "The mean is over all entries. Only the one at the label counts, and the mean is over the examples.",
    lambda logits, labels: float(-np.mean(_log_softmax(logits))),
)
cross_entropy.mistake(
    "The loss is infinite where the probability at the label has rounded to 0. Compute its logarithm from "
    "the scores, z − max z − log Σ e^(z − max z).",
    lambda logits, labels: float(
        -np.mean(np.log(_at(_exp(logits) / _exp(logits).sum(axis=1, keepdims=True), labels)))
    ),
)
cross_entropy.mistake(
    "A tiny number inside the log hides log 0 and caps the loss. Compute the logarithm from the scores.",
    lambda logits, labels: float(
        -np.mean(np.log(_at(_exp(logits) / _exp(logits).sum(axis=1, keepdims=True), labels) + 1e-12))
    ),
)
cross_entropy.mistake(
    "There is no softmax: this is minus the score at the label.",
    lambda logits, labels: float(-np.mean(_at(np.asarray(logits, float), labels))),
)
cross_entropy.mistake(
    "The logarithm is missing: this is minus the probability.",
    lambda logits, labels: float(-np.mean(np.exp(_at(_log_softmax(logits), labels)))),
)
cross_entropy.mistake(
    "One loss an example is returned. One number is asked for: their mean.",
    lambda logits, labels: -_at(_log_softmax(logits), labels),
)


def _capped(smallest):
    """The mean of −log p with p kept off 0."""
    return lambda logits, labels: float(
        -np.mean(np.log(smallest(_at(_exp(logits) / _exp(logits).sum(axis=1, keepdims=True), labels))))
    )


for _eps in (1e-15, 1e-10, 1e-9, 1e-8, 1e-7):
    cross_entropy.mistake(
        f"The probability is kept above {_eps:g}, which caps the loss at {-math.log(_eps):.0f}. Compute the "
        "logarithm from the scores, and nothing is ever log 0.",
        _capped(lambda p, eps=_eps: np.maximum(p, eps)),
    )
for _eps in (1e-8, 1e-7, 1e-6, 1e-5):
    cross_entropy.mistake(
        f"{_eps:g} is added inside the log, which spoils every loss a little and caps it at "
        f"{-math.log(_eps):.0f}. Compute the logarithm from the scores.",
        _capped(lambda p, eps=_eps: p + eps),
    )
cross_entropy.mistake(
    "e^z overflows for large scores, and the loss is infinite. Take each row's maximum off before the "
    "exponential, and in both places: z − max z − log Σ e^(z − max z).",
    lambda logits, labels: float(
        -np.mean(_at(logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True)), labels))
    ),
)
cross_entropy.mistake(
    "e^z overflows for large scores, and ∞/∞ is nan. Take each row's maximum off first.",
    lambda logits, labels: float(
        -np.mean(np.log(_at(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), labels)))
    ),
)
cross_entropy.mistake(
    "One maximum is taken off the whole batch. A row far below it comes out as log 0: each row has its own "
    "maximum.",
    lambda logits, labels: float(
        -np.mean(
            _at(
                logits
                - np.max(logits)
                - np.log(np.sum(np.exp(logits - np.max(logits)), axis=1, keepdims=True)),
                labels,
            )
        )
    ),
)
cross_entropy.mistake(
    "The maximum is taken off inside the sum, and not outside: z − max z − log Σ e^(z − max z).",
    lambda logits, labels: float(
        -np.mean(_at(logits - np.log(np.sum(_exp(logits), axis=1, keepdims=True)), labels))
    ),
)
cross_entropy.mistake(
    "The sums run down the columns. The classes of one example stand in a row: axis=1.",
    lambda logits, labels: float(-np.mean(_at(_log_softmax(logits.T).T, labels))),
)
cross_entropy.mistake(
    "[:, labels] takes every label's column for every row. Pair them: [np.arange(n), labels].",
    lambda logits, labels: float(-np.mean(_log_softmax(logits)[:, labels])),
)
cross_entropy.mistake(
    "[labels] takes whole rows. Pair each row with its label: [np.arange(n), labels].",
    lambda logits, labels: float(-np.mean(_log_softmax(logits)[labels])),
)
cross_entropy.mistake(
    "The sum of the powers has shape (n,) and does not line up with the rows: add keepdims=True.",
    lambda logits, labels: float(-np.mean(_at(_unaligned(logits), labels))),
)
cross_entropy.mistake(
    "This divides by the number of entries, n·k. The mean is over the n examples.",
    lambda logits, labels: float(-np.sum(_at(_log_softmax(logits), labels)) / np.size(logits)),
)
cross_entropy.mistake(
    "The logarithm has the base 2. The natural one is asked for: np.log.",
    lambda logits, labels: float(-np.mean(_at(_log_softmax(logits), labels)) / np.log(2)),
)
cross_entropy.mistake(
    "The logarithm has the base 10. The natural one is asked for: np.log.",
    lambda logits, labels: float(-np.mean(_at(_log_softmax(logits), labels)) / np.log(10)),
)
cross_entropy.mistake(
    "The other classes are counted in, with log(1 − p), as for yes-or-no questions. Only the entry at the "
    "label counts.",
    lambda logits, labels: _binary(logits, labels),
)
cross_entropy.mistake(
    "Softmax is taken twice: of probabilities. The scores go in once.",
    lambda logits, labels: float(-np.mean(_at(_log_softmax(np.exp(_log_softmax(logits))), labels))),
)
cross_entropy.mistake(
    "Classes are counted from 0: label 2 is the third column.",
    lambda logits, labels: float(-np.mean(_at(_log_softmax(logits), labels - 1))),
)
cross_entropy.mistake(
    "0 times −∞ is nan: the one-hot rows are multiplied with logarithms of probabilities that have rounded "
    "to 0. Compute the logarithm from the scores, z − max z − log Σ e^(z − max z).",
    lambda logits, labels: float(
        -np.mean(np.sum(np.eye(logits.shape[1])[labels] * np.log(losses.softmax(logits)), axis=1))
    ),
)
cross_entropy.mistake(
    "This is the logarithm of the mean probability. Take the logarithms first, then their mean.",
    lambda logits, labels: float(-np.log(np.mean(_at(losses.softmax(logits), labels)))),
)


def _unaligned(logits):
    z = logits - np.max(logits, axis=1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=1))


def _binary(logits, labels):
    log_p = _log_softmax(logits)
    with np.errstate(all="ignore"):
        others = np.log1p(-np.exp(log_p))
    return float(-np.mean(_at(log_p, labels) + others.sum(axis=1) - _at(others, labels)))


# ---- the score ----

accuracy = Exercise(
    "accuracy",
    LESSON,
    metrics.accuracy,
    hint="np.argmax(logits, axis=1) is the prediction of each row; compare with labels and take the mean.",
)


@accuracy.test("is the share of rows whose largest score is at the label", points=1)
def _(rng):
    logits = rng.permutation(15).reshape(5, 3) / 10 - 0.7
    guesses = logits.argmax(axis=1)
    yield call(logits, np.append(guesses[:2], (guesses[2:] + 1) % 3))
    yield call(rng.normal(size=(12, 3)), rng.integers(0, 3, size=12))
    yield call(rng.normal(size=(7, 7)), rng.integers(0, 7, size=7))
    yield call(np.array([[-4.0, -3.0, -5.0], [0.2, 0.4, 0.3]])[rng.permutation(2)], np.array([1, 1]))


@accuracy.test("takes the first of tied classes; takes integers, large scores and one example", points=1)
def _(rng):
    far = rng.uniform(800, 1e4)
    yield call(np.array([[2.0, 2.0, 1.0], [0.0, 3.0, 3.0], [1.0, 1.0, 1.0]]), np.array([0, 1, 2]))
    yield call(rng.integers(0, 3, size=(15, 3)), rng.integers(0, 3, size=15))
    yield call(np.array([[far, 2 * far, 3 * far], [-3 * far, -far, -2 * far]]), np.array([2, 1]))
    yield call(2.5 * rng.permutation(4)[None] - 3, rng.integers(0, 4, size=1))


accuracy.mistake(
    "This is the share of errors: use == rather than !=.",
    lambda logits, labels: float(np.mean(np.argmax(logits, axis=1) != labels)),
)
accuracy.mistake(
    "This asks whether *all* are right. The share of right ones is their mean.",
    lambda logits, labels: bool(np.all(np.argmax(logits, axis=1) == labels)),
)
accuracy.mistake(
    "This counts the right ones. Divide by how many there are: np.mean.",
    lambda logits, labels: float(np.sum(np.argmax(logits, axis=1) == labels)),
)
accuracy.mistake(
    "argmax goes down the columns. The classes of one example stand in a row: axis=1.",
    lambda logits, labels: float(np.mean(np.argmax(logits, axis=0) == np.resize(labels, logits.shape[1]))),
)
accuracy.mistake(
    "This compares the largest *score* with the label. Its place is what counts: np.argmax.",
    lambda logits, labels: float(np.mean(np.max(logits, axis=1) == labels)),
)
accuracy.mistake(
    "Among equal scores this takes the last class. np.argmax takes the first.",
    lambda logits, labels: float(np.mean(logits.shape[1] - 1 - np.argmax(logits[:, ::-1], axis=1) == labels)),
)
accuracy.mistake(
    "The search starts from 0, so scores that are all negative lose to it. Start from the first score.",
    lambda logits, labels: float(
        np.mean(np.where(np.max(logits, axis=1) > 0, np.argmax(logits, axis=1), 0) == labels)
    ),
)
accuracy.mistake(
    "e^z overflows for large scores, and nan has no largest. The scores themselves say who wins.",
    lambda logits, labels: float(
        np.mean(np.argmax(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), axis=1) == labels)
    ),
)
accuracy.mistake(
    "A tie counts as right here. Only the first of tied classes is the prediction.",
    lambda logits, labels: float(np.mean(_at(logits, labels) == np.max(logits, axis=1))),
)

accuracy.mistake(
    "This is a percentage. A share lies between 0 and 1.",
    lambda logits, labels: 100 * float(np.mean(np.argmax(logits, axis=1) == labels)),
)
accuracy.mistake(
    "The smallest score wins here. The prediction is where the largest is: np.argmax.",
    lambda logits, labels: float(np.mean(np.argmin(logits, axis=1) == labels)),
)
accuracy.mistake(
    "One prediction is made for the whole batch. Each row has its own: axis=1.",
    lambda logits, labels: float(np.mean(np.argmax(logits) == labels)),
)
accuracy.mistake(
    "These are truth values, one an example. The share of True among them is their mean.",
    lambda logits, labels: np.argmax(logits, axis=1) == labels,
)
accuracy.mistake(
    "The right ones are divided by the number of classes. Divide by that of the examples.",
    lambda logits, labels: float(np.sum(np.argmax(logits, axis=1) == labels) / logits.shape[1]),
)
accuracy.mistake(
    "The right ones are divided by the number of scores, n·k. Divide by that of the examples.",
    lambda logits, labels: float(np.sum(np.argmax(logits, axis=1) == labels) / logits.size),
)
accuracy.mistake(
    "Classes are counted from 0, as argmax does: leave out the + 1.",
    lambda logits, labels: float(np.mean(np.argmax(logits, axis=1) + 1 == labels)),
)
accuracy.mistake(
    "The share comes out whole, as whole division makes it: divide with /, not //.",
    lambda logits, labels: int(np.sum(np.argmax(logits, axis=1) == labels) // len(labels)),
)
accuracy.mistake(
    "This is the mean score at the label. How often it is the largest is asked for.",
    lambda logits, labels: float(np.mean(_at(logits, labels))),
)


accuracy.mistake(
    "This asks whether the prediction is *among* the labels. Compare each row with its own label: ==.",
    lambda logits, labels: np.mean(np.isin(np.argmax(logits, axis=1), labels)),
)
accuracy.mistake(
    "The signs of the scores are lost. The largest score wins, not the one farthest from 0.",
    lambda logits, labels: np.mean(np.argmax(np.abs(logits), axis=1) == labels),
)
accuracy.mistake(
    "A row counts where its probability at the label is above ½. It counts where that is the largest.",
    lambda logits, labels: np.mean(losses.softmax(logits)[np.arange(len(labels)), labels] > 0.5),
)


# ---- numbers on one scale ----

standardize = Exercise(
    "standardize",
    LESSON,
    datasets.standardize,
    hint="m = train.mean(axis=0), s = train.std(axis=0), 1 where all entries of a column are equal; then "
    "(x − m) / s for both.",
    parts=("train", "other"),
)


def _table(rng, n, *sizes):
    """(n, d), columns of these sizes, away from 0."""
    return np.array(sizes) * (rng.normal(size=(n, len(sizes))) + rng.uniform(1, 2, size=len(sizes)))


@standardize.test("gives the columns of train mean 0 and deviation 1, and treats other alike", points=1)
def _(rng):
    yield call(np.array([[0.0, 10.0], [2.0, 20.0], [4.0, 60.0]]), np.array([[2.0, 30.0], [8.0, 0.0]]))
    yield call(_table(rng, 6, 1, 10, 100).round(1), _table(rng, 4, 1, 10, 100).round(1))
    yield call(_table(rng, 4, 1, 2, 5, 3), _table(rng, 4, 1, 2, 5, 3))
    yield call(np.array([[0.25, 3.0], [1.25, 2.0], [0.5, 4.0]]), np.array([[1.0, 1.0]]))  # range 1


@standardize.test("only centres a column of train whose entries are all equal", points=1)
def _(rng):
    varied = rng.permutation(10) / 4
    equal = np.full(10, float(rng.integers(1, 6)))
    yield call(np.column_stack([equal, varied])[:3], np.array([[2.0, 1.0], [7.0, 3.0]]))
    yield call(np.column_stack([np.full(10, 0.1), varied]), np.array([[0.3, 1.0], [0.1, 2.0]]))
    yield call(np.array([[1.5, -2.0, 0.0]]), rng.normal(size=(2, 3)).round(1))
    yield call(np.column_stack([varied, equal, varied**2]), np.full((3, 3), 2.5))


@standardize.test(
    "takes integers and float32, columns far from 0 and of tiny spread; nan stays nan", points=1
)
def _(rng):
    yield call(rng.permutation(12).reshape(4, 3), rng.integers(-5, 6, size=(2, 3)))
    yield call(_table(rng, 5, 1, 3).astype(np.float32), _table(rng, 2, 1, 3).astype(np.float32))
    yield call(np.column_stack([1e-20 * (rng.permutation(6) - 3), rng.normal(size=6)]), np.zeros((1, 2)))
    yield call(1e5 + rng.normal(size=(8, 2)), 1e5 + rng.normal(size=(2, 2)))
    yield call(np.array([[1.0, np.nan], [3.0, 4.0]]), np.array([[np.nan, 1.0], [rng.normal(), 2.0]]))


def _equal(train):
    return (train == train[0]).all(axis=0)


def _by(
    centre=lambda t: np.mean(t, axis=0),
    spread=lambda t: np.std(t, axis=0),
    equal=_equal,
    scaled=lambda x, m, s: (x - m) / s,
    fit=lambda train, other: train,
    scaled_other=None,
):
    """The right answer with one thing in it changed."""

    def answer(train, other):
        fitted = fit(train, other)
        m, s = centre(fitted), np.where(equal(fitted), 1.0, spread(fitted))
        return scaled(train, m, s), (scaled_other or scaled)(other, m, s)

    return answer


standardize.mistake(
    "other is scaled by its own means and deviations. Those of train serve for both.",
    lambda train, other: (_by()(train, train)[0], _by()(other, other)[0]),
)
standardize.mistake(
    "Means and deviations are those of both arrays together. Take them from train alone.",
    _by(fit=lambda train, other: np.concatenate([train, other])),
)
standardize.mistake(
    "There is one mean and one deviation for the whole table. Each column has its own: axis=0.",
    _by(centre=np.mean, spread=np.std, equal=lambda t: t.min() == t.max()),
)


@standardize.mistake("Each row is scaled by its own mean and deviation. Take those of the columns: axis=0.")
def _(train, other):
    return tuple(_by()(each.T, each.T)[0].T for each in (train, other))


standardize.mistake(
    "This divides by the variance. Its root is the standard deviation: np.std.",
    _by(spread=lambda t: np.var(t, axis=0)),
)
standardize.mistake(
    "The deviation has ddof=1 here. Divide by the number of rows, as np.std does: ddof=0.",
    _by(spread=lambda t: np.std(t, axis=0) * np.sqrt(len(t) / max(len(t) - 1, 1))),
)
standardize.mistake(
    "The columns are centred, but not divided by their standard deviations.", _by(spread=lambda t: 1.0)
)
standardize.mistake(
    "The columns are divided by their deviations, but their means are still in them: take these off first.",
    _by(centre=lambda t: 0.0),
)
standardize.mistake(
    "The means are taken off after the division. First x − m, then over s: mind the brackets.",
    _by(scaled=lambda x, m, s: x / s - m),
)
standardize.mistake(
    "Only the mean is divided: (x − m) / s needs its brackets.", _by(scaled=lambda x, m, s: x - m / s)
)
standardize.mistake(
    "This multiplies by the deviation. Divide by it.", _by(scaled=lambda x, m, s: (x - m) * s)
)
standardize.mistake(
    "other comes back as it was. Take the means and deviations of train *before* you scale it, and use them "
    "on other too.",
    _by(scaled_other=lambda other, m, s: other),
)
standardize.mistake(
    "other is centred, but not divided by the deviations of train.",
    _by(scaled_other=lambda other, m, s: other - m),
)
standardize.mistake(
    "other has its own means taken off. Those of train serve for both.",
    lambda train, other: (
        _by()(train, train)[0],
        _by()(train, other - other.mean(axis=0) + train.mean(axis=0))[1],
    ),
)
standardize.mistake(
    "other is divided by its own deviations. Those of train serve for both.",
    _by(scaled_other=lambda other, m, s: (other - m) / np.std(other, axis=0)),
)
standardize.mistake(
    "`.all()` without axis=0 asks whether *all* columns have equal entries. Each column is asked by itself.",
    _by(equal=lambda t: (t == t[0]).all()),
)
standardize.mistake(
    "The two arrays are swapped: train comes first.", lambda train, other: _by()(train, other)[::-1]
)
standardize.mistake(
    "The columns are brought to [0, 1] by their least and largest entries. Means and deviations are due.",
    _by(centre=lambda t: t.min(axis=0), spread=lambda t: np.ptp(t, axis=0)),
)
standardize.mistake(
    "The columns are divided by their range. Divide by their standard deviation: np.std.",
    _by(spread=lambda t: np.ptp(t, axis=0)),
)
standardize.mistake(
    "The columns are divided by their length, √Σ(x − m)². The deviation is √(mean of (x − m)²): np.std.",
    _by(spread=lambda t: np.sqrt(len(t)) * np.std(t, axis=0)),
)
standardize.mistake(
    "The mean of |x − m| is not the standard deviation. Take np.std.",
    _by(spread=lambda t: np.mean(np.abs(t - t.mean(axis=0)), axis=0)),
)
standardize.mistake(
    "The median is taken off. Take off the mean: np.mean.", _by(centre=lambda t: np.median(t, axis=0))
)
standardize.mistake(
    "The deviation of equal entries is 0, and nothing can be divided by it. Divide such a column by 1.",
    _by(equal=lambda t: np.zeros(t.shape[1], bool)),
)
standardize.mistake(
    "A column of ten times 0.1 has a computed deviation of 1e-17, not of 0. Compare the entries instead: "
    "(train == train[0]).all(axis=0).",
    _by(equal=lambda t: np.std(t, axis=0) == 0),
)
standardize.mistake(
    "Something is added to the deviation to keep it from 0, which spoils every column a little. Divide by "
    "it as it is, and by 1 where all entries are equal.",
    lambda train, other, parameter: _by(
        spread=lambda t: np.std(t, axis=0) + parameter, equal=lambda t: np.zeros(t.shape[1], bool)
    )(train, other),
    parameter=[10.0**power for power in range(-16, 0)],
)
standardize.mistake(
    "The deviations are kept above a small number, by which the rest of a column of equal entries is then "
    "divided. Divide such a column by 1, and the others by their deviation as it is.",
    lambda train, other, parameter: _by(
        spread=lambda t: np.maximum(np.std(t, axis=0), parameter), equal=lambda t: np.zeros(t.shape[1], bool)
    )(train, other),
    parameter=[10.0**power for power in range(-16, 0)],
)
standardize.mistake(
    "The result is cleared of nan and ∞ after a division by 0. Do not divide by 0: take 1 where all entries "
    "of a column are equal. And what was nan stays nan.",
    lambda train, other: tuple(
        map(np.nan_to_num, _by(equal=lambda t: np.zeros(t.shape[1], bool))(train, other))
    ),
)
standardize.mistake(
    "nan is passed over here (np.nanmean, np.nanstd). A column of train with a nan has no mean: it is nan.",
    _by(centre=lambda t: np.nanmean(t, axis=0), spread=lambda t: np.nanstd(t, axis=0)),
)


@standardize.mistake(
    "`if` cannot ask an array of many deviations. np.where(equal, 1, s) answers for each column by itself."
)
def _(train, other):
    m, s = train.mean(axis=0), train.std(axis=0)
    if s == 0:
        s = 1
    return (train - m) / s, (other - m) / s


@standardize.mistake(
    "The means are those of the rows, of which other has another number. Take the columns': axis=0."
)
def _(train, other):
    m, s = train.mean(axis=1, keepdims=True), train.std(axis=1, keepdims=True)
    return (train - m) / s, (other - m) / s


standardize.mistake(
    "A column whose entries differ by little is taken for one of equal entries. Compare the entries: "
    "(train == train[0]).all(axis=0).",
    _by(equal=lambda t: np.std(t, axis=0) < 1e-12),
)
standardize.mistake(
    "A column of equal entries becomes 0 in other too. It is only centred there: other minus train's mean.",
    lambda train, other: tuple(np.where(_equal(train), 0.0, new) for new in _by()(train, other)),
)
standardize.mistake(
    "A column of equal entries is left as it is. It is centred like the others, and divided by 1.",
    lambda train, other: tuple(
        np.where(_equal(train), each, new)
        for each, new in zip((train, other), _by()(train, other), strict=True)
    ),
)
standardize.mistake(
    "Columns of equal entries are left out. They stay, and are only centred.",
    lambda train, other: tuple(new[:, ~_equal(train)] for new in _by()(train, other)),
)
standardize.mistake(
    "The numbers are cut to whole ones, as they are where the result is written into an array of integers "
    "(np.zeros_like). Make new arrays of floats.",
    lambda train, other: tuple(
        new.astype(each.dtype) for each, new in zip((train, other), _by()(train, other), strict=True)
    ),
)
standardize.mistake(
    "The mean of the squares minus the square of the mean loses its digits where columns are far from 0. "
    "Take np.std, or the mean of (x − m)².",
    _by(spread=lambda t: np.sqrt(np.abs(np.mean(np.square(t), axis=0) - np.mean(t, axis=0) ** 2))),
)


@standardize.mistake("This writes into the caller's arrays, as `train -= …` does. Make new ones.")
def _(train, other):
    m, s = train.mean(axis=0), np.where(_equal(train), 1.0, train.std(axis=0))
    for each in (train, other):
        each -= m
        each /= s
    return train, other


# ---- windows ----

context_window = Exercise(
    "context_window",
    LESSON,
    datasets.context_window,
    hint="Put `size` pads before and behind a copy of the tokens; the window is a slice of that.",
)


@context_window.test("gives the token with its neighbours on both sides", points=1)
def _(rng):
    tokens = sentence(rng, 7)
    yield call(tokens, 3, 1, "<pad>")
    yield call(tokens, int(rng.integers(2, 5)), 2, "<pad>")
    yield call(tokens, int(rng.integers(0, 7)), 0, "<pad>")
    yield call([*tokens[:2], "Will", *tokens[:2], "will"], 3, 2, "<pad>")


@context_window.test("pads where the sentence has ended, on either side", points=1)
def _(rng):
    tokens = [str(word) for word in rng.permutation(WORDS)[: int(rng.integers(4, 7))]]
    yield call(tokens, 0, 2, "<pad>")
    yield call(tokens, len(tokens) - 1, 2, "_")
    yield call(tokens[:1], 0, 3, "<pad>")
    yield call(tokens[:2], 1, 4, "-")


def _window(tokens, index, size, pad):
    padded = [pad] * size + list(tokens) + [pad] * size
    return padded[index : index + 2 * size + 1]


context_window.mistake(
    "A negative index counts from the end: at the head of a sentence this reads its tail. Pad first.",
    lambda tokens, index, size, pad: [
        tokens[i] if i < len(tokens) else pad for i in range(index - size, index + size + 1)
    ],
)
context_window.mistake(
    "The window is cut short at the ends. It always has 2·size + 1 tokens: fill up with pad.",
    lambda tokens, index, size, pad: tokens[max(0, index - size) : index + size + 1],
)
context_window.mistake(
    "At the head of a sentence index − size is negative, and a slice counts that from the end. Pad first.",
    lambda tokens, index, size, pad: tokens[index - size : index + size + 1],
)
context_window.mistake(
    "pad * size is one long word. A list of `size` pads is [pad] * size.",
    lambda tokens, index, size, pad: (pad * size + tokens + pad * size)[index : index + 2 * size + 1],
)
context_window.mistake(
    "The last neighbour is missing: a slice stops *before* its end.",
    lambda tokens, index, size, pad: _window(tokens, index, size, pad)[:-1],
)
context_window.mistake(
    "The word in the middle is left out. It belongs to its window.",
    lambda tokens, index, size, pad: (
        _window(tokens, index, size, pad)[:size] + _window(tokens, index, size, pad)[size + 1 :]
    ),
)
context_window.mistake(
    "The window begins at the word. It should be in the middle.",
    lambda tokens, index, size, pad: (
        _window(tokens, index + size, size, pad)
        + [pad] * (2 * size + 1 - len(_window(tokens, index + size, size, pad)))
    ),
)
context_window.mistake(
    "All pads stand at the end. On the left they belong before the words.",
    lambda tokens, index, size, pad: sorted(
        _window(tokens, index, size, pad), key=lambda token: token == pad
    ),
)


context_window.mistake(
    "Pads stand before the words only. Put them behind the words as well.",
    lambda tokens, index, size, pad: ([pad] * size + list(tokens))[index : index + 2 * size + 1],
)
context_window.mistake(
    "All pads stand in front. On the right they belong behind the words.",
    lambda tokens, index, size, pad: sorted(
        _window(tokens, index, size, pad), key=lambda token: token != pad
    ),
)
context_window.mistake(
    "[[pad] * size] puts a list in as if it were one word. Leave the outer brackets away: [pad] * size.",
    lambda tokens, index, size, pad: [[pad] * size, *tokens, [pad] * size][index : index + 2 * size + 1],
)
context_window.mistake(
    "The window is around the first such word, which may stand elsewhere. `index` says where the middle is.",
    lambda tokens, index, size, pad: _window(tokens, tokens.index(tokens[index]), size, pad),
)


@context_window.mistake(
    "This changes the caller's list, as `tokens.insert` does. Make a new one: "
    "`[pad] * size + list(tokens) + [pad] * size`."
)
def _(tokens, index, size, pad):
    for _ in range(size):
        tokens.insert(0, pad)
        tokens.append(pad)
    return tokens[index : index + 2 * size + 1]


context_window.mistake(
    "The sentence goes on from its start, as in a ring. Where it has ended, pad stands in.",
    lambda tokens, index, size, pad: [tokens[i % len(tokens)] for i in range(index - size, index + size + 1)],
)
context_window.mistake(
    "The first and the last word stand in where the sentence has ended. It is pad that does.",
    lambda tokens, index, size, pad: [
        tokens[min(max(i, 0), len(tokens) - 1)] for i in range(index - size, index + size + 1)
    ],
)
context_window.mistake(
    "This reads past the end of the sentence. Where it has ended, pad stands in.",
    lambda tokens, index, size, pad: [
        pad if i < 0 else tokens[i] for i in range(index - size, index + size + 1)
    ],
)
context_window.mistake(
    "Only the words before are there. There are `size` neighbours on *each* side.",
    lambda tokens, index, size, pad: _window(tokens, index, size, pad)[: size + 1],
)
context_window.mistake(
    "Only the words after are there. There are `size` neighbours on *each* side.",
    lambda tokens, index, size, pad: _window(tokens, index, size, pad)[size:],
)
context_window.mistake(
    "size is shared between the two sides. There are `size` neighbours on *each* side.",
    lambda tokens, index, size, pad: _window(tokens, index, size // 2, pad),
)
context_window.mistake(
    "The first neighbour is missing, and there is one too many behind: the slice begins one too late.",
    lambda tokens, index, size, pad: _window([*tokens, pad], index + 1, size, pad),
)
context_window.mistake(
    "The middle is one word early. `index` counts from 0.",
    lambda tokens, index, size, pad: _window([pad, *tokens], index, size, pad),
)
context_window.mistake(
    "There is one pad on each side, whatever size is. Put `size` of them: [pad] * size.",
    lambda tokens, index, size, pad: ([pad, *tokens, pad])[max(index + 1 - size, 0) : index + 1 + size + 1],
)
context_window.mistake(
    "Empty text stands in where the sentence has ended: use `pad`.",
    lambda tokens, index, size, pad: [
        token if token != pad else "" for token in _window(tokens, index, size, pad)
    ],
)
context_window.mistake(
    "The window is joined into one text. A list of words is asked for.",
    lambda tokens, index, size, pad: " ".join(_window(tokens, index, size, pad)),
)
context_window.mistake(
    "An array of text is returned. A list is asked for.",
    lambda tokens, index, size, pad: np.array(_window(tokens, index, size, pad)),
)


context_window.mistake(
    "The pads move the words by `size`: word i stands at i + size now, so the window begins at index.",
    lambda tokens, index, size, pad: ([pad] * size + list(tokens) + [pad] * size)[
        max(index - size, 0) : index + size + 1
    ],
)
context_window.mistake(
    "One pad is put on each side. There must be `size` of them.",
    lambda tokens, index, size, pad: [pad, *tokens, pad][index : index + 2 * size + 1],
)
context_window.mistake(
    "The word itself is left out. The window has it in the middle.",
    lambda tokens, index, size, pad: [token for i, token in enumerate(tokens) if 0 < abs(i - index) <= size],
)


# ---- bags ----

bag_of_words = Exercise(
    "bag_of_words",
    LESSON,
    datasets.bag_of_words,
    hint="For every word of the vocabulary, in its order, count it in tokens: tokens.count(word).",
)


@bag_of_words.test("counts each word of the vocabulary, in its order", points=1)
def _(rng):
    vocabulary = sorted(map(str, rng.permutation([word for word in WORDS if len(word) > 3])[:4]))[::-1]
    yield call([vocabulary[0], vocabulary[2], vocabulary[0]], vocabulary)
    yield call([str(word) for word in rng.choice(vocabulary, size=9)], vocabulary)


@bag_of_words.test("passes over unknown words; takes no words at all", points=1)
def _(rng):
    vocabulary = [str(word) for word in rng.permutation(WORDS)[:6]]
    yield call([*sentence(rng, 12), "xylophone", vocabulary[1], vocabulary[1]], vocabulary)
    yield call([], vocabulary[: int(rng.integers(2, 6))])
    yield call(["xylophone"], vocabulary[:3])
    yield call(["park", "Rose", "mark", "the", "rose"], ["a", "Rose", *rng.permutation(["park", "rose"])])


bag_of_words.mistake(
    "Every word counts once, however often it is there (as it does with out[places] += 1). How *often* is "
    "asked for.",
    lambda tokens, vocabulary: np.array([float(word in tokens) for word in vocabulary]),
)
bag_of_words.mistake(
    "Parts of words are counted too, as the a in park. Count in the list: tokens.count(word).",
    lambda tokens, vocabulary: np.array([" ".join(tokens).count(word) for word in vocabulary]),
)
bag_of_words.mistake(
    "The order is the tokens', not the vocabulary's.",
    lambda tokens, vocabulary: np.array(
        [tokens.count(word) for word in dict.fromkeys(tokens) if word in vocabulary] or [0]
    ),
)
bag_of_words.mistake(
    "The order is the alphabet's. Keep the vocabulary's own.",
    lambda tokens, vocabulary: np.array([tokens.count(word) for word in sorted(vocabulary)]),
)
bag_of_words.mistake(
    "The counts are divided by the number of tokens. Plain counts are asked for.",
    lambda tokens, vocabulary: np.array([tokens.count(word) / max(len(tokens), 1) for word in vocabulary]),
)
bag_of_words.mistake(
    "An unknown word raises KeyError. Pass over it.",
    lambda tokens, vocabulary: _counted(tokens, vocabulary),
)
bag_of_words.mistake(
    "There is an extra place for unknown words at the end. They are to be passed over.",
    lambda tokens, vocabulary: np.array(
        [tokens.count(word) for word in vocabulary] + [sum(word not in vocabulary for word in tokens)]
    ),
)


def _counted(tokens, vocabulary):
    counts = dict.fromkeys(vocabulary, 0)
    for word in tokens:
        counts[word] = counts[word] + 1
    return np.array(list(counts.values()))


bag_of_words.mistake(
    "A word of the vocabulary that does not occur has no entry in the dict of counts: counts.get(word, 0).",
    lambda tokens, vocabulary: np.array(
        [{each: tokens.count(each) for each in tokens}[w] for w in vocabulary]
    ),
)
bag_of_words.mistake(
    "Only the words of the vocabulary that occur have a place. Each has one, with 0 where it does not occur.",
    lambda tokens, vocabulary: np.array([tokens.count(word) for word in vocabulary if word in tokens]),
)
bag_of_words.mistake(
    "This looks the tokens up in the vocabulary: one number a token. One a word of the vocabulary is asked "
    "for.",
    lambda tokens, vocabulary: np.array([vocabulary.count(token) for token in tokens]),
)
bag_of_words.mistake(
    "Small and capital letters are taken for the same. 'Rose' and 'rose' are two words.",
    lambda tokens, vocabulary: np.array(
        [[token.lower() for token in tokens].count(word.lower()) for word in vocabulary]
    ),
)
bag_of_words.mistake(
    "An unknown word has no place in the vocabulary, which is a ValueError. Pass over it.",
    lambda tokens, vocabulary: np.bincount(
        [vocabulary.index(token) for token in tokens], minlength=len(vocabulary)
    ),
)
bag_of_words.mistake(
    "These are the places of the tokens in the vocabulary. How often each word occurs is asked for.",
    lambda tokens, vocabulary: np.array(
        [vocabulary.index(token) for token in tokens if token in vocabulary], int
    ),
)
bag_of_words.mistake(
    "Each token has a row of its own. Add the rows up.",
    lambda tokens, vocabulary: np.array(
        [[float(token == word) for word in vocabulary] for token in tokens]
    ).reshape(len(tokens), len(vocabulary)),
)
bag_of_words.mistake(
    "The counts are in a dict. The numbers alone are asked for, in the vocabulary's order.",
    lambda tokens, vocabulary: {word: tokens.count(word) for word in vocabulary},
)
bag_of_words.mistake(
    "The counts are divided by the largest of them. Plain counts are asked for.",
    lambda tokens, vocabulary: (
        np.array([tokens.count(word) for word in vocabulary])
        / max(1, *(tokens.count(word) for word in vocabulary))
    ),
)


bag_of_words.mistake(
    "np.unique sorts the words and leaves out those that do not occur. Go through the vocabulary, as it is.",
    lambda tokens, vocabulary: np.unique(
        [token for token in tokens if token in vocabulary], return_counts=True
    )[1],
)
bag_of_words.mistake(
    "All words of the vocabulary are counted together. Each has a count of its own.",
    lambda tokens, vocabulary: sum(token in vocabulary for token in tokens),
)
bag_of_words.mistake(
    "This is where each word first stands. How often it stands there is asked for.",
    lambda tokens, vocabulary: [tokens.index(w) if w in tokens else -1 for w in vocabulary],
)
bag_of_words.mistake(
    "The words of the text are counted, as they come. There is a count for each word of vocabulary.",
    lambda tokens, vocabulary: [tokens.count(word) for word in dict.fromkeys(tokens)],
)


QUIZ = (
    Question(
        "A new network cannot learn twenty digits by heart. What do you do?",
        a=wrong(
            "Train it on all digits: it needs more data.", "Twenty are easier to know by heart than all."
        ),
        b=right(
            "Look for the bug, or a learning rate that is far off.",
            "Twenty it should know: find out why not.",
        ),
        c=wrong("Stop earlier: it overfits.", "That is what you want here, and it does not even do that."),
    ),
    Question(
        "1,197 training digits, batches of 32. How many steps has an epoch?",
        a=wrong("32", "That is the size of a batch."),
        b=right("38", "⌈1197/32⌉: 37 full batches and a short one."),
        c=wrong("1,197", "That would be one example a step."),
    ),
    Question(
        "The test digits are to be standardised. With which means and deviations?",
        a=right("Those of the training digits.", "As with the weights: what is fitted is fitted on these."),
        b=wrong("Their own.", "In use digits come one by one, and one minus its own mean is 0."),
        c=wrong("Those of all digits together.", "Then the test digits have told the network of themselves."),
    ),
    Question(
        "Ten classes, and the network knows nothing: every class has the same score. What is its loss?",
        a=wrong("0", "That would be certainty, and right."),
        b=wrong("0.1", "That is the probability."),
        c=right("ln 10 ≈ 2.3", "−log of 1/10."),
    ),
    Question(
        "Which view of a text knows nothing of the order of its words?",
        a=wrong("A window.", "It keeps the neighbours in their places."),
        b=right("A bag of words.", "Only how often each occurs."),
        c=wrong("A sentence.", "It has its words in their order."),
    ),
    Question(
        "Training loss falls, validation loss rises. Which of the five steps is that about?",
        a=wrong(
            "Step 2, the gradient check.",
            "A wrong gradient may lower both. A *gap* between the two losses is another matter.",
        ),
        b=wrong(
            "Step 3, initialisation.",
            "A bad start shows in the *training* loss, and mostly in the first steps.",
        ),
        c=right("Step 5, preventing overfitting.", "The network learns its training set by heart."),
    ),
)


# ---- mistakes with a number ----

_SMALL = [digit * 10.0**power for power in range(-16, -1) for digit in (1, 2, 5)]
_KEPT_FROM_0 = (
    "The logarithm is kept from 0 by {parameter}, which changes the loss or caps it. Take the logarithm "
    "of the softmax as z − max z − log Σ e^(z − max z): then nothing is 0."
)


def _above_0(raised):
    def answer(logits, labels, parameter):
        z = logits - logits.max(axis=1, keepdims=True)
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        return -np.mean(np.log(raised(p[np.arange(len(labels)), labels], parameter)))

    return answer


cross_entropy.mistake(_KEPT_FROM_0, _above_0(np.add), parameter=_SMALL)
cross_entropy.mistake(_KEPT_FROM_0, _above_0(np.maximum), parameter=_SMALL)


cross_entropy.mistake(
    "The probabilities are compared with 0 and 1 by squared differences. Take −log at the label.",
    lambda logits, labels: np.mean((losses.softmax(logits) - np.eye(logits.shape[1])[labels]) ** 2),
)
cross_entropy.mistake(
    "This is 1 minus the mean probability at the labels. Take −log of each.",
    lambda logits, labels: 1 - np.mean(losses.softmax(logits)[np.arange(len(labels)), labels]),
)
cross_entropy.mistake(
    "This is the entropy of the probabilities: the labels are not used. Take −log p at each row's label.",
    lambda logits, labels: (
        -np.mean(np.sum(losses.softmax(logits) * np.log(np.maximum(losses.softmax(logits), 1e-300)), axis=1))
    ),
)


# ---- the formulas: a wrong answer is compared with what a change to one gives ----


@one_hot.formula
def _(labels, num_classes):
    codes = np.zeros((len(labels), num_classes))
    for i in range(len(labels)):
        codes[i, labels[i]] = 1
    return codes


@context_window.formula
def _(tokens, index, size, pad):
    padded = [pad] * size + list(tokens) + [pad] * size
    return padded[index : index + 2 * size + 1]


@context_window.formula
def _(tokens, index, size, pad):
    places = range(index - size, index + size + 1)
    return [tokens[i] if i >= 0 and i < len(tokens) else pad for i in places]


@bag_of_words.formula
def _(tokens, vocabulary):
    return np.array([tokens.count(word) for word in vocabulary])


@softmax.formula
def _(logits):
    power = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    return power / np.sum(power, axis=1, keepdims=True)


@cross_entropy.formula
def _(logits, labels):
    p = np.exp(logits) / np.sum(np.exp(logits), axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))


@cross_entropy.formula
def _(logits, labels):
    log_p = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    return -np.sum(log_p[np.arange(len(labels)), labels]) / len(labels)


@cross_entropy.formula
def _(logits, labels):
    z = logits - np.max(logits, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(labels)), labels])


@cross_entropy.formula
def _(logits, labels):
    log_sum = np.log(np.sum(np.exp(logits), axis=1))
    return np.mean(log_sum - logits[np.arange(len(labels)), labels])


@accuracy.formula
def _(logits, labels):
    return np.mean(np.argmax(logits, axis=1) == labels)


@standardize.formula
def _(train, other):
    m = np.mean(train, axis=0)
    s = np.where(np.max(train, axis=0) == np.min(train, axis=0), 1, np.std(train, axis=0))
    return (train - m) / s, (other - m) / s
