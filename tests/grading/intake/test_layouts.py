"""Whose a file is: by what the platform has named, and by nothing that a student has."""

import os
import unicodedata

import pytest

from dlcourse.course.errors import UserError
from dlcourse.grading.intake.layouts import LAYOUTS
from dlcourse.grading.intake.submissions import _spelled, collected, handins

from .conftest import counts, laid_out, packed, students

NB = "03_activations.ipynb"

PLATFORMS = {
    "canvas": [f"lovelaceada_77_4242_{NB}", f"김민지_LATE_78_4243_{NB}", "roejim_79_text.html"],
    "canvas, anonymous": [f"anon_aB3xY_4242_{NB}", f"LATE_anon_zz9Zz_4243_{NB}"],
    "moodle": [
        f"Ada Lovelace_1234_assignsubmission_file/{NB}",
        "Ada Lovelace_1234_assignsubmission_onlinetext/onlinetext.html",
        f"Zoë Ng_1235_assignsubmission_file_/old/{NB}",
    ],
    "moodle, flat": [
        f"Ada Lovelace_1234_assignsubmission_file_{NB}",
        f"Zoë Ng_1235_assignsubmission_file_{NB}",
    ],
    "moodle, groups": [f"Red_7_assignsubmission_file/{NB}", f"Default group_assignsubmission_file/{NB}"],
    "blackboard": [
        f"Lesson_3_ada_attempt_2026-11-24-15-58-23_{NB}",
        "Lesson_3_ada_attempt_2026-11-24-15-58-23.txt",
        f"Lesson_3_bob_attempt_2026-11-24-16-58-23_{NB}",
    ],
    "brightspace": [
        f"39786-640693 - Ada Lovelace - Oct 10, 2025 1022 AM/{NB}",
        f"39787-640693 - Zoë Ng - Oct 10, 2025 922 PM/{NB}",
        "index.html",
    ],
    "sakai": [
        "Lesson 3/Lovelace, Ada(ada)/timestamp.txt",
        f"Lesson 3/Lovelace, Ada(ada)/Submission attachment(s)/{NB}",
        f"Lesson 3/Lovelace, Ada(ada)/Feedback Attachment(s)/{NB}",
        f"Lesson 3/Ng, Zoë(zoe)/Abgegebene Anhänge/{NB}",
        "Lesson 3/Ng, Zoë(zoe)/timestamp.txt",
        "Lesson 3/grades.csv",
    ],
    "ilias": [f"Exercise/Submissions/Lovelace_Ada_ada_l_4711/{NB}", f"Exercise/Submissions/Ng_Zoe_z_12/{NB}"],
    "ilias, teams": [f"Team 12/Lovelace_Ada_ada_4711/{NB}", f"Team 13/Ng_Zoe_zoe_12/{NB}"],
    "teams": [
        f"Student Work/Submitted files/Ada Lovelace/Lesson 3/Version 1/{NB}",
        f"Student Work/Submitted files/Zoë Ng/Lesson 3/{NB}",
        f"Student Work/Working files/Ada Lovelace/Lesson 3/{NB}",
    ],
    "github": [f"lesson-3-submissions/lesson-3-ada/{NB}", f"lesson-3-submissions/lesson-3-zoe-ng/{NB}"],
    "gradescope": [
        f"assignment_1_export/submission_5/{NB}",
        f"assignment_1_export/submission_6/{NB}",
        "assignment_1_export/submission_metadata.yml",
    ],
    "exchange": [
        f"ada+03_activations+2026-11-24 15:58:23 UTC+x1y2/{NB}",
        "ada+03_activations+2026-11-24 15:58:23 UTC+x1y2/timestamp.txt",
        f"zoe+03_activations+2026-11-24 15:58:23 UTC/{NB}",
    ],
    "nbgrader": [f"ada/03_activations/{NB}", f"zoe/ps1/{NB}", "zoe/ps1/timestamp.txt"],
    "nbgrader-course": [
        f"submitted/ada/ps1/{NB}",
        f"autograded/ada/ps1/{NB}",
        f"feedback/ada/ps1/{NB}",
        f"release/ps1/{NB}",
        f"submitted/zoe/ps1/{NB}",
        "gradebook.db",
    ],
}
WHO = {
    "canvas": {"lovelaceada_77", "김민지_78"},
    "canvas, anonymous": {"anon_aB3xY", "anon_zz9Zz"},
    "moodle": {"Ada Lovelace_1234", "Zoë Ng_1235"},
    "moodle, flat": {"Ada Lovelace_1234", "Zoë Ng_1235"},
    "moodle, groups": {"Red_7", "Default group"},
    "brightspace": {"Ada Lovelace_39786", "Zoë Ng_39787"},
    "sakai": {"Lovelace, Ada(ada)", "Ng, Zoë(zoe)"},
    "ilias": {"Lovelace_Ada_ada_l_4711", "Ng_Zoe_z_12"},
    "ilias, teams": {"Lovelace_Ada_ada_4711", "Ng_Zoe_zoe_12"},
    "teams": {"Ada Lovelace", "Zoë Ng"},
    "github": {"ada", "zoe-ng"},
    "gradescope": {"submission_5", "submission_6"},
    "exchange": {"ada", "zoe"},
    "nbgrader": {"ada", "zoe"},
    "nbgrader-course": {"ada", "zoe"},
    "blackboard": {"ada", "bob"},
}


@pytest.mark.parametrize("kind", PLATFORMS)
def test_each_platforms_students_are_known(tree, kind):
    path = tree(*PLATFORMS[kind])
    found = students(path)
    assert set(found) == WHO[kind]
    assert all(len(files) == 1 for files in found.values())
    assert students(path, layout=kind.partition(",")[0]) == found


def test_every_layout_of_the_table_is_tried_here():
    assert {layout.name for layout in LAYOUTS} == {kind.partition(",")[0] for kind in PLATFORMS}


def test_two_users_of_blackboard_whose_names_end_alike_are_two(tree):
    names = [f"HW 3_{user}_attempt_2026-11-24-15-58-23_{NB}" for user in ("a_smith", "b_smith")]
    assert set(students(tree(*names))) == {"a_smith", "b_smith"}


# ---- what a student may name ----


def test_a_files_name_is_not_taken_for_another_platforms(tree):
    names = [
        f"bobb_99_500_{NB}",
        f"alice_77_501_bobb_99_assignsubmission_file_{NB}",
        f"alice_77_502_bobb_99_500_{NB}",
        f"alice_LATE_77_503_x_attempt_2026-11-24-15-58-23_{NB}",
    ]
    assert counts(tree(*names)) == {
        "alice_77": 3,
        "bobb_99": 1,
    }
    assert set(students(tree(names[1]))) <= {"alice_77", "bobb_99"}


def test_a_file_of_moodles_is_its_owners_whatever_it_is_called(tree):
    names = [
        f"Ann A_77_assignsubmission_file_bobb_99_500_{NB}",
        f"Ann A_77_assignsubmission_file_Bob B_99_assignsubmission_file_{NB}",
        f"Bob B_99_assignsubmission_file_{NB}",
    ]
    assert counts(tree(*names)) == {
        "Ann A_77": 2,
        "Bob B_99": 1,
    }


def test_a_single_file_with_such_a_name_is_its_owners_too(tmp_path):
    name = f"alice_77_501_bobb_99_assignsubmission_file_{NB}"
    assert set(students(packed(tmp_path / "one.zip", name))) == {"alice_77"}
    (tmp_path / name).touch()
    assert set(students(tmp_path / name)) == {"alice_77"}


@pytest.mark.parametrize(
    "theirs",
    [f"bob/{NB}", f"bobb_99_500_{NB}", f"Bob B_99_assignsubmission_file/{NB}", f"bob/03_activations/{NB}"],
)
def test_what_lies_in_a_students_folder_is_that_students(tree, theirs):
    found = students(tree(f"ann/{theirs}", f"bob/{NB}", f"cyd/{NB}"))
    assert {name: len(files) for name, files in found.items()} == {"ann": 1, "bob": 1, "cyd": 1}


@pytest.mark.parametrize("theirs", [f"bob/{NB}", f"bobb_99_500_{NB}", f"Bob B_99_assignsubmission_file/{NB}"])
def test_the_only_folder_there_is_makes_nobody_of_what_is_in_it_unasked(tree, theirs):
    path = tree(f"ann/{theirs}")
    try:
        assert set(students(path)) == {"ann"}
    except UserError as refusal:
        assert "--layout" in str(refusal)
        assert "\n" not in str(refusal)
    assert set(students(path, layout="student")) == {"ann"}


def test_a_number_that_two_claim_is_told(tmp_path):
    path = packed(tmp_path / "c.zip", f"alice_99_1_501_{NB}", f"bobb_99_500_{NB}")
    assert set(students(path)) == {"alice_99", "bobb_99"}
    assert any("99 is in alice_99 and bobb_99" in note for note in collected(path).notes)


def test_a_folder_is_no_file_of_canvas_and_one_odd_name_makes_no_platform(tree):
    odd = ["bobb_99_500_03_activations", "Zoe_1_assignsubmission_file"]
    assert set(students(tree(*(f"{name}/{NB}" for name in ("ada", "bob", "cyd", *odd))))) == {
        *("ada", "bob", "cyd"),
        *odd,
    }


# ---- folders that nobody has named but the instructor ----


def test_two_folders_around_a_class_are_asked_about_and_then_passed_over(tree):
    path = tree(f"hw3/submissions/ada/{NB}", f"hw3/submissions/bob/{NB}")
    with pytest.raises(UserError, match=r"hw3.*'student' for 1 student: hw3.*2 students: ada, bob"):
        handins(path)
    assert set(students(path, layout="*/*/student")) == {"ada", "bob"}
    assert set(students(path, layout="student")) == {"hw3"}


@pytest.mark.parametrize(
    "names",
    [
        ["Section A/ada", "Section A/bob", "Section B/cyd"],
        ["week1/ada", "week1/bob", "week2/ada", "week2/bob"],
        ["A/x/ada", "A/x/bob", "B/y/cyd"],
        ["course/A/ada", "course/A/bob", "course/B/cyd"],
        ["A/ada", "A/bob", "cyd"],
        ["ada/first", "ada/second"],
        ["class/week 1", "class/week 2"],
    ],
)
def test_folders_that_may_be_sections_are_asked_about(tree, names):
    with pytest.raises(UserError, match="Say which it is") as refusal:
        handins(tree(*(f"{name}/{NB}" for name in names)))
    assert names[0].partition("/")[0] in str(refusal.value)


@pytest.mark.parametrize(
    "names, who",
    [
        ([f"ada/{NB}", f"bob/{NB}"], {"ada", "bob"}),
        ([f"ada/{NB}", f"bob/old/first/{NB}", f"cyd/{NB}"], {"ada", "bob", "cyd"}),
        ([f"class/ada/{NB}", f"class/bob/{NB}", "readme.txt"], {"ada", "bob"}),
        ([f"class/ada/{NB}", f"class/bob/{NB}", f"class/bob/old/{NB}"], {"ada", "bob"}),
        ([f"ada/{NB}", f"ada/old/{NB}"], {"ada"}),
        ([f"ada/week 1/{NB}", "ada/week 2/04_rectifiers.ipynb", f"bob/week 1/{NB}"], {"ada", "bob"}),
        ([f"ada/hw/{NB}", f"bob/hw/{NB}"], {"ada", "bob"}),
        ([f"ada/03_activations/{NB}", "ada/04_rectifiers/04_rectifiers.ipynb"], {"ada"}),
    ],
)
def test_folders_of_students_are_known_for_such(tree, names, who):
    assert set(students(tree(*names))) == who


def test_of_many_students_one_with_odd_folders_stops_nobody_and_is_told(tree):
    path = tree(*(f"{name}/{NB}" for name in ("ada", "bob", "cyd", "eve/one", "eve/two")))
    assert set(students(path)) == {"ada", "bob", "cyd", "eve"}
    assert any("eve holds one, two" in note for note in collected(path).notes)


def test_students_of_one_name_in_two_sections_stay_two_or_are_asked_about(tree):
    path = tree(f"A/Kim/{NB}", f"A/Lee/{NB}", f"B/Kim/{NB}")
    with pytest.raises(UserError, match=r"Kim has a folder in each of A, B.*section/student"):
        handins(path, layout="*/student")
    assert set(students(path, layout="section/student")) == {"A/Kim", "A/Lee", "B/Kim"}


def test_one_student_in_the_folders_of_two_lessons_is_one(tree):
    path = tree(f"one/Kim/{NB}", f"one/Lee/{NB}", "two/Kim/04_rectifiers.ipynb")
    assert counts(path, layout="*/student") == {
        "Kim": 2,
        "Lee": 1,
    }


@pytest.mark.parametrize("layout", ["nothing", "student/*", "*", "", "a/student"])
def test_a_layout_that_there_is_not_is_the_users_error(tmp_path, layout):
    path = laid_out(tmp_path / "x", f"ada/{NB}")
    if layout:
        with pytest.raises(UserError, match="layout"):
            handins(path, layout=layout)
    with pytest.raises(UserError, match="layout canvas"):
        handins(path, layout="canvas")


# ---- names ----

ALIKE = [
    ("Zo\u00eb", "Zoe\u0308"),
    ("a\nb", "a\\nb"),
    (os.fsdecode(b"a\xff"), "a\\xff"),
    ("\u202ex", "\\u202ex"),
    ("Ada", "ada"),
    ("a%20b", "a b"),
    ("a ", "a"),
    ("\uff21", "A"),
]


@pytest.mark.parametrize("one, other", ALIKE)
def test_two_whose_names_look_alike_stay_two(tmp_path, one, other):
    path = laid_out(tmp_path / "x", f"{one}/{NB}", f"{other}/{NB}", f"cyd/{NB}")
    found = students(path)
    assert len(found) == 3
    same = _spelled(one) == _spelled(other)
    assert any("look like" in note for note in collected(path).notes) == same
    assert all(len(files) == 1 for files in found.values())
    assert all(name == unicodedata.normalize("NFC", name) and name.isprintable() for name in found)


def test_a_name_that_looks_like_the_one_spelled_out_is_not_taken_for_it(tmp_path):
    names = ("Zo\u00eb", "Zoe\u0308", "Zoe\\u0308")
    assert len(students(laid_out(tmp_path / "x", *(f"{name}/{NB}" for name in names)))) == 3


def test_folders_named_as_canvas_names_files_are_their_students(tree):
    names = [f"ada_77_{n}_03_activations" for n in (1, 2, 3)]
    assert set(students(tree(*(f"{name}/{NB}" for name in names)))) == set(names)
