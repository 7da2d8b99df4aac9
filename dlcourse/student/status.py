"""`dlcourse status`: a table of how far a student is, from the saved notebooks."""

from datetime import datetime

from rich.console import Console
from rich.table import Table

from dlcourse.course.errors import UserError
from dlcourse.course.language import speak_as_chosen, tr
from dlcourse.exercises.engine.verdict import in_words
from dlcourse.student.progress import LessonProgress, progress
from dlcourse.student.work_folder import WorkFolder, add_folder

MARKS = {"passed": "[green]✓[/]", "partial": "[yellow]◐[/]", "failed": "[red]✗[/]"}


def add_arguments(parser) -> None:
    """Arguments of `dlcourse status`."""
    add_folder(parser)


def run(args) -> int:
    """Carry out `dlcourse status`."""
    folder = WorkFolder(args.folder)
    speak_as_chosen(folder.path)
    if not folder.path.is_dir():
        text = tr("there is no folder {folder}; `dlcourse start {typed}` makes it")
        raise UserError(text.format(folder=folder.path, typed=args.folder))
    lessons = progress(folder)
    console = Console(highlight=False)
    console.print(_table(lessons))
    for one in lessons:
        if one.problem:
            console.print(one.problem, markup=False, soft_wrap=True)
    console.print(_next_step(lessons), markup=False)
    return 0


def _table(lessons: list[LessonProgress]) -> Table:
    columns = tr("lesson"), tr("exercises"), tr("passed"), tr("points"), tr("saved")
    table = Table(*columns, box=None, pad_edge=False)
    for one in lessons:
        marks = " ".join(MARKS.get(exercise.status, "·") for exercise in one.exercises)
        points, most = sum(s.points for s in one.exercises), sum(s.max_points for s in one.exercises)
        table.add_row(
            one.lesson, marks, f"{one.passed}/{len(one.exercises)}", f"{points}/{most}", _when(one.saved)
        )
    return table


def _when(saved: datetime | None) -> str:
    if saved is None:
        return tr("not there")
    day = tr("today") if saved.date() == datetime.now().date() else f"{saved:%Y-%m-%d}"
    return f"{day} {saved:%H:%M:%S}"


def _next_step(lessons: list[LessonProgress]) -> str:
    """What to do next: the first exercise not passed."""
    for one in lessons:
        for due in one.exercises:
            if due.status != "passed":
                state = in_words(due.status)
                text = tr("Next: `{exercise}` in {lesson} ({state}).")
                return text.format(exercise=due.exercise, lesson=one.lesson, state=state)
    return tr("Every exercise of every lesson here is passed.")
