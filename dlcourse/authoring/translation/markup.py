"""Whether a translated text keeps all that is not words: formulas, code, links, headings, lists, emphasis."""

import re
from collections import Counter
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

_READ = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)
_WORDS = ("inline", "text", "softbreak")
_WORDS_IN_MATH = re.compile(r"(?<=\\text\{)[^{}$]*(?=\})")  # which are translated, and no symbols
_KEPT = ("code_inline", "code_block", "fence", "math_inline", "math_block")


def differences(original: str, translation: str) -> list[str]:
    """What the translation lacks, and what it has beyond the original.

    >>> differences("See *how* `x` grows to $x^2$.", "`x`가 $x^3$으로 *커집니다*.")
    ['lacks math x^2', 'adds math x^3']
    >>> differences(r"$x \\text{ if } x > 0$", r"$x \\text{ 이때 } x > 0$")
    []
    """
    before, after = skeleton(original), skeleton(translation)
    lacks, adds = before - after, after - before
    return [*(f"lacks {part}" for part in lacks), *(f"adds {part}" for part in adds)]


def skeleton(markdown: str) -> Counter[str]:
    """How often each part occurs: headings, lists, emphasis by kind; formulas, code and links by content."""
    return Counter(filter(None, map(_part, _flat(_READ.parse(markdown)))))


def _flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or [])


def _part(token: Token) -> str:
    """Such as `h2`, `strong`, `math x^2`, `code x @ w`, `a https://…`; empty for words and closing tokens."""
    if token.nesting < 0 or token.type in _WORDS:
        return ""
    content = token.content.strip() if token.type in _KEPT else token.attrGet("href") or token.attrGet("src")
    if token.type.startswith("math"):
        content = _WORDS_IN_MATH.sub("", token.content.strip())
    return f"{token.tag or token.type} {content or ''}".rstrip()
