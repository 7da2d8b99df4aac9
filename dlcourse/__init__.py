"""How deep networks are trained: the NumPy reference behind the lessons.

Submodules load when first used (`dlcourse.activations`), so importing the package costs next to nothing.
"""

import importlib

__version__ = "0.1.0"

_REFERENCE = (
    "activations", "initializers", "losses", "layers", "network", "gradient_check", "optimizers",
    "regularizers", "schedules", "training", "search", "multitask", "arrays", "metrics", "storage",
    "datasets", "plots", "diagrams", "experiments", "tagging", "plain_network", "recipes", "clinic",
)  # fmt: skip


def __getattr__(name):
    if name in _REFERENCE:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *_REFERENCE])
