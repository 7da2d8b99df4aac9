"""The frame of every page that grading writes: plain HTML without scripts, with nothing to load."""

from html import escape

_STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
  overflow-wrap: anywhere }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin: 2rem 0 .25rem }
ul { list-style: none; padding-left: 0; margin: .5rem 0 }
section { border-top: 1px solid; break-inside: avoid }
"""
_PAGE = """<!DOCTYPE html>
<html lang="en">
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
"""


def html_page(title: str, parts: list[str], style: str = "", heading: str = "") -> str:
    """A whole page. `parts` are HTML, as is `heading`, by default the title; `title` is text, and escaped."""
    body = "\n".join(filter(None, parts))
    title = escape(title)
    return _PAGE.format(title=title, style=_STYLE + style, heading=heading or title, body=body)


def isolated(name: str) -> str:
    """A name as HTML that keeps its own direction to itself, as an Arabic one beside a number must."""
    return f"<bdi>{escape(name)}</bdi>"
