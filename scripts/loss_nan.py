"""Why does a loss become nan? Prints what docs/loss_nan.md quotes, in some seconds.

python scripts/loss_nan.py
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from dlcourse import datasets, initializers, losses, metrics, network, optimizers, training

SEEDS, EPOCHS = range(10), 10
TWO_LAYERS, TEN_LAYERS = (64, 48, 24, 10), (64, *[48, 24] * 5, 10)


@dataclass(frozen=True)
class Setting:
    """A training run: sound as it stands, at fault where a part of it is replaced."""

    digits: Callable[[], datasets.Digits] = datasets.digits
    loss: Callable = losses.softmax_cross_entropy
    rate: float = 0.1
    sizes: tuple[int, ...] = TWO_LAYERS
    start: str | Callable = "he_uniform"
    dtype: type = np.float64
    max_norm: float | None = None


def softmax_as_written(logits, labels):
    """−log of e^z/Σe^z, which overflows above z = 709, and takes the logarithm of a share that became 0."""
    powers = np.exp(logits)
    p = powers / powers.sum(axis=1, keepdims=True)
    truth = losses.one_hot(labels, p.shape[1])
    return float(-np.mean(np.sum(truth * np.log(p), axis=1))), (p - truth) / len(p)


def squared_error(outputs, labels):
    return losses.mean_squared_error(outputs, losses.one_hot(labels, 10))


def changed(change) -> datasets.Digits:
    return datasets.Digits(*((change(x), y) for x, y in datasets.digits()))


def gap() -> datasets.Digits:
    """One pixel of one training image is missing."""
    digits = datasets.digits()
    digits.train[0][700, 20] = np.nan
    return digits


def gap_left_out() -> datasets.Digits:
    x, y = gap().train
    whole = np.isfinite(x).all(axis=1)
    return datasets.digits()._replace(train=(x[whole], y[whole]))


def standardised(eps: float = 0.0) -> datasets.Digits:
    """Each pixel less its mean, over its deviation; those that are the same in all images have 0."""
    x = datasets.digits().train[0]
    return changed(lambda pixels: (pixels - x.mean(axis=0)) / (x.std(axis=0) + eps))


SOUND = Setting()
SQUARED = Setting(loss=squared_error)
WRITTEN = Setting(loss=softmax_as_written)
DEEP = Setting(sizes=TEN_LAYERS)
TOO_LARGE = replace(DEEP, start=initializers.normal(1.0))
SETTINGS = {
    "nothing is wrong": SOUND,
    "one pixel of one image is nan": Setting(digits=gap),
    "one pixel is nan, gradients clipped": Setting(digits=gap, max_norm=1.0),
    "that image left out": Setting(digits=gap_left_out),
    "pixels over their deviation, some 0": Setting(digits=standardised),
    "pixels over their deviation + 0.001": Setting(digits=lambda: standardised(0.001)),
    "ten layers, first weights N(0, 1)": TOO_LARGE,
    "the same weights, in float32": replace(TOO_LARGE, dtype=np.float32),
    "ten layers, He's weights, rate 0.03": replace(DEEP, rate=0.03),
    "softmax as written, rate 0.1": WRITTEN,
    "softmax as written, rate 3": replace(WRITTEN, rate=3.0),
    "softmax as written, pixels x 1,000": replace(WRITTEN, digits=lambda: changed(lambda x: 1000 * x)),
    "the course's softmax, rate 3": replace(SOUND, rate=3.0),
    "the course's softmax, rate 1,000": replace(SOUND, rate=1000.0),
    "squared error, rate 0.1": SQUARED,
    "squared error, rate 3": replace(SQUARED, rate=3.0),
    "squared error, rate 10": replace(SQUARED, rate=10.0),
    "squared error, rate 10, clipped": replace(SQUARED, rate=10.0, max_norm=1.0),
}


def run(setting: Setting, seed: int) -> tuple[int | None, float, float | None]:
    """The step of the first loss that is not finite, the loss before it, the test accuracy of a whole run."""
    seen = [np.nan]

    def watched(outputs, targets):
        value, gradient = setting.loss(outputs, targets)
        seen.append(value)
        return value, gradient

    digits, rng = setting.digits(), np.random.default_rng(seed)
    net = network.mlp(
        setting.sizes, activation="relu", initializer=setting.start, rng=rng, dtype=setting.dtype
    )
    sgd, order = optimizers.SGD(setting.rate), np.random.default_rng(1000 + seed)
    try:
        training.fit(net, watched, sgd, digits.train, epochs=EPOCHS, rng=order, max_norm=setting.max_norm)
    except training.NonFiniteLoss as error:
        return error.step, seen[-2], None
    return None, seen[-1], metrics.accuracy(net.forward(digits.test[0]), digits.test[1])


def main() -> None:
    print("of 10 runs nan or infinite; at which step; the loss before; test accuracy of the others")
    for name, setting in SETTINGS.items():
        runs = [run(setting, seed) for seed in SEEDS]
        failed = [(step, before) for step, before, _ in runs if step is not None]
        right = [accuracy for *_, accuracy in runs if accuracy is not None]
        steps, before = [step for step, _ in failed], [loss for _, loss in failed if np.isfinite(loss)]
        print(
            f"{name:38} {len(failed):2}   {spread(steps, 'd'):10}   {spread(before, '.2g'):20}"
            f"   {spread(right, '.0%')}",
            flush=True,
        )


def spread(numbers, form: str) -> str:
    low, high = (format(f(numbers), form) for f in (min, max)) if numbers else ("–", "–")
    return low if low == high else f"{low} to {high}"


if __name__ == "__main__":
    with np.errstate(all="ignore"):  # this is what the losses tell of
        main()
