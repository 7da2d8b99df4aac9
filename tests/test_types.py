"""The package's types are right, as far as mypy sees, and other people's tools may read them."""

import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

CLONE = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(not (CLONE / "pyproject.toml").exists(), reason="not in a clone")


def mypy(*argv):
    """mypy with the settings of pyproject.toml. Its first run takes half a minute, the next ones a second."""
    if not find_spec("mypy"):
        pytest.skip("no mypy: install the extra `dev`")
    if np.lib.NumpyVersion(np.__version__) < "2.4.0":
        pytest.skip(f"NumPy {np.__version__} says too little of its types: mypy judges with 2.4 or newer")
    command = [sys.executable, "-m", "mypy", *argv]
    return subprocess.run(command, cwd=CLONE, capture_output=True, text=True, timeout=300, check=False)


def test_mypy_finds_nothing():
    checked = mypy()
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_module_of_the_reference_must_say_its_types(tmp_path):
    """The list of strict modules is kept by hand: one that is new, or has another name, must be in it."""
    overrides = tomllib.loads((CLONE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"][
        "overrides"
    ]
    (strict,) = (each["module"] for each in overrides if each.get("disallow_untyped_defs"))
    reference = {f"dlcourse.{path.stem}" for path in (CLONE / "dlcourse").glob("*.py")}
    assert reference - set(strict) == {"dlcourse.__init__", "dlcourse.__main__", "dlcourse.cli"}
