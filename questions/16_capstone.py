"""Project 16: diagnoses, budgets, and what a share is worth."""

import math

from dlcourse.authoring.questions.bank import Bank, choice, right, wrong

bank = Bank("16_capstone")


@bank.question
def scatter_of_a_share(rng):
    p, m = int(rng.integers(20, 95)) / 100, int(rng.choice([400, 900, 1600, 2500, 4000]))
    deviation = 100 * math.sqrt(p * (1 - p) / m)
    return choice(
        f"A recipe gets {p:.0%} of new signals right in the long run. Measured on {m} independent "
        f"signals, by how "
        "many points of a hundred does the share scatter (standard deviation)?",
        right(deviation, "$\\sqrt{p(1-p)/m}$, times 100."),
        wrong(100 * p * (1 - p) / math.sqrt(m), "The root goes over p(1 − p) too."),
        wrong(100 * math.sqrt(p * (1 - p)), "That is the scatter of one signal; m of them are averaged."),
        wrong(100 * p * (1 - p) / m, "That is 100 times the variance of the share: its root is missing."),
        p=p,
        m=m,
    )


@bank.question
def runs_to_tell_apart(rng):
    s, d = int(rng.integers(4, 21)) / 10, float(rng.choice([0.5, 1.0, 1.5, 2.0]))
    return choice(
        f"Runs of one setting scatter with a standard deviation of {s:g} points. Two settings differ by "
        f"{d:g} points. How "
        "many runs of each make that twice the standard deviation of the difference of the two means?",
        right(8 * s**2 / d**2, "$d = 2 s\\sqrt{2/n}$, so $n = 8 s^2/d^2$ (rounded up, in practice)."),
        wrong(4 * s**2 / d**2, "That is for one mean; the difference of two has twice the variance."),
        wrong(2 * s**2 / d**2, "That makes it once the standard deviation, not twice."),
        wrong(8 * s / d, "Variances add up, so s and d stand squared."),
        s=s,
        d=d,
    )


@bank.question
def loss_of_one_who_knows_nothing(rng):
    classes, known = int(rng.integers(5, 60)), int(rng.integers(2, 5))
    return choice(
        f"The first loss of a run with {classes} classes is {known} times what a network has that gives "
        f"each class the "
        "same probability. What is it?",
        right(known * math.log(classes), "An even guess has the loss $\\ln k$."),
        wrong(math.log(known * classes), "A factor outside the logarithm is no factor inside."),
        wrong(known * math.log2(classes), "That is in bits. The course takes the natural logarithm."),
        wrong(known * (1 - 1 / classes), "That is the share of wrong guesses, not the loss."),
        classes=classes,
        known=known,
    )


@bank.question
def update_to_weight(rng):
    rate = float(rng.choice([0.001, 0.003, 0.01, 0.03]))
    gradient, weight = int(rng.integers(2, 90)) / 100, int(rng.integers(2, 90)) / 100
    return choice(
        f"Of a layer the norm of the gradient is {gradient:g} and that of the weights {weight:g}. How "
        f"large is a step of plain "
        f"gradient descent at a rate of {rate:g}, beside the weights?",
        right(rate * gradient / weight, "‖update‖ / ‖weights‖ = η‖g‖/‖W‖."),
        wrong(gradient / weight, "The rate is missing: the update is η·g."),
        wrong(rate * gradient, "That is the update itself, not its ratio to the weights."),
        wrong(rate * weight / gradient, "Upside down: the gradient stands above."),
        rate=rate,
        gradient=gradient,
        weight=weight,
    )


@bank.question
def moved_copies(rng):
    reach, n = int(rng.integers(2, 10)), int(rng.choice([500, 1000, 2000, 4000]))
    return choice(
        f"Each of {n} signals is moved by every whole number of points from −{reach} to {reach}; 0 is "
        f"among them. How many signals "
        "are there to learn from?",
        right(str(n * (2 * reach + 1)), "2·reach + 1 copies of each, the unmoved one among them."),
        wrong(str(n * 2 * reach), "0 is one of the moves."),
        wrong(str(n * (reach + 1)), "They are moved both ways."),
        wrong(str(n + 2 * reach + 1), "Each signal gets all of the moves: the numbers multiply."),
        reach=reach,
        n=n,
    )


@bank.question
def updates_in_a_recipe(rng):
    n, batch, epochs = (int(rng.choice(some)) for some in ([4000, 8000, 20000], [32, 64, 128], [3, 5, 8]))
    return choice(
        f"A recipe passes {epochs} times over {n} rows in batches of {batch}; a last batch may be "
        f"short. How many updates is that?",
        right(str(epochs * -(-n // batch)), "⌈n/batch⌉ a pass, times the passes."),
        wrong(str(-(-n // batch)), "That is one pass."),
        wrong(str(epochs * n), "That counts rows, not batches."),
        wrong(str(epochs * (n // batch + 2)), "At most one batch a pass is short."),
        n=n,
        batch=batch,
        epochs=epochs,
    )


@bank.question
def fault_by_two_shares(rng):
    learnt, new = int(rng.integers(93, 100)), int(rng.integers(52, 70))
    return choice(
        f"A recipe is right on {learnt} % of the rows that it learnt from and on {new} % of new rows of "
        f"the same kind, scaled alike. "
        "Which change do these two shares ask for first?",
        right("more examples, such as moved copies", "It overfits: the gap is what such a change closes."),
        wrong("a larger network", "It knows its rows by heart already: that is no lack of size."),
        wrong("more epochs", "What it learnt from it knows; more of the same widens the gap or leaves it."),
        wrong("no standardising", "Scale is not what the gap between equal kinds of rows speaks of."),
        learnt=learnt,
        new=new,
    )


@bank.question
def chance_with_classes(rng):
    classes, m = int(rng.integers(4, 30)), int(rng.choice([1000, 2000, 4000, 5000]))
    return choice(
        f"Predictions that have nothing to do with the rows are compared with {m} labels of {classes} "
        f"classes, all equally "
        "frequent. How many are right on the mean?",
        right(m / classes, "A share of 1/k."),
        wrong(m / (classes - 1), "One of k classes is right, not one of the others."),
        wrong(0.0, "By chance some are right."),
        wrong(m / 2, "That is chance with two classes."),
        classes=classes,
        m=m,
    )
