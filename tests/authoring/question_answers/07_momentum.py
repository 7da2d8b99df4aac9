"""The answers of questions/07_momentum.py, computed without the course's reference."""

import math

import numpy as np


def moved(params, velocity, grad, learning_rate, mu):
    return params + (mu * velocity - learning_rate * grad)


def second_velocity(first, second, rate, mu):
    velocity = 0
    for grad in (first, second):
        velocity = mu * velocity - rate * grad
    return velocity


def end_velocity(grad, learning_rate, mu):
    velocity = 0
    for _ in range(5000):
        velocity = mu * velocity - learning_rate * grad
    return velocity


def largest(curvature, mu):
    """By bisection: the rate at which a root of r² − (1 + μ − ηλ) r + μ = 0 reaches the size 1."""
    low, high = 0, 10 / curvature
    for _ in range(60):
        middle = (low + high) / 2
        size = np.abs(np.roots([1, -(1 + mu - middle * curvature), mu])).max()
        low, high = (middle, high) if size < 1 else (low, middle)
    return low


def case(mu, product):
    roots = np.roots([1, -(1 + mu - product), mu])
    if np.abs(roots).max() > 1:
        return "It gets farther and farther away."
    if np.iscomplex(roots).any():
        return "It swings, and its swings shrink by the factor √μ a step."
    if roots.min() > 0:
        return "It creeps, and does not overshoot."
    return "In the long run it changes sides at each step, and comes nearer."


RECOMPUTED = {
    "one_step": moved,
    "velocity_after_two_steps": second_velocity,
    "terminal": end_velocity,
    "times_as_fast": lambda mu: sum(mu**n for n in range(5000)),
    "largest_rate": largest,
    "which_case": case,
    "polyaks_mu": lambda gentle, kappa: (1 - 2 / (math.sqrt(kappa) + 1)) ** 2,
    "root_of_kappa": lambda factor, steps: steps * math.sqrt(factor),
    "look_ahead": lambda theta, curvature, velocity, rate, mu: (
        theta + mu * velocity - rate * curvature * (theta + mu * velocity)
    ),
    "friction_of_a_look_ahead": lambda mu, product: mu - mu * product,
}
