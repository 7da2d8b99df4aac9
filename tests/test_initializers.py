import itertools
import statistics
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import initializers as i

SIZES = st.integers(1, 10**6)
NAMED = [name for name in i.INITIALIZERS if name != "zeros"]


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize(("scheme", "variance"), [("lecun", 1 / 300), ("glorot", 2 / 400), ("he", 2 / 300)])
def test_each_scheme_has_the_variance_of_its_paper(scheme, variance):
    assert i.weight_variance(scheme, 300, 100) == pytest.approx(variance, rel=1e-15)
    assert type(i.weight_variance(scheme, 300, 100)) is float


@given(n_in=SIZES, n_out=SIZES)
def test_glorot_lies_between_the_two_directions_and_he_doubles_lecun(n_in, n_out):
    lecun, glorot, he = (i.weight_variance(scheme, n_in, n_out) for scheme in ("lecun", "glorot", "he"))
    assert he == 2 * lecun
    assert min(1 / n_in, 1 / n_out) <= glorot * (1 + 1e-15) and glorot <= max(1 / n_in, 1 / n_out) * (
        1 + 1e-15
    )


@pytest.mark.parametrize("name", NAMED)
def test_a_named_initializer_draws_weights_of_its_schemes_variance(name):
    scheme, distribution = name.split("_")
    weights = i.INITIALIZERS[name](rng(), (400, 250))
    variance = i.weight_variance(scheme, 400, 250)
    # 10⁵ draws: the variance of a sample strays by √(2/n) of itself at most, 0.45 %; five of these.
    assert weights.var() == pytest.approx(variance, rel=0.022)
    assert abs(weights.mean()) < 5 * np.sqrt(variance / weights.size)
    limit = i.uniform_limit(variance)
    assert (np.abs(weights).max() <= limit) == (distribution == "uniform")


@pytest.mark.parametrize(
    ("scale", "mode", "distribution"),
    list(itertools.product([0.5, 2.0], ["fan_in", "fan_out", "fan_avg"], ["uniform", "normal"])),
)
def test_variance_scaling_scales_by_the_fan_asked_for(scale, mode, distribution):
    weights = i.variance_scaling(scale, mode, distribution)(rng(), (800, 200))
    fan = {"fan_in": 800, "fan_out": 200, "fan_avg": 500}[mode]
    assert weights.var() == pytest.approx(scale / fan, rel=0.018)


def test_every_piece_of_a_maxout_layer_gets_the_variance_of_its_own_matrix():
    assert i.INITIALIZERS["lecun_normal"](rng(), (8, 200, 100)).var() == pytest.approx(1 / 200, rel=0.018)


def test_one_seed_gives_one_set_of_weights():
    for initializer in (*i.INITIALIZERS.values(), i.normal(2.0)):
        assert np.array_equal(initializer(rng(), (3, 2)), initializer(rng(), (3, 2)))


def test_normal_has_the_standard_deviation_asked_for_and_zeros_are_zero():
    assert i.normal(100.0)(rng(), (400, 250)).std() == pytest.approx(100, rel=0.012)
    assert not i.zeros(rng(), (3, 2)).any() and i.zeros(rng(), (3, 2)).shape == (3, 2)


@given(variance=st.floats(1e-300, 1e300))
def test_a_uniform_limit_gives_the_variance_back(variance):
    assert i.uniform_limit(variance) ** 2 / 3 == pytest.approx(variance, rel=1e-14)


@pytest.mark.parametrize("scheme", ["lecun", "glorot", "he"])
def test_noise_becomes_weights_within_the_limit(scheme):
    noise = np.array([[0.0, 0.25, 0.5], [0.75, 1.0, 0.1]])
    limit = np.sqrt(3 * i.weight_variance(scheme, 2, 3))
    expected = [[-limit, -limit / 2, 0], [limit / 2, limit, -0.8 * limit]]
    assert np.allclose(i.initialize_uniform(noise, scheme), expected, rtol=1e-15, atol=1e-16)


def test_initialize_uniform_leaves_its_noise_alone_and_keeps_float32():
    noise = np.full((2, 3), 0.25, np.float32)
    assert i.initialize_uniform(noise, "he").dtype == np.float32
    assert (noise == 0.25).all()


@pytest.mark.parametrize("scheme", ["He", "xavier", "", "uniform"])
def test_an_unknown_scheme_is_named_with_those_there_are(scheme):
    for call in (
        lambda: i.weight_variance(scheme, 2, 3),
        lambda: i.initialize_uniform(np.zeros((2, 3)), scheme),
    ):
        with pytest.raises(ValueError, match=f"lecun, glorot, he, not '{scheme}'"):
            call()


@pytest.mark.parametrize(
    ("call", "given"),
    [
        (lambda: i.weight_variance("he", 0, 3), "0 and 3"),
        (lambda: i.uniform_limit(-1.0), "-1.0"),
        (lambda: i.initialize_uniform(np.zeros(3), "he"), r"\(3,\)"),
        (lambda: i.variance_scaling(0.0, "fan_in", "normal"), "not 0.0"),
        (lambda: i.variance_scaling(np.nan, "fan_in", "normal"), "not nan"),
        (lambda: i.variance_scaling(1.0, "fan", "normal"), "'fan'"),
        (lambda: i.variance_scaling(1.0, "fan_in", "cauchy"), "'cauchy'"),
        (lambda: i.normal(-1.0), "not -1.0"),
        (lambda: i.initializer_named("he"), "he_normal"),
        (lambda: i.saturated_fraction([]), r"\(0,\)"),
    ],
)
def test_what_cannot_be_is_told_with_its_value(call, given):
    with pytest.raises(ValueError, match=given):
        call()


def test_the_names_that_types_know_are_those_there_are():
    assert set(get_args(i.InitializerName)) == set(i.INITIALIZERS)
    for scheme in get_args(i.Scheme):
        assert i.weight_variance(scheme, 2, 3) > 0
    for mode, distribution in itertools.product(get_args(i.Mode), get_args(i.Distribution)):
        assert i.variance_scaling(1.0, mode, distribution)(rng(), (2, 3)).shape == (2, 3)


def test_saturation_is_counted_on_both_sides_and_strictly():
    assert i.saturated_fraction([[-5.1, -5.0], [5.0, 5.1]]) == 0.5
    assert i.saturated_fraction(np.array([3, -4]), threshold=3) == 0.5
    assert i.saturated_fraction(np.float32(51.0)) == 1.0
    assert type(i.saturated_fraction([0])) is float


@pytest.mark.parametrize("name", NAMED)
def test_pytorch_draws_from_the_same_distribution(name):
    torch = pytest.importorskip("torch")
    init, tensor = (
        torch.nn.init,
        torch.empty(250, 400, dtype=torch.float64),
    )  # PyTorch's weights are (n_out, n_in)
    torch.manual_seed(0)
    rivals = {
        "lecun_normal": lambda t: init.kaiming_normal_(t, nonlinearity="linear"),
        "lecun_uniform": lambda t: init.kaiming_uniform_(t, nonlinearity="linear"),
        "he_normal": lambda t: init.kaiming_normal_(t, nonlinearity="relu"),
        "he_uniform": lambda t: init.kaiming_uniform_(t, nonlinearity="relu"),
        "glorot_normal": init.xavier_normal_,
        "glorot_uniform": init.xavier_uniform_,
    }
    theirs, ours = rivals[name](tensor).numpy(), i.INITIALIZERS[name](rng(), (400, 250))
    assert ours.var() == pytest.approx(theirs.var(), rel=0.03)
    assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=1e-3 if "uniform" in name else 0.2)


def forward_sums(weights, x):
    """The sums of each layer of a ReLU network without biases, one matrix product at a time."""
    sums = []
    for w in weights:
        sums.append(x @ w)
        x = np.where(sums[-1] > 0, sums[-1], 0)
    return sums


@given(seed=st.integers(0, 2**32), scale=st.sampled_from([1e-50, 1e-3, 1.0, 1e4, 1e50]))
def test_every_layer_of_corrected_weights_has_sums_of_variance_1(seed, scale):
    dice = np.random.default_rng(seed)
    x = dice.normal(size=(20, 5))
    drawn = [scale * dice.normal(size=shape) for shape in ((5, 7), (7, 6), (6, 3))]
    corrected = i.unit_variance_weights(drawn, x)
    for z in forward_sums(corrected, x):
        assert statistics.pstdev(z.ravel().tolist()) == pytest.approx(1, rel=1e-12)
    for w, before in zip(corrected, drawn, strict=True):
        assert np.ptp(w / before) <= 1e-12 * (w / before).max()  # one positive factor a matrix
        assert (w / before > 0).all()


def test_a_matrix_whose_sums_are_all_equal_stays_as_it_is():
    dead = [np.array([[-1.0, -2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]])]
    first, second = i.unit_variance_weights(dead, [[1.0], [2.0]])
    assert np.array_equal(second, dead[1])  # no unit of the first layer is above 0
    assert np.std([-1.0, -2.0, -2.0, -4.0]) * first == pytest.approx(dead[0])
    assert np.array_equal(i.unit_variance_weights([np.zeros((2, 3))], np.ones((4, 2)))[0], np.zeros((2, 3)))
    assert i.unit_variance_weights([], np.ones((4, 2))) == []


def test_unit_variance_weights_keeps_its_arguments_and_float32_and_names_what_does_not_fit():
    weights, x = [np.full((2, 3), 0.5, np.float32)], np.array([[1, 2], [3, 4]], np.float32)
    assert i.unit_variance_weights(weights, x)[0].dtype == np.float32
    assert (weights[0] == 0.5).all() and x.tolist() == [[1, 2], [3, 4]]
    with pytest.raises(ValueError, match=r"matrix 1, \(2, 2\), does not fit its input, \(2, 3\)"):
        i.unit_variance_weights([np.eye(2, 3), np.eye(2)], x)
