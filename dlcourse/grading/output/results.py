"""What people read of a class: its scores, and a page a student and lesson."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from dlcourse.course.files import write_whole
from dlcourse.exercises import catalogue
from dlcourse.exercises.engine.verdict import Verdict
from dlcourse.grading.book.gradebook import Gradebook
from dlcourse.grading.book.pending import Entry
from dlcourse.grading.book.policy import Policy
from dlcourse.grading.book.same_text import Answer
from dlcourse.grading.book.scores import Score, write_scores
from dlcourse.grading.output import feedback


@dataclass(frozen=True)
class Attempt:
    """A hand-in with its verdicts and what they come to, lateness included."""

    entry: Entry
    verdicts: list[Verdict]
    scores: list[Score]

    @property
    def readable(self) -> bool:
        return not self.entry.problem

    @property
    def points(self) -> float:
        return sum(score.points for score in self.scores)


def publish(out: Path, entries: list[Entry], gradebook: Gradebook, policy: Policy) -> list[Score]:
    """Write all that people read; the scores in the order of the file."""
    places: set[Path] = set()
    scores: list[Score] = []
    answers: list[Answer] = []
    for group in _by_student_and_lesson(entries):
        attempts = [_attempt(entry, gradebook, policy) for entry in group]
        answers += [answer for attempt in attempts for answer in _answers(attempt)]
        counted = _counted(attempts, policy)
        settled = policy.adjusted(counted.scores)
        scores += settled
        failures = gradebook.failures(counted.entry.keys[0].content) if counted.entry.keys else ()
        page = feedback.page(
            counted.entry.handin, counted.verdicts, settled, failures, _remark(attempts, counted)
        )
        _write_page(feedback.free_path(out / "feedback", counted.entry.handin, places), page)
    _remove_pages(out / "feedback", gone(gradebook.scores(), scores), places)
    scores.sort(key=lambda score: (score.student, score.lesson))  # exercises keep the lesson's order
    gradebook.publish_answers(answers)
    gradebook.publish([_handin_row(entry) for entry in entries], scores)
    write_scores(out / "scores.csv", scores)
    return scores


def gone(before: list[Score], now: list[Score]) -> list[tuple[str, str]]:
    """(student, lesson) of what was handed in before and is not among what is there now."""
    there = {(score.student, score.lesson) for score in now}
    return sorted({(score.student, score.lesson) for score in before} - there)


def _by_student_and_lesson(entries: list[Entry]) -> list[list[Entry]]:
    """The attempts of one student at one lesson together; what is no lesson stays alone."""
    known = catalogue()

    def key(entry: Entry) -> tuple[str, str, str]:
        handin = entry.handin
        return handin.student, handin.lesson, "" if handin.lesson in known else handin.place

    return [list(group) for _, group in groupby(sorted(entries, key=key), key)]


def _attempt(entry: Entry, gradebook: Gradebook, policy: Policy) -> Attempt:
    verdicts = [gradebook.verdict(key) for key in entry.keys]
    scores = _scores(entry, verdicts)
    return Attempt(entry, verdicts, policy.late_scores(entry.handin, scores) if entry.keys else scores)


def _scores(entry: Entry, verdicts: list[Verdict]) -> list[Score]:
    who = entry.handin.student, entry.handin.lesson
    if verdicts:
        return [
            Score(*who, v.exercise, v.points, v.max_points, v.status, v.message, mistake=v.mistake or "")
            for v in verdicts
        ]
    exercises = catalogue().get(entry.handin.lesson, {}).values()
    rows = [(exercise.name, exercise.max_points) for exercise in exercises] or [("", 0)]
    return [Score(*who, name, 0, most, "unreadable", entry.problem) for name, most in rows]


def _answers(attempt: Attempt) -> list[Answer]:
    handin, texts = attempt.entry.handin, attempt.entry.texts
    return [
        Answer(
            handin.student,
            handin.lesson,
            key.exercise,
            verdict.status,
            key.content,
            text.fingerprint,
            text.length,
        )
        for key, verdict in zip(attempt.entry.keys, attempt.verdicts, strict=True)
        if (text := texts.get(key.exercise))
    ]


def _counted(attempts: list[Attempt], policy: Policy) -> Attempt:
    """The attempt that counts; one that cannot be read only where none can. `attempts` are in order."""
    in_order = [attempt for attempt in attempts if attempt.readable] or attempts
    return in_order[-1] if policy.attempts == "last" else max(reversed(in_order), key=lambda a: a.points)


def _remark(attempts: list[Attempt], counted: Attempt) -> str:
    if len(attempts) == 1:
        return ""
    return f"Of {len(attempts)} attempts, {counted.entry.handin.name} counts."


def _handin_row(entry: Entry) -> tuple:
    content = entry.keys[0].content if entry.keys else None
    return entry.handin.place, entry.handin.student, entry.handin.lesson, content, entry.problem


def _remove_pages(folder: Path, pairs: list[tuple[str, str]], kept: set[Path]) -> None:
    """A page must not outlive the scores that it explains."""
    for student, lesson in pairs:
        path = feedback.page_path(folder, student, lesson)
        if path not in kept:
            path.unlink(missing_ok=True)
        if path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()


def _write_page(path: Path, page: str) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not path.exists() or path.read_bytes() != page.encode():
        write_whole(path, page.encode(), private=True)
