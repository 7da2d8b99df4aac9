"""Who is in the course, by whatever file says so."""

import pytest

from dlcourse.course.errors import UserError
from dlcourse.grading.intake.roster import Person, matched, read_class, read_csv, read_people

CANVAS = '''Student,ID,SIS User ID,SIS Login ID,Section,03_activations (7),Current Score
,,,,,Manual Posting,
    Points Possible,,,,,13,(read only)
"Bobb, B",99,s99,bob,"A and B",,
"Alice, A",77,s77,alice,A,7,
"=""=Eve, E""",78,s78,eve,A,7,
"Student, Test",100,,x,A,,
'''
MOODLE = "Identifier,Full name,Email address,Status\nParticipant 77,Ada Lovelace,ada@x.org,Submitted\n"


def written(tmp_path, text):
    path = tmp_path / "roster"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def roster(tmp_path, text):
    return [person.name for person in read_people(written(tmp_path, text))]


@pytest.mark.parametrize(
    "text, names",
    [
        ("ada\nbob\n", ["ada", "bob"]),
        ("Kim, Minji\nLovelace, Ada\nZoë Ng\n", ["Kim, Minji", "Lovelace, Ada", "Zoë Ng"]),
        ("\ufeffKim, Minji\r\n\r\nNg, Zoë\r\n", ["Kim, Minji", "Ng, Zoë"]),
        ('"Kim, Minji"\n"Ng, Zoë"\n', ["Kim, Minji", "Ng, Zoë"]),
        ("student\nada\n", ["ada"]),
        ("Name\nada\n", ["ada"]),
        ("section,student\n1,ada\n1,eve\n", ["ada", "eve"]),
        ("sep=;\nStudent;ID\nKim, Minji;7\n", ["Kim, Minji"]),
        ('"sep=;"\r\nada;x\r\n', ["ada"]),
        ("First name,Last name,Email address\nAda,Lovelace,a@x\n", ["Lovelace, Ada"]),
        ("identifier,github_username,github_id,name\n7,adal,5,Ada\n", ["Ada"]),
        ("'@ada\n'=1+1\n'tis\n", ["@ada", "=1+1", "'tis"]),
        ("student,lesson\n'@ada,03\n'@ada,04\n", ["@ada"]),
        (CANVAS, ["Bobb, B", "Alice, A", "=Eve, E"]),
        (CANVAS.replace(",", ";").replace("; ", ", "), ["Bobb, B", "Alice, A", "=Eve, E"]),
        (MOODLE, ["Ada Lovelace"]),
        ("Student\tID\nada\t7\n".encode("utf-16"), ["ada"]),
    ],
)
def test_a_roster_names_people_and_nobody_else(tmp_path, text, names):
    assert roster(tmp_path, text) == names


@pytest.mark.parametrize(
    "text, student",
    [
        ("Lovelace, Ada\n", "Ada Lovelace"),
        ("Ada\n", "ada"),
        ("Zoe\u0308\n", "Zo\u00eb"),
        ("'@ada\n", "@ada"),
        ("Ada  Lovelace\n", "Ada Lovelace"),
        (CANVAS, "bobb_99"),
        (CANVAS, "BOB"),
        (CANVAS, "s99"),
        (CANVAS, "B Bobb"),
        (MOODLE, "Ada Lovelace_77"),
        (MOODLE, "ada@x.org"),
        ("Name,Matriculation\nAda L,9\n", "Ada L"),
        ("First name,Last name\nAda,Lovelace\n", "Ada Lovelace"),
    ],
)
def test_who_is_known_here_is_called_as_here(tmp_path, text, student):
    found = read_class(written(tmp_path, text), [student, "somebody else"])
    assert student in found.sections
    assert found.strangers == ("somebody else",)


def test_sections_are_kept(tmp_path):
    found = read_class(written(tmp_path, CANVAS), ["alice_77", "b bobb"])
    assert found.sections == {"b bobb": "A and B", "alice_77": "A", "=Eve, E": "A"}
    assert found.strangers == ()


def test_a_roster_of_another_class_is_the_users_error(tmp_path):
    with pytest.raises(UserError, match="nobody of"):
        read_class(written(tmp_path, CANVAS), ["ada"])


def test_a_name_that_people_choose_does_not_stand_against_a_number_turned_round_either(tmp_path):
    forged = 'Student,ID,SIS Login ID\n"Lovelace_7, Ada",66,eve\n"Lovelace, A",7,ada\n'
    people = read_people(written(tmp_path, forged))
    assert matched(people, ["Ada Lovelace_7"]) == [None, "Ada Lovelace_7"]


@pytest.mark.parametrize(
    "text, says",
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        (",,\n", "is empty"),
        ("student\n", "names no students"),
        ("Zoë\n".encode("cp1252"), "save it as CSV UTF-8"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b'"' + b"x" * 200_000, "no CSV file"),
    ],
)
def test_what_is_no_roster_is_the_users_error(tmp_path, text, says):
    with pytest.raises(UserError, match=says):
        roster(tmp_path, text)


def test_a_roster_that_is_a_folder_or_is_not_there_is_the_users_error(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(UserError, match="cannot be read"):
            read_csv(path)


@pytest.mark.parametrize(
    "rows, students, found",
    [
        ([("77", ["alice"]), ("99", ["bob"])], ["alice_77", "bobb_99"], ["alice_77", "bobb_99"]),
        ([("99", ["bob"])], ["alice_99", "bobb_99"], [None]),  # a number that two claim
        ([("99", ["bob"]), ("99", ["eve"])], ["bobb_99"], [None, None]),
        ([("1", ["u1", "Ada_2"]), ("2", ["u2", "Bob"])], ["Ada_2"], [None, "Ada_2"]),  # a full name is chosen
        ([("1", ["ada_2", "Ada"]), ("2", ["u2", "Bob"])], ["ada_2"], ["ada_2", None]),  # a login is not
        ([("", ["Ada"])], ["ada", "ADA"], [None]),
        ([("", ["Ada"])], ["ada", "Ada"], ["Ada"]),
        ([("", ["Ada"]), ("", ["ada"])], ["ada"], [None, "ada"]),
    ],
)
def test_nobody_gets_anothers_points(rows, students, found):
    people = [
        Person(names[0], tuple(names), number, chosen=frozenset(names[1:][-1:])) for number, names in rows
    ]
    assert matched(people, students) == found
