"""What a judgement says, and how it reads as text and as HTML."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from dlcourse.course.language import marked, tr

_LOOKS = {  # mark, words, colour in JupyterLab's themes and elsewhere
    "passed": ("✓", marked("passed"), "--jp-success-color1, #2e7d32"),
    "partial": ("◐", marked("partly right"), "--jp-warn-color1, #b26a00"),
    "failed": ("✗", marked("not right yet"), "--jp-error-color1, #c62828"),
    "not attempted": ("○", marked("not attempted yet"), "--jp-info-color1, #1565c0"),
    "missing": ("○", marked("missing"), "--jp-info-color1, #1565c0"),
}
_CODE = re.compile(r"(`[^`]+`)")
# *so*, and neither 2*x*y nor **kwargs; a Korean particle follows without a space
_EMPHASIS = re.compile(r"(?<![\w*])\*(\w(?:[^*]*\w)?)\*(?![^\W가-힣]|\*)")


def in_words(status: str) -> str:
    """A status in the language that is spoken."""
    return tr(_LOOKS[status][1])


@dataclass(frozen=True)
class TestResult:
    """One test: what it asks, its points, and its first wrong call ("" where all are right)."""

    __test__ = False  # not one of pytest's

    description: str
    points: int
    max_points: int
    problem: str = ""

    @property
    def line(self) -> str:
        return f"{'✗' if self.problem else '✓'} {self.description}"


@dataclass(frozen=True)
class Verdict:
    """What one submitted function is worth, and why, in the language in which it was judged.

    status   passed, partial, failed, not attempted, missing
    problem  the first wrong call: what was called, what came, what is expected
    advice   its likely cause, or a hint; may be empty
    mistake  the known mistake that explains it, if one does, in English: by this it is known everywhere
    another_kind  passed with lists, say, where the reference returns arrays: kinds.py says what comes of it
    share    of its predictions that is right, where they are scored: see competition.py
    """

    exercise: str
    lesson: str
    status: str
    points: int
    max_points: int
    problem: str
    advice: str = ""
    mistake: str | None = None
    results: tuple[TestResult, ...] = ()
    another_kind: bool = False
    share: float | None = None

    @property
    def message(self) -> str:
        """Problem and advice, as one line of plain text."""
        return plain(" ".join(filter(None, (self.problem, self.advice))))

    def noted(self, note: str) -> "Verdict":
        """The same, with a sentence more of advice; "" is none."""
        return replace(self, advice=f"{self.advice} {note}".strip())

    @property
    def headline(self) -> str:
        return tr("{judgement} ({points} of {most} points)").format(
            judgement=self.judgement, points=self.points, most=self.max_points
        )

    @property
    def judgement(self) -> str:
        """The headline without its points."""
        return f"{_LOOKS[self.status][0]} {self.exercise}: {in_words(self.status)}"

    def text(self, *notes: str) -> str:
        """A few lines of plain text."""
        tests = [f"  {result.line}" for result in self._tried()]
        return "\n".join([self.headline, *tests, *map(plain, (*self._paragraphs(), *notes))])

    def html(self, *notes: str) -> Markup:
        """The same as a small block that reads in light and dark themes, and without its colours."""
        colour = _LOOKS[self.status][2]
        tests = each("<li style='margin:0'>{}</li>", (result.line for result in self._tried()))
        listed = each(
            "<ul style='list-style:none;margin:4px 0;padding-left:1em'>{}</ul>", [tests] if tests else []
        )
        texts = each("<p style='margin:4px 0 0'>{}</p>", map(marked_up, (*self._paragraphs(), *notes)))
        return Markup(
            "<div style='border-left:4px solid var({});padding:2px 12px;max-width:60em'>"
            "<strong>{}</strong>{}{}</div>"
        ).format(colour, self.headline, listed, texts)

    def _tried(self) -> tuple[TestResult, ...]:
        return self.results if self.status in ("partial", "failed") else ()

    def _paragraphs(self) -> list[str]:
        """Without what the headline says already."""
        said = self.status in ("passed", "not attempted")
        return list(filter(None, [self.advice] if said else [self.problem, self.advice]))


def each(element: str, contents: Iterable[str]) -> Markup:
    """An HTML element for each, one after the other; what is not HTML already is escaped.

    >>> each("<p>{}</p>", ["x < 0", Markup("<b>y</b>")])
    Markup('<p>x &lt; 0</p><p><b>y</b></p>')
    """
    return Markup("").join(map(Markup(element).format, contents))


def marked_up(text: str) -> Markup:
    """Escaped, with `code` as code and *emphasis* as emphasis.

    >>> marked_up("`x < 0` & *not* `2*x*y`")
    Markup('<code>x &lt; 0</code> &amp; <em>not</em> <code>2*x*y</code>')
    """
    parts = enumerate(_CODE.split(str(escape(text))))  # each second one is code
    return Markup(
        "".join(f"<code>{p[1:-1]}</code>" if n % 2 else _EMPHASIS.sub(r"<em>\1</em>", p) for n, p in parts)
    )


def plain(text: str) -> str:
    """Without the marks of emphasis, for where they would be read as they stand; code keeps its own.

    >>> plain("`x*y*z` is *not* x")
    '`x*y*z` is not x'
    """
    return "".join(p if n % 2 else _EMPHASIS.sub(r"\1", p) for n, p in enumerate(_CODE.split(text)))
