"""Proof that the committed notebooks are what the sources say, and that no answer reached the students."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import nbformat

from dlcourse.authoring import pytorch
from dlcourse.authoring.lint import output_faults, source_faults
from dlcourse.authoring.notebooks import serialise, solved_notebook, student_notebook, without_outputs
from dlcourse.authoring.solutions import bodies, sentences, squeezed, worded
from dlcourse.authoring.source import KEPT_BACK, SOURCES, LessonSource, all_lessons

LEAST_TELLING = 12  # characters: a shorter answer, such as `return x`, may well stand elsewhere too
LEAST_SAID = 5  # words: a shorter sentence, too


def notebook_paths(root: Path, lesson: LessonSource) -> tuple[Path, Path]:
    """Where the student's notebook and the solved one go."""
    return root / "lessons" / f"{lesson.stem}.ipynb", root / "solutions" / f"{lesson.stem}.ipynb"


def faults(root: Path, lessons: Iterable[LessonSource], points: Mapping[str, Mapping[str, int]]) -> list[str]:
    """All that is amiss, each with its file; `points` has {lesson: {exercise: points}}."""
    lessons = list(lessons)
    found: list[str] = []
    for lesson in lessons:
        found += source_faults(lesson, points[lesson.stem]) or _stale(root, lesson, points[lesson.stem])
    return [*found, *_without_source(root), *_leaks(root, lessons)]


def same_cells(path: Path, fresh: nbformat.NotebookNode) -> bool:
    """Whether the notebook at `path` is `fresh`, outputs aside."""
    try:
        return serialise(without_outputs(nbformat.read(path, as_version=4))) == serialise(fresh)
    except (OSError, ValueError, AttributeError, nbformat.ValidationError):
        return False


def already_run(path: Path, fresh: nbformat.NotebookNode) -> nbformat.NotebookNode | None:
    """`fresh` with the outputs of the notebook at `path`; None unless they have the same code."""
    try:
        before = nbformat.read(path, as_version=4)
        old, new = ([cell for cell in each.cells if cell.cell_type == "code"] for each in (before, fresh))
        same = [(cell.id, cell.source) for cell in old] == [(cell.id, cell.source) for cell in new]
    except (OSError, ValueError, AttributeError, nbformat.ValidationError):
        return None
    if not same:
        return None
    for was, cell in zip(old, new, strict=True):
        cell.outputs, cell.execution_count = was.outputs, was.execution_count
    return fresh


def _stale(root: Path, lesson: LessonSource, points: Mapping[str, int]) -> Iterator[str]:
    student, solved = notebook_paths(root, lesson)
    if not student.exists() or student.read_bytes() != serialise(student_notebook(lesson, points)):
        yield _out_of_date(student, lesson)
    if not same_cells(solved, solved_notebook(lesson, points)):
        yield _out_of_date(solved, lesson)
    else:
        yield from (f"solutions/{solved.name}: {fault}" for fault in _badly_run(solved))


def stale_page(root: Path) -> Iterator[str]:
    """Whether the page on PyTorch is what the lessons say."""
    path, text = root / pytorch.PAGE, pytorch.page(all_lessons(root))
    if text and (not path.exists() or path.read_bytes() != text.encode()):
        yield f"{pytorch.PAGE} is not what the lessons say under `## {pytorch.HEADING}`: run `dlcourse build`"


def _out_of_date(path: Path, lesson: LessonSource) -> str:
    state = "is not what its source says" if path.exists() else "is missing"
    return f"{path.parent.name}/{path.name} {state}: run `dlcourse build {lesson.stem}`"


def _badly_run(path: Path) -> Iterator[str]:
    notebook = nbformat.read(path, as_version=4)
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    if counts != list(range(1, len(counts) + 1)):
        yield f"its cells were not run once each and in order: run `dlcourse build --execute {path.stem}`"
    yield from output_faults(notebook)


def _without_source(root: Path) -> Iterator[str]:
    sources = {path.stem for path in (root / "solutions").glob(SOURCES)}
    for folder in ("lessons", "solutions"):
        for path in sorted((root / folder).glob("*.ipynb")):
            if path.stem not in sources:
                yield f"{folder}/{path.name} has no source solutions/{path.stem}.py: write one or delete it"


def _leaks(root: Path, lessons: Iterable[LessonSource]) -> Iterator[str]:
    """Where a whole answer stands in what students get, in whatever cell of whatever lesson."""
    texts = {f"lessons/{path.name}": _texts(path) for path in sorted((root / "lessons").glob("*.ipynb"))}
    return given_away(texts, lessons)


def given_away(texts: Mapping[str, Iterable[str]], lessons: Iterable[LessonSource]) -> Iterator[str]:
    """Where a file, by its `texts`, has an answer, commented out or not, or a sentence that is kept back."""
    lessons = list(lessons)
    read = {name: list(given) for name, given in texts.items()}
    yield from _answers_in(read, lessons)
    yield from _sentences_in(read, lessons)


def _answers_in(texts: Mapping[str, list[str]], lessons: list[LessonSource]) -> Iterator[str]:
    answers = [
        (lesson, cell, squeezed(body))
        for lesson in lessons
        for cell in lesson.of("exercise")
        for body in bodies(cell)
    ]
    for name, given in texts.items():
        given = [squeezed(version) for text in given for version in (text, text.replace("#", ""))]
        for lesson, cell, answer in answers:
            if len(answer) >= LEAST_TELLING and any(answer in text for text in given):
                yield f"{name} gives away the answer of {cell.name!r} of {lesson.stem}"


def _sentences_in(texts: Mapping[str, list[str]], lessons: list[LessonSource]) -> Iterator[str]:
    said = [
        (lesson, cell, sentence)
        for lesson in lessons
        for role in KEPT_BACK
        for cell in lesson.of(role)
        for sentence in sentences(cell.text)
        if sentence.count(" ") >= LEAST_SAID - 1
    ]
    for name, given in texts.items():
        given = [f" {worded(text)} " for text in given if said]
        for lesson, cell, sentence in said:
            if any(f" {sentence} " in text for text in given):
                yield f"{name} gives away the {cell.role} {cell.name!r} of {lesson.stem}: {sentence!r}"


def _texts(path: Path) -> list[str]:
    try:
        cells = nbformat.read(path, as_version=4).cells
    except (OSError, ValueError, AttributeError, nbformat.ValidationError):
        return []
    return [cell.source for cell in cells] + [
        str(output) for cell in cells for output in cell.get("outputs", ())
    ]
