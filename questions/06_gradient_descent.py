"""Lesson 06: steps downhill, batches, and rates."""

import numpy as np

from dlcourse import training
from dlcourse.authoring.questions.bank import Bank, asked, choice, drawn, right, shown, wrong
from dlcourse.exercises import gradient_descent as exercises

bank = Bank("06_gradient_descent")


@bank.question
def one_step(rng):
    theta, grad = round(float(rng.uniform(0.5, 4)), 1), round(float(rng.uniform(1.5, 9)), 1)
    rate = float(rng.choice([0.05, 0.1, 0.2, 0.4]))
    return asked(
        f"A parameter is {theta:g}, and the gradient of the loss there is {grad:g}. What is the parameter "
        f"after one step of gradient descent with learning rate {rate:g}?",
        exercises.gradient_descent_step,
        theta,
        grad,
        rate,
        why="The parameter less learning rate times gradient.",
    )


@bank.question
def updates_of_an_epoch(rng):
    size = int(rng.integers(10, 65))
    examples = size * int(rng.integers(3, 13)) + int(rng.integers(1, size // 2))
    return asked(
        f"{examples} examples are cut into mini-batches of {size}; a short batch at the end counts. How many "
        "updates does an epoch have?",
        exercises.updates_per_epoch,
        examples,
        size,
        why="The number of examples over the batch size, rounded up.",
    )


@bank.question
def largest_rate(rng):
    gentle = int(rng.integers(2, 6))
    steep = gentle * int(rng.integers(3, 12))
    return choice(
        f"The loss is the quadratic $\\frac{{1}}{{2}} ({gentle} u^2 + {steep} v^2)$. Below which learning "
        "rate does gradient descent come to its minimum from any start?",
        right(2 / steep, "2 over the largest curvature: there $|1 - \\eta\\lambda|$ reaches 1 first."),
        wrong(1 / steep, "From there on it jumps over the minimum along v, but still comes nearer."),
        wrong(2 / gentle, "The gentlest direction would stand that. The steepest sets the limit."),
        wrong(2 / (gentle + steep), "The fastest rate for this loss is no limit: larger ones arrive too."),
        gentle=gentle,
        steep=steep,
    )


@bank.question
def after_some_steps(rng):
    product = float(rng.choice([0.5, 0.8, 1.2, 1.5, 1.6]))
    curvature, steps, start = (
        int(rng.choice([2, 4, 5, 10])),
        int(rng.integers(2, 4)),
        int(rng.integers(2, 10)),
    )
    rate = product / curvature
    return choice(
        f"The loss is $\\frac{{1}}{{2}} \\cdot {curvature}\\, \\theta^2$. Gradient descent starts at "
        f"θ = {start} with learning rate {rate:g}. Where is θ after {steps} steps?",
        right(start * (1 - product) ** steps, "Each step multiplies θ by $1 - \\eta\\lambda$."),
        wrong(start * (1 - product), "That is θ after one step."),
        wrong(start * (1 - steps * product), "All steps with the first gradient. Each takes the latest one."),
        wrong(start * product**steps, "ηλ is the share that a step takes off; 1 − ηλ is what it leaves."),
        wrong(start * (1 - rate) ** steps, "The curvature is missing: the gradient is λθ."),
        curvature=curvature,
        steps=steps,
        start=start,
        rate=rate,
    )


WAYS = (
    "It comes nearer on its own side.",
    "It changes sides, and comes nearer.",
    "It changes sides, and gets farther.",
)


@bank.question
def which_way(rng):
    curvature = int(rng.integers(2, 21))
    product = float(rng.choice([0.3, 0.6, 1.3, 1.7, 2.2, 2.6]))
    rate = float(f"{product / curvature:.2g}")
    way = 0 if rate * curvature < 1 else 1 if rate * curvature < 2 else 2
    reasons = (
        "So it is where $\\eta\\lambda < 1$.",
        "So it is where $1 < \\eta\\lambda < 2$.",
        "So it is where $\\eta\\lambda > 2$.",
    )
    options = [
        (right if at == way else wrong)(text, reason)
        for at, (text, reason) in enumerate(zip(WAYS, reasons, strict=True))
    ]
    return choice(
        f"A parabola of curvature {curvature}, the loss $\\frac{{1}}{{2}} \\cdot {curvature}\\, \\theta^2$, "
        f"is descended with learning rate {rate:g}. What does a step do to θ, seen from the minimum?",
        options[way],
        *(option for option in options if not option.right),
        wrong("It lands on the minimum.", "So it is where $\\eta\\lambda = 1$."),
        curvature=curvature,
        rate=rate,
    )


@bank.question
def slowest_direction(rng):
    gentle, kappa = int(rng.integers(1, 6)), int(rng.integers(4, 21))
    return choice(
        f"A quadratic loss has curvatures from {gentle} to {gentle * kappa}. The learning rate is 1 over the "
        "largest curvature. Which share of the distance along the gentlest direction is left after a step?",
        right(1 - 1 / kappa, "$1 - \\eta\\lambda$ with the smallest curvature, so 1 − 1/κ."),
        wrong(1 / kappa, "That is the share which the step takes off."),
        wrong(0, "That is so along the steepest direction."),
        wrong(1 - 2 / kappa, "So it would be with a rate of 2 over the largest curvature, the limit."),
        gentle=gentle,
        kappa=kappa,
    )


@bank.question
def one_pass(rng):
    theta, first, second = drawn(rng, 0, 20, 3)
    mean = (first + second) / 2
    data = np.array([second, first], float)
    end = training.minibatch_gradient_descent(
        lambda params, batch: params - batch.mean(), float(theta), data, [[1, 0]], 1, 0.5
    )
    return choice(
        "The loss of an example x is $\\frac{1}{2}(\\theta - x)^2$, whose gradient is θ − x. There are two "
        f"examples, and stochastic gradient descent sees first x = {first}, then x = {second}. It starts at "
        f"θ = {theta}, and the learning rate is ½. Where is θ after this epoch?",
        right(end, "Each step goes half of the way to its example, from where θ is then."),
        wrong(
            theta - (theta - mean), "Both gradients are taken at the first θ. Each update takes the latest."
        ),
        wrong(theta - 0.5 * (theta - mean), "That is one step of batch descent."),
        wrong(((theta + second) / 2 + first) / 2, "The order is turned around."),
        theta=theta,
        first=first,
        second=second,
    )


@bank.question
def noise_of_a_batch(rng):
    size, factor = int(rng.integers(2, 21)), int(rng.choice([4, 9, 16, 25]))
    error = round(float(rng.uniform(0.5, 5)), 1)
    return choice(
        f"Batches of {size} examples are drawn independently, with replacement. The error of their gradient "
        f"is {error:g} times as long as the true gradient (root mean square). How many times as long is "
        f"it with batches of {size * factor}?",
        right(error / np.sqrt(factor), "The error falls with the root of the batch size."),
        wrong(error / factor, "That is how its square, the variance, falls."),
        wrong(error, "More examples, a better mean."),
        wrong(error * np.sqrt(factor), "It falls as the batch grows."),
        size=size,
        factor=factor,
        error=error,
    )


@bank.question
def rate_for_a_larger_batch(rng):
    size, factor = 8 * int(rng.integers(1, 9)), int(rng.choice([4, 9, 16]))
    rate = float(rng.choice([0.01, 0.02, 0.05, 0.1]))
    return choice(
        f"With batches of {size} a learning rate of {rate:g} does well. Which rate does the linear scaling "
        f"rule give for batches of {size * factor}?",
        right(rate * factor, "A batch k times as large goes with a rate k times as large."),
        wrong(rate * np.sqrt(factor), "The root is in the error of the gradient, not in this rule."),
        wrong(rate, "Fewer steps of the same length get less far in an epoch."),
        wrong(rate / factor, "The gradient of a larger batch is more reliable: longer steps, not shorter."),
        size=size,
        factor=factor,
        rate=rate,
    )


@bank.question
def clipped(rng):
    sides = [(3, 4), (5, 12), (8, 15), (6, 8)][rng.integers(4)]
    grad = np.array(sides, float) * rng.choice([-1, 1], size=2)
    most = float(rng.choice([0.5, 1, 2, 2.5]))
    return asked(
        f"The gradient is {shown(grad)}. It is clipped to norm {most:g}, as a whole. What comes out?",
        exercises.clip_by_norm,
        grad,
        most,
        why="All entries are multiplied by max_norm / norm: the direction stays.",
    )


@bank.question
def examples_seen(rng):
    size, updates, batch_updates = (
        int(rng.choice([10, 20, 50])),
        int(rng.integers(40, 80)),
        int(rng.integers(20, 40)),
    )
    examples = size * int(rng.integers(10, 31))
    return choice(
        f"On {examples} training examples, batch descent needs {batch_updates} updates to reach a loss, and "
        f"mini-batches of {size} need {updates}. How many times as many examples does batch descent look at, "
        "an example counted each time it is used?",
        right(batch_updates * examples / (updates * size), "Updates times batch size, for each."),
        wrong(batch_updates / updates, "That compares updates. They look at different numbers of examples."),
        wrong(examples / size, "That compares one update of each. Their numbers differ too."),
        wrong(updates / batch_updates, "That is how many times as many *updates* mini-batches need."),
        examples=examples,
        size=size,
        updates=updates,
        batch_updates=batch_updates,
    )
