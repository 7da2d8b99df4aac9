"""What people read of a class: its scores, what was handed in when, and a page a student and lesson."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from dlcourse.course.files import write_whole
from dlcourse.course.language import tr
from dlcourse.exercises import catalogue
from dlcourse.exercises.engine.verdict import Verdict
from dlcourse.grading.book import handins
from dlcourse.grading.book.gradebook import Gradebook
from dlcourse.grading.book.handins import HandedIn, dates_of, write_handins
from dlcourse.grading.book.lateness import Timing
from dlcourse.grading.book.leaderboard import entered
from dlcourse.grading.book.pending import Entry
from dlcourse.grading.book.policy import Policy, late_scores
from dlcourse.grading.book.same_text import Answer
from dlcourse.grading.book.scores import Score, write_scores
from dlcourse.grading.output import feedback


@dataclass(frozen=True)
class Attempt:
    """A hand-in with its verdicts and what they come to, by lateness and the instructor's hand."""

    entry: Entry
    timing: Timing
    verdicts: list[Verdict]
    scores: list[Score]

    @property
    def readable(self) -> bool:
        return not self.entry.problem

    @property
    def points(self) -> float:
        """Of the exercises; points for a lesson as a whole do not tell its attempts apart."""
        return sum(score.points for score in self.scores if score.exercise)


def publish(out: Path, entries: list[Entry], gradebook: Gradebook, policy: Policy) -> list[Score]:
    """Write all that people read; the scores in the order of the file."""
    places: set[Path] = set()
    scores: list[Score] = []
    answers: list[Answer] = []
    rows: list[HandedIn] = []
    for group in _by_student_and_lesson(entries):
        attempts = [_attempt(entry, gradebook, policy) for entry in group]
        answers += [answer for attempt in attempts for answer in _answers(attempt)]
        counted = _counted(attempts, policy)
        scores += counted.scores
        path = feedback.free_path(out / "feedback", counted.entry.handin, places)
        _write_page(path, _page(attempts, counted, gradebook))
        page = path.relative_to(out).as_posix()
        rows += [_row(attempt, counted, policy, page) for attempt in attempts]
    scores += _of_absent(scores, policy)
    _remove_pages(out / "feedback", gone(gradebook.scores(), scores), places)
    scores.sort(key=lambda score: (score.student, score.lesson))  # exercises keep the lesson's order
    gradebook.publish_answers(answers)
    gradebook.publish(rows, scores, policy.applied(scores))
    write_handins(out / handins.NAME, rows)
    write_scores(out / "scores.csv", scores)
    return scores


def _page(attempts: list[Attempt], counted: Attempt, gradebook: Gradebook) -> str:
    keys = counted.entry.keys
    failures = gradebook.failures(keys[0].content) if keys else ()
    remark = f"{_remark(attempts, counted)} {_alias(counted)}".strip()
    handin = counted.entry.handin
    return feedback.page(handin, counted.timing, counted.verdicts, counted.scores, failures, remark)


def gone(before: list[Score], now: list[Score]) -> list[tuple[str, str]]:
    """(student, lesson) of what was handed in before and is not among what is there now."""
    there = {(score.student, score.lesson) for score in now if not score.absent}
    return sorted({(score.student, score.lesson) for score in before if not score.absent} - there)


def _by_student_and_lesson(entries: list[Entry]) -> list[list[Entry]]:
    """The attempts of one student at one lesson together; what is no lesson stays alone."""
    known = catalogue()

    def key(entry: Entry) -> tuple[str, str, str]:
        handin = entry.handin
        return handin.student, handin.lesson, "" if handin.lesson in known else handin.place

    return [list(group) for _, group in groupby(sorted(entries, key=key), key)]


def _attempt(entry: Entry, gradebook: Gradebook, policy: Policy) -> Attempt:
    verdicts = [gradebook.verdict(key) for key in entry.keys]
    scores, timing = _scores(entry, verdicts), policy.timing(entry.handin)
    scores = policy.adjusted(late_scores(timing, scores))
    return Attempt(entry, timing, verdicts, entered(scores, policy.leaderboard, gradebook.seed()))


def _scores(entry: Entry, verdicts: list[Verdict]) -> list[Score]:
    who = entry.handin.student, entry.handin.lesson
    if verdicts:
        return [
            Score(
                *(*who, v.exercise, v.points, v.max_points, v.status, v.message),
                mistake=v.mistake or "",
                earned=v.points,
                worth=v.max_points,
                share=v.share,
            )
            for v in verdicts
        ]
    if entry.handin.lesson not in catalogue():
        return [Score(*who, "", 0, 0, "unreadable", tr(entry.problem))]
    return _nothing(*who, "unreadable", tr(entry.problem))


def _nothing(student: str, lesson: str, status: str, why: str, absent: bool = False) -> list[Score]:
    """The rows of a lesson in which there is no answer to judge."""
    exercises = [(e.name, e.max_points) for e in catalogue()[lesson].values()]
    return [
        Score(student, lesson, name, 0, most, status, why, earned=0, worth=most, absent=absent)
        for name, most in exercises
    ]


def _of_absent(scores: list[Score], policy: Policy) -> list[Score]:
    """The rows of those who have not handed in a lesson in which something is adjusted for them too."""
    there = {(score.student, score.lesson) for score in scores}
    students = sorted({student for student, _ in there if student})
    return [
        score
        for lesson in policy.for_everybody
        for student in students
        if (student, lesson) not in there
        for score in policy.adjusted(_nothing(student, lesson, "missing", tr("Not handed in."), absent=True))
    ]


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
    text = tr("Of {number} attempts, {name} counts.")
    return text.format(number=len(attempts), name=counted.entry.handin.name)


def _alias(counted: Attempt) -> str:
    """By which students find themselves on a leaderboard that names nobody."""
    aliases = (s.leader for s in counted.scores if s.leader not in ("", s.student))
    alias = next(aliases, "")
    return tr("On the leaderboard you are the {alias}.").format(alias=alias) if alias else ""


def _row(attempt: Attempt, counted: Attempt, policy: Policy, page: str) -> HandedIn:
    entry, counts = attempt.entry, attempt is counted
    platform, given = entry.handin.given
    return HandedIn(
        *(entry.handin.place, entry.handin.student, entry.handin.lesson),
        content=entry.keys[0].content if entry.keys else None,
        problem=str(entry.problem),
        **dates_of(attempt.timing),
        counts=counts and attempt.readable,
        why_not=_why_not(attempt, counted, policy),
        platform=platform,
        given=given,
        page=page if counts else "",
    )


def _why_not(attempt: Attempt, counted: Attempt, policy: Policy) -> str:
    """Why an attempt does not count; nothing where it does."""
    if not attempt.readable:
        return str(attempt.entry.problem)
    if attempt is counted:
        return ""
    which = counted.entry.handin.name
    if policy.attempts == "last" or attempt.points == counted.points:
        return f"{which} is later"
    return f"{which} has more points"


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
