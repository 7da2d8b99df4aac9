"""The one list of the lessons, and the notebooks that are looked up by it."""

import pytest

from dlcourse.course import lessons
from dlcourse.course.errors import UserError
from dlcourse.course.lessons import LESSONS, lesson_path, lesson_stems, no_lesson


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Released: two lessons, and files that are none."""
    monkeypatch.setattr(lessons, "_PLACES", (tmp_path / "nowhere", tmp_path))
    for name in ("04_rectifiers.ipynb", "03_activations.ipynb", "15_drafts.ipynb", "05_initialization.txt"):
        (tmp_path / name).touch()
    return tmp_path


def test_released_lessons_are_those_of_the_list_in_its_order(folder):
    assert lesson_stems() == ["03_activations", "04_rectifiers"]
    assert lesson_path("04_rectifiers") == folder / "04_rectifiers.ipynb"


@pytest.mark.parametrize("stem", ["15_drafts", "07_momentum"])
def test_what_is_not_released_has_no_path_and_the_error_says_what_has(folder, stem):
    with pytest.raises(UserError, match=f"'{stem}'; there is 03_activations, 04_rectifiers"):
        lesson_path(stem)


def test_every_lesson_is_released_and_numbered_in_order():
    assert lesson_stems() == list(LESSONS)
    assert [stem[:3] for stem in LESSONS] == [f"{n:02}_" for n in range(1, len(LESSONS) + 1)]


def test_where_no_lesson_is_released_the_sentence_still_ends():
    assert no_lesson("x", []) == "no lesson is called 'x'; there is none yet"
