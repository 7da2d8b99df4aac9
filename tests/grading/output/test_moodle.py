"""What is written for Moodle, by the columns and rows of its grading worksheet."""

from dataclasses import replace

import pytest

from dlcourse.course.errors import UserError
from dlcourse.grading.book.scores import Score
from dlcourse.grading.book.statistics import most_points
from dlcourse.grading.output import moodle

LESSON = "03_activations"
MOST = most_points(LESSON)
HEAD = "Identifier,Full name,Email address,Grade,Maximum Grade,Last modified (grade),Feedback comments\n"


def score(student, points=2.0, exercise="sigmoid", message="Well <done>."):
    return Score(student, LESSON, exercise, points, 3, "passed", message)


def filled(tmp_path, text, *scores):
    (tmp_path / "worksheet.csv").write_text(text, encoding="utf-8")
    (head, *rows), unknown = moodle.worksheet(list(scores), tmp_path / "worksheet.csv")
    return [dict(zip(head, row, strict=True)) for row in rows], unknown


def test_a_row_that_stops_early_is_filled_in_to_its_end(tmp_path):
    (jo, kim), unknown = filled(tmp_path, HEAD + "Participant 1,Jo\nParticipant 2\n", score("jo_1"))
    assert jo["Grade"] == "2.00"
    assert jo["Feedback comments"] == "<p>sigmoid: 2 of 3. Well &lt;done&gt;.</p>"
    assert kim == dict.fromkeys(kim, "") | {"Identifier": "Participant 2"}
    assert unknown == []


@pytest.mark.parametrize(
    ("most", "grade"), [("100.00", 50), ('"10,0"', 5), ("", MOST / 2), ("a lot", MOST / 2)]
)
def test_points_are_scaled_to_what_the_assignment_is_worth_in_moodle(tmp_path, most, grade):
    ((row,), _) = filled(tmp_path, HEAD + f"Participant 1,Jo,,,{most},-,\n", score("jo_1", MOST / 2))
    assert row["Grade"] == f"{grade:.2f}"


def test_comments_tell_lateness_once_and_what_is_decided_for_the_whole_lesson_as_a_change(tmp_path):
    late = "Handed in 1 hour late: 10% of the points taken off."
    told = "Examined *in person*."
    scores = [
        replace(score("jo_1", 1.8), late=late),
        replace(score("jo_1", 0.9, "relu", "Gave `1`."), late=late),
        replace(score("jo_1", -1, "", ""), max_points=0, worth=0, note=told),
    ]
    ((jo,), _) = filled(tmp_path, HEAD + "Participant 1,Jo\n", *scores)
    assert jo["Feedback comments"] == (
        f"<p>{late}</p><p>sigmoid: 1.8 of 3. Well &lt;done&gt;.</p>"
        f"<p>relu: 0.9 of 3. Gave <code>1</code>.</p><p>{LESSON}: -1. Examined <em>in person</em>.</p>"
    )


def test_a_worksheet_without_comments_gets_none(tmp_path):
    text = "Identifier,Grade,Last modified (grade)\nParticipant 1,,-\n"
    assert filled(tmp_path, text, score("jo_1"))[0] == [
        {"Identifier": "Participant 1", "Grade": "2.00", "Last modified (grade)": "-"}
    ]


@pytest.mark.parametrize("missing", ["Identifier", "Grade", "Last modified (grade)"])
def test_a_worksheet_without_a_column_that_moodle_wants_is_refused_by_its_name(tmp_path, missing):
    head = ["Identifier", "Grade", "Last modified (grade)"]
    head[head.index(missing)] = "Other"
    with pytest.raises(UserError) as caught:
        filled(tmp_path, ",".join(head) + "\nParticipant 1,,-\n", score("jo_1"))
    assert f"no column {missing!r}" in str(caught.value)


@pytest.mark.parametrize("name", ["jo@e.org", "Jo Kim", "kim_7"])
def test_a_student_is_known_by_address_name_or_number(tmp_path, name):
    text = HEAD + "Participant 8,Other,other@e.org,,,,\nParticipant 7,Jo Kim,jo@e.org,,,,\n"
    rows, unknown = filled(tmp_path, text, score(name))
    assert [row["Grade"] for row in rows] == ["", "2.00"]
    assert unknown == []


def test_those_whom_the_worksheet_does_not_know_are_told_in_order(tmp_path):
    _, unknown = filled(tmp_path, HEAD + "Participant 1,Jo\n", score("zoe_3"), score("jo_1"), score("ada_2"))
    assert unknown == ["ada_2", "zoe_3"]


def test_without_a_worksheet_there_is_a_row_a_student_with_points_added_and_comments_in_order():
    scores = [score("=jo_1"), score("=jo_1", 1.5, "relu", "So so."), score("kim_2", 0)]
    (head, jo, kim), unknown = moodle.worksheet(scores, None)
    assert dict(zip(head, jo, strict=True)) == {
        "Identifier": "Participant 1",
        "Full name": "'=jo",
        "Grade": "3.50",
        "Maximum Grade": f"{MOST:.2f}",
        "Last modified (grade)": "-",
        "Feedback comments": "<p>sigmoid: 2 of 3. Well &lt;done&gt;.</p><p>relu: 1.5 of 3. So so.</p>",
    }
    assert kim[:3] == ["Participant 2", "kim", "0.00"]
    assert unknown == []


def test_without_a_worksheet_a_name_without_a_number_is_refused():
    with pytest.raises(UserError, match="--roster"):
        moodle.worksheet([score("ada_x")], None)
