"""The answers of questions/08_adaptive_methods.py, computed without the course's reference."""

import math


def adagrad(params, h, grad, learning_rate, eps):
    return params - learning_rate / (math.sqrt(h + grad * grad) + eps) * grad


def adam_steps(grads, beta1, beta2):
    """m, v and m/√v, uncorrected, after these gradients."""
    m = v = 0
    for grad in grads:
        m = m * beta1 + grad * (1 - beta1)
        v = v * beta2 + grad * grad * (1 - beta2)
    return m, v, m / math.sqrt(v)


def corrected(rate, grad):
    m, v, _ = adam_steps([grad], 0.9, 0.999)
    return rate * (m / (1 - 0.9)) / math.sqrt(v / (1 - 0.999))


def moved(size, divides):
    """x after a step from 1 on ½x², in the unit of that size over the unit 1."""
    way = {}
    for unit in (1, size):
        slope = unit * 1.0  # dL/dz, where x = unit · z
        way[unit] = unit * (slope / math.sqrt(slope**2) if divides else slope)
    return way[size] / way[1]


def saddle(x, y, rate, steps):
    for _ in range(steps):
        x, y = x - rate * 2 * x, y + rate * 2 * y
    return [x, y]


RECOMPUTED = {
    "adagrad": adagrad,
    "two_gradients": lambda grad, rate: [-rate * g / abs(g) for g in grad],
    "later_steps": lambda root: 1 / math.sqrt(sum(1 for _ in range(root**2))),
    "mean_square": lambda params, h, grad, learning_rate, decay_rate, eps: (
        decay_rate * h + (1 - decay_rate) * grad * grad
    ),
    "first_step_uncorrected": lambda beta1, beta2: adam_steps([7], beta1, beta2)[2],
    "average_from_zero": lambda grad, steps, beta: adam_steps([grad] * steps, beta, 0.9)[0],
    "first_step_corrected": corrected,
    "units": moved,
    "eps_inside": lambda grad: 1 / math.sqrt(1 + 1e-8 / grad**2),
    "on_a_saddle": saddle,
}
