"""What a lesson's cells call: `check` a function, compare a guess with what was measured, take a quiz."""

import difflib
import os
import sys

from dlcourse.exercises.calls import run_locally
from dlcourse.exercises.core import Exercise
from dlcourse.exercises.verdict import Verdict

SECONDS = 5.0  # for all calls of one check


def check(function):
    """Say whether `function` is right; give it back if so, else the reference, so that the lesson goes on.

    Never raises, but under nbgrader (NBGRADER_EXECUTION) or DLCOURSE_STRICT=1 an AssertionError where it did not pass.
    """
    from dlcourse.exercises import exercises

    known = exercises()
    exercise = known.get(_name(function, sys._getframe(1).f_globals, known))
    if exercise is None:
        return _unknown(function, known)
    if _is_ours(function):
        return _not_yours(exercise, function)
    verdict = exercise.judge(lambda calls: run_locally(function, calls, SECONDS))
    passed = verdict.status == "passed"
    _show(verdict, "" if passed else "The rest of the lesson uses the reference version.")
    if not passed and _strict():
        raise AssertionError(verdict.message)
    return function if passed else exercise.reference


def _name(function, namespace: dict, known) -> str:
    """The function's own name if it is an exercise's, else one that the notebook has bound it to."""
    name = getattr(function, "__name__", "")
    if isinstance(name, str) and name in known:
        return name
    return next(
        (bound for bound, value in list(namespace.items()) if value is function and bound in known), str(name)
    )


def _is_ours(function) -> bool:
    return str(getattr(function, "__module__", "")).startswith("dlcourse.")


def _unknown(function, known):
    name = str(getattr(function, "__name__", type(function).__name__))
    near = difflib.get_close_matches(name, known, 3)
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    print(f"No exercise is called {name!r}.{meant}")
    return function


def _not_yours(exercise: Exercise, function):
    message = f"This is the reference version of {exercise.name}, not yours: run your own cell again, then this one."
    print(message)
    if _strict():
        raise AssertionError(message)
    return function


def _strict() -> bool:
    return bool(os.environ.get("NBGRADER_EXECUTION")) or os.environ.get("DLCOURSE_STRICT", "") not in (
        "",
        "0",
    )


class _Shown:
    def __init__(self, verdict: Verdict, note: str):
        self.verdict, self.note = verdict, note

    def __repr__(self):
        return "\n".join(filter(None, (self.verdict.text(), self.note)))

    def _repr_html_(self):
        note = f"<p style='margin:4px 0 0;opacity:.8'>{self.note}</p></div>" if self.note else "</div>"
        return self.verdict.html().removesuffix("</div>") + note


def _show(verdict: Verdict, note: str) -> None:
    shown = _Shown(verdict, note)
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        ipython.display.display(shown)
    else:
        print(shown)


def compare_guess(guess, measured, what: str) -> None:
    """Print a guess beside what was measured."""
    if guess is None:
        print(f"{what}: {_figure(measured)}. You left no guess: make one before you look.")
    else:
        print(f"{what}: you guessed {_figure(guess)}, measured {_figure(measured)}.")


def _figure(value) -> str:
    return value if isinstance(value, str) else f"{value:.3g}"


def quiz(lesson: str, **answers) -> None:
    """Print, for each question of the lesson's quiz, whether the answer is right and why."""
    from dlcourse.exercises import questions

    for number, question in enumerate(questions(lesson), 1):
        print(f"{number}. {question.respond(answers.get(f'q{number}'))}")
