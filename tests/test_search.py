import json
import math
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import datasets, layers, losses, multitask, network, optimizers, training
from dlcourse.search import (
    Choice,
    Integer,
    Linear,
    Log,
    coarse_to_fine,
    evaluate_all,
    fit_together,
    grid_configurations,
    log_uniform,
    narrow_range,
    random_configurations,
    random_search,
    sample_configurations,
    validation_score,
)

RANGES = {
    "rate": Log(1e-4, 1.0),
    "mu": Linear(0.0, 0.9),
    "units": Integer(8, 11),
    "bend": Choice(("relu", "tanh")),
}
SCORES = st.lists(st.sampled_from([0.0, 0.5, 1.0, np.nan]), min_size=1, max_size=12)


def distance_to_three(configuration):
    return -abs(configuration["x"] - 3)


@given(st.floats(0, 1, exclude_max=True), st.floats(1e-9, 1e9), st.floats(1, 1e6))
def test_equal_steps_of_noise_are_equal_factors(noise, low, factor):
    drawn = log_uniform(np.array([0.0, noise, 0.5]), low, low * factor)
    assert drawn[0] == low
    assert drawn[1] == pytest.approx(low * factor**noise, rel=1e-9)
    assert drawn[2] == pytest.approx(low * math.sqrt(factor), rel=1e-9)


def test_log_uniform_puts_a_third_of_three_decades_into_each():
    drawn = log_uniform(np.random.default_rng(0).random(30_000), 1e-3, 1.0)
    assert np.histogram(drawn, [1e-3, 1e-2, 1e-1, 1])[0] == pytest.approx([10_000] * 3, rel=0.03)


def test_columns_of_noise_are_the_ranges_in_their_order():
    noise = np.array([[0.0, 0.5], [0.5, 0.0]])
    sampled = sample_configurations(noise, {"b": (1.0, 3.0, "linear"), "a": (1e-2, 1.0, "log")})
    assert sampled == [{"b": 1.0, "a": pytest.approx(0.1)}, {"b": 2.0, "a": pytest.approx(0.01)}]
    assert [list(each) for each in sampled] == [["b", "a"]] * 2
    assert {type(value) for each in sampled for value in each.values()} == {float}


@given(SCORES, st.data())
def test_a_narrowed_range_spans_the_best_and_of_equals_the_earlier(scores, data):
    valid = sum(not math.isnan(score) for score in scores)
    if valid:
        keep = data.draw(st.integers(1, valid))
        values = list(range(len(scores)))
        order = sorted((i for i in values if not math.isnan(scores[i])), key=lambda i: (-scores[i], i))[:keep]
        assert narrow_range(values, scores, keep) == (min(order), max(order))


def test_the_margin_is_of_the_width_on_either_side():
    assert narrow_range([2.0, 4.0, 9.0], [1, 1, 0], keep=2, margin=0.25) == (1.5, 4.5)
    assert narrow_range([2.0, 4.0], [0, 1], keep=1, margin=5.0) == (4.0, 4.0)


@given(SCORES)
def test_random_search_tries_each_once_in_order_and_keeps_the_first_best(scores):
    tried = []

    def objective(configuration):
        tried.append(configuration["i"])
        return scores[configuration["i"]]

    best, score, all_scores = random_search(objective, [{"i": i} for i in range(len(scores))])
    assert tried == list(range(len(scores)))
    np.testing.assert_array_equal(all_scores, scores)
    if all(map(math.isnan, scores)):
        assert best is None and math.isnan(score)
    else:
        assert score == np.nanmax(scores) and best == {"i": int(np.nanargmax(scores))}


def test_drawn_configurations_lie_in_their_ranges_and_are_pythons_own():
    drawn = random_configurations(RANGES, 300, np.random.default_rng(0))
    assert all(1e-4 <= c["rate"] < 1 and 0 <= c["mu"] < 0.9 for c in drawn)
    assert {c["units"] for c in drawn} == {8, 9, 10, 11}
    assert {c["bend"] for c in drawn} == {"relu", "tanh"}
    assert {type(value) for c in drawn for value in c.values()} == {float, int, str}
    assert drawn == random_configurations(RANGES, 300, np.random.default_rng(0))


def test_a_grid_is_every_combination():
    grid = grid_configurations(RANGES, 3)
    assert len(grid) == 3 * 3 * 3 * 2
    assert sorted({c["rate"] for c in grid}) == pytest.approx([1e-4, 1e-2, 1])
    assert sorted({c["units"] for c in grid}) == [8, 10, 11]
    assert Linear(0, 1).grid(1) == [0.5]


def test_narrowed_ranges_stay_within_and_keep_their_kind():
    scores = [0.1, 0.9, 0.8, 0.2]
    assert Linear(0, 10).narrowed([0.0, 9.0, 10.0, 1.0], scores, 2, margin=0.5) == Linear(8.5, 10)
    log = Log(1e-4, 1.0).narrowed([1e-4, 1e-3, 1e-2, 1.0], scores, 2, margin=1.0)
    assert (log.low, log.high) == pytest.approx((1e-4, 1e-1))
    assert Integer(0, 100).narrowed([5, 50, 61, 99], scores, 2, margin=0.25) == Integer(47, 64)
    assert Choice([*"abcd"]).narrowed(list("abcd"), scores, 2, margin=0.5) == Choice(("b", "c"))


def test_rounds_close_in_on_the_best():
    found = coarse_to_fine(
        distance_to_three, {"x": Linear(-10, 10)}, rounds=4, samples=20, keep=4, rng=np.random.default_rng(0)
    )
    widths = [each.ranges["x"].high - each.ranges["x"].low for each in found]
    assert widths == sorted(widths, reverse=True) and widths[-1] < 2
    assert max(found[-1].scores) > -0.1


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_an_executor_gives_the_scores_in_order(pool):
    configurations = [{"x": x} for x in range(6)]
    with pool(2) as executor:
        assert evaluate_all(distance_to_three, configurations, executor=executor) == [-3, -2, -1, 0, -1, -2]


def test_a_dask_cluster_gives_the_scores_in_order():
    distributed = pytest.importorskip("distributed")
    with distributed.Client(processes=False, n_workers=1, dashboard_address=None) as client:
        scores = evaluate_all(distance_to_three, [{"x": 1}, {"x": 3}], executor=client.get_executor())
    assert scores == [-2, 0]


def test_an_interrupted_search_goes_on_where_it_was(tmp_path):
    results, configurations, tried = tmp_path / "results.jsonl", [{"x": x} for x in range(5)], []

    def objective(configuration):
        tried.append(configuration["x"])
        if len(tried) == 3:
            raise KeyboardInterrupt
        return float(configuration["x"]) if configuration["x"] else math.nan

    with pytest.raises(KeyboardInterrupt):
        evaluate_all(objective, configurations, results=results)
    with open(results, "a") as file:
        file.write('{"configuration": {"x": 2}, "sc')  # killed while writing
    scores = evaluate_all(objective, configurations, results=results)
    assert tried == [0, 1, 2, 2, 3, 4]
    np.testing.assert_array_equal(scores, [np.nan, 1, 2, 3, 4])
    assert [json.loads(line)["configuration"]["x"] for line in results.read_text().splitlines()] == [
        0,
        1,
        2,
        3,
        4,
    ]
    np.testing.assert_array_equal(evaluate_all(objective, configurations, results=results), scores)
    assert len(tried) == 6


def test_a_file_of_something_else_is_refused_with_its_line(tmp_path):
    results = tmp_path / "notes.txt"
    results.write_text("dear diary\n")
    with pytest.raises(ValueError, match="line 1: not a search result"):
        evaluate_all(distance_to_three, [{"x": 1}], results=results)
    assert results.read_text() == "dear diary\n"


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("batch_size", [7, 60])
def test_networks_trained_together_end_as_trained_alone(activation, batch_size):
    x, y = datasets.xor(60, np.random.default_rng(0))
    rates = [0.05, 0.2, 0.4]

    def nets():
        return [
            network.mlp([2, 6, 5, 2], activation=activation, rng=np.random.default_rng(s)) for s in range(3)
        ]

    together, alone = nets(), nets()
    optimizer = optimizers.Momentum(np.array(rates)[:, None])
    ends = fit_together(
        together, optimizer, (x, y), epochs=5, rng=np.random.default_rng(1), batch_size=batch_size
    )
    for one, other, rate, end in zip(together, alone, rates, ends, strict=True):
        momentum, rng = optimizers.Momentum(rate), np.random.default_rng(1)
        history = training.fit(
            other, losses.softmax_cross_entropy, momentum, (x, y), epochs=5, rng=rng, batch_size=batch_size
        )
        np.testing.assert_allclose(one.theta, other.theta, rtol=1e-9, atol=1e-12)
        assert end == pytest.approx(history.train_loss[-1], rel=1e-9)


@pytest.mark.parametrize("batch_size", [7, 60])
def test_networks_with_orders_of_their_own_end_as_trained_alone(batch_size):
    x, y = datasets.xor(60, np.random.default_rng(0))
    options = dict(epochs=5, batch_size=batch_size)
    together = [network.mlp([2, 6, 5, 2], rng=np.random.default_rng(0)) for _ in range(3)]
    orders = [np.random.default_rng(seed) for seed in range(3)]
    fit_together(together, optimizers.Momentum(0.2), (x, y), rng=orders, **options)
    for seed, one in enumerate(together):
        alone = network.mlp([2, 6, 5, 2], rng=np.random.default_rng(0))
        fit_together([alone], optimizers.Momentum(0.2), (x, y), rng=np.random.default_rng(seed), **options)
        np.testing.assert_allclose(one.theta, alone.theta, rtol=1e-9, atol=1e-12)
    assert np.array_equal(together[0].theta, together[1].theta) == (batch_size == 60)


def test_who_watches_sees_the_networks_after_each_update_and_may_end_training():
    data = datasets.xor(60, np.random.default_rng(0))
    seen = []

    def watch(update):
        seen.append((update, nets[0].theta.copy()))
        return update == 5

    nets = [network.mlp([2, 6, 2], rng=np.random.default_rng(seed)) for seed in range(2)]
    options = dict(rng=np.random.default_rng(1), batch_size=20)  # three updates an epoch
    (end, _) = fit_together(nets, optimizers.SGD(0.1), data, epochs=9, watch=watch, **options)
    alone = [network.mlp([2, 6, 2], rng=np.random.default_rng(0))]
    rng = np.random.default_rng(1)
    fit_together(alone, optimizers.SGD(0.1), data, epochs=1, rng=rng, batch_size=20)
    assert [update for update, _ in seen] == [1, 2, 3, 4, 5] and math.isfinite(end)
    np.testing.assert_allclose(seen[2][1], alone[0].theta, rtol=1e-9)
    np.testing.assert_array_equal(seen[4][1], nets[0].theta)


OTHER_LAYERS = {
    "batch": lambda: [layers.BatchNorm(2), layers.Dense(2, 6), layers.BatchNorm(6, momentum=0.8, eps=1e-3)],
    "layer": lambda: [layers.Dense(2, 6), layers.LayerNorm(6, eps=1e-3)],
    "layer first": lambda: [layers.LayerNorm(2), layers.Dense(2, 6)],
    "residual": lambda: [
        layers.Dense(2, 6),
        layers.Residual(
            layers.BatchNorm(6), layers.Residual(layers.LayerNorm(6), layers.Dense(6, 6)), layers.Dense(6, 6)
        ),
    ],
    "residual first": lambda: [layers.Residual(layers.Dense(2, 2)), layers.Dense(2, 6)],
    "dropout": lambda: [
        layers.Dropout(0.2),
        layers.Dense(2, 6),
        layers.Activation("relu"),
        layers.Dropout(0.5),
    ],
    "dropout of none": lambda: [layers.Dense(2, 6), layers.Dropout(0.0)],
    "dropout within": lambda: [layers.Dense(2, 6), layers.Residual(layers.Dropout(0.3), layers.Dense(6, 6))],
}


@pytest.mark.parametrize("orders", ["one", "own"])
@pytest.mark.parametrize("parts", OTHER_LAYERS.values(), ids=OTHER_LAYERS)
def test_normalisations_dropout_and_shortcuts_end_as_trained_alone_with_what_they_keep(parts, orders):
    x, y = datasets.xor(60, np.random.default_rng(0))

    def made(seed):
        end = [layers.Activation("tanh"), layers.Dense(6, 2)]
        return network.Network([*parts(), *end], np.random.default_rng(seed))

    def rng(seed):
        return np.random.default_rng(seed if orders == "own" else 0)

    together = [made(seed) for seed in range(3)]
    rngs = [rng(seed) for seed in range(3)] if orders == "own" else rng(0)
    fit_together(together, optimizers.Momentum(0.1), (x, y), epochs=4, rng=rngs, batch_size=7)
    for seed, one in enumerate(together):
        alone, momentum = made(seed), optimizers.Momentum(0.1)
        loss = losses.softmax_cross_entropy
        training.fit(alone, loss, momentum, (x, y), epochs=4, rng=rng(seed), batch_size=7)
        for name, value in one.state().items():
            np.testing.assert_allclose(value, alone.state()[name], rtol=1e-9, atol=1e-12, err_msg=name)
        assert np.allclose(one.forward(x), alone.forward(x), rtol=1e-9)
        assert one.rng.bit_generator.state == alone.rng.bit_generator.state


def test_generators_that_are_not_one_a_network_are_refused():
    nets = [network.mlp([2, 2], rng=np.random.default_rng(seed)) for seed in range(3)]
    with pytest.raises(ValueError, match="for each of them, not 2"):
        fit_together(nets, optimizers.SGD(0.1), (np.zeros((4, 2)), [0] * 4), epochs=1, rng=[None] * 2)


def test_a_network_that_diverges_leaves_the_others_alone():
    x, y = datasets.xor(60, np.random.default_rng(0))

    def trained(rates):
        nets = [
            network.mlp([2, 6, 2], activation="relu", rng=np.random.default_rng(s)) for s in range(len(rates))
        ]
        sgd = optimizers.SGD(np.array(rates)[:, None])
        return nets, fit_together(nets, sgd, (x, y), epochs=30, rng=np.random.default_rng(1))

    nets, ends = trained([0.1, 1e200])
    (alone,), (end,) = trained([0.1])
    assert math.isnan(ends[1]) and ends[0] == pytest.approx(end)
    np.testing.assert_allclose(nets[0].theta, alone.theta, rtol=1e-9, atol=1e-12)


def mixed():
    rng = np.random.default_rng(0)
    return [network.mlp([2, 3, 2], rng=rng), network.mlp([2, 4, 2], rng=rng)]


def wide():
    return [network.Network([layers.Maxout(2, 2)], np.random.default_rng(0))]


class Doubled(layers.Dense):
    """A dense layer in all but what it computes."""

    def forward(self, x, training=False):
        return 2 * super().forward(x, training)


class Halved(layers.Activation):
    def forward(self, x, training=False):
        return super().forward(x, training) / 2


class Quiet(layers.LayerNorm):
    def forward(self, x, training=False):
        return super().forward(x, training) / 2


def stacked(*parts):
    return [network.Network(list(parts), np.random.default_rng(0))]


def two_headed():
    heads = {"one": [layers.Dense(3, 2)], "two": [layers.Dense(3, 2)]}
    return [multitask.MultiTask([layers.Dense(2, 3)], heads, np.random.default_rng(0))]


UNLIKE = {  # what does not train together: how it is named
    "maxout": (lambda: stacked(layers.Maxout(2, 2)), "Maxout"),
    "maxout within": (lambda: stacked(layers.Residual(layers.Maxout(2, 2))), "Maxout"),
    "one's own normalisation": (lambda: stacked(Quiet(2)), "LayerNorm"),
    "embedding": (lambda: stacked(multitask.Embedding(2, 1), layers.Dense(2, 2)), "Embedding"),
    "one's own dense layer": (lambda: stacked(Doubled(2, 2)), "Dense"),
    "one's own activation": (lambda: stacked(layers.Dense(2, 2), Halved("relu")), "relu"),
    "several heads": (two_headed, "MultiTask"),
    "the same twice": (lambda: mixed()[:1] * 2, "twice"),
    "other sizes": (mixed, "alike"),
    "other slopes": (
        lambda: [stacked(layers.Dense(2, 2), layers.Activation("elu", alpha=a))[0] for a in (1, 2)],
        "alike",
    ),
}


@pytest.mark.parametrize(("make", "said"), UNLIKE.values(), ids=UNLIKE)
def test_networks_that_do_not_train_together_are_named_and_left_as_they_were(make, said):
    nets = make()
    before = [net.theta.copy() for net in nets]
    with pytest.raises(ValueError, match=said):
        fit_together(nets, optimizers.SGD(0.1), ([[0.0, 0.0]], [0]), epochs=1, rng=np.random.default_rng(0))
    assert all(np.array_equal(net.theta, theta) for net, theta in zip(nets, before, strict=True))


@pytest.mark.parametrize("dtype", [np.float64, np.float32, bool, np.uint8])
def test_labels_of_any_dtype_train_together_alike(dtype):
    x, y = datasets.xor(20, np.random.default_rng(0))

    def run(labels):
        nets = mixed()[:1]
        return fit_together(
            nets, optimizers.SGD(0.1), (x, labels), epochs=2, rng=np.random.default_rng(0)
        ).tolist()

    assert run(y.astype(dtype)) == run(y)


@pytest.mark.parametrize(
    ("labels", "said"),
    [([0, -1], "-1"), ([0, 2], "2"), ([0, 0.5], "0.5"), ([[0], [1]], r"\(2, 1\)"), ([0, np.nan], "nan")],
)
def test_labels_that_are_no_classes_are_refused(labels, said):
    with (
        pytest.raises(ValueError, match=said),
        np.errstate(invalid="ignore"),
    ):
        fit_together(mixed()[:1], optimizers.SGD(0.1), (np.zeros((2, 2)), labels), epochs=1, rng=None)


def test_an_optimizer_forgets_other_networks_and_goes_on_with_the_same():
    data, momentum = datasets.xor(20, np.random.default_rng(0)), optimizers.Momentum(0.1)

    def trained(nets, rule, epochs):
        fit_together(nets, rule, data, epochs=epochs, rng=np.random.default_rng(1))
        return [net.theta.tolist() for net in nets]

    trained(mixed()[:1], momentum, 2)
    nets = mixed()[:1]
    assert trained(nets, momentum, 2) == trained(mixed()[:1], optimizers.Momentum(0.1), 2)
    assert trained(nets, momentum, 1) == trained(mixed()[:1], optimizers.Momentum(0.1), 3)


def test_whole_ends_may_be_floats_and_what_is_drawn_is_whole():
    drawn = Integer(1.0, 4.0).draw(np.linspace(0, 1, 50, endpoint=False))
    assert set(drawn.tolist()) == {1, 2, 3, 4} and Integer(1.0, 4.0) == Integer(1, 4)
    assert type(Integer(1.0, 4.0).low) is int


@pytest.mark.parametrize(
    "options", [["relu", "tanh"], ("relu", "tanh"), np.array(["relu", "tanh"])], ids=type
)
def test_options_may_come_in_anything_that_has_an_order(options):
    assert Choice(options).draw([0.1, 0.9]) == ["relu", "tanh"]


def test_scores_of_configurations_that_hold_numpys_numbers_or_functions_are_kept(tmp_path):
    configurations = [{"x": np.int64(2), "bend": np.tanh}, {"x": np.float32(3), "bend": np.cos}]
    results, tried = tmp_path / "results.jsonl", []

    def objective(configuration):
        tried.append(configuration)
        return float(configuration["bend"](configuration["x"]))

    scores = evaluate_all(objective, configurations, results=results)
    assert evaluate_all(objective, configurations, results=results) == scores and len(tried) == 2


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: log_uniform(0.5, 0.0, 1.0), "not 0.0 and 1.0"),
        (lambda: log_uniform(0.5, 2.0, 1.0), "not 2.0 and 1.0"),
        (lambda: sample_configurations([[0.5]], {}), r"\(1, 1\)"),
        (lambda: sample_configurations([[0.5]], {"a": (1, 2, "square")}), "'square'"),
        (lambda: narrow_range([1.0, 2.0], [np.nan, 1.0], 2), "from 1 to 1"),
        (lambda: narrow_range([1.0], [1.0], 0), "not 0"),
        (lambda: narrow_range([1.0, 2.0], [1.0], 1), r"\(2,\) and \(1,\)"),
        (lambda: Linear(1, 0), "not 1 and 0"),
        (lambda: Linear(-math.inf, 0), "not -inf and 0"),
        (lambda: Linear(0, math.inf), "not 0 and inf"),
        (lambda: Choice(()), "at least one option"),
        (lambda: Choice("relu"), r"'relu' alone is no choice: put the options in a list, \['relu'\]"),
        (lambda: Choice(b"relu"), "alone is no choice"),
        (lambda: Choice({"relu"}), "in an order"),
        (lambda: Choice(3), "in an order.*not 3"),
        (lambda: Integer(1.5, 4), "not 1.5 and 4"),
        (lambda: Integer(1, 4.2), "not 1 and 4.2"),
        (lambda: Integer(1, math.inf), "not 1 and inf"),
        (lambda: Integer(1, math.nan), "not 1 and nan"),
        (lambda: Integer(4, 1), "not 4 and 1"),
        (lambda: Linear(0, 1).grid(0), "not 0"),
        (lambda: narrow_range([1.0, 2.0], [1.0, 2.0], 2, margin=-0.1), "margin.*-0.1"),
        (lambda: random_configurations(RANGES, 0, np.random.default_rng(0)), "not 0"),
        (
            lambda: coarse_to_fine(
                lambda c: np.nan,
                {"x": Linear(0, 1)},
                rounds=1,
                samples=2,
                keep=1,
                rng=np.random.default_rng(0),
            ),
            "scored nan",
        ),
        (lambda: fit_together(mixed(), optimizers.SGD(0.1), ([[0, 0]], [0]), epochs=1, rng=None), "alike"),
        (lambda: fit_together([], optimizers.SGD(0.1), ([[0, 0]], [0]), epochs=1, rng=None), "none"),
        (
            lambda: fit_together(wide(), optimizers.SGD(0.1), ([[0, 0]], [0]), epochs=1, rng=None),
            "Maxout",
        ),
        (
            lambda: fit_together(mixed()[:1], optimizers.SGD(0.1), ([[0, 0]], [0, 1]), epochs=1, rng=None),
            "as many",
        ),
    ],
)
def test_what_makes_no_sense_is_named(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def points(n, seed):
    """Points whose labels hang together with nothing, so that any other network scores otherwise on them."""
    dice = np.random.default_rng(seed)
    return dice.normal(size=(n, 3)), dice.integers(0, 2, n)


NAMED = {"mu": 0.9, "units": 32, "activation": "tanh", "batch_size": 32, "l2": 0.0}
OTHERS = {"mu": 0.5, "units": 31, "activation": "relu", "batch_size": 33, "l2": 0.1, "learning_rate": 0.2}


def score_of(seed=None, **settings):
    options = {"data": points(66, 1), "validation": points(4000, 2), "epochs": 5}
    options |= {} if seed is None else {"seed": seed}
    return validation_score({"learning_rate": 0.3, **settings}, **options)


def test_a_setting_that_is_not_named_is_what_the_documentation_says():
    plain = score_of()
    assert score_of(seed=0, **NAMED) == plain
    for name, other in OTHERS.items():
        assert score_of(**{name: other}) != plain, name
    assert score_of(seed=1) != plain


def test_a_trial_draws_its_first_weights_and_its_batches_from_two_generators():
    settings = {"learning_rate": 0.3, "mu": 0.9}
    weights, order = np.random.default_rng([5, 0]), np.random.default_rng([5, 1])
    net, loss = network.mlp([3, 32, 2], activation="tanh", rng=weights), losses.softmax_cross_entropy
    training.fit(net, loss, optimizers.Momentum(**settings), points(66, 1), epochs=5, rng=order)
    _, accuracy = training.evaluate(net, loss, points(4000, 2))
    assert score_of(seed=5, **settings) == accuracy


def test_a_rate_that_makes_the_loss_nan_scores_nan_and_a_setting_of_another_name_is_told():
    assert np.isnan(score_of(learning_rate=1e300, activation="relu"))
    with pytest.raises(ValueError, match="dropout"):
        score_of(dropout=0.5)


@pytest.mark.parametrize("kind", [Linear, Log, Integer])
def test_a_range_narrowed_about_its_own_end_ends_there(kind):
    whole = kind(1, 100)
    low = whole.narrowed([1, 3, 50, 90], [1, 1, 0, 0], 2, margin=0.5)
    high = whole.narrowed([1, 3, 98, 100], [0, 0, 1, 1], 2, margin=0.5)
    assert low.low == 1 and 3 < low.high < 10
    assert high.high == 100 and 90 < high.low < 98


def test_one_configuration_may_be_drawn_and_none_may_not():
    (one,) = random_configurations(RANGES, 1, np.random.default_rng(0))
    assert one.keys() == RANGES.keys()
    with pytest.raises(ValueError, match="0"):
        random_configurations(RANGES, 0, np.random.default_rng(0))
