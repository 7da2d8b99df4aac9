"""Who got most right in a competition, under names or under pseudonyms."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from dlcourse.grading.book.scores import Score

Shown = Literal["names", "pseudonyms", "off"]
_HOW = (
    "brave bright calm clever daring eager fair gentle golden grand happy honest keen kind lively lucky "
    "merry mighty noble patient proud quick quiet rapid silver steady sunny swift tidy warm wise witty"
)
_WHO = (
    "badger beaver crane dolphin eagle falcon ferret finch fox gecko hare hawk heron hornet ibex jackal "
    "kestrel koala lark lemur lynx magpie marten otter owl panda puffin raven robin seal swan wombat"
)


@dataclass(frozen=True)
class Place:
    """A row: equal shares have equal ranks, and the next rank is left out."""

    rank: int
    name: str
    share: float
    points: float


def entered(scores: list[Score], shown: Shown, seed: int) -> list[Score]:
    """The scores of one student and lesson; a competition's gets the name that the leaderboard shows."""
    if shown == "off":
        return scores
    return [
        score
        if score.share is None or not score.student
        else replace(score, leader=score.student if shown == "names" else pseudonym(score.student, seed))
        for score in scores
    ]


def pseudonym(student: str, seed: int) -> str:
    """The same in each run of a course, and not to be traced back without its secret seed.

    >>> pseudonym("ada", seed=1)
    'noble jackal 2672'
    """
    digest = hashlib.sha256(f"leaderboard {seed} {student}".encode()).digest()
    how, who = _HOW.split()[digest[0] % 32], _WHO.split()[digest[1] % 32]
    return f"{how} {who} {int.from_bytes(digest[2:6], 'big') % 10_000:04}"


def leaderboards(scores: Iterable[Score], anonymous: bool = False) -> dict[str, list[Place]]:
    """By exercise, the best first; where it must be anonymous, of those alone who have pseudonyms."""
    boards: dict[str, list[Score]] = {}
    for score in scores:
        if score.leader and not (anonymous and score.leader == score.student):
            boards.setdefault(score.exercise, []).append(score)
    return {exercise: _ranked(those) for exercise, those in boards.items()}


def _ranked(scores: list[Score]) -> list[Place]:
    shares = [score.share or 0.0 for score in scores]
    places = [
        Place(1 + sum(other > share for other in shares), score.leader, share, score.points)
        for score, share in zip(scores, shares, strict=True)
    ]
    return sorted(places, key=lambda place: (place.rank, place.name))
