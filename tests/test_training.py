import copy
import json
import math
import pickle
import re
import warnings
from contextlib import nullcontext
from functools import partial, wraps

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import training as t
from dlcourse.layers import Activation, BatchNorm, Dense, Dropout
from dlcourse.losses import mean_squared_error, softmax_cross_entropy
from dlcourse.network import Network, mlp
from dlcourse.optimizers import SGD, Adam, Momentum
from dlcourse.regularizers import EarlyStopping, l2_penalty
from dlcourse.schedules import inverse_time
from dlcourse.storage import read_npz, write_npz
from tests.test_optimizers import CLASSES as OPTIMIZERS

COUNTS = st.integers(1, 60)


def rng(seed=0):
    return np.random.default_rng(seed)


def line(n=20):
    """A network of one weight and one bias, and points on y = 2x + 1."""
    x = np.linspace(-1, 1, n)[:, None]
    return mlp([1, 1], rng=rng()), (x, 2 * x + 1)


def blobs(n=60, seed=0):
    """Two classes that a small network tells apart."""
    dice = rng(seed)
    labels = np.arange(n) % 2
    return dice.normal(size=(n, 3)) + 2 * labels[:, None], labels


def recorded(loss):
    """The loss, and the list of targets that it sees, batch by batch."""
    seen = []

    def recording(outputs, targets):
        seen.append(targets.ravel().copy())
        return loss(outputs, targets)

    return recording, seen


@given(n=COUNTS, batch_size=COUNTS, seed=st.integers(0, 99))
def test_batches_cover_every_example_once_in_order(n, batch_size, seed):
    order = rng(seed).permutation(n)
    batches = t.minibatches(order, batch_size)
    assert np.array_equal(np.concatenate(batches), order)
    assert len(batches) == t.updates_per_epoch(n, batch_size) == math.ceil(n / batch_size)
    assert all(len(batch) == batch_size for batch in batches[:-1]) and 1 <= len(batches[-1]) <= batch_size


@given(n=COUNTS, batch_size=COUNTS, epochs=st.integers(1, 3))
def test_minibatch_descent_takes_each_batch_of_each_epoch_in_turn(n, batch_size, epochs):
    data, orders, seen = rng().normal(size=(n, 2)), [rng(i).permutation(n) for i in range(epochs)], []

    def gradient(params, batch):
        seen.append(batch)
        return params - batch.mean(axis=0)

    result = t.minibatch_gradient_descent(gradient, [1, 2], data, orders, batch_size, 0.1)
    assert np.array_equal(np.concatenate(seen), np.concatenate([data[order] for order in orders]))
    assert len(seen) == epochs * math.ceil(n / batch_size)
    params = np.array([1.0, 2.0])
    for batch in list(seen):
        params = params - 0.1 * (params - batch.mean(axis=0))
    assert np.allclose(result, params, rtol=1e-12)


def test_minibatch_descent_without_orders_gives_a_copy_of_the_params():
    params = np.ones(2)
    result = t.minibatch_gradient_descent(None, params, np.ones((3, 1)), [], 2, 0.1)
    assert np.array_equal(result, params) and not np.shares_memory(result, params)


@pytest.mark.parametrize(("batch_size", "updates"), [(None, 1), (20, 1), (100, 1), (1, 20), (7, 3), (10, 2)])
def test_an_epoch_makes_as_many_updates_as_there_are_batches(batch_size, updates):
    network, data = line()
    optimizer = SGD(0.1)
    history = t.fit(network, mean_squared_error, optimizer, data, epochs=3, batch_size=batch_size, rng=rng())
    assert optimizer.t == len(history.batch_loss) == 3 * updates
    assert len(history.train_loss) == len(history.seconds) == 3


@pytest.mark.parametrize("batch_size", [1, 7, None])
def test_fit_finds_the_line(batch_size):
    network, data = line()
    t.fit(network, mean_squared_error, SGD(0.1), data, epochs=300, batch_size=batch_size, rng=rng())
    assert np.allclose(network.theta, [2, 1], rtol=0, atol=1e-6)


def test_every_epoch_shows_every_example_once_in_a_new_order():
    loss, seen = recorded(mean_squared_error)
    network, (x, y) = line()
    t.fit(network, loss, SGD(0.1), (x, y), epochs=2, batch_size=6, rng=rng())
    assert [len(batch) for batch in seen] == [6, 6, 6, 2] * 2
    first, second = np.concatenate(seen[:4]), np.concatenate(seen[4:])
    assert np.array_equal(np.sort(first), y.ravel()) and np.array_equal(np.sort(second), y.ravel())
    assert not np.array_equal(first, second)


def test_one_seed_gives_different_networks_the_same_batches():
    orders = []
    for network in (mlp([1, 1], rng=rng(5)), Network([Dense(1, 9), Dropout(0.5), Dense(9, 1)], rng(6))):
        loss, seen = recorded(mean_squared_error)
        t.fit(network, loss, SGD(0.01), line()[1], epochs=2, batch_size=1, rng=rng(7))
        orders.append(np.concatenate(seen).tolist())
    assert orders[0] == orders[1]


def test_the_training_loss_weighs_a_short_batch_by_its_examples():
    network, data = line()
    history = t.fit(network, mean_squared_error, SGD(0.1), data, epochs=1, batch_size=15, rng=rng())
    assert history.train_loss == [
        pytest.approx((15 * history.batch_loss[0] + 5 * history.batch_loss[1]) / 20)
    ]


def test_training_leaves_the_data_alone():
    network, data = mlp([3, 2], rng=rng()), blobs()
    before = copy.deepcopy(data)
    t.fit(network, softmax_cross_entropy, Momentum(0.1), data, validation=data, epochs=9, rng=rng())
    assert all(map(np.array_equal, data, before))


def test_validation_scores_the_network_after_each_epoch_with_dropout_off():
    network = Network([Dense(3, 8), Activation("tanh"), Dropout(0.5), Dense(8, 2)], rng())
    held_out = blobs(seed=1)
    history = t.fit(
        network, softmax_cross_entropy, SGD(0.3), blobs(), validation=held_out, epochs=4, rng=rng()
    )
    assert len(history.validation_loss) == len(history.validation_accuracy) == 4
    loss, accuracy = t.evaluate(network, softmax_cross_entropy, held_out)
    assert history.validation_loss[-1] == loss and history.validation_accuracy[-1] == accuracy > 0.9


def test_training_runs_in_training_mode():
    network, (x, y) = Network([BatchNorm(3), Dropout(0.5), Dense(3, 2)], rng()), blobs()
    noise = network.rng.bit_generator.state
    t.fit(network, softmax_cross_entropy, SGD(0.1), (x, y), epochs=1, batch_size=None, rng=rng())
    assert np.allclose(network.layers[0].state["running_mean"], 0.1 * x.mean(axis=0), rtol=1e-12)
    assert network.rng.bit_generator.state != noise


def test_without_validation_its_lists_are_empty_and_without_labels_the_accuracy_is_nan():
    network, data = line()
    assert t.fit(network, mean_squared_error, SGD(0.1), data, epochs=1, rng=rng()).validation_loss == []
    assert math.isnan(t.evaluate(network, mean_squared_error, data)[1])


def test_a_schedule_sets_the_rate_of_every_update_from_step_0_on():
    network, data = mlp([1, 1], rng=rng(), initializer="zeros"), (np.ones((4, 1)), np.zeros((4, 1)))
    moves = []

    class Watched(SGD):
        def update(self, theta, grad):
            moves.append(self.learning_rate)
            super().update(theta, grad)

    t.fit(
        network, mean_squared_error, Watched(9.0), data,
        epochs=2, batch_size=2, rng=rng(), schedule=lambda step: 0.1 / (1 + step),
    )  # fmt: skip
    assert moves == [0.1, 0.1 / 2, 0.1 / 3, 0.1 / 4]


@pytest.mark.parametrize("rate", [-0.1, np.nan, np.inf])
def test_a_schedule_out_of_range_is_told_with_its_step(rate):
    network, data = line()
    with pytest.raises(ValueError, match=f"{rate} at step 2"):
        t.fit(
            network, mean_squared_error, SGD(0.1), data,
            epochs=3, batch_size=None, rng=rng(), schedule=lambda step: rate if step == 2 else 0.1,
        )  # fmt: skip


def test_a_penalty_pulls_at_the_weights_and_not_at_the_biases():
    network, data = mlp([2, 3, 1], rng=rng()), (np.zeros((4, 2)), np.zeros((4, 1)))
    network.theta[:] = 1.0
    plain = copy.deepcopy(network)
    for net, penalty in ((network, partial(l2_penalty, strength=2.0)), (plain, None)):
        history = t.fit(net, mean_squared_error, SGD(0.1), data, epochs=1, rng=rng(), penalty=penalty)
    assert np.allclose(network.theta, plain.theta - 0.1 * 2 * network.weight_mask)
    assert history.batch_loss == [pytest.approx((1 + 3 * math.tanh(1)) ** 2)]  # the data's loss alone


def test_a_gradient_longer_than_the_norm_is_cut():
    network, (x, y) = line()
    before = network.theta.copy()
    t.fit(
        network,
        mean_squared_error,
        SGD(1.0),
        (x, 1e6 * y),
        epochs=1,
        batch_size=None,
        rng=rng(),
        max_norm=0.5,
    )
    assert np.linalg.norm(network.theta - before) == pytest.approx(0.5)


def test_early_stopping_ends_the_run_and_brings_the_best_parameters_back():
    network = Network([Dense(3, 16), BatchNorm(16), Activation("tanh"), Dense(16, 2)], rng())
    scores, kept = [], []

    def watch(epoch, net, history):
        scores.append(history.validation_loss[-1])
        kept.append(net.state())

    dice = rng(3)
    noise = (
        dice.normal(size=(20, 3)),
        dice.integers(0, 2, 20),
    )  # nothing to learn: the network can only overfit
    history = t.fit(
        network, softmax_cross_entropy, Adam(0.05), noise, validation=blobs(30, 2),
        epochs=500, rng=rng(), early_stopping=EarlyStopping(5), callbacks=[watch],
    )  # fmt: skip
    best = int(np.argmin(scores))
    assert history.stopped and len(scores) == best + 6 < 500
    assert all(np.array_equal(v, kept[best][k]) for k, v in network.state().items())  # running averages too
    assert t.evaluate(network, softmax_cross_entropy, blobs(30, 2))[0] == scores[best]


def test_a_callback_may_stop_the_run_and_all_of_them_are_called():
    network, data = line()
    calls = []
    history = t.fit(
        network, mean_squared_error, SGD(0.1), data, epochs=9, rng=rng(),
        callbacks=[lambda epoch, net, seen: epoch == 2, lambda epoch, net, seen: calls.append(epoch)],
    )  # fmt: skip
    assert history.stopped and calls == [0, 1, 2] and len(history.train_loss) == 3


def test_progress_wraps_the_epochs():
    counted = []

    def bar(epochs):
        for epoch in epochs:
            yield epoch
            counted.append(epoch)

    network, data = line()
    t.fit(network, mean_squared_error, SGD(0.1), data, epochs=3, rng=rng(), progress=bar)
    assert counted == [0, 1, 2]


def test_float32_training_stays_float32():
    network = mlp([3, 4, 2], rng=rng(), dtype=np.float32)
    optimizer = Adam(0.01)
    history = t.fit(
        network, softmax_cross_entropy, optimizer, blobs(),
        epochs=2, rng=rng(), schedule=lambda step: np.float64(0.01),
    )  # fmt: skip
    assert network.theta.dtype == network.layers[0].weights.dtype == optimizer.memory["m"].dtype == np.float32
    assert type(history.train_loss[0]) is type(history.batch_loss[0]) is float


class Interrupted(Exception):
    pass


def interrupted_loss(after):
    """The loss, until the power fails in the middle of an epoch."""
    calls = iter(range(after))

    @wraps(softmax_cross_entropy)
    def loss(outputs, targets):
        if next(calls, None) is None:
            raise Interrupted
        return softmax_cross_entropy(outputs, targets)

    return loss


def a_run(optimizer, generator=np.random.PCG64):
    """All that a run needs, made afresh as a new process would."""
    layers = [Dense(3, 6), BatchNorm(6), Activation("tanh"), Dropout(0.3), Dense(6, 2)]
    return {
        "network": Network(layers, np.random.Generator(generator(1))),
        "optimizer": optimizer(0.05),
        "data": blobs(),
        "validation": (blobs()[0], 1 - blobs()[1]),  # gets worse with training: the best is not the last
        "epochs": 6,
        "batch_size": 16,
        "rng": np.random.Generator(generator(2)),
        "schedule": inverse_time(0.05, 0.1),
        "early_stopping": EarlyStopping(50),
    }


def results(run, history):
    seen = {name: value for name, value in vars(history).items() if name != "seconds"}
    return seen, {k: v.tolist() for k, v in run["network"].state().items()}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("updates", [1, 4, 9, 23])
def test_a_run_goes_on_from_its_checkpoint_to_the_same_bits(optimizer, updates, tmp_path):
    whole = a_run(optimizer)
    expected = results(whole, t.fit(loss=softmax_cross_entropy, **whole))
    assert np.argmin(expected[0]["validation_loss"]) < 5
    path = tmp_path / "checkpoint.npz"
    with pytest.raises(Interrupted):
        t.fit(loss=interrupted_loss(updates), checkpoint=path, **a_run(optimizer))
    again = a_run(optimizer)
    history = t.fit(loss=softmax_cross_entropy, checkpoint=path, **again)
    assert results(again, history) == expected
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.npz"]


@pytest.mark.parametrize(
    "generator", [np.random.MT19937, np.random.Philox, np.random.SFC64, np.random.PCG64DXSM]
)
def test_every_kind_of_generator_is_taken_up_where_it_was(generator, tmp_path):
    whole = a_run(Adam, generator)
    expected = results(whole, t.fit(loss=softmax_cross_entropy, **whole))
    path = tmp_path / "checkpoint.npz"
    with pytest.raises(Interrupted):
        t.fit(loss=interrupted_loss(9), checkpoint=path, **a_run(Adam, generator))
    again = a_run(Adam, generator)
    assert results(again, t.fit(loss=softmax_cross_entropy, checkpoint=path, **again)) == expected


def test_a_finished_run_comes_back_from_its_checkpoint_without_an_update(tmp_path):
    first, again = a_run(Adam), a_run(Adam)
    history = t.fit(loss=softmax_cross_entropy, checkpoint=tmp_path / "c.npz", **first)
    repeated = t.fit(loss=interrupted_loss(0), checkpoint=tmp_path / "c.npz", **again)
    assert results(again, repeated) == results(first, history)


def test_a_finished_run_may_be_prolonged(tmp_path):
    whole = a_run(Adam)
    expected = results(whole, t.fit(loss=softmax_cross_entropy, **whole))
    t.fit(loss=softmax_cross_entropy, checkpoint=tmp_path / "c.npz", **{**a_run(Adam), "epochs": 2})
    longer = a_run(Adam)
    history = t.fit(loss=softmax_cross_entropy, checkpoint=tmp_path / "c.npz", **longer)
    assert results(longer, history) == expected


def test_a_run_that_stopped_stays_stopped(tmp_path):
    checkpoint = {"checkpoint": tmp_path / "c.npz"}
    first = t.fit(loss=softmax_cross_entropy, callbacks=[lambda *_: True], **checkpoint, **a_run(SGD))
    second = t.fit(loss=interrupted_loss(0), **checkpoint, **a_run(SGD))
    assert first.stopped and len(first.train_loss) == 1 and second == first


def moved(data):
    """One number of the data is another."""
    x, y = data[0].copy(), data[1]
    x[3, 1] += 1e-9
    return x, y


def swapped(data):
    return data[0], data[1][::-1].copy()


def normalised(**settings):
    layers = [Dense(3, 6), BatchNorm(6, **settings), Activation("tanh"), Dropout(0.3), Dense(6, 2)]
    return Network(layers, rng(1))


OTHER_RUNS = {  # what is another in it: (how the run is made, the name that the message has)
    "optimizer": ({"optimizer": SGD(0.05)}, "optimizer.class is Adam there, SGD here"),
    "setting": ({"optimizer": Adam(0.05, beta1=0.5)}, "optimizer.beta1 is 0.9 there, 0.5 here"),
    "network": ({"network": mlp([3, 2], rng=rng())}, "network.layers"),
    "eps": ({"network": normalised(eps=0.1)}, "network.layers.1.eps is 1e-05 there, 0.1 here"),
    "dtype": ({"network": Network(normalised().layers, rng(1), np.float32)}, "data"),
    "batch size": ({"batch_size": 8}, "batch_size is 16 there, 8 here"),
    "fewer data": ({"data": blobs(40)}, "data.0 is (60, 3) float64"),
    "one number": ({"data": moved(blobs())}, "data.0"),
    "labels": ({"data": swapped(blobs())}, "data.1"),
    "held-out data": ({"validation": blobs()}, "validation.1"),
    "no held-out data": ({"validation": None, "early_stopping": None}, "validation"),
    "loss": ({"loss": mean_squared_error}, "loss.function"),
    "schedule": ({"schedule": inverse_time(0.05, 0.2)}, "schedule"),
    "no schedule": ({"schedule": None}, "schedule"),
    "schedule later": ({"schedule": lambda s: inverse_time(0.05, 0.1)(s) if s < 999 else 0.0}, "schedule.11"),
    "penalty": ({"penalty": partial(l2_penalty, strength=0.1)}, "penalty"),
    "norm": ({"max_norm": 1.0}, "max_norm is None there, 1.0 here"),
    "patience": ({"early_stopping": EarlyStopping(4)}, "early_stopping.patience is 50 there, 4 here"),
    "no early stopping": ({"early_stopping": None}, "early_stopping"),
}


@pytest.mark.parametrize("epochs", [6, 9])
@pytest.mark.parametrize(("change", "told"), OTHER_RUNS.values(), ids=OTHER_RUNS)
def test_a_checkpoint_of_another_run_is_refused_in_a_line_and_nothing_has_moved(
    change, told, epochs, tmp_path
):
    first = {"loss": softmax_cross_entropy, **a_run(Adam)}
    t.fit(checkpoint=tmp_path / "c.npz", **first)
    other = {"loss": softmax_cross_entropy, **a_run(Adam), "epochs": epochs, **copy.deepcopy(change)}
    before = other["network"].state()
    with pytest.raises(ValueError, match=re.escape(told)) as error:
        t.fit(checkpoint=tmp_path / "c.npz", **other)
    assert "another run" in str(error.value) and "\n" not in str(error.value)
    assert all(np.array_equal(value, before[name]) for name, value in other["network"].state().items())
    assert other["optimizer"].t == 0 and other["rng"].random() == rng(2).random()


@pytest.mark.parametrize(
    "change", [{"schedule": None}, {"penalty": lambda w: l2_penalty(w, 0.1)}, {"max_norm": 2}]
)
def test_the_same_settings_made_anew_go_on(change, tmp_path):
    whole = {**a_run(Adam), **change}
    expected = results(whole, t.fit(loss=softmax_cross_entropy, **whole))
    path = tmp_path / "c.npz"
    t.fit(loss=softmax_cross_entropy, checkpoint=path, **{**a_run(Adam), **change, "epochs": 3})
    again = {**a_run(Adam), **change}
    assert results(again, t.fit(loss=softmax_cross_entropy, checkpoint=path, **again)) == expected


def as_an_older_version_writes(run, path):
    """A checkpoint without `run`, but with `purpose`, a line on the layers, the rule and the batches."""
    t.fit(loss=softmax_cross_entropy, checkpoint=path, **run)
    arrays = read_npz(path)
    del arrays["run"]
    rule = run["optimizer"] if run["schedule"] is None else type(run["optimizer"]).__name__
    purpose = f"{run['network']!r}, {rule}, batches of {run['batch_size']} from {len(run['data'][0])}"
    write_npz(path, {**arrays, "purpose": np.array(json.dumps(purpose))})


@pytest.mark.parametrize("schedule", [None, inverse_time(0.05, 0.1)])
def test_a_checkpoint_of_an_older_version_goes_on_to_the_same_bits(schedule, tmp_path):
    path, settings = tmp_path / "old.npz", {"schedule": schedule}
    whole = {**a_run(Adam), **settings}
    expected = results(whole, t.fit(loss=softmax_cross_entropy, **whole))
    as_an_older_version_writes({**a_run(Adam), **settings, "epochs": 3}, path)
    with pytest.raises(ValueError, match=r"batches of 16 from 60.* there, .*batches of 8 from 60 here"):
        t.fit(loss=softmax_cross_entropy, checkpoint=path, **{**a_run(Adam), **settings, "batch_size": 8})
    again = {**a_run(Adam), **settings}
    assert results(again, t.fit(loss=softmax_cross_entropy, checkpoint=path, **again)) == expected


def test_a_file_that_is_no_checkpoint_is_told_and_kept(tmp_path):
    path, run = tmp_path / "network.npz", a_run(Adam)
    run["network"].save(path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="is no checkpoint"):
        t.fit(loss=softmax_cross_entropy, checkpoint=path, **run)
    assert path.read_bytes() == before


def test_a_damaged_checkpoint_is_told_and_kept(tmp_path):
    path = tmp_path / "c.npz"
    path.write_bytes(b"half a file")
    with pytest.raises(ValueError, match="not a whole"):
        t.fit(loss=softmax_cross_entropy, checkpoint=path, **a_run(Adam))
    assert path.read_bytes() == b"half a file"


@pytest.mark.parametrize(
    ("loss", "sizes", "data", "rate"),
    [
        (mean_squared_error, [1, 9, 9, 1], line()[1], 10.0),
        (softmax_cross_entropy, [3, 9, 9, 2], blobs(), 1e150),
    ],
)
def test_a_loss_that_explodes_is_an_error_that_names_the_step_and_nothing_warns(loss, sizes, data, rate):
    def run(epochs):
        network = mlp(sizes, activation="relu", rng=rng())
        return t.fit(network, loss, SGD(rate), data, epochs=epochs, batch_size=None, rng=rng())

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(t.NonFiniteLoss, match=r"became (inf|nan) at step \d+") as error:
            run(500)
    assert isinstance(error.value, ValueError)
    history = run(error.value.step - 1)  # the same, cut just before that step, is still finite
    assert np.isfinite(history.batch_loss).all()
    assert pickle.loads(pickle.dumps(error.value)).step == error.value.step


def test_a_nan_in_the_data_is_found_at_its_first_batch():
    network, (x, y) = line()
    x[:] = np.nan
    with pytest.raises(t.NonFiniteLoss, match="nan at step 1"):
        t.fit(network, mean_squared_error, SGD(0.1), (x, y), epochs=1, rng=rng())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"data": (np.ones((3, 1)), np.ones((2, 1)))}, r"\(3, 1\) and \(2, 1\)"),
        ({"data": (np.ones((0, 1)), np.ones((0, 1)))}, r"\(0, 1\) and \(0, 1\)"),
        ({"data": (1.0, 2.0)}, r"\(\) and \(\)"),
        ({"data": (1.0, np.ones((3, 1)))}, r"\(\) and \(3, 1\)"),
        ({"data": (np.ones((3, 1)), 2.0)}, r"\(3, 1\) and \(\)"),
        ({"data": (np.ones((3, 2)), np.ones((3, 1)))}, r"\(n, 1\), not \(3, 2\)"),
        ({"data": (np.ones((3, 1)), np.ones((3, 2)))}, r"\(3, 1\) and \(3, 2\)"),
        ({"validation": (np.ones((0, 1)), np.ones((0, 1)))}, r"\(0, 1\)"),
        ({"epochs": 0}, "epochs must be at least 1, not 0"),
        ({"batch_size": 0}, "batch_size must be at least 1, not 0"),
        ({"early_stopping": EarlyStopping(1)}, "validation"),
        ({"max_norm": -1.0}, "max_norm.*-1.0"),
    ],
)
def test_what_cannot_be_trained_is_told_with_its_value(change, told):
    network, data = line()
    settings = {"data": data, "epochs": 1, "rng": rng(), **change}
    with pytest.raises(ValueError, match=told):
        t.fit(network, mean_squared_error, SGD(0.1), **settings)


@pytest.mark.parametrize(
    "call",
    [
        lambda: t.minibatches([0, 1], 0),
        lambda: t.updates_per_epoch(0, 5),
        lambda: t.updates_per_epoch(5, 0),
        lambda: t.minibatch_gradient_descent(lambda p, b: p, [1.0], [[1.0]], [[0]], 0, 0.1),
    ],
)
def test_counts_below_one_are_told(call):
    with pytest.raises(ValueError, match="at least 1, not 0"):
        call()


@pytest.mark.parametrize("optimizer", [SGD, Momentum, Adam])
def test_pytorch_trains_to_the_same_weights_on_the_same_batches(optimizer):
    torch = pytest.importorskip("torch")
    network, (x, y) = mlp([3, 5, 2], rng=rng()), blobs()
    weights = [torch.tensor(v.copy(), requires_grad=True) for _, v, _ in network.parameters()]
    rival = {
        SGD: lambda: torch.optim.SGD(weights, 0.1),
        Momentum: lambda: torch.optim.SGD(weights, 0.1, momentum=0.9),
        Adam: lambda: torch.optim.Adam(weights, 0.1),
    }[optimizer]()
    t.fit(network, softmax_cross_entropy, optimizer(0.1), (x, y), epochs=3, batch_size=25, rng=rng(4))
    shuffle, w1, b1, w2, b2 = rng(4), *weights
    for _ in range(3):
        for batch in t.minibatches(shuffle.permutation(60), 25):
            rival.zero_grad()
            logits = torch.tanh(torch.tensor(x[batch]) @ w1 + b1) @ w2 + b2
            torch.nn.functional.cross_entropy(logits, torch.tensor(y[batch])).backward()
            rival.step()
    theirs = np.concatenate([w.detach().numpy().ravel() for w in weights])
    assert np.allclose(network.theta, theirs, rtol=0, atol=1e-12)


def test_scikit_learn_reaches_the_same_loss_from_the_same_start():
    neural = pytest.importorskip("sklearn.neural_network")
    x, y = blobs()
    model = neural.MLPClassifier(
        (5,), activation="tanh", solver="sgd", alpha=0.0, batch_size=60, learning_rate_init=0.1,
        momentum=0.9, nesterovs_momentum=False, max_iter=1, random_state=0,
    )  # fmt: skip
    model.partial_fit(x, y, classes=[0, 1])
    # Two classes are one logit there: as two, it is (0, z), and its gradient is ours of the difference.
    first, last = model.coefs_
    network = mlp([3, 5, 2], rng=rng())
    for (_, values, _), theirs in zip(
        network.parameters(),
        (first, model.intercepts_[0], np.c_[0 * last, last], np.r_[0, model.intercepts_[1]]),
        strict=True,
    ):
        values[...] = theirs
    loss, accuracy = t.evaluate(network, softmax_cross_entropy, (x, y))
    assert accuracy == model.score(x, y)
    assert loss == pytest.approx(-np.mean(np.log(model.predict_proba(x)[np.arange(60), y])), rel=1e-12)


def halves():
    """Two networks and data apart, of one size, and settings for both."""
    for seed in (0, 1):
        x, y = blobs(seed=seed)
        yield mlp([3, 8, 2], rng=rng(seed)), {"data": (x, y), "validation": (x, 1 - y), "rng": rng(2)}


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_an_optimizer_forgets_one_network_when_it_is_given_another(kind):
    rule, ends = kind(0.01), []
    for network, settings in halves():
        t.fit(network, softmax_cross_entropy, rule, epochs=3, **settings)
        ends.append(network.theta.copy())
    (_, _), (network, settings) = halves()
    t.fit(network, softmax_cross_entropy, kind(0.01), epochs=3, **settings)
    assert np.array_equal(network.theta, ends[1])


def test_an_optimizer_serves_a_network_of_another_size_after_the_first():
    rule = Adam(0.01)
    for sizes in ([3, 4, 2], [3, 2]):
        t.fit(mlp(sizes, rng=rng()), softmax_cross_entropy, rule, blobs(), epochs=1, rng=rng())
    assert rule.memory["m"].shape == (8,)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_on_the_same_network_an_optimizer_goes_on(kind):
    (once, settings), _ = halves()
    t.fit(once, softmax_cross_entropy, kind(0.01), epochs=4, **settings)
    (network, settings), _ = halves()
    rule = kind(0.01)
    for _ in range(2):
        t.fit(network, softmax_cross_entropy, rule, epochs=2, **settings)
    assert np.array_equal(network.theta, once.theta)


def test_early_stopping_forgets_one_network_when_it_is_given_another():
    stopping, ends = EarlyStopping(3), []
    for network, settings in halves():
        history = t.fit(
            network, softmax_cross_entropy, SGD(0.1), epochs=40, early_stopping=stopping, **settings
        )
        ends.append((network.theta.copy(), len(history.train_loss)))
    (_, _), (network, settings) = halves()
    history = t.fit(
        network, softmax_cross_entropy, SGD(0.1), epochs=40, early_stopping=EarlyStopping(3), **settings
    )
    assert np.array_equal(network.theta, ends[1][0]) and len(history.train_loss) == ends[1][1]


def test_a_run_of_no_epochs_keeps_its_parameters_whatever_early_stopping_saw_before():
    stopping = EarlyStopping(3)
    (one, settings), (other, others) = halves()
    t.fit(one, softmax_cross_entropy, SGD(0.1), epochs=2, early_stopping=stopping, **settings)
    before = other.theta.copy()
    t.fit(
        other,
        softmax_cross_entropy,
        SGD(0.1),
        epochs=2,
        early_stopping=stopping,
        progress=lambda e: [],
        **others,
    )
    assert np.array_equal(other.theta, before)


@pytest.mark.parametrize("fails", [False, True])
def test_a_schedule_leaves_the_optimizer_its_own_rate(fails):
    rule, network = SGD(0.1), line()[0]
    loss = interrupted_loss(0) if fails else mean_squared_error
    with pytest.raises(Interrupted) if fails else nullcontext():
        t.fit(network, loss, rule, line()[1], epochs=2, rng=rng(), schedule=lambda step: 0.0)
    assert rule.learning_rate == 0.1


def test_a_run_taken_up_with_a_schedule_leaves_the_optimizer_its_own_rate_too(tmp_path):
    for epochs in (2, 4):
        rule, network = Adam(0.1), line()[0]
        settings = {"schedule": inverse_time(0.05, 0.1), "checkpoint": tmp_path / "c.npz", "rng": rng()}
        t.fit(network, mean_squared_error, rule, line()[1], epochs=epochs, **settings)
        assert rule.learning_rate == 0.1 and rule.t == epochs


@pytest.mark.parametrize("dtype", [np.float64, np.float32, bool, np.int8, np.uint64])
@pytest.mark.parametrize("network_dtype", [np.float64, np.float32])
def test_labels_of_any_dtype_are_trained_on_and_scored_alike(dtype, network_dtype):
    def run(labels):
        network = mlp([3, 4, 2], rng=rng(), dtype=network_dtype)
        data = blobs()[0], labels
        history = t.fit(
            network, softmax_cross_entropy, Momentum(0.1), data, validation=data, epochs=9, rng=rng()
        )
        return (
            history.train_loss,
            history.validation_loss,
            history.validation_accuracy,
            network.theta.tolist(),
        )

    labels = blobs()[1]
    assert run(labels.astype(dtype)) == run(labels) and run(labels)[2][-1] > 0.5


@pytest.mark.parametrize("y", [[0.5, 1.0], [0.0, 2.0], [-1, 0], [np.nan, 0], [7, 3]])
def test_targets_that_are_no_classes_of_the_outputs_have_no_accuracy(y):
    def loss(outputs, targets):
        return 0.0, np.zeros_like(outputs)

    assert math.isnan(t.evaluate(mlp([1, 2], rng=rng()), loss, ([[0.0], [1.0]], y))[1])


def test_labels_that_are_not_whole_are_refused_by_the_loss():
    with pytest.raises(ValueError, match=r"whole numbers.*0\.5"):
        t.fit(
            mlp([1, 2], rng=rng()),
            softmax_cross_entropy,
            SGD(0.1),
            ([[0.0], [1.0]], [0.5, 1]),
            epochs=1,
            rng=rng(),
        )
