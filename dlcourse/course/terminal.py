"""What a terminal or a pipe cannot show is shown in what it can."""

import codecs
import io
import sys
import unicodedata

_PLAIN = str.maketrans(
    {"✓": "+", "✗": "x", "◐": "~", "○": "o", "·": ".", "×": "x", "…": "...", "–": "-", "—": "-", "’": "'"}
    | {"“": '"', "”": '"', "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "−": "-", "•": "*", "›": ">"}
)


def nearest(text: str) -> str:
    """The nearest ASCII, with a ? for what has none.

    >>> nearest("✓ Zoë 김")
    '+ Zoe ?'
    """
    found = []
    for character in text.translate(_PLAIN):
        plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
        found.append(plain or "?")
    return "".join(found)


def adapt_streams() -> None:
    """From now on no character ends the program, whatever the encoding of its output."""
    codecs.register_error("nearest", _in_place)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="nearest")


def _in_place(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return nearest(error.object[error.start : error.end]), error.end
