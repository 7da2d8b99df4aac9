"""The text of an answer, without what two who have the same one may have changed in it.

Students' code is not parsed here, which Python's own parser need not survive: one regular expression cuts a
definition into words, in time linear in its length, and a definition longer than any answer is let be.
"""

import builtins
import hashlib
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass

_LONGEST = 20_000  # characters of a definition
_OPENING, _CLOSING = "([{", ")]}"
_KEPT = {*keyword.kwlist, *dir(builtins), "np", "numpy", "math"}  # other names are the student's to choose
# Every alternative takes what it can and gives nothing back, and a text without its closing quotes ends with
# the line or with everything, so that no character is looked at twice for long.
_TOKEN = re.compile(
    r"""
      (?P<text> (?i:[rbuf]{0,2}+)
          (?: \"\"\" (?: [^\\"] | \\.? | "(?!"") )*+ (?:\"\"\")?
            | ''' (?: [^\\'] | \\.? | '(?!'') )*+ (?:''')?
            | " (?: [^"\\\n] | \\.? )*+ "?
            | ' (?: [^'\\\n] | \\.? )*+ '? ) )
    | (?P<between> \#[^\n]*+ | [ \t\f\r]++ | \\\r?\n )
    | (?P<newline> \n [ \t]*+ )
    | (?P<name> [^\W\d]\w*+ )
    | (?P<number> \.?\d[\w.]*+ )
    | (?P<sign> [-+*/%@&|^<>=!:]= | . )
    """,
    re.VERBOSE | re.DOTALL,
)
Token = tuple[str, str]  # (kind, text)
Line = tuple[
    int, list[Token]
]  # (indentation, tokens), over several lines of the file where brackets are open


@dataclass(frozen=True)
class AnswerText:
    """What an answer says.

    fingerprint  equal where two say the same, whatever their comments, docstrings, blanks and names
    length       in words and signs, without the line that begins with `def`
    """

    fingerprint: str
    length: int


def answer_text(name: str, sources: list[str]) -> AnswerText | None:
    """Of the last definition of that function; None where there is none with lines of its own.

    >>> one = 'def f(x):\\n    y = np.exp(x)  # e to the x\\n    return y'
    >>> other = 'def f(z):\\n  "Exponential."\\n  result = np.exp( z )\\n\\n  return result\\n\\nf(1)'
    >>> answer_text("f", [one]) == answer_text("f", [other]), answer_text("f", [one]).length
    (True, 10)
    """
    definition = _definition(name, sources)
    if definition is None:
        return None
    lines = [line for line in list(_lines(definition))[1:] if any(kind != "text" for kind, _ in line[1])]
    if not lines:
        return None
    words = _words([token for _, tokens in lines for token in (*tokens, ("newline", "\n"))])
    levels = {indentation: level for level, indentation in enumerate(sorted({of for of, _ in lines}))}
    shape = [levels[indentation] for indentation, _ in lines]
    digest = hashlib.sha256(repr((shape, words)).encode("utf-8", "backslashreplace")).hexdigest()
    return AnswerText(digest, len(words) - len(lines))


def _definition(name: str, sources: list[str]) -> str | None:
    """The text from the last `def` of that name on."""
    start = re.compile(rf"^def[ \t]+{name}\b", re.MULTILINE)
    for source in reversed(sources):
        found = [match.start() for match in start.finditer(source)]
        if found:
            return source[found[-1] :]
    return None


def _lines(definition: str) -> Iterator[Line]:
    """Its logical lines, up to the next that begins at the margin."""
    depth, indentation = 0, 0
    tokens: list[Token] = []
    for match in _TOKEN.finditer(definition, 0, _LONGEST):
        kind, text = match.lastgroup or "", match[0]
        if kind == "newline" and not depth:
            if tokens:
                yield indentation, tokens
            indentation, tokens = len(text.expandtabs()) - 1, []
        elif kind not in ("newline", "between"):
            if match.start() and not tokens and not indentation:
                return
            depth = max(0, depth + (text in _OPENING) - (text in _CLOSING))
            tokens.append((kind, text))
    if tokens:
        yield indentation, tokens


def _words(tokens: list[Token]) -> list[str]:
    """The tokens' text, the names that a student chooses made numbers, in the order of their appearance.

    What stands after a dot or is called, and the keyword of an argument, is somebody else's choice.
    """
    chosen: dict[str, str] = {}
    words, depth = [], 0
    ends = ("newline", "\n")
    for before, (kind, text), after in zip([ends, *tokens], tokens, [*tokens[1:], ends], strict=False):
        depth = max(0, depth + (text in _OPENING) - (text in _CLOSING))
        is_given = before[1] == "." or after[1] == "(" or (depth and after[1] == "=") or text in _KEPT
        words.append(text if kind != "name" or is_given else chosen.setdefault(text, f"${len(chosen)}"))
    return words
