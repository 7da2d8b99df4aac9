"""From the text of a cell, as a notebook has it, to code."""

import ast
import re

_FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
# `% x` goes on from the line before, as no magic does. Possessive, so that hostile text costs no more.
_MAGIC = re.compile(r"%[\w%]|[!?]|[\w.,* \t]++=[ \t]*+(?:%[\w%]|!)")
_TIMERS = ("%%time", "%%timeit", "%%capture", "%%prun")  # the rest of the cell is Python


def compile_cell(source: str, filename: str):
    """(code, names of its top-level functions in order). Raises what compile does."""
    tree = _parse(source, filename)
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    return compile(tree, filename, "exec", flags=_FLAGS, dont_inherit=True), names


def _parse(source: str, filename: str) -> ast.Module:
    try:
        return compile(source, filename, "exec", flags=_FLAGS | ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError:
        plain = without_magics(_to_the_margin(source))
        if plain == source:
            raise
        return compile(plain, filename, "exec", flags=_FLAGS | ast.PyCF_ONLY_AST, dont_inherit=True)


def _to_the_margin(source: str) -> str:
    """A cell that was indented as a whole, as far as its first line is.

    >>> _to_the_margin("  def f():\\n    pass")
    'def f():\\n  pass'
    """
    first = next((line for line in source.split("\n") if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return "\n".join(line.removeprefix(indent) for line in source.split("\n"))


def without_magics(source: str) -> str:
    """The cell with `%magic`, `!shell` and `help?` lines made `pass`, in time linear in its length.

    >>> without_magics("%matplotlib inline\\nfiles = !ls\\n%time x = 7 % 2")
    'pass\\npass\\nx = 7 % 2'
    """
    lines = source.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if lines[first].split()[0] not in _TIMERS:
            return "pass"
        lines[first] = "pass"
    return "\n".join(_neutral(lines))


def _neutral(lines: list[str]):
    goes_on = False  # a shell line ends in a backslash
    for line in lines:
        text = line.strip()
        if text.startswith("%time "):  # what it times is Python
            line, text = line.replace("%time ", "", 1), text[6:].strip()
        if goes_on:
            yield ""
        elif _MAGIC.match(text) or (text.endswith("?") and "#" not in text):
            yield line[: len(line) - len(line.lstrip())] + "pass"
        else:
            yield line
            continue
        goes_on = text.endswith("\\")
