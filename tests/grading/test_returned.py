"""The zips that Canvas and Moodle take back, read here by the rules of their own importers.

Canvas: AbstractAssignment#infer_comment_context_from_filename; Moodle: assignfeedback_file_zip_importer,
is_valid_filename_for_import. No real Canvas or Moodle was at hand.
"""

import zipfile

import pytest

from dlcourse.cli import main
from dlcourse.grading.book.gradebook import read_handins

from .book.test_policy import policy
from .conftest import LESSON, RIGHT, lesson_cells, notebook

WHOLE = notebook(lesson_cells(RIGHT))


def packed(course, *names, contents=WHOLE):
    course.submissions = course.submissions.with_suffix(".zip")
    with zipfile.ZipFile(course.submissions, "w") as archive:
        for name in names:
            archive.writestr(name, contents)


def export(course, platform, path, *options):
    command = ["export", str(course.out), "--format", f"{platform}-feedback", "--to", str(path), *options]
    return main(command)


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def by_canvas(name):
    """(student's number or anonymous id, the file's number) as Canvas reads a name."""
    tokens = [token for token in name.rpartition("/")[2].split("_") if token != "LATE"]
    if tokens[0] == "anon":
        return tokens[1], tokens[2]
    return tuple([token for token in tokens if token.isdigit()][:2])


def by_moodle(name):
    """(participant's number, plugin, name of the feedback) as Moodle reads a path."""
    parts = name.split("/")
    for n, part in enumerate(parts):
        tokens = part.split("_", 4)
        if len(tokens) > 3 and tokens[1].isdigit() and tokens[2:4] == ["assignsubmission", "file"]:
            return tokens[1], "/".join([*tokens[4:], *parts[n + 1 :]]).lstrip("/")
    return None


def test_canvas_finds_each_page_by_the_numbers_that_it_gave(course, tmp_path):
    names = (f"lovelaceada_77_501_{LESSON}.ipynb", "bobb_LATE_78_502_my_99_work-1.ipynb")
    packed(course, *names)
    course.grade()
    assert export(course, "canvas", tmp_path / "back.zip") == 0
    found = members(tmp_path / "back.zip")
    assert {by_canvas(name) for name in found} == {("77", "501"), ("78", "502")}
    for name, text in found.items():
        assert text == (course.out / "feedback" / whose(name) / f"{LESSON}.html").read_text()


def whose(name):
    return "lovelaceada_77" if "_77_" in name else "bobb_78"


def test_canvas_anonymous_hand_ins_go_back_by_their_ids(course, tmp_path):
    packed(course, f"anon_aB3dE_501_{LESSON}.ipynb", f"LATE_anon_Zz9yX_502_{LESSON}.ipynb")
    course.grade()
    assert export(course, "canvas", tmp_path / "back.zip") == 0
    assert {by_canvas(name) for name in members(tmp_path / "back.zip")} == {
        ("aB3dE", "501"),
        ("Zz9yX", "502"),
    }


@pytest.mark.parametrize(
    "form", ["{}_assignsubmission_file/{}", "{}_assignsubmission_file_/{}", "{}_assignsubmission_file_{}"]
)
def test_moodle_finds_each_page_by_its_folder(course, tmp_path, form):
    packed(course, *(form.format(who, f"{LESSON}.ipynb") for who in ("Ada Lovelace_11", "김민지_12")))
    course.grade()
    assert export(course, "moodle", tmp_path / "back.zip") == 0
    found = {by_moodle(name) for name in members(tmp_path / "back.zip")}
    assert found == {("11", f"{LESSON}.html"), ("12", f"{LESSON}.html")}


def test_a_page_is_of_the_attempt_that_counts_and_answers_the_last_that_canvas_gave(course, tmp_path):
    packed(course, f"adal_77_501_{LESSON}.ipynb")
    with zipfile.ZipFile(course.submissions, "a") as archive:
        archive.writestr(f"adal_77_502_{LESSON}-1.ipynb", notebook(lesson_cells({})))
    course.grade()
    assert export(course, "canvas", tmp_path / "back.zip") == 0
    ((name, text),) = members(tmp_path / "back.zip").items()
    assert by_canvas(name) == ("77", "502")
    assert "adal_77_501_03_activations.ipynb counts" in text


def test_whom_the_platform_has_given_no_name_is_told_and_left_out(course, tmp_path, capsys):
    moodles = (f"{of}_assignsubmission_file/{LESSON}.ipynb" for of in ("Ada L_11", "Cyd_12"))
    packed(course, *moodles, f"Bob/{LESSON}.ipynb")
    course.grade()
    assert export(course, "moodle", tmp_path / "back.zip") == 0
    assert [by_moodle(name)[0] for name in members(tmp_path / "back.zip")] == ["11", "12"]
    assert "Not in it, for Moodle has given no name to answer to: Bob" in capsys.readouterr().out


GROUPS = [f"{of}_assignsubmission_file/{LESSON}.ipynb" for of in ("Red_7", "Blue_8", "Default group")]
WORKSHEET = """Identifier,Full name,Grade,Maximum Grade,Last modified (submission),Last modified (grade)
Participant 7,Ada Lovelace,,13.00,"Tuesday, 10 November 2026, 6:00 PM",-
Participant 9,Bo,,13.00,"Tuesday, 10 November 2026, 6:00 PM",-
"""  # names of groups as in mod/assign/classes/downloader.php, get_student_prefix


def test_of_moodles_groups_no_page_no_grade_and_no_date_goes_by_a_groups_number(course, tmp_path, capsys):
    packed(course, *GROUPS)
    (tmp_path / "w.csv").write_text(WORKSHEET)
    course.grade(worksheets=[tmp_path / "w.csv"])
    of_groups, of_dates = course.summary.notes
    assert of_groups.startswith("Default group has no number")
    assert "no date for 2 of the 3 in Moodle's zip" in of_dates
    assert {row.source for row in read_handins(course.out)} == {"the time of the download"}
    assert export(course, "moodle", tmp_path / "back.zip") == 2
    assert "groups have handed these in" in capsys.readouterr().err
    sheet = tmp_path / "grades.csv"
    command = ["export", str(course.out), "--format", "moodle", "--to", str(sheet)]
    assert main([*command, "--roster", str(tmp_path / "w.csv")]) == 2
    error = capsys.readouterr().err
    assert "Blue_8, Default group, Red_7: groups" in error and error.count("\n") == 1
    assert not sheet.exists() and not (tmp_path / "back.zip").exists()


@pytest.mark.parametrize(
    "name, is_theirs",
    [("Ada Lovelace", True), ("ADA  LOVELACE", True), ("Red", False), ("ada Ada Lovelace", True)],
)
def test_no_grade_goes_by_a_number_to_whom_moodle_calls_otherwise(course, tmp_path, capsys, name, is_theirs):
    packed(course, *(f"{of}_assignsubmission_file/{LESSON}.ipynb" for of in (f"{name}_7", "Bo_9")))
    course.grade()
    (tmp_path / "w.csv").write_text(WORKSHEET)
    command = ["export", str(course.out), "--format", "moodle", "--to", str(tmp_path / "grades.csv")]
    assert main([*command, "--roster", str(tmp_path / "w.csv")]) == 0
    rows = (tmp_path / "grades.csv").read_text().splitlines()[1:]
    assert [row.split(",")[2] for row in rows] == ["13.00" if is_theirs else "", "13.00"]
    assert (f"which of its rows they are: {name}_7" in capsys.readouterr().out) != is_theirs


def test_moodles_worksheet_of_another_assignment_is_told_with_or_without_a_deadline(course, tmp_path):
    packed(course, *(f"{of}_assignsubmission_file_/{LESSON}.ipynb" for of in ("Ada_17", "Bo_9")))
    (tmp_path / "w.csv").write_text(WORKSHEET)
    course.grade(worksheets=[tmp_path / "w.csv"])
    (told,) = course.summary.notes
    assert told.startswith("the worksheet has no date for 1 of the 2 in Moodle's zip (Ada_17)")
    course.grade()
    assert course.summary.notes == []


@pytest.mark.parametrize("platform", ["canvas", "moodle"])
def test_hand_ins_of_another_make_are_refused_in_one_line(course, tmp_path, capsys, platform):
    course.hand_in("ada_77_501", RIGHT)
    course.grade()
    capsys.readouterr()
    assert export(course, platform, tmp_path / "back.zip") == 2
    error = capsys.readouterr().err
    assert f"what {platform.capitalize()} calls these hand-ins is not known" in error
    assert error.count("\n") == 1
    assert not (tmp_path / "back.zip").exists()


def test_the_same_results_make_the_same_zip(course, tmp_path):
    packed(course, f"adal_77_501_{LESSON}.ipynb")
    course.grade()
    for name in ("a.zip", "b.zip"):
        export(course, "canvas", tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_moodles_comments_show_code_as_code_and_no_grade_is_beyond_its_maximum(course, tmp_path, capsys):
    packed(course, f"Ada L_11_assignsubmission_file/{LESSON}.ipynb")
    bonus = f'[[adjustments]]\nlesson = "{LESSON}"\nbonus = 2\nreason = "More than `sigmoid`."\n'
    policy(course, bonus)
    course.grade()
    sheet = tmp_path / "sheet.csv"
    assert main(["export", str(course.out), "--format", "moodle", "--to", str(sheet)]) == 0
    text = sheet.read_text(encoding="utf-8-sig")
    assert "`" not in text
    assert "More than <code>sigmoid</code>." in text
    assert ",13.00,13.00,-," in text
    assert "Moodle takes no grade beyond it: Ada L_11" in capsys.readouterr().out
