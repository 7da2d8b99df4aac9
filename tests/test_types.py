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


CALLER = """
import numpy as np
from matplotlib.axes import Axes
from dlcourse import gradient_check, initializers, layers, losses, network, plots, regularizers
from dlcourse.datasets import surfaces

def call(ax: Axes) -> None:
    stack = [layers.Dense(2, 3, "he_normal"), layers.Activation("relu")]
    net = network.Network(stack, np.random.default_rng(0))
    data = np.eye(2), np.array([0, 1])
    gradient_check.check_network(
        net, losses.softmax_cross_entropy, data, penalty=lambda w: regularizers.l2_penalty(w, 0.1)
    )
    plots.race(ax, surfaces.ravine(), {})
    initializers.weight_variance("he", 2, 3)
"""


def test_what_belongs_together_fits_where_somebody_calls_it(tmp_path):
    (tmp_path / "caller.py").write_text(CALLER, encoding="utf-8")
    checked = mypy("--no-warn-unused-configs", str(tmp_path / "caller.py"))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_name_that_there_is_not_is_found_before_anything_runs(tmp_path):
    wrong = CALLER
    for name in ('"he_normal"', '"relu"', '"he"', "surfaces.ravine()"):
        wrong = wrong.replace(name, name.upper())
    (tmp_path / "caller.py").write_text(wrong, encoding="utf-8")
    checked = mypy("--no-warn-unused-configs", str(tmp_path / "caller.py"))
    for told in ("'HE_NORMAL'", "'RELU'", "'HE'", "SURFACES"):
        assert told in checked.stdout


def test_a_module_of_the_reference_must_say_its_types(tmp_path):
    """The list of strict modules is kept by hand: one that is new, or has another name, must be in it."""
    overrides = tomllib.loads((CLONE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"][
        "overrides"
    ]
    (strict,) = (each["module"] for each in overrides if each.get("disallow_untyped_defs"))
    reference = {f"dlcourse.{path.stem}" for path in (CLONE / "dlcourse").glob("*.py")}
    assert reference - set(strict) == {"dlcourse.__init__", "dlcourse.__main__", "dlcourse.cli"}
