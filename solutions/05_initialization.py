# %% [markdown]
# # 05 · Initialisation: a size for the first weights
#
# **You will make** the three rules for first weights that libraries name after LeCun, Glorot and He, and
# a fourth, LSUV, that measures where the others assume. On the way you watch a unit that was born flat, units that are
# copies of each other, and a signal on its way through ten layers, forwards and back. In the end you repair a network
# step by step and see what each repair bought.
#
# **You will be able to**
#
# - say what first weights that are too large, too small or all alike do, and show it,
# - derive 1/n_in, 1/n_out and the factor 2 behind a ReLU from the variance of a sum,
# - draw weights of a given variance, and say what each rule assumes of the activation,
# - correct the weights of a network by what they do to a batch,
# - judge a network at birth: by the loss of its first batch, its signals, and the size of its first steps.
#
# | | |
# |---|---|
# | Time | 90 minutes, five exercises |
# | You need | lesson 03 (saturation, slopes), lesson 04 (ReLU), lesson 02 (how a gradient goes back), mean and variance of random numbers |
# | Covers | sections C0 to C3 of the source document, corrections X1, X2 and X14 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import numpy as np

from dlcourse import (
    datasets,
    diagrams,
    experiments,
    initializers,
    losses,
    metrics,
    network,
    optimizers,
    plots,
    training,
)
from dlcourse.activations import sigmoid, sigmoid_derivative
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. Two ways to begin badly
#
# ### Too large
#
# One sigmoid unit, one input. The input is small, $x = 0.01$; but somebody drew $w = 100$ and $b = 50$. (The
# document's example.) The unit adds up
#
# $$z = w x + b = 100 \cdot 0.01 + 50 = 51 .$$
#
# This sum, before the activation, is called the **pre-activation**. By the chain rule (lesson 02), $w$'s gradient is what comes
# back to the unit's output, times the slope $\sigma'(z)$, times $x$.
#
# <!-- slide: Born flat -->
# **Before you run it:** at $z = 0$ the slope of the sigmoid is ¼. How many zeros come after the point in the
# slope at $z = 51$?
# <!-- /slide -->

# %% guess="zeros"
### BEGIN SOLUTION
zeros_guess = 5
### END SOLUTION

# %% name="born-saturated" slide="output: Born flat"
w, b, x = 100.0, 50.0, 0.01
z = w * x + b
slope = sigmoid_derivative(np.array(z))
print(f"z = {z}, σ(z) = {sigmoid(np.array(z))}, σ'(z) = {slope:.1e}")
for rate in (1.0, 1e6, 1e12):
    print(
        f"step of w where a gradient of 1 comes back, at a learning rate of {rate:.0e}: {rate * slope * x:.1e}"
    )
compare_guess(zeros_guess, np.floor(-np.log10(slope)), "Zeros after the point")

# %% [markdown]
# For all inputs from 0 up this unit says 1, and at a learning rate of a million million $w$ still moves by less than a
# millionth of a millionth. It was born **saturated**. How many units are? Count
# those with $|z| > 5$, where σ's slope is below a hundredth.
#
# ### Exercise 1 · `saturated_fraction(pre_activations, threshold=5.0)`
#
# - `pre_activations`: the sums that go into an activation, an array of any shape.
# - returns: the share of entries with $|z| >$ threshold, a float.
#
# ```python
# >>> saturated_fraction(np.array([0.0, 51.0, -6.0, 5.0]))
# 0.5
# ```
#
# **The check also asks:** A value of just the threshold is not beyond it; any shape, integers, float32. Your arguments, here and below, are left as they were.
#
# *Difficulty: easy · 3 minutes*
#
# <details><summary>Hint</summary>
#
# `np.mean` of an array of True and False is the share of True.
#
# </details>


# %% exercise="saturated_fraction"
def saturated_fraction(pre_activations, threshold=5.0):
    """Share of entries whose size is above the threshold."""
    ### BEGIN SOLUTION
    return np.mean(np.abs(pre_activations) > threshold)
    ### END SOLUTION


# %% check="saturated_fraction"
saturated_fraction = check(saturated_fraction)

# %% [markdown]
# Now whole layers, on digits. Nearly as in lesson 01, the images are standardised first: each pixel has its mean over the
# training images taken off, but one number divides them all, so that the mean square of an input, $\mathbb{E}[x^2]$, is 1.
# Keep that in mind: the rules below are made for it.

# %% name="scales"
digits = datasets.digits()
centre = digits.train[0].mean(axis=0)
size = (digits.train[0] - centre).std()
train, validation, test = (((images - centre) / size, labels) for images, labels in digits)
images, labels = train
print(f"mean square of the inputs: {np.mean(images**2):.2f}")
print("weights drawn from N(0, scale²), 64 pixels into 100 units, sums z:")
rng = np.random.default_rng(5)
for scale in (0.01, 0.1, 1.0, 10.0, 100.0):
    z = images @ (scale * rng.normal(size=(64, 100)))
    print(f"scale {scale:6}: standard deviation of z {z.std():6.2f}, saturated {saturated_fraction(z):4.0%}")

# %% [markdown]
# ### All alike
#
# With scale 1 half of the sums are saturated already. Zero looks like a safe choice then: nothing is saturated. The document says of it that all units of a layer would
# learn the same thing. Which weights have to be alike for that? Three networks:

# %% name="three-beginnings" slide="figure: All alike"
fig, axes = diagrams.canvas(3, width=9.6, height=2.4)
hidden, output = np.full((3, 3), 0.5), np.array([[0.9, -0.4], [-0.7, 0.5], [0.3, 1.0]])
for ax, first, second, title in (
    (axes[0], hidden, np.full((3, 2), 0.5), "both layers constant"),
    (axes[1], hidden, output, "hidden layer constant,\nrandom weights behind it"),
    (axes[2], np.array([[0.2, -0.8, 0.5], [0.9, 0.4, -0.6], [-0.3, 0.7, 1.0]]), output, "both layers random"),
):
    diagrams.network(ax, [first, second], names=["x", "h", "y"])
    ax.set_title(title)
plots.show(
    fig,
    "Three networks of three inputs, three hidden units and two outputs. In the first all lines are of one width: the "
    "hidden units have the same weights in front of them and behind them. In the second they have the same weights in "
    "front, and different ones behind. In the third all weights differ.",
)

# %% [markdown]
# <!-- slide + -->
# Lines are weights, the wider the larger, dashed below 0. In the first network nothing tells one hidden unit from
# another. In the second they say the same, but are heard differently.
# <!-- /slide -->
#
# <!-- slide: How many different units? -->
# **Before you run it:** the second network has 64 pixels, 8 hidden units (tanh) and 10 outputs, the hidden weights are all 0 and
# the output weights random. After six epochs, how many *different* columns will the first weight matrix have, one column a
# hidden unit?
# <!-- /slide -->

# %% guess="different"
### BEGIN SOLUTION
different_guess = 1
### END SOLUTION


# %% name="all-alike" slide="output: One column in eight"
def trained(hidden, output):
    """Different columns of the first weights, and test accuracy, after six epochs; None stands for random weights."""
    net = network.mlp([64, 8, 10], initializer="lecun_normal", rng=np.random.default_rng(5))
    for layer, value in ((net.layers[0], hidden), (net.layers[2], output)):
        if value is not None:
            layer.weights[...] = value
    sgd, order = optimizers.SGD(0.1), np.random.default_rng(0)
    training.fit(net, losses.softmax_cross_entropy, sgd, train, epochs=6, rng=order)
    columns = np.unique(net.layers[0].weights.T.round(9), axis=0)
    return len(columns), metrics.accuracy(net.forward(test[0]), test[1])


rows = {}
for hidden, output in ((0.0, 0.0), (0.1, 0.1), (0.0, None), (None, None)):
    names = ["random" if value is None else f"all {value}" for value in (hidden, output)]
    rows["hidden {}, output {}".format(*names)] = trained(hidden, output)
for name, (different, accuracy) in rows.items():
    print(f"{name:>29}: {different} different columns of 8, test accuracy {accuracy:.0%}")
compare_guess(different_guess, rows["hidden all 0.0, output random"][0], "Different columns of eight")

# %% [markdown]
# In the first two rows eight units have one column, and are worth one unit at most. In the third all eight differ, and the network is as
# good as the last. Why, says lesson 02's gradient of the first weights. With $h'_j$ for the slope of hidden unit $j$ and
# $\delta_k$ for the gradient of output $k$, it is
#
# $$\frac{\partial L}{\partial W^{(1)}_{ij}} = \sum_{\text{examples}} x_i \, h'_j \sum_k W^{(2)}_{jk} \, \delta_k .$$
#
# Column $j$ of the first matrix hears of itself through $h'_j$, which is equal for units that say the same, and
# through row $j$ of the *second* matrix. If these rows are equal too, equal columns get equal gradients, and
# gradient descent, momentum and Adam move them alike. If the rows differ, the columns part at the first step. (With 0 in *both* layers
# even less happens: hidden units of tanh say 0, and what comes back to them is multiplied by 0. Only the output biases learn.)
#
# > **Correction X14.** The document says that with all weights of the input layer 0 the units behind it learn the same
# > thing. That holds only where their *outgoing* weights are equal too. (And dropout, lesson 10, parts them even then, unless all is 0.)
#
# So chance has a use: it **breaks the symmetry** between units. Drawing every matrix at random is the simple way to be
# safe. Biases may begin at 0: the random weights have broken the symmetry already.
#
# ## 2. How large, then?
#
# ### Find it by trying
#
# <!-- slide: How large, then? -->
# Forget activations for a moment. A vector of 100 numbers goes through 50 layers, that is, it is multiplied by 50 random
# matrices. With which standard deviation (**deviation** from here on) of the weights does it arrive neither huge nor tiny?
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** write down your standard deviation.
# <!-- /slide -->

# %% guess="deviation"
### BEGIN SOLUTION
deviation_guess = 0.5
### END SOLUTION

# %% name="products" slide="output: How large, then?"
rng = np.random.default_rng(0)
for deviation in (1.0, 0.5, 0.1, 0.01):
    h, sizes = rng.normal(size=100), []
    for _ in range(50):
        h = h @ (deviation * rng.normal(size=(100, 100)))
        sizes.append(np.sqrt(np.mean(h**2)))
    print(
        f"deviation {deviation:5}: after 1, 10 and 50 layers", *(f"{sizes[n - 1]:8.0e}" for n in (1, 10, 50))
    )
compare_guess(deviation_guess, 0.1, "Standard deviation that keeps the size")

# %% [markdown]
# With 1 each layer makes the vector ten times as large, with 0.01 ten times as small, and fifty tens are a factor of
# $10^{50}$. (In float32, which ends at 3.4e38, the first is `inf`.) With 0.1 the size wanders, but stays. Why 0.1? There
# were 100 numbers, and $0.1 = 1/\sqrt{100}$.
#
# ### The variance of a sum
#
# A unit adds up $n$ products of inputs and weights, $z = \sum_i x_i w_i$. (The field calls $n$ the unit's
# **fan-in**, $n_\text{in}$.) Suppose that the weights are drawn independently of the inputs and of each other, with mean 0.
# Nothing is supposed of the inputs: neighbouring pixels may be as alike as they want. Means $\mathbb{E}$ and variances are
# over the draw of the weights and over the examples. Then, step by step:
#
# <!-- slide -->
# 1. **One product.** Its mean is $\mathbb{E}[x w] = \mathbb{E}[x]\,\mathbb{E}[w] = 0$. So its variance is the mean of its square,
#    $\operatorname{Var}(xw) = \mathbb{E}[x^2 w^2] = \mathbb{E}[x^2]\,\mathbb{E}[w^2] = \mathbb{E}[x^2]\operatorname{Var}(w)$.
# 2. **Two products.** They do not vary together: for $i \ne k$
#    $\mathbb{E}[x_i w_i \cdot x_k w_k] = \mathbb{E}[x_i x_k]\,\mathbb{E}[w_i]\,\mathbb{E}[w_k] = 0$, since the weights have mean 0.
#    So the variance of their sum is the sum of their variances.
# 3. **The sum** of $n$ of them, where $\mathbb{E}[x^2]$ is the mean over the $n$ inputs as well:
#
# $$\operatorname{Var}(z) = n \operatorname{Var}(w)\, \mathbb{E}[x^2]$$
# <!-- /slide -->
#
# It is $\mathbb{E}[x^2]$ that stands there, the mean square, and not the variance of $x$: behind a ReLU, inputs have
# a mean.
#
# **The next layer** gets $h(z)$ for $x$. Where the activation is about the identity, as tanh is near 0, $\mathbb{E}[h^2]$ is about
# $\operatorname{Var}(z)$. Behind a **ReLU** it is half of that: if the weights are drawn from a distribution
# that is symmetric about 0, their sum $z$ is symmetric too; its square comes equally from both sides, and the ReLU keeps one:
#
# <!-- slide + -->
# $$\mathbb{E}[\max(0, z)^2] = \tfrac12\, \mathbb{E}[z^2] = \tfrac12 \operatorname{Var}(z)$$
# <!-- /slide -->
#
# **Backwards** it is a sum as well. An input of the layer went to all $m$ units (its **fan-out**, $n_\text{out}$), so its
# gradient adds up $m$ terms that come back: $g = \sum_j w_j \delta_j$, where $\delta_j$ is the gradient of the sum $z_j$. By the same three steps,
#
# $$\operatorname{Var}(g) = m \operatorname{Var}(w)\, \mathbb{E}[\delta^2]$$
#
# and on its way through the activation it is multiplied by the slope: by 1 where that is the identity, by 0 or 1 behind
# a ReLU, so that half of the mean square goes on. (Here one thing more is supposed: that what comes back has nothing
# to do with $w$ and the slope. It holds well at birth, and less so once a network has learnt.)

# %% name="fans" slide="figure: Forwards n terms, backwards m"
fig, (left, right) = diagrams.canvas(2, width=7.0, height=2.4)
diagrams.fan(left, 3, many="x", one="z")
left.set_title("forwards: n = n_in terms\nmeet in a unit")
diagrams.fan(right, 4, many=r"\delta", one="g", back=True)
right.set_title("backwards: m = n_out terms\nmeet in an input")
plots.show(
    fig,
    "Left: three inputs, with arrows to the right, meet in one unit z. Right: four gradients delta, with arrows to the "
    "left, meet in one input's gradient g. Forwards the number of terms is n_in, backwards it is n_out.",
)

# %% name="variance-of-a-sum"
rng = np.random.default_rng(0)
w = rng.normal(scale=1 / 8, size=(64, 2000))  # Var(w) = 1/64
x = images[:200]
z = x @ w
print(f"forwards:      Var(z) = {z.var():5.2f},   n Var(w) E[x²] = {64 * w.var() * np.mean(x**2):5.2f}")
h = np.maximum(0, z)
print(f"behind a ReLU: E[h²]  = {np.mean(h**2):5.2f},   half of Var(z) = {z.var() / 2:5.2f}")
delta = rng.normal(size=z.shape)
g = delta @ w.T
print(f"backwards:     Var(g) = {g.var():5.1f},   m Var(w) E[δ²] = {2000 * w.var() * np.mean(delta**2):5.1f}")

# %% [markdown]
# The sums obey, though pixels of an image are far from independent.
#
# ### The rules, as results
#
# For outputs, or gradients, to keep their mean square, the factor of a layer has to be 1. That gives the rules:
#
# <!-- slide -->
# | | the factor set to 1 | $\operatorname{Var}(w)$ | assumes |
# |---|---|---|---|
# | LeCun (LeCun et al. 1998) | $n_\text{in} \operatorname{Var}(w)$: the outputs, forwards | $1/n_\text{in}$ | an activation with $h(0) = 0$ and a slope of about 1 near 0 |
# | Glorot (Glorot & Bengio 2010) | that, and $n_\text{out} \operatorname{Var}(w)$: the gradient, backwards | $2/(n_\text{in} + n_\text{out})$ | the same |
# | He (He et al. 2015) | $\tfrac12 n_\text{in} \operatorname{Var}(w)$: the outputs behind a ReLU | $2/n_\text{in}$ | a ReLU, and weights symmetric about 0 |
# <!-- /slide -->
#
# Glorot's two wishes agree where $n_\text{in} = n_\text{out}$, and LeCun's rule is then his. Elsewhere his rule takes the
# mean of the two widths. (Behind a ReLU the gradient asks for $2/n_\text{out}$. He et al. show that one of the two wishes
# is enough: from layer to layer the widths cancel but for the first and the last.)
#
# > **Correction X1.** The document writes "LeCun (Xavier) initialisation". They are two. *Xavier* is Xavier Glorot, so
# > Xavier initialisation *is* Glorot's, of 2010. LeCun's is twelve years older ("Efficient BackProp", section 4.6).
#
# ### Exercise 2 · `weight_variance(scheme, n_in, n_out)`
#
# - `scheme`: `"lecun"`, `"glorot"` or `"he"`. Anything else, capitals too, is a `ValueError`.
# - `n_in`, `n_out`: how many numbers go into the layer and come out.
# - returns: the variance of the weights, a float.
#
# ```python
# >>> weight_variance("glorot", 300, 100)
# 0.005
# ```
#
# **The check also asks:** For any other name, `"He"` or `"xavier"` too, a ValueError and no other error.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# Three `if`s that return, and a `raise ValueError(...)` after them.
#
# </details>


# %% exercise="weight_variance"
def weight_variance(scheme, n_in, n_out):
    """The variance of the first weights: 'lecun', 'glorot' or 'he'."""
    ### BEGIN SOLUTION
    if scheme == "lecun":
        return 1 / n_in
    if scheme == "glorot":
        return 2 / (n_in + n_out)
    if scheme == "he":
        return 2 / n_in
    raise ValueError(f"scheme must be lecun, glorot or he, not {scheme!r}")
    ### END SOLUTION


# %% check="weight_variance"
weight_variance = check(weight_variance)

# %% name="two-rules"
for n_in, n_out in ((64, 64), (64, 10), (10, 64)):
    variances = (
        f"{scheme} {weight_variance(scheme, n_in, n_out):.4f}" for scheme in ("lecun", "glorot", "he")
    )
    print(f"{n_in} inputs, {n_out} outputs:", ", ".join(variances))

# %% [markdown]
# ### From a variance to weights
#
# Two distributions are in use: the normal one with that variance, and the uniform one on an interval $(-a, a)$, which
# has no huge weights. Its variance is the mean of $w^2$ over the interval:
#
# $$\frac{1}{2a}\int_{-a}^{a} w^2 \, dw = \frac{a^2}{3}, \qquad\text{so}\qquad a = \sqrt{3 \operatorname{Var}(w)} .$$
#
# > **Correction X2.** The document draws W from Uniform($n_\text{in}$, $n_\text{out}$): for a layer of 64 inputs and 32
# > outputs, weights around 48. What is meant is Uniform(−a, a) with $a = \sqrt{3 \operatorname{Var}(w)}$ (Glorot & Bengio
# > 2010, eq. 16: $a = \sqrt{6/(n_\text{in}+n_\text{out})}$); a normal distribution of that variance serves as well.
#
# ### Exercises 3 and 4 · `uniform_limit(variance)` · `initialize_uniform(noise, scheme)`
#
# - `uniform_limit(variance)` returns the a above, a float.
# - `noise`: (n_in, n_out), uniform in [0, 1).  `scheme`: as before.
# - `initialize_uniform` returns weights of noise's shape, uniform from −a to a: noise 0 becomes −a, ½ becomes 0.
#
# ```python
# >>> uniform_limit(3.0)
# 3.0
# >>> initialize_uniform(np.array([[0.0, 0.5, 0.75]]), "lecun").round(3)
# array([[-1.732,  0.   ,  0.866]])
# ```
#
# **The check also asks:** A variance of 0, whole numbers, NumPy numbers; float32 noise; for an unknown scheme a ValueError and no other error.
#
# *Difficulty: easy · 10 minutes*
#
# <details><summary>Hint</summary>
#
# `noise.shape` is (n_in, n_out). Then: variance, limit, and 2·noise − 1 to stretch [0, 1) to [−1, 1).
#
# </details>


# %% exercise="uniform_limit"
def uniform_limit(variance):
    """The a for which numbers uniform in (−a, a) have this variance."""
    ### BEGIN SOLUTION
    return np.sqrt(3 * variance)
    ### END SOLUTION


# %% check="uniform_limit"
uniform_limit = check(uniform_limit)


# %% exercise="initialize_uniform"
def initialize_uniform(noise, scheme):
    """Weights (n_in, n_out) of a scheme from uniform noise of that shape."""
    ### BEGIN SOLUTION
    n_in, n_out = noise.shape
    a = uniform_limit(weight_variance(scheme, n_in, n_out))
    return a * (2 * noise - 1)
    ### END SOLUTION


# %% check="initialize_uniform"
initialize_uniform = check(initialize_uniform)

# %% name="wrong-range"
n_in, n_out = 64, 32
noise = np.random.default_rng(0).random((n_in, n_out))
for name, weights in (
    ("Uniform(n_in, n_out), as printed", n_out + noise * (n_in - n_out)),
    ("Uniform(−a, a), Glorot", initialize_uniform(noise, "glorot")),
):
    z = images @ weights
    print(f"{name:>33}: weights around {weights.mean():5.2f}, saturated {saturated_fraction(z):.0%}")

# %% [markdown]
# ## 3. Through ten layers
#
# Now watch it. Digits go into ten hidden layers of 32 units each, so that LeCun's and Glorot's rule are the same in all
# hidden layers but the first. No training: these are networks at birth.
#
# <!-- slide -->
# First, what is a **signal**? A unit that says 0.7 to every image says nothing about any. A signal is what *differs between
# examples*. So its size is a deviation over the examples, unit by unit, and then the root of the mean square over the $m$ units:
#
# $$\text{signal} = \sqrt{\frac1m \sum_{j=1}^{m} \operatorname{Var}_{\text{examples}}(h_j)}$$
# <!-- /slide -->

# %% name="at-birth"
SIZES = [64] + [32] * 10 + [10]
START = {
    "N(0, 0.01²)": initializers.normal(0.01),
    "1/n: LeCun": "lecun_normal",
    "2/n: He": "he_normal",
    "N(0, 1)": initializers.normal(1.0),
}


def at_birth(net):
    """Of 200 digits: the outputs of the hidden layers, the gradients that come back to them, and the loss."""
    h, outputs, gradients = images[:200], [], []
    for layer in net.layers:
        h = layer.forward(h)
        outputs.append(h)
    loss, upstream = losses.softmax_cross_entropy(h, labels[:200])
    for layer in reversed(net.layers):
        gradients.insert(0, upstream)
        upstream = layer.backward(upstream)
    return outputs[1::2], gradients[1::2], loss


def signal(h):
    """The root mean square, over units, of the deviation between examples."""
    return np.sqrt(np.mean(h.var(axis=0)))


# %% name="what-is-a-signal"
net = network.mlp(SIZES, activation="sigmoid", initializer="lecun_normal", rng=np.random.default_rng(0))
h = at_birth(net)[0][-1]
print(
    f"tenth layer of sigmoids: outputs from {h.min():.2f} to {h.max():.2f}, deviation of all of them {h.std():.1e}"
)
print(f"the same layer, between examples: {signal(h):.1e}")

# %% [markdown]
# The tenth layer of sigmoids looks alive: its outputs spread over a wide range. But between examples they differ in the
# seventh digit only. All images look the same to it.
#
# Factors that differ by powers of ten are averaged by their logarithms below: that is the **geometric mean**.
#
# <!-- slide: Through ten layers of ReLU -->
# **Before you run it:** with He's weights and ReLU the mean square of the outputs is kept. With *LeCun's* weights and ReLU,
# by which factor is the signal smaller in the tenth layer than in the first?
# <!-- /slide -->

# %% guess="shrunk"
### BEGIN SOLUTION
shrunk_guess = 10.0  # times smaller
### END SOLUTION


# %% name="signals"
def growth(activation, start, seed):
    """The signal in layer 10 over that in layer 1, and the gradient in layer 1 over that in layer 10."""
    net = network.mlp(SIZES, activation=activation, initializer=start, rng=np.random.default_rng(seed))
    outputs, gradients, _ = at_birth(net)
    return signal(outputs[-1]) / signal(outputs[0]), np.sqrt(
        np.mean(gradients[0] ** 2) / np.mean(gradients[-1] ** 2)
    )


ACTIVATIONS = ("sigmoid", "tanh", "relu")
grown = {
    (activation, name): np.exp(
        np.mean([np.log(growth(activation, start, seed)) for seed in range(10)], axis=0)
    )
    for activation in ACTIVATIONS
    for name, start in START.items()
}
for which, what in enumerate(("signal, layer 10 over layer 1", "gradient, layer 1 over layer 10")):
    print(f"{what} (geometric mean of 10 seeds)")
    print(" " * 8, *(f"{name:>12}" for name in START))
    for activation in ACTIVATIONS:
        print(f"{activation:>8}", *(f"{grown[activation, name][which]:12.0e}" for name in START))
compare_guess(shrunk_guess, 1 / grown["relu", "1/n: LeCun"][0], "Times smaller, LeCun's weights and ReLU")


# %% name="signals-figure" slide="figure: The signal, layer by layer"
def histograms(which, color, alt):
    """A row of pictures for each activation, a column for each start; in a picture, a histogram a layer."""
    fig, axes = plots.figure(4, 3, width=9.6, height=5.6, sharex=True, sharey=True)
    for row, activation in zip(axes, ACTIVATIONS):
        for ax, (name, start) in zip(row, START.items()):
            net = network.mlp(SIZES, activation=activation, initializer=start, rng=np.random.default_rng(0))
            layers = at_birth(net)[which]
            if which == 0:
                layers = [h - h.mean(axis=0) for h in layers]  # what differs between examples
            mesh = plots.layer_histograms(ax, layers, 1e-9, 1e4, color=color)
            ax.set(title=name if activation == "sigmoid" else "", xticks=(1, 5, 10))
        row[0].set_ylabel("ReLU" if activation == "relu" else activation)
    for ax in axes[-1]:
        ax.set_xlabel("hidden layer")
    fig.colorbar(mesh, ax=axes, label="share of the layer's numbers", shrink=0.6)
    plots.show(fig, alt)


histograms(
    0,
    diagrams.FORWARD,
    "Twelve pictures, for sigmoid, tanh and ReLU by four starts: how far the outputs of ten hidden layers are from their "
    "mean over examples, on a log scale. With weights of 0.01 the signal falls steeply in all three. With LeCun's and He's "
    "weights it falls steeply for sigmoid, to some hundred-thousandths or less; for tanh it is about level; for ReLU it is "
    "level with He's and falls gently with LeCun's. With weights of 1 sigmoid falls gently, tanh is level, and ReLU "
    "grows off the scale.",
)

# %% name="gradients-figure"
histograms(
    1,
    diagrams.BACKWARD,
    "The same twelve pictures for the gradients that come back, to be read from layer ten on the right to layer one on "
    "the left. They fall towards layer one where the signal falls towards layer ten: steeply with weights of 0.01 and for "
    "sigmoid with LeCun's and He's weights, gently for ReLU with LeCun's. They are about level for tanh and for ReLU with "
    "He's. With weights of 1 they grow towards layer one for tanh, and a lot for ReLU.",
)

# %% [markdown]
# The first figure is read from left to right, the second, the gradients, from right to left. The line is the root mean
# square; arrowheads at an edge are beyond it. Row by row:
#
# - **ReLU** with He's weights keeps the gradient, and half of the signal. (The mean square of the outputs is kept, but the images grow
#   a little more alike.) With LeCun's, half of the mean square is lost in each layer besides: in nine layers another factor of
#   $\sqrt{2}^{\,9} \approx 23$, in the signal and in the gradient.
# - **tanh** is about level with either rule. It loses a little with LeCun's, since its slope is 1 at 0 only and smaller
#   elsewhere; He's larger weights make up for it.
# - **Sigmoid** loses its signal forwards as it loses its gradient backwards, and by about the same factor. That is no
#   accident. On its way forwards a *small difference* between two examples is multiplied by the weights and the slope
#   of each layer; on its way back the gradient is multiplied by the same two. For both, a layer's factor of the
#   mean square is about
#
# $$n \operatorname{Var}(w)\, \mathbb{E}[h'^2] .$$
#
# With $n\operatorname{Var}(w) = 1$ and σ's slope of at most ¼ this is 1/16 at most. Of the size itself nine layers leave $(¼)^9$,
# four millionths, at most; two were measured.
#
# ### Flat units, and yet the gradient grows
#
# Lesson 03 had it that flat units pass next to nothing on. So why does the gradient *grow* with tanh and weights of 1, where
# most units are flat? Ask the formula.

# %% name="steep-units"
net = network.mlp(SIZES, activation="tanh", initializer=START["N(0, 1)"], rng=np.random.default_rng(0))
outputs = at_birth(net)[0]
flat = np.mean([np.mean(np.abs(h) > 0.99) for h in outputs])
slopes = np.mean([np.mean((1 - h**2) ** 2) for h in outputs])
print(f"flat, |h| > 0.99: {flat:.0%}   mean squared slope E[h'²]: {slopes:.2f}")
print(f"a layer's factor n Var(w) E[h'²] = 32 · 1 · {slopes:.2f} = {32 * slopes:.1f}")

# %% [markdown]
# Nearly two outputs in three are flat. The few that are steep, times the weights, are too many all the same: the
# mean square of the gradient grows about threefold in each layer. So a gradient that vanishes is not the only thing to fear
# from weights that are too large; it may **explode**.
#
# ### What σ wants: a gain of 4
#
# Now it is plain what LeCun and Glorot assume, and σ does not have: a slope of 1 at 0. With a slope of ¼ the weights
# have to be four times as large, a variance of $16/n$. Such a factor of the *deviation* is called a **gain**. And one thing
# more: σ(0) is ½, not 0. The inputs of a unit lie around ½, so its sum is off by $\tfrac12 \sum_i w_i$, which sends it to a
# flatter place. A bias of $-\tfrac12 \sum_i w_i$ takes it back.

# %% name="gain-of-four"
GAIN_4 = initializers.variance_scaling(16, "fan_in", "normal")


def centred_sigmoids(sizes, *, rng):
    """Sigmoids with a gain of 4, and biases that take the mean ½ of their inputs off again."""
    net = network.mlp(sizes, activation="sigmoid", initializer=GAIN_4, rng=rng)
    for layer in net.layers[2::2]:
        layer.bias[...] = -layer.weights.sum(axis=0) / 2
    return net


for name, build in (
    ("1/n", lambda rng: network.mlp(SIZES, activation="sigmoid", initializer="lecun_normal", rng=rng)),
    ("16/n", lambda rng: network.mlp(SIZES, activation="sigmoid", initializer=GAIN_4, rng=rng)),
    ("16/n, centred", lambda rng: centred_sigmoids(SIZES, rng=rng)),
):
    hidden = [at_birth(build(np.random.default_rng(seed)))[0] for seed in range(10)]
    kept = np.exp(np.mean([np.log(signal(outputs[-1]) / signal(outputs[0])) for outputs in hidden]))
    print(f"sigmoid, {name:>13}: signal in layer 10 over layer 1 {kept:.0e}")

# %% [markdown]
# The gain rescues nearly four powers of ten, the centring more than one: the signal of the last row is as healthy as
# tanh's with LeCun's weights.
#
# ## 4. Does it train?
#
# The same ten layers in training, on 600 digits for six epochs. `experiments.compare` is fair to each start: it chooses
# the learning rate by the accuracy on validation digits, over four seeds that serve for nothing else; then it trains
# with ten other seeds, each for first weights and order of batches, and reports on test digits. Two starts are told apart
# only if their differences, seed by seed, would hardly come from chance; else it says *tie*.
#
# <!-- slide: Does it train? -->
# **Before you run it:** which of the three rules will take *ten layers of sigmoids* above 50 % on test digits: none, or
# how many of them?
# <!-- /slide -->

# %% guess="sigmoid-rules"
### BEGIN SOLUTION
sigmoid_rules_guess = 2  # of 3
### END SOLUTION

# %% name="training" tags=["nbval-ignore-output"]
SETTING = dict(
    data=((images[:600], labels[:600]), validation, test),
    optimizer=optimizers.SGD,
    sizes=SIZES,
    epochs=6,
    tune={"learning_rate": [0.015, 0.03, 0.06, 0.12, 0.25, 0.5]},
    tuning_seeds=4,
    measure="accuracy",
)
RULES = {"Glorot": "glorot_normal", "LeCun": "lecun_normal", "He": "he_normal"}
raced = {}
for activation in ACTIVATIONS:
    methods = {name: dict(activation=activation, initializer=start) for name, start in RULES.items()}
    if activation == "sigmoid":
        methods["16/n, centred"] = dict(
            network=centred_sigmoids, tune={"learning_rate": [0.12, 0.25, 0.5, 1.0]}
        )
    raced[activation] = experiments.compare(methods, **SETTING)
    print(activation, raced[activation].table(), sep="\n")
    print("LeCun and Glorot told apart:", raced[activation].differ("LeCun", "Glorot"), end="\n\n")
results = raced["sigmoid"].results
above = sum(results[name].test_accuracy.mean() > 0.5 for name in RULES)
compare_guess(sigmoid_rules_guess, above, "Rules that take ten sigmoid layers above 50 %")

# %% name="training-figure" slide="figure: Does it train?"
fig, axes = plots.figure(3, width=9.6, height=3.2, sharey=True)
for ax, activation in zip(axes, ACTIVATIONS):
    raced[activation].plot_curves(ax)
    ax.axhline(0.1, color="black", linewidth=0.8, linestyle=":")
    ax.set(
        title="ReLU" if activation == "relu" else activation,
        xlim=(1, 9),
        xticks=range(1, 7),
        ylim=(0, 1),
        ylabel="",
    )
axes[0].set_ylabel("validation accuracy")
axes[0].annotate("chance", (1.2, 0.11))
plots.show(
    fig,
    "Validation accuracy by epoch, mean and range of ten seeds, in three plots, with a dotted line at chance. Sigmoid: "
    "the three rules stay at the line, the centred gain of 4 climbs steadily to two thirds. tanh: all three climb at once and "
    "end close together at about nine tenths, He's a little higher. ReLU: He's climbs to three quarters, LeCun's and "
    "Glorot's to less than half, all with a wide range.",
)

# %% [markdown]
# **Sigmoid: none of the three rules.** All three stay at chance, and where nothing is learnt one rate is as good as another
# (hence the notes under the table). With the slope and the centre put right, ten layers of sigmoids do train, to about 65 %. So
# it is not σ as such that fails here, but σ with weights made for slope 1.
#
# **ReLU: He's**, about 74 % against 34 and 39 %. The factor 2 is worth a lot here, for without it the mean square is halved
# in each layer. LeCun's and Glorot's differ in the first and the last layer only, where Glorot's weights are a little larger. His
# have the better mean; but of four sets of ten seeds one told the two apart.
#
# **tanh: all three train.** He's weights have the best mean, about 90 % against 87 and 88 %. Section 3 suggests
# why: with 1/n the signal fades a little, since tanh's slope is 1 at 0 only. But the lead is small: these ten
# seeds tell it apart, three further sets of ten called it a tie. (It grew to six points and more on raw pixels, between 0 and 1: there the signal is too small from the start.)
#
# With normalisation in each layer (lesson 14) or one or two hidden layers the choice among the rules matters less.
#
# ## 5. Measure, and correct
#
# Each rule assumes something. Instead of assuming you can *look*: send a batch through the network, layer by layer, and where the sums have another
# deviation than 1, divide the weights by it. Mishkin and Matas (2016) call a method of this kind LSUV, layer-sequential
# unit variance. Layer by layer matters: what arrives at a layer depends on the corrected weights before it.
#
# ### Exercise 5 · `unit_variance_weights(weights, x)`
#
# For a ReLU network without biases:
#
# $$h_0 = x, \qquad z_l = h_{l-1} W_l, \qquad s_l = \operatorname{std}(z_l), \qquad W_l \leftarrow W_l / s_l, \qquad h_l = \max(0, z_l / s_l)$$
#
# - `weights`: a list of matrices $W_l$, (n_in, n_out) each, the first for `x`.
# - `x`: (n, d), a batch.
# - returns: the list of the divided matrices. $s_l$ is one number a matrix: the deviation of all entries of $z_l$, examples and units
#   together (`np.std`, divided by the number of entries).
#
# ```python
# >>> unit_variance_weights([np.array([[4.0, -4.0]])], np.array([[1.0], [-1.0]]))
# [array([[ 1., -1.]])]
# ```
#
# **The check also asks:** Where all entries of $z_l$ are equal, as behind a layer that says 0 to everything, $W_l$ stays as it is; one layer, one unit,
# integers, float32; the matrices you are given stay as they were.
#
# *Difficulty: medium · 12 minutes*
#
# <details><summary>Hint</summary>
#
# One loop: `z = h @ w`, `s = z.std()`, or 1 where `z.min() == z.max()`. Keep `w / s` in a list, and go on with
# `h = np.maximum(0, z / s)`.
#
# </details>


# %% exercise="unit_variance_weights"
def unit_variance_weights(weights, x):
    """The weights of a ReLU network, each matrix divided by the deviation of its sums."""
    ### BEGIN SOLUTION
    h, divided = x, []
    for w in weights:
        z = h @ w
        s = z.std() if z.min() < z.max() else 1.0
        divided.append(w / s)
        h = np.maximum(0, z / s)
    return divided
    ### END SOLUTION


# %% check="unit_variance_weights"
unit_variance_weights = check(unit_variance_weights)


# %% name="corrected"
def deviations(weights, h):
    """The deviation of the sums in each layer of a ReLU network."""
    found = []
    for w in weights:
        z = h @ w
        found.append(z.std())
        h = np.maximum(0, z)
    return found


print("deviation of the sums in layers 1, 2, 6 and 11, before and after")
for deviation in (0.01, 1.0):
    start = initializers.normal(deviation)
    drawn = network.mlp(SIZES, initializer=start, rng=np.random.default_rng(0)).weights()
    for name, weights in (("as drawn", drawn), ("corrected", unit_variance_weights(drawn, images[:200]))):
        found = deviations(weights, images[:200])
        print(f"N(0, {deviation:4}²) {name:>9}:", *(f"{found[layer]:8.0e}" for layer in (0, 1, 5, 10)))

# %% [markdown]
# All ones, wherever the weights began: since each matrix is divided by what it makes of its input, a factor that it was
# drawn with cancels. No formula had to know of the ReLU.
#
# ## 6. Look at the newborn
#
# ### The last layer: the loss at birth
#
# Before its first step a network knows nothing of $k$ classes. An honest one gives each the probability $1/k$, and its
# softmax cross-entropy is
#
# <!-- slide: The loss at birth -->
# $$-\ln \tfrac1k = \ln k .$$
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** which number is that for ten digits?
# <!-- /slide -->

# %% guess="birth"
### BEGIN SOLUTION
birth_guess = 1.0
### END SOLUTION


# %% name="loss-at-birth" tags=["nbval-ignore-output"]
def shallow(sizes, output, *, rng):
    """One hidden layer of ReLUs with He's weights, and output weights of the deviation that is given."""
    net = network.mlp(sizes, activation="relu", initializer="he_normal", rng=rng)
    net.layers[-1].weights[...] = output * rng.normal(size=net.layers[-1].weights.shape)
    return net


OUTPUTS = {"0": 0.0, "√(1/64)": 1 / 8, "1": 1.0, "10": 10.0}
for name, deviation in OUTPUTS.items():
    nets = [shallow([64, 64, 10], deviation, rng=np.random.default_rng(seed)) for seed in range(10)]
    print(
        f"output weights of deviation {name:>7}: loss at birth {np.mean([at_birth(net)[2] for net in nets]):6.2f}"
    )
methods = {name: dict(network=shallow, output=deviation) for name, deviation in OUTPUTS.items()}
rates = {"learning_rate": [0.004, 0.015, 0.06, 0.12, 0.25, 0.5, 1.0, 2.0]}
print(experiments.compare(methods, **SETTING | dict(sizes=[64, 64, 10], tune=rates, measure="loss")).table())
compare_guess(birth_guess, np.log(10), "Loss of a network that knows nothing of ten classes")

# %% [markdown]
# With output weights of 0 the network is born honest, at ln 10, and with those of 1/n nearly so. Those of deviation 1
# make it sure of something that it cannot know: it begins at 12.8, worse than ignorance by ten. And it carries the excess
# along: after six epochs its test loss is two to three times that of the best, with deviation 10 more than twenty times. The
# *accuracy* suffers less, by two to four points. If the loss of your first batch is far above $\ln k$, look at the last layer.
#
# All 0 is allowed here, by the way: the hidden weights are random, so X14 does not bite.
#
# ### The first steps: update to weight
#
# One thing more can be read from a network before it has learnt: how large a step is, beside the weights that it moves.
# For each matrix, $\eta$ being the learning rate,
#
# $$\frac{\text{deviation of the update}}{\text{deviation of the weights}} = \frac{\eta \cdot \operatorname{std}(\partial L / \partial W)}{\operatorname{std}(W)} .$$
#
# A rule of thumb wants it about **one thousandth**: at $10^{-6}$ nothing moves, at $10^{-1}$ a few steps overwrite
# the weights. Here it is for ten layers of ReLU at birth, all at a rate of 0.1.


# %% name="ratios"
def plain(sizes, start, *, rng):
    """Layers of ReLU with weights of that start."""
    return network.mlp(sizes, activation="relu", initializer=start, rng=rng)


def corrected(sizes, output=1.0, *, rng):
    """The same, the weights corrected on 200 digits; `output` is a factor on the last ones."""
    net = plain(sizes, START["N(0, 0.01²)"], rng=rng)
    for w, divided in zip(net.weights(), unit_variance_weights(net.weights(), images[:200])):
        w[...] = divided
    net.layers[-1].weights[...] *= output
    return net


def ratios(net, rate=0.1):
    """Update to weight, layer by layer, in a first step on 200 digits."""
    at_birth(net)
    return [rate * g.std() / w.std() for w, g in zip(net.weights(), net.weight_gradients())]


# %% name="first-steps"
NETS = {name: dict(network=plain, start=START[name]) for name in list(START)[:3]}
NETS["LSUV"] = dict(network=corrected)


def born(network, **settings):
    """Ten networks of ten seeds."""
    return [network(SIZES, rng=np.random.default_rng(seed), **settings) for seed in range(10)]


print("update to weight at a rate of 0.1, geometric mean of 10 seeds")
for name, method in NETS.items():
    seen = np.exp(np.mean([np.log(ratios(net)) for net in born(**method)], axis=0))
    print(f"{name:>11}:", *(f"layer {layer} {seen[layer - 1]:6.0e}   " for layer in (1, 6, 11)))

# %% [markdown]
# With He's weights and LSUV's it is ten to thirty times the rule of thumb. (Six epochs are a
# sprint: section 4 chose a rate a little below 0.1 for He's. Long trainings go slower.) N(0, 0.01²) is off by nearly twelve
# powers of ten: at this pace its weights would take some $10^{14}$ steps to change by a tenth. In each
# line the layers agree but for a factor of two or three, in the bad ones as well: that is no sign of health. The ratio is a thing to look at, not a law: powers of ten
# tell, factors of three do not.
#
# ## 7. One network, repaired
#
# Somebody hands you ten layers of ReLU that do not learn. All weights come from N(0, 0.01²). Repair them one thing at a time,
# and keep a log: the loss at birth, the signal in layer 10 over layer 1, update to weight in the first layer at a rate of 0.1,
# and, trained as in section 4, the test accuracy.
#
# **Before you run it:** the first line is the network as found, and four repairs follow. How many of the four will be an
# improvement on the line before that ten seeds can tell?

# %% guess="repairs"
### BEGIN SOLUTION
repairs_guess = 4
### END SOLUTION

# %% name="repair-log" tags=["nbval-ignore-output"]
NETS["LSUV, last × 0.1"] = dict(network=corrected, output=0.1)
print(f"{'at birth':>18}:    loss  signal  update/weight")
for name, method in NETS.items():
    nets = born(**method)
    found = [at_birth(net) for net in nets]
    kept = np.exp(np.mean([np.log(signal(outputs[-1]) / signal(outputs[0])) for outputs, _, _ in found]))
    first = np.exp(np.mean([np.log(ratios(net)[0]) for net in nets]))
    print(f"{name:>18}: {np.mean([loss for _, _, loss in found]):7.3f}  {kept:6.0e}  {first:13.0e}")
log = experiments.compare(NETS, **SETTING)
print(log.table())
score = {name: result.test_accuracy.mean() for name, result in log.results.items()}
better = sum(score[new] > score[old] and log.differ(new, old) for old, new in zip(score, list(score)[1:]))
compare_guess(repairs_guess, better, "Repairs that ten seeds tell from the line before")

# %% name="repair-figure" slide="figure: One network, repaired"
fig, ax = plots.figure(height=2.8)
log.plot(ax)
ax.set(xlim=(0, 1), title="Two repairs bought nearly all of it")
plots.show(
    fig,
    "Test accuracy of ten seeds for each of five lines of the log. As found all are at chance, 10 percent. With variance 1/n they lie "
    "between 20 and 55 percent, with 2/n between 55 and 85. With LSUV, and with a last layer a tenth as large, they spread "
    "over about the range of 2/n or below it.",
)

# %% [markdown]
# Read the log from above:
#
# 1. As found, the loss at birth is a perfect ln 10, and that is all that is good about it: no signal arrives, no weight moves.
#    A loss of ln k at birth is no proof of health.
# 2. Variance 1/n lets a fiftieth of the signal through, and the network goes from a tenth to a third of the digits.
# 3. The factor 2 for ReLU more than doubles that.
# 4. LSUV is a tie with He's rule. No wonder: for ReLU, He's derivation is right. What you gain is that you need none; it
#    repaired the weights of line 1 without knowing their size.
# 5. A last layer a tenth as large brings the loss at birth down to ln 10, as in section 6. It gained nothing, and in one
#    of two further sets of ten seeds it lost: the excess was small, and a smaller last layer also sends a tenth of the gradient back, as the update to weight
#    shows. A repair of what was not broken.
#
# ## Common mistakes
#
# - **The standard deviation for the variance.** 1/n and 1/√n: at n = 400 a factor of twenty.
# - **a for the deviation.** Uniform(−a, a) has the standard deviation a/√3.
# - **n_out for n_in.** Forwards it is the number of *terms in a sum* that counts; with `x @ W` these are the rows of W.
# - **Noise that stays positive.** Numbers from [0, 1) have mean ½, and the derivation wants 0.
# - **One value for all weights of all layers.** Not only 0. Units whose weights in front *and* behind are equal stay copies.
# - **One standard deviation for all widths**, as 0.01 here.
# - **The deviation over all entries for the signal.** Behind sigmoids it is full of constants. Take it between examples.
# - **LSUV from the old weights.** What arrives at a layer depends on the corrections before it.
# - **'Xavier' for LeCun.**
#
# ## Quiz
#
# 1. All weights of a network, in both layers, begin at one value. What becomes of its hidden units?
#    - **a** They stay copies of each other.
#    - **b** They part after a few epochs.
#    - **c** They die.
# 2. The hidden weights all begin at 0, the output weights at random numbers. What becomes of the hidden units?
#    - **a** They stay copies of each other.
#    - **b** They part at the first step.
#    - **c** Their weights stay 0.
# 3. A unit adds up 400 inputs of mean square 1. Which variance of the weights keeps its sum at variance 1?
#    - **a** 1/20
#    - **b** 1/400
#    - **c** 400
# 4. Why is He's variance twice LeCun's?
#    - **a** ReLU networks are deeper.
#    - **b** ReLU lets half of the mean square through.
#    - **c** ReLU has no upper bound.
# 5. What is Xavier initialisation?
#    - **a** LeCun's.
#    - **b** Glorot's.
#    - **c** He's.
# 6. A new network for 100 classes has a loss of 37 on its first batch. ln 100 is 4.6. What do you look at first?
#    - **a** The learning rate.
#    - **b** The size of the last layer's weights.
#    - **c** The number of layers.
#
# Put a letter in quotes, such as "b", in the place of each `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "a"
q2 = "b"
q3 = "b"
q4 = "b"
q5 = "b"
q6 = "b"
### END SOLUTION

# %% name="quiz-result"
quiz("05_initialization", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5, q6=q6)

# %% [markdown]
# ## What to take away
#
# <!-- slide -->
# - Too large: born saturated, or exploding. Too small: the signal dies on its way. Alike in front and behind: copies.
# - A layer's factor is n·Var(w)·E[h²]/Var(z) for the mean square, and n·Var(w)·E[h'²] for small differences and for gradients. Set it to 1: 1/n, 2/n behind a ReLU, 16/n and a centring bias for σ.
# - A signal is what differs between examples.
# - Ten layers, plain SGD, no normalisation: ReLU wants He's, tanh trains with any of the three, and for sigmoids none of
#   the three is made.
# - Look at a newborn: loss against ln k, signals by layer, update to weight.
# - Xavier is Glorot.
# <!-- /slide -->
#
# ## In practice
#
# Take the rule that belongs to the activation, biases 0, and standardised inputs. `network.mlp` does: He's for ReLU and its kin,
# Glorot's for the rest. Many transformers, such as GPT-2 in its published code, draw N(0, 0.02²) whatever the width and leave the rest to normalisation. With normalisation in
# each layer first weights matter less; in deep networks without it, more.
#
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | weights (n_in, n_out), `x @ W` | `Linear.weight` (n_out, n_in), `x @ W.T` | its fan_in is the *second* axis |
# | `"lecun_normal"` | `nn.init.kaiming_normal_(w, nonlinearity="linear")` | by default the nonlinearity is a leaky ReLU of slope 0: He's |
# | `"glorot_uniform"` | `nn.init.xavier_uniform_(w)` | `nn.init.calculate_gain("tanh")` is 5/3, `("sigmoid")` is 1, not 4; you pass it yourself |
# | `"he_uniform"` | `nn.init.kaiming_uniform_(w, nonlinearity="relu")` | nothing |
# | biases 0 | `nn.init.zeros_(b)` | `nn.Linear` by itself draws weights and biases uniform in ±1/√n_in: a third of LeCun's variance |
#
# <details><summary>The same weights, and the same step</summary>
#
# ```python
# import numpy as np
# import torch
# from dlcourse import losses, network, optimizers
#
# ours = network.mlp([64, 32, 10], activation="relu", initializer="he_normal", rng=np.random.default_rng(0))
# theirs = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10)).double()
# for linear, dense in zip(theirs[::2], ours.layers[::2]):
#     linear.weight.data = torch.from_numpy(dense.weights.T.copy())  # (n_out, n_in)
#     torch.nn.init.zeros_(linear.bias)
# x, y = np.random.default_rng(1).normal(size=(20, 64)), np.arange(20) % 10
# ours.backward(losses.softmax_cross_entropy(ours.forward(x), y)[1])
# torch.nn.functional.cross_entropy(theirs(torch.from_numpy(x)), torch.from_numpy(y)).backward()
# optimizers.SGD(0.1).step(ours.theta, ours.grad)
# torch.optim.SGD(theirs.parameters(), lr=0.1).step()
# np.testing.assert_allclose(theirs[0].weight.detach().numpy().T, ours.layers[0].weights, atol=1e-6)
# ```
#
# </details>
#
# ## Go further
#
# 1. Take a tanh network with LeCun's weights. Build a *sigmoid* network that gives the same outputs, number for number, by
#    changing nothing but weights and biases. Which factors do the first, the middle and the last layers need? What does that say about the
#    sentence "tanh learns better than σ"?
# 2. How deep must a network be for its first weights to matter? Run section 4 with one and two hidden layers, with
#    N(0, 0.01²) and N(0, 1) among the starts.
# 3. In square layers LeCun's and Glorot's rule are one. Look for a network in which they are told apart: try hidden layers of 64
#    and 8 units in turn. Which of the two would you bet on, and why?

# %% [markdown] discussion="go-further"
# **1. One network in two dresses.** Since σ(2u) = ½ + ½ tanh(u), the sigmoid network needs the first weights × 2, the
# middle ones × 4, the last × 2, and behind every hidden layer biases of −½ Σw, which cancel the ½. Measured on ten layers
# and 200 digits, the two give the same scores to 4e-15. So a σ network *can* be born as good as a tanh network; what is
# said of the two activations is in part said of the weights that they are usually given. In training they part again,
# since a step of one rate is another step in other coordinates.
#
# **2. Two hidden layers show the extremes, and not the rules.** Two layers of 32 units, rates from 0.03 to 4, ten seeds, test
# digits: with ReLU LeCun's, Glorot's and He's all reach 94.4 % and tie; N(0, 1) reaches 82 %, and N(0, 0.01²) anything from 18 to
# 87 %. With tanh the rules reach 94.6, 94.4 and 94.2 %, again a tie, N(0, 0.01²) 90 % and N(0, 1) 86 %. Two layers lose a factor
# of two twice, ten lose it ten times.
#
# **3. LeCun's, if any.** With 64 and 8 units in turn Glorot's rule makes each pair of layers keep
# (64 · 2/72) · (8 · 2/72) = 0.4 of the mean square, where LeCun's keeps all of it. With tanh ten such layers reached 68 % with
# LeCun's weights and 58 % with Glorot's, told apart over ten seeds; with ReLU 24 and 17 %, a tie. (Of two
# further sets of ten seeds both told tanh's apart, one ReLU's.) At 48 and 16 units the
# factor is 0.75, and both activations gave a tie.

# %% [markdown]
# ## References
#
# - X. Glorot, Y. Bengio (2010), *Understanding the difficulty of training deep feedforward neural networks*, AISTATS.
#   Equation 16; histograms by layer like those of our section 3, for tanh.
# - K. He, X. Zhang, S. Ren, J. Sun (2015), *Delving deep into rectifiers*, ICCV. Section 2.2: the factor 2, in one page.
# - Y. LeCun, L. Bottou, G. Orr, K.-R. Müller (1998), *Efficient BackProp*. Section 4.6.
# - D. Mishkin, J. Matas (2016), *All you need is a good init*, ICLR. LSUV, exercise 5; theirs starts from orthogonal weights.
# - S. Schoenholz, J. Gilmer, S. Ganguli, J. Sohl-Dickstein (2017), *Deep information propagation*, ICLR. The factor
#   n·Var(w)·E[h'²], and how deep a signal can get.
# - A. Saxe, J. McClelland, S. Ganguli (2014), *Exact solutions to the nonlinear dynamics of learning in deep linear
#   neural networks*, ICLR. Why orthogonal weights can be better still.
# - A. Karpathy (2022), *Building makemore, part 3* (video). One network repaired in front of you, and the ratio of update to weight.
