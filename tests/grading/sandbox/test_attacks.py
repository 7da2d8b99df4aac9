"""Hostile submissions earn nothing, and those before and after them are graded as if alone."""

import os
import select
import signal
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from dlcourse.grading.sandbox.process import ForkedChild

from ..conftest import LIMITS, NAMES, ONE_BOX, RIGHT
from .attacks import ATTACKS, CALL_BACK_ATTACKS, DEAF, HARM_THEMSELVES, SLOW, WAITING, _if, _stepping

OTHERS = {name: text for name, text in RIGHT.items() if name not in ("sigmoid", "sigmoid_derivative")}
INDEPENDENT = {**OTHERS, "tanh_from_sigmoid": "def tanh_from_sigmoid(x):\n    return np.tanh(x)"}

STEPS = {
    "momentum_step": "def momentum_step(params, velocity, grad, learning_rate, mu):\n"
    "    v = mu * velocity - learning_rate * grad\n    return params + v, v",
    "terminal_velocity": "def terminal_velocity(grad, learning_rate, mu):\n"
    "    return -learning_rate * grad / (1 - mu)",
}
NESTEROV = (
    "def nesterov_step(params, velocity, gradient, learning_rate, mu):\n"
    "    return momentum_step(params, velocity, gradient(params + mu * velocity), learning_rate, mu)"
)
MOMENTUM = ("momentum_step", "nesterov_step", "terminal_velocity")


@pytest.mark.parametrize("name", [name for name in ATTACKS if name not in (*SLOW, *WAITING, DEAF)])
def test_an_attack_earns_nothing_and_harms_nobody(verdicts, name):
    _withstand(verdicts, name)


@ONE_BOX
@pytest.mark.parametrize("name", SLOW)
def test_an_attack_that_time_ends_earns_nothing_and_harms_nobody(verdicts, name):
    _withstand(verdicts, name)


@ONE_BOX
@pytest.mark.parametrize("name", WAITING)
def test_an_attack_that_waits_earns_nothing_and_harms_nobody(verdicts, name):
    _withstand(verdicts, name, replace(LIMITS, wall=0.5))


@ONE_BOX
def test_a_loop_in_c_is_ended_by_its_cpu_time_and_costs_its_own_exercise_alone(verdicts):
    _withstand(verdicts, DEAF, replace(LIMITS, wall=60.0, wall_total=100.0))


def _withstand(verdicts, name, limits=LIMITS):
    attacked = verdicts(ATTACKS[name], *INDEPENDENT.values(), limits=limits)
    assert attacked["sigmoid"].points == 0, attacked["sigmoid"]
    if name not in HARM_THEMSELVES:
        assert {name: attacked[name].status for name in INDEPENDENT} == dict.fromkeys(INDEPENDENT, "passed")
    for said in (*(verdict.message for verdict in attacked.values()), *attacked.failures.values()):
        assert said.isprintable() and len(said) < 1_000
    honest = verdicts(*RIGHT.values())
    assert {name: honest[name].status for name in NAMES} == dict.fromkeys(NAMES, "passed")
    assert not Path("/tmp/attack").exists()


@ONE_BOX
@pytest.mark.parametrize("name", CALL_BACK_ATTACKS)
def test_an_attack_by_call_backs_earns_nothing_and_harms_nobody(verdicts, name):
    attacked = verdicts(*STEPS.values(), CALL_BACK_ATTACKS[name], names=MOMENTUM, lesson="07_momentum")
    assert attacked["nesterov_step"].points == 0, attacked["nesterov_step"]
    assert attacked["momentum_step"].status == "passed"
    if name not in HARM_THEMSELVES:
        assert attacked["terminal_velocity"].status == "passed"
    honest = verdicts(*STEPS.values(), NESTEROV, names=MOMENTUM, lesson="07_momentum")
    assert {verdict.status for verdict in honest.values()} == {"passed"}


def test_an_attempt_that_worked_would_earn_points(verdicts):
    """So that the attacks which make an attempt first do show whether it works."""
    assert verdicts(_if("import os"))["sigmoid"].status == "passed"


@ONE_BOX
def test_a_forged_reply_costs_the_grader_no_memory(verdicts):
    tracemalloc.start()
    verdicts(ATTACKS["a million names"], names=["sigmoid"])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40_000_000


def descendants(pid: int) -> set[int]:
    """All live processes that `pid` has started."""
    found = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            if Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                found |= {child} | descendants(child)
    return found


def test_attacks_leave_no_process_behind(verdicts, box):
    verdicts(ATTACKS["a closed wire"], ATTACKS["fork"], ATTACKS["a wire closed for ever"])
    zygote = {box._process.pid} | descendants(box._process.pid)
    limit = 1 if box.tier == "landlock" else 3  # bubblewrap, the first process of its namespace, the zygote
    assert len(zygote) <= limit
    assert descendants(os.getpid()) >= zygote


def test_sleeping_costs_no_time(verdicts):
    start = time.monotonic()
    found = verdicts("import time\ntime.sleep(1000)\n" + RIGHT["sigmoid"], names=["sigmoid"])
    assert found["sigmoid"].status == "passed"
    assert time.monotonic() - start < 2


def test_what_waits_for_ever_is_too_slow(verdicts):
    lines = "import threading", "lock = threading.Lock()", "lock.acquire()", "lock.acquire()"
    waiting = "def tanh_derivative(x):\n    " + "\n    ".join(lines)
    found = verdicts(waiting, RIGHT["neuron_weight_gradient"], limits=replace(LIMITS, wall=0.5))
    assert found["tanh_derivative"].status == "failed"
    assert "did not finish" in found["tanh_derivative"].problem
    assert found["neuron_weight_gradient"].status == "passed"


@ONE_BOX
def test_waiting_is_told_from_working_long_before_the_clock_runs_out(verdicts):
    limits, start = replace(LIMITS, idle=0.5, wall=60.0, wall_total=300.0, cpu=2), time.monotonic()
    napping = "import select\npoll = select.epoll()\n" + _if("while True: poll.poll(0.01)")
    waiting = "import threading\nlock = threading.Lock()\nlock.acquire()\n" + _if("lock.acquire()")
    working = "def tanh_derivative(x):\n    for _ in range(10**7): pass\n    return 1 / np.cosh(x) ** 2"
    for cell in (waiting, napping):
        found = verdicts(cell, working, RIGHT["neuron_weight_gradient"], limits=limits)
        assert "did not finish" in found["sigmoid"].problem
        assert found["tanh_derivative"].points > 0
        assert found["neuron_weight_gradient"].status == "passed"
    assert time.monotonic() - start < 40


def test_an_answer_is_asked_for_again_when_the_clock_ran_out_and_the_cpu_did_not(verdicts, box, monkeypatch):
    """A machine that is busy elsewhere, acted by a child that is stopped the first time it is asked."""
    opened = []

    def open_slowly(budget):
        child = type(box).open(box, budget)
        opened.append(child)
        if len(opened) == 1:
            signal.pidfd_send_signal(child.handle, signal.SIGSTOP)
        return child

    monkeypatch.setattr(box, "open", open_slowly)
    found = verdicts(RIGHT["sigmoid"], names=["sigmoid"], limits=replace(LIMITS, wall=0.5))
    assert found["sigmoid"].status == "passed"
    assert len(opened) == 2


def test_a_sandbox_that_is_killed_costs_nobody_a_point(verdicts, box, monkeypatch):
    """As the system does where memory is short."""
    opened = []

    def open_and_kill(budget):
        opened.append(type(box).open(box, budget))
        if len(opened) == 1:
            box._process.kill()
            box._process.wait()
            assert select.select([opened[0].handle], [], [], 60)[0]  # the child dies with it, by and by
        return opened[-1]

    monkeypatch.setattr(box, "open", open_and_kill)
    found = verdicts(*RIGHT.values())
    assert {verdict.status for verdict in found.values()} == {"passed"}
    assert found.failures == {}
    assert len(opened) == 2


@ONE_BOX
def test_a_submission_cannot_use_more_time_than_it_has(verdicts, monkeypatch):
    used, end = [], ForkedChild.end

    def noted(child):
        ending = end(child)
        used.append(ending.cpu)
        return ending

    monkeypatch.setattr(ForkedChild, "end", noted)
    loops = [RIGHT[name].split("\n")[0] + "\n    while True: pass" for name in NAMES]
    found = verdicts(*loops, limits=replace(LIMITS, cpu_total=3))
    assert {verdict.status for verdict in found.values()} == {"failed"}
    assert sum(used) < 3.5


@ONE_BOX
def test_time_up_in_the_midst_of_a_call_back_costs_no_other_exercise(verdicts):
    asking = "while True: gradient(params), sum(range(10**5))"
    limits, start = replace(LIMITS, wall=100.0, wall_total=300.0), time.monotonic()
    found = verdicts(*STEPS.values(), _stepping(asking), names=MOMENTUM, lesson="07_momentum", limits=limits)
    assert time.monotonic() - start < 100  # neither side waits for the rest of a frame
    assert {name: found[name].status for name in STEPS} == dict.fromkeys(STEPS, "passed")
    assert "did not finish" in found["nesterov_step"].problem
