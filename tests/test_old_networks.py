"""Networks, checkpoints and searches of an earlier version: see fixtures/README.md."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from dlcourse import search

from .fixtures.networks import CONFIGURATIONS, EPOCHS, INTERRUPTED_AFTER, NETWORKS, RUNS, outputs, score

OLD = Path(__file__).parent / "fixtures" / "networks"
EXPECTED = np.load(OLD / "expected.npz")


def close(ours, expected, dtype="float64"):
    """Up to the rounding of another library's matrix product."""
    np.testing.assert_allclose(ours, expected, rtol=1e-12 if dtype == "float64" else 1e-5, atol=1e-14)


@pytest.mark.parametrize("name", NETWORKS)
def test_an_old_network_loads_with_every_bit_of_its_parameters(name):
    model = NETWORKS[name](np.random.default_rng(99))
    assert not np.array_equal(model.theta, EXPECTED[f"{name}/theta"])
    model.load(OLD / f"{name}.npz")
    np.testing.assert_array_equal(model.theta, EXPECTED[f"{name}/theta"], strict=True)


@pytest.mark.parametrize("name", NETWORKS)
def test_an_old_network_gives_the_outputs_that_it_gave(name):
    model = NETWORKS[name](np.random.default_rng(99))
    model.load(OLD / f"{name}.npz")
    for i, output in enumerate(outputs(model)):
        close(output, EXPECTED[f"{name}/outputs/{i}"], output.dtype)


def test_an_old_network_is_still_refused_by_another():
    with pytest.raises(ValueError, match="holds"):
        NETWORKS["mlp_relu"](np.random.default_rng(0)).load(OLD / "maxout.npz")


@pytest.mark.parametrize("name", RUNS)
def test_a_run_goes_on_from_an_old_checkpoint_to_the_same_end(name, tmp_path):
    checkpoint = shutil.copy(OLD / f"checkpoint_{name}.npz", tmp_path)
    model, history = RUNS[name](EPOCHS, checkpoint)
    assert len(history.train_loss) == EPOCHS
    old = EXPECTED[f"run/{name}/train_loss"]
    assert history.train_loss[:INTERRUPTED_AFTER] == old[:INTERRUPTED_AFTER].tolist()
    np.testing.assert_allclose(history.train_loss, old, rtol=1e-9)
    np.testing.assert_allclose(model.theta, EXPECTED[f"run/{name}/theta"], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", RUNS)
def test_an_old_checkpoint_gives_back_every_bit_of_the_parameters(name, tmp_path):
    checkpoint = shutil.copy(OLD / f"checkpoint_{name}.npz", tmp_path)
    model, _ = RUNS[name](INTERRUPTED_AFTER, checkpoint)
    kept = np.load(checkpoint)
    theta = (
        kept["early_stopping/best_theta"][: model.theta.size]
        if name == "everything"
        else kept["network/theta"]
    )
    np.testing.assert_array_equal(model.theta, theta, strict=True)


def test_scores_of_an_old_search_are_not_computed_again(tmp_path):
    results = shutil.copy(OLD / "search.jsonl", tmp_path)

    def never(configuration):
        raise AssertionError(f"{configuration} is computed again")

    assert search.evaluate_all(never, CONFIGURATIONS, results=results) == list(map(score, CONFIGURATIONS))
