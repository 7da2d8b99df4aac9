"""The page that sets our names beside torch's, made of what the lessons have under `## In PyTorch`."""

from collections.abc import Iterable

from dlcourse.authoring.pytorch import HEADING, Section, read_section
from dlcourse.authoring.site.lesson_pages import LessonPage

INTRODUCTION = """\
# In PyTorch

Our names, torch's, and where the two differ, lesson by lesson. The tests run each block, which fails unless
both give the same numbers."""


def pytorch_page(lessons: Iterable[LessonPage]) -> str:
    """The page in Markdown, a heading a lesson."""
    found = [(lesson, section) for lesson in lessons for section in _sections(lesson)]
    return "\n\n".join([INTRODUCTION, *(_part(*each) for each in found)]) + "\n"


def _sections(lesson: LessonPage) -> list[Section]:
    texts = (cell.source for cell in lesson.notebook.cells if cell.cell_type == "markdown")
    return [section for text in texts if (section := read_section(text))]


def _part(lesson: LessonPage, section: Section) -> str:
    heading = f"## [{lesson.number} · {lesson.title}](#{lesson.heading(HEADING)})"
    table = f"```{{rst-class}} sentences\n```\n\n{section.table}"
    return "\n\n".join([heading, table, *(f"```python\n{block}```" for block in section.blocks)])
