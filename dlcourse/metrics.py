"""Scores that people read beside the loss: shares of right answers, and of entities found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.arrays import class_indices

Span: TypeAlias = tuple[str, int, int]  # label, start, end; the end is exclusive


def accuracy(logits: ArrayLike, labels: ArrayLike) -> float:
    """Share of rows whose largest score is at the label; the first of tied classes counts. Lesson 01.

    Args:
        logits: (n, k) real, n ≥ 1.
        labels: (n,) whole numbers in [0, k).

    Returns:
        In [0, 1].

    Raises:
        ValueError: where shapes do not fit, the batch is empty, or a label is out of range.

    >>> accuracy([[0.1, 0.9], [0.5, 0.5]], [1, 1])
    0.5
    """
    logits = np.asarray(logits)
    labels = class_indices(labels, logits.shape)
    return float(np.mean(logits.argmax(axis=1) == labels))


def iob_spans(tags: Sequence[str]) -> list[Span]:
    """The entities that tags mark (Ramshaw & Marcus 1995; IOB2: Tjong Kim Sang & Veenstra 1999). Lesson 13.

    B-X opens a span of label X, I-X goes on with it, O is outside. An I-X that does not continue a span of X
    opens one, as networks that tag word by word do write it.

    Args:
        tags: "O", "B-…" or "I-…", one a word; the label is all after the first "-".

    Returns:
        (label, start, end), end exclusive, in order.

    Raises:
        ValueError: for another tag, and for one string in place of a sequence.

    >>> iob_spans(["B-PER", "I-PER", "O", "I-LOC", "B-LOC"])
    [('PER', 0, 2), ('LOC', 3, 4), ('LOC', 4, 5)]
    """
    if isinstance(tags, str):
        raise ValueError(f"tags are a sequence, one a word, not the one string {tags!r}")
    spans: list[Span] = []
    label, start = None, 0
    for i, tag in enumerate([*tags, "O"]):
        kind, new = _parsed(tag)
        if kind == "I" and new == label:
            continue
        if label is not None:
            spans.append((label, start, i))
        label, start = new, i
    return spans


def _parsed(tag: str) -> tuple[str, str | None]:
    if tag == "O":
        return "O", None
    kind, dash, label = str(tag).partition("-")
    if kind not in ("B", "I") or not dash:
        raise ValueError(f"a tag is 'O', 'B-…' or 'I-…', not {tag!r}")
    return kind, label


def span_f1(gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> float:
    """How many entities were found exactly (CoNLL-2003: Tjong Kim Sang & De Meulder 2003). Lesson 13.

        F₁ = 2 · |gold ∩ predicted| / (|gold| + |predicted|)

    Counted over all sentences at once (micro-averaged); a span counts where label, start and end agree.

    Args:
        gold: the right tags, a sequence for each sentence.
        predicted: tags of the same sentences.

    Returns:
        In [0, 1]; 1 where both have no spans.

    Raises:
        ValueError: where sentences or their tags are not as many, and for tags that `iob_spans` refuses.

    >>> span_f1([["B-PER", "I-PER", "O", "B-LOC"]], [["B-PER", "O", "O", "B-LOC"]])
    0.5
    """
    if len(gold) != len(predicted):
        raise ValueError(f"gold has {len(gold)} sentences, but predicted has {len(predicted)}")
    right = total = 0
    for i, (ours, theirs) in enumerate(zip(gold, predicted, strict=True)):
        if len(ours) != len(theirs):
            raise ValueError(f"sentence {i} has {len(ours)} gold tags, but {len(theirs)} predicted ones")
        a, b = set(iob_spans(ours)), set(iob_spans(theirs))
        right += len(a & b)
        total += len(a) + len(b)
    return 2 * right / total if total else 1.0
