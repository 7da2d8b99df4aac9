"""The first page: a card for each lesson, with a figure of it, a wrong answer, and the race of optimizers."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from markupsafe import Markup
from PIL import Image, ImageSequence

from dlcourse.authoring.site.lesson_pages import LessonPage
from dlcourse.authoring.site.pictures import FIGURES, Figure, image, thumbnail
from dlcourse.authoring.site.slip import slip
from dlcourse.course.language import ENGLISH, marked, said_in

CARDS, OPENING = "<!-- cards -->", "<!-- slip and race -->"
PLOT, LEGEND = 442, (240, 132)  # pixels: where the race's plot ends, and the size of the legend beside it
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
    '<figure class="race" style="--plot: {plot}; --height: {height}">'
    '<img id="front-race" src="{moves}" data-still="{still}" data-moves="{moves}" '
    'width="{width}" height="{height}" alt="{alt}">'
    '<img class="legend" src="{still}" width="{legend[0]}" height="{legend[1]}" alt="The legend of the race">'
    "<figcaption>Six optimizers, one start, each at its own rate: "
    '<a href="lessons/{stem}.html">lesson 08</a>. '
    '<button type="button" id="race-button" hidden>Stop</button></figcaption></figure>'
)


def front_page(
    markdown: str, lessons: Iterable[LessonPage], found: Sequence[Figure], pages: Path, folder: str = ""
) -> str:
    """The text, which stands in this folder, with cards, wrong answer and race where they are due."""
    cards = Markup("\n").join(_card(lesson, found, pages, folder) for lesson in lessons)
    markdown = markdown.replace(CARDS, Markup('<ul class="cards">\n{}\n</ul>').format(cards))
    return markdown.replace(OPENING, _opening(found) if OPENING in markdown else "")


def _opening(found: Sequence[Figure]) -> Markup:
    race = next(figure for figure in found if figure.file.stem == "08-contour-animation")
    return Markup('<div class="opening">{}{}</div>').format(slip(), _race(race))


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


def _race(moves: Figure) -> Markup:
    width, height = moves.size
    return _RACE.format(
        moves=f"{FIGURES}/{moves.file.name}",
        still=f"{FIGURES}/{_finish(moves).name}",
        width=width,
        height=height,
        plot=PLOT,
        legend=LEGEND,
        alt=" ".join(moves.alt.split()),
        stem=moves.lesson.stem,
    )


def _finish(moves: Figure) -> Path:
    """The last picture of a moving one, in a file beside it."""
    path = moves.file.with_stem(f"{moves.file.stem}-finish")
    with Image.open(moves.file) as opened:
        ImageSequence.all_frames(opened)[-1].convert("RGB").save(path)
    return path
