"""Lesson 12: searching for settings."""

import numpy as np

from dlcourse.authoring.questions.bank import Bank, asked, choice, drawn, right, wrong
from dlcourse.exercises import hyperparameter_search as exercises

bank = Bank("12_hyperparameter_search")


def tens(rng, low, high):
    """Two powers of ten with so many between them."""
    start = int(rng.integers(-4, -1))
    return 10.0**start, 10.0 ** (start + int(rng.integers(low, high)))


@bank.question
def noise_to_rate(rng):
    low, high = tens(rng, 4, 5)
    noise = float(rng.choice([0.25, 0.5, 0.75]))
    return asked(
        f"A learning rate is to be drawn from {low:g} to {high:g} so that its *logarithm* is uniform. The "
        f"random number, uniform in [0, 1), is {noise:g}. Which rate is that?",
        exercises.log_uniform,
        noise,
        low,
        high,
        why=f"The range has four powers of ten, and {noise:g} of the way is {4 * noise:g} of them.",
    )


@bank.question
def uniform_draws(rng):
    low, high = tens(rng, 4, 7)
    below = high / 10 ** int(rng.integers(1, 3))
    powers, share = np.log10(high / low), np.log10(below / low)
    return choice(
        f"1,000 learning rates are drawn *uniformly* from {low:g} to {high:g}. About how many are below "
        f"{below:g}?",
        right(
            1000 * (below - low) / (high - low),
            "The share of the width, and nearly all of it lies at the upper end.",
        ),
        wrong(
            1000 * share / powers, "So it would be on a log scale, with as many draws in each power of ten."
        ),
        wrong(500, "That would be those below the middle of the range, which is half of its upper end."),
        wrong(0, "Few, but that is a share of the width all the same."),
        low=low,
        high=high,
        below=below,
    )


@bank.question
def draws_on_the_log_scale(rng):
    low, high = tens(rng, 4, 8)
    powers = round(np.log10(high / low))
    good, first = int(rng.integers(1, 3)), int(rng.integers(1, powers - 2))
    left, end = low * 10.0**first, low * 10.0 ** (first + good)
    draws = 10 * int(rng.integers(2, 13))
    return choice(
        f"{draws} learning rates are drawn from {low:g} to {high:g}, uniformly on a log scale. How many lie "
        f"between {left:g} and {end:g}, on average?",
        right(
            draws * good / powers,
            f"The range has {powers} powers of ten, and each gets as many draws as any other.",
        ),
        wrong(draws * (end - left) / (high - low), "So it would be on a linear scale."),
        wrong(draws / 2, "Not every range is half: count powers of ten."),
        wrong(draws * (powers - good) / powers, "That many lie outside."),
        low=low,
        high=high,
        left=left,
        end=end,
        draws=draws,
    )


@bank.question
def momentum_on_the_log_scale(rng):
    low, high = [
        (0.01, 0.16),
        (0.01, 0.25),
        (0.01, 0.36),
        (0.01, 0.49),
        (0.01, 0.64),
        (0.02, 0.5),
        (0.04, 0.36),
    ][rng.integers(7)]
    middle = np.sqrt(low * high)
    return choice(
        f"The momentum μ is searched by way of 1 − μ, which is drawn from {low:g} to {high:g}, uniformly on "
        "a log scale. The random number, uniform in [0, 1), is ½. Which μ is that?",
        right(1 - middle, f"1 − μ is the geometric mean of the ends, √({low:g} · {high:g}) = {middle:.2g}."),
        wrong(1 - (low + high) / 2, "This takes the middle of the range on a linear scale."),
        wrong(middle, "That is 1 − μ."),
        low=low,
        high=high,
    )


@bank.question
def values_of_a_grid(rng):
    values, settings = [(2, 3), (2, 4), (2, 5), (3, 2), (3, 3), (3, 4), (4, 2), (4, 3), (5, 2), (5, 3)][
        rng.integers(10)
    ]
    trials = values**settings
    return choice(
        f"A grid of {trials} trials over {settings} settings, with as many values of each. Only the "
        "learning rate turns out to matter. How many different learning rates have been tried?",
        right(
            values, f"{values} to the power of {settings} is {trials}. Each rate was tried again and again."
        ),
        wrong(trials, "So it would be with random draws. A grid repeats its values."),
        wrong(trials // values, "That is how often each of them was tried."),
        wrong(
            trials / settings,
            "The trials are not shared out among the settings: each trial has a value of each.",
        ),
        trials=trials,
        settings=settings,
    )


@bank.question
def a_hit_at_random(rng):
    share, trials = float(rng.choice([0.1, 0.2, 0.3, 0.4, 0.5])), int(rng.integers(2, 5))
    return choice(
        f"The good settings fill {share:.0%} of the ranges from which a random search draws. What is the "
        f"probability that at least one of {trials} trials is among them?",
        right(
            1 - (1 - share) ** trials,
            "All of them miss with probability (1 − share) to the power of the trials.",
        ),
        wrong(share * trials, "That is how many hits there are on average. Two may hit in one search."),
        wrong((1 - share) ** trials, "That is the probability that none is."),
        wrong(1 - share**trials, "That is the probability that not all of them are."),
        share=share,
        trials=trials,
    )


@bank.question
def narrowed(rng):
    values = drawn(rng, 2, 30, 5)
    scores = [float(one) for one in rng.permutation([0.31, 0.48, 0.62, 0.87, 0.93])]
    margin = float(rng.choice([0.25, 0.5]))
    table = ", ".join(f"{value} ({score:g})" for value, score in zip(values, scores, strict=True))
    return asked(
        f"Five trials had the values, and in brackets the scores, {table}; higher scores are better. The "
        "range is narrowed to span the values of the three best, and then widened on *each* side by "
        f"{margin:g} of its width. What are its ends?",
        exercises.narrow_range,
        values,
        scores,
        3,
        margin,
        why="The smallest and the largest of the three best values, and the margin times their distance "
        "further out.",
    )


@bank.question
def too_high_a_report(rng):
    points, trials = float(rng.choice([0.8, 1.2, 1.6, 2.4, 3.2, 4.8])), int(rng.integers(2, 4))
    return choice(
        f"{trials} configurations are equally good. Chance moves the score of each trial by {points:g} "
        "points, up or down with probability ½ each, independently. The best score is reported. By how "
        "many points is it too high on average?",
        right(
            points * (1 - 2 * 0.5**trials),
            f"Down only if all of them are, with probability 1/{2**trials}; else up.",
        ),
        wrong(
            0.0,
            "So it is for one trial. The highest of several is lucky more often than not: the winner's "
            "curse.",
        ),
        wrong(points, "So it would be if one of them were lucky each time. Sometimes none is."),
        wrong(
            points * 0.5**trials, "That is the probability that all of them are unlucky, times the points."
        ),
        points=points,
        trials=trials,
    )


@bank.question
def a_second_look(rng):
    shift, names = int(rng.integers(-8, 3)), [str(one) for one in rng.permutation(list("PQR"))]
    scores = [[96, 90, 92], [94, 94, 95], [95, 90, 97]]
    rows = {name: [score + shift for score in row] for name, row in zip(names, scores, strict=True)}
    told = "; ".join(f"{name}: {row[0]}, then {row[1]} and {row[2]}" for name, row in sorted(rows.items()))
    return choice(
        "The three best configurations of a search are trained once more with two further seeds. Their "
        f"scores in percent, first in the search, then with the two further seeds: {told}. Which of them "
        "does this second look choose?",
        right(names[1], "The highest mean of the two further scores. The search's own score is a lucky one."),
        wrong(
            names[0],
            "It has the highest score of the search, by which it was chosen before: the winner's curse.",
        ),
        wrong(names[2], "It has the highest single score. One score is luck again; take the mean of both."),
        rows=rows,
    )


@bank.question
def trainings_of_a_comparison(rng):
    methods, rates, seeds, reported = (
        int(rng.integers(*ends)) for ends in ((2, 5), (4, 9), (2, 6), (10, 21))
    )
    return choice(
        f"{methods} methods are compared. For each of them {rates} learning rates are tried with {seeds} "
        f"seeds, and the method is then trained at its best rate with {reported} other seeds. How many "
        "trainings is that in all?",
        right(methods * (rates * seeds + reported), "The rate is tuned anew for each method."),
        wrong(rates * seeds + methods * reported, "The rate is tuned for each method, not once for all."),
        wrong(
            methods * rates * (seeds + reported),
            "Only the best rate of a method is trained with the other seeds.",
        ),
        wrong(methods * rates * seeds, "The trainings that are reported are missing."),
        methods=methods,
        rates=rates,
        seeds=seeds,
        reported=reported,
    )


@bank.question
def roles(rng):
    small, large = (8 * n for n in sorted(drawn(rng, 1, 20, 2)))
    setting, role = [
        ("The number of units", "scientific"),
        ("The learning rate, whose best value may depend on the number of units,", "nuisance"),
        ("The number of epochs, ten for want of time,", "fixed"),
    ][rng.integers(3)]
    said = {
        "scientific": "The question asks about the scientific settings; here that is the number of units.",
        "nuisance": "A nuisance is tuned anew for each value of the setting in question: each at its best.",
        "fixed": "A fixed setting stays as it is, and the answer holds for its value alone.",
    }
    return choice(
        f"Is a network of {large} units better than one of {small}? {setting} is, in this comparison, a "
        "setting that is …",
        right(role, said[role]),
        *(wrong(other, why) for other, why in said.items() if other != role),
        setting=setting,
        small=small,
        large=large,
    )


@bank.question
def position_of_the_best(rng):
    scores = [float(one) for one in rng.permutation([np.nan, 0.62, 0.87, 0.91, 0.95])]
    places = [int(place) for place in np.argsort(np.nan_to_num(scores))]
    told = ", ".join("nan" if score != score else f"{score:g}" for score in scores)
    return choice(
        f"The scores of five configurations are {told}; the training that scored nan diverged. Higher is "
        "better. Somebody takes `np.argmax(scores)` for the position of the best, counted from 0. What "
        "does it give?",
        right(places[0], "`np.argmax` takes nan for the largest."),
        wrong(places[4], "That is the position of the best. `np.argmax` does not pass over nan."),
        wrong(places[1], "That is the position of the lowest score."),
        wrong(places[3], "That is the position of the second best."),
        scores=scores,
    )
