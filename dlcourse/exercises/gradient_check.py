"""Lesson 02: backward passes, up to that of a whole network, and the differences that check them."""

import numpy as np

from dlcourse import gradient_check, layers, losses, network
from dlcourse.exercises.engine.exercise import Exercise, call
from dlcourse.exercises.engine.question import Question, right, wrong

LESSON = "02_gradient_check"


# ---- the affine layer ----

affine_backward = Exercise(
    "affine_backward",
    LESSON,
    layers.affine_backward,
    hint="Let the shapes lead: dx (n, d) from upstream (n, m) and weights (d, m), dweights (d, m) from x and "
    "upstream. dbias (m,) is a sum over the rows.",
    parts=("dx", "dweights", "dbias"),
)


@affine_backward.test("gives upstream Wᵀ, xᵀ upstream and the sum over the rows of upstream", points=2)
def _(rng):
    yield call(*(rng.integers(-4, 5, size=shape) / 2 + 0.25 for shape in ((2, 1), (1, 2), (2, 2))))
    yield call(rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=(4, 2)))
    yield call(rng.normal(size=(2, 3)), rng.normal(size=(3, 5)), rng.normal(size=(2, 5)))


@affine_backward.test("takes one example, square weights, integers and float32", points=1)
def _(rng):
    yield call(rng.normal(size=(1, 3)), rng.normal(size=(3, 2)), rng.normal(size=(1, 2)))
    yield call(*(rng.normal(size=(3, 3)) for _ in range(3)))
    yield call(*(rng.integers(-4, 5, size=shape) for shape in ((4, 2), (2, 3), (4, 3))))
    yield call(np.array([[1, 2], [3, 4], [0, -1]]), np.array([[2, 1], [-1, 3]]), rng.normal(size=(3, 2)))
    yield call(*(rng.normal(size=shape).astype(np.float32) for shape in ((3, 2), (2, 4), (3, 4))))


affine_backward.mistake(
    "dx is upstream @ weights.T: the transpose leads back from m outputs to d inputs.",
    lambda x, weights, upstream: (upstream @ weights, x.T @ upstream, upstream.sum(axis=0)),
)
affine_backward.mistake(
    "dweights came out transposed: x.T @ upstream has the shape of weights, (d, m).",
    lambda x, weights, upstream: (upstream @ weights.T, upstream.T @ x, upstream.sum(axis=0)),
)
affine_backward.mistake(
    "`*` multiplies entry by entry. The sums of the chain rule are matrix products: `@`.",
    lambda x, weights, upstream: (upstream * weights, x * upstream, upstream.sum(axis=0)),
)
affine_backward.mistake(
    "dbias must be summed over the batch: the bias was added to every row, so every row has a say.",
    lambda x, weights, upstream: (upstream @ weights.T, x.T @ upstream, upstream),
)
affine_backward.mistake(
    "dbias is summed along the wrong axis. Axis 0 is the batch, and (m,) must be left.",
    lambda x, weights, upstream: (upstream @ weights.T, x.T @ upstream, upstream.sum(axis=1)),
)
affine_backward.mistake(
    "dbias is the sum over the rows, not the mean. The 1/n of a mean loss is in upstream already.",
    lambda x, weights, upstream: (upstream @ weights.T, x.T @ upstream, upstream.mean(axis=0)),
)
affine_backward.mistake(
    "dbias is summed over everything. Each of the m biases has its own column.",
    lambda x, weights, upstream: (upstream @ weights.T, x.T @ upstream, upstream.sum()),
)
affine_backward.mistake(
    "dbias is (1, m) here. The bias is (m,), and so is its gradient: leave keepdims out.",
    lambda x, weights, upstream: (upstream @ weights.T, x.T @ upstream, upstream.sum(axis=0, keepdims=True)),
)
affine_backward.mistake(
    "Gradients are divided by n once too often: the mean over the batch is in upstream already.",
    lambda x, weights, upstream: (
        upstream @ weights.T,
        x.T @ upstream / len(x),
        upstream.sum(axis=0) / len(x),
    ),
)
affine_backward.mistake(
    "The order of the results is dx, dweights, dbias.",
    lambda x, weights, upstream: (x.T @ upstream, upstream.sum(axis=0), upstream @ weights.T),
)
affine_backward.mistake(
    "dx comes first, dweights second.",
    lambda x, weights, upstream: (x.T @ upstream, upstream @ weights.T, upstream.sum(axis=0)),
)
affine_backward.mistake(
    "dx is missing: the layer before needs it. Return dx, dweights, dbias.",
    lambda x, weights, upstream: (x.T @ upstream, upstream.sum(axis=0)),
)

affine_backward.mistake(
    "dx came out transposed: upstream @ weights.T has the shape of x, (n, d).",
    lambda x, weights, upstream: (weights @ upstream.T, x.T @ upstream, upstream.sum(axis=0)),
)
affine_backward.mistake(
    "dweights alone is divided by n. The mean over the batch is in upstream already.",
    lambda x, weights, upstream: (upstream @ weights.T, x.T @ upstream / len(x), upstream.sum(axis=0)),
)
affine_backward.mistake(
    "The signs are flipped: these are the directions of the step. The gradients are the products themselves.",
    lambda x, weights, upstream: (-upstream @ weights.T, -x.T @ upstream, -upstream.sum(axis=0)),
)
affine_backward.mistake(
    "dx is upstream itself. It goes back through the weights: upstream @ weights.T.",
    lambda x, weights, upstream: (1 * upstream, x.T @ upstream, upstream.sum(axis=0)),
)
affine_backward.mistake(
    "dbias is the first row of upstream. The bias was added to every row: sum over axis 0.",
    lambda x, weights, upstream: (upstream @ weights.T, x.T @ upstream, 1 * upstream[0]),
)
affine_backward.mistake(
    "dbias is a column, (m, 1). The bias is (m,), and so is its gradient.",
    lambda x, weights, upstream: (upstream @ weights.T, x.T @ upstream, upstream.sum(axis=0)[:, None]),
)
affine_backward.mistake(
    "dbias comes before dweights. The order of the results is dx, dweights, dbias.",
    lambda x, weights, upstream: (upstream @ weights.T, upstream.sum(axis=0), x.T @ upstream),
)
affine_backward.mistake(
    "dbias is missing. Return dx, dweights, dbias.",
    lambda x, weights, upstream: (upstream @ weights.T, x.T @ upstream),
)
affine_backward.mistake(
    "dbias is all ones. The bias was added to every row, so its gradient is the sum of upstream's.",
    lambda x, weights, upstream: (upstream @ weights.T, x.T @ upstream, np.ones(upstream.shape[1])),
)


affine_backward.mistake(
    "dx is divided by n. The 1/n of a mean loss is in upstream already.",
    lambda x, weights, upstream: (upstream @ weights.T / len(x), x.T @ upstream, upstream.sum(axis=0)),
)
affine_backward.mistake(
    "All three are divided by n. The 1/n of a mean loss is in upstream already.",
    lambda x, weights, upstream: tuple(
        each / len(x) for each in (upstream @ weights.T, x.T @ upstream, upstream.sum(axis=0))
    ),
)
affine_backward.mistake(
    ".reshape fills the numbers in anew, in the same order. The transpose of weights is weights.T.",
    lambda x, weights, upstream: (
        upstream @ weights.reshape(weights.shape[::-1]),
        x.T @ upstream,
        upstream.sum(axis=0),
    ),
)
affine_backward.mistake(
    ".reshape fills the numbers in anew, in the same order. The transpose of x is x.T.",
    lambda x, weights, upstream: (
        upstream @ weights.T,
        x.reshape(x.shape[::-1]) @ upstream,
        upstream.sum(axis=0),
    ),
)
affine_backward.mistake(
    "dweights is that of the last example alone. It forks to all n: add up what comes back from each.",
    lambda x, weights, upstream: (upstream @ weights.T, np.outer(x[-1], upstream[-1]), upstream.sum(axis=0)),
)


@affine_backward.mistake(
    "np.zeros_like(x) of integers holds integers, and cuts dx. Take the product itself, upstream @ weights.T."
)
def _(x, weights, upstream):
    dx = np.zeros_like(x)
    dx[:] = upstream @ weights.T
    return dx, x.T @ upstream, upstream.sum(axis=0)


@affine_backward.mistake(
    "np.zeros_like of integers holds integers, and cuts dx and dweights. Take the products themselves."
)
def _(x, weights, upstream):
    dx, dweights = np.zeros_like(x), np.zeros_like(weights)
    dx[:], dweights[:] = upstream @ weights.T, x.T @ upstream
    return dx, dweights, upstream.sum(axis=0)


# ---- the loss ----

softmax_cross_entropy_gradient = Exercise(
    "softmax_cross_entropy_gradient",
    LESSON,
    losses.softmax_cross_entropy_gradient,
    hint="Softmax each row, take 1 off at the row's label, divide all by n.",
)


@softmax_cross_entropy_gradient.test("is (softmax − one-hot)/n", points=2)
def _(rng):
    yield call(rng.integers(-2, 3, size=(1, 2)) + np.array([[0.5, 0.0]]), rng.integers(0, 2, size=1))
    yield call(rng.normal(size=(2, 3)).round(1) + 0.0, rng.integers(0, 3, size=2))
    yield call(rng.normal(scale=2, size=(5, 4)), rng.integers(0, 4, size=5))
    yield call(rng.normal(size=(3, 3)).round(1), np.array([0, 2, 1]))


@softmax_cross_entropy_gradient.test(
    "takes logits far out without a warning, integers, float32, labels in a list", points=1
)
def _(rng):
    far = rng.uniform(800, 1e4, size=(3, 3)).round() * rng.permutation([[-1], [1], [1]])
    yield call(far + np.array([0.0, 0.0, 1.0]), rng.integers(0, 3, size=3)).without_warnings()
    yield call(rng.integers(-3, 4, size=(4, 3)), rng.integers(0, 3, size=4))
    yield call(rng.normal(size=(3, 5)).astype(np.float32), rng.integers(0, 5, size=3))
    yield call(rng.normal(size=(6, 2)), rng.integers(0, 2, size=6))
    yield call(rng.normal(size=(4, 3)), rng.integers(0, 3, size=4).tolist())


def _minus_one_hot(p, labels):
    p = np.array(p, float)
    p[np.arange(len(labels)), labels] -= 1
    return p


softmax_cross_entropy_gradient.mistake(
    "The loss is the *mean* over the batch: divide by n, the number of rows.",
    lambda logits, labels: _minus_one_hot(losses.softmax(logits), labels),
)
softmax_cross_entropy_gradient.mistake(
    "The 1 at the label is not taken off: this is softmax/n, which can never be negative.",
    lambda logits, labels: losses.softmax(logits) / len(labels),
)
softmax_cross_entropy_gradient.mistake(
    "The sign is flipped: one-hot − softmax is the direction of the step. The gradient points the other way.",
    lambda logits, labels: -losses.softmax_cross_entropy_gradient(logits, labels),
)
softmax_cross_entropy_gradient.mistake(
    "This divides by the number of entries, n·k. The mean is over the n rows.",
    lambda logits, labels: _minus_one_hot(losses.softmax(logits), labels) / np.size(logits),
)
softmax_cross_entropy_gradient.mistake(
    "The sums of the softmax run down the columns. Each *row* sums to 1: axis=1, keepdims=True.",
    lambda logits, labels: _minus_one_hot(losses.softmax(logits.T).T, labels) / len(labels),
)
softmax_cross_entropy_gradient.mistake(
    "This is −1/p at the label, the gradient by the probabilities. By the logits it is softmax − one-hot.",
    lambda logits, labels: (
        (_minus_one_hot(np.zeros(logits.shape), labels) / np.maximum(losses.softmax(logits), 1e-300))
        / len(labels)
    ),
)
softmax_cross_entropy_gradient.mistake(
    "1 is taken off the logits. Softmax them first.",
    lambda logits, labels: _minus_one_hot(logits, labels) / len(labels),
)


@softmax_cross_entropy_gradient.mistake(
    "p[:, labels] takes 1 off whole columns. p[np.arange(n), labels] is one entry a row."
)
def _(logits, labels):
    p = losses.softmax(logits).astype(float)
    p[:, labels] -= 1
    return p / len(labels)


@softmax_cross_entropy_gradient.mistake(
    "e^z overflows for large logits, and ∞/∞ is nan. Take each row's maximum off first: softmax stays."
)
def _(logits, labels):
    p = np.exp(logits)
    return _minus_one_hot(p / p.sum(axis=1, keepdims=True), labels) / len(labels)


@softmax_cross_entropy_gradient.mistake(
    "One maximum is taken off the whole batch. Rows far below it become 0/0: each row has its own, axis=1."
)
def _(logits, labels):
    p = np.exp(logits - logits.max())
    return _minus_one_hot(p / p.sum(axis=1, keepdims=True), labels) / len(labels)


@softmax_cross_entropy_gradient.mistake(
    "All probabilities of the batch sum to 1 here. Each row should: sum with axis=1, keepdims=True."
)
def _(logits, labels):
    p = np.exp(logits)
    return _minus_one_hot(p / p.sum(), labels) / len(labels)


@softmax_cross_entropy_gradient.mistake(
    "max(axis=1) and sum(axis=1) are (n,), which does not line up with the rows of (n, k): add keepdims=True."
)
def _(logits, labels):
    p = np.exp(logits - logits.max(axis=1))
    return _minus_one_hot(p / p.sum(axis=1), labels) / len(labels)


@softmax_cross_entropy_gradient.mistake(
    "This writes into the caller's array, as `logits -= …` does. `logits = logits - …` makes a new one."
)
def _(logits, labels):
    logits -= logits.max(axis=1, keepdims=True)
    return losses.softmax_cross_entropy_gradient(logits, labels)


softmax_cross_entropy_gradient.mistake(
    "The softmax is not divided by n, the 1 at the label is: divide the difference, (softmax − one-hot)/n.",
    lambda logits, labels: (
        losses.softmax(logits) + _minus_one_hot(np.zeros(logits.shape), labels) / len(labels)
    ),
)
softmax_cross_entropy_gradient.mistake(
    "The 1 at the label is not divided by n, the softmax is: divide the difference, (softmax − one-hot)/n.",
    lambda logits, labels: _minus_one_hot(losses.softmax(logits) / len(labels), labels),
)
softmax_cross_entropy_gradient.mistake(
    "This divides by n twice. Once is enough.",
    lambda logits, labels: losses.softmax_cross_entropy_gradient(logits, labels) / len(labels),
)
softmax_cross_entropy_gradient.mistake(
    "This divides by the number of classes. The mean is over the n rows.",
    lambda logits, labels: _minus_one_hot(losses.softmax(logits), labels) / logits.shape[1],
)
softmax_cross_entropy_gradient.mistake(
    "1 is taken off every entry. It comes off at the row's label only.",
    lambda logits, labels: (losses.softmax(logits) - 1) / len(labels),
)
softmax_cross_entropy_gradient.mistake(
    "1 is added at the label. It is taken off: softmax − one-hot.",
    lambda logits, labels: (
        (2 * losses.softmax(logits) - _minus_one_hot(losses.softmax(logits), labels)) / len(labels)
    ),
)
softmax_cross_entropy_gradient.mistake(
    "1 is taken off the *logarithm* of softmax. Take it off the probabilities themselves.",
    lambda logits, labels: _minus_one_hot(logits - _log_of_sum(logits), labels) / len(labels),
)
softmax_cross_entropy_gradient.mistake(
    "Classes are counted from 0: label 2 is the third column.",
    lambda logits, labels: _minus_one_hot(losses.softmax(logits), labels - 1) / len(labels),
)
softmax_cross_entropy_gradient.mistake(
    "p·(1 − p) is the derivative of each probability by its own logit. The loss's gradient is softmax − "
    "one-hot.",
    lambda logits, labels: losses.softmax(logits) * (1 - losses.softmax(logits)) / len(labels),
)
softmax_cross_entropy_gradient.mistake(
    "Only the entry at the label is there. The other classes have a gradient too: their probability, over n.",
    lambda logits, labels: np.minimum(losses.softmax_cross_entropy_gradient(logits, labels), 0),
)
softmax_cross_entropy_gradient.mistake(
    "This is the loss. Its gradient by the logits is asked for, of their shape.",
    lambda logits, labels: losses.cross_entropy(logits, labels),
)
softmax_cross_entropy_gradient.mistake(
    "This is the softmax. Take 1 off at each row's label, and divide by n.",
    lambda logits, labels: losses.softmax(logits),
)
softmax_cross_entropy_gradient.mistake(
    "This is the sigmoid of each score by itself. Softmax divides e^s by the sum over the row.",
    lambda logits, labels: _minus_one_hot(1 / (1 + np.exp(-logits)), labels) / len(labels),
)
softmax_cross_entropy_gradient.mistake(
    "The maximum is taken down the columns. Each *row* has its own: max(axis=1, keepdims=True).",
    lambda logits, labels: (
        _minus_one_hot(_shares(np.exp(logits - logits.max(axis=0)), axis=1), labels) / len(labels)
    ),
)
softmax_cross_entropy_gradient.mistake(
    "The sum of the softmax runs down the columns. Each *row* sums to 1: sum(axis=1, keepdims=True).",
    lambda logits, labels: (
        _minus_one_hot(_shares(np.exp(logits - logits.max(axis=1, keepdims=True)), axis=0), labels)
        / len(labels)
    ),
)


def _shares(p, axis):
    return p / p.sum(axis=axis, keepdims=True)


def _log_of_sum(logits):
    largest = np.max(logits, axis=1, keepdims=True)
    return largest + np.log(np.exp(logits - largest).sum(axis=1, keepdims=True))


# ---- a whole network ----

two_layer_gradients = Exercise(
    "two_layer_gradients",
    LESSON,
    network.two_layer_gradients,
    hint="From the end back: (softmax − one-hot)/n, the second affine layer, times 1 − a² for tanh, the "
    "first affine layer. All but the one for tanh are exercises before.",
    parts=("loss", "dw1", "db1", "dw2", "db2"),
    builds_on=(affine_backward, softmax_cross_entropy_gradient),
)


def _two_layers(rng, n, d, m, k, draw=None):
    """The six arguments, of quarters where no other numbers are asked for."""
    draw = draw or (lambda shape: rng.integers(-5, 6, size=shape) / 4 + 0.125)
    x, w1, b1, w2, b2 = (draw(shape) for shape in ((n, d), (d, m), (m,), (m, k), (k,)))
    return x, rng.integers(0, k, size=n), w1, b1, w2, b2


@two_layer_gradients.test("gives the loss and the gradients of all four parameters", points=2)
def _(rng):
    yield call(*_two_layers(rng, 2, 1, 2, 2))
    yield call(*_two_layers(rng, 3, 2, 2, 2))
    yield call(*_two_layers(rng, 4, 3, 5, 3))
    yield call(*_two_layers(rng, 6, 3, 3, 3, lambda shape: rng.normal(size=shape)))
    one, far = np.array([[1.0]]), np.array([[7.0, -7.0]])  # a probability of 2e-5
    yield call(one, np.array([1]), one, np.zeros(1), far, np.zeros(2))


@two_layer_gradients.test(
    "takes one example, integers, float32, labels in a list, and scores far out without a warning", points=1
)
def _(rng):
    yield call(*_two_layers(rng, 1, 3, 2, 4))
    x, labels, *parameters = _two_layers(rng, 4, 2, 3, 2)
    yield call(x, labels.tolist(), **dict(zip(("w1", "b1", "w2", "b2"), parameters, strict=True)))
    yield call(*_two_layers(rng, 3, 2, 2, 3, lambda shape: rng.integers(-2, 3, size=shape)))
    yield call(*_two_layers(rng, 4, 2, 3, 3, lambda shape: rng.normal(size=shape).astype(np.float32)))
    x, w1, b1 = (rng.uniform(1, 2, size=shape) for shape in ((4, 2), (2, 2), (2,)))
    far = np.array([[900.0, -900.0, 0.0], [1200.0, -300.0, 1.0]]) * rng.uniform(1, 2)
    yield call(x, np.array([1, 0, 2, 1]), w1, b1, far, np.array([0.0, 1.0, -1.0])).without_warnings()


def _by_hand(
    bend=np.tanh,
    slope=lambda z, a: 1 - a**2,
    out=lambda s: s,
    loss=losses.cross_entropy,
    upstream=losses.softmax_cross_entropy_gradient,
    result=lambda loss, dw1, db1, dw2, db2: (loss, dw1, db1, dw2, db2),
):
    """An answer as it should be, but for a part."""

    def answer(x, labels, w1, b1, w2, b2):
        z = x @ w1 + b1
        a = bend(z)
        s = out(a @ w2 + b2)
        ds = upstream(s, labels)
        dz = ds @ w2.T * slope(z, a)
        return result(loss(s, labels), x.T @ dz, dz.sum(axis=0), a.T @ ds, ds.sum(axis=0))

    return answer


two_layer_gradients.mistake(
    "The slope of tanh is missing: what comes back to a, times 1 − a², goes on to dw1 and db1.",
    _by_hand(slope=lambda z, a: 1.0),
)
two_layer_gradients.mistake(
    "The slope of tanh is 1 − a² with a = tanh(z), its *output*: this takes the square of z.",
    _by_hand(slope=lambda z, a: 1 - z**2),
)
two_layer_gradients.mistake(
    "This takes tanh twice: a is tanh(z) already, and the slope is 1 − a².",
    _by_hand(slope=lambda z, a: 1 - np.tanh(a) ** 2),
)
two_layer_gradients.mistake(
    "a(1 − a) is the slope of the sigmoid. That of tanh is 1 − a².",
    _by_hand(slope=lambda z, a: a * (1 - a)),
)
two_layer_gradients.mistake(
    "The a in 1 − a is not squared: the slope of tanh is 1 − a².",
    _by_hand(slope=lambda z, a: 1 - a),
)
two_layer_gradients.mistake(
    "The gradient is multiplied by tanh itself. What comes back is multiplied by its slope, 1 − a².",
    _by_hand(slope=lambda z, a: a),
)
two_layer_gradients.mistake(
    "The hidden layer is a ReLU here. It is tanh(x @ w1 + b1).",
    _by_hand(bend=lambda z: np.maximum(z, 0), slope=lambda z, a: z > 0),
)
two_layer_gradients.mistake(
    "The tanh is missing: a = tanh(x @ w1 + b1).",
    _by_hand(bend=lambda z: z, slope=lambda z, a: 1.0),
)
two_layer_gradients.mistake(
    "tanh is taken of the scores, too. Only the hidden layer has one.",
    _by_hand(out=np.tanh),
)
two_layer_gradients.mistake(
    "The loss is the *mean* over the batch: divide it, and the first gradient, by n.",
    _by_hand(
        loss=lambda s, labels: len(labels) * losses.cross_entropy(s, labels),
        upstream=lambda s, labels: len(labels) * losses.softmax_cross_entropy_gradient(s, labels),
    ),
)
two_layer_gradients.mistake(
    "The loss is the mean, and the gradients are those of the sum: divide softmax − one-hot by n.",
    _by_hand(upstream=lambda s, labels: len(labels) * losses.softmax_cross_entropy_gradient(s, labels)),
)
two_layer_gradients.mistake(
    "The gradients are those of the mean, and the loss is the sum: divide it by n.",
    _by_hand(loss=lambda s, labels: len(labels) * losses.cross_entropy(s, labels)),
)
two_layer_gradients.mistake(
    "The gradients are divided by n twice. The 1/n of the mean enters once, with softmax − one-hot.",
    _by_hand(upstream=lambda s, labels: losses.softmax_cross_entropy_gradient(s, labels) / len(labels)),
)
two_layer_gradients.mistake(
    "The 1 at the label is not taken off: the gradient by the scores is (softmax − one-hot)/n.",
    _by_hand(upstream=lambda s, labels: losses.softmax(s) / len(labels)),
)
two_layer_gradients.mistake(
    "The signs of the gradients are flipped: these are the directions of the step.",
    _by_hand(upstream=lambda s, labels: -losses.softmax_cross_entropy_gradient(s, labels)),
)
two_layer_gradients.mistake(
    "The sign of the loss is flipped: it is *minus* the logarithm of the right answer's probability.",
    _by_hand(loss=lambda s, labels: -losses.cross_entropy(s, labels)),
)
two_layer_gradients.mistake(
    "The order is loss, dw1, db1, dw2, db2: first the first layer, weights and bias, then the second.",
    _by_hand(result=lambda loss, dw1, db1, dw2, db2: (loss, dw2, db2, dw1, db1)),
)
two_layer_gradients.mistake(
    "Weights and biases go by layers: loss, dw1, db1, dw2, db2.",
    _by_hand(result=lambda loss, dw1, db1, dw2, db2: (loss, dw1, dw2, db1, db2)),
)
two_layer_gradients.mistake(
    "The loss is missing: return loss, dw1, db1, dw2, db2.",
    _by_hand(result=lambda loss, *gradients: gradients),
)
two_layer_gradients.mistake(
    "The loss comes first: return loss, dw1, db1, dw2, db2.",
    _by_hand(result=lambda loss, *gradients: (*gradients, loss)),
)
two_layer_gradients.mistake(
    "The hidden layer is a sigmoid here. It is tanh(x @ w1 + b1).",
    _by_hand(bend=lambda z: 1 / (1 + np.exp(-z)), slope=lambda z, a: a * (1 - a)),
)
two_layer_gradients.mistake(
    "dw1 and db1 are divided by n once more. The 1/n of the mean enters once, with softmax − one-hot.",
    _by_hand(slope=lambda z, a: (1 - a**2) / len(a)),
)
two_layer_gradients.mistake(
    "The signs of dw1 and db1 are flipped. The slope of tanh is 1 − a², not a² − 1.",
    _by_hand(slope=lambda z, a: a**2 - 1),
)
two_layer_gradients.mistake(
    "The loss is the mean of minus the probability. Its logarithm is missing.",
    _by_hand(loss=lambda s, labels: float(-losses.softmax(s)[np.arange(len(labels)), labels].mean())),
)
two_layer_gradients.mistake(
    "The maximum is taken off the scores in the logarithm, and not off s[i, y_i]. Use the same in both.",
    _by_hand(
        loss=lambda s, labels: float(
            np.mean(_log_of_sum(s)[:, 0] - s.max(axis=1) - s[np.arange(len(labels)), labels])
        )
    ),
)


def _with_gradients(change):
    """A mistake in what is made of a, da and dz, by name, before it is returned."""

    def answer(x, labels, w1, b1, w2, b2):
        a = np.tanh(x @ w1 + b1)
        s = a @ w2 + b2
        ds = losses.softmax_cross_entropy_gradient(s, labels)
        da = ds @ w2.T
        dz = da * (1 - a**2)
        right = dict(dw1=x.T @ dz, db1=dz.sum(axis=0), dw2=a.T @ ds, db2=ds.sum(axis=0))
        return losses.cross_entropy(s, labels), *(right | change(x, a, da, dz, ds)).values()

    return answer


two_layer_gradients.mistake(
    "`x.T @ da * (1 - a**2)` multiplies first. The slope belongs to da: dz = da * (1 - a**2), then x.T @ dz.",
    _with_gradients(lambda x, a, da, dz, ds: dict(dw1=x.T @ da * (1 - a**2))),
)
two_layer_gradients.mistake(
    "dw1 lacks the slope of tanh: dz = da·(1 − a²) first, then dw1 = x.T @ dz, db1 the sum of dz's rows.",
    _with_gradients(lambda x, a, da, dz, ds: dict(dw1=x.T @ da)),
)
two_layer_gradients.mistake(
    "db1 lacks the slope of tanh: dz = da·(1 − a²) first, then dw1 = x.T @ dz, db1 the sum of dz's rows.",
    _with_gradients(lambda x, a, da, dz, ds: dict(db1=da.sum(axis=0))),
)
two_layer_gradients.mistake(
    "db1 and db2 are summed along the wrong axis. Axis 0 is the batch, and (m,) and (k,) must be left.",
    _with_gradients(lambda x, a, da, dz, ds: dict(db1=dz.sum(axis=1), db2=ds.sum(axis=1))),
)
two_layer_gradients.mistake(
    "db1 and db2 are summed over everything. Each bias has its own column: sum over axis 0.",
    _with_gradients(lambda x, a, da, dz, ds: dict(db1=dz.sum(), db2=ds.sum())),
)
two_layer_gradients.mistake(
    "db1 and db2 have an axis too many. The biases are (m,) and (k,): leave keepdims out.",
    _with_gradients(lambda x, a, da, dz, ds: dict(db1=dz.sum(axis=0)[None], db2=ds.sum(axis=0)[None])),
)
two_layer_gradients.mistake(
    "dw1 and dw2 came out transposed: x.T @ dz and a.T @ ds have the shapes of w1 and w2.",
    _with_gradients(lambda x, a, da, dz, ds: dict(dw1=dz.T @ x, dw2=ds.T @ a)),
)
two_layer_gradients.mistake(
    "The loss is a mean over all classes. Only the right class of each row counts: s[np.arange(n), labels].",
    _by_hand(loss=lambda s, labels: float(np.mean(_log_of_sum(s) - s))),
)
two_layer_gradients.mistake(
    "1 is added at the label. It is taken off: the gradient by the scores is (softmax − one-hot)/n.",
    _by_hand(
        upstream=lambda s, labels: (
            2 * losses.softmax(s) / len(labels) - losses.softmax_cross_entropy_gradient(s, labels)
        )
    ),
)


def _two_layers_changed(change):
    """A mistake that is made before the network begins: the arguments are not those that were given."""
    return lambda *given: network.two_layer_gradients(*change(*given))


two_layer_gradients.mistake(
    "b1 is not added: z = x @ w1 + b1.",
    _two_layers_changed(lambda x, labels, w1, b1, w2, b2: (x, labels, w1, 0 * b1, w2, b2)),
)
two_layer_gradients.mistake(
    "b2 is not added: the scores are a @ w2 + b2.",
    _two_layers_changed(lambda x, labels, w1, b1, w2, b2: (x, labels, w1, b1, w2, 0 * b2)),
)


@two_layer_gradients.mistake(
    "dw2 is made of z. What went into the second layer is a = tanh(z): dw2 = a.T @ ds."
)
def _(x, labels, w1, b1, w2, b2):
    loss, dw1, db1, _, db2 = network.two_layer_gradients(x, labels, w1, b1, w2, b2)
    z = x @ w1 + b1
    ds = losses.softmax_cross_entropy_gradient(np.tanh(z) @ w2 + b2, labels)
    return loss, dw1, db1, z.T @ ds, db2


@two_layer_gradients.mistake(
    "db1 and db2 are means over the batch. They are sums: the 1/n is in what comes back already."
)
def _(x, labels, w1, b1, w2, b2):
    loss, dw1, db1, dw2, db2 = network.two_layer_gradients(x, labels, w1, b1, w2, b2)
    return loss, dw1, db1 / len(x), dw2, db2 / len(x)


@two_layer_gradients.mistake(
    "Each hidden unit forks to all k scores, and hears from one of them only: ds @ w2.T adds over all."
)
def _(x, labels, w1, b1, w2, b2):
    a = np.tanh(x @ w1 + b1)
    s = a @ w2 + b2
    ds = losses.softmax_cross_entropy_gradient(s, labels)
    rows = np.arange(len(labels))
    dz = ds[rows, labels][:, None] * w2.T[labels] * (1 - a**2)
    return losses.cross_entropy(s, labels), x.T @ dz, dz.sum(axis=0), a.T @ ds, ds.sum(axis=0)


@two_layer_gradients.mistake(
    "e^s overflows for large scores, and ∞/∞ is nan. Take each row's maximum off the scores first."
)
def _(x, labels, w1, b1, w2, b2):
    def softmax(s):
        return np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)

    def loss(s, labels):
        return -np.log(softmax(s)[np.arange(len(labels)), labels]).mean()

    def upstream(s, labels):
        return _minus_one_hot(softmax(s), labels) / len(labels)

    return _by_hand(loss=loss, upstream=upstream)(x, labels, w1, b1, w2, b2)


two_layer_gradients.mistake(
    "The loss is ∞: e^s overflows, or a probability rounds to 0 before its logarithm is taken. Take each "
    "row's maximum off the scores, then the logarithm of the sum of e^s.",
    _by_hand(loss=lambda s, labels: -np.log(losses.softmax(s)[np.arange(len(labels)), labels]).mean()),
)
two_layer_gradients.mistake(
    "A small number is added to the probability before the logarithm, and the loss is no longer right: take "
    "the logarithm of the sum of e^s, with each row's maximum off.",
    lambda *given, parameter=1e-12: _by_hand(
        loss=lambda s, labels: -np.log(losses.softmax(s)[np.arange(len(labels)), labels] + parameter).mean()
    )(*given),
    parameter=[10.0**power for power in range(-16, 0)],
)


# ---- differences ----

numerical_gradient = Exercise(
    "numerical_gradient",
    LESSON,
    gradient_check.numerical_gradient,
    hint="For each index of a float copy of x: put x[i] + h there and call f, then x[i] − h, then the old "
    "value back. The entry is (above − below)/(2h).",
)


def sum_of_cubes(v):
    return float((np.asarray(v) ** 3).sum())


def steep_cubes(v):
    """So bent that the size of h shows."""
    return float(1e6 * (np.asarray(v) ** 3).sum())


def high_cubes(v):
    """Bent and far from 0, so that both too large and too small an h show, whatever the other calls draw."""
    return float(1000 + 2 * (np.asarray(v, float) ** 3).sum())


def square_of_the_sum(v):
    return float(np.sum(v) ** 2)


def weighted_squares(v):
    """Every entry counts differently, so none may be taken for another."""
    return float(np.ravel(v) ** 2 @ np.arange(1, np.size(v) + 1))


def squares_of_row_sums(v):
    """Not the same for the same numbers in one row."""
    return float((np.sum(v, axis=-1) ** 2).sum())


def sum_of_tanh(v):
    return float(np.tanh(v).sum())


def log_sum_exp(v):
    return float(np.log(np.exp(v).sum()) + np.sum(v) ** 2)


def difference(f, x, *args, **kwargs):
    return call(f, x, *args, **kwargs).within(1e-6)


@numerical_gradient.test("is the central difference, entry by entry, to six digits", points=2)
def _(rng):
    yield difference(sum_of_cubes, rng.uniform(1, 3, size=2).round(1) * [1, -1])
    yield difference(square_of_the_sum, rng.uniform(0.5, 2, size=3).round(1))
    yield difference(log_sum_exp, rng.normal(size=5))
    yield difference(weighted_squares, rng.normal(size=4))
    yield difference(high_cubes, np.array([0.4, -0.4]))


@numerical_gradient.test("uses the h it is given, 1e-5 if none, and takes x of any shape", points=1)
def _(rng):
    yield difference(sum_of_cubes, rng.uniform(1, 3, size=2).round(1), h=0.5)
    yield difference(sum_of_cubes, rng.normal(size=3), h=0.1)
    yield difference(steep_cubes, rng.uniform(-1e-3, 1e-3, size=3))
    yield difference(weighted_squares, rng.normal(size=(2, 3)))
    yield difference(log_sum_exp, rng.normal(size=(2, 1, 3)))
    yield difference(squares_of_row_sums, rng.normal(size=(3, 2)))
    yield difference(sum_of_cubes, np.array(rng.uniform(1, 2)))


@numerical_gradient.test("takes integers and float32, and leaves x as it was", points=1)
def _(rng):
    yield difference(sum_of_cubes, rng.integers(2, 6, size=3) * [1, -1, 1])
    yield difference(log_sum_exp, rng.integers(-2, 3, size=(2, 2)))
    yield difference(sum_of_tanh, rng.integers(1, 4, size=2))  # cut to integers or not: a difference
    yield difference(weighted_squares, rng.normal(size=4).astype(np.float32))
    yield difference(sum_of_cubes, rng.normal(size=(6, 8)))
    yield difference(high_cubes, np.array([0.4, -0.4], np.float32))


def _entry_by_entry(quotient, start=lambda x: np.array(x, float), result=lambda x: np.zeros(x.shape)):
    """Differences as they should be, but for the quotient of (f(x), f(x + h), f(x − h), h), or a copy."""

    def answer(f, x, h=1e-5):
        gradient, x = result(x), start(x)
        here = f(x)
        for index in np.ndindex(x.shape):
            old = x[index]
            x[index] = old + h
            above = f(x)
            x[index] = old - h
            below = f(x)
            x[index] = old
            gradient[index] = quotient(here, above, below, h)
        return gradient

    return answer


def _central(here, above, below, h):
    return (above - below) / (2 * h)


numerical_gradient.mistake(
    "This is the forward difference, which has fewer digits. The central one is (f(x + h) − f(x − h))/2h.",
    _entry_by_entry(lambda here, above, below, h: (above - here) / h),
)
numerical_gradient.mistake(
    "From x − h to x + h the distance is 2h: divide by 2h, not by h.",
    _entry_by_entry(lambda here, above, below, h: (above - below) / h),
)
numerical_gradient.mistake(
    "Brackets are missing: (above − below) / 2 * h multiplies by h. Write / (2 * h).",
    _entry_by_entry(lambda here, above, below, h: (above - below) / 2 * h),
)
numerical_gradient.mistake(
    "The sign is flipped: it is f(x + h) − f(x − h), in this order.",
    _entry_by_entry(lambda here, above, below, h: (below - above) / (2 * h)),
)
numerical_gradient.mistake(
    "A fixed 1e-5 stands where h should: use the h that is given.",
    lambda f, x, h=1e-5: gradient_check.numerical_gradient(f, x),
)
numerical_gradient.mistake(
    "Where no h is given it is 1e-5: `def numerical_gradient(f, x, h=1e-5)`.",
    lambda f, x, h=1e-4: gradient_check.numerical_gradient(f, x, h),
)
numerical_gradient.mistake(
    "x holds integers, so x[i] + h is cut to an integer. Work on a float copy: np.array(x, dtype=float).",
    _entry_by_entry(_central, start=lambda x: np.array(x, float if x.dtype.kind == "f" else x.dtype)),
)
numerical_gradient.mistake(
    "The copy has the dtype of x: integers lose h whole, float32 nearly so. np.array(x, dtype=float) is a "
    "float64 copy.",
    _entry_by_entry(_central, start=np.copy),
)
numerical_gradient.mistake(
    "float32 keeps seven digits, and x + 1e-5 uses them up. Work in float64: np.array(x, dtype=float).",
    _entry_by_entry(_central, start=lambda x: np.array(x, x.dtype if x.dtype == np.float32 else float)),
)
numerical_gradient.mistake(
    "np.zeros_like(x) of integers holds integers and cuts every derivative. Use np.zeros(x.shape).",
    lambda f, x, h=1e-5: gradient_check.numerical_gradient(f, x, h).astype(np.result_type(x)),
)
numerical_gradient.mistake(
    "Copy and result have the dtype of x, and integers cut both. Use np.array(x, dtype=float) and "
    "np.zeros(x.shape).",
    _entry_by_entry(_central, start=np.copy, result=np.zeros_like),
)
numerical_gradient.mistake(
    "f takes the whole array. With one entry changed, call f on all of x, not on x[i] + h alone.",
    lambda f, x, h=1e-5: np.vectorize(lambda t: (f(t + h) - f(t - h)) / (2 * h), otypes=[float])(x),
)
numerical_gradient.mistake(
    "f(x + h) moves all entries at once and gives one number. Move one entry at a time.",
    lambda f, x, h=1e-5: (f(x + h) - f(x - h)) / (2 * h),
)
numerical_gradient.mistake(
    "All entries are moved at once. Only x[i] may change for the i-th derivative.",
    lambda f, x, h=1e-5: np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h)),
)
numerical_gradient.mistake(
    "The copy is of float32: seven digits, too few for x + 1e-5. Work in float64: np.array(x, dtype=float).",
    _entry_by_entry(_central, start=lambda x: np.array(x, np.float32)),
)


@numerical_gradient.mistake("The step grows with x[i]. It is h for every entry.")
def _(f, x, h=1e-5):
    x = np.array(x, float)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h * max(1.0, abs(x[index]))
        gradient[index] = (f(x + step) - f(x - step)) / (2 * step[index])
    return gradient


@numerical_gradient.mistake(
    "Only the first entry is done: `return` stands in the loop. Put it after the loop."
)
def _(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    first = next(np.ndindex(x.shape))
    gradient[first] = gradient_check.numerical_gradient(f, x, h)[first]
    return gradient


@numerical_gradient.mistake(
    "There is one number for each row, as range(len(x)) counts. Go through every index: np.ndindex(x.shape)."
)
def _(f, x, h=1e-5):
    x = np.array(x, float)
    slopes = []
    for i in range(len(x)):
        old = x[i]
        x[i] = old + h
        above = f(x)
        x[i] = old - h
        slopes.append((above - f(x)) / (2 * h))
        x[i] = old
    return np.array(slopes)


@numerical_gradient.mistake("range(len(x)) counts rows only. Go through every index: np.ndindex(x.shape).")
def _(f, x, h=1e-5):
    x = x.astype(float)
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


@numerical_gradient.mistake("The result is flat. It must have the shape of x: say .reshape(x.shape).")
def _(f, x, h=1e-5):
    return gradient_check.numerical_gradient(f, x, h).ravel()


@numerical_gradient.mistake(
    "f is given a flat array. It takes arrays of x's shape: reshape before each call."
)
def _(f, x, h=1e-5):
    return gradient_check.numerical_gradient(f, x.ravel(), h).reshape(x.shape)


@numerical_gradient.mistake("x[i] stays moved when the next entry is. Put the old value back first.")
def _(f, x, h=1e-5):
    x = x.astype(float)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        gradient[index] = (above - f(x)) / (2 * h)
    return gradient


@numerical_gradient.mistake(
    "x + h − 2h + h is not x to the last bit, and x is the caller's. Work on a copy: np.array(x, float)."
)
def _(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        gradient[index] = (above - f(x)) / (2 * h)
        x[index] += h
    return gradient


numerical_gradient.mistake(
    "This is the backward difference, which has fewer digits. The central one is (f(x + h) − f(x − h))/2h.",
    _entry_by_entry(lambda here, above, below, h: (here - below) / h),
)
numerical_gradient.mistake(
    "From x to x + h the distance is h, and this divides by 2h. Take f(x − h) in place of f(x).",
    _entry_by_entry(lambda here, above, below, h: (above - here) / (2 * h)),
)
numerical_gradient.mistake(
    "f(x + h) and f(x − h) are added. Take their difference.",
    _entry_by_entry(lambda here, above, below, h: (above + below) / (2 * h)),
)
numerical_gradient.mistake(
    "The difference is not divided by anything: divide by 2h.",
    _entry_by_entry(lambda here, above, below, h: above - below),
)
numerical_gradient.mistake(
    "This is the second derivative, (f(x + h) − 2f(x) + f(x − h))/h². The first is (f(x + h) − f(x − h))/2h.",
    _entry_by_entry(lambda here, above, below, h: (above - 2 * here + below) / h**2),
)
numerical_gradient.mistake(
    "A fixed 1e-4 stands where h should: use the h that is given.",
    lambda f, x, h=1e-5: gradient_check.numerical_gradient(f, x, 1e-4),
)
numerical_gradient.mistake(
    "The entries are summed into one number. Each entry of x has a derivative of its own.",
    lambda f, x, h=1e-5: float(gradient_check.numerical_gradient(f, x, h).sum()),
)


@numerical_gradient.mistake(
    "range(x.size) gives one index, and x may have several axes, or none. Go through np.ndindex(x.shape)."
)
def _(f, x, h=1e-5):
    x = np.array(x, float)
    gradient = np.zeros(x.shape)
    for i in range(x.size):
        old = x[i]
        x[i] = old + h
        above = f(x)
        x[i] = old - h
        gradient[i] = (above - f(x)) / (2 * h)
        x[i] = old
    return gradient


# ---- how far apart ----

relative_error = Exercise(
    "relative_error",
    LESSON,
    gradient_check.relative_error,
    hint="Entry by entry: np.abs(a − b) over np.maximum(1e-8, np.abs(a) + np.abs(b)). Then the largest.",
)


@relative_error.test("is the largest of |a − b| / (|a| + |b|)", points=1)
def _(rng):
    a = rng.uniform(1, 3, size=2).round(1)
    yield call(a, a + np.array([0.5, 1.5]))
    yield call(np.array([1.5, -0.5]), np.array([-0.5, 0.25]))
    yield call(np.array([0.2, 5.0]), np.array([0.2 + rng.uniform(0.1, 0.3), 6.0]))
    yield call(rng.normal(size=5), rng.normal(size=5))
    yield call(a := rng.normal(size=(3, 4)), a * rng.uniform(0.9, 1.1, size=(3, 4)))
    yield call(np.array([2e-4, 1.0]), np.array([1e-4, 1.0]))


@relative_error.test("never divides by less than 1e-8; takes integers, float32, any shape, nan", points=1)
def _(rng):
    small = rng.uniform(1e-9, 4e-9)
    yield call(np.array([0.0, 0.0]), np.array([0.0, small]))
    yield call(np.zeros(3), np.zeros(3))
    yield call(np.array([2e-8]), np.array([0.0]))
    yield call(np.array([1, 100]), np.array([2, 100]))
    yield call(rng.integers(1, 9, size=4), -rng.integers(1, 9, size=4))
    yield call(np.array(rng.normal()), np.array(rng.normal()))
    yield call(a := rng.normal(size=(2, 1, 2)).astype(np.float32), a[::-1].copy())
    yield call(np.array([rng.normal(), np.nan]), rng.normal(size=2))
    yield call(rng.normal(size=2), np.array([rng.normal(), np.nan]))


def _apart(numerator, denominator, reduce=np.max):
    with np.errstate(all="ignore"):
        return float(reduce(numerator / denominator))


relative_error.mistake(
    "This is the mean. One wrong entry in a thousand must not be averaged away: take the largest.",
    lambda a, b: _apart(np.abs(a - b), np.maximum(1e-8, np.abs(a) + np.abs(b)), np.mean),
)
relative_error.mistake(
    "Below the line stands the sum |a| + |b|, not the larger of the two.",
    lambda a, b: _apart(np.abs(a - b), np.maximum(1e-8, np.maximum(np.abs(a), np.abs(b)))),
)
relative_error.mistake(
    "0/0 is nan where both are 0. Divide by np.maximum(1e-8, |a| + |b|).",
    lambda a, b: _apart(np.abs(a - b), np.abs(a) + np.abs(b)),
)
relative_error.mistake(
    "1e-8 is added below the line. It is a floor: the larger of 1e-8 and |a| + |b|.",
    lambda a, b: _apart(np.abs(a - b), np.abs(a) + np.abs(b) + 1e-8),
)
relative_error.mistake(
    "|a + b| is not |a| + |b|: of opposite signs it cancels.",
    lambda a, b: _apart(np.abs(a - b), np.maximum(1e-8, np.abs(a + b))),
)
relative_error.mistake(
    "The bars above the line are missing: where a < b the error must not be negative.",
    lambda a, b: _apart(a - b, np.maximum(1e-8, np.abs(a) + np.abs(b))),
)
relative_error.mistake(
    "This divides the largest difference by the largest sum. Divide entry by entry, then take the largest.",
    lambda a, b: float(np.max(np.abs(a - b)) / max(1e-8, np.max(np.abs(a) + np.abs(b)))),
)
relative_error.mistake(
    "This compares lengths of whole vectors, in which a small wrong entry drowns. Divide entry by entry.",
    lambda a, b: float(np.linalg.norm(a - b) / max(1e-8, np.linalg.norm(a) + np.linalg.norm(b))),
)
relative_error.mistake(
    "This is the absolute error: divide by |a| + |b|.",
    lambda a, b: float(np.max(np.abs(a - b))),
)
relative_error.mistake(
    "One number is due, the largest entry: finish with np.max.",
    lambda a, b: np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)),
)
relative_error.mistake(
    "The floor of 1e-8 is asked of the array as a whole. np.maximum(1e-8, …) compares entry by entry.",
    lambda a, b: np.max(np.abs(a - b) / max(1e-8, np.abs(a) + np.abs(b))),
)
relative_error.mistake(
    "The largest is sought among rows, and a nan may be lost on the way. np.max finds the largest entry of "
    "any array.",
    lambda a, b: max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))),
)
relative_error.mistake(
    "nan is skipped, and a gradient that is nan would pass the check. np.max keeps it.",
    lambda a, b: _apart(np.abs(a - b), np.maximum(1e-8, np.abs(a) + np.abs(b)), np.nanmax),
)

relative_error.mistake(
    "This divides by |a| alone. Below the line stands |a| + |b|.",
    lambda a, b: _apart(np.abs(a - b), np.maximum(1e-8, np.abs(a))),
)
relative_error.mistake(
    "This divides by |b| alone. Below the line stands |a| + |b|.",
    lambda a, b: _apart(np.abs(a - b), np.maximum(1e-8, np.abs(b))),
)
relative_error.mistake(
    "This divides by the mean of |a| and |b|. Below the line stands their sum.",
    lambda a, b: _apart(np.abs(a - b), np.maximum(1e-8, (np.abs(a) + np.abs(b)) / 2)),
)
relative_error.mistake(
    "The errors are summed. Take the largest.",
    lambda a, b: _apart(np.abs(a - b), np.maximum(1e-8, np.abs(a) + np.abs(b)), np.sum),
)
relative_error.mistake(
    "The smallest error is returned. Take the largest.",
    lambda a, b: _apart(np.abs(a - b), np.maximum(1e-8, np.abs(a) + np.abs(b)), np.min),
)
relative_error.mistake(
    "This divides the length of the difference by that of the sum, a + b. Divide entry by entry, by |a| + "
    "|b|.",
    lambda a, b: float(np.linalg.norm(a - b) / max(1e-8, np.linalg.norm(a + b))),
)
relative_error.mistake(
    "All differences are summed before they are divided, and a small wrong entry drowns. Divide entry by "
    "entry.",
    lambda a, b: float(np.sum(np.abs(a - b)) / max(1e-8, np.sum(np.abs(a) + np.abs(b)))),
)
relative_error.mistake(
    "|a| − |b| is not |a − b|: of opposite signs it is too small.",
    lambda a, b: _apart(np.abs(np.abs(a) - np.abs(b)), np.maximum(1e-8, np.abs(a) + np.abs(b))),
)
relative_error.mistake(
    "The differences are squared. Take |a − b| above the line.",
    lambda a, b: _apart(np.square(a - b), np.maximum(1e-8, np.abs(a) + np.abs(b))),
)
relative_error.mistake(
    "The smaller of 1e-8 and |a| + |b| stands below the line: np.maximum, not np.minimum.",
    lambda a, b: _apart(np.abs(a - b), np.minimum(1e-8, np.abs(a) + np.abs(b))),
)
relative_error.mistake(
    "Only 0/0 is caught, and perhaps nan with it. The floor is 1e-8: np.maximum(1e-8, |a| + |b|).",
    lambda a, b: _apart(
        np.where(np.abs(a) + np.abs(b) > 0, np.abs(a - b), 0),
        np.where(np.abs(a) + np.abs(b) > 0, np.abs(a) + np.abs(b), 1),
    ),
)
relative_error.mistake(
    "Where a < b the error is negative, and loses to the 0 at which the largest begins: take |a − b|.",
    lambda a, b: _apart(
        a - b, np.maximum(1e-8, np.abs(a) + np.abs(b)), lambda each: np.maximum(0, each).max()
    ),
)
relative_error.mistake(
    "The floor is another number. It is 1e-8.",
    lambda a, b, parameter=1e-6: _apart(np.abs(a - b), np.maximum(parameter, np.abs(a) + np.abs(b))),
    parameter=[10.0**power for power in range(-16, 0) if power != -8],
)


QUIZ = (
    Question(
        "A hidden unit's output goes to ten output units. What is the gradient by it?",
        a=wrong("The largest of what the ten send back.", "All ten ways lead to the loss, and all count."),
        b=right(
            "The sum of what the ten send back.",
            "A change of it reaches the loss along all ten ways, and the changes add up.",
        ),
        c=wrong("The mean of what the ten send back.", "Each way brings its change in full."),
    ),
    Question(
        "You halve h in a central difference, and h is still far above the best, but small. What happens to "
        "the error?",
        a=wrong("It is halved.", "That is the forward difference, whose error falls as h."),
        b=right("It falls to a quarter.", "The truncation error is h²/6 · f‴, and (½)² = ¼."),
        c=wrong("It doubles.", "Rounding behaves so, but only below the best h."),
    ),
    Question(
        "A smooth network, float64, h = 10⁻⁵, a loss near 1. Backprop says 3·10⁻⁴, the difference says "
        "6·10⁻⁴. What do you make of it?",
        a=wrong("They agree: they are only 3·10⁻⁴ apart.", "That is as much as one of them."),
        b=wrong("Rounding.", "At this h it is about 10⁻¹¹ for a loss near 1."),
        c=right("There is a bug.", "The relative error is 1/3: a factor of two is wrong somewhere."),
    ),
    Question(
        "Dropout is on, and the differences are huge and new at every run. What is wrong?",
        a=right(
            "Each evaluation draws new noise.",
            "Two losses under different masks differ by far more than h moves them. Put the generator back.",
        ),
        b=wrong("Backprop.", "It may be right: differences of two different functions say nothing about it."),
        c=wrong("h is too small.", "A larger h dampens the noise, and never removes it."),
    ),
    Question(
        "A report finds 4.weights and 4.bias right, and all of layers 2 and 0 wrong. Where do you look?",
        a=wrong("In layer 0, which comes first.", "Gradients come from the other end."),
        b=right(
            "Between layer 4 and layer 2: what layer 4 passes back, and the activation 3.",
            "The last gradient that is right is that of layer 4; the fault lies just behind it.",
        ),
        c=wrong("In the loss.", "Then 4.weights would be wrong as well."),
    ),
    Question(
        "Training is fine: 97 % on validation data. Is the gradient right?",
        a=wrong("Yes, or it would not learn.", "Four networks of this lesson learnt, three of them wrong."),
        b=wrong(
            "Yes, if the loss falls at every step.",
            "So it does for any direction less than 90° off, in short steps.",
        ),
        c=right("You cannot tell from this.", "Half-right gradients learn too. Only a check tells."),
    ),
)


# ---- the formulas: a wrong answer is compared with what a change to one gives ----


_STEPS = [digit * 10.0**power for power in range(-12, 0) for digit in (1, 2, 5)]
numerical_gradient.mistake(
    "The step is always the same, whatever h is. Use the h that is given, 1e-5 if none.",
    lambda f, x, h=1e-5, parameter=1e-4: gradient_check.numerical_gradient(f, x, parameter),
    parameter=_STEPS,
)
numerical_gradient.mistake(
    "Where no h is given your step is {parameter}. It is 1e-5: `def numerical_gradient(f, x, h=1e-5)`.",
    lambda f, x, h=1e-5, parameter=1e-4: gradient_check.numerical_gradient(
        f, x, parameter if h == 1e-5 else h
    ),
    parameter=_STEPS,
)


@numerical_gradient.formula
def _(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        gradient[i] = (f(x + e) - f(x - e)) / (2 * h)
    return gradient


@relative_error.formula
def _(a, b):
    return np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)))


@affine_backward.formula
def _(x, weights, upstream):
    dx = upstream @ weights.T
    dweights = x.T @ upstream
    dbias = np.sum(upstream, axis=0)
    return dx, dweights, dbias


@softmax_cross_entropy_gradient.formula
def _(logits, labels):
    z = logits - np.max(logits, axis=1, keepdims=True)
    p = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


@softmax_cross_entropy_gradient.formula
def _(logits, labels):
    p = np.exp(logits) / np.sum(np.exp(logits), axis=1, keepdims=True)
    truth = np.eye(logits.shape[1])[labels]
    return (p - truth) / len(labels)


@two_layer_gradients.formula
def _(x, labels, w1, b1, w2, b2):
    a = np.tanh(x @ w1 + b1)
    s = a @ w2 + b2
    z = s - np.max(s, axis=1, keepdims=True)
    logs = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    loss = -np.mean(logs[np.arange(len(labels)), labels])
    p = np.exp(logs)
    p[np.arange(len(labels)), labels] -= 1
    ds = p / len(labels)
    dw2 = a.T @ ds
    db2 = np.sum(ds, axis=0)
    dz = (ds @ w2.T) * (1 - a**2)
    dw1 = x.T @ dz
    db1 = np.sum(dz, axis=0)
    return loss, dw1, db1, dw2, db2
