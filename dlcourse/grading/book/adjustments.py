"""What an instructor sets right by hand: points, a bonus, a comment, an exercise that is withdrawn.

All of it comes after lateness, which changes nothing of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import msgspec

from dlcourse.course.language import Phrase, phrase, tr
from dlcourse.grading.book.scores import Score

_Points = Annotated[float, msgspec.Meta(ge=0)]
_Text = Annotated[str, msgspec.Meta(min_length=1)]


class Adjustment(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What changes in an exercise, or in a whole lesson, for one student or for many.

    who     where there is no student: all who have handed in the lesson, or the others in the class too
    points  in place of those earned
    bonus   on top of them, whatever the maximum
    """

    lesson: str
    student: _Text | None = None
    who: Literal["handed in", "all"] = "handed in"
    exercise: str | None = None
    points: _Points | None = None
    bonus: _Points | None = None
    reason: _Text | None = None
    comment: _Text | None = None

    def holds_for(self, student: str, lesson: str, absent: bool) -> bool:
        """Whether it does; `absent` is who has not handed in the lesson."""
        if lesson != self.lesson:
            return False
        return student == self.student if self.student is not None else (self.who == "all" or not absent)

    @property
    def whom(self) -> str:
        if self.student is not None:
            return self.student
        return "everybody" if self.who == "all" else "all who handed in"

    @property
    def change(self) -> str:
        points = "" if self.points is None else _in_words(self.points)
        bonus = "" if self.bonus is None else f"+{_in_words(self.bonus)}"
        return ", ".join(filter(None, [points, bonus])) or "comment"

    @property
    def unmatched(self) -> str:
        """What is said of it where there is nobody for whom it could hold."""
        whose = f"{self.student}'s" if self.student is not None else "the"
        what = "points" if self.points is not None else "comment" if self.bonus is None else "bonus"
        return f"{whose} {what} for {self.exercise or self.lesson}"


def _in_words(points: float) -> Phrase:
    if points == 1:
        return phrase("{number} point", number=1)
    return phrase("{number} points", number=f"{points:g}")


class Withdrawal(msgspec.Struct, forbid_unknown_fields=True):
    """An exercise that is out of points and maximum, or gives all its points to who handed it in."""

    reason: _Text
    give: Literal["nothing", "full"] = "nothing"


@dataclass(frozen=True)
class Applied:
    """A decision, and for how many it holds."""

    whom: str
    lesson: str
    exercise: str
    change: str
    reason: str
    students: int


def adjusted(
    scores: list[Score], changes: list[Adjustment], withdrawn: Mapping[str, Withdrawal]
) -> list[Score]:
    """The scores of one student and lesson with what holds for them.

    What holds for the lesson as one is a row more.
    """
    settled = [
        _exercise(score, [c for c in changes if c.exercise == score.exercise], withdrawn.get(score.exercise))
        for score in scores
    ]
    return settled + _whole(settled, [c for c in changes if c.exercise is None])


def _exercise(score: Score, changes: list[Adjustment], withdrawal: Withdrawal | None) -> Score:
    points, reason = _told(changes)
    if withdrawal and withdrawal.give == "nothing":
        score = _withdrawn(score, withdrawal)
    elif points is not None:
        score = _set(score, points, phrase("Set to {points}", points=_in_words(points)), reason)
    elif withdrawal:
        score = _set(score, score.max_points, phrase("All points given"), withdrawal.reason)
    return _added(score, changes)


def _told(changes: Iterable[Adjustment]) -> tuple[float | None, str | None]:
    """(points, reason) of the change that sets points: the student's own, or else the one for fewer."""
    setting = [change for change in changes if change.points is not None]
    found = min(setting, key=lambda change: (change.student is None, change.who == "all"), default=None)
    return (found.points, found.reason) if found else (None, None)


def _set(score: Score, points: float, what: Phrase, reason: str | None) -> Score:
    note = tr("{what} by your instructor: {reason}").format(what=tr(what), reason=reason)
    return replace(score, points=points, late="", note=note)


def _withdrawn(score: Score, withdrawal: Withdrawal) -> Score:
    return replace(_set(score, 0, phrase("Withdrawn"), withdrawal.reason), max_points=0)


def _added(score: Score, changes: list[Adjustment]) -> Score:
    """With the bonuses and comments among the changes."""
    points, notes = score.points, [score.note]
    for change in changes:
        if change.bonus is not None:
            points += change.bonus
            text = tr("{points} added by your instructor: {reason}")
            notes.append(text.format(points=tr(_in_words(change.bonus)), reason=change.reason))
        if change.comment:
            notes.append(tr("Your instructor says: {comment}").format(comment=change.comment))
    return replace(score, points=round(points, 2), note=" ".join(filter(None, notes)))


def _whole(scores: list[Score], changes: list[Adjustment]) -> list[Score]:
    """What holds for the lesson as one: a row that makes the sum right, with the exercises' status."""
    if not changes:
        return []
    student, lesson = scores[0].student, scores[0].lesson
    statuses = {score.status for score in scores}
    status = statuses.pop() if len(statuses) == 1 else "partial"
    row = Score(student, lesson, "", 0, 0, status, "", earned=0, worth=0, absent=scores[0].absent)
    points, reason = _told(changes)
    if points is not None:
        difference = points - sum(score.points for score in scores)
        what = phrase("The lesson is set to {points}", points=_in_words(points))
        row = _set(row, difference, what, reason)
    return [_added(row, changes)]
