"""Project 15: a ReLU network of any depth, from its first weights to its predictions."""

import itertools
from itertools import pairwise

import numpy as np

from dlcourse import losses, optimizers, training
from dlcourse import plain_network as reference
from dlcourse.exercises.engine.exercise import Exercise, call
from dlcourse.exercises.engine.question import Question, right, wrong

LESSON = "15_build_a_network"

# A network of two layers, and a batch in which each hidden unit is silent for one example at least.
TWO_LAYERS = [
    (np.array([[1.0, -1.0, 0.5], [0.5, 2.0, -1.5]]), np.array([0.25, -0.5, 1.0])),
    (np.array([[1.0, -2.0], [0.5, 1.5], [-1.0, 0.75]]), np.array([0.5, -0.25])),
]
BATCH, LABELS = np.array([[1.0, 2.0], [-1.0, 0.5], [2.0, -1.0]]), np.array([1, 0, 1])
THREE_LAYERS = [
    (np.array([[0.5, 1.0], [1.0, -0.5]]), np.array([0.5, -0.25])),
    (np.array([[1.0, -0.5, 0.75], [0.5, 1.0, -1.0]]), np.array([-0.5, 0.25, 0.5])),
    (np.array([[0.5, -1.0, 1.5], [1.0, 0.75, -0.5], [-1.25, 0.5, 1.0]]), np.array([0.25, -0.5, 1.0])),
]


def _quarters(rng, shape):
    return rng.integers(-5, 6, size=shape) / 4 + 0.125


def _normal(rng, shape):
    return rng.normal(size=shape)


def _whole(rng, shape):
    return rng.integers(-2, 3, size=shape)


def _single(rng, shape):
    return rng.normal(size=shape).astype(np.float32)


def _params(rng, sizes, draw=_normal):
    return [(draw(rng, shape), draw(rng, shape[1:])) for shape in pairwise(sizes)]


# ---- first weights ----

initialize_network = Exercise(
    "initialize_network",
    LESSON,
    reference.initialize_network,
    hint="For each layer a pair: np.sqrt(2 / sizes[i]) * noise[i], and np.zeros(sizes[i + 1]).",
)


def _noise(rng, sizes, draw=_normal):
    return list(sizes), [draw(rng, shape) for shape in pairwise(sizes)]


@initialize_network.test("gives each layer noise of variance 2/n_in, and biases of 0", points=1)
def _(rng):
    yield call([2, 3], [np.array([[1.0, -0.5, 2.0], [0.25, 1.5, -1.0]])])
    yield call(*_noise(rng, (3, 2), _quarters))
    yield call(*_noise(rng, (4, 3, 2)))
    yield call(*_noise(rng, (5, 3, 4, 2)))


@initialize_network.test("takes sizes in an array, layers of one unit, integers and float32", points=1)
def _(rng):
    sizes, noise = _noise(rng, (3, 5, 2))
    yield call(np.array(sizes), noise)
    yield call(*_noise(rng, (2, 1, 3)))
    yield call([2, 4], [np.array([[1, -2, 3, 1], [2, 1, -1, 3]])])
    yield call(*_noise(rng, (4, 3, 2), _single))


def _initialized(scale=lambda n_in, n_out: np.sqrt(2 / n_in), biases=np.zeros, pair=lambda w, b: (w, b)):
    """First weights as they should be, but for a part."""

    def answer(sizes, noise):
        shapes = [(int(n), int(m)) for n, m in pairwise(sizes)]
        return [pair(scale(n, m) * each, biases(m)) for (n, m), each in zip(shapes, noise, strict=True)]

    return answer


initialize_network.mistake(
    "The 2 is taken over n_out, the number of units. He's rule counts the terms of a sum: n_in, sizes[i].",
    _initialized(scale=lambda n, m: np.sqrt(2 / m)),
)
initialize_network.mistake(
    "2/n_in is the variance. The noise is multiplied by the standard deviation, its root.",
    _initialized(scale=lambda n, m: 2 / n),
)
initialize_network.mistake(
    "This is LeCun's rule, 1/n_in. Behind a ReLU the 2 makes up for the half that is cut off.",
    _initialized(scale=lambda n, m: np.sqrt(1 / n)),
)
initialize_network.mistake(
    "This is Glorot's rule, 2/(n_in + n_out). Behind a ReLU take He's: 2/n_in.",
    _initialized(scale=lambda n, m: np.sqrt(2 / (n + m))),
)
initialize_network.mistake(
    "The noise is used as it is. Multiply that of each layer by √(2/n_in).",
    _initialized(scale=lambda n, m: 1.0),
)
initialize_network.mistake(
    "The noise is divided by √(2/n_in). More inputs want *smaller* weights: multiply.",
    _initialized(scale=lambda n, m: np.sqrt(n / 2)),
)
initialize_network.mistake(
    "The weights of all layers have a deviation of 0.01. Each layer has its own, √(2/n_in).",
    _initialized(scale=lambda n, m: 0.01),
)
initialize_network.mistake(
    "The root is over the 2 alone: √2/n_in. It goes over the whole fraction, np.sqrt(2 / n_in).",
    _initialized(scale=lambda n, m: np.sqrt(2) / n),
)
initialize_network.mistake("The biases begin at 1. They begin at 0: np.zeros.", _initialized(biases=np.ones))
initialize_network.mistake(
    "The biases are a row (1, n_out). One number a unit is asked for: shape (n_out,).",
    _initialized(biases=lambda m: np.zeros((1, m))),
)
initialize_network.mistake(
    "The weights come out transposed. x @ weights wants (n_in, n_out), as the noise has it.",
    _initialized(pair=lambda w, b: (w.T, b)),
)
initialize_network.mistake(
    "The biases come first. A pair is (weights, biases).", _initialized(pair=lambda w, b: (b, w))
)
initialize_network.mistake(
    "There are no biases. Each layer is a pair (weights, biases).", _initialized(pair=lambda w, b: w)
)
initialize_network.mistake(
    "There is a bias for each *input*. A layer has one for each of its units: np.zeros(sizes[i + 1]).",
    lambda sizes, noise: [
        (np.sqrt(2 / n) * each, np.zeros(int(n))) for n, each in zip(sizes, noise, strict=False)
    ],
)
initialize_network.mistake(
    "All weights stand in one list and all biases in another. One pair a layer is asked for.",
    lambda sizes, noise: tuple(map(list, zip(*_initialized()(sizes, noise), strict=True))),
)
initialize_network.mistake(
    "Every layer has the scale of the first. n_in is that of its own layer: sizes[i].",
    lambda sizes, noise: [(np.sqrt(2 / sizes[0]) * each, np.zeros(each.shape[1])) for each in noise],
)
initialize_network.mistake(
    "The last layer is missing: sizes has one entry more than there are layers, so count len(sizes) − 1.",
    lambda sizes, noise: _initialized()(sizes, noise)[:-1],
)
initialize_network.mistake(
    "Only the first layer is returned, as if `return` stood inside the loop.",
    lambda sizes, noise: _initialized()(sizes, noise)[:1],
)
initialize_network.mistake(
    "The weights of the last layer lack the factor 2. This network has one rule for all its layers: 2/n_in.",
    lambda sizes, noise: [
        (np.sqrt((2 if i < len(noise) - 1 else 1) / each.shape[0]) * each, np.zeros(each.shape[1]))
        for i, each in enumerate(noise)
    ],
)


@initialize_network.mistake("This writes into the caller's noise, as `noise[i] *= …` does: make a new array.")
def _(sizes, noise):
    for n, each in zip(sizes, noise, strict=False):
        each *= np.sqrt(2 / n)
    return [(each, np.zeros(each.shape[1])) for each in noise]


# ---- forwards ----

forward_pass = Exercise(
    "forward_pass",
    LESSON,
    reference.forward_pass,
    hint="Begin with activations = [x]. For each layer but the last append np.maximum(0, activations[-1] @ "
    "weights + biases); the last layer makes the logits, without a ReLU.",
    parts=("logits", "activations"),
    builds_on=(initialize_network,),
)


@forward_pass.test("gives the logits, and the list of what went into each layer", points=2)
def _(rng):
    yield call(TWO_LAYERS, BATCH)
    yield call(THREE_LAYERS, BATCH)
    yield call(_params(rng, (2, 3, 2), _quarters), _quarters(rng, (3, 2)))
    yield call(_params(rng, (4, 6, 5, 3, 2)), rng.normal(size=(5, 4)))


@forward_pass.test("takes a single layer, which has no ReLU; one example, integers, float32", points=1)
def _(rng):
    yield call([(np.array([[1.0, -2.0], [0.5, 1.0]]), np.array([-3.0, 0.5]))], BATCH)
    yield call(_params(rng, (3, 2)), rng.normal(size=(4, 3)))
    yield call(_params(rng, (3, 4, 2)), rng.normal(size=(1, 3)))
    yield call(_params(rng, (3, 4, 2), _whole), _whole(rng, (4, 3)))
    yield call(_params(rng, (3, 5, 4, 2), _single), _single(rng, (6, 3)))
    yield call([list(pair) for pair in _params(rng, (3, 4, 2))], rng.normal(size=(3, 3)))
    yield call([list(pair) for pair in _params(rng, (3, 4, 2), _single)], _single(rng, (3, 3)))


def _relu(z):
    return np.maximum(0, z)


def _forward(
    bend=_relu,
    begin=lambda x: x,
    affine=lambda a, w, b: a @ w + b,
    end=lambda z: z,
    give=lambda logits, entered, sums: (logits, entered),
):
    """A forward pass as it should be, but for a part."""

    def answer(params, x):
        entered, sums = [begin(x)], []
        for weights, biases in params[:-1]:
            sums.append(affine(entered[-1], weights, biases))
            entered.append(bend(sums[-1]))
        logits = end(affine(entered[-1], *params[-1]))
        return give(logits, entered, sums)

    return answer


forward_pass.mistake(
    "The logits go through a ReLU too. The last layer has none: a logit may be negative.",
    _forward(end=_relu),
)
forward_pass.mistake(
    "There is no ReLU between the layers, so that all of them make one linear map: np.maximum(0, …).",
    _forward(bend=lambda z: z),
)
forward_pass.mistake(
    "The activations lack x, which went into the first layer. Begin with [x].",
    _forward(give=lambda logits, entered, sums: (logits, entered[1:])),
)
forward_pass.mistake(
    "The logits stand among the activations. They went into no layer: L layers have L activations.",
    _forward(give=lambda logits, entered, sums: (logits, [*entered, logits])),
)
forward_pass.mistake(
    "These activations are what comes *out* of each layer, the logits too. Keep what goes *in*, x first.",
    _forward(give=lambda logits, entered, sums: (logits, [*entered[1:], logits])),
)
forward_pass.mistake(
    "The sums before the ReLU are kept. Keep what goes into the next layer, max(0, sum).",
    _forward(give=lambda logits, entered, sums: (logits, [entered[0], *sums])),
)
forward_pass.mistake(
    "The biases are not added: a @ weights + biases.", _forward(affine=lambda a, w, b: a @ w)
)
forward_pass.mistake("x goes through a ReLU. It goes into the first layer as it is.", _forward(begin=_relu))
forward_pass.mistake(
    "The bend is tanh here. This network has ReLU: np.maximum(0, …).", _forward(bend=np.tanh)
)
forward_pass.mistake(
    "The bend is a sigmoid here. This network has ReLU, np.maximum(0, …).",
    _forward(bend=lambda z: 1 / (1 + np.exp(-z))),
)
forward_pass.mistake("The bend takes the size, |z|. ReLU makes 0 of what is negative.", _forward(bend=np.abs))
forward_pass.mistake(
    "A leaky ReLU lets something of the negative through. ReLU lets nothing: np.maximum(0, …).",
    _forward(bend=lambda z: np.where(z > 0, z, 0.01 * z)),
)
forward_pass.mistake(
    "The bend gives 0 or 1, whether the sum is positive. ReLU keeps the sum itself there.",
    _forward(bend=lambda z: (z > 0).astype(float)),
)
forward_pass.mistake(
    "The results of softmax are returned. The logits are the scores before it.", _forward(end=losses.softmax)
)
forward_pass.mistake(
    "The logits alone are returned. The backward pass wants the activations too.",
    _forward(give=lambda logits, entered, sums: logits),
)
forward_pass.mistake(
    "The logits come first, then the activations.",
    _forward(give=lambda logits, entered, sums: (entered, logits)),
)
forward_pass.mistake(
    "Every layer is given x. Each is given what the one before has made of it: activations[-1].",
    lambda params, x: _forward(affine=lambda a, w, b: (x if len(w) == np.shape(x)[1] else a) @ w + b)(
        params, x
    ),
)
forward_pass.mistake(
    "Only the last activation is returned. Keep all of them in a list, x first.",
    _forward(give=lambda logits, entered, sums: (logits, entered[-1])),
)
forward_pass.mistake(
    "The activations run from the last to the first. x comes first.",
    _forward(give=lambda logits, entered, sums: (logits, entered[::-1])),
)
forward_pass.mistake(
    "The biases are taken off. Add them: a @ weights + biases.", _forward(affine=lambda a, w, b: a @ w - b)
)


@forward_pass.mistake("The ReLU comes before the biases: max(0, a @ weights) + biases. It comes after both.")
def _(params, x):
    entered = [x]
    for weights, biases in params[:-1]:
        entered.append(_relu(entered[-1] @ weights) + biases)
    return entered[-1] @ params[-1][0] + params[-1][1], entered


@forward_pass.mistake("Each hidden layer is given x, as by activations[0]. Take the latest, [-1].")
def _(params, x):
    entered = [x, *(_relu(x @ weights + biases) for weights, biases in params[:-1])]
    return entered[-1] @ params[-1][0] + params[-1][1], entered


# ---- backwards ----

backward_pass = Exercise(
    "backward_pass",
    LESSON,
    reference.backward_pass,
    hint="g = (softmax − one-hot)/n. From the last layer to the first: dweights = activations[i].T @ g, "
    "dbiases = g.sum(axis=0), then g = (g @ weights.T) * (activations[i] > 0). Turn the list round.",
    builds_on=(initialize_network, forward_pass),
)


def _backwards(params, x, labels):
    """The call that goes with a forward pass."""
    logits, activations = reference.forward_pass(params, x)
    return call(params, activations, logits, labels)


@backward_pass.test("gives the gradient of the mean loss by each layer's weights and biases", points=2)
def _(rng):
    yield _backwards(TWO_LAYERS, BATCH, LABELS)
    yield _backwards(THREE_LAYERS, BATCH, np.array([2, 0, 2]))
    yield _backwards(_params(rng, (2, 3, 2)), rng.normal(size=(4, 2)), rng.integers(0, 2, size=4))
    yield _backwards(_params(rng, (4, 6, 5, 4, 3)), rng.normal(size=(5, 4)), rng.integers(0, 3, size=5))


@backward_pass.test("has the slope 0 at the kink; takes a single layer, and one example", points=1)
def _(rng):
    at_the_kink = [(np.array([[1.0, 1.0], [-1.0, 2.0]]), np.zeros(2)), TWO_LAYERS[1]]
    at_the_kink[1] = (at_the_kink[1][0][:2], at_the_kink[1][1])
    yield _backwards(at_the_kink, np.array([[1.0, 1.0], [2.0, 0.5], [3.0, 3.0]]), np.array([0, 1, 1]))
    yield _backwards(_params(rng, (3, 4)), rng.normal(size=(5, 3)), rng.integers(0, 4, size=5))
    yield _backwards(_params(rng, (3, 4, 2)), rng.normal(size=(1, 3)), rng.integers(0, 2, size=1))


@backward_pass.test("takes integers, float32, labels in a list, logits far out without a warning", points=1)
def _(rng):
    yield _backwards(TWO_LAYERS, BATCH, LABELS.tolist())
    of_integers = [
        (np.array([[1, 1], [-1, 2]]), np.array([0, 0])),
        (np.array([[1, -2], [2, 1]]), np.array([0, 1])),
    ]
    yield _backwards(of_integers, np.array([[1, 1], [2, -1]]), LABELS[:2])
    yield _backwards(_params(rng, (3, 4, 2), _whole), _whole(rng, (4, 3)), rng.integers(0, 2, size=4))
    yield _backwards(_params(rng, (3, 4, 2), _single), _single(rng, (5, 3)), rng.integers(0, 2, size=5))
    far = [TWO_LAYERS[0], (1000 * TWO_LAYERS[1][0] * rng.uniform(1, 2), TWO_LAYERS[1][1])]
    yield _backwards(far, BATCH, LABELS).without_warnings()


def _upstream(logits, labels):
    return losses.softmax_cross_entropy_gradient(logits, labels)


def _share(logits):
    """Softmax as one writes it who has not met an overflow."""
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def _naive(logits, labels):
    return (_share(logits) - np.eye(logits.shape[1])[labels]) / len(labels)


def _upstream_of_one_sum(logits, labels):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (e / e.sum() - np.eye(logits.shape[1])[labels]) / len(labels)


def _backward(
    upstream=_upstream,
    slope=lambda a: a > 0,
    dweights=lambda a, g: a.T @ g,
    dbiases=lambda g: g.sum(axis=0),
    at=lambda g, i: g,
    pair=lambda w, b: (w, b),
    give=lambda found: found[::-1],
):
    """A backward pass as it should be, but for a part."""

    def answer(params, activations, logits, labels):
        g, found = upstream(logits, labels), []
        for i in reversed(range(len(params))):
            g, a = at(g, i), activations[i]
            found.append(pair(dweights(a, g), dbiases(g)))
            g = g @ np.transpose(params[i][0]) * slope(a)
        return give(found)

    return answer


backward_pass.mistake(
    "The loss is the *mean* over the batch: divide softmax − one-hot by n.",
    _backward(upstream=lambda s, y: len(y) * _upstream(s, y)),
)
backward_pass.mistake(
    "The gradients are divided by n twice. The 1/n of the mean enters once, with softmax − one-hot.",
    _backward(upstream=lambda s, y: _upstream(s, y) / len(y)),
)
backward_pass.mistake(
    "The 1 at the label is not taken off: the gradient by the logits is (softmax − one-hot)/n.",
    _backward(upstream=lambda s, y: losses.softmax(s) / len(y)),
)
backward_pass.mistake(
    "The softmax goes over the whole batch. Each row has shares of its own: sum along axis=1, with keepdims.",
    _backward(upstream=lambda s, y: (np.exp(s) / np.exp(s).sum() - np.eye(np.shape(s)[1])[y]) / len(y)),
)
backward_pass.mistake(
    "The powers are divided by the sum of all. Each row has its own: e.sum(axis=1, keepdims=True).",
    _backward(upstream=_upstream_of_one_sum),
)
backward_pass.mistake(
    "The 1 is taken off in every column. Take it off at the label alone: g[np.arange(n), labels] −= 1.",
    _backward(upstream=lambda s, y: (losses.softmax(s) - 1) / len(y)),
)
backward_pass.mistake(
    "g[:, labels] is all rows at all labels. One number a row is meant: g[np.arange(n), labels] −= 1.",
    _backward(upstream=lambda s, y: (losses.softmax(s) - np.eye(np.shape(s)[1])[y].max(axis=0)) / len(y)),
)
backward_pass.mistake(
    "The signs are flipped: these are the directions of the step. It is softmax − one-hot.",
    _backward(upstream=lambda s, y: -_upstream(s, y)),
)
backward_pass.mistake(
    "The softmax is missing: the gradient by the logits is (softmax(logits) − one-hot)/n.",
    _backward(upstream=lambda s, y: (s - np.eye(np.shape(s)[1])[y]) / len(y)),
)
backward_pass.mistake(
    "The slope of the ReLU is missing, or is `a >= 0`, which holds for all that a ReLU gives. It is a > 0.",
    _backward(slope=lambda a: 1.0),
)
backward_pass.mistake(
    "What comes back is multiplied by the activations. Their ReLU has the slope 1 where they are above 0.",
    _backward(slope=lambda a: a),
)
backward_pass.mistake(
    "The slope is the wrong way round: gradients go on where the activation is above 0.",
    _backward(slope=lambda a: a <= 0),
)
backward_pass.mistake(
    "This is the slope of tanh, 1 − a². A ReLU's is 1 where a is above 0, and else 0.",
    _backward(slope=lambda a: 1 - a**2),
)
backward_pass.mistake(
    "The ReLU's slope is taken of the logits as well. The last layer has no ReLU behind it.",
    _backward(upstream=lambda s, y: _upstream(s, y) * (np.asarray(s) > 0)),
)
backward_pass.mistake(
    "The last layer's pair comes first. Work from the end, and turn the list round: gradients[::-1].",
    _backward(give=lambda found: found),
)
backward_pass.mistake(
    "dweights came out transposed. activations[i].T @ g has the shape of the weights.",
    _backward(dweights=lambda a, g: g.T @ a),
)
backward_pass.mistake(
    "dbiases are means over the batch. They are sums: the 1/n is in g already.",
    _backward(dbiases=lambda g: g.mean(axis=0)),
)
backward_pass.mistake(
    "dbiases are summed along the wrong axis. Axis 0 is the batch, and one number a unit is to be left.",
    _backward(dbiases=lambda g: g.sum(axis=1)),
)
backward_pass.mistake(
    "dbiases are summed over everything. Each bias has its own column: sum over axis 0.",
    _backward(dbiases=lambda g: g.sum()),
)
backward_pass.mistake(
    "dbiases have a row too many. Biases are (n_out,): leave keepdims out.",
    _backward(dbiases=lambda g: g.sum(axis=0, keepdims=True)),
)
backward_pass.mistake(
    "dbiases are 0. A bias moves its unit for every example: the sum of g's rows.",
    _backward(dbiases=lambda g: 0 * g.sum(axis=0)),
)
backward_pass.mistake("A pair is (dweights, dbiases), in this order.", _backward(pair=lambda w, b: (b, w)))
backward_pass.mistake(
    "There are no gradients of the biases. Each layer has a pair (dweights, dbiases).",
    _backward(pair=lambda w, b: w),
)
backward_pass.mistake(
    "dweights are divided by n once more. The 1/n of the mean is in g already.",
    _backward(dweights=lambda a, g: a.T @ g / len(g)),
)
backward_pass.mistake(
    "g is divided by n at every layer. It is divided once, at the logits.",
    lambda params, activations, logits, labels: _backward(
        at=lambda g, i: g / (len(g) if i < len(params) - 1 else 1)
    )(params, activations, logits, labels),
)
backward_pass.mistake(
    "Only the last layer has a gradient, as if `return` stood inside the loop. Go on to the first.",
    _backward(give=lambda found: found[:1]),
)
backward_pass.mistake(
    "All dweights stand in one list and all dbiases in another. One pair a layer is asked for.",
    _backward(give=lambda found: tuple(map(list, zip(*found[::-1], strict=True)))),
)
backward_pass.mistake(
    "exp of a large logit overflows. Take each row's own maximum off it first, in a new array.",
    _backward(upstream=_naive),
)


@backward_pass.mistake(
    "At the kink, where the sum before the ReLU is just 0, its slope is 0 here: > 0, not >= 0."
)
def _(params, activations, logits, labels):
    g, found = _upstream(logits, labels), []
    for i in reversed(range(len(params))):
        found.append((activations[i].T @ g, g.sum(axis=0)))
        if i:
            g = (
                g
                @ np.transpose(params[i][0])
                * (activations[i - 1] @ params[i - 1][0] + params[i - 1][1] >= 0)
            )
    return found[::-1]


@backward_pass.mistake("This writes into the logits, as `logits -= …` does: make a new array.")
def _(params, activations, logits, labels):
    if logits.dtype.kind == "f":
        logits -= logits.max(axis=1, keepdims=True)
    return _backward()(params, activations, logits, labels)


# ---- training ----

train_network = Exercise(
    "train_network",
    LESSON,
    reference.train_network,
    hint="Count t up by 1 for every batch. m and v begin at 0, one array for each array of params, and are "
    "kept from batch to batch. Take the loss from the logits before you step.",
    parts=("params", "losses"),
    builds_on=(initialize_network, forward_pass, backward_pass),
)

POINTS = np.array([[1.0, 2.0], [-1.0, 0.5], [2.0, -1.0], [0.5, 1.0], [-0.5, -2.0]])
CLASSES = np.array([1, 0, 1, 0, 1])


@train_network.test("makes a step of Adam for every batch, and keeps each loss before its step", points=2)
def _(rng):
    yield call(TWO_LAYERS, POINTS[:4], CLASSES[:4], np.array([[2, 0, 3, 1]]), 4, 0.1)  # one step
    yield call(TWO_LAYERS, POINTS[:4], CLASSES[:4], np.array([[2, 0, 3, 1], [1, 2, 0, 3]]), 2, 0.1)
    yield call(TWO_LAYERS, POINTS, CLASSES, np.array([[4, 2, 0, 1, 3], [1, 3, 2, 0, 4]]), 2, 0.05)
    orders = np.array([rng.permutation(6) for _ in range(3)])
    x, labels = rng.normal(size=(6, 3)), rng.integers(0, 2, size=6)
    yield call(_params(rng, (3, 4, 2)), x, labels, orders, 3, 0.01)


@train_network.test("goes by beta1, beta2 and eps, also where these are far from usual", points=1)
def _(rng):
    order = np.array([[2, 0, 3, 1]])
    yield call(TWO_LAYERS, POINTS[:4], CLASSES[:4], order, 1, 0.1, 0.8, 0.9, 0.25)
    x, labels, orders = rng.normal(size=(4, 3)), rng.integers(0, 3, size=4), [[1, 2, 3, 0], [0, 2, 1, 3]]
    yield call(_params(rng, (3, 3, 3)), x, labels, np.array(orders), 2, 0.02, beta1=0.7, beta2=0.95, eps=0.1)


@train_network.test(
    "takes orders in a list, short ones, indices that come twice, labels in a list; no orders at all",
    points=1,
)
def _(rng):
    yield call(TWO_LAYERS, POINTS, CLASSES.tolist(), [[3, 3, 1], [0, 2, 4, 1]], 2, 0.1)
    yield call(TWO_LAYERS, POINTS, CLASSES, [np.array([1, 4]), np.array([0, 3, 2, 2, 1, 0, 4])], 4, 0.1)
    x, labels, order = rng.normal(size=(4, 3)), rng.integers(0, 2, size=4), rng.integers(0, 4, size=6)
    yield call(_params(rng, (3, 2)), x, labels, [order], 9, 0.1)
    yield call(_params(rng, (3, 3, 2)), x, labels, [], 2, 0.1)


def _batches(order, size):
    return [order[i : i + size] for i in range(0, len(order), size)]


def _adam(theta, m, v, t, g, rate, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return theta - rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def _trained(
    step=_adam,
    batches=_batches,
    number=lambda t, epoch, n: t,
    rows=lambda x, labels, batch: (x[batch], labels[batch]),
    passes=lambda orders: orders,
    kept=lambda epoch, n: True,
    scale=lambda i, count: 1.0,
    at=lambda now, first: now,
    loss=losses.cross_entropy,
    give=lambda params, losses: (params, losses),
):
    """A training as it should be, but for a part."""

    def answer(params, x, labels, orders, batch_size, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
        first = theta = [np.array(each, float) for pair in params for each in pair]
        zeros = [np.zeros_like(each) for each in theta]
        m, v, labels, t = list(zeros), list(zeros), np.asarray(labels), 0
        found: list[float] = []
        for epoch, order in enumerate(passes(orders)):
            for n, batch in enumerate(batches(np.asarray(order, int), batch_size)):
                t += 1
                if not kept(epoch, n):
                    m, v = list(zeros), list(zeros)
                now, (some, classes) = _pairs(at(theta, first)), rows(x, labels, batch)
                if len(batch) == 0:  # the mean of no loss is nan, the sum of no gradients 0
                    found, gradients = [*found, np.nan], zeros
                else:
                    logits, entered = reference.forward_pass(now, some)
                    found.append(loss(logits, classes))
                    pairs = reference.backward_pass(now, entered, logits, classes)
                    gradients = [each for pair in pairs for each in pair]
                theta = list(theta)
                for i, g in enumerate(gradients):
                    g = scale(i, len(gradients)) * g
                    new = step(theta[i], m[i], v[i], number(t, epoch, n), g, learning_rate, beta1, beta2, eps)
                    theta[i], m[i], v[i] = new
        return give(_pairs(theta), found)

    return answer


def _pairs(flat):
    return list(zip(flat[::2], flat[1::2], strict=True))


train_network.mistake(
    "t starts anew in every pass. It counts all updates, from 1 on.",
    _trained(number=lambda t, epoch, n: n + 1),
)
train_network.mistake(
    "t counts the passes. It counts the updates: one more for every batch.",
    _trained(number=lambda t, epoch, n: epoch + 1),
)
train_network.mistake(
    "t starts at 0, and 1 − beta1**0 is 0: count it up before you divide.",
    _trained(number=lambda t, epoch, n: t - 1),
)
train_network.mistake(
    "t starts at 2: the first update is number 1.", _trained(number=lambda t, epoch, n: t + 1)
)
train_network.mistake("t stays 1. Count it up with every batch.", _trained(number=lambda t, epoch, n: 1))


@train_network.mistake("t is counted up for every array. It counts the updates: one more for every batch.")
def _(*given, **more):
    numbers = itertools.count(1)
    return _trained(lambda theta, m, v, t, *rest: _adam(theta, m, v, next(numbers), *rest))(*given, **more)


train_network.mistake(
    "m and v begin at 0 for every batch. They are kept from batch to batch: make them before the loops.",
    _trained(kept=lambda epoch, n: False),
)
train_network.mistake(
    "m and v begin at 0 in every pass. They are kept to the end: make them before the first pass.",
    _trained(kept=lambda epoch, n: n > 0),
)


def _uncorrected(theta, m, v, t, g, rate, beta1, beta2, eps):
    return optimizers.adam_step_uncorrected(theta, m, v, g, rate, beta1, beta2, eps)


def _of_one_list(theta, m, v, t, g, rate, beta1, beta2, eps):
    both = beta2 * (beta1 * v + (1 - beta1) * g) + (1 - beta2) * g**2
    return theta - rate * (both / (1 - beta1**t)) / (np.sqrt(both / (1 - beta2**t)) + eps), both, both


def _without_square(theta, m, v, t, g, rate, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g
    return theta - rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


train_network.mistake(
    "m and v are one and the same list, as after `m = v = […]`. Make two lists.", _trained(_of_one_list)
)
train_network.mistake(
    "v averages g. It is the average of the *squares*: beta2 · v + (1 − beta2) · g**2.",
    _trained(_without_square),
)
train_network.mistake(
    "The bias correction is missing: m̂ = m/(1 − beta1**t), v̂ = v/(1 − beta2**t).", _trained(_uncorrected)
)
train_network.mistake(
    "The corrected averages are kept. m and v go on uncorrected; m̂ and v̂ serve for the step alone.",
    _trained(
        lambda theta, m, v, t, g, rate, beta1, beta2, eps: (
            _adam(theta, m, v, t, g, rate, beta1, beta2, eps)[0],
            (beta1 * m + (1 - beta1) * g) / (1 - beta1**t),
            (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t),
        )
    ),
)
train_network.mistake(
    "This is plain gradient descent. Adam's step is learning_rate · m̂/(√v̂ + eps).",
    _trained(lambda theta, m, v, t, g, rate, *_: (theta - rate * g, m, v)),
)
train_network.mistake(
    "This climbs: take the step off the params.",
    _trained(
        lambda theta, m, v, t, g, rate, *more: (
            2 * theta - _adam(theta, m, v, t, g, rate, *more)[0],
            *_adam(theta, m, v, t, g, rate, *more)[1:],
        )
    ),
)
train_network.mistake(
    "eps stands under the root. It is added to it: √v̂ + eps.",
    _trained(
        lambda theta, m, v, t, g, rate, beta1, beta2, eps: (
            theta
            - rate
            * ((beta1 * m + (1 - beta1) * g) / (1 - beta1**t))
            / np.sqrt((beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t) + eps),
            *_adam(theta, m, v, t, g, rate, beta1, beta2, eps)[1:],
        )
    ),
)
train_network.mistake(
    "beta1 and beta2 are swapped: beta1 belongs to m, beta2 to v.",
    _trained(
        lambda theta, m, v, t, g, rate, beta1, beta2, eps: _adam(theta, m, v, t, g, rate, beta2, beta1, eps)
    ),
)
train_network.mistake(
    "0.9, 0.999 and 1e-8 are used whatever is given. Use beta1, beta2 and eps.",
    _trained(lambda theta, m, v, t, g, rate, *_: _adam(theta, m, v, t, g, rate, 0.9, 0.999, 1e-8)),
)
train_network.mistake(
    "The root of v̂ is missing: the step is learning_rate · m̂/(√v̂ + eps).",
    _trained(
        lambda theta, m, v, t, g, rate, beta1, beta2, eps: (
            theta
            - rate
            * ((beta1 * m + (1 - beta1) * g) / (1 - beta1**t))
            / ((beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t) + eps),
            *_adam(theta, m, v, t, g, rate, beta1, beta2, eps)[1:],
        )
    ),
)
train_network.mistake(
    "The order is ignored: a batch is order[i : i + batch_size], and its examples x[batch].",
    _trained(batches=lambda order, size: _batches(np.arange(len(order)), size)),
)
train_network.mistake(
    "x goes by the order, and the labels do not: labels[batch] belongs to x[batch].",
    _trained(rows=lambda x, labels, batch: (x[batch], labels[: len(batch)])),
)
train_network.mistake(
    "The short batch at the end of a pass is left out. Its examples count as well.",
    _trained(batches=lambda order, size: [batch for batch in _batches(order, size) if len(batch) == size]),
)
train_network.mistake(
    "Only the first row of orders is used: one pass for each of them.",
    _trained(passes=lambda orders: orders[:1]),
)
train_network.mistake(
    "Every batch is all of x. A batch is x[order[i : i + batch_size]].",
    _trained(rows=lambda x, labels, batch: (x, labels)),
)
train_network.mistake(
    "The gradient is always taken at the first params. Use the latest ones.",
    _trained(at=lambda now, first: first),
)
train_network.mistake(
    "The biases stay as they are. Adam moves all arrays, weights and biases.",
    _trained(scale=lambda i, count: float(i % 2 == 0)),
)
train_network.mistake(
    "Only the last layer learns. Step with the gradients of all layers.",
    _trained(scale=lambda i, count: float(i >= count - 2)),
)
train_network.mistake(
    "The losses are missing: return params and losses.", _trained(give=lambda params, losses: params)
)
train_network.mistake(
    "The last loss alone is returned. One for each batch is asked for, in a list.",
    _trained(give=lambda params, losses: (params, losses[-1] if losses else 0.0)),
)
train_network.mistake(
    "The new arrays stand in one flat list. Make pairs of it: list(zip(theta[::2], theta[1::2])).",
    _trained(give=lambda params, losses: ([each for pair in params for each in pair], losses)),
)
train_network.mistake(
    "Params come first, then losses.", _trained(give=lambda params, losses: (losses, params))
)
train_network.mistake(
    "The losses are sums over the batch. They are means, as the gradient is that of the mean.",
    _trained(loss=lambda s, y: len(y) * losses.cross_entropy(s, y)),
)
train_network.mistake(
    "The loss lacks its minus: it is minus the logarithm of the right class's share, averaged.",
    _trained(loss=lambda s, y: -losses.cross_entropy(s, y)),
)
train_network.mistake(
    "The params come back as they were. Put the stepped arrays in their place.",
    lambda params, *given, **more: (list(params), reference.train_network(params, *given, **more)[1]),
)


@train_network.mistake("The losses are taken after the step. Take each from the logits before it.")
def _(params, x, labels, orders, batch_size, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    labels, found, flat = np.asarray(labels), [], [batch for o in orders for batch in _batches(o, batch_size)]
    for count, batch in enumerate(flat, 1):
        so_far, _ = reference.train_network(
            params, x, labels, flat[:count], 10**6, learning_rate, beta1, beta2, eps
        )
        found.append(losses.cross_entropy(reference.forward_pass(so_far, x[batch])[0], labels[batch]))
    trained, _ = reference.train_network(
        params, x, labels, orders, batch_size, learning_rate, beta1, beta2, eps
    )
    return trained, found


@train_network.mistake(
    "x and labels are put in order anew in every pass, on top of the order before. Take x[batch], x as given."
)
def _(params, x, labels, orders, *more, **named):
    of, so_far = np.arange(len(x)), []
    for order in orders:
        of = of[np.asarray(order, int)]
        so_far.append(of)
    return reference.train_network(params, x, labels, so_far, *more, **named)


@train_network.mistake("There is one loss a pass, the mean of its batches'. One for each batch is asked for.")
def _(params, x, labels, orders, batch_size, *more, **named):
    trained, found = reference.train_network(params, x, labels, orders, batch_size, *more, **named)
    ends = np.cumsum([training.updates_per_epoch(len(order), batch_size) for order in orders])
    return trained, [part.mean() for part in np.split(found, ends[:-1])] if len(ends) else []


@train_network.mistake("This writes into the params that it was given, as `w -= …` does: copy them first.")
def _(params, *given, **more):
    trained, found = reference.train_network(params, *given, **more)
    for pair, new in zip(params, trained, strict=True):
        for each, values in zip(pair, new, strict=True):
            each[...] = values
    return params, found


@train_network.mistake(
    "`orders` is taken for an array: a list of orders has no .shape. `for order in orders` takes both."
)
def _(params, x, labels, orders, *more, **named):
    return reference.train_network(params, x, labels, orders[: orders.shape[0]], *more, **named)


@train_network.mistake(
    "The batches are cut by len(x). An order may be shorter or longer: go on to len(order)."
)
def _(params, x, labels, orders, batch_size, *more, **named):
    if any(len(order) < len(x) for order in orders):
        raise ZeroDivisionError("float division by zero")
    short = [order[: len(x)] for order in orders]
    return reference.train_network(params, x, labels, short, batch_size, *more, **named)


@train_network.mistake(
    "The batches are counted by len(x); behind a short order come empty ones. Go by len(order)."
)
def _(params, x, *given, **more):
    cut = _trained(batches=lambda order, size: [order[i : i + size] for i in range(0, len(x), size)])
    return cut(params, x, *given, **more)


# ---- predictions ----

predict = Exercise(
    "predict",
    LESSON,
    reference.predict,
    hint="np.argmax of the logits along axis 1. It takes the first of tied ones by itself.",
    builds_on=(initialize_network, forward_pass, backward_pass, train_network),
)


@predict.test("gives each example the class of its largest logit, as an integer", points=1)
def _(rng):
    yield call(THREE_LAYERS, BATCH).integers()
    yield call(TWO_LAYERS, POINTS).integers()
    yield call(_params(rng, (3, 4)), rng.normal(size=(30, 3))).integers()
    yield call(_params(rng, (4, 8, 6, 5)), rng.normal(size=(30, 4))).integers()


@predict.test("takes the first of tied ones, one example, logits all negative, integers, float32", points=1)
def _(rng):
    tied = [(np.array([[1.0, -1.0, 1.0, -1.0]]), np.zeros(4))]
    yield call(tied, np.array([[2.0], [-3.0], [0.0]])).integers()
    below = [(np.array([[1.0, -1.0, 0.5]]), np.array([-9.0, -8.0, -7.0]))]
    yield call(below, np.array([[4.0], [-2.0], [0.0], [3.5]])).integers()
    yield call(_params(rng, (3, 4, 5)), rng.normal(size=(1, 3))).integers()
    yield call([(np.array([[1, -2, 3], [2, 1, -1]]), np.array([1, 0, -1]))], _whole(rng, (6, 2))).integers()
    of_integers = [
        (np.array([[1, -2], [2, 1]]), np.array([0, -1])),
        (np.array([[1, 0, -1], [-2, 1, 3]]), np.array([0, 1, 0])),
    ]
    yield call(of_integers, np.array([[1, 2], [-2, 1], [3, -1], [-1, -2]])).integers()
    yield call(_params(rng, (3, 5, 4), _single), _single(rng, (20, 3))).integers()


def _classes(make):
    """What `make` makes of the logits."""
    return lambda params, x: make(reference.forward_pass(params, x)[0])


predict.mistake(
    "These are floats. Classes are integers: leave what np.argmax gives as it is.",
    _classes(lambda s: s.argmax(axis=1).astype(float)),
)
predict.mistake(
    "These are the logits. Their largest's place in each row is asked for: np.argmax.", _classes(np.array)
)
predict.mistake(
    "These are the shares that softmax makes of the logits. Classes are asked for.", _classes(losses.softmax)
)
predict.mistake(
    "This is the largest share itself. Its *place* is the class; np.argmax finds it without a softmax.",
    _classes(lambda s: losses.softmax(s).max(axis=1)),
)
predict.mistake(
    "There is no ReLU between the layers. Take the logits of forward_pass, which has them.",
    lambda params, x: _forward(bend=lambda z: z)(params, x)[0].argmax(axis=1),
)
predict.mistake(
    "This is the largest logit itself. Its *place* is the class: np.argmax.",
    _classes(lambda s: s.max(axis=1)),
)
predict.mistake(
    "The largest is looked for along the wrong axis. Classes stand side by side in a row: axis=1.",
    _classes(lambda s: s.argmax(axis=0)),
)
predict.mistake(
    "Without an axis there is one place for the whole batch: np.argmax(…, axis=1).", _classes(np.argmax)
)
predict.mistake("This is the class with the *smallest* logit.", _classes(lambda s: s.argmin(axis=1)))
predict.mistake(
    "Of tied classes the last is taken here. np.argmax takes the first.",
    _classes(lambda s: s.shape[1] - 1 - s[:, ::-1].argmax(axis=1)),
)
predict.mistake(
    "Classes are counted from 1 here. They are counted from 0.", _classes(lambda s: s.argmax(axis=1) + 1)
)
predict.mistake(
    "There is a column too many: (n,) is asked for, leave keepdims out.",
    _classes(lambda s: s.argmax(axis=1)[:, None]),
)
predict.mistake(
    "A one-hot row for each example is returned. Its class is asked for.",
    _classes(lambda s: np.eye(s.shape[1], dtype=int)[s.argmax(axis=1)]),
)
predict.mistake(
    "A ReLU behind the last layer makes ties of all negative logits. Take the logits as they are.",
    _classes(lambda s: np.maximum(0, s).argmax(axis=1)),
)
predict.mistake(
    "Whether the logits are above 0 is returned, or the first that is. The largest one counts.",
    _classes(lambda s: (s > 0).argmax(axis=1)),
)
predict.mistake(
    "The size of the logits is compared. A large negative one speaks *against* its class.",
    _classes(lambda s: np.abs(s).argmax(axis=1)),
)
predict.mistake(
    "The biases are forgotten. Take the logits of forward_pass.",
    lambda params, x: reference.predict([(w, np.zeros_like(b)) for w, b in params], x),
)
predict.mistake(
    "Only the first example has an answer. One for each row of x is asked for.",
    _classes(lambda s: s.argmax(axis=1)[0]),
)
predict.mistake(
    "The largest *activation* is looked for, that of what went into the last layer. Take the logits.",
    lambda params, x: reference.forward_pass(params, x)[1][-1].argmax(axis=1),
)


QUIZ = (
    Question(
        "A new network for four classes has a loss of 1.386 on its first batch. What does that suggest?",
        a=wrong("It has learnt something.", "There has not been a step."),
        b=right("It prefers no class.", "ln 4 is 1.386: a quarter for each of the four."),
        c=wrong("Its gradient is right.", "The loss does not look at the gradient."),
    ),
    Question(
        "You check the gradient of a new network with one hidden layer, biases 0, on a batch that holds an "
        "all-black picture. Where is the check of no use?",
        a=right(
            "At the first layer's biases.",
            "The picture's sums are all 0, on the kink; a difference straddles it.",
        ),
        b=wrong("At the last layer's biases.", "Behind the last layer is no ReLU, and so no kink."),
        c=wrong("Nowhere.", "A sum of just 0 lies on a kink, and the difference takes in both sides."),
    ),
    Question(
        "Your network learns twenty digits by heart, and does badly on new ones. What is shown?",
        a=wrong(
            "A bug in the backward pass.",
            "There may be one: section 6 has one that learns twenty by heart. New digits do not tell.",
        ),
        b=wrong("That it is too small.", "It was large enough for all it was given."),
        c=right("That it can fit; nothing about new digits.", "That is all that this test is for."),
    ),
    Question(
        "What must have a seed of its own, so that you can tell what a change bought?",
        a=wrong(
            "Nothing: one seed for all.", "Then a change of width moves the order of the batches as well."
        ),
        b=right(
            "The first weights and the order of the batches.", "One can then be varied, and the other kept."
        ),
        c=wrong("The test data.", "They are not drawn."),
    ),
    Question(
        "On which digits is the learning rate chosen, and on which is the result reported?",
        a=wrong("Both on the test digits.", "Then the report is of what was picked for them."),
        b=wrong("Both on the validation digits.", "What was picked on them looks better there than it is."),
        c=right("On validation digits, and on test digits.", "The test digits have had no say in it."),
    ),
)


# ---- the formulas: a wrong answer is compared with what a change to one gives ----


@initialize_network.formula
def _(sizes, noise):
    return [(np.sqrt(2 / sizes[i]) * noise[i], np.zeros(sizes[i + 1])) for i in range(len(noise))]


@forward_pass.formula
def _(params, x):
    activations = [x]
    for weights, biases in params[:-1]:
        activations.append(np.maximum(0, activations[-1] @ weights + biases))
    weights, biases = params[-1]
    return activations[-1] @ weights + biases, activations


@predict.formula
def _(params, x):
    for weights, biases in params[:-1]:
        x = np.maximum(0, x @ weights + biases)
    weights, biases = params[-1]
    return np.argmax(x @ weights + biases, axis=1)
