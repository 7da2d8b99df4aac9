"""How far a student is: a verdict on each exercise of each saved lesson, given once for each state of it."""

import hashlib
import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.files import write_whole
from dlcourse.course.language import tr
from dlcourse.course.lessons import lesson_stems
from dlcourse.exercises import catalogue
from dlcourse.exercises.engine.verdict import Verdict
from dlcourse.student.work_folder import WorkFolder, fingerprint, fingerprint_of

MOMENT = 0.3  # seconds: JupyterLab saves in place, and a reader may find half a notebook


@dataclass(frozen=True)
class ExerciseProgress:
    """One exercise: its status and points."""

    exercise: str
    status: str
    points: int
    max_points: int


@dataclass(frozen=True)
class LessonProgress:
    """One lesson: its exercises, when it was saved (None: it is not there), what keeps it from being read."""

    lesson: str
    exercises: tuple[ExerciseProgress, ...]
    saved: datetime | None
    problem: str = ""

    @property
    def passed(self) -> int:
        return sum(exercise.status == "passed" for exercise in self.exercises)

    @property
    def finished(self) -> bool:
        return self.passed == len(self.exercises)


def progress(folder: WorkFolder) -> list[LessonProgress]:
    """Of every released lesson, in the order of the course."""
    cache = _Cache(folder.hidden("verdicts.json"))
    found = [_progress(folder, stem, cache) for stem in lesson_stems()]
    cache.save()
    return found


def verdicts(notebook: Path, lesson: str) -> list[Verdict]:
    """The verdicts on the exercises of a notebook; raises UserError where it cannot be read."""
    from dlcourse.grading.run.self_check import check_notebook

    try:
        return check_notebook(notebook, lesson)
    except UserError as error:
        text = tr("{problem}; `dlcourse reset` puts a fresh lesson there and keeps this one")
        raise UserError(text.format(problem=error)) from None


def _progress(folder: WorkFolder, stem: str, cache: "_Cache") -> LessonProgress:
    found = _progress_now(folder, stem, cache)
    if found.problem:
        time.sleep(MOMENT)
        found = _progress_now(folder, stem, cache)
    return found


def _progress_now(folder: WorkFolder, stem: str, cache: "_Cache") -> LessonProgress:
    notebook, exercises = folder.lesson(stem), catalogue().get(stem, {})
    blank = tuple(
        ExerciseProgress(name, "not attempted", 0, one.max_points) for name, one in exercises.items()
    )
    if not notebook.exists():
        return LessonProgress(stem, blank, None)
    saved = datetime.fromtimestamp(notebook.stat().st_mtime)
    try:
        content = fingerprint(notebook)
        if content == fingerprint_of(folder.released(stem)):
            return LessonProgress(stem, blank, saved)
        versions = [one.version for one in exercises.values()]
        return LessonProgress(stem, cache.exercises([stem, content, *versions], notebook, stem), saved)
    except UserError as error:
        return LessonProgress(stem, blank, saved, str(error))
    except OSError as error:
        text = tr("{notebook} cannot be opened: {why}")
        return LessonProgress(stem, blank, saved, text.format(notebook=notebook, why=error.strerror))


class _Cache:
    """Scores by what they depend on: the cells and the exercises. Only those in use are kept."""

    def __init__(self, path: Path):
        self._path = path
        self._used: dict[str, tuple[ExerciseProgress, ...]] = {}
        try:
            self._known = {
                key: tuple(ExerciseProgress(**one) for one in kept)
                for key, kept in json.loads(path.read_bytes()).items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            self._known = {}

    def exercises(self, depends_on: list[str], notebook: Path, lesson: str) -> tuple[ExerciseProgress, ...]:
        key = hashlib.sha256("\n".join(depends_on).encode()).hexdigest()
        if key not in self._known:
            given = verdicts(notebook, lesson)
            self._known[key] = tuple(
                ExerciseProgress(v.exercise, v.status, v.points, v.max_points) for v in given
            )
        self._used[key] = self._known[key]
        return self._used[key]

    def save(self) -> None:
        """Where that is possible; a folder that cannot be written is no reason not to show the progress."""
        content = json.dumps({key: [asdict(one) for one in scores] for key, scores in self._used.items()})
        with suppress(OSError):
            write_whole(self._path, content.encode())
