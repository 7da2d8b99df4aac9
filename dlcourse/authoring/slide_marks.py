"""What a source says of slides. In a text,

    <!-- slide -->             what follows is shown on a new slide, called as the heading above it
    <!-- slide: A title -->    on a new slide of this title
    <!-- slide + -->           on the slide before, too
    <!-- /slide -->            up to here

each on a line of its own; students' notebooks do not have them. A demonstration with `slide="figure"` shows
its figure on the slide before, with `slide="output figure: A title"` what it prints and draws on a new one.
"""

import re
from dataclasses import dataclass

SHOWN = ("code", "output", "figure")
_BEGIN = re.compile(r"<!-- slide(?: (?P<more>\+)|: (?P<title>\S.*?))? -->")
_END = "<!-- /slide -->"
_LIKE_ONE = re.compile(r"\s*<!--\s*/?\s*slide")


class MarkError(ValueError):
    """A mark that is none, or one without its other end; `line` counts from the cell's first, 1."""

    def __init__(self, line: int, what: str):
        super().__init__(what)
        self.line = line


@dataclass(frozen=True)
class OnSlide:
    """What a cell puts on a slide: `text`, or for code the parts in `shown`.

    `title` is the author's, or empty; `more` adds to the slide before.
    """

    title: str = ""
    more: bool = False
    text: str = ""
    shown: tuple[str, ...] = ()


def read(text: str) -> tuple[str, tuple[OnSlide, ...]]:
    """The text without the marks, and what they put on slides; raises MarkError.

    >>> read("Why?\\n<!-- slide: A rule -->\\n2/n\\n<!-- /slide -->")
    ('Why?\\n2/n', (OnSlide(title='A rule', more=False, text='2/n', shown=()),))
    """
    kept: list[str] = []
    slides: list[OnSlide] = []
    begun: tuple[re.Match, int, int] | None = None  # the mark, its line, where its text begins in `kept`
    for number, line in enumerate(text.splitlines(), 1):
        if mark := _BEGIN.fullmatch(line):
            if begun:
                raise MarkError(
                    number, f"a slide within the slide of this cell's line {begun[1]}: put {_END} before"
                )
            begun = mark, number, len(kept)
        elif line == _END:
            if not begun:
                raise MarkError(number, f"{_END} without <!-- slide --> before it")
            slides.append(
                OnSlide(begun[0]["title"] or "", bool(begun[0]["more"]), "\n".join(kept[begun[2] :]))
            )
            begun = None
        elif _LIKE_ONE.match(line):
            raise MarkError(
                number, f"unknown mark {line.strip()!r}; there are <!-- slide -->, <!-- slide: … -->, …"
            )
        else:
            kept.append(line)
    if begun:
        raise MarkError(begun[1], f"a slide without {_END} in the same cell")
    return "\n".join(kept), tuple(slides)


def of_code(role: str, said: str) -> tuple[OnSlide]:
    """What `slide="…"` says of a demonstration; raises MarkError."""
    parts, colon, title = str(said).partition(":")
    shown = tuple(parts.split())
    if role != "demo" or not shown or not set(shown) <= set(SHOWN):
        raise MarkError(0, f'slide="…" names what a demonstration shows, of {", ".join(SHOWN)}; not {said!r}')
    return (OnSlide(title.strip(), not colon, shown=shown),)
