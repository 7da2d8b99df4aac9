"""Lesson 06: a step, the batches of an epoch, how many they are, all of stochastic descent, and clipping."""

import numpy as np

from dlcourse import optimizers, training
from dlcourse.exercises.engine.exercise import Exercise, call
from dlcourse.exercises.engine.question import Question, right, wrong

LESSON = "06_gradient_descent"


# ---- one step ----

gradient_descent_step = Exercise(
    "gradient_descent_step",
    LESSON,
    optimizers.gradient_descent_step,
    hint="params - learning_rate * grad, as a new array.",
)


@gradient_descent_step.test("goes against the gradient, the learning rate times as far", points=1)
def _(rng):
    yield call(rng.normal(size=3).round(1), rng.normal(size=3).round(1) + 0.05, 0.1)
    yield call(rng.normal(size=(2, 4)), rng.normal(size=(2, 4)), rng.uniform(0.01, 0.9))
    yield call(np.array([2.5, -3.0]), np.array([1.75, -4.0]), 0.25)


@gradient_descent_step.test("takes single numbers, integers, float32, and a gradient of 0", points=1)
def _(rng):
    yield call(np.array(rng.normal()), np.array(rng.normal()), 0.5)
    yield call(rng.integers(-5, 6, size=4), rng.integers(1, 6, size=4), 0.3)
    yield call(*(rng.normal(size=3).astype(np.float32) for _ in range(2)), 0.1)
    yield call(rng.normal(size=3), np.zeros(3), 0.1)
    yield call(1.5, -2.0, 0.25)
    yield call(3, 2, 0.5)
    yield call(np.float64(round(rng.uniform(1, 3), 1)), np.float64(0.5), 0.1)
    yield call(rng.normal(size=3), rng.normal(size=3), np.float64(0.2))


gradient_descent_step.mistake(
    "This goes *up*. Take the step off: params − learning_rate · grad.",
    lambda params, grad, learning_rate: params + learning_rate * grad,
)
gradient_descent_step.mistake(
    "The learning rate is missing.", lambda params, grad, learning_rate: params - grad
)
gradient_descent_step.mistake(
    "This is the step alone. Take it off the params.",
    lambda params, grad, learning_rate: -learning_rate * grad,
)
gradient_descent_step.mistake(
    "The gradient is divided by the learning rate. Multiply.",
    lambda params, grad, learning_rate: params - grad / learning_rate,
)
gradient_descent_step.mistake(
    "The params are scaled down too: the learning rate multiplies the gradient alone.",
    lambda params, grad, learning_rate: learning_rate * (params - grad),
)
gradient_descent_step.mistake(
    "The gradient is brought to length 1. A steep slope should give a long step.",
    lambda params, grad, learning_rate: params - learning_rate * grad / (np.linalg.norm(grad) + 1e-12),
)


@gradient_descent_step.mistake(
    "This writes into the caller's array, as `params -= …` does. `params - …` makes a new one."
)
def _(params, grad, learning_rate):
    params -= learning_rate * grad
    return params


gradient_descent_step.mistake(
    "Only the sign of the gradient is used. A steep slope should give a long step: multiply by grad itself.",
    lambda params, grad, learning_rate: params - learning_rate * np.sign(grad),
)
gradient_descent_step.mistake(
    "The gradient is squared, and its sign lost. Multiply the rate by grad itself.",
    lambda params, grad, learning_rate: params - learning_rate * np.square(grad),
)
gradient_descent_step.mistake(
    "The step is multiplied by the params: params · (1 − learning_rate · grad). Take learning_rate · grad "
    "off them.",
    lambda params, grad, learning_rate: params * (1 - learning_rate * grad),
)
gradient_descent_step.mistake(
    "The rate shrinks the params, and the gradient comes in full: params − learning_rate · grad.",
    lambda params, grad, learning_rate: learning_rate * params - grad,
)
gradient_descent_step.mistake(
    "The learning rate is taken off as well. It multiplies the gradient: params − learning_rate · grad.",
    lambda params, grad, learning_rate: params - learning_rate - grad,
)
gradient_descent_step.mistake(
    "The step is divided by the number of params. grad is what it is: params − learning_rate · grad.",
    lambda params, grad, learning_rate: params - learning_rate * grad / np.size(params),
)
gradient_descent_step.mistake(
    "All params make the same step, that of the mean slope. Each has its own entry of grad.",
    lambda params, grad, learning_rate: params - learning_rate * np.mean(grad),
)
gradient_descent_step.mistake(
    "The difference is the wrong way round: learning_rate · grad − params.",
    lambda params, grad, learning_rate: learning_rate * grad - params,
)
gradient_descent_step.mistake(
    "The params come back as they were.", lambda params, grad, learning_rate: 1.0 * params
)
gradient_descent_step.mistake(
    "Two things are returned. The new params alone are asked for.",
    lambda params, grad, learning_rate: (params - learning_rate * grad, grad),
)


@gradient_descent_step.mistake(
    "A copy of integers holds integers, and a plain number has no .copy(). params - learning_rate * grad "
    "makes a new array."
)
def _(params, grad, learning_rate):
    new = params.copy()
    new -= learning_rate * grad
    return new


gradient_descent_step.mistake(
    "Weight decay is put in: the params are shrunk by the rate as well. params − learning_rate · grad.",
    lambda params, grad, learning_rate: params * (1 - learning_rate) - learning_rate * grad,
)
gradient_descent_step.mistake(
    "The params are cut off at ±1 after the step. They are kept as they are.",
    lambda params, grad, learning_rate: np.clip(params - learning_rate * grad, -1, 1),
)
gradient_descent_step.mistake(
    "The gradient is cut off at ±1 before the step. It is taken as it is.",
    lambda params, grad, learning_rate: params - learning_rate * np.clip(grad, -1, 1),
)
gradient_descent_step.mistake(
    "The gradient is averaged over its first axis. Each of the params has its own entry of grad.",
    lambda params, grad, learning_rate: params - learning_rate * np.mean(np.atleast_1d(grad), axis=0),
)
gradient_descent_step.mistake(
    "The learning rate itself is taken off, and the gradient is not used.",
    lambda params, grad, learning_rate: params - learning_rate,
)


# ---- batches ----

minibatches = Exercise(
    "minibatches",
    LESSON,
    training.minibatches,
    hint="order[i : i + batch_size] for i in range(0, len(order), batch_size). A slice may run past the end.",
)


@minibatches.test("cuts the order into pieces of batch_size", points=1)
def _(rng):
    yield call(rng.permutation(6), 2).integers()
    yield call(rng.permutation(20), int(rng.choice([4, 5, 10]))).integers()


@minibatches.test("keeps what is left over as a short batch; takes batches of 1 and of all", points=1)
def _(rng):
    yield call(rng.permutation(5), 2)
    yield call(rng.permutation(23), int(rng.integers(4, 9)))
    yield call(rng.permutation(4), 1)
    yield call(rng.permutation(4), 4)
    yield call(rng.permutation(4), 7)
    yield call(np.append(rng.choice(90, size=8), [7, 7]), 3)


def _cut(order, size):
    return [order[i : i + size] for i in range(0, len(order), size)]


minibatches.mistake(
    "The short batch at the end is thrown away. Its examples count as well.",
    lambda order, batch_size: [batch for batch in _cut(order, batch_size) if len(batch) == batch_size],
)
minibatches.mistake(
    "There are batch_size *pieces*. Batches of batch_size *examples* are asked for.",
    lambda order, batch_size: np.array_split(order, batch_size),
)
minibatches.mistake(
    "The indices are sorted again: keep the order you were given.",
    lambda order, batch_size: _cut(np.sort(order), batch_size),
)
minibatches.mistake(
    "These are positions 0, 1, 2 …, not what stands there: slice `order`.",
    lambda order, batch_size: _cut(np.arange(len(order)), batch_size),
)
minibatches.mistake(
    "The batches overlap: go on by batch_size, not by 1.",
    lambda order, batch_size: [order[i : i + batch_size] for i in range(len(order))],
)
minibatches.mistake(
    "The last batch is filled up with examples from the start, which are then seen twice.",
    lambda order, batch_size: _cut(np.resize(order, -(-len(order) // batch_size) * batch_size), batch_size),
)
minibatches.mistake(
    "There is an empty batch at the end. Stop the range at len(order).",
    lambda order, batch_size: [
        order[i : i + batch_size] for i in range(0, len(order) + batch_size, batch_size)
    ],
)

minibatches.mistake(
    "The batches are of nearly equal size. All but the last have batch_size examples.",
    lambda order, batch_size: np.array_split(order, -(-len(order) // batch_size)),
)
minibatches.mistake(
    "There is an empty batch at the end where batch_size divides the number of examples. Stop the range at "
    "len(order).",
    lambda order, batch_size: [
        order[i * batch_size : (i + 1) * batch_size] for i in range(len(order) // batch_size + 1)
    ],
)
minibatches.mistake(
    "Each batch is one short: a slice stops *before* its end, so leave out the − 1.",
    lambda order, batch_size: [order[i : i + batch_size - 1] for i in range(0, len(order), batch_size)],
)
minibatches.mistake(
    "Each batch has the first example of the next as well: a slice stops before its end, so leave out the + "
    "1.",
    lambda order, batch_size: [order[i : i + batch_size + 1] for i in range(0, len(order), batch_size)],
)
minibatches.mistake(
    "Only the first batch is returned, as if `return` stood inside the loop. Collect all of them in a list.",
    lambda order, batch_size: order[:batch_size],
)
minibatches.mistake(
    "What is left over is joined to the batch before. It makes a short batch of its own.",
    lambda order, batch_size: _joined(order, batch_size),
)
minibatches.mistake(
    "The batches come last one first. Keep the order you were given.",
    lambda order, batch_size: _cut(order, batch_size)[::-1],
)
minibatches.mistake(
    "The indices of a batch are taken some places apart. A batch is the next batch_size indices in a row.",
    lambda order, batch_size: [
        order[i :: -(-len(order) // batch_size)] for i in range(-(-len(order) // batch_size))
    ],
)
minibatches.mistake(
    "These are the places where batches begin. The batches themselves are asked for: order[i : i + "
    "batch_size].",
    lambda order, batch_size: list(range(0, len(order), batch_size)),
)
minibatches.mistake(
    "`yield` makes a generator. A list of arrays is asked for.",
    lambda order, batch_size: (batch for batch in _cut(order, batch_size)),
)
minibatches.mistake(
    "Indices that come twice are lost: a set keeps one of each. Slice the array.",
    lambda order, batch_size: _cut(np.array(list(dict.fromkeys(order.tolist()))), batch_size),
)


minibatches.mistake(
    "np.array_split makes batches of nearly equal size, as many as fit. All but the last have batch_size.",
    lambda order, batch_size: np.array_split(order, max(len(order) // batch_size, 1)),
)
minibatches.mistake(
    "The last batch is missing, be it short or not: let the range go on to len(order).",
    lambda order, batch_size: [
        order[i : i + batch_size] for i in range(0, len(order) - batch_size, batch_size)
    ],
)
minibatches.mistake(
    "The slice ends at batch_size each time: order[i : i + batch_size].",
    lambda order, batch_size: [order[i:batch_size] for i in range(0, len(order), batch_size)],
)
minibatches.mistake(
    "Batch i begins at i. It begins at i · batch_size: range(0, len(order), batch_size).",
    lambda order, batch_size: [order[i : i + batch_size] for i in range(-(-len(order) // batch_size))],
)
minibatches.mistake(
    "Batch i begins at i, and there are as many as fit whole. It begins at i · batch_size.",
    lambda order, batch_size: [order[i : i + batch_size] for i in range(len(order) // batch_size)],
)


@minibatches.mistake("The index that comes when a batch is full is lost: begin the next batch with it.")
def _(order, batch_size):
    batches: list[np.ndarray] = []
    batch: list[int] = []
    for index in order:
        if len(batch) == batch_size:
            batches.append(np.array(batch))
            batch = []
        else:
            batch.append(index)
    return [*batches, np.array(batch)]


@minibatches.mistake(
    "A last batch is added to those that the slices make already, and where nothing is left over it is all "
    "of them: order[-0:] is order."
)
def _(order, batch_size):
    return [*_cut(order, batch_size), order[-(len(order) % batch_size) :]]


def _joined(order, batch_size):
    *full, last = _cut(order, batch_size)
    return [*full, last] if len(last) == batch_size or not full else [*full[:-1], np.append(full[-1], last)]


# ---- how many ----

updates_per_epoch = Exercise(
    "updates_per_epoch",
    LESSON,
    training.updates_per_epoch,
    hint="Rounded *up*, as a whole number: math.ceil(n / b), or -(-n // b).",
    builds_on=(minibatches,),
)


@updates_per_epoch.test("counts the batches of an epoch, the short one too", points=1)
def _(rng):
    size, full = int(rng.integers(10, 40)), int(rng.integers(2, 9))
    yield call(size * full + int(rng.integers(1, 4)), size).integers()
    yield call(size * full + size - int(rng.integers(1, 4)), size).integers()
    yield call(1000 + int(rng.integers(1, 20)), 50).integers()


@updates_per_epoch.test("is exact where the batch size divides; 1 for one large batch", points=1)
def _(rng):
    size = int(rng.integers(2, 40))
    yield call(size * int(rng.integers(2, 30)), size).integers()
    yield call(int(rng.integers(2, 500)), 1).integers()
    yield call(size + 20, size + 20 + int(rng.integers(1, 9))).integers()
    yield call(size, size).integers()


updates_per_epoch.mistake(
    "This rounds down, and forgets the short batch at the end.",
    lambda num_examples, batch_size: num_examples // batch_size,
)
updates_per_epoch.mistake(
    "One too many where the batch size divides the number of examples: round up, do not add 1.",
    lambda num_examples, batch_size: num_examples // batch_size + 1,
)
updates_per_epoch.mistake(
    "This goes to the nearest whole number. Round up: math.ceil.",
    lambda num_examples, batch_size: round(num_examples / batch_size),
)
updates_per_epoch.mistake(
    "This is a fraction. Updates are whole: round up.",
    lambda num_examples, batch_size: num_examples / batch_size,
)
updates_per_epoch.mistake(
    "This is a float. A whole number is asked for: math.ceil, or int(…).",
    lambda num_examples, batch_size: float(np.ceil(num_examples / batch_size)),
)
updates_per_epoch.mistake(
    "This is the number of examples. A batch of them makes one update.",
    lambda num_examples, batch_size: num_examples,
)

updates_per_epoch.mistake(
    "This is how many examples are left over. The number of batches is n / b, rounded up.",
    lambda num_examples, batch_size: num_examples % batch_size,
)
updates_per_epoch.mistake(
    "The division is upside down: how many batches go into the examples, n / b.",
    lambda num_examples, batch_size: -(-batch_size // num_examples),
)
updates_per_epoch.mistake(
    "Each example that is left over counts as an update. Together they make one batch.",
    lambda num_examples, batch_size: num_examples // batch_size + num_examples % batch_size,
)
updates_per_epoch.mistake(
    "This counts windows that overlap. Batches follow one another: n / b, rounded up.",
    lambda num_examples, batch_size: max(num_examples - batch_size + 1, 1),
)
updates_per_epoch.mistake(
    "This rounds down, but never below 1. The short batch at the end counts: round up.",
    lambda num_examples, batch_size: max(num_examples // batch_size, 1),
)
updates_per_epoch.mistake(
    "Examples and batch size are multiplied. Divide, and round up.",
    lambda num_examples, batch_size: num_examples * batch_size,
)
updates_per_epoch.mistake(
    "One too many: n / b is rounded up, and then 1 is added.",
    lambda num_examples, batch_size: -(-num_examples // batch_size) + 1,
)
updates_per_epoch.mistake(
    "This is a list, one number a batch. How many they are is asked for.",
    lambda num_examples, batch_size: list(range(0, num_examples, batch_size)),
)


updates_per_epoch.mistake(
    "One too few: the last batch is not counted. Round n / b up: -(-n // b), or 1 + (n − 1) // b.",
    lambda num_examples, batch_size: (num_examples - 1) // batch_size,
)


# ---- all of it ----

minibatch_gradient_descent = Exercise(
    "minibatch_gradient_descent",
    LESSON,
    training.minibatch_gradient_descent,
    hint="For each batch of each order: params = params − learning_rate · gradient(params, data[batch]).",
    builds_on=(gradient_descent_step, minibatches),
)


def params_minus_mean(params, batch):
    """Of the mean of ½(params − x)² over the batch."""
    return params - batch.mean(axis=0)


def params_minus_weighted_mean(params, batch):
    """Not the same for a batch in another order."""
    return params - np.average(batch, axis=0, weights=1 / np.arange(1, len(batch) + 1))


def tanh_times_mean(params, batch):
    return np.tanh(params) * batch.mean(axis=0) + 0.3 * params


def _orders(rng, epochs, n):
    return np.array([rng.permutation(n) for _ in range(epochs)])


@minibatch_gradient_descent.test("makes an update for each batch, the params going along", points=2)
def _(rng):
    data = rng.normal(size=4).round(1)
    yield call(params_minus_mean, np.array([0.0]), data[:, None], _orders(rng, 1, 4), 2, 0.5)
    yield call(
        params_minus_weighted_mean, rng.normal(size=2), rng.normal(size=(6, 2)), _orders(rng, 2, 6), 3, 0.1
    )
    yield call(tanh_times_mean, rng.normal(size=2), rng.normal(size=(5, 2)), _orders(rng, 2, 5), 1, 0.2)


@minibatch_gradient_descent.test(
    "takes a short last batch, all in one, a list of orders, single numbers", points=1
)
def _(rng):
    yield call(params_minus_mean, rng.normal(size=2), rng.normal(size=(5, 2)), _orders(rng, 2, 5), 2, 0.3)
    yield call(
        params_minus_weighted_mean, rng.normal(size=3), rng.normal(size=(4, 3)), _orders(rng, 3, 4), 9, 0.3
    )
    yield call(params_minus_mean, np.array(0.0), rng.normal(size=5), [_orders(rng, 1, 5)[0]], 2, 0.5)
    yield call(params_minus_mean, rng.normal(size=1), rng.normal(size=(3, 1)), np.zeros((0, 3), int), 2, 0.5)


def _descended(
    sign=-1, batches=_cut, epochs=lambda orders: orders, at=None, scale=lambda batch: 1.0, take=None
):
    """A wrong answer with one fault."""

    def answer(gradient, params, data, orders, batch_size, learning_rate):
        start = params = np.array(params, float)
        for order in epochs(orders):
            for batch in batches(np.asarray(order), batch_size):
                chosen = data[batch] if take is None else take(data, batch)
                slope = gradient(params if at is None else start, chosen)
                params = params + sign * learning_rate * slope * scale(batch)
        return params

    return answer


minibatch_gradient_descent.mistake("This climbs: take the step off.", _descended(sign=1))
minibatch_gradient_descent.mistake(
    "Every update looks at all of the data. Give gradient only data[batch].",
    _descended(take=lambda data, batch: data),
)
minibatch_gradient_descent.mistake(
    "Only the first row of orders is used, as if `return` stood inside the loop: one pass for each of them.",
    _descended(epochs=lambda orders: orders[:1]),
)
minibatch_gradient_descent.mistake(
    "The order is ignored: batches are data[order[i : i + batch_size]], not data[i : i + batch_size].",
    _descended(batches=lambda order, size: _cut(np.arange(len(order)), size)),
)
minibatch_gradient_descent.mistake(
    "The short batch at the end of an epoch is left out.",
    _descended(batches=lambda order, size: [batch for batch in _cut(order, size) if len(batch) == size]),
)
minibatch_gradient_descent.mistake(
    "The gradient is always taken at the first params. Use the latest ones.",
    _descended(at="start"),
)
minibatch_gradient_descent.mistake(
    "The gradient is divided by the batch's size. It is a mean already.",
    _descended(scale=lambda batch: 1 / len(batch)),
)


@minibatch_gradient_descent.mistake(
    "This writes into the caller's array, as `params -= …` does: make a copy, or a new array."
)
def _(gradient, params, data, orders, batch_size, learning_rate):
    for order in orders:
        for batch in _cut(np.asarray(order), batch_size):
            params -= learning_rate * gradient(params, data[batch])
    return params


def _whole_epochs(gradient, params, data, orders, batch_size, learning_rate):
    """The params after each epoch."""
    after = [np.array(params, float)]
    for order in orders:
        after.append(
            training.minibatch_gradient_descent(gradient, after[-1], data, [order], batch_size, learning_rate)
        )
    return after


minibatch_gradient_descent.mistake(
    "The params after every pass are returned. The last ones are asked for.",
    lambda *args: np.array(_whole_epochs(*args)),
)


@minibatch_gradient_descent.mistake("The learning rate is missing.")
def _(gradient, params, data, orders, batch_size, learning_rate):
    return training.minibatch_gradient_descent(gradient, params, data, orders, batch_size, 1.0)


@minibatch_gradient_descent.mistake(
    "Every pass begins at the first params again. Go on from where the one before has ended."
)
def _(gradient, params, data, orders, batch_size, learning_rate):
    last = np.array(params, float)
    for order in orders:
        last = training.minibatch_gradient_descent(gradient, params, data, [order], batch_size, learning_rate)
    return last


@minibatch_gradient_descent.mistake("There is one step a pass. Make one for every batch of it.")
def _(gradient, params, data, orders, batch_size, learning_rate):
    params = np.array(params, float)
    for order in orders:
        slopes = [gradient(params, data[batch]) for batch in _cut(np.asarray(order), batch_size)]
        params = params - learning_rate * np.mean(slopes, axis=0)
    return params


@minibatch_gradient_descent.mistake(
    "Only the last batch of each pass makes a step. Step inside the inner loop."
)
def _(gradient, params, data, orders, batch_size, learning_rate):
    params = np.array(params, float)
    for order in orders:
        params = params - learning_rate * gradient(params, data[_cut(np.asarray(order), batch_size)[-1]])
    return params


@minibatch_gradient_descent.mistake("Only the first batch of each pass makes a step. Go through all of them.")
def _(gradient, params, data, orders, batch_size, learning_rate):
    params = np.array(params, float)
    for order in orders:
        params = params - learning_rate * gradient(params, data[_cut(np.asarray(order), batch_size)[0]])
    return params


@minibatch_gradient_descent.mistake("gradient is given indices. It takes the examples: data[batch].")
def _(gradient, params, data, orders, batch_size, learning_rate):
    params = np.array(params, float)
    for order in orders:
        for batch in _cut(np.asarray(order), batch_size):
            params = params - learning_rate * gradient(params, batch)
    return params


@minibatch_gradient_descent.mistake("The arguments of gradient are swapped: gradient(params, batch).")
def _(gradient, params, data, orders, batch_size, learning_rate):
    params = np.array(params, float)
    for order in orders:
        for batch in _cut(np.asarray(order), batch_size):
            params = params - learning_rate * gradient(data[batch], params)
    return params


@minibatch_gradient_descent.mistake("The step alone is kept: the new params are the old ones *minus* it.")
def _(gradient, params, data, orders, batch_size, learning_rate):
    params = np.array(params, float)
    for order in orders:
        for batch in _cut(np.asarray(order), batch_size):
            params = -learning_rate * gradient(params, data[batch])
    return params


@minibatch_gradient_descent.mistake(
    "Each example makes a step of its own. Hand gradient a whole batch, data[batch]."
)
def _(gradient, params, data, orders, batch_size, learning_rate):
    return training.minibatch_gradient_descent(gradient, params, data, orders, 1, learning_rate)


@minibatch_gradient_descent.mistake("The learning rate is halved after every pass. It stays what it is.")
def _(gradient, params, data, orders, batch_size, learning_rate):
    for order in orders:
        params = training.minibatch_gradient_descent(
            gradient, params, data, [order], batch_size, learning_rate
        )
        learning_rate = learning_rate / 2
    return 1.0 * params


@minibatch_gradient_descent.mistake(
    "`orders` is taken for an array: a list of orders has no .shape. `for order in orders` takes both."
)
def _(gradient, params, data, orders, batch_size, learning_rate):
    return training.minibatch_gradient_descent(
        gradient, params, data, orders[: orders.shape[0]], batch_size, learning_rate
    )


minibatch_gradient_descent.mistake(
    "The gradient is multiplied by the batch's size. It is a mean already, and is taken as it is.",
    _descended(scale=len),
)
minibatch_gradient_descent.mistake(
    "The last batch of each pass is left out, be it short or not: check where your loop stops.",
    _descended(batches=lambda order, size: _cut(order, size)[:-1]),
)
minibatch_gradient_descent.mistake(
    "Half a step is made: learning_rate · gradient, without a ½.", _descended(scale=lambda batch: 0.5)
)
minibatch_gradient_descent.mistake(
    "Each batch begins one place after the one before, so that they overlap. Go on by batch_size.",
    _descended(batches=lambda order, size: [order[i : i + size] for i in range(max(len(order) // size, 1))]),
)


def _scaled(factor):
    """Steps as many times as long as `factor` says of the sizes of batch and data and of the epoch."""

    def answer(gradient, params, data, orders, batch_size, learning_rate):
        params = np.array(params, float)
        for epoch, order in enumerate(orders):
            for batch in _cut(np.asarray(order), batch_size):
                step = learning_rate * gradient(params, data[batch])
                params = params - factor(len(batch), len(data), epoch) * step
        return params

    return answer


minibatch_gradient_descent.mistake(
    "The gradient is divided by the number of all examples. It is a mean already.",
    _scaled(lambda size, n, epoch: 1 / n),
)
minibatch_gradient_descent.mistake(
    "A batch counts by its share of all examples. Each makes a full step: learning_rate · gradient.",
    _scaled(lambda size, n, epoch: size / n),
)
minibatch_gradient_descent.mistake(
    "The learning rate falls as 1/epoch. It stays what it is.",
    _scaled(lambda size, n, epoch: 1 / (epoch + 1)),
)


@minibatch_gradient_descent.mistake(
    "The data are put in order anew in every pass, on top of the order before. Take data[batch]."
)
def _(gradient, params, data, orders, batch_size, learning_rate):
    params = np.array(params, float)
    for order in orders:
        data = data[np.asarray(order)]
        for batch in _cut(np.arange(len(data)), batch_size):
            params = params - learning_rate * gradient(params, data[batch])
    return params


@minibatch_gradient_descent.mistake(
    "The gradients of a pass are all taken at the params with which it begins, or are added up for one step. "
    "Make a step for every batch, and take its gradient at the latest params."
)
def _(gradient, params, data, orders, batch_size, learning_rate):
    params = np.array(params, float)
    for order in orders:
        slopes = [gradient(params, data[batch]) for batch in _cut(np.asarray(order), batch_size)]
        params = params - learning_rate * np.sum(slopes, axis=0)
    return params


@minibatch_gradient_descent.mistake(
    "All the params on the way are returned, the first ones too. The last ones are asked for."
)
def _(gradient, params, data, orders, batch_size, learning_rate):
    way = [np.array(params, float)]
    for order in orders:
        for batch in _cut(np.asarray(order), batch_size):
            way.append(way[-1] - learning_rate * gradient(way[-1], data[batch]))
    return way


minibatch_gradient_descent.mistake(
    "Every pass goes by the first row of orders. Each has a row of its own.",
    _descended(epochs=lambda orders: [orders[0] for _ in orders]),
)
minibatch_gradient_descent.mistake(
    "The orders are joined before they are cut, so that a batch holds the end of one pass and the start of "
    "the next. Cut each order by itself.",
    _descended(epochs=lambda orders: [np.concatenate(orders)]),
)


@minibatch_gradient_descent.mistake(
    "Only the sign of the gradient is used. Multiply the rate by the gradient."
)
def _(gradient, params, data, orders, batch_size, learning_rate):
    def sign(params, batch):
        return np.sign(gradient(params, batch))

    return training.minibatch_gradient_descent(
        sign, np.array(params, float), data, orders, batch_size, learning_rate
    )


# ---- a gradient that is too long ----

clip_by_norm = Exercise(
    "clip_by_norm",
    LESSON,
    optimizers.clip_by_norm,
    hint="The norm is the root of the sum of *all* squares. Squares of 1e200 overflow: divide by the largest "
    "entry first, and multiply again.",
)


@clip_by_norm.test("brings a gradient that is too long to max_norm, in its direction", points=1)
def _(rng):
    yield call(np.array([3.0, 4.0]), 1.0)
    yield call(np.array([3.0, -4.0]), 2.0)
    yield call(rng.normal(size=4).round(1) * 10 + 0.5, round(rng.uniform(0.3, 0.9), 2))
    yield call(rng.normal(size=(3, 2)) * 9, round(rng.uniform(1.1, 3), 1))
    yield call(np.array([0.6, -0.6, 0.6]), 1.0)  # no entry of which is too long
    yield call(np.array([-1.5, -2.0]), 1.0)


@clip_by_norm.test("leaves one alone whose norm is at most max_norm, 0 too", points=1)
def _(rng):
    yield call(np.array([0.3, -0.4]), 2.0)
    yield call(np.array([3.0, -4.0]), 5.0)
    yield call(rng.uniform(-1, 1, size=(2, 3)), 2.5)
    yield call(np.zeros(3), 0.5)
    yield call(np.array([1.5, -1.5]), 2.2)


@clip_by_norm.test("takes numbers, integers, float32, and any finite size without a warning", points=1)
def _(rng):
    yield call(-3.0, 2.0)
    yield call(5, 3)
    yield call(np.float64(-2.5), 1.5)
    yield call(np.array(rng.uniform(2, 3)), 0.5)
    yield call(rng.integers(1, 6, size=4), 1.5)
    yield call(np.array([1, 1, -1, 1]), 1.5)
    yield call((rng.normal(size=3) * 9).astype(np.float32), 0.5)
    yield call(rng.uniform(1, 9, size=3) * 1e200, 1.0).without_warnings()
    yield call(rng.uniform(1, 9, size=3) * 1e-200, 1e-200 * 2.0**60).without_warnings()
    yield call(rng.uniform(1, 9, size=3) * 1e-200, 1e-201).without_warnings()


def _clipped(norm=lambda g: np.sqrt(np.sum(np.square(g))), short=lambda g, most: g, long=None):
    """Clipped as it should be, but for the norm, or for what becomes of short or of long ones."""

    def answer(grad, max_norm):
        grad = np.asarray(grad, float)
        length = norm(grad / max(np.abs(grad).max(), 1e-300)) * max(np.abs(grad).max(), 1e-300)
        if length <= max_norm:
            return short(grad, max_norm)
        return grad * (max_norm / length) if long is None else long(grad, max_norm, length)

    return answer


clip_by_norm.mistake(
    "Each entry is clipped by itself, which changes the direction. Shorten all: grad · max_norm / norm.",
    lambda grad, max_norm: np.clip(grad, -max_norm, max_norm),
)


clip_by_norm.mistake(
    "Short gradients are made longer. Leave those alone whose norm is at most max_norm.",
    lambda grad, max_norm: grad * (max_norm / np.sqrt(np.sum(np.square(grad)))),
)
clip_by_norm.mistake(
    "The norm is squared still: take the root of the sum of the squares.",
    lambda grad, max_norm: (
        1.0 * grad if np.sum(np.square(grad)) <= max_norm else grad * (max_norm / np.sum(np.square(grad)))
    ),
)
clip_by_norm.mistake(
    "The squares of very large entries overflow, and those of very small ones vanish. Divide by the largest "
    "entry first, take the norm, and multiply again.",
    lambda grad, max_norm: (
        1.0 * grad if (length := np.sqrt(np.sum(np.square(grad)))) <= max_norm else grad * (max_norm / length)
    ),
)
clip_by_norm.mistake(
    "A short gradient is brought to max_norm as well. Return grad itself where its norm is at most max_norm.",
    _clipped(short=lambda g, most: g * (most / max(np.sqrt(np.sum(np.square(g))), 1e-300))),
)


@clip_by_norm.mistake("Where all entries are 0, 0/0 is nan: return grad there, before you divide.")
def _(grad, max_norm):
    largest = np.max(np.abs(grad))
    with np.errstate(invalid="ignore"):
        length = np.sqrt(np.sum(np.square(grad / largest))) * largest
    return 1.0 * grad if length <= max_norm else grad * (max_norm / length)


@clip_by_norm.mistake(
    "The norm of grad / largest is compared with max_norm. Compare that of grad: multiply by largest again."
)
def _(grad, max_norm):
    largest = np.max(np.abs(grad)) or 1.0
    relative = np.sqrt(np.sum(np.square(grad / largest)))
    return 1.0 * grad if relative <= max_norm else grad / largest * (max_norm / relative)


@clip_by_norm.mistake(
    "np.max(grad) is negative where all entries are. The largest *size* is np.max(np.abs(grad))."
)
def _(grad, max_norm):
    largest = np.max(grad) or 1.0
    length = np.sqrt(np.sum(np.square(grad / largest))) * largest
    return 1.0 * grad if length <= max_norm else grad * (max_norm / length)


@clip_by_norm.mistake("A short gradient comes back divided by its largest entry. Return grad itself there.")
def _(grad, max_norm):
    largest = np.max(np.abs(grad)) or 1.0
    relative = np.sqrt(np.sum(np.square(grad / largest)))
    return grad / largest * (1 if relative * largest <= max_norm else max_norm / relative)


clip_by_norm.mistake(
    "This brings it to length 1. It shall have length max_norm.",
    _clipped(long=lambda grad, max_norm, length: grad / length),
)
clip_by_norm.mistake(
    "The quotient is upside down: max_norm / norm, which is below 1.",
    _clipped(long=lambda grad, max_norm, length: grad * (length / max_norm)),
)
clip_by_norm.mistake(
    "This only divides by max_norm. Bring it to that length: grad · max_norm / norm.",
    _clipped(long=lambda grad, max_norm, length: grad / max_norm),
)
clip_by_norm.mistake(
    "The largest entry is taken for the norm. It is the root of the sum of all squares.",
    _clipped(norm=lambda g: np.abs(g).max()),
)
clip_by_norm.mistake(
    "This is the sum of the sizes, the L1 norm. Square, add up, take the root.",
    _clipped(norm=lambda g: np.abs(g).sum()),
)
clip_by_norm.mistake(
    "The squares are averaged, not added up: the norm is √Σg².",
    _clipped(norm=lambda g: np.sqrt(np.mean(np.square(g)))),
)
clip_by_norm.mistake(
    "Of a matrix, np.linalg.norm(grad, 2) is the largest singular value. The norm over all entries is "
    "np.linalg.norm(grad).",
    _clipped(norm=lambda g: np.linalg.norm(g, 2) if g.ndim == 2 else np.sqrt(np.sum(np.square(g)))),
)


@clip_by_norm.mistake("Each row is shortened by itself. One norm, over all entries, keeps the direction.")
def _(grad, max_norm):
    grad = np.asarray(grad, float)
    rows = np.sqrt(np.sum(np.square(grad), axis=-1, keepdims=True)) if grad.ndim else np.abs(grad)
    return grad * np.minimum(1, max_norm / np.maximum(rows, 1e-300))


clip_by_norm.mistake(
    "Too long a gradient becomes 0. Shorten it: the direction is worth keeping.",
    _clipped(long=lambda grad, max_norm, length: 0 * grad),
)
clip_by_norm.mistake(
    "The gradient comes back as it was, also where it is too long.", lambda grad, max_norm: 1.0 * grad
)
clip_by_norm.mistake(
    "The comparison is the wrong way round: shorten where the norm is *larger* than max_norm.",
    lambda grad, max_norm: (
        1.0 * grad
        if (length := np.sqrt(np.sum(np.square(grad)))) >= max_norm
        else grad * (max_norm / max(length, 1e-300))
    ),
)
clip_by_norm.mistake(
    "Something small is added to the norm, as PyTorch adds 1e-6. Where it is longer than max_norm it is not "
    "0: divide by the norm itself.",
    _clipped(long=lambda grad, max_norm, length: grad * (max_norm / (length + 1e-6))),
)
clip_by_norm.mistake(
    "The norm is returned. The gradient is asked for, shortened where it is too long.",
    lambda grad, max_norm: np.sqrt(np.sum(np.square(grad))),
)
clip_by_norm.mistake(
    "Two things are returned. The gradient alone is asked for.",
    lambda grad, max_norm: (_clipped()(grad, max_norm), np.sqrt(np.sum(np.square(grad)))),
)
clip_by_norm.mistake(
    "Where the gradient is short, nothing is returned. Return grad there.",
    _clipped(short=lambda grad, max_norm: None),
)


@clip_by_norm.mistake("This writes into the caller's array, as `grad *= …` does: make a new one.")
def _(grad, max_norm):
    length = np.sqrt(np.sum(np.square(grad)))
    if length > max_norm:
        grad *= max_norm / length
    return grad


QUIZ = (
    Question(
        "1,000 examples, batches of 50. Updates an epoch of stochastic, mini-batch and batch descent?",
        a=right("1,000, 20 and 1", "One for each example, for each 50, for all."),
        b=wrong("1, 20 and 1,000", "The other way round."),
        c=wrong("50, 20 and 1", "Stochastic descent goes example by example."),
    ),
    Question(
        "Batches four times as large. What becomes of the noise in the gradient?",
        a=wrong("A quarter", "That is its variance."),
        b=right("Half", "The standard deviation falls with the root of the size."),
        c=wrong("It stays.", "More examples, a better mean."),
    ),
    Question(
        "Stochastic descent with a constant rate, on a convex loss, where no one answer fits all examples. "
        "Where does it end?",
        a=wrong(
            "In the minimum.", "There the examples still pull different ways, and the steps stay as long."
        ),
        b=right("It hovers about the minimum.", "The nearer, the smaller the rate."),
        c=wrong("Anywhere.", "It does come near."),
    ),
    Question(
        "With which of these rates did stochastic descent arrive at the minimum, on the mean of a hundred "
        "numbers?",
        a=wrong("1/t²", "All steps together have a finite length: it may stop short."),
        b=right("1/t and 1/√t", "Both fall to 0, and their sums have no limit."),
        c=wrong("1/t only", "Robbins and Monro's second sum is sufficient, not necessary: 1/√t arrives too."),
    ),
    Question(
        "Why are the examples shuffled?",
        a=wrong("So that each is seen as often.", "In an epoch each is seen once, shuffled or not."),
        b=right("So that a batch is a fair sample.", "Sorted by class, a batch would pull one way only."),
        c=wrong("To save memory.", "It costs a little."),
    ),
    Question(
        "A gradient of norm 50 is clipped to norm 1. What stays as it was?",
        a=right("Its direction.", "All entries are multiplied by the same 1/50."),
        b=wrong("The length of the step.", "That becomes a fiftieth."),
        c=wrong("Entries below 1.", "They are shortened with all others; clipping by value would keep them."),
    ),
)


# ---- the formulas: a wrong answer is compared with what a change to one gives ----


@gradient_descent_step.formula
def _(params, grad, learning_rate):
    return params - learning_rate * grad


@minibatches.formula
def _(order, batch_size):
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


@updates_per_epoch.formula
def _(num_examples, batch_size):
    return int(np.ceil(num_examples / batch_size))


@updates_per_epoch.formula
def _(num_examples, batch_size):
    return (num_examples + batch_size - 1) // batch_size


@minibatch_gradient_descent.formula
def _(gradient, params, data, orders, batch_size, learning_rate):
    for order in orders:
        for i in range(0, len(order), batch_size):
            batch = data[order[i : i + batch_size]]
            params = params - learning_rate * gradient(params, batch)
    return params


@clip_by_norm.formula
def _(grad, max_norm):
    norm = np.sqrt(np.sum(grad**2))
    return grad * np.minimum(1, max_norm / norm)
