"""What a wrong answer is told: mutants of the references and of the unusual right answers, put to the checks.

A mutant is a right answer with one fault: an operator, a constant, an axis, a name, a condition, a call, a
keyword, a statement or the order of results is another, or missing. One that gives the right results on the
inputs that an exercise announces (those of its tests, with several seeds) is an equal, not a wrong answer, or
shows a test that is missing: it is listed with --equals.

    python benchmarks/feedback.py                 a table by lesson, of 10 mutants an exercise
    python benchmarks/feedback.py --of 100 --show a line a mutant: what was changed, and what is said of it
"""

import argparse
import ast
import copy
import importlib
import inspect
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # for tests.exercises

from dlcourse.exercises import catalogue  # noqa: E402
from dlcourse.exercises.engine.calls import run_locally  # noqa: E402
from dlcourse.exercises.engine.exercise import NOTEBOOK_SEED, Exercise  # noqa: E402
from dlcourse.exercises.engine.verdict import Verdict  # noqa: E402

SECONDS = 1.0  # for all calls of one judgement
SEEDS = (NOTEBOOK_SEED, 1, 2)
ANSWERS = ("named", "described", "says itself", "generic")


class Mutant(NamedTuple):
    """A function with one fault, and what was changed."""

    function: Callable[..., Any]
    change: str


def mutants(function: Callable[..., Any], rng: np.random.Generator, most: int) -> Iterator[Mutant]:
    """At most so many, each made of another place or in another way."""
    tree = _definition(function)
    if tree is None:
        return
    spots = [(i, j) for i, node in enumerate(ast.walk(tree)) for j, _ in enumerate(_changes(node, tree))]
    made = 0
    for k in rng.permutation(len(spots)):
        mutant = _mutant(function, tree, *spots[k])
        if mutant:
            yield mutant
            made += 1
        if made == most:
            return


def _definition(function: Callable[..., Any]) -> ast.FunctionDef | None:
    """Its syntax, of one whose source is a plain `def` without what it closes over."""
    if not inspect.isfunction(function) or function.__closure__:
        return None
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    if not isinstance(tree, ast.FunctionDef):
        return None
    tree.decorator_list = []
    if ast.get_docstring(tree):
        tree.body = tree.body[1:]
    for argument in ast.walk(tree.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    tree.returns = None
    return tree


def _mutant(function: Callable[..., Any], tree: ast.FunctionDef, place: int, way: int) -> Mutant | None:
    changed = copy.deepcopy(tree)
    node = list(ast.walk(changed))[place]
    before = ast.unparse(changed)
    new = list(_changes(node, changed))[way]
    _put(changed, node, new)
    after = ast.unparse(ast.fix_missing_locations(changed))
    namespace = dict(function.__globals__)
    try:
        exec(compile(after, "<mutant>", "exec"), namespace)
    except (SyntaxError, ValueError, TypeError):
        return None
    return Mutant(namespace[tree.name], _difference(before, after))


def _put(tree: ast.AST, old: ast.AST, new: ast.AST | None) -> None:
    """In place of `old`; `pass` where there is nothing."""
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
            elif isinstance(value, list) and any(item is old for item in value):
                setattr(parent, field, [new or ast.Pass() if item is old else item for item in value])


def _difference(before: str, after: str) -> str:
    old, new = before.splitlines(), after.splitlines()
    pairs = [(a.strip(), b.strip()) for a, b in zip(old, new, strict=False) if a != b]
    return " → ".join(pairs[0]) if pairs else "a statement left out"


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
    parameters = [argument.arg for argument in tree.args.args]
    if isinstance(node.ctx, ast.Load) and node.id in parameters:
        others = [name for name in parameters if name != node.id]
        yield from (ast.Name(name, ast.Load()) for name in others[:2])


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


def _return(node: ast.Return, tree: ast.FunctionDef) -> Iterator[ast.AST]:
    if isinstance(node.value, ast.Tuple) and len(node.value.elts) > 1:
        first, second, *rest = node.value.elts
        yield ast.Return(ast.Tuple([second, first, *rest], ast.Load()))


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
    ast.If: _condition,
    ast.Assign: _assignment,
    ast.AugAssign: _in_place,
}


# ---- what is said of them ----


def right_answers(exercise: Exercise) -> list[Callable[..., Any]]:
    module = importlib.import_module(f"tests.exercises.unusual_{exercise.lesson[3:]}")
    return [inspect.unwrap(exercise.reference), *module.UNUSUAL.get(exercise.name, [])]


def sample(exercise: Exercise, most: int) -> list[Mutant]:
    """Of all its right answers, in turns."""
    rng = np.random.default_rng(sum(map(ord, exercise.name)))
    answers = right_answers(exercise)
    share = -(-most // len(answers))
    return [mutant for answer in answers for mutant in mutants(answer, rng, share)][:most]


def judged(exercise: Exercise, function: Callable[..., Any], seed: int = NOTEBOOK_SEED) -> Verdict:
    return exercise.judge(lambda calls: run_locally(function, calls, SECONDS), seed)


def answered(verdict: Verdict) -> str:
    """How far the verdict says what is wrong."""
    if verdict.mistake:
        return "named" if verdict.advice.startswith("Likely cause") else "described"
    itself = not verdict.advice or "` raised " in verdict.problem
    return "says itself" if itself else "generic"


def wrong_everywhere(exercise: Exercise, function: Callable[..., Any]) -> Verdict | None:
    """The verdict in the notebook; None where no seed tells the mutant from the truth."""
    verdicts = (judged(exercise, function, seed) for seed in SEEDS)
    return next((verdict for verdict in verdicts if verdict.status in ("failed", "partial")), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--of", type=int, default=10, help="mutants an exercise (default: %(default)s)")
    parser.add_argument("--show", action="store_true", help="what is said of each")
    parser.add_argument("--equals", action="store_true", help="those that no test tells from the truth")
    options = parser.parse_args()
    print(f"{'lesson':28}{'mutants':>9}{'rejected':>9}" + "".join(f"{name:>13}" for name in ANSWERS))
    total: Counter[str] = Counter()
    for lesson, exercises in catalogue().items():
        counts = _lesson(exercises.values(), options)
        print(_row(lesson, counts))
        total += counts
    print(_row("all", total))


def _lesson(exercises: Any, options: argparse.Namespace) -> Counter[str]:
    counts: Counter[str] = Counter()
    for exercise in exercises:
        for mutant in sample(exercise, options.of):
            verdict = wrong_everywhere(exercise, mutant.function)
            kind = answered(verdict) if verdict else "equal"
            counts[kind] += 1
            if (verdict and options.show) or (not verdict and options.equals):
                said = f"{verdict.problem[:160]} || {verdict.advice}" if verdict else ""
                print(f"{kind:11} {exercise.name}: {mutant.change}\n            {said}")
    return counts


def _row(lesson: str, counts: Counter[str]) -> str:
    rejected = counts.total() - counts["equal"]
    shares = "".join(f"{100 * counts[name] / max(rejected, 1):>11.0f} %" for name in ANSWERS)
    return f"{lesson:28}{counts.total():>9}{rejected:>9}{shares}"


if __name__ == "__main__":
    main()
