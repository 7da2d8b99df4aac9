"""Moodle: the grading worksheet of one assignment, to be uploaded there (assignment feedback "Offline grading
worksheet").

Moodle's importer (mod/assign/feedback/offline/importgradeslib.php) wants UTF-8, commas and the columns
Identifier ("Participant 12345"), Grade and Last modified (grade); it takes Feedback comments, as HTML, where
that kind of feedback is on.
"""

import unicodedata
from collections.abc import Collection
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.language import tr
from dlcourse.exercises.engine.verdict import each, marked_up
from dlcourse.grading.book.scores import Score, defused
from dlcourse.grading.book.statistics import most_points, totals
from dlcourse.grading.intake.roster import matched, people_under, read_csv

_WHO, _NAME, _GRADE, _MOST, _CHANGED, _COMMENTS = (
    "Identifier",
    "Full name",
    "Grade",
    "Maximum Grade",
    "Last modified (grade)",
    "Feedback comments",
)


def worksheet(
    scores: list[Score], roster: Path | None, named: Collection[str] = ()
) -> tuple[list[list[str]], list[str]]:
    """(rows of the file, students of ours whom the roster does not know), of one lesson's scores.

    named: those whose names are Moodle's own. Such a number with another name in the roster is a group's.
    """
    most = most_points(scores[0].lesson, scores)
    by_student: dict[str, list[Score]] = {}
    for score in scores:
        by_student.setdefault(score.student, []).append(score)
    if roster is None:
        headings = [_WHO, _NAME, _GRADE, _MOST, _CHANGED, _COMMENTS]
        return [headings, *(_row(student, of, most) for student, of in by_student.items())], []
    return _filled_in(read_csv(roster), roster, by_student, most, named)


def _row(student: str, scores: list[Score], most: float) -> list[str]:
    name, _, number = student.rpartition("_")
    if not number.isdigit():
        raise UserError(
            f"Moodle would not know {student!r}: give --roster, the grading worksheet that Moodle "
            "exports, or grade the zip of submissions that Moodle gives"
        )
    grade = _graded(scores, most, most)
    return [f"Participant {number}", defused(name), grade, f"{most:.2f}", "-", _comments(scores)]


def _filled_in(
    table: list[list[str]],
    roster: Path,
    by_student: dict[str, list[Score]],
    most: float,
    named: Collection[str],
):
    headings, *rows = table
    columns = {heading.strip(): n for n, heading in enumerate(headings)}
    absent = [name for name in (_WHO, _GRADE, _CHANGED) if name not in columns]
    if absent:
        raise UserError(
            f"{roster} has no column {absent[0]!r}: give the grading worksheet as Moodle exports it"
        )
    for row in rows:
        row += [""] * (len(headings) - len(row))
    found = matched(people_under(headings, rows), by_student)
    ours = [
        None if student and student in named and _is_another(student, row, columns) else student
        for student, row in zip(found, rows, strict=True)
    ]
    for row, student in zip(rows, ours, strict=True):
        if student is None:
            continue
        row[columns[_GRADE]] = _graded(by_student[student], most, _maximum(row, columns, most))
        if _COMMENTS in columns:
            row[columns[_COMMENTS]] = _comments(by_student[student])
    return table, sorted(set(by_student) - set(ours))


def _is_another(student: str, row: list[str], columns: dict[str, int]) -> bool:
    """Whether a row has a student's number and another's name, of which Moodle leaves signs out in files."""
    name, _, number = student.rpartition("_")
    full = _letters(row[columns[_NAME]]) if _NAME in columns else ""
    return row[columns[_WHO]].endswith(number) and full not in _letters(name)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _maximum(row: list[str], columns: dict[str, int], otherwise: float) -> float:
    """What the assignment is worth in Moodle, so that ours is scaled to it."""
    try:
        return float(row[columns[_MOST]].replace(",", "."))
    except (KeyError, ValueError):
        return otherwise


def _graded(scores: list[Score], most: float, maximum: float) -> str:
    """Scaled to Moodle's maximum and no more than it: Moodle passes over what is beyond, without a word."""
    return f"{min(sum(score.points for score in scores) / most, 1) * maximum:.2f}"


def beyond(scores: list[Score]) -> list[str]:
    """Those who have more than the maximum, of one lesson's scores."""
    most = most_points(scores[0].lesson, scores)
    return [student for student, points in totals(scores).items() if sum(points.values()) > most]


def _comments(scores: list[Score]) -> str:
    """Lateness once, then a paragraph an exercise."""
    late = next((score.late for score in scores if score.late), "")
    return defused(each("<p>{}</p>", map(marked_up, filter(None, [late, *map(_comment, scores)]))))


def _comment(score: Score) -> str:
    told = {"title": score.title, "points": f"{score.points:g}", "most": f"{score.max_points:g}"}
    if score.of_whole_lesson:
        points = f"{score.title}: {score.points:+g}."
    else:
        points = tr("{title}: {points} of {most}.").format(**told)
    return " ".join(f"{points} {score.message} {score.note}".split())
