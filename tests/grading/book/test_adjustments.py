"""A question that turns out unfair: what an instructor can do about it, and what it does to the points."""

import json
import math
import re

import pytest

from dlcourse.cli import main
from dlcourse.course.errors import UserError
from dlcourse.exercises import catalogue
from dlcourse.grading.book.gradebook import read_adjustments, read_scores
from dlcourse.grading.book.policy import read_policy
from dlcourse.grading.book.statistics import exercise_statistics, most_points, totals

from ..conftest import LESSON, NAMES, RIGHT, SOLUTIONS, exercise_of, published
from ..test_pipeline import WRONG
from .test_policy import LATE, hand_in, page, points, policy

WORTH = {exercise.name: exercise.max_points for exercise in catalogue()[LESSON].values()}
MOST = sum(WORTH.values())


def adjustment(*lines, exercise: str | None = "sigmoid"):
    of = [f'exercise = "{exercise}"'] if exercise else []
    return "\n".join(["[[adjustments]]", f'lesson = "{LESSON}"', *of, *lines]) + "\n"


def for_ada(*lines, exercise: str | None = "sigmoid"):
    return adjustment('student = "ada"', *lines, exercise=exercise)


def withdrawn(text, exercise="sigmoid"):
    return f'[withdrawn."{LESSON}"]\n{exercise} = {text}\n'


CONTRACT = {"passed", "partial", "failed", "not attempted", "missing", "unreadable"}  # of scores.csv
UNFAIR = 'reason = "It can be read in two ways."'
OUT = withdrawn(f"{{ {UNFAIR} }}")
FULL = withdrawn(f'{{ give = "full", {UNFAIR} }}')


def test_without_a_student_it_holds_for_all_who_handed_in_and_for_those_who_do_later(course):
    hand_in(course, "ada", RIGHT | WRONG)
    hand_in(course, "bob", {}, days_late=3)
    policy(course, LATE + adjustment("points = 2", UNFAIR))
    rows = course.grade()
    assert rows["ada", "sigmoid"]["points"] == rows["bob", "sigmoid"]["points"] == "2"
    assert "It can be read in two ways." in page(course, "bob")
    hand_in(course, "cyd", RIGHT | WRONG)
    assert course.grade()["cyd", "sigmoid"]["points"] == "2"
    assert course.summary.unmatched == []


def test_a_students_own_points_come_before_the_classs(course):
    for student in ("ada", "bob"):
        hand_in(course, student, {})
    policy(course, adjustment("points = 2", UNFAIR) + for_ada("points = 1", 'reason = "Half."'))
    rows = course.grade()
    assert (rows["ada", "sigmoid"]["points"], rows["bob", "sigmoid"]["points"]) == ("1", "2")


def test_who_all_gives_it_to_those_too_who_have_not_handed_in(course):
    hand_in(course, "ada", {})
    (course.submissions / "bob").mkdir()
    (course.submissions / "bob" / "notes.pdf").write_bytes(b"%PDF")
    text = adjustment("points = 2", UNFAIR)
    policy(course, text)
    assert ("bob", "sigmoid") not in course.grade()
    policy(course, text.replace("points", 'who = "all"\npoints'))
    rows = course.grade()
    assert rows["bob", "sigmoid"]["points"] == rows["ada", "sigmoid"]["points"] == "2"
    assert rows["bob", "tanh_derivative"]["feedback"] == "Not handed in."
    assert totals(read_scores(course.out))["bob"] == {LESSON: 2}
    assert [applied.students for applied in read_adjustments(course.out)] == [2]
    (found,) = (f for f in exercise_statistics(read_scores(course.out)) if f.exercise == "sigmoid")
    assert found.statuses.total() == 1  # bob has not answered
    policy(course, "")
    course.grade()
    assert ("bob", LESSON) not in course.summary.gone


def test_a_withdrawn_exercise_is_out_of_points_and_maximum(course):
    hand_in(course, "ada", RIGHT)
    hand_in(course, "bob", RIGHT | WRONG)
    policy(course, OUT)
    rows = course.grade()
    assert points(course, "ada") == points(course, "bob") == MOST - WORTH["sigmoid"]
    assert (rows["ada", "sigmoid"]["points"], rows["ada", "sigmoid"]["max_points"]) == ("0", "0")
    assert rows["bob", "sigmoid"]["status"] == "failed"
    assert most_points(LESSON, read_scores(course.out)) == MOST - WORTH["sigmoid"]
    left = MOST - WORTH["sigmoid"]
    assert f"{left} of {left} points." in page(course)
    assert "sigmoid: passed (withdrawn)" in page(course)


def test_a_withdrawn_exercise_does_not_decide_which_attempt_counts(course):
    hand_in(course, "ada", {"sigmoid": RIGHT["sigmoid"]})
    hand_in(course, "ada", {"collapse_linear": RIGHT["collapse_linear"]}, name=f"{LESSON}-1")
    policy(course, OUT)
    assert course.grade()["ada", "collapse_linear"]["status"] == "passed"


def test_a_withdrawn_exercise_may_give_all_its_points_whenever_it_came(course):
    hand_in(course, "ada", RIGHT, days_late=2)
    hand_in(course, "bob", {})
    policy(course, LATE + FULL)
    rows = course.grade()
    assert rows["ada", "sigmoid"]["points"] == rows["bob", "sigmoid"]["points"] == str(WORTH["sigmoid"])
    assert "late" not in rows["ada", "sigmoid"]["feedback"]
    assert "late" in rows["ada", "tanh_derivative"]["feedback"]


def test_a_bonus_comes_on_top_of_lateness_and_of_the_maximum(course):
    hand_in(course, "ada", RIGHT)
    hand_in(course, "bob", RIGHT, days_late=2)
    policy(course, LATE + adjustment("bonus = 2", 'reason = "A proof."'))
    rows = course.grade()
    assert float(rows["ada", "sigmoid"]["points"]) == WORTH["sigmoid"] + 2
    assert float(rows["bob", "sigmoid"]["points"]) == pytest.approx(0.8 * WORTH["sigmoid"] + 2)
    assert f"({WORTH['sigmoid'] + 2} of {WORTH['sigmoid']} points)" in page(course)
    assert "2 points added by your instructor: A proof." in page(course)


def test_points_for_a_whole_lesson_make_its_sum_and_leave_the_exercises_alone(course):
    hand_in(course, "ada", RIGHT | WRONG)
    policy(course, for_ada("points = 4.5", 'reason = "Done by two."', exercise=None))
    rows = course.grade()
    assert points(course) == 4.5
    assert rows["ada", "tanh_derivative"]["points"] == str(WORTH["tanh_derivative"])
    assert rows["ada", ""]["status"] == "partial"
    assert "The lesson is set to 4.5 points by your instructor: Done by two." in page(course)
    assert f"<strong>4.5 of {MOST} points.</strong>" in page(course)
    policy(course, adjustment("bonus = 5", 'reason = "Best of the class."', exercise=None))
    course.grade()
    assert points(course) == MOST - WORTH["sigmoid"] + 5


@pytest.mark.parametrize(
    "answers, status",
    [(RIGHT, "passed"), (RIGHT | WRONG, "partial"), ({}, "not attempted"), (None, "unreadable")],
)
def test_the_row_of_a_whole_lesson_has_the_status_of_its_exercises_which_is_one_of_those_known(
    course, answers, status
):
    if answers is None:
        course.hand_in("ada", content="{")
    else:
        hand_in(course, "ada", answers)
    policy(course, adjustment("bonus = 1", 'comment = "See me."', UNFAIR, exercise=None))
    rows = course.grade()
    assert rows["ada", ""]["status"] == status
    assert {row["status"] for row in rows.values()} <= CONTRACT
    assert page(course).split("<h2>")[1].startswith("The whole lesson (+1 point)</h2>")


def test_what_could_not_be_graded_is_told_once_whatever_is_adjusted_in_it(course, capsys):
    course.hand_in("ada", content="{")
    policy(course, OUT + adjustment("bonus = 1", UNFAIR, exercise=None))
    assert main(["grade", str(course.submissions), "--out", str(course.out), "--workers", "1"]) == 0
    shown = capsys.readouterr().out
    assert "Could not be graded: 1\n" in shown and shown.count("not JSON") == 1
    assert "two ways" not in shown
    assert main(["report", str(course.out)]) == 0
    assert (course.out / "report.html").read_text().count("not JSON") == 1


def test_one_point_is_not_points(course):
    hand_in(course, "ada", RIGHT)
    policy(course, for_ada("points = 1", UNFAIR))
    assert "Set to 1 point by your instructor" in course.grade()["ada", "sigmoid"]["feedback"]


def test_a_comment_changes_no_points_and_is_read_by_the_student(course):
    hand_in(course, "ada", RIGHT, days_late=1)
    policy(course, LATE)
    course.grade()
    before = points(course)
    policy(course, LATE + for_ada('comment = "Well <argued>."'))
    rows = course.grade()
    assert points(course) == before
    assert "Your instructor says: Well <argued>." in rows["ada", "sigmoid"]["feedback"]
    assert "late" in rows["ada", "sigmoid"]["feedback"]
    assert "Well &lt;argued&gt;." in page(course)


def test_the_report_lists_every_adjustment(course):
    hand_in(course, "ada", RIGHT)
    hand_in(course, "bob", RIGHT)
    policy(
        course,
        for_ada("points = 1", "bonus = 2", 'reason = "One <b>."')
        + adjustment('comment = "Two."', exercise=None)
        + withdrawn('{ reason = "Three." }', "tanh_derivative"),
    )
    course.grade()
    assert main(["report", str(course.out)]) == 0
    report = (course.out / "report.html").read_text()
    cells = report[report.index("Adjusted by hand") :].replace(' class="text"', "").replace("</td><td>", "|")
    for row in (
        "ada</th><td>sigmoid: 1 point, +2 points|One &lt;b&gt;.|1<",
        f"all who handed in</th><td>{LESSON}: comment|Two.|2<",
        "all who handed in</th><td>tanh_derivative: withdrawn|Three.|2<",
    ):
        assert row in cells


def test_statistics_are_of_the_answers_whenever_these_came_and_whatever_was_decided(course):
    some = {name: RIGHT[name] for name in NAMES[:3]}
    for n, (student, answers) in enumerate((("ada", RIGHT), ("bob", RIGHT | WRONG), ("cyd", some))):
        hand_in(course, student, answers, days_late=3 * n)
    course.grade()
    before = exercise_statistics(read_scores(course.out))
    policy(course, LATE + withdrawn('{ reason = "x" }', "tanh_derivative") + adjustment("points = 1", UNFAIR))
    course.grade()
    after = exercise_statistics(read_scores(course.out))
    assert [(of.difficulty, str(of.discrimination)) for of in after] == [
        (of.difficulty, str(of.discrimination)) for of in before
    ]
    kept = {of.exercise: of.kept for of in after}
    assert math.isnan(kept["tanh_derivative"])
    assert kept["sigmoid"] == pytest.approx(1 / 3)
    assert kept["collapse_linear"] < next(of.difficulty for of in after if of.exercise == "collapse_linear")


@pytest.mark.parametrize(
    "text, says",
    [
        (for_ada('who = "all"', "points = 1", UNFAIR), 'both student = "ada" and who = "all"'),
        (for_ada(), "sigmoid changes nothing: give points, bonus or comment"),
        (for_ada("bonus = 1"), "sigmoid has no reason"),
        (for_ada("bonus = -1", UNFAIR), "bonus"),
        (for_ada("bonus = inf", UNFAIR), "the bonus for sigmoid has to be a number, not inf"),
        (for_ada("points = 99", UNFAIR, exercise=None), f"{LESSON} is worth {MOST} points, not 99"),
        (adjustment('who = "some"', "points = 1", UNFAIR), "who"),
        (adjustment('student = ""', "points = 1", UNFAIR), "student"),
        (
            2 * adjustment("points = 1", UNFAIR),
            "all who handed in 03_activations sigmoid is adjusted 2 times",
        ),
        (2 * for_ada("bonus = 1", UNFAIR), "2 times"),
        (withdrawn("{ give = 'half', reason = 'x' }"), "give"),
        (withdrawn("{}"), "reason"),
        (withdrawn("{ reason = 'x' }", "sigmoidal"), "no exercise 'sigmoidal'"),
        (withdrawn("{ reason = 'x' }").replace(LESSON, "03_x"), "no lesson is called"),
        ("".join([f'[withdrawn."{LESSON}"]\n', *(f"{n} = {{ {UNFAIR} }}\n" for n in WORTH)]), "none is left"),
        ("withdrawn = 1", "withdrawn"),
        (OUT + for_ada("points = 11", UNFAIR, exercise=None), f"worth {MOST - WORTH['sigmoid']} points"),
    ],
)
def test_what_is_not_right_is_one_line(tmp_path, text, says):
    (tmp_path / "policy.toml").write_text(text)
    with pytest.raises(UserError, match="is not right") as refusal:
        read_policy(None, tmp_path)
    assert says in str(refusal.value)
    assert str(refusal.value).isprintable()


def test_several_bonuses_add_up(course):
    hand_in(course, "ada", {})
    policy(course, for_ada("bonus = 1", 'reason = "a"') + for_ada("bonus = 1.5", 'reason = "b"'))
    assert course.grade()["ada", "sigmoid"]["points"] == "2.5"


PROJECT = "15_build_a_network"


def test_answers_in_words_get_their_points_as_the_guide_shows(course):
    released = (SOLUTIONS.parent / "lessons" / f"{PROJECT}.ipynb").read_text(encoding="utf-8")
    (course.out.parent / "lessons" / f"{PROJECT}.ipynb").write_text(released, encoding="utf-8")
    handed_in, answers = json.loads(released), published(PROJECT)
    for cell in handed_in["cells"]:
        if "words" in cell["metadata"].get("dlcourse", {}):
            cell["source"] = "Another batch: a kink would move, a bug would stay."
        cell["source"] = answers.get(exercise_of(cell), cell["source"])
    for student in ("ada", "bob"):
        course.hand_in(student, content=json.dumps(handed_in), name=PROJECT)
    guide = (SOLUTIONS.parent / "docs" / "instructors.md").read_text(encoding="utf-8")
    section = guide.split("### Answers in words")[1].split("\n### ")[0]
    policy(course, re.search(r"```toml\n(.*?)```", section, re.DOTALL)[1])
    rows = course.grade()
    in_words = rows["ada", ""]
    assert (in_words["points"], in_words["max_points"], in_words["status"]) == ("5", "0", "passed")
    assert list(in_words) == ["student", "lesson", "exercise", "points", "max_points", "status", "feedback"]
    assert (points(course, "ada"), points(course, "bob")) == (20, 15) and ("bob", "") not in rows
    assert "it does not learn 2" in (course.out / "feedback" / "ada" / f"{PROJECT}.html").read_text()
