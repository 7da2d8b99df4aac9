"""The question banks: their answers recomputed, their options told apart, their files read by others."""

from importlib import import_module
from pathlib import Path

import pytest

from dlcourse.authoring.questions.bank import alike
from dlcourse.authoring.questions.write import BANKS, read_bank

ROOT = Path(__file__).parents[2]
BANKS = sorted((ROOT / "questions").glob(BANKS))
SEEDS = range(20)
pytestmark = pytest.mark.skipif(not BANKS, reason="not in a clone")


@pytest.fixture(params=BANKS, ids=lambda path: path.stem)
def bank(request):
    return read_bank(request.param)


def test_a_bank_has_eight_questions_or_more(bank):
    assert len(bank.questions) >= 8


def test_options_can_be_told_apart_and_one_is_right(bank):
    for seed in SEEDS:
        for question in bank.draw(seed):
            texts = [option.text for option in question.options]
            assert len(set(texts)) == len(texts) >= 3, (question.name, seed, texts)
            assert sum(option.right for option in question.options) == 1
            assert all(option.why for option in question.options)


def test_the_right_answers_are_those_of_others(bank):
    """Computed in question_answers/ without the course's reference."""
    others = import_module(f"tests.authoring.question_answers.{bank.lesson}").RECOMPUTED
    assert others.keys() == bank.questions.keys()
    for seed in SEEDS:
        for question in bank.draw(seed):
            assert alike(question.answer.value, others[question.name](**question.values)), (question, seed)


def test_numbers_differ_between_seeds(bank):
    drawn = [[(q.text, q.answer.text) for q in bank.draw(seed)] for seed in SEEDS]
    for number, name in enumerate(bank.questions):
        assert len({one[number] for one in drawn}) >= 5, name


def test_the_right_option_stands_at_each_place(bank):
    for name in bank.questions:
        places = {
            [option.right for option in question.options].index(True)
            for seed in range(40)
            for question in bank.draw(seed)
            if question.name == name
        }
        assert places >= {0, 1, 2}, name
