"""Words that a language's rules forbid, as translations/README.md lists them: one term, one word."""

import re
from collections.abc import Iterator
from pathlib import Path

from dlcourse.authoring.translation.catalogue import Catalogue

_HEADING = "### Words to avoid"
_ROW = re.compile(r"^\| (?P<words>[^|]+?) \| (?P<instead>[^|]+?) \|", re.MULTILINE)
_CODE = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]+\$", re.DOTALL)


def avoided(rules: str) -> dict[str, str]:
    """{word: what to say instead} of the table under that heading, without its first two lines.

    >>> avoided("### Words to avoid\\n| not | but |\\n|---|---|\\n| 아, 어 | 오 |\\n### More\\n| a | b |")
    {'아': '오', '어': '오'}
    """
    section = rules.partition(_HEADING)[2].partition("\n#")[0]
    rows = list(_ROW.finditer(section))[1:]
    return {word: row["instead"] for row in rows for word in row["words"].split(", ")}


def misworded(catalogue: Catalogue) -> Iterator[str]:
    """One line for each word in a translation that is to be avoided; code and formulas say what they like."""
    rules = catalogue.root / "translations" / "README.md"
    words = avoided(rules.read_text(encoding="utf-8")) if _has_rules(rules, catalogue) else {}
    for entry in catalogue.entries:
        prose = _CODE.sub("", entry.msgstr) if entry.translated() else ""
        for word, instead in words.items():
            if word in prose:
                yield f"{catalogue.name}: {entry.msgctxt!r} says {word}: {instead}"


def _has_rules(rules: Path, catalogue: Catalogue) -> bool:
    """The rules there are so far are those of Korean."""
    return catalogue.language == "ko" and rules.is_file()
