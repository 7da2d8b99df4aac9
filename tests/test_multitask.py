"""Several tasks on one trunk: gradients that add up."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlcourse import datasets, metrics, multitask
from dlcourse.gradient_check import numerical_gradient
from dlcourse.layers import Activation, BatchNorm, Dense, Dropout
from dlcourse.losses import mean_squared_error, softmax_cross_entropy
from dlcourse.multitask import Embedding, Ignoring, JointLoss, MultiTask
from dlcourse.network import Network
from dlcourse.optimizers import SGD, AdaGrad, Adam
from dlcourse.training import fit
from tests.test_optimizers import CLASSES as OPTIMIZERS


def rng(seed=0):
    return np.random.default_rng(seed)


class TestContractFunctions:
    def test_the_shared_layer_gets_the_sum_and_keeps_float32(self):
        total = multitask.shared_layer_gradient(np.float32([1, 2]), np.float32([3, -5]))
        assert total.dtype == np.float32
        assert np.array_equal(total, [4, -3])

    def test_gradients_of_two_shapes_are_refused_with_both(self):
        with pytest.raises(ValueError, match=r"\(2,\) and \(1, 2\)"):
            multitask.shared_layer_gradient([1, 2], [[1, 2]])

    def test_the_loss_is_weighted_and_a_plain_float(self):
        loss = multitask.multi_task_loss([1, 2, 3], (0.5, 0, 2))
        assert type(loss) is float
        assert loss == 6.5

    @pytest.mark.parametrize(("losses", "weights"), [([1, 2], [1]), ([], []), ([[1]], [[1]])])
    def test_losses_and_weights_that_do_not_pair_are_refused(self, losses, weights):
        with pytest.raises(ValueError, match=r"must be \(tasks,\)"):
            multitask.multi_task_loss(losses, weights)

    def test_forward_agrees_with_torch(self):
        torch = pytest.importorskip("torch")
        r = rng()
        x, w, b = r.normal(size=(5, 4)), r.normal(size=(4, 3)), r.normal(size=3)
        heads = [(r.normal(size=(3, k)), r.normal(size=k)) for k in (2, 7)]
        h = torch.tanh(torch.nn.functional.linear(*map(torch.tensor, (x, w.T, b))))
        theirs = [torch.nn.functional.linear(h, torch.tensor(v.T), torch.tensor(c)).numpy() for v, c in heads]
        ours = multitask.multi_task_forward(x, (w, b), heads)
        assert [z.shape for z in ours] == [(5, 2), (5, 7)]
        for a, b in zip(ours, theirs, strict=True):
            assert np.abs(a - b).max() < 1e-14

    def test_shapes_that_do_not_fit_are_named(self):
        with pytest.raises(ValueError, match=r"got \(1, 2\), \(3, 4\) and \(4,\)"):
            multitask.multi_task_forward(np.ones((1, 2)), (np.ones((3, 4)), np.ones(4)), [])

    @given(seed=st.integers(0, 99), tasks=st.integers(1, 3))
    def test_backward_is_the_slope_of_the_weighted_loss(self, seed, tasks):
        r = rng(seed)
        x, w, b = r.normal(size=(4, 3)), r.normal(size=(3, 2)), r.normal(size=2)
        heads = [(r.normal(size=(2, k)), r.normal(size=k)) for k in range(2, 2 + tasks)]
        labels, weights = [r.integers(len(c), size=4) for _, c in heads], r.uniform(0, 3, size=tasks)

        def loss(layer):
            outputs = multitask.multi_task_forward(x, (layer[:-1], layer[-1]), heads)
            pairs = zip(outputs, labels, strict=True)
            return multitask.multi_task_loss([softmax_cross_entropy(*pair)[0] for pair in pairs], weights)

        outputs = multitask.multi_task_forward(x, (w, b), heads)
        gradients = [softmax_cross_entropy(z, y)[1] for z, y in zip(outputs, labels, strict=True)]
        dw, db = multitask.multi_task_backward(x, (w, b), heads, gradients, weights)
        numerical = numerical_gradient(loss, np.vstack([w, b]))
        assert np.abs(np.vstack([dw, db]) - numerical).max() < 1e-8

    def test_backward_refuses_what_does_not_pair(self):
        layer = (np.ones((2, 2)), np.ones(2))
        with pytest.raises(ValueError, match="got 2 heads, 1 gradients"):
            multitask.multi_task_backward(np.ones((3, 2)), layer, [layer] * 2, [np.ones((3, 2))], [1, 1])
        with pytest.raises(ValueError, match=r"no gradient \(1, 2\)"):
            multitask.multi_task_backward(np.ones((3, 2)), layer, [layer], [np.ones((1, 2))], [1])


class TestIgnoring:
    def test_it_is_the_loss_of_the_known_examples_as_in_torch(self):
        torch = pytest.importorskip("torch")
        z, y = rng().normal(size=(6, 3)), np.array([0, -1, 2, -1, -1, 1])
        theirs = torch.tensor(z, requires_grad=True)
        loss = torch.nn.functional.cross_entropy(theirs, torch.tensor(y), ignore_index=-1)
        loss.backward()
        value, gradient = Ignoring(softmax_cross_entropy)(z, y)
        assert value == pytest.approx(loss.item(), rel=1e-14)
        assert np.abs(gradient - theirs.grad.numpy()).max() < 1e-15

    def test_a_batch_without_labels_costs_nothing_and_teaches_nothing(self):
        value, gradient = Ignoring(softmax_cross_entropy, unknown=9)(np.ones((2, 3)), [9, 9])
        assert value == 0
        assert np.array_equal(gradient, np.zeros((2, 3)))

    def test_labels_of_another_number_are_refused(self):
        with pytest.raises(ValueError, match=r"2 outputs, but labels \(3,\)"):
            Ignoring(softmax_cross_entropy)(np.ones((2, 3)), [0, 1, 2])


def network(seed=0, dtype=np.float64, trunk=None):
    trunk = trunk or [Dense(4, 5), Activation("tanh")]
    heads = {
        "class": [Dense(5, 3)],
        "value": [Dense(5, 4), Activation("tanh"), Dense(4, 2)],
        "other": [Dense(5, 2)],
    }
    return MultiTask(trunk, heads, rng(seed), dtype)


LOSS = JointLoss(
    [softmax_cross_entropy, mean_squared_error, softmax_cross_entropy], [1.0, 0.3, 2.5], [0, slice(1, 3), 3]
)


def batch(n=6, seed=1):
    r = rng(seed)
    x = r.normal(size=(n, 4))
    return x, np.column_stack([r.integers(3, size=n), r.normal(size=(n, 2)), r.integers(2, size=n)])


def gradient_of(net, x, y, loss=LOSS):
    net.backward(loss(net.forward(x), y)[1])
    return net.grad.copy()


class TestMultiTask:
    def test_trunk_and_heads_lie_on_one_vector_the_trunk_first(self):
        net = network()
        assert net.theta.size == net.grad.size == 25 + 18 + (24 + 10) + 12
        net.theta[net.shared] = 7
        assert np.all(net.trunk[0].weights == 7)
        assert np.all(net.trunk[0].bias == 7)
        assert not np.any(net.heads["class"][0].weights == 7)

    def test_it_agrees_with_torch(self):
        torch = pytest.importorskip("torch")
        net, (x, y) = network(), batch()
        p = [torch.tensor(values, requires_grad=True) for _, values, _ in net.parameters()]
        h = torch.tanh(torch.tensor(x) @ p[0] + p[1])
        z = [h @ p[2] + p[3], torch.tanh(h @ p[4] + p[5]) @ p[6] + p[7], h @ p[8] + p[9]]
        t, f = torch.tensor(y), torch.nn.functional
        loss = f.cross_entropy(z[0], t[:, 0].long()) + 0.3 * f.mse_loss(z[1], t[:, 1:3])
        loss = loss + 2.5 * f.cross_entropy(z[2], t[:, 3].long())
        loss.backward()
        outputs = net.forward(x)
        value, upstream = LOSS(outputs, y)
        net.backward(upstream)
        assert value == pytest.approx(loss.item(), rel=1e-14)
        for ours, theirs in zip(outputs, z, strict=True):
            assert np.abs(ours - theirs.detach().numpy()).max() < 1e-14
        theirs = np.concatenate([q.grad.numpy().ravel() for q in p])
        assert np.abs(net.grad - theirs).max() < 1e-14

    @given(weights=st.lists(st.floats(0, 10), min_size=3, max_size=3), seed=st.integers(0, 99))
    def test_the_trunk_learns_from_the_sum_of_the_tasks_and_a_head_from_its_own(self, weights, seed):
        net, (x, y) = network(seed), batch(seed=seed)
        together = gradient_of(net, x, y, JointLoss(LOSS.losses, weights, LOSS.columns))
        alone = [
            gradient_of(net, x, y, JointLoss(LOSS.losses, w * np.eye(3)[t], LOSS.columns))
            for t, w in enumerate(weights)
        ]
        assert np.abs(together - sum(alone)).max() < 1e-12
        shared = net.shared.stop
        ends = shared + np.cumsum([0, 18, 34, 12])
        for t in range(3):
            own = slice(ends[t], ends[t + 1])
            assert np.array_equal(together[own], alone[t][own])

    def test_its_trunk_and_one_head_are_a_plain_network_with_the_same_gradient(self):
        net, (x, y) = network(), batch()
        single = MultiTask([Dense(4, 5), Activation("tanh")], {"class": [Dense(5, 3)]}, rng())
        plain = Network([Dense(4, 5), Activation("tanh"), Dense(5, 3)], rng())
        assert np.array_equal(single.theta, plain.theta)
        net.theta[:43] = single.theta
        assert np.array_equal(net.forward(x)[0], plain.forward(x))
        loss, upstream = softmax_cross_entropy(plain.forward(x), y[:, 0])
        plain.backward(upstream)
        only = JointLoss([softmax_cross_entropy])
        assert only(single.forward(x), y)[0] == loss
        assert np.array_equal(gradient_of(single, x, y, only), plain.grad)

    def test_the_gradient_is_the_slope_of_the_joint_loss(self):
        net, (x, y) = network(), batch()
        analytic, numeric, h = gradient_of(net, x, y), np.empty_like(net.theta), 1e-5
        for i in range(net.theta.size):
            before = net.theta[i]
            values = []
            for net.theta[i] in (before + h, before - h):
                values.append(LOSS(net.forward(x), y)[0])
            net.theta[i] = before
            numeric[i] = (values[0] - values[1]) / (2 * h)
        assert np.abs(analytic - numeric).max() < 1e-9

    def test_it_returns_the_gradient_of_the_input_if_asked(self):
        net, (x, y) = network(), batch()
        upstream = LOSS(net.forward(x), y)[1]
        assert net.backward(upstream) is None
        dx = net.backward(upstream, input_gradient=True)
        step = np.zeros_like(x)
        step[2, 1] = 1e-5
        slope = (LOSS(net.forward(x + step), y)[0] - LOSS(net.forward(x - step), y)[0]) / 2e-5
        assert dx[2, 1] == pytest.approx(slope, abs=1e-9)

    @pytest.mark.parametrize("kind", OPTIMIZERS)
    def test_fit_trains_it_with_the_optimizers_there_are(self, kind):
        net, data, optimizer = network(), batch(40), kind({SGD: 0.1, AdaGrad: 0.3}.get(kind, 0.03))
        history = fit(net, LOSS, optimizer, data, epochs=60, rng=rng(), batch_size=8, validation=data)
        assert history.validation_loss[-1] < 0.8 * history.validation_loss[0]

    def test_a_run_taken_up_from_its_checkpoint_ends_with_the_same_bits(self, tmp_path):
        def run(epochs, checkpoint=None):
            net = network()
            fit(
                net,
                LOSS,
                Adam(0.01),
                batch(20),
                epochs=epochs,
                rng=rng(),
                batch_size=7,
                checkpoint=checkpoint,
            )
            return net.theta

        run(2, tmp_path / "run.npz")
        assert np.array_equal(run(5, tmp_path / "run.npz"), run(5))

    def test_float32_stays_float32(self):
        net, (x, y) = network(dtype=np.float32), batch()
        outputs = net.forward(x)
        upstream = LOSS(outputs, y.astype(np.float32))[1]
        assert {a.dtype for a in [*outputs, *upstream]} == {np.dtype(np.float32)}
        assert np.abs(gradient_of(net, x, y) - gradient_of(network(), x, y)).max() < 1e-6

    def test_a_task_of_weight_zero_moves_nothing(self):
        net, (x, y) = network(), batch()
        gradient = gradient_of(net, x, y, JointLoss(LOSS.losses, [1, 0, 0], LOSS.columns))
        assert not gradient[net.shared.stop + 18 :].any()
        assert gradient[net.shared].any()

    def test_dropout_in_the_trunk_is_the_same_for_every_task(self):
        net = MultiTask([Dropout(0.5)], {"a": [Activation("identity")], "b": [Activation("identity")]}, rng())
        a, b = net.forward(np.ones((4, 50)), training=True)
        assert 0 < (a == 0).mean() < 1
        assert np.array_equal(a, b)

    def test_dropout_in_a_head_works_in_training_and_rests_at_test(self):
        net = MultiTask([Activation("identity")], {"a": [Dropout(0.5)]}, rng())
        x = np.ones((4, 50))
        assert np.array_equal(net.forward(x)[0], x)
        assert np.any(net.forward(x, training=True)[0] == 0)

    def test_a_copy_and_a_saved_one_compute_the_same_apart_from_it(self, tmp_path):
        net, (x, _) = network(), batch()
        other, twin = network(seed=5), copy.deepcopy(net)
        net.save(tmp_path / "net.npz")
        other.load(tmp_path / "net.npz")
        before = net.forward(x)
        net.theta[:] = 0
        for same in (other, twin):
            assert all(np.array_equal(a, b) for a, b in zip(before, same.forward(x), strict=True))

    @pytest.mark.parametrize(
        ("trunk", "heads", "told"),
        [
            ([Dense(3, 4), Dropout(0.5)], {"a": [Dense(4, 2)], "b": [Dense(4, 2)]}, "Dropout"),
            ([Dense(3, 4), BatchNorm(4, eps=0.1)], {"a": [Dense(4, 2)], "b": [Dense(4, 2)]}, "trunk.1.eps"),
            ([Dense(3, 4), BatchNorm(4)], {"b": [Dense(4, 2)], "a": [Dense(4, 2)]}, "'a'.*'b'"),
            ([Dense(3, 4)], {"c": [BatchNorm(4), Dense(4, 2)], "b": [Dense(4, 2)]}, "'c'"),
        ],
    )
    def test_a_saved_network_of_another_trunk_or_other_heads_is_refused(self, trunk, heads, told, tmp_path):
        layers = [Dense(3, 4), BatchNorm(4)]
        MultiTask(layers, {"a": [Dense(4, 2)], "b": [Dense(4, 2)]}, rng()).save(tmp_path / "net.npz")
        net = MultiTask(trunk, heads, rng(1))
        before = net.theta.copy()
        with pytest.raises(ValueError, match=told):
            net.load(tmp_path / "net.npz")
        assert np.array_equal(net.theta, before)

    def test_a_checkpoint_is_refused_where_the_tasks_weigh_other_than_before(self, tmp_path):
        def run(weights):
            loss = JointLoss(LOSS.losses, weights, LOSS.columns)
            fit(network(), loss, Adam(0.01), batch(20), epochs=1, rng=rng(), checkpoint=tmp_path / "run.npz")

        run([1, 0.3, 2.5])
        run([1, 0.3, 2.5])
        with pytest.raises(ValueError, match=r"loss\.task_weights\.1 is 0\.3 there, 0\.4 here"):
            run([1, 0.4, 2.5])

    def test_what_is_missing_is_named(self):
        for trunk, heads in (([], {"a": [Dense(2, 1)]}), ([Dense(2, 2)], {}), ([Dense(2, 2)], {"a": []})):
            with pytest.raises(ValueError, match="trunk and heads need a layer each"):
                MultiTask(trunk, heads, rng())
        with pytest.raises(ValueError, match="3 tasks, but 1 gradients"):
            network().backward([np.ones((1, 3))])


class TestJointLoss:
    def test_the_value_is_weighted_and_each_tells_every_tasks_own(self):
        net, (x, y) = network(), batch()
        outputs = net.forward(x)
        own = [value for value, _ in LOSS.each(outputs, y)]
        assert own[0] == softmax_cross_entropy(outputs[0], y[:, 0])[0]
        assert LOSS(outputs, y)[0] == pytest.approx(own[0] + 0.3 * own[1] + 2.5 * own[2], rel=1e-15)

    def test_weights_are_one_and_columns_in_order_if_not_given(self):
        z, y = [np.zeros((2, 2)), np.zeros((2, 3))], np.array([[0, 2], [1, 1]])
        assert JointLoss([softmax_cross_entropy] * 2)(z, y)[0] == pytest.approx(
            np.log(2) + np.log(3), rel=1e-15
        )

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (([], None), "there are 0, 0 and 0"),
            (([mean_squared_error], [1, 2]), "there are 1, 2 and 1"),
            (([mean_squared_error], [1], [0, 1]), "there are 1, 1 and 2"),
            (([mean_squared_error], [-1]), r"not \[-1.0\]"),
            (([mean_squared_error], [np.nan]), r"not \[nan\]"),
        ],
    )
    def test_bad_settings_are_named(self, arguments, says):
        with pytest.raises(ValueError, match=says):
            JointLoss(*arguments)

    def test_outputs_and_targets_that_do_not_fit_are_named(self):
        loss = JointLoss([softmax_cross_entropy])
        with pytest.raises(ValueError, match="1 losses, but 2 outputs"):
            loss([np.ones((1, 2))] * 2, [[0, 0]])
        with pytest.raises(ValueError, match=r"not \(3,\)"):
            loss([np.ones((3, 2))], [0, 0, 0])
        with pytest.raises(ValueError, match=r"columns \[1\] are not all in targets \(1, 1\)"):
            JointLoss([softmax_cross_entropy], columns=[1])([np.ones((1, 2))], [[0]])


class TestEmbedding:
    def test_its_config_makes_it_anew(self):
        config = Embedding(7, 3).config()
        assert config == {"class": "Embedding", "n_words": 7, "size": 3}

    @given(
        words=arrays(np.int64, st.tuples(st.integers(1, 6), st.integers(1, 4)), elements=st.integers(0, 6))
    )
    def test_it_equals_a_shared_dense_layer_on_one_hot_words(self, words):
        net = Network([Embedding(7, 3)], rng())
        one_hot = np.eye(7)[words]
        weights, upstream = net.layers[0].weights, rng(1).normal(size=(len(words), words.shape[1] * 3))
        assert np.array_equal(net.forward(words), (one_hot @ weights).reshape(len(words), -1))
        net.backward(upstream)
        slope = np.einsum("nwv,nws->vs", one_hot, upstream.reshape(*words.shape, 3))
        assert np.abs(net.grad.reshape(7, 3) - slope).max() < 1e-13

    def test_it_agrees_with_torch_in_float32(self):
        torch = pytest.importorskip("torch")
        net, words = Network([Embedding(9, 4)], rng(), np.float32), rng().integers(9, size=(50, 3))
        table = torch.tensor(net.layers[0].weights, requires_grad=True)
        theirs = torch.nn.functional.embedding(torch.tensor(words), table)
        (theirs**2).sum().backward()
        ours = net.forward(words)
        net.backward(2 * ours)
        assert np.array_equal(ours, theirs.detach().numpy().reshape(50, 12))
        assert np.abs(net.grad.reshape(9, 4) - table.grad.numpy()).max() < 1e-4

    @pytest.mark.parametrize("words", [[[7]], [[-1]], [[0.5]], [[np.nan]], [0, 1]])
    def test_what_is_no_index_is_refused(self, words):
        with pytest.raises(ValueError, match=r"Embedding\(7, 3\) takes whole numbers \(n, w\) in \[0, 7\)"):
            Network([Embedding(7, 3)], rng()).forward(words)

    def test_sizes_below_one_are_named(self):
        with pytest.raises(ValueError, match="not 0, 3"):
            Embedding(0, 3)


class TestWindowTagger:
    """A window tagger for both tasks, trained in seconds on the generated text."""

    def trained(self, size):
        text = datasets.tagged_text(rng(1), (300, 1, 200))
        vocabulary = datasets.Vocabulary.of([s.tokens for s in text.train], at_least=2)
        tags = {of: datasets.tag_set(text.train, of) for of in ("pos", "entities")}
        x, y = ({}, {})
        for name, part in text._asdict().items():
            x[name] = vocabulary.windows([s.tokens for s in part], size)
            y[name] = np.column_stack([datasets.tag_indices(part, of, tags[of]) for of in tags])
        width = 16 * (2 * size + 1)
        trunk = [Embedding(len(vocabulary), 16), Dense(width, 32), Activation("tanh")]
        net = MultiTask(trunk, {of: [Dense(32, len(tags[of]))] for of in tags}, rng(), np.float32)
        loss = JointLoss([softmax_cross_entropy] * 2)
        fit(net, loss, Adam(0.01), (x["train"], y["train"]), epochs=8, rng=rng(), batch_size=32)
        return net, x["test"], y["test"], tags, text.test

    def test_a_window_beats_the_single_word_at_both_tasks(self):
        scores = {}
        for size in (0, 2):
            net, x, y, tags, test = self.trained(size)
            outputs = dict(zip(tags, net.forward(x), strict=True))
            ends = np.cumsum([len(s.tokens) for s in test])[:-1]
            rows = np.split(np.array(tags["entities"])[outputs["entities"].argmax(axis=1)], ends)
            f1 = metrics.span_f1([s.entities for s in test], rows)
            scores[size] = metrics.accuracy(outputs["pos"], y[:, 0]), f1
        assert scores[2][0] > 0.97 > 0.94 > scores[0][0]
        assert scores[2][1] > 0.85 > 0.75 > scores[0][1]


@pytest.mark.parametrize("weights", [[1.0, -1.0], [np.nan, 1.0], [1.0, np.inf]])
def test_one_task_weight_that_makes_no_sense_is_refused_among_others_that_do(weights):
    with pytest.raises(ValueError, match="finite and not negative"):
        JointLoss([mean_squared_error, mean_squared_error], weights)
