"""The lessons' pages in other languages: the same notebooks, figures and places, with other texts."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import nbformat

from dlcourse.authoring.site.lesson_pages import Cell, LessonPage, Notebook
from dlcourse.authoring.site.links import Lessons
from dlcourse.authoring.source import LessonSource, read_lesson
from dlcourse.authoring.translation.compiled import translated_into
from dlcourse.authoring.translation.edition import Edition
from dlcourse.course.language import ENGLISH

UNTRANSLATED = f"<!-- {ENGLISH} -->", f"<!-- /{ENGLISH} -->"  # around a text that is shown in English
_STATIC = '="../_static/'  # as it stands in the page of an English lesson


class TranslatedPage(LessonPage):
    """A lesson with these texts, {cell id: text}, and English ones where there are none.

    Its places are called as those of the English page, after the language: ko-03-the-sigmoid.
    """

    def __init__(self, english: LessonPage, language: str, texts: Mapping[str, str]):
        self.stem, self.number, self._english = english.stem, english.number, english
        self.language, self.folder, self.mark = language, f"{language}/", f"{language}-"
        self.notebook = nbformat.from_dict(english.notebook)
        self._places = {cell.id: english.places(cell) for cell in english.notebook.cells}
        for cell in self.notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = texts.get(cell.id) or "\n\n".join(
                    (UNTRANSLATED[0], cell.source, UNTRANSLATED[1])
                )

    @cached_property
    def minutes(self) -> str:
        return self._english.minutes

    def places(self, cell: Cell) -> list[str]:
        """The labels of the headings in one of its cells, which are those of the English ones."""
        return self._places[cell.id]


def translations(root: Path, lessons: Lessons) -> dict[str, list[LessonPage]]:
    """{language: all lessons, in it if they are translated in part}, of languages with an index in docs/."""
    languages = [one for one in translated_into(root) if (root / "docs" / one / "index.md").exists()]
    sources = {
        number: read_lesson(root / "solutions" / f"{page.stem}.py") for number, page in lessons.items()
    }
    return {language: [*_translated(root, lessons, sources, language)] for language in languages}


def _translated(
    root: Path, lessons: Lessons, sources: Mapping[str, LessonSource], language: str
) -> Iterator[LessonPage]:
    for number, page in lessons.items():
        texts = Edition(root, sources[number], language).texts()
        yield TranslatedPage(page, language, texts) if texts else page


def one_folder_deeper(notebook: Notebook) -> Notebook:
    """The notebook of a page one folder below those of the English lessons: its files are a step further."""
    moved = nbformat.from_dict(notebook)
    for cell in moved.cells:
        if cell.cell_type == "markdown":
            cell.source = _further(cell.source)
        for output in cell.get("outputs", ()):
            html = output.get("data", {}).get("text/html")
            if html:
                output.data["text/html"] = _further(html)
    return moved


def _further(html: str) -> str:
    return str(html).replace(_STATIC, _STATIC.replace("../", "../../"))  # Markup would escape the new marks
