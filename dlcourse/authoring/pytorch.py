"""`## In PyTorch`: our names beside torch's, and a block in which the two agree; and the page of them all."""

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt

from dlcourse.authoring.sections import headings, under
from dlcourse.authoring.source import LessonSource

HEADING = "In PyTorch"
COLUMNS = "| dlcourse | torch | what differs |"
MOST_LINES = 15
COMPARISON = "np.testing.assert_allclose("
PAGE = "docs/pytorch.md"
INTRODUCTION = """\
# In PyTorch

Our names, torch's, and where the two differ, lesson by lesson. The tests run each block, which fails unless
both give the same numbers. `dlcourse build` makes this page of the lessons' sources: change it there."""


@dataclass(frozen=True)
class Section:
    """The table, or empty, and the blocks of Python that stand under the heading."""

    table: str
    blocks: tuple[str, ...]


def read_section(markdown: str) -> Section | None:
    """What a text has under `## In PyTorch`; None where it has no such heading."""
    text = under(markdown, HEADING)
    if text is None:
        return None
    tokens, lines = MarkdownIt("commonmark").enable("table").parse(text), text.split("\n")
    tables = [lines[slice(*token.map)] for token in tokens if token.type == "table_open" and token.map]
    blocks = (token.content for token in tokens if token.type == "fence" and token.info.strip() == "python")
    return Section("\n".join(tables[0]).strip() if tables else "", tuple(blocks))


def page(lessons: Iterable[LessonSource]) -> str:
    """The page in Markdown, a heading a lesson; empty where no lesson has a section."""
    parts = [_part(lesson, section) for lesson in lessons for section in sections(lesson)]
    return "\n\n".join([INTRODUCTION, *parts]) + "\n" if parts else ""


def sections(lesson: LessonSource) -> list[Section]:
    """Those of a lesson: one, or none."""
    return [section for cell in lesson.of("text") if (section := read_section(cell.text))]


def _part(lesson: LessonSource, section: Section) -> str:
    title = headings(lesson.cells[0].text)[0].words.split(":")[0]
    link = f"[{lesson.stem[:2]} · {HEADING}](../solutions/{lesson.stem}.ipynb)"
    blocks = (f"```python\n{block}```" for block in section.blocks)
    return "\n\n".join([f"## {title}", f"From {link}.", section.table, *blocks])


def section_faults(section: Section) -> Iterator[str]:
    """What is amiss in it, but for what only a run can show."""
    if not section.table.startswith(COLUMNS):
        yield f"the table under `## {HEADING}` begins with `{COLUMNS}`"
    if len(section.blocks) != 1:
        yield f"`## {HEADING}` has one block ```python, a blank line before it, not {len(section.blocks)}"
    for block in section.blocks:
        yield from (f"the block under `## {HEADING}` {fault}" for fault in _block_faults(block))


def _block_faults(block: str) -> Iterator[str]:
    lines = [line for line in block.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        yield f"has {len(lines)} lines: at most {MOST_LINES}"
    if COMPARISON not in block:
        yield f"compares no numbers: end it by `{COMPARISON}…, atol=1e-6)`"
    try:
        unknown = _unknown(ast.parse(block))
    except SyntaxError as error:
        yield f"is not Python: {error.msg}: {(error.text or '').strip()!r}"
    else:
        yield from (f"uses {name!r} and does not import or define it" for name in unknown)


def _unknown(tree: ast.AST) -> list[str]:
    """Names that a block reads, and that neither it nor Python gives a meaning."""
    read, given = set(), set(dir(builtins))
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                read.add(name)
            case ast.Name(id=name) | ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                given.add(name)
            case ast.alias(name=name, asname=other):
                given.add(other or name.split(".")[0])
    return sorted(read - given)
