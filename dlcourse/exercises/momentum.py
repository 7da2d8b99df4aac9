"""Lesson 07: a step of momentum, where a constant slope leads the velocity, and a step of Nesterov's."""

import numpy as np

from dlcourse import optimizers as reference
from dlcourse.exercises.engine.exercise import Exercise, call
from dlcourse.exercises.engine.question import Question, right, wrong

LESSON = "07_momentum"


# ---- momentum ----

momentum_step = Exercise(
    "momentum_step",
    LESSON,
    reference.momentum_step,
    hint="First velocity = mu * velocity − learning_rate * grad, then params + that new velocity.",
    parts=("params", "velocity"),
)


def _three(rng, shape):
    return tuple(rng.normal(size=shape).round(2) + 0.005 for _ in range(3))


@momentum_step.test("slows the velocity down, adds the slope, and moves by it", points=2)
def _(rng):
    yield call(*_three(rng, 2), 0.1, 0.9)
    yield call(*_three(rng, (3, 4)), round(rng.uniform(0.01, 0.5), 2), round(rng.uniform(0.2, 0.8), 2))


@momentum_step.test(
    "takes numbers, integers, float32, rates in a column, a start at rest, and mu = 0", points=1
)
def _(rng):
    yield call(*(np.array(each) for each in _three(rng, ())), 0.5, 0.5)
    yield call(rng.integers(-5, 6, 3), *(np.append(rng.integers(1, 6, 2), 1) for _ in range(2)), 0.3, 0.8)
    yield call(*(each.astype(np.float32) for each in _three(rng, 3)), 0.1, 0.9)
    yield call(rng.normal(size=3), np.zeros(3), rng.normal(size=3), 0.2, 0.9)
    yield call(*_three(rng, 4), 0.2, 0.0)
    yield call(*_three(rng, 3), 0.2, 0)
    yield call(*_three(rng, 3), 0.1, np.float64(0.7))
    yield call(1.5, 0.5, 2.0, 0.1, 0.9)
    yield call(3, -2, 1, 0.5, 0.75)
    yield call(*(np.float64(round(each, 1)) for each in rng.uniform(0.5, 2, 3)), 0.1, 0.9)
    rates = np.array([[0.1], [0.3]])  # one run a row, each at a rate of its own
    yield call(rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), rates, 0.5)


def _moved(velocity=lambda v, g, rate, mu: mu * v - rate * g, params=lambda p, old, new, rate: p + new):
    def answer(params_, velocity_, grad, learning_rate, mu):
        new = velocity(velocity_, grad, learning_rate, mu)
        return params(params_, velocity_, new, learning_rate), new

    return answer


momentum_step.mistake(
    "This climbs: the slope is taken *off* the velocity, −learning_rate · grad.",
    _moved(lambda v, g, rate, mu: mu * v + rate * g),
)
momentum_step.mistake(
    "params − velocity goes backwards: with this sign of the velocity it is added.",
    _moved(params=lambda p, old, new, rate: p - new),
)
momentum_step.mistake(
    "The old velocity moves the params. Compute the new one first, then move by it.",
    _moved(params=lambda p, old, new, rate: p + old),
)
momentum_step.mistake("mu is missing: nothing ever slows down.", _moved(lambda v, g, rate, mu: v - rate * g))
momentum_step.mistake(
    "The gradient is weighted with 1 − mu, as in an average. Here it comes in full.",
    _moved(lambda v, g, rate, mu: mu * v - (1 - mu) * rate * g),
)
momentum_step.mistake(
    "The learning rate is applied when moving. Here it is part of the velocity: mu·v − learning_rate·grad.",
    _moved(lambda v, g, rate, mu: mu * v - g, lambda p, old, new, rate: p + rate * new),
)
momentum_step.mistake(
    "This is PyTorch's form, mu·v + grad, and then params − learning_rate·v. Here the learning rate and the "
    "minus are in the velocity, and params + velocity is all there is to moving.",
    _moved(lambda v, g, rate, mu: mu * v + g, lambda p, old, new, rate: p - rate * new),
)
momentum_step.mistake(
    "Both signs are turned round: mu·v + learning_rate·grad, and params − v. The velocity is to be what the "
    "params move by: mu·v − learning_rate·grad, and params + v.",
    _moved(lambda v, g, rate, mu: mu * v + rate * g, lambda p, old, new, rate: p - new),
)
momentum_step.mistake(
    "The velocity is an average of gradients, mu·v + (1 − mu)·grad, and the learning rate comes when moving. "
    "Here it is mu·v − learning_rate·grad, and is added to params.",
    _moved(lambda v, g, rate, mu: mu * v + (1 - mu) * g, lambda p, old, new, rate: p - rate * new),
)
momentum_step.mistake(
    "Both signs are turned round, and the gradient is weighted with 1 − mu. The velocity is "
    "mu·v − learning_rate·grad, and is added.",
    _moved(lambda v, g, rate, mu: mu * v + (1 - mu) * rate * g, lambda p, old, new, rate: p - new),
)
momentum_step.mistake(
    "The learning rate multiplies the old velocity too. It belongs to the gradient alone.",
    _moved(lambda v, g, rate, mu: rate * (mu * v - g)),
)
momentum_step.mistake(
    "mu and learning_rate are swapped: mu belongs to the old velocity, learning_rate to the gradient.",
    _moved(lambda v, g, rate, mu: rate * v - mu * g),
)
momentum_step.mistake(
    "The old velocity keeps the share 1 − mu. mu is the share that is *left*: mu · velocity.",
    _moved(lambda v, g, rate, mu: (1 - mu) * v - rate * g),
)
momentum_step.mistake(
    "mu multiplies the new slope too. It slows down the old velocity alone: mu·v − learning_rate·grad.",
    _moved(lambda v, g, rate, mu: mu * (v - rate * g)),
)
momentum_step.mistake(
    "The params move by mu·v − learning_rate·grad with the *new* v, as Nesterov's method is often written. "
    "Here they move by the new velocity itself.",
    lambda params, velocity, grad, learning_rate, mu: (
        params + mu * (mu * velocity - learning_rate * grad) - learning_rate * grad,
        mu * velocity - learning_rate * grad,
    ),
)
momentum_step.mistake(
    "The params move by the gradient alone, as without momentum. Add the new velocity to them.",
    lambda params, velocity, grad, learning_rate, mu: (
        params - learning_rate * grad,
        mu * velocity - learning_rate * grad,
    ),
)
momentum_step.mistake(
    "The old velocity is handed back. The next step needs the new one.",
    lambda params, velocity, grad, learning_rate, mu: (
        params + mu * velocity - learning_rate * grad,
        1 * velocity,
    ),
)
momentum_step.mistake(
    "Only the params are returned. The next step needs the velocity too: return params, velocity.",
    lambda params, velocity, grad, learning_rate, mu: params + mu * velocity - learning_rate * grad,
)
momentum_step.mistake("The learning rate is missing.", _moved(lambda v, g, rate, mu: mu * v - g))
momentum_step.mistake(
    "The two results are swapped: return params, velocity.",
    lambda params, velocity, grad, learning_rate, mu: reference.momentum_step(
        params, velocity, grad, learning_rate, mu
    )[::-1],
)


@momentum_step.mistake("This writes into the caller's array, as `velocity *= …` does: make a new one.")
def _(params, velocity, grad, learning_rate, mu):
    velocity *= mu
    velocity -= learning_rate * grad
    return params + velocity, velocity


@momentum_step.mistake("This writes into the caller's array, as `params += …` does: make a new one.")
def _(params, velocity, grad, learning_rate, mu):
    velocity = mu * velocity - learning_rate * grad
    params += velocity
    return params, velocity


@momentum_step.mistake(
    "A copy of integers holds integers, and a plain number has no .copy(). mu * velocity makes a new array "
    "of floats."
)
def _(params, velocity, grad, learning_rate, mu):
    new = velocity.copy()
    new *= mu
    new -= learning_rate * grad
    return params + new, new


# ---- terminal velocity ----

terminal_velocity = Exercise(
    "terminal_velocity",
    LESSON,
    reference.terminal_velocity,
    hint="It no longer changes: v = mu · v − learning_rate · g. Solve for v; a loop is not needed.",
)


@terminal_velocity.test("is the velocity that a step leaves as it is", points=1)
def _(rng):
    yield call(np.array(2.0), 0.1, 0.9)
    yield call(
        rng.normal(size=3).round(1) + 0.05, round(rng.uniform(0.01, 0.5), 2), round(rng.uniform(0.2, 0.8), 2)
    )
    yield call(rng.normal(size=(2, 3)), rng.uniform(0.01, 0.5), rng.uniform(0.99, 0.999))


@terminal_velocity.test("takes integers, numbers, float32, mu close to 1, and mu = 0", points=1)
def _(rng):
    yield call(np.append(rng.integers(1, 6, 2), 1), 0.3, 0.75)
    yield call(rng.normal(size=3).astype(np.float32), 0.1, 0.5)
    yield call(rng.normal(size=4), 0.2, 0.0)
    yield call(rng.normal(size=2), 0.05, 0.9999)
    yield call(1.0, 0.1, 0.9)
    yield call(2, 0.25, 0.5)
    yield call(np.float64(round(rng.uniform(1, 3), 1)), 0.1, 0.8)


terminal_velocity.mistake(
    "The sign: the ball rolls *down*, against the gradient.",
    lambda grad, learning_rate, mu: learning_rate * grad / (1 - mu),
)
terminal_velocity.mistake(
    "This divides by 1 + mu. From v − mu·v = −η·g comes 1 − mu.",
    lambda grad, learning_rate, mu: -learning_rate * grad / (1 + mu),
)
terminal_velocity.mistake(
    "This divides by mu. From v = mu·v − η·g comes 1 − mu.",
    lambda grad, learning_rate, mu: -learning_rate * grad / mu if mu else -learning_rate * grad * 2,
)
terminal_velocity.mistake(
    "This is the first step, from rest. Later ones add up: divide by 1 − mu.",
    lambda grad, learning_rate, mu: -learning_rate * grad,
)
terminal_velocity.mistake(
    "This multiplies by 1 − mu. Divide.", lambda grad, learning_rate, mu: -learning_rate * grad * (1 - mu)
)
terminal_velocity.mistake("The learning rate is missing.", lambda grad, learning_rate, mu: -grad / (1 - mu))


@terminal_velocity.mistake("A loop gets close, and with mu near 1 not even that. Solve v = mu·v − η·g for v.")
def _(grad, learning_rate, mu):
    velocity = 0.0 * grad
    for _ in range(1000):
        velocity = mu * velocity - learning_rate * grad
    return velocity


terminal_velocity.mistake(
    "Brackets are missing: … / 1 − mu divides by 1 and takes mu off. Write / (1 − mu).",
    lambda grad, learning_rate, mu: -learning_rate * grad / 1 - mu,
)
terminal_velocity.mistake(
    "The gradient is missing: twice the slope leads to twice the velocity.",
    lambda grad, learning_rate, mu: -learning_rate / (1 - mu) * np.ones(np.shape(grad)),
)
terminal_velocity.mistake(
    "The newest slope is left out of the sum: 1 + mu + mu² + … is 1/(1 − mu), not mu/(1 − mu).",
    lambda grad, learning_rate, mu: -learning_rate * mu * grad / (1 - mu),
)
terminal_velocity.mistake(
    "Two steps are added up. There are more, each mu times the one before: in all 1/(1 − mu).",
    lambda grad, learning_rate, mu: -learning_rate * grad * (1 + mu),
)
terminal_velocity.mistake(
    "The learning rate is below the line. It multiplies the slope: −learning_rate · grad / (1 − mu).",
    lambda grad, learning_rate, mu: -grad / (learning_rate * (1 - mu)),
)
terminal_velocity.mistake(
    "This multiplies by mu: a velocity that keeps more of itself ends *higher*. Divide by 1 − mu.",
    lambda grad, learning_rate, mu: -learning_rate * grad * mu,
)


# ---- Nesterov ----

nesterov_step = Exercise(
    "nesterov_step",
    LESSON,
    reference.nesterov_step,
    hint="Ask for gradient(params + mu * velocity); the rest is momentum_step.",
    parts=("params", "velocity"),
    builds_on=(momentum_step,),
)


def times_1_and_20(theta):
    return np.array([1.0, 20.0]) * theta


def sine_plus_a_tenth(theta):
    return np.sin(theta) + 0.1 * theta


@nesterov_step.test("takes the gradient where the velocity is about to lead", points=2)
def _(rng):
    yield call(*_three(rng, 2)[:2], times_1_and_20, 0.02, 0.9)
    yield call(*_three(rng, (2, 3))[:2], sine_plus_a_tenth, round(rng.uniform(0.05, 0.5), 2), 0.5)


@nesterov_step.test("takes single numbers, integers, a start at rest, and mu = 0", points=1)
def _(rng):
    yield call(np.array(rng.normal()), np.array(rng.normal()), sine_plus_a_tenth, 0.3, 0.7)
    yield call(rng.normal(size=3), np.zeros(3), sine_plus_a_tenth, 0.2, 0.9)
    yield call(*_three(rng, 4)[:2], sine_plus_a_tenth, 0.2, 0.0)
    yield call(1.5, -0.5, sine_plus_a_tenth, 0.1, 0.9)
    yield call(2, 1, sine_plus_a_tenth, 0.5, 0.75)
    yield call(rng.integers(1, 4, 3), rng.integers(1, 4, 3), sine_plus_a_tenth, 0.3, 0.8)


def _looked(at, params=lambda p, v, new, mu: p + new):
    def answer(params_, velocity, gradient, learning_rate, mu):
        new = mu * velocity - learning_rate * gradient(at(params_, velocity, mu))
        return params(params_, velocity, new, mu), new

    return answer


nesterov_step.mistake(
    "The gradient is taken where the params are, as in plain momentum. Look at params + mu · velocity.",
    _looked(lambda p, v, mu: 1.0 * p),
)
nesterov_step.mistake(
    "The params go ahead, not the gradient: ask for it at params + mu · velocity, and start from params.",
    _looked(lambda p, v, mu: 1.0 * p, lambda p, v, new, mu: p + mu * v + new),
)
nesterov_step.mistake(
    "This looks back: params + mu · velocity is ahead.", _looked(lambda p, v, mu: p - mu * v)
)
nesterov_step.mistake(
    "This looks too far ahead: friction comes first, mu · velocity.", _looked(lambda p, v, mu: p + v)
)
nesterov_step.mistake(
    "The step starts from the looked-ahead point, so the velocity is counted twice. Start from params.",
    _looked(lambda p, v, mu: p + mu * v, lambda p, v, new, mu: p + mu * v + new),
)
nesterov_step.mistake(
    "The velocity lacks its old part: mu · velocity − learning_rate · gradient.",
    lambda params, velocity, gradient, learning_rate, mu: (
        params - learning_rate * gradient(params + mu * velocity),
        -learning_rate * gradient(params + mu * velocity),
    ),
)


@nesterov_step.mistake("This climbs: the slope is taken *off* the velocity.")
def _(params, velocity, gradient, learning_rate, mu):
    new = mu * velocity + learning_rate * gradient(params + mu * velocity)
    return params + new, new


@nesterov_step.mistake("The two results are swapped: return params, velocity.")
def _(params, velocity, gradient, learning_rate, mu):
    return reference.nesterov_step(params, velocity, gradient, learning_rate, mu)[::-1]


@nesterov_step.mistake("This writes into the caller's array, as `params += …` does: make a new one.")
def _(params, velocity, gradient, learning_rate, mu):
    new = mu * velocity - learning_rate * gradient(params + mu * velocity)
    params += new
    return params, new


nesterov_step.mistake(
    "This asks for the gradient at params, and moves by mu·v − learning_rate·grad with the new v, as Keras "
    "does. That keeps other params. Here: ask at params + mu·velocity, then add the velocity.",
    _looked(
        lambda p, v, mu: 1.0 * p,
        lambda p, v, new, mu: p + mu * new + (new - mu * v),
    ),
)
nesterov_step.mistake(
    "Looked ahead twice: the gradient is the one ahead, so params + velocity is enough.",
    _looked(lambda p, v, mu: p + mu * v, lambda p, v, new, mu: p + mu * new + (new - mu * v)),
)
nesterov_step.mistake(
    "The old velocity moves the params. Compute the new one first, then move by it.",
    _looked(lambda p, v, mu: p + mu * v, lambda p, v, new, mu: p + v),
)
nesterov_step.mistake(
    "The params move by the gradient alone. Add the new velocity to them, of which the gradient is a part.",
    _looked(lambda p, v, mu: p + mu * v, lambda p, v, new, mu: p + (new - mu * v)),
)
nesterov_step.mistake(
    "params − velocity goes backwards: with this sign of the velocity it is added.",
    _looked(lambda p, v, mu: p + mu * v, lambda p, v, new, mu: p - new),
)


@nesterov_step.mistake(
    "All signs are turned round: params − mu·v, mu·v + learning_rate·gradient, and params − v. The velocity "
    "is to be what the params move by: plus, minus, plus."
)
def _(params, velocity, gradient, learning_rate, mu):
    new = mu * velocity + learning_rate * gradient(params - mu * velocity)
    return params - new, new


@nesterov_step.mistake(
    "The learning rate is applied when moving: mu·v + gradient, and params − learning_rate·v. Here the rate "
    "and the minus are in the velocity."
)
def _(params, velocity, gradient, learning_rate, mu):
    new = mu * velocity + gradient(params + mu * velocity)
    return params - learning_rate * new, new


@nesterov_step.mistake(
    "This is PyTorch's form: the gradient at params, mu·v + grad, and params − learning_rate·(grad + mu·v). "
    "It keeps other params and another velocity. Here: ask at params + mu·velocity, then add the velocity."
)
def _(params, velocity, gradient, learning_rate, mu):
    grad = gradient(params)
    new = mu * velocity + grad
    return params - learning_rate * (grad + mu * new), new


@nesterov_step.mistake(
    "The velocity is kept as PyTorch keeps it, without rate and minus. Here both are in the velocity: ask at "
    "params + mu·velocity, take mu·velocity − learning_rate·gradient, and add it to params."
)
def _(params, velocity, gradient, learning_rate, mu):
    new = mu * velocity + gradient(params - learning_rate * mu * velocity)
    return params - learning_rate * new, new


@nesterov_step.mistake("The learning rate is missing.")
def _(params, velocity, gradient, learning_rate, mu):
    new = mu * velocity - gradient(params + mu * velocity)
    return params + new, new


@nesterov_step.mistake("mu is missing from the velocity: it is mu · velocity − learning_rate · gradient.")
def _(params, velocity, gradient, learning_rate, mu):
    new = velocity - learning_rate * gradient(params + mu * velocity)
    return params + new, new


@nesterov_step.mistake(
    "mu multiplies the old velocity twice, as where `velocity` itself is changed for the look ahead."
)
def _(params, velocity, gradient, learning_rate, mu):
    new = mu * mu * velocity - learning_rate * gradient(params + mu * velocity)
    return params + new, new


@nesterov_step.mistake("mu multiplies the new slope too. It slows down the old velocity alone.")
def _(params, velocity, gradient, learning_rate, mu):
    new = mu * (velocity - learning_rate * gradient(params + mu * velocity))
    return params + new, new


@nesterov_step.mistake(
    "mu and learning_rate are swapped: mu belongs to the old velocity, learning_rate to the gradient."
)
def _(params, velocity, gradient, learning_rate, mu):
    new = learning_rate * velocity - mu * gradient(params + mu * velocity)
    return params + new, new


nesterov_step.mistake(
    "The looked-ahead point is handed back. The new params are the old ones plus the new velocity.",
    _looked(lambda p, v, mu: p + mu * v, lambda p, v, new, mu: p + mu * v),
)


@nesterov_step.mistake(
    "This looks ahead by a whole step of momentum, gradient and all. Look ahead by the velocity alone, mu · "
    "velocity."
)
def _(params, velocity, gradient, learning_rate, mu):
    ahead = params + mu * velocity - learning_rate * gradient(params)
    new = mu * velocity - learning_rate * gradient(ahead)
    return params + new, new


@nesterov_step.mistake("The gradient is weighted with 1 − mu, as in an average. Here it comes in full.")
def _(params, velocity, gradient, learning_rate, mu):
    new = mu * velocity - (1 - mu) * learning_rate * gradient(params + mu * velocity)
    return params + new, new


@nesterov_step.mistake(
    "This is the gradient at params, times the place looked ahead to. `gradient` is a function: ask it at "
    "params + mu · velocity only."
)
def _(params, velocity, gradient, learning_rate, mu):
    new = mu * velocity - learning_rate * gradient(params) * (params + mu * velocity)
    return params + new, new


@nesterov_step.mistake("`gradient` is a function, not an array: call it, gradient(params + mu * velocity).")
def _(params, velocity, gradient, learning_rate, mu):
    new = mu * velocity - learning_rate * gradient
    return params + new, new


@nesterov_step.mistake("The old velocity is handed back. The next step needs the new one.")
def _(params, velocity, gradient, learning_rate, mu):
    return params + mu * velocity - learning_rate * gradient(params + mu * velocity), 1 * velocity


QUIZ = (
    Question(
        "A constant gradient, μ = 0.9. How many times the step of descent does the ball make in the end?",
        a=wrong("1.9 times", "Not the sum of two steps: of all of them."),
        b=right("10 times", "1/(1 − 0.9)."),
        c=wrong("0.9 times", "Then it would be slower than without."),
    ),
    Question(
        "At ηλ = 0.5 descent goes down a wall of the valley without crossing the floor. You add μ = 0.9. "
        "What happens across the valley?",
        a=right(
            "The ball swings from wall to wall, and is slower to settle.",
            "There it falls to √0.9 a step still; the floor gains.",
        ),
        b=wrong("The slopes cancel, and it settles sooner.", "See the rate of 0.02: μ makes the swing."),
        c=wrong("Nothing changes.", "It arrives at the floor with a velocity, and runs through."),
    ),
    Question(
        "Where does Nesterov's method ask for the gradient?",
        a=wrong("Where the params are.", "That is plain momentum."),
        b=right("Where the velocity alone would carry them.", "At θ + μv, so it can brake in time."),
        c=wrong("Where they were a step ago.", "Looking back helps nobody."),
    ),
    Question(
        "The largest curvature is λ. Up to which learning rate does momentum with μ = 0.9 come to rest?",
        a=wrong("0.2/λ", "Divided by ten only an even slope would have it."),
        b=right("3.8/λ", "2(1 + μ)/λ: the root −1."),
        c=wrong("2/λ", "That is descent's limit. Momentum's is higher."),
    ),
    Question(
        "On which valleys is momentum worth most?",
        a=wrong("Round ones.", "There plain descent goes straight down."),
        b=right("Long and narrow ones.", "With the best μ, steps grow with √κ, not with κ."),
        c=wrong("All alike.", "See the table: at κ = 20, μ = 0.9 lost and μ = 0.5 won; at 2,000 both won."),
    ),
)


# ---- the formulas: a wrong answer is compared with what a change to one gives ----


@momentum_step.formula
def _(params, velocity, grad, learning_rate, mu):
    v = mu * velocity - learning_rate * grad
    return params + v, v


@nesterov_step.formula
def _(params, velocity, gradient, learning_rate, mu):
    ahead = params + mu * velocity
    v = mu * velocity - learning_rate * gradient(ahead)
    return params + v, v


@terminal_velocity.formula
def _(grad, learning_rate, mu):
    return -learning_rate * grad / (1 - mu)
