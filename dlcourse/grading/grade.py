"""Grades a folder of submissions: hand-ins → jobs → gradebook → scores and feedback pages."""

import hashlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from dlcourse.errors import UserError
from dlcourse.exercises import catalogue
from dlcourse.exercises.verdict import Verdict
from dlcourse.files import write_whole
from dlcourse.grading import feedback
from dlcourse.grading.gradebook import Gradebook, Key
from dlcourse.grading.lesson import known_lessons, lesson
from dlcourse.grading.limits import Limits
from dlcourse.grading.notebook import Unreadable, code_cells
from dlcourse.grading.runner import Job, Report
from dlcourse.grading.scores import Score, write_scores
from dlcourse.grading.submissions import Handin, handins, shown
from dlcourse.grading.work import graded, local_executor

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

Progress = Callable[[int, int], None]  # done, of how many


@dataclass(frozen=True)
class Entry:
    """A hand-in as it was read: the keys of its verdicts, or why there are none."""

    handin: Handin
    keys: tuple[Key, ...] = ()
    problem: str = ""


@dataclass
class Summary:
    """What a run came to."""

    handins: int = 0
    fresh: int = 0  # graded now; the others were known
    seconds: float = 0.0
    scores: list[Score] = field(default_factory=list)


def grade(
    submissions: str | Path,
    out: str | Path,
    *,
    workers: int | None = None,
    seed: int | None = None,
    sandbox: str = "auto",
    limits: Limits | None = None,
    executor: Executor | None = None,
    progress: Progress = lambda done, total: None,
) -> Summary:
    """Grade `submissions`, <student>/<lesson>.ipynb, into `out`: scores.csv, gradebook.sqlite, feedback/.

    workers    processes on this machine, by default one a core; with an `executor`, how many that has
    seed       of the tests' inputs; by default secret, drawn once for `out` and kept in its gradebook
    sandbox    "auto", "bubblewrap", "landlock", or "none", which runs strangers' code as yourself
    executor   any concurrent.futures.Executor whose workers have dlcourse

    Raises UserError for what its caller can mend.
    """
    started, workers = time.monotonic(), _workers(workers)
    found = _found(Path(submissions), Path(out))
    with _opened(Path(out)) as gradebook:
        marking = _Marking(gradebook, gradebook.seed() if seed is None else seed, len(found), progress)
        executor = executor or local_executor(min(workers, len(found)))
        with executor:
            for keys, report in graded(marking.jobs(found), executor, workers, sandbox, limits or Limits()):
                marking.keep(keys, report)
        scores = _published(Path(out), marking.entries, gradebook)
    return Summary(len(found), marking.fresh, time.monotonic() - started, scores)


def _workers(workers: int | None) -> int:
    if workers is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if workers < 1:
        raise UserError(f"{workers} workers cannot grade: give 1 or more")
    return workers


def _found(submissions: Path, out: Path) -> list[Handin]:
    found = list(handins(submissions))
    if not found:
        raise UserError(f"{submissions} is empty: it should hold <student>/<lesson>.ipynb")
    if submissions.is_dir() and out.resolve().is_relative_to(submissions.resolve()):
        raise UserError(f"{out} lies inside the submissions: give --out a folder elsewhere")
    return found


@contextmanager
def _opened(out: Path) -> Iterator[Gradebook]:
    """The gradebook of `out`, for this run alone."""
    try:
        (out / "feedback").mkdir(parents=True, exist_ok=True)
        lock = _lock(out)
        gradebook = Gradebook(out / "gradebook.sqlite")
    except OSError as error:
        raise UserError(f"cannot write to {out}: {error.strerror or error}") from error
    except sqlite3.DatabaseError as error:
        raise UserError(f"{out / 'gradebook.sqlite'} is not a gradebook ({error}): move it away") from error
    try:
        yield gradebook
    finally:
        gradebook.close()
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


class _Marking:
    """Which answers still need a verdict, and what has come of each hand-in."""

    def __init__(self, gradebook: Gradebook, seed: int, total: int, progress: Progress):
        self._gradebook, self._seed, self._total, self._progress = gradebook, seed, total, progress
        self._done, self._asked = 0, set()
        self.entries: list[Entry] = []
        self.fresh = 0

    def jobs(self, found: list[Handin]) -> Iterator[tuple[list[Key], Job]]:
        """Read each hand-in, and ask for the verdicts on it that are not known yet."""
        for handin in found:
            entry, cells = self._read(handin)
            self.entries.append(entry)
            due = [key for key in entry.keys if key not in self._asked and not self._gradebook.has(key)]
            self._asked.update(due)
            if due:
                yield due, Job(handin.lesson, cells, tuple(key.exercise for key in due), self._seed)
            else:
                self._advance()

    def keep(self, keys: list[Key], report: Report) -> None:
        self._gradebook.keep(keys, report)
        self.fresh += 1
        self._advance()

    def _read(self, handin: Handin) -> tuple[Entry, tuple[tuple[int, str], ...]]:
        released = lesson(handin.lesson)
        try:
            if handin.problem:
                raise Unreadable(handin.problem)
            if released is None:
                known = ", ".join(known_lessons())
                raise Unreadable(f"is not named after a lesson; there is {known}")
            cells = released.cells_to_run(code_cells(handin.path))
        except Unreadable as problem:
            return Entry(handin, problem=f"{shown(handin.path.name)} {problem}."), ()
        content = _content(handin.lesson, cells)
        exercises = catalogue()[handin.lesson].values()
        return Entry(handin, tuple(Key(content, e.name, e.version, self._seed) for e in exercises)), cells

    def _advance(self) -> None:
        self._done += 1
        self._progress(self._done, self._total)


def _content(stem: str, cells) -> str:
    return hashlib.sha256(msgspec.msgpack.encode((stem, cells))).hexdigest()


def _published(out: Path, entries: list[Entry], gradebook: Gradebook) -> list[Score]:
    """Write all that people read; the scores in the order of the file."""
    gradebook.hand_in([_handin_row(entry) for entry in entries])
    places, scores = set(), []
    for entry in entries:
        verdicts = [gradebook.verdict(key) for key in entry.keys]
        failures = gradebook.failures(entry.keys[0].content) if entry.keys else ()
        scores += _scores(entry, verdicts)
        page = feedback.page(entry.handin.student, entry.handin.lesson, verdicts, failures, entry.problem)
        _write_page(feedback.page_path(out / "feedback", entry.handin, places), page)
    scores.sort(
        key=lambda score: (score.student, score.lesson)
    )  # stable: exercises stay in the lesson's order
    write_scores(out / "scores.csv", scores)
    return scores


def _handin_row(entry: Entry) -> tuple:
    content = entry.keys[0].content if entry.keys else None
    return entry.handin.key, entry.handin.student, entry.handin.lesson, content, entry.problem


def _write_page(path: Path, page: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != page.encode():
        write_whole(path, page.encode())


def _scores(entry: Entry, verdicts: list[Verdict]) -> list[Score]:
    who = entry.handin.student, entry.handin.lesson
    if verdicts:
        return [Score(*who, v.exercise, v.points, v.max_points, v.status, v.message) for v in verdicts]
    exercises = catalogue().get(entry.handin.lesson, {}).values()
    rows = [(exercise.name, exercise.max_points) for exercise in exercises] or [("", 0)]
    return [Score(*who, name, 0, most, "unreadable", entry.problem) for name, most in rows]
