"""Cells as notebooks have them become code. IPython itself is the oracle: what it reads, grading reads."""

import ast
import re
import sys
import time

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from dlcourse.grading.box.cell_source import Compiler, _readings

RUN_THEIR_CELL = ("time", "capture", "prun")
FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST


def run(*cells):
    space, compiler = {"get_ipython": lambda: "inert"}, Compiler()
    for cell in cells:
        for statement in compiler.statements(cell, "<cell>"):
            eval(compiler.code(statement, "<cell>"), space)
    return space


# ---- by IPython ----


def ipython(cell):
    """The statements of a cell as a kernel has them, those inside its magics too."""
    try:
        python = TransformerManager().transform_cell(cell)
        tree = compile(python, "<cell>", "exec", FLAGS, dont_inherit=True)
        return [each for statement in tree.body for each in _inside(statement)]
    except Exception:  # no cell for a kernel
        return None


def _inside(statement):
    """Raises TypeError where there is a cell inside that is none for a kernel."""
    match statement:
        case ast.Expr(
            ast.Call(ast.Attribute(attr="run_cell_magic"), [ast.Constant(name), _, ast.Constant(body)])
        ):
            return [*ipython(body)] if name in RUN_THEIR_CELL else []
        case _:
            return Timed().visit(ast.Module([statement], [])).body


class Timed(ast.NodeTransformer):
    """`%time` runs what it times."""

    def visit_Expr(self, node):
        match node.value:
            case ast.Call(ast.Attribute(attr="run_line_magic"), [ast.Constant("time"), ast.Constant(text)]):
                return ipython(text) or ast.Pass()
        return self.generic_visit(node)

    def visit_Call(self, node):
        match node:
            case ast.Call(ast.Attribute(attr="run_line_magic"), [ast.Constant("time"), ast.Constant(text)]):
                found = ipython(text)
                if found and len(found) == 1 and isinstance(found[0], ast.Expr):
                    return found[0].value
        return self.generic_visit(node)


class Bare(ast.NodeTransformer):
    """Without what commands give, and without prompts and blanks in strings."""

    def visit_Expr(self, node):
        node = self.generic_visit(node)
        inert = isinstance(node.value, ast.Name) and node.value.id == "inert"
        return ast.Pass() if inert else node

    def visit_Call(self, node):
        inner = node
        while isinstance(inner, ast.Call | ast.Attribute):
            if (
                isinstance(inner, ast.Call)
                and isinstance(inner.func, ast.Name)
                and inner.func.id == "get_ipython"
            ):
                return ast.Name("inert", ast.Load())
            inner = inner.func if isinstance(inner, ast.Call) else inner.value
        return self.generic_visit(node)

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            return ast.Constant(re.sub(r"[ \t\n]|>>>|\.\.\.", "", node.value))
        return node


def bare(statements):
    found = [Bare().visit(statement) for statement in statements]
    return [ast.dump(statement) for statement in found if not isinstance(statement, ast.Pass)]


def agree(cell):
    """Whether it is a cell for a kernel; then grading must read it likewise."""
    theirs = ipython(cell)
    if theirs is None:
        return False
    assert bare(Compiler().statements(cell, "<cell>")) == bare(theirs)
    return True


PYTHON = [
    "x = 1",
    "def f(a, b=2):\n    return a % b",
    "class A:\n    y: int = 3",
    '"""What is it?\n\n!not this\n%nor this?\n"""',
    "text = '''\n%matplotlib inline\n   ?\n'''",
    "n = (17\n     %2)",
    "m = [1,\n-3]",
    "k = 17 \\\n  %2",
    "s = 'a?' # b?",
    "# what is this?",
    "from __future__ import annotations",
    "import numpy as np",
    "if x != 2:\n    z = {1: '('}\nelse:\n    z = '\\''",
    "for i in [1]:\n\n    # %time\n    print(f'{i}%')",
    "await f()",
    "g = lambda a=1: a % 2",
    "print('%s' %\n  x); y = 3;",
    "@f\ndef h(): '''Is it?'''; return \"\"\"\n?\"\"\"",
    "a = b = x == 3",
    "f(a=\n1)",
    "",
    "    ",
]
if sys.version_info >= (3, 12):
    PYTHON += [
        'p = f"{\', (\'.join(["("])}#"',
        'print(f"{"#(".join(x)}", 1)',
        "q = f'{x:{'>'}{w:(}(}{{(' % 2",
        'r = rf"""{f\'{"""("""}\'!r:%H\'(}\n(\n{x # )"\n}"""',
        "s = f'{ {1: '('}[1] }\\'(' f\"{a['b']:>{w}}\"",
    ]
COMMANDS = [
    "%matplotlib inline",
    "%time y = (1, 2)",
    "%time f(3)",
    "%timeit -n1 f(3)",
    "%time !ls",
    "%time nonsense here",
    "%time # nothing",
    "%%time",
    "% time x",
    "!ls (a)",
    "!echo \"it's",
    "!!ls",
    "! pip install \\\n   numpy",
    "f?",
    "f??",
    "?f",
    "??",
    "?",
    "np.exp?",
    "%time?",
    "files = !ls",
    "a, b = %sql select '",
    "t = %time f(2)",
    "t = %timeit -o f()",
    "d = \\\n  %pwd",
    "if x: w = !ls",
    "f(1)[0]['a'].b = !ls",
    ",f a b",
    ";f a b",
    "/f a b",
    ";",
    "x = f?",
]
AROUND = [
    "{}",
    "if x:\n    {}",
    "for i in []:\n    pass\n    {}\nelse:\n    {}",
    "def u():\n    {}\n    return 3",
]
CELL_MAGICS = ["%%time", "%%capture out", "%%prun -q", "%%bash", "%%timeit", "%%html", "%%time?", "%%nothing"]


def _indented(text, by):
    return "\n".join(f"{by}{line}" for line in text.split("\n"))


def _prompted(first, more):
    def prompted(text):
        start, *rest = text.split("\n")
        return "\n".join([first + start, *(more + line for line in rest)])

    return prompted


line = st.sampled_from(PYTHON + COMMANDS)
block = st.builds(
    lambda form, text: form.replace("{}", text.replace("\n", "\n    ")), st.sampled_from(AROUND), line
)
plain_cell = st.lists(line | block, max_size=6).map("\n".join)
prompted_cell = st.lists(
    (line | block).map(_prompted(">>> ", "... ")) | st.sampled_from(["1", "'a'"]), max_size=4
).map("\n".join)
session_cell = st.lists((line | block).map(_prompted("In [12]: ", "    ...: ")), max_size=4).map("\n".join)
written = st.one_of(plain_cell, plain_cell, prompted_cell, session_cell)
cell = st.builds(
    lambda magics, text, by, blank, end: blank + _indented("\n".join([*magics, text]), by).replace("\n", end),
    st.lists(st.sampled_from(CELL_MAGICS), max_size=2) | st.just([]),
    written,
    st.sampled_from(["", "", "  ", "\t"]),
    st.sampled_from(["", "\n", "  \n\n"]),
    st.sampled_from(["\n", "\n", "\r\n"]),
)


@settings(max_examples=300, deadline=None)
@given(cell)
def test_what_a_kernel_takes_grading_takes_and_reads_likewise(cell):
    event("a cell for a kernel" if agree(cell) else "none")


# ---- by hand ----


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline\nx = 1",
        "!pip install numpy\nx = 1",
        "!pip install \\\n   numpy\nx = 1",
        "!echo (\nx = 1",
        "%%time\nx = 1",
        "%%time\n%%capture out\nx = 1",
        "%%time\n    x = 1",
        "%%timeit?\nx = 1",
        "files = !ls -l\nx = 1\nlen(files)",
        "a = %timeit -o f()\nx = 1",
        "x = %time 1",
        "np.exp?\nx = 1",
        "?np.exp\nx = 1",
        "Why doesn't this work?\nx = 1",
        "if True:\n    %timeit f()\nx = 1",
        "if True:\n    %time x = 1",
        "%time !ls\nx = 1",
        "%time no Python\nx = 1",
        "\n\n  \n%%capture out\nx = 1",
        "%matplotlib inline\nx = (7\n     % 2)\ntext = ('%d'\n        %(x))",
        "%matplotlib inline\n'''\nIs it?\n%no\n!no\n'''\nx = 1",
        "  x = 1\ny = 2",
        ">>> x = [1,\n... 2][0]\n>>> x\n1",
        "    >>> x = 1\n",
        "In [1]: x = 0\n   ...: x = 1\n\nIn [2]: x",
        "%matplotlib inline\n'It is one.'\nfrom __future__ import annotations\nx = 1",
        "x = 1\n;",
        ",print a b\n/print\nx = 1",
        "%matplotlib inline\r\nx = (7\r\n %2)",
    ],
)
def test_magics_and_shell_lines_do_nothing_and_the_rest_runs(source):
    assert run(source)["x"] == 1


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%writefile a.py", "%%javascript", "%%timeit"])
def test_a_cell_that_is_not_run_in_the_notebooks_namespace_defines_nothing(magic):
    assert "x" not in run(f"{magic}\nx = 1")


def test_strings_keep_their_lines_that_look_like_magics():
    assert run("%matplotlib inline\ntext = '''\n!a\n%b\nc?\n'''")["text"] == "\n!a\n%b\nc?\n"


def test_lines_keep_their_numbers():
    source = "\n%%time\n!a \\\n  b\nx = %time \\\n  f()\nhelp?\n1 / 0"
    *_, last = Compiler().statements(source, "<cell>")
    assert last.lineno == 8


def test_a_future_import_holds_in_later_cells():
    cells = "%matplotlib inline\nfrom __future__ import annotations", "def f(x: nothing): pass"
    assert run(*cells)["f"].__annotations__ == {"x": "nothing"}
    with pytest.raises(NameError):
        run(cells[1])


@pytest.mark.parametrize("source", ["def f(:", "%time x = (1\nx = 1)", "x = 1\n    y = 2", "why not"])
def test_a_syntax_error_is_one(source):
    with pytest.raises(SyntaxError):
        Compiler().statements(source, "<cell>")


PIECES = [" ", "a", "a ", "%", "=", "a=", "a = ", "?", "\\\n", "!\\\n", "(", "'", '"""', "'\\'", '"\\"', "\n"]
PIECES += ["%%time\n", "%time ", "x = %time ", "%time x = %time ", ">>> ", "... ", "In [1]: ", "f?\n", " \n"]
PIECES += ["\t", "\\", "a, ", "#\\\n"]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("before", ["", ">>> %x\n"])
def test_hostile_text_costs_time_in_proportion(piece, before):
    def seconds(size):
        text = before + piece * (size // len(piece)) + "\n%x"
        start = time.process_time()
        assert all(reading is not None for reading in _readings(text))
        return time.process_time() - start

    few, many = min(seconds(20_000) for _ in range(3)), seconds(160_000)
    assert many < 0.1 or many < 24 * few
