"""The language in which the course speaks: English, or one that has a catalogue in dlcourse/languages/.

A sentence stands in English where it is said, as gettext has it: `tr("There is no {}.").format(name)`.
Where a catalogue lacks it, English it is.
"""

import gettext
import os
from functools import cache
from pathlib import Path

ENGLISH = "en"
DOMAIN = "dlcourse"
FOLDER = Path(__file__).resolve().parents[1] / "languages"

_spoken: list[str] = []  # the language that was chosen last, if one was


def languages() -> tuple[str, ...]:
    """English first, then those that have a catalogue."""
    return (ENGLISH, *sorted(path.parts[-3] for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


def speak(language: str) -> None:
    """Say all that follows in this language, one of `languages()`."""
    _spoken[:] = [language]


def spoken() -> str:
    """The language that was chosen, else that of DLCOURSE_LANGUAGE or of the locale, if there is one."""
    return _spoken[-1] if _spoken else _of_the_environment()


def tr(text: str) -> str:
    """The text in the language that is spoken; placeholders as they are."""
    return _catalogue(spoken()).gettext(text) if text else ""  # gettext's own "" is the header


def marked(text: str) -> str:
    """The text itself, to be translated by `tr` where it is said: for constants."""
    return text


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True)


def _of_the_environment() -> str:
    for name in ("DLCOURSE_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            language = value.split(".")[0].split("_")[0].lower()
            return language if language in languages() else ENGLISH
    return ENGLISH
