# %% [markdown]
# # 10 · Dropout: train a crowd of networks inside one
#
# **You will make** dropout, forwards and backwards, in the form that libraries use today, and build it into a
# layer. With it you will show what the document's one sentence about testing leaves out, look at the crowd of
# networks inside a single one, and measure where dropping neurons pays and where it costs.
#
# **You will be able to**
#
# - write inverted dropout and its gradient, by themselves and inside a layer,
# - derive why something must be scaled, in training or at test, and say what breaks if nothing is,
# - explain in which sense one network with dropout is an ensemble, and check it,
# - choose a drop rate on validation data, and tell when dropout is the wrong medicine.
#
# | | |
# |---|---|
# | Time | 75 minutes, four exercises |
# | You need | lesson 01 (the training procedure), lesson 02 (backward passes, gradient check), lesson 04 (ReLU), lesson 09 (overfitting, early stopping) |
# | Covers | section F6 of the source document, correction X8 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import numpy as np

from dlcourse import (
    datasets,
    diagrams,
    experiments,
    gradient_check,
    layers,
    losses,
    network,
    optimizers,
    plots,
    search,
    training,
)
from dlcourse.diagrams import Node
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. Neurons that may be absent
#
# How does a network learn its training set by heart? The authors of dropout have this picture: one neuron makes a
# mistake, a second learns to undo it on the examples at hand, and on new examples the pair is wrong together. They call
# it **co-adaptation**. **Dropout** makes such pacts unreliable: in training each neuron is switched off with a fixed
# probability, anew for every example of every step, so that none can count on another being there (Hinton et al. 2012;
# Srivastava et al. 2014). At test nobody is switched off.

# %% name="thinned" slide="figure: Neurons that may be absent"
rng = np.random.default_rng(10)
weights = [rng.normal(size=shape) for shape in ((3, 4), (4, 4), (4, 2))]
fig, axes = diagrams.canvas(3, width=9.6, height=2.7)
for ax, first, second, title in (
    (axes[0], [1, 0, 1, 1], [0, 1, 1, 0], "one example in training"),
    (axes[1], [0, 1, 1, 0], [1, 1, 0, 1], "the next one"),
    (axes[2], np.ones(4), np.ones(4), "at test"),
):
    kept = [np.ones(3), first, second, np.ones(2)]
    diagrams.network(ax, weights, names=["x", "hidden", "hidden", "y"], kept=kept)
    ax.set_title(title)
plots.show(
    fig,
    "The same network of three inputs, two hidden layers of four units and two outputs, drawn three times. In the first "
    "two drawings some hidden units are crossed out and have no lines, others in each. In the third all units and all "
    "lines are there. The lines that are there are the same in all three.",
)

# %% [markdown]
# <!-- slide + -->
# Lines are weights, as in lesson 05: the wider the larger, dashed below 0. What is left of a network whose neurons are
# crossed out is called a **thinned** network. All thinned networks use the same weights.
# <!-- /slide -->
#
# <!-- slide: To switch off is to multiply by 0 -->
# To switch off is to multiply by 0. Draw a number $u$ between 0 and 1 for every neuron and every example;
# where it falls below the **drop rate** $p$, the neuron is silent:
#
# $$m_i = \begin{cases} 0 & \text{if } u_i < p \\ 1 & \text{otherwise} \end{cases}
# \qquad \tilde h = h \odot m$$
# <!-- /slide -->
#
# $m$ is called the **mask**. (Mind the letter: here and in PyTorch $p$ is the share that is *dropped*. In the paper of
# Srivastava et al. it is the share that is *kept*.) Five neurons, four training steps:

# %% name="absent" slide="output"
rng = np.random.default_rng(28)
p, h = 0.4, np.array([1.0, 2.0, 3.0, 4.0, 5.0])
for step in range(4):
    m = (rng.random(5) >= p).astype(float)
    print(f"step {step}: mask {m}, what is left {h * m}, sum {np.sum(h * m):4.1f} of {h.sum()}")

# %% [markdown]
# ## 2. Something has to be scaled
#
# <!-- slide -->
# Look at the sums. The next layer adds up what the neurons say, each times a weight, and in training it hears fewer of
# them. At test all neurons speak, and the next layer hears *more than it was trained for*. How much more? Each
# neuron is there with probability $1-p$, and silent with probability $p$. So on average over the masks
#
# $$\mathbb{E}[\tilde h_i] = (1-p) \cdot h_i + p \cdot 0 = (1-p) \, h_i ,$$
# <!-- /slide -->
#
# and since a mean of a sum is the sum of the means, the same holds for $\sum_i w_i \tilde h_i$, what the next neuron hears.
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
# <!-- slide: Two ways to make the two meet -->
# - **Vanilla dropout** scales at *test*: multiply by $1-p$ whatever comes out of a layer that was
#   dropped in training.
# - **Inverted dropout** scales in *training*: divide what is left by $1-p$. Put into the mask, that is
#   $m_i = 1/(1-p)$ in place of 1, and
#   $\mathbb{E}[m_i] = (1-p) \cdot \frac{1}{1-p} + p \cdot 0 = 1$. Nothing is to be done at
#   test, where nobody needs to know the drop rate. PyTorch, Keras and Flax do it this way.
# <!-- /slide -->
#
# > **Correction X8.** The document says that at test all neurons are used, and stops there. That is
# > half of the recipe. What the next layer hears is then, at test, $1/(1-p)$ times its average in training
# > (Srivastava et al. 2014, figure 2 and section 10).
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
# **The check also asks:** An array of any shape or a plain number, integers, float32; a rate of 0; noise of just the
# rate is kept; nan stays nan. Your arguments, here and below, are left as they were.
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
# Now training and test, in both forms, on one neuron of the next layer, for ten drop rates.

# %% name="expectations"
rates = np.arange(0, 0.95, 0.1)
noise = rng.random((5000, 64))
unscaled = [np.mean((h * (noise >= rate)) @ w) for rate in rates]
inverted = [np.mean(dropout_forward(np.repeat(h, 5000, axis=0), noise, rate)[0] @ w) for rate in rates]
at_test = [(vanilla_dropout_at_test(h, rate) @ w).item() for rate in rates]
for pair, difference in (
    ("unscaled training and vanilla test", np.subtract(unscaled, at_test)),
    ("inverted training and plain test", np.subtract(inverted, (h @ w).item())),
):
    print(f"largest difference of {pair}: {np.max(np.abs(difference)) / (h @ w).item():.1%} of the whole")

# %% name="expectations-figure" slide="figure: Scale in training, or scale at test"
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
# Each pair agrees to within the noise of the sampling. What if you take one line of each pair: train
# unscaled, and test with all neurons as they are, as the document has it?
#
# <!-- slide: The factor forgotten -->
# The next cell trains networks with unscaled dropout in both hidden layers, and tests each twice: plainly, and with your
# `vanilla_dropout_at_test` behind each hidden layer. (30 networks, some seconds.)
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** what gets worse by more than a tenth when the factor is missing at a drop rate of ½: `"accuracy"`,
# `"loss"`, `"both"` or `"neither"`?
# <!-- /slide -->

# %% guess="worse"
### BEGIN SOLUTION
worse_guess = "both"
### END SOLUTION


# %% name="unscaled"
class Unscaled(layers.Dropout):
    """Dropout as it was first: no scale in training. Whether there is one at test, `scaled` says."""

    scaled = False

    def forward(self, x, training=False):
        if not training:
            return vanilla_dropout_at_test(x, self.drop_rate) if self.scaled else x
        self.mask = (self.rng.random(x.shape) >= self.drop_rate).astype(float)
        return x * self.mask


def two_hidden_layers(dropout, drop_rate, seed):
    def hidden():
        return [layers.Dense(64, 64, "he_uniform"), layers.Activation("relu"), dropout(drop_rate)]

    return network.Network([*hidden(), *hidden(), layers.Dense(64, 10)], np.random.default_rng(seed))


# %% name="tested-twice"
def tested_twice(drop_rate, seed):
    """Test loss and accuracy and the deviation of the logits: plainly, and with the factor."""
    net, momentum = two_hidden_layers(Unscaled, drop_rate, seed), optimizers.Momentum(0.03)
    order = np.random.default_rng(1000 + seed)
    training.fit(net, losses.softmax_cross_entropy, momentum, digits.train, epochs=15, rng=order)
    found = []
    for scaled in (False, True):
        for layer in (net.layers[2], net.layers[5]):
            layer.scaled = scaled
        scores = training.evaluate(net, losses.softmax_cross_entropy, digits.test)
        found.append([*scores, net.forward(digits.test[0]).std()])
    return found


# %% name="forgotten-factor" slide="output: The factor forgotten"
forgotten = {}
print("drop rate   tested plainly      tested times 1 − p   plain logits over scaled, means of 10 seeds")
for rate in (0.2, 0.5, 0.7):
    plain, scaled = np.mean([tested_twice(rate, seed) for seed in range(10)], axis=0)
    forgotten[rate] = plain, scaled
    shown = (f"loss {loss:.2f}, {accuracy:5.1%}   " for loss, accuracy, _ in (plain, scaled))
    print(f"{rate:9}  ", *shown, f"{plain[2] / scaled[2]:6.1f} times")
loss, accuracy, _ = np.divide(*forgotten[0.5])
worse = [name for name, ratio in (("loss", loss), ("accuracy", 1 / accuracy)) if ratio > 1.1]
measured = worse[0] if len(worse) == 1 else "both" if worse else "neither"
compare_guess(worse_guess, measured, "Worse by more than a tenth at ½")

# %% [markdown]
# At a drop rate of ½ the forgotten factor costs no accuracy that you would notice, 93.2 against 93.3 %, and yet the loss
# goes from 0.24 to 0.45. Here is why. Twice as much input makes ReLU units about twice as loud, layer after layer, so
# behind two layers the logits come out nearly four times too large (the last column). To multiply all logits of an example
# alike does not change which is the largest. It does change the confidence: the network is surer than it was trained to
# be, where it is wrong too. Without biases that would be all. But the biases are not multiplied, so they count for too little; at 0.7,
# where each layer is more than three times too loud, the accuracy goes as well, from 85.1 to 74.2 %.
#
# So from the accuracy alone you may not notice that you forgot the factor. Nor does the loss have to tell: a network that
# is still too unsure, for want of training, can even gain by being louder. Inverted dropout leaves nothing to forget.
#
# ### What is left is noise
#
# With the scale the average is right; a single step still hears something else. How far off? By the definition of the
# mask, $\mathbb{E}[m_i^2] = (1-p) \cdot \frac{1}{(1-p)^2} = \frac{1}{1-p}$, so
#
# $$\operatorname{Var}(m_i) = \mathbb{E}[m_i^2] - \mathbb{E}[m_i]^2 = \frac{1}{1-p} - 1 = \frac{p}{1-p} .$$
#
# At $p = ½$ the noise on what a neuron says is as large as what it says, and at 0.9 three times as large ($\sqrt 9$):

# %% name="noise"
for rate in (0.1, 0.2, 0.5, 0.8, 0.9):
    _, mask = dropout_forward(np.ones(200_000), rng.random(200_000), rate)
    print(
        f"drop rate {rate}: mean of the mask {mask.mean():.2f}, variance {mask.var():5.2f} of {rate / (1 - rate):5.2f}"
    )

# %% [markdown]
# So a drop rate is a strength of noise, and you choose it as you choose other strengths: on validation data.
#
# ## 3. The way back
#
# <!-- slide -->
# Entry by entry the output is $\text{out}_i = x_i m_i$, and the mask does not depend on $x$. So
# $\partial\, \text{out}_i / \partial x_i = m_i$, and by the chain rule the gradient takes the same mask, scale and all:
#
# $$\frac{\partial L}{\partial x} = \frac{\partial L}{\partial \text{out}} \odot m$$
# <!-- /slide -->
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
# Does it pass the gradient check of lesson 02? If the noise stands still. With fresh noise for
# every evaluation the loss jumps about by itself, and its differences mean nothing.

# %% name="gradient-check"
x, upstream = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
still = rng.random((3, 4))
by_formula = dropout_backward(upstream, dropout_forward(x, still, 0.5)[1])
for name, noise_of in (("the same noise", lambda: still), ("fresh noise", lambda: rng.random((3, 4)))):
    measured = gradient_check.numerical_gradient(
        lambda x, noise_of=noise_of: np.sum(upstream * dropout_forward(x, noise_of(), 0.5)[0]), x
    )
    error = gradient_check.relative_error(by_formula, measured)
    print(f"{name}: {'agrees' if error < 1e-6 else 'does not agree'}, relative error {error:.2f}")

# %% [markdown]
# ### Inside a layer
#
# In a network dropout stands behind an activation. Here is the whole layer as a graph, with what comes back along
# each arrow:

# %% name="layer-graph"
fig, ax = diagrams.canvas(width=9.6, height=2.9)
diagrams.graph(
    ax,
    {
        "x": Node("x", (), "x", "dx"),
        "W": Node("W", (), "W", "dW"),
        "product": Node("@", ("x", "W"), "xW", "dz"),
        "b": Node("b", (), "b", "db"),
        "z": Node("+", ("product", "b"), "z", "dz"),
        "h": Node("ReLU", ("z",), "h", "dh"),
        "m": Node("m", (), "m"),
        "out": Node("×", ("h", "m"), "out", "dout"),
    },
)
plots.show(
    fig,
    "The graph of a layer with dropout. x and W go into a matrix product, b is added, giving z; the ReLU gives h; h and the "
    "mask m are multiplied, giving out. Back go dout, then dh, then dz, and from there dW, db and dx. Nothing goes "
    "back to the mask.",
)

# %% [markdown]
# From right to left, where dz is short for $\partial L / \partial z$, dout is what the exercises call `upstream`, and
# $[z > 0]$ is 1 where that holds and 0 elsewhere:
#
# $$dh = d\text{out} \odot m \qquad dz = dh \odot [z > 0]$$
#
# $$dx = dz\, W^\top \qquad dW = x^\top dz \qquad db = \textstyle\sum_{\text{rows}} dz$$
#
# The second line is lesson 02's. Read it for a unit that was dropped for one example: its dz is 0 there, so this example
# adds nothing to the gradient of the weights into that unit.
#
# ### Exercise 4 · `dropout_layer_gradients(x, weights, bias, noise, drop_rate, upstream)`
#
# The layer forwards and back: $\text{out} = \max(0, xW + b) \odot m$, with inverted dropout.
#
# - `x`: (n, d), `weights`: (d, k), `bias`: (k,), for a layer of k units.
# - `noise`: (n, k), uniform in [0, 1), for the units. `drop_rate`: $p$, with 0 ≤ p < 1.
# - `upstream`: (n, k), the gradient of the loss with respect to the output.
# - returns: `(out, dx, dweights, dbias)`, each of the shape of its namesake, `out` being (n, k).
#
# ```python
# >>> x, weights, bias = np.array([[1.0]]), np.array([[3.0, 2.0]]), np.zeros(2)
# >>> dropout_layer_gradients(x, weights, bias, np.array([[0.9, 0.1]]), 0.5, np.array([[1.0, 1.0]]))
# (array([[6., 0.]]), array([[6.]]), array([[2., 0.]]), array([2., 0.]))
# ```
#
# **The check also asks:** One example; a rate of 0; integers; float32; where $z$ is 0 the slope is 0.
#
# *Difficulty: medium · 15 minutes*
#
# <details><summary>Hint</summary>
#
# `z = x @ weights + bias`, then your exercise 1 on `np.maximum(z, 0)` gives `out` and the mask. Back: your exercise 3,
# then times `z > 0`, then the three formulas of the last line.
#
# </details>


# %% exercise="dropout_layer_gradients"
def dropout_layer_gradients(x, weights, bias, noise, drop_rate, upstream):
    """(out, dx, dweights, dbias) of a ReLU layer with inverted dropout."""
    ### BEGIN SOLUTION
    z = x @ weights + bias
    out, mask = dropout_forward(np.maximum(z, 0), noise, drop_rate)
    dz = dropout_backward(upstream, mask) * (z > 0)
    return out, dz @ weights.T, x.T @ dz, dz.sum(axis=0)
    ### END SOLUTION


# %% check="dropout_layer_gradients"
dropout_layer_gradients = check(dropout_layer_gradients)

# %% [markdown]
# Your layer's own gradient check, with the noise held still. The sum of `upstream * out` stands in for a loss: its gradient
# with respect to `out` is `upstream`.

# %% name="layer-check"
x, w, b, upstream = (rng.normal(size=shape) for shape in ((6, 4), (4, 5), (5,), (6, 5)))
still = rng.random((6, 5))
_, *gradients = dropout_layer_gradients(x, w, b, still, 0.5, upstream)
for position, (name, gradient) in enumerate(zip(("dx", "dweights", "dbias"), gradients, strict=True)):

    def loss(values, position=position):
        given = [x, w, b]
        given[position] = values
        return np.sum(upstream * dropout_layer_gradients(*given, still, 0.5, upstream)[0])

    measured = gradient_check.numerical_gradient(loss, (x, w, b)[position])
    agrees = gradient_check.relative_error(gradient, measured) < 1e-6
    print(f"{name}: {'agrees' if agrees else 'does not agree'}")

# %% [markdown]
# ## 4. A crowd inside one network
#
# <!-- slide -->
# The document says that dropout acts like an **ensemble**: several networks whose answers are averaged. Here is what is
# meant. A network with $n$ neurons that may be absent contains $2^n$ thinned networks, one for each mask. They
# share their weights, and each example of each step trains the one that its mask leaves. At test you would like the average
# of their answers, and with $2^n$ of them that is out of reach. The network with all neurons, scaled, is the cheap
# stand-in.
# <!-- /slide -->
#
# How good a stand-in? Where dropout sits right before a softmax layer, you can work it out. Take not the mean of the
# probabilities but their **geometric** mean, $\exp$ of the mean of the logarithms. For the mask $m$ the logits are
# $z_k(m) = \sum_i m_i x_i W_{ik} + b_k$, and
#
# $$\log \text{softmax}_k(m) = z_k(m) - \log \textstyle\sum_j e^{z_j(m)} .$$
#
# Average over the masks, each as often as it is drawn (at $p = ½$ all are drawn equally often). $\mathbb{E}[m_i] = 1$,
# so the first term becomes $\sum_i x_i W_{ik} + b_k$: the logit of the scaled network. The second becomes some number
# that is the same for all classes $k$; it cancels when the result is divided by its sum. So the *normalised geometric
# mean* of all $2^n$ answers **is** the answer of the scaled network (Baldi & Sadowski 2013). Ten inputs have 1,024
# masks, few enough to try them all:

# %% name="all-masks" slide="output"
x, w, b = rng.normal(size=10), rng.normal(size=(10, 3)), rng.normal(size=3)
masks = (np.arange(2**10)[:, None] >> np.arange(10)) & 1  # every row another mask
answers = losses.softmax(2 * (masks * x) @ w + b)  # inverted dropout at rate ½: what is left counts double
geometric = np.exp(np.mean(np.log(answers), axis=0))
print("geometric mean of 1,024 answers:", (geometric / geometric.sum()).round(6))
print("the one scaled network:         ", losses.softmax((x @ w + b)[None])[0].round(6))
print("arithmetic mean:                ", answers.mean(axis=0).round(6))

# %% [markdown]
# With hidden layers behind the dropout it is an approximation. So draw thinned networks from a trained
# one, let each answer for the test digits, and average their probabilities, one network more at
# a time.
#
# <!-- slide: One thinned network -->
# **Before you run it:** the scaled network gets about 6 % of the test digits wrong. And a *single*
# thinned network, half of its neurons gone?
# <!-- /slide -->

# %% guess="one-thinned"
### BEGIN SOLUTION
one_thinned_guess = 30.0  # % of the digits wrong
### END SOLUTION

# %% name="crowd"
CROWD = 200
x_test, y_test = digits.test
nets = [two_hidden_layers(layers.Dropout, 0.5, seed) for seed in range(10)]
orders = [np.random.default_rng(1000 + seed) for seed in range(10)]
search.fit_together(nets, optimizers.Momentum(0.03), digits.train, epochs=15, rng=orders)


def of_crowd(net):
    """Loss and share of errors of the first 1, 2, … thinned networks together, (2, CROWD)."""
    thinned = np.array([losses.softmax(net.forward(x_test, training=True)) for _ in range(CROWD)])
    average = np.cumsum(thinned, axis=0) / np.arange(1, CROWD + 1)[:, None, None]
    loss = -np.log(average[:, np.arange(len(y_test)), y_test]).mean(axis=1)
    return loss, np.mean(average.argmax(axis=2) != y_test, axis=1)


crowd_loss, crowd_errors = np.moveaxis([of_crowd(net) for net in nets], 1, 0)
alone = np.array([training.evaluate(net, losses.softmax_cross_entropy, digits.test) for net in nets])
print("networks   loss and errors on test digits, means of 10 seeds")
for size in (1, 5, 10, 50, 200):
    print(f"{size:8} {crowd_loss[:, size - 1].mean():6.2f} {crowd_errors[:, size - 1].mean():8.1%}")
print(f"  scaled {alone[:, 0].mean():6.2f} {1 - alone[:, 1].mean():8.1%}")
compare_guess(one_thinned_guess, 100 * crowd_errors[:, 0].mean(), "% that one thinned network gets wrong")

# %% name="crowd-figure" slide="figure: The crowd, and the one scaled network"
fig, (left, right) = plots.figure(2, width=8.2, height=3.2)
sizes = np.arange(1, CROWD + 1)
for ax, crowd, one, what in (
    (left, crowd_loss, alone[:, 0], "test loss"),
    (right, 100 * crowd_errors, 100 * (1 - alone[:, 1]), "test errors, %"),
):
    plots.curves(ax, sizes, {"average of thinned networks": crowd}, labels=False)
    ax.axhline(one.mean(), color="black", linestyle="--", linewidth=1)
    ax.annotate(
        "one scaled network", (200, one.mean()), xytext=(0, -11), textcoords="offset points", ha="right"
    )
    ax.set(xscale="log", xlabel="thinned networks averaged", ylabel=what, ylim=(0, None))
left.set_title("A crowd remains unsure …")
right.set_title("… and is right about as often")
plots.show(
    fig,
    "Two curves against the number of thinned networks averaged, 1 to 200, with the range of ten seeds. "
    "Left, the test loss falls from 0.55 to a plateau near 0.33; the dashed line of the one scaled network lies below "
    "it, at 0.22. Right, the errors fall from 17 percent within some ten networks to 6.5 percent; the dashed line of the "
    "one scaled network lies at 6.2.",
)

# %% [markdown]
# One thinned network errs on 16.9 % of the digits, five together on 7.3 %: they do not all err on the same digits, so
# averaging helps. With ten it is 7.0 %, with 200 6.5 %: the crowd is about as often right as the one scaled network, 6.2 %.
# The stand-in does its work at the price of a single pass, where the crowd takes as many as it has members.
#
# The losses tell the two apart. The crowd stays at 0.33, the scaled network is at 0.22. An average of probabilities is
# unsure where its members disagree. (You saw it above in small: 0.55 for the first class in the arithmetic mean, and
# 0.77 in the geometric one, which is what scaling stands in for.) Here the surer network is mostly right to be sure.
# Where networks are often surely wrong, it can be the other way round; question 3 at the end has such a case. How far the members
# disagree has been used as a measure of what a network does not know (Gal & Ghahramani 2016).
#
# ## 5. Does it help?
#
# ### Where there is something to overfit
#
# <!-- slide: Where there is something to overfit -->
# On the digits even small networks do well. The **signals** of lesson 09 leave more to
# learn: ten shapes, scaled, moved and noised. Take 1,000 of them, and a hidden layer of 100 ReLU units with Adam. Both
# methods are tuned on validation data, dropout for its drop rate as well, and then trained from ten other seeds. (52
# networks, some five seconds.)
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** without dropout about 45 % of the test signals are named right. By how many percentage points
# does dropout raise that?
# <!-- /slide -->

# %% guess="lift"
### BEGIN SOLUTION
lift_guess = 10.0  # percentage points
### END SOLUTION


# %% name="signals"
def one_hidden_layer(rng, sizes, drop_rate=0.0):
    n_in, units, n_out = sizes
    hidden = [layers.Dense(n_in, units, "he_uniform"), layers.Activation("relu"), layers.Dropout(drop_rate)]
    return network.Network([*hidden, layers.Dense(units, n_out)], rng)


on_signals = experiments.compare(
    {"no dropout": {}, "dropout": dict(tune={"drop_rate": [0.3, 0.5, 0.7]})},
    data=experiments.split(*datasets.signals(3000, np.random.default_rng(10)), validation=1000, test=1000),
    network=one_hidden_layer,
    sizes=[40, 100, 10],
    optimizer=optimizers.Adam,
    tune={"learning_rate": [0.008, 0.016, 0.032, 0.064]},
    epochs=50,
    batch_size=50,
    tuning_seeds=2,
    measure="accuracy",
)
print(on_signals.table())
without, with_dropout = (result.test_accuracy.mean() for result in on_signals.results.values())
compare_guess(lift_guess, 100 * (with_dropout - without), "Percentage points that dropout gains")

# %% name="signals-figure" slide="figure: On new signals"
fig, (left, right) = plots.figure(2, width=8.8, height=3.2)
on_signals.plot(left)
left.set_title("On new signals")
losses_by_epoch = {name: result.validation_loss for name, result in on_signals.results.items()}
plots.curves(right, np.arange(1, 51), losses_by_epoch)
right.set(xlabel="epoch", ylabel="validation loss", ylim=(0, None), title="What training does to them")
print("the lowest validation loss of a run, mean of ten seeds, and its epoch, median")
for name, result in on_signals.results.items():
    lowest = result.validation_loss.min(axis=1)
    print(f"{name}: {lowest.mean():.2f}, epoch {np.median(result.best_epochs):.0f}")
plots.show(
    fig,
    "Left, ten marks a method: without dropout between 44 and 47 percent of the test signals are right, with dropout "
    "between 48 and 50. Right, validation loss by epoch: without dropout it climbs from below 2 to more than 6, with "
    "dropout it stays below 2.",
)

# %% [markdown]
# With dropout 48.9 % of the new signals are named right, without it 45.7 %: "ahead of all". (`compare` says so where
# chance could hardly make the differences between runs of the same seed so one-sided; else it says "tie".) The loss
# shows more of what happened. Without dropout it is lowest after a few epochs and then climbs, far beyond the 2.3 (ln
# 10) of somebody who knows nothing: the network has learnt its thousand signals by heart, and is surely wrong on many
# others. With dropout it climbs little, and gets lower at its best: 1.39 on average, against 1.68. It takes longer to get
# there, 23 epochs in place of 4. Such is the price: Srivastava et al. speak of two to three times the training time.
# (In lesson 09 moving the signals gained more. It brings in knowledge, that a moved shape is the same shape.)
#
# ### Learning by heart
#
# <!-- slide: Learning by heart -->
# A network that fits a *wrong* label has learnt by heart, for nothing in the image tells it. So take few digits, 300,
# and give a fifth of them a wrong label. How many of these does a network give back after 60 epochs?
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** without dropout, what share of the wrong labels will it have learnt?
# <!-- /slide -->

# %% guess="by-heart"
### BEGIN SOLUTION
by_heart_guess = 0.3  # share of the wrong labels
### END SOLUTION

# %% name="by-heart" slide="output: Learning by heart"
few_images, true_labels = digits.train[0][:300], digits.train[1][:300]
spoiling = np.random.default_rng(70)
spoilt = spoiling.random(300) < 0.2
few_labels = np.where(spoilt, (true_labels + spoiling.integers(1, 10, 300)) % 10, true_labels)

learnt = []
print("means of 10 seeds        wrong labels       training loss           on new digits")
print("drop rate, learning rate    learnt     reported, all neurons     loss, accuracy")
for drop_rate, learning_rate in ((0.0, 0.1), (0.5, 0.1), (0.0, 0.01), (0.5, 0.01)):
    nets = [one_hidden_layer(np.random.default_rng(seed), [64, 128, 10], drop_rate) for seed in range(10)]
    momentum, orders = optimizers.Momentum(learning_rate), [np.random.default_rng(100 + k) for k in range(10)]
    reported = search.fit_together(
        nets, momentum, (few_images, few_labels), epochs=60, rng=orders, batch_size=50
    )
    answers = [net.forward(few_images[spoilt]).argmax(axis=1) for net in nets]
    learnt.append(np.mean(np.equal(answers, few_labels[spoilt])))
    (training_loss, _), (loss, accuracy) = (
        np.mean([training.evaluate(net, losses.softmax_cross_entropy, data) for net in nets], axis=0)
        for data in ((few_images, few_labels), digits.test)
    )
    print(f"{drop_rate:9} {learning_rate:14} {learnt[-1]:9.0%}", end=" ")
    print(f"{reported.mean():12.2f} {training_loss:12.2f} {loss:12.2f} {accuracy:9.1%}")
compare_guess(by_heart_guess, learnt[0], "Share of the wrong labels learnt without dropout")

# %% [markdown]
# Without dropout, at a rate of 0.1, the network learns practically *all* wrong labels, and its loss is 0.05 on the digits
# it trained on and 0.78 on new ones: the gap of lesson 09. With dropout at ½ it learns 63 % of them, the gap is smaller,
# 0.26 and 0.51, and 84.6 % of the new digits are named right in place of 78.5 %.
#
# Mind which training loss you look at. What `fit` and `fit_together` report is measured on the way, with neurons missing:
# 0.48 for the same networks that reach 0.26 when all of their neurons speak.
#
# Can you have that cheaper? The third row takes *no* dropout and a tenth of the learning rate: 8 % of the wrong labels,
# 87.7 % of the new digits right. That keeps wrong labels out better than dropout at the large rate did. A network that is
# not done yet has not yet learnt by heart, and stopping early (lesson 09) makes use of the same. Dropout and
# the small rate together are right most often, 90.2 %, but their loss is not the lowest, 0.60: they are unsure as yet.
#
# The next cell gives early stopping to both: each network goes back to its epoch of least validation loss, and each
# learning rate is tuned. (60 networks, some seconds.)

# %% name="best-epoch"
stopped = experiments.compare(
    {"no dropout": {}, "dropout ½": dict(drop_rate=0.5)},
    data=((few_images, few_labels), digits.validation, digits.test),
    network=one_hidden_layer,
    sizes=[64, 128, 10],
    optimizer=optimizers.Momentum,
    tune={"learning_rate": [0.01, 0.03, 0.1, 0.3]},
    epochs=40,
    patience=40,
    batch_size=50,
    tuning_seeds=5,
)
print(stopped.table())

# %% [markdown]
# Dropout adds something to stopping early: the lower loss. At the best epochs it is 0.46 with dropout and 0.55 without,
# ahead of all, though the other method had a small rate to choose and stopped in time as well. In accuracy the ranges overlap.
# (Two other sets of 300 digits, each with wrong labels of its own, gave the same order.)
#
# ### Where it costs
#
# <!-- slide: Where it costs -->
# And if nothing is wrong with the labels, and there are all 1,197 training digits? Two networks, a wide one, and one
# of 8 hidden units that has hardly room for what there is to learn. (80 networks, some seconds.)
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** to which of them will dropout at ½ do harm, by its test loss: `"both"`, the `"wide"` one, the
# `"small"` one or `"neither"`?
# <!-- /slide -->

# %% guess="harmed"
### BEGIN SOLUTION
harmed_guess = "small"
### END SOLUTION

# %% name="all-digits"
methods = {
    "128 units": dict(sizes=[64, 128, 10]),
    "128 units, dropout ½": dict(sizes=[64, 128, 10], drop_rate=0.5),
    "8 units": dict(sizes=[64, 8, 10]),
    "8 units, dropout ½": dict(sizes=[64, 8, 10], drop_rate=0.5),
}
on_digits = experiments.compare(
    methods,
    data=digits,
    network=one_hidden_layer,
    optimizer=optimizers.Momentum,
    tune={"learning_rate": [0.01, 0.03, 0.1, 0.3, 1.0]},
    epochs=20,
    batch_size=50,
    tuning_seeds=2,
)
print(on_digits.table())
harmed = []
for size, units in (("wide", "128 units"), ("small", "8 units")):
    with_dropout = f"{units}, dropout ½"
    losses_of = [on_digits.results[name].test_loss.mean() for name in (units, with_dropout)]
    if on_digits.differ(units, with_dropout) and losses_of[1] > losses_of[0]:
        harmed.append(size)
measured = harmed[0] if len(harmed) == 1 else "both" if harmed else "neither"
compare_guess(harmed_guess, measured, "Dropout does harm to")

# %% [markdown]
# <!-- slide: What it costs -->
# The wide network has little to gain: a slightly lower loss, 0.13 in place of 0.16, told apart here, but a tie on two other
# lots of ten seeds, and no better accuracy. With right labels, and four times as many digits, there was little overfitting to
# cure. The small one gets much worse, 0.97 in place of 0.36 and 81.5 % right in place of 89.2 (and so it did with other
# seeds). It had too little room before, and noise takes some of that away. Dropout is a medicine for overfitting. Without
# the illness it has little to cure, and it can do harm. (That is dropout to the end. Used in the first epochs
# alone, it *lowered* the final training loss of networks that underfit: Liu et al. 2023.)
# <!-- /slide -->
#
# ## Common mistakes
#
# - **No scale at all.** Neither in training nor at test. The accuracy may hide it, and the loss may. Compare what the next
#   layer hears on average in training and at test.
# - **Scaling twice.** Inverted dropout in training *and* 1 − p at test.
# - **Keep for drop.** Srivastava et al. write p for the share to *keep*, and so did early TensorFlow (`keep_prob`). Here,
#   as in PyTorch, the rate is the share to *drop*; then the scale is 1/(1 − rate).
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
# 2. A layer with inverted dropout drops 80 % of its neurons. By what are the survivors multiplied?
#    - **a** 0.8
#    - **b** 1.25
#    - **c** 5
# 3. How many thinned networks does one hidden layer of 100 neurons contain?
#    - **a** 100
#    - **b** 2¹⁰⁰
#    - **c** 100²
# 4. The training loss that `fit` reports with dropout is higher than the validation loss. A bug?
#    - **a** Yes: training is always easier.
#    - **b** Not by itself: it is measured with neurons missing, the validation loss with all of them.
#    - **c** Yes: the mask is wrong.
# 5. Your network is too small: its training loss is high. What will more dropout, to the end, do?
#    - **a** It helps: so it did with the wrong labels.
#    - **b** Nothing.
#    - **c** It makes that worse.
#
# Put letters in quotes, such as "a", in the place of `None` and run the cells.

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
# <!-- slide -->
# - Dropout multiplies by a random mask in training, and by the same mask on the way back.
# - Scale by 1/(1 − p) in training, and testing needs nothing. Without any scale the network is surer than it was trained to
#   be; here its loss suffered at ½ already, its accuracy at 0.7.
# - One network with dropout is a crowd that shares its weights. The scaled network stands in for the average; right before
#   a softmax it *is* the crowd's geometric mean, normalised.
# - It works against overfitting. On 1,000 signals more were named right; with wrong labels among few digits the loss was
#   lower than stopping early alone could make it. (To keep wrong labels out, a small learning rate did better;
#   both together were right most often.) Training takes more epochs.
# - A network that was too small already got worse with it. Choose the drop rate on validation data, 0 among the choices.
# <!-- /slide -->
#
# ## In practice
#
# If you see a gap between training and validation, try drop rates of 0.2 to 0.5 on wide hidden layers (0.2 on inputs is
# what the paper took), and tune the learning rate along: it may need another one. Without a gap, leave it away.
# Convolutional networks today mostly rely on batch normalisation (lesson 14) and data augmentation (lesson 09) instead;
# large language models are often trained without dropout where each text is seen about once.
#
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `layers.Dropout(drop_rate)` | `torch.nn.Dropout(p=0.5)` | the name; both are inverted, and p is the share to drop |
# | `layers.dropout_forward(x, noise, drop_rate)` | `torch.nn.functional.dropout(x, p=0.5, training=True)` | torch draws the noise itself; the function drops after `model.eval()` too, unless told `training=False` |
# | `layers.dropout_layer_gradients(…)` | `out = dropout(torch.relu(linear(x)))`, then `out.backward(upstream)` | torch's weights are (out, in); gradients land in `.grad` |
# | `network.forward(x, training=True)` | `model.train()`, then `model(x)` | a new module is in training mode |
# | `network.forward(x)` | `model.eval()`, then `model(x)` | ours is in test mode unless told |
#
# <details><summary>A layer with dropout, forwards and back, with the same weights and the same mask</summary>
#
# ```python
# import numpy as np
# import torch
#
# from dlcourse import layers
#
# torch.manual_seed(0)
# linear, dropout = torch.nn.Linear(3, 4).double(), torch.nn.Dropout(p=0.25)
# x = torch.randn(5, 3, dtype=torch.double, requires_grad=True)
# h = torch.relu(linear(x))
# out = dropout(h)
# out.sum().backward()
# noise = np.where((out == 0).numpy(), 0.0, 0.5)  # below the rate where nothing came out: dropped, or h was 0
# weights, bias = linear.weight.detach().numpy().T, linear.bias.detach().numpy()
# ours = layers.dropout_layer_gradients(x.detach().numpy(), weights, bias, noise, 0.25, np.ones((5, 4)))
# for mine, theirs in zip(ours, (out.detach(), x.grad, linear.weight.grad.T, linear.bias.grad), strict=True):
#     np.testing.assert_allclose(mine, theirs, atol=1e-6)
# ```
#
# </details>
#
# ## Go further
#
# 1. Section 5 has 1,000 signals. Take 3,200, two hidden layers of 100 units and 120 epochs, first with Adam at 0.003 for
#    all, then with the rate tuned for each method. What does dropout gain in the one comparison, what in the other, and
#    in which measure?
# 2. Multiply by other noise: a normal distribution of mean 1 and variance p/(1 − p), as the mask has. Does it do the
#    same for the signals?
# 3. Average the probabilities of 200 thinned networks for the signals. Is the crowd as often right as the one scaled
#    network, as in section 4?

# %% [markdown] discussion="go-further"
# **1. Most of the gain in accuracy goes, the gain in loss stays.** With Adam at 0.003 and a drop rate of 0.2, on two draws
# of signals, ten seeds each: 66.4 and 68.3 % of the test signals right, and 59.6 and 60.0 % without dropout. With the
# rates tuned on validation data (0.001 to 0.03; drop rates of 0.1 to 0.3), the network without dropout takes 0.01 and
# reaches 64.1 and 65.9 %. So dropout is still ahead, but by some two points, not by seven or eight: the rest came from a rate
# that suited one of the two. The loss falls to a third in each case, from about 3 to about 1.
#
# **2. About the same.** On two draws of signals normal noise had 48.5 % right both times and the mask 48.9 and 49.8 %,
# ties by the rule of `compare`; the mean loss was a little lower with normal noise, 1.55 and 1.47 in place of 1.63 and
# 1.61. Srivastava et al. tried it as well (section 10), with a result much like this. So here neurons need not be
# absent: noise of that strength does it.
#
# **3. As often right, or a hair less, and with the *lower* loss**: 48.4 % against 48.8 on one draw, 49.7 against 50.1 on
# another; 1.40 against 1.62, and 1.38 against 1.60. In section 4 it was the crowd that had the higher loss. There the
# scaled network was mostly right, and doubt cost; here it is often surely wrong, and doubt pays.

# %% [markdown]
# ## References
#
# - P. Baldi, P. Sadowski (2013), *Understanding dropout*, NIPS. Where the geometric mean of section 4
#   comes from, and how good the approximation is for deep networks.
# - Y. Gal, Z. Ghahramani (2016), *Dropout as a Bayesian approximation*, ICML. The crowd at test, used as
#   a measure of doubt.
# - G. Hinton, N. Srivastava, A. Krizhevsky, I. Sutskever, R. Salakhutdinov (2012), *Improving neural
#   networks by preventing co-adaptation of feature detectors*, arXiv:1207.0580. The first account; its
#   title is the argument.
# - Z. Liu, Z. Xu, J. Jin, Z. Shen, T. Darrell (2023), *Dropout reduces underfitting*, ICML. Dropout in the first epochs
#   alone, and in the last alone.
# - N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov (2014), *Dropout: a simple way
#   to prevent neural networks from overfitting*, JMLR 15. The reference. Section 7.5 repeats section 4
#   of this lesson on MNIST; section 10 describes the inverted form.
