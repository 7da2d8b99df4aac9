"""What a student types, in a Python without what Windows lacks; see elsewhere.py for what that leaves out."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[2]
ELSEWHERE = Path(__file__).with_name("elsewhere.py")
SOLVED = CLONE / "solutions" / "03_activations.ipynb"
pytestmark = pytest.mark.skipif(not SOLVED.exists(), reason="not in a clone")


@pytest.fixture
def typed(tmp_path):
    """Type `dlcourse …` in an empty folder, what is printed going into a file of Windows' encoding."""

    def typed(*argv):
        environment = {**os.environ, "PYTHONPATH": str(CLONE), "PYTHONIOENCODING": "cp1252"}
        command = [sys.executable, "-X", "warn_default_encoding", ELSEWHERE, *argv]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=120)
        return done.returncode, done.stdout.decode("cp1252") + done.stderr.decode("cp1252")

    return typed


def test_the_lessons_are_put_there_counted_and_started_afresh(typed, tmp_path):
    code, said = typed("start")
    assert (code, said.rstrip().rpartition("\n")[2]) == (0, "becomes -P -m jupyterlab"), said
    code, said = typed("status")
    assert code == 0 and "03_activations" in said, said
    (tmp_path / "dlcourse-work" / SOLVED.name).write_bytes(SOLVED.read_bytes())
    code, said = typed("status")
    assert code == 0 and "Next: `" in said and re.search(r"03_activations .* (\d+)/\1 ", said), said
    code, said = typed("reset", "activations")
    assert code == 0 and "03_activations-" in said, said


def test_a_notebook_is_checked_and_signs_that_cannot_be_printed_stop_nothing(typed, tmp_path):
    (tmp_path / SOLVED.name).write_bytes(SOLVED.read_bytes())
    assert typed("check", SOLVED.name)[0] == 0
    (tmp_path / SOLVED.name).write_bytes((CLONE / "lessons" / SOLVED.name).read_bytes())
    code, said = typed("check", SOLVED.name)
    assert code == 1 and "not attempted yet" in said, said
