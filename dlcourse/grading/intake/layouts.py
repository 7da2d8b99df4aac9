"""How learning platforms lay out what was handed in: one table of layouts, and which of them some paths are.

A layout is chosen once, for all that a source holds, by names that the platform has given; a file's own name,
which is its student's, decides nothing. `docs/instructors.md` has the same table for those who grade. No file
that a platform had made was at hand: shapes are from their source code where `known_from` names one, from
documentation of others ("read in"), or from memory ("unverified").
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from dlcourse.course.language import marked
from dlcourse.exercises.released_cells import known_lessons
from dlcourse.grading.intake.dates import TIMESTAMP, When, in_name
from dlcourse.grading.intake.lesson_of import is_notebook, lesson_of

Parts = tuple[str, ...]
_LATE, _NOT_LATE = marked("Canvas's LATE"), marked("Canvas's name, without LATE")
_MOST_AROUND = 5  # folders around what a platform gives


@dataclass(frozen=True)
class Whose:
    """What a path says.

    student  as the platform, or the instructor's folder, names the student
    file     the name under which the file was handed in
    when     what the name says of when that was
    aside    why it is no hand-in, though it lies with the student's
    given    (platform, name) by which that takes back a page for it, where it does
    """

    student: str
    file: str
    when: When | None = None
    aside: str = ""
    given: tuple[str, str] = ("", "")


Reader = Callable[[Parts], Whose | None]


@dataclass(frozen=True)
class Layout:
    """A platform's layout.

    reader      of (folders around all, all paths below these) the function that reads one such path
    dated       whether the files' own dates are those of handing in; else they are of the download
    stamped_at  in how many folders a timestamp.txt of the platform lies; 0 where it writes none
    """

    name: str
    looks: str
    known_from: str
    reader: Callable[[Parts, list[Parts]], Reader]
    dated: bool = False
    stamped_at: int = 0


@dataclass(frozen=True)
class Reading:
    """A layout, the folders around all of it, and the function that reads a path without these."""

    layout: Layout
    around: Parts
    whose: Reader


def recognised(paths: list[Parts], name: str = "") -> Reading | None:
    """The first layout that more than half of the names fit that a platform would have given, or None.

    paths: of all files and folders.  name: of the only layout to try, which then need not fit so well.
    """
    notebooks = [path for path in paths if is_notebook(path[-1])] or [p for p in paths if p[-1] != "."]
    best: tuple[float, Reading | None] = 0.0, None
    for layout in LAYOUTS:
        for depth in range(min(_common(notebooks), _MOST_AROUND) + 1 if name in ("", layout.name) else 0):
            around = notebooks[0][:depth] if notebooks else ()
            below = [path[depth:] for path in paths if path[:depth] == around and path[depth:]]
            whose = layout.reader(around, below)
            share = _share([path[depth:] for path in notebooks], whose)
            if share > max(best[0], 0 if name else 0.5):
                best = share, Reading(layout, around, whose)
        if best[1]:
            return best[1]
    return None


def _share(paths: list[Parts], whose: Reader) -> float:
    """Of the names at the top, those that are of the layout; what is no hand-in there says nothing."""
    fits: dict[str, bool] = {}
    for path in paths:
        found = whose(path)
        if found is None or not found.aside:
            fits[path[0]] = fits.get(path[0], False) or found is not None
    return sum(fits.values()) / max(1, len(fits))


def _common(paths: list[Parts]) -> int:
    """How many folders are around all of them."""
    if not paths:
        return 0
    first, last = min(paths), max(paths)
    most = min(len(first), len(last)) - 1
    return next((n for n in range(most) if first[n] != last[n]), most)


def _always(reader: Reader) -> Callable[[Parts, list[Parts]], Reader]:
    """The reader of a layout in which one path is enough."""
    return lambda around, paths: reader


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


# ---- flat names ----


def _canvas(parts: Parts) -> Whose | None:
    """lovelaceada_LATE_77_4242_03_activations.ipynb; the first number is the user's, the next the file's.

    Canvas leaves no other number before these, and its own LATE is the only word in capitals there.
    """
    if len(parts) != 1:
        return None
    tokens = parts[0].split("_")
    late = tokens[0] == "LATE" and tokens[1:2] == ["anon"]
    tokens = tokens[1:] if late else tokens
    if tokens[0] == "anon" and len(tokens) > 2 and re.fullmatch("[A-Za-z0-9]{5}", tokens[1]):
        at = 1
    else:
        at = next((n for n, token in enumerate(tokens) if n and _is_number(token)), 0)
    file = "_".join(tokens[at + 2 :]) if _is_number("".join(tokens[at + 1 : at + 2])) else ""
    typed = bool(re.fullmatch(r"(?:text|link)(?:-\d+)?\.html", "_".join(tokens[at + 1 :])))
    if not at or not (file or typed):
        return None
    late = late or tokens[at - 1] == "LATE"
    name = tokens[: at - 1] if tokens[at - 1] == "LATE" else tokens[:at]
    when = When(source=_LATE if late else _NOT_LATE, counts=False, late=late)
    given = ("canvas", parts[0][: -len(file) - 1]) if file else ("", "")
    return Whose("_".join([*name, tokens[at]]), file or parts[0], when, given=given)


def _moodle(parts: Parts) -> Whose | None:
    """Ada Lovelace_1234_assignsubmission_file_/03_activations.ipynb, or with the file's name after the _."""
    student, known, rest = parts[0].partition("_assignsubmission_")
    plugin, _, file = rest.partition("_")
    name, _, number = student.rpartition("_")
    if not (student and known and rest):
        return None
    numbered = _is_number(number) and bool(name) and "_" not in name
    folder = parts[0] if len(parts) > 1 else f"{student}{known}{plugin}"
    given = ("moodle", folder) if numbered else ("", "")
    if len(parts) > 1:
        return Whose(student, parts[-1], given=given) if not file else None
    return Whose(student, file, given=given) if file and (numbered or "_" not in student) else None


_ATTEMPT = re.compile(r"_attempt_(\d{4}(?:-\d\d){5})(?:_(.+)|\.txt)", re.DOTALL)


def _blackboard(around: Parts, paths: list[Parts]) -> Reader:
    """Lesson 3_alovelace_attempt_2026-11-24-15-58-23_03_activations.ipynb, the assignment's name in front."""
    heads = {p[0][: found.start()] for p in paths if len(p) == 1 and (found := _ATTEMPT.search(p[0]))}
    titles = {head.rpartition("_")[0] for head in heads}
    least, most = min(heads, default=""), max(heads, default="")
    same = next((n for n, (a, b) in enumerate(zip(least, most, strict=False)) if a != b), len(least))
    title = len(titles.pop()) + 1 if len(titles) == 1 else least[:same].rfind("_") + 1

    def whose(parts: Parts) -> Whose | None:
        found = _ATTEMPT.search(parts[0]) if len(parts) == 1 else None
        if found is None or found.start() <= title:
            return None
        return Whose(parts[0][title : found.start()], found[2] or parts[0], in_name(found[1]))

    return whose


# ---- a folder a student ----


_BRIGHTSPACE = re.compile(r"(\d+)-\d+ - (.+?) - ([A-Z][a-z]{2} \d{1,2}, \d{4} \d{3,4} [AP]M)(?: - (.+))?")


def _brightspace(parts: Parts) -> Whose | None:
    """39786-640693 - Ada Lovelace - Oct 10, 2025 1022 AM/03_activations.ipynb, a folder an attempt."""
    found = _BRIGHTSPACE.fullmatch(parts[0])
    if not found or (len(parts) == 1) != bool(found[4]):
        return None
    return Whose(f"{found[2]}_{found[1]}", found[4] or parts[-1], in_name(found[3]))


def _sakai(around: Parts, paths: list[Parts]) -> Reader:
    """Lovelace, Ada(alovelace)/Submission attachment(s)/03_activations.ipynb beside timestamp.txt."""
    stamped = {path[0] for path in paths if len(path) == 2 and path[1] == TIMESTAMP}

    def whose(parts: Parts) -> Whose | None:
        named = re.fullmatch(r".*\([^()]+\)", parts[0])
        attached = len(parts) > 2 and parts[1].casefold().startswith("submission attachment")
        if not named or not (attached or parts[0] in stamped):
            return None
        feedback = len(parts) > 2 and parts[1].casefold().startswith("feedback")
        return Whose(parts[0], parts[-1], aside="the instructor's feedback" if feedback else "")

    return whose


def _ilias(around: Parts, paths: list[Parts]) -> Reader:
    """Lovelace_Ada_alovelace_4711/03_activations.ipynb; of a team in a folder of that."""
    teams = {p[0] for p in paths if len(p) > 2 and re.fullmatch(r"\D+ \d+", p[0]) and _names_in_ilias(p[1])}

    def whose(parts: Parts) -> Whose | None:
        if parts[0] in teams:
            parts = parts[1:]
        if len(parts) < 2:
            return Whose("", parts[0], aside="beside the students' folders")
        return Whose(parts[0], parts[-1]) if _names_in_ilias(parts[0]) else None

    return whose


def _names_in_ilias(folder: str) -> bool:
    tokens = folder.split("_")
    return len(tokens) > 3 and all(tokens) and _is_number(tokens[-1]) and folder.isascii()


def _teams(parts: Parts) -> Whose | None:
    """Submitted files/Ada Lovelace/Lesson 3/Version 1/03_activations.ipynb; Working files are drafts."""
    if parts[0] == "Submitted files" and len(parts) > 2:
        return Whose(parts[1], parts[-1])
    drafts = parts[0] == "Working files" or parts[0] == "Submitted files"
    return Whose("", parts[-1], aside="of Working files, which are drafts") if drafts else None


def _github(around: Parts, paths: list[Parts]) -> Reader:
    """lesson-3-submissions/lesson-3-ada/03_activations.ipynb"""
    ending = "-submissions"
    title = around[-1].removesuffix(ending) + "-" if around and around[-1].endswith(ending) else ""

    def whose(parts: Parts) -> Whose | None:
        named = title and len(parts) > 1 and len(parts[0]) > len(title) and parts[0].startswith(title)
        return Whose(parts[0][len(title) :], parts[-1]) if named else None

    return whose


def _gradescope(around: Parts, paths: list[Parts]) -> Reader:
    """assignment_123_export/submission_456/03_activations.ipynb; a file beside these says who 456 is."""
    within = bool(around) and re.fullmatch(r"assignment_\d+_export", around[-1])

    def whose(parts: Parts) -> Whose | None:
        named = within and len(parts) > 1 and re.fullmatch(r"submission_\d+", parts[0])
        return Whose(parts[0], parts[-1]) if named else None

    return whose


def _nbgrader(around: Parts, paths: list[Parts]) -> Reader:
    """ada/03_activations/03_activations.ipynb, or of any assignment beside nbgrader's timestamp."""
    known = set(known_lessons())
    students = {path[0] for path in paths if is_notebook(path[-1]) and len(path) > 1}
    theirs = {path[0] for path in paths if len(path) > 2 and lesson_of(path[1]) in known}
    theirs |= {path[0] for path in paths if len(path) == 3 and path[2] == TIMESTAMP}
    fits = 2 * len(theirs & students) > len(students)
    return lambda parts: Whose(parts[0], parts[-1]) if fits and len(parts) > 1 else None


def _nbgraders_course(around: Parts, paths: list[Parts]) -> Reader:
    """submitted/ada/03_activations/03_activations.ipynb, perhaps beside autograded/ and the like."""
    fits = any(path[0] == "submitted" and len(path) > 2 for path in paths)

    def whose(parts: Parts) -> Whose | None:
        if parts[0] == "submitted" and len(parts) > 2:
            return Whose(parts[1], parts[-1])
        return Whose("", parts[-1], aside="outside of nbgrader's submitted/") if fits else None

    return whose


def _exchange(parts: Parts) -> Whose | None:
    """ada+03_activations+2026-11-24 15:58:23 UTC+x1y2/03_activations.ipynb, nbgrader's inbound/."""
    tokens = parts[0].split("+")
    dated = len(tokens) > 2 and all(tokens[:2]) and re.match(r"\d{4}-\d\d-\d\d ", tokens[2])
    return Whose(tokens[0], parts[-1]) if dated and len(parts) > 1 else None


LAYOUTS = (
    Layout(
        "canvas",
        "lovelaceada_77_4242_03_activations.ipynb",
        "instructure/canvas-lms, lib/content_zipper.rb",
        _always(_canvas),
    ),
    Layout(
        "moodle",
        "Ada Lovelace_1234_assignsubmission_file/03_activations.ipynb",
        "moodle/moodle, mod/assign/classes/downloader.php",
        _always(_moodle),
    ),
    Layout(
        "blackboard",
        "Lesson 3_ada_attempt_2026-11-24-15-58-23_03_activations.ipynb",
        "read in nbgrader's help of zip_collect",
        _blackboard,
    ),
    Layout(
        "brightspace",
        "39786-640693 - Ada Lovelace - Oct 10, 2025 1022 AM/03_activations.ipynb",
        "read in the tests of another grader",
        _always(_brightspace),
    ),
    Layout(
        "sakai",
        "Lesson 3/Lovelace, Ada(ada)/Submission attachment(s)/03_activations.ipynb",
        "sakaiproject/sakai, AssignmentServiceImpl.java",
        _sakai,
        stamped_at=1,
    ),
    Layout(
        "exchange",
        "ada+03_activations+2026-11-24 15:58:23 UTC+x1y2/03_activations.ipynb",
        "nbgrader 0.9, exchange/default/submit.py",
        _always(_exchange),
        dated=True,
        stamped_at=1,
    ),
    Layout(
        "ilias",
        "Lovelace_Ada_ada_4711/03_activations.ipynb",
        "ILIAS, Modules/Exercise/classes/class.ilExSubmission.php",
        _ilias,
        dated=True,
    ),
    Layout(
        "teams",
        "Student Work/Submitted files/Ada Lovelace/Lesson 3/Version 1/03_activations.ipynb",
        "unverified",
        _always(_teams),
    ),
    Layout("github", "lesson-3-submissions/lesson-3-ada/03_activations.ipynb", "unverified", _github),
    Layout(
        "gradescope", "assignment_123_export/submission_456/03_activations.ipynb", "unverified", _gradescope
    ),
    Layout(
        "nbgrader-course",
        "submitted/ada/03_activations/03_activations.ipynb",
        "nbgrader 0.9, coursedir.py and exchange/default/submit.py",
        _nbgraders_course,
        dated=True,
        stamped_at=3,
    ),
    Layout(
        "nbgrader",
        "ada/03_activations/03_activations.ipynb",
        "nbgrader 0.9, coursedir.py and exchange/default/submit.py",
        _nbgrader,
        dated=True,
        stamped_at=2,
    ),
)
