"""Which hand-ins there are in a folder."""

import os
import stat
import zipfile
from datetime import UTC, datetime

import pytest

from dlcourse.course.errors import UserError
from dlcourse.grading.intake import archives
from dlcourse.grading.intake.notebook import Unreadable
from dlcourse.grading.intake.submissions import handins, lesson_of, shown


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
    (tmp_path / "packed.ZIP").touch()
    problems = {student or lesson: problem for student, lesson, problem in found(tmp_path)}
    assert "holds no notebook" in problems["none"]
    assert "essay.pdf" in problems["other"]
    assert "no student's folder" in problems["stray"]
    assert "link" in problems["linked"]
    assert "on the command line" in problems["packed"]


def test_what_lies_deeper_or_is_spelled_in_capitals_is_not_passed_over(tmp_path):
    for name in ("a/01_one.IPYNB", "a/old/first/02_two.ipynb"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert found(tmp_path) == [("a", "01_one", ""), ("a", "02_two", "")]


def test_a_folder_around_the_class_is_no_student(tmp_path):
    for name in ("class/ada/01_one.ipynb", "class/bob/01_one.ipynb", "class/readme.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    there = [("ada", "01_one", ""), ("bob", "01_one", "")]
    assert found(tmp_path) == there
    path = packed(tmp_path / "class.zip", "class/ada/01_one.ipynb", "class/bob/01_one.ipynb", "class/readme")
    assert found(path) == there
    names = ("doejane_4711_99001_03_activations.ipynb", "roejim_4712_99002_03_activations.ipynb", "notes.txt")
    canvas = packed(tmp_path / "canvas.zip", *(f"hw3/{name}" for name in names))
    assert found(canvas) == [(name, "03_activations", "") for name in ("doejane_4711", "roejim_4712")]


@pytest.mark.parametrize("assignment, more", [("03_activations", "x"), ("ps1", "timestamp.txt")])
def test_the_only_student_of_nbgraders_folder_is_no_folder_around_the_class(tmp_path, assignment, more):
    folder = tmp_path / "ada" / assignment
    folder.mkdir(parents=True)
    (folder / "03_activations.ipynb").touch()
    (folder / more).touch()
    assert found(tmp_path) == [("ada", "03_activations", "")]


def test_a_name_is_the_same_however_a_system_composes_it(tmp_path):
    for week, name in (("one", "Zoe\u0308"), ("two", "Zo\u00eb")):
        (tmp_path / week / name).mkdir(parents=True)
        (tmp_path / week / name / "01_one.ipynb").touch()
        assert {handin.student for handin in handins(tmp_path / week)} == {"Zo\u00eb"}


def test_a_copys_number_is_known(tmp_path):
    names = ("03_activations", "03_activations (10)", "03_activations-2", "03_activations - Copy")
    (tmp_path / "a").mkdir()
    for name in names:
        (tmp_path / "a" / f"{name}.ipynb").touch()
    assert sorted(handin.copy for handin in handins(tmp_path)) == [0, 1, 2, 10]


def test_a_notebook_given_alone_says_whose_it_is_where_a_platform_has_named_it(tmp_path):
    path = tmp_path / "doejane_4711_99001_03_activations.ipynb"
    path.touch()
    assert found(path) == [("doejane_4711", "03_activations", "")]


def test_what_cannot_be_opened_is_told(tmp_path, monkeypatch):
    scandir = os.scandir

    def closed(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("dlcourse.grading.intake.archives.os.scandir", closed)
    (tmp_path / "closed").mkdir()
    assert found(tmp_path) == [("closed", "", "cannot be opened: Permission denied")]
    with pytest.raises(UserError, match="closed cannot be read: Permission denied"):
        handins(tmp_path / "closed")


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


@pytest.mark.parametrize(
    "name, student",
    [
        ("vandermeer_jan_4711_99001_03_activations.ipynb", "vandermeer_jan_4711"),
        ("müllerö_LATE_4711_99001_03_activations-12.ipynb", "müllerö_4711"),
        ("anon_aB3xY_99001_03_activations.ipynb", "anon_aB3xY"),
        ("LATE_anon_aB3xY_99001_03_activations.ipynb", "anon_aB3xY"),
        ("groupone_4711_99001_03_activations (1).ipynb", "groupone_4711"),
    ],
)
def test_canvas_names(tmp_path, name, student):
    assert found(packed(tmp_path / "submissions.zip", name)) == [(student, "03_activations", "")]


def test_who_has_handed_in_something_else_on_a_platform_is_told(tmp_path):
    moodle = packed(
        tmp_path / "moodle.zip",
        "Pat Poe_125_assignsubmission_onlinetext_/onlinetext.html",
        "Zoë Ng_126_assignsubmission_onlinetext_onlinetext.html",
    )
    canvas = packed(tmp_path / "canvas.zip", "doejane_4711_99003_essay.pdf", "roejim_LATE_4712_text.html")
    there = [s for path in (moodle, canvas) for s, _, problem in found(path) if "no notebook" in problem]
    assert there == ["Pat Poe_125", "Zoë Ng_126", "doejane_4711", "roejim_4712"]
    assert handins(moodle)[0].name == "Pat Poe_125_assignsubmission_onlinetext_"
    folder = tmp_path / "some" / "ada" / "old"
    folder.mkdir(parents=True)
    (folder / "essay.pdf").touch()
    assert [handin.name for handin in handins(tmp_path / "some")] == ["ada"]


def test_names_in_archives_of_windows_and_of_macs(tmp_path):
    windows = packed(tmp_path / "windows.zip", "Zoë\\03_activations.ipynb")
    raw = windows.read_bytes()
    assert found(windows) == [("Zoë", "03_activations", "")]
    without_flag = raw.replace(b"\x14\x00\x00\x08", b"\x14\x00\x00\x00")
    (tmp_path / "mac.zip").write_bytes(without_flag)
    assert found(tmp_path / "mac.zip") == [("Zoë", "03_activations", "")]
    old = without_flag.replace("Zoë".encode(), b"Zo\x89_")
    (tmp_path / "old.zip").write_bytes(old)
    assert found(tmp_path / "old.zip") == [("Zoë_", "03_activations", "")]
    assert handins(tmp_path / "old.zip")[0].read().startswith(b"content of")


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
    assert handins(path)[0].read() == b"content of class/ada/01_one.ipynb"


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
    monkeypatch.setattr(archives, "_MAX_MEMBERS", 4)
    with pytest.raises(UserError, match="holds 5 files"):
        list(handins(path))
