"""`constraints/lowest.txt` says the same lower bounds as pyproject.toml."""

import re
import tomllib
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(not (CLONE / "constraints").is_dir(), reason="not in a clone")


def declared():
    """The lower bounds of pyproject.toml, {(package, version)}."""
    project = tomllib.loads((CLONE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(one for extra in extras for one in extra)]
    return {tuple(one.split(">=")) for one in wanted if not one.startswith("dlcourse[")}  # an extra of ours


def test_every_dependency_has_a_lower_bound_and_no_other():
    assert [one for one in declared() if len(one) != 2 or not re.fullmatch(r"[\d.]+", one[1])] == []


def test_the_constraints_are_the_lower_bounds():
    lines = (CLONE / "constraints" / "lowest.txt").read_text(encoding="utf-8").splitlines()
    pinned = [tuple(line.split("==")) for line in lines if not line.startswith("#")]
    assert len(pinned) == len(dict(pinned))
    assert set(pinned) == declared()
