"""What the class report says, and how its numbers are come by."""

import math

import pytest

from dlcourse.cli import main
from dlcourse.course.errors import UserError
from dlcourse.grading.book.gradebook import read_scores
from dlcourse.grading.book.scores import Score
from dlcourse.grading.book.statistics import commonest_mistakes, exercise_statistics, missing
from dlcourse.grading.report import class_page

from .conftest import LESSON, RIGHT, notebook
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


def test_the_page_of_a_class(course, tmp_path, capsys):
    course.hand_in("ada", RIGHT)
    course.hand_in("bob", RIGHT | WRONG)
    course.hand_in("<b>cyd", RIGHT | WRONG)
    course.hand_in("dan", content="{")
    course.grade()
    roster = tmp_path / "roster.csv"
    roster.write_text("section,student\n1,ada\n1,eve\n")
    assert main(["report", str(course.out), "--roster", str(roster)]) == 0
    shown = capsys.readouterr().out
    assert "2 × sigmoid: " in shown
    page = (course.out / "report.html").read_text()
    assert "&lt;b&gt;cyd" in page
    assert f"{LESSON}: <bdi>eve</bdi> (1)." in page
    assert "<bdi>dan</bdi>: 03_activations.ipynb is not JSON" in page
    assert page == class_page(read_scores(course.out), ["ada", "eve"])
    parsed = Parsed(page)
    assert not {"script", "img", "link", "iframe", "a"} & set(parsed.tags)
    assert [tag for tag in parsed.tags if tag in ("h1", "h2")] == ["h1", *["h2"] * 6]
    assert parsed.tags.count("caption") == parsed.tags.count("table") == 4


def test_what_a_user_gets_wrong_is_said(course, tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == 2
    assert "nothing has been graded" in capsys.readouterr().err
    course.hand_in("ada", RIGHT)
    course.grade()
    for text, says in ("", "is empty"), ("\n", "is empty"), ("eve\n", "nobody of"), (b"\xff\xfe", "UTF-8"):
        (tmp_path / "roster").write_bytes(text if isinstance(text, bytes) else text.encode())
        assert main(["report", str(course.out), "--roster", str(tmp_path / "roster")]) == 2
        assert says in capsys.readouterr().err
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
    report = class_page(read_scores(course.out), ["محمد", "<b>"])
    assert "<bdi>&lt;b&gt;</bdi> (1)" in report
    assert "<li><bdi>ada</bdi>: 99_nothing.ipynb" in report
