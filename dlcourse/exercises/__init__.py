"""Autograded exercises: what each asks, how it is checked, and what lesson cells call."""

import importlib
import importlib.util

from dlcourse.exercises.core import Exercise
from dlcourse.exercises.notebook import check, compare_guess, quiz

__all__ = ["LESSONS", "catalogue", "check", "compare_guess", "exercises", "questions", "quiz"]

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


def _module(lesson: str):
    """The module of a lesson's exercises; None where there is none yet."""
    name = f"{__name__}.{lesson[3:]}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def catalogue() -> dict[str, dict[str, Exercise]]:
    """{lesson stem: {exercise name: Exercise}}, in course order, of the lessons that have exercises."""
    found = {lesson: _of(_module(lesson)) for lesson in LESSONS}
    return {lesson: those for lesson, those in found.items() if those}


def _of(module) -> dict[str, Exercise]:
    return {e.name: e for e in vars(module).values() if isinstance(e, Exercise)} if module else {}


def exercises() -> dict[str, Exercise]:
    """Every exercise by its name."""
    return {name: exercise for those in catalogue().values() for name, exercise in those.items()}


def questions(lesson: str) -> tuple:
    """The quiz of a lesson; empty where it has none."""
    return getattr(_module(lesson), "QUIZ", ()) if lesson in LESSONS else ()
