import pytest

from dlcourse.authoring.solutions import blanked, bodies, solved
from dlcourse.authoring.source import SourceError


def test_an_exercise_is_blanked_at_the_indent_of_its_answer(read):
    lesson = read()
    assert blanked(lesson, lesson.of("exercise")[0]) == (
        'def double(x):\n    """Twice x."""\n    # YOUR CODE HERE\n    raise NotImplementedError'
    )


def test_the_solved_cell_has_the_answer_and_no_markers(read):
    cell = read().of("exercise")[0]
    assert solved(cell) == 'def double(x):\n    """Twice x."""\n    twice = x + x\n    return twice'


def test_code_after_the_answer_stays(read):
    lesson = read("    ### END SOLUTION\n", "    ### END SOLUTION\n\n\nassert callable(double)\n")
    assert blanked(lesson, lesson.of("exercise")[0]).endswith(
        "raise NotImplementedError\n\n\nassert callable(double)"
    )


def test_every_answer_of_a_cell_is_blanked(read):
    again = "\n\ndef again(x):\n    ### BEGIN SOLUTION\n    return double(x)\n    ### END SOLUTION\n"
    lesson = read("### END SOLUTION\n", f"### END SOLUTION\n{again}")
    cell = lesson.of("exercise")[0]
    assert "return" not in blanked(lesson, cell)
    assert bodies(cell) == ["    twice = x + x\n    return twice\n", "    return double(x)\n"]


def test_an_answer_of_a_guess_or_quiz_becomes_none_and_its_comment_stays(read):
    lesson = read()
    assert blanked(lesson, lesson.of("guess")[0]) == "guess = None  # a number\nprint(guess, double(2))"


def test_keyword_answers_of_a_quiz_become_none(read):
    quiz = 'quiz(\n    "03",\n    ### BEGIN SOLUTION\n    q1="b",\n    q2="c"\n    ### END SOLUTION\n)'
    lesson = read(
        "### BEGIN SOLUTION\nguess = 4  # a number\n### END SOLUTION\nprint(guess, double(2))", quiz
    )
    assert blanked(lesson, lesson.of("guess")[0]) == 'quiz(\n    "03",\n    q1=None,\n    q2=None\n)'


def test_a_guess_that_is_not_an_assignment_is_refused_with_its_line(read):
    lesson = read("guess = 4  # a number", "print('guess')")
    with pytest.raises(SourceError, match=r":26: the answer of a guess is lines of `name = value`"):
        blanked(lesson, lesson.of("guess")[0])
