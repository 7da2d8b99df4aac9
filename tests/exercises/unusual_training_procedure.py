"""Right answers to lesson 01 as someone else would write them."""

import math
from collections import Counter

import numpy as np


def one_hot_in_plain_python(labels, num_classes):
    return [[1.0 if j == label else 0.0 for j in range(num_classes)] for label in labels]


def window_word_by_word(tokens, index, size, pad):
    return [tokens[i] if 0 <= i < len(tokens) else pad for i in range(index - size, index + size + 1)]


def window_from_both_sides(tokens, index, size, pad):
    left = tokens[max(0, index - size) : index]
    right = tokens[index + 1 : index + 1 + size]
    return [pad] * (size - len(left)) + left + [tokens[index]] + right + [pad] * (size - len(right))


def window_by_slicing(tokens, index, size, pad):
    padded = (*[pad] * size, *tokens, *[pad] * size)
    return list(padded[index:][: 2 * size + 1])


def bag_by_counter(tokens, vocabulary):
    counts = Counter(tokens)
    return [counts[word] for word in vocabulary]


def bag_by_index(tokens, vocabulary):
    place = {word: i for i, word in enumerate(vocabulary)}
    counts = np.zeros(len(vocabulary))
    for word in tokens:
        if word in place:
            counts[place[word]] += 1
    return counts


def softmax_by_ratios(logits):
    """p_j = 1 / Σ_k e^(z_k − z_j)"""
    with np.errstate(over="ignore"):
        return 1 / np.exp(np.float64(logits)[:, None, :] - np.float64(logits)[:, :, None]).sum(axis=2)


def softmax_in_plain_python(logits):
    rows = []
    for z in logits.tolist():
        powers = [math.exp(score - max(z)) for score in z]
        rows.append([power / sum(powers) for power in powers])
    return rows


def cross_entropy_by_logaddexp(logits, labels):
    z = np.asarray(logits, float)
    return np.mean(
        np.logaddexp.reduce(z, axis=1) - np.take_along_axis(z, np.asarray(labels)[:, None], 1)[:, 0]
    )


def cross_entropy_one_by_one(logits, labels):
    total = 0.0
    for z, label in zip(np.asarray(logits, float).tolist(), labels.tolist(), strict=True):
        largest = max(z)
        total += math.log(sum(math.exp(score - largest) for score in z)) + largest - z[label]
    return total / len(labels)


def cross_entropy_by_one_hot(logits, labels):
    z = logits - np.amax(logits, axis=1)[:, np.newaxis]
    log_p = z - np.log(np.exp(z).sum(axis=1))[:, np.newaxis]
    return -np.sum(np.where(np.arange(z.shape[1]) == labels[:, np.newaxis], log_p, 0)) / z.shape[0]


def accuracy_one_by_one(logits, labels):
    hits = [row.index(max(row)) == label for row, label in zip(logits.tolist(), labels.tolist(), strict=True)]
    return sum(hits) / len(hits)


def standardize_column_by_column(train, other):
    columns, others = [], []
    for column, new in zip(train.T.tolist(), other.T.tolist(), strict=True):
        mean = math.fsum(column) / len(column)
        spread = math.sqrt(math.fsum((x - mean) ** 2 for x in column) / len(column))
        if all(x == column[0] for x in column):
            spread = 1.0
        columns.append([(x - mean) / spread for x in column])
        others.append([(x - mean) / spread for x in new])
    return np.array(columns).T, np.array(others).T


def standardize_both_at_once(train, other):
    stacked = np.vstack([train, other]) - train.mean(axis=0)
    spread = np.sqrt(np.mean(np.square(stacked[: len(train)]), axis=0))
    stacked = stacked / np.where(np.ptp(train, axis=0) == 0, 1, spread)
    return [stacked[: len(train)], stacked[len(train) :]]


def standardize_in_plain_lists(train, other):
    """Lists of rows, in a list."""
    means = [float(column.mean()) for column in train.T]
    spreads = [float(column.std()) if len(set(column.tolist())) > 1 else 1.0 for column in train.T]
    return [
        [[(x - m) / s for x, m, s in zip(row, means, spreads, strict=True)] for row in table.tolist()]
        for table in (train, other)
    ]


UNUSUAL = {
    "one_hot": [
        one_hot_in_plain_python,
        lambda labels, num_classes: np.eye(num_classes)[labels],
        lambda labels, num_classes: (np.arange(num_classes) == np.array(labels)[:, None]).astype(np.int64),
    ],
    "context_window": [window_word_by_word, window_from_both_sides, window_by_slicing],
    "bag_of_words": [
        bag_by_counter,
        bag_by_index,
        lambda tokens, vocabulary: np.array([tokens.count(word) for word in vocabulary], dtype=float),
    ],
    "softmax": [
        softmax_by_ratios,
        softmax_in_plain_python,
        lambda logits: np.exp(logits - np.logaddexp.reduce(np.float64(logits), axis=1, keepdims=True)),
    ],
    "cross_entropy": [cross_entropy_by_logaddexp, cross_entropy_one_by_one, cross_entropy_by_one_hot],
    "accuracy": [
        accuracy_one_by_one,
        lambda logits, labels: np.count_nonzero(logits.argmax(1) == labels) / len(labels),
        lambda logits, labels: 1 - np.mean(np.not_equal(np.argmax(logits, axis=-1), labels)),
    ],
    "standardize": [standardize_column_by_column, standardize_both_at_once, standardize_in_plain_lists],
}
