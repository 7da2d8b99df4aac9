"""When things were handed in, by the grading worksheet that Moodle exports of an assignment.

Headings and dates in it are in the language of whoever exported it; dates are in that person's time zone,
which stands nowhere, and are cut off at the minute. Columns and formats are those of Moodle's own code
(mod/assign/gradingtable.php, and "strftimedaydatetime" of each language's langconfig.php).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.language import marked
from dlcourse.grading.intake.archives import shown
from dlcourse.grading.intake.dates import When
from dlcourse.grading.intake.roster import read_csv
from dlcourse.grading.intake.submissions import GROUPS, Handin

SOURCE = marked("Moodle's worksheet, in the deadline's time zone")
_HEADING = re.compile(r"last modified \(submission\)|zuletzt geändert \(abgabe\)", re.IGNORECASE)
_MONTHS = """
    january february march april may june july august september october november december
    januar februar märz april mai juni juli august september oktober november dezember
    janvier février mars avril mai juin juillet août septembre octobre novembre décembre
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
    janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
    januari februari maart april mei juni juli augustus september oktober november december
"""
_MONTH = {name: n % 12 + 1 for n, name in enumerate(_MONTHS.split())}
_HALVES = {"am": 0, "오전": 0, "上午": 0, "午前": 0, "pm": 12, "오후": 12, "下午": 12, "午後": 12}
_NUMBER = re.compile(r"\d+$")


def read_dates(paths: Iterable[Path]) -> dict[str, datetime]:
    """When each participant handed in, by the number that Moodle's file names have too; without a time zone.

    UserError where a file is no such worksheet, or says a date that is not understood.
    """
    found: dict[str, datetime] = {}
    for path in paths:
        headings, *rows = read_csv(path)
        rows = [row + [""] * (len(headings) - len(row)) for row in rows]
        who, when = _columns(path, headings, rows)
        for row in rows:
            if (number := _NUMBER.search(row[who].strip())) and row[when].strip() not in ("", "-"):
                found[number[0]] = _moment(path, row[when])
    return found


def dated(handins: list[Handin], dates: dict[str, datetime]) -> list[Handin]:
    """Those of Moodle's with the worksheet's date in place of the download's."""
    return [_dated(handin, dates.get(handin.student.rpartition("_")[2])) for handin in handins]


def _dated(handin: Handin, moment: datetime | None) -> Handin:
    if moment is None or handin.given[0] == GROUPS or handin.when.counts or handin.when.late is not None:
        return handin
    return replace(handin, when=When(moment.replace(tzinfo=UTC).timestamp(), SOURCE, zones=None))


def unknown(handins: list[Handin], dates: dict[str, datetime]) -> list[str]:
    """What is to be said of worksheets that know none of what Moodle packed, or not all of it."""
    packed = {handin.student for handin in handins if handin.given[0] in ("moodle", GROUPS)}
    strange = sorted(student for student in packed if student.rpartition("_")[2] not in dates)
    if not dates or not strange:
        return []
    some = ", ".join(strange[:3]) + ", …" * (len(strange) > 3)
    return [
        f"the worksheet has no date for {len(strange)} of the {len(packed)} in Moodle's zip ({some}): it has "
        "to be of the same assignment, and knows no groups"
    ]


def _columns(path: Path, headings: list[str], rows: list[list[str]]) -> tuple[int, int]:
    """(the participants' column, the dates'), by what stands in them, whatever the language."""
    columns = list(zip(*rows, strict=False))
    numbers = [n for n, cells in enumerate(columns) if all(_NUMBER.search(c.strip()) for c in cells)]
    whose = [n for n in numbers if len(set(columns[n])) == len(rows)]
    dates = [n for n, cells in enumerate(columns) if _are_dates(cells)]
    if not whose or not dates:
        what = "participant" if not whose else "date of submission"
        raise UserError(
            f"{path} has no column with a {what}: give the grading worksheet as Moodle exports it"
        )
    return whose[0], dates[0]


def _are_dates(cells: tuple[str, ...]) -> bool:
    told = [cell for cell in cells if cell.strip() not in ("", "-")]
    return bool(told) and all(re.search(r"\d{4}", cell) and re.search(r"\d:\d\d", cell) for cell in told)


def _moment(path: Path, text: str) -> datetime:
    moment = understood(text)
    if moment is None:
        raise UserError(
            f"{path}: {shown(text)[:80]!r} is no date that is understood: export it with Moodle in English"
        )
    return moment


def understood(text: str) -> datetime | None:
    """A date as Moodle writes it in some language; None where it is not clear.

    >>> understood("Tuesday, 24 November 2026, 3:58 PM")
    datetime.datetime(2026, 11, 24, 15, 58)
    >>> understood("2026년 11월 24일, 화요일, 오후 3:58") == understood("mardi 24 novembre 2026, 15:58")
    True
    """
    text = unicodedata.normalize("NFKC", text[:200]).casefold().replace("a. m.", "am").replace("p. m.", "pm")
    time = re.search(r"(?<!\d)(\d{1,2}):(\d\d)(?!\d)", text)
    year = re.search(r"(?<!\d)(\d{4})(?!\d)", text)
    if not time or not year:
        return None
    rest = text.replace(time[0], " ", 1).replace(year[0], " ", 1)
    months, days = _month_and_day(rest)
    halves = {_HALVES[word] for word in _HALVES if word in re.findall(r"[^\W\d_]+", text)}
    hour = int(time[1])
    if len(months) != 1 or len(days) != 1 or len(halves) > 1 or (halves and not 1 <= hour <= 12):
        return None
    hour = hour % 12 + halves.pop() if halves else hour
    try:
        return datetime(int(year[1]), months.pop(), days.pop(), hour, int(time[2]))
    except ValueError:
        return None


def _month_and_day(text: str) -> tuple[set[int], set[int]]:
    """What may be the month, and what may be the day; 11월 and 11月 are months, a bare number is a day."""
    numbered = re.findall(r"(\d{1,2}) ?[月월]", text)
    named = [_MONTH[word] for word in re.findall(r"[^\W\d_]+", text) if word in _MONTH]
    rest = re.sub(r"\d{1,2} ?[月월]", " ", text)
    return {*map(int, numbered), *named}, set(map(int, re.findall(r"(?<!\d)\d{1,2}(?!\d)", rest)))
