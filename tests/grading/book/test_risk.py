"""Who is said to be at risk, and who is not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dlcourse.exercises import catalogue
from dlcourse.grading.book.gradebook import read_scores
from dlcourse.grading.book.risk import risks
from dlcourse.grading.book.scores import Score
from dlcourse.grading.book.statistics import most_points

from ..conftest import LESSON, RIGHT

LESSONS = list(catalogue())[:6]
NUMBERS = [lesson[:2] for lesson in LESSONS]


def scores(student, shares):
    """Of one student: the share of each lesson's points; None for what is not handed in."""
    return [
        Score(student, lesson, "any", share * most_points(lesson), most_points(lesson), "partial", "")
        for lesson, share in zip(LESSONS, shares, strict=False)
        if share is not None
    ]


def said_of(shares, others=((0.8,) * 6,) * 3):
    found = [score for n, of in enumerate(others) for score in scores(f"other{n}", of)]
    students = ["ada", *(f"other{n}" for n in range(len(others)))]
    told = risks(found + scores("ada", shares), students)
    assert set(told) <= {"ada"}
    return str(told.get("ada", ""))


@pytest.mark.parametrize(
    "shares, says",
    [
        ((0.8,) * 6, ""),
        ((), "missing " + ", ".join(NUMBERS)),
        ((0.8,) * 5, f"missing {NUMBERS[5]}"),
        ((None, *(0.8,) * 5), ""),
        ((None, None, *(0.8,) * 4), f"missing {NUMBERS[0]}, {NUMBERS[1]}"),
        ((0.8, 0.8, 0.8, 0.8, 0.6, 0.6), "falling"),
        ((0.8, 0.8, 0.8, 0.8, 0.6, 0.62), ""),
        ((0.3,) * 6, ""),  # low, but not falling
        ((0.8, 0.8, 0.8, None, 0.2, 0.2), "falling"),
        ((None, None, None, 0.8, 0.2, 0.2), f"missing {', '.join(NUMBERS[:3])}"),  # too few before
    ],
)
def test_who_misses_lessons_or_falls_is_at_risk(shares, says):
    assert said_of(shares) == says


def test_who_falls_with_the_class_is_not_falling():
    assert said_of((0.9, 0.9, 0.9, 0.9, 0.3, 0.3), ((0.8, 0.8, 0.8, 0.8, 0.2, 0.2),) * 3) == ""


def test_who_stays_at_all_points_while_the_class_catches_up_is_not_falling():
    assert said_of((1,) * 6, ((0.5, 0.5, 0.5, 0.5, 1, 1),) * 3) == ""


def test_what_few_have_handed_in_is_not_due_yet():
    ahead, others = (0.8,) * 6, (0.8,) * 5
    assert said_of(others, (ahead, others, others)) == ""


def test_who_is_late_twice_is_at_risk_by_what_grading_says(course):
    course.hand_in("ada", RIGHT)
    policy = course.submissions.parent / "policy.toml"
    policy.write_text(
        f"[deadlines]\n'{LESSON}' = {datetime(2020, 1, 1, tzinfo=UTC)}\n[late]\nper_day = 0.1\n"
    )
    course.grade(policy=policy)
    late = read_scores(course.out)
    assert risks(late, ["ada"]) == {}
    again = [replace(score, lesson="04_rectifiers") for score in late]
    assert str(risks(late + again, ["ada"])["ada"]) == "late 2 ×"
