"""The language in which the course speaks: English, or one that has a catalogue in dlcourse/languages/.

A sentence stands in English where it is said, as gettext has it: `tr("There is no {name}.").format(name=…)`.
Where a catalogue lacks it, English it is. What is made up in one place and said in another is a phrase: it is
English text to all who handle it, and knows of what it was made when it comes to be said.
"""

import gettext
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

ENGLISH = "en"
DOMAIN = "dlcourse"
FOLDER = Path(__file__).resolve().parents[1] / "languages"
CHOICE = Path(".dlcourse", "language")  # in a student's folder, what `dlcourse start --language` was given

_spoken: list[str] = []  # the language that was chosen last, if one was
_here_and_now: ContextVar[str] = ContextVar("language", default="")


def languages() -> tuple[str, ...]:
    """English first, then those that have a catalogue."""
    return (ENGLISH, *sorted(path.parts[-3] for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


def speak(language: str) -> None:
    """Say all that follows in this language, one of `languages()`."""
    _spoken[:] = [language]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say all that this thread says in it in this language, whatever is spoken around it."""
    before = _here_and_now.set(language)
    try:
        yield
    finally:
        _here_and_now.reset(before)


def spoken() -> str:
    """The language to speak: the one given to `speaking` or `speak`, else that of DLCOURSE_LANGUAGE, else the
    one chosen for the folder that this process stands in, else that of the locale.
    """
    return _here_and_now.get() or (_spoken[-1] if _spoken else _of_the_environment())


def speak_as_chosen(folder: Path) -> None:
    """Say all that follows in the language chosen for a student's folder, if DLCOURSE_LANGUAGE names none."""
    chosen = chosen_for(folder)
    if chosen and not os.environ.get("DLCOURSE_LANGUAGE"):
        speak(chosen)


def chosen_for(folder: Path) -> str | None:
    """The language that was chosen for this folder or for one around it; None where none was."""
    for place in (folder, *folder.parents):
        with suppress(OSError, UnicodeError):
            chosen = (place / CHOICE).read_text("utf-8").strip()
            return chosen if chosen in languages() else None
    return None


class Phrase(str):
    """English text that remembers its template and values; values that are phrases are said with it."""

    template: str
    values: dict[str, Any] | None  # None: braces in it are braces
    begins: bool

    def __new__(cls, template: str, values: dict[str, Any] | None, begins: bool = False) -> "Phrase":
        english = template if values is None else template.format(**values)
        made = super().__new__(cls, english[:1].upper() + english[1:] if begins else english)
        made.template, made.values, made.begins = template, values, begins
        return made

    def beginning(self) -> "Phrase":
        """The same with a capital, to begin a sentence."""
        return Phrase(self.template, self.values, begins=True)

    def said_in(self, language: str) -> str:
        text = _catalogue(language).gettext(self.template) if self.template else ""
        if self.values is not None:
            text = text.format(**{name: _rendered(value, language) for name, value in self.values.items()})
        return text[:1].upper() + text[1:] if self.begins else text


def phrase(template: str, **values: Any) -> Phrase:
    """A text with its values filled in, to be said by `tr` elsewhere.

    >>> sign = phrase("the sign of {name}", name="x")
    >>> phrase("only {what} is wrong", what=sign).beginning()
    'Only the sign of x is wrong'
    """
    return Phrase(template, values)


def maybe_ours(text: str) -> Phrase:
    """Text that may be the course's own, which is `marked` where it stands: else it is said as it is."""
    return Phrase(text, None)


def tr(text: str) -> str:
    """The text, or the phrase, in the language that is spoken; placeholders as they are."""
    return said_in(spoken(), text)


def said_in(language: str, text: str) -> str:
    """The text, or the phrase, in this language; English where that has no words for it."""
    if language == ENGLISH or not text:  # gettext's own "" is the header
        return str(text)
    return text.said_in(language) if isinstance(text, Phrase) else _catalogue(language).gettext(text)


def said(text: str) -> str:
    """A phrase in the language that is spoken; what is none, such as code, stays as it is."""
    return tr(text) if isinstance(text, Phrase) else text


def _rendered(value: Any, language: str) -> Any:
    return value.said_in(language) if isinstance(value, Phrase) else value


def marked(text: str) -> str:
    """The text itself, to be translated by `tr` where it is said: for constants."""
    return text


def catalogue_digest(language: str) -> str:
    """Tells one state of a catalogue from another; "" where there is none."""
    return _digest(FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.mo")


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else ""


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True)


def _of_the_environment() -> str:
    locales = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next(filter(None, locales), "")
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":  # it is an instructor's, and not the class's
        locale = ""
    return _settled(os.environ.get("DLCOURSE_LANGUAGE") or "", locale, _here())


@lru_cache(maxsize=8)  # a choice is made by a process before those that ask for it: `start` before the kernel
def _settled(asked: str, locale: str, here: str) -> str:
    if not asked and (chosen := chosen_for(Path(here))):
        return chosen
    language = (asked or locale).split(".")[0].split("_")[0].lower()
    return language if language in languages() else ENGLISH


def _here() -> str:
    try:
        return os.getcwd()
    except OSError:  # it has been deleted
        return os.sep
