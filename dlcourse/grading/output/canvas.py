"""Canvas: a gradebook to import, by the guide "How do I import grades in the Gradebook?" of Instructure.

Its columns are Student, ID, SIS User ID and SIS Login ID (these two where one may see them), Section, and one
an assignment; a row "Points Possible" follows the headings. An assignment that exists keeps its heading, the
name and its number in brackets, as in the gradebook that Canvas exports; any other heading makes a new one.
"""

from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.grading.book.scores import Score, defused
from dlcourse.grading.book.statistics import most_points, totals
from dlcourse.grading.intake.roster import matched, people_under, read_csv

_WHO = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
_POSSIBLE = "Points Possible"


def gradebook(scores: list[Score], roster: Path | None) -> tuple[list[list[str]], list[str]]:
    """(rows of the file, students of ours whom the roster does not know)."""
    points = totals(scores)
    most = {lesson: most_points(lesson, scores) for lesson in sorted({score.lesson for score in scores})}
    if roster is None:
        people = [_known_by_name(student) for student in points]
        return _table(_WHO, people, list(points), points, most, list(most)), []
    headings, *listed = read_csv(roster)
    headings = [heading.strip() for heading in headings]
    absent = [name for name in _WHO[:2] if name not in headings]
    if absent:
        raise UserError(f"{roster} has no column {absent[0]!r}: give the gradebook as Canvas exports it")
    who = [name for name in _WHO if name in headings]
    columns = [headings.index(name) for name in who]
    people = [[row[n] if n < len(row) else "" for n in columns] for row in listed]
    people = [person for person in people if person[0].strip() != _POSSIBLE and any(person)]
    ours = matched(people_under(who, people), points)
    titles = [
        next((heading for heading in headings if heading.startswith(f"{name} (")), name) for name in most
    ]
    return _table(who, people, ours, points, most, titles), sorted(set(points) - set(ours))


def _table(
    who: list[str],
    people: list[list[str]],
    ours: list[str | None],
    points,
    most: dict[str, int],
    titles: list[str],
):
    rows = [
        [*person, *(f"{of[lesson]:g}" if lesson in of else "" for lesson in most)]
        for person, student in zip(people, ours, strict=True)
        for of in [points.get(student, {})]
    ]
    blanks = [""] * (len(who) - 1)
    possible = [f"    {_POSSIBLE}", *blanks, *(f"{worth}" for worth in most.values())]
    return [[*who, *titles], possible, *rows]


def _known_by_name(student: str) -> list[str]:
    name, _, number = student.rpartition("_")
    if not number.isdigit():
        raise UserError(
            f"Canvas would not know {student!r}: give --roster, the gradebook that Canvas exports, or "
            "grade the zip of submissions that Canvas gives"
        )
    return [defused(name), number, "", "", ""]
