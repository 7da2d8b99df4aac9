"""What `format` fills into a message: a translation has the same, or it is left out of what students get."""

from collections.abc import Iterator
from itertools import count
from string import Formatter

import polib

FORMAT = "python-brace-format"  # gettext's flag of a message that goes through `format`


def placeholders(text: str) -> set[str]:
    """All of them with their formats; raises ValueError where a brace has no partner.

    Those without a name are numbered, as `format` does it.

    >>> sorted(placeholders("{name!r}: {points:g} of {{most}}")), sorted(placeholders("{} in {}"))
    (['{name!r}', '{points:g}'], ['{0}', '{1}'])
    """
    found = [field for field in Formatter().parse(text) if field[1] is not None]
    names = [name or "" for _, name, *_ in found]
    if "" in names and any(map(str.isdigit, names)):
        raise ValueError("some of its braces have numbers, and some have none")
    numbers = map(str, count())
    return {
        f"{{{name or next(numbers)}{f'!{kind}' if kind else ''}{f':{spec}' if spec else ''}}}"
        for _, name, spec, kind in found
    }


def misplaced(entry: polib.POEntry) -> Iterator[str]:
    """What a translation lacks, and what it has that its text has not."""
    if FORMAT not in entry.flags:
        return
    try:
        due, got = placeholders(entry.msgid), placeholders(entry.msgstr)
    except ValueError as error:
        yield f"is no format: {error}"
        return
    yield from (f"lacks {each}" for each in sorted(due - got))
    yield from (f"adds {each}" for each in sorted(got - due))
