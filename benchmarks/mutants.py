"""Wrong answers made by machine: right ones with one fault or two, of the kinds that students make.

A fault is another operator, constant, axis, name, condition, call or keyword; a term dropped or doubled, a
statement left out, moved or done twice, a loop that begins late or ends early, a `return` inside it; an array
changed in place or of another dtype; a result handed back rounded, turned, in part, or from an earlier call.
"""

import ast
import copy
import difflib
import inspect
import linecache
import textwrap
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np


class Mutant(NamedTuple):
    """A wrong function, and what was changed to make it so."""

    function: Callable[..., Any]
    change: str


def mutants(
    function: Callable[..., Any], rng: np.random.Generator, most: int, faults: int = 1
) -> Iterator[Mutant]:
    """At most so many, each with so many faults, drawn by lot."""
    tree = _definition(function)
    if tree is None:
        return
    made: set[str] = {ast.unparse(tree)}
    for _ in range(4 * most):
        changed = tree
        for _ in range(faults):
            changed = _changed(changed, rng)
        text = ast.unparse(changed)
        mutant = None if text in made else _compiled(function, text, tree)
        made.add(text)
        if mutant:
            yield mutant
        if len(made) > most:
            return


def _definition(function: Callable[..., Any]) -> ast.Module | None:
    """Its syntax, of one whose source is a plain `def` without what it closes over."""
    if not inspect.isfunction(function) or function.__closure__:
        return None
    module = ast.parse(textwrap.dedent(inspect.getsource(function)))
    tree = module.body[0]
    if not isinstance(tree, ast.FunctionDef):
        return None
    tree.decorator_list, tree.returns = [], None
    if ast.get_docstring(tree):
        tree.body = tree.body[1:]
    for argument in ast.walk(tree.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return module


def _changed(tree: ast.Module, rng: np.random.Generator) -> ast.Module:
    """With one thing in it changed; each kind of place is as likely as the others."""
    changed = copy.deepcopy(tree)
    function: Any = changed.body[0]
    nodes = [node for node in ast.walk(changed) if any(True for _ in _changes(node, function))]
    kinds = list({type(node): None for node in nodes})
    kind = kinds[rng.integers(len(kinds))]
    of_kind = [node for node in nodes if type(node) is kind]
    node = of_kind[rng.integers(len(of_kind))]
    ways = list(_changes(node, function))
    _put(changed, node, ways[rng.integers(len(ways))])
    return ast.parse(ast.unparse(ast.fix_missing_locations(changed)))


def _compiled(function: Callable[..., Any], text: str, tree: ast.Module) -> Mutant | None:
    namespace, file = dict(function.__globals__), f"<mutant {hash(text)}>"
    linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file  # as for a notebook's cell
    try:
        exec(compile(text, file, "exec"), namespace)
    except (SyntaxError, ValueError, TypeError, NameError):  # the last two of a default value
        return None
    definition: Any = tree.body[0]
    return Mutant(namespace[definition.name], _difference(ast.unparse(tree), text))


def _put(tree: ast.AST, old: ast.AST, new: ast.AST | None) -> None:
    """In place of `old`; `pass` where there is nothing."""
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
            elif isinstance(value, list) and any(item is old for item in value):
                setattr(parent, field, [new or ast.Pass() if item is old else item for item in value])


def _difference(before: str, after: str) -> str:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    told = [line[0] + line[1:].strip() for line in lines if line[0] in "-+"]
    return " ".join(told)


def remembering(function: Callable[..., Any]) -> Mutant:
    """State kept between calls: to each array of floats are added those that came in its place before."""
    kept: dict[tuple[Any, ...], np.ndarray] = {}

    def answer(*args: Any, **kwargs: Any) -> Any:
        return function(*(_summed(kept, i, arg) for i, arg in enumerate(args)), **kwargs)

    answer.forget = kept.clear  # type: ignore[attr-defined]
    return Mutant(answer, "state kept between calls")


def _summed(kept: dict[tuple[Any, ...], np.ndarray], place: int, value: Any) -> Any:
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        return value
    key = place, value.shape
    kept[key] = kept.get(key, 0) + value
    return kept[key]


# ---- what may be changed ----


def _changes(node: ast.AST, tree: ast.FunctionDef) -> Iterator[ast.AST | None]:
    change = _WAYS.get(type(node))
    if change:
        yield from change(node, tree)


_OPERATORS = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult, ast.FloorDiv],
    ast.FloorDiv: [ast.Div],
    ast.Pow: [ast.Mult],
    ast.Mod: [ast.FloorDiv],
}
_COMPARISONS = {
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
}
_NAMES = {
    "sum": ["mean", "max"],
    "mean": ["sum"],
    "max": ["min", "sum"],
    "maximum": ["minimum"],
    "minimum": ["maximum"],
    "exp": ["expm1"],
    "expm1": ["exp"],
    "log": ["log10", "log2"],
    "zeros": ["ones"],
    "argmax": ["argmin"],
    "var": ["std"],
    "any": ["all"],
    "all": ["any"],
    "ceil": ["floor"],
    "floor": ["ceil"],
    "cos": ["sin"],
    "abs": ["square"],
    "square": ["abs"],
    "sqrt": ["square"],
}


def _operator(node: ast.BinOp, tree: ast.FunctionDef) -> Iterator[ast.AST]:
    for kind in _OPERATORS.get(type(node.op), []):
        yield ast.BinOp(node.left, kind(), node.right)
    yield node.left
    if not isinstance(node.op, ast.Pow):
        yield node.right
    if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult):
        yield ast.BinOp(node.right, node.op, node.left)
    if isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div):
        yield ast.BinOp(node, node.op, node.right)  # the second term twice
    if isinstance(node.op, ast.Mult | ast.Add):
        yield ast.BinOp(ast.Constant(1), ast.Sub(), node)


def _constant(node: ast.Constant, tree: ast.FunctionDef) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
        if node.value:
            yield ast.Constant(node.value - 1)
    elif isinstance(node.value, float):
        yield ast.Constant(node.value * 2)


def _comparison(node: ast.Compare, tree: ast.FunctionDef) -> Iterator[ast.AST]:
    for kind in _COMPARISONS.get(type(node.ops[0]), []):
        yield ast.Compare(node.left, [kind(), *node.ops[1:]], node.comparators)


def _unary(node: ast.UnaryOp, tree: ast.FunctionDef) -> Iterator[ast.AST]:
    yield node.operand


def _name(node: ast.Name, tree: ast.FunctionDef) -> Iterator[ast.AST]:
    """Another argument, or another thing worked out."""
    known = [argument.arg for argument in (*tree.args.args, *tree.args.kwonlyargs)]
    known += [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    if isinstance(node.ctx, ast.Load) and node.id in known:
        yield from (ast.Name(name, ast.Load()) for name in dict.fromkeys(known) if name != node.id)


def _call(node: ast.Call, tree: ast.FunctionDef) -> Iterator[ast.AST]:
    function = node.func
    if isinstance(function, ast.Attribute):
        for name in _NAMES.get(function.attr, []):
            yield ast.Call(ast.Attribute(function.value, name, ast.Load()), node.args, node.keywords)
        if function.attr in ("var", "std"):
            more = [*node.keywords, ast.keyword("ddof", ast.Constant(1))]
            yield ast.Call(function, node.args, more)
        if function.attr in ("copy", "astype"):
            yield function.value
    for keyword in node.keywords:
        yield ast.Call(function, node.args, [other for other in node.keywords if other is not keyword])
    if len(node.args) == 1 and not node.keywords:
        yield node.args[0]
    if len(node.args) == 2:
        yield ast.Call(function, node.args[::-1], node.keywords)


def _axes(node: ast.keyword, tree: ast.FunctionDef) -> Iterator[ast.AST]:
    if node.arg == "axis" and isinstance(node.value, ast.Constant):
        others = (axis for axis in (0, 1, -1, None) if axis != node.value.value)
        yield from (ast.keyword("axis", ast.Constant(axis)) for axis in others)
    if node.arg == "keepdims":
        yield ast.keyword("keepdims", ast.Constant(False))


def _index(node: ast.Subscript, tree: ast.FunctionDef) -> Iterator[ast.AST]:
    if isinstance(node.ctx, ast.Load) and isinstance(node.slice, ast.Constant | ast.Name | ast.BinOp):
        yield ast.Subscript(node.value, ast.BinOp(node.slice, ast.Add(), ast.Constant(1)), ast.Load())
        yield ast.Subscript(node.value, ast.BinOp(node.slice, ast.Sub(), ast.Constant(1)), ast.Load())
        yield ast.Subscript(node.value, ast.UnaryOp(ast.USub(), node.slice), ast.Load())


def _return(node: ast.Return, tree: ast.FunctionDef) -> Iterator[ast.AST]:
    yield from _handed_back(node)
    if isinstance(node.value, ast.Tuple) and len(node.value.elts) > 1:
        first, second, *rest = node.value.elts
        yield ast.Return(ast.Tuple([second, first, *rest], ast.Load()))


def _handed_back(node: ast.Return) -> Iterator[ast.AST]:
    """The result rounded, of another dtype, turned, without its sign, summed up, or in part."""
    if node.value is None:
        return
    text = ast.unparse(node.value)
    forms = ["np.round({}, 3)", "np.float32({})", "np.asarray({}).astype(int)", "np.abs({})", "-({})"]
    forms += ["({})[::-1]", "({})[0]", "({})[-1]", "np.sum({})", "np.mean({}, axis=0)", "np.transpose({})"]
    for form in forms:
        yield ast.Return(ast.parse(form.format(text), mode="eval").body)


def _loop(node: ast.For, tree: ast.FunctionDef) -> Iterator[ast.AST]:
    """Beginning one late, ending one early; its last statement after it; only its first turn."""
    for bounds in (ast.Slice(ast.Constant(1), None), ast.Slice(None, ast.Constant(-1))):
        listed = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
        yield ast.For(node.target, ast.Subscript(listed, bounds, ast.Load()), node.body, [])
    yield ast.For(node.target, node.iter, [*node.body, ast.Break()], [])
    yield from _reordered(node)


def _function(node: ast.FunctionDef, tree: ast.FunctionDef) -> Iterator[ast.AST]:
    """Statements in another order or twice; a `return` that slipped into the loop before it."""
    yield from _reordered(node)
    for k, (first, second) in enumerate(zip(node.body, node.body[1:], strict=False)):
        if isinstance(first, ast.For) and isinstance(second, ast.Return):
            inside = ast.For(first.target, first.iter, [*first.body, second], [])
            yield _with_body(node, [*node.body[:k], inside, *node.body[k + 2 :]])


def _reordered(node: Any) -> Iterator[ast.AST]:
    body = node.body
    for k in range(len(body) - 1):
        if not isinstance(body[k + 1], ast.Return):
            yield _with_body(node, [*body[:k], body[k + 1], body[k], *body[k + 2 :]])
    for k, statement in enumerate(body):
        if isinstance(statement, ast.AugAssign | ast.Assign):
            yield _with_body(node, [*body[: k + 1], statement, *body[k + 1 :]])


def _with_body(node: Any, body: list[ast.stmt]) -> ast.AST:
    changed = copy.copy(node)
    changed.body = body
    return changed


def _slice(node: ast.Slice, tree: ast.FunctionDef) -> Iterator[ast.AST]:
    if node.lower:
        yield ast.Slice(None, node.upper, node.step)
    if node.upper:
        yield ast.Slice(node.lower, None, node.step)


def _condition(node: ast.If, tree: ast.FunctionDef) -> Iterator[ast.AST]:
    yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
    yield ast.If(ast.Constant(False), node.body, node.orelse)


def _assignment(node: ast.Assign, tree: ast.FunctionDef) -> Iterator[ast.AST | None]:
    target, value = node.targets[0], node.value
    name = value.left if isinstance(value, ast.BinOp) else None
    if isinstance(target, ast.Name) and isinstance(name, ast.Name) and name.id == target.id:
        yield ast.AugAssign(ast.Name(target.id, ast.Store()), value.op, value.right)
    yield None


def _in_place(node: ast.AugAssign, tree: ast.FunctionDef) -> Iterator[ast.AST | None]:
    for kind in _OPERATORS.get(type(node.op), []):
        yield ast.AugAssign(node.target, kind(), node.value)
    yield None


_WAYS: dict[type, Callable[[Any, ast.FunctionDef], Iterator[ast.AST | None]]] = {
    ast.BinOp: _operator,
    ast.Constant: _constant,
    ast.Compare: _comparison,
    ast.UnaryOp: _unary,
    ast.Name: _name,
    ast.Call: _call,
    ast.Return: _return,
    ast.Slice: _slice,
    ast.keyword: _axes,
    ast.Subscript: _index,
    ast.For: _loop,
    ast.FunctionDef: _function,
    ast.If: _condition,
    ast.Assign: _assignment,
    ast.AugAssign: _in_place,
}
