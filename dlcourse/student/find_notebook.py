"""Which notebook and which lesson a student means by what was typed."""

from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.language import tr
from dlcourse.course.lessons import lesson_stems, pick_lesson
from dlcourse.student.work_folder import usual_folder


def find_notebook(typed: str) -> tuple[Path, str]:
    """The notebook, which need not exist, and its lesson.

    What was typed is a path, or the name of a lesson in the usual folder. A copy, such as
    `03_activations.new.ipynb`, belongs to the lesson that its name begins with.
    """
    path = Path(typed).expanduser()
    if path.is_dir():
        raise UserError(tr("{typed} is a folder; name a notebook in it").format(typed=typed))
    if path.suffix == ".ipynb" or path.exists():
        return path, _lesson(path)
    lesson = pick_lesson(typed, lesson_stems())
    return usual_folder() / f"{lesson}.ipynb", lesson


def _lesson(path: Path) -> str:
    owners = [stem for stem in lesson_stems() if path.name.startswith(stem)]
    return max(owners, key=len) if owners else pick_lesson(path.stem, lesson_stems())
