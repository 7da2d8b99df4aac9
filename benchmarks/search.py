"""A search of 60 configurations on digits, 64-32-10: one by one, batched, in processes, and both.

    python benchmarks/search.py [--rounds 5] [--epochs 10]

Learning rates are drawn at random; each configuration is trained with momentum and scored on validation data.
The same 60 are searched in each of four ways, which take turns; shown is the median over rounds of the ratio
to one by one. Every process keeps to one thread.
"""

from interleaved import race, ratio, table, verdict  # isort: skip  (sets the thread counts before NumPy loads)

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np

from dlcourse import datasets, losses, metrics, network, optimizers, training
from dlcourse.search import Log, evaluate_all, fit_together, random_configurations

CONFIGURATIONS, TOGETHER, BAR = 60, 15, 4
DIGITS = datasets.digits()


def make(seed: int) -> network.Network:
    return network.mlp([64, 32, 10], rng=np.random.default_rng(seed), dtype=np.float32)


def accuracy(net: network.Network) -> float:
    x, y = DIGITS.validation
    return metrics.accuracy(net.forward(x), y)


def alone(configuration: dict, epochs: int) -> float:
    """The score of one configuration."""
    net, momentum = make(configuration["seed"]), optimizers.Momentum(configuration["rate"])
    options = {"epochs": epochs, "rng": np.random.default_rng(1)}
    try:
        training.fit(net, losses.softmax_cross_entropy, momentum, DIGITS.train, **options)
    except training.NonFiniteLoss:
        return float("nan")
    return accuracy(net)


def together(configurations: list[dict], epochs: int) -> list[float]:
    """The scores of several configurations, trained at once."""
    nets = [make(configuration["seed"]) for configuration in configurations]
    rates = np.array([[configuration["rate"]] for configuration in configurations], np.float32)
    fit_together(nets, optimizers.Momentum(rates), DIGITS.train, epochs=epochs, rng=np.random.default_rng(1))
    return [accuracy(net) for net in nets]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=10)
    asked = parser.parse_args()
    drawn = random_configurations({"rate": Log(1e-3, 0.3)}, CONFIGURATIONS, np.random.default_rng(0))
    configurations = [{**each, "seed": seed} for seed, each in enumerate(drawn)]
    groups = [configurations[i : i + TOGETHER] for i in range(0, CONFIGURATIONS, TOGETHER)]
    one, many = partial(alone, epochs=asked.epochs), partial(together, epochs=asked.epochs)

    with ProcessPoolExecutor(2) as pool:
        ways = {
            "one by one": lambda: evaluate_all(one, configurations),
            "two processes": lambda: evaluate_all(one, configurations, executor=pool),
            f"{TOGETHER} at a time": lambda: [score for group in groups for score in many(group)],
            "both": lambda: [score for scores in pool.map(many, groups) for score in scores],
        }
        scores = {name: np.nan_to_num(way()) for name, way in ways.items()}
        times = race(ways, asked.rounds)
    base = "one by one"
    rows = []
    for name in ways:
        faster = ratio(times, base, name)
        alike = np.abs(scores[name] - scores[base]).max()
        bar = f"≥ {BAR}: {verdict(faster, BAR)}" if name == "both" else ""
        rows.append([name, faster, bar, float(scores[name].max()), float(alike)])
    print(
        table(
            ["way", "times as fast as one by one", "bar", "best accuracy", "largest difference of a score"],
            rows,
        )
    )


if __name__ == "__main__":
    main()
