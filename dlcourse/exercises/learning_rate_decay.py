"""Lesson 11: four schedules of the learning rate, as functions of the epoch or the step."""

import math

import numpy as np

from dlcourse import schedules as reference
from dlcourse.exercises.engine.exercise import Exercise, call
from dlcourse.exercises.engine.question import Question, right, wrong

LESSON = "11_learning_rate_decay"


def rate(rng):
    return round(rng.uniform(0.05, 2), 2)


# ---- in steps ----

step_decay = Exercise(
    "step_decay",
    LESSON,
    reference.step_decay,
    hint="Count the cuts so far, np.floor(epoch / every), and multiply by factor that many times: a power.",
)


@step_decay.test("multiplies by the factor once for every full `every` epochs", points=2)
def _(rng):
    yield call(rate(rng), np.array(int(rng.integers(7, 10))), 5, 0.5)
    yield call(rate(rng), np.array([0, 4, 5, 9, 10, 40]), 5, 0.5)
    yield call(rate(rng), np.arange(60), 20, 0.1)
    yield call(rate(rng), np.arange(30), int(rng.integers(2, 9)), round(rng.uniform(0.2, 0.9), 2))


@step_decay.test("takes single numbers, fractions of an epoch, any shape, and the first epochs", points=1)
def _(rng):
    yield call(rate(rng), np.array(0), 5, 0.5)
    yield call(rate(rng), np.array([4.99, 5.0, 7.5, 14.9]), 5, 0.5)
    yield call(rate(rng), rng.integers(0, 50, size=(2, 3)), 7, 0.3)
    yield call(rate(rng), np.array(12), 4, 1.0)
    yield call(0.8, 14, 5, 0.5)
    yield call(1, 7.5, 2.5, 0.1)
    yield call(0.4, np.int64(int(rng.integers(6, 20))), 3, 0.5)


step_decay.mistake(
    "This falls a little with every epoch. The rate stays level in between: round epoch / every *down*.",
    lambda initial_rate, epoch, every, factor: initial_rate * factor ** (epoch / every),
)
step_decay.mistake(
    "This takes off a constant *amount*, and the rate soon is negative. Multiply by the factor each time.",
    lambda initial_rate, epoch, every, factor: initial_rate * (1 - (1 - factor) * np.floor(epoch / every)),
)
step_decay.mistake(
    "The cut comes half an interval too early. Round down, with np.floor or //.",
    lambda initial_rate, epoch, every, factor: initial_rate * factor ** np.round(epoch / every),
)
step_decay.mistake(
    "The cut comes one epoch early: at epoch 4 of 5 none has been made yet. Epochs count from 0.",
    lambda initial_rate, epoch, every, factor: initial_rate * factor ** ((epoch + 1) // every),
)
step_decay.mistake(
    "The factor is multiplied by the number of cuts. It is applied that many times: factor ** cuts.",
    lambda initial_rate, epoch, every, factor: initial_rate * factor * (epoch // every),
)
step_decay.mistake(
    "`%` is the rest of the division. The number of cuts is the whole part, `//`.",
    lambda initial_rate, epoch, every, factor: initial_rate * factor ** (epoch % every),
)
step_decay.mistake(
    "initial_rate is missing: this starts at 1.",
    lambda initial_rate, epoch, every, factor: factor ** (epoch // every) * np.ones(np.shape(epoch)),
)
step_decay.mistake(
    "This works for one number and not for an array, as int and math.floor do. `epoch // every` takes both.",
    lambda initial_rate, epoch, every, factor: initial_rate * factor ** int(epoch / every),
)

step_decay.mistake(
    "Every cut takes `factor` off the rate, which is soon negative. A cut multiplies: factor ** cuts.",
    lambda initial_rate, epoch, every, factor: initial_rate - factor * (epoch // every),
)
step_decay.mistake(
    "Every cut takes the same amount off, factor · initial_rate, and the rate is soon 0 or below. Multiply "
    "by the factor at each cut.",
    lambda initial_rate, epoch, every, factor: initial_rate - factor * initial_rate * (epoch // every),
)
step_decay.mistake(
    "factor is taken for the share that a cut takes off. It is what a cut multiplies by: factor ** cuts.",
    lambda initial_rate, epoch, every, factor: initial_rate * (1 - factor) ** (epoch // every),
)
step_decay.mistake(
    "The cuts are rounded *up*, so the first comes right after epoch 0. Round down: epoch // every.",
    lambda initial_rate, epoch, every, factor: initial_rate * factor ** np.ceil(epoch / every),
)
step_decay.mistake(
    "There is one cut only. Another comes every `every` epochs: factor ** (epoch // every).",
    lambda initial_rate, epoch, every, factor: np.where(epoch < every, 1, factor) * initial_rate,
)
step_decay.mistake(
    "There is a cut in every epoch, as if every were 1: count the cuts, epoch // every.",
    lambda initial_rate, epoch, every, factor: initial_rate * factor ** (epoch // 1),
)
step_decay.mistake(
    "The rate is lower only in the epochs of a cut, and back after them. Cuts stay: count all of them so "
    "far.",
    lambda initial_rate, epoch, every, factor: initial_rate * np.where(epoch % every == 0, factor, 1.0),
)
step_decay.mistake(
    "This divides by the factor, and the rate grows. Multiply.",
    lambda initial_rate, epoch, every, factor: initial_rate / factor ** (epoch // every),
)
step_decay.mistake(
    "The rate is divided by 1 + factor · cuts. Each cut multiplies by factor: a power.",
    lambda initial_rate, epoch, every, factor: initial_rate / (1 + factor * (epoch // every)),
)
step_decay.mistake(
    "A plain number has no .astype or .shape. `epoch // every`, or np.floor of it, takes numbers and arrays.",
    lambda initial_rate, epoch, every, factor: (
        initial_rate * factor ** epoch.astype(float).__floordiv__(every)
    ),
)


# ---- by a share of itself ----

exponential_decay = Exercise(
    "exponential_decay",
    LESSON,
    reference.exponential_decay,
    hint="initial_rate * np.exp(-k * t).",
)


def times(rng):
    """Everyday numbers first, then arrays."""
    yield call(rate(rng), np.array([0, 1, 10]), 0.1)
    yield call(rate(rng), np.array(float(rng.integers(2, 20))), round(rng.uniform(0.05, 0.3), 2))
    yield call(rate(rng), np.arange(50), rng.uniform(0.01, 0.3))


def other_times(rng):
    yield call(rate(rng), rng.uniform(0, 30, size=(2, 3)), 0.05)
    yield call(rate(rng), np.array(0), 0.2)
    yield call(rate(rng), rng.uniform(0, 9, size=4).astype(np.float32), 0.1)
    yield call(rate(rng), np.arange(4), 0.0)
    yield call(0.8, 10, 0.1)
    yield call(1, round(rng.uniform(2, 9), 1), 0.25)
    yield call(0.5, np.int64(int(rng.integers(2, 9))), 0.5)


exponential_decay.test("agrees with η₀·e^(−k·t)", 1, times)
exponential_decay.test("takes any shape, single numbers, fractions, float32, and k = 0", 1, other_times)

exponential_decay.mistake(
    "The sign is flipped: this rate grows.",
    lambda initial_rate, t, k: initial_rate * np.exp(k * t),
)
exponential_decay.mistake(
    "(1 − k)^t is close for small k, and not the same: e^(−k·t).",
    lambda initial_rate, t, k: initial_rate * (1 - k) ** t,
)
exponential_decay.mistake(
    "t is divided by k: a larger k must make the rate fall faster.",
    lambda initial_rate, t, k: initial_rate * np.exp(-t / k) if k else initial_rate * np.exp(-t),
)
exponential_decay.mistake(
    "This falls in a straight line, and below 0 in the end. e^(−k·t) takes off a share of what is left.",
    lambda initial_rate, t, k: initial_rate * (1 - k * t),
)
exponential_decay.mistake(
    "This is the 1/t decay. Here the rate is multiplied by e^(−k·t).",
    lambda initial_rate, t, k: initial_rate / (1 + k * t),
)
exponential_decay.mistake(
    "The base is e, not 2: np.exp.",
    lambda initial_rate, t, k: initial_rate * 2.0 ** (-k * t),
)
exponential_decay.mistake(
    "initial_rate belongs before the exponential, not into it.",
    lambda initial_rate, t, k: np.exp(-initial_rate * k * t),
)
exponential_decay.mistake(
    "This works for one number at a time (as math.exp does). np.exp takes a whole array.",
    lambda initial_rate, t, k: initial_rate * math.exp(-k * t),
)

exponential_decay.mistake(
    "initial_rate is missing: this starts at 1.", lambda initial_rate, t, k: np.exp(-k * t)
)
exponential_decay.mistake(
    "k is missing in the exponent.", lambda initial_rate, t, k: initial_rate * np.exp(-1.0 * t)
)
exponential_decay.mistake(
    "t is outside of the exponential: e^(−k·t), not e^(−k)·t.",
    lambda initial_rate, t, k: initial_rate * np.exp(-k) * t,
)
exponential_decay.mistake(
    "k is taken for the share that is left after each step, k^t. What is left is e^(−k).",
    lambda initial_rate, t, k: initial_rate * k ** (1.0 * t),
)
exponential_decay.mistake(
    "t counts from 0 here: the rate at t = 0 is η₀. Leave out the + 1.",
    lambda initial_rate, t, k: initial_rate * np.exp(-k * (t + 1)),
)
exponential_decay.mistake(
    "This is what has been lost. What is left is η₀·e^(−k·t), without 1 − ….",
    lambda initial_rate, t, k: initial_rate * (1 - np.exp(-k * t)),
)
exponential_decay.mistake(
    "The base is e, not 10: np.exp.", lambda initial_rate, t, k: initial_rate * 10.0 ** (-k * t)
)
exponential_decay.mistake(
    "The decay stays level and then jumps: k·t is rounded. e^(−k·t) falls all the time.",
    lambda initial_rate, t, k: initial_rate * np.exp(-np.floor(k * t)),
)
exponential_decay.mistake(
    "A plain number has no .astype or .shape. np.exp takes numbers and arrays.",
    lambda initial_rate, t, k: initial_rate * np.exp(-k * t.astype(float)),
)


exponential_decay.mistake(
    "e^−kt is taken off the first rate. It multiplies: initial_rate · e^−kt.",
    lambda initial_rate, t, k: initial_rate - np.exp(-k * np.asarray(t, float)),
)
exponential_decay.mistake(
    "t is squared. It stands in the exponent once: e^−kt.",
    lambda initial_rate, t, k: initial_rate * np.exp(-k * np.square(np.asarray(t, float))),
)


# ---- as 1/t ----

inverse_time_decay = Exercise(
    "inverse_time_decay",
    LESSON,
    reference.inverse_time_decay,
    hint="initial_rate / (1 + k * t), with the brackets.",
)
inverse_time_decay.test("agrees with η₀/(1 + k·t)", 1, times)
inverse_time_decay.test("takes any shape, single numbers, fractions, float32, and k = 0", 1, other_times)

inverse_time_decay.mistake(
    "Brackets are missing: η₀ / 1 + k·t is η₀ + k·t, and grows.",
    lambda initial_rate, t, k: initial_rate / 1 + k * t,
)


@inverse_time_decay.mistake("The 1 is missing: this is infinite at t = 0, where the rate must be η₀.")
def _(initial_rate, t, k):
    with np.errstate(all="ignore"):
        return initial_rate / (k * t)


inverse_time_decay.mistake(
    "This divides by (1 + k)^t, which falls exponentially. Divide by 1 + k·t.",
    lambda initial_rate, t, k: initial_rate / (1 + k) ** t,
)
inverse_time_decay.mistake(
    "This multiplies where it should divide: the rate grows.",
    lambda initial_rate, t, k: initial_rate * (1 + k * t),
)
inverse_time_decay.mistake(
    "This is the exponential decay. Here the rate is divided by 1 + k·t.",
    lambda initial_rate, t, k: initial_rate * np.exp(-k * t),
)
inverse_time_decay.mistake(
    "t is divided by k: a larger k must make the rate fall faster.",
    lambda initial_rate, t, k: initial_rate / (1 + t / k) if k else initial_rate / (1 + t),
)
inverse_time_decay.mistake(
    "k is outside: 1 + k·t, not k·(1 + t).",
    lambda initial_rate, t, k: initial_rate / (k * (1 + t)) if k else initial_rate / (1 + t),
)

inverse_time_decay.mistake(
    "initial_rate is missing: this starts at 1.", lambda initial_rate, t, k: 1 / (1 + k * t)
)
inverse_time_decay.mistake("k is missing: 1 + k·t.", lambda initial_rate, t, k: initial_rate / (1 + t))
inverse_time_decay.mistake(
    "This falls with the square of 1 + k·t. Divide once.",
    lambda initial_rate, t, k: initial_rate / (1 + k * t) ** 2,
)
inverse_time_decay.mistake(
    "This falls with the root of 1 + k·t. Divide by 1 + k·t itself.",
    lambda initial_rate, t, k: initial_rate / np.sqrt(1 + k * t),
)
inverse_time_decay.mistake(
    "t counts from 0 here: the rate at t = 0 is η₀. Leave out the + 1 at t.",
    lambda initial_rate, t, k: initial_rate / (1 + k * (t + 1)),
)
inverse_time_decay.mistake(
    "The brackets end too early: this is η₀/(1 + k), times t.",
    lambda initial_rate, t, k: initial_rate / (1 + k) * t,
)
inverse_time_decay.mistake(
    "This takes an amount off with every step, and ends below 0. Divide by 1 + k·t.",
    lambda initial_rate, t, k: initial_rate - k * t,
)
inverse_time_decay.mistake(
    "This is a straight line down, η₀·(1 − k·t). Divide by 1 + k·t, and it never gets to 0.",
    lambda initial_rate, t, k: initial_rate * (1 - k * t),
)
inverse_time_decay.mistake(
    "initial_rate is in the sum below the line too. There stands 1 + k·t.",
    lambda initial_rate, t, k: initial_rate / (initial_rate + k * t),
)
inverse_time_decay.mistake(
    "A plain number has no .astype or .shape. initial_rate / (1 + k * t) takes numbers and arrays.",
    lambda initial_rate, t, k: initial_rate / (1 + k * t.astype(float)),
)


inverse_time_decay.mistake(
    "t is squared. It stands below the line once: 1 + k·t.",
    lambda initial_rate, t, k: initial_rate / (1 + k * np.square(np.asarray(t, float))),
)


# ---- up, and down again ----

warmup_cosine = Exercise(
    "warmup_cosine",
    LESSON,
    reference.warmup_cosine,
    hint="np.where(step < warmup_steps, rising, falling); falling is counted from where the warm-up ends.",
)


@warmup_cosine.test("rises in a line to η₀, then falls in half a cosine to 0", points=2)
def _(rng):
    yield call(rate(rng), np.array([0, 1, 2, 6, 10]), 2, 10)
    yield call(rate(rng), np.array(int(rng.integers(40, 70))), 20, 100)
    yield call(rate(rng), np.arange(41), int(rng.integers(3, 12)), 40)


@warmup_cosine.test("takes single numbers, any shape, no warm-up, and steps past the end", points=1)
def _(rng):
    yield call(rate(rng), np.array(3), 10, 50)
    yield call(rate(rng), rng.uniform(0, 50, size=(2, 3)), 10, 50)
    yield call(rate(rng), np.array([0, 5, 20]), 0, 20)
    yield call(rate(rng), np.array(0), 0, 20)
    yield call(rate(rng), np.array([20, 23, 27]), 4, 20)
    yield call(0.1, 3, 5, 10)
    yield call(1.0, 7, 0, 31)
    yield call(1, 0, 0, 8)
    yield call(0.5, round(rng.uniform(4, 9), 1), 3, 12)
    yield call(0.3, np.int64(int(rng.integers(5, 9))), 4, 12)


def _schedule(rising, falling):
    """A wrong answer whose only fault is one of its two halves."""

    def answer(initial_rate, step, warmup_steps, total_steps):
        up = rising(step, max(warmup_steps, 1))
        down = falling(step, warmup_steps, total_steps)
        return initial_rate * np.where(step < warmup_steps, up, down)

    return answer


def _up(step, warmup):
    return step / warmup


def _down(step, warmup, total):
    return 0.5 * (1 + np.cos(np.pi * (step - warmup) / (total - warmup)))


warmup_cosine.mistake(
    "There is no warm-up: below warmup_steps the rate is η₀·step/warmup_steps.",
    lambda initial_rate, step, warmup_steps, total_steps: (
        initial_rate * _down(step, warmup_steps, total_steps)
    ),
)
warmup_cosine.mistake(
    "The cosine does not begin where the warm-up ends: it runs on (step − warmup)/(total − warmup).",
    _schedule(_up, lambda step, warmup, total: 0.5 * (1 + np.cos(np.pi * step / total))),
)
warmup_cosine.mistake(
    "Brackets are missing in the cosine: π · (step − warmup) / (total − warmup).",
    _schedule(_up, lambda step, warmup, total: 0.5 * (1 + np.cos(np.pi * step - warmup / total - warmup))),
)
warmup_cosine.mistake(
    "The cosine is stretched: from the warm-up's end there are total − warmup steps left.",
    _schedule(_up, lambda step, warmup, total: 0.5 * (1 + np.cos(np.pi * (step - warmup) / total))),
)
warmup_cosine.mistake(
    "The ½ is missing: 1 + cos begins at 2.",
    _schedule(_up, lambda step, warmup, total: 2 * _down(step, warmup, total)),
)
warmup_cosine.mistake(
    "1 − cos rises. The rate is to fall: 1 + cos.",
    _schedule(_up, lambda step, warmup, total: 1 - _down(step, warmup, total)),
)
warmup_cosine.mistake(
    "π is missing in the cosine: half a turn is π.",
    _schedule(_up, lambda step, warmup, total: 0.5 * (1 + np.cos((step - warmup) / (total - warmup)))),
)
warmup_cosine.mistake(
    "The warm-up is one step ahead: at step 0 the rate is 0.",
    _schedule(lambda step, warmup: (step + 1) / warmup, _down),
)
warmup_cosine.mistake(
    "This falls in a straight line. Half a cosine is level at both of its ends.",
    _schedule(_up, lambda step, warmup, total: (total - step) / (total - warmup)),
)
warmup_cosine.mistake(
    "Past total_steps the rate is held at 0. Here the formula goes on.",
    _schedule(_up, lambda step, warmup, total: np.where(step > total, 0, _down(step, warmup, total))),
)


@warmup_cosine.mistake("`if` takes one condition, an array has many: np.where(step < warmup_steps, …, …).")
def _(initial_rate, step, warmup_steps, total_steps):
    if step < warmup_steps:
        return initial_rate * step / warmup_steps
    return initial_rate * _down(step, warmup_steps, total_steps)


warmup_cosine.mistake(
    "The cosine falls during the warm-up too, and the rate never gets to η₀. Below warmup_steps it is "
    "η₀·step/warmup_steps alone, and the cosine begins after it.",
    lambda initial_rate, step, warmup_steps, total_steps: (
        initial_rate
        * np.where(step < warmup_steps, step / max(warmup_steps, 1), 1.0)
        * 0.5
        * (1 + np.cos(np.pi * step / total_steps))
    ),
)
warmup_cosine.mistake(
    "The cosine makes a whole turn, and is back at η₀ at the end. Half a turn is π.",
    _schedule(
        _up, lambda step, warmup, total: 0.5 * (1 + np.cos(2 * np.pi * (step - warmup) / (total - warmup)))
    ),
)
warmup_cosine.mistake(
    "This is a quarter of a turn, cos(π/2·x): steepest at its end. Half a cosine is ½(1 + cos(π·x)).",
    _schedule(_up, lambda step, warmup, total: np.cos(np.pi / 2 * (step - warmup) / (total - warmup))),
)
warmup_cosine.mistake(
    "cos(π·x) alone ends at −1. Lift it and halve it: ½(1 + cos(π·x)).",
    _schedule(_up, lambda step, warmup, total: np.cos(np.pi * (step - warmup) / (total - warmup))),
)
warmup_cosine.mistake(
    "The rate stands at η₀ all through the warm-up. It is to rise: η₀·step/warmup_steps.",
    _schedule(lambda step, warmup: np.ones(np.shape(step)), _down),
)
warmup_cosine.mistake(
    "The rate is 0 all through the warm-up. It is to rise: η₀·step/warmup_steps.",
    _schedule(lambda step, warmup: np.zeros(np.shape(step)), _down),
)
warmup_cosine.mistake(
    "The warm-up falls. It rises from 0 to η₀: step/warmup_steps.",
    _schedule(lambda step, warmup: 1 - step / warmup, _down),
)
warmup_cosine.mistake(
    "initial_rate multiplies one half only. Both are shares of it.",
    lambda initial_rate, step, warmup_steps, total_steps: np.where(
        step < warmup_steps,
        step / max(warmup_steps, 1),
        initial_rate * _down(step, warmup_steps, total_steps),
    ),
)
warmup_cosine.mistake(
    "initial_rate is missing: this rises to 1.",
    lambda initial_rate, step, warmup_steps, total_steps: np.where(
        step < warmup_steps, step / max(warmup_steps, 1), _down(step, warmup_steps, total_steps)
    ),
)


@warmup_cosine.mistake(
    "The warm-up is measured in total_steps: below warmup_steps the rate is η₀·step/warmup_steps."
)
def _(initial_rate, step, warmup_steps, total_steps):
    down = _down(step, warmup_steps, total_steps)
    return initial_rate * np.where(step < warmup_steps, step / total_steps, down)


@warmup_cosine.mistake(
    "With warmup_steps = 0 this divides by 0, though the rise is not even used: np.where works out both "
    "sides. Divide by max(warmup_steps, 1)."
)
def _(initial_rate, step, warmup_steps, total_steps):
    rising = initial_rate * step / warmup_steps
    return np.where(step < warmup_steps, rising, initial_rate * _down(step, warmup_steps, total_steps))


@warmup_cosine.mistake("A plain number has no .shape or .astype. Begin with step = np.asarray(step, float).")
def _(initial_rate, step, warmup_steps, total_steps):
    share = np.zeros(step.shape)
    share[step < warmup_steps] = step[step < warmup_steps] / max(warmup_steps, 1)
    late = step >= warmup_steps
    share[late] = _down(step[late], warmup_steps, total_steps)
    return initial_rate * share


QUIZ = (
    Question(
        "On a parabola of curvature a, gradient descent diverges where the rate is above …",
        a=wrong("1/a", "There it lands on the minimum in one step."),
        b=right("2/a", "Each step multiplies the distance by 1 − η·a, and beyond 2/a that is below −1."),
        c=wrong("a", "More curvature allows less, not more."),
    ),
    Question(
        "SGD with a small constant rate hovers about a parabola's minimum. What halves the variance there?",
        a=wrong("Twice as many epochs.", "It hovers as long as you like, at the same distance."),
        b=right("About half the rate.", "The variance is ησ²/(2 − η): nearly proportional to a small η."),
        c=wrong("A better start.", "Where it began is forgotten."),
    ),
    Question(
        "The rate is 0.8, and is halved every 5 epochs. What is it in epoch 14, the first being epoch 0?",
        a=wrong("0.1", "That is three cuts; the third comes with epoch 15."),
        b=right("0.2", "⌊14/5⌋ = 2 cuts: 0.8 · ½ · ½."),
        c=wrong("−0.4", "That is what taking off 0.4 each time would give, at the third cut."),
    ),
    Question(
        "What told beforehand in which settings decay would gain?",
        a=wrong("How many epochs there were.", "Three settings had ten, and three different outcomes."),
        b=wrong(
            "Whether all labels were right.", "In the plain setting they were, and decay gained as well."
        ),
        c=right(
            "How much of the noise was left at the end.",
            "Most with wrong labels, less in the plain setting, hardly any in the two others.",
        ),
    ),
    Question(
        "What did the warm-up do at a rate of 2?",
        a=right(
            "It led gradually to a rate at which a network that jumped there was wrecked.",
            "The straight line kept it on its feet, at whatever age the others jumped.",
        ),
        b=wrong(
            "It gave the fresh weights time to settle before the large rate came.",
            "Eight quiet epochs gave them time, too, and the jump after these did harm all the same.",
        ),
        c=wrong("It made the last steps smaller.", "That is the work of the fall at the end."),
    ),
)


# ---- the formulas: a wrong answer is compared with what a change to one gives ----


@step_decay.formula
def _(initial_rate, epoch, every, factor):
    return initial_rate * factor ** (epoch // every)


@exponential_decay.formula
def _(initial_rate, t, k):
    return initial_rate * np.exp(-k * t)


@inverse_time_decay.formula
def _(initial_rate, t, k):
    return initial_rate / (1 + k * t)


@warmup_cosine.formula
def _(initial_rate, step, warmup_steps, total_steps):
    up = initial_rate * step / np.maximum(warmup_steps, 1)
    share = (step - warmup_steps) / (total_steps - warmup_steps)
    down = initial_rate / 2 * (1 + np.cos(np.pi * share))
    return np.where(step < warmup_steps, up, down)


@warmup_cosine.formula
def _(initial_rate, step, warmup_steps, total_steps):
    share = (step - warmup_steps) / (total_steps - warmup_steps)
    down = initial_rate * np.cos(np.pi / 2 * share) ** 2
    return np.where(step < warmup_steps, initial_rate * step / np.maximum(warmup_steps, 1), down)
