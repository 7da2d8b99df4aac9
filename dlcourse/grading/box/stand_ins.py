"""Empty stand-ins for the modules that a lesson imports and a graded answer does not need."""

import importlib.abc
import importlib.machinery
import sys
import types

ROOTS = frozenset(("dlcourse", "matplotlib", "IPython", "ipywidgets", "tqdm"))


def _sentence(name: str) -> str:
    return f"`{name}` is an empty stand-in while grading: compute the answer with NumPy"


class StandIn:
    """Whatever is asked of it, it gives another of its kind; it has no items and no number."""

    def __init__(self, name: str):
        self.__dict__["_name"] = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(f"{self._name}.{name}")

    def __setattr__(self, name, value):
        pass

    def __call__(self, *args, **kwargs):
        return StandIn(f"{self._name}()")

    def __repr__(self):
        return f"<{self._name} while grading>"

    def __format__(self, specification):
        return repr(self)

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __bool__(self):
        return False

    def __contains__(self, item):
        return False

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False

    def _same(self, *args, **kwargs):
        return self

    def _no_number(self, *args, **kwargs):
        raise TypeError(_sentence(self._name))

    __getitem__ = __array_ufunc__ = __array_function__ = _same
    __float__ = __int__ = __index__ = __complex__ = __array__ = _no_number
    __setitem__ = __delitem__ = lambda self, *args: None


_ARITHMETIC = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor")
_OTHER = ("neg", "pos", "abs", "invert", "lt", "le", "gt", "ge")
for _operator in (*_ARITHMETIC, *(f"r{name}" for name in _ARITHMETIC), *_OTHER):
    setattr(StandIn, f"__{_operator}__", StandIn._same)


def _given_back(value=None, *args, **kwargs):
    return value


def _two(*args, **kwargs):
    return StandIn("figure"), StandIn("axes")


_MEANT = {
    "dlcourse.exercises.check": _given_back,
    "tqdm.tqdm": _given_back,
    "tqdm.auto.tqdm": _given_back,
    "tqdm.notebook.tqdm": _given_back,
    "tqdm.trange": range,
    "tqdm.auto.trange": range,
    "tqdm.notebook.trange": range,
    "matplotlib.pyplot.subplots": _two,
}


class _Module(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        full = f"{self.__name__}.{name}"
        return _MEANT.get(full) or sys.modules.get(full) or StandIn(full)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ROOTS:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return _Module(spec.name)

    def exec_module(self, module):
        prefix = f"{module.__name__}."
        module.__all__ = [
            name.removeprefix(prefix) for name in _MEANT if name.rpartition(".")[0] + "." == prefix
        ]


def install() -> None:
    sys.meta_path.insert(0, _Finder())
