"""What comes to harm while an answer is judged is that answer's verdict, and nobody else's."""

import os
import signal
import sqlite3
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from dlcourse.exercises import catalogue
from dlcourse.grading.pipeline import grade
from dlcourse.grading.run import judge_process, supervisor
from dlcourse.grading.run.executors import InThisProcess, Judges, grade_here
from dlcourse.grading.run.judge import Job
from dlcourse.grading.run.supervisor import GAVE_UP, Supervisor

from ..conftest import LESSON, LIMITS, NAMES, RIGHT
from . import harm

BRIEF = replace(LIMITS, judging_cpu=0.5, wall_total=20.0)
AFTER = NAMES[NAMES.index("sigmoid") :]  # those that are judged with it, and after it
BEFORE = NAMES[: NAMES.index("sigmoid")]
CELLS = ((0, "import numpy as np"), (1, "\n".join(RIGHT.values())))
COSTS = {
    "loop": "more time",
    "loop in C": "more time",
    "swell": "more memory",
    "crash": "its process with it (-11)",
    "exit": "its process with it (3)",
    "be killed": "the system killed",
    "wait": "more time",
}


@pytest.fixture
def harmful(monkeypatch):
    monkeypatch.setitem(vars(catalogue()[LESSON]["sigmoid"]), "judge", harm.judge)
    begins = f"import runpy\nrunpy.run_path({harm.__file__!r})['install']()\njudge_process.serve"
    program = judge_process._PROGRAM.replace("judge_process.serve", begins, 1)
    monkeypatch.setattr(judge_process, "_PROGRAM", program)
    monkeypatch.setattr(supervisor, "_MARGIN", -15)


def saying(word: str) -> dict[str, str]:
    return RIGHT | {"sigmoid": f"def sigmoid(x):\n    return {word!r}"}


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("word, cost", COSTS.items())
def test_a_judge_that_comes_to_harm_costs_its_own_hand_in_alone(course, harmful, word, cost, workers):
    for n, name in enumerate(("ada", "bob", "cyd")):
        course.hand_in(name, RIGHT, more=[f"n = {n}"])
    course.hand_in("barbara", saying(word))
    rows = course.grade(workers=workers, limits=BRIEF)
    assert {rows[name, e]["status"] for name in ("ada", "bob", "cyd") for e in NAMES} == {"passed"}
    assert {rows["barbara", e]["status"] for e in BEFORE} == {"passed"}
    for exercise in AFTER:
        assert rows["barbara", exercise]["status"] == "failed"
        assert rows["barbara", exercise]["points"] == "0"
        assert rows["barbara", exercise]["feedback"].startswith(f"{GAVE_UP} Judging `sigmoid` cost ")
        assert cost in rows["barbara", exercise]["feedback"]
    assert course.summary.given_up == [("barbara", LESSON)]


def test_what_was_given_up_is_not_met_again_before_its_limits_change_or_one_says_so(course, harmful):
    course.hand_in("ada", RIGHT)
    course.hand_in("barbara", saying("exit"))
    rows = course.grade(limits=BRIEF)
    scores = (course.out / "scores.csv").read_bytes()
    assert course.grade(limits=BRIEF) == rows
    assert (course.summary.fresh, (course.out / "scores.csv").read_bytes()) == (0, scores)
    course.grade(limits=replace(BRIEF, judging_cpu=0.6))
    assert course.summary.fresh == 1
    course.grade(limits=replace(BRIEF, judging_cpu=0.6), retry=True)
    assert course.summary.fresh == 1
    assert course.summary.given_up == [("barbara", LESSON)]


def test_a_judge_that_is_killed_from_outside_costs_nobody_a_point(course):
    """As where the memory of the machine is short, whoever has filled it."""
    for n in range(4):
        course.hand_in(f"s{n}", RIGHT, more=[f"n = {n}"])

    class Killing(InThisProcess):
        def submit(self, function, *args):
            future = super().submit(function, *args)
            os.kill(grade_here_process(), signal.SIGKILL)
            return future

    with Killing() as executor:
        rows = course.grade(executor=executor)
    assert {row["status"] for row in rows.values()} == {"passed"}


def grade_here_process() -> int:
    from dlcourse.grading.run import executors

    return executors._mine.supervisor._judge.process.pid


def test_a_judge_of_another_process_is_not_taken_for_ones_own(monkeypatch):
    with InThisProcess():
        job = Job(LESSON, CELLS, NAMES, 1)
        grade_here(job, "auto", LIMITS)
        before = grade_here_process()
        reading, writing = os.pipe()
        if os.fork() == 0:
            try:
                grade_here(job, "auto", LIMITS)
                os.write(writing, str(grade_here_process()).encode())
            finally:
                os._exit(0)
        assert int(os.read(reading, 20)) != before
        os.wait()


def test_a_judge_that_has_grown_is_replaced_before_it_meets_somebody_else(monkeypatch):
    judge = Supervisor().start()
    first, job = judge._judge.process.pid, Job(LESSON, CELLS, NAMES, 1)
    assert {v.status for v in judge.grade(job, "landlock", LIMITS).verdicts} == {"passed"}
    assert judge._judge.process.pid == first
    judge.grade(job, "landlock", replace(LIMITS, judging_memory=100 << 20))
    assert judge._judge.process.pid == first
    judge.close()
    assert not Path(f"/proc/{first}").exists()


def files_of(pid):
    """What its file descriptors lead to, those aside that it closes meanwhile."""
    found = []
    for fd in os.listdir(f"/proc/{pid}/fd"):
        with suppress(FileNotFoundError):
            found.append(os.readlink(f"/proc/{pid}/fd/{fd}"))
    return found


def test_judges_hold_no_file_of_the_process_that_started_them(tmp_path):
    with open(tmp_path / "lock", "w"):
        judge = Supervisor().start()
        deadline = time.monotonic() + 10
        while (held := files_of(judge._judge.process.pid)) and time.monotonic() < deadline:
            if not any("lock" in name for name in held):
                break
        assert not any("lock" in name for name in held)
        judge.close()


def test_a_student_who_waits_has_so_much_time_and_no_more(course):
    waiting = "import threading\nlock = threading.Lock()\nlock.acquire()\n"
    for n in range(3):
        course.hand_in(
            "eve",
            saying("x") | {"sigmoid": f"{waiting}lock.acquire()  # {n}"},
            name=LESSON if not n else f"{LESSON} ({n})",
        )
    course.hand_in("zoe", RIGHT)
    limits, start = replace(LIMITS, wall=0.5, wall_total=4.0, student=1.5), time.monotonic()
    rows = course.grade(limits=limits)
    assert time.monotonic() - start < 20
    assert {rows["zoe", e]["status"] for e in NAMES} == {"passed"}
    assert course.summary.given_up
    with sqlite3.connect(course.out / "gradebook.sqlite") as database:
        said = [text for (text,) in database.execute("SELECT details FROM verdict")]
    assert sum("more than the 1.5 seconds" in text for text in said) >= len(NAMES)


def test_hand_ins_that_wait_their_turn_are_let_go_when_their_students_time_is_up(course):
    """Those that were on their way to a judge already, when another of the same student had used it up."""
    for n in range(6):
        course.hand_in(
            "eve", {"sigmoid": f"while True: pass  # {n}"}, name=LESSON if not n else f"{LESSON} ({n})"
        )
    limits = replace(LIMITS, student=0.5)
    course.grade(limits=limits, workers=2)
    assert 2 <= len(course.summary.given_up) <= 4  # two judges have two each, at most


def test_judges_end_with_their_work_however_it_ends():
    with Judges(2) as judges:
        started = [one._judge.process.pid for one in judges._supervisors]
    with pytest.raises(ZeroDivisionError), Judges(2) as judges:
        started += [one._judge.process.pid for one in judges._supervisors]
        loop = ((0, "while True: pass"),)
        futures = [
            judges.submit(grade_here, Job(LESSON, loop, NAMES, n), "landlock", LIMITS) for n in range(6)
        ]
        time.sleep(1)
        raise ZeroDivisionError
    assert all(future.done() for future in futures)
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]


def test_what_is_handed_in_decides_on_which_inputs_it_is_tried(course):
    """Else what the first of two attempts finds out would be worth points to the second."""
    says = "def sigmoid(x):\n    raise ValueError(repr(np.asarray(x).tolist()))"
    course.hand_in("ada", {"sigmoid": says})
    course.hand_in("bob", {"sigmoid": f"{says}  # once more"})
    rows = course.grade(seed=1)
    assert rows["ada", "sigmoid"]["feedback"] != rows["bob", "sigmoid"]["feedback"]
    again = grade(course.submissions, course.out.with_name("again"), seed=1, workers=1, limits=LIMITS)
    assert [score.feedback for score in again.scores] == [row["feedback"] for row in course.rows()]


def test_a_judge_that_ends_before_it_begins_hands_nobody_the_verdicts_of_another():
    judge, job = Supervisor().start(), Job(LESSON, CELLS, NAMES, 1)
    assert {v.status for v in judge.grade(job, "landlock", LIMITS).verdicts} == {"passed"}
    os.kill(judge._judge.process.pid, signal.SIGSEGV)
    time.sleep(0.2)
    report = judge.grade(job, "landlock", LIMITS)
    assert {v.problem for v in report.verdicts} == {GAVE_UP}
    judge.close()
