"""How the learning rate changes as training goes on.

Each schedule comes as a formula, which takes numbers or arrays, and as a factory that fixes its settings and
returns a function of the step, to hand to `training.fit(…, schedule=…)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import Floats, as_float, not_negative, positive

Schedule: TypeAlias = Callable[[int], float]


def step_decay(initial_rate: float, epoch: ArrayLike, every: float, factor: float) -> Floats:
    """A constant factor off, every so often. Lesson 11, section G1 and correction X6.

        η = η₀ · factor^⌊epoch / every⌋

    Args:
        initial_rate: η₀.
        epoch: number or array, at least 0.
        every: epochs from one step to the next, positive.
        factor: what a step leaves of the rate.

    Returns:
        The rate, of epoch's shape.

    Raises:
        ValueError: where `every` is not positive.

    >>> step_decay(0.1, np.array([0, 4, 5, 10]), every=5, factor=0.5)
    array([0.1  , 0.1  , 0.05 , 0.025])
    """
    positive("every", every)
    steps: Floats = np.floor_divide(as_float(epoch), every)
    return initial_rate * as_float(factor) ** steps


def exponential_decay(initial_rate: float, t: ArrayLike, k: float) -> Floats:
    """The same share off with every unit of t. Lesson 11, section G1.

        η = η₀ · e^(−k t)

    Args:
        initial_rate: η₀.
        t: number or array, in epochs or steps.
        k: decay a unit of t.

    Returns:
        The rate, of t's shape.

    >>> exponential_decay(0.1, np.array([0.0, 10.0]), k=0.1).round(4)
    array([0.1   , 0.0368])
    """
    left: Floats = np.exp(-k * as_float(t))
    return initial_rate * left


def inverse_time_decay(initial_rate: float, t: ArrayLike, k: float) -> Floats:
    """Slower and slower: half at t = 1/k. Lesson 11, section G1 (Robbins & Monro 1951 for its sums).

        η = η₀ / (1 + k t)

    Args:
        initial_rate: η₀.
        t: number or array, in epochs or steps.
        k: decay a unit of t.

    Returns:
        The rate, of t's shape.

    >>> inverse_time_decay(0.1, np.array([0, 10, 30]), k=0.1)
    array([0.1  , 0.05 , 0.025])
    """
    return initial_rate / (1 + k * as_float(t))


def warmup_cosine(initial_rate: float, step: ArrayLike, warmup_steps: int, total_steps: int) -> Floats:
    """Up in a line, down in half a cosine (Loshchilov & Hutter 2017; Goyal et al. 2017). Lesson 11.

        η = η₀ · step/warmup                                      while step < warmup
        η = η₀ · ½ (1 + cos(π (step − warmup)/(total − warmup)))  then, and on past total

    Args:
        initial_rate: η₀, the highest.
        step: number or array.
        warmup_steps: how long the rate rises, at least 0.
        total_steps: where it is 0 again, above warmup_steps.

    Returns:
        The rate, of step's shape.

    Raises:
        ValueError: where 0 ≤ warmup_steps < total_steps does not hold.

    >>> warmup_cosine(1.0, np.array([0, 1, 2, 6, 10]), warmup_steps=2, total_steps=10)
    array([0. , 0.5, 1. , 0.5, 0. ])
    """
    if not 0 <= warmup_steps < total_steps:
        raise ValueError(f"0 ≤ warmup_steps < total_steps, not {warmup_steps} and {total_steps}")
    step = as_float(step)
    rising = step / max(warmup_steps, 1)
    falling = 0.5 * (1 + np.cos(np.pi * (step - warmup_steps) / (total_steps - warmup_steps)))
    share: Floats = np.where(step < warmup_steps, rising, falling)[()]
    return initial_rate * share


def constant(rate: float) -> Schedule:
    """The same rate at every step. Lesson 11, section G1.

    Args:
        rate: positive.

    Returns:
        A function of the step.

    Raises:
        ValueError: where the rate is not positive.

    >>> constant(0.1)(1000)
    0.1
    """
    positive("rate", rate)
    return lambda step: float(rate)


def stepwise(initial_rate: float, every: int, factor: float) -> Schedule:
    """`step_decay` as a function of the step; `every` counts steps. Lesson 11.

    Half every five epochs is `stepwise(rate, 5 * updates_per_epoch(n, batch_size), 0.5)`.

    Args:
        initial_rate: positive.
        every: training steps from one step down to the next, positive.
        factor: what a step down leaves of the rate, in (0, 1].

    Returns:
        A function of the step.

    Raises:
        ValueError: where the rate or `every` is not positive, or the factor is outside (0, 1].

    >>> schedule = stepwise(0.1, every=100, factor=0.5)
    >>> schedule(99), schedule(100)
    (0.1, 0.05)
    """
    positive("initial_rate", initial_rate)
    positive("every", every)
    if not 0 < factor <= 1:
        raise ValueError(f"factor must be in (0, 1], not {factor}")
    return lambda step: float(step_decay(initial_rate, step, every, factor))


def exponential(initial_rate: float, k: float) -> Schedule:
    """`exponential_decay`, of lesson 11, as a function of the step.

    Args:
        initial_rate: positive.
        k: decay a step, at least 0.

    Returns:
        A function of the step.

    Raises:
        ValueError: where the rate is not positive or k is negative.

    >>> round(exponential(0.1, k=0.01)(100), 4)
    0.0368
    """
    positive("initial_rate", initial_rate)
    not_negative("k", k)
    return lambda step: float(exponential_decay(initial_rate, step, k))


def inverse_time(initial_rate: float, k: float) -> Schedule:
    """`inverse_time_decay`, of lesson 11, as a function of the step.

    Args:
        initial_rate: positive.
        k: decay a step, at least 0.

    Returns:
        A function of the step.

    Raises:
        ValueError: where the rate is not positive or k is negative.

    >>> inverse_time(0.1, k=0.01)(100)
    0.05
    """
    positive("initial_rate", initial_rate)
    not_negative("k", k)
    return lambda step: float(inverse_time_decay(initial_rate, step, k))


def cosine(initial_rate: float, total_steps: int, warmup_steps: int = 0) -> Schedule:
    """`warmup_cosine`, of lesson 11, as a function of the step, 0 from `total_steps` on.

    The first step of a warm-up already moves: step s has the rate of s + 1.

    Args:
        initial_rate: the highest, positive.
        total_steps: where the rate is 0, above warmup_steps.
        warmup_steps: how long the rate rises, at least 0.

    Returns:
        A function of the step.

    Raises:
        ValueError: where the rate is not positive or 0 ≤ warmup_steps < total_steps does not hold.

    >>> schedule = cosine(1.0, total_steps=10, warmup_steps=2)
    >>> [round(schedule(step), 3) for step in (0, 1, 9, 20)]
    [0.5, 1.0, 0.0, 0.0]
    """
    positive("initial_rate", initial_rate)
    warmup_cosine(initial_rate, 0, warmup_steps, total_steps)
    early = 1 if warmup_steps else 0

    def rate(step: int) -> float:
        return float(warmup_cosine(initial_rate, min(step + early, total_steps), warmup_steps, total_steps))

    return rate
