"""The first page: a card for each lesson, with a figure of it, and the race of the optimizers."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from markupsafe import Markup

from dlcourse.authoring.site.lesson_pages import LessonPage
from dlcourse.authoring.site.pictures import FIGURES, Figure, image, thumbnail
from dlcourse.course.language import ENGLISH, marked, said_in

CARDS, RACE = "<!-- cards -->", "<!-- race -->"
FACES = {  # the cell whose figure stands for the lesson; the first one elsewhere
    "02_gradient_check": "u-curve-figure",
    "03_activations": "depth-figure",
    "04_rectifiers": "family",
    "05_initialization": "signals-figure",
    "06_gradient_descent": "race-figure",
    "07_momentum": "two-arrows",
    "08_adaptive_methods": "contour-still",
    "09_weight_penalties": "circle-and-diamond",
    "11_learning_rate_decay": "schedules-figure",
    "14_batch_normalization": "depth-figure",
}
MINUTES, FIGURE = marked("{} minutes"), marked("A figure: {}")
_CARD = Markup(
    '<li><a href="{}lessons/{}.html"{}>{}<strong>{} · {}</strong><span>{}</span><small>{}</small></a></li>'
)
_RACE = Markup(
    '<figure class="race"><img id="front-race" src="{moves}" data-still="{still}" data-moves="{moves}" '
    'width="{width}" height="{height}" alt="{alt}"><figcaption>Six optimizers from one start, in '
    '<a href="lessons/{stem}.html">lesson 08</a>. '
    '<button type="button" id="race-button" hidden>Stop</button></figcaption></figure>'
)


def front_page(
    markdown: str, lessons: Iterable[LessonPage], found: Sequence[Figure], pages: Path, folder: str = ""
) -> str:
    """The text, which stands in this folder, with the cards and the race in the places marked for them."""
    cards = Markup("\n").join(_card(lesson, found, pages, folder) for lesson in lessons)
    markdown = markdown.replace(CARDS, Markup('<ul class="cards">\n{}\n</ul>').format(cards))
    return markdown.replace(RACE, _race(found) if RACE in markdown else "")


def _card(lesson: LessonPage, found: Sequence[Figure], pages: Path, folder: str) -> Markup:
    root = "../" * folder.count("/")
    other = Markup(' lang="{0}" hreflang="{0}"').format(lesson.language) if lesson.folder != folder else ""
    small = thumbnail(face := _face(lesson, found), pages)
    heading = face.heading if lesson.language == ENGLISH else lesson.title
    words = said_in(lesson.language, FIGURE).format(heading)
    shown = image(root + small.relative_to(pages).as_posix(), small, words)
    _, _, subtitle = lesson.headings[0].partition(": ")
    time = said_in(lesson.language, MINUTES).format(lesson.minutes)
    return _CARD.format(
        root + lesson.folder, lesson.stem, other, shown, lesson.number, lesson.title, subtitle, time
    )


def _face(lesson: LessonPage, found: Sequence[Figure]) -> Figure:
    """The figure that stands for the lesson."""
    own = [figure for figure in found if figure.lesson.stem == lesson.stem]
    wanted = f"{lesson.number}-{FACES.get(lesson.stem, '')}"
    return next((figure for figure in own if figure.file.stem == wanted), own[0])


def _race(found: Sequence[Figure]) -> Markup:
    moves, still = (_named(found, f"08-contour-{kind}") for kind in ("animation", "still"))
    width, height = moves.size
    return _RACE.format(
        moves=f"{FIGURES}/{moves.file.name}",
        still=f"{FIGURES}/{still.file.name}",
        width=width,
        height=height,
        alt=" ".join(moves.alt.split()),
        stem=moves.lesson.stem,
    )


def _named(found: Sequence[Figure], name: str) -> Figure:
    return next(figure for figure in found if figure.file.stem == name)
