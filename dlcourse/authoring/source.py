"""The source of a lesson: py:percent text read into cells, each with its role, or refused with file and line.

A cell opens with `# %%` or `# %% [markdown]`, followed by any of

    name="…"        a stable id for the cell (and for a figure, an anchor)
    role="setup"    the one setup cell, the first code cell
    exercise="…"    the student's cell: defines the function of that name
    check="…"       `sigmoid = check(sigmoid)`
    quiz="…" guess="…"   cells in which the student replaces None by an answer
    discussion="…"  markdown that answers the open questions of "Go further": in the solved notebook only
    words="…" points=2   markdown in which the student answers in words, graded by hand
    rubric="…"      markdown that says what earns them: in the solved notebook only, not on the site
    long="reason"   why a demonstration has more lines than the lint allows
    slide="figure"  shows parts of a demonstration on a slide: of code, output and figure those it names
    tags=[…] jupyter={…}   handed on as they are

and in exercise, quiz and guess cells the answer stands between `### BEGIN SOLUTION` and `### END SOLUTION`.
Lines such as `<!-- slide -->` in a text say what a slide shows of it (`slide_marks`).
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import jupytext

from dlcourse.authoring import slide_marks
from dlcourse.authoring.slide_marks import OnSlide
from dlcourse.course.errors import UserError

ROLES = ("exercise", "check", "quiz", "guess")
ANSWERED = ("exercise", "quiz", "guess")
DISCUSSION, WORDS, RUBRIC = "discussion", "words", "rubric"
WRITTEN = (DISCUSSION, WORDS, RUBRIC)  # roles of markdown cells
KEPT_BACK = (DISCUSSION, RUBRIC)  # what students are not given
SOURCES = "[0-9][0-9]_*.py"
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
_HANDED_ON = ("tags", "jupyter")
_KNOWN = {"name", "role", "long", "slide", "points", *WRITTEN, *ROLES, *_HANDED_ON}
_PERCENT = {"extension": ".py", "format_name": "percent", "comment_magics": False}
_CELL_LINE = re.compile(r"#\s*%%")
_MARKER_LIKE = re.compile(r"###|#+\s*(BEGIN|END)\b|#+\s*(?i:(begin|end)\s+solution)")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,50}")


class SourceError(UserError):
    """What is wrong in a lesson's source, as `file:line: what to do`."""


@dataclass(frozen=True)
class SourceCell:
    """One cell. `role`: setup, exercise, check, quiz, guess, demo, text, discussion, words or rubric.

    `name` is the author's, or empty; `long` says why a demonstration is long; `points` are for words.
    """

    role: str
    name: str
    text: str
    line: int
    metadata: dict = field(default_factory=dict)
    long: str = ""
    slides: tuple[OnSlide, ...] = ()
    points: int = 0

    @property
    def is_code(self) -> bool:
        return self.role not in ("text", *WRITTEN)


@dataclass(frozen=True)
class LessonSource:
    """A source that has been read: `stem` names the lesson."""

    path: Path
    cells: tuple[SourceCell, ...]

    @property
    def stem(self) -> str:
        return self.path.stem

    def of(self, role: str) -> list[SourceCell]:
        return [cell for cell in self.cells if cell.role == role]

    def error(self, line: int, what: str) -> SourceError:
        return SourceError(f"{self.path.parent.name}/{self.path.name}:{line}: {what}")


def read_lesson(path: Path) -> LessonSource:
    """Read one source; raises SourceError at the first thing that is not as the format has it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read the lesson source {path}: {error}") from None
    lesson = LessonSource(path, ())
    cells = jupytext.reads(text, fmt=_PERCENT).cells
    starts = _cell_starts(lesson, text.splitlines(), len(cells))
    lesson = LessonSource(
        path, tuple(_cell(lesson, raw, line) for raw, line in zip(cells, starts, strict=True))
    )
    _check_markers(lesson)
    return lesson


def all_lessons(root: Path) -> list[LessonSource]:
    """The sources of a clone, read, in the order of the lessons."""
    return [read_lesson(path) for path in sorted((root / "solutions").glob(SOURCES))]


def _cell_starts(lesson: LessonSource, lines: list[str], count: int) -> list[int]:
    starts = [number for number, line in enumerate(lines, 1) if _CELL_LINE.match(line)]
    if not starts:
        raise lesson.error(1, "no cell; begin one with `# %%` or `# %% [markdown]`")
    if len(starts) != count:
        raise lesson.error(
            starts[0], "text before the first `# %%`, or a line `# %%` inside a string; move it"
        )
    return starts


def _cell(lesson: LessonSource, raw, line: int) -> SourceCell:
    given = {key: value for key, value in raw.metadata.items() if key != "lines_to_next_cell"}
    unknown = sorted(given.keys() - _KNOWN)
    if unknown:
        raise lesson.error(
            line, f"unknown cell attribute {unknown[0]!r}; known are {', '.join(sorted(_KNOWN))}"
        )
    if raw.cell_type not in ("code", "markdown"):
        raise lesson.error(line, f"a lesson has code and markdown cells only, not {raw.cell_type}")
    role, name = _role(lesson, raw.cell_type, given, line)
    if name and not (isinstance(name, str) and _NAME.fullmatch(name)):
        raise lesson.error(line, f"{name!r} cannot name a cell; use up to 50 letters, digits, _ and -")
    handed_on = {key: given[key] for key in _HANDED_ON if key in given}
    reason, points = _reason(lesson, role, given, line), _points(lesson, role, given, line)
    try:
        text, slides = slide_marks.read(raw.source) if role == "text" else (raw.source, ())
        if "slide" in given:
            slides = slide_marks.of_code(role, given["slide"])
    except slide_marks.MarkError as error:
        raise lesson.error(line + error.line, str(error)) from None
    return SourceCell(role, name, text, line, handed_on, reason, slides, points)


def _role(lesson: LessonSource, cell_type: str, given: dict, line: int) -> tuple[str, str]:
    roles = [role for role in ("role", *WRITTEN, *ROLES) if role in given]
    if len(roles) > 1 or (roles and "name" in given and roles != ["role"]):
        raise lesson.error(
            line, f"a cell has one of {', '.join(roles)}, and name only if it has none of them"
        )
    wanted = "markdown" if roles and roles[0] in WRITTEN else "code"
    if roles and cell_type != wanted:
        raise lesson.error(line, f"{roles[0]} belongs to a {wanted} cell")
    if roles == ["role"]:
        if given["role"] != "setup":
            raise lesson.error(line, f'role is "setup" or absent, not {given["role"]!r}')
        return "setup", given.get("name", "setup")
    if roles:
        return roles[0], given[roles[0]]
    return ("demo" if cell_type == "code" else "text"), given.get("name", "")


def _reason(lesson: LessonSource, role: str, given: dict, line: int) -> str:
    reason = given.get("long", "")
    if "long" in given and not (role == "demo" and isinstance(reason, str) and reason.strip()):
        raise lesson.error(
            line, f'long="reason" says why a demonstration is long, not {reason!r} of a {role} cell'
        )
    return reason


def _points(lesson: LessonSource, role: str, given: dict, line: int) -> int:
    """What an answer in words is worth at most; other cells say nothing of it."""
    points = given.get("points", 0)
    if ("points" in given) != (role == WORDS) or type(points) is not int or points < (role == WORDS):
        raise lesson.error(
            line, f"an answer in words, and no other cell, has points=N, at least 1, not {points!r}"
        )
    return points


def _check_markers(lesson: LessonSource) -> None:
    for cell in lesson.cells:
        open_at = None
        for number, line in enumerate(cell.text.splitlines(), cell.line + 1):
            if marker := _marker(lesson, cell, line, number):
                _expect_turn(lesson, marker, open_at, number)
                open_at = number if marker == BEGIN else None
        if open_at:
            raise lesson.error(open_at, f"{BEGIN} without {END} in the same cell")


def _marker(lesson: LessonSource, cell: SourceCell, line: str, number: int) -> str | None:
    bare = line.strip()
    if bare in (BEGIN, END):
        if cell.role not in ANSWERED:
            raise lesson.error(
                number, f"{bare} belongs in an exercise, quiz or guess cell, not in a {cell.role} cell"
            )
        return bare
    looks_like_one = _MARKER_LIKE.match(bare) if cell.is_code else "SOLUTION" in bare and "###" in bare
    if looks_like_one:
        raise lesson.error(number, f"unknown marker {bare!r}; there are {BEGIN!r} and {END!r}")
    return None


def _expect_turn(lesson: LessonSource, marker: str, open_at: int | None, number: int) -> None:
    if marker == BEGIN and open_at:
        raise lesson.error(number, f"{BEGIN} inside the solution that began on line {open_at}")
    if marker == END and not open_at:
        raise lesson.error(number, f"{END} without {BEGIN} before it in the same cell")
