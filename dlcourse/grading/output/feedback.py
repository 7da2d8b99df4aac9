"""One page a student and lesson."""

import hashlib
from html import escape
from pathlib import Path

from dlcourse.exercises.engine.verdict import Verdict, marked_up
from dlcourse.grading.book.scores import Score
from dlcourse.grading.intake.submissions import Handin
from dlcourse.grading.output.pages import html_page, isolated
from dlcourse.grading.run.judge import Failure


def page(
    handin: Handin, verdicts: list[Verdict], scores: list[Score], failures: tuple[Failure, ...], remark: str
) -> str:
    """The whole page; all that is the student's is escaped in it. `remark` says which attempt it is about."""
    points, most = sum(s.points for s in scores), sum(s.max_points for s in scores)
    summary = f"<p><strong>{points:g} of {most:g} points.</strong></p>" if verdicts or points else ""
    problem = "" if verdicts else scores[0].message
    said = [f"<p>{escape(text)}</p>" for text in (remark, problem) if text]
    sections = map(_exercise, verdicts, scores) if verdicts else map(_note, scores)
    names = [name for name in (handin.student, handin.lesson) if name]
    parts = [summary, *said, *sections, _cells(failures) if failures else ""]
    return html_page(" · ".join(names), parts, heading=" · ".join(map(isolated, names)))


def _exercise(verdict: Verdict, score: Score) -> str:
    tests = "".join(f"<li>{escape(result.line)}</li>" for result in verdict.results)
    texts = "".join(f"<p>{marked_up(text)}</p>" for text in (verdict.problem, verdict.advice) if text)
    listed = f"<ul>{tests}</ul>" if verdict.status in ("passed", "partial", "failed") and tests else ""
    return f"<section>\n<h2>{escape(verdict.headline)}</h2>\n{listed}{texts}{_note(score)}\n</section>"


def _note(score: Score) -> str:
    return f"<p>{escape(f'{score.exercise}: {score.note}')}</p>" if score.note else ""


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
        return name or otherwise
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{kept.encode()[:80].decode(errors='ignore').strip(' ._-') or otherwise}-{digest}"


def page_path(folder: Path, student: str, lesson: str) -> Path:
    """Where the page of that student and lesson is."""
    return folder / path_part(student) / f"{path_part(lesson, 'handed-in')}.html"


def free_path(folder: Path, handin: Handin, taken: set[Path]) -> Path:
    """Where a hand-in's page goes; never where another's has gone, which `taken` remembers."""
    path = page_path(folder, handin.student, handin.lesson)
    if path in taken:
        path = path.with_stem(f"{path.stem}-{hashlib.sha256(handin.place.encode()).hexdigest()[:8]}")
    taken.add(path)
    return path
