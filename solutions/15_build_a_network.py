# %% [markdown]
# # 15 · Build a network: every line of it yours
#
# **You will make** a classifier of any depth, from its first weights to its predictions, out of what you wrote in the
# lessons. No line of it comes from a library but NumPy's. You test it as a careful person does, step by
# step, and in the end it reads handwritten digits that it has never seen, on average more than 97 % of them right.
#
# **You will be able to**
#
# - write down the shapes of a network before its code, and let them tell you where a transpose goes,
# - judge a new network by three tests that cost seconds: its loss at birth, its gradient, twenty examples by heart,
# - keep a log of what each choice bought, with a spread over seeds,
# - find the same network in this course's package and in PyTorch, and show that it is the same.
#
# | | |
# |---|---|
# | Time | 150 minutes, in two sittings (stop after section 4); five exercises and three questions to answer in words |
# | You need | lessons 01 and 02 (loss, backpropagation, gradient check), 04 (ReLU), 05 (He's rule), 06 (batches), 08 (Adam) |
# | Covers | sections A1 to A5 of the source document, together |
#
# Run the cells from top to bottom. The exercises build on each other, and an answer may call those before it.
# **One mistake does not cost twice:** where an earlier function is open or not right yet, `check` puts the reference in its
# place, and grading lends it to the later ones. Small functions of your own, and what you take from earlier lessons (your
# softmax, your `adam_step`), belong into the exercise's cell: who grades sees this notebook alone.

# %% role="setup"
from itertools import pairwise

import numpy as np

from dlcourse import datasets, diagrams, losses, network, optimizers, plots
from dlcourse.diagrams import Node
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. Shapes first
#
# <!-- slide: A network of any depth -->
# Each layer multiplies by weights and adds biases, and after each layer but the last comes a ReLU:
#
# $$a_0 = x \qquad a_l = \max(0,\; a_{l-1} W_l + b_l) \qquad s = a_{L-1} W_L + b_L$$
# <!-- /slide -->
#
# The $s$ are the scores, or **logits**, one for each class. The loss is lesson 01's: softmax, then the mean of minus the
# logarithm of the right class's share. For $n$ digits, 32 hidden units and 10 classes, these are the shapes:

# %% name="shapes" slide="figure: Shapes first"
fig, ax = diagrams.canvas(width=9.4, height=4.4)
diagrams.graph(
    ax,
    {
        "x": Node("x", (), "(n, 64)"),
        "W1": Node("W₁", (), "(64, 32)", "dW₁"),
        "product1": Node("@", ("x", "W1"), "(n, 32)", "g₁"),
        "b1": Node("b₁", (), "(32,)", "db₁"),
        "z": Node("+", ("product1", "b1"), "(n, 32)", "g₁"),
        "a": Node("ReLU", ("z",), "(n, 32)", "da₁"),
        "W2": Node("W₂", (), "(32, 10)", "dW₂"),
        "product2": Node("@", ("a", "W2"), "(n, 10)", "g₂"),
        "b2": Node("b₂", (), "(10,)", "db₂"),
        "s": Node("+", ("product2", "b2"), "(n, 10)", "g₂"),
        "y": Node("y", (), "(n,)"),
        "L": Node("loss", ("s", "y"), "()", "1"),
    },
)
plots.show(
    fig,
    "The graph of a network with one hidden layer. Forwards it shows shapes: x (n, 64) times W1 (64, 32) plus b1 (32,) "
    "makes (n, 32); behind the ReLU times W2 (32, 10) plus b2 (10,) makes (n, 10); loss with the labels (n,) makes a "
    "number. Backwards go g2, da1 and g1, and to the parameters dW2, db2, dW1 and db1.",
)

# %% [markdown]
# <!-- slide + -->
# Above the arrows stand the shapes of what goes forward; below them, in the other colour, the names of the gradients that come
# back. **A gradient has the shape of what it is the gradient of.** Whoever writes the shapes down first
# rarely has a transpose in the wrong place.
# <!-- /slide -->
#
# In code the network is a list, here called `params`: one **pair** `(weights, biases)` for each layer.
#
# ### Exercise 1 · `initialize_network(sizes, noise)`
#
# First weights by He's rule (lesson 05): of variance $2/n_\text{in}$, and biases 0. Chance comes in from outside, so that
# your answer can be checked.
#
# - `sizes`: the widths from input to output, such as `[64, 32, 10]`: a list or an array.
# - `noise`: a list with a standard normal array for each layer, of shape (sizes[i], sizes[i+1]).
# - returns: the list of pairs. Weights are `noise[i]` times $\sqrt{2/n_\text{in}}$, biases are zeros of shape (sizes[i+1],).
#
# ```python
# >>> initialize_network([2, 1], [np.array([[3.0], [-1.0]])])
# [(array([[ 3.], [-1.]]), array([0.]))]
# ```
#
# **The check also asks:** `sizes` in an array; a single layer; layers of one unit; noise in integers and in float32. Your arguments, here and below, are left as
# they were. A list of two serves for a pair.
#
# *Difficulty: easy · 10 minutes*
#
# <details><summary>Hint</summary>
#
# There is one layer less than there are sizes. For layer `i` the number of inputs is `sizes[i]`. He's rule speaks of the
# variance; you multiply by a standard deviation.
#
# </details>


# %% exercise="initialize_network"
def initialize_network(sizes, noise):
    """A list of (weights, biases), one pair for each layer."""
    ### BEGIN SOLUTION
    params = []
    for i in range(len(sizes) - 1):
        weights = np.sqrt(2 / sizes[i]) * noise[i]
        params.append((weights, np.zeros(sizes[i + 1])))
    return params
    ### END SOLUTION


# %% check="initialize_network"
initialize_network = check(initialize_network)

# %% [markdown]
# ## 2. Forwards
#
# The way back will want what went into each layer: $\partial L/\partial W$ is a product of that and of what comes back
# (lesson 02). So the forward pass keeps it.
#
# ### Exercise 2 · `forward_pass(params, x)`
#
# - `params`: the list of pairs, of one layer or more. `x`: (n, sizes[0]).
# - returns: two things, `(logits, activations)`. `logits` is (n, sizes[-1]): **no ReLU after the last layer**.
#   `activations` is the list of what went *into* each layer: `x` first, the logits not among them.
#
# ```python
# >>> params = [(np.array([[1.0, -1.0]]), np.zeros(2)), (np.array([[2.0], [3.0]]), np.array([1.0]))]
# >>> forward_pass(params, np.array([[5.0]]))
# (array([[11.]]), [array([[5.]]), array([[5., 0.]])])
# ```
#
# **The check also asks:** a single layer, which has no ReLU then; one example; integers and float32; pairs that are lists.
#
# *Difficulty: medium · 15 minutes*
#
# <details><summary>Hint</summary>
#
# Begin with `activations = [x]`. For each pair in `params[:-1]`, take the last of the activations, and append the next.
# The last pair makes the logits.
#
# </details>


# %% exercise="forward_pass"
def forward_pass(params, x):
    """The logits, and the list of what went into each layer."""
    ### BEGIN SOLUTION
    activations = [x]
    for weights, biases in params[:-1]:
        activations.append(np.maximum(0, activations[-1] @ weights + biases))
    weights, biases = params[-1]
    return activations[-1] @ weights + biases, activations
    ### END SOLUTION


# %% check="forward_pass"
forward_pass = check(forward_pass)

# %% [markdown]
# ### The loss at birth
#
# Before anything is learnt, there is a first test. Who knows nothing of ten classes, and says so, has the loss
# $-\ln \frac{1}{10} = \ln 10 = 2.30$. Take ten new networks, and the digits of lesson 05: each pixel has its mean taken off, and one
# number divides them all.
#
# <!-- slide: The loss at birth -->
# **Before you run it:** a new network by He's rule, on digits that it has never seen. Is its loss `"below"`, `"near"` (by less
# than 0.2) or `"above"` ln 10?
# <!-- /slide -->

# %% guess="at-birth"
### BEGIN SOLUTION
at_birth_guess = "near"  # "below", "near" or "above"
### END SOLUTION


# %% name="at-birth" slide="output: The loss at birth"
def standardized(train, *others):
    """Images and labels, all images by the means and the one deviation of the training images."""
    centre = train[0].mean(axis=0)
    size = (train[0] - centre).std()
    return [((images - centre) / size, labels) for images, labels in (train, *others)]


def newborn(sizes, seed, last=1.0):
    """A network of that seed; `last` is a factor on its last weights."""
    rng = np.random.default_rng([seed, 0])
    params = initialize_network(sizes, [rng.normal(size=shape) for shape in pairwise(sizes)])
    weights, biases = params[-1]
    return [*params[:-1], (last * weights, biases)]


digits = datasets.digits()
train, validation, test = standardized(*digits)
mixed = np.random.default_rng(0).permutation(train[1])
born = {}
for last in (1.0, 0.1):
    logits = [forward_pass(newborn([64, 32, 10], seed, last), train[0])[0] for seed in range(10)]
    born[last] = np.mean([losses.cross_entropy(s, train[1]) for s in logits])
    by_chance = np.mean([losses.cross_entropy(s, mixed) for s in logits])
    print(f"last weights × {last}: loss {born[last]:.1f}, with mixed labels {by_chance:.1f}")
place = "near" if abs(born[1.0] - np.log(10)) < 0.2 else "above" if born[1.0] > np.log(10) else "below"
compare_guess(at_birth_guess, place, "Loss at birth, beside ln 10", among=("below", "near", "above"))

# %% [markdown]
# <!-- slide + -->
# Above, by 0.8, and the labels do not matter: mixed ones give the same. The network knows nothing, and says it with
# confidence. He's rule is made for layers with a ReLU behind them. The last layer has none, and its logits have a variance
# of about 2. For normal logits of variance $\sigma^2$ and many classes the expected loss is about $\ln k + \sigma^2/2$, which is an excess of
# this order. A last layer a tenth as large is born at ln 10 (lesson 05, section 6).
# <!-- /slide -->
#
# So read the number with a reason in mind. About 3 is what this rule makes. A loss of 20 would say that the inputs
# were not standardised, or that a scale is wrong; one *below* ln 10 by much, before the first step, would say that the loss is
# wrong, or that the weights are not new. Labels that leak into the inputs do not show here: who has learnt nothing cannot use them.
#
# ## 3. Backwards
#
# <!-- slide: Backwards -->
# From right to left in the drawing, with $g$ for the gradient by the sums of a layer (lesson 02 derives each line):
#
# $$g_L = \tfrac{1}{n}\bigl(\mathrm{softmax}(s) - \text{one-hot}(y)\bigr)$$
#
# $$dW_l = a_{l-1}^\top g_l \qquad db_l = \textstyle\sum_\text{rows} g_l \qquad g_{l-1} = (g_l W_l^\top) \odot [a_{l-1} > 0]$$
# <!-- /slide -->
#
# <!-- slide + -->
# The bracket is 1 where it holds and 0 elsewhere: the slope of the ReLU, read from its *output*. $a_{l-1}$ is above 0 just where
# the sum before the ReLU was. At the kink itself, where that sum is 0, a ReLU has no derivative; we take 0, as libraries do.
# <!-- /slide -->
#
# ### Exercise 3 · `backward_pass(params, activations, logits, labels)`
#
# - `params`: the list of pairs. `activations`, `logits`: what `forward_pass(params, x)` gave.
# - `labels`: (n,) integers from 0 to k − 1.
# - returns: a list of pairs `(dweights, dbiases)`, the first layer's first: the gradient of the **mean** softmax cross-entropy.
#
# ```python
# >>> params = [(np.array([[1.0, -1.0]]), np.zeros(2)), (np.array([[2.0, 2.0], [3.0, 3.0]]), np.zeros(2))]
# >>> logits, activations = forward_pass(params, np.array([[5.0]]))
# >>> backward_pass(params, activations, logits, np.array([0]))[1]
# (array([[-2.5,  2.5], [ 0. ,  0. ]]), array([-0.5,  0.5]))
# ```
#
# **The check also asks:** any depth, a single layer too; one example; slope 0 at the kink; integers, float32, labels in a list; logits of
# some thousands, without a warning.
#
# *Difficulty: hard · 25 minutes*
#
# <details><summary>Hint</summary>
#
# For the softmax take each row's maximum off the logits, in a new array. Then one loop from the last layer to the first:
# `for i in reversed(range(len(params))):`. In it three lines, those of the second row above. Check each by its shape. The pairs come out last one first.
#
# </details>


# %% exercise="backward_pass"
def backward_pass(params, activations, logits, labels):
    """A list of (dweights, dbiases), one pair for each layer."""
    ### BEGIN SOLUTION
    n = len(labels)
    g = np.exp(logits - logits.max(axis=1, keepdims=True))
    g = g / g.sum(axis=1, keepdims=True)
    g[np.arange(n), labels] -= 1
    g = g / n
    gradients = []
    for i in reversed(range(len(params))):
        gradients.append((activations[i].T @ g, g.sum(axis=0)))
        g = (g @ params[i][0].T) * (activations[i] > 0)
    return gradients[::-1]
    ### END SOLUTION


# %% check="backward_pass"
backward_pass = check(backward_pass)

# %% [markdown]
# ## 4. The gradient check of the whole network
#
# `check` compared your numbers with ours. In a network of your own there is nobody to compare with but the loss itself. Your
# `numerical_gradient` of lesson 02 needs nothing else. **Paste its `def` into the next cell**, below the imports; if you leave the cell as it is, the
# package lends its own.

# %% name="numerical-gradient"
from dlcourse.gradient_check import numerical_gradient, relative_error

# paste your own numerical_gradient of lesson 02 here


# %% name="whole-check" slide="output: The whole network, checked"
def check_errors(params, x, labels):
    """The relative error of each array's gradient, a pair for each layer."""
    logits, activations = forward_pass(params, x)
    gradients = backward_pass(params, activations, logits, labels)
    errors = np.zeros((len(params), 2))
    for layer, which in np.ndindex(errors.shape):

        def loss_of(values, layer=layer, which=which):
            moved = [list(pair) for pair in params]
            moved[layer][which] = values.astype(x.dtype)
            return losses.cross_entropy(forward_pass(moved, x)[0], labels)

        slope = numerical_gradient(loss_of, params[layer][which])
        errors[layer, which] = relative_error(gradients[layer][which], slope)
    return errors


x, y = train[0][:8], train[1][:8]
rng = np.random.default_rng(0)
deep = [(w, 0.1 * rng.normal(size=b.shape)) for w, b in newborn([64, 16, 12, 10], seed=1)]
single = [(w.astype("f4"), b.astype("f4")) for w, b in deep]
for name, errors in {
    "float64": check_errors(deep, x, y),
    "float32": check_errors(single, x.astype("f4"), y),
}.items():
    print(f"{name}: all six arrays below 1e-3: {np.all(errors < 1e-3)}")

# %% [markdown]
# <!-- slide + -->
# All 1,374 derivatives agree, in float64. Why is the bar at 10⁻³? The errors are relative, and rounding leaves some 10⁻¹⁰ in each
# difference: beside a derivative of 10⁻⁶ that makes 10⁻⁴. A wrong term is mostly as large as the derivative itself. In float32 the loss is rounded to seven digits, and a difference over
# 2·10⁻⁵ has one or two left: **check in float64**, even where you train in float32.
# <!-- /slide -->
#
# <!-- slide: A black picture -->
# Biases too, and **biases that are not 0**. `deep` has some of 0.1; here is why. Take a network at birth, whose biases are all 0, and put one black picture, all zeros,
# among the eight.
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** which of the arrays of this network, with one hidden layer, does the check then call wrong: `"none"`, `"b1"`, `"b2"` or `"all"`?
# <!-- /slide -->

# %% guess="black-picture"
### BEGIN SOLUTION
black_picture_guess = "none"  # "none", "b1", "b2" or "all"
### END SOLUTION

# %% name="black-picture" slide="output: A black picture"
black = np.vstack([digits.train[0][:8], np.zeros((1, 64))])
their_labels = np.append(digits.train[1][:8], 3)
young = newborn([64, 16, 10], seed=1)
moved = [(weights, biases + 0.01) for weights, biases in young]
said = {}
for name, params in {"biases 0": young, "biases 0.01": moved}.items():
    wrong = check_errors(params, black, their_labels) > 1e-3
    said[name] = ", ".join(f"{'Wb'[which]}{layer + 1}" for layer, which in np.argwhere(wrong)) or "none"
    print(f"{name:>11}: called wrong by the check: {said[name]}")
compare_guess(black_picture_guess, said["biases 0"], "Called wrong", among=("none", "b1", "b2", "all"))

# %% [markdown]
# <!-- slide + -->
# Your backward pass is right, and the check says that b1 is wrong. For the black picture each hidden unit's sum is 0 + 0, just on
# the **kink**. The difference moves a bias to +h and to −h, one on each side, and finds half a slope; backpropagation takes 0. The weights are
# not concerned, since the black picture's pixels multiply them by 0. Away from the kink all is well.
# <!-- /slide -->
#
# <!-- slide + -->
# So where a check of a ReLU network fails in a few places, look at the sums before you look at the code: is one of them nearer to 0 than what h moves it by?
# Other biases, or another batch, and it should go away. A smaller h helps where a sum is *near* 0, and not where it is 0, as here. A bug stays.
# <!-- /slide -->
#
# ## 5. Training
#
# <!-- slide: Training -->
# Lesson 06's batches and lesson 08's Adam, on all arrays of the network: each has averages $m$ and $v$ of its own, of its own
# shape.
#
# $$m \leftarrow \beta_1 m + (1-\beta_1) g \qquad v \leftarrow \beta_2 v + (1-\beta_2) g^2$$
#
# $$\theta \leftarrow \theta - \eta\, \frac{m/(1-\beta_1^t)}{\sqrt{v/(1-\beta_2^t)} + \varepsilon}$$
# <!-- /slide -->
#
# ### Exercise 4 · `train_network(params, x, labels, orders, batch_size, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8)`
#
# - `params`: the list of pairs to begin with. `x`: (n, d), `labels`: (n,).
# - `orders`: for each pass (epoch) a row of indices. Within a pass, the batches are `order[0:b]`, `order[b:2b]` and so on; the last may
#   be short. Take `x[batch]` and `labels[batch]`.
# - For each batch: forwards, its loss, backwards, and one step of Adam for every array. `t` counts the batches of all
#   passes, from 1. `m` and `v` begin at 0 and are kept to the end.
# - returns: `(params, losses)`: the new pairs, and each batch's mean loss *before* its step, in a list or an array.
#
# ```python
# >>> params = [(np.zeros((1, 2)), np.zeros(2))]
# >>> trained, found = train_network(params, np.array([[1.0], [-1.0]]), np.array([0, 1]), [[0, 1]], 2, 0.5)
# >>> trained[0][0].round(6), np.round(found, 6)
# (array([[ 0.5, -0.5]]), array([0.693147]))
# ```
#
# **The check also asks:** `orders` as a list of lists or arrays, or as a 2-d array; an order that is shorter or longer than x, or has an index
# twice; labels in a list; no orders at all: then copies of the params, and no losses; other betas and eps. All in float64.
#
# *Difficulty: hard · 30 minutes*
#
# <details><summary>Hint</summary>
#
# Put all arrays into one flat list, `theta = [each.copy() for pair in params for each in pair]`, and make `m` and `v` lists of
# zeros beside it. Before each forward pass make pairs of it again: `list(zip(theta[::2], theta[1::2]))`. The loss of a batch is the
# mean of log Σ exp(s) − s[label], with the row's maximum taken off s first.
#
# </details>


# %% exercise="train_network"
def train_network(params, x, labels, orders, batch_size, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    """The params after one pass of Adam for each order, and the loss of each batch before its step."""
    ### BEGIN SOLUTION
    labels, found, t = np.asarray(labels), [], 0
    theta = [each.copy() for pair in params for each in pair]
    m = [np.zeros_like(each) for each in theta]
    v = [np.zeros_like(each) for each in theta]
    for order in orders:
        for start in range(0, len(order), batch_size):
            batch, t = order[start : start + batch_size], t + 1
            pairs, y = list(zip(theta[::2], theta[1::2])), labels[batch]
            logits, activations = forward_pass(pairs, x[batch])
            below = logits - logits.max(axis=1, keepdims=True)
            found.append(np.mean(np.log(np.exp(below).sum(axis=1)) - below[np.arange(len(y)), y]))
            gradients = backward_pass(pairs, activations, logits, y)
            for i, g in enumerate(each for pair in gradients for each in pair):
                m[i] = beta1 * m[i] + (1 - beta1) * g
                v[i] = beta2 * v[i] + (1 - beta2) * g**2
                m_hat, v_hat = m[i] / (1 - beta1**t), v[i] / (1 - beta2**t)
                theta[i] = theta[i] - learning_rate * m_hat / (np.sqrt(v_hat) + eps)
    return list(zip(theta[::2], theta[1::2])), np.array(found)
    ### END SOLUTION


# %% check="train_network"
train_network = check(train_network)

# %% [markdown]
# ## 6. Predictions
#
# ### Exercise 5 · `predict(params, x)`
#
# - returns: (n,) integers, for each row of `x` the class with the largest logit; of tied ones the first.
#
# ```python
# >>> predict([(np.array([[1.0, -1.0]]), np.zeros(2))], np.array([[3.0], [-2.0], [0.0]]))
# array([0, 1, 0])
# ```
#
# **The check also asks:** integers, not floats such as 1.0; logits that are all negative; one example; x in integers and float32.
#
# *Difficulty: easy · 10 minutes, with a look back at all five*
#
# <details><summary>Hint</summary>
#
# `np.argmax` takes the first of tied ones by itself. Along which axis do the classes stand?
#
# </details>


# %% exercise="predict"
def predict(params, x):
    """The class with the largest logit, for each row of x."""
    ### BEGIN SOLUTION
    logits, _ = forward_pass(params, x)
    return np.argmax(logits, axis=1)
    ### END SOLUTION


# %% check="predict"
predict = check(predict)

# %% [markdown]
# ### Twenty digits by heart
#
# Lesson 01's first question to a network: can it learn twenty examples by heart? A network that has far more weights than it needs should be
# able to; if not, look for the reason now. It is a test of the whole machine, but how sharp a test?
#
# <!-- slide: Twenty digits by heart -->
# Here are three networks. One is yours. One is given twenty labels that mean nothing. The third is trained with a backward pass
# that **forgets the slope of the ReLU**; it takes plain steps of gradient descent.
#
# **Before you run it:** how many of its twenty digits will the third know in the end?
# <!-- /slide -->

# %% guess="by-heart"
### BEGIN SOLUTION
by_heart_guess = 10  # of 20
### END SOLUTION


# %% name="by-heart" slide="output: Twenty digits by heart"
def descend_without_slopes(params, x, labels, steps=300, rate=0.03):
    """Gradient descent with a bug: what comes back goes through each ReLU as if it were not there."""
    for _ in range(steps):
        logits, activations = forward_pass(params, x)
        g, new = losses.softmax_cross_entropy_gradient(logits, labels), []
        for (weights, biases), a in zip(params[::-1], activations[::-1]):
            new.append((weights - rate * a.T @ g, biases - rate * g.sum(axis=0)))
            g = g @ weights.T
        params = new[::-1]
    return params


few, few_labels = train[0][:20], train[1][:20]
random_labels = np.random.default_rng(3).integers(0, 10, size=20)
start, orders = newborn([64, 32, 10], seed=0), np.tile(np.arange(20), (200, 1))
known = {
    "yours": np.sum(predict(train_network(start, few, few_labels, orders, 20, 0.01)[0], few) == few_labels),
    "random labels": np.sum(
        predict(train_network(start, few, random_labels, orders, 20, 0.01)[0], few) == random_labels
    ),
    "no slopes": np.sum(predict(descend_without_slopes(start, few, few_labels), few) == few_labels),
}
print(", ".join(f"{name}: {count} of 20" for name, count in known.items()))
compare_guess(by_heart_guess, known["no slopes"], "Digits known without the slopes")

# %% [markdown]
# <!-- slide + -->
# All three know all of theirs. Random labels show that this is memory and no understanding. And the bug passes: its
# steps were wrong, and still led down often enough. Learning by heart shows that a network *can* fit; it does not show that its gradient is right. That is
# what section 4 was for. Nor does it show that Adam is right: with m and v begun anew in each batch, your network would know all twenty as well.
# <!-- /slide -->
#
# ### A log of what each choice bought
#
# <!-- slide -->
# Now all 1,197 training digits, and a log. It begins with a small network on raw pixels and changes one thing a line:
#
# 1. **raw**: pixels as they are, 32 hidden units, 15 passes in batches of 64.
# 2. **standardised**: as for the loss at birth.
# 3. **128 units** in place of 32.
# 4. **three times as long**: 45 passes.
# 5. **half-pixel copies**: the number of steps stays, but the data are new: beside each training digit four more, its mean with itself moved by one
#    pixel up, down, left and right. That is about a move by *half* a pixel. It is still the same digit, so its label stays: this is **data augmentation**.
# <!-- /slide -->
#
# <!-- slide: What is fair? -->
# What is fair: in each line the rate is chosen from three by the *loss on validation digits* (two networks each), the result is the share right of *test*
# digits, of ten networks. First weights and order of the batches have seeds of their own, the same in every line.
# <!-- /slide -->
#
# <!-- slide: What buys most? -->
# **Before you run it:** which of the last three changes, all on standardised digits, buys the most test accuracy: `"128 units"`, `"longer"` or `"copies"`?
# <!-- /slide -->

# %% guess="bought"
### BEGIN SOLUTION
bought_guess = "longer"  # "128 units", "longer" or "copies"
### END SOLUTION


# %% name="one-training"
def half_moved(images, down, right):
    """Each image averaged with itself moved by one pixel, zeros coming in."""
    square = images.reshape(-1, 8, 8)
    padded = np.pad(square, ((0, 0), (1, 1), (1, 1)))
    return ((square + padded[:, 1 - down : 9 - down, 1 - right : 9 - right]) / 2).reshape(-1, 64)


def with_copies(images, labels):
    moves = ((1, 0), (-1, 0), (0, 1), (0, -1))
    return np.concatenate([images, *(half_moved(images, *move) for move in moves)]), np.tile(labels, 5)


def trained(examples, width, epochs, rate, seed):
    """A network of one hidden layer; its weights and its batches are drawn by generators of their own."""
    order = np.random.default_rng([seed, 1])
    orders = [order.permutation(len(examples[1])) for _ in range(epochs)]
    return train_network(newborn([64, width, 10], seed), *examples, orders, 64, rate)[0]


# %% name="judged"
def share_right(params, examples):
    return np.mean(predict(params, examples[0]) == examples[1])


def validation_loss(params, examples):
    return losses.cross_entropy(forward_pass(params, examples[0])[0], examples[1])


# %% name="copies" slide="figure: A digit and its copies"
fig, axes = plots.figure(columns=6, width=8, height=1.6)
picture = digits.train[0][:1]
shown = [*np.split(with_copies(picture, [0])[0], 5), train[0][:1]]
for ax, image, name in zip(axes, shown, ("a digit", "down", "up", "right", "left", "standardised")):
    ax.imshow(image.reshape(8, 8), cmap="gray")
    ax.set_axis_off()
    ax.set_title(name)
plots.show(
    fig,
    "A digit, its four copies, which are blurred a little towards one side each, and its standardised form.",
)


# %% name="log" tags=["nbval-ignore-output"]
def add_line(name, examples, width, epochs):
    """Choose the rate on validation digits, and log what ten networks make of the test digits."""
    fitted, chosen, reported = examples
    tried = {
        rate: np.mean(
            [validation_loss(trained(fitted, width, epochs, rate, seed), chosen) for seed in (100, 101)]
        )
        for rate in (0.003, 0.01, 0.03)
    }
    rate = min(tried, key=tried.get)
    nets = [trained(fitted, width, epochs, rate, seed) for seed in range(10)]
    log[name] = found = np.array([share_right(net, reported) for net in nets])
    print(f"{name:>12}: rate {rate}, test {found.mean():.1%} ({found.min():.1%} to {found.max():.1%})")


log = {}
plain = standardized(*digits)
add_line("raw", digits, 32, 15)
add_line("standardised", plain, 32, 15)
add_line("128 units", plain, 128, 15)

# %% name="log-longer" tags=["nbval-ignore-output"]
add_line("longer", plain, 128, 45)

# %% name="log-copies" tags=["nbval-ignore-output"]
copies = standardized(with_copies(*digits.train), *digits[1:])
add_line("copies", copies, 128, 9)

# %% name="log-figure" slide="output figure: What each choice bought" tags=["nbval-ignore-output"]
gains = {new: 100 * (log[new] - log[old]) for old, new in pairwise(log)}
for change, gain in gains.items():
    print(
        f"{change:>12}: {gain.mean():+.1f} points, better on {np.sum(gain > 0)} of 10 seeds, worse on {np.sum(gain < 0)}"
    )
last_three = list(gains)[1:]
most = max(last_three, key=lambda change: gains[change].mean())
compare_guess(bought_guess, most, "Bought most", among=last_three)
fig, ax = plots.figure(width=6.4, height=2.8)
for row, found in enumerate(log.values()):
    ax.plot(found, row + np.linspace(-0.2, 0.2, 10), ".", color=plots.COLORS[0])
    ax.plot([found.mean()] * 2, [row - 0.3, row + 0.3], "-", color="black")
ax.axvline(0.97, color=plots.GREY, linestyle=":", linewidth=1)
ax.set_yticks(range(len(log)), list(log))
ax.invert_yaxis()
ax.set(xlabel="share of 300 test digits that is right", title="The last line is past 97 %")
plots.show(
    fig,
    "Share of test digits right, a dot for each of ten seeds, five rows. Raw 93 to 96 percent, standardised 95 to 97, 128 units and "
    "three times as long 96 to 98, half-pixel copies 97 to 99, of which the mean is right of a line at 97 percent.",
)

# %% [markdown]
# <!-- slide: Read the log -->
# Read the log. The same five lines, at the same rates, were trained with thirty further seeds; their averages stand in brackets.
#
# 1. **Standardising and the copies bought most**, 0.9 and 1.3 points (1.4 and 1.2). Which of the two is ahead depends on the ten seeds: a tie.
#    The copies cost no more steps than the line before: not more work, but more data.
# 2. **Four times the units and three times the steps bought about half a point each**, 0.7 and 0.4 (0.3 and 0.4). That is one digit or two of 300, and of the
#    units ten other seeds showed nothing, better on 4 and worse on 4. Such a gain is seen, if at all, where the same seeds stand side by side; of two single trainings it would say
#    nothing, for the ten in a line lie up to 4 points apart.
# 3. **With the copies the average is 98.0 %** (98.0), past 97 %. A single network may just miss that: the lowest of the forty is at 97.0 %.
# 4. The best rate fell from 0.03 to 0.003 on the way: tune again when the network or its data change.
# <!-- /slide -->
#
# ## 7. The same network twice more
#
# Is it a network as others make them? The package has one, made of layers on one flat vector. Give it your first weights, hand
# both the same batches, and compare.

# %% name="same-network"
start, order = newborn([64, 32, 10], seed=0), np.random.default_rng([0, 1]).permutation(1197)
x, y = plain[0]
yours, your_losses = train_network(start, x, y, [order], 64, 0.01)

theirs = network.mlp([64, 32, 10], activation="relu", rng=np.random.default_rng(0))
theirs.theta[:] = np.concatenate([each.ravel() for pair in start for each in pair])
adam, their_losses = optimizers.Adam(0.01), []
for i in range(0, 1197, 64):
    batch = order[i : i + 64]
    loss, upstream = losses.softmax_cross_entropy(theirs.forward(x[batch]), y[batch])
    theirs.backward(upstream)
    adam.step(theirs.theta, theirs.grad)
    their_losses.append(loss)
vector = np.concatenate([each.ravel() for pair in yours for each in pair])
print(
    f"losses of {len(their_losses)} batches the same to 1e-9: {np.allclose(your_losses, their_losses, rtol=0, atol=1e-9)}"
)
print(
    f"{vector.size} weights and biases the same to 1e-9: {np.allclose(vector, theirs.theta, rtol=0, atol=1e-9)}"
)

# %% [markdown]
# The same numbers, to rounding. You have built what the lessons used all the time; below, under "In PyTorch", is the third of them.
#
# ## In your own words
#
# Three questions, two points and about five minutes each. They are read by a person, not by a check: two to five sentences, in the cells below the questions. Say what you would
# *measure*, not only what you believe.
#
# **1. A kink or a bug?** The gradient check of your ReLU network finds relative errors below 10⁻⁴, but for three of a thousand
# weights: there they are about 0.3. How do you find out whether that is a bug or a kink?

# %% [markdown] words="kink-or-bug" points=2
# *Write your answer here, in place of this line.*

# %% [markdown] rubric="kink-or-bug"
# **Kink or bug: 2 points.** One point for the mechanism: a kink shows where a unit's sum lies within reach of ±h of 0, so that the
# difference takes in both slopes. One for a measurement that would come out differently in the two cases, such as: look
# at the sums of the units in question for that batch; repeat with another batch or other biases, whereupon a kink's error goes away or moves
# and a bug's stays; compare the slopes from each side, of which backpropagation's is one at a kink and neither at most bugs; take a smaller h,
# which counts in full, though it removes no kink at a sum of just 0.
# Half a point for a check with a smooth activation alone: it clears the rest of the code, and takes the ReLU's own line out of the test.
# No point for "three of a thousand is little" alone: a bug in one line can hit few weights.

# %% [markdown]
# **2. It does not learn.** Somebody's network is born with a loss of 2.3 for ten classes, passes its gradient check, and cannot learn
# twenty digits by heart. Name two possible causes, and for each what you would look at to confirm it or rule it out.

# %% [markdown] words="does-not-learn" points=2
# *Write your answer here, in place of this line.*

# %% [markdown] rubric="does-not-learn"
# **It does not learn: 2 points**, one for each cause that fits all three findings *and* comes with its measurement. For example: the rate is too small, or
# with plain gradient descent too large, or there are too few steps (plot the batch losses at rates a factor of ten apart); the step has a bug, as with t from 0, a step uphill, params
# that are never put back (compare one step with one worked out by hand, or look whether the weights change); the labels are shuffled apart from their examples, anew in each pass (print a few pairs as the
# network gets them, twice); the hidden weights are all 0, or units are dead (share of activations above 0, size of
# the gradients); the inputs are all alike, as after a wrong scaling (look at a few rows), or the hidden units are too few (try more).
# Half a point for a cause without a measurement. None for a wrong gradient: the check has passed. None for what twenty digits survive: labels
# shuffled once and kept are learnt by heart, as random ones are. In our network the same holds for first weights of a millionth, m and v begun
# anew in each batch, and an Adam with a rate of 100; give such an answer its point where it names the plain step or comes with a measurement.

# %% [markdown]
# **3. What was bought?** A friend reports: "128 units are better than 64. I tried four learning rates for each and took the best on the test digits: 97.0 % against
# 96.7 %." There are 300 test digits, and each number is one training. What may be concluded, and what would you do instead?

# %% [markdown] words="what-was-bought" points=2
# *Write your answer here, in place of this line.*

# %% [markdown] rubric="what-was-bought"
# **What was bought: 2 points.** One for what is wrong, with at least two of three: 0.3 points are one digit of 300; there is one seed only, and seeds alone differ by
# a point or more in the log of section 6; the rate was chosen on the digits that the result is reported on. One for a design
# that would tell: rate chosen on validation digits, some ten seeds for each width (the same for both), weights and order apart, the difference seed
# by seed beside its spread, test digits looked at once. Half a point for one of the three things wrong, or for half of the design.
# "Nothing may be concluded" is right; "64 are better" is not.

# %% [markdown]
# ## Common mistakes
#
# - **The standard deviation for the variance**, 2/n_in for its root; or n_out for n_in.
# - **A ReLU after the last layer.** A logit may be negative.
# - **The logits among the activations**, or x not among them: the list holds what went *in*.
# - **`a >= 0` for the slope**, which holds for all that a ReLU gives.
# - **1/n twice, or never.** It enters once, with softmax − one-hot.
# - **The last layer's gradient first.** The loop runs from the end; the list is turned round.
# - **t, m and v begun anew** with each pass or batch.
# - **The loss after the step**, in place of before it.
# - **Labels that do not go along** with the order of their examples.
# - **Floats for classes.** `np.argmax` gives integers: leave them.
#
# ## Quiz
#
# 1. A new network for four classes has a loss of 1.386 on its first batch. What does that suggest?
#    - **a** It has learnt something.
#    - **b** It prefers no class.
#    - **c** Its gradient is right.
# 2. You check the gradient of a new network with one hidden layer, biases 0, on a batch that holds an all-black picture. Where is the check of no use?
#    - **a** At the first layer's biases.
#    - **b** At the last layer's biases.
#    - **c** Nowhere.
# 3. Your network learns twenty digits by heart, and does badly on new ones. What is shown?
#    - **a** A bug in the backward pass.
#    - **b** That it is too small.
#    - **c** That it can fit; nothing about new digits.
# 4. What must have a seed of its own, so that you can tell what a change bought?
#    - **a** Nothing: one seed for all.
#    - **b** The first weights and the order of the batches.
#    - **c** The test data.
# 5. On which digits is the learning rate chosen, and on which is the result reported?
#    - **a** Both on the test digits.
#    - **b** Both on the validation digits.
#    - **c** On validation digits, and on test digits.
#
# Put a letter in quotes, such as "b", in the place of each `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "b"
q2 = "a"
q3 = "c"
q4 = "b"
q5 = "c"
### END SOLUTION

# %% name="quiz-result"
quiz("15_build_a_network", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5)

# %% [markdown]
# ## What to take away
#
# <!-- slide -->
# - Shapes first. A gradient has the shape of what it is the gradient of.
# - Three tests before any long training: the loss at birth, the gradient check in float64 with biases off 0, twenty examples by heart. Each finds what the others let pass.
# - A failed check of a ReLU network may be a kink: look at the sums.
# - One change a line, the rate chosen anew on validation digits, ten seeds: then a log says what was bought.
# - More data of the right kind, here copies moved by half a pixel, bought more than a larger network or a longer training.
# <!-- /slide -->
#
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `initialize_network(sizes, noise)` | `nn.Sequential(nn.Linear(…), nn.ReLU(), …)` | weights are (n_out, n_in); drawn uniform in ±1/√n_in, biases too, where you do nothing |
# | `forward_pass(params, x)` | `net(x)` | the activations are kept out of sight, in the graph of the computation |
# | `backward_pass(…)` | `loss.backward()` | adds to what is in `.grad`: empty it before each step |
# | `predict(params, x)` | `net(x).argmax(dim=1)` | an axis is called `dim`; within `torch.no_grad()` no graph is kept |
# | `train_network(…)` | your own loop with `torch.optim.Adam` | the same rule and betas and eps; its rate has a default, 0.001 |
# | float64 | float32 | `.double()` makes both alike |
#
# <details><summary>The same network, trained in both</summary>
#
# ```python
# import numpy as np
# import torch
# from dlcourse import plain_network as ours
#
# x, y = np.random.default_rng(0).normal(size=(40, 64)), np.arange(40) % 10
# params = ours.initialize_network([64, 32, 10], [np.random.default_rng(1).normal(size=s) for s in ((64, 32), (32, 10))])
# net = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10)).double()
# for linear, (w, b) in zip(net[::2], params):
#     linear.weight.data, linear.bias.data = torch.tensor(w.T), torch.tensor(b)
# adam = torch.optim.Adam(net.parameters(), lr=0.01)
# for rows in np.arange(40).reshape(4, 10):
#     adam.zero_grad()
#     torch.nn.functional.cross_entropy(net(torch.tensor(x[rows])), torch.tensor(y[rows])).backward()
#     adam.step()
# trained, _ = ours.train_network(params, x, y, [np.arange(40)], 10, 0.01)
# np.testing.assert_allclose(net[0].weight.detach().numpy().T, trained[0][0], atol=1e-6)
# ```
#
# </details>

# %% [markdown]
# ## Go further
#
# 1. Is it the move that helps, or the blur? Make copies that are moved by a *whole* pixel, and copies that are blurred and not moved (the mean of the
#    picture moved to one side and to the other, and itself). Which comes near the last line of the log?
# 2. Five networks of five seeds, their logits added up: an **ensemble**. What does it gain on the plain digits, and what with the copies?
# 3. Where does the log end? Write a sixth line of your own: two hidden layers, label smoothing (lesson 09), a falling rate (lesson 11), more copies. Choose by validation loss; look at the test digits once.

# %% [markdown] discussion="go-further"
# **1. Neither, by itself.** As in the log (128 units, nine passes, ten seeds), and in several variants: copies moved by a whole pixel 96.2 to
# 96.6 %, copies blurred and not moved 95.8 to 97.0 %, copies moved by half a pixel 98.0 %; without copies, at the same number of steps, 96.7 %.
# In pictures of eight by eight pixels a whole pixel is a long way: few test digits are off by so much, and what is cut off at the border is lost.
#
# **2. Next to nothing on the plain digits, some with the copies.** Eight ensembles of five plain networks reach 96.3 to 97.0 %, where their single networks reach 96.4 to 96.9 on average.
# With the copies eight ensembles reach 98.0 to 99.0 %, and their single networks 97.7 to 98.3: a gain of 0.1 to 1.0 points.
#
# **3. We tried one thing:** a second hidden layer of 128 units, with the copies, chosen in the same way. It reached 98.0 % on average of ten seeds, a tie with one layer.

# %% [markdown]
# ## References
#
# - K. He, X. Zhang, S. Ren, J. Sun (2015), *Delving deep into rectifiers*, ICCV. The rule of exercise 1, section 2.2.
# - D. Kingma, J. Ba (2015), *Adam: a method for stochastic optimization*, ICLR. Algorithm 1 is exercise 4.
# - D. Rumelhart, G. Hinton, R. Williams (1986), *Learning representations by back-propagating errors*, Nature 323. Exercise 3, with its first fame.
# - P. Simard, D. Steinkraus, J. Platt (2003), *Best practices for convolutional neural networks applied to visual document
#   analysis*, ICDAR. Moved and bent copies of digits, and how much they buy.
# - A. Karpathy (2019), *A recipe for training neural networks* (blog). The loss at birth, a few examples by heart, one change at a time, and many more.
