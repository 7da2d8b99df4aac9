"""Right answers to lesson 11 as someone else would write them."""

import math

import numpy as np


def steps_in_a_loop(initial_rate, epoch, every, factor):
    def one(e):
        rate, cut = float(initial_rate), every
        while e >= cut:
            rate, cut = rate * factor, cut + every
        return rate

    return np.reshape([one(e) for e in np.ravel(epoch).tolist()], np.shape(epoch)).tolist()


def steps_by_logarithms(initial_rate, epoch, every, factor):
    return np.exp(np.log(initial_rate) + np.floor(np.asarray(epoch) / every) * math.log(factor))


def warmup_by_masks(initial_rate, step, warmup_steps, total_steps):
    step = np.asarray(step, float)
    rate = initial_rate * (1 + np.cos(np.pi * (step - warmup_steps) / (total_steps - warmup_steps))) / 2
    if warmup_steps:
        rate = np.where(step < warmup_steps, initial_rate * step / warmup_steps, rate)
    return rate


def warmup_one_by_one(initial_rate, step, warmup_steps, total_steps):
    def one(s):
        if s < warmup_steps:
            return initial_rate * s / warmup_steps
        return initial_rate * math.cos(math.pi / 2 * (s - warmup_steps) / (total_steps - warmup_steps)) ** 2

    return np.vectorize(one, otypes=[float])(step)


def warmup_with_division_by_nothing(initial_rate, step, warmup_steps, total_steps):
    with np.errstate(divide="ignore", invalid="ignore"):
        rising = np.divide(step, warmup_steps)
    share = (step - warmup_steps) / (total_steps - warmup_steps)
    return np.where(step < warmup_steps, rising, 0.5 + 0.5 * np.cos(share * np.pi)) * initial_rate


UNUSUAL = {
    "step_decay": [
        steps_in_a_loop,
        steps_by_logarithms,
        lambda initial_rate, epoch, every, factor: initial_rate * np.power(factor, np.trunc(epoch / every)),
        lambda initial_rate, epoch, every, factor: initial_rate * factor ** np.divmod(epoch, every)[0],
    ],
    "exponential_decay": [
        lambda initial_rate, t, k: initial_rate / np.exp(k * t),
        lambda initial_rate, t, k: np.exp(np.log(initial_rate) - k * t),
        lambda initial_rate, t, k: initial_rate * math.exp(-k) ** np.asarray(t, float),
        lambda initial_rate, t, k: initial_rate * (np.expm1(-k * np.asarray(t, float)) + 1),
    ],
    "inverse_time_decay": [
        lambda initial_rate, t, k: initial_rate * (1 + k * t) ** -1.0,
        lambda initial_rate, t, k: np.reciprocal((1.0 + t * k) / initial_rate),
        lambda initial_rate, t, k: np.reshape(
            [initial_rate / (1 + k * s) for s in np.ravel(t)], np.shape(t)
        ).tolist(),
    ],
    "warmup_cosine": [warmup_by_masks, warmup_one_by_one, warmup_with_division_by_nothing],
}
