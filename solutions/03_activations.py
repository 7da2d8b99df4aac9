# %% [markdown]
# # 03 · Activation functions: why a network needs a bend, and what sigmoid and tanh cost
#
# **You will make** the sigmoid, the hyperbolic tangent and their derivatives; then three experiments that
# show what they do to
# learning: a deep network that is no better than a straight line, a gradient that dies on its way down,
# and a walk that
# may only take two of four directions.
#
# **You will be able to**
#
# - prove that a stack of linear layers is one linear layer,
# - write σ and tanh so that no input breaks them, and say where their floats stop telling numbers apart,
# - predict how much of a gradient survives a saturated unit, or ten units in a row,
# - say when positive inputs slow a neuron down, and when they do not.
#
# | | |
# |---|---|
# | Time | 75 minutes, six exercises |
# | You need | Python functions, NumPy arrays, the derivative and the chain rule; lesson 01 for the words *layer*, *loss*, *batch* |
# | Covers | sections B0, B1 and B2 of the source document, corrections X4, X7 and X9 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes on
# with the
# reference version.

# %% role="setup"
import time

import numpy as np

from dlcourse import activations, datasets, losses, network, optimizers, plots, training
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. Why a network needs a bend
#
# A neuron adds up its weighted inputs and hands the sum to an **activation function** (활성함수), which
# decides what the
# neuron says. Suppose that function is linear, $h(x) = cx$. Put three of them in a row:
#
# $$h(h(h(x))) = c \cdot c \cdot c \cdot x = c^3 x$$
#
# Three layers, and the result is a single multiplication. Matrices do no better. With a batch $x$ of
# shape $(n, d)$ and
# weights $W_1, W_2, W_3$,
#
# $$y = ((x W_1) W_2) W_3 = x \,(W_1 W_2 W_3) = x W .$$
#
# Here it is in numbers: one example, three layers, and the one layer that does the same.

# %% name="three-linear-layers"
rng = np.random.default_rng(3)
x = rng.normal(size=(1, 2))
W1, W2, W3 = rng.normal(size=(2, 4)), rng.normal(size=(4, 4)), rng.normal(size=(4, 2))
W = W1 @ W2 @ W3
print("three layers:", (((x @ W1) @ W2) @ W3).round(4), " one layer:", (x @ W).round(4))
print("weights:", W1.size + W2.size + W3.size, "in the stack,", W.size, "in its equal")

# %% [markdown]
# ### Exercise 1 · `collapse_linear(weights)`
#
# Write the function that finds this one matrix for **any** stack of linear layers.
#
# - `weights`: a list of arrays, the $i$-th of shape $(n_i, n_{i+1})$, applied as `x @ w`. The list holds
#   at least one.
# - returns: the matrix $W$ of shape $(n_0, n_L)$ for which `x @ W` equals the whole stack.
#
# `collapse_linear([np.array([[1, 2]]), np.array([[3], [4]])])` gives `[[11]]`, for 1·3 + 2·4 = 11.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# Begin with the first matrix and multiply the others onto its right, one at a time. Matrix multiplication
# is `@`, and the
# list must be left as you found it.
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
# Four clouds of points sit at the corners of a square. A point belongs to class 1 if *exactly one* of its
# coordinates is
# positive: the exclusive or, XOR. You train two networks on 200 such points, with the same layers, the
# same first weights
# and the same batches. In one the activation is the identity, in the other it is tanh.
#
# **Before you run it:** what share of the points will the network *without* a bend get right? Write your
# guess, a number
# from 0 to 1.

# %% guess="linear-share"
### BEGIN SOLUTION
linear_share_guess = 0.75  # share of points, 0 to 1
### END SOLUTION


# %% name="xor"
def train_on_xor(activation, seed):
    points, classes = datasets.xor(200, np.random.default_rng(seed))
    net = network.mlp([2, 8, 8, 2], activation=activation, rng=np.random.default_rng(seed))
    training.fit(
        net,
        losses.softmax_cross_entropy,
        optimizers.SGD(0.3),
        (points, classes),
        epochs=100,
        rng=np.random.default_rng(seed),
    )
    return net, points, classes


share = {"identity": [], "tanh": []}
for activation in share:
    for seed in range(5):
        net, points, classes = train_on_xor(activation, seed)
        share[activation].append(losses.accuracy(net.forward(points), classes))
    print(
        f"{activation:>8}: right on {min(share[activation]):.0%} to {max(share[activation]):.0%} of the points, 5 seeds"
    )
compare_guess(linear_share_guess, np.mean(share["identity"]), "Share right without a bend")

# %% name="xor-figure"
fig, axes = plots.figure(2, width=7.2, height=3.4, sharey=True)
for ax, activation in zip(axes, share, strict=True):
    net, points, classes = train_on_xor(activation, seed=0)
    plots.regions(ax, lambda p, net=net: losses.softmax(net.forward(p))[:, 1], points, classes)
    ax.set(
        title=f"{activation}: {np.mean(share[activation]):.0%} right", xlabel="first input", aspect="equal"
    )
axes[0].set_ylabel("second input")
plots.show(
    fig,
    "Two maps of the plane with the four XOR clouds. With the identity the whole map has one "
    "washed-out colour: the network answers one half everywhere. With tanh two bent borders cut "
    "the plane into regions, and every point lies in the region of its class.",
)

# %% [markdown]
# Half of the points: no better than a coin. The linear network has 112 parameters and three layers, and
# all it can draw is one
# straight border. No line parts these clouds, so training pushes every answer to one half, the safest
# bet. The bent one
# solves it with the same weights to start from.
#
# One bend is also *enough*, in principle: a single hidden layer of sigmoids can come as close as you like
# to any continuous
# function on a closed, bounded region, if it may be wide (Cybenko 1989). Whether gradient descent *finds*
# those weights is another
# matter, and the rest of this course.
#
# > **Correction X7.** The document says that an activation function is the one thing that parts a neural
# > network from the
# > perceptron. The perceptron has one too: a step, 1 above a threshold and 0 below (Rosenblatt 1958).
# > What is new is the
# > *hidden layers*, without which XOR stays out of reach (Minsky & Papert 1969), and an activation with a
# > *useful derivative*: a
# > step is flat wherever it is differentiable, so no gradient would get through it to a hidden layer.

# %% [markdown]
# ## 2. The sigmoid
#
# The **sigmoid** (시그모이드), or logistic function, bends the whole line into the interval from 0 to 1:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# In code it is a line. But try that line far out on the left before you trust it.

# %% name="overflow"
with np.errstate(over="raise"):
    try:
        1 / (1 + np.exp(-np.array([-1000.0])))
    except FloatingPointError as error:
        print(f"1/(1+e^-x) at x = -1000: {error}")

# %% [markdown]
# $e^{1000}$ is larger than any float. The value is still right, for 1/∞ is 0, but a function that warns
# on ordinary input
# teaches people to ignore warnings. There is a second form, equal to the first:
#
# $$\sigma(x) = \frac{e^{x}}{1 + e^{x}}$$
#
# Each form is safe on one side. (Or you say, in the code, that this overflow is harmless.)
#
# ### Exercise 2 · `sigmoid(x)`
#
# - `x`: an array of any shape, or a number; floats or integers.
# - returns: σ of every entry, same shape. No overflow warning for any float, exactly 0 and 1 at −∞ and
#   +∞, and nan where x
#   is nan.
#
# `sigmoid(np.array([0.0, 1.0, -1000.0]))` gives `[0.5, 0.73105858, 0.0]`.
#
# *Difficulty: medium · 10 minutes*
#
# <details><summary>Hint</summary>
#
# Two ways. Either put `with np.errstate(over="ignore"):` around the first form. Or note that $e^{-|x|}$
# never overflows, and
# write both forms with it.
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
# > **Correction X4.** The document gives the range of σ as [0, 1] and that of tanh as [−1, 1]. In exact
# > arithmetic the ends are
# > never reached: the intervals are *open*, (0, 1) and (−1, 1). Floats do round to the ends (IEEE 754
# > double precision keeps 53
# > bits), and that matters as soon as you take a logarithm.

# %% name="round-to-one"
for z in (10.0, 40.0):
    with np.errstate(divide="ignore"):
        naive = np.log(1 - sigmoid(np.array(z)))
    print(
        f"z = {z:2.0f}:  σ(z) == 1 is {sigmoid(np.array(z)) == 1!s:5}  log(1 - σ(z)) = {naive:8.4f}", end="  "
    )
    print(f"-log(1 + e^z) = {-np.logaddexp(0, z):8.4f}")

# %% [markdown]
# Both columns are the same quantity, the log-probability of class 0. At $z = 40$ the first has lost it: σ
# is 1 to the last bit, and the
# loss of that example would be infinite. This is why losses are computed from the sum $z$, the **logit**,
# and never from the
# probability.
#
# ### Its derivative
#
# Gradient descent needs the slope. Differentiate $1/(1+e^{-x})$ and you find the form that everybody
# remembers:
#
# $$\sigma'(x) = \sigma(x)\,\bigl(1 - \sigma(x)\bigr)$$
#
# ### Exercise 3 · `sigmoid_derivative(x)`
#
# - `x`: an array of any shape, or a number: what goes *into* σ, not what comes out.
# - returns: σ′ of every entry, same shape.
#
# `sigmoid_derivative(np.array([0.0, 2.0]))` gives `[0.25, 0.10499359]`.
#
# *Difficulty: easy · 5 minutes*
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
# ## 3. Saturation
#
# Far from 0 the curve is flat: the unit is **saturated** (포화). A gradient that comes back through it is
# multiplied by σ′(x),
# so a flat unit passes nothing on, and the weights before it stop learning.
#
# **Before you run it:** the slope of σ is largest at 0. What share of that largest slope is left at $x =
# 5$?

# %% guess="slope-at-five"
### BEGIN SOLUTION
slope_at_five_guess = 0.1  # share of the largest slope, 0 to 1
### END SOLUTION

# %% name="saturation-table"
largest = sigmoid_derivative(np.array(0.0))
print("  x      σ(x)     σ'(x)   share of the largest slope")
for x in (0.0, 1.0, 2.0, 3.0, 5.0, 6.0, 10.0):
    slope = sigmoid_derivative(np.array(x))
    print(f"{x:4.0f}  {sigmoid(np.array(x)):8.5f}  {slope:8.5f}  {slope / largest:10.2%}")
compare_guess(
    slope_at_five_guess, sigmoid_derivative(np.array(5.0)) / largest, "Share of the largest slope at x = 5"
)

# %% name="saturation-figure"
x = np.linspace(-10, 10, 401)
fig, (top, bottom) = plots.figure(1, 2, width=7.0, height=4.4, sharex=True)
top.plot(x, sigmoid(x))
bottom.plot(x, sigmoid_derivative(x), color=plots.COLORS[1])
for ax in (top, bottom):
    ax.axvspan(-10, -5, color="#eeeeee")
    ax.axvspan(5, 10, color="#eeeeee")
top.set(ylabel="σ(x)", title="The grey parts pass on less than 3 % of what the middle does")
bottom.set(ylabel="σ′(x)", xlabel="x, the sum that goes into the unit", ylim=(0, 0.27))
bottom.annotate("at most ¼", (0, 0.25), xytext=(1.1, 0.235), color=plots.COLORS[1])
plots.show(
    fig,
    "Above, the sigmoid: an S from 0 to 1, flat outside −5 and 5. Below, its derivative: a bell "
    "of height one quarter at 0 that has all but vanished outside −5 and 5. Both outer parts are "
    "shaded.",
)

# %% [markdown]
# Under 3 % is left at 5, and less than a fiftieth of a percent at 10. The document's rule, trouble beyond
# |x| = 5, is a fair one.
#
# But look at the middle, too. Even at its best the sigmoid lets through *a quarter*. Stack them, and the
# quarters multiply.
#
# ### Ten layers deep
#
# A gradient on its way from the loss down to layer 1 meets one factor σ′ and one weight matrix a layer.
# You build a network of ten
# hidden layers, put real digits in, go back once, and measure the average size of the gradient in every
# layer. No training: this is
# what the very first update would be made of. Weights are drawn as Glorot and Bengio advise (lesson 05).
#
# **Before you run it:** by which factor is the gradient of the first layer smaller than that of the tenth
# hidden layer, with
# sigmoids? Guess the number of zeros: 2 for a factor of 100, and so on.

# %% guess="zeros"
### BEGIN SOLUTION
zeros_guess = 6  # 10 to this power
### END SOLUTION

# %% name="depth"
digits = datasets.digits()
images, labels = digits.train


def gradient_sizes(activation, seed):
    net = network.mlp([64] + [64] * 10 + [10], activation=activation, rng=np.random.default_rng(seed))
    _, upstream = losses.softmax_cross_entropy(net.forward(images[:256]), labels[:256])
    net.backward(upstream)
    return [np.abs(gradient).mean() for name, _, gradient in net.parameters() if name.endswith("weights")][
        :10
    ]


sizes = {name: np.array([gradient_sizes(name, seed) for seed in range(5)]) for name in ("sigmoid", "tanh")}
for name, size in sizes.items():
    print(
        f"{name:>7}: layer 10 over layer 1, mean of 5 seeds: a factor of 10^{np.log10(size[:, 9] / size[:, 0]).mean():.1f}"
    )
compare_guess(
    zeros_guess, np.log10(sizes["sigmoid"][:, 9] / sizes["sigmoid"][:, 0]).mean(), "Zeros with sigmoids"
)

# %% name="depth-figure"
fig, ax = plots.figure(width=6.4, height=3.2)
layers = np.arange(1, 11)
lines = plots.curves(ax, layers, sizes, labels=False)
ax.set(
    yscale="log",
    xticks=layers,
    xlabel="hidden layer, counted from the input",
    ylabel="mean |∂L/∂w|",
    title="Ten sigmoids leave the first layers almost no gradient",
)
plots.label_ends(ax, lines)
plots.show(
    fig,
    "Mean size of the weight gradient in each of ten hidden layers, on a logarithmic scale, with "
    "the range over five seeds. With tanh it is level. With sigmoid it falls by about half a "
    "power of ten or more a layer towards the input, six powers in all.",
)

# %% [markdown]
# With sigmoids the first layer gets under a hundred-thousandth of what the tenth gets. A learning rate
# that suits the one cannot suit the
# other. That is the **vanishing gradient** (Bengio, Simard & Frasconi 1994). tanh, whose slope at 0 is 1,
# carries the gradient through
# almost whole. At this depth the choice of the bend decides whether the lower layers learn at all.

# %% [markdown]
# ## 4. What an exponential costs
#
# The document's second complaint: $e^x$ is expensive to compute. How expensive depends on your machine,
# so measure it on yours. The second table puts
# it in proportion, beside the matrix product that feeds the activation.


# %% name="cost-of-exp" tags=["nbval-ignore-output"]
def microseconds(work, repeats=200):
    spent = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return 1e6 * np.median(spent)


z = np.random.default_rng(0).normal(size=(64, 256))
w = np.random.default_rng(1).normal(size=(256, 256))
costs = {
    "z * z": microseconds(lambda: z * z),
    "maximum(z, 0)": microseconds(lambda: np.maximum(z, 0)),
    "exp(z)": microseconds(lambda: np.exp(z)),
    "sigmoid(z)": microseconds(lambda: activations.sigmoid(z)),
    "tanh(z)": microseconds(lambda: np.tanh(z)),
    "z @ w": microseconds(lambda: z @ w),
}
for work, cost in costs.items():
    print(f"{work:>14}: {cost:7.1f} µs, {cost / costs['z * z']:5.1f} × a multiplication")

# %% [markdown]
# Read your own numbers: they differ between machines, and between versions of NumPy, which has made its
# exponential a good deal faster over the years.
# What does not change is the proportion. An activation is computed once a *unit*; the product `z @ w`
# multiplies once a *weight*, here 256 times a unit. The
# wider the layer, the less the activation matters. So the complaint is just, and seldom decisive. Speed
# alone is a weak reason to give up the sigmoid; its
# gradient is a strong one.

# %% [markdown]
# ## 5. Positive inputs: the sign constraint
#
# Take one neuron with inputs $x_i$ and weights $w_i$, and call δ the gradient of the loss with respect to
# its sum $z = \sum_i x_i w_i$. Since
# $\partial z / \partial w_i = x_i$,
#
# $$\frac{\partial L}{\partial w_i} = \delta \, x_i .$$
#
# If the inputs come out of sigmoids, **every $x_i$ is positive**. Then all components of the gradient
# have the sign of δ: all weights go up
# together, or all go down.
#
# ### Exercise 4 · `neuron_weight_gradient(x, delta)`
#
# - `x`: array (d,), the inputs of one neuron. `delta`: a number, $\partial L/\partial z$.
# - returns: array (d,), $\partial L/\partial w$.
#
# `neuron_weight_gradient(np.array([0.5, 2.0]), -3.0)` gives `[-1.5, -6.0]`.
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
# Now let such a neuron learn. It has two weights, it starts at (−1, 1), and the right answer is at (1,
# −1): the first must rise and the second
# must fall. It sees one example at a time, and its loss is $\tfrac12 (z - z^*)^2$, so $\delta = z - z^*$.
# One walk gets inputs
# between 0 and 1, like the outputs of sigmoids. The other gets the *same* inputs less ½, so that they are
# centred on zero. Both
# see the examples in the same order.
#
# **Before you run it:** on the positive inputs, what share of the steps will move both weights the same
# way?

# %% guess="same-way"
### BEGIN SOLUTION
same_way_guess = 1.0  # share of steps, 0 to 1
### END SOLUTION

# %% name="walks"
START, TARGET = np.array([-1.0, 1.0]), np.array([1.0, -1.0])
OFFSET = {"positive": 0.0, "centred": 0.5}


def walk(kind, learning_rate, seed, steps=600, batch_size=1):
    """The weights after each step, (steps + 1, 2)."""
    inputs = np.random.default_rng(seed).uniform(size=(steps, batch_size, 2)) - OFFSET[kind]
    w, seen = START, [START]
    for batch in inputs:
        deltas = batch @ (w - TARGET)
        w = w - learning_rate * np.mean([neuron_weight_gradient(x, d) for x, d in zip(batch, deltas)], axis=0)
        seen.append(w)
    return np.array(seen)


def same_way(weights):
    """Share of the steps that move both weights up or both down."""
    return np.mean(np.diff(weights, axis=0).prod(axis=1) > 0)


for kind in OFFSET:
    print(
        f"{kind:>8} inputs: {same_way(walk(kind, 0.4, seed=0, steps=100)):4.0%} of the steps move both weights the same way"
    )
compare_guess(same_way_guess, same_way(walk("positive", 0.4, seed=0, steps=100)), "Share on positive inputs")

# %% [markdown]
# All of them: the step that is wanted, one up and one down, is never on offer. In the plane of the two
# weights only two of the four quadrants
# are open. Does it slow the walk down? Compare at one learning rate first, then give each walk the rate
# that suits it best.


# %% name="walk-lengths"
def steps_needed(kind, learning_rate, seed):
    """Steps until the weights are within 0.1 of the target; infinite if 600 do not do."""
    distance = np.linalg.norm(walk(kind, learning_rate, seed) - TARGET, axis=1)
    return np.argmax(distance < 0.1) if np.any(distance < 0.1) else np.inf


RATES = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)
with np.errstate(over="ignore", invalid="ignore"):  # the largest rates diverge: that is the point
    needed = {
        kind: {rate: [steps_needed(kind, rate, seed) for seed in range(5)] for rate in RATES}
        for kind in OFFSET
    }
best = {kind: min(RATES, key=lambda rate: max(needed[kind][rate])) for kind in OFFSET}
print("median steps over 5 seeds, by learning rate")
print("    rate:", *(f"{rate:6}" for rate in RATES))
for kind in OFFSET:
    print(
        f"{kind:>8}:",
        *(f"{np.median(needed[kind][rate]):6.0f}" for rate in RATES),
        f"  best rate {best[kind]}: {min(needed[kind][best[kind]])} to {max(needed[kind][best[kind]])} steps",
    )

# %% name="walks-figure"
fig, axes = plots.figure(2, width=7.2, height=3.7, sharey=True)
for ax, kind, color in zip(axes, OFFSET, plots.COLORS):
    spread = np.random.default_rng(1).uniform(size=(500, 2)) - OFFSET[kind]
    plots.contours(
        ax,
        lambda u, v, s=spread: np.mean(
            [(a * (u - TARGET[0]) + b * (v - TARGET[1])) ** 2 / 2 for a, b in s], axis=0
        ),
        (-2.2, 2.2),
        (-2.2, 2.2),
    )
    plots.path(ax, walk(kind, 0.8, seed=0, steps=60), color=color)
    ax.set(
        title=f"{kind} inputs, rate 0.8",
        xlabel="weight 1",
        xlim=(-2.2, 2.2),
        ylim=(-2.2, 2.2),
        aspect="equal",
    )
axes[0].set_ylabel("weight 2")
plots.show(
    fig,
    "Two walks of 60 steps from a ring at (−1, 1) to the target at (1, −1), on the contours of "
    "the mean loss. With positive inputs the contours are long ellipses and every step goes up- "
    "right or down-left, a zig-zag. With centred inputs the contours are circles and steps go in "
    "all directions.",
)

# %% [markdown]
# The table is worth a second look, because it is not quite what the document leads you to expect.
#
# - At a **small** rate, 0.1 to 0.4, both walks need about the *same* number of steps. The zig-zag itself
#   costs nothing: its detours cancel,
#   and what remains is the same average step.
# - The difference is in the rate that each can **stand**. Positive inputs all point to one side, so the
#   loss is steep along (1, 1) and shallow
#   along (1, −1): the long ellipses. The steep direction caps the rate, and the shallow one, where this
#   walk has to go, pays. Centred inputs
#   make circles, stand a larger rate and arrive in fewer steps.
#
# So the trouble is real, but it is one of *curvature*. And it is a matter of single examples:

# %% name="same-way-by-batch"
for batch_size in (1, 4, 16, 64):
    shares = [same_way(walk("positive", 0.4, seed, steps=40, batch_size=batch_size)) for seed in range(5)]
    print(
        f"batch of {batch_size:2}: {min(shares):4.0%} to {max(shares):4.0%} of the steps move both weights the same way"
    )

# %% [markdown]
# δ has a sign of its own for every example. As soon as a step averages over a batch, positive and
# negative δ mix and the closed quadrants
# open again. The strict constraint holds for one example at a time; lesson 06 is about batches.

# %% [markdown]
# ## 6. The hyperbolic tangent
#
# The **hyperbolic tangent** (하이퍼볼릭탄젠트) is a sigmoid squeezed to half its width, stretched to twice its
# height and shifted down by one, which puts its
# middle at 0:
#
# $$\tanh(x) = 2\,\sigma(2x) - 1$$
#
# ### Exercise 5 · `tanh_from_sigmoid(x)`
#
# - `x`: an array of any shape, or a number.
# - returns: tanh of every entry, by way of your `sigmoid`.
#
# `tanh_from_sigmoid(np.array([0.0, 1.0]))` gives `[0.0, 0.76159416]`.
#
# *Difficulty: easy · 3 minutes*
#
# <details><summary>Hint</summary>
#
# The formula is the code. If `x` may be a list or an integer, `np.asarray(x)` makes it an array first.
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
# Its slope follows from the chain rule, or from the quotient $\sinh/\cosh$:
#
# $$\tanh'(x) = 1 - \tanh^2(x)$$
#
# ### Exercise 6 · `tanh_derivative(x)`
#
# - `x`: an array of any shape, or a number: what goes *into* tanh.
# - returns: tanh′ of every entry, same shape.
#
# `tanh_derivative(np.array([0.0, 1.0]))` gives `[1.0, 0.41997434]`.
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
# **Before you run it:** tanh saturates as well. From which $|x|$ on is its slope below 1 % of the largest?

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
    print(
        f"{part:12.1%} {first_below(tanh_derivative, part):14.2f} {first_below(sigmoid_derivative, part):14.2f}"
    )
compare_guess(one_percent_guess, first_below(tanh_derivative, 0.01), "tanh is below 1 % from |x| =")

# %% name="both-derivatives"
x = np.linspace(-8, 8, 401)
fig, ax = plots.figure(width=6.6, height=3.2)
ax.plot(x, tanh_derivative(x), color=plots.COLORS[0])
ax.plot(x, sigmoid_derivative(x), color=plots.COLORS[1], linestyle="--")
ax.annotate("tanh′", (0.62, 0.72), color=plots.COLORS[0])
ax.annotate("σ′", (2.3, 0.1), color=plots.COLORS[1])
for derivative, color in ((tanh_derivative, plots.COLORS[0]), (sigmoid_derivative, plots.COLORS[1])):
    edge = first_below(derivative, 0.01)
    ax.axvline(edge, color=color, linewidth=1, linestyle=":")
    ax.annotate(
        f"1 % left\nat {edge:.2f}",
        (edge, 0.93),
        xytext=(4, 0),
        textcoords="offset points",
        color=color,
        va="top",
    )
ax.set(
    xlabel="x, the sum that goes into the unit",
    ylabel="slope",
    title="tanh passes on four times as much, over half the width",
)
plots.show(
    fig,
    "The derivatives of tanh and of the sigmoid. tanh prime reaches 1 and is narrow: 1 percent of "
    "it is left at 2.99. Sigmoid prime reaches one quarter and is twice as wide: 1 percent of it "
    "is left at 5.99.",
)

# %% [markdown]
# > **Correction X9.** The document has tanh lose its gradient beyond |x| = 5, as it says of σ. It happens
# > much earlier: tanh′(3) is below 0.01 already. The reason is in
# > the formula of exercise 5, tanh(x) = 2σ(2x) − 1: whatever tanh does at $x$, σ does at $2x$. So σ
# > saturates at *twice* the distance (LeCun et al.
# > 1998, section 4.4, for the choice of scale).

# %% [markdown]
# ## 7. Does tanh learn faster?
#
# The document says so, and it is easy to make an unfair experiment that agrees: one learning rate for
# both, or luckier first weights for one. Here is a fair one.
#
# - Same digits, same first weights, same batches in the same order for both.
# - For each activation and depth the learning rate is chosen from the same six, by validation loss on two
#   seeds that are used for nothing else.
# - Five other seeds are then trained with that rate, and you see them all.
#
# It is done twice: with one hidden layer of 32 units, and with three.
#
# **Before you run it:** how many epochs will the *three*-layer sigmoid network need to reach 90 % on
# validation data, if tanh needs about 3?

# %% guess="epochs"
### BEGIN SOLUTION
epochs_guess = 6  # epochs
### END SOLUTION

# %% name="fair-race"
LEARNING_RATES = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
EPOCHS = {1: 15, 3: 30}


def train(activation, depth, learning_rate, seed):
    net = network.mlp([64] + [32] * depth + [10], activation=activation, rng=np.random.default_rng(seed))
    try:
        return training.fit(
            net,
            losses.softmax_cross_entropy,
            optimizers.SGD(learning_rate),
            digits.train,
            validation=digits.validation,
            epochs=EPOCHS[depth],
            rng=np.random.default_rng(1000 + seed),
        )
    except training.NonFiniteLoss:
        return None  # diverged


def tuned_rate(activation, depth):
    def score(rate):
        runs = [train(activation, depth, rate, seed) for seed in (100, 101)]
        return np.mean([run.validation_loss[-1] if run else np.inf for run in runs])

    return min(LEARNING_RATES, key=score)


accuracy = {}
for depth in EPOCHS:
    for activation in ("sigmoid", "tanh"):
        rate = tuned_rate(activation, depth)
        runs = [train(activation, depth, rate, seed) for seed in range(5)]
        curve = accuracy[depth, activation] = np.array([run.validation_accuracy for run in runs])
        epochs = [int(np.argmax(row >= 0.9)) + 1 for row in curve]
        print(
            f"{depth} hidden, {activation:>7}, rate {rate:4}: 90 % after {min(epochs):2} to {max(epochs):2} epochs, "
            f"at the end {curve[:, -1].min():.0%} to {curve[:, -1].max():.0%}"
        )
deep_sigmoid = np.mean([np.argmax(row >= 0.9) + 1 for row in accuracy[3, "sigmoid"]])
compare_guess(epochs_guess, deep_sigmoid, "Epochs to 90 % with three layers of sigmoids")

# %% name="fair-race-figure"
fig, axes = plots.figure(2, width=7.6, height=3.3, sharey=True)
for ax, depth in zip(axes, EPOCHS, strict=True):
    plots.curves(
        ax,
        np.arange(1, EPOCHS[depth] + 1),
        {name: accuracy[depth, name] for name in ("sigmoid", "tanh")},
        labels=False,
    )
    ax.set(title=f"{depth} hidden layer{'s' * (depth > 1)}", xlabel="epoch", ylim=(0, 1.02))
axes[0].set_ylabel("validation accuracy")
axes[1].legend(loc="center right", handlelength=3, frameon=False)
plots.show(
    fig,
    "Validation accuracy by epoch, mean and range of five seeds, each activation at its own tuned "
    "rate. With one hidden layer sigmoid and tanh climb together. With three, tanh is above 90 "
    "percent within a few epochs, while sigmoid stays near chance for about five and takes more "
    "than fifteen to get there.",
)

# %% [markdown]
# With **one** hidden layer there is nothing in it: once each has its own rate, both reach 90 % within the
# same few epochs, and the small differences at the end are no larger than
# those between seeds. With **three**, tanh is there in 2 to 4 epochs. The sigmoid needs 15 to 19: for the
# first five it is
# hardly better than chance, since its lower layers get next to no gradient (section 3). In the end it
# arrives at the same height.
#
# So: "tanh converges faster than sigmoid" is true of *deep* networks, and of comparisons at one shared
# rate. Two causes are at work in it, the smaller slope and the uncentred outputs, and this
# experiment does not tell them apart. Better first weights (lesson 05) and batch normalisation (lesson
# 14) shrink the difference; rectifiers (lesson 04) avoid it.

# %% [markdown]
# ## Common mistakes
#
# - **Derivative of the wrong thing.** `x * (1 - x)` is σ′ when `x` is already σ's *output*. Know which of
#   the two you hold.
# - **The pattern of the other.** σ′ is s·(1 − s); tanh′ is 1 − t². They are easily swapped.
# - **Half of the argument.** tanh(x) = 2σ(2x) − 1, and backwards σ(x) = (1 + tanh(x/2))/2. Leave out the
#   2 and you have a curve of the right shape and the wrong width.
# - **Overflow.** `np.exp(x) / (1 + np.exp(x))` is nan for large x, and `1 / (1 + np.exp(-x))` warns for
#   very negative x.
# - **Integers.** `np.zeros_like(x)` of an integer array holds integers, and cuts every σ to 0 or 1.
# - **Writing into the input.** `x *= delta` changes the caller's array. `delta * x` makes a new one.
# - **Multiplying in the wrong order.** With `x @ W` the first layer stands on the left.

# %% [markdown]
# ## Quiz
#
# 1. Three linear layers stand one after the other, with nothing between them. What can they compute?
#    - **a** Curves, because the network is deep.
#    - **b** Just what one linear layer can.
#    - **c** Polynomials of degree three.
# 2. A gradient passes back through ten sigmoids. At the very best, what is left of it, weights aside?
#    - **a** All of it.
#    - **b** A tenth.
#    - **c** About a millionth.
# 3. tanh′ has fallen to 1 % of its largest value at |x| ≈ 3. Where has σ′ fallen to 1 % of its own?
#    - **a** |x| ≈ 1.5
#    - **b** |x| ≈ 3
#    - **c** |x| ≈ 6
# 4. All inputs of a neuron are positive, as after a sigmoid. What does that do to its gradient?
#    - **a** All its weights are pushed the same way.
#    - **b** It is positive.
#    - **c** It vanishes.
# 5. What does a sigmoid of 40.0 give in float64?
#    - **a** A number just below 1.
#    - **b** Exactly 1.0
#    - **c** An overflow.
# 6. What does a multi-layer network have that Rosenblatt's perceptron has not?
#    - **a** An activation function.
#    - **b** Weights that are learned.
#    - **c** Hidden layers, and an activation with a useful derivative.
#
# Put letters in the place of `None` and run the cells.

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
# - Without a bend, depth is for nothing: a stack of linear layers is one matrix.
# - σ′ ≤ ¼ and is all but gone beyond |x| = 5; tanh′ ≤ 1 and is all but gone beyond 3. Through many layers
#   the factors multiply.
# - Positive inputs give all weights of a neuron the same sign of gradient, one example at a time. What
#   this costs is curvature: a smaller rate. Batches lift the strict constraint.
# - Centred and with a slope of 1, tanh beats the sigmoid in *deep* networks; in a shallow one with a
#   tuned rate you will hardly see it.
# - Floats reach 0 and 1. Compute losses from logits.
#
# ## In practice
#
# | here | PyTorch |
# |---|---|
# | `sigmoid(x)` | `torch.sigmoid(x)`, `torch.nn.Sigmoid()` |
# | `np.tanh(x)` | `torch.tanh(x)`, `torch.nn.Tanh()` |
# | log σ(z) without loss | `torch.nn.functional.logsigmoid(z)` |
# | loss from logits | `torch.nn.BCEWithLogitsLoss()`, `torch.nn.CrossEntropyLoss()` |
#
# Today the sigmoid lives on where a number between 0 and 1 is wanted: in gates, in attention masks, as
# the output of a yes-or-no question. In hidden layers the rectifiers of lesson 04 have replaced it.
#
# ## References
#
# - Y. Bengio, P. Simard, P. Frasconi (1994), *Learning long-term dependencies with gradient descent is
#   difficult*, IEEE Transactions on Neural Networks 5(2). Why products of slopes vanish or explode.
# - G. Cybenko (1989), *Approximation by superpositions of a sigmoidal function*, Mathematics of Control,
#   Signals and Systems 2. One hidden layer is enough in principle; four pages that are worth the effort.
# - X. Glorot, Y. Bengio (2010), *Understanding the difficulty of training deep feedforward neural
#   networks*, AISTATS. Sigmoid and tanh watched layer by layer, as in section 3.
# - A. Karpathy, F.-F. Li, J. Johnson, *CS231n course notes: Neural Networks Part 1*. Where the zig-zag
#   argument is told most often; now you know what it leaves out.
# - Y. LeCun, L. Bottou, G. Orr, K.-R. Müller (1998), *Efficient BackProp*, in Neural Networks: Tricks of
#   the Trade. Sections 4.3 and 4.4: why inputs should be centred, and which sigmoid to take.
# - M. Minsky, S. Papert (1969), *Perceptrons*, MIT Press. What a network without hidden layers cannot do.
# - F. Rosenblatt (1958), *The perceptron: a probabilistic model for information storage and organization
#   in the brain*, Psychological Review 65(6). The step function at work.
