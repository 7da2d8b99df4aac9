"""When something was handed in, who says so, and whether lateness may be told from it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dlcourse.course.language import marked
from dlcourse.grading.intake.archives import File, shown
from dlcourse.grading.intake.notebook import Unreadable

TIMESTAMP = "timestamp.txt"  # nbgrader's and Sakai's
_LONGEST = 100  # characters of a date
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

# What strftime's %Z gives for the zones of tzdata in 2024 to 2026, in hours; some mean more than one.
_ZONES = """
    ACDT 10.5  ACST 9.5  ADT -3  AEDT 11  AEST 10  AKDT -8  AKST -9  AST -4  AWST 8  BST 1  CAT 2  CDT -5|-4
    CEST 2  CET 1  CHST 10  CST -6|-5|8  EAT 3  EDT -4  EEST 3  EET 2  EST -5  GMT 0  HDT -9  HKT 8  HST -10
    IDT 3  IST 1|2|5.5  JST 9  KST 9  MDT -6  MEST 2  MET 1  MSK 3  MST -7  NDT -2.5  NST -3.5  NZDT 13
    NZST 12  PDT -7  PKT 5  PST -8|8  SAST 2  SST -11  UCT 0  UTC 0  WAT 1  WEST 1  WET 0  WIB 7  WIT 9
    WITA 8  Z 0  ZULU 0
"""
_PAIRS = zip(*[iter(_ZONES.split())] * 2, strict=True)
_HOURS = {name: tuple(map(float, hours.split("|"))) for name, hours in _PAIRS}


@dataclass(frozen=True)
class When:
    """A date with its source.

    seconds  since 1970; where the zone is open, as if it were UTC
    source   who says so
    zones    the hours from UTC that its zone may be, where that is open; None where no zone is written
    counts   whether lateness may be told from it
    late     a platform's own word, where it has given that and no date
    problem  why it does not count, and what to do
    """

    seconds: float = 0.0
    source: str = marked("the file's date")
    zones: tuple[float, ...] | None = (0.0,)
    counts: bool = True
    late: bool | None = None
    problem: str = ""

    def after(self, due: datetime) -> float | None:
        """Seconds after the deadline; None where that is not known. An open zone is the deadline's if it can.

        >>> due = datetime.fromisoformat("2026-12-01T12:00:00+08:00")
        >>> understood("2026-12-01 12:00:30 CST", "").after(due)
        30.0
        """
        hours = (due.utcoffset() or timedelta()) / timedelta(hours=1)
        if not self.counts or (self.zones and len(self.zones) > 1 and hours not in self.zones):
            return None
        is_open = self.zones is None or len(self.zones) > 1
        return self.seconds - due.timestamp() - (3600 * hours if is_open else 0)


def understood(text: str, source: str, no_zone: float | None = 0.0) -> When | None:
    """A date as programs write it, "2026-11-24 15:58:23.948203 KST"; None where it is not understood.

    no_zone: the hours from UTC that are meant where no zone is written; None where that is not known.
    """
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)[T ](\S{4,20}?)(?: (\S{1,40}))?", text.strip()[:_LONGEST])
    if not found:
        return _digits(text.strip(), source)
    try:
        moment = datetime.fromisoformat(f"{found[1]}T{found[2]}")
        if moment.tzinfo is None and (named := _named(found[3])):
            moment = moment.replace(tzinfo=named)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is not None:
        return When(moment.timestamp(), source)
    zones = _zones(found[3]) if found[3] else (no_zone if no_zone is None else (no_zone,))
    return None if zones == () else _at(moment, source, zones)


def _at(moment: datetime, source: str, zones: tuple[float, ...] | None) -> When:
    seconds = moment.replace(tzinfo=UTC).timestamp()
    if zones is not None and len(zones) == 1:
        return When(seconds - 3600 * zones[0], source)
    return When(seconds, source, zones)


def _digits(text: str, source: str) -> When | None:
    """20261124145823948, as Sakai once wrote it."""
    if not re.fullmatch(r"\d{14}\d{0,3}", text):
        return None
    try:
        return _at(datetime.strptime(text[:14], "%Y%m%d%H%M%S"), source, (0.0,))
    except ValueError:
        return None


def _named(zone: str | None) -> ZoneInfo | None:
    """Europe/Berlin, which says by itself when it is summer; CET in summer is CET."""
    if not zone or "/" not in zone:
        return None
    try:
        return ZoneInfo(zone)
    except (ValueError, OSError):  # a name that is a path, or a folder of zones
        return None
    except KeyError:
        return None


def _zones(zone: str) -> tuple[float, ...]:
    """The hours from UTC that it may mean: none, one or several.

    >>> _zones("KST"), _zones("+0530"), _zones("-3"), _zones("CST"), _zones("XYZ")
    ((9.0,), (5.5,), (-3.0,), (-6.0, -5.0, 8.0), ())
    """
    found = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d\d)?", zone)
    if not found:
        return _HOURS.get(zone.upper(), ())
    hours = int(found[2]) + int(found[3] or 0) / 60
    return (-hours if found[1] == "-" else hours,) if hours < 24 else ()


def from_timestamp(file: File, source: str, otherwise: float) -> When:
    """What a platform's timestamp.txt says; where that is not understood it counts for nothing."""
    try:
        text = file.read(_LONGEST).decode()
        when = understood(text, source)
    except (Unreadable, UnicodeDecodeError):
        text, when = "", None
    if when is not None:
        return when
    why = f"{source} '{shown(text.strip())[:60]}' is not understood"
    return When(otherwise, source, counts=False, problem=why)


def in_name(text: str) -> When | None:
    """The date that Brightspace or Blackboard put into a name; neither says its time zone.

    >>> in_name("Oct 10, 2025 1022 AM").seconds == in_name("2025-10-10-10-22-00").seconds
    True
    """
    brightspace = re.fullmatch(r"([A-Z][a-z]{2}) (\d{1,2}), (\d{4}) (\d{1,2})(\d\d) ([AP])M", text)
    try:
        if brightspace:
            month, day, year, hour, minute, half = brightspace.groups()
            hour = int(hour) % 12 + (12 if half == "P" else 0)
            moment = datetime(int(year), _MONTHS.index(month.lower()) + 1, int(day), hour, int(minute))
        else:
            moment = datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        return None
    return _at(moment, "the date in the name, in the deadline's time zone", None)
