"""Markdown as HTML, its formulas as MathJax finds them: between `\\\\(` and `\\\\)`."""

from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from mdit_py_plugins.dollarmath import dollarmath_plugin


def _formula(tex: str, options: dict) -> str:
    left, right = (r"\[", r"\]") if options["display_mode"] else (r"\(", r"\)")
    return escape(f"{left}{tex}{right}")


_READ = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, renderer=_formula)


def to_html(markdown: str) -> Markup:
    """Blocks of HTML."""
    return Markup(_READ.render(markdown))


def to_line(markdown: str) -> Markup:
    """HTML to stand within a line.

    >>> str(to_line("*Twice* $2x$"))
    '<em>Twice</em> <span class="math inline">\\\\(2x\\\\)</span>'
    """
    return Markup(_READ.renderInline(markdown))
