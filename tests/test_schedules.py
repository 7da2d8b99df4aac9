import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import schedules

RATES = st.floats(1e-6, 10)
ANY_ARRAY = [
    (schedules.step_decay, (7, 0.5)),
    (schedules.exponential_decay, (0.03,)),
    (schedules.inverse_time_decay, (0.03,)),
    (schedules.warmup_cosine, (5, 40)),
]


@pytest.mark.parametrize(("formula", "settings"), ANY_ARRAY)
def test_a_formula_gives_an_array_what_it_gives_its_entries(formula, settings):
    steps = np.arange(60).reshape(3, 20)
    whole = formula(0.3, steps, *settings)
    assert whole.shape == steps.shape
    assert whole.ravel().tolist() == [float(formula(0.3, int(step), *settings)) for step in steps.ravel()]


@pytest.mark.parametrize(("formula", "settings"), ANY_ARRAY)
def test_one_step_gives_one_number(formula, settings):
    assert np.ndim(formula(0.3, 4, *settings)) == 0
    assert isinstance(float(formula(0.3, np.array(4.0), *settings)), float)


@given(RATES, st.integers(1, 20), st.floats(0.1, 1), st.integers(0, 200))
def test_step_decay_takes_its_factor_off_once_every_so_often(rate, every, factor, epoch):
    once = schedules.step_decay(rate, epoch, every, factor)
    assert schedules.step_decay(rate, epoch + every, every, factor) == pytest.approx(factor * once)
    assert schedules.step_decay(rate, epoch - epoch % every, every, factor) == once


def test_the_documents_rules_of_thumb_are_step_decays():
    assert schedules.step_decay(1.0, np.array([0, 5, 10]), 5, 0.5).tolist() == [1, 0.5, 0.25]
    assert schedules.step_decay(1.0, np.array([19, 20]), 20, 0.1).tolist() == [1, 0.1]


@given(RATES, st.floats(0, 1), st.floats(0, 100), st.floats(0, 100))
def test_exponential_decay_depends_on_the_time_between_alone(rate, k, t, later):
    ratio = schedules.exponential_decay(rate, t + later, k) / schedules.exponential_decay(rate, t, k)
    assert ratio == pytest.approx(np.exp(-k * later), rel=1e-9)


@given(RATES, st.floats(1e-6, 1))
def test_inverse_time_decay_has_half_left_at_one_over_k(rate, k):
    assert schedules.inverse_time_decay(rate, 1 / k, k) == pytest.approx(rate / 2)


@given(RATES, st.integers(0, 50), st.integers(1, 200))
def test_warmup_cosine_meets_its_five_marks(rate, warmup, length):
    total = warmup + length
    at = {step: schedules.warmup_cosine(rate, step, warmup, total) for step in (0, warmup, total)}
    assert at[warmup] == pytest.approx(rate)
    assert at[total] == pytest.approx(0, abs=1e-12 * rate)
    assert schedules.warmup_cosine(rate, warmup + length / 2, warmup, total) == pytest.approx(rate / 2)
    assert schedules.warmup_cosine(rate, total + length, warmup, total) == pytest.approx(rate)  # it goes on
    if warmup:
        assert at[0] == 0
        assert schedules.warmup_cosine(rate, warmup / 2, warmup, total) == pytest.approx(rate / 2)


@pytest.mark.parametrize(
    ("schedule", "formula", "settings"),
    [
        (schedules.stepwise(0.3, 7, 0.5), schedules.step_decay, (7, 0.5)),
        (schedules.exponential(0.3, 0.03), schedules.exponential_decay, (0.03,)),
        (schedules.inverse_time(0.3, 0.03), schedules.inverse_time_decay, (0.03,)),
        (schedules.cosine(0.3, 40), schedules.warmup_cosine, (0, 40)),
    ],
)
def test_a_schedule_is_its_formula_step_by_step(schedule, formula, settings):
    assert [schedule(step) for step in range(40)] == [float(formula(0.3, s, *settings)) for s in range(40)]


def test_a_warm_up_wastes_no_step_and_ends_at_nothing():
    rates = [schedules.cosine(1.0, total_steps=10, warmup_steps=4)(step) for step in range(12)]
    assert rates[:4] == [0.25, 0.5, 0.75, 1.0]
    assert rates[9:] == pytest.approx([0, 0, 0], abs=1e-15)


def test_a_step_down_may_leave_all_of_the_rate_but_not_nothing_of_it():
    assert [schedules.stepwise(0.3, 2, 1.0)(step) for step in (0, 1, 2, 100)] == [0.3] * 4
    for factor in (0.0, -0.5, np.nextafter(1, 2), np.nan):
        with pytest.raises(ValueError, match=f"factor .* not {factor}"):
            schedules.stepwise(0.3, 2, factor)


def test_schedules_agree_with_pytorchs():
    torch = pytest.importorskip("torch")
    from torch.optim import lr_scheduler

    def rates(make, steps=30):
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.3)
        scheduler, seen = make(optimizer), []
        for _ in range(steps):
            seen.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return seen

    pairs = [
        (lambda o: lr_scheduler.StepLR(o, 7, 0.5), schedules.stepwise(0.3, 7, 0.5)),
        (lambda o: lr_scheduler.ExponentialLR(o, np.exp(-0.03)), schedules.exponential(0.3, 0.03)),
        (lambda o: lr_scheduler.LambdaLR(o, lambda t: 1 / (1 + 0.03 * t)), schedules.inverse_time(0.3, 0.03)),
        (lambda o: lr_scheduler.CosineAnnealingLR(o, 30), schedules.cosine(0.3, 30)),
    ]
    for theirs, ours in pairs:
        assert [ours(step) for step in range(30)] == pytest.approx(rates(theirs), rel=1e-9)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: schedules.step_decay(0.1, 1, 0, 0.5), "every .* not 0"),
        (lambda: schedules.warmup_cosine(0.1, 1, 5, 5), "5 and 5"),
        (lambda: schedules.warmup_cosine(0.1, 1, -1, 5), "-1 and 5"),
        (lambda: schedules.constant(0.0), "rate .* not 0.0"),
        (lambda: schedules.stepwise(0.1, 5, 1.5), "factor .* not 1.5"),
        (lambda: schedules.exponential(-0.1, 0.5), "initial_rate .* not -0.1"),
        (lambda: schedules.inverse_time(0.1, -0.5), "k .* not -0.5"),
        (lambda: schedules.cosine(np.nan, 10), "initial_rate .* not nan"),
    ],
)
def test_settings_out_of_range_are_named(make, said):
    with pytest.raises(ValueError, match=said):
        make()


SCHEDULES = {
    "constant": schedules.constant,
    "stepwise": lambda rate: schedules.stepwise(rate, 5, 0.5),
    "exponential": lambda rate: schedules.exponential(rate, 0.1),
    "inverse_time": lambda rate: schedules.inverse_time(rate, 0.1),
    "cosine": lambda rate: schedules.cosine(rate, 10, 2),
}


@pytest.mark.parametrize("rate", [0.0, -0.1, np.nan])
@pytest.mark.parametrize("make", SCHEDULES.values(), ids=SCHEDULES)
def test_a_schedule_that_begins_at_no_positive_rate_is_refused_before_the_first_step(make, rate):
    with pytest.raises(ValueError, match=f"rate .* not {rate}"):
        make(rate)


@pytest.mark.parametrize("make", [schedules.exponential, schedules.inverse_time])
def test_a_decay_may_be_none_and_not_a_growth(make):
    assert make(0.1, 0.0)(1000) == 0.1
    with pytest.raises(ValueError, match=r"k .* not -1e-09"):
        make(0.1, -1e-9)
