"""Lesson 04: rectifiers and their slopes, dead units, what a maxout unit says and costs."""

import numpy as np

from dlcourse import activations
from dlcourse.authoring.questions.bank import Bank, asked, choice, drawn, right, shown, wrong
from dlcourse.exercises import rectifiers as exercises

bank = Bank("04_rectifiers")


def four_sums(rng):
    """Sums of both signs and a 0, in some order."""
    sums = np.array([*drawn(rng, 1, 9, 2), 0, -int(rng.integers(1, 9))], float) / 2
    return rng.permutation(sums)


def four_gradients(rng):
    """Different gradients, two of each sign."""
    sizes = np.array(drawn(rng, 1, 10, 4), float)
    return sizes * rng.permutation([-1, -1, 1, 1])


@bank.question
def back_through_a_relu(rng):
    sums, upstream = four_sums(rng), four_gradients(rng)
    return asked(
        f"A ReLU unit has the sums {shown(sums)} on four examples. The gradients of the loss with respect "
        f"to its outputs are {shown(upstream)}. What are those with respect to the sums? (The slope at 0 "
        "counts as 0.)",
        exercises.relu_backward,
        sums,
        upstream,
        why="Where the sum is above 0 the gradient goes through whole, elsewhere it is 0.",
    )


@bank.question
def back_through_a_leak(rng):
    sums, upstream = four_sums(rng), four_gradients(rng)
    slope = float(rng.choice([0.05, 0.1, 0.2, 0.25]))
    return asked(
        f"A leaky ReLU, $\\max(s x, x)$ with $s = {slope:g}$, has the sums {shown(sums)} on four examples. "
        f"The gradients of the loss with respect to its outputs are {shown(upstream)}. What are those with "
        "respect to the sums? (The slope at 0 counts as $s$.)",
        exercises.leaky_relu_backward,
        sums,
        upstream,
        slope,
        why="Where the sum is above 0 the gradient goes through whole, elsewhere a share s of it.",
    )


@bank.question
def dead_units(rng):
    outputs = rng.integers(1, 8, size=(4, 5)) * (rng.random((4, 5)) < 0.5)
    dead = drawn(rng, 0, 5, int(rng.integers(1, 4)))
    outputs[:, dead] = 0
    rows = "; ".join(shown(row) for row in outputs)
    return asked(
        "A layer of five ReLUs has seen all the training examples there are, four. Its outputs, one row an "
        f"example and one column a unit: {rows}. Which share of the units is dead?",
        exercises.dead_fraction,
        outputs,
        why="The units that are silent on every example, over all units.",
    )


@bank.question
def below_zero_with_elu(rng):
    x, alpha = -round(float(rng.uniform(0.3, 3)), 1), float(rng.choice([0.5, 1.5, 2.0]))
    return choice(
        f"ELU is $x$ above 0 and $\\alpha(e^x - 1)$ elsewhere. What does it say at $x = {shown(x)}$, with "
        f"$\\alpha = {alpha:g}$?",
        right(activations.elu(x, alpha), "$\\alpha(e^x - 1)$, which lies between −α and 0."),
        wrong(alpha * np.exp(x), "The −1 is missing. This is ELU's slope."),
        wrong(alpha * np.exp(x) - 1, "The −1 belongs into the brackets: α·(e^x − 1)."),
        wrong(alpha * x, "That is a straight line, as leaky ReLU's. ELU bends."),
        x=x,
        alpha=alpha,
    )


@bank.question
def where_a_leak_is_steeper(rng):
    slope = round(float(rng.uniform(0.01, 0.3)), 2)
    return choice(
        f"Below 0, ELU with α = 1 is $e^x - 1$, and a leaky ReLU is ${slope:g}x$. Below which $x$ is the "
        "slope of ELU the smaller of the two?",
        right(np.log(slope), "ELU's slope is e^x; it equals s at x = ln s, and fades below."),
        wrong(np.log(1 - slope), "There ELU *says* −s. Its slope is e^x."),
        wrong(-np.log(slope), "The sign is wrong: both are below 0 only where x is."),
        wrong(-slope, "At x = −s ELU's slope e^x is near 1 still. It has to fall to s."),
        slope=slope,
    )


@bank.question
def what_maxout_says(rng):
    (first, second), x = drawn(rng, -4, 5, 2), int(rng.integers(2, 6)) * int(rng.choice([-1, 1]))
    biases = drawn(rng, -6, 7, 2)
    pieces = [x * first + biases[0], x * second + biases[1]]
    weights, offsets = np.array([[[first]], [[second]]]), np.array([[biases[0]], [biases[1]]])
    return choice(
        f"A maxout unit with one input and two pieces has the weights {shown([first, second])} and the "
        f"biases {shown(biases)}. What does it say to the input {shown(x)}?",
        right(
            activations.maxout(np.array([[x]]), weights, offsets).item(),
            "Each piece is an affine map of its own; the unit says the largest.",
        ),
        wrong(min(pieces), "That is the smaller piece."),
        wrong(sum(pieces), "The pieces are added. The unit says the largest of them."),
        wrong(max(pieces[0], 0), "That is a ReLU of the first piece."),
        wrong(max(pieces[1], 0), "That is a ReLU of the second piece."),
        weights=[first, second],
        biases=biases,
        x=x,
    )


@bank.question
def numbers_of_maxout(rng):
    inputs, units, pieces = int(rng.integers(5, 60)), int(rng.integers(3, 20)), int(rng.integers(2, 6))
    return choice(
        f"How many parameters, weights and biases, has a layer of {units} maxout units with {pieces} "
        f"pieces each, behind {inputs} inputs?",
        right(str(pieces * units * (inputs + 1)), "Each piece of each unit has weights and a bias."),
        wrong(str(units * (inputs + 1)), "That is a layer of ReLUs. Each piece has weights of its own."),
        wrong(str(pieces * units * inputs), "Each piece has a bias, too."),
        wrong(str(units * (inputs + pieces)), "The pieces do not share their weights, only their input."),
        inputs=inputs,
        units=units,
        pieces=pieces,
    )


@bank.question
def mean_of_the_sums(rng):
    mean, weights = np.array(drawn(rng, 1, 10, 2)) / 10, np.array(drawn(rng, -9, 10, 2)) / 2
    bias = round(float(rng.uniform(-2, 2)), 1) or 0.5
    return choice(
        f"The two inputs of a unit have the means {shown(mean)} over the training examples. Its weights are "
        f"{shown(weights)}, its bias is {shown(bias)}. Now the means are taken off the inputs, and weights "
        "and bias stay as they are. What is the mean of the unit's sum over the examples?",
        right(bias, "m·w + b with m = 0: on centred inputs the mean of the sum is the bias."),
        wrong(mean @ weights + bias, "So it was before: the mean of the inputs is 0 now."),
        wrong(mean @ weights, "The mean of the inputs is 0 now, and the bias is still there."),
        wrong(0.0, "The inputs have mean 0. The bias is added to every sum."),
        mean=mean,
        weights=weights,
        bias=bias,
    )


@bank.question
def sum_after_a_step(rng):
    x = np.array(drawn(rng, 1, 6, 2), float)
    total, delta = int(rng.integers(1, 6)), int(rng.integers(1, 4))
    rate = float(rng.choice([0.05, 0.1, 0.2, 0.5]))
    return choice(
        f"A ReLU unit without a bias has the sum {total} on an example with the inputs {shown(x)}. The "
        f"gradient of the loss with respect to this sum is {delta}. One step of gradient descent on this "
        f"example alone, with the learning rate {rate:g}, changes the unit's weights. What is its sum on "
        "the example then?",
        right(
            total - rate * delta * (x @ x),
            "Each weight changes by −rate · δ · its input, so the sum by −rate · δ · Σx².",
        ),
        wrong(total + rate * delta * (x @ x), "The sign is wrong: the step goes against the gradient."),
        wrong(total - rate * delta, "That is a step of the sum itself. The weights move, each by its input."),
        wrong(total - rate * delta * x.sum(), "Inputs count twice: in the step of a weight and in the sum."),
        x=x,
        total=total,
        delta=delta,
        rate=rate,
    )


@bank.question
def silu_below_zero(rng):
    size = round(float(rng.uniform(0.4, 3)), 1)
    share = round(float(activations.sigmoid(size)), 3)
    return choice(
        f"SiLU is $x\\,\\sigma(x)$, with the sigmoid σ. $\\sigma({size:g}) = {share:g}$. What is SiLU at "
        f"$x = {shown(-size)}$?",
        right(-size * (1 - share), "σ(−x) = 1 − σ(x), and SiLU keeps x by this share."),
        wrong(-size * share, "That is x times σ of the other side."),
        wrong(0.0, "That is ReLU. SiLU dips a little below 0."),
        wrong(1 - share, "That is the share by which x is kept: multiply x by it."),
        size=size,
        share=share,
    )
