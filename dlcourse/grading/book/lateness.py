"""When a hand-in came, against its deadline, and what lateness costs."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated

import msgspec

from dlcourse.course.language import Phrase, marked, maybe_ours, phrase, tr
from dlcourse.grading.intake.dates import When

DAY = 86_400
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class LatePenalty(msgspec.Struct, forbid_unknown_fields=True):
    """What lateness costs; nothing unless it is said."""

    grace_minutes: Annotated[float, msgspec.Meta(ge=0)] = 0
    per_day: Share = 0
    at_most: Share = 1
    closes_after_days: Annotated[float, msgspec.Meta(ge=0)] = math.inf

    def taken_off(self, seconds: float) -> float:
        """The share of the points that is lost by handing in so long after the deadline.

        >>> LatePenalty(per_day=0.1).taken_off(1), LatePenalty(per_day=0.1, grace_minutes=1).taken_off(59)
        (0.1, 0.0)
        """
        days = (seconds - 60 * self.grace_minutes) / DAY
        if days > self.closes_after_days:
            return 1.0
        return min(self.per_day * max(0, math.ceil(days)), self.at_most)

    def for_a_day(self) -> float:
        """For a day begun, where no more is known than that it is late."""
        return self.taken_off(60 * self.grace_minutes + 1)


@dataclass(frozen=True)
class Timing:
    """When a hand-in came, and what its deadline makes of that.

    when       that was, and who says so
    deadline   of everybody; None where there is none
    extension  the student's own, which then holds instead
    seconds    after the deadline that holds, below 0 before it; None where that is not known
    share      of the points that lateness takes off
    why        it does
    """

    when: When
    deadline: datetime | None = None
    extension: datetime | None = None
    seconds: float | None = None
    share: float = 0.0
    why: str = ""

    @property
    def due(self) -> datetime | None:
        """The deadline that holds."""
        return self.extension or self.deadline

    @property
    def note(self) -> str:
        """What lateness costs, as a sentence to its student; nothing where it costs nothing."""
        if not self.share:
            return ""
        text = tr("{why}: {share} of the points taken off.")
        return text.format(why=tr(self.why), share=f"{self.share:.0%}")

    @property
    def judged(self) -> bool:
        """Whether it is known to be late or in time."""
        return self.due is not None and (self.seconds is not None or self.when.late is not None)

    @property
    def minutes_late(self) -> int | None:
        """Minutes begun, 0 before the deadline; None where that is not known."""
        return None if self.seconds is None else max(0, math.ceil(self.seconds / 60))

    def moment(self, zone: tzinfo = UTC) -> datetime | None:
        """When that was; without a zone where it is not known which is meant, None where no date is."""
        if not self.when.counts:
            return None
        is_open = self.when.zones is None or len(self.when.zones) > 1
        if is_open and self.seconds is None:
            return _at(self.when.seconds, None)
        offset = (self.due.utcoffset() if self.due and is_open else None) or timedelta()
        return _at(self.when.seconds - offset.total_seconds(), zone)


def timed(when: When, deadline: datetime | None, extension: datetime | None, penalty: LatePenalty) -> Timing:
    """What lateness comes to. Nothing is taken off where it is not known when that was."""
    due = extension or deadline
    if due is None:
        return Timing(when)
    if when.late is not None:  # a platform's word; it knows no extension that is said here
        share = penalty.for_a_day() if when.late and extension is None else 0.0
        return Timing(when, deadline, extension, None, share, _late_by(when))
    seconds = when.after(due)
    if seconds is None:
        return Timing(when, deadline, extension)
    why = phrase("Handed in {duration} late", duration=duration(max(0.0, seconds / DAY)))
    return Timing(when, deadline, extension, seconds, penalty.taken_off(seconds), why)


def _late_by(when: When) -> Phrase:
    return phrase("Late, by {source}", source=maybe_ours(when.source))


def _at(seconds: float, zone: tzinfo | None) -> datetime | None:
    """None for the dates of files that no calendar has."""
    try:
        moment = datetime.fromtimestamp(seconds, zone or UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return moment if zone else moment.replace(tzinfo=None)


def duration(days: float) -> Phrase:
    """In its two largest units, nothing rounded up.

    >>> duration(1.5), duration(2.001), duration(1e-6)
    ('1 day 12 hours', '2 days 1 minute', '1 minute')
    """
    hours, minutes = divmod(max(1, int(1440 * days)), 60)
    amounts = (*divmod(hours, 24), minutes)
    told = [_amount(n, *units) for n, units in zip(amounts, _UNITS, strict=True) if n]
    if len(told) == 1:
        return told[0]
    return phrase("{longer} {shorter}", longer=told[0], shorter=told[1])


def _amount(number: int, one: str, several: str) -> Phrase:
    return phrase(one if number == 1 else several, number=number)


_UNITS = (
    (marked("{number} day"), marked("{number} days")),
    (marked("{number} hour"), marked("{number} hours")),
    (marked("{number} minute"), marked("{number} minutes")),
)
