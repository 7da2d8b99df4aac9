# %% [markdown]
# # 06 · Gradient descent: all examples, one, or a handful
#
# **You will make** the loop that trains every network of this course: step, batches, epochs. You find out how large a step may be, race the loop's
# three forms on digits, where the winner depends on what you count, and see where descent ends, and on what conditions.
#
# **You will be able to**
#
# - write gradient descent, and derive the largest learning rate from the curvature,
# - say convex, local and global minimum, saddle point, Hessian and condition number, and point at them,
# - choose a batch size knowing what it costs and buys, and the learning rate with it,
# - shorten a gradient that explodes,
# - tell what is guaranteed on a convex loss, and what is not on any other.
#
# | | |
# |---|---|
# | Time | 90 minutes, five exercises |
# | You need | lesson 01 (loss, gradient, epoch), lesson 02 for where gradients come from, lesson 03 for XOR; eigenvalues of a matrix |
# | Covers | sections D0 to D3 of the source document, correction X10 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import time

import numpy as np

from dlcourse import datasets, diagrams, experiments, initializers, losses, network, optimizers, plots, search
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. Downhill
#
# <!-- slide -->
# The gradient points to where the loss grows fastest. So go the other way: **gradient descent** (Cauchy 1847).
# With parameters θ and **learning rate** η,
#
# $$\theta \leftarrow \theta - \eta \, \frac{\partial L}{\partial \theta}$$
# <!-- /slide -->
#
# ### Exercise 1 · `gradient_descent_step(params, grad, learning_rate)`
#
# - `params`, `grad`: arrays of one shape, or numbers.  `learning_rate`: a number.
# - returns: the new params. The old array stays as it was.
#
# ```python
# >>> gradient_descent_step(np.array([1.0, 2.0]), np.array([10.0, -10.0]), 0.1)
# array([0., 3.])
# ```
#
# **The check also asks:** Plain numbers (`1.5`, `3`) and NumPy's, integers, float32. Your arguments, here and below, are left as they were.
#
# *Difficulty: easy · 3 minutes*
#
# <details><summary>Hint</summary>
#
# The equation is the code. Mind that `params -= …` would change the caller's array.
#
# </details>


# %% exercise="gradient_descent_step"
def gradient_descent_step(params, grad, learning_rate):
    """One step against the gradient; a new array."""
    ### BEGIN SOLUTION
    return params - learning_rate * grad
    ### END SOLUTION


# %% check="gradient_descent_step"
gradient_descent_step = check(gradient_descent_step)

# %% [markdown]
# <!-- slide: Which rate fails? -->
# Try it on a valley, steep across and gentle along: $L = \tfrac12 (u^2 + 20 v^2)$.
# <!-- /slide -->
# (○ start, ■ after 24 steps, ★ minimum.)
#
# <!-- slide + -->
# **Before you run it:** of three rates, 0.02, 0.09 and 0.105, which will fail?
# <!-- /slide -->

# %% guess="fails"
### BEGIN SOLUTION
fails_guess = 0.02  # one of the three
### END SOLUTION

# %% name="valley"
ravine = datasets.ravine()
walks, failed = {}, []
for rate in (0.02, 0.09, 0.105):
    points = [np.array(ravine.start)]
    for _ in range(40):
        points.append(gradient_descent_step(points[-1], ravine.gradient(points[-1]), rate))
    walks[rate] = np.array(points)
    failed += [rate] * bool(np.linalg.norm(points[-1]) > np.linalg.norm(points[0]))
    print(f"rate {rate:5}: after 40 steps {np.linalg.norm(points[-1]):8.3f} from the minimum")
compare_guess(fails_guess, failed[0], "The rate that fails", among=list(walks))

# %% name="valley-figure" slide="figure: Three rates in one valley"
fig, axes = plots.figure(3, width=9.6, height=2.6, sharey=True)
for ax, (rate, points) in zip(axes, walks.items(), strict=True):
    plots.contours(ax, lambda u, v: ravine.value(np.stack([u, v], axis=-1)), *ravine.window)
    inside = points[np.abs(points[:, 1]) < 3 * ravine.window[1][1]]
    plots.path(ax, inside[:25], color=plots.COLORS[0], end="s")
    ax.plot(0, 0, marker="*", markersize=12, color="black", markerfacecolor="white")
    ax.set(xlim=ravine.window[0], ylim=ravine.window[1], xlabel="u, along", title=f"rate {rate}")
axes[0].set_ylabel("v, across")
plots.show(
    fig,
    "Three walks in a long narrow valley, drawn over lines of equal height, with a star at the minimum. At rate 0.02 the walk goes straight down to "
    "the valley floor and creeps along it, less than half of the way. At 0.09 it zig-zags across the valley while it gets along. At 0.105 it jumps "
    "from side to side, higher each time, and leaves the picture.",
)

# %% [markdown]
# ### How large may the rate be?
#
# <!-- slide -->
# Take one parameter and a parabola, $L = \tfrac12 \lambda \theta^2$. Its gradient is $\lambda\theta$, and λ, its second derivative, is the **curvature**. A step gives
#
# $$\theta \leftarrow \theta - \eta\lambda\theta = (1 - \eta\lambda)\,\theta .$$
#
# Each step multiplies the distance by $1 - \eta\lambda$. It shrinks if $|1 - \eta\lambda| < 1$, that is if $\eta < 2/\lambda$. Beyond $1/\lambda$ it jumps over the minimum;
# beyond $2/\lambda$ it lands farther away than it was.
# <!-- /slide -->
#
# <!-- slide: The steepest direction sets the limit -->
# With many parameters, the second derivatives are a matrix, the **Hessian**, $H_{ij} = \partial^2 L / \partial\theta_i \partial\theta_j$. Along each of its eigenvectors a
# quadratic loss with a minimum is such a parabola, and the eigenvalue is its curvature. So the *largest* eigenvalue, $\lambda_n$, sets the limit: $\eta < 2/\lambda_n$. The smallest, $\lambda_1$, has to live
# with it: each step leaves more than $1 - 2\lambda_1/\lambda_n$ of the distance along its direction. The ratio $\kappa = \lambda_n/\lambda_1$ is the **condition number**. Our valley has the Hessian with 1 and 20
# on its diagonal, so κ = 20, and the limit is 2/20.
# <!-- /slide -->

# %% name="limit"
for rate, points in walks.items():
    shares = 1 - rate * np.array([1, 20])
    by_formula = shares**40 * ravine.start
    print(f"rate {rate:5}: along {shares[0]:.3f}, across {shares[1]:+.1f} a step;", end=" ")
    print("after 40 steps as computed:", np.allclose(points[40], by_formula))

# %% [markdown]
# A loss that is no quadratic has another Hessian at each place, and $2/\lambda_n$, taken at one of them, is a guide and not a guarantee. (On $\theta^4$, with a rate of 0.1, descent arrives from 1, and
# from 3 it runs away: the curvature is $12\,\theta^2$.) Lessons 07 and 08 are about ways out of narrow valleys.
#
# ### What may lie below
#
# - A loss is **convex** if each straight line between two points of its graph lies nowhere below the graph. (With second derivatives: no Hessian has a negative eigenvalue.)
# - In a **local minimum** no place nearby is lower, in a **global** one no place at all. On a convex loss each local minimum is global: all of them have one *value*.
#   There may be many such places, or, if the loss falls for ever, none.
# - At a **saddle point** the gradient is 0 as well, but it goes down to some sides and up to others: as a rule, the Hessian has eigenvalues of both signs.

# %% name="words" slide="figure: What may lie below"
fig, axes = plots.figure(3, width=9.6, height=2.7)
x = np.linspace(-2, 2, 200)
axes[0].plot(x, x**2, color=plots.COLORS[0])
axes[0].plot([-1.5, 0.8], [1.5**2, 0.8**2], color=plots.GREY, linestyle="--", marker="o")
axes[0].plot(0, 0, marker="*", markersize=12, color="black", markerfacecolor="white")
axes[0].set(title="convex", xlabel="θ", ylabel="loss")
hollows = x**4 / 2 - x**2 * 1.5 + 0.35 * x
axes[1].plot(x, hollows, color=plots.COLORS[0])
for place, name in ((-1.28, "global minimum"), (1.16, "local minimum")):
    height = place**4 / 2 - place**2 * 1.5 + 0.35 * place
    axes[1].plot(place, height, marker="*", markersize=12, color="black", markerfacecolor="white")
    axes[1].annotate(name, (place, height), xytext=(0, -16), textcoords="offset points", ha="center")
axes[1].set(title="not convex", xlabel="θ", xlim=(-2.8, 2.4), ylim=(-2.6, 1.5))
saddle = datasets.saddle()
plots.contours(axes[2], lambda u, v: saddle.value(np.stack([u, v], axis=-1)), (-1, 1), (-1, 1))
for sign in (-1, 1):
    diagrams.arrow(axes[2], (0.9 * sign, 0), (0.15 * sign, 0), color=plots.COLORS[0])
    diagrams.arrow(axes[2], (0, 0.15 * sign), (0, 0.9 * sign), color=plots.COLORS[0])
axes[2].plot(0, 0, marker="X", markersize=9, color="black")
axes[2].set(title="saddle point: arrows go down", xlabel="u", ylabel="v")
plots.show(
    fig,
    "Three drawings. A parabola with a dashed line between two of its points, which lies above it, and a star at its minimum. A curve with two "
    "hollows: the left one, deeper, is the global minimum, the right one a local minimum. Lines of equal height around a saddle point: arrows "
    "that go downhill lead to it from left and right, and away from it up and down.",
)

# %% [markdown]
# ## 2. Which examples?
#
# <!-- slide -->
# The loss of a network is a mean over all training examples, and so is its gradient. Three choices:
#
# - **Batch gradient descent**: all of them, for every single step.
# - **Stochastic gradient descent** (SGD): one, drawn at random. Its gradient is right *on average*: it is **unbiased**.
# - **Mini-batch**: a handful, 50 in the document. In between.
# <!-- /slide -->
#
# Here are two parameters and twenty examples, each with a valley of its own. The loss is their mean.

# %% name="arrows" slide="figure: Steps of small batches"
surface, rng = datasets.ravine(2), np.random.default_rng(0)
centres, theta = rng.normal(size=(20, 2)) * [1.0, 0.6], np.array([-2.4, 0.8])
centres -= centres.mean(axis=0)
gradients = surface.gradient(theta - centres)  # of each example, whose valley has its own centre
fig, axes = plots.figure(3, width=9.6, height=3.0, sharey=True)
for ax, size in zip(axes, (1, 5, 20), strict=True):
    plots.contours(ax, lambda u, v: surface.value(np.stack([u, v], axis=-1)), (-3, 1.2), (-1.3, 1.2))
    for batch in np.split(rng.permutation(20), 20 // size):
        step = -0.4 * gradients[batch].mean(axis=0)
        diagrams.arrow(ax, theta, theta + step, color=plots.COLORS[0])
    ax.plot(*theta, marker="o", markersize=7, markerfacecolor="white", markeredgecolor="black", zorder=6)
    ax.plot(0, 0, marker="*", markersize=12, color="black", markerfacecolor="white")
    ax.set(xlabel="u", title=f"steps of batches of {size}", xlim=(-3, 1.2), ylim=(-1.3, 1.2))
axes[0].set_ylabel("v")
plots.show(
    fig,
    "Three times the same place in a valley, with the steps that batches of 1, 5 and 20 of twenty examples would make as arrows. Twenty arrows of single "
    "examples fan out widely. Four arrows of batches of five lie closer together. The one arrow of all twenty is their mean.",
)

# %% [markdown]
# <!-- slide + -->
# The mean of the arrows is the same in all three drawings. The smaller the batch, the farther its own arrow may be off.
# <!-- /slide -->
#
# In practice one draws without replacement: the examples are shuffled, and then taken from the front, so that in an **epoch** each is seen once.
#
# ### Exercise 2 · `minibatches(order, batch_size)`
#
# - `order`: the indices of the examples, shuffled; an array.
# - returns: a list of arrays, the first `batch_size` of them, the next, and so on. The last may be short.
#
# ```python
# >>> minibatches(np.array([3, 0, 2, 1, 4]), 2)
# [array([3, 0]), array([2, 1]), array([4])]
# ```
#
# **The check also asks:** A list of arrays comes back; a batch may be larger than all there is, and an index may come twice.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# `range(0, len(order), batch_size)` gives the places where batches begin. A slice that runs past the end is simply
# shorter.
#
# </details>


# %% exercise="minibatches"
def minibatches(order, batch_size):
    """The index arrays order[0:b], order[b:2b], …"""
    ### BEGIN SOLUTION
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
    ### END SOLUTION


# %% check="minibatches"
minibatches = check(minibatches)

# %% [markdown]
# ### Exercise 3 · `updates_per_epoch(num_examples, batch_size)`
#
# - both: whole numbers, at least 1.
# - returns: how many batches an epoch has, the short one too; a whole number.
#
# ```python
# >>> updates_per_epoch(1197, 50)
# 24
# ```
#
# **The check also asks:** An int, 3 and not 3.0.
#
# *Difficulty: easy · 3 minutes*
#
# <details><summary>Hint</summary>
#
# Rounded up: `math.ceil`, or `-(-a // b)`.
#
# </details>


# %% exercise="updates_per_epoch"
def updates_per_epoch(num_examples, batch_size):
    """⌈n / b⌉"""
    ### BEGIN SOLUTION
    return -(-num_examples // batch_size)
    ### END SOLUTION


# %% check="updates_per_epoch"
updates_per_epoch = check(updates_per_epoch)

# %% [markdown]
# ### Exercise 4 · `minibatch_gradient_descent(gradient, params, data, orders, batch_size, learning_rate)`
#
# Put the pieces together.
#
# - `gradient`: a function of (params, batch) that returns an array of params' shape.
# - `data`: (n, …).  `orders`: one row of n indices for each epoch, shuffled already.
# - returns: the params after one pass for each row of `orders`. A batch is `data[order[i : i + batch_size]]`.
#
# ```python
# >>> def of_distance(params, batch):
# ...     return 2 * (params - batch.mean(axis=0))
# >>> minibatch_gradient_descent(of_distance, np.array([0.0]), np.array([[1.0], [3.0]]), [[1, 0]], 1, 0.5)
# array([1.])
# ```
#
# **The check also asks:** `orders` may be an array or a list of arrays, and may be empty; the params may be a single number.
#
# *Difficulty: medium · 10 minutes*
#
# <details><summary>Hint</summary>
#
# Two loops, over orders and over the minibatches of an order. `data[batch]` picks the examples, and the *latest* params go
# into `gradient`.
#
# </details>


# %% exercise="minibatch_gradient_descent"
def minibatch_gradient_descent(gradient, params, data, orders, batch_size, learning_rate):
    """The params after an epoch of batches for each row of orders."""
    ### BEGIN SOLUTION
    for order in orders:
        for batch in minibatches(order, batch_size):
            params = gradient_descent_step(params, gradient(params, data[batch]), learning_rate)
    return params
    ### END SOLUTION


# %% check="minibatch_gradient_descent"
minibatch_gradient_descent = check(minibatch_gradient_descent)

# %% [markdown]
# ### Why shuffle?
#
# A batch stands for all the data only if it is a fair sample of them. Many data sets come sorted. Here are the digits, five epochs in batches of 50, in
# three orders: sorted by class, shuffled once and then the same in each epoch, shuffled afresh in each. The rate is chosen for each on validation digits.
#
# **Before you run it:** in which share of the test digits will the network be right that got them sorted?

# %% guess="sorted"
### BEGIN SOLUTION
sorted_guess = 0.9  # a share
### END SOLUTION

# %% name="shuffle"
digits = datasets.digits()
images, labels = digits.train


def gradient_of(net, chosen):
    """The gradient of the mean loss over the chosen training examples."""
    _, upstream = losses.softmax_cross_entropy(net.forward(images[chosen]), labels[chosen])
    net.backward(upstream)
    return net.grad.copy()


def train_in(order, rate, seed):
    """A network after five epochs, each in the order that `order(rng)` gives."""
    net, rng = network.mlp([64, 32, 10], rng=np.random.default_rng(seed)), np.random.default_rng(1000 + seed)
    for _ in range(5):
        for batch in minibatches(order(rng), 50):
            net.theta[:] = gradient_descent_step(net.theta, gradient_of(net, batch), rate)
    return net


def right(net, data):
    return np.mean(np.argmax(net.forward(data[0]), axis=1) == data[1])


# %% name="orders"
once = np.random.default_rng(5).permutation(len(labels))
ORDERS = {
    "sorted by class": lambda rng: np.argsort(labels, kind="stable"),
    "shuffled once": lambda rng: once,
    "shuffled in each epoch": lambda rng: rng.permutation(len(labels)),
}
for name, order in ORDERS.items():
    rates = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
    tried = [
        np.mean([right(train_in(order, rate, s), digits.validation) for s in (100, 101)]) for rate in rates
    ]
    rate = rates[int(np.argmax(tried))]
    shares = [right(train_in(order, rate, seed), digits.test) for seed in range(10)]
    print(f"{name:>22}, rate {rate:4}: {np.mean(shares):.0%} right ({min(shares):.0%} to {max(shares):.0%})")
    if name == "sorted by class":
        compare_guess(sorted_guess, np.mean(shares), "Right, trained on sorted digits")

# %% [markdown]
# Sorted, each batch pulls towards one class, and the next batches pull away again. Shuffling cures that. Whether once or in each epoch matters little here;
# the latter is usual, as no two examples then share their batch for ever.
#
# ## 3. The noise of a small batch
#
# <!-- slide -->
# Draw b examples independently, that is *with* replacement. Their gradient is a mean of b independent numbers in each entry, so its error falls as
# the error of any such mean: with the root of b.
#
# $$\text{error} \propto \frac{1}{\sqrt b}$$
# <!-- /slide -->
#
# *Without* replacement, as in an epoch, the error is smaller by the factor $\sqrt{(n-b)/(n-1)}$: it makes little difference while b is small against n, and a batch of all n has no error.
#
# Measure it: the distance between the gradient of a batch and that of all examples,
# over the length of the latter, for 200 random batches of each size. First in a fresh network, then in the same after ten epochs.
#
# **Before you run it:** in the fresh network, for a batch of *one*, how many times as long as the true gradient is its error?

# %% guess="noise-of-one"
### BEGIN SOLUTION
noise_of_one_guess = 1.0  # times
### END SOLUTION

# %% name="noise"
net, rng = network.mlp([64, 32, 10], rng=np.random.default_rng(6)), np.random.default_rng(6)


def relative_spread(size, replace):
    """Of 200 batches, root mean square, over the length of the whole gradient."""
    whole = gradient_of(net, np.arange(len(labels)))
    batches = [rng.choice(len(labels), size, replace=replace) for _ in range(200)]
    errors = [np.linalg.norm(gradient_of(net, batch) - whole) for batch in batches]
    return np.sqrt(np.mean(np.square(errors))) / np.linalg.norm(whole)


for state in ("fresh", "after ten epochs"):
    print(f"{state}: error over gradient")
    for size in (1, 16, 256, len(labels)):
        with_, without = (relative_spread(size, replace) for replace in (True, False))
        print(f"  batches of {size:4}: {with_:5.2f}, without replacement {without:5.2f}")
        if state == "fresh" and size == 1:
            compare_guess(noise_of_one_guess, with_, "Error of a batch of one over the gradient")
    for _ in range(10):
        for batch in minibatches(rng.permutation(len(labels)), 50):
            net.theta[:] = gradient_descent_step(net.theta, gradient_of(net, batch), 0.3)

# %% [markdown]
# The gradient of a single example is mostly error: in this fresh network five times as long as what it estimates, and more than ten times later, when the
# true gradient has become short. And still SGD works, as the
# errors of many steps cancel in part, while what is common adds up. Sixteen times the examples, a quarter of the error: large batches pay less and less.
#
# ## 4. The race
#
# <!-- slide -->
# Batch, mini-batch (50) and stochastic descent on 600 digits, 64-32-10. The question is how fast each brings the *training* loss down.
# <!-- /slide -->
#
# For each the learning rate is chosen from a list of its own, on a seed used for nothing else; then ten others run, with seeds of their own for first weights and for orders, the same for the three.
#
# A noisy loss crosses a line many times. So two moments are taken: when it is below 0.3 for the first time, and from when on it stays below.

# %% name="run"
few = np.arange(600)
METHODS = {  # name: (batch size, epochs, learning rates to choose from, look after so many updates)
    "batch": (600, 100, (0.5, 1.0, 2.0), 1),
    "mini-batch, 50": (50, 12, (0.6, 1.2, 2.4), 1),
    "stochastic": (1, 4, (0.025, 0.05, 0.1, 0.2), 10),
}


def run(batch_size, epochs, rate, every, seed):
    """(updates made, training loss) at each look, and the mean seconds that an update took."""
    net, rng = network.mlp([64, 32, 10], rng=np.random.default_rng(seed)), np.random.default_rng(1000 + seed)
    seen, seconds = [], 0.0
    batches = [batch for _ in range(epochs) for batch in minibatches(rng.permutation(few), batch_size)]
    for update, batch in enumerate(batches, 1):
        begun = time.perf_counter()
        net.theta -= rate * gradient_of(net, batch)
        seconds += time.perf_counter() - begun
        if update % every == 0:
            seen.append((update, losses.cross_entropy(net.forward(images[few]), labels[few])))
    return np.array(seen).T, seconds / len(batches)


# %% [markdown]
# <!-- slide + -->
# **Before you run it:** how many *examples* must each look at to bring the training loss below 0.3 for good? Guess for batch descent, if mini-batches
# need some 3,000.
# <!-- /slide -->

# %% guess="examples-needed"
### BEGIN SOLUTION
examples_needed_guess = 10_000  # examples
### END SOLUTION

# %% name="race" slide="output: Who wins depends on what you count"
runs = {}
for name, (batch_size, epochs, rates, every) in METHODS.items():
    rate = min(rates, key=lambda rate: run(batch_size, epochs, rate, every, 100)[0][1, -10:].mean())
    runs[name] = [run(batch_size, epochs, rate, every, seed) for seed in range(10)]
    first = np.mean([updates[np.argmax(loss < 0.3)] for (updates, loss), _ in runs[name]])
    stays = np.mean([updates[np.flatnonzero(loss >= 0.3)[-1] + 1] for (updates, loss), _ in runs[name]])
    print(
        f"{name:>15}, rate {rate:4}: below 0.3 after {first:4.0f} updates, for good after {stays:5.0f},",
        end=" ",
    )
    print(f"or {stays * batch_size:6.0f} examples")
    if name == "batch":
        compare_guess(examples_needed_guess, stays * batch_size, "Examples that batch descent needs")

# %% name="race-figure" slide="figure" tags=["nbval-ignore-output"]
fig, axes = plots.figure(3, width=9.8, height=3.2, sharey=True)
for (name, (batch_size, *_)), color, style in zip(METHODS.items(), plots.COLORS, plots.STYLES):
    updates, loss = runs[name][0][0][0], np.array([seen[1] for seen, _ in runs[name]])
    each = np.median([seconds for _, seconds in runs[name]])
    print(f"{name:>15}: {1e6 * each:6.0f} µs an update, {1e6 * each / batch_size:6.2f} µs an example")
    for ax, x in zip(axes, (updates, updates * batch_size, updates * each), strict=True):
        ax.plot(x, loss.mean(axis=0), color=color, linestyle=style, label=name)
        ax.fill_between(x, loss.min(axis=0), loss.max(axis=0), color=color, alpha=0.2, linewidth=0)
for ax, what in zip(axes, ("updates", "examples seen", "seconds"), strict=True):
    ax.set(xscale="log", yscale="log", xlabel=what)
axes[0].set(ylabel="training loss (nats)", title="Few updates for large batches …")
axes[1].set_title("… many examples …")
axes[2].set_title("… and the clock")
axes[1].legend(loc="lower left")
plots.show(
    fig,
    "The same thirty runs three times, the training loss on a log scale against updates, examples seen and seconds. By "
    "updates, batch descent is about level with mini-batches and both far ahead of stochastic descent, which jitters. By examples the "
    "order is turned around: stochastic first, mini-batch close, batch far behind. By the clock mini-batch is first.",
)

# %% [markdown]
# **By updates**, batch descent and mini-batches need a few dozen, and stochastic descent some twenty times as many. A good
# direction is worth a long step: the tuned rates are twenty times as large as that of single examples.
#
# **By examples** it is the other way round. Batch descent looks at all of the 600 before it moves at all. The data are redundant: a hundredth 5
# teaches little that the others have not.
#
# **By the clock** mini-batches were first on the machine where this was written. (Look at the table of *your* run.) An update with
# fifty examples takes a few times as long as one with a single example, and far from fifty times: a processor multiplies a matrix by a
# matrix faster than by as many vectors one by one. That is the document's argument for mini-batches.
#
# Is it by *memory*, too, as the document says? For the way back each layer keeps what it said of every example in the batch. But a large batch need not be in memory at once: the gradients of
# its parts can be added up, which is called *gradient accumulation*.
#
# ### The batch and the rate
#
# <!-- slide -->
# Take k steps with rate η on k small batches. If the parameters hardly move meanwhile, each gradient is about what it would have been at the start; together the steps are k times η times the
# mean gradient, that is *one* step with rate kη on the k batches joined. So **a batch k times as large goes with a rate k times as large** (Goyal et al. 2017 call it the linear scaling
# rule), until kη comes near the limit of section 1, 2/curvature.
# <!-- /slide -->
#
# Four epochs each, rates tuned; on pixels as they are, and on standardised ones
# (lesson 01), where the largest curvature is somewhat smaller.

# %% name="batch-and-rate"
standardised = [(datasets.standardize(images, x)[1], y) for x, y in digits]
SIZES = {f"batches of {size}": {"batch_size": size} for size in (2, 8, 32, 128, 512)}
for name, data in (("PIXELS AS THEY ARE", digits), ("STANDARDISED", standardised)):
    comparison = experiments.compare(
        SIZES,
        data=data,
        optimizer=optimizers.SGD,
        tune={"learning_rate": 0.025 * 2.0 ** np.arange(9)},
        sizes=[64, 32, 10],
        epochs=4,
        tuning_seeds=5,
    )
    print(name, comparison.table(), sep="\n")

# %% [markdown]
# The best rate grows with the batch: on standardised pixels about as the rule says, up to batches of 128; on the pixels as they are more slowly, and it stops early, as they have a direction of large curvature.
# While it grows, little is lost: with standardised pixels, batches of 32 do about as well as batches of 2, with a sixteenth of the updates. Batches of 512 fall behind on both:
# few steps, and not as much longer.
#
# ## 5. A step that is too long
#
# The steepness of a network can change a thousandfold within a short distance. Where many factors are multiplied, as in deep networks and in recurrent ones, which use the same weights again and again, there can be *cliffs* (Pascanu et al. 2013).
#
# <!-- slide -->
# The smallest example: twenty layers of one linear unit, all with the same weight w, which should bring 1 to ½.
#
# $$L = \tfrac12 \left(w^{20} - \tfrac12\right)^2, \qquad \frac{dL}{dw} = \left(w^{20} - \tfrac12\right) 20\, w^{19}$$
#
# At w = 1.3 the slope is half a million. One step at a usual rate is thrown out of all sensible places. The direction of the gradient is still right, only its length is of no use. So keep the direction, and
# **clip** the length: where the norm $\|g\| = \sqrt{\sum g_i^2}$ is larger than some $c$, take $g \cdot c / \|g\|$.
# <!-- /slide -->
#
# ### Exercise 5 · `clip_by_norm(grad, max_norm)`
#
# - `grad`: an array of any shape, or a number.  `max_norm`: positive.
# - returns: grad where its norm, over *all* entries, is at most max_norm; else grad · max_norm / norm.
#
# ```python
# >>> clip_by_norm(np.array([3.0, 4.0]), 1.0)
# array([0.6, 0.8])
# ```
#
# **The check also asks:** A norm of 0; plain numbers and NumPy's, integers, float32; entries of *any* finite size, without a warning: 1e200, whose square overflows, and 1e-200, whose square is 0.
#
# *Difficulty: medium · 8 minutes*
#
# <details><summary>Hint</summary>
#
# The norm of a·g is a times the norm of g. So divide by the largest size of an entry first, if that is not 0; then no square is larger than 1.
#
# </details>


# %% exercise="clip_by_norm"
def clip_by_norm(grad, max_norm):
    """grad, shortened to max_norm where its norm over all entries is larger."""
    ### BEGIN SOLUTION
    grad = np.asarray(grad)
    largest = float(np.max(np.abs(grad)))
    if largest == 0:
        return grad
    relative = np.sqrt(np.sum((grad / largest) ** 2))
    if relative <= max_norm / largest:
        return grad
    return grad / largest * (max_norm / relative)
    ### END SOLUTION


# %% check="clip_by_norm"
clip_by_norm = check(clip_by_norm)


# %% name="cliff"
def slope(w):
    return (w**20 - 0.5) * 20 * w**19


plain = clipped = 1.3
print("step    plain  clipped at 1")
with np.errstate(over="ignore", invalid="ignore"):  # which is the point
    for step in range(101):
        if step in (0, 1, 2, 3, 10, 30, 100):
            print(f"{step:4} {plain:8.3g} {clipped:8.3f}")
        plain = gradient_descent_step(plain, slope(np.float64(plain)), 0.01)
        clipped = gradient_descent_step(clipped, clip_by_norm(slope(clipped), 1.0), 0.01)
print(f"the minimum is at {0.5 ** (1 / 20):.3f}")

# %% [markdown]
# After three steps the plain walk is no number any more. The clipped one goes down by 0.01 a step until the slope is below 1, and then it is plain descent.
# (A rate so small that the first step is harmless, 1e-7, would do too, and need some hundred thousand steps at the bottom.) What clipping does not do: where gradients *vanish*, it has nothing to
# shorten; and which threshold is right depends on the network. Watch the norms, and clip what stands out.
#
# ## 6. Where it ends
#
# <!-- slide -->
# On a smooth convex loss that has a minimum, descent comes to its one lowest value, with a rate that is small enough for the place where it starts. A
# network with hidden layers is not convex. See both on the four clouds of XOR (lesson 03): a network without a hidden layer, which is
# convex, and others with two and three hidden tanh units. Two are just enough. Twenty starts each.
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** how many of the twenty networks with two hidden units will *not* find the solution?
# <!-- /slide -->

# %% guess="stuck"
### BEGIN SOLUTION
stuck_guess = 0  # of 20
### END SOLUTION

# %% name="ends" slide="output: Where twenty starts end"
points, classes = datasets.xor(200, np.random.default_rng(0))
CASES = {  # layer sizes, batch size, learning rate, epochs
    "no hidden layer, batch": ([2, 2], 200, 1.0, 500),
    "2 hidden units, batch": ([2, 2, 2], 200, 1.0, 1500),
    "2 hidden units, mini-batch": ([2, 2, 2], 10, 0.3, 75),
    "3 hidden units, batch": ([2, 3, 2], 200, 1.0, 1500),
}
nets, wide = {}, initializers.normal(1.0)
for name, (sizes, batch_size, rate, epochs) in CASES.items():
    nets[name] = [network.mlp(sizes, initializer=wide, rng=np.random.default_rng(seed)) for seed in range(20)]
    options = dict(epochs=epochs, rng=np.random.default_rng(1), batch_size=batch_size)
    search.fit_together(nets[name], optimizers.SGD(rate), (points, classes), **options)
    ends = np.array([losses.cross_entropy(net.forward(points), classes) for net in nets[name]])
    print(f"{name:>27}: loss {ends.min():.2f} to {ends.max():.2f}, above 0.1 in {np.sum(ends > 0.1):2} of 20")
    if name == "2 hidden units, batch":
        compare_guess(stuck_guess, np.sum(ends > 0.1), "Of 20, not at the solution")
        stuck = nets[name][int(np.argmax(ends))]
places = np.array([net.theta for net in nets["no hidden layer, batch"]])
apart = np.linalg.norm(places[:, None] - places, axis=-1).max()
print(f"no hidden layer: the twenty places are up to {apart:.1f} apart")

# %% name="stuck"
loss, upstream = losses.softmax_cross_entropy(stuck.forward(points), classes)
stuck.backward(upstream)
answers = losses.softmax(stuck.forward(points))[:, 1]
print(
    f"a stuck one: {np.mean(np.abs(answers - 0.5) < 0.1):.0%} of its answers within 0.1 of one half,", end=" "
)
print("gradient shorter than 0.001:", np.linalg.norm(stuck.grad) < 0.001)

# %% [markdown]
# Without a hidden layer all twenty starts end at one and the same loss, 0.69. (A poor one: lesson 03.) One *value*, but not one place: a constant added to both scores changes no answer, so the
# lowest value is taken along whole lines. With two hidden units 7 of 20 are stuck at about 0.35, half of ln 2: two
# of the four clouds are told apart, and about the other two the network says one half. The gradient there is as good as zero. Whether it is
# a local minimum or a plateau, descent did not leave it in 1,500 steps. Mini-batches, at the settings tried here, are stuck as often. A third hidden unit helps: none of these twenty is stuck.
#
# ### With a decreasing rate
#
# > **Correction X10.** The document says that SGD ends where batch descent does, if the rate is decreased. Under conditions. Unless one answer fits all examples, the rate has to fall to 0, but not too fast.
# > Robbins and Monro (1951) gave two that suffice where the noise is bounded: $\sum \eta_t = \infty$, so that every distance can be covered, and $\sum \eta_t^2 < \infty$. The second is not necessary, as you will see. And
# > on a convex loss it is then the same value; on another it may be another minimum.
#
# <!-- slide -->
# Here is the simplest convex loss there is: the mean of $\tfrac12(\theta - x_i)^2$ over 100 numbers. Batch descent ends in their mean. Stochastic
# descent starts at a distance of 10, with rates that all begin at 0.1.
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** which of the five will be closest after 5,000 steps?
# <!-- /slide -->

# %% guess="closest"
### BEGIN SOLUTION
closest_guess = "constant"  # constant, 1/√t, 1/t, 1/t early or 1/t²
### END SOLUTION

# %% name="robbins-monro"
numbers = np.random.default_rng(0).normal(size=100)
target = numbers.mean()
RATES = {
    "constant": lambda t: 0.1,
    "1/√t": lambda t: 0.1 * np.sqrt(10 / (t + 10)),
    "1/t": lambda t: 1 / (t + 10),
    "1/t early": lambda t: 0.1 / (t + 1),
    "1/t²": lambda t: 10 / (t + 10) ** 2,
}
distances = {}
for name, rate in RATES.items():
    draw, theta = np.random.default_rng(1), np.full(500, target + 10.0)  # 500 walkers
    distance = [10.0]
    for t in range(5000):
        theta = gradient_descent_step(theta, theta - draw.choice(numbers, 500), rate(t))
        distance.append(np.sqrt(np.mean((theta - target) ** 2)))
    distances[name] = np.array(distance)
    print(f"{name:>9}: after 100 steps {distance[100]:6.3f}, after 5,000 {distance[-1]:6.3f}")
closest = min(distances, key=lambda name: distances[name][-1])
compare_guess(closest_guess, closest, "Closest after 5,000 steps", among=list(distances))

# %% name="robbins-monro-figure" slide="figure: Fall, but not too fast"
fig, ax = plots.figure(width=6.8, height=3.2)
ax.set(xscale="log", yscale="log")
plots.curves(ax, np.arange(1, 5002), distances)
ax.set(xlabel="step", ylabel="distance (root mean square)", title="Fall, but not too fast")
plots.show(
    fig,
    "Distance from the minimum against the step, both on log scales, for 500 walkers. The constant rate falls first and "
    "stays at about 0.2. The rate 1/√t falls a little later and goes on falling, 1/t more slowly and then further, to 0.02. The two others are still at 4 and 3.4.",
)

# %% [markdown]
# The constant rate is near after a hundred steps, and no nearer after 5,000: it *hovers*, since at the minimum the hundred numbers still pull different ways. The rate 1/√t goes on arriving, although the sum of its
# squares has no limit: that condition is sufficient, not necessary. 1/t gets closest here. The same 1/t, only falling *early*, obeys both of Robbins and Monro's conditions, and after 5,000 steps it
# is still at 4 of 10: "in the end" may be far off. And 1/t² has as good as stopped: all its steps together are too short.
#
# One more condition. If *one answer fits all examples*, they do not pull different ways at the minimum, and the noise dies out by itself:

# %% name="one-answer"
theta, draw = np.full(500, 10.0), np.random.default_rng(1)
for _ in range(5000):
    slopes = draw.choice([0.5, 1.0, 1.5], 500)  # parabolas of different width, all with the minimum at 0
    theta = gradient_descent_step(theta, slopes * theta, 0.1)
print("constant rate, one answer for all, after 5,000 steps: closer than 1e-9:", np.abs(theta).max() < 1e-9)

# %% [markdown]
# Large networks, which can fit all of their training examples, come close to this. More on schedules in lesson 11.
#
# ## Common mistakes
#
# - **Uphill.** Plus for minus: the loss grows, fast.
# - **The short batch thrown away.** 1,197 examples in batches of 50 are 24 updates; `1197 // 50` is 23.
# - **`array_split(order, batch_size)`** makes that many pieces, not pieces of that size.
# - **data[i:i+b] for data[order[i:i+b]].** Then nothing is shuffled.
# - **One gradient for the whole epoch.** Each update takes the gradient at the *latest* params.
# - **Dividing by the batch size twice.** Once in the loss, once in the step.
# - **One learning rate for all batch sizes.** In the race they were twenty times apart.
# - **Clipping each entry.** `np.clip` can turn the gradient into another direction. Shorten it as a whole.
#
# ## Quiz
#
# 1. 1,000 examples, batches of 50. Updates an epoch of stochastic, mini-batch and batch descent?
#    - **a** 1,000, 20 and 1
#    - **b** 1, 20 and 1,000
#    - **c** 50, 20 and 1
# 2. Batches four times as large. What becomes of the noise in the gradient?
#    - **a** A quarter
#    - **b** Half
#    - **c** It stays.
# 3. Stochastic descent with a constant rate, on a convex loss, where no one answer fits all examples. Where does it end?
#    - **a** In the minimum.
#    - **b** It hovers about the minimum.
#    - **c** Anywhere.
# 4. With which of these rates did stochastic descent arrive at the minimum, on the mean of a hundred numbers?
#    - **a** 1/t²
#    - **b** 1/t and 1/√t
#    - **c** 1/t only
# 5. Why are the examples shuffled?
#    - **a** So that each is seen as often.
#    - **b** So that a batch is a fair sample.
#    - **c** To save memory.
# 6. A gradient of norm 50 is clipped to norm 1. What stays as it was?
#    - **a** Its direction.
#    - **b** The length of the step.
#    - **c** Entries below 1.
#
# Put letters in quotes, such as "a", in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "a"
q2 = "b"
q3 = "b"
q4 = "b"
q5 = "b"
q6 = "a"
### END SOLUTION

# %% name="quiz-result"
quiz("06_gradient_descent", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5, q6=q6)

# %% [markdown]
# ## What to take away
#
# <!-- slide -->
# - On a quadratic, descent needs a rate below 2/curvature in the steepest direction; the gentlest is then slow, by the condition number.
# - The gradient of a batch is right on average. With b independent examples its error is as 1/√b.
# - In our race, large batches win by updates, small ones by examples, and those in between by the clock.
# - A larger batch wants a larger rate, until the curvature sets the limit.
# - Convex: one lowest value. Networks: it may depend on the start.
# - A constant rate hovers, unless one answer fits all; a rate that falls must not fall too fast.
# <!-- /slide -->
#
# ## In practice
#
# Batches of 32 to 256 are usual for small and medium networks. What people call SGD is nearly always the mini-batch form. Choose the batch by the clock and the memory, then tune the rate for it.

# %% [markdown]
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `gradient_descent_step` | `torch.optim.SGD(params, lr=0.1)`, `optimizer.step()` | changes the params in place |
# | `minibatches(order, 32)` | `torch.utils.data.DataLoader(dataset, batch_size=32, shuffle=True)` | does *not* shuffle unless told; `drop_last=True` throws the short batch away |
# | `training.fit(net, loss, optimizer, data, epochs=5, batch_size=32, max_norm=c)` | a loop over the loader, written by you | `max_norm`, if given, clips each gradient |
# | `clip_by_norm(grad, c)` | `torch.nn.utils.clip_grad_norm_(params, c)` | in place, one norm over all parameters; adds 1e-6 to it |
#
# <details><summary>The same steps in both</summary>
#
# ```python
# import numpy as np
# import torch
#
# from dlcourse import optimizers
#
# ours, target = np.array([-4.0, 1.0]), torch.tensor([1.0, 2.0], dtype=torch.float64)
# theirs = torch.tensor([-4.0, 1.0], dtype=torch.float64, requires_grad=True)
# sgd = torch.optim.SGD([theirs], lr=0.1)
# for _ in range(30):
#     ours = optimizers.gradient_descent_step(ours, optimizers.clip_by_norm(ours - target.numpy(), 2.0), 0.1)
#     sgd.zero_grad()
#     (0.5 * (theirs - target) ** 2).sum().backward()
#     torch.nn.utils.clip_grad_norm_([theirs], 2.0)
#     sgd.step()
# np.testing.assert_allclose(ours, theirs.detach().numpy(), atol=1e-6)
# ```
#
# </details>

# %% [markdown]
# ## Go further
#
# 1. An evil genie has put each digit into your training data twice. What does that change for batch, mini-batch and stochastic descent: per update, per epoch, by the clock?
# 2. Look for the place where a network's curvature limits the rate. Train 64-32-10 on all digits at once with a rate of 0.8, and every ten steps estimate the largest eigenvalue of the Hessian, by power
#    iteration: repeat v ← (∇L(θ + εv) − ∇L(θ))/ε, made of length 1. How does it compare with 2/0.8?

# %% [markdown] discussion="go-further"
# 1. Batch descent makes the very same steps, as the mean of all gradients is the same; each costs twice the time. Stochastic descent, too, goes on as if nothing had happened, since what it draws has the same
#    distribution; but its epoch now has twice the updates, so *per epoch* it seems to have become better. Mini-batches lie between: a batch may now hold a digit twice. An epoch is no fair unit, then, where data are redundant;
#    and real data are.
# 2. We saw, for three networks, 2.9 to 3.5 at birth, which is beyond 2/0.8 = 2.5; about 2.5 after twenty steps, 2 after fifty, and 1.7 to 1.8 after a hundred. It trains all the same, because the loss is no
#    quadratic: the curvature is another one after each step. With a rate of 1.6 it fell to below 1.2 within fifty steps, and 2/1.6 is 1.25. On standardised pixels the same networks begin at 1.1 to 1.2.

# %% [markdown]
# ## References
#
# - L. Bottou, F. Curtis, J. Nocedal (2018), *Optimization methods for large-scale machine learning*, SIAM Review 60. Much of this lesson, with
#   proofs.
# - A. Cauchy (1847), *Méthode générale pour la résolution des systèmes d'équations simultanées*, Comptes rendus 25. Three pages; it begins here.
# - P. Goyal et al. (2017), *Accurate, large minibatch SGD: training ImageNet in 1 hour*. The batch and the rate, and what it takes beyond the rule.
# - N. Keskar et al. (2017), *On large-batch training for deep learning*, ICLR. What large batches may cost on new data.
# - R. Pascanu, T. Mikolov, Y. Bengio (2013), *On the difficulty of training recurrent neural networks*, ICML. Cliffs, and clipping as Algorithm 1.
# - H. Robbins, S. Monro (1951), *A stochastic approximation method*, Annals of Mathematical Statistics 22. The two sums.
# - D. Wilson, T. Martinez (2003), *The general inefficiency of batch training for gradient descent learning*, Neural Networks 16. The race, on
#   twenty-seven data sets.
