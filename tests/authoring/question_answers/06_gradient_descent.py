"""The answers of questions/06_gradient_descent.py, computed without the course's reference."""

import math


def descended(curvature, steps, start, rate):
    theta = start
    for _ in range(steps):
        theta -= rate * curvature * theta
    return theta


def way(curvature, rate):
    after = 1 - rate * curvature
    if after > 0:
        return "It comes nearer on its own side."
    return f"It changes sides, and {'comes nearer' if after > -1 else 'gets farther'}."


def clipped(grad, max_norm):
    length = math.hypot(*grad)
    return [g / length * max_norm for g in grad]


RECOMPUTED = {
    "one_step": lambda params, grad, learning_rate: params - learning_rate * grad,
    "updates_of_an_epoch": lambda num_examples, batch_size: math.ceil(num_examples / batch_size),
    "largest_rate": lambda gentle, steep: 2 / max(gentle, steep),
    "after_some_steps": descended,
    "which_way": way,
    "slowest_direction": lambda gentle, kappa: 1 - gentle / (gentle * kappa),
    "one_pass": lambda theta, first, second: theta / 4 + first / 4 + second / 2,
    "noise_of_a_batch": lambda size, factor, error: error * math.sqrt(size / (size * factor)),
    "rate_for_a_larger_batch": lambda size, factor, rate: rate / size * (size * factor),
    "clipped": clipped,
    "examples_seen": lambda examples, size, updates, batch_updates: (
        (examples * batch_updates) / (size * updates)
    ),
}
