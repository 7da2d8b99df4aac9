"""What networks reach on `datasets.signals`: the numbers in its docstring. Some two minutes.

    python scripts/measure_signals.py

3,200 signals to train on, 800 to choose the rates on, 1,000 to report on; ten seeds.
"""

import numpy as np

from dlcourse import datasets, experiments, optimizers

SHIFTS = range(-5, 6)
RATES = {"learning_rate": [0.001, 0.003, 0.01, 0.03]}
DEEP = dict(sizes=[40, 100, 100, 10], activation="relu", tune=RATES)


def shifted(x, y):
    """Every signal at eleven places of the ring."""
    return np.concatenate([np.roll(x, shift, axis=1) for shift in SHIFTS]), np.tile(y, len(SHIFTS))


data = experiments.split(*datasets.signals(5000, np.random.default_rng(0)), validation=800, test=1000)
more = shifted(*data[0]), *data[1:]
methods = {
    "softmax regression": dict(sizes=[40, 10], epochs=60, tune={"learning_rate": [0.003, 0.01, 0.03, 0.1]}),
    "40-100-100-10": DEEP | dict(epochs=60),
    "with shifts": DEEP | dict(epochs=20, data=more),
}
common = dict(optimizer=optimizers.Adam, batch_size=64, dtype=np.float32, seeds=10, tuning_seeds=2)
print(experiments.compare(methods, data=data, measure="accuracy", **common).table())
