"""What a judgement says, and how it reads as text and as HTML."""

from dataclasses import dataclass
from html import escape

_WORDS = {
    "passed": ("✓", "passed", "--jp-success-color1, #2e7d32"),
    "partial": ("◐", "partly right", "--jp-warn-color1, #b26a00"),
    "failed": ("✗", "not right yet", "--jp-error-color1, #c62828"),
    "not attempted": ("○", "not attempted yet", "--jp-info-color1, #1565c0"),
    "missing": ("○", "missing", "--jp-info-color1, #1565c0"),
}


@dataclass(frozen=True)
class TestResult:
    """One test: what it asks, its points, and what went wrong ("" where nothing did)."""

    __test__ = False  # not one of pytest's

    description: str
    points: int
    max_points: int
    problem: str


@dataclass(frozen=True)
class Verdict:
    """What one submitted function is worth. `message` is one line of plain text; `mistake` its likely cause, if known."""

    exercise: str
    lesson: str
    status: str  # passed, partial, failed, not attempted, missing
    points: int
    max_points: int
    message: str
    mistake: str | None
    results: tuple[TestResult, ...]

    @property
    def headline(self) -> str:
        mark, words, _ = _WORDS[self.status]
        return f"{mark} {self.exercise}: {words} ({self.points} of {self.max_points} points)"

    def text(self) -> str:
        """A few lines of plain text."""
        return self.headline if self.status == "passed" else f"{self.headline}\n{self.message}"

    def html(self) -> str:
        """The same as a small block that reads in light and dark themes, and without colour."""
        colour = _WORDS[self.status][2]
        body = "" if self.status == "passed" else f"<p style='margin:4px 0 0'>{escape(self.message)}</p>"
        return (
            f"<div role='status' style='border-left:4px solid var({colour});padding:4px 12px'>"
            f"<strong>{escape(self.headline)}</strong>{body}</div>"
        )
