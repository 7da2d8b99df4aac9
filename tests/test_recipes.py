"""The recipes of project 16 learn, repeat themselves, and stand in their order."""

import numpy as np
import pytest

from dlcourse import datasets, recipes

IN_ORDER = (
    recipes.softmax_regression,
    recipes.plain_network,
    recipes.regularised_network,
    recipes.augmented_network,
    recipes.best_recipe,
)


@pytest.fixture(scope="module")
def data():
    x, labels = datasets.signals(3000, np.random.default_rng(5))
    return x[:2000], labels[:2000], x[2000:], labels[2000:]


def test_each_recipe_gets_more_right_than_the_one_before(data):
    x, labels, x_new, right = data
    shares = [np.mean(recipe(x, labels, x_new, seed=0) == right) for recipe in IN_ORDER]
    assert shares[0] > 0.2
    assert np.all(np.diff(shares) > 0.03), shares


@pytest.mark.parametrize("recipe", IN_ORDER, ids=lambda recipe: recipe.__name__)
def test_the_seed_decides_all_that_is_random(recipe, data):
    x, labels, x_new, _ = data
    few = x[:300], labels[:300], x_new
    one, again, other = (recipe(*few, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_units_make_no_difference_and_are_those_of_what_is_learnt_from(data):
    x, labels, x_new, _ = data
    one = recipes.plain_network(x, labels, x_new, seed=0)
    other = recipes.plain_network(512 + 128 * x, labels, 512 + 128 * x_new, seed=0)
    assert np.mean(one == other) > 0.9  # but for what rounding comes to in training
    alone = [recipes.softmax_regression(x, labels, row[None], seed=0)[0] for row in x_new[:3]]
    assert alone == recipes.softmax_regression(x, labels, x_new, seed=0)[:3].tolist()
