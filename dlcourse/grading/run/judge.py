"""One submission, graded: its cells and functions run in a box, its tests here.

An answer may call earlier ones. Where one of these is not right, the reference is lent in its place, as
`check` gives it back in the notebook. It answers from here, over the wire, once that exercise is judged.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from dlcourse.exercises import catalogue
from dlcourse.exercises.engine.exercise import Exercise
from dlcourse.exercises.engine.verdict import Verdict
from dlcourse.exercises.engine.wording import plain
from dlcourse.grading.intake.released_cells import lesson
from dlcourse.grading.run.session import Exhausted, Session
from dlcourse.grading.sandbox.limits import Limits


@dataclass(frozen=True)
class Job:
    """What to grade: cells as (number, source), functions by name, all of one lesson."""

    lesson: str
    cells: tuple[tuple[int, str], ...]
    exercises: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class Failure:
    """A cell that did not run to its end."""

    cell: int
    error: str


@dataclass(frozen=True)
class Report:
    """What a submission is worth, exercise by exercise, and which of its cells failed."""

    verdicts: tuple[Verdict, ...]
    failures: tuple[Failure, ...]


def grade_one(job: Job, box, limits: Limits) -> Report:
    """Run and judge one submission; whatever its code does becomes a verdict."""
    known = catalogue()[job.lesson]
    asked = {below: known[below] for name in job.exercises for below in (*known[name].foundations, name)}
    session, verdicts = Session(box, job.cells, tuple(asked), limits), {}
    try:
        for name, exercise in asked.items():
            lent = {b.name: b.reference for b in exercise.builds_on if verdicts[b.name].status != "passed"}
            verdicts[name] = _verdict(exercise, session, job, lent)
        failures = [Failure(cell, plain(error)) for cell, error in sorted(session.failures.items())]
    finally:
        session.close()
    return Report(tuple(verdicts[name] for name in job.exercises), tuple(failures))


def _verdict(exercise: Exercise, session: Session, job: Job, lent: Mapping[str, Callable]) -> Verdict:
    try:
        return _judged(exercise, session, job, lent)
    except (OSError, MemoryError):  # this machine's trouble: better no verdict than a wrong one
        raise
    except Exception as error:
        why = f"The grader itself failed on this answer ({type(error).__name__}: {plain(str(error))})."
        advice = "Tell your instructor: this is not your mistake."
        return Verdict(exercise.name, exercise.lesson, "failed", 0, exercise.max_points, why, advice)


def _judged(exercise: Exercise, session: Session, job: Job, lent: Mapping[str, Callable]) -> Verdict:
    try:
        session.prepare()
    except Exhausted:
        return exercise.judge(session.nothing_left, job.seed)
    times = session.defined.get(exercise.name)
    if times is None:
        return _noted(exercise.missing(), _suspect(exercise.name, session, job))
    verdict = exercise.judge(lambda calls: session.outcomes(exercise.name, calls, lent), job.seed)
    verdict = _noted(verdict, _lessons_own(verdict.problem, job))
    return _noted(verdict, f"It is defined {times} times; the last one was graded." if times > 1 else "")


def _noted(verdict: Verdict, note: str) -> Verdict:
    return replace(verdict, advice=f"{verdict.advice} {note}".strip())


def _lessons_own(problem: str, job: Job) -> str:
    """What to do where a name is missing that a demonstration of the lesson defines."""
    undefined, released = re.search(r"name '(\w+)' is not defined", problem), lesson(job.lesson)
    if not undefined or not released:
        return ""
    defines = re.compile(rf"^(?:def |class |(?:\w+, )*){undefined[1]}\b *[(:=,]", re.MULTILINE)
    if not any(map(defines.search, released.given)):
        return ""
    return f"`{undefined[1]}` comes from a cell of the lesson that is not run while grading: write your own."


def _suspect(name: str, session: Session, job: Job) -> str:
    """Which failed cell would have defined a function that is missing."""
    for cell, source in job.cells:
        if cell in session.failures and f"def {name}" in source:
            return f"Code cell {cell} stopped before it: {plain(session.failures[cell])}."
    return ""
