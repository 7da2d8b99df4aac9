# %% [markdown]
# # 10 · Dropout: train a crowd of networks for the price of one
#
# **You will make** dropout, forwards and backwards, in the form that every library uses today. With
# it you will show what the document's one sentence about testing leaves out, look at the crowd of
# networks inside a single one, and measure when dropping neurons pays, and when it costs.
#
# **You will be able to**
#
# - write inverted dropout and its gradient,
# - say why something must be scaled, in training or at test, and what breaks if nothing is,
# - explain in which sense one network with dropout is an ensemble, and check it,
# - choose a drop rate, and tell when dropout is the wrong medicine.
#
# | | |
# |---|---|
# | Time | 60 minutes, three exercises |
# | You need | lesson 01 (the training procedure), lesson 02 (gradient check), lesson 09 for the word *overfitting* |
# | Covers | section F6 of the source document, correction X8 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import numpy as np

from dlcourse import datasets, gradient_check, layers, losses, network, optimizers, plots, training
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. Neurons that may be absent
#
# A network that learns its training set by heart often does so by conspiracy. One neuron makes a
# mistake, a second learns to undo it on the examples at hand, and on new examples the pair is wrong
# together. **Dropout** makes such pacts unreliable: in every training step each neuron is
# switched off with a fixed probability, so none can count on another being there (Hinton et al. 2012;
# Srivastava et al. 2014).
#
# To switch off is to multiply by 0. Draw a number between 0 and 1 for every neuron and every example;
# where it falls below the **drop rate** $p$, the neuron is silent:
#
# $$m_i = \begin{cases} 0 & \text{if } u_i < p \\ 1 & \text{otherwise} \end{cases}
# \qquad \tilde h = h \odot m$$
#
# Five lines, five neurons, four training steps:

# %% name="absent"
rng = np.random.default_rng(10)
p, h = 0.4, np.array([1.0, 2.0, 3.0, 4.0, 5.0])
for step in range(4):
    m = (rng.random(5) >= p).astype(float)
    print(f"step {step}: mask {m}, what is left {h * m}, sum {np.sum(h * m):4.1f} of {h.sum()}")

# %% [markdown]
# ## 2. Something has to be scaled
#
# Look at the sums. The next layer adds up what the neurons say, and in training it hears fewer of
# them. At test you want one steady answer, so all neurons speak, and the next layer hears *more than
# it was trained for*. How much more? Each neuron is there with probability $1-p$, so
#
# $$\mathbb{E}[\tilde h_i] = (1-p) \, h_i .$$
#
# **Before you run it:** half of 64 ReLU neurons are dropped. By what factor is the input of the next
# layer larger at test than on average in training, if nothing is scaled?

# %% guess="too-loud"
### BEGIN SOLUTION
too_loud_guess = 1.5  # a factor
### END SOLUTION

# %% name="too-loud"
digits = datasets.digits()
images, labels = digits.train
h = np.maximum(images[:1] @ rng.normal(size=(64, 64)) / 8, 0)  # one image through 64 ReLU neurons
w = np.abs(rng.normal(size=64))  # one neuron of the next layer
heard = np.array([(h * (rng.random(h.shape) >= 0.5)) @ w for _ in range(20_000)])
print(f"training: {heard.mean():.2f} on average, from {heard.min():.1f} to {heard.max():.1f}")
print(f"test:     {(h @ w).item():.2f}, {(h @ w).item() / heard.mean():.2f} times the average")
compare_guess(too_loud_guess, (h @ w).item() / heard.mean(), "Test over training, drop rate ½")

# %% [markdown]
# There are two ways to make the two meet.
#
# - **Vanilla dropout** scales at *test*: multiply by $1-p$ whatever came out of a layer that was
#   dropped in training.
# - **Inverted dropout** scales in *training*: divide what is left by $1-p$. Nothing is to be done at
#   test, which is where speed counts and where the drop rate should not have to be known. All libraries
#   do it this way.
#
# > **Correction X8.** The document says that at test all neurons are used, and stops there. That is
# > half of the recipe. Without a factor the expectations in training and at test differ by $1/(1-p)$
# > *for every layer that drops* (Srivastava et al. 2014, figure 2 and section 10).
#
# ### Exercise 1 · `dropout_forward(x, noise, drop_rate)`
#
# Write inverted dropout. The random numbers come in as an argument, so that there is one right answer.
#
# - `x`: an array of any shape, or a number: what the neurons say.
# - `noise`: of the same shape, each entry uniform in [0, 1).
# - `drop_rate`: $p$, with 0 ≤ p < 1.
# - returns: `(out, mask)`, both of that shape. The mask is 0 where `noise < drop_rate`, else
#   $1/(1-p)$; `out` is x times mask.
#
# ```python
# >>> dropout_forward(np.array([1.0, 2.0]), np.array([0.2, 0.7]), 0.5)
# (array([0., 4.]), array([0., 2.]))
# ```
#
# **The check also asks:** An array of any shape or a plain number, integers, float32; a rate of 0; noise of just the rate is kept; nan stays nan. Your arguments, here and below, are left as they were.
#
# *Difficulty: easy · 10 minutes*
#
# <details><summary>Hint</summary>
#
# `np.where(condition, a, b)` takes a where the condition holds and b elsewhere. Put the scale into the
# mask, not into the output alone: the way back needs it.
#
# </details>


# %% exercise="dropout_forward"
def dropout_forward(x, noise, drop_rate):
    """Inverted dropout: (out, mask) for x and noise of one shape."""
    ### BEGIN SOLUTION
    mask = np.where(noise < drop_rate, 0.0, 1 / (1 - drop_rate))
    return x * mask, mask
    ### END SOLUTION


# %% check="dropout_forward"
dropout_forward = check(dropout_forward)

# %% [markdown]
# ### Exercise 2 · `vanilla_dropout_at_test(x, drop_rate)`
#
# You will meet networks that were trained the old way, without a scale. Write what these need at test.
#
# - `x`: an array of any shape, or a number: what *all* neurons of the layer say.
# - `drop_rate`: the rate of the training, 0 ≤ p < 1.
# - returns: what the next layer heard on average in training.
#
# ```python
# >>> vanilla_dropout_at_test(np.array([2.0, 4.0]), 0.75)
# array([0.5, 1. ])
# ```
#
# **The check also asks:** An array of any shape or a plain number, integers, float32; a rate of 0.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# Each neuron was there in a share 1 − p of the steps.
#
# </details>


# %% exercise="vanilla_dropout_at_test"
def vanilla_dropout_at_test(x, drop_rate):
    """The output of a layer at test, where its dropout was not scaled in training."""
    ### BEGIN SOLUTION
    return x * (1 - drop_rate)
    ### END SOLUTION


# %% check="vanilla_dropout_at_test"
vanilla_dropout_at_test = check(vanilla_dropout_at_test)

# %% [markdown]
# Now the three ways of testing, on one neuron of the next layer, for every drop rate.

# %% name="expectations"
rates = np.arange(0, 0.95, 0.1)
noise = rng.random((5000, 64))
unscaled = [np.mean((h * (noise >= rate)) @ w) for rate in rates]
inverted = [np.mean(dropout_forward(np.repeat(h, 5000, axis=0), noise, rate)[0] @ w) for rate in rates]
at_test = [(vanilla_dropout_at_test(h, rate) @ w).item() for rate in rates]
print("largest difference, unscaled training and vanilla test:", end=" ")
print(f"{np.max(np.abs(np.subtract(unscaled, at_test)) / (h @ w)):.1%} of the whole")
print("largest difference, inverted training and plain test:  ", end=" ")
print(f"{np.max(np.abs(np.divide(inverted, h @ w) - 1)):.1%} of the whole")

# %% name="expectations-figure"
fig, ax = plots.figure(width=6.6, height=3.2)
plots.curves(
    ax,
    rates,
    {
        "all neurons": np.repeat(h @ w, len(rates)),
        "inverted, in training": np.array(inverted),
        "times 1 − p, at test": np.array(at_test),
        "unscaled, in training": np.array(unscaled),
    },
    labels=False,
)
ax.set(
    xlabel="drop rate p",
    ylabel="average input of the next neuron",
    ylim=(0, None),
    title="Two pairs that meet: scale in training, or scale at test",
)
ax.legend(loc="lower left")
plots.show(
    fig,
    "The average input of a neuron after dropout, against the drop rate. Two lines stay level: all "
    "neurons at test, and inverted dropout in training. Two fall together on a straight line to nearly "
    "nothing: unscaled dropout in training, and all neurons times one minus p at test.",
)

# %% [markdown]
# Each pair agrees to within the noise of the sampling. What if you take one line of each: train
# unscaled, and test with all neurons as they are, as the document has it?
#
# You train one network with unscaled dropout in its two hidden layers and test it twice, plainly and
# with your `vanilla_dropout_at_test` after each. Beside it stands inverted dropout with the same first
# weights, batches and noise.
#
# **Before you run it:** how many percentage points of accuracy does the missing factor cost at a drop
# rate of ½?

# %% guess="points-lost"
### BEGIN SOLUTION
points_lost_guess = 10.0  # percentage points
### END SOLUTION


# %% name="forgotten-factor"
class Unscaled(layers.Dropout):
    """Dropout as it was first: no scale in training, and at test whatever `at_test` says."""

    at_test = staticmethod(lambda x, rate: x)

    def forward(self, x, training=False):
        if not training:
            return self.at_test(x, self.drop_rate)
        self.mask = (self.rng.random(x.shape) >= self.drop_rate).astype(float)
        return x * self.mask


def two_hidden_layers(dropout, rate, seed):
    bend = layers.Activation
    stack = [layers.Dense(64, 64, "he_uniform"), bend("relu"), dropout(rate)]
    stack += [layers.Dense(64, 64, "he_uniform"), bend("relu"), dropout(rate), layers.Dense(64, 10)]
    return network.Network(stack, np.random.default_rng(seed))


def train(net, data, learning_rate, seed, epochs, **options):
    momentum, order = optimizers.Momentum(learning_rate), np.random.default_rng(1000 + seed)
    return training.fit(
        net, losses.softmax_cross_entropy, momentum, data, epochs=epochs, rng=order, **options
    )


def validated(net):
    return training.evaluate(net, losses.softmax_cross_entropy, digits.validation)


print("drop rate   tested plainly       tested times 1 − p   inverted, plainly    plain logits over scaled")
forgotten = {}
for rate in (0.2, 0.5, 0.7):
    rows, louder = [], []
    for seed in range(5):
        unscaled, inverted = (two_hidden_layers(kind, rate, seed) for kind in (Unscaled, layers.Dropout))
        for net in (unscaled, inverted):
            train(net, digits.train, 0.03, seed, epochs=15)
        plain, plain_logits = validated(unscaled), unscaled.forward(digits.validation[0])
        for layer in (unscaled.layers[2], unscaled.layers[5]):
            layer.at_test = vanilla_dropout_at_test
        rows.append([plain, validated(unscaled), validated(inverted)])
        louder.append(np.std(plain_logits) / np.std(unscaled.forward(digits.validation[0])))
    forgotten[rate] = np.mean(rows, axis=0)
    print(f"{rate:9}", *(f"  loss {loss:.2f}, {share:5.1%}  " for loss, share in forgotten[rate]), end="")
    print(f"{np.mean(louder):8.1f} times")
cost = 100 * (forgotten[0.5][1, 1] - forgotten[0.5][0, 1])
compare_guess(points_lost_guess, cost, "Percentage points that the missing factor costs at ½")

# %% [markdown]
# At a drop rate of ½ the forgotten factor costs hardly any *accuracy*, less than a point, while the
# *loss* goes from 0.18 to 0.31. Here is why. Twice as much input makes ReLU units twice as loud, layer
# after layer, so the logits come out nearly four times too large (the last column; the biases are not doubled), and
# multiplying all logits alike does not change which is the largest. What it ruins is the confidence: answers are far
# surer than they should be, the wrong ones too. At 0.7, where each layer is more than three times too
# loud and the biases no longer keep up, the accuracy goes as well, from 86.6 % to 75.9 %.
#
# So if you forget the factor you may never notice it from the accuracy. Inverted dropout leaves nothing
# to forget. (At ½ it is also a little ahead here, as its units get inputs twice as large in training,
# which acts like a larger learning rate. It is the same method otherwise.)
#
# ## 3. The way back
#
# The output is `x * mask`, so the gradient takes the same mask, scale and all:
#
# $$\frac{\partial L}{\partial x} = \frac{\partial L}{\partial \text{out}} \odot m$$
#
# A neuron that said nothing is not to blame, and one that spoke for two is blamed for two.
#
# ### Exercise 3 · `dropout_backward(upstream, mask)`
#
# - `upstream`: the gradient of the loss with respect to the output of `dropout_forward`, any shape.
# - `mask`: the mask that `dropout_forward` returned, of the same shape.
# - returns: the gradient with respect to x, same shape.
#
# ```python
# >>> dropout_backward(np.array([10.0, 10.0]), np.array([0.0, 2.0]))
# array([ 0., 20.])
# ```
#
# **The check also asks:** An array of any shape or a plain number; integers and float32.
#
# *Difficulty: easy · 3 minutes*
#
# <details><summary>Hint</summary>
#
# One multiplication. The scale is in the mask already.
#
# </details>


# %% exercise="dropout_backward"
def dropout_backward(upstream, mask):
    """The gradient of x, for the mask of the way forwards."""
    ### BEGIN SOLUTION
    return upstream * mask
    ### END SOLUTION


# %% check="dropout_backward"
dropout_backward = check(dropout_backward)

# %% [markdown]
# Does it pass the gradient check of lesson 02? Only if the noise stands still: with fresh noise for
# every evaluation, the loss jumps about by itself, and its differences mean nothing.

# %% name="gradient-check"
x, upstream = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
still = rng.random((3, 4))
by_formula = dropout_backward(upstream, dropout_forward(x, still, 0.5)[1])
for name, noise_of in (("the same noise", lambda: still), ("fresh noise", lambda: rng.random((3, 4)))):
    measured = gradient_check.numerical_gradient(
        lambda x, noise_of=noise_of: np.sum(upstream * dropout_forward(x, noise_of(), 0.5)[0]), x
    )
    error = gradient_check.relative_error(by_formula, measured)
    print(f"{name}: {'agrees, error below 1e-8' if error < 1e-8 else 'nonsense, error above 0.9'}")

# %% [markdown]
# ## 4. A crowd inside one network
#
# The document says that dropout acts like an **ensemble**. Here is what is meant. A network with
# $n$ neurons that may be absent contains $2^n$ **thinned** networks, one for each mask. All of them
# share their weights, and each training step trains another one. At test you would like the average
# of their answers, which nobody can compute. The network with all neurons, scaled, is a cheap stand-in.
#
# How good a stand-in? Where dropout sits right before a softmax, and nothing comes after, it is exact:
# the scaled network gives the *normalised geometric mean* of all $2^n$ answers. That is small enough to
# try: ten inputs, 1,024 masks.

# %% name="all-masks"
x, w, b = rng.normal(size=10), rng.normal(size=(10, 3)), rng.normal(size=3)
masks = (np.arange(2**10)[:, None] >> np.arange(10)) & 1  # every row another mask
answers = losses.softmax(2 * (masks * x) @ w + b)  # inverted dropout at rate ½: what is left counts double
geometric = np.exp(np.mean(np.log(answers), axis=0))
print("geometric mean of 1,024 answers:", (geometric / geometric.sum()).round(6))
print("the one scaled network:         ", losses.softmax((x @ w + b)[None])[0].round(6))
print("arithmetic mean:                ", answers.mean(axis=0).round(6))

# %% [markdown]
# With hidden layers after the dropout it is an approximation. So draw thinned networks from a trained
# one, let each answer for the validation digits, and average their probabilities, one network more at
# a time. The horizontal line is the one scaled network.
#
# **Before you run it:** the scaled network gets about 5 % of the validation digits wrong. And a *single*
# thinned network, half of its neurons gone?

# %% guess="one-thinned"
### BEGIN SOLUTION
one_thinned_guess = 30.0  # % of the digits wrong
### END SOLUTION

# %% name="crowd"
CROWD = 200
x_valid, y_valid = digits.validation
crowd_loss, crowd_error, alone = [], [], []
for seed in range(5):
    net = two_hidden_layers(layers.Dropout, 0.5, seed)
    train(net, digits.train, 0.03, seed, epochs=15)
    thinned = np.array([losses.softmax(net.forward(x_valid, training=True)) for _ in range(CROWD)])
    average = np.cumsum(thinned, axis=0) / np.arange(1, CROWD + 1)[:, None, None]
    crowd_loss.append(-np.log(average[:, np.arange(len(y_valid)), y_valid]).mean(axis=1))
    crowd_error.append(np.mean(average.argmax(axis=2) != y_valid, axis=1))
    loss, share = validated(net)
    alone.append((loss, 1 - share))
alone = np.array(alone)
print("networks   loss            errors, 5 seeds")
for size in (1, 5, 10, 50, 200):
    loss, errors = np.array(crowd_loss)[:, size - 1], np.array(crowd_error)[:, size - 1]
    print(
        f"{size:8} {loss.mean():6.2f}   {errors.min():8.1%} to {errors.max():.1%}, mean {errors.mean():.1%}"
    )
print(f"  scaled {alone[:, 0].mean():6.2f}   {alone[:, 1].min():8.1%} to {alone[:, 1].max():.1%},", end=" ")
print(f"mean {alone[:, 1].mean():.1%}")
one = 100 * np.mean(crowd_error, axis=0)[0]
compare_guess(one_thinned_guess, one, "% of the digits that one thinned network gets wrong")

# %% name="crowd-figure"
fig, (left, right) = plots.figure(2, width=8.2, height=3.2)
sizes = np.arange(1, CROWD + 1)
for ax, crowd, one, what in (
    (left, crowd_loss, alone[:, 0], "validation loss"),
    (right, 100 * np.array(crowd_error), 100 * alone[:, 1], "validation errors, %"),
):
    plots.curves(ax, sizes, {"average of thinned networks": np.array(crowd)}, labels=False)
    ax.axhline(one.mean(), color="black", linestyle="--", linewidth=1)
    ax.annotate(
        "one scaled network", (200, one.mean()), xytext=(0, -11), textcoords="offset points", ha="right"
    )
    ax.set(xscale="log", xlabel="thinned networks averaged", ylabel=what, ylim=(0, None))
left.set_title("A crowd remains unsure …")
right.set_title("… and is right as often as the one")
plots.show(
    fig,
    "Two curves against the number of thinned networks averaged, 1 to 200, with the range of five seeds. "
    "Left, the validation loss falls from one half to a plateau near 0.28; the dashed line of the one scaled "
    "network lies at about half of that. Right, the errors fall from 16 percent within some ten networks to "
    "about five percent, where the dashed line of the one scaled network lies.",
)

# %% [markdown]
# One thinned network errs on 16 % of the digits, and already five of them together on about 5 %. Thinned
# networks make *different* errors, and that is all an ensemble needs. From some ten on, the crowd is as
# often right as the one scaled network, and no better: the stand-in does its work, at the price of a
# single pass, where the crowd takes as many as it has members.
#
# The losses tell the two apart. The crowd stays at 0.28, the scaled network at 0.15. An average of
# probabilities is unsure wherever its members disagree, and these disagree a lot. (You saw it above in
# small: 0.61 for the likeliest class in the arithmetic mean, and 0.92 in the geometric one, which is what
# scaling stands in for.) Whether unsure is bad depends on what you need: the spread of the crowd has been
# used as a measure of what a network does not know (Gal & Ghahramani 2016).
#
# ## 5. Does it help?
#
# Dropout is meant for networks that could learn their training set by heart. To see that clearly you
# take few digits, 300, and give a fifth of them a *wrong label*. A network that gets those right has
# learnt by heart. One hidden layer of 128 ReLU units, four drop rates, 60 epochs. For each drop rate, the
# learning rate is chosen from four on two seeds used for nothing else: the one with the lowest validation
# loss at its *best* epoch. Then five other seeds run. First weights, order of the batches and wrong labels
# are the same for all drop rates.
#
# **Before you run it:** without dropout, what share of the *wrong* labels will the network have learnt
# after 60 epochs?

# %% guess="by-heart"
### BEGIN SOLUTION
by_heart_guess = 0.3  # share of the wrong labels
### END SOLUTION

# %% name="gap"
few_images, true_labels = digits.train[0][:300], digits.train[1][:300]
spoiling = np.random.default_rng(7)
spoilt = spoiling.random(300) < 0.2
given_labels = np.where(spoilt, (true_labels + spoiling.integers(1, 10, 300)) % 10, true_labels)
few = few_images, given_labels
DROP_RATES, LEARNING_RATES, EPOCHS = (0.0, 0.25, 0.5, 0.75), (0.01, 0.03, 0.1, 0.3), 60


def one_hidden_layer(rate, seed):
    stack = [layers.Dense(64, 128, "he_uniform"), layers.Activation("relu"), layers.Dropout(rate)]
    return network.Network([*stack, layers.Dense(128, 10)], np.random.default_rng(seed))


def run(rate, labels, learning_rate, seed):
    """A trained network, what it was, and its loss on the training set with no neuron missing."""
    net, data, whole = one_hidden_layer(rate, seed), (few_images, labels), []

    def look(epoch, net, history):
        whole.append(training.evaluate(net, losses.softmax_cross_entropy, data)[0])

    options = dict(batch_size=50, validation=digits.validation, callbacks=[look])
    return net, train(net, data, learning_rate, seed, EPOCHS, **options), whole


def tuned_rate(rate, labels):
    def score(learning_rate):
        runs = [run(rate, labels, learning_rate, seed) for seed in (100, 101)]
        return np.mean([min(history.validation_loss) for _, history, _ in runs])

    return min(LEARNING_RATES, key=score)


def five_runs(rate, labels, learning_rate=None):
    """Nets, validation and training loss by epoch, (5, epochs), at the tuned rate; a line for the table."""
    learning_rate = learning_rate or tuned_rate(rate, labels)
    nets, histories, whole = zip(*(run(rate, labels, learning_rate, seed) for seed in range(5)), strict=True)
    loss = np.array([history.validation_loss for history in histories])
    best = loss.min(axis=1)
    accuracy = np.array([history.validation_accuracy[-1] for history in histories])
    print(
        f"{rate:9}  {learning_rate:13}  {best.min():13.2f} to {best.max():.2f}, {loss[:, -1].mean():9.2f}",
        end="  ",
    )
    print(f"{accuracy.min():9.1%} to {accuracy.max():.1%}", end="  ")
    return nets, loss, np.array(whole)


def by_heart(nets):
    """The share of the wrong labels that the networks give back."""
    answers = [net.forward(few_images[spoilt]).argmax(axis=1) for net in nets]
    return np.mean(np.equal(answers, given_labels[spoilt]))


HEAD = "drop rate  learning rate  loss: best epoch,   last epoch  accuracy at the end"
gaps, learnt = {}, {}
print(HEAD, " wrong labels learnt")
for rate in DROP_RATES:
    nets, *gaps[rate] = five_runs(rate, given_labels)
    learnt[rate] = by_heart(nets)
    print(f"{learnt[rate]:14.0%}")
compare_guess(by_heart_guess, learnt[0.0], "Share of the wrong labels learnt without dropout")

# %% name="gap-figure"
fig, axes = plots.figure(4, width=9.6, height=2.9, sharey=True)
for ax, rate in zip(axes, DROP_RATES):
    named = {"validation": gaps[rate][0], "training": gaps[rate][1]}
    plots.curves(ax, np.arange(1, EPOCHS + 1), named, labels=False)
    ax.set(title=f"p = {rate}", xlabel="epoch", ylim=(0, 2))
axes[0].set_ylabel("loss, no neuron missing")
axes[0].legend(loc="upper right")
plots.show(
    fig,
    "Four panels, for drop rates 0, 0.25, 0.5 and 0.75, of the loss by epoch, with the range of five seeds. "
    "At 0 the training loss falls towards nothing while the validation loss turns and climbs to 0.65. The more is "
    "dropped, the less the training loss falls and the less the validation loss turns; at 0.25, with its larger "
    "learning rate, both jump about. At 0.75 the training loss stays far above the validation loss.",
)

# %% [markdown]
# Without dropout the network learns *every* wrong label. Its training loss falls towards 0, its validation loss
# turns after a few epochs and climbs to 0.65, and it is right on 77 to 82 % of new digits. With dropout,
# fewer of the wrong labels are learnt: 67 % at ¼, 62 % at ½, 10 % at ¾, where 90 to 91 % of the new digits are
# right. (A drop rate of ¼ takes a learning rate of 0.3. It is ahead at its best epoch, and has nothing left of it at the end.)
#
# Look at the training loss of p = 0.75: it lies *above* the validation loss. That is no bug. The wrong
# labels are in the training set alone, and a network that has not learnt them pays for each.
#
# Now for what qualifies the success. Would stopping early (lesson 09) have done as well? Look at the *best*
# epochs: 0.48 to 0.53 without dropout, 0.36 to 0.43 at ½. That gain is dropout's own. But p = ¾, with the highest
# accuracy at the end, has the worst loss, 0.52 to 0.56. With so much dropped, 60 epochs were too short, and a
# network that is not done yet has learnt nothing by heart. Can you have that cheaper? Take *no* dropout, and a
# tenth of the learning rate:

# %% name="smaller-rate"
print(HEAD, " wrong labels learnt")
nets, *_ = five_runs(0.0, given_labels, learning_rate=0.01)
print(f"{by_heart(nets):14.0%}")

# %% [markdown]
# You can: 8 % of the wrong labels learnt, 89 to 91 % of the new digits right, as with ¾. So do not judge dropout by the
# wrong labels alone. What the smaller rate does not give you is the loss of ½ at its best.
#
# And these labels were spoilt on purpose. What about the true ones?

# %% name="right-labels"
print(HEAD)
for rate in (0.0, 0.5):
    five_runs(rate, true_labels)
    print()

# %% [markdown]
# With the true labels, dropout at ½ is worth about a point of accuracy, and the ranges of the seeds touch
# each other. And in section 2, with four times as many digits and true labels, *more* dropout meant
# *less* accuracy: 96.6 %, 95.2 %, 85.5 %. It holds the network back, and there was little to hold back
# from. Dropout is a medicine for overfitting; without the illness it costs time and takes capacity.
#
# ## Common mistakes
#
# - **No scale at all.** Neither in training nor at test. The accuracy may hide it; the loss does not.
# - **Scaling twice.** Inverted dropout in training *and* 1 − p at test.
# - **Keep for drop.** Some libraries and papers give the share to *keep*. Here, as in PyTorch, the rate is
#   the share to *drop*; then the scale is 1/(1 − rate).
# - **The mask without its scale on the way back.** The gradient of x · mask is mask, all of it.
# - **Dropout left on at test.** The same digit gets another answer each time you ask. In PyTorch this is
#   a forgotten `model.eval()`.
# - **Checking gradients with fresh noise.** Fix the noise, or switch dropout off.
# - **Comparing the reported training loss with the validation loss.** One is measured with neurons
#   missing, the other without.
#
# ## Quiz
#
# 1. With inverted dropout, what has to be done at test?
#    - **a** Nothing.
#    - **b** Multiply by 1 − rate.
#    - **c** Drop neurons as in training.
# 2. A layer drops 80 % of its neurons. By what are the survivors multiplied?
#    - **a** 0.8
#    - **b** 1.25
#    - **c** 5
# 3. How many thinned networks does one hidden layer of 100 neurons contain?
#    - **a** 100
#    - **b** 2¹⁰⁰
#    - **c** 100²
# 4. The training loss that `fit` reports with dropout is higher than the validation loss. A bug?
#    - **a** Yes: training is always easier.
#    - **b** No: it is measured with neurons missing, the validation loss with all of them.
#    - **c** Yes: the mask is wrong.
# 5. Your network underfits: its training loss is high. What does more dropout do?
#    - **a** It helps: dropout helps always.
#    - **b** Nothing.
#    - **c** It makes things worse.
#
# Put letters in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "a"
q2 = "c"
q3 = "b"
q4 = "b"
q5 = "c"
### END SOLUTION

# %% name="quiz-result"
quiz("10_dropout", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5)

# %% [markdown]
# ## What to take away
#
# - Dropout multiplies by a random mask in training, and by the same mask on the way back.
# - Scale by 1/(1 − p) in training, and testing needs nothing. Without any scale the confidence is wrong
#   first, the accuracy later.
# - One network with dropout is a crowd that shares its weights. The scaled network is as often right as
#   the average of many, in one pass; right before a softmax it *is* their geometric mean.
# - It works against learning by heart: with a fifth of the labels wrong, a rate of ½ had a lower loss at its best
#   epoch than any network without dropout. A smaller learning rate keeps wrong labels out, too, but not that well.
# - Where there is little to overfit, dropout slows training down and buys little.
#
# ## In practice
#
# Start at 0.2 for inputs and 0.5 for wide hidden layers only if you see a gap between training and
# validation; else at 0 to 0.1. Convolutional networks today mostly use batch normalisation (lesson 14)
# and data augmentation instead; large language models use little dropout when each text is seen once.
#
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `layers.Dropout(drop_rate)` | `torch.nn.Dropout(p=0.5)` | the name; both are inverted, and p is the share to drop |
# | `layers.dropout_forward(x, noise, drop_rate)` | `torch.nn.functional.dropout(x, p=0.5, training=True)` | torch draws the noise itself; the function drops after `model.eval()` too, unless told `training=False` |
# | `network.forward(x, training=True)` | `model.train()`, then `model(x)` | a new module is in training mode |
# | `network.forward(x)` | `model.eval()`, then `model(x)` | ours is in test mode unless told |
#
# <details><summary>Inverted dropout with the same mask, by both</summary>
#
# ```python
# import numpy as np
# import torch
#
# from dlcourse import layers
#
# torch.manual_seed(0)
# x = np.arange(1.0, 9.0)
# layer = torch.nn.Dropout(p=0.25)
# theirs = layer(torch.tensor(x)).numpy()
# noise = np.where(theirs == 0, 0.0, 0.5)  # below the rate where torch has dropped
# ours, mask = layers.dropout_forward(x, noise, drop_rate=0.25)
# np.testing.assert_allclose(theirs, ours, atol=1e-6)
# layer.eval()
# np.testing.assert_allclose(layer(torch.tensor(x)), layers.Dropout(0.25).forward(x), atol=1e-6)
# ```
#
# </details>
#
# ## References
#
# - P. Baldi, P. Sadowski (2013), *Understanding dropout*, NIPS. Where the geometric mean of section 4
#   comes from, and how good the approximation is for deep networks.
# - Y. Gal, Z. Ghahramani (2016), *Dropout as a Bayesian approximation*, ICML. The crowd at test, used as
#   a measure of doubt.
# - G. Hinton, N. Srivastava, A. Krizhevsky, I. Sutskever, R. Salakhutdinov (2012), *Improving neural
#   networks by preventing co-adaptation of feature detectors*, arXiv:1207.0580. The first account; its
#   title is the argument.
# - N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov (2014), *Dropout: a simple way
#   to prevent neural networks from overfitting*, JMLR 15. The reference. Section 7.5 repeats section 4
#   of this lesson on MNIST; section 10 describes the inverted form.
