"""The texts of a lesson in another language: a .po file with one entry a markdown cell.

An entry's context says where its cell stands: behind which code cell, as in `after xor-figure`. So an edited
text is still found. As with gettext, a translation whose text has changed is kept, not used, and marked
`fuzzy` beside the text that it renders; one whose cell is gone is kept as obsolete.
"""

import difflib
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import polib

from dlcourse.authoring.notebooks import cell_ids
from dlcourse.authoring.source import LessonSource
from dlcourse.course.errors import UserError

ALIKE = 0.6  # share of the words that two versions of a text have in common, at least

Message = tuple[str, str]  # context and text


def translation_path(root: Path, language: str, stem: str) -> Path:
    return root / "translations" / language / f"{stem}.po"


def read_entries(path: Path) -> list[polib.POEntry]:
    """The entries of a .po file, none where there is no file; raises UserError where it is not one."""
    if not path.exists():
        return []
    try:
        return list(polib.pofile(str(path), encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read as a .po file: {error}") from None


def serialise_entries(entries: Iterable[polib.POEntry], language: str) -> bytes:
    """The bytes of a .po file, the same for the same entries."""
    file = polib.POFile(wrapwidth=0)
    file.metadata = {"Language": language, "Content-Type": "text/plain; charset=UTF-8"}
    file.extend(entries)
    return f"{file}".encode()


def messages(lesson: LessonSource) -> dict[str, Message]:
    """{cell id: message} of the markdown cells, in the order of the lesson."""
    found: dict[str, Message] = {}
    place, seen = "at the top", Counter[str]()
    for cell, cell_id in zip(lesson.cells, cell_ids(lesson), strict=True):
        if cell.is_code:
            place = f"after {cell_id}"
        else:
            seen[place] += 1
            found[cell_id] = (place if seen[place] == 1 else f"{place}, {seen[place]}", cell.text)
    return found


def refreshed(old: Iterable[polib.POEntry], wanted: Iterable[Message]) -> list[polib.POEntry]:
    """An entry for each wanted message, with what `old` has for it; then, obsolete, what is left of `old`.

    An entry is recognised by context and text, else by its text, which has moved, else by a similar text,
    else by its context alone. No translation is lost.
    """
    wanted, spare = list(wanted), [entry for entry in old if entry.msgstr]
    matched: dict[Message, polib.POEntry] = {}
    crowd = Counter(context for context, _ in wanted)
    for pick in (_same, _moved, _similar, _same_place):
        for message in wanted:
            if pick is _same_place and crowd[message[0]] > 1:
                continue  # that many stand there says nothing of which is which
            if message not in matched and (entry := pick(message, spare)):
                matched[message] = entry
                spare.remove(entry)
    return [
        *(_entry(message, matched.get(message)) for message in wanted),
        *map(_obsolete, spare),
    ]


def rendered(entry: polib.POEntry) -> str:
    """The text that the translation was made from."""
    return (entry.fuzzy and entry.previous_msgid) or entry.msgid


def _same(message: Message, entries: list[polib.POEntry]) -> polib.POEntry | None:
    return _first(entries, lambda entry: (entry.msgctxt, rendered(entry)) == message)


def _moved(message: Message, entries: list[polib.POEntry]) -> polib.POEntry | None:
    return _first(entries, lambda entry: rendered(entry) == message[1])


def _similar(message: Message, entries: list[polib.POEntry]) -> polib.POEntry | None:
    likeness = {id(entry): _likeness(message[1], rendered(entry)) for entry in entries}
    nearest = max(entries, key=lambda entry: likeness[id(entry)], default=None)
    return nearest if nearest is not None and likeness[id(nearest)] >= ALIKE else None


def _same_place(message: Message, entries: list[polib.POEntry]) -> polib.POEntry | None:
    return _first(entries, lambda entry: entry.msgctxt == message[0] and not entry.obsolete)


def _first(entries: list[polib.POEntry], fits: Callable[[polib.POEntry], bool]) -> polib.POEntry | None:
    return next(filter(fits, entries), None)


def _likeness(text: str, other: str) -> float:
    return difflib.SequenceMatcher(None, text.split(), other.split(), autojunk=False).ratio()


def _entry(message: Message, old: polib.POEntry | None) -> polib.POEntry:
    context, text = message
    entry = polib.POEntry(msgctxt=context, msgid=text)
    if old is not None:
        entry.msgstr, entry.tcomment = old.msgstr, old.tcomment
        if rendered(old) != text:
            entry.fuzzy, entry.previous_msgid = True, rendered(old)
        elif not old.previous_msgid:
            entry.fuzzy = old.fuzzy  # a translator's own doubt
    return entry


def _obsolete(old: polib.POEntry) -> polib.POEntry:
    return polib.POEntry(
        msgctxt=old.msgctxt, msgid=rendered(old), msgstr=old.msgstr, tcomment=old.tcomment, obsolete=True
    )
