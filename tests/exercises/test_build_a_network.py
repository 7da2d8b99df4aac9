"""Wrong answers to project 15 as people write them, and the sentence that each is told."""

import numpy as np
import pytest

from dlcourse import losses
from dlcourse.exercises import exercises

from .test_catalogue import SEEDS, judge

INITIALIZE = """
def initialize_network(sizes, noise):
    return [(noise[i] * np.sqrt(2 / sizes[i]), np.zeros(sizes[i + 1])) for i in range(len(sizes) - 1)]
"""
FORWARD = """
def forward_pass(params, x):
    activations = [x]
    for weights, biases in params[:-1]:
        activations.append(np.maximum(0, activations[-1] @ weights + biases))
    weights, biases = params[-1]
    return activations[-1] @ weights + biases, activations
"""
BACKWARD = """
def backward_pass(params, activations, logits, labels):
    n, gradients = len(labels), []
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    g = e / e.sum(axis=1, keepdims=True)
    g[np.arange(n), labels] -= 1
    g /= n
    for i in reversed(range(len(params))):
        gradients.append((activations[i].T @ g, g.sum(axis=0)))
        g = (g @ params[i][0].T) * (activations[i] > 0)
    return gradients[::-1]
"""
TRAIN = """
def train_network(params, x, labels, orders, batch_size, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    theta = [each.copy() for pair in params for each in pair]
    m = [np.zeros_like(each) for each in theta]
    v = [np.zeros_like(each) for each in theta]
    labels, t, losses = np.asarray(labels), 0, []
    for order in orders:
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            pairs = list(zip(theta[::2], theta[1::2]))
            logits, activations = forward_pass(pairs, x[batch])
            top = logits - logits.max(axis=1, keepdims=True)
            right = top[np.arange(len(batch)), labels[batch]]
            losses.append(np.mean(np.log(np.exp(top).sum(axis=1)) - right))
            t += 1
            gradients = backward_pass(pairs, activations, logits, labels[batch])
            for i, g in enumerate(each for pair in gradients for each in pair):
                m[i] = beta1 * m[i] + (1 - beta1) * g
                v[i] = beta2 * v[i] + (1 - beta2) * g**2
                step = m[i] / (1 - beta1**t) / (np.sqrt(v[i] / (1 - beta2**t)) + eps)
                theta[i] = theta[i] - learning_rate * step
    return list(zip(theta[::2], theta[1::2])), losses
"""
PREDICT = """
def predict(params, x):
    return np.argmax(forward_pass(params, x)[0], axis=1)
"""
RIGHT = {
    "initialize_network": INITIALIZE,
    "forward_pass": FORWARD,
    "backward_pass": BACKWARD,
    "train_network": TRAIN,
    "predict": PREDICT,
}
SLIPS = {  # name: what is written, in place of what, and what is told
    "each hidden layer is given x": (
        "forward_pass",
        "(0, activations[-1] @",
        "(0, activations[0] @",
        "hidden layer is given x",
    ),
    "one sum for all": ("backward_pass", "e.sum(axis=1, keepdims=True)", "e.sum()", "sum of all"),
    "all rows at all labels": (
        "backward_pass",
        "g[np.arange(n), labels]",
        "g[:, labels]",
        "all rows at all labels",
    ),
    "1 off everywhere": ("backward_pass", "g[np.arange(n), labels] -= 1", "g -= 1", "in every column"),
    "one list twice": (
        "train_network",
        "v = [np.zeros_like(each) for each in theta]",
        "v = m",
        "same list",
    ),
    "g for g**2": ("train_network", "g**2", "g", "v averages g"),
    "t counts arrays": (
        "train_network",
        "                m[i] = beta1",
        "                t += i > 0\n                m[i] = beta1",
        "for every array",
    ),
    "t from 0": ("train_network", "t += 1", "t += len(losses) > 1", "t starts at 0"),
    "a flat list": (
        "train_network",
        "return list(zip(theta[::2], theta[1::2])), losses",
        "return theta, losses",
        "one flat list",
    ),
    "batches by len(x)": (
        "train_network",
        "range(0, len(order), batch_size)",
        "range(0, len(x), batch_size)",
        "counted by len(x)",
    ),
    "the share": (
        "predict",
        "np.argmax(forward_pass(params, x)[0], axis=1)",
        "losses.softmax(forward_pass(params, x)[0]).max(axis=1)",
        "largest share",
    ),
    "no ReLU": (
        "predict",
        "    return np.argmax(forward_pass(params, x)[0], axis=1)",
        "    for weights, biases in params:\n        x = x @ weights + biases\n    return x.argmax(axis=1)",
        "no ReLU between",
    ),
}


def written(changed: str = "", old: str = "", new: str = "") -> dict:
    """The answers, one of them with a change."""
    defined = {"np": np, "losses": losses}
    for name, source in RIGHT.items():
        assert name != changed or old in source
        exec(source.replace(old, new) if name == changed else source, defined)
    return defined


@pytest.mark.parametrize("name", RIGHT)
def test_what_the_slips_are_made_from_is_right(name):
    assert judge(exercises()[name], written()[name], SEEDS[0]).status == "passed"


@pytest.mark.parametrize(("exercise", "old", "new", "told"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told_its_cause_and_no_other(exercise, old, new, told):
    for seed in SEEDS:
        verdict = judge(exercises()[exercise], written(exercise, old, new)[exercise], seed)
        assert verdict.status != "passed"
        assert told in verdict.message, verdict.message
