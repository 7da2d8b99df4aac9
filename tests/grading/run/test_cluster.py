"""Grading on a Dask cluster: a real scheduler and two worker processes on this machine."""

import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from dlcourse.cli import main
from dlcourse.course.errors import UserError
from dlcourse.grading.pipeline import grade
from dlcourse.grading.run.cluster import cluster

from ..conftest import LIMITS, RIGHT
from ..test_pipeline import WRONG, graded_so_far
from . import harm

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.usefixtures("walls")
WORKER = """
import sys
from pathlib import Path
import dlcourse.course.lessons
dlcourse.course.lessons._PLACES = (Path(sys.argv[1]),)
from dlcourse.grading.run import judge_process
begins = "import runpy\\nrunpy.run_path({harm!r})['install']()\\njudge_process.serve"
judge_process._PROGRAM = judge_process._PROGRAM.replace("judge_process.serve", begins, 1)
from distributed.cli.dask_worker import main
if __name__ == "__main__":
    main(sys.argv[2:])
""".replace("{harm!r}", repr(harm.__file__))


@pytest.fixture
def scheduler(course, tmp_path):
    """(address, processes of the two workers)."""
    with distributed.LocalCluster(n_workers=0, dashboard_address=None, protocol="tcp://") as local:
        script = tmp_path / "worker.py"
        script.write_text(WORKER)
        options = (
            "--no-dashboard",
            "--no-nanny",
            "--nthreads",
            "1",
            "--local-directory",
            str(tmp_path / "dask"),
        )
        command = [sys.executable, str(script), str(tmp_path / "lessons"), local.scheduler_address, *options]
        workers = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(2)]
        with distributed.Client(local.scheduler_address) as client:
            client.wait_for_workers(2, timeout=60)
        yield local.scheduler_address, workers
        for worker in workers:
            worker.kill()
            worker.wait()


def make_class(course, students):
    for n in range(students):
        course.hand_in(f"s{n:03}", RIGHT | (WRONG if n % 3 else {}), more=[f"version = {n}"])


def test_a_cluster_grades_as_this_machine_does_and_survives_the_loss_of_a_worker(course, scheduler):
    address, workers = scheduler
    make_class(course, 60)
    grade(course.submissions, course.out, workers=1, seed=3)
    here = (course.out / "scores.csv").read_bytes()
    seen, elsewhere = [], course.out.with_name("elsewhere")

    def progress(done, total):
        seen.append(done)
        if done == 10:
            workers[0].send_signal(signal.SIGKILL)

    with cluster(address) as (executor, n):
        assert n == 2
        summary = grade(
            course.submissions, elsewhere, executor=executor, workers=n, seed=3, progress=progress
        )
    assert workers[0].wait(10) == -signal.SIGKILL
    assert workers[1].poll() is None
    assert summary.fresh == 60
    assert seen == list(range(1, 61))
    assert (elsewhere / "scores.csv").read_bytes() == here


@pytest.mark.parametrize("word", ["crash", "swell", "loop in C"])
def test_on_a_cluster_too_an_answer_that_harms_its_judge_harms_nobody_else(course, scheduler, word):
    make_class(course, 4)
    course.hand_in("eve", RIGHT | {"sigmoid": f"def sigmoid(x):\n    return {word!r}"})
    with cluster(scheduler[0]) as (executor, n):
        rows = course.grade(executor=executor, workers=n, limits=replace(LIMITS, judging_cpu=1.0))
    assert {rows[name, "tanh_derivative"]["status"] for name in ("s000", "s001", "s002", "s003")} == {
        "passed"
    }
    assert rows["eve", "collapse_linear"]["status"] == "passed"
    assert rows["eve", "sigmoid"]["feedback"].startswith("The grader gave up on this answer")
    assert [worker.poll() for worker in scheduler[1]] == [None, None]


def test_a_scheduler_that_is_lost_is_one_line_and_what_is_graded_is_kept(course, tmp_path):
    make_class(course, 40)
    script = tmp_path / "worker.py"
    script.write_text(WORKER)
    with open(tmp_path / "address", "w") as log:
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        started = [sys.executable, "-m", "distributed.cli.dask_scheduler", *options]
        file = ["--scheduler-file", str(tmp_path / "scheduler.json")]
        scheduler = subprocess.Popen([*started, *file], stderr=log)
    command = [sys.executable, str(script), str(tmp_path / "lessons"), *file, "--no-nanny", "--nthreads", "1"]
    worker = subprocess.Popen([*command, "--death-timeout", "60"], stderr=subprocess.DEVNULL)
    try:
        with distributed.Client(scheduler_file=str(tmp_path / "scheduler.json"), timeout=60) as client:
            client.wait_for_workers(1, timeout=60)
            address = client.scheduler.address

        def progress(done, total):
            if done == 5:
                scheduler.kill()

        said = pytest.raises(UserError, match="run the same command again, what is graded is kept")
        with said, cluster(address) as (executor, n):
            grade(course.submissions, course.out, executor=executor, workers=n, seed=3, progress=progress)
    finally:
        scheduler.kill()
        worker.kill()
        scheduler.wait()
        worker.wait()
    assert 5 <= graded_so_far(course.out / "gradebook.sqlite") < 40


def test_a_cluster_that_would_judge_otherwise_is_refused(scheduler, monkeypatch):
    address, _ = scheduler
    monkeypatch.setattr("dlcourse.grading.run.cluster.exercises", dict)  # on this machine alone
    with (
        pytest.raises(UserError, match="has not the dlcourse and the Python of this machine"),
        cluster(address),
    ):
        pass


def test_a_cluster_that_is_not_there_or_has_no_workers_is_the_users_error(
    course, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr("dlcourse.grading.run.cluster._PATIENCE", "1s")
    course.hand_in("ada", RIGHT)
    command = ["grade", str(course.submissions), "--out", str(course.out), "--cluster"]
    assert main([*command, "tcp://127.0.0.1:1"]) == 2
    assert "no Dask scheduler answers" in capsys.readouterr().err
    with distributed.LocalCluster(n_workers=0, dashboard_address=None) as local:
        assert main([*command, local.scheduler_address]) == 2
        assert "has no workers" in capsys.readouterr().err
    assert main([*command, "tcp://127.0.0.1:1", "--workers", "2"]) == 2
    assert "--workers or --cluster" in capsys.readouterr().err
