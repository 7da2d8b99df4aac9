"""Do the tests bite? Plant small faults in a module, one by one, and see which of them its tests let pass.

    python scripts/mutate.py dlcourse/losses.py dlcourse/grading/book/*.py --sample 40 --seed 0

Each fault (a comparison, an operation, a number, a condition, a result or a statement changed) is planted in
a copy of the repository and met by the doctests of the module and by the tests that mirror it, those of
`_ELSEWHERE` included. What survives is shown as a diff, and each module gets a row of a table.
"""

import argparse
import ast
import contextlib
import difflib
import importlib.util
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

CLONE = Path(__file__).parents[1]
SLOWER = 4  # times what the sound module's tests take, and then it hangs
_ELSEWHERE = {  # what else tries a module, where not only the test file of its name does
    "dlcourse/exercises/engine/calls.py": ["tests/exercises/engine/test_mutated_frames.py"],
    "dlcourse/exercises/engine/exercise.py": ["tests/exercises/engine/test_version.py"],
    "dlcourse/exercises/engine/verdict.py": ["tests/exercises/engine/test_exercise.py"],
    "dlcourse/exercises/engine/wording.py": ["tests/exercises/engine/test_comparison.py"],
    "dlcourse/grading/book/statistics.py": ["tests/grading/output/test_class_report.py"],
    "dlcourse/grading/output/feedback.py": ["tests/grading/output/test_results.py"],
    "dlcourse/grading/output/pages.py": ["tests/grading/output/test_feedback.py"],
}
_OTHER = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
    ast.And: ast.Or, ast.Or: ast.And, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Lt: ast.LtE, ast.LtE: ast.Lt,
    ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip
_NAMES = {"min": "max", "any": "all", "minimum": "maximum", "ceil": "floor", "argmin": "argmax"}
_SAYS_NOTHING = ("annotation", "returns", "decorator_list", "keywords")  # the last, of a class
_NAMES |= {new: old for old, new in _NAMES.items()}


class Fault(NamedTuple):
    """A part of a source, by bytes, and what is put in its place."""

    start: int
    end: int
    new: str

    def planted(self, source: str) -> str:
        text = source.encode()
        return (text[: self.start] + self.new.encode() + text[self.end :]).decode()


def faults(source: str) -> list[Fault]:
    """Those of a source that still compile, each once."""
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = {}
    for node, new in _changes(ast.parse(source)):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        fault = Fault(start, end, new)
        with contextlib.suppress(SyntaxError):
            compile(fault.planted(source), "fault", "exec")
            found[fault] = None
    return list(found)


def _changes(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """(part of the tree, source to stand there)."""
    if isinstance(node, ast.JoinedStr):  # places in an f-string are not exact before Python 3.12
        return
    for changed in _of_statement(node) if isinstance(node, ast.stmt) else _of_expression(node):
        yield node, changed
    for field, value in ast.iter_fields(node):
        if field in _SAYS_NOTHING and not isinstance(node, ast.Call):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _changes(child)


def _of_statement(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Return) and node.value and ast.unparse(node.value) != "None":
        yield "return None"
    elif isinstance(node, ast.Expr):
        if not isinstance(node.value, ast.Constant | ast.Yield | ast.YieldFrom):
            yield "pass"
    elif isinstance(node, ast.AugAssign):
        yield "pass"
        if type(node.op) in _OTHER:
            yield ast.unparse(ast.AugAssign(node.target, _OTHER[type(node.op)](), node.value))
    elif isinstance(node, ast.Raise | ast.Continue | ast.Break) or (
        isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name | ast.Tuple)
    ):
        yield "pass"


def _of_expression(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Constant(value=bool(value)):
            yield str(not value)
        case ast.Constant(value=int(value)):
            yield str(value + 1)
        case ast.Constant(value=float(value)):
            yield str(2 * value or 1.0)
        case ast.Compare(ops=[op]) if type(op) in _OTHER:
            yield _bracketed(ast.Compare(node.left, [_OTHER[type(op)]()], node.comparators))
        case ast.BinOp(op=op) if type(op) in _OTHER and not _is_text(node.left) and not _is_text(node.right):
            yield _bracketed(ast.BinOp(node.left, _OTHER[type(op)](), node.right))
        case ast.BoolOp(op=op, values=values):
            yield _bracketed(ast.BoolOp(_OTHER[type(op)](), values))
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            yield _bracketed(operand)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield _bracketed(ast.IfExp(ast.UnaryOp(ast.Not(), test), body, orelse))
        case ast.Name(id=name) if name in _NAMES:
            yield _NAMES[name]
        case ast.Attribute(value=of, attr=name) if name in _NAMES:
            yield f"{ast.unparse(of)}.{_NAMES[name]}"


def _bracketed(node: ast.expr) -> str:
    return f"({ast.unparse(ast.fix_missing_locations(node))})"


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def tests_of(module: str) -> list[str]:
    """The module itself, for its doctests, and its test files, the one of its name first."""
    path = Path(module)
    mirrored = Path("tests", *path.parent.parts[1:], f"test_{path.name}")
    of_folder = mirrored.parent.with_name(f"test_{path.parent.name}.py")  # one for all of datasets/
    own = [str(tests) for tests in (mirrored, of_folder) if (CLONE / tests).exists()]
    return [module, *own, *_ELSEWHERE.get(module, [])]


def _begin():
    """In each process that plants: a copy of the clone to plant in, and loaded what no fault is in."""
    folder = tempfile.mkdtemp(prefix="mutate-", dir=os.environ["MUTATE"])
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.check_output(listed, cwd=CLONE, text=True).split("\0"):
        if (CLONE / name).is_file():
            (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CLONE / name, Path(folder) / name)
    os.chdir(folder)
    sys.path.insert(0, folder)
    os.environ |= {"PYTHONPATH": folder, "OPENBLAS_NUM_THREADS": "1", "NO_COLOR": "1"}
    for name in ("numpy", "pytest", "hypothesis", "hypothesis.extra.numpy", "msgspec", "scipy.stats"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def _passes(tests: list[str], seconds: float) -> bool:
    """Whether they do, in a process of its own, within that time."""
    child = os.fork()
    if not child:
        os.setsid()
        os._exit(_run(tests))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if (ended := os.waitpid(child, os.WNOHANG))[0]:
            return ended[1] == 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _run(tests: list[str]) -> int:
    import hypothesis
    import pytest

    signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored behind a shell's `&`
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    few = hypothesis.settings(max_examples=25, deadline=None, derandomize=True, database=None)
    hypothesis.settings.register_profile("few", few)
    options = ["-x", "-q", "-o", "addopts=--doctest-modules", "--hypothesis-profile=few"]
    options += ["-p", "no:nbval", "-p", "no:xdist", "-p", "no:cacheprovider"]
    try:
        return int(pytest.main([*options, *tests]))
    except BaseException:
        return 1


def sound(module: str) -> float:
    """How many seconds the module's tests take as it stands; inf where they fail."""
    begun = time.monotonic()
    passed = _passes(tests_of(module), 900)
    return time.monotonic() - begun if passed else float("inf")


def survives(module: str, fault: Fault, seconds: float) -> bool:
    """Whether the tests pass all the same."""
    path, source = Path(module), Path(module).read_text(encoding="utf-8")
    sys.dont_write_bytecode = True
    try:
        _write(path, fault.planted(source))
        return _passes(tests_of(module), SLOWER * seconds + 10)
    finally:
        _write(path, source)
        sys.dont_write_bytecode = False


def _write(path: Path, source: str) -> None:
    """And forget what was compiled: a source of the same second and size would be taken for the same."""
    path.write_text(source, encoding="utf-8")
    Path(importlib.util.cache_from_source(str(path.absolute()))).unlink(missing_ok=True)


def _diff(module: str, fault: Fault) -> str:
    before = (CLONE / module).read_text(encoding="utf-8")
    lines = difflib.unified_diff(
        before.splitlines(), fault.planted(before).splitlines(), module, "", lineterm="", n=0
    )
    return "\n".join(line for line in list(lines)[2:])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("modules", nargs="+", help="paths from the root of the clone")
    parser.add_argument("--sample", type=int, default=40, help="faults a module, at most (default 40)")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--processes", type=int, default=2)
    asked, rows = parser.parse_args(), []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MUTATE"] = folder
        with ProcessPoolExecutor(asked.processes, initializer=_begin) as pool:
            for module in asked.modules:
                rows.append(_module(pool, module, asked))
    print("\nmodule | faults | planted | killed | survived\n---|---|---|---|---")
    for row in rows:
        print(*row, sep=" | ")


def _module(pool, module: str, asked) -> tuple:
    begun, found = time.monotonic(), faults((CLONE / module).read_text(encoding="utf-8"))
    seconds = pool.submit(sound, module).result()
    if seconds == float("inf"):
        sys.exit(f"the tests of {module} fail as it stands: pytest {' '.join(tests_of(module))}")
    chosen = sorted(random.Random(asked.seed).sample(found, min(asked.sample, len(found))))
    survived = pool.map(survives, repeat(module), chosen, repeat(seconds))
    left = [fault for fault, alive in zip(chosen, survived, strict=True) if alive]
    print(
        f"\n## {module}: {len(left)} of {len(chosen)} survive ({time.monotonic() - begun:.0f} s)", flush=True
    )
    for fault in left:
        print(_diff(module, fault), flush=True)
    return module, len(found), len(chosen), len(chosen) - len(left), len(left)


if __name__ == "__main__":
    main()
