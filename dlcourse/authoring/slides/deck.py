"""The slides of a lesson: what its source marks for them, and what its solved notebook shows there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

import nbformat

from dlcourse.authoring import sections
from dlcourse.authoring.notebooks import cell_ids
from dlcourse.authoring.slide_marks import OnSlide
from dlcourse.authoring.source import LessonSource, SourceCell

GOALS = "**You will be able to**"
ASKS = "**Before you run it:**"
_NUMBER = re.compile(r"\d+\. ")
_GUESSED = re.compile(r"^.*: your guess .*\n?", re.MULTILINE)  # what a cell says to the author's guess


@dataclass(frozen=True)
class Text:
    """Markdown."""

    markdown: str


@dataclass(frozen=True)
class Code:
    """Lines of Python, or what they printed."""

    text: str
    printed: bool = False


@dataclass(frozen=True)
class Picture:
    """A figure, in base64, and what it shows in words."""

    png: str
    alt: str


Part: TypeAlias = Text | Code | Picture


@dataclass
class Slide:
    """What the room sees, and in `notes` what the lesson says beside it, in Markdown."""

    title: str
    parts: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        """Whether it ends in a question that the room answers before the next one."""
        return isinstance(self.parts[-1], Text) and ASKS in self.parts[-1].markdown


@dataclass(frozen=True)
class Deck:
    """The slides of a lesson; `title` and `subtitle` stand before and after the colon of its heading."""

    stem: str
    title: str
    subtitle: str
    slides: list[Slide]


def deck(lesson: LessonSource, notebook: nbformat.NotebookNode) -> Deck | None:
    """The deck of a lesson and its solved notebook; None where the source marks nothing for slides."""
    if not any(cell.slides for cell in lesson.cells):
        return None
    solved = {cell.id: cell for cell in notebook.cells}
    slides: list[Slide] = []
    heading = ""
    for cell, cell_id in zip(lesson.cells, cell_ids(lesson), strict=True):
        for mark in cell.slides:
            title = mark.title or _NUMBER.sub("", _heading_above(cell, mark) or heading)
            _add(slides, title, mark, list(_parts(mark, solved[cell_id])))
        if cell.slides and not cell.is_code:
            slides[-1].notes.append(_beside(cell))
        heading = _last_heading(cell) or heading
    title, _, subtitle = sections.headings(lesson.cells[0].text)[0].words.partition(": ")
    return Deck(lesson.stem, title, subtitle, [_goals(lesson), *slides])


def _add(slides: list[Slide], title: str, mark: OnSlide, parts: list[Part]) -> None:
    if not slides or not mark.more:
        slides.append(Slide(title))
    slides[-1].parts += parts


def _parts(mark: OnSlide, cell: nbformat.NotebookNode) -> Iterator[Part]:
    if mark.text:
        yield Text(mark.text)
    if "code" in mark.shown:
        yield Code(cell.source)
    for output in cell.get("outputs", ()):
        data: Mapping = output.get("data", {})
        if "output" in mark.shown and output.output_type == "stream":
            yield Code(_GUESSED.sub("", output.text), printed=True)
        if "figure" in mark.shown and "image/png" in data:
            yield Picture(data["image/png"], output.metadata["image/png"]["alt"])


def _heading_above(cell: SourceCell, mark: OnSlide) -> str:
    """The last heading of the cell before what is marked in it."""
    above = cell.text[: cell.text.index(mark.text)] if mark.text else ""
    return _last_words(above)


def _last_heading(cell: SourceCell) -> str:
    return "" if cell.is_code else _last_words(cell.text)


def _last_words(markdown: str) -> str:
    return next((one.words for one in reversed(sections.headings(markdown))), "")


def _beside(cell: SourceCell) -> str:
    """What the sections in which something is marked say besides."""
    starts = [0, *(_offset(cell.text, one.line) for one in sections.headings(cell.text)), len(cell.text)]
    parts = [cell.text[start:end] for start, end in pairwise(starts)]
    marked = [part for part in parts if any(mark.text in part for mark in cell.slides)]
    text = "\n\n".join(marked)
    for mark in cell.slides:
        text = text.replace(mark.text, "")
    return text.strip()


def _offset(text: str, line: int) -> int:
    return sum(len(one) + 1 for one in text.split("\n")[:line])


def _goals(lesson: LessonSource) -> Slide:
    _, _, after = lesson.cells[0].text.partition(GOALS)
    listed = [block for block in after.split("\n\n") if block.startswith("- ")]
    return Slide("After this lesson you can", [Text(block) for block in listed[:1]])
