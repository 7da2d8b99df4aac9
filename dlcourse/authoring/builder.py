"""The sources become notebooks, or are compared with the committed ones."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from dlcourse.authoring import pytorch
from dlcourse.authoring.clone import course_root
from dlcourse.authoring.execute import run as execute
from dlcourse.authoring.lint import LARGEST, source_faults
from dlcourse.authoring.notebooks import serialise, solved_notebook, student_notebook
from dlcourse.authoring.source import SOURCES, LessonSource, SourceError, all_lessons, read_lesson
from dlcourse.authoring.translation.compiled import compiled, compiled_path, translated_into, uncompiled
from dlcourse.authoring.verify import already_run, faults, notebook_paths, stale_page
from dlcourse.course.files import write_whole
from dlcourse.course.lessons import pick_lesson


def run(args) -> int:
    """Carry out the parsed command; the exit code is 1 where `--check` finds something."""
    root = course_root(Path.cwd())
    lessons = [read_lesson(path) for path in chosen_sources(root, args.lessons)]
    points = points_of(lessons)
    if args.check:
        languages = [] if args.lessons else translated_into(root)
        behind = (line for language in languages for line in uncompiled(root, language))
        return _report([*faults(root, lessons, points), *stale_page(root), *behind], len(lessons))
    for lesson in lessons:
        for path, what in build(root, lesson, points[lesson.stem], args.execute):
            print(f"{path.relative_to(root)}: {what}", flush=True)
    for language in translated_into(root):
        path = compiled_path(root, language)
        print(f"{path.relative_to(root)}: {write(path, compiled(root, language))}", flush=True)
    if text := pytorch.page(all_lessons(root)):
        print(f"{pytorch.PAGE}: {write(root / pytorch.PAGE, text.encode())}", flush=True)
    return 0


def chosen_sources(root: Path, typed: Iterable[str]) -> list[Path]:
    """The sources of the lessons that were named, all of them if none was."""
    sources = {path.stem: path for path in sorted((root / "solutions").glob(SOURCES))}
    stems = [pick_lesson(name, sources) for name in typed] or list(sources)
    return [sources[stem] for stem in dict.fromkeys(stems)]


def build(
    root: Path, lesson: LessonSource, points: Mapping[str, int], again: bool = False
) -> list[tuple[Path, str]]:
    """Write both notebooks, the solved one run if its code changed or `again`; say of each what was done.

    `points` has what each exercise is worth. Where the source is at fault or a cell fails, that is raised
    (UserError) and nothing is written.
    """
    if found := source_faults(lesson, points):
        more = f" (and {len(found) - 1} more: see `dlcourse build --check`)" if found[1:] else ""
        raise SourceError(found[0] + more)
    student, solved = notebook_paths(root, lesson)
    fresh = solved_notebook(lesson, points)
    done = (None if again else already_run(solved, fresh)) or execute(lesson, fresh)
    blank = student_notebook(lesson, points)
    return [(student, write(student, serialise(blank))), (solved, write(solved, serialise(done)))]


def points_of(lessons: Iterable[LessonSource]) -> dict[str, dict[str, int]]:
    """{lesson: {exercise: points}}"""
    from dlcourse.exercises import catalogue

    known = catalogue()
    return {
        lesson.stem: {e.name: e.max_points for e in known.get(lesson.stem, {}).values()} for lesson in lessons
    }


def write(path: Path, content: bytes) -> str:
    """Write `content` if it is not there already; say which."""
    is_large = path.suffix == ".ipynb" and len(content) > LARGEST
    large = f" ({len(content) // 1000} kB: aim below {LARGEST // 1000})" if is_large else ""
    if path.exists() and path.read_bytes() == content:
        return f"unchanged{large}"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)
    return f"written{large}"


def _report(found: list[str], lessons: int) -> int:
    for fault in found:
        print(fault, file=sys.stderr)
    if not found:
        print(f"{lessons} checked: the notebooks are what the sources say, and no answer leaked.")
    return 1 if found else 0
