"""Which hand-ins there are in a folder."""

import os

import pytest

from dlcourse.errors import UserError
from dlcourse.grading.submissions import handins, shown


def found(folder):
    return [(handin.student, handin.lesson, handin.problem) for handin in handins(folder)]


def test_students_and_lessons_come_in_order(tmp_path):
    for name in ("b/02_two.ipynb", "b/01_one.ipynb", "a/01_one.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert found(tmp_path) == [("a", "01_one", ""), ("b", "01_one", ""), ("b", "02_two", "")]


def test_a_single_notebook_is_its_folders(tmp_path):
    path = tmp_path / "zoe" / "01_one.ipynb"
    path.parent.mkdir()
    path.touch()
    assert found(path) == [("zoe", "01_one", "")]


def test_what_jupyter_and_systems_leave_is_passed_over(tmp_path):
    (tmp_path / "a" / ".ipynb_checkpoints").mkdir(parents=True)
    (tmp_path / "a" / ".ipynb_checkpoints" / "01_one.ipynb").touch()
    (tmp_path / "a" / "01_one.ipynb").touch()
    (tmp_path / ".DS_Store").touch()
    (tmp_path / "readme.txt").touch()
    assert found(tmp_path) == [("a", "01_one", "")]


def test_a_student_who_handed_in_nothing_usable_is_not_passed_over(tmp_path):
    (tmp_path / "none").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "essay.pdf").touch()
    (tmp_path / "stray.ipynb").touch()
    (tmp_path / "linked").symlink_to("/etc")
    (tmp_path / "packed.zip").touch()
    problems = {student or lesson: problem for student, lesson, problem in found(tmp_path)}
    assert "holds no notebook" in problems["none"]
    assert "essay.pdf" in problems["other"]
    assert "no student's folder" in problems["stray"]
    assert "link" in problems["linked"]
    assert "unpack it" in problems["packed"]


def test_a_missing_folder_is_the_users_error(tmp_path):
    with pytest.raises(UserError, match="no folder of submissions"):
        list(handins(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    "name, text",
    [
        ("Zoë 김", "Zoë 김"),
        ("a\nb", "a\\nb"),
        ("\x1b[31m", "\\x1b[31m"),
        (os.fsdecode(b"\xff"), "\\xff"),
        ("‮x", "\\u202ex"),
    ],
)
def test_names_become_valid_text_on_one_line(name, text):
    assert shown(name) == text
    shown(name).encode()
