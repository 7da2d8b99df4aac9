"""What scores.csv says to a spreadsheet, and to other accounts of the machine."""

import codecs
import csv
import os
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dlcourse.grading.book.scores import COLUMNS, Score, write_scores

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
CHARACTERS = "a=+-@＝,;\t\n\r\"' \v\u2028"
texts = st.text(CHARACTERS, max_size=8)


def cells(path, delimiter):
    """As a program takes them that parts at `delimiter`, and as one without regard to quotes."""
    text = path.read_bytes().decode("utf-8-sig")
    yield from (
        cell.lstrip(" ") for row in csv.reader(text.splitlines(), delimiter=delimiter) for cell in row
    )
    yield from (cell for line in text.splitlines() for cell in line.split(delimiter))


@settings(max_examples=500)
@given(texts, texts, texts)
@example("a;=HYPERLINK(1)", "a\t=1", 'x, "y";"=1"')
@example("a,=1", "\n=1", "a; =1")
def test_no_cell_begins_a_formula_wherever_it_is_parted(tmp_path_factory, student, lesson, message):
    path = tmp_path_factory.getbasetemp() / "formula.csv"
    write_scores(path, [Score(student, lesson, "f", 1, 2, "failed", message)])
    for delimiter in ",;\t":
        assert not [cell for cell in cells(path, delimiter) if cell.startswith(FORMULA)]


def test_spreadsheets_know_it_for_utf_8_and_its_columns_stay(tmp_path):
    write_scores(
        tmp_path / "scores.csv", [Score("김민지", "03_activations", "relu", 1, 2, "partial", "−1 ≠ 1")]
    )
    content = (tmp_path / "scores.csv").read_bytes()
    assert content.startswith(codecs.BOM_UTF8)
    assert content.decode("utf-8-sig").splitlines() == [
        "student,lesson,exercise,points,max_points,status,feedback",
        "김민지,03_activations,relu,1,2,partial,−1 ≠ 1",
    ]


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_it_is_for_its_owner_alone_whatever_the_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        write_scores(tmp_path / "scores.csv", [])
    finally:
        os.umask(before)
    assert (tmp_path / "scores.csv").stat().st_mode & 0o777 == 0o600


SCORE = Score("ada", "03_activations", "sigmoid", 2.5, 3, "partial", "One test failed.")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)"])
@pytest.mark.parametrize("column", ["student", "lesson", "exercise"])
def test_a_name_is_a_formula_in_no_column(column, text):
    row = dict(zip(COLUMNS, replace(SCORE, **{column: text}).cells(), strict=True))
    assert row[column] == f"'{text}"
    assert all(cell[0] not in "=+-@" for cell in row.values())


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_feedback_is_no_formula(text):
    assert replace(SCORE, message=text).cells()[-1] == f"'{text.strip()}"


def test_feedback_is_one_line_of_what_the_tests_say_and_what_came_after():
    said = replace(SCORE, message="Wrong:\n  2 for 3.", note="Handed in\tlate.")
    assert said.feedback == "Wrong: 2 for 3. Handed in late."
    assert SCORE.feedback == "One test failed."


def test_a_file_of_scores_has_a_row_each_in_their_order(tmp_path):
    write_scores(tmp_path / "scores.csv", [replace(SCORE, message='"Zoë", 2'), replace(SCORE, points=3.0)])
    text = (tmp_path / "scores.csv").read_bytes().decode("utf-8-sig")
    assert "\r" not in text
    assert list(csv.reader(text.splitlines()))[1:] == [
        ["ada", "03_activations", "sigmoid", "2.5", "3", "partial", '"Zoë", 2'],
        ["ada", "03_activations", "sigmoid", "3", "3", "partial", "One test failed."],
    ]
