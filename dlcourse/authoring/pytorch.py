"""`## In PyTorch` of a lesson: our names beside torch's, and a block of code in which the two agree."""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt

from dlcourse.authoring.sections import under

HEADING = "In PyTorch"
COLUMNS = "| dlcourse | torch | what differs |"
MOST_LINES = 15
COMPARISON = "np.testing.assert_allclose("


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
