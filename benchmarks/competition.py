"""Does a recipe's share of right answers, and so its points, depend on the seed of the grading run?

    OPENBLAS_NUM_THREADS=1 python benchmarks/competition.py [--seeds 100]

Each recipe of `dlcourse.recipes` answers the task of project 16 as it is drawn from 100 seeds. The thresholds
are to lie midway between the ranges of neighbours; where they do, no seed changes the points of any of them.
"""

import argparse
import time
from collections import Counter
from itertools import pairwise

import numpy as np

from dlcourse import recipes
from dlcourse.exercises.capstone import train_and_predict

RECIPES = (
    recipes.softmax_regression,
    recipes.plain_network,
    recipes.regularised_network,
    recipes.augmented_network,
    recipes.best_recipe,
)


def share(recipe, seed):
    """Of the rows that count, as grading has it."""
    task = train_and_predict.task(seed)
    return np.mean((recipe(*task.arguments) == task.right)[task.counted])


def points(reached):
    return sum(threshold.points for threshold in train_and_predict.thresholds if reached >= threshold.share)


def measure(recipe, seeds):
    """A row of the table, and the shares."""
    started = time.process_time()
    shares = np.array([share(recipe, seed) for seed in range(seeds)])
    seconds = (time.process_time() - started) / seeds
    counts = Counter(map(points, shares))
    of_points = ", ".join(f"{n} × {worth}" for worth, n in sorted(counts.items()))
    numbers = f"{shares.mean():6.1%} {shares.std():5.2%} {shares.min():6.1%} {shares.max():6.1%}"
    print(f"{recipe.__name__:22} {numbers} {seconds:7.1f}   {of_points}", flush=True)
    return shares


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=100)
    seeds = parser.parse_args().seeds
    print(f"{'recipe':22} {'mean':>6} {'sd':>5} {'lowest':>6} {'highest':>6} {'CPU s':>7}   seeds × points")
    ranges = [measure(recipe, seeds) for recipe in RECIPES]
    middles = [(low.max() + high.min()) / 2 for low, high in pairwise(ranges)]
    print("midway between neighbours:", ", ".join(f"{middle:.3f}" for middle in middles))


if __name__ == "__main__":
    main()
