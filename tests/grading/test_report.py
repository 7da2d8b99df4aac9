"""What the class report says, and how its numbers are come by."""

import math
import re
import sqlite3
from contextlib import closing
from urllib.parse import unquote

import pytest

from dlcourse.cli import main
from dlcourse.course.errors import UserError
from dlcourse.grading.book.gradebook import read_answers, read_scores
from dlcourse.grading.book.scores import Score
from dlcourse.grading.book.statistics import commonest_mistakes, exercise_statistics, missing
from dlcourse.grading.intake.roster import ClassList
from dlcourse.grading.output.class_report import ClassReport, class_page

from .conftest import LESSON, NAMES, RIGHT, notebook
from .test_pipeline import WRONG, Parsed


def scores(*shares, name="sigmoid", most=4):
    """Scores of one exercise by students s0, s1, …"""
    return [
        Score(f"s{n}", LESSON, name, share * most, most, "passed" if share == 1 else "failed", "")
        for n, share in enumerate(shares)
    ]


def test_difficulty_is_the_mean_share_and_discrimination_a_correlation_with_the_rest():
    found = exercise_statistics(
        scores(1, 1, 0, 0)
        + scores(1, 0.5, 0.5, 0, name="tanh_derivative")
        + scores(0, 0, 1, 1, name="tanh_from_sigmoid")
    )
    sigmoid, tanh, other = (
        next(f for f in found if f.exercise == n) for n in ("sigmoid", "tanh_derivative", "tanh_from_sigmoid")
    )
    assert sigmoid.difficulty == 0.5
    assert tanh.difficulty == 0.5
    assert sigmoid.statuses == {"passed": 2, "failed": 2}
    rest = [0 + 4, 0 + 2, 4 + 2, 4 + 0]  # of the two others
    mean = sum(rest) / 4
    expected = sum((a - 2) * (b - mean) for a, b in zip([4, 4, 0, 0], rest, strict=True))
    expected /= 4 * math.sqrt(sum((b - mean) ** 2 for b in rest))
    assert sigmoid.discrimination == pytest.approx(expected)
    assert other.discrimination < 0


def test_an_exercise_that_all_did_alike_says_nothing_of_anybody():
    (found,) = exercise_statistics(scores(1, 1, 1))
    assert math.isnan(found.discrimination)


def test_mistakes_are_counted_and_who_is_missing_is_named():
    wrong = [Score(s, LESSON, "sigmoid", 0, 3, "failed", "", mistake="Sign.") for s in ("ada", "bob")]
    wrong += [Score("bob", LESSON, "tanh_derivative", 0, 3, "failed", "", mistake="Square.")]
    wrong += [Score("cyd", "04_rectifiers", "relu", 0, 3, "failed", "")]
    assert commonest_mistakes(wrong) == [(2, "sigmoid", "Sign."), (1, "tanh_derivative", "Square.")]
    assert missing(wrong) == {LESSON: ["cyd"], "04_rectifiers": ["ada", "bob"]}
    assert missing(wrong, ["ada", "dan"])[LESSON] == ["dan"]


ROSTER = "student,section\nADA,Tue\n<b>cyd,Tue\neve,Thu\nbob,Thu\n"


@pytest.fixture
def class_of_five(course, tmp_path):
    course.hand_in("ada", RIGHT)
    course.hand_in("bob", RIGHT | WRONG)
    course.hand_in("<b>cyd", RIGHT | WRONG)
    course.hand_in("dan", content="{")
    course.grade()
    (tmp_path / "roster.csv").write_text(ROSTER)
    return course


def report(course, *options, roster=True):
    """The page that the command writes, and what stands in it."""
    options = [*(["--roster", str(course.out.parent / "roster.csv")] if roster else []), *options]
    before = set(course.out.glob("*.html"))
    assert main(["report", str(course.out), *options]) == 0
    (path,) = set(course.out.glob("*.html")) - before
    return path.name, path.read_text()


def order(page, names):
    """The names in the order of the last table."""
    table = page[page.rindex("<tbody>") :]
    return sorted(names, key=lambda name: table.index(f"<bdi>{name}</bdi>"))


def test_the_page_of_a_class(class_of_five, capsys):
    name, page = report(class_of_five)
    assert name == "report.html"
    shown = capsys.readouterr().out
    assert "2 × sigmoid: " in shown
    assert "roster.csv: dan\n" in shown
    assert "&lt;b&gt;cyd" in page and "<b>cyd" not in page
    assert f"{LESSON}: <bdi>eve</bdi> (1)." in page
    assert "that is clear: <bdi>dan</bdi>." in page
    assert "<bdi>dan</bdi>: 03_activations.ipynb is not JSON" in page
    assert "ADA" not in page
    parsed = Parsed(page)
    assert not {"script", "img", "link", "iframe"} & set(parsed.tags)
    assert [tag for tag in parsed.tags if tag in ("h1", "h2")] == ["h1", *["h2"] * 9]
    assert parsed.tags.count("caption") == parsed.tags.count("table") == 6


def test_every_link_leads_to_a_page_of_that_student(class_of_five):
    _, page = report(class_of_five)
    links = [unquote(link) for link in re.findall('<a href="([^"]*)">', page)]
    assert len(links) == 4
    assert all((class_of_five.out / link).is_file() for link in links)
    assert f"feedback/ada/{LESSON}.html" in links


def test_a_section_has_a_page_of_its_own_with_its_students_alone(class_of_five):
    name, page = report(class_of_five, "--section", "tue")
    assert name == "report-tue.html"
    assert "<h1>Class report · section tue</h1>\n<p>2 students, 1 lesson.</p>" in page
    students = page[page.index("<h2>Students") :]
    assert re.findall("<bdi>(.*?)</bdi>", students) == ["&lt;b&gt;cyd", "ada"]
    assert "eve" not in page
    name, page = report(class_of_five, "--section", "Thu", "--anonymous")
    assert name == "anonymous-report-Thu.html"
    assert "fewer than 5 have handed in" in page


def test_a_student_in_two_sections_is_in_each():
    class_ = ClassList({"ada": "Tue and Thu", "bob": "Arts and Crafts", "eve": "Thu, Fri"})
    members = {name: list(class_.of_section(name).sections) for name in ("thu", "arts and crafts", "Wed")}
    assert members == {"thu": ["ada", "eve"], "arts and crafts": ["bob"], "Wed": []}


@pytest.mark.parametrize(
    "column, names",
    [
        ("", ["&lt;b&gt;cyd", "ada", "bob", "eve"]),
        ("total", ["eve", "&lt;b&gt;cyd", "bob", "ada"]),
        ("03", ["eve", "&lt;b&gt;cyd", "bob", "ada"]),
        ("Section", ["bob", "eve", "&lt;b&gt;cyd", "ada"]),
        ("at risk", ["eve", "&lt;b&gt;cyd", "ada", "bob"]),
    ],
)
def test_the_students_stand_in_the_order_of_any_column(class_of_five, column, names):
    _, page = report(class_of_five, "--sort", column)
    assert order(page, reversed(names)) == names
    assert page.count('aria-sort="ascending"') == (2 if column in ("03", "Section") else bool(column))


def test_exercises_stand_in_the_order_of_any_column_with_what_is_no_number_first(class_of_five):
    _, page = report(class_of_five, "--sort", "discrimination")
    table = page[page.index("How each exercise did") :]
    numbers = re.findall(r"<td>([+-]\d.\d\d|–)</td>", table[: table.index("</table>")])
    assert "–" in numbers and len(numbers) == len(NAMES)
    values = [-9 if number == "–" else float(number) for number in numbers]
    assert values == sorted(values)


def test_the_page_to_show_names_nobody(course, tmp_path):
    people = ["ada lovelace", "bob", "cyd", "dan", "eve", "fay"]
    for name in people[:5]:
        course.hand_in(name, RIGHT | WRONG)
    course.hand_in("fay", content="{", name="fays_essay")
    course.grade()
    (tmp_path / "roster.csv").write_text("student,section\nada lovelace,S1\nbob,S2\nzora,S2\n")
    name, page = report(course, "--anonymous")
    assert name == "anonymous-report.html"
    assert "sigmoid" in page and f"{LESSON}: 2 of 7." in page
    assert not [word for word in [*people, "lovelace", "zora", "essay", "S1", "<a "] if word in page]


def test_the_same_text_twice_is_told_with_its_caution(class_of_five):
    _, page = report(class_of_five)
    told = page[page.index("The same text twice") : page.index("<h2>Students")]
    assert f'<bdi>&lt;b&gt;cyd</bdi>, <bdi>bob</bdi></th><td class="text">{LESSON}: the whole hand-in' in told
    assert "This proves nothing." in told


def test_a_section_is_told_of_the_same_texts_of_its_own_students_alone(class_of_five):
    scores, answers = read_scores(class_of_five.out), read_answers(class_of_five.out)
    for student, is_told in ("ada", False), ("bob", True):
        of = ClassReport([s for s in scores if s.student == student], ClassList({student: ""}), answers)
        assert ("The same text twice" in class_page(of)) == is_told


def test_a_gradebook_in_which_answers_were_not_compared_says_so(class_of_five):
    with closing(sqlite3.connect(class_of_five.out / "gradebook.sqlite")) as database, database:
        database.execute("DELETE FROM answer")
    assert "Answers were not compared" in report(class_of_five)[1]


def test_what_a_user_gets_wrong_is_said(course, tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == 2
    assert "nothing has been graded" in capsys.readouterr().err
    course.hand_in("ada", RIGHT)
    course.grade()
    for text, says in ("", "is empty"), ("\n", "is empty"), ("eve\n", "nobody of"), (b"\xff\xfe", "UTF-8"):
        (tmp_path / "roster").write_bytes(text if isinstance(text, bytes) else text.encode())
        assert main(["report", str(course.out), "--roster", str(tmp_path / "roster")]) == 2
        assert says in capsys.readouterr().err
    (tmp_path / "roster").write_text("ada\n")
    roster = ["--roster", str(tmp_path / "roster")]
    for options, says in (
        (["--section", "A"], "needs --roster"),
        ([*roster, "--section", "A"], "no section 'A'; there is none at all"),
        (["--sort", "hight"], "no table has a column 'hight'; there is "),
    ):
        assert main(["report", str(course.out), *options]) == 2
        assert says in capsys.readouterr().err
    assert not list(course.out.glob("*.html"))
    with pytest.raises(UserError, match="cannot be used"):
        (tmp_path / "gradebook.sqlite").write_text("dear diary" * 1000)
        read_scores(tmp_path)


def test_a_page_that_cannot_be_written_is_the_users_error(course, capsys):
    course.hand_in("ada", RIGHT)
    course.grade()
    (course.out / "report.html" / "something").mkdir(parents=True)
    assert main(["report", str(course.out)]) == 2
    assert "cannot write" in capsys.readouterr().err


def test_a_name_keeps_its_direction_to_itself(course):
    course.hand_in("محمد", {})
    course.hand_in("ada", content=notebook(["x = 1"]), name="99_nothing")
    course.grade()
    page = (course.out / "feedback" / "محمد" / f"{LESSON}.html").read_text()
    assert f"<h1><bdi>محمد</bdi> · <bdi>{LESSON}</bdi></h1>" in page
    assert f"<title>محمد · {LESSON}</title>" in page
    found = class_page(ClassReport(read_scores(course.out), ClassList({"محمد": "", "<b>": ""})))
    assert "<bdi>&lt;b&gt;</bdi>, <bdi>ada</bdi> (2)" in found
    assert "<li><bdi>ada</bdi>: 99_nothing.ipynb" in found
