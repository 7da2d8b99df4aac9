"""`dlcourse grade` as it is typed."""

import subprocess
import sys

import pytest

from dlcourse.cli import main

from .conftest import LESSON, NAMES, RIGHT, notebook

pytestmark = pytest.mark.usefixtures("walls")


def grade(course, *options):
    return main(["grade", str(course.submissions), "--out", str(course.out), "--workers", "1", *options])


def test_it_shows_one_screen_and_exits_0_whatever_the_verdicts(course, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    course.hand_in("ada", RIGHT)
    course.hand_in("bob", {"sigmoid": "def sigmoid(x):\n    return x"})
    course.hand_in("=cyd", content="[red]not[/red]")
    for n in range(20):
        course.hand_in(f"empty{n:02}", content="")
    assert grade(course) == 0
    shown = capsys.readouterr().out
    assert len(shown.splitlines()) <= 24
    assert all(name in shown for name in NAMES)
    assert "23 hand-ins, 2 of them graded now" in shown
    assert "and 13 more, in scores.csv" in shown
    assert str(course.out / "scores.csv") in shown


def test_hand_ins_that_are_the_same_are_counted_as_what_they_are(course, capsys):
    for student in ("ada", "bob", "cyd"):
        course.hand_in(student, RIGHT)
    course.hand_in("dee", {})
    assert grade(course) == 0
    told = "4 students, 4 hand-ins, 2 of them graded now, 2 the same as another, cell by cell, in"
    assert told in capsys.readouterr().out
    assert grade(course) == 0
    assert "4 hand-ins, 0 of them graded now, 2 the same as another" in capsys.readouterr().out


def test_names_that_differ_in_capitals_alone_are_told(course, capsys):
    for student in ("Ada", "bob", "ada"):
        course.hand_in(student, {})
    assert grade(course) == 0
    shown = capsys.readouterr().out
    assert "Ada and ada are graded as 2 students: if they are one, give them one name." in shown
    assert "bob" not in shown


def test_many_lessons_are_shown_a_row_each(course, capsys):
    course.hand_in("ada", RIGHT)
    course.hand_in("ada", content=notebook(["x = 1"]), name="99_nothing")
    assert grade(course) == 0
    assert "not named after a lesson" in capsys.readouterr().out


def test_scores_that_leave_the_file_are_told(course, capsys):
    course.hand_in("ada", RIGHT)
    bob = course.hand_in("bob", {})
    assert grade(course) == 0
    assert "No longer" not in capsys.readouterr().out
    bob.rename(course.hand_in("cyd", {}))
    bob.parent.rmdir()
    assert grade(course) == 0
    assert (
        f"No longer in scores.csv, for not among these submissions: 1 (bob {LESSON})"
        in capsys.readouterr().out
    )


def test_without_a_sandbox_it_says_what_that_risks(course, capsys):
    course.hand_in("ada", {"sigmoid": "import os\n" + RIGHT["sigmoid"]})
    assert grade(course, "--no-sandbox") == 0
    assert "with your rights" in capsys.readouterr().err
    assert {row["exercise"]: row["status"] for row in course.rows()}["sigmoid"] == "passed"


@pytest.mark.parametrize(
    "options, says",
    [
        (["--workers", "0"], "0 workers"),
        (["--workers", "many"], "--workers"),
        (["--seed", "x"], "--seed"),
        (["--what"], "--what"),
    ],
)
def test_what_a_user_gets_wrong_is_one_line_and_exit_2(course, capsys, options, says):
    course.hand_in("ada", {})
    assert grade(course, *options) == 2
    error = capsys.readouterr().err
    assert error.startswith("dlcourse: ")
    assert error.count("\n") == 1
    assert says in error


def test_two_workers_grade_as_one_does(course):
    for name in ("ada", "bob", "cyd"):
        course.hand_in(name, RIGHT, more=[f"name = {name!r}"])
    one = course.grade(workers=1, seed=3)
    course.out = course.out.with_name("two")
    assert course.grade(workers=2, seed=3) == one


def test_the_package_loads_nothing_until_it_is_used():
    program = "import sys, dlcourse.grading; print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "False\n"
