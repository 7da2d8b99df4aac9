"""`dlcourse grade`: what it takes, what it shows."""

import argparse
import gc
from collections import Counter
from contextlib import contextmanager, nullcontext
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.interrupts import uninterrupted
from dlcourse.course.language import ENGLISH, languages
from dlcourse.exercises import catalogue
from dlcourse.grading.book.scores import Score
from dlcourse.grading.intake.layouts import LAYOUTS
from dlcourse.grading.pipeline import Summary, grade
from dlcourse.grading.run.cluster import cluster

_STATUSES = ("passed", "partial", "failed", "not attempted", "missing", "unreadable")
_RISK = (
    "No sandbox: every submission runs with your rights, and can read, send away or delete whatever you can."
)
_LISTED = 8  # hand-ins that could not be read


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "submissions",
        type=Path,
        nargs="+",
        metavar="SUBMISSIONS",
        help="folder of <student>/<lesson>.ipynb, nbgrader's submitted/, a zip from Canvas or Moodle, or a "
        "notebook; of several, later attempts come later",
    )
    parser.add_argument(
        "--layout",
        default="",
        metavar="LAYOUT",
        help="whose is what, where that is not clear: student, '*/student' (a folder around them), "
        f"section/student, or {', '.join(layout.name for layout in LAYOUTS)}",
    )
    parser.add_argument(
        "--zip-names", default="", metavar="CODEPAGE", help="of names in a zip that does not say, as cp949"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="for scores, gradebook and feedback pages"
    )
    parser.add_argument("--workers", type=int, metavar="N", help="processes that grade (default: one a core)")
    parser.add_argument("--cluster", metavar="ADDRESS", help="grade on the Dask cluster of that scheduler")
    parser.add_argument(
        "--policy",
        type=Path,
        metavar="FILE",
        help="deadlines, extensions, which attempt counts, points set by hand (default: DIR/policy.toml)",
    )
    parser.add_argument(
        "--worksheet",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="Moodle's grading worksheet, for the dates of what its zip holds; may be given more than once",
    )
    parser.add_argument(
        "--seed", type=int, metavar="S", help="of the tests' inputs (default: secret, kept in DIR)"
    )
    parser.add_argument(
        "--retry", action="store_true", help="grade again what the grader gave up in an earlier run"
    )
    parser.add_argument(
        "--language",
        default=ENGLISH,
        metavar="CODE",
        help=f"of what students are told: {', '.join(languages())} (default: {ENGLISH})",
    )
    parser.add_argument("--no-sandbox", action="store_true", help="run strangers' code as yourself")


def run(args: argparse.Namespace) -> int:
    """Grade, and show on one screen what came of it."""
    with uninterrupted():
        from rich.console import Console

        catalogue()
    gc.freeze()  # what is there now stays: no search for garbage walks through it, here nor in the judges
    console = Console(stderr=True, highlight=False)
    if args.no_sandbox:
        console.print(_RISK, style="bold red", soft_wrap=True)
    if args.cluster and args.workers:
        raise UserError("give --workers or --cluster: a cluster has its own workers")
    elsewhere = cluster(args.cluster) if args.cluster else nullcontext((None, args.workers))
    try:
        with elsewhere as (executor, workers), _bar(console) as progress:
            summary = grade(
                args.submissions,
                args.out,
                policy=args.policy,
                executor=executor,
                workers=workers,
                seed=args.seed,
                sandbox="none" if args.no_sandbox else "auto",
                layout=args.layout,
                zip_names=args.zip_names,
                worksheets=args.worksheet,
                retry=args.retry,
                language=args.language,
                progress=progress,
            )
    except KeyboardInterrupt:
        console.print("Stopped. What is graded is kept: the same command goes on from there.")
        return 130
    _show(summary, args.out, Console(highlight=False))
    return 0


@contextmanager
def _bar(console):
    """A function of (done, total) that draws a bar, where there is a terminal to draw it on."""
    with uninterrupted():
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    if not console.is_terminal:
        yield lambda done, total: None
        return
    columns = "Grading", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _show(summary: Summary, out: Path, console) -> None:
    console.print(_table(summary.scores))
    _show_unreadable(summary.unreadable, console)
    if summary.unmatched:
        texts = ", ".join(summary.unmatched[:_LISTED])
        console.print(f"\nIn the policy, but nothing handed in: {texts}", markup=False, soft_wrap=True)
    if summary.gone:
        texts = ", ".join(
            f"{student or '(no student)'} {lesson}".strip() for student, lesson in summary.gone[:_LISTED]
        )
        console.print(
            f"\nNo longer in scores.csv, for not among these submissions: {len(summary.gone)} "
            f"({texts}{', …' if len(summary.gone) > _LISTED else ''}). Scores are of what one command names: "
            "name all that are to count. What was graded is kept.",
            markup=False,
            soft_wrap=True,
        )
    for note in summary.notes[:_LISTED]:
        console.print(f"\n{note}.", markup=False, soft_wrap=True)
    if summary.given_up:
        texts = ", ".join(f"{student} {lesson}" for student, lesson in summary.given_up[:_LISTED])
        console.print(
            f"\nThe grader gave up on {len(summary.given_up)} ({texts}"
            f"{', …' if len(summary.given_up) > _LISTED else ''}): the rows say why. "
            "They are not graded again before you say --retry.",
            markup=False,
            soft_wrap=True,
        )
    console.print(
        f"\n{_counted(summary)}, in {summary.seconds:.1f} s.\n"
        f"Scores in {out / 'scores.csv'}, dates in {out / 'handins.csv'}, pages for students in "
        f"{out / 'feedback'}. "
        f"For the whole class: dlcourse report {out}",
        soft_wrap=True,
        markup=False,
    )


def _counted(summary: Summary) -> str:
    """Who and what there was, and why so little of it had to be graded."""
    what = "hand-in" if summary.handins == 1 else "hand-ins"
    who = "1 student" if summary.students == 1 else f"{summary.students} students"
    told = f"{who}, {summary.handins} {what}, {summary.fresh} of them graded now"
    return f"{told}, {summary.same} the same as another, cell by cell" if summary.same else told


def _table(scores: list[Score]):
    """A row an exercise where there is one lesson, else a row a lesson."""
    from rich.table import Table

    readable = [score for score in scores if score.exercise and not score.absent]
    one_lesson = len({score.lesson for score in readable}) <= 1
    statuses = [status for status in _STATUSES if any(score.status == status for score in readable)]
    rows: dict[str, list[Score]] = {}
    for score in readable:
        rows.setdefault(score.exercise if one_lesson else score.lesson, []).append(score)
    table = Table(box=None, pad_edge=False)
    table.add_column("exercise" if one_lesson else "lesson", no_wrap=True)
    for heading in (*statuses, "points"):
        table.add_column(heading, justify="right")
    for name, group in rows.items() if one_lesson else sorted(rows.items()):
        table.add_row(name, *_counts(group, statuses))
    return table


def _counts(group: list[Score], statuses: list[str]) -> list[str]:
    found = Counter(score.status for score in group)
    share = sum(score.points for score in group) / (sum(score.max_points for score in group) or 1)
    return [*(str(found[status] or "·") for status in statuses), f"{share:.0%}"]


def _show_unreadable(problems: list[tuple[str, str]], console) -> None:
    if problems:
        console.print(f"\nCould not be graded: {len(problems)}")
    for student, problem in problems[:_LISTED]:
        console.print(f"  {student or '(no student)'}: {problem}", markup=False, soft_wrap=True)
    if len(problems) > _LISTED:
        console.print(f"  and {len(problems) - _LISTED} more, in scores.csv")
