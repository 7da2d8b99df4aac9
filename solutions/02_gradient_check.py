# %% [markdown]
# # 02 · Gradient check: is the slope right before you walk down it?
#
# **You will make** a gradient that needs no calculus, a measure of how far two gradients are apart,
# and the two backward passes that every classifier is built from. Then you check whole networks, and
# hunt down a bug that training never shows.
#
# **You will be able to**
#
# - compute any gradient by differences, and choose the step h for a reason,
# - tell rounding from a bug by looking at the numbers,
# - check a network with kinks, penalties and dropout in it,
# - read a report layer by layer and name the line of code to blame.
#
# | | |
# |---|---|
# | Time | 80 minutes, four exercises |
# | You need | NumPy arrays, the derivative and the chain rule; lesson 01 for softmax and cross-entropy |
# | Covers | section A2 of the source document |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
from functools import partial

import numpy as np

from dlcourse import datasets, gradient_check, layers, losses, network, optimizers, plots, training
from dlcourse.exercises import check, compare_guess, quiz
from dlcourse.regularizers import l2_penalty

# %% [markdown]
# ## 1. A slope without calculus
#
# The document's recipe for training has five steps, and the second is a single line: before you
# train, check that the gradient is computed as it should be (그래디언트 체크). It does not say how, nor
# why one should bother if the loss goes down anyway. This lesson is about both.
#
# The idea: a derivative says how much the loss changes when one weight moves a little. So move the
# weight a little, and look. You need no formula for that, only the loss itself, which is short and
# easy to get right. The **backward pass**, or backprop (역전파), which goes from the loss to every weight
# by the chain rule, is long and easy to get wrong. If the two agree, the backward pass has passed.
#
# There are two ways to look. The **forward difference** takes one step ahead, the **central
# difference** one step to each side:
#
# $$\text{forward: } \frac{f(x+h) - f(x)}{h} \qquad\qquad
# \text{central: } \frac{f(x+h) - f(x-h)}{2h}$$

# %% name="two-secants"
f, x, h = np.exp, 1.0, 0.6
forward = (f(x + h) - f(x)) / h
central = (f(x + h) - f(x - h)) / (2 * h)
print(f"slope of e^x at 1: {np.e:.3f}, forward {forward:.3f}, central {central:.3f}")

fig, ax = plots.figure(width=6.0, height=3.2)
t = np.linspace(0, 2, 101)
ax.plot(t, np.exp(t), color=plots.GREY, linestyle="-")
ends = np.array([-0.95, 0.95])
for name, slope, middle, height, color, style, lift in (
    ("tangent", np.e, 0, f(x), plots.COLORS[6], ":", -6),
    ("central", central, 0, (f(x + h) + f(x - h)) / 2, plots.COLORS[0], "-", -6),
    ("forward", forward, h / 2, (f(x + h) + f(x)) / 2, plots.COLORS[1], "--", 2),
):
    y = height + slope * (ends - middle)
    ax.plot(x + ends, y, color=color, linestyle=style)
    ax.annotate(name, (x + ends[1], y[1]), xytext=(5, lift), textcoords="offset points", color=color)
ax.plot([x - h, x, x + h], f(np.array([x - h, x, x + h])), "o", color=plots.COLORS[6], markersize=5)
for point, text in ((x - h, "x − h"), (x, "x"), (x + h, "x + h")):
    ax.annotate(text, (point, f(point)), xytext=(-4, 9), textcoords="offset points", ha="right")
ax.set(xlabel="x", ylabel="f(x) = e^x", xlim=(0, 2.25), ylim=(-1, 7.4))
ax.set_title("Through both neighbours runs nearly the slope of the tangent")
plots.show(
    fig,
    "The curve e to the x with three straight lines: the tangent at 1, the line through the points at "
    "x minus h and x plus h, and the line through x and x plus h. The second is nearly parallel to the "
    "tangent, the third is clearly steeper.",
)

# %% [markdown]
# The step of 0.6 is absurdly large, and still the central difference is off by a sixteenth only.
# Taylor says why. Expand f to both sides of x:
#
# $$f(x \pm h) = f(x) \pm h f' + \tfrac{h^2}{2} f'' \pm \tfrac{h^3}{6} f''' + \dots$$
#
# Subtract, and everything with an even power cancels:
#
# $$\frac{f(x+h)-f(x)}{h} = f' + \tfrac{h}{2} f'' + \dots \qquad
# \frac{f(x+h)-f(x-h)}{2h} = f' + \tfrac{h^2}{6} f''' + \dots$$
#
# Make h ten times smaller, and the forward error falls by 10, the central one by 100. That is worth
# the second evaluation.
#
# With many variables you do this once for each: move one entry, leave the others alone.
#
# ### Exercise 1 · `numerical_gradient(f, x, h=1e-5)`
#
# - `f`: a function that takes an array like `x` and returns a number.
# - `x`: an array of any shape (a single number comes as an array of shape `()`), of float64, float32
#   or integers. When you are done, it is what it was.
# - returns: an array of x's shape; its entry at each index is the central difference of `f` when
#   **that** entry of `x` moves by ±h.
#
# ```python
# >>> numerical_gradient(lambda v: v[0] ** 2 * v[1], np.array([3, 5]))  # 2·3·5 and 3²
# array([30.,  9.])
# ```
#
# (Up to a few digits in the tenth place.)
#
# **The check also asks:** `x` of any shape, also a single number, integers and float32; x must be left as it was; h may be given by name.
#
# *Difficulty: medium · 12 minutes*
#
# <details><summary>Hint</summary>
#
# Begin with `x = np.array(x, dtype=float)`: a copy that is yours to change, and that can hold 3.00001.
# `for index in np.ndindex(x.shape):` visits every index of any shape. In the loop keep `old = x[index]`,
# and put it back at the end.
#
# </details>


# %% exercise="numerical_gradient"
def numerical_gradient(f, x, h=1e-5):
    """The gradient of f at x by central differences, an array of x's shape."""
    ### BEGIN SOLUTION
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        gradient[index] = (above - below) / (2 * h)
    return gradient
    ### END SOLUTION


# %% check="numerical_gradient"
numerical_gradient = check(numerical_gradient)

# %% [markdown]
# ## 2. How small is small?
#
# If the error falls with h, why not take h = 10⁻¹⁵?
#
# **Before you run it:** which h gives the central difference of $e^x$ its smallest error, in ordinary
# 64-bit floats? Write it as `1e-3`, `1e-8` or whatever you think.

# %% guess="best-step"
### BEGIN SOLUTION
best_step_guess = 1e-8  # h
### END SOLUTION


# %% name="u-curve" tags=["nbval-ignore-output"]
def median_error(h, dtype, central):
    """Of the difference of e^x at 101 points, computed in dtype, as a share of the slope."""
    x, h = np.linspace(0.5, 1.5, 101).astype(dtype), dtype(h)
    below, width = (x - h, 2 * h) if central else (x, h)
    slope = (np.exp(x + h) - np.exp(below)) / width
    truth = np.exp(x.astype(float))
    return np.median(np.abs(slope - truth) / truth)


print("     h    forward   central   forward   central")
print("          float64   float64   float32   float32")
for power in range(0, -14, -1):
    row = [median_error(10.0**power, np.float64, central) for central in (False, True)]
    if power >= -6:
        row += [median_error(10.0**power, np.float32, central) for central in (False, True)]
    print(f"  1e{power:<4}", *(f"{error:9.0e}" for error in row))

best = min(10.0 ** -np.arange(14), key=lambda h: median_error(h, np.float64, central=True))
compare_guess(best_step_guess, best, "Best h of the central difference")

# %% [markdown]
# Read the columns from the top. The error falls as Taylor promised, by 10 or by 100 a row. Then it
# turns and *rises*. Each column is a valley with two walls, made of two different errors.
#
# - **Truncation**, the left-out terms of Taylor's series: grows with h.
# - **Rounding**: a float64 holds a number to a relative ε ≈ 2·10⁻¹⁶. So f(x + h) and f(x − h) are each
#   wrong by about ε·|f|; their difference is just as wrong, and you divide it by the tiny 2h. This one
#   grows as ε/h.
#
# The forward error is about h + ε/h, the central one h² + ε/h. Each is least where its two parts are
# alike: forward at h = √ε ≈ 10⁻⁸ with an error of √ε, central at h = ∛ε ≈ 6·10⁻⁶ with ε^(2/3) ≈ 4·10⁻¹¹.
# Compare that with the table. float32 has ε ≈ 10⁻⁷, so its valleys are higher up and further right.

# %% name="u-curve-figure"
fig, ax = plots.figure(width=6.4, height=3.6)
for dtype, color, last in ((np.float64, plots.COLORS[0], 13), (np.float32, plots.COLORS[1], 6)):
    steps = 10.0 ** -np.arange(0, last + 0.1, 0.5)
    for central, style in ((False, "--"), (True, "-")):
        errors = [median_error(h, dtype, central) for h in steps]
        ax.loglog(steps, errors, color=color, linestyle=style)
ax.annotate("float64\nforward", (1.5e-6, 4e-9), color=plots.COLORS[0])
ax.annotate("float64\ncentral", (1e-8, 2e-12), color=plots.COLORS[0])
ax.annotate("float32, both", (6e-7, 5e-2), color=plots.COLORS[1], ha="right")
ax.annotate("float32\ncentral", (1.6e-2, 1e-7), color=plots.COLORS[1])
ax.set(xlabel="step h", ylabel="relative error, median", ylim=(1e-13, 5))
ax.set_title("Rounding on the left, truncation on the right")
plots.show(
    fig,
    "Relative error against the step h, both axes logarithmic. Every curve is a V. In float64 the solid "
    "central curve reaches 10 to the minus 11 near a step of 10 to the minus 5, the dashed forward curve "
    "10 to the minus 8 at a step of 10 to the minus 8. In float32 the central one stops near 10 to the "
    "minus 5 at 10 to the minus 2, and the forward one near 10 to the minus 4.",
)

# %% [markdown]
# Keep one rule: **central difference, float64, h = 10⁻⁵**, and expect about ten digits. With float32
# you get four or five, however you choose h. The loss of a network has the same valley, for Taylor
# and floats do not care what f is; you will see its left wall in section 5.

# %% [markdown]
# ## 3. How wrong is wrong?
#
# Backprop says 0.0003, the difference says 0.0006. They are 0.0003 apart: little? One is twice the
# other. Look at the distance as a share of their size:
#
# $$\text{relative error} = \max_i \frac{|a_i - b_i|}{\max(10^{-8},\; |a_i| + |b_i|)}$$
#
# It is 0 where the two agree and 1 where one is zero or has the wrong sign. The floor of 10⁻⁸ keeps
# 0/0 away: a weight that does nothing has two gradients of 0, which is fine. And it is a *maximum*,
# since one wrong entry among thousands is a wrong gradient.
#
# ### Exercise 2 · `relative_error(a, b)`
#
# - `a`, `b`: two arrays of one shape, whatever shape.
# - returns: one number, the formula above. If there is a nan in either, the result is nan: a gradient
#   that is not a number must not slip through.
#
# ```python
# >>> relative_error(np.array([1.0, 0.0003]), np.array([1.0, 0.0006]))
# 0.3333333333333333
# ```
#
# **The check also asks:** Any shape, a single number too, integers and float32; two zeros give 0, a nan gives nan.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# `np.maximum` compares entry by entry (here with 1e-8), `np.max` finds the largest entry of one array.
#
# </details>


# %% exercise="relative_error"
def relative_error(a, b):
    """The largest |a − b| / max(1e-8, |a| + |b|) over all entries."""
    ### BEGIN SOLUTION
    size = np.maximum(1e-8, np.abs(a) + np.abs(b))
    return np.max(np.abs(a - b) / size)
    ### END SOLUTION


# %% check="relative_error"
relative_error = check(relative_error)

# %% [markdown]
# What counts as small? In float64 with h = 10⁻⁵, by rule of thumb:
#
# | relative error | what to think |
# |---|---|
# | below 10⁻⁷ | right |
# | 10⁻⁷ to 10⁻³ | look: a tiny derivative, a kink, or a small bug |
# | above 10⁻³ | wrong, unless there is a kink |
#
# Suppose you forgot a factor of two somewhere. Then a = 2b, and the relative error is 1/3 whatever
# the numbers are. A wrong sign gives 1. Bugs are seldom shy.

# %% [markdown]
# ## 4. Two backward passes to check
#
# Now for something to check. A classifier with one hidden layer is made of three kinds of parts: the
# affine map `x @ W + b`, the bend, and at the end softmax with cross-entropy. The bend is lesson 03's.
# You write the other two.
#
# A layer's backward pass is given `upstream`: the gradient of the loss by the layer's *output*. It
# returns the gradients by everything that went *in*. For $y = xW + b$, with a batch of n rows, the
# chain rule says, entry by entry,
#
# $$\frac{\partial L}{\partial x_{ij}} = \sum_k u_{ik} W_{jk} \qquad
# \frac{\partial L}{\partial W_{jk}} = \sum_i x_{ij} u_{ik} \qquad
# \frac{\partial L}{\partial b_k} = \sum_i u_{ik}$$
#
# Each sum runs over the index that is not on the left. Written as matrix products that is one short
# line each, and the shapes leave you hardly any choice.
#
# ### Exercise 3 · `affine_backward(x, weights, upstream)`
#
# - `x`: (n, d), `weights`: (d, m), `upstream`: (n, m).
# - returns: the three gradients `dx` (n, d), `dweights` (d, m) and `dbias` (m,), in this order.
#
# ```python
# >>> affine_backward(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([[10.0]]))
# (array([[30., 40.]]), array([[10.], [20.]]), array([10.]))
# ```
#
# **The check also asks:** One example; integers, also x in integers with an upstream in floats, where floats are due; your arguments are left as they were.
#
# *Difficulty: medium · 8 minutes*
#
# <details><summary>Hint</summary>
#
# `dx` must be (n, d), made of `upstream` (n, m) and `weights` (d, m): which of the two has to be
# transposed? Likewise `dweights` (d, m) from `x` (n, d) and `upstream` (n, m). `dbias` has lost the
# axis of the batch.
#
# </details>


# %% exercise="affine_backward"
def affine_backward(x, weights, upstream):
    """(dx, dweights, dbias) of x @ weights + bias, given the gradient of its result."""
    ### BEGIN SOLUTION
    dx = upstream @ weights.T
    dweights = x.T @ upstream
    dbias = upstream.sum(axis=0)
    return dx, dweights, dbias
    ### END SOLUTION


# %% check="affine_backward"
affine_backward = check(affine_backward)

# %% [markdown]
# Had you no course to check it, you would do it yourself. There is a small obstacle: differences need
# a function that returns *one number*, and a layer returns a matrix. The way round: choose any
# `upstream` at random and take the number $\sum_{ik} u_{ik}\, y_{ik}$. Its gradient by $y$ is just $u$.

# %% name="check-a-layer"
rng = np.random.default_rng(2)
x, W, b, u = (rng.normal(size=shape) for shape in ((5, 4), (4, 3), (3,), (5, 3)))
dx, dW, db = affine_backward(x, W, u)
for name, exact, by_difference in (
    ("dx", dx, numerical_gradient(lambda x: np.sum(u * (x @ W + b)), x)),
    ("dW", dW, numerical_gradient(lambda W: np.sum(u * (x @ W + b)), W)),
    ("db", db, numerical_gradient(lambda b: np.sum(u * (x @ W + b)), b)),
):
    print(f"{name}: relative error below 1e-7 is {relative_error(exact, by_difference) < 1e-7}")

# %% [markdown]
# ### The other end: softmax and cross-entropy
#
# Lesson 01's loss is $L = \frac{1}{n} \sum_i \bigl(\log \sum_k e^{z_{ik}} - z_{i,y_i}\bigr)$. The
# derivative of the first term by $z_{ik}$ is $e^{z_{ik}} / \sum_j e^{z_{ij}}$, which *is* the softmax;
# the second gives −1 at the right class. So
#
# $$\frac{\partial L}{\partial z} = \frac{1}{n}\bigl(\mathrm{softmax}(z) - \text{one-hot}(y)\bigr).$$
#
# What the network said, minus what it should have said. It is hard to imagine a simpler one.
#
# ### Exercise 4 · `softmax_cross_entropy_gradient(logits, labels)`
#
# - `logits`: (n, k), of any size, 1000 included. `labels`: (n,) integers from 0 to k − 1.
# - returns: (n, k), the gradient of the **mean** loss.
#
# ```python
# >>> softmax_cross_entropy_gradient(np.array([[0.0, 0.0], [0.0, 0.0]]), np.array([1, 0]))
# array([[ 0.25, -0.25], [-0.25,  0.25]])
# ```
#
# **The check also asks:** Integers, float32 and scores of ±10,000, without a warning; the arguments are left as they were.
#
# *Difficulty: medium · 8 minutes*
#
# <details><summary>Hint</summary>
#
# Take each row's maximum off the logits (in a new array), exponentiate, divide by the row's sum. Then
# `p[np.arange(n), labels] -= 1` reaches one entry a row.
#
# </details>


# %% exercise="softmax_cross_entropy_gradient"
def softmax_cross_entropy_gradient(logits, labels):
    """The gradient (n, k) of the mean cross-entropy of softmax(logits) by the logits."""
    ### BEGIN SOLUTION
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)
    ### END SOLUTION


# %% check="softmax_cross_entropy_gradient"
softmax_cross_entropy_gradient = check(softmax_cross_entropy_gradient)

# %% [markdown]
# Put your parts together: a whole network, forwards in two lines and backwards in four, on eight real
# digits. It has 1,210 parameters. Do all 1,210 derivatives agree?

# %% name="network-by-hand"
rng = np.random.default_rng(0)
digits = datasets.digits()
x, y = digits.train[0][:8], digits.train[1][:8]
parameters = {
    "W1": rng.normal(size=(64, 16)) / 8,
    "b1": rng.normal(size=16) / 8,
    "W2": rng.normal(size=(16, 10)) / 4,
    "b2": np.zeros(10),
}


def loss(W1, b1, W2, b2):
    return losses.cross_entropy(np.tanh(x @ W1 + b1) @ W2 + b2, y)


def gradients(W1, b1, W2, b2):
    a = np.tanh(x @ W1 + b1)
    logits = a @ W2 + b2
    dlogits = softmax_cross_entropy_gradient(logits, y)
    da, dW2, db2 = affine_backward(a, W2, dlogits)
    dz = da * (1 - a**2)
    _, dW1, db1 = affine_backward(x, W1, dz)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


for name, exact in gradients(**parameters).items():
    value = parameters[name]
    by_difference = numerical_gradient(lambda v, name=name: loss(**parameters | {name: v}), value)
    print(f"{name} {exact.shape}: error below 1e-6 is {relative_error(exact, by_difference) < 1e-6}")

# %% [markdown]
# ## 5. Layer by layer: reading a report
#
# You will rarely check by hand like this. The course's `gradient_check.check_network` does it for any
# network, one parameter array after the other, and tells you where the worst entry is. First, what
# does it cost?
#
# **Before you run it:** a network 64–32–10 has 2,410 parameters. How many times must its loss be
# computed for one central difference of everything? (Backprop takes about the time of two or three.)

# %% guess="evaluations"
### BEGIN SOLUTION
evaluations_guess = 2410
### END SOLUTION

# %% name="cost"
net = network.mlp([64, 32, 10], rng=np.random.default_rng(0))
compare_guess(evaluations_guess, 2 * net.theta.size, "Evaluations of the loss")

# %% [markdown]
# Two for each parameter. That is why nobody trains with differences, and why you check a *small*
# network of the same kind, on a handful of examples, and once.
#
# Now a report. Dense layers are counted with the bends between them, so 0, 2 and 4 have weights, and
# 1 and 3 are the tanh in between. Each line names the entry that agrees least.

# %% name="false-alarm" tags=["nbval-ignore-output"]
cross_entropy = losses.softmax_cross_entropy
net = network.mlp([64, 16, 16, 10], activation="tanh", rng=np.random.default_rng(216))
report = gradient_check.check_network(net, cross_entropy, (x, y))
print(report)

# %% [markdown]
# DISAGREE! Before you look for the bug, look at the numbers. In the worst line both are about
# 5.177·10⁻⁷: alike to four digits, of a derivative that is millions of times smaller than the loss.
# A bug would hardly manage that.
#
# This is the wall of rounding: it makes an error of about ε/h ≈ 10⁻¹¹, whatever the derivative. Of a
# derivative of 5·10⁻⁷ that is two hundred-thousandths. And here is what tells the two apart: **rounding
# changes with h, a bug does not.** Watch that one weight, and beside it a bug of one percent.

# %% name="rounding-or-bug" tags=["nbval-ignore-output"]
weight = net.layers[0].weights
worst = report.worst.index  # of layer 0
net.backward(cross_entropy(net.forward(x), y)[1])
exact = net.layers[0].weights_gradient[worst]


def loss_at(value):
    old, weight[worst] = weight[worst], value
    result = cross_entropy(net.forward(x), y)[0]
    weight[worst] = old
    return result


print("     h   right gradient   wrong by 1 %")
for h in (1e-6, 1e-5, 1e-4, 1e-3):
    by_difference = numerical_gradient(loss_at, np.array(weight[worst]), h)
    errors = [relative_error(np.array(factor * exact), by_difference) for factor in (1, 1.01)]
    print(f"{h:6.0e} {errors[0]:16.0e} {errors[1]:14.0e}")

# %% [markdown]
# The left column moves with h. The right one stays at half a percent. So this network is right, and
# the alarm was false. Other remedies against it: other first weights, or an `h` of your own for
# `check_network`.

# %% [markdown]
# ## 6. Four things that disturb a check
#
# ### Kinks
#
# Taylor assumed that f is smooth. The rectifier, max(0, x), is not: it has a kink at 0, with slope 0
# on one side and 1 on the other. Backprop has to say something there, and by custom says 0.
#
# **Before you run it:** what does the central difference say about max(0, x) exactly at x = 0?

# %% guess="kink"
### BEGIN SOLUTION
kink_guess = 0.5  # slope
### END SOLUTION

# %% name="kink"
places = np.array([-1.0, 0.0, 4e-6, 1.0])
by_difference = numerical_gradient(lambda x: np.maximum(x, 0).sum(), places)
by_formula = np.where(places > 0, 1, 0)
for place, one, other in zip(places, by_formula, by_difference, strict=True):
    print(f"at {place:7}: formula {one}, difference {other:.2f}")
compare_guess(kink_guess, by_difference[1], "Slope of max(0, x) at 0, by differences")

# %% [markdown]
# Both are right, about different things: the formula about one side, the difference about a stretch
# of width 2h, half of which lies on either side when x is 0. In a network this happens whenever a
# hidden sum is within reach of 0. You would think that rare. But biases *start* at 0, and if one of
# your images is blank, every hidden unit sits on its kink at once. `check_network` notices that the
# slopes to the left and to the right do not draw together as h shrinks, leaves such entries out, and
# says so.

# %% name="blank-image"
rectifiers = network.mlp([64, 16, 10], activation="relu", rng=np.random.default_rng(0))
with_blank = np.vstack([x[:7], np.zeros(64)]), y
report = gradient_check.check_network(rectifiers, cross_entropy, with_blank)
print("passed:", report.passed, "·", *report.warnings)
rectifiers.layers[0].bias[:] = np.random.default_rng(1).normal(size=16) / 10
report = gradient_check.check_network(rectifiers, cross_entropy, with_blank)
print("passed:", report.passed, "· with other biases:", len(report.warnings), "warnings")

# %% [markdown]
# ### Penalties
#
# If the loss that you train has a penalty on the weights (lesson 09), the difference must see it and
# backprop must see it. Forget one of the two, and they disagree.

# %% name="penalty"
net = network.mlp([64, 16, 10], rng=np.random.default_rng(1))
l2 = partial(l2_penalty, strength=0.1)


def half_of_it(weights):
    value, slopes = l2(weights)
    return value, [0 * slope for slope in slopes]  # the value is there, its gradient is not


for name, penalty in (("with its gradient", l2), ("gradient forgotten", half_of_it)):
    report = gradient_check.check_network(net, cross_entropy, (x, y), penalty=penalty, h=3e-5)
    wrong = [each.name for each in report.checks if each.error > report.tolerance]
    print(f"{name:>18}: passed {report.passed}", *wrong)

# %% [markdown]
# The two `weights` are wrong and the biases are not, because the penalty is on weights only. The
# pattern in a report says what kind of bug it is.
#
# ### Dropout
#
# Dropout (lesson 10) switches neurons off at random, anew at every pass; its **mask** says which. The
# two losses of one difference are then the losses of *two different networks*.
#
# **Before you run it:** the true derivatives by the last biases are below 1. How large will the
# largest difference be, with fresh noise at each evaluation and h = 10⁻⁵?

# %% guess="noise"
### BEGIN SOLUTION
noise_guess = 10  # size of the largest difference
### END SOLUTION

# %% name="dropout"
stack = [layers.Dense(64, 16), layers.Activation("tanh"), layers.Dropout(0.5), layers.Dense(16, 10)]
net = network.Network(stack, np.random.default_rng(0))
noise = net.rng.bit_generator.state  # where the generator stands


def with_fresh_noise(bias):
    net.layers[3].bias[:] = bias
    return cross_entropy(net.forward(x, training=True), y)[0]


def with_the_same_noise(bias):
    net.rng.bit_generator.state = noise
    return with_fresh_noise(bias)


net.backward(cross_entropy(net.forward(x, training=True), y)[1])
exact = net.layers[3].bias_gradient.copy()
fresh = np.abs(numerical_gradient(with_fresh_noise, np.zeros(10))).max()
error = relative_error(exact, numerical_gradient(with_the_same_noise, np.zeros(10)))
print(f"largest true derivative: {np.abs(exact).max():.2f}")
print("the same noise each time: relative error below 1e-7 is", error < 1e-7)
compare_guess(noise_guess, fresh, "Largest difference with fresh noise")

# %% [markdown]
# More than ten thousand, for a loss that two masks change by a few tenths: the noise is divided by 2h
# as well. Put the generator back to where it stood before each evaluation, and the network with its
# mask is a function like any other. `check_network` does that for you. Leave dropout on when you
# check, or its own backward pass is never checked.
#
# ### float32
#
# Networks are trained in float32 as a rule. Can you check them in it? Here the last layer's weights
# have a gradient that is 1 % too large; everything else is right.


# %% name="float32"
class OnePercentTooLarge(layers.Dense):
    def backward(self, upstream, input_gradient=True):
        dx = super().backward(upstream, input_gradient)
        self.weights_gradient *= 1.01
        return dx


for dtype in (np.float64, np.float32):
    stack = [layers.Dense(64, 16), layers.Activation("tanh"), OnePercentTooLarge(16, 10)]
    net = network.Network(stack, np.random.default_rng(2), dtype)
    report = gradient_check.check_network(net, cross_entropy, (x, y))
    wrong = [each.name for each in report.checks if each.error > report.tolerance]
    print(f"{dtype.__name__}, tolerance {report.tolerance:5.0e}: wrong parameters:", *wrong)

# %% [markdown]
# float32 turns it upside down. It passes layer 2, which has the bug, for 1 % is less than so loose a
# tolerance can see; and it accuses layer 0, which has none. Check in float64, with the same code, and train in float32.

# %% [markdown]
# ## 7. Three bugs that learn
#
# Why all this, if you can watch the loss? Because gradient descent forgives. Any direction within 90°
# of the right one goes down, if the step is short. So you will now train four networks 64–32–32–10: one is right, three
# have a bug in the backward pass.
#
# Two bugs you may know beforehand. `ForgetsBias` leaves the bias gradients at 0; it sits in layers 0
# and 2. `StaleCopy` sends the gradient back through the weights that it had *at the start*, since
# somebody kept a copy; it sits in layer 4. The third is drawn from a line-up of four suspects, and
# where it sits is drawn too.


# %% name="suspects"
class ForgetsBias(layers.Dense):
    def backward(self, upstream, input_gradient=True):
        dx = super().backward(upstream, input_gradient)
        self.bias_gradient[:] = 0
        return dx


class HalfBatch(layers.Dense):
    def backward(self, upstream, input_gradient=True):
        dx = super().backward(upstream, input_gradient)
        half = len(upstream) // 2  # the weights learn from the first half of the batch
        self.weights_gradient[...] = self.x[:half].T @ upstream[:half]
        return dx


class StaleCopy(layers.Dense):
    def initialize(self, rng):
        super().initialize(rng)
        self.copy = self.weights.copy()

    def backward(self, upstream, input_gradient=True):
        super().backward(upstream, input_gradient=False)
        return upstream @ self.copy.T


class OffByOne(layers.Dense):
    def backward(self, upstream, input_gradient=True):
        dx = super().backward(upstream, input_gradient)
        self.weights_gradient[-1] = 0  # a loop that stopped one input early
        return dx


class FlatSlope(layers.Activation):
    def backward(self, upstream, input_gradient=True):
        return upstream  # forgets to multiply by the slope of tanh


SIZES = {0: (64, 32), 2: (32, 32), 4: (32, 10)}
LINE_UP = {"A": ForgetsBias, "B": HalfBatch, "C": OffByOne, "D": FlatSlope}


def build(faults, seed):
    """A network 64–32–32–10 with tanh, and a faulty layer of the class given at each of some places."""
    stack = []
    for place in range(5):
        if place in SIZES:
            stack.append(faults.get(place, layers.Dense)(*SIZES[place]))
        else:
            stack.append(faults.get(place, layers.Activation)("tanh"))
    return network.Network(stack, np.random.default_rng(seed))


CASE = 16  # another number makes another case
draw = np.random.default_rng(CASE)
letter = "ABCD"[draw.integers(4)]
place = int(draw.choice((1, 3) if letter == "D" else (0, 2, 4)))
FAULTS = {
    "right": {},
    "forgets its biases": {0: ForgetsBias, 2: ForgetsBias},
    "stale copy": {4: StaleCopy},
    "unknown": {place: LINE_UP[letter]},
}

# %% [markdown]
# The race is fair: the same digits, first weights and batches for all four. Each gets its own learning
# rate, the best of five by validation loss on two seeds that are used for nothing else. Then five
# other seeds. The curves come without names.

# %% name="race" tags=["nbval-ignore-output"]
RATES, EPOCHS = (0.1, 0.2, 0.5, 1.0, 2.0), 15


def train(faults, rate, seed):
    options = dict(epochs=EPOCHS, validation=digits.validation, rng=np.random.default_rng(1000 + seed))
    sgd = optimizers.SGD(rate)
    return training.fit(build(faults, seed), cross_entropy, sgd, digits.train, **options)


def tuned_rate(faults):
    def score(rate):
        return np.mean([train(faults, rate, seed).validation_loss[-3:] for seed in (100, 101)])

    return min(RATES, key=score)


letters = dict(zip(np.random.default_rng(2).permutation(list(FAULTS)), "wxyz", strict=True))
runs = {}
for name, label in letters.items():
    rate = tuned_rate(FAULTS[name])
    histories = [train(FAULTS[name], rate, seed) for seed in range(5)]
    runs[label] = {
        "training loss": np.array([each.train_loss for each in histories]),
        "validation accuracy": np.array([each.validation_accuracy for each in histories]),
    }
    end = runs[label]["validation accuracy"][:, -1]
    print(f"{label}: rate {rate}, right at the end on {end.min():.1%} to {end.max():.1%}", end=", ")
    print(f"mean {end.mean():.1%} of the validation digits")

# %% name="race-figure"
fig, axes = plots.figure(2, width=8.6, height=3.3)
for ax, what in zip(axes, ("training loss", "validation accuracy"), strict=True):
    lines = plots.curves(
        ax, np.arange(1, EPOCHS + 1), {label: run[what] for label, run in runs.items()}, labels=False
    )
    ax.set(xlabel="epoch", ylabel=f"{what}{' (nats)' if what.endswith('loss') else ''}")
axes[0].set(yscale="log", title="all four learn …")
axes[1].set(ylim=(0.4, 1.01), title="… and generalise alike")
axes[1].legend(lines, runs, loc="lower right", ncols=2, frameon=False, handlelength=3.5)
plots.show(
    fig,
    "Training loss and validation accuracy over 15 epochs for four networks called w, x, y and z, mean "
    "and range of five seeds. The four bands of accuracy overlap from the seventh epoch on and end "
    "between 96 and 99 percent. In training loss one of the four ends a little higher than the others.",
)

# %% [markdown]
# **Which of the four is the right one?** Look as long as you like, then write its letter.

# %% guess="right-one"
### BEGIN SOLUTION
right_one_guess = "w"  # w, x, y or z
### END SOLUTION

# %% name="right-one"
compare_guess(right_one_guess, letters["right"], "The right network is")
print(*(f"{label} is: {name}" for name, label in letters.items()), sep="; ")

# %% [markdown]
# At the end the four means lie within one percent, and the ranges over seeds overlap: nothing marks the
# right network. With 97 % on the screen nobody looks for a bug. Yet in one of these networks the hidden
# biases never moved, and whatever you wrote about it would be about another network than you thought.
# (Nothing promises that a bug stays so harmless. These did, on these digits, at this size.)
#
# Now the check, on eight digits and first weights.


# %% name="reports"
def wrong_parameters(net, data=(x, y)):
    report = gradient_check.check_network(net, cross_entropy, data)
    return [each.name for each in report.checks if each.error > report.tolerance] or ["none"]


for name in ("right", "forgets its biases", "stale copy"):
    print(f"{name:>18}: wrong parameters:", *wrong_parameters(build(FAULTS[name], seed=4)))

# %% [markdown]
# The biases are found at once. And the stale copy? **None wrong.** The check did not lie: at the first
# weights, a copy of the first weights is correct. The bug is born with the first update. So check
# again after a little training.

# %% name="after-an-epoch"
net = build(FAULTS["stale copy"], seed=4)
training.fit(net, cross_entropy, optimizers.SGD(0.5), digits.train, epochs=1, rng=np.random.default_rng(0))
print("stale copy after an epoch: wrong parameters:", *wrong_parameters(net))

# %% [markdown]
# There it is, and the pattern tells where. Gradients are made from the last layer to the first.
# Layer 4's own gradients are right, so what *came into* layer 4 was right. Everything before is wrong.
# So it happens where layer 4 hands its gradient down: its `dx`. (Or in the bend 3, which has no
# parameters and cannot speak for itself.) In short:
#
# > **Read a report from the bottom up.** The last parameters that are right and the first that are
# > wrong have the bug between them. If one single array is wrong, and all before it are right again,
# > the bug is in that array's own line.
#
# ### Now you
#
# One network is left, the unknown. Run its report, and compare it with the four suspects in the code
# above: A `ForgetsBias`, B `HalfBatch`, C `OffByOne`, D `FlatSlope`.

# %% name="unknown" tags=["nbval-ignore-output"]
print(gradient_check.check_network(build(FAULTS["unknown"], seed=4), cross_entropy, (x, y)))

# %% [markdown]
# **Who was it, and in which layer?** Write the letter and the number of the layer, such as `"D1"`.
#
# <details><summary>Hint</summary>
#
# How many arrays are wrong? Does the worst entry's index say something? What does backprop claim
# there?
#
# </details>

# %% guess="culprit"
### BEGIN SOLUTION
culprit_guess = "C2"  # letter of the suspect, number of the layer
### END SOLUTION

# %% name="culprit"
compare_guess(culprit_guess, f"{letter}{place}", "The culprit")
mended = {each: fault for each, fault in FAULTS["unknown"].items() if each != place}
print("wrong parameters once it is mended:", *wrong_parameters(build(mended, seed=4)))

# %% [markdown]
# In case 16 only `2.weights` is wrong, so nothing is handed down wrongly, and A and D are out: the fault is in
# that array's own line. The worst index is in row 31, the last of 32, and backprop claims exactly 0
# there. Half a batch would give wrong numbers all over, not zeros in one row. You have found a bug in
# one line out of a whole network, by reading six lines.
#
# For another case, change `CASE` in the cell of the suspects to any number and run on from there. All
# can be found in this way but one: suspect C in layer 0. There the last input is the last pixel, the
# lower right corner, and in your eight digits it is blank. Its weights *have* no gradient.

# %% name="blank-corner"
images, labels = digits.train
inked = np.flatnonzero(images[:, -1] > 0)[:8]
for name, data in (
    ("the first eight digits", (x, y)),
    ("eight with an inked corner", (images[inked], labels[inked])),
):
    print(f"{name:>26}: wrong parameters:", *wrong_parameters(build({0: OffByOne}, seed=4), data))

# %% [markdown]
# A check speaks for what its examples reach, and for nothing else.

# %% [markdown]
# ## Common mistakes
#
# - **Integers.** `x[i] + h` in an integer array is cut back to `x[i]`. Work on a float copy.
# - **The caller's array.** Adding h, taking off 2h and adding h again does not give back the same
#   bits, and x was not yours.
# - **Brackets.** `(above - below) / 2 * h` multiplies by h.
# - **h too small.** 10⁻¹² feels exact, and leaves you four digits of sixteen.
# - **An absolute tolerance.** 10⁻⁴ apart is nothing for a gradient of 10 and everything for one of
#   10⁻⁴.
# - **The mean again.** The 1/n of a mean loss enters once, at the loss. A layer that divides by n
#   again, or takes the mean for `dbias`, is wrong by a factor.
# - **Checking only at the start.** Check again after a few updates, and on examples that reach every
#   input.

# %% [markdown]
# ## Quiz
#
# 1. You halve h in a central difference, and h is still far above the best. What happens to the error?
#    - **a** It is halved.
#    - **b** It falls to a quarter.
#    - **c** It doubles.
# 2. Backprop says 3·10⁻⁴, the difference says 6·10⁻⁴. What do you make of it?
#    - **a** They agree: they are only 3·10⁻⁴ apart.
#    - **b** Rounding.
#    - **c** There is a bug.
# 3. Dropout is on, and the differences are huge and new at every run. What is wrong?
#    - **a** Each evaluation draws new noise.
#    - **b** Backprop.
#    - **c** h is too small.
# 4. A report finds 4.weights and 4.bias right, and all of layers 2 and 0 wrong. Where do you look?
#    - **a** In layer 0, which comes first.
#    - **b** Between layer 4 and layer 2: what layer 4 passes back, and the activation 3.
#    - **c** In the loss.
# 5. Training is fine: 97 % on validation data. Is the gradient right?
#    - **a** Yes, or it would not learn.
#    - **b** Yes, if the loss falls at every step.
#    - **c** You cannot tell from this.
# 6. ReLU sits exactly at 0. What does the central difference say its slope is?
#    - **a** 0, as backprop does.
#    - **b** ½
#    - **c** Nothing, it is nan.
#
# Put letters in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "b"
q2 = "c"
q3 = "a"
q4 = "b"
q5 = "c"
q6 = "b"
### END SOLUTION

# %% name="quiz-result"
quiz("02_gradient_check", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5, q6=q6)

# %% [markdown]
# ## What to take away
#
# - Central difference, float64, h ≈ 10⁻⁵: about ten digits. Smaller is not better, for rounding grows
#   as ε/h.
# - Compare by *relative* error, and take the largest. If in doubt, change h: rounding moves, a bug
#   stays.
# - Kinks, new noise and a forgotten penalty disturb the check; none of them is a reason to skip it.
# - A curve that goes down proves nothing. Wrong gradients learn.
# - Read the report from the loss backwards: between the last right and the first wrong array sits the
#   bug. Check at the start, and again after some updates.
#
# ## In practice
#
# | here | PyTorch |
# |---|---|
# | `numerical_gradient`, `relative_error` | `torch.autograd.gradcheck(function, inputs)`, with inputs in float64 |
# | `affine_backward` | `loss.backward()` does it; a backward pass of your own is a `torch.autograd.Function` |
# | the loss and its gradient | `torch.nn.functional.cross_entropy(logits, labels)` |
# | derivatives that are nan | `torch.autograd.set_detect_anomaly(True)` |
#
# Frameworks derive the backward pass for you, and you check less often. You still do wherever somebody
# writes one by hand: a new layer, a fused kernel, a custom loss.
#
# ## References
#
# - L. Bottou (2012), *Stochastic Gradient Descent Tricks*, in Neural Networks: Tricks of the Trade,
#   2nd edition. Short and practical; to check gradients by differences is among its advice.
# - A. Griewank, A. Walther (2008), *Evaluating Derivatives*, SIAM. What automatic differentiation
#   costs, and why backprop takes only a few times as long as the loss.
# - A. Karpathy, F.-F. Li, J. Johnson, *CS231n course notes: Neural Networks Part 3*. The best list of
#   what disturbs a check, with a relative error much like the one used here.
# - T. Lillicrap, D. Cownden, D. Tweed, C. Akerman (2016), *Random synaptic feedback weights support
#   error backpropagation for deep learning*, Nature Communications 7. Why `StaleCopy` learns: even
#   *random* weights on the way back will do.
