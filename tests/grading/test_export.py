"""Files for spreadsheets and learning platforms, against what those document."""

import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from dlcourse.cli import main
from dlcourse.grading import gradescope
from dlcourse.grading.book.statistics import most_points

from .conftest import LESSON, NAMES, RIGHT, lesson_cells, notebook
from .test_pipeline import WRONG

MOST = most_points(LESSON)


@pytest.fixture
def graded(course):
    """A class as a Canvas archive names it: all right, one wrong, nothing."""
    course.submissions = course.submissions.with_suffix(".zip")
    with zipfile.ZipFile(course.submissions, "w") as archive:
        for name, answers in (
            ("doejane_4711_1", RIGHT),
            ("roejim_4712_2", RIGHT | WRONG),
            ("poepat_4713_3", {}),
        ):
            archive.writestr(f"{name}_{LESSON}.ipynb", notebook(lesson_cells(answers)))
    course.grade()
    return course


def export(course, kind, path, *options):
    return main(["export", str(course.out), "--format", kind, "--to", str(path), *map(str, options)])


def rows(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file))


def earned(course):
    found = {}
    for row in course.rows():
        found[row["student"]] = found.get(row["student"], 0) + float(row["points"])
    return found


def test_a_spreadsheet(graded, tmp_path):
    assert export(graded, "csv", tmp_path / "all.csv") == 0
    head, *body = rows(tmp_path / "all.csv")
    assert head == ["student", LESSON, "total"]
    assert {name: float(points) for name, points, _ in body} == earned(graded)


@pytest.mark.parametrize(
    "roster",
    [
        "student,section\nroejim_4712,B\nNew,B\nDOEJANE_4711,A\n",
        "Student,ID,Section\n    Points Possible,,\nJim,4712,B\nNew,4799,B\nJane,4711,A\n",
        "Identifier,Full name,Group\nParticipant 4712,Jim,B\nParticipant 9,New,B\nParticipant 4711,Jane,A\n",
    ],
)
def test_a_spreadsheet_by_any_roster_has_all_who_are_on_it_and_names_who_is_not(
    graded, tmp_path, capsys, roster
):
    (tmp_path / "roster.csv").write_text(roster)
    assert export(graded, "csv", tmp_path / "all.csv", "--roster", tmp_path / "roster.csv") == 0
    points = {name: f"{of:g}" for name, of in earned(graded).items()}
    assert rows(tmp_path / "all.csv") == [
        ["student", "section", LESSON, "total"],
        ["roejim_4712", "B"] + 2 * [points["roejim_4712"]],
        ["New", "B", "", "0"],
        ["doejane_4711", "A"] + 2 * [points["doejane_4711"]],
    ]
    assert capsys.readouterr().out.rstrip().endswith("rows they are: poepat_4713")


def test_canvas_knows_a_name_the_other_way_round_as_the_report_does(course, tmp_path):
    course.hand_in("jane doe", RIGHT)
    course.grade()
    (tmp_path / "roster.csv").write_text(CANVAS)
    assert export(course, "canvas", tmp_path / "canvas.csv", "--roster", tmp_path / "roster.csv") == 0
    assert rows(tmp_path / "canvas.csv")[2][5] == f"{MOST}"


@pytest.mark.parametrize("typed", ["3", "03", "activations", f"lessons/{LESSON}.ipynb"])
def test_a_lesson_is_named_as_dlcourse_start_takes_it(course, tmp_path, typed):
    course.hand_in("ada", RIGHT)
    course.grade()
    assert export(course, "csv", tmp_path / "one.csv", "--lesson", typed) == 0
    assert rows(tmp_path / "one.csv")[0] == ["student", LESSON, "total"]


def test_canvas_without_a_roster_knows_students_by_their_numbers(graded, tmp_path):
    assert export(graded, "canvas", tmp_path / "canvas.csv") == 0
    head, possible, *body = rows(tmp_path / "canvas.csv")
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", LESSON]
    assert possible[0].strip() == "Points Possible"
    assert {row[1]: float(row[5]) for row in body} == {
        name.rpartition("_")[2]: points for name, points in earned(graded).items()
    }


CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,03_activations (815),Current Score
    Points Possible,,,,,14,(read only)
"Doe, Jane",4711,u1,jane,S1,,
"Roe, Jim",4712,u2,jim,S1,3,
"New, Neil",4799,u9,neil,S1,,
"""


def test_canvas_with_its_own_gradebook_keeps_its_names_and_assignment(graded, tmp_path, capsys):
    (tmp_path / "roster.csv").write_text(CANVAS)
    assert export(graded, "canvas", tmp_path / "canvas.csv", "--roster", tmp_path / "roster.csv") == 0
    head, _, *body = rows(tmp_path / "canvas.csv")
    assert head[5] == "03_activations (815)"
    assert body[0][:5] == ["Doe, Jane", "4711", "u1", "jane", "S1"]
    assert [row[5] for row in body] == [
        f"{earned(graded)['doejane_4711']:g}",
        f"{earned(graded)['roejim_4712']:g}",
        "",
    ]
    assert "poepat_4713" in capsys.readouterr().out


def test_no_two_of_a_canvas_gradebook_get_the_points_of_one(course, tmp_path, capsys):
    for name in ("ada_7", "Kim, Minji", "Zoë"):
        course.hand_in(name, RIGHT)
    course.grade()
    (tmp_path / "roster.csv").write_text(
        "Student;ID;SIS Login ID;Section;Final\n"
        '"Love, Ada";1;ada_7;S1;\nOther;7;other;S1;\n'
        '"Kim, Minji";2;minji1;S1;\n"Kim, Minji";3;minji2;S1;\nZoe\u0308;4;zoe;S1;\n'
    )
    assert export(course, "canvas", tmp_path / "canvas.csv", "--roster", tmp_path / "roster.csv") == 0
    head, _, *body = rows(tmp_path / "canvas.csv")
    assert head == ["Student", "ID", "SIS Login ID", "Section", LESSON]
    assert {row[1]: row[4] for row in body} == {"1": f"{MOST}", "7": "", "2": "", "3": "", "4": f"{MOST}"}
    assert "Kim, Minji" in capsys.readouterr().out


MOODLE = """Identifier,Full name,Status,Grade,Maximum Grade,"Last modified (grade)","Feedback comments"
Participant 4711,Jane Doe,Submitted,,100.00,-,
Participant 4712,Jim Roe,Submitted,,"100,00",-,
Participant 4799,Neil New,No submission,,100.00,-,
"""


def test_moodles_worksheet_is_filled_in_and_scaled_to_its_maximum(graded, tmp_path, capsys):
    (tmp_path / "worksheet.csv").write_text(MOODLE)
    assert export(graded, "moodle", tmp_path / "moodle.csv", "--roster", tmp_path / "worksheet.csv") == 0
    head, *body = rows(tmp_path / "moodle.csv")
    assert head == rows(tmp_path / "worksheet.csv")[0]
    jane, jim, neil = (dict(zip(head, row, strict=True)) for row in body)
    assert float(jane["Grade"]) == 100
    assert float(jim["Grade"]) == pytest.approx(
        100 * earned(graded)["roejim_4712"] / earned(graded)["doejane_4711"], abs=0.01
    )
    assert "<p>sigmoid: 0 of " in jim["Feedback comments"]
    assert (neil["Grade"], neil["Feedback comments"]) == ("", "")
    assert jane["Last modified (grade)"] == "-"
    assert "poepat_4713" in capsys.readouterr().out


def test_moodle_without_a_worksheet_has_the_columns_its_importer_wants(graded, tmp_path):
    assert export(graded, "moodle", tmp_path / "moodle.csv", "--lesson", LESSON) == 0
    head, *body = rows(tmp_path / "moodle.csv")
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(head)
    assert {row[0] for row in body} == {"Participant 4711", "Participant 4712", "Participant 4713"}


def test_what_students_write_is_no_html_and_no_formula_in_an_export(course, tmp_path):
    shout = "def sigmoid(x):\n    raise ValueError('<script>alert(1)</script>')"
    course.hand_in("=eve_9", RIGHT | {"sigmoid": shout})
    course.grade()
    assert export(course, "moodle", tmp_path / "moodle.csv") == 0
    assert "<script>" not in (tmp_path / "moodle.csv").read_text()
    for kind in "csv", "canvas", "moodle":
        assert export(course, kind, tmp_path / "any.csv") == 0
        assert not [cell for row in rows(tmp_path / "any.csv") for cell in row if cell.startswith("=")]


def test_gradescopes_results_say_what_the_scores_say(graded, tmp_path):
    assert export(graded, "gradescope", tmp_path / "gradescope") == 0
    path = tmp_path / "gradescope" / "results" / "roejim_4712" / f"{LESSON}.json"
    results = json.loads(path.read_text())
    assert (
        results["score"] == earned(graded)["roejim_4712"] == sum(test["score"] for test in results["tests"])
    )
    by_name = {test["name"]: test for test in results["tests"]}
    assert list(by_name) == list(NAMES)
    assert by_name["sigmoid"]["status"] == "failed"
    assert "sign" in by_name["sigmoid"]["output"]
    allowed = {
        "score",
        "max_score",
        "status",
        "name",
        "name_format",
        "number",
        "output",
        "output_format",
        "tags",
    }
    assert all(test.keys() <= allowed | {"visibility", "extra_data"} for test in results["tests"])


NOTEBOOK = notebook(lesson_cells(RIGHT))


def _folder(place):
    (place / f"{LESSON}.ipynb").mkdir()


def _fifo(place):
    os.mkfifo(place / f"{LESSON}.ipynb")


def _link(place):
    (place / f"{LESSON}.ipynb").symlink_to("/etc/passwd")


def _long_names(place):
    for folder in "ab":
        (place / folder).mkdir()
        (place / folder / f"{'a' * 247}.ipynb").write_text("{")


def _no_utf8(place):
    with open(os.fsencode(place) + b"/\xff.ipynb", "w") as file:
        file.write("{")


@pytest.mark.parametrize("make", [_folder, _fifo, _link, _long_names, _no_utf8])
def test_an_odd_upload_to_gradescope_has_a_result_and_takes_nothing_from_what_is_beside_it(
    course, tmp_path, monkeypatch, make
):
    monkeypatch.setenv("DLCOURSE_SANDBOX", "none")
    for beside, points in (False, 0), (True, MOST):
        place = tmp_path / f"upload{beside}"
        place.mkdir()
        make(place)
        if beside:
            (place / "more").mkdir()
            (place / "more" / f"{LESSON}.ipynb").write_text(NOTEBOOK)
        assert gradescope.main(str(place), str(tmp_path / "results.json")) == 0
        found = json.loads((tmp_path / "results.json").read_text())
        assert found["score"] == points
        assert found["tests"] or "No notebook" in found["output"]


def test_the_gradescope_autograder_grades_by_itself(graded, tmp_path):
    assert export(graded, "gradescope", tmp_path / "gradescope") == 0
    again = (tmp_path / "gradescope" / "autograder.zip").read_bytes()
    assert export(graded, "gradescope", tmp_path / "gradescope") == 0
    assert (tmp_path / "gradescope" / "autograder.zip").read_bytes() == again
    place = tmp_path / "autograder"
    with zipfile.ZipFile(tmp_path / "gradescope" / "autograder.zip") as archive:
        archive.extractall(place / "source")
        assert archive.getinfo("run_autograder").external_attr >> 16 & 0o111
    assert not list((place / "source").rglob("*solutions*"))
    (place / "submission").mkdir()
    cells = lesson_cells(RIGHT | WRONG)
    (place / "submission" / f"{LESSON}.ipynb").write_text(notebook(cells))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    environment |= {"AUTOGRADER": str(place), "PYTHON": sys.executable}
    command = ["bash", str(place / "source" / "run_autograder")]
    subprocess.run(command, env=environment, check=True, cwd="/")
    results = json.loads((place / "results" / "results.json").read_text())
    assert results["score"] == earned(graded)["roejim_4712"]
    (place / "submission" / f"{LESSON}.ipynb").unlink()
    for folder, name, answers in (("a", f"{LESSON}.IPYNB", RIGHT), ("b", f"{LESSON}.ipynb", {})):
        (place / "submission" / folder).mkdir()
        (place / "submission" / folder / name).write_text(notebook(lesson_cells(answers)))
    (place / "submission" / "c").mkdir()
    (place / "submission" / "c" / f"{LESSON}.ipynb").write_text(notebook(lesson_cells({})))
    subprocess.run(command, env=environment, check=True, cwd="/")
    results = json.loads((place / "results" / "results.json").read_text())
    assert (results["score"], len(results["tests"])) == (MOST, len(NAMES))
    shutil.rmtree(place / "submission")
    (place / "submission").mkdir()
    subprocess.run(command, env=environment, check=True, cwd="/")
    assert "No notebook" in json.loads((place / "results" / "results.json").read_text())["output"]


@pytest.mark.parametrize(
    "options, says",
    [
        (["--format", "excel"], "--format"),
        (["--format", "csv", "--lesson", "99_none"], "'99_none'; there is 01_training_procedure, "),
        (["--format", "csv", "--lesson", "activatoins"], "did you mean 03_activations or"),
        (["--format", "csv", "--lesson", "4"], "no scores for 04_rectifiers"),
        (["--format", "csv", "--lesson", "04_rectifiers"], "no scores for 04_rectifiers"),
        (["--format", "gradescope", "--roster", "x"], "--roster is for"),
        (["--format", "csv", "--roster", __file__], "nobody of"),
        (["--format", "canvas", "--roster", "nowhere.csv"], "cannot be read"),
        (["--format", "canvas", "--roster", __file__], "has no column"),
        (["--format", "moodle", "--roster", __file__], "has no column"),
    ],
)
def test_what_a_user_gets_wrong_is_one_line(graded, tmp_path, capsys, options, says):
    capsys.readouterr()
    assert main(["export", str(graded.out), "--to", str(tmp_path / "x"), *options]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("kind", ["canvas", "moodle"])
def test_students_whom_a_platform_would_not_know_need_a_roster(course, tmp_path, capsys, kind):
    course.hand_in("ada", RIGHT)
    course.grade()
    assert export(course, kind, tmp_path / "x.csv") == 2
    assert "--roster" in capsys.readouterr().err
