"""What the source of a function shows that may explain its results: facts of a fixed list.

They are read on the student's side, in the notebook or in the sandbox, which loads this file as a plain file
(it stands alone, on the standard library); whoever is told them takes them for hints.
"""

import ast
import inspect
import linecache
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

MAX_SOURCE = 20_000  # characters
RANDOM, RETURN_IN_LOOP, STATE, FLOOR, DDOF = "random", "return in loop", "state", "floor division", "ddof"
POWER = "power"  # `^` before a number, which is bitwise
UNUSED, OVERWRITTEN = "unused", "overwritten"  # of a parameter, whose place follows


def read(function: Callable[..., Any]) -> list[str]:
    """All that hold of this function; none where its source is not to be had."""
    try:
        tree = _definition(function)
        return [*_general(tree), *_of_parameters(tree)] if tree else []
    except Exception:  # magics among the lines, a function that lies about itself
        return []


def known(facts: Iterable[object], parameters: Sequence[str]) -> set[str]:
    """Those among `facts` that there are, with the names of the parameters."""
    general = {RANDOM, RETURN_IN_LOOP, STATE, FLOOR, DDOF, POWER}
    placed = {
        f"{kind} {i}": f"{kind} {p}" for kind in (UNUSED, OVERWRITTEN) for i, p in enumerate(parameters)
    }
    texts = {fact for fact in facts if type(fact) is str}
    return (general & texts) | {placed[text] for text in texts & placed.keys()}


def _definition(function: Any) -> ast.FunctionDef | None:
    code = function.__code__
    lines = linecache.getlines(code.co_filename)[code.co_firstlineno - 1 :]
    text = textwrap.dedent("".join(inspect.getblock(lines)))
    if not 0 < len(text) <= MAX_SOURCE:
        return None
    tree = ast.parse(text).body[0]
    return tree if isinstance(tree, ast.FunctionDef) else None


def _general(tree: ast.FunctionDef) -> Iterator[str]:
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    if names & {"random", "default_rng", "rand", "randn"}:
        yield RANDOM
    if any(isinstance(node, ast.keyword) and node.arg == "ddof" for node in ast.walk(tree)):
        yield DDOF
    defaults = [default for default in (*tree.args.defaults, *tree.args.kw_defaults) if default]
    if any(isinstance(default, ast.List | ast.Dict | ast.Set) for default in defaults):
        yield STATE
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield STATE
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.FloorDiv):
            yield FLOOR
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.BitXor)
            and _begins_with_a_number(node.right)
        ):
            yield POWER
        if isinstance(node, ast.For | ast.While) and any(isinstance(n, ast.Return) for n in node.body):
            yield RETURN_IN_LOOP


def _begins_with_a_number(node: ast.expr) -> bool:
    while isinstance(node, ast.BinOp):  # x^2 + 1 is x^(2 + 1)
        node = node.left
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _of_parameters(tree: ast.FunctionDef) -> Iterator[str]:
    """By place, for a student may call them otherwise."""
    names = [node for statement in tree.body for node in ast.walk(statement) if isinstance(node, ast.Name)]
    if {node.id for node in names} & {"locals", "eval", "exec"}:
        return
    read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    for i, parameter in enumerate([*tree.args.posonlyargs, *tree.args.args]):
        if parameter.arg not in read:
            yield f"{UNUSED} {i}"
        elif _is_overwritten(parameter.arg, tree):
            yield f"{OVERWRITTEN} {i}"


def _is_overwritten(name: str, tree: ast.FunctionDef) -> bool:
    """Whether the first statement that has to do with it gives it a value made without it."""
    for statement in tree.body:
        uses = [n for n in ast.walk(statement) if isinstance(n, ast.Name) and n.id == name]
        if uses:
            return isinstance(statement, ast.Assign) and all(isinstance(n.ctx, ast.Store) for n in uses)
    return False
