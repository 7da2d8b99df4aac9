# %% [markdown]
# # 04 · Rectifiers: a bend made of two straight lines, and units that die of it
#
# **You will make** ReLU, leaky ReLU, ELU and maxout, the backward passes of the first three, and a counter of
# dead units. With it you will watch a layer die when its learning rate doubles, send four kinds of unit to
# sleep to see which wake up, and put a famous "six times faster" to the test.
#
# **You will be able to**
#
# - write each rectifier and its gradient so that no input breaks it,
# - say how a ReLU dies, why it stays dead, and how to find it,
# - predict which of its relatives come back, and from how far away,
# - judge a claim like "six times faster" by asking: at what, against what, tuned how?
#
# | | |
# |---|---|
# | Time | 80 minutes, eight exercises, most of them one line |
# | You need | lesson 02 for backward passes, lesson 03 for saturation and the race that it ends with |
# | Covers | sections B3, B4, B5 and B6 of the source document, correction X13 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes on with
# the reference version.

# %% role="setup"
import numpy as np

from dlcourse import datasets, layers, losses, metrics, network, optimizers, plots, search, training
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. ReLU: keep it or cut it
#
# Lesson 03 ended with a bend that flattens out on both sides. The **rectified linear unit** (ReLU; Nair &
# Hinton 2010) is flat on one side only. What is positive stays as it is, the rest becomes 0:
#
# $$h(x) = \max(0, x)$$
#
# It has no exponential, and two slopes:
#
# $$h'(x) = \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}$$
#
# At 0 itself there is a corner and no derivative. Any number from 0 to 1 would do; here, as in PyTorch, it is
# 0. On the way back the slope multiplies the gradient that arrives, `upstream`. Here is a unit on four
# examples:

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
# *Difficulty: easy · 3 minutes*
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
# *Difficulty: easy · 3 minutes*
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
# ### Ten layers deep, once more
#
# In lesson 03 a gradient went back through ten layers of sigmoids and lost nearly six powers of ten on its
# way. tanh carried it through almost whole. Now ReLU: a slope of 1 takes nothing away, but about half of the
# units are off and pass on nothing. He et al. (2015) draw the weights larger to make up for that, and so does
# `network.mlp` (lesson 05).
#
# **Before you run it:** by how many powers of ten does the gradient shrink between the tenth hidden layer and
# the first, with ReLU? (Sigmoid: almost 6. None: 0.)

# %% guess="zeros"
### BEGIN SOLUTION
zeros_guess = 1  # powers of ten
### END SOLUTION

# %% name="depth"
digits = datasets.digits()
images, labels = digits.train


def gradient_sizes(activation, seed):
    net = network.mlp([64] + [64] * 10 + [10], activation=activation, rng=np.random.default_rng(seed))
    _, upstream = losses.softmax_cross_entropy(net.forward(images[:256]), labels[:256])
    net.backward(upstream)
    return [np.abs(gradient).mean() for gradient in net.weight_gradients()[:10]]


zeros = {}
for name in ("sigmoid", "tanh", "relu"):
    sizes = np.array([gradient_sizes(name, seed) for seed in range(5)])
    each = np.log10(sizes[:, 9] / sizes[:, 0])
    zeros[name] = each.mean()
    low, high = each.min().round(1) + 0.0, each.max().round(1) + 0.0  # + 0.0 makes 0.0 of -0.0
    print(f"{name:>7}: layer 10 over layer 1 is 10 to the power of {low} to {high}, 5 seeds")
compare_guess(zeros_guess, zeros["relu"], "Powers of ten lost with ReLU")

# %% [markdown]
# Nothing is lost: with ReLU the first layer gets as much as the tenth, or a little more. So far the document
# is right that ReLU keeps the gradient alive. (tanh did too, at the first step: it is the *sigmoid* that ReLU
# is better than here. Keep that in mind for section 8.)
#
# ## 2. Dead units
#
# Now the price. Where x < 0 the slope of ReLU is exactly 0. Suppose one step of training throws a unit's bias
# so far down that its sum is negative on *every* image. Then it says 0 on all of them, gets a gradient of 0
# from all of them, and neither its bias nor a weight before it ever moves again. The unit is **dead**. (In a
# deeper layer there is a last hope: its *inputs* may still change, as other units learn.)
#
# You cannot see that in one example: about half of the outputs of a fresh layer are 0 (the run below prints
# it). Dead is a unit that is silent on all of them.
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
# *Difficulty: medium · 5 minutes*
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
# What throws a bias far down? A step that is too large. So you train the same five networks, 64 pixels – 32
# ReLUs – 10 digits, for five epochs at six learning rates. First weights and batches are the same at each
# rate. (`search.fit_together` trains all five at once. Each becomes what it would have become alone, sooner.)
#
# **Before you run it:** at rate 0.1 all is well. What share of the units is dead after five epochs at 0.8,
# where the network still learns?

# %% guess="dead-share"
### BEGIN SOLUTION
dead_share_guess = 0.1  # share of units, 0 to 1
### END SOLUTION

# %% name="killing"
KILLING_RATES = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)


def first_layer(net):
    """What the first hidden layer says of every training image, (n, 32)."""
    return net.layers[1].forward(net.layers[0].forward(images))


def silent(net):
    return dead_fraction(first_layer(net))


def accuracies(nets):
    return [training.evaluate(net, losses.softmax_cross_entropy, digits.validation)[1] for net in nets]


def five_networks():
    return [network.mlp([64, 32, 10], activation="relu", rng=np.random.default_rng(s)) for s in range(5)]


fresh = [first_layer(net) for net in five_networks()]
print(f"before training {np.mean(np.array(fresh) <= 0):.0%} of all outputs are 0;", end=" ")
print(f"dead {min(map(dead_fraction, fresh)):.0%} to {max(map(dead_fraction, fresh)):.0%}")
trained, dead, right = {}, {}, {}
for rate in KILLING_RATES:
    nets, batches = five_networks(), np.random.default_rng(10)
    search.fit_together(nets, optimizers.SGD(rate), (images, labels), epochs=5, rng=batches)
    trained[rate], dead[rate], right[rate] = nets, list(map(silent, nets)), accuracies(nets)
    print(f"rate {rate}: dead {min(dead[rate]):4.0%} to {max(dead[rate]):4.0%},", end="  ")
    print(f"validation accuracy {min(right[rate]):.0%} to {max(right[rate]):.0%}")
compare_guess(dead_share_guess, np.mean(dead[0.8]), "Share dead at rate 0.8")

# %% name="killing-figure"
fig, ax = plots.figure(width=6.6, height=2.9)
named = {"validation images right": right, "dead ReLUs": dead}
plots.curves(ax, KILLING_RATES, {name: np.transpose(list(of.values())) for name, of in named.items()})
ax.set(xscale="log", xticks=KILLING_RATES, xticklabels=KILLING_RATES, xlabel="learning rate")
ax.minorticks_off()
ax.set(ylabel="share of units, of images", title="At rate 0.8 some units are dead, at twice that nearly all")
plots.show(
    fig,
    "Two curves against the learning rate from 0.1 to 3.2, mean and range of five seeds. The share of dead units "
    "stays near 0 up to 0.4, is 14 percent at 0.8 with a wide range, and jumps to almost all at 1.6. The accuracy "
    "mirrors it: about 90 percent up to 0.4, about 80 at 0.8, near chance from 1.6 on.",
)

# %% [markdown]
# A fresh network has at most one unit of 32 that is silent throughout, and up to rate 0.4 few die. At 0.8 it
# is anything from 3 % to 28 %, and the network still gets 68 % to 88 % right: it learns, only less well, and
# its accuracy does not tell you that a part of the layer is gone. At twice that rate 84 % to 100 % are dead,
# and what is left guesses.
#
# Can they be healed? Take the networks of those two rates, and train them on, for ten epochs, at the gentle
# rate of 0.1. And how far from waking are they? That says the largest sum that any image gives them.

# %% name="no-way-back"
for rate in (0.8, 1.6):
    before = [np.all(first_layer(net) <= 0, axis=0) for net in trained[rate]]
    nearest = [net.layers[0].forward(images).max(axis=0)[off] for net, off in zip(trained[rate], before)]
    low, middle = np.quantile(np.concatenate(nearest), (0, 0.5))
    gentle, batches = optimizers.SGD(0.1), np.random.default_rng(11)
    search.fit_together(trained[rate], gentle, (images, labels), epochs=10, rng=batches)
    after = [np.all(first_layer(net) <= 0, axis=0) for net in trained[rate]]
    woken = np.sum(np.array(before) & ~np.array(after))
    print(f"after rate {rate}: {np.sum(before)} of 160 units dead, {woken} of them wake;", end=" ")
    print(f"largest sum {middle:.1f} at the median, {low:.0f} at the lowest")

# %% [markdown]
# Not one comes back. The rate that killed them is gone, but to undo its work takes a gradient, and none comes
# through. Half of those killed at 1.6 lie more than 0.9 below zero on their *best* image, one of them 31.
# This is the disadvantage that the document names; what it does not say is that you can *count* it, with one
# line, and that the learning rate is the first suspect.
#
# ## 3. Leaky ReLU: never quite off
#
# The remedy suggests itself: leave a little slope on the left (Maas, Hannun & Ng 2013).
#
# $$h(x) = \max(s\,x,\; x) \qquad h'(x) = \begin{cases} 1 & x > 0 \\ s & x \le 0 \end{cases}
# \qquad 0 \le s < 1$$
#
# The document, like the paper, has $s = 0.01$. For $s < 1$ the larger of the two is $x$ on the right and $sx$
# on the left, so that the maximum chooses well by itself.
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
# *Difficulty: easy · 3 minutes*
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
# *Difficulty: easy · 3 minutes*
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
# The document has a second complaint about ReLU: it is not centred. Whatever a layer of ReLUs says is ≥ 0, so
# its mean is above 0, and lesson 03 showed what that costs. The **exponential linear unit** (ELU; Clevert,
# Unterthiner & Hochreiter 2016) goes below zero, and levels off at −α:
#
# $$h(x) = \begin{cases} x & x > 0 \\ \alpha\,(e^x - 1) & x \le 0 \end{cases}
# \qquad h'(x) = \begin{cases} 1 & x > 0 \\ \alpha\,e^x & x \le 0 \end{cases}$$
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
# *Difficulty: medium · 7 minutes*
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
# How far off centre are they? Fresh networks of four hidden layers, no training, all training images:

# %% name="centres"
print("mean output of hidden layer       1      2      3      4     (mean of 5 seeds)")
for activation in ("relu", "leaky_relu", "elu", "tanh"):
    means = []
    for seed in range(5):
        net = network.mlp([64, 32, 32, 32, 32, 10], activation=activation, rng=np.random.default_rng(seed))
        net.forward(images)
        means.append([layer.y.mean() for layer in net.layers[1:-1:2]])
    print(f"{activation:>28}", *(f"{mean:6.2f}" for mean in np.mean(means, axis=0).round(2) + 0.0))

# %% [markdown]
# ReLU sits at about 0.3 in every layer, and leaky ReLU with it: a hundredth is no counterweight. ELU is at
# 0.08 to 0.23, well below; tanh is centred. Section 8 will show whether it matters.
#
# ## 5. Maxout: let the unit draw its own bend
#
# ReLU takes the larger of a sum and 0; leaky ReLU the larger of a sum and a hundredth of it. Why not learn
# both sides? A **maxout** unit (Goodfellow et al. 2013) has several affine maps, its *pieces*, each with
# weights and a bias of its own, and says the largest. With two pieces, as in the document,
#
# $$h(x) = \max(x\,w_1 + b_1,\; x\,w_2 + b_2)$$
#
# and with $k$ pieces, for a layer of $m$ units, $h(x)_j = \max_i\,(x W_i + b_i)_j$.
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
# With the right pieces it *is* the others:

# %% name="special-cases"
x = np.random.default_rng(0).normal(size=(50, 4))
w, b = np.random.default_rng(1).normal(size=(4, 3)), np.array([0.5, 0.0, -0.5])
z = x @ w + b
second_pieces = {"relu": (0 * w, 0 * b, relu(z)), "leaky_relu": (0.01 * w, 0.01 * b, leaky_relu(z))}
second_pieces["absolute value"] = (-w, -b, np.abs(z))
for name, (w2, b2, expected) in second_pieces.items():
    apart = np.abs(maxout(x, np.array([w, w2]), np.array([b, b2])) - expected).max()
    print(f"{name:>14}: maxout differs by less than 1e-12: {apart < 1e-12}")

# %% [markdown]
# ## 6. The family in one picture
#
# Four functions above, their slopes below, each from your own code. The slope of leaky ReLU is drawn at 0.1,
# for at 0.01 you would not see it.

# %% name="family"
x = np.linspace(-3, 3, 601)
ones = np.ones_like(x)
w2, b2 = np.array([[[0.6]], [[-0.4]]]), np.array([[0.3], [-0.4]])  # two pieces, as training might leave them
two = w2[:, 0] * x + b2  # (pieces, points)
family = {
    "ReLU": (relu(x), relu_backward(x, ones)),
    "leaky ReLU, slope 0.1": (leaky_relu(x, 0.1), leaky_relu_backward(x, ones, 0.1)),
    "ELU, α = 1": (elu(x), elu_backward(x, ones)),
    "maxout, one of many": (maxout(x[:, None], w2, b2)[:, 0], np.where(two[0] > two[1], 0.6, -0.4)),
}
fig, axes = plots.figure(4, 2, width=9.0, height=3.8, sharex=True, sharey="row")
for column, (name, (y, slope)) in zip(axes.T, family.items(), strict=True):
    jumps = np.abs(np.diff(slope, append=slope[-1])) > 0.5
    column[0].plot(x, y, color=plots.COLORS[0])
    column[1].plot(x, np.where(jumps, np.nan, slope), color=plots.COLORS[1])
    column[0].set_title(name)
    column[1].set(xlabel="x, the sum that goes in", ylim=(-0.6, 1.15))
axes[0, 3].plot(x, two.T, color=plots.GREY, linestyle=":", linewidth=1)
axes[0, 0].set(ylabel="output", ylim=(-1.6, 3.1))
axes[1, 0].set_ylabel("slope")
fig.suptitle("Three of them agree on the right; all differ on the left", fontsize=10.5)
plots.show(
    fig,
    "Four columns, functions above and slopes below. ReLU is 0 on the left and x on the right; its slope jumps "
    "from 0 to 1. Leaky ReLU falls gently on the left; its slope jumps from 0.1 to 1. ELU bends smoothly down "
    "towards −1; its slope rises from near 0 to 1 without a jump. The maxout unit is a V of two slanted lines, "
    "drawn dotted beyond their meeting point; its slope jumps from −0.4 to 0.6.",
)

# %% [markdown]
# On the right ReLU, leaky ReLU and ELU are one and the same, and none of them saturates there. All their
# difference is on the left: *nothing*, *a little for ever*, or *a lot near 0 and hardly anything far out*.
# Keep the last one in mind.
#
# ## 7. Who wakes up?
#
# Now you put all of them to sleep, alike. The same networks as before, with the biases of all 32 hidden units
# pushed down by 4, so that every unit is negative on every image; then 30 epochs of training. Four bends, the
# same first weights and batches. The rate is chosen for each from 0.1, 0.2 and 0.4, which kill few ReLUs
# (section 2), by the validation loss at the end on two seeds that serve for nothing else. Then come five
# fresh seeds. And all of it again with a push of 8.
#
# **Before you run it:** the document says that ELU does not die. What share of the ELUs will still be silent
# 30 epochs after a push of 8?

# %% guess="still-silent"
### BEGIN SOLUTION
still_silent_guess = 0.3  # share of units, 0 to 1
### END SOLUTION

# %% name="wake-up"
BENDS = {
    "ReLU": ("relu", {}),
    "leaky, 0.01": ("leaky_relu", {"slope": 0.01}),
    "leaky, 0.1": ("leaky_relu", {"slope": 0.1}),
    "ELU": ("elu", {}),
}
WAKING_RATES = (0.1, 0.2, 0.4)


def asleep(bend, push, seed):
    name, settings = BENDS[bend]
    first, last = layers.Dense(64, 32, "he_uniform"), layers.Dense(32, 10, "he_uniform")
    net = network.Network([first, layers.Activation(name, **settings), last], np.random.default_rng(seed))
    first.bias -= push
    return net


def wake(bend, push, rate):
    """The silent share before and after every 3 of 30 epochs (11, seeds), and the networks."""
    nets = [asleep(bend, push, seed) for seed in range(5)]
    sgd, batches = optimizers.SGD(rate), np.random.default_rng(20)
    shares = [list(map(silent, nets))]
    for _ in range(10):
        search.fit_together(nets, sgd, (images, labels), epochs=3, rng=batches)
        shares.append(list(map(silent, nets)))
    return np.array(shares), nets


def validation_loss(net):
    with np.errstate(all="ignore"):  # some rates are too large: their loss counts as infinite
        loss = training.evaluate(net, losses.softmax_cross_entropy, digits.validation)[0]
    return loss if np.isfinite(loss) else np.inf


def waking_rate(bend, push):
    nets = [asleep(bend, push, seed) for _ in WAKING_RATES for seed in (100, 101)]
    sgd, batches = optimizers.SGD(np.repeat(WAKING_RATES, 2)[:, None]), np.random.default_rng(21)
    search.fit_together(nets, sgd, (images, labels), epochs=30, rng=batches)
    scores = np.reshape([validation_loss(net) for net in nets], (len(WAKING_RATES), 2))
    return WAKING_RATES[np.argmin(scores.mean(axis=1))]


shares = {}
for push in (4, 8):
    for bend in BENDS:
        rate = waking_rate(bend, push)
        shares[push, bend], nets = wake(bend, push, rate)
        start, end, good = shares[push, bend][0], shares[push, bend][-1], accuracies(nets)
        print(f"push {push}, {bend:>11}, rate {rate}: silent {start.min():.0%} before,", end=" ")
        print(f"{end.min():4.0%} to {end.max():4.0%} after; {min(good):3.0%} to {max(good):3.0%} right")
compare_guess(still_silent_guess, shares[8, "ELU"][-1].mean(), "Share of ELUs still silent after a push of 8")

# %% name="wake-up-figure"
fig, axes = plots.figure(2, width=8.2, height=3.3, sharey=True)
for ax, push in zip(axes, (4, 8), strict=True):
    plots.curves(ax, np.arange(0, 31, 3), {bend: shares[push, bend].T for bend in BENDS}, labels=push == 8)
    ax.set(title=f"biases pushed down by {push}", xlabel="epoch", xticks=range(0, 31, 10), ylim=(-0.03, 1.05))
axes[0].set_ylabel("share of units silent on every image")
fig.suptitle(
    "Slope 0.1 comes back from both depths, ELU from the nearer one, ReLU from neither", fontsize=10.5
)
plots.show(
    fig,
    "Two panels, the share of silent units by epoch, mean and range of five seeds, all starting at 1. After a push "
    "of 4, ELU falls at once to about 0.7, leaky ReLU with slope 0.1 a little later to below 0.6, while ReLU and "
    "leaky ReLU with 0.01 stay at 1. After a push of 8 only leaky ReLU with 0.1 leaves 1, after ten epochs, and is at "
    "about 0.8 in the end.",
)

# %% name="slopes-far-out"
z = np.array([-4.0, -8.0])
for name, slopes in (("leaky, 0.1", leaky_relu_backward(z, np.ones(2), 0.1)),
                     ("leaky, 0.01", leaky_relu_backward(z, np.ones(2))),
                     ("ELU", elu_backward(z, np.ones(2)))):  # fmt: skip
    print(f"{name:>11}: slope {slopes[0]:.4f} at -4, {slopes[1]:.4f} at -8")

# %% [markdown]
# Four bends, four fates.
#
# - **ReLU** stays as it was put, 100 % silent, right on 8 % of the images. Only the last layer's biases
#   learn.
# - **Leaky ReLU with 0.01**, the document's own, is just as silent after 30 epochs, and right on 8 % to 10 %.
#   It is not dead: something comes through, but it is a hundredth, and 30 epochs do not do. (Give it more of
#   them.)
# - **Leaky ReLU with 0.1** comes back from both depths. Many units are still silent, 47 % to 84 %, but
#   *silent is not dead* either: below zero such a unit is a linear one with a low voice. The networks end at
#   93 % to 97 %.
# - **ELU** comes back from a push of 4, and soonest of all: its slope there is 0.018, and grows as the unit
#   climbs. After a push of 8 it lies as still as ReLU, for $e^{-8} = 0.0003$. Its slope is never 0, so it is
#   asleep and not dead; but far out it is flat, like the sigmoid on its left, and "does not die" is then no
#   great comfort.
#
# Two limits of this run. The best rate was 0.4, the largest on offer, for all that woke. At larger ones leaky
# ReLU with 0.01 and even some ELUs do come back from 8, but how many changes with the last digits of the
# first weights, so no number for it stands here: try it. And a push of 8 is cruel: half of the units killed
# at rate 1.6 in section 2 were less than 1 below zero on their best image, where ELU is at home. But the
# farthest lay 31 below.
#
# ## 8. Six times faster?
#
# "ReLU converges six times as fast as sigmoid or tanh", the document reports. You have met the question in
# lesson 03: at what, against what, tuned how?
#
# > **Correction X13.** The six comes from one experiment: figure 1 of Krizhevsky, Sutskever & Hinton (2012).
# > A convolutional network of four layers reached a *training error* of 25 % on CIFAR-10 six times faster
# > with ReLU than with tanh, each at the learning rate that made it fastest. It was measured against tanh,
# > not against the sigmoid. The caption adds that the size of the effect varies with the architecture, and
# > that ReLU was several times faster throughout. So six is a measurement, not a property of ReLU.
#
# So measure it here, by the same rules where you can.
#
# - Networks of 1, 2 and 4 hidden layers of 32 units, on 1,024 digits, plain SGD, batches of 32.
# - For sigmoid, tanh, ReLU and ELU: the same seeds, data and batches. Each has the first weights that suit
#   it, the same random numbers scaled as Glorot has it for the first two and as He has it for the others.
# - The rate is chosen for each from the same eight, by the validation loss after four epochs (so early
#   progress counts), on two seeds that serve for nothing else.
# - Then five fresh seeds. Every 8 updates the error on the training data is taken, and you count updates to
#   25 %, the target of 2012, and to 5 %.
#
# **Before you run it:** with four hidden layers, how many times as many updates as ReLU will tanh need to get
# to 25 %? (The document says 6. Level is 1. A number below 1 means that tanh is the faster.)

# %% guess="times"
### BEGIN SOLUTION
times_guess = 2.0  # updates of tanh over updates of ReLU
### END SOLUTION

# %% name="race"
RACE_RATES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)
RUNNERS = ("sigmoid", "tanh", "relu", "elu")
x, y = images[:1024], labels[:1024]


def networks(activation, depth, seeds):
    sizes = [64] + [32] * depth + [10]
    return [network.mlp(sizes, activation=activation, rng=np.random.default_rng(seed)) for seed in seeds]


def tuned_rate(activation, depth):
    nets = networks(activation, depth, (100, 101) * len(RACE_RATES))
    sgd, batches = optimizers.SGD(np.repeat(RACE_RATES, 2)[:, None]), np.random.default_rng(29)
    search.fit_together(nets, sgd, (x, y), epochs=4, rng=batches)
    scores = np.reshape([validation_loss(net) for net in nets], (len(RACE_RATES), 2))
    return RACE_RATES[np.argmin(scores.mean(axis=1))]


def watched(activation, depth, rate):
    """The training error after every 8 of 320 updates, (40, seeds)."""
    nets, errors = networks(activation, depth, range(5)), []
    sgd, batches = optimizers.SGD(rate), np.random.default_rng(30)
    for _ in range(10):
        for part in training.minibatches(batches.permutation(1024), 256):
            search.fit_together(nets, sgd, (x[part], y[part]), epochs=1, rng=batches)
            errors.append([1 - metrics.accuracy(net.forward(x), y) for net in nets])
    return np.array(errors)


def updates_to(target, errors):
    """Of each network, the first check, in updates, with an error at or below the target; infinite if none."""
    return np.where((errors <= target).any(axis=0), 8 * (1 + np.argmax(errors <= target, axis=0)), np.inf)


def span(updates):
    return f"{updates.min():3.0f} to {updates.max():3.0f}" if np.isfinite(updates).all() else "never"


errors, to_target = {}, {}
print("hidden           rate   updates to 25 %   to 5 %   (5 seeds; at most 320)")
for depth in (1, 2, 4):
    for name in RUNNERS:
        rate = tuned_rate(name, depth)
        errors[depth, name] = watched(name, depth, rate)
        to_target[depth, name] = [updates_to(target, errors[depth, name]) for target in (0.25, 0.05)]
        spans = [span(updates) for updates in to_target[depth, name]]
        print(f"{depth:>6} {name:>8} {rate:6} {spans[0]:>17} {spans[1]:>12}")

# %% name="times"
print("updates, median over that of ReLU:  to 25 %, to 5 %")
times = {}
for depth, name in to_target:
    ours, relus = (np.median(to_target[depth, each], axis=1) for each in (name, "relu"))
    times[depth, name] = ours / relus
    if name != "relu":
        shown = [f"{ratio:.1f}" if np.isfinite(ratio) else "never" for ratio in times[depth, name]]
        print(f"{depth} hidden, {name:>7}: {shown[0]:>5}  {shown[1]:>5}")
compare_guess(times_guess, times[4, "tanh"][0], "tanh over ReLU, four layers, to 25 %")

# %% name="race-figure"
fig, axes = plots.figure(3, width=9.2, height=3.3, sharey=True)
for ax, depth in zip(axes, (1, 2, 4), strict=True):
    named = {name: errors[depth, name].T for name in RUNNERS}
    lines = plots.curves(ax, 8 * np.arange(1, 41), named, labels=False)
    ax.axhline(0.25, color=plots.GREY, linewidth=1, linestyle=":")
    ax.axhline(0.05, color=plots.GREY, linewidth=1, linestyle=":")
    ax.set(title=f"{depth} hidden layer{'s' * (depth > 1)}", xlabel="updates", yscale="log", ylim=(3e-3, 1.2))
axes[0].set(ylabel="training error", yticks=(0.01, 0.05, 0.25, 1))
axes[0].set_yticklabels(["1 %", "5 %", "25 %", "100 %"])
fig.suptitle("tanh and ELU arrive before ReLU; the sigmoid falls behind with depth", fontsize=10.5)
axes[2].legend(lines, RUNNERS, loc="lower left", fontsize=9, handlelength=3)
plots.show(
    fig,
    "Training error by updates, on a logarithmic scale, mean and range of five seeds, for networks of 1, 2 and 4 "
    "hidden layers. tanh and ELU fall first in every panel, ReLU later. The sigmoid is close behind ReLU with one hidden "
    "layer, far behind with two, and stays near 90 percent with four. Dotted lines mark 25 and 5 percent.",
)

# %% [markdown]
# No six here, and not even a one. **Against tanh**, ReLU is the *slower* at every depth: tanh gets to 25 % in
# 0.4 to 0.6 of its updates. With one hidden layer the spans touch, with four, 16 to 40 and 56 to 88, they are
# far apart. ELU is level with tanh. **Against the sigmoid** you can have any number you like: 1.2 with one
# hidden layer, 2.8 with two, and with four the sigmoid does not get there at all. Such a ratio says as much
# about the depth as about the bend.
#
# Why does ReLU not win where it won in 2012? What it cures is saturation. So look for the illness: how many
# outputs of a tanh network, with its first weights, are so flat that the slope is below a tenth?

# %% name="little-to-cure"
for depth in (1, 2, 4):
    flat = []
    for seed in range(5):
        net = network.mlp([64] + [32] * depth + [10], activation="tanh", rng=np.random.default_rng(seed))
        net.forward(x)
        flat += [np.mean(1 - layer.y**2 < 0.1) for layer in net.layers[1:-1:2]]
    print(f"{depth} hidden, tanh: slope below 0.1 at {min(flat):.1%} to {max(flat):.1%} of a layer's outputs")

# %% [markdown]
# Next to none. Inputs between 0 and 1, Glorot's weights and a few small layers keep tanh in its middle, and
# there is nothing to cure. What remains are ReLU's own handicaps: many of its units are off, and its outputs
# are off centre (section 4). ELU shares its right half but not its offset, and keeps up with tanh; that fits,
# though it does not prove it.
#
# This is a small network on small pictures; theirs was convolutional, larger, and saw photographs. What made
# the difference there, this run cannot say. Nor does it count that an update of ReLU needs no exponential
# (lesson 03, section 4). What you should take with you is the question, not the ratio.
#
# ## 9. What maxout costs
#
# The document says that maxout needs much computation. Count it, on one image and a whole network of 64 – 32
# – 10. The number class below counts each multiplication that NumPy really makes.
#
# **Before you run it:** three pieces in place of one sum and a ReLU: how many times as many multiplications
# does the *network* make?

# %% guess="products"
### BEGIN SOLUTION
products_guess = 3.0  # times as many
### END SOLUTION


# %% name="count"
class Counted(float):
    """A number that counts how often it is multiplied."""

    products = 0

    def __mul__(self, other):
        Counted.products += 1
        return float(self) * float(other)


def counted(numbers):
    return np.array([[Counted(number) for number in numbers]], dtype=object)


def products_of(pieces):
    """Multiplications for one image, 64 – 32 units of so many pieces – 10."""
    Counted.products = 0
    hidden = np.max([counted(images[0]) @ w for w in rng.normal(size=(pieces, 64, 32))], axis=0)
    counted(hidden[0]) @ rng.normal(size=(32, 10))
    return Counted.products


rng = np.random.default_rng(0)
for pieces in (1, 2, 3):
    name = f"maxout, {pieces} pieces" if pieces > 1 else "ReLU"
    net = network.Network([layers.Maxout(64, 32, pieces), layers.Dense(32, 10)], np.random.default_rng(0))
    print(f"{name:>16}: {products_of(pieces)} multiplications, {net.theta.size} parameters")
compare_guess(products_guess, products_of(3) / products_of(1), "Times as many multiplications")

# %% [markdown]
# ### Is it worth it?
#
# Twice the cost is fair only if a ReLU layer that is *twice as wide* does worse. So there are three networks:
# 8 ReLUs, 8 maxout units of two pieces, and 16 ReLUs, which have about as many parameters as the maxout
# network. Rates, from four, and seeds by the rules of section 8; what counts is the validation loss, averaged
# over the last five of 15 epochs.

# %% name="worth-it"
MAXOUT_RATES = (0.1, 0.2, 0.4, 0.8)
HIDDEN = {
    "8 ReLUs": lambda: [layers.Dense(64, 8, "he_uniform"), layers.Activation("relu")],
    "8 maxout units": lambda: [layers.Maxout(64, 8, 2, "he_uniform")],
    "16 ReLUs": lambda: [layers.Dense(64, 16, "he_uniform"), layers.Activation("relu")],
}


def final_loss(kind, rate, seed):
    last = layers.Dense(16 if kind == "16 ReLUs" else 8, 10, "he_uniform")
    net = network.Network([*HIDDEN[kind](), last], np.random.default_rng(seed))
    options = dict(validation=digits.validation, epochs=15, rng=np.random.default_rng(1000 + seed))
    try:
        run = training.fit(net, losses.softmax_cross_entropy, optimizers.SGD(rate), digits.train, **options)
    except training.NonFiniteLoss:
        return np.inf, net.theta.size
    return np.mean(run.validation_loss[-5:]), net.theta.size


for kind in HIDDEN:
    rate = min(MAXOUT_RATES, key=lambda rate: np.mean([final_loss(kind, rate, s)[0] for s in (100, 101)]))
    runs, sizes = zip(*(final_loss(kind, rate, seed) for seed in range(5)))
    print(f"{kind:>14}, {sizes[0]:4} parameters, rate {rate}: validation loss", end=" ")
    print(f"{min(runs):.2f} to {max(runs):.2f}, mean {np.mean(runs):.2f}")

# %% [markdown]
# Against as many units of ReLU, maxout wins clearly: the losses, 0.10 to 0.16 and 0.18 to 0.52, do not even
# overlap. Against as many *parameters* the lead nearly melts away: 0.13 to 0.20 for the 16 ReLUs, and five
# seeds do not settle it. The document's warning is right: with two pieces the layer costs twice the
# computation, the whole network above 4,416 multiplications for 2,368. The fair comparison is with a network
# that may spend as much.

# %% [markdown]
# ## Common mistakes
#
# - **`np.max` for `np.maximum`.** The first gives one number, the largest of all.
# - **The condition on the wrong array.** On the way back the sign of *x* decides, never that of `upstream`.
# - **The derivative at 0.** Here `x > 0`, so that 0 belongs to the left side: 0 for ReLU, the slope for leaky
#   ReLU, α for ELU.
# - **Forgetting `upstream`.** `*_backward` returns the gradient of x, which is upstream × slope.
# - **`np.where` as a guard.** It works out both sides first; $e^{1000}$ overflows although nobody asks for
#   it.
# - **Writing into the input.** `x[x < 0] = 0` changes the caller's array; so does `upstream[x <= 0] = 0`.
# - **Zeros for dead units.** Half of the entries of a healthy layer are 0. Dead is a *column* that is silent
#   on every row.
# - **The maximum over the wrong axis.** Maxout's runs over the pieces and leaves (n, m).

# %% [markdown]
# ## Quiz
#
# 1. A ReLU unit gets negative input on every training example. What does its next gradient do?
#    - **a** Nothing: it is 0.
#    - **b** It pushes the unit up.
#    - **c** It vanishes slowly.
# 2. Which of these units can always find its way back?
#    - **a** ReLU
#    - **b** Leaky ReLU
#    - **c** Sigmoid
# 3. Krizhevsky et al. found ReLU six times as fast as tanh. What may one conclude?
#    - **a** ReLU is six times as fast.
#    - **b** It was so there. Measure it where you are.
#    - **c** They made a mistake.
# 4. A maxout layer with two pieces has, compared with a ReLU layer of the same width …
#    - **a** as many parameters.
#    - **b** twice as many parameters.
#    - **c** half as many parameters.
# 5. Which choice of maxout's two pieces makes a ReLU of it?
#    - **a** One of them is always 0.
#    - **b** Both are the same.
#    - **c** One is the other's negative.
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
quiz("04_rectifiers", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5)

# %% [markdown]
# ## What to take away
#
# - ReLU's slope is 1 or 0. The 1 carries gradients through ten layers (with He's weights); the 0 kills a
#   unit for good once it is silent on every example.
# - Too large a learning rate is what kills. Count the silent units; a smaller rate prevents, but does not
#   heal.
# - A leak always lets a unit come back, at a speed in proportion to its slope; 0.01 is slow. ELU comes back
#   from nearby only.
# - "Six times faster" was one network, one data set, one target. Here tanh was about twice as fast as ReLU,
#   and the sigmoid anything from level to hopeless, by depth.
# - Maxout learns its bend, and costs a full set of weights for every piece. Compare at equal cost.
#
# ## In practice
#
# Start with ReLU and He's first weights (lesson 05). In transformers smooth relatives have taken its place:
# GELU, and SiLU, which is $x\,\sigma(x)$; both are in `dlcourse.activations`.
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
# ## References
#
# - D.-A. Clevert, T. Unterthiner, S. Hochreiter (2016), *Fast and accurate deep network learning by
#   exponential linear units (ELUs)*, ICLR. Why a mean near zero should help, with the derivation.
# - X. Glorot, A. Bordes, Y. Bengio (2011), *Deep sparse rectifier neural networks*, AISTATS. The case for
#   zeros: half of the units off can be an advantage.
# - I. Goodfellow, D. Warde-Farley, M. Mirza, A. Courville, Y. Bengio (2013), *Maxout networks*, ICML. Its
#   figure 1 shows what shapes a unit can learn.
# - K. He, X. Zhang, S. Ren, J. Sun (2015), *Delving deep into rectifiers*, ICCV. Learns the leak, and finds
#   the first weights that rectifiers need.
# - A. Krizhevsky, I. Sutskever, G. Hinton (2012), *ImageNet classification with deep convolutional neural
#   networks*, NIPS. Section 3.1 and figure 1, the source of the six: read what is claimed, and how much less
#   that is than what is quoted.
# - A. Maas, A. Hannun, A. Ng (2013), *Rectifier nonlinearities improve neural network acoustic models*, ICML
#   workshop. Leaky ReLU, and a count of how often units are off.
# - V. Nair, G. Hinton (2010), *Rectified linear units improve restricted Boltzmann machines*, ICML. Where it
#   entered this field.
