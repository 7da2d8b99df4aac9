"""A class is graded: every hand-in gets its rows and its page, whatever it is."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dlcourse.course.errors import UserError
from dlcourse.grading.output.feedback import path_part
from dlcourse.grading.pipeline import grade
from dlcourse.grading.run import executors
from dlcourse.grading.run.executors import InThisProcess

from ..conftest import heeding_interrupts
from .conftest import LESSON, NAMES, RIGHT, notebook

WRONG = {"sigmoid": "def sigmoid(x):\n    return 1 / (1 + np.exp(x))"}


def statuses(rows, student):
    return {name: rows[student, name]["status"] for name in NAMES}


def test_each_answer_gets_its_row(course):
    course.hand_in("ada", RIGHT)
    course.hand_in("bob", {})
    course.hand_in("cyd", RIGHT | WRONG)
    rows = course.grade()
    assert statuses(rows, "ada") == dict.fromkeys(NAMES, "passed")
    assert statuses(rows, "bob") == dict.fromkeys(NAMES, "not attempted")
    assert rows["cyd", "sigmoid"]["status"] == "failed"
    assert "sign" in rows["cyd", "sigmoid"]["feedback"]
    assert all(0 <= float(row["points"]) <= float(row["max_points"]) for row in rows.values())
    header = (course.out / "scores.csv").read_text(encoding="utf-8-sig").split("\n")[0]
    assert header == "student,lesson,exercise,points,max_points,status,feedback"
    assert [row["student"] for row in course.rows()] == [
        student for student in ("ada", "bob", "cyd") for _ in NAMES
    ]
    assert [row["exercise"] for row in course.rows()] == list(NAMES) * 3


def test_demo_cells_do_not_run_and_the_setup_is_ours(course):
    answers = {"sigmoid": RIGHT["sigmoid"]}
    path = course.hand_in("ada", answers)
    path.write_text(path.read_text().replace("import numpy as np\\n", "import nothing\\n"))
    rows = course.grade()
    assert rows["ada", "sigmoid"]["status"] == "passed"
    page = (course.out / "feedback" / "ada" / f"{LESSON}.html").read_text()
    assert "a demo cell was run" not in page
    assert "No module named &#39;nothing&#39;" in page


def test_cells_without_ids_and_metadata_are_graded_alike(course):
    import json

    whole = course.hand_in("ada", RIGHT)
    bare = json.loads(whole.read_text())
    for cell in bare["cells"]:
        cell["metadata"] = {}
        cell["source"] = cell["source"].replace("\n", "  \r\n")
    course.hand_in("bob", content=json.dumps(bare))
    rows = course.grade()
    assert statuses(rows, "bob") == statuses(rows, "ada") == dict.fromkeys(NAMES, "passed")


def test_bad_hand_ins_get_clear_rows_and_the_others_their_points(course):
    course.hand_in("ada", RIGHT)
    course.hand_in("empty", content=b"")
    course.hand_in("truncated", content=b'{"cells": [')
    course.hand_in("unknown", content=notebook(["x = 1"]), name="99_nothing")
    course.hand_in("nocell", content='{"nbformat": 4, "cells": []}')
    (course.submissions / "folder" / f"{LESSON}.ipynb").mkdir(parents=True)
    (course.submissions / "link").mkdir()
    (course.submissions / "link" / f"{LESSON}.ipynb").symlink_to(
        course.submissions / "ada" / f"{LESSON}.ipynb"
    )
    rows = course.grade()
    assert statuses(rows, "ada") == dict.fromkeys(NAMES, "passed")
    for student, says in {
        "empty": "is empty",
        "truncated": "not JSON",
        "folder": "is a folder",
        "link": "is a link",
    }.items():
        assert statuses(rows, student) == dict.fromkeys(NAMES, "unreadable")
        assert says in rows[student, "sigmoid"]["feedback"]
        assert float(rows[student, "sigmoid"]["max_points"]) == float(rows["ada", "sigmoid"]["max_points"])
    assert rows["unknown", ""]["status"] == "unreadable"
    assert LESSON in rows["unknown", ""]["feedback"]
    assert statuses(rows, "nocell") == dict.fromkeys(NAMES, "missing")


class Parsed(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]


ODD = [
    "=cmd|' C calc'!A0",
    "@SUM(1)",
    "+1",
    "-1",
    "<script>alert(1)<",
    "a\nb,c",
    'q"uote',
    "Zoë 김",
    "x" * 200,
    "‮evil",
]


def test_odd_names_are_defused_escaped_and_kept_inside(course):
    for name in ODD:
        course.hand_in(name, {})
    course.grade()
    text = (course.out / "scores.csv").read_text()
    assert text.count("\n") == 1 + len(ODD) * len(NAMES)
    assert all(row["student"][0] not in "=+-@\t\r" for row in course.rows())
    pages = list((course.out / "feedback").glob("*/*.html"))
    assert len(pages) == len(ODD)
    assert {path.parent.parent for path in (course.out / "feedback").rglob("*.html")} == {
        course.out / "feedback"
    }
    for page in pages:
        parsed = Parsed(page.read_text())
        assert not {"script", "img", "link", "iframe", "a"} & set(parsed.tags)
        assert not [name for name in parsed.attributes if name.startswith("on") or name in ("src", "href")]


@pytest.mark.parametrize("name", ["..", ".", "a/b", "../../x", "", " ", "x" * 300, "\0", "con\x1b"])
def test_a_part_of_a_path_goes_nowhere_else(name):
    part = path_part(name)
    assert Path(part).name == part
    assert part.strip(". ") == part
    assert len(part.encode()) <= 120


def test_what_a_student_writes_is_escaped_in_the_page_and_defused_in_the_csv(course):
    course.hand_in(
        "ada", {"sigmoid": "def sigmoid(x):\n    raise ValueError('<img src=x onerror=alert(1)>\\n=1+1')"}
    )
    rows = course.grade()
    assert "\n" not in rows["ada", "sigmoid"]["feedback"]
    assert "img" not in Parsed((course.out / "feedback" / "ada" / f"{LESSON}.html").read_text()).tags


def test_what_is_written_of_a_class_is_for_its_owner_alone(course):
    course.hand_in("ada", RIGHT)
    course.grade()
    written = [course.out, *course.out.rglob("*")]
    assert {oct(path.stat().st_mode & 0o077) for path in written} == {oct(0)}
    for path in course.out, course.out / "feedback":
        path.chmod(0o755)
    course.hand_in("bob", RIGHT)
    course.grade()
    assert [path.stat().st_mode & 0o777 for path in (course.out, course.out / "feedback")] == [0o755] * 2
    assert (course.out / "feedback" / "bob").stat().st_mode & 0o777 == 0o700


def test_pages_have_a_title_a_language_and_headings_in_order(course):
    course.hand_in("ada", WRONG)
    course.grade()
    page = (course.out / "feedback" / "ada" / f"{LESSON}.html").read_text()
    assert '<html lang="en">' in page
    assert f"<title>ada · {LESSON}</title>" in page
    assert [tag for tag in Parsed(page).tags if tag[0] == "h" and tag[1:].isdigit()] == [
        "h1",
        *["h2" for _ in NAMES],
    ]


# ---- again ----


class Counting(InThisProcess):
    jobs = 0

    def submit(self, function, /, *args, **kwargs):
        self.jobs += 1
        return super().submit(function, *args, **kwargs)


def counted(course, **settings):
    with Counting() as counting:
        course.grade(executor=counting, **settings)
    return counting.jobs


def test_a_rerun_grades_only_what_is_new(course):
    course.hand_in("ada", RIGHT)
    course.hand_in("bob", {})
    assert counted(course) == 2
    before = (course.out / "scores.csv").read_bytes()
    assert counted(course) == 0
    assert (course.out / "scores.csv").read_bytes() == before
    course.hand_in("bob", RIGHT | WRONG)
    course.hand_in("cyd", {})
    assert counted(course) == 1  # cyd is as blank as bob was


def test_two_who_hand_in_the_same_are_graded_once(course):
    course.hand_in("ada", RIGHT)
    course.hand_in("bob", RIGHT)
    assert counted(course) == 1
    assert len(course.rows()) == 2 * len(NAMES)


def test_another_seed_and_another_version_of_an_exercise_are_graded_anew(course, monkeypatch):
    from dlcourse.exercises import catalogue

    course.hand_in("ada", RIGHT)
    assert counted(course, seed=1) == 1
    assert counted(course, seed=2) == 1
    assert counted(course, seed=1) == 0
    graded = []
    monkeypatch.setitem(vars(catalogue()[LESSON]["sigmoid"]), "version", "another")
    with Spy(graded) as spy:
        course.grade(seed=1, executor=spy)
    assert graded == [("sigmoid",)]


class Spy(InThisProcess):
    def __init__(self, graded):
        self._graded = graded

    def submit(self, function, job, *args):
        self._graded.append(job.exercises)
        return super().submit(function, job, *args)


def test_the_seed_is_secret_and_kept(course):
    course.hand_in("ada", RIGHT)
    course.grade()
    gradebook = course.out / "gradebook.sqlite"
    assert gradebook.stat().st_mode & 0o077 == 0
    with sqlite3.connect(gradebook) as database:
        (seed,) = database.execute("SELECT value FROM setting WHERE name = 'seed'").fetchone()
        assert {row[0] for row in database.execute("SELECT seed FROM verdict")} == {seed}
    assert seed not in (course.out / "scores.csv").read_text()


def test_a_submission_that_is_gone_leaves_the_scores(course):
    course.hand_in("ada", RIGHT)
    gone = course.hand_in("bob", {})
    course.grade()
    gone.unlink()
    gone.parent.rmdir()
    course.grade()
    assert {row["student"] for row in course.rows()} == {"ada"}
    assert course.summary.gone == [("bob", LESSON)]
    assert [path.name for path in (course.out / "feedback").iterdir()] == ["ada"]
    course.grade()
    assert course.summary.gone == []


# ---- killed ----

PROGRAM = """
import sys
from pathlib import Path
import dlcourse.course.lessons
from dlcourse.grading.pipeline import grade
from dlcourse.grading.sandbox.limits import Limits
if __name__ == "__main__":
    dlcourse.course.lessons._PLACES, LIMITS = (Path(sys.argv[1]),), Limits(cpu=1)
    grade(sys.argv[2], sys.argv[3], workers=int(sys.argv[4]), seed=5, sandbox=sys.argv[5], limits=LIMITS)
"""


def program(folder, out, workers=2, sandbox="auto"):
    script = folder / "grading.py"
    script.write_text(PROGRAM)
    return [
        sys.executable,
        str(script),
        *map(str, (folder / "lessons", folder / "submissions", out, workers, sandbox)),
    ]


def graded_so_far(gradebook: Path) -> int:
    if not gradebook.exists():
        return 0
    with sqlite3.connect(f"file:{gradebook}?mode=ro", uri=True) as database:
        try:
            return database.execute("SELECT count(DISTINCT content) FROM verdict").fetchone()[0]
        except sqlite3.OperationalError:
            return 0


def orphans() -> list[str]:
    """Processes of our boxes whose grader has gone."""
    found = []
    for status in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command, parent = (
                status.read_bytes(),
                int((status.parent / "stat").read_text().rpartition(")")[2].split()[1]),
            )
        except (OSError, ValueError):
            continue
        if b"box/entry.py" in command and parent == 1:
            found.append(status.parent.name)
    return found


def test_killed_at_any_point_a_rerun_gives_the_same_scores_and_nothing_is_left(course, tmp_path):
    for n in range(8):
        course.hand_in(f"right{n}", RIGHT, more=[f"version = {n}"])
        course.hand_in(f"wrong{n}", RIGHT | WRONG, more=[f"version = {n}"])
    subprocess.run(program(tmp_path, tmp_path / "whole"), check=True)
    for due in (0, 5):
        grading = subprocess.Popen(program(tmp_path, tmp_path / "out"))
        deadline = time.monotonic() + 30
        while graded_so_far(tmp_path / "out" / "gradebook.sqlite") < due and time.monotonic() < deadline:
            time.sleep(0.005)
        grading.send_signal(signal.SIGKILL)
        grading.wait()
    assert 5 <= graded_so_far(tmp_path / "out" / "gradebook.sqlite") < 16
    assert not (tmp_path / "out" / "scores.csv").exists()
    subprocess.run(program(tmp_path, tmp_path / "out"), check=True)
    assert (tmp_path / "out" / "scores.csv").read_bytes() == (tmp_path / "whole" / "scores.csv").read_bytes()
    deadline = time.monotonic() + 10
    while orphans() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert orphans() == []


def test_a_grading_process_that_is_killed_is_said_so_and_loses_nothing(course):
    course.hand_in("ada", RIGHT)

    class Fatal(Counting):
        def submit(self, function, /, *args, **kwargs):
            from concurrent.futures.process import BrokenProcessPool

            raise BrokenProcessPool

    with pytest.raises(UserError, match="run the same command again"):
        course.grade(executor=Fatal())


# ---- what only its user can mend ----


def test_user_errors_say_what_to_do(course, tmp_path):
    course.hand_in("ada", {})
    file = tmp_path / "file"
    file.write_text("")
    cases = [
        ((tmp_path / "nowhere", course.out, {}), "no folder of submissions"),
        ((course.submissions, course.submissions / "out", {}), "inside the submissions"),
        ((course.submissions, file, {}), "cannot write to"),
        ((course.submissions, course.out, {"workers": 0}), "0 workers"),
        ((course.submissions, course.out, {"seed": -1}), "seed -1"),
    ]
    (tmp_path / "none").mkdir()
    cases.append(((tmp_path / "none", course.out, {}), "is empty"))
    for (submissions, out, settings), says in cases:
        with pytest.raises(UserError, match=says):
            grade(submissions, out, **settings)
    assert not (course.submissions / "out").exists()


def test_a_file_that_is_no_gradebook_is_not_overwritten(course):
    course.hand_in("ada", {})
    course.out.mkdir()
    (course.out / "gradebook.sqlite").write_text("dear diary" * 1000)
    with pytest.raises(UserError, match=r"gradebook.sqlite cannot be used"):
        course.grade()
    assert (course.out / "gradebook.sqlite").read_text().startswith("dear diary")


def test_two_gradings_into_one_folder_do_not_mix(course):
    import fcntl

    course.hand_in("ada", {})
    course.out.mkdir()
    held = os.open(course.out, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    with pytest.raises(UserError, match="another `dlcourse grade`"):
        course.grade()
    os.close(held)
    course.grade()


def test_progress_is_told_up_to_the_whole(course):
    for name in ("ada", "bob", "cyd"):
        course.hand_in(name, {}, more=[f"# {name}"])
    told = []
    course.grade(progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_judgement_that_fails_is_the_graders_fault_and_nobody_elses(course, monkeypatch):
    from dlcourse.exercises import catalogue

    course.hand_in("ada", RIGHT)
    monkeypatch.setattr(catalogue()[LESSON]["sigmoid"], "judge", lambda run, seed: 1 / 0)
    rows = course.grade()
    assert rows["ada", "sigmoid"]["status"] == "failed"
    assert "Tell your instructor" in rows["ada", "sigmoid"]["feedback"]
    assert rows["ada", "tanh_derivative"]["status"] == "passed"


def box_of_this_worker(_):
    return getattr(executors._mine, "box", None)


def test_workers_do_not_share_the_box_of_the_process_that_starts_them(monkeypatch):
    monkeypatch.setattr(executors._mine, "box", "ours", raising=False)
    with executors.local_executor(2) as workers:
        assert list(workers.map(box_of_this_worker, range(4))) == [None] * 4


TYPED = """
import sys
from pathlib import Path
import dlcourse.course.lessons
from dlcourse.cli import main
if __name__ == "__main__":
    dlcourse.course.lessons._PLACES = (Path(sys.argv[1]),)
    sys.exit(main(["grade", sys.argv[2], "--out", sys.argv[3], "--workers", "2", *sys.argv[4:]]))
"""


def test_stopped_by_hand_it_ends_at_once_whatever_is_being_graded(course, tmp_path):
    for n in range(4):
        course.hand_in(f"endless{n}", {}, more=[f"while True: pass  # {n}"])
    script = tmp_path / "typed.py"
    script.write_text(TYPED)
    command = [sys.executable, script, tmp_path / "lessons", course.submissions, course.out]
    grading = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=heeding_interrupts
    )
    deadline = time.monotonic() + 30
    while not (course.out / "gradebook.sqlite").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)
    os.killpg(grading.pid, signal.SIGINT)
    _, said = grading.communicate(timeout=20)
    assert grading.returncode == 130
    assert said == "Stopped. What is graded is kept: the same command goes on from there.\n"


@pytest.mark.parametrize(
    "harm, says",
    [
        ("UPDATE verdict SET details = '{}'", "makes no sense .*move it away"),
        ("DROP TABLE verdict; CREATE TABLE verdict (x)", "no such column: content; move it away"),
    ],
)
def test_a_gradebook_that_has_come_to_harm_is_said_so(course, harm, says):
    course.hand_in("ada", RIGHT)
    course.grade()
    with sqlite3.connect(course.out / "gradebook.sqlite") as database:
        database.executescript(harm)
    with pytest.raises(UserError, match=says):
        course.grade()


def test_a_full_disk_is_not_the_gradebooks_fault(course, monkeypatch):
    from dlcourse.grading.book.gradebook import Gradebook

    class Small(Gradebook):
        def __init__(self, path):
            super().__init__(path)
            self._database.execute("PRAGMA max_page_count = 1")

    monkeypatch.setattr("dlcourse.grading.pipeline.Gradebook", Small)
    course.hand_in("ada", RIGHT, more=[f"filling = {'x' * 20_000!r}"])
    for n in range(40):
        course.hand_in(f"bob{n}", {}, more=[f"n = {n}"])
    with pytest.raises(UserError, match="disk is full; what is graded is kept"):
        course.grade()
