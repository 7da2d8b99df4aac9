from itertools import pairwise

import numpy as np
import pytest

from dlcourse import plain_network as plain
from dlcourse.losses import softmax_cross_entropy
from dlcourse.network import mlp
from dlcourse.optimizers import Adam


def rng(seed=0):
    return np.random.default_rng(seed)


def drawn(sizes, seed=0):
    """Weights and biases, none of which is 0."""
    r = rng(seed)
    return [(r.normal(size=shape), r.normal(size=shape[1])) for shape in pairwise(sizes)]


def batch(n, d, k, seed=1):
    return rng(seed).normal(size=(n, d)), rng(seed + 1).integers(0, k, size=n)


def flat(pairs):
    return np.concatenate([each.ravel() for pair in pairs for each in pair])


def loss_by_hand(params, x, labels):
    """In complex numbers too, the ReLU by the sign of the real part."""
    for weights, biases in params[:-1]:
        x = x @ weights + biases
        x = np.where(x.real > 0, x, 0)
    scores = x @ params[-1][0] + params[-1][1]
    return np.mean([np.log(np.exp(row).sum()) - row[y] for row, y in zip(scores, labels, strict=True)])


def test_first_weights_have_the_variance_of_he_and_biases_are_zero():
    sizes = (50, 300, 200)
    params = plain.initialize_network(sizes, [rng(i).normal(size=s) for i, s in enumerate(pairwise(sizes))])
    for (weights, biases), (n_in, n_out) in zip(params, pairwise(sizes), strict=True):
        assert weights.var() == pytest.approx(2 / n_in, rel=0.05)
        assert biases.shape == (n_out,) and not biases.any()


def test_first_weights_keep_the_floats_of_their_noise():
    noise = [rng().normal(size=(3, 2)).astype(np.float32)]
    [(weights, biases)] = plain.initialize_network([3, 2], noise)
    assert weights.dtype == biases.dtype == np.float32


@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 2), (5, 1, 3, 4)])
def test_every_derivative_is_the_imaginary_part_of_an_imaginary_step(sizes):
    params, (x, labels) = drawn(sizes), batch(6, sizes[0], sizes[-1])
    logits, activations = plain.forward_pass(params, x)
    gradients = plain.backward_pass(params, activations, logits, labels)
    for layer, which in np.ndindex(len(params), 2):
        for index in np.ndindex(params[layer][which].shape):
            moved = [[np.array(each, complex) for each in pair] for pair in params]
            moved[layer][which][index] += 1e-200j
            slope = loss_by_hand(moved, x.astype(complex), labels).imag / 1e-200
            assert gradients[layer][which][index] == pytest.approx(slope, rel=1e-11, abs=1e-14)


@pytest.mark.parametrize("sizes", [(4, 3), (4, 6, 3), (4, 6, 5, 7, 3)])
def test_the_network_of_layers_says_and_learns_the_same(sizes):
    params, (x, labels) = drawn(sizes), batch(8, sizes[0], sizes[-1])
    net = mlp(sizes, activation="relu", rng=rng())
    net.theta[:] = flat(params)
    logits, activations = plain.forward_pass(params, x)
    assert np.allclose(logits, net.forward(x), rtol=1e-14, atol=0)
    _, upstream = softmax_cross_entropy(logits, labels)
    net.backward(upstream)
    found = plain.backward_pass(params, activations, logits, labels)
    assert np.allclose(flat(found), net.grad, rtol=1e-13, atol=1e-16)
    assert np.array_equal(plain.predict(params, x), net.forward(x).argmax(axis=1))


def test_training_makes_the_steps_of_adam_on_the_batches_of_the_orders():
    sizes, orders = (3, 5, 2), [rng(4).permutation(7), [6, 6, 0]]
    params, (x, labels) = drawn(sizes), batch(7, 3, 2)
    trained, losses = plain.train_network(params, x, labels, orders, 3, 0.1, beta1=0.8, beta2=0.9, eps=1e-3)
    net, adam, seen = mlp(sizes, activation="relu", rng=rng()), Adam(0.1, beta1=0.8, beta2=0.9, eps=1e-3), []
    net.theta[:] = flat(params)
    for rows in (orders[0][:3], orders[0][3:6], orders[0][6:], orders[1]):
        loss, upstream = softmax_cross_entropy(net.forward(x[rows]), labels[rows])
        net.backward(upstream)
        adam.step(net.theta, net.grad)
        seen.append(loss)
    assert np.allclose(flat(trained), net.theta, rtol=1e-12, atol=1e-14)
    assert np.allclose(losses, seen, rtol=1e-13)


def test_training_leaves_what_it_was_given_and_returns_copies_where_there_is_no_order():
    params, (x, labels) = drawn((3, 4, 2)), batch(5, 3, 2)
    before = flat(params)
    trained, losses = plain.train_network(params, x, labels, [], 2, 0.1)
    assert np.array_equal(flat(trained), before) and losses.shape == (0,)
    assert not any(np.shares_memory(a, b) for a, b in zip(sum(trained, ()), sum(params, ()), strict=True))
    plain.train_network(params, x, labels, [np.arange(5)], 2, 0.1)
    assert np.array_equal(flat(params), before)


def test_pytorch_trains_the_same_network():
    torch = pytest.importorskip("torch")
    params, (x, labels) = drawn((4, 6, 5, 3)), batch(10, 4, 3)
    orders = np.array([rng(i).permutation(10) for i in range(3)])
    trained, losses = plain.train_network(params, x, labels, orders, 4, 0.01)
    theirs = [torch.tensor(each, requires_grad=True) for pair in params for each in pair]
    adam, seen = torch.optim.Adam(theirs, lr=0.01), []
    for rows in (order[i : i + 4] for order in orders for i in (0, 4, 8)):
        h = torch.tensor(x[rows])
        for i in range(0, 6, 2):
            h = h @ theirs[i] + theirs[i + 1]
            h = torch.relu(h) if i < 4 else h
        loss = torch.nn.functional.cross_entropy(h, torch.tensor(labels[rows]))
        adam.zero_grad()
        loss.backward()
        adam.step()
        seen.append(loss.item())
    assert np.allclose(losses, seen, rtol=1e-12)
    expected = np.concatenate([each.detach().numpy().ravel() for each in theirs])
    assert np.allclose(flat(trained), expected, rtol=0, atol=1e-12)


def test_at_the_kink_the_slope_is_zero_and_of_tied_classes_the_first_is_taken():
    params = [(np.zeros((1, 2)), np.array([0.0, 1.0])), (np.ones((2, 2)), np.zeros(2))]
    logits, activations = plain.forward_pass(params, [[3.0]])
    (dweights, dbiases), _ = plain.backward_pass(
        [params[0], (np.eye(2), np.zeros(2))], activations, logits, [0]
    )
    assert dbiases.tolist() == [0.0, 0.5] and dweights.tolist() == [[0.0, 1.5]]
    assert plain.predict(params, [[3.0]]).tolist() == [0]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: plain.initialize_network([3, 2], [np.ones((2, 3))]), r"\[\(3, 2\)\], not \[\(2, 3\)\]"),
        (lambda: plain.initialize_network([3], []), r"shapes \[\], not \[\]"),
        (lambda: plain.forward_pass(drawn((3, 2)), np.ones((1, 4))), r"got \(1, 4\), \(3, 2\) and \(2,\)"),
        (lambda: plain.forward_pass(drawn((3, 2)), np.ones(3)), r"got \(3,\)"),
        (lambda: plain.backward_pass(drawn((3, 2)), [np.ones((1, 3))], np.ones((1, 2)), [2]), r"\[0, 2\)"),
        (lambda: plain.train_network(drawn((1, 2)), [[1.0]], [0], [[0]], 0, 0.1), "batch_size"),
    ],
)
def test_what_cannot_be_is_told_with_its_value(call, told):
    with pytest.raises(ValueError, match=told):
        call()
