# %% [markdown]
# # 03 · Activation functions: why a network needs a bend, and what sigmoid and tanh cost
#
# **You will make** the sigmoid, the hyperbolic tangent and their derivatives. With them you watch a deep
# network that is no better than a coin, a gradient that dies on its way down, a walk that may take only two
# of four directions, and a race that takes a common explanation to pieces.
#
# **You will be able to**
#
# - prove that a stack of linear layers is one linear layer,
# - write σ and tanh so that no input breaks them, and say where their floats stop telling numbers apart,
# - derive both slopes, and predict how much of a gradient ten units in a row let through,
# - say what centred inputs buy, and why.
#
# | | |
# |---|---|
# | Time | 85 minutes, six exercises |
# | You need | Python functions, NumPy arrays, the derivative and the chain rule; lesson 01 for the words *layer*, *loss*, *batch*, lesson 02 for how gradients go back |
# | Covers | sections B0, B1 and B2 of the source document, corrections X4, X7 and X9 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version. Of the longer cells that stand ready, what they print and draw matters; their
# lines you may skip.

# %% role="setup"
import timeit
from itertools import combinations, pairwise

import numpy as np

from dlcourse import (
    datasets,
    diagrams,
    experiments,
    initializers,
    layers,
    losses,
    network,
    optimizers,
    plots,
    training,
)
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. Why a network needs a bend
#
# <!-- slide: Why a network needs a bend -->
# A neuron adds up its weighted inputs and hands the sum to an **activation function**, which
# decides what the neuron says. Suppose that function is linear, $h(x) = cx$. Put three of them in a
# row:
#
# $$h(h(h(x))) = c \cdot c \cdot c \cdot x = c^3 x$$
#
# Three layers, and the result is a single multiplication. Matrices do no better. With a batch $x$ of
# shape $(n, d)$ and weights $W_1, W_2, W_3$,
#
# $$y = ((x W_1) W_2) W_3 = x \,(W_1 W_2 W_3) = x W .$$
#
# So the activation has to bend. The field's word for such a function is **non-linearity**.
# <!-- /slide -->
#
# ### Exercise 1 · `collapse_linear(weights)`
#
# Write the function that finds this one matrix for **any** stack of linear layers.
#
# - `weights`: a list of arrays, the $i$-th of shape $(n_i, n_{i+1})$, applied as `x @ w`. There is at
#   least one.
# - returns: the matrix $W$ of shape $(n_0, n_L)$ for which `x @ W` equals the whole stack.
#
# ```python
# >>> collapse_linear([np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]])])  # 1·3 + 2·4
# array([[11.]])
# ```
#
# **The check also asks:** One matrix, many, any widths; integers and float32. Your arguments, here and below, are left as they were.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# Begin with the first matrix and multiply the others onto its right, one at a time. Matrix
# multiplication is `@`, and the list must be left as you found it.
#
# </details>


# %% exercise="collapse_linear"
def collapse_linear(weights):
    """The one matrix equal to a stack of linear layers, given as a list of (n_i, n_i+1) arrays."""
    ### BEGIN SOLUTION
    product = weights[0]
    for w in weights[1:]:
        product = product @ w
    return product
    ### END SOLUTION


# %% check="collapse_linear"
collapse_linear = check(collapse_linear)

# %% [markdown]
# ### What that costs: XOR
#
# <!-- slide: Does depth help without a bend? -->
# Four clouds of points sit at the corners of a square. A point belongs to class 1 if *exactly one* of its
# coordinates is positive: the exclusive or, XOR. Three kinds of network train on 200 such points and are
# scored on 200 others: with one hidden layer without a bend (its activation is the identity), with three of
# these, and with one hidden layer of tanh (section 4).
# <!-- /slide -->
# `compare` trains ten of each kind, each from a seed of its own. The learning rate is the same for all.
#
# <!-- slide + -->
# **Before you run it:** what share of the points will the networks with *three* hidden layers, and no bend,
# get right, on average? Write a number from 0 to 1.
# <!-- /slide -->

# %% guess="linear-share"
### BEGIN SOLUTION
linear_share_guess = 0.75  # share of points, 0 to 1
### END SOLUTION

# %% name="xor" slide="output: Does depth help without a bend?"
points = [datasets.xor(200, np.random.default_rng(seed)) for seed in range(3)]  # train, validation, test
kinds = {
    "1 hidden layer, no bend": {"sizes": [2, 8, 2], "activation": "identity"},
    "3 hidden layers, no bend": {"sizes": [2, 8, 8, 8, 2], "activation": "identity"},
    "1 hidden layer, tanh": {"sizes": [2, 8, 2], "activation": "tanh"},
}
xor = experiments.compare(kinds, data=points, optimizer=optimizers.SGD, learning_rate=0.3, epochs=60)
print(xor.table())
share = xor.results["3 hidden layers, no bend"].test_accuracy.mean()
compare_guess(linear_share_guess, share, "Share right without a bend")

# %% [markdown]
# <!-- slide + -->
# A loss of 0.69 is ln 2: what a coin scores. Both kinds without a bend end there, and the two layers more
# have bought nothing.
# <!-- /slide -->
# A straight line *can* get three of the four clouds right. But the cross-entropy charges more for the fourth,
# confidently wrong, than it pays for the three. With four equal clouds its lowest point is one half everywhere,
# so which points come out right is luck.
# <!-- slide + -->
# One hidden layer with a bend solves it.
# <!-- /slide -->
#
# How? Two hidden units are enough. Here are weights chosen by hand. Each unit draws a line across the plane,
# and together they fold it: the two clouds of class 1 land on one spot, and one more line parts them from the
# rest.


# %% name="xor-figure" slide="figure: XOR with two hidden units"
def hidden(x):
    return np.tanh(x @ np.array([[3.0, 3.0], [3.0, 3.0]]) + [3, -3])


def score(h):
    return h @ np.array([[1.0], [-1.0]]) - 1


corner, (x, classes) = np.array([1.0, -1.0]), points[0]
fig, (drawn, plane, folded) = plots.figure(3, width=9.0, height=3.2)
values = [np.round(each, 1) for each in (corner, hidden(corner), score(hidden(corner)))]
weights = [[[3, 3], [3, 3]], [[1], [-1]]]
diagrams.network(drawn, weights, values=values, numbers=True, names=["input", "hidden", "score"])
drawn.set_axis_off()
drawn.set(title="one point of class 1", aspect="equal")
plots.regions(plane, lambda p: (1 + np.tanh(score(hidden(p))[:, 0])) / 2, x, classes)
plots.regions(folded, lambda h: (1 + np.tanh(score(h)[:, 0])) / 2, hidden(x), classes)
plane.set(title="what goes in; squares: class 1", xlabel="first input", ylabel="second input", aspect="equal")
folded.set(
    title="what the hidden units make of it", xlabel="first unit", ylabel="second unit", aspect="equal"
)
plots.show(
    fig,
    "Left, a network: inputs 1 and −1, joined to two hidden units by four weights of 3; the units say 1 and −1, "
    "and weights of 1 and −1 make a score of 1 of them. Middle, the plane of the inputs: a slanted band holds the two "
    "clouds of class 1, on either side of it lies one cloud of class 0. Right, the plane of the hidden units: both clouds of "
    "class 1 lie in one corner, the others in two other corners, and one straight line parts them.",
)

# %% [markdown]
# (The biases, 3 and −3 in the hidden units and −1 at the score, are not drawn.)
#
# Your `collapse_linear` shows how little there was in the three layers without a bend.

# %% name="collapse-the-trained"
net = network.mlp([2, 8, 8, 8, 2], activation="identity", rng=np.random.default_rng(0))
loss, sgd, rng = losses.softmax_cross_entropy, optimizers.SGD(0.3), np.random.default_rng(1)
training.fit(net, loss, sgd, points[0], epochs=60, rng=rng)
W = collapse_linear(net.weights())
b = net.forward(np.zeros((1, 2)))  # what the biases of all layers come to
print("trained:", net.theta.size, "parameters;  W and b:", W.size + b.size)
x, _ = points[2]
print("largest difference between the two below 1e-12:", np.abs(net.forward(x) - (x @ W + b)).max() < 1e-12)

# %% [markdown]
# So much for what such a network can *compute*. How it *learns* may well depend on its depth (Saxe et al.
# 2014).
#
# One bend is also *enough*, in principle: a single hidden layer of sigmoids can come as close as you
# like to any continuous function on a closed, bounded region, if it may be wide (Cybenko 1989).
# Whether gradient descent *finds* those weights is another matter, and the rest of this course.
#
# > **Correction X7.** The document says that an activation function is the one thing that parts a neural
# > network from the perceptron. The perceptron has one too: a step, 1 above a threshold and 0 below
# > (Rosenblatt 1958). It even has a layer before it, with fixed connections drawn at random. What is new is
# > hidden layers that are *trained*: without a hidden layer XOR stays out of reach (Minsky & Papert 1969).
# > And an activation with a *useful derivative*, for a step is flat wherever it is differentiable, so no
# > gradient would get through it to a hidden layer.

# %% [markdown]
# ## 2. The sigmoid
#
# <!-- slide: The sigmoid, and its slope -->
# The **sigmoid**, or logistic function, bends the whole line into the interval from 0 to 1:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}$$
# <!-- /slide -->
#
# In code it is a line. But try that line far out on the left before you trust it.

# %% name="overflow"
with np.errstate(over="raise"):
    try:
        1 / (1 + np.exp(-np.array([-1000.0])))
    except FloatingPointError as error:
        print(f"1/(1+e^-x) at x = -1000: {error}")

# %% [markdown]
# $e^{1000}$ is larger than any float. The value is still right, for 1/∞ is 0, but a function that
# warns on ordinary input teaches people to ignore warnings. There is a second form, equal to the
# first:
#
# $$\sigma(x) = \frac{e^{x}}{1 + e^{x}}$$
#
# Each form is safe on one side. (Or you say, in the code, that this overflow is harmless.)
#
# ### Exercise 2 · `sigmoid(x)`
#
# - `x`: an array of any shape, or a number; floats or integers.
# - returns: σ of every entry, same shape. No overflow warning for any float, exactly 0 and 1 at −∞
#   and +∞, and nan where x is nan.
#
# ```python
# >>> sigmoid(np.array([0.0, 1.0, -1000.0]))
# array([0.5       , 0.73105858, 0.        ])
# ```
#
# **The check also asks:** Integers, float32 and plain numbers (`2`, `0.5`); no warning up to the largest float; exactly 0 at −∞ and 1 at +∞, for which clipping is not enough; nan stays nan.
#
# *Difficulty: medium · 10 minutes*
#
# <details><summary>Hint</summary>
#
# Two ways. Either put `with np.errstate(over="ignore"):` around the first form. Or note that
# $e^{-|x|}$ never overflows, and write both forms with it.
#
# </details>


# %% exercise="sigmoid"
def sigmoid(x):
    """σ(x) = 1/(1+e^-x) for an array or number x, without overflow warnings."""
    ### BEGIN SOLUTION
    with np.errstate(over="ignore"):  # e^-x = inf is harmless here: 1/inf is the limit, 0
        return 1 / (1 + np.exp(-np.asarray(x, float)))
    ### END SOLUTION


# %% check="sigmoid"
sigmoid = check(sigmoid)

# %% [markdown]
# ### Does a float ever reach the end?
#
# > **Correction X4.** The document gives the range of σ as [0, 1] and that of tanh as [−1, 1]. In
# > exact arithmetic the ends are never reached: the intervals are *open*, (0, 1) and (−1, 1). Floats
# > do round to the ends (IEEE 754 double precision keeps 53 bits), and that matters as soon as you
# > take a logarithm.

# %% name="round-to-one"
for z in (10.0, 40.0):
    with np.errstate(divide="ignore"):
        naive = np.log(1 - sigmoid(np.array(z)))
    print(f"z = {z:2.0f}:  σ(z) == 1 is {sigmoid(np.array(z)) == 1!s:5}", end="  ")
    print(f"log(1 - σ(z)) = {naive:8.4f}  -log(1 + e^z) = {-np.logaddexp(0, z):8.4f}")

# %% [markdown]
# Both columns are the same quantity, the log-probability of class 0. At $z = 40$ the first has lost it: σ is
# 1 to the last bit, and the loss of that example would be infinite. So compute a loss from the sum $z$, the
# **logit**, not from the probability. (A library that is given probabilities clips them, or their logarithms.)
#
# ### Its derivative
#
# Gradient descent needs the slope. Write σ as $u^{-1}$ with $u = 1 + e^{-x}$. Then $u' = -e^{-x}$, and by the
# chain rule
#
# <!-- slide + -->
# $$\sigma'(x) = -u^{-2} u' = \frac{e^{-x}}{(1+e^{-x})^2} = \frac{1}{1+e^{-x}} \cdot \frac{e^{-x}}{1+e^{-x}} .$$
#
# The first factor is σ itself. The second is what σ lacks to 1. So
#
# $$\sigma'(x) = \sigma(x)\,\bigl(1 - \sigma(x)\bigr) .$$
# <!-- /slide -->
#
# ### Exercise 3 · `sigmoid_derivative(x)`
#
# - `x`: an array of any shape, or a number: what goes *into* σ, not what comes out.
# - returns: σ′ of every entry, same shape.
#
# ```python
# >>> sigmoid_derivative(np.array([0.0, 2.0]))
# array([0.25      , 0.10499359])
# ```
#
# **The check also asks:** Plain numbers, integers, float32; the largest floats and ±∞ without a warning; nan stays nan.
#
# *Difficulty: easy · 3 minutes*
#
# <details><summary>Hint</summary>
#
# Compute `s = sigmoid(x)` once and use it twice.
#
# </details>


# %% exercise="sigmoid_derivative"
def sigmoid_derivative(x):
    """σ′(x) for an array or number x."""
    ### BEGIN SOLUTION
    s = sigmoid(x)
    return s * (1 - s)
    ### END SOLUTION


# %% check="sigmoid_derivative"
sigmoid_derivative = check(sigmoid_derivative)

# %% [markdown]
# ## 3. Positive inputs: the sign constraint
#
# <!-- slide: Positive inputs: the sign constraint -->
# Take one neuron with inputs $x_i$ and weights $w_i$, and call δ the gradient of the loss with
# respect to its sum $z = \sum_i x_i w_i$. Since $\partial z / \partial w_i = x_i$,
#
# $$\frac{\partial L}{\partial w_i} = \delta \, x_i .$$
#
# If the inputs come out of sigmoids, **every $x_i$ is positive**. Then all components of the gradient
# have the sign of δ: all weights go up together, or all go down.
# <!-- /slide -->
#
# ### Exercise 4 · `neuron_weight_gradient(x, delta)`
#
# - `x`: array (d,), the inputs of one neuron. `delta`: a number, $\partial L/\partial z$.
# - returns: array (d,), $\partial L/\partial w$.
#
# ```python
# >>> neuron_weight_gradient(np.array([0.5, 2.0]), -3.0)
# array([-1.5, -6. ])
# ```
#
# **The check also asks:** `delta` may be a plain number or a NumPy one, x may hold integers.
#
# *Difficulty: easy · 3 minutes*
#
# <details><summary>Hint</summary>
#
# One number for each weight: the formula above, without a sum.
#
# </details>


# %% exercise="neuron_weight_gradient"
def neuron_weight_gradient(x, delta):
    """∂L/∂w (d,) of a neuron with inputs x (d,), given delta = ∂L/∂z."""
    ### BEGIN SOLUTION
    return delta * x
    ### END SOLUTION


# %% check="neuron_weight_gradient"
neuron_weight_gradient = check(neuron_weight_gradient)

# %% [markdown]
# ### A walk with two directions
#
# <!-- slide: A walk with two directions -->
# Now let such a neuron learn. It has two weights, both 0, and the right answer is at (1, −1): the first must
# rise and the second must fall. It sees one example at a time, and its loss is $\tfrac12 (z - z^*)^2$, where
# $z^*$ is what the right weights give, so $\delta = z - z^*$. One walk gets inputs between 0 and 1, like the
# outputs of sigmoids. The other gets the *same* inputs less ½, so that they are **centred** on zero.
# <!-- /slide -->
# Both see the examples in the same order.
#
# <!-- slide + -->
# **Before you run it:** on the positive inputs, what share of the steps will move both weights the
# same way?
# <!-- /slide -->

# %% guess="same-way"
### BEGIN SOLUTION
same_way_guess = 1.0  # share of steps, 0 to 1
### END SOLUTION

# %% name="walks"
OFFSET = {"positive": 0.0, "centred": 0.5}


def walk(kind, target, learning_rate, seed, steps, batch_size=1):
    """The weights before the first step and after each, (steps + 1, 2)."""
    inputs = np.random.default_rng(seed).uniform(size=(steps, batch_size, 2)) - OFFSET[kind]
    w = np.zeros(2)
    seen = [w]
    for batch in inputs:
        gradients = [neuron_weight_gradient(x, x @ (w - target)) for x in batch]
        w = w - learning_rate * np.mean(gradients, axis=0)
        seen.append(w)
    return np.array(seen)


def quadrants(weights):
    """Share of the steps in each quadrant: both weights up, first down, both down, first up."""
    first, second = np.sign(np.diff(weights, axis=0)).T
    return [np.mean((first == a) & (second == b)) for a, b in ((1, 1), (-1, 1), (-1, -1), (1, -1))]


# %% name="quadrants" slide="output: A walk with two directions"
print("40 steps, first weight, second weight:   ↑↑     ↓↑     ↓↓     ↑↓")
for kind, batch_size in (("positive", 1), ("centred", 1), ("positive", 32)):
    shares = quadrants(walk(kind, np.array([1, -1]), 0.4, seed=0, steps=40, batch_size=batch_size))
    if (kind, batch_size) == ("positive", 1):
        same_way = shares[0] + shares[2]
    print(f"{kind + f' inputs, batches of {batch_size}':>37}:", *(f"{share:6.0%}" for share in shares))
compare_guess(same_way_guess, same_way, "Share on positive inputs")

# %% [markdown]
# <!-- slide + -->
# All of them. The step that is wanted, ↑↓, is not on offer: in the plane of the two weights only two of the
# four quadrants are open. With batches of 32 it is: where δ of both signs meet in a batch, the mean step may
# go any way. So the constraint is one on single examples.
# <!-- /slide -->
#
# Does it slow the walk down? Look at the *mean* step first, the mean over all examples, written
# $\mathbb{E}[\cdot]$. Let the weights be off by $e_1$ and $e_2$. Then $\delta = x_1 e_1 + x_2 e_2$, and the
# mean gradient of the first weight is
#
# $$\mathbb{E}[\delta x_1] = \mathbb{E}[x_1^2]\, e_1 + \mathbb{E}[x_1 x_2]\, e_2 ,$$
#
# and alike for the second. If they are off along (1, 1), $e_1 = e_2$, this is
# $(\mathbb{E}[x_1^2] + \mathbb{E}[x_1 x_2])\, e_1$; along (1, −1) it is
# $(\mathbb{E}[x_1^2] - \mathbb{E}[x_1 x_2])\, e_1$.
# <!-- slide: What it costs is curvature -->
# Along either of these directions, then, the mean gradient is a factor times what the weights are off. The
# factor is called the **curvature** of the loss in that direction. A step at the rate η leaves
# $1 - \eta \cdot \text{curvature}$ of what they are off. For uniform inputs $\mathbb{E}[x_1^2]$ is ⅓ and
# $\mathbb{E}[x_1 x_2]$ is ½ · ½; for centred ones they are 1/12 and 0:
#
# | curvature | along (1, 1) | along (1, −1) |
# |---|---|---|
# | positive inputs | ⅓ + ¼ = 7/12 | ⅓ − ¼ = 1/12 |
# | centred inputs | 1/12 | 1/12 |
#
# So at a small rate positive inputs should cost *nothing* on the way to (1, −1), and be seven times as fast
# on the way to (1, 1). But the larger curvature limits the rate: beyond 2/curvature the factor is below −1,
# and the steps grow.
# <!-- /slide -->

# %% name="walk-lengths"
RATES = (0.1, 0.4, 1.6, 3.2, 6.4)


def steps_needed(kind, target, learning_rate, seed):
    """Steps until the weights are within 0.1 of the target; infinite if 500 are not enough."""
    distance = np.linalg.norm(walk(kind, target, learning_rate, seed, 500) - target, axis=1)
    return np.argmax(distance < 0.1) if np.any(distance < 0.1) else np.inf


print("median steps over 10 seeds, by learning rate:", *(f"{rate:6}" for rate in RATES))
for target in ((1, -1), (1, 1)):
    for kind in OFFSET:
        with np.errstate(over="ignore", invalid="ignore"):  # the largest rates diverge: that is the point
            needed = [[steps_needed(kind, np.array(target), rate, s) for s in range(10)] for rate in RATES]
        medians = (f"{median:6.0f}" for median in np.median(needed, axis=1))
        print(f"{f'to {target}, {kind} inputs':>44}:", *medians)

# %% name="walks-figure" slide="figure: A walk with two directions"
fig, axes = plots.figure(2, width=7.2, height=3.6, sharey=True)
target = np.array([1, -1])
for ax, (kind, offset), color in zip(axes, OFFSET.items(), plots.COLORS[2:], strict=False):
    square, product = 1 / 12 + (0.5 - offset) ** 2, (0.5 - offset) ** 2  # E[xᵢ²], E[x₁x₂]

    def mean_loss(u, v, square=square, product=product):
        u, v = u - target[0], v - target[1]
        return (square * (u**2 + v**2) + 2 * product * u * v) / 2

    plots.contours(ax, mean_loss, (-1, 2), (-2, 1))
    plots.path(ax, walk(kind, target, 0.8, seed=0, steps=80), color=color)
    ax.set(title=f"{kind} inputs, rate 0.8", xlabel="weight 1", aspect="equal")
axes[0].set_ylabel("weight 2")
plots.show(
    fig,
    "Two walks of 80 steps from a ring at (0, 0) to a star at (1, −1), on the contours of the mean loss. With positive inputs "
    "the contours are long ellipses and every step goes up and right or down and left, a zig-zag. With centred inputs the "
    "contours are circles and most steps go down and right.",
)

# %% [markdown]
# The table bears it out, and it is not quite what the document leads you to expect.
# <!-- slide + -->
# At small rates the zig-zag costs nothing on the way to (1, −1): its detours cancel in the mean. To (1, 1) the
# positive inputs are far ahead. What centring buys is a larger *rate*.
# <!-- /slide -->
# At 3.2 most positive walks do not arrive any more (single examples scatter about the mean step, so the limit
# is a little below 2/curvature), and the centred one needs half the steps of the best positive walk. Positive
# inputs make *one* direction steep, that in which all weights go up together, and it limits the rate for all
# the others (LeCun et al. 1998, section 4.3). Here the ratio of the curvatures is 7; with n independent
# inputs it is 3n + 1.
#
# ### Centred inputs, tried
#
# So centre what goes in. The pixels of the digits lie between 0 and 1; take from each its mean over the
# *training* digits (lesson 01 says why those alone, and also divides by the deviation).
#
# **Before you run it:** on raw pixels, tanh with one hidden layer has a test loss of 0.37 after two epochs,
# at the best rate for it. What will it be on centred ones?

# %% guess="centred-loss"
### BEGIN SOLUTION
centred_loss_guess = 0.33
### END SOLUTION

# %% name="centred-inputs"
digits = datasets.digits()
images, labels = digits.train
centred = [(x - images.mean(axis=0), y) for x, y in digits]
for name, ((x, _), *_) in (("raw", digits), ("centred", centred)):
    steepest = np.linalg.eigvalsh(x.T @ x / len(x))[-1]
    print(f"{name:>7}: the steepest curvature of such a neuron's loss is {steepest:.2f}")
methods = {
    f"{name}, {way}": {"activation": name, "data": parts}
    for name in ("sigmoid", "tanh")
    for way, parts in (("raw", digits), ("centred", centred))
}
options = dict(data=digits, optimizer=optimizers.SGD, sizes=[64, 32, 10])
rates = {"learning_rate": [0.5, 1, 2, 5, 10, 20]}
early = experiments.compare(methods, epochs=2, seeds=20, tune=rates, **options)
print(early.table())
compare_guess(centred_loss_guess, early.results["tanh, centred"].test_loss.mean(), "Test loss, tanh, centred")

# %% [markdown]
# One line, and both do far better. On the same inputs tanh stays ahead of the sigmoid. Now give the same four
# twenty epochs:

# %% name="twenty-epochs"
late = experiments.compare(methods, epochs=20, tuning_seeds=2, tune={"learning_rate": [1, 2, 5]}, **options)
for name, result in late.results.items():
    print(f"{name:>16}: {result.test_accuracy.mean():.1%} right, mean of 10 seeds")

# %% [markdown]
# Now less than a point lies between the first and the last. What was gained is *time*.
#
# Inputs you can centre once and for all. What comes out of a *hidden* layer of sigmoids is positive again,
# and is input to the layer above. That is the document's case for tanh, whose middle is at 0.

# %% [markdown]
# ## 4. The hyperbolic tangent
#
# <!-- slide: The hyperbolic tangent -->
# The **hyperbolic tangent** goes from −1 to 1, with its middle at 0. It is a sigmoid in disguise. Multiply
# numerator and denominator by $e^{-x}$:
#
# $$\begin{aligned} \tanh(x) &= \frac{e^x - e^{-x}}{e^x + e^{-x}} = \frac{1 - e^{-2x}}{1 + e^{-2x}} \\
#   &= \frac{2 - (1 + e^{-2x})}{1 + e^{-2x}} = 2\,\sigma(2x) - 1 \end{aligned}$$
#
# That is a sigmoid squeezed to half its width, stretched to twice its height and shifted down by one.
# <!-- /slide -->
#
# ### Exercise 5 · `tanh_from_sigmoid(x)`
#
# - `x`: an array of any shape, or a number.
# - returns: tanh of every entry, by way of your `sigmoid`.
#
# ```python
# >>> tanh_from_sigmoid(np.array([0.0, 1.0]))
# array([0.        , 0.76159416])
# ```
#
# **The check also asks:** Plain numbers, integers, float32; the largest floats and ±∞ without a warning; nan stays nan.
#
# *Difficulty: easy · 3 minutes*
#
# <details><summary>Hint</summary>
#
# The formula is the code. If `x` may be a list or an integer, `np.asarray(x)` makes it an array
# first.
#
# </details>


# %% exercise="tanh_from_sigmoid"
def tanh_from_sigmoid(x):
    """tanh(x) = 2σ(2x) - 1 for an array or number x."""
    ### BEGIN SOLUTION
    return 2 * sigmoid(2 * np.asarray(x)) - 1
    ### END SOLUTION


# %% check="tanh_from_sigmoid"
tanh_from_sigmoid = check(tanh_from_sigmoid)

# %% [markdown]
# Its slope follows by the chain rule. Write $s$ for $\sigma(2x)$ and $t$ for $\tanh(x) = 2s - 1$:
#
# $$\tanh'(x) = 2 \cdot \sigma'(2x) \cdot 2 = 4 s (1 - s) = (2s)(2 - 2s) = (1 + t)(1 - t) = 1 - t^2$$
#
# ### Exercise 6 · `tanh_derivative(x)`
#
# - `x`: an array of any shape, or a number: what goes *into* tanh.
# - returns: tanh′ of every entry, same shape.
#
# ```python
# >>> tanh_derivative(np.array([0.0, 1.0]))
# array([1.        , 0.41997434])
# ```
#
# **The check also asks:** Plain numbers, integers, float32; the largest floats and ±∞ without a warning; nan stays nan.
#
# *Difficulty: easy · 3 minutes*
#
# <details><summary>Hint</summary>
#
# Compute `t = np.tanh(x)` once, then square it.
#
# </details>


# %% exercise="tanh_derivative"
def tanh_derivative(x):
    """tanh′(x) = 1 - tanh²(x) for an array or number x."""
    ### BEGIN SOLUTION
    return 1 - np.tanh(x) ** 2
    ### END SOLUTION


# %% check="tanh_derivative"
tanh_derivative = check(tanh_derivative)

# %% [markdown]
# ## 5. Saturation
#
# Far from 0 both curves are flat: the unit is **saturated**. On the way back a gradient is multiplied by the
# unit's slope (lesson 02). From an example for which a unit is flat, next to nothing gets through it to the
# weights before.
#
# <!-- slide: Saturation -->
# **Before you run it:** from which $|x|$ on is the slope of tanh below 1 % of its largest?
# <!-- /slide -->

# %% guess="one-percent"
### BEGIN SOLUTION
one_percent_guess = 5.0  # |x|
### END SOLUTION


# %% name="one-percent"
def first_below(derivative, share):
    """The smallest x ≥ 0, to three digits, where the slope is below this share of the largest."""
    x = np.arange(0, 12, 0.001)
    slope = derivative(x)
    return x[np.argmax(slope < share * slope[0])]


print("slope below …   tanh from |x| =   σ from |x| =")
for part in (0.5, 0.1, 0.01, 0.001):
    print(f"{part:12.1%}", *(f"{first_below(f, part):14.2f}" for f in (tanh_derivative, sigmoid_derivative)))
compare_guess(one_percent_guess, first_below(tanh_derivative, 0.01), "tanh is below 1 % from |x| =")

# %% name="both-derivatives" slide="figure: Saturation"
x = np.linspace(-8, 8, 401)
fig, (left, right) = plots.figure(2, width=8.2, height=3.2, sharex=True)
for name, f, slope, color, style, place, slope_place in (
    ("σ", sigmoid, sigmoid_derivative, plots.COLORS[0], "-", (-4.4, 0.12), (-4.0, 0.13)),
    ("tanh", tanh_from_sigmoid, tanh_derivative, plots.COLORS[1], "--", (2, 0.78), (0.7, 0.72)),
):
    left.plot(x, f(x), color=color, linestyle=style)
    left.annotate(name, place, color=color)
    right.plot(x, slope(x), color=color, linestyle=style)
    right.annotate(f"{name}′", slope_place, color=color)
    edge = first_below(slope, 0.01)
    right.axvline(edge, color=color, linewidth=1, linestyle=":")
    mark = dict(xytext=(4, 0), textcoords="offset points", color=color, va="top")
    right.annotate(f"1 % at\n{edge:.2f}", (edge, 0.93), **mark)
for ax, words, title in (
    (left, "output", "tanh has its middle at 0, σ at ½"),
    (right, "slope", "four times the slope, half the width"),
):
    ax.set(xlabel="x, the sum that goes into the unit", ylabel=words, title=title)
plots.show(
    fig,
    "Left, tanh runs from −1 to 1 with its middle at 0, and the flatter sigmoid from 0 to 1 with its "
    "middle at one half. Right, their derivatives. tanh prime reaches 1 and is narrow: 1 percent of it "
    "is left at 2.99. Sigmoid prime reaches one quarter and is twice as wide: 1 percent of it is left "
    "at 5.99.",
)

# %% [markdown]
# > **Correction X9.** The document has tanh lose its gradient beyond |x| = 5, as it says of σ. It happens
# > much earlier: tanh′(3) is below 0.01 already. The reason is tanh(x) = 2σ(2x) − 1: whatever tanh does at
# > $x$, σ does at $2x$. As shares of its own largest slope, σ is as flat at *twice* the distance (LeCun et
# > al. 1998, section 4.4, for the choice of scale).
#
# But look at the middle, too. Even at its best the sigmoid lets through *a quarter*. Stack them, and the
# quarters multiply.
#
# ### Ten layers deep
#
# <!-- slide: Ten layers deep -->
# A gradient on its way from the loss down to layer 1 meets one slope and one weight matrix a layer. You build
# networks of ten hidden layers, put real digits in, go back once, and measure the average size of the
# weights' gradient in every layer.
# <!-- /slide -->
# No training: this is what the very first update would be made of. First weights are drawn by the rule of
# Glorot and Bengio (lesson 05), which was made for slopes of about 1. The third kind has sigmoids, and weights
# four times as large.
#
# <!-- slide + -->
# **Before you run it:** by which factor is the gradient of the first layer smaller than that of the tenth
# hidden layer, with sigmoids and Glorot's weights? Guess the number of zeros: 2 for a factor of 100, and so
# on.
# <!-- /slide -->

# %% guess="zeros"
### BEGIN SOLUTION
zeros_guess = 3  # 10 to this power
### END SOLUTION

# %% name="depth"
four_times = initializers.variance_scaling(16, "fan_avg", "uniform")  # 16 times Glorot's variance


def gradient_sizes(activation, start, seed):
    """The mean size of the weight gradient in each of the ten hidden layers, from the first."""
    sizes, rng = [64] + [64] * 10 + [10], np.random.default_rng(seed)
    net = network.mlp(sizes, activation=activation, initializer=start, rng=rng)
    _, upstream = losses.softmax_cross_entropy(net.forward(images[:256]), labels[:256])
    net.backward(upstream)
    return [np.abs(gradient).mean() for gradient in net.weight_gradients()[:10]]


starts = {
    "σ": ("sigmoid", "glorot_uniform"),
    "tanh": ("tanh", "glorot_uniform"),
    "σ, weights × 4": ("sigmoid", four_times),
}
sizes = {
    name: np.array([gradient_sizes(*start, seed) for seed in range(10)]) for name, start in starts.items()
}
zeros = {name: np.log10(size[:, 9] / size[:, 0]).mean() for name, size in sizes.items()}
for name in sizes:
    print(f"{name:>14}: layer 10 over layer 1, mean of 10 seeds: a factor of 10^{zeros[name]:.1f}")
print(f"nine slopes of ¼ alone make a factor of 10^{np.log10(4**9):.1f}")
compare_guess(zeros_guess, zeros["σ"], "Zeros with sigmoids")

# %% name="depth-figure" slide="figure: Ten layers deep"
fig, ax = plots.figure(width=7.0, height=3.2)
plots.curves(ax, np.arange(1, 11), sizes)
ax.set(
    yscale="log", xticks=range(1, 11), xlabel="hidden layer, counted from the input", ylabel="mean |∂L/∂w|"
)
ax.set_title("Ten sigmoids leave the first layers almost no gradient")
plots.show(
    fig,
    "Mean size of the weight gradient in each of ten hidden layers, on a logarithmic scale, with the range over ten seeds. "
    "With tanh it is level. With sigmoid it falls by more than half a power of ten a layer towards the input, nearly six powers "
    "in all. With sigmoid and weights four times as large it falls by about two.",
)

# %% [markdown]
# With sigmoids the first layer gets less than a hundred-thousandth of what the tenth gets. Nine slopes lie
# between them, and the bound (¼)⁹ explains most of it. In plain gradient descent the first step moves the
# weights of layer 10 that much farther than those of layer 1. That is the **vanishing gradient** (Bengio,
# Simard & Frasconi 1994). tanh, whose slope at 0 is 1, carries the gradient through almost whole. Larger
# weights make up for a part of the quarter, as a gradient is multiplied by them too; but they make the sums
# larger, and more units flat.

# %% [markdown]
# ## 6. What an exponential costs
#
# Another complaint of the document: $e^x$ is expensive to compute. How expensive depends on your machine, so
# measure it on yours. The last line is the matrix product that feeds the activation.

# %% name="cost-of-exp" tags=["nbval-ignore-output"]
z = np.random.default_rng(0).normal(size=(64, 256))
w = np.random.default_rng(1).normal(size=(256, 256))
works = {
    "z * z": lambda: z * z,
    "maximum(z, 0)": lambda: np.maximum(z, 0),
    "exp(z)": lambda: np.exp(z),
    "sigmoid(z), yours": lambda: sigmoid(z),
    "tanh(z)": lambda: np.tanh(z),
    "z @ w": lambda: z @ w,
}
costs = {name: 1e5 * min(timeit.repeat(work, number=10, repeat=20)) for name, work in works.items()}
for name, cost in costs.items():
    print(f"{name:>17}: {cost:7.1f} µs, {cost / costs['z * z']:5.1f} × a multiplication")

# %% [markdown]
# Read your own numbers: they differ between machines, and between versions of NumPy. An activation is
# computed once a *unit*, and the product `z @ w` multiplies once a *weight*, here 256 times a unit. So the
# wider the layer, the smaller the activation's share.

# %% [markdown]
# ## 7. Does tanh learn faster?
#
# With one hidden layer you have seen it: yes, by a good deal after two epochs, raw or centred; after twenty
# there is little in it. Now three hidden layers, where a sigmoid's slope counts three times, on centred
# pixels. tanh differs from σ in two ways: it is centred, and four times as steep. The document names the
# first. What tells them apart?
#
# - **The centre.** $\sigma(x) - \tfrac12$ is centred, and no steeper than σ.
# - **The slope.** Weights four times as large make up for a slope of a quarter, at first.
# - **Both.** $\sigma(x) - \tfrac12 = \tfrac12 \tanh(x/2)$, by section 4. So with first weights four times as
#   large (twice at both ends) a network of these *is* a tanh network before its first step:


# %% name="deep-networks"
class Shifted(layers.Activation):
    """An activation moved by a constant. Its slope, and so its `backward`, stay what they are."""

    def __init__(self, name, shift):
        super().__init__(name)
        self.shift = shift

    def forward(self, x, training=False):
        return super().forward(x, training) + self.shift


def deep(activation, shift=0.0, times=1, *, rng):
    """Three hidden layers of 32. First weights are Glorot's × times, at both ends × its root."""
    sizes = pairwise([64, 32, 32, 32, 10])
    bend = (lambda: Shifted(activation, shift)) if shift else (lambda: layers.Activation(activation))
    net = network.Network([layer for size in sizes for layer in (layers.Dense(*size), bend())][:-1], rng)
    for weights, factor in zip(net.weights(), (times**0.5, times, times, times**0.5), strict=True):
        weights *= factor
    return net


one, other = (
    deep(*how, rng=np.random.default_rng(0)).forward(images) for how in (("tanh",), ("sigmoid", -0.5, 4))
)
print("tanh, and σ − ½ with weights × 4, differ by less than 1e-12:", np.abs(one - other).max() < 1e-12)

# %% [markdown]
# <!-- slide: Does tanh learn faster? -->
# **Before you run it:** after six epochs, at its best rate, tanh gets about 94 % of the test digits right with
# these three hidden layers. What share will σ get with Glorot's weights?
# <!-- /slide -->

# %% guess="deep-share"
### BEGIN SOLUTION
deep_share_guess = 0.8  # share of digits
### END SOLUTION

# %% name="centre-or-slope"
kinds = {
    "σ": {"activation": "sigmoid"},
    "tanh": {"activation": "tanh"},
    "σ, weights × 4": {"activation": "sigmoid", "times": 4},
    "σ − ½": {"activation": "sigmoid", "shift": -0.5},
    "σ − ½, weights × 4": {"activation": "sigmoid", "shift": -0.5, "times": 4},
}
options = dict(data=centred, network=deep, optimizer=optimizers.SGD, epochs=6, seeds=20, tuning_seeds=6)
race = experiments.compare(kinds, tune={"learning_rate": [0.5, 1, 2, 4, 8, 16]}, **options)
print(race.table())
print("two that are not told apart:", [pair for pair in combinations(kinds, 2) if not race.differ(*pair)])
compare_guess(deep_share_guess, race.results["σ"].test_accuracy.mean(), "Share with three layers of σ")

# %% name="centre-or-slope-figure" slide="figure: Centre, or slope?"
fig, ax = plots.figure(width=6.8, height=2.8)
race.plot(ax)
ax.set_title("Centre and slope each help; with both, a sigmoid is a tanh")
plots.show(
    fig,
    "Test loss of twenty networks of each of five kinds, three hidden layers, six epochs. Sigmoid: about 2, hardly better "
    "than chance. Sigmoid with weights four times as large: nearly all between 0.2 and 0.45. Sigmoid less one half: most "
    "between 0.3 and 0.7. tanh, and sigmoid less one half with weights four times as large: all between 0.15 and 0.35.",
)

# %% [markdown]
# <!-- slide + -->
# σ as it is has hardly begun. Centring it brings most of the way, larger weights bring more, and with both a
# sigmoid network is level with tanh.
# <!-- /slide -->
# Of the ten pairs that one, σ − ½ with larger weights and tanh, is the one that is not told apart; with one of three other sets of seeds larger weights
# alone were level, too. (Two are *told apart* where their runs differ by more than chance would have them in
# one comparison of twenty.)
#
# So "tanh converges faster than the sigmoid" holds here, and it has two reasons: tanh is centred, as the
# document says, *and* its slope of 1 fits the usual first weights. The second counts for more, and it lies in
# the first weights (lesson 05), not in the curve. (On these digits, with plain SGD, after six epochs. For
# Adam, see "Go further".)
#
# ## Common mistakes
#
# - **Derivative of the wrong thing.** `x * (1 - x)` is σ′ when `x` is already σ's *output*. Know
#   which of the two you hold.
# - **The pattern of the other.** σ′ is s·(1 − s); tanh′ is 1 − t². They are easily swapped.
# - **Half of the argument.** tanh(x) = 2σ(2x) − 1, and backwards σ(x) = (1 + tanh(x/2))/2. Leave out
#   the 2 and you have a curve of the right shape and the wrong width.
# - **Overflow.** `np.exp(x) / (1 + np.exp(x))` is nan for large x, and `1 / (1 + np.exp(-x))` warns
#   for very negative x.
# - **Integers.** `np.zeros_like(x)` of an integer array holds integers, and cuts every σ to 0 or 1.
# - **Writing into the input.** `x *= delta` changes the caller's array. `delta * x` makes a new one.
# - **Multiplying in the wrong order.** With `x @ W` the first layer stands on the left.

# %% [markdown]
# ## Quiz
#
# 1. Three linear layers stand one after the other, with nothing between them. What can they compute?
#    - **a** Curves, because the network is deep.
#    - **b** Nothing that one linear layer could not.
#    - **c** Polynomials of degree three.
# 2. A gradient passes back through ten sigmoids. At the very best, what is left of it, weights aside?
#    - **a** All of it.
#    - **b** A tenth.
#    - **c** About a millionth.
# 3. tanh′ has fallen to 1 % of its largest value at |x| ≈ 3. Where has σ′ fallen to 1 % of its own?
#    - **a** |x| ≈ 1.5
#    - **b** |x| ≈ 3
#    - **c** |x| ≈ 6
# 4. All inputs of a neuron are positive, as after a sigmoid. What does one example do to its weights?
#    - **a** It pushes them all the same way.
#    - **b** It pushes them all up.
#    - **c** Nothing: the gradient vanishes.
# 5. What does a sigmoid of 40.0 give in float64?
#    - **a** A number just below 1.
#    - **b** Exactly 1.0
#    - **c** An overflow.
# 6. What does a multi-layer network have that Rosenblatt's perceptron has not?
#    - **a** An activation function.
#    - **b** Weights that are learned.
#    - **c** Trained hidden layers, and an activation with a useful derivative.
#
# Put letters in quotes, such as "a", in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "b"
q2 = "c"
q3 = "c"
q4 = "a"
q5 = "b"
q6 = "c"
### END SOLUTION

# %% name="quiz-result"
quiz("03_activations", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5, q6=q6)

# %% [markdown]
# ## What to take away
#
# <!-- slide: What to take away -->
# - Without a bend a stack of layers computes nothing that one matrix could not.
# - σ′ ≤ ¼, and 1 % of that is left at |x| = 6; tanh′ ≤ 1, and 1 % is left at 3. Through many layers the
#   factors multiply.
# - One example of positive inputs pushes all weights of a neuron the same way. What that costs is curvature,
#   and so the rate. Centre your inputs: here it nearly halved the early loss.
# - tanh is a sigmoid that is centred and has a slope of 1. Both made it faster early on, by more with three
#   hidden layers than with one. Larger first weights made up for the slope.
# - Floats reach 0 and 1. Compute losses from logits.
# <!-- /slide -->
#
# ## In practice
#
# Today the sigmoid lives on where a number between 0 and 1 is wanted: in the gates of recurrent
# networks, and as the output for a yes-or-no question. In hidden layers the rectifiers of lesson 04
# have mostly replaced it.
#
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `activations.sigmoid(x)` | `torch.sigmoid(x)`, `torch.nn.Sigmoid()` | nothing |
# | `np.tanh(x)` | `torch.tanh(x)`, `torch.nn.Tanh()` | nothing |
# | `activations.sigmoid_derivative(x)` | `y.backward(…)`, then `x.grad` | torch computes y (1 − y), which is 0 where y rounds to 1 |
# | `-activations.softplus(-z)`, which is log σ(z) | `torch.nn.functional.logsigmoid(z)` | the name |
# | `losses.cross_entropy(logits, labels)` | `torch.nn.functional.cross_entropy(logits, labels)` | nothing: both take logits and give the mean |
# | numbers are float64 | float32 | `torch.tensor(array)` keeps an array's float64 |
#
# <details><summary>The sigmoid and its slope, by both</summary>
#
# ```python
# import numpy as np
# import torch
#
# from dlcourse import activations
#
# x = np.linspace(-6, 6, 25)
# t = torch.tensor(x, requires_grad=True)
# y = torch.sigmoid(t)
# y.sum().backward()  # each entry's slope, as y_i depends on x_i alone
# np.testing.assert_allclose(y.detach(), activations.sigmoid(x), atol=1e-6)
# np.testing.assert_allclose(t.grad, activations.sigmoid_derivative(x), atol=1e-6)
# ```
#
# </details>
#
# ## Go further
#
# - Two hidden units can solve XOR: you have seen the weights. Does descent find them? Train fifty networks
#   with two tanh units for 200 epochs, then with three, four and eight. How many get all four clouds right?
# - Adam (lesson 08) gives each weight a step of its own size. Does σ still lose with three hidden layers?
#   Replace `optimizers.SGD` by `optimizers.Adam` in the last race, and tune over 0.001 to 0.1.
# - With ten hidden layers of 32, how far do larger first weights bring the sigmoid? Give `compare`
#   `initializer=four_times`, then one six times as large, and twenty epochs on centred pixels.

# %% [markdown] discussion="go-further"
# **XOR with two units.** Descent found such weights in 42 of 50 runs, in 36 with other seeds; the others stayed
# at three clouds of four. With three, four or eight units it was 50 of 50. (One unit got 75 % at best.) With a few units to
# spare the way is easier to find.
#
# **Under Adam** the sigmoid is no longer at chance after six epochs (ten networks each, rates tuned): 92.8 %,
# against 94.7 for tanh. Which cause is left? σ − ½ was no better than σ, with test losses of 0.28 and 0.29,
# while weights four times as large brought either of them level with tanh (0.20, 0.18 and 0.18). With centred
# pixels and Adam it was the slope, then, and the centre of the hidden units hardly counted. (With SGD larger
# weights brought more than the centre, too, on raw pixels and after ten epochs.)
#
# **Ten layers of sigmoids**, after twenty epochs of SGD at tuned rates (ten networks each): 9 % of the test
# digits with Glorot's weights, which is chance, 35 % (18 to 64) with four times these, 84 % (54 to 94) with
# six times, and 94 % for tanh with Glorot's. Larger weights carry the gradient down, as section 5 shows, and
# so the sigmoid learns, but late and not in every run: a sum that is large makes flat units.

# %% [markdown]
# ## References
#
# - Y. Bengio, P. Simard, P. Frasconi (1994), *Learning long-term dependencies with gradient descent
#   is difficult*, IEEE Transactions on Neural Networks 5(2). Why products of slopes vanish or
#   explode.
# - G. Cybenko (1989), *Approximation by superpositions of a sigmoidal function*, Mathematics of
#   Control, Signals and Systems 2. One hidden layer is enough in principle; twelve pages that are
#   worth the effort.
# - X. Glorot, Y. Bengio (2010), *Understanding the difficulty of training deep feedforward neural
#   networks*, AISTATS. Sigmoid and tanh watched layer by layer, as in section 5.
# - A. Karpathy, F.-F. Li, J. Johnson, *CS231n course notes: Neural Networks Part 1*. Where the
#   zig-zag argument is told most often; now you know what it leaves out.
# - Y. LeCun, L. Bottou, G. Orr, K.-R. Müller (1998), *Efficient BackProp*, in Neural Networks: Tricks
#   of the Trade. Sections 4.3 and 4.4: why inputs should be centred, and which sigmoid to take.
# - M. Minsky, S. Papert (1969), *Perceptrons*, MIT Press. What a network without hidden layers cannot
#   do.
# - M. Nielsen (2015), *Neural Networks and Deep Learning*, chapter 5. The vanishing gradient, told
#   slowly, with pictures.
# - F. Rosenblatt (1958), *The perceptron: a probabilistic model for information storage and
#   organization in the brain*, Psychological Review 65(6). The step function at work.
# - A. Saxe, J. McClelland, S. Ganguli (2014), *Exact solutions to the nonlinear dynamics of learning in deep
#   linear neural networks*, ICLR. What depth does to learning where it does nothing to computing.
