"""What a class hands in, from its names and dates to its points."""

import os
import time
import unicodedata
import zipfile
from datetime import datetime

import pytest

from dlcourse.cli import main
from dlcourse.course.errors import UserError
from dlcourse.grading.gradescope import _folders, grade_submission
from dlcourse.grading.output.feedback import path_part

from .conftest import LESSON, NAMES, RIGHT, lesson_cells, notebook

WHOLE = notebook(lesson_cells(RIGHT))
BLANK = notebook(lesson_cells({}))
DEADLINE = f'[deadlines]\n"{LESSON}" = 2026-11-24T23:59:00+01:00\n[late]\nper_day = 0.1\n'


def points(course):
    """{student: sum of points, as a share of all}."""
    found: dict[str, float] = {}
    for row in course.rows():
        found[row["student"]] = found.get(row["student"], 0) + float(row["points"])
    most = sum(float(row["max_points"]) for row in course.rows()) / max(1, len(found))
    return {student: round(total / most, 3) for student, total in found.items()}


def policy(course, text):
    course.out.mkdir(exist_ok=True)
    (course.out / "policy.toml").write_text(text)


def touched(course, when):
    seconds = datetime.fromisoformat(when).timestamp()
    for path in course.submissions.rglob("*"):
        os.utime(path, (seconds, seconds))


def packed(course, members, date=(2026, 11, 28, 12, 0, 0)):
    """In place of the folder of submissions, a zip of these."""
    course.submissions = course.submissions.with_suffix(".zip")
    with zipfile.ZipFile(course.submissions, "w") as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name, date), text)


@pytest.mark.parametrize(
    "name", [f"{LESSON}.new", f"{LESSON}-2026-11-24-101500", f"Kopie von {LESSON}", "my work"]
)
def test_a_copy_is_an_attempt_whatever_it_is_called(course, name):
    course.hand_in("ada", {})
    course.hand_in("ada", RIGHT, name=name)
    course.grade()
    assert points(course) == {"ada": 1}
    assert course.summary.students == 1


def test_a_lesson_under_another_ones_name_is_graded_as_what_it_is_and_told(course, monkeypatch):
    (course.submissions.parent / "lessons" / "04_rectifiers.ipynb").write_text(notebook(["x = 1"]))
    course.hand_in("ada", RIGHT, name="04_rectifiers")
    rows = course.grade()
    assert rows["ada", "sigmoid"]["lesson"] == LESSON
    assert points(course) == {"ada": 1}
    assert any(f"04_rectifiers.ipynb holds {LESSON}" in note for note in course.summary.notes)


def test_a_name_that_once_hung_the_scan_costs_nothing(course):
    course.hand_in("ada", RIGHT)
    course.hand_in("eve", RIGHT, name=f"{LESSON} copy" + "  copy" * 36 + "!")
    started = time.process_time()
    course.grade()
    assert time.process_time() - started < 5
    assert points(course) == {"ada": 1, "eve": 1}


def test_folders_around_a_class_are_asked_about_on_one_line(course, capsys):
    for name in ("hw3/submissions/ada", "hw3/submissions/bob"):
        course.hand_in(name, RIGHT)
    command = ["grade", str(course.submissions), "--out", str(course.out), "--workers", "1"]
    assert main(command) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "hw3" in error
    assert "--layout '*/*/student' for 2 students: ada, bob" in error
    assert main([*command, "--layout", "*/*/student"]) == 0
    assert points(course) == {"ada": 1, "bob": 1}
    assert "2 students, 2 hand-ins" in capsys.readouterr().out


def test_a_file_that_a_student_has_named_gives_nobody_elses_row_points(course, tmp_path, capsys):
    members = {
        f"bobb_99_500_{LESSON}.ipynb": WHOLE,
        f"alice_77_501_bobb_99_assignsubmission_file_{LESSON}.ipynb": BLANK,
        f"alice_77_502_{LESSON}.ipynb": BLANK,
    }
    packed(course, members)
    course.grade()
    assert points(course) == {"alice_77": 0, "bobb_99": 1}
    (tmp_path / "roster.csv").write_text(
        f'Student,ID,SIS Login ID,Section,{LESSON} (7)\n"Bobb, B",99,bob,S,\n"Alice, A",77,alice,S,\n'
    )
    command = ["export", str(course.out), "--format", "canvas", "--to", str(tmp_path / "g.csv")]
    assert main([*command, "--roster", str(tmp_path / "roster.csv")]) == 0
    assert [line.rsplit(",", 1)[1] for line in (tmp_path / "g.csv").read_text().splitlines()[2:]] == [
        "13",
        "0",
    ]


def test_nbgraders_timestamp_decides_in_its_zone_and_a_students_own_does_not(course):
    course.hand_in("ada/ps1", RIGHT)
    course.hand_in("bob/ps1", RIGHT)
    touched(course, "2026-11-28T12:00:00+00:00")
    for name, text in (("ada", "2026-11-25 03:30:00.000000 KST"), ("bob", "2026-11-25 12:30:00.000000 KST")):
        (course.submissions / name / "ps1" / "timestamp.txt").write_text(text)
    policy(course, DEADLINE)
    course.grade()
    assert points(course) == {"ada": 1, "bob": pytest.approx(0.9, abs=0.01)}


def test_a_forged_timestamp_changes_nothing(course):
    for name in ("ada", "eve"):
        course.hand_in(name, RIGHT)
    (course.submissions / "eve" / "timestamp.txt").write_text("2020-01-01 00:00:00 UTC")
    touched(course, "2026-11-28T12:00:00+00:00")
    policy(course, DEADLINE)
    course.grade()
    assert points(course)["ada"] == points(course)["eve"] == pytest.approx(0.6, abs=0.01)


def test_a_zone_that_is_not_understood_costs_nothing_and_is_told(course):
    course.hand_in("ada/ps1", RIGHT)
    (course.submissions / "ada" / "ps1" / "timestamp.txt").write_text("2026-11-28 12:00:00 XYZ")
    touched(course, "2026-11-28T12:00:00+00:00")
    policy(course, DEADLINE)
    course.grade()
    assert points(course) == {"ada": 1}
    (note,) = course.summary.notes
    assert "2026-11-28 12:00:00 XYZ" in note
    assert "[handed_in]" in note


def test_canvas_late_is_a_day_and_its_absence_none_whatever_the_zips_times(course):
    names = (f"ada_77_1_{LESSON}.ipynb", f"bob_LATE_78_2_{LESSON}.ipynb", f"cyd_LATE_79_3_{LESSON}.ipynb")
    packed(course, dict.fromkeys(names, WHOLE))
    policy(
        course, DEADLINE + f'grace_minutes = 10\n[extensions."cyd_79"]\n"{LESSON}" = 2026-11-30T12:00:00Z\n'
    )
    rows = course.grade()
    assert points(course) == {"ada_77": 1, "bob_78": pytest.approx(0.9, abs=0.01), "cyd_79": 1}
    assert "Late, by Canvas's LATE: 10%" in rows["bob_78", "sigmoid"]["feedback"]
    assert any("3 hand-ins" in note and "Canvas" in note for note in course.summary.notes)


def test_moodles_zip_costs_nobody_anything_until_its_worksheet_says_when(course, tmp_path):
    names = (f"{who}_assignsubmission_file/{LESSON}.ipynb" for who in ("Ada L_1", "Bob B_2"))
    packed(course, dict.fromkeys(names, WHOLE))
    policy(course, DEADLINE)
    course.grade()
    assert set(points(course).values()) == {1}
    assert any("time of the download" in note for note in course.summary.notes)
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "Identifier,Full name,Last modified (submission)\n"
        'Participant 1,Ada L,"Tuesday, 24 November 2026, 11:59 PM"\n'
        'Participant 2,Bob B,"Wednesday, 25 November 2026, 12:01 AM"\n'
    )
    course.grade(worksheets=[sheet])
    assert points(course) == {"Ada L_1": 1, "Bob B_2": pytest.approx(0.9, abs=0.01)}
    assert any("2 hand-ins: by Moodle's worksheet" in note for note in course.summary.notes)


def test_an_archive_of_files_that_are_all_after_the_deadline_costs_nothing_and_is_told(course):
    packed(course, {f"ada/{LESSON}.ipynb": WHOLE})
    policy(course, DEADLINE)
    course.grade()
    assert points(course) == {"ada": 1}
    assert any("after the deadline for all" in note for note in course.summary.notes)


def test_folders_without_end_have_their_row(course):
    course.hand_in("ada", RIGHT)
    deep = course.submissions / "eve"
    deep.mkdir()
    (deep / "/".join(["d"] * 700)).mkdir(parents=True)
    course.grade()
    rows = {row["student"]: row for row in course.rows()}
    assert "40 folders inside each other" in rows["eve"]["feedback"]
    assert points(course)["ada"] > 0
    assert len({row["exercise"] for row in course.rows()} & set(NAMES)) == len(NAMES)


def test_what_is_not_clear_stops_before_anything_is_written(course):
    course.hand_in("A/ada", RIGHT)
    course.hand_in("B/bob", RIGHT)
    with pytest.raises(UserError, match="Say which it is"):
        course.grade()
    assert not course.out.exists()


@pytest.mark.parametrize(
    "one, other", [("a/b", "a:b"), ("Ada", "ada"), ("Zo\u00eb", "Zoe\u0308"), ("x", "X ")]
)
def test_gradescopes_results_of_two_students_never_share_a_file(one, other):
    students = list(dict.fromkeys([one, other, path_part(one), path_part(other)]))
    found = _folders(students)
    assert len({unicodedata.normalize("NFC", name).casefold() for name in found.values()}) == len(students)


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: (folder / f"{LESSON}.ipynb").mkdir(),
        lambda folder: os.mkfifo(folder / f"{LESSON}.ipynb"),
        lambda folder: (folder / ("x" * 240 + ".ipynb")).write_text(WHOLE),
        lambda folder: (folder / f"{LESSON}.ipynb").symlink_to("/etc/passwd"),
        lambda folder: (folder / "/".join(["d"] * 700)).mkdir(parents=True),
    ],
    ids=["folder", "fifo", "long name", "link", "deep"],
)
def test_whatever_is_uploaded_to_gradescope_gets_its_results(course, tmp_path, make):
    (tmp_path / "submission").mkdir()
    make(tmp_path / "submission")
    found = grade_submission(tmp_path / "submission", "landlock")
    assert found["tests"] or "No notebook" in found["output"]
