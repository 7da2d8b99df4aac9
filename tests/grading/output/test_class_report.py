"""What an instructor reads of a class, number by number."""

import re

import pytest

from dlcourse.grading.book.adjustments import Applied
from dlcourse.grading.book.same_text import Answer
from dlcourse.grading.book.scores import Score
from dlcourse.grading.book.statistics import most_points
from dlcourse.grading.intake.roster import ClassList
from dlcourse.grading.output.class_report import ClassReport, class_page

LESSON, OTHER = "03_activations", "04_rectifiers"
MOST = most_points(LESSON)


def score(student, points, exercise="sigmoid", lesson=LESSON, status="partial", message="", mistake=""):
    return Score(student, lesson, exercise, points, 4, status, message, mistake=mistake)


def page_of(scores, roster=None, answers=()):
    return class_page(ClassReport(scores, ClassList(dict.fromkeys(roster, "")) if roster else None, answers))


def section(page, heading):
    """Its HTML; "" where there is none."""
    found = re.search(rf"<section>\n<h2>{heading}</h2>(.*?)</section>", page, re.DOTALL)
    return found[1] if found else ""


def table(page, heading):
    """Its rows as texts."""
    rows = re.findall(r"<tr>(.*?)</tr>", section(page, heading), re.DOTALL)
    return [[re.sub("<.*?>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows]


def test_a_class_is_counted_by_students_and_lessons_that_could_be_told():
    page = page_of([score("ada", 1), score("bob", 1, "relu", OTHER), score("", 0, "", "essay")])
    assert "<p>2 students, 2 lessons.</p>" in page


def test_the_points_of_a_lesson_are_spread_in_order_with_their_middle():
    page = page_of([score(f"s{n}", points) for n, points in enumerate((3, 0.5, 2, 14, 0))])
    (_, row) = table(page, "Scores")
    assert row[:6] == [LESSON, "5", f"{MOST}", "0", "2", "14"]


def test_a_bar_is_as_high_as_there_are_students_in_its_tenth_and_all_points_are_in_the_last():
    given = [0, 0, 0.05 * MOST, 0.15 * MOST, 0.95 * MOST, MOST]
    page = page_of([score(f"s{n}", points) for n, points in enumerate(given)])
    bars = re.findall(r'<rect x="(\d+)" y="([\d.]+)" width="11" height="([\d.]+)"/>', page)
    assert bars == [("0", "1.0", "24.0"), ("12", "17.0", "8.0"), ("108", "9.0", "16.0")]


def test_an_exercise_shows_its_statuses_what_was_earned_and_how_it_tells_students_apart():
    given = [score("ada", 4, status="passed"), score("bob", 1), score("cyd", 1)]
    given += [score("ada", 0, "tanh_derivative", status="failed"), score("bob", 4, "tanh_derivative")]
    given += [score("ada", 2, "relu", OTHER), score("bob", 2, "relu", OTHER)]
    assert table(page_of(given), "Exercises")[1:] == [
        ["sigmoid", "03", "1", "2", "·", "·", "·", "50%", "−0.50", "50%"],
        ["tanh_derivative", "03", "·", "1", "1", "·", "·", "50%", "−1.00", "50%"],
        ["relu", "04", "·", "2", "·", "·", "·", "50%", "–", "50%"],
    ]


def test_each_student_has_points_by_lesson_and_a_total_over_what_is_worth_what():
    given = [score("zoe", 1.5), score("ada", 2), score("ada", 3, "relu", OTHER)]
    head, *rows = table(page_of(given), "Students")
    assert head == ["student", "at risk", "03", "04", "total"]
    assert rows == [
        ["ada", "", "2", "3", "5"],
        ["zoe", "missing 04", "1.5", "–", "1.5"],
        ["of", "", f"{MOST}", f"{most_points(OTHER)}", f"{MOST + most_points(OTHER)}"],
    ]


def test_a_mistake_is_a_row_with_its_code_marked_and_nothing_else_taken_for_html():
    page = page_of([score("ada", 0, mistake="Say `x < 0`, not <b>.")])
    (_, row) = table(page, "What the class misunderstood")
    assert row == ["sigmoid", "Say x &lt; 0, not &lt;b&gt;.", "1"]
    assert "<code>x &lt; 0</code>" in page


def test_text_stands_left_and_numbers_right():
    page = page_of([score("ada", 1, mistake="Sign.")])
    headings = re.findall(r'<th scope="col"( class="text")?>(.*?)</th>', section(page, "Exercises"))
    assert [name for left, name in headings if left] == ["exercise"]
    cells = re.findall(r'<td( class="text")?>', section(page, "What the class misunderstood"))
    assert [bool(left) for left in cells] == [True, False]


@pytest.mark.parametrize("roster", [None, ["ada", "bob", "eve"]])
def test_who_has_not_handed_in_is_counted_of_the_roster_or_of_those_who_have(roster):
    given = [score("ada", 1), score("bob", 1), score("bob", 1, "relu", OTHER)]
    said = section(page_of(given, roster), "Not handed in")
    expected = {LESSON: [], OTHER: ["ada"]} if roster is None else {LESSON: ["eve"], OTHER: ["ada", "eve"]}
    lines = [
        f"<p>{lesson}: {', '.join(f'<bdi>{name}</bdi>' for name in names)} ({len(names)}).</p>"
        for lesson, names in expected.items()
        if names
    ]
    note = ["<p>Of those who have handed in something.</p>"] if roster is None else []
    assert said.strip().split("\n") == [*note, *lines]


def test_what_could_not_be_graded_is_listed_once_each_even_of_nobody():
    given = [score("ada", 0, name, status="unreadable", message="is empty.") for name in ("sigmoid", "relu")]
    given += [score("", 0, "", "essay", "unreadable", "no <name>.")]
    said = section(page_of(given), "Could not be graded")
    assert re.findall("<li>(.*?)</li>", said) == [
        "<bdi>ada</bdi>: is empty.",
        "<bdi>(no student)</bdi>: no &lt;name&gt;.",
    ]


@pytest.mark.parametrize("about, is_told", [("Tuesday", True), ("", False)])
def test_a_page_of_a_section_says_that_adjustments_are_counted_in_the_whole_class(about, is_told):
    change = Applied("all who handed in", LESSON, "sigmoid", "+1 point", "Unclear.", 24)
    page = class_page(ClassReport([score("ada", 1)], adjustments=[change], about=about))
    assert ("of the whole class" in section(page, "Adjusted by hand")) == is_told


def test_a_class_without_trouble_has_no_empty_sections():
    compared = [Answer("ada", LESSON, "sigmoid", "passed", "content", "fingerprint", 50)]
    headings = re.findall("<h2>(.*?)</h2>", page_of([score("ada", 4, status="passed")], answers=compared))
    assert headings == ["Scores", "Exercises", "Students"]
    only_unreadable = page_of([score("ada", 0, "", "essay", "unreadable", "is empty.")])
    assert re.findall("<h2>(.*?)</h2>", only_unreadable) == ["Could not be graded"]
