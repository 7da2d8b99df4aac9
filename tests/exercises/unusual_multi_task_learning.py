"""Right answers to lesson 13 as someone else would write them."""

import re

import numpy as np


def loss_in_a_loop(losses, task_weights):
    total = 0.0
    for i in range(len(losses)):
        total += float(task_weights[i]) * float(losses[i])
    return total


def forward_with_one_product(x, shared, heads):
    h = np.tanh(np.einsum("nd,dm->nm", x, shared[0]) + shared[1])
    all_logits = h @ np.concatenate([V for V, _ in heads], axis=1) + np.concatenate([c for _, c in heads])
    ends = np.cumsum([V.shape[1] for V, _ in heads])[:-1]
    return tuple(np.split(all_logits, ends, axis=1))


def forward_with_a_row_of_ones(x, shared, heads):
    def affine(x, weights, bias):
        return np.column_stack([x, np.ones(len(x))]) @ np.vstack([weights, bias])

    z = affine(x, *shared)
    h = 1 - 2 / (np.exp(2 * z) + 1)
    return [affine(h, *head).tolist() for head in heads]


def spans_with_two_passes(tags):
    starts = [
        i
        for i, tag in enumerate(tags)
        if tag[0] == "B" or (tag[0] == "I" and (i == 0 or tags[i - 1] == "O" or tags[i - 1][2:] != tag[2:]))
    ]
    spans = []
    for start in starts:
        end = start + 1
        while end < len(tags) and tags[end] == "I-" + tags[start][2:]:
            end += 1
        spans.append([tags[start][2:], start, end])
    return spans


def spans_with_a_state(tags):
    spans, current = [], None
    for i, tag in enumerate(tags):
        prefix, _, label = tag.partition("-")
        if current and prefix == "I" and label == current[0]:
            current[2] = i + 1
        else:
            if current:
                spans.append(tuple(current))
            current = None if prefix == "O" else [label, i, i + 1]
    return [*spans, tuple(current)] if current else spans


def spans_backwards(tags):
    spans, end = [], len(tags)
    for i in range(len(tags) - 1, -1, -1):
        if tags[i] == "O":
            end = i
        elif (
            tags[i].startswith("B-")
            or i == 0
            or not re.fullmatch(f"[BI]-{re.escape(tags[i][2:])}", tags[i - 1])
        ):
            spans.insert(0, (tags[i].split("-", maxsplit=1)[1], i, end))
            end = i
    return spans


def f1_by_precision_and_recall(gold, predicted):
    hits = found = there = 0
    for a, b in zip(gold, predicted, strict=True):
        a, b = spans_with_a_state(a), spans_with_a_state(b)
        hits += sum(span in a for span in b)
        found += len(b)
        there += len(a)
    if not found and not there:
        return 1.0
    if not hits:
        return 0.0
    precision, recall = hits / found, hits / there
    return 2 * precision * recall / (precision + recall)


def f1_of_sets(gold, predicted):
    a = {(i, *span) for i, tags in enumerate(gold) for span in spans_backwards(tags)}
    b = {(i, *span) for i, tags in enumerate(predicted) for span in spans_backwards(tags)}
    return np.float64(1 - len(a ^ b) / (len(a) + len(b))) if a or b else 1


def f1_of_one_long_sentence(gold, predicted):
    def joined(sentences):
        return [tag for tags in sentences for tag in [*tags, "O"]]

    a, b = (
        set(map(tuple, spans_with_two_passes(joined(gold)))),
        set(map(tuple, spans_with_two_passes(joined(predicted)))),
    )
    return len(a & b) / max((len(a) + len(b)) / 2, 0.5) if a or b else 1.0


def backward_with_einsum(x, shared, heads, logit_gradients, task_weights):
    h = np.tanh(x @ shared[0] + shared[1])
    delta = np.zeros_like(h)
    for i, (V, _) in enumerate(heads):
        delta = delta + task_weights[i] * np.einsum("nk,mk->nm", logit_gradients[i], V)
    ds = delta / np.cosh(x @ shared[0] + shared[1]) ** 2
    return [np.einsum("nd,nm->dm", x, ds), np.einsum("nm->m", ds)]


def backward_task_by_task(x, shared, heads, logit_gradients, task_weights):
    slope = 1 - np.square(np.tanh(np.dot(x, shared[0]) + shared[1]))
    dW, db = np.zeros(np.shape(shared[0])), np.zeros(np.shape(shared[1]))
    for (V, _), g, w in zip(heads, logit_gradients, task_weights, strict=True):
        ds = w * (g @ V.T) * slope
        dW, db = dW + x.T @ ds, db + ds.sum(axis=0)
    return dW, db


def backward_with_one_product(x, shared, heads, logit_gradients, task_weights):
    """All heads as one wide head."""
    wide = np.concatenate([V for V, _ in heads], axis=1)
    upstream = np.concatenate([w * g for w, g in zip(task_weights, logit_gradients, strict=True)], axis=1)
    h = np.tanh(x @ shared[0] + shared[1])
    ds = (upstream @ wide.T) * (1 - h) * (1 + h)
    return (ds.T @ x).T, np.ones(len(x)) @ ds


UNUSUAL = {
    "multi_task_backward": [backward_with_einsum, backward_task_by_task, backward_with_one_product],
    "shared_layer_gradient": [
        lambda delta_ner, delta_pos: np.sum([delta_ner, delta_pos], axis=0),
        lambda delta_ner, delta_pos: delta_pos - (-delta_ner),
        lambda delta_ner, delta_pos: np.add(delta_pos, delta_ner).tolist(),
    ],
    "multi_task_loss": [
        loss_in_a_loop,
        lambda losses, task_weights: np.inner(losses, task_weights),
        lambda losses, task_weights: sum(w * loss for w, loss in zip(task_weights, losses, strict=True)),
    ],
    "multi_task_forward": [
        forward_with_one_product,
        forward_with_a_row_of_ones,
        lambda x, shared, heads: [np.tanh(x.dot(shared[0]) + shared[1]).dot(V) + c for V, c in heads],
    ],
    "iob_spans": [spans_with_two_passes, spans_with_a_state, spans_backwards],
    "span_f1": [f1_by_precision_and_recall, f1_of_sets, f1_of_one_long_sentence],
}
