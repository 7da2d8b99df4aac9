"""Lessons by the names that people type: `03_activations`, `3`, `activations`, a path to the notebook."""

import difflib
from collections.abc import Iterable
from pathlib import PurePath

from dlcourse.errors import UserError


def pick_lesson(typed: str, stems: Iterable[str]) -> str:
    """The stem that is meant; raises UserError naming those that are near.

    >>> pick_lesson("3", ["03_activations", "04_rectifiers"])
    '03_activations'
    >>> pick_lesson("lessons/04_rectifiers.ipynb", ["03_activations", "04_rectifiers"])
    '04_rectifiers'
    """
    stems = list(stems)
    name = PurePath(typed).name.removesuffix(".ipynb").removesuffix(".py")
    for stem in stems:
        if name in (stem, stem[:2], stem[:2].lstrip("0"), stem[3:]):
            return stem
    raise UserError(f"no lesson is called {typed!r}; {_instead(name, stems)}")


def _instead(name: str, stems: list[str]) -> str:
    topics = {stem[3:]: stem for stem in stems} | {stem: stem for stem in stems}
    near = dict.fromkeys(topics[match] for match in difflib.get_close_matches(name, topics, 3, 0.5))
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"there is {', '.join(stems)}" if stems else "there is none yet"
