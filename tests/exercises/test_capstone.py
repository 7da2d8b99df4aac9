"""Project 16's competition: each recipe earns its points, and each that falls short is told why."""

import numpy as np
import pytest

from dlcourse import recipes
from dlcourse.exercises.capstone import train_and_predict
from dlcourse.exercises.engine.calls import run_locally
from dlcourse.losses import softmax_cross_entropy
from dlcourse.optimizers import Adam

EARNED = {
    recipes.softmax_regression: 2,
    recipes.plain_network: 4,
    recipes.regularised_network: 6,
    recipes.augmented_network: 8,
    recipes.best_recipe: 10,
}
SEEDS = [0, 1, 2**61 + 1]


def judge(function, seed):
    return train_and_predict.judge(lambda calls: run_locally(function, calls), seed)


@pytest.mark.parametrize("recipe", EARNED, ids=lambda recipe: recipe.__name__)
def test_a_recipe_earns_the_points_of_its_threshold(recipe):
    verdict = judge(recipe, 2**61 + 1)
    assert verdict.points == EARNED[recipe], verdict.text()
    assert verdict.lesson == "16_capstone"


@pytest.mark.parametrize(
    ("sentence", "recipe"),
    train_and_predict.mistakes,
    ids=[sentence[:30] for sentence, _ in train_and_predict.mistakes],
)
def test_a_recipe_that_falls_short_is_told_why_whatever_the_seed(sentence, recipe):
    for seed in SEEDS:
        verdict = judge(recipe, seed)
        assert verdict.mistake == sentence, verdict.text()
        assert verdict.points < 10
        assert len(verdict.message) < 800


def test_what_a_student_reads_is_whole_sentences_and_each_is_said_of_one_recipe():
    sentences = [sentence for sentence, _ in train_and_predict.mistakes]
    assert len(set(sentences)) == len(sentences) >= 6
    assert all(sentence.endswith((".", "?")) and len(sentence) <= 240 for sentence in sentences)


def test_a_recipe_that_is_only_small_is_told_neither_of_order_nor_of_units():
    for recipe in (recipes.softmax_regression, recipes.plain_network):
        assert "fits" in judge(recipe, 4).mistake


def unshuffled(x, labels, x_new, seed):
    """Two hidden layers of 100 rectifiers, which learn much even so."""
    network = recipes._PLAIN._network(x.shape[1], np.random.default_rng(seed))
    rows = [np.arange(start, min(start + 128, len(x))) for start in range(0, len(x), 128)]
    adam, (x, x_new) = Adam(0.003), ((each - x.mean()) / x.std() for each in (x, x_new))
    for batch in 30 * rows:
        upstream = softmax_cross_entropy(network.forward(x[batch]), labels[batch])[1]
        network.backward(upstream)
        adam.step(network.theta, network.grad)
    return network.forward(x_new).argmax(axis=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_in_their_order_are_named_where_they_cost_few_points(seed):
    verdict = judge(unshuffled, seed)
    assert verdict.points >= 4
    assert "when they are shuffled beforehand" in verdict.mistake


def test_who_learns_nothing_is_not_told_that_the_first_rows_are_learnt():
    weights = np.random.default_rng(0).normal(size=(40, 10))
    verdict = judge(lambda x, labels, x_new, seed: ((x_new - x.mean()) @ weights).argmax(axis=1), 5)
    assert verdict.mistake.startswith("All labels can be mixed up")


def test_rows_come_class_after_class_and_new_ones_do_not():
    task = train_and_predict.task(1)
    x, labels, x_new, seed = task.arguments
    assert (x.shape, labels.shape, x_new.shape, type(seed)) == ((4000, 40), (4000,), (4500, 40), int)
    assert np.all(np.diff(labels) >= 0) and set(labels) == set(range(10))
    assert np.bincount(task.right[task.counted][:1000], minlength=10).min() > 50
    assert task.counted.sum() == 4000


def test_the_rows_that_do_not_count_are_rows_of_x_with_their_labels():
    task = train_and_predict.task(1)
    x, labels, x_new, _ = task.arguments
    at = {row.tobytes(): label for row, label in zip(x, labels, strict=True)}
    assert [at[row.tobytes()] for row in x_new[~task.counted]] == task.known.tolist()
    assert not any(row.tobytes() in at for row in x_new[task.counted])


def test_answers_learned_by_heart_from_the_notebook_are_worth_chance_under_another_seed():
    notebook = train_and_predict.task()
    learned = np.where(notebook.counted, notebook.right, 0)
    assert judge(lambda *_: learned, 2017).points == 10
    assert judge(lambda *_: learned, 3).points == 0


@pytest.mark.long
@pytest.mark.parametrize("recipe", EARNED, ids=lambda recipe: recipe.__name__)
def test_a_recipe_owes_its_points_to_no_seed(recipe):
    for seed in range(100, 120):
        task = train_and_predict.task(seed)
        share = np.mean((recipe(*task.arguments) == task.right)[task.counted])
        assert sum(t.points for t in train_and_predict.thresholds if share >= t.share) == EARNED[recipe]
