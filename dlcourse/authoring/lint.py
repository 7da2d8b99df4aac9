"""What every lesson must have, besides being readable: said with file and line, all of it at once."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping

import nbformat

from dlcourse.authoring.notebooks import cell_ids
from dlcourse.authoring.pytorch import read_section, section_faults
from dlcourse.authoring.sections import headings
from dlcourse.authoring.solutions import blanked, bodies, solved
from dlcourse.authoring.source import DISCUSSION, RUBRIC, WORDS, LessonSource, SourceCell

IMAGES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")
LARGEST = 500_000  # bytes of a committed notebook
LONGEST = 30  # lines of a demonstration: it shows one thing, and is read by everyone
GO_FURTHER = "Go further"


def source_faults(lesson: LessonSource, points: Mapping[str, int]) -> list[str]:
    """What is amiss in a source; `points` names the exercises that exist for it."""
    found = [*_opening(lesson), *_empty(lesson), *_code(lesson), *_twice(lesson), *_exercises(lesson, points)]
    found += [*_pytorch(lesson), *_discussed(lesson), *_marked(lesson), *_long(lesson)]
    return [str(lesson.error(line, what)) for line, what in sorted(found)]


def _long(lesson: LessonSource) -> list[tuple[int, str]]:
    lengths = [(cell, len(cell.text.strip().splitlines())) for cell in lesson.of("demo") if not cell.long]
    advice = 'move what is not the point into the package, or say why by long="reason"'
    return [
        (cell.line, f"this demonstration has {length} lines, at most {LONGEST} are read: {advice}")
        for cell, length in lengths
        if length > LONGEST
    ]


def output_faults(notebook: nbformat.NotebookNode) -> Iterator[str]:
    """What is amiss in a notebook that has been run: an error, a warning, a figure without words."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if fault := _output_fault(output):
                yield f"cell {cell.id!r} {fault}"


def _opening(lesson: LessonSource) -> Iterator[tuple[int, str]]:
    first = lesson.cells[0]
    if first.is_code or not first.text.lstrip().startswith("# "):
        yield first.line, "the first cell is the title: markdown that begins with `# `"
    setups = lesson.of("setup")
    code = [cell for cell in lesson.cells if cell.is_code]
    if len(setups) != 1 or code[0] is not setups[0]:
        line = setups[-1].line if setups else first.line
        yield line, 'the first code cell, and no other, is `# %% role="setup"`'


def _empty(lesson: LessonSource) -> Iterator[tuple[int, str]]:
    return ((cell.line, "this cell is empty") for cell in lesson.cells if not cell.text.strip())


def _code(lesson: LessonSource) -> Iterator[tuple[int, str]]:
    for cell in lesson.cells:
        if not cell.is_code:
            continue
        for version, text in (("solved", solved(cell)), ("blanked", blanked(lesson, cell))):
            try:
                ast.parse(text)
            except SyntaxError as error:
                yield (
                    cell.line,
                    f"the {version} cell is not Python: {error.msg}: {(error.text or '').strip()!r}",
                )


def _twice(lesson: LessonSource) -> Iterator[tuple[int, str]]:
    named = [cell for cell in lesson.cells if cell.name]
    count = Counter((cell.role, cell.name) for cell in named)
    twice = [cell for cell in named if count[cell.role, cell.name] > 1]
    yield from ((cell.line, f"two cells are called {cell.role} {cell.name!r}") for cell in twice)
    clash = Counter(cell_ids(lesson))
    if not twice and (ids := [one for one, times in clash.items() if times > 1]):
        yield 1, f"two cells have the id {ids[0]!r}; name one of them"


def _exercises(lesson: LessonSource, points: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    written, checks = lesson.of("exercise"), {cell.name: cell for cell in lesson.of("check")}
    for cell in written:
        yield from ((cell.line, what) for what in _exercise(cell, points, checks.get(cell.name)))
    for name in sorted(checks.keys() - {cell.name for cell in written}):
        yield checks[name].line, f"a check of {name!r}, which no cell has as its exercise"
    for name in sorted(points.keys() - {cell.name for cell in written}):
        yield 1, f'no cell `# %% exercise="{name}"`, and the lesson has that exercise'


def _exercise(cell: SourceCell, points: Mapping[str, int], check: SourceCell | None) -> Iterator[str]:
    if cell.name not in points:
        yield f"no exercise {cell.name!r} in the lesson's module of dlcourse/exercises"
    if not bodies(cell):
        yield f"the exercise {cell.name!r} has no solution between markers"
    if f"def {cell.name}(" not in cell.text:
        yield f"the exercise {cell.name!r} does not define `{cell.name}`"
    if check is None or check.line < cell.line:
        yield f'no cell `# %% check="{cell.name}"` after this exercise'
    elif check.text.strip() != (call := f"{cell.name} = check({cell.name})"):
        yield f"the check of {cell.name!r} is `{call}` and nothing else"


def _pytorch(lesson: LessonSource) -> Iterator[tuple[int, str]]:
    for cell in lesson.of("text"):
        if section := read_section(cell.text):
            yield from ((cell.line, fault) for fault in section_faults(section))


def _discussed(lesson: LessonSource) -> Iterator[tuple[int, str]]:
    """Open questions and their discussion come together, questions first."""
    asked = [cell for cell in lesson.of("text") if GO_FURTHER in [one.words for one in headings(cell.text)]]
    discussions = lesson.of(DISCUSSION)
    for cell in asked:
        if not any(discussion.line > cell.line for discussion in discussions):
            yield cell.line, f'after `## {GO_FURTHER}` comes `# %% [markdown] discussion="go-further"`'
    for cell in discussions:
        if not any(question.line < cell.line for question in asked):
            yield cell.line, f"a discussion, and no `## {GO_FURTHER}` before it with what it discusses"
        if headings(cell.text):
            yield cell.line, "a discussion has no headings: on the site it is behind a fold"


def _marked(lesson: LessonSource) -> Iterator[tuple[int, str]]:
    """An answer in words has a rubric behind it, and a rubric an answer."""
    words, rubrics = ({cell.name: cell.line for cell in lesson.of(role)} for role in (WORDS, RUBRIC))
    for name, line in words.items():
        if rubrics.get(name, 0) < line:
            yield (
                line,
                f'after words="{name}" comes `# %% [markdown] rubric="{name}"`, which says what earns points',
            )
    for name in sorted(rubrics.keys() - words.keys()):
        yield rubrics[name], f'a rubric, and no cell words="{name}" that it is for'


def _output_fault(output: nbformat.NotebookNode) -> str | None:
    if output.output_type == "error":
        return f"stopped with {output.ename}: {output.evalue}"
    if output.output_type == "stream" and output.name == "stderr":
        return f"printed a warning: {output.text.strip().splitlines()[0]}"
    data = output.get("data", {})
    words = "".join(data.get("text/plain", ""))
    if any(kind in data for kind in IMAGES) and not words.startswith("[figure:"):
        return "shows a figure without alt text; show it with `plots.show(figure, alt)`"
    if "<img" in (page := "".join(data.get("text/html", ""))) and page.count("<img") > page.count("alt="):
        return "shows an image in HTML without alt text"
    return None
