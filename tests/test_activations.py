import math
import warnings
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dlcourse import activations as a

mpmath.mp.dps = 60
DTYPES = [np.float64, np.float32]
FORWARD = [
    "sigmoid",
    "tanh",
    "tanh_from_sigmoid",
    "relu",
    "leaky_relu",
    "elu",
    "softplus",
    "silu",
    "gelu",
    "selu",
]
DERIVATIVES = ["sigmoid_derivative", "tanh_derivative"]
RECTIFIERS = ["relu", "leaky_relu", "elu", "softplus", "silu", "gelu", "selu"]

floats = st.floats(width=64, allow_nan=False) | st.floats(width=32, allow_nan=False).map(np.float32)
dtypes = st.sampled_from([np.float16, np.float32, np.float64, np.int8, np.uint8, np.int64, np.bool_])
arrays = dtypes.flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0)))
finite = dtypes.flatmap(
    lambda dtype: hnp.arrays(
        dtype,
        hnp.array_shapes(min_dims=0, max_dims=3),
        elements=hnp.from_dtype(np.dtype(dtype), allow_nan=False, allow_infinity=False),
    )
)


# What the exact functions are, at 60 digits.
def exact_sigmoid(x):
    return 1 / (1 + mpmath.exp(-x))


def exact_sigmoid_derivative(x):
    z = mpmath.exp(-abs(x))
    return z / (1 + z) ** 2


def exact_gelu_argument(x):
    return mpmath.sqrt(2 / mpmath.pi) * (x + mpmath.mpf("0.044715") * x**3)


def exact_elu(x, alpha=1):
    return x if x > 0 else mpmath.mpf(alpha) * mpmath.expm1(x)


EXACT = {  # name: (exact, worst error allowed in ulp for float64, for float32)
    "sigmoid": (exact_sigmoid, 2.5, 2.5),
    "sigmoid_derivative": (exact_sigmoid_derivative, 4, 4),
    "tanh": (mpmath.tanh, 1.5, 1.5),
    "tanh_derivative": (lambda x: 4 * exact_sigmoid_derivative(2 * x), 5, 5),
    "relu": (lambda x: max(x, 0), 0, 0),
    "leaky_relu": (lambda x: x if x > 0 else mpmath.mpf(0.01) * x, 0.5, 1),  # 0.01 is rounded to float32
    "elu": (exact_elu, 1, 2.5),
    "softplus": (lambda x: mpmath.log1p(mpmath.exp(x)) if x < 50 else x + mpmath.exp(-x), 2, 2.5),
    "silu": (lambda x: x * exact_sigmoid(x), 2.5, 3),
    "selu": (lambda x: mpmath.mpf(1.0507009873554805) * exact_elu(x, 1.6732632423543772), 2, 3.5),
}


def over_the_whole_range(dtype, rng, count=400):
    """Both signs, from the smallest float to beyond where every function is flat, densest in the middle."""
    low = -323 if dtype == np.float64 else -45
    wide = rng.choice([-1, 1], count) * 10.0 ** rng.uniform(low, 4, count)
    parts = [wide, rng.uniform(-750, 750, count), rng.uniform(-30, 30, count), rng.normal(size=count)]
    return np.concatenate(parts).astype(dtype)


def worst_ulp(function, exact, x):
    """The largest error in units of the last place. Skipped: what is too small to have all its places."""
    got, worst, smallest = function(x), 0.0, 1e4 * float(np.finfo(x.dtype).tiny)
    assert got.dtype == x.dtype
    for value, result in zip(x.tolist(), got.tolist(), strict=True):
        truth = exact(mpmath.mpf(value))
        error = abs(mpmath.mpf(result) - truth)
        if abs(truth) < smallest:
            assert error <= smallest
        else:
            worst = max(worst, float(error / float(np.spacing(x.dtype.type(abs(truth))))))
    return worst


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", EXACT)
def test_errors_stay_within_a_few_units_of_the_last_place_over_the_whole_float_range(
    name, dtype, record_property
):
    exact, *bounds = EXACT[name]
    worst = worst_ulp(getattr(a, name), exact, over_the_whole_range(dtype, np.random.default_rng(0)))
    record_property("worst_ulp", round(worst, 2))
    assert worst <= bounds[DTYPES.index(dtype)]


@pytest.mark.parametrize("dtype", DTYPES)
def test_gelu_is_as_exact_as_the_rounding_of_its_exponent_allows(dtype):
    x = over_the_whole_range(dtype, np.random.default_rng(0))
    for value, result in zip(x.tolist(), a.gelu(x).tolist(), strict=True):
        u = 2 * exact_gelu_argument(mpmath.mpf(value))
        truth = value * exact_sigmoid(u)
        allowed = 4 * np.finfo(dtype).eps * (1 + abs(u)) * abs(truth) + 1e4 * float(np.finfo(dtype).tiny)
        assert abs(result - truth) <= allowed


def test_gelu_is_within_its_promise_of_the_form_with_the_error_function():
    x = np.linspace(-6, 6, 1001)
    exact = [0.5 * v * (1 + math.erf(v / math.sqrt(2))) for v in x]
    assert np.abs(a.gelu(x) - exact).max() < 5e-4


def test_tanh_by_way_of_sigmoid_is_right_to_one_rounding_of_sigmoid():
    x = over_the_whole_range(np.float64, np.random.default_rng(0))
    assert np.abs(a.tanh_from_sigmoid(x) - np.tanh(x)).max() <= 2 * np.finfo(float).eps


@pytest.mark.parametrize("name", FORWARD + DERIVATIVES)
@given(x=arrays)
def test_any_array_keeps_its_shape_gives_floats_and_warns_of_nothing_but_nan(name, x):
    if name == "selu" and x.dtype.kind == "f":  # it enlarges: the largest floats rightly overflow
        x = np.where(np.isfinite(x), x / 2, x)
    before = x.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y = getattr(a, name)(x)
    assert np.shape(y) == x.shape
    assert y.dtype == (x.dtype if x.dtype.kind == "f" else np.float64)
    assert np.array_equal(np.isnan(y), np.isnan(x))
    assert np.array_equal(x, before, equal_nan=True)


@pytest.mark.parametrize("name", FORWARD + DERIVATIVES)
def test_lists_numbers_and_integers_are_welcome(name):
    function = getattr(a, name)
    expected = function(np.array([-3.0, 0.0, 2.0]))
    assert np.array_equal(function([-3, 0, 2]), expected)
    assert np.array_equal(function(np.array([-3, 0, 2], np.int8)), expected)
    assert [function(v) for v in (-3, 0, 2)] == list(expected)


@pytest.mark.parametrize(
    ("name", "left", "middle", "right"),
    [
        ("sigmoid", 0, 0.5, 1),
        ("tanh", -1, 0, 1),
        ("tanh_from_sigmoid", -1, 0, 1),
        ("sigmoid_derivative", 0, 0.25, 0),
        ("tanh_derivative", 0, 1, 0),
        ("relu", 0, 0, np.inf),
        ("leaky_relu", -np.inf, 0, np.inf),
        ("elu", -1, 0, np.inf),
        ("softplus", 0, np.log(2), np.inf),
        ("silu", 0, 0, np.inf),
        ("gelu", 0, 0, np.inf),
        ("selu", -1.0507009873554805 * 1.6732632423543772, 0, np.inf),
    ],
)
@pytest.mark.parametrize("dtype", [np.float16, *DTYPES])
def test_limits_and_middle_are_exact(name, left, middle, right, dtype):
    y = getattr(a, name)(np.array([-np.inf, 0, np.inf], dtype))
    assert np.array_equal(y, np.array([left, middle, right], dtype))


@pytest.mark.parametrize("x", [-1e4, 1e4, -1e308, 1e308])
def test_sigmoid_and_its_kin_do_not_overflow(x):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in FORWARD + DERIVATIVES:
            assert np.isfinite(getattr(a, name)(x))


def test_sigmoid_reaches_its_ends_in_floats_though_not_in_exact_arithmetic():
    assert a.sigmoid(37.0) == 1 > a.sigmoid(36.0)
    assert a.sigmoid(np.float32(17.5)) == 1 > a.sigmoid(np.float32(16.0))
    assert a.sigmoid(-750.0) == 0 < a.sigmoid(-700.0)


def test_derivatives_keep_their_digits_where_the_function_rounds_to_its_end():
    assert a.sigmoid_derivative(50.0) == pytest.approx(math.exp(-50), rel=1e-15)
    assert a.tanh_derivative(-50.0) == pytest.approx(4 * math.exp(-100), rel=1e-15)


def test_tanh_saturates_at_half_the_distance_of_sigmoid():
    assert a.tanh_derivative(3.0) < 0.01 < 4 * a.sigmoid_derivative(3.0)
    assert a.tanh_derivative(2.5) == pytest.approx(4 * a.sigmoid_derivative(5.0), rel=1e-15)


@given(x=st.floats(-20, 20))
def test_symmetries_of_sigmoid_and_tanh(x):
    assert a.sigmoid(-x) == pytest.approx(1 - a.sigmoid(x), abs=2e-16)
    assert a.tanh(-x) == -a.tanh(x)
    assert a.sigmoid_derivative(-x) == a.sigmoid_derivative(x)


@given(weights=st.lists(st.integers(1, 4), min_size=2, max_size=6), seed=st.integers(0, 99))
def test_collapsed_layers_do_what_the_stack_does(weights, seed):
    rng = np.random.default_rng(seed)
    stack = [rng.normal(size=shape) for shape in pairwise(weights)]
    x = y = rng.normal(size=(5, weights[0]))
    for w in stack:
        y = y @ w
    assert np.allclose(x @ a.collapse_linear(stack), y, rtol=1e-12, atol=1e-12)


def test_a_collapsed_single_layer_is_a_copy():
    w = np.ones((2, 2))
    assert not np.shares_memory(a.collapse_linear([w]), w)


def test_collapsing_small_integers_does_not_wrap_around():
    w = np.full((2, 2), 100, np.int8)
    assert a.collapse_linear([w, w]).tolist() == [[20000, 20000], [20000, 20000]]


@pytest.mark.parametrize("shapes", [[(2, 3), (2, 3)], [(2, 3), (3,)], [(3,)], [()]])
def test_layers_that_do_not_fit_are_named_by_their_shapes(shapes):
    with pytest.raises(ValueError) as error:
        a.collapse_linear([np.ones(shape) for shape in shapes])
    assert str(shapes[-1]) in str(error.value)


def test_an_empty_stack_is_a_clear_error():
    with pytest.raises(ValueError, match="empty list"):
        a.collapse_linear([])


@given(
    x=hnp.arrays(np.float64, 5, elements=st.floats(0.1, 10)),
    delta=st.floats(-5, 5).filter(lambda d: abs(d) > 1e-3),
)
def test_positive_inputs_give_a_neuron_weight_gradients_of_one_sign(x, delta):
    gradient = a.neuron_weight_gradient(x, delta)
    assert set(np.sign(gradient)) == {np.sign(delta)}
    assert np.allclose(gradient, [delta * v for v in x], rtol=1e-15)


@pytest.mark.parametrize(("x", "delta"), [(np.ones((2, 2)), 1.0), (np.ones(2), np.ones(2)), (1.0, 1.0)])
def test_a_neuron_has_a_vector_of_inputs_and_one_delta(x, delta):
    with pytest.raises(ValueError, match="delta a number"):
        a.neuron_weight_gradient(x, delta)


def slope_by_differences(function, x):
    """A fifth-order rule: its error is about 1e-11 for functions of this size."""
    h = 1e-3
    near = [function(x + k * h) for k in (-2, -1, 1, 2)]
    return (near[0] - 8 * near[1] + 8 * near[2] - near[3]) / (12 * h)


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_derivatives_agree_with_differences(name):
    x = np.linspace(-6, 6, 41)
    assert np.allclose(
        getattr(a, f"{name}_derivative")(x), slope_by_differences(getattr(a, name), x), rtol=0, atol=2e-11
    )


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        *[(name, {}) for name in RECTIFIERS],
        ("leaky_relu", {"slope": 0.3}),
        ("elu", {"alpha": 0.4}),
        ("elu", {"alpha": 2}),
    ],
)
def test_backward_is_upstream_times_the_slope(name, settings):
    rng = np.random.default_rng(0)
    x = rng.choice([-1, 1], (4, 10)) * rng.uniform(0.01, 6, (4, 10))  # away from the kink
    upstream = rng.normal(size=x.shape)
    slope = slope_by_differences(lambda v: getattr(a, name)(v, **settings), x)
    assert np.allclose(
        getattr(a, f"{name}_backward")(x, upstream, **settings), upstream * slope, rtol=0, atol=2e-10
    )


@pytest.mark.parametrize(
    ("name", "settings", "slope_at_zero"),
    [
        ("relu", {}, 0),
        ("leaky_relu", {}, 0.01),
        ("leaky_relu", {"slope": 0.0}, 0),
        ("elu", {}, 1),
        ("elu", {"alpha": 0.3}, 0.3),
        ("elu", {"alpha": 1e20}, 1e20),
        ("softplus", {}, 0.5),
        ("silu", {}, 0.5),
        ("gelu", {}, 0.5),
    ],
)
@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_the_slope_at_zero_is_the_one_agreed(name, settings, slope_at_zero, zero):
    assert getattr(a, f"{name}_backward")(zero, 2.0, **settings) == 2 * slope_at_zero


@pytest.mark.parametrize("name", RECTIFIERS)
def test_slopes_at_both_infinities_are_their_limits(name):
    right = 1.0507009873554805 if name == "selu" else 1
    left = 0.01 if name == "leaky_relu" else 0
    backward = getattr(a, f"{name}_backward")
    assert [backward(x, 1.0) for x in (-np.inf, np.inf)] == [left, right]


def test_relu_keeps_what_is_positive_and_sends_back_the_gradient_of_that_alone():
    x = np.array([[-np.inf, -2.0, -0.0], [0.0, 1e-300, 3.0]])
    assert np.array_equal(a.relu(x), [[0, 0, 0], [0, 1e-300, 3]])
    assert np.array_equal(a.relu_backward(x, np.full((2, 3), -5.0)), [[0, 0, 0], [0, -5, -5]])


@pytest.mark.parametrize("alpha", [1e-300, 0.3, 1.0, 7.0, 1e20])
def test_elu_is_the_identity_on_the_right_whatever_alpha(alpha):
    x = np.array([1e-300, 0.1, 3.0, 1e308])
    assert np.array_equal(a.elu(x, alpha), x)
    assert np.array_equal(a.elu_backward(x, np.ones(4), alpha), np.ones(4))


@pytest.mark.parametrize("name", RECTIFIERS)
@given(x=finite)
def test_backward_neither_warns_nor_gives_nan_nor_touches_its_arguments(name, x):
    upstream, before = np.ones_like(x), x.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dx = getattr(a, f"{name}_backward")(x, upstream)
    assert dx.shape == x.shape and np.isfinite(dx).all()
    assert dx.dtype == (x.dtype if x.dtype.kind == "f" else np.float64)
    assert np.array_equal(x, before) and np.array_equal(upstream, np.ones_like(x))


@pytest.mark.parametrize("name", RECTIFIERS)
def test_shapes_that_differ_are_both_named(name):
    with pytest.raises(ValueError, match=r"\(2, 3\).*\(3,\)"):
        getattr(a, f"{name}_backward")(np.ones((2, 3)), np.ones(3))


@pytest.mark.parametrize("slope", [0.0, 0.2, 0.999])
def test_leaky_relu_is_right_at_both_infinities(slope):
    assert a.leaky_relu(np.inf, slope) == np.inf
    assert a.leaky_relu(-np.inf, slope) == (-np.inf if slope else 0)


@pytest.mark.parametrize("slope", [-0.1, 1.0, np.nan])
def test_a_slope_out_of_range_is_told(slope):
    for call in (lambda: a.leaky_relu(1.0, slope), lambda: a.leaky_relu_backward(1.0, 1.0, slope)):
        with pytest.raises(ValueError, match=f"not {slope}"):
            call()


@pytest.mark.parametrize("alpha", [0.0, -1.0, np.inf, np.nan])
def test_an_alpha_out_of_range_is_told(alpha):
    for call in (lambda: a.elu(1.0, alpha), lambda: a.elu_backward(1.0, 1.0, alpha)):
        with pytest.raises(ValueError, match=f"not {alpha}"):
            call()


def test_settings_that_are_numpy_numbers_leave_float32_as_it_is():
    x = np.array([-1, 2], np.float32)
    assert a.leaky_relu(x, np.float64(0.1)).dtype == np.float32
    assert a.elu(x, np.float64(0.5)).dtype == a.elu_backward(x, x, np.float64(0.5)).dtype == np.float32


def maxout_case(rng, n=5, d=3, m=4, k=3):
    return rng.normal(size=(n, d)), rng.normal(size=(k, d, m)), rng.normal(size=(k, m))


def test_maxout_is_the_largest_of_its_affine_maps():
    x, weights, biases = maxout_case(np.random.default_rng(0))
    y = a.maxout(x, weights, biases)
    for i in range(5):
        for j in range(4):
            assert y[i, j] == pytest.approx(max(x[i] @ weights[:, :, j].T + biases[:, j]), rel=1e-15)


def test_maxout_gradients_agree_with_differences():
    rng = np.random.default_rng(1)
    arguments = maxout_case(rng)
    upstream = rng.normal(size=(5, 4))
    for i, gradient in enumerate(a.maxout_backward(*arguments, upstream)):
        for index in np.ndindex(gradient.shape):
            step = np.zeros_like(arguments[i])
            step[index] = 1e-6
            moved = [
                [argument + sign * step if i == j else argument for j, argument in enumerate(arguments)]
                for sign in (1, -1)
            ]
            high, low = ((a.maxout(*each) * upstream).sum() for each in moved)
            assert gradient[index] == pytest.approx((high - low) / 2e-6, abs=1e-8)


def test_of_equal_pieces_the_first_takes_the_whole_gradient():
    dx, dweights, dbiases = a.maxout_backward([[2.0]], [[[3.0]], [[3.0]]], [[0.0], [0.0]], [[10.0]])
    assert dx.tolist() == [[30]] and dweights.tolist() == [[[20]], [[0]]] and dbiases.tolist() == [[10], [0]]


@pytest.mark.parametrize(
    "shapes",
    [
        ((5, 3), (2, 4, 4), (2, 4)),
        ((5, 3), (2, 3, 4), (3, 4)),
        ((3,), (2, 3, 4), (2, 4)),
        ((5, 3), (0, 3, 4), (0, 4)),
    ],
)
def test_maxout_names_shapes_that_do_not_fit(shapes):
    with pytest.raises(ValueError) as error:
        a.maxout(*map(np.ones, shapes))
    assert all(str(shape) in str(error.value) for shape in shapes)


def test_maxout_needs_an_upstream_of_its_outputs_shape():
    x, weights, biases = maxout_case(np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"\(5, 4\).*\(5, 3\)"):
        a.maxout_backward(x, weights, biases, np.ones((5, 3)))


@pytest.mark.parametrize(
    ("activations", "share"),
    [
        ([[0.0, 1.0], [-1.0, 0.0]], 0.5),
        ([[1, -1, 0, 0]], 0.75),
        ([[np.nan], [0.0]], 0),  # nobody knows that this unit is off
        ([[0.0], [1e-300]], 0),
    ],
)
def test_a_unit_is_dead_where_no_row_switches_it_on(activations, share):
    assert a.dead_fraction(activations) == share
    assert type(a.dead_fraction(activations)) is float


@pytest.mark.parametrize("shape", [(3,), (0, 3), (3, 0), (2, 2, 2)])
def test_dead_fraction_asks_for_a_matrix_that_is_not_empty(shape):
    with pytest.raises(ValueError) as error:
        a.dead_fraction(np.ones(shape))
    assert str(shape) in str(error.value)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["sigmoid", "tanh", *RECTIFIERS])
def test_pytorch_agrees_forward_and_back(name, dtype):
    torch = pytest.importorskip("torch")
    rivals = {"gelu": lambda t: torch.nn.functional.gelu(t, approximate="tanh")}
    x, upstream = np.random.default_rng(0).normal(scale=3, size=(2, 1000)).astype(dtype)
    t = torch.tensor(x, requires_grad=True)
    y = rivals.get(name, getattr(torch.nn.functional, name))(t)
    y.backward(torch.tensor(upstream))
    if name in ("sigmoid", "tanh"):
        dx = upstream * getattr(a, f"{name}_derivative")(x)
    else:
        dx = getattr(a, f"{name}_backward")(x, upstream)
    close = {"rtol": 0, "atol": 1e-5 if dtype == np.float32 else 5e-14}  # of gradients up to 10
    assert np.allclose(getattr(a, name)(x), y.detach().numpy(), **close)
    assert np.allclose(dx, t.grad.numpy(), **close)


def test_scipy_agrees_on_sigmoid():
    special = pytest.importorskip("scipy.special")
    x = over_the_whole_range(np.float64, np.random.default_rng(0))
    assert np.allclose(a.sigmoid(x), special.expit(x), rtol=1e-15, atol=1e-307)
