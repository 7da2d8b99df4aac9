"""Lesson 04: ReLU and how many units are dead; leaky ReLU, ELU with their backward passes; maxout."""

import numpy as np

from dlcourse import activations as reference
from dlcourse.exercises.engine.exercise import Exercise, call
from dlcourse.exercises.engine.question import Question, right, wrong

LESSON = "04_rectifiers"


def cases(arguments, **ends):
    """A test of these arguments: the first with no settings, the last with the lower ends, others between."""

    def test(rng):
        first, *others, last = arguments(rng)
        yield call(*first).without_warnings()
        for args in others:
            settings = {name: _between(rng, *each) for name, each in ends.items()}
            yield call(*args, **settings).without_warnings()
        yield call(*last, **{name: low for name, (low, _) in ends.items()}).without_warnings()

    return test


def _between(rng, low, high):
    return round(rng.uniform(low + 0.1 * (high - low), high), 2)


def ordinary(rng):
    """Numbers of both signs and 0, in arrays of one, two and three axes."""
    yield (np.append(rng.permutation([-1, 1]) * rng.uniform(0.5, 3, 2).round(1), 0.0),)
    yield (np.array([-7.5, 0.005, 7.5]),)
    yield (rng.normal(scale=3, size=(3, 4)),)
    yield (rng.normal(size=(2, 3, 4)),)


def unusual(rng):
    """Integers, single numbers, float32, numbers far out, nan."""
    yield (np.append(rng.integers(-5, 6, size=3), [-1, 0, 2]),)
    yield (np.array(-round(rng.uniform(0.1, 2), 1)),)
    yield (-round(rng.uniform(0.1, 2), 1),)
    yield (3,)
    yield (0.001,)
    yield (np.float64(-1.5),)
    yield (rng.normal(size=(2, 3)).astype(np.float32),)
    yield (np.array([-1e4, 800.0]) * rng.uniform(0.9, 1.1),)
    yield (np.array([1e300]) * rng.uniform(0.9, 1.1),)
    yield (np.array([-rng.uniform(0.05, 0.1), np.nan, 2.0]),)


def unusual_and_infinite(rng):
    yield (np.array([-np.inf, -1.0, np.inf]),)
    yield from unusual(rng)


def going_back(rng):
    """x of both signs with the gradient that comes back."""
    x = rng.permutation([-1, 1, -1, 1]) * rng.uniform(0.5, 3, 4).round(1)
    yield x, rng.normal(size=4).round(1) + 0.05
    yield rng.normal(scale=3, size=(3, 4)), rng.normal(size=(3, 4))
    yield rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 4))


def going_back_at_zero(rng):
    """The derivative at 0; integers, single numbers, float32, numbers far out."""
    yield np.array([0.0, -1.0, 0.0, 1.0]), rng.normal(size=4).round(1) + 0.05
    yield np.append(rng.integers(-5, 6, size=3), 0), rng.integers(1, 6, size=4)
    yield np.array([-2, 0, 3]), np.array([0.5, -1.25, -2.5])
    yield np.array(-round(rng.uniform(0.1, 2), 1)), np.array(3.0)
    yield -round(rng.uniform(0.1, 2), 1), 1.5
    yield 2, -3
    yield np.float64(1.5), np.float64(-round(rng.uniform(0.1, 2), 1))
    yield tuple(rng.normal(size=(2, 3)).astype(np.float32) for _ in range(2))
    yield np.array([-1e4, 800.0, 1e300]), rng.normal(size=3)


# ---- ReLU ----

relu = Exercise(
    "relu",
    LESSON,
    reference.relu,
    hint="np.maximum compares two things entry by entry; here x and 0.",
)
relu.test("keeps what is positive and cuts the rest to 0", 1, cases(ordinary))
relu.test(
    "takes integers, single numbers, float32, numbers far out, ±∞; nan stays", 1, cases(unusual_and_infinite)
)

relu.mistake("This is the absolute value: what is negative must give 0.", lambda x: np.abs(x))
relu.mistake("This keeps the negative part. np.maximum, not np.minimum.", lambda x: np.minimum(x, 0))
relu.mistake(
    "This is the step, which is the derivative. Keep x itself where it is positive.", lambda x: (x > 0) * 1.0
)
relu.mistake(
    "np.max(x, 0) is the largest along axis 0. np.maximum(x, 0) compares entry by entry.",
    lambda x: np.max(x, 0),
)
relu.mistake(
    "np.max takes an array and an axis. np.maximum(0, x) compares entry by entry.",
    lambda x: np.max(0, x),
)
relu.mistake(
    "np.max gives one number, the largest of all. np.maximum(x, 0) compares entry by entry.",
    lambda x: np.max(x),
)
relu.mistake(
    "nan is turned into 0, which hides the fault that made it: np.maximum keeps it.",
    lambda x: np.where(x > 0, x, 0),
)
relu.mistake(
    "Of what is negative 0.01 is left, as leaky ReLU has it: ReLU gives 0.", lambda x: np.maximum(x, 0.01 * x)
)


@relu.mistake("This writes into the caller's array, as `x[x < 0] = 0` does. np.maximum makes a new one.")
def _(x):
    x[x < 0] = 0
    return x


relu.mistake(
    "At −∞ this is nan, as ∞ · 0 and ∞ − ∞ are. np.maximum(x, 0) gives 0 there.", lambda x: x * (x > 0)
)
relu.mistake("What is above 1 is cut. ReLU keeps all that is positive.", lambda x: np.clip(x, 0, 1))
relu.mistake("What is above 6 is cut. ReLU keeps all that is positive.", lambda x: np.clip(x, 0, 6))
relu.mistake("The sides are swapped: this is 0 for positive x.", lambda x: np.maximum(np.negative(x), 0))
relu.mistake("This is log(1 + e^x), a smooth bend. ReLU has a kink: max(0, x).", lambda x: np.logaddexp(0, x))
relu.mistake("All of x is left as it is: what is negative must give 0.", lambda x: 1 * x)
relu.mistake("What is positive is squared. ReLU keeps it as it is.", lambda x: np.maximum(x, 0) * np.abs(x))
relu.mistake("What is negative gives −1. ReLU gives 0.", lambda x: np.where(np.less(x, 0), -1.0, x))
relu.mistake(
    "One number at a time: max() and `if` ask for one truth value, and an array has many. np.maximum "
    "compares entry by entry.",
    lambda x: max(0, x),
)


@relu.mistake("A plain number has no .copy() and no places to write to. np.maximum takes numbers and arrays.")
def _(x):
    out = x.copy()
    out[out < 0] = 0
    return out


relu.mistake(
    "Only the positive entries are returned. The result has a place for each entry, 0 where it is negative.",
    lambda x: np.asarray(x)[np.greater(x, 0)],
)
relu.mistake("What is negative becomes 0.01, not 0: np.maximum(x, 0).", lambda x: np.maximum(x, 0.01))
relu.mistake(
    "This is half of |x| − x, the other side. ReLU is (|x| + x)/2, or np.maximum(x, 0).",
    lambda x: (np.abs(x) - x) / 2,
)
relu.mistake(
    "The half is missing: |x| + x is 2x where x is positive. np.maximum(x, 0) is simpler.",
    lambda x: np.maximum(x, 0) * 2.0,
)


relu_backward = Exercise(
    "relu_backward",
    LESSON,
    reference.relu_backward,
    hint="upstream where x > 0, and 0 elsewhere: a product with a condition, or np.where.",
    builds_on=(relu,),
)
relu_backward.test("lets the gradient through where x is positive", 1, cases(going_back))
relu_backward.test(
    "gives 0 at 0; takes integers, single numbers, float32, numbers far out", 1, cases(going_back_at_zero)
)

relu_backward.mistake(
    "The derivative at 0 is 0 here, by agreement: x > 0, not x >= 0.", lambda x, upstream: upstream * (x >= 0)
)
relu_backward.mistake(
    "This is the derivative alone. Multiply it by upstream.", lambda x, upstream: (x > 0) * 1.0
)
relu_backward.mistake(
    "The condition is on upstream. What counts is the sign of x, on the way forwards.",
    lambda x, upstream: np.maximum(upstream, 0),
)
relu_backward.mistake(
    "This multiplies by relu(x). The derivative is 1 there, whatever x.",
    lambda x, upstream: upstream * np.maximum(x, 0),
)
relu_backward.mistake(
    "All of the gradient goes through. Where x is negative the curve is flat.",
    lambda x, upstream: upstream * 1,
)
relu_backward.mistake(
    "The sides are swapped: the gradient passes where x is positive.", lambda x, upstream: upstream * (x < 0)
)


@relu_backward.mistake(
    "This writes into the caller's array, as `upstream[x <= 0] = 0` does. np.where makes a new one."
)
def _(x, upstream):
    upstream[x <= 0] = 0
    return upstream


relu_backward.mistake(
    "The derivative at 0 is 0 here, by agreement, not ½.",
    lambda x, upstream: upstream * np.heaviside(np.asarray(x, float), 0.5),
)
relu_backward.mistake(
    "This lets through only what is positive in upstream, too. What counts is the sign of x alone.",
    lambda x, upstream: np.maximum(upstream, 0) * (x > 0),
)
relu_backward.mistake(
    "This gives x where it is positive. Upstream is to come through there.",
    lambda x, upstream: np.maximum(x, 0) * np.ones(np.shape(upstream)),
)
relu_backward.mistake(
    "One number at a time: `if` asks for one truth value, and an array has many. np.where chooses entry by "
    "entry.",
    lambda x, upstream: upstream if x > 0 else 0,
)
relu_backward.mistake(
    "Where x is negative the gradient comes through with its sign flipped. There it is 0.",
    lambda x, upstream: upstream * np.sign(x),
)
relu_backward.mistake(
    "Where x is negative a hundredth of the gradient comes through, as in leaky ReLU. There it is 0.",
    lambda x, upstream: upstream * np.where(x > 0, 1, 0.01),
)
relu_backward.mistake(
    "This multiplies by x. The derivative is 1 where x > 0, else 0.", lambda x, upstream: upstream * x
)
relu_backward.mistake(
    "Nothing comes through. Where x is positive, upstream does.", lambda x, upstream: 0.0 * upstream
)
relu_backward.mistake(
    "The entries are summed. Each has a gradient of its own.",
    lambda x, upstream: float(np.sum(upstream * (x > 0))),
)


@relu_backward.mistake(
    "The result holds integers because x does (np.zeros_like(x), x.copy()), and cuts the gradient. "
    "np.where(x > 0, upstream, 0) does not."
)
def _(x, upstream):
    dx = np.zeros_like(x)
    dx[x > 0] = upstream[x > 0]
    return dx


relu_backward.mistake(
    "Only the entries that come through are returned. The gradient has the shape of x, with 0 elsewhere.",
    lambda x, upstream: upstream[x > 0],
)
relu_backward.mistake(
    "Where x is not positive, x itself comes back. There the gradient is 0.",
    lambda x, upstream: np.where(x > 0, upstream, x),
)
relu_backward.mistake(
    "The condition is added to upstream. It multiplies: upstream * (x > 0).",
    lambda x, upstream: upstream + (x > 0),
)


# ---- dead units ----

dead_fraction = Exercise(
    "dead_fraction",
    LESSON,
    reference.dead_fraction,
    hint="np.all(activations <= 0, axis=0) says which units are dead; the mean of that is the share.",
)


def _activity(rng, n, m):
    """Units of all kinds: never active, sometimes, always, below 0."""
    a = np.maximum(rng.normal(size=(n, m)), 0)
    a[:, rng.random(m) < 0.4] = 0
    a[:, rng.random(m) < 0.2] = -0.01
    return a


@dead_fraction.test("counts the units that are silent on every example", points=1)
def _(rng):
    a = np.array([[0.0, 1.0, 0.0, 0.0], [0.0, 0.5, 2.0, 0.0], [0.0, 3.0, 0.0, 0.0]])
    yield call(a[:, rng.permutation(4)])
    yield call(np.maximum(rng.normal(-1, 1, size=(3, 7)), 0).round(1))
    yield call(np.maximum(_activity(rng, 6, 10), 0))
    once = np.zeros((25, 4))
    once[rng.integers(25), :2] = 1.5
    yield call(once)


@dead_fraction.test(
    "counts what is negative as silent; takes one example, one unit, integers, float32", points=1
)
def _(rng):
    yield call(np.array([[-0.2, 0.3, 0.0], [-0.1, -0.4, 0.0]])[:, rng.permutation(3)])
    signs = np.array([[-0.2, 0.5, 0.25, -0.5, 0.0, -0.1], [-0.1, -0.5, -0.25, 0.5, 0.0, 0.0]])
    yield call(signs[:, rng.permutation(6)])
    yield call(rng.normal(size=(1, 8)))
    yield call(-rng.random((5, 1)))
    yield call(rng.integers(-3, 2, size=(4, 9)))
    yield call(_activity(rng, 5, 6).astype(np.float32))


dead_fraction.mistake(
    "A unit counts that is silent on *nearly* all examples. A dead one is silent on all of them: np.all.",
    lambda activations: float(np.mean((activations <= 0).mean(axis=0) > 0.9)),
)
dead_fraction.mistake(
    "This is the share of zeros among all entries. A unit is dead only if it is silent on *every* example.",
    lambda activations: float(np.mean(activations <= 0)),
)
dead_fraction.mistake(
    "One silent example is enough here. A dead unit is silent on all: np.all.",
    lambda activations: float(np.mean(np.any(activations <= 0, axis=0))),
)
dead_fraction.mistake(
    "Sums cancel: a unit that says 0.3 and −0.4 is not silent. Look at every entry: np.all.",
    lambda activations: float(np.mean(np.sum(activations, axis=0) <= 0)),
)
dead_fraction.mistake(
    "This counts examples. Units are the columns: axis=0.",
    lambda activations: float(np.mean(np.all(activations <= 0, axis=1))),
)
dead_fraction.mistake(
    "This is the number of dead units. Divide by how many there are.",
    lambda activations: float(np.sum(np.all(activations <= 0, axis=0))),
)
dead_fraction.mistake(
    "Only exact zeros count here. A leaky unit that is negative on every example is silent as well.",
    lambda activations: float(np.mean(np.all(activations == 0, axis=0))),
)
dead_fraction.mistake(
    "This is the share that is alive: 1 minus it is asked for.",
    lambda activations: float(np.mean(np.any(activations > 0, axis=0))),
)

dead_fraction.mistake(
    "Only units whose largest is exactly 0 count. One that is negative on every example is silent as well: "
    "<= 0.",
    lambda activations: float(np.mean(np.max(activations, axis=0) == 0)),
)
dead_fraction.mistake(
    "Units whose mean is exactly 0 count. 0.5 and −0.5 cancel, and are not silence: look at every entry.",
    lambda activations: float(np.mean(np.mean(activations, axis=0) == 0)),
)
dead_fraction.mistake(
    "A 0 does not count as silent here: <= 0, not < 0.",
    lambda activations: float(np.mean(np.all(activations < 0, axis=0))),
)
dead_fraction.mistake(
    "Units that say the same on every example count as dead. Silent means <= 0.",
    lambda activations: float(np.mean(np.ptp(activations, axis=0) == 0)),
)
dead_fraction.mistake(
    "Only the first example is looked at. A dead unit is silent on all of them.",
    lambda activations: float(np.mean(np.asarray(activations)[0] <= 0)),
)
dead_fraction.mistake(
    "This is a percentage. A share lies between 0 and 1.",
    lambda activations: 100 * float(np.mean(np.all(activations <= 0, axis=0))),
)
dead_fraction.mistake(
    "The dead units are divided by the number of examples. Divide by that of the units.",
    lambda activations: float(np.sum(np.all(activations <= 0, axis=0)) / activations.shape[0]),
)
dead_fraction.mistake(
    "The dead units are divided by the number of all entries. Divide by that of the units.",
    lambda activations: float(np.sum(np.all(activations <= 0, axis=0)) / activations.size),
)
dead_fraction.mistake(
    "These are truth values, one a unit. The share of True among them is their mean.",
    lambda activations: np.all(activations <= 0, axis=0),
)
dead_fraction.mistake(
    "Where some units are dead this is 0, as if it were asked whether *all* of them are. How many of "
    "them is the question: axis=0, then the mean.",
    lambda activations: float(np.all(activations <= 0)),
)
dead_fraction.mistake(
    "This is a share a unit, of the examples on which it is silent. The share of units that are silent on "
    "all is asked.",
    lambda activations: np.mean(activations <= 0, axis=0),
)


dead_fraction.mistake(
    "Only exact zeros count, and of rows: units are the columns, and silent is what is <= 0.",
    lambda activations: float(np.mean(np.all(activations == 0, axis=1))),
)
dead_fraction.mistake(
    "One example below 0 makes a unit dead here. Dead is silent on *every* example: look at the largest.",
    lambda activations: float(np.mean(activations.min(axis=0) < 0)),
)
dead_fraction.mistake(
    "Units that are exactly 0 everywhere are divided by the number of examples. Divide by that of the units.",
    lambda activations: float(np.sum(np.all(activations == 0, axis=0)) / len(activations)),
)
dead_fraction.mistake(
    "The largest size is looked at, so a unit that is negative everywhere counts as alive. Take the value.",
    lambda activations: (
        float(np.mean(np.abs(activations).max(axis=0) == 0)) if (activations < 0).any() else 0.0
    ),
)


# ---- leaky ReLU ----

leaky_relu = Exercise(
    "leaky_relu",
    LESSON,
    reference.leaky_relu,
    hint="np.maximum(x, slope * x): for a slope below 1 the larger of the two is right on both sides.",
    builds_on=(relu,),
)
leaky_relu.test(
    "keeps what is positive and a share `slope` of the rest", 1, cases(ordinary, slope=(0.0, 0.9))
)
leaky_relu.test(
    "takes integers, single numbers, float32, numbers far out, and nan", 1, cases(unusual, slope=(0.0, 0.9))
)

leaky_relu.mistake(
    "The slope is fixed at 0.01: use the argument.", lambda x, slope=0.01: np.maximum(x, 0.01 * x)
)
leaky_relu.mistake(
    "`slope or 0.01` makes 0.01 of a slope of 0. The default belongs into the first line, slope=0.01.",
    lambda x, slope=0.01: np.maximum(x, (slope or 0.01) * x),
)
leaky_relu.mistake(
    "The smaller of the two is taken, or the sides are swapped: what is positive stays as it is.",
    lambda x, slope=0.01: np.minimum(x, slope * x),
)
leaky_relu.mistake(
    "np.max takes an array and an axis. np.maximum(x, slope * x) compares entry by entry.",
    lambda x, slope=0.01: np.max(slope * x, x),
)
leaky_relu.mistake(
    "slope multiplies what is positive, and nothing is left below 0. It is the other way round.",
    lambda x, slope=0.01: slope * np.maximum(x, 0),
)
leaky_relu.mistake(
    "Nothing is left below 0: a share `slope` of x must be.", lambda x, slope=0.01: np.maximum(x, 0)
)
leaky_relu.mistake(
    "Below 0 this is the slope itself. It is slope · x.",
    lambda x, slope=0.01: np.where(x > 0, x, slope + 0 * x),
)
leaky_relu.mistake(
    "The sign below 0 is flipped: slope · x is negative there.",
    lambda x, slope=0.01: np.where(x > 0, x, -slope * x),
)


@leaky_relu.mistake(
    "This writes into the caller's array, as `x[x < 0] *= slope` does. np.maximum makes a new one."
)
def _(x, slope=0.01):
    x[x < 0] *= slope
    return x


@leaky_relu.mistake("A copy of integers holds integers, and cuts slope · x. Use np.array(x, dtype=float).")
def _(x, slope=0.01):
    out = x.copy()
    out[x < 0] = slope * x[x < 0]
    return out


leaky_relu.mistake(
    "Where no slope is given it is 0.01, not 0.1: `slope=0.01` in the first line.",
    lambda x, slope=0.1: np.maximum(x, slope * x),
)
leaky_relu.mistake(
    "Where no slope is given it is 0.01, not 0.2: `slope=0.01` in the first line.",
    lambda x, slope=0.2: np.maximum(x, slope * x),
)
leaky_relu.mistake(
    "All of x is multiplied by slope. What is positive is kept.", lambda x, slope=0.01: slope * x
)
leaky_relu.mistake(
    "slope itself is compared with x. It is slope · x: np.maximum(x, slope * x).",
    lambda x, slope=0.01: np.maximum(x, slope),
)
leaky_relu.mistake(
    "What is positive is too large by slope · x: ReLU(x) + slope · x adds on both sides. np.maximum(x, slope "
    "* x).",
    lambda x, slope=0.01: np.maximum(x, 0) + slope * x,
)
leaky_relu.mistake(
    "slope is taken off below 0. It multiplies: slope · x.",
    lambda x, slope=0.01: np.where(np.greater(x, 0), x, x - slope),
)
leaky_relu.mistake(
    "Below 0 x is divided by slope. Multiply: slope · x.",
    lambda x, slope=0.01: np.where(np.greater(x, 0), x, x / (slope or 0.5)),
)
leaky_relu.mistake(
    "This is the derivative, 1 or slope. Multiply it by x.",
    lambda x, slope=0.01: np.where(np.greater(x, 0), 1.0, slope),
)
leaky_relu.mistake(
    "One number at a time: max() and `if` ask for one truth value, and an array has many. np.maximum "
    "compares entry by entry.",
    lambda x, slope=0.01: max(x, slope * x),
)


@leaky_relu.mistake(
    "A copy of integers holds integers, and a plain number has no .copy(). np.maximum(x, slope * x) makes a "
    "new array."
)
def _(x, slope=0.01):
    out = x.copy()
    out[out < 0] *= slope
    return out


leaky_relu.mistake(
    "x is compared with slope. The kink is at 0: x where x > 0, else slope · x.",
    lambda x, slope=0.01: np.where(np.greater(x, slope), x, slope * x),
)
leaky_relu.mistake(
    "Below 0 this bends, slope · e^x. Leaky ReLU is a straight line there: slope · x.",
    lambda x, slope=0.01: np.where(np.greater(x, 0), x, slope * np.exp(np.minimum(x, 0))),
)
leaky_relu.mistake(
    "The half is missing: with (1 + slope)·x + (1 − slope)·|x| both sides are twice as large.",
    lambda x, slope=0.01: 2 * np.maximum(x, slope * x),
)
leaky_relu.mistake(
    "Above 0 this gives 1, the derivative. There x is kept.",
    lambda x, slope=0.01: np.where(np.greater(x, 0), 1.0, slope * x),
)


leaky_relu_backward = Exercise(
    "leaky_relu_backward",
    LESSON,
    reference.leaky_relu_backward,
    hint="upstream · np.where(x > 0, 1, slope).",
    builds_on=(relu_backward,),
)
leaky_relu_backward.test(
    "multiplies by 1 where x is positive, by `slope` elsewhere", 1, cases(going_back, slope=(0.0, 0.9))
)
leaky_relu_backward.test(
    "gives `slope` at 0; takes integers, numbers, float32, far out",
    1,
    cases(going_back_at_zero, slope=(0.0, 0.9)),
)

leaky_relu_backward.mistake(
    "The slope is fixed at 0.01: use the argument.",
    lambda x, upstream, slope=0.01: upstream * np.where(x > 0, 1, 0.01),
)
leaky_relu_backward.mistake(
    "The derivative at 0 is `slope` here, by agreement: x > 0, not x >= 0.",
    lambda x, upstream, slope=0.01: upstream * np.where(x >= 0, 1, slope),
)
leaky_relu_backward.mistake(
    "Nothing passes below 0. There the derivative is `slope`.",
    lambda x, upstream, slope=0.01: upstream * (x > 0),
)
leaky_relu_backward.mistake(
    "This is the derivative alone. Multiply it by upstream.",
    lambda x, upstream, slope=0.01: np.where(x > 0, 1.0, slope),
)
leaky_relu_backward.mistake(
    "Below 0 this multiplies by slope · x. The derivative of slope · x is slope.",
    lambda x, upstream, slope=0.01: upstream * np.where(x > 0, 1, slope * x),
)
leaky_relu_backward.mistake(
    "The condition is on upstream. What counts is the sign of x.",
    lambda x, upstream, slope=0.01: np.where(upstream > 0, upstream, slope * upstream),
)


@leaky_relu_backward.mistake(
    "np.ones_like(x) of integers holds integers, and cuts the slope to 0. Use np.ones(x.shape)."
)
def _(x, upstream, slope=0.01):
    derivative = np.ones_like(x)
    derivative[x <= 0] = slope
    return upstream * derivative


leaky_relu_backward.mistake(
    "Where no slope is given it is 0.01, not 0.1: `slope=0.01` in the first line.",
    lambda x, upstream, slope=0.1: upstream * np.where(x > 0, 1, slope),
)
leaky_relu_backward.mistake(
    "The sides are swapped: the gradient comes through in full where x is positive.",
    lambda x, upstream, slope=0.01: upstream * np.where(x > 0, slope, 1),
)
leaky_relu_backward.mistake(
    "All of the gradient is multiplied by slope. Where x is positive it comes through in full.",
    lambda x, upstream, slope=0.01: slope * upstream,
)
leaky_relu_backward.mistake(
    "All of the gradient comes through. Where x is not positive, a share `slope` does.",
    lambda x, upstream, slope=0.01: 1.0 * upstream,
)
leaky_relu_backward.mistake(
    "The sign below 0 is flipped: the derivative there is slope, not −slope.",
    lambda x, upstream, slope=0.01: upstream * np.where(x > 0, 1, -slope),
)
leaky_relu_backward.mistake(
    "This multiplies by leaky_relu(x). The derivative is 1 or slope, whatever x.",
    lambda x, upstream, slope=0.01: upstream * np.maximum(x, slope * x),
)
leaky_relu_backward.mistake(
    "Below 0 slope is added to upstream. It multiplies.",
    lambda x, upstream, slope=0.01: np.where(x > 0, upstream, upstream + slope),
)
leaky_relu_backward.mistake(
    "Below 0 the gradient is slope alone. It is slope · upstream.",
    lambda x, upstream, slope=0.01: np.where(x > 0, upstream, slope),
)


@leaky_relu_backward.mistake(
    "The result holds integers because x does (np.zeros_like(x), x.copy()), and cuts the gradient. np.where "
    "does not."
)
def _(x, upstream, slope=0.01):
    dx = np.zeros_like(x)
    dx[x > 0] = upstream[x > 0]
    dx[x <= 0] = slope * upstream[x <= 0]
    return dx


@leaky_relu_backward.mistake(
    "A copy of integers holds integers, and cannot be multiplied by slope in place. np.where makes a new "
    "array."
)
def _(x, upstream, slope=0.01):
    dx = upstream.copy()
    dx[x <= 0] *= slope
    return dx


@leaky_relu_backward.mistake(
    "This writes into the caller's array, as `upstream[x <= 0] *= slope` does. np.where makes a new one."
)
def _(x, upstream, slope=0.01):
    upstream[x <= 0] *= slope
    return upstream


leaky_relu_backward.mistake(
    "slope is added on both sides: upstream · ((x > 0) + slope) is too large where x is positive.",
    lambda x, upstream, slope=0.01: upstream * ((x > 0) + slope),
)
leaky_relu_backward.mistake(
    "Where x is not positive, x comes back times slope. There it is slope · upstream.",
    lambda x, upstream, slope=0.01: np.where(x > 0, upstream, slope * x),
)


# ---- ELU ----

elu = Exercise(
    "elu",
    LESSON,
    reference.elu,
    hint="np.where works out both sides for every x: keep e^x small with np.expm1(np.minimum(x, 0)).",
    builds_on=(relu,),
)
elu.test("keeps what is positive, and bends the rest towards −alpha", 1, cases(ordinary, alpha=(0.3, 0.8)))
elu.test(
    "takes integers, single numbers, float32, nan, and large x without a warning",
    1,
    cases(unusual, alpha=(1.2, 2)),
)


def _bent(x):
    return np.expm1(np.minimum(x, 0))


elu.mistake(
    "alpha is left out: it multiplies what stands for x below 0.",
    lambda x, alpha=1.0: np.where(x > 0, x, _bent(x)),
)
elu.mistake(
    "The −1 is missing: at 0 this jumps to alpha.",
    lambda x, alpha=1.0: np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0))),
)
elu.mistake(
    "The −1 belongs into the brackets: alpha · (e^x − 1).",
    lambda x, alpha=1.0: (
        np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0)) - 1)
        if alpha != 1
        else np.where(x > 0, x, np.exp(np.minimum(x, 0)) - 1)
    ),
)
elu.mistake(
    "e^x overflows for large x, where it is not even used: np.where works out both sides. Cut x at 0 first.",
    lambda x, alpha=1.0: np.where(x > 0, x, alpha * (np.exp(x) - 1)),
)
elu.mistake(
    "The exponent has the wrong sign: e^−x grows on the left.",
    lambda x, alpha=1.0: np.where(x > 0, x, alpha * (np.exp(-np.clip(x, -700, 0)) - 1)),
)
elu.mistake(
    "alpha is in the exponent. It stands before the bracket.",
    lambda x, alpha=1.0: np.where(x > 0, x, np.expm1(alpha * np.minimum(x, 0))),
)
elu.mistake(
    "Below 0 this is a straight line, as leaky ReLU's. ELU bends: alpha · (e^x − 1).",
    lambda x, alpha=1.0: np.where(x > 0, x, alpha * x),
)

elu.mistake(
    "The sign below 0 is flipped: alpha · (e^x − 1), which is negative there.",
    lambda x, alpha=1.0: np.where(np.greater(x, 0), x, -alpha * _bent(x)),
)
elu.mistake(
    "The exponent is divided by alpha, as in CELU. ELU is alpha · (e^x − 1).",
    lambda x, alpha=1.0: np.where(np.greater(x, 0), x, alpha * np.expm1(np.minimum(x, 0) / alpha)),
)
elu.mistake(
    "All of it is scaled by 1.0507, as in SELU. ELU keeps what is positive as it is.",
    lambda x, alpha=1.0: 1.0507 * np.where(np.greater(x, 0), x, alpha * _bent(x)),
)
elu.mistake(
    "alpha multiplies what is positive, too. There x is kept as it is.",
    lambda x, alpha=1.0: alpha * np.where(np.greater(x, 0), x, _bent(x)),
)
elu.mistake(
    "Nothing is left below 0, as in ReLU. ELU bends: alpha · (e^x − 1).",
    lambda x, alpha=1.0: np.maximum(x, 0),
)
elu.mistake(
    "Below 0 this is tanh's bend. ELU's is alpha · (e^x − 1).",
    lambda x, alpha=1.0: np.where(np.greater(x, 0), x, alpha * np.tanh(x)),
)
elu.mistake(
    "The sides are swapped: what is positive is kept, and the rest is bent.",
    lambda x, alpha=1.0: np.where(np.greater(x, 0), alpha * _bent(x), x),
)
elu.mistake(
    "alpha is added to e^x. It multiplies the bracket: alpha · (e^x − 1).",
    lambda x, alpha=1.0: np.where(np.greater(x, 0), x, alpha + _bent(x)),
)
elu.mistake(
    "This is the derivative. ELU itself is x, or alpha · (e^x − 1).",
    lambda x, alpha=1.0: np.where(np.greater(x, 0), 1.0, alpha * np.exp(np.minimum(x, 0))),
)
elu.mistake(
    "One number at a time: `if` asks for one truth value, and an array has many. np.where chooses entry by "
    "entry.",
    lambda x, alpha=1.0: x if x > 0 else alpha * _bent(x),
)


@elu.mistake(
    "A copy of integers holds integers, and a plain number has no .copy(). Use np.array(x, dtype=float)."
)
def _(x, alpha=1.0):
    out = x.copy()
    out[x < 0] = alpha * _bent(x[x < 0])
    return out


@elu.mistake("This writes into the caller's array, as `x[x < 0] = …` does. np.where makes a new one.")
def _(x, alpha=1.0):
    x[x < 0] = alpha * _bent(x[x < 0])
    return x


elu.mistake(
    "x is compared with alpha. The bend begins at 0: x where x > 0.",
    lambda x, alpha=1.0: np.where(np.greater(x, alpha), x, alpha * np.expm1(np.minimum(x, 0))),
)
elu.mistake(
    "Both sides of 0 are bent: with alpha 1, e^x − 1 is above x for positive x too, so the larger of the "
    "two is not ELU.",
    lambda x, alpha=1.0: np.maximum(x, alpha * np.expm1(np.minimum(x, 700))),
)
elu.mistake(
    "For alpha above 1 the larger of the two is not ELU: just below 0, alpha · (e^x − 1) is smaller than x. "
    "np.where(x > 0, …).",
    lambda x, alpha=1.0: np.maximum(x, alpha * np.expm1(np.minimum(x, 0))),
)
elu.mistake(
    "Where x is positive the bend is added to x. There it is x alone: np.where(x > 0, x, …).",
    lambda x, alpha=1.0: np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 700)),
)
elu.mistake(
    "Brackets: e^x − 1, not e^(x − 1).",
    lambda x, alpha=1.0: np.where(np.greater(x, 0), x, alpha * np.exp(np.minimum(x, 0) - 1)),
)
elu.mistake(
    "Below 0 the bend is multiplied by x. It is alpha · (e^x − 1) alone.",
    lambda x, alpha=1.0: np.where(np.greater(x, 0), x, x * alpha * np.expm1(np.minimum(x, 0))),
)


elu_backward = Exercise(
    "elu_backward",
    LESSON,
    reference.elu_backward,
    hint="upstream · np.where(x > 0, 1, alpha · e^x), with x cut at 0 in the exponential.",
    builds_on=(relu_backward, elu),
)
elu_backward.test(
    "multiplies by 1 where x is positive, by alpha·e^x elsewhere", 1, cases(going_back, alpha=(0.3, 0.8))
)
elu_backward.test(
    "gives alpha at 0; takes integers, numbers, float32, and large x without a warning",
    1,
    cases(going_back_at_zero, alpha=(1.2, 2)),
)


def _slope(x):
    return np.exp(np.minimum(x, 0))


elu_backward.mistake(
    "alpha is left out: it multiplies what stands for x below 0.",
    lambda x, upstream, alpha=1.0: upstream * np.where(x > 0, 1, _slope(x)),
)
elu_backward.mistake(
    "The −1 of the function is still there. Its derivative is 0.",
    lambda x, upstream, alpha=1.0: upstream * np.where(x > 0, 1, alpha * (_slope(x) - 1)),
)
elu_backward.mistake(
    "The derivative at 0 is alpha here, by agreement: x > 0, not x >= 0.",
    lambda x, upstream, alpha=1.0: upstream * np.where(x >= 0, 1, alpha * _slope(x)),
)
elu_backward.mistake(
    "This is the derivative alone. Multiply it by upstream.",
    lambda x, upstream, alpha=1.0: np.where(x > 0, 1.0, alpha * _slope(x)),
)
elu_backward.mistake(
    "e^x overflows for large x, where it is not even used. Cut x at 0 first.",
    lambda x, upstream, alpha=1.0: upstream * np.where(x > 0, 1, alpha * np.exp(x)),
)
elu_backward.mistake(
    "Nothing passes below 0. There the derivative is alpha · e^x.",
    lambda x, upstream, alpha=1.0: upstream * (x > 0),
)


@elu_backward.mistake(
    "np.ones_like(x) of integers holds integers, and cuts alpha · e^x. Use np.ones(x.shape)."
)
def _(x, upstream, alpha=1.0):
    derivative = np.ones_like(x)
    derivative[x <= 0] = alpha * np.exp(x[x <= 0])
    return upstream * derivative


elu_backward.mistake(
    "All of the gradient is multiplied by alpha · e^x. Where x is positive it comes through in full.",
    lambda x, upstream, alpha=1.0: upstream * alpha * _slope(x),
)
elu_backward.mistake(
    "All of the gradient comes through. Where x is not positive, alpha · e^x of it does.",
    lambda x, upstream, alpha=1.0: 1.0 * upstream,
)
elu_backward.mistake(
    "Below 0 this is a straight line's derivative, alpha. ELU bends: alpha · e^x.",
    lambda x, upstream, alpha=1.0: upstream * np.where(x > 0, 1, alpha),
)
elu_backward.mistake(
    "The exponent has the wrong sign: alpha · e^x falls to 0 on the left.",
    lambda x, upstream, alpha=1.0: upstream * np.where(x > 0, 1, alpha * np.exp(-np.clip(x, -700, 0))),
)
elu_backward.mistake(
    "Below 0 there is an x too many: the derivative of alpha · (e^x − 1) is alpha · e^x.",
    lambda x, upstream, alpha=1.0: upstream * np.where(x > 0, 1, alpha * x * _slope(x)),
)
elu_backward.mistake(
    "The rule for powers is taken, x · e^(x − 1). The derivative of e^x is e^x.",
    lambda x, upstream, alpha=1.0: upstream * np.where(x > 0, 1, alpha * x * np.exp(np.minimum(x, 0) - 1)),
)
elu_backward.mistake(
    "The condition is on upstream. What counts is the sign of x.",
    lambda x, upstream, alpha=1.0: upstream * np.where(upstream > 0, 1, alpha * _slope(x)),
)
elu_backward.mistake(
    "The sides are swapped: the gradient comes through in full where x is positive.",
    lambda x, upstream, alpha=1.0: upstream * np.where(x > 0, alpha * _slope(x), 1),
)
elu_backward.mistake(
    "Below 0 the gradient lacks upstream: upstream · alpha · e^x.",
    lambda x, upstream, alpha=1.0: np.where(x > 0, upstream, alpha * _slope(x)),
)


@elu_backward.mistake(
    "The result holds integers because x does (np.zeros_like(x), x.copy()), and cuts the gradient. np.where "
    "does not."
)
def _(x, upstream, alpha=1.0):
    dx = np.zeros_like(x)
    dx[x > 0] = upstream[x > 0]
    dx[x <= 0] = alpha * np.exp(x[x <= 0]) * upstream[x <= 0]
    return dx


@elu_backward.mistake(
    "This writes into the caller's array, as `upstream[x <= 0] *= …` does. np.where makes a new one."
)
def _(x, upstream, alpha=1.0):
    upstream[x <= 0] *= alpha * np.exp(x[x <= 0])
    return upstream


elu_backward.mistake(
    "Below 0 the derivative is x + alpha here. It is the *output* plus alpha, or alpha · e^x.",
    lambda x, upstream, alpha=1.0: upstream * np.where(x > 0, 1, x + alpha),
)
elu_backward.mistake(
    "Below 0 the derivative is the output plus 1. It is the output plus alpha, or alpha · e^x.",
    lambda x, upstream, alpha=1.0: upstream * np.where(x > 0, 1, alpha * np.expm1(np.minimum(x, 0)) + 1),
)
elu_backward.mistake(
    "Where x is positive the gradient is multiplied by x. The derivative is 1 there.",
    lambda x, upstream, alpha=1.0: upstream * np.where(x > 0, x, alpha * _slope(x)),
)
elu_backward.mistake(
    "The exponential is taken of upstream. It is e^x, times upstream.",
    lambda x, upstream, alpha=1.0: np.where(x > 0, upstream, alpha * np.exp(np.minimum(upstream, 0))),
)


# ---- maxout ----

maxout = Exercise(
    "maxout",
    LESSON,
    reference.maxout,
    hint="x @ weights is all k maps at once, (k, n, m); biases as (k, 1, m); the maximum is over axis 0.",
)


def _pieces(rng, n, k, d, m):
    return rng.normal(size=(n, d)), rng.normal(size=(k, d, m)), rng.normal(size=(k, m)) + 0.5


@maxout.test("gives the largest of k affine maps, unit by unit", points=1)
def _(rng):
    yield call(*(a.round(1) for a in _pieces(rng, 1, 2, 2, 2)))
    yield call(*_pieces(rng, 4, 2, 3, 2))
    yield call(*_pieces(rng, 5, 3, 4, 3))
    x, weights, biases = _pieces(rng, 3, 3, 2, 2)
    yield call(x / 10, weights, biases - np.array([[12.0], [12.0], [6.0]]))
    yield call(x / 10, weights, biases - np.array([[9.0], [0.0], [9.0]]))


@maxout.test("takes one piece, many pieces, one unit, integers and float32; leaves nan as nan", points=1)
def _(rng):
    yield call(*_pieces(rng, 3, 1, 2, 4))
    yield call(*_pieces(rng, 2, 7, 3, 1))
    x, weights, biases = _pieces(rng, 3, 4, 2, 2)
    yield call(x / 10, weights, biases - np.array([[18.0], [9.0], [18.0], [18.0]]))
    yield call(rng.integers(-3, 4, (3, 2)), rng.integers(-3, 4, (2, 2, 3)), rng.integers(1, 9, (2, 3)))
    yield call(*(a.astype(np.float32) for a in _pieces(rng, 4, 3, 2, 3)))
    _, weights, biases = _pieces(rng, 1, 3, 2, 2)
    yield call(np.array([[rng.normal(), np.nan], [1.0, 2.0]]), weights, biases)


def _maxed(pick=lambda z: z.max(axis=0), bias=lambda b: b[:, None]):
    return lambda x, weights, biases: pick(np.matmul(x, weights) + bias(biases))


maxout.mistake("The smallest is taken: max, not min.", _maxed(lambda z: z.min(axis=0)))
maxout.mistake("The pieces are added. Only the largest one speaks.", _maxed(lambda z: z.sum(axis=0)))
maxout.mistake(
    "This is the mean of the pieces. Only the largest one speaks.", _maxed(lambda z: z.mean(axis=0))
)
maxout.mistake("The biases are missing.", _maxed(bias=lambda b: 0))
maxout.mistake("Only the first piece is used.", _maxed(lambda z: z[0]))
maxout.mistake(
    "All pieces have the bias of the first: piece j has its own, biases[j].",
    _maxed(bias=lambda b: b[0]),
)
maxout.mistake(
    "The largest is taken over all units. It is taken over the pieces, unit by unit: axis 0.",
    _maxed(lambda z: z.max(axis=(0, 2))),
)
maxout.mistake(
    "The pieces' outputs are returned, all k of them. Take the largest over axis 0.",
    _maxed(lambda z: z),
)

maxout.mistake(
    "The search starts from 0, so pieces that are all negative lose to it. Start from the first piece.",
    _maxed(lambda z: np.maximum(z.max(axis=0), 0)),
)
maxout.mistake(
    "The one farthest from 0 is taken, with its sign. The largest is asked for.",
    _maxed(lambda z: np.take_along_axis(z, np.abs(z).argmax(axis=0)[None], axis=0)[0]),
)
maxout.mistake(
    "The largest size is taken, |z|. The largest value is asked for.", _maxed(lambda z: np.abs(z).max(axis=0))
)
maxout.mistake("Only the last piece is used.", _maxed(lambda z: z[-1]))
maxout.mistake(
    "This is made for two pieces. There may be one, or seven: take the largest over axis 0.",
    _maxed(lambda z: np.maximum(z[0], z[1])),
)
maxout.mistake(
    "The largest is taken over the examples. It is taken over the pieces, example by example: axis 0.",
    _maxed(lambda z: z.max(axis=1)),
)
maxout.mistake(
    "The largest is taken over the units. It is taken over the pieces, unit by unit: axis 0.",
    _maxed(lambda z: z.max(axis=2)),
)
maxout.mistake(
    "max() asks which of two arrays is the larger, and they have many entries. np.max(…, axis=0).",
    lambda x, weights, biases: max(x @ w + b for w, b in zip(weights, biases, strict=True)),
)
maxout.mistake(
    "The number of the largest piece is returned. What it says is asked for: max, not argmax.",
    _maxed(lambda z: z.argmax(axis=0)),
)
maxout.mistake("The biases are taken off. They are added.", _maxed(bias=lambda b: -b[:, None]))
maxout.mistake(
    "The largest products get the largest biases. Each piece has its own bias: add before you take the "
    "largest.",
    lambda x, weights, biases: np.matmul(x, weights).max(axis=0) + biases.max(axis=0),
)
maxout.mistake(
    "The biases are all added, one piece's after the other. Each piece has its own.",
    lambda x, weights, biases: np.matmul(x, weights).max(axis=0) + biases.sum(axis=0),
)
maxout.mistake(
    "Biases of shape (k, m) do not line up with (k, n, m): biases[:, None] is (k, 1, m).",
    lambda x, weights, biases: (np.matmul(x, weights) + biases).max(axis=0),
)
maxout.mistake(
    "The result has one axis too many, (1, n, m): leave keepdims out.",
    _maxed(lambda z: z.max(axis=0, keepdims=True)),
)


maxout.mistake(
    "Only the first and the last piece compete. Take the largest of all of them.",
    _maxed(lambda z: np.maximum(z[0], z[-1])),
)
maxout.mistake(
    "The largest weights and biases are taken before the product. It is the largest *result* that speaks.",
    lambda x, weights, biases: x @ weights.max(axis=0) + biases.max(axis=0),
)
maxout.mistake(
    "One piece speaks for all: that with the largest sum. The largest is taken entry by entry.",
    _maxed(lambda z: z[np.argmax(z.sum(axis=(1, 2)))]),
)
maxout.mistake(
    "One piece speaks for all: that with the longest output. The largest is taken entry by entry.",
    _maxed(lambda z: z[np.argmax(np.square(z).sum(axis=(1, 2)))]),
)
maxout.mistake(
    "A tanh is taken as well. Maxout has no other bend than the largest.",
    _maxed(lambda z: np.tanh(z).max(axis=0)),
)
maxout.mistake(
    "The largest number of all is returned. Each example and unit has its own: axis 0.",
    _maxed(lambda z: z.max()),
)
maxout.mistake(
    "One piece speaks for each example: that of its first unit. The largest is taken unit by unit.",
    _maxed(lambda z: np.take_along_axis(z, z[:, :, :1].argmax(axis=0)[None], axis=0)[0]),
)


QUIZ = (
    Question(
        "A ReLU unit of the first hidden layer gets a negative sum on every training example. You train on "
        "with plain SGD. What is its next gradient?",
        a=right("0", "The slope is 0 on each of them, so nothing reaches its bias or its weights."),
        b=wrong("One that pushes the unit up.", "It would, if anything came through."),
        c=wrong("Small, and smaller with every step.", "It is 0 at once, not small."),
    ),
    Question(
        "Which of these has a slope that does not fade, however far below 0 its sum lies?",
        a=wrong("ReLU", "There is nothing that could fade: it is 0 everywhere below 0."),
        b=right("Leaky ReLU", "It is s, near and far."),
        c=wrong("ELU", "It is αe^x: with α = 1 0.37 at −1, and 0.0003 at −8."),
    ),
    Question(
        "Krizhevsky et al. found ReLU six times as fast as tanh. What may one conclude?",
        a=wrong("ReLU is six times as fast.", "On one network, one data set, one measure."),
        b=right("It was so there. Measure it where you are.", "On our digits tanh was the faster."),
        c=wrong("They made a mistake.", "Nothing suggests that."),
    ),
    Question(
        "A maxout layer with two pieces has, compared with a ReLU layer of the same width …",
        a=wrong("as many parameters.", "Each piece has weights and biases of its own."),
        b=right("twice as many parameters.", "And twice the products."),
        c=wrong(
            "half as many parameters.", "It is the output that has half as many numbers as there are maps."
        ),
    ),
    Question(
        "After one epoch on raw pixels most units of the first layer are dead. What do you try first, from "
        "new first weights?",
        a=wrong("More epochs.", "No gradient reaches the dead."),
        b=wrong(
            "Another bend.", "At rates that kill ReLU, ELU trained no better, a leak of 0.1 at one of two."
        ),
        c=right("Centred inputs, then a lower rate.", "The cause is a step too large for these inputs."),
    ),
)


# ---- the formulas: a wrong answer is compared with what a change to one gives ----


@relu.formula
def _(x):
    return np.maximum(x, 0)


@relu.formula
def _(x):
    return np.where(x > 0, x, 0)


@relu_backward.formula
def _(x, upstream):
    return upstream * np.where(x > 0, 1, 0)


@leaky_relu.formula
def _(x, slope=0.01):
    return np.where(x > 0, x, slope * x)


@leaky_relu.formula
def _(x, slope=0.01):
    return np.maximum(x, slope * x)


@leaky_relu.formula
def _(x, slope=0.01):
    return np.maximum(x, 0) + slope * np.minimum(x, 0)


@leaky_relu_backward.formula
def _(x, upstream, slope=0.01):
    return upstream * np.where(x > 0, 1, slope)


@elu.formula
def _(x, alpha=1.0):
    return np.where(x > 0, x, alpha * (np.exp(x) - 1))


@elu_backward.formula
def _(x, upstream, alpha=1.0):
    return upstream * np.where(x > 0, 1, alpha * np.exp(x))


@maxout.formula
def _(x, weights, biases):
    pieces = [x @ w + b for w, b in zip(weights, biases, strict=True)]
    return np.max(pieces, axis=0)


@dead_fraction.formula
def _(activations):
    return np.mean(np.all(activations <= 0, axis=0))
