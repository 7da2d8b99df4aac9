# %% [markdown]
# # 04 · Rectifiers: a bend made of two straight lines, and units that die of it
#
# **You will make** ReLU, leaky ReLU, ELU and maxout, the backward passes of the first three, and a counter of
# dead units. With it you watch a layer die when its learning rate doubles, find out what killed it, and see
# with which relatives of ReLU the dead can be woken. A famous "six times faster" is put to the test.
#
# **You will be able to**
#
# - write each rectifier and its gradient so that no input breaks it,
# - say how a ReLU dies, why it stays dead, and how to find it,
# - say what to do about it, in which order,
# - judge a claim like "six times faster" by asking: at what, against what, tuned how?
#
# | | |
# |---|---|
# | Time | 85 minutes, eight exercises, most of them one line |
# | You need | lesson 02 for backward passes, lesson 03 for saturation and for inputs of one sign |
# | Covers | sections B3, B4, B5 and B6 of the source document, correction X13 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes on with
# the reference version. Of the longer cells that stand ready, what they print and draw matters; their lines
# you may skip.

# %% role="setup"
import numpy as np

from dlcourse import (
    activations,
    datasets,
    diagrams,
    experiments,
    layers,
    metrics,
    network,
    optimizers,
    plots,
    search,
)
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. ReLU: keep it or cut it
#
# Lesson 03 ended with an activation function, or *non-linearity*, that flattens out on both sides.
# <!-- slide: ReLU: keep it or cut it -->
# The **rectified linear unit** (ReLU; Nair & Hinton 2010) is flat on one side only. What is positive stays as
# it is, the rest becomes 0:
#
# $$h(x) = \max(0, x)$$
#
# Here x is the unit's sum, its *pre-activation*. ReLU has no exponential, and two slopes:
#
# $$h'(x) = \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}$$
# <!-- /slide -->
#
# At 0 itself there is a corner and no derivative. Every number from 0 to 1 is the slope of a line that
# touches the corner from below, a *subgradient*; here, as in PyTorch, it is 0. On the way back the slope
# multiplies the gradient that arrives, `upstream`. Here is a unit on four examples:

# %% name="five-lines"
x = np.array([-2.0, -0.5, 0.0, 3.0])
upstream = np.array([10.0, 20.0, 30.0, 40.0])
h = np.where(x > 0, x, 0.0)
slope = np.where(x > 0, 1.0, 0.0)
print("h(x)", h, "  gradient of x", upstream * slope)

# %% [markdown]
# ### Exercise 1 · `relu(x)`
#
# - `x`: an array of any shape, or a number; floats or integers.
# - returns: max(0, x) of every entry, same shape; nan where x is nan, for a fault that is hidden is a fault
#   that stays.
#
# ```python
# >>> relu(np.array([-2.0, 0.0, 3.0]))
# array([0., 0., 3.])
# ```
#
# **The check also asks:** Integers, float32 and plain numbers; 0 at −∞ and ∞ at ∞; nan stays nan. Your arguments, here and below, are left as they were, and no warning may appear.
#
# *Difficulty: easy · 2 minutes*
#
# <details><summary>Hint</summary>
#
# NumPy has two maxima. `np.max` gives the largest entry of one array; `np.maximum` compares two things entry
# by entry. Only one of them is right here.
#
# </details>


# %% exercise="relu"
def relu(x):
    """max(0, x) for an array or number x."""
    ### BEGIN SOLUTION
    return np.maximum(x, 0)
    ### END SOLUTION


# %% check="relu"
relu = check(relu)

# %% [markdown]
# ### Exercise 2 · `relu_backward(x, upstream)`
#
# - `x`: what went *into* the unit. `upstream`: the gradient of its output, same shape.
# - returns: the gradient of x, same shape: upstream × slope. The slope at 0 is 0. Leave `upstream` as it is.
#
# ```python
# >>> relu_backward(np.array([-2.0, 0.0, 3.0]), np.array([10.0, 10.0, 10.0]))
# array([ 0.,  0., 10.])
# ```
#
# **The check also asks:** Plain numbers, integers, also x in integers with an upstream in floats, where floats are due.
#
# *Difficulty: easy · 2 minutes*
#
# <details><summary>Hint</summary>
#
# `x > 0` is an array of truth values, and in a product True counts as 1 and False as 0.
#
# </details>


# %% exercise="relu_backward"
def relu_backward(x, upstream):
    """The gradient of x, given x and the gradient of relu(x)."""
    ### BEGIN SOLUTION
    return upstream * (x > 0)
    ### END SOLUTION


# %% check="relu_backward"
relu_backward = check(relu_backward)

# %% [markdown]
# A slope of 1 takes nothing from a gradient. In lesson 03 ten layers of sigmoids took nearly six powers of ten
# from it. In ten layers of ReLUs about half of the units are off; lesson 05 shows that larger first weights,
# **He's**, make up for that.
#
# ## 2. Dead units
#
# Now the price. Here is a unit with one input as a graph (lesson 02); from here on x is the input, and the sum
# is x·w + b. Values go forward, gradients come back: above, the unit is awake; below, it has another weight.

# %% name="dead-figure" slide="figure: A unit, awake and silent"
fig, both = diagrams.canvas(1, 2, width=7.6, height=4.6)
for ax, w, title in zip(both, (1.0, -1.0), ("awake: the sum is positive", "silent: the sum is negative")):
    x, b, upstream = 0.5, 0.1, -2.0
    z = w * x + b
    dz = relu_backward(z, upstream)
    nodes = {
        "x": diagrams.Node("x", (), x, dz * w + 0.0),
        "w": diagrams.Node("w", (), w, dz * x + 0.0),
        "product": diagrams.Node("×", ("x", "w"), w * x, dz + 0.0),
        "b": diagrams.Node("b", (), b, dz + 0.0),
        "sum": diagrams.Node("+", ("product", "b"), z, dz + 0.0),
        "relu": diagrams.Node("ReLU", ("sum",), relu(z), upstream),
    }
    diagrams.graph(ax, nodes)
    ax.set_title(title)
plots.show(
    fig,
    "Two graphs of one unit: x times w, plus b, then ReLU; a gradient of −2 arrives from the right. Above, w is 1, the sum is "
    "0.6, ReLU says 0.6, and −2 goes back to the bias, −1 to the weight. Below, w is −1, the sum is −0.4, ReLU says 0, and "
    "the gradient of everything before it is 0.",
)

# %% [markdown]
# <!-- slide: Dead units -->
# On this example the silent unit learns nothing. That is no harm: on others its sum may be positive. But
# suppose that it is negative on *every* training example. Then each gradient that arrives is multiplied by 0,
# and no gradient reaches its bias or its weights. The unit is **dead**.
# <!-- /slide -->
# In the first hidden layer, under plain gradient descent, it stays as it is for as long as you train on these
# examples. (In a deeper layer its *inputs* may still change; and momentum, lesson 07, and weight penalties,
# lesson 09, move weights without a gradient.)
#
# <!-- slide + -->
# You cannot see death in one example: of the outputs of a healthy layer, too, many are 0.
# <!-- /slide -->
#
# ### Exercise 3 · `dead_fraction(activations)`
#
# - `activations`: array (n, m), what m units said on n examples; a unit is a column.
# - returns: a number from 0 to 1, the share of units that are ≤ 0 on every example.
#
# ```python
# >>> dead_fraction(np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 2.0]]))  # the first of three
# 0.3333333333333333
# ```
#
# **The check also asks:** An output below 0 is as silent as 0; one example, one unit, integers.
#
# *Difficulty: medium · 4 minutes*
#
# <details><summary>Hint</summary>
#
# Two steps: `np.all(…, axis=0)` gives one truth value for each column, and the mean of truth values is a
# share.
#
# </details>


# %% exercise="dead_fraction"
def dead_fraction(activations):
    """The share of units, columns of (n, m), that are ≤ 0 on every row."""
    ### BEGIN SOLUTION
    return np.mean(np.all(activations <= 0, axis=0))
    ### END SOLUTION


# %% check="dead_fraction"
dead_fraction = check(dead_fraction)

# %% [markdown]
# ### How to kill a ReLU
#
# <!-- slide: How to kill a ReLU -->
# Try steps that are too large. Ten networks, 64 pixels – 32 ReLUs – 10 digits, train for five epochs at each of
# five learning rates, and you count.
# <!-- /slide -->
# Each has first weights and an order of the batches from seeds of its own, the same at each rate.
# (`search.fit_together` trains all ten at once.)
#
# <!-- slide + -->
# **Before you run it:** at a rate of 0.8 a few units die, and the networks learn well. What share of the
# units is dead after five epochs at 1.6?
# <!-- /slide -->

# %% guess="dead-share"
### BEGIN SOLUTION
dead_share_guess = 0.3  # share of units, 0 to 1
### END SOLUTION

# %% name="killing"
digits = datasets.digits()
images, labels = digits.train
RATES = (0.2, 0.4, 0.8, 1.6, 3.2)


def ten_networks(bend="relu", **settings):
    """64 – 32 – 10, with He's first weights whatever the bend."""
    return [
        network.Network(
            [
                layers.Dense(64, 32, "he_uniform"),
                layers.Activation(bend, **settings),
                layers.Dense(32, 10, "he_uniform"),
            ],
            np.random.default_rng([4, seed]),
        )
        for seed in range(10)
    ]


def train(nets, rate, view, epochs, order=0):
    """Train them on the images as `view` shows them."""
    rngs = [np.random.default_rng([order, seed]) for seed in range(10)]
    search.fit_together(nets, optimizers.SGD(rate), (view(images), labels), epochs=epochs, rng=rngs)


# %% name="killing-table" slide="output: How to kill a ReLU"
def dead_and_right(nets, view):
    """Of each network: the share of dead units on the training digits, and of test digits that are right."""
    hidden = [net.layers[1].forward(net.layers[0].forward(view(images))) for net in nets]
    right = [metrics.accuracy(net.forward(view(digits.test[0])), digits.test[1]) for net in nets]
    return np.array([dead_fraction(h) for h in hidden]), np.array(right)


def killed(view, rates=RATES):
    """Train at each rate, and print what became of the units."""
    found, trained = {}, {}
    for rate in rates:
        trained[rate] = ten_networks()
        train(trained[rate], rate, view, epochs=5)
        found[rate] = dead, right = dead_and_right(trained[rate], view)
        spans = [f"{part.mean():4.0%} ({part.min():.0%} to {part.max():.0%})" for part in (dead, right)]
        print(f"rate {rate}: dead {spans[0]:<19}  test digits right {spans[1]}")
    return found, trained


def raw(x):
    return x


born = dead_and_right(ten_networks(), raw)[0]
print(f"before training: dead {born.mean():.0%} ({born.min():.0%} to {born.max():.0%})")
on_raw, trained = killed(raw)
compare_guess(dead_share_guess, on_raw[1.6][0].mean(), "Share dead at rate 1.6")

# %% [markdown]
# A few units are dead at birth. Up to 0.8 few more die, and the mean accuracy does not tell you. At twice that
# rate nearly all are dead, and what is left guesses.
#
# ### What did it: the bias or the weights?
#
# A unit is silent if its bias lies too low, or if its weights are such that all images give it a negative
# sum. Take the networks of rate 1.6, put back the biases as they were at birth, and count the dead units that
# wake. Then do the same with the weights instead.

# %% name="suspects" slide="output: What did it: the bias or the weights?"
dead_units, bias_back, weights_back = 0, 0, 0
for net, newborn in zip(trained[1.6], ten_networks()):
    now, then = net.layers[0], newborn.layers[0]
    off = np.all(images @ now.weights + now.bias <= 0, axis=0)
    dead_units += off.sum()
    bias_back += np.any(images @ now.weights + then.bias > 0, axis=0)[off].sum()
    weights_back += np.any(images @ then.weights + now.bias > 0, axis=0)[off].sum()
print(f"of {dead_units} dead units {bias_back / dead_units:.0%} wake with the old bias,", end=" ")
print(f"{weights_back / dead_units:.0%} with the old weights")

# %% [markdown]
# <!-- slide + -->
# It was the weights, mostly. Why do they all go down together? As in lesson 03, the gradient of a unit's
# weights is δ·x on each example, where δ is the gradient of its sum, and pixels are not negative. So where δ
# has one sign on the examples that wake the unit, a step moves no weight the other way, and its sum goes down,
# or up, on *all* images.
# <!-- /slide -->
#
# <!-- slide: One step too large -->
# Here it is with two inputs. Each dot is an example. The unit is awake for those on the side to which its
# weight arrow points. Now it gets too loud (δ = 1 for all that wake it), and makes a large step.
# <!-- /slide -->

# %% name="one-way-figure" slide="figure"
positive = np.random.default_rng(3).uniform(0.1, 1, size=(40, 2))
views = {"positive inputs": positive, "centred inputs": positive - positive.mean(axis=0)}
fig, both = plots.figure(2, width=8.0, height=3.9)
for ax, (title, x) in zip(both, views.items()):
    w = np.array([0.5, -0.1])
    step = -1.9 * relu_backward(x @ w, np.ones(40)) @ x / 40  # −η times the mean of δ·x
    awake = x @ (w + step) > 0
    ax.plot(*x[awake].T, "o", color=plots.COLORS[0], markersize=5)
    ax.plot(*x[~awake].T, "o", color=plots.GREY, markersize=5, markerfacecolor="white")
    diagrams.steps(ax, [0, 0], {"w": w, "step": step}, total="new w")
    border = 3 * np.array([-(w + step)[1], (w + step)[0]]) / np.hypot(*(w + step))
    ax.plot(*np.array([-border, border]).T, color=plots.GREY, linestyle=":", linewidth=1)
    ax.set(title=f"{title}: {awake.sum()} of 40 wake it", xlabel="input 1", aspect="equal")
    ax.set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1))
both[0].set_ylabel("input 2")
plots.show(
    fig,
    "Two panels with forty examples of two inputs, an arrow for the weights, one for the step, one for the new weights, and a "
    "dotted border. Left, all inputs are positive: the step leads down and to the left, the new weights are both negative, and "
    "all examples lie on the silent side of the border. Right, the inputs are centred: the step is short, and about half of "
    "the examples lie on the side that wakes the unit.",
)

# %% [markdown]
# On the left no example wakes the unit any more. On the right the step at the same rate is short, and
# examples lie on the arrow's side wherever it points. For the mean of a unit's sums over all examples is
#
# $$\frac1n \sum_i (x_i \cdot w + b) = m \cdot w + b, \qquad m = \frac1n \sum_i x_i$$
#
# On centred inputs m is 0 and the mean is b, whatever the weights are: with b = 0, where some sums lie below 0
# others lie above. To silence a unit of the first layer it takes a bias below 0, at least as far as the
# largest product x·w lies above.
#
# <!-- slide: Centred inputs -->
# **Before you run it:** the same networks, rates and orders, but the mean digit is taken off all images. What
# share is dead at 1.6?
# <!-- /slide -->

# %% guess="dead-centred"
### BEGIN SOLUTION
dead_centred_guess = 0.5  # share of units, 0 to 1
### END SOLUTION


# %% name="centred"
def centred(x):
    return x - images.mean(axis=0)


def standardised(x):
    return datasets.standardize(images, x)[1]


print("centred:")
on_centred, _ = killed(centred)
print("standardised:")
killed(standardised, rates=(0.8, 3.2))
for view in (raw, centred, standardised):
    largest = np.linalg.eigvalsh(view(images).T @ view(images) / len(images))[-1]
    print(f"{view.__name__:>12}: largest mean of (x·v)² {largest:4.1f}")
compare_guess(dead_centred_guess, on_centred[1.6][0].mean(), "Share dead at rate 1.6, centred")

# %% name="killing-figure" slide="figure: Centred inputs"
fig, both = plots.figure(2, width=8.6, height=3.0, sharey=True)
for ax, part, title in zip(both, (0, 1), ("dead ReLUs", "test digits right")):
    found = {"raw": on_raw, "centred": on_centred}
    named = {name: np.transpose([each[rate][part] for rate in RATES]) for name, each in found.items()}
    plots.curves(ax, RATES, named)
    ax.set(xscale="log", xticks=RATES, xticklabels=RATES, xlabel="learning rate", title=title)
    ax.minorticks_off()
both[0].set_ylabel("share")
plots.show(
    fig,
    "Two panels by learning rate from 0.2 to 3.2, mean and range of ten networks. Left, the share of dead ReLUs: on raw pixels "
    "near 0 up to 0.8, then almost 1; on centred pixels 0 throughout. Right, the share of test digits that are right: raw about "
    "0.9 up to 0.8 and then chance; centred about 0.95 at all rates.",
)

# %% [markdown]
# <!-- slide + -->
# On centred digits no unit dies at rates at which nearly all did, and the networks are better. So it was not
# the rate alone, but a rate too large *for these inputs*.
# <!-- /slide -->
# How large a step may be depends on the loss's **curvature** (lesson 03). What the inputs add to it along a
# direction v of length 1 is the mean of (x·v)²; the lines printed last have the largest of these means. It is
# large for raw pixels because all images have something in common, their mean.
#
# Standardised digits show that death is one illness among others. At 0.8 they train as well as centred ones. At
# 3.2 no unit is dead, and the networks hardly do better than guess: the curvature is large again, since each
# pixel that varies has been stretched to a deviation of 1.
#
# Training on at a lower rate does not heal the dead: no gradient comes through. That is the disadvantage that
# the document names. What it does not say is that you can count it, and that the inputs are the first suspect.
#
# ## 3. Leaky ReLU: never quite off
#
# <!-- slide: Leaky ReLU, and ELU -->
# The remedy: leave a little slope on the left (Maas, Hannun & Ng 2013).
#
# $$h(x) = \max(s\,x,\; x) \qquad h'(x) = \begin{cases} 1 & x > 0 \\ s & x \le 0 \end{cases}
# \qquad 0 \le s < 1$$
# <!-- /slide -->
#
# The document, like the paper, has $s = 0.01$. For $s < 1$ the larger of the two is $x$ on the right and $sx$
# on the left.
#
# ### Exercise 4 · `leaky_relu(x, slope=0.01)`
#
# - `x`: an array of any shape, or a number. `slope`: $s$, from 0 to below 1.
# - returns: max(slope·x, x) of every entry, same shape.
#
# ```python
# >>> leaky_relu(np.array([-2.0, 0.0, 3.0]), slope=0.1)
# array([-0.2,  0. ,  3. ])
# ```
#
# **The check also asks:** Integers, float32, plain numbers and ±∞; the slope may be left out, or be 0; nan stays nan.
#
# *Difficulty: easy · 2 minutes*
#
# <details><summary>Hint</summary>
#
# The formula is the code, with the maximum from exercise 1.
#
# </details>


# %% exercise="leaky_relu"
def leaky_relu(x, slope=0.01):
    """max(slope·x, x) for an array or number x."""
    ### BEGIN SOLUTION
    return np.maximum(slope * x, x)
    ### END SOLUTION


# %% check="leaky_relu"
leaky_relu = check(leaky_relu)

# %% [markdown]
# ### Exercise 5 · `leaky_relu_backward(x, upstream, slope=0.01)`
#
# - returns: the gradient of x, same shape. The derivative at 0 is `slope`, by agreement.
#
# ```python
# >>> leaky_relu_backward(np.array([-2.0, 0.0, 3.0]), np.array([10.0, 10.0, 10.0]), slope=0.1)
# array([ 1.,  1., 10.])
# ```
#
# **The check also asks:** Plain numbers, integers, also x in integers with an upstream in floats, where floats are due.
#
# *Difficulty: easy · 2 minutes*
#
# <details><summary>Hint</summary>
#
# `np.where(condition, a, b)` takes a where the condition holds and b elsewhere; a and b may be numbers.
#
# </details>


# %% exercise="leaky_relu_backward"
def leaky_relu_backward(x, upstream, slope=0.01):
    """The gradient of x, given x and the gradient of leaky_relu(x, slope)."""
    ### BEGIN SOLUTION
    return upstream * np.where(x > 0, 1.0, slope)
    ### END SOLUTION


# %% check="leaky_relu_backward"
leaky_relu_backward = check(leaky_relu_backward)

# %% [markdown]
# ## 4. ELU: a soft landing below zero
#
# The document has a second complaint about ReLU: what a layer of them says is 0 or more, so the *next* layer
# has inputs of one sign.
# <!-- slide + -->
# The **exponential linear unit** (ELU; Clevert, Unterthiner & Hochreiter 2016) goes below zero, and levels
# off at −α:
#
# $$h(x) = \begin{cases} x & x > 0 \\ \alpha\,(e^x - 1) & x \le 0 \end{cases}
# \qquad h'(x) = \begin{cases} 1 & x > 0 \\ \alpha\,e^x & x \le 0 \end{cases}$$
# <!-- /slide -->
#
# With α = 1 both halves meet at 0 with the same slope, and the corner is gone.
#
# ### Exercise 6 · `elu(x, alpha=1.0)`
#
# - `x`: an array of any shape, or a number. `alpha`: positive.
# - returns: ELU of every entry, same shape, without an overflow warning at x = 1000.
#
# ```python
# >>> elu(np.array([-1.0, 0.0, 1000.0]))
# array([-6.32120559e-01,  0.00000000e+00,  1.00000000e+03])
# ```
#
# **The check also asks:** Integers, float32, plain numbers; large x without a warning; alpha may be left out; nan stays nan.
#
# *Difficulty: medium · 6 minutes*
#
# <details><summary>Hint</summary>
#
# `np.where` does not save you here: it works out *both* sides for every x, then picks. So $e^{1000}$ is
# computed, and thrown away. Cut x at 0 before it goes into the exponential: `np.minimum(x, 0)`.
#
# </details>


# %% exercise="elu"
def elu(x, alpha=1.0):
    """x where x > 0, alpha·(e^x - 1) elsewhere, for an array or number x."""
    ### BEGIN SOLUTION
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))  # expm1(x) is e^x - 1
    ### END SOLUTION


# %% check="elu"
elu = check(elu)

# %% [markdown]
# ### Exercise 7 · `elu_backward(x, upstream, alpha=1.0)`
#
# - returns: the gradient of x, same shape. The derivative at 0 is `alpha`, by agreement.
#
# ```python
# >>> elu_backward(np.array([-1.0, 0.0, 3.0]), np.array([10.0, 10.0, 10.0]), alpha=0.5)
# array([ 1.83939721,  5.        , 10.        ])
# ```
#
# **The check also asks:** Plain numbers, integers, also x in integers with an upstream in floats, where floats are due; no warning for large x.
#
# *Difficulty: easy · 4 minutes*
#
# <details><summary>Hint</summary>
#
# Exercise 5 with $\alpha e^x$ in the place of the slope, and the caution of exercise 6.
#
# </details>


# %% exercise="elu_backward"
def elu_backward(x, upstream, alpha=1.0):
    """The gradient of x, given x and the gradient of elu(x, alpha)."""
    ### BEGIN SOLUTION
    return upstream * np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))
    ### END SOLUTION


# %% check="elu_backward"
elu_backward = check(elu_backward)

# %% [markdown]
# ## 5. Maxout: let the unit draw its own bend
#
# ReLU takes the larger of a sum and 0; leaky ReLU the larger of a sum and a hundredth of it. Why not learn
# both sides? A **maxout** unit (Goodfellow et al. 2013) has several affine maps, its *pieces*, each with
# weights and a bias of its own, and says the largest. With two pieces, as in the document,
#
# $$h(x) = \max(x\,w_1 + b_1,\; x\,w_2 + b_2)$$
#
# and with $k$ pieces, for a layer of $m$ units, $h(x)_j = \max_i\,(x W_i + b_i)_j$. If the second piece is 0, it
# is a ReLU; if it is a hundredth of the first, a leaky ReLU; if it is its negative, the absolute value.
#
# ### Exercise 8 · `maxout(x, weights, biases)`
#
# - `x`: (n, d), a batch. `weights`: (k, d, m), `weights[i]` being $W_i$. `biases`: (k, m).
# - returns: (n, m), for each example and unit the largest of the k maps.
#
# ```python
# >>> maxout(np.array([[2.0], [-3.0]]), np.array([[[1.0]], [[-1.0]]]), np.array([[0.0], [0.0]]))
# array([[2.],
#        [3.]])
# ```
#
# **The check also asks:** One piece, many, one unit; all pieces may be negative; integers; nan stays nan.
#
# *Difficulty: medium · 8 minutes*
#
# <details><summary>Hint</summary>
#
# A loop over the pieces will do: `x @ w + b` for each w and b, and `np.maximum` of what came so far. Or in
# one go: `x @ weights` is (k, n, m), since `@` treats the leading axis as a stack; the biases then need a
# middle axis, `biases[:, None]`.
#
# </details>


# %% exercise="maxout"
def maxout(x, weights, biases):
    """The largest of k affine maps (n, m), for x (n, d), weights (k, d, m), biases (k, m)."""
    ### BEGIN SOLUTION
    pieces = x @ weights + biases[:, None]  # (k, n, m)
    return pieces.max(axis=0)
    ### END SOLUTION


# %% check="maxout"
maxout = check(maxout)

# %% [markdown]
# ### What it costs
#
# "Much computation", says the document. Count it: a piece has d·m weights and m biases, and makes d·m
# multiplications an example, so k pieces cost k times as much as a ReLU layer of the same width. Twice the
# cost is worth it if a ReLU layer *twice as wide* does worse. So `compare` (lesson 01) trains three networks
# on standardised digits: 8 ReLUs, 8 maxout units of two pieces, and 16 ReLUs.
#
# **Before you run it:** by how many percentage points will the 8 maxout units be ahead of the 16 ReLUs, on
# test digits? (Negative: behind.)

# %% guess="maxout-ahead"
### BEGIN SOLUTION
maxout_ahead_guess = 2.0  # percentage points
### END SOLUTION


# %% name="worth-it"
def relus(width):
    return lambda *, rng: network.mlp([64, width, 10], activation="relu", rng=rng)


def maxout_units(*, rng):
    return network.Network([layers.Maxout(64, 8, 2, "he_uniform"), layers.Dense(8, 10, "he_uniform")], rng)


contestants = {"8 ReLUs": relus(8), "8 maxout units": maxout_units, "16 ReLUs": relus(16)}
for name, build in contestants.items():
    print(f"{name}: {build(rng=np.random.default_rng(0)).theta.size} parameters with the output layer")
contest = experiments.compare(
    {name: {"network": build} for name, build in contestants.items()},
    data=tuple((standardised(x), y) for x, y in digits),
    optimizer=optimizers.SGD,
    epochs=10,
    measure="accuracy",
    tune={"learning_rate": [0.2, 0.4, 0.8, 1.6]},
)
print(contest.table())
ours, theirs = (contest.results[name].test_accuracy.mean() for name in ("8 maxout units", "16 ReLUs"))
compare_guess(maxout_ahead_guess, 100 * (ours - theirs), "Percentage points that maxout is ahead of 16 ReLUs")

# %% [markdown]
# Against as many units, maxout gets about two points more of the digits right. Against about as many
# *parameters* it is a tie in that, and behind in test loss. Two pieces cost twice the computation, as the
# document warns; the fair comparison is with a network that may spend as much.
#
# ## 6. The family in one picture
#
# Two more belong to it, and large language models use them. **GELU** (Hendrycks & Gimpel 2016) and **SiLU**,
# or swish (Elfwing et al. 2018), keep x by a share that rises smoothly from 0 to 1:
#
# $$\mathrm{GELU}(x) = x\,\Phi(x) \qquad \mathrm{SiLU}(x) = x\,\sigma(x)$$
#
# σ is lesson 03's, Φ the share of a standard normal variable that lies below x. GPT-2 and BERT have GELU,
# Llama has SiLU. Functions above, slopes below, the exercises' from your own code. The slope of leaky ReLU
# is drawn at 0.1, because you would not see 0.01.

# %% name="family" slide="figure: The family in one picture"
x, ones = np.linspace(-4, 3, 701), np.ones(701)
w2, b2 = np.array([[[0.6]], [[-0.4]]]), np.array([[0.3], [-0.4]])  # two pieces, as training might leave them
two = w2[:, 0] * x + b2  # (pieces, points)
family = {
    "ReLU": (relu(x), relu_backward(x, ones)),
    "leaky ReLU, 0.1": (leaky_relu(x, 0.1), leaky_relu_backward(x, ones, 0.1)),
    "ELU, α = 1": (elu(x), elu_backward(x, ones)),
    "GELU": (activations.gelu(x), activations.gelu_backward(x, ones)),
    "SiLU": (activations.silu(x), activations.silu_backward(x, ones)),
    "maxout, one of many": (maxout(x[:, None], w2, b2)[:, 0], np.where(two[0] > two[1], 0.6, -0.4)),
}
fig, axes = plots.figure(6, 2, width=10.0, height=3.8, sharex=True, sharey="row")
for column, (name, (y, slope)) in zip(axes.T, family.items(), strict=True):
    jumps = np.abs(np.diff(slope, append=slope[-1])) > 0.5
    column[0].plot(x, y, color=plots.COLORS[0])
    column[1].plot(x, np.where(jumps, np.nan, slope), color=plots.COLORS[1])
    column[0].set_title(name, fontsize=10)
    column[1].set(xlabel="x", ylim=(-0.6, 1.25))
axes[0, 0].set(ylabel="output", ylim=(-1.6, 3.1))
axes[1, 0].set_ylabel("slope")
plots.show(
    fig,
    "Six columns, functions above and slopes below. ReLU is 0 on the left and x on the right; its slope jumps from 0 to 1. Leaky "
    "ReLU falls gently on the left; its slope jumps from 0.1 to 1. ELU bends smoothly down towards −1; its slope rises from "
    "near 0 to 1 without a jump. GELU and SiLU dip a little below 0 on the left and come back towards 0; their slopes are "
    "smooth, slightly negative there, and rise a little above 1 on the right. The maxout unit is a V of two slanted lines; its "
    "slope jumps from −0.4 to 0.6.",
)

# %% [markdown]
# Far to the right the first five are nearly the same, and none of them saturates there. They differ on the
# left: *nothing*, *a little for ever*, or *something near 0 and hardly anything far out*.
#
# ## 7. Who wakes up?
#
# <!-- slide: Who wakes up? -->
# Take the ten networks that the rate of 1.6 killed on raw pixels. Keep every weight, exchange the bend, and
# train on at a gentle rate for ten epochs. Do the silent units wake?
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** the document says that ELU does not die. What share of the units is still silent on
# all images ten epochs after ReLU was exchanged for ELU, at a rate of 0.4? (At the start it is 98 %.)
# <!-- /slide -->

# %% guess="still-silent"
### BEGIN SOLUTION
still_silent_guess = 0.1  # share of units, 0 to 1
### END SOLUTION

# %% name="wake-up" slide="output: Who wakes up?"
BENDS = {
    "ReLU": ("relu", {}),
    "leaky, 0.01": ("leaky_relu", {"slope": 0.01}),
    "leaky, 0.1": ("leaky_relu", {"slope": 0.1}),
    "ELU": ("elu", {}),
}
silent = {}
for rate in (0.1, 0.4):
    for name, (bend, settings) in BENDS.items():
        nets = ten_networks(bend, **settings)
        for net, dead in zip(nets, trained[1.6]):
            net.theta[:] = dead.theta
        train(nets, rate, raw, epochs=10, order=1)
        silent[rate, name], right = dead_and_right(nets, raw)
        still = silent[rate, name].mean()
        print(f"rate {rate}, {name:>11}: silent {still:4.0%}, test digits right {right.mean():3.0%}")
compare_guess(still_silent_guess, silent[0.4, "ELU"].mean(), "Share of ELUs still silent")

# %% name="slopes-far-out"
best = [(images @ net.layers[0].weights + net.layers[0].bias).max(axis=0) for net in trained[1.6]]
middle, low = np.quantile([sums for sums in np.concatenate(best) if sums <= 0], (0.5, 0))
print(f"largest sum of a dead unit: {middle:.1f} at the median, {low:.0f} at the lowest")
for z in (-1.0, -4.0, -8.0):
    print(f"slope at {z:.0f}: ELU {elu_backward(z, 1.0):.4f}, leaky ReLU {leaky_relu_backward(z, 1.0):.4f}")

# %% [markdown]
# - **ReLU**: all as before. The few units that are left learn, and the last layer's weights behind them.
# - **Leaky ReLU with 0.01**, the document's own: some come back, slowly. But silent is not dead: below 0 such
#   a unit is a linear one with a low voice, and its weights move.
# - **Leaky ReLU with 0.1**: more come back, and most digits are read again.
# - **ELU**: about half come back, or more. Half of the dead lay less than about 0.7 below 0 on their best image, where ELU's
#   slope is a half or more. Far out it fades: 0.0003 at −8, and the farthest unit lay at −12.
#
# <!-- slide + -->
# A slope above 0 promises that a unit *moves*, up or down, as the loss would have it. It does not promise that
# the unit comes back.
# <!-- /slide -->
#
# ### Better than a cure
#
# <!-- slide: Better than a cure -->
# That was after the harm. Does another bend prevent it? Train each from its birth at the two rates that kill,
# 1.6 and 3.2, on raw pixels, and beside them plain ReLU on centred pixels.
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** what share of the test digits will a leak of 0.1 get right at a rate of 3.2, on raw
# pixels?
# <!-- /slide -->

# %% guess="leak-right"
### BEGIN SOLUTION
leak_right_guess = 0.8  # share of digits, 0 to 1
### END SOLUTION

# %% name="prevention" slide="output: Better than a cure"
right = {}
for name, view in [*((name, raw) for name in BENDS), ("ReLU", centred)]:
    bend, settings = BENDS[name]
    for rate in (1.6, 3.2):
        nets = ten_networks(bend, **settings)
        train(nets, rate, view, epochs=5)
        right[rate, name, view] = dead_and_right(nets, view)[1]
        about, well = 5 * round(20 * right[rate, name, view].mean()), np.sum(right[rate, name, view] > 2 / 3)
        told = f"about {about:2} % of test digits right, {well:2} of 10 networks above two thirds"
        print(f"{view.__name__:>7}, {name:>11}, rate {rate}: {told}")
compare_guess(leak_right_guess, right[3.2, "leaky, 0.1", raw].mean(), "Share right with a leak of 0.1 at 3.2")

# %% [markdown]
# At 1.6 a leak of 0.1 prevents most of the harm, at 3.2 none of it. A leak of 0.01, and ELU, which was so good
# at waking, fail at both rates. ReLU on centred pixels learns well at both. Another bend treats the symptom;
# the cause is a step too large for these inputs.
#
# > **What to do.** Standardise or centre the inputs. Take ReLU with He's first weights (lesson 05), and tune
# > the rate. Count the silent units of each hidden layer after the first epoch. If many are dead, begin again
# > at a lower rate; if you must have the rate, try a leak of 0.1. In deeper layers, whose inputs are ReLUs'
# > outputs and so of one sign again, centred pixels help less (see "Go further"; lesson 14 centres in
# > between). Where you take over a network's design, take its bend as well.
#
# ## 8. Six times faster?
#
# "ReLU converges six times as fast as sigmoid or tanh", the document reports. At what, against what, tuned
# how?
#
# > **Correction X13.** The six comes from one experiment: figure 1 of Krizhevsky, Sutskever & Hinton (2012).
# > A convolutional network of four layers reached a *training error* of 25 % on CIFAR-10 six times faster
# > with ReLU than with tanh, each at the learning rate that made it fastest. It was measured against tanh,
# > not against the sigmoid. The caption adds that the size of the effect varies with the architecture, ReLU
# > being several times faster throughout. So six is a measurement, not a property of ReLU.
#
# So measure it here, by the same rules: updates to a training error of 25 %, each bend at the rate that makes
# it fastest.
#
# - Networks of 2 and 4 hidden layers of 32 units, plain SGD (gradient descent, a batch of 32 a step), on raw
#   and on standardised digits.
# - First weights as suit the bend: Glorot's for sigmoid and tanh, He's for ReLU and ELU (lesson 05).
# - The rate is the fastest of seven on three seeds that serve for nothing else. Then come ten seeds, each with
#   first weights and an order of its own. Every two updates the error on 300 training digits is taken.
#
# <!-- slide: Six times faster? -->
# **Before you run it:** with four hidden layers and raw digits, how many times as many updates as ReLU will
# tanh need? (The document says 6. Level is 1. A number below 1 means that tanh is the faster.)
# <!-- /slide -->

# %% guess="times"
### BEGIN SOLUTION
times_guess = 2.0  # updates of tanh over updates of ReLU
### END SOLUTION


# %% name="race"
def updates_to_quarter(activation, depth, view, rates, seeds):
    """Updates until 25 % are wrong, (rates, seeds), infinite for networks that were not the first to arrive.

    The race ends when all networks of one rate are there, or after 150 updates.
    """
    x, pairs = view(images), [(rate, seed) for rate in rates for seed in seeds]
    sizes = [64] + [32] * depth + [10]
    nets = [network.mlp(sizes, activation=activation, rng=np.random.default_rng([4, s])) for _, s in pairs]
    reached = np.full(len(nets), np.inf)

    def watch(update):
        if update % 2 == 0:
            for i in np.flatnonzero(np.isinf(reached)):
                if metrics.accuracy(nets[i].forward(x[:300]), labels[:300]) >= 0.75:
                    reached[i] = update
        return update == 150 or np.isfinite(reached.reshape(len(rates), -1)).all(axis=1).any()

    sgd = optimizers.SGD(np.array([[rate] for rate, _ in pairs]))
    orders = [np.random.default_rng([0, seed]) for _, seed in pairs]
    search.fit_together(nets, sgd, (x, labels), epochs=4, rng=orders, watch=watch)
    return reached.reshape(len(rates), -1)


# %% name="times"
RACE_RATES, RUNNERS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2), ("sigmoid", "tanh", "ReLU", "ELU")
reached = {}
for depth in (2, 4):
    for view in (raw, standardised):
        print(f"{depth} hidden layers, {view.__name__} digits: to 25 % wrong")
        for name in RUNNERS:
            tuning = updates_to_quarter(name.lower(), depth, view, RACE_RATES, (100, 101, 102))
            rate = RACE_RATES[np.argmin(tuning.max(axis=1))]
            if np.isinf(tuning).all():
                print(f"{name:>9}: none arrived in 150 updates, at any rate")
                continue
            reached[depth, view, name] = own = updates_to_quarter(
                name.lower(), depth, view, [rate], range(10)
            )[0]
            print(f"{name:>9}: {own.mean():3.0f} ({own.min():.0f} to {own.max():.0f}) updates, rate {rate}")


# %% name="ratios" slide="output: Six times faster?"
times = {}
for (depth, view, name), own in reached.items():
    if name != "ReLU":
        times[depth, view, name] = own.mean() / reached[depth, view, "ReLU"].mean()
        print(f"{depth} hidden, {view.__name__:>12}: {name:>7} takes", end=" ")
        print(f"{times[depth, view, name]:.1f} times the updates of ReLU")
compare_guess(times_guess, times[4, raw, "tanh"], "tanh over ReLU, four hidden layers, raw")

# %% [markdown]
# <!-- slide + -->
# No six, and against tanh not even a one.
# <!-- /slide -->
#
# - **Against tanh** ReLU is the *slower* in all four races: tanh takes 0.4 to 0.7 of its updates. ELU, too, is
#   ahead of ReLU.
# - **Against the sigmoid** you can have nearly any number: 3.3 and 4.0 with two hidden layers, and with four
#   the sigmoid has not arrived after 150 updates. Such a ratio says as much about the depth as about the bend.
# - **The inputs** matter about as much here as the choice between tanh and ReLU: on standardised digits each
#   bend takes less than half of its updates on raw ones.
#
# This is a small network on small pictures; theirs was convolutional, larger, and saw photographs. What made
# the difference there, this run cannot say. Nor does it count that an update of ReLU needs no exponential, nor
# who is better in the end. Take the question with you, not the ratio.
#
# ## Common mistakes
#
# - **`np.max` for `np.maximum`.** The first gives one number, the largest of all.
# - **The condition on the wrong array.** On the way back the sign of *x* decides, not that of `upstream`.
# - **The derivative at 0.** Here `x > 0`, so that 0 belongs to the left side: 0 for ReLU, the slope for leaky
#   ReLU, α for ELU.
# - **`np.where` as a guard.** It works out both sides first; $e^{1000}$ overflows although nobody asks for
#   it.
# - **Writing into the input.** `x[x < 0] = 0` changes the caller's array; so does `upstream[x <= 0] = 0`.
# - **The maximum over the wrong axis.** Maxout's runs over the pieces and leaves (n, m).
#
# ## Quiz
#
# 1. A ReLU unit of the first hidden layer gets a negative sum on every training example. You train on with
#    plain SGD. What is its next gradient?
#    - **a** 0
#    - **b** One that pushes the unit up.
#    - **c** Small, and smaller with every step.
# 2. Which of these has a slope that does not fade, however far below 0 its sum lies?
#    - **a** ReLU
#    - **b** Leaky ReLU
#    - **c** ELU
# 3. Krizhevsky et al. found ReLU six times as fast as tanh. What may one conclude?
#    - **a** ReLU is six times as fast.
#    - **b** It was so there. Measure it where you are.
#    - **c** They made a mistake.
# 4. A maxout layer with two pieces has, compared with a ReLU layer of the same width …
#    - **a** as many parameters.
#    - **b** twice as many parameters.
#    - **c** half as many parameters.
# 5. After one epoch on raw pixels most units of the first layer are dead. What do you try first, from new
#    first weights?
#    - **a** More epochs.
#    - **b** Another bend.
#    - **c** Centred inputs, then a lower rate.
#
# Put letters in quotes, such as "a", in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "a"
q2 = "b"
q3 = "b"
q4 = "b"
q5 = "c"
### END SOLUTION

# %% name="quiz-result"
quiz("04_rectifiers", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5)

# %% [markdown]
# ## What to take away
#
# <!-- slide: What to take away -->
# - ReLU's slope is 1 or 0. The 1 lets a gradient pass whole. The 0 stops it: a unit of the first layer that is
#   silent on all training examples is dead.
# - What kills is a step too large for the curvature of the inputs. It moves the weights, and where inputs
#   have one sign, all sums the same way. Centre the inputs, then lower the rate. Count the dead: accuracy
#   may not tell you.
# - A slope above 0 lets a silent unit move. ELU's fades far out, a leak's does not; 0.01 is slow.
# - "Six times faster" was one network, one data set, one target. Here tanh took about half of ReLU's updates,
#   and standardised inputs were worth about as much as the choice between them.
# - Maxout learns its bend, and costs a full set of weights for every piece. Compare at equal cost.
# <!-- /slide -->
#
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `activations.relu(x)` | `torch.relu(x)`, `torch.nn.ReLU()` | nothing; the slope at 0 is 0 in both |
# | `activations.leaky_relu(x, slope)` | `torch.nn.functional.leaky_relu(x, negative_slope)` | the name; 0.01 in both |
# | `activations.elu(x, alpha)` | `torch.nn.functional.elu(x, alpha)` | nothing; 1 in both |
# | `activations.gelu(x)`, `silu(x)` | `torch.nn.functional.gelu(x)`, `silu(x)` | our GELU is torch's `approximate="tanh"`; SiLU is the same |
# | `activations.leaky_relu_backward(x, upstream, slope)` | `y.backward(upstream)`, then `x.grad` | torch adds it to what `x.grad` was before |
# | `activations.maxout(x, weights, biases)` | `torch.nn.Linear(d, m * k)(x).unflatten(-1, (m, k)).amax(-1)` | torch has no maxout of its own |
#
# <details><summary>The leaky ReLU forwards and backwards, by both</summary>
#
# ```python
# import numpy as np
# import torch
#
# from dlcourse import activations
#
# x, upstream = np.linspace(-2, 2, 9), np.arange(9.0)  # 0 is among them
# t = torch.tensor(x, requires_grad=True)
# y = torch.nn.functional.leaky_relu(t, negative_slope=0.1)
# y.backward(torch.tensor(upstream))
# np.testing.assert_allclose(y.detach(), activations.leaky_relu(x, slope=0.1), atol=1e-6)
# np.testing.assert_allclose(t.grad, activations.leaky_relu_backward(x, upstream, slope=0.1), atol=1e-6)
# ```
#
# </details>
#
# ## Go further
#
# - Why is ReLU behind tanh here? Its units are silent on many images, and what they say is off centre. Race
#   leaks of 0.1 and 0.3, GELU and SiLU with four hidden layers. Which of them catch up?
# - Give the ten networks a second hidden layer of 32 ReLUs, and train on centred digits at 1.6 and 3.2. In
#   which layer do units die, and why there?
# - The race ends at 25 % wrong. Who is ahead after 20 epochs, on test digits, each at its best rate?

# %% [markdown] discussion="go-further"
# **Why behind?** With four hidden layers and ten networks each, by the rules of section 8, ReLU took 62
# updates on raw digits, leaks of 0.1 and 0.3 took 58 and 40, GELU 54, SiLU 65, ELU 25, tanh 30 (24 with He's
# first weights). On standardised digits: ReLU 25, leaks 19 and 12, GELU 18, SiLU 16, ELU 9, tanh 8. So a
# large leak makes up for a good part; GELU and SiLU, nearly as quiet on the left as ReLU, for little or
# nothing. ELU closes the gap. It is better centred than a leak, and not silent near 0; what each of the two
# is worth alone, these runs do not tell.
#
# **Which layer dies?** On raw digits at a rate of 0.8, 62 % of the first layer's units were dead after five
# epochs and 43 % of the second's (means of ten networks). On centred digits up to 1.6, at most 2 % in either.
# At 3.2 it was 21 % of the first layer and 53 % of the second. The second layer's inputs are the first one's
# outputs, which are 0 or more: there the argument from the mean does not hold.
#
# **After 20 epochs?** Two hidden layers of 32, standardised digits, rates tuned by validation loss, 20
# networks each: tanh, ReLU, SiLU, GELU, ELU and a leak of 0.1 lay between 95.0 and 95.9 % right, on raw digits
# between 94.7 and 95.4 %. In test loss, on standardised digits, tanh led with 0.146; the others lay between
# 0.21 and 0.26. With ten networks from other seeds tanh led again, but not by more than chance may give. So on these
# digits the bend is worth a point or two at most, once the rate suits it.

# %% [markdown]
# ## References
#
# - D.-A. Clevert, T. Unterthiner, S. Hochreiter (2016), *Fast and accurate deep network learning by
#   exponential linear units (ELUs)*, ICLR.
# - D. Hendrycks, K. Gimpel (2016), *Gaussian error linear units (GELUs)*, arXiv:1606.08415; S. Elfwing, E.
#   Uchibe, K. Doya (2018), *Sigmoid-weighted linear units*, Neural Networks 107.
# - I. Goodfellow, D. Warde-Farley, M. Mirza, A. Courville, Y. Bengio (2013), *Maxout networks*, ICML. Its
#   figure 1 shows what shapes a unit can learn.
# - A. Krizhevsky, I. Sutskever, G. Hinton (2012), *ImageNet classification with deep convolutional neural
#   networks*, NIPS. Section 3.1 and figure 1, the source of the six.
# - A. Maas, A. Hannun, A. Ng (2013), *Rectifier nonlinearities improve neural network acoustic models*, ICML
#   workshop. Leaky ReLU, and a count of how often units are off.
# - V. Nair, G. Hinton (2010), *Rectified linear units improve restricted Boltzmann machines*, ICML. Where it
#   got its name; the function itself is older (Fukushima 1969, Jarrett et al. 2009).
