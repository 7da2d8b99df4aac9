# %% [markdown]
# # 09 · Weight penalties and early stopping: when a network learns too well
#
# **You will make** a counter of parameters, the rule that stops a training run at its best, and three
# penalties on large weights: L2, L1, and both. With them you will make a network learn wrong labels by
# heart, and stop it, in five different ways on the same data. You will look for the zeros that L1 is
# famous for, and find out why they are not there.
#
# **You will be able to**
#
# - tell underfitting from overfitting by two curves,
# - stop a run early and hand back its best weights, and choose the patience,
# - write L2 and L1 with their gradients, and say what each does to a weight,
# - say why gradient descent with L1 gives no zeros, and which one-line step does,
# - explain why weight decay is not L2 once you train with Adam.
#
# | | |
# |---|---|
# | Time | 85 minutes, six exercises |
# | You need | lesson 06 (batches), lesson 08 for section 7 (Adam); lesson 01 for *validation* |
# | Covers | sections F1 to F5 of the source document, correction X11 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
from functools import partial
from itertools import product

import numpy as np

from dlcourse import datasets, losses, network, optimizers, plots, regularizers, search, training
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. Too small, too large
#
# A network can fail in two ways. It **underfits** when it is too small to tell the classes apart, and then
# it does badly everywhere. It **overfits** when it learns what is true of its training examples only,
# and then it does well on those and badly on new ones. The first cure in the document is the simplest: a
# smaller network has fewer numbers to remember things with. How many has it? A dense layer from $n_l$ to
# $n_{l+1}$ units has a weight for each pair of them, and a bias for each unit that it computes:
#
# $$P = \sum_l (n_l + 1)\, n_{l+1}$$
#
# ### Exercise 1 · `count_parameters(layer_sizes)`
#
# - `layer_sizes`: a list of the widths from input to output, two or more.
# - returns: how many weights and biases there are, an `int`.
#
# ```python
# >>> count_parameters([64, 32, 10])  # 65·32 + 33·10
# 2410
# ```
#
# **The check also asks:** Two sizes or more; an int. Your arguments, here and below, are left as they were.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# With `layer` from 1 to `len(layer_sizes) - 1`, the layer goes from `layer_sizes[layer - 1]` units to
# `layer_sizes[layer]`.
#
# </details>


# %% exercise="count_parameters"
def count_parameters(layer_sizes):
    """Weights and biases of a stack of dense layers."""
    ### BEGIN SOLUTION
    total = 0
    for layer in range(1, len(layer_sizes)):
        total += (layer_sizes[layer - 1] + 1) * layer_sizes[layer]
    return total
    ### END SOLUTION


# %% check="count_parameters"
count_parameters = check(count_parameters)

# %% [markdown]
# ### A training set to overfit to
#
# You take few digits, 200, and spoil some of their labels: each is replaced by another digit's name with a
# probability of one in five. No rule explains these. A network that gets them right has learnt them by
# heart. The validation and test digits keep their true labels.

# %% name="spoilt-labels"
digits = datasets.digits()
few, true_labels = digits.train[0][:200], digits.train[1][:200]
spoiling = np.random.default_rng(9)
spoilt = spoiling.random(200) < 0.2
given_labels = np.where(spoilt, (true_labels + spoiling.integers(1, 10, 200)) % 10, true_labels)
print(spoilt.sum(), "of 200 training labels are wrong")

# %% [markdown]
# Now train networks with one hidden layer of 2, 4, 8, … 64 tanh units, five seeds each, 200 epochs long. The
# size is all that differs: the learning rate is 0.4, and each seed has its own order of the batches, the same for
# every size. The losses are measured every tenth epoch.
#
# (`search.fit_together` trains several networks of one shape at once, on the same batches. It is
# `training.fit`, many times faster for networks as small as these.)
#
# **Before you run it:** trained with the true labels, the network with 64 units has a validation loss of
# about 0.2. What will it be with the spoilt ones, after 200 epochs?

# %% guess="spoilt-loss"
### BEGIN SOLUTION
spoilt_loss_guess = 0.4  # validation loss
### END SOLUTION

# %% name="sizes"
HIDDEN, RATES, EPOCHS, BATCH = [2, 4, 8, 16, 32, 64], (0.2, 0.4, 0.8), 200, 50
entropy = losses.softmax_cross_entropy


def fresh(hidden, seeds):
    return [network.mlp([64, hidden, 10], rng=np.random.default_rng(seed)) for seed in seeds]


def sets(labels):
    return (few, labels), digits.validation


def by_epoch(hidden, labels, every=10):
    """Loss on training and on validation data, (epochs / every, 2, seeds)."""
    curves = []
    for seed in range(5):
        nets, sgd, order = fresh(hidden, [seed]), optimizers.SGD(0.4), np.random.default_rng(seed)
        for _ in range(EPOCHS // every):
            search.fit_together(nets, sgd, (few, labels), epochs=every, rng=order, batch_size=BATCH)
            curves.append([training.evaluate(nets[0], entropy, data)[0] for data in sets(labels)])
    return np.moveaxis(np.reshape(curves, (5, -1, 2)), 0, -1)


spoilt_sizes = {hidden: by_epoch(hidden, given_labels) for hidden in HIDDEN}
true_sizes = {hidden: by_epoch(hidden, true_labels) for hidden in HIDDEN[1::2]}
for labels, curves in (("spoilt", spoilt_sizes), ("true", true_sizes)):
    print(f"{labels} labels                 loss: training   validation   validation at its best epoch")
    for hidden, curve in curves.items():
        count = count_parameters([64, hidden, 10])
        end, best = curve[-1].mean(axis=1), curve[:, 1].min(axis=0).mean()
        print(f"{hidden:4} units, {count:5} parameters {end[0]:19.2f} {end[1]:12.2f} {best:12.2f}")
compare_guess(spoilt_loss_guess, spoilt_sizes[64][-1, 1].mean(), "Validation loss, 64 units, spoilt labels")

# %% name="sizes-figure"
fig, axes = plots.figure(2, width=8.6, height=3.4, sharey=True)
for ax, sizes in zip(axes, (spoilt_sizes, true_sizes), strict=True):
    curves = sizes.values()
    parameters = [count_parameters([64, hidden, 10]) for hidden in sizes]
    named = {
        "training, at the end": np.transpose([curve[-1, 0] for curve in curves]),
        "validation, at the end": np.transpose([curve[-1, 1] for curve in curves]),
        "validation, at its best": np.transpose([curve[:, 1].min(axis=0) for curve in curves]),
    }
    plots.curves(ax, parameters, named, labels=False)
    ax.set(xlabel="parameters", xscale="log", xticks=parameters, xticklabels=parameters, ylim=(0, None))
    ax.minorticks_off()
axes[0].set(ylabel="loss", title="Some labels wrong: too large hurts")
axes[1].set_title("True labels: too large does no harm")
axes[1].legend(loc="upper right")
plots.show(
    fig,
    "Two panels of loss against the number of parameters on a log scale, range of five seeds. Left, with "
    "some of the labels wrong: the training loss falls nearly to 0. The validation loss at the end "
    "falls, levels out and rises for the largest network, while the validation loss at the best epoch stays low. "
    "Right, with true labels: all three fall and then stay level.",
)

# %% [markdown]
# Read the left panel from the left. With 2 units even the training loss stays high: underfitting. From there
# on the training loss goes down to 0.06, and the validation loss does not follow. It stays at about 0.85
# from 8 to 32 units and is at 0.97 with 64: overfitting. So a smaller network does help, a little.
#
# Two things the rule "make it smaller" does not tell you. With the *true* labels 64 units are as good as 16,
# 0.18 both: size by itself does no harm where there is nothing false to learn. (Networks far larger than
# their training sets can even get better again; Belkin et al. 2019.) And look at the third line. At its
# *best* epoch the network of 64 units had 0.58, better than any of the smaller ones in the end. It was
# good, and then it was trained too long.

# %% [markdown]
# ## 2. Stop in time
#
# Here is one of these networks, 32 units, epoch by epoch, with the same five seeds.
#
# **Before you run it:** 200 epochs are trained. After how many is the validation loss at its lowest?

# %% guess="best-epoch"
### BEGIN SOLUTION
best_epoch_guess = 50  # epochs
### END SOLUTION


# %% name="too-long"
def fit(seed, labels, rate, **options):
    """A network and its history; the seed stands for first weights and an order of the batches."""
    (net,) = fresh(32, [seed])
    options = dict(epochs=EPOCHS, batch_size=BATCH, validation=digits.validation) | options
    order = np.random.default_rng(seed)
    return net, training.fit(net, entropy, optimizers.SGD(rate), (few, labels), rng=order, **options)


too_long, long_runs = zip(*(fit(seed, given_labels, 0.4) for seed in range(5)), strict=True)
training_loss = np.array([run.train_loss for run in long_runs])
validation_loss = np.array([run.validation_loss for run in long_runs])
best = validation_loss.argmin(axis=1)
print("best epochs:", best, " lowest validation loss:", validation_loss.min(axis=1).round(2))
print("after 200 epochs: ", " " * 15, "validation loss:", validation_loss[:, -1].round(2))
compare_guess(best_epoch_guess, best.mean() + 1, "Epochs until the validation loss is lowest")

# %% name="too-long-figure"
fig, ax = plots.figure(width=7.0, height=3.3)
named = {"training": training_loss, "validation": validation_loss}
plots.curves(ax, np.arange(EPOCHS), named)
ax.axvspan(best.min(), best.max(), color="#e6e6e6", zorder=0)
ax.annotate("best epochs", (best.max(), 2.1), xytext=(6, 0), textcoords="offset points")
ax.set(xlabel="epoch", ylabel="loss", ylim=(0, 2.4), title="Beyond the band only the training loss improves")
plots.show(
    fig,
    "Training and validation loss by epoch, range of five seeds. Both fall together at first. The training "
    "loss goes on falling; the validation loss turns after some dozens of epochs and climbs for the rest of "
    "the run. A grey band marks the epochs in which the five validation losses were lowest.",
)

# %% [markdown]
# The best network of the run is not the one you are left with at the end. **Early stopping** keeps the
# best one. Look at the validation loss after each epoch. If it has improved, remember the weights. If it
# has not improved for `patience` epochs in a row, stop, and *put the remembered weights back*. The last
# step is easily forgotten; without it you hand out the weights of `patience` epochs too late.
#
# ### Exercise 2 · `early_stopping(validation_losses, patience, min_delta=0.0)`
#
# You write the rule that decides, for a list of losses that is already there.
#
# - `validation_losses`: a list with one number an epoch, at least one. `patience`: an integer, at least 1.
# - An epoch **improves** if its loss < best − `min_delta`, where *best* is the loss of the last epoch that
#   improved. The first epoch always improves. A nan counts as infinity in the first epoch and never
#   improves later.
# - It stops in the epoch in which `patience` epochs in a row have not improved; if that never happens, in
#   the last.
# - returns: `(stop_epoch, best_epoch)`, two integers counted from 0.
#
# ```python
# >>> early_stopping([3.0, 1.0, 2.0, 1.5, 0.5], patience=2)  # it never sees the 0.5
# (3, 1)
# ```
#
# **The check also asks:** A list or an array; nan first, later, or everywhere; `min_delta` by name; ints come back.
#
# *Difficulty: medium · 15 minutes*
#
# <details><summary>Hint</summary>
#
# Three variables: the best loss, its epoch, and how many epochs have passed since. The first epoch improves
# whatever its loss is: `if epoch == 0 or loss < best - min_delta`. (To start with `best = float("inf")` is
# not enough, for a first loss of infinity is not below infinity.) Any comparison with nan is false, so this
# is right for a nan that comes later. In the first epoch, store infinity in place of a nan
# (`math.isnan(loss)`, or `loss != loss`).
#
# </details>


# %% exercise="early_stopping"
def early_stopping(validation_losses, patience, min_delta=0.0):
    """(stop_epoch, best_epoch), counted from 0."""
    ### BEGIN SOLUTION
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(validation_losses):
        if epoch == 0 or loss < best - min_delta:
            best = float("inf") if np.isnan(loss) else loss
            best_epoch, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            break
    return epoch, best_epoch
    ### END SOLUTION


# %% check="early_stopping"
early_stopping = check(early_stopping)

# %% [markdown]
# How patient should you be? The five runs are recorded to the end, so you can play every patience on them:
# when it would have stopped, and how much worse its best is than the best of the whole run.

# %% name="patience"
print("patience   stops after epochs   loss lost, mean of 5 seeds")
for patience in (1, 2, 5, 10, 20, 50):
    stops, bests = np.transpose([early_stopping(list(loss), patience) for loss in validation_loss])
    lost = validation_loss[np.arange(5), bests] - validation_loss.min(axis=1)
    print(f"{patience:8}   {stops.min() + 1:10} to {stops.max() + 1:3}   {lost.mean():20.3f}")

# %% [markdown]
# The curve is bumpy, so with a patience of 1 or 2 you stop at the first bumps and lose about 0.1 or more.
# With 20 you lose nothing here, and still save two thirds of the 200 epochs. What patience you need depends
# on the bumps: smaller batches and larger rates make more of them.
#
# `training.fit` does it while it trains, and restores the best weights (`regularizers.EarlyStopping` is
# your rule with a memory). Was it worth it? For that you need digits that had no say in the stopping: the
# 300 test digits. The lowest of 200 validation losses is partly luck, and would flatter.

# %% name="restored"
print("seed  epochs  best  validation loss of the restored   test: early, after 200 epochs")
for seed, long_run in enumerate(long_runs):
    stopping = regularizers.EarlyStopping(patience=20)
    net, run = fit(seed, given_labels, 0.4, early_stopping=stopping)
    restored = training.evaluate(net, entropy, digits.validation)[0]
    same = restored == min(run.validation_loss) == min(long_run.validation_loss)
    test = [training.evaluate(each, entropy, digits.test)[1] for each in (net, too_long[seed])]
    print(f"{seed:4} {len(run.train_loss):7} {stopping.best_epoch:5}", end=" ")
    print(f"{restored:14.2f}, {'the lowest of all' if same else 'not the lowest':17}", end=" ")
    print(*(f"{share:10.0%}" for share in test))

# %% [markdown]
# The restored networks are right on 80 to 84 % of the test digits, those trained to the end on 74 to 77 %. For
# a third of the work you get more. No other method in this lesson pays you for using it.
#
# The price: validation data, which you cannot train on. And once it has chosen the epoch, its loss is no
# honest estimate any more.

# %% [markdown]
# ## 3. L2: large weights cost
#
# Overfitting shows in the weights. To bend its answer around a wrong label that sits among right ones, a
# network needs steep slopes, and steep slopes need large weights. So put a price on them (**weight decay**):
# add to the loss half of the sum of all squared weights, times a strength λ that you choose.
#
# $$L' = L + \frac{\lambda}{2} \sum w^2 \qquad\qquad
# \frac{\partial L'}{\partial w} = \frac{\partial L}{\partial w} + \lambda w$$
#
# The ½ is there to cancel the 2 of the derivative. Now look at a step of gradient descent:
#
# $$w \leftarrow w - \eta \Bigl( \frac{\partial L}{\partial w} + \lambda w \Bigr)
# = (1 - \eta\lambda)\, w - \eta\, \frac{\partial L}{\partial w}$$
#
# Every step takes the same small *share* off the weight, and so the second name: it decays. In a few lines,
# for a weight that the loss does not care about:

# %% name="decay"
w, eta, lam = 1.0, 0.4, 0.01
for step in range(1, 801):
    w = w - eta * (0.0 + lam * w)
    if step in (1, 100, 800):
        print(f"after {step:3} steps: w = {w:.4f}")

# %% [markdown]
# (The document adds up *all* parameters. Usually the biases are spared, here too: there are few of them,
# and they shift an answer without making it steeper; Goodfellow, Bengio & Courville 2016, section 7.1.)
#
# ### Exercise 3 · `l2_penalty(weights, strength)`
#
# - `weights`: a list of arrays of any shapes, such as the weight matrices of a network. `strength`: λ ≥ 0.
# - returns: `(penalty, gradients)`: the number λ/2·Σw² over all entries of all arrays, and a list with the
#   gradient for each array, in its shape.
#
# ```python
# >>> l2_penalty([np.array([3.0, -4.0])], 0.1)
# (1.25, [array([ 0.3, -0.4])])
# ```
#
# **The check also asks:** Weights of any shapes, single numbers among them, integers, float32; a strength of 0.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# `sum(np.sum(w * w) for w in weights)` is the sum over all arrays; `[strength * w for w in weights]` is the
# list of gradients.
#
# </details>


# %% exercise="l2_penalty"
def l2_penalty(weights, strength):
    """λ/2·Σw² over a list of arrays, and the gradient for each."""
    ### BEGIN SOLUTION
    penalty = strength / 2 * sum(np.sum(w * w) for w in weights)
    return penalty, [strength * w for w in weights]
    ### END SOLUTION


# %% check="l2_penalty"
l2_penalty = check(l2_penalty)

# %% [markdown]
# ## 4. L1: every bit of weight costs the same
#
# Charge for the size instead of its square:
#
# $$L' = L + \lambda \sum |w| \qquad\qquad
# \frac{\partial L'}{\partial w} = \frac{\partial L}{\partial w} + \lambda \operatorname{sign}(w)$$
#
# At $w = 0$ the slope of $|w|$ jumps from −1 to 1, and there is no derivative. Any number between the two
# may stand in for it (a *subgradient*); you take 0.
#
# ### Exercise 4 · `l1_penalty(weights, strength)`
#
# - `weights`, `strength`: as above.
# - returns: `(penalty, gradients)`: λ·Σ|w|, and a list with λ·sign(w) for each array, 0 where w is 0.
#
# ```python
# >>> l1_penalty([np.array([3.0, -4.0, 0.0])], 0.5)
# (3.5, [array([ 0.5, -0.5,  0. ])])
# ```
#
# **The check also asks:** Weights of any shapes, single numbers among them, integers, float32; a strength of 0.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# `np.abs` and `np.sign` work entry by entry; `np.sign(0.0)` is 0.
#
# </details>


# %% exercise="l1_penalty"
def l1_penalty(weights, strength):
    """λ·Σ|w| over a list of arrays, and the gradient for each."""
    ### BEGIN SOLUTION
    penalty = strength * sum(np.sum(np.abs(w)) for w in weights)
    return penalty, [strength * np.sign(w) for w in weights]
    ### END SOLUTION


# %% check="l1_penalty"
l1_penalty = check(l1_penalty)

# %% [markdown]
# ### Which weights does each prefer?
#
# Four inputs, all 1, and the output should be 1. You may put the whole weight on one input, or spread it.
# Both give the same output. What do they cost?

# %% name="spread"
for name, w in (("all on one", np.array([1.0, 0, 0, 0])), ("spread out", np.array([0.25, 0.25, 0.25, 0.25]))):
    print(f"{name}: output {w.sum()}, L2 costs {l2_penalty([w], 1.0)[0]}, L1 costs {l1_penalty([w], 1.0)[0]}")

# %% [markdown]
# L2 wants them spread out: the square makes one large weight dearer than four small ones. L1 does not care
# how the sum is shared. What it cares about shows when a weight gets small. The pull of L2, λw, fades with
# the weight, and never quite gets it to 0. The pull of L1 stays at λ to the end. A weight that is worth
# less than λ to the loss is pulled all the way down. That is the reason why L1 is said to make weights
# **sparse**: mostly zero.
#
# ### Exercise 5 · `sparsity(weights, tolerance=1e-8)`
#
# - `weights`: one array of any shape, not empty.
# - returns: the share of its entries with |w| ≤ `tolerance`, from 0 to 1.
#
# ```python
# >>> sparsity(np.array([0.0, 1e-9, 0.5, -2.0]))
# 0.5
# ```
#
# **The check also asks:** |w| of just the tolerance counts; tolerance by name; a single weight.
#
# *Difficulty: easy · 3 minutes*
#
# <details><summary>Hint</summary>
#
# `np.mean` of an array of truth values is the share of True.
#
# </details>


# %% exercise="sparsity"
def sparsity(weights, tolerance=1e-8):
    """The share of entries with |w| ≤ tolerance."""
    ### BEGIN SOLUTION
    return np.mean(np.abs(weights) <= tolerance)
    ### END SOLUTION


# %% check="sparsity"
sparsity = check(sparsity)

# %% [markdown]
# ### One weight on its way to zero
#
# Take a single weight whose loss is $\tfrac12 (w - 0.1)^2$: by itself it would settle at 0.1. With L1 of
# strength 0.3, the lowest point is at exactly 0, for there the loss pulls with 0.1 and the penalty holds
# with up to 0.3. Start at 1, with a rate of 0.1.
#
# And besides the plain step, try a **proximal** step: first the step on the loss alone; then make the
# weight smaller by ηλ, but not beyond 0 ("soft thresholding").
#
# $$w \leftarrow w - \eta\, \frac{\partial L}{\partial w}, \qquad
# w \leftarrow \operatorname{sign}(w)\, \max(|w| - \eta\lambda,\ 0)$$
#
# **Before you run it:** the *plain* step with L1. What is |w| after 200 steps?

# %% guess="one-weight"
### BEGIN SOLUTION
one_weight_guess = 0.0  # |w|
### END SOLUTION


# %% name="one-weight"
def soft_threshold(w, amount):
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0.0)


eta, lam = 0.1, 0.3
RULES = {
    "L2": lambda w: w - eta * (w - 0.1 + l2_penalty([w], lam)[1][0]),
    "L1, plain step": lambda w: w - eta * (w - 0.1 + l1_penalty([w], lam)[1][0]),
    "L1, proximal step": lambda w: soft_threshold(w - eta * (w - 0.1), eta * lam),
}
walks = {name: [np.array(1.0)] for name in RULES}
for name, rule in RULES.items():
    for _ in range(200):
        walks[name].append(rule(walks[name][-1]))
    print(f"{name:>17}: the last four weights", *(f"{w:7.4f}" for w in walks[name][-4:]))
in_the_end = np.abs(walks["L1, plain step"][-20:]).mean()
compare_guess(one_weight_guess, in_the_end, "|w| in the end, mean of 20 steps")

# %% name="one-weight-figure"
fig, (left, right) = plots.figure(2, width=8.6, height=3.2)
for ax, start, stop in ((left, 0, 40), (right, 20, 50)):
    steps = np.arange(start, stop)
    plots.curves(ax, steps, {name: walk[start:stop] for name, walk in walks.items()}, labels=False)
    ax.axhline(0, color="black", linewidth=0.8, zorder=0)
    ax.set(xlabel="step")
left.set(ylabel="weight", title="All three come down …")
left.legend(loc="upper right")
right.set(ylim=(-0.035, 0.1), title="… the plain step hops around 0")
plots.show(
    fig,
    "A weight against the step, from 1 downwards. L2 levels out near 0.08. L1 with the plain step reaches 0 "
    "after some twenty steps and from then on, enlarged on the right, jumps from one side of 0 to the other. "
    "L1 with the proximal step arrives at 0 and stays there, exactly.",
)

# %% [markdown]
# L2 makes the weight smaller than 0.1, to 0.0769 = 0.1/(1 + 0.3), and no smaller. The plain step with L1
# gets to 0, and then it *cannot stop*: right of 0 it is pushed left by η(0.3 − 0.1) = 0.02, left of it
# right by η(0.3 + 0.1) = 0.04, and it hops about 0 for ever, 0.017 away on average. A smaller rate makes
# the hops smaller, it does not end them. The proximal step is 0.0000 from there on: exactly 0, because the
# `max` cuts off what would carry it past. (The step is known as ISTA; Beck & Teboulle 2009.) Keep this in
# mind for section 6.

# %% [markdown]
# ## 5. Both at once
#
# You can add the two; the sum is known as the **elastic net** (Zou & Hastie 2005):
#
# $$L' = L + \frac{\lambda_2}{2} \sum w^2 + \lambda_1 \sum |w|$$
#
# ### Exercise 6 · `elastic_net_penalty(weights, l2_strength, l1_strength)`
#
# - returns: `(penalty, gradients)` of the sum, as in the two before.
#
# ```python
# >>> elastic_net_penalty([np.array([2.0])], 1.0, 0.5)  # ½·1·4 + 0.5·2, and 1·2 + 0.5
# (3.0, [array([2.5])])
# ```
#
# **The check also asks:** Strengths by name; arrays in the list may differ in shape.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# Call the two functions that you have. Mind that `+` between two *lists* puts one behind the other: add the
# arrays in pairs.
#
# </details>


# %% exercise="elastic_net_penalty"
def elastic_net_penalty(weights, l2_strength, l1_strength):
    """λ₂/2·Σw² + λ₁·Σ|w| over a list of arrays, and the gradient for each."""
    ### BEGIN SOLUTION
    squares, square_gradients = l2_penalty(weights, l2_strength)
    sizes, size_gradients = l1_penalty(weights, l1_strength)
    return squares + sizes, [a + b for a, b in zip(square_gradients, size_gradients)]
    ### END SOLUTION


# %% check="elastic_net_penalty"
elastic_net_penalty = check(elastic_net_penalty)

# %% [markdown]
# Why would you want both? Here is a linear model with four inputs: the first two are *twins*, the same
# numbers twice; the third is useful too; the fourth is noise. The truth is 2·(twin) + 1·(third). The first
# weights are uneven on purpose: 1.5 and 0.1 for the twins.

# %% name="twins"
rng = np.random.default_rng(9)
twin, third, noise = rng.normal(size=(3, 200))
x, y = np.column_stack([twin, twin, third, noise]), 2 * twin + third + 0.5 * rng.normal(size=200)
print("              twin 1  twin 2   third   noise")
for name, l2, l1 in (("no penalty", 0, 0), ("L2", 0.2, 0), ("L1", 0, 0.2), ("both", 0.2, 0.2)):
    w = np.array([1.5, 0.1, 0.0, 0.5])
    for _ in range(4000):
        w = w - 0.01 * (x.T @ (x @ w - y) / 200 + elastic_net_penalty([w], l2, l1)[1][0])
    print(f"{name:>12}", *(f"{entry:7.2f}" for entry in w.round(2) + 0.0))

# %% [markdown]
# Without a penalty the twins keep the difference they began with, 1.4: only their sum matters to the loss.
# With L1, too: both are pulled down by the same amount. Which of two equal inputs gets the weight is then an
# accident of the start. L2 makes them equal, as spreading out is cheaper, but leaves 0.08 on the noise. L1
# removes the noise. Both together do both: equal twins, no noise (0.00 is rounded; you know why it is not
# exactly 0). The price is in the third column. The true weight is 1, and the more you penalise, the less of
# it is left: a penalty does not know which weights are right.

# %% [markdown]
# ## 6. Five ways on the same network
#
# Now the network 64-32-10 on the 200 digits with their spoilt labels: without a penalty, stopped early, with
# L2, with L1, with both. First weights and batches are the same for all. Each way has its rate (0.2, 0.4 or 0.8)
# and its strengths chosen from a grid, by the validation loss after 200 epochs of two seeds that are used
# for nothing else. Then five fresh seeds, and the test digits. (Much smaller rates are not on the list: they
# leave a network half trained, which is early stopping under another name.)
#
# The penalties go in where the step is made, so that many networks with other strengths train at once. Is
# it the same as `training.fit` with *your* penalty? The cell tries that first.

# %% name="rules"
mask = fresh(32, [0])[0].weight_mask  # 1 for a weight, 0 for a bias


class Penalized(optimizers.SGD):
    """Gradient descent with L2 and L1 in the gradient; rate and strengths are columns, one row a network."""

    def __init__(self, learning_rate, l2, l1):
        super().__init__(learning_rate)
        self.l2, self.l1 = l2 * mask, l1 * mask

    def step(self, theta, grad):
        super().step(theta, grad + self.l2 * theta + self.l1 * np.sign(theta))


class Proximal(Penalized):
    """The same, but L1 as a proximal step."""

    def step(self, theta, grad):
        optimizers.SGD.step(self, theta, grad + self.l2 * theta)
        theta[:] = soft_threshold(theta, self.learning_rate * self.l1)


def train_all(rule, configurations, seeds, labels, epochs=EPOCHS):
    """A list of networks, one a seed, for each configuration; rule(*columns) makes the optimizer."""
    trained = []
    for seed in seeds:
        nets = fresh(32, [seed] * len(configurations))
        for i in range(0, len(nets), 16):
            columns = np.transpose(configurations[i : i + 16])[:, :, None]
            some, order = nets[i : i + 16], np.random.default_rng(seed)
            search.fit_together(
                some, rule(*columns), (few, labels), epochs=epochs, rng=order, batch_size=BATCH
            )
        trained.append(nets)
    return list(zip(*trained, strict=True))


def scores(nets, data):
    """Loss and accuracy of each network, (n, 2)."""
    return np.array([training.evaluate(net, entropy, data) for net in nets])


both = partial(elastic_net_penalty, l2_strength=0.003, l1_strength=0.001)
yours, _ = fit(0, given_labels, 0.4, penalty=both)
((together,),) = train_all(Penalized, [(0.4, 0.003, 0.001)], [0], given_labels)
print("the same weights to 9 digits:", np.allclose(yours.theta, together.theta, rtol=0, atol=1e-9))

# %% [markdown]
# **Before you run it:** what share of the weights will be zero (|w| ≤ 1e-8) in the networks trained with
# L1, by the plain step?

# %% guess="l1-zeros"
### BEGIN SOLUTION
l1_zeros_guess = 0.4  # share of the weights
### END SOLUTION

# %% name="race"
GRIDS = {
    "no penalty": list(product(RATES, [0], [0])),
    "L2": list(product(RATES, [0.003, 0.01, 0.03], [0])),
    "L1": list(product(RATES, [0], [0.001, 0.003, 0.01])),
    "both": list(product(RATES, [0.001, 0.003, 0.01], [0.0003, 0.001, 0.003])),
}


def tuned(rule, grid, labels, epochs=EPOCHS):
    """The configuration with the lowest validation loss, and the loss of every one."""
    groups = train_all(rule, grid, (100, 101), labels, epochs)
    validation = [scores(nets, digits.validation)[:, 0].mean() for nets in groups]
    return grid[np.argmin(validation)], np.array(validation)


def stopped_early(labels):
    def run(rate, seed):
        return fit(seed, labels, rate, early_stopping=regularizers.EarlyStopping(patience=20))

    def score(rate):
        return np.mean([min(run(rate, seed)[1].validation_loss) for seed in (100, 101)])

    rate = min(RATES, key=score)
    return (rate, 0, 0), [run(rate, seed)[0] for seed in range(5)]


def race(labels, ways):
    """For each way its configuration and five networks."""
    results = {}
    for way in ways:
        chosen, _ = tuned(Penalized, GRIDS[way], labels)
        results[way] = chosen, train_all(Penalized, [chosen], range(5), labels)[0]
    return results


def report(name, chosen, nets):
    rate, l2, l1 = chosen
    test = scores(nets, digits.test)
    print(f"{name:>15}: rate {rate}, λ₂ {l2:5}, λ₁ {l1:6}: test loss {test[:, 0].mean():.2f},", end=" ")
    print(f"right {test[:, 1].min():.0%} to {test[:, 1].max():.0%}, mean {test[:, 1].mean():.0%}", end=" ")


results = {"stopped early": stopped_early(given_labels)} | race(given_labels, GRIDS)
for name, (chosen, nets) in results.items():
    report(name, chosen, nets)
    learnt = np.mean([net.forward(few[spoilt]).argmax(axis=1) == given_labels[spoilt] for net in nets])
    print(f" wrong labels learnt {learnt:.0%}")


# %% name="zeros"
def weights_of(nets):
    return np.concatenate([w.ravel() for net in nets for w in net.weights()])


results["L1, proximal"] = results["L1"][0], train_all(Proximal, [results["L1"][0]], range(5), given_labels)[0]
print("                 |w| ≤ 1e-8    1e-4    1e-3    1e-2    largest |w|   length of all    right on test")
for name, (_, nets) in results.items():
    w = weights_of(nets)
    print(f"{name:>15}", *(f"{sparsity(w, limit):9.1%}"[1:] for limit in (1e-8, 1e-4, 1e-3, 1e-2)), end=" ")
    length = np.mean([np.linalg.norm(weights_of([net])) for net in nets])
    print(f"{np.abs(w).max():12.1f} {length:14.1f} {scores(nets, digits.test)[:, 1].mean():16.1%}")
plain_zeros = sparsity(weights_of(results["L1"][1]))
compare_guess(l1_zeros_guess, round(float(plain_zeros), 3), "Share of zeros with L1, plain step")

# %% name="histograms"
PLAIN_SCALE, LOG_SCALE = np.linspace(-1.2, 1.2, 49), np.logspace(-7, 1, 49)
fig, axes = plots.figure(4, 2, width=9.6, height=4.6, sharey="row")
for column, name in enumerate(("no penalty", "L2", "L1", "both")):
    w = weights_of(results[name][1])
    top, bottom = axes[:, column]
    for ax, values, edges in ((top, w, PLAIN_SCALE), (bottom, np.abs(w), LOG_SCALE)):
        ax.stairs(100 * np.histogram(values, edges)[0] / w.size, edges, fill=True, color=plots.COLORS[column])
    top.set(title=name, xlabel="weight")
    bottom.set(xlabel="|weight|, log scale", xscale="log", xticks=[1e-6, 1e-4, 1e-2, 1])
for ax in axes[:, 0]:
    ax.set_ylabel("% of the weights")
fig.suptitle("L2 narrows the hill; L1 makes a needle, of small weights and not of zeros")
plots.show(
    fig,
    "Histograms of the weights for four ways, above on a plain scale, below by size on a log scale. Without "
    "a penalty a broad hill. With L2 a narrower one. With L1 a needle at 0; on the log scale the needle turns out "
    "to be a heap of weights a little below a thousandth, not zeros. With both, needle and hill.",
)

# %% [markdown]
# **Accuracy.** Without a penalty the networks have learnt 83 % of the wrong labels, and get 76 % of the test
# digits right. Each of the four remedies brings that to 80 to 82 %, and between them there is little to
# choose: they differ by less than their seeds do. Stopping early is among the best, and the cheapest.
# *Both* together, with more settings tried than any other way, did not beat one alone: the pair that was
# chosen is weak, and still learns 37 % of the wrong labels.
#
# **L2 spreads and shrinks.** All weights together have a length of 9.2 instead of 15.7, and the largest is 1.1
# instead of 1.8. In the upper row the hill is narrower. Hardly a weight is near 0 by any strict measure.
#
# **L1 concentrates.** Most weights gather at 0, and the largest is 1.9, as large as without a penalty. These
# networks do not overfit, large weights and all. So "overfitting comes from large weights", as the document
# has it, is not the whole story: what counts is what all of them together can do.
#
# **But the zeros are not there.** Of the weights trained with L1 by gradient descent 0.0 % are zero to
# 1e-8. The log scale of the lower row shows what the needle is made of: weights of about 0.001 that hop
# around 0, by ηλ = 0.2 · 0.003 = 0.0006 a step. How sparse they seem depends on the tolerance, 6 % at 1e-4
# and 72 % at 1e-2. The document explains sparse as close to 0, and with the plain step that is all you get:
# there is nothing you need not store. With the *proximal* step, same rate, same strength, 38.3 % are
# exactly zero, at the same accuracy (80.8 % both). More than a third of the weights can be thrown away. If
# zeros are what you want from L1, use the step that makes them.
#
# And with the *true* labels? The same procedure once more:

# %% name="right-labels"
for name, (chosen, nets) in race(true_labels, ("no penalty", "L2")).items():
    report(name, chosen, nets)
    print()

# %% [markdown]
# 92 % without, 92 % with. The tuning itself chose the weakest L2 on offer. A penalty is a medicine against
# learning what is not so; where the labels are right there was little of that.

# %% [markdown]
# ## 7. Weight decay under Adam
#
# > **Correction X11.** The document, like many, takes *weight decay* and *L2* for two names of one thing. For plain
# > gradient descent they are: in section 3 the penalty became the factor 1 − ηλ. Under Adam they are
# > not, for Adam divides the gradient by its own recent size, and a penalty in the gradient is divided
# > along with it. **AdamW** leaves the penalty out of the gradient and shrinks the weights beside it
# > (Loshchilov & Hutter 2019).
#
# $$\text{Adam with L2:}\quad g \leftarrow \frac{\partial L}{\partial w} + \lambda w, \qquad
# w \leftarrow w - \eta\, \frac{\hat m(g)}{\sqrt{\hat v(g)} + \varepsilon}$$
#
# $$\text{AdamW:}\quad g \leftarrow \frac{\partial L}{\partial w}, \qquad
# w \leftarrow (1 - \eta\lambda)\, w - \eta\, \frac{\hat m(g)}{\sqrt{\hat v(g)} + \varepsilon}$$
#
# The extreme case sits in your network: pixels in the corners are blank in every image, so the loss gives
# their weights no gradient at all. Only the penalty moves them. Follow one such weight, from 1, for 500
# steps at a rate of 0.001.
#
# **Before you run it:** with λ = 0.1 Adam with L2 takes the weight down to some value. What will it be with
# λ = 0.001, a hundredth of the penalty?

# %% guess="dead-weight"
### BEGIN SOLUTION
dead_weight_guess = 0.95  # weight after 500 steps
### END SOLUTION


# %% name="dead-weight"
class AdamWithL2(optimizers.Adam):
    """Adam on the loss plus λ/2·Σw²; strength broadcasts against theta."""

    def __init__(self, learning_rate, strength):
        super().__init__(learning_rate)
        self.strength = strength

    def step(self, theta, grad):
        super().step(theta, grad + self.strength * theta)


def shrink(optimizer, gradients):
    """Weights that start at 1, after a step for each row of gradients."""
    w = np.ones(gradients.shape[1:])
    for gradient in gradients:
        optimizer.step(w, gradient)
    return w


blank = np.sum(few.max(axis=0) == 0)
print(f"{blank} of 64 pixels are blank in all {len(few)} training images")
left = {}
for lam in (0.1, 0.01, 0.001):
    rules = AdamWithL2(0.001, lam), optimizers.AdamW(0.001, weight_decay=lam)
    left[lam], decoupled = (shrink(rule, np.zeros((500, 1)))[0] for rule in rules)
    print(f"λ = {lam:5}: Adam with L2 leaves {left[lam]:.3f}, AdamW leaves {decoupled:.4f},", end=" ")
    print(f"plain descent with L2 leaves {(1 - 0.001 * lam) ** 500:.4f}")
compare_guess(dead_weight_guess, left[0.001], "Weight after 500 steps of Adam with L2, λ = 0.001")

# %% [markdown]
# No difference at all: 0.561 at each of the three strengths. With no gradient but λw, Adam divides λw by the
# size of λw, and λ cancels. What is left is a step of about η, whatever you ask for. AdamW takes off the
# share ηλ that you did ask for, as plain gradient descent does.
#
# Now the other extreme. A weight with large gradients, coming from the data: Adam divides by *their* size,
# and the penalty becomes tiny. The cell gives weights gradients of pure noise, which pull nowhere, of sizes
# 0.001 to 10, and λ = 0.1.

# %% name="gradient-size"
rng = np.random.default_rng(9)
noise_sizes = np.logspace(-3, 1, 13)
noise = noise_sizes * rng.normal(size=(1000, 100, 13))  # steps, weights, sizes; no trend
remains = {
    "Adam with L2": shrink(AdamWithL2(0.001, 0.1), noise),
    "AdamW": shrink(optimizers.AdamW(0.001, weight_decay=0.1), noise),
}
for name, w in remains.items():
    print(f"{name:>12}: left of weights with gradients of size", end=" ")
    print(", ".join(f"{noise_sizes[i]:g}: {w[:, i].mean():.2f}" for i in (0, 6, 12)))
fig, ax = plots.figure(width=6.6, height=3.0)
ax.set_xscale("log")
plots.curves(ax, noise_sizes, remains, spread="deviation")
ax.set(xlabel="size of the gradients of a weight", ylabel="left after 1,000 steps", ylim=(0, 1.05))
ax.set_title("L2 under Adam spares the weights with large gradients")
plots.show(
    fig,
    "What is left of a weight of 1 after 1,000 steps, against the size of its gradients on a log scale, mean and "
    "standard deviation of 100 weights. AdamW leaves 0.9 whatever the size. Adam with L2 leaves a quarter "
    "where gradients are small and nearly everything where they are large.",
)

# %% [markdown]
# So Adam with L2 is not "a bit different" from weight decay. Busy weights, with gradients of size 10, keep
# 99 %, and those with small ones keep 26 %. AdamW leaves 90 or 91 % of each. In a network that means: L2
# under Adam decays least where the gradients are largest.
#
# Does it matter for the result? Here is the network of section 6 again, 100 epochs, for four rates and four
# strengths each, by validation loss (mean of two seeds); then ten fresh seeds and the test digits.

# %% name="adam-grid"
ADAM_RATES = (0.001, 0.003, 0.01, 0.03)
STRENGTHS = {"Adam with L2": (0.001, 0.003, 0.01, 0.03), "AdamW": (0.1, 0.3, 1.0, 3.0)}
ADAM = {
    "Adam with L2": lambda rate, lam: AdamWithL2(rate, lam * mask),
    "AdamW": lambda rate, lam: optimizers.AdamW(rate, weight_decay=lam * mask),
}
for name, rule in ADAM.items():
    grid = list(product(ADAM_RATES, STRENGTHS[name]))
    (rate, lam), validation = tuned(rule, grid, given_labels, epochs=100)
    test = scores(train_all(rule, [(rate, lam)], range(10), given_labels, epochs=100)[0], digits.test)
    print(f"{name:>12}: rate {rate}, λ {lam}: validation loss {validation.min():.2f};", end=" ")
    print(f"test loss {test[:, 0].mean():.2f}, right {test[:, 1].min():.0%} to {test[:, 1].max():.0%}")
    best = [STRENGTHS[name][i] for i in validation.reshape(len(ADAM_RATES), -1).argmin(axis=1)]
    print(" " * 13, "best λ for each rate:", ", ".join(f"{a}: {b}" for a, b in zip(ADAM_RATES, best)))

# %% [markdown]
# Here it does not matter. The best validation losses are 0.63 and 0.64, and on the test digits 78 to 82 %
# and 79 to 81 % are right. Loshchilov and Hutter found that with AdamW the best strength depends less on
# the learning rate. Here you cannot see it: the best strength moves with the rate in both. They trained
# large convolutional networks for hundreds of epochs, on images, with a schedule; this is a small one, for
# 400 steps. What does hold at any size is what you saw before: the two are different rules, and a λ tuned
# for one means nothing to the other. Compare the scales: the useful λ for AdamW are some hundred times
# larger.

# %% [markdown]
# ## Common mistakes
#
# - **Stopping without going back.** The network in your hands is `patience` epochs past its best. Restore it.
# - **Off by one in the patience.** Stop when the count *reaches* patience. And the count starts anew with each
#   improvement.
# - **Comparing with the last epoch.** The question is whether the loss beats the *best* so far.
# - **The ½ of L2.** With ½ in the penalty the gradient is λw; without it, 2λw. Mixing the two fails the
#   gradient check.
# - **|w| for sign(w).** The gradient of L1 has the sign of the weight. λ|w| pushes negative weights the wrong way.
# - **`+` between lists.** It puts one list behind the other. Arrays add, lists do not.
# - **λ from another optimizer.** A strength tuned for Adam with L2 says nothing about AdamW.
# - **Counting "zeros" with a generous tolerance.** Say the tolerance, or use the proximal step.
#
# ## Quiz
#
# 1. Training loss low, validation loss far above it and climbing. What is it, and what may help?
#    - **a** Underfitting: a larger network.
#    - **b** Overfitting: stop earlier, or a penalty.
#    - **c** A bug in the gradient.
# 2. Losses 0.9, 0.7, 0.8, 0.75, 0.72 and patience 3. Which weights does early stopping hand back?
#    - **a** Those of epoch 4, where it stops.
#    - **b** Those of epoch 3.
#    - **c** Those of epoch 1.
# 3. A weight is 0.001. Which penalty still pulls at it as hard as at a weight of 1?
#    - **a** L1
#    - **b** L2
#    - **c** Both L1 and L2.
# 4. Plain gradient descent with L1. How many weights are exactly 0 in the end?
#    - **a** About half.
#    - **b** Hardly any: they hop around 0.
#    - **c** All whose gradient is small.
# 5. An input is always 0, so its weights get no gradient from the loss. Adam, with L2 in the gradient: λ is
#    made ten times smaller. How fast do these weights shrink now?
#    - **a** A tenth as fast.
#    - **b** Not at all.
#    - **c** As fast as before.
# 6. The labels are all right, and the training data plenty. What should you expect of a penalty?
#    - **a** Much: weights must be kept small.
#    - **b** Little: there is not much to overfit to.
#    - **c** Zeros in every weight.
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
quiz("09_weight_penalties", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5, q6=q6)

# %% [markdown]
# ## What to take away
#
# - Underfitting: training and validation loss are both high. Overfitting: the validation loss stays behind,
#   or turns.
# - Stop early, and put the best weights back. It costs less than nothing and did as well as any penalty.
# - L2 takes a share off every weight and spreads them out. L1 takes a fixed amount and picks a few.
# - L1 by gradient descent makes weights small, not zero. Soft thresholding makes zeros.
# - Penalties help against learning what is not so. With true labels they did nothing here.
# - Weight decay is L2 for plain gradient descent only. Under Adam, L2 in the gradient is divided by the
#   gradient's size; AdamW shrinks all weights alike.
#
# ## In practice
#
# In scikit-learn, `Ridge` is L2, `Lasso` is L1 with exact zeros, `ElasticNet` is both.
#
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `regularizers.l2_penalty(weights, λ)` | `torch.optim.SGD(params, lr, weight_decay=λ)` | ours is on the weights; torch's on all it is given, biases too, unless they form a group with `weight_decay=0` |
# | Adam with that penalty | `torch.optim.Adam(params, lr, weight_decay=λ)` | this is not AdamW |
# | `optimizers.AdamW(rate, weight_decay=0.01)` | `torch.optim.AdamW(params, lr=0.001, weight_decay=0.01)` | both decay all they are given; ours spares biases by `λ * network.weight_mask` |
# | `regularizers.l1_penalty(weights, λ)` | add `λ * sum(w.abs().sum() for w in weights)` to the loss | torch has no option for it |
# | `count_parameters(sizes)` | `sum(p.numel() for p in model.parameters())` | nothing |
# | `regularizers.EarlyStopping(patience)` | your own loop, with `copy.deepcopy(model.state_dict())` at each improvement | torch has none |
#
# <details><summary>L2 in the gradient, and decay beside it, by both</summary>
#
# ```python
# import numpy as np
# import torch
#
# from dlcourse import optimizers, regularizers
#
# w, gradient = np.array([1.0, -2.0, 3.0]), np.array([0.5, 0.25, -1.0])
# _, (slope,) = regularizers.l2_penalty([w], 0.1)
# for ours, theirs, grad in (
#     (optimizers.SGD(0.01), torch.optim.SGD, gradient + slope),
#     (optimizers.Adam(0.01), torch.optim.Adam, gradient + slope),
#     (optimizers.AdamW(0.01, weight_decay=0.1), torch.optim.AdamW, gradient),
# ):
#     theta, t = w.copy(), torch.tensor(w, requires_grad=True)
#     t.grad = torch.tensor(gradient)
#     ours.step(theta, grad)
#     theirs([t], lr=0.01, weight_decay=0.1).step()
#     np.testing.assert_allclose(t.detach(), theta, atol=1e-6)
# ```
#
# </details>
#
# ## References
#
# - A. Beck, M. Teboulle (2009), *A fast iterative shrinkage-thresholding algorithm for linear inverse
#   problems*, SIAM Journal on Imaging Sciences 2(1). The proximal step, and how to speed it up.
# - M. Belkin, D. Hsu, S. Ma, S. Mandal (2019), *Reconciling modern machine-learning practice and the
#   classical bias–variance trade-off*, PNAS 116(32). What lies to the right of the U of section 1.
# - I. Goodfellow, Y. Bengio, A. Courville (2016), *Deep Learning*, MIT Press, chapter 7. All of this
#   lesson's methods, with the algebra; 7.8 shows how early stopping resembles L2.
# - I. Loshchilov, F. Hutter (2019), *Decoupled weight decay regularization*, ICLR. AdamW; look at its
#   figures of rate against strength, and compare them with yours.
# - L. Prechelt (1998), *Early stopping – but when?*, in Neural Networks: Tricks of the Trade. Fourteen ways
#   to decide, compared.
# - R. Tibshirani (1996), *Regression shrinkage and selection via the lasso*, Journal of the Royal Statistical
#   Society B 58(1). L1 for linear models, where the zeros are real.
# - H. Zou, T. Hastie (2005), *Regularization and variable selection via the elastic net*, Journal of the
#   Royal Statistical Society B 67(2). The twins of section 5, as the "grouping effect".
