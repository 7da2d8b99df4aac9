"""A sentence with its tags, and tags as the class numbers that networks learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

TagKind: TypeAlias = Literal["pos", "entities"]


@dataclass(frozen=True)
class Sentence:
    """Words with what is known of each: parts of speech, entities in IOB2, or None. Behind lessons 01 and 13.

    Args:
        tokens: words.
        pos: a universal part of speech each (Petrov et al. 2012).
        entities: an IOB2 tag each.
        topic: what the sentence is about, "" if not known.
        id: its name in the file it is from.

    Raises:
        ValueError: where tags and tokens are not as many.

    >>> Sentence(("Rose", "rose"), pos=("PROPN", "VERB"), entities=("B-PER", "O")).tokens
    ('Rose', 'rose')
    """

    tokens: tuple[str, ...]
    pos: tuple[str, ...] | None = None
    entities: tuple[str, ...] | None = None
    topic: str = ""
    id: str = ""

    def __post_init__(self) -> None:
        for name, tags in (("pos", self.pos), ("entities", self.entities)):
            if tags is not None and len(tags) != len(self.tokens):
                raise ValueError(f"{len(self.tokens)} tokens have {len(tags)} tags of {name}: {self.tokens}")


def tag_set(sentences: Sequence[Sentence], of: TagKind) -> list[str]:
    """The tags that occur, in the order of the alphabet: the classes of a tagger. Lesson 13.

    Args:
        sentences: those whose tags are meant.
        of: "pos" or "entities".

    Returns:
        Distinct tags.

    Raises:
        ValueError: for another `of`, and where a sentence has no such tags.

    >>> tag_set([Sentence(("a", "rose"), pos=("DET", "NOUN"))], "pos")
    ['DET', 'NOUN']
    """
    return sorted({tag for tags in _all(sentences, of) for tag in tags})


def tag_indices(sentences: Sequence[Sentence], of: TagKind, tags: Sequence[str]) -> NDArray[np.int64]:
    """Every word's tag as its place in `tags`, sentence after sentence: a tagger's labels. Behind lesson 13.

    Args:
        sentences: those whose words are to be tagged.
        of: "pos" or "entities".
        tags: the classes in their order, such as `tag_set` of the training sentences.

    Returns:
        (words,) int64, in the order of `Vocabulary.windows`.

    Raises:
        ValueError: for another `of`, where a sentence has no such tags, and for a tag that is not in `tags`.

    >>> tag_indices([Sentence(("a", "rose"), pos=("DET", "NOUN"))], "pos", ["DET", "NOUN"])
    array([0, 1])
    """
    index = {tag: i for i, tag in enumerate(tags)}
    flat = [tag for row in _all(sentences, of) for tag in row]
    if unknown := set(flat) - set(index):
        raise ValueError(f"{min(unknown)!r} is not among the tags {list(tags)}")
    return np.array([index[tag] for tag in flat], np.int64)


def _all(sentences: Sequence[Sentence], of: TagKind) -> list[tuple[str, ...]]:
    if of not in ("pos", "entities"):
        raise ValueError(f"tags are of 'pos' or of 'entities', not of {of!r}")
    rows: list[Any] = [getattr(sentence, of) for sentence in sentences]
    if None in rows:
        raise ValueError(f"sentence {rows.index(None)} has no {of}")
    return rows
