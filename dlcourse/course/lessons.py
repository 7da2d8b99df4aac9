"""The lessons: their names and order, where the released notebooks lie, and what people call them."""

import difflib
from collections.abc import Iterable
from pathlib import Path, PurePath

from dlcourse.course.errors import UserError

LESSONS = (
    "01_training_procedure",
    "02_gradient_check",
    "03_activations",
    "04_rectifiers",
    "05_initialization",
    "06_gradient_descent",
    "07_momentum",
    "08_adaptive_methods",
    "09_weight_penalties",
    "10_dropout",
    "11_learning_rate_decay",
    "12_hyperparameter_search",
    "13_multi_task_learning",
    "14_batch_normalization",
)

_PACKAGE = Path(__file__).resolve().parents[1]
_PLACES = (_PACKAGE / "lessons", _PACKAGE.parent / "lessons")


def lessons_folder() -> Path:
    """The folder of the released notebooks; raises UserError where there is none."""
    for place in _PLACES:
        if place.is_dir():
            return place
    raise UserError(f"no lessons beside {_PACKAGE}: reinstall dlcourse, or run `dlcourse build` in a clone")


def lesson_stems() -> list[str]:
    """The released lessons in course order, by the name they go by everywhere (`03_activations`)."""
    return sorted(path.stem for path in lessons_folder().glob("[0-9][0-9]_*.ipynb"))


def lesson_path(stem: str) -> Path:
    """The released notebook of a lesson; raises UserError listing what there is when it is not one."""
    if stem not in lesson_stems():
        raise UserError(f"no lesson is called {stem!r}; there is {', '.join(lesson_stems()) or 'none yet'}")
    return lessons_folder() / f"{stem}.ipynb"


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
