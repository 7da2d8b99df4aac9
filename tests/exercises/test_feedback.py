"""A sample of what benchmarks/feedback.py measures: mutants of right answers are told what is wrong."""

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from .test_catalogue import EXERCISES, each_exercise

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "feedback.py"


@pytest.fixture(scope="module")
def feedback():
    specification = importlib.util.spec_from_file_location("feedback", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_most_mutants_are_told_more_than_a_hint(feedback):
    counts = Counter()
    for exercise in EXERCISES:
        for mutant in feedback.sample(exercise, 4):
            verdict = feedback.wrong_everywhere(exercise, mutant.function)
            kind = feedback.answered(verdict) if verdict else "equal"
            if verdict and feedback.by_chance(exercise, mutant.function, verdict):
                kind = "by chance"
            counts[kind] += 1
    rejected = counts.total() - counts["equal"]
    assert rejected > 100
    assert counts["generic"] <= rejected / 4, counts
    assert counts["by chance"] <= rejected / 50, counts


@pytest.mark.long
@each_exercise
def test_no_mutant_owes_its_points_to_one_of_two_hundred_seeds(feedback, exercise):
    for mutant in feedback.sample(exercise, 8):
        first = feedback.judged(exercise, mutant.function, 0)
        if "did not finish" in first.text():  # a loop without an end, which takes its second each time
            continue
        points = {feedback.judged(exercise, mutant.function, seed).points for seed in range(1, 200)}
        assert points == {first.points}, mutant.change
