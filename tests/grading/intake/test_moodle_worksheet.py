"""Moodle's grading worksheet says when things were handed in, in the language of whoever exported it."""

from datetime import datetime

import pytest

from dlcourse.course.errors import UserError
from dlcourse.grading.intake.moodle_worksheet import dated, read_dates, understood
from dlcourse.grading.intake.submissions import handins

from .conftest import packed

NB = "03_activations.ipynb"
# Columns and formats as in mod/assign/gradingtable.php and each language's langconfig.php.
ENGLISH = """Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,\
Last modified (submission),Last modified (grade),Feedback comments
Participant 1234,Ada Lovelace,a2@x.org,Submitted for grading,,100,Yes,"Tuesday, 24 November 2026, 11:58 PM",-,
Participant 1235,Zoë Ng,z9@x.org,Submitted,50,100,Yes,"Wednesday, 25 November 2026, 12:05 AM",\
"Friday, 27 November 2026, 9:00 AM",
Participant 1236,Noshow,n@x.org,No submission,,100,Yes,-,-,
"""
GERMAN = """ID,Status,Bewertung,Bestwertung,Bewertung kann geändert werden,Zuletzt geändert (Abgabe),\
Zuletzt geändert (Bewertung)
Teilnehmer/in1234,Zur Bewertung abgegeben,,100,Ja,"Dienstag, 24. November 2026, 23:58",-
Teilnehmer/in1235,Abgegeben,,100,Ja,"Mittwoch, 25. November 2026, 00:05",-
"""
KOREAN = """식별번호,성명,상태,최종 수정 (제출),최종 수정 (성적)
참여자1234,에이다,제출,"2026년 11월 24일, 화요일, 오후 11:58","2026년 12월 1일, 화요일, 오전 9:00"
참여자1235,조이,제출,"2026년 11월 25일, 수요일, 오전 12:05",-
"""


@pytest.mark.parametrize("text", [ENGLISH, "\ufeff" + ENGLISH, GERMAN, KOREAN])
def test_the_dates_of_a_worksheet_are_those_of_its_language(tmp_path, text):
    (tmp_path / "w.csv").write_text(text)
    found = read_dates([tmp_path / "w.csv"])
    assert found == {"1234": datetime(2026, 11, 24, 23, 58), "1235": datetime(2026, 11, 25, 0, 5)}


@pytest.mark.parametrize(
    "text, moment",
    [
        ("Tuesday, 24 November 2026, 3:58 PM", (2026, 11, 24, 15, 58)),
        ("Tuesday, November 24, 2026, 3:58\u202fpm", (2026, 11, 24, 15, 58)),
        ("mardi 24 novembre 2026, 15:58", (2026, 11, 24, 15, 58)),
        ("martes, 1 de diciembre de 2026, 15:58", (2026, 12, 1, 15, 58)),
        ("2026年 11月 24日(火曜日) 15:58", (2026, 11, 24, 15, 58)),
        ("2026년 1월 2일, 금요일, 오전 12:00", (2026, 1, 2, 0, 0)),
        ("24/11/2026, 15:58", None),
        ("2 3 November 2026, 15:58", None),
        ("24 November 2026", None),
        ("24 November 2026, 15:58 PM", None),
        ("31 February 2026, 10:00", None),
        ("24 Nonsense 2026, 10:00", None),
        ("", None),
    ],
)
def test_a_date_is_read_in_its_language_or_refused(text, moment):
    assert understood(text) == (datetime(*moment) if moment else None)


def test_what_moodle_packed_gets_moodles_dates_and_what_it_did_not_keeps_its_own(tmp_path):
    (tmp_path / "w.csv").write_text(ENGLISH)
    dates = read_dates([tmp_path / "w.csv"])
    names = [f"Ada Lovelace_1234_assignsubmission_file/{NB}", f"Bob_9_assignsubmission_file/{NB}"]
    ada, bob = dated(handins(packed(tmp_path / "m.zip", *names)), dates)
    due = datetime.fromisoformat("2026-11-24T23:59:00+09:00")
    assert ada.when.after(due) == -60
    assert "worksheet" in ada.when.source
    assert bob.when.after(due) is None
    (canvas,) = dated(handins(packed(tmp_path / "c.zip", f"adalovelace_1234_5_{NB}")), dates)
    assert canvas.when.late is False


@pytest.mark.parametrize(
    "text, says",
    [
        ("a,b\n1,2\n", "no column with a date"),
        ("a,b\nx,y\n", "no column with a participant"),
        (ENGLISH.replace("24 November", "24/11"), "is no date that is understood"),
        ("", "is empty"),
    ],
)
def test_what_is_no_worksheet_is_the_users_error(tmp_path, text, says):
    (tmp_path / "w.csv").write_text(text)
    with pytest.raises(UserError, match=says):
        read_dates([tmp_path / "w.csv"])
