"""Lesson 02: backwards by hand, differences and their errors, reports."""

import numpy as np

from dlcourse import gradient_check, losses
from dlcourse.authoring.questions.bank import Bank, asked, choice, drawn, right, shown, wrong
from dlcourse.exercises import gradient_check as exercises

bank = Bank("02_gradient_check")


@bank.question
def back_through_a_fork(rng):
    x, first, second = drawn(rng, 2, 9, 3)
    second *= int(rng.choice([-1, 1]))
    a = round(float(rng.uniform(0.2, 0.9)), 1)
    slope = 1 - a**2
    return choice(
        f"A hidden unit with one input: $z = w x$, $a = \\tanh(z)$, and $L = {first}a "
        f"{'+' if second > 0 else '−'} {abs(second)}a$. For $x = {x}$ and some weight $w$ it is $a = {a:g}$. "
        "What is $\\partial L / \\partial w$ there? (The slope of tanh is $1 - a^2$.)",
        right(
            (first + second) * slope * x, "What comes back is added at the fork, times $1 - a^2$, times x."
        ),
        wrong((first + second) * x, "The slope of tanh is missing."),
        wrong(first * slope * x, "Only one way is there. Where a value forks, what comes back is added."),
        wrong((first + second) * a * x, "This is multiplied by tanh itself, not by its slope."),
        x=x,
        first=first,
        second=second,
        a=a,
    )


@bank.question
def gradient_of_two_weights(rng):
    x = np.array([drawn(rng, 1, 9, 2), drawn(rng, 1, 9, 2)], float)
    upstream = np.array([[one] for one in drawn(rng, 1, 7, 2)], float)
    return choice(
        "An affine layer with two inputs and one output, $y = xW + b$. Two examples come in, "
        f"{shown(x[0])} and {shown(x[1])}; the gradients of the loss with respect to their outputs are "
        f"{shown(upstream[0, 0])} and {shown(upstream[1, 0])}. What is the gradient with respect to the "
        "two weights?",
        right(
            exercises.affine_backward.reference(x, np.ones((2, 1)), upstream)[1][:, 0],
            "Input times what comes back, added up over the examples: $x^\\top$ times upstream.",
        ),
        wrong(x @ upstream[:, 0], "The transpose is missing: this adds over the inputs of an example."),
        wrong(x[1] * upstream[1, 0], "That is the second example alone. A weight is used in both."),
        wrong(x.T @ upstream[:, 0] / 2, "The 1/n of a mean loss is in what comes back already."),
        x=x,
        upstream=upstream,
    )


@bank.question
def gradient_of_the_bias(rng):
    upstream = np.array([drawn(rng, -6, 10, 2) for _ in range(3)], float)
    return choice(
        "An affine layer with two outputs, $y = xW + b$, has seen three examples. The gradients of the "
        f"loss with respect to its outputs are {', '.join(map(shown, upstream[:2]))} and "
        f"{shown(upstream[2])}. What is the gradient with respect to $b$?",
        right(upstream.sum(axis=0), "The bias was added to every row: sum over the examples."),
        wrong(upstream.mean(axis=0), "The sum, not the mean: the 1/n of a mean loss is there already."),
        wrong(upstream.sum(axis=1), "This sums over the outputs. Each of the two biases has its own column."),
        wrong(upstream[0], "That is the first example. The bias was added to every row."),
        upstream=upstream,
    )


@bank.question
def gradient_at_the_label(rng):
    examples, share = int(rng.integers(2, 11)), round(float(rng.uniform(0.1, 0.9)), 1)
    rest = np.log((1 - share) / share)
    logits, labels = np.tile([0.0, rest], (examples, 1)), np.zeros(examples, int)
    return choice(
        f"The loss is the mean cross-entropy of a softmax over a batch of {examples} examples. In one of "
        f"them the right class has the probability {share:g}. What is the gradient of the loss with "
        "respect to that class's score?",
        right(
            losses.softmax_cross_entropy(logits, labels)[1][0, 0],
            "(softmax − one-hot)/n: what the network said, minus what it should have said, over n.",
        ),
        wrong(share - 1, "The loss is the *mean* over the batch: divide by n."),
        wrong(share / examples, "The 1 at the right class is not taken off."),
        wrong((1 - share) / examples, "The sign is flipped: that is the direction of the step."),
        examples=examples,
        share=share,
    )


@bank.question
def difference_of_a_cube(rng):
    x, h = int(rng.integers(1, 4)) * int(rng.choice([-1, 1])), float(rng.choice([0.5, 1, 2]))
    return choice(
        f"$f(x) = x^3$. Which number does the central difference give for its slope at $x = {shown(x)}$, "
        f"with the large step $h = {h:g}$?",
        right(
            gradient_check.numerical_gradient(lambda v: v**3, np.array(float(x)), h).item(),
            "$(f(x+h) - f(x-h))/2h = 3x^2 + h^2$.",
        ),
        wrong(((x + h) ** 3 - x**3) / h, "That is the forward difference."),
        wrong(((x + h) ** 3 - (x - h) ** 3) / h, "From x − h to x + h the distance is 2h: divide by 2h."),
        wrong(3 * x**2, "That is the slope itself. At a large step the difference is off by $h^2$."),
        x=x,
        h=h,
    )


@bank.question
def error_by_the_step(rng):
    times = int(rng.integers(2, 13))
    return choice(
        "A smooth function whose third derivative is not 0, and steps so large that rounding does not "
        f"matter, but still small. You make the step of a *central* difference {times} times smaller. How "
        "many times smaller does its error become, about?",
        right(times**2, "The first term of Taylor's series that is left over is $h^2 f'''/6$."),
        wrong(times, "So it is with the forward difference. In the central one the even powers cancel."),
        wrong(times**3, "The term is $h^3$ in f, and is divided by 2h."),
        times=times,
    )


@bank.question
def relative_error_of_two(rng):
    first, second = round(float(rng.uniform(1, 9)), 1), round(float(rng.uniform(1, 9)), 1)
    second *= int(rng.choice([-1, 1, 1]))
    return asked(
        f"For one weight backpropagation says {first:g}·10⁻³, the central difference says "
        f"{shown(second)}·10⁻³. "
        r"What is their relative error, $|a - b| / \max(10^{-8}, |a| + |b|)$?",
        exercises.relative_error,
        np.array([first / 1000]),
        np.array([second / 1000]),
        why="Their distance, over the sum of their sizes. It has no unit: both 10⁻³ cancel.",
    )


@bank.question
def error_of_a_factor(rng):
    percent = int(rng.choice([1, 2, 5, 10, 20, 50, 100, 200, 300]))
    factor = 1 + percent / 100
    return choice(
        f"A backward pass gives the gradient of a weight matrix {percent} % too large. What is the "
        "relative error $|a - b| / (|a| + |b|)$ of such an entry, if rounding does not matter?",
        right(
            gradient_check.relative_error(np.array(factor), np.array(1.0)),
            "With the right gradient 1 and the wrong one 1 + p: p/(2 + p).",
        ),
        wrong(factor - 1, "This divides by the right gradient alone. Below the line stands the sum of both."),
        wrong(1 - 1 / factor, "This divides by the larger of the two. Below the line stands their sum."),
        wrong(
            (factor - 1) / (1 + factor) * 2, "This divides by their mean. Below the line stands their sum."
        ),
        percent=percent,
    )


@bank.question
def slope_at_a_kink(rng):
    share = round(float(rng.choice([-1, 1]) * rng.uniform(0.1, 0.8)), 1)
    return choice(
        f"What does the central difference with $h = 10^{{-5}}$ say of the slope of $\\max(0, x)$ at "
        f"$x = {shown(share)} \\cdot 10^{{-5}}$?",
        right(
            gradient_check.numerical_gradient(
                lambda x: np.maximum(x, 0), np.array(share * 1e-5), 1e-5
            ).item(),
            "It says the mean slope from x − h to x + h, and the kink at 0 lies between: (x + h)/2h.",
        ),
        wrong(float(share > 0), "That is the formula's slope. The stretch of width 2h has the kink in it."),
        wrong(0.5, "So it is at x = 0. Here the kink does not lie in the middle of the stretch."),
        wrong(1 + share, "This divides by h. The stretch has the width 2h."),
        share=share,
    )


@bank.question
def noise_over_the_step(rng):
    noise, power = round(float(rng.uniform(0.05, 0.6)), 2), int(rng.integers(3, 7))
    h = 10.0**-power
    return choice(
        f"Dropout draws a new mask at every evaluation. At two evaluations of a central difference with "
        f"$h = 10^{{-{power}}}$ the losses come out {noise:g} apart because of it; what the weight itself "
        "changes is next to nothing beside that. How large a slope is reported for this weight?",
        right(noise / (2 * h), "What the two losses differ by is divided by 2h, noise and all."),
        wrong(noise / h, "From x − h to x + h the distance is 2h."),
        wrong(noise, "The noise is divided by 2h like the rest."),
        wrong(noise * 2 * h, "The difference is divided by 2h, not multiplied."),
        noise=noise,
        power=power,
    )


@bank.question
def price_of_a_check(rng):
    inputs, hidden, classes = (int(rng.integers(low, high)) for low, high in ((4, 30), (3, 12), (2, 8)))
    weights = inputs * hidden + hidden * classes
    parameters = weights + hidden + classes
    return choice(
        f"A network has {inputs} inputs, {hidden} hidden units and {classes} scores; both layers have "
        "weights and biases. How many times is the loss computed to check all gradients by central "
        "differences, one parameter after the other?",
        right(str(2 * parameters), "Twice for each parameter, once on either side."),
        wrong(str(parameters), "The central difference takes two evaluations for each parameter."),
        wrong(str(2 * weights), "The biases have gradients, too."),
        wrong("2", "Two would be enough for one direction, but not for each parameter by itself."),
        inputs=inputs,
        hidden=hidden,
        classes=classes,
    )


@bank.question
def place_of_a_bug(rng):
    last = 2 * int(rng.integers(3, 8))
    good = 2 * int(rng.integers(2, last // 2))
    return choice(
        f"A network has affine layers 0, 2, 4, …, {last}, with activations 1, 3, … between them. A "
        f"gradient check finds the parameters of all affine layers from {good} up to {last} right, and "
        "those of all before wrong. There is one bug in the backward pass. Where?",
        right(_between(good), "What came into the last layer that is right was right; what left it was not."),
        wrong("In layer 0, which comes first.", "Gradients are made from the last layer to the first."),
        wrong(
            f"In the lines for the weights and the bias of layer {good - 2}.",
            "Then the layers before it would be right again.",
        ),
        wrong("In the gradient of the loss.", "Then the last layer would be wrong, too."),
        good=good,
    )


def _between(good):
    return f"In what layer {good} hands down, or in activation {good - 1}."
