"""One submission, graded: its cells and functions run in a box, its tests here.

An answer may call earlier ones. Where one of these is not right, or returns lists for arrays or tuples, the
reference is lent in its place, as `check` gives it back, or an answer of the right kinds, in the notebook. It
answers from here, over the wire, once that exercise is judged.
"""

import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

from dlcourse.course.language import ENGLISH, speaking, tr
from dlcourse.exercises import catalogue
from dlcourse.exercises.engine.exercise import Exercise
from dlcourse.exercises.engine.verdict import Verdict
from dlcourse.exercises.engine.wording import plain
from dlcourse.exercises.lookup import misspelt
from dlcourse.exercises.released_cells import lesson, undefined_name
from dlcourse.grading.run.session import Exhausted, Session, said_of_cell
from dlcourse.grading.sandbox.limits import Limits

MAX_NAMES = 200  # among which one that is misspelt is looked for
_DEFINED = re.compile(r"^def (\w{1,60})\b", re.MULTILINE)


@dataclass(frozen=True)
class Job:
    """What to grade: cells as (number, source), functions by name, all of one lesson."""

    lesson: str
    cells: tuple[tuple[int, str], ...]
    exercises: tuple[str, ...]
    seed: int
    wall: float = math.inf  # seconds that are left to its student
    language: str = ENGLISH  # of what is said of it


@dataclass(frozen=True)
class Failure:
    """A cell that did not run to its end, and what stopped it first, in English."""

    cell: int
    error: str

    @property
    def said(self) -> str:
        """The error in the language that is spoken: what Python says of it stays as it is."""
        return said_of_cell(self.error)


@dataclass(frozen=True)
class Report:
    """What a submission is worth, exercise by exercise, and which of its cells failed.

    given_up  exercises whose verdict only says that the grader could not reach one
    seconds   that it took
    """

    verdicts: tuple[Verdict, ...]
    failures: tuple[Failure, ...]
    given_up: tuple[str, ...] = ()
    seconds: float = 0.0


def asked_of(job: Job) -> dict[str, Exercise]:
    """What is judged, in order: each exercise after those that it builds on."""
    known = catalogue()[job.lesson]
    return {below: known[below] for name in job.exercises for below in (*known[name].foundations, name)}


def _untold(verdict: Verdict) -> None:
    pass


def grade_one(job: Job, box, limits: Limits, tell: Callable[[Verdict], None] = _untold) -> Report:
    """Run and judge one submission; whatever its code does becomes a verdict, told as it is reached."""
    with speaking(job.language):
        return _graded(job, box, limits, tell)


def _graded(job: Job, box, limits: Limits, tell: Callable[[Verdict], None]) -> Report:
    limits = replace(limits, wall_total=min(limits.wall_total, job.wall))
    asked, verdicts = asked_of(job), {}
    session = Session(box, job.cells, tuple(asked), limits)
    with suppress(Exception):  # of an exercise that cannot be asked, as its verdict will say
        for exercise in asked.values():
            exercise.calls(job.seed)  # all at once: one by one, each would find the processor's caches cold
    try:
        for name, exercise in asked.items():
            lent = {b.name: b.reference for b in exercise.builds_on if _is_lent(verdicts[b.name])}
            verdicts[name] = _verdict(exercise, session, job, lent)
            tell(verdicts[name])
        failures = [
            Failure(cell, plain(error.partition("\n")[0])) for cell, error in sorted(session.failures.items())
        ]
    finally:
        session.close()
        for exercise in asked.values():  # no other hand-in has its seed
            exercise.forget()
    return Report(tuple(verdicts[name] for name in job.exercises), tuple(failures))


def _is_lent(verdict: Verdict) -> bool:
    """Whether what builds on it is given the reference: where it is not right, or not of the right kind."""
    return verdict.status != "passed" or verdict.another_kind


def _verdict(exercise: Exercise, session: Session, job: Job, lent: Mapping[str, Callable]) -> Verdict:
    try:
        return _judged(exercise, session, job, lent)
    except (OSError, MemoryError):  # this machine's trouble: better no verdict than a wrong one
        raise
    except Exception as error:
        why = tr("The grader itself failed on this answer ({error}).")
        why = why.format(error=f"{type(error).__name__}: {plain(str(error))}")
        advice = tr("Tell your instructor: this is not your mistake.")
        return Verdict(exercise.name, exercise.lesson, "failed", 0, exercise.max_points, why, advice)


def _judged(exercise: Exercise, session: Session, job: Job, lent: Mapping[str, Callable]) -> Verdict:
    try:
        session.prepare()
    except Exhausted:
        return exercise.judge(session.nothing_left, job.seed)
    times = session.defined.get(exercise.name)
    if times is None:
        why = misspelt(exercise.name, _written(job)) or _not_made(exercise.name, session, job)
        return exercise.missing().noted(why)
    verdict = exercise.judge(
        lambda calls: session.outcomes(exercise.name, calls, lent, exercise.cpu_limit),
        job.seed,
        lambda: session.source_facts(exercise.name),
    )
    undefined = undefined_name(verdict.problem)
    if undefined:
        verdict = verdict.noted(_not_made(undefined, session, job))
    twice = tr("It is defined {number} times; the last one was graded.").format(number=times)
    return verdict.noted(twice if times > 1 else "")


def _written(job: Job) -> list[str]:
    """Names after a `def`, as far as can be told without parsing."""
    sources = (source for _, source in job.cells)
    found = (match[1] for source in sources for match in _DEFINED.finditer(source))
    return list(islice(found, MAX_NAMES))


def _not_made(name: str, session: Session, job: Job) -> str:
    """Why a name is missing, as far as can be told."""
    return _lessons_own(name, session, job) or _failed_line(name, session, job)


def _lessons_own(name: str, session: Session, job: Job, asked: tuple[str, ...] = ()) -> str:
    """What to do where a demonstration of the lesson defines it, or a name that its line lacked."""
    released = lesson(job.lesson)
    if not released or name in asked:
        return ""
    lacked = undefined_name(_failed_line(name, session, job))
    return released.defined_by(name) or _lessons_own(lacked, session, job, (*asked, name))


def _failed_line(name: str, session: Session, job: Job) -> str:
    """Which line failed that would have made a name that is missing, or stands above what would have."""
    for cell, source in reversed(job.cells):
        if cell in session.failures and _making(name).search(source):
            return _about_line(name, cell, source.splitlines(), session.failures[cell].split("\n"))
    return ""


def _making(name: str) -> re.Pattern:
    """Lines that define, import or assign it, as far as can be told without parsing them."""
    return re.compile(
        rf"^[ \t]*(?:(?:async )?def |class |(?:from|import) .*|(?:\w+, *)*){name}\b *(?:[(:=,;#]|as\b|$)",
        re.MULTILINE,
    )


def _about_line(name: str, cell: int, lines: list[str], errors: list[str]) -> str:
    """The error in a line with that name or, where there is none, the cell's first."""
    said = {}
    for error in errors:
        place = re.search(r"line (\d{1,6})\)", error)
        number = int(place[1]) if place else 0
        said.setdefault(lines[number - 1].strip() if 0 < number <= len(lines) else "", (number, error))
    line = next((line for line in said if re.search(rf"\b{name}\b", line)), next(iter(said)))
    number, error = said[line]
    error = said_of_cell(plain(re.sub(rf" \((?:<cell \d+>, )?line {number}\)", "", error)))
    if not line:
        return tr("Code cell {cell} stopped before it: {error}.").format(cell=cell, error=error)
    return tr("Line {number} of code cell {cell}, `{line}`, failed: {error}.").format(
        number=number, cell=cell, line=plain(line, 60).replace("`", chr(39)), error=error
    )
