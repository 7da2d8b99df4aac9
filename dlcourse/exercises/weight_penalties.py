"""Lesson 09: how many weights, when to stop, and what large weights cost: L2, L1; how many are 0; both."""

import math
from itertools import pairwise

import numpy as np

from dlcourse import losses, optimizers
from dlcourse import regularizers as reference
from dlcourse.exercises.engine.exercise import Exercise, call
from dlcourse.exercises.engine.question import Question, right, wrong

LESSON = "09_weight_penalties"


# ---- how many weights ----

count_parameters = Exercise(
    "count_parameters",
    LESSON,
    reference.count_parameters,
    hint="A neuron has a weight for every input and one bias: (n_in + 1)·n_out, layer by layer.",
)


@count_parameters.test("counts weights and biases of a network with one hidden layer", points=1)
def _(rng):
    for _ in range(2):
        yield call([int(n) for n in rng.integers([3, 4, 2], [9, 12, 4])]).integers()
    yield call([64, int(rng.integers(20, 200)), 10]).integers()


@count_parameters.test("takes any number of layers", points=1)
def _(rng):
    yield call([int(n) for n in rng.integers(2, 9, size=2)]).integers()
    yield call([int(n) for n in rng.integers(2, 90, size=5)]).integers()
    yield call([int(n) for n in rng.integers(1, 5, size=9)]).integers()


count_parameters.mistake(
    "The biases are missing: one for each neuron of a layer.",
    lambda layer_sizes: sum(a * b for a, b in pairwise(layer_sizes)),
)
count_parameters.mistake(
    "The inputs have biases here. They are given, not computed: no bias belongs to them.",
    lambda layer_sizes: sum(a * b for a, b in pairwise(layer_sizes)) + sum(layer_sizes),
)
count_parameters.mistake(
    "The bias is on the wrong side: it is one for each *output* of a layer, (n_in + 1)·n_out.",
    lambda layer_sizes: sum(a * (b + 1) for a, b in pairwise(layer_sizes)),
)
count_parameters.mistake(
    "Each layer has one bias here. It has one for each of its neurons.",
    lambda layer_sizes: sum(a * b + 1 for a, b in pairwise(layer_sizes)),
)
count_parameters.mistake(
    "Sizes of neighbours are added. Every input meets every output, so they multiply.",
    lambda layer_sizes: sum(a + b for a, b in pairwise(layer_sizes)),
)
count_parameters.mistake(
    "This counts neurons. Each of them has a weight for every input, and a bias.",
    lambda layer_sizes: sum(layer_sizes[1:]),
)
count_parameters.mistake(
    "All sizes are multiplied into one product. Go layer by layer, and add.",
    lambda layer_sizes: math.prod(layer_sizes),
)
count_parameters.mistake(
    "This is made for three sizes. The list may have two, or nine: go through it in a loop.",
    lambda layer_sizes: (layer_sizes[0] + 1) * layer_sizes[1] + (layer_sizes[1] + 1) * layer_sizes[2],
)
count_parameters.mistake(
    "Only the first layer is counted.",
    lambda layer_sizes: (layer_sizes[0] + 1) * layer_sizes[1],
)

count_parameters.mistake(
    "The output layer has no biases here. Each of its neurons has one, too.",
    lambda layer_sizes: sum((a + 1) * b for a, b in pairwise(layer_sizes)) - layer_sizes[-1],
)
count_parameters.mistake(
    "This has a bias on both sides of a layer. A layer has n_in·n_out weights and n_out biases.",
    lambda layer_sizes: sum((a + 1) * (b + 1) for a, b in pairwise(layer_sizes)),
)
count_parameters.mistake(
    "The last layer is left out: check where your loop stops.",
    lambda layer_sizes: sum((a + 1) * b for a, b in pairwise(layer_sizes[:-1])),
)
count_parameters.mistake(
    "The network has one bias here. Each neuron after the input has one of its own.",
    lambda layer_sizes: sum(a * b for a, b in pairwise(layer_sizes)) + 1,
)
count_parameters.mistake(
    "layer_sizes[i + 1] runs past the end of the list: there is one layer less than there are sizes.",
    lambda layer_sizes: sum((layer_sizes[i] + 1) * layer_sizes[i + 1] for i in range(len(layer_sizes))),
)
count_parameters.mistake(
    "Every size is paired with every later one. Only neighbours are connected.",
    lambda layer_sizes: sum((a + 1) * b for i, a in enumerate(layer_sizes) for b in layer_sizes[i + 1 :]),
)
count_parameters.mistake(
    "This is a list with one count a layer. Their sum is asked for.",
    lambda layer_sizes: [(a + 1) * b for a, b in pairwise(layer_sizes)],
)
count_parameters.mistake(
    "This is a float. A count is a whole number: int(…).",
    lambda layer_sizes: float(sum((a + 1) * b for a, b in pairwise(layer_sizes))),
)


count_parameters.mistake(
    "The widths are added. A layer has n_in · n_out weights, and n_out biases.",
    lambda layer_sizes: sum(layer_sizes),
)
count_parameters.mistake(
    "Every second layer is paired. Each layer has its own width and that of the next.",
    lambda layer_sizes: sum((a + 1) * b for a, b in zip(layer_sizes[:-1], layer_sizes[2:], strict=False)),
)
count_parameters.mistake(
    "These are the layers. Count the weights and biases in them.", lambda layer_sizes: len(layer_sizes)
)


# ---- when to stop ----

early_stopping = Exercise(
    "early_stopping",
    LESSON,
    reference.early_stopping,
    hint="Keep the best loss, its epoch, and how many epochs have passed since. An epoch improves if it is "
    "the first, or if its loss < best − min_delta.",
    parts=("stop_epoch", "best_epoch"),
)


def losses_of(*values) -> list[float]:
    return [float(value) for value in values]


def valley(rng, down: int, up: int) -> list[float]:
    """Losses that fall for `down` epochs and rise for `up`, with two decimals."""
    falling = 3 - np.cumsum(rng.uniform(0.05, 0.2, size=down))
    rising = falling[-1] + np.cumsum(rng.uniform(0.02, 0.1, size=up))
    return losses_of(*np.round([*falling, *rising], 2))


@early_stopping.test("stops when `patience` epochs in a row have not improved, and names the best", points=1)
def _(rng):
    yield call([3.0, 1.0, 2.0, 1.5, round(rng.uniform(0.1, 0.4), 2), 2.0], 2).integers()
    yield call(valley(rng, int(rng.integers(3, 7)), 8), int(rng.integers(2, 6))).integers()
    bumps = [2.0, 2.5, 1.5, 1.8, 1.2, 1.4, 1.0, 1.6, 1.3, 1.1, 0.5]
    yield call(losses_of(*np.round(np.add(bumps, rng.uniform(0, 0.04)), 3)), 3).integers()
    yield call([2.0, 3.0, 2.5, 2.4, 2.2, round(rng.uniform(1.0, 1.9), 2), 1.0], 3).integers()
    yield call(list(np.array([1.5, 1.0, 1.25, round(rng.uniform(1.1, 1.9), 2), 0.5])), 2).integers()


def min_deltas(rng):
    """Losses that improve by more than min_delta, by just as much, and by less."""
    small = round(rng.uniform(0.01, 0.04), 3)
    yield call([2.0, 2.0 - small, 2.0 - 2 * small, 2.0 - 3 * small, 1.0], 3, 0.5).integers()
    yield call([1.0, 0.75, 0.75, 0.75, float(rng.uniform(0.1, 0.5))], 2).integers()
    yield call([1.0, 0.5, 0.6, 0.55, 0.6, round(rng.uniform(0.5, 0.6), 2), 0.1], 3, 0.2).integers()
    yield call([2.0, 1.5, 1.75, float(rng.uniform(0.5, 0.9)), 0.4], 2, min_delta=0.5).integers()
    yield call([1.0, 0.4, round(rng.uniform(0.1, 0.19), 2), 0.3], 3, min_delta=0.5).integers()
    creeping = losses_of(*np.round(2 - np.arange(6) * rng.uniform(0.06, 0.09), 3))
    yield call(creeping, 2, min_delta=0.1).integers()
    yield call([1.0, 0.9999, 0.9998, 0.9997, round(rng.uniform(0.1, 0.9), 2)], 1).integers()
    yield call([2.0, 1.5, 1.0, 1.0, 1.0, round(rng.uniform(0.6, 0.9), 2)], 3, min_delta=0.5).integers()


@early_stopping.test(
    "goes by min_delta, on to the last epoch if need be, and takes nan for no better", points=1
)
def _(rng):
    yield from min_deltas(rng)
    yield call(valley(rng, int(rng.integers(4, 9)), 2), 5).integers()
    yield call([round(rng.uniform(1, 2), 2)], 1).integers()
    yield call([math.nan, math.nan, round(rng.uniform(1, 2), 2), 3.0, 2.5, 3.0], 3).integers()
    yield call([math.nan, math.nan, round(rng.uniform(1, 2), 2)], 2).integers()
    yield call([2.0, 1.0, 1.5, math.nan, round(rng.uniform(1.2, 1.8), 2), 0.5], 2).integers()
    yield call([2.0, 1.0, math.nan, 1.5, round(rng.uniform(0.2, 0.9), 2), math.nan, 3.0, 3.0], 3).integers()


def _stopping(
    improves=lambda loss, best, delta: loss < best - delta,
    remembered=lambda loss, best: math.inf if math.isnan(loss) else loss,
    waiting=lambda waited, improved, loss, best: 0 if improved else waited + 1,
    over=lambda waited, patience: waited >= patience,
    answer=lambda epoch, best_epoch: (epoch, best_epoch),
    at_end=lambda epoch: epoch,
):
    """early_stopping with one of its parts wrong."""

    def stopping(validation_losses, patience, min_delta=0.0):
        best, best_epoch, waited = math.inf, 0, 0
        for epoch, loss in enumerate(validation_losses):
            improved = epoch == 0 or improves(loss, best, min_delta)
            waited = waiting(waited, improved, loss, best)
            best_epoch = epoch if improved else best_epoch
            best = remembered(loss, best) if improved else best
            if over(waited, patience):
                return answer(epoch, best_epoch)
        return answer(at_end(epoch), best_epoch)

    return stopping


early_stopping.mistake(
    "Epochs are counted from 1 here. The first is epoch 0.",
    _stopping(answer=lambda epoch, best_epoch: (epoch + 1, best_epoch + 1)),
)
early_stopping.mistake(
    "It waits one epoch too long: stop as soon as `patience` epochs in a row have not improved (>=).",
    _stopping(over=lambda waited, patience: waited > patience),
)
early_stopping.mistake(
    "It stops one epoch too early: patience 3 means three epochs without improvement.",
    _stopping(over=lambda waited, patience: waited >= max(patience - 1, 1)),
)
early_stopping.mistake(
    "The counter is never set back. The epochs without improvement must come *in a row*.",
    _stopping(waiting=lambda waited, improved, loss, best: waited + (not improved)),
)
early_stopping.mistake(
    "A nan later on is passed over. It is an epoch that has not improved, and counts as one.",
    _stopping(waiting=lambda waited, improved, loss, best: 0 if improved else waited + (loss == loss)),
)
early_stopping.mistake(
    "A nan sets the counter back. It has not improved, so one more epoch was in vain.",
    _stopping(waiting=lambda waited, improved, loss, best: 0 if improved or loss != loss else waited + 1),
)
early_stopping.mistake(
    "An epoch that is better, but by too little, must count as one without improvement, too.",
    _stopping(waiting=lambda waited, improved, loss, best: 0 if improved else waited + (not loss < best)),
)
early_stopping.mistake(
    "An equal loss is not an improvement: compare with <, not <=.",
    _stopping(improves=lambda loss, best, delta: loss <= best - delta),
)
early_stopping.mistake(
    "A loss of just best − min_delta is not enough: loss < best − min_delta.",
    _stopping(improves=lambda loss, best, delta: loss < best and loss <= best - delta),
)
early_stopping.mistake(
    "min_delta is taken for a share of the best. It is an amount: loss < best − min_delta.",
    _stopping(improves=lambda loss, best, delta: loss < best * (1 - delta)),
)
early_stopping.mistake(
    "min_delta is ignored: an epoch improves only if its loss < best − min_delta.",
    _stopping(improves=lambda loss, best, delta: loss < best),
)
early_stopping.mistake(
    "min_delta has the wrong sign: this takes losses for better that are worse. loss < best − min_delta.",
    _stopping(improves=lambda loss, best, delta: loss < best + delta),
)
early_stopping.mistake(
    "The two results are swapped: the epoch where it stops comes first, then the best.",
    _stopping(answer=lambda epoch, best_epoch: (best_epoch, epoch)),
)
early_stopping.mistake(
    "Where patience never runs out, stop_epoch is the last *index*, len(validation_losses) − 1.",
    _stopping(at_end=lambda epoch: epoch + 1),
)
early_stopping.mistake(
    "A nan in the first epoch stays the best for ever, as nothing is < nan. Let it count as infinity.",
    _stopping(remembered=lambda loss, best: loss),
)
early_stopping.mistake(
    "A nan is taken for an improvement: `not loss >= best` is true for nan. Ask for loss < best − min_delta.",
    _stopping(improves=lambda loss, best, delta: not loss >= best - delta),
)


@early_stopping.mistake(
    "The first epoch always improves, a nan too: it must not count as an epoch of waiting."
)
def _(validation_losses, patience, min_delta=0.0):
    best, best_epoch, waited = math.inf, 0, 0
    for epoch, loss in enumerate(validation_losses):
        improved = loss < best - min_delta
        best, best_epoch, waited = (loss, epoch, 0) if improved else (best, best_epoch, waited + 1)
        if waited >= patience:
            break
    return epoch, best_epoch


@early_stopping.mistake(
    "After an improvement the waiting goes on where it was. Set the counter back to 0 there. And the first "
    "epoch improves whatever its loss."
)
def _(validation_losses, patience, min_delta=0.0):
    best, best_epoch, waited = math.inf, 0, 0
    for epoch, loss in enumerate(validation_losses):
        improved = loss < best - min_delta
        best, best_epoch = (loss, epoch) if improved else (best, best_epoch)
        waited += not improved
        if waited >= patience:
            break
    return epoch, best_epoch


@early_stopping.mistake(
    "The best epoch has no value where the first loss is nan. The first epoch always improves: "
    "`epoch == 0 or loss < …`."
)
def _(validation_losses, patience, min_delta=0.0):
    best, waited = math.inf, 0
    for epoch, loss in enumerate(validation_losses):
        if loss < best - min_delta:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
        if waited >= patience:
            return epoch, best_epoch
    return epoch, best_epoch


@early_stopping.mistake(
    "This takes the lowest loss of the whole list and goes on from there. Go epoch by epoch: with little "
    "patience it ends before it has seen them all."
)
def _(validation_losses, patience, min_delta=0.0):
    best_epoch = int(np.nanargmin(validation_losses))
    return min(best_epoch + patience, len(validation_losses) - 1), best_epoch


@early_stopping.mistake("Each epoch is compared with the one before. Compare it with the best so far.")
def _(validation_losses, patience, min_delta=0.0):
    best_epoch, waited = 0, 0
    for epoch in range(1, len(validation_losses)):
        improved = validation_losses[epoch] < validation_losses[epoch - 1] - min_delta
        waited, best_epoch = (0, epoch) if improved else (waited + 1, best_epoch)
        if waited >= patience:
            return epoch, best_epoch
    return len(validation_losses) - 1, best_epoch


@early_stopping.mistake(
    "`best` moves with every smaller loss, so losses that creep down never improve. Move it only when an "
    "epoch has improved by more than min_delta."
)
def _(validation_losses, patience, min_delta=0.0):
    best, best_epoch, waited = math.inf, 0, 0
    for epoch, loss in enumerate(validation_losses):
        improved = epoch == 0 or loss < best - min_delta
        waited, best_epoch = (0, epoch) if improved else (waited + 1, best_epoch)
        best = loss if loss < best else best
        if waited >= patience:
            return epoch, best_epoch
    return epoch, best_epoch


@early_stopping.mistake(
    "The best epoch is looked up in the whole list. A run that has stopped never sees what would have come."
)
def _(validation_losses, patience, min_delta=0.0):
    stop, _ = reference.early_stopping(validation_losses, patience, min_delta)
    return stop, int(np.nanargmin(validation_losses))


early_stopping.mistake(
    "The best loss is returned. The *epoch* in which it was is asked for.",
    lambda validation_losses, patience, min_delta=0.0: (
        reference.early_stopping(validation_losses, patience, min_delta)[0],
        validation_losses[reference.early_stopping(validation_losses, patience, min_delta)[1]],
    ),
)
early_stopping.mistake(
    "Only one number is returned. Return two: the epoch where it stops, and the best.",
    lambda validation_losses, patience, min_delta=0.0: reference.early_stopping(
        validation_losses, patience, min_delta
    )[0],
)
early_stopping.mistake(
    "This stops `patience` epochs after the best even where the list ends before. The last epoch is "
    "len(validation_losses) − 1.",
    lambda validation_losses, patience, min_delta=0.0: (
        reference.early_stopping(validation_losses, patience, min_delta)[1] + patience,
        reference.early_stopping(validation_losses, patience, min_delta)[1],
    ),
)
early_stopping.mistake(
    "It never stops before the last epoch: leave the loop as soon as `patience` epochs in a row have not "
    "improved.",
    _stopping(over=lambda waited, patience: False),
)


@early_stopping.mistake(
    "Only epochs that are worse than the best by more than min_delta count as waiting. Every epoch that has "
    "not improved counts."
)
def _(validation_losses, patience, min_delta=0.0):
    best, best_epoch, waited = math.inf, 0, 0
    for epoch, loss in enumerate(validation_losses):
        if epoch == 0 or loss < best:
            best, best_epoch, waited = loss, epoch, 0
        elif loss > best + min_delta:
            waited += 1
        if waited >= patience:
            return epoch, best_epoch
    return epoch, best_epoch


@early_stopping.mistake(
    "It stops in the epoch after. As soon as `patience` epochs in a row have not improved, this one is the "
    "last."
)
def _(validation_losses, patience, min_delta=0.0):
    stop, best = reference.early_stopping(validation_losses, patience, min_delta)
    return min(stop + 1, len(validation_losses) - 1), best


@early_stopping.mistake(
    "The last epoch before the waiting began is returned twice. It stops `patience` epochs later."
)
def _(validation_losses, patience, min_delta=0.0):
    _, best = reference.early_stopping(validation_losses, patience, min_delta)
    return best, best


@early_stopping.mistake("This looks for the highest value. A loss improves where it is lower.")
def _(validation_losses, patience, min_delta=0.0):
    return reference.early_stopping([-loss for loss in validation_losses], patience, min_delta)


# ---- L2 ----


def strength(rng) -> float:
    return round(rng.uniform(0.1, 0.8), 2)


def two_layers(rng):
    """Small numbers to retype, then two matrices."""
    yield call([rng.normal(scale=2, size=2).round(1) + 0.05], strength(rng))
    yield call([rng.normal(size=(2, 2)).round(1) + 0.05, rng.normal(size=3).round(1) + 0.05], strength(rng))
    yield call([rng.normal(size=(4, 3)), rng.normal(size=(3, 2))], rng.uniform(0.01, 0.1))


def other_weights(rng):
    """One weight, integers, float32, alike shapes, weights of 0 or close to it, and strength 0."""
    yield call([rng.integers(1, 6, size=(2, 3)), rng.integers(-5, 0, size=3)], 0.5)
    yield call([rng.normal(size=(2, 3)), rng.normal(size=(2, 3))], 2)
    yield call([rng.normal(size=(3, 2)).astype(np.float32)], 0.1)
    yield call([rng.normal(size=1), rng.normal(size=(2, 3, 2))], 0.3)
    yield call([np.array([0.0, round(rng.normal(), 1) + 0.05, 0.0])], 0.7)
    yield call([np.array([-1e-12, 1.5e-12])], 0.7)
    yield call([rng.normal(size=4)], 0.0)


def single_weights(rng):
    """As other_weights, and weights that are single numbers."""
    yield from other_weights(rng)
    yield call([np.array(round(rng.normal(), 1) + 0.05)], 0.3)
    yield call([np.float64(-0.4), np.float64(0.0)], 0.3)


def together(weights):
    return np.concatenate([np.ravel(w) for w in weights])


def penalty(value, gradient):
    """A wrong answer: a value from all weights in one row, and a gradient for each array."""
    return lambda weights, strength: (
        float(value(together(weights), strength)),
        [gradient(w, strength) for w in weights],
    )


def half_squares(w, strength):
    return strength / 2 * np.sum(w * w)


def times_w(w, strength):
    return strength * w


l2_penalty = Exercise(
    "l2_penalty",
    LESSON,
    reference.l2_penalty,
    hint="λ/2 times the sum of all squares, over all arrays; the gradients are λ·w, one array for each.",
    parts=("penalty", "gradients"),
)
l2_penalty.test("gives λ/2·Σw² over all arrays, and λ·w for each", 1, two_layers)
l2_penalty.test("takes any shapes, numbers, integers, float32, zeros, and strength 0", 1, single_weights)

l2_penalty.mistake(
    "The ½ is missing in the penalty: λ/2·Σw². Its gradient, λ·w, is right.",
    penalty(lambda w, strength: strength * np.sum(w * w), times_w),
)
l2_penalty.mistake(
    "The gradient is twice as large as it should be: the ½ in λ/2·w² takes the 2 away.",
    penalty(half_squares, lambda w, strength: 2 * strength * w),
)
l2_penalty.mistake(
    "The ½ is missing, in the penalty and so in its gradient: λ/2·Σw² and λ·w.",
    penalty(lambda w, strength: strength * np.sum(w * w), lambda w, strength: 2 * strength * w),
)
l2_penalty.mistake(
    "λ is missing in the gradient.",
    penalty(half_squares, lambda w, strength: 1.0 * w),
)
l2_penalty.mistake(
    "The sign of the gradient is flipped: −λ·w is the direction of the step. The gradient is +λ·w.",
    penalty(half_squares, lambda w, strength: -strength * w),
)
l2_penalty.mistake(
    "The weights are added before they are squared. Square each one, then add.",
    penalty(lambda w, strength: strength / 2 * np.sum(w) ** 2, times_w),
)
l2_penalty.mistake(
    "This averages the squares. The penalty is their sum, however many they are.",
    penalty(lambda w, strength: strength / 2 * np.mean(w * w), times_w),
)
l2_penalty.mistake(
    "This takes the root: the length of the weights. L2 is half of its *square*, times λ.",
    penalty(lambda w, strength: strength / 2 * np.sqrt(np.sum(w * w)), times_w),
)
l2_penalty.mistake(
    "λ is squared along with the weights.",
    penalty(lambda w, strength: np.sum((strength * w) ** 2) / 2, times_w),
)
l2_penalty.mistake(
    "The gradients of all arrays are in one row. Return a list, with one array for each of `weights`.",
    lambda weights, strength: (half_squares(together(weights), strength), strength * together(weights)),
)
l2_penalty.mistake(
    "The penalty is of the last array only. Start at 0 and add each array's share with +=.",
    lambda weights, strength: (half_squares(weights[-1], strength), [strength * w for w in weights]),
)
l2_penalty.mistake(
    "The gradients are missing. Return two things: the penalty, and a list of gradients.",
    lambda weights, strength: float(half_squares(together(weights), strength)),
)

l2_penalty.mistake(
    "The penalty and the gradient are those of the last array. Sum up in the loop, and append each gradient.",
    lambda weights, strength: (half_squares(weights[-1], strength), strength * weights[-1]),
)
l2_penalty.mistake(
    "The arrays are joined, which works for matching shapes only. Sum over each array, then over the arrays.",
    lambda weights, strength: (
        half_squares(np.concatenate(weights), strength),
        [strength * w for w in weights],
    ),
)


@l2_penalty.mistake(
    "This writes into the caller's weights, as `w *= strength` does. `strength * w` makes a new array."
)
def _(weights, strength):
    value = half_squares(together(weights), strength)
    for w in weights:
        w *= strength
    return value, weights


@l2_penalty.mistake("`weights` is a list, and a list has no square. Take its arrays one by one.")
def _(weights, strength):
    return strength / 2 * np.sum(weights**2), strength * weights


l2_penalty.mistake(
    "The ½ is in the gradient too. The derivative of λ/2·w² is λ·w: the 2 of the square takes it away.",
    penalty(half_squares, lambda w, strength: strength / 2 * w),
)


@l2_penalty.mistake(
    "np.array makes one array of a list only where all have one shape. Add up array by array."
)
def _(weights, strength):
    return half_squares(np.array(weights), strength), [strength * w for w in weights]


l2_penalty.mistake(
    "λ is missing in the penalty: λ/2·Σw².",
    penalty(lambda w, strength: np.sum(w * w) / 2, times_w),
)
l2_penalty.mistake(
    "This is λ times the length of the weights. L2 is λ/2 times the *square* of the length: no root.",
    penalty(lambda w, strength: strength * np.sqrt(np.sum(w * w)), times_w),
)
l2_penalty.mistake(
    "Penalty and gradient are divided by the number of weights. Both are of the sum, however many they are.",
    lambda weights, strength: (
        half_squares(together(weights), strength) / together(weights).size,
        [strength * w / together(weights).size for w in weights],
    ),
)
l2_penalty.mistake(
    "This is the penalty of L1, with |w|. L2 squares the weights.",
    penalty(lambda w, strength: strength * np.sum(np.abs(w)), times_w),
)
l2_penalty.mistake(
    "The gradient is λ·|w|. It keeps the sign of the weight: λ·w.",
    penalty(half_squares, lambda w, strength: strength * np.abs(w)),
)
l2_penalty.mistake(
    "The two results are swapped: return the penalty first, then the gradients.",
    lambda weights, strength: reference.l2_penalty(weights, strength)[::-1],
)
l2_penalty.mistake(
    "Only the first array is there, as if `return` stood inside the loop. Go through all of them.",
    lambda weights, strength: (half_squares(weights[0], strength), [strength * weights[0]]),
)
l2_penalty.mistake(
    "This is a list with one penalty an array. One number is asked for, their sum.",
    lambda weights, strength: (
        [half_squares(w, strength) for w in weights],
        [strength * w for w in weights],
    ),
)
l2_penalty.mistake(
    "w @ w is a product of matrices. w * w squares each entry.",
    lambda weights, strength: (
        strength / 2 * sum(np.sum(w @ w) for w in weights),
        [strength * w for w in weights],
    ),
)


l2_penalty.mistake(
    "Norms are added, the root of each array's squares. Add the squares.",
    lambda weights, strength: (
        strength / 2 * sum(np.linalg.norm(w) for w in weights),
        reference.l2_penalty(weights, strength)[1],
    ),
)
l2_penalty.mistake(
    "The penalty adds up sizes, as L1 does. L2 adds squares: λ/2·Σw².",
    lambda weights, strength: (
        strength / 2 * sum(np.sum(np.abs(w)) for w in weights),
        reference.l2_penalty(weights, strength)[1],
    ),
)


# ---- L1 ----


def sizes(w, strength):
    return strength * np.sum(np.abs(w))


def signs(w, strength):
    return strength * np.sign(w)


l1_penalty = Exercise(
    "l1_penalty",
    LESSON,
    reference.l1_penalty,
    hint="λ times the sum of all |w|; the gradients are λ·np.sign(w), which is 0 where w is 0.",
    parts=("penalty", "gradients"),
)
l1_penalty.test("gives λ·Σ|w| over all arrays, and λ·sign(w) for each", 1, two_layers)
l1_penalty.test(
    "takes any shapes, numbers, integers, float32, strength 0; gradient 0 at 0", 1, single_weights
)

l1_penalty.mistake(
    "The bars are missing: negative weights must not pay for positive ones. Σ|w|.",
    penalty(lambda w, strength: strength * np.sum(w), signs),
)


@l1_penalty.mistake(
    "np.array makes one array of a list only where all have one shape. Add up array by array."
)
def _(weights, strength):
    return sizes(np.array(weights), strength), [strength * np.sign(w) for w in weights]


l1_penalty.mistake(
    "This is |Σw|. Take the absolute value of each weight, then add.",
    penalty(lambda w, strength: strength * abs(np.sum(w)), signs),
)
l1_penalty.mistake(
    "There is no ½ in L1: it is there in L2 to cancel the 2 of the derivative.",
    penalty(lambda w, strength: strength / 2 * np.sum(np.abs(w)), signs),
)
l1_penalty.mistake(
    "This averages. The penalty is a sum, however many weights there are.",
    penalty(lambda w, strength: strength * np.mean(np.abs(w)), signs),
)
l1_penalty.mistake(
    "This gradient is that of L2. The slope of |w| is the same however large w is: its sign.",
    penalty(sizes, times_w),
)
l1_penalty.mistake(
    "The gradient is λ·sign(w), not λ·|w|: it must push negative weights up.",
    penalty(sizes, lambda w, strength: strength * np.abs(w)),
)
l1_penalty.mistake(
    "λ is missing in the gradient.",
    penalty(sizes, lambda w, strength: 1.0 * np.sign(w)),
)
l1_penalty.mistake(
    "The sign of the gradient is flipped: −λ·sign(w) is the direction of the step.",
    penalty(sizes, lambda w, strength: -strength * np.sign(w)),
)
l1_penalty.mistake(
    "At w = 0 the gradient must be 0, and this gives +λ. np.sign does it right.",
    penalty(sizes, lambda w, strength: strength * np.where(w >= 0, 1.0, -1.0)),
)
l1_penalty.mistake(
    "At w = 0 the gradient must be 0, and this gives −λ. np.sign does it right.",
    penalty(sizes, lambda w, strength: strength * np.where(w > 0, 1.0, -1.0)),
)
l1_penalty.mistake(
    "The penalty is of the last array only. Start at 0 and add each array's share with +=.",
    lambda weights, strength: (sizes(weights[-1], strength), [strength * np.sign(w) for w in weights]),
)
l1_penalty.mistake(
    "The gradients are missing. Return two things: the penalty, and a list of gradients.",
    lambda weights, strength: float(sizes(together(weights), strength)),
)


@l1_penalty.mistake("w / |w| is 0/0 = nan at w = 0, where the gradient must be 0. np.sign(w) does it right.")
def _(weights, strength):
    with np.errstate(all="ignore"):
        return sizes(together(weights), strength), [strength * (w / np.abs(w)) for w in weights]


l1_penalty.mistake(
    "This is the penalty of L2, with w². L1 adds up the sizes, |w|.",
    penalty(half_squares, signs),
)
l1_penalty.mistake(
    "This is L2 all through, λ/2·Σw² and λ·w. L1 is λ·Σ|w| and λ·sign(w).", penalty(half_squares, times_w)
)
l1_penalty.mistake(
    "λ is missing in the penalty: λ·Σ|w|.", penalty(lambda w, strength: np.sum(np.abs(w)), signs)
)
l1_penalty.mistake(
    "There is a ½ in the gradient. The slope of |w| is ±1, so that of λ·|w| is ±λ.",
    penalty(sizes, lambda w, strength: strength / 2 * np.sign(w)),
)
l1_penalty.mistake(
    "Negative weights have gradient 0 here. It is −λ: they are pushed up.",
    penalty(sizes, lambda w, strength: strength * (w > 0)),
)
l1_penalty.mistake(
    "Something small is added below the line, w / (|w| + ε), and weights close to 0 get too small a "
    "gradient. np.sign(w) does it right.",
    penalty(sizes, lambda w, strength: strength * w / (np.abs(w) + 1e-8)),
)
l1_penalty.mistake(
    "This is a norm of matrices, the largest sum of |w| in a column. L1 adds up |w| over all entries.",
    lambda weights, strength: (
        strength * float(sum(np.linalg.norm(w, 1) for w in weights)),
        [strength * np.sign(w) for w in weights],
    ),
)
l1_penalty.mistake(
    "The two results are swapped: return the penalty first, then the gradients.",
    lambda weights, strength: reference.l1_penalty(weights, strength)[::-1],
)
l1_penalty.mistake(
    "The gradients of all arrays are in one row. Return a list, with one array for each of `weights`.",
    lambda weights, strength: (sizes(together(weights), strength), strength * np.sign(together(weights))),
)
l1_penalty.mistake(
    "Only the first array is there, as if `return` stood inside the loop. Go through all of them.",
    lambda weights, strength: (sizes(weights[0], strength), [strength * np.sign(weights[0])]),
)
l1_penalty.mistake(
    "The gradients are summed up, one number an array. Each entry of each array has its own.",
    penalty(sizes, lambda w, strength: strength * np.sum(np.sign(w))),
)


l1_penalty.mistake(
    "The size of each array's sum is taken, in which signs cancel. Take the size of each weight.",
    lambda weights, strength: (
        strength * sum(abs(float(np.sum(w))) for w in weights),
        reference.l1_penalty(weights, strength)[1],
    ),
)
l1_penalty.mistake(
    "The largest size is taken. L1 adds up all of them.",
    lambda weights, strength: (
        strength * max((np.max(np.abs(w), initial=0.0) for w in weights), default=0.0),
        reference.l1_penalty(weights, strength)[1],
    ),
)


# ---- how many are zero ----

sparsity = Exercise(
    "sparsity",
    LESSON,
    reference.sparsity,
    hint="np.abs(weights) <= tolerance is an array of truth values; its mean is the share of True.",
)


@sparsity.test("gives the share of weights that are 0, or as good as", points=1)
def _(rng):
    yield call(rng.permutation([0.0, 1e-9, -1e-9, *(rng.normal(size=3).round(1) + 0.05)]))
    zeros = int(rng.integers(3, 9))
    yield call(rng.permutation(np.append(np.zeros(zeros), rng.normal(size=24 - zeros))).reshape(4, 6))
    yield call(rng.normal(size=(3, 2)) + 9)


@sparsity.test("takes another tolerance, any shape, integers, float32 and a single weight", points=1)
def _(rng):
    signed = rng.permutation([0.5, -0.5, 0.25, -0.25, 1.0, -1.0, -2.0, *rng.uniform(3, 4, size=3)])
    yield call(signed, 0.5)
    yield call(signed.reshape(2, 5), tolerance=0.3)
    yield call(rng.permutation(np.append(np.zeros(rng.integers(1, 7)), rng.normal(size=14))[:14]) + 0.0)
    yield call(np.append(rng.integers(1, 4, size=3), [0, -2]))
    yield call(rng.permutation([1.0, -1.0, 2.0, -2.0, 0.0]))
    yield call(np.append(rng.normal(size=5), [0, 0]).astype(np.float32), 1e-6)
    yield call(np.array(0.0))


sparsity.mistake(
    "Negative weights are counted as small. Take the absolute value first.",
    lambda weights, tolerance=1e-8: float(np.mean(weights <= tolerance)),
)
sparsity.mistake(
    "This is the share of weights that are *not* zero.",
    lambda weights, tolerance=1e-8: float(np.mean(np.abs(weights) > tolerance)),
)
sparsity.mistake(
    "This counts. The share is the count over the number of weights.",
    lambda weights, tolerance=1e-8: int(np.sum(np.abs(weights) <= tolerance)),
)
sparsity.mistake(
    "Only exact zeros are counted: tolerance is not used.",
    lambda weights, tolerance=1e-8: float(np.mean(np.asarray(weights) == 0)),
)
sparsity.mistake(
    "A weight as large as the tolerance counts as zero: <=, not <.",
    lambda weights, tolerance=1e-8: float(np.mean(np.abs(weights) < tolerance)),
)
sparsity.mistake(
    "The tolerance given is not used: it is 1e-8 only where the caller says nothing.",
    lambda weights, tolerance=1e-8: float(np.mean(np.abs(weights) <= 1e-8)),
)
sparsity.mistake(
    "This is a percentage. A share lies between 0 and 1.",
    lambda weights, tolerance=1e-8: 100 * float(np.mean(np.abs(weights) <= tolerance)),
)
sparsity.mistake(
    "len(weights) is the number of rows. The number of weights is weights.size.",
    lambda weights, tolerance=1e-8: float(np.sum(np.abs(weights) <= tolerance) / len(weights)),
)

sparsity.mistake(
    "This is how small the mean of the weights is, as one yes or no. Ask it of each weight, then take the "
    "share.",
    lambda weights, tolerance=1e-8: float(np.abs(np.mean(weights)) <= tolerance),
)
sparsity.mistake(
    "The squares are compared with the tolerance. It is |w| that must not exceed it.",
    lambda weights, tolerance=1e-8: float(np.mean(np.square(weights) <= tolerance)),
)
sparsity.mistake(
    "Positive weights are counted as small. Take the absolute value first.",
    lambda weights, tolerance=1e-8: float(np.mean(weights >= -tolerance)),
)
sparsity.mistake(
    "The tolerance is taken for a share of the largest weight. It is an amount: |w| <= tolerance.",
    lambda weights, tolerance=1e-8: float(np.mean(np.abs(weights) <= tolerance * np.max(np.abs(weights)))),
)
sparsity.mistake(
    "Weights are rounded to the tolerance first, and what lies above half of it is lost. |w| <= tolerance.",
    lambda weights, tolerance=1e-8: float(np.mean(np.round(np.divide(weights, tolerance)) == 0)),
)
sparsity.mistake(
    "This is a share a row. One number is asked for, over all weights.",
    lambda weights, tolerance=1e-8: np.mean(np.abs(np.atleast_2d(weights)) <= tolerance, axis=-1),
)
sparsity.mistake(
    "These are truth values, one a weight. The share of True among them is their mean.",
    lambda weights, tolerance=1e-8: np.abs(weights) <= tolerance,
)
sparsity.mistake(
    "The share comes out whole, as whole division makes it: divide with /, not //.",
    lambda weights, tolerance=1e-8: int(np.sum(np.abs(weights) <= tolerance)) // np.size(weights),
)


sparsity.mistake(
    "This is a share for each column. One number for all weights is asked for.",
    lambda weights, tolerance=1e-8: np.mean(np.abs(weights) <= tolerance, axis=0),
)


# ---- both ----

elastic_net_penalty = Exercise(
    "elastic_net_penalty",
    LESSON,
    reference.elastic_net_penalty,
    hint="Call l2_penalty and l1_penalty; add the two penalties, and the gradients array by array.",
    parts=("penalty", "gradients"),
    builds_on=(l2_penalty, l1_penalty),
)


@elastic_net_penalty.test("is the sum of L2 and L1, each with its own strength", points=1)
def _(rng):
    for case in two_layers(rng):
        (weights, first), _ = case.call.arguments
        yield call(weights, first, round(first / 2 + rng.uniform(0.5, 0.9), 2))


@elastic_net_penalty.test("takes any shapes, integers, float32, zeros, and strengths of 0", points=1)
def _(rng):
    for case in other_weights(rng):
        (weights, first), _ = case.call.arguments
        yield call(weights, first, round(rng.uniform(0.9, 1.5), 2))
    yield call([rng.normal(size=(2, 2)).round(1) + 0.05], strength(rng), 0)
    yield call([rng.normal(size=3).round(1) + 0.05], l2_strength=0.003, l1_strength=0.5)


def elastic(value, gradient):
    """A wrong answer: a value from all weights in one row, and a gradient for each array."""
    return lambda weights, l2_strength, l1_strength: (
        float(value(together(weights), l2_strength, l1_strength)),
        [gradient(w, l2_strength, l1_strength) for w in weights],
    )


def both_values(w, l2_strength, l1_strength):
    return half_squares(w, l2_strength) + sizes(w, l1_strength)


def both_gradients(w, l2_strength, l1_strength):
    return l2_strength * w + signs(w, l1_strength)


elastic_net_penalty.mistake(
    "The strengths are swapped: l2_strength goes with the squares, l1_strength with |w|.",
    lambda weights, l2_strength, l1_strength: reference.elastic_net_penalty(
        weights, l1_strength, l2_strength
    ),
)
elastic_net_penalty.mistake(
    "The ½ before the squares is missing.",
    elastic(lambda w, l2, l1: l2 * np.sum(w * w) + l1 * np.sum(np.abs(w)), both_gradients),
)
elastic_net_penalty.mistake(
    "The ½ before the squares is missing, and so the gradient has a 2 too many.",
    elastic(
        lambda w, l2, l1: l2 * np.sum(w * w) + l1 * np.sum(np.abs(w)),
        lambda w, l2, l1: 2 * l2 * w + l1 * np.sign(w),
    ),
)
elastic_net_penalty.mistake(
    "The ½ belongs to L2 alone, not to the sum of both.",
    elastic(lambda w, l2, l1: (l2 * np.sum(w * w) + l1 * np.sum(np.abs(w))) / 2, both_gradients),
)
elastic_net_penalty.mistake(
    "The gradients are those of L2 alone: add λ₁·sign(w).",
    elastic(both_values, lambda w, l2, l1: l2 * w),
)
elastic_net_penalty.mistake(
    "The gradients are those of L1 alone: add λ₂·w.",
    elastic(both_values, lambda w, l2, l1: l1 * np.sign(w)),
)
elastic_net_penalty.mistake(
    "l1_strength serves for both penalties. The squares have l2_strength.",
    lambda weights, l2_strength, l1_strength: reference.elastic_net_penalty(
        weights, l1_strength, l1_strength
    ),
)
elastic_net_penalty.mistake(
    "One strength serves for both penalties here. There are two.",
    lambda weights, l2_strength, l1_strength: reference.elastic_net_penalty(
        weights, l2_strength, l2_strength
    ),
)


@elastic_net_penalty.mistake(
    "+ between two *lists* puts one behind the other. Add the arrays pair by pair: "
    "[a + b for a, b in zip(g2, g1)]."
)
def _(weights, l2_strength, l1_strength):
    squares, g2 = reference.l2_penalty(weights, l2_strength)
    absolutes, g1 = reference.l1_penalty(weights, l1_strength)
    return squares + absolutes, g2 + g1


elastic_net_penalty.mistake(
    "This returns two pairs, one for each penalty. Add them: one penalty, one list of gradients.",
    lambda weights, l2_strength, l1_strength: (
        reference.l2_penalty(weights, l2_strength),
        reference.l1_penalty(weights, l1_strength),
    ),
)


@elastic_net_penalty.mistake(
    "+ between two *lists* puts one behind the other, the gradients of L1 and then those of L2. Add the "
    "arrays pair by pair."
)
def _(weights, l2_strength, l1_strength):
    squares, g2 = reference.l2_penalty(weights, l2_strength)
    absolutes, g1 = reference.l1_penalty(weights, l1_strength)
    return squares + absolutes, g1 + g2


@elastic_net_penalty.mistake(
    "NumPy adds lists of arrays only where all arrays have one shape. Add them pair by pair, in a list."
)
def _(weights, l2_strength, l1_strength):
    squares, g2 = reference.l2_penalty(weights, l2_strength)
    absolutes, g1 = reference.l1_penalty(weights, l1_strength)
    return squares + absolutes, np.add(g2, g1)


elastic_net_penalty.mistake(
    "The penalty is that of L2 alone: add λ₁·Σ|w|.",
    elastic(lambda w, l2, l1: half_squares(w, l2), both_gradients),
)
elastic_net_penalty.mistake(
    "The penalty is that of L1 alone: add λ₂/2·Σw².", elastic(lambda w, l2, l1: sizes(w, l1), both_gradients)
)
elastic_net_penalty.mistake(
    "One strength is shared out by the other, as a ratio. Here each penalty has a strength of its own: add "
    "them.",
    elastic(
        lambda w, l2, l1: l2 * (l1 * np.sum(np.abs(w)) + (1 - l1) / 2 * np.sum(w * w)),
        lambda w, l2, l1: l2 * (l1 * np.sign(w) + (1 - l1) * w),
    ),
)
elastic_net_penalty.mistake(
    "This is the mean of the two penalties. They are added in full, and so are their gradients.",
    elastic(
        lambda w, l2, l1: both_values(w, l2, l1) / 2,
        lambda w, l2, l1: both_gradients(w, l2, l1) / 2,
    ),
)
elastic_net_penalty.mistake(
    "The penalties are multiplied. They are added.",
    elastic(lambda w, l2, l1: half_squares(w, l2) * sizes(w, l1), both_gradients),
)
elastic_net_penalty.mistake(
    "The gradients are missing. Return two things: the penalty, and a list of gradients.",
    lambda weights, l2_strength, l1_strength: float(both_values(together(weights), l2_strength, l1_strength)),
)
elastic_net_penalty.mistake(
    "The two results are swapped: return the penalty first, then the gradients.",
    lambda weights, l2_strength, l1_strength: reference.elastic_net_penalty(
        weights, l2_strength, l1_strength
    )[::-1],
)
elastic_net_penalty.mistake(
    "The gradients are those of L2 and L1 in two lists. Add them array by array: one list.",
    lambda weights, l2_strength, l1_strength: (
        both_values(together(weights), l2_strength, l1_strength),
        [reference.l2_penalty(weights, l2_strength)[1], reference.l1_penalty(weights, l1_strength)[1]],
    ),
)


elastic_net_penalty.mistake(
    "L1 counts by 1 − l2_strength as well. Both strengths stand by themselves.",
    lambda weights, l2_strength, l1_strength: (
        reference.l2_penalty(weights, l2_strength)[0]
        + (1 - l2_strength) * reference.l1_penalty(weights, l1_strength)[0],
        reference.elastic_net_penalty(weights, l2_strength, l1_strength)[1],
    ),
)
elastic_net_penalty.mistake(
    "The gradient of L2 has a 2 too many: it is λ₂·w, for the penalty has the ½.",
    lambda weights, l2_strength, l1_strength: (
        reference.elastic_net_penalty(weights, l2_strength, l1_strength)[0],
        reference.elastic_net_penalty(weights, 2 * l2_strength, l1_strength)[1],
    ),
)
elastic_net_penalty.mistake(
    "L1 is taken off. The two penalties are added.",
    lambda weights, l2_strength, l1_strength: (
        reference.l2_penalty(weights, l2_strength)[0] - reference.l1_penalty(weights, l1_strength)[0],
        reference.elastic_net_penalty(weights, l2_strength, l1_strength)[1],
    ),
)


QUIZ = (
    Question(
        "Training loss low, validation loss far above it and climbing. What is it, and what may help?",
        a=wrong("Underfitting: a larger network.", "A network that underfits has a high *training* loss."),
        b=right(
            "Overfitting: stop earlier, or a penalty.",
            "It learns by heart what is particular to its training set.",
        ),
        c=wrong(
            "A bug in the gradient.",
            "Nothing here points to one. Nor does a low loss rule it out: that takes a gradient check.",
        ),
    ),
    Question(
        "Losses 0.9, 0.7, 0.8, 0.75, 0.72 and patience 3. Which weights does early stopping hand back?",
        a=wrong("Those of epoch 4, where it stops.", "Stopping is half of it; it goes back to its best."),
        b=wrong("Those of epoch 3.", "0.75 is better than the epoch before, and worse than the best."),
        c=right("Those of epoch 1.", "0.7 is the best; epochs 2, 3 and 4 have not improved on it."),
    ),
    Question(
        "A weight is 0.001. Which penalty still pulls at it as hard as at a weight of 1?",
        a=right("L1", "Its gradient is λ·sign(w), whatever the size."),
        b=wrong("L2", "Its gradient is λ·w, a thousandth of what it is at 1."),
        c=wrong("Both L1 and L2.", "The pull of L2 fades with the weight."),
    ),
    Question(
        "Plain gradient descent with L1. How many weights are exactly 0 in the end?",
        a=wrong(
            "About half.", "A proximal step made more than a third zero here; the plain step jumps over 0."
        ),
        b=right(
            "Hardly any: they hop around 0.",
            "Each step moves them by ηλ, past 0 and back. Soft thresholding stops there.",
        ),
        c=wrong("All whose gradient is small.", "They come close to 0, and hop from side to side."),
    ),
    Question(
        "An input is always 0, so its weights get no gradient from the loss. Adam, with L2 in the gradient: "
        "λ is made ten times smaller, and λ|w| stays far above ε. How fast do these weights shrink now?",
        a=wrong("A tenth as fast.", "So it would be with plain gradient descent, or with AdamW."),
        b=wrong("Not at all.", "The penalty still gives them a gradient, if a small one."),
        c=right(
            "As fast as before.",
            "Adam divides the gradient by its own size, and λ with it.",
        ),
    ),
    Question(
        "You double your training images by mirroring them. When should that help?",
        a=wrong(
            "Whenever there are few images.",
            "It cost the few digits five points: what has to be told apart has become more, and more alike.",
        ),
        b=right(
            "Where a mirrored image is still one of its class.",
            "A mirrored cat is a cat, and might be met. A mirrored 2 is no 2.",
        ),
        c=wrong("Where the network underfits.", "Then it does not even learn the examples that it has."),
    ),
)


# ---- weight decay beside Adam ----


def numbers(rng, *shape):
    """Parameters, averages or gradients, none of them near 0."""
    return (rng.uniform(0.3, 3, shape) * rng.choice([-1, 1], shape)).round(1)


def squares(rng, *shape):
    """Averages of squares."""
    return rng.uniform(0.5, 5, shape).round(1)


def state(rng, *shape):
    """Params and the two averages."""
    return numbers(rng, *shape), numbers(rng, *shape) / 4, squares(rng, *shape)


adamw_step = Exercise(
    "adamw_step",
    LESSON,
    optimizers.adamw_step,
    hint="The step of lesson 08's adam_step, with the gradient as it comes; then take "
    "learning_rate·weight_decay·params off, where params are the old ones.",
    parts=("params", "m", "v"),
)


@adamw_step.test("takes Adam's step, and off the old params the share learning_rate·weight_decay", points=1)
def _(rng):
    yield call(*state(rng, 2), 2, numbers(rng, 2), 0.5, 0.9, 0.75, 0.1, 0.2)
    yield call(*state(rng, 2, 3), 3, numbers(rng, 2, 3), 0.1, 0.8, 0.99, 0.5, 1.5)
    t = int(rng.integers(5, 40))
    yield call(*state(rng, 4), t, numbers(rng, 4), 0.1, 0.9, 0.999, 0.01, round(rng.uniform(0.2, 0.9), 2))
    zeros = np.zeros(3)
    yield call(numbers(rng, 3), zeros, zeros.copy(), 1, numbers(rng, 3), 0.25, 0.9, 0.999, 1e-8, 0.5)


@adamw_step.test(
    "takes a gradient or a decay of 0, integers, single numbers and float32; leaves its arguments alone",
    points=1,
)
def _(rng):
    zeros = np.zeros(3)
    yield call(numbers(rng, 3), zeros, zeros.copy(), 1, zeros.copy(), 0.1, 0.9, 0.999, 1e-8, 0.5)
    yield call(*state(rng, 3), 2, numbers(rng, 3), 0.1, 0.9, 0.99, 0.1, 0.0)
    whole = rng.integers(1, 5, 3), rng.integers(1, 4, 3), rng.integers(1, 9, 3)
    yield call(*whole, 3, rng.integers(1, 5, 3), 0.5, 0.9, 0.75, 0.25, 0.5)
    yield call(
        np.array(rng.normal()), np.array(0.25), np.array(1.5), 2, np.array(0.5), 0.1, 0.8, 0.9, 0.2, 0.3
    )
    params, m, v, grad = (array.astype(np.float32) for array in (*state(rng, 4), numbers(rng, 4)))
    yield call(params, m, v, 4, grad, 0.1, 0.9, 0.99, 0.1, weight_decay=0.25)


def _adam_and(decayed=lambda moved, params, rate, decay: moved - rate * decay * params):
    """A wrong answer that takes Adam's step, and decays in its own way."""

    def answer(params, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay):
        moved, m, v = optimizers.adam_step(params, m, v, t, grad, learning_rate, beta1, beta2, eps)
        return decayed(moved, params, learning_rate, weight_decay), m, v

    return answer


def _decay_in_gradient(seen_by_m=True, seen_by_v=True):
    """A wrong answer whose averages, one or both, see the penalty's gradient."""

    def answer(params, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay):
        penalized = grad + weight_decay * params
        m = beta1 * m + (1 - beta1) * (penalized if seen_by_m else grad)
        v = beta2 * v + (1 - beta2) * (penalized if seen_by_v else grad) ** 2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        return params - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v

    return answer


def _adamw(
    hats=lambda m, v, t, b1, b2: (m / (1 - b1**t), v / (1 - b2**t)), below=lambda v, eps: np.sqrt(v) + eps
):
    """A wrong answer whose decay is right, and Adam's step is not."""

    def answer(params, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay):
        m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
        m_hat, v_hat = hats(m, v, t, beta1, beta2)
        with np.errstate(all="ignore"):
            return params - learning_rate * (m_hat / below(v_hat, eps) + weight_decay * params), m, v

    return answer


adamw_step.mistake(
    "This is Adam with L2: the decay goes into the gradient, where Adam divides it. Leave grad as it is, and "
    "decay beside the step.",
    _decay_in_gradient(),
)
adamw_step.mistake(
    "The penalty's gradient is in m. Both averages see the loss's gradient alone.",
    _decay_in_gradient(seen_by_v=False),
)
adamw_step.mistake(
    "The penalty's gradient is in v. Both averages see the loss's gradient alone.",
    _decay_in_gradient(seen_by_m=False),
)
adamw_step.mistake(
    "The decay takes off weight_decay·params. The share is learning_rate·weight_decay.",
    _adam_and(lambda moved, params, rate, decay: moved - decay * params),
)
adamw_step.mistake(
    "The params have moved before they decay. Take the share off the *old* params.",
    _adam_and(lambda moved, params, rate, decay: (1 - rate * decay) * moved),
)
adamw_step.mistake(
    "The decay makes the params larger: learning_rate·weight_decay·params is taken off.",
    _adam_and(lambda moved, params, rate, decay: moved + rate * decay * params),
)
adamw_step.mistake(
    "Nothing decays: this is Adam. Take learning_rate·weight_decay·params off as well.",
    _adam_and(lambda moved, params, rate, decay: moved),
)
adamw_step.mistake(
    "This decays towards 0 by a fixed amount, as L1 does. Take a share of the params off, not of their sign.",
    _adam_and(lambda moved, params, rate, decay: moved - rate * decay * np.sign(params)),
)
adamw_step.mistake(
    "The old params are multiplied by weight_decay. What is left of them is 1 − learning_rate·weight_decay.",
    _adam_and(lambda moved, params, rate, decay: moved - params + decay * params),
)
adamw_step.mistake(
    "The decay has a 2 too many: it is learning_rate·weight_decay·params, as of λ/2·Σw².",
    _adam_and(lambda moved, params, rate, decay: moved - 2 * rate * decay * params),
)
adamw_step.mistake(
    "The old params are gone: what comes out is −step − decay. params − step − decay is asked for.",
    _adam_and(lambda moved, params, rate, decay: moved - params - rate * decay * params),
)
adamw_step.mistake(
    "The decay is multiplied by the learning rate twice.",
    _adam_and(lambda moved, params, rate, decay: moved - rate**2 * decay * params),
)


@adamw_step.mistake(
    "The decay is divided by √v̂ + eps, as the step is. It stands beside the quotient, not above its line."
)
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return params - learning_rate * (m_hat + weight_decay * params) / (np.sqrt(v_hat) + eps), m, v


adamw_step.mistake(
    "Nothing is corrected: the step uses m and v. Divide them by 1 − beta1**t and 1 − beta2**t first.",
    _adamw(lambda m, v, t, b1, b2: (m, v)),
)
adamw_step.mistake(
    "The power is missing: this divides by 1 − beta, which is right for t = 1 only.",
    _adamw(lambda m, v, t, b1, b2: (m / (1 - b1), v / (1 - b2))),
)


adamw_step.mistake(
    "eps stands inside the root. It belongs outside: √v̂ + eps.", _adamw(below=lambda v, eps: np.sqrt(v + eps))
)
adamw_step.mistake("The root of v̂ is missing.", _adamw(below=lambda v, eps: v + eps))


@adamw_step.mistake(
    "eps is added after the division: … / np.sqrt(v_hat) + eps. Write … / (np.sqrt(v_hat) + eps)."
)
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay):
    without = _adamw(below=lambda v_hat, _: np.sqrt(v_hat))
    params, m, v = without(params, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay)
    return params + eps, m, v


adamw_step.mistake(
    "The corrected averages are handed back. Then the next step corrects them twice: return m and v.",
    lambda params, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay: (
        optimizers.adamw_step(params, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay)[0],
        (beta1 * m + (1 - beta1) * grad) / (1 - beta1**t),
        (beta2 * v + (1 - beta2) * grad**2) / (1 - beta2**t),
    ),
)


@adamw_step.mistake(
    "This writes into the caller's array, as `params -= …` does. `params = params - …` makes a new one."
)
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay):
    moved, m, v = optimizers.adam_step(params, m, v, t, grad, learning_rate, beta1, beta2, eps)
    decay = learning_rate * weight_decay * params
    params -= params - moved
    params -= decay
    return params, m, v


adamw_step.mistake(
    "Only the params are returned. The next step needs m and v too: return params, m, v.",
    lambda *arguments, **named: optimizers.adamw_step(*arguments, **named)[0],
)


@adamw_step.formula
def _(params, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return (
        params - learning_rate * m_hat / (np.sqrt(v_hat) + eps) - learning_rate * weight_decay * params,
        m,
        v,
    )


# ---- labels that are less sure ----

smooth_labels = Exercise(
    "smooth_labels",
    LESSON,
    losses.smooth_labels,
    hint="Start from epsilon/num_classes everywhere, and add 1 − epsilon in each row, in its label's column.",
)


@smooth_labels.test("leaves 1 − ε with the label, and shares ε among all classes, the label's too", points=1)
def _(rng):
    yield call(rng.permutation(4)[:3], 4, 0.2)
    yield call(rng.integers(0, 9, size=12), 10, round(rng.uniform(0.05, 0.4), 2))
    yield call(np.array([0, 2, 1, 1]), 3, 0.3)


@smooth_labels.test("takes lists, classes that do not occur, a single label, and an ε of 0 or 1", points=1)
def _(rng):
    yield call([int(label) for label in rng.integers(0, 3, size=5)], 3, 0.1)
    yield call(rng.integers(0, 3, size=4), int(rng.integers(5, 9)), 0.25)
    yield call(np.array([int(rng.integers(0, 4))]), 4, 0.4)
    yield call([1, 0, 1], 2, epsilon=0)
    yield call(rng.integers(0, 5, size=3), 5, 1)


def _smoothed(
    ones=lambda labels, k: np.eye(k)[labels], mixed=lambda ones, k, eps: (1 - eps) * ones + eps / k
):
    return lambda labels, num_classes, epsilon: mixed(
        ones(np.asarray(labels), num_classes), num_classes, epsilon
    )


smooth_labels.mistake(
    "Nothing is taken off the label: its row sums to 1 + ε. It keeps 1 − ε, and its share of ε.",
    _smoothed(mixed=lambda ones, k, eps: ones + eps / k),
)
smooth_labels.mistake(
    "ε is shared among the other classes alone. Every class gets ε/k, the label's own too.",
    _smoothed(mixed=lambda ones, k, eps: (1 - eps) * ones + (1 - ones) * eps / max(k - 1, 1)),
)
smooth_labels.mistake(
    "ε is shared in k − 1 parts, and the label gets one as well: its row sums to more than 1. Divide by k.",
    _smoothed(mixed=lambda ones, k, eps: (1 - eps) * ones + eps / max(k - 1, 1)),
)
smooth_labels.mistake(
    "The label gets no share of ε: its row sums to less than 1. Add ε/k in its column too.",
    _smoothed(mixed=lambda ones, k, eps: np.where(ones == 1, 1 - eps, eps / k)),
)
smooth_labels.mistake(
    "Every class gets ε whole. Share it out: ε/k each.",
    _smoothed(mixed=lambda ones, k, eps: (1 - eps) * ones + eps),
)
smooth_labels.mistake(
    "The shares are missing: add ε/k to every entry.",
    _smoothed(mixed=lambda ones, k, eps: (1 - eps) * ones),
)
smooth_labels.mistake(
    "This is one-hot: ε is not used.",
    _smoothed(mixed=lambda ones, k, eps: ones),
)
smooth_labels.mistake(
    "ε and 1 − ε have changed places: the label keeps 1 − ε.",
    _smoothed(mixed=lambda ones, k, eps: eps * ones + (1 - eps) / k),
)
smooth_labels.mistake(
    "Classes are counted from 0: label 2 is the third column.",
    _smoothed(lambda labels, k: np.eye(k)[labels - 1]),
)
smooth_labels.mistake(
    "Rows and columns are swapped: a row for each *label*.",
    lambda labels, num_classes, epsilon: losses.smooth_labels(labels, num_classes, epsilon).T,
)
smooth_labels.mistake(
    "The columns are as many as labels occur here. num_classes says how many there are.",
    lambda labels, num_classes, epsilon: (
        (1 - epsilon) * np.eye(int(np.max(labels)) + 1)[np.asarray(labels)] + epsilon / num_classes
    ),
)
smooth_labels.mistake(
    "out[:, labels] fills whole columns. Each row has its own column: out[np.arange(n), labels].",
    _smoothed(lambda labels, k: np.tile(np.isin(np.arange(k), labels) * 1.0, (len(labels), 1))),
)
smooth_labels.mistake(
    "ε is divided by the number of labels. Share it among the classes: ε/num_classes.",
    lambda labels, num_classes, epsilon: (
        (1 - epsilon) * np.eye(num_classes)[np.asarray(labels)] + epsilon / len(labels)
    ),
)
smooth_labels.mistake(
    "The label itself is multiplied by 1 − ε. It says in which column 1 − ε goes.",
    lambda labels, num_classes, epsilon: (1 - epsilon) * np.asarray(labels) + epsilon / num_classes,
)
smooth_labels.mistake(
    "A list has no .shape or .size, and labels may be a list. len(labels) takes both.",
    lambda labels, num_classes, epsilon: (
        (1 - epsilon) * np.eye(num_classes)[labels]
        + np.full((labels.size, num_classes), epsilon / num_classes)
    ),
)


@smooth_labels.formula
def _(labels, num_classes, epsilon):
    one_hot = np.eye(num_classes)[np.asarray(labels)]
    return (1 - epsilon) * one_hot + epsilon / num_classes


# ---- the formulas: a wrong answer is compared with what a change to one gives ----


@count_parameters.formula
def _(layer_sizes):
    return sum(n * m + m for n, m in pairwise(layer_sizes))


@l2_penalty.formula
def _(weights, strength):
    penalty = strength / 2 * sum(np.sum(w**2) for w in weights)
    return penalty, [strength * w for w in weights]


@l1_penalty.formula
def _(weights, strength):
    penalty = strength * sum(np.sum(np.abs(w)) for w in weights)
    return penalty, [strength * np.sign(w) for w in weights]


@l2_penalty.formula
def _(weights, strength):
    penalty, gradients = 0.0, []
    for w in weights:
        penalty = penalty + 0.5 * strength * np.sum(w**2)
        gradients.append(strength * w)
    return penalty, gradients


@elastic_net_penalty.formula
def _(weights, l2_strength, l1_strength):
    squares = sum(np.sum(w**2) for w in weights)
    sizes = sum(np.sum(np.abs(w)) for w in weights)
    penalty = l2_strength / 2 * squares + l1_strength * sizes
    return penalty, [l2_strength * w + l1_strength * np.sign(w) for w in weights]


@early_stopping.formula
def _(validation_losses, patience, min_delta=0.0):
    best, best_epoch, waited = np.inf, 0, 0
    for epoch, loss in enumerate(validation_losses):
        if loss < best - min_delta or epoch == 0:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited = waited + 1
        if waited >= patience:
            return epoch, best_epoch
    return len(validation_losses) - 1, best_epoch


@sparsity.formula
def _(weights, tolerance=1e-8):
    small = sum(np.sum(np.abs(w) <= tolerance) for w in weights)
    return small / sum(np.size(w) for w in weights)
