"""What the course reads as it runs: one gettext catalogue, made of all .po files of a language."""

from collections.abc import Iterator
from pathlib import Path

import polib

from dlcourse.authoring.source import KEPT_BACK, LessonSource, SourceCell, all_lessons
from dlcourse.authoring.translation.placeholders import misplaced
from dlcourse.authoring.translation.po_file import read_entries
from dlcourse.course.language import DOMAIN, FOLDER


def compiled_path(root: Path, language: str) -> Path:
    return root / "dlcourse" / FOLDER.name / language / "LC_MESSAGES" / f"{DOMAIN}.mo"


def compiled(root: Path, language: str) -> bytes:
    """Its bytes: every translation that is current, by its English text alone.

    One whose placeholders are not those of its text is left out, so that `format` fails before no student. So
    is, of a lesson, what its students are not given: discussions, rubrics, and texts that are no more.
    """
    given = {lesson.stem: {cell.text for cell in _given(lesson)} for lesson in all_lessons(root)}
    file = polib.POFile()
    file.metadata = {"Language": language, "Content-Type": "text/plain; charset=UTF-8"}
    said: dict[str, str] = {}
    for path in sorted((root / "translations" / language).glob("*.po")):
        for entry in filter(polib.POEntry.translated, read_entries(path)):
            if entry.msgid in given.get(path.stem, (entry.msgid,)) and not list(misplaced(entry)):
                said.setdefault(entry.msgid, entry.msgstr)
    file.extend(polib.POEntry(msgid=text, msgstr=theirs) for text, theirs in said.items())
    return file.to_binary()


def _given(lesson: LessonSource) -> Iterator[SourceCell]:
    return (cell for cell in lesson.cells if not cell.is_code and cell.role not in KEPT_BACK)


def uncompiled(root: Path, language: str) -> Iterator[str]:
    """A line where the catalogue is not what its .po files say."""
    path = compiled_path(root, language)
    if not path.exists() or path.read_bytes() != compiled(root, language):
        name, build = path.relative_to(root).as_posix(), f"dlcourse build --language {language}"
        yield f"{name} is not what translations/{language}/ says: run `{build}`"


def translated_into(root: Path) -> list[str]:
    """The languages that have a folder in translations/."""
    return sorted(path.name for path in (root / "translations").glob("*/") if path.is_dir())
