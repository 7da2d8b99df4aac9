"""The answers of questions/11_learning_rate_decay.py, computed without the course's reference."""

import math


def stepwise(initial_rate, epoch, every, factor):
    rate = initial_rate
    for now in range(1, epoch + 1):
        rate *= factor if now % every == 0 else 1
    return rate


def cosine(initial_rate, step, warmup_steps, total_steps):
    turned = math.radians(180 * (step - warmup_steps) / (total_steps - warmup_steps))
    return initial_rate * math.cos(turned / 2) ** 2


def descend(a, eta, theta):
    for _ in range(2):
        theta -= eta * a * theta
    return theta


def hovering(eta, sigma):
    variance = 0.0
    for _ in range(1000):
        variance = (1 - eta) ** 2 * variance + (eta * sigma) ** 2
    return variance


def floor(eta):
    return 1 / (2 / eta - 1)


RECOMPUTED = {
    "rate_in_steps": stepwise,
    "an_amount_for_a_factor": lambda rate, every, epoch: rate - 0.5 * rate * (epoch // every),
    "rate_by_one_over_t": lambda initial_rate, t, k: initial_rate / (1 + k * t),
    "half_life": lambda k: math.log2(2) / (k * math.log2(math.e)),
    "rate_by_the_cosine": cosine,
    "largest_rate_of_a_parabola": lambda a: 2 / a,
    "two_steps": descend,
    "noise_floor": hovering,
    "lower_by_a_smaller_rate": lambda root: math.sqrt(floor(0.01) / floor(0.01 / root**2)),
    "epochs_in_updates": lambda size, batch, every: every * math.ceil(size / batch),
    "batches_for_rates": lambda rate, batch, factor: batch * factor,
}
