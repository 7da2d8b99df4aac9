"""Lesson 05: saturation, the variance of first weights by LeCun, Glorot and He, and uniform weights of it."""

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
    yield call(rng.normal(scale=5, size=(4, 6)))
    yield call(rng.normal(scale=3, size=(2, 3, 4)))


@saturated_fraction.test(
    "takes other thresholds, integers, numbers; the threshold itself is not beyond", points=1
)
def _(rng):
    yield call(np.append(rng.normal(scale=4, size=10), [2.3, -2.7]), threshold=2.5)
    yield call(np.append(rng.integers(-9, 10, size=7), [5, -5, 6]))
    yield call(np.array([3.0, -3.0, 3.5, 0.0, *rng.normal(size=2)]), threshold=3.0)
    yield call(np.array(-6.0 - rng.random()))
    yield call(rng.normal(scale=5, size=(3, 3)).astype(np.float32))


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


@weight_variance.test("raises ValueError for any other name, and for no other reason; case counts", points=1)
def _(rng):
    yield call(str(rng.choice(SCHEMES)), *widths(rng))
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
        shape = rng.choice(np.arange(1, 9), size=2, replace=False)
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


QUIZ = (
    Question(
        "All weights of a hidden layer begin at 0, or at any one value. What becomes of its units?",
        a=right("They stay copies of each other.", "Same output, same gradient, same step, for ever."),
        b=wrong("They part after a few epochs.", "Nothing ever tells one from another."),
        c=wrong("They die.", "They may learn, but only one and the same thing."),
    ),
    Question(
        "A unit adds up 400 inputs of variance 1. Which variance of the weights keeps its sum at variance 1?",
        a=wrong("1/20", "That is the standard deviation."),
        b=right("1/400", "400 terms of variance 1/400 each."),
        c=wrong("400", "That would make it 160,000."),
    ),
    Question(
        "Why is He's variance twice LeCun's?",
        a=wrong("ReLU networks are deeper.", "The rule is for one layer."),
        b=right("ReLU lets about half of the signal's square through.", "The 2 makes up for it."),
        c=wrong("ReLU has no upper bound.", "True, and not the reason."),
    ),
    Question(
        "What is Xavier initialisation?",
        a=wrong("LeCun's.", "The document says so; see correction X1."),
        b=right("Glorot's.", "Xavier is the first name of Xavier Glorot."),
        c=wrong("He's.", "That is Kaiming He, whence 'kaiming' in PyTorch."),
    ),
    Question(
        "Weights uniform in (−a, a) shall have variance 0.03. What is a?",
        a=wrong("0.1", "Then the variance is 0.0033."),
        b=wrong("0.17", "That is the standard deviation."),
        c=right("0.3", "a²/3 = 0.03."),
    ),
)
