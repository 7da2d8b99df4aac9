import copy
import inspect
import json
import math
import pickle
import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import optimizers as o

RATE = 0.05
CLASSES = [kind for kind in vars(o).values() if inspect.isclass(kind) and issubclass(kind, o.Optimizer)]
CLASSES.remove(o.Optimizer)
START = np.random.default_rng(0).normal(size=6)
SCALES = np.array([0.1, 1.0, 5.0, 10.0, 0.5, 2.0])


def gradient(theta):
    """Of a ravine with a ripple: Σ (s/2) θ² − cos θ."""
    return SCALES * theta + np.sin(theta)


def class_path(optimizer, steps=20, theta=START):
    theta, path = theta.copy(), []
    for _ in range(steps):
        optimizer.step(theta, gradient(theta))
        path.append(theta.copy())
    return np.array(path)


def pure_path(step, memory, steps=20):
    """step: (theta, memory, t) → (theta, *memory)."""
    theta, path = START, []
    for t in range(1, steps + 1):
        theta, *memory = step(theta, memory, t)
        path.append(theta)
    return np.array(path)


zeros = np.zeros_like(START)
RATES = {o.SGD: 0.3, o.AdaGrad: 1.0, o.RMSProp: 0.01}  # where 0.1 is not the rate to find a least value with
TORCH = {  # class: PyTorch's own, on parameters p
    o.SGD: lambda torch, p: torch.optim.SGD(p, RATE),
    o.Momentum: lambda torch, p: torch.optim.SGD(p, RATE, momentum=0.9),
    o.Nesterov: lambda torch, p: torch.optim.SGD(p, RATE, momentum=0.9, nesterov=True),
    o.AdaGrad: lambda torch, p: torch.optim.Adagrad(p, RATE, eps=1e-8),
    o.RMSProp: lambda torch, p: torch.optim.RMSprop(p, RATE, alpha=0.99, eps=1e-8),
    o.Adam: lambda torch, p: torch.optim.Adam(p, RATE),
    o.AdamW: lambda torch, p: torch.optim.AdamW(p, RATE, weight_decay=0.01),
}
PURE = {  # class: (pure step, its memory at the start)
    o.SGD: (lambda p, _, t: (o.gradient_descent_step(p, gradient(p), RATE),), []),
    o.Momentum: (lambda p, m, t: o.momentum_step(p, *m, gradient(p), RATE, 0.9), [zeros]),
    o.AdaGrad: (lambda p, m, t: o.adagrad_step(p, *m, gradient(p), RATE, 1e-8), [zeros]),
    o.RMSProp: (lambda p, m, t: o.rmsprop_step(p, *m, gradient(p), RATE, 0.99, 1e-8), [zeros]),
    o.Adam: (lambda p, m, t: o.adam_step(p, *m, t, gradient(p), RATE, 0.9, 0.999, 1e-8), [zeros, zeros]),
    o.AdamW: (
        lambda p, m, t: o.adamw_step(p, *m, t, gradient(p), RATE, 0.9, 0.999, 1e-8, 0.01),
        [zeros, zeros],
    ),
}


# What walks no path of a pure function above, and the test that shows its path all the same.
SHOWN_ELSEWHERE = {
    o.Nesterov: "test_the_nesterov_class_stands_where_the_pure_function_looks_ahead_to",
}
BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "optimizers.py"


@pytest.mark.parametrize("kind", CLASSES)
def test_an_optimizer_has_a_row_in_every_table(kind):
    owed = {
        "TORCH, in this file": kind in TORCH,
        "PURE or SHOWN_ELSEWHERE, in this file": kind in PURE or SHOWN_ELSEWHERE.get(kind) in globals(),
    }
    if BENCHMARK.exists():  # in a clone
        owed["RIVALS, in benchmarks/optimizers.py"] = (
            f'"{kind.__name__}": (optimizers.' in BENCHMARK.read_text()
        )
    missing = [table for table, there in owed.items() if not there]
    assert not missing, f"optimizers.{kind.__name__} has no row in {'; '.join(missing)}"


@pytest.mark.parametrize("kind", PURE)
def test_class_and_pure_function_walk_the_same_path(kind):
    assert np.allclose(class_path(kind(RATE)), pure_path(*PURE[kind]), rtol=1e-12, atol=1e-14)


def test_the_nesterov_class_stands_where_the_pure_function_looks_ahead_to():
    params, velocity, ahead = START, zeros, []
    for _ in range(20):
        params, velocity = o.nesterov_step(params, velocity, gradient, RATE, 0.9)
        ahead.append(params + 0.9 * velocity)
    assert np.allclose(class_path(o.Nesterov(RATE)), ahead, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("eps", [1e-8, 0.1])
@pytest.mark.parametrize("kind", [o.AdaGrad, o.RMSProp, o.Adam])
def test_class_and_pure_function_put_eps_at_the_same_place(kind, eps):
    step = {
        o.AdaGrad: lambda p, m, t: o.adagrad_step(p, *m, gradient(p), RATE, eps),
        o.RMSProp: lambda p, m, t: o.rmsprop_step(p, *m, gradient(p), RATE, 0.99, eps),
        o.Adam: lambda p, m, t: o.adam_step(p, *m, t, gradient(p), RATE, 0.9, 0.999, eps),
    }[kind]
    expected = pure_path(step, PURE[kind][1])
    assert np.allclose(class_path(kind(RATE, eps=eps)), expected, rtol=1e-12, atol=1e-14)


def test_eps_stands_outside_the_root():
    g, h = 3.0, 16.0
    assert o.adagrad_step(0.0, h, g, 1.0, 0.5)[0] == -g / (5 + 0.5)
    assert o.rmsprop_step(0.0, h, g, 1.0, 1.0, 0.5)[0] == -g / (4 + 0.5)
    assert o.adam_step(0.0, 0.0, 0.0, 1, g, 1.0, 0.5, 0.5, 0.5)[0] == -g / (3 + 0.5)
    assert o.adam_step_uncorrected(0.0, 0.0, 0.0, g, 1.0, 0.0, 0.0, 0.5)[0] == -g / (3 + 0.5)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kind", CLASSES)
def test_pytorch_takes_the_same_ten_steps(kind, dtype):
    torch = pytest.importorskip("torch")
    ours, t = START.astype(dtype), torch.tensor(START.astype(dtype))
    optimizer, rival = kind(RATE), TORCH[kind](torch, [t])
    for _ in range(10):
        optimizer.step(ours, gradient(ours).astype(dtype))
        t.grad = torch.tensor(gradient(t.numpy()).astype(dtype))
        rival.step()
        close = {"rtol": 1e-12, "atol": 1e-14} if dtype == np.float64 else {"rtol": 5e-6, "atol": 5e-7}
        assert np.allclose(ours, t.numpy(), **close)


PROBLEMS = {  # name: (start, gradient, where the least value is)
    "bowl": (np.array([3.0, -2.0]), lambda p: p, 0.0),
    "ravine": (np.array([-2.0, 1.0]), lambda p: np.array([0.1, 2.0]) * p, 0.0),
    "shifted, saturating": (np.array([4.0, -1.0]), lambda p: np.tanh(p - 1), 1.0),
}


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("kind", CLASSES)
def test_every_optimizer_finds_the_least_value_of_every_problem(kind, problem):
    start, slope, least = PROBLEMS[problem]
    rate = RATES.get(kind, 0.1)
    optimizer, theta = kind(rate), start.copy()
    if kind is o.AdamW:
        optimizer.weight_decay = 0.0
    for step in range(2000):
        optimizer.learning_rate = rate / (1 + step / 300)
        optimizer.step(theta, slope(theta))
    assert np.allclose(theta, least, rtol=0, atol=2e-3)


@pytest.mark.parametrize("kind", CLASSES)
def test_a_step_is_in_place_and_leaves_the_gradient_alone(kind):
    theta, grad = START.copy(), gradient(START)
    whole, before = theta, grad.copy()
    kind(RATE).step(theta, grad)
    assert whole is theta and not np.allclose(theta, START) and np.array_equal(grad, before)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", CLASSES)
def test_a_long_vector_goes_in_blocks_to_the_same_place(kind, dtype, monkeypatch):
    theta = np.random.default_rng(0).normal(size=1000).astype(dtype)
    whole, blocks = theta.copy(), theta.copy()
    one, other = kind(RATE), kind(RATE)
    for _ in range(3):
        one.step(whole, np.sin(whole))
        with monkeypatch.context() as patch:
            patch.setattr(o, "STEP_BLOCK", 64)  # 15 whole blocks and a short one
            other.step(blocks, np.sin(blocks))
    assert np.array_equal(whole, blocks) and whole.dtype == dtype


@pytest.mark.parametrize("kind", CLASSES)
def test_rows_are_trained_at_once_each_with_its_own_rate(kind, monkeypatch):
    monkeypatch.setattr(o, "STEP_BLOCK", 4)  # rows are never cut into blocks, since rates go with rows
    rates = np.array([[0.01], [0.1], [1.0]])
    together, theta = kind(rates), np.tile(START, (3, 1))
    alone = [kind(float(rate)) for rate in rates[:, 0]]
    rows = theta.copy()
    for _ in range(5):
        together.step(theta, np.sin(theta))
        for optimizer, row in zip(alone, rows, strict=True):
            optimizer.step(row, np.sin(row))
    assert np.allclose(theta, rows, rtol=1e-14)


@pytest.mark.parametrize("kind", CLASSES)
def test_float32_stays_float32_with_rates_of_any_kind(kind):
    theta = START.astype(np.float32)
    optimizer = kind(np.float64(RATE))
    optimizer.step(theta, np.ones_like(theta))
    assert theta.dtype == np.float32 and all(m.dtype == np.float32 for m in optimizer.memory.values())


@pytest.mark.parametrize("kind", CLASSES)
def test_a_copy_goes_its_own_way(kind):
    optimizer, theta = kind(RATE), START.copy()
    optimizer.step(theta, gradient(theta))
    twin = copy.deepcopy(optimizer)
    expected = class_path(optimizer, 3, theta)
    assert np.array_equal(class_path(twin, 3, theta), expected)


@given(g=st.floats(1e-6, 1e6), sign=st.sampled_from([-1, 1]))
def test_adams_first_step_is_the_learning_rate_whatever_the_gradient(g, sign):
    theta, _, _ = o.adam_step(0.0, 0.0, 0.0, 1, sign * g, 0.1, 0.9, 0.999, 0.0)
    assert theta == pytest.approx(-sign * 0.1, rel=1e-12)
    uncorrected, _, _ = o.adam_step_uncorrected(0.0, 0.0, 0.0, sign * g, 0.1, 0.9, 0.999, 0.0)
    assert uncorrected == pytest.approx(-sign * 0.1 * 0.1 / math.sqrt(0.001), rel=1e-12)  # 3.16 times as far


def test_adams_moments_come_back_uncorrected():
    _, m, v = o.adam_step([0.0], [1.0], [2.0], 3, [4.0], 0.1, 0.5, 0.75, 1e-8)
    assert m.tolist() == [2.5] and v.tolist() == [5.5]


def test_the_adam_class_remembers_the_same_moments_as_sums():
    optimizer, theta, m, v = o.Adam(RATE), START.copy(), zeros, zeros
    params = START
    for t in range(1, 6):
        params, m, v = o.adam_step(params, m, v, t, gradient(params), RATE, 0.9, 0.999, 1e-8)
        optimizer.step(theta, gradient(theta))
    assert np.allclose(optimizer.memory["m"] * (1 - 0.9), m, rtol=1e-12)
    assert np.allclose(optimizer.memory["v"] * (1 - 0.999), v, rtol=1e-12)


@given(g=st.floats(-10, 10), rate=st.floats(1e-3, 1), mu=st.floats(0, 0.95))
def test_a_constant_gradient_leads_to_the_terminal_velocity(g, rate, mu):
    velocity = np.zeros(1)
    for _ in range(1000):
        _, velocity = o.momentum_step(np.zeros(1), velocity, np.array([g]), rate, mu)
    assert o.terminal_velocity(g, rate, mu) == pytest.approx(velocity[0], rel=1e-9, abs=1e-300)


def test_without_friction_left_momentum_and_nesterov_are_gradient_descent():
    expected = class_path(o.SGD(RATE))
    assert np.array_equal(class_path(o.Momentum(RATE, mu=0.0)), expected)
    assert np.allclose(class_path(o.Nesterov(RATE, mu=0.0)), expected, rtol=1e-15)


def test_nesterov_asks_for_the_gradient_at_the_looked_ahead_point():
    asked = []
    o.nesterov_step([1.0], [2.0], lambda p: asked.append(p.copy()) or p, 0.1, 0.5)
    assert [p.tolist() for p in asked] == [[2.0]]


def test_weight_decay_is_decoupled_from_adams_scaling():
    theta = np.array([1.0, 1.0])
    o.AdamW(0.1, weight_decay=0.5).step(theta, np.array([0.0, 1e-6]))
    # The first weight only decays, by η λ; the second makes Adam's first step of η besides.
    assert np.allclose(theta, [0.95, 0.85 + 0.1 * 0.01], atol=1e-3)
    assert theta[0] == 0.95


@given(decay=st.floats(0, 2), params=st.floats(-5, 5), g=st.floats(-5, 5))
def test_a_step_of_adamw_is_adams_and_a_share_of_the_old_params(decay, params, g):
    state = params, 0.25, 1.5, 3, g, 0.1, 0.9, 0.99, 0.1
    moved, *moments = o.adamw_step(*state, decay)
    expected, *of_adam = o.adam_step(*state)
    assert moved == pytest.approx(expected - 0.1 * decay * params, rel=1e-12, abs=1e-14)
    assert moments == of_adam


def test_weight_decay_may_spare_the_biases():
    theta = np.ones(3)
    o.AdamW(0.1, weight_decay=0.5 * np.array([1.0, 0.0, 1.0])).step(theta, np.zeros(3))
    assert theta.tolist() == [0.95, 1, 0.95]


@given(st.data())
def test_a_clipped_gradient_keeps_its_direction_and_is_never_too_long(data):
    scale = data.draw(st.sampled_from([1e-300, 1e-20, 1.0, 1e20, 1e200, 1e300]))
    grad = scale * np.random.default_rng(data.draw(st.integers(0, 99))).normal(size=5)
    largest = data.draw(st.floats(1e-3, 1e3))
    before, unit = grad.copy(), grad / np.abs(grad).max()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        norm = o.clip_gradient(grad, largest)
    assert norm == pytest.approx(float(np.abs(before).max()) * float(np.linalg.norm(unit)), rel=1e-12)
    if norm <= largest * (1 + 1e-15):
        assert np.array_equal(grad, before)
    else:
        assert np.linalg.norm(grad) == pytest.approx(largest, rel=1e-12)
        assert np.allclose(grad / np.abs(grad).max(), unit, rtol=1e-12)


@pytest.mark.parametrize("entry", [0.0, np.nan, np.inf])
def test_a_gradient_of_zeros_or_with_nan_or_infinity_is_left_alone(entry):
    grad = np.array([0.0, entry])
    assert o.clip_gradient(grad, 1e-3) == pytest.approx(entry, nan_ok=True)
    assert np.array_equal(grad, [0, entry], equal_nan=True)


def test_the_longest_gradient_there_is_is_clipped_though_its_norm_is_not_a_float():
    grad = np.full(5, 1.7e308)
    assert o.clip_gradient(grad, 1.0) == np.inf
    assert np.allclose(grad, 5**-0.5, rtol=1e-14)


def test_a_float32_gradient_whose_squares_overflow_is_clipped_too():
    grad = np.array([3e30, 4e30], np.float32)
    assert o.clip_gradient(grad, 1.0) == pytest.approx(5e30, rel=1e-6)
    assert np.allclose(grad, [0.6, 0.8], rtol=1e-6)


@pytest.mark.parametrize("grad", [np.array([[3.0, 0.0], [0.0, 4.0]]), [[3, 0], [0, 4]], np.full((4, 1), 2.5)])
def test_clipping_by_norm_makes_a_new_array_by_the_norm_over_all_entries(grad):
    kept = np.array(grad)
    for largest in (5.0, 1.25):
        by_hand = kept * min(1.0, largest / math.hypot(*kept.ravel()))
        assert np.allclose(o.clip_by_norm(grad, largest), by_hand, rtol=1e-15)
    assert np.array_equal(grad, kept) and not np.shares_memory(o.clip_by_norm(kept, 9.0), kept)


def test_clipping_by_norm_takes_numbers_and_any_finite_size_and_leaves_nan_where_it_was():
    assert o.clip_by_norm(-3.0, 2.0) == -2 and o.clip_by_norm(0, 1.0) == 0
    assert o.clip_by_norm(np.float32([3e30, 4e30]), 1.0).dtype == np.float32
    for size in (1e-300, 1e300):
        assert np.allclose(
            o.clip_by_norm([3 * size, 4 * size], size), [0.6 * size, 0.8 * size], rtol=1e-14, atol=0
        )
    assert np.array_equal(np.isnan(o.clip_by_norm([1.0, np.nan], 0.1)), [False, True])


@pytest.mark.parametrize("kind", PURE)
def test_the_pure_functions_leave_their_arguments_alone(kind):
    step, memory = PURE[kind]
    start, kept = START.copy(), [m.copy() for m in memory]
    step(START, memory, 1)
    assert np.array_equal(START, start) and all(map(np.array_equal, memory, kept))


def test_pure_steps_take_integers_lists_and_float32():
    assert o.gradient_descent_step([1, 2], [1, 1], 1).tolist() == [0, 1]
    p, g = np.ones(2, np.float32), np.ones(2, np.float32)
    assert o.gradient_descent_step(p, g, 0.1).dtype == np.float32
    assert o.adam_step(p, p, p, 1, g, 0.1, 0.9, 0.999, 1e-8)[0].dtype == np.float32
    assert o.momentum_step(1, 0, 2, 0.5, 0.9) == (0.0, -1.0)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: o.gradient_descent_step(np.ones(2), np.ones(3), 0.1), r"params \(2,\), grad \(3,\)"),
        (lambda: o.momentum_step(np.ones(2), np.ones(1), np.ones(2), 0.1, 0.9), r"velocity \(1,\)"),
        (lambda: o.nesterov_step(np.ones(2), np.ones(2), np.sum, 0.1, 0.9), r"grad \(\)"),
        (lambda: o.adagrad_step(np.ones(2), np.ones(3), np.ones(2), 0.1, 1e-8), r"h \(3,\)"),
        (lambda: o.rmsprop_step(np.ones(2), np.ones(3), np.ones(2), 0.1, 0.9, 1e-8), r"h \(3,\)"),
        (lambda: o.adam_step(*[np.ones(2)] * 3, 0, np.ones(2), 0.1, 0.9, 0.999, 1e-8), "was 0"),
        (lambda: o.adamw_step(*[np.ones(2)] * 3, 0, np.ones(2), 0.1, 0.9, 0.999, 1e-8, 0.1), "was 0"),
        (lambda: o.terminal_velocity(1.0, 0.1, 1.0), "not 1.0"),
        (lambda: o.SGD(0.0), "not 0.0"),
        (lambda: o.SGD(-1.0), "not -1.0"),
        (lambda: o.SGD(np.nan), "not nan"),
        (lambda: o.SGD(np.array([0.1, -0.1])), "-0.1"),
        (lambda: o.Momentum(0.1, mu=1.0), "not 1.0"),
        (lambda: o.RMSProp(0.1, decay_rate=-0.1), "not -0.1"),
        (lambda: o.AdaGrad(0.1, eps=0.0), "not 0.0"),
        (lambda: o.Adam(0.1, beta1=1.0), "beta1.*not 1.0"),
        (lambda: o.Adam(0.1, beta2=1.5), "beta2.*not 1.5"),
        (lambda: o.AdamW(0.1, weight_decay=-1.0), "was -1.0"),
        (lambda: o.clip_gradient(np.ones(2), 0.0), "not 0.0"),
        (lambda: o.clip_by_norm(np.ones(2), -1.0), "not -1.0"),
        (lambda: o.SGD(0.1).step(np.ones(2), np.ones(3)), r"\(2,\), \(3,\)"),
    ],
)
def test_what_cannot_be_is_told_with_its_value(call, told):
    with pytest.raises(ValueError, match=told):
        call()


MISFITS = {  # what is wrong: how the step is asked for, for parameters of six entries
    "a gradient of another shape": lambda theta, grad: (theta, grad[:5]),
    "one gradient for all": lambda theta, grad: (theta, grad[:1]),
    "a gradient with an axis more": lambda theta, grad: (theta, grad[None]),
    "whole numbers": lambda theta, grad: (theta.view(np.int64), grad),
    "a complex gradient": lambda theta, grad: (theta, grad + 1j),
    "parameters that are read-only": lambda theta, grad: (np.broadcast_to(theta, theta.shape), grad),
}


def remembered(optimizer):
    """All that an optimizer is, to compare."""
    return {name: copy.deepcopy(value) for name, value in vars(optimizer).items()}


def alike(one, other):
    return pickle.dumps(one) == pickle.dumps(other)


@pytest.mark.parametrize("steps", [0, 1, 3])
@pytest.mark.parametrize("misfit", MISFITS)
@pytest.mark.parametrize("kind", CLASSES)
def test_what_is_refused_changes_nothing(kind, misfit, steps):
    optimizer, theta, grad = kind(RATE), START.copy(), gradient(START)
    class_path(optimizer, steps, theta)
    wrong_theta, wrong_grad = MISFITS[misfit](theta, grad)
    before = remembered(optimizer)
    with pytest.raises(ValueError, match="param"):
        optimizer.step(wrong_theta, wrong_grad)
    assert np.array_equal(theta, START) and alike(remembered(optimizer), before)


@pytest.mark.parametrize("others", [np.ones(5), np.ones((6, 1)), np.ones((1, 6))], ids=np.shape)
@pytest.mark.parametrize("kind", [kind for kind in CLASSES if kind.slots])
def test_parameters_of_another_shape_than_is_remembered_are_told_and_stay(kind, others):
    optimizer = kind(RATE)
    class_path(optimizer, 1)
    before = remembered(optimizer)
    with pytest.raises(ValueError, match=re.escape(f"{others.shape}, {others.shape}, (6,)")):
        optimizer.step(others, others.copy())
    assert np.all(others == 1) and alike(remembered(optimizer), before)


SETTINGS = [(kind, "learning_rate") for kind in CLASSES] + [(o.AdamW, "weight_decay")]


@pytest.mark.parametrize("shape", [(5,), (2, 1), (1, 6), (6, 1)])
@pytest.mark.parametrize(("kind", "setting"), SETTINGS)
def test_a_setting_that_does_not_go_with_the_parameters_is_refused_before_they_move(kind, setting, shape):
    optimizer, theta = kind(**{"learning_rate": RATE, setting: np.full(shape, RATE)}), START.copy()
    before = remembered(optimizer)
    with pytest.raises(ValueError, match=f"{setting} .* does not go with parameters"):
        optimizer.step(theta, gradient(theta))
    assert np.array_equal(theta, START) and alike(remembered(optimizer), before)


@pytest.mark.parametrize(("kind", "setting"), SETTINGS)
def test_a_setting_for_each_parameter_goes_with_a_long_vector_too(kind, setting, monkeypatch):
    monkeypatch.setattr(o, "STEP_BLOCK", 4)
    each = np.linspace(0.01, 0.1, 6)
    whole, theta = kind(**{"learning_rate": RATE, setting: each}), START.copy()
    whole.step(theta, gradient(START))
    for i, value in enumerate(each):
        alone, entry = kind(**{"learning_rate": RATE, setting: float(value)}), START[[i]]
        alone.step(entry, gradient(START)[[i]])
        assert entry[0] == pytest.approx(theta[i], rel=1e-15)


@pytest.mark.parametrize(("kind", "setting"), SETTINGS)
def test_a_setting_may_be_a_list_and_is_then_judged_like_an_array(kind, setting):
    each, paths = np.linspace(0.01, 0.1, 6), []
    for values in (each, each.tolist()):
        paths.append(class_path(kind(**{"learning_rate": RATE, setting: values})))
    assert np.array_equal(*paths)
    with pytest.raises(ValueError, match=f"{setting} .* does not go with parameters"):
        kind(**{"learning_rate": RATE, setting: [0.1] * 5}).step(START.copy(), START)


@pytest.mark.parametrize(("kind", "setting"), SETTINGS)
def test_a_setting_that_is_a_number_stays_one(kind, setting):
    optimizer = kind(**{"learning_rate": RATE, setting: 0.1})
    assert type(getattr(optimizer, setting)) is float and f"{setting}=0.1" in repr(optimizer)


@pytest.mark.parametrize("kind", CLASSES)
def test_an_optimizer_that_was_reset_is_as_a_new_one(kind):
    used, fresh = kind(RATE), kind(RATE)
    class_path(used, 3)
    used.reset()
    assert np.array_equal(class_path(used), class_path(fresh))


@pytest.mark.parametrize("kind", CLASSES)
def test_a_config_is_the_class_and_all_it_takes_whatever_was_learnt(kind):
    optimizer = kind(RATE)
    config = json.loads(json.dumps(optimizer.config()))
    assert config.pop("class") == kind.__name__
    assert config.keys() == inspect.signature(kind).parameters.keys()
    class_path(optimizer, 2)
    assert optimizer.config() == kind(**config).config()


def test_a_gradient_whose_entries_are_all_small_is_clipped_if_it_is_too_long_all_the_same():
    grad = np.array([0.3, -0.4])
    assert o.clip_gradient(grad, 0.1) == pytest.approx(0.5, rel=1e-15)
    np.testing.assert_allclose(grad, [0.06, -0.08], rtol=1e-15)
