"""The answers of questions/10_dropout.py, computed without the course's reference."""

import math
from itertools import product


def kept_or_not(rate):
    """The two values of the factor with their probabilities."""
    return ((0.0, rate), (1 / (1 - rate), 1 - rate))


def forward(x, noise, drop_rate):
    return [value / (1 - drop_rate) if u >= drop_rate else 0.0 for value, u in zip(x, noise, strict=True)]


def variance(rate):
    mean = sum(value * chance for value, chance in kept_or_not(rate))
    return sum((value - mean) ** 2 * chance for value, chance in kept_or_not(rate))


def at_test(low, high):
    """The logit is b without the input and b + 2wx with it; at test it is b + wx."""
    without, doubled = -2 * math.log(low), 2 * math.log(low * high)
    return 1 / (1 + math.exp(-(without + (doubled - without) / 2)))


def weight_gradient(rate, upstream, x, weight, bias, step=1e-6):
    def out(w):
        return max(0.0, w * x + bias) / (1 - rate)

    return round(upstream * (out(weight + step) - out(weight - step)) / (2 * step), 5)


RECOMPUTED = {
    "scale_of_the_survivors": lambda rate: 1 / (1 - rate),
    "out_of_the_noise": forward,
    "trained_unscaled": lambda x, drop_rate: x - drop_rate * x,
    "too_loud": lambda rate, hidden: 1 / (1 - rate) ** hidden,
    "gradient_of_the_units": lambda upstream, mask: [u * m for u, m in zip(upstream, mask, strict=True)],
    "noise_of_the_mask": variance,
    "thinned_networks": lambda first, second: len(list(product((0, 1), repeat=first + second))),
    "a_pact_of_two": lambda rate, steps: steps * (1 - rate - rate + rate * rate),
    "two_answers_in_one": at_test,
    "gradient_of_a_weight": weight_gradient,
    "keep_for_drop": lambda kept: 1 - kept,
}
