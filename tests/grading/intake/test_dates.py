"""When something was handed in, by what platforms write, and not by what a student does."""

import os
from datetime import datetime

import pytest

from dlcourse.grading.intake.dates import _HOURS, understood
from dlcourse.grading.intake.submissions import handins

from .conftest import laid_out, packed, utc

NB = "03_activations.ipynb"
DUE = datetime.fromisoformat("2026-11-24T23:59:00+01:00")


@pytest.mark.parametrize(
    "text, moment",
    [
        ("2026-11-24 15:58:23.948203 UTC", "2026-11-24 15:58:23.948203"),
        ("2026-11-25 03:30:00.000000 KST", "2026-11-24 18:30:00"),
        ("2026-07-01 12:00:00.000000 CEST", "2026-07-01 10:00:00"),
        ("2026-07-01 12:00:00.000000 CET", "2026-07-01 11:00:00"),  # zoneinfo would say 10:00
        ("2026-07-01 12:00:00.000000 EDT", "2026-07-01 16:00:00"),
        ("2026-11-24 15:58:23 +0100", "2026-11-24 14:58:23"),
        ("2026-11-24 15:58:23 +01:00", "2026-11-24 14:58:23"),
        ("2026-11-24 15:58:23 -03", "2026-11-24 18:58:23"),
        ("2026-11-24 15:58:23 +0545", "2026-11-24 10:13:23"),
        ("2026-11-24 15:58:23 ACST", "2026-11-24 06:28:23"),
        ("2026-11-24 15:58:23 America/Los_Angeles\n", "2026-11-24 23:58:23"),
        ("2026-07-24 15:58:23 Europe/Berlin", "2026-07-24 13:58:23"),
        ("2026-11-24T15:58:23+09:00", "2026-11-24 06:58:23"),
        ("2026-11-24T14:58:23.948Z", "2026-11-24 14:58:23.948"),
        ("2016-01-30 15:00:00", "2016-01-30 15:00:00"),
        ("20261124145823948", "2026-11-24 14:58:23"),
    ],
)
def test_a_date_is_understood_as_it_was_meant(text, moment):
    when = understood(text, "x")
    assert when.counts
    assert when.zones == (0.0,)
    assert when.seconds == pytest.approx(utc(moment), abs=1e-3)


NO_DATES = """
yesterday|2026-11-24|2026-13-24 15:58:23 UTC|2026-11-24 15:58:23 XYZ|2026-11-24 15:58:23 Mars/Base
2026-11-24 15:58:23 ../../etc/localtime|2026-11-24 15:58:23 Europe|2026-11-24 15:58:23 a/b/
2026-11-24 15:58:23 +99|20261399999999|2026-11-24 15:58:23 \x00/x
"""


@pytest.mark.parametrize("text", ["", "9" * 200, *NO_DATES.strip().replace("\n", "|").split("|")])
def test_what_is_no_date_is_said_to_be_none(text):
    assert understood(text, "x") is None


@pytest.mark.parametrize("zone", [name for name, hours in _HOURS.items() if len(hours) > 1])
def test_a_zone_of_two_meanings_is_the_deadlines_or_unknown(zone):
    when = understood(f"2026-11-24 12:00:00 {zone}", "x")
    for hours in (*_HOURS[zone], 1.25):
        minutes = round(hours * 60)
        offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
        late = when.after(datetime.fromisoformat(f"2026-11-24T11:59:00{offset}"))
        assert late == (60 if hours in _HOURS[zone] else None)


def one(path, **told):
    return next(handin for handin in handins(path, **told) if not handin.problem)


@pytest.mark.parametrize("name", ["eve/timestamp.txt", "eve/03/timestamp.txt", "timestamp.txt"])
def test_a_students_own_timestamp_is_not_believed(tmp_path, name):
    path = laid_out(tmp_path / "x", f"eve/{NB}", f"ada/{NB}", f"bob/{NB}")
    folder = "eve/03" if "/03/" in name else "eve"
    laid_out(path, f"{folder}/{NB}")
    laid_out(path, name, content="2020-01-01 00:00:00 UTC")
    for handin in handins(path):
        assert handin.submitted > utc("2026-01-01") - 86_400 * 366
        assert handin.when.source == "the file's date"


PLATFORM_FILES = {
    "canvas": (f"ada_77_1_{NB}", "ada_77_2_timestamp.txt", f"bob_78_3_{NB}"),
    "moodle": (f"Ada_7_assignsubmission_file/{NB}", "Ada_7_assignsubmission_file/timestamp.txt"),
    "moodle, deeper": (f"Ada_7_assignsubmission_file/x/{NB}", "Ada_7_assignsubmission_file/x/timestamp.txt"),
    "ilias": (f"A_Ada_ada_7/{NB}", "A_Ada_ada_7/timestamp.txt"),
}


@pytest.mark.parametrize("kind", PLATFORM_FILES)
def test_a_timestamp_within_what_a_platform_packed_is_not_believed(tmp_path, kind):
    path = packed(tmp_path / "x.zip", *PLATFORM_FILES[kind], content="2020-01-01 00:00:00 UTC")
    assert all(handin.submitted > utc("2026-01-01") for handin in handins(path))


@pytest.mark.parametrize("kind", ["canvas", "moodle"])
def test_the_times_of_a_platforms_zip_are_the_downloads(tmp_path, kind):
    path = packed(tmp_path / "x.zip", *PLATFORM_FILES[kind])
    when = one(path).when
    assert when.after(DUE) is None
    assert when.late is (False if kind == "canvas" else None)


def test_canvas_says_late_itself(tmp_path):
    path = packed(tmp_path / "x.zip", f"ada_LATE_77_1_{NB}", f"late_78_2_{NB}", f"LATE_anon_aB3xY_4_{NB}")
    assert {h.student: h.when.late for h in handins(path)} == {
        "ada_77": True,
        "late_78": False,
        "anon_aB3xY": True,
    }


def test_files_of_one_minute_in_an_archive_were_packed_then(tmp_path):
    path = packed(tmp_path / "x.zip", f"ada/{NB}", f"bob/{NB}")
    assert not one(path).when.counts
    assert one(laid_out(tmp_path / "x", f"ada/{NB}", f"bob/{NB}")).when.counts
    single = packed(tmp_path / "one.zip", f"ada/{NB}")
    assert one(single).when.counts


def in_the_minute(folder, moments):
    """Each student's notebook, of that moment."""
    path = laid_out(folder, *(f"{name}/{NB}" for name in moments))
    for name, moment in moments.items():
        os.utime(path / name / NB, (utc(moment), utc(moment)))
    return path


def test_the_dates_of_a_folder_that_was_copied_are_not_those_of_handing_in(tmp_path):
    copied = {name: f"2026-11-29 13:18:{n}0" for n, name in enumerate(("ada", "bob", "cyd", "dee"))}
    before, after = "2026-11-20 10:00", "2026-11-29 13:20"
    found = handins(in_the_minute(tmp_path / "x", copied | {"eve": before, "fay": after}))
    assert [handin.student for handin in found if handin.when.counts] == ["eve", "fay"]
    assert {handin.when.source for handin in found[:4]} == {"the time of a copy"}
    assert "git clone" in found[0].when.problem


@pytest.mark.parametrize("others", [0, 5])
def test_a_few_who_hand_in_at_once_are_believed(tmp_path, others):
    few = dict.fromkeys(["ada", "bob", "cyd", "dee"][: 3 + (others > 0)], "2026-11-29 13:18")
    rest = {f"student{n}": f"2026-11-{n + 1:02} 10:00" for n in range(others)}
    assert all(handin.when.counts for handin in handins(in_the_minute(tmp_path / "x", few | rest)))


def test_who_has_handed_in_no_notebook_has_no_date(tmp_path):
    (empty,) = handins(laid_out(tmp_path / "x", "ada/essay.pdf"))
    assert empty.problem and not empty.when.counts and empty.when.source == ""


def test_nbgraders_own_timestamp_is_believed_in_its_own_place(tmp_path):
    path = laid_out(tmp_path / "x", f"ada/ps1/{NB}", f"bob/ps1/deeper/{NB}", f"cyd/ps1/{NB}")
    laid_out(path, "ada/ps1/timestamp.txt", "bob/ps1/timestamp.txt", content="2026-11-25 03:30:00 KST")
    laid_out(path, "bob/ps1/deeper/timestamp.txt", "ada/timestamp.txt", content="2020-01-01 00:00:00 UTC")
    ada, bob, cyd = handins(path)
    assert ada.submitted == bob.submitted == utc("2026-11-24 18:30:00")
    assert ada.when.source == "nbgrader's timestamp.txt"
    assert cyd.submitted == os.stat(path / "cyd" / "ps1" / NB).st_mtime


def test_one_timestamp_among_many_folders_is_its_students(tmp_path):
    path = laid_out(tmp_path / "x", *(f"{name}/03_activations/{NB}" for name in ("ada", "bob", "eve")))
    laid_out(path, "eve/03_activations/timestamp.txt", content="2020-01-01 00:00:00 UTC")
    assert {handin.when.source for handin in handins(path)} == {"the file's date"}


def test_what_nbgrader_has_written_and_is_not_understood_counts_for_nothing(tmp_path):
    path = laid_out(tmp_path / "x", f"ada/ps1/{NB}")
    (path / "ada" / "ps1" / "timestamp.txt").write_bytes(b"2026-11-24 12:00:00 XYZ\n\xff" * 9)
    assert not one(path).when.counts
    (path / "ada" / "ps1" / "timestamp.txt").write_text("yesterday\x1b[31m")
    assert one(path).when.problem == "nbgrader's timestamp.txt 'yesterday\\x1b[31m' is not understood"


def test_sakais_timestamp_and_dates_in_names_are_read(tmp_path):
    sakai = [f"HW/Kim, Ada({user})/Submission attachment(s)/{NB}" for user in "ab"]
    path = laid_out(tmp_path / "x", *sakai)
    laid_out(path, "HW/Kim, Ada(a)/timestamp.txt", content="2026-11-24T14:58:23.948Z")
    ada, bob = handins(path)
    assert ada.submitted == utc("2026-11-24 14:58:23.948")
    assert not bob.when.counts
    name = f"HW_ada_attempt_2026-11-24-23-59-30_{NB}"
    assert one(packed(tmp_path / "b.zip", name)).when.after(DUE) == 30
    name = f"1-2 - Ada Kim - Nov 24, 2026 1158 PM/{NB}"
    assert one(packed(tmp_path / "d.zip", name)).when.after(DUE) == -60
