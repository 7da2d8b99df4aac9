"""The language in which the course speaks: English, or one that has a catalogue in dlcourse/languages/.

A sentence stands in English where it is said, as gettext has it: `tr("There is no {}.").format(name)`.
Where a catalogue lacks it, English it is.
"""

import gettext
import os
from contextlib import suppress
from functools import cache
from pathlib import Path

ENGLISH = "en"
DOMAIN = "dlcourse"
FOLDER = Path(__file__).resolve().parents[1] / "languages"
CHOICE = Path(".dlcourse", "language")  # in a student's folder, what `dlcourse start --language` was given

_spoken: list[str] = []  # the language that was chosen last, if one was


def languages() -> tuple[str, ...]:
    """English first, then those that have a catalogue."""
    return (ENGLISH, *sorted(path.parts[-3] for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


def speak(language: str) -> None:
    """Say all that follows in this language, one of `languages()`."""
    _spoken[:] = [language]


def spoken() -> str:
    """The language to speak: the one given to `speak`, else that of DLCOURSE_LANGUAGE, else the one chosen
    for the folder that this process stands in, else that of the locale.
    """
    return _spoken[-1] if _spoken else _of_the_environment()


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


def tr(text: str) -> str:
    """The text in the language that is spoken; placeholders as they are."""
    return said_in(spoken(), text)


def said_in(language: str, text: str) -> str:
    """The text in this language; English where that has no words for it."""
    return _catalogue(language).gettext(text) if text else ""  # gettext's own "" is the header


def marked(text: str) -> str:
    """The text itself, to be translated by `tr` where it is said: for constants."""
    return text


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True)


def _of_the_environment() -> str:
    asked = os.environ.get("DLCOURSE_LANGUAGE")
    if not asked and (chosen := chosen_for(_here())):
        return chosen
    locales = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    language = (asked or next(filter(None, locales), "")).split(".")[0].split("_")[0].lower()
    return language if language in languages() else ENGLISH


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError:  # it has been deleted
        return Path(os.sep)
