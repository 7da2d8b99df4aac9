"""`dlcourse export`: files that a spreadsheet or a learning platform imports."""

import argparse
from collections.abc import Callable
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.files import write_whole
from dlcourse.course.language import speaking
from dlcourse.course.lessons import pick_lesson
from dlcourse.exercises import catalogue
from dlcourse.grading import gradescope
from dlcourse.grading.book.gradebook import read_handins, read_language, read_scores
from dlcourse.grading.book.scores import Score, defused, write_table
from dlcourse.grading.book.statistics import totals
from dlcourse.grading.intake.roster import ClassList, read_class
from dlcourse.grading.intake.submissions import GROUPS
from dlcourse.grading.output import canvas, moodle, returned

FORMATS = ("csv", "canvas", "canvas-feedback", "moodle", "moodle-feedback", "gradescope")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "out", type=Path, metavar="DIR", help="where `dlcourse grade` has written (its --out)"
    )
    parser.add_argument("--format", choices=FORMATS, required=True, help="who is to read it")
    parser.add_argument(
        "--to", type=Path, required=True, metavar="PATH", help="file to write; for gradescope a folder"
    )
    parser.add_argument(
        "--lesson",
        metavar="LESSON",
        help="this one alone, such as 03_activations or 3; moodle and the feedback take one at a time",
    )
    parser.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="the gradebook exported from Canvas, or Moodle's grading worksheet, to be filled in; "
        "for csv any list of who is in the course",
    )


def run(args: argparse.Namespace) -> int:
    """Write the file, and say whom it leaves out."""
    scores = _of_lesson(read_scores(args.out), args.lesson)
    if args.roster and args.format == "gradescope":
        raise UserError("--roster is for csv, canvas and moodle; gradescope needs none")
    try:
        with speaking(read_language(args.out)):
            not_in_it = _WRITERS[args.format](scores, args)
    except OSError as error:
        raise UserError(f"cannot write to {args.to}: {error.strerror or error}") from error
    print(f"{args.format} written to {args.to}")
    for why, students in not_in_it.items():
        if students:
            print(f"{why}: {', '.join(students)}")
    return 0


def _of_lesson(scores: list[Score], lesson: str | None) -> list[Score]:
    lessons = [pick_lesson(lesson, catalogue())] if lesson else list(catalogue())
    found = [score for score in scores if score.student and score.lesson in lessons]
    if not found:
        raise UserError(f"there are no scores {f'for {lessons[0]} ' if lesson else ''}to export")
    return found


_Told = dict[str, list[str]]  # what is to be said of which students


def _csv(scores: list[Score], args: argparse.Namespace) -> _Told:
    """A row a student, a column a lesson; with a roster, a row for each who is on it, and their sections."""
    lessons, points = sorted({score.lesson for score in scores}), totals(scores)
    known = read_class(args.roster, points) if args.roster else ClassList(dict.fromkeys(points, ""))
    has_sections = any(known.sections.values())
    rows = [
        [
            *map(defused, [student, section] if has_sections else [student]),
            *(f"{of[name]:g}" if name in of else "" for name in lessons),
            f"{sum(of.values()):g}",
        ]
        for student, section in known.sections.items()
        for of in [points.get(student, {})]
    ]
    headings = ["student", *(["section"] if has_sections else []), *lessons, "total"]
    write_table(args.to, [headings, *rows], for_spreadsheets=True)
    return _unknown(list(known.strangers), args)


def _canvas(scores: list[Score], args: argparse.Namespace) -> _Told:
    rows, left_out = canvas.gradebook(scores, args.roster)
    write_table(args.to, rows)
    return _unknown(left_out, args)


def _moodle(scores: list[Score], args: argparse.Namespace) -> _Told:
    lesson = _one_lesson(scores, "Moodle")
    handins = [row for row in read_handins(args.out) if row.lesson == lesson]
    groups, named = ({row.student for row in handins if row.platform == of} for of in (GROUPS, "moodle"))
    scores = [score for score in scores if score.student not in groups]
    if not scores:
        raise UserError(
            f"{', '.join(sorted(groups))}: groups, whose members Moodle's worksheet lists one by one"
        )
    rows, left_out = moodle.worksheet(scores, args.roster, named)
    write_table(args.to, rows)
    return _unknown(left_out, args) | {
        "Not in it, for they are groups, and it lists their members": sorted(groups),
        "At the maximum there, for Moodle takes no grade beyond it": moodle.beyond(scores),
    }


def _unknown(left_out: list[str], args: argparse.Namespace) -> _Told:
    return {f"Not in it, for {args.roster} does not say which of its rows they are": left_out}


def _one_lesson(scores: list[Score], who: str) -> str:
    lessons = sorted({score.lesson for score in scores})
    if len(lessons) > 1:
        raise UserError(f"{who} takes one assignment at a time: give --lesson, one of {', '.join(lessons)}")
    return lessons[0]


def _feedback(scores: list[Score], args: argparse.Namespace) -> _Told:
    platform = args.format.removesuffix("-feedback")
    lesson = _one_lesson(scores, platform.capitalize())
    handins = [row for row in read_handins(args.out) if row.lesson == lesson]
    files, left_out = returned.pages(args.out, handins, platform)
    write_whole(args.to, returned.packed(files), private=True)
    return {f"Not in it, for {platform.capitalize()} has given no name to answer to": left_out}


def _gradescope(scores: list[Score], args: argparse.Namespace) -> _Told:
    gradescope.write_folder(args.to, scores)
    return {}


_WRITERS: dict[str, Callable[[list[Score], argparse.Namespace], _Told]] = {
    "csv": _csv,
    "canvas": _canvas,
    "canvas-feedback": _feedback,
    "moodle": _moodle,
    "moodle-feedback": _feedback,
    "gradescope": _gradescope,
}
