"""Whether an answer uses what grading does not have: the course's own reference, or packages but NumPy.

It is asked in the notebook, where all of these are there, so that grading surprises nobody.
"""

import dis
import sys
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

# What stands in while grading and gives nothing back, so that an answer may use it: progress bars, figures.
_HARMLESS = {"tqdm", "matplotlib", "mpl_toolkits", "IPython", "ipywidgets", "dlcourse.plots"}
_THERE = {"numpy", "builtins", "__main__", *sys.stdlib_module_names, *_HARMLESS}


def foreign(function: Any, lent: Mapping[str, Any]) -> str:
    """The name in the function, or in those of the student's that it calls, of what grading does not have.

    "" where there is none. lent: by name, functions of the course that grading lends.
    """
    waiting, seen = [function], set()
    while waiting:
        one = _plain(waiting.pop())
        if not isinstance(one, FunctionType) or one in seen:
            continue
        seen.add(one)
        for name, value in _reached(one):
            place = _place(value)
            if lent.get(name) is value or _is_there(place, one):
                waiting.append(value)
            else:
                return name
    return ""


def _plain(function: Any) -> Any:
    for wrapped in ("func", "pyfunc", "__wrapped__"):  # of a partial, of np.vectorize, of a decorator
        function = getattr(function, wrapped, function)
    return function


def _reached(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """What it names: globals, and what it imports itself."""
    for operation in _operations(function.__code__):
        name = str(operation.argval)
        if operation.opname == "IMPORT_NAME":
            yield name, ModuleType(name)
        elif operation.opname in ("LOAD_GLOBAL", "LOAD_NAME") and name in function.__globals__:
            yield name, function.__globals__[name]
    for cell in function.__closure__ or ():
        try:
            yield getattr(cell.cell_contents, "__name__", ""), cell.cell_contents
        except ValueError:  # empty still
            continue


def _operations(code: CodeType) -> Iterator[dis.Instruction]:
    yield from dis.get_instructions(code)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _operations(inner)


def _place(value: Any) -> str:
    """The module that a module, function or class is of; "" for what is none of these."""
    if isinstance(value, ModuleType):
        return value.__name__
    if isinstance(value, type | FunctionType) or callable(value):
        return str(getattr(value, "__module__", None) or "")
    return ""


def _is_there(place: str, function: FunctionType) -> bool:
    root = place.partition(".")[0]
    own = str(function.__module__ or "").partition(".")[0]
    return not place or root in _THERE or place in _THERE or root == own
