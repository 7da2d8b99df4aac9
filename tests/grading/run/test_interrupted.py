"""Whenever it is interrupted or killed, grading ends at once, and the same command again ends the work."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from ...conftest import heeding_interrupts
from ..conftest import RIGHT
from ..test_pipeline import TYPED, WRONG

STUDENTS = 12
WITHIN = 2.0  # seconds, on a machine that has nothing else to do
NOT_YET = "Fatal Python error: init"  # Python itself had not started
LOAD = max(1.0, os.getloadavg()[0] / os.cpu_count())


class Typed:
    """`dlcourse grade` on a class, typed again and again."""

    def __init__(self, course, folder: Path):
        for n in range(STUDENTS):
            course.hand_in(f"s{n:02}", RIGHT | (WRONG if n % 3 else {}), more=[f"n = {n}"])
        self._script = folder / "typed.py"
        self._script.write_text(TYPED)
        self._course, self._folder = course, folder
        started = time.monotonic()
        whole = self.start(folder / "whole")
        assert whole.wait() == 0
        self.seconds = time.monotonic() - started
        self.scores = (folder / "whole" / "scores.csv").read_bytes()

    def start(self, out: Path) -> subprocess.Popen:
        command = [sys.executable, self._script, self._folder / "lessons", self._course.submissions, out]
        return subprocess.Popen(
            [*command, "--seed", "1"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=heeding_interrupts,
        )

    def left(self) -> list[str]:
        """Processes of it that live."""
        name, found = str(self._script).encode(), []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if name in (process / "cmdline").read_bytes():
                    found.append(process.name)
            except OSError:
                continue
        return found


def disturb(typed: Typed, folder: Path, what: signal.Signals, times: int, moments: random.Random) -> Counter:
    """How the runs ended, by exit code; each is disturbed at a random moment of its time."""
    endings, out = Counter(), folder / "out"
    for n in range(times):
        grading = typed.start(out)
        time.sleep(moments.uniform(0, 1.1 * typed.seconds))
        if grading.poll() is None:
            send = os.killpg if what == signal.SIGINT else os.kill  # the keyboard's is for the whole group
            send(grading.pid, what)
        pressed = time.monotonic()
        said = grading.communicate(timeout=30)[1]
        endings[NOT_YET if NOT_YET.encode() in said else grading.returncode] += 1
        while typed.left() and time.monotonic() - pressed < WITHIN * LOAD:
            time.sleep(0.02)
        assert typed.left() == []
        assert time.monotonic() - pressed < WITHIN * LOAD
        if grading.returncode == 0:
            assert (out / "scores.csv").read_bytes() == typed.scores
            out = folder / f"out{n}"
    assert typed.start(out).wait(60) == 0
    assert (out / "scores.csv").read_bytes() == typed.scores
    return endings


@pytest.mark.parametrize("times", [6, pytest.param(200, marks=pytest.mark.long)])
def test_an_interrupt_at_any_moment_ends_it_and_loses_nothing(course, tmp_path, times):
    endings = disturb(Typed(course, tmp_path), tmp_path, signal.SIGINT, times, random.Random(times))
    print("Ctrl-C:", endings)
    assert set(endings) <= {0, 130, -signal.SIGINT, NOT_YET}  # the last two: it had not begun


@pytest.mark.parametrize("times", [3, pytest.param(50, marks=pytest.mark.long)])
def test_killed_at_any_moment_nothing_is_left_and_nothing_lost(course, tmp_path, times):
    endings = disturb(Typed(course, tmp_path), tmp_path, signal.SIGKILL, times, random.Random(times))
    print("kill -9:", endings)
    assert set(endings) <= {0, -signal.SIGKILL}
