"""How a verdict reads: as text in a terminal and as HTML in a notebook."""

import pytest

from dlcourse.exercises.engine.verdict import TestResult, Verdict, marked_up, plain

RESULTS = TestResult("is < 1", 2, 2), TestResult("takes lists", 0, 1, "f([0]) raised TypeError.")


def verdict(status, points=2, problem="Gave `1`.", advice="Why?", results=RESULTS):
    return Verdict("f", "00_lesson", status, points, 3, problem, advice, results=results)


@pytest.mark.parametrize("status", ["partial", "failed"])
def test_a_wrong_answer_shows_each_test_then_what_is_wrong_and_why(status):
    first, *rest = verdict(status).text("A note.").split("\n")
    assert first.endswith("(2 of 3 points)")
    assert rest == ["  ✓ is < 1", "  ✗ takes lists", "Gave `1`.", "Why?", "A note."]


@pytest.mark.parametrize("status", ["passed", "not attempted"])
def test_where_the_headline_says_it_all_only_advice_follows(status):
    assert verdict(status).text().split("\n")[1:] == ["Why?"]
    assert verdict(status, advice="").text().split("\n")[1:] == []


def test_an_answer_that_is_missing_is_told_why_without_its_tests():
    assert verdict("missing").text().split("\n")[1:] == ["Gave `1`.", "Why?"]


def test_each_status_has_a_headline_of_its_own_and_a_message_is_one_line():
    statuses = ["passed", "partial", "failed", "not attempted", "missing"]
    assert len({verdict(status).headline for status in statuses}) == 5
    assert verdict("failed").message == "Gave `1`. Why?"
    assert verdict("failed", advice="").message == "Gave `1`."


def test_html_has_a_list_only_where_tests_were_tried_and_a_paragraph_only_where_there_is_text():
    html = verdict("failed").html("<note>")
    assert "<li style='margin:0'>✓ is &lt; 1</li><li style='margin:0'>✗ takes lists</li></ul>" in html
    assert html.count("<p ") == 3
    assert "<code>1</code>" in html and "&lt;note&gt;" in html
    assert "<ul" not in verdict("passed").html() and "<ul" not in verdict("failed", results=()).html()
    assert verdict("passed", advice="").html().count("<p ") == 0


def test_a_lone_backquote_is_no_code():
    assert marked_up("a ` b") == "a ` b"
    assert marked_up("`a` or ``") == "<code>a</code> or ``"


@pytest.mark.parametrize(
    "text", ["2*x*y", "**kwargs", "a * b * c", "*args, *rest", "`*x*`", "k* and *k", "`a*b` *", "***"]
)
def test_what_is_a_sign_or_code_is_no_emphasis(text):
    assert plain(text) == text and "<em>" not in marked_up(text)


def test_emphasis_is_marked_up_in_html_and_gone_from_plain_text():
    wrong = verdict("failed", advice="It is silent on *every* `x*y`, *not so here*.")
    assert "silent on <em>every</em> <code>x*y</code>, <em>not so here</em>." in wrong.html()
    for text in (wrong.text(), wrong.message):
        assert "silent on every `x*y`, not so here." in text


def test_a_korean_particle_may_follow_emphasis_without_a_space():
    assert plain("이건 *합*을 구해요") == "이건 합을 구해요"
    assert marked_up("*행*마다 *열*이") == "<em>행</em>마다 <em>열</em>이"
