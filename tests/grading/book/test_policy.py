"""What an instructor decides, and what it does to the scores."""

import os
from datetime import UTC, datetime

import pytest

from dlcourse.course.errors import UserError
from dlcourse.grading.book.policy import Adjustment, LatePenalty, Policy, late_scores, read_policy
from dlcourse.grading.book.scores import Score
from dlcourse.grading.intake.dates import When
from dlcourse.grading.intake.submissions import Handin

from ..conftest import LESSON, NAMES, RIGHT, lesson_cells, notebook

DUE = datetime(2026, 12, 1, 12, tzinfo=UTC)
DEADLINE = f'[deadlines]\n"{LESSON}" = 2026-12-01T12:00:00Z\n'
LATE = DEADLINE + "[late]\ngrace_minutes = 10\nper_day = 0.1\nat_most = 0.5\ncloses_after_days = 7\n"


def hand_in(course, student, answers, days_late=0.0, name=LESSON):
    path = course.hand_in(student, answers, name=name)
    when = DUE.timestamp() + 86_400 * days_late
    os.utime(path, (when, when))
    return path


def policy(course, text):
    course.out.mkdir(exist_ok=True)
    (course.out / "policy.toml").write_bytes(text if isinstance(text, bytes) else text.encode())


def points(course, student="ada"):
    return sum(float(row["points"]) for row in course.rows() if row["student"] == student)


def page(course, student="ada"):
    return (course.out / "feedback" / student / f"{LESSON}.html").read_text()


@pytest.mark.parametrize(
    "days, share",
    [(-1, 0), (0, 0), (9 / 1440, 0), (11 / 1440, 0.1), (1.001, 0.1), (2.5, 0.3), (6.9, 0.5), (7.5, 1)],
)
def test_lateness_costs_by_the_day_begun(days, share):
    late = LatePenalty(grace_minutes=10, per_day=0.1, at_most=0.5, closes_after_days=7)
    assert late.taken_off(86_400 * days) == pytest.approx(share)


def test_on_the_closing_day_points_are_still_earned_up_to_its_last_second():
    week = 7 * 86_400
    late = LatePenalty(grace_minutes=10, per_day=0.1, at_most=0.5, closes_after_days=7)
    assert late.taken_off(week + 600) == 0.5
    assert late.taken_off(week + 601) == 1
    at_once = LatePenalty(closes_after_days=0)
    assert (at_once.taken_off(0), at_once.taken_off(1)) == (0, 1)


def test_late_points_are_taken_off_and_said_so_in_csv_and_page(course):
    hand_in(course, "ada", RIGHT, days_late=1.5)
    hand_in(course, "bob", RIGHT, days_late=-1)
    policy(course, LATE)
    rows = course.grade()
    whole = points(course, "bob")
    assert points(course) == pytest.approx(0.8 * whole)
    assert rows["ada", "sigmoid"]["status"] == "passed"
    assert "1 day 12 hours late: 20% of the points taken off" in rows["ada", "sigmoid"]["feedback"]
    assert "1 day 12 hours late" in page(course)
    assert "late" not in rows["bob", "sigmoid"]["feedback"]


def test_an_extension_or_another_time_sets_lateness_right(course):
    hand_in(course, "ada", RIGHT, days_late=3)
    hand_in(course, "bob", RIGHT, days_late=3)
    hand_in(course, "cyd", RIGHT, days_late=3)
    policy(
        course,
        LATE + f'[extensions.ada]\n"{LESSON}" = 2026-12-05T12:00:00Z\n'
        f'[handed_in.bob]\n"{LESSON}" = 2026-12-01T11:00:00Z\n',
    )
    course.grade()
    assert points(course, "ada") == points(course, "bob") > points(course, "cyd")


def test_of_several_attempts_the_best_counts_or_the_last(course):
    hand_in(course, "ada", RIGHT, days_late=-3)
    hand_in(course, "ada", {"sigmoid": RIGHT["sigmoid"]}, days_late=-2, name=f"{LESSON} (1)")
    course.grade()
    best = points(course)
    assert "Of 2 attempts, 03_activations.ipynb counts" in page(course)
    assert len(course.rows()) == len(NAMES)
    policy(course, 'attempts = "last"')
    course.grade()
    assert points(course) < best
    assert "03_activations (1).ipynb counts" in page(course)


@pytest.mark.parametrize("which", ["best", "last"])
def test_of_attempts_that_earn_the_same_the_later_counts(course, which):
    for n, name in enumerate((f"{LESSON} (1)", LESSON, f"{LESSON} (2)")):
        hand_in(course, "ada", {"sigmoid": RIGHT["sigmoid"]}, days_late=[-2, -1, -3][n], name=name)
    policy(course, f'attempts = "{which}"')
    course.grade()
    assert "Of 3 attempts, 03_activations.ipynb counts" in page(course)


def test_a_late_attempt_counts_only_where_it_is_still_better(course):
    half = {name: RIGHT[name] for name in NAMES[:4]}
    hand_in(course, "ada", half, days_late=-1)
    hand_in(course, "ada", RIGHT, days_late=4.5, name=f"{LESSON}-1")
    policy(course, LATE)
    course.grade()
    assert "03_activations.ipynb counts" in page(course)
    assert "late" not in page(course)


@pytest.mark.parametrize("which", ["best", "last"])
def test_an_attempt_that_cannot_be_read_does_not_count_where_another_can(course, which):
    hand_in(course, "ada", {"sigmoid": RIGHT["sigmoid"]}, days_late=-2)
    broken = course.submissions / "ada" / f"{LESSON}-1.ipynb"
    broken.write_text("{")
    policy(course, f'attempts = "{which}"')
    course.grade()
    assert points(course) > 0


def test_later_folders_hold_later_attempts(course):
    from dlcourse.grading.pipeline import grade

    second = course.submissions.with_name("second")
    hand_in(course, "ada", RIGHT)
    (second / "ada").mkdir(parents=True)
    (second / "ada" / f"{LESSON}.ipynb").write_text(notebook(lesson_cells({})))
    os.utime(second / "ada" / f"{LESSON}.ipynb", (0, 0))
    policy(course, 'attempts = "last"')
    grade([course.submissions, second], course.out, workers=1)
    assert points(course) == 0
    grade([second, course.submissions], course.out, workers=1)
    assert points(course) > 0


ADJUSTED = f"""
[[adjustments]]
student = "ada"
lesson = "{LESSON}"
exercise = "sigmoid"
points = 2
reason = "Right, but for <one> case."
"""


def test_an_adjustment_is_the_last_word_and_survives_a_regrade(course, monkeypatch):
    hand_in(course, "ada", {}, days_late=9)
    policy(course, LATE + ADJUSTED)
    for seed in 1, 2:
        rows = course.grade(seed=seed)
        assert rows["ada", "sigmoid"]["points"] == "2"
        assert (
            "Set to 2 points by your instructor: Right, but for <one> case."
            in rows["ada", "sigmoid"]["feedback"]
        )
    assert "Right, but for &lt;one&gt; case." in page(course)
    assert course.summary.unmatched == []


def test_of_files_with_one_date_the_copy_is_the_later_attempt(course):
    for n, name in enumerate((LESSON, f"{LESSON} (2)", f"{LESSON} (10)")):
        hand_in(course, "ada", {"sigmoid": RIGHT["sigmoid"]} if n < 2 else {}, name=name)
    policy(course, 'attempts = "last"')
    course.grade()
    assert points(course) == 0
    assert "03_activations (10).ipynb counts" in page(course)


def test_what_applies_to_nobody_is_said(course):
    hand_in(course, "bob", {})
    policy(course, ADJUSTED + f'[extensions.eve]\n"{LESSON}" = 2026-12-05T12:00:00Z\n')
    course.grade()
    assert course.summary.unmatched == ["eve's extension", "ada's points for sigmoid"]


@pytest.mark.parametrize(
    "text, says",
    [
        ("attempts = 'first'", "attempts"),
        ("deadline = 1", "deadline"),
        ("[late]\nper_day = 10", "per_day"),
        (
            f'[deadlines]\n"{LESSON}" = 2026-12-01T12:00:00\n',
            f"deadlines.{LESSON} has to be a time with its offset",
        ),
        (f'[deadlines]\n"{LESSON}" = "tomorrow"\n', "it is tomorrow"),
        (f'[extensions.ada]\n"{LESSON}" = 2026-12-01\n', f"extensions.ada.{LESSON} has to be a time"),
        ("[handed_in]\nada = 2026-12-01T12:00:00Z\n", "handed_in.ada has to be a table of lessons"),
        ("extensions = 1", "extensions"),
        ("deadlines = 1", "deadlines"),
        ("attempts = 'best'".encode("utf-16"), "save it as UTF-8"),
        ('[deadlines]\n"03_activation" = 2026-12-01T12:00:00Z\n', "'03_activation'; did you mean 03_activ"),
        (ADJUSTED.replace("points = 2", "points = 200"), "worth 3 points"),
        (ADJUSTED.replace('"sigmoid"', '"sigmoidal"'), "no exercise 'sigmoidal'"),
        (ADJUSTED.replace("Right, but for <one> case.", ""), "reason"),
        (ADJUSTED + ADJUSTED, "2 times"),
        ("[[[", "policy"),
    ],
)
def test_a_policy_that_is_not_right_is_refused_before_anything_is_graded(course, text, says):
    hand_in(course, "ada", {})
    policy(course, text)
    with pytest.raises(UserError, match="is not") as caught:
        course.grade()
    assert says in str(caught.value)
    assert not (course.out / "scores.csv").exists()


def test_a_policy_may_begin_with_what_notepad_puts_there(course):
    hand_in(course, "ada", RIGHT, days_late=2)
    policy(course, b"\xef\xbb\xbf" + LATE.encode())
    course.grade()
    assert "late" in page(course)


def test_a_policy_elsewhere_is_named(course, tmp_path):
    hand_in(course, "ada", RIGHT, days_late=2)
    with pytest.raises(UserError, match="cannot be read"):
        course.grade(policy=tmp_path / "none.toml")
    (tmp_path / "mine.toml").write_text(LATE)
    course.grade(policy=tmp_path / "mine.toml")
    assert "late" in page(course)


MANY = "[" * 3000
ENDLESS = f"""
[[adjustments]]
student = "ada"
lesson = "{LESSON}"
exercise = "sigmoid"
points = inf
reason = "x"
"""
WRONG = {
    "an endless grace": (LATE.replace("10", "inf"), "grace_minutes has to be a number, not inf"),
    "a price that is no number": (LATE.replace("0.1", "nan"), "per_day"),
    "a close that is no number": (
        LATE.replace("closes_after_days = 7", "closes_after_days = nan"),
        "closes_after",
    ),
    "lists without end": (f"x = {MANY}", "is not right"),
    "lists within lists": (f"attempts = {MANY}{']' * 3000}", "nested too deeply"),
    "tables within tables": (f"{'a.' * 5000}a = 1", "is not right"),
    "tables within deadlines": (f"deadlines.{'a.' * 5000}a = 1", "is not right"),
    "a name with a line's end": ('[deadlines]\n"a\\nb\\u001b" = 1', "has to be a time"),
    "a number beyond all": (LATE.replace("10", "1" + "0" * 400), "is not right"),
    "a number of five thousand digits": (LATE.replace("10", "1" * 5000), "is not right"),
    "a list for a table": ("late = [1]", "is not right"),
    "a table for a word": ("attempts = {a = 1}", "is not right"),
    "a truth for a number": (LATE.replace("10", "true"), "is not right"),
    "points without end": (ENDLESS, "the points for sigmoid has to be a number"),
    "a deadline in another kind of time": (
        DEADLINE.replace("2026-12-01T12:00:00Z", "12:00:00"),
        "has to be a time",
    ),
    "points for no lesson": (ENDLESS.replace(LESSON, "03_x").replace("inf", "1"), "no lesson is called"),
    "bytes": (b"\x00\xff", "is not UTF-8"),
    "two megabytes": ("#" * 2_000_000, "is longer than"),
}


@pytest.mark.parametrize("text, says", WRONG.values(), ids=WRONG)
def test_whatever_a_policy_says_wrong_is_one_line(tmp_path, text, says):
    (tmp_path / "policy.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UserError, match=says) as refusal:
        read_policy(None, tmp_path)
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 1000


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_a_policy_that_is_no_file_is_refused_and_not_waited_for(tmp_path, make):
    make(tmp_path / "policy.toml")
    with pytest.raises(UserError, match=r"regular file|cannot be read"):
        read_policy(tmp_path / "policy.toml", tmp_path)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_the_first_and_the_last_day_are_deadlines_like_others(course, moment):
    course.hand_in("ada", {"sigmoid": RIGHT["sigmoid"]})
    policy(course, LATE.replace("2026-12-01T12:00:00Z", moment))
    course.grade()


def file_of(days_late, student="ada"):
    return Handin(student, LESSON, "ada.ipynb", when=When(DUE.timestamp() + 86_400 * days_late))


def test_lateness_costs_nothing_until_a_price_is_set():
    assert LatePenalty().taken_off(10**9) == 0
    assert LatePenalty(per_day=0.4).taken_off(10 * 86_400) == 1
    for rules, days in (
        (Policy(), 9),
        (Policy(deadlines={LESSON: DUE}), 9),
        (Policy(deadlines={LESSON: DUE}), -9),
    ):
        assert (rules.timing(file_of(days)).share, rules.timing(file_of(days)).note) == (0, "")
    assert Policy(deadlines={LESSON: DUE}).timing(file_of(9)).minutes_late == 9 * 1440


def test_what_is_lost_is_said_with_how_late_it_was_and_points_are_whole_hundredths():
    rules = Policy(deadlines={LESSON: DUE}, late=LatePenalty(per_day=1 / 3))
    given = [Score("ada", LESSON, "sigmoid", points, 3, "passed", "") for points in (1, 0)]
    some, none = late_scores(rules.timing(file_of(0.125)), given)
    assert (some.points, some.late) == (0.67, "Handed in 3 hours late: 33% of the points taken off.")
    assert none == given[1]
    assert late_scores(rules.timing(file_of(0)), given) == given


def test_an_adjustment_may_give_all_the_points_there_are(course):
    hand_in(course, "ada", {})
    policy(course, ADJUSTED.replace("points = 2", "points = 3"))
    assert course.grade()["ada", "sigmoid"]["points"] == "3"


def test_what_a_policy_says_of_another_lesson_of_a_known_student_applies_to_nobody():
    rules = Policy(
        adjustments=[
            Adjustment(student="ada", lesson="04_rectifiers", exercise="relu", points=1, reason="Why?")
        ],
        handed_in={"ada": {}, "bob": {}},
    )
    scores = [Score("ada", LESSON, "sigmoid", 1, 3, "partial", "")]
    assert rules.unmatched(scores) == ["bob's date under [handed_in]", "ada's points for relu"]
