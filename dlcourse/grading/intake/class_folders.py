"""Which folders are the students', where no platform has named them, and how sure that is.

    ada/03_activations.ipynb                 a folder a student
    ada/old/first/03_activations.ipynb       which may hold more folders
    class/ada/03_activations.ipynb           one folder around several students

Nothing else is taken for granted. Where folders may as well be sections as students, or a student's own, it
is the instructor who says so: `--layout */student`.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from dlcourse.course.errors import UserError
from dlcourse.exercises.released_cells import known_lessons
from dlcourse.grading.intake.archives import FOLDER, shown
from dlcourse.grading.intake.dates import TIMESTAMP
from dlcourse.grading.intake.layouts import Layout, Parts, Reader, Reading, Whose
from dlcourse.grading.intake.lesson_of import is_notebook, lesson_of, stem_of

ONE_STUDENT = "one"  # the layout in which all is one student's
_STUDENT, _SECTION, _ANY = "student", "section", "*"
_SHOWN = 4  # names in a sentence
_MOST_AROUND = 4
_NO_PERSON = re.compile(
    r"(?:old|new|neu|alt|first|second|third|last|final|drafts?|backup|copy|attempt|version|v|weeks?|woche|hw|homework|lesson|lecture"
    r"|assignment|exercise|ex|submissions?|try|part|task|sheet|test|solutions?)?[ _.-]{0,3}\d{0,3}",
    re.IGNORECASE,
)


@dataclass
class _Folder:
    """What lies in one of the folders that may be a student's."""

    direct: bool = False  # a notebook
    below: dict[str, set[str]] = field(default_factory=dict)  # by folder in it, the lessons there
    stamped: bool = False  # one of those has nbgrader's timestamp.txt

    @property
    def notebooks(self) -> bool:
        return self.direct or any(self.below.values())

    @property
    def crowded(self) -> bool:
        """Whether two folders in it hold the same lesson, as those of two students would."""
        return bool(_shared(self.below.values()))


def of_students(paths: list[Parts], told: str = "", name: str = "") -> tuple[Reading, list[str]]:
    """(how to read these paths, what the instructor is to know). UserError where it is not clear.

    told  the pattern of folders that the instructor has given, as "*/student" or "section/student"
    name  of what holds all that, and of the student where it is one's
    """
    if told == ONE_STUDENT:
        return _as(told, lambda parts: Whose(name, parts[-1])), []
    if told:
        pattern = tuple(told.split("/"))
        if pattern[-1] != _STUDENT or set(pattern[:-1]) - {_SECTION, _ANY}:
            raise UserError(
                f"no layout is called {shown(told)!r}: give a platform's name, or the folders down to a "
                "student's, as student, */student or section/student"
            )
        return _reading(pattern), _same_names(paths, pattern)
    depth, why = _around(paths)
    if why:
        raise UserError(f"{why}. {_choices(paths)}")
    return _reading((_ANY,) * depth + (_STUDENT,)), _doubts(paths, depth)


def _reading(pattern: Parts) -> Reading:
    kept = [n for n, part in enumerate(pattern) if part != _ANY]

    def whose(parts: Parts) -> Whose | None:
        if len(parts) <= len(pattern):
            return Whose("", parts[-1], aside="above the students' folders") if parts[-1] == FOLDER else None
        return Whose("/".join(parts[n] for n in kept), parts[-1])

    return _as("/".join(pattern), whose)


def _as(name: str, whose: Reader) -> Reading:
    return Reading(Layout(name, "", "", lambda around, paths: whose, dated=True), (), whose)


# ---- what is clear ----


def _around(paths: list[Parts]) -> tuple[int, str]:
    """(how many folders are around the students', what is not clear about it)."""
    folders = _folders(paths)
    used = {name for name, of in folders.items() if of.notebooks}
    if not used or len(folders) > 1:
        return 0, _unclear(folders)
    ((name, only),) = folders.items()
    if _is_student(only, {}) or (only.direct and not only.crowded):
        return 0, ""
    within = _folders([path[1:] for path in paths if path[0] == name])
    people = {sub for sub, of in within.items() if of.notebooks and not _is_no_person(sub)}
    if not only.direct and len(people) > 1 and _shared(only.below.values()) and not _unclear(within):
        return 1, ""
    return 0, f"{_quoted([name])} may be a student's, or around the students'"


def _folders(paths: Iterable[Parts]) -> dict[str, _Folder]:
    found: dict[str, _Folder] = {}
    for path in paths:
        if len(path) > 1:
            _add(found.setdefault(path[0], _Folder()), path)
    return found


def _add(folder: _Folder, path: Parts) -> None:
    if len(path) > 2:
        lessons = folder.below.setdefault(path[1], set())
        if is_notebook(path[-1]):
            lessons.add(_lesson(path[-1]))
        folder.stamped |= len(path) == 3 and path[2] == TIMESTAMP
    elif is_notebook(path[1]):
        folder.direct = True


def _lesson(name: str) -> str:
    """The lesson that a notebook's name means; all that mean none may be the same one."""
    lesson = lesson_of(stem_of(name))
    return lesson if lesson in known_lessons() else ""


def _shared(lessons: Iterable[set[str]]) -> set[str]:
    """Those that are in two of the sets at least."""
    return {lesson for lesson, n in Counter(lesson for of in lessons for lesson in of).items() if n > 1}


def _is_no_person(folder: str) -> bool:
    return bool(_NO_PERSON.fullmatch(folder)) or lesson_of(folder) in known_lessons()


def _is_student(folder: _Folder, common: dict[str, set[str]]) -> bool:
    """Whether that is plain: by a notebook in it, or by folders in it that nbgrader or all students have.

    common: the folders that several students have, with the lessons that are in all of them.
    """
    if folder.crowded:
        return False
    named = any(lesson_of(sub) in known_lessons() for sub in folder.below)
    return folder.direct or folder.stamped or named or any(common.get(sub) for sub in folder.below)


def _students(folders: dict[str, _Folder]) -> list[str]:
    """Which of those with notebooks plainly are."""
    used = [folder for folder in folders.values() if folder.notebooks]
    times = Counter(sub for folder in used for sub, lessons in folder.below.items() if lessons)
    common = {
        sub: set.intersection(*(of.below[sub] for of in used if of.below.get(sub)))
        for sub, n in times.items()
        if n > 1
    }
    return [name for name, of in folders.items() if of.notebooks and _is_student(of, common)]


def _unclear(folders: dict[str, _Folder]) -> str:
    """What is not clear about folders beside each other, if half of them or more may be no student's."""
    used = [name for name, of in folders.items() if of.notebooks]
    plain = _students(folders)
    if 2 * len(plain) > len(used) or not used:
        return ""
    doubtful = [name for name in used if name not in plain]
    return f"{_quoted(doubtful)} may be students', or around the students'"


# ---- what is said of it ----


def _doubts(paths: list[Parts], depth: int) -> list[str]:
    """Of folders that are taken for a student's and look like several students'."""
    folders = _folders(path[depth:] for path in paths)
    return [
        f"{shown(name)} holds {_quoted(sorted(of.below))} with the same lesson: taken for one student's"
        for name, of in folders.items()
        if of.crowded and not of.direct
    ]


def _choices(paths: list[Parts]) -> str:
    notebooks = [path for path in paths if is_notebook(path[-1])]
    deepest = min(max(len(path) for path in notebooks) - 1, _MOST_AROUND)
    said = []
    for depth in range(deepest):
        names = sorted({path[depth] for path in notebooks if len(path) > depth + 1})
        what = "1 student" if len(names) == 1 else f"{len(names)} students"
        said.append(f"--layout '{f'{_ANY}/' * depth}{_STUDENT}' for {what}: {_quoted(names)}")
    return f"Say which it is: {'; '.join(said)}"


def _same_names(paths: list[Parts], pattern: Parts) -> list[str]:
    """UserError where two folders of one name hold the same lesson, and may be of two students."""
    where: dict[tuple[str, str], set[Parts]] = {}
    depth, kept = len(pattern), [n for n, part in enumerate(pattern) if part != _ANY]
    for path in paths:
        if len(path) > depth and is_notebook(path[-1]):
            student = "/".join(path[n] for n in kept)
            where.setdefault((student, _lesson(path[-1])), set()).add(path[: depth - 1])
    for (student, _), around in where.items():
        if len(around) > 1:
            folders = _quoted(sorted("/".join(parts) for parts in around))
            apart = "/".join(pattern).replace(_ANY, _SECTION)
            raise UserError(
                f"{shown(student)} has a folder in each of {folders}: say --layout '{apart}' if these are "
                "two students, or name those folders one by one if they are attempts of one"
            )
    return []


def _quoted(names: list[str]) -> str:
    listed = ", ".join(shown(name)[:60] for name in names[:_SHOWN])
    return listed + (f", … ({len(names)} in all)" if len(names) > _SHOWN else "")
