"""The gradebook's layouts: one of an earlier version is upgraded, one of a later is refused."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dlcourse.cli import main
from dlcourse.course.errors import UserError
from dlcourse.grading.book import gradebook as module
from dlcourse.grading.book.gradebook import Gradebook
from dlcourse.grading.book.scores import Score

OLD = Path(__file__).parents[2] / "fixtures" / "results" / "gradebook.sqlite"
NOW = len(module._STEPS)
NEXT = (
    "ALTER TABLE score ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'",
    "ALTER TABLE verdict ADD COLUMN cost REAL NOT NULL DEFAULT 1",
    "ALTER TABLE handin ADD COLUMN colour TEXT",
    "ALTER TABLE failure ADD COLUMN colour TEXT",
)


@pytest.fixture
def old(tmp_path):
    """A gradebook of before layouts had numbers."""
    path = Path(shutil.copy(OLD, tmp_path))
    assert ask(path, "PRAGMA user_version") == [(0,)]
    return path


@pytest.fixture
def a_layout_later(monkeypatch):
    monkeypatch.setattr(module, "_STEPS", (*module._STEPS, NEXT))


def ask(path, what):
    with closing(sqlite3.connect(path)) as database, database:
        return database.execute(what).fetchall()


def everything(path):
    """By table, the columns that it had then."""
    return {
        "setting": ask(path, "SELECT * FROM setting"),
        "verdict": ask(path, "SELECT content, exercise, version, seed, points, details FROM verdict"),
        "failure": ask(path, "SELECT content, cell, error FROM failure"),
        "score": ask(path, "SELECT position, student, lesson, exercise, points, note, mistake FROM score"),
        "handin": ask(path, "SELECT path, student, lesson, content, problem FROM handin"),
    }


def opened(path):
    return closing(Gradebook(path))


def test_a_new_gradebook_says_which_layout_it_has(tmp_path):
    with opened(tmp_path / "new.sqlite"):
        pass
    assert ask(tmp_path / "new.sqlite", "PRAGMA user_version") == [(NOW,)]


def test_an_old_gradebook_gets_a_number_and_loses_nothing(old):
    before = everything(old)
    assert all(before.values())
    with opened(old) as gradebook:
        assert str(gradebook.seed()) == before["setting"][0][1]
    assert everything(old) == before
    assert ask(old, "PRAGMA user_version") == [(NOW,)]


def test_a_later_layout_is_made_in_place_once_and_can_be_written_to(old, a_layout_later):
    before = everything(old)
    for _ in range(2):
        with opened(old) as gradebook:
            scores = gradebook.scores()
    assert everything(old) == before
    assert ask(old, "SELECT DISTINCT mood FROM score") == [("calm",)]
    assert ask(old, "PRAGMA user_version") == [(NOW + 1,)]
    with opened(old) as gradebook:
        gradebook.publish(
            [("a", "ada", "x", None, "")], [*scores, Score("zoe", "x", "f", 1, 2, "partial", "")]
        )
        assert gradebook.scores()[:-1] == scores


def test_a_step_that_fails_leaves_the_gradebook_as_it_was(old, monkeypatch):
    before = everything(old)
    monkeypatch.setattr(module, "_STEPS", (*module._STEPS, (*NEXT, "DROP TABLE nowhere")))
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        Gradebook(old)
    assert everything(old) == before
    assert ask(old, "PRAGMA user_version") == [(0,)]
    assert "mood" not in ask(old, "SELECT sql FROM sqlite_schema WHERE name = 'score'")[0][0]


@pytest.mark.parametrize("command", [["grade", "submissions", "--out", "out"], ["report", "out"]])
def test_a_newer_gradebook_is_refused_in_one_line_and_left_alone(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "submissions" / "ada").mkdir(parents=True)
    (tmp_path / "submissions" / "ada" / "03_activations.ipynb").write_text("{")
    (tmp_path / "out").mkdir()
    newer = Path(shutil.copy(OLD, tmp_path / "out"))
    ask(newer, "PRAGMA journal_mode = DELETE")
    ask(newer, "PRAGMA user_version = 99")
    before = newer.read_bytes()
    assert main(command) == 2
    said = capsys.readouterr().err
    refusal = f"gradebook.sqlite is of a newer dlcourse (layout 99, this one knows {NOW}): update dlcourse"
    assert refusal in said and said.count("\n") == 1
    assert newer.read_bytes() == before


def test_grading_after_a_refused_gradebook_does_not_find_the_folder_taken(tmp_path):
    from dlcourse.grading.pipeline import _opened

    ask(tmp_path / "gradebook.sqlite", "PRAGMA user_version = 99")
    with pytest.raises(UserError, match="newer"), _opened(tmp_path):
        pass
    (tmp_path / "gradebook.sqlite").unlink()
    with _opened(tmp_path) as gradebook:
        assert gradebook.scores() == []
