"""The docstrings of the reference say what they must, and become pages without a warning."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
pytestmark = pytest.mark.skipif(not DOCS.exists(), reason="not in a clone")

MODULES = [
    "activations",
    "initializers",
    "layers",
    "losses",
    "arrays",
    "metrics",
    "network",
    "plain_network",
    "storage",
    "gradient_check",
    "optimizers",
    "schedules",
    "regularizers",
    "training",
    "search",
    "experiments",
    "recipes",
    "clinic",
    "multitask",
    "datasets",
    "diagrams",
    "tagging",
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


LISTED = [(m, name) for m in [*MODULES, "plots"] for name in public(m)]


@pytest.mark.parametrize(("module", "name"), LISTED, ids=[".".join(pair) for pair in LISTED])
def test_a_docstring_has_a_line_for_each_parameter_and_says_what_is_returned(module, name):
    """In the form that Sphinx and editors read; what is before a colon would pass for the returned type."""
    thing = getattr(importlib.import_module(f"dlcourse.{module}"), name)
    signature = inspect.signature(thing)
    assert [entry.split(":")[0] for entry in entries(thing, "Args")] == list(signature.parameters)
    if inspect.isfunction(thing):
        returned = entries(thing, "Returns")
        assert bool(returned) == (signature.return_annotation != "None")
        assert not any(": " in line for line in returned[:1])
    assert all(re.match(r"[A-Z]\w+: ", entry) for entry in entries(thing, "Raises"))


def entries(thing, section):
    """The lines that open an entry of a section in the docstring, those that are indented least."""
    parts = inspect.getdoc(thing).split("\n\n")
    lines = [line for part in parts if part.startswith(f"{section}:\n") for line in part.split("\n")[1:]]
    return [line.strip() for line in lines if re.match(" {4}[^ ]", line)]


@pytest.mark.parametrize(("module", "name"), LISTED, ids=[".".join(pair) for pair in LISTED])
def test_a_lesson_that_a_docstring_names_has_the_thing_in_it(module, name):
    """What says "Lesson 04" promises that; "behind lesson 04" does not."""
    thing = getattr(importlib.import_module(f"dlcourse.{module}"), name)
    named = " ".join(re.findall(r"\bLessons? (\d\d(?:(?:, | and )\d\d)*)", inspect.getdoc(thing)))
    for number in re.findall(r"\d\d", named):
        (source,) = (DOCS.parent / "solutions").glob(f"{number}_*.py")
        uses = rf"""[."'`]{name}\b|\b{name}\("""
        assert re.search(uses, source.read_text(encoding="utf-8")), number


@pytest.mark.parametrize("module", [*MODULES, "plots"])
def test_every_public_function_has_its_place_on_a_page(site, module):
    page = (site / "generated" / f"dlcourse.{module}.html").read_text(encoding="utf-8")
    missing = [name for name in public(module) if f"dlcourse.{module}.{name}" not in page]
    assert missing == []


def test_equations_stand_on_the_page_as_they_are_written(site):
    page = (site / "generated" / "dlcourse.regularizers.html").read_text(encoding="utf-8")
    assert "P = λ Σ |w|      ∂P/∂w = λ sign(w),  0 at w = 0" in page
