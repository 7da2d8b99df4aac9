"""The committed course: notebooks as their sources say, blank where they should be, listed in README."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from dlcourse.authoring import builder
from dlcourse.authoring.sections import headings
from dlcourse.authoring.source import SOURCES, read_lesson
from dlcourse.authoring.verify import faults
from dlcourse.course.lessons import LESSONS
from dlcourse.exercises import catalogue

CLONE = Path(__file__).parents[1]
STEMS = sorted(path.stem for path in (CLONE / "solutions").glob(SOURCES))
LAST = "16"  # number of the course's own last notebook
ENDING = ["Common mistakes", "Quiz", "What to take away", "In PyTorch", "Go further", "References"]
each_lesson = pytest.mark.parametrize("stem", STEMS)
pytestmark = pytest.mark.skipif(not (CLONE / "README.md").exists(), reason="not in a clone")


def checks(notebook):
    """What the check of each exercise shows."""
    cells = [cell for cell in notebook.cells if "check" in cell.metadata.get("dlcourse", {})]
    return {cell.metadata.dlcourse.check: " ".join(map(str, cell.outputs)) for cell in cells}


def test_the_notebooks_are_what_the_sources_say_and_no_answer_leaked():
    lessons = [read_lesson(CLONE / "solutions" / f"{stem}.py") for stem in STEMS]
    points = {stem: {e.name: e.max_points for e in catalogue().get(stem, {}).values()} for stem in STEMS}
    assert faults(CLONE, lessons, points) == []


@each_lesson
def test_an_untouched_lesson_says_of_every_exercise_that_it_is_not_attempted_yet(stem):
    notebook = nbformat.read(CLONE / "lessons" / f"{stem}.ipynb", as_version=4)
    notebook.cells = [cell for cell in notebook.cells if {"role", "exercise", "check"} & set(meaning(cell))]
    NotebookClient(notebook, timeout=60).execute()
    said = checks(notebook)
    assert said.keys() == catalogue()[stem].keys()
    assert all("not attempted yet" in text for text in said.values()), said


@each_lesson
def test_a_solved_lesson_passes_every_check(stem):
    said = checks(nbformat.read(CLONE / "solutions" / f"{stem}.ipynb", as_version=4))
    assert said.keys() == catalogue()[stem].keys()
    assert all("passed" in text for text in said.values()), said


@each_lesson
def test_a_lesson_ends_with_what_every_lesson_ends_with(stem):
    if stem[:2] > LAST:
        pytest.skip("the worked example of CONTRIBUTING is a short one")
    cells = nbformat.read(CLONE / "solutions" / f"{stem}.ipynb", as_version=4).cells
    found = [one.words for cell in cells if cell.cell_type == "markdown" for one in headings(cell.source)]
    assert [words for words in found if words in ENDING] == ENDING


def meaning(cell):
    return cell.metadata.get("dlcourse", {})


@each_lesson
def test_a_lesson_is_small_enough_to_be_kept(stem):
    for folder in ("lessons", "solutions"):
        assert (CLONE / folder / f"{stem}.ipynb").stat().st_size <= 2 * builder.LARGEST


def test_the_readme_lists_every_lesson_and_calls_planned_what_is_not_there():
    rows = re.findall(r"^\| \[?(\d\d [\w\- ]+?)(?:\]\(\S+\))? \| (.+?) \|", readme(), re.MULTILINE)
    stems = [re.sub(r"[ \-]", "_", name) for name, _ in rows]
    for stem in LESSONS:
        row = f"| [{stem.replace('_', ' ')}](solutions/{stem}.ipynb) | minutes | what you build |"
        assert stem in stems, f"add to the table of lessons in README.md:\n{row}"
    assert stems == list(LESSONS)
    assert [stem for stem, (_, minutes) in zip(stems, rows, strict=True) if "planned" not in minutes] == STEMS


def test_the_readme_sets_up_with_two_lines_and_ci_runs_the_second():
    lines = re.findall(r"^python3 -m venv .*$", readme(), re.MULTILINE)
    assert [line.split()[-1] for line in lines] == ["start", "pytest"]
    assert "grep --max-count=1 '^python3 -m venv .*pytest$' README.md" in (CLONE / ".ci" / "run").read_text()


def readme():
    return (CLONE / "README.md").read_text(encoding="utf-8")
