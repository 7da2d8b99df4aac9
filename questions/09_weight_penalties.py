"""Lesson 09: parameters, stopping in time, penalties, decay, and smoothed labels."""

import numpy as np

from dlcourse.authoring.questions.bank import Bank, Unclear, asked, choice, drawn, right, shown, wrong
from dlcourse.exercises import weight_penalties as exercises

bank = Bank("09_weight_penalties")


@bank.question
def parameters(rng):
    sizes = drawn(rng, 3, 25, 3)
    return asked(
        f"A network of dense layers goes from {sizes[0]} inputs over {sizes[1]} hidden units to {sizes[2]} "
        "outputs. How many weights and biases has it?",
        exercises.count_parameters,
        sizes,
        why="(n_in + 1)·n_out for each of the two layers.",
    )


@bank.question
def stops_in(rng):
    patience = int(rng.integers(2, 4))
    losses = [round(float(loss), 1) for loss in 3 - np.arange(8) * 0.2 + rng.normal(scale=0.5, size=8)]
    question = asked(
        f"The validation losses of the epochs 0, 1, 2, … are {', '.join(map(str, losses))}. Early stopping "
        f"with patience {patience} stops in the epoch in which {patience} epochs in a row have not been "
        "below the best loss so far, or else in the last. In which epoch does it stop?",
        exercises.early_stopping,
        losses,
        patience,
        part=0,
        why="The count begins anew with each new best, and it stops when the count reaches the patience.",
    )
    if question.answer.value == len(losses) - 1:
        raise Unclear
    return question


@bank.question
def handed_back(rng):
    patience, before = int(rng.integers(2, 4)), int(rng.integers(1, 4))
    best = round(float(rng.uniform(0.5, 0.8)), 2)
    falling = [round(best + 0.2 * n + float(rng.uniform(0.05, 0.15)), 2) for n in range(before, 0, -1)]
    worse = [round(best + float(rise), 2) for rise in rng.uniform(0.04, 0.3, size=patience)]
    never_seen = round(best - float(rng.uniform(0.05, 0.3)), 2)
    losses = [*falling, best, *worse, never_seen]
    return choice(
        f"The validation losses by epoch would be {', '.join(f'{loss:g}' for loss in losses)}. Early "
        f"stopping with patience {patience} hands back the best weights that it has seen. What is the "
        f"validation loss of these?",
        right(best, f"After it {patience} epochs in a row are no better, and there it stops."),
        wrong(worse[-1], "Those are the weights where it stops. The best ones are to be put back."),
        wrong(never_seen, "It has stopped before, and never sees that epoch."),
        wrong(falling[0], "That is the first epoch."),
        losses=losses,
        patience=patience,
    )


@bank.question
def step_with_l2(rng):
    weight, grad = int(rng.integers(2, 9)), int(rng.integers(-4, 5))
    rate, strength = float(rng.choice([0.1, 0.2, 0.5])), float(rng.choice([0.1, 0.2, 0.4, 0.5]))
    return choice(
        f"The loss has the gradient {shown(grad)} at a weight of {weight}. "
        f"With the penalty $\\frac{{\\lambda}}{{2}} w^2$, λ = {strength:g}, gradient descent takes a step "
        f"with learning rate {rate:g}. What is the weight after it?",
        right(weight - rate * (grad + strength * weight), "w − η(g + λw)."),
        wrong(weight - rate * grad, "The penalty is missing."),
        wrong(
            weight - rate * (grad + 2 * strength * weight), "The ½ takes the 2 of the derivative away: λw."
        ),
        wrong(weight - rate * (grad + strength), "So the penalty λ|w| of L1 pulls."),
        wrong(
            weight - rate * grad - strength * weight, "The penalty's gradient is multiplied by the rate, too."
        ),
        weight=weight,
        grad=grad,
        rate=rate,
        strength=strength,
    )


@bank.question
def pull_of_l1(rng):
    weights = np.round(rng.uniform(0.2, 3, size=3), 1) * rng.permutation([1, -1, rng.choice([-1, 1])])
    strength = float(rng.choice([0.01, 0.1, 0.2, 0.5]))
    listed = ", ".join(map(shown, weights))
    return choice(
        f"Three weights are {listed}. What is the gradient of the penalty $\\lambda \\sum |w|$, λ = "
        f"{strength:g}?",
        right(strength * np.sign(weights), "λ·sign(w), whatever the size."),
        wrong(strength * weights, "That is the gradient of L2, λ/2·Σw²."),
        wrong(strength * np.abs(weights), "λ|w| is the penalty itself, and has lost the sign."),
        wrong(np.full(3, strength), "Below 0, |w| falls as w grows: the sign."),
        weights=weights,
        strength=strength,
    )


@bank.question
def lowest_with_l2(rng):
    centre, strength = int(rng.integers(1, 13)), float(rng.choice([0.25, 0.5, 0.6, 1, 3]))
    return choice(
        f"A weight has the loss $\\frac{{1}}{{2}} (w - {centre})^2$, and the penalty "
        f"$\\frac{{\\lambda}}{{2}} w^2$ with λ = {strength:g} is added. Where is the sum lowest?",
        right(centre / (1 + strength), f"Where (w − {centre}) + λw = 0."),
        wrong(max(centre - strength, 0), "L1 takes off a fixed amount. L2 takes a share."),
        wrong(0, "L2's pull λw fades with the weight, and does not get it to 0."),
        wrong(centre / (1 + 2 * strength), "With the ½ in the penalty its gradient is λw."),
        wrong(centre, "There the loss is lowest, but the penalty still pulls."),
        centre=centre,
        strength=strength,
    )


@bank.question
def belief(rng):
    examples, deviation = int(rng.choice([50, 100, 200, 500, 1000])), float(rng.choice([0.1, 0.2, 0.5, 2]))
    return choice(
        "You believe before you see data that each weight comes from a normal distribution with mean 0 and "
        f"standard deviation {deviation:g}. There are {examples} examples, and the loss is their *mean* "
        "cross-entropy. Which λ of the penalty $\\frac{\\lambda}{2} \\sum w^2$ makes the weights with the "
        "lowest sum of loss and penalty the most probable ones?",
        right(1 / (examples * deviation**2), "1/(nσ²): a narrow prior and few examples make it large."),
        wrong(1 / deviation**2, "The loss is a mean, not a sum: the prior's share is divided by n as well."),
        wrong(1 / (examples * deviation), "σ stands squared in the normal density."),
        wrong(deviation**2 / examples, "Upside down: a narrow prior means a strong penalty."),
        examples=examples,
        deviation=deviation,
    )


@bank.question
def proximal(rng):
    weight, grad = int(rng.integers(2, 12)) / 10, int(rng.choice([-3, -2, -1, 1, 2, 3, 4, 5, 6]))
    rate, strength = 0.1, int(rng.choice([2, 3, 4, 5]))
    moved = weight - rate * grad
    amount = rate * strength
    return choice(
        f"A weight is {weight:g}, the gradient of its loss {shown(grad)}, "
        f"the learning rate {rate:g}. L1 with λ = {strength} is applied as a proximal step (soft "
        "thresholding). What is the weight afterwards?",
        right(
            np.sign(moved) * max(abs(moved) - amount, 0),
            "First the step on the loss, then ηλ off its size, but not beyond 0.",
        ),
        wrong(moved, "That is the step on the loss alone."),
        wrong(moved - amount * np.sign(moved), "Not beyond 0: the max cuts off what would carry it past."),
        wrong((1 - amount) * moved, "L2 would take a share off. L1 takes a fixed amount."),
        wrong(np.sign(moved) * max(abs(moved) - strength, 0), "The amount is ηλ, not λ."),
        weight=weight,
        grad=grad,
        rate=rate,
        strength=strength,
    )


@bank.question
def twins(rng):
    total, strength = 2 * int(rng.integers(1, 8)), float(rng.choice([0.1, 0.2, 0.5]))
    return choice(
        f"Two inputs are always equal, so that only the sum of their weights matters to the loss. Let it be "
        f"{total}. What is the least that the penalty $\\frac{{\\lambda}}{{2}} \\sum w^2$ can be, with λ "
        f"= {strength:g}?",
        right(strength * total**2 / 4, "Two equal weights: λ/2 · 2 · (sum/2)²."),
        wrong(strength * total**2 / 2, "So it is with all of it in one weight; two halves are cheaper."),
        wrong(strength * total**2 / 8, "There are two weights of that size, and both pay."),
        wrong(strength * total, "That is L1, to which any split into parts of one sign is the same."),
        total=total,
        strength=strength,
    )


@bank.question
def decay_of_adamw(rng):
    weight, steps = int(rng.integers(2, 10)), int(rng.integers(2, 4))
    rate, decay = float(rng.choice([0.1, 0.2])), float(rng.choice([0.5, 1, 2]))
    return choice(
        f"A weight of {weight} never gets a gradient from the loss. It is trained with AdamW as PyTorch has "
        f"it: learning rate {rate:g}, weight decay {decay:g} (large, so that you can reckon). What is it "
        f"after {steps} steps?",
        right(weight * (1 - rate * decay) ** steps, "Each step takes the share ηλ off it."),
        wrong(weight * (1 - rate * decay), "That is after one step."),
        wrong(weight - steps * rate, "So it would be, about, for Adam with L2 in the gradient: steps of η."),
        wrong(weight, "The decay stands beside the gradient, and needs none."),
        wrong(weight * (1 - decay) ** steps, "PyTorch's λ is multiplied by the rate."),
        weight=weight,
        steps=steps,
        rate=rate,
        decay=decay,
    )


@bank.question
def adam_with_l2(rng):
    steps, rate = 5 * int(rng.integers(2, 6)), float(rng.choice([0.005, 0.01]))
    strength = float(rng.choice([0.01, 0.02, 0.05, 0.1]))
    return choice(
        "A weight of 1 never gets a gradient from the loss. It is trained with Adam, and the penalty's "
        f"gradient λw is added to the loss's gradient: λ = {strength:g}, learning rate {rate:g}. About "
        f"where is the weight after {steps} steps?",
        right(1 - steps * rate, "Adam divides λw by its own size: steps of about η, whatever λ is."),
        wrong((1 - rate * strength) ** steps, "So far plain descent with L2, or AdamW, would take it."),
        wrong((1 - strength) ** steps, "λ cancels, since Adam divides λw by its own size."),
        wrong(0, "The steps are about η long. They do not get that far."),
        steps=steps,
        rate=rate,
        strength=strength,
    )


@bank.question
def smoothed(rng):
    classes, epsilon = int(rng.choice([4, 5, 8, 10])), float(rng.choice([0.2, 0.3, 0.4, 0.5, 0.6]))
    return choice(
        f"Labels of {classes} classes are smoothed with ε = {epsilon:g}: a share ε of the target is spread "
        "evenly over *all* classes. What is the target of the class that the label names?",
        right(1 - epsilon + epsilon / classes, "It keeps 1 − ε, and gets its own share of ε."),
        wrong(1 - epsilon, "All classes get a share of ε, its own too."),
        wrong(epsilon / classes, "That is the target of each other class."),
        wrong(1 + epsilon / classes, "ε is taken off the label first. The targets add up to 1."),
        classes=classes,
        epsilon=epsilon,
    )
