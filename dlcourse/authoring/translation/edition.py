"""`dlcourse build --language ko`: a lesson's notebooks with its texts in another language."""

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import nbformat
import polib

from dlcourse.authoring import verify
from dlcourse.authoring.builder import chosen_sources, points_of, write
from dlcourse.authoring.clone import course_root
from dlcourse.authoring.notebooks import serialise
from dlcourse.authoring.source import LessonSource, read_lesson
from dlcourse.authoring.translation.markup import differences
from dlcourse.authoring.translation.po_file import (
    messages,
    read_entries,
    refreshed,
    serialise_entries,
    translation_path,
)
from dlcourse.course.errors import UserError

_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")


class Edition:
    """A lesson and what there is of it in another language, matched with the source as it stands now."""

    def __init__(self, root: Path, lesson: LessonSource, language: str):
        self.root, self.lesson, self.language = root, lesson, language
        self.path = translation_path(root, language, lesson.stem)
        self.messages = messages(lesson)
        self.entries = refreshed(read_entries(self.path), self.messages.values())

    @property
    def content(self) -> bytes:
        return serialise_entries(self.entries, self.language)

    @property
    def name(self) -> str:
        return self.path.relative_to(self.root).as_posix()

    def texts(self) -> dict[str, str]:
        """{cell id: translation} of the cells that have one which is not stale."""
        pairs = zip(self.messages, self.entries, strict=False)  # the obsolete entries come last
        return {cell_id: entry.msgstr for cell_id, entry in pairs if entry.translated()}

    def translated(self, path: Path) -> bytes:
        """A built notebook with its texts replaced; code, ids, metadata and outputs stay as they are."""
        notebook, texts = nbformat.read(path, as_version=4), self.texts()
        for cell in notebook.cells:
            cell.source = texts.get(cell.id, cell.source)
        return serialise(notebook)

    def unused(self) -> Iterator[str]:
        """One line for each translation that is kept but not shown, for its text has changed or gone."""
        yield from self._stale()
        for entry in self.entries:
            if entry.obsolete:
                yield f"{self.name}: {entry.msgctxt!r} is obsolete: its cell is gone"

    def faults(self) -> Iterator[str]:
        """All that `--check` finds."""
        yield from self.behind()
        yield from self.unfaithful()

    def behind(self) -> Iterator[str]:
        """What a change of the English lesson has left to do: the .po is not in step, or texts are stale."""
        if not self.path.exists() or self.path.read_bytes() != self.content:
            command = f"dlcourse build --language {self.language} --update {self.lesson.stem}"
            yield f"{self.name} is not in step with its source: run `{command}`"
        yield from self._stale()

    def unfaithful(self) -> Iterator[str]:
        """Where a translation that is shown has other formulas, code, links or lists than its text."""
        for entry in filter(polib.POEntry.translated, self.entries):
            for what in differences(entry.msgid, entry.msgstr):
                yield f"{self.name}: {entry.msgctxt!r} {textwrap.shorten(what, 80)}"

    def _stale(self) -> Iterator[str]:
        for entry in self.entries:
            if entry.fuzzy:
                yield f"{self.name}: {entry.msgctxt!r} is stale: translate its text again, as it is now"

    def __str__(self):
        return f"{len(self.texts())} of {len(self.messages)} texts in {self.language}"


def run(args) -> int:
    """Carry out the parsed command; the exit code is 1 where `--check` finds something."""
    root = course_root(Path.cwd())
    editions = [Edition(root, read_lesson(path), args.language) for path in _sources(root, args)]
    if args.check:
        return _check(editions)
    if args.update:
        return _update(editions)
    return _build(editions, _folder(root, args))


def _sources(root: Path, args) -> list[Path]:
    """The lessons that were named, or else those that have a translation; only `--update` begins one."""
    if not _LANGUAGE.fullmatch(args.language):
        raise UserError(f"--language takes a code such as ko, not {args.language!r}")
    sources = chosen_sources(root, args.lessons)
    without = [p for p in sources if not translation_path(root, args.language, p.stem).exists()]
    wanted = sources if args.lessons else [path for path in sources if path not in without]
    if not wanted or (args.lessons and without and not args.update):
        lesson = without[0].stem if args.lessons else "LESSON"
        begin = f"`dlcourse build --language {args.language} --update {lesson}`"
        raise UserError(f"translations/{args.language}/ has no {lesson}.po: begin it with {begin}")
    return wanted


def _check(editions: list[Edition]) -> int:
    found = [fault for edition in editions for fault in edition.faults()]
    for fault in found:
        print(fault, file=sys.stderr)
    if not found:
        for edition in editions:
            print(f"{edition.name}: {edition}, none stale, formulas and code kept.")
    return 1 if found else 0


def _update(editions: list[Edition]) -> int:
    for edition in editions:
        print(f"{edition.name}: {write(edition.path, edition.content)}, {edition}")
        for line in edition.unused():
            print(line)
    return 0


def _build(editions: list[Edition], out: Path) -> int:
    points = points_of(edition.lesson for edition in editions)
    for edition in editions:
        if found := verify.faults(edition.root, [edition.lesson], points):
            raise UserError(found[0])
        for path in verify.notebook_paths(edition.root, edition.lesson):
            written = out / path.relative_to(edition.root)
            done = write(written, edition.translated(path))
            print(f"{_shown(written, edition.root)}: {done}, {edition}")
        for line in edition.unused():
            print(line)
    return 0


def _folder(root: Path, args) -> Path:
    """Where the edition goes; raises UserError where it would mix with the English notebooks."""
    out = Path(args.out) if args.out else root / "build" / args.language
    if out.resolve() in (root, root / "lessons", root / "solutions"):
        raise UserError(f"--out {args.out} is where the English notebooks are: name another folder")
    return out


def _shown(path: Path, root: Path) -> Path:
    return path.relative_to(root) if path.is_relative_to(root) else path
