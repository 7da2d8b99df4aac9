"""A page for the instructor on what the class can do and what it misunderstood."""

from collections import Counter
from html import escape
from statistics import median

from dlcourse.exercises.engine.verdict import marked_up
from dlcourse.grading.book.scores import Score
from dlcourse.grading.book.statistics import (
    ExerciseStatistics,
    commonest_mistakes,
    exercise_statistics,
    missing,
    most_points,
    totals,
)
from dlcourse.grading.output.pages import html_page, isolated

_BINS = 10
_TEXT = ' class="text"'
_STATUSES = ("passed", "partial", "failed", "not attempted", "missing")
_STYLE = """
body { max-width: 70rem }
div.wide { overflow-x: auto } table { border-collapse: collapse; margin: .5rem 0 }
caption { text-align: left; padding: .25rem 0 }
th, td { text-align: right; padding: .15rem .6rem; border-bottom: 1px solid #8886; font-weight: normal }
th, td { overflow-wrap: normal }
th.text, td.text { text-align: left; overflow-wrap: anywhere; min-width: 8rem }
th.text { min-width: 12rem }
thead th { font-weight: bold; vertical-align: bottom }
svg { display: block } svg rect { fill: currentColor }
@media print { body { max-width: none; margin: 0; font-size: 10pt } div.wide { overflow: visible } }
"""


def class_page(scores: list[Score], roster: list[str] | None = None) -> str:
    """The whole page. `roster`: all who are in the course, where that is known."""
    students = {score.student for score in scores if score.student}
    lessons = {score.lesson for score in scores if score.exercise}
    summary = f"<p>{len(students)} students, {len(lessons)} lessons.</p>"
    return html_page(
        "Class report",
        [
            summary,
            _mistakes(scores),
            _distributions(scores),
            _exercises(exercise_statistics(scores)),
            _missing(missing(scores, roster), roster is not None),
            _unreadable(scores),
            _students(scores),
        ],
        _STYLE,
    )


def _section(heading: str, body: str) -> str:
    return f"<section>\n<h2>{heading}</h2>\n{body}\n</section>" if body else ""


class _Html(str):
    """Text that is HTML already."""


def _table(caption: str, columns: list[str], rows: list[list], texts: int = 1) -> str:
    """Rows begin with their headings; the first `texts` columns are text, the others numbers."""
    head = "".join(
        f'<th scope="col"{_TEXT if n < texts else ""}>{escape(column)}</th>'
        for n, column in enumerate(columns)
    )
    body = "\n".join(f"<tr>{_cells(row, texts)}</tr>" for row in rows)
    inner = f"<caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>"
    around = f'<div class="wide" tabindex="0" role="region" aria-label="{escape(columns[0])} table">'
    return f"{around}\n<table>\n{inner}\n</table>\n</div>"


def _cells(row: list, texts: int) -> str:
    first, *rest = (cell if isinstance(cell, _Html) else escape(str(cell)) for cell in row)
    cells = (f"<td{_TEXT if n < texts else ''}>{cell}</td>" for n, cell in enumerate(rest, 1))
    return f'<th scope="row"{_TEXT}>{first}</th>{"".join(cells)}'


def _distributions(scores: list[Score]) -> str:
    by_lesson: dict[str, list[float]] = {}
    for lessons in totals(scores).values():
        for lesson, points in lessons.items():
            by_lesson.setdefault(lesson, []).append(points)
    rows = [_distribution(lesson, sorted(by_lesson[lesson])) for lesson in sorted(by_lesson)]
    columns = ["lesson", "students", "of", "lowest", "median", "highest", "none … all points"]
    return _section("Scores", _table("Points of those who handed in.", columns, rows) if rows else "")


def _distribution(lesson: str, points: list[float]) -> list:
    """How many earned how much, in numbers and bars; `points` in order."""
    most = most_points(lesson)
    counts = Counter(min(int(_BINS * value / most), _BINS - 1) for value in points)
    highest = max(counts.values())
    bars = "".join(
        f'<rect x="{12 * bin_}" y="{25 - height:.1f}" width="11" height="{height:.1f}"/>'
        for bin_ in range(_BINS)
        if (height := 24 * counts[bin_] / highest)
    )
    line = '<line x1="0" x2="119" y1="25.5" y2="25.5" stroke="currentColor"/>'
    figure = f'<svg viewBox="0 0 120 26" width="120" height="26" aria-hidden="true">{bars}{line}</svg>'
    numbers = points[0], median(points), points[-1]
    return [lesson, len(points), most, *(f"{number:g}" for number in numbers), _Html(figure)]


def _mistakes(scores: list[Score]) -> str:
    rows = [
        [exercise, _Html(marked_up(sentence)), count]
        for count, exercise, sentence in commonest_mistakes(scores)
    ]
    columns = ["exercise", "mistake", "students"]
    return _section(
        "What the class misunderstood", _table("Mistakes that have a name.", columns, rows, 2) if rows else ""
    )


def _exercises(found: list[ExerciseStatistics]) -> str:
    rows = [
        [
            of.exercise,
            of.lesson,
            *(of.statuses[status] or "·" for status in _STATUSES),
            f"{of.difficulty:.0%}",
            "–" if of.discrimination != of.discrimination else f"{of.discrimination:+.2f}",
        ]
        for of in found
    ]
    explained = (
        "<p>Earned is the mean share of the points. Discrimination is the correlation with the points earned "
        "in the lesson's other exercises: where it is near 0 or below, look at the exercise.</p>"
    )
    columns = ["exercise", "lesson", *_STATUSES, "earned", "discrimination"]
    return _section(
        "Exercises", explained + _table("How each exercise did.", columns, rows, 2) if rows else ""
    )


def _missing(absent: dict[str, list[str]], of_roster: bool) -> str:
    lists = [
        f"<p>{escape(lesson)}: {', '.join(map(isolated, names))} ({len(names)}).</p>"
        for lesson, names in absent.items()
        if names
    ]
    whom = "" if of_roster else "<p>Of those who have handed in something.</p>"
    return _section("Not handed in", "\n".join([whom, *lists]) if lists else "")


def _unreadable(scores: list[Score]) -> str:
    problems = dict.fromkeys((s.student, s.message) for s in scores if s.status == "unreadable")
    items = [
        f"<li>{isolated(student or '(no student)')}: {escape(problem)}</li>" for student, problem in problems
    ]
    return _section("Could not be graded", f"<ul>{''.join(items)}</ul>" if items else "")


def _students(scores: list[Score]) -> str:
    found = totals(scores)
    lessons = sorted({lesson for points in found.values() for lesson in points})
    rows = [
        [
            student,
            *(f"{points[lesson]:g}" if lesson in points else "–" for lesson in lessons),
            f"{sum(points.values()):g}",
        ]
        for student, points in found.items()
    ]
    rows.append(["of", *(most_points(lesson) for lesson in lessons), sum(map(most_points, lessons))])
    columns = ["student", *(lesson[:2] for lesson in lessons), "total"]
    return _section("Students", _table("Points by lesson.", columns, rows) if found else "")
