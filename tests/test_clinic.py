"""The clinic of project 16: each fault shows by a sign of its own, and what students are told is true."""

from functools import cache

import numpy as np
import pytest

from dlcourse import clinic, datasets, training
from dlcourse.clinic import FAULTS, MEASUREMENTS, Patient, Setting
from dlcourse.losses import softmax_cross_entropy
from dlcourse.network import mlp
from dlcourse.optimizers import SGD

SEEDS = [*range(10), 1106653215]  # with the last, a high rate leaves few units alive, that differ on new rows
run = cache(clinic.run)


def found(record):
    return [letter for letter, fault in FAULTS.items() if fault.shows(record)]


@pytest.mark.parametrize("letter", FAULTS)
def test_a_fault_shows_its_own_sign_and_that_of_no_other_whatever_the_seed(letter):
    assert [found(run(FAULTS[letter].planted, seed)) for seed in SEEDS] == [[letter]] * len(SEEDS)


def test_a_run_without_a_fault_shows_the_sign_of_none():
    for setting in {fault.mended for fault in FAULTS.values()}:
        assert [found(run(setting, seed)) for seed in SEEDS] == [[]] * len(SEEDS)


@pytest.mark.parametrize("letter", FAULTS)
def test_a_remedy_makes_a_run_right_more_often_on_test_data(letter):
    for seed in SEEDS:
        broken, mended = (run(s, seed) for s in (FAULTS[letter].planted, FAULTS[letter].mended))
        assert mended.test_accuracy > broken.test_accuracy + 0.02, seed


def test_a_run_is_that_of_the_reference():
    (x, labels), _, test = datasets.digits()
    sizes = [64, *clinic.HIDDEN, clinic.CLASSES]
    network = mlp(sizes, activation="relu", initializer="he_normal", rng=np.random.default_rng([3, 0]))
    training.fit(
        network,
        softmax_cross_entropy,
        SGD(0.1),
        (x[: clinic.ROWS], labels[: clinic.ROWS]),
        epochs=clinic.EPOCHS,
        batch_size=clinic.BATCH,
        rng=np.random.default_rng([3, 1]),
    )
    right = training.evaluate(network, softmax_cross_entropy, test)[1]
    assert run(Setting(), 3).test_accuracy == pytest.approx(right)


def test_the_ratio_is_that_of_what_a_step_changed_to_the_weights_before_it():
    fresh = clinic._Run(Setting(), 0)
    before = [weights.copy() for weights in fresh.network.weights()]
    ratios = fresh._step(np.arange(32))
    changed = [
        np.linalg.norm(after - weights) / np.linalg.norm(weights)
        for after, weights in zip(fresh.network.weights(), before, strict=True)
    ]
    np.testing.assert_allclose(ratios, changed, rtol=1e-9)


def test_a_ward_has_each_fault_once_and_another_order_for_another_number():
    wards = [clinic.ward(number) for number in range(20)]
    assert all(sorted(patient.letter for patient in ward) == list(FAULTS) for ward in wards)
    assert len({tuple(patient.letter for patient in ward) for ward in wards}) == 20
    assert clinic.ward(3) == clinic.ward(3)


@pytest.mark.parametrize("number", [-1, 2.5, "7"])
def test_a_number_that_is_none_is_named(number):
    with pytest.raises(ValueError, match="number .*" + str(number)):
        clinic.ward(number)


def told(capsys, diagnoses, measurements):
    clinic.tell({"patient 1": Patient("d", 0)}, diagnoses, measurements)
    return " ".join(capsys.readouterr().out.split())


def test_a_right_diagnosis_and_measurement_are_called_right(capsys):
    text = told(capsys, "D", "r")
    assert "patient 1: right, (d) the batches are sorted by class" in text
    assert "Next: right, (r) how many classes a batch holds: 1, 1, 2" in text


def test_another_diagnosis_is_held_against_the_record(capsys):
    text = told(capsys, "h", "p")
    assert "not (h), which shows by a first loss far above ln 10, which is 2.3; here: 3.2." in text
    assert "you asked for (p): of validation rows" in text and "What settles it is (r)" in text


@pytest.mark.parametrize("answer", [None, "", 7])
def test_nothing_is_given_away_before_a_diagnosis(capsys, answer):
    assert told(capsys, answer, "r") == (
        "patient 1: no diagnosis yet. Write a letter from a to h, then run this cell again."
    )


def test_an_unknown_letter_is_named_and_a_measurement_may_be_missing(capsys):
    text = told(capsys, "z", None)
    assert "no fault has the letter 'z'. It is (d) the batches are sorted by class" in text
    assert "Next: (r) how many classes" in text


def test_letters_may_be_a_list_or_stand_apart():
    for answers in ("ab", "A, b", ["a", "b"], ("a", "B")):
        assert clinic._letters(answers, 3) == ["a", "b", ""]


@pytest.mark.parametrize(
    ("letter", "part"),
    [("c", "0 for 1, 1 for 2"), ("e", "0.019 and 0.0"), ("f", "biases -1.5, -1.5, 0.0"), ("h", "5.0, ")],
)
def test_the_measurement_that_settles_a_fault_shows_it(letter, part):
    fault = FAULTS[letter]
    assert part in MEASUREMENTS[fault.next].of(fault.planted, 0)
    assert part not in MEASUREMENTS[fault.next].of(fault.mended, 0)


def test_a_figure_shows_a_row_a_run_and_says_the_numbers_in_words(monkeypatch):
    seen = []
    monkeypatch.setattr(clinic.plots, "show", lambda fig, alt: seen.append((fig, alt)))
    records = {f"patient {n}": run(FAULTS[letter].planted, 0) for n, letter in enumerate("fa")}
    clinic.show(records)
    ((fig, alt),) = seen
    assert len(fig.axes) == 8
    assert "patient 0: The first loss is 2.3" in alt and "91% of hidden units are silent" in alt
    clinic.plots.plt.close(fig)
