"""Several tasks on one trunk: shared layers that learn from every task, and the score of a tagger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from dlcourse.arrays import Floats, as_float
from dlcourse.layers import Layer
from dlcourse.network import Network
from dlcourse.storage import described
from dlcourse.training import Loss


def shared_layer_gradient(delta_ner: ArrayLike, delta_pos: ArrayLike) -> Floats:
    """What flows into a layer that two tasks share (Caruana 1997). Lesson 13, section G3.

        δ_total = δ_NER + δ_POS

    Args:
        delta_ner: float, any shape: the gradient of the entities' weighted loss by the shared output.
        delta_pos: of that shape: of the weighted loss of the parts of speech.

    Returns:
        That shape.

    Raises:
        ValueError: where the shapes differ.

    >>> shared_layer_gradient([1.0, 2.0], [0.5, -2.0])
    array([1.5, 0. ])
    """
    delta_ner, delta_pos = as_float(delta_ner), as_float(delta_pos)
    if delta_ner.shape != delta_pos.shape:
        raise ValueError(
            f"gradients of one layer have one shape, not {delta_ner.shape} and {delta_pos.shape}"
        )
    total: Floats = delta_ner + delta_pos
    return total


def multi_task_loss(losses: ArrayLike, task_weights: ArrayLike) -> float:
    """One number to make small for all tasks. Lesson 13, section G3.

        L = Σ_t w_t L_t

    Args:
        losses: L_t, (tasks,) float.
        task_weights: w_t, (tasks,) float.

    Returns:
        L.

    Raises:
        ValueError: where they are not as many, or none.

    >>> multi_task_loss([0.5, 2.0], [1.0, 0.25])
    1.0
    """
    losses, task_weights = as_float(losses), as_float(task_weights)
    if losses.ndim != 1 or losses.shape != task_weights.shape or losses.size == 0:
        raise ValueError(
            f"losses and task_weights must be (tasks,), and some: got {losses.shape} and {task_weights.shape}"
        )
    return float(np.dot(task_weights, losses))


def multi_task_forward(
    x: ArrayLike, shared: tuple[ArrayLike, ArrayLike], heads: Sequence[tuple[ArrayLike, ArrayLike]]
) -> list[Floats]:
    """The logits of every task from one shared layer (Collobert & Weston 2008, figure 2). Lesson 13.

        h = tanh(x W + b)      z_t = h V_t + c_t

    Args:
        x: (n, d) float.
        shared: (W (d, m), b (m,)).
        heads: (V (m, k_t), c (k_t,)) for each task.

    Returns:
        (n, k_t) for each task.

    Raises:
        ValueError: where shapes do not fit.

    >>> head = ([[2.0], [0.0]], [1.0])
    >>> multi_task_forward([[0.0, 0.0]], ([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0]), [head, head])
    [array([[1.]]), array([[1.]])]
    """
    h = np.tanh(_affine(as_float(x), *shared))
    return [_affine(h, *head) for head in heads]


def multi_task_backward(
    x: ArrayLike,
    shared: tuple[ArrayLike, ArrayLike],
    heads: Sequence[tuple[ArrayLike, ArrayLike]],
    logit_gradients: Sequence[ArrayLike],
    task_weights: ArrayLike,
) -> tuple[Floats, Floats]:
    """What the shared layer of `multi_task_forward` learns from all tasks (Caruana 1997). Lesson 13.

        δ_t = w_t ∂L_t/∂z_t V_tᵀ      δ_total = Σ_t δ_t      ds = δ_total ⊙ (1 − h²)
        dW = xᵀ ds      db = Σ rows of ds

    Args:
        x: (n, d) float.
        shared: (W (d, m), b (m,)).
        heads: (V (m, k_t), c (k_t,)) for each task.
        logit_gradients: ∂L_t/∂z_t, (n, k_t) for each task, without its weight.
        task_weights: w_t, (tasks,).

    Returns:
        dW (d, m) and db (m,), of L = Σ_t w_t L_t.

    Raises:
        ValueError: where shapes do not fit, or heads, gradients and weights are not as many.

    >>> unit = (np.array([[1.0]]), np.array([0.0]))
    >>> multi_task_backward([[0.0]], unit, [unit, unit], [[[1.0]], [[3.0]]], [1.0, 0.5])
    (array([[0.]]), array([2.5]))
    """
    x = as_float(x)
    h = np.tanh(_affine(x, *shared))
    gradients, weights = [as_float(each) for each in logit_gradients], as_float(task_weights)
    if not (len(heads) == len(gradients) > 0 and weights.shape == (len(heads),)):
        raise ValueError(
            f"each task has a head, a gradient and a weight: got {len(heads)} heads, {len(gradients)} "
            f"gradients and weights {weights.shape}"
        )
    for (v, _), gradient in zip(heads, gradients, strict=True):
        if gradient.shape != (len(x), np.shape(v)[1]):
            raise ValueError(f"a head {np.shape(v)} on {len(x)} examples has no gradient {gradient.shape}")
    deltas = [w * g @ as_float(v).T for w, g, (v, _) in zip(weights, gradients, heads, strict=True)]
    ds = reduce(shared_layer_gradient, deltas) * (1 - h**2)
    return x.T @ ds, ds.sum(axis=0)


def _affine(x: Floats, weights: ArrayLike, bias: ArrayLike) -> Floats:
    weights, bias = as_float(weights), as_float(bias)
    if weights.ndim != 2 or x.shape[-1:] != weights.shape[:1] or bias.shape != weights.shape[1:]:
        raise ValueError(
            "x (n, d), weights (d, m) and bias (m,) do not fit: "
            f"got {x.shape}, {weights.shape} and {bias.shape}"
        )
    y: Floats = x @ weights + bias
    return y


class MultiTask(Network):
    """One trunk that all tasks share, and a head for each (Caruana 1997). Lesson 13, section G3.

        h = trunk(x)      z_t = head_t(h)      δ_total = Σ_t δ_t,  δ_t = w_t ∂L_t/∂z_t · ∂z_t/∂h

    It is a `Network`: one `theta` and one `grad` for trunk and heads together, so `fit`, optimizers,
    penalties and `save` take it as it is. Train it on a `JointLoss`.

    Args:
        trunk: layers, in the order of the forward pass.
        heads: the layers of each task by its name.
        rng: draws the first weights, then the noise of dropout.
        dtype: float64 or float32.

    Raises:
        ValueError: where there is no trunk, no head, or a head without a layer, and as `Network` does.

    >>> from dlcourse.layers import Activation, Dense
    >>> heads = {"digit": [Dense(8, 10)], "height": [Dense(8, 1)]}
    >>> network = MultiTask([Dense(64, 8), Activation("tanh")], heads, np.random.default_rng(0))
    >>> [z.shape for z in network.forward(np.zeros((5, 64)))]
    [(5, 10), (5, 1)]
    """

    def __init__(
        self,
        trunk: Sequence[Layer],
        heads: Mapping[str, Sequence[Layer]],
        rng: np.random.Generator,
        dtype: DTypeLike = np.float64,
    ):
        if not trunk or not heads or not all(heads.values()):
            raise ValueError(f"trunk and heads need a layer each: got {list(trunk)} and {dict(heads)}")
        self.trunk = list(trunk)
        self.heads = {task: list(layers) for task, layers in heads.items()}
        super().__init__(
            [*self.trunk, *(layer for head in self.heads.values() for layer in head)], rng, dtype
        )

    def __repr__(self) -> str:
        return f"MultiTask({self.trunk}, {self.heads})"

    def config(self) -> dict[str, Any]:
        """What trunk and heads are, apart from their parameters: see `Layer.config`.

        >>> from dlcourse.layers import Dense
        >>> MultiTask([Dense(2, 3)], {"only": [Dense(3, 1)]}, np.random.default_rng(0)).config()["heads"]
        [['only', [{'class': 'Dense', 'n_in': 3, 'n_out': 1}]]]
        """
        heads = [[task, [described(layer.config()) for layer in head]] for task, head in self.heads.items()]
        return {"trunk": [described(layer.config()) for layer in self.trunk], "heads": heads}

    @property
    def shared(self) -> slice:
        """Where the trunk's parameters lie in `theta` and `grad`.

        >>> from dlcourse.layers import Dense
        >>> MultiTask([Dense(2, 3)], {"only": [Dense(3, 1)]}, np.random.default_rng(0)).shared
        slice(0, 9, None)
        """
        return slice(0, sum(int(np.prod(shape)) for layer in self.trunk for shape in layer.shapes.values()))

    def forward(self, x: ArrayLike, training: bool = False) -> list[Floats]:
        """Every task's output for a batch.

        Args:
            x: (n, …), as the trunk takes it.
            training: whether dropout and the batch's own statistics are on.

        Returns:
            (n, k_t) for each task, in the order of the heads.

        >>> from dlcourse.layers import Dense
        >>> heads = {"one": [Dense(3, 1)], "two": [Dense(3, 2)]}
        >>> MultiTask([Dense(2, 3)], heads, np.random.default_rng(0)).forward([[0.0, 0.0]])
        [array([[0.]]), array([[0., 0.]])]
        """
        h = _through(self.trunk, np.asarray(x, self.dtype), training)
        return [_through(head, h, training) for head in self.heads.values()]

    def backward(self, upstream: Sequence[ArrayLike], input_gradient: bool = False) -> Floats | None:
        """Fill `grad` from the gradient of each task's output.

        Args:
            upstream: (n, k_t) for each task, in the order of the heads.
            input_gradient: whether the gradient of the input is wanted as well.

        Returns:
            The gradient of the last input, of its shape, where it is wanted.

        Raises:
            ValueError: where there are not as many gradients as tasks.

        >>> from dlcourse.layers import Dense
        >>> heads = {"one": [Dense(1, 1)], "two": [Dense(1, 1)]}
        >>> network = MultiTask([Dense(1, 1)], heads, np.random.default_rng(0))
        >>> network.theta[:] = 1
        >>> z = network.forward([[4.0]])
        >>> network.backward([[[2.0]], [[3.0]]])
        >>> network.grad[network.shared]  # (2 + 3) · 4, and 2 + 3
        array([20.,  5.])
        """
        if len(upstream) != len(self.heads):
            raise ValueError(f"there are {len(self.heads)} tasks, but {len(upstream)} gradients")
        deltas = [
            _back(head, np.asarray(gradient, self.dtype))
            for head, gradient in zip(self.heads.values(), upstream, strict=True)
        ]
        dx: Floats | None = _back(self.trunk, reduce(shared_layer_gradient, deltas), input_gradient)
        return dx


def _through(layers: Sequence[Layer], x: Floats, training: bool) -> Floats:
    for layer in layers:
        x = layer.forward(x, training)
    return x


def _back(layers: Sequence[Layer], upstream: Any, input_gradient: bool = True) -> Any:
    for layer in reversed(layers[1:]):
        upstream = layer.backward(upstream)
    return layers[0].backward(upstream, input_gradient)


@dataclass(frozen=True)
class Ignoring:
    """A loss over those examples alone whose label is known. Lesson 13.

        L = mean of the loss over {i : y_i ≠ unknown}, 0 where there is none

    So tasks of which each has labels for some of the examples can be trained together.

    Args:
        loss: of labels (n,), such as `losses.softmax_cross_entropy`.
        unknown: stands where a label is not known.

    >>> from dlcourse.losses import softmax_cross_entropy
    >>> value, gradient = Ignoring(softmax_cross_entropy)(np.zeros((2, 2)), [0, -1])
    >>> round(value, 6), gradient.tolist()
    (0.693147, [[-0.5, 0.5], [0.0, 0.0]])
    """

    loss: Loss
    unknown: int = -1

    def __call__(self, outputs: Floats, targets: ArrayLike) -> tuple[float, Floats]:
        """The loss, and the gradient of the outputs: 0 in the rows without a label.

        Args:
            outputs: (n, k).
            targets: (n,).

        Raises:
            ValueError: where there are not as many, and as the loss does.
        """
        targets, gradient = np.asarray(targets), np.zeros_like(outputs)
        if targets.shape != (len(outputs),):
            raise ValueError(f"there are {len(outputs)} outputs, but labels {targets.shape}")
        known = targets != self.unknown
        if not known.any():
            return 0.0, gradient
        value, gradient[known] = self.loss(outputs[known], targets[known])
        return value, gradient


class JointLoss:
    """The weighted sum of the tasks' losses, as `fit` takes it. Lesson 13, section G3.

        L = Σ_t w_t L_t(z_t, y_t)      ∂L/∂z_t = w_t ∂L_t/∂z_t

    Args:
        losses: one a task, any mix from `dlcourse.losses`.
        task_weights: w_t, one a task, at least 0; all 1 if not given.
        columns: where each task's targets lie in y (n, c): an integer for labels (n,), a slice for targets
            (n, k). If not given, task t has column t.

    Raises:
        ValueError: where these are not as many, or a weight is negative or not finite.

    >>> from dlcourse.losses import mean_squared_error, softmax_cross_entropy
    >>> loss = JointLoss([softmax_cross_entropy, mean_squared_error], [1.0, 0.1], [0, slice(1, 2)])
    >>> z = [np.array([[0.0, 0.0]]), np.array([[3.0]])]
    >>> value, gradients = loss(z, np.array([[1.0, 5.0]]))
    >>> round(value, 6), gradients
    (1.093147, [array([[ 0.5, -0.5]]), array([[-0.4]])])
    """

    def __init__(
        self,
        losses: Sequence[Loss],
        task_weights: Sequence[float] | None = None,
        columns: Sequence[int | slice] | None = None,
    ):
        self.losses = list(losses)
        self.task_weights = (
            [1.0] * len(self.losses) if task_weights is None else [float(w) for w in task_weights]
        )
        self.columns = list(range(len(self.losses)) if columns is None else columns)
        if not len(self.losses) == len(self.task_weights) == len(self.columns) > 0:
            raise ValueError(
                f"each task has a loss, a weight and a column, but there are {len(self.losses)}, "
                f"{len(self.task_weights)} and {len(self.columns)}"
            )
        if not all(0 <= w < np.inf for w in self.task_weights):
            raise ValueError(f"task weights are finite and not negative, not {self.task_weights}")

    def __call__(self, outputs: Sequence[Floats], targets: ArrayLike) -> tuple[float, list[Floats]]:
        """The loss, and the gradient of every task's output.

        Args:
            outputs: (n, k_t) for each task.
            targets: (n, c), the columns of all tasks.

        Raises:
            ValueError: where shapes do not fit.
        """
        values, gradients = zip(*self.each(outputs, targets), strict=True)
        weighted = [w * gradient for w, gradient in zip(self.task_weights, gradients, strict=True)]
        return multi_task_loss(values, self.task_weights), weighted

    def each(self, outputs: Sequence[Floats], targets: ArrayLike) -> list[tuple[float, Floats]]:
        """Every task's own (loss, gradient), without its weight: to see who learns.

        Args:
            outputs: (n, k_t) for each task.
            targets: (n, c), the columns of all tasks.

        Raises:
            ValueError: where shapes do not fit.

        >>> from dlcourse.losses import mean_squared_error
        >>> JointLoss([mean_squared_error]).each([np.array([1.0])], [[3.0]])
        [(4.0, array([-4.]))]
        """
        targets = np.asarray(targets)
        if len(outputs) != len(self.losses):
            raise ValueError(f"there are {len(self.losses)} losses, but {len(outputs)} outputs")
        if targets.ndim != 2:
            raise ValueError(f"targets are (n, c), a column or more for each task, not {targets.shape}")
        try:
            parts = [targets[:, column] for column in self.columns]
        except IndexError:
            raise ValueError(f"columns {self.columns} are not all in targets {targets.shape}") from None
        return [loss(z, y) for loss, z, y in zip(self.losses, outputs, parts, strict=True)]


class Embedding(Layer):
    """A vector for each word, learned like any weight (Bengio et al. 2003). Lesson 13.

        y = [W[x₁], …, W[x_w]]      dW[j] = Σ over all places where x = j of the gradient there

    It equals a dense layer, shared by all places, on one-hot words, without the products with 0.

    Takes indices (n, w) in [0, n_words), gives (n, w·size).

    Args:
        n_words: rows of W, at least 1.
        size: numbers a word, at least 1.

    Raises:
        ValueError: for sizes below 1, and for input of another shape or outside the range.

    >>> Embedding(1000, 25)
    Embedding(1000, 25)
    """

    weights: Floats
    weights_gradient: Floats

    def __init__(self, n_words: int, size: int):
        if n_words < 1 or size < 1:
            raise ValueError(
                f"an embedding needs at least one word and one number a word, not {n_words}, {size}"
            )
        super().__init__(weights=(n_words, size))
        self.n_words, self.size = n_words, size

    def __repr__(self) -> str:
        return f"Embedding({self.n_words}, {self.size})"

    def initialize(self, rng: np.random.Generator) -> None:
        self.weights[...] = rng.uniform(
            -1, 1, self.weights.shape
        )  # sum over words is rare: variance 1/3, not 1/n

    def forward(self, x: Floats, training: bool = False) -> Floats:
        if x.ndim != 2 or not np.all((x >= 0) & (x < self.n_words) & (x == np.floor(x))):
            raise ValueError(
                f"{self} takes whole numbers (n, w) in [0, {self.n_words}), not {x.shape} with {x[:1]} first"
            )
        words = x.astype(np.int64)
        self.words = words
        y: Floats = self.weights[words].reshape(len(words), -1)
        return y

    def backward(self, upstream: Floats, input_gradient: bool = True) -> Floats | None:
        self.weights_gradient[...] = 0
        np.add.at(self.weights_gradient, self.words, upstream.reshape(*self.words.shape, self.size))
        return np.zeros(self.words.shape, upstream.dtype) if input_gradient else None  # indices have no slope
