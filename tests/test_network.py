import copy
import pickle
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.layers import ACTIVATIONS, Activation, BatchNorm, Dense, Dropout, Layer, Maxout
from dlcourse.losses import softmax_cross_entropy
from dlcourse.network import Network, mlp, two_layer_gradients


def rng(seed=0):
    return np.random.default_rng(seed)


def varied(dtype=np.float64, seed=0):
    layers = [
        Dense(3, 4),
        BatchNorm(4),
        Activation("leaky_relu", slope=0.2),
        Maxout(4, 5),
        Dropout(0.5),
        Dense(5, 2),
    ]
    return Network(layers, rng(seed), dtype)


@given(
    sizes=st.lists(st.integers(1, 6), min_size=2, max_size=5), dtype=st.sampled_from([np.float32, np.float64])
)
def test_every_parameter_is_a_view_into_one_flat_vector_in_order(sizes, dtype):
    network = mlp(sizes, rng=rng(), dtype=dtype)
    assert network.theta.size == sum(n * m + m for n, m in pairwise(sizes))
    network.theta[:] = np.arange(network.theta.size)
    network.grad[:] = -network.theta
    values = np.concatenate([v.ravel() for _, v, _ in network.parameters()])
    gradients = np.concatenate([g.ravel() for _, _, g in network.parameters()])
    assert np.array_equal(values, network.theta) and np.array_equal(gradients, network.grad)
    assert all(np.shares_memory(v, network.theta) for _, v, _ in network.parameters())
    assert network.theta.dtype == network.grad.dtype == dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_vectors_start_at_a_cache_line(dtype):
    network = mlp([3, 2], rng=rng(), dtype=dtype)
    assert network.theta.ctypes.data % 64 == network.grad.ctypes.data % 64 == 0


def test_one_assignment_gives_two_networks_the_same_weights():
    one, other = mlp([3, 4, 2], rng=rng(0)), mlp([3, 4, 2], rng=rng(1))
    x = rng(2).normal(size=(5, 3))
    assert not np.allclose(one.forward(x), other.forward(x))
    one.theta[:] = other.theta
    assert np.array_equal(one.forward(x), other.forward(x))
    other.theta += 1
    assert not np.allclose(one.forward(x), other.forward(x))


def test_one_seed_gives_float32_and_float64_the_same_weights():
    assert np.array_equal(
        mlp([3, 4, 2], rng=rng(), dtype=np.float32).theta, mlp([3, 4, 2], rng=rng()).theta.astype("f")
    )


def test_an_mlp_is_its_formula():
    network, x = mlp([3, 4, 2], rng=rng()), rng(1).normal(size=(5, 3))
    w1, b1, w2, b2 = (v for _, v, _ in network.parameters())
    b1[:], b2[:] = 0.5, -0.5
    assert np.allclose(network.forward(x), np.tanh(x @ w1 + b1) @ w2 + b2, rtol=1e-14)


@pytest.mark.parametrize(
    ("activation", "variance"),
    [("tanh", 2 / 500), ("sigmoid", 2 / 500), ("relu", 2 / 400), ("elu", 2 / 400), ("selu", 1 / 400)],
)
def test_an_mlp_starts_from_weights_made_for_its_activation(activation, variance):
    weights = mlp([400, 100], activation=activation, rng=rng()).weights()[0]
    assert weights.var() == pytest.approx(variance, rel=0.04)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_integer_and_float32_input_is_taken_and_the_networks_dtype_comes_out(dtype):
    network = varied(dtype)
    for x in ([[1, 2, 3]], np.ones((2, 3), np.float32), np.ones((2, 3), np.int8)):
        y = network.forward(x)
        assert y.dtype == dtype
        assert network.backward(np.ones(y.shape, np.float64), input_gradient=True).dtype == dtype


def test_backward_gives_the_inputs_gradient_only_when_asked():
    network = mlp([3, 2], rng=rng())
    network.forward(np.ones((1, 3)))
    assert network.backward(np.ones((1, 2))) is None
    assert network.backward(np.ones((1, 2)), input_gradient=True).shape == (1, 3)


def test_weights_are_what_the_mask_marks():
    network = varied()
    marked = network.theta[network.weight_mask == 1]
    assert np.array_equal(marked, np.concatenate([w.ravel() for w in network.weights()]))
    assert [g.shape for g in network.weight_gradients()] == [w.shape for w in network.weights()]
    assert all(np.shares_memory(g, network.grad) for g in network.weight_gradients())
    assert network.weight_mask.sum() == 3 * 4 + 2 * 4 * 5 + 5 * 2


@pytest.mark.parametrize("way", [copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))])
def test_a_copy_has_vectors_of_its_own_and_layers_that_look_into_them(way):
    network, x = varied(), rng(1).normal(size=(4, 3))
    twin = way(network)
    assert np.array_equal(
        twin.forward(x, training=True), network.forward(x, training=True)
    )  # dropout's noise too
    twin.theta[:] = 0
    assert not twin.forward(x).any() and network.forward(x).any()
    assert all(np.shares_memory(v, twin.theta) for _, v, _ in twin.parameters())


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_survives_a_trip_to_another_process(name):
    network = pickle.loads(pickle.dumps(mlp([2, 3, 2], activation=name, rng=rng())))
    assert network.forward(np.ones((1, 2))).shape == (1, 2)


def trained(network):
    x = rng(1).normal(size=(20, 3))
    for _ in range(3):
        network.backward(softmax_cross_entropy(network.forward(x, training=True), np.arange(20) % 2)[1])
        network.theta -= network.grad
    return network


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_saved_comes_back_bit_for_bit_with_running_averages(tmp_path, dtype):
    network = trained(varied(dtype))
    network.save(tmp_path / "network.npz")
    other = varied(dtype, seed=9)
    other.load(tmp_path / "network.npz")
    x = rng(2).normal(size=(5, 3))
    assert np.array_equal(other.forward(x), network.forward(x))
    assert [path.name for path in tmp_path.iterdir()] == ["network.npz"]


def test_a_file_holds_plain_arrays_only(tmp_path):
    varied().save(tmp_path / "network")
    with np.load(tmp_path / "network", allow_pickle=False) as file:
        assert {file[name].dtype.kind for name in file.files} == {"f", "U"}


def test_a_network_of_other_layers_is_refused_by_name_and_left_as_it_was(tmp_path):
    mlp([3, 4, 2], rng=rng()).save(tmp_path / "small.npz")
    network = mlp([3, 4, 2], activation="relu", rng=rng(1))
    before = network.theta.copy()
    with pytest.raises(ValueError, match=r"'tanh'.*'relu'"):
        network.load(tmp_path / "small.npz")
    assert np.array_equal(network.theta, before)


def test_a_state_of_other_shapes_is_refused_with_both(tmp_path):
    with pytest.raises(ValueError, match=r"\(26,\).*\(8,\)"):
        mlp([3, 2], rng=rng()).restore(mlp([3, 4, 2], rng=rng()).state())


def test_a_file_that_is_no_network_is_a_clear_error(tmp_path):
    network, path = mlp([3, 2], rng=rng()), tmp_path / "file.npz"
    np.save(tmp_path / "array.npy", np.ones(3))
    for content in (b"", b"PK\x03\x04 half", b"plain text", (tmp_path / "array.npy").read_bytes()):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"not a whole \.npz"):
            network.load(path)
    np.savez(path, theta=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match=r"not a whole \.npz"):
        network.load(path)
    np.savez(path, theta=network.theta)
    with pytest.raises(ValueError, match="no network"):
        network.load(path)
    with pytest.raises(FileNotFoundError):
        network.load(tmp_path / "nowhere.npz")


OTHERS = [  # networks whose parameters fit into one another
    (lambda: Network([BatchNorm(3), Dense(3, 2)], rng()), "eps", lambda: BatchNorm(3, eps=0.1)),
    (lambda: Network([BatchNorm(3), Dense(3, 2)], rng()), "momentum", lambda: BatchNorm(3, momentum=0.5)),
    (lambda: Network([Dropout(0.5), Dense(3, 2)], rng()), r"Dropout\(0.1\)", lambda: Dropout(0.1)),
    (
        lambda: Network([Activation("elu", alpha=2), Dense(3, 2)], rng()),
        "alpha",
        lambda: Activation("elu", alpha=1),
    ),
]


@pytest.mark.parametrize(("make", "setting", "other"), OTHERS)
def test_layers_that_differ_in_a_setting_are_refused_by_its_name(make, setting, other, tmp_path):
    make().save(tmp_path / "network.npz")
    network = Network([other(), Dense(3, 2)], rng(1))
    before = network.state()
    with pytest.raises(ValueError, match=setting):
        network.load(tmp_path / "network.npz")
    assert all(np.array_equal(value, before[name]) for name, value in network.state().items())
    make().load(tmp_path / "network.npz")


class Scaled(Layer):
    """A layer of a user's own, whose repr says nothing."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def __repr__(self):
        return "Scaled"

    def forward(self, x, training=False):
        return self.factor * x


@pytest.mark.parametrize("factor", [3.0, np.float32(3), np.array([1.0, 3.0])])
def test_a_layer_of_ones_own_is_compared_by_what_its_class_takes(factor, tmp_path):
    Network([Scaled(factor)], rng()).save(tmp_path / "network.npz")
    Network([Scaled(factor)], rng()).load(tmp_path / "network.npz")
    with pytest.raises(ValueError, match=r"layers\.0\.factor"):
        Network([Scaled(2.0)], rng()).load(tmp_path / "network.npz")


def test_how_the_weights_were_drawn_once_does_not_matter_to_those_that_are_loaded(tmp_path):
    mlp([3, 2], initializer="zeros", rng=rng()).save(tmp_path / "network.npz")
    network = mlp([3, 2], initializer=lambda dice, shape: np.ones(shape), rng=rng())
    network.load(tmp_path / "network.npz")
    assert not network.theta.any()


def test_a_file_of_an_older_version_is_compared_by_what_it_says(tmp_path):
    path, network = tmp_path / "old.npz", trained(varied())
    np.savez(path, **network.state(), layers=np.array(repr(network)))
    other = varied(seed=9)
    other.load(path)
    assert all(np.array_equal(value, network.state()[name]) for name, value in other.state().items())
    with pytest.raises(ValueError, match="but this is"):
        mlp([3, 2], rng=rng()).load(path)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: Network([], rng()), "at least one layer"),
        (lambda: Network([Dense(2, 2)] * 2, rng()), "twice"),
        (lambda: Network([Dense(2, 2)], rng(), np.float16), "float16"),
        (lambda: Network([Dense(2, 2)], rng(), int), "int"),
        (lambda: mlp([3], rng=rng()), r"\[3\]"),
        (lambda: mlp([3, 0], rng=rng()), "n_out .* not 0"),
        (lambda: mlp([3, 2], activation="swish", rng=rng()), "'swish'"),
        (lambda: mlp([3, 2], initializer="he", rng=rng()), "'he'"),
        (lambda: mlp([3, 2], rng=rng()).forward(np.ones((1, 4))), r"\(n, 3\), not \(1, 4\)"),
    ],
)
def test_what_cannot_be_is_told_with_its_value(call, told):
    with pytest.raises(ValueError, match=told):
        call()


def test_pytorch_agrees_on_a_deep_network_forward_and_back():
    torch = pytest.importorskip("torch")
    network, x, labels = mlp([5, 8, 7, 3], rng=rng()), rng(1).normal(size=(6, 5)), np.arange(6) % 3
    weights = [torch.tensor(v, requires_grad=True) for _, v, _ in network.parameters()]
    h = torch.tensor(x, requires_grad=True)
    given = h
    for i in range(0, 6, 2):
        h = h @ weights[i] + weights[i + 1]
        h = torch.tanh(h) if i < 4 else h
    loss = torch.nn.functional.cross_entropy(h, torch.tensor(labels))
    loss.backward()
    value, upstream = softmax_cross_entropy(network.forward(x), labels)
    dx = network.backward(upstream, input_gradient=True)
    assert value == pytest.approx(loss.item(), rel=1e-14)
    assert np.allclose(
        network.grad, np.concatenate([w.grad.numpy().ravel() for w in weights]), rtol=0, atol=1e-15
    )
    assert np.allclose(dx, given.grad.numpy(), rtol=0, atol=1e-15)


def two_layer_loss(x, labels, w1, b1, w2, b2):
    """In complex numbers too, and by other means than the reference."""
    s = np.tanh(x @ w1 + b1) @ w2 + b2
    return np.mean([np.log(np.exp(row).sum()) - row[label] for row, label in zip(s, labels, strict=True)])


def two_layers(n=5, d=3, m=4, k=3, seed=0):
    r = rng(seed)
    shapes = ((n, d), (d, m), (m,), (m, k), (k,))
    x, *parameters = (r.normal(size=shape) for shape in shapes)
    return x, r.integers(0, k, size=n), *parameters


@pytest.mark.parametrize("sizes", [(5, 3, 4, 3), (1, 2, 2, 2), (4, 1, 1, 5)])
def test_two_layer_gradients_are_the_imaginary_parts_of_an_imaginary_step(sizes):
    arguments = two_layers(*sizes)
    loss, *gradients = two_layer_gradients(*arguments)
    assert loss == pytest.approx(two_layer_loss(*arguments), rel=1e-14)
    for position, gradient in enumerate(gradients, 2):
        assert gradient.shape == arguments[position].shape
        for index in np.ndindex(gradient.shape):
            moved = [np.array(each, complex) if i == position else each for i, each in enumerate(arguments)]
            moved[position][index] += 1e-200j  # no difference is taken, so nothing is rounded away
            slope = two_layer_loss(*moved).imag / 1e-200
            assert gradient[index] == pytest.approx(slope, rel=1e-12, abs=1e-15)


def test_two_layer_gradients_keep_float32_and_refuse_what_does_not_fit():
    x, labels, *parameters = two_layers()
    loss, *gradients = two_layer_gradients(
        x.astype(np.float32), labels, *(p.astype(np.float32) for p in parameters)
    )
    assert isinstance(loss, float) and {each.dtype for each in gradients} == {np.dtype(np.float32)}
    with pytest.raises(ValueError, match=r"got \(5, 2\), \(3, 4\)"):
        two_layer_gradients(x[:, :2], labels, *parameters)
    with pytest.raises(ValueError, match="labels"):
        two_layer_gradients(x, labels[:2], *parameters)
