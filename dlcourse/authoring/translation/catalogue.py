"""A .po file matched with the English that it renders, as that stands now, and what `--check` says of it."""

import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import polib

from dlcourse.authoring.translation.markup import differences
from dlcourse.authoring.translation.placeholders import FORMAT, misplaced
from dlcourse.authoring.translation.po_file import (
    Message,
    read_entries,
    refreshed,
    serialise_entries,
    translation_path,
)


class Catalogue:
    """What there is of some English texts in another language.

    Args:
        stem: of the file in translations/LANGUAGE/.
        wanted: context and text of each message, in order.
        comments: by text, what a translator is told of it.
        formats: those texts that go through `format`.
    """

    kind = "messages"

    def __init__(
        self,
        root: Path,
        language: str,
        stem: str,
        wanted: Iterable[Message],
        comments: Mapping[str, str] | None = None,
        formats: Collection[str] = (),
    ):
        self.root, self.language, self.stem = root, language, stem
        self.path = translation_path(root, language, stem)
        self.entries = refreshed(read_entries(self.path), wanted)
        for entry in self.entries:
            entry.comment = (comments or {}).get(entry.msgid, "")
            entry.flags += [FORMAT] * (entry.msgid in formats)

    @property
    def content(self) -> bytes:
        return serialise_entries(self.entries, self.language)

    @property
    def name(self) -> str:
        return self.path.relative_to(self.root).as_posix()

    @property
    def named(self) -> str:
        """What `--update` is to be given for it, after a space."""
        return ""

    def unused(self) -> Iterator[str]:
        """One line for each translation that is kept but not shown, for its text has changed or gone."""
        yield from self._stale()
        for entry in self.entries:
            if entry.obsolete:
                yield f"{self.name}: {entry.msgctxt!r} is obsolete: its text is gone"

    def faults(self) -> Iterator[str]:
        """All that `--check` finds."""
        yield from self.behind()
        yield from self.unfaithful()

    def behind(self) -> Iterator[str]:
        """What a change of the English has left to do: the .po is not in step, or texts are stale."""
        if not self.path.exists() or self.path.read_bytes() != self.content:
            command = f"dlcourse build --language {self.language} --update{self.named}"
            yield f"{self.name} is not in step with its source: run `{command}`"
        yield from self._stale()

    def unfaithful(self) -> Iterator[str]:
        """Where a translation that is shown has other formulas, code, links or placeholders than its text."""
        for entry in filter(polib.POEntry.translated, self.entries):
            for what in (*misplaced(entry), *differences(entry.msgid, entry.msgstr)):
                yield f"{self.name}: {entry.msgctxt!r} {textwrap.shorten(what, 80)}"

    def _stale(self) -> Iterator[str]:
        for entry in self.entries:
            if entry.fuzzy:
                yield f"{self.name}: {entry.msgctxt!r} is stale: translate its text again, as it is now"

    def __bool__(self) -> bool:
        """Whether there is anything to translate, or to keep."""
        return bool(self.entries)

    def __str__(self) -> str:
        wanted = [entry for entry in self.entries if not entry.obsolete]
        done = sum(entry.translated() for entry in wanted)
        return f"{done} of {len(wanted)} {self.kind} in {self.language}"
