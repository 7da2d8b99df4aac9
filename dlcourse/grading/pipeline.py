"""Grades whole folders of submissions: hand-ins → jobs → gradebook → scores and feedback pages."""

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.language import ENGLISH, languages, speaking
from dlcourse.exercises.released_cells import known_lessons
from dlcourse.grading.book.gradebook import GRADEBOOK, Gradebook, is_passing
from dlcourse.grading.book.pending import Entry, Pending, Progress, limits_as_text
from dlcourse.grading.book.policy import Policy, read_policy
from dlcourse.grading.book.scores import Score, unreadable
from dlcourse.grading.intake.moodle_worksheet import dated, read_dates, unknown
from dlcourse.grading.intake.submissions import Found, Handin, collected
from dlcourse.grading.output.results import gone, publish
from dlcourse.grading.run.executors import graded, local_executor
from dlcourse.grading.sandbox.limits import Limits

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


@dataclass
class Summary:
    """What a run came to."""

    students: int = 0
    handins: int = 0
    fresh: int = 0  # graded now; the others were known, or are
    same: int = 0  # cell by cell as one before them, and graded with it
    seconds: float = 0.0
    scores: list[Score] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)  # of the policy: what applied to nobody
    gone: list[tuple[str, str]] = field(default_factory=list)  # (student, lesson) that was there before
    notes: list[str] = field(default_factory=list)  # on whose the hand-ins are, and when they were made
    given_up: list[tuple[str, str]] = field(default_factory=list)  # (student, lesson), in this run
    unreadable: list[tuple[str, str]] = field(default_factory=list)  # (student, problem)


def grade(
    submissions: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    policy: str | Path | None = None,
    workers: int | None = None,
    seed: int | None = None,
    sandbox: str = "auto",
    limits: Limits | None = None,
    executor: Executor | None = None,
    layout: str = "",
    zip_names: str = "",
    worksheets: Sequence[Path] = (),
    retry: bool = False,
    language: str = ENGLISH,
    progress: Progress = lambda done, total: None,
) -> Summary:
    """Grade `submissions` into `out`: scores.csv, handins.csv, gradebook.sqlite, feedback/.

    submissions  a folder, an archive or a notebook, as submissions.py says; or several, oldest first
    policy     deadlines, attempts, adjustments, as policy.py says; by default `out`/policy.toml
    workers    processes on this machine, by default one a core; with an `executor`, how many that has
    seed       of the tests' inputs; by default secret, drawn once for `out` and kept in its gradebook
    sandbox    "auto", "bubblewrap", "landlock", or "none", which runs strangers' code as yourself
    executor   any concurrent.futures.Executor whose workers have dlcourse; it stays open
    layout     whose is what, where that is not clear: a name in layouts.py, or "*/student"
    zip_names  the code page of the names in archives that do not say theirs
    worksheets  Moodle's, which say when something in Moodle's archives was handed in
    language   of what students are told; points, statuses and what instructors read do not change with it
    retry      grade again what the grader gave up, as it does by itself where `limits` are others

    Raises UserError for what its caller can mend.
    """
    started, workers, out = time.monotonic(), _workers(workers), Path(out)
    limits = limits or Limits()
    if seed is not None and seed < 0:
        raise UserError(f"seed {seed} will not do: give 0 or more")
    if language not in languages():
        raise UserError(f"there is no language {language!r} here: there are {', '.join(languages())}")
    sources = [submissions] if isinstance(submissions, (str, Path)) else submissions
    decided, dates = read_policy(Path(policy) if policy else None, out), read_dates(worksheets)
    paths = [Path(source) for source in sources]
    collections = [collected(path, layout, zip_names) for path in paths]
    found = _in_order(collections, dates, decided)
    _check(found, paths, out)
    try:
        with _opened(out) as gradebook, speaking(language):
            before = gradebook.scores()
            gradebook.try_again("" if retry else limits_as_text(limits))
            seed = gradebook.seed() if seed is None else seed
            pending = Pending(gradebook, seed, limits, len(found), progress)
            with nullcontext(executor) if executor else local_executor(min(workers, len(found))) as pool:
                jobs, has_time = pending.jobs(found), pending.has_time
                for due, report in graded(jobs, pool, workers, sandbox, limits, has_time):
                    pending.keep(due, report)
            scores = publish(out, pending.entries, gradebook, decided)
            gradebook.set_language(language)
            problems = _problems(pending.entries) if language != ENGLISH else {}
    except sqlite3.DatabaseError as error:
        advice = (
            "what is graded is kept: mend that, and run the same command again"
            if is_passing(error)
            else "move it away, or give another --out"
        )
        raise UserError(f"{out / GRADEBOOK} cannot be used: {error}; {advice}") from error
    except OSError as error:
        raise UserError(f"cannot write to {out}: {error.strerror or error}") from error
    handed_in = [entry.handin for entry in pending.entries]
    return Summary(
        students=len({handin.student for handin in handed_in if handin.student}),
        handins=len(found),
        fresh=pending.fresh,
        same=_repeated(pending.entries),
        seconds=time.monotonic() - started,
        scores=scores,
        unmatched=decided.unmatched(scores),
        gone=gone(before, scores),
        unreadable=unreadable(scores, problems),
        given_up=[(due.student, due.lesson) for due in pending.given_up],
        notes=[
            *_notes(collections),
            *_alike(handed_in),
            *_renamed(found, handed_in),
            *unknown(handed_in, dates),
            *decided.dates(handed_in),
        ],
    )


def _notes(collections: list[Found]) -> list[str]:
    return [note for found in collections for note in found.notes]


def _problems(entries: list[Entry]) -> dict[tuple[str, str], str]:
    return {(e.handin.student, e.handin.lesson): str(e.problem) for e in entries if e.problem}


def _repeated(entries: list[Entry]) -> int:
    """How many hold what another before them holds."""
    contents = [entry.keys[0].content for entry in entries if entry.keys]
    return len(contents) - len(set(contents))


def _alike(handins: list[Handin]) -> list[str]:
    """Of students whose names differ in capitals alone: a platform tells them apart, a person may not."""
    names: dict[str, set[str]] = {}
    for handin in handins:
        names.setdefault(handin.student.casefold(), set()).add(handin.student)
    return [
        f"{' and '.join(sorted(of))} are graded as {len(of)} students: if they are one, give them one name"
        for of in names.values()
        if len(of) > 1
    ]


def _renamed(found: list[Handin], handed_in: list[Handin]) -> list[str]:
    """Of notebooks that are called one lesson and are another."""
    return [
        f"{after.student}'s {after.name} holds {after.lesson}, whatever its name, and is graded as that"
        for before, after in zip(found, handed_in, strict=True)
        if before.lesson != after.lesson and before.lesson in known_lessons()
    ]


def _workers(workers: int | None) -> int:
    if workers is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if workers < 1:
        raise UserError(f"{workers} workers cannot grade: give 1 or more")
    return workers


def _in_order(collections: list[Found], dates: dict[str, datetime], policy: Policy) -> list[Handin]:
    """All hand-ins with their dates; of several by one student for one lesson the later come later."""

    def when(handin: Handin) -> tuple[float, int]:
        return handin.submitted, handin.copy

    found = []
    for of in collections:
        handins = dated(of.handins, dates)
        found += sorted(policy.doubted(handins) if of.packed else handins, key=when)
    return found


def _check(found: list[Handin], sources: list[Path], out: Path) -> None:
    if not found:
        raise UserError(f"{sources[0]} is empty: it should hold <student>/<lesson>.ipynb")
    for source in sources:
        if source.is_dir() and out.resolve().is_relative_to(source.resolve()):
            raise UserError(f"{out} lies inside the submissions: give --out a folder elsewhere")


@contextmanager
def _opened(out: Path) -> Iterator[Gradebook]:
    """The gradebook of `out`, for this run alone."""
    out.mkdir(mode=0o700, parents=True, exist_ok=True)  # an existing one keeps its mode
    (out / "feedback").mkdir(mode=0o700, exist_ok=True)
    lock = _lock(out)
    try:
        with closing(Gradebook(out / GRADEBOOK)) as gradebook:
            yield gradebook
    finally:
        if lock is not None:
            os.close(lock)


def _lock(out: Path) -> int | None:
    """Held until it is closed or this process ends, however that comes about."""
    if fcntl is None:
        return None
    lock = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise UserError(
            f"another `dlcourse grade` is writing to {out}: wait for it, or give another --out"
        ) from None
    return lock
