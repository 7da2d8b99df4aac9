"""When each hand-in came, who says so, and which counts: in handins.csv, the gradebook and the pages.

The zips are as canvas-lms (lib/content_zipper.rb) and Moodle (mod/assign/classes/downloader.php) make them:
every entry has the time at which it was packed.
"""

import csv
import os
import re
import zipfile

import pytest

from dlcourse.grading.book.gradebook import read_handins

from ..conftest import LESSON, RIGHT, lesson_cells, notebook
from .test_policy import LATE, hand_in, page, policy

WHOLE = notebook(lesson_cells(RIGHT))
PACKED = (2026, 12, 20, 9, 30, 2)
CANVAS = {"on time": f"adal_77_501_{LESSON}.ipynb", "late": f"bobb_LATE_78_502_{LESSON}.ipynb"}
MOODLE = [f"{who}_assignsubmission_file/{LESSON}.ipynb" for who in ("Ada L_1", "Bob B_2", "Cyd C_3")]
EXTENSION = f'[extensions.ada]\n"{LESSON}" = 2026-12-05T12:00:00+01:00\n'
SHEET = """Identifier,Full name,Status,Grade,Maximum Grade,Last modified (submission),Last modified (grade)
Participant 1,Ada L,Submitted,,13.00,"Tuesday, 1 December 2026, 11:59 AM",-
Participant 2,Bob B,Submitted,,13.00,"Wednesday, 2 December 2026, 3:30 PM",-
Participant 3,Cyd C,No submission,,13.00,-,-
"""


def packed(course, names):
    course.submissions = course.submissions.with_suffix(".zip")
    with zipfile.ZipFile(course.submissions, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name, PACKED), WHOLE)


def table(course):
    with open(course.out / "handins.csv", newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def handins(course):
    """{last name of the file's path: row}."""
    return {row["file"].rpartition("/")[2]: row for row in table(course)}


def test_a_row_says_when_it_came_by_what_and_what_that_costs(course):
    hand_in(course, "ada", RIGHT, days_late=2.5)
    hand_in(course, "bob", RIGHT, days_late=1.5)
    policy(course, LATE.replace("12:00:00Z", "13:00:00+01:00") + EXTENSION)
    course.grade()
    ada, bob = (row for row in read_handins(course.out))
    assert (ada.handed_in, ada.source) == ("2026-12-04T00:00:00Z", "the file's date")
    assert (ada.deadline, ada.extension) == ("2026-12-01T13:00:00+01:00", "2026-12-05T12:00:00+01:00")
    assert (ada.minutes_late, ada.penalty, ada.counts, ada.why_not) == (0, 0, True, "")
    assert (bob.minutes_late, bob.penalty, bob.extension) == (36 * 60, 0.2, "")
    row = table(course)[1]
    assert ",".join(row) == (
        "student,lesson,file,handed_in,source,deadline,extension,minutes_late,penalty,counts,why_not"
    )
    assert [*row.values()][3:] == [bob.handed_in, bob.source, bob.deadline, "", "2160", "0.2", "yes", ""]


def test_the_students_page_says_it_once_in_the_deadlines_time_zone(course):
    hand_in(course, "ada", RIGHT, days_late=6)
    policy(course, LATE.replace("12:00:00Z", "13:00:00+01:00") + EXTENSION)
    course.grade()
    text = page(course)
    assert "Handed in 2026-12-07 13:00 (UTC+01:00), by the file&#39;s date." in text
    assert "Deadline 2026-12-05 12:00 (UTC+01:00), extended from 2026-12-01 13:00 (UTC+01:00)." in text
    assert text.count("taken off") == text.count("2 days 1 hour late") == 1


def test_the_points_in_the_headings_of_a_page_add_up_to_its_sum(course):
    hand_in(course, "ada", {name: RIGHT[name] for name in list(RIGHT)[:5]}, days_late=2.5)
    policy(course, LATE + f'[[adjustments]]\nlesson = "{LESSON}"\nbonus = 1\nreason = "x"\n')
    course.grade()
    text = page(course)
    (total,) = re.findall(r"<strong>([\d.]+) of", text)
    found = re.findall(r"<h2>.*\((\+?[\d.]+) (?:of [\d.]+ )?points?\)</h2>", text)
    assert len(found) == len(RIGHT) + 1
    assert sum(map(float, found)) == pytest.approx(float(total))


def test_an_attempt_that_does_not_count_says_why(course):
    hand_in(course, "ada", {}, days_late=-3)
    hand_in(course, "ada", RIGHT, days_late=-2, name=f"{LESSON} (1)")
    hand_in(course, "ada", {}, days_late=-1, name=f"{LESSON} (2)").write_text("{")
    course.grade()
    rows = handins(course)
    assert {name: row["counts"] for name, row in rows.items()} == {
        f"{LESSON}.ipynb": "no",
        f"{LESSON} (1).ipynb": "yes",
        f"{LESSON} (2).ipynb": "no",
    }
    assert rows[f"{LESSON}.ipynb"]["why_not"] == f"{LESSON} (1).ipynb has more points"
    assert "is not JSON" in rows[f"{LESSON} (2).ipynb"]["why_not"]
    policy(course, 'attempts = "last"')
    hand_in(course, "ada", {}, days_late=-1, name=f"{LESSON} (2)")
    course.grade()
    assert handins(course)[f"{LESSON} (1).ipynb"]["why_not"] == f"{LESSON} (2).ipynb is later"


def test_a_name_that_is_a_formula_is_defused_here_too(course):
    hand_in(course, "=1+1", RIGHT)
    course.grade()
    (row,) = handins(course).values()
    assert row["student"] == "'=1+1"


def test_canvas_word_is_the_source_and_its_zips_times_are_no_dates(course):
    packed(course, CANVAS.values())
    policy(course, LATE)
    course.grade()
    rows = handins(course)
    on_time, late = rows[CANVAS["on time"]], rows[CANVAS["late"]]
    assert [row["handed_in"] for row in (on_time, late)] == ["", ""]
    assert (on_time["source"], on_time["penalty"]) == ("Canvas's name, without LATE", "0")
    assert (late["source"], late["penalty"], late["minutes_late"]) == ("Canvas's LATE", "0.1", "")
    assert "In time, by Canvas&#39;s name, without LATE." in page(course, "adal_77")
    assert "Late, by Canvas&#39;s LATE: 10% of the points taken off." in page(course, "bobb_78")
    assert "2026-12-20" not in page(course, "adal_77") + page(course, "bobb_78")


@pytest.mark.parametrize("zone, minutes", [("+00:00", "1650"), ("-08:00", "1650"), ("+09:00", "1650")])
def test_moodles_worksheet_is_read_in_the_deadlines_zone(course, tmp_path, zone, minutes):
    packed(course, MOODLE)
    policy(course, LATE.replace("12:00:00Z", f"12:00:00{zone}"))
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(SHEET)
    course.grade(worksheets=[sheet])
    rows = {row["student"]: row for row in table(course)}
    assert [rows[s]["minutes_late"] for s in ("Ada L_1", "Bob B_2", "Cyd C_3")] == ["0", minutes, ""]
    assert (
        rows["Ada L_1"]["handed_in"]
        == {
            "+00:00": "2026-12-01T11:59:00Z",
            "-08:00": "2026-12-01T19:59:00Z",
            "+09:00": "2026-12-01T02:59:00Z",
        }[zone]
    )
    assert "Handed in 2026-12-01 11:59 (UTC" in page(course, "Ada L_1")
    assert (rows["Cyd C_3"]["handed_in"], rows["Cyd C_3"]["penalty"]) == ("", "")
    assert "nothing is taken off for lateness" in page(course, "Cyd C_3")


def test_a_time_in_no_known_zone_has_none_in_the_file(course, tmp_path):
    packed(course, MOODLE)
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(SHEET)
    course.grade(worksheets=[sheet])
    assert handins_of(course, "Ada L_1").handed_in == "2026-12-01T11:59:00"
    assert "Handed in 2026-12-01 11:59, by" in page(course, "Ada L_1")


def handins_of(course, student):
    (found,) = (row for row in read_handins(course.out) if row.student == student)
    return found


@pytest.mark.parametrize("seconds", [-(10**10), 2 * 10**11])
def test_a_files_date_that_no_calendar_has_is_no_obstacle(course, seconds):
    path = course.hand_in("ada", RIGHT)
    try:
        os.utime(path, (seconds, seconds))
    except OverflowError:
        pytest.skip("this file system has no such date")
    policy(course, LATE)
    course.grade()
    assert handins_of(course, "ada").student == "ada"
