"""The gradebook's layouts: one of an earlier version is upgraded, one of a later is refused."""

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from dlcourse.cli import main
from dlcourse.course.errors import UserError
from dlcourse.exercises.engine.verdict import TestResult, Verdict
from dlcourse.grading.book import gradebook as module
from dlcourse.grading.book.gradebook import Gradebook, Key
from dlcourse.grading.book.handins import HandedIn
from dlcourse.grading.book.scores import Score
from dlcourse.grading.run.judge import Failure, Report

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
        gradebook.publish([HandedIn("a", "ada", "x")], [*scores, Score("zoe", "x", "f", 1, 2, "partial", "")])
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


VERDICT = Verdict("relu", "04_rectifiers", "partial", 1, 3, "Gave 1.", results=(TestResult("is ≥ 0", 1, 3),))
KEY = Key("content", "relu", "version", 2**62 - 1)


@pytest.fixture
def new(tmp_path):
    with opened(tmp_path / "new.sqlite") as gradebook:
        yield gradebook


def test_a_verdict_is_found_again_whole_under_what_it_depends_on_and_under_nothing_else(new):
    new.keep([KEY], Report((VERDICT,), ()))
    assert new.has(KEY) and new.verdict(KEY) == VERDICT
    for field, other in {"content": "x", "exercise": "elu", "version": "x", "seed": 1}.items():
        assert not new.has(replace(KEY, **{field: other}))


def test_failures_are_those_of_the_last_report_in_the_order_of_the_cells(new):
    failures = Failure(7, "Name?"), Failure(0, "Module?")
    new.keep([KEY], Report((VERDICT,), failures))
    assert new.failures("content") == failures[::-1]
    assert new.failures("other") == ()
    new.keep([KEY], Report((VERDICT,), failures[:1]))
    assert new.failures("content") == failures[:1]


def test_a_report_with_a_verdict_too_few_leaves_no_trace(new):
    with pytest.raises(ValueError):
        new.keep([KEY, replace(KEY, exercise="elu")], Report((VERDICT,), (Failure(7, "Name?"),)))
    assert not new.has(KEY)
    assert new.failures("content") == ()


def test_what_is_published_takes_the_place_of_what_was(tmp_path, new):
    scores = [Score(name, "04_rectifiers", "relu", 1, 3, "partial", "") for name in ("zoe", "ada")]
    new.publish([HandedIn(name, name, "x") for name in "ab"], scores)
    assert new.scores() == scores
    new.publish([HandedIn("c", "c", "x")], scores[1:])
    assert new.scores() == scores[1:]
    assert ask(tmp_path / "new.sqlite", "SELECT path FROM handin") == [("c",)]


def test_a_seed_is_drawn_once_and_another_for_another_course(tmp_path, new):
    assert new.seed() == new.seed() >= 0
    with opened(tmp_path / "other.sqlite") as other:
        assert other.seed() != new.seed()
    with opened(tmp_path / "new.sqlite") as again:
        assert again.seed() == new.seed()


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_nobody_else_may_read_a_gradebook_as_it_holds_the_seed(tmp_path, new):
    assert (tmp_path / "new.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_verdict_that_makes_no_sense_is_the_gradebooks_fault(tmp_path, new):
    new.keep([KEY], Report((VERDICT,), ()))
    ask(tmp_path / "new.sqlite", "UPDATE verdict SET details = '{}'")
    with pytest.raises(sqlite3.DatabaseError, match="makes no sense"):
        new.verdict(KEY)


@pytest.mark.parametrize(
    ("code", "passing"),
    [
        ("SQLITE_FULL", True),
        ("SQLITE_IOERR_WRITE", True),
        ("SQLITE_BUSY_SNAPSHOT", True),
        ("SQLITE_CORRUPT", False),
        ("SQLITE_NOTADB", False),
        ("", False),
    ],
)
def test_a_full_or_busy_disk_passes_and_a_spoilt_gradebook_does_not(code, passing):
    error = sqlite3.DatabaseError("as it may be")
    if code:
        error.sqlite_errorcode = getattr(sqlite3, code)
    assert module.is_passing(error) is passing


def test_grading_that_was_broken_off_has_no_scores_yet(tmp_path):
    with opened(tmp_path / "gradebook.sqlite"):
        pass
    with pytest.raises(UserError, match="was not finished"):
        module.read_scores(tmp_path)


def test_where_nothing_was_graded_or_something_else_stands_is_said_with_the_place(tmp_path):
    with pytest.raises(UserError, match=f"nothing has been graded into {tmp_path}"):
        module.read_scores(tmp_path)
    (tmp_path / "gradebook.sqlite").write_text("dear diary" * 1000)
    with pytest.raises(UserError, match=r"gradebook\.sqlite cannot be used"):
        module.read_scores(tmp_path)


def test_a_gradebook_that_is_closed_has_let_its_file_go(tmp_path):
    gradebook = Gradebook(tmp_path / "new.sqlite")
    gradebook.close()
    with pytest.raises(sqlite3.ProgrammingError):
        gradebook.seed()
    assert [path.name for path in tmp_path.iterdir()] == ["new.sqlite"]
