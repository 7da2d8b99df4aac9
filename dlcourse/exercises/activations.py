"""Lesson 03: why networks need a bend; sigmoid, the gradient of a neuron, tanh, and both derivatives."""

import functools
import itertools
import math

import numpy as np

from dlcourse import activations as reference
from dlcourse.exercises.engine.exercise import Exercise, call
from dlcourse.exercises.engine.question import Question, right, wrong

LESSON = "03_activations"


def ordinary(rng):
    """Numbers of everyday size, in arrays of one, two and three axes."""
    yield call(rng.normal(scale=2, size=4).round(1))
    yield call(rng.normal(scale=3, size=(3, 4)))
    yield call(rng.normal(size=(2, 3, 4)))
    yield call(np.array([-12.5, 0.0, 5.0, 12.5, 20.5]))


def other_types(rng):
    """Integers (with 0 and 1, which come out different), single numbers of each kind, float32."""
    yield call(np.append(rng.integers(-4, 5, size=3), [0, 1]))
    yield call(np.array(round(rng.normal(), 1)))
    yield call(round(rng.normal(), 1))
    yield call(2)
    yield call(np.float64(-0.5))
    yield call(np.int64(3))
    yield call(rng.normal(scale=2, size=(2, 3)).astype(np.float32))


def extremes(rng):
    """Far out, where e^x overflows or vanishes; infinity and nan."""
    far = rng.uniform(750, 1e4, size=2).round()
    yield call(np.array([-far[0], far[1], -np.inf, np.inf])).without_warnings()
    yield call(np.float32([-200, 200]))
    yield call(np.array([0.5, np.nan]))


def types_and_extremes(rng):
    yield from other_types(rng)
    yield from extremes(rng)


# ---- a stack of linear layers ----

collapse_linear = Exercise(
    "collapse_linear",
    LESSON,
    reference.collapse_linear,
    hint="x @ W1 @ W2 is x @ (W1 @ W2): multiply the matrices from first to last.",
)


@collapse_linear.test("multiplies the matrices in the order in which they are applied", points=1)
def _(rng):
    yield call([rng.integers(-4, 5, size=(2, 2)) / 2 for _ in range(2)])
    yield call([rng.normal(size=(2, 2)) for _ in range(3)])
    yield call([rng.normal(size=(3, 4)), rng.normal(size=(4, 2)), rng.normal(size=(2, 5))])


@collapse_linear.test("takes any number of layers of any width", points=1)
def _(rng):
    yield call([rng.normal(size=(2, 3))])
    yield call([rng.normal(size=(1, 3)), rng.normal(size=(3, 1))])
    widths = rng.integers(1, 5, size=6)
    yield call([rng.normal(size=shape) for shape in itertools.pairwise(widths)])
    yield call([rng.integers(-3, 4, size=(3, 3)) for _ in range(4)])


collapse_linear.mistake(
    "The matrices are multiplied in reverse. With x @ W the layer that acts first stands on the left.",
    lambda weights: functools.reduce(lambda product, w: w @ product, weights),
)
collapse_linear.mistake(
    "`*` multiplies entry by entry. The product of two matrices is `@`.",
    lambda weights: functools.reduce(lambda product, w: product * w, weights),
)
collapse_linear.mistake(
    "The matrices are added. Layers one after the other multiply; only layers side by side add.",
    lambda weights: functools.reduce(lambda product, w: product + w, weights),
)
collapse_linear.mistake(
    "The last layer is left out: check where your loop stops.",
    lambda weights: functools.reduce(
        lambda product, w: product @ w, weights[:-1], np.eye(weights[0].shape[0])
    ),
)
collapse_linear.mistake(
    "Only the first two layers are multiplied. The list may hold one matrix, or ten.",
    lambda weights: weights[0] @ weights[1],
)
collapse_linear.mistake(
    "This is the transpose of the answer. Rows are inputs here (x @ W), so no `.T` is needed.",
    lambda weights: functools.reduce(lambda product, w: product @ w, weights).T,
)


@collapse_linear.mistake(
    "The matrix is taken out of the caller's list, as `pop` does. Read it with `weights[0]`."
)
def _(weights):
    product = weights.pop(0)
    for w in weights:
        product = product @ w
    return product


collapse_linear.mistake(
    "The first layer is left out: begin with weights[0].",
    lambda weights: functools.reduce(
        lambda product, w: product @ w, weights[1:], np.eye(weights[0].shape[1])
    ),
)
collapse_linear.mistake(
    "Each matrix is transposed first. Rows are inputs here (x @ W), so no `.T` is needed.",
    lambda weights: functools.reduce(lambda product, w: product @ w, [w.T for w in weights]),
)
collapse_linear.mistake(
    "The result is 0, as of a product that begins with zeros. Begin with weights[0], or with np.eye.",
    lambda weights: np.zeros((weights[0].shape[0], weights[-1].shape[1])),
)
collapse_linear.mistake(
    "Only the last matrix is there. Multiply it onto the product so far: product @ w.",
    lambda weights: 1 * weights[-1],
)
collapse_linear.mistake(
    "The first matrix is multiplied in twice: begin with weights[0] and go on with weights[1:].",
    lambda weights: functools.reduce(lambda product, w: product @ w, weights, weights[0]),
)
collapse_linear.mistake(
    "np.linalg.multi_dot wants two matrices at least, and there may be one. Go through the list in a loop.",
    lambda weights: np.linalg.multi_dot(weights),
)
collapse_linear.mistake(
    "The products on the way are returned too. The last of them is asked for.",
    lambda weights: list(itertools.accumulate(weights, lambda product, w: product @ w)),
)
collapse_linear.mistake(
    "Layers are bent here. What is asked for is the plain product of the matrices.",
    lambda weights: functools.reduce(lambda product, w: np.tanh(product @ w), weights),
)


collapse_linear.mistake(
    "The matrices are multiplied entry by entry, as np.prod does. The product of two matrices is `@`.",
    lambda weights: np.prod(weights, axis=0),
)
collapse_linear.mistake(
    "The matrices are multiplied in reverse, and the result is transposed: W₁ @ W₂ @ … from first to last.",
    lambda weights: functools.reduce(np.matmul, weights[::-1]).T,
)
collapse_linear.mistake(
    "The last matrix is not multiplied in: the loop stops one early.",
    lambda weights: functools.reduce(np.matmul, weights[:-1] if weights[1:] else weights),
)
collapse_linear.mistake(
    "The matrices are put next to each other. They are multiplied: product @ w.",
    lambda weights: np.concatenate(weights, axis=1),
)
collapse_linear.mistake(
    "The product begins with the last matrix. Begin with weights[0], and go on with weights[1:].",
    lambda weights: functools.reduce(np.matmul, weights[:-1], 1 * weights[-1]),
)
collapse_linear.mistake(
    "The product begins with the last matrix, and then goes through all of them. Begin with weights[0].",
    lambda weights: functools.reduce(np.matmul, weights, 1 * weights[-1]),
)
collapse_linear.mistake(
    "The product begins with the last matrix, and the first is left out. Begin with weights[0].",
    lambda weights: functools.reduce(np.matmul, weights[1:], 1 * weights[-1]),
)
collapse_linear.mistake(
    "The product begins with the last matrix, and the others are put on its left in the wrong order. "
    "Begin with the first, and put each next one on the right.",
    lambda weights: functools.reduce(lambda product, w: w @ product, weights[:-1], 1 * weights[-1]),
)
collapse_linear.mistake(
    "The first matrix is multiplied in twice, and the last one not at all: go through weights[1:].",
    lambda weights: functools.reduce(np.matmul, weights[:-1], weights[0]),
)
collapse_linear.mistake(
    "`*` multiplies entry by entry, and np.eye has zeros. The product of two matrices is `@`.",
    lambda weights: functools.reduce(lambda product, w: product * w, weights, np.eye(len(weights[0]))),
)
collapse_linear.mistake(
    "Three matrices are written out. The list may hold one, or ten: go through it in a loop.",
    lambda weights: weights[0] @ weights[1] @ weights[2],
)
collapse_linear.mistake(
    "The product begins with the number 1, for which `@` has no meaning. Begin with weights[0].",
    lambda weights: functools.reduce(lambda product, w: product @ w, weights, 1),
)


# ---- the sigmoid ----

sigmoid = Exercise(
    "sigmoid",
    LESSON,
    reference.sigmoid,
    hint="σ(x) = 1/(1+e^−x). Far below 0, e^−x is too large for a float: which form needs e^x alone?",
)
sigmoid.test("agrees with 1/(1+e^−x) on ordinary numbers", 1, ordinary)
sigmoid.test("takes integers, single numbers and float32", 1, other_types)


@sigmoid.test("reaches its limits 0 and 1 without a warning, and leaves nan as nan", points=1)
def _(rng):
    yield from extremes(rng)
    yield call(np.array([-np.finfo(float).max, np.finfo(float).max])).without_warnings()
    yield call(np.array([-np.inf, np.inf])).within(0)


sigmoid.mistake(
    "The sign of the exponent is flipped: this is σ(−x), which falls where σ rises.",
    lambda x: 1 / (1 + np.exp(x)),
)
sigmoid.mistake(
    "Brackets are missing: 1 / 1 + np.exp(−x) is 1 + e^−x.",
    lambda x: 1 / 1 + np.exp(-x),
)
sigmoid.mistake(
    "e^−x overflows for very negative x. The answer is still right, the warning is not: for x < 0 compute "
    "e^x/(1+e^x), or silence it with np.errstate(over='ignore') knowing why that is safe.",
    lambda x: 1 / (1 + np.exp(-x)),
)
sigmoid.mistake(
    "e^x/(1+e^x) is inf/inf = nan for large x. Use it for x < 0 only, and 1/(1+e^−x) elsewhere.",
    lambda x: np.exp(x) / (1 + np.exp(x)),
)
sigmoid.mistake(
    "σ(x) = (1 + tanh(x/2))/2: tanh must be given half of x.",
    lambda x: (1 + np.tanh(x)) / 2,
)
sigmoid.mistake(
    "This works for one number at a time (as math.exp does). np.exp takes a whole array.",
    lambda x: 1 / (1 + math.exp(-x)),
)
for _end in (7, 10, 20, 30, 50, 100, 500, 700, 709):
    sigmoid.mistake(
        f"x is clipped at ±{_end}, which stops σ short of its limits: at −∞ it must be 0 exactly.",
        lambda x, end=_end: 1 / (1 + np.exp(-np.clip(x, -end, end))),
    )


@sigmoid.mistake(
    "np.zeros_like(x) holds integers when x does, and cuts every result to 0 or 1. Ask for dtype=float."
)
def _(x):
    out, positive = np.zeros_like(x), x >= 0
    out[positive] = 1 / (1 + np.exp(-x[positive]))
    out[~positive] = np.exp(x[~positive]) / (1 + np.exp(x[~positive]))
    return out


sigmoid.mistake("This is tanh, from −1 to 1. σ runs from 0 to 1.", lambda x: np.tanh(x))
sigmoid.mistake("x/(1 + |x|) is another S, from −1 to 1. σ is 1/(1 + e^−x).", lambda x: x / (1 + np.abs(x)))
sigmoid.mistake("The base is 2 here. σ takes e: np.exp.", lambda x: 1 / (1 + np.exp2(-1.0 * np.asarray(x))))
sigmoid.mistake(
    "A straight line cut at 0 and 1 is not σ, which bends: 1/(1 + e^−x).",
    lambda x: np.clip(0.2 * x + 0.5, 0, 1),
)
sigmoid.mistake(
    "Left of 0 this gives what belongs to the right, σ(|x|). There it is e^x/(1+e^x).",
    lambda x: 1 / (1 + np.exp(-np.abs(x))),
)
sigmoid.mistake(
    "The result is rounded, and far out it is 0 or 1 too soon. Leave its digits as they come.",
    lambda x: np.round(1 / (1 + np.exp(-x)), 4),
)
sigmoid.mistake(
    "This is the derivative of σ. σ itself is 1/(1 + e^−x).", lambda x: reference.sigmoid_derivative(x)
)
sigmoid.mistake(
    "The 1 below the line is missing: 1/e^−x is e^x. σ is 1/(1 + e^−x).",
    lambda x: np.exp(np.minimum(x, 700.0)),
)


@sigmoid.mistake(
    "x[…] works for arrays only, and x may be a plain number. Begin with x = np.asarray(x, float)."
)
def _(x):
    out, positive = np.zeros(np.shape(x)), np.asarray(x) >= 0
    out[positive] = 1 / (1 + np.exp(-x[positive]))
    out[~positive] = np.exp(x[~positive]) / (1 + np.exp(x[~positive]))
    return out


@sigmoid.mistake("A plain number has no .shape, .copy or .astype. Begin with x = np.asarray(x, float).")
def _(x):
    return reference.sigmoid(x.astype(float))


@sigmoid.mistake("`if` takes one condition, and an array has many. np.where chooses entry by entry.")
def _(x):
    return 1 / (1 + np.exp(-x)) if x >= 0 else np.exp(x) / (1 + np.exp(x))


sigmoid.mistake(
    "Something is added below the line, as for safety. 1 + e^−x is never 0: σ(x) = 1/(1 + e^−x).",
    lambda x: 1 / (1 + np.exp(-np.clip(x, -700, 700)) + 1e-8),
)
sigmoid.mistake(
    "This is log σ(x). The logarithm is too much.", lambda x: -np.logaddexp(0, np.negative(x).astype(float))
)
sigmoid.mistake(
    "Left of 0 the 1 + below the line is missing: there it is e^x/(1 + e^x).",
    lambda x: np.where(np.less(x, 0), np.exp(-np.abs(x)), reference.sigmoid(x)),
)
sigmoid.mistake(
    "The exponent is squared, as in a bell. σ is 1/(1 + e^−x).",
    lambda x: 1 / (1 + np.exp(-np.square(1.0 * x))),
)
sigmoid.mistake(
    "This is softmax, whose entries add up to 1. σ treats each entry by itself.",
    lambda x: np.exp(x - np.max(x)) / np.exp(x - np.max(x)).sum(),
)


# ---- its derivative ----

sigmoid_derivative = Exercise(
    "sigmoid_derivative",
    LESSON,
    reference.sigmoid_derivative,
    hint="σ′(x) = σ(x)·(1 − σ(x)): compute s = σ(x) once and use it twice.",
    builds_on=(sigmoid,),
)
sigmoid_derivative.test("agrees with σ(x)(1 − σ(x)) on ordinary numbers", 1, ordinary)
sigmoid_derivative.test("takes integers, single numbers, float32, and numbers far out", 1, types_and_extremes)

sigmoid_derivative.mistake(
    "The σ in it overflows for very negative x. Use your stable one, `sigmoid(x)`.",
    lambda x: (1 / (1 + np.exp(-x))) * (1 - 1 / (1 + np.exp(-x))),
)
sigmoid_derivative.mistake(
    "x(1−x) is right when x is already σ(x). Here x is what goes into σ.",
    lambda x: x * (1 - x),
)
sigmoid_derivative.mistake(
    "This is σ itself: the factor 1 − σ(x) is missing.",
    lambda x: reference.sigmoid(x),
)
sigmoid_derivative.mistake(
    "The second factor is 1 − σ(x), not 1 − x.",
    lambda x: reference.sigmoid(x) * (1 - x),
)
sigmoid_derivative.mistake(
    "1 − s² is the derivative of tanh. For σ it is s·(1 − s).",
    lambda x: 1 - reference.sigmoid(x) ** 2,
)
sigmoid_derivative.mistake(
    "A forward difference is right to a few digits only. Use the formula, which is exact.",
    lambda x: (reference.sigmoid(x + 1e-5) - reference.sigmoid(x)) / 1e-5,
)
sigmoid_derivative.mistake(
    "e^−x/(1+e^−x)² is inf/inf = nan for very negative x. Go by way of σ, which stays within 0 and 1.",
    lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2,
)

sigmoid_derivative.mistake(
    "The square is too much: σ′ is s·(1 − s).",
    lambda x: (reference.sigmoid(x) * (1 - reference.sigmoid(x))) ** 2,
)
sigmoid_derivative.mistake(
    "This is 1 − σ(x): the factor σ(x) is missing.", lambda x: 1 - reference.sigmoid(x)
)
sigmoid_derivative.mistake(
    "The sign is wrong in the second factor: s·(1 − s), not s·(1 + s).",
    lambda x: reference.sigmoid(x) * (1 + reference.sigmoid(x)),
)
sigmoid_derivative.mistake(
    "The sign is flipped: σ rises everywhere, so its derivative is never negative.",
    lambda x: reference.sigmoid(x) * (reference.sigmoid(x) - 1),
)
sigmoid_derivative.mistake(
    "σ is taken twice: x goes into it once, s = σ(x), and then s·(1 − s).",
    lambda x: reference.sigmoid_derivative(reference.sigmoid(x)),
)
sigmoid_derivative.mistake(
    "A difference is right to a few digits only. Use the formula, which is exact.",
    lambda x: (reference.sigmoid(np.add(x, 1e-3)) - reference.sigmoid(np.subtract(x, 1e-3))) / 2e-3,
)
sigmoid_derivative.mistake(
    "e^|x| overflows far out on either side, and inf/inf is nan. With e^−|x| the same formula stays finite.",
    lambda x: np.exp(np.abs(x)) / (1 + np.exp(np.abs(x))) ** 2,
)
sigmoid_derivative.mistake(
    "e^x/(1+e^x)² is inf/inf = nan for large x. Go by way of σ, which stays within 0 and 1.",
    lambda x: np.exp(x) / (1 + np.exp(x)) ** 2,
)
sigmoid_derivative.mistake(
    "There is a 2 too many: σ′ is s·(1 − s).", lambda x: 2 * reference.sigmoid_derivative(x)
)
sigmoid_derivative.mistake(
    "A plain number has no .shape, .copy or .astype. sigmoid(x) takes numbers and arrays.",
    lambda x: reference.sigmoid_derivative(x.astype(float)),
)


sigmoid_derivative.mistake(
    "There is an x too many: σ′(x) is s·(1 − s), with s = σ(x).",
    lambda x: np.asarray(x) * reference.sigmoid_derivative(x),
)
sigmoid_derivative.mistake("The 1 − stands alone: s·(1 − s), not s − 1.", lambda x: reference.sigmoid(x) - 1)
sigmoid_derivative.mistake(
    "Brackets are missing: s * 1 − s is 0. σ′ is s·(1 − s).", lambda x: 0 * reference.sigmoid(x)
)
sigmoid_derivative.mistake(
    "This is (1 − s)². σ′ is s·(1 − s).", lambda x: np.square(1 - reference.sigmoid(x))
)
sigmoid_derivative.mistake("This is s². σ′ is s·(1 − s).", lambda x: np.square(reference.sigmoid(x)))
sigmoid_derivative.mistake(
    "Twice s is taken from s. s·(1 − s) is s − s²: the square of s, not its double.",
    lambda x: reference.sigmoid(x) - 2 * reference.sigmoid(x),
)
sigmoid_derivative.mistake(
    "There is a 2 too many: s·(1 − s) is s − s², not s − 2s².",
    lambda x: reference.sigmoid(x) - 2 * np.square(reference.sigmoid(x)),
)
sigmoid_derivative.mistake(
    "This is s − s³. σ′ is s·(1 − s), which is s − s².",
    lambda x: reference.sigmoid(x) - reference.sigmoid(x) ** 3,
)
sigmoid_derivative.mistake(
    "The products are added up, as np.dot does. Each entry has a slope of its own: s * (1 − s).",
    lambda x: np.sum(reference.sigmoid_derivative(x)),
)


# ---- one neuron ----

neuron_weight_gradient = Exercise(
    "neuron_weight_gradient",
    LESSON,
    reference.neuron_weight_gradient,
    hint="z = Σ xᵢwᵢ, so ∂z/∂wᵢ = xᵢ, and the chain rule makes that ∂L/∂wᵢ = δ·xᵢ: one number a weight.",
)


@neuron_weight_gradient.test("gives each weight δ times its own input", points=1)
def _(rng):
    yield call(rng.permutation([-1.5, 0.5, 2.0]), round(rng.normal(), 1) + 0.05)
    yield call(rng.uniform(size=5), -rng.uniform())


@neuron_weight_gradient.test("takes one input, integers, float32, and a δ of zero", points=1)
def _(rng):
    yield call(rng.normal(size=1), 2.0)
    yield call(np.append(rng.integers(-4, 5, size=3), 1), 0.5)
    yield call(rng.normal(size=4), 3)
    yield call(rng.normal(size=4).astype(np.float32), 0.1)
    yield call(rng.normal(size=2), 0.0)
    yield call(rng.normal(size=3), np.float64(round(rng.uniform(0.5, 2), 1)))


neuron_weight_gradient.mistake(
    "The products are summed into one number. Each weight has its own entry of the gradient.",
    lambda x, delta: float(np.sum(delta * x)),
)
neuron_weight_gradient.mistake(
    "This repeats δ for every weight: the input of each weight is missing.",
    lambda x, delta: delta * np.ones(len(x)),
)
neuron_weight_gradient.mistake(
    "The sign is flipped: this is the direction of the step. The gradient is +δ·x.",
    lambda x, delta: -delta * x,
)
neuron_weight_gradient.mistake(
    "This is a matrix with one row. The gradient has the shape of the weights, (d,).",
    lambda x, delta: np.outer(delta, x),
)
neuron_weight_gradient.mistake(
    "This divides by the number of inputs. There is one example here and nothing to average.",
    lambda x, delta: delta * x / len(x),
)


@neuron_weight_gradient.mistake(
    "This writes into the caller's array, as `x *= delta` does. `delta * x` makes a new one."
)
def _(x, delta):
    x *= delta
    return x


neuron_weight_gradient.mistake(
    "δ and x are added. The chain rule multiplies: δ·xᵢ.", lambda x, delta: delta + x
)
neuron_weight_gradient.mistake("δ is missing: this is ∂z/∂w alone. Multiply by it.", lambda x, delta: 1.0 * x)
neuron_weight_gradient.mistake(
    "The inputs are squared. ∂z/∂wᵢ is xᵢ itself.", lambda x, delta: delta * np.square(x)
)
neuron_weight_gradient.mistake(
    "This divides by δ. The chain rule multiplies.", lambda x, delta: x / (delta or 0.5)
)
neuron_weight_gradient.mistake(
    "The gradient is a column, (d, 1). It has the shape of the weights, (d,).",
    lambda x, delta: (delta * x)[:, None],
)
neuron_weight_gradient.mistake(
    "The sign of the inputs is lost: δ·xᵢ, not δ·|xᵢ|.", lambda x, delta: delta * np.abs(x)
)
neuron_weight_gradient.mistake(
    "σ′ is multiplied in once more. It is part of δ = ∂L/∂z already.",
    lambda x, delta: delta * x * reference.sigmoid_derivative(x),
)


neuron_weight_gradient.mistake(
    "δ is taken from x. The chain rule multiplies: δ·xᵢ.", lambda x, delta: x - delta
)
neuron_weight_gradient.mistake(
    "δ is multiplied by the places 0, 1, 2 …, not by what stands there: δ·xᵢ.",
    lambda x, delta: delta * np.arange(len(x)),
)
neuron_weight_gradient.mistake(
    "δ(1 − δ) is the slope of a sigmoid whose output is δ. δ = ∂L/∂z is given: δ·xᵢ.",
    lambda x, delta: delta * (1 - delta) * x,
)
neuron_weight_gradient.mistake(
    "A slope x(1 − x) is multiplied in. The derivative of z = Σ xᵢwᵢ is xᵢ alone.",
    lambda x, delta: delta * x * (1 - x),
)
neuron_weight_gradient.mistake(
    "A factor of 2 is too much: nothing is squared here, δ·xᵢ.", lambda x, delta: 2 * delta * x
)


# ---- tanh by way of the sigmoid ----

tanh_from_sigmoid = Exercise(
    "tanh_from_sigmoid",
    LESSON,
    reference.tanh_from_sigmoid,
    hint="tanh(x) = 2σ(2x) − 1: squeeze by two, stretch by two, shift by one.",
    builds_on=(sigmoid,),
)
tanh_from_sigmoid.test("agrees with tanh on ordinary numbers", 1, ordinary)
tanh_from_sigmoid.test("takes integers, single numbers, float32, and numbers far out", 1, types_and_extremes)

tanh_from_sigmoid.mistake(
    "e^2x or e^−2x overflows far out. The answer is still right, the warning is not: use your stable "
    "`sigmoid(2 * x)`.",
    lambda x: 2 / (1 + np.exp(-2 * x)) - 1,
)
tanh_from_sigmoid.mistake(
    "σ must be given 2x. With x alone this is tanh(x/2).",
    lambda x: 2 * reference.sigmoid(x) - 1,
)
tanh_from_sigmoid.mistake(
    "The −1 is missing: this runs from 0 to 2, tanh from −1 to 1.",
    lambda x: 2 * reference.sigmoid(2 * x),
)
tanh_from_sigmoid.mistake(
    "The factor 2 before σ is missing: this runs from −1 to 0 only.",
    lambda x: reference.sigmoid(2 * x) - 1,
)
tanh_from_sigmoid.mistake(
    "The 1 belongs outside: 2σ(2x) − 1, not 2σ(2x − 1).",
    lambda x: 2 * reference.sigmoid(2 * x - 1),
)
tanh_from_sigmoid.mistake(
    "The sign is flipped: this falls where tanh rises.",
    lambda x: 1 - 2 * reference.sigmoid(2 * x),
)
tanh_from_sigmoid.mistake(
    "(e^x − e^−x)/(e^x + e^−x) is inf/inf = nan far out. Go by way of σ, which never overflows.",
    lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),
)

tanh_from_sigmoid.mistake("This is σ itself. tanh(x) is 2σ(2x) − 1.", lambda x: reference.sigmoid(x))
tanh_from_sigmoid.mistake("This is σ(2x). tanh(x) is 2σ(2x) − 1.", lambda x: reference.sigmoid(2 * x))
tanh_from_sigmoid.mistake(
    "σ is given x/2. It must be given 2x: tanh is twice as steep.", lambda x: 2 * reference.sigmoid(x / 2) - 1
)
tanh_from_sigmoid.mistake(
    "Brackets: 2σ(2x) − 1, not 2·(σ(2x) − 1).", lambda x: 2 * (reference.sigmoid(2 * x) - 1)
)
tanh_from_sigmoid.mistake("1 is added. Take it off: 2σ(2x) − 1.", lambda x: 2 * reference.sigmoid(2 * x) + 1)
tanh_from_sigmoid.mistake(
    "½ is taken off in place of 1: this runs from −½ to 1½.", lambda x: 2 * reference.sigmoid(2 * x) - 0.5
)
tanh_from_sigmoid.mistake(
    "(e^2x − 1)/(e^2x + 1) is inf/inf = nan for large x. Go by way of σ, which never overflows.",
    lambda x: (np.exp(2 * x) - 1) / (np.exp(2 * x) + 1),
)
tanh_from_sigmoid.mistake(
    "(1 − e^−2x)/(1 + e^−2x) is nan for very negative x. Go by way of σ, which never overflows.",
    lambda x: (1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x)),
)
tanh_from_sigmoid.mistake(
    "A plain number has no .shape, .copy or .astype. sigmoid(2 * x) takes numbers and arrays.",
    lambda x: np.tanh(x.astype(float)),
)


tanh_from_sigmoid.mistake(
    "This is 1 − 2σ(x): the difference is the wrong way round, and σ must be given 2x.",
    lambda x: 1 - 2 * reference.sigmoid(x),
)
tanh_from_sigmoid.mistake(
    "The x of the argument stands in front of σ too: 2·σ(2x) − 1, in which x comes once.",
    lambda x: 2 * np.asarray(x) * reference.sigmoid(x) - 1,
)
tanh_from_sigmoid.mistake(
    "The 2 multiplies the wrong part: σ(2x) − (1 − σ(2x)) is tanh, with no 2 in it.",
    lambda x: reference.sigmoid(2 * x) - 2 * (1 - reference.sigmoid(2 * x)),
)
tanh_from_sigmoid.mistake(
    "The square of σ is taken. tanh(x) is 2σ(2x) − 1.", lambda x: 2 * reference.sigmoid(2 * x) ** 2 - 1
)
tanh_from_sigmoid.mistake(
    "σ is divided by σ of the other side, which is e^2x. tanh(x) is 2σ(2x) − 1.",
    lambda x: reference.sigmoid(2 * x) / reference.sigmoid(-2 * x),
)


# ---- the derivative of tanh ----

tanh_derivative = Exercise(
    "tanh_derivative",
    LESSON,
    reference.tanh_derivative,
    hint="tanh′(x) = 1 − tanh(x)²: compute t = tanh(x), then square t.",
    builds_on=(sigmoid, sigmoid_derivative, tanh_from_sigmoid),
)
tanh_derivative.test("agrees with 1 − tanh(x)² on ordinary numbers", 1, ordinary)
tanh_derivative.test("takes integers, single numbers, float32, and numbers far out", 1, types_and_extremes)

tanh_derivative.mistake(
    "1 − x² is right when x is already tanh(x). Here x is what goes into tanh.",
    lambda x: 1 - x**2,
)
tanh_derivative.mistake("The square is missing: 1 − tanh(x)².", lambda x: 1 - np.tanh(x))
tanh_derivative.mistake(
    "Square the result of tanh, not what goes into it.",
    lambda x: 1 - np.tanh(x**2),
)
tanh_derivative.mistake(
    "t·(1 − t) is the pattern of σ. For tanh it is 1 − t².",
    lambda x: np.tanh(x) * (1 - np.tanh(x)),
)
tanh_derivative.mistake(
    "The sign is flipped: tanh rises everywhere, so its derivative is never negative.",
    lambda x: np.tanh(x) ** 2 - 1,
)
tanh_derivative.mistake(
    "Something in it overflows far out, as e^x and cosh do beyond 710. 1 − tanh(x)² is the same number and "
    "never does.",
    lambda x: 1 / np.cosh(x) ** 2,
)

tanh_derivative.mistake("This is tanh itself. Its derivative is 1 − tanh(x)².", lambda x: np.tanh(x))
tanh_derivative.mistake("The sign is wrong: 1 − tanh(x)², not 1 + tanh(x)².", lambda x: 1 + np.tanh(x) ** 2)
tanh_derivative.mistake("The 1 − is missing: 1 − tanh(x)².", lambda x: np.tanh(x) ** 2)
tanh_derivative.mistake("Brackets: 1 − tanh(x)², not (1 − tanh(x))².", lambda x: (1 - np.tanh(x)) ** 2)
tanh_derivative.mistake(
    "This is the derivative of σ. For tanh it is 1 − tanh(x)².", lambda x: reference.sigmoid_derivative(x)
)
tanh_derivative.mistake(
    "tanh is taken twice: x goes into it once, t = tanh(x), and then 1 − t².",
    lambda x: 1 - np.tanh(np.tanh(x)) ** 2,
)
tanh_derivative.mistake(
    "4σ(x)(1 − σ(x)) is tanh′(x/2). σ must be given 2x here.", lambda x: 4 * reference.sigmoid_derivative(x)
)
tanh_derivative.mistake(
    "A forward difference is right to a few digits only. Use the formula, which is exact.",
    lambda x: (np.tanh(np.add(x, 1e-5)) - np.tanh(x)) / 1e-5,
)
tanh_derivative.mistake(
    "A plain number has no .shape, .copy or .astype. np.tanh takes numbers and arrays.",
    lambda x: 1 - np.tanh(x.astype(float)) ** 2,
)


tanh_derivative.mistake(
    "There is a tanh too many: t·(1 − t²) is tanh times its derivative.",
    lambda x: np.tanh(x) * (1 - np.tanh(x) ** 2),
)
tanh_derivative.mistake(
    "This is the root, 1/cosh(x). The derivative is its square, 1 − tanh(x)².",
    lambda x: np.sqrt(1 - np.tanh(x) ** 2),
)
tanh_derivative.mistake(
    "t is doubled where it should be squared: 1 − t², not 1 − 2t.", lambda x: 1 - 2 * np.tanh(x)
)
tanh_derivative.mistake(
    "The squares are added up, as np.dot does. Each entry has a slope of its own: 1 − t * t.",
    lambda x: 1 - np.sum(np.tanh(x) ** 2),
)
tanh_derivative.mistake(
    "There is an x too many: the derivative is 1 − tanh(x)².", lambda x: np.asarray(x) * (1 - np.tanh(x) ** 2)
)
tanh_derivative.mistake(
    "This is half of it. By way of s = σ(2x) it is 4s(1 − s), not 2s(1 − s).",
    lambda x: (1 - np.tanh(x) ** 2) / 2,
)


QUIZ = (
    Question(
        "Three linear layers stand one after the other, with nothing between them. What can they compute?",
        a=wrong(
            "Curves, because the network is deep.", "Depth alone bends nothing: a line of a line is a line."
        ),
        b=right(
            "Nothing that one linear layer could not.",
            "x @ W1 @ W2 @ W3 is x @ W with the one matrix W = W1 @ W2 @ W3.",
        ),
        c=wrong(
            "Polynomials of degree three.", "The *weights* are multiplied; x itself is never multiplied by x."
        ),
    ),
    Question(
        "A gradient passes back through ten sigmoids. At the very best, what is left of it, weights aside?",
        a=wrong("All of it.", "That would need σ′ = 1, and σ′ is nowhere above ¼."),
        b=wrong("A tenth.", "The ten derivatives multiply; they are not shared out."),
        c=right("About a millionth.", "σ′ is at most ¼, at x = 0, and (¼)¹⁰ ≈ 10⁻⁶."),
    ),
    Question(
        "tanh′ has fallen to 1 % of its largest value at |x| ≈ 3. Where has σ′ fallen to 1 % of its own?",
        a=wrong("|x| ≈ 1.5", "Other way round: σ is tanh stretched to twice the width."),
        b=wrong("|x| ≈ 3", "The two have the same shape but not the same width."),
        c=right("|x| ≈ 6", "tanh(x) = 2σ(2x) − 1: whatever tanh does at x, σ does at 2x."),
    ),
    Question(
        "All inputs of a neuron are positive, as after a sigmoid. What does one example do to its weights?",
        a=right(
            "It pushes them all the same way.",
            "∂L/∂wᵢ = δ·xᵢ and every xᵢ > 0, so every entry has the sign of δ.",
        ),
        b=wrong("It pushes them all up.", "δ may have either sign, and the whole gradient takes it."),
        c=wrong(
            "Nothing: the gradient vanishes.", "Vanishing comes from σ′ ≈ 0, not from the sign of the inputs."
        ),
    ),
    Question(
        "What does a sigmoid of 40.0 give in float64?",
        a=wrong("A number just below 1.", "In exact arithmetic yes, but the nearest float64 is 1 itself."),
        b=right(
            "Exactly 1.0", "1 − σ(40) ≈ 4·10⁻¹⁸ is less than floats near 1 can tell; log(1 − σ) is then −∞."
        ),
        c=wrong("An overflow.", "e⁻⁴⁰ is small. It is e^−x at very negative x that overflows."),
    ),
    Question(
        "What does a multi-layer network have that Rosenblatt's perceptron has not?",
        a=wrong("An activation function.", "The perceptron has one too: a step."),
        b=wrong("Weights that are learned.", "The perceptron learns its weights as well."),
        c=right(
            "Trained hidden layers, and an activation with a useful derivative.",
            "A step's derivative is 0 wherever it exists, so no gradient would reach a hidden layer.",
        ),
    ),
)


# ---- the formulas: a wrong answer is compared with what a change to one gives ----


@collapse_linear.formula
def _(weights):
    product = weights[0]
    for w in weights[1:]:
        product = product @ w
    return product


@sigmoid.formula
def _(x):
    return 1 / (1 + np.exp(-x))


@sigmoid.formula
def _(x):
    return np.exp(x) / (1 + np.exp(x))


@sigmoid.formula
def _(x):
    return (1 + np.tanh(x / 2)) / 2


@sigmoid.formula
def _(x):
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + z), z / (1 + z))


@sigmoid_derivative.formula
def _(x):
    s = 1 / (1 + np.exp(-x))
    return s * (1 - s)


@sigmoid_derivative.formula
def _(x):
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


@sigmoid_derivative.formula
def _(x):
    z = np.exp(-np.abs(x))
    return z / (1 + z) ** 2


@sigmoid_derivative.formula
def _(x):
    return (1 - np.tanh(x / 2) ** 2) / 4


@tanh_from_sigmoid.formula
def _(x):
    return 2 * (1 / (1 + np.exp(-2 * x))) - 1


@tanh_derivative.formula
def _(x):
    t = np.tanh(x)
    return 1 - t**2


@tanh_derivative.formula
def _(x):
    s = 1 / (1 + np.exp(-2 * x))
    return 4 * s * (1 - s)


@tanh_derivative.formula
def _(x):
    return 4 / (np.exp(x) + np.exp(-x)) ** 2


@tanh_from_sigmoid.formula
def _(x):
    return (1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x))


@tanh_derivative.formula
def _(x):
    t = np.tanh(x)
    return (1 - t) * (1 + t)


@tanh_derivative.formula
def _(x):
    z = np.exp(-2 * np.abs(x))
    return 4 * z / (1 + z) ** 2


@neuron_weight_gradient.formula
def _(x, delta):
    return delta * x
