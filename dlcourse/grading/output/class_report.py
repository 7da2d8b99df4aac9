"""A page for the instructor on what the class can do and what it misunderstood."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from markupsafe import Markup

from dlcourse.exercises.engine.verdict import each, marked_up
from dlcourse.grading.book import risk, same_text
from dlcourse.grading.book.adjustments import Applied
from dlcourse.grading.book.leaderboard import Place, leaderboards
from dlcourse.grading.book.risk import Risk, risks
from dlcourse.grading.book.same_text import Answer, SameText, same_texts
from dlcourse.grading.book.scores import Score, unreadable
from dlcourse.grading.book.statistics import (
    commonest_mistakes,
    exercise_statistics,
    missing,
    most_points,
    totals,
)
from dlcourse.grading.intake.roster import ClassList
from dlcourse.grading.output.pages import html_page, isolated, section
from dlcourse.grading.output.tables import STYLE, Column, Tables

FEW = 5  # students, of fewer than whom numbers would be known to be theirs
_BINS = 10
_STATUSES = ("passed", "partial", "failed", "not attempted", "missing")
_STYLE = f"""
body {{ max-width: 70rem }}
{STYLE}
svg {{ display: block }} svg rect {{ fill: currentColor }}
@media print {{ body {{ max-width: none; margin: 0; font-size: 10pt }} }}
"""
Link = Callable[[str, str], str]  # of a student and lesson, the address of their page, "" for none


@dataclass(frozen=True)
class ClassReport:
    """What a report is made from.

    scores       of those whom it is about
    roster       who is in the course, or in the section, where that is known
    answers      the texts of the whole class's
    adjustments  what the policy changes of the scores
    about        the section, if it is one's
    link         to the students' pages
    problems     by student and lesson, why something could not be graded, for instructors to read
    """

    scores: list[Score]
    roster: ClassList | None = None
    answers: Sequence[Answer] = ()
    adjustments: Sequence[Applied] = ()
    about: str = ""
    link: Link = lambda student, lesson: ""
    problems: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def students(self) -> list[str]:
        """The class: who is on the roster, and who has handed in."""
        graded = {score.student for score in self.scores if score.student}
        return sorted(graded | set(self.roster.sections if self.roster else ()))

    def section_of(self, student: str) -> str:
        return self.roster.sections.get(student, "") if self.roster else ""


def class_page(report: ClassReport, tables: Tables | None = None) -> Markup:
    """The whole page, with the names of students."""
    tables = tables or Tables()
    parts = [
        _summary(report.scores, len(report.students)),
        *_of_the_class(report.scores, tables),
        *_leaderboards(leaderboards(report.scores), tables),
        _sections(report, tables),
        _adjustments(report, tables),
        _missing(report),
        _strangers(report),
        _unreadable(report),
        _same_texts(report, tables),
        _students(report, tables),
    ]
    return html_page(_title(report), parts, _STYLE)


def anonymous_page(report: ClassReport, tables: Tables | None = None) -> Markup:
    """The page to show in class: it names nobody, and says nothing of a lesson that few have handed in."""
    tables, scores = tables or Tables(), _of_many(report.scores)
    left_out = f"Lessons that fewer than {FEW} have handed in are left out."
    parts = [
        _summary(scores, len(report.students)),
        each("<p>{}</p>", [left_out] if len(scores) < len(report.scores) else []),
        *_of_the_class(scores, tables),
        *_leaderboards(leaderboards(scores, anonymous=True), tables),
        _missing_counts(scores, report.students),
    ]
    return html_page(_title(report), parts, _STYLE)


def _of_many(scores: list[Score]) -> list[Score]:
    """Those of lessons of which no number is one student's or nearly so."""
    students: dict[str, set[str]] = {}
    for score in scores:
        students.setdefault(score.lesson, set()).update(() if score.absent else (score.student,))
    return [score for score in scores if len(students[score.lesson]) >= FEW or not score.exercise]


def _title(report: ClassReport) -> str:
    return f"Class report · section {report.about}" if report.about else "Class report"


def _summary(scores: list[Score], students: int) -> Markup:
    lessons = len({score.lesson for score in scores if score.exercise})
    counts = f"{students} student{'s' * (students != 1)}, {lessons} lesson{'s' * (lessons != 1)}."
    return Markup("<p>{}</p>").format(counts)


def _of_the_class(scores: list[Score], tables: Tables) -> list[Markup]:
    """What names nobody."""
    return [_mistakes(scores, tables), _distributions(scores, tables), _exercises(scores, tables)]


def _distributions(scores: list[Score], tables: Tables) -> Markup:
    there = [score for score in scores if not score.absent]
    late = Counter(lesson for lesson, _ in {(s.lesson, s.student) for s in there if s.late})
    by_lesson: dict[str, list[float]] = {}
    for lessons in totals(there).values():
        for lesson, points in lessons.items():
            by_lesson.setdefault(lesson, []).append(points)
    columns = [
        Column("lesson", lambda row: row[0], is_text=True),
        Column("students", lambda row: len(row[1])),
        Column("of", lambda row: most_points(row[0], scores)),
        Column("lowest", lambda row: min(row[1]), lambda row: _number(min(row[1]))),
        Column("median", lambda row: median(row[1]), lambda row: _number(median(row[1]))),
        Column("highest", lambda row: max(row[1]), lambda row: _number(max(row[1]))),
        Column("late", lambda row: late[row[0]], lambda row: late[row[0]] or "·"),
        Column("none … all points", lambda row: None, lambda row: _bars(row[1], most_points(row[0], scores))),
    ]
    caption = "Points of those who handed in, after lateness and adjustments. Late: whom that cost some."
    return section("Scores", tables.table(caption, columns, sorted(by_lesson.items())))


def _bars(points: list[float], most: float) -> Markup:
    """How many earned how much, as bars."""
    counts = Counter(max(0, min(int(_BINS * value / most), _BINS - 1)) for value in points)
    highest = max(counts.values())
    bars = "".join(
        f'<rect x="{12 * bin_}" y="{25 - height:.1f}" width="11" height="{height:.1f}"/>'
        for bin_ in range(_BINS)
        if (height := 24 * counts[bin_] / highest)
    )
    line = '<line x1="0" x2="119" y1="25.5" y2="25.5" stroke="currentColor"/>'
    return Markup(f'<svg viewBox="0 0 120 26" width="120" height="26" aria-hidden="true">{bars}{line}</svg>')


def _mistakes(scores: list[Score], tables: Tables) -> Markup:
    columns = [
        Column("exercise", lambda row: row[1], is_text=True),
        Column("mistake", lambda row: row[2], lambda row: marked_up(row[2]), is_text=True),
        Column("students", lambda row: row[0]),
    ]
    table = tables.table("Mistakes that have a name.", columns, commonest_mistakes(scores))
    return section("What the class misunderstood", table)


def _sections(report: ClassReport, tables: Tables) -> Markup:
    """How the sections did, side by side, where there are several."""
    members: dict[str, list[str]] = {}
    for student in report.students:
        members.setdefault(report.section_of(student), []).append(student)
    if report.about or len(members) < 2:
        return Markup("")
    points = totals(report.scores)
    lessons = sorted({lesson for of in points.values() for lesson in of})
    columns = [
        Column("section", lambda row: row[0], lambda row: row[0] or "(none)", is_text=True),
        Column("students", lambda row: len(row[1])),
        *(_median_column(lesson, points) for lesson in lessons),
    ]
    rows = sorted(members.items())
    return section(
        "Sections", tables.table("Median points of those who handed in, by lesson.", columns, rows)
    )


def _median_column(lesson: str, points: dict[str, dict[str, float]]) -> Column:
    def value(row: tuple[str, list[str]]) -> float | None:
        earned = [points[student][lesson] for student in row[1] if lesson in points.get(student, {})]
        return median(earned) if earned else None

    return Column(lesson[:2], value, lambda row: _number(value(row)))


def _exercises(scores: list[Score], tables: Tables) -> Markup:
    columns = [
        Column("exercise", lambda of: of.exercise, is_text=True),
        Column("lesson", lambda of: of.lesson[:2]),
        *map(_status_column, _STATUSES),
        Column("earned", lambda of: of.difficulty, lambda of: f"{of.difficulty:.0%}"),
        Column("discrimination", lambda of: of.discrimination, lambda of: _signed(of.discrimination)),
        Column("left", lambda of: of.kept, lambda of: "–" if of.kept != of.kept else f"{of.kept:.0%}"),
    ]
    explained = Markup(
        "<p>Earned is the mean share of the points that the tests gave, and discrimination the correlation "
        "with what they gave in the lesson's other exercises: where it is near 0 or below, look at the "
        "exercise. Both are of the answers alone; what lateness and adjustments have left stands in the "
        "last column.</p>"
    )
    table = tables.table("How each exercise did.", columns, exercise_statistics(scores))
    return section("Exercises", explained + table if table else "")


def _leaderboards(boards: dict[str, list[Place]], tables: Tables) -> list[Markup]:
    columns = [
        Column("name", lambda place: place.name, lambda place: isolated(place.name), is_text=True),
        Column("rank", lambda place: place.rank),
        Column("right", lambda place: place.share, lambda place: f"{place.share:.1%}"),
        Column("points", lambda place: place.points, lambda place: _number(place.points)),
    ]
    caption = "The share of new signals that is right, of the attempt that counts."
    return [
        section(f"Leaderboard: {exercise}", tables.table(caption, columns, places))
        for exercise, places in boards.items()
    ]


def _status_column(status: str) -> Column:
    return Column(status, lambda of: of.statuses[status], lambda of: of.statuses[status] or "·")


def _signed(number: float) -> str:
    return "–" if number != number else f"{number:+.2f}".replace("-", "−")


def _number(number: float | None) -> str:
    return "–" if number is None else f"{number:g}"


def _adjustments(report: ClassReport, tables: Tables) -> Markup:
    columns = [
        Column("for whom", lambda of: of.whom, is_text=True),
        Column("what", lambda of: f"{of.exercise or of.lesson}: {of.change}", is_text=True),
        Column("why", lambda of: of.reason, lambda of: marked_up(of.reason), is_text=True),
        Column("students", lambda of: of.students),
    ]
    of_all = ", and for how many of the whole class" if report.about else ""
    table = tables.table(f"All that the policy adjusts or withdraws{of_all}.", columns, report.adjustments)
    return section("Adjusted by hand", table)


def _missing(report: ClassReport) -> Markup:
    absent = missing(report.scores, report.students)
    lists = [
        Markup("<p>{}: {} ({}).</p>").format(lesson, _names(names), len(names))
        for lesson, names in absent.items()
        if names
    ]
    whom = Markup("" if report.roster else "<p>Of those who have handed in something.</p>")
    return section("Not handed in", Markup("\n").join([whom, *lists]) if lists else "")


def _missing_counts(scores: list[Score], students: list[str]) -> Markup:
    absent = missing(scores, students)
    lines = [f"{lesson}: {len(names)} of {len(students)}." for lesson, names in absent.items() if names]
    return section("Not handed in", each("<p>{}</p>", lines))


def _names(students: Iterable[str]) -> Markup:
    return Markup(", ").join(map(isolated, students))


def _strangers(report: ClassReport) -> Markup:
    strangers = report.roster.strangers if report.roster else ()
    body = Markup("<p>Graded, but on no row of it that is clear: {}.</p>").format(_names(strangers))
    return section("Not on the roster", body if strangers else "")


def _unreadable(report: ClassReport) -> Markup:
    problems = unreadable(report.scores, report.problems)
    items = Markup("").join(
        Markup("<li>{}: {}</li>").format(isolated(student or "(no student)"), problem)
        for student, problem in problems
    )
    return section("Could not be graded", each("<ul>{}</ul>", [items] if items else []))


_JUDGED = {"passed": "right", "partial": "partly wrong", "failed": "wrong"}
_CAUTION = Markup(
    "<p>Equal but for comments, docstrings, blanks and names. Listed are hand-ins that are the same cell by "
    "cell, answers of {} words and signs or more, and wrong ones of {} or more that few share (up to {} "
    "students, or a tenth of those who tried). <strong>This proves nothing.</strong> The shorter a right "
    "answer, the more often two find it by themselves, and what follows the lesson line by line is alike "
    "too; long wrong ones that are the same are worth a question.</p>"
)


def _same_texts(report: ClassReport, tables: Tables) -> Markup:
    here = set(report.students)
    columns = [
        Column(
            "students with the same text", lambda of: of.students[0], lambda of: _names(of.students), True
        ),
        Column("what is the same", lambda of: -len(of.whole) - len(of.answers), _in_common, is_text=True),
    ]
    found = [of for of in same_texts(report.answers) if here & set(of.students)]
    table = tables.table("The most telling first.", columns, found)
    caution = _CAUTION.format(same_text.LONG, same_text.LONG_WRONG, same_text.RARE)
    is_old = not report.answers and any(score.status == "passed" for score in report.scores)
    unknown = "Answers were not compared when this was graded: run `dlcourse grade` again."
    otherwise = each("<p>{}</p>", [marked_up(unknown)] if is_old else [])
    return section("The same text twice", caution + table if table else otherwise)


def _in_common(found: SameText) -> Markup:
    wholes = [f"{lesson}: the whole hand-in" for lesson in found.whole]
    answers = [f"{a.lesson}: {a.exercise} ({_JUDGED[a.status]}, {a.length} words)" for a in found.answers]
    return Markup("<br>").join([*wholes, *answers])


def _students(report: ClassReport, tables: Tables) -> Markup:
    points, at_risk = totals(report.scores), risks(report.scores, report.students)
    lessons = sorted({lesson for of in points.values() for lesson in of})
    worth = [most_points(lesson, report.scores) for lesson in lessons]
    columns = [
        Column("student", str, isolated, is_text=True),
        *([Column("section", report.section_of, is_text=True)] if _has_sections(report) else []),
        Column(
            "at risk", lambda who: _weight(at_risk.get(who)), lambda who: at_risk.get(who, ""), is_text=True
        ),
        *(_points_column(lesson, points, report.link) for lesson in lessons),
        Column(
            "total",
            lambda who: sum(points.get(who, {}).values()),
            lambda who: _number(sum(points.get(who, {}).values())),
        ),
    ]
    texts = [""] * (len(columns) - len(worth) - 2)
    caption = "Points by lesson; where they are linked, to the student’s page."
    table = tables.table(caption, columns, report.students, ["of", *texts, *worth, sum(worth)])
    return section("Students", each("<p>{}</p>", [risk.EXPLAINED]) + table if points else "")


def _has_sections(report: ClassReport) -> bool:
    return any(report.roster.sections.values()) if report.roster else False


def _weight(found: Risk | None) -> int:
    """The heavier the earlier."""
    return -found.weight if found else 0


def _points_column(lesson: str, points: dict[str, dict[str, float]], link: Link) -> Column:
    def value(student: str) -> float | None:
        return points.get(student, {}).get(lesson)

    def shown(student: str) -> object:
        address, number = link(student, lesson), _number(value(student))
        return Markup('<a href="{}">{}</a>').format(address, number) if address else number

    return Column(lesson[:2], value, shown)
