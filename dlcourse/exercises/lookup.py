"""The exercises and the quiz of each lesson, found where their module has them."""

import difflib
import importlib
import importlib.util
from collections.abc import Iterable
from functools import cache
from types import ModuleType

from dlcourse.course.language import tr
from dlcourse.course.lessons import LESSONS
from dlcourse.exercises.engine.exercise import Exercise
from dlcourse.exercises.engine.question import Question


def _module(lesson: str) -> ModuleType | None:
    """The module of a lesson's exercises; None where there is none yet."""
    name = f"{__package__}.{lesson[3:]}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


@cache
def catalogue() -> dict[str, dict[str, Exercise]]:
    """{lesson stem: {exercise name: Exercise}}, in course order, of the lessons that have exercises."""
    found = {lesson: _of(_module(lesson)) for lesson in LESSONS}
    return {lesson: those for lesson, those in found.items() if those}


def _of(module: ModuleType | None) -> dict[str, Exercise]:
    return {e.name: e for e in vars(module).values() if isinstance(e, Exercise)} if module else {}


def exercises() -> dict[str, Exercise]:
    """Every exercise by its name."""
    return {name: exercise for those in catalogue().values() for name, exercise in those.items()}


def questions(lesson: str) -> tuple[Question, ...]:
    """The quiz of a lesson; empty where it has none."""
    return getattr(_module(lesson), "QUIZ", ()) if lesson in LESSONS else ()


def misspelt(name: str, defined: Iterable[str]) -> str:
    """What to say of a function of nearly the right name, if one is among those that are defined.

    >>> misspelt("sigmoid", ["sigmiod", "relu"])
    'Yours is called sigmiod: the name after `def` must be sigmoid.'
    """
    near = difflib.get_close_matches(name, set(defined) - exercises().keys(), 1, cutoff=0.75)
    if not near:
        return ""
    text = tr("Yours is called {theirs}: the name after `def` must be {name}.")
    return text.format(theirs=near[0], name=name)
