"""The docstrings of the reference say what they must, and become pages without a warning."""

import importlib
import inspect
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
pytestmark = pytest.mark.skipif(not DOCS.exists(), reason="not in a clone")

MODULES = [
    "activations",
    "initializers",
    "layers",
    "losses",
    "network",
    "gradient_check",
    "optimizers",
    "schedules",
    "regularizers",
    "training",
    "search",
    "multitask",
    "datasets",
]


def public(module: str) -> list[str]:
    """Names of a module's functions and classes that are defined in it, or in its package."""
    package = importlib.import_module(f"dlcourse.{module}")
    return [
        name
        for name, thing in vars(package).items()
        if (inspect.isfunction(thing) or inspect.isclass(thing))
        and not name.startswith("_")
        and thing.__module__.startswith(package.__name__)
    ]


FUNCTIONS = [(module, name) for module in MODULES for name in public(module)]


@pytest.mark.parametrize(("module", "name"), FUNCTIONS, ids=[".".join(pair) for pair in FUNCTIONS])
def test_a_docstring_names_its_lesson_its_errors_and_has_an_example(module, name):
    thing = getattr(importlib.import_module(f"dlcourse.{module}"), name)
    words = inspect.getdoc(thing)
    assert "esson" in words and ">>> " in words
    assert words.splitlines()[0].endswith(".")
    if inspect.isfunction(thing) and "raise " in inspect.getsource(thing):
        assert "Raises" in words


@pytest.mark.parametrize("module", [*MODULES, "plots"])
def test_every_public_function_has_its_place_on_a_page(site, module):
    page = (site / "generated" / f"dlcourse.{module}.html").read_text(encoding="utf-8")
    missing = [name for name in public(module) if f"dlcourse.{module}.{name}" not in page]
    assert missing == []


def test_equations_stand_on_the_page_as_they_are_written(site):
    page = (site / "generated" / "dlcourse.regularizers.html").read_text(encoding="utf-8")
    assert "P = λ Σ |w|      ∂P/∂w = λ sign(w),  0 at w = 0" in page
