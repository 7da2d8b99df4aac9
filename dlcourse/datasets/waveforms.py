"""Ten small one-dimensional shapes, distorted and noised: data that leave a network something to learn."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dlcourse.arrays import Floats, count

Signals: TypeAlias = tuple[NDArray[np.float64], NDArray[np.int64]]

# One shape a class, as MNIST-1D has them: each resembles how a digit is written.
TEMPLATES = np.array(
    [
        [5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5],
        [5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5],
        [5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5],
        [5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5],
        [5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5],
        [5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5],
        [5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5],
        [5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5],
        [5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5],
        [5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5],
    ]
)
LENGTH = 12  # of a template
PADDING = (36, 60)  # zeros behind a template, from the fewest to the most
CANVAS = LENGTH + PADDING[1]  # points on which a signal is put together
FEATURES = 40  # points that are kept of them
HEIGHT = 0.4  # range of the factor on a template's height, about 1
SHIFTS = 48  # how far a template may start to the right
SHEAR = 0.75  # range of the slope, about 0
SMOOTH_NOISE, SMOOTH_WIDTH = 0.25, 2.0  # before it is smoothed; of the Gaussian that does it
WHITE_NOISE = 0.02
MEAN, DEVIATION = -0.00605, 0.1547  # of a million signals before they are standardised


def signals(n: int, rng: np.random.Generator) -> Signals:
    """Ten one-dimensional shapes, stretched, scaled, moved, sheared and noised (Greydanus & Kobak 2024).

    Behind the lessons' comparisons. The procedure and the templates are those of MNIST-1D (*Scaling down deep
    learning*, ICML 2024; package `mnist1d`, Apache-2.0), written anew:

        a template of 12 points, and 36 to 60 zeros behind it, stretched to 72 points
        its height times 0.8 to 1.2, all moved by 0 to 47 points round a ring
        smooth noise where the template is not, white noise everywhere, a slope of −0.375 to 0.375
        read at 40 points, less the mean, over the standard deviation

    Mean and deviation are those of all such signals, not of the n: so the signals of two calls are alike.

    Test accuracy with 3,200 signals to train on, 1,000 to report on and rates chosen on 800 others, Adam, the
    mean and range of ten seeds (`scripts/measure_signals.py`): a softmax regression 31 % (30 to 32), a
    40-100-100-10 network with ReLU 62 % (60 to 65), the same with every signal moved by −5 to 5 points round
    the ring in training 79 % (78 to 81). Greydanus and Kobak report 94 % for a convolutional network.

    Args:
        n: how many, at least 1.
        rng: draws them.

    Returns:
        x (n, 40) float64 and labels (n,) int64 in random order; each class as often, or once more.

    Raises:
        ValueError: where n is below 1.

    >>> x, labels = signals(1000, np.random.default_rng(0))
    >>> x.shape, np.bincount(labels).tolist()
    ((1000, 40), [100, 100, 100, 100, 100, 100, 100, 100, 100, 100])
    """
    labels = rng.permutation(np.arange(count("n", n)) % len(TEMPLATES))
    shape, covered = _placed(labels, rng)
    smooth = SMOOTH_NOISE * rng.standard_normal(shape.shape) @ _smoothing()
    white = WHITE_NOISE * rng.standard_normal(shape.shape)
    slope = SHEAR * (rng.random((n, 1)) - 0.5)
    whole = np.where(covered, shape, smooth) + white - slope * np.linspace(-0.5, 0.5, CANVAS)
    return (whole @ _resampling() - MEAN) / DEVIATION, labels


def _placed(labels: NDArray[np.int64], rng: np.random.Generator) -> tuple[Floats, NDArray[np.bool_]]:
    """Each label's template, stretched, scaled and moved (n, CANVAS), and which points it covers."""
    n = len(labels)
    padding = rng.integers(PADDING[0], PADDING[1] + 1, (n, 1))
    height = 1 + HEIGHT * (rng.random((n, 1)) - 0.5)
    shift = rng.integers(SHIFTS, size=(n, 1))
    stretch = (LENGTH + padding - 1) / (CANVAS - 1)
    place = (np.arange(CANVAS) - shift) % CANVAS * stretch  # where in its template a point lies
    shape = np.empty(place.shape)
    for label, template in enumerate(_standardised()):
        shape[labels == label] = np.interp(place[labels == label], np.arange(LENGTH), template)
    return height * shape, place < LENGTH


def _standardised() -> Floats:
    """The templates with a deviation of 1/6 each, which begin and end at 0."""
    scaled = TEMPLATES / TEMPLATES.std(axis=1, keepdims=True) / 6
    standardised: Floats = scaled - scaled[:, :1]
    return standardised


@lru_cache
def _smoothing() -> Floats:
    """(CANVAS, CANVAS), whose product with noise smooths it by a Gaussian, mirrored at both ends."""
    reach = round(4 * SMOOTH_WIDTH)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / SMOOTH_WIDTH) ** 2)
    impulses = np.pad(np.eye(CANVAS), ((0, 0), (reach, reach)), "symmetric")
    return np.array([np.convolve(row, kernel / kernel.sum(), "valid") for row in impulses])


@lru_cache
def _resampling() -> Floats:
    """(CANVAS, FEATURES), whose product with signals reads them at evenly spread points."""
    points = np.linspace(0, CANVAS - 1, FEATURES)
    return np.array([np.interp(points, np.arange(CANVAS), impulse) for impulse in np.eye(CANVAS)])
