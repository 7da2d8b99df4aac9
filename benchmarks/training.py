"""Training samples per second of a multi-layer perceptron, against PyTorch, scikit-learn and NumPy by hand.

    python benchmarks/training.py            both sizes, both dtypes, momentum and Adam; about two minutes

Every rival trains the same ReLU network from the same weights on the same examples for four epochs a round,
shuffling once an epoch and slicing, at one thread. A ratio is the rival's time over ours.
"""

import interleaved  # isort: skip  (sets the thread counts before NumPy loads)
import argparse
import warnings
from itertools import pairwise

import numpy as np
import torch
from numpy_by_hand import NaivePerceptron, TextbookPerceptron
from sklearn.neural_network import MLPClassifier

from dlcourse.losses import softmax_cross_entropy
from dlcourse.network import mlp
from dlcourse.optimizers import Adam, Momentum
from dlcourse.training import fit

torch.set_num_threads(1)
warnings.filterwarnings("ignore", module="sklearn")

EPOCHS = 4  # a turn, so that what a call of `fit` costs but once weighs as little as in practice
RATE = 1e-5  # so slow that no unit dies in thousands of steps: its denormal moments would slow everybody down
SMALL, LARGE = (64, 128, 64, 10), (784, 512, 256, 10)
STEPS = {SMALL: 50, LARGE: 12}
BARS = {
    SMALL: {
        "float32": {"PyTorch default": 4, "fused": 3, "scikit-learn": 2.5, "naive NumPy": 1.4},
        "float64": {"PyTorch default": 3, "fused": 2.5, "scikit-learn": 2, "naive NumPy": 1.3},
    },
    LARGE: {"float32": {"PyTorch default": 1.2}, "float64": {"PyTorch default": 1.2}},
}
SHARE = {
    SMALL: {"momentum": {}, "adam": {}},
    LARGE: {"momentum": {"products": 0.7}, "adam": {"products": 0.6}},
}


def epochs_of(epoch):
    return lambda: [epoch() for _ in range(EPOCHS)]


def dlcourse_epochs(sizes, x, y, batch, method, weights):
    network = mlp(sizes, activation="relu", rng=np.random.default_rng(0), dtype=x.dtype)
    network.theta[:] = weights
    optimizer = {"momentum": Momentum, "adam": Adam}[method](RATE)
    rng = np.random.default_rng(1)
    return lambda: fit(
        network, softmax_cross_entropy, optimizer, (x, y), epochs=EPOCHS, batch_size=batch, rng=rng
    )


def torch_epoch(sizes, x, y, batch, method, weights, **implementation):
    dense = [torch.nn.Linear(n, m, dtype=getattr(torch, x.dtype.name)) for n, m in pairwise(sizes)]
    model = torch.nn.Sequential(*[layer for d in dense for layer in (d, torch.nn.ReLU())][:-1])
    start = 0
    with torch.no_grad():
        for d in dense:
            w, b = d.in_features * d.out_features, d.out_features
            d.weight.copy_(torch.from_numpy(weights[start : start + w].reshape(d.in_features, b).T))
            d.bias.copy_(torch.from_numpy(weights[start + w : start + w + b]))
            start += w + b
    if method == "momentum":
        optimizer = torch.optim.SGD(model.parameters(), RATE, momentum=0.9, **implementation)
    else:
        optimizer = torch.optim.Adam(model.parameters(), RATE, **implementation)
    x, y, criterion = torch.from_numpy(x), torch.from_numpy(y), torch.nn.CrossEntropyLoss()
    generator = torch.Generator().manual_seed(1)

    def epoch():
        order = torch.randperm(len(x), generator=generator)
        shuffled, labels = x[order], y[order]
        for i in range(0, len(x), batch):
            optimizer.zero_grad()
            criterion(model(shuffled[i : i + batch]), labels[i : i + batch]).backward()
            optimizer.step()

    return epoch


def sklearn_epoch(sizes, x, y, batch, method):
    model = MLPClassifier(
        sizes[1:-1], solver="sgd" if method == "momentum" else "adam", learning_rate_init=RATE,
        momentum=0.9, nesterovs_momentum=False, alpha=0.0, batch_size=batch, random_state=1,
    )  # fmt: skip
    classes = np.arange(sizes[-1])
    return lambda: model.partial_fit(x, y, classes=classes)


def by_hand_epoch(kind, sizes, x, y, batch, method, weights):
    model, rng = kind(sizes, weights, method, RATE), np.random.default_rng(1)

    def epoch():
        order = rng.permutation(len(x))
        shuffled, labels = x[order], y[order]
        for i in range(0, len(x), batch):
            model.train(shuffled[i : i + batch], labels[i : i + batch])

    return epoch


def products(sizes, x, batch):
    """The products of an epoch alone: forward, dW of every layer, dx of every layer but the first."""
    rng, pairs = np.random.default_rng(0), list(pairwise(sizes))
    inputs = [rng.normal(size=(batch, n)).astype(x.dtype) for n in sizes]
    weights = [rng.normal(size=pair).astype(x.dtype) for pair in pairs]
    grads, outs = [np.empty_like(w) for w in weights], [np.empty_like(a) for a in inputs]

    def epoch():
        for _ in range(len(x) // batch):
            for i, w in enumerate(weights):
                np.matmul(inputs[i], w, out=outs[i + 1])
            for i in range(len(weights)):
                np.matmul(inputs[i].T, inputs[i + 1], out=grads[i])
            for i, w in enumerate(weights[1:], 1):
                np.matmul(inputs[i + 1], w.T, out=outs[i])

    return epoch


def torch_products(sizes, x, batch):
    """The same by PyTorch, whose library of matrix products is another."""
    dtype, pairs = getattr(torch, x.dtype.name), list(pairwise(sizes))
    inputs = [torch.rand(batch, n, dtype=dtype) for n in sizes]
    weights = [torch.rand(m, n, dtype=dtype) for n, m in pairs]

    def epoch():
        for _ in range(len(x) // batch):
            for i, w in enumerate(weights):
                torch.mm(inputs[i], w.t())
            for i in range(len(weights)):
                torch.mm(inputs[i + 1].t(), inputs[i])
            for i, w in enumerate(weights[1:], 1):
                torch.mm(inputs[i + 1], w)

    return epoch


def rivals(sizes, x, y, batch, method):
    weights = mlp(sizes, activation="relu", rng=np.random.default_rng(0)).theta.astype(x.dtype)
    task = sizes, x, y, batch, method
    epochs = {
        "PyTorch default": torch_epoch(*task, weights),
        "foreach": torch_epoch(*task, weights, foreach=True),
        "fused": torch_epoch(*task, weights, fused=True),
        "scikit-learn": sklearn_epoch(*task),
        "textbook NumPy": by_hand_epoch(TextbookPerceptron, *task, weights),
        "naive NumPy": by_hand_epoch(NaivePerceptron, *task, weights),
        "products": products(sizes, x, batch),
        "PyTorch's products": torch_products(sizes, x, batch),
    }
    return {"dlcourse": dlcourse_epochs(*task, weights)} | {
        k: epochs_of(epoch) for k, epoch in epochs.items()
    }


def row(sizes, batch, dtype, method, rounds):
    rng = np.random.default_rng(0)
    x = rng.random((STEPS[sizes] * batch, sizes[0])).astype(dtype)
    y = rng.integers(0, sizes[-1], len(x))
    times = interleaved.race(rivals(sizes, x, y, batch, method), rounds)
    bars = BARS[sizes][dtype] | SHARE[sizes][method]
    ratios = {rival: interleaved.ratio(times, rival, "dlcourse") for rival in list(times)[1:-1]}
    cells = [interleaved.judge(value, bars.get(rival)) for rival, value in ratios.items()]
    rate = f"{EPOCHS * len(x) / np.median(times['dlcourse']):,.0f}"
    library = interleaved.judge(interleaved.ratio(times, "PyTorch's products", "products"), None)
    return [f"{'-'.join(map(str, sizes))}, {batch}, {dtype}, {method}", rate, *cells, library]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    columns = ["network, batch, dtype, method", "samples/s", "PyTorch default", "foreach", "fused",
               "scikit-learn", "textbook NumPy", "naive NumPy", "products / step", "PyTorch's / ours",
               ]  # fmt: skip
    rows = [
        row(sizes, batch, dtype, method, rounds)
        for sizes, batch in ((SMALL, 32), (LARGE, 128))
        for dtype in ("float32", "float64")
        for method in ("momentum", "adam")
    ]
    print(interleaved.table(columns, rows))


if __name__ == "__main__":
    main()
