# %% [markdown]
# # 06 · Gradient descent: all examples, one, or a handful
#
# **You will make** the loop that trains every network: step, batches, epochs. Then you race its three forms on
# digits, and find that the winner depends on what you count: updates, examples or seconds. At the end you see where
# each of them stops, and on what conditions.
#
# **You will be able to**
#
# - write gradient descent, and say what a batch is for,
# - choose a batch size knowing what it costs and what it buys,
# - say how noisy a gradient is, by the size of its batch,
# - tell what is guaranteed on a convex loss, and what is not on any other.
#
# | | |
# |---|---|
# | Time | 75 minutes, four exercises |
# | You need | lesson 01 (loss, gradient, epoch), lesson 02 for where gradients come from |
# | Covers | sections D0 to D3 of the source document, correction X10 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import time

import numpy as np

from dlcourse import datasets, initializers, losses, network, optimizers, plots, search
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. Downhill
#
# The gradient points to where the loss grows fastest. So go the other way: **gradient descent** (Cauchy 1847).
# With parameters θ and learning rate η,
#
# $$\theta \leftarrow \theta - \eta \, \frac{\partial L}{\partial \theta}$$
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
# **The check also asks:** Plain numbers (`1.5`, `3`), integers, float32. Your arguments, here and below, are left as they were.
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
# Try it on a valley, steep across and gentle along: $L = \tfrac12 (u^2 + 20 v^2)$.
#
# **Before you run it:** of three rates, 0.02, 0.09 and 0.105, which will fail?

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
compare_guess(fails_guess, failed[0], "The rate that fails")

# %% name="valley-figure"
fig, axes = plots.figure(3, width=9.6, height=2.6, sharey=True)
for ax, (rate, points) in zip(axes, walks.items(), strict=True):
    plots.contours(ax, lambda u, v: ravine.value(np.stack([u, v], axis=-1)), *ravine.window)
    inside = points[np.abs(points[:, 1]) < 3 * ravine.window[1][1]]
    plots.path(ax, inside[:25], color=plots.COLORS[0])
    ax.set(xlim=ravine.window[0], ylim=ravine.window[1], xlabel="u", title=f"rate {rate}")
axes[0].set_ylabel("v")
plots.show(
    fig,
    "Three walks in a long narrow valley, drawn over lines of equal height. At rate 0.02 the walk goes straight down to "
    "the valley floor and creeps along it. At 0.09 it zig-zags across the valley while it gets along. At 0.105 it jumps "
    "from side to side, higher each time, and leaves the picture.",
)

# %% [markdown]
# Each walk begins at the ring; the star is where it is after 24 steps. The minimum is in the middle, at (0, 0). The steep
# direction sets the limit (2/20 = 0.1: lesson 11), the gentle one has to live with it. Lessons 07 and 08 are about ways out.
#
# ## 2. Which examples?
#
# The loss of a network is a mean over all training examples, and so is its gradient. Three choices:
#
# - **Batch gradient descent**: all of them, for every single step.
# - **Stochastic gradient descent** (SGD): one, drawn at random. Its gradient is right *on average*.
# - **Mini-batch**: a handful, 50 in the document. In between.
#
# Either way the examples are shuffled before every epoch, and then taken from the front.
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
# ## 3. The noise of a small batch
#
# The gradient of a batch is a mean over b examples drawn at random. So it is right on average, and its error falls as
# the error of any mean: with the root of b.
#
# $$\text{error} \propto \frac{1}{\sqrt b}$$
#
# Take a fresh network for digits and measure: the distance between the gradient of a batch and that of all examples,
# compared with the length of the latter, for 200 random batches of each size.
#
# **Before you run it:** for a batch of *one*, how many times as long as the true gradient is its error?

# %% guess="noise-of-one"
### BEGIN SOLUTION
noise_of_one_guess = 1.0  # times
### END SOLUTION

# %% name="noise"
digits = datasets.digits()
images, labels = digits.train
net = network.mlp([64, 32, 10], rng=np.random.default_rng(6))


def gradient_of(net, chosen):
    """The gradient of the mean loss over the chosen training examples."""
    _, upstream = losses.softmax_cross_entropy(net.forward(images[chosen]), labels[chosen])
    net.backward(upstream)
    return net.grad.copy()


whole = gradient_of(net, np.arange(len(labels)))
rng, sizes = np.random.default_rng(6), np.array([1, 4, 16, 64, 256])
noise = []
for size in sizes:
    off = [np.linalg.norm(gradient_of(net, rng.integers(0, len(labels), size)) - whole) for _ in range(200)]
    noise.append(np.sqrt(np.mean(np.square(off))) / np.linalg.norm(whole))
    print(
        f"batches of {size:3}: error {noise[-1]:.2f} times the gradient, times √b: {noise[-1] * np.sqrt(size):.1f}"
    )
compare_guess(noise_of_one_guess, noise[0], "Error of a batch of one over the gradient")

# %% name="noise-figure"
fig, ax = plots.figure(width=6.0, height=3.2)
ax.plot(sizes, noise, marker="o", linestyle="", color=plots.COLORS[0])
ax.plot(sizes, noise[0] / np.sqrt(sizes), color="black", linestyle="--", linewidth=1)
ax.annotate("1/√b through the first", (20, noise[0] / np.sqrt(20)), xytext=(8, 6), textcoords="offset points")
ax.set(
    xscale="log",
    yscale="log",
    xlabel="examples in the batch, b",
    ylabel="error / length of the gradient",
    title="Half the noise costs four times the examples",
)
ax.minorticks_off()
ax.set(xticks=sizes, xticklabels=sizes, yticks=(0.3, 1, 3, 5), yticklabels=(0.3, 1, 3, 5))
plots.show(
    fig,
    "The error of a batch's gradient against the size of the batch, both on log scales: five points from 5 at one "
    "example to 0.3 at 256, on a straight dashed line of slope minus one half.",
)

# %% [markdown]
# The gradient of a single example is mostly error: five times as long as what it estimates. And still SGD works, as the
# errors of many steps cancel, while what is common adds up. The last column shows the root: error times √b is the same number for
# all sizes. To halve the noise you need four times as many examples. That is why large batches pay less and less.
#
# ## 4. The race
#
# Batch, mini-batch (50) and stochastic descent on 600 digits, 64-32-10. For each the learning rate is chosen from a list of its own, by the
# training loss at the end, on a seed used for nothing else; then five other seeds run. First weights are the same for the three.
# Every run sees its fill: 100 epochs of batch descent, 12 of mini-batches, 4 of single examples.
#
# **Before you run it:** how many *examples* must each look at to bring the training loss below 0.3? Guess for batch descent, if mini-batches
# need about 2,000.

# %% guess="examples-needed"
### BEGIN SOLUTION
examples_needed_guess = 10_000  # examples
### END SOLUTION

# %% name="race"
few = np.arange(600)
METHODS = {  # name: (batch size, epochs, learning rates to choose from)
    "batch": (600, 100, (0.5, 1.0, 2.0)),
    "mini-batch, 50": (50, 12, (0.6, 1.2, 2.4)),
    "stochastic": (1, 4, (0.05, 0.1, 0.2)),
}


def run(batch_size, epochs, rate, seed, looks=40):
    """Updates made and training loss at some moments; and the seconds that the updates took."""
    net, order = (
        network.mlp([64, 32, 10], rng=np.random.default_rng(seed)),
        np.random.default_rng(1000 + seed),
    )
    total = epochs * updates_per_epoch(len(few), batch_size)
    moments = set(np.unique(np.geomspace(1, total, looks).astype(int)))
    update, seconds, seen = 0, 0.0, [(0, losses.cross_entropy(net.forward(images[few]), labels[few]))]
    for _ in range(epochs):
        for batch in minibatches(order.permutation(few), batch_size):
            begun = time.perf_counter()
            net.theta -= rate * gradient_of(net, batch)
            seconds += time.perf_counter() - begun
            update += 1
            if update in moments:
                seen.append((update, losses.cross_entropy(net.forward(images[few]), labels[few])))
    return np.array(seen).T, seconds / total


runs = {}
for name, (batch_size, epochs, rates) in METHODS.items():
    rate = min(rates, key=lambda rate: run(batch_size, epochs, rate, 100)[0][1, -1])
    runs[name] = [run(batch_size, epochs, rate, seed) for seed in range(5)]
    updates = np.array([seen[0][np.argmax(seen[1] < 0.3)] for seen, _ in runs[name]])
    ends = [seen[1, -1] for seen, _ in runs[name]]
    print(f"{name:>15}, rate {rate:4}: loss 0.3 after {updates.min():3.0f} to {updates.max():3.0f}", end=" ")
    print(f"updates, mean {updates.mean():3.0f}, or {updates.mean() * batch_size:5.0f} examples;", end="  ")
    print(f"at the end {min(ends):.2f} to {max(ends):.2f}")
    if name == "batch":
        examples = updates.mean() * batch_size
compare_guess(examples_needed_guess, examples, "Examples that batch descent needs")

# %% name="seconds" tags=["nbval-ignore-output"]
for name, (batch_size, *_) in METHODS.items():
    each = np.median([seconds for _, seconds in runs[name]])
    print(f"{name:>15}: {1e6 * each:6.0f} µs an update, {1e6 * each / batch_size:6.2f} µs an example")

# %% name="memory"
for name, (batch_size, *_) in METHODS.items():
    h, kept = images[:batch_size], 0
    for layer in net.layers:
        h = layer.forward(h)
        kept += h.nbytes
    print(f"{name:>15}: {kept / 1000:6.1f} kB of outputs, kept for the way back")

# %% name="race-figure" tags=["nbval-ignore-output"]
fig, axes = plots.figure(3, width=9.8, height=3.2, sharey=True)
for (name, (batch_size, *_)), color, style in zip(METHODS.items(), plots.COLORS, plots.STYLES):
    updates = runs[name][0][0][0]
    loss = np.array([seen[1] for seen, _ in runs[name]])
    each = np.median([seconds for _, seconds in runs[name]])
    for ax, x in zip(axes, (updates, updates * batch_size, updates * each), strict=True):
        ax.plot(x[1:], loss.mean(axis=0)[1:], color=color, linestyle=style, label=name)
        ax.fill_between(
            x[1:], loss.min(axis=0)[1:], loss.max(axis=0)[1:], color=color, alpha=0.2, linewidth=0
        )
for ax, what in zip(axes, ("updates", "examples seen", "seconds"), strict=True):
    ax.set(xscale="log", yscale="log", xlabel=what)
axes[0].set(ylabel="training loss (nats)", title="Few updates for large batches …")
axes[1].set_title("… many examples …")
axes[2].set_title("… and the clock")
axes[1].legend(loc="lower left")
plots.show(
    fig,
    "The same fifteen runs three times, the training loss on a log scale against updates, examples seen and seconds. By "
    "updates, batch descent is about level with mini-batches and both far ahead of stochastic descent. By examples the "
    "order is turned around: stochastic first, mini-batch close, batch far behind. By the clock mini-batch is first.",
)

# %% [markdown]
# **By updates**, batch descent and mini-batches need about as many, 27 and 36, and stochastic descent about 624 (read at forty moments of
# each run, so to within a fifth). A good direction is worth a long step: the tuned rates are ten times larger than that of single
# examples.
#
# **By examples** it is the other way round: 624 for stochastic descent, which has learnt a lot after one pass over 600; 1,800 for
# mini-batches, three passes; 16,200 for batch descent, twenty-seven. The data are redundant: a second 5 teaches little that the
# first has not. Batch descent looks at all of them before it moves at all.
#
# **By the clock** the mini-batch is first on the machine where this was written. (Look at the table of *your* run.) An update with
# one example takes half as long as one with fifty, or longer still, for the processor multiplies whole matrices almost as fast as
# vectors. That is the document's argument for mini-batches, and it holds.
#
# **By memory**, too, batch descent is the dearest, as the document says: for the way back each layer keeps what it said of every example
# in the batch. With 600 examples that is twelve times as much as with 50. With millions of them it does not fit.
#
# ## 5. Where it ends
#
# On a **convex** loss, a bowl, there is one minimum value, and descent with a small enough rate gets there from wherever it starts. A
# network with hidden layers is not a bowl. See both on the four clouds of XOR (lesson 03): a network without a hidden layer, which is
# convex, and one with two hidden tanh units, which is just enough. Twenty starts each.
#
# **Before you run it:** how many of the twenty networks with two hidden units will *not* find the solution?

# %% guess="stuck"
### BEGIN SOLUTION
stuck_guess = 0  # of 20
### END SOLUTION

# %% name="ends"
points, classes = datasets.xor(200, np.random.default_rng(0))
CASES = {
    "no hidden layer, batch": ([2, 2], 200, 1.0, 500),
    "2 hidden units, batch": ([2, 2, 2], 200, 1.0, 1500),
    "2 hidden units, mini-batch": ([2, 2, 2], 10, 0.3, 75),
    "3 hidden units, batch": ([2, 3, 2], 200, 1.0, 1500),
}
ends, wide = {}, initializers.normal(1.0)
for name, (sizes, batch_size, rate, epochs) in CASES.items():
    nets = [network.mlp(sizes, initializer=wide, rng=np.random.default_rng(seed)) for seed in range(20)]
    search.fit_together(
        nets,
        optimizers.SGD(rate),
        (points, classes),
        epochs=epochs,
        rng=np.random.default_rng(1),
        batch_size=batch_size,
    )
    ends[name] = np.array([losses.cross_entropy(net.forward(points), classes) for net in nets])
    print(f"{name:>27}: loss {ends[name].min():.2f} to {ends[name].max():.2f},", end=" ")
    print(f"above 0.1 in {np.sum(ends[name] > 0.1):2} of 20")
    if name == "2 hidden units, batch":
        stuck = nets[int(np.argmax(ends[name]))]
        loss, upstream = losses.softmax_cross_entropy(stuck.forward(points), classes)
        stuck.backward(upstream)
        answers = losses.softmax(stuck.forward(points))[:, 1]
        undecided = np.mean(np.abs(answers - 0.5) < 0.1)
        print(f"{'a stuck one':>27}: {undecided:.0%} of its answers within 0.1 of one half,", end=" ")
        print("gradient shorter than 0.001:", np.linalg.norm(stuck.grad) < 0.001)
compare_guess(stuck_guess, np.sum(ends["2 hidden units, batch"] > 0.1), "Of 20, not at the solution")

# %% name="ends-figure"
fig, ax = plots.figure(width=7.0, height=2.6)
for row, loss in enumerate(ends.values()):
    heights = row + np.linspace(-0.25, 0.25, 20)
    ax.plot(
        np.sort(loss), heights, linestyle="", marker=plots.MARKERS[row], markersize=4, color=plots.COLORS[row]
    )
ax.set(
    yticks=range(4), yticklabels=ends, xlabel="loss at the end (nats), one mark a start", xlim=(-0.03, 0.75)
)
ax.set_title("One bowl, one end; hidden units, several")
ax.invert_yaxis()
plots.show(
    fig,
    "The loss at the end for twenty starts of four networks. Without a hidden layer all lie at 0.69. With two hidden "
    "units most lie at 0 and some at 0.35, for batch descent and for mini-batches. With three all lie at 0.",
)

# %% [markdown]
# Without a hidden layer all twenty starts end at one and the same loss, 0.69. It is a bowl, and this is its floor (a poor one: lesson
# 03). With two hidden units 7 of 20 are stuck at 0.35, half of ln 2: two
# of the four clouds are told apart, and about the other two the network says one half. The gradient there is as good as zero. Whether it is
# the bottom of a hollow or a plateau without end, descent does not leave it. Mini-batches, at the settings tried here, are stuck as often.
# What helps is a third hidden unit: none of twenty is stuck. Wide networks have more ways down (which is one reason why lesson 03 used eight).
#
# ### With a decreasing rate
#
# > **Correction X10.** The document says that SGD ends where batch descent does, if the rate is decreased. Under conditions. The rates have to
# > fall *as Robbins and Monro (1951) ask*: $\sum \eta_t = \infty$, so that every distance can be covered, and $\sum \eta_t^2 < \infty$, so that the
# > noise dies. And "where" is one place on a convex loss only; else it may be another minimum, as you just saw.
#
# Here is the simplest convex loss there is: the mean of $\tfrac12(\theta - x_i)^2$ over 100 numbers. Batch descent ends in their mean. Stochastic
# descent starts at a distance of 10, with three rates that all begin at 0.1: constant, falling as 1/t, and falling as 1/t².
#
# **Before you run it:** which of the three will be closest after 5,000 steps?

# %% guess="closest"
### BEGIN SOLUTION
closest_guess = "constant"  # constant, 1/t or 1/t²
### END SOLUTION

# %% name="robbins-monro"
numbers = np.random.default_rng(0).normal(size=100)
target = numbers.mean()
RATES = {"constant": lambda t: 0.1, "1/t": lambda t: 1 / (t + 10), "1/t²": lambda t: 10 / (t + 10) ** 2}
distances = {}
for name, rate in RATES.items():
    draw, theta = np.random.default_rng(1), np.full(500, target + 10.0)  # 500 walkers
    distance = [10.0]
    for t in range(5000):
        theta = gradient_descent_step(theta, theta - draw.choice(numbers, 500), rate(t))
        distance.append(np.sqrt(np.mean((theta - target) ** 2)))
    distances[name] = np.array(distance)
    print(f"{name:>8}: after 100 steps {distance[100]:6.3f}, after 5,000 {distance[-1]:6.3f}")
compare_guess(
    closest_guess, min(distances, key=lambda name: distances[name][-1]), "Closest after 5,000 steps"
)

# %% name="robbins-monro-figure"
fig, ax = plots.figure(width=6.8, height=3.2)
ax.set(xscale="log", yscale="log")
plots.curves(ax, np.arange(1, 5002), distances)
ax.set(xlabel="step", ylabel="distance from the mean, rms", title="Fall, but not too fast")
plots.show(
    fig,
    "Distance from the minimum against the step, both on log scales, for 500 walkers. The constant rate falls first and "
    "stays at about 0.2. The rate 1/t falls more slowly and goes on falling, to below 0.03. The rate 1/t squared stops at "
    "about 3.5.",
)

# %% [markdown]
# The constant rate is near after a hundred steps, and no nearer after 5,000, at about 0.23: it hovers. The rate 1/t² stops at 3.4, a third of the way from
# where it began: all its steps together are too short. The rate 1/t is slower at first, and it alone goes on arriving: 0.023 after 5,000
# steps, ten times closer than the constant one. More on schedules in lesson 11.
#
#
# ## Common mistakes
#
# - **Uphill.** Plus for minus: the loss grows, fast.
# - **The short batch thrown away.** 1,197 examples in batches of 50 are 24 updates; `1197 // 50` is 23.
# - **`array_split(order, batch_size)`** makes that many pieces, not pieces of that size.
# - **data[i:i+b] for data[order[i:i+b]].** Then nothing is shuffled.
# - **One gradient for the whole epoch.** Each update takes the gradient at the *latest* params.
# - **Dividing by the batch size twice.** Once in the loss, once in the step.
# - **One learning rate for all batch sizes.** In the race they were ten times apart.
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
# 3. Stochastic descent with a constant rate, on a convex loss. Where does it end?
#    - **a** In the minimum.
#    - **b** It hovers about the minimum.
#    - **c** Anywhere.
# 4. Which rates make it arrive, by Robbins and Monro?
#    - **a** 1/t²
#    - **b** 1/t
#    - **c** any constant below 0.01
# 5. Why are the examples shuffled before each epoch?
#    - **a** So that each is seen as often.
#    - **b** So that a batch is a fair sample.
#    - **c** To save memory.
#
# Put letters in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "a"
q2 = "b"
q3 = "b"
q4 = "b"
q5 = "b"
### END SOLUTION

# %% name="quiz-result"
quiz("06_gradient_descent", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5)

# %% [markdown]
# ## What to take away
#
# - A step against the gradient; the steep directions limit the rate.
# - The gradient of a batch is right on average, with an error of 1/√b. The first few examples buy the most.
# - Count updates and batch descent wins, count examples and single ones do, count seconds and it is mini-batches.
# - Convex: one end. Networks: it depends on the start; wider ones get stuck less.
# - A constant rate hovers, 1/t arrives, 1/t² stops short.
#
# ## In practice
#
# | here | PyTorch |
# |---|---|
# | `gradient_descent_step` | `torch.optim.SGD(model.parameters(), lr=0.1)`, `optimizer.step()` |
# | `minibatches(order, 32)` | `torch.utils.data.DataLoader(dataset, batch_size=32, shuffle=True)` |
# | `training.fit(…, batch_size=32)` | the loop over the loader |
#
# Batches of 32 to 256 for small and medium networks, as large as memory allows for huge ones, with the rate raised along. What people
# call SGD is nearly always the mini-batch form.
#
# ## References
#
# - L. Bottou, F. Curtis, J. Nocedal (2018), *Optimization methods for large-scale machine learning*, SIAM Review 60. All of this lesson with
#   its proofs.
# - A. Cauchy (1847), *Méthode générale pour la résolution des systèmes d'équations simultanées*, Comptes rendus 25. Three pages; it begins here.
# - N. Keskar et al. (2017), *On large-batch training for deep learning*, ICLR. What large batches may cost on new data.
# - H. Robbins, S. Monro (1951), *A stochastic approximation method*, Annals of Mathematical Statistics 22. The two sums.
# - D. Wilson, T. Martinez (2003), *The general inefficiency of batch training for gradient descent learning*, Neural Networks 16. The race, on
#   twenty-seven data sets.
