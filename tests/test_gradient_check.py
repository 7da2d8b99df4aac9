import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from dlcourse import layers, losses, network
from dlcourse.gradient_check import (
    ParameterCheck,
    Report,
    check_network,
    forward_difference,
    numerical_gradient,
    relative_error,
)
from dlcourse.regularizers import l2_penalty

X = np.random.default_rng(0).normal(size=(6, 3))
Y = np.random.default_rng(1).integers(0, 2, 6)


def net(activation="tanh", dtype=np.float64, more=()):
    stack = [layers.Dense(3, 4), *more, layers.Activation(activation), layers.Dense(4, 2)]
    return network.Network(stack, np.random.default_rng(2), dtype)


@given(arrays(float, array_shapes(min_dims=0, max_dims=3, max_side=3), elements=st.floats(-5, 5)))
def test_central_differences_of_a_quadratic_are_exact_to_rounding(x):
    gradient = numerical_gradient(lambda v: float((v * v).sum()), x)
    assert gradient.shape == x.shape
    np.testing.assert_allclose(gradient, 2 * x, atol=1e-6 * max(1, np.abs(x).max(initial=0) ** 2))


def test_integers_are_taken_as_floats_and_left_as_they_were():
    x = np.array([[1, -2], [3, 0]])
    gradient = numerical_gradient(lambda v: float((v**3).sum()), x)
    np.testing.assert_allclose(gradient, 3 * x**2, atol=1e-6)
    assert x.dtype.kind == "i" and x.tolist() == [[1, -2], [3, 0]]


def test_a_function_that_writes_into_its_argument_does_no_harm():
    def f(v):
        v *= 2
        return float(v.sum())

    x = np.ones(3)
    np.testing.assert_allclose(numerical_gradient(f, x), [2, 2, 2], rtol=1e-9)
    assert x.tolist() == [1, 1, 1]


def test_a_number_and_lists_have_gradients_too():
    assert numerical_gradient(lambda v: float(v**2), 3.0) == pytest.approx(6, abs=1e-8)
    assert numerical_gradient(lambda v: float(v[0] * v[1]), [2.0, 5.0]) == pytest.approx([5, 2], abs=1e-8)


def test_the_central_error_falls_as_h_squared_and_the_forward_error_as_h():
    errors = [
        [abs(difference(np.exp, 1.0, h) - np.e) for h in (1e-2, 1e-3)]
        for difference in (
            lambda f, x, h: numerical_gradient(f, x, h),
            lambda f, x, h: forward_difference(f, x, h),
        )
    ]
    (central, central_near), (forward, forward_near) = errors
    assert central / central_near == pytest.approx(100, rel=0.01)
    assert forward / forward_near == pytest.approx(10, rel=0.01)


def test_differences_agree_with_scipys():
    optimize = pytest.importorskip("scipy.optimize")
    x = np.array([-1.2, 1.0, 0.5])
    np.testing.assert_allclose(numerical_gradient(optimize.rosen, x), optimize.rosen_der(x), rtol=1e-7)


@pytest.mark.parametrize(
    ("a", "b", "error"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([1.0], [-1.0], 1.0),
        ([0.0], [0.0], 0.0),
        ([1e-9], [0.0], 0.1),  # the floor of 1e-8
        (3.0, 1.0, 0.5),
        (np.empty(0), np.empty(0), 0.0),
    ],
)
def test_relative_error_by_hand(a, b, error):
    assert relative_error(a, b) == pytest.approx(error)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "elu"])
def test_a_right_network_passes_and_stays_as_it_was(activation):
    model = net(activation)
    before, noise = model.theta.copy(), model.rng.bit_generator.state
    report = check_network(model, losses.softmax_cross_entropy, (X, Y))
    assert report.passed, str(report)
    assert [check.name for check in report.checks] == ["0.weights", "0.bias", "2.weights", "2.bias"]
    assert report.warnings == ()
    assert (model.theta == before).all() and model.rng.bit_generator.state == noise


def test_dropout_batch_norm_and_a_penalty_may_be_switched_on():
    model = net(more=[layers.BatchNorm(4), layers.Dropout(0.3)])
    kept = {name: array.copy() for name, array in model.state().items()}
    report = check_network(model, losses.softmax_cross_entropy, (X, Y), penalty=lambda w: l2_penalty(w, 0.1))
    assert report.worst.error < 1e-5, str(
        report
    )  # the bias before batch norm has no effect: 0 against rounding
    assert all((array == kept[name]).all() for name, array in model.state().items())


class Forgetful(layers.Dense):
    """A dense layer with a bug: one weight's gradient has the wrong sign."""

    def backward(self, upstream, input_gradient=True):
        result = super().backward(upstream, input_gradient)
        self.weights_gradient[1, 2] *= -1
        return result


def test_a_network_stays_as_it_was_where_the_loss_refuses_its_data():
    network_ = net(more=(layers.BatchNorm(4), layers.Dropout(0.5)))
    before, noise = network_.state(), network_.rng.bit_generator.state
    with pytest.raises(ValueError, match=r"\(6, 2\) and \(5,\)"):
        check_network(network_, losses.softmax_cross_entropy, (X, Y[:5]))
    assert all(np.array_equal(values, before[name]) for name, values in network_.state().items())
    assert network_.rng.bit_generator.state == noise


def test_the_report_names_the_layer_and_the_index_of_a_planted_bug():
    model = network.Network(
        [Forgetful(3, 4), layers.Activation("relu"), layers.Dense(4, 2)], np.random.default_rng(2)
    )
    report = check_network(model, losses.softmax_cross_entropy, (X, Y))
    assert not report.passed
    assert (report.worst.name, report.worst.index) == ("0.weights", (1, 2))
    assert report.wrong == ("0.weights",)
    assert report.worst.backprop == pytest.approx(-report.worst.numerical, rel=1e-6)
    assert "DISAGREE" in str(report) and "0.weights[1, 2]" in str(report)
    assert sum(check.kinks for check in report.checks) == 0


def test_a_bug_of_small_gradients_is_not_taken_for_a_kink():
    model = network.Network(
        [Forgetful(3, 4), layers.Activation("tanh"), layers.Dense(4, 2)], np.random.default_rng(2)
    )
    model.layers[2].weights[...] *= 1e-4
    report = check_network(model, losses.softmax_cross_entropy, (X, Y))
    assert (report.worst.name, report.worst.index) == ("0.weights", (1, 2))


def test_a_forgotten_penalty_is_found():
    def no_gradient(weights):
        value, gradients = l2_penalty(weights, 0.1)
        return value, [0 * g for g in gradients]

    assert not check_network(net(), losses.softmax_cross_entropy, (X, Y), penalty=no_gradient).passed


def test_entries_at_a_kink_are_left_out_and_said():
    model = net("relu")
    x = np.vstack([X, np.zeros(3)])  # with zero biases, this example sits on every kink at once
    report = check_network(model, losses.softmax_cross_entropy, (x, np.append(Y, 0)))
    assert report.passed
    assert next(check.kinks for check in report.checks if check.name == "0.bias") > 0
    assert "kink" in report.warnings[0] and "0.bias" in report.warnings[0]


def test_a_kink_within_the_step_is_stepped_over_less_widely():
    model = net("relu")
    model.layers[0].bias[:] = 4e-6
    report = check_network(
        model, losses.softmax_cross_entropy, (np.vstack([X, np.zeros(3)]), np.append(Y, 0))
    )
    assert report.passed and report.warnings == ()


def test_float32_is_checked_loosely_and_said():
    report = check_network(net(dtype=np.float32), losses.softmax_cross_entropy, (X, Y))
    assert report.passed
    assert "float64" in report.warnings[0]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: numerical_gradient(np.sum, [1.0], h=0), "not 0"),
        (lambda: forward_difference(np.sum, [1.0], h=-1), "not -1"),
        (lambda: relative_error([1.0], [1.0, 2.0]), r"\(1,\) and \(2,\)"),
        (lambda: check_network(net(), losses.softmax_cross_entropy, (X, Y), h=np.nan), "not nan"),
        (lambda: check_network(net(), lambda out, y: (np.nan, out), (X, Y)), "the loss is nan"),
    ],
)
def test_what_makes_no_sense_is_named(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_a_forward_difference_goes_a_step_of_1e_8_unless_told():
    asked = []
    forward_difference(lambda v: asked.append(float(v)) or 0.0, 0.0)
    assert sorted(asked) == [0.0, 1e-8]


def test_an_error_of_exactly_the_tolerance_agrees():
    check = ParameterCheck("0.bias", (1,), 1.0, 3.0, 0.5, 0)
    assert Report((check,), 0.5, ()).passed
    assert not Report((check,), 0.499, ()).passed
    assert not Report((check, ParameterCheck("0.bias", (0,), 0.0, 0.0, 0.0, 0)), 0.1, ()).passed


def test_beside_a_kink_that_was_stepped_over_less_widely_the_report_shows_the_difference_that_counts():
    model = net("relu")
    model.layers[0].bias[:] = 4e-6
    data = np.vstack([X, np.zeros(3)]), np.append(Y, 0)
    report = check_network(model, losses.softmax_cross_entropy, data)
    for check in report.checks:
        assert check.error == pytest.approx(relative_error(check.backprop, check.numerical), rel=1e-12)


def test_a_derivative_that_is_nan_is_wrong():
    report = Report((ParameterCheck("0.bias", (0,), np.nan, 1.0, np.nan, 0),), 1e-6, ())
    assert report.wrong == ("0.bias",) and not report.passed
