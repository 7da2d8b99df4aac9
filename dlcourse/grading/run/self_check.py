"""One's own notebook, judged from the terminal as it would be graded, but without a sandbox."""

from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.language import spoken, tr
from dlcourse.course.lessons import no_lesson
from dlcourse.exercises.engine.exercise import NOTEBOOK_SEED
from dlcourse.exercises.engine.verdict import Verdict
from dlcourse.exercises.released_cells import known_lessons, lesson
from dlcourse.grading.intake.notebook import Unreadable, code_cells, read_bytes
from dlcourse.grading.run.judge import Job, grade_one
from dlcourse.grading.sandbox.limits import Limits
from dlcourse.grading.sandbox.sandbox import OpenBox


def check_notebook(path: str | Path, stem: str | None = None, limits: Limits | None = None) -> list[Verdict]:
    """Verdicts on a notebook's answers, in the lesson's order, on the inputs that its own checks use.

    stem: the lesson, by default the file's name. Runs in a plain process of its own: no fork, no sandbox, so
    it should serve macOS and Windows too, where it has not been tried. UserError where none can be checked.
    """
    path, stem, limits = Path(path), stem or Path(path).stem, limits or Limits()
    released = lesson(stem)
    if released is None:
        raise UserError(no_lesson(stem, known_lessons()))
    try:
        cells = released.cells_to_run(code_cells(read_bytes(path)))
    except Unreadable as problem:
        raise UserError(tr("{path} {problem}").format(path=path, problem=tr(problem.why))) from problem
    job = Job(stem, cells, released.exercises, NOTEBOOK_SEED, language=spoken())
    return list(grade_one(job, OpenBox(limits), limits).verdicts)
