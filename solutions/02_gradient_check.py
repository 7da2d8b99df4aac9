# %% [markdown]
# # 02 · Gradient check: is the slope right before you walk down it?
#
# **You will make** the gradients of a whole network by backpropagation, a gradient that needs no calculus,
# and a measure of how far the two are apart. Then you hunt down a bug that training does not show.
#
# **You will be able to**
#
# - derive a backward pass on a computational graph, step by step,
# - compute any gradient by differences, and choose the step h for a reason,
# - tell rounding from a bug by looking at the numbers,
# - read a report layer by layer and name the line of code to blame.
#
# | | |
# |---|---|
# | Time | 90 minutes, five exercises |
# | You need | NumPy arrays, the derivative and the chain rule; lesson 01 for softmax and cross-entropy |
# | Covers | section A2 of the source document |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version. Cells that begin with `fig` draw: look at the figure and skip the code.

# %% role="setup"
from functools import partial

import numpy as np

from dlcourse import datasets, diagrams, experiments, layers, losses, network, optimizers, plots, training
from dlcourse.diagrams import Node
from dlcourse.exercises import check, compare_guess, quiz
from dlcourse.gradient_check import check_network
from dlcourse.regularizers import l2_penalty

# %% [markdown]
# ## 1. Backwards through a graph
#
# The document's recipe for training has five steps, and the second is a single line: check the gradient
# before you train. So first you need one. For every weight it says how fast the loss changes when this
# weight moves a little. **Backpropagation** (backprop) finds them all in one pass back through the
# network, the **backward pass**.
#
# <!-- slide: A unit, forwards and back -->
# Draw a computation as a **computational graph**: a circle for each operation, an arrow for each number.
# Here is a hidden unit with one input, and two weights that lead on from it:
#
# $$z = w x \qquad a = \tanh(z) \qquad L = v_1 a + v_2 a$$
#
# Go forward and write the value on each arrow. Then go back, and write below it the **gradient**: how
# fast L changes when the number on this arrow does. At the end it is 1. At each circle the **chain rule**
# says
#
# $$\text{an input's gradient} = \text{the output's gradient} \times \text{local derivative}$$
#
# and the local derivative is 1 for `+`, the *other* factor for `×`, and $1 - a^2$ for `tanh` (lesson 03
# derives it).
# <!-- /slide -->
#
# <!-- slide: Where a value forks -->
# One thing more: $a$ **forks**, it goes into two products. When $a$ moves by δ, L changes by $v_1 δ$ along
# one way and by $v_2 δ$ along the other. So **where a value forks, the gradients that come back are
# added**.
#
# **Before you run it:** let $x = 2$, $w = 0.25$, $v_1 = 3$, $v_2 = -1$, so $z = wx = 0.5$ and
# $a = \tanh(z) = 0.462$, and $L = v_1 a + v_2 a$. Go back on paper. How large is ∂L/∂w? (In code, `dw` is
# short for it.)
# <!-- /slide -->

# %% guess="by-hand"
### BEGIN SOLUTION
dw_guess = 3.15
### END SOLUTION

# %% name="by-hand"
x, w, v1, v2 = 2.0, 0.25, 3.0, -1.0
z = w * x
a = np.tanh(z)
L = v1 * a + v2 * a

da = v1 + v2  # the fork: what comes back along both ways, added
dz = da * (1 - a**2)
dw, dx = dz * x, dz * w  # ×: the other factor
dv1, dv2 = a, a
compare_guess(dw_guess, dw, "∂L/∂w")

# %% name="graph-in-numbers" slide="figure: Where a value forks"
fig, ax = diagrams.canvas(width=7.6, height=3.4)
diagrams.graph(
    ax,
    {
        "v1": Node("v₁", (), v1, dv1),
        "w": Node("w", (), w, dw),
        "x": Node("x", (), x, dx),
        "v2": Node("v₂", (), v2, dv2),
        "z": Node("×", ("w", "x"), z, dz),
        "a": Node("tanh", ("z",), a, {"up": v1, "down": v2}),
        "up": Node("×", ("v1", "a"), v1 * a, 1),
        "down": Node("×", ("a", "v2"), v2 * a, 1),
        "L": Node("+", ("up", "down"), L, 1),
    },
)
plots.show(
    fig,
    "A graph from left to right. w = 0.25 and x = 2 go into a product, 0.5; tanh makes 0.462 of it, which "
    "forks into two products, with v1 = 3 and v2 = −1; their sum is 0.924. Gradients go back: 1 at the "
    "end, 3 and −1 along the two arrows of the fork, added to 2, then 1.57, and 3.15 at w, 0.393 at x.",
)

# %% [markdown]
# Read the orange numbers, below the arrows, from right to left. On its way back, each `×` needed a factor and `tanh` its
# output. So the forward pass must **keep** these values, in a **cache**. (One reason why training takes
# more memory than predicting.)
#
# ## 2. A layer is this graph, many times over
#
# <!-- slide: A layer is this graph, many times over -->
# An **affine layer** makes n rows of m numbers from n rows of d, one row an example:
#
# $$y = xW + b \qquad\text{that is}\qquad y_{ik} = \sum_j x_{ij} W_{jk} + b_k$$
#
# Suppose that the gradient by its output, `upstream`, has come back already:
# $u_{ik} = \partial L / \partial y_{ik}$.
# <!-- /slide -->
# Follow one number at a time.
#
# - $W_{jk}$ is used once for each example: it **forks** into n products. In the one of example i it is
#   multiplied by $x_{ij}$, so $x_{ij} u_{ik}$ comes back from there. Add them up.
# - $b_k$ forks into n sums. Add up what comes back.
# - $x_{ij}$ forks into m products, one for each output k, and is multiplied by $W_{jk}$ there.
#
# <!-- slide + -->
# $$\frac{\partial L}{\partial W_{jk}} = \sum_i x_{ij} u_{ik} \qquad
# \frac{\partial L}{\partial b_k} = \sum_i u_{ik} \qquad
# \frac{\partial L}{\partial x_{ij}} = \sum_k u_{ik} W_{jk}$$
# <!-- /slide -->
#
# A sum of products over one index is a product of two matrices. So ∂L/∂W is one, of what went into the
# layer and what came back to it; its sum is the fork to the n examples. The shapes show you the transposes.
#
# ### Exercise 1 · `affine_backward(x, weights, upstream)`
#
# - `x`: (n, d), `weights`: (d, m), `upstream`: (n, m).
# - returns: the three gradients `dx` (n, d), `dweights` (d, m) and `dbias` (m,), in this order.
#
# ```python
# >>> affine_backward(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([[10.0]]))
# (array([[30., 40.]]), array([[10.], [20.]]), array([10.]))
# ```
#
# **The check also asks:** One example; float32; integers, also x in integers with an upstream in floats, where floats are due; your arguments, here and below, are left as they were.
#
# *Difficulty: easy · 6 minutes*
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
# ## 3. The other end: softmax and cross-entropy
#
# <!-- slide: Softmax and cross-entropy, backwards -->
# Lesson 01's loss is $L = \frac{1}{n} \sum_i \bigl(\log \sum_k e^{s_{ik}} - s_{i,y_i}\bigr)$, with the
# scores (**logits**) $s$ and the right classes $y$. The derivative of the first term by $s_{ik}$ is
# $e^{s_{ik}} / \sum_j e^{s_{ij}}$, which *is* the softmax; the second gives −1 at the right class. So
#
# $$\frac{\partial L}{\partial s} = \frac{1}{n}\bigl(\mathrm{softmax}(s) - \text{one-hot}(y)\bigr).$$
#
# What the network said, minus what it should have said.
# <!-- /slide -->
#
# ### Exercise 2 · `softmax_cross_entropy_gradient(logits, labels)`
#
# - `logits`: (n, k), of any size, 1000 included. `labels`: (n,) integers from 0 to k − 1.
# - returns: (n, k), the gradient of the **mean** loss.
#
# ```python
# >>> softmax_cross_entropy_gradient(np.array([[0.0, 0.0], [0.0, 0.0]]), np.array([1, 0]))
# array([[ 0.25, -0.25], [-0.25,  0.25]])
# ```
#
# **The check also asks:** Integers, float32 and scores of ±10,000, without a warning; labels in a list.
#
# *Difficulty: medium · 7 minutes*
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
# ## 4. A whole network
#
# Put the parts in a row: a classifier with one hidden layer, for a whole batch.

# %% name="graph-of-a-network" slide="figure: A whole network"
fig, ax = diagrams.canvas(width=8.6, height=4.2)
diagrams.graph(
    ax,
    {
        "x": Node("x", (), "x"),
        "W1": Node("W₁", (), "W₁", "dW₁"),
        "product1": Node("@", ("x", "W1"), "xW₁", "dz"),
        "b1": Node("b₁", (), "b₁", "db₁"),
        "z": Node("+", ("product1", "b1"), "z", "dz"),
        "a": Node("tanh", ("z",), "a", "da"),
        "W2": Node("W₂", (), "W₂", "dW₂"),
        "product2": Node("@", ("a", "W2"), "aW₂", "ds"),
        "b2": Node("b₂", (), "b₂", "db₂"),
        "s": Node("+", ("product2", "b2"), "s", "ds"),
        "y": Node("y", (), "y"),
        "L": Node("loss", ("s", "y"), "L", "1"),
    },
)
plots.show(
    fig,
    "The graph of a network. x and W1 go into a matrix product, b1 is added, giving z; tanh gives a; a and W2 go "
    "into a product, b2 is added, giving the scores s; the loss makes L of these and the labels y. Gradients "
    "go back along the same arrows: ds, da, dz, and dW2, db2, dW1, db1 to the parameters.",
)

# %% [markdown]
# <!-- slide: A whole network, backwards -->
# `@` is the matrix product, `loss` is softmax with cross-entropy, and dz is short for ∂L/∂z. From right
# to left, where `+` hands on what it gets:
#
# $$ds = \tfrac{1}{n}\bigl(\mathrm{softmax}(s) - \text{one-hot}(y)\bigr)$$
#
# $$dW_2 = a^\top ds \qquad db_2 = \textstyle\sum_{\text{rows}} ds \qquad da = ds\, W_2^\top$$
#
# $$dz = da \odot (1 - a^2) \qquad dW_1 = x^\top dz \qquad db_1 = \textstyle\sum_{\text{rows}} dz$$
# <!-- /slide -->
#
# ($\odot$ multiplies entry by entry.) Kept on the way forward are $x$, $a$ and $s$, and the weights *as the
# forward pass used them*. A deeper network has more lines of the same kinds.
#
# ### Exercise 3 · `two_layer_gradients(x, labels, w1, b1, w2, b2)`
#
# - `x`: (n, d), `labels`: (n,) integers from 0 to k − 1, `w1`: (d, m), `b1`: (m,), `w2`: (m, k), `b2`:
#   (k,).
# - returns: the mean loss and the four gradients, `(loss, dw1, db1, dw2, db2)`.
#
# ```python
# >>> w1, b1, w2, b2 = np.array([[0.25]]), np.zeros(1), np.array([[3.0, -1.0]]), np.zeros(2)
# >>> loss, dw1, db1, dw2, db2 = two_layer_gradients(np.array([[2.0]]), np.array([1]), w1, b1, w2, b2)
# >>> np.round(loss, 3), dw1.round(3), db1.round(3), dw2.round(3), db2.round(3)
# (1.994, array([[5.435]]), array([2.718]), array([[ 0.399, -0.399]]), array([ 0.864, -0.864]))
# ```
#
# **The check also asks:** One example; integers; float32; labels in a list; parameters by their names, as `w1=…`; scores of some thousands, without a warning.
#
# *Difficulty: hard · 15 minutes*
#
# <details><summary>Hint</summary>
#
# Forward in three lines: `a`, `s`, and the loss, $\log \sum_k e^{s_{ik}} - s_{i,y_i}$, averaged. For its
# logarithm take each row's maximum off `s` first. Backward in four: your exercise 2 gives `ds`, your
# exercise 1 gives three results from `(a, w2, ds)`; then `dz`, and exercise 1 once more.
#
# </details>


# %% exercise="two_layer_gradients"
def two_layer_gradients(x, labels, w1, b1, w2, b2):
    """(loss, dw1, db1, dw2, db2) of the mean cross-entropy of softmax(tanh(x @ w1 + b1) @ w2 + b2)."""
    ### BEGIN SOLUTION
    a = np.tanh(x @ w1 + b1)
    s = a @ w2 + b2
    s = s - s.max(axis=1, keepdims=True)
    loss = np.mean(np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(labels)), labels])
    ds = softmax_cross_entropy_gradient(s, labels)
    da, dw2, db2 = affine_backward(a, w2, ds)
    dz = da * (1 - a**2)
    _, dw1, db1 = affine_backward(x, w1, dz)
    return loss, dw1, db1, dw2, db2
    ### END SOLUTION


# %% check="two_layer_gradients"
two_layer_gradients = check(two_layer_gradients)

# %% [markdown]
# ## 5. A slope without calculus
#
# Who checks the backward pass that you write without a course? It is long and easy to get wrong; the loss
# itself is short. So move one weight a little, and look how much the loss changes. The **forward
# difference** takes one step ahead, the **central difference** one to each side. Taylor says what they
# give:
#
# <!-- slide: A slope without calculus -->
# $$f(x \pm h) = f(x) \pm h f' + \tfrac{h^2}{2} f'' \pm \tfrac{h^3}{6} f''' + \dots$$
#
# $$\text{forward: } \frac{f(x+h)-f(x)}{h} = f' + \tfrac{h}{2} f'' + \dots$$
#
# $$\text{central: } \frac{f(x+h)-f(x-h)}{2h} = f' + \tfrac{h^2}{6} f''' + \dots$$
#
# In the central one the even powers cancel. Make a small h ten times smaller, and as a rule its error
# falls by 100, the forward one's by 10.
# <!-- /slide -->
# With many variables you do this once for each: move one entry, leave the others alone.
#
# ### Exercise 4 · `numerical_gradient(f, x, h=1e-5)`
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
# *Difficulty: medium · 10 minutes*
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
# ## 6. How small is small?
#
# <!-- slide: How small is small? -->
# If the error falls with h, why not take h = 10⁻¹⁵?
#
# **Before you run it:** which of 1, 0.1, 0.01, … `1e-13` gives the central difference of $e^x$ its smallest
# error, in ordinary 64-bit floats?
# <!-- /slide -->

# %% guess="best-step"
### BEGIN SOLUTION
best_step_guess = 1e-5  # h
### END SOLUTION


# %% name="best-step"
def median_error(h, dtype, central):
    """Of the difference of e^x at 101 points, computed in dtype, as a share of the slope."""
    x, h = np.linspace(0.5, 1.5, 101).astype(dtype), dtype(h)
    below, width = (x - h, 2 * h) if central else (x, h)
    slope = (np.exp(x + h) - np.exp(below)) / width
    truth = np.exp(x.astype(float))
    return np.median(np.abs(slope - truth) / truth)


steps = [10.0**-power for power in range(14)]
best = min(steps, key=lambda h: median_error(h, np.float64, central=True))
compare_guess(best_step_guess, best, "Best h of the central difference", among=steps)

# %% name="u-curve-figure" slide="figure: How small is small?"
fig, ax = plots.figure(width=6.4, height=3.6)
for dtype, color, last in ((np.float64, plots.COLORS[2], 13), (np.float32, plots.COLORS[3], 6)):
    steps = 10.0 ** -np.arange(0, last + 0.1, 0.5)
    for central, style in ((False, "--"), (True, "-")):
        errors = [median_error(h, dtype, central) for h in steps]
        ax.loglog(steps, errors, color=color, linestyle=style)
ax.annotate("float64\nforward", (1.5e-6, 4e-9), color=plots.COLORS[2])
ax.annotate("float64\ncentral", (1e-8, 2e-12), color=plots.COLORS[2])
ax.annotate("float32, both", (6e-7, 5e-2), color=plots.COLORS[3], ha="right")
ax.annotate("float32\ncentral", (1.6e-2, 1e-7), color=plots.COLORS[3])
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
# Read each curve from the right. The error falls as Taylor promised. Then it turns and *rises*. Two errors
# make the walls of the valley.
#
# <!-- slide + -->
# - **Truncation**, the left-out terms of Taylor's series: grows with h.
# - **Rounding**: a float64 holds a number to a relative ε ≈ 2·10⁻¹⁶. The difference of
#   f(x + h) and f(x − h) is wrong by about ε·|f|, and you divide it by the tiny 2h: grows as ε/h.
# <!-- /slide -->
#
# For $e^x$ near 1 the forward error is about h + ε/h, the central one h² + ε/h. Each is least where its
# two parts are alike: at h = √ε ≈ 10⁻⁸ and at h = ∛ε ≈ 6·10⁻⁶. float32 has ε ≈ 10⁻⁷, so its valleys are
# higher up and further right.
#
# A loss near 1, of weights near 1, is much like it: take the **central difference, in float64, with
# h = 10⁻⁵**, and expect about ten digits of a derivative near 1. In float32 you would get five at best:
# check in float64, even where you train in float32.
#
# ## 7. How wrong is wrong?
#
# Backprop says 0.0003, the difference says 0.0006. They are 0.0003 apart: little? One is twice the
# other. Look at the distance as a share of their size:
#
# <!-- slide: How wrong is wrong? -->
# $$\text{relative error} = \max_i \frac{|a_i - b_i|}{\max(10^{-8},\; |a_i| + |b_i|)}$$
#
# Above the floor of 10⁻⁸, an entry gives 0 where the two agree, 1/3 where one is twice the other, and 1
# where one of them is zero or has the other sign. The floor keeps 0/0 away. And it is a *maximum*, since
# one wrong entry among thousands is a wrong gradient.
# <!-- /slide -->
#
# ### Exercise 5 · `relative_error(a, b)`
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
# <!-- slide + -->
# | relative error | what to think |
# |---|---|
# | below 10⁻⁷ | right |
# | 10⁻⁷ to 10⁻³ | look: a tiny derivative, a kink, or a small bug |
# | above 10⁻³ | wrong, unless there is a kink, or a derivative of 10⁻⁸ or less |
# <!-- /slide -->
#
# Now check the network of exercise 3, on eight real digits. It has 1,210 parameters.

# %% name="check-the-network"
digits = datasets.digits()
x, y = digits.train[0][:8], digits.train[1][:8]
rng = np.random.default_rng(0)
shapes = {"w1": (64, 16), "b1": (16,), "w2": (16, 10), "b2": (10,)}
weights = {name: rng.normal(size=shape) / 4 for name, shape in shapes.items()}


def loss_with(name, values):  # in place of one of the four arrays
    return two_layer_gradients(x, y, **{**weights, name: values})[0]


_, *gradients = two_layer_gradients(x, y, **weights)
for name, exact in zip(weights, gradients, strict=True):
    by_difference = numerical_gradient(partial(loss_with, name), weights[name])
    error = relative_error(np.array(exact), np.array(by_difference))
    print(f"{name} {shapes[name]}: relative error below 1e-5 is {error < 1e-5}")

# %% [markdown]
# Your gradient belongs to your loss. (That is all this can prove: a wrong *loss* with a gradient made for
# it would pass.)
#
# ## 8. Layer by layer: reading a report
#
# `check_network` checks any network, one parameter array after the other, and names the entry of each that
# agrees least. It computes the loss twice for each parameter. That is too dear to train with, and cheap
# enough to check a *small* network of the same kind, on a handful of examples.
#
# Here is a network 64–16–16–10. Layers are counted with the activations between them: 0, 2 and 4 have
# weights, 1 and 3 are the tanh in between. A layer with a bug may take the place of a right one:
# `TooLarge` is an affine layer (`Dense`) like the others, but for one line of its backward pass.


# %% name="false-alarm" tags=["nbval-ignore-output"]
class TooLarge(layers.Dense):
    def backward(self, upstream, input_gradient=True):
        dx = super().backward(upstream, input_gradient)
        self.weights_gradient *= 1.01  # by one percent
        return dx


def build(rng, faults, width=16):
    """`faults` says in which of the places 0, 2, 4 a faulty layer sits, and of which class."""
    stack = []
    for place, sizes in {0: (64, width), 2: (width, width), 4: (width, 10)}.items():
        stack += [faults.get(place, layers.Dense)(*sizes), layers.Activation("tanh")]
    return network.Network(stack[:-1], rng)


cross_entropy = losses.softmax_cross_entropy
right = build(np.random.default_rng(30), {})
print(check_network(right, cross_entropy, (x, y)))

# %% [markdown]
# All layers are right, and the report says DISAGREE! Look at the worst line. Both numbers are nearly
# alike: a derivative that is tens of millions of times smaller than the loss. It is the wall of rounding:
# an error of about ε/h ≈ 10⁻¹¹, whatever the derivative. To tell rounding from a bug, change h.

# %% name="rounding-or-bug" tags=["nbval-ignore-output"] slide="output: Rounding, or a bug?"
wrong = build(np.random.default_rng(30), {4: TooLarge})
print("error of the worst entry:   h   right   1 % too large")
for h in (1e-6, 1e-5, 1e-4, 1e-3):
    errors = [check_network(net, cross_entropy, (x, y), h=h).worst.error for net in (right, wrong)]
    print(f"{h:29.0e} {errors[0]:7.0e} {errors[1]:15.0e}")

# %% [markdown]
# <!-- slide + -->
# **Rounding moves with h.** The bug stays at half a percent: 0.01 over 1 + 1.01. So the first network is right, and
# the alarm was false.
# <!-- /slide -->
# (At 10⁻³ truncation takes over. `check_network` sees that a step ten times shorter does better,
# and takes it: hence the same error twice.)
#
# ## 9. Three things that disturb a check
#
# ### Kinks
#
# Taylor assumed that f is smooth. The **rectifier** or ReLU, max(0, x), has a kink at 0. Backprop has to
# say something there, and by custom says 0.
#
# **Before you run it:** what does the central difference say about max(0, x) exactly at x = 0?

# %% guess="kink"
### BEGIN SOLUTION
kink_guess = 0.5  # slope
### END SOLUTION

# %% name="kink"
places = np.array([-1.0, 0.0, 4e-6, 1.0])
by_difference = numerical_gradient(lambda x: np.maximum(x, 0).sum(), places)
for place, slope in zip(places, by_difference, strict=True):
    print(f"at {place:7}: formula {int(place > 0)}, difference {slope:.2f}")
compare_guess(kink_guess, by_difference[1], "Slope of max(0, x) at 0, by differences")

rectifiers = network.mlp([64, 16, 10], activation="relu", rng=np.random.default_rng(0))
with_blank = np.vstack([x[:7], np.zeros(64)]), y
report = check_network(rectifiers, cross_entropy, with_blank)
print("with a blank image: passed", report.passed, "·", *report.warnings)

# %% [markdown]
# Both are right: the formula about one side, the difference about a stretch of width 2h. At 0 itself no
# other h helps. In a network this happens whenever a hidden sum is within reach of 0. Biases often
# *start* at 0, and then a blank image puts every hidden unit on its kink. `check_network` notices that
# the slopes to the left and to the right do not draw together as h shrinks, leaves such entries out, and
# says so.
#
# ### Penalties
#
# The loss may have a penalty on the weights (lesson 09), such as $\tfrac{λ}{2} \sum w^2$. The difference
# must see it, and so must backprop. Here backprop does not:


# %% name="penalty"
def forgetful_penalty(weights):
    return l2_penalty(weights, strength=0.1)[0], [0 * each for each in weights]  # the value, not its gradient


net = build(np.random.default_rng(38), {})
print("wrong:", *check_network(net, cross_entropy, (x, y), penalty=forgetful_penalty).wrong)

# %% [markdown]
# All `weights` are wrong and no bias is, for the penalty is on weights only. The pattern in a report says
# what kind of bug it is.
#
# A penalty can also *hide* a bug. Let the loss's own gradient of $W_2$ be twice too large, and add $λW_2$
# to both sides. How much of the error of 1/3 is left? Measure it in two ways: by the worst entry, and, as
# is often done, by lengths, $\lVert a - b \rVert / (\lVert a \rVert + \lVert b \rVert)$.

# %% name="drowned"
dw2 = np.array(two_layer_gradients(x, y, **weights)[3])
print("strength  by lengths  worst entry")
for strength in (0, 0.1, 1, 10, 100):
    right, wrong = (factor * dw2 + strength * weights["w2"] for factor in (1, 2))
    by_lengths = np.linalg.norm(right - wrong) / (np.linalg.norm(right) + np.linalg.norm(wrong))
    print(f"{strength:8} {by_lengths:11.4f} {relative_error(right, wrong):12.2f}")

# %% [markdown]
# By lengths the bug **drowns** as the penalty grows. The worst entry still shows it here, because at some
# weight the penalty stays as small as the gradient, and of the other sign: the two nearly cancel, and the error
# even rises to 1. That takes a weight nearer to 0 the stronger the penalty is. At a strength of 1,000 there is none
# left, and the worst entry is down to a twentieth. So check the loss alone first, then once more with the penalty.
#
# ### Dropout
#
# Dropout (lesson 10) switches neurons off at random, anew at every pass. The two losses of one difference
# are then the losses of *two different networks*.
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
report = check_network(net, cross_entropy, (x, y))
print("the same noise each time: wrong parameters:", *report.wrong or ["none"])


def with_fresh_noise(bias):
    net.layers[3].bias[:] = bias
    return cross_entropy(net.forward(x, training=True), y)[0]


fresh = np.abs(numerical_gradient(with_fresh_noise, np.zeros(10))).max()
compare_guess(noise_guess, fresh, "Largest difference with fresh noise")

# %% [markdown]
# More than ten thousand, for a loss that two draws change by a few tenths: the noise is divided by 2h as
# well. `check_network` puts the random generator back before each evaluation. So leave dropout on when
# you check, or its own backward pass is not checked.
#
# ## 10. Three bugs that learn
#
# <!-- slide: Three bugs that learn -->
# Why all this, if you can watch the loss? Because gradient descent forgives. A direction less than 90°
# off the right one still goes down, if the step is short enough. You will now train four networks
# 64–32–32–10: one is right, three have a bug in the backward pass.
#
# Two bugs you may know beforehand. `ForgetsBias`, in layers 0 and 2, leaves the bias gradients at 0.
# `StaleCopy`, in layer 4, sends the gradient back through the weights that it had *at the start*. The
# third is drawn from a line-up, and where it sits is drawn too: A `ForgetsBias`, B `TooLarge` of section 8,
# or C `OffByOne`.
# <!-- /slide -->


# %% name="bugs"
class ForgetsBias(layers.Dense):
    def backward(self, upstream, input_gradient=True):
        dx = super().backward(upstream, input_gradient)
        self.bias_gradient[:] = 0
        return dx


class StaleCopy(layers.Dense):
    def initialize(self, rng):
        super().initialize(rng)
        self.copy = self.weights.copy()

    def backward(self, upstream, input_gradient=True):
        super().backward(upstream, input_gradient=False)  # for its own weights and bias
        return upstream @ self.copy.T


class OffByOne(layers.Dense):
    def backward(self, upstream, input_gradient=True):
        dx = super().backward(upstream, input_gradient)
        self.weights_gradient[-1] = 0  # a loop that stopped one input early
        return dx


# %% name="suspects"
CASE = 7  # another number makes another case
draw = np.random.default_rng(CASE)
letter, place = "ABC"[draw.integers(3)], int(draw.choice((0, 2, 4)))
FAULTS = {
    "right": {},
    "forgets its biases": {0: ForgetsBias, 2: ForgetsBias},
    "stale copy": {4: StaleCopy},
    "unknown": {place: {"A": ForgetsBias, "B": TooLarge, "C": OffByOne}[letter]},
}

# %% [markdown]
# Each network gets the best of five learning rates, by its accuracy on validation digits. Then ten other
# seeds draw first weights and batches, the same for all four, and the *test* digits are asked. The last
# column says whether a difference is more than the luck of the seeds. The names are hidden.

# %% name="race" tags=["nbval-ignore-output"]
letters = dict(zip("wxyz", np.random.default_rng(2).permutation(list(FAULTS)).tolist(), strict=True))
race = experiments.compare(
    {letter: {"faults": FAULTS[name]} for letter, name in letters.items()},
    network=build,
    width=32,
    optimizer=optimizers.SGD,
    tune={"learning_rate": [0.1, 0.2, 0.5, 1.0, 2.0]},
    data=digits,
    epochs=10,
    tuning_seeds=2,
    measure="accuracy",
)
print(race.table())

# %% name="race-figure" slide="figure: Which of the four is the right one?"
fig, axes = plots.figure(2, width=8.6, height=3.2)
race.plot_curves(axes[0])
axes[0].set(ylim=(0.5, 1), title="all four learn …")
race.plot(axes[1])
axes[1].set(title="… and do alike on test digits")
plots.show(
    fig,
    "Left, validation accuracy over ten epochs for four networks called w, x, y and z, mean and range of ten "
    "seeds: the bands lie on each other from the third epoch on. Right, the test accuracy of each of the ten seeds: four "
    "clouds over the same range, with means that are less than a point apart.",
)

# %% [markdown]
# <!-- slide + -->
# **Which of the four is the right one?** Look as long as you like, then write its letter.
# <!-- /slide -->

# %% guess="right-one"
### BEGIN SOLUTION
right_one_guess = "w"  # "w", "x", "y" or "z"
### END SOLUTION

# %% name="right-one" slide="output: Which of the four is the right one?"
right_one = next(letter for letter, name in letters.items() if name == "right")
compare_guess(right_one_guess, right_one, "The right network is", among="wxyz")
print(*(f"{letter} is: {name}" for letter, name in letters.items()), sep="; ")

# %% [markdown]
# <!-- slide + -->
# A tie: with figures like these nobody looks for a bug. Yet in one of these networks the hidden biases
# never moved, and whatever you wrote about it would be about another network than you thought. (Not every
# bug stays so harmless. These did, on these digits, at this size.)
# <!-- /slide -->
#
# Now the check: the same layers in a small network, on eight digits, at first weights.

# %% name="reports" slide="output: What the check says"
for name in ("right", "forgets its biases", "stale copy"):
    net = build(np.random.default_rng(38), FAULTS[name])
    report = check_network(net, cross_entropy, (x, y))
    print(f"{name:>18}: wrong parameters:", *report.wrong or ["none"])

training.fit(net, cross_entropy, optimizers.SGD(0.5), digits.train, epochs=1, rng=np.random.default_rng(0))
report = check_network(net, cross_entropy, (x, y))
print("stale copy, after an epoch: wrong parameters:", *report.wrong)

# %% [markdown]
# <!-- slide + -->
# The biases are found at once. The stale copy passes at the first weights, for there the copy is correct.
# The bug is born with the first update. So check again after a little training.
# <!-- /slide -->
#
# Then the pattern tells where it is. Gradients are made from the last layer to the first. Layer 4's own
# are right, so what *came into* layer 4 was right; all before it are wrong. So the fault is in what layer
# 4 hands down, its `dx`. (Or in the tanh 3, which has no parameters to speak for itself.) In short, for
# one bug:
#
# <!-- slide: Read a report from the bottom up -->
# > **Read a report from the bottom up.** If everything before a layer is wrong, the bug is between the last
# > parameters that are right and the first that are wrong. If one array is wrong, and all before it are right
# > again, the bug is in that array's own line.
# <!-- /slide -->
#
# ### Now you
#
# One network is left, the unknown. Compare its report with the code of the suspects: A `ForgetsBias`, B
# `TooLarge`, C `OffByOne`.

# %% name="unknown" tags=["nbval-ignore-output"]
unknown = build(np.random.default_rng(38), FAULTS["unknown"])
print(check_network(unknown, cross_entropy, (x, y)))

# %% [markdown]
# **Who was it, and in which layer?** Write the letter and the number of the layer, such as `"A4"`.
#
# <details><summary>Hint</summary>
#
# Which kind of array is wrong? Does the worst entry's index say something? What does backprop claim
# there?
#
# </details>

# %% guess="culprit"
### BEGIN SOLUTION
culprit_guess = "C2"  # such as "A4"
### END SOLUTION

# %% name="culprit"
compare_guess(culprit_guess, f"{letter}{place}", "The culprit", among=[a + b for a in "ABC" for b in "024"])

# %% [markdown]
# In case 7 only `2.weights` is wrong: the fault is in that array's own line, and A is out. The worst
# index is in row 15, the last of 16, and backprop claims exactly 0 there: not 1 % too much. For another
# case, change `CASE` and run on from there.

# %% [markdown]
# ## Common mistakes
#
# - **tanh's slope of the wrong number.** It is 1 − a² with a, the *output*; of z it is 1 − tanh²(z).
# - **The mean again.** The 1/n of a mean loss enters once, at the loss. A layer that divides by n
#   again, or takes the mean for `dbias`, is wrong by a factor.
# - **Integers.** `x[i] + h` in an integer array is cut back to `x[i]`. Work on a float copy.
# - **Brackets.** `(above - below) / 2 * h` multiplies by h.
# - **h too small.** 10⁻¹² feels exact, and leaves you four digits of sixteen.
# - **Examples that do not reach an input.** The check speaks for those that it is given.

# %% [markdown]
# ## Quiz
#
# 1. A hidden unit's output goes to ten output units. What is the gradient by it?
#    - **a** The largest of what the ten send back.
#    - **b** The sum of what the ten send back.
#    - **c** The mean of what the ten send back.
# 2. You halve h in a central difference, and h is still far above the best, but small. What happens to
#    the error?
#    - **a** It is halved.
#    - **b** It falls to a quarter.
#    - **c** It doubles.
# 3. A smooth network, float64, h = 10⁻⁵, a loss near 1. Backprop says 3·10⁻⁴, the difference says 6·10⁻⁴.
#    What do you make of it?
#    - **a** They agree: they are only 3·10⁻⁴ apart.
#    - **b** Rounding.
#    - **c** There is a bug.
# 4. Dropout is on, and the differences are huge and new at every run. What is wrong?
#    - **a** Each evaluation draws new noise.
#    - **b** Backprop.
#    - **c** h is too small.
# 5. A report finds 4.weights and 4.bias right, and all of layers 2 and 0 wrong. Where do you look?
#    - **a** In layer 0, which comes first.
#    - **b** Between layer 4 and layer 2: what layer 4 passes back, and the activation 3.
#    - **c** In the loss.
# 6. Training is fine: 97 % on validation data. Is the gradient right?
#    - **a** Yes, or it would not learn.
#    - **b** Yes, if the loss falls at every step.
#    - **c** You cannot tell from this.
#
# Put letters in quotes, such as `"a"`, in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "b"
q2 = "b"
q3 = "c"
q4 = "a"
q5 = "b"
q6 = "c"
### END SOLUTION

# %% name="quiz-result"
quiz("02_gradient_check", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5, q6=q6)

# %% [markdown]
# ## What to take away
#
# <!-- slide: What to take away -->
# - Back through a graph: at each circle multiply by the local derivative; where a value forks, add. Keep
#   what the way back needs.
# - Central difference, float64, h ≈ 10⁻⁵. Smaller is not better: rounding grows as ε/h.
# - Compare by *relative* error, and take the largest. If in doubt, change h: rounding moves.
# - A curve that goes down proves nothing. Wrong gradients can learn.
# - Read the report from the loss backwards. Check at the start, and again after some updates.
# <!-- /slide -->
#
# ## In practice
#
# Frameworks derive the backward pass for you, by the rules of section 1 (**automatic differentiation**).
# You check wherever somebody writes one by hand: a new layer, a fused kernel, a custom loss.
#
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `two_layer_gradients` | `loss.backward()`, then `w1.grad` | the graph is recorded on the way forward; `.grad` *adds up* over calls, until you set it back |
# | `affine_backward` | what `torch.nn.Linear` does | `Linear` keeps its weights as (m, d), transposed |
# | `softmax_cross_entropy_gradient` | `torch.nn.functional.cross_entropy(logits, labels)` | takes logits, not probabilities; the mean, by default |
# | `numerical_gradient`, `relative_error` | `torch.autograd.gradcheck(function, inputs)` | wants float64; h = 10⁻⁶; compares with an absolute 10⁻⁵ plus a relative 10⁻³ |
#
# <details><summary>The same gradients, by both</summary>
#
# ```python
# import numpy as np
# import torch
# from dlcourse.network import two_layer_gradients
#
# rng = np.random.default_rng(0)
# x, y = rng.normal(size=(5, 4)), rng.integers(0, 2, size=5)
# weights = [rng.normal(size=shape) for shape in ((4, 3), (3,), (3, 2), (2,))]
# _, *ours = two_layer_gradients(x, y, *weights)
#
# w1, b1, w2, b2 = theirs = [torch.tensor(each, requires_grad=True) for each in weights]
# logits = torch.tanh(torch.tensor(x) @ w1 + b1) @ w2 + b2
# torch.nn.functional.cross_entropy(logits, torch.tensor(y)).backward()
# for one, other in zip(ours, theirs):
#     np.testing.assert_allclose(one, other.grad.numpy(), atol=1e-6)
# ```
#
# </details>

# %% [markdown]
# ## Go further
#
# Nothing here is graded.
#
# 1. You write a new layer and want to check it by itself. Differences need a function that returns *one
#    number*, and a layer returns a matrix. What do you do?
# 2. Set `CASE = 2` and run on from there: the culprit is C in layer 0, and the report finds nothing
#    wrong. Why? What must you change in the check to find it?
# 3. For a million parameters two evaluations each are too many. Take a random direction d, and compare
#    the one number $\nabla L \cdot d$ with $(L(θ + hd) - L(θ - hd))/2h$. What does this find, and what
#    does it no longer tell you?

# %% [markdown] discussion="go-further"
# **1.** Choose any $u$ of the output's shape at random, and take the number $\sum_{ik} u_{ik} y_{ik}$. Its gradient by
# $y$ is $u$ itself. So compare `affine_backward(x, W, u)` with the differences of `np.sum(u * (x @ W + b))`. Draw
# $u$, rather than take ones: the outputs of a softmax add up to 1 whatever goes in, so with ones the true gradient is
# 0, and a backward pass that gives back zeros would pass.
#
# **2.** The last input is the pixel in the lower right corner, and in all eight digits it is blank. Its weights
# *have* a gradient of 0 there. 74 of the training digits have ink in that corner. Take eight of them, by
# `digits.train[0][:, -1] > 0`, and the report accuses `0.weights`, row 63.
#
# **3.** Two evaluations check the whole network, whatever its size. With 1,000 random directions of length 1, at
# h = 10⁻⁵ and first weights, the relative error of a right network 64–16–16–10 was 10⁻¹⁰ in the median, and below 10⁻⁶
# in all. With `TooLarge` in layer 4 it was above 10⁻⁶ in all, and in half of them more than 10⁻³. So a few directions
# tell *that* something is wrong. They do not tell where, unless d moves one array at a time.

# %% [markdown]
# ## References
#
# - D. Rumelhart, G. Hinton, R. Williams (1986), *Learning representations by back-propagating errors*,
#   Nature 323. The paper that made backpropagation known, in four pages.
# - A. Karpathy, F.-F. Li, J. Johnson, *CS231n course notes*: "Backpropagation, Intuitions" for graphs
#   such as that of section 1, and "Neural Networks Part 3" for the best list of what disturbs a check.
# - A. Griewank, A. Walther (2008), *Evaluating Derivatives*, SIAM. What automatic differentiation
#   costs, and why backprop takes only a few times as long as the loss.
# - S. Malladi et al. (2023), *Fine-tuning language models with just forward passes*, NeurIPS. Differences
#   that do train, two losses a step, along a random direction for all weights at once.
# - T. Lillicrap, D. Cownden, D. Tweed, C. Akerman (2016), *Random synaptic feedback weights support
#   error backpropagation for deep learning*, Nature Communications 7. Why `StaleCopy` learns: even
#   *random* weights on the way back will do.
