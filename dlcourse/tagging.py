"""A window tagger: what it reads, the tags it gives, and how good they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dlcourse import metrics
from dlcourse.datasets import Sentence, Vocabulary, tag_indices
from dlcourse.datasets.sentences import TagKind
from dlcourse.multitask import MultiTask
from dlcourse.training import Data


@dataclass(frozen=True)
class Tagger:
    """A network that reads a word with its neighbours and gives it a tag for each task. Lesson 13.

    Args:
        network: takes windows (n, 2·size + 1) of indices, and has a head for each task.
        vocabulary: gives words their indices.
        tags: the classes of each task, in the order of the heads.
        size: neighbours on either side.

    >>> from dlcourse.layers import Dense
    >>> rose = Sentence(("Rose",), pos=("PROPN",), entities=("B-PER",))
    >>> net = MultiTask([Dense(3, 2)], {"pos": [Dense(2, 1)]}, np.random.default_rng(0))
    >>> Tagger(net, Vocabulary(["Rose"]), {"pos": ["PROPN"]}).scores([rose])
    {'pos': 1.0}
    """

    network: MultiTask
    vocabulary: Vocabulary
    tags: Mapping[TagKind, Sequence[str]]
    size: int = 1

    def examples(self, sentences: Sequence[Sentence]) -> Data:
        """What the network is trained on: a window for each word, and its label for each task.

        Args:
            sentences: with tags of all tasks, all of them among `tags`.

        Returns:
            (words, 2·size + 1) and (words, tasks), int64.

        Raises:
            ValueError: where a tag is missing or unknown.
        """
        labels = [tag_indices(sentences, task, tags) for task, tags in self.tags.items()]
        return self._windows(sentences), np.stack(labels, axis=1)

    def tag(self, sentences: Sequence[Sentence]) -> dict[TagKind, list[list[str]]]:
        """The likeliest tag of every word, sentence by sentence, for each task.

        Args:
            sentences: of which the words are read, not the tags.
        """
        ends = np.cumsum([len(sentence.tokens) for sentence in sentences])[:-1]
        answers = zip(self.tags.items(), self.network.forward(self._windows(sentences)), strict=True)
        return {
            task: [[tags[i] for i in row] for row in np.split(logits.argmax(axis=1), ends)]
            for (task, tags), logits in answers
        }

    def scores(self, sentences: Sequence[Sentence]) -> dict[str, float]:
        """How good the tags are: the span F1 of entities, the share of parts of speech that are right.

        Args:
            sentences: with the right tags.
        """
        found: dict[str, float] = {}
        for task, predicted in self.tag(sentences).items():
            gold = [getattr(sentence, task) for sentence in sentences]
            found[task] = _score(task, gold, predicted)
        return found

    def _windows(self, sentences: Sequence[Sentence]) -> NDArray[np.int64]:
        return self.vocabulary.windows([sentence.tokens for sentence in sentences], self.size)


def _score(task: TagKind, gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> float:
    if task == "entities":
        return metrics.span_f1(gold, predicted)
    right = [
        a == b
        for ours, theirs in zip(gold, predicted, strict=True)
        for a, b in zip(ours, theirs, strict=True)
    ]
    return float(np.mean(right))
