"""The files of the clone become the source of the pages, and Sphinx the pages."""

import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat

from dlcourse.authoring import npm
from dlcourse.authoring.clone import course_root
from dlcourse.authoring.notebooks import serialise
from dlcourse.authoring.site.answers import SOLVED, folded, linked
from dlcourse.authoring.site.cards import front_page
from dlcourse.authoring.site.commands_page import commands_page
from dlcourse.authoring.site.lesson_pages import LessonPage, Notebook, labelled
from dlcourse.authoring.site.links import questions, stacked, to_lessons, traced
from dlcourse.authoring.site.pictures import Figure, figures, gallery
from dlcourse.authoring.site.playable import with_figures
from dlcourse.authoring.site.translated_pages import one_folder_deeper, translations
from dlcourse.course.errors import UserError
from dlcourse.course.language import ENGLISH

STACKED = {"corrections.md", "traceability.md", "pytorch.md"}  # their tables are made of sentences
BUILT = ".buildinfo"  # Sphinx leaves it in what it has made


def run(args) -> int:
    """Build the pages whole, then put them into the folder; raises UserError where that cannot be."""
    started, root, folder = time.monotonic(), course_root(Path.cwd()), Path(args.folder).absolute()
    refuse_others(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        source, pages = Path(temporary, "source"), Path(temporary, "pages")
        write_source(root, source, args.solutions)
        to_pages(source, pages, repository(root))
        put(pages, folder)
    count = len(list(folder.rglob("*.html")))
    print(f"{count} pages in {time.monotonic() - started:.0f} s: open {folder / 'index.html'}")
    return 0


def refuse_others(folder: Path) -> None:
    """Raise UserError for a folder with anything in it but an earlier site."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file: name a folder for the site")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / BUILT).exists():
        raise UserError(f"{folder} holds something else than a site: name a new folder or an empty one")


def write_source(root: Path, source: Path, solutions: str) -> None:
    """What Sphinx reads: docs/ links led to the lessons, the lessons, their figures, MathJax, a font."""
    shutil.copytree(root / "docs", source, ignore=shutil.ignore_patterns("_build", "generated", "lessons"))
    lessons = {path.stem[:2]: LessonPage(path) for path in sorted((root / "solutions").glob("*.ipynb"))}
    found = [figure for lesson in lessons.values() for figure in figures(lesson, source)]
    translated = translations(root, lessons)
    for language, pages in translated.items():
        _write_index(source, language, pages, found)
    for path in source.rglob("*.md"):
        _write(path, _as_page(path, lessons))
    _write(source / "gallery.md", gallery(found, source))
    _write(source / "commands.md", commands_page())
    index = source / "index.md"
    _write(index, front_page(index.read_text("utf-8"), lessons.values(), found, source))
    others = (page for pages in translated.values() for page in pages if page.language != ENGLISH)
    for lesson in (*lessons.values(), *others):
        for name, notebook in _pages(root, lesson, solutions):
            _write(source / f"{name}.ipynb", serialise(notebook).decode())
    npm.unpack(npm.MATHJAX, npm.MATHJAX_FILES, source / "_static" / "mathjax")
    npm.unpack(npm.HANGUL, npm.HANGUL_FILES, source / "_static" / "hangul")


def repository(root: Path) -> str:
    """The address that pyproject.toml gives of the repository, "" where it has none yet."""
    settings = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["metadata"]
    return settings["hooks"]["custom"]["repository"].rstrip("/")


def to_pages(source: Path, pages: Path, repository: str) -> None:
    """Run Sphinx, which says what is wrong; UserError if anything is."""
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-j", "auto"]
    command += ["-A", f"repository={repository}"]
    places: list[str | Path] = ["-d", pages.with_name("trees"), source, pages]
    if subprocess.run([*command, *places], check=False).returncode:
        raise UserError("the pages have the faults above: mend them and build again; nothing was written")


def put(pages: Path, folder: Path) -> None:
    """Put the pages in the place of what was there."""
    if folder.exists():
        folder.rename(pages.with_name("before"))
    pages.rename(folder)


def _as_page(path: Path, lessons: Mapping[str, LessonPage]) -> str:
    text = questions(traced(to_lessons(path.read_text("utf-8"), lessons), lessons))
    text = text.replace("lessons/*", _entries(lessons.values()))
    return stacked(text) if path.name in STACKED else text


def _write_index(source: Path, language: str, lessons: Sequence[LessonPage], found: Sequence[Figure]) -> None:
    """The first page in another language, with its lessons; what is not translated has its English card."""
    path, folder = source / language / "index.md", f"{language}/"
    own = _entries(lesson for lesson in lessons if lesson.folder == folder)
    text = path.read_text("utf-8").replace("lessons/*", own)
    _write(path, front_page(text, lessons, found, source, folder))


def _entries(lessons: Iterable[LessonPage]) -> str:
    """The lines of a table of contents beside the folder of the lessons."""
    return "\n".join(f"{one.number} · {one.title} <lessons/{one.stem}>" for one in lessons)


def _pages(root: Path, lesson: LessonPage, solutions: str) -> Iterator[tuple[str, Notebook]]:
    """The name and the notebook of each page of a lesson."""
    for name, notebook in _folded_or_linked(root, lesson, solutions):
        yield f"{lesson.folder}{name}", one_folder_deeper(notebook) if lesson.folder else notebook


def _folded_or_linked(root: Path, lesson: LessonPage, solutions: str) -> list[tuple[str, Notebook]]:
    page, shown = f"lessons/{lesson.stem}", with_figures(lesson, labelled(lesson))
    if solutions == "folded":
        return [(page, folded(shown, lesson.language))]
    student = nbformat.read(root / "lessons" / f"{lesson.stem}.ipynb", as_version=4)
    blank = linked(lesson, shown, {cell.id: cell for cell in student.cells})
    solved = labelled(lesson, SOLVED)
    solved.metadata["orphan"] = True
    return [(page, blank), (f"solutions/{lesson.stem}", solved)]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
