"""Generated English with parts of speech, entities and topics, where a word alone does not tell its tag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from dlcourse.datasets.sentences import Sentence

Item = TypeVar("Item")


class TaggedText(NamedTuple):
    """Three sets of sentences: see `tagged_text`. Behind lessons 01 and 13.

    Args:
        train: to learn from.
        validation: to choose settings on.
        test: to report on.

    >>> TaggedText([], [], []).validation
    []
    """

    train: list[Sentence]
    validation: list[Sentence]
    test: list[Sentence]


def tagged_text(rng: np.random.Generator, sizes: tuple[int, int, int] = (500, 200, 500)) -> TaggedText:
    """Sentences for tagging and for telling topics apart, made from a small grammar. Lessons 01 and 13.

    Many words need their neighbours: "will" and "May" are auxiliaries, a noun, a month or people; "rose" is a
    flower, a verb or a woman; Jordan a man or a country, Ford a person or a company; one can park, plant,
    train and book, or see a park, a plant, a train and a book. A quarter of the names is in the training
    sentences only, another in validation and test only, so a tagger must read their surroundings.
    The topic needs no order: a bag of words tells it.

    Args:
        rng: draws the sentences; the same one gives the same text.
        sizes: sentences for training, validation and test, each at least 1.

    Returns:
        Three lists of sentences with parts of speech, entities and topics.

    Raises:
        ValueError: for other sizes.

    >>> for sentence in tagged_text(np.random.default_rng(1), sizes=(2, 1, 1)).train:
    ...     print(sentence.topic, *map("/".join, zip(sentence.tokens, sentence.entities)))
    business The/O will/O of/O Frank/B-PER names/O a/O rich/O contract/O ./O
    travel May/O Mark/B-PER Berry/I-PER park/O the/O bus/O ?/O
    """
    if len(sizes) != 3 or any(size < 1 for size in sizes):
        raise ValueError(f"sizes are three numbers of sentences, each at least 1, not {sizes}")
    names = (_TRAINING, _HELD_OUT, _HELD_OUT)
    return TaggedText(
        *([_sentence(rng, pools) for _ in range(size)] for size, pools in zip(sizes, names, strict=True))
    )


def _sentence(rng: np.random.Generator, pools: dict[str, list[str]]) -> Sentence:
    topic = _pick(rng, list(_TOPICS))
    slots = pools | {kind: words.split() for kind, words in _TOPICS[topic].items()}
    words = []
    for item in _pick(rng, _TEMPLATES).split():
        words += _filled(rng, item, slots)
    tokens, pos, entities = zip(*words, strict=True)
    return Sentence((tokens[0][0].upper() + tokens[0][1:], *tokens[1:]), pos, entities, topic)


def _filled(rng: np.random.Generator, item: str, slots: dict[str, list[str]]) -> list[tuple[str, str, str]]:
    """A template's item as (token, part of speech, entity): "<slot>" or "word/TAG"."""
    if not item.startswith("<"):
        return [_word(item)]
    kind = item[1:-1]
    if kind == "person":
        return _entity("PER", _person(rng, slots))
    phrase = _pick(rng, slots[kind])
    if kind in _LABELS:
        return _entity(_LABELS[kind], phrase)
    return [_word(word, default=_PARTS[kind]) for word in phrase.split()]


def _person(rng: np.random.Generator, slots: dict[str, list[str]]) -> str:
    """First name, surname or both."""
    names = [_pick(rng, slots["first"]), _pick(rng, slots["surname"])]
    return " ".join(_pick(rng, [names[:1], names, names, names[1:]]))


def _entity(label: str, name: str) -> list[tuple[str, str, str]]:
    words = [_word(word, default="PROPN") for word in name.split()]
    return [(token, pos, f"{'I' if i else 'B'}-{label}") for i, (token, pos, _) in enumerate(words)]


def _word(text: str, default: str = "") -> tuple[str, str, str]:
    token, _, pos = text.partition("/")
    return token, pos or default, "O"


def _pick(rng: np.random.Generator, items: Sequence[Item]) -> Item:
    return items[int(rng.integers(len(items)))]


_LABELS = {"place": "LOC", "company": "ORG"}
_PARTS = {"noun": "NOUN", "verb": "VERB", "did": "VERB", "month": "PROPN", "adjective": "ADJ"}

_NAMES = {
    "first": "Will Rose May Jordan June Chase Mary Paul Paris Mark Grace Oliver Charlotte Dean Sofia Peter "
    "April Virginia Bill Hope Austin Florence Pat Anna Frank Daisy Max Lily Chelsea Hunter Ivy Leo",
    "surname": "Park Ford Brown Morgan Green Lincoln Cook Dell Baker Jordan Price Washington Page Field Bush "
    "Banks Hill Wells Stone Fisher Young Barclay Waters Marsh Day Reed Berry Sharp Wood Lane Rivers Bell",
    "place": "Jordan Paris Washington Chelsea Florence Virginia Lincoln Austin Hyde_Park Georgia Madrid Cork "
    "Turkey Green_Park Nice Bath Chile New_York Reading Victoria Rose_Hill Lima Phoenix Hope_Bay "
    "Charlotte Sydney May_Island Mobile Berlin Wells Orange Brown_Lake",
    "company": "Ford Dell Morgan Barclay_Bank Apple Shell Gap Bank_of/ADP_England Orange Target Chase "
    "Marsh_and/CCONJ_Reed Amazon Green_Park_Ltd Bell Price_and/CCONJ_Page Lincoln Wells_Ltd Oracle "
    "Rose_Hill_Ltd Virgin Hope_Ltd Visa Bank_of/ADP_Georgia Sharp Total Stone_Ltd Boots Intel Phoenix_Ltd "
    "Bush Next",
}
_MONTHS = ["May", "May", "April", "June", "August", "March"]  # May twice as often: it has most meanings


def _pools(left_out: int) -> dict[str, list[str]]:
    """Names by kind, without every fourth one, counted from `left_out`."""
    names = {kind: text.split() for kind, text in _NAMES.items()}
    kept = {kind: [name for i, name in enumerate(v) if i % 4 != left_out] for kind, v in names.items()}
    return {kind: [name.replace("_", " ") for name in v] for kind, v in kept.items()} | {"month": _MONTHS}


_TRAINING, _HELD_OUT = _pools(left_out=3), _pools(left_out=2)

_TOPICS = {
    "sport": {
        "noun": "match goal team coach ball race game season play player trophy park",
        "verb": "train win play watch score match lose coach race beat",
        "did": "won lost played scored watched trained raced beat",
        "adjective": "fast final fit young proud",
    },
    "business": {
        "noun": "bank market report plant price fund share deal book contract factory will",
        "verb": "sell buy fund report book match price offer invest lend",
        "did": "sold bought funded reported offered invested lent",
        "adjective": "rich costly yearly legal cheap",
    },
    "garden": {
        "noun": "rose plant tree flower lawn seed park water hedge leaf can bush",
        "verb": "plant water grow seed cut dig",
        "did": "planted watered grew cut dug seeded",
        "adjective": "green wild ripe red sunny",
    },
    "travel": {
        "noun": "train flight hotel ticket map book station drive visit bus park coach",
        "verb": "book visit park board drive leave map reach",
        "did": "booked visited left boarded reached drove",
        "adjective": "late crowded distant foreign long",
    },
}

_TEMPLATES = [
    line.strip()
    for line in """
    <person> will/AUX <verb> the/DET <noun> and/CCONJ the/DET <noun> ./PUNCT
    <person> <did> the/DET <adjective> <noun> in/ADP <place> ./PUNCT
    <person> <did> a/DET <noun> at/ADP <company> in/ADP <month> ./PUNCT
    will/AUX <person> <verb> that/DET <adjective> <noun> ?/PUNCT
    may/AUX I/PRON <verb> her/DET <noun> in/ADP <place> ?/PUNCT
    may/AUX <person> <verb> the/DET <noun> ?/PUNCT
    can/AUX you/PRON <verb> that/DET <noun> with/ADP <person> ?/PUNCT
    in/ADP <month> <person> will/AUX <verb> a/DET <noun> ./PUNCT
    in/ADP <place> <person> <did> the/DET <noun> ./PUNCT
    <person> said/VERB that/SCONJ <person> may/AUX <verb> the/DET <noun> ./PUNCT
    <person> likes/VERB to/PART <verb> and/CCONJ went/VERB to/ADP <place> ./PUNCT
    the/DET will/NOUN of/ADP <person> names/VERB a/DET <adjective> <noun> ./PUNCT
    <company> announced/VERB that/SCONJ its/DET <noun> rose/VERB in/ADP <month> ./PUNCT
    shares/NOUN of/ADP <company> rose/VERB after/ADP the/DET <adjective> <noun> ./PUNCT
    the/DET <noun> and/CCONJ the/DET <noun> of/ADP <place> are/AUX <adjective> ./PUNCT
    we/PRON will/AUX not/PART <verb> the/DET <noun> in/ADP <month> ./PUNCT
    they/PRON <verb> the/DET <noun> near/ADP <place> and/CCONJ <verb> ./PUNCT
    the/DET <adjective> <noun> rose/VERB like/ADP a/DET <noun> ./PUNCT
    I/PRON like/VERB the/DET <noun> that/PRON <person> <did> ./PUNCT
    <person> works/VERB for/ADP <company> and/CCONJ will/AUX <verb> ./PUNCT
    <company> sent/VERB <person> to/ADP <place> for/ADP the/DET <noun> ./PUNCT
    near/ADP <place> you/PRON can/AUX <verb> a/DET <adjective> <noun> ./PUNCT
    """.strip().splitlines()
]
