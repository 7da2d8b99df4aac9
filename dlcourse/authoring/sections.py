"""The headings of a Markdown text, and what stands under one of them."""

from itertools import pairwise
from typing import NamedTuple

from markdown_it import MarkdownIt


class Heading(NamedTuple):
    """The line that it begins on, counted from 0, its level and its words."""

    line: int
    level: int
    words: str


def headings(markdown: str) -> list[Heading]:
    """The headings of a text; what looks like one inside code is none."""
    return [
        Heading(token.map[0], int(token.tag[1:]), inline.content)
        for token, inline in pairwise(MarkdownIt().parse(markdown))
        if token.type == "heading_open" and token.map
    ]


def under(markdown: str, words: str) -> str | None:
    """What stands under the heading of these words, up to the next that is no deeper; None without one.

    >>> under("## A\\nx\\n### B\\ny\\n## C\\nz", "A")
    'x\\n### B\\ny'
    """
    found = headings(markdown)
    start = next((one for one in found if one.words == words), None)
    if start is None:
        return None
    ends = (one.line for one in found if one.line > start.line and one.level <= start.level)
    return "\n".join(markdown.split("\n")[start.line + 1 : next(ends, None)]).strip()
