"""One page a student and lesson."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from markupsafe import Markup

from dlcourse.course.language import spoken, tr
from dlcourse.exercises.engine.verdict import Verdict, each, marked_up
from dlcourse.grading.book.lateness import Timing
from dlcourse.grading.book.scores import Score
from dlcourse.grading.intake.submissions import Handin
from dlcourse.grading.output.pages import html_page, isolated, section
from dlcourse.grading.run.judge import Failure


def page(
    handin: Handin,
    timing: Timing,
    verdicts: list[Verdict],
    scores: list[Score],
    failures: tuple[Failure, ...],
    remark: str,
) -> Markup:
    """The whole page; all that is the student's is escaped in it. `remark` says which attempt it is about."""
    points, most = sum(s.points for s in scores), sum(s.max_points for s in scores)
    total = tr("{points} of {most} points.").format(points=f"{points:g}", most=f"{most:g}")
    earned = [total] if verdicts or points else []
    late = timing.note if any(score.late for score in scores) else ""
    problem = "" if verdicts else scores[0].message
    said = [each("<p>{}</p>", [text]) for text in (*_dates(timing), late, remark, problem) if text]
    whole = [score for score in scores if score.of_whole_lesson]
    rest = [score for score in scores[len(verdicts) :] if score not in whole]
    sections = [*map(_whole, whole), *map(_exercise, verdicts, scores), *map(_decided, rest)]
    names = [name for name in (handin.student, handin.lesson) if name]
    parts = [each("<p><strong>{}</strong></p>", earned), *said, *sections, _cells(failures)]
    heading = Markup(" · ").join(map(isolated, names))
    return html_page(" · ".join(names), parts, heading=heading, language=spoken())


def _dates(timing: Timing) -> list[str]:
    """When it was handed in, and until when it could be; in the time zone of that."""
    due = timing.due
    zone = due.tzinfo if due and due.tzinfo else UTC
    moment = timing.moment(zone)
    source, said = tr(timing.when.source), []
    if moment:
        said.append(tr("Handed in {moment}, by {source}.").format(moment=_moment(moment), source=source))
    if due is None:
        return said
    said.append(_deadline(timing, due))
    if timing.when.late is False:
        said.append(tr("In time, by {source}.").format(source=source))
    elif not timing.judged:
        said.append(tr("When it was handed in is not known, so nothing is taken off for lateness."))
    return said


def _deadline(timing: Timing, due: datetime) -> str:
    if not (timing.extension and timing.deadline):
        return tr("Deadline {due}.").format(due=_moment(due))
    text = tr("Deadline {due}, extended from {deadline}.")
    return text.format(due=_moment(due), deadline=_moment(timing.deadline))


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" + (f" ({moment.tzname()})" if moment.tzinfo else "")


def _exercise(verdict: Verdict, score: Score) -> Markup:
    tested = verdict.results if verdict.status in ("passed", "partial", "failed") else ()
    tests = each("<li>{}</li>", (result.line for result in tested))
    listed = each("<ul>{}</ul>", [tests] if tests else [])
    texts = each("<p>{}</p>", map(marked_up, filter(None, (verdict.problem, verdict.advice))))
    return section(f"{verdict.judgement} ({_points(score)})", listed + texts + _note(score))


def _points(score: Score) -> str:
    """What is left after lateness and the instructor's hand, so that a page adds up."""
    if not score.max_points and not score.points:
        return tr("withdrawn")
    text = tr("{points} of {most} points")
    return text.format(points=f"{score.points:g}", most=f"{score.max_points:g}")


def _whole(score: Score) -> Markup:
    """What the instructor has decided for the lesson as one, and by how much that changes its sum."""
    if not score.points:
        return section(tr("The whole lesson"), _note(score))
    one = abs(score.points) == 1
    text = tr("The whole lesson ({change} point)") if one else tr("The whole lesson ({change} points)")
    return section(text.format(change=f"{score.points:+g}".replace("-", "−")), _note(score))


def _decided(score: Score) -> Markup:
    """What the instructor has decided where there is no answer to judge."""
    return section(f"{score.title} ({_points(score)})", _note(score))


def _note(score: Score) -> Markup:
    return each("<p>{}</p>", [marked_up(score.note)] if score.note else [])


def _cells(failures: tuple[Failure, ...]) -> Markup:
    items = Markup("").join(
        Markup("<li>{}: <code>{}</code></li>").format(_cell(f.cell), f.said) for f in failures
    )
    why = tr(
        "They ran without `dlcourse` and matplotlib, so this need not be a mistake of yours. After a line "
        "that failed, a cell went on with its imports, definitions and assignments."
    )
    body = Markup("<p>{}</p>\n<ul>{}</ul>").format(marked_up(why), items)
    return section(tr("Cells that stopped early"), body if failures else "")


def _cell(number: int) -> str:
    return tr("Code cell {number}").format(number=number) if number else tr("The lesson’s setup")


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
