"""Forward and backward of each activation on 10⁶ entries, against PyTorch.

    python benchmarks/activations.py         about a minute

Ours is the layer as a network uses it; PyTorch's is the function and its gradient through autograd.
Maxout has 10⁶ pre-activations, two for each of 500 units on 1,000 rows of 64.
"""

import interleaved  # isort: skip  (sets the thread counts before NumPy loads)
import argparse

import numpy as np
import torch
import torch.nn.functional as F

from dlcourse.layers import Activation, Maxout
from dlcourse.network import Network

torch.set_num_threads(1)

BARS = {
    "tanh": 1,
    "elu": 1,
    "maxout": 1,
    "relu": 1.5,
    "leaky_relu": 1.5,
    "sigmoid": 2,
}  # times PyTorch's time
RIVALS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "softplus": F.softplus,
    "silu": F.silu,
    "gelu": lambda x: F.gelu(x, approximate="tanh"),
    "selu": F.selu,
}


def of_layer(layer, x, upstream):
    network = Network([layer], np.random.default_rng(0), x.dtype)

    def run():
        network.forward(x, training=True)
        network.backward(upstream, input_gradient=True)

    return run, network


def of_torch(function, x, upstream, *parameters):
    x, upstream = torch.tensor(x, requires_grad=True), torch.tensor(upstream)
    return lambda: torch.autograd.grad(function(x), (x, *parameters), upstream)


def element_wise(name, dtype):
    x, upstream = np.random.default_rng(0).normal(scale=2, size=(2, 1000, 1000)).astype(dtype)
    return of_layer(Activation(name), x, upstream)[0], of_torch(RIVALS[name], x, upstream)


def maxout(dtype):
    x = np.random.default_rng(0).normal(size=(1000, 64)).astype(dtype)
    upstream = np.random.default_rng(1).normal(size=(1000, 500)).astype(dtype)
    ours, network = of_layer(Maxout(64, 500, pieces=2), x, upstream)
    weights = torch.tensor(network.layers[0].weights, requires_grad=True)
    bias = torch.tensor(network.layers[0].bias, requires_grad=True)

    def function(x):
        return torch.maximum(torch.addmm(bias[0], x, weights[0]), torch.addmm(bias[1], x, weights[1]))

    return ours, of_torch(function, x, upstream, weights, bias)


def row(name, dtype, rounds):
    ours, theirs = maxout(dtype) if name == "maxout" else element_wise(name, dtype)
    times = interleaved.race({"dlcourse": ours, "PyTorch": theirs}, rounds, at_least=0.01)
    value, bar = (
        interleaved.ratio(times, "dlcourse", "PyTorch"),
        BARS.get(name) if dtype == "float32" else None,
    )
    verdict = interleaved.verdict(value, bar, float.__le__) if bar else ""
    micros = f"{1e6 * np.median(times['dlcourse']):,.0f}"
    return [name, dtype, micros, f"{value:.2f}", f"≤ {bar}" if bar else "", verdict]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=21)
    rounds = parser.parse_args().rounds
    rows = [row(name, dtype, rounds) for dtype in ("float32", "float64") for name in (*RIVALS, "maxout")]
    print(interleaved.table(["activation", "dtype", "dlcourse, µs", "time over PyTorch's", "bar", ""], rows))


if __name__ == "__main__":
    main()
