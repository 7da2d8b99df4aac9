"""Right answers to lesson 09 as someone else would write them."""

import math
from functools import reduce
from itertools import pairwise

import numpy as np


def count_in_a_loop(layer_sizes):
    total = 0
    for layer in range(1, len(layer_sizes)):
        total += layer_sizes[layer - 1] * layer_sizes[layer]
        total += layer_sizes[layer]
    return total


def count_by_building(layer_sizes):
    return sum(np.zeros((n_in + 1, n_out)).size for n_in, n_out in pairwise(layer_sizes))


def count_as_a_product(layer_sizes):
    sizes = np.asarray(layer_sizes)
    return (sizes[:-1] + 1) @ sizes[1:]


def l2_by_norms(weights, strength):
    lengths = [np.linalg.norm(np.ravel(w)) for w in weights]
    return 0.5 * strength * math.fsum(n**2 for n in lengths), tuple(np.multiply(w, strength) for w in weights)


def l2_in_a_loop(weights, strength):
    total, gradients = 0.0, []
    for w in weights:
        total += 0.5 * strength * np.square(w).sum()
        gradients.append(w * strength)
    return [total, gradients]


def l2_by_its_slope(weights, strength):
    gradients = [strength * np.asarray(w, float) for w in weights]
    return sum(np.vdot(g, w) for g, w in zip(gradients, weights, strict=True)) / 2, gradients


def l1_by_halves(weights, strength):
    gradients = [strength * ((w > 0) * 1.0 - (w < 0) * 1.0) for w in weights]
    return sum(np.sum(w * g) for w, g in zip(weights, gradients, strict=True)), gradients


def l1_in_plain_python(weights, strength):
    total = strength * sum(abs(t) for w in weights for t in np.ravel(w).tolist())
    slope = np.vectorize(lambda t: math.copysign(strength, t) if t else 0.0, otypes=[float])
    return total, [slope(w).tolist() for w in weights]


def l1_where(weights, strength):
    gradients = [np.where(w == 0, 0, np.where(w > 0, strength, -strength)) for w in weights]
    return strength * reduce(lambda total, w: total + np.abs(w).sum(), weights, 0), gradients


def elastic_of_the_two(weights, l2_strength, l1_strength):
    squares, absolutes = l2_in_a_loop(weights, l2_strength), l1_where(weights, l1_strength)
    return squares[0] + absolutes[0], list(map(np.add, squares[1], absolutes[1]))


def elastic_at_once(weights, l2_strength, l1_strength):
    value, gradients = 0.0, []
    for w in weights:
        value += np.sum(np.abs(w) * (l1_strength + l2_strength / 2 * np.abs(w)))
        gradients.append(l2_strength * w + l1_strength * np.sign(w))
    return value, gradients


def elastic_in_long_doubles(weights, l2_strength, l1_strength):
    row = np.concatenate([np.ravel(w) for w in weights]).astype(np.longdouble)
    value = l2_strength / 2 * row @ row + l1_strength * np.linalg.norm(row, 1)
    gradients = [np.sign(w) * (l1_strength + l2_strength * np.abs(w)) for w in weights]
    return value, tuple(gradients)


def stop_by_looking_back(validation_losses, patience, min_delta=0.0):
    best = 0
    for epoch in range(len(validation_losses)):
        before = validation_losses[best]
        if epoch and (validation_losses[epoch] < (math.inf if before != before else before) - min_delta):
            best = epoch
        if epoch - best == patience:
            break
    return [epoch, best]


def stop_in_an_array(validation_losses, patience, min_delta=0.0):
    clean = np.nan_to_num(np.asarray(validation_losses, float), nan=np.inf)
    best = 0
    while True:
        better = np.flatnonzero(clean[best + 1 :] < clean[best] - min_delta)
        if better.size == 0 or better[0] >= patience:
            return np.array([min(best + patience, len(clean) - 1), best])
        best += 1 + better[0]


def stop_while_patient(validation_losses, patience, min_delta=0.0):
    best, best_epoch, left, epoch = float("inf"), -1, patience, -1
    while left > 0 and epoch + 1 < len(validation_losses):
        epoch += 1
        loss = validation_losses[epoch]
        if loss < best - min_delta or epoch == 0:
            best, best_epoch, left = (loss if loss == loss else best), epoch, patience
        else:
            left -= 1
    return np.int64(epoch), best_epoch


def adamw_in_one_bracket(params, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * np.square(grad)
    corrected = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return params - learning_rate * (corrected + weight_decay * params), m, v


def adamw_decays_first(params, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad * grad - v)
    bar = np.sqrt(v) / math.sqrt(1 - beta2**t) + eps
    params = params * (1 - learning_rate * weight_decay)
    return [params - learning_rate / (1 - beta1**t) * m / bar, m, v]


def adamw_entry_by_entry(params, m, v, t, grad, learning_rate, beta1, beta2, eps, weight_decay):
    rows = []
    for p, a, b, g in zip(*(np.ravel(np.asarray(each, float)) for each in (params, m, v, grad)), strict=True):
        a, b = beta1 * a + (1 - beta1) * g, beta2 * b + (1 - beta2) * g**2
        step = a / (1 - beta1**t) / (math.sqrt(b / (1 - beta2**t)) + eps)
        rows.append((p - learning_rate * step - learning_rate * weight_decay * p, a, b))
    return tuple(np.reshape(column, np.shape(params)) for column in zip(*rows, strict=True))


def smooth_in_place(labels, num_classes, epsilon):
    out = np.full((len(labels), num_classes), epsilon / num_classes)
    out[np.arange(len(labels)), labels] += 1 - epsilon
    return out


def smooth_in_lists(labels, num_classes, epsilon):
    share = epsilon / num_classes
    return [[share + (1 - epsilon) * (j == label) for j in range(num_classes)] for label in labels]


def smooth_as_a_mean(labels, num_classes, epsilon):
    return np.average(
        [np.eye(num_classes), np.full((num_classes,) * 2, 1 / num_classes)],
        axis=0,
        weights=[1 - epsilon, epsilon],
    )[np.asarray(labels)]


UNUSUAL = {
    "count_parameters": [
        count_in_a_loop,
        count_by_building,
        count_as_a_product,
        lambda layer_sizes: int(np.dot(np.array(layer_sizes[:-1]) + 1, layer_sizes[1:])),
    ],
    "l2_penalty": [l2_by_norms, l2_in_a_loop, l2_by_its_slope],
    "l1_penalty": [l1_by_halves, l1_in_plain_python, l1_where],
    "elastic_net_penalty": [elastic_of_the_two, elastic_at_once, elastic_in_long_doubles],
    "adamw_step": [adamw_in_one_bracket, adamw_decays_first, adamw_entry_by_entry],
    "smooth_labels": [smooth_in_place, smooth_in_lists, smooth_as_a_mean],
    "early_stopping": [stop_by_looking_back, stop_in_an_array, stop_while_patient],
    "sparsity": [
        lambda weights, tolerance=1e-8: np.count_nonzero(np.abs(weights) <= tolerance) / np.size(weights),
        lambda weights, tolerance=1e-8: 1 - np.mean(np.abs(weights) > tolerance),
        lambda weights, tolerance=1e-8: (
            sum(-tolerance <= float(w) <= tolerance for w in np.ravel(weights)) / weights.size
        ),
    ],
}
