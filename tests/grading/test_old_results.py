"""Results that an earlier version of `dlcourse grade` has written: see fixtures/README.md."""

import codecs
import csv
import shutil
import sqlite3
from pathlib import Path

import pytest

from dlcourse.cli import main
from dlcourse.exercises import catalogue
from dlcourse.exercises.released_cells import _lesson
from dlcourse.grading.pipeline import grade

OLD = Path(__file__).parents[1] / "fixtures"
# LeCun and He swapped: by its draw, a test let that through or not.
SEED_DECIDED = {("bo", "weight_variance"), ("eve", "weight_variance")}
LESSONS = ("05_initialization", "07_momentum")
EXERCISES = {exercise.name: exercise for stem in LESSONS for exercise in catalogue()[stem].values()}


def gradebook(what, out):
    database = sqlite3.connect(out / "gradebook.sqlite")
    try:
        return database.execute(what).fetchall()
    finally:
        database.close()


def seed(out):
    return gradebook("SELECT value FROM setting WHERE name = 'seed'", out)


def rows(out):
    with open(out / "scores.csv", newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def pages(out):
    """All but fay's: her `essay.ipynb` was refused for its name, and is known by its content now."""
    return {path.relative_to(out).as_posix() for path in out.rglob("*.html") if path.parent.name != "fay"}


def without_fay(scores: bytes) -> list[bytes]:
    """The rows, sorted: a lesson's exercises now stand in its own order. One point is no more "points"."""
    scores = scores.replace(b"Set to 1 points", b"Set to 1 point")
    return sorted(line for line in scores.splitlines(keepends=True) if not line.startswith(b"fay,"))


@pytest.fixture
def results(tmp_path, monkeypatch):
    """The folder of results; one types beside it."""
    for name in ("submissions", "results"):
        shutil.copytree(OLD / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "results"


@pytest.fixture
def as_released_then(monkeypatch):
    monkeypatch.setattr("dlcourse.course.lessons._PLACES", (OLD / "lessons",))
    _lesson.cache_clear()
    yield
    _lesson.cache_clear()


@pytest.fixture
def as_versioned_then(monkeypatch, results):
    """The exercises that there were, of the version that they had."""
    then = dict(gradebook("SELECT DISTINCT exercise, version FROM verdict", results))
    for name, exercise in EXERCISES.items():
        if name in then:
            monkeypatch.setitem(vars(exercise), "version", then[name])
        else:
            monkeypatch.delattr(f"dlcourse.exercises.{exercise.lesson[3:]}.{name}")
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


def test_a_rerun_grades_nothing_again_and_writes_the_same_scores(
    results, as_released_then, as_versioned_then
):
    tables = {
        table: gradebook(f"SELECT * FROM {table}", results) for table in ("setting", "verdict", "failure")
    }
    assert all(tables.values())
    summary = grade("submissions", "results", workers=1)
    assert (summary.handins, summary.fresh, summary.unmatched) == (12, 0, [])
    assert summary.gone == [("fay", "essay")]  # known by its content now
    old, new = ((out / "scores.csv").read_bytes() for out in (OLD / "results", results))
    assert without_fay(new) == without_fay(codecs.BOM_UTF8 + old)
    assert {table: gradebook(f"SELECT * FROM {table}", results) for table in tables} == tables


def test_a_regrade_by_the_present_tests_has_the_old_seed_and_gives_the_same_points(results, monkeypatch):
    for exercise in EXERCISES.values():
        monkeypatch.setitem(vars(exercise), "version", "another")
    before = seed(results)
    summary = grade("submissions", "results", workers=1, sandbox="none")
    assert summary.fresh == 8  # two of the nine that can be read are alike
    assert seed(results) == before
    columns = ("student", "lesson", "exercise", "points", "max_points", "status")
    old, new = (
        {(row["student"], row["exercise"]): [row[c] for c in columns] for row in rows(out)}
        for out in (OLD / "results", results)
    )
    others = {key for key in old if key[0] != "fay"} - SEED_DECIDED
    assert {key: new[key] for key in others} == {key: old[key] for key in others}


def test_a_hand_in_of_no_lessons_name_is_known_by_its_content_now(results):
    assert [row["status"] for row in rows(results) if row["student"] == "fay"] == ["unreadable"]
    grade("submissions", "results", workers=1, sandbox="none")
    found = {row["exercise"] for row in rows(results) if row["student"] == "fay"}
    assert found == set(catalogue()["07_momentum"])


def test_a_rerun_keeps_pages_policy_and_what_it_decided(results):
    grade("submissions", "results", workers=1, sandbox="none")
    assert pages(results) == pages(OLD / "results")
    assert (results / "policy.toml").read_bytes() == (OLD / "results" / "policy.toml").read_bytes()
    points = {(row["student"], row["exercise"]): row["points"] for row in rows(results)}
    assert points["bo", "terminal_velocity"] == "1.6"  # 2, two days late
    assert points["bo", "saturated_fraction"] == "1"  # set by hand
    assert points["eve", "terminal_velocity"] == "2"  # within her extension


def test_old_results_are_reported(results, capsys):
    assert main(["report", "results"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "LeCun and He are swapped" in said


CANVAS = "Student,ID,SIS User ID,SIS Login ID,Section\nLovelace,1,s1,ada,A\nBoole,2,s2,bo,A\n"
MOODLE = "Identifier,Username,Grade,Maximum Grade,Last modified (grade)\nParticipant 2,bo,,8.00,-\n"


@pytest.mark.parametrize(
    ("options", "place", "line"),
    [
        (["--format", "csv"], "out", "ada,10,8,18"),
        (["--format", "canvas", "--roster", "canvas.csv"], "out", "Lovelace,1,s1,ada,A,10,8"),
        (
            ["--format", "moodle", "--roster", "moodle.csv", "--lesson", "07_momentum"],
            "out",
            "Participant 2,bo,1.60,8.00,-",
        ),
        (["--format", "gradescope"], "out/results/bo/07_momentum.json", '"score": 1.6,'),
    ],
)
def test_old_results_are_exported(results, options, place, line):
    Path("canvas.csv").write_text(CANVAS)
    Path("moodle.csv").write_text(MOODLE)
    assert main(["export", "results", *options, "--to", "out"]) == 0
    assert line in map(str.strip, Path(place).read_text(encoding="utf-8").splitlines())
