"""`dlcourse build --language ko`: a lesson's notebooks with its texts in another language."""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat

from dlcourse.authoring import verify
from dlcourse.authoring.builder import chosen_sources, points_of, write
from dlcourse.authoring.clone import course_root
from dlcourse.authoring.notebooks import serialise
from dlcourse.authoring.source import LessonSource, read_lesson
from dlcourse.authoring.translation.catalogue import Catalogue
from dlcourse.authoring.translation.compiled import compiled, compiled_path, uncompiled
from dlcourse.authoring.translation.messages import Messages
from dlcourse.authoring.translation.po_file import messages, translation_path
from dlcourse.authoring.translation.terms import misworded
from dlcourse.authoring.translation.verdicts import Verdicts
from dlcourse.course.errors import UserError

_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")


class Edition(Catalogue):
    """A lesson and what there is of it in another language."""

    kind = "texts"

    def __init__(self, root: Path, lesson: LessonSource, language: str):
        self.lesson = lesson
        self.messages = messages(lesson)
        super().__init__(root, language, lesson.stem, self.messages.values())

    @property
    def named(self) -> str:
        return f" {self.lesson.stem}"

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


def run(args) -> int:
    """Carry out the parsed command; the exit code is 1 where `--check` finds something."""
    root = course_root(Path.cwd())
    editions = [Edition(root, read_lesson(path), args.language) for path in _sources(root, args)]
    catalogues = list(filter(None, _with_verdicts(editions)))
    if not args.lessons and (messages := Messages(root, args.language)):
        catalogues.append(messages)
    if args.check:
        return _check(catalogues, [] if args.lessons else uncompiled(root, args.language))
    if args.update:
        return _update(root, args.language, catalogues)
    return _build(root, editions, _folder(root, args))


def _with_verdicts(editions: list[Edition]) -> Iterator[Catalogue]:
    for edition in editions:
        yield edition
        yield Verdicts(edition.root, edition.lesson.stem, edition.language)


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


def _check(catalogues: list[Catalogue], more: Iterable[str]) -> int:
    found = [*(fault for catalogue in catalogues for fault in catalogue.faults()), *more]
    for line in [*found, *(line for catalogue in catalogues for line in misworded(catalogue))]:
        print(line, file=sys.stderr)
    for catalogue in catalogues:
        print(f"{catalogue.name}: {catalogue}{'' if found else ', none stale, formulas and code kept'}.")
    return 1 if found else 0


def _update(root: Path, language: str, catalogues: list[Catalogue]) -> int:
    for catalogue in catalogues:
        print(f"{catalogue.name}: {write(catalogue.path, catalogue.content)}, {catalogue}")
        for line in catalogue.unused():
            print(line)
    _compile(root, language)
    return 0


def _build(root: Path, editions: list[Edition], out: Path) -> int:
    points = points_of(edition.lesson for edition in editions)
    for edition in editions:
        if found := verify.faults(root, [edition.lesson], points):
            raise UserError(found[0])
        for path in verify.notebook_paths(root, edition.lesson):
            written = out / path.relative_to(root)
            done = write(written, edition.translated(path))
            print(f"{_shown(written, root)}: {done}, {edition}")
        for line in edition.unused():
            print(line)
    _compile(root, editions[0].language)
    return 0


def _compile(root: Path, language: str) -> None:
    path = compiled_path(root, language)
    print(f"{_shown(path, root)}: {write(path, compiled(root, language))}")


def _folder(root: Path, args) -> Path:
    """Where the edition goes; raises UserError where it would mix with the English notebooks."""
    out = Path(args.out) if args.out else root / "build" / args.language
    if out.resolve() in (root, root / "lessons", root / "solutions"):
        raise UserError(f"--out {args.out} is where the English notebooks are: name another folder")
    return out


def _shown(path: Path, root: Path) -> Path:
    return path.relative_to(root) if path.is_relative_to(root) else path
