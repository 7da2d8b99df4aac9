"""The answers of questions/16_capstone.py, computed without the course's reference."""

import math

import numpy as np


def batches(n, batch, epochs):
    return str(sum(len(range(0, n, batch)) for _ in range(epochs)))


RECOMPUTED = {
    "scatter_of_a_share": lambda p, m: (
        100 * np.std([1] * round(100 * p) + [0] * round(100 - 100 * p)) / m**0.5
    ),
    "runs_to_tell_apart": lambda s, d: (2 * s * math.sqrt(2) / d) ** 2,
    "loss_of_one_who_knows_nothing": lambda classes, known: -known * math.log(1 / classes),
    "update_to_weight": lambda rate, gradient, weight: rate * gradient / weight,
    "moved_copies": lambda reach, n: str(n * len(range(-reach, reach + 1))),
    "updates_in_a_recipe": batches,
    "fault_by_two_shares": lambda learnt, new: "more examples, such as moved copies",
    "chance_with_classes": lambda classes, m: m / classes,
}
