"""Lesson 06: one step, the batches of an epoch, how many they are, and the whole of stochastic descent."""

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


@gradient_descent_step.test("takes single numbers, integers, float32, and a gradient of 0", points=1)
def _(rng):
    yield call(np.array(rng.normal()), np.array(rng.normal()), 0.5)
    yield call(rng.integers(-5, 6, size=4), rng.integers(1, 6, size=4), 0.3)
    yield call(*(rng.normal(size=3).astype(np.float32) for _ in range(2)), 0.1)
    yield call(rng.normal(size=3), np.zeros(3), 0.1)


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


@gradient_descent_step.mistake("`params -= …` writes into the caller's array. `params - …` makes a new one.")
def _(params, grad, learning_rate):
    params -= learning_rate * grad
    return params


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
    "np.array_split makes that many *pieces*. Batches of that many *examples* are asked for.",
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
    yield call(size, size + int(rng.integers(0, 9))).integers()


updates_per_epoch.mistake(
    "This rounds down, and forgets the short batch at the end.",
    lambda num_examples, batch_size: num_examples // batch_size,
)
updates_per_epoch.mistake(
    "One too many where the batch size divides the number of examples: round up, do not add 1.",
    lambda num_examples, batch_size: num_examples // batch_size + 1,
)
updates_per_epoch.mistake(
    "round() goes to the nearest whole number. Round up: math.ceil.",
    lambda num_examples, batch_size: round(num_examples / batch_size),
)
updates_per_epoch.mistake(
    "This is a fraction. Updates are whole: round up.",
    lambda num_examples, batch_size: num_examples / batch_size,
)
updates_per_epoch.mistake(
    "np.ceil gives a float. A whole number is asked for: math.ceil.",
    lambda num_examples, batch_size: float(np.ceil(num_examples / batch_size)),
)
updates_per_epoch.mistake(
    "This is the number of examples. A batch of them makes one update.",
    lambda num_examples, batch_size: num_examples,
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
    yield call(tanh_times_mean, rng.normal(size=2), rng.normal(size=(4, 2)), _orders(rng, 3, 4), 1, 0.2)


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
    "Only the first row of orders is used: one pass for each of them.",
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
    "`params -= …` writes into the caller's array: make a copy, or a new array."
)
def _(gradient, params, data, orders, batch_size, learning_rate):
    for order in orders:
        for batch in _cut(np.asarray(order), batch_size):
            params -= learning_rate * gradient(params, data[batch])
    return params


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
        "Stochastic descent with a constant rate, on a convex loss. Where does it end?",
        a=wrong("In the minimum.", "With a constant rate the noise never dies."),
        b=right("It hovers about the minimum.", "The nearer, the smaller the rate."),
        c=wrong("Anywhere.", "It does come near."),
    ),
    Question(
        "Which rates make it arrive, by Robbins and Monro?",
        a=wrong("1/t²", "All steps together have a finite length: it may stop short."),
        b=right("1/t", "The sum is infinite, the sum of the squares is not."),
        c=wrong("any constant below 0.01", "It hovers closer, and does not arrive."),
    ),
    Question(
        "Why are the examples shuffled before each epoch?",
        a=wrong("So that each is seen as often.", "In an epoch each is seen once, shuffled or not."),
        b=right("So that a batch is a fair sample.", "Sorted by class, a batch would pull one way only."),
        c=wrong("To save memory.", "It costs a little."),
    ),
)
