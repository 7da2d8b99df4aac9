"""The box holds for root and for an ordinary user, with bubblewrap and without."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from .conftest import RIGHT

NOBODY = "65534"
PROGRAM = """
import json, os, sys
from dlcourse.grading.limits import Limits
from dlcourse.grading.runner import Job, grade_one
from dlcourse.grading.sandbox import open_box
limits = Limits(cpu=2)
box = open_box(sys.argv[1], limits)
cells = ((0, "import numpy as np"), (1, sys.stdin.read()))
report = grade_one(Job("03_activations", cells, ("sigmoid", "tanh_derivative"), 1), box, limits)
box.close()
print(json.dumps([os.getuid(), box.tier, [verdict.status for verdict in report.verdicts]]))
"""
COURSE = Path(__file__).parents[2]


def _private(folder: Path) -> Path | None:
    """The outermost folder above `folder` that others may not enter."""
    return next((f for f in reversed(folder.parents) if not f.stat().st_mode & 0o001), None)


def _as_nobody(command: list[str], stash: Path) -> list[str]:
    """`command` as an ordinary user, with mounts that lead past folders which are private to root."""
    needed = {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), COURSE}
    hidden = {folder: _private(folder) for folder in needed if _private(folder)}
    script = []
    for n, folder in enumerate(hidden):
        (stash / str(n)).mkdir()
        script.append(f"mount --bind {folder} {stash / str(n)}")
    script += [f"mount -t tmpfs -o mode=755 none {private}" for private in set(hidden.values())]
    for n, folder in enumerate(hidden):
        script.append(f"mkdir -p {folder} && mount --bind {stash / str(n)} {folder}")
    script.append(f'exec setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups --inh-caps=-all "$@"')
    return ["unshare", "--mount", "sh", "-ec", "\n".join(script), "sh", *command]


@pytest.fixture
def stash():
    """A folder that any user may enter, unlike tmp_path."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("tier", ["bubblewrap", "landlock"])
def test_an_ordinary_user_grades_in_a_box_that_holds(tier, stash):
    if tier == "bubblewrap" and not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed")
    command = [sys.executable, "-c", PROGRAM, tier]
    if os.getuid() == 0:
        if (
            not shutil.which("setpriv")
            or subprocess.run(["unshare", "--mount", "true"], check=False).returncode
        ):
            pytest.skip("this root may not become an ordinary user with mounts of its own")
        command = _as_nobody(command, stash)
    done = subprocess.run(
        command,
        input=RIGHT["sigmoid"],
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": os.environ["PATH"]},
    )
    assert done.returncode == 0, done.stderr
    uid, box, statuses = json.loads(done.stdout)
    assert uid != 0
    assert (box, statuses) == (tier, ["passed", "missing"])
