"""The answers of questions/12_hyperparameter_search.py, computed without the course's reference."""

import math
from itertools import product
from statistics import fmean


def rate(noise, low, high):
    return math.exp(math.log(low) * (1 - noise) + math.log(high) * noise)


def values_of_each(trials, settings):
    return next(values for values in range(2, trials) if values**settings == trials)


def narrowed(values, scores, keep, margin):
    best = sorted(zip(scores, values, strict=True), reverse=True)[:keep]
    low, high = min(value for _, value in best), max(value for _, value in best)
    return [low - margin * (high - low), high + margin * (high - low)]


def excess(points, trials):
    return fmean(max(luck) for luck in product((-points, points), repeat=trials))


def second_look(rows):
    return max(rows, key=lambda name: fmean(rows[name][1:]))


def role(setting, small, large):
    return {"number of units": "scientific", "learning rate,": "nuisance", "number of epochs,": "fixed"}[
        next(name for name in ("learning rate,", "number of epochs,", "number of units") if name in setting)
    ]


RECOMPUTED = {
    "noise_to_rate": rate,
    "uniform_draws": lambda low, high, below: 1000 * (below - low) / (high - low),
    "draws_on_the_log_scale": lambda low, high, left, end, draws: (
        draws * math.log(end / left) / math.log(high / low)
    ),
    "momentum_on_the_log_scale": lambda low, high: 1 - rate(0.5, low, high),
    "values_of_a_grid": values_of_each,
    "a_hit_at_random": lambda share, trials: sum(share * (1 - share) ** before for before in range(trials)),
    "narrowed": narrowed,
    "too_high_a_report": excess,
    "a_second_look": second_look,
    "trainings_of_a_comparison": lambda methods, rates, seeds, reported: sum(
        rates * seeds + reported for _ in range(methods)
    ),
    "roles": role,
    "position_of_the_best": lambda scores: [score != score for score in scores].index(True),
}
