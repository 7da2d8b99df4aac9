"""Questions: one right answer each, and something to say to every answer."""

import pytest

from dlcourse.exercises.engine.question import Question, right, wrong

ASKED = Question("1 + 1?", a=wrong("1", "Too few."), b=right("2", "Count."), c=wrong("3", "Too many."))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("b", "b is right. Count."),
        (" B\n", "b is right. Count."),
        ("a", "a is not right. Too few."),
        (None, "not answered yet."),
        (..., "not answered yet."),
        ("", "'' is not one of a, b, c."),
        ("2", "'2' is not one of a, b, c."),
        (2, 'put the letter into quotes: "a", "b", "c". (Without, it is the name of a variable.)'),
        ("x" * 50, f"'{'x' * 20}' is not one of a, b, c."),
    ],
)
def test_an_answer_is_told_whether_it_is_right_and_why(answer, said):
    assert ASKED.respond(answer) == said


@pytest.mark.parametrize("make", [wrong, right])
def test_a_question_with_no_right_answer_or_two_is_a_mistake_of_the_author(make):
    with pytest.raises(ValueError, match="just one option must be right: 'Why\\?'"):
        Question("Why?", a=make("x", ""), b=make("y", ""))


def test_a_question_reads_as_a_list_of_lettered_options():
    assert ASKED.markdown() == "1 + 1?\n\n- **a** 1\n- **b** 2\n- **c** 3"
