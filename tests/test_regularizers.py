import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from dlcourse import losses, network, optimizers, training
from dlcourse.regularizers import (
    EarlyStopping,
    count_parameters,
    early_stopping,
    elastic_net_penalty,
    l1_penalty,
    l2_penalty,
    sparsity,
)

WEIGHTS = st.lists(arrays(float, array_shapes(max_dims=3, max_side=4), elements=st.floats(-9, 9)), max_size=3)
LOSSES = st.lists(st.floats(0, 10, width=16) | st.just(np.nan), min_size=1, max_size=25)


@pytest.mark.parametrize("sizes", [[64, 10], [64, 32, 10], [2, 3, 4, 1]])
def test_parameters_are_counted_as_a_network_has_them(sizes):
    assert count_parameters(sizes) == network.mlp(sizes, rng=np.random.default_rng(0)).theta.size


@pytest.mark.parametrize("penalty", [l2_penalty, l1_penalty, lambda w, s: elastic_net_penalty(w, s, 2 * s)])
@given(weights=WEIGHTS, strength=st.floats(0, 3))
def test_gradients_are_those_of_the_penalty(penalty, weights, strength):
    _, gradients = penalty(weights, strength)
    assert [g.shape for g in gradients] == [w.shape for w in weights]
    step = 1e-4
    for i, (w, g) in enumerate(zip(weights, gradients, strict=True)):
        at = np.unravel_index(w.size // 2, w.shape)
        if abs(w[at]) < 2 * step:  # the kink of |w|, where the gradient is 0 by agreement
            continue
        ends = []
        for sign in (1, -1):
            moved = [v.copy() for v in weights]
            moved[i][at] += sign * step
            ends.append(penalty(moved, strength)[0])
        assert (ends[0] - ends[1]) / (2 * step) == pytest.approx(g[at], rel=1e-6, abs=1e-6)


@given(WEIGHTS, st.floats(0, 3), st.floats(0, 3))
def test_the_elastic_net_is_both_penalties(weights, l2, l1):
    both, gradients = elastic_net_penalty(weights, l2, l1)
    parts = l2_penalty(weights, l2), l1_penalty(weights, l1)
    assert both == pytest.approx(parts[0][0] + parts[1][0])
    for g, a, b in zip(gradients, parts[0][1], parts[1][1], strict=True):
        np.testing.assert_allclose(g, a + b)


def test_the_gradient_of_l1_is_zero_at_zero_and_integers_are_weights_too():
    value, (gradient,) = l1_penalty([np.array([-2, 0, 3])], 0.5)
    assert (value, gradient.tolist()) == (2.5, [-0.5, 0, 0.5])


def test_l1_takes_weights_whose_squares_overflow():
    value, _ = l1_penalty([np.array([1e200, -1e200])], 1.0)
    assert value == 2e200


def test_penalties_leave_the_weights_alone():
    w = np.array([1.0, -2.0])
    for penalty in (l2_penalty, l1_penalty):
        penalty([w], 0.1)[1][0][:] = 7
    assert w.tolist() == [1, -2]


def test_l2_in_fit_shrinks_weights_and_not_biases():
    def trained(penalty):
        net = network.mlp([2, 4, 2], rng=np.random.default_rng(0))
        x = np.random.default_rng(1).normal(size=(40, 2))
        sgd = optimizers.SGD(0.1)
        training.fit(
            net,
            losses.softmax_cross_entropy,
            sgd,
            (x, (x[:, 0] > 0).astype(int)),
            epochs=30,
            rng=np.random.default_rng(2),
            penalty=penalty,
        )
        return sum(float((w**2).sum()) for w in net.weights())

    assert trained(lambda w: l2_penalty(w, 0.1)) < 0.5 * trained(None)


@pytest.mark.parametrize(
    ("weights", "share"), [([0.0], 1.0), ([[1.0, 0.0], [1e-9, -1.0]], 0.5), ([1e-8, 2e-8], 0.5)]
)
def test_sparsity_counts_what_is_zero_to_the_tolerance(weights, share):
    assert sparsity(np.array(weights)) == share


def slowly(losses_, patience, min_delta):
    """Early stopping told from its definition, epoch by epoch, looking back each time."""
    improved = [0]
    best = np.inf if np.isnan(losses_[0]) else losses_[0]
    for epoch in range(1, len(losses_)):
        if losses_[epoch] < best - min_delta:
            best = losses_[epoch]
            improved.append(epoch)
        if epoch - improved[-1] == patience:
            return epoch, improved[-1]
    return len(losses_) - 1, improved[-1]


@given(LOSSES, st.integers(1, 5), st.sampled_from([0.0, 0.5, 2.0]))
def test_early_stopping_is_its_definition(seen, patience, min_delta):
    assert early_stopping(seen, patience, min_delta) == slowly(seen, patience, min_delta)


@pytest.mark.parametrize(
    ("seen", "patience", "ends"),
    [
        ([1.0], 1, (0, 0)),
        ([1.0, 1.0], 1, (1, 0)),  # equal is no improvement
        ([np.nan, 5.0, 6.0], 1, (2, 1)),
        ([np.nan, np.nan], 3, (1, 0)),
        ([3.0, np.nan, 2.0, 2.5], 2, (3, 2)),
        ([3.0, 2.0, 1.0], 1, (2, 2)),
    ],
)
def test_early_stopping_by_hand(seen, patience, ends):
    assert early_stopping(seen, patience) == ends


def test_small_improvements_below_min_delta_add_up_from_the_last_that_counted():
    assert early_stopping([1.0, 0.7, 0.4], patience=5, min_delta=0.5) == (2, 2)


def test_fit_ends_with_the_best_parameters_not_the_last():
    x = np.random.default_rng(0).normal(size=(30, 5))
    y = np.random.default_rng(1).integers(0, 2, 30)  # nothing to learn: it can only overfit
    net = network.mlp([5, 30, 2], rng=np.random.default_rng(2))
    stopping = EarlyStopping(patience=5)
    history = training.fit(
        net,
        losses.softmax_cross_entropy,
        optimizers.SGD(0.5),
        (x[:20], y[:20]),
        epochs=200,
        rng=np.random.default_rng(3),
        validation=(x[20:], y[20:]),
        early_stopping=stopping,
    )
    best = int(np.argmin(history.validation_loss))
    assert history.stopped and len(history.train_loss) == best + 6
    assert stopping.best_epoch == best
    score, _ = training.evaluate(net, losses.softmax_cross_entropy, (x[20:], y[20:]))
    assert score == history.validation_loss[best]


def test_the_best_parameters_are_a_copy():
    theta, stopping = np.zeros(2), EarlyStopping(1)
    stopping.update(0, 1.0, theta)
    theta += 1
    assert stopping.best_theta.tolist() == [0, 0]


def test_an_object_that_watched_one_run_starts_afresh_at_epoch_0_of_the_next():
    used, fresh = EarlyStopping(2), EarlyStopping(2)
    assert [used.update(epoch, loss, np.zeros(1)) for epoch, loss in enumerate([0.1, 0.2, 0.3])][-1]
    for epoch, loss in enumerate([5.0, 4.0, 6.0, 7.0]):
        assert used.update(epoch, loss, np.ones(1)) == fresh.update(epoch, loss, np.ones(1))
    assert (used.best_epoch, used.best_loss, used.best_theta) == (1, 4.0, 1.0)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: l2_penalty([np.ones(2)], -0.1), "not -0.1"),
        (lambda: l1_penalty([np.ones(2)], np.nan), "not nan"),
        (lambda: elastic_net_penalty([np.ones(2)], 0.1, -2), "not -2"),
        (lambda: sparsity(np.empty((0, 3))), r"\(0, 3\)"),
        (lambda: count_parameters([3, 0]), "at least 1, not 0"),
        (lambda: count_parameters([64, 2.5, 10]), "whole number, not 2.5"),
        (lambda: count_parameters("64"), "whole number, not '6'"),
        (lambda: early_stopping([], 1), "no validation losses"),
        (lambda: EarlyStopping(0), "patience .* not 0"),
        (lambda: EarlyStopping(1.5), "patience .* not 1.5"),
        (lambda: EarlyStopping(1, -1.0), "min_delta .* not -1.0"),
    ],
)
def test_what_makes_no_sense_is_named(make, said):
    with pytest.raises(ValueError, match=said):
        make()
