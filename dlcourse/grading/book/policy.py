"""What an instructor decides: deadlines, the price of lateness, which attempt counts, points set by hand.

It is a TOML file of the instructor's, `policy.toml` beside the gradebook or wherever `--policy` says; grading
reads it anew each time and never writes it, so what it says survives every regrade. All of it is optional:

    attempts = "best"                # or "last": which of several attempts counts

    [deadlines]
    "03_activations" = 2026-12-01T23:59:00+01:00

    [late]
    grace_minutes = 15
    per_day = 0.1                    # share of the points taken off for each day begun
    at_most = 0.5
    closes_after_days = 7            # from then on nothing is earned

    [extensions."ada"]               # another deadline for one student
    "03_activations" = 2026-12-08T23:59:00+01:00

    [handed_in."ada"]                # where a file's own date is wrong
    "03_activations" = 2026-12-01T20:00:00+01:00

    [[adjustments]]                  # the last word, whatever grading says
    student = "ada"
    lesson = "03_activations"
    exercise = "sigmoid"
    points = 3
    reason = "Her answer is right; the test was not."
"""

import math
import os
import stat
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from dlcourse.course.errors import UserError
from dlcourse.course.lessons import no_lesson
from dlcourse.exercises import catalogue
from dlcourse.grading.book.scores import Score
from dlcourse.grading.intake.archives import shown
from dlcourse.grading.intake.submissions import Handin

NAME = "policy.toml"
_EXAMPLE = "2026-12-01T23:59:00+01:00"
_DAY = 86_400
_MOST = 1_000_000  # bytes of a policy
_LONGEST = 500  # characters of what is said to be wrong
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Moments = dict[str, _Moment]


class LatePenalty(msgspec.Struct, forbid_unknown_fields=True):
    """What lateness costs; nothing unless it is said."""

    grace_minutes: Annotated[float, msgspec.Meta(ge=0)] = 0
    per_day: _Share = 0
    at_most: _Share = 1
    closes_after_days: Annotated[float, msgspec.Meta(ge=0)] = math.inf

    def taken_off(self, seconds: float) -> float:
        """The share of the points that is lost by handing in so long after the deadline.

        >>> LatePenalty(per_day=0.1).taken_off(1), LatePenalty(per_day=0.1, grace_minutes=1).taken_off(59)
        (0.1, 0.0)
        """
        days = (seconds - 60 * self.grace_minutes) / _DAY
        if days > self.closes_after_days:
            return 1.0
        return min(self.per_day * max(0, math.ceil(days)), self.at_most)


class Adjustment(msgspec.Struct, forbid_unknown_fields=True):
    """The points of one exercise, set by hand."""

    student: str
    lesson: str
    exercise: str
    points: Annotated[float, msgspec.Meta(ge=0)]
    reason: Annotated[str, msgspec.Meta(min_length=1)]


class Policy(msgspec.Struct, forbid_unknown_fields=True):
    """All that an instructor may decide."""

    attempts: Literal["best", "last"] = "best"
    deadlines: _Moments = {}
    late: LatePenalty = msgspec.field(default_factory=LatePenalty)
    extensions: dict[str, _Moments] = {}
    handed_in: dict[str, _Moments] = {}
    adjustments: list[Adjustment] = []

    def unmatched(self, scores: list[Score]) -> list[str]:
        """What it says of those who have handed in nothing that it could apply to."""
        students, rows = {s.student for s in scores}, {(s.student, s.lesson) for s in scores}
        found = [
            f"{name}'s deadlines" for name in {**self.extensions, **self.handed_in} if name not in students
        ]
        return found + [
            f"{change.student}'s points for {change.exercise}"
            for change in self.adjustments
            if (change.student, change.lesson) not in rows
        ]

    def lateness(self, handin: Handin) -> tuple[float, str]:
        """(share of the points that is taken off, why). Nothing is, where it is not known when that was."""
        due = self._due(handin)
        if due is None:
            return 0.0, ""
        told = self.handed_in.get(handin.student, {}).get(handin.lesson)
        if told is None and handin.when.late is not None:
            return self._by_word(handin)
        seconds = told.timestamp() - due.timestamp() if told else handin.when.after(due)
        if seconds is None:
            return 0.0, ""
        return self.late.taken_off(seconds), f"Handed in {_duration(max(0.0, seconds / _DAY))} late"

    def _by_word(self, handin: Handin) -> tuple[float, str]:
        """By a platform that says "late" and no more: a day begun, if no extension stands here."""
        if not handin.when.late or handin.lesson in self.extensions.get(handin.student, {}):
            return 0.0, ""
        return self.late.taken_off(60 * self.late.grace_minutes + 1), f"Late, by {handin.when.source}"

    def _due(self, handin: Handin) -> datetime | None:
        extended = self.extensions.get(handin.student, {}).get(handin.lesson)
        return extended or self.deadlines.get(handin.lesson)

    def doubted(self, handins: list[Handin]) -> list[Handin]:
        """Those of one archive, without their dates if all are after their deadlines, as a download's are."""
        known = [(handin, self._due(handin)) for handin in handins if not handin.problem]
        after = [handin.when.after(due) for handin, due in known if due]
        if not after or not all(seconds is not None and seconds > 0 for seconds in after):
            return handins
        why = "the archive's date, which is after the deadline for all in it"
        return [replace(of, when=replace(of.when, source=why, counts=False)) for of in handins]

    def late_scores(self, handin: Handin, scores: list[Score]) -> list[Score]:
        """An attempt's scores with what lateness takes off them."""
        share, why = self.lateness(handin)
        if not share:
            return scores
        return [_lowered(score, share, f"{why}: {share:.0%} of the points taken off.") for score in scores]

    def dates(self, handins: Iterable[Handin]) -> list[str]:
        """On what the dates rest where lateness costs something, if it is not on files' own or said here."""
        if not self.late.per_day and math.isinf(self.late.closes_after_days):
            return []
        counts: Counter[str] = Counter()
        for handin in handins:
            told = handin.lesson in self.handed_in.get(handin.student, {})
            if not handin.problem and not told and (due := self._due(handin)):
                counts[_ground(handin, due)] += 1
        return [f"{n} hand-in{'s' * (n > 1)}: {ground}" for ground, n in counts.items() if ground]

    def adjusted(self, scores: list[Score]) -> list[Score]:
        """Scores with those points that are set by hand."""
        settled = {(change.student, change.lesson, change.exercise): change for change in self.adjustments}
        return [_set(score, settled.get((score.student, score.lesson, score.exercise))) for score in scores]


_TO_SAY = "no lateness is charged; to charge it, say when under [handed_in] in the policy"


def _ground(handin: Handin, due: datetime) -> str:
    """What an instructor has to know of a date before lateness is charged by it; nothing of most."""
    when = handin.when
    if when.late is not None:
        return (
            "late or in time by Canvas's word alone (a day begun, if LATE; where Canvas has no due date it "
            "says nothing)"
        )
    if when.after(due) is None:
        return f"{when.problem or f'known is {when.source} alone, or its time zone is not'}: {_TO_SAY}"
    return f"by {when.source}" if when.zones != (0.0,) else ""


def _lowered(score: Score, share: float, note: str) -> Score:
    points = round(score.points * (1 - share), 2)
    return replace(score, points=points, note=note) if score.points else score


def _set(score: Score, change: Adjustment | None) -> Score:
    if change is None:
        return score
    return replace(
        score,
        points=change.points,
        note=f"Set to {change.points:g} points by your instructor: {change.reason}",
    )


def _duration(days: float) -> str:
    """In its two largest units, nothing rounded up.

    >>> _duration(1.5), _duration(2.001), _duration(1e-6)
    ('1 day 12 hours', '2 days 1 minute', '1 minute')
    """
    hours, minutes = divmod(max(1, int(1440 * days)), 60)
    amounts = (*divmod(hours, 24), minutes)
    told = [
        f"{n} {unit}{'s' if n > 1 else ''}"
        for n, unit in zip(amounts, ("day", "hour", "minute"), strict=True)
        if n
    ]
    return " ".join(told[:2])


def read_policy(path: Path | None, out: Path) -> Policy:
    """The policy at `path`, or `out`/policy.toml if there is one. UserError where it is not a right one."""
    if path is None and not (out / NAME).exists():
        return Policy()
    path = path or out / NAME
    try:
        policy = _decoded(tomllib.loads(_text(path)))
        problem = next(iter(_problems(policy)), "")
    except OSError as error:
        raise UserError(f"the policy {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"the policy {path} is not UTF-8 text: save it as UTF-8") from error
    except RecursionError as error:
        raise UserError(f"the policy {path} is not right: it is nested too deeply") from error
    except (msgspec.MsgspecError, ValueError, OverflowError) as error:
        problem = str(error) or "it makes no sense"
    if problem:
        raise UserError(f"the policy {path} is not right: {_on_a_line(problem)}")
    return policy


def _text(path: Path) -> str:
    """What is in the file, if it is one; a pipe would be waited for."""
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(file, "rb") as opened:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise ValueError("it is not a regular file")
        content = opened.read(_MOST + 1)
    if len(content) > _MOST:
        raise ValueError(f"it is longer than {_MOST:,} bytes")
    return content.decode("utf-8-sig")


def _on_a_line(text: str) -> str:
    return shown(" ".join(text.split()))[:_LONGEST]


def _decoded(found: dict) -> Policy:
    """Raises ValueError where a time is none, naming it, and else what msgspec raises."""
    tables = {"deadlines": found.get("deadlines")}
    for name in ("extensions", "handed_in"):
        students = found.get(name)
        if isinstance(students, dict):
            tables |= {f"{name}.{student}": table for student, table in students.items()}
    for name, table in tables.items():
        if not isinstance(table, dict | None):
            raise ValueError(f"{name} has to be a table of lessons and times, not {table}")
        for lesson, moment in (table or {}).items():
            if not isinstance(moment, datetime) or moment.tzinfo is None:
                raise ValueError(
                    f"{name}.{lesson} has to be a time with its offset, as {_EXAMPLE}; it is {moment}"
                )
    return msgspec.convert(found, Policy)


def _problems(policy: Policy) -> Iterable[str]:
    numbers = {f"late.{name}": getattr(policy.late, name) for name in ("grace_minutes", "per_day", "at_most")}
    numbers |= {f"the points for {change.exercise}": change.points for change in policy.adjustments}
    yield from (f"{name} has to be a number, not {x}" for name, x in numbers.items() if not math.isfinite(x))
    if math.isnan(policy.late.closes_after_days):
        yield "late.closes_after_days has to be a number, not nan"
    known = catalogue()
    lessons = [*policy.deadlines, *(change.lesson for change in policy.adjustments)]
    lessons += [
        lesson for of in (policy.extensions, policy.handed_in) for times in of.values() for lesson in times
    ]
    yield from (no_lesson(lesson, known) for lesson in lessons if lesson not in known)
    for change in policy.adjustments:
        exercise = known[change.lesson].get(change.exercise)
        if exercise is None:
            names = ", ".join(known[change.lesson])
            yield f"{change.lesson} has no exercise {change.exercise!r}; there is {names}"
        elif change.points > exercise.max_points:
            yield f"{change.exercise} is worth {exercise.max_points} points, not {change.points:g}"
    twice = Counter((c.student, c.lesson, c.exercise) for c in policy.adjustments)
    yield from (f"{' '.join(which)} is adjusted {n} times" for which, n in twice.items() if n > 1)
