"""The figures of the lessons: files of their own, and a page that shows them all."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from itertools import groupby
from pathlib import Path

from markupsafe import Markup
from nbformat.v4 import new_output
from PIL import Image

from dlcourse.authoring.site.lesson_pages import Cell, LessonPage, heading_label, headings

FIGURES, THUMBNAILS = "_static/figures", "_static/thumbnails"
WIDEST = 560  # pixels of a thumbnail, for a screen of two to the point
_INLINE = re.compile(r'<img alt="([^"]*)" src="data:image/png;base64,([A-Za-z0-9+/=\s]+)">')


@dataclass(frozen=True)
class Figure:
    """A picture, what it shows in words, and the heading of the lesson that it stands under."""

    file: Path
    alt: str
    lesson: LessonPage
    heading: str

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height in pixels."""
        with Image.open(self.file) as opened:
            return opened.size


def figures(lesson: LessonPage, pages: Path) -> list[Figure]:
    """Move the pictures of a notebook into files below `pages`; its outputs then show those."""
    found, heading = [], lesson.headings[0]
    for cell in lesson.notebook.cells:
        heading = [heading, *(text for _, text in headings(cell))][-1]
        pictures = _Pictures(pages / FIGURES / f"{lesson.number}-{cell.id}.png")
        for output in cell.get("outputs", ()):
            _move(output, pictures)
        found += [Figure(file, alt, lesson, heading) for file, alt in pictures.written]
    return found


class _Pictures:
    """The pictures of one cell: `first`, and then first-2, first-3 …"""

    def __init__(self, first: Path):
        self._first = first
        self.written: list[tuple[Path, str]] = []

    def write(self, png: str, alt: str) -> str:
        """Write a picture given in base64; the HTML that shows it."""
        count = len(self.written) + 1
        path = self._first.with_stem(f"{self._first.stem}-{count}") if count > 1 else self._first
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(png))
        self.written.append((path, alt))
        return image(f"../{FIGURES}/{path.name}", path, alt)


def _move(output: Cell, pictures: _Pictures) -> None:
    data = output.get("data", {})
    if "image/png" in data:
        html = pictures.write(data["image/png"], output.metadata["image/png"]["alt"])
        output.update(new_output("display_data", {"text/html": html}))
    elif "text/html" in data:
        data["text/html"] = _INLINE.sub(
            lambda found: pictures.write(found[2], unescape(found[1])), data["text/html"]
        )


def image(address: str, file: Path, alt: str) -> Markup:
    with Image.open(file) as opened:
        width, height = opened.size
    return Markup('<img src="{}" width="{}" height="{}" loading="lazy" alt="{}">').format(
        address, width, height, " ".join(alt.split())
    )


def gallery(found: Iterable[Figure], pages: Path) -> str:
    """The page of all figures in Markdown; their small versions are written below `pages`."""
    parts = ["# All figures", "Every figure of the lessons; each leads to where it stands."]
    for lesson, group in groupby(found, key=lambda figure: figure.lesson):
        parts.append(f"## {lesson.number} · {lesson.title}")
        parts.append("```{rst-class} gallery\n```")
        parts.append("\n".join(_entry(figure, pages) for figure in group))
    return "\n\n".join(parts) + "\n"


def _entry(figure: Figure, pages: Path) -> str:
    small = thumbnail(figure, pages)
    shown = image(f"{THUMBNAILS}/{small.name}", small, figure.alt)
    return f"- [{shown} {figure.heading}](#{heading_label(figure.lesson.number, figure.heading)})"


def thumbnail(figure: Figure, pages: Path) -> Path:
    with Image.open(figure.file) as opened:
        small = opened.convert("RGB")
    small.thumbnail((WIDEST, WIDEST), Image.Resampling.LANCZOS)
    path = pages / THUMBNAILS / f"{figure.file.stem}.webp"
    path.parent.mkdir(parents=True, exist_ok=True)
    small.save(path, "WEBP", quality=75)
    return path
