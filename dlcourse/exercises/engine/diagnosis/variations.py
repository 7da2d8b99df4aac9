"""A formula with one thing in it changed: an operator, a sign, a number, an axis, a name, a call.

Students' mistakes are often one step from the formula that the lesson gives. Where a wrong answer gives what
the formula gives after such a step, that step is what to look at, however the answer is written.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from dlcourse.exercises.engine.calls import Function

SHORTEST, LONGEST = 9, 70  # characters of an expression that is quoted
MAX_TURNS = 10_000  # of a loop: a change may make one endless
_WAY, _FEW = "_way", "_few"
_PLACE = {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}
_Ways = Callable[[Any, ast.FunctionDef], Iterator[ast.expr]]
_Node = TypeVar("_Node", bound=ast.AST)


class Variation(NamedTuple):
    """`texts` gives what the formula has and what is in its place; None where that is too long to be quoted,
    or says the same. To write them takes longer than to try the function.
    """

    texts: Callable[[], tuple[str, str] | None]
    function: Function


def variations(formula: Function) -> list[Variation]:
    """Of a function that is a plain `def` and closes over nothing; those that students make come first.

    All are compiled as one function, which is told by a number which change to make: to compile each would
    take a hundred times as long.
    """
    tree = definition(formula)
    switched = _Switched(tree)
    varied = made(switched.whole(), formula)
    changed = sorted(enumerate(switched.changed, 1), key=lambda change: _floors(*change[1]))
    return [Variation(partial(switched.texts, *change), _nth(varied, n)) for n, change in changed]


def _floors(node: ast.AST, new: ast.AST) -> bool:
    """Whether the change makes an operator //."""
    was, is_now = (isinstance(getattr(each, "op", None), ast.FloorDiv) for each in (node, new))
    return is_now and not was


def _nth(varied: Function, n: int) -> Function:
    return lambda *args, **kwargs: varied(n, *args, **kwargs)


class _Switched:
    """Puts `(change if _way == n else expression)` for expressions; the new tree shares parts of the old."""

    def __init__(self, tree: ast.FunctionDef):
        self._tree = tree
        self._written: dict[ast.AST, str] = {}
        self._parents = {
            child: node for node in ast.walk(tree) if node._fields for child in ast.iter_child_nodes(node)
        }
        self.changed: list[tuple[ast.AST, ast.AST]] = []

    def whole(self) -> ast.FunctionDef:
        body = [self._switched(statement) for statement in self._tree.body]
        self._tree.args.args.insert(0, _placed(ast.arg(_WAY)))
        self._tree.body = body
        return self._tree

    def _switched(self, node: ast.AST) -> Any:
        ways = [] if self._is_written_to(node) else list(changes(node, self._tree))
        kept: Any = _rebuilt(node, self._switched)
        for new in ways:
            self.changed.append((node, new))
            asked = ast.Compare(ast.Name(_WAY, ast.Load()), [ast.Eq()], [ast.Constant(len(self.changed))])
            kept = _placed(ast.IfExp(asked, new, kept))
        if isinstance(kept, ast.For):
            kept.iter = _placed(ast.Call(ast.Name(_FEW, ast.Load()), [kept.iter], []))
        return kept

    def _is_written_to(self, node: ast.AST) -> bool:
        """What takes an entry or is asked to change, as a list by append, and anything that is no value."""
        parent = self._parents.get(node)
        written = isinstance(parent, ast.Subscript) and not isinstance(parent.ctx, ast.Load)
        asked = isinstance(parent, ast.Attribute) and parent.attr in (
            "append",
            "add",
            "extend",
            "insert",
            "pop",
        )
        return written or asked or not _is_value(node)

    def texts(self, node: ast.AST, new: ast.AST) -> tuple[str, str] | None:
        """Both forms, with as much around them as tells a reader where they stand."""
        around = node
        while len(self._text(around)) < SHORTEST:
            parent = self._parents[around]
            if not _is_value(parent) or len(self._text(parent)) > LONGEST:
                break
            around = parent
        old, changed = self._text(around), _text(_with(new, node, around))
        return (old, changed) if len(old) <= LONGEST and old != changed else None

    def _text(self, node: ast.AST) -> str:
        if node not in self._written:
            self._written[node] = _text(node)
        return self._written[node]


def _with(new: ast.AST, old: ast.AST, node: ast.AST) -> ast.AST:
    """The node with `new` in place of `old`, which is in it or is it."""
    return new if node is old else _rebuilt(node, lambda part: _with(new, old, part))


def _rebuilt(node: _Node, change: Callable[[ast.AST], ast.AST]) -> _Node:
    """Another of its kind, of its parts as they come out changed; what has none is itself."""
    if not node._fields:
        return node
    rebuilt = type(node)()
    for name in node._fields:
        part = getattr(node, name, None)
        if isinstance(part, list):
            part = [change(each) if isinstance(each, ast.AST) else each for each in part]
        elif isinstance(part, ast.AST):
            part = change(part)
        setattr(rebuilt, name, part)
    vars(rebuilt).update(_PLACE)
    return rebuilt


def _placed(node: _Node) -> _Node:
    """The same, for the compiler: what is new in it said to stand somewhere; ast would look at all of it."""
    if "lineno" in node._attributes and not hasattr(node, "lineno"):
        vars(node).update(_PLACE)
        for part in ast.iter_child_nodes(node):
            _placed(part)
    return node


def _is_value(node: ast.AST) -> bool:
    return isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def definition(function: Function) -> ast.FunctionDef:
    """Its syntax, without what is there to be read alone."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    if not isinstance(tree, ast.FunctionDef):
        raise TypeError(f"{function} is not written with def")
    if any(isinstance(node, ast.While) for node in ast.walk(tree)):
        raise TypeError(f"{function} has a while, which a change may make endless")
    tree.decorator_list, tree.returns = [], None
    if ast.get_docstring(tree):
        tree.body = tree.body[1:]
    for argument in ast.walk(tree.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return tree


def made(tree: ast.FunctionDef, like: Function) -> Function:
    """The function that the syntax defines, among the names of another."""
    names = {**getattr(like, "__globals__", {}), _FEW: lambda items: islice(items, MAX_TURNS)}
    exec(compile(ast.Module([tree], []), "<variation>", "exec"), names)
    function: Function = names[tree.name]
    return function


def _text(node: ast.AST) -> str:
    return ast.unparse(node).replace("np.", "")


# ---- what may be changed ----


def changes(node: ast.AST, tree: ast.FunctionDef) -> Iterator[ast.expr]:
    way = _WAYS.get(type(node))
    if way:
        yield from way(node, tree)


_OPERATORS: dict[type[ast.operator], list[type[ast.operator]]] = {
    ast.Add: [ast.Sub, ast.Mult],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult, ast.FloorDiv],
    ast.FloorDiv: [ast.Div],
    ast.Pow: [ast.Mult],
    ast.Mod: [ast.FloorDiv],
}
_COMPARISONS: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
}
_CALLS = {
    "sum": ["mean", "max"],
    "mean": ["sum", "max"],
    "max": ["min", "sum", "mean"],
    "min": ["max"],
    "maximum": ["minimum"],
    "minimum": ["maximum"],
    "exp": ["expm1", "exp2"],
    "expm1": ["exp"],
    "log": ["log10", "log2"],
    "log10": ["log"],
    "zeros": ["ones"],
    "argmax": ["argmin"],
    "var": ["std"],
    "any": ["all"],
    "all": ["any"],
    "ceil": ["floor", "round"],
    "floor": ["ceil", "round"],
    "cos": ["sin"],
    "tanh": ["arctan"],
    "abs": ["square"],
    "square": ["abs"],
    "sqrt": ["square"],
}


def _operator(node: ast.BinOp, tree: ast.FunctionDef) -> Iterator[ast.expr]:
    for kind in _OPERATORS.get(type(node.op), []):
        yield ast.BinOp(node.left, kind(), node.right)
    yield node.left
    if not isinstance(node.op, ast.Pow):
        yield node.right
    if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult | ast.Pow):
        yield ast.BinOp(node.right, node.op, node.left)
    if isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div):
        yield ast.BinOp(node, node.op, node.right)  # the second term twice
    yield from _regrouped(node)


def _regrouped(node: ast.BinOp) -> Iterator[ast.expr]:
    """a · (b + c) as a · b + c, and a / (b · c) as a / b · c: brackets forgotten."""
    left, outer, right = node.left, node.op, node.right
    if isinstance(right, ast.BinOp) and isinstance(outer, ast.Sub | ast.Mult | ast.Div):
        yield ast.BinOp(ast.BinOp(left, outer, right.left), right.op, right.right)
    if isinstance(left, ast.BinOp) and isinstance(outer, ast.Mult | ast.Div | ast.Pow):
        yield ast.BinOp(left.left, left.op, ast.BinOp(left.right, outer, right))


def _constant(node: ast.Constant, tree: ast.FunctionDef) -> Iterator[ast.expr]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
        if node.value:
            yield ast.Constant(node.value - 1)
        if node.value > 1:
            yield ast.Constant(node.value * 2)
    elif isinstance(node.value, float):
        yield ast.Constant(node.value * 2)


def _comparison(node: ast.Compare, tree: ast.FunctionDef) -> Iterator[ast.expr]:
    for kind in _COMPARISONS.get(type(node.ops[0]), []):
        yield ast.Compare(node.left, [kind(), *node.ops[1:]], node.comparators)


def _condition(node: ast.BoolOp, tree: ast.FunctionDef) -> Iterator[ast.expr]:
    yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
    if len(node.values) == 2:
        yield from node.values


def _sign(node: ast.UnaryOp, tree: ast.FunctionDef) -> Iterator[ast.expr]:
    yield node.operand


def _name(node: ast.Name, tree: ast.FunctionDef) -> Iterator[ast.expr]:
    """Another argument, or what was worked out before, in its place."""
    known = _known_names(tree)
    if isinstance(node.ctx, ast.Load) and node.id in known:
        yield from (ast.Name(name, ast.Load()) for name in known if name != node.id)


@lru_cache(maxsize=1)
def _known_names(tree: ast.FunctionDef) -> list[str]:
    known = [argument.arg for argument in (*tree.args.args, *tree.args.kwonlyargs)]
    known += [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return list(dict.fromkeys(known))


def _call(node: ast.Call, tree: ast.FunctionDef) -> Iterator[ast.expr]:
    function = node.func
    if isinstance(function, ast.Attribute):
        for name in _CALLS.get(function.attr, []):
            yield ast.Call(ast.Attribute(function.value, name, ast.Load()), node.args, node.keywords)
        if function.attr in ("var", "std"):
            yield ast.Call(function, node.args, [*node.keywords, ast.keyword("ddof", ast.Constant(1))])
    for keyword in node.keywords:
        yield ast.Call(function, node.args, [other for other in node.keywords if other is not keyword])
    if len(node.args) == 1:
        yield node.args[0]
    if len(node.args) == 2:
        yield ast.Call(function, node.args[::-1], node.keywords)
    if len(node.args) == 3:
        first, second, third = node.args
        yield ast.Call(function, [first, third, second], node.keywords)


def _attribute(node: ast.Attribute, tree: ast.FunctionDef) -> Iterator[ast.expr]:
    if node.attr == "T":
        yield node.value


def _results(node: ast.Tuple, tree: ast.FunctionDef) -> Iterator[ast.expr]:
    if isinstance(node.ctx, ast.Load) and 1 < len(node.elts) < 4:
        first, second, *rest = node.elts
        yield ast.Tuple([second, first, *rest], ast.Load())
        if rest:
            yield ast.Tuple([first, rest[0], second], ast.Load())
            yield ast.Tuple([rest[0], second, first], ast.Load())


def _part(node: ast.Subscript, tree: ast.FunctionDef) -> Iterator[ast.expr]:
    part = node.slice
    if isinstance(part, ast.Slice):
        for kept in (
            ast.Slice(None, part.upper),
            ast.Slice(part.lower, None),
            ast.Slice(part.lower, part.upper),
        ):
            if ast.dump(kept) != ast.dump(part) and (kept.lower or kept.upper):
                yield ast.Subscript(node.value, kept, ast.Load())
        yield node.value


_WAYS: dict[type[ast.AST], _Ways] = {
    ast.BinOp: _operator,
    ast.Constant: _constant,
    ast.Compare: _comparison,
    ast.BoolOp: _condition,
    ast.UnaryOp: _sign,
    ast.Name: _name,
    ast.Call: _call,
    ast.Attribute: _attribute,
    ast.Tuple: _results,
    ast.Subscript: _part,
}
