"""The decks as files: pages for a browser that need no network, with reveal.js and MathJax beside them."""

import base64
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat

from dlcourse.authoring import npm
from dlcourse.authoring.builder import chosen_sources
from dlcourse.authoring.clone import course_root
from dlcourse.authoring.slides.deck import Deck, Picture, deck
from dlcourse.authoring.slides.pages import contents, page
from dlcourse.authoring.source import read_lesson
from dlcourse.authoring.verify import notebook_paths
from dlcourse.course.errors import UserError

MADE_HERE = "slides.css"  # in each folder of decks, and hardly elsewhere beside reveal/
REVEAL = r"dist/reveal\.(?:js|css)|plugin/notes/notes\.js|LICENSE"
_STYLE = Path(__file__).with_name(MADE_HERE)


def run(args) -> int:
    """Write a deck for each lesson that marks slides; raises UserError where none of them does."""
    root, folder = course_root(Path.cwd()), Path(args.folder).absolute()
    refuse_others(folder)
    decks = read_decks(root, args.lessons)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        made = Path(temporary, "decks")
        write_decks(decks, made)
        if folder.exists():
            folder.rename(Path(temporary, "before"))
        made.rename(folder)
    for one in decks:
        print(f"{folder / one.stem}.html: {len(one.slides) + 1} slides")
    return 0


def refuse_others(folder: Path) -> None:
    """Raise UserError for a folder with anything in it but earlier decks."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file: name a folder for the slides")
    ours = (folder / MADE_HERE).is_file() and (folder / "reveal").is_dir()
    if folder.is_dir() and any(folder.iterdir()) and not ours:
        raise UserError(f"{folder} holds something else than slides: name a new folder or an empty one")


def read_decks(root: Path, lessons: list[str]) -> list[Deck]:
    """The decks of the lessons named, or of all that mark slides; raises UserError for one without."""
    decks = []
    for path in chosen_sources(root, lessons):
        lesson = read_lesson(path)
        _, solved = notebook_paths(root, lesson)
        try:
            found = deck(lesson, nbformat.read(solved, as_version=4))
        except (OSError, KeyError):  # not there, or without a cell of the source
            says = f"solutions/{solved.name} is not what its source says: run `dlcourse build {path.stem}`"
            raise UserError(says) from None
        if found:
            decks.append(found)
        elif lessons:
            raise UserError(f"{path.name} marks nothing for slides: put <!-- slide --> where one begins")
    return decks


def write_decks(decks: list[Deck], folder: Path) -> None:
    """The pages, their figures, and what they need of others' work."""
    folder.mkdir()
    shutil.copyfile(_STYLE, folder / MADE_HERE)
    npm.unpack(npm.REVEAL, REVEAL, folder / "reveal")
    npm.unpack(npm.MATHJAX, npm.MATHJAX_FILES, folder / "mathjax")
    (folder / "index.html").write_text(contents(decks), "utf-8")
    for one in decks:
        (folder / f"{one.stem}.html").write_text(page(one, _figures(one, folder)), "utf-8")


def _figures(one: Deck, folder: Path) -> dict[Picture, str]:
    """The pictures of a deck, written into files, and the addresses of these."""
    addresses: dict[Picture, str] = {}
    pictures = [part for slide in one.slides for part in slide.parts if isinstance(part, Picture)]
    for picture in dict.fromkeys(pictures):
        address = addresses[picture] = f"figures/{one.stem[:2]}-{len(addresses) + 1}.png"
        (folder / address).parent.mkdir(exist_ok=True)
        (folder / address).write_bytes(base64.b64decode(picture.png))
    return addresses
