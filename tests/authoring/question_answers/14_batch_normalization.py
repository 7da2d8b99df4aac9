"""The answers of questions/14_batch_normalization.py, computed without the course's reference."""

from statistics import fmean, pstdev


def normalised(numbers):
    return [(one - fmean(numbers)) / pstdev(numbers) for one in numbers]


def after(value, momentum, updates):
    running = 0.0
    for _ in range(updates):
        running += (1 - momentum) * (value - running)
    return running


def size_of_gradient(scale, step=1e-6):
    """Of ŵ·x, normalised over three examples, at weights that are so many times as large."""

    def loss(w):
        return normalised([scale * 0.3 + w, 2 * w, scale * 0.1 - w])[0]

    return (loss(scale + step) - loss(scale - step)) / (2 * step)


def input_gradient(deviation, gamma, upstream, step=1e-6):
    x = [-deviation, -deviation, deviation, deviation]

    def loss(first):
        return sum(gamma * u * one for u, one in zip(upstream, normalised([first, *x[1:]]), strict=True))

    return round((loss(x[0] + step) - loss(x[0] - step)) / (2 * step), 6)


def through(slope, blocks):
    gradient = 1.0
    for _ in range(blocks):
        gradient += slope * gradient
    return gradient


RECOMPUTED = {
    "one_unit": lambda x, gamma, beta: gamma * normalised(x)[0] + beta,
    "running_value": lambda running, batch_value, momentum: (
        running - (1 - momentum) * (running - batch_value)
    ),
    "running_value_under_way": after,
    "momentum_in_pytorch": lambda kept: 1 - kept,
    "weights_times_a_factor": lambda factor: normalised([factor * 2, factor * 5])[1] / normalised([2, 5])[1],
    "gradient_of_larger_weights": lambda factor: size_of_gradient(factor) / size_of_gradient(1),
    "batch_of_two": lambda gamma, beta, low, gap: gamma * normalised([low, low + gap])[1] + beta,
    "batch_of_one": lambda gamma, x, beta: gamma * (x - fmean([x])) / 1e-5**0.5 + beta,
    "one_example_over_its_units": lambda first, second: normalised(first)[0],
    "gradient_of_gamma": lambda x, upstream: sum(
        u * one for u, one in zip(upstream, normalised(x), strict=True)
    ),
    "gradient_of_an_input": input_gradient,
    "learned_numbers": lambda units, hidden: hidden * ((units + units) - units),
    "past_the_shortcuts": through,
}
