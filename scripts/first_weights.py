"""Which first weights suit GELU and SiLU? Prints what docs/first_weights.md quotes, in a minute or two.

python scripts/first_weights.py
"""

from itertools import product

import numpy as np

from dlcourse import datasets, initializers, metrics, network, optimizers, search
from dlcourse.layers import Activation

ACTIVATIONS = ("relu", "gelu", "silu")
NETWORKS = {"two": [64, 48, 24, 10], "ten": [64] + [48, 24] * 5 + [10]}  # by their hidden layers
RATES = {"SGD": (0.01, 0.03, 0.1, 0.3, 1.0), "Adam": (0.0003, 0.001, 0.003, 0.01, 0.03)}
EPOCHS, EXAMPLES = 12, 600
TUNING, FINAL = (100, 101), (range(5), range(5, 10))  # seeds of first weights; each group has its own batches


def mean_square(activation: str, scale: float = 1.0) -> float:
    """E[h(z)²] for z ~ N(0, scale²)."""
    z, step = np.linspace(-10, 10, 20_001, retstep=True)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return float(np.sum(Activation(activation).forward(scale * z) ** 2 * density) * step)


def starts(activation: str) -> dict:
    """{name: initializer}; "own" is to this activation what He's is to ReLU: it keeps a mean square of 1."""
    own = initializers.variance_scaling(1 / mean_square(activation), "fan_in", "normal")
    named = {"LeCun": "lecun_normal", "Glorot": "glorot_normal", "He": "he_normal"}
    return {**{name: initializers.INITIALIZERS[key] for name, key in named.items()}, "own": own}


def signal(activation: str, start, width: int = 256, depth: int = 10) -> np.ndarray:
    """The mean square after `depth` layers of a signal that begins at 1, for ten draws of the weights."""
    found = []
    for rng in map(np.random.default_rng, range(10)):
        x = rng.standard_normal((200, width))
        for _ in range(depth):
            x = Activation(activation).forward(x @ start(rng, (width, width)))
        found.append(np.mean(x**2))
    return np.array(found)


def train(sizes, activation, start, optimizer, rates, seeds, batches):
    """The networks that came of these rates and seeds, (rates, seeds)."""
    nets = [
        network.mlp(sizes, activation=activation, initializer=start, rng=np.random.default_rng(seed))
        for _, seed in product(rates, seeds)
    ]
    rate = np.repeat(rates, len(seeds))[:, None]
    few = tuple(part[:EXAMPLES] for part in digits.train)
    make = {"SGD": optimizers.SGD, "Adam": optimizers.Adam}[optimizer]
    search.fit_together(nets, make(rate), few, epochs=EPOCHS, rng=np.random.default_rng(batches))
    return np.reshape(nets, (len(rates), len(seeds)))


def accuracies(nets, data) -> np.ndarray:
    return np.vectorize(lambda net: metrics.accuracy(net.forward(data[0]), data[1]))(nets)


def chosen_rate(sizes, activation, start, optimizer) -> float:
    """The rate whose validation accuracy is the best on two seeds used for nothing else."""
    nets = train(sizes, activation, start, optimizer, RATES[optimizer], TUNING, 1100)
    return RATES[optimizer][int(np.argmax(accuracies(nets, digits.validation).mean(axis=1)))]


def score(sizes, activation, start, optimizer) -> tuple[float, np.ndarray]:
    """The rate and the test accuracies of ten other seeds."""
    rate = chosen_rate(sizes, activation, start, optimizer)
    runs = [train(sizes, activation, start, optimizer, (rate,), seeds, 1000 + seeds[0]) for seeds in FINAL]
    return rate, np.concatenate([accuracies(nets, digits.test)[0] for nets in runs])


def main() -> None:
    print("mean square after ten layers of 256 units, median (lowest to highest) of ten draws")
    for activation in ACTIVATIONS:
        for name, start in starts(activation).items():
            left = signal(activation, start)
            print(f"{activation}  {name:6}  {np.median(left):.2g} ({left.min():.2g} to {left.max():.2g})")
        print(f"{activation}  own variance: {1 / mean_square(activation):.2f}/n")
    print("\naccuracy on the test digits, mean (lowest to highest) of ten seeds, at the rate chosen")
    for depth, optimizer, activation in product(NETWORKS, RATES, ACTIVATIONS):
        for name, start in starts(activation).items():
            rate, found = score(NETWORKS[depth], activation, start, optimizer)
            print(
                f"{depth} layers  {optimizer:4}  {activation}  {name:6}  rate {rate:<6}"
                f"  {found.mean():.1%} ({found.min():.1%} to {found.max():.1%})",
                flush=True,
            )


digits = datasets.digits()

if __name__ == "__main__":
    with np.errstate(all="ignore"):  # a rate too large overflows; it is scored all the same
        main()
