"""Canvas: a gradebook to import, by the guide "How do I import grades in the Gradebook?" of Instructure.

Its columns are Student, ID, SIS User ID, SIS Login ID, Section and one an assignment; a row "Points Possible"
follows the headings. An assignment that exists keeps its heading, the name and its number in brackets, as in
the gradebook that Canvas exports; any other heading makes a new assignment.
"""

from pathlib import Path

from dlcourse.errors import UserError
from dlcourse.grading.roster import read_csv
from dlcourse.grading.scores import Score, defused
from dlcourse.grading.statistics import most_points, totals

_WHO = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
_POSSIBLE = "Points Possible"


def gradebook(scores: list[Score], roster: Path | None) -> tuple[list[list[str]], list[str]]:
    """(rows of the file, students of ours whom the roster does not know)."""
    points = totals(scores)
    lessons = sorted({score.lesson for score in scores})
    if roster is None:
        return _table(
            [_known_by_name(student) for student in points], list(points), points, lessons, lessons
        ), []
    headings, *listed = read_csv(roster)
    headings = [heading.strip() for heading in headings]
    absent = [name for name in _WHO if name not in headings]
    if absent:
        raise UserError(f"{roster} has no column {absent[0]!r}: give the gradebook as Canvas exports it")
    columns = [headings.index(name) for name in _WHO]
    people = [[row[n] if n < len(row) else "" for n in columns] for row in listed]
    people = [who for who in people if who[0].strip() != _POSSIBLE and any(who)]
    ours = [_ours(who, points) for who in people]
    titles = [
        next((heading for heading in headings if heading.startswith(f"{name} (")), name) for name in lessons
    ]
    return _table(people, ours, points, lessons, titles), sorted(set(points) - set(ours))


def _table(people: list[list[str]], ours: list[str | None], points, lessons: list[str], titles: list[str]):
    rows = [
        [*who, *(f"{of[lesson]:g}" if lesson in of else "" for lesson in lessons)]
        for who, student in zip(people, ours, strict=True)
        for of in [points.get(student, {})]
    ]
    possible = [f"    {_POSSIBLE}", "", "", "", "", *(f"{most_points(lesson)}" for lesson in lessons)]
    return [[*_WHO, *titles], possible, *rows]


def _ours(who: list[str], points: dict) -> str | None:
    """The student of ours that a row of Canvas's means: by number, login or name."""
    name, number, sis, login, _ = who
    by_number = next((student for student in points if number and student.endswith(f"_{number}")), None)
    return by_number or next((text for text in (number, sis, login, name) if text and text in points), None)


def _known_by_name(student: str) -> list[str]:
    name, _, number = student.rpartition("_")
    if not number.isdigit():
        raise UserError(
            f"Canvas would not know {student!r}: give --roster, the gradebook that Canvas exports, or "
            "grade the zip of submissions that Canvas gives"
        )
    return [defused(name), number, "", "", ""]
