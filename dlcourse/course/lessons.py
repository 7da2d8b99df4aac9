"""The lessons: their names and order, the released notebooks in each language, and what people call them."""

import difflib
import json
from collections.abc import Iterable
from pathlib import Path, PurePath

from dlcourse.course.errors import UserError
from dlcourse.course.language import ENGLISH, said_in, tr

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
    "15_build_a_network",
    "16_capstone",
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
    """The lessons whose notebooks are released, in course order; a notebook of another name is no lesson."""
    folder = lessons_folder()
    return [stem for stem in LESSONS if (folder / f"{stem}.ipynb").is_file()]


def lesson_path(stem: str) -> Path:
    """The released notebook of a lesson; raises UserError where there is none of that name."""
    if stem not in (released := lesson_stems()):
        raise UserError(no_lesson(stem, released))
    return lessons_folder() / f"{stem}.ipynb"


def released_notebook(stem: str, language: str = ENGLISH) -> bytes:
    """The released notebook with its texts in this language, cell by cell as far as there are words for them.

    All else, above all the code, is what the English one has.
    """
    content = lesson_path(stem).read_bytes()
    if language == ENGLISH:
        return content
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = said_in(language, "".join(cell["source"])).splitlines(keepends=True)
    return (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def pick_lesson(typed: str, stems: Iterable[str]) -> str:
    """The lesson that a person means, by number, topic, stem or file; raises UserError where it is none.

    >>> [pick_lesson(typed, LESSONS) for typed in ("3", "activations", "lessons/04_rectifiers.ipynb")]
    ['03_activations', '03_activations', '04_rectifiers']
    """
    stems, name = list(stems), _name(typed)
    for stem in stems:
        if name in (stem, stem[:2], stem[:2].lstrip("0"), stem[3:]):
            return stem
    raise UserError(no_lesson(typed, stems))


def no_lesson(typed: str, stems: Iterable[str]) -> str:
    """What to say of a name that none of these lessons has: those that are near, else what there is.

    >>> no_lesson("rectifier", LESSONS)
    "no lesson is called 'rectifier'; did you mean 04_rectifiers?"
    """
    topics = {name: stem for stem in stems for name in (stem[3:], stem)}
    near = dict.fromkeys(topics[match] for match in difflib.get_close_matches(_name(typed), topics, 3, 0.5))
    if near:
        text = tr("no lesson is called {typed!r}; did you mean {near}?")
        return text.format(typed=typed, near=tr(" or ").join(near))
    there_is = ", ".join(dict.fromkeys(topics.values())) or tr("none yet")
    return tr("no lesson is called {typed!r}; there is {lessons}").format(typed=typed, lessons=there_is)


def _name(typed: str) -> str:
    return PurePath(typed).name.removesuffix(".ipynb").removesuffix(".py")
