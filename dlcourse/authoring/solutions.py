"""Answers in and out of a cell: blanked for the student, unmarked for the reader, found where they leaked."""

import re

from dlcourse.authoring.source import BEGIN, END, LessonSource, SourceCell, SourceError

STUB = ("# YOUR CODE HERE", "raise NotImplementedError")
_SOLUTION = re.compile(
    rf"^(?P<indent>[ \t]*){BEGIN}[ \t]*\n(?P<body>(?:.*\n)*?)[ \t]*{END}[ \t]*(?:\n|\Z)", re.MULTILINE
)
_ANSWER = re.compile(r"(?P<left>\s*[A-Za-z_]\w*\s*=\s*)(?P<answer>[^#]+?)(?P<comma>,?)(?P<comment>\s*#.*)?")


def solved(cell: SourceCell) -> str:
    """The cell with its answer and without the marker lines."""
    return _SOLUTION.sub(lambda found: found["body"], _text(cell)).strip("\n")


def blanked(lesson: LessonSource, cell: SourceCell) -> str:
    """The cell as the student gets it: code to write in an exercise, None to replace in a quiz or a guess.

    Raises SourceError where the answer of a quiz or a guess is not lines of `name = value`.
    """
    blank = _stub if cell.role == "exercise" else lambda found: _nones(lesson, cell, found)
    return _SOLUTION.sub(blank, _text(cell)).strip("\n")


def bodies(cell: SourceCell) -> list[str]:
    """The answers of a cell, as written."""
    return [found["body"] for found in _SOLUTION.finditer(_text(cell))]


def squeezed(text: str) -> str:
    """The text without comments and space, so that moving an answer about does not hide it.

    >>> squeezed("    return 1 / (1 + e)   # the odds")
    'return1/(1+e)'
    """
    return "".join("".join(line.split("#")[0].split()) for line in text.splitlines())


def sentences(text: str) -> list[str]:
    """The words of each sentence that states something: a question may stand elsewhere as well.

    >>> sentences("- **How deep?** *Ten* layers do.\\n- `tanh` too: it is the same.")
    ['ten layers do', 'tanh too it is the same']
    """
    parts = re.split(r"(?<=[.!?])[*_)]*\s+|\n\s*\n|\n\s*(?:[-*|]|\d+\.)\s", text)
    stated = (worded(part) for part in parts if not part.rstrip("*_) \n").endswith("?"))
    return list(filter(None, stated))


def worded(text: str) -> str:
    """The words alone, so that neither markup nor a line's end hides a sentence.

    >>> worded("The *rate* is 0.1,\\nof course.")
    'the rate is 0 1 of course'
    """
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def _text(cell: SourceCell) -> str:
    return cell.text + "\n"


def _stub(found: re.Match) -> str:
    return "".join(f"{found['indent']}{line}\n" for line in STUB)


def _nones(lesson: LessonSource, cell: SourceCell, found: re.Match) -> str:
    return "".join(_none(lesson, cell, line) + "\n" for line in found["body"].splitlines() if line.strip())


def _none(lesson: LessonSource, cell: SourceCell, line: str) -> str:
    parts = _ANSWER.fullmatch(line)
    if not parts:
        raise _unlike_an_answer(lesson, cell, line)
    return f"{parts['left']}None{parts['comma']}{parts['comment'] or ''}"


def _unlike_an_answer(lesson: LessonSource, cell: SourceCell, line: str) -> SourceError:
    number = cell.line + 1 + cell.text.splitlines().index(line)
    return lesson.error(
        number, f"the answer of a {cell.role} is lines of `name = value`, not {line.strip()!r}"
    )
