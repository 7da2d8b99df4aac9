"""What the cells of a lesson call: check a function, compare a guess with the measurement, take the quiz."""

import difflib
import os
import re
import secrets
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FunctionType
from typing import Any

from markupsafe import Markup

from dlcourse.course.errors import UserError
from dlcourse.course.language import marked, tr
from dlcourse.exercises.engine import source_facts
from dlcourse.exercises.engine.calls import Call, Outcome, run_locally
from dlcourse.exercises.engine.competition import MEMORY, Competition
from dlcourse.exercises.engine.exercise import NOTEBOOK_SEED, Exercise
from dlcourse.exercises.engine.foreign import foreign
from dlcourse.exercises.engine.guess import compared
from dlcourse.exercises.engine.verdict import Verdict, plain
from dlcourse.exercises.lookup import exercises, misspelt, questions
from dlcourse.exercises.released_cells import ReleasedLesson, lesson, undefined_name

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

SECONDS = 5.0  # for all calls of one check
_GOES_ON = marked("The rest of the lesson uses the reference version.")
_IN_KIND = marked(
    "It returns another kind than the reference, say a list for an array: later cells get the latter."
)


def check(function: Any) -> Any:
    """Show whether `function` is right; give it back if so, else the reference, so that the lesson goes on.

    One that returns lists where the reference returns arrays, say, is given back wrapped, to return these.
    The exercise is found by the function's name, else by the name that the notebook has bound it to. Nothing
    that the function does makes this raise; but where DLCOURSE_STRICT is 1, and when nbgrader validates, one
    that does not pass is an AssertionError. When nbgrader grades, the points become the cell's result.
    """
    # the caller's names, of which `function` itself does not know where it is a partial or np.vectorize's
    shown, verdict, usable = _checked(function, sys._getframe(1).f_globals)
    _show(shown)
    if _nbgrader_grades():
        _give_points(verdict.points if verdict else 0)
        return usable
    if _strict() and not (verdict and verdict.status == "passed"):
        raise AssertionError(shown.summary)
    return usable


class _Shown:
    """What a cell displays: plain text, and HTML where the notebook can."""

    def __init__(self, text: str, html: str = "", summary: str = ""):
        self.text, self.html, self.summary = (
            text,
            html or Markup("<div>{}</div>").format(text),
            summary or text,
        )

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def _checked(function: Any, namespace: dict[str, Any]) -> tuple[_Shown, Verdict | None, Any]:
    """What to show, the verdict if there is one, and the function to go on with."""
    try:
        exercise, name = _exercise_of(function, namespace)
        if exercise is None:
            return _Shown(_no_exercise(name)), None, function
        if isinstance(function, _Missing):
            return _not_there(exercise, namespace), None, exercise.reference
        if _is_ours(function):
            return _Shown(_not_yours(exercise, namespace)), None, exercise.reference
        return _judged(exercise, function)
    except Exception as error:  # ours, or a package that the notebook has patched under us
        trouble = f"{type(error).__name__}: {error}"[:200]
        text = tr("The check itself failed ({trouble}). Restart the kernel and run again.")
        return _Shown(text.format(trouble=trouble)), None, function


def _judged(exercise: Exercise, function: Any) -> tuple[_Shown, Verdict, Any]:
    clock = _Clock(function, exercise.seconds_in_notebook or SECONDS)
    verdict = _as_graded(exercise, clock)
    usable = verdict.status == "passed" or verdict.share is not None  # what is scored is worked on
    note = _IN_KIND if verdict.another_kind else "" if usable else _GOES_ON
    notes = [*filter(None, (*_taken(exercise, clock), tr(note)))] if not _nbgrader_grades() else []
    shown = _Shown(verdict.text(*notes), verdict.html(*notes), f"{exercise.name}: {verdict.message}")
    given_back = exercise.in_kind(function) if verdict.another_kind else function
    return shown, verdict, given_back if usable else exercise.reference


class _Clock:
    """Runs calls here, and says what the first of them took.

    seconds  of CPU time, of all threads together
    memory   bytes by which the most that this process has had in use grew: what was taken, or less
    """

    def __init__(self, function: Any, limit: float):
        self.function, self._limit = function, limit
        self.seconds: float | None = None
        self.memory = 0

    def run(self, calls: list[Call]) -> list[Outcome]:
        started, most = time.process_time(), _most_memory()
        outcomes = run_locally(self.function, calls, self._limit)
        if self.seconds is None:
            self.seconds, self.memory = time.process_time() - started, _most_memory() - most
        return outcomes


def _most_memory() -> int:
    """Bytes that this process has had in use at most; 0 where the system does not say."""
    if resource is None:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


def _taken(exercise: Exercise, clock: _Clock) -> list[str]:
    """What a competition took of the time and memory that its text allows."""
    if not isinstance(exercise, Competition) or not clock.seconds:
        return []
    told = {"seconds": f"{clock.seconds:.1f}", "allowed": exercise.seconds, "end": exercise.cpu_limit}
    notes = [
        tr("It took {seconds} s of CPU time here; {allowed} s are allowed.")
        if clock.seconds <= exercise.seconds
        else tr(
            "It took {seconds} s of CPU time here; {allowed} s are allowed, and grading ends it after "
            "{end} s, without points."
        )
    ]
    if clock.memory > MEMORY:
        notes.append(tr("It took {size} GiB of memory or more; there is 1 GiB when it is graded."))
    return [note.format(**told, size=f"{clock.memory / 2**30:.1f}") for note in notes]


def _exercise_of(function: Any, namespace: dict[str, Any]) -> tuple[Exercise | None, str]:
    known = exercises()
    name = _name(function)
    if name not in known:
        bound = (key for key, value in list(namespace.items()) if value is function and key in known)
        name = next(bound, name)
    return known.get(name), name


def _name(function: Any) -> str:
    name = _attribute(function, "__name__")
    return name if type(name) is str else type(function).__name__


def _attribute(thing: Any, name: str) -> Any:
    try:
        return getattr(thing, name, None)
    except Exception:
        return None


def _is_ours(function: Any) -> bool:
    for wrapped in ("func", "pyfunc"):  # of a partial, of np.vectorize
        function = _attribute(function, wrapped) or function
    return str(_attribute(function, "__module__")).startswith("dlcourse.")


def _no_exercise(name: str) -> str:
    near = difflib.get_close_matches(name, exercises(), 3)
    text = tr("No exercise is called {name}. Your function is used as it is.")
    if near:
        text = tr("No exercise is called {name}. Did you mean {others}? Your function is used as it is.")
    return text.format(name=repr(name[:60]), others=tr(" or ").join(near))


def _as_graded(exercise: Exercise, clock: _Clock) -> Verdict:
    """What grading says, which runs the student's cells and, of the lesson's own, the set-up alone."""
    released = _released(exercise)
    if released is None:
        return _on_its_own(exercise, clock)
    cells, names = _session()
    missing = released.missing_while_grading(cells)
    if exercise.name in missing:
        return exercise.missing().noted(released.defined_by(missing[exercise.name]))
    with _without(missing.keys() - exercises().keys(), names):
        verdict = _on_its_own(exercise, clock)
    undefined = undefined_name(verdict.problem)
    return verdict.noted(released.defined_by(missing.get(undefined, undefined)))


def _released(exercise: Exercise) -> ReleasedLesson | None:
    try:
        return lesson(exercise.lesson)
    except UserError:  # an author who has built none yet
        return None


@contextmanager
def _without(names: Iterable[str], namespace: dict[str, Any]) -> Iterator[None]:
    taken = {name: namespace.pop(name) for name in names if name in namespace}
    try:
        yield
    finally:
        namespace.update(taken)


def _session() -> tuple[list[str], dict[str, Any]]:
    """All that this kernel has been given, in order, and the names it knows; none outside a notebook."""
    shell = _ipython()
    history = getattr(shell, "history_manager", None)
    return (list(history.input_hist_parsed), shell.user_ns) if history else ([], {})


def _on_its_own(exercise: Exercise, clock: _Clock) -> Verdict:
    """The verdict on an answer, which is refused where it uses what is not there while grading."""
    seed = secrets.randbits(62) if _nbgrader_grades() else NOTEBOOK_SEED
    verdict = exercise.judge(clock.run, seed, lambda: source_facts.read(clock.function))
    others = (
        each for each in exercises().values() if each.lesson == exercise.lesson and each is not exercise
    )
    done = verdict.points or verdict.share is not None
    name = foreign(clock.function, {each.name: each.reference for each in others}) if done else ""
    if not name:
        return verdict
    problem = tr("It uses `{name}`, which is not there when answers are graded.").format(name=name)
    return exercise.refused(problem, tr("Write it with NumPy and Python's own library alone."))


def _not_yours(exercise: Exercise, namespace: Mapping[str, Any]) -> str:
    text = tr(
        "{name} is the reference version now, not yours: run the cell with your own function again, then "
        "this one."
    ).format(name=exercise.name)
    return " ".join(filter(None, (text, misspelt(exercise.name, _own(namespace)))))


def _own(namespace: Mapping[str, Any]) -> list[str]:
    """Names of functions that the notebook itself defines."""
    here = namespace.get("__name__", "")
    items = list(namespace.items())
    return [name for name, value in items if isinstance(value, FunctionType) and value.__module__ == here]


class _Missing:
    """Stands for an exercise's function that is not there."""

    def __init__(self, name: str):
        self.__name__ = name


def _before_cell(info: Any) -> None:
    """Let `f = check(f)` say that there is no f, where its `def` failed or has another name: no NameError."""
    namespace = _ipython().user_ns
    for name in re.findall(r"^(\w+) = check\(\1\)", info.raw_cell or "", re.MULTILINE):
        if name not in namespace and name in exercises():
            namespace[name] = _Missing(name)


def _watch() -> None:
    shell = _ipython()
    if shell is not None and hasattr(shell, "events"):
        shell.events.register("pre_run_cell", _before_cell)


def _not_there(exercise: Exercise, namespace: Mapping[str, Any]) -> _Shown:
    verdict = exercise.missing()
    notes = [*filter(None, [misspelt(exercise.name, _own(namespace))]), tr(_GOES_ON)]
    return _Shown(verdict.text(*notes), verdict.html(*notes), f"{exercise.name}: {verdict.message}")


def _nbgrader_grades() -> bool:
    """Else it is "validate", for the student, who is better served by an error that says what is wrong."""
    return os.environ.get("NBGRADER_EXECUTION") == "autograde"


def _give_points(points: float) -> None:
    """As the cell's result: a number there is what nbgrader takes for the points."""
    ipython = _ipython()
    if ipython is not None:
        ipython.displayhook(points)


def _strict() -> bool:
    return bool(os.environ.get("NBGRADER_EXECUTION")) or os.environ.get("DLCOURSE_STRICT", "0") not in (
        "",
        "0",
    )


def _show(shown: _Shown) -> None:
    if _ipython() is not None:
        sys.modules["IPython"].display.display(shown)
    else:
        print(shown)


def _ipython() -> Any:
    """The shell that runs this, if it is IPython's."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None else None


def compare_guess(guess: object, measured: object, what: str, among: Sequence[object] = ()) -> None:
    """Print a guess beside what was measured; `measured` as text is quoted as it stands.

    among  the answers to choose from, where the question is which of them it is

    >>> compare_guess(0.5, 0.25, "largest slope of σ")
    largest slope of σ: your guess 0.5, measured 0.25, 2 times smaller.
    >>> compare_guess(None, 0.25, "largest slope of σ")
    largest slope of σ: measured 0.25. (No guess yet: write one in place of None.)
    """
    print(compared(guess, measured, what, among))


def quiz(lesson: str, **answers: object) -> None:
    """Print, question by question, whether an answer is right and why: `quiz("03_activations", q1="b")`."""
    asked = questions(lesson)
    if not asked:
        print(tr("There is no quiz for {lesson}.").format(lesson=repr(lesson)))
    for number, question in enumerate(asked, 1):
        print(f"q{number}: {plain(question.respond(answers.get(f'q{number}')))}")


_watch()
