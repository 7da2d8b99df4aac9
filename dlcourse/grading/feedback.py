"""One page a student and lesson: plain HTML without scripts, with nothing to load."""

import hashlib
from html import escape
from pathlib import Path

from dlcourse.exercises.verdict import Verdict
from dlcourse.grading.runner import Failure
from dlcourse.grading.submissions import Handin

_STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin: 2rem 0 .25rem }
ul { list-style: none; padding-left: 0; margin: .5rem 0 } code { overflow-wrap: anywhere }
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
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def page(
    student: str, lesson: str, verdicts: list[Verdict], failures: tuple[Failure, ...], problem: str
) -> str:
    """The whole page; everything of the student's is escaped in it."""
    points, most = sum(v.points for v in verdicts), sum(v.max_points for v in verdicts)
    parts = [f"<p><strong>{points:g} of {most:g} points.</strong></p>"] if verdicts else []
    parts += [f"<p>{escape(problem)}</p>"] if problem else []
    parts += [_exercise(verdict) for verdict in verdicts]
    parts += [_cells(failures)] if failures else []
    title = escape(" · ".join(filter(None, (student, lesson))))
    return _PAGE.format(title=title, style=_STYLE, body="\n".join(parts))


def _exercise(verdict: Verdict) -> str:
    tests = "".join(f"<li>{escape(result.line)}</li>" for result in verdict.results)
    texts = "".join(f"<p>{escape(text)}</p>" for text in (verdict.problem, verdict.advice) if text)
    listed = f"<ul>{tests}</ul>" if verdict.status in ("passed", "partial", "failed") and tests else ""
    return f"<section>\n<h2>{escape(verdict.headline)}</h2>\n{listed}{texts}\n</section>"


def _cells(failures: tuple[Failure, ...]) -> str:
    items = "".join(f"<li>{_cell(f.cell)}: <code>{escape(f.error)}</code></li>" for f in failures)
    why = "They ran without `dlcourse` and matplotlib, so this need not be a mistake of yours."
    return f"<section>\n<h2>Cells that stopped early</h2>\n<p>{escape(why)}</p>\n<ul>{items}</ul>\n</section>"


def _cell(number: int) -> str:
    return f"Code cell {number}" if number else "The lesson’s setup"


def path_part(name: str, otherwise: str = "unnamed") -> str:
    """A name as a safe part of a path: itself where it is one, else what is left of it and a hash.

    >>> path_part("Zoë Ng"), path_part("../..")
    ('Zoë Ng', 'unnamed-0cfd1c96')
    """
    kept = "".join(c if c.isalnum() or c in " ._-@+'" else "_" for c in name).strip(" ._-")
    if kept == name and len(name.encode()) <= 120:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{kept.encode()[:80].decode(errors='ignore').strip(' ._-') or otherwise}-{digest}"


def page_path(folder: Path, handin: Handin, taken: set[Path]) -> Path:
    """Where a hand-in's page goes; never where another's has gone, which `taken` remembers."""
    path = folder / path_part(handin.student) / f"{path_part(handin.lesson, 'handed-in')}.html"
    if path in taken:
        path = path.with_stem(f"{path.stem}-{hashlib.sha256(handin.key.encode()).hexdigest()[:8]}")
    taken.add(path)
    return path
