"""What `format` fills into a message: a translation has the same, or it is left out of what students get."""

from collections.abc import Iterator
from string import Formatter

import polib

FORMAT = "python-brace-format"  # gettext's flag of a message that goes through `format`


def placeholders(text: str) -> set[str]:
    """All of them with their formats; raises ValueError where a brace has no partner.

    >>> sorted(placeholders("{name!r}: {points:g} of {{most}}"))
    ['{name!r}', '{points:g}']
    """
    found = ((name, kind, spec) for _, name, spec, kind in Formatter().parse(text) if name is not None)
    return {f"{{{n}{f'!{kind}' if kind else ''}{f':{spec}' if spec else ''}}}" for n, kind, spec in found}


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
