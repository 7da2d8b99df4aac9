"""The frame of every page that grading writes: plain HTML without scripts, with nothing to load."""

from collections.abc import Iterable

from markupsafe import Markup

from dlcourse.course.language import ENGLISH

_STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
  overflow-wrap: anywhere }
:lang(ko) { word-break: keep-all }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin: 2rem 0 .25rem }
ul { list-style: none; padding-left: 0; margin: .5rem 0 }
section { border-top: 1px solid; break-inside: avoid }
"""
_PAGE = Markup("""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{heading}</h1>
{body}
</main>
</body>
</html>
""")


def html_page(
    title: str, parts: Iterable[str], style: str = "", heading: str = "", language: str = ENGLISH
) -> Markup:
    """A whole page, by default with its title as heading. What is text, and not `Markup`, is escaped."""
    body = Markup("\n").join(filter(None, parts))
    return _PAGE.format(
        language=language, title=title, style=Markup(_STYLE + style), heading=heading or title, body=body
    )


def section(heading: str, body: str) -> Markup:
    """A part of a page; nothing where there is nothing to say in it."""
    return Markup("<section>\n<h2>{}</h2>\n{}\n</section>").format(heading, body) if body else Markup("")


def isolated(name: str) -> Markup:
    """A name as HTML that keeps its own direction to itself, as an Arabic one beside a number must."""
    return Markup("<bdi>{}</bdi>").format(name)
