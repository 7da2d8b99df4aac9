"""Text as numbers: a window around a word, a bag of words, and the vocabulary behind both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray


def context_window(tokens: Sequence[str], index: int, size: int, pad: str) -> list[str]:
    """A word with `size` neighbours on each side (Collobert et al. 2011, §3.3.1). Lesson 01, section A1.

    Args:
        tokens: a sentence.
        index: the word in the middle, from 0.
        size: neighbours on each side, at least 0.
        pad: stands where the sentence has ended.

    Returns:
        2·size + 1 tokens.

    Raises:
        ValueError: for another index or size.

    >>> context_window(["Will", "Rose", "fly", "?"], 0, 2, "<pad>")
    ['<pad>', '<pad>', 'Will', 'Rose', 'fly']
    """
    if not 0 <= index < len(tokens):
        raise ValueError(f"index must be in [0, {len(tokens)}), the words of the sentence, not {index}")
    if size < 0:
        raise ValueError(f"size must be at least 0, not {size}")
    padded = [pad] * size + list(tokens) + [pad] * size
    return padded[index : index + 2 * size + 1]


def bag_of_words(tokens: Iterable[str], vocabulary: Sequence[str]) -> NDArray[np.int64]:
    """How often each word occurs, wherever it stands (Harris 1954). Lesson 01, section A1.

    Args:
        tokens: words; those not in the vocabulary are ignored.
        vocabulary: v distinct words.

    Returns:
        (v,) int64 in the vocabulary's order.

    Raises:
        ValueError: where the vocabulary has a word twice, and for text that is not cut into words.

    >>> bag_of_words("the ball hit the post".split(), ["the", "ball", "goal"])
    array([2, 1, 0])
    """
    if isinstance(tokens, str):
        raise ValueError(
            f"tokens must be a list of words, not the text {tokens[:40]!r}: cut it with .split()"
        )
    _distinct(vocabulary)
    counts = Counter(tokens)
    return np.array([counts[word] for word in vocabulary], np.int64)


def word_shape(word: str) -> str:
    """What the look of a word tells when it was never seen (Collobert et al. 2011, §3.2.1). Behind lesson 13.

    Args:
        word: not empty.

    Returns:
        "<0>" with a digit in it, "<XX>" for two capitals or more and nothing small, "<Xx>" with a capital at
        the head, else "<xx>".

    >>> [word_shape(word) for word in ("4th", "NASA", "Rose", "rose", "?")]
    ['<0>', '<XX>', '<Xx>', '<xx>', '<xx>']
    """
    if any(character.isdigit() for character in word):
        return "<0>"
    if len(word) > 1 and word.isupper():
        return "<XX>"
    return "<Xx>" if word[:1].isupper() else "<xx>"


SHAPES = ("<0>", "<XX>", "<Xx>", "<xx>")


class Vocabulary:
    """Words and their indices, with places for padding and for every word never seen. Lessons 01 and 13.

    Args:
        words: distinct words other than the two marks; they get the indices from 2 on. A shape among them,
            such as "<Xx>", stands for all words of that `word_shape` that are not there.

    Raises:
        ValueError: where a word is there twice.

    >>> vocabulary = Vocabulary(["rose", "will"])
    >>> len(vocabulary), vocabulary.indices(["will", "Will", "<pad>"])
    (4, array([3, 1, 0]))
    """

    PAD, UNKNOWN = "<pad>", "<unknown>"

    def __init__(self, words: Iterable[str]):
        self.words = [self.PAD, self.UNKNOWN, *words]
        _distinct(self.words)
        self._index = {word: i for i, word in enumerate(self.words)}

    @classmethod
    def of(cls, sentences: Iterable[Sequence[str]], at_least: int = 1, shapes: bool = False) -> Vocabulary:
        """The words of sentences, the commonest first, ties in the order of the alphabet.

        Args:
            sentences: words of each.
            at_least: how often a word must occur. From 2 on, the rare words of the training text are unknown,
                so that a network learns what to do with the unknown ones of another.
            shapes: whether unknown words of different `word_shape` are told apart.

        Raises:
            ValueError: where at_least is below 1.

        >>> Vocabulary.of([["a", "rose", "is", "a", "rose"]], at_least=2).words
        ['<pad>', '<unknown>', 'a', 'rose']
        """
        if at_least < 1:
            raise ValueError(f"at_least must be at least 1, not {at_least}")
        counts = Counter(token for tokens in sentences for token in tokens)
        common = [word for word, count in counts.items() if count >= at_least]
        marks = {cls.PAD, cls.UNKNOWN, *SHAPES}
        words = sorted(set(common) - marks, key=lambda word: (-counts[word], word))
        return cls([*SHAPES, *words] if shapes else words)

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        return word in self._index

    def indices(self, tokens: Sequence[str]) -> NDArray[np.int64]:
        """(len(tokens),) int64; for a word that is not here, its shape's if that is, else 1.

        >>> Vocabulary(["rose", "<Xx>"]).indices(["rose", "thorn", "Thorn"])
        array([2, 1, 3])
        """
        return np.array([self._index.get(token, self._unknown(token)) for token in tokens], np.int64)

    def windows(self, sentences: Iterable[Sequence[str]], size: int) -> NDArray[np.int64]:
        """The `context_window` of every word of every sentence, as indices: what a window tagger reads.

        Args:
            sentences: words of each.
            size: neighbours on each side, at least 0.

        Returns:
            (words, 2·size + 1) int64, in the text's order.

        Raises:
            ValueError: for a negative size.

        >>> Vocabulary(["a", "rose"]).windows([["a", "rose"], ["rose"]], 1)
        array([[0, 2, 3],
               [2, 3, 0],
               [0, 3, 0]])
        """
        if size < 0:
            raise ValueError(f"size must be at least 0, not {size}")
        width = 2 * size + 1
        padded = [np.pad(self.indices(tokens), size) for tokens in sentences]  # the index of PAD is 0
        parts = [np.lib.stride_tricks.sliding_window_view(row, width) for row in padded if len(row) >= width]
        return np.concatenate([np.empty((0, width), np.int64), *parts])

    def _unknown(self, token: str) -> int:
        return self._index.get(word_shape(token), 1)


def _distinct(words: Sequence[str]) -> None:
    if len(set(words)) < len(words):
        word, count = Counter(words).most_common(1)[0]
        raise ValueError(f"the words of a vocabulary are distinct, but {word!r} is there {count} times")
