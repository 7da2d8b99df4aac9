"""A deck as one page of HTML for reveal.js."""

import base64
import struct
from collections.abc import Iterable, Mapping

from markupsafe import Markup

from dlcourse.authoring.markup import to_html, to_line
from dlcourse.authoring.slides.deck import Code, Deck, Part, Picture, Slide

WIDE = 1.9  # a figure this many times as wide as high has the whole width, others stand beside the text
LARGEST = 26  # pixels of code
WIDTH_OF_TYPE = 0.602  # of a monospaced type, by its height

_PAGE = Markup(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: {subtitle}</title>
<link rel="stylesheet" href="reveal/dist/reveal.css">
<link rel="stylesheet" href="slides.css">
</head>
<body>
<div class="reveal"><div class="slides">
{slides}
</div></div>
<script>MathJax = {{ options: {{ enableMenu: false }} }};</script>
<script src="mathjax/es5/tex-chtml.js"></script>
<script src="reveal/dist/reveal.js"></script>
<script src="reveal/plugin/notes/notes.js"></script>
<script>
const onPaper = new URLSearchParams(location.search).has("print-pdf");
if (onPaper) document.documentElement.className = "paper print-pdf"; // by slides.css alone
else MathJax.startup.promise.then(() => Reveal.initialize({{
  width: 1280, height: 720, margin: 0.02, center: false, hash: true, slideNumber: "c/t", transition: "none",
  plugins: [RevealNotes],
}}));
</script>
</body>
</html>
"""
)
_CONTENTS = Markup(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Slides of the course</title>
<link rel="stylesheet" href="slides.css">
</head>
<body class="contents">
<h1>How deep networks are trained: the slides</h1>
<p>In a deck: <kbd>→</kbd> goes on, <kbd>S</kbd> opens the speaker's notes, <kbd>O</kbd> shows all slides,
<kbd>F</kbd> fills the screen. To print one, put <code>?print-pdf</code> behind its
address, in Chromium.</p>
<ul>
{entries}
</ul>
</body>
</html>
"""
)


def page(deck: Deck, addresses: Mapping[Picture, str]) -> str:
    """The page of a deck; `addresses` says where its pictures lie."""
    title = Markup("<section class='title'><h1>{}</h1><p>{}</p></section>").format(deck.title, deck.subtitle)
    slides = Markup("\n").join([title, *(_section(slide, addresses) for slide in deck.slides)])
    return _PAGE.format(title=deck.title, subtitle=deck.subtitle, slides=slides)


def contents(decks: Iterable[Deck]) -> str:
    """The page that leads to the decks."""
    entry = Markup('<li><a href="{}.html">{}</a>: {}</li>')
    return _CONTENTS.format(
        entries=Markup("\n").join(entry.format(deck.stem, deck.title, deck.subtitle) for deck in decks)
    )


def _section(slide: Slide, addresses: Mapping[Picture, str]) -> Markup:
    pictures = [part for part in slide.parts if isinstance(part, Picture)]
    others = [part for part in slide.parts if not isinstance(part, Picture)]
    beside = bool(pictures and others) and all(_ratio(picture) < WIDE for picture in pictures)
    shown = Markup("").join(
        Markup("<div>{}</div>").format(Markup("\n").join(_html(part, addresses) for part in parts))
        for parts in (others, pictures)
        if parts
    )
    notes = Markup("\n").join(map(to_html, filter(None, slide.notes)))
    return Markup(
        "<section class='{}'><h2>{}</h2><div class='{}'>{}</div><aside class='notes'>{}</aside></section>"
    ).format(
        "guess" if slide.asks else "says",
        to_line(slide.title),
        "beside" if beside else "below",
        shown,
        notes,
    )


def _html(part: Part, addresses: Mapping[Picture, str]) -> Markup:
    if isinstance(part, Picture):
        return Markup('<img src="{}" alt="{}">').format(addresses[part], " ".join(part.alt.split()))
    if isinstance(part, Code):
        lines = part.text.rstrip()
        kind = "printed" if part.printed else "code"
        return Markup('<pre class="{}" style="font-size: {}px">{}</pre>').format(kind, _size(lines), lines)
    return to_html(part.markdown)


def _size(lines: str) -> int:
    """Pixels of a type in which the longest line fits beside the margins of a slide 1280 wide."""
    return min(LARGEST, int(1100 / max(map(len, lines.split("\n"))) / WIDTH_OF_TYPE)) if lines else LARGEST


def _ratio(picture: Picture) -> float:
    """Width by height, which stand behind the first 16 bytes of any PNG."""
    width, height = struct.unpack(">II", base64.b64decode(picture.png)[16:24])
    return width / height
