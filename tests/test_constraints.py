"""`constraints/` and `requirements/` say the same lower bounds as pyproject.toml."""

import re
import tomllib
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(not (CLONE / "constraints").is_dir(), reason="not in a clone")


def wanted():
    """What pyproject.toml asks for, an extra in another one left out."""
    project = tomllib.loads((CLONE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    everything = [*project["dependencies"], *(one for extra in extras for one in extra)]
    return {one for one in everything if not one.startswith("dlcourse[")}


def lowest():
    """{(package, version)} of those that may be newer."""
    return {tuple(one.split(">=")) for one in wanted() if ">=" in one}


def test_every_dependency_has_a_lower_bound_or_is_pinned_and_nothing_else():
    assert [one for one in wanted() if not re.fullmatch(r"[\w-]+(>=|==)[\d.]+", one)] == []


def test_only_what_judges_style_and_types_is_pinned():
    assert {one.split("==")[0] for one in wanted() if "==" in one} <= {"ruff", "mypy", "import-linter"}


def test_the_constraints_are_the_lower_bounds():
    lines = (CLONE / "constraints" / "lowest.txt").read_text(encoding="utf-8").splitlines()
    pinned = [tuple(line.split("==")) for line in lines if not line.startswith("#")]
    assert len(pinned) == len(dict(pinned))
    assert set(pinned) == lowest()


def test_a_grading_server_gets_packages_of_the_core_in_the_same_versions():
    lines = (CLONE / "requirements" / "grading.txt").read_text(encoding="utf-8").splitlines()
    asked = {line for line in lines if not line.startswith("#")}
    assert asked and asked <= wanted()
