"""Readers of tagged text: parts of speech from CoNLL-U, entities from IOB2, and the two together."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from dlcourse.datasets.sentences import Sentence

_TAG = re.compile(r"O|[BI]-\S+")
_Layout = tuple[int, int | None, int]  # the columns of word, part of speech and entity
_LAYOUTS: dict[int, _Layout] = {2: (0, None, 1), 3: (1, None, 2), 4: (0, 1, 3), 5: (1, None, 2)}
_GERMEVAL: _Layout = (1, None, 2)  # of 4 columns: number, word, entity, entity within that


class Aligned(NamedTuple):
    """Sentences in both files with the same words; and why the others are not: see `align`. Behind lesson 13.

    Args:
        sentences: with parts of speech and entities.
        problems: a line for each sentence that was left out.

    >>> Aligned([], ["sentence a1: not in the second file"]).sentences
    []
    """

    sentences: list[Sentence]
    problems: list[str]


def read_conllu(path: str | os.PathLike[str]) -> list[Sentence]:
    """Words and universal parts of speech of a CoNLL-U file (Nivre et al. 2020). Lesson 13.

    Columns 2 (FORM) and 4 (UPOS) are read. Multiword tokens (1-2) and empty nodes (1.1) are left out: they
    repeat, or stand for, what is said in other lines. Sentences keep their `sent_id`.

    Args:
        path: the file.

    Returns:
        Its sentences in their order.

    Raises:
        ValueError: naming file and line, for another format, numbers out of order, a sent_id that comes
            twice, bytes that are not UTF-8, and a file without a sentence.
        OSError: where it cannot be read.

    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with open(os.path.join(folder, "my.conllu"), "w") as file:
    ...         _ = file.write("1\\tGo\\tgo\\tVERB\\tVB\\t_\\t0\\troot\\t_\\t_\\n")
    ...     read_conllu(file.name)[0].pos
    ('VERB',)
    """
    sentences = []
    for comments, rows in _blocks(path, is_comment=lambda line: line.startswith("#")):
        tokens: list[str] = []
        pos: list[str] = []
        for number, line in rows:
            columns = line.split("\t")
            if len(columns) != 10:
                raise _fault(
                    path, number, f"a CoNLL-U line has 10 columns with tabs between, not {len(columns)}"
                )
            if re.fullmatch(r"\d+-\d+|\d+\.\d+", columns[0]):
                continue
            if columns[0] != str(len(tokens) + 1):
                raise _fault(path, number, f"word {len(tokens) + 1} is due here, not {columns[0]!r}")
            tokens.append(columns[1])
            pos.append(columns[3])
        if tokens:
            sentences.append(Sentence(tuple(tokens), pos=tuple(pos), id=_sent_id(comments)))
    return _checked(path, sentences)


def read_iob2(path: str | os.PathLike[str]) -> list[Sentence]:
    """Words and entities of an IOB2 or CoNLL-2003 file. Lesson 13.

    A word a line, sentences apart by an empty line, columns by tabs or else by blanks, as many all through:

        2 columns   word, entity
        3 or 5      number, word, entity, … (Universal NER, Mayhew et al. 2024)
        4           word, part of speech, chunk, entity (CoNLL-2003, Tjong Kim Sang & De Meulder 2003)
        4           number, word, entity, entity within it (GermEval 2014, Benikova et al. 2014)

    The first line with a word says which of the two with 4 columns a file has: its first column is 1 and the
    third an entity. Entities within others are not read. A line before a sentence that begins with # is a
    comment unless its columns are a word's, as in "#text O".
    -DOCSTART- lines are left out. Tags become IOB2: an I- that opens a span, as in the IOB1 of the original
    CoNLL-2003, becomes a B-. Parts of speech are kept as they are, in CoNLL-2003 those of the Penn Treebank.

    Args:
        path: the file.

    Returns:
        Its sentences in their order.

    Raises:
        ValueError: naming file and line, for another format, numbers out of order, a tag that is not O, B-…
            or I-…, a sent_id that comes twice, bytes that are not UTF-8, and a file without a sentence.
        OSError: where it cannot be read.

    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with open(os.path.join(folder, "my.iob2"), "w") as file:
    ...         _ = file.write("Hyde B-LOC\\nPark I-LOC\\n")
    ...     read_iob2(file.name)[0].entities
    ('B-LOC', 'I-LOC')
    """
    sentences, width, layout = [], None, None
    for comments, rows in _blocks(path, is_comment=_is_comment):
        words: list[tuple[str, str | None, str]] = []
        for number, line in rows:
            columns = _columns(line)
            width, layout = width or len(columns), layout or _layout(columns)
            words.append(_tagged_word(path, number, columns, width, layout, place=len(words) + 1))
        words = [word for word in words if word[0] != "-DOCSTART-"]
        if words:
            tokens, pos, entities = zip(*words, strict=True)
            known = None if pos[0] is None else pos
            sentences.append(Sentence(tokens, known, as_iob2(entities), id=_sent_id(comments)))
    return _checked(path, sentences)


def as_iob2(tags: Sequence[str]) -> tuple[str, ...]:
    """The same spans with a B- at the start of each: IOB1, or a network's slips, as IOB2. Behind lesson 13.

    Args:
        tags: "O", "B-…" or "I-…".

    Returns:
        As many tags.

    >>> as_iob2(["I-PER", "I-PER", "B-PER", "O", "I-LOC"])
    ('B-PER', 'I-PER', 'B-PER', 'O', 'B-LOC')
    """
    before = ["O", *tags]
    opens = [tag.startswith("I-") and last[2:] != tag[2:] for last, tag in zip(before, tags, strict=False)]
    return tuple(f"B-{tag[2:]}" if new else tag for new, tag in zip(opens, tags, strict=True))


def align(conllu: Sequence[Sentence], iob2: Sequence[Sentence]) -> Aligned:
    """Each sentence with the parts of speech of one file and the entities of the other. Lesson 13.

    Sentences are found by their id; those without one, on either side, by their words, in order. One that
    has no partner, or a partner with other words, is left out, and `problems` says which and why.

    Args:
        conllu: what `read_conllu` returns.
        iob2: what `read_iob2` returns.

    Returns:
        (sentences, problems), in conllu's order.

    >>> pos = [Sentence(("Will",), pos=("PROPN",), id="1"), Sentence(("No",), pos=("INTJ",), id="2")]
    >>> entities = [Sentence(("Will",), entities=("B-PER",), id="1")]
    >>> sentences, problems = align(pos, entities)
    >>> sentences[0].pos, sentences[0].entities, problems
    (('PROPN',), ('B-PER',), ["sentence 2 'No' has no entities"])
    """
    by_id = {sentence.id: sentence for sentence in iob2 if sentence.id}
    by_words = defaultdict(list)
    for sentence in iob2:
        by_words[sentence.tokens].append(sentence)
    sentences: list[Sentence] = []
    problems: list[str] = []
    used: set[int] = set()
    for sentence in conllu:
        partner = by_id.get(sentence.id) or _first_free(by_words[sentence.tokens], sentence, used)
        if partner is None:
            problems.append(f"{_name(sentence)} has no entities")
            continue
        used.add(id(partner))
        if partner.tokens != sentence.tokens:
            problems.append(f"{_name(sentence)}: {_difference(sentence.tokens, partner.tokens)}")
        else:
            sentences.append(replace(sentence, entities=partner.entities))
    problems += [f"{_name(sentence)} has no parts of speech" for sentence in iob2 if id(sentence) not in used]
    return Aligned(sentences, problems)


def _first_free(candidates: list[Sentence], sentence: Sentence, used: set[int]) -> Sentence | None:
    """Two ids that differ are two sentences, whatever their words."""
    free = (c for c in candidates if id(c) not in used and not (c.id and sentence.id))
    return next(free, None)


def _difference(pos: Sequence[str], entities: Sequence[str]) -> str:
    pairs = zip_longest(pos, entities)
    i, (ours, theirs) = next((i, pair) for i, pair in enumerate(pairs) if pair[0] != pair[1])
    ours, theirs = ("the end" if word is None else repr(word) for word in (ours, theirs))
    return f"word {i + 1} is {ours} with parts of speech, {theirs} with entities"


def _name(sentence: Sentence) -> str:
    words = " ".join(sentence.tokens)
    shown = words if len(words) <= 40 else words[:39] + "…"
    return " ".join(filter(None, ["sentence", sentence.id, repr(shown)]))


def _blocks(
    path: str | os.PathLike[str], is_comment: Callable[[str], bool]
) -> Iterator[tuple[list[str], list[tuple[int, str]]]]:
    """(comments, numbered lines) of every sentence."""
    comments: list[str] = []
    rows: list[tuple[int, str]] = []
    for number, line in _lines(path):
        if not line.strip():
            if rows:
                yield comments, rows
                comments, rows = [], []
        elif not rows and is_comment(line):
            comments.append(line)
        else:
            rows.append((number, line))
    if rows:
        yield comments, rows


def _lines(path: str | os.PathLike[str]) -> Iterator[tuple[int, str]]:
    """Lines as files count them: some words hold characters at which `splitlines` would cut."""
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise _fault(path, number, f"this is not UTF-8 text ({error.reason})") from None
            yield number, text.rstrip("\r\n")


def _columns(line: str) -> list[str]:
    """Without tabs, blanks part the columns; other white space may be in a word."""
    return line.split("\t") if "\t" in line else re.split(" +", line.strip(" "))


def _layout(columns: list[str]) -> _Layout | None:
    if len(columns) == 4 and columns[0] == "1" and _TAG.fullmatch(columns[2]) and _TAG.fullmatch(columns[3]):
        return _GERMEVAL
    return _LAYOUTS.get(len(columns))


def _is_comment(line: str) -> bool:
    """# is also how a word may begin where that is the first column; a chunk has the form of an entity."""
    columns = _columns(line)
    tags = {2: columns[1:], 4: columns[2:]}.get(len(columns), [])
    return line.startswith("#") and not (tags and all(map(_TAG.fullmatch, tags)))


def _tagged_word(
    path: str | os.PathLike[str],
    number: int,
    columns: list[str],
    width: int,
    layout: _Layout | None,
    place: int,
) -> tuple[str, str | None, str]:
    if layout is None or len(columns) != width:
        due = f"{width} columns, as above," if layout else "2, 3, 4 or 5 columns"
        raise _fault(path, number, f"{due} are due here, not {len(columns)}")
    word, pos, entity = layout
    if word == 1 and columns[0] != str(place):
        raise _fault(
            path, number, f"column 1 of {width} is the word's number, here {place}, not {columns[0]!r}"
        )
    if not _TAG.fullmatch(columns[entity]):
        raise _fault(path, number, f"column {entity + 1} is 'O', 'B-…' or 'I-…', not {columns[entity]!r}")
    return columns[word], None if pos is None else columns[pos], columns[entity]


def _sent_id(comments: Iterable[str]) -> str:
    found = (re.match(r"#\s*sent_id\s*=\s*(.*?)\s*$", comment) for comment in comments)
    return next((match.group(1) for match in found if match), "")


def _checked(path: str | os.PathLike[str], sentences: list[Sentence]) -> list[Sentence]:
    if not sentences:
        raise ValueError(f"{os.fspath(path)}: there is no sentence in this file")
    seen: set[str] = set()
    for sentence in sentences:
        if sentence.id and sentence.id in seen:
            raise ValueError(f"{os.fspath(path)}: the sent_id {sentence.id!r} is there twice")
        seen.add(sentence.id)
    return sentences


def _fault(path: str | os.PathLike[str], number: int, message: str) -> ValueError:
    return ValueError(f"{os.fspath(path)}, line {number}: {message}")
