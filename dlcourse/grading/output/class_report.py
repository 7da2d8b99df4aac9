"""A page for the instructor on what the class can do and what it misunderstood."""

from collections import Counter
from collections.abc import Sequence
from statistics import median

from markupsafe import Markup

from dlcourse.exercises.engine.verdict import each, marked_up
from dlcourse.grading.book.adjustments import Applied
from dlcourse.grading.book.scores import Score
from dlcourse.grading.book.statistics import (
    ExerciseStatistics,
    commonest_mistakes,
    exercise_statistics,
    missing,
    most_points,
    totals,
)
from dlcourse.grading.output.pages import html_page, isolated, section

_BINS = 10
_TEXT = Markup(' class="text"')
_STATUSES = ("passed", "partial", "failed", "not attempted", "missing")
_STYLE = """
body { max-width: 70rem }
div.wide { overflow-x: auto } table { border-collapse: collapse; margin: .5rem 0 }
caption { text-align: left; padding: .25rem 0 }
th, td { text-align: right; padding: .15rem .6rem; border-bottom: 1px solid #8886; font-weight: normal }
th, td { overflow-wrap: normal }
th.text, td.text { text-align: left; overflow-wrap: anywhere; min-width: 8rem }
tbody th.text { min-width: 13rem }
thead th { font-weight: bold; vertical-align: bottom }
svg { display: block } svg rect { fill: currentColor }
@media print { body { max-width: none; margin: 0; font-size: 10pt } div.wide { overflow: visible } }
"""


def class_page(
    scores: list[Score], roster: list[str] | None = None, adjustments: Sequence[Applied] = ()
) -> Markup:
    """The whole page. `roster`: all who are in the course, where that is known."""
    students = {score.student for score in scores if score.student}
    lessons = {score.lesson for score in scores if score.exercise}
    summary = Markup("<p>{} students, {} lessons.</p>").format(len(students), len(lessons))
    return html_page(
        "Class report",
        [
            summary,
            _mistakes(scores),
            _distributions(scores),
            _exercises(exercise_statistics(scores)),
            _adjustments(adjustments),
            _missing(missing(scores, roster), roster is not None),
            _unreadable(scores),
            _students(scores),
        ],
        _STYLE,
    )


_TABLE = Markup("""\
<div class="wide" tabindex="0" role="region" aria-label="{about} table">
<table>
<caption>{caption}</caption>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
</div>""")


def _table(caption: str, columns: list[str], rows: list[list[object]], texts: int = 1) -> Markup:
    """Rows begin with their headings; the first `texts` columns are text, the others numbers.

    No rows, no table. A cell that is text, and not `Markup`, is escaped.
    """
    if not rows:
        return Markup("")
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(_TEXT if n < texts else "", column)
        for n, column in enumerate(columns)
    )
    body = Markup("\n").join(_row(row, texts) for row in rows)
    return _TABLE.format(about=columns[0], caption=caption, head=head, body=body)


def _row(row: list[object], texts: int) -> Markup:
    first, *rest = row
    cells = Markup("").join(
        Markup("<td{}>{}</td>").format(_TEXT if n < texts else "", cell) for n, cell in enumerate(rest, 1)
    )
    return Markup('<tr><th scope="row"{}>{}</th>{}</tr>').format(_TEXT, first, cells)


def _distributions(scores: list[Score]) -> Markup:
    there = [score for score in scores if not score.absent]
    by_lesson: dict[str, list[float]] = {}
    for lessons in totals(there).values():
        for lesson, points in lessons.items():
            by_lesson.setdefault(lesson, []).append(points)
    late = Counter(lesson for lesson, _ in {(s.lesson, s.student) for s in there if s.late})
    rows = [
        _distribution(lesson, sorted(by_lesson[lesson]), most_points(lesson, scores), late[lesson])
        for lesson in sorted(by_lesson)
    ]
    columns = ["lesson", "students", "of", "lowest", "median", "highest", "late", "none … all points"]
    caption = "Points of those who handed in, after lateness and adjustments. Late: whom that cost some."
    return section("Scores", _table(caption, columns, rows))


def _distribution(lesson: str, points: list[float], most: int, late: int) -> list[object]:
    """How many earned how much, in numbers and bars; `points` in order."""
    counts = Counter(min(max(int(_BINS * value / most), 0), _BINS - 1) for value in points)
    highest = max(counts.values())
    bars = "".join(
        f'<rect x="{12 * bin_}" y="{25 - height:.1f}" width="11" height="{height:.1f}"/>'
        for bin_ in range(_BINS)
        if (height := 24 * counts[bin_] / highest)
    )
    line = '<line x1="0" x2="119" y1="25.5" y2="25.5" stroke="currentColor"/>'
    figure = f'<svg viewBox="0 0 120 26" width="120" height="26" aria-hidden="true">{bars}{line}</svg>'
    numbers = most, points[0], median(points), points[-1]
    return [lesson, len(points), *(f"{number:g}" for number in numbers), late or "·", Markup(figure)]


def _mistakes(scores: list[Score]) -> Markup:
    rows: list[list[object]] = [
        [exercise, marked_up(sentence), count] for count, exercise, sentence in commonest_mistakes(scores)
    ]
    columns = ["exercise", "mistake", "students"]
    return section("What the class misunderstood", _table("Mistakes that have a name.", columns, rows, 2))


def _exercises(found: list[ExerciseStatistics]) -> Markup:
    rows: list[list[object]] = [
        [
            of.exercise,
            of.lesson,
            *(of.statuses[status] or "·" for status in _STATUSES),
            f"{of.difficulty:.0%}",
            "–" if of.discrimination != of.discrimination else f"{of.discrimination:+.2f}",
            "–" if of.kept != of.kept else f"{of.kept:.0%}",
        ]
        for of in found
    ]
    explained = Markup(
        "<p>Earned is the mean share of the points that the tests gave, and discrimination the correlation "
        "with what they gave in the lesson's other exercises: where it is near 0 or below, look at the "
        "exercise. Both are of the answers alone; what lateness and adjustments have left stands in the "
        "last column.</p>"
    )
    columns = ["exercise", "lesson", *_STATUSES, "earned", "discrimination", "left"]
    table = _table("How each exercise did.", columns, rows, 2)
    return section("Exercises", explained + table if table else "")


def _adjustments(found: Sequence[Applied]) -> Markup:
    rows: list[list[object]] = [
        [of.whom, f"{of.exercise or of.lesson}: {of.change}", marked_up(of.reason), of.students]
        for of in found
    ]
    columns = ["for whom", "what", "why", "students"]
    return section("Adjusted by hand", _table("All that the policy adjusts or withdraws.", columns, rows, 3))


def _missing(absent: dict[str, list[str]], of_roster: bool) -> Markup:
    lists = [
        Markup("<p>{}: {} ({}).</p>").format(lesson, Markup(", ").join(map(isolated, names)), len(names))
        for lesson, names in absent.items()
        if names
    ]
    whom = Markup("" if of_roster else "<p>Of those who have handed in something.</p>")
    return section("Not handed in", Markup("\n").join([whom, *lists]) if lists else "")


def _unreadable(scores: list[Score]) -> Markup:
    problems = dict.fromkeys((s.student, s.message) for s in scores if s.status == "unreadable")
    items = Markup("").join(
        Markup("<li>{}: {}</li>").format(isolated(student or "(no student)"), problem)
        for student, problem in problems
    )
    return section("Could not be graded", each("<ul>{}</ul>", [items] if items else []))


def _students(scores: list[Score]) -> Markup:
    found = totals(scores)
    lessons = sorted({lesson for points in found.values() for lesson in points})
    rows: list[list[object]] = [
        [
            student,
            *(f"{points[lesson]:g}" if lesson in points else "–" for lesson in lessons),
            f"{sum(points.values()):g}",
        ]
        for student, points in found.items()
    ]
    most = [most_points(lesson, scores) for lesson in lessons]
    rows.append(["of", *most, sum(most)])
    columns = ["student", *(lesson[:2] for lesson in lessons), "total"]
    return section("Students", _table("Points by lesson.", columns, rows) if found else "")
