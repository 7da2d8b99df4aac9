"""Whose hand-ins are said to be the same, and whose are not."""

import pytest

from dlcourse.grading.book.gradebook import read_answers
from dlcourse.grading.book.same_text import LONG, LONG_WRONG, Answer, same_texts

from ..conftest import LESSON, RIGHT

WRONG_ALIKE = """def sigmoid({x}):
    {y} = np.exp(-np.abs({x})) * 0.5
    {y} = {y} + 0.25 * np.asarray({x}) - 0.125  # {x}
    return 1 - {y}
"""


def answers(*students, length, status="passed", exercise="sigmoid", fingerprint="f"):
    return [
        Answer(student, LESSON, exercise, status, f"of {student}", fingerprint, length)
        for student in students
    ]


def others(n):
    return [a for i in range(n) for a in answers(f"other{i}", length=9, fingerprint=str(i))]


def groups(found):
    return [same.students for same in same_texts(found)]


@pytest.mark.parametrize(
    "students, length, status, is_told",
    [
        ("ab", LONG, "passed", True),
        ("ab", LONG - 1, "passed", False),
        ("ab", LONG_WRONG, "failed", True),
        ("ab", LONG_WRONG, "partial", True),
        ("ab", LONG_WRONG - 1, "failed", False),
        ("abcd", LONG_WRONG, "failed", False),  # what many get wrong is a mistake that one makes
        ("abcd", LONG, "failed", True),
        ("ab", LONG, "not attempted", False),
        ("a", LONG, "passed", False),
        ("aa", LONG, "passed", False),  # two attempts of one
    ],
)
def test_long_answers_and_rare_wrong_ones_are_told(students, length, status, is_told):
    found = groups(answers(*students, length=length, status=status) + others(5))
    assert found == ([tuple(students)] if is_told else [])


def test_what_is_rare_depends_on_how_many_tried():
    alike = answers(*"abcd", length=LONG_WRONG, status="failed")
    assert groups(alike + others(35)) == []
    assert groups(alike + others(36)) == [tuple("abcd")]


def test_what_the_same_students_share_is_one_group_and_the_most_telling_comes_first():
    found = same_texts(
        answers("a", "b", length=50, fingerprint="1")
        + answers("a", "b", length=60, exercise="elu", fingerprint="2")
        + answers("c", "d", length=20, status="failed", fingerprint="3")
    )
    assert [(same.students, [a.length for a in same.answers]) for same in found] == [
        (("c", "d"), [20]),
        (("a", "b"), [50, 60]),
    ]


def test_of_hand_ins_that_are_the_same_as_a_whole_those_that_few_share_come_first():
    def whole(*students, content):
        return [Answer(of, LESSON, "sigmoid", "passed", content, content, 9) for of in students]

    found = groups(whole(*"abcde", content="as in the lesson") + whole("x", "y", content="otherwise"))
    assert found == [("x", "y"), tuple("abcde")]


def test_grading_keeps_what_copies_have_in_common_and_nothing_of_who_did_nothing(course):
    course.hand_in("ada", RIGHT | {"sigmoid": WRONG_ALIKE.format(x="x", y="y")})
    course.hand_in("bob", {"sigmoid": WRONG_ALIKE.format(x="z", y="hidden")})
    course.hand_in("cyd", RIGHT)
    course.hand_in("dan", RIGHT)
    course.hand_in("eve", {})
    course.hand_in("fay", {})
    course.hand_in("gus", content="{")
    course.grade()
    copies, alike = same_texts(read_answers(course.out))
    assert (copies.students, copies.whole, copies.answers) == (("cyd", "dan"), (LESSON,), ())
    assert (alike.students, alike.whole) == (("ada", "bob"), ())
    assert [answer.exercise for answer in alike.answers] == ["sigmoid"]
    course.hand_in("bob", {})
    course.grade()
    assert groups(read_answers(course.out)) == [("cyd", "dan")]
