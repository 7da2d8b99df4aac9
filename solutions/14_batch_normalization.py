# %% [markdown]
# # 14 · Batch normalisation: every layer gets input of a known size
#
# **You will make** the layer that the source document leaves for another day: batch normalisation,
# forwards, backwards, and with the running values that it needs once training is over. Then you find out
# what it buys, in depth and in learning rate, and where it breaks.
#
# **You will be able to**
#
# - write a normalisation and send a gradient back through a mean and a variance,
# - say why the layer computes one thing in training and another at test, and what goes wrong when the two
#   are confused,
# - predict what becomes of it at batch size 1, and at 2,
# - name one thing it is not: the cure for "internal covariate shift" that its name was made with.
#
# | | |
# |---|---|
# | Time | 75 minutes, three exercises |
# | You need | lesson 02 (backward passes and their check), lesson 05 (signals through deep networks), lesson 11 (rates too large) |
# | Covers | section H of the source document, correction X12 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import numpy as np

from dlcourse import datasets, gradient_check, layers, losses, network, optimizers, plots, training
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. The idea
#
# In lesson 05 you chose first weights with care, so that the signal through ten layers neither died nor
# exploded. That care covers the first step. After it the weights move, and nothing keeps the signal in
# shape any more.
#
# **Batch normalisation** (Ioffe & Szegedy 2015) measures the signal and puts it back into shape,
# in every layer, at every step. For one unit, with $x_1 … x_n$ its values over the batch:
#
# $$\mu = \frac1n \sum_i x_i \qquad s^2 = \frac1n \sum_i (x_i - \mu)^2 \qquad
# \hat x_i = \frac{x_i - \mu}{\sqrt{s^2 + \varepsilon}} \qquad y_i = \gamma\, \hat x_i + \beta$$
#
# $\hat x$ has mean 0 and variance 1, whatever came in. The two numbers γ and β, learned like weights,
# let the network choose another mean and another scale where it needs one. ε, a small number, keeps the
# root away from 0.
#
# > **Correction X12.** The document puts off "batch-regularization". The method is called batch
# > *normalisation* (Ioffe & Szegedy 2015). By its authors' account it regularises too, since every example is
# > judged in the random company of its batch (their section 3.4); but that is a side effect, not its purpose.
#
# Five lines, on one unit and a batch of four:

# %% name="five-lines"
x = np.array([2.0, 4.0, 4.0, 10.0])
gamma, beta, eps = 1.5, -1.0, 1e-5
mean, variance = x.mean(), x.var()
x_hat = (x - mean) / np.sqrt(variance + eps)
print("mean", mean, " variance", variance, " normalised", x_hat.round(3))
print("scaled and shifted", (gamma * x_hat + beta).round(3))

# %% [markdown]
# ### Exercise 1 · `batch_norm_forward(x, gamma, beta, eps)`
#
# - `x`: (n, d), a row an example.  `gamma`, `beta`: (d,), one of each for every unit.
# - `eps`: a small number, added *under* the root.
# - returns: `(out, mean, variance)`, of shapes (n, d), (d,) and (d,). The variance is the biased one,
#   divided by n.
#
# ```python
# >>> out, mean, variance = batch_norm_forward(np.array([[1.0], [3.0]]), np.array([2.0]), np.array([5.0]), 0.0)
# >>> out.ravel(), mean, variance
# (array([3., 7.]), array([2.]), array([1.]))
# ```
#
# **The check also asks:** Integers, float32; one example; a unit that is the same on all examples; means of 100,000, beside which the spread is small; a nan stays in its unit. Your arguments, here and below, are left as they were.
#
# *Difficulty: easy · 10 minutes*
#
# <details><summary>Hint</summary>
#
# `x.mean(axis=0)` goes over the examples and leaves one number a unit; so does `x.var(axis=0)`, which
# divides by n unless told otherwise.
#
# </details>


# %% exercise="batch_norm_forward"
def batch_norm_forward(x, gamma, beta, eps):
    """(γ(x − mean)/√(variance + eps) + β, mean, variance), over the batch, axis 0 of x (n, d)."""
    ### BEGIN SOLUTION
    mean, variance = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(variance + eps) + beta, mean, variance
    ### END SOLUTION


# %% check="batch_norm_forward"
batch_norm_forward = check(batch_norm_forward)

# %% [markdown]
# What does it do to a deep signal? Take ten layers of 64 ReLU units and get their first weights wrong by a
# factor of two, or of a half. Watch the size of what each layer puts out, with and without normalising.
#
# **Before you run it:** weights twice too large, ten layers. By which factor is the signal too large at
# the end, without normalisation? Guess the power of ten.

# %% guess="explosion"
### BEGIN SOLUTION
explosion_guess = 2  # 10 to this power
### END SOLUTION

# %% name="signal"
digits = datasets.digits()
images, labels = digits.train
DEPTH = 10


def signal(scale, normalise, seed=0):
    """The standard deviation of what each of ten layers puts out."""
    rng, h, sizes = np.random.default_rng(seed), images[:256], []
    for _ in range(DEPTH):
        weights = scale * rng.normal(scale=np.sqrt(2 / 64), size=(64, 64))  # He's, times the fault
        z = h @ weights
        if normalise:
            z, *_ = batch_norm_forward(z, np.ones(64), np.zeros(64), 1e-5)
        h = np.maximum(z, 0)
        sizes.append(h.std())
    return np.array(sizes)


sizes = {scale: (signal(scale, False), signal(scale, True)) for scale in (0.5, 1.0, 2.0)}
for scale, (plain, normal) in sizes.items():
    print(f"weights × {scale}: after ten layers {plain[-1]:9.4f} plain, {normal[-1]:.4f} normalised")
compare_guess(
    explosion_guess, np.log10(sizes[2.0][0][-1] / sizes[1.0][0][-1]), "Power of ten, weights × 2 over × 1"
)

# %% name="signal-figure"
fig, ax = plots.figure(width=6.6, height=3.2)
ax.set_yscale("log")
named = {f"plain, weights × {scale}": plain for scale, (plain, _) in sizes.items()}
plots.curves(
    ax, np.arange(1, DEPTH + 1), named | {"normalised, all three": np.array([n for _, n in sizes.values()])}
)
ax.set(
    xlabel="layer",
    ylabel="standard deviation of the output",
    title="A fault in the weights multiplies, unless you normalise",
)
plots.show(
    fig,
    "The standard deviation of the output against the layer, one to ten, on a log scale. Without normalisation "
    "it keeps its size for He's weights, grows by a factor of a thousand for weights twice as large, and shrinks "
    "by as much for half. Normalised, the three lie on one level line.",
)

# %% [markdown]
# A factor of two in every layer is a factor of a thousand after ten. With normalisation there is no
# difference at all, not even a small one: the layer divides by what it measures, so a factor in the
# weights before it drops out. (The same goes for a bias before it: the mean takes it away. That is why
# the dense layer before a batch normalisation needs none.)
#
# ## 2. The way back
#
# This is the most instructive backward pass of the course. The output of *one* example depends on *all*
# examples of the batch, by way of μ and s². So its gradient has three parts: straight through, through
# the mean, and through the variance. With $u = \partial L/\partial y$ and means over the batch,
#
# $$\frac{\partial L}{\partial \gamma} = \sum_i u_i \hat x_i \qquad
# \frac{\partial L}{\partial \beta} = \sum_i u_i$$
#
# $$\frac{\partial L}{\partial x_i} = \frac{\gamma}{\sqrt{s^2 + \varepsilon}}
# \Bigl( u_i \;-\; \underbrace{\operatorname{mean}(u)}_{\text{through } \mu} \;-\;
# \hat x_i \, \underbrace{\operatorname{mean}(u \odot \hat x)}_{\text{through } s^2} \Bigr)$$
#
# You can see what it does. The output cannot feel a shift of all inputs, nor a stretch. So what would
# shift them (the mean of u) and what would stretch them (the part of u along $\hat x$) is taken off the
# gradient: no work is wasted on them.
#
# ### Exercise 2 · `batch_norm_backward(upstream, x, gamma, eps)`
#
# - `upstream`: (n, d), the gradient of the loss with respect to the output.
# - `x`, `gamma`, `eps`: as they went into `batch_norm_forward`.
# - returns: `(dx, dgamma, dbeta)`, of shapes (n, d), (d,) and (d,).
#
# ```python
# >>> x = np.array([[0.0], [1.0], [3.0]])
# >>> dx, dgamma, dbeta = batch_norm_backward(np.array([[1.0], [0.0], [0.0]]), x, np.array([2.0]), 0.0)
# >>> dx.ravel().round(4), dgamma.round(4), dbeta
# (array([ 0.3054, -0.4581,  0.1527]), array([-1.069]), array([1.]))
# ```
#
# **The check also asks:** One example; x in integers with an upstream in floats; as many units as examples.
#
# *Difficulty: hard · 20 minutes*
#
# <details><summary>Hint</summary>
#
# Compute `root = np.sqrt(x.var(axis=0) + eps)` and `x_hat` first; the rest is the three equations above,
# with `.mean(axis=0)` and `.sum(axis=0)`. If dx is off, leave out the two means in turn and see which of
# them the check misses.
#
# </details>


# %% exercise="batch_norm_backward"
def batch_norm_backward(upstream, x, gamma, eps):
    """(dx, dgamma, dbeta) of batch_norm_forward."""
    ### BEGIN SOLUTION
    root = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / root
    through_mean = upstream.mean(axis=0)
    through_variance = x_hat * (upstream * x_hat).mean(axis=0)
    dx = gamma / root * (upstream - through_mean - through_variance)
    return dx, (upstream * x_hat).sum(axis=0), upstream.sum(axis=0)
    ### END SOLUTION


# %% check="batch_norm_backward"
batch_norm_backward = check(batch_norm_backward)

# %% [markdown]
# Do not take the formula on trust. Here is the numerical gradient of lesson 02, for the whole of it and
# for the common shortcut that treats μ and s² as constants.

# %% name="gradient-check"
rng = np.random.default_rng(14)
x, upstream, gamma, beta = (
    rng.normal(2, 3, (8, 4)),
    rng.normal(size=(8, 4)),
    rng.uniform(1, 2, 4),
    np.zeros(4),
)
numerical = gradient_check.numerical_gradient(
    lambda x: np.sum(upstream * batch_norm_forward(x, gamma, beta, 1e-5)[0]), x
)
shortcut = gamma / np.sqrt(x.var(axis=0) + 1e-5) * upstream
for name, dx in (
    ("all three parts", batch_norm_backward(upstream, x, gamma, 1e-5)[0]),
    ("the shortcut", shortcut),
):
    error = np.abs(dx - numerical).max() / np.abs(numerical).max()
    print(f"{name}: largest error", "below 1e-6" if error < 1e-6 else f"{error:.0%}", "of the largest entry")

# %% [markdown]
# ## 3. What it buys: depth and learning rate
#
# You train networks of 1, 4 and 10 hidden layers (32 ReLU units each, He's weights) on 600 digits for ten
# epochs, at six learning rates, with and without batch normalisation. Each cell of the map is the mean
# accuracy of two seeds.
#
# **Before you run it:** without normalisation, by which factor is the best of the six rates smaller for ten
# hidden layers than for one?

# %% guess="rate-factor"
### BEGIN SOLUTION
rate_factor_guess = 3.0  # times smaller
### END SOLUTION

# %% name="map" tags=["nbval-ignore-output"]
RATES, DEPTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0), (1, 4, 10)
some = images[:600], labels[:600]


def deep(depth, normalise, seed):
    stack, n_in = [], 64
    for _ in range(depth):
        stack.append(layers.Dense(n_in, 32, "he_uniform"))
        if normalise:
            stack.append(layers.BatchNorm(32))
        stack.append(layers.Activation("relu"))
        n_in = 32
    return network.Network([*stack, layers.Dense(32, 10)], np.random.default_rng(seed))


def train(net, learning_rate, seed, data=some, epochs=10, batch_size=32):
    """Validation accuracy by epoch; chance, a tenth, from where the loss became nan."""
    order, sgd = np.random.default_rng(1000 + seed), optimizers.SGD(learning_rate)
    options = dict(epochs=epochs, batch_size=batch_size, rng=order, validation=digits.validation)
    try:
        return training.fit(net, losses.softmax_cross_entropy, sgd, data, **options).validation_accuracy
    except training.NonFiniteLoss:
        return [0.1] * epochs


accuracy = {
    normalise: np.array(
        [
            [
                np.mean([train(deep(depth, normalise, seed), rate, seed)[-1] for seed in (100, 101)])
                for rate in RATES
            ]
            for depth in DEPTHS
        ]
    )
    for normalise in (False, True)
}
for normalise, table in accuracy.items():
    print("normalised" if normalise else "plain     ", "   rate", *(f"{rate:6}" for rate in RATES))
    for depth, row in zip(DEPTHS, table, strict=True):
        print(f"{depth:14} hidden", *(f"{share:6.0%}" for share in row))
best = {normalise: np.array(RATES)[table.argmax(axis=1)] for normalise, table in accuracy.items()}
compare_guess(rate_factor_guess, best[False][0] / best[False][2], "Best rate at one layer over ten, plain")

# %% name="map-figure"
fig, axes = plots.figure(2, width=8.6, height=2.6, sharey=True)
for ax, (normalise, table) in zip(axes, accuracy.items(), strict=True):
    shown = ax.imshow(100 * table, cmap="Greys_r", vmin=0, vmax=100, aspect="auto")
    for row, column in np.ndindex(table.shape):
        share = table[row, column]
        ax.text(
            column, row, f"{share:.0%}", ha="center", va="center", color="black" if share > 0.5 else "white"
        )
    ax.set(
        xticks=range(len(RATES)),
        xticklabels=RATES,
        yticks=range(3),
        yticklabels=DEPTHS,
        xlabel="learning rate",
        title="normalised: a wide field" if normalise else "plain: deeper means narrower",
    )
    ax.grid(False)
axes[0].set_ylabel("hidden layers")
fig.colorbar(shown, ax=axes, label="validation accuracy (%)")
plots.show(
    fig,
    "Two maps of the validation accuracy over learning rate, 0.01 to 3, and depth, 1, 4 and 10 hidden layers. "
    "Without normalisation the bright field of good accuracy shrinks with depth, and at ten layers there is none "
    "above one half. With it, accuracies of 90 percent and more reach over rates from 0.03 to 3 at one layer and "
    "from 0.1 to 0.3 at ten.",
)

# %% [markdown]
# The map served to choose: the best rate of each row. Now the race, with five other seeds. First dense
# weights and batches are the same for both.

# %% name="race"
for i, depth in enumerate(DEPTHS):
    for normalise in (False, True):
        runs = [train(deep(depth, normalise, seed), best[normalise][i], seed) for seed in range(5)]
        end = np.array(runs)[:, -1]
        print(
            f"{depth:2} hidden, {'normalised' if normalise else 'plain':>10}, rate {best[normalise][i]:4}:",
            end=" ",
        )
        print(f"{end.min():4.0%} to {end.max():4.0%}, mean {end.mean():4.0%}")
patient = [train(deep(10, False, seed), best[False][2], seed, epochs=30)[-1] for seed in range(5)]
print(
    f"10 hidden, plain, thirty epochs: {min(patient):4.0%} to {max(patient):4.0%}, mean {np.mean(patient):4.0%}"
)

# %% [markdown]
# With one hidden layer normalisation is worth three points. With four it is 96 % against 88 %, and with ten
# 94 % against 63 %: in ten epochs, on 600 digits, the plain deep network does not get there. The map shows the
# other half. The best rate of the plain network falls from 0.3 to 0.03 as the depth goes up; normalised, it
# stays at 0.3. (At the largest rates training is chaotic, and the digits of the map differ a little from
# machine to machine.)
#
# Note what this does not say. Ten layers are no better than one here, with or without normalisation:
# digits do not need them. And a plain ten-layer network can be trained, with patience: thirty epochs bring it to
# 92 %. So can much deeper ones, with shortcuts around the layers (He et al. 2016).
#
# Why does it work? The authors' own answer is in the title of their paper, less *internal covariate
# shift*: the inputs of a layer no longer drift while the layers before it learn. Santurkar et al. (2018)
# put the drift back on purpose, as noise after the normalisation, and the network trained as well as
# before. What they found instead is a smoother loss: gradients that change less from place to place, so
# that larger steps are safe. That fits the map. The question is not settled.
#
# ## 4. Two lives: training and test
#
# At test there is no batch, or a batch of strangers. Nobody wants the answer for one digit to depend on
# which others came with it. So the layer keeps **running** values of mean and variance while it trains,
# and uses those later:
#
# $$r \leftarrow m\, r + (1 - m)\, b$$
#
# with $b$ the value of the batch and $m$ the **momentum**, say 0.9. (An exponential average, as in
# lesson 08. In PyTorch the letter stands for the other share, 0.1.)
#
# ### Exercise 3 · `update_running(running, batch_value, momentum)`
#
# - `running`, `batch_value`: arrays of one shape, or numbers.  `momentum`: the share of the old value.
# - returns: the new running value.
#
# ```python
# >>> update_running(np.array([2.0]), np.array([4.0]), 0.75)
# array([2.5])
# ```
#
# **The check also asks:** Plain numbers and arrays; a momentum of 0.
#
# *Difficulty: easy · 3 minutes*
#
# <details><summary>Hint</summary>
#
# The two shares add up to 1.
#
# </details>


# %% exercise="update_running"
def update_running(running, batch_value, momentum):
    """momentum · running + (1 − momentum) · batch_value"""
    ### BEGIN SOLUTION
    return momentum * running + (1 - momentum) * batch_value
    ### END SOLUTION


# %% check="update_running"
update_running = check(update_running)

# %% [markdown]
# They start at mean 0 and variance 1 and need time to arrive. Train for a few updates, then ask the same
# network for the same validation digits twice: with the statistics of the whole validation set, and with
# the running ones.
#
# **Before you run it:** after 3 updates, which of the two is ahead, and by how many percentage points?

# %% guess="ahead"
### BEGIN SOLUTION
ahead_guess = 5.0  # percentage points
### END SOLUTION

# %% name="running"
x_valid, y_valid = digits.validation
waits = (1, 3, 10, 30, 100)
lag = []
for seed in range(5):
    net, order = deep(2, True, seed), np.random.default_rng(seed)
    sgd, row = optimizers.SGD(0.3), []
    for update in range(1, max(waits) + 1):
        batch = order.integers(0, 600, 32)
        _, upstream = losses.softmax_cross_entropy(net.forward(images[batch], training=True), labels[batch])
        net.backward(upstream)
        sgd.step(net.theta, net.grad)
        if update in waits:
            kept = [{name: value.copy() for name, value in layer.state.items()} for layer in net.layers]
            own = np.mean(net.forward(x_valid, training=True).argmax(axis=1) == y_valid)
            for layer, state in zip(net.layers, kept, strict=True):
                layer.state.update(state)  # looking must not change what it has seen
            row.append((own, np.mean(net.forward(x_valid).argmax(axis=1) == y_valid)))
    lag.append(row)
lag = np.mean(lag, axis=0)
print("updates   statistics of its own   running ones   their share of the true ones")
for wait, (own, running) in zip(waits, lag, strict=True):
    print(f"{wait:7} {own:23.0%} {running:14.0%} {1 - 0.9**wait:21.0%}")
compare_guess(ahead_guess, 100 * (lag[1, 0] - lag[1, 1]), "Points that its own statistics are ahead after 3")

# %% [markdown]
# After three updates the running values have gone 27 % of the way to the true ones, and the network
# answers with them like one that has learnt little: 26 % against 42 %. After thirty there is a point
# between the two. If a network does well in training and badly at test, and you use batch normalisation,
# look here first: too few updates, a momentum too close to 1, or a forgotten switch between the two lives.
#
# ## 5. Small batches
#
# The mean of two numbers is a poor estimate, and of one it is the number itself. Two networks of two
# hidden layers, one normalised, one plain, see the same 300 digits five times, in batches of 1, 2, 4 and
# 32. The rate of each is the best of the map's six by two seeds used for nothing else.
#
# **Before you run it:** what accuracy will the normalised network reach with batches of *one*?

# %% guess="batch-of-one"
### BEGIN SOLUTION
batch_of_one_guess = 0.5  # share of digits right
### END SOLUTION

# %% name="batch-sizes" tags=["nbval-ignore-output"]
three_hundred = images[:300], labels[:300]
SIZES = (1, 2, 4, 32)


def accuracies(normalise, batch_size, learning_rate, seeds):
    options = dict(data=three_hundred, epochs=5, batch_size=batch_size)
    return [train(deep(2, normalise, seed), learning_rate, seed, **options)[-1] for seed in seeds]


small = {}
for normalise in (True, False):
    for size in SIZES:
        rate = max(RATES, key=lambda rate: np.mean(accuracies(normalise, size, rate, (100, 101))))
        small[normalise, size] = np.array(accuracies(normalise, size, rate, range(5)))
        print(f"{'normalised' if normalise else 'plain':>10}, batches of {size:2}, rate {rate:4}:", end=" ")
        print(f"{small[normalise, size].min():4.0%} to {small[normalise, size].max():4.0%}", end=", ")
        print(f"mean {small[normalise, size].mean():4.0%}")
compare_guess(batch_of_one_guess, small[True, 1].mean(), "Share right, normalised, batches of one")

# %% name="batch-sizes-figure"
fig, ax = plots.figure(width=6.4, height=3.0)
ax.set_xscale("log", base=2)
ax.set_ylim(0, 1)
named = {"normalised": True, "plain": False}
curves = {name: np.array([small[kind, size] for size in SIZES]).T for name, kind in named.items()}
plots.curves(ax, SIZES, curves)
ax.set(xticks=SIZES, xticklabels=SIZES, xlabel="examples in a batch", ylabel="validation accuracy")
ax.set_title("Batches of one and two are no batches")
plots.show(
    fig,
    "Validation accuracy against the batch size, 1, 2, 4 and 32, with the range of five seeds. The plain network "
    "is best in small batches and falls off at 32. The normalised one is at chance with batches of one, well "
    "below the plain one with batches of two, and level or better from four on.",
)

# %% name="what-is-left"
ones, zeros = np.ones(3), np.zeros(3)
for n in (1, 2):
    x = rng.normal(size=(n, 3))
    print(f"in:\n{x.round(2)}\nout:\n{batch_norm_forward(x, ones, zeros, 1e-5)[0].round(2)}")

# %% [markdown]
# With one example, $x - \mu = 0$ in every unit. The layer puts out β, whatever the digit; the network
# guesses. With two, the two values of a unit become +1 and −1, and all that is left is which of them was
# larger: about half of the digits are lost. From four on it works, and with 32 it is the plain network that
# falls behind, for want of updates in five epochs. (With two and four the digits differ a little from machine to
# machine.)
#
# So: no batch normalisation where batches must be small, as with large images, or where examples come one
# by one. The relatives of the method take their means elsewhere, and do not care about the batch: *layer*
# normalisation over the units of one example (Ba et al. 2016), which transformers use, *group*
# normalisation over groups of channels (Wu & He 2018).

# %% [markdown]
# ### Exercise 4 · `layer_norm_forward(x, gamma, beta, eps)`
#
# - `x`: (n, d), a row an example.  `gamma`, `beta`: (d,), one of each for every unit.
# - `eps`: a small number, added under the root.
# - returns: (n, d), each row brought to mean 0 and variance 1, then scaled by γ and shifted by β. The
#   variance is divided by d.
#
# ```python
# >>> layer_norm_forward(np.array([[1.0, 3.0]]), np.array([2.0, 1.0]), np.array([5.0, 0.0]), 0.0)
# array([[3., 1.]])
# ```
#
# **The check also asks:** One example; one unit; an example whose units are all equal; means of 100,000, beside which the spread is small; integers, float32; a nan stays in its row.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# `x.mean(axis=1)` has shape (n,), and broadcasting would take it for a row. `keepdims=True` leaves (n, 1),
# which lines up with x.
#
# </details>


# %% exercise="layer_norm_forward"
def layer_norm_forward(x, gamma, beta, eps):
    """γ(x − mean)/√(variance + eps) + β, over the units of each example, axis 1 of x (n, d)."""
    ### BEGIN SOLUTION
    mean, variance = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(variance + eps) + beta
    ### END SOLUTION


# %% check="layer_norm_forward"
layer_norm_forward = check(layer_norm_forward)

# %% [markdown]
# ### Exercise 5 · `layer_norm_backward(upstream, x, gamma, eps)`
#
# - `upstream`: (n, d), the gradient of the loss with respect to the output.
# - `x`, `gamma`, `eps`: as they went into `layer_norm_forward`.
# - returns: `(dx, dgamma, dbeta)`, of shapes (n, d), (d,) and (d,).
#
# ```python
# >>> x, upstream = np.array([[0.0, 1.0, 3.0]]), np.array([[1.0, 0.0, 0.0]])
# >>> dx, dgamma, dbeta = layer_norm_backward(upstream, x, np.array([2.0, 1.0, 1.0]), 0.0)
# >>> dx.round(4), dgamma.round(4), dbeta
# (array([[ 0.3054, -0.4581,  0.1527]]), array([-1.069,  0.   ,  0.   ]), array([1., 0., 0.]))
# ```
#
# **The check also asks:** One example; one unit; x in integers with an upstream in floats; float32; as many units as examples.
#
# *Difficulty: medium · 10 minutes*
#
# <details><summary>Hint</summary>
#
# Start with `dx_hat = gamma * upstream`: each unit has a γ of its own, so it cannot wait until after the
# means. Then two means over axis 1, with `keepdims=True`; dγ and dβ are sums over axis 0, as before.
#
# </details>


# %% exercise="layer_norm_backward"
def layer_norm_backward(upstream, x, gamma, eps):
    """(dx, dgamma, dbeta) of layer_norm_forward."""
    ### BEGIN SOLUTION
    root = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / root
    dx_hat = gamma * upstream
    through_mean = dx_hat.mean(axis=1, keepdims=True)
    through_variance = x_hat * (dx_hat * x_hat).mean(axis=1, keepdims=True)
    dx = (dx_hat - through_mean - through_variance) / root
    return dx, (upstream * x_hat).sum(axis=0), upstream.sum(axis=0)
    ### END SOLUTION


# %% check="layer_norm_backward"
layer_norm_backward = check(layer_norm_backward)

# %% [markdown]
# ## Common mistakes
#
# - **The wrong axis.** Over the batch, axis 0, one mean a unit.
# - **eps outside the root.** √(s² + ε), not √s² + ε.
# - **The unbiased variance.** In the forward pass it is divided by n. (The *running* variance is corrected to
#   n − 1 by most libraries, ours too.)
# - **The short cut backwards.** μ and s² depend on x; leave out their terms and the gradient was wrong by 43 %
#   above.
# - **dγ with x.** What γ multiplies is $\hat x$.
# - **Test mode forgotten, or training mode.** In PyTorch: `model.eval()`, `model.train()`.
# - **The two momenta.** Ours is the share of the old value, PyTorch's that of the new.
# - **Batches of one.** Also the last, short batch of an epoch may be one example.
#
# ## Quiz
#
# 1. Over what does batch normalisation take its means?
#    - **a** Over the examples, one mean for each unit.
#    - **b** Over the units, one mean for each example.
#    - **c** Over everything.
# 2. At test one example comes alone. Whose mean and variance are used?
#    - **a** Its own.
#    - **b** The running ones from training.
#    - **c** Those of the last training batch.
# 3. In training, the batch holds a single example. What comes out of the layer?
#    - **a** The example itself.
#    - **b** β, whatever the example.
#    - **c** An error: division by zero.
# 4. The weights before a batch normalisation are multiplied by 10. What happens to its output?
#    - **a** It is ten times as large.
#    - **b** Nothing, eps apart.
#    - **c** It saturates.
# 5. What is the bias of a dense layer right before a batch normalisation good for?
#    - **a** Nothing.
#    - **b** It centres the batch.
#    - **c** It is needed at test.
#
# Put letters in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "a"
q2 = "b"
q3 = "b"
q4 = "b"
q5 = "a"
### END SOLUTION

# %% name="quiz-result"
quiz("14_batch_normalization", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5)

# %% [markdown]
# ## What to take away
#
# - Each unit is brought to mean 0 and variance 1 over the batch, then to the β and γ that it learns.
# - Backwards, what would only shift or stretch the batch is taken off the gradient.
# - It allows depth and large learning rates: at ten layers 94 % against 63 %, with the rate of one layer.
# - In training it uses the batch, at test the running values. They need time, and the switch.
# - Batches of one or two break it; layer normalisation does not mind them.
#
# ## In practice
#
# Put it between the sum and the activation, as here, and no weight decay on γ and β. In convolutional
# networks it is still the default, with batches of 32 or more; elsewhere layer normalisation has taken its place.
#
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `layers.BatchNorm(n, momentum=0.9, eps=1e-5)` | `torch.nn.BatchNorm1d(n, momentum=0.1, eps=1e-5)` | our momentum is the share of the old value that is kept, torch's the share of the new one |
# | `gamma`, `beta` | `weight`, `bias` | the names |
# | `forward(x, training=True)` | `model.train()`, then `model(x)` | a new module is in training mode; ours is in test mode unless told |
# | running variance | `running_var` | unbiased in both, while the batch is divided by the biased one |
# | a batch of one gives β | ValueError | in training mode |
# | dense layer before it | `torch.nn.Linear(n_in, n, bias=False)` | our `Dense` has a bias, which is of no effect there |
#
# <details><summary>One batch in training and the running values at test, by both</summary>
#
# ```python
# import numpy as np
# import torch
#
# from dlcourse import layers, network
#
# rng = np.random.default_rng(0)
# x = rng.normal(3, 2, size=(16, 4))
# ours = network.Network([layers.BatchNorm(4, momentum=0.9)], rng)
# theirs = torch.nn.BatchNorm1d(4, momentum=0.1, dtype=torch.float64)
# in_training = theirs(torch.tensor(x)).detach()
# np.testing.assert_allclose(in_training, ours.forward(x, training=True), atol=1e-6)
# np.testing.assert_allclose(theirs.running_var, ours.layers[0].state["running_variance"], atol=1e-6)
# theirs.eval()
# np.testing.assert_allclose(theirs(torch.tensor(x)).detach(), ours.forward(x), atol=1e-6)
# ```
#
# </details>
#
# ## References
#
# - J. Ba, J. Kiros, G. Hinton (2016), *Layer normalization*, arXiv:1607.06450. The relative that goes over
#   the units.
# - K. He, X. Zhang, S. Ren, J. Sun (2016), *Deep residual learning for image recognition*, CVPR. What depth
#   needs besides.
# - S. Ioffe, C. Szegedy (2015), *Batch normalization: accelerating deep network training by reducing internal
#   covariate shift*, ICML. The method; Algorithms 1 and 2 are what you wrote.
# - S. Santurkar, D. Tsipras, A. Ilyas, A. Mądry (2018), *How does batch normalization help optimization?*,
#   NeurIPS. The experiment against the title of the former.
# - Y. Wu, K. He (2018), *Group normalization*, ECCV. Error against batch size, measured down to two.
