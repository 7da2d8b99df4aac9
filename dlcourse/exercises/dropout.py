"""Lesson 10: dropout forwards, at test where it was not scaled in training, backwards, and in a layer."""

import numpy as np

from dlcourse import layers as reference
from dlcourse.exercises.engine.exercise import Exercise, call
from dlcourse.exercises.engine.question import Question, right, wrong

LESSON = "10_dropout"


# ---- forwards ----

dropout_forward = Exercise(
    "dropout_forward",
    LESSON,
    reference.dropout_forward,
    hint="mask = np.where(noise < drop_rate, 0, 1/(1 − drop_rate)), then x * mask. Return both.",
    parts=("out", "mask"),
)


@dropout_forward.test("drops where noise < drop_rate and scales the rest by 1/(1 − drop_rate)", points=2)
def _(rng):
    yield call(np.array([1.0, 2.0, 3.0, 4.0]), np.append(rng.permutation([0.1, 0.3, 0.6]), 0.9), 0.2)
    yield call(rng.normal(size=5).round(1) + 0.05, rng.random(5).round(2) + 0.003, 0.5)
    yield call(rng.normal(size=(4, 6)), rng.random((4, 6)), 0.75)
    yield call(rng.normal(size=(2, 3, 4)), rng.random((2, 3, 4)), rng.uniform(0.1, 0.9))


@dropout_forward.test("keeps everything at rate 0, drops noise of 0, keeps noise equal to the rate", points=1)
def _(rng):
    yield call(rng.normal(size=4), np.append(0.0, rng.random(3)), 0.0)
    yield call(rng.normal(size=4), np.array([0.0, 0.25, 0.5, 0.75]), 0.25)
    yield call(rng.normal(size=(2, 2)), np.array([[0.0, 0.5], [0.49, 0.51]]), 0.5)


@dropout_forward.test("takes integers, single numbers and float32, and keeps nan", points=1)
def _(rng):
    yield call(rng.integers(1, 6, size=6), np.append(rng.random(5), 0.45), 0.4)
    yield call(rng.integers(1, 6, size=(2, 2)), np.append(rng.random(3), 0.45).reshape(2, 2), 0.4)
    yield call(np.array(3.0), np.array(0.7), 0.5)
    yield call(np.array(3.0), np.array(0.2), 0.5)
    yield call(3.0, 0.75, 0.5)
    yield call(2, round(rng.uniform(0.1, 0.2), 2), 0.25)
    yield call(np.float64(1.5), np.float64(0.9), np.float64(0.2))
    yield call(rng.normal(size=(2, 3)).astype(np.float32), rng.random((2, 3)).astype(np.float32), 0.5)
    yield call(np.array([np.nan, 2.0, 3.0]), np.array([0.9, 0.1, round(rng.uniform(0.6, 0.9), 1)]), 0.5)


def _masked(mask_of):
    """A wrong answer whose only fault is its mask."""

    def answer(x, noise, drop_rate):
        mask = mask_of(noise, drop_rate)
        return x * mask, mask

    return answer


dropout_forward.mistake(
    "The scale is missing: what is kept must be multiplied by 1/(1 − drop_rate), or the expectation shrinks.",
    _masked(lambda noise, rate: (noise >= rate).astype(float)),
)
dropout_forward.mistake(
    "This keeps what should be dropped: the mask is 0 where noise < drop_rate.",
    _masked(lambda noise, rate: (noise < rate) / (1 - rate)),
)
dropout_forward.mistake(
    "This divides by drop_rate. The share that is *kept* is 1 − drop_rate.",
    _masked(lambda noise, rate: (noise >= rate) / rate if rate else np.ones(np.shape(noise))),
)
dropout_forward.mistake(
    "Kept values are multiplied by 1 − drop_rate, which shrinks what is left. Divide by it, and with the "
    "brackets: 1/(1 − drop_rate).",
    _masked(lambda noise, rate: (noise >= rate) * (1 - rate)),
)
dropout_forward.mistake(
    "What is kept is noise < 1 − drop_rate: as much, but not the same entries. Drop where noise < drop_rate.",
    _masked(lambda noise, rate: np.where(noise < 1 - rate, 1 / (1 - rate), 0)),
)
dropout_forward.mistake(
    "Noise that *equals* drop_rate must be kept: the mask is 0 only where noise < drop_rate.",
    _masked(lambda noise, rate: (noise > rate) / (1 - rate)),
)


@dropout_forward.mistake("The output is scaled, the mask is not: `backward` needs the mask with its scale.")
def _(x, noise, drop_rate):
    mask = (noise >= drop_rate).astype(float)
    return x * mask / (1 - drop_rate), mask


@dropout_forward.mistake(
    "This writes into the caller's array, as `x *= mask` does. `x * mask` makes a new one."
)
def _(x, noise, drop_rate):
    mask = np.where(noise < drop_rate, 0, 1 / (1 - drop_rate))
    x *= mask
    return x, mask


@dropout_forward.mistake(
    "The mask is cut to integers because x holds integers: 1/(1 − drop_rate) is a float."
)
def _(x, noise, drop_rate):
    mask = np.zeros_like(x)
    mask[noise >= drop_rate] = 1 / (1 - drop_rate)
    return x * mask, mask


@dropout_forward.mistake("Only the output is returned. `backward` needs the mask too: return out, mask.")
def _(x, noise, drop_rate):
    return x * np.where(noise < drop_rate, 0, 1 / (1 - drop_rate))


@dropout_forward.mistake("One and the other are swapped: return out, mask.")
def _(x, noise, drop_rate):
    mask = np.where(noise < drop_rate, 0, 1 / (1 - drop_rate))
    return mask, x * mask


dropout_forward.mistake(
    "drop_rate is used as the share to keep, in the comparison and in the scale. Drop where noise < "
    "drop_rate, and divide by 1 − drop_rate.",
    _masked(lambda noise, rate: (noise < rate) / (rate or 1.0)),
)
dropout_forward.mistake(
    "Dropped and kept are swapped, and the scale is missing: the mask is 0 where noise < drop_rate, else "
    "1/(1 − drop_rate).",
    _masked(lambda noise, rate: 1.0 * (noise < rate)),
)
dropout_forward.mistake(
    "What is kept is noise < 1 − drop_rate. As often, but not the same entries: keep where noise >= "
    "drop_rate. The scale is missing, too.",
    _masked(lambda noise, rate: 1.0 * (noise < 1 - rate)),
)
dropout_forward.mistake(
    "What is kept is scaled by 1 + drop_rate. The share that is kept is 1 − drop_rate: divide by it.",
    _masked(lambda noise, rate: (noise >= rate) * (1.0 + rate)),
)
dropout_forward.mistake(
    "What is kept is scaled by the root of 1/(1 − drop_rate). Leave the root out.",
    _masked(lambda noise, rate: (noise >= rate) / np.sqrt(1 - rate)),
)
dropout_forward.mistake(
    "The dropped are scaled as well: nothing is 0. The mask is 0 where noise < drop_rate.",
    _masked(lambda noise, rate: np.ones(np.shape(noise)) / (1 - rate)),
)
dropout_forward.mistake(
    "The noise itself is in the mask. It only decides: 0, or 1/(1 − drop_rate).",
    _masked(lambda noise, rate: (noise >= rate) * noise / (1 - rate)),
)
dropout_forward.mistake(
    "The mask is of truth values: 0 and 1/(1 − drop_rate) are asked for.",
    lambda x, noise, drop_rate: (x * (noise >= drop_rate) / (1 - drop_rate), noise >= drop_rate),
)


@dropout_forward.mistake("The output is scaled twice: the mask has the scale already, so out is x · mask.")
def _(x, noise, drop_rate):
    mask = (noise >= drop_rate) / (1 - drop_rate)
    return x * mask / (1 - drop_rate), mask


@dropout_forward.mistake("The mask is scaled, the output is not: out is x · mask, with the scale.")
def _(x, noise, drop_rate):
    mask = (noise >= drop_rate) / (1 - drop_rate)
    return x * (noise >= drop_rate), mask


@dropout_forward.mistake("Only the mask is returned. Return both: out, mask.")
def _(x, noise, drop_rate):
    return (noise >= drop_rate) / (1 - drop_rate)


@dropout_forward.mistake(
    "A plain number has no .shape. np.where(noise < drop_rate, 0, …) takes numbers and arrays."
)
def _(x, noise, drop_rate):
    mask = np.ones(x.shape)
    mask[noise < drop_rate] = 0
    return x * mask / (1 - drop_rate), mask / (1 - drop_rate)


dropout_forward.mistake(
    "The bound is 1 − drop_rate, as though drop_rate were kept: the mask is 0 where noise < drop_rate.",
    _masked(lambda noise, rate: np.where(noise < 1 - rate, 0, 1 / (1 - rate))),
)


@dropout_forward.mistake(
    "The mask has the dtype of x, so with integers its scale is cut to a whole number. "
    "np.where(noise < drop_rate, 0.0, …) makes floats."
)
def _(x, noise, drop_rate):
    mask = np.zeros(x.shape, dtype=x.dtype)
    mask[noise >= drop_rate] = 1 / (1 - drop_rate)
    return x * mask, mask


dropout_forward.mistake(
    "The bound is fixed at ½. Compare noise with drop_rate.",
    lambda x, noise, drop_rate: (x * (noise >= 0.5) / (1 - drop_rate), (noise >= 0.5) / (1 - drop_rate)),
)
dropout_forward.mistake(
    "Noise itself stands for the mask. The mask is 0 where noise < drop_rate, else 1/(1 − drop_rate).",
    lambda x, noise, drop_rate: (x * noise / (1 - drop_rate), noise / (1 - drop_rate)),
)


# ---- at test, where training did not scale ----

vanilla_dropout_at_test = Exercise(
    "vanilla_dropout_at_test",
    LESSON,
    reference.vanilla_dropout_at_test,
    hint="In training a neuron was there a share 1 − drop_rate of the time. Give that share of x.",
)


@vanilla_dropout_at_test.test("gives what training gave on average", points=2)
def _(rng):
    yield call(rng.normal(size=4).round(1) + 0.05, 0.2)
    yield call(rng.normal(size=(3, 4)), rng.uniform(0.55, 0.9))
    yield call(rng.normal(size=(2, 3, 2)), 0.25)


@vanilla_dropout_at_test.test("takes integers, single numbers, float32, nan, and rate 0", points=1)
def _(rng):
    yield call(rng.integers(1, 6, size=5), 0.3)
    yield call(np.array(3.0), 0.75)
    yield call(2.0, 0.25)
    yield call(3, 0.5)
    yield call(np.float64(round(rng.uniform(1, 3), 1)), np.float64(0.2))
    yield call(rng.normal(size=4).astype(np.float32), 0.4)
    yield call(rng.normal(size=4), 0.0)
    yield call(np.array([np.nan, round(rng.normal(), 1) + 0.05]), 0.5)


vanilla_dropout_at_test.mistake(
    "Nothing is scaled: every neuron now speaks at once, and the next layer hears too much. Multiply by "
    "1 − drop_rate.",
    lambda x, drop_rate: x,
)
vanilla_dropout_at_test.mistake(
    "This multiplies by the share that was dropped. The share that was there is 1 − drop_rate.",
    lambda x, drop_rate: x * drop_rate,
)
vanilla_dropout_at_test.mistake(
    "This divides: that is what inverted dropout does in training. Here the test is to be scaled down.",
    lambda x, drop_rate: x / (1 - drop_rate),
)
vanilla_dropout_at_test.mistake(
    "Neurons are dropped at test. There all of them take part, scaled.",
    lambda x, drop_rate: x * (np.random.default_rng(0).random(np.shape(x)) >= drop_rate),
)
vanilla_dropout_at_test.mistake(
    "1 − drop_rate · x is not (1 − drop_rate) · x: mind the brackets.",
    lambda x, drop_rate: 1 - drop_rate * x,
)


@vanilla_dropout_at_test.mistake(
    "This writes into the caller's array, as `x *= …` does. `x * (1 - drop_rate)` makes a new one."
)
def _(x, drop_rate):
    x *= 1 - drop_rate
    return x


vanilla_dropout_at_test.mistake(
    "This divides by drop_rate. Multiply by the share that was there, 1 − drop_rate.",
    lambda x, drop_rate: x / (drop_rate or 0.5),
)
vanilla_dropout_at_test.mistake(
    "The root is too much: the mean of what came through is (1 − drop_rate) · x.",
    lambda x, drop_rate: x * np.sqrt(1 - drop_rate),
)
vanilla_dropout_at_test.mistake(
    "The share is squared. It comes once: (1 − drop_rate) · x.", lambda x, drop_rate: x * (1 - drop_rate) ** 2
)
vanilla_dropout_at_test.mistake(
    "drop_rate is taken off x. It is a share: (1 − drop_rate) · x.", lambda x, drop_rate: x - drop_rate
)
vanilla_dropout_at_test.mistake(
    "This is 1 + drop_rate times x. Training let a share 1 − drop_rate through.",
    lambda x, drop_rate: x * (1 + drop_rate),
)
vanilla_dropout_at_test.mistake(
    "Everything is halved, whatever the rate. Multiply by 1 − drop_rate.", lambda x, drop_rate: x * 0.5
)
vanilla_dropout_at_test.mistake(
    "The mean over the neurons is returned. Each of them is scaled by itself.",
    lambda x, drop_rate: np.mean(x) * (1 - drop_rate),
)
vanilla_dropout_at_test.mistake(
    "The sign is flipped: (1 − drop_rate) · x, not (drop_rate − 1) · x.",
    lambda x, drop_rate: x * (drop_rate - 1),
)


@vanilla_dropout_at_test.mistake(
    "A copy of integers holds integers, and a plain number has no .copy(). x * (1 - drop_rate) takes them "
    "all."
)
def _(x, drop_rate):
    out = x.copy()
    out *= 1 - drop_rate
    return out


vanilla_dropout_at_test.mistake(
    "The result is rounded. Multiply by 1 − drop_rate, and no more.",
    lambda x, drop_rate: np.round(x * (1 - drop_rate)),
)


# ---- backwards ----

dropout_backward = Exercise(
    "dropout_backward",
    LESSON,
    reference.dropout_backward,
    hint="out = x · mask, entry by entry, so ∂out/∂x = mask.",
)


def _mask(rng, shape, rate):
    return np.where(rng.random(shape) < rate, 0, 1 / (1 - rate))


@dropout_backward.test("multiplies by the mask of the way forwards, scale and all", points=2)
def _(rng):
    yield call(rng.normal(size=4).round(1) + 0.05, rng.permutation([0.0, 2.0, 2.0, 0.0]))
    yield call(rng.normal(size=(3, 4)), _mask(rng, (3, 4), 0.2))
    yield call(rng.normal(size=(2, 3, 4)), _mask(rng, (2, 3, 4), rng.uniform(0.1, 0.9)))


@dropout_backward.test("takes integers, single numbers, float32, and a mask that drops nothing", points=1)
def _(rng):
    yield call(rng.integers(1, 6, size=4), np.array([0.0, 1.25, 1.25, 1.25]))
    yield call(rng.integers(1, 6, size=(2, 2)), np.array([[0.0, 1.25], [1.25, 1.25]]))
    yield call(np.array(3.0), np.array(4.0))
    yield call(rng.normal(size=5).astype(np.float32), np.float32([0, 2, 2, 0, 2]))
    yield call(rng.normal(size=(2, 3)).astype(np.float32), np.float32([[0, 2, 2], [2, 0, 2]]))
    yield call(rng.normal(size=5), np.ones(5))


dropout_backward.mistake(
    "The gradient goes back through dropped neurons too. They said nothing: multiply by the mask.",
    lambda upstream, mask: upstream,
)
dropout_backward.mistake(
    "The scale is lost. Kept neurons were multiplied by 1/(1 − rate); so is their gradient.",
    lambda upstream, mask: upstream * (mask > 0),
)
dropout_backward.mistake(
    "Dividing by the mask gives 0/0 or ∞ where a neuron was dropped. Multiply.",
    lambda upstream, mask: upstream / mask,
)
dropout_backward.mistake(
    "This lets the gradient through where neurons were dropped. 0 in the mask means none of it.",
    lambda upstream, mask: upstream * (mask == 0),
)
dropout_backward.mistake(
    "The mask is multiplied in twice. The derivative of x · mask is mask.",
    lambda upstream, mask: upstream * mask * mask,
)
dropout_backward.mistake(
    "The entries are summed. Each neuron has a gradient of its own.",
    lambda upstream, mask: float(np.sum(upstream * mask)),
)


@dropout_backward.mistake(
    "This writes into the caller's array, as `upstream *= mask` does. `upstream * mask` makes a new one."
)
def _(upstream, mask):
    upstream *= mask
    return upstream


dropout_backward.mistake(
    "The mask is taken off, upstream · (1 − mask). Multiply by the mask itself.",
    lambda upstream, mask: upstream * (1 - mask),
)
dropout_backward.mistake(
    "This is the mask alone. Multiply it by upstream.", lambda upstream, mask: 1.0 * mask
)
dropout_backward.mistake("The mask is added. Multiply by it.", lambda upstream, mask: upstream + mask)
dropout_backward.mistake(
    "The scale is divided out where it should be multiplied: kept neurons get upstream · mask.",
    lambda upstream, mask: np.where(mask > 0, upstream / np.maximum(mask, 1), 0.0),
)
dropout_backward.mistake(
    "The sign is flipped: the gradient is upstream · mask.", lambda upstream, mask: -upstream * mask
)
dropout_backward.mistake(
    "The mask is cut to whole numbers, and its scale with it. Leave it as it is.",
    lambda upstream, mask: upstream * np.asarray(mask).astype(int),
)
dropout_backward.mistake(
    "This is the mean of the entries. Each neuron has a gradient of its own.",
    lambda upstream, mask: float(np.mean(upstream * mask)),
)


dropout_backward.mistake(
    "Only the entries that were kept are returned. The gradient has the shape of x, with 0 elsewhere.",
    lambda upstream, mask: upstream[mask > 0],
)


# ---- a whole layer ----

dropout_layer_gradients = Exercise(
    "dropout_layer_gradients",
    LESSON,
    reference.dropout_layer_gradients,
    hint="Forwards: z = x @ weights + bias; dropout_forward of max(0, z) gives out and the mask. "
    "Back along the way you came: dz is upstream times the mask, times [z > 0]; then "
    "dx = dz @ weights.T, dweights = x.T @ dz, and dbias is dz.sum(axis=0).",
    parts=("out", "dx", "dweights", "dbias"),
    builds_on=(dropout_forward, dropout_backward),
)


def _layer(rng, n, d, m, rate, draw=None):
    """The six arguments, of quarters where no other numbers are asked for; some units are kept, some not."""
    draw = draw or (lambda shape: rng.integers(-5, 6, size=shape) / 4 + 0.125)
    x, weights, bias, upstream = (draw(shape) for shape in ((n, d), (d, m), (m,), (n, m)))
    noise = (rng.permutation(n * m).reshape(n, m) + 0.5) / (n * m)
    return x, weights, bias, noise.round(3), rate, upstream


def _plain_layer(rng):
    """Two examples, three units: each unit speaks and is kept for one of them, and not for the other."""
    x, weights = np.array([[1.0, 2.0], [-1.0, 0.5]]), np.array([[1.0, -0.5, 0.25], [0.5, 1.0, 2.0]])
    bias, noise = np.array([0.25, 0.5, -0.5]), np.array([[0.9, 0.1, 0.6], [0.3, 0.8, 0.7]])
    return (
        x,
        weights,
        bias,
        noise,
        0.5,
        rng.permutation(np.array([3.0, 1.0, -2.0, 4.0, -1.0, 2.0])).reshape(2, 3),
    )


@dropout_layer_gradients.test("gives the output and the gradients of input, weights and bias", points=2)
def _(rng):
    yield call(*_plain_layer(rng))
    yield call(*_layer(rng, 4, 3, 4, 0.5))
    yield call(*_layer(rng, 6, 3, 5, 0.2))
    yield call(*_layer(rng, 6, 4, 4, 0.75, lambda shape: rng.normal(size=shape)))


@dropout_layer_gradients.test(
    "takes one example, rate 0, integers, float32, and sums of 0, whose slope is 0", points=1
)
def _(rng):
    yield call(*_layer(rng, 1, 3, 4, 0.5))
    yield call(*_layer(rng, 3, 2, 4, 0.0))
    yield call(*_layer(rng, 4, 2, 3, 0.4, lambda shape: rng.integers(-3, 4, size=shape)))
    x, weights, bias, noise, rate, upstream = _layer(rng, 4, 2, 3, 0.25)
    single = (each.astype(np.float32) for each in (x, weights, bias, noise))
    yield call(*single, rate, upstream.astype(np.float32))
    weights[:, 1], bias[1] = 0.0, 0.0
    yield call(x, weights, bias, noise, rate, upstream)


def _layer_with(
    forward=lambda z, mask: np.maximum(z, 0) * mask,
    back=lambda upstream, z, mask, rate: upstream * mask * (z > 0),
    mask_of=lambda noise, rate: (noise >= rate) / (1 - rate),
    result=lambda x, weights, dz, mask: (dz @ weights.T, x.T @ dz, dz.sum(axis=0)),
):
    """An answer as it should be, but for a part."""

    def answer(x, weights, bias, noise, drop_rate, upstream):
        z, mask = x @ weights + bias, mask_of(noise, drop_rate)
        dz = back(upstream, z, mask, drop_rate)
        return forward(z, mask), *result(x, weights, dz, mask)

    return answer


for _sentence, _parts in (
    (
        "The mask is missing on the way back: a unit that was dropped said nothing, and gets no gradient.",
        dict(back=lambda upstream, z, mask, rate: upstream * (z > 0)),
    ),
    (
        "On the way back the mask has lost its scale: units that were kept were multiplied by "
        "1/(1 − drop_rate), and so is their gradient.",
        dict(back=lambda upstream, z, mask, rate: upstream * (mask > 0) * (z > 0)),
    ),
    (
        "The slope of the ReLU is missing: where z is not above 0, nothing goes back.",
        dict(back=lambda upstream, z, mask, rate: upstream * mask),
    ),
    (
        "Neither mask nor slope: upstream is the gradient of the output. Times the mask and times [z > 0], "
        "it is that of z.",
        dict(back=lambda upstream, z, mask, rate: upstream),
    ),
    (
        "The gradient is multiplied by what the ReLU says. Its slope is 1 or 0: z > 0.",
        dict(back=lambda upstream, z, mask, rate: upstream * mask * np.maximum(z, 0)),
    ),
    (
        "At z = 0 the slope is 0: take z > 0, not z >= 0.",
        dict(back=lambda upstream, z, mask, rate: upstream * mask * (z >= 0)),
    ),
    (
        "The mask is multiplied in twice on the way back, and its scale with it: once is enough.",
        dict(back=lambda upstream, z, mask, rate: upstream * mask * mask * (z > 0)),
    ),
    (
        "The ReLU is missing on the way forward: out is max(0, z) times the mask.",
        dict(forward=lambda z, mask: z * mask),
    ),
    (
        "There is no ReLU, neither on the way forward nor back: h is max(0, z).",
        dict(forward=lambda z, mask: z * mask, back=lambda upstream, z, mask, rate: upstream * mask),
    ),
    (
        "The ReLU is turned over, forwards and back: what is above 0 passes, and what is below does not.",
        dict(
            forward=lambda z, mask: np.minimum(z, 0) * mask,
            back=lambda upstream, z, mask, rate: upstream * mask * (z < 0),
        ),
    ),
    (
        "The slope is turned over on the way back: it is 1 where z > 0, and 0 where z is below.",
        dict(back=lambda upstream, z, mask, rate: upstream * mask * (z < 0)),
    ),
    (
        "Nothing is dropped on the way forward: out is max(0, z) times the mask.",
        dict(forward=lambda z, mask: np.maximum(z, 0)),
    ),
    (
        "Nothing is dropped, neither on the way forward nor back: this is the layer as it is at test.",
        dict(mask_of=lambda noise, rate: np.ones(noise.shape)),
    ),
    (
        "The mask has no scale, neither on the way forward nor back: what is kept is multiplied by "
        "1/(1 − drop_rate).",
        dict(mask_of=lambda noise, rate: 1.0 * (noise >= rate)),
    ),
    (
        "Dropped and kept are swapped: the mask is 0 where noise < drop_rate.",
        dict(mask_of=lambda noise, rate: (noise < rate) / (1 - rate)),
    ),
    (
        "What is kept is divided by drop_rate. The share that is kept is 1 − drop_rate.",
        dict(mask_of=lambda noise, rate: (noise >= rate) / (rate or 1.0)),
    ),
    (
        "dbias is the mean over the examples. It is their sum: how the loss averages is in upstream already.",
        dict(result=lambda x, weights, dz, mask: (dz @ weights.T, x.T @ dz, dz.mean(axis=0))),
    ),
    (
        "dbias has a row an example. The bias is one for all of them: add up over axis 0.",
        dict(result=lambda x, weights, dz, mask: (dz @ weights.T, x.T @ dz, dz)),
    ),
    (
        "dweights is divided by the number of examples. It is their sum, x.T @ dz.",
        dict(result=lambda x, weights, dz, mask: (dz @ weights.T, x.T @ dz / len(x), dz.sum(axis=0))),
    ),
    (
        "dweights is turned over: dz.T @ x has the shape (k, d). It is x.T @ dz.",
        dict(result=lambda x, weights, dz, mask: (dz @ weights.T, dz.T @ x, dz.sum(axis=0))),
    ),
    (
        "dx and dweights have changed places: return out, dx, dweights, dbias.",
        dict(result=lambda x, weights, dz, mask: (x.T @ dz, dz @ weights.T, dz.sum(axis=0))),
    ),
):
    dropout_layer_gradients.mistake(_sentence, _layer_with(**_parts))


@dropout_layer_gradients.mistake(
    "The weights' gradient is taken at upstream. It starts from dz: upstream times the mask times [z > 0]."
)
def _(x, weights, bias, noise, drop_rate, upstream):
    out, dx, _, dbias = _layer_with()(x, weights, bias, noise, drop_rate, upstream)
    return out, dx, x.T @ upstream, dbias


@dropout_layer_gradients.mistake("The output is missing: return out, dx, dweights, dbias.")
def _(x, weights, bias, noise, drop_rate, upstream):
    return _layer_with()(x, weights, bias, noise, drop_rate, upstream)[1:]


@dropout_layer_gradients.mistake(
    "The bias is added to the output. It belongs before the ReLU and the mask: z = x @ weights + bias."
)
def _(x, weights, bias, noise, drop_rate, upstream):
    out, *gradients = _layer_with()(x, weights, 0 * bias, noise, drop_rate, upstream)
    return out + bias, *gradients


@dropout_layer_gradients.mistake(
    "The bias is added behind the ReLU. Add it before: out is max(0, x @ weights + bias) times the mask."
)
def _(x, weights, bias, noise, drop_rate, upstream):
    mask = (noise >= drop_rate) / (1 - drop_rate)
    out, *gradients = _layer_with()(x, weights, 0 * bias, noise, drop_rate, upstream)
    return out + bias * mask, *gradients


@dropout_layer_gradients.mistake("The bias is missing on the way forward: z = x @ weights + bias.")
def _(x, weights, bias, noise, drop_rate, upstream):
    return _layer_with()(x, weights, 0 * bias, noise, drop_rate, upstream)


@dropout_layer_gradients.mistake(
    "This writes into the caller's upstream, as `upstream *= mask` does. `upstream * mask` makes a new one."
)
def _(x, weights, bias, noise, drop_rate, upstream):
    upstream *= (noise >= drop_rate) / (1 - drop_rate)
    return _layer_with(back=lambda upstream, z, mask, rate: upstream * (z > 0))(
        x, weights, bias, noise, drop_rate, upstream
    )


QUIZ = (
    Question(
        "With inverted dropout, what has to be done at test?",
        a=right("Nothing.", "The scale 1/(1 − rate) was applied in training, so expectations match already."),
        b=wrong("Multiply by 1 − rate.", "That belongs to the form that did *not* scale in training."),
        c=wrong("Drop neurons as in training.", "Then the same input would get another answer each time."),
    ),
    Question(
        "A layer with inverted dropout drops 80 % of its neurons. By what are the survivors multiplied?",
        a=wrong("0.8", "Multiplying by less than 1 would shrink what is left even further."),
        b=wrong("1.25", "That is 1/0.8, one over the share that is dropped."),
        c=right("5", "1/(1 − 0.8): one in five is left, so it speaks for five."),
    ),
    Question(
        "How many thinned networks does one hidden layer of 100 neurons contain?",
        a=wrong("100", "That would be one for each neuron left out alone."),
        b=right("2¹⁰⁰", "Each neuron is there or not, independently."),
        c=wrong(
            "100²", "With 101 neurons that would be a few more. In truth each neuron doubles the number."
        ),
    ),
    Question(
        "The training loss that `fit` reports with dropout is higher than the validation loss. A bug?",
        a=wrong("Yes: training is always easier.", "Not here. The two are measured on different networks."),
        b=right(
            "Not by itself: it is measured with neurons missing, the validation loss with all of them.",
            "Evaluate the training set without dropout before you compare the two.",
        ),
        c=wrong("Yes: the mask is wrong.", "A right mask does just this."),
    ),
    Question(
        "Your network is too small: its training loss is high. What will more dropout, to the end, do?",
        a=wrong(
            "It helps: so it did with the wrong labels.",
            "There it worked against overfitting, which this is not.",
        ),
        b=wrong("Nothing.", "It adds noise to what the neurons say, and so to the gradients."),
        c=right(
            "It makes that worse.", "As with the eight units of section 5: dropout is a brake on fitting."
        ),
    ),
)


# ---- the formulas: a wrong answer is compared with what a change to one gives ----


@dropout_forward.formula
def _(x, noise, drop_rate):
    mask = (noise >= drop_rate) / (1 - drop_rate)
    return x * mask, mask


@dropout_backward.formula
def _(upstream, mask):
    return upstream * mask


@vanilla_dropout_at_test.formula
def _(x, drop_rate):
    return x * (1 - drop_rate)


@dropout_layer_gradients.formula
def _(x, weights, bias, noise, drop_rate, upstream):
    z = x @ weights + bias
    mask = (noise >= drop_rate) / (1 - drop_rate)
    dz = upstream * mask * (z > 0)
    return np.maximum(z, 0) * mask, dz @ weights.T, x.T @ dz, dz.sum(axis=0)
