"""Lesson 11: rates that fall."""

import numpy as np

from dlcourse.authoring.questions.bank import Bank, asked, choice, right, wrong
from dlcourse.exercises import learning_rate_decay as exercises

bank = Bank("11_learning_rate_decay")


def first_rate(rng):
    return float(rng.choice([0.1, 0.2, 0.4, 0.8, 1.2, 1.6, 2.4]))


@bank.question
def rate_in_steps(rng):
    rate, every, cuts = first_rate(rng), int(rng.integers(4, 9)), int(rng.integers(2, 4))
    epoch = every * cuts + int(rng.integers(1, every - 1))
    return asked(
        f"The learning rate begins at {rate:g} and is multiplied by ½ every {every} epochs: for the first "
        f"time in epoch {every}, as the first epoch is epoch 0. What is it in epoch {epoch}?",
        exercises.step_decay,
        rate,
        epoch,
        every,
        0.5,
        why=f"{cuts} full intervals have passed, so the rate has been halved {cuts} times.",
    )


@bank.question
def an_amount_for_a_factor(rng):
    rate, every, cuts = first_rate(rng), int(rng.integers(4, 9)), int(rng.integers(3, 6))
    epoch = every * cuts
    return choice(
        f"A rate of {rate:g} is to be halved every {every} epochs. Somebody writes `rate - 0.5 * rate * "
        f"(epoch // {every})`, where `rate` is the first rate and epochs count from 0. What does it give in "
        f"epoch {epoch}?",
        right(
            rate * (1 - 0.5 * cuts),
            f"Half of the first rate is taken off {cuts} times: a constant amount, and the result is "
            "negative.",
        ),
        wrong(rate * 0.5**cuts, "That is what was meant, a constant factor. The code takes off an amount."),
        wrong(0.0, "The code does not stop at 0: it was there after two cuts, and goes on."),
        wrong(rate * 0.5, "That is after the first cut. `//` counts all of them so far."),
        rate=rate,
        every=every,
        epoch=epoch,
    )


@bank.question
def rate_by_one_over_t(rng):
    rate, k, t = first_rate(rng), float(rng.choice([0.05, 0.1, 0.2, 0.25])), 20 * int(rng.integers(1, 4))
    return asked(
        f"A learning rate begins at {rate:g} and falls by the 1/t decay with k = {k:g}, counted in epochs: "
        f"$\\eta = \\eta_0 / (1 + kt)$. What is it at $t = {t}$?",
        exercises.inverse_time_decay,
        rate,
        t,
        k,
        why=f"1 + {k:g} · {t} = {1 + k * t:g}, and the first rate is divided by that.",
    )


@bank.question
def half_life(rng):
    k = float(rng.choice([0.01, 0.02, 0.05, 0.1, 0.2, 0.5]))
    return choice(
        f"A learning rate falls exponentially, $\\eta = \\eta_0\\, e^{{-kt}}$, with k = {k:g} and t in "
        "epochs. After how many epochs is half of it left? (ln 2 = 0.693.)",
        right(np.log(2) / k, "$e^{-kt} = \\tfrac12$ where $kt = \\ln 2$."),
        wrong(1 / k, "So it would be with the 1/t decay, 1/(1 + kt). Here 1/e, or 37 %, is left then."),
        wrong(0.5 / k, "That takes the decay for a straight line, 1 − kt."),
        wrong(k * np.log(2), "A larger k makes the rate fall faster: divide by k."),
        k=k,
    )


@bank.question
def rate_by_the_cosine(rng):
    rate, warmup, part = first_rate(rng), 100 * int(rng.integers(1, 6)), 100 * int(rng.integers(2, 9))
    total, step = warmup + 3 * part, warmup + part * int(rng.integers(1, 3))
    return asked(
        f"A schedule rises in a straight line from 0 to {rate:g} during the first {warmup} of {total} "
        f"steps, and then falls to 0 in half a cosine. What is the rate at step {step}? ($\\cos 0 = 1$, "
        "$\\cos \\frac{\\pi}{3} = \\frac12$, $\\cos \\frac{2\\pi}{3} = -\\frac12$, $\\cos \\pi = "
        "-1$.)",
        exercises.warmup_cosine,
        rate,
        step,
        warmup,
        total,
        why="$\\tfrac12 (1 + \\cos \\pi x)$ of the highest rate, where $x$ is the share of the steps after "
        "the warm-up.",
    )


@bank.question
def largest_rate_of_a_parabola(rng):
    a = float(rng.choice([0.1, 0.2, 0.25, 0.4, 0.8, 2.5, 4, 5, 8, 10, 20]))
    return choice(
        "Gradient descent without noise on the parabola $L(\\theta) = \\frac{a}{2} \\theta^2$ with $a "
        f"= {a:g}$, from $\\theta = 1$. Above which learning rate does it diverge?",
        right(2 / a, "Each step multiplies θ by 1 − ηa, and beyond 2/a that is below −1."),
        wrong(
            1 / a,
            "With this rate it is at the minimum in one step; beyond it, it jumps to and fro, and arrives.",
        ),
        wrong(a, "A steeper parabola bears a smaller rate, not a larger one."),
        wrong(2 * a, "A steeper parabola bears a smaller rate: divide by the curvature."),
        a=a,
    )


@bank.question
def two_steps(rng):
    a, eta = float(rng.choice([2, 3, 4, 5])), float(rng.choice([0.05, 0.1, 0.15, 0.3]))
    theta = float(rng.choice([2, 4, 5, 10]))
    return choice(
        f"Gradient descent on $L(\\theta) = \\frac{{a}}{{2}} \\theta^2$ with $a = {a:g}$, learning rate "
        f"{eta:g}, from $\\theta = {theta:g}$. Where is $\\theta$ after two steps?",
        right(theta * (1 - eta * a) ** 2, "The gradient is aθ: each step multiplies θ by 1 − ηa."),
        wrong(theta * (1 - 2 * eta * a), "The second step takes its share of what the first has left."),
        wrong(theta * (1 - eta) ** 2, "The curvature is missing: the gradient is aθ, not θ."),
        wrong(theta * (1 - eta * a), "That is after one step."),
        a=a,
        eta=eta,
        theta=theta,
    )


@bank.question
def noise_floor(rng):
    eta, sigma = float(rng.choice([0.2, 0.4, 0.5, 0.8, 1.0])), float(rng.choice([2, 3, 4, 5]))
    return choice(
        "Stochastic descent on $L(\\theta) = \\frac12 \\theta^2$: $\\theta \\leftarrow \\theta - \\eta "
        "(\\theta + \\varepsilon)$, where the errors $\\varepsilon$ of the gradient are independent, with "
        f"mean 0 and standard deviation {sigma:g}. At a constant rate $\\eta = {eta:g}$, which variance has "
        "$\\theta$ in the long run?",
        right(
            eta * sigma**2 / (2 - eta),
            "$V = (1-\\eta)^2 V + \\eta^2 \\sigma^2$ gives $V = \\eta \\sigma^2 / (2 - \\eta)$.",
        ),
        wrong(
            eta**2 * sigma**2,
            "That is what one step adds. What earlier steps added has not all gone: (1 − η)² of the "
            "variance stays.",
        ),
        wrong(np.sqrt(eta * sigma**2 / (2 - eta)), "That is the standard deviation."),
        wrong(0.0, "The mean goes to 0. The variance does not, as each step adds noise."),
        eta=eta,
        sigma=sigma,
    )


@bank.question
def lower_by_a_smaller_rate(rng):
    root = int(rng.integers(2, 11))
    return choice(
        "Stochastic descent hovers about the minimum of a parabola at a constant rate that is small "
        f"against 2/curvature. The rate is divided by {root**2}, and after many more steps it hovers again. "
        "About how many times nearer is it, in root mean square distance?",
        right(root, "The variance is nearly proportional to the rate, and the distance is its root."),
        wrong(root**2, "That is the factor of the variance. The distance is its root."),
        wrong(root**4, "The variance is proportional to the rate, not to its square."),
        wrong(1, "It is slower, but nearer in the end too: each step adds less noise."),
        root=root,
    )


@bank.question
def epochs_in_updates(rng):
    size, batch, every = (
        100 * int(rng.integers(11, 60)),
        int(rng.choice([16, 32, 64])),
        int(rng.integers(3, 13)),
    )
    updates = -(-size // batch)
    return choice(
        f"A rate is to be halved every {every} epochs. There are {size} training examples, in batches of "
        f"{batch} (the last may be smaller, and counts). The schedule is asked once for each update, with "
        "the number of updates so far. How many updates are there between two cuts?",
        right(every * updates, f"An epoch has {updates} updates, {size} / {batch} rounded up."),
        wrong(
            every, "Updates taken for epochs: the rate would be next to 0 before the first epoch has ended."
        ),
        wrong(every * size, "An update takes a batch, not one example."),
        wrong(
            every * batch,
            "That multiplies by the size of a batch. What counts is how many batches an epoch has.",
        ),
        size=size,
        batch=batch,
        every=every,
    )


@bank.question
def batches_for_rates(rng):
    batch, factor = int(rng.choice([16, 32, 64, 100])), int(rng.choice([4, 5, 8, 10, 16]))
    rate = int(rng.integers(1, 9)) / 10
    return choice(
        f"Stochastic descent runs at a rate of {rate:g} in batches of {batch}. Near the minimum of a "
        "parabola, at rates small against 2/curvature, the variance of the parameter is proportional to "
        "the rate times the variance of the batch's gradient. One could cut the rate to "
        f"{rate / factor:.3g}, a factor of {factor}. Which batch size has the same effect on that variance, "
        "the rate left alone?",
        right(batch * factor, "The variance of a mean falls as one over the number of examples."),
        wrong(
            round(batch * factor**0.5), "The standard deviation falls with the root, the variance does not."
        ),
        wrong(
            batch * factor**2, "So it would be for the standard deviation, which falls with the root only."
        ),
        wrong(batch / factor, "Smaller batches are noisier."),
        rate=rate,
        batch=batch,
        factor=factor,
    )
