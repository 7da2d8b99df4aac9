"""The data of the lessons: what ships is what its papers say, and what is generated obeys its laws."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import datasets

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "dlcourse" / "datasets"
SURFACES = [
    datasets.ravine(),
    datasets.ravine(100.0),
    datasets.saddle(),
    datasets.beale(),
    datasets.rosenbrock(),
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
        assert values[2, 5] == surface.value((x[5], y[2]))

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

    def test_bad_points_grids_and_conditions_are_named(self):
        with pytest.raises(ValueError, match=r"these are \(3,\)"):
            datasets.beale().value([1, 2, 3])
        with pytest.raises(ValueError, match="not 1"):
            datasets.beale().grid(1)
        for condition in (0.5, np.nan, np.inf):
            with pytest.raises(ValueError, match=f"not {condition}"):
                datasets.ravine(condition)
