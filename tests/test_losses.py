import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dlcourse import losses as l
from dlcourse import metrics as m

BATCH_LOSSES = [l.cross_entropy, m.accuracy, l.softmax_cross_entropy_gradient, l.softmax_cross_entropy]


@st.composite
def batches(draw, limit=1e300, width=64):
    n, k = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    logits = draw(hnp.arrays(f"f{width // 8}", (n, k), elements=st.floats(-limit, limit, width=width)))
    return logits, draw(hnp.arrays(np.int64, n, elements=st.integers(0, k - 1)))


def a_batch(n=6, k=4, dtype=float, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(scale=3, size=(n, k)).astype(dtype), rng.integers(0, k, n)


def test_one_hot_has_its_one_at_the_label():
    rows = l.one_hot(np.array([2, 0, 2], np.uint8), 4)
    assert rows.tolist() == [[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 1, 0]]
    assert rows.dtype == np.float64


@given(batch=batches(), epsilon=st.floats(0, 1))
def test_smoothed_labels_are_a_mean_of_one_hot_and_uniform(batch, epsilon):
    labels, k = batch[1], batch[0].shape[1]
    rows = l.smooth_labels(labels, k, epsilon)
    assert np.allclose(rows.sum(axis=1), 1, rtol=0, atol=1e-14)
    own = rows[np.arange(len(labels)), labels]
    assert np.allclose(own, 1 - epsilon * (k - 1) / k, rtol=0, atol=1e-15)
    assert np.allclose(rows.sum(axis=1) - own, epsilon * (k - 1) / k, rtol=0, atol=1e-14)


@pytest.mark.parametrize("epsilon", [-0.1, 1.5, math.nan])
def test_an_epsilon_that_is_no_share_is_told(epsilon):
    with pytest.raises(ValueError, match=f"not {epsilon}"):
        l.smooth_labels([0], 3, epsilon)


def test_the_loss_of_soft_targets_is_that_of_each_class_by_its_share():
    logits, _ = a_batch()
    targets = l.softmax(a_batch(seed=1)[0])
    loss, gradient = l.soft_target_cross_entropy(logits, targets)
    of_class = [[l.cross_entropy(row[None], [j]) for j in range(4)] for row in logits]
    assert loss == pytest.approx(np.mean(np.sum(targets * of_class, axis=1)), rel=1e-12)
    for index in np.ndindex(logits.shape):
        step = np.zeros_like(logits)
        step[index] = 1e-5
        ends = [l.soft_target_cross_entropy(logits + sign * step, targets)[0] for sign in (1, -1)]
        assert gradient[index] == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-10)


def test_a_class_without_a_share_adds_nothing_to_the_loss_however_far_its_logit_is():
    loss, gradient = l.soft_target_cross_entropy([[1e308, -1e308]], [[1.0, 0.0]])
    assert loss == 0
    assert gradient.tolist() == [[0, 0]]


def test_soft_targets_that_are_sure_are_labels():
    logits, labels = a_batch()
    loss, gradient = l.soft_target_cross_entropy(logits, l.one_hot(labels, 4))
    for expected, slope in (
        l.softmax_cross_entropy(logits, labels),
        l.soft_target_cross_entropy(logits, labels),
    ):
        assert loss == pytest.approx(expected, rel=1e-12)
        assert np.allclose(gradient, slope, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("targets", "told"), [(np.ones((6, 3)) / 3, r"\(6, 4\) and \(6, 3\)"), (np.full((6, 4), 0.5), "not 2")]
)
def test_soft_targets_that_do_not_fit_are_told(targets, told):
    with pytest.raises(ValueError, match=told):
        l.soft_target_cross_entropy(a_batch()[0], targets)


@given(batch=batches())
def test_softmax_rows_are_probabilities_of_any_finite_logits(batch):
    logits, _ = batch
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        p = l.softmax(logits)
    assert (p >= 0).all() and np.allclose(p.sum(axis=1), 1, rtol=0, atol=1e-15)


@given(batch=batches(limit=50), shift=st.floats(-100, 100))
def test_softmax_does_not_see_a_shift(batch, shift):
    assert np.allclose(l.softmax(batch[0] + shift), l.softmax(batch[0]), rtol=1e-12)


def test_softmax_at_the_far_ends_of_the_floats():
    largest = np.finfo(float).max
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert l.softmax([[largest, -largest, -np.inf]]).tolist() == [[1, 0, 0]]
        assert l.softmax(np.array([[3e38, -3e38]], np.float32)).tolist() == [[1, 0]]


def test_a_nan_spoils_its_own_row_only():
    p = l.softmax([[np.nan, 0.0], [0.0, 0.0]])
    assert np.isnan(p[0]).all() and p[1].tolist() == [0.5, 0.5]


@given(batch=batches())
def test_cross_entropy_is_finite_and_silent_up_to_1e300(batch):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss = l.cross_entropy(*batch)
    assert type(loss) is float and 0 <= loss < math.inf


@given(batch=batches(limit=3.0000000054977558e38, width=32))
def test_float32_logits_further_apart_than_float32_goes_still_give_a_loss(batch):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss, gradient = l.softmax_cross_entropy(*batch)
    assert loss == pytest.approx(l.cross_entropy(*batch), rel=1e-6, abs=1e-6)
    assert gradient.dtype == np.float32 and np.isfinite(gradient).all()


@given(batch=batches(limit=600))
def test_the_fused_loss_is_the_cross_entropy_and_its_gradient(batch):
    loss, gradient = l.softmax_cross_entropy(*batch)
    assert loss == pytest.approx(l.cross_entropy(*batch), rel=1e-12, abs=1e-13)
    assert np.allclose(gradient, l.softmax_cross_entropy_gradient(*batch), rtol=1e-13, atol=1e-16)
    expected = (l.softmax(batch[0]) - l.one_hot(batch[1], batch[0].shape[1])) / len(batch[0])
    assert np.allclose(gradient, expected, rtol=1e-12, atol=1e-16)


def test_the_loss_of_float32_logits_may_be_larger_than_float32():
    logits = np.array([[3e38, -3e38]], np.float32)
    assert l.cross_entropy(logits, [1]) == l.softmax_cross_entropy(logits, [1])[0] == 2 * float(logits[0, 0])


def test_cross_entropy_of_sure_and_right_is_0_and_of_sure_and_wrong_the_distance():
    assert l.cross_entropy([[1000.0, 0.0]], [0]) == 0
    assert l.cross_entropy([[1000.0, 0.0]], [1]) == 1000
    assert l.cross_entropy(np.zeros((3, 10)), [0, 4, 9]) == pytest.approx(math.log(10), rel=1e-15)


def test_the_gradient_of_cross_entropy_agrees_with_differences():
    logits, labels = a_batch()
    gradient = l.softmax_cross_entropy_gradient(logits, labels)
    for index in np.ndindex(logits.shape):
        step = np.zeros_like(logits)
        step[index] = 1e-5
        slope = (l.cross_entropy(logits + step, labels) - l.cross_entropy(logits - step, labels)) / 2e-5
        assert gradient[index] == pytest.approx(slope, abs=1e-10)


@given(batch=batches())
def test_arguments_stay_as_they_were(batch):
    logits, labels = batch[0].copy(), batch[1].copy()
    for loss in (*BATCH_LOSSES, l.softmax):
        loss(*batch) if loss is not l.softmax else loss(batch[0])
    assert np.array_equal(batch[0], logits) and np.array_equal(batch[1], labels)


@pytest.mark.parametrize("loss", BATCH_LOSSES)
@pytest.mark.parametrize(
    ("logits", "labels", "told"),
    [
        (np.zeros((0, 3)), np.zeros(0, int), r"\(0, 3\).*\(0,\)"),
        (np.zeros((2, 3)), [0], r"\(2, 3\).*\(1,\)"),
        (np.zeros((2, 3)), [[0], [1]], r"\(2, 3\).*\(2, 1\)"),
        (np.zeros(3), [0], r"\(3,\).*\(1,\)"),
        (np.zeros((2, 3)), [0, 3], r"\[0, 3\), not 0 … 3"),
        (np.zeros((2, 3)), [-1, 0], r"\[0, 3\), not -1 … 0"),
        (np.zeros((2, 3)), [0.5, 1], "0.5"),
    ],
)
def test_labels_that_do_not_fit_the_logits_are_told(loss, logits, labels, told):
    with pytest.raises(ValueError, match=told):
        loss(logits, labels)


@pytest.mark.parametrize(
    ("labels", "told"), [([3], "not 3"), ([-1], "not -1"), (1, r"not \(\)"), ([0.5], "0.5")]
)
def test_one_hot_tells_labels_out_of_range(labels, told):
    with pytest.raises(ValueError, match=told):
        l.one_hot(labels, 3)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, np.uint64, np.float64])
def test_labels_may_be_whole_numbers_of_any_dtype(dtype):
    logits, labels = a_batch()
    for loss in BATCH_LOSSES[:3]:
        assert np.array_equal(loss(logits, labels.astype(dtype)), loss(logits, labels))
    assert (
        l.softmax_cross_entropy(logits, labels.astype(dtype))[0] == l.softmax_cross_entropy(logits, labels)[0]
    )


def test_float32_and_integer_logits_keep_to_the_rules():
    logits, labels = a_batch(dtype=np.float32)
    assert l.softmax(logits).dtype == l.softmax_cross_entropy(logits, labels)[1].dtype == np.float32
    assert np.allclose(l.softmax([[1, 2]]), l.softmax([[1.0, 2.0]]), rtol=0)


def test_mean_squared_error_is_over_all_entries():
    loss, gradient = l.mean_squared_error([[1, 2], [3, 4]], [[1, 4], [3, 0]])
    assert loss == 5 and gradient.tolist() == [[0, -1], [0, 2]]


def test_the_gradient_of_mean_squared_error_agrees_with_differences():
    outputs, targets = np.random.default_rng(0).normal(size=(2, 3, 4))
    gradient = l.mean_squared_error(outputs, targets)[1]
    for index in np.ndindex(outputs.shape):
        step = np.zeros_like(outputs)
        step[index] = 1e-4
        high, low = (l.mean_squared_error(outputs + sign * step, targets)[0] for sign in (1, -1))
        assert gradient[index] == pytest.approx((high - low) / 2e-4, abs=1e-11)


@pytest.mark.parametrize("shapes", [((2, 3), (3,)), ((2, 1), (2,)), ((0, 3), (0, 3))])
def test_outputs_and_targets_of_other_shapes_are_never_broadcast(shapes):
    with pytest.raises(ValueError) as error:
        l.mean_squared_error(*map(np.ones, shapes))
    assert all(str(shape) in str(error.value) for shape in shapes)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pytorch_agrees_on_both_losses(dtype):
    torch = pytest.importorskip("torch")
    logits, labels = a_batch(50, 10, dtype)
    targets = np.random.default_rng(1).normal(size=logits.shape).astype(dtype)
    close = {"rtol": 2e-6, "atol": 1e-7} if dtype == np.float32 else {"rtol": 1e-13, "atol": 1e-15}
    for ours, theirs, answers in (
        (l.softmax_cross_entropy, torch.nn.CrossEntropyLoss(), labels),
        (l.mean_squared_error, torch.nn.MSELoss(), targets),
    ):
        t = torch.tensor(logits, requires_grad=True)
        loss = theirs(t, torch.tensor(answers))
        loss.backward()
        value, gradient = ours(logits, answers)
        assert value == pytest.approx(loss.item(), rel=close["rtol"])
        assert np.allclose(gradient, t.grad.numpy(), **close)


def test_scikit_learn_and_scipy_agree():
    metrics, special = pytest.importorskip("sklearn.metrics"), pytest.importorskip("scipy.special")
    logits, labels = a_batch(50, 10)
    assert np.allclose(l.softmax(logits), special.softmax(logits, axis=1), rtol=1e-14)
    expected = metrics.log_loss(labels, special.softmax(logits, axis=1), labels=range(10))
    assert l.cross_entropy(logits, labels) == pytest.approx(expected, rel=1e-14)
    assert m.accuracy(logits, labels) == metrics.accuracy_score(labels, logits.argmax(axis=1))
