"""Which hand-ins there are in a folder."""

import os
import stat
import zipfile
from datetime import UTC, datetime

import pytest

from dlcourse.errors import UserError
from dlcourse.grading import submissions
from dlcourse.grading.notebook import Unreadable
from dlcourse.grading.submissions import handins, lesson_of, shown


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
    assert "on the command line" in problems["packed"]


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


# ---- what platforms give ----


@pytest.mark.parametrize(
    "name, lesson",
    [
        ("03_activations", "03_activations"),
        ("03_Activations", "03_activations"),
        ("03_activations (1)", "03_activations"),
        ("03_activations-2", "03_activations"),
        ("03_activations-Copy1", "03_activations"),
        ("03_activations_copy", "03_activations"),
        ("03_activations - Copy", "03_activations"),
        ("03_activations_of_mine", "03_activations_of_mine"),
        ("activations", "activations"),
    ],
)
def test_what_a_browser_adds_to_a_name_is_passed_over(name, lesson):
    assert lesson_of(name) == lesson


def packed(path, *members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in members:
            archive.writestr(name, f"content of {name}")
    return path


def test_canvas_archives(tmp_path):
    path = packed(
        tmp_path / "submissions.zip",
        "doejane_4711_99001_03_activations-1.ipynb",
        "roejim_LATE_4712_99002_03_activations.ipynb",
        "doejane_4711_99003_essay.pdf",
        "poepat_4713_99004_work.zip",
        "notes.ipynb",
    )
    assert [found[:2] for found in found(path) if not found[2]] == [
        ("doejane_4711", "03_activations"),
        ("roejim_4712", "03_activations"),
    ]
    problems = {student or lesson: problem for student, lesson, problem in found(path) if problem}
    assert "is an archive" in problems["poepat_4713"]
    assert "no student's folder" in problems["notes"]


def test_moodle_archives_and_the_folders_they_unpack_to(tmp_path):
    names = (
        "Zoë Ng_123_assignsubmission_file_/03_activations.ipynb",
        "Jim Roe_124_assignsubmission_file/03_activations (1).ipynb",
        "Pat Poe_125_assignsubmission_file_03_activations.ipynb",
        "Pat Poe_125_assignsubmission_onlinetext_/onlinetext.html",
    )
    path = packed(tmp_path / "moodle.zip", *names)
    there = [(f"{name}", "03_activations", "") for name in ("Jim Roe_124", "Pat Poe_125", "Zoë Ng_123")]
    assert found(path) == there
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "moodle")
    assert sorted(found(tmp_path / "moodle")) == there


def test_nbgraders_submitted_folder_and_its_times(tmp_path):
    for student in ("ada", "bob"):
        folder = tmp_path / student / "ps1"
        folder.mkdir(parents=True)
        (folder / "03_activations.ipynb").touch()
    (tmp_path / "ada" / "ps1" / "timestamp.txt").write_text("2026-11-24 15:58:23.948203 UTC")
    (tmp_path / "bob" / "ps1" / "timestamp.txt").write_text("yesterday")
    ada, bob = handins(tmp_path)
    assert (ada.student, ada.lesson) == ("ada", "03_activations")
    assert ada.submitted == datetime(2026, 11, 24, 15, 58, 23, 948203, UTC).timestamp()
    assert bob.submitted == os.stat(tmp_path / "bob" / "ps1" / "03_activations.ipynb").st_mtime


def test_an_archive_of_a_folder_of_folders(tmp_path):
    path = packed(
        tmp_path / "all.zip", "class/ada/01_one.ipynb", "class/bob/01_one.ipynb", "__MACOSX/class/._x"
    )
    assert found(path) == [("ada", "01_one", ""), ("bob", "01_one", "")]
    assert next(handins(path)).read() == b"content of class/ada/01_one.ipynb"


# ---- archives that are up to something ----


def unreadable(path):
    (handin,) = handins(path)
    with pytest.raises(Unreadable) as caught:
        handin.read()
    return str(caught.value)


def test_a_bomb_is_read_no_further_than_a_notebook_may_be_long(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ada/01_one.ipynb", bytes(60_000_000))
    assert path.stat().st_size < 100_000
    assert "larger than" in unreadable(path)


def test_links_locks_and_broken_members_are_unreadable(tmp_path):
    link = zipfile.ZipInfo("ada/01_one.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "is a link" in unreadable(tmp_path / "link.zip")
    whole = packed(tmp_path / "whole.zip", "ada/01_one.ipynb").read_bytes()
    locked = whole.replace(b"PK\x03\x04\x14\0\0\0", b"PK\x03\x04\x14\0\1\0")
    locked = locked.replace(b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\1\0")
    (tmp_path / "locked.zip").write_bytes(locked)
    assert "password" in unreadable(tmp_path / "locked.zip")
    start = whole.index(b"ipynb") + 5
    (tmp_path / "broken.zip").write_bytes(whole[:start] + b"\xff" * 6 + whole[start + 6 :])
    assert "cannot be unpacked" in unreadable(tmp_path / "broken.zip")


@pytest.mark.parametrize("name", ["../../etc/01_one.ipynb", "ada/../../01_one.ipynb", "..\\x\\01_one.ipynb"])
def test_names_that_lead_out_are_refused_and_nothing_is_unpacked(tmp_path, name):
    path = packed(tmp_path / "out.zip", name)
    ((_, _, problem),) = found(path)
    assert "leads out" in problem
    assert os.listdir(tmp_path) == ["out.zip"]


def test_a_name_twice_in_an_archive_is_two_attempts_and_each_is_itself(tmp_path):
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("ada/03_activations.ipynb", "one")
        archive.writestr("ada/03_activations.ipynb", "two")
    assert [handin.read() for handin in handins(path)] == [b"one", b"two"]


def test_what_is_no_archive_or_too_full_a_one_is_the_users_error(tmp_path, monkeypatch):
    (tmp_path / "none.zip").write_text("PK")
    with pytest.raises(UserError, match="no folder of submissions"):
        list(handins(tmp_path / "none.zip"))
    path = packed(tmp_path / "full.zip", *(f"ada/{n}.ipynb" for n in range(5)))
    monkeypatch.setattr(submissions, "_MAX_MEMBERS", 4)
    with pytest.raises(UserError, match="holds 5 files"):
        list(handins(path))
