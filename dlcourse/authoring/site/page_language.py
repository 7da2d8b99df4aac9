"""What a page says of its language: `lang`, the same page in another, and the words of the theme."""

import re
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from dlcourse.authoring.site.translated_pages import UNTRANSLATED
from dlcourse.course.language import ENGLISH, marked, said_in

NAMES = {ENGLISH: "English", "ko": "한국어"}
THEME = (  # what the theme says on a page, and docs/_templates/page.html
    marked("Back to top"),
    marked("Found a mistake?"),
    marked("Home"),
    marked("Next"),
    marked("On this page"),
    marked("Open an issue"),
    marked("Previous"),
    marked("Search"),
    marked("Skip to content"),
    marked("Tell whoever gave you the course"),
)
LANGUAGE = marked("Language")
_BLOCK = re.compile(r"<(p|h[1-6]|ul|ol|div|table|details|blockquote)\b")
_ENGLISH_TEXT = re.compile("{}(.*?){}".format(*map(re.escape, UNTRANSLATED)), re.DOTALL)
_ENGLISH_CODE = re.compile(r'<div class="(?=highlight-|cell_output)')
_CAPTION = '<p class="caption"'
_LINK = Markup('<link rel="alternate" hreflang="{}" href="{}">')
_SWITCH = Markup('<nav class="languages" aria-label="{}"><ul>\n{}\n</ul></nav>\n')
_HERE = Markup('<li lang="{}" aria-current="true">{}</li>')
_THERE = Markup('<li><a lang="{0}" hreflang="{0}" href="{2}">{1}</a></li>')


def language_of(page: str) -> str:
    """The language of a page, by its name from the root of the site.

    >>> language_of("ko/lessons/03_activations"), language_of("lessons/03_activations")
    ('ko', 'en')
    """
    first, _, rest = page.partition("/")
    return first if rest and first in NAMES else ENGLISH


def counterparts(page: str, pages: Iterable[str]) -> dict[str, str]:
    """{language: page} of the page and those that say the same in another language.

    >>> counterparts("ko/index", {"index", "ko/index"})
    {'en': 'index', 'ko': 'ko/index'}
    """
    plain = page.removeprefix(f"{language_of(page)}/")
    named = {language: plain if language == ENGLISH else f"{language}/{plain}" for language in NAMES}
    return {language: name for language, name in named.items() if name in pages}


def say(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Sphinx's `html-page-context`: tell the page's language, lead to its counterparts, speak it."""
    language, same = language_of(page), counterparts(page, app.env.found_docs)
    addresses = {one: context["pathto"](name) for one, name in same.items()}
    context["furo_navigation_tree"] = _own_part(context.get("furo_navigation_tree", ""), language)
    for way in ("prev", "next"):
        if _leads_elsewhere(app, page, way):
            context[way] = None
    if len(same) > 1:
        others = (_LINK.format(*each) for each in addresses.items() if each[0] != language)
        context["metatags"] = "\n".join((context.get("metatags", ""), *others))
        context["body"] = _switch(language, addresses) + context.get("body", "")
    if language != ENGLISH:
        _translate(context, language)


def _translate(context: dict[str, Any], language: str) -> None:
    def words(text: str, **filled: Any) -> str:
        return said_in(language, text) % filled if filled else said_in(language, text)

    context["language"], context["_"], context["gettext"] = language, words, words
    context["body"] = english_parts(context.get("body", ""))


def places_by_name(app: Any, doctree: Any) -> None:
    """Sphinx's `doctree-read`: a section is linked to by its label, where its heading makes no address."""
    mark = f"{language_of(app.env.docname)}-"
    for section in doctree.findall(lambda node: node.tagname == "section"):
        section["ids"].sort(key=lambda name: not name.startswith(mark))


def english_parts(html: str) -> str:
    """The page with its English texts, its code and what that printed marked as such.

    >>> english_parts('<!-- en --><p>So.</p><!-- /en --><p>네.</p>')
    '<p lang="en">So.</p><p>네.</p>'
    """
    html = _ENGLISH_TEXT.sub(lambda found: _BLOCK.sub(rf'\g<0> lang="{ENGLISH}"', found[1]), html)
    return _ENGLISH_CODE.sub(f'<div lang="{ENGLISH}" class="', html)


def _switch(language: str, addresses: dict[str, str]) -> str:
    each = (
        (_HERE if one == language else _THERE).format(one, NAMES[one], address)
        for one, address in addresses.items()
    )
    return str(_SWITCH.format(said_in(language, LANGUAGE), Markup("\n").join(each)))


def _own_part(tree: str, language: str) -> str:
    """What the bar at the side has for a page: that of its language alone; the English one leads to all."""
    before, *parts = tree.split(_CAPTION)
    of = {part: next((one for one in NAMES if f">{NAMES[one]}<" in part), ENGLISH) for part in parts}
    kept = [part for part in parts if language in (ENGLISH, of[part])]
    return before + "".join(_CAPTION + _marked_as(of[part], part) for part in kept)


def _marked_as(language: str, part: str) -> str:
    if language == ENGLISH:
        return part
    return f' lang="{language}"' + part.replace("<ul", f'<ul lang="{language}"', 1)


def _leads_elsewhere(app: Any, page: str, way: str) -> bool:
    """Whether the page before or after is in another language."""
    parents = app.builder.relations.get(page, (None, None, None))
    other = dict(zip(("up", "prev", "next"), parents, strict=False)).get(way)
    return other is not None and language_of(other) != language_of(page)
