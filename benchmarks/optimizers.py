"""One step of each optimizer at 10³, 10⁵ and 10⁷ float32 parameters, against PyTorch and the memory.

    python benchmarks/optimizers.py          about two minutes

PyTorch's tensors are its own, its optimizers hold one parameter, and its default loop, foreach and fused
variants all run. The floor is an in-place multiply over as many bytes as the step must read and write.
"""

import interleaved  # isort: skip  (sets the thread counts before NumPy loads)
import argparse
from functools import partial

import numpy as np
import torch

from dlcourse import optimizers

torch.set_num_threads(1)

RIVALS = {  # name: (ours, PyTorch's class and settings, bars at 10⁷ over the floor and against the default)
    "SGD": (optimizers.SGD, torch.optim.SGD, {}, 2, None),
    "Momentum": (optimizers.Momentum, torch.optim.SGD, {"momentum": 0.9}, 2, None),
    "Nesterov": (optimizers.Nesterov, torch.optim.SGD, {"momentum": 0.9, "nesterov": True}, 3, None),
    "AdaGrad": (optimizers.AdaGrad, torch.optim.Adagrad, {}, 4, 2.5),
    "RMSProp": (optimizers.RMSProp, torch.optim.RMSprop, {}, 4, 2.5),
    "Adam": (optimizers.Adam, torch.optim.Adam, {}, 4, 2.5),
    "AdamW": (optimizers.AdamW, torch.optim.AdamW, {}, None, None),
}


def torch_step(kind, settings, theta, grad, **variant):
    parameter = torch.nn.Parameter(torch.tensor(theta))
    parameter.grad = torch.tensor(grad)
    return kind([parameter], lr=1e-3, **settings, **variant).step


def floor(optimizer, size):
    """Parameters read and written, gradient read, each array of memory read and written."""
    streams = 3 + 2 * len(optimizer.slots)
    array = np.ones(streams * size // 2, np.float32)
    return partial(np.multiply, array, np.float32(1.0000001), out=array)


def compare(name, size, rounds):
    ours, theirs, settings, *_ = RIVALS[name]
    rng = np.random.default_rng(0)
    theta, grad = rng.random((2, size), np.float32)
    rivals = {
        "dlcourse": partial(ours(1e-3).step, theta.copy(), grad),
        "default": torch_step(theirs, settings, theta, grad),
        "foreach": torch_step(theirs, settings, theta, grad, foreach=True),
        "floor": floor(ours, size),
    }
    if theirs is not torch.optim.RMSprop:  # which has no fused variant
        rivals["fused"] = torch_step(theirs, settings, theta, grad, fused=True)
    return interleaved.race(rivals, rounds, at_least=0.005)


def row(name, size, rounds):
    *_, over_floor, against_loop = RIVALS[name]
    times = compare(name, size, rounds)
    ratios = {rival: interleaved.ratio(times, rival, "dlcourse") for rival in times}
    fused = interleaved.judge(ratios["fused"], 4 if size == 10**3 else None) if "fused" in ratios else "—"
    over = interleaved.judge(1 / ratios["floor"], over_floor, float.__le__) if size == 10**7 else "in cache"
    loop = interleaved.judge(ratios["default"], against_loop if size == 10**7 else None)
    micros = f"{1e6 * np.median(times['dlcourse']):,.1f}"
    return [name, f"{size:,}", micros, loop, f"{ratios['foreach']:.2f}", fused, over]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    columns = [
        "optimizer",
        "parameters",
        "dlcourse, µs",
        "PyTorch default",
        "foreach",
        "fused",
        "over the floor",
    ]
    rows = [row(name, size, rounds) for size in (10**3, 10**5, 10**7) for name in RIVALS]
    print(interleaved.table(columns, rows))


if __name__ == "__main__":
    main()
