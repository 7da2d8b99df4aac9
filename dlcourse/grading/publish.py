"""What people read of a class: its scores, and a page a student and lesson."""

from pathlib import Path

from dlcourse.exercises import catalogue
from dlcourse.exercises.verdict import Verdict
from dlcourse.files import write_whole
from dlcourse.grading import feedback
from dlcourse.grading.gradebook import Gradebook
from dlcourse.grading.marking import Entry
from dlcourse.grading.scores import Score, write_scores


def publish(out: Path, entries: list[Entry], gradebook: Gradebook) -> list[Score]:
    """Write all that people read; the scores in the order of the file."""
    gradebook.hand_in([_handin_row(entry) for entry in entries])
    places, scores = set(), []
    for entry in entries:
        verdicts = [gradebook.verdict(key) for key in entry.keys]
        failures = gradebook.failures(entry.keys[0].content) if entry.keys else ()
        scores += _scores(entry, verdicts)
        page = feedback.page(entry.handin.student, entry.handin.lesson, verdicts, failures, entry.problem)
        _write_page(feedback.page_path(out / "feedback", entry.handin, places), page)
    scores.sort(key=lambda score: (score.student, score.lesson))  # exercises keep the lesson's order
    write_scores(out / "scores.csv", scores)
    return scores


def _handin_row(entry: Entry) -> tuple:
    content = entry.keys[0].content if entry.keys else None
    return entry.handin.key, entry.handin.student, entry.handin.lesson, content, entry.problem


def _write_page(path: Path, page: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != page.encode():
        write_whole(path, page.encode())


def _scores(entry: Entry, verdicts: list[Verdict]) -> list[Score]:
    who = entry.handin.student, entry.handin.lesson
    if verdicts:
        return [Score(*who, v.exercise, v.points, v.max_points, v.status, v.message) for v in verdicts]
    exercises = catalogue().get(entry.handin.lesson, {}).values()
    rows = [(exercise.name, exercise.max_points) for exercise in exercises] or [("", 0)]
    return [Score(*who, name, 0, most, "unreadable", entry.problem) for name, most in rows]
