"""The version of an exercise: a hash of the code that judges it, whatever is said or drawn up around it.

It begins at the statements that are about the exercise and follows the names in them to what they mean:
statements of the same module, functions, classes and tables of other modules of this package, and on from
there. So a version changes with a number, an operator or a helper that judging reaches, and stays with a
comment, a docstring, an annotation, the layout, what is imported from where, and code that is not reached.
It is read from the sources, in a form that is the same in every Python.

A table counts as changed by statements of its own module that name it: `T = …`, `T["a"] = …`, `T.update(…)`,
`register(T)`. One that is filled from another module, or by a decorator of plain name, is not seen to be.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[3]
_OWN = Path(__file__).resolve().relative_to(_ROOT)  # how versions are made judges nothing
_PACKAGE = "dlcourse"
# Fields that say nothing, or not in every Python; annotations but those that make the fields of a class.
_FORMLESS = {"ctx", "kind", "type_comment", "type_params"}
_ANNOTATIONS = {(ast.FunctionDef, "returns"), (ast.AsyncFunctionDef, "returns"), (ast.arg, "annotation")}
_FIELDS: dict[type[ast.AST], list[str]] = {}  # the others, by kind
_BLOCKS = {"body", "orelse", "finalbody"}  # fields that hold statements
_DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Place = tuple[Path, str]  # a name at the top of a source file


def version(file: Path, name: str) -> str:
    """Of what is called `name` at the top of `file`, 16 hexadecimal digits."""
    found: dict[Place, str] = {}
    waiting, passed_over = [(file.resolve(), name)], _ROOT / _OWN
    while waiting:
        place = waiting.pop()
        if place not in found and place[0] != passed_over:
            found[place], reached = _definition(*place)
            waiting += reached
    own = found.pop((file.resolve(), name))
    others = set(found.values()) - {""}  # wherever they stand
    return _hash([name, own, *sorted(others)])[:16]


@cache
def _definition(file: Path, name: str) -> tuple[str, frozenset[Place]]:
    """A hash of what makes a name what it is, "" where that is elsewhere; the places of the names in it."""
    module = _module(file)
    if name not in module.statements:
        return "", frozenset(_meant(module.imports[name])[0] if name in module.imports else ())
    reader = _Reader(file, module)
    return _hash(map(reader.text, module.statements[name])), frozenset(reader.reached)


def _hash(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


class _Reader:
    """Writes syntax as text, and gathers the places that it names.

    It passes over what no judgement depends on: docstrings, annotations, imports.
    """

    def __init__(self, file: Path, module: "_Module"):
        self._file, self._module = file, module
        self.reached: set[Place] = set()

    def text(self, value: object) -> str:
        if isinstance(value, list):
            return f"[{', '.join([self.text(each) for each in value])}]"
        if not isinstance(value, ast.AST):
            return ascii(value)
        if isinstance(value, ast.AnnAssign) and value.value:
            return self._node(ast.Assign([value.target], value.value))
        outer = self._outer(value) if isinstance(value, ast.Name | ast.Attribute) else ""
        return outer or self._node(value)

    def _node(self, node: ast.AST) -> str:
        said = [(name, _said(node, name)) for name in _fields(node)]
        write = self._member if isinstance(node, ast.ClassDef) else self.text
        texts = [f"{name}={write(value)}" for name, value in said if value is not None and value != []]
        return f"{type(node).__name__}({', '.join(texts)})"

    def _member(self, value: object) -> str:
        """What belongs to a class: its fields keep their annotations, which make them fields."""
        if isinstance(value, list):
            return f"[{', '.join(map(self._member, value))}]"
        return self._node(value) if isinstance(value, ast.AnnAssign) else self.text(value)

    def _outer(self, node: ast.AST) -> str:
        """`<relu>` for `relu` and `activations.relu` of this package, `<numpy.exp>` for `np.exp`; else ""."""
        first, *rest = _dotted(node) or [""]
        if first in self._module.statements:
            places, name = {(self._file, first)}, ".".join([first, *rest])
        elif first in self._module.imports:
            places, name = _meant(".".join([self._module.imports[first], *rest]))
        else:
            return ""
        if places and "." in name:  # the attribute of something, which has its turn
            return ""
        self.reached |= places
        return f"<{name}>"


def _fields(node: ast.AST) -> list[str]:
    kind = type(node)
    if kind not in _FIELDS:
        said = [name for name in kind._fields if name not in _FORMLESS]
        _FIELDS[kind] = [name for name in said if (kind, name) not in _ANNOTATIONS]
    return _FIELDS[kind]


def _said(node: ast.AST, name: str) -> object:
    """A field of it: of statements those that do something, of an f-string no empty texts, as 3.12 adds."""
    value = getattr(node, name, None)
    if isinstance(node, ast.JoinedStr):
        return [each for each in node.values if getattr(each, "value", None) != ""]
    if name not in _BLOCKS or not isinstance(value, list):
        return value
    fields = ast.AnnAssign if isinstance(node, ast.ClassDef) else ()
    return [each for each in value if isinstance(each, fields) or _does_something(each)]


def _does_something(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant)
    if isinstance(node, ast.AnnAssign):
        return node.value is not None
    return not isinstance(node, ast.Import | ast.ImportFrom)


def _dotted(node: ast.AST) -> list[str] | None:
    """The parts of `np.linalg.norm`."""
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return before and [*before, node.attr]
    return [node.id] if isinstance(node, ast.Name) else None


def _meant(path: str) -> tuple[set[Place], str]:
    """The places that a dotted path means, none outside this package, and what is left of it to say."""
    parts = path.split(".")
    for end in range(len(parts), 0, -1):
        file = _source(parts[:end])
        if file and end < len(parts):
            return {(file, parts[end])}, ".".join(parts[end:])
        if file:  # a module as a whole
            return {(file, name) for name in _module(file).statements}, "module"
    return set(), path


def _source(parts: list[str]) -> Path | None:
    if parts[0] != _PACKAGE:
        return None
    return _file(_ROOT, "/".join(parts))


@cache
def _file(root: Path, path: str) -> Path | None:
    places = root / f"{path}.py", root / path / "__init__.py"
    return next((file for file in places if file.is_file()), None)


# ---- a source file ----


@dataclass(frozen=True)
class _Module:
    """A source file: by name the statements at its top that make it, and what its imports stand for."""

    statements: dict[str, list[ast.stmt]]
    imports: dict[str, str]


@cache
def _module(file: Path) -> _Module:
    tree = ast.parse(file.read_bytes())
    imports = dict(pair for node in _nested(tree.body) for pair in _imports(node))
    body = [(node, _made(node)) for node in filter(_does_something, tree.body)]
    statements: dict[str, list[ast.stmt]] = {name: [] for _, made in body for name in made}
    for node, made in body:
        for name in _about(node, made) & statements.keys():
            statements[name].append(node)
    return _Module(statements, imports)


def _nested(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """These statements, and those inside them."""
    for node in body:
        yield node
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            yield from _nested(getattr(node, part, ()))


def _imports(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.ImportFrom) and not node.level:
        yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)
    elif isinstance(node, ast.Import):
        for alias in node.names:
            first = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (first, first)


def _made(node: ast.stmt) -> set[str]:
    """The names to which a statement gives a value; `_`, as tests are called, is none."""
    if isinstance(node, _DEFINITION):
        return {node.name} - {"_"}
    inside = list(_inside(node))
    stored = {each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    return stored | {each.name for each in inside if isinstance(each, _DEFINITION)}


def _about(node: ast.stmt, made: set[str]) -> set[str]:
    """The names that a statement makes or changes; of a loop or condition, all that it names.

    `relu` of `relu = …`, `relu.mistake(…)`, `@relu.test(…)` and `TABLE["relu"] = …` make `relu` or `TABLE`
    what they are; `register(relu)` is about both.
    """
    if isinstance(node, _DEFINITION):
        return made | {_root(each) for each in node.decorator_list if not isinstance(each, ast.Name)}
    if isinstance(node, ast.Expr) and isinstance(getattr(node.value, "func", None), ast.Attribute):
        return {_root(node.value)}
    return made | {each.id for each in _inside(node) if isinstance(each, ast.Name)}


def _inside(node: ast.stmt) -> Iterator[ast.AST]:
    """All of a statement but its annotations, of an assignment only the left side."""
    only = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [node])
    waiting: list[ast.AST] = list(only)
    for each in waiting:
        yield each
        for name in _fields(each):
            value = getattr(each, name, None)
            waiting += [
                part for part in (value if isinstance(value, list) else [value]) if isinstance(part, ast.AST)
            ]


def _root(node: ast.AST | None) -> str:
    """`relu` of `relu.test("…")`."""
    while node is not None and not isinstance(node, ast.Name):
        node = getattr(node, "func", None) or getattr(node, "value", None)
    return node.id if node else ""
