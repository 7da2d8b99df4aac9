"""A competition's leaderboard: under names or pseudonyms, in the gradebook and on the class's pages."""

import re

import pytest

from dlcourse.exercises.engine.verdict import Verdict
from dlcourse.grading.book.gradebook import Gradebook
from dlcourse.grading.book.leaderboard import entered, leaderboards, pseudonym
from dlcourse.grading.book.policy import read_policy
from dlcourse.grading.book.scores import COLUMNS, Score
from dlcourse.grading.output.class_report import ClassReport, anonymous_page, class_page

LESSON, NAME = "16_capstone", "train_and_predict"
CLASS = {"ada": 0.91, "bob": 0.62, "cyd": 0.62, "dan": 0.31, "eve": 0.1}


def scored(student, share, shown="names"):
    score = Score(student, LESSON, NAME, 2, 10, "partial", "", share=share, earned=2, worth=10)
    return entered([score], shown, seed=7)


def of_class(shown):
    return [score for student, share in CLASS.items() for score in scored(student, share, shown)]


def test_the_best_share_comes_first_and_equal_shares_are_equal():
    board = leaderboards(of_class("names"))[NAME]
    assert [(p.rank, p.name, p.share) for p in board] == [
        (1, "ada", 0.91),
        (2, "bob", 0.62),
        (2, "cyd", 0.62),
        (4, "dan", 0.31),
        (5, "eve", 0.1),
    ]


def test_whoever_has_no_share_and_whoever_is_nobody_is_not_on_it():
    assert leaderboards([*scored("ada", None), *scored("", 0.5)]) == {}
    assert leaderboards(of_class("off")) == {}


def test_pseudonyms_differ_stay_and_depend_on_the_secret_seed():
    students = [f"student {i}" for i in range(300)]
    one, again, other = ([pseudonym(student, seed) for student in students] for seed in (1, 1, 2))
    assert one == again and len(set(one)) >= 299
    assert not set(one) & set(other)
    assert not any(student in alias for student, alias in zip(students, one, strict=True))


def shown_on(page):
    board = re.search(rf"<h2>Leaderboard: {NAME}</h2>(.*?)</section>", page, re.DOTALL)
    return board[1] if board else ""


def test_the_instructors_page_has_names_and_the_page_for_the_class_has_not():
    report = ClassReport(of_class("names"))
    board = shown_on(class_page(report))
    assert "ada" in board and "91.0%" in board
    assert shown_on(anonymous_page(report)) == ""


def test_pseudonyms_stand_on_both_pages_and_no_name_beside_them():
    report = ClassReport(of_class("pseudonyms"))
    for page in (class_page(report), anonymous_page(report)):
        board = shown_on(page)
        assert pseudonym("ada", 7) in board
        assert not any(student in re.sub("<.*?>", " ", board).split() for student in CLASS)


def test_turned_off_it_is_on_no_page():
    assert shown_on(class_page(ClassReport(of_class("off")))) == ""


def test_the_share_is_in_the_gradebook_and_not_in_the_columns_of_scores_csv(tmp_path):
    gradebook = Gradebook(tmp_path / "gradebook.sqlite")
    (score,) = scored("ada", 0.7125, "pseudonyms")
    gradebook.publish([], [score])
    (kept,) = gradebook.scores()
    gradebook.close()
    assert (kept.share, kept.leader) == (0.7125, pseudonym("ada", 7))
    assert len(score.cells()) == len(COLUMNS) == 7


@pytest.mark.parametrize("shown", ["names", "pseudonyms", "off"])
def test_the_policy_says_how(tmp_path, shown):
    (tmp_path / "policy.toml").write_text(f'leaderboard = "{shown}"')
    assert read_policy(None, tmp_path).leaderboard == shown


def test_without_a_policy_it_has_names(tmp_path):
    assert read_policy(None, tmp_path).leaderboard == "names"


def test_a_verdict_from_before_there_were_shares_is_read():
    import msgspec

    old = b'{"exercise":"a","lesson":"b","status":"passed","points":1,"max_points":1,"problem":""}'
    assert msgspec.json.decode(old, type=Verdict).share is None
