"""Lesson 08: a rate for every parameter (AdaGrad, RMSProp), and Adam with and without its correction."""

import numpy as np

from dlcourse import optimizers as reference
from dlcourse.exercises.engine.exercise import Exercise, call
from dlcourse.exercises.engine.question import Question, right, wrong

LESSON = "08_adaptive_methods"


def numbers(rng, *shape):
    """Parameters or gradients, none of them near 0."""
    return (rng.uniform(0.3, 3, shape) * rng.choice([-1, 1], shape)).round(1)


def squares(rng, *shape):
    """A memory of squares."""
    return rng.uniform(0.5, 5, shape).round(1)


RATES = np.array([[0.1], [0.3]])  # one run a row, each at a rate of its own


def singles(*arrays):
    return [array.astype(np.float32) for array in arrays]


# ---- AdaGrad ----

adagrad_step = Exercise(
    "adagrad_step",
    LESSON,
    reference.adagrad_step,
    hint="Two lines: h + grad**2 first, then params − learning_rate·grad/(√h + eps) with this new h.",
    parts=("params", "h"),
)


@adagrad_step.test("adds the square to h, then divides the step by √h + eps", points=1)
def _(rng):
    yield call(numbers(rng, 2), squares(rng, 2), numbers(rng, 2), 0.5, 0.1)
    yield call(rng.normal(size=(2, 3)), squares(rng, 2, 3), rng.normal(size=(2, 3)), 0.1, 0.01)
    yield call(numbers(rng, 5), np.zeros(5), numbers(rng, 5), rng.uniform(0.1, 1), 0.5)


@adagrad_step.test("takes integers, single numbers, float32, and a gradient of zero", points=1)
def _(rng):
    yield call(rng.integers(-4, 5, 3), rng.integers(1, 9, 3), rng.integers(1, 5, 3), 0.5, 0.25)
    yield call(np.array(rng.normal()), np.array(1.5), np.array(0.5), 0.1, 0.2)
    yield call(*singles(numbers(rng, 4), squares(rng, 4), numbers(rng, 4)), 0.1, 0.1)
    yield call(numbers(rng, 3), np.zeros(3), np.array([0.0, rng.uniform(1, 2), 0.0]), 0.1, 1e-8)
    yield call(np.float64(0.5), np.float64(2.0), np.float64(-1.0), learning_rate=1, eps=1e-8)


def _adagrad(h_rule=lambda h, g: h + g**2, step=lambda g, h, eps: g / (np.sqrt(h) + eps)):
    """A wrong answer whose only fault is one of its lines."""

    def answer(params, h, grad, learning_rate, eps):
        h = h_rule(h, grad)
        return params - learning_rate * step(grad, h, eps), h

    return answer


adagrad_step.mistake(
    "eps stands inside the root. It belongs outside: √h + eps.",
    _adagrad(step=lambda g, h, eps: g / np.sqrt(h + eps)),
)
adagrad_step.mistake(
    "eps is missing below the line: where every gradient so far was 0, this is 0/0.",
    _adagrad(step=lambda g, h, eps: g / np.sqrt(h)),
)
adagrad_step.mistake(
    "The root is missing: this divides by h + eps.",
    _adagrad(step=lambda g, h, eps: g / (h + eps)),
)
adagrad_step.mistake(
    "h is the newest square alone. AdaGrad adds it to all the earlier ones: h + grad**2.",
    _adagrad(lambda h, g: np.square(g) * 1.0),
)
adagrad_step.mistake("The gradient is added to h without being squared.", _adagrad(lambda h, g: h + g))
adagrad_step.mistake(
    "One sum for all parameters gives them all one rate. Each has its own h: no np.sum.",
    _adagrad(lambda h, g: h + np.sum(np.square(g))),
)


adagrad_step.mistake(
    "grad @ grad is one sum over all parameters, and gives them all one rate. Each has its own h: grad**2.",
    _adagrad(lambda h, g: h + g @ g),
)


def _adagrad_rate_and_eps(params, h, grad, learning_rate, eps):
    h = h + grad**2
    with np.errstate(all="ignore"):
        return params - (np.divide(learning_rate, np.sqrt(h)) + eps) * grad, h


adagrad_step.mistake(
    "eps is added to learning_rate / √h. It belongs below the line: learning_rate / (√h + eps).",
    _adagrad_rate_and_eps,
)


@adagrad_step.mistake("The step divides by the old h. Add the square first, then use the new h.")
def _(params, h, grad, learning_rate, eps):
    return params - learning_rate * grad / (np.sqrt(h) + eps), h + grad**2


@adagrad_step.mistake("The sign of the step is flipped: descent goes against the gradient.")
def _(params, h, grad, learning_rate, eps):
    h = h + grad**2
    return params + learning_rate * grad / (np.sqrt(h) + eps), h


@adagrad_step.mistake("The results are in the wrong order: params first, then h.")
def _(params, h, grad, learning_rate, eps):
    h = h + grad**2
    return h, params - learning_rate * grad / (np.sqrt(h) + eps)


@adagrad_step.mistake("This writes into the caller's array, as `h += …` does. `h = h + …` makes a new one.")
def _(params, h, grad, learning_rate, eps):
    h += grad**2
    return params - learning_rate * grad / (np.sqrt(h) + eps), h


adagrad_step.mistake(
    "eps is fixed at 1e-8. Use the argument.", _adagrad(step=lambda g, h, eps: g / (np.sqrt(h) + 1e-8))
)
adagrad_step.mistake(
    "eps is fixed at 1e-7. Use the argument.", _adagrad(step=lambda g, h, eps: g / (np.sqrt(h) + 1e-7))
)


@adagrad_step.mistake("eps is added to the quotient. It belongs below the line: grad / (√h + eps).")
def _(params, h, grad, learning_rate, eps):
    h = h + grad**2
    with np.errstate(all="ignore"):
        return params - learning_rate * (grad / np.sqrt(h) + eps), h


@adagrad_step.mistake(
    "eps is added after the division: … / np.sqrt(h) + eps. Write … / (np.sqrt(h) + eps), with brackets."
)
def _(params, h, grad, learning_rate, eps):
    h = h + grad**2
    with np.errstate(all="ignore"):
        return params - learning_rate * np.divide(grad, np.sqrt(h)) + eps, h


adagrad_step.mistake(
    "The square of the gradient stands above the line, and its sign is lost. The step is made of grad "
    "itself.",
    _adagrad(step=lambda g, h, eps: g**2 / (np.sqrt(h) + eps)),
)
adagrad_step.mistake(
    "The sign of the gradient is lost: above the line stands grad, not |grad|.",
    _adagrad(step=lambda g, h, eps: np.abs(g) / (np.sqrt(h) + eps)),
)
adagrad_step.mistake(
    "The gradient is missing above the line: learning_rate · grad / (√h + eps).",
    _adagrad(step=lambda g, h, eps: 1 / (np.sqrt(h) + eps)),
)
adagrad_step.mistake(
    "Nothing is forgotten in AdaGrad: h + grad**2. An average, such as 0.9·h + 0.1·grad**2, is RMSProp's.",
    _adagrad(lambda h, g: 0.9 * h + 0.1 * g**2),
)
adagrad_step.mistake("|grad| is added to h. It is the square, grad**2.", _adagrad(lambda h, g: h + np.abs(g)))
adagrad_step.mistake(
    "h is multiplied by the square, and stays 0 from a start at 0. Add.", _adagrad(lambda h, g: h * g**2)
)


@adagrad_step.mistake("The learning rate is missing.")
def _(params, h, grad, learning_rate, eps):
    h = h + grad**2
    return params - grad / (np.sqrt(h) + eps), h


@adagrad_step.mistake(
    "The root of h is returned. Keep the sum of squares itself; the root is for this step alone."
)
def _(params, h, grad, learning_rate, eps):
    h = h + grad**2
    return params - learning_rate * grad / (np.sqrt(h) + eps), np.sqrt(h)


@adagrad_step.mistake("The old h is handed back. The next step needs the new one.")
def _(params, h, grad, learning_rate, eps):
    return params - learning_rate * grad / (np.sqrt(h + grad**2) + eps), 1 * h


@adagrad_step.mistake("Only the params are returned. The next step needs h too: return params, h.")
def _(params, h, grad, learning_rate, eps):
    return params - learning_rate * grad / (np.sqrt(h + grad**2) + eps)


adagrad_step.mistake(
    "The gradient is multiplied by the root: learning_rate·grad·√h. Divide by √h + eps.",
    lambda params, h, grad, learning_rate, eps: (
        params - learning_rate * grad * np.sqrt(h + grad**2),
        h + grad**2,
    ),
)


# ---- RMSProp ----

rmsprop_step = Exercise(
    "rmsprop_step",
    LESSON,
    reference.rmsprop_step,
    hint="Only h differs from AdaGrad: decay_rate·h + (1 − decay_rate)·grad**2.",
    parts=("params", "h"),
)


@rmsprop_step.test("forgets a part of h, adds a part of the square, and steps as AdaGrad does", points=1)
def _(rng):
    yield call(numbers(rng, 2), squares(rng, 2), numbers(rng, 2), 0.5, 0.9, 0.1)
    yield call(rng.normal(size=(2, 3)), squares(rng, 2, 3), rng.normal(size=(2, 3)), 0.1, 0.75, 0.01)
    yield call(numbers(rng, 5), np.zeros(5), numbers(rng, 5), rng.uniform(0.1, 1), 0.99, 0.5)


@rmsprop_step.test("takes integers, single numbers, float32, and a gradient of zero", points=1)
def _(rng):
    yield call(rng.integers(-4, 5, 3), rng.integers(1, 9, 3), rng.integers(1, 5, 3), 0.5, 0.9, 0.25)
    yield call(np.array(rng.normal()), np.array(1.5), np.array(0.5), 0.1, 0.8, 0.2)
    yield call(*singles(numbers(rng, 4), squares(rng, 4), numbers(rng, 4)), 0.1, 0.9, 0.1)
    yield call(numbers(rng, 3), np.zeros(3), np.array([0.0, rng.uniform(1, 2), 0.0]), 0.1, 0.9, 1e-8)
    yield call(np.float64(0.5), np.float64(2.0), np.float64(-1.0), 0.1, 0.99, eps=1e-8)


def _rmsprop(
    h_rule=lambda h, g, rho: rho * h + (1 - rho) * g**2, step=lambda g, h, eps: g / (np.sqrt(h) + eps)
):
    def answer(params, h, grad, learning_rate, decay_rate, eps):
        h = h_rule(h, grad, decay_rate)
        return params - learning_rate * step(grad, h, eps), h

    return answer


rmsprop_step.mistake(
    "The two weights are swapped: decay_rate keeps the old h, 1 − decay_rate lets the new square in.",
    _rmsprop(lambda h, g, rho: (1 - rho) * h + rho * g**2),
)
rmsprop_step.mistake(
    "The factor 1 − decay_rate before the square is missing: this is a sum, not an average.",
    _rmsprop(lambda h, g, rho: rho * h + g**2),
)
rmsprop_step.mistake(
    "Nothing is forgotten: this is AdaGrad's h. Multiply the old h by decay_rate.",
    _rmsprop(lambda h, g, rho: h + g**2),
)
rmsprop_step.mistake(
    "The old h is not multiplied by decay_rate.",
    _rmsprop(lambda h, g, rho: h + (1 - rho) * g**2),
)
rmsprop_step.mistake(
    "The average is of g; RMSProp's is of g², the mean *square*.",
    _rmsprop(lambda h, g, rho: rho * h + (1 - rho) * g),
)
rmsprop_step.mistake(
    "eps stands inside the root. It belongs outside: √h + eps.",
    _rmsprop(step=lambda g, h, eps: g / np.sqrt(h + eps)),
)
rmsprop_step.mistake(
    "eps is missing below the line: where every gradient so far was 0, this is 0/0.",
    _rmsprop(step=lambda g, h, eps: g / np.sqrt(h)),
)
rmsprop_step.mistake(
    "The root is missing: this divides by h + eps.",
    _rmsprop(step=lambda g, h, eps: g / (h + eps)),
)


@rmsprop_step.mistake("The step divides by the old h. Bring h up to date first, then use it.")
def _(params, h, grad, learning_rate, decay_rate, eps):
    new = decay_rate * h + (1 - decay_rate) * grad**2
    return params - learning_rate * grad / (np.sqrt(h) + eps), new


@rmsprop_step.mistake(
    "This writes into the caller's array, as `h *= …` does. `h = decay_rate * h + …` makes a new one."
)
def _(params, h, grad, learning_rate, decay_rate, eps):
    h *= decay_rate
    h += (1 - decay_rate) * grad**2
    return params - learning_rate * grad / (np.sqrt(h) + eps), h


rmsprop_step.mistake(
    "eps is fixed at 1e-8. Use the argument.", _rmsprop(step=lambda g, h, eps: g / (np.sqrt(h) + 1e-8))
)
rmsprop_step.mistake(
    "eps is fixed at 1e-7. Use the argument.", _rmsprop(step=lambda g, h, eps: g / (np.sqrt(h) + 1e-7))
)
rmsprop_step.mistake(
    "The share that is kept is fixed at 0.9. Use decay_rate.",
    _rmsprop(lambda h, g, rho: 0.9 * h + 0.1 * g**2),
)
rmsprop_step.mistake(
    "decay_rate multiplies the square too. It keeps the old h; the square gets 1 − decay_rate.",
    _rmsprop(lambda h, g, rho: rho * (h + g**2)),
)
rmsprop_step.mistake(
    "h is the newest square alone: decay_rate · h is missing.", _rmsprop(lambda h, g, rho: (1 - rho) * g**2)
)
rmsprop_step.mistake(
    "1 − decay_rate is squared along with the gradient: (1 − decay_rate) · grad**2.",
    _rmsprop(lambda h, g, rho: rho * h + ((1 - rho) * g) ** 2),
)
rmsprop_step.mistake(
    "The square of the gradient stands above the line, and its sign is lost. The step is made of grad "
    "itself.",
    _rmsprop(step=lambda g, h, eps: g**2 / (np.sqrt(h) + eps)),
)
rmsprop_step.mistake(
    "The gradient is missing above the line: learning_rate · grad / (√h + eps).",
    _rmsprop(step=lambda g, h, eps: 1 / (np.sqrt(h) + eps)),
)
rmsprop_step.mistake(
    "One average for all parameters gives them all one rate. Each has its own h: no mean, no sum.",
    _rmsprop(lambda h, g, rho: rho * h + (1 - rho) * np.mean(np.square(g))),
)


def _rmsprop_h(h, grad, decay_rate):
    return decay_rate * h + (1 - decay_rate) * grad**2


@rmsprop_step.mistake("eps is added to the quotient. It belongs below the line: grad / (√h + eps).")
def _(params, h, grad, learning_rate, decay_rate, eps):
    h = _rmsprop_h(h, grad, decay_rate)
    with np.errstate(all="ignore"):
        return params - learning_rate * (grad / np.sqrt(h) + eps), h


@rmsprop_step.mistake(
    "eps is added after the division: … / np.sqrt(h) + eps. Write … / (np.sqrt(h) + eps), with brackets."
)
def _(params, h, grad, learning_rate, decay_rate, eps):
    h = _rmsprop_h(h, grad, decay_rate)
    with np.errstate(all="ignore"):
        return params - learning_rate * np.divide(grad, np.sqrt(h)) + eps, h


@rmsprop_step.mistake(
    "eps is added to learning_rate / √h. It belongs below the line: learning_rate / (√h + eps)."
)
def _(params, h, grad, learning_rate, decay_rate, eps):
    h = _rmsprop_h(h, grad, decay_rate)
    with np.errstate(all="ignore"):
        return params - (np.divide(learning_rate, np.sqrt(h)) + eps) * grad, h


@rmsprop_step.mistake("The sign of the step is flipped: descent goes against the gradient.")
def _(params, h, grad, learning_rate, decay_rate, eps):
    h = _rmsprop_h(h, grad, decay_rate)
    return params + learning_rate * grad / (np.sqrt(h) + eps), h


@rmsprop_step.mistake("The learning rate is missing.")
def _(params, h, grad, learning_rate, decay_rate, eps):
    h = _rmsprop_h(h, grad, decay_rate)
    return params - grad / (np.sqrt(h) + eps), h


@rmsprop_step.mistake("The root of h is returned. Keep the average itself; the root is for this step alone.")
def _(params, h, grad, learning_rate, decay_rate, eps):
    h = _rmsprop_h(h, grad, decay_rate)
    return params - learning_rate * grad / (np.sqrt(h) + eps), np.sqrt(h)


@rmsprop_step.mistake("The old h is handed back. The next step needs the new one.")
def _(params, h, grad, learning_rate, decay_rate, eps):
    return params - learning_rate * grad / (np.sqrt(_rmsprop_h(h, grad, decay_rate)) + eps), 1 * h


@rmsprop_step.mistake("The results are in the wrong order: params first, then h.")
def _(params, h, grad, learning_rate, decay_rate, eps):
    h = _rmsprop_h(h, grad, decay_rate)
    return h, params - learning_rate * grad / (np.sqrt(h) + eps)


rmsprop_step.mistake(
    "h is squared on the way: decay_rate·h² + …. It is decay_rate·h + (1 − decay_rate)·grad².",
    lambda params, h, grad, learning_rate, decay_rate, eps: reference.rmsprop_step(
        params, h * h, grad, learning_rate, decay_rate, eps
    ),
)


# ---- Adam ----


def memories(rng, *shape):
    """A velocity m and a mean square v that no gradient of one sign explains."""
    return numbers(rng, *shape) / 4, squares(rng, *shape)


adam_step_uncorrected = Exercise(
    "adam_step_uncorrected",
    LESSON,
    reference.adam_step_uncorrected,
    hint="m averages grad, v averages grad**2; the step is learning_rate·m/(√v + eps), both of them new.",
    parts=("params", "m", "v"),
)


@adam_step_uncorrected.test("averages g and g², and divides the one by the root of the other", points=1)
def _(rng):
    yield call(numbers(rng, 2), *memories(rng, 2), numbers(rng, 2), 0.5, 0.9, 0.75, 0.1)
    yield call(rng.normal(size=(2, 3)), *memories(rng, 2, 3), rng.normal(size=(2, 3)), 0.1, 0.8, 0.99, 0.01)
    yield call(numbers(rng, 5), np.zeros(5), np.zeros(5), numbers(rng, 5), 0.1, 0.9, 0.999, 0.5)


@adam_step_uncorrected.test("takes integers, single numbers, float32, and a gradient of zero", points=1)
def _(rng):
    whole = rng.integers(-4, 5, 3), rng.integers(1, 4, 3), rng.integers(1, 9, 3), rng.integers(1, 5, 3)
    yield call(*whole, 0.5, 0.9, 0.75, 0.25)
    yield call(np.array(rng.normal()), np.array(0.25), np.array(1.5), np.array(0.5), 0.1, 0.8, 0.9, 0.2)
    yield call(*singles(numbers(rng, 4), *memories(rng, 4), numbers(rng, 4)), 0.1, 0.9, 0.99, 0.1)
    zero_but_one = np.array([0.0, rng.uniform(1, 2), 0.0])
    yield call(numbers(rng, 3), np.zeros(3), np.zeros(3), zero_but_one, 0.1, 0.9, 0.999, 1e-8)
    yield call(*(np.float64(each) for each in (0.5, 0.25, 1.5, -1.0)), 0.1, 0.8, beta2=0.9, eps=0.2)
    yield call(numbers(rng, 2, 3), *memories(rng, 2, 3), numbers(rng, 2, 3), RATES, 0.9, 0.99, 0.1)


def _average(old, new, beta):
    return beta * old + (1 - beta) * new


def _adam(
    moments=lambda m, v, g, b1, b2: (_average(m, g, b1), _average(v, g**2, b2)),
    step=lambda m, v, g, eps: m / (np.sqrt(v) + eps),
):
    def answer(params, m, v, grad, learning_rate, beta1, beta2, eps):
        m, v = moments(m, v, grad, beta1, beta2)
        return params - learning_rate * step(m, v, grad, eps), m, v

    return answer


adam_step_uncorrected.mistake(
    "The step is made of the newest gradient: this is RMSProp. Above the line stands m.",
    _adam(step=lambda m, v, g, eps: g / (np.sqrt(v) + eps)),
)
adam_step_uncorrected.mistake(
    "The weights 1 − beta1 and 1 − beta2 are missing: these are sums, not averages.",
    _adam(lambda m, v, g, b1, b2: (b1 * m + g, b2 * v + g**2)),
)
adam_step_uncorrected.mistake(
    "Old and new have swapped their weights: beta keeps the old, 1 − beta lets the new in.",
    _adam(lambda m, v, g, b1, b2: (_average(g, m, b1), _average(g**2, v, b2))),
)
adam_step_uncorrected.mistake(
    "beta1 and beta2 are swapped: beta1 belongs to m, beta2 to v.",
    _adam(lambda m, v, g, b1, b2: (_average(m, g, b2), _average(v, g**2, b1))),
)
adam_step_uncorrected.mistake(
    "v averages g. It must average the square, grad**2.",
    _adam(
        lambda m, v, g, b1, b2: (_average(m, g, b1), _average(v, g, b2)),
    ),
)
adam_step_uncorrected.mistake(
    "v averages m². It must average the square of the gradient itself, grad**2.",
    _adam(lambda m, v, g, b1, b2: (_average(m, g, b1), _average(v, _average(m, g, b1) ** 2, b2))),
)
adam_step_uncorrected.mistake(
    "eps stands inside the root. It belongs outside: √v + eps.",
    _adam(step=lambda m, v, g, eps: m / np.sqrt(v + eps)),
)
adam_step_uncorrected.mistake(
    "eps is missing below the line: where every gradient so far was 0, this is 0/0.",
    _adam(step=lambda m, v, g, eps: m / np.sqrt(v)),
)
adam_step_uncorrected.mistake(
    "The root is missing: this divides by v + eps.", _adam(step=lambda m, v, g, eps: m / (v + eps))
)
adam_step_uncorrected.mistake(
    "The sign of the step is flipped: m points up the slope here, so it is taken off.",
    _adam(step=lambda m, v, g, eps: -m / (np.sqrt(v) + eps)),
)


@adam_step_uncorrected.mistake(
    "This writes into the caller's array, as `m *= …` does. `m = beta1 * m + …` makes a new one."
)
def _(params, m, v, grad, learning_rate, beta1, beta2, eps):
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad**2
    return params - learning_rate * m / (np.sqrt(v) + eps), m, v


adam_step_uncorrected.mistake(
    "eps is fixed at 1e-8. Use the argument.", _adam(step=lambda m, v, g, eps: m / (np.sqrt(v) + 1e-8))
)
adam_step_uncorrected.mistake(
    "eps is added to the quotient. It belongs below the line: m / (√v + eps).",
    _adam(step=lambda m, v, g, eps: m / np.sqrt(v) + eps),
)


@adam_step_uncorrected.mistake(
    "eps is added after the division: … / np.sqrt(v) + eps. Write … / (np.sqrt(v) + eps), with brackets."
)
def _(params, m, v, grad, learning_rate, beta1, beta2, eps):
    m, v = _moments(m, v, grad, beta1, beta2)
    with np.errstate(all="ignore"):
        return params - learning_rate * np.divide(m, np.sqrt(v)) + eps, m, v


adam_step_uncorrected.mistake(
    "The weight 1 − beta2 before the square is missing: v is a sum, not an average.",
    _adam(lambda m, v, g, b1, b2: (_average(m, g, b1), b2 * v + g**2)),
)
adam_step_uncorrected.mistake(
    "The weight 1 − beta1 before the gradient is missing: m is a sum, not an average.",
    _adam(lambda m, v, g, b1, b2: (b1 * m + g, _average(v, g**2, b2))),
)
adam_step_uncorrected.mistake(
    "beta1 is used twice. v is averaged with beta2.",
    _adam(lambda m, v, g, b1, b2: (_average(m, g, b1), _average(v, g**2, b1))),
)
adam_step_uncorrected.mistake(
    "1 − beta2 is squared along with the gradient: (1 − beta2) · grad**2.",
    _adam(lambda m, v, g, b1, b2: (_average(m, g, b1), b2 * v + ((1 - b2) * g) ** 2)),
)
adam_step_uncorrected.mistake(
    "v never falls here, as in AMSGrad. In Adam it is the average alone.",
    _adam(lambda m, v, g, b1, b2: (_average(m, g, b1), np.maximum(v, _average(v, g**2, b2)))),
)
adam_step_uncorrected.mistake(
    "The averages are divided by 1 − beta1 and 1 − beta2. Nothing is corrected in this exercise.",
    lambda params, m, v, grad, learning_rate, beta1, beta2, eps: reference.adam_step(
        params, m, v, 1, grad, learning_rate, beta1, beta2, eps
    ),
)


def _moments(m, v, grad, beta1, beta2):
    return _average(m, grad, beta1), _average(v, grad**2, beta2)


@adam_step_uncorrected.mistake("The learning rate is missing.")
def _(params, m, v, grad, learning_rate, beta1, beta2, eps):
    m, v = _moments(m, v, grad, beta1, beta2)
    return params - m / (np.sqrt(v) + eps), m, v


@adam_step_uncorrected.mistake(
    "The step is made of the old m and v. Bring both up to date first, then use them."
)
def _(params, m, v, grad, learning_rate, beta1, beta2, eps):
    return params - learning_rate * m / (np.sqrt(v) + eps), *_moments(m, v, grad, beta1, beta2)


@adam_step_uncorrected.mistake("The old m and v are handed back. The next step needs the new ones.")
def _(params, m, v, grad, learning_rate, beta1, beta2, eps):
    new_m, new_v = _moments(m, v, grad, beta1, beta2)
    return params - learning_rate * new_m / (np.sqrt(new_v) + eps), 1 * m, 1 * v


@adam_step_uncorrected.mistake("m and v are swapped in what is returned: params, m, v.")
def _(params, m, v, grad, learning_rate, beta1, beta2, eps):
    m, v = _moments(m, v, grad, beta1, beta2)
    return params - learning_rate * m / (np.sqrt(v) + eps), v, m


@adam_step_uncorrected.mistake(
    "Only the params are returned. The next step needs m and v too: return params, m, v."
)
def _(params, m, v, grad, learning_rate, beta1, beta2, eps):
    m, v = _moments(m, v, grad, beta1, beta2)
    return params - learning_rate * m / (np.sqrt(v) + eps)


adam_step = Exercise(
    "adam_step",
    LESSON,
    reference.adam_step,
    hint="m̂ = m/(1 − beta1**t), v̂ = v/(1 − beta2**t); these two make the step, but m and v are returned.",
    parts=("params", "m", "v"),
)


@adam_step.test("corrects both averages on the first step, from a memory of zeros", points=1)
def _(rng):
    for shape, betas, eps in (
        ((2,), (0.9, 0.75), 0.1),
        ((2, 3), (0.9, 0.999), 0.5),
        ((4,), (0.5, 0.9), 1e-8),
    ):
        zeros = np.zeros(shape)
        yield call(numbers(rng, *shape), zeros, zeros.copy(), 1, numbers(rng, *shape), 0.5, *betas, eps)


@adam_step.test("corrects by the step's number later on, and hands back uncorrected averages", points=2)
def _(rng):
    yield call(numbers(rng, 2), *memories(rng, 2), 2, numbers(rng, 2), 0.5, 0.9, 0.75, 0.1)
    yield call(numbers(rng, 2, 3), *memories(rng, 2, 3), 3, numbers(rng, 2, 3), 0.1, 0.8, 0.99, 0.5)
    t = int(rng.integers(5, 40))
    yield call(rng.normal(size=4), *memories(rng, 4), t, rng.normal(size=4), 0.1, 0.9, 0.999, 0.01)
    yield call(rng.normal(size=4), *memories(rng, 4), 100_000, rng.normal(size=4), 0.1, 0.9, 0.999, 0.1)


@adam_step.test("takes integers, single numbers, float32, and a gradient of zero", points=1)
def _(rng):
    whole = rng.integers(-4, 5, 3), rng.integers(1, 4, 3), rng.integers(1, 9, 3)
    yield call(*whole, 3, rng.integers(1, 5, 3), 0.5, 0.9, 0.75, 0.25)
    yield call(np.array(rng.normal()), np.array(0.25), np.array(1.5), 2, np.array(0.5), 0.1, 0.8, 0.9, 0.2)
    params, m, v, grad = singles(numbers(rng, 4), *memories(rng, 4), numbers(rng, 4))
    yield call(params, m, v, 4, grad, 0.1, 0.9, 0.99, 0.1)
    zero_but_one = np.array([0.0, rng.uniform(1, 2), 0.0])
    yield call(numbers(rng, 3), np.zeros(3), np.zeros(3), 1, zero_but_one, 0.1, 0.9, 0.999, 1e-8)
    params, m, v, grad = (np.float64(each) for each in (0.5, 0.25, 1.5, -1.0))
    yield call(params, m, v, np.int64(3), grad, 0.1, 0.8, beta2=0.9, eps=0.2)
    yield call(numbers(rng, 2, 3), *memories(rng, 2, 3), 2, numbers(rng, 2, 3), RATES, 0.9, 0.99, 0.1)


def _hats(m, v, t, b1, b2):
    return m / (1 - b1**t), v / (1 - b2**t)


def _corrected(
    hats=_hats, step=lambda m, v, eps: m / (np.sqrt(v) + eps), give=lambda m, v, m_hat, v_hat: (m, v)
):
    def answer(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
        m, v = _average(m, grad, beta1), _average(v, grad**2, beta2)
        m_hat, v_hat = hats(m, v, t, beta1, beta2)
        return params - learning_rate * step(m_hat, v_hat, eps), *give(m, v, m_hat, v_hat)

    return answer


adam_step.mistake(
    "Nothing is corrected: the step uses m and v. Divide them by 1 − beta1**t and 1 − beta2**t first.",
    _corrected(lambda m, v, t, b1, b2: (m, v)),
)
adam_step.mistake(
    "The corrected averages are handed back. Then the next step corrects them twice: return m and v.",
    _corrected(give=lambda m, v, m_hat, v_hat: (m_hat, v_hat)),
)
adam_step.mistake(
    "Only m is corrected. v needs it more.", _corrected(lambda m, v, t, b1, b2: (m / (1 - b1**t), v))
)
adam_step.mistake(
    "Only v is corrected: m̂ = m/(1 − beta1**t) is missing.",
    _corrected(lambda m, v, t, b1, b2: (m, v / (1 - b2**t))),
)
adam_step.mistake(
    "The power is missing: this divides by 1 − beta, which is right for t = 1 only.",
    _corrected(lambda m, v, t, b1, b2: (m / (1 - b1), v / (1 - b2))),
)
adam_step.mistake(
    "t counts from 1 here, so the power is t, not t + 1.",
    _corrected(lambda m, v, t, b1, b2: _hats(m, v, t + 1, b1, b2)),
)
adam_step.mistake(
    "The averages are multiplied by 1 − beta**t. They are too small, so divide.",
    _corrected(lambda m, v, t, b1, b2: (m * (1 - b1**t), v * (1 - b2**t))),
)
adam_step.mistake(
    "eps stands inside the root. It belongs outside: √v̂ + eps.",
    _corrected(step=lambda m, v, eps: m / np.sqrt(v + eps)),
)
adam_step.mistake(
    "The root of v̂ is missing.",
    _corrected(step=lambda m, v, eps: m / (v + eps)),
)
adam_step.mistake(
    "The sign of the step is flipped: m̂ points up the slope here, so it is taken off.",
    _corrected(step=lambda m, v, eps: -m / (np.sqrt(v) + eps)),
)


@adam_step.mistake(
    "eps is added to √v before the correction, as in the paper's shortcut. Correct first: √v̂ + eps."
)
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    m, v = _average(m, grad, beta1), _average(v, grad**2, beta2)
    rate = learning_rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return params - rate * m / (np.sqrt(v) + eps), m, v


@adam_step.mistake(
    "This writes into the caller's array, as `m *= …` does. `m = beta1 * m + …` makes a new one."
)
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad**2
    m_hat, v_hat = _hats(m, v, t, beta1, beta2)
    return params - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


adam_step.mistake(
    "eps is fixed at 1e-8. Use the argument.", _corrected(step=lambda m, v, eps: m / (np.sqrt(v) + 1e-8))
)
adam_step.mistake(
    "eps is added to the quotient. It belongs below the line: m̂ / (√v̂ + eps).",
    _corrected(step=lambda m, v, eps: m / np.sqrt(v) + eps),
)
adam_step.mistake(
    "eps is missing below the line: where every gradient so far was 0, this is 0/0.",
    _corrected(step=lambda m, v, eps: m / np.sqrt(v)),
)
adam_step.mistake(
    "The corrections are swapped: m is divided by 1 − beta1**t, v by 1 − beta2**t.",
    _corrected(lambda m, v, t, b1, b2: (m / (1 - b2**t), v / (1 - b1**t))),
)
adam_step.mistake(
    "Both are corrected with beta1. v is divided by 1 − beta2**t.",
    _corrected(lambda m, v, t, b1, b2: (m / (1 - b1**t), v / (1 - b1**t))),
)
adam_step.mistake(
    "The power is over the bracket: 1 − beta**t, not (1 − beta)**t.",
    _corrected(lambda m, v, t, b1, b2: (m / (1 - b1) ** t, v / (1 - b2) ** t)),
)
adam_step.mistake(
    "beta is multiplied by t. It is beta to the *power* t: 1 − beta**t.",
    _corrected(lambda m, v, t, b1, b2: (m / (1 - b1 * t), v / (1 - b2 * t))),
)


@adam_step.mistake(
    "eps is added after the division: … / np.sqrt(v_hat) + eps. Write … / (np.sqrt(v_hat) + eps)."
)
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    m, v = _moments(m, v, grad, beta1, beta2)
    m_hat, v_hat = _hats(m, v, t, beta1, beta2)
    with np.errstate(all="ignore"):
        return params - learning_rate * np.divide(m_hat, np.sqrt(v_hat)) + eps, m, v


@adam_step.mistake("m̂ and v̂ are made of the old averages. Bring m and v up to date first, then correct them.")
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    m_hat, v_hat = _hats(m, v, t, beta1, beta2)
    m, v = _moments(m, v, grad, beta1, beta2)
    return params - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step.mistake("m / 1 − beta1**t is m less a power. The divisor needs brackets: m / (1 − beta1**t).")
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    m, v = _moments(m, v, grad, beta1, beta2)
    with np.errstate(all="ignore"):
        return params - learning_rate * (m - beta1**t) / (np.sqrt(v - beta2**t) + eps), m, v


@adam_step.mistake("t counts from 1 here, so the power is t. With t − 1 the first step divides by 0.")
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    m, v = _moments(m, v, grad, beta1, beta2)
    with np.errstate(all="ignore"):
        m_hat, v_hat = (np.divide(each, 1.0 - beta ** (t - 1)) for each, beta in ((m, beta1), (v, beta2)))
        return params - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step.mistake("The step is made of the newest gradient, as in RMSProp. Above the line stands m̂.")
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    m, v = _moments(m, v, grad, beta1, beta2)
    return params - learning_rate * grad / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adam_step.mistake("The weights 1 − beta1 and 1 − beta2 are missing: these are sums, not averages.")
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    m, v = beta1 * m + grad, beta2 * v + grad**2
    m_hat, v_hat = _hats(m, v, t, beta1, beta2)
    return params - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step.mistake("Old and new have swapped their weights: beta keeps the old, 1 − beta lets the new in.")
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    m, v = _average(grad, m, beta1), _average(grad**2, v, beta2)
    m_hat, v_hat = _hats(m, v, t, beta1, beta2)
    return params - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step.mistake("v averages g. It must average the square, grad**2.")
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    m, v = _average(m, grad, beta1), _average(v, grad, beta2)
    m_hat, v_hat = _hats(m, v, t, beta1, beta2)
    with np.errstate(all="ignore"):
        return params - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step.mistake("The learning rate is missing.")
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    m, v = _moments(m, v, grad, beta1, beta2)
    m_hat, v_hat = _hats(m, v, t, beta1, beta2)
    return params - m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step.mistake("m and v are swapped in what is returned: params, m, v.")
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    params, m, v = reference.adam_step(params, m, v, t, grad, learning_rate, beta1, beta2, eps)
    return params, v, m


@adam_step.mistake("t is returned as well. The caller counts: return params, m, v.")
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    return *reference.adam_step(params, m, v, t, grad, learning_rate, beta1, beta2, eps), t + 1


@adam_step.mistake("Only the params are returned. The next step needs m and v too: return params, m, v.")
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    return reference.adam_step(params, m, v, t, grad, learning_rate, beta1, beta2, eps)[0]


QUIZ = (
    Question(
        "Under AdaGrad one weight had gradients of 100 all along, another 0.01. Whose steps are longer?",
        a=wrong(
            "Those of the first.", "So it is with SGD. AdaGrad divides by the root of the summed squares."
        ),
        b=wrong("Those of the second.", "The division makes them equal; it does not turn the order round."),
        c=right("They are equally long.", "g/√(Σg²) is ±1/√t for any constant g (eps aside)."),
    ),
    Question(
        "The gradient of a parameter stays the same. How does its AdaGrad step shrink with t?",
        a=right("As 1/√t.", "h = t·g², so the step is η/√t: small, but its sum has no limit."),
        b=wrong("As 1/t.", "h grows like t, and the step divides by its root."),
        c=wrong("Not at all.", "That is RMSProp, once h has settled."),
    ),
    Question(
        "What does RMSProp change about AdaGrad?",
        a=wrong("It adds momentum.", "Adam does that. RMSProp steps along the newest gradient."),
        b=right(
            "It forgets old squares, so that its rate can rise again.",
            "h becomes an average of late squares.",
        ),
        c=wrong("It shares one rate among all parameters.", "Each still has its own h."),
    ),
    Question(
        "Adam at the usual betas, but without bias correction: how long are its first steps?",
        a=wrong(
            "Too short: m begins at 0.", "So does v, and it is further from its goal: √0.001 against 0.1."
        ),
        b=right(
            "Too long: three times at once, up to six times soon after.",
            "0.1/√0.001 ≈ 3.2; for a gradient that stays the same the peak is 6.6, at t = 12.",
        ),
        c=wrong(
            "As they should be, for the two errors cancel.",
            "At beta2 = 0.99 they do, and on the first step only.",
        ),
    ),
    Question(
        "A parameter gets a unit ten times as large. How far does AdaGrad's first step move it now?",
        a=wrong(
            "As far as before: the division cancels units.",
            "It cancels the scale of the gradient. The step is η in the new unit, which is larger.",
        ),
        b=right(
            "Ten times as far.",
            "The number moves by η either way, and each of its units is ten times as much.",
        ),
        c=wrong(
            "A hundred times as far.", "So it is with SGD: the gradient grows tenfold, and the unit, too."
        ),
    ),
    Question(
        "You turn the axes of the parameters by 45°. Which methods walk as before, only turned?",
        a=right("SGD and momentum.", "They use the gradient as one arrow, and arrows turn with the axes."),
        b=wrong("AdaGrad, RMSProp and Adam.", "They divide axis by axis, so the choice of axes matters."),
        c=wrong("All six.", "Dividing each coordinate by its own number does not turn with the axes."),
    ),
)


# ---- the formulas: a wrong answer is compared with what a change to one gives ----


@adagrad_step.formula
def _(params, h, grad, learning_rate, eps):
    h = h + grad**2
    return params - learning_rate * grad / (np.sqrt(h) + eps), h


@rmsprop_step.formula
def _(params, h, grad, learning_rate, decay_rate, eps):
    h = decay_rate * h + (1 - decay_rate) * grad**2
    return params - learning_rate * grad / (np.sqrt(h) + eps), h


@rmsprop_step.formula
def _(params, h, grad, learning_rate, decay_rate, eps):
    h = h + (1 - decay_rate) * (grad**2 - h)
    return params - learning_rate * grad / (np.sqrt(h) + eps), h


@adam_step_uncorrected.formula
def _(params, m, v, grad, learning_rate, beta1, beta2, eps):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad**2 - v)
    return params - learning_rate * m / (np.sqrt(v) + eps), m, v


@adam_step_uncorrected.formula
def _(params, m, v, grad, learning_rate, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return params - learning_rate * m / (np.sqrt(v) + eps), m, v


@adam_step.formula
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return params - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v
