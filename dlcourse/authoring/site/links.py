"""Pages written for a clone become pages of the site: with links to headings, cells and functions."""

import re
from collections.abc import Mapping

from dlcourse.authoring.site.lesson_pages import LessonPage, heading_label

Lessons = Mapping[str, LessonPage]  # by number

_TO_LESSON = re.compile(
    r"\[(?P<text>[^]]*)\]\((?:\.\./)+solutions/(?P<number>\d\d)_\w+\.ipynb(?:#(?P<cell>[\w-]+))?\)"
)
_TRACED = re.compile(
    r"^\| (?P<section>[A-Z+].*?) \| (?P<number>\d\d) · (?P<heading>.+?)"
    r" \| `(?P<name>[\w.]+)` \| `(?P<exercise>\w+)` \|"
)
_QUESTION = re.compile(r"^### (.+\?)$", re.MULTILINE)


def to_lessons(markdown: str, lessons: Lessons) -> str:
    """Links to notebooks lead to the cell they name, or the heading that their text is, or the lesson."""

    def replaced(found):
        lesson, text = lessons[found["number"]], found["text"]
        if found["cell"]:
            return f"[{text}](#{lesson.cell(found['cell'])})"
        _, _, heading = text.partition(" · ")
        return f"[{text}](#{lesson.heading(heading or lesson.headings[0])})"

    return _TO_LESSON.sub(replaced, markdown)


def traced(markdown: str, lessons: Lessons) -> str:
    """The rows of the traceability table lead to the heading, the function and the exercise they name."""
    return "\n".join(_traced(line, lessons) for line in markdown.split("\n"))


def _traced(line: str, lessons: Lessons) -> str:
    found = _TRACED.match(line)
    if not found:
        return line
    lesson, name = lessons[found["number"]], found["name"]
    place = f"[{lesson.number} · {found['heading']}](#{lesson.heading(found['heading'])})"
    function = f"{{py:obj}}`{name} <dlcourse.{name}>`"
    exercise = f"[`{found['exercise']}`](#{lesson.cell(found['exercise'])})"
    return f"| {found['section']} | {place} | {function} | {exercise} |{line[found.end() :]}"


def questions(markdown: str) -> str:
    """Each heading that asks something gets a label, to link to."""
    return _QUESTION.sub(lambda found: f"({heading_label('q', found[1])})=\n{found[0]}", markdown)


def stacked(markdown: str) -> str:
    """The tables are marked as ones of sentences, whose rows are stacked on a narrow screen."""
    return markdown.replace("\n\n|", "\n\n```{rst-class} sentences\n```\n\n|")
