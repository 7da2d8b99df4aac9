"""`dlcourse report`: a page for the instructor on what the class can do and what it misunderstood."""

import argparse
from pathlib import Path
from urllib.parse import quote

from dlcourse.course.errors import UserError
from dlcourse.course.files import write_whole
from dlcourse.course.language import ENGLISH
from dlcourse.exercises.engine.verdict import plain
from dlcourse.grading.book.gradebook import (
    read_adjustments,
    read_answers,
    read_handins,
    read_language,
    read_scores,
)
from dlcourse.grading.book.statistics import commonest_mistakes
from dlcourse.grading.intake.roster import ClassList, read_class
from dlcourse.grading.output import feedback
from dlcourse.grading.output.class_report import ClassReport, anonymous_page, class_page
from dlcourse.grading.output.tables import Tables


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "out", type=Path, metavar="DIR", help="where `dlcourse grade` has written (its --out)"
    )
    parser.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="who is in the course: a name a line, a CSV, Canvas's gradebook or Moodle's worksheet",
    )
    parser.add_argument("--section", metavar="NAME", help="of that section of the roster alone")
    parser.add_argument(
        "--sort",
        default="",
        metavar="COLUMN",
        help="put the tables that have this column in its order, lowest first: total, section, 'at risk', 03",
    )
    parser.add_argument("--anonymous", action="store_true", help="a page to show in class: it names nobody")


def run(args: argparse.Namespace) -> int:
    """Write the page, and say what it says in short."""
    report, tables = _report(args), Tables(args.sort)
    page = anonymous_page(report, tables) if args.anonymous else class_page(report, tables)
    if not tables.knows_its_column:
        raise UserError(f"no table has a column {args.sort!r}; there is {', '.join(tables.columns)}")
    path = args.out / _file_name(args.section, args.anonymous)
    try:
        write_whole(path, page.encode(), private=True)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror or error}") from error
    for count, exercise, sentence in commonest_mistakes(report.scores)[:5]:
        print(f"{count:4} × {exercise}: {plain(sentence)}")
    if report.roster and report.roster.strangers and not args.anonymous:
        print(f"Graded, but not on {args.roster}: {', '.join(report.roster.strangers)}")
    print(f"The class report is in {path}")
    return 0


def _report(args: argparse.Namespace) -> ClassReport:
    scores = read_scores(args.out)
    graded = {score.student for score in scores if score.student}
    roster = read_class(args.roster, graded) if args.roster else None
    adjustments = read_adjustments(args.out)
    if args.section is not None:
        roster = _section(roster, args)
        scores = [score for score in scores if score.student in roster.sections]
        elsewhere = graded - set(roster.sections)
        adjustments = [change for change in adjustments if change.whom not in elsewhere]
    answers = read_answers(args.out)
    about, problems = args.section or "", _problems(args.out)
    return ClassReport(scores, roster, answers, adjustments, about, _links(args.out), problems)


def _problems(out: Path) -> dict[tuple[str, str], str]:
    """Why something could not be graded, where students are told so in another language."""
    rows = read_handins(out) if read_language(out) != ENGLISH else []
    return {(row.student, row.lesson): row.problem for row in rows if row.problem}


def _section(roster: ClassList | None, args: argparse.Namespace) -> ClassList:
    if roster is None:
        raise UserError("--section needs --roster, a file that says who is in which section")
    found = roster.of_section(args.section)
    if not found.sections:
        names = ", ".join(sorted(set(filter(None, roster.sections.values())))) or "none at all"
        raise UserError(f"{args.roster} has no section {args.section!r}; there is {names}")
    return found


def _links(out: Path):
    """To the page of a student and lesson, from beside the folder in which they are."""

    def link(student: str, lesson: str) -> str:
        path = feedback.page_path(Path("feedback"), student, lesson)
        return quote(path.as_posix()) if (out / path).is_file() else ""

    return link


def _file_name(section: str | None, is_anonymous: bool) -> str:
    """One for each kind, so that a page with names is never where one without them is looked for."""
    kind = "anonymous-report" if is_anonymous else "report"
    return f"{kind}-{feedback.path_part(section)}.html" if section else f"{kind}.html"
