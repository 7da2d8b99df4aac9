"""Which answers still need a verdict: nothing is graded twice, and nothing that must be is left out."""

from contextlib import closing
from dataclasses import replace

import pytest

from dlcourse.exercises import catalogue
from dlcourse.exercises.engine.exercise import Exercise
from dlcourse.exercises.engine.verdict import Verdict
from dlcourse.grading.book.gradebook import Gradebook
from dlcourse.grading.book.pending import Pending
from dlcourse.grading.intake.submissions import Handin
from dlcourse.grading.run.judge import Report
from dlcourse.grading.sandbox.limits import Limits

from ..conftest import LESSON, NAMES, RIGHT, lesson_cells, notebook


@pytest.fixture
def gradebook(course, tmp_path):
    with closing(Gradebook(tmp_path / "gradebook.sqlite")) as gradebook:
        yield gradebook


def handin(student, answers=RIGHT, lesson=LESSON, **fields):
    text = notebook(lesson_cells(answers)).encode()
    return Handin(student, lesson, f"class/{student}/{lesson}.ipynb", read=lambda: text, **fields)


class Round:
    """One round over hand-ins, in which everything that is asked for gets a verdict."""

    def __init__(self, gradebook, *found, seed=1):
        self.seen, self.asked = [], []
        self.pending = Pending(gradebook, seed, Limits(), len(found), lambda *done: self.seen.append(done))
        self.jobs = []
        for due, job in self.pending.jobs(list(found)):
            self.asked.append([key.exercise for key in due.keys])
            self.jobs.append((due, job))
        for due, job in self.jobs:
            verdicts = [Verdict(name, job.lesson, "passed", 1, 1, "") for name in job.exercises]
            self.pending.keep(due, Report(tuple(verdicts), ()))


def test_a_first_round_asks_for_every_exercise_and_a_second_for_none(gradebook):
    first = Round(gradebook, handin("ada"))
    assert first.asked == [list(NAMES)]
    assert (first.pending.fresh, first.seen) == (1, [(1, 1)])
    second = Round(gradebook, handin("ada"))
    assert second.asked == []
    assert (second.pending.fresh, second.seen) == (0, [(1, 1)])
    assert second.pending.entries == first.pending.entries


def test_two_who_hand_in_the_same_are_graded_once_and_told_as_two(gradebook):
    ran = Round(gradebook, handin("ada"), handin("bob"), handin("cyd", {}))
    assert len(ran.asked) == 2
    ada, bob, cyd = ran.pending.entries
    assert ada.keys == bob.keys != cyd.keys
    assert ran.seen == [(1, 3), (2, 3), (3, 3)]


def test_a_job_is_of_the_cells_that_run_with_a_seed_of_the_round_and_of_what_was_handed_in(gradebook):
    ((_, job),) = Round(gradebook, handin("ada"), seed=5).jobs
    assert (job.lesson, job.exercises) == (LESSON, NAMES)
    ((_, of_another_round),) = Round(gradebook, handin("ada"), seed=6).jobs
    ((_, of_another_answer),) = Round(gradebook, handin("bob", {}), seed=5).jobs
    assert len({job.seed, of_another_round.seed, of_another_answer.seed}) == 3
    sources = [source for _, source in job.cells]
    assert set(RIGHT.values()) <= set(sources)
    assert not [source for source in sources if "demo cell" in source]


def test_another_seed_asks_again_and_another_version_for_that_exercise_alone(gradebook, monkeypatch):
    Round(gradebook, handin("ada"))
    assert Round(gradebook, handin("ada"), seed=2).asked == [list(NAMES)]
    known = {name: exercise.version for name, exercise in catalogue()[LESSON].items()}
    monkeypatch.setattr(
        Exercise, "version", property(lambda e: "new" if e.name == "sigmoid" else known[e.name])
    )
    assert Round(gradebook, handin("ada")).asked == [["sigmoid"]]


def test_what_cannot_be_read_is_done_at_once_and_says_why_with_its_name(gradebook):
    broken = replace(handin("ada"), problem="is a link")
    essay = Handin("bob", "essay", "class/bob/essay.ipynb", read=notebook(["x = 1"]).encode)
    ran = Round(gradebook, broken, essay, replace(handin("cyd"), read=lambda: b"{"))
    assert ran.asked == []
    assert ran.seen == [(1, 3), (2, 3), (3, 3)]
    link, essay, text = (entry.problem for entry in ran.pending.entries)
    assert link == f"{LESSON}.ipynb is a link."
    assert essay.startswith("essay.ipynb is not named after a lesson") and f"({LESSON}.ipynb)" in essay
    assert "not JSON" in text
    assert not any(entry.keys for entry in ran.pending.entries)
