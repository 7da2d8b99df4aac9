"""Fair timing: one thread for everybody, rivals taking turns in one process, medians of per-round ratios."""

# ruff: noqa: E402
import gc
import os
from collections.abc import Callable
from time import perf_counter

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # read once, when NumPy loads

import numpy as np


def seconds(run: Callable[[], object], calls: int) -> float:
    """Time of one call of `run`, averaged over `calls`."""
    repeats = [None] * calls
    start = perf_counter()
    for _ in repeats:
        run()
    return (perf_counter() - start) / calls


def race(
    rivals: dict[str, Callable[[], object]], rounds: int, at_least: float = 0.0
) -> dict[str, np.ndarray]:
    """Seconds of each rival in each round, (rounds,); they take turns, in an order that turns too.

    at_least: seconds that a turn should last; what takes less is called more than once.
    """
    calls = {name: 1 + int(at_least / min(seconds(run, 1) for _ in range(3))) for name, run in rivals.items()}
    names, times = list(rivals), {name: [] for name in rivals}
    gc.disable()
    for i in range(rounds):
        for name in names[i % len(names) :] + names[: i % len(names)]:
            times[name].append(seconds(rivals[name], calls[name]))
    gc.enable()
    return {name: np.array(each) for name, each in times.items()}


def ratio(times: dict[str, np.ndarray], rival: str, ours: str) -> float:
    """How many times longer the rival takes: the median over rounds, which forgets disturbed ones."""
    return float(np.median(times[rival] / times[ours]))


def table(columns: list[str], rows: list[list]) -> str:
    """Rows as a Markdown table; numbers get three digits."""
    text = [[f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    lines = [columns, ["---"] * len(columns), *text]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def verdict(value: float, bar: float, better: Callable[[float, float], bool] = float.__ge__) -> str:
    return "met" if better(value, float(bar)) else "MISSED"


def judge(value: float, bar: float | None, better: Callable[[float, float], bool] = float.__ge__) -> str:
    """The value, and beside it the bar and whether it is met."""
    if bar is None:
        return f"{value:.2f}"
    sign = "≥" if better is float.__ge__ else "≤"
    return f"{value:.2f} ({sign} {bar}: {verdict(value, bar, better)})"
