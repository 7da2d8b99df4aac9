"""Feedback in another language: students read it, and everything else is what it was."""

import json
from dataclasses import replace

import pytest

from dlcourse.cli import main
from dlcourse.course.language import speaking
from dlcourse.grading.book.gradebook import read_scores
from dlcourse.grading.run.executors import InThisProcess, grade_here
from dlcourse.grading.run.judge import Job
from dlcourse.grading.run.judge_process import encode

from .conftest import LESSON, LIMITS, NAMES, RIGHT

pytestmark = pytest.mark.usefixtures("walls")

WRONG = {"sigmoid": "def sigmoid(x):\n    return 1 / (1 + np.exp(np.asarray(x)))"}
KOREAN = {
    "passed": "통과",
    "{points} of {most} points": "{most}점 가운데 {points}점",
    "All {number} tests pass.": "검사 {number}개를 모두 통과했어요.",
    "Likely cause: {sentence}": "원인: {sentence}",
    "Code cell {number}": "코드 셀 {number}",
    "there are no threads while grading": "채점하는 동안에는 스레드가 없어요",
    "there is NumPy and the standard library while grading, nothing else": "NumPy와 표준 라이브러리뿐이에요",
    "is empty": "비어 있어요",
    "{name} {problem}.": "{name}: {problem}.",
    "Not attempted yet.": "아직 풀지 않았어요.",
    "{title}: {points} of {most}.": "{title}: {most} 가운데 {points}.",
}


@pytest.fixture
def school(course, korean):
    """Three who hand in: all right, one wrong with a cell that fails, and nothing that can be read."""
    korean(KOREAN)
    course.hand_in("ada", RIGHT)
    course.hand_in("bob", WRONG, more=["import torch"])
    course.hand_in("cyd", content="")
    return course


def page(course, student):
    return (course.out / "feedback" / student / f"{LESSON}.html").read_text("utf-8")


def numbers(rows):
    return {key: (row["points"], row["max_points"], row["status"]) for key, row in rows.items()}


def test_students_read_korean_and_the_points_statuses_and_columns_are_those_of_english(school):
    english = school.grade(seed=3)
    columns, mistakes = list(school.rows()[0]), [score.mistake for score in read_scores(school.out)]
    korean = school.grade(seed=3, language="ko")
    assert numbers(korean) == numbers(english)
    assert list(school.rows()[0]) == columns
    assert [score.mistake for score in read_scores(school.out)] == mistakes and any(mistakes)
    assert korean["ada", "sigmoid"]["feedback"] == "검사 3개를 모두 통과했어요."
    assert "원인: " in korean["bob", "sigmoid"]["feedback"]
    assert korean["cyd", "sigmoid"]["feedback"] == f"{LESSON}.ipynb: 비어 있어요."
    assert '<html lang="ko">' in page(school, "bob") and "✓ sigmoid: 통과 (" in page(school, "ada")
    assert "torch&#39; (line 1); NumPy와 표준 라이브러리뿐이에요</code>" in page(school, "bob")


def test_a_class_that_is_graded_in_one_language_and_then_another_reads_no_mixture(school):
    seen = {}
    for language in ("en", "ko", "en", "ko"):
        school.grade(seed=3, language=language)
        files = (school.out / "scores.csv", *sorted((school.out / "feedback").rglob("*.html")))
        content = [path.read_bytes() for path in files]
        assert seen.setdefault(language, content) == content
    assert seen["en"] != seen["ko"]
    assert school.summary.fresh == 0


def test_other_words_in_the_catalogue_are_what_students_read_next(school, korean):
    school.grade(language="ko")
    korean(KOREAN | {"All {number} tests pass.": "모두 맞았어요."})
    assert school.grade(language="ko")["ada", "sigmoid"]["feedback"] == "모두 맞았어요."


def test_the_locale_of_an_instructor_does_not_decide_what_a_class_is_told(school, monkeypatch):
    monkeypatch.setenv("DLCOURSE_LANGUAGE", "ko")
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert school.grade()["ada", "sigmoid"]["feedback"] == "All 3 tests pass."


def test_as_typed_it_tells_instructors_in_english(school, capsys):
    typed = ["grade", str(school.submissions), "--out", str(school.out), "--workers", "1"]
    assert main([*typed, "--language", "ko"]) == 0
    assert f"cyd: {LESSON}.ipynb is empty." in capsys.readouterr().out
    assert main(["report", str(school.out)]) == 0
    report = (school.out / "report.html").read_text("utf-8")
    assert f"{LESSON}.ipynb is empty." in report and "비어" not in report
    assert main([*typed, "--language", "fr"]) == 2
    assert "there is no language 'fr' here: there are en, ko" in capsys.readouterr().err


def test_what_is_exported_of_it_is_korean_too(school, tmp_path):
    school.grade(language="ko")
    path = tmp_path / "gradescope"
    export = ["export", str(school.out), "--format", "gradescope", "--to", str(path)]
    assert main(export) == 0
    told = json.loads((path / "results" / "ada" / f"{LESSON}.json").read_text("utf-8"))
    assert told["tests"][0]["output"].startswith("검사 ")


def test_a_judge_that_shares_nothing_with_this_process_has_its_language_from_the_job(school):
    """As on a cluster; the catalogue is then the one that is installed there."""
    cells = ((0, "import numpy as np"), (1, WRONG["sigmoid"]))
    job = Job(LESSON, cells, ("sigmoid",), 1, language="ko")
    assert b"language" in encode(job)
    with InThisProcess() as executor:
        report = executor.submit(grade_here, job, "landlock", LIMITS).result()
        assert report.verdicts[0].advice.startswith("원인: ")
        report = executor.submit(grade_here, replace(job, language="en"), "landlock", LIMITS).result()
    assert report.verdicts[0].advice.startswith("Likely cause: ")


def test_what_the_grader_gives_up_is_said_in_the_language_of_the_class(school, korean):
    korean({"The grader gave up on this answer: tell your instructor.": "채점기가 포기했어요."})
    limits = replace(LIMITS, student=0)
    rows = school.grade(language="ko", limits=limits)
    assert rows["ada", "sigmoid"]["feedback"].startswith("채점기가 포기했어요. ")


def test_a_notebook_is_checked_in_the_language_that_is_spoken(school):
    from dlcourse.grading.run.self_check import check_notebook

    path = school.hand_in("dee", RIGHT)
    with speaking("ko"):
        verdicts = check_notebook(path, LESSON)
    assert {verdict.problem for verdict in verdicts} >= {"검사 3개를 모두 통과했어요."}
    assert len(verdicts) == len(NAMES)
