# %% [markdown]
# # 05 · Initialisation: the first weights decide whether there is a second step
#
# **You will make** the rules of initialisation (초기화) by which the first weights of nearly every network are drawn today: LeCun's,
# Glorot's and He's. On the way you watch a neuron that was born saturated, a layer whose units are copies of
# each other for ever, and a signal on its way through ten layers, forwards and back.
#
# **You will be able to**
#
# - say what too large, too small and equal first weights do, and show it,
# - derive 1/n from the variance of a sum, and the factor 2 from the ReLU,
# - draw weights of a given variance from a uniform distribution,
# - choose a rule for your activation, and say how much it matters.
#
# | | |
# |---|---|
# | Time | 70 minutes, four exercises |
# | You need | lesson 03 (saturation), lesson 04 (ReLU), mean and variance of random numbers |
# | Covers | sections C0 to C3 of the source document, corrections X1 and X2 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import numpy as np

from dlcourse import datasets, initializers, losses, metrics, network, optimizers, plots, search, training
from dlcourse.activations import sigmoid, sigmoid_derivative
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. Three ways to begin badly
#
# ### Too large
#
# One sigmoid unit, one input. The input is small, $x = 0.01$; but somebody drew $w = 100$ and $b = 50$. (The
# document's example.) The unit adds up
#
# $$t = w x + b = 100 \cdot 0.01 + 50 = 51 .$$
#
# **Before you run it:** at $t = 0$ the slope of the sigmoid is ¼. How many zeros come after the point in the
# slope at $t = 51$?

# %% guess="zeros"
### BEGIN SOLUTION
zeros_guess = 5
### END SOLUTION

# %% name="born-saturated"
w, b, x = 100.0, 50.0, 0.01
t = w * x + b
slope = sigmoid_derivative(np.array(t))
print(f"t = {t}, σ(t) = {sigmoid(np.array(t))}, σ'(t) = {slope:.1e}")
for rate in (1.0, 1e6, 1e12):
    print(f"largest step of w at a learning rate of {rate:.0e}: {rate * slope * x:.1e}")
compare_guess(zeros_guess, np.floor(-np.log10(slope)), "Zeros after the point")

# %% [markdown]
# The unit says 1, whatever it is shown, and no learning rate that leaves the other units alone will move it. It was
# born saturated. How many units are? Count.
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

# %% name="scales"
digits = datasets.digits()
images, labels = digits.train
rng = np.random.default_rng(5)
print("weights drawn from N(0, scale²), 64 pixels into 100 units, sums z:")
for scale in (0.01, 0.1, 1.0, 10.0, 100.0):
    z = images @ (scale * rng.normal(size=(64, 100)))
    print(f"scale {scale:6}: standard deviation of z {z.std():8.2f}, saturated {saturated_fraction(z):6.1%}")

# %% [markdown]
# ### All alike
#
# Zero looks like a safe choice then: nothing is saturated. Give all hidden weights the value 0, or any one value,
# and train.
#
# **Before you run it:** after six epochs of training, how many *different* columns will the first weight matrix of
# 8 hidden units have?

# %% guess="different"
### BEGIN SOLUTION
different_guess = 8
### END SOLUTION

# %% name="all-alike"
for name, scale in (("all 0", None), ("all 0.1", 0.1), ("random, LeCun", "lecun_normal")):
    start = scale if isinstance(scale, str) else "zeros"
    net = network.mlp([64, 8, 10], activation="tanh", initializer=start, rng=np.random.default_rng(5))
    if scale == 0.1:
        for parameter, value, _ in net.parameters():
            value[...] = 0.1 if parameter.endswith("weights") else 0.0
    options = dict(epochs=6, rng=np.random.default_rng(0), validation=digits.validation)
    history = training.fit(net, losses.softmax_cross_entropy, optimizers.SGD(0.3), digits.train, **options)
    columns = net.layers[0].weights.T.round(9)
    print(f"{name:>14}: {len(np.unique(columns, axis=0))} different columns,", end=" ")
    print(f"validation accuracy {history.validation_accuracy[-1]:.0%}")
    if scale is None:
        different = len(np.unique(columns, axis=0))
compare_guess(different_guess, different, "Different columns of eight, weights all 0")

# %% [markdown]
# One. Units that begin alike get the same input, give the same output, and are sent the same gradient; no step can
# ever tell them apart. The layer has eight units and the power of one. (With all weights 0 in *both* layers it does not
# get even that far: the hidden units say 0, and what comes back to them is multiplied by 0.) Chance is not a
# luxury here. It **breaks the symmetry**.
#
# Biases may begin at 0: the random weights have broken the symmetry already.
#
# ## 2. How large, then?
#
# A unit adds up $n$ products of inputs and weights, $z = \sum_i w_i x_i$. If the weights are independent, with mean 0,
# the variances add up:
#
# $$\operatorname{Var}(z) = n \operatorname{Var}(w)\, \mathbb{E}[x^2]$$
#
# Look at it in numbers, 100 inputs with E[x²] = 1 and weights of variance 1/100; and behind a ReLU.

# %% name="variance-of-a-sum"
rng = np.random.default_rng(0)
x, w = rng.normal(size=(1000, 100)), 0.1 * rng.normal(size=(100, 50))
z = x @ w
print(f"Var(z) = {z.var():.2f},  n Var(w) E[x²] = {100 * w.var() * np.mean(x**2):.2f}")
h = np.maximum(z, 0)
print(f"behind a ReLU: E[h²] = {np.mean(h**2):.2f}")

# %% [markdown]
# For the signal to keep its size from layer to layer, the factor $n \operatorname{Var}(w)$ has to be 1: LeCun's rule. Behind a ReLU
# half of the sums are cut to 0, so only half of the square goes on, $\mathbb{E}[x^2] = \tfrac12 \operatorname{Var}(z)$, and the factor has
# to be 2: He's. On the way back a gradient is a sum as well, over the $n_\text{out}$ units that an input went to. To keep *its* size
# takes $1/n_\text{out}$, and both wishes cannot be had at once: Glorot's rule lies between them.
#
# | | keeps | $\operatorname{Var}(W)$ |
# |---|---|---|
# | LeCun (LeCun et al. 1998) | the signal, forwards | $1/n_\text{in}$ |
# | Glorot (Glorot & Bengio 2010) | a compromise: the signal forwards, the gradient backwards | $2/(n_\text{in} + n_\text{out})$ |
# | He (He et al. 2015) | the signal behind a ReLU, which cuts off half of it | $2/n_\text{in}$ |
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

# %% [markdown]
# ### From a variance to weights
#
# Two distributions are in use: the normal one with that variance, and the uniform one on an interval $(-a, a)$. The
# second cannot surprise you with a huge weight. Its variance is $a^2/3$, so
#
# $$a = \sqrt{3 \operatorname{Var}(W)} .$$
#
# > **Correction X2.** The document draws W from Uniform($n_\text{in}$, $n_\text{out}$): for a layer of 64 inputs and 32
# > outputs, weights around 48. What is meant is Uniform(−a, a) with $a = \sqrt{3 \operatorname{Var}(W)}$ (Glorot & Bengio
# > 2010, eq. 16: $a = \sqrt{6/(n_\text{in}+n_\text{out})}$); a normal distribution of that variance serves as well.
#
# ### Exercises 3 and 4 · `uniform_limit(variance)` · `initialize_uniform(noise, scheme)`
#
# - `uniform_limit(variance)` returns the a above, a float.
# - `noise`: (n_in, n_out), uniform in [0, 1).  `scheme`: as before.
# - `initialize_uniform` returns weights of noise's shape, uniform in (−a, a): noise 0 becomes −a, ½ becomes 0.
#
# ```python
# >>> uniform_limit(3.0)
# 3.0
# >>> initialize_uniform(np.array([[0.0, 0.5, 0.75]]), "lecun").round(3)
# array([[-1.732,  0.   ,  0.866]])
# ```
#
# **The check also asks:** A variance of 0, whole numbers, NumPy numbers; for an unknown scheme a ValueError and no other error.
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
    print(f"{name:>33}: sums from {z.min():6.1f} to {z.max():6.1f}, saturated {saturated_fraction(z):.0%}")

# %% [markdown]
# ## 3. Through ten layers
#
# Now watch it. Real digits go into ten hidden layers, alternately 96 and 48 units wide (for square layers LeCun's and
# Glorot's rule are the same). First you look at the signal on its way forwards, then at the gradient on its way back.
# No training: this is the network at birth. Every column of a picture is a histogram: the darker, the more
# numbers of that size.
#
# **Before you run it:** with He's weights and ReLU, the size of the signal is kept. With *LeCun's* weights and ReLU, by
# which factor is it smaller in the tenth layer than in the first?

# %% guess="shrunk"
### BEGIN SOLUTION
shrunk_guess = 10.0  # times smaller
### END SOLUTION

# %% name="signals"
SIZES = [64] + [96, 48] * 5 + [10]
START = {
    "0.01": initializers.normal(0.01),
    "LeCun": "lecun_uniform",
    "Glorot": "glorot_uniform",
    "He": "he_uniform",
}
START["1"] = initializers.normal(1.0)
BENDS = ("sigmoid", "tanh", "relu")


def at_birth(bend, start, seed=0):
    """The outputs of the ten hidden layers for 200 digits, and the gradients that come back to them."""
    net = network.mlp(SIZES, activation=bend, initializer=start, rng=np.random.default_rng(seed))
    signals, gradients, h = [], [], images[:200]
    for layer in net.layers:
        h = layer.forward(h)
        signals.append(h)
    _, upstream = losses.softmax_cross_entropy(h, labels[:200])
    for layer in reversed(net.layers):
        gradients.insert(0, upstream)
        upstream = layer.backward(upstream)
    return [z for z in signals[1::2]], [g for g in gradients[1::2]]


def growth(signals, gradients):
    """Standard deviations where they end over where they begin: signals in layer 10, gradients in layer 1."""
    return signals[-1].std() / signals[0].std(), gradients[0].std() / gradients[-1].std()


grown = {
    (bend, name): np.transpose([growth(*at_birth(bend, start, seed)) for seed in range(5)])
    for bend in BENDS
    for name, start in START.items()
}
for which, what in enumerate(("signal, layer 10 over layer 1", "gradient, layer 1 over layer 10")):
    print(f"{what}: standard deviations, geometric mean of 5 seeds")
    print(" " * 10, *(f"{name:>8}" for name in START))
    for bend in BENDS:
        means = [np.exp(np.log(grown[bend, name][which]).mean()) for name in START]
        print(f"{bend:>10}", *(f"{each:8.1e}" for each in means))
shrinks = 1 / grown["relu", "LeCun"][0]
print(f"LeCun's weights, ReLU: the signal is {shrinks.min():.0f} to {shrinks.max():.0f} times smaller")
compare_guess(shrunk_guess, np.exp(np.log(shrinks).mean()), "Times smaller, LeCun's weights and ReLU")


# %% name="signals-figure"
def histograms(which, title, alt):
    """A column of pictures for each start, a row for each activation; in a picture, a histogram a layer."""
    fig, axes = plots.figure(5, 3, width=9.6, height=5.0, sharex=True, sharey=True)
    edges = np.linspace(-8, 2, 41)  # powers of ten
    for ax, (bend, name) in zip(axes.flat, grown):
        born = at_birth(bend, START[name])[which]
        layers = [np.log10(np.abs(values[values != 0])) for values in born]
        density = np.stack([np.histogram(v.clip(-8, 2), edges)[0] / max(v.size, 1) for v in layers], axis=1)
        ax.pcolormesh(np.arange(0.5, 11), edges, density, cmap="Greys", vmax=0.25)
        ax.grid(False)
    for ax, name in zip(axes[0], START):
        ax.set_title({"0.01": "normal, 0.01", "1": "normal, 1"}.get(name, name))
    for ax, bend in zip(axes[:, 0], BENDS):
        ax.set_ylabel(f"{bend}\nsize, power of 10")
    for ax in axes[-1]:
        ax.set(xlabel="hidden layer", xticks=(1, 5, 10))
    fig.suptitle(title, y=1.03)
    plots.show(fig, alt)


histograms(
    0,
    "Forwards: level is healthy, a slope is multiplied ten times over",
    "Fifteen pictures, for sigmoid, tanh and ReLU by five starts, of the size of the outputs of ten hidden layers on a "
    "log scale. Sigmoid outputs stay near one half everywhere. With normal weights of 0.01 tanh and ReLU fall steeply to "
    "nothing. With LeCun and Glorot tanh falls gently and ReLU more, with He ReLU stays level. With normal weights of 1 "
    "tanh sits at one and ReLU runs off the top.",
)

# %% name="gradients-figure"
histograms(
    1,
    "Backwards: read from right to left",
    "The same fifteen pictures for the gradients that come back. For sigmoid they fall by powers of ten from layer ten to "
    "layer one with every start but normal weights of 1. For tanh they are about level with LeCun, Glorot and He, for ReLU "
    "with He, falling gently with LeCun and Glorot. With 0.01 they fall off steeply for all three, with 1 they grow "
    "for ReLU.",
)

# %% [markdown]
# Read the tables row by row. **tanh** holds its signal with all three rules, to about a factor of two over ten layers,
# and its gradient to about three. **ReLU** holds both with He's only. With LeCun's and Glorot's the signal is some twenty
# times smaller at the end (halved in square nine times: √2⁹ ≈ 23), the gradient some thirty times; with other first weights it
# may be half or twice as much. For the **sigmoid** the signal is no problem at all, as its output is always around ½. Its
# *gradient* is: with LeCun's and Glorot's weights a millionth or two are left.
#
# Weights of 0.01 make everything die out, weights of 1 let ReLU explode and tanh saturate.
#
#
# ## 4. Does it train?
#
# The same fifteen pairs in training, on 600 digits, with ten hidden layers of 48 and 24 units. For each pair the
# learning rate is the best of five, judged by the validation accuracy at the end on two seeds used for nothing else.
# Then five other seeds run; digits and batches are the same for all.
#
# **Before you run it:** which of the three rules will take *ten layers of sigmoids* above 50 %: none, or how many of
# them?

# %% guess="sigmoid-rules"
### BEGIN SOLUTION
sigmoid_rules_guess = 2  # of 3
### END SOLUTION

# %% name="training" tags=["nbval-ignore-output"]
NARROW, RATES, EPOCHS = [64] + [48, 24] * 5 + [10], (0.01, 0.03, 0.1, 0.3, 1.0), 12
few = images[:600], labels[:600]


def train(bend, start, rates, seeds):
    """Validation accuracy (rates, seeds, epochs)."""
    nets = [
        network.mlp(NARROW, activation=bend, initializer=start, rng=np.random.default_rng(seed))
        for _ in rates
        for seed in seeds
    ]
    sgd, order = optimizers.SGD(np.repeat(rates, len(seeds))[:, None]), np.random.default_rng(5)
    accuracy = []
    for _ in range(EPOCHS):
        search.fit_together(nets, sgd, few, epochs=1, rng=order)
        accuracy.append(
            [metrics.accuracy(net.forward(digits.validation[0]), digits.validation[1]) for net in nets]
        )
    return np.moveaxis(np.reshape(accuracy, (EPOCHS, len(rates), len(seeds))), 0, -1)


learned = {}
with np.errstate(all="ignore"):  # a network that starts at 1 overflows; it is scored all the same
    for bend in BENDS:
        for name, start in START.items():
            best = RATES[int(np.argmax(train(bend, start, RATES, (100, 101))[:, :, -1].mean(axis=1)))]
            learned[bend, name] = train(bend, start, (best,), range(5))[0]
            end = learned[bend, name][:, -1]
            print(
                f"{bend:>8}, {name:>6}, rate {best:4}: {end.min():4.0%} to {end.max():4.0%}, mean {end.mean():4.0%}"
            )
rules = ("LeCun", "Glorot", "He")
above = sum(learned["sigmoid", name][:, -1].mean() > 0.5 for name in rules)
compare_guess(sigmoid_rules_guess, above, "Rules that take ten sigmoid layers above 50 %")

# %% name="training-figure"
fig, axes = plots.figure(3, width=9.6, height=3.0, sharey=True)
for ax, bend in zip(axes, BENDS, strict=True):
    plots.curves(ax, np.arange(1, EPOCHS + 1), {name: learned[bend, name] for name in START}, labels=False)
    ax.set(title=bend, xlabel="epoch", xticks=range(2, EPOCHS + 1, 2), ylim=(0, 1))
axes[0].set_ylabel("validation accuracy")
axes[0].legend(loc="upper left", title="start")
plots.show(
    fig,
    "Validation accuracy by epoch for five starts, with the range of five seeds, in three plots. Sigmoid: all at chance "
    "but normal weights of 1, which climb a little. tanh: LeCun, Glorot and He rise together to about 90 percent, the other "
    "two stay at chance. ReLU: He rises to nearly 80 percent, LeCun and Glorot to less than half with a wide spread, the other "
    "two stay at chance.",
)

# %% [markdown]
# **Sigmoid: none of the rules.** Ten layers with slopes of at most ¼ multiply the gradient by a millionth, and no choice
# of variance puts that right: He's, the largest of the three, leaves a few hundred-thousandths. Only weights far too large for any
# rule, N(0, 1), let something through, and reach 34 %. (Glorot and Bengio's rule assumes an activation that is about
# the identity near 0. σ is not: it begins at ½ with slope ¼.)
#
# **tanh: all three**, 86 to 93 %, with overlapping ranges: whether 1/n or 2/n does not matter much. A start of 0.01 learns
# nothing, and neither does one of 1. (Their best rates are often the first or last of the list. Put others
# into `RATES` and see whether one helps.)
#
# **ReLU: He's**, 79 % against 33 % and 41 %, and even its worst seed is better than the best of the others. The factor 2 that
# tanh hardly notices is worth a lot here, for without it the signal is halved in square in every layer. It is the one rule
# derived for ReLU, and that shows. Even so, twelve epochs leave it behind tanh. (Batch normalisation is another way out: lesson 14.)
#
# With one or two hidden layers you would hardly see any of this. The rules differ by a factor of two, and it is depth
# that raises it to the tenth power.
#
# ## Common mistakes
#
# - **The standard deviation for the variance.** 1/n and 1/√n: at n = 400 a factor of twenty.
# - **a for the deviation.** Uniform(−a, a) has the standard deviation a/√3.
# - **n_out for n_in.** It is the number of *terms in a sum* that counts; with `x @ W` these are the rows of W.
# - **Noise that stays positive.** Numbers from [0, 1) have mean ½: every sum drifts.
# - **One value for all weights.** Not only 0. The symmetry is the fault.
# - **One standard deviation for all layers**, 0.01 say: right for one width only.
# - **'Xavier' for LeCun.**
#
# ## Quiz
#
# 1. All weights of a hidden layer begin at 0, or at any one value. What becomes of its units?
#    - **a** They stay copies of each other.
#    - **b** They part after a few epochs.
#    - **c** They die.
# 2. A unit adds up 400 inputs of variance 1. Which variance of the weights keeps its sum at variance 1?
#    - **a** 1/20
#    - **b** 1/400
#    - **c** 400
# 3. Why is He's variance twice LeCun's?
#    - **a** ReLU networks are deeper.
#    - **b** ReLU lets about half of the signal's square through.
#    - **c** ReLU has no upper bound.
# 4. What is Xavier initialisation?
#    - **a** LeCun's.
#    - **b** Glorot's.
#    - **c** He's.
# 5. Weights uniform in (−a, a) shall have variance 0.03. What is a?
#    - **a** 0.1
#    - **b** 0.17
#    - **c** 0.3
#
# Put letters in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "a"
q2 = "b"
q3 = "b"
q4 = "b"
q5 = "c"
### END SOLUTION

# %% name="quiz-result"
quiz("05_initialization", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5)

# %% [markdown]
# ## What to take away
#
# - Too large: born saturated. All alike: copies for ever. Too small: the signal dies on its way.
# - Keep the variance from layer to layer: n·Var(W)·E[x²]. That gives 1/n, and 2/n behind a ReLU.
# - tanh: LeCun, Glorot or He, it hardly matters. ReLU: He. Deep sigmoids: none of them helps.
# - Xavier is Glorot.
#
# ## In practice
#
# | here | PyTorch |
# |---|---|
# | `"lecun_normal"` | `torch.nn.init.kaiming_normal_(w, nonlinearity="linear")` |
# | `"glorot_uniform"` | `torch.nn.init.xavier_uniform_(w)` |
# | `"he_uniform"` | `torch.nn.init.kaiming_uniform_(w, nonlinearity="relu")` |
# | biases 0 | `torch.nn.init.zeros_(b)` |
#
# `torch.nn.Linear` by itself draws uniform weights with the variance 1/(3 n_in): a third of LeCun's, which dates from older code.
# With normalisation in every layer the first weights matter less; in very deep networks without it, more.
#
# ## References
#
# - X. Glorot, Y. Bengio (2010), *Understanding the difficulty of training deep feedforward neural networks*, AISTATS.
#   The pictures of section 3, for tanh and sigmoid, and equation 16.
# - K. He, X. Zhang, S. Ren, J. Sun (2015), *Delving deep into rectifiers*, ICCV. Section 2.2: the factor 2, in one page.
# - Y. LeCun, L. Bottou, G. Orr, K.-R. Müller (1998), *Efficient BackProp*. Section 4.6.
# - D. Mishkin, J. Matas (2016), *All you need is a good init*, ICLR. Measure the variance and correct it, layer by layer.
# - A. Saxe, J. McClelland, S. Ganguli (2014), *Exact solutions to the nonlinear dynamics of learning in deep linear
#   neural networks*, ICLR. Why orthogonal weights are better still.
