"""Numbers about a class that are known by hand."""

import math

import pytest

from dlcourse.exercises import catalogue
from dlcourse.grading.book.scores import Score
from dlcourse.grading.book.statistics import (
    commonest_mistakes,
    exercise_statistics,
    missing,
    most_points,
    totals,
)

FIRST, SECOND = "03_activations", "04_rectifiers"


def score(student, points, exercise="sigmoid", lesson=FIRST, status="partial", mistake=""):
    return Score(student, lesson, exercise, points, 4, status, "", mistake=mistake)


def test_exercises_stand_in_the_order_of_the_course_however_the_scores_came():
    given = [score("ada", 1, "relu", SECOND), score("ada", 1, "tanh_derivative"), score("ada", 1)]
    found = [(of.lesson, of.exercise) for of in exercise_statistics(given)]
    assert found == [(FIRST, "sigmoid"), (FIRST, "tanh_derivative"), (SECOND, "relu")]


def test_a_hand_in_that_could_not_be_read_lowers_no_exercises_mean():
    unread = score("bob", 0, status="unreadable"), score("cyd", 0, "", "essay", "unreadable")
    (found,) = exercise_statistics([score("ada", 4), *unread])
    assert (found.difficulty, found.statuses.total()) == (1, 1)


def test_two_students_who_differ_in_all_agree_fully_and_one_alone_says_nothing():
    alike = [score("ada", 4), score("bob", 0), score("ada", 3, "relu"), score("bob", 1, "relu")]
    given = [s if s.exercise == "sigmoid" else score(s.student, s.points, "tanh_derivative") for s in alike]
    assert [of.discrimination for of in exercise_statistics(given)] == pytest.approx([1, 1])
    assert all(math.isnan(of.discrimination) for of in exercise_statistics(given[::2]))


@pytest.mark.parametrize("same", ["sigmoid", "tanh_derivative"])
def test_discrimination_is_nan_without_a_warning_where_one_of_the_two_is_the_same_for_all(same, recwarn):
    given = [
        score(student, 2 if exercise == same else points, exercise)
        for student, points in (("ada", 4), ("bob", 0))
        for exercise in ("sigmoid", "tanh_derivative")
    ]
    assert all(math.isnan(of.discrimination) for of in exercise_statistics(given))
    assert not recwarn.list


def test_a_student_who_left_out_an_exercise_has_no_points_there():
    given = [score("ada", 4), score("bob", 0), score("ada", 4, "tanh_derivative")]
    sigmoid, tanh = exercise_statistics(given)
    assert sigmoid.discrimination == pytest.approx(1)
    assert math.isnan(tanh.discrimination)


def test_mistakes_come_by_their_number_and_those_as_common_by_name():
    given = [score(student, 0, mistake="Sign.") for student in ("ada", "bob")]
    given += [score("ada", 0, "tanh_derivative", mistake=text) for text in ("Square.", "Root.")]
    given += [score("ada", 0, "relu"), score("ada", 0, "leaky_relu", mistake="Slope.")]
    assert commonest_mistakes(given) == [
        (2, "sigmoid", "Sign."),
        (1, "leaky_relu", "Slope."),
        (1, "tanh_derivative", "Root."),
        (1, "tanh_derivative", "Square."),
    ]


def test_of_an_empty_roster_nobody_is_missing_and_what_is_no_lesson_is_missed_by_nobody():
    given = [score("ada", 1), score("bob", 1, "relu", SECOND), score("cyd", 0, "", "essay")]
    assert missing(given, []) == {FIRST: [], SECOND: []}
    assert missing(given) == {FIRST: ["bob", "cyd"], SECOND: ["ada", "cyd"]}


def test_totals_are_by_student_then_lesson_in_whole_hundredths_and_of_lessons_alone():
    given = [score("bob", 0.1), score("bob", 0.2, "tanh_derivative"), score("bob", 2, "relu", SECOND)]
    given += [score("ada", 0.005), score("ada", 0, "", "essay"), score("", 3)]
    found = totals([given[2], *given])
    assert list(found) == ["ada", "bob"]
    assert list(found["bob"].items()) == [(FIRST, 0.3), (SECOND, 4)]
    assert list(found["ada"]) == [FIRST]


def test_a_lesson_is_worth_what_its_exercises_are():
    assert most_points(FIRST) == sum(of.max_points for of in catalogue()[FIRST].values()) > 6
