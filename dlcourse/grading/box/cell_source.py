"""From the text of a cell to statements and code, as IPython reads it, in time linear in its length.

What begins a logical line with % ! or ?, or ends one with ?, is IPython's own; so are `x = %magic`,
`x = !shell`, prompts that were pasted along, and a cell's indentation. Strings, brackets and continued lines
are Python's. Magics do nothing here, but for those that time Python: what they time is run.
"""

import __future__

import ast
import functools
import operator
import re
import sys
import textwrap

_FUTURE = functools.reduce(
    operator.or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
)
_NAMING = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Pass
_WRAPPERS = ("time", "capture", "prun")  # cell magics that run their cell, in the notebook's namespace
_DEPTH = 10  # of such magics in each other
_INERT = "get_ipython()"

# Possessive throughout, so that hostile text costs no more.
_CELL_MAGIC = re.compile(r"\n*+%%(?!\w++\?)(\S*+)[^\n]*+")
_IPYTHON_PROMPT = re.compile(r"(?: ?(?:\[(?:nav|ins)\])? )?In \[\d++\]: |[ \t]*+\.{3,}+: ?")
_PYTHON_PROMPT = re.compile(r"[ \t]*+(?:>>>|\.\.\.)[ \t]?")
_TRIPLE_QUOTE = re.compile(r"(?<!\\)(\"\"\"|''')")
_TO_LINE_END = re.compile(r"[^\n]*+(?:(?<=\\)\n[^\n]*+)*+")
_GAP = r"(?:[ \t\f]|\\\n)*+"
_ESCAPED = re.compile(rf"({_GAP})(?=[%!](?!=)|/(?![/=])|[?,;])")
_ASSIGNED = re.compile(rf"{_GAP}(?=%{_GAP}[^\W\d]|!(?!=))")
_TIMED = re.compile(r"(?:%time[ \t]++)++")
# From Python 3.12 on the quotes of an f-string may stand inside it again; before that it is a string as any.
_F_STRING = "(?i:f|rf|fr|t|rt|tr)" if sys.version_info >= (3, 12) else "(?!)"
_LITERAL = re.compile(r"\\.|\{\{|(?P<field>\{)|(?P<quote>\"{3}|'{3}|[\"'])|.", re.DOTALL)
_PIECE = re.compile(
    _F_STRING
    + r"""(?P<f>\"{3}|'{3}|["'])
    | (?P<newline>\n) | (?P<gap>[ \t\f]|\\\n) | (?P<open>[(\[{]) | (?P<close>[)\]}]) | (?P<help>\?)
    | \w++ | [^\w\s#\\'"()\[\]{}?=*/%@&|^<>!:+-]++
    | \#[^\n]*+
    | ''' (?>[^'\\]++|\\.|'(?!''))*+ (?:''')? | \""" (?>[^"\\]++|\\.|"(?!""))*+ (?:\""")?
    | ' (?>[^'\\\n]++|\\.)*+ ' | " (?>[^"\\\n]++|\\.)*+ "
    | (?P<prose>['"]) [^\n]*+
    | [=*/%@&|^<>!:+-]=
    | (?P<assign>=)
    | .
    """,
    re.VERBOSE | re.DOTALL,
)


class Compiler:
    """Compiles a notebook, statement by statement as a kernel does: `from __future__` holds from then on."""

    def __init__(self):
        self._flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

    def statements(self, source: str, filename: str) -> list[ast.stmt]:
        """Those of a cell, in the lines in which they stand there. Raises what compile does."""
        error, tried = SyntaxError("no reading"), set()
        for reading in _readings(source):
            if reading in tried:
                continue
            tried.add(reading)
            try:
                return self._compiled(reading, filename, ast.PyCF_ONLY_AST).body
            except SyntaxError as raised:
                error = raised
        raise error

    def code(self, statement: ast.stmt, filename: str):
        """What runs one of them. Raises what compile does."""
        code = self._compiled(ast.Module([statement], []), filename, 0)
        self._flags |= code.co_flags & _FUTURE
        return code

    def _compiled(self, source, filename: str, more: int):
        return compile(source, filename, "exec", flags=self._flags | more, dont_inherit=True)


def makes_names(statement: ast.stmt) -> bool:
    """Whether it imports, defines or assigns to names and does no more, or chooses among such statements.

    >>> [makes_names(s) for s in ast.parse("def f(): pass\\na, b = 1, 2\\na += 1\\nb[0] = 1\\nprint(a)").body]
    [True, True, False, False, False]
    """
    match statement:
        case ast.Assign(targets):
            return all(map(_is_names, targets))
        case ast.AnnAssign(target):
            return _is_names(target)
        case ast.If(_, body, orelse):
            return all(map(makes_names, body + orelse))
        case ast.Try(body, handlers, orelse, finalbody):
            handled = [each for handler in handlers for each in handler.body]
            return all(map(makes_names, body + handled + orelse + finalbody))
    return isinstance(statement, _NAMING)


def _is_names(target: ast.expr) -> bool:
    parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
    return all(isinstance(part, ast.Name) for part in parts)


def _readings(source: str):
    """What a cell may mean, the plainest first; the last is what its errors are of."""
    text = _without_ipython_prompts(_to_the_left(source))
    yield text
    yield without_magics(text)
    yield without_magics(_without_ipython_prompts(_without_python_prompts(text)))
    yield without_magics(_to_the_margin(text))


def _to_the_left(source: str) -> str:
    return textwrap.dedent(re.sub(r"\r\n?", "\n", source) + "\n")


def _to_the_margin(text: str) -> str:
    """A cell that is indented as far as its first line is, for all else that older versions of IPython took.

    >>> _to_the_margin("  x = 1\\n  y = 2\\nz = 3")
    'x = 1\\ny = 2\\nz = 3'
    """
    first = text.lstrip("\n")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    return "\n".join(line.removeprefix(indent) for line in text.split("\n"))


def _without_ipython_prompts(text: str) -> str:
    """Pasted from a terminal: `In [1]: ` and `   ...: `.

    >>> _without_ipython_prompts("In [1]: def f():\\n   ...:     return 1")
    'def f():\\n    return 1'
    """
    lines = text.split("\n")
    first = len(text) - len(text.lstrip("\n"))
    if not any(map(_IPYTHON_PROMPT.match, lines[first : first + 2])):
        return text
    return "\n".join(line[_end(_IPYTHON_PROMPT, line) :] for line in lines)


def _without_python_prompts(text: str) -> str:
    """Pasted from a terminal or a docstring: `>>> ` and `... `, but not those inside a string.

    >>> _without_python_prompts("  >>> def f():\\n  ...     return 1\\n")
    'def f():\\n    return 1\\n'
    """
    lines, quote, kept = [], "", False
    for line in text.split("\n"):
        bare = line if quote and kept else line[_end(_PYTHON_PROMPT, line) :]
        lines.append(bare)
        for mark in _TRIPLE_QUOTE.findall(line):
            if not quote:
                quote, kept = mark, bare == line
            elif quote == mark:
                quote = ""
    return textwrap.dedent("\n".join(lines))


def _end(pattern: re.Pattern, line: str) -> int:
    found = pattern.match(line)
    return found.end() if found else 0


def without_magics(text: str) -> str:
    """The cell in Python, line by line; nothing of one in another language.

    >>> without_magics("%matplotlib inline\\nfiles = !ls\\n%time x = (7\\\\\\n  %2)")
    'pass\\nfiles = get_ipython()\\nx = (7   %2)\\n'
    """
    for _ in range(_DEPTH):
        magic = _CELL_MAGIC.match(text)
        if not magic:
            return "".join(_logical_lines(text))
        if magic[1] not in _WRAPPERS:
            break
        above = "\n" * text.count("\n", 0, magic.end())
        text = above + _without_ipython_prompts(_to_the_left(text[magic.end() :]))
    return ""


def _logical_lines(text: str):
    """Each in Python, with as many line ends as it had."""
    at = 0
    while at < len(text):
        escaped = _ESCAPED.match(text, at)
        if escaped:
            end = _end_of_command(text, escaped.end())
            yield escaped[0] + _in_place(_statement, text[escaped.end() : end])
        else:
            end, magic, asks = _python_line(text, at)
            if magic:
                yield text[at:magic] + _in_place(_value, text[magic:end])
            else:
                yield _in_place(_help, text[at:end]) if asks else text[at:end]
        at = end


def _python_line(text: str, at: int) -> tuple[int, int, bool]:
    """(where the logical line ends, where a command begins that is assigned or 0, whether it ends in a ?)."""
    depth, assigned, asks = 0, False, False
    while at < len(text):
        piece = _next(_PIECE, text, at)
        kind, at = piece.lastgroup, piece.end()
        if kind == "f":
            at = _end_of_f_string(text, at, piece["f"])
        depth = max(0, depth + (kind == "open") - (kind == "close"))
        if kind == "newline" and not depth:
            break
        if kind == "assign" and not depth and not assigned:
            assigned, command = True, _ASSIGNED.match(text, at)
            if command:
                return _end_of_command(text, command.end()), command.end(), False
        asks = (
            kind == "help"
            or (asks and kind in ("gap", "newline"))
            or (kind == "prose" and piece[0][-1] == "?")
        )
    return at, 0, asks


def _end_of_f_string(text: str, at: int, quote: str) -> int:
    """Where it ends whose text begins at `at`: fields hold code, and code may hold such strings."""
    inside = [quote]  # quotes and ":" hold text, brackets and "field" hold code
    while inside and at < len(text):
        top, literal = inside[-1], inside[-1][0] in "\"':"
        piece = _next(_LITERAL if literal else _PIECE, text, at)
        kind, at = piece.lastgroup, piece.end()
        if kind == "quote" and top != ":" and piece[0].startswith(top):
            at = piece.start() + len(top)
            inside.pop()
        elif literal and piece[0] == "\n" and len(top) == 1 and top != ":":
            return piece.start()
        elif kind in ("field", "open", "f"):
            inside.append("field" if kind == "field" else piece[kind])
        elif top == ":" and piece[0] == "}":
            del inside[-2:]
        elif kind == "close":
            inside.pop()
        elif top == "field" and piece[0] == ":":
            inside.append(":")
    return at


def _end_of_command(text: str, at: int) -> int:
    """It goes on after a backslash, and has no brackets."""
    return _next(_TO_LINE_END, text, at).end()


def _next(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str]:
    """Of a pattern that matches something wherever the text goes on."""
    found = pattern.match(text, at)
    assert found
    return found


def _in_place(meaning, command: str) -> str:
    return meaning(re.sub(r"\\\n", " ", command)) + "\n" * command.count("\n")


def _statement(command: str) -> str:
    """What a command comes to that is a line of its own."""
    timed = _TIMED.match(command)
    if timed and command[timed.end() :][:1] not in ("", "#"):
        python = "".join(_logical_lines(command[timed.end() :]))
        return python if _compiles(python, "exec") else "pass"
    return _call(command) if command[0] in ",;/" else "pass"


def _call(command: str) -> str:
    """`,f a b` is f("a", "b"), `;f a b` is f("a b"), `/f a b` is f(a, b)."""
    name, _, text = command[1:].rstrip().partition(" ")
    if name.startswith(tuple("%!?,;/")):
        return "pass"
    if command[0] == "/":
        return f"{name}({', '.join(text.split())})" if name else command
    texts = '", "'.join(text.split()) if command[0] == "," else text
    return f'{name}("{texts}")'


def _value(command: str) -> str:
    """What a command comes to that is assigned."""
    timed = _TIMED.match(command)
    python = f"({command[timed.end() :]})" if timed else ""
    return python if timed and _compiles(python, "eval") else _INERT


def _help(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t\f"))] + "pass"


def _compiles(text: str, mode: str) -> bool:
    try:
        compile(text, "", mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
