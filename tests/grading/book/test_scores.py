"""What scores.csv says to a spreadsheet, and to other accounts of the machine."""

import codecs
import csv
import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dlcourse.grading.book.scores import Score, write_scores

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
