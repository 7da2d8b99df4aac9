"""Lesson 08: rates of one's own, averages that begin at 0, and units."""

import numpy as np

from dlcourse.authoring.questions.bank import Bank, asked, choice, drawn, right, wrong
from dlcourse.exercises import adaptive_methods as exercises

bank = Bank("08_adaptive_methods")
ADAGRAD = "$h \\leftarrow h + g^2$, $\\theta \\leftarrow \\theta - \\eta g/\\sqrt{h}$"
ADAM = (
    "$m \\leftarrow \\beta_1 m + (1 - \\beta_1) g$, $v \\leftarrow \\beta_2 v + (1 - \\beta_2) g^2$, "
    "$\\theta \\leftarrow \\theta - \\eta\\, m/\\sqrt{v}$"
)
SQUARES = ((9, 4), (16, 3), (25, 12), (64, 6), (36, 8), (144, 5))  # h and g with a whole √(h + g²)


@bank.question
def adagrad(rng):
    h, grad = SQUARES[rng.integers(len(SQUARES))]
    theta, rate = int(rng.integers(1, 6)), float(rng.choice([0.5, 1, 2]))
    return asked(
        f"A step of AdaGrad is {ADAGRAD} (ε is left out). Before it θ = {theta} and h = {h}; the gradient is "
        f"g = {grad} and η = {rate:g}. Where is θ after it?",
        exercises.adagrad_step,
        float(theta),
        float(h),
        float(grad),
        rate,
        0.0,
        part=0,
        why="First the new h, then the step by its root.",
    )


@bank.question
def two_gradients(rng):
    sides = [(3, 4), (6, 8), (5, 12), (8, 15), (0.3, 0.4)][rng.integers(5)]
    grad, rate = np.array(sides) * rng.choice([-1, 1], size=2), float(rng.choice([0.01, 0.1, 0.5]))
    first, second = (f"{g:g}".replace("-", "−") for g in grad)
    return choice(
        f"Two parameters have the gradients {first} and {second}. AdaGrad, {ADAGRAD} element by element (ε "
        f"is left out), begins with h = 0 and η = {rate:g}. By how much does its first step move the two?",
        right(-rate * np.sign(grad), "√h is |g| in the first step: what is left of g is its sign."),
        wrong(-rate * grad, "That is the step of gradient descent."),
        wrong(
            -rate * grad / np.linalg.norm(grad),
            "One h for both gives them one rate. Each has its own, the square of its own gradient.",
        ),
        wrong(-rate / grad, "The root is missing: this divides by h."),
        grad=grad,
        rate=rate,
    )


@bank.question
def later_steps(rng):
    root = int(rng.choice([2, 3, 4, 5, 6, 8, 10]))
    return choice(
        f"A parameter's gradient is the same in each step. How long is AdaGrad's step number {root**2}, as a "
        "share of its first?",
        right(1 / root, "h is t·g², so the step is η/√t."),
        wrong(1 / root**2, "h grows like t; the step divides by its root."),
        wrong(
            1,
            "h is a sum of squares and grows with each step.",
        ),
        root=root,
    )


@bank.question
def mean_square(rng):
    h, grad = int(rng.integers(2, 30)), int(rng.integers(2, 10))
    rho = float(rng.choice([0.5, 0.75, 0.9]))
    return asked(
        f"RMSProp keeps a moving average h of squared gradients, with decay rate ρ = {rho:g}. Before the "
        f"step h = {h}, and the gradient is {grad}. What is h after it?",
        exercises.rmsprop_step,
        1.0,
        float(h),
        float(grad),
        0.1,
        rho,
        0.0,
        part=1,
        why="ρ·h + (1 − ρ)·g².",
    )


@bank.question
def first_step_uncorrected(rng):
    beta1, root = float(rng.choice([0.5, 0.8, 0.9])), float(rng.choice([0.01, 0.02, 0.05, 0.2, 0.3, 0.4]))
    beta2 = round(1 - root**2, 4)
    return choice(
        f"Adam without bias correction: {ADAM}, with m = v = 0 at the start, β₁ = {beta1:g} and "
        f"β₂ = {beta2:g}. How many times η is its first step long?",
        right((1 - beta1) / root, "(1 − β₁)/√(1 − β₂): the size of g cancels."),
        wrong(1.0, "So it is with correction. The two errors do not cancel."),
        wrong(1 - beta1, "v is too small as well, and it stands below the line."),
        wrong((1 - beta1) / root**2, "v stands under a root."),
        beta1=beta1,
        beta2=beta2,
    )


@bank.question
def average_from_zero(rng):
    grad, steps = int(rng.integers(2, 21)), int(rng.integers(2, 4))
    beta = float(rng.choice([0.5, 0.6, 0.8, 0.9]))
    return choice(
        f"Adam's $m \\leftarrow \\beta_1 m + (1 - \\beta_1) g$ starts at 0, with β₁ = {beta:g}. The gradient "
        f"g is {grad} in each of the first {steps} steps. What is m then, *before* it is corrected?",
        right(grad * (1 - beta**steps), "The weights add up to 1 − β₁ᵗ, so m is that share of g."),
        wrong(grad, "That is m after the correction: divided by 1 − β₁ᵗ."),
        wrong(grad * (1 - beta), "That is m after one step."),
        wrong(grad * beta**steps, "That share is what is missing."),
        wrong(grad * (1 - beta) * steps, "What was added first is multiplied by β₁ in each later step."),
        grad=grad,
        steps=steps,
        beta=beta,
    )


@bank.question
def first_step_corrected(rng):
    rate, grad = float(rng.choice([0.001, 0.002, 0.005, 0.01, 0.03])), int(rng.integers(3, 40))
    return choice(
        f"Adam with bias correction, β₁ = 0.9, β₂ = 0.999 and learning rate {rate:g} (ε may be left out). "
        f"The first gradient of a parameter is {grad}. How far does the first step move it?",
        right(rate, "Corrected, m is g and v is g²: one learning rate, whatever the gradient."),
        wrong(rate * grad, "So far gradient descent would go. The size of g cancels."),
        wrong(rate * 0.1 / np.sqrt(0.001), "So it is without the correction: 0.1/√0.001 times the rate."),
        wrong(rate * 0.1, "m alone is too small by this factor; the correction makes up for it."),
        rate=rate,
        grad=grad,
    )


@bank.question
def units(rng):
    size, divides = int(rng.choice([2, 3, 4, 5, 10, 20, 100])), bool(rng.integers(2))
    name = "AdaGrad's first step" if divides else "a step of gradient descent"
    linear, square = (right, wrong) if divides else (wrong, right)
    options = (
        linear(size, "The number moves by ∓η either way, and each of its units is as many times as much."),
        square(
            size**2,
            "Once in the gradient, by the chain rule, and once since each unit of the number is as many "
            "times as much.",
        ),
    )
    return choice(
        f"A parameter is measured in a unit {size} times as large as before, so that its number is {size} "
        f"times as small. How many times as far as before, seen in the old unit, does {name} at the same "
        "learning rate move it?",
        *sorted(options, key=lambda option: not option.right),
        wrong(1, "No: neither method is free of units."),
        wrong(1 / size, "The number becomes smaller, and what each of its steps means becomes larger."),
        size=size,
        divides=divides,
    )


@bank.question
def eps_inside(rng):
    grad = int(rng.integers(1, 10)) * 10.0 ** -int(rng.integers(6, 8))
    return choice(
        "Somebody writes AdaGrad as $h \\leftarrow h + g^2$, $\\theta \\leftarrow \\theta - \\eta g/\\sqrt{h "
        "+ \\varepsilon}$, with ε = 1e−8 *under* the root, and h = 0 at the start. The first gradient of a "
        f"parameter is {grad:.0e}. About how many times η is its first step long?".replace("e-0", "e−"),
        right(grad / np.sqrt(grad**2 + 1e-8), "√(g² + 1e−8) is about 1e−4, so about g/1e−4."),
        wrong(1, "So it is about with ε outside the root, which is what AdaGrad has."),
        wrong(grad, "The step is divided by something: by about √ε = 1e−4."),
        wrong(grad / 1e-8, "ε stands under the root: what divides is about 1e−4."),
        grad=grad,
    )


@bank.question
def on_a_saddle(rng):
    x, y = drawn(rng, 1, 10, 2)
    rate, steps = float(rng.choice([0.05, 0.1, 0.2])), int(rng.integers(2, 4))
    shrunk, grown = (1 - 2 * rate) ** steps, (1 + 2 * rate) ** steps
    return choice(
        f"Gradient descent with learning rate {rate:g} starts on the saddle $f = x^2 - y^2$ at x = {x}, y = "
        f"{y}. Where is it, as [x, y], after {steps} steps?",
        right(np.array([x * shrunk, y * grown]), "Each step multiplies x by 1 − 2η, and y by 1 + 2η."),
        wrong(np.array([x * shrunk, y * shrunk]), "Along y it goes down to the outside: y grows."),
        wrong(np.array([x * grown, y * shrunk]), "The two directions are swapped: along x it is a minimum."),
        wrong(
            np.array([x * (1 - rate) ** steps, y * (1 + rate) ** steps]),
            "The gradient of x² is 2x.",
        ),
        x=x,
        y=y,
        rate=rate,
        steps=steps,
    )
