"""Wrong answers that no known mistake describes: they lose points all the same, whatever the seed."""

import numpy as np
import pytest

from dlcourse.exercises import LESSONS, catalogue, exercises
from dlcourse.exercises.calls import run_locally

REFERENCE = {name: exercise.reference for name, exercise in exercises().items()}
SEEDS = range(8)


def rounded(value):
    """Floats to six digits, wherever they are."""
    if isinstance(value, list | tuple):
        return type(value)(map(rounded, value))
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return np.round(value, 6) if isinstance(value, float | np.floating | np.ndarray) else value


def six_digits(name):
    return lambda *args, **kwargs: rounded(REFERENCE[name](*args, **kwargs))


def smooth_slope(weights, strength):
    value, _ = REFERENCE["l1_penalty"](weights, strength)
    return value, [strength * np.tanh(1e6 * w) for w in weights]


def impatient_by_default(validation_losses, patience, min_delta=1e-3):
    return REFERENCE["early_stopping"](validation_losses, patience, min_delta)


def inside_what_was_tried(values, scores, keep, margin=0.0):
    low, high = REFERENCE["narrow_range"](values, scores, keep, margin)
    return max(low, min(values)), min(high, max(values))


def all_that_tie(values, scores, keep, margin=0.0):
    there = ~np.isnan(scores)
    worst = np.sort(scores[there])[-keep]
    kept = values[there][scores[there] >= worst]
    return kept.min() - margin * np.ptp(kept), kept.max() + margin * np.ptp(kept)


def blind_to_nan(x, gamma, beta, eps):
    mean, variance = np.nanmean(x, axis=0), np.nanvar(x, axis=0)
    return gamma * (x - mean) / np.sqrt(variance + eps) + beta, mean, variance


def nan_to_zero(x, noise, drop_rate):
    return REFERENCE["dropout_forward"](np.nan_to_num(x), noise, drop_rate)


INTEGERS = {"count_parameters", "early_stopping", "iob_spans"}
FLOATS = [name for lesson in LESSONS[7:] for name in catalogue()[lesson] if name not in INTEGERS]
SLIPS = [(name, six_digits(name)) for name in FLOATS] + [
    ("l1_penalty", smooth_slope),
    ("early_stopping", impatient_by_default),
    ("narrow_range", inside_what_was_tried),
    ("narrow_range", all_that_tie),
    ("batch_norm_forward", blind_to_nan),
    ("dropout_forward", nan_to_zero),
]


@pytest.mark.parametrize(("name", "wrong"), SLIPS, ids=lambda each: getattr(each, "__name__", each))
def test_a_slip_costs_points_whatever_the_seed(name, wrong):
    exercise = exercises()[name]
    for seed in SEEDS:
        verdict = exercise.judge(lambda calls: run_locally(wrong, calls), seed)
        assert verdict.points < verdict.max_points, seed
