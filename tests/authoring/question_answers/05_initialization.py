"""The answers of questions/05_initialization.py, computed without the course's reference."""

import math

RECOMPUTED = {
    "saturated_share": lambda pre_activations: (
        sum(abs(z) > 5 for z in pre_activations) / len(pre_activations)
    ),
    "variance_by_scheme": lambda scheme, n_in, n_out: {
        "lecun": 1 / n_in,
        "glorot": 2 / (n_in + n_out),
        "he": 2 / n_in,
    }[scheme],
    "limit_of_a_uniform": lambda variance: math.sqrt(3 * variance),
    "noise_to_weight": lambda noise, n_in: math.sqrt(3 / n_in) * (2 * noise - 1),
    "loss_at_birth": lambda classes: -math.log(1 / classes),
    "lost_by_the_wrong_factor": lambda layers: math.sqrt(2) ** layers,
    "variance_of_a_sum": lambda n, square, variance: n * square * variance,
    "copies": lambda units, inputs: units,
}
