# %% [markdown]
# # 14 · Normalisation: every layer gets input of a known size
#
# **You will make** the layer that the source document leaves for another day: batch normalisation,
# forwards, backwards, and with the running values that it needs once training is over. Then you find out
# where it breaks, and make its relative, layer normalisation, which does not break there.
#
# **You will be able to**
#
# - write a normalisation, and derive its gradient on the graph,
# - say why the layer computes one thing in training and another at test, and what goes wrong when the two
#   are confused,
# - predict what becomes of it at batch size 1, and at 2,
# - say what normalisation buys in a deep network, what the optimizer buys, and what shortcuts around the
#   layers do.
#
# | | |
# |---|---|
# | Time | 85 minutes, five exercises |
# | You need | lesson 02 (backward passes on a graph), lesson 05 (signals through deep networks), lesson 08 (Adam) |
# | Covers | section H of the source document, correction X12 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import numpy as np

from dlcourse import datasets, diagrams, experiments, layers, losses, network, optimizers, plots
from dlcourse.diagrams import Node
from dlcourse.exercises import check, compare_guess, quiz
from dlcourse.gradient_check import numerical_gradient
from dlcourse.metrics import accuracy

# %% [markdown]
# ## 1. The idea
#
# In lesson 05 you chose first weights with care, so that the signal through ten layers neither died nor
# exploded. That care covers the first step. After it the weights move, and the signal may lose its
# shape again.
#
# <!-- slide -->
# **Batch normalisation** (Ioffe & Szegedy 2015) measures the signal and puts it back into shape,
# in each layer that has it, at every step. For one unit, with $x_1 … x_n$ its values over the batch:
#
# $$\mu = \frac1n \sum_i x_i \qquad s^2 = \frac1n \sum_i (x_i - \mu)^2$$
#
# $$\hat x_i = \frac{x_i - \mu}{\sqrt{s^2 + \varepsilon}} \qquad y_i = \gamma\, \hat x_i + \beta$$
# <!-- /slide -->
#
# $\hat x$ has mean 0 and, as long as $s^2$ is much larger than ε, variance 1. The two numbers γ and β,
# learned like weights, let the network choose another mean and another scale where it needs one. ε, a small
# number, keeps the root away from 0: a unit that says the same for the whole batch comes out as β.
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
# <!-- slide: A deep signal -->
# What does it do to a deep signal? Take ten layers of 64 ReLU units and get their first weights wrong by a
# factor of two, or of a half. Watch the size of what each layer puts out, with and without normalising.
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** weights twice too large, ten layers. By which factor is the signal too large at
# the end, without normalisation? Guess the power of ten.
# <!-- /slide -->

# %% guess="explosion"
### BEGIN SOLUTION
explosion_guess = 2  # 10 to this power
### END SOLUTION

# %% name="signal"
digits = datasets.digits()
images, labels = digits.train


def signal(scale, normalise):
    """The standard deviation of what each of ten layers puts out."""
    rng, h, sizes = np.random.default_rng(0), images[:256], []
    for _ in range(10):
        z = h @ (scale * rng.normal(scale=np.sqrt(2 / 64), size=(64, 64)))  # He's weights, times the fault
        if normalise:
            z, *_ = batch_norm_forward(z, np.ones(64), np.zeros(64), 1e-5)
        h = np.maximum(z, 0)
        sizes.append(h.std())
    return np.array(sizes)


sizes = {scale: (signal(scale, False), signal(scale, True)) for scale in (0.5, 1.0, 2.0)}
for scale, (plain, normal) in sizes.items():
    print(f"weights × {scale}: after ten layers {plain[-1]:8.4f} plain, {normal[-1]:.3f} normalised")
compare_guess(
    explosion_guess, np.log10(sizes[2.0][0][-1] / sizes[1.0][0][-1]), "Power of ten, weights × 2 over × 1"
)

# %% name="signal-figure" slide="figure: A fault in the weights multiplies"
fig, ax = plots.figure(width=6.6, height=3.2)
ax.set_yscale("log")
named = {f"plain, weights × {scale}": plain for scale, (plain, _) in sizes.items()}
named["normalised, all three"] = np.array([normal for _, normal in sizes.values()])
plots.curves(ax, np.arange(1, 11), named)
ax.set(
    xlabel="layer",
    ylabel="standard deviation of the output",
    title="A fault in the weights multiplies, unless you normalise",
)
plots.show(
    fig,
    "The standard deviation of the output against the layer, one to ten, on a log scale. Without normalisation "
    "it falls to about a half with He's weights, grows a few hundredfold with weights twice as large, and "
    "shrinks to a thousandth with half of them. Normalised, the three lie on one level line.",
)

# %% [markdown]
# A factor of two in every layer is a factor of a thousand after ten. With normalisation there is next to no
# difference: the layer divides by what it measures, so a factor in the weights before it drops out, but for
# what ε adds. (The same goes for a bias before it: the mean takes it away. So the dense layer before a
# batch normalisation needs none.)
#
# ## 2. The way back
#
# <!-- slide: The way back -->
# The output of *one* example depends on *all* examples of the batch, by way of μ and s². So its gradient
# has three parts, and a graph (lesson 02) shows where they come from. A value on an arrow, such as $c$, stands
# for the whole batch $c_1 … c_n$; μ, s², $r$, γ and β are one number each.
# <!-- /slide -->

# %% name="graph" slide="figure"
fig, ax = diagrams.canvas(width=9.0, height=2.7)
diagrams.graph(
    ax,
    {
        "x": Node("x", (), "x", {"mean": "dx₂", "c": "dx₁"}),
        "mean": Node("Σ/n", ("x",), "μ", "dμ", lift=-1),
        "c": Node("−", ("x", "mean"), "c", {"variance": "dc₂", "x_hat": "dc₁"}, lift=0.5),
        "variance": Node("Σ²/n", ("c",), "s²", "ds²", lift=-1),
        "r": Node("1/√", ("variance",), "r", "dr"),
        "x_hat": Node("×", ("c", "r"), "x̂", "dx̂", lift=0.5),
        "γ": Node("γ", (), "γ", "dγ"),
        "scaled": Node("×", ("x_hat", "γ"), None, "u", lift=0.5),
        "β": Node("β", (), "β", "dβ", lift=3),
        "y": Node("+", ("scaled", "β"), "y", "u", lift=-0.5),
    },
)
plots.show(
    fig,
    "A graph from left to right. x forks, to its mean μ and to a difference, which gives c. c forks, to the mean "
    "of its squares, s², and to a product. One over the root of s² plus ε is r; c times r is x̂; times γ, plus β, "
    "is y. Gradients go back: u from y, dβ, dγ, dx̂, dr, ds², dc in two parts, dμ, dx in two parts.",
)

# %% [markdown]
# Write $u$ for $\partial L/\partial y$, which has come back already, and $dc$ for $\partial L/\partial c$.
# Go from right to left.
#
# **γ and β** fork to all n examples, so what comes back is added; and $\hat x$ gets the other factor.
#
# $$d\beta = \sum_i u_i \qquad d\gamma = \sum_i u_i \hat x_i \qquad d\hat x_i = \gamma\, u_i$$
#
# **The product** $\hat x_i = c_i r$, where $r = (s^2+\varepsilon)^{-1/2}$ forks to all examples:
#
# $$dc_{1,i} = r\, d\hat x_i \qquad dr = \sum_i d\hat x_i\, c_i$$
#
# **Root and variance.** The derivative of $r$ by $s^2$ is $-\tfrac12 (s^2+\varepsilon)^{-3/2} = -\tfrac12 r^3$,
# and that of $s^2 = \frac1n \sum_i c_i^2$ by $c_i$ is $2 c_i / n$:
#
# $$ds^2 = -\tfrac12 r^3\, dr \qquad dc_{2,i} = \tfrac{2}{n} c_i \, ds^2
# = -\, r^3 c_i\, \tfrac1n \sum_j d\hat x_j\, c_j = -\, r\, \hat x_i \, \operatorname{mean}(d\hat x \odot \hat x)$$
#
# (In the last step each $c$ took one $r$ and became $\hat x$.) At the fork both are added:
#
# $$dc_i = r \bigl( d\hat x_i - \hat x_i \operatorname{mean}(d\hat x \odot \hat x) \bigr)$$
#
# **The mean.** $c_i = x_i - \mu$, so $dx_{1,i} = dc_i$ and $d\mu = -\sum_i dc_i$; and since
# $\mu = \frac1n \sum_i x_i$, every $x_i$ gets $dx_{2,i} = d\mu / n = -\operatorname{mean}(dc)$. As the mean of
# $\hat x$ is 0, this is $-\, r \operatorname{mean}(d\hat x)$. Added once more:
#
# <!-- slide: The gradient, in three parts -->
# $$dx_i = \frac{1}{\sqrt{s^2 + \varepsilon}} \Bigl( d\hat x_i
# - \underbrace{\operatorname{mean}(d\hat x)}_{\text{through } \mu}
# - \hat x_i \, \underbrace{\operatorname{mean}(d\hat x \odot \hat x)}_{\text{through } s^2} \Bigr)$$
# <!-- /slide -->
#
# <!-- slide + -->
# Read it once more. A shift of all inputs does not change the output, nor (but for ε) does a stretch. So
# what would shift them (the mean) and what would stretch them (the part along $\hat x$) is taken off the
# gradient.
# <!-- /slide -->
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
# **The check also asks:** One example; integers, also x in integers with an upstream in floats; float32; as many units as examples.
#
# *Difficulty: hard · 15 minutes*
#
# <details><summary>Hint</summary>
#
# Go back along the graph, a line for each node, or start from the result: compute
# `root = np.sqrt(x.var(axis=0) + eps)` and `x_hat` first. All means are `.mean(axis=0)`, over the batch.
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
# for what you get when you take μ and s² for constants.

# %% name="gradient-check" slide="output"
rng = np.random.default_rng(14)
x, upstream = rng.normal(2, 3, (8, 4)), rng.normal(size=(8, 4))
gamma, beta = rng.uniform(1, 2, 4), np.zeros(4)


def loss(x):
    return np.sum(upstream * batch_norm_forward(x, gamma, beta, 1e-5)[0])


numerical = numerical_gradient(loss, x)
answers = {
    "all three parts": batch_norm_backward(upstream, x, gamma, 1e-5)[0],
    "μ, s² as constants": gamma / np.sqrt(x.var(axis=0) + 1e-5) * upstream,
}
for name, dx in answers.items():
    error = np.abs(dx - numerical).max() / np.abs(numerical).max()
    print(f"{name}: largest error", "below 1e-6" if error < 1e-6 else f"{error:.0%}", "of the largest entry")

# %% [markdown]
# ## 3. What it buys in a deep network
#
# <!-- slide: Ten layers, plain SGD -->
# Ten hidden layers of 32 ReLU units, He's weights, 600 digits, five epochs: little time for a deep network.
# Batch normalisation stands between the sum and the ReLU. Plain or normalised, by plain SGD or by Adam: each
# gets the best of its learning rates on validation digits. Then ten other seeds draw first weights and
# batches, and the *test* digits are asked.
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** by plain SGD, what share of the test digits does the network read *without*
# normalisation?
# <!-- /slide -->

# %% guess="plain-sgd"
### BEGIN SOLUTION
plain_guess = 0.5
### END SOLUTION


# %% name="deep"
def deep(depth, norm=None, *, rng):
    """`depth` hidden layers of 32 ReLU units, with a normalisation before each ReLU if there is one."""
    parts, n_in = [], 64
    for _ in range(depth):
        normalised = [norm(32)] if norm else []
        parts += [layers.Dense(n_in, 32, "he_uniform"), *normalised, layers.Activation("relu")]
        n_in = 32
    return network.Network([*parts, layers.Dense(32, 10)], rng)


# %% name="depth" tags=["nbval-ignore-output"]
some = [(images[:600], labels[:600]), digits.validation, digits.test]
options = dict(data=some, network=deep, epochs=5, tuning_seeds=2, measure="accuracy")
by_sgd = dict(optimizer=optimizers.SGD, tune={"learning_rate": [0.01, 0.03, 0.1, 0.3, 1]})
by_adam = dict(optimizer=optimizers.Adam, tune={"learning_rate": [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1]})
two = {"plain": {}, "normalised": {"norm": layers.BatchNorm}}

sgd = experiments.compare(two, depth=10, **options, **by_sgd)
adam = experiments.compare(two, depth=10, **options, **by_adam)
shallow = experiments.compare({"one hidden layer": {}}, depth=1, **options, **by_adam)
print("by SGD\n" + sgd.table(), "by Adam\n" + adam.table(), "by Adam\n" + shallow.table(), sep="\n\n")
measured = sgd.results["plain"].test_accuracy.mean()
compare_guess(plain_guess, measured, "Share of test digits, plain SGD, not normalised")

# %% name="depth-figure" slide="figure: What it buys, by SGD and by Adam"
fig, axes = plots.figure(3, width=10.5, height=2.8)
sgd.plot_tuning(axes[0])
axes[0].set(title="by SGD: larger rates work", ylim=(0, 1))
for ax, (rule, comparison) in zip(axes[1:], {"SGD": sgd, "Adam": adam}.items(), strict=True):
    comparison.plot(ax)
    ax.set(title=f"by {rule}, ten seeds", xlim=(0, 1))
plots.show(
    fig,
    "Left, validation accuracy against the learning rate, by SGD. The plain network has its best, below 0.5, at "
    "0.03, and is at 0.1 at a rate of 0.3; the normalised one is above 0.8 from 0.1 to 1. Middle, the test "
    "accuracy of ten seeds by SGD: plain about 0.38, normalised about 0.82. Right, by Adam: plain about 0.76, normalised about 0.82.",
)

# %% [markdown]
# By plain SGD, normalising takes the ten layers from 38.2 to 82.1 %. (Plain, with rates between 0.03 and 0.1 on the
# list as well, it is 42.) But most of what it brings there, another
# optimizer brings as well: by Adam the plain network reads 75.5 %, and the normalised one 81.9. So ask of any
# such number which optimizer it was measured with.
#
# On the left is one way in which it works by SGD. The plain network has learnt less than half at its best rate,
# 0.03, and nothing at 0.3. The normalised one is near its best from 0.1 to 1: it bears larger steps.
#
# Do not take this for a reason to build deep networks for these digits. *One* hidden layer reads 91.8 %. Depth
# is a burden here, and normalisation makes it lighter. (With more epochs the gap by SGD gets much smaller: see "Go
# further".)
#
# Why does it work? The authors' own answer is in the title of their paper, less *internal covariate
# shift*: the inputs of a layer no longer drift while the layers before it learn. Santurkar et al. (2018)
# put the drift back on purpose, as noise after the normalisation, and the network trained about as well as
# before. What they found instead is a smoother loss: gradients that change less from place to place, so
# that larger steps are safe. That fits the figure. The question is not settled.
#
# ## 4. Two lives: training and test
#
# <!-- slide: Two lives: training and test -->
# At test there is no batch, or a batch of strangers. Nobody wants the answer for one digit to depend on
# which others came with it. So the layer keeps **running** values of mean and variance while it trains,
# and uses those later:
# <!-- /slide -->
#
# <!-- slide + -->
# $$r \leftarrow m\, r + (1 - m)\, b$$
# <!-- /slide -->
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
# **The check also asks:** Plain numbers, and arrays of any shape; integers, float32; a momentum of 0.
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
# <!-- slide: After three updates -->
# They start at mean 0 and variance 1 and need time to arrive. Train a network for a few updates, then ask it
# for the test digits twice: with the statistics of all the test digits, and with the running ones.
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** after 3 updates, which of the two is ahead, and by how many percentage points?
# <!-- /slide -->

# %% guess="ahead"
### BEGIN SOLUTION
ahead_guess = 5.0  # percentage points
### END SOLUTION


# %% name="running" slide="output: After three updates" tags=["nbval-ignore-output"]
def both_answers(net, x, labels):
    """The share right by the statistics of x, and by the running ones."""
    kept = net.state()
    own = accuracy(net.forward(x, training=True), labels)
    net.restore(kept)  # looking must not change what it has seen
    return own, accuracy(net.forward(x), labels)


lag = {wait: [] for wait in (1, 3, 10, 30, 100)}
for seed in range(10):
    net = deep(2, layers.BatchNorm, rng=np.random.default_rng([seed, 0]))
    order, step = np.random.default_rng([seed, 1]), optimizers.SGD(0.3).step
    for update in range(1, 101):
        batch = order.integers(0, 600, 32)
        _, upstream = losses.softmax_cross_entropy(net.forward(images[batch], training=True), labels[batch])
        net.backward(upstream)
        step(net.theta, net.grad)
        if update in lag:
            lag[update].append(both_answers(net, *digits.test))
print("updates   by statistics of its own   by the running ones   how far these have come")
for wait, shares in lag.items():
    own, running = np.mean(shares, axis=0)
    print(f"{wait:7} {own:26.0%} {running:21.0%} {1 - 0.9**wait:24.0%}")
own, running = np.mean(lag[3], axis=0)
compare_guess(ahead_guess, 100 * (own - running), "Points that its own statistics are ahead after 3")

# %% [markdown]
# After three updates the running values have gone 27 % of the way, and the network reads 24 % of the digits
# with them, 44 % with statistics of the test digits' own. After thirty updates the two are level. If a
# network does well in training and badly at test, and you use batch normalisation, look here first: too few
# updates, a momentum too close to 1, or a forgotten switch between the two lives.
#
# ## 5. Small batches, and layer normalisation
#
# <!-- slide: Batches of one and two -->
# The mean of two numbers is a poor estimate, and of one it is the number itself. In a dense layer that is
# the end of it: with one example $x - \mu = 0$ in every unit.
# <!-- /slide -->

# %% name="what-is-left" slide="output"
ones, zeros = np.ones(3), np.zeros(3)
for n in (1, 2):
    x = rng.normal(size=(n, 3))
    print(f"in:\n{x.round(2)}\nout:\n{batch_norm_forward(x, ones, zeros, 1e-5)[0].round(2)}")

# %% [markdown]
# One example comes out as β, whatever it was. Of two, the values of a unit become +1 and −1, but for ε, and what
# is left is which of them was larger.
#
# <!-- slide: Layer normalisation -->
# **Layer normalisation** (Ba, Kiros & Hinton 2016) has the same formula and takes its means the other way:
# over the *units* of one example.
# <!-- /slide -->

# %% name="axes" slide="figure"
fig, axes = diagrams.canvas(2, width=8.6, height=2.8)
diagrams.matrix(axes[0], 4, 5, averaged="rows", title="batch normalisation")
diagrams.matrix(axes[1], 4, 5, averaged="columns", title="layer normalisation")
plots.show(
    fig,
    "Two tables, four examples by five units. Batch normalisation: one column is marked, the values of one unit "
    "over the batch, of which it takes mean and variance. Layer normalisation: one row is marked, the values of "
    "one example over the units.",
)

# %% [markdown]
# No example sees another. So there is nothing to keep for test: the layer has one life, and an example comes
# out of a batch of one as it does of any other. γ and β are still one number a unit. The price: what all units
# of an example have in common, its mean and its size, is lost.
#
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
# Backwards nothing in the graph of section 2 changes but the index: μ, s² and $r$ are now one number an
# *example*, and the means go over its units. One thing to mind: γ differs from unit to unit, so it can no
# longer be taken out of the means. Multiply first, $d\hat x = \gamma \odot u$.
#
# $$dx = \frac{1}{\sqrt{s^2+\varepsilon}} \bigl( d\hat x - \operatorname{mean}(d\hat x)
# - \hat x \operatorname{mean}(d\hat x \odot \hat x) \bigr) \qquad
# d\gamma = \sum_{\text{examples}} u \odot \hat x \qquad d\beta = \sum_{\text{examples}} u$$
#
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
# **The check also asks:** One example; one unit; integers, also x in integers with an upstream in floats; float32; as many units as examples.
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
# <!-- slide: Batches of one -->
# Three networks of two hidden layers see the same 300 digits twice, by Adam, in batches of 1, 2 and 16.
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** what share of the test digits will *batch* normalisation get right with batches of
# one?
# <!-- /slide -->

# %% guess="batch-of-one"
### BEGIN SOLUTION
batch_of_one_guess = 0.5  # share of digits right
### END SOLUTION

# %% name="batch-sizes" tags=["nbval-ignore-output"]
norms = {"plain": {}, "batch": {"norm": layers.BatchNorm}, "layer": {"norm": layers.LayerNorm}}
fewer = options | by_adam | dict(data=[(images[:300], labels[:300]), *some[1:]], epochs=2, tuning_seeds=1)
small = {size: experiments.compare(norms, depth=2, batch_size=size, **fewer) for size in (1, 2, 16)}
for size, comparison in small.items():
    print(f"batches of {size}\n{comparison.table()}\n")
measured = small[1].results["batch"].test_accuracy.mean()
compare_guess(batch_of_one_guess, measured, "Share right, batch normalisation, batches of one")

# %% [markdown]
# <!-- slide: Batches of 1, 2 and 16 -->
# With batches of one, batch normalisation guesses: every digit came out as β, so there was nothing to learn.
# With two, it reads about half of the digits, where the other two read eight in ten. With sixteen it is ahead
# of both. Layer normalisation did no harm at one and two: a tie with the plain network.
# <!-- /slide -->
#
# (With batches of one its loss is so large because the variance of one example is 0. The running variance went
# there, and at test the layer divides by next to nothing.)
#
# This was a network of dense layers. In a convolutional layer the mean of a channel goes over all places of the
# picture, too, so that even two pictures are many numbers. Batch normalisation is then worse with batches of two,
# but far from chance: by 10.6 points on ImageNet, against *group* normalisation (Wu & He 2018), another relative,
# which takes its means over groups of channels of one example.
#
# ## 6. Deeper: residual connections
#
# <!-- slide: A shortcut around each layer -->
# Ten more layers. At twenty, is it enough to normalise? There is another idea: a shortcut around each
# layer. A **residual connection** (He, Zhang, Ren & Sun 2016) adds what came in to what the layer made of it.
#
# $$y = x + f(x) \qquad\Rightarrow\qquad dx = dy + \text{what comes back through } f$$
# <!-- /slide -->
#
# $x$ forks. However little comes back through $f$, the first summand brings the gradient past
# all the layers that have a shortcut. But each layer now *adds* to the signal. How large is it after twenty layers, before any
# training?


# %% name="shortcuts" slide="output"
def residual(depth, norm=None, *, rng):
    """As `deep`, with a shortcut around each hidden layer but the first, and the normalisation inside."""
    parts = [layers.Dense(64, 32, "he_uniform"), layers.Activation("relu")]
    for _ in range(depth - 1):
        normalised = [norm(32)] if norm else []
        around = [*normalised, layers.Dense(32, 32, "he_uniform"), layers.Activation("relu")]
        parts.append(layers.Residual(*around))
    return network.Network([*parts, layers.Dense(32, 10)], rng)


ways = {
    "plain": {"network": deep},
    "layer normalisation": {"network": deep, "norm": layers.LayerNorm},
    "shortcuts": {"network": residual},
    "both": {"network": residual, "norm": layers.LayerNorm},
}
for name, way in ways.items():
    build, norm = way["network"], way.get("norm")
    nets = [build(20, norm, rng=np.random.default_rng(seed)) for seed in range(10)]
    scores = [net.forward(images[:256]).std() for net in nets]
    print(f"{name:20} deviation of the scores after twenty layers: {np.median(scores):9.1f}")

# %% [markdown]
# With He's weights $f(x)$ is about as large as $x$. So with shortcuts alone the signal grows by a factor in each
# layer, and after twenty of them the scores are in the thousands. Normalised *inside* the shortcut, $f$ gives about
# the same, whatever comes, and the signal grows as a sum does. Now train them, by Adam, as in section 3.
#
# <!-- slide: Both together -->
# **Before you run it:** by how many percentage points is "both" ahead of layer normalisation alone, at
# twenty layers?
# <!-- /slide -->

# %% guess="both-ahead"
### BEGIN SOLUTION
both_guess = 10.0  # percentage points
### END SOLUTION

# %% name="residual" tags=["nbval-ignore-output"]
deeper = options | by_adam | dict(tuning_seeds=1)
extremes = {name: ways[name] for name in ("plain", "both")}
shortcuts = {
    10: experiments.compare(extremes, depth=10, **deeper),
    20: experiments.compare(ways, depth=20, **deeper),
}
for hidden, comparison in shortcuts.items():
    print(f"{hidden} hidden layers\n{comparison.table()}\n")
twenty = {name: result.test_accuracy.mean() for name, result in shortcuts[20].results.items()}
gain = twenty["both"] - twenty["layer normalisation"]
compare_guess(both_guess, 100 * gain, "Points that both are ahead of layer normalisation alone")

# %% name="residual-figure" slide="figure: Twenty hidden layers"
fig, ax = plots.figure(width=6.6, height=2.8)
shortcuts[20].plot(ax)
ax.set(title="twenty hidden layers, ten seeds", xlim=(0, 1))
plots.show(
    fig,
    "The test accuracy of ten seeds by method, for twenty hidden layers: plain about 0.45, layer normalisation about "
    "0.38, shortcuts about 0.26, and both about 0.84, far from the others.",
)

# %% [markdown]
# At ten layers both together read 84.9 % against 74.9, at twenty 84.5 against 44.5. Neither does it alone: layer
# normalisation is no better than the plain network here, and shortcuts are worse, with a signal that grows as
# you saw. The pair is in each layer of a transformer. (Vaswani et al. 2017 normalised after the sum; many do it
# inside the shortcut now, as here, for reasons that Xiong et al. 2020 give.)
#
# Note what is *not* shown. He et al. had batch normalisation inside each shortcut: their hundred and more layers are
# no proof that shortcuts alone will do. Nor is normalisation the one way: Fixup (Zhang, Dauphin & Ma 2019) trains
# very deep networks with shortcuts and without any normalisation, by first weights that keep $f$ small. "Go further"
# has the core of it.
#
# ## Common mistakes
#
# - **The wrong axis.** Batch normalisation: over the batch, axis 0, one mean a unit. Layer normalisation: axis 1,
#   one mean an example, with `keepdims=True`.
# - **eps outside the root.** √(s² + ε), not √s² + ε.
# - **The unbiased variance.** In the forward pass it is divided by n. (For the *running* variance the paper,
#   PyTorch and this package divide by n − 1; Keras and Flax keep the biased one there, too.)
# - **μ and s² as constants on the way back.** They depend on x; without their terms the gradient was wrong by
#   43 % above.
# - **γ before the bracket, in layer normalisation.** Each unit has its own: first $\gamma \odot u$, then the means.
# - **dγ with x.** What γ multiplies is $\hat x$.
# - **Test mode forgotten, or training mode.** In PyTorch: `model.eval()`, `model.train()`.
# - **The two momenta.** Ours is the share of the old value, PyTorch's that of the new.
# - **A last batch of one.** 33 examples in batches of 32 leave one over. PyTorch stops there with "Expected more
#   than 1 value per channel when training"; `DataLoader(…, drop_last=True)` leaves it out. Ours puts out β.
#
# ## Quiz
#
# 1. Over what does batch normalisation take its means?
#    - **a** Over the examples, one mean for each unit.
#    - **b** Over the units, one mean for each example.
#    - **c** Over everything.
# 2. At test one example comes alone. Whose mean and variance does batch normalisation use?
#    - **a** Its own.
#    - **b** The running ones from training.
#    - **c** Those of the last training batch.
# 3. In training, the batch holds a single example. What does your `batch_norm_forward` put out?
#    - **a** The example itself.
#    - **b** β, whatever the example.
#    - **c** nan: it divides by zero.
# 4. The weights before a batch normalisation are multiplied by 10. What happens to its output?
#    - **a** It is ten times as large.
#    - **b** Nothing, eps apart.
#    - **c** It saturates.
# 5. What is the bias of a dense layer right before a batch normalisation good for?
#    - **a** Nothing.
#    - **b** It centres the batch.
#    - **c** It is needed at test.
# 6. Why does `layer_norm_backward` multiply by γ first, and not last, as may be done in `batch_norm_backward`?
#    - **a** The result is the same; it is faster.
#    - **b** γ is larger there.
#    - **c** Its means go over units, and each unit has a γ of its own.
#
# Put letters in quotes, such as "a", in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "a"
q2 = "b"
q3 = "b"
q4 = "b"
q5 = "a"
q6 = "c"
### END SOLUTION

# %% name="quiz-result"
quiz("14_batch_normalization", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5, q6=q6)

# %% [markdown]
# ## What to take away
#
# <!-- slide -->
# - Batch normalisation brings each unit to mean 0 and variance 1 over the batch, then to the β and γ that it
#   learns. Backwards, what would only shift or stretch the batch is taken off the gradient.
# - In training it uses the batch, at test the running values. They need time, and the switch.
# - Ten layers, five epochs, by plain SGD: 82.1 % with it, 38.2 % without. Most of the gap goes with the optimizer:
#   by Adam it is 81.9 against 75.5.
# - In dense layers batches of one or two break it. Layer normalisation, over the units of an example, does not
#   mind them.
# - At twenty layers shortcuts *and* normalisation got there, and neither did alone.
# <!-- /slide -->
#
# ## In practice
#
# Batch normalisation is usual in convolutional networks, between the convolution and the ReLU, with batches of
# some 16 or more; layer normalisation in transformers, and wherever examples come one by one. Most people put no
# weight decay on γ and β.
#
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `layers.BatchNorm(n, momentum=0.9, eps=1e-5)` | `torch.nn.BatchNorm1d(n, momentum=0.1, eps=1e-5)` | our momentum is the share of the old value that is kept, torch's the share of the new one |
# | `layers.LayerNorm(n)` | `torch.nn.LayerNorm(n)` | nothing |
# | `layers.Residual(f)` | `x + f(x)`, in your module's `forward` | no class for it |
# | `gamma`, `beta` | `weight`, `bias` | the names |
# | `forward(x, training=True)` | `model.train()`, then `model(x)` | a new module is in training mode; ours is in test mode unless told |
# | running variance | `running_var` | divided by n − 1 in both, while the batch is divided by n |
# | a batch of one gives β | ValueError | in training mode; `DataLoader(…, drop_last=True)` avoids one at the end of an epoch |
# | dense layer before it | `torch.nn.Linear(n_in, n, bias=False)` | our `Dense` has a bias, which is of no effect there |
#
# <details><summary>A batch in training, the running values at test, and layer normalisation, by both</summary>
#
# ```python
# import numpy as np
# import torch
# from dlcourse import layers, network
#
# x = np.random.default_rng(0).normal(3, 2, size=(16, 4))
# norms = [layers.BatchNorm(4, momentum=0.9), layers.LayerNorm(4)]
# theirs = [torch.nn.BatchNorm1d(4, momentum=0.1).double(), torch.nn.LayerNorm(4).double()]
# for norm, module in zip(norms, theirs):
#     ours = network.Network([norm], np.random.default_rng(0))
#     in_training = module(torch.tensor(x)).detach()
#     np.testing.assert_allclose(in_training, ours.forward(x, training=True), atol=1e-6)
#     module.eval()
#     np.testing.assert_allclose(module(torch.tensor(x)).detach(), ours.forward(x), atol=1e-6)
# ```
#
# </details>

# %% [markdown]
# ## Go further
#
# Nothing here is graded.
#
# 1. For a batch normalisation add up dx over the batch, and dx times $\hat x$. What comes out, and why? What does
#    it say about the weights before the layer: along which direction does their gradient never point, and what
#    becomes of their length in training?
# 2. Train twenty layers with shortcuts and *without* any normalisation. Put the ReLU first inside the shortcut, and
#    start the weights after it at 0, as Fixup does with the last weights of each. (`layers.Dense(32, 32,
#    "zeros")`; and put one more ReLU before the last dense layer.) Why does the order matter? How far do you get?
# 3. Give section 3 more epochs. What is left of its gaps, with SGD and with Adam?

# %% [markdown] discussion="go-further"
# **1.** dx adds up to 0 over the batch, and so, but for ε, does $dx \odot \hat x$: neither a shift nor a stretch of the
# inputs would change the output, so the gradient has no part along either. The weights $w$ of a unit before the layer
# can only stretch its input, when they grow all alike. So their gradient is at a right angle to $w$: in ten
# networks as those of section 4 the cosine was at most 0.00002. A step of SGD at a right angle makes $w$ longer
# (Pythagoras), and in 20 epochs at a rate of 0.3 the weights of *every* unit of the second layer had grown, by 1 % in
# the median. Slow here; but where $w$ is longer, the same step turns it less. So the rate falls by itself, and weight
# decay, which shortens $w$ again, acts on the rate and not on what the network can say (van Laarhoven 2017).
#
# **2.** With the ReLU last and zero weights before it, the slope of the ReLU at 0 is 0 for us: no gradient reaches the
# weights, and they stay at 0. With the ReLU first, $f(x)$ = max(0, x) W is 0 as well at the start, but the gradient of W
# is not. As in section 6 (Adam, five epochs, ten seeds to report), but with rates on two seeds, twenty layers then read
# 88.7 % of the test digits (84.0 to 92.7), more than both together, 84.5 %, and told apart from them. (With rates on
# one seed, as in section 6, it was 86.9 %, and with other seeds 87.7 and 87.6 %: a tie both times.) He's weights in
# the same place: 29.8 %. So it need not be a normalisation: here it was enough that $f$ is small at first.
#
# **3.** Ten layers, test digits, plain and normalised. By SGD 60.7 and 89.6 % after 10 epochs, 73.1 and 93.5 after 20,
# 89.0 and 93.5 after 40. By Adam 87.9 and 89.9 after 10, 88.6 and 93.1 after 20, 91.7 and 93.2 after 40, where
# the two are a tie. So most of SGD's large gap was one of time, and a few points were left of it.

# %% [markdown]
# ## References
#
# - J. Ba, J. Kiros, G. Hinton (2016), *Layer normalization*, arXiv:1607.06450. The relative that goes over
#   the units.
# - K. He, X. Zhang, S. Ren, J. Sun (2016), *Deep residual learning for image recognition*, CVPR. Shortcuts, with
#   batch normalisation inside.
# - S. Ioffe, C. Szegedy (2015), *Batch normalization: accelerating deep network training by reducing internal
#   covariate shift*, ICML. The method; Algorithms 1 and 2 are what you wrote.
# - T. van Laarhoven (2017), *L2 regularization versus batch and weight normalization*, arXiv:1706.05350. What becomes
#   of weight decay where a factor in the weights does not matter.
# - S. Santurkar, D. Tsipras, A. Ilyas, A. Mądry (2018), *How does batch normalization help optimization?*,
#   NeurIPS. The experiment against the title of the former.
# - A. Vaswani et al. (2017), *Attention is all you need*, NeurIPS, and R. Xiong et al. (2020), *On layer
#   normalization in the transformer architecture*, ICML. Where it is used most, and where to put it.
# - Y. Wu, K. He (2018), *Group normalization*, ECCV. Error against batch size, measured down to two.
# - H. Zhang, Y. Dauphin, T. Ma (2019), *Fixup initialization: residual learning without normalization*, ICLR. Depth
#   without any.
