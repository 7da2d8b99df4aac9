"""The memory of grading, in SQLite: what was handed in, the verdict on each answer, what they came to.

A verdict is kept under what it depends on: the cells that ran, the exercise's version and the seed. So a
rerun grades only what is new, and two who hand in the same are graded the same. So it is with what the grader
has given up, until it is asked to try again or has other limits.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

import msgspec

from dlcourse.course.errors import UserError
from dlcourse.course.language import ENGLISH, languages
from dlcourse.exercises.engine.verdict import Verdict
from dlcourse.grading.book.adjustments import Applied
from dlcourse.grading.book.handins import HandedIn
from dlcourse.grading.book.same_text import Answer
from dlcourse.grading.book.scores import Score
from dlcourse.grading.run.judge import Failure, Report

_DATES = ("handed_in", "source", "deadline", "extension", "why_not", "platform", "given", "page")
# Each step makes the next layout of the one before it, the first of an empty file; SQLite's `user_version`
# says how many have been made. What stands here is on disks: change the layout by another step.
_STEPS = (
    (
        # These are there in a gradebook of before there were steps, whose `user_version` is 0.
        "CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        """CREATE TABLE IF NOT EXISTS handin (
            path TEXT PRIMARY KEY, student TEXT NOT NULL, lesson TEXT NOT NULL,
            content TEXT, problem TEXT NOT NULL
        )""",
        """CREATE TABLE IF NOT EXISTS verdict (
            content TEXT NOT NULL, exercise TEXT NOT NULL, version TEXT NOT NULL, seed TEXT NOT NULL,
            status TEXT NOT NULL, points REAL NOT NULL, max_points REAL NOT NULL, details TEXT NOT NULL,
            PRIMARY KEY (content, exercise, version, seed)
        )""",
        """CREATE TABLE IF NOT EXISTS failure (
            content TEXT NOT NULL, cell INTEGER NOT NULL, error TEXT NOT NULL, PRIMARY KEY (content, cell)
        )""",
        """CREATE TABLE IF NOT EXISTS score (
            position INTEGER PRIMARY KEY, student TEXT NOT NULL, lesson TEXT NOT NULL, exercise TEXT NOT NULL,
            points REAL NOT NULL, max_points REAL NOT NULL, status TEXT NOT NULL,
            message TEXT NOT NULL, note TEXT NOT NULL, mistake TEXT NOT NULL
        )""",
    ),
    (
        """CREATE TABLE given_up (
            content TEXT NOT NULL, exercise TEXT NOT NULL, version TEXT NOT NULL, seed TEXT NOT NULL,
            limits TEXT NOT NULL, PRIMARY KEY (content, exercise, version, seed)
        )""",
    ),
    (
        *(f"ALTER TABLE handin ADD COLUMN {name} TEXT NOT NULL DEFAULT ''" for name in _DATES),
        "ALTER TABLE handin ADD COLUMN minutes_late INTEGER",
        "ALTER TABLE handin ADD COLUMN penalty REAL",
        "ALTER TABLE handin ADD COLUMN counts INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE score ADD COLUMN late TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE score ADD COLUMN earned REAL",
        "ALTER TABLE score ADD COLUMN worth REAL",
        "ALTER TABLE score ADD COLUMN absent INTEGER NOT NULL DEFAULT 0",
        """CREATE TABLE adjustment (
            position INTEGER PRIMARY KEY, whom TEXT NOT NULL, lesson TEXT NOT NULL, exercise TEXT NOT NULL,
            change TEXT NOT NULL, reason TEXT NOT NULL, students INTEGER NOT NULL
        )""",
    ),
    (
        """CREATE TABLE answer (
            student TEXT NOT NULL, lesson TEXT NOT NULL, exercise TEXT NOT NULL, status TEXT NOT NULL,
            content TEXT NOT NULL, fingerprint TEXT NOT NULL, length INTEGER NOT NULL
        )""",
    ),
    (
        "ALTER TABLE score ADD COLUMN share REAL",
        "ALTER TABLE score ADD COLUMN leader TEXT NOT NULL DEFAULT ''",
    ),
)

_Rows = TypeVar("_Rows")
GRADEBOOK = "gradebook.sqlite"
_PASSING = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
)


@dataclass(frozen=True)
class Key:
    """What a verdict depends on."""

    content: str
    exercise: str
    version: str
    seed: int


_HANDIN = tuple(field.name for field in fields(HandedIn))
_ADJUSTMENT = tuple(field.name for field in fields(Applied))
_VERDICT = (*(field.name for field in fields(Key)), "status", "points", "max_points", "details")
_SCORE = tuple(field.name for field in fields(Score))
_ANSWER = tuple(field.name for field in fields(Answer))


class Gradebook:
    """An open gradebook; every method is one transaction.

    One of an older layout is upgraded in place. Raises UserError for one of a newer layout.
    """

    def __init__(self, path: Path):
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # it holds the seed
        self._database = sqlite3.connect(path)
        try:
            self._upgrade(path)
            self._database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        self._database.close()

    def seed(self) -> int:
        """The secret seed of this course's grading, drawn on first use."""
        query = "SELECT value FROM setting WHERE name = 'seed'"
        if not self._database.execute(query).fetchone():
            with self._database:  # if no other process has been quicker
                self._database.execute(
                    "INSERT OR IGNORE INTO setting VALUES ('seed', ?)", (str(secrets.randbits(62)),)
                )
        (value,) = self._database.execute(query).fetchone()
        return int(value)

    def set_language(self, language: str) -> None:
        """In which students were told what was published last; English is what nothing is said of."""
        with self._database:
            self._database.execute("DELETE FROM setting WHERE name = 'language'")
            if language != ENGLISH:
                self._database.execute("INSERT INTO setting VALUES ('language', ?)", (language,))

    def language(self) -> str:
        query = "SELECT value FROM setting WHERE name = 'language'"
        found = self._database.execute(query).fetchone()
        return found[0] if found and found[0] in languages() else ENGLISH

    def publish(
        self, handins: list[HandedIn], scores: list[Score], adjustments: Sequence[Applied] = ()
    ) -> None:
        """What there is now, in place of what was."""
        with self._database:
            self._replace("handin", _HANDIN, map(attrgetter(*_HANDIN), handins))
            self._replace("score", ("position", *_SCORE), _numbered(_SCORE, scores))
            self._replace("adjustment", ("position", *_ADJUSTMENT), _numbered(_ADJUSTMENT, adjustments))

    def scores(self) -> list[Score]:
        """What was published last, in the order of scores.csv."""
        rows = self._database.execute(f"SELECT {', '.join(_SCORE)} FROM score ORDER BY position")
        return [Score(*row) for row in rows]

    def publish_answers(self, answers: list[Answer]) -> None:
        """The texts of what there is now, in place of those of what was."""
        with self._database:
            self._replace("answer", _ANSWER, map(attrgetter(*_ANSWER), answers))

    def answers(self) -> list[Answer]:
        """What was published of them last."""
        rows = self._database.execute(f"SELECT {', '.join(_ANSWER)} FROM answer ORDER BY rowid")
        return [Answer(*row) for row in rows]

    def handins(self) -> list[HandedIn]:
        """What was published last, a student's attempts in their order."""
        rows = self._database.execute(f"SELECT {', '.join(_HANDIN)} FROM handin ORDER BY rowid")
        return [HandedIn(*row) for row in rows]

    def adjustments(self) -> list[Applied]:
        """What was published last, in the order of the policy."""
        rows = self._database.execute(f"SELECT {', '.join(_ADJUSTMENT)} FROM adjustment ORDER BY position")
        return [Applied(*row) for row in rows]

    def has(self, key: Key) -> bool:
        return self._row(key, "1") is not None

    def verdict(self, key: Key) -> Verdict:
        (details,) = self._row(key, "details")
        try:
            return msgspec.json.decode(details, type=Verdict)
        except msgspec.MsgspecError as error:
            raise sqlite3.DatabaseError(f"a verdict in it makes no sense ({error})") from error

    def failures(self, content: str) -> tuple[Failure, ...]:
        rows = self._database.execute(
            "SELECT cell, error FROM failure WHERE content = ? ORDER BY cell", (content,)
        )
        return tuple(Failure(*row) for row in rows)

    def try_again(self, limits: str = "") -> None:
        """Forget what was given up, where it was under other limits than these."""
        given_up = "SELECT content, exercise, version, seed FROM given_up WHERE limits != ?"
        with self._database:
            self._database.execute(
                f"DELETE FROM verdict WHERE (content, exercise, version, seed) IN ({given_up})", (limits,)
            )
            self._database.execute("DELETE FROM given_up WHERE limits != ?", (limits,))

    def keep(self, keys: list[Key], report: Report, limits: str = "") -> None:
        """A submission's report, all of it or nothing. `keys` are those of its verdicts."""
        with self._database:
            self._database.execute("DELETE FROM failure WHERE content = ?", (keys[0].content,))
            self._database.executemany(
                _insert("failure", ("content", "cell", "error")),
                [(keys[0].content, f.cell, f.error) for f in report.failures],
            )
            self._database.executemany(
                _insert("verdict", _VERDICT),
                [_verdict_row(key, verdict) for key, verdict in zip(keys, report.verdicts, strict=True)],
            )
            self._database.executemany(
                "INSERT OR REPLACE INTO given_up VALUES (?, ?, ?, ?, ?)",
                [(*_columns(key), limits) for key in keys if key.exercise in report.given_up],
            )

    def _upgrade(self, path: Path) -> None:
        if self._layout() > len(_STEPS):
            raise UserError(
                f"{path} is of a newer dlcourse (layout {self._layout()}, this one knows {len(_STEPS)}): "
                "update dlcourse"
            )
        if self._layout() == len(_STEPS):
            return
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")  # another process may have done it meanwhile
            for statement in chain.from_iterable(_STEPS[self._layout() :]):
                self._database.execute(statement)
            self._database.execute(f"PRAGMA user_version = {len(_STEPS)}")

    def _layout(self) -> int:
        return self._database.execute("PRAGMA user_version").fetchone()[0]

    def _replace(self, table: str, columns: Sequence[str], rows: Iterable[tuple]) -> None:
        self._database.execute(f"DELETE FROM {table}")
        self._database.executemany(_insert(table, columns), rows)

    def _row(self, key: Key, what: str):
        return self._database.execute(
            f"SELECT {what} FROM verdict WHERE content = ? AND exercise = ? AND version = ? AND seed = ?",
            _columns(key),
        ).fetchone()


def _insert(table: str, columns: Sequence[str]) -> str:
    """The statement, with the columns by name: a later layout may have more of them."""
    return f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _numbered(columns: Sequence[str], rows: Iterable) -> list[tuple]:
    return [(position, *values) for position, values in enumerate(map(attrgetter(*columns), rows))]


def _columns(key: Key) -> tuple:
    return key.content, key.exercise, key.version, str(key.seed)


def _verdict_row(key: Key, verdict: Verdict) -> tuple:
    details = msgspec.json.encode(verdict).decode()
    return *_columns(key), verdict.status, verdict.points, verdict.max_points, details


def is_passing(error: sqlite3.DatabaseError) -> bool:
    """Whether it is the place that fails, its disk full or shut, and not what stands in the gradebook."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING


def read_scores(out: Path) -> list[Score]:
    """What grading into `out` came to. UserError where nothing has been graded there."""
    return _read(out, Gradebook.scores)


def read_handins(out: Path) -> list[HandedIn]:
    """What was handed in. UserError where nothing has been graded there."""
    return _read(out, Gradebook.handins)


def read_language(out: Path) -> str:
    """In which students were told of it. UserError where nothing has been graded there."""
    return _read(out, Gradebook.language)


def read_adjustments(out: Path) -> list[Applied]:
    """What the policy changed. UserError where nothing has been graded there."""
    return _read(out, Gradebook.adjustments)


def read_answers(out: Path) -> list[Answer]:
    """The texts of the answers; none where an earlier version graded. UserError where nothing has been."""
    return _read(out, Gradebook.answers)


def _read(out: Path, what: Callable[[Gradebook], _Rows]) -> _Rows:
    path = out / GRADEBOOK
    if not path.is_file():
        raise UserError(
            f"nothing has been graded into {out}: run `dlcourse grade SUBMISSIONS --out {out}` first"
        )
    try:
        gradebook = Gradebook(path)
        try:
            scores, found = gradebook.scores(), what(gradebook)
        finally:
            gradebook.close()
    except (sqlite3.DatabaseError, OSError) as error:
        raise UserError(f"{path} cannot be used: {error}") from error
    if not scores:
        raise UserError(f"grading into {out} was not finished: run the same `dlcourse grade` again")
    return found
