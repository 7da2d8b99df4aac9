"""What is written for Canvas, by the headings and rows of the gradebook that it exports."""

import pytest

from dlcourse.course.errors import UserError
from dlcourse.grading.book.scores import Score
from dlcourse.grading.book.statistics import most_points
from dlcourse.grading.output import canvas

LESSON, OTHER = "03_activations", "04_rectifiers"


def score(student, points=2.0, lesson=LESSON, exercise="sigmoid"):
    return Score(student, lesson, exercise, points, 3, "partial", "")


def filled(tmp_path, text, *scores):
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    return canvas.gradebook(list(scores), tmp_path / "roster.csv")


def test_a_lesson_has_the_heading_of_its_own_assignment_and_of_no_other_that_begins_alike(tmp_path):
    text = "Student,ID,03_activations bonus (813),03_activations Final Score,03_activations (815)\nJo,1,,,\n"
    rows, _ = filled(tmp_path, text, score("jo_1"))
    assert rows[0] == ["Student", "ID", "03_activations (815)"]


def test_a_lesson_of_which_canvas_has_only_a_namesake_makes_a_new_assignment(tmp_path):
    rows, _ = filled(tmp_path, "Student,ID,03_activations bonus (813)\nJo,1,\n", score("jo_1"))
    assert rows[0] == ["Student", "ID", LESSON]


def test_a_row_that_stops_early_keeps_its_student_and_gets_its_points(tmp_path):
    text = f"Student,ID,SIS User ID,SIS Login ID,Section,{LESSON} (8)\nJo,1\nKim,2,u2,kim,S,\nLu,3,u3\n"
    rows, unknown = filled(tmp_path, text, score("jo_1"), score("u3", 1.5))
    assert rows[2:] == [
        ["Jo", "1", "", "", "", "2"],
        ["Kim", "2", "u2", "kim", "S", ""],
        ["Lu", "3", "u3", "", "", "1.5"],
    ]
    assert unknown == []


def test_rows_of_nobody_are_left_out(tmp_path):
    text = "Student,ID,Section,Note\n    Points Possible,,,\n,,,a note\nJo,1,S,\n"
    rows, _ = filled(tmp_path, text, score("jo_1"))
    assert [row[0].strip() for row in rows] == ["Student", "Points Possible", "Jo"]


@pytest.mark.parametrize("name", ["u7", "jo7", "Jo Kim", "kim_7"])
def test_a_student_is_known_by_the_sis_id_the_login_the_name_or_the_number(tmp_path, name):
    text = "Student,ID,SIS User ID,SIS Login ID\nOther,8,u8,other\nJo Kim,7,u7,jo7\n"
    rows, unknown = filled(tmp_path, text, score(name))
    assert [row[-1] for row in rows[2:]] == ["", "2"]
    assert unknown == []


def test_those_whom_the_roster_does_not_know_are_told_in_order(tmp_path):
    rows, unknown = filled(tmp_path, "Student,ID\nJo,1\n", score("zoe_3"), score("jo_1"), score("ada_2"))
    assert unknown == ["ada_2", "zoe_3"]
    assert len(rows) == 3


@pytest.mark.parametrize("missing", ["Student", "ID"])
def test_a_roster_without_a_column_that_canvas_has_is_refused_by_its_name(tmp_path, missing):
    text = "Student,ID\nJo,1\n".replace(missing, "Other")
    with pytest.raises(UserError, match=f"no column '{missing}'"):
        filled(tmp_path, text, score("jo_1"))


def test_points_of_a_lessons_exercises_are_added_and_what_was_not_handed_in_stays_blank():
    scores = [score("jo_1"), score("jo_1", 1.5, exercise="tanh_derivative"), score("kim_2", 3, OTHER, "relu")]
    rows, unknown = canvas.gradebook(scores, None)
    assert rows[0][5:] == [LESSON, OTHER]
    assert rows[1] == [
        "    Points Possible", "", "", "", "", str(most_points(LESSON)), str(most_points(OTHER)),
    ]  # fmt: skip
    assert rows[2:] == [["jo", "1", "", "", "", "3.5", ""], ["kim", "2", "", "", "", "", "3"]]
    assert unknown == []


@pytest.mark.parametrize("student", ["ada", "ada_", "ada_x"])
def test_without_a_roster_a_name_without_a_number_is_refused(student):
    with pytest.raises(UserError, match="--roster"):
        canvas.gradebook([score(student)], None)
