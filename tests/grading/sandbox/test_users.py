"""The box holds for root and for an ordinary user, with bubblewrap and without."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ..conftest import RIGHT
from .attacks import ATTACKS

pytestmark = pytest.mark.usefixtures("walls")

NOBODY = "65534"
PROGRAM = """
import json, os, sys
from dlcourse.grading.sandbox.limits import Limits
from dlcourse.grading.run.judge import Job, grade_one
from dlcourse.grading.sandbox.sandbox import open_box
limits, points = Limits(cpu=2), []
box = open_box(sys.argv[1], limits)
for source in json.load(sys.stdin):
    cells = ((0, "import numpy as np"), (1, source))
    [verdict] = grade_one(Job("03_activations", cells, ("sigmoid",), 1), box, limits).verdicts
    points.append(verdict.points)
box.close()
print(json.dumps([os.getuid(), box.tier, points]))
"""
ON_WALLS = [
    *(
        "a signal to its parent",
        "a signal to all",
        "SIGIO by fcntl",
        "ptrace",
        "its parent",
        "its parent's memory",
    ),
    *("fork", "a thread", "a program", "a namespace", "root", "its limits", "a debuggable process"),
    *(
        "a socket",
        "a UNIX socket",
        "a file",
        "a folder",
        "shared memory",
        "a memory file",
        "other files' names",
    ),
    *("the password file", "its own memory", "the reference on disk", "the reference beside the wire"),
]
COURSE = Path(__file__).parents[3]


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


def _root_of_little(command: list[str], stash: Path) -> list[str]:
    """`command` as root without a single capability: bubblewrap may not map users then, Landlock holds."""
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]


@pytest.mark.parametrize(
    "become, asked, tier",
    [
        (_as_nobody, "bubblewrap", "bubblewrap"),
        (_as_nobody, "landlock", "landlock"),
        (_root_of_little, "auto", "landlock"),
    ],
    ids=["an ordinary user, bubblewrap", "an ordinary user, landlock", "root of little"],
)
def test_others_than_root_grade_in_a_box_that_holds(become, asked, tier, stash):
    if tier == "bubblewrap" and not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed")
    command = [sys.executable, "-c", PROGRAM, asked]
    if os.getuid() == 0:
        if (
            not shutil.which("setpriv")
            or subprocess.run(["unshare", "--mount", "true"], check=False).returncode
        ):
            pytest.skip("this root may not become an ordinary user with mounts of its own")
        command = become(command, stash)
    elif become is _root_of_little:
        pytest.skip("this is not root")
    done = subprocess.run(
        command,
        input=json.dumps([RIGHT["sigmoid"], *(ATTACKS[name] for name in ON_WALLS), RIGHT["sigmoid"]]),
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": os.environ["PATH"]},
    )
    assert done.returncode == 0, done.stderr
    uid, box, points = json.loads(done.stdout)
    assert (uid == 0) == (become is _root_of_little)
    assert box == tier
    assert points[0] == points[-1] > 0
    assert dict(zip(ON_WALLS, points[1:-1], strict=True)) == dict.fromkeys(ON_WALLS, 0)
    assert not Path("/tmp/attack").exists()
