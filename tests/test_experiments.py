"""Comparisons are fair: who is better is found, a tie is called one, and test data choose nothing."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import (
    datasets,
    experiments,
    layers,
    losses,
    network,
    optimizers,
    plots,
    regularizers,
    schedules,
    training,
)
from dlcourse.experiments import Comparison, Result, Runs, compare, compare_runs, sign_flip_p, split


@pytest.fixture(scope="module")
def data():
    return split(*datasets.xor(300, np.random.default_rng(0)), validation=100, test=100)


COMMON = dict(sizes=[2, 8, 2], epochs=5, tuning_seeds=2)
RATES = {"learning_rate": [0.01, 0.1, 0.3]}


def result(runs, chosen=None, at_edge=()):
    runs = np.asarray(runs, dtype=float)
    return Result(chosen or {}, at_edge, [], runs, 1 - runs, runs[:, None], 1 - runs[:, None])


def compared(**runs):
    return Comparison({name: result(each) for name, each in runs.items()}, "loss")


class TestVerdicts:
    def test_a_planted_favourite_is_found(self, data):
        methods = {
            "blind": dict(initializer=lambda rng, shape: np.zeros(shape)),
            "favourite": {},
        }
        found = compare(
            methods, data=data, tune=RATES, seeds=6, measure="accuracy", optimizer=optimizers.Adam, **COMMON
        )
        assert found.best == "favourite"
        assert found.verdict("favourite") == "ahead of all"
        assert found.verdict("blind") == "behind favourite"

    def test_methods_that_are_the_same_tie_and_have_the_same_numbers(self, data):
        twins = {"one": optimizers.SGD, "other": optimizers.SGD}
        found = compare(twins, data=data, tune=RATES, seeds=6, **COMMON)
        assert found.verdict("one") == "best mean"
        assert found.verdict("other") == "tie with one"
        assert np.array_equal(*(each.test_loss for each in found.results.values()))

    def test_a_small_lead_on_every_seed_counts_and_a_large_one_on_some_does_not(self):
        base = np.linspace(0.1, 0.9, 10)
        found = compared(a=base, b=base + 1e-6, c=base + 5 * (-1.0) ** np.arange(10) + 0.5)
        assert (found.verdict("b"), found.verdict("c")) == ("behind a", "tie with a")

    def test_equals_are_told_apart_in_at_most_one_comparison_of_twenty(self):
        rng = np.random.default_rng(0)
        claims = [
            any(found.differ(one, other) for one in found.results for other in found.results if one != other)
            for found in (
                compared(**dict(zip("abcd", rng.normal(size=(4, 12)), strict=True))) for _ in range(300)
            )
        ]
        assert np.mean(claims) < 0.05 + 2 * math.sqrt(0.05 * 0.95 / 300)

    def test_too_few_seeds_to_tell_methods_apart_are_reported_with_how_many_it_takes(self):
        few, enough = (compared(a=np.zeros(n), b=np.ones(n)) for n in (5, 6))
        assert few.verdict("b") == "tie with a"
        assert few.notes() == ["* 5 seeds cannot tell 2 methods apart by our rule: take 6"]
        assert enough.verdict("b") == "behind a" and enough.notes() == []

    def test_a_run_that_diverged_is_no_rival_and_is_counted(self):
        found = compared(a=np.ones(6), b=[0.1] * 5 + [np.nan])
        assert (found.best, found.verdict("a")) == ("a", "best mean")
        assert found.verdict("b") == "1 of 6 runs diverged"
        assert "1 of 6 runs diverged" in found.table()

    def test_who_has_no_rival_is_ahead_of_nobody(self):
        assert compared(a=np.ones(6)).verdict("a") == "best mean"
        assert compared(a=np.ones(6), b=[np.nan] * 6).verdict("a") == "best mean"

    def test_where_every_method_diverged_no_best_is_made_up(self):
        found = compared(a=[np.nan] * 6)
        assert "6 of 6 runs diverged" in found.table()
        with pytest.raises(ValueError, match="every method diverged"):
            _ = found.best

    @given(st.lists(st.floats(-5, 5), min_size=1, max_size=8))
    def test_the_share_of_signs_is_the_one_that_counting_them_gives(self, d):
        d = np.round(d, 3)
        signs = np.array(np.meshgrid(*[[-1, 1]] * len(d))).reshape(len(d), -1)
        expected = np.mean(np.abs(d @ signs) >= abs(d.sum()) - 1e-9)
        assert sign_flip_p(d) == pytest.approx(expected)

    def test_many_differences_have_nearly_the_share_of_the_normal_curve(self):
        stats = pytest.importorskip("scipy.stats")
        d = np.random.default_rng(1).normal(0.2, 1, size=60)
        z = d.sum() / np.sqrt((d**2).sum())
        assert sign_flip_p(d) == pytest.approx(2 * stats.norm.sf(abs(z)), abs=0.01)


class TestTuning:
    @pytest.mark.parametrize(
        ("rates", "edge"),
        [([1e-6, 1e-5, 1e-4], True), ([0.1, 1e3, 1e4], True), ([1e-4, 0.1, 1e3], False), ([0.1], False)],
    )
    def test_a_best_value_at_the_edge_of_its_list_is_reported(self, data, rates, edge):
        found = compare({"SGD": optimizers.SGD}, data=data, tune={"learning_rate": rates}, seeds=1, **COMMON)
        assert found.results["SGD"].at_edge == (("learning_rate",) if edge else ())
        assert ("edge" in found.table()) is edge

    def test_there_is_nothing_below_a_strength_of_0(self):
        assert [experiments._at_edge(value, [0.0, 0.1, 0.2]) for value in (0.0, 0.1, 0.2)] == [
            False,
            False,
            True,
        ]
        assert not experiments._at_edge("relu", ["relu", "tanh"])

    def test_all_combinations_are_tried_and_the_best_of_their_means_is_chosen(self, data):
        tune = RATES | {"activation": ["relu", "tanh"]}
        found = compare({"m": optimizers.Momentum}, data=data, tune=tune, seeds=1, **COMMON).results["m"]
        assert len(found.trials) == 6
        assert found.chosen == min(found.trials, key=lambda trial: trial.score).settings

    def test_a_list_of_a_methods_own_replaces_the_common_one_and_a_value_ends_its_tuning(self, data):
        methods = {
            "own": dict(tune={"learning_rate": [0.2]}),
            "fixed": dict(learning_rate=0.05),
            "common": {},
        }
        found = compare(methods, data=data, tune=RATES, seeds=1, optimizer=optimizers.SGD, **COMMON).results
        tried = {name: [t.settings.get("learning_rate") for t in each.trials] for name, each in found.items()}
        assert tried == {"own": [0.2], "fixed": [None], "common": RATES["learning_rate"]}

    def test_a_rate_that_diverges_is_not_chosen(self, data):
        rates = {"learning_rate": [0.1, 1e200]}
        options = dict(activation="relu", seeds=1, **COMMON)
        found = compare({"SGD": optimizers.SGD}, data=data, tune=rates, **options).results["SGD"]
        assert found.chosen == {"learning_rate": 0.1} and math.isnan(found.trials[1].score)

    def test_a_method_that_always_diverges_is_named(self, data):
        options = dict(activation="relu", seeds=1, **COMMON)
        with pytest.raises(ValueError, match="wild: every setting"):
            compare({"wild": optimizers.SGD}, data=data, tune={"learning_rate": [1e200]}, **options)


class TestSeeds:
    def keys(self, vary="both", n=4):
        return [experiments._seeds(0, purpose, n, vary) for purpose in (0, 1)]

    def test_no_generator_begins_as_another(self):
        drawn = [key for purpose in self.keys() for run in purpose for key in run]
        first = [np.random.default_rng(key).random() for key in drawn]
        assert len(set(first)) == len(drawn) == 16

    @pytest.mark.parametrize(
        ("vary", "weights", "orders"), [("both", 4, 4), ("weights", 4, 1), ("order", 1, 4)]
    )
    def test_first_weights_and_order_vary_each_by_seeds_of_their_own(self, vary, weights, orders):
        _, final = self.keys(vary)
        assert (len({one for one, _ in final}), len({other for _, other in final})) == (weights, orders)

    def test_what_varies_alone_makes_runs_differ(self, data):
        spreads = {
            vary: np.ptp(
                compare({"SGD": optimizers.SGD}, data=data, learning_rate=0.1, seeds=3, vary=vary, **COMMON)
                .results["SGD"]
                .test_loss
            )
            for vary in ("both", "weights", "order")
        }
        assert min(spreads.values()) > 0

    def test_methods_share_first_weights_and_batches_seed_by_seed(self, data):
        seen = {}

        def watched(name):
            def build(rng):
                net = network.mlp([2, 8, 2], rng=rng)
                seen.setdefault(name, []).append(net.theta.copy())
                return net

            return build

        options = dict(data=data, learning_rate=0.1, seeds=3, epochs=1)
        compare({n: dict(network=watched(n), optimizer=optimizers.SGD) for n in "ab"}, **options)
        assert np.array_equal(seen["a"], seen["b"])
        assert len(np.unique(seen["a"], axis=0)) == 3

    def test_another_seed_gives_another_comparison(self, data):
        options = dict(data=data, learning_rate=0.1, seeds=2, **COMMON)
        one, same, other = (compare({"SGD": optimizers.SGD}, seed=s, **options) for s in (0, 0, 1))
        assert np.array_equal(one.results["SGD"].test_loss, same.results["SGD"].test_loss)
        assert not np.array_equal(one.results["SGD"].test_loss, other.results["SGD"].test_loss)


class TestData:
    def test_test_data_are_touched_once_a_run_and_choose_nothing(self, data, monkeypatch):
        train, validation, test = data
        touched = []
        evaluate = experiments.evaluate

        def counted(net, loss, part):
            touched.append(part is test)
            return evaluate(net, loss, part)

        monkeypatch.setattr(experiments, "evaluate", counted)
        rules = {"SGD": optimizers.SGD, "momentum": optimizers.Momentum}
        honest = compare(rules, data=data, tune=RATES, seeds=3, **COMMON)
        assert sum(touched) == 2 * 3
        others = (train, validation, (test[0], 1 - test[1]))
        turned = compare(rules, data=others, tune=RATES, seeds=3, **COMMON)
        for name in rules:
            one, other = honest.results[name], turned.results[name]
            assert one.chosen == other.chosen
            assert np.array_equal(one.validation_loss, other.validation_loss)
            assert one.test_accuracy + other.test_accuracy == pytest.approx(np.ones(3))

    def test_a_method_may_train_on_data_of_its_own_but_is_judged_on_the_same(self, data):
        train, validation, test = data
        more = ((np.tile(train[0], (2, 1)), np.tile(train[1], 2)), validation, test)
        options = dict(data=data, learning_rate=0.1, seeds=1, optimizer=optimizers.SGD, **COMMON)
        assert compare({"more": dict(data=more), "plain": {}}, **options).results["more"].test_loss[0] > 0
        with pytest.raises(ValueError, match="b has other labels"):
            compare({"a": {}, "b": dict(data=(train, validation, (test[0], 1 - test[1])))}, **options)

    def test_a_split_parts_all_examples_in_their_order(self):
        parts = split(np.arange(10)[:, None], np.arange(10), validation=2, test=3)
        assert [part.tolist() for _, part in parts] == [[0, 1, 2, 3, 4], [5, 6], [7, 8, 9]]
        assert all(np.array_equal(x[:, 0], y) for x, y in parts)
        with pytest.raises(ValueError, match="more than 5"):
            split(np.zeros((10, 1)), np.zeros(10), validation=5, test=5)


class TestTraining:
    def test_runs_trained_together_end_as_runs_trained_alone(self, data, monkeypatch):
        def run():
            return compare({"m": optimizers.Momentum}, data=data, tune=RATES, seeds=3, **COMMON).results["m"]

        together = run()
        monkeypatch.setattr(experiments, "_stackable", lambda run: False)
        alone = run()
        assert together.test_loss == pytest.approx(alone.test_loss, rel=1e-9)
        assert together.validation_loss == pytest.approx(alone.validation_loss, rel=1e-9)
        assert [t.score for t in together.trials] == pytest.approx([t.score for t in alone.trials], rel=1e-9)

    def test_settings_go_to_what_takes_them(self, data):
        def dropped(rng, rate):
            parts = [layers.Dense(2, 8), layers.Activation("relu"), layers.Dropout(rate), layers.Dense(8, 2)]
            return network.Network(parts, rng)

        methods = {
            "dropout": dict(network=dropped, tune={"rate": [0.1, 0.5]}),
            "penalty": dict(sizes=[2, 2], penalty=regularizers.l2_penalty, tune={"strength": [0.0, 1e3]}),
            "decay": dict(sizes=[2, 8, 2], schedule=schedules.cosine, total_steps=20),
        }
        common = dict(optimizer=optimizers.Momentum, mu=0.5, learning_rate=1e-3, epochs=3, batch_size=10)
        found = compare(methods, data=data, seeds=2, tuning_seeds=1, max_norm=1.0, **common).results
        assert {name: list(each.chosen) for name, each in found.items()} == {
            "dropout": ["rate"], "penalty": ["strength"], "decay": []
        }  # fmt: skip
        assert found["penalty"].trials[0].score != found["penalty"].trials[1].score
        assert found["decay"].validation_loss.shape == (2, 3)

    def test_a_method_may_have_a_network_of_its_own_and_settings_for_it(self, data):
        def deep(rng, width, depth):
            return network.mlp([2, *[width] * depth, 2], rng=rng)

        methods = {
            "plain": {},
            "deep": dict(network=deep, width=4, tune={"depth": [2, 3]}),
            "pushed": dict(optimizer=optimizers.Momentum),
        }
        options = dict(data=data, sizes=[2, 8, 2], optimizer=optimizers.Adam, learning_rate=0.01)
        found = compare(methods, tune={"mu": [0.5, 0.9]}, epochs=2, seeds=2, **options).results
        assert {name: list(each.chosen) for name, each in found.items()} == {
            "plain": [], "deep": ["depth"], "pushed": ["mu"]
        }  # fmt: skip

    def test_what_a_method_has_for_itself_must_be_taken(self, data):
        options = dict(data=data, optimizer=optimizers.Adam, learning_rate=0.1, **COMMON)
        for own in (dict(mu=0.9), dict(tune={"mu": [0.9]})):
            with pytest.raises(ValueError, match=r"^pushed: nothing takes mu; there are "):
                compare({"plain": {}, "pushed": own}, **options)

    def test_a_schedule_and_a_penalty_do_what_they_do_in_fit(self, data):
        settings = dict(sizes=[2, 4, 2], optimizer=optimizers.SGD, learning_rate=0.2, epochs=2)
        parts = dict(schedule=schedules.exponential, k=0.1, penalty=regularizers.l1_penalty, strength=0.01)
        found = compare({"m": settings | parts}, data=data, seeds=1).results["m"]
        ((weights, order),) = experiments._seeds(0, 1, 1, "both")
        net = network.mlp([2, 4, 2], rng=np.random.default_rng(weights))
        training.fit(
            net,
            losses.softmax_cross_entropy,
            optimizers.SGD(0.2),
            data[0],
            epochs=2,
            rng=np.random.default_rng(order),
            schedule=schedules.exponential(0.2, 0.1),
            penalty=lambda w: regularizers.l1_penalty(w, 0.01),
        )
        assert found.test_loss[0] == training.evaluate(net, losses.softmax_cross_entropy, data[2])[0]

    def test_a_run_that_diverges_alone_is_nan_and_not_an_error(self, data):
        options = dict(COMMON, activation="relu", max_norm=1e300, seeds=1)
        rates = {"learning_rate": [0.1, 1e200]}
        found = compare({"m": optimizers.SGD}, data=data, tune=rates, **options)
        assert math.isnan(found.results["m"].trials[1].score)

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            (dict(learning_rat=0.1), "SGD: give or tune learning_rate; nothing of it takes learning_rat$"),
            (dict(learning_rate=0.1, strenght=1), "^nothing takes strenght; there are .*learning_rate"),
            (dict(), "SGD: give or tune learning_rate$"),
            (dict(learning_rate=0.1, tune={"mu": [0.9]}), "nothing takes mu"),
            (dict(learning_rate=0.1, tune={"activation": []}), "nothing to try for activation"),
            (dict(learning_rate=0.1, seeds=0), "seeds must be at least 1"),
            (
                dict(learning_rate=0.1, measure="speed"),
                "measure is one of loss, accuracy, epochs, updates, not 'speed'",
            ),
            (dict(learning_rate=0.1, vary="data"), "vary is one of"),
            (
                dict(learning_rate=0.1, measure="epochs"),
                "target is given where the measure is .*'epochs', None",
            ),
            (dict(learning_rate=0.1, target=0.5), "target is given where the measure is .*'loss', 0.5"),
        ],
    )
    def test_a_setting_that_is_wrong_or_missing_is_named(self, data, wrong, said):
        with pytest.raises(ValueError, match=said):
            compare({"SGD": optimizers.SGD}, data=data, **(COMMON | wrong))


class TestEarlyStopping:
    def test_a_run_ends_with_the_weights_of_its_best_epoch_on_validation_data(self, data):
        (x, _), validation, _ = data
        noise = np.random.default_rng(0).integers(2, size=len(x))  # to be learnt by heart
        sets = ((x, noise), validation, validation)  # tested on what it stops by, to see the weights
        settings = dict(data=sets, sizes=[2, 64, 2], optimizer=optimizers.Adam, learning_rate=0.05, epochs=40)
        found = compare({"to the end": {}, "stopped": dict(patience=3)}, seeds=4, **settings).results
        whole, stopped = found["to the end"], found["stopped"]
        assert stopped.test_loss == pytest.approx(stopped.validation_loss.min(axis=1))
        for run, all_of_it, best in zip(
            stopped.validation_loss, whole.validation_loss, stopped.best_epochs.astype(int), strict=True
        ):
            assert run[: best + 3] == pytest.approx(all_of_it[: best + 3])
            assert np.all(run[best + 3 :] == run[best - 1]) and best + 3 < 40

    def test_a_run_that_diverged_has_no_best_epoch(self):
        runs = Result({}, (), [], *[np.zeros(2)] * 2, np.array([[3.0, 1.0, 1.0], [2.0, np.nan, 1.0]]), None)
        assert runs.best_epochs == pytest.approx([2, np.nan], nan_ok=True)


class TestSpeed:
    def test_how_soon_is_counted_to_the_first_epoch_at_the_target(self):
        curves = np.array([[0.9, 0.5, 0.7], [0.9, 0.8, 0.6], [np.nan] * 3])
        runs = Result({}, (), [], *[np.zeros(3)] * 2, curves, None, updates_per_epoch=7)
        assert runs.epochs_until(0.5) == pytest.approx([2, np.nan, np.nan], nan_ok=True)
        soon = Comparison({"m": runs}, "updates", 0.7)
        assert soon._scores("m") == pytest.approx([14, 21, np.nan], nan_ok=True)
        assert soon.verdict("m") == "1 of 3 runs did not reach 0.7"
        with pytest.raises(ValueError, match=r"every method did not reach 0\.7: train longer"):
            _ = soon.best

    def test_the_rate_is_tuned_for_what_is_measured(self, data):
        rates = {"learning_rate": [0.003, 0.03, 0.3]}
        options = dict(
            data=data, tune=rates, seeds=6, measure="epochs", target=0.6, **COMMON | {"epochs": 30}
        )
        found = compare({"SGD": optimizers.SGD, "Adam": optimizers.Adam}, **options)
        for result in found.results.values():
            scores = {trial.settings["learning_rate"]: trial.score for trial in result.trials}
            reached = {rate: score for rate, score in scores.items() if not math.isnan(score)}
            assert result.chosen["learning_rate"] == min(reached, key=reached.get)
        assert math.isnan(found.results["SGD"].trials[0].score)
        assert found.verdict("Adam") == "ahead of all"
        assert "epochs to validation loss 0.6" in found.table()

    def test_small_batches_take_more_updates_where_they_take_fewer_epochs(self, data):
        sizes = {"small": dict(batch_size=5), "large": dict(batch_size=50)}
        options = dict(
            data=data, optimizer=optimizers.SGD, tune={"learning_rate": [0.1, 0.3, 1.0]}, seeds=2, target=0.6
        )
        options |= COMMON | {"epochs": 40}
        epochs, updates = (compare(sizes, measure=measure, **options) for measure in ("epochs", "updates"))
        small, large = updates.results.values()
        assert (small.updates_per_epoch, large.updates_per_epoch) == (20, 2)
        assert (epochs.best, updates.best) == ("small", "large")

    def test_a_target_that_no_setting_reaches_is_named(self, data):
        options = dict(data=data, tune=RATES, seeds=1, measure="epochs", target=0.001, **COMMON)
        with pytest.raises(ValueError, match=r"slow: every setting .* missed a validation loss of 0\.001"):
            compare({"slow": optimizers.SGD}, **options)


class TestTelling:
    @pytest.fixture
    def found(self, data):
        rules = {"SGD": optimizers.SGD, "Adam": optimizers.Adam}
        return compare(rules, data=data, tune=RATES, seeds=6, **COMMON)

    def test_the_table_has_a_row_a_method_with_mean_and_range_over_seeds(self, found):
        head, sgd, adam, *_ = found.table().splitlines()
        assert head.split("  ")[0] == "" and "test loss" in head
        loss = found.results["Adam"].test_loss
        assert f"{loss.mean():.3f} ({loss.min():.3f} to {loss.max():.3f})" in adam
        assert sgd.startswith("SGD ") and "learning_rate 0.3*" in sgd

    def test_the_plot_has_a_mark_a_seed_and_a_bar_at_their_mean(self, found):
        fig, ax = plots.figure()
        found.plot(ax)
        marks, bar = ax.lines[2:4]
        loss = found.results["Adam"].test_loss
        assert np.array_equal(marks.get_xdata(), loss)
        assert bar.get_xdata()[0] == loss.mean()
        assert [tick.get_text() for tick in ax.get_yticklabels()] == ["SGD", "Adam"]
        plots.plt.close(fig)

    def test_plots_that_share_an_axis_have_the_first_method_on_top_all_the_same(self, found):
        fig, axes = plots.figure(2, sharey=True)
        for ax in axes:
            found.plot(ax)
        bottom, top = axes[0].get_ylim()
        assert top < 0 < 1 < bottom
        plots.plt.close(fig)

    def test_the_curves_are_of_validation_by_epoch_and_the_valley_of_tuning(self, found):
        fig, (left, right) = plots.figure(2)
        found.plot_curves(left)
        found.plot_tuning(right)
        assert left.lines[1].get_ydata() == pytest.approx(found.results["Adam"].validation_loss.mean(axis=0))
        tried = {trial.settings["learning_rate"]: trial.score for trial in found.results["Adam"].trials}
        assert dict(right.lines[1].get_xydata()) == tried
        with pytest.raises(ValueError, match="'mu'"):
            found.plot_tuning(right, "mu")
        plots.plt.close(fig)

    def test_a_race_to_a_target_is_drawn_with_its_target(self, data):
        options = dict(data=data, tune=RATES, seeds=2, measure="updates", target=0.69, **COMMON)
        found = compare({"SGD": optimizers.SGD}, **options)
        fig, (left, right) = plots.figure(2)
        found.plot(left)
        found.plot_curves(right)
        assert left.get_xlabel() == "updates to validation loss 0.69"
        assert right.lines[-1].get_ydata()[0] == 0.69 and right.get_ylabel() == "validation loss"
        plots.plt.close(fig)


class TestRunsOfOnesOwn:
    """A "training" that returns what it was given, scored on data that is a function."""

    @staticmethod
    def found(train=lambda seed, size: (seed, size), **changed):
        options = dict(
            validation=lambda seed, size: -abs(size - 2),
            test=lambda seed, size: seed,
            tune={"size": [1, 2, 3]},
            seeds=4,
            tuning_seeds=2,
        )
        return compare_runs({"one": train}, lambda run, data: {"s": data(*run)}, **(options | changed))

    def test_settings_are_chosen_on_validation_data_and_seeds_apart_from_those_reported(self):
        trained = []

        def train(seed, size):
            trained.append((seed, size))
            return seed, size

        found = self.found(train)
        assert found.chosen == {"one": {"size": 2}}
        assert found.scores["one"]["s"].tolist() == [0, 1, 2, 3]
        assert trained == [(seed, size) for size in (1, 2, 3) for seed in (4, 5)] + [
            (seed, 2) for seed in range(4)
        ]

    def test_a_setting_that_diverges_is_not_chosen_and_one_method_that_always_does_is_named(self):
        def train(seed, size):
            if size >= limit:
                raise training.NonFiniteLoss(math.nan, 1)
            return seed, size

        limit = 2
        assert self.found(train).chosen == {"one": {"size": 1}}
        limit = 0
        with pytest.raises(ValueError, match=r"one diverged at every setting.*size"):
            self.found(train)

    def test_a_best_value_at_the_edge_of_its_list_is_said(self):
        table = self.found(tune={"size": [0, 1, 2]}).table("s")
        assert table.splitlines()[1:] == ["* one: the best size, 2, is at the edge of its list"]
        assert len(self.found().table("s").splitlines()) == 1

    @pytest.mark.parametrize(
        ("by_seed", "verdict"),
        [
            ([1.0] * 10, "gain +1.000, ahead in 10 of 10 seeds: ahead of a"),
            ([-1.0] * 10, "gain -1.000, ahead in 0 of 10 seeds: behind a"),
            ([1.0, -1.0] * 5, "gain +0.000, ahead in 5 of 10 seeds: a tie with a"),
        ],
    )
    def test_a_row_is_told_apart_from_the_first_or_called_a_tie(self, by_seed, verdict):
        scores = {
            "a": {"s": np.arange(10.0)},
            "b": {"s": np.arange(10) + by_seed},
            "c": {"other": np.zeros(10)},
        }
        none = {name: {} for name in scores}
        lines = Runs(none, none, scores).table("s").splitlines()
        assert len(lines) == 2
        assert lines[1].endswith(verdict)
