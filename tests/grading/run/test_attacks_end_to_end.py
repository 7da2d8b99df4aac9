"""Small answers that once stopped or swelled the grader, through `dlcourse grade`, beside honest ones."""

# ruff: noqa: E501  (an answer a line)

import csv
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ...conftest import CLONE
from ..conftest import RIGHT, notebook
from ..sandbox.test_users import _as_nobody, stash  # noqa: F401

MOST = 500  # MB that a process of ours may take
SETUP = "import numpy as np"
EVE = {
    "rows without entries": ("03_activations", "def sigmoid(x): return {str(i): np.empty((1 << 17, 0)) for i in range(16)}"),
    "many rows without entries": ("03_activations", "def sigmoid(x): return [np.empty((1 << 14, 0))] * 3000"),
    "axes of one": ("03_activations", "def sigmoid(x): return [[np.zeros((1,) * 30)] * 400] * 3"),
    "single numbers": ("03_activations", "def sigmoid(x): return [np.array(0.5)] * 3000"),
    "a count": ("01_training_procedure", "def one_hot(*a): return None\ndef cross_entropy(logits, labels):\n    for n in (1.5e8, np.array(2e8), np.float32(2e8)):\n        try: one_hot([0], n)\n        except Exception: pass\n    return 0.0"),
    "text times a number": ("12_hyperparameter_search", "def random_search(f, configurations):\n    for value in (10**9, np.array(10**9)):\n        for _ in range(50):\n            try: f({'a': 'x' * 1000, 'b': value, 'x': 'y'})\n            except Exception: pass\n    return 0.0"),
    "rows in lists": ("09_weight_penalties", "def l2_penalty(*a): pass\ndef elastic_net_penalty(weights, l1, l2):\n    for _ in range(50):\n        try: l2_penalty([np.zeros((1, 30_000)), np.zeros((30_000, 1))], np.zeros((30_000, 1)))\n        except Exception: pass\n    return 0.0"),
}  # fmt: skip


def grading(course, *options: str, become=None, beside=()) -> tuple[int, float, int, list[dict]]:
    """(exit code, seconds, peak MB of the largest process of ours, rows); `beside`: others of ours, by number."""
    command = [sys.executable, "-m", "dlcourse", "grade", course.submissions, "--out", course.out, *options]
    command = [str(word) for word in command]
    environment = {**os.environ, "PYTHONPATH": str(CLONE)}
    started, peak = time.monotonic(), 0
    running = subprocess.Popen(
        become(command) if become else command, cwd="/", env=environment, stdout=subprocess.DEVNULL
    )
    while running.poll() is None:
        peak = max([peak, *(megabytes for pid in (running.pid, *beside) for megabytes in ours(pid))])
        time.sleep(0.02)
    with open(course.out / "scores.csv", newline="", encoding="utf-8-sig") as file:
        return running.returncode, time.monotonic() - started, peak, list(csv.DictReader(file))


def ours(pid: int):
    """The memory, in MB, of each process of ours below that one: all but what is in a box."""
    try:
        if b"box/entry.py" in Path(f"/proc/{pid}/cmdline").read_bytes():
            return
        yield int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
        below = [
            child
            for task in Path(f"/proc/{pid}/task").glob("*/children")
            for child in task.read_text().split()
        ]
    except (OSError, IndexError):
        return
    for child in below:
        yield from ours(int(child))


@pytest.fixture
def cluster(tmp_path):
    """(address, two workers), as one starts them by hand."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=0, dashboard_address=None, protocol="tcp://") as local:
        options = [
            "--no-dashboard",
            "--no-nanny",
            "--nthreads",
            "1",
            "--local-directory",
            str(tmp_path / "dask"),
        ]
        command = [sys.executable, "-m", "distributed.cli.dask_worker", local.scheduler_address, *options]
        workers = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(2)]
        with distributed.Client(local.scheduler_address) as client:
            client.wait_for_workers(2, timeout=60)
        yield local.scheduler_address, workers
        for worker in workers:
            worker.kill()
            worker.wait()


def hand_in(course, name: str) -> None:
    lesson, cell = EVE[name]
    course.hand_in("eve", content=notebook([SETUP, cell]), name=lesson)
    for n, honest in enumerate(("ada", "zoe")):
        course.hand_in(honest, content=notebook([SETUP, RIGHT["sigmoid"] + f"\n# {n}"]))


def see_that_nobody_came_to_harm(code, seconds, peak, rows):
    earned = {row["student"]: row["points"] for row in rows if row["exercise"] == "sigmoid"}
    assert code == 0
    assert earned["ada"] == earned["zoe"] == "3"
    assert sum(float(row["points"]) for row in rows if row["student"] == "eve") == 0
    assert peak < MOST
    assert seconds < 60


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("name", EVE)
def test_it_costs_its_own_points_alone(course, name, workers):
    hand_in(course, name)
    see_that_nobody_came_to_harm(*grading(course, "--workers", workers))


ON_A_CLUSTER = ("rows without entries", "a count")


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=() if n in ON_A_CLUSTER else pytest.mark.long) for n in EVE]
)
def test_it_does_so_on_two_dask_workers_too_which_live_on(course, name, cluster):
    address, workers = cluster
    hand_in(course, name)
    beside = [worker.pid for worker in workers]
    see_that_nobody_came_to_harm(*grading(course, "--cluster", address, beside=beside))
    assert [worker.poll() for worker in workers] == [None, None]


@pytest.mark.parametrize("name", EVE)
def test_it_does_so_without_bubblewrap_too(course, name, monkeypatch, tmp_path):
    (tmp_path / "bwrap").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    hand_in(course, name)
    see_that_nobody_came_to_harm(*grading(course, "--workers", "2"))


@pytest.mark.skipif(os.getuid() != 0 or not shutil.which("setpriv"), reason="only root becomes somebody else")
@pytest.mark.parametrize("name", EVE)
def test_it_does_so_for_an_ordinary_user(course, name, stash):  # noqa: F811
    if subprocess.run(["unshare", "--mount", "true"], check=False).returncode:
        pytest.skip("this root may not have mounts of its own")
    hand_in(course, name)
    place = stash / "class"
    shutil.copytree(course.submissions, place / "submissions")
    course.submissions, course.out = place / "submissions", place / "out"
    for folder in (place, course.submissions):
        folder.chmod(0o777)
    become = lambda command: _as_nobody(command, stash)  # noqa: E731
    see_that_nobody_came_to_harm(*grading(course, "--workers", "2", become=become))
