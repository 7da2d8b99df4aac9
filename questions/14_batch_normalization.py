"""Lesson 14: batch and layer normalisation."""

import numpy as np

from dlcourse.authoring.questions.bank import Bank, asked, choice, right, wrong
from dlcourse.exercises import batch_normalization as exercises

bank = Bank("14_batch_normalization")
# Four deviations that add up to 0, and the root of the mean of their squares.
SPREADS = (((-3, -1, -1, 5), 3), ((-5, 1, 1, 3), 3), ((-7, -1, 1, 7), 5), ((-4, -4, 4, 4), 4))
NO_EPS = "Take ε for 0."


def four(rng):
    """Four whole numbers, shuffled, their mean and their standard deviation."""
    spread, deviation = SPREADS[rng.integers(len(SPREADS))]
    mean = int(rng.integers(1, 9))
    return [mean + int(one) for one in rng.permutation(spread)], mean, deviation


def listed(numbers):
    return ", ".join(f"{number:g}" for number in numbers).replace("-", "−")


@bank.question
def one_unit(rng):
    x, mean, deviation = four(rng)
    gamma, beta = float(rng.choice([0.5, 2, 3])), float(rng.choice([-2, -1, 1, 2]))
    scaled = (x[0] - mean) / deviation
    return choice(
        f"A unit has the values {listed(x)} on a batch of four examples. Batch normalisation with γ = "
        f"{gamma:g} and β = {listed([beta])} follows. {NO_EPS} What does it put out for the first example?",
        right(
            gamma * scaled + beta,
            f"The mean is {mean}, the variance {deviation**2}: γ · (x − {mean})/{deviation} + β.",
        ),
        wrong(gamma * scaled / deviation + beta, "This divides by the variance. Divide by its root."),
        wrong(gamma * (scaled + beta), "γ multiplies β too. First scale, then shift: γ·x̂ + β."),
        wrong(gamma * (x[0] - mean) + beta, "The mean is taken off, but nothing is divided."),
        x=x,
        gamma=gamma,
        beta=beta,
    )


@bank.question
def running_value(rng):
    running, batch = (float(one) for one in rng.choice(np.arange(2, 40), 2, replace=False))
    momentum = float(rng.choice([0.75, 0.8, 0.9]))
    return asked(
        f"The running mean of a batch normalisation is {running:g}, and the next batch has the mean "
        f"{batch:g}. With a momentum of {momentum:g}, as the share of the *old* value that is kept, what is "
        "the running mean then?",
        exercises.update_running,
        running,
        batch,
        momentum,
        why=f"{momentum:g} of the old value and {1 - momentum:g} of the new one.",
    )


@bank.question
def running_value_under_way(rng):
    value, momentum, updates = (
        float(rng.integers(2, 20)),
        float(rng.choice([0.5, 0.8, 0.9])),
        int(rng.integers(2, 4)),
    )
    return choice(
        f"A running mean begins at 0. Every batch has the mean {value:g}, and the share of the old value "
        f"that is kept is {momentum:g}. What is the running mean after {updates} updates?",
        right(
            value * (1 - momentum**updates),
            "What is left of the way is multiplied by the momentum at each update.",
        ),
        wrong(value * (1 - momentum), "That is after one update."),
        wrong(value * momentum**updates, "That is what is still missing."),
        wrong(value, "It comes near to that, but needs time: it begins at 0, and keeps a share of that."),
        value=value,
        momentum=momentum,
        updates=updates,
    )


@bank.question
def momentum_in_pytorch(rng):
    kept = float(rng.choice([0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99]))
    return choice(
        f"In this course a batch normalisation with `momentum={kept:g}` keeps {kept:.0%} of the old running "
        "value at each update. Which `momentum` makes PyTorch's `BatchNorm1d` keep as much?",
        right(1 - kept, "PyTorch's momentum is the share of the new value."),
        wrong(kept, "There the letter stands for the other share, that of the new value."),
        wrong(1 / (1 - kept), "That is about the number of batches that the average looks back on."),
        wrong(kept / 2, "The two shares add up to 1."),
        kept=kept,
    )


@bank.question
def weights_times_a_factor(rng):
    factor = int(rng.integers(2, 30))
    return choice(
        "Batch normalisation follows a dense layer, in training mode. All weights and biases of the dense "
        f"layer are multiplied by {factor}. {NO_EPS} By which factor does the output of the normalisation "
        "change?",
        right(1, "It does not change: the layer divides by the spread that it measures."),
        wrong(
            factor,
            "Its input does. The layer divides by the spread that it measures, which has grown as much.",
        ),
        wrong(1 / factor, "The layer divides by the spread, but what it divides has grown as well."),
        wrong(factor**2, "The variance grows so. It is divided out."),
        factor=factor,
    )


@bank.question
def gradient_of_larger_weights(rng):
    factor = int(rng.integers(2, 30))
    return choice(
        "Batch normalisation follows a dense layer, in training mode. All weights and biases of the dense "
        f"layer are multiplied by {factor}. {NO_EPS} By which factor does the gradient of the loss with "
        "respect to these weights change, on the same batch?",
        right(
            1 / factor, "The loss is the same, and a change of the weights is now a smaller share of them."
        ),
        wrong(1, "The loss does not change, but the same small change of larger weights turns it less."),
        wrong(factor, "On the way back the layer divides by the spread, which is larger now."),
        wrong(
            1 / factor**2, "The layer divides by the spread once, and the inputs of the weights are the same."
        ),
        factor=factor,
    )


@bank.question
def batch_of_two(rng):
    gamma, beta = float(rng.choice([2, 3, 4, 5])), float(rng.choice([-2, -1, 1, 2]))
    low, gap = int(rng.integers(1, 9)), 2 * int(rng.integers(2, 8))
    return choice(
        f"A batch of two: a unit has the values {low} and {low + gap}. Batch normalisation with γ = "
        f"{gamma:g} and β = {listed([beta])} follows, in training mode. {NO_EPS} What does it put out for "
        "the larger value?",
        right(gamma + beta, "Two values become −1 and 1, whatever their distance. Then γ and β."),
        wrong(gamma * gap / 2 + beta, "The mean is taken off, but not divided by the standard deviation."),
        wrong(gamma / np.sqrt(2) + beta, "The variance of the batch is divided by n here, not by n − 1."),
        wrong(beta, "So it is with one example. Of two, one lies above the mean."),
        gamma=gamma,
        beta=beta,
        low=low,
        gap=gap,
    )


@bank.question
def batch_of_one(rng):
    gamma, x = float(rng.choice([0.5, 2, 3])), float(rng.integers(4, 12))
    beta = float(rng.choice([-2, -1, 1, 2]))
    return choice(
        f"A batch of one: a unit has the value {x:g}. By the formula of batch normalisation in training "
        f"mode, with γ = {gamma:g}, β = {listed([beta])} and ε = 0.00001, what comes out?",
        right(beta, "The value is the mean of its batch, so x − mean is 0, and β is left."),
        wrong(gamma * x + beta, "The mean of one number is that number: it is taken off first."),
        wrong(gamma + beta, "The normalised value is 0, not 1: one example is its own mean."),
        wrong("nan: it divides 0 by 0", "The variance is 0, but ε under the root is not: 0/√ε is 0."),
        gamma=gamma,
        x=x,
        beta=beta,
    )


@bank.question
def one_example_over_its_units(rng):
    (first, mean, deviation), (second, _, _) = four(rng), four(rng)
    over_batch = float(np.sign(first[0] - second[0]))
    return choice(
        f"Two examples with four units each: {listed(first)}, and {listed(second)}. *Layer* normalisation "
        f"with all γ = 1 and β = 0 follows. {NO_EPS} What comes out for the first unit of the first example?",
        right(
            (first[0] - mean) / deviation,
            f"Over the units of this example: mean {mean}, variance {deviation**2}.",
        ),
        wrong(over_batch, "That is batch normalisation, over the two examples of the unit."),
        wrong((first[0] - mean) / deviation**2, "This divides by the variance. Divide by its root."),
        wrong(float(first[0] - mean), "The mean is taken off, but nothing is divided."),
        first=first,
        second=second,
    )


@bank.question
def gradient_of_gamma(rng):
    x, mean, deviation = four(rng)
    upstream = [int(one) for one in rng.integers(-3, 4, 4)]
    x_hat = (np.array(x) - mean) / deviation
    return choice(
        f"On a batch of four a unit has the values {listed(x)}: their mean is {mean}, their standard "
        f"deviation {deviation}. Batch normalisation follows. The gradients of the loss with respect to its "
        f"four outputs are {listed(upstream)}. {NO_EPS} What is the gradient with respect to γ?",
        right(upstream @ x_hat, "γ multiplies x̂ in each example: the sum of gradient times x̂."),
        wrong(upstream @ x_hat / 4, "This is a mean over the batch. γ takes part in every example: sum."),
        wrong(float(np.dot(upstream, x)), "This uses x. What γ multiplies is the normalised x̂."),
        wrong(float(sum(upstream)), "That is the gradient of β."),
        x=x,
        upstream=upstream,
    )


@bank.question
def gradient_of_an_input(rng):
    deviation, gamma = float(rng.choice([2, 4, 5])), float(rng.choice([1, 2, 3]))
    x_hat = np.array([-1, -1, 1, 1])
    upstream = rng.permutation([0, 0, int(rng.choice([4, 8])), int(rng.choice([-4, 4, 12]))])
    factor, first = gamma / deviation, upstream[0]
    through_mean, through_variance = upstream.mean(), x_hat[0] * (upstream * x_hat).mean()
    return choice(
        "Batch normalisation on a batch of four: the normalised values of a unit are $\\hat x$ = "
        f"{listed(x_hat)}, the standard deviation was {deviation:g}, and γ = {gamma:g}. The gradients of "
        f"the loss with respect to the four outputs are u = {listed(upstream)}. {NO_EPS} What is the "
        "gradient with respect to the first input?",
        right(
            factor * (first - through_mean - through_variance),
            "γ/s · (u − mean(u) − x̂ · mean(u · x̂)), for the first of the four.",
        ),
        wrong(
            factor * first, "Mean and variance are no constants: they depend on x, and take two terms off."
        ),
        wrong(factor * (first - through_mean), "The way through the variance is missing: x̂ · mean(u · x̂)."),
        wrong(factor * (first - through_variance), "The way through the mean is missing: mean(u)."),
        deviation=deviation,
        gamma=gamma,
        upstream=[int(one) for one in upstream],
    )


@bank.question
def learned_numbers(rng):
    units, hidden = 10 * int(rng.integers(2, 30)), int(rng.integers(2, 9))
    return choice(
        f"A network has {hidden} hidden dense layers of {units} units, each with weights and biases. Batch "
        "normalisation is put right behind each of them, and the biases before it, which are of no use "
        "now, are left out. How many *learned* numbers more has the network?",
        right(hidden * units, "Each unit gets a γ and a β, and loses a bias."),
        wrong(2 * hidden * units, "Each unit gets a γ and a β, but it loses its bias."),
        wrong(3 * hidden * units, "The running mean and variance are measured, not learned."),
        wrong(hidden, "Each unit has its own γ and β, not each layer."),
        units=units,
        hidden=hidden,
    )


@bank.question
def past_the_shortcuts(rng):
    slope, blocks = float(rng.choice([-0.5, 0.1, 0.2, 0.5])), int(rng.integers(2, 5))
    return choice(
        f"{blocks} blocks in a row, each $y = x + f(x)$ with numbers for x and y, and $f$ has the slope "
        f"{slope:g} everywhere. The gradient of the loss with respect to the last output is 1. What is it "
        "with respect to the first input?",
        right(
            (1 + slope) ** blocks, "Each block multiplies it by 1, past the shortcut, plus the slope of f."
        ),
        wrong(slope**blocks, "So it would be without shortcuts."),
        wrong(1 + slope**blocks, "So it would be with one shortcut around all of the layers."),
        wrong(blocks * (1 + slope), "The factors of blocks multiply, they do not add."),
        slope=slope,
        blocks=blocks,
    )
