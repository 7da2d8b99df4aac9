"""Lesson 14: batch and layer normalisation, forwards and backwards, and the running values of the former."""

import numpy as np

from dlcourse import layers as reference
from dlcourse.exercises.engine.exercise import Exercise, call
from dlcourse.exercises.engine.question import Question, right, wrong

LESSON = "14_batch_normalization"


def layer(rng, d):
    """γ and β of d units, away from 1 and 0."""
    return rng.uniform(0.5, 2, d).round(2), (rng.uniform(0.5, 2, d) * rng.choice([-1, 1], d)).round(2)


# ---- forwards ----

batch_norm_forward = Exercise(
    "batch_norm_forward",
    LESSON,
    reference.batch_norm_forward,
    hint="x.mean(axis=0), then x.var(axis=0), then γ·(x − mean)/√(variance + eps) + β.",
    parts=("out", "mean", "variance"),
)


@batch_norm_forward.test("normalises every unit over the batch, then scales by γ and shifts by β", points=2)
def _(rng):
    yield call(rng.normal(size=(3, 2)).round(1), *layer(rng, 2), 0.01)
    yield call(rng.normal(3, 2, size=(8, 4)), *layer(rng, 4), 0.5)
    yield call(rng.normal(size=(32, 5)), *layer(rng, 5), 1e-5)
    yield call(rng.normal(size=(4, 4)), *layer(rng, 4), 0.1)


@batch_norm_forward.test(
    "takes a batch of one, constant units, large means, integers, float32; keeps nan", points=2
)
def _(rng):
    yield call(rng.normal(size=(1, 3)), *layer(rng, 3), 1e-3)
    x = rng.normal(size=(5, 2))
    x[:, 0] = round(rng.normal(), 2)
    yield call(x, *layer(rng, 2), 1e-3)
    yield call(1e5 + rng.permutation(6).reshape(3, 2) / 2, *layer(rng, 2), 1e-3)
    yield call(rng.integers(-5, 6, size=(6, 3)), *layer(rng, 3), 0.1)
    yield call(rng.normal(size=(6, 3)), np.ones(3), np.zeros(3), 1e-5)
    yield call(
        rng.normal(size=(8, 3)).astype(np.float32), *(a.astype(np.float32) for a in layer(rng, 3)), 0.1
    )
    yield call(np.array([[np.nan, 1.0], [2.0, 4.0], rng.normal(size=2).round(1)]), *layer(rng, 2), 0.1)


def _with(mean=lambda x: x.mean(axis=0), variance=lambda x: x.var(axis=0), out=None, give=None):
    """A wrong answer whose only fault is one of its lines."""
    out = out or (lambda x, m, s, gamma, beta, eps: gamma * (x - m) / np.sqrt(s + eps) + beta)
    give = give or (lambda out, m, s: (out, m, s))

    def answer(x, gamma, beta, eps):
        m, s = mean(x), variance(x)
        return give(out(x, m, s, gamma, beta, eps), m, s)

    return answer


def _unbiased(x):
    with np.errstate(all="ignore"):  # n − 1 is 0 for one example
        return ((x - x.mean(axis=0)) ** 2).sum(axis=0) / np.float64(len(x) - 1)


batch_norm_forward.mistake(
    "This is the unbiased variance, divided by n − 1. Here it is divided by n: x.var(axis=0), no ddof.",
    _with(variance=_unbiased),
)
batch_norm_forward.mistake(
    "eps belongs under the root: √(variance + eps), not √variance + eps.",
    _with(out=lambda x, m, s, gamma, beta, eps: gamma * (x - m) / (np.sqrt(s) + eps) + beta),
)
batch_norm_forward.mistake(
    "The root is missing: this divides by the variance.",
    _with(out=lambda x, m, s, gamma, beta, eps: gamma * (x - m) / (s + eps) + beta),
)
batch_norm_forward.mistake(
    "γ multiplies β too. First scale, then shift: γ·x̂ + β.",
    _with(out=lambda x, m, s, gamma, beta, eps: gamma * ((x - m) / np.sqrt(s + eps) + beta)),
)
batch_norm_forward.mistake(
    "β is not added.",
    _with(out=lambda x, m, s, gamma, beta, eps: gamma * (x - m) / np.sqrt(s + eps)),
)
batch_norm_forward.mistake(
    "γ is not multiplied in.",
    _with(out=lambda x, m, s, gamma, beta, eps: (x - m) / np.sqrt(s + eps) + beta),
)
batch_norm_forward.mistake(
    "The mean is not taken off: only the scale is normalised.",
    _with(out=lambda x, m, s, gamma, beta, eps: gamma * x / np.sqrt(s + eps) + beta),
)
batch_norm_forward.mistake(
    "The same mean and variance, of the whole array, stand for every unit. Each has its own: axis=0.",
    _with(lambda x: np.full(x.shape[1], x.mean()), lambda x: np.full(x.shape[1], x.var())),
)
batch_norm_forward.mistake(
    "The third result is the standard deviation. The variance is asked for.",
    _with(give=lambda out, m, s: (out, m, np.sqrt(s))),
)
batch_norm_forward.mistake(
    "mean and variance have shape (1, d). (d,) is asked for: leave out keepdims=True.",
    _with(give=lambda out, m, s: (out, m[None], s[None])),
)


@batch_norm_forward.mistake("axis=1 goes over the units of one example. The batch is axis 0.")
def _(x, gamma, beta, eps):
    m, s = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return gamma * (x - m) / np.sqrt(s + eps) + beta, m[:, 0], s[:, 0]


@batch_norm_forward.mistake(
    "This writes into the caller's array, as `x -= mean` does. `x - mean` makes a new one."
)
def _(x, gamma, beta, eps):
    m, s = x.mean(axis=0), x.var(axis=0)
    x -= m
    return gamma * x / np.sqrt(s + eps) + beta, m, s


batch_norm_forward.mistake(
    "The mean of the squares minus the square of the mean loses all its digits where the mean is large. Take "
    "the mean off first, then square: x.var(axis=0).",
    _with(variance=lambda x: (x * x).mean(axis=0) - x.mean(axis=0) ** 2),
)
batch_norm_forward.mistake(
    "The squares are summed. The variance is their *mean* over the batch.",
    _with(variance=lambda x: ((x - x.mean(axis=0)) ** 2).sum(axis=0)),
)
batch_norm_forward.mistake(
    "This is the mean distance from the mean. The variance is the mean of its square.",
    _with(variance=lambda x: np.abs(x - x.mean(axis=0)).mean(axis=0)),
)
batch_norm_forward.mistake(
    "The standard deviation stands where the variance should, and its root is taken once more.",
    _with(variance=lambda x: x.std(axis=0)),
)
batch_norm_forward.mistake(
    "This is the mean of the squares. The mean is taken off before squaring.",
    _with(variance=lambda x: (x * x).mean(axis=0)),
)
batch_norm_forward.mistake(
    "eps is part of the variance that is returned. It belongs under the root only.",
    lambda x, gamma, beta, eps: (
        gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta,
        x.mean(axis=0),
        x.var(axis=0) + eps,
    ),
)
batch_norm_forward.mistake(
    "γ and β are swapped: γ multiplies, β is added.",
    _with(out=lambda x, m, s, gamma, beta, eps: beta * (x - m) / np.sqrt(s + eps) + gamma),
)
batch_norm_forward.mistake(
    "γ and β are both left out: γ·x̂ + β.",
    _with(out=lambda x, m, s, gamma, beta, eps: (x - m) / np.sqrt(s + eps)),
)
batch_norm_forward.mistake(
    "β is divided by the root too. It is added at the end.",
    _with(out=lambda x, m, s, gamma, beta, eps: (gamma * (x - m) + beta) / np.sqrt(s + eps)),
)
batch_norm_forward.mistake(
    "Nothing is divided: √(variance + eps) is missing below the line.",
    _with(out=lambda x, m, s, gamma, beta, eps: gamma * (x - m) + beta),
)
batch_norm_forward.mistake(
    "Brackets are missing: x − mean / √… divides the mean alone.",
    _with(out=lambda x, m, s, gamma, beta, eps: gamma * (x - m / np.sqrt(s + eps)) + beta),
)
batch_norm_forward.mistake(
    "mean and variance are swapped in what is returned: out, mean, variance.",
    _with(give=lambda out, m, s: (out, s, m)),
)
batch_norm_forward.mistake(
    "Only the output is returned. Return three things: out, mean, variance.",
    _with(give=lambda out, m, s: out),
)
batch_norm_forward.mistake(
    "There is one mean and one variance for the whole array. Each unit has its own: axis=0.",
    _with(lambda x: x.mean(), lambda x: x.var()),
)
batch_norm_forward.mistake(
    "axis=1 goes over the units of one example, and the result is a column. The batch is axis 0.",
    _with(lambda x: x.mean(axis=1, keepdims=True), lambda x: x.var(axis=1, keepdims=True)),
)
batch_norm_forward.mistake(
    "axis=1 goes over the units of one example, and does not line up with the columns. The batch is axis 0.",
    _with(lambda x: x.mean(axis=1), lambda x: x.var(axis=1)),
)


@batch_norm_forward.mistake("eps is left out: a unit that is the same on all examples gives 0/0.")
def _(x, gamma, beta, eps):
    m, s = x.mean(axis=0), x.var(axis=0)
    with np.errstate(all="ignore"):
        return gamma * (x - m) / np.sqrt(s) + beta, m, s


batch_norm_forward.mistake(
    "Brackets are missing: the mean is taken off x before anything else, gamma · (x − mean)/√(…).",
    lambda x, gamma, beta, eps: (
        gamma * x - x.mean(axis=0) / np.sqrt(x.var(axis=0) + eps) + beta,
        x.mean(axis=0),
        x.var(axis=0),
    ),
)


# ---- backwards ----

batch_norm_backward = Exercise(
    "batch_norm_backward",
    LESSON,
    reference.batch_norm_backward,
    hint="dx = γ/√(variance + eps) · (u − mean(u) − x̂ · mean(u·x̂)) for u = upstream, means over axis 0.",
    parts=("dx", "dgamma", "dbeta"),
    builds_on=(batch_norm_forward,),
)


@batch_norm_backward.test("lets the gradient back through the mean and the variance", points=3)
def _(rng):
    yield call(rng.normal(size=(3, 2)).round(1), rng.normal(size=(3, 2)).round(1), layer(rng, 2)[0], 0.01)
    yield call(rng.normal(size=(8, 4)), rng.normal(3, 2, size=(8, 4)), layer(rng, 4)[0], 0.5)
    yield call(rng.normal(size=(16, 3)) + 1, rng.normal(size=(16, 3)), layer(rng, 3)[0], 1e-5)


@batch_norm_backward.test("takes a batch of one, as many units as examples, integers and float32", points=1)
def _(rng):
    yield call(rng.normal(size=(1, 3)), rng.normal(size=(1, 3)), layer(rng, 3)[0], 1e-3)
    yield call(rng.integers(-3, 4, size=(6, 2)), rng.integers(-5, 6, size=(6, 2)), layer(rng, 2)[0], 0.1)
    yield call(rng.normal(size=(6, 2)), rng.integers(-5, 6, size=(6, 2)), layer(rng, 2)[0], 0.1)
    yield call(rng.normal(size=(4, 4)), rng.normal(size=(4, 4)), layer(rng, 4)[0], 0.1)
    single = [rng.normal(size=(6, 2)).astype(np.float32) for _ in range(2)]
    yield call(*single, layer(rng, 2)[0].astype(np.float32), 0.1)


def _back(dx=None, dgamma=None, dbeta=None):
    """A wrong answer in one of its three results."""

    def answer(upstream, x, gamma, eps):
        root = np.sqrt(x.var(axis=0) + eps)
        x_hat = (x - x.mean(axis=0)) / root
        whole = gamma / root * (upstream - upstream.mean(axis=0) - x_hat * (upstream * x_hat).mean(axis=0))
        return (
            dx(upstream, x, gamma, root, x_hat) if dx else whole,
            dgamma(upstream, x, x_hat) if dgamma else (upstream * x_hat).sum(axis=0),
            dbeta(upstream) if dbeta else upstream.sum(axis=0),
        )

    return answer


batch_norm_backward.mistake(
    "dx treats mean and variance as constants. They depend on x too, and take two terms off the gradient.",
    _back(dx=lambda upstream, x, gamma, root, x_hat: gamma / root * upstream),
)
batch_norm_backward.mistake(
    "The way through the variance is missing from dx: the term x̂ · mean of upstream·x̂.",
    _back(dx=lambda upstream, x, gamma, root, x_hat: gamma / root * (upstream - upstream.mean(axis=0))),
)
batch_norm_backward.mistake(
    "The way through the mean is missing from dx: the mean of upstream over the batch.",
    _back(dx=lambda u, x, gamma, root, x_hat: gamma / root * (u - x_hat * (u * x_hat).mean(axis=0))),
)
batch_norm_backward.mistake(
    "The factor 2/n is missing: s² is the mean of c², so its derivative by c is 2c/n.",
    _back(
        dx=lambda u, x, gamma, root, x_hat: (
            gamma / root * (u - u.mean(axis=0) - x_hat * (u * x_hat).sum(axis=0) / 2)
        )
    ),
)
batch_norm_backward.mistake(
    "The two terms in dx are sums over the batch where they should be means.",
    _back(
        dx=lambda u, x, gamma, root, x_hat: (
            gamma / root * (u - u.sum(axis=0) - x_hat * (u * x_hat).sum(axis=0))
        )
    ),
)
batch_norm_backward.mistake(
    "γ is missing from dx.",
    _back(dx=lambda u, x, gamma, root, x_hat: (u - u.mean(axis=0) - x_hat * (u * x_hat).mean(axis=0)) / root),
)
batch_norm_backward.mistake(
    "dx is not divided by √(variance + eps).",
    _back(
        dx=lambda u, x, gamma, root, x_hat: gamma * (u - u.mean(axis=0) - x_hat * (u * x_hat).mean(axis=0))
    ),
)
batch_norm_backward.mistake(
    "dgamma uses x. What γ multiplies is the normalised x̂.",
    _back(dgamma=lambda upstream, x, x_hat: (upstream * x).sum(axis=0)),
)
batch_norm_backward.mistake(
    "dgamma is a mean over the batch. γ takes part in every example: sum.",
    _back(dgamma=lambda upstream, x, x_hat: (upstream * x_hat).mean(axis=0)),
)
batch_norm_backward.mistake(
    "dbeta is a mean over the batch. β takes part in every example: sum.",
    _back(dbeta=lambda upstream: upstream.mean(axis=0)),
)
batch_norm_backward.mistake(
    "dbeta is summed over everything. Each unit has its own: axis=0.",
    _back(dbeta=lambda upstream: float(upstream.sum())),
)


def _three_parts(
    parts=lambda dx, dgamma, dbeta: (dx, dgamma, dbeta), spread=lambda x: x.var(axis=0), power=0.5
):
    """A wrong answer that hands back other parts, or has another number below the line."""

    def answer(upstream, x, gamma, eps):
        with np.errstate(all="ignore"):
            root = (spread(x) + eps) ** power
            x_hat = (x - x.mean(axis=0)) / root
            dx = gamma / root * (upstream - upstream.mean(axis=0) - x_hat * (upstream * x_hat).mean(axis=0))
            return parts(dx, (upstream * x_hat).sum(axis=0), upstream.sum(axis=0))

    return answer


batch_norm_backward.mistake(
    "dgamma and dbeta are swapped. β is added to every row, so dbeta is the sum of upstream; dgamma is that "
    "of upstream·x̂.",
    _three_parts(lambda dx, dgamma, dbeta: (dx, dbeta, dgamma)),
)
batch_norm_backward.mistake(
    "dx is not the first result here. The order is dx, dgamma, dbeta.",
    _three_parts(lambda dx, dgamma, dbeta: (dgamma, dbeta, dx)),
)
batch_norm_backward.mistake(
    "dgamma and dbeta are missing. Return three things: dx, dgamma, dbeta.",
    _three_parts(lambda dx, dgamma, dbeta: dx),
)
batch_norm_backward.mistake(
    "dgamma and dbeta have shape (1, d). They are (d,), as γ and β are: leave out keepdims=True.",
    _three_parts(lambda dx, dgamma, dbeta: (dx, dgamma[None], dbeta[None])),
)
batch_norm_backward.mistake(
    "The root is missing: this divides by variance + eps. x̂ is (x − mean)/√(variance + eps).",
    _three_parts(power=1.0),
)
batch_norm_backward.mistake(
    "eps is missing: x̂ is (x − mean)/√(variance + eps), as on the way forwards.",
    lambda upstream, x, gamma, eps: _three_parts()(upstream, x, gamma, 0.0),
)
batch_norm_backward.mistake(
    "The variance is divided by n − 1. On the way forwards it is divided by n: x.var(axis=0), no ddof.",
    _three_parts(spread=_unbiased),
)
batch_norm_backward.mistake(
    "eps is added to the root. It belongs under it: √(variance + eps).",
    lambda upstream, x, gamma, eps: _three_parts(spread=lambda x: (x.std(axis=0) + eps) ** 2)(
        upstream, x, gamma, 0.0
    ),
)
batch_norm_backward.mistake(
    "The term of the variance has the wrong sign in dx: − x̂ · mean of upstream·x̂.",
    _back(
        dx=lambda u, x, gamma, root, x_hat: (
            gamma / root * (u - u.mean(axis=0) + x_hat * (u * x_hat).mean(axis=0))
        )
    ),
)
batch_norm_backward.mistake(
    "The term of the mean has the wrong sign in dx: − mean of upstream.",
    _back(
        dx=lambda u, x, gamma, root, x_hat: (
            gamma / root * (u + u.mean(axis=0) - x_hat * (u * x_hat).mean(axis=0))
        )
    ),
)
batch_norm_backward.mistake(
    "x̂ is missing before the last mean in dx: x̂ · mean of upstream·x̂.",
    _back(dx=lambda u, x, gamma, root, x_hat: gamma / root * (u - u.mean(axis=0) - (u * x_hat).mean(axis=0))),
)
batch_norm_backward.mistake(
    "x̂ is missing inside the last mean in dx: x̂ · mean of upstream·x̂.",
    _back(dx=lambda u, x, gamma, root, x_hat: gamma / root * (u - u.mean(axis=0) - x_hat * u.mean(axis=0))),
)
batch_norm_backward.mistake(
    "x stands in dx where x̂ should. The centred and scaled x̂ is meant, twice.",
    _back(dx=lambda u, x, gamma, root, x_hat: gamma / root * (u - u.mean(axis=0) - x * (u * x).mean(axis=0))),
)
batch_norm_backward.mistake(
    "All of dx is divided by n, and upstream itself lacks its factor n: γ/(n·root) · (n·u − Σu − x̂·Σ(u·x̂)).",
    _back(
        dx=lambda u, x, gamma, root, x_hat: (
            gamma / root / len(u) * (u - u.sum(axis=0) - x_hat * (u * x_hat).sum(axis=0))
        )
    ),
)
batch_norm_backward.mistake(
    "dx multiplies by the root. It divides: γ/√(variance + eps).",
    _back(
        dx=lambda u, x, gamma, root, x_hat: (
            gamma * root * (u - u.mean(axis=0) - x_hat * (u * x_hat).mean(axis=0))
        )
    ),
)
batch_norm_backward.mistake(
    "The means in dx are over everything. They are over the batch, unit by unit: axis=0.",
    _back(dx=lambda u, x, gamma, root, x_hat: gamma / root * (u - u.mean() - x_hat * (u * x_hat).mean())),
)
batch_norm_backward.mistake(
    "dgamma is upstream·x̂ for every example. γ takes part in all of them: sum over axis 0.",
    _back(dgamma=lambda upstream, x, x_hat: upstream * x_hat),
)
batch_norm_backward.mistake(
    "dgamma lacks x̂: it is the sum of upstream·x̂.",
    _back(dgamma=lambda upstream, x, x_hat: upstream.sum(axis=0)),
)
batch_norm_backward.mistake(
    "dbeta is upstream itself. β takes part in every example: sum over axis 0.",
    _back(dbeta=lambda upstream: 1 * upstream),
)
batch_norm_backward.mistake(
    "dbeta is summed over the units. Sum over the batch: axis=0.",
    _back(dbeta=lambda upstream: upstream.sum(axis=1)),
)


# ---- running values ----

update_running = Exercise(
    "update_running",
    LESSON,
    reference.update_running,
    hint="momentum * running + (1 − momentum) * batch_value.",
)


@update_running.test("keeps the share `momentum` of the old value", points=1)
def _(rng):
    yield call(rng.normal(size=3).round(1), rng.normal(size=3).round(1), 0.9)
    yield call(rng.normal(size=5), rng.normal(size=5), rng.uniform(0.55, 0.99))


@update_running.test("takes single numbers, any shape, integers, float32, and momentum 0", points=1)
def _(rng):
    yield call(np.array(2.0), np.array(4.0), 0.75)
    yield call(rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), 0.8)
    yield call(rng.integers(-5, 0, size=3), rng.integers(1, 6, size=3), 0.9)
    yield call(*(rng.normal(size=4).astype(np.float32) for _ in range(2)), 0.9)
    yield call(rng.normal(size=3), rng.normal(size=3), 0.0)
    yield call(2.0, 4.5, 0.75)
    yield call(3, 1, 0.5)
    yield call(np.float64(round(rng.uniform(1, 2), 1)), np.float64(4.0), 0.9)


update_running.mistake(
    "The two shares are swapped. In PyTorch momentum is the share of the *new* value; here, of the old one.",
    lambda running, batch_value, momentum: (1 - momentum) * running + momentum * batch_value,
)
update_running.mistake(
    "The shares do not add up to 1: the batch's value gets 1 − momentum.",
    lambda running, batch_value, momentum: momentum * running + batch_value,
)
update_running.mistake(
    "momentum is ignored: this is the plain average of the two.",
    lambda running, batch_value, momentum: (running + batch_value) / 2,
)
update_running.mistake(
    "The old value is forgotten: this is the batch's value alone.",
    lambda running, batch_value, momentum: batch_value,
)
update_running.mistake(
    "The old value keeps its full weight: multiply it by momentum.",
    lambda running, batch_value, momentum: running + (1 - momentum) * batch_value,
)


@update_running.mistake("This writes into the caller's array, as `running *= momentum` does. Make a new one.")
def _(running, batch_value, momentum):
    running *= momentum
    running += (1 - momentum) * batch_value
    return running


update_running.mistake(
    "The batch's value is lost: this only shrinks the old one. Add (1 − momentum) · batch_value.",
    lambda running, batch_value, momentum: momentum * running,
)
update_running.mistake(
    "momentum multiplies both. The batch's value gets 1 − momentum.",
    lambda running, batch_value, momentum: momentum * (running + batch_value),
)
update_running.mistake(
    "The batch's value is taken off. It is added: momentum·running + (1 − momentum)·batch_value.",
    lambda running, batch_value, momentum: momentum * running - (1 - momentum) * batch_value,
)
update_running.mistake(
    "Brackets are missing: momentum·running + 1 − momentum·batch_value. Write (1 − momentum) · batch_value.",
    lambda running, batch_value, momentum: momentum * running + 1 - momentum * batch_value,
)
update_running.mistake(
    "1 − momentum is the share of both. The old value gets momentum.",
    lambda running, batch_value, momentum: (1 - momentum) * (running + batch_value),
)
update_running.mistake(
    "momentum is fixed at 0.9: use the argument.",
    lambda running, batch_value, momentum: 0.9 * running + 0.1 * batch_value,
)
update_running.mistake(
    "The old value is handed back as it was.", lambda running, batch_value, momentum: 1.0 * running
)
update_running.mistake(
    "This moves away from the batch's value. The difference is the other way round: batch_value − running.",
    lambda running, batch_value, momentum: running + (1 - momentum) * (running - batch_value),
)


@update_running.mistake(
    "A copy of integers holds integers, and a plain number has no .copy(). momentum * running makes a new "
    "array of floats."
)
def _(running, batch_value, momentum):
    new = running.copy()
    new *= momentum
    new += (1 - momentum) * batch_value
    return new


update_running.mistake(
    "momentum multiplies the batch's value as well, besides 1 − momentum. It multiplies `running` alone.",
    lambda running, batch_value, momentum: momentum * running + momentum * (1 - momentum) * batch_value,
)
update_running.mistake(
    "The batch's values are averaged into one number. Each has a running value of its own.",
    lambda running, batch_value, momentum: momentum * running + (1 - momentum) * np.mean(batch_value),
)
update_running.mistake(
    "The batch's value is squared. It comes in as it is: (1 − momentum) · batch_value.",
    lambda running, batch_value, momentum: momentum * running + (1 - momentum) * np.square(batch_value),
)


# ---- layer normalisation, forwards ----

layer_norm_forward = Exercise(
    "layer_norm_forward",
    LESSON,
    reference.layer_norm_forward,
    hint="Mean and variance of each row: x.mean(axis=1, keepdims=True) is (n, 1) and lines up with x.",
)


@layer_norm_forward.test(
    "normalises every example over its units, then scales by γ and shifts by β", points=1
)
def _(rng):
    yield call(rng.normal(size=(2, 3)).round(1), *layer(rng, 3), 0.01)
    yield call(rng.normal(3, 2, size=(4, 6)), *layer(rng, 6), 0.5)
    yield call(rng.normal(size=(5, 3)), *layer(rng, 3), 1e-5)
    yield call(rng.normal(size=(4, 4)), *layer(rng, 4), 0.1)


@layer_norm_forward.test(
    "takes one example, one unit, equal units, large means, integers, float32; keeps nan in its row", points=1
)
def _(rng):
    yield call(rng.normal(size=(1, 3)), *layer(rng, 3), 1e-3)
    yield call(rng.normal(size=(3, 1)), *layer(rng, 1), 1e-3)
    x = rng.normal(size=(3, 4))
    x[1] = round(rng.normal(), 2)
    yield call(x, *layer(rng, 4), 1e-3)
    yield call(1e5 + rng.permutation(6).reshape(2, 3) / 2, *layer(rng, 3), 1e-3)
    yield call(rng.integers(-5, 6, size=(3, 4)), *layer(rng, 4), 0.1)
    yield call(
        rng.normal(size=(3, 5)).astype(np.float32), *(a.astype(np.float32) for a in layer(rng, 5)), 0.1
    )
    yield call(np.array([[np.nan, 1.0, 2.0], rng.normal(size=3).round(1)]), *layer(rng, 3), 0.1)


def _row(reduce):
    """One number a row, in a column that lines up with x."""
    return lambda x: reduce(x, axis=1, keepdims=True)


_mean, _variance = _row(np.mean), _row(np.var)


def _by_row(mean=_mean, variance=_variance, out=None):
    """A wrong answer whose only fault is one of its lines."""
    out = out or (lambda x, m, s, gamma, beta, eps: gamma * (x - m) / np.sqrt(s + eps) + beta)
    return lambda x, gamma, beta, eps: out(x, mean(x), variance(x), gamma, beta, eps)


def _unbiased_by_row(x):
    with np.errstate(all="ignore"):  # d − 1 is 0 for one unit
        return _row(np.sum)((x - _mean(x)) ** 2) / np.float64(x.shape[1] - 1)


layer_norm_forward.mistake(
    "This is batch normalisation: axis=0 goes over the examples. Here each example has a mean of its own: "
    "axis=1.",
    _by_row(lambda x: x.mean(axis=0), lambda x: x.var(axis=0)),
)
layer_norm_forward.mistake(
    "Means of shape (n,) do not line up with the rows of x, which broadcasting takes by its last axis. Keep "
    "the axis: keepdims=True.",
    _by_row(lambda x: x.mean(axis=1), lambda x: x.var(axis=1)),
)
layer_norm_forward.mistake(
    "There is one mean and one variance for the whole array. Each example has its own: axis=1.",
    _by_row(np.mean, np.var),
)
layer_norm_forward.mistake(
    "The mean is over the whole array, the variance by rows. Each example has its own mean, too: axis=1.",
    _by_row(np.mean),
)
layer_norm_forward.mistake(
    "This is the unbiased variance, divided by d − 1. Here it is divided by d: x.var(axis=1), no ddof.",
    _by_row(variance=_unbiased_by_row),
)
layer_norm_forward.mistake(
    "eps belongs under the root: √(variance + eps), not √variance + eps.",
    _by_row(out=lambda x, m, s, gamma, beta, eps: gamma * (x - m) / (np.sqrt(s) + eps) + beta),
)
layer_norm_forward.mistake(
    "The root is missing: this divides by the variance.",
    _by_row(out=lambda x, m, s, gamma, beta, eps: gamma * (x - m) / (s + eps) + beta),
)
layer_norm_forward.mistake(
    "Nothing is divided: √(variance + eps) is missing below the line.",
    _by_row(out=lambda x, m, s, gamma, beta, eps: gamma * (x - m) + beta),
)
layer_norm_forward.mistake(
    "The mean is not taken off: only the scale is normalised.",
    _by_row(out=lambda x, m, s, gamma, beta, eps: gamma * x / np.sqrt(s + eps) + beta),
)
layer_norm_forward.mistake(
    "Brackets are missing: x − mean / √… divides the mean alone.",
    _by_row(out=lambda x, m, s, gamma, beta, eps: gamma * (x - m / np.sqrt(s + eps)) + beta),
)
layer_norm_forward.mistake(
    "γ multiplies β too. First scale, then shift: γ·x̂ + β.",
    _by_row(out=lambda x, m, s, gamma, beta, eps: gamma * ((x - m) / np.sqrt(s + eps) + beta)),
)
layer_norm_forward.mistake(
    "β is divided by the root too. It is added at the end.",
    _by_row(out=lambda x, m, s, gamma, beta, eps: (gamma * (x - m) + beta) / np.sqrt(s + eps)),
)
layer_norm_forward.mistake(
    "β is not added.",
    _by_row(out=lambda x, m, s, gamma, beta, eps: gamma * (x - m) / np.sqrt(s + eps)),
)
layer_norm_forward.mistake(
    "γ is not multiplied in.",
    _by_row(out=lambda x, m, s, gamma, beta, eps: (x - m) / np.sqrt(s + eps) + beta),
)
layer_norm_forward.mistake(
    "γ and β are both left out: γ·x̂ + β.",
    _by_row(out=lambda x, m, s, gamma, beta, eps: (x - m) / np.sqrt(s + eps)),
)
layer_norm_forward.mistake(
    "γ and β are swapped: γ multiplies, β is added.",
    _by_row(out=lambda x, m, s, gamma, beta, eps: beta * (x - m) / np.sqrt(s + eps) + gamma),
)
layer_norm_forward.mistake(
    "The squares are summed. The variance is their *mean* over the units.",
    _by_row(variance=lambda x: _row(np.sum)((x - _mean(x)) ** 2)),
)
layer_norm_forward.mistake(
    "The standard deviation stands where the variance should, and its root is taken once more.",
    _by_row(variance=_row(np.std)),
)
layer_norm_forward.mistake(
    "This is the mean of the squares. The mean is taken off before squaring.",
    _by_row(variance=lambda x: _mean(x * x)),
)
layer_norm_forward.mistake(
    "The mean of the squares minus the square of the mean loses all its digits where the mean is large. Take "
    "the mean off first, then square: x.var(axis=1).",
    _by_row(variance=lambda x: _mean(x * x) - _mean(x) ** 2),
)
layer_norm_forward.mistake(
    "Three things are returned, as by batch_norm_forward. Here it is the output alone.",
    _by_row(out=lambda x, m, s, gamma, beta, eps: (gamma * (x - m) / np.sqrt(s + eps) + beta, m, s)),
)


@layer_norm_forward.mistake("eps is left out: an example whose units are all equal gives 0/0.")
def _(x, gamma, beta, eps):
    with np.errstate(all="ignore"):
        return _by_row()(x, gamma, beta, 0.0)


@layer_norm_forward.mistake(
    "This writes into the caller's array, as `x -= mean` does. `x - mean` makes a new one."
)
def _(x, gamma, beta, eps):
    s = x.var(axis=1, keepdims=True)
    x -= x.mean(axis=1, keepdims=True)
    return gamma * x / np.sqrt(s + eps) + beta


# ---- layer normalisation, backwards ----

layer_norm_backward = Exercise(
    "layer_norm_backward",
    LESSON,
    reference.layer_norm_backward,
    hint="With dx̂ = γ·upstream: dx = (dx̂ − mean(dx̂) − x̂·mean(dx̂·x̂))/√(variance + eps), means over axis 1.",
    parts=("dx", "dgamma", "dbeta"),
    builds_on=(layer_norm_forward,),
)


@layer_norm_backward.test("lets the gradient back to every unit of the example, and to γ and β", points=2)
def _(rng):
    yield call(rng.normal(size=(2, 3)).round(1), rng.normal(size=(2, 3)).round(1), layer(rng, 3)[0], 0.01)
    yield call(rng.normal(size=(4, 6)), rng.normal(3, 2, size=(4, 6)), layer(rng, 6)[0], 0.5)
    yield call(rng.normal(size=(7, 3)) + 1, rng.normal(size=(7, 3)), layer(rng, 3)[0], 1e-5)
    yield call(rng.normal(size=(4, 4)), rng.normal(size=(4, 4)), layer(rng, 4)[0], 0.1)


@layer_norm_backward.test("takes one example, one unit, integers and float32", points=1)
def _(rng):
    yield call(rng.normal(size=(1, 4)), rng.normal(size=(1, 4)), layer(rng, 4)[0], 1e-3)
    yield call(rng.normal(size=(3, 1)), rng.normal(size=(3, 1)), layer(rng, 1)[0], 1e-3)
    yield call(rng.integers(-3, 4, size=(3, 5)), rng.integers(-5, 6, size=(3, 5)), layer(rng, 5)[0], 0.1)
    yield call(rng.normal(size=(3, 5)), rng.integers(-5, 6, size=(3, 5)), layer(rng, 5)[0], 0.1)
    single = [rng.normal(size=(3, 4)).astype(np.float32) for _ in range(2)]
    yield call(*single, layer(rng, 4)[0].astype(np.float32), 0.1)


def _back_by_row(dx=None, parts=lambda dx, dgamma, dbeta: (dx, dgamma, dbeta), spread=_variance, power=0.5):
    """A wrong answer in its dx, in what it hands back, or below the line."""

    def answer(upstream, x, gamma, eps):
        with np.errstate(all="ignore"):
            root = (spread(x) + eps) ** power
            x_hat = (x - x.mean(axis=1, keepdims=True)) / root
            g = gamma * upstream
            whole = (g - _mean(g) - x_hat * _mean(g * x_hat)) / root
            result = dx(upstream, g, x, x_hat, root, gamma) if dx else whole
            return parts(result, (upstream * x_hat).sum(axis=0), upstream.sum(axis=0))

    return answer


def _sums_by_row(sums):
    """A wrong answer in dgamma or dbeta."""

    def answer(upstream, x, gamma, eps):
        x_hat = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + eps)
        right = _back_by_row()(upstream, x, gamma, eps)
        return right[0], *sums(upstream, x, x_hat, gamma, right[1], right[2])

    return answer


layer_norm_backward.mistake(
    "γ stands before the bracket, as in batch normalisation. Here the means go over units, each with a γ of "
    "its own: multiply first, dx̂ = γ·upstream, and take the means of that.",
    _back_by_row(
        lambda u, g, x, x_hat, root, gamma: gamma * (u - _mean(u) - x_hat * _mean(u * x_hat)) / root
    ),
)
layer_norm_backward.mistake(
    "dx treats mean and variance as constants. They depend on x too, and take two terms off the gradient.",
    _back_by_row(lambda u, g, x, x_hat, root, gamma: g / root),
)
layer_norm_backward.mistake(
    "The way through the variance is missing from dx: the term x̂ · mean of dx̂·x̂.",
    _back_by_row(lambda u, g, x, x_hat, root, gamma: (g - _mean(g)) / root),
)
layer_norm_backward.mistake(
    "The way through the mean is missing from dx: the mean of dx̂ over the units.",
    _back_by_row(lambda u, g, x, x_hat, root, gamma: (g - x_hat * _mean(g * x_hat)) / root),
)
layer_norm_backward.mistake(
    "The two means in dx are over the batch. They are over the units of one example: axis=1.",
    _back_by_row(
        lambda u, g, x, x_hat, root, gamma: (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0)) / root
    ),
)
layer_norm_backward.mistake(
    "The means in dx are over everything. They are over the units of one example: axis=1.",
    _back_by_row(lambda u, g, x, x_hat, root, gamma: (g - g.mean() - x_hat * (g * x_hat).mean()) / root),
)
layer_norm_backward.mistake(
    "The two terms in dx are sums over the units where they should be means.",
    _back_by_row(
        lambda u, g, x, x_hat, root, gamma: (g - _row(np.sum)(g) - x_hat * _row(np.sum)(g * x_hat)) / root
    ),
)
layer_norm_backward.mistake(
    "γ is missing from dx: dx̂ = γ·upstream comes back to x̂.",
    _back_by_row(lambda u, g, x, x_hat, root, gamma: (u - _mean(u) - x_hat * _mean(u * x_hat)) / root),
)
layer_norm_backward.mistake(
    "dx is not divided by √(variance + eps).",
    _back_by_row(lambda u, g, x, x_hat, root, gamma: g - _mean(g) - x_hat * _mean(g * x_hat)),
)
layer_norm_backward.mistake(
    "dx multiplies by the root. It divides.",
    _back_by_row(lambda u, g, x, x_hat, root, gamma: (g - _mean(g) - x_hat * _mean(g * x_hat)) * root),
)
layer_norm_backward.mistake(
    "The term of the variance has the wrong sign in dx: − x̂ · mean of dx̂·x̂.",
    _back_by_row(lambda u, g, x, x_hat, root, gamma: (g - _mean(g) + x_hat * _mean(g * x_hat)) / root),
)
layer_norm_backward.mistake(
    "The term of the mean has the wrong sign in dx: − mean of dx̂.",
    _back_by_row(lambda u, g, x, x_hat, root, gamma: (g + _mean(g) - x_hat * _mean(g * x_hat)) / root),
)
layer_norm_backward.mistake(
    "x̂ is missing before the last mean in dx: x̂ · mean of dx̂·x̂.",
    _back_by_row(lambda u, g, x, x_hat, root, gamma: (g - _mean(g) - _mean(g * x_hat)) / root),
)
layer_norm_backward.mistake(
    "x̂ is missing inside the last mean in dx: x̂ · mean of dx̂·x̂.",
    _back_by_row(lambda u, g, x, x_hat, root, gamma: (g - _mean(g) - x_hat * _mean(g)) / root),
)
layer_norm_backward.mistake(
    "x stands in dx where x̂ should. The centred and scaled x̂ is meant, twice.",
    _back_by_row(lambda u, g, x, x_hat, root, gamma: (g - _mean(g) - x * _mean(g * x)) / root),
)
layer_norm_backward.mistake(
    "This is batch_norm_backward: means and variances over the batch. Here they are over the units, axis=1.",
    lambda upstream, x, gamma, eps: _three_parts()(upstream, x, gamma, eps),
)
layer_norm_backward.mistake(
    "eps is missing: x̂ is (x − mean)/√(variance + eps), as on the way forwards.",
    lambda upstream, x, gamma, eps: _back_by_row()(upstream, x, gamma, 0.0),
)
layer_norm_backward.mistake(
    "eps is added to the root. It belongs under it: √(variance + eps).",
    lambda upstream, x, gamma, eps: _back_by_row(spread=lambda x: (_row(np.std)(x) + eps) ** 2)(
        upstream, x, gamma, 0.0
    ),
)
layer_norm_backward.mistake(
    "The root is missing: this divides by variance + eps. x̂ is (x − mean)/√(variance + eps).",
    _back_by_row(power=1.0),
)
layer_norm_backward.mistake(
    "The variance is divided by d − 1. On the way forwards it is divided by d: x.var(axis=1), no ddof.",
    _back_by_row(spread=_unbiased_by_row),
)
layer_norm_backward.mistake(
    "dgamma and dbeta are sums over the units. γ and β take part in every example: sum over axis 0.",
    _sums_by_row(lambda u, x, x_hat, gamma, dgamma, dbeta: ((u * x_hat).sum(axis=1), u.sum(axis=1))),
)
layer_norm_backward.mistake(
    "dgamma and dbeta are given for every example. Both take part in all of them: sum over axis 0.",
    _sums_by_row(lambda u, x, x_hat, gamma, dgamma, dbeta: (u * x_hat, 1 * u)),
)
layer_norm_backward.mistake(
    "dgamma and dbeta are means over the batch. γ and β take part in every example: sum.",
    _sums_by_row(lambda u, x, x_hat, gamma, dgamma, dbeta: (dgamma / len(u), dbeta / len(u))),
)
layer_norm_backward.mistake(
    "dgamma and dbeta contain γ. dx̂ = γ·upstream is what comes back to x̂; γ and β get theirs from upstream.",
    _sums_by_row(lambda u, x, x_hat, gamma, dgamma, dbeta: (gamma * dgamma, gamma * dbeta)),
)
layer_norm_backward.mistake(
    "dgamma contains γ. dx̂ = γ·upstream is what comes back to x̂; dgamma is the sum of upstream·x̂.",
    _sums_by_row(lambda u, x, x_hat, gamma, dgamma, dbeta: (gamma * dgamma, dbeta)),
)
layer_norm_backward.mistake(
    "dgamma uses x. What γ multiplies is the normalised x̂.",
    _sums_by_row(lambda u, x, x_hat, gamma, dgamma, dbeta: ((u * x).sum(axis=0), dbeta)),
)
layer_norm_backward.mistake(
    "dgamma lacks x̂: it is the sum of upstream·x̂.",
    _sums_by_row(lambda u, x, x_hat, gamma, dgamma, dbeta: (dbeta, dbeta)),
)
layer_norm_backward.mistake(
    "dgamma and dbeta are swapped. β is added to every row, so dbeta is the sum of upstream; dgamma is that "
    "of upstream·x̂.",
    _back_by_row(parts=lambda dx, dgamma, dbeta: (dx, dbeta, dgamma)),
)
layer_norm_backward.mistake(
    "dx is not the first result here. The order is dx, dgamma, dbeta.",
    _back_by_row(parts=lambda dx, dgamma, dbeta: (dgamma, dbeta, dx)),
)
layer_norm_backward.mistake(
    "dgamma and dbeta are missing. Return three things: dx, dgamma, dbeta.",
    _back_by_row(parts=lambda dx, dgamma, dbeta: dx),
)
layer_norm_backward.mistake(
    "dgamma and dbeta have shape (1, d). They are (d,), as γ and β are: leave out keepdims=True there.",
    _back_by_row(parts=lambda dx, dgamma, dbeta: (dx, dgamma[None], dbeta[None])),
)


QUIZ = (
    Question(
        "Over what does batch normalisation take its means?",
        a=right("Over the examples, one mean for each unit.", "Axis 0 of x (n, d)."),
        b=wrong("Over the units, one mean for each example.", "That is layer normalisation."),
        c=wrong("Over everything.", "Then units of different size would stay different."),
    ),
    Question(
        "At test one example comes alone. Whose mean and variance does batch normalisation use?",
        a=wrong("Its own.", "Its variance is 0, and every example would get the same answer, β."),
        b=right("The running ones from training.", "That is what they were kept for."),
        c=wrong("Those of the last training batch.", "One batch is a noisy sample."),
    ),
    Question(
        "In training, the batch holds a single example. What does your `batch_norm_forward` put out?",
        a=wrong("The example itself.", "x − mean is 0 in every unit."),
        b=right("β, whatever the example.", "x − mean = 0, so γ·0 + β. PyTorch refuses such a batch."),
        c=wrong("nan: it divides by zero.", "eps stands under the root."),
    ),
    Question(
        "The weights before a batch normalisation are multiplied by 10. What happens to its output?",
        a=wrong("It is ten times as large.", "Mean and deviation grow by the same ten."),
        b=right("Nothing, eps apart.", "The layer divides by what it measures."),
        c=wrong("It saturates.", "Nothing that comes after notices."),
    ),
    Question(
        "What is the bias of a dense layer right before a batch normalisation good for?",
        a=right("Nothing.", "The mean takes it off again; β does its work."),
        b=wrong("It centres the batch.", "The mean does that."),
        c=wrong("It is needed at test.", "The running mean contains it, and takes it off."),
    ),
    Question(
        "Why does `layer_norm_backward` multiply by γ first, and not last, as may be done in "
        "`batch_norm_backward`?",
        a=wrong("The result is the same; it is faster.", "It is another one, unless all γ are equal."),
        b=wrong("γ is larger there.", "It is learned, and starts at 1, in both."),
        c=right(
            "Its means go over units, and each unit has a γ of its own.",
            "Over the batch γ is one number, and comes out of the mean.",
        ),
    ),
)


# ---- the formulas: a wrong answer is compared with what a change to one gives ----


@batch_norm_forward.formula
def _(x, gamma, beta, eps):
    mean, variance = np.mean(x, axis=0), np.var(x, axis=0)
    x_hat = (x - mean) / np.sqrt(variance + eps)
    return gamma * x_hat + beta, mean, variance


@batch_norm_backward.formula
def _(upstream, x, gamma, eps):
    root = np.sqrt(np.var(x, axis=0) + eps)
    x_hat = (x - np.mean(x, axis=0)) / root
    dgamma, dbeta = np.sum(upstream * x_hat, axis=0), np.sum(upstream, axis=0)
    dx = gamma / root * (upstream - dbeta / len(x) - x_hat * dgamma / len(x))
    return dx, dgamma, dbeta


@update_running.formula
def _(running, batch_value, momentum):
    return momentum * running + (1 - momentum) * batch_value


@layer_norm_forward.formula
def _(x, gamma, beta, eps):
    mean, variance = np.mean(x, axis=1, keepdims=True), np.var(x, axis=1, keepdims=True)
    x_hat = (x - mean) / np.sqrt(variance + eps)
    return gamma * x_hat + beta


@layer_norm_backward.formula
def _(upstream, x, gamma, eps):
    root = np.sqrt(np.var(x, axis=1, keepdims=True) + eps)
    x_hat = (x - np.mean(x, axis=1, keepdims=True)) / root
    dx_hat = gamma * upstream
    through_mean = np.mean(dx_hat, axis=1, keepdims=True)
    through_variance = x_hat * np.mean(dx_hat * x_hat, axis=1, keepdims=True)
    dx = (dx_hat - through_mean - through_variance) / root
    return dx, np.sum(upstream * x_hat, axis=0), np.sum(upstream, axis=0)
