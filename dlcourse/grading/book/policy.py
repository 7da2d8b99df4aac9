"""What an instructor decides: deadlines, the price of lateness, which attempt counts, points set by hand.

It is a TOML file of the instructor's, `policy.toml` beside the gradebook or wherever `--policy` says; grading
reads it anew each time and never writes it, so what it says survives every regrade. All of it is optional:

    attempts = "best"                # or "last": which of several attempts counts
    leaderboard = "names"            # or "pseudonyms", or "off": of a competition, in `dlcourse report`

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

    [[adjustments]]                  # the last word, whatever grading and lateness say
    student = "ada"                  # without it: all who handed in; with who = "all" the others too
    lesson = "03_activations"
    exercise = "sigmoid"             # without it: the whole lesson
    points = 3                       # or bonus = 1, on top, beyond the maximum too
    reason = "Her answer is right; the test was not."
    comment = "Well argued."         # may stand alone

    [withdrawn."03_activations"]     # out of points and maximum, or all points for who handed in
    sigmoid = { reason = "It can be read in two ways." }
    tanh_derivative = { give = "full", reason = "The figure was wrong." }
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
from dlcourse.course.language import marked
from dlcourse.course.lessons import no_lesson
from dlcourse.exercises import catalogue
from dlcourse.grading.book.adjustments import Adjustment, Applied, Withdrawal, adjusted
from dlcourse.grading.book.lateness import LatePenalty, Timing, timed
from dlcourse.grading.book.leaderboard import Shown
from dlcourse.grading.book.scores import Score
from dlcourse.grading.intake.archives import shown
from dlcourse.grading.intake.dates import When
from dlcourse.grading.intake.submissions import Handin

NAME = "policy.toml"
_EXAMPLE = "2026-12-01T23:59:00+01:00"
_MOST = 1_000_000  # bytes of a policy
_LONGEST = 500  # characters of what is said to be wrong
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_Moments = dict[str, _Moment]


class Policy(msgspec.Struct, forbid_unknown_fields=True):
    """All that an instructor may decide."""

    attempts: Literal["best", "last"] = "best"
    leaderboard: Shown = "names"
    deadlines: _Moments = {}
    late: LatePenalty = msgspec.field(default_factory=LatePenalty)
    extensions: dict[str, _Moments] = {}
    handed_in: dict[str, _Moments] = {}
    adjustments: list[Adjustment] = []
    withdrawn: dict[str, dict[str, Withdrawal]] = {}

    def unmatched(self, scores: list[Score]) -> list[str]:
        """What it says of those who have handed in nothing that it could apply to."""
        students = {score.student for score in scores}
        named = ("extension", self.extensions), ("date under [handed_in]", self.handed_in)
        found = [f"{name}'s {what}" for what, of in named for name in of if name not in students]
        return found + [change.unmatched for change in self.adjustments if not _held_by(change, scores)]

    def applied(self, scores: list[Score]) -> list[Applied]:
        """All that is adjusted or withdrawn, and for how many."""
        found = [
            Applied(
                change.whom,
                change.lesson,
                change.exercise or "",
                change.change,
                " ".join(filter(None, [change.reason, change.comment])),
                len(_held_by(change, scores)),
            )
            for change in self.adjustments
        ]
        return found + [
            Applied(
                "all who handed in",
                lesson,
                exercise,
                "all points" if withdrawal.give == "full" else "withdrawn",
                withdrawal.reason,
                len({s.student for s in scores if s.lesson == lesson and not s.absent}),
            )
            for lesson, of in self.withdrawn.items()
            for exercise, withdrawal in of.items()
        ]

    def timing(self, handin: Handin) -> Timing:
        """When it came, and what that costs."""
        told = self.handed_in.get(handin.student, {}).get(handin.lesson)
        when = When(told.timestamp(), marked("the instructor's word")) if told else handin.when
        extension = self.extensions.get(handin.student, {}).get(handin.lesson)
        return timed(when, self.deadlines.get(handin.lesson), extension, self.late)

    def _due(self, handin: Handin) -> datetime | None:
        extended = self.extensions.get(handin.student, {}).get(handin.lesson)
        return extended or self.deadlines.get(handin.lesson)

    def doubted(self, handins: list[Handin]) -> list[Handin]:
        """Those of one archive, without their dates if all are after their deadlines, as a download's are."""
        known = [(handin, self._due(handin)) for handin in handins if not handin.problem]
        after = [handin.when.after(due) for handin, due in known if due]
        if not after or not all(seconds is not None and seconds > 0 for seconds in after):
            return handins
        why = marked("the archive's date, which is after the deadline for all in it")
        return [replace(of, when=replace(of.when, source=why, counts=False)) for of in handins]

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
        """The scores of one student and lesson, with what is set by hand."""
        student, lesson, absent = scores[0].student, scores[0].lesson, scores[0].absent
        changes = [change for change in self.adjustments if change.holds_for(student, lesson, absent)]
        return adjusted(scores, changes, self.withdrawn.get(lesson, {}))

    @property
    def for_everybody(self) -> list[str]:
        """The lessons in which something is adjusted for those too who have not handed in."""
        found = [a.lesson for a in self.adjustments if a.student is None and a.who == "all"]
        return list(dict.fromkeys(found))


def late_scores(timing: Timing, scores: list[Score]) -> list[Score]:
    """An attempt's scores with what lateness takes off them."""
    if not timing.share:
        return scores
    return [
        replace(score, points=round(score.points * (1 - timing.share), 2), late=timing.note)
        if score.points
        else score
        for score in scores
    ]


def _held_by(change: Adjustment, scores: list[Score]) -> set[str]:
    return {s.student for s in scores if change.holds_for(s.student, s.lesson, s.absent)}


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
    """What is wrong with it, each on the ground that nothing before it is."""
    yield from (f"{name} has to be a number, not {x}" for name, x in _numbers(policy) if not math.isfinite(x))
    if math.isnan(policy.late.closes_after_days):
        yield "late.closes_after_days has to be a number, not nan"
    known = catalogue()
    lessons = [*policy.deadlines, *(change.lesson for change in policy.adjustments), *policy.withdrawn]
    lessons += [
        lesson for of in (policy.extensions, policy.handed_in) for times in of.values() for lesson in times
    ]
    yield from (no_lesson(lesson, known) for lesson in lessons if lesson not in known)
    named = [(change.lesson, change.exercise) for change in policy.adjustments if change.exercise is not None]
    named += [(lesson, exercise) for lesson, of in policy.withdrawn.items() for exercise in of]
    yield from (
        f"{lesson} has no exercise {exercise!r}; there is {', '.join(known[lesson])}"
        for lesson, exercise in named
        if exercise not in known[lesson]
    )
    for lesson, of in policy.withdrawn.items():
        if of and not known[lesson].keys() - {name for name in of if of[name].give != "full"}:
            yield f"every exercise of {lesson} is withdrawn, and none is left to give points"
    for change in policy.adjustments:
        yield from _wrong_in(change, policy.withdrawn.get(change.lesson, {}))
    twice = Counter(map(_once, policy.adjustments))
    yield from (f"{' '.join(which[:3])} is adjusted {n} times" for which, n in twice.items() if n > 1)


def _numbers(policy: Policy) -> Iterable[tuple[str, float]]:
    """All of them, with their names."""
    late = policy.late
    yield from ((f"late.{name}", getattr(late, name)) for name in ("grace_minutes", "per_day", "at_most"))
    for change in policy.adjustments:
        what = change.exercise or change.lesson
        yield f"the points for {what}", change.points or 0
        yield f"the bonus for {what}", change.bonus or 0


def _wrong_in(change: Adjustment, withdrawn: dict[str, Withdrawal]) -> Iterable[str]:
    what = change.exercise or change.lesson
    if change.student is not None and change.who == "all":
        yield f'the adjustment of {what} has both student = "{change.student}" and who = "all": say one'
    if change.points is None and change.bonus is None and change.comment is None:
        yield f"the adjustment of {what} changes nothing: give points, bonus or comment"
    if (change.points is not None or change.bonus is not None) and change.reason is None:
        yield f"the adjustment of {what} has no reason: students read it"
    most = sum(
        exercise.max_points
        for name, exercise in catalogue()[change.lesson].items()
        if change.exercise == name
        or (change.exercise is None and (name not in withdrawn or withdrawn[name].give == "full"))
    )
    if change.points is not None and change.points > most:
        yield f"{what} is worth {most:g} points, not {change.points:g}; what goes beyond is a bonus"


def _once(change: Adjustment) -> tuple:
    """What may be there one time: points for the same, or the same bonus or comment."""
    more = () if change.points is not None else (change.bonus, change.reason, change.comment)
    return change.whom, change.lesson, change.exercise or "", *more
