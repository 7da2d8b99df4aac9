"""Project 15: a ReLU network of one's own, from its first weights to what a change has bought."""

import numpy as np

from dlcourse import losses
from dlcourse import plain_network as reference
from dlcourse.authoring.questions.bank import Bank, asked, choice, drawn, right, wrong
from dlcourse.exercises import build_a_network as exercises

bank = Bank("15_build_a_network")


@bank.question
def gradient_of_the_weights(rng):
    n, n_in, n_out = drawn(rng, 5, 90, 3)
    return choice(
        f"Into a layer of a network goes `a`, of shape ({n}, {n_in}), a row for each of {n} examples. "
        f"It makes the sums `a @ weights + biases`, of shape ({n}, {n_out}). The gradient of the loss "
        f"by these sums is `g`. "
        "What is the gradient by `weights`?",
        right(
            "`a.T @ g`", f"({n_in}, {n}) times ({n}, {n_out}) makes ({n_in}, {n_out}), the weights' shape."
        ),
        wrong("`g.T @ a`", f"Its shape is ({n_out}, {n_in}): that is the transpose of the gradient."),
        wrong("`g @ weights.T`", "That is the gradient by a, which goes on to the layer before."),
        wrong("`a @ g.T`", f"The shapes ({n}, {n_in}) and ({n_out}, {n}) do not fit."),
        n=n,
        n_in=n_in,
        n_out=n_out,
    )


@bank.question
def derivatives_to_check(rng):
    inputs, hidden, classes = (int(rng.integers(*ends)) for ends in ((8, 31), (6, 21), (3, 11)))
    return choice(
        f"A network has {inputs} inputs, one hidden layer of {hidden} units and {classes} logits; "
        "each layer has weights and biases. How many derivatives does a gradient check of the whole "
        "network compare?",
        right(
            (inputs + 1) * hidden + (hidden + 1) * classes,
            "Each unit has a weight for each of its inputs, and a bias.",
        ),
        wrong(inputs * hidden + hidden * classes, "The biases are missing."),
        wrong(
            inputs * (hidden + 1) + hidden * (classes + 1),
            "There is a bias for each unit of a layer, not for each of its inputs.",
        ),
        wrong(inputs * hidden * classes, "The layers' weights are added up, not multiplied."),
        inputs=inputs,
        hidden=hidden,
        classes=classes,
    )


@bank.question
def first_weight(rng):
    n_in, n_out = (int(2 * n * n) for n in drawn(rng, 2, 9, 2))
    noise = round(float(rng.uniform(0.4, 2.4)), 1)
    return choice(
        f"A layer of ReLUs has {n_in} inputs and {n_out} units. Which weight does He's rule make of the "
        f"standard normal number {noise:g}?",
        right(noise * np.sqrt(2 / n_in), "The variance is 2/n_in, so the number is multiplied by its root."),
        wrong(noise * 2 / n_in, "2/n_in is the variance. A number is multiplied by a standard deviation."),
        wrong(noise * np.sqrt(2 / n_out), "The rule counts what a unit adds up: n_in."),
        wrong(noise * np.sqrt(1 / n_in), "This is LeCun's rule. Where a ReLU takes half away, there is a 2."),
        noise=noise,
        n_in=n_in,
        n_out=n_out,
    )


@bank.question
def logits_of_one_example(rng):
    layers = [
        (rng.integers(-3, 4, size=shape).astype(float), rng.integers(-2, 3, size=shape[1]).astype(float))
        for shape in ((2, 2), (2, 2))
    ]
    x = rng.integers(-3, 4, size=(1, 2)).astype(float)
    written = ", ".join(
        f"$W_{i} = {_matrix(w)}$, $b_{i} = {_matrix(b[None])}$" for i, (w, b) in enumerate(layers, 1)
    )
    asks = f"A network has one hidden layer, with ReLU, and logits without: {written}. "
    asks += f"Vectors are rows, and a layer makes $a W + b$. What are the logits of $x = {_matrix(x)}$?"
    why = "First max(0, xW₁ + b₁), then that times W₂ plus b₂, without a ReLU."
    return asked(asks, exercises.forward_pass, layers, x, part=0, why=why)


def _matrix(rows):
    inside = r" \\ ".join(" & ".join(f"{value:g}" for value in row) for row in rows)
    return rf"\begin{{pmatrix}} {inside} \end{{pmatrix}}"


@bank.question
def gradient_of_the_logits(rng):
    tenths, n = (
        rng.permutation(np.array([1, 2, 7]) if rng.random() < 0.5 else np.array([1, 3, 6])),
        int(rng.integers(2, 6)),
    )
    label = int(rng.integers(3))
    shares = tenths / 10
    due = _gradient(shares, label, n)
    listed = ", ".join(f"{share:g}" for share in shares)
    return choice(
        f"The loss is the mean softmax cross-entropy of {n} examples. For one of them softmax gives "
        f"({listed}), "
        f"and its label is class {label}, counted from 0. What is the gradient of the loss by this "
        f"example's logits?",
        right(due, "(softmax − one-hot)/n."),
        wrong(due * n, "The loss is a mean: divide by n."),
        wrong(-due, "The signs are flipped: it is softmax − one-hot."),
        wrong(shares / n, "The 1 at the label is not taken off."),
        shares=shares.tolist(),
        label=label,
        n=n,
    )


def _gradient(shares, label, n):
    """Of the first of n examples; the others do not matter for it."""
    return losses.softmax_cross_entropy_gradient(np.tile(np.log(shares), (n, 1)), np.full(n, label))[0]


@bank.question
def what_comes_back(rng):
    back = rng.permutation(np.array([-2.0, -1.0, 1.0, 2.0]))
    activations = rng.permutation(np.array([0.0, 0.5, 0.0, 3.0]))
    due = back * (activations > 0)
    return choice(
        f"Four hidden units have given, behind their ReLU, {_listed(activations)}. The gradient of the loss "
        f"by these four numbers is {_listed(back)}. What is it by the units' sums, before the ReLU?",
        right(due, "A ReLU's slope is 1 where it gives more than 0, and 0 elsewhere."),
        wrong(back, "The slope of the ReLU is missing; `a >= 0` holds for all that a ReLU gives."),
        wrong(
            back * activations, "It is multiplied by the slope, which is 1 or 0, and not by what was given."
        ),
        wrong(back * (activations == 0), "The slope is the wrong way round: 1 where the unit has spoken."),
        back=back.tolist(),
        activations=activations.tolist(),
    )


def _listed(values):
    return f"({', '.join(f'{value:g}' for value in values)})".replace("-", "−")


@bank.question
def difference_at_a_kink(rng):
    slope = round(float(rng.uniform(0.2, 3)), 1)
    return choice(
        "In a gradient check the sum before a unit's ReLU is just 0 for one example, and below 0 for all "
        f"others. When the unit's bias grows a little, the loss rises by {slope:g} times as much. Which "
        f"number does "
        "the central difference $(L(b+h) - L(b-h))/2h$ come to, for a small $h$, as the gradient by "
        "this bias?",
        right(
            slope / 2,
            "On one side of the kink the loss moves with that slope, on the other not at all.",
        ),
        wrong(0.0, "So says backpropagation, which takes the slope 0 at the kink."),
        wrong(slope, "So it would be if the sum were above 0. Below the kink the loss does not move."),
        wrong(2 * slope, "The difference is divided by 2h, not by h/2."),
        slope=slope,
    )


@bank.question
def last_number_of_adam(rng):
    size, passes = int(rng.integers(3, 9)) * 8, int(rng.integers(3, 12))
    n = size * int(rng.integers(4, 15)) + int(rng.integers(1, size))
    a_pass = -(-n // size)
    return choice(
        f"Adam trains on {n} examples in batches of {size}, {passes} passes; a pass may end with a short "
        "batch, which counts as well. The first update has the number $t = 1$. Which has the last?",
        right(passes * a_pass, "t counts the updates of all passes: one for each batch, the short ones too."),
        wrong(passes * (n // size), "The short batch at the end of each pass is an update as well."),
        wrong(passes, "t counts updates, not passes."),
        wrong(a_pass, "t goes on from pass to pass; it does not begin anew."),
        n=n,
        size=size,
        passes=passes,
    )


@bank.question
def first_step_of_adam(rng):
    gradient, rate = (
        round(float(rng.uniform(0.1, 0.8)), 1),
        [0.001, 0.002, 0.005, 0.01, 0.02][rng.integers(5)],
    )
    zeros = [(np.zeros((1, 2)), np.zeros(2))]
    example = np.array([[2 * gradient]])  # with both classes even, the first weight's gradient is −gradient
    trained, _ = reference.train_network(zeros, example, np.array([0]), [[0]], 1, rate)
    return choice(
        f"Adam begins, with $m = v = 0$, $\\beta_1 = 0.9$, $\\beta_2 = 0.999$, "
        f"an $\\varepsilon$ too small to matter and the learning rate {rate:g}. The first gradient by a "
        f"weight is "
        f"−{gradient:g}. By how much does the first update change this weight?",
        right(
            float(trained[0][0][0, 0]),
            "m̂ = g and v̂ = g², so that the step is the rate, against the sign of g.",
        ),
        wrong(
            rate * gradient, "This is gradient descent. Adam divides by √v̂, here the size of the gradient."
        ),
        wrong(rate * 0.1 / np.sqrt(0.001), "The bias correction is missing: m̂ = m/(1 − β₁), v̂ = v/(1 − β₂)."),
        wrong(-rate, "This climbs: the step is taken off, and the gradient is negative."),
        gradient=gradient,
        rate=rate,
    )


@bank.question
def what_was_bought(rng):
    digits, better = 100 * int(rng.integers(2, 6)), int(rng.integers(1, 4))
    base = digits - int(rng.integers(8, 15))
    low, high = (f"{100 * count / digits:.1f} %" for count in (base, base + better))
    return choice(
        f"Of {digits} test examples a network reads {low} right, and one with more units {high}. "
        "Each was trained once, with seeds of its own. In ten trainings that differ only in the seed, the "
        f"number of right ones varies by up to {4 * better}. What may be concluded of the units?",
        right(
            "Nothing yet.",
            f"{better} of {digits} is less than seeds alone make: train with several, the same for both.",
        ),
        wrong("More units are better.", "Another seed may turn the order round."),
        wrong("More units make no difference.", "They may; one training each cannot show it."),
        wrong("The larger network overfits.", "There is no word of training examples here."),
        digits=digits,
        better=better,
    )
