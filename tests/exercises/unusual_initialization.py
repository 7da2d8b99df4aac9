"""Right answers to lesson 05 as someone else would write them."""

import math

import numpy as np


def variance_by_match(scheme, n_in, n_out):
    match scheme:
        case "lecun":
            return 1.0 / n_in
        case "glorot":
            return 1.0 / ((n_in + n_out) / 2)
        case "he":
            return np.float64(2) / n_in
        case _:
            raise ValueError("not a scheme")


def variance_by_table(scheme, n_in, n_out):
    scales = {"lecun": (1, n_in), "glorot": (1, (n_in + n_out) / 2), "he": (2, n_in)}
    try:
        scale, fan = scales[scheme]
    except KeyError:
        raise ValueError(scheme) from None
    return scale / fan


def variance_by_counting(scheme, n_in, n_out):
    if scheme == "glorot":
        return 2 * (n_in + n_out) ** -1.0
    if scheme not in ("he", "lecun"):
        raise UnicodeError(f"{scheme} is unknown")  # a ValueError, too
    return (1 + (scheme == "he")) / n_in


class UnknownScheme(ValueError):
    """An exception of one's own."""


def variance_with_an_error_of_its_own(scheme, n_in, n_out):
    rules = {"lecun": (1, n_in), "glorot": (2, n_in + n_out), "he": (2, n_in)}
    if scheme not in rules:
        raise UnknownScheme(scheme)
    return np.divide(*rules[scheme])


def saturated_with_a_keyword(pre_activations, *, threshold=5):
    z = np.abs(pre_activations).reshape(-1)
    return len(z[z > threshold]) / z.size


def weights_by_interpolation(noise, scheme):
    a = math.sqrt(3 * variance_by_match(scheme, *noise.shape))
    return np.interp(noise, [0, 1], [-a, a])


def weights_entry_by_entry(noise, scheme):
    a = (3 * variance_by_table(scheme, len(noise), len(noise[0]))) ** 0.5
    return [[-a + 2 * a * u for u in row] for row in noise.tolist()]


def weights_from_the_deviation(noise, scheme):
    n_in, n_out = noise.shape
    deviation = np.sqrt(variance_by_counting(scheme, n_in, n_out))
    return (noise - 0.5) * np.sqrt(12) * deviation


def corrected_on_the_way(weights, x):
    """ReLU is homogeneous: what arrives may be divided at the end of each turn as well as the sums."""
    corrected, h = [], x
    for w in weights:
        z = np.dot(h, w)
        deviation = z.std() if np.any(z != z.flat[0]) else 1
        corrected.append(w / deviation)
        h = z.clip(0) / deviation
    return corrected


def corrected_from_the_old_signal(weights, x):
    """The signal of the old weights, and how much too large it is by now."""
    h, too_large, corrected = np.asarray(x), 1.0, []
    for w in weights:
        h = h @ w
        deviation = math.sqrt(h.var()) if len(np.unique(h)) > 1 else too_large
        corrected.append(w * (too_large / deviation))
        too_large, h = deviation, np.where(h > 0, h, 0)
    return tuple(corrected)


def corrected_by_recursion(weights, x):
    if len(weights) == 0:
        return []
    z = x @ weights[0]
    spread = np.sqrt(np.mean((z - z.mean()) ** 2)) if z.min() < z.max() else 1
    w = weights[0] / spread
    return [w, *corrected_by_recursion(weights[1:], np.maximum(x @ w, 0))]


def corrected_copies(weights, x):
    new = [np.array(w, dtype=float) for w in weights]
    h = np.array(x, dtype=float)
    for w in new:
        if (s := (h @ w).std()) > 0:
            w /= s
        h = (h @ w) * (h @ w > 0)
    return new


UNUSUAL = {
    "unit_variance_weights": [
        corrected_on_the_way,
        corrected_from_the_old_signal,
        corrected_by_recursion,
        corrected_copies,
    ],
    "weight_variance": [
        variance_by_match,
        variance_by_table,
        variance_by_counting,
        variance_with_an_error_of_its_own,
    ],
    "uniform_limit": [
        lambda variance: math.sqrt(12 * variance) / 2,
        lambda variance: 3**0.5 * variance**0.5,
        lambda variance: np.float64(np.hypot(np.sqrt(variance), np.sqrt(2 * variance))),
    ],
    "initialize_uniform": [weights_by_interpolation, weights_entry_by_entry, weights_from_the_deviation],
    "saturated_fraction": [
        saturated_with_a_keyword,
        lambda pre_activations, threshold=5.0: (
            np.count_nonzero(np.abs(pre_activations) > threshold) / np.size(pre_activations)
        ),
        lambda pre_activations, threshold=5.0: np.mean(np.square(np.float64(pre_activations)) > threshold**2),
        lambda pre_activations, threshold=5.0: (
            sum(z > threshold or z < -threshold for z in np.ravel(pre_activations).tolist())
            / np.size(pre_activations)
        ),
    ],
}
