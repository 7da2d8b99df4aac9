"""The answers of questions/02_gradient_check.py, computed without the course's reference."""


def _fork(x, first, second, a):
    back = first + second  # to a
    return back * (1 - a * a) * x


def _cube(x, h):
    return 3 * x * x + h * h


def _kink(share):
    ahead, behind = max(0.0, share + 1), max(0.0, share - 1)  # in units of h
    return (ahead - behind) / 2


def _evaluations(inputs, hidden, classes):
    first, second = (inputs + 1) * hidden, (hidden + 1) * classes
    return str(2 * (first + second))


RECOMPUTED = {
    "back_through_a_fork": _fork,
    "gradient_of_two_weights": lambda x, upstream: [
        sum(x[i][j] * upstream[i][0] for i in range(2)) for j in range(2)
    ],
    "gradient_of_the_bias": lambda upstream: [sum(column) for column in zip(*upstream, strict=True)],
    "gradient_at_the_label": lambda examples, share: -(1 - share) / examples,
    "difference_of_a_cube": _cube,
    "error_by_the_step": lambda times: times * times,
    "relative_error_of_two": lambda a, b: abs(a[0] - b[0]) / (abs(a[0]) + abs(b[0])),
    "error_of_a_factor": lambda percent: percent / (200 + percent),
    "slope_at_a_kink": _kink,
    "noise_over_the_step": lambda noise, power: noise * 10**power / 2,
    "price_of_a_check": _evaluations,
    "place_of_a_bug": lambda good: f"In what layer {good} hands down, or in activation {good - 1}.",
}
