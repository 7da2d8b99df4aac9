# %% [markdown]
# # 03 · Activation functions: why a network needs a bend, and what sigmoid and tanh cost
#
# **You will make** the sigmoid, the hyperbolic tangent and their derivatives. With them you will
# watch a deep network that is no better than a coin, a gradient that dies on its way down, a walk
# that may take only two of four directions, and a race that tells two explanations apart.
#
# **You will be able to**
#
# - prove that a stack of linear layers is one linear layer,
# - write σ and tanh so that no input breaks them, and say where their floats stop telling numbers
#   apart,
# - predict how much of a gradient survives a saturated unit, or ten units in a row,
# - say when positive inputs slow a neuron down, and when they do not.
#
# | | |
# |---|---|
# | Time | 75 minutes, six exercises |
# | You need | Python functions, NumPy arrays, the derivative and the chain rule; lesson 01 for the words *layer*, *loss*, *batch* |
# | Covers | sections B0, B1 and B2 of the source document, corrections X4, X7 and X9 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import time
from itertools import pairwise

import numpy as np

from dlcourse import datasets, layers, losses, network, optimizers, plots, training
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. Why a network needs a bend
#
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
# Four clouds of points sit at the corners of a square. A point belongs to class 1 if *exactly one* of
# its coordinates is positive: the exclusive or, XOR. You train three networks on 200 such points: one
# hidden layer without a bend (its activation is the identity), three hidden layers without a bend,
# and one hidden layer with tanh. Points, learning rate and order of the batches are the same for all,
# and the two with one hidden layer start from the same weights.
#
# **Before you run it:** what share of the points will the network with *three* hidden layers, and no
# bend, get right? Write a number from 0 to 1.

# %% guess="linear-share"
### BEGIN SOLUTION
linear_share_guess = 0.75  # share of points, 0 to 1
### END SOLUTION


# %% name="xor"
def train_on_xor(activation, depth, seed):
    points, classes = datasets.xor(200, np.random.default_rng(seed))
    net = network.mlp([2] + [8] * depth + [2], activation=activation, rng=np.random.default_rng(seed))
    order = np.random.default_rng(seed)
    sgd = optimizers.SGD(0.3)
    training.fit(net, losses.softmax_cross_entropy, sgd, (points, classes), epochs=100, rng=order)
    return net, points, classes


NETWORKS = {
    "1 hidden layer, no bend": ("identity", 1),
    "3 hidden layers, no bend": ("identity", 3),
    "1 hidden layer, tanh": ("tanh", 1),
}
final = {}
for name, (activation, depth) in NETWORKS.items():
    trained = [train_on_xor(activation, depth, seed) for seed in range(5)]
    final[name] = [training.evaluate(net, losses.softmax_cross_entropy, data) for net, *data in trained]
    loss, share = np.transpose(final[name])
    print(f"{name:>24}: loss {loss.min():.2f} to {loss.max():.2f},", end=" ")
    print(f"right on {share.min():.0%} to {share.max():.0%} of the points, 5 seeds;", end=" ")
    answers = [losses.softmax(net.forward(points))[:, 1] for net, points, _ in trained]
    print(f"farthest from one half: {np.abs(np.array(answers) - 0.5).max():.2f}")
share = np.mean([share for _, share in final["3 hidden layers, no bend"]])
compare_guess(linear_share_guess, share, "Share right without a bend")

# %% name="xor-figure"
fig, axes = plots.figure(3, width=8.4, height=3.2, sharey=True)
for ax, (name, (activation, depth)) in zip(axes, NETWORKS.items(), strict=True):
    net, points, classes = train_on_xor(activation, depth, seed=0)
    plots.regions(ax, lambda p, net=net: losses.softmax(net.forward(p))[:, 1], points, classes)
    ax.set(title=name, xlabel="first input", aspect="equal")
axes[0].set_ylabel("second input")
plots.show(
    fig,
    "Three maps of the plane with the four XOR clouds. Without a bend, with one hidden layer and with "
    "three, the map is one washed-out colour: the answer is about one half everywhere, and at most a "
    "straight line crosses it. With tanh, curved borders cut out the two clouds of each class, and "
    "every point lies in its own region.",
)

# %% [markdown]
# A loss of 0.69 is ln 2: what a coin scores. Both networks without a bend end there, and the two
# layers more have bought nothing. All their answers lie within a tenth of one half, so the share of
# right ones is luck; on one seed it is a quarter. (A straight line *can* get three of the four clouds
# right. But the cross-entropy charges more for the fourth, confidently wrong, than it pays for the
# three; its lowest point is one half everywhere.) One hidden layer with a bend, from the same first
# weights, solves it.
#
# Your `collapse_linear` shows how little there was to begin with.

# %% name="collapse-the-trained"
net, points, _ = train_on_xor("identity", 3, seed=0)
W = collapse_linear([value for name, value, _ in net.parameters() if name.endswith("weights")])
b = net.forward(np.zeros((1, 2)))  # what the biases of all layers come to
print("trained:", net.theta.size, "parameters;  W and b:", W.size + b.size)
apart = np.abs(net.forward(points) - (points @ W + b)).max()
print("largest difference between the two below 1e-12:", apart < 1e-12)

# %% [markdown]
# One bend is also *enough*, in principle: a single hidden layer of sigmoids can come as close as you
# like to any continuous function on a closed, bounded region, if it may be wide (Cybenko 1989).
# Whether gradient descent *finds* those weights is another matter, and the rest of this course.
#
# > **Correction X7.** The document says that an activation function is the one thing that parts a
# > neural network from the perceptron. The perceptron has one too: a step, 1 above a threshold
# > and 0 below (Rosenblatt 1958). What is new is the *hidden layers*, without which XOR stays out of
# > reach (Minsky & Papert 1969), and an activation with a *useful derivative*: a step is flat
# > wherever it is differentiable, so no gradient would get through it to a hidden layer.

# %% [markdown]
# ## 2. The sigmoid
#
# The **sigmoid**, or logistic function, bends the whole line into the interval from 0 to 1:
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
# Both columns are the same quantity, the log-probability of class 0. At $z = 40$ the first has lost
# it: σ is 1 to the last bit, and the loss of that example would be infinite. This is why losses are
# computed from the sum $z$, the **logit**, and never from the probability.
#
# ### Its derivative
#
# Gradient descent needs the slope. The chain rule gives $e^{-x}/(1+e^{-x})^2$. One factor of that is
# σ itself; the other, $e^{-x}/(1+e^{-x})$, is what σ lacks to 1. So
#
# $$\sigma'(x) = \sigma(x)\,\bigl(1 - \sigma(x)\bigr)$$
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
# Far from 0 the curve is flat: the unit is **saturated**. A gradient that comes back through it is
# multiplied by σ′(x), so a flat unit passes nothing on, and the weights before it stop learning.
#
# **Before you run it:** the slope of σ is largest at 0. What share of that largest slope is left at
# $x = 5$?

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
left_at_five = sigmoid_derivative(np.array(5.0)) / largest
compare_guess(slope_at_five_guess, left_at_five, "Share of the largest slope at x = 5")

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
    "Above, the sigmoid: an S from 0 to 1, flat outside −5 and 5. Below, its derivative: a bell of "
    "height one quarter at 0 that has all but vanished outside −5 and 5. Both outer parts are shaded.",
)

# %% [markdown]
# Under 3 % is left at 5, and about a fiftieth of a percent at 10. The document's rule, trouble beyond
# |x| = 5, is a fair one.
#
# But look at the middle, too. Even at its best the sigmoid lets through *a quarter*. Stack them, and
# the quarters multiply.
#
# ### Ten layers deep
#
# A gradient on its way from the loss down to layer 1 meets one factor σ′ and one weight matrix a
# layer. You build a network of ten hidden layers, put real digits in, go back once, and measure the
# average size of the gradient in every layer. No training: this is what the very first update would
# be made of. Weights are drawn as Glorot and Bengio advise (lesson 05).
#
# **Before you run it:** by which factor is the gradient of the first layer smaller than that of the
# tenth hidden layer, with sigmoids? Guess the number of zeros: 2 for a factor of 100, and so on.

# %% guess="zeros"
### BEGIN SOLUTION
zeros_guess = 3  # 10 to this power
### END SOLUTION

# %% name="depth"
digits = datasets.digits()
images, labels = digits.train


def gradient_sizes(activation, seed):
    net = network.mlp([64] + [64] * 10 + [10], activation=activation, rng=np.random.default_rng(seed))
    _, upstream = losses.softmax_cross_entropy(net.forward(images[:256]), labels[:256])
    net.backward(upstream)
    gradients = [gradient for name, _, gradient in net.parameters() if name.endswith("weights")]
    return [np.abs(gradient).mean() for gradient in gradients[:10]]  # the eleventh is the output's


sizes = {name: np.array([gradient_sizes(name, seed) for seed in range(5)]) for name in ("sigmoid", "tanh")}
zeros = {name: np.log10(size[:, 9] / size[:, 0]).mean() for name, size in sizes.items()}
for name in sizes:
    print(f"{name:>7}: layer 10 over layer 1, mean of 5 seeds: a factor of 10^{zeros[name]:.1f}")
print(f"nine slopes of ¼ alone make a factor of 10^{np.log10(4**9):.1f}")
compare_guess(zeros_guess, zeros["sigmoid"], "Zeros with sigmoids")

# %% name="depth-figure"
fig, ax = plots.figure(width=6.4, height=3.2)
depth = np.arange(1, 11)
plots.curves(ax, depth, sizes, labels=False)
for name, size, color in zip(sizes, sizes.values(), plots.COLORS, strict=False):
    ax.annotate(name, (3, size[:, 2].mean()), xytext=(0, -16), textcoords="offset points", color=color)
ax.set(yscale="log", xticks=depth, xlabel="hidden layer, counted from the input", ylabel="mean |∂L/∂w|")
ax.set_title("Ten sigmoids leave the first layers almost no gradient")
plots.show(
    fig,
    "Mean size of the weight gradient in each of ten hidden layers, on a logarithmic scale, with the "
    "range over five seeds. With tanh it is level. With sigmoid it falls by more than half a power of "
    "ten a layer towards the input, nearly six powers in all.",
)

# %% [markdown]
# With sigmoids the first layer gets under a hundred-thousandth of what the tenth gets. Nine slopes
# lie between them, and the bound (¼)⁹ explains most of it; the rest is units that are not at their
# best, and weights. A learning rate that suits one end cannot suit the other. That is the **vanishing
# gradient** (Bengio, Simard & Frasconi 1994). tanh, whose slope at 0 is 1, carries the gradient
# through almost whole. At this depth the choice of the bend decides whether the lower layers learn at
# all.

# %% [markdown]
# ## 4. What an exponential costs
#
# The document's second complaint: $e^x$ is expensive to compute. How expensive depends on your
# machine, so measure it on yours: the median of 50 runs each. The last line is the matrix product
# that feeds the activation.


# %% name="cost-of-exp" tags=["nbval-ignore-output"]
def microseconds(work, repeats=50):
    spent = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return 1e6 * np.median(spent)


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
costs = {name: microseconds(work) for name, work in works.items()}
for name, cost in costs.items():
    print(f"{name:>17}: {cost:7.1f} µs, {cost / costs['z * z']:5.1f} × a multiplication")

# %% [markdown]
# Read your own numbers: they differ between machines, and between versions of NumPy, which has made
# its exponential a good deal faster over the years. What does not change is the proportion. An
# activation is computed once a *unit*; the product `z @ w` multiplies once a *weight*, here 256 times
# a unit. The wider the layer, the less the activation matters. So the complaint is just, and seldom
# decisive. Speed alone is a weak reason to give up the sigmoid; its gradient is a strong one.

# %% [markdown]
# ## 5. Positive inputs: the sign constraint
#
# Take one neuron with inputs $x_i$ and weights $w_i$, and call δ the gradient of the loss with
# respect to its sum $z = \sum_i x_i w_i$. Since $\partial z / \partial w_i = x_i$,
#
# $$\frac{\partial L}{\partial w_i} = \delta \, x_i .$$
#
# If the inputs come out of sigmoids, **every $x_i$ is positive**. Then all components of the gradient
# have the sign of δ: all weights go up together, or all go down.
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
# Now let such a neuron learn. It has two weights, it starts at (−1, 1), and the right answer is at
# (1, −1): the first must rise and the second must fall. It sees one example at a time, and its loss
# is $\tfrac12 (z - z^*)^2$, so $\delta = z - z^*$. One walk gets inputs between 0 and 1, like the
# outputs of sigmoids. The other gets the *same* inputs less ½, so that they are centred on zero. Both
# see the examples in the same order.
#
# **Before you run it:** on the positive inputs, what share of the steps will move both weights the
# same way?

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
        gradients = [neuron_weight_gradient(x, delta) for x, delta in zip(batch, deltas, strict=True)]
        w = w - learning_rate * np.mean(gradients, axis=0)
        seen.append(w)
    return np.array(seen)


def quadrants(weights):
    """Share of the steps in each quadrant: both weights up, first down, both down, first up."""
    first, second = np.sign(np.diff(weights, axis=0)).T
    return [np.mean((first == a) & (second == b)) for a, b in ((1, 1), (-1, 1), (-1, -1), (1, -1))]


print("100 steps, first weight, second weight:   ↑↑     ↓↑     ↓↓     ↑↓")
for kind in OFFSET:
    shares = quadrants(walk(kind, 0.4, seed=0, steps=100))
    print(f"{kind + ' inputs':>38}:", *(f"{share:6.0%}" for share in shares))
both_up, _, both_down, _ = quadrants(walk("positive", 0.4, seed=0, steps=100))
compare_guess(same_way_guess, both_up + both_down, "Share on positive inputs")

# %% [markdown]
# All of them. The step that is wanted, ↑↓, is never on offer: in the plane of the two weights only
# two of the four quadrants are open. The centred walk takes it more often than any other. (Neither
# walk takes ↓↑: no step on an example leads straight away from an answer that fits them all.)
#
# Does it slow the walk down? Give each walk a whole range of learning rates.


# %% name="walk-lengths"
def steps_needed(kind, learning_rate, seed):
    """Steps until the weights are within 0.1 of the target; infinite if 600 do not do."""
    distance = np.linalg.norm(walk(kind, learning_rate, seed) - TARGET, axis=1)
    return np.argmax(distance < 0.1) if np.any(distance < 0.1) else np.inf


RATES = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)
print("median steps over 5 seeds, by learning rate")
print("    rate:", *(f"{rate:6}" for rate in RATES))
for kind in OFFSET:
    with np.errstate(over="ignore", invalid="ignore"):  # the largest rates diverge: that is the point
        needed = {rate: [steps_needed(kind, rate, seed) for seed in range(5)] for rate in RATES}
    best = min(RATES, key=lambda rate: max(needed[rate]))
    print(f"{kind:>8}:", *(f"{np.median(needed[rate]):6.0f}" for rate in RATES), end="   ")
    print(f"best rate {best}: {min(needed[best])} to {max(needed[best])} steps")

# %% name="curvature"
for kind, offset in OFFSET.items():
    x = np.random.default_rng(0).uniform(size=(100_000, 2)) - offset
    flattest, steepest = np.linalg.eigvalsh(x.T @ x / len(x))  # curvature of the mean loss
    print(f"{kind:>8}: the steepest direction is {steepest / flattest:.0f} × as steep as the flattest")

# %% name="walks-figure"
fig, axes = plots.figure(2, width=7.2, height=3.7, sharey=True)
for ax, (kind, offset), color in zip(axes, OFFSET.items(), plots.COLORS, strict=False):
    x = np.random.default_rng(1).uniform(size=(500, 2)) - offset

    def mean_loss(u, v, x=x):
        return np.mean([(a * (u - TARGET[0]) + b * (v - TARGET[1])) ** 2 / 2 for a, b in x], axis=0)

    plots.contours(ax, mean_loss, (-2.2, 2.2), (-2.2, 2.2))
    plots.path(ax, walk(kind, 0.8, seed=0, steps=60), color=color)
    ax.set(title=f"{kind} inputs, rate 0.8", xlabel="weight 1", aspect="equal")
axes[0].set_ylabel("weight 2")
plots.show(
    fig,
    "Two walks of 60 steps from a ring at (−1, 1) to the target at (1, −1), on the contours of the mean"
    " loss. With positive inputs the contours are long ellipses and every step goes up and right or "
    "down and left, a zig-zag. With centred inputs the contours are circles and most steps go down and "
    "right.",
)

# %% [markdown]
# The table is worth a second look, because it is not quite what the document leads you to expect.
#
# - At a **small** rate, 0.1 to 0.4, both walks need about the *same* number of steps. The zig-zag
#   itself costs nothing: its detours cancel, and what remains is the same average step.
# - The difference is in the rate that each can **stand**. Positive inputs all point to one side, so
#   the loss is seven times as steep along (1, 1) as along (1, −1): the long ellipses. The steep
#   direction caps the rate, and the shallow one, where this walk has to go, pays. Centred inputs make
#   circles, stand a larger rate and arrive in fewer steps (LeCun et al. 1998, section 4.3).
#
# So the trouble is real, but it is one of *curvature*. And it is a matter of single examples:

# %% name="same-way-by-batch"
for batch_size in (1, 4, 16, 64):
    walks = [walk("positive", 0.4, seed, steps=40, batch_size=batch_size) for seed in range(5)]
    same = [both_up + both_down for both_up, _, both_down, _ in map(quadrants, walks)]
    share = f"{min(same):4.0%} to {max(same):4.0%}"
    print(f"batch of {batch_size:2}: {share} of the steps move both weights the same way")

# %% [markdown]
# δ has a sign of its own for every example. As soon as a step averages over a batch, positive and
# negative δ mix and the closed quadrants open again. The strict constraint holds for one example at a
# time; lesson 06 is about batches.

# %% [markdown]
# ## 6. The hyperbolic tangent
#
# The **hyperbolic tangent** is a sigmoid squeezed to half its width, stretched to twice
# its height and shifted down by one, which puts its middle at 0:
#
# $$\tanh(x) = 2\,\sigma(2x) - 1$$
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
# Its slope follows from the chain rule, or from the quotient $\sinh/\cosh$:
#
# $$\tanh'(x) = 1 - \tanh^2(x)$$
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
# **Before you run it:** tanh saturates as well. From which $|x|$ on is its slope below 1 % of the
# largest?

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

# %% name="both-derivatives"
x = np.linspace(-8, 8, 401)
fig, (left, right) = plots.figure(2, width=8.2, height=3.2, sharex=True)
for name, f, slope, color, style, place, slope_place in (
    ("tanh", tanh_from_sigmoid, tanh_derivative, plots.COLORS[0], "-", (2, 0.78), (0.7, 0.72)),
    ("σ", sigmoid, sigmoid_derivative, plots.COLORS[1], "--", (-4.4, 0.12), (-4.0, 0.13)),
):
    left.plot(x, f(x), color=color, linestyle=style)
    left.annotate(name, place, color=color)
    right.plot(x, slope(x), color=color, linestyle=style)
    right.annotate(f"{name}′", slope_place, color=color)
    edge = first_below(slope, 0.01)
    right.axvline(edge, color=color, linewidth=1, linestyle=":")
    mark = dict(xytext=(4, 0), textcoords="offset points", color=color, va="top")
    right.annotate(f"1 % at\n{edge:.2f}", (edge, 0.93), **mark)
left.set(
    xlabel="x, the sum that goes into the unit", ylabel="output", title="tanh has its middle at 0, σ at ½"
)
right.set(
    xlabel="x, the sum that goes into the unit", ylabel="slope", title="four times the slope, half the width"
)
plots.show(
    fig,
    "Left, tanh runs from −1 to 1 with its middle at 0, and the flatter sigmoid from 0 to 1 with its "
    "middle at one half. Right, their derivatives. tanh prime reaches 1 and is narrow: 1 percent of it "
    "is left at 2.99. Sigmoid prime reaches one quarter and is twice as wide: 1 percent of it is left "
    "at 5.99.",
)

# %% [markdown]
# > **Correction X9.** The document has tanh lose its gradient beyond |x| = 5, as it says of σ. It
# > happens much earlier: tanh′(3) is below 0.01 already. The reason is in the formula of exercise 5,
# > tanh(x) = 2σ(2x) − 1: whatever tanh does at $x$, σ does at $2x$. So σ saturates at *twice* the
# > distance (LeCun et al. 1998, section 4.4, for the choice of scale).

# %% [markdown]
# ## 7. Does tanh learn faster?
#
# The document says so, and it is easy to make an unfair experiment that agrees: one learning rate for
# both, or luckier first weights for one. Here is a fair one.
#
# - Same digits, same first weights, same batches in the same order for both.
# - For each activation and depth the learning rate is chosen from the same five, by the validation
#   loss of the last five epochs on two seeds that are used for nothing else.
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
LEARNING_RATES = (0.1, 0.3, 1.0, 3.0, 10.0)
EPOCHS = {1: 15, 3: 30}


class Shifted(layers.Activation):
    """An activation moved up by a constant. Its slope, and so its `backward`, stay what they are."""

    def __init__(self, name, shift):
        super().__init__(name)
        self.shift = shift

    def forward(self, x, training=False):
        return super().forward(x, training) + self.shift


def train(activation, depth, learning_rate, seed, shift=0.0):
    sizes = pairwise([64] + [32] * depth + [10])
    stack = [layer for size in sizes for layer in (layers.Dense(*size), Shifted(activation, shift))]
    net = network.Network(stack[:-1], np.random.default_rng(seed))
    options = dict(validation=digits.validation, epochs=EPOCHS[depth], rng=np.random.default_rng(1000 + seed))
    sgd = optimizers.SGD(learning_rate)
    try:
        return training.fit(net, losses.softmax_cross_entropy, sgd, digits.train, **options)
    except training.NonFiniteLoss:
        return None  # diverged


def tuned_rate(activation, depth, shift=0.0):
    def score(rate):
        runs = [train(activation, depth, rate, seed, shift) for seed in (100, 101)]
        return np.mean([run.validation_loss[-5:] if run else [np.inf] * 5 for run in runs])

    return min(LEARNING_RATES, key=score)


def race(activation, depth, shift=0.0):
    """Validation accuracies of five seeds, (5, epochs), at the tuned rate, and the first epoch with 90 %."""
    rate = tuned_rate(activation, depth, shift)
    accuracy = np.array(
        [train(activation, depth, rate, seed, shift).validation_accuracy for seed in range(5)]
    )
    return rate, accuracy, np.argmax(accuracy >= 0.9, axis=1) + 1


accuracies, arrivals = {}, {}
for depth in EPOCHS:
    for activation in ("sigmoid", "tanh"):
        rate, accuracy, epochs = race(activation, depth)
        accuracies[depth, activation], arrivals[depth, activation] = accuracy, epochs
        print(f"{depth} hidden, {activation:>7}, rate {rate:4}:", end=" ")
        print(f"90 % after {min(epochs):2} to {max(epochs):2} epochs,", end=" ")
        print(f"at the end {accuracy[:, -1].min():.0%} to {accuracy[:, -1].max():.0%}")
compare_guess(epochs_guess, arrivals[3, "sigmoid"].mean(), "Epochs to 90 % with three layers of sigmoids")

# %% name="fair-race-figure"
fig, axes = plots.figure(2, width=7.6, height=3.3, sharey=True)
for ax, depth in zip(axes, EPOCHS, strict=True):
    named = {name: accuracies[depth, name] for name in ("sigmoid", "tanh")}
    plots.curves(ax, np.arange(1, EPOCHS[depth] + 1), named, labels=False)
    ax.set(title=f"{depth} hidden layer{'s' * (depth > 1)}", xlabel="epoch", ylim=(0, 1.02))
axes[0].set_ylabel("validation accuracy")
axes[1].annotate("sigmoid", (12, 0.42), color=plots.COLORS[0])
axes[1].annotate("tanh", (4, 0.99), color=plots.COLORS[1])
axes[0].annotate("both", (7, 0.83))
plots.show(
    fig,
    "Validation accuracy by epoch, mean and range of five seeds, each activation at its own tuned rate."
    " With one hidden layer sigmoid and tanh climb together. With three, tanh is above 90 percent "
    "within a few epochs, while sigmoid stays near chance for about five and takes more than fifteen to"
    " get there.",
)

# %% [markdown]
# With **one** hidden layer there is nothing in it: once each has its own rate, both reach 90 % within
# the same few epochs, and the small differences at the end are no larger than those between seeds.
# With **three**, tanh is there in 2 to 4 epochs. The sigmoid needs 15 to 19: for the first five it is
# hardly better than chance. In the end it arrives at the same height.
#
# ### Is it the centre or the slope?
#
# tanh differs from σ in two ways. It is centred (section 5), and its slope is four times as steep
# (section 3). The document names the first. Two more activations tell them apart, for a shift moves
# the centre and leaves the slope alone:
#
# | | middle off 0 | middle at 0 |
# |---|---|---|
# | **slope at most ¼** | σ(x) | σ(x) − ½ |
# | **slope at most 1** | tanh(x) + 1 | tanh(x) |
#
# **Before you run it:** the upper left needs about 18 epochs, the lower right about 3. How many will
# σ(x) − ½ need, which is centred and no steeper?

# %% guess="centred"
### BEGIN SOLUTION
centred_guess = 5  # epochs
### END SOLUTION

# %% name="centre-or-slope"
four = {"σ(x)": arrivals[3, "sigmoid"], "σ(x) − ½": None, "tanh(x) + 1": None, "tanh(x)": arrivals[3, "tanh"]}
for name, activation, shift in (("σ(x) − ½", "sigmoid", -0.5), ("tanh(x) + 1", "tanh", 1.0)):
    rate, _, four[name] = race(activation, 3, shift)
    print(f"{name:>11}, rate {rate}: 90 % after {four[name].min()} to {four[name].max()} epochs")
compare_guess(centred_guess, four["σ(x) − ½"].mean(), "Epochs to 90 % with three layers of σ(x) − ½")

# %% name="centre-or-slope-figure"
fig, ax = plots.figure(width=6.4, height=2.5)
for row, (name, epochs) in enumerate(four.items()):
    centred, steep = name in ("σ(x) − ½", "tanh(x)"), name.startswith("tanh")
    color, marker = plots.COLORS[steep], plots.MARKERS[row]
    ax.plot(epochs, row + np.linspace(-0.2, 0.2, 5), linestyle="", marker=marker, color=color)
    words = f"slope {'1' if steep else '¼'}, {'centred' if centred else 'off centre'}"
    beside = dict(xytext=(12, 0), textcoords="offset points", va="center", color=color)
    ax.annotate(words, (epochs.max(), row), **beside)
ax.set(
    yticks=range(4),
    yticklabels=four,
    xlim=(0, 28),
    xlabel="epochs to 90 % validation accuracy, one mark a seed",
)
ax.set_title("Centring helps, the slope helps more, both help most")
ax.invert_yaxis()
plots.show(
    fig,
    "Epochs to 90 percent with three hidden layers, five seeds each, in four rows that do not overlap: "
    "the sigmoid 15 to 19, the centred sigmoid 7 to 8, tanh plus one 5 to 6, tanh 2 to 4.",
)

# %% [markdown]
# Both causes are real: no two of the four overlap. To centre the sigmoid saves more than half of its
# epochs, and 15 to 19 become 7 or 8. To make it four times as steep and leave it off centre saves
# more still: 5 or 6. tanh has both, and is there after 2 to 4. (On these digits, at this depth. It is
# your cell now: try two layers, or five.)
#
# So: "tanh converges faster than sigmoid" holds here for three hidden layers, and not for one. The
# document's reason, the centre, is half of the story. Better first weights (lesson 05) and batch
# normalisation (lesson 14) shrink the difference; rectifiers (lesson 04) avoid it.

# %% [markdown]
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
# - σ′ ≤ ¼ and is all but gone beyond |x| = 5; tanh′ ≤ 1 and is all but gone beyond 3. Through many
#   layers the factors multiply.
# - Positive inputs give all weights of a neuron the same sign of gradient, one example at a time.
#   What this costs is curvature: a smaller rate. Batches lift the strict constraint.
# - In *deep* networks tanh beats the sigmoid, by its slope first and by its centre second. In a
#   shallow one with a tuned rate you will hardly see it.
# - Floats reach 0 and 1. Compute losses from logits.
#
# ## In practice
#
# Today the sigmoid lives on where a number between 0 and 1 is wanted: in the gates of recurrent
# networks, and as the output for a yes-or-no question. In hidden layers the rectifiers of lesson 04
# have replaced it.
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
# ## References
#
# - Y. Bengio, P. Simard, P. Frasconi (1994), *Learning long-term dependencies with gradient descent
#   is difficult*, IEEE Transactions on Neural Networks 5(2). Why products of slopes vanish or
#   explode.
# - G. Cybenko (1989), *Approximation by superpositions of a sigmoidal function*, Mathematics of
#   Control, Signals and Systems 2. One hidden layer is enough in principle; twelve pages that are
#   worth the effort.
# - X. Glorot, Y. Bengio (2010), *Understanding the difficulty of training deep feedforward neural
#   networks*, AISTATS. Sigmoid and tanh watched layer by layer, as in section 3.
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
