"""Lesson 07: velocity, friction, and a look ahead."""

import numpy as np

from dlcourse import optimizers
from dlcourse.authoring.questions.bank import Bank, asked, choice, drawn, right, wrong
from dlcourse.exercises import momentum as exercises

bank = Bank("07_momentum")
RULE = "$v \\leftarrow \\mu v - \\eta g$, then $\\theta \\leftarrow \\theta + v$"
AHEAD = "$v \\leftarrow \\mu v - \\eta\\, g(\\theta + \\mu v)$, then $\\theta \\leftarrow \\theta + v$"


def tenths(rng, low, high):
    """A number with one digit after the point."""
    return int(rng.integers(low, high)) / 10


@bank.question
def one_step(rng):
    theta, velocity, grad = tenths(rng, 5, 40), -tenths(rng, 2, 9), tenths(rng, 10, 60)
    rate, mu = float(rng.choice([0.05, 0.1, 0.2])), float(rng.choice([0.5, 0.8, 0.9]))
    return asked(
        f"A step of momentum is {RULE}. Before it, θ = {theta:g}, v = −{-velocity:g} and the gradient is "
        f"g = {grad:g}; η = {rate:g} and μ = {mu:g}. Where is θ after it?",
        exercises.momentum_step,
        theta,
        velocity,
        grad,
        rate,
        mu,
        part=0,
        why="First the new velocity, then θ moves by it.",
    )


@bank.question
def velocity_after_two_steps(rng):
    first, second = drawn(rng, 1, 10, 2)
    rate, mu = float(rng.choice([0.1, 0.2])), float(rng.choice([0.5, 0.8, 0.9]))
    return choice(
        f"Momentum, {RULE}, starts from rest. The gradient is {first} in the first step and {second} in the "
        f"second; η = {rate:g} and μ = {mu:g}. What is v after the second step?",
        right(-rate * (second + mu * first), "A sum of past slopes, the older the less: −η(g₂ + μ g₁)."),
        wrong(-rate * (first + mu * second), "The older slope is the one that friction has shrunk."),
        wrong(-rate * (first + second), "μ is missing: without friction nothing of the first is lost."),
        wrong(-rate * second, "That is gradient descent's step: the first slope is forgotten."),
        wrong(rate * (second + mu * first), "That climbs."),
        first=first,
        second=second,
        rate=rate,
        mu=mu,
    )


@bank.question
def terminal(rng):
    grad, rate = tenths(rng, 5, 50), float(rng.choice([0.01, 0.02, 0.05, 0.1]))
    mu = float(rng.choice([0.5, 0.75, 0.8, 0.9, 0.95]))
    return asked(
        f"Momentum, {RULE}, goes down an even slope: the gradient is {grad:g} everywhere. With η = {rate:g} "
        f"and μ = {mu:g}, which velocity v does it come to in the end?",
        exercises.terminal_velocity,
        grad,
        rate,
        mu,
        why="There v = μv − ηg, so v = −ηg/(1 − μ).",
    )


@bank.question
def times_as_fast(rng):
    mu = round(float(rng.choice([0.6, 0.75, 0.8, 0.9, 0.95, 0.96, 0.98, 0.99])), 2)
    return choice(
        f"On an endless, even slope, momentum with μ = {mu:g} and plain gradient descent have the same "
        "learning rate. How many times as long as descent's are momentum's steps in the end?",
        right(1 / (1 - mu), "1 + μ + μ² + … = 1/(1 − μ)."),
        wrong(1 + mu, "That is so after two steps from rest. There are more, each μ times the one before."),
        wrong(mu, "The part of the velocity that survives is added to the new slope."),
        wrong(mu / (1 - mu), "The newest slope is left out of the sum."),
        mu=mu,
    )


@bank.question
def largest_rate(rng):
    curvature, mu = int(rng.integers(2, 41)), float(rng.choice([0.5, 0.6, 0.8, 0.9]))
    return choice(
        f"A quadratic has the largest curvature {curvature}. Below which learning rate does momentum with "
        f"μ = {mu:g} come to its minimum from any start?",
        right(2 * (1 + mu) / curvature, "2(1 + μ)/λ: beyond it a root is below −1."),
        wrong(2 / curvature, "That is the limit without momentum. With it, the limit is higher."),
        wrong(2 * (1 - mu) / curvature, "η/(1 − μ) counts on even slopes; the walls are curved."),
        wrong(2 * (1 + mu) / (1 + 2 * mu) / curvature, "That is the limit of Nesterov's method."),
        curvature=curvature,
        mu=mu,
    )


WHICH = (
    "It creeps, and does not overshoot.",
    "It swings, and its swings shrink by the factor √μ a step.",
    "In the long run it changes sides at each step, and comes nearer.",
    "It gets farther and farther away.",
)


@bank.question
def which_case(rng):
    mu = float(rng.choice([0.16, 0.25, 0.36, 0.49]))
    root = np.sqrt(mu)
    edges = [0.02, (1 - root) ** 2, (1 + root) ** 2, 2 * (1 + mu), 4]
    at = int(rng.integers(4))
    product = round(float(edges[at] + rng.uniform(0.3, 0.7) * (edges[at + 1] - edges[at])), 2)
    where = (
        "So it is where $\\eta\\lambda \\le (1 - \\sqrt\\mu)^2$.",
        "So it is between $(1 - \\sqrt\\mu)^2$ and $(1 + \\sqrt\\mu)^2$.",
        "So it is from $(1 + \\sqrt\\mu)^2$ to $2(1 + \\mu)$.",
        "So it is beyond $2(1 + \\mu)$.",
    )
    options = [
        (right if n == at else wrong)(text, reason)
        for n, (text, reason) in enumerate(zip(WHICH, where, strict=True))
    ]
    return choice(
        f"A parabola of curvature λ is descended with momentum, μ = {mu:g}, from rest. The learning rate η "
        f"is such that ηλ = {product:g}. What does the parameter do, seen from the minimum? (The two roots "
        "of $r^2 - (1 + \\mu - \\eta\\lambda)\\, r + \\mu = 0$ say it.)",
        options[at],
        *(option for option in options if not option.right),
        mu=mu,
        product=product,
    )


@bank.question
def polyaks_mu(rng):
    root, gentle = int(rng.integers(2, 13)), int(rng.integers(1, 4))
    kappa = root**2
    return choice(
        f"A quadratic's curvatures go from {gentle} to {gentle * kappa}. Which μ does Polyak's choice take?",
        right(((root - 1) / (root + 1)) ** 2, "((√κ − 1)/(√κ + 1))²."),
        wrong((root - 1) / (root + 1), "That is √μ, what a step leaves of the distance."),
        wrong(((kappa - 1) / (kappa + 1)) ** 2, "κ stands there for √κ."),
        wrong(1 - 1 / kappa, "The steps grow with √κ, not with κ."),
        gentle=gentle,
        kappa=kappa,
    )


@bank.question
def root_of_kappa(rng):
    factor, steps = int(rng.choice([4, 9, 16, 25, 100])), int(rng.integers(20, 61))
    return choice(
        f"With the μ and η that are best for its valley, momentum needs {steps} steps in a long, narrow "
        f"valley. About how many does it need in one whose condition number is {factor} times as large, "
        "again at its best?",
        right(steps * np.sqrt(factor), "The number of steps grows like √κ."),
        wrong(steps * factor, "So it is for gradient descent at its best rate."),
        wrong(steps, "So it would be with one fixed μ, while the valley fits on its level stretch."),
        factor=factor,
        steps=steps,
    )


@bank.question
def look_ahead(rng):
    theta, curvature = int(rng.integers(2, 9)), int(rng.integers(2, 6))
    velocity, rate, mu = -int(rng.integers(1, 5)), 0.1, 0.5
    ahead, _ = optimizers.nesterov_step(theta, velocity, lambda at: curvature * at, rate, mu)
    return choice(
        f"The gradient at θ is g(θ) = {curvature}θ. A step of Nesterov's method, {AHEAD}, starts at "
        f"θ = {theta} with v = −{-velocity}; η = {rate:g} and μ = {mu:g}. Where does it end?",
        right(ahead, "The gradient is asked for at θ + μv; the step starts from θ."),
        wrong(
            theta + mu * velocity - rate * curvature * theta,
            "The gradient is taken where θ is, as in plain momentum.",
        ),
        wrong(
            ahead + mu * velocity,
            "The step starts from the looked-ahead point, so the velocity is counted twice.",
        ),
        wrong(
            theta + mu * velocity - rate * curvature * (theta - mu * velocity),
            "This looks back: θ + μv is ahead.",
        ),
        theta=theta,
        curvature=curvature,
        velocity=velocity,
        rate=rate,
        mu=mu,
    )


@bank.question
def friction_of_a_look_ahead(rng):
    mu, product = float(rng.choice([0.5, 0.8, 0.9])), int(rng.integers(1, 10)) / 10
    return choice(
        f"Along a direction of curvature λ, Nesterov's method with learning rate η and μ = {mu:g} moves as "
        f"plain momentum with another μ would. With which one, if ηλ = {product:g}?",
        right(mu * (1 - product), "μ(1 − ηλ): more friction where it is steeper."),
        wrong(mu, "So it is only where ηλ is 0."),
        wrong(1 - product, "That is descent's share; μ multiplies it."),
        wrong(mu * (1 + product), "Looking ahead brakes: less of the velocity survives, not more."),
        mu=mu,
        product=product,
    )
