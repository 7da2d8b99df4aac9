"""`dlcourse report`: a page for the instructor on what the class can do and what it misunderstood."""

import argparse
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.files import write_whole
from dlcourse.grading.book.gradebook import read_scores
from dlcourse.grading.book.statistics import commonest_mistakes
from dlcourse.grading.intake.roster import read_class
from dlcourse.grading.output.class_report import class_page

PAGE = "report.html"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "out", type=Path, metavar="DIR", help="where `dlcourse grade` has written (its --out)"
    )
    parser.add_argument(
        "--roster", type=Path, metavar="FILE", help="who is in the course: a name a line, or a CSV"
    )


def run(args: argparse.Namespace) -> int:
    """Write the page, and say what it says in short."""
    scores = read_scores(args.out)
    students = {score.student for score in scores}
    roster = list(read_class(args.roster, students).sections) if args.roster else None
    path = args.out / PAGE
    page = class_page(scores, roster).encode()
    try:
        write_whole(path, page, private=True)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror or error}") from error
    for count, exercise, sentence in commonest_mistakes(scores)[:5]:
        print(f"{count:4} × {exercise}: {sentence}")
    print(f"The class report is in {path}")
    return 0
