"""What is written of a class from verdicts that are known: rows, pages, and which attempt they are about."""

from contextlib import closing
from datetime import UTC, datetime

import pytest

from dlcourse.exercises import catalogue
from dlcourse.exercises.engine.verdict import Verdict
from dlcourse.grading.book.gradebook import Gradebook, Key
from dlcourse.grading.book.pending import Entry
from dlcourse.grading.book.policy import Adjustment, LatePenalty, Policy
from dlcourse.grading.book.scores import Score
from dlcourse.grading.intake.dates import When
from dlcourse.grading.intake.submissions import Handin
from dlcourse.grading.output.results import gone, publish
from dlcourse.grading.run.judge import Failure, Report

LESSON, OTHER = "03_activations", "04_rectifiers"
DUE = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def gradebook(tmp_path):
    (tmp_path / "feedback").mkdir()
    with closing(Gradebook(tmp_path / "gradebook.sqlite")) as gradebook:
        yield gradebook


@pytest.fixture
def results(tmp_path, gradebook):
    """Publish entries: the points by (student, lesson, exercise)."""

    def published(*entries, policy=None):
        scores = publish(tmp_path, list(entries), gradebook, policy or Policy())
        return {(s.student, s.lesson, s.exercise): s.points for s in scores}

    return published


@pytest.fixture
def handed_in(gradebook):
    """A hand-in of lesson 03 whose sigmoid has earned so many points of 3, tanh_derivative 1 of 2."""

    def graded(student, points, name=f"{LESSON}.ipynb", late=0.0, failures=()):
        when = When(DUE.timestamp() + 86_400 * late)
        handin = Handin(student, LESSON, f"class/{student}/{name}", when=when)
        keys = [Key(handin.place, exercise, "v", 1) for exercise in ("sigmoid", "tanh_derivative")]
        worth = [(points, 3, "Sign."), (1, 2, None)]
        verdicts = [
            Verdict(key.exercise, LESSON, "partial", earned, most, "Gave 1; expected 2.", "Why?", mistake)
            for key, (earned, most, mistake) in zip(keys, worth, strict=True)
        ]
        gradebook.keep(keys, Report(tuple(verdicts), tuple(failures)))
        return Entry(handin, tuple(keys))

    return graded


def unreadable(student, lesson=LESSON, name=f"{LESSON}.ipynb"):
    return Entry(Handin(student, lesson, f"class/{student}/{name}"), problem=f"{name} is empty.")


def half(reason):
    return Adjustment(student="ada", lesson=LESSON, exercise="sigmoid", points=0.5, reason=reason)


def page(tmp_path, student, name=LESSON):
    return (tmp_path / "feedback" / student / f"{name}.html").read_text(encoding="utf-8")


def test_scores_are_kept_as_they_are_written_with_what_the_tests_said(
    tmp_path, results, handed_in, gradebook
):
    results(handed_in("zoe", 3), handed_in("ada", 2))
    assert gradebook.scores()[0] == Score(
        *("ada", LESSON, "sigmoid", 2, 3, "partial", "Gave 1; expected 2. Why?"),
        mistake="Sign.",
        earned=2,
        worth=3,
    )
    rows = (tmp_path / "scores.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows] == ["student", "ada", "ada", "zoe", "zoe"]
    assert [row.split(",")[2] for row in rows[1:3]] == ["sigmoid", "tanh_derivative"]


def test_of_several_attempts_the_best_is_the_one_with_most_points_and_the_last_the_latest(results, handed_in):
    attempts = [handed_in("ada", points, f"{n}.ipynb") for n, points in enumerate((1, 3, 2))]
    assert results(*attempts)["ada", LESSON, "sigmoid"] == 3
    assert results(*attempts, policy=Policy(attempts="last"))["ada", LESSON, "sigmoid"] == 2


def test_a_page_says_which_of_several_attempts_counts_and_nothing_of_the_kind_of_one(
    tmp_path, results, handed_in
):
    results(handed_in("ada", 3, "a.ipynb"), handed_in("ada", 3, "b.ipynb"), handed_in("bob", 3))
    assert "<p>Of 2 attempts, b.ipynb counts.</p>" in page(tmp_path, "ada")
    assert "attempts" not in page(tmp_path, "bob")


@pytest.mark.parametrize("which", ["best", "last"])
def test_an_attempt_that_cannot_be_read_counts_only_where_none_can(results, handed_in, which):
    policy = Policy(attempts=which)
    broken = unreadable("ada", name="z.ipynb")
    assert results(handed_in("ada", 0), broken, policy=policy)["ada", LESSON, "tanh_derivative"] == 1
    assert results(broken, unreadable("ada"), policy=policy)["ada", LESSON, "tanh_derivative"] == 0


def test_what_cannot_be_read_has_a_row_for_each_exercise_worth_what_it_is(tmp_path, results, gradebook):
    results(unreadable("ada"), unreadable("bob", "essay", "essay.ipynb"))
    of_lesson, (other,) = gradebook.scores()[:-1], gradebook.scores()[-1:]
    assert [(s.exercise, s.max_points) for s in of_lesson] == [
        (exercise.name, exercise.max_points) for exercise in catalogue()[LESSON].values()
    ]
    assert {(s.points, s.status, s.message) for s in of_lesson} == {
        (0, "unreadable", f"{LESSON}.ipynb is empty.")
    }
    assert other == Score("bob", "essay", "", 0, 0, "unreadable", "essay.ipynb is empty.")


def test_each_file_that_is_no_lesson_keeps_a_page_of_its_own(tmp_path, results):
    results(*(unreadable("ada", "essay", f"{n}/essay.ipynb") for n in (1, 2)))
    pages = sorted(path.name for path in (tmp_path / "feedback" / "ada").iterdir())
    assert len(pages) == 2
    assert "essay.html" in pages


def test_lateness_is_taken_off_before_attempts_are_compared_and_an_adjustment_after(results, handed_in):
    policy = Policy(deadlines={LESSON: DUE}, late=LatePenalty(per_day=0.5))
    attempts = handed_in("ada", 2, "a.ipynb"), handed_in("ada", 3, "b.ipynb", late=0.5)
    assert results(*attempts, policy=policy)["ada", LESSON, "sigmoid"] == 2
    policy.adjustments.append(half("Copied."))
    found = results(*attempts, policy=policy)
    assert (found["ada", LESSON, "sigmoid"], found["ada", LESSON, "tanh_derivative"]) == (0.5, 1)


def test_a_page_counts_the_points_that_count_and_says_what_changed_them(tmp_path, results, handed_in):
    policy = Policy(adjustments=[half("Copied & pasted.")])
    results(handed_in("ada", 3), policy=policy)
    text = page(tmp_path, "ada")
    assert "<strong>1.5 of 5 points.</strong>" in text
    assert "Set to 0.5 points by your instructor: Copied &amp; pasted." in text


def test_a_page_names_cells_that_stopped_and_the_setup_by_its_own_name(tmp_path, results, handed_in):
    results(
        handed_in("ada", 3, failures=[Failure(0, "No <module>."), Failure(7, "Name?")]), handed_in("bob", 3)
    )
    text = page(tmp_path, "ada")
    assert "<li>The lesson’s setup: <code>No &lt;module&gt;.</code></li>" in text
    assert "<li>Code cell 7: <code>Name?</code></li>" in text
    assert "Cells that stopped early" not in page(tmp_path, "bob")


def test_the_page_of_what_cannot_be_read_says_why_once_and_counts_no_points(tmp_path, results):
    results(unreadable("ada"))
    text = page(tmp_path, "ada")
    assert text.count("is empty.") == 1
    assert "points" not in text


def test_a_page_goes_when_its_hand_in_does_and_the_folder_with_the_last(tmp_path, results, handed_in):
    other = unreadable("ada", OTHER, f"{OTHER}.ipynb")
    results(handed_in("ada", 3), other, handed_in("bob", 3))
    results(other)
    assert [path.name for path in (tmp_path / "feedback").iterdir()] == ["ada"]
    assert [path.name for path in (tmp_path / "feedback" / "ada").iterdir()] == [f"{OTHER}.html"]


def test_a_page_that_says_the_same_is_not_written_again(tmp_path, results, handed_in):
    results(handed_in("ada", 3))
    path = tmp_path / "feedback" / "ada" / f"{LESSON}.html"
    before = path.stat().st_mtime_ns, path.stat().st_ino
    results(handed_in("ada", 3))
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before
    results(handed_in("ada", 2))
    assert "3 of 5" in page(tmp_path, "ada")


def test_what_is_gone_is_what_was_there_and_is_not_in_order():
    before = [Score(student, LESSON, "sigmoid", 1, 3, "partial", "") for student in ("zoe", "ada", "bob")]
    assert gone(before, before[2:]) == [("ada", LESSON), ("zoe", LESSON)]
    assert gone(before[2:], before) == []
