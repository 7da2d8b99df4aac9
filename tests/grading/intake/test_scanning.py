"""Nothing that is handed in is lost, merged or renamed without a word; no name costs more than its length."""

import contextlib
import os
import struct
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlcourse.course.errors import UserError
from dlcourse.grading.intake import archives, dates, moodle_worksheet
from dlcourse.grading.intake.archives import in_archive, in_folder
from dlcourse.grading.intake.layouts import LAYOUTS
from dlcourse.grading.intake.lesson_of import is_notebook, lesson_of, lesson_within, stem_of
from dlcourse.grading.intake.notebook import Unreadable, code_cells
from dlcourse.grading.intake.submissions import collected, handins

from .conftest import counts, laid_out, packed, students

NB = "03_activations.ipynb"

# ---- any tree of names ----

WORDS = [
    "ada",
    "Zoë",
    "Zoe\u0308",
    "bob",
    "hw3",
    "03_activations",
    "77",
    "LATE",
    "anon",
    "x (1)",
    "a b",
    "_",
    "%20",
]
JOINTS = ["_", "_77_501_", "_assignsubmission_file_", " - ", "+", "_attempt_2026-11-24-15-58-23_", "(x)", ""]
names = st.builds("".join, st.lists(st.sampled_from(WORDS + JOINTS), min_size=1, max_size=5)).filter(
    str.strip
)
anything = st.text(
    st.characters(blacklist_characters="/\0\\", blacklist_categories=("Cs",)), min_size=1, max_size=20
)
folders = st.one_of(st.sampled_from(["ada", "bob", "submitted", "Section A", "week 1"]), names, anything)
files = st.one_of(
    st.sampled_from([NB, "04_rectifiers.ipynb", "essay.pdf", "timestamp.txt", "a.zip"]),
    st.builds("{}.ipynb".format, names),
    anything,
)
paths = st.builds(lambda around, name: "/".join([*around, name]), st.lists(folders, max_size=4), files)
layouts = st.sampled_from(
    ["", "", "student", "*/student", "section/student", "one", "canvas", "moodle", "nbgrader"]
)


def _due(path, members):
    """The places of notebooks that lie in nothing that systems leave."""
    parts = [archives._parts(name) for name in members]
    parts = [of for of in parts if of and is_notebook(of[-1]) and not any(map(archives._left_by_systems, of))]
    return {archives.shown(f"{path}/{'/'.join(of)}") for of in parts}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(paths, min_size=1, max_size=8, unique=True), layouts)
def test_each_notebook_is_a_hand_in_or_a_row_that_says_why_not_or_is_told(tmp_path_factory, members, layout):
    path = tmp_path_factory.mktemp("x") / "x.zip"
    packed(path, *members)
    try:
        found = collected(path, layout)
    except UserError as refusal:
        assert "\n" not in str(refusal)
        return
    places = [handin.place for handin in found.handins]
    assert len(set(places)) == len(places)
    aside = sum(int(note.split(" ", 1)[0]) for note in found.notes if "passed over" in note)
    assert len(_due(path, members) - set(places)) <= aside
    for handin in found.handins:
        assert handin.student or handin.problem
        assert handin.student.isprintable()


@settings(max_examples=100, deadline=None)
@given(st.lists(anything, min_size=3, max_size=8, unique=True))
def test_as_many_students_are_found_as_there_are_folders_of_students(tmp_path_factory, who):
    who = [name for name in who if name not in (".", "..") and not archives._left_by_systems(name)]
    path = tmp_path_factory.mktemp("x") / "x.zip"
    packed(path, *(f"{name}/{NB}" for name in [*who, "ada lovelace", "bob", "cyd"]))
    found = counts(path, layout="student")
    assert len(found) == len(set(who) | {"ada lovelace", "bob", "cyd"})
    assert set(found.values()) == {1}


# ---- what time and memory it takes ----


def seconds(work, *arguments, times=5):
    """The least of several, which other programs disturb least."""

    def once():
        start = time.process_time()
        with contextlib.suppress(Unreadable, UserError):
            work(*arguments)
        return time.process_time() - start

    return min(once() for _ in range(times))


def growth(work, make, size):
    """How many times as long twice as much takes."""
    small, large = make(size), make(2 * size)
    return seconds(work, large) / max(seconds(work, small), 2e-4)


HOSTILE = [
    " copy",
    "  copy",
    "(1)",
    "_1_",
    "-",
    "03_activations",
    "_assignsubmission_file_",
    "_attempt_",
    "\u0308",
]
HOSTILE += ["_77_501_", "+", " - ", "ﷺ", "%20", ".ipynb", "((", "_LATE", "anon_", "1", "\ufdfa"]


@pytest.mark.parametrize("piece", HOSTILE)
def test_reading_a_name_takes_time_in_proportion(piece):
    def read(name):
        lesson_of(stem_of(name))
        for layout in LAYOUTS:
            layout.reader(("x",), [(name,), (name, NB)])((name,))
            layout.reader(("x",), [(name,), (name, NB)])((name, NB))

    for around in ("{}", "03_activations{}!", "ada_77_501_{}"):
        assert growth(read, lambda n, a=around: a.format(piece * (n // len(piece))), 20_000) < 3.5


@pytest.mark.parametrize("piece", ["2026-11-24 ", "1", ":", "9:", "am ", "월", " ", "+", "Area/", "\u202f"])
def test_reading_a_date_takes_time_in_proportion(piece):
    for read in (lambda t: dates.understood(t, ""), dates.in_name, moodle_worksheet.understood):
        assert growth(read, lambda n: piece * n, 20_000) < 3.5


@pytest.mark.parametrize(
    "piece", ["def ", "def f", "  def sigmoid", "\n", " ", '"id": ', '"id" ', '"id": "x"']
)
def test_knowing_a_lesson_takes_time_in_proportion(piece):
    def read(text):
        lesson_within("homework", [text], text.encode())

    assert growth(read, lambda n: piece * n, 20_000) < 3.5


@pytest.mark.parametrize(
    "shape",
    ["{}/03_activations.ipynb", "ada_{}_1_03_activations.ipynb", "all/{}/x/y.ipynb", "ada/{}/a.ipynb"],
)
def test_reading_twice_as_many_names_takes_about_twice_the_time(tmp_path, shape):
    def make(n):
        return packed(tmp_path / f"{n}.zip", *(shape.format(number) for number in range(n)))

    assert growth(collected, make, 1_500) < 3.5


def test_a_folder_of_folders_is_entered_so_far_and_the_rest_is_told(tmp_path):
    laid_out(tmp_path / "x", f"ada/{NB}", "eve/")
    here = os.getcwd()
    os.chdir(tmp_path / "x" / "eve")
    for _ in range(3000):  # longer than a path may be
        os.mkdir("d")
        os.chdir("d")
    os.chdir(here)
    ada, eve = handins(tmp_path / "x")
    assert (ada.student, ada.problem) == ("ada", "")
    assert eve.student == "eve"
    assert "40 folders inside each other" in eve.problem
    assert len(handins(tmp_path / "x" / "eve", "one")) == 1
    os.system(f"rm -rf {tmp_path}/x/eve")


def test_a_folder_of_too_many_files_has_its_row_and_stops_nobody(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "_MAX_FILES", 20)
    laid_out(tmp_path / "x", f"ada/{NB}", f"bob/{NB}", *(f"eve/{n}/{k}" for n in range(9) for k in range(9)))
    found = {handin.student: handin.problem for handin in handins(tmp_path / "x")}
    assert found["ada"] == found["bob"] == ""
    assert "more than 20 files" in found["eve"]


def test_a_long_timestamp_is_not_read_beyond_a_date(tmp_path):
    path = laid_out(tmp_path / "x", *(f"ada/ps1/{n}.ipynb" for n in range(200)))
    (path / "ada" / "ps1" / "timestamp.txt").write_bytes(b"2026-11-24 12:00:00 UTC" + b" " * 19_000_000)
    tracemalloc.start()
    found = handins(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 200
    assert found[0].when.counts
    assert peak < 5_000_000


def test_members_that_share_their_bytes_are_not_unpacked(tmp_path):
    path = tmp_path / "bomb.zip"
    packed(path, f"ada/{NB}", *(f"eve/{n}.ipynb" for n in range(50)), f"zoe/{NB}", content="0" * 100_000)
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        target = archive.getinfo("eve/0.ipynb").header_offset
        start = archive.start_dir
    for n in range(50):
        at = raw.index(f"eve/{n}.ipynb".encode(), start) - 46
        struct.pack_into("<L", raw, at + 42, target)
    path.write_bytes(raw)
    found = {handin.place.rpartition("bomb.zip/")[2]: handin.problem for handin in handins(path)}
    assert not found[f"ada/{NB}"]
    assert all("shares its bytes" in found[f"eve/{n}.ipynb"] for n in range(50))
    assert students(path).keys() == {"ada", "zoe"}


def test_a_member_within_another_is_found_among_many(tmp_path):
    inner = packed(tmp_path / "inner.zip", f"eve/{NB}").read_bytes()
    path = tmp_path / "outer.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"ada/{NB}", inner)
        archive.writestr(f"bob/{NB}", "")
    files, _ = in_archive(path)
    assert [file.problem for file in files] == ["", ""]


def test_a_hidden_folder_of_a_student_is_told_and_what_systems_leave_is_not(tmp_path):
    path = laid_out(
        tmp_path / "x", f".eve/{NB}", f"ada/{NB}", f"bob/{NB}", ".git/x", f"ada/.ipynb_checkpoints/{NB}"
    )
    found = {handin.student: handin.problem for handin in handins(path)}
    assert found.keys() == {".eve", "ada", "bob"}
    assert "hidden" in found[".eve"]


def test_a_file_that_vanishes_while_it_is_listed_has_its_row(tmp_path, monkeypatch):
    path = laid_out(tmp_path / "x", f"ada/{NB}", f"bob/{NB}")
    listed = archives._listed

    def listing(folder, most=None):
        found = listed(folder, most)
        if str(folder).endswith("ada"):
            os.unlink(path / "ada" / NB)
        return found

    monkeypatch.setattr(archives, "_listed", listing)
    assert "cannot be opened" in next(file.problem for file in in_folder(path) if file.parts[-1] == NB)


def test_other_endings_are_known_by_content_and_other_files_are_not_opened(tmp_path):
    content = '{\n "cells": [], "nbformat": 4}'
    path = laid_out(
        tmp_path / "x", "ada/03_activations.json", "ada/03_activations.txt", "ada/x", content=content
    )
    laid_out(path, "ada/data.json", "ada/notes.txt", content='{"a": 1}')
    laid_out(path, "ada/03_activations.py", content="cells = []")
    assert sorted(students(path)["ada"]) == ["03_activations.json", "03_activations.txt", "x"]
    assert code_cells(handins(path)[0].read()) == []
