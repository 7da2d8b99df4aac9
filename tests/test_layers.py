import copy
import json
import pickle
import warnings
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import arrays, losses
from dlcourse import layers as l
from dlcourse.activations import maxout
from dlcourse.network import Network

ACTIVATIONS = [l.Activation(name) for name in l.ACTIVATIONS]
LAYERS = [
    l.Dense(4, 3),
    l.Maxout(4, 3, pieces=3),
    l.Dropout(0.4),
    l.BatchNorm(4),
    l.LayerNorm(4),
    l.Residual(l.LayerNorm(4), l.Dense(4, 4), l.Activation("tanh")),
    l.Activation("leaky_relu", slope=0.3),
    l.Activation("elu", alpha=0.5),
    *ACTIVATIONS,
]


def build(layer, dtype=np.float64, seed=0):
    """A network of one fresh copy of the layer, its parameters away from where they start."""
    network = Network([copy.copy(layer)], np.random.default_rng(seed), dtype)
    network.theta += np.random.default_rng(seed + 1).normal(scale=0.5, size=network.theta.shape).astype(dtype)
    return network


def batch(n=5, d=4, dtype=np.float64, seed=2):
    """Away from the kinks at 0."""
    rng = np.random.default_rng(seed)
    return (rng.choice([-1, 1], (n, d)) * rng.uniform(0.1, 2, (n, d))).astype(dtype)


def differences(function, x, h=1e-6):
    slopes = np.empty_like(x)
    for index in np.ndindex(x.shape):
        kept = x[index]
        x[index] = kept + h
        high = function()
        x[index] = kept - h
        slopes[index] = (high - function()) / (2 * h)
        x[index] = kept
    return slopes


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_every_layers_gradients_agree_with_differences(layer, training):
    network, x = build(layer), batch()
    noise = network.rng.bit_generator.state
    upstream = np.random.default_rng(3).normal(size=network.forward(x).shape)

    def loss():
        network.rng.bit_generator.state = noise  # the same neurons drop out each time
        return (network.forward(x, training) * upstream).sum()

    loss()
    dx = network.backward(upstream, input_gradient=True)
    grad = network.grad.copy()
    assert np.allclose(dx, differences(loss, x), rtol=0, atol=1e-8)
    assert np.allclose(grad, differences(loss, network.theta), rtol=0, atol=1e-8)


@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_layers_keep_float32_and_leave_their_input_and_upstream_alone(layer):
    network, x = build(layer, np.float32), batch(dtype=np.float32)
    before = x.copy()
    y = network.forward(x, training=True)
    upstream = np.ones_like(y)
    dx = network.backward(upstream, input_gradient=True)
    assert y.dtype == dx.dtype == np.float32
    assert np.array_equal(x, before) and np.array_equal(upstream, np.ones_like(y))


@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_the_parameters_gradients_do_not_depend_on_whether_the_inputs_is_asked_for(layer):
    network, x = build(layer), batch()
    upstream = np.random.default_rng(3).normal(size=network.forward(x, True).shape)
    network.backward(upstream, input_gradient=True)
    grad = network.grad.copy()
    network.grad[:] = np.nan  # filled, never added to
    network.backward(upstream)
    assert np.array_equal(network.grad, grad)


@pytest.mark.parametrize("layer", LAYERS[6:], ids=repr)
def test_large_batches_go_in_blocks_to_the_same_result(layer, monkeypatch):
    network, x = build(layer), batch(30)
    upstream = np.random.default_rng(3).normal(size=x.shape)
    y = network.forward(x)
    dx = network.backward(upstream, input_gradient=True)
    monkeypatch.setattr(arrays, "KERNEL_BLOCK", 32)
    assert np.array_equal(network.forward(x), y)
    for order in "CF":
        given = np.asarray(upstream, order=order)
        assert np.array_equal(network.backward(given, input_gradient=True), dx)


@pytest.mark.parametrize("slope", [0.0, 1e-3, 0.01, 0.3, 0.7, 0.999999])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_leaky_slope_is_exactly_1_on_the_right_and_the_slope_on_the_left(dtype, slope):
    network = Network([l.Activation("leaky_relu", slope=slope)], np.random.default_rng(0), dtype)
    network.forward([[-3.0, 0.0, 1e-30, 3.0]])
    dx = network.backward(np.ones((1, 4)), input_gradient=True)
    assert dx.tolist() == [[dtype(slope), dtype(slope), 1, 1]]


def test_dense_is_the_affine_map_and_its_gradients_are_affine_backward():
    network, x = build(l.Dense(4, 3)), batch()
    dense, upstream = network.layers[0], np.random.default_rng(0).normal(size=(5, 3))
    assert np.allclose(network.forward(x), x @ dense.weights + dense.bias, rtol=1e-14)
    dx = network.backward(upstream, input_gradient=True)
    for ours, pure in zip(
        (dx, dense.weights_gradient, dense.bias_gradient),
        l.affine_backward(x, dense.weights, upstream),
        strict=True,
    ):
        assert np.allclose(ours, pure, rtol=1e-13, atol=1e-15)


def test_the_maxout_layer_is_the_function():
    network, x = build(l.Maxout(4, 3, pieces=4)), batch()
    layer = network.layers[0]
    assert np.allclose(network.forward(x), maxout(x, layer.weights, layer.bias), rtol=1e-14)


def test_a_maxout_unit_of_equal_pieces_gives_the_gradient_to_the_first():
    network = Network([l.Maxout(1, 1, pieces=3, initializer="zeros")], np.random.default_rng(0))
    network.forward([[2.0]])
    network.backward([[10.0]])
    assert network.layers[0].weights_gradient.ravel().tolist() == [20, 0, 0]


@given(n=st.integers(1, 4), d=st.integers(1, 4), m=st.integers(1, 4), seed=st.integers(0, 99))
def test_affine_backward_is_linear_in_upstream_and_of_the_right_shapes(n, d, m, seed):
    rng = np.random.default_rng(seed)
    x, w, upstream = rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=(n, m))
    dx, dw, db = l.affine_backward(x, w, upstream)
    assert (dx.shape, dw.shape, db.shape) == (x.shape, w.shape, (m,))
    # <upstream, x W> is linear in x and in W: Euler's identity holds for both.
    total = (upstream * (x @ w)).sum()
    assert (dx * x).sum() == pytest.approx(total, abs=1e-12)
    assert (dw * w).sum() == pytest.approx(total, abs=1e-12)
    assert np.allclose(db, upstream.sum(axis=0), atol=1e-14)


@pytest.mark.parametrize(
    "shapes",
    [((2, 3), (4, 5), (2, 5)), ((2, 3), (3, 5), (2, 4)), ((2, 3), (3, 5), (1, 5)), ((3,), (3, 5), (1, 5))],
)
def test_affine_backward_names_shapes_that_do_not_fit(shapes):
    with pytest.raises(ValueError) as error:
        l.affine_backward(*map(np.ones, shapes))
    assert all(str(shape) in str(error.value) for shape in shapes)


def test_dropout_drops_where_the_noise_is_below_the_rate_and_scales_the_rest():
    out, mask = l.dropout_forward([1.0, 2.0, 3.0], [0.25, 0.2, 0.9], 0.25)
    assert mask.tolist() == [1 / 0.75, 0, 1 / 0.75] and np.allclose(out, [4 / 3, 0, 4])
    assert l.dropout_backward([1, 1, 1], mask).tolist() == mask.tolist()


def test_dropout_at_rate_0_is_the_identity():
    out, mask = l.dropout_forward([1.0, 2.0], [0.0, 0.5], 0)
    assert out.tolist() == [1, 2] and mask.tolist() == [1, 1]


def test_inverted_dropout_keeps_the_expectation_and_vanilla_needs_the_scale_at_test():
    rng = np.random.default_rng(0)
    x = np.full(200_000, 3.0)
    out, mask = l.dropout_forward(x, rng.random(x.shape), 0.8)
    assert out.mean() == pytest.approx(3, abs=0.07)  # five standard errors, 3·√(0.8/0.2)/√200000
    vanilla = x * (mask > 0)
    assert vanilla.mean() == pytest.approx(l.vanilla_dropout_at_test(3.0, 0.8), abs=0.015)


def test_the_dropout_layer_acts_in_training_only_and_repeats_with_the_generators_state():
    network, x = Network([l.Dropout(0.5)], np.random.default_rng(0)), np.ones((50, 40))
    assert np.array_equal(network.forward(x), x)
    assert np.array_equal(network.backward(x, input_gradient=True), x)
    state = network.rng.bit_generator.state
    first, second = network.forward(x, training=True), network.forward(x, training=True)
    network.rng.bit_generator.state = state
    assert set(np.unique(first)) == {0, 2} and not np.array_equal(first, second)
    assert np.array_equal(network.forward(x, training=True), first)


def test_the_backward_pass_of_dropout_uses_the_mask_of_its_forward_pass():
    network, x = Network([l.Dropout(0.5)], np.random.default_rng(0)), np.ones((5, 4))
    assert np.array_equal(network.forward(x, training=True), network.backward(x, input_gradient=True))


def dropped_layer(x, weights, bias, noise, drop_rate):
    """The same as `dropout_layer_gradients` gives forwards, and for complex numbers as well."""
    z = x @ weights + bias
    return np.where((z.real > 0) & (noise >= drop_rate), z / (1 - drop_rate), 0)


@pytest.mark.parametrize("drop_rate", [0.0, 0.3, 0.8])
def test_gradients_of_a_layer_with_dropout_are_the_imaginary_parts_of_an_imaginary_step(drop_rate):
    rng = np.random.default_rng(0)
    x, weights, bias, upstream = (rng.normal(size=shape) for shape in ((5, 3), (3, 4), (4,), (5, 4)))
    noise = rng.random((5, 4))
    out, *gradients = l.dropout_layer_gradients(x, weights, bias, noise, drop_rate, upstream)
    assert np.allclose(out, dropped_layer(x, weights, bias, noise, drop_rate), rtol=1e-14)
    for position, gradient in enumerate(gradients):
        for index in np.ndindex(gradient.shape):
            moved = [np.array(each, complex) for each in (x, weights, bias)]
            moved[position][index] += 1e-200j  # no difference is taken, so nothing is rounded away
            slope = np.sum(upstream * dropped_layer(*moved, noise, drop_rate)).imag / 1e-200
            assert gradient[index] == pytest.approx(slope, rel=1e-12, abs=1e-15)


def test_a_layer_with_dropout_keeps_float32_and_sends_nothing_through_a_unit_at_its_bend():
    x, noise, ones = np.zeros((2, 3), np.float32), np.full((2, 1), 0.9, np.float32), np.ones((2, 1))
    weights, bias = np.ones((3, 1), np.float32), np.zeros(1, np.float32)
    given = l.dropout_layer_gradients(x, weights, bias, noise, 0.5, ones.astype(np.float32))
    assert {each.dtype for each in given} == {np.dtype(np.float32)}
    assert not any(each.any() for each in given)


def test_batch_norm_gives_mean_beta_and_standard_deviation_gamma():
    x = np.random.default_rng(0).normal(5, 3, (400, 3))
    out, mean, variance = l.batch_norm_forward(x, [1.0, 2.0, 3.0], [4.0, 5.0, 6.0], eps=0.0)
    assert np.allclose(out.mean(axis=0), [4, 5, 6], rtol=1e-13)
    assert np.allclose(out.std(axis=0), [1, 2, 3], rtol=1e-13)
    assert np.allclose(mean, x.mean(axis=0)) and np.allclose(variance, x.var(axis=0))


def test_batch_norm_of_a_batch_of_one_or_of_a_constant_is_beta():
    for x in ([[7.0, -3.0]], [[0.1, 5.0], [0.1, 5.0], [0.1, 5.0]]):
        out, _, variance = l.batch_norm_forward(x, [2.0, 2.0], [1.0, -1.0], eps=1e-5)
        assert np.allclose(out, [1, -1], rtol=0, atol=1e-13) and np.allclose(variance, 0, atol=1e-30)


def test_batch_norm_gradients_agree_with_differences():
    rng = np.random.default_rng(0)
    x, upstream, gamma, beta = (
        rng.normal(size=(6, 3)),
        rng.normal(size=(6, 3)),
        rng.normal(size=3),
        np.zeros(3),
    )

    def loss():
        return (l.batch_norm_forward(x, gamma, beta, 1e-3)[0] * upstream).sum()

    gradients = l.batch_norm_backward(upstream, x, gamma, 1e-3)
    for ours, argument in zip(gradients, (x, gamma, beta), strict=True):
        assert np.allclose(ours, differences(loss, argument), rtol=0, atol=1e-8)


def test_layer_norm_is_batch_norm_of_the_transposed_batch():
    x, ones, zeros = batch(7, 3), np.ones(7), np.zeros(7)
    across, _, _ = l.batch_norm_forward(x.T, ones, zeros, 1e-3)
    gamma, beta = [2.0, 3.0, -1.0], [4.0, 5.0, 6.0]
    assert np.allclose(l.layer_norm_forward(x, gamma, beta, 1e-3), gamma * across.T + beta, rtol=1e-13)


def test_layer_norm_answers_for_an_example_as_if_it_were_alone():
    x, settings = batch(6, 3), ([1.0, 2.0, 3.0], [4.0, 5.0, 6.0], 1e-5)
    alone = [l.layer_norm_forward(row[None], *settings)[0] for row in x]
    assert np.array_equal(l.layer_norm_forward(x, *settings), alone)


@pytest.mark.parametrize("size", [1e-100, 1e100])
def test_layer_norm_forgets_the_size_of_what_comes_in(size):
    x, gamma, beta = batch(3, 4), np.arange(4.0), np.ones(4)
    out = l.layer_norm_forward(size * x, gamma, beta, 0.0)
    assert np.allclose(out, l.layer_norm_forward(x, gamma, beta, 0.0), rtol=1e-12)


def test_layer_norm_of_equal_units_or_of_one_is_beta():
    assert l.layer_norm_forward([[7.0, 7.0]], [2.0, 2.0], [1.0, -1.0], eps=1e-5).tolist() == [[1, -1]]
    assert l.layer_norm_forward([[7.0], [3.0]], [2.0], [1.0], eps=1e-5).tolist() == [[1], [1]]


def test_layer_norm_gradients_agree_with_differences():
    rng = np.random.default_rng(0)
    x, upstream, gamma, beta = *rng.normal(size=(2, 5, 3)), rng.normal(size=3), np.zeros(3)

    def loss():
        return (l.layer_norm_forward(x, gamma, beta, 1e-3) * upstream).sum()

    gradients = l.layer_norm_backward(upstream, x, gamma, 1e-3)
    for ours, argument in zip(gradients, (x, gamma, beta), strict=True):
        assert np.allclose(ours, differences(loss, argument), rtol=0, atol=1e-8)


def test_the_layer_norm_layer_is_the_function_and_its_gradients_are_layer_norm_backward():
    network, x = build(l.LayerNorm(4)), batch()
    layer, upstream = network.layers[0], np.random.default_rng(0).normal(size=(5, 4))
    for training in (True, False):
        out = network.forward(x, training)
        assert np.array_equal(out, l.layer_norm_forward(x, layer.gamma, layer.beta, 1e-5))
    dx = network.backward(upstream, input_gradient=True)
    pure = l.layer_norm_backward(upstream, x, layer.gamma, 1e-5)
    for ours, theirs in zip((dx, layer.gamma_gradient, layer.beta_gradient), pure, strict=True):
        assert np.array_equal(ours, theirs)
    fresh = Network([l.LayerNorm(4)], np.random.default_rng(0)).layers[0]
    assert fresh.gamma.tolist() == [1] * 4 and fresh.beta.tolist() == [0] * 4


def test_a_residual_connection_adds_its_input_and_sends_the_gradient_both_ways():
    network, x = build(l.Residual(l.Dense(4, 4), l.Activation("tanh"))), batch()
    upstream = np.random.default_rng(0).normal(size=(5, 4))
    dense, tanh = network.layers[0].layers
    assert np.allclose(network.forward(x), x + np.tanh(x @ dense.weights + dense.bias), rtol=1e-14)
    through, *_ = l.affine_backward(x, dense.weights, upstream * (1 - tanh.y**2))
    assert np.allclose(network.backward(upstream, input_gradient=True), upstream + through, rtol=1e-13)


def test_a_residual_connection_of_zeros_hands_on_what_comes():
    network, x = Network([l.Residual(l.Dense(4, 4, "zeros"))], np.random.default_rng(0)), batch()
    assert np.array_equal(network.forward(x), x)
    assert np.array_equal(network.backward(x, input_gradient=True), x)


def test_the_parameters_within_a_residual_connection_are_the_networks():
    network = Network([l.Residual(l.BatchNorm(3), l.Dense(3, 3))], np.random.default_rng(0))
    names = ["0.0.gamma", "0.0.beta", "0.1.weights", "0.1.bias"]
    assert [name for name, *_ in network.parameters()] == names
    assert [w.shape for w in network.weights()] == [(3, 3)]
    dense = network.layers[0].layers[1]
    assert np.shares_memory(dense.weights, network.theta) and dense.weights.any()
    assert np.shares_memory(dense.weights_gradient, network.grad)


def test_a_network_with_residual_connections_is_copied_restored_and_saved_with_what_they_keep(tmp_path):
    def made(seed):
        inner = l.Residual(l.BatchNorm(4), l.Residual(l.Dense(4, 4)))
        return Network([inner, l.Dense(4, 2)], np.random.default_rng(seed))

    network, other = made(0), made(1)
    network.forward(batch(), training=True)
    for twin in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        assert np.array_equal(twin.forward(batch()), network.forward(batch()))
        twin.theta[:] = 0
        assert network.theta.any() and not twin.forward(batch()).any()
    network.save(tmp_path / "network.npz")
    other.load(tmp_path / "network.npz")
    assert np.array_equal(other.forward(batch()), network.forward(batch()))


def test_a_residual_connection_says_what_it_does_not_have():
    with pytest.raises(AttributeError, match="Residual has no 'weights'"):
        _ = l.Residual(l.Dense(4, 4)).weights


def test_a_running_value_moves_by_the_share_that_is_not_kept():
    assert l.update_running([1.0, 2.0], [3.0, 4.0], 0.9).tolist() == pytest.approx([1.2, 2.2])
    assert l.update_running(1, 3, 0) == 3 and l.update_running(1, 3, 1) == 1


def test_running_values_settle_at_the_datas_and_serve_at_test():
    rng = np.random.default_rng(0)
    network = Network([l.BatchNorm(2, momentum=0.99)], rng)
    for _ in range(2000):
        network.forward(rng.normal([3, -1], [2, 0.5], (20, 2)), training=True)
    state = network.layers[0].state
    assert np.allclose(state["running_mean"], [3, -1], atol=0.15)
    assert np.allclose(state["running_variance"], [4, 0.25], rtol=0.06)  # unbiased: the biased is 5 % lower
    before = {name: value.copy() for name, value in state.items()}
    y = network.forward([[3.0, -1.0]])
    assert np.allclose(y, 0, atol=0.3)
    assert all(np.array_equal(state[name], value) for name, value in before.items())


@pytest.mark.parametrize("layer", [l.Dense(4, 3), l.Maxout(4, 3), l.BatchNorm(4), l.LayerNorm(4)], ids=repr)
@pytest.mark.parametrize("shape", [(5, 6), (4,), (5, 4, 4)])
def test_input_of_another_width_is_told_with_both_shapes(layer, shape):
    with pytest.raises(ValueError) as error:
        build(layer).forward(np.ones(shape))
    assert "(n, 4)" in str(error.value) and str(shape) in str(error.value)


def test_batch_norm_keeps_its_running_averages_where_an_empty_batch_is_refused():
    layer = l.BatchNorm(2)
    with pytest.raises(ValueError, match="empty batch"):
        layer.forward(np.ones((0, 2)), training=True)
    assert layer.state["running_mean"].tolist() == [0, 0] and layer.state["running_variance"].tolist() == [
        1,
        1,
    ]
    assert build(layer).forward(np.ones((0, 2))).shape == (0, 2)


def test_the_names_that_types_know_are_those_there_are():
    assert set(get_args(l.ActivationName)) == set(l.ACTIVATIONS)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: l.Dense(0, 3), "n_in .* not 0"),
        (lambda: l.Dense(3, 0), "n_out .* not 0"),
        (lambda: l.Dense(2.5, 3), "n_in must be a whole number, not 2.5"),
        (lambda: l.Dense(2, 3, initializer="kaiming"), "'kaiming'"),
        (lambda: l.Maxout(2, 3, pieces=0), "pieces .* not 0"),
        (lambda: l.Maxout(2, 3, pieces=128), "not 128"),
        (lambda: l.Activation("swish"), "'swish'.*silu"),
        (lambda: l.Activation("relu", slope=0.1), "slope"),
        (lambda: l.Activation("leaky_relu", slope=1.5), "not 1.5"),
        (lambda: l.Dropout(1.0), "not 1.0"),
        (lambda: l.BatchNorm(0), "n must .* not 0"),
        (lambda: l.BatchNorm(2, momentum=1.1), "not 1.1"),
        (lambda: l.BatchNorm(2, eps=0.0), "not 0.0"),
        (lambda: l.dropout_forward([1.0], [0.5], -0.1), "not -0.1"),
        (lambda: l.dropout_forward([1.0], [0.5, 0.5], 0.1), r"\(1,\).*\(2,\)"),
        (lambda: l.dropout_backward([1.0], [0.5, 0.5]), r"\(1,\).*\(2,\)"),
        (lambda: l.vanilla_dropout_at_test([1.0], 1.0), "not 1.0"),
        (
            lambda: l.dropout_layer_gradients([[1.0]], [[1.0]], [0.0, 0.0], [[0.5]], 0.5, [[1.0]]),
            r"\(1, 1\), \(1, 1\) and \(2,\)",
        ),
        (lambda: l.batch_norm_forward(np.ones((0, 2)), [1, 1], [0, 0], 1e-5), r"\(0, 2\)"),
        (
            lambda: l.batch_norm_forward(np.ones((3, 2)), [1, 1, 1], [0, 0], 1e-5),
            r"\(3, 2\), \(3,\) and \(2,\)",
        ),
        (lambda: l.batch_norm_forward(np.ones((3, 2)), [1, 1], [0, 0], -1.0), "-1.0"),
        (
            lambda: l.batch_norm_backward(np.ones((3, 1)), np.ones((3, 2)), [1, 1], 1e-5),
            r"\(3, 1\).*\(3, 2\)",
        ),
        (lambda: l.LayerNorm(0), "n must .* not 0"),
        (lambda: l.LayerNorm(2, eps=0.0), "not 0.0"),
        (lambda: l.layer_norm_forward(np.ones((0, 2)), [1, 1], [0, 0], 1e-5), r"\(0, 2\)"),
        (
            lambda: l.layer_norm_forward(np.ones((3, 2)), [1, 1, 1], [0, 0, 0], 1e-5),
            r"\(3, 2\), \(3,\) and \(3,\)",
        ),
        (lambda: l.layer_norm_forward(np.ones((3, 2)), [1, 1], [0, 0], -1.0), "-1.0"),
        (
            lambda: l.layer_norm_backward(np.ones((3, 1)), np.ones((3, 2)), [1, 1], 1e-5),
            r"\(3, 1\).*\(3, 2\)",
        ),
        (lambda: l.Residual(), r"not \[\]"),
        (lambda: l.Residual(*[l.Dropout(0.5)] * 2), "used once"),
        (lambda: build(l.Residual(l.Dense(4, 3))).forward(batch()), r"\(5, 3\) of \(5, 4\)"),
        (lambda: l.update_running([1.0], [1.0, 2.0], 0.9), r"\(1,\).*\(2,\)"),
        (lambda: l.update_running([1.0], [1.0], 1.1), "not 1.1"),
    ],
)
def test_what_cannot_be_is_told_with_its_value(call, told):
    with pytest.raises(ValueError, match=told):
        call()


@given(seed=st.integers(0, 99), scale=st.sampled_from([1e-30, 1e-3, 1.0, 1e3, 1e30]))
def test_no_layer_warns_or_gives_nan_on_finite_input(seed, scale):
    x = scale * batch(seed=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for layer in LAYERS:
            network = build(layer, seed=seed)
            y = network.forward(x, training=True)
            assert np.isfinite(y).all()
            assert np.isfinite(network.backward(np.ones_like(y), input_gradient=True)).all()
            assert np.isfinite(network.grad).all()


@pytest.mark.parametrize("training", [True, False])
def test_pytorch_agrees_on_batch_norm_over_many_batches(training):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    theirs = torch.nn.BatchNorm1d(3, eps=1e-5, momentum=0.1, dtype=torch.float64)
    network = Network([l.BatchNorm(3, momentum=0.9, eps=1e-5)], rng)
    ours = network.layers[0]
    ours.gamma[:], ours.beta[:] = rng.normal(size=(2, 3))
    theirs.weight.data, theirs.bias.data = torch.tensor(ours.gamma), torch.tensor(ours.beta)
    for _ in range(5):
        x = rng.normal(2, 3, (8, 3))
        network.forward(x, training=True), theirs(torch.tensor(x))
    assert np.allclose(ours.state["running_mean"], theirs.running_mean.numpy(), rtol=1e-14)
    assert np.allclose(ours.state["running_variance"], theirs.running_var.numpy(), rtol=1e-14)
    theirs.train(training)
    t, upstream = torch.tensor(x, requires_grad=True), rng.normal(size=x.shape)
    y = theirs(t)
    y.backward(torch.tensor(upstream))
    assert np.allclose(network.forward(x, training), y.detach().numpy(), rtol=0, atol=1e-13)
    assert np.allclose(network.backward(upstream, input_gradient=True), t.grad.numpy(), rtol=0, atol=1e-14)
    assert np.allclose(ours.gamma_gradient, theirs.weight.grad.numpy(), rtol=1e-12)
    assert np.allclose(ours.beta_gradient, theirs.bias.grad.numpy(), rtol=1e-12)


def test_pytorch_agrees_on_layer_norm_within_a_residual_connection():
    torch = pytest.importorskip("torch")
    rng, x, upstream = np.random.default_rng(0), batch(6, 3), batch(6, 3, seed=5)
    theirs = torch.nn.LayerNorm(3, eps=1e-5, dtype=torch.float64)
    network = Network([l.Residual(l.LayerNorm(3))], rng)
    (ours,) = network.layers[0].layers
    ours.gamma[:], ours.beta[:] = rng.normal(size=(2, 3))
    theirs.weight.data, theirs.bias.data = torch.tensor(ours.gamma), torch.tensor(ours.beta)
    t = torch.tensor(x, requires_grad=True)
    y = t + theirs(t)
    y.backward(torch.tensor(upstream))
    assert np.allclose(network.forward(x), y.detach().numpy(), rtol=0, atol=1e-13)
    assert np.allclose(network.backward(upstream, input_gradient=True), t.grad.numpy(), rtol=0, atol=1e-13)
    assert np.allclose(ours.gamma_gradient, theirs.weight.grad.numpy(), rtol=1e-12)
    assert np.allclose(ours.beta_gradient, theirs.bias.grad.numpy(), rtol=1e-12)


def test_pytorch_agrees_on_what_dropout_means():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    x = torch.ones(1000)
    dropped = torch.nn.functional.dropout(x, 0.3, training=True)
    noise = np.where(dropped.numpy() == 0, 0.0, 0.99)  # theirs, told by its zeros
    assert np.allclose(l.dropout_forward(x.numpy(), noise, 0.3)[0], dropped.numpy(), rtol=1e-6)
    assert np.array_equal(torch.nn.functional.dropout(x, 0.3, training=False).numpy(), x.numpy())


def test_a_deep_mix_of_layers_agrees_with_differences_through_a_loss():
    layers = [
        l.Dense(4, 5),
        l.BatchNorm(5),
        l.Activation("elu"),
        l.Maxout(5, 4),
        l.Dropout(0.3),
        l.Dense(4, 3),
    ]
    network, x, labels = Network(layers, np.random.default_rng(0)), batch(8), np.arange(8) % 3
    noise = network.rng.bit_generator.state

    def loss():
        network.rng.bit_generator.state = noise
        return losses.softmax_cross_entropy(network.forward(x, training=True), labels)

    network.backward(loss()[1])
    grad = network.grad.copy()
    assert np.allclose(grad, differences(lambda: loss()[0], network.theta), rtol=0, atol=1e-8)


@pytest.mark.parametrize("layer", [each for each in LAYERS if not isinstance(each, l.Residual)], ids=repr)
def test_a_layers_config_is_its_class_and_settings_and_makes_it_anew(layer):
    config = json.loads(json.dumps(layer.config()))
    kind, extra = getattr(l, config.pop("class")), config.pop("settings", {})
    assert kind(**config, **extra).config() == layer.config()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (l.BatchNorm(4), l.BatchNorm(4, eps=0.1)),
        (l.BatchNorm(4), l.BatchNorm(4, momentum=0.5)),
        (l.LayerNorm(4), l.LayerNorm(4, eps=0.1)),
        (l.LayerNorm(4), l.LayerNorm(5)),
        (l.Residual(l.LayerNorm(4)), l.Residual(l.LayerNorm(4, eps=0.1))),
        (l.Residual(l.Dropout(0.5)), l.Dropout(0.5)),
        (l.Dropout(0.5), l.Dropout(0.25)),
        (l.Maxout(4, 3), l.Maxout(4, 3, pieces=3)),
        (l.Activation("elu", alpha=0.5), l.Activation("elu", alpha=0.6)),
        (l.Dense(4, 3), l.Dense(3, 4)),
    ],
)
def test_layers_of_other_settings_have_other_configs(one, other):
    assert one.config() != other.config()


def test_how_the_first_weights_were_drawn_is_not_what_a_layer_is():
    assert l.Dense(4, 3, "he_normal").config() == l.Dense(4, 3).config()


@pytest.mark.parametrize("sizes", [(0, 3), (3, 0), (-1, 3)])
@pytest.mark.parametrize("kind", [l.Dense, l.Maxout])
def test_a_layer_without_inputs_or_outputs_is_refused_when_it_is_made(kind, sizes):
    with pytest.raises(ValueError, match=str(min(sizes))):
        kind(*sizes)


@pytest.mark.parametrize("layer", [l.Dropout(0.5), l.BatchNorm(4)], ids=repr)
def test_a_layer_that_is_not_told_it_is_training_is_not(layer):
    net = Network([layer], np.random.default_rng(0))
    x, before = 3 + np.arange(8.0).reshape(2, 4), {k: v.copy() for k, v in net.state().items()}
    np.testing.assert_array_equal(layer.forward(x), layer.forward(x, training=False))
    assert np.abs(layer.forward(x) - x).max() < 1e-3
    assert all((value == before[name]).all() for name, value in net.state().items())
