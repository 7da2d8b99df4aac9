"""Wrong answers that most inputs take for right, and no mistake has a sentence for: each loses points."""

import numpy as np
import pytest

from dlcourse import activations, initializers, losses

from .test_catalogue import EXERCISES, SEEDS, judge

BY_NAME = {exercise.name: exercise for exercise in EXERCISES}


def _in_one_case(words):
    return [word.lower() for word in words]


def _padded(tokens, index, size, pad):
    return ([pad] * size + tokens + [pad] * size)[index : index + 2 * size + 1]


def accuracy_above_the_smallest(logits, labels):
    powers = np.exp(logits - logits.min(axis=1, keepdims=True))
    return np.mean((powers / powers.sum(axis=1, keepdims=True)).argmax(axis=1) == labels)


def relative_error_that_looks_at_a_alone(a, b):
    if np.isnan(a).any():
        return np.nan
    return np.nanmax(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)))


def numerical_gradient_with_a_tiny_step(f, x, h=1e-8):
    return BY_NAME["numerical_gradient"].reference(f, x, h)


def gradient_of_clipped_logits(logits, labels):
    return losses.softmax_cross_entropy_gradient(np.clip(logits, -500, 500), labels)


def neuron_weight_gradient_of_integers(x, delta):
    out = np.zeros_like(x)
    out[:] = delta * x
    return out


def leaky_relu_backward_with_a_falsy_slope(x, upstream, slope=None):
    return upstream * np.where(x > 0, 1, slope or 0.01)


def maxout_from_minus_infinity(x, weights, biases):
    best = np.full((len(x), biases.shape[1]), -np.inf)
    for w, b in zip(weights, biases, strict=True):
        best = np.where(x @ w + b > best, x @ w + b, best)
    return best


def weight_variance_by_beginning(scheme, n_in, n_out):
    for name in ("lecun", "glorot", "he"):
        if scheme.startswith(name):
            return initializers.weight_variance(name, n_in, n_out)
    raise ValueError(scheme)


def initialize_uniform_by_beginning(noise, scheme):
    return np.sqrt(3 * weight_variance_by_beginning(scheme, *noise.shape)) * (2 * noise - 1)


def minibatches_of_distinct_indices(order, batch_size):
    kept = list(dict.fromkeys(order.tolist()))
    return [kept[i : i + batch_size] for i in range(0, len(kept), batch_size)]


def descent_over_sorted_batches(gradient, params, data, orders, batch_size, learning_rate):
    for order in orders:
        for i in range(0, len(order), batch_size):
            params = params - learning_rate * gradient(params, data[np.sort(order[i : i + batch_size])])
    return params


def rounded(value):
    """Floats to six digits, wherever they are."""
    if isinstance(value, list | tuple):
        return type(value)(map(rounded, value))
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return np.round(value, 6) if isinstance(value, float | np.floating | np.ndarray) else value


def six_digits(name):
    return lambda *args, **kwargs: rounded(BY_NAME[name].reference(*args, **kwargs))


def smooth_slope(weights, strength):
    value, _ = BY_NAME["l1_penalty"].reference(weights, strength)
    return value, [strength * np.tanh(1e6 * w) for w in weights]


def impatient_by_default(validation_losses, patience, min_delta=1e-3):
    return BY_NAME["early_stopping"].reference(validation_losses, patience, min_delta)


def inside_what_was_tried(values, scores, keep, margin=0.0):
    low, high = BY_NAME["narrow_range"].reference(values, scores, keep, margin)
    return max(low, min(values)), min(high, max(values))


def all_that_tie(values, scores, keep, margin=0.0):
    there = ~np.isnan(scores)
    worst = np.sort(scores[there])[-keep]
    kept = values[there][scores[there] >= worst]
    return kept.min() - margin * np.ptp(kept), kept.max() + margin * np.ptp(kept)


def blind_to_nan(x, gamma, beta, eps):
    mean, variance = np.nanmean(x, axis=0), np.nanvar(x, axis=0)
    return gamma * (x - mean) / np.sqrt(variance + eps) + beta, mean, variance


def row_blind_to_nan(x, gamma, beta, eps):
    mean, variance = np.nanmean(x, axis=1)[:, None], np.nanvar(x, axis=1)[:, None]
    return gamma * (x - mean) / np.sqrt(variance + eps) + beta


def nan_to_zero(x, noise, drop_rate):
    return BY_NAME["dropout_forward"].reference(np.nan_to_num(x), noise, drop_rate)


WRONG = {
    "context_window": [lambda tokens, *rest: _in_one_case(_padded(tokens, *rest))],
    "bag_of_words": [
        lambda tokens, vocabulary: [_in_one_case(tokens).count(word) for word in _in_one_case(vocabulary)],
        lambda tokens, vocabulary: [sum(word in token for token in tokens) for word in vocabulary],
    ],
    "softmax": [lambda logits: np.nan_to_num(losses.softmax(logits))],
    "cross_entropy": [lambda logits, labels: np.nan_to_num(losses.cross_entropy(logits, labels))],
    "accuracy": [
        lambda logits, labels: np.mean(np.round(logits).argmax(axis=1) == labels),
        accuracy_above_the_smallest,
    ],
    "relative_error": [relative_error_that_looks_at_a_alone],
    "numerical_gradient": [numerical_gradient_with_a_tiny_step],
    "softmax_cross_entropy_gradient": [gradient_of_clipped_logits],
    "neuron_weight_gradient": [neuron_weight_gradient_of_integers],
    "leaky_relu_backward": [leaky_relu_backward_with_a_falsy_slope],
    "elu": [
        lambda x, alpha=1.0: np.where(x > 0, x, activations.elu(np.maximum(x, -5), alpha)),
        lambda x, alpha=1.0: np.maximum(x, alpha * np.expm1(np.minimum(x, 0))),
    ],
    "maxout": [maxout_from_minus_infinity],
    "weight_variance": [weight_variance_by_beginning],
    "initialize_uniform": [initialize_uniform_by_beginning],
    "saturated_fraction": [
        lambda pre_activations, threshold=5.0: np.mean(np.abs(np.round(pre_activations)) > threshold),
        lambda pre_activations, threshold=5.0: np.mean(np.abs(pre_activations) > int(threshold)),
        lambda pre_activations, threshold=5.5: np.mean(np.abs(pre_activations) > threshold),
        lambda pre_activations, threshold=5.0: round(float(np.mean(np.abs(pre_activations) > threshold)), 2),
    ],
    "minibatches": [
        lambda order, size: [order[i : i + size].astype(float) for i in range(0, len(order), size)],
        minibatches_of_distinct_indices,
    ],
    "minibatch_gradient_descent": [descent_over_sorted_batches],
    "l1_penalty": [smooth_slope],
    "early_stopping": [impatient_by_default],
    "narrow_range": [inside_what_was_tried, all_that_tie],
    "dropout_forward": [nan_to_zero],
    "batch_norm_forward": [blind_to_nan],
    "layer_norm_forward": [row_blind_to_nan],
}


# Integers, and differences, which need be right to 1e-6 only.
SIX_ARE_ENOUGH = {"one_hot", "context_window", "bag_of_words", "updates_per_epoch", "minibatches"}
SIX_ARE_ENOUGH |= {"count_parameters", "early_stopping", "iob_spans", "numerical_gradient", "predict"}


@pytest.mark.parametrize("name", sorted(BY_NAME.keys() - SIX_ARE_ENOUGH))
def test_six_digits_lose_points_whatever_the_seed(name):
    for seed in SEEDS:
        assert judge(BY_NAME[name], six_digits(name), seed).status in ("failed", "partial"), seed


@pytest.mark.parametrize(
    ("name", "wrong"), [(name, wrong) for name, answers in WRONG.items() for wrong in answers]
)
def test_a_subtly_wrong_answer_loses_points_whatever_the_seed(name, wrong):
    for seed in SEEDS:
        assert judge(BY_NAME[name], wrong, seed).status in ("failed", "partial"), seed
