"""A folder that an earlier version of `dlcourse start` has made: see fixtures/README.md."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from dlcourse.cli import main
from dlcourse.course.lessons import lesson_path, lesson_stems
from dlcourse.exercises import catalogue
from dlcourse.exercises.released_cells import _lesson
from dlcourse.student import start as start_module

OLD = Path(__file__).parents[1] / "fixtures"
EDITED, UNTOUCHED = "05_initialization.ipynb", "07_momentum.ipynb"
EXERCISES = {
    name: one for stem in ("05_initialization", "07_momentum") for name, one in catalogue()[stem].items()
}


def notebooks(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.ipynb")}


OLD_NOTEBOOKS = notebooks(OLD / "work")


@pytest.fixture
def work(tmp_path, monkeypatch):
    """The student's folder; one types beside it."""
    monkeypatch.setattr(start_module, "_become", lambda command: 0)
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(OLD / "work", tmp_path / "work"))


@pytest.fixture
def as_released_then(monkeypatch):
    monkeypatch.setattr("dlcourse.course.lessons._PLACES", (OLD / "lessons",))
    _lesson.cache_clear()
    yield
    _lesson.cache_clear()


@pytest.fixture
def as_versioned_then(monkeypatch):
    database = sqlite3.connect(f"file:{OLD / 'results' / 'gradebook.sqlite'}?immutable=1", uri=True)
    for name, version in database.execute("SELECT DISTINCT exercise, version FROM verdict"):
        monkeypatch.setitem(vars(EXERCISES[name]), "version", version)
    database.close()


THEN = {  # the order in which the exercises stood, which now is the lesson's
    "05_initialization": ("weight_variance", "uniform_limit", "initialize_uniform", "saturated_fraction"),
    "07_momentum": ("momentum_step", "nesterov_step", "terminal_velocity"),
}


@pytest.fixture
def as_ordered_then(monkeypatch):
    ordered = {stem: {name: EXERCISES[name] for name in names} for stem, names in THEN.items()}
    monkeypatch.setattr("dlcourse.student.progress.catalogue", lambda: ordered)


def said(capsys):
    return " ".join(capsys.readouterr().out.split())


def test_start_has_nothing_to_do_in_an_old_folder_while_the_lessons_are_the_same(
    work, as_released_then, capsys
):
    assert main(["start", "work", "--no-browser"]) == 0
    assert "new version" not in said(capsys)
    assert notebooks(work) == OLD_NOTEBOOKS


def test_start_renews_the_untouched_lesson_of_an_old_folder_and_keeps_the_edited_ones(work, capsys):
    assert main(["start", "work", "--no-browser"]) == 0
    now = notebooks(work)
    assert now[EDITED] == OLD_NOTEBOOKS[EDITED]
    assert now["05_initialization.new.ipynb"] == OLD_NOTEBOOKS["05_initialization.new.ipynb"]
    assert now["05_initialization.new-2.ipynb"] == lesson_path("05_initialization").read_bytes()
    assert now[UNTOUCHED] == lesson_path("07_momentum").read_bytes() != OLD_NOTEBOOKS[UNTOUCHED]
    assert set(now) >= {f"{stem}.ipynb" for stem in lesson_stems()}
    assert f"{UNTOUCHED}: updated; you had not edited it." in said(capsys)


def test_status_of_an_old_folder_knows_what_was_found_before(
    work, as_released_then, as_versioned_then, as_ordered_then, monkeypatch, capsys
):
    monkeypatch.setattr("dlcourse.student.progress.verdicts", lambda *_: pytest.fail("it is checked again"))
    assert main(["status", "work"]) == 0
    text = said(capsys)
    assert "1/4 3/10" in text and "0/3 0/8" in text
    assert "Next: `weight_variance` in 05_initialization (partly right)." in text


def test_status_of_an_old_folder_judges_it_by_the_present_tests(work, as_released_then, monkeypatch, capsys):
    monkeypatch.setitem(vars(EXERCISES["uniform_limit"]), "version", "another")
    assert main(["status", "work"]) == 0
    assert "1/5 2/14" in said(capsys)  # swapping LeCun and He earned a point then, by the luck of a draw


def test_check_of_an_old_notebook_says_what_is_right_and_what_is_not(work, capsys):
    assert main(["check", f"work/{EDITED}"]) == 1
    text = said(capsys)
    assert "saturated_fraction: passed" in text
    assert "1 of 5 exercises of 05_initialization pass" in text


def test_reset_in_an_old_folder_keeps_the_edited_copy(work, as_released_then):
    assert main(["reset", f"work/{EDITED}"]) == 0
    now = notebooks(work)
    assert now.pop(EDITED) == (OLD / "lessons" / EDITED).read_bytes()
    (kept,) = set(now) - set(OLD_NOTEBOOKS)
    assert kept.startswith("05_initialization-20") and now[kept] == OLD_NOTEBOOKS[EDITED]
