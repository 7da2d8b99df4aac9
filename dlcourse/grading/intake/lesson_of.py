"""Which lesson a notebook is: by its name, whatever has been added to that, and by what is in it."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from dlcourse.exercises import catalogue
from dlcourse.exercises.released_cells import known_lessons, lesson

SUFFIX = ".ipynb"
_SUFFIX = re.compile(re.escape(SUFFIX), re.IGNORECASE | re.ASCII)
_OTHERS = (".pdf", ".html", ".htm", ".py", ".md", ".tex", ".docx", ".png", ".jpg", ".zip", ".gz", ".csv")
_APART = re.compile(r"(?:%20|[\s_.+-])+")  # what programs put for a blank
_NUMBER = re.compile(r"\d+")
_DEFINED = re.compile(r"^[ \t]*(?:async[ \t]+)?def[ \t]+(\w{1,100})", re.MULTILINE)
_ID = re.compile(rb'"(?:id|grade_id|exercise)"\s{0,9}:\s{0,9}"([\w-]{1,100})"')
_START = re.compile(rb'\s{0,99}\{\s{0,99}"(?:cells|metadata|nbformat|nbformat_minor)"')


def is_notebook(name: str) -> bool:
    """Whether a file is called a notebook; some programs add to a copy's name after its ending.

    Not what a notebook was printed to, as "03_activations.ipynb - Colab.pdf".

    >>> is_notebook("03_activations.IPYNB"), is_notebook("03_activations.ipynb のコピー"), is_notebook("a.py")
    (True, True, False)
    """
    return bool(_SUFFIX.search(name)) and not name.casefold().endswith(_OTHERS)


def starts_as_notebook(start: bytes) -> bool:
    """Whether a file is one by its first bytes, whatever it is called."""
    return bool(_START.match(start.removeprefix(b"\xef\xbb\xbf")))


def stem_of(name: str) -> str:
    """A notebook's name without what it has of ".ipynb"."""
    return _SUFFIX.sub("", name)


def lesson_of(stem: str) -> str:
    """The lesson that a notebook's name means, or the name itself where it means none, or more than one.

    >>> lesson_of("Copy of 03_activations (1)"), lesson_of("03-activations-Copy1"), lesson_of("essay")
    ('03_activations', '03_activations', 'essay')
    """
    found = _named(stem)
    return found[0] if len(found) == 1 else stem


def copy_number(stem: str, known: str) -> int:
    """The last number of at most three digits among what was added to the lesson's name; 1 for a bare "copy".

    >>> copy_number("03_activations (10)", "03_activations"), copy_number("03_activations", "03_activations")
    (10, 0)
    """
    added = _plain(stem).replace(_plain(known), "", 1)
    numbers = [int(number) for number in _NUMBER.findall(added) if len(number) <= 3]
    return numbers[-1] if numbers else int(bool(added.strip("_")))


def _named(stem: str) -> list[str]:
    name = _plain(stem)
    return [lesson for lesson in known_lessons() if _holds(name, _plain(lesson))]


def _holds(name: str, lesson: str) -> bool:
    """Whether it does so as words of their own; other scripts write what they add without a blank."""
    at = name.find(lesson)
    while at >= 0:
        before, after = name[:at][-1:], name[at + len(lesson) :][:1]
        if not _is_part(before) and not (_is_part(after) and after.isalpha()):
            return True
        at = name.find(lesson, at + len(lesson))
    return False


def _is_part(character: str) -> bool:
    return character.isascii() and character.isalnum()


@lru_cache(maxsize=1024)
def _plain(stem: str) -> str:
    return _APART.sub("_", unicodedata.normalize("NFKC", stem).casefold())


# ---- by what is in it ----


def lesson_within(stem: str, sources: list[str], content: bytes) -> str:
    """The lesson that a notebook is, by its name, its code cells and its bytes; `stem` where it is none.

    A name counts, unless the notebook holds nothing of that lesson and half of another, at least.
    """
    named, defined = _named(stem), _defined(sources)
    if len(named) != 1:
        among = {lesson: n for lesson, n in defined.items() if lesson in named} or defined
        return _best(among, content) or stem
    meant = named[0]
    others = {lesson: n for lesson, n in defined.items() if 2 * n >= len(catalogue()[lesson])}
    if meant in defined or not others or meant in _with_ids(content):
        return meant
    return _best(others, content) or meant


def _best(counts: dict[str, int], content: bytes) -> str | None:
    """The lesson of which there is most; if that is true of two, cells that were handed out decide."""
    found = _most(counts)
    if len(found) != 1:
        ids = {lesson: n for lesson, n in _with_ids(content).items() if not found or lesson in found}
        found = _most(ids)
    return found[0] if len(found) == 1 else None


def _most(counts: dict[str, int]) -> list[str]:
    return [lesson for lesson, n in counts.items() if n == max(counts.values())]


def _defined(sources: list[str]) -> dict[str, int]:
    """How many of a lesson's exercises are defined in the cells, for each lesson of which any is."""
    there = {name for source in sources for name in _DEFINED.findall(source)}
    exercises = catalogue()
    counts = {lesson: len(there & exercises[lesson].keys()) for lesson in known_lessons()}
    return {lesson: n for lesson, n in counts.items() if n}


def _with_ids(content: bytes) -> dict[str, int]:
    """How many cells have an id of a cell that was handed out in a lesson and in no other, likewise."""
    there = {found.decode() for found in _ID.findall(content)}
    ids = {stem: released.ids for stem in known_lessons() if (released := lesson(stem))}
    shared = Counter(name for of in ids.values() for name in of)
    counts = {stem: sum(shared[name] == 1 for name in there & of) for stem, of in ids.items()}
    return {stem: n for stem, n in counts.items() if n}
