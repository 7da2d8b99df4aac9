"""Lesson 05: the first weights."""

import numpy as np

from dlcourse import initializers
from dlcourse.authoring.questions.bank import Bank, asked, choice, drawn, right, wrong
from dlcourse.exercises import initialization as exercises

bank = Bank("05_initialization")


@bank.question
def saturated_share(rng):
    sums = np.append(rng.normal(scale=6, size=6).round(1), [5.0, -7.5])
    listed = ", ".join(f"{z:g}" for z in sums)
    return asked(
        f"Eight pre-activations of sigmoid units: {listed}. "
        "A unit counts as saturated where $|z| > 5$. Which share is saturated?",
        exercises.saturated_fraction,
        sums,
        why="The entries with $|z| > 5$ on either side, divided by eight; 5 itself is not beyond 5.",
    )


@bank.question
def variance_by_scheme(rng):
    n_in, n_out = (50 * n for n in drawn(rng, 1, 16, 2))
    scheme, name = [("lecun", "LeCun"), ("glorot", "Glorot"), ("he", "He")][rng.integers(3)]
    return asked(
        f"A layer has {n_in} inputs and {n_out} outputs. What variance has {name}'s rule for its weights?",
        exercises.weight_variance,
        scheme,
        n_in,
        n_out,
        why="LeCun: $1/n_{in}$. Glorot: $2/(n_{in}+n_{out})$. He: $2/n_{in}$.",
    )


@bank.question
def limit_of_a_uniform(rng):
    variance = round(float(rng.uniform(0.01, 0.9)), 2)
    return asked(
        f"Weights are to be uniform in $(-a, a)$ with variance {variance:g}. What is $a$?",
        exercises.uniform_limit,
        variance,
        why="The variance of U(−a, a) is $a^2/3$, so $a = \\sqrt{3 \\operatorname{Var}}$.",
    )


@bank.question
def noise_to_weight(rng):
    noise, n_in = round(float(rng.uniform(0.05, 0.95)), 2), int(rng.integers(3, 40))
    a = initializers.uniform_limit(1 / n_in)
    return choice(
        f"LeCun's rule, {n_in} inputs, weights uniform in $(-a, a)$ with $a = {a:.3g}$. "
        f"Which weight comes of the noise {noise:g}, drawn uniformly from [0, 1)?",
        right(a * (2 * noise - 1), "2·noise − 1 stretches [0, 1) to [−1, 1), and a scales it."),
        wrong(
            a * noise, "Noise that stays positive: these weights have mean a/2, and the derivation wants 0."
        ),
        wrong(a * (noise - 0.5), "This is uniform in (−a/2, a/2): half of the deviation."),
        wrong(2 * noise - 1, "This is uniform in (−1, 1): a is missing."),
        noise=noise,
        n_in=n_in,
    )


@bank.question
def loss_at_birth(rng):
    classes = int(rng.integers(3, 300))
    return choice(
        f"A network knows nothing of {classes} classes and gives each the same probability. "
        "What is its softmax cross-entropy?",
        right(np.log(classes), "$-\\ln(1/k) = \\ln k$."),
        wrong(1 / classes, "That is the probability of a class. The loss is −ln of it."),
        wrong(np.log2(classes), "That is the surprise in bits. The course takes the natural logarithm."),
        wrong(1 - 1 / classes, "That is the share of wrong answers by guessing, not the loss."),
        classes=classes,
    )


@bank.question
def lost_by_the_wrong_factor(rng):
    layers = int(rng.integers(4, 21))
    return choice(
        f"A network of ReLUs has weights of variance 1/n instead of 2/n in each of {layers} layers. By which "
        "factor is the root mean square of the last outputs smaller than with 2/n?",
        right(
            2.0 ** (layers / 2),
            "Each layer halves the mean square, so the root mean square falls by √2 a layer.",
        ),
        wrong(2.0**layers, "That is the factor of the mean square; its root was asked for."),
        wrong(layers / 2, "Factors of layers multiply, they do not add."),
        wrong(2.0, "That is one layer's factor of the mean square."),
        layers=layers,
    )


@bank.question
def variance_of_a_sum(rng):
    n, square = int(rng.integers(20, 400)), round(float(rng.uniform(0.3, 3)), 1)
    variance = round(float(rng.uniform(0.001, 0.05)), 3)
    return choice(
        f"A unit adds up {n} products of inputs with mean square {square:g} and independent weights with "
        f"mean 0 and variance {variance:g}. What is the variance of the sum?",
        right(n * variance * square, "$n \\operatorname{Var}(w)\\, \\mathbb{E}[x^2]$."),
        wrong(np.sqrt(n * variance * square), "That is its standard deviation."),
        wrong(variance * square, "That is the variance of one product; the sum has n of them."),
        wrong(n * variance * square**2, "The mean square is a square already."),
        n=n,
        square=square,
        variance=variance,
    )


@bank.question
def copies(rng):
    units, inputs = drawn(rng, 3, 40, 2)
    return choice(
        f"A hidden layer of {units} tanh units, {inputs} inputs each, begins with all its weights at 0.1. "
        "The weights behind it are drawn at random. How many different columns does its weight matrix have "
        "after some steps of gradient descent?",
        right(
            units,
            "The gradient of a column is multiplied by what the unit counts for behind: they part at once.",
        ),
        wrong(1, "So it would be if the weights behind were equal too (correction X14)."),
        wrong(inputs, "There is a column a unit, and the units part."),
        wrong(0, "There is always at least one column."),
        units=units,
        inputs=inputs,
    )
