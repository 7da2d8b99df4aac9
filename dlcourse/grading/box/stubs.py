"""Empty stand-ins for the modules that a lesson imports and a graded answer does not need."""

import importlib.abc
import importlib.machinery
import sys
import types

import numpy as np

ROOTS = frozenset(("dlcourse", "matplotlib", "mpl_toolkits", "IPython", "ipywidgets", "tqdm"))


def _sentence(name: str) -> str:
    return f"`{name}` is an empty stand-in while grading: compute the answer with NumPy"


class Stub:
    """Whatever is asked of it, it gives another of its kind; it has no items and no number."""

    def __init__(self, name: str):
        self.__dict__["_name"] = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _MEANT.get(f"{self._name}.{name}") or Stub(f"{self._name}.{name}")

    def __setattr__(self, name, value):
        pass

    def __call__(self, *args, **kwargs):
        several = _GIVE.get(self._name.rpartition(".")[2])
        return several(*args, **kwargs) if several else Stub(f"{self._name}()")

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
    setattr(Stub, f"__{_operator}__", Stub._same)


def _given_back(value=None, *args, **kwargs):
    return value


class _Progress(Stub):
    """tqdm's bar: it gives what it was given."""

    def __init__(self, iterable=(), *args, **kwargs):
        super().__init__("tqdm")
        self.__dict__["_given"] = () if iterable is None else iterable

    def __iter__(self):
        return iter(self._given)

    def __len__(self):
        return len(self._given)


def _counting(*args, **kwargs):
    return _Progress(range(*args))


def _axes(nrows=1, ncols=1, *args, squeeze=True, **kwargs):
    """One, or an array of them, so that they can be named or gone through."""
    axes = np.empty((nrows, ncols), object)
    for index in np.ndindex(axes.shape):
        axes[index] = Stub("axes")
    if not squeeze:
        return axes
    return axes[0, 0] if axes.size == 1 else axes.squeeze()


def _subplots(*args, **kwargs):
    return Stub("figure"), _axes(*args, **kwargs)


# What gives more than one thing, for a student's line names each of them.
_GIVE = {
    "subplots": _axes,
    "plot": lambda *args, **kwargs: [Stub("line")],
    **dict.fromkeys(("xlim", "ylim", "get_xlim", "get_ylim"), lambda *args, **kwargs: (0.0, 1.0)),
    "get_legend_handles_labels": lambda *args, **kwargs: ([], []),
    "hist": lambda *args, **kwargs: (Stub("counts"), Stub("edges"), Stub("bars")),
}
_MEANT = {"dlcourse.exercises.check": _given_back, "matplotlib.pyplot.subplots": _subplots}
for _place in ("tqdm", "tqdm.auto", "tqdm.notebook", "tqdm.autonotebook"):
    _MEANT |= {f"{_place}.tqdm": _Progress, f"{_place}.trange": _counting}


class _Module(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        full = f"{self.__name__}.{name}"
        return _MEANT.get(full) or sys.modules.get(full) or Stub(full)


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
