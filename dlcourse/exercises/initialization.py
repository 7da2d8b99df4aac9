"""Lesson 05: saturation, the variance of first weights by LeCun, Glorot and He, and how to correct it."""

from itertools import pairwise

import numpy as np

from dlcourse import initializers as reference
from dlcourse.exercises.engine.exercise import Exercise, call
from dlcourse.exercises.engine.question import Question, right, wrong

LESSON = "05_initialization"
SCHEMES = ("lecun", "glorot", "he")


def widths(rng):
    """Two widths that differ."""
    return (int(n) for n in rng.choice(np.arange(2, 600), size=2, replace=False))


# ---- saturation ----

saturated_fraction = Exercise(
    "saturated_fraction",
    LESSON,
    reference.saturated_fraction,
    hint="np.mean of a condition is the share of entries for which it holds; the condition is on |z|.",
)


@saturated_fraction.test("gives the share of entries beyond the threshold on either side", points=1)
def _(rng):
    yield call(rng.permutation([-7.5, -2.0, 0.5, 5.3, round(rng.uniform(5.5, 9), 1)]))
    yield call(np.array([[-7.5, 4.0, 1.0], [0.5, -2.0, round(rng.uniform(5.5, 9), 1)]]))
    yield call(rng.normal(scale=5, size=(4, 6)))
    yield call(rng.normal(scale=3, size=(2, 3, 4)))


@saturated_fraction.test(
    "takes other thresholds, integers, numbers; the threshold itself is not beyond", points=1
)
def _(rng):
    yield call(np.append(rng.normal(scale=4, size=10), [2.3, -2.7]), threshold=2.5)
    yield call(np.append(rng.integers(-9, 10, size=7), [5, -5, 6]))
    yield call(np.array([[9, -9, 0], [6, 1, 2]]))
    yield call(np.array([3.0, -3.0, 3.5, 0.0, *rng.normal(size=2)]), threshold=3.0)
    yield call(np.array([2.0, 2.0, -2.0, 0.5, round(rng.uniform(3, 9), 1)]), threshold=2.0)
    yield call(np.array(-6.0 - rng.random()))
    yield call(np.append(rng.normal(scale=5, size=8), 5.3).astype(np.float32).reshape(3, 3))


saturated_fraction.mistake(
    "Only the right side is counted. Far on the left the sigmoid is as flat: use |z|.",
    lambda pre_activations, threshold=5.0: float(np.mean(pre_activations > threshold)),
)
saturated_fraction.mistake(
    "This is the number of entries. Divide by how many there are: np.mean.",
    lambda pre_activations, threshold=5.0: float(np.sum(np.abs(pre_activations) > threshold)),
)
saturated_fraction.mistake(
    "The threshold itself is counted: > rather than >=.",
    lambda pre_activations, threshold=5.0: float(np.mean(np.abs(pre_activations) >= threshold)),
)
saturated_fraction.mistake(
    "The threshold is fixed at 5: use the argument.",
    lambda pre_activations, threshold=5.0: float(np.mean(np.abs(pre_activations) > 5)),
)
saturated_fraction.mistake(
    "This is the share that is *not* saturated.",
    lambda pre_activations, threshold=5.0: float(np.mean(np.abs(pre_activations) <= threshold)),
)
saturated_fraction.mistake(
    "This is a share a row. One number is asked for, over all entries.",
    lambda pre_activations, threshold=5.0: np.mean(
        np.abs(np.atleast_2d(pre_activations)) > threshold, axis=-1
    ),
)

saturated_fraction.mistake(
    "Only the left side is counted. Far on the right the sigmoid is as flat: use |z|.",
    lambda pre_activations, threshold=5.0: float(np.mean(pre_activations < -threshold)),
)
saturated_fraction.mistake(
    "This is a percentage. A share lies between 0 and 1.",
    lambda pre_activations, threshold=5.0: 100 * float(np.mean(np.abs(pre_activations) > threshold)),
)
saturated_fraction.mistake(
    "This asks whether the mean of |z| is beyond the threshold. Ask it of every entry, then take the share.",
    lambda pre_activations, threshold=5.0: float(np.mean(np.abs(pre_activations)) > threshold),
)
saturated_fraction.mistake(
    "The squares are compared with the threshold. It is |z| that must exceed it.",
    lambda pre_activations, threshold=5.0: float(np.mean(np.square(pre_activations) > threshold)),
)
saturated_fraction.mistake(
    "These are truth values, one an entry. The share of True among them is their mean.",
    lambda pre_activations, threshold=5.0: np.abs(pre_activations) > threshold,
)
saturated_fraction.mistake(
    "The threshold itself is counted on the left. Beyond means |z| > threshold on either side.",
    lambda pre_activations, threshold=5.0: float(
        np.mean((pre_activations > threshold) | (pre_activations <= -threshold))
    ),
)
saturated_fraction.mistake(
    "The threshold itself is counted on the right. Beyond means |z| > threshold on either side.",
    lambda pre_activations, threshold=5.0: float(
        np.mean((pre_activations >= threshold) | (pre_activations < -threshold))
    ),
)
saturated_fraction.mistake(
    "len() counts rows, not entries. The number of entries is .size, or take np.mean.",
    lambda pre_activations, threshold=5.0: float(
        np.sum(np.abs(pre_activations) > threshold) / len(np.atleast_1d(pre_activations))
    ),
)
saturated_fraction.mistake(
    "No entry counts here. Compare |z|, not σ(z), and on either side: `|`. `&` asks for both at once.",
    lambda pre_activations, threshold=5.0: float(
        np.mean((pre_activations > threshold) & (pre_activations < -threshold))
    ),
)


@saturated_fraction.mistake(
    "This is the mean of the entries beyond the threshold. Take the mean of the condition itself."
)
def _(pre_activations, threshold=5.0):
    beyond = np.abs(pre_activations) > threshold
    return float(np.mean(np.asarray(pre_activations)[beyond])) if np.any(beyond) else np.nan


# ---- the variance ----

weight_variance = Exercise(
    "weight_variance",
    LESSON,
    reference.weight_variance,
    hint="LeCun 1/n_in, Glorot 2/(n_in + n_out), He 2/n_in; `raise ValueError(...)` for any other name.",
)


@weight_variance.test("gives LeCun's, Glorot's and He's variance", points=2)
def _(rng):
    for scheme in SCHEMES:
        yield call(scheme, *widths(rng))
    for scheme in SCHEMES:
        yield call(scheme, *widths(rng))
        yield call(scheme, int(rng.integers(1, 9)), 1)
    yield call("glorot", 2, 3)  # half of an odd number


@weight_variance.test("raises ValueError for any other name, and for no other reason; case counts", points=1)
def _(rng):
    for scheme in SCHEMES:
        yield call(scheme, *widths(rng))
    yield call("glorot", 4, 3)
    yield call("kaiming", *widths(rng)).raises(ValueError)
    yield call("He", *widths(rng)).raises(ValueError)
    yield call("GLOROT", *widths(rng)).raises(ValueError)
    yield call("", *widths(rng)).raises(ValueError)
    yield call("xavier", *widths(rng)).raises(ValueError)
    yield call("he_normal", *widths(rng)).raises(ValueError)


def _variances(
    lecun=lambda i, o: 1 / i, glorot=lambda i, o: 2 / (i + o), he=lambda i, o: 2 / i, check=True, fold=str
):
    def answer(scheme, n_in, n_out):
        rules = {"lecun": lecun, "glorot": glorot, "he": he}
        if check and fold(scheme) not in rules:
            raise ValueError(f"unknown scheme {scheme!r}")
        return rules.get(fold(scheme), he)(n_in, n_out)

    return answer


weight_variance.mistake(
    "LeCun and He are swapped: the 2 is He's, for ReLU passes on only half.",
    _variances(lecun=lambda i, o: 2 / i, he=lambda i, o: 1 / i),
)
weight_variance.mistake(
    "Glorot's 2 is missing: 2/(n_in + n_out), one over the *mean* of the two widths.",
    _variances(glorot=lambda i, o: 1 / (i + o)),
)
weight_variance.mistake(
    "n_out stands where n_in belongs: the variance of a sum goes by the number of its terms.",
    _variances(lecun=lambda i, o: 1 / o, he=lambda i, o: 2 / o),
)
weight_variance.mistake(
    "LeCun's goes by the inputs: 1/n_in, not 1/n_out.", _variances(lecun=lambda i, o: 1 / o)
)
weight_variance.mistake("He's goes by the inputs: 2/n_in, not 2/n_out.", _variances(he=lambda i, o: 2 / o))
weight_variance.mistake(
    "1/2·n_in is half of n_in. He's variance is 2/n_in.", _variances(he=lambda i, o: 1 / 2 * i)
)
weight_variance.mistake(
    "These are standard deviations. The variance is asked for, without the root.",
    _variances(
        *(
            lambda i, o, f=f: f(i, o) ** 0.5
            for f in (lambda i, o: 1 / i, lambda i, o: 2 / (i + o), lambda i, o: 2 / i)
        )
    ),
)
weight_variance.mistake(
    "'lecun' gives Glorot's variance. Xavier is Glorot's first name; LeCun's is 1/n_in.",
    _variances(lecun=lambda i, o: 2 / (i + o)),
)
weight_variance.mistake(
    "An unknown name gets an answer all the same. `raise ValueError(...)` at the end.",
    _variances(check=False),
)
weight_variance.mistake(
    "'xavier' is taken too. Only 'lecun', 'glorot' and 'he' are names here.",
    lambda scheme, n_in, n_out: reference.weight_variance(
        "glorot" if scheme == "xavier" else scheme, n_in, n_out
    ),
)
weight_variance.mistake(
    "Names in other letters are taken too. 'He' is not 'he': leave out .lower().",
    _variances(fold=str.lower),
)


def _unknown(answer):
    """A wrong answer to unknown names, right for the others."""
    return lambda scheme, n_in, n_out: (
        reference.weight_variance(scheme, n_in, n_out) if scheme in SCHEMES else answer(scheme)
    )


weight_variance.mistake(
    "An unknown name gives None. `raise ValueError(...)` at the end.", _unknown(lambda scheme: None)
)
weight_variance.mistake(
    "The ValueError is returned. Write `raise` in place of `return`.", _unknown(ValueError)
)
weight_variance.mistake(
    "A dict without that name raises KeyError. A ValueError is due: ask `if scheme not in …` first.",
    _unknown(lambda scheme: {}[scheme]),
)


@weight_variance.mistake("This raises Exception, which is any error. Say which: `raise ValueError(...)`.")
def _(scheme, n_in, n_out):
    if scheme not in SCHEMES:
        raise Exception(scheme)
    return reference.weight_variance(scheme, n_in, n_out)


@weight_variance.mistake("`assert` raises AssertionError. A ValueError is due: `raise ValueError(...)`.")
def _(scheme, n_in, n_out):
    assert scheme in SCHEMES
    return reference.weight_variance(scheme, n_in, n_out)


weight_variance.mistake(
    "Glorot's is 2/(n_in + n_out), not the mean of 1/n_in and 1/n_out.",
    _variances(glorot=lambda i, o: (1 / i + 1 / o) / 2),
)
weight_variance.mistake(
    "These are the squares of Glorot's limit for uniform weights, with a 6. The variance is a third: 2/(n_in "
    "+ n_out).",
    _variances(glorot=lambda i, o: 6 / (i + o)),
)
weight_variance.mistake(
    "He's variance goes by n_in alone: 2/n_in, not 4/(n_in + n_out).", _variances(he=lambda i, o: 4 / (i + o))
)
weight_variance.mistake(
    "The 2 is on the wrong side of He's: 2/n_in, not 1/(2·n_in).", _variances(he=lambda i, o: 1 / (2 * i))
)
weight_variance.mistake(
    "He's 2 is missing: 2/n_in, as ReLU passes on only half.", _variances(he=lambda i, o: 1 / i)
)
weight_variance.mistake(
    "Brackets are missing: 2 / n_in + n_out adds n_out. Write 2 / (n_in + n_out).",
    _variances(glorot=lambda i, o: 2 / i + o),
)
weight_variance.mistake(
    "Glorot's adds the widths, it does not multiply them: 2/(n_in + n_out).",
    _variances(glorot=lambda i, o: 2 / (i * o)),
)
weight_variance.mistake(
    "Whole division makes 0 of a variance: divide with /, not //.",
    _variances(lambda i, o: 1 // i, lambda i, o: 2 // (i + o), lambda i, o: 2 // i),
)


# ---- the limit ----

uniform_limit = Exercise(
    "uniform_limit",
    LESSON,
    reference.uniform_limit,
    hint="Var(U(−a, a)) = a²/3. Solve for a.",
)


@uniform_limit.test("gives the a whose uniform distribution has the variance", points=1)
def _(rng):
    yield call(round(rng.uniform(0.1, 9), 1))
    yield call(rng.uniform(1e-4, 1e-2))
    yield call(rng.uniform(10, 1000))


@uniform_limit.test("takes 0 and whole numbers", points=1)
def _(rng):
    yield call(int(rng.integers(4, 100)))
    yield call(0.0)
    yield call(1 / int(rng.integers(2, 300)))
    yield call(np.float64(round(rng.uniform(1, 9), 1)))


uniform_limit.mistake(
    "The 3 is missing: this a gives a third of the variance.", lambda variance: np.sqrt(variance)
)
uniform_limit.mistake(
    "The root is missing: variance goes with the *square* of a.", lambda variance: 3 * variance
)
uniform_limit.mistake(
    "Divide by 3 the other way: a² is 3 times the variance.", lambda variance: np.sqrt(variance / 3)
)
uniform_limit.mistake(
    "The 3 is outside of the root: √(3·Var), not 3·√Var.", lambda variance: 3 * np.sqrt(variance)
)
uniform_limit.mistake(
    "√(12·Var) is the whole width, from −a to a. a is half of that.",
    lambda variance: np.sqrt(12 * variance),
)
uniform_limit.mistake(
    "√(6·Var) is Glorot's formula with its 2 counted twice.", lambda variance: np.sqrt(6 * variance)
)

uniform_limit.mistake(
    "The 12 belongs to the whole width, whose square is 12·Var; a is half of it: a = √(3·Var).",
    lambda variance: np.sqrt(variance / 12),
)
uniform_limit.mistake(
    "The variance is outside of the root: √(3·Var), not √3·Var.", lambda variance: np.sqrt(3) * variance
)
uniform_limit.mistake(
    "√(2·Var) is not the limit: Var(U(−a, a)) is a²/3.", lambda variance: np.sqrt(2 * variance)
)
uniform_limit.mistake(
    "The root is squared where it should be taken: a = √(3·Var).", lambda variance: (3 * variance) ** 2
)
uniform_limit.mistake(
    "Both ends are returned. a alone is asked for.",
    lambda variance: (-np.sqrt(3 * variance), np.sqrt(3 * variance)),
)
uniform_limit.mistake("The sign is flipped: a is the upper end.", lambda variance: -np.sqrt(3 * variance))
uniform_limit.mistake(
    "`** 1/2` is a power of 1, then a half. Write `** 0.5`, or np.sqrt.", lambda variance: 3 * variance / 2
)
uniform_limit.mistake(
    "This is the variance of U(−a, a) for a given a. It is the other way round: a for a given variance.",
    lambda variance: variance**2 / 3,
)


# ---- the weights ----

initialize_uniform = Exercise(
    "initialize_uniform",
    LESSON,
    reference.initialize_uniform,
    hint="n_in, n_out = noise.shape; a = √(3 · variance of the scheme); then a · (2·noise − 1).",
    builds_on=(weight_variance, uniform_limit),
)


@initialize_uniform.test("stretches the noise to U(−a, a) with a of the scheme", points=2)
def _(rng):
    for scheme in SCHEMES:
        yield call(rng.random((2, 3)).round(2), scheme)
    for scheme in SCHEMES:
        shape = rng.choice(np.arange(2, 9), size=2, replace=False)
        yield call(rng.random(shape), scheme)
    yield call(np.array([[0.0, 0.5], [0.25, 0.75], [rng.random(), 0.0]]), "he")


@initialize_uniform.test("takes float32 and one unit; raises ValueError for any other name", points=1)
def _(rng):
    yield call(rng.random((3, 2)).astype(np.float32), "glorot")
    yield call(rng.random((5, 1)), "lecun")
    yield call(rng.random((1, 4)), "glorot")
    yield call(rng.random((2, 2)), "LeCun").raises(ValueError)
    yield call(rng.random((2, 2)), "he_uniform").raises(ValueError)


def _uniform(limit=lambda v: np.sqrt(3 * v), stretch=lambda u: 2 * u - 1, shape=lambda s: s):
    def answer(noise, scheme):
        return limit(reference.weight_variance(scheme, *shape(np.shape(noise)))) * stretch(noise)

    return answer


initialize_uniform.mistake(
    "Noise from 0 to 1 stays positive: 2·noise − 1 runs from −1 to 1.",
    _uniform(stretch=lambda u: u),
)
initialize_uniform.mistake(
    "The scheme is not used: 2·noise − 1 has still to be multiplied by its a.",
    lambda noise, scheme: 2 * noise - 1 if scheme in SCHEMES else reference.initialize_uniform(noise, scheme),
)
initialize_uniform.mistake(
    "noise − ½ is half as wide as it should be: 2·noise − 1.",
    _uniform(stretch=lambda u: u - 0.5),
)
initialize_uniform.mistake(
    "The limit is the standard deviation here: the 3 under the root is missing.",
    _uniform(limit=np.sqrt),
)
initialize_uniform.mistake("The limit is the variance itself: take √(3·Var).", _uniform(limit=lambda v: v))
initialize_uniform.mistake(
    "n_in and n_out are swapped: noise has a row for each *input*.",
    _uniform(shape=lambda s: s[::-1]),
)
initialize_uniform.mistake(
    "The sign is flipped: noise 0 must give −a.",
    _uniform(stretch=lambda u: 1 - 2 * u),
)

initialize_uniform.mistake(
    "The limit has a 6 under the root for every scheme. It is √(3·Var), with the scheme's own variance.",
    _uniform(limit=lambda v: np.sqrt(6 * v)),
)
initialize_uniform.mistake(
    "The limit is √(Var/3). From Var = a²/3 comes a = √(3·Var).", _uniform(limit=lambda v: np.sqrt(v / 3))
)
initialize_uniform.mistake(
    "The 3 is outside of the root: a = √(3·Var).", _uniform(limit=lambda v: 3 * np.sqrt(v))
)
initialize_uniform.mistake("The limit is 3·Var, without the root.", _uniform(limit=lambda v: 3 * v))
initialize_uniform.mistake(
    "Noise is stretched to 0 … 2a. Take a off, so that ½ becomes 0.", _uniform(stretch=lambda u: 2 * u)
)
initialize_uniform.mistake(
    "Brackets are missing: a · 2 · noise − 1 takes 1 off, not a. Write a · (2 · noise − 1).",
    lambda noise, scheme: 2 * _limit(noise, scheme) * noise - 1,
)
initialize_uniform.mistake(
    "a is taken off, but the noise is not stretched: a · (2 · noise − 1).",
    lambda noise, scheme: noise - _limit(noise, scheme),
)
initialize_uniform.mistake(
    "Every scheme gives Glorot's weights. Use the variance of the scheme that is given.",
    lambda noise, scheme: reference.initialize_uniform(noise, "glorot" if scheme in SCHEMES else scheme),
)
initialize_uniform.mistake(
    "Every scheme gives He's weights. Use the variance of the scheme that is given.",
    lambda noise, scheme: reference.initialize_uniform(noise, "he" if scheme in SCHEMES else scheme),
)
initialize_uniform.mistake(
    "An unknown name gets weights all the same. A ValueError is due, which weight_variance raises.",
    lambda noise, scheme: reference.initialize_uniform(noise, scheme if scheme in SCHEMES else "he"),
)
initialize_uniform.mistake(
    "The number of all weights is taken for the width of the layer. n_in is noise.shape[0].",
    lambda noise, scheme: (
        np.sqrt(3 * reference.weight_variance(scheme, np.size(noise), np.size(noise))) * (2 * noise - 1)
    ),
)


def _limit(noise, scheme):
    return np.sqrt(3 * reference.weight_variance(scheme, *np.shape(noise)))


@initialize_uniform.mistake("This writes into the caller's array, as `noise *= …` does. Make a new one.")
def _(noise, scheme):
    limit = _limit(noise, scheme)
    noise *= 2 * limit
    noise -= limit
    return noise


# ---- weights corrected by what they do ----

unit_variance_weights = Exercise(
    "unit_variance_weights",
    LESSON,
    reference.unit_variance_weights,
    hint="In a loop: z = h @ w; s = z.std(), or 1 where all of z is equal; keep w / s; h = max(0, z / s).",
)


def _stack(rng, *sizes, scale=1.0):
    """A matrix for each layer, of normal numbers."""
    return [scale * rng.normal(size=shape) for shape in pairwise(sizes)]


@unit_variance_weights.test("divides each matrix by the deviation of what it makes of the batch", points=2)
def _(rng):
    yield call([np.array([[4.0, -1.0], [2.0, 3.0]])], np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 2.0]]))
    yield call(
        [np.array([[4.0, -1.0, 2.0], [2.0, 3.0, -1.0]]), np.array([[1.0, 2.0], [-2.0, 1.0], [4.0, 0.5]])],
        np.array([[1.0, 0.5], [-0.5, 1.0], [-1.0, -2.0]]),
    )
    yield call(_stack(rng, 4, 3, scale=5), rng.normal(size=(6, 4)) + 1)
    yield call(_stack(rng, 3, 3, 3, scale=0.1), rng.normal(size=(8, 3)))
    yield call(_stack(rng, 4, 6, 5, 2, scale=3), rng.normal(size=(10, 4)))


@unit_variance_weights.test("leaves a matrix whose sums are all equal as it is", points=1)
def _(rng):
    yield call([np.zeros((2, 3))], rng.normal(size=(4, 2)).round(1))
    yield call(  # the units of the first layer say 0 to all examples
        [np.array([[-1.0, -2.0], [-3.0, -1.0]]), np.array([[3.0, 4.0], [5.0, 6.0]])],
        1 + rng.integers(1, 5, size=(4, 2)).cumsum(axis=0).astype(float),
    )
    yield call([np.full((2, 3), 0.5), rng.normal(size=(3, 2))], np.ones((3, 2)))


@unit_variance_weights.test("takes one layer, one unit, integers and float32", points=1)
def _(rng):
    yield call([np.array([[1, -2], [3, 0]]), np.array([[2], [-1]])], rng.integers(-5, 6, size=(6, 2)))
    yield call([w.astype(np.float32) for w in _stack(rng, 3, 4, 2)], rng.normal(size=(6, 3)).astype("f4"))
    yield call(_stack(rng, 5, 1), rng.normal(size=(7, 5)))
    yield call(_stack(rng, 3, 2, 2, scale=1e30), 1e-40 * rng.normal(size=(5, 3)))


def _corrected(
    size=np.std,
    equal=lambda z: z.min() == z.max(),
    divide=lambda w, s: w / s,
    arrives=lambda z: np.maximum(0, z),
    before=lambda h: h,
    sums=lambda h, w: h @ w,
    goes_on=lambda z, s: z / s,
):
    """The right answer with one thing in it changed."""

    def answer(weights, x):
        h, new = x, []
        for w in weights:
            h = before(h)
            z = sums(h, w)
            s = 1.0 if equal(z) else size(z)
            new.append(divide(w, s))
            h = arrives(goes_on(z, s))
        return new

    return answer


unit_variance_weights.mistake(
    "Each unit gets a deviation of its own: leave out axis. One number a matrix, over all entries of h @ w.",
    _corrected(size=lambda z: np.where(np.ptp(z, axis=0) > 0, z.std(axis=0), 1.0)),
)
unit_variance_weights.mistake(
    "This divides by the deviation of the weights. It is that of h @ w, what they make of the batch.",
    lambda weights, x: [w / (np.std(w) if np.ptp(w) > 0 else 1.0) for w in weights],
)
unit_variance_weights.mistake(
    "This divides by the variance. Its root is the deviation: np.std.", _corrected(size=np.var)
)
unit_variance_weights.mistake(
    "The ReLU between the layers is missing: h is np.maximum(0, h @ w) for the next.",
    _corrected(arrives=lambda z: z),
)
unit_variance_weights.mistake(
    "The deviation is taken behind the ReLU. It is that of h @ w, before anything is cut off.",
    _corrected(size=lambda z: np.std(np.maximum(0, z)), equal=lambda z: np.ptp(np.maximum(0, z)) == 0),
)
unit_variance_weights.mistake(
    "What arrives at the next layer comes from the old weights. Go on with the new ones, w / s.",
    _corrected(goes_on=lambda z, s: z),
)
unit_variance_weights.mistake(
    "The root of the mean square is not the deviation: take the mean off first, as np.std does.",
    _corrected(size=lambda z: np.sqrt(np.mean(np.square(z)))),
)
unit_variance_weights.mistake(
    "The deviation has ddof=1 here. Divide by the number of entries, as np.std does: ddof=0.",
    _corrected(size=lambda z: np.std(z, ddof=1)),
)
unit_variance_weights.mistake(
    "This multiplies by the deviation. Sums that are too large want *smaller* weights: divide.",
    _corrected(divide=lambda w, s: w * s, goes_on=lambda z, s: z * s),
)
unit_variance_weights.mistake(
    "The ReLU is on the input too. x arrives as it is; only what a layer makes of it is cut at 0.",
    _corrected(before=lambda h: np.maximum(0, h)),
)
unit_variance_weights.mistake(
    "Every matrix sees x itself here. What a layer makes of it, max(0, h @ w), is what the next one sees.",
    lambda weights, x: [_over(w, x @ w if len(w) == np.shape(x)[1] else w) for w in weights],
)
unit_variance_weights.mistake(
    "These are the deviations. Return the weights divided by them.",
    lambda weights, x: _each(weights, x, lambda w, z, s: s),
)
unit_variance_weights.mistake(
    "These are the sums, of deviation 1. Return the weights that make them, w / s.",
    lambda weights, x: _each(weights, x, lambda w, z, s: z / s),
)
unit_variance_weights.mistake(
    "The last matrix is left as it is. It is divided like the others.",
    lambda weights, x: [*reference.unit_variance_weights(weights, x)[:-1], weights[-1]],
)
unit_variance_weights.mistake(
    "Only the first matrix is divided, or the return stands inside the loop: go on to the last.",
    lambda weights, x: reference.unit_variance_weights(weights[:1], x),
)
unit_variance_weights.mistake(
    "The matrices come back as they were. `w = w / s` leaves the list alone: append w / s to your own.",
    lambda weights, x: list(weights),
)
unit_variance_weights.mistake(
    "Where all entries of h @ w are equal, their deviation is 0, and w / 0 is no number. Leave w as it is.",
    _corrected(equal=lambda z: False),
)
unit_variance_weights.mistake(
    "Something is added to the deviation to keep it from 0. Divide by it as it is, and by 1 where it is 0.",
    lambda weights, x, parameter: _corrected(size=lambda z: np.std(z) + parameter, equal=lambda z: False)(
        weights, x
    ),
    parameter=(1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-5, 1e-3),
)
unit_variance_weights.mistake(
    "The deviation is taken unit by unit and then averaged. Take it over all entries at once.",
    _corrected(size=lambda z: np.mean(np.std(z, axis=0))),
)
unit_variance_weights.mistake(
    "Layers whose sums are all equal end the loop here, or drop out. Keep their matrix as it is and go on.",
    lambda weights, x: [w for w, z in zip(*_with_sums(weights, x), strict=True) if np.ptp(z) > 0],
)


def _with_sums(weights, x):
    new = reference.unit_variance_weights(weights, x)
    return new, _each(weights, x, lambda w, z, s: z)


def _over(w, z):
    return w / (np.std(z) if np.ptp(z) > 0 else 1.0)


def _each(weights, x, kept):
    """What `kept` makes of each layer's matrix, its sums and their deviation."""
    h, found = x, []
    for w in weights:
        z = h @ w
        s = np.std(z) if np.ptp(z) > 0 else 1.0
        found.append(kept(w, z, s))
        h = np.maximum(0, z / s)
    return found


@unit_variance_weights.mistake(
    "`w /= …` and `weights[i] = …` write into what belongs to the caller. Keep w / s in a list of your own."
)
def _(weights, x):
    h = x
    for w in weights:
        z = h @ w
        s = np.std(z) if np.ptp(z) > 0 else 1.0
        w /= s
        h = np.maximum(0, h @ w)
    return weights


QUIZ = (
    Question(
        "All weights of a network, in both layers, begin at one value. What becomes of its hidden units?",
        a=right("They stay copies of each other.", "Same output, same gradient, same step, again and again."),
        b=wrong("They part after a few epochs.", "They would, if the weights behind them differed."),
        c=wrong("They die.", "They may learn, but only one and the same thing."),
    ),
    Question(
        "The hidden weights all begin at 0, the output weights at random numbers. "
        "What becomes of the hidden units?",
        a=wrong("They stay copies of each other.", "Each hears of itself through its own outgoing weights."),
        b=right("They part at the first step.", "Column j of W₁ gets its gradient through row j of W₂."),
        c=wrong("Their weights stay 0.", "That takes output weights of 0 as well."),
    ),
    Question(
        "A unit adds up 400 inputs of mean square 1. "
        "Which variance of the weights keeps its sum at variance 1?",
        a=wrong("1/20", "That is the standard deviation."),
        b=right("1/400", "400 terms of variance 1/400 each."),
        c=wrong("400", "That would make it 160,000."),
    ),
    Question(
        "Why is He's variance twice LeCun's?",
        a=wrong("ReLU networks are deeper.", "The rule is for one layer."),
        b=right("ReLU lets half of the mean square through.", "The 2 makes up for it."),
        c=wrong("ReLU has no upper bound.", "True, and not the reason."),
    ),
    Question(
        "What is Xavier initialisation?",
        a=wrong("LeCun's.", "The document says so; see correction X1."),
        b=right("Glorot's.", "Xavier is the first name of Xavier Glorot."),
        c=wrong("He's.", "That is Kaiming He, whence 'kaiming' in PyTorch."),
    ),
    Question(
        "A new network for 100 classes has a loss of 37 on its first batch. ln 100 is 4.6. "
        "What do you look at first?",
        a=wrong("The learning rate.", "There has not been a step yet."),
        b=right("The size of the last layer's weights.", "It is sure of what it cannot know."),
        c=wrong("The number of layers.", "The sums of the last layer are what the loss sees."),
    ),
)


# ---- the formulas: a wrong answer is compared with what a change to one gives ----


@weight_variance.formula
def _(scheme, n_in, n_out):
    variances = {"lecun": 1 / n_in, "glorot": 2 / (n_in + n_out), "he": 2 / n_in}
    return variances[scheme]


@uniform_limit.formula
def _(variance):
    return np.sqrt(3 * variance)


@uniform_limit.formula
def _(variance):
    return np.sqrt(12 * variance) / 2


@initialize_uniform.formula
def _(noise, scheme):
    n_in, n_out = noise.shape
    variances = {"lecun": 1 / n_in, "glorot": 2 / (n_in + n_out), "he": 2 / n_in}
    limit = np.sqrt(3 * variances[scheme])
    return limit * (2 * noise - 1)


@initialize_uniform.formula
def _(noise, scheme):
    n_in, n_out = noise.shape
    limits = {"lecun": np.sqrt(3 / n_in), "glorot": np.sqrt(6 / (n_in + n_out)), "he": np.sqrt(6 / n_in)}
    limit = limits[scheme]
    return -limit + 2 * limit * noise


@saturated_fraction.formula
def _(pre_activations, threshold=5.0):
    return np.mean(np.abs(pre_activations) > threshold)
