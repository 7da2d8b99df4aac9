"""The data of the lessons: what ships is what its papers say, and what is generated obeys its laws."""

import hashlib
import re
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import datasets, optimizers
from dlcourse.datasets import Sentence, Vocabulary, download, surfaces, waveforms

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "dlcourse" / "datasets"
SURFACES = [
    datasets.ravine(),
    datasets.ravine(100.0),
    datasets.saddle(),
    datasets.beale(),
    datasets.rosenbrock(),
    surfaces.turned(datasets.saddle(), 45),
]
TOYS = [datasets.xor, datasets.moons, datasets.spirals]


def rng(seed=0):
    return np.random.default_rng(seed)


class TestDigits:
    def test_the_file_is_the_one_whose_source_and_licence_are_documented(self):
        documented = re.search(r"SHA-256\s+([0-9a-f]{64})", (FOLDER / "digits.txt").read_text()).group(1)
        assert hashlib.sha256((FOLDER / "digits.npz").read_bytes()).hexdigest() == documented

    def test_the_sets_are_disjoint_and_together_are_all_1797_images(self):
        sklearn = pytest.importorskip("sklearn.datasets")
        ours = np.concatenate([np.c_[x * 16, y] for x, y in datasets.digits()])
        theirs = np.c_[sklearn.load_digits(return_X_y=True)]
        assert np.array_equal(ours[np.lexsort(ours.T)], theirs[np.lexsort(theirs.T)])

    def test_sizes_ranges_and_dtypes_are_as_documented(self):
        for (x, y), size in zip(datasets.digits(), (1197, 300, 300), strict=True):
            assert (x.shape, x.dtype, y.shape, y.dtype) == ((size, 64), np.float64, (size,), np.int64)
            assert (x.min(), x.max()) == (0, 1)
            assert set(y) == set(range(10))

    def test_every_set_holds_each_digit_about_as_often(self):
        for _, y in datasets.digits():
            assert np.all(np.abs(np.bincount(y) / len(y) - 0.1) < 0.05)

    def test_the_split_is_the_same_every_time_but_the_arrays_are_fresh(self):
        first = datasets.digits()
        first.train[0][:], first.train[1][:] = -1, -1
        again = datasets.digits()
        assert again.train[0].min() == 0
        assert again.train[1].min() == 0

    def test_the_script_writes_the_same_bytes(self, tmp_path):
        pytest.importorskip("sklearn")
        (tmp_path / "scripts").mkdir()
        (tmp_path / "dlcourse" / "datasets").mkdir(parents=True)
        script = tmp_path / "scripts" / "make_digits.py"
        script.write_bytes((ROOT / "scripts" / "make_digits.py").read_bytes())
        subprocess.run([sys.executable, script], check=True)
        written = tmp_path / "dlcourse" / "datasets" / "digits.npz"
        assert written.read_bytes() == (FOLDER / "digits.npz").read_bytes()


class TestSignals:
    @given(n=st.integers(1, 60))
    def test_there_are_n_of_40_points_in_even_classes(self, n):
        x, labels = datasets.signals(n, rng())
        assert (x.shape, x.dtype, labels.shape, labels.dtype) == ((n, 40), np.float64, (n,), np.int64)
        assert np.ptp(np.bincount(labels, minlength=10)) <= 1

    def test_one_seed_gives_one_set_and_another_another(self):
        (x, labels), (same, _), (other, _) = (datasets.signals(20, rng(seed)) for seed in (1, 1, 2))
        assert np.array_equal(x, same)
        assert not np.array_equal(x, other)
        assert not np.array_equal(labels, np.sort(labels))

    @pytest.mark.parametrize("n", [0, -3, 2.5])
    def test_a_number_that_counts_nothing_is_named(self, n):
        with pytest.raises(ValueError, match=f"n must be .* {n}"):
            datasets.signals(n, rng())

    def test_they_are_standardised_by_what_many_have_and_not_by_their_own_mean(self):
        x, _ = datasets.signals(20_000, rng())
        assert (x.mean(), x.std()) == pytest.approx((0, 1), abs=0.01)
        assert abs(datasets.signals(1, rng())[0].mean()) > 0.01

    def test_each_class_has_a_mean_signal_of_its_own(self):
        x, labels = datasets.signals(50_000, rng())
        means, errors = (
            np.array([f(x[labels == label]) for label in range(10)])
            for f in (lambda rows: rows.mean(axis=0), lambda rows: rows.var(axis=0) / len(rows))
        )
        gaps = np.mean((means[:, None] - means) ** 2 / (errors[:, None] + errors), axis=-1)
        assert gaps[~np.eye(10, dtype=bool)].min() > 3  # 1 were they alike

    def test_without_noise_shift_and_slope_a_signal_is_its_template(self, monkeypatch):
        quiet = dict(SMOOTH_NOISE=0, WHITE_NOISE=0, SHEAR=0, HEIGHT=0, SHIFTS=1, PADDING=(60, 60))
        for name, value in (quiet | dict(MEAN=0, DEVIATION=1)).items():
            monkeypatch.setattr(waveforms, name, value)
        x, labels = datasets.signals(10, rng())
        points = np.linspace(0, 71, 40)
        for row, template in zip(x, waveforms.TEMPLATES[labels], strict=True):
            clean = (template - template[0]) / template.std() / 6
            assert row == pytest.approx(
                np.interp(points, np.arange(72), np.r_[clean, np.zeros(60)]), abs=1e-12
            )

    def test_its_noise_is_smoothed_as_scipy_does_it(self):
        ndimage = pytest.importorskip("scipy.ndimage")
        noise = rng().normal(size=(3, waveforms.CANVAS))
        theirs = ndimage.gaussian_filter1d(noise, waveforms.SMOOTH_WIDTH, axis=1)
        assert noise @ waveforms._smoothing() == pytest.approx(theirs, abs=1e-14)


class TestToys:
    @pytest.mark.parametrize("toy", TOYS)
    @given(n=st.integers(2, 60), noise=st.floats(0, 2))
    def test_points_are_n_by_2_and_classes_take_turns_evenly(self, toy, n, noise):
        x, y = toy(n, rng(), noise)
        assert (x.shape, x.dtype, y.shape, y.dtype) == ((n, 2), np.float64, (n,), np.int64)
        assert abs(int((y == 0).sum()) - int((y == 1).sum())) <= 2

    @pytest.mark.parametrize("toy", TOYS)
    def test_one_seed_gives_one_set_and_another_another(self, toy):
        assert np.array_equal(toy(20, rng(1))[0], toy(20, rng(1))[0])
        assert not np.array_equal(toy(20, rng(1))[0], toy(20, rng(2))[0])

    @pytest.mark.parametrize("toy", TOYS)
    def test_noise_is_the_standard_deviation_around_the_clean_shape(self, toy):
        scatter = toy(20_000, rng(), 0.3)[0] - toy(20_000, rng(), 0.0)[0]
        assert scatter.std() == pytest.approx(0.3, rel=0.02)
        assert np.abs(scatter.mean(axis=0)).max() < 0.01

    @pytest.mark.parametrize("toy", TOYS)
    @pytest.mark.parametrize(
        ("n", "noise"), [(0, 0.1), (-3, 0.1), (2.5, 0.1), (9, -0.1), (9, np.nan), (9, np.inf)]
    )
    def test_a_number_out_of_range_is_named(self, toy, n, noise):
        with pytest.raises(ValueError, match=re.escape(f"not {n} and {noise}")):
            toy(n, rng(), noise)

    def test_xor_is_the_exclusive_or_of_the_signs(self):
        x, y = datasets.xor(101, rng(), noise=0.05)
        assert np.array_equal(y, (x[:, 0] > 0) ^ (x[:, 1] > 0))

    @pytest.mark.parametrize("n", [2, 5, 30, 31])
    def test_moons_are_those_of_scikit_learn(self, n):
        make_moons = pytest.importorskip("sklearn.datasets").make_moons
        x, y = datasets.moons(n, rng(), noise=0.0)
        theirs, labels = make_moons(((n + 1) // 2, n // 2), shuffle=False)
        assert np.allclose(x[np.argsort(y, kind="stable")], theirs, rtol=0, atol=1e-15)
        assert np.array_equal(np.sort(y), labels)

    @given(arms=st.integers(1, 7), turns=st.floats(-3, 3), rounds=st.integers(1, 20))
    def test_an_arm_of_a_spiral_is_the_first_one_turned(self, arms, turns, rounds):
        x, y = datasets.spirals(arms * rounds, rng(), 0.0, arms, turns)
        z = x[:, 0] + 1j * x[:, 1]
        turned = z * np.exp(-2j * np.pi * y / arms)
        assert np.allclose(turned.reshape(rounds, arms), z.reshape(rounds, arms)[:, :1], rtol=0, atol=1e-13)
        assert np.allclose(np.abs(z).reshape(rounds, arms)[:, 0], np.arange(1, rounds + 1) / rounds)

    def test_a_spiral_has_as_many_classes_as_arms(self):
        assert np.array_equal(np.bincount(datasets.spirals(31, rng(), arms=3)[1]), [11, 10, 10])

    def test_a_spiral_needs_an_arm_and_a_point_on_each(self):
        with pytest.raises(ValueError, match=r"at least 1 arm .* not 0"):
            datasets.spirals(5, rng(), arms=0)
        with pytest.raises(ValueError, match=r"n of at least 6 .* not 5"):
            datasets.spirals(5, rng(), arms=6)


class TestSurfaces:
    points = rng().uniform(-2, 2, size=(50, 2))

    @pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
    def test_the_gradient_is_the_slope_of_the_value(self, surface):
        h = 1e-6
        for axis, step in enumerate(np.eye(2) * h):
            slope = (surface.value(self.points + step) - surface.value(self.points - step)) / (2 * h)
            scale = 1 + np.abs(surface.gradient(self.points)).max()
            assert np.abs(surface.gradient(self.points)[:, axis] - slope).max() < 1e-8 * scale

    @pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
    def test_the_minimum_is_flat_and_no_point_of_the_window_is_lower(self, surface):
        if surface.minimum is None:
            return
        assert np.array_equal(surface.gradient(surface.minimum), [0, 0])
        assert surface.value(surface.minimum) == 0 <= surface.grid()[2].min()

    @pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
    def test_start_and_minimum_lie_in_the_window(self, surface):
        for point in filter(None, [surface.start, surface.minimum]):
            assert all(low <= p <= high for p, (low, high) in zip(point, surface.window, strict=True))

    @pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
    def test_the_grid_has_x_along_columns_and_y_along_rows(self, surface):
        x, y, values = surface.grid(7)
        assert np.isclose(values[2, 5], surface.value((x[5], y[2])), rtol=1e-13)

    def test_rosenbrock_is_that_of_scipy(self):
        optimize = pytest.importorskip("scipy.optimize")
        ours = datasets.rosenbrock()
        assert np.allclose(ours.value(self.points), optimize.rosen(self.points.T), rtol=1e-14)
        theirs = [optimize.rosen_der(p) for p in self.points]
        assert np.allclose(ours.gradient(self.points), theirs, rtol=1e-12, atol=1e-12)

    @pytest.mark.parametrize("surface", [datasets.beale(), datasets.rosenbrock()], ids=lambda s: s.name)
    def test_scipy_finds_the_minimum_from_the_start(self, surface):
        optimize = pytest.importorskip("scipy.optimize")
        found = optimize.minimize(surface.value, surface.start, jac=surface.gradient, tol=1e-12)
        assert np.allclose(found.x, surface.minimum, rtol=0, atol=1e-6)

    def test_the_ravine_diverges_over_two_over_kappa_and_not_below(self):
        surface = datasets.ravine(50.0)
        for factor, far in ((0.99, False), (1.01, True)):
            theta = np.array(surface.start)
            for _ in range(2000):
                theta -= factor * 2 / 50 * surface.gradient(theta)
            assert (np.abs(theta).max() > 10) == far

    def test_a_quarter_turn_takes_x_to_y_and_y_to_minus_x(self):
        surface = datasets.beale()
        turned = surfaces.turned(surface, 90)
        assert np.allclose(turned.value([-1.5, 1.0]), surface.value([1.0, 1.5]), rtol=1e-12)
        assert np.allclose(turned.minimum, (-0.5, 3.0)) and np.allclose(turned.start, (-1.5, 1.0))
        assert turned.window == surface.window

    def test_gradient_descent_walks_as_before_on_a_turned_surface_and_adam_does_not(self):
        saddle, turned = datasets.saddle(), surfaces.turned(datasets.saddle(), 30)
        for rule, same in ((optimizers.SGD, True), (optimizers.Adam, False)):
            before, after = (surfaces.walk(rule(0.01), each, each.start, 20) for each in (saddle, turned))
            assert np.allclose(saddle.value(before), turned.value(after), atol=1e-12) == same

    def test_walks_at_several_rates_are_those_at_each(self):
        surface, rates = datasets.beale(), np.array([[0.001], [0.02], [3.0]])
        together = surfaces.walk(optimizers.Momentum(rates), surface, surface.start, 30)
        assert together.shape == (3, 31, 2)
        for rate, path in zip(rates[:, 0], together, strict=True):
            alone = surfaces.walk(optimizers.Momentum(float(rate)), surface, surface.start, 30)
            assert np.allclose(alone, path, equal_nan=True)

    def test_a_walk_leaves_its_start_as_it_was_and_has_a_step_at_least(self):
        start = np.array([1.0, 1.0])
        path = surfaces.walk(optimizers.SGD(0.01), datasets.ravine(), start, 3)
        assert np.array_equal(start, [1, 1]) and np.array_equal(path[0], start) and path[1, 0] < 1
        with pytest.raises(ValueError, match="steps"):
            surfaces.walk(optimizers.SGD(0.01), datasets.ravine(), start, 0)

    @pytest.mark.parametrize(
        ("x", "arrived"),
        [
            ((0.05, 0.0, 0.02), 0),
            ((1.0, 0.05, 0.0), 1),
            ((1.0, 0.0, 1.0, 0.0), 3),
            ((1.0, 0.0, 0.1), np.inf),  # nearer than that
            ((1.0, 6.0, 0.0), np.inf),  # out of the window
            ((1.0, np.nan, 0.0), np.inf),
            ((1.0, 0.0, np.inf), np.inf),
        ],
    )
    def test_to_arrive_is_to_stay_near_the_minimum_without_having_left_the_window(self, x, arrived):
        walk = np.stack([x, np.zeros(len(x))], axis=-1)
        assert surfaces.arrival(walk, datasets.ravine()) == arrived
        assert surfaces.arrival([walk, walk], datasets.ravine()).tolist() == [arrived, arrived]

    def test_nothing_arrives_on_a_surface_without_a_minimum(self):
        with pytest.raises(ValueError, match="saddle has no minimum"):
            surfaces.arrival(np.zeros((3, 2)), datasets.saddle())

    def test_bad_points_grids_and_conditions_are_named(self):
        with pytest.raises(ValueError, match=r"these are \(3,\)"):
            datasets.beale().value([1, 2, 3])
        with pytest.raises(ValueError, match="not 1"):
            datasets.beale().grid(1)
        for condition in (0.5, np.nan, np.inf):
            with pytest.raises(ValueError, match=f"not {condition}"):
                datasets.ravine(condition)


class TestStandardize:
    def test_it_agrees_with_scikit_learn_fitted_on_the_training_data_alone(self):
        scaler = pytest.importorskip("sklearn.preprocessing").StandardScaler()
        train, other = (part[0] for part in datasets.digits()[:2])
        ours = datasets.standardize(train, other)
        for made, theirs in zip(ours, (scaler.fit_transform(train), scaler.transform(other)), strict=True):
            np.testing.assert_allclose(made, theirs, rtol=1e-10, atol=1e-12)

    @given(st.integers(2, 9), st.integers(1, 4), st.integers(0, 2**32))
    def test_training_columns_get_mean_0_and_deviation_1_and_a_new_unit_changes_nothing(self, n, d, seed):
        train, other = rng(seed).normal(size=(n, d)), rng(seed + 1).normal(size=(3, d))
        ours, theirs = datasets.standardize(train, other)
        np.testing.assert_allclose(ours.mean(axis=0), 0, atol=1e-12)
        np.testing.assert_allclose(ours.std(axis=0), 1, rtol=1e-12)
        for made, again in zip(
            (ours, theirs), datasets.standardize(7 * train + 3, 7 * other + 3), strict=True
        ):
            np.testing.assert_allclose(made, again, rtol=1e-6, atol=1e-6)

    def test_the_other_data_have_no_say(self):
        train = rng().normal(size=(6, 3))
        assert np.array_equal(*(datasets.standardize(train, np.full((2, 3), far))[0] for far in (0, 1e9)))

    def test_a_column_of_equal_entries_is_only_centred_where_its_computed_deviation_is_not_0_too(self):
        train = np.column_stack([np.full(10, 0.1), np.arange(10)])
        assert 0 < train.std(axis=0)[0] < 1e-16
        ours, theirs = datasets.standardize(train, [[0.6, 4.5]])
        np.testing.assert_allclose(ours[:, 0], 0, atol=1e-16)
        np.testing.assert_allclose(theirs, [[0.5, 0.0]])
        assert np.array_equal(datasets.standardize([[2.0, 5.0]], [[3.0, 4.0]])[1], [[1.0, -1.0]])

    def test_a_column_of_tiny_spread_is_scaled_and_float32_stays(self):
        ours, theirs = datasets.standardize(np.float32([[1e-30], [3e-30]]), [[4e-30]])
        assert (ours.dtype, theirs.dtype) == (np.float32, np.float64)
        np.testing.assert_allclose(ours, [[-1], [1]], rtol=1e-6)

    @pytest.mark.parametrize(
        "shapes", [((0, 2), (1, 2)), ((2,), (2,)), ((2, 2), (2, 3)), ((2, 2), (2,)), ((2, 2), (1, 2, 2))]
    )
    def test_shapes_that_do_not_fit_are_named(self, shapes):
        with pytest.raises(ValueError, match=re.escape(f"{shapes[0]} and {shapes[1]}")):
            datasets.standardize(*map(np.zeros, shapes))


class TestWindowsAndBags:
    @given(tokens=st.lists(st.text(max_size=3), min_size=1), size=st.integers(0, 5), data=st.data())
    def test_a_window_has_its_word_in_the_middle_and_neighbours_where_they_are(self, tokens, size, data):
        index = data.draw(st.integers(0, len(tokens) - 1))
        window = datasets.context_window(tokens, index, size, pad="#pad")
        places = range(index - size, index + size + 1)
        assert window == [tokens[i] if 0 <= i < len(tokens) else "#pad" for i in places]

    @pytest.mark.parametrize(
        ("index", "size", "bad"), [(2, 1, "not 2"), (-1, 1, "not -1"), (0, -1, "not -1")]
    )
    def test_an_index_or_size_out_of_range_is_named(self, index, size, bad):
        with pytest.raises(ValueError, match=bad):
            datasets.context_window(["a", "b"], index, size, "#")

    @given(st.lists(st.sampled_from("abcdef")), st.permutations("abcd"))
    def test_a_bag_counts_in_the_order_of_the_vocabulary_whatever_the_order_of_words(
        self, tokens, vocabulary
    ):
        bag = datasets.bag_of_words(tokens, vocabulary)
        assert bag.dtype == np.int64
        assert bag.tolist() == [tokens.count(word) for word in vocabulary]
        assert np.array_equal(bag, datasets.bag_of_words(sorted(tokens), vocabulary))

    def test_a_bag_agrees_with_scikit_learn(self):
        text = pytest.importorskip("sklearn.feature_extraction.text")
        lines = [" ".join(s.tokens) for s in datasets.tagged_text(rng(), (50, 1, 1)).train]
        vocabulary = sorted(set(" ".join(lines[:30]).split()))
        theirs = text.CountVectorizer(
            vocabulary=vocabulary, tokenizer=str.split, lowercase=False, token_pattern=None
        )
        ours = [datasets.bag_of_words(line.split(), vocabulary) for line in lines]
        assert np.array_equal(ours, theirs.transform(lines).toarray())

    def test_a_bag_refuses_uncut_text_and_a_word_twice(self):
        with pytest.raises(ValueError, match="not the text 'a rose'"):
            datasets.bag_of_words("a rose", ["a"])
        with pytest.raises(ValueError, match="'b' is there 2 times"):
            datasets.bag_of_words(["a"], ["a", "b", "b"])

    def test_an_empty_bag_is_zeros_and_an_empty_vocabulary_gives_none(self):
        assert datasets.bag_of_words([], ["a", "b"]).tolist() == [0, 0]
        assert datasets.bag_of_words(["a"], []).shape == (0,)


class TestVocabulary:
    sentences = (("a", "b", "a"), ("c", "b", "a"))

    def test_words_come_by_frequency_then_alphabet_behind_the_two_marks(self):
        assert Vocabulary.of([*self.sentences, ["d"]]).words == ["<pad>", "<unknown>", "a", "b", "c", "d"]

    def test_rare_words_are_unknown(self):
        assert Vocabulary.of(self.sentences, at_least=2).indices(["a", "b", "c"]).tolist() == [2, 3, 1]

    def test_unknown_words_are_told_apart_by_shape_if_asked(self):
        vocabulary = Vocabulary.of([["Rose", "a"]], shapes=True)
        assert vocabulary.words[2:] == ["<0>", "<XX>", "<Xx>", "<xx>", "Rose", "a"]
        words = ["Rose", "May", "I", "NASA", "N.Y.", "4th", "rose", "?", "", "éa", "Éa", "<pad>", "<unknown>"]
        shapes = ["Rose", "<Xx>", "<Xx>", "<XX>", "<XX>", "<0>", *["<xx>"] * 4, "<Xx>", "<pad>", "<unknown>"]
        assert [vocabulary.words[i] for i in vocabulary.indices(words)] == shapes

    def test_marks_that_stand_in_the_text_keep_their_indices(self):
        assert Vocabulary.of([["<unknown>", "a", "<pad>"]]).words == ["<pad>", "<unknown>", "a"]

    @given(st.lists(st.lists(st.sampled_from("abcdx"), max_size=6), max_size=5), st.integers(0, 3))
    def test_windows_are_the_indices_of_every_context_window(self, sentences, size):
        vocabulary = Vocabulary("abcd")
        windows = vocabulary.windows(sentences, size)
        expected = [
            vocabulary.indices(datasets.context_window(tokens, i, size, vocabulary.PAD))
            for tokens in sentences
            for i in range(len(tokens))
        ]
        assert windows.dtype == np.int64
        assert np.array_equal(windows, np.reshape(expected, (-1, 2 * size + 1)))

    def test_bad_settings_are_named(self):
        for call, bad in (
            (lambda: Vocabulary(["a", "a"]), "'a' is there 2 times"),
            (lambda: Vocabulary.of([], at_least=0), "not 0"),
            (lambda: Vocabulary("a").windows([], -1), "not -1"),
        ):
            with pytest.raises(ValueError, match=bad):
                call()


def tagged_by_single_words(text, of):
    """Each word gets its commonest tag in training: how far one comes without a window."""
    counts = defaultdict(Counter)
    for sentence in text.train:
        for word, tag in zip(sentence.tokens, getattr(sentence, of), strict=True):
            counts[word][tag] += 1
    best = {word: tags.most_common(1)[0][0] for word, tags in counts.items()}
    return [[best.get(word, "O") for word in sentence.tokens] for sentence in text.test]


class TestTaggedText:
    text = datasets.tagged_text(rng(1))

    def test_one_seed_gives_one_text_and_another_another(self):
        assert datasets.tagged_text(rng(1)) == self.text
        assert datasets.tagged_text(rng(2)).train != self.text.train

    def test_this_seed_gives_this_text_on_every_machine(self):
        digest = hashlib.sha256(repr(self.text).encode()).hexdigest()
        assert digest == "b374167712ca04242a496c2504d6c71944ab35f98c05b8ca134a439856d2edb7"

    def test_sizes_are_as_asked_and_named_if_wrong(self):
        assert [len(part) for part in self.text] == [500, 200, 500]
        for sizes in ((1, 0, 1), (1, 1)):
            with pytest.raises(ValueError, match=re.escape(str(sizes))):
                datasets.tagged_text(rng(), sizes)

    def test_tags_are_universal_parts_of_speech_and_iob2(self):
        universal = "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X"
        sentences = [s for part in self.text for s in part]
        assert set(datasets.tag_set(sentences, "pos")) <= set(universal.split())
        kinds = {f"{place}-{label}" for place in "BI" for label in ("PER", "LOC", "ORG")}
        assert set(datasets.tag_set(sentences, "entities")) == {"O", *kinds}
        assert all(datasets.as_iob2(s.entities) == s.entities for s in sentences)

    @pytest.mark.parametrize(
        ("word", "of", "tags"),
        [
            ("will", "pos", {"AUX", "NOUN"}),
            ("Will", "entities", {"O", "B-PER"}),
            ("May", "pos", {"AUX", "PROPN"}),
            ("May", "entities", {"O", "B-PER"}),
            ("Rose", "entities", {"B-PER", "B-LOC"}),
            ("rose", "pos", {"NOUN", "VERB"}),
            ("Jordan", "entities", {"B-PER", "I-PER", "B-LOC"}),
            ("Ford", "entities", {"B-PER", "I-PER", "B-ORG"}),
            ("park", "pos", {"NOUN", "VERB"}),
            ("that", "pos", {"DET", "SCONJ", "PRON"}),
            ("to", "pos", {"ADP", "PART"}),
        ],
    )
    def test_a_word_alone_does_not_tell_its_tag(self, word, of, tags):
        seen = {
            tag
            for part in self.text
            for s in part
            for token, tag in zip(s.tokens, getattr(s, of), strict=True)
            if token == word
        }
        assert seen >= tags

    def test_single_words_leave_a_tenth_of_the_tags_wrong(self):
        for of in ("pos", "entities"):
            guesses = tagged_by_single_words(self.text, of)
            right = [
                a == b
                for s, row in zip(self.text.test, guesses, strict=True)
                for a, b in zip(getattr(s, of), row, strict=True)
            ]
            assert 0.8 < np.mean(right) < 0.93

    def test_some_names_are_in_training_only_some_in_test_only_and_most_in_both(self):
        names = [
            {w for s in part for w, tag in zip(s.tokens, s.entities, strict=True) if tag != "O"}
            for part in self.text
        ]
        train, test = names[0], names[1] | names[2]
        assert len(train & test) > 40
        assert len(train - test) > 10
        assert len(test - train) > 10

    def test_a_bag_of_words_tells_the_topic_of_most_sentences(self):
        linear_model = pytest.importorskip("sklearn.linear_model")
        vocabulary = Vocabulary.of([s.tokens for s in self.text.train]).words
        bags = [[datasets.bag_of_words(s.tokens, vocabulary) for s in part] for part in self.text]
        topics = [[s.topic for s in part] for part in self.text]
        model = linear_model.LogisticRegression(max_iter=1000).fit(bags[0], topics[0])
        assert model.score(bags[2], topics[2]) > 0.94
        assert set(topics[0]) == {"sport", "business", "garden", "travel"}


class TestTags:
    sentences = (Sentence(("a", "rose"), ("DET", "NOUN"), ("O", "O")), Sentence(("go",), ("VERB",), ("O",)))

    def test_indices_follow_the_words_of_windows(self):
        tags = datasets.tag_set(self.sentences, "pos")
        indices = datasets.tag_indices(self.sentences, "pos", tags)
        assert [tags[i] for i in indices] == ["DET", "NOUN", "VERB"]
        assert indices.dtype == np.int64

    def test_classes_are_in_one_order_whatever_the_order_of_the_text(self):
        tags = ["X", "VERB", "SYM", "SCONJ", "PUNCT", "PRON", "PART", "NUM", "NOUN", "DET"]
        assert datasets.tag_set([Sentence(tuple(tags), pos=tuple(tags))], "pos") == tags[::-1]

    def test_what_is_missing_or_unknown_is_named(self):
        for call, bad in (
            (lambda: datasets.tag_set(self.sentences, "tokens"), "not of 'tokens'"),
            (lambda: datasets.tag_set([Sentence(("a",))], "pos"), "sentence 0 has no pos"),
            (lambda: datasets.tag_indices(self.sentences, "pos", ["DET", "NOUN"]), "'VERB' is not among"),
            (lambda: Sentence(("a", "b"), pos=("DET",)), "2 tokens have 1 tags of pos"),
        ):
            with pytest.raises(ValueError, match=bad):
                call()


CONLLU = """\
# newdoc id = d
# sent_id = d-1
# text = Will didn't park.
1\tWill\tWill\tPROPN\tNNP\t_\t4\tnsubj\t_\t_
2-3\tdidn't\t_\t_\t_\t_\t_\t_\t_\t_
2\tdid\tdo\tAUX\tVBD\t_\t4\taux\t_\t_
3\tn't\tnot\tPART\tRB\t_\t4\tadvmod\t_\t_
3.1\tever\tever\tADV\tRB\t_\t_\t_\t_\t_
4\tpark\tpark\tVERB\tVB\t_\t0\troot\t_\t_
5\t.\t.\tPUNCT\t.\t_\t4\tpunct\t_\t_

# sent_id = d-2
1\t#\t#\tSYM\tNN\t_\t0\troot\t_\t_
2\t1\u00a0000\t1\tNUM\tCD\t_\t0\troot\t_\t_
"""
UNER = """\
# sent_id = d-1
# text = O
1\tWill\tB-PER\t-\ta
2\tdid\tO\t-\t-
3\tn't\tO\t-\t-
4\tpark\tO\t-\t-
5\t.\tO\t-\t-

# sent_id = d-2
1\t#\tO\t-\t-
2\t1\u00a0000\tO\t-\t-
"""
CONLL2003 = """\
-DOCSTART- -X- -X- O

Will NNP B-NP I-PER
Park NNP I-NP I-PER
Paul NNP I-NP B-PER
in IN B-PP O
Jordan NNP B-NP I-LOC

# NN B-NP O
1\u00a0000 CD I-NP O
"""


def put(folder, text, name="text", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


class TestReaders:
    def test_conllu_gives_words_and_universal_parts_of_speech(self, tmp_path):
        first, second = datasets.read_conllu(put(tmp_path, CONLLU))
        assert first == Sentence(
            ("Will", "did", "n't", "park", "."), pos=("PROPN", "AUX", "PART", "VERB", "PUNCT"), id="d-1"
        )
        assert second.tokens == ("#", "1\u00a0000")

    def test_universal_ner_gives_words_and_entities(self, tmp_path):
        first, second = datasets.read_iob2(put(tmp_path, UNER))
        assert first.entities == ("B-PER", "O", "O", "O", "O")
        assert (first.pos, first.id, second.id) == (None, "d-1", "d-2")
        assert second.tokens == ("#", "1\u00a0000")

    def test_conll_2003_gives_iob2_without_document_marks_and_keeps_the_word_number_sign(self, tmp_path):
        first, second = datasets.read_iob2(put(tmp_path, CONLL2003))
        assert first.tokens == ("Will", "Park", "Paul", "in", "Jordan")
        assert first.entities == ("B-PER", "I-PER", "B-PER", "O", "B-LOC")
        assert first.pos == ("NNP", "NNP", "NNP", "IN", "NNP")
        assert second.tokens == ("#", "1\u00a0000")

    def test_two_columns_are_word_and_entity_by_tab_or_blanks(self, tmp_path):
        for blank in ("\t", " ", "   "):
            text = f"Rose{blank}B-PER\nrose{blank}O{blank.strip(chr(9))}\n"
            assert datasets.read_iob2(put(tmp_path, text)) == [
                Sentence(("Rose", "rose"), entities=("B-PER", "O"))
            ]

    def test_germevals_outer_entities_are_read(self, tmp_path):
        text = "#\thttp://example.org/1\t[2009-10-17]\n1\tZeit\tB-ORG\tB-LOCpart\n2\tist\tO\tO\n"
        [sentence] = datasets.read_iob2(put(tmp_path, text + "\n"))
        assert (sentence.tokens, sentence.entities) == (("Zeit", "ist"), ("B-ORG", "O"))
        with pytest.raises(ValueError, match="word's number, here 2, not '3'"):
            datasets.read_iob2(put(tmp_path, text.replace("2\tist", "3\tist")))

    def test_a_word_may_begin_with_the_sign_of_a_comment(self, tmp_path):
        text = "# text = in O\n#text O\nis O\n\n#sent_id O\n\n# O\n\n# no words\n"
        words = [sentence.tokens for sentence in datasets.read_iob2(put(tmp_path, text))]
        assert words == [("#text", "is"), ("#sent_id",), ("#",)]
        [sentence] = datasets.read_iob2(put(tmp_path, "# a comment\n#x= NN I-NP O\n"))
        assert (sentence.tokens, sentence.pos) == (("#x=",), ("NN",))

    @pytest.mark.parametrize(("reader", "text"), [(datasets.read_conllu, CONLLU), (datasets.read_iob2, UNER)])
    def test_byte_order_mark_windows_line_ends_and_missing_or_extra_empty_lines_change_nothing(
        self, tmp_path, reader, text
    ):
        plain = reader(put(tmp_path, text))
        for other in ("\ufeff" + text, text.replace("\n", "\r\n"), text.rstrip("\n"), "\n\n" + text + "\n\n"):
            assert reader(put(tmp_path, other)) == plain

    def test_a_character_that_some_take_for_a_line_end_stays_in_its_word(self, tmp_path):
        path = put(tmp_path, "a\u2028b\x85\tO\n")
        assert datasets.read_iob2(path)[0].tokens == ("a\u2028b\x85",)

    @pytest.mark.parametrize(
        ("text", "line", "says"),
        [
            (
                CONLLU.replace("VERB\tVB\t_\t0", "VERB"),
                9,
                "a CoNLL-U line has 10 columns with tabs between, not 7",
            ),
            (CONLLU.replace("\n5\t", "\n6\t"), 10, "word 5 is due here, not '6'"),
            (CONLLU.replace("\n1\tWill", "\nx\tWill"), 4, "word 1 is due here, not 'x'"),
            ("Will B-PER\n", 1, "a CoNLL-U line has 10 columns with tabs between, not 1"),
        ],
    )
    def test_a_fault_in_conllu_is_told_with_file_and_line(self, tmp_path, text, line, says):
        path = put(tmp_path, text)
        with pytest.raises(ValueError, match=f"^{re.escape(f'{path}, line {line}: {says}')}$"):
            datasets.read_conllu(path)

    @pytest.mark.parametrize(
        ("text", "line", "says"),
        [
            ("a O\nb X\n", 2, "column 2 is 'O', 'B-…' or 'I-…', not 'X'"),
            ("a O\nb NN O\n", 2, "2 columns, as above, are due here, not 3"),
            ("a b c d e f\n", 1, "2, 3, 4 or 5 columns are due here, not 6"),
            ("a\n", 1, "2, 3, 4 or 5 columns are due here, not 1"),
            ("a NN O\n", 1, "column 1 of 3 is the word's number, here 1, not 'a'"),
            (UNER.replace("\n3\t", "\n4\t"), 5, "column 1 of 5 is the word's number, here 3, not '4'"),
        ],
    )
    def test_a_fault_in_iob2_is_told_with_file_and_line(self, tmp_path, text, line, says):
        path = put(tmp_path, text)
        with pytest.raises(ValueError, match=f"^{re.escape(f'{path}, line {line}: {says}')}$"):
            datasets.read_iob2(path)

    @pytest.mark.parametrize("reader", [datasets.read_conllu, datasets.read_iob2])
    def test_what_is_no_text_or_no_sentence_is_told(self, tmp_path, reader):
        with pytest.raises(ValueError, match=r"text, line 2: this is not UTF-8"):
            reader(put(tmp_path, "\ncafé O\n", encoding="latin-1"))
        for empty in ("", "\n\n", "# text = nothing\n"):
            with pytest.raises(ValueError, match="there is no sentence in this file"):
                reader(put(tmp_path, empty))
        with pytest.raises(FileNotFoundError):
            reader(tmp_path / "none")

    def test_an_id_that_comes_twice_is_told(self, tmp_path):
        with pytest.raises(ValueError, match="the sent_id 'd-1' is there twice"):
            datasets.read_conllu(put(tmp_path, CONLLU.replace("d-2", "d-1")))

    @given(st.lists(st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B"])))
    def test_iob2_opens_every_span_with_b_and_is_its_own_iob2(self, tags):
        from dlcourse.metrics import iob_spans

        written = datasets.as_iob2(tags)
        assert iob_spans(written) == iob_spans(tags)
        assert datasets.as_iob2(written) == written
        assert all(written[start].startswith("B-") for _, start, _ in iob_spans(written))


class TestAlign:
    pos = Sentence(("Will", "parks"), pos=("PROPN", "VERB"), id="1")
    entities = Sentence(("Will", "parks"), entities=("B-PER", "O"), id="1")

    def test_both_files_make_one_sentence(self, tmp_path):
        one = datasets.read_conllu(put(tmp_path, CONLLU))
        other = datasets.read_iob2(put(tmp_path, UNER))
        sentences, problems = datasets.align(one, other[::-1])
        assert problems == []
        assert [s.id for s in sentences] == ["d-1", "d-2"]
        assert sentences[0].pos == one[0].pos
        assert sentences[0].entities == other[0].entities

    @pytest.mark.parametrize("without", ["pos", "entities", "both"])
    def test_without_ids_words_find_each_other_each_once(self, without):
        pos = [replace(self.pos, id="" if without != "entities" else i) for i in "12"]
        entities = [
            replace(self.entities, id="" if without != "pos" else i, entities=tags)
            for i, tags in (("1", ("B-PER", "O")), ("2", ("O", "O")))
        ]
        sentences, problems = datasets.align(pos, entities)
        assert [s.entities for s in sentences] == [("B-PER", "O"), ("O", "O")]
        assert problems == []

    def test_sentences_of_two_ids_are_two_even_with_the_same_words(self):
        sentences, problems = datasets.align([self.pos], [replace(self.entities, id="2")])
        assert sentences == []
        assert problems == [
            "sentence 1 'Will parks' has no entities",
            "sentence 2 'Will parks' has no parts of speech",
        ]

    def test_other_words_are_told_with_the_first_that_differs_and_the_rest_goes_on(self):
        for words, says in (
            (("Will", "park"), "word 2 is 'parks' with parts of speech, 'park' with entities"),
            (("Will",), "word 2 is 'parks' with parts of speech, the end with entities"),
            (("Will", "parks", "."), "word 3 is the end with parts of speech, '.' with entities"),
        ):
            other = Sentence(words, entities=("O",) * len(words), id="1")
            good = [replace(self.pos, id="2")], [replace(self.entities, id="2")]
            sentences, problems = datasets.align([self.pos, *good[0]], [other, *good[1]])
            assert [s.id for s in sentences] == ["2"]
            assert problems == [f"sentence 1 'Will parks': {says}"]


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A folder on the web: its path, its address, and what was asked of it."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    folder, asked = tmp_path / "web", []
    folder.mkdir()

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=folder)

        def do_GET(self):
            asked.append(self.path)
            if self.path != "/short":
                return super().do_GET()
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"half")

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{http.server_port}", asked
        http.shutdown()


class TestDownload:
    def test_a_file_comes_whole_with_its_checksum(self, server, tmp_path):
        folder, address, _ = server
        (folder / "a").write_bytes(b"content")
        digest = hashlib.sha256(b"content").hexdigest()
        assert download.fetch(f"{address}/a", tmp_path / "new" / "a") == digest
        assert download.fetch(f"{address}/a", tmp_path / "new" / "a", digest.upper()) == digest
        assert (tmp_path / "new" / "a").read_bytes() == b"content"
        assert [p.name for p in (tmp_path / "new").iterdir()] == ["a"]

    def test_a_wrong_checksum_leaves_what_was_there(self, server, tmp_path):
        folder, address, _ = server
        (folder / "a").write_bytes(b"other")
        (tmp_path / "a").write_bytes(b"mine")
        with pytest.raises(
            ValueError, match=f"has SHA-256 {hashlib.sha256(b'other').hexdigest()}, but {'0' * 64}"
        ):
            download.fetch(f"{address}/a", tmp_path / "a", "0" * 64)
        with pytest.raises(ValueError, match="64 hexadecimal digits, not 'abc'"):
            download.fetch(f"{address}/a", tmp_path / "a", "abc")
        assert (tmp_path / "a").read_bytes() == b"mine"

    def test_no_file_no_server_and_half_a_file_are_told(self, server, tmp_path):
        _, address, _ = server
        for url, says in (
            (f"{address}/none", "the server says 404"),
            ("http://127.0.0.1:9/a", "cannot be reached .* is there internet"),
            (f"{address}/short", "broke off|cannot be reached"),
        ):
            with pytest.raises(ConnectionError, match=says):
                download.fetch(url, tmp_path / "a")
        assert not (tmp_path / "a").exists()

    def test_the_first_download_pins_and_later_ones_must_be_the_same(self, server, tmp_path):
        folder, address, asked = server
        (folder / "a").write_bytes(b"A")
        (folder / "b").write_bytes(b"B")
        sources = {name: f"{address}/{name}" for name in "ab"}
        mine = tmp_path / "mine"
        digests = download.fetch_all(mine, sources)
        assert digests == {name: hashlib.sha256(name.upper().encode()).hexdigest() for name in "ab"}
        assert download.fetch_all(mine, sources) == digests
        assert asked == ["/a", "/b"]
        (mine / "a").unlink()
        (folder / "a").write_bytes(b"changed")
        with pytest.raises(ValueError, match=digests["a"]):
            download.fetch_all(mine, sources)
        assert not (mine / "a").exists()

    def test_a_damaged_file_is_fetched_again(self, server, tmp_path):
        folder, address, _ = server
        (folder / "a").write_bytes(b"A")
        download.fetch_all(tmp_path / "mine", {"a": f"{address}/a"})
        (tmp_path / "mine" / "a").write_bytes(b"damaged")
        download.fetch_all(tmp_path / "mine", {"a": f"{address}/a"})
        assert (tmp_path / "mine" / "a").read_bytes() == b"A"

    def test_the_pins_are_those_of_sha256sum(self, server, tmp_path):
        folder, address, _ = server
        (folder / "a").write_bytes(b"A")
        download.fetch_all(tmp_path / "mine", {"a": f"{address}/a"})
        assert (tmp_path / "mine" / "SHA256SUMS").read_text() == f"{hashlib.sha256(b'A').hexdigest()}  a\n"
        (tmp_path / "mine" / "SHA256SUMS").write_text("nonsense\n")
        with pytest.raises(ValueError, match=r"line 1: .* not 'nonsense'"):
            download.fetch_all(tmp_path / "mine", {"a": f"{address}/a"})

    def test_the_command_tells_checksums_and_its_errors_in_one_line(
        self, server, tmp_path, monkeypatch, capsys
    ):
        folder, address, _ = server
        (folder / "a").write_bytes(b"A")
        monkeypatch.setattr(download.fetch_all, "__defaults__", ({"a": f"{address}/a"},))
        monkeypatch.setattr(sys, "argv", ["download", str(tmp_path / "mine")])
        assert download.main() == 0
        assert capsys.readouterr().out == f"{hashlib.sha256(b'A').hexdigest()}  {tmp_path / 'mine' / 'a'}\n"
        (tmp_path / "mine" / "a").unlink()
        (folder / "a").unlink()
        assert download.main() == 2
        assert re.fullmatch(
            r"dlcourse: http\S+ cannot be had: the server says 404 .*\n", capsys.readouterr().err
        )
