"""A page of feedback: what it shows of a verdict, and where it is kept."""

import pytest

from dlcourse.exercises.engine.verdict import TestResult, Verdict
from dlcourse.grading.book.lateness import Timing
from dlcourse.grading.book.scores import Score
from dlcourse.grading.intake.submissions import Handin
from dlcourse.grading.output.feedback import free_path, page, page_path, path_part
from dlcourse.grading.output.pages import html_page

HANDIN = Handin("ada <3", "03_activations", "class/ada/03_activations.ipynb")
RESULTS = (TestResult("is < 1", 2, 2), TestResult("takes lists", 0, 1, "sigmoid([0]) raised TypeError."))


def shown(status, results=RESULTS, problem="Gave `1`.", advice="Why & how?", points=2):
    verdict = Verdict("sigmoid", HANDIN.lesson, status, points, 3, problem, advice, results=results)
    score = Score(HANDIN.student, HANDIN.lesson, "sigmoid", points, 3, status, verdict.message)
    return page(HANDIN, Timing(HANDIN.when), [verdict], [score], (), "")


@pytest.mark.parametrize("status", ["passed", "partial", "failed"])
def test_an_answer_that_was_tried_shows_each_test_right_or_wrong(status):
    assert "<ul><li>✓ is &lt; 1</li><li>✗ takes lists</li></ul>" in shown(status)


@pytest.mark.parametrize("status", ["not attempted", "missing"])
def test_an_answer_that_was_not_tried_shows_no_tests(status):
    assert "takes lists" not in shown(status)


def test_what_the_tests_say_is_shown_with_code_as_code_and_no_empty_paragraph():
    assert "<p>Gave <code>1</code>.</p><p>Why &amp; how?</p>" in shown("failed")
    assert "<p></p>" not in shown("passed", problem="", advice="")
    assert "<ul>" not in shown("failed", results=())


def test_no_points_are_still_a_sum_of_points():
    assert "<strong>0 of 3 points.</strong>" in shown("failed", points=0)


def test_a_page_is_called_by_student_and_lesson_each_escaped():
    text = shown("passed")
    assert "<title>ada &lt;3 · 03_activations</title>" in text
    assert "<h1><bdi>ada &lt;3</bdi> · <bdi>03_activations</bdi></h1>" in text
    essay, rows = Handin("", "essay", "essay.ipynb"), [Score("", "essay", "", 0, 0, "unreadable", "empty")]
    assert "<title>essay</title>" in page(essay, Timing(essay.when), [], rows, (), "")


def test_a_page_leaves_out_empty_parts_and_is_headed_by_its_title():
    text = html_page("a & b", ["one", "", "two"], "p { color: red }")
    assert "<h1>a &amp; b</h1>\none\ntwo\n</main>" in text
    assert text.index("<style>") < text.index("p { color: red }") < text.index("</style>")


def test_names_that_differ_only_in_what_a_path_may_not_hold_get_paths_that_differ():
    assert len({path_part(name) for name in ("a/b", "a:b", "a_b", " a_b", "a_b.")}) == 5


@pytest.mark.parametrize("name", ["x" * 120, "김" * 40])
def test_a_name_of_120_bytes_is_itself_and_a_longer_one_is_cut_and_told_apart(name):
    assert path_part(name) == name
    longer = path_part(name + "y"), path_part(name + "z")
    assert longer[0] != longer[1]
    assert all(len(part.encode()) <= 89 and part[:20] == name[:20] for part in longer)


def test_no_name_has_a_place_of_its_own():
    assert path_part("") == "unnamed"
    assert path_part("", "handed-in") == "handed-in"


def test_a_second_page_of_a_student_and_lesson_goes_beside_the_first(tmp_path):
    taken = set()
    again = Handin(HANDIN.student, HANDIN.lesson, "another/place.ipynb")
    first, second = free_path(tmp_path, HANDIN, taken), free_path(tmp_path, again, taken)
    assert first == page_path(tmp_path, HANDIN.student, HANDIN.lesson)
    assert second.parent == first.parent
    assert second.stem.startswith("03_activations-")
    assert taken == {first, second}
