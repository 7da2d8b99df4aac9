# %% [markdown]
# # 08 · Adaptive methods: a learning rate for every parameter, and Adam put right
#
# **You will make** AdaGrad, RMSProp and Adam, and Adam once more as the source document prints it, to see
# what the missing line does. Then you stage the two best-known animations of the field yourself, with the
# rates written beside the names, and a race on real digits whose winner you can choose.
#
# **You will be able to**
#
# - say what dividing by a root of squares does to a step, and what it cannot do,
# - explain why AdaGrad slows down, how RMSProp stays awake, and what Adam adds,
# - compute how much too long Adam's first steps are without bias correction, and find the betas that hide it,
# - read an optimizer race, and know which questions to ask of it.
#
# | | |
# |---|---|
# | Time | 85 minutes, four exercises |
# | You need | lesson 07 (momentum); lesson 06 for gradient descent |
# | Covers | sections E3 to E6 of the source document, corrections X3 and X5 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import numpy as np

from dlcourse import datasets, losses, network, optimizers, plots, search, training
from dlcourse.datasets import surfaces
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. AdaGrad: the more a parameter has moved, the less it may
#
# Gradient descent has one learning rate for all. But a loss may be a thousand times as steep along one
# parameter as along another: then the rate that is safe for the first is useless for the second. What if
# every parameter had a rate of its own, set by the gradients that it has seen?
#
# **AdaGrad** (Duchi et al. 2011) keeps for each parameter the sum $h$ of its squared gradients, and divides
# by the root of it. All operations are element by element (the document's ⊙):
#
# $$h \leftarrow h + g \odot g, \qquad
# \theta \leftarrow \theta - \eta\,\frac{g}{\sqrt{h} + \varepsilon}$$
#
# Here are two parameters. The loss is a thousand times as steep along the first as along the second.
#
# **Before you run it:** SGD moves the first a thousand times as far. How many times as far does AdaGrad
# move it, in the first step?

# %% guess="first-step"
### BEGIN SOLUTION
first_step_guess = 30.0  # times as far
### END SOLUTION

# %% name="first-step"
theta, h = np.array([1.0, 1.0]), np.zeros(2)
g, eta, eps = np.array([10.0, 0.01]), 0.1, 1e-8
h = h + g * g
step = -eta * g / (np.sqrt(h) + eps)
print("SGD:    ", -eta * g)
print("AdaGrad:", step.round(6))
compare_guess(first_step_guess, step[0] / step[1], "Times as far in AdaGrad's first step")

# %% [markdown]
# Equally far. In the first step $\sqrt{h}$ is $|g|$ itself, so what remains is the sign, times η. Multiply
# the loss along one axis by any number and AdaGrad walks the same walk: it does not care about the *units*
# of a parameter. Hold on to that; it decides the race at the end.
#
# > **Correction X5.** The document's formula divides by $\sqrt{h}$ alone. The code beneath it has an eps,
# > and it has it *outside* the root: $\sqrt{h} + \varepsilon$. The code is right (Duchi et al. 2011 add a
# > small δ, too), and on real data you notice soon.
#
# Look at the first step of a network on digits. The pixels in the corners are empty in every picture.

# %% name="without-eps"
digits = datasets.digits()
images, labels = digits.train
net = network.mlp([64, 32, 10], rng=np.random.default_rng(8))
_, upstream = losses.softmax_cross_entropy(net.forward(images[:32]), labels[:32])
net.backward(upstream)
zero = net.grad == 0
print(f"{zero.sum()} of {zero.size} gradients are exactly 0")
with np.errstate(invalid="ignore"):
    without = net.grad / np.sqrt(net.grad**2)
with_eps = net.grad / (np.sqrt(net.grad**2) + 1e-8)
print("nan without eps:", np.isnan(without).sum(), "  with eps:", np.isnan(with_eps).sum())

# %% [markdown]
# Each of these is 0/0, and one nan in a weight is a network of nan in the next forward pass. With eps the
# answer is 0, which is what a parameter without a gradient deserves.
#
# ### Exercise 1 · `adagrad_step(params, h, grad, learning_rate, eps)`
#
# - `params`, `h`, `grad`: arrays of one shape, any. `h` is the sum of squares so far, 0 at the start.
# - returns: the new `(params, h)`. eps stands outside the root, and the arguments are left as they were.
#
# ```python
# >>> adagrad_step(np.array([1.0]), np.array([9.0]), np.array([4.0]), learning_rate=0.5, eps=0.0)
# (array([0.6]), array([25.]))
# ```
#
# (9 + 4² = 25, and 1 − 0.5 · 4/5 = 0.6.)
#
# **The check also asks:** Single numbers, integers, float32; a gradient of 0 where h is 0; settings may be given by name. Your arguments, here and below, are left as they were.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# Two lines, one an arrow in the formula. Bring `h` up to date first: the step uses the new one. `h += …`
# would change the caller's array; `h = h + …` makes a new one.
#
# </details>


# %% exercise="adagrad_step"
def adagrad_step(params, h, grad, learning_rate, eps):
    """One AdaGrad step: the new (params, h)."""
    ### BEGIN SOLUTION
    h = h + grad**2
    params = params - learning_rate * grad / (np.sqrt(h) + eps)
    return params, h
    ### END SOLUTION


# %% check="adagrad_step"
adagrad_step = check(adagrad_step)

# %% [markdown]
# ### A rate that dies?
#
# $h$ only grows, so the steps only shrink. Take the simplest case, a gradient that stays the same.
#
# **Before you run it:** what share of the length of the first step has the hundredth?

# %% guess="hundredth"
### BEGIN SOLUTION
hundredth_guess = 0.01  # share, 0 to 1
### END SOLUTION

# %% name="hundredth"
theta, h, path = np.array(0.0), np.array(0.0), [0.0]
for _ in range(10_000):
    theta, h = adagrad_step(theta, h, np.array(-1.0), learning_rate=1.0, eps=1e-8)
    path.append(float(theta))
steps = np.diff(path)
for t in (1, 10, 100, 1000, 10_000):
    print(f"step {t:6}: length {steps[t - 1]:.3f}, way so far {path[t]:7.2f}")
compare_guess(hundredth_guess, steps[99], "Share that the hundredth step has")

# %% [markdown]
# A constant gradient makes $h = t g^2$, so the step is $\eta/\sqrt{t}$: a tenth after a hundred steps, a
# hundredth after ten thousand. The document says that the rate reaches 0 in the end and learning becomes
# impossible. Not quite: the way so far grows like $2\sqrt{t}$, without limit. AdaGrad never stands still, and
# for convex problems this very decay is what its proof of convergence needs. It hurts where the goal *moves*.

# %% [markdown]
# ## 2. RMSProp: forget, and stay awake
#
# **RMSProp** (Tieleman & Hinton 2012) changes one thing. In place of the sum of all squares it keeps an
# **exponential moving average**, which forgets old ones little by little:
#
# $$h \leftarrow \rho\,h + (1 - \rho)\,g \odot g, \qquad
# \theta \leftarrow \theta - \eta\,\frac{g}{\sqrt{h} + \varepsilon}$$
#
# ρ is called `decay_rate`; 0.9, 0.99 and 0.999 are usual. A square from $k$ steps ago counts $\rho^k$, so the
# average looks back over some $1/(1-\rho)$ steps. The name: the **r**oot of the **m**ean **s**quare.

# %% name="moving-average"
squares = np.r_[np.full(50, 100.0), np.full(150, 1.0)]  # steep for 50 steps, then gentle
for rho in (0.9, 0.99, 0.999):
    h, seen = 0.0, []
    for square in squares:
        h = rho * h + (1 - rho) * square
        seen.append(h)
    print(
        f"ρ = {rho:5}: h after 50 steps {seen[49]:6.2f}, after 100 {seen[99]:6.2f}, after 200 {seen[199]:6.2f}"
    )
print(f"  AdaGrad: h after 50 steps {squares[:50].sum():.0f}, after 200 {squares.sum():.0f}")

# %% [markdown]
# With ρ = 0.9 the steep stretch is forgotten after fifty steps. With 0.999 it is not even *learned* in
# fifty: $h$ starts at 0 and has a long way to go. Too small an $h$ means too long a step; remember that, too.
#
# ### Exercise 2 · `rmsprop_step(params, h, grad, learning_rate, decay_rate, eps)`
#
# - as `adagrad_step`, with `decay_rate` ρ in [0, 1).
# - returns: the new `(params, h)`, eps outside the root.
#
# ```python
# >>> rmsprop_step(np.array([1.0]), np.array([0.0]), np.array([4.0]), 0.5, decay_rate=0.75, eps=0.0)
# (array([0.]), array([4.]))
# ```
#
# **The check also asks:** Single numbers, integers, float32; a gradient of 0 where h is 0; settings may be given by name.
#
# *Difficulty: easy · 4 minutes*
#
# <details><summary>Hint</summary>
#
# Copy your AdaGrad and change the line of `h`. Which of the two weights goes with the old `h`? The large
# one: an average that forgets slowly keeps most of what it has.
#
# </details>


# %% exercise="rmsprop_step"
def rmsprop_step(params, h, grad, learning_rate, decay_rate, eps):
    """One RMSProp step: the new (params, h)."""
    ### BEGIN SOLUTION
    h = decay_rate * h + (1 - decay_rate) * grad**2
    params = params - learning_rate * grad / (np.sqrt(h) + eps)
    return params, h
    ### END SOLUTION


# %% check="rmsprop_step"
rmsprop_step = check(rmsprop_step)

# %% [markdown]
# ### A goal that moves
#
# One parameter, and a loss of $\tfrac12(\theta - c)^2$ whose gradient comes with noise. The goal $c$ is at 1
# for 400 steps, then at −1, then at 1 again: eight trips. How many steps does each take to come within 0.2 of
# its goal? Five seeds; both methods meet the same noise. AdaGrad gets the rate 1. RMSProp gets 0.1 with
# ρ = 0.99, for its first step is then as long: $0.1/\sqrt{1 - 0.99} = 1$.
#
# **Before you run it:** RMSProp needs 13 steps for the eighth trip. How many does AdaGrad need?

# %% guess="eighth-trip"
### BEGIN SOLUTION
eighth_trip_guess = 30.0  # steps
### END SOLUTION

# %% name="trips"
TRIPS, STEPS = 8, 400


def steps_needed(rule, seed):
    """Steps until each of the goals is within 0.2, (TRIPS,); STEPS where they do not do."""
    noise = np.random.default_rng(seed).normal(scale=0.5, size=(TRIPS, STEPS))
    theta, h, needed = np.array(0.0), np.array(0.0), np.full(TRIPS, STEPS)
    for trip in range(TRIPS):
        goal = 1.0 if trip % 2 == 0 else -1.0
        for step in range(STEPS):
            theta, h = rule(theta, h, theta - goal + noise[trip, step])
            if abs(theta - goal) < 0.2:
                needed[trip] = min(needed[trip], step + 1)
    return needed


RULES = {
    "AdaGrad, rate 1": lambda theta, h, g: adagrad_step(theta, h, g, 1.0, 1e-8),
    "RMSProp, rate 0.1": lambda theta, h, g: rmsprop_step(theta, h, g, 0.1, 0.99, 1e-8),
    "AdaGrad, rate 30": lambda theta, h, g: adagrad_step(theta, h, g, 30.0, 1e-8),
}
needed = {name: np.array([steps_needed(rule, seed) for seed in range(5)]) for name, rule in RULES.items()}
for name, steps in needed.items():
    print(f"{name:>17}: median steps of each trip", *(f"{n:3.0f}" for n in np.median(steps, axis=0)))
compare_guess(eighth_trip_guess, np.median(needed["AdaGrad, rate 1"][:, 7]), "Steps of AdaGrad's eighth trip")

# %% name="trips-figure"
fig, ax = plots.figure(width=6.2, height=2.9)
plots.curves(ax, np.arange(1, TRIPS + 1), needed)
ax.set(xlabel="trip", ylabel="steps to the goal", xticks=range(1, 9), ylim=(0, None))
ax.set_title("At the same first step, AdaGrad tires and RMSProp does not")
plots.show(
    fig,
    "Steps that each of eight trips took, mean and range of five seeds. AdaGrad at rate 1 rises from 1 step "
    "to nearly 80. RMSProp at rate 0.1 is level at about 13 from the second trip on. AdaGrad at rate 30 stays "
    "below both, at a few steps.",
)

# %% [markdown]
# From the same first step, AdaGrad needs 25 steps for its second trip and 77 for its eighth; RMSProp needs 12
# or 13 each time. So far the document is right. Now the third row: at rate 30, AdaGrad overshoots wildly at
# first, and then needs 2 steps a trip. A rate that is large enough outlives the experiment, for to shrink it
# thirtyfold takes 900 times as many steps. "The rate dies" is a matter of how long you train.
#
# Networks have moving goals: what the upper layers should do depends on what the lower ones do, and they are
# all still learning.

# %% [markdown]
# ## 3. Adam: momentum and a rate of one's own
#
# RMSProp averages $g^2$ and walks along the newest $g$. Momentum (lesson 07) walks along an average of $g$.
# **Adam** (Kingma & Ba 2015) does both:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad
# v \leftarrow \beta_2 v + (1 - \beta_2)\, g \odot g, \qquad
# \theta \leftarrow \theta - \eta\,\frac{m}{\sqrt{v} + \varepsilon}$$
#
# with $\beta_1 = 0.9$, $\beta_2 = 0.999$, $\varepsilon = 10^{-8}$. So the document prints it. Write it down
# like this first. ($v$ is a mean square here, not a velocity: the paper's letters.)
#
# ### Exercise 3 · `adam_step_uncorrected(params, m, v, grad, learning_rate, beta1, beta2, eps)`
#
# - `params`, `m`, `v`, `grad`: arrays of one shape. `m` and `v` are 0 at the start.
# - returns: the new `(params, m, v)`, eps outside the root.
#
# ```python
# >>> one = np.array([1.0])
# >>> adam_step_uncorrected(one, 0 * one, 0 * one, 4 * one, 0.1, beta1=0.5, beta2=0.75, eps=0.0)
# (array([0.9]), array([2.]), array([4.]))
# ```
#
# **The check also asks:** Single numbers, integers, float32; the learning rate may be a column, one rate a row.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# Three lines. `m` and `v` are two averages of the kind that you wrote for RMSProp, one of `grad`, one of
# `grad**2`. Above the line of the step stands the new `m`, not `grad`.
#
# </details>


# %% exercise="adam_step_uncorrected"
def adam_step_uncorrected(params, m, v, grad, learning_rate, beta1, beta2, eps):
    """One step of Adam without bias correction: the new (params, m, v)."""
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    params = params - learning_rate * m / (np.sqrt(v) + eps)
    return params, m, v
    ### END SOLUTION


# %% check="adam_step_uncorrected"
adam_step_uncorrected = check(adam_step_uncorrected)

# %% [markdown]
# ### What two zeros do
#
# Both averages begin at 0, so both are too small at first: after one step $m$ is a tenth of $g$, and $v$ a
# *thousandth* of $g^2$. One stands above the line, the other below it and under a root.
#
# **Before you run it:** at the usual betas, how long is the very first step, as a multiple of η?

# %% guess="first-adam-step"
### BEGIN SOLUTION
first_adam_step_guess = 0.1  # times the learning rate
### END SOLUTION

# %% name="first-adam-step"
zero, g = np.array(0.0), np.array(-7.0)  # any gradient will do: its size cancels
for beta1, beta2 in ((0.9, 0.999), (0.9, 0.99), (0.9, 0.9)):
    step, m, v = adam_step_uncorrected(zero, zero, zero, g, 1.0, beta1, beta2, 1e-8)
    print(
        f"β₁ = {beta1}, β₂ = {beta2:5}: m = {m / g:.3f} g, √v = {np.sqrt(v) / abs(g):.3f} |g|, step {step:.2f} η"
    )
step, _, _ = adam_step_uncorrected(zero, zero, zero, g, 1.0, 0.9, 0.999, 1e-8)
t = np.arange(1, 5001)
for beta2 in (0.999, 0.99):  # later steps, for a gradient that stays the same
    length = (1 - 0.9**t) / np.sqrt(1 - beta2**t)
    print(f"β₂ = {beta2:5}: longest {length.max():.1f} η at step {length.argmax() + 1},", end=" ")
    print(f"below 1.1 η from step {np.flatnonzero(length >= 1.1)[-1] + 2} on")
compare_guess(first_adam_step_guess, float(step), "First step without correction, in units of η")

# %% [markdown]
# The two errors do not cancel. At the usual betas $v$ is the worse one, and the first step is *three times
# too long*. Then it gets worse, for $m$ recovers within some twenty steps and $v$ takes a thousand: six and
# a half times at step 12. At $\beta_2 = 0.9$ it is three times too short. And at $\beta_2 = 0.99$ it is, by
# luck, exactly right: $1 - 0.9 = \sqrt{1 - 0.99}$. Whoever tests at those betas will not notice that
# something is missing.
#
# > **Correction X3.** The document's Adam lacks a line that the paper has. After $t$ steps the weights in
# > $m$ add up to $1 - \beta_1^t$ and not to 1, so divide by that sum, and likewise $v$:
# >
# > $$\hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat v = \frac{v}{1 - \beta_2^t}, \qquad
# > \theta \leftarrow \theta - \eta\,\frac{\hat m}{\sqrt{\hat v} + \varepsilon}$$
# >
# > (Kingma & Ba 2015, Algorithm 1 and section 3). $t$ is 1 in the first step. It matters while $\beta_2^t$ is
# > not yet small: for the first thousands of steps.
#
# ### Exercise 4 · `adam_step(params, m, v, t, grad, learning_rate, beta1, beta2, eps)`
#
# - as before, with the number `t` of the step, 1 on the first call.
# - returns: the new `(params, m, v)`. The step uses the corrected averages; what you **return** are the
#   uncorrected ones, or the next step would correct them again.
#
# ```python
# >>> one = np.array([1.0])
# >>> adam_step(one, 0 * one, 0 * one, 1, 16 * one, 0.1, beta1=0.5, beta2=0.75, eps=0.0)
# (array([0.9]), array([8.]), array([64.]))
# ```
#
# **The check also asks:** Single numbers, integers, float32; t may be large or a NumPy integer; the learning rate may be a column, one rate a row.
#
# *Difficulty: medium · 8 minutes*
#
# <details><summary>Hint</summary>
#
# Keep your three lines and put two between them: `m_hat = m / (1 - beta1**t)` and the same for `v`. eps is
# added to the root of `v_hat`.
#
# </details>


# %% exercise="adam_step"
def adam_step(params, m, v, t, grad, learning_rate, beta1, beta2, eps):
    """One step of Adam with bias correction: the new (params, m, v), m and v uncorrected."""
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    params = params - learning_rate * m_hat / (np.sqrt(v_hat) + eps)
    return params, m, v
    ### END SOLUTION


# %% check="adam_step"
adam_step = check(adam_step)

# %% [markdown]
# ### With and without
#
# Now train. Two networks from the same weights, on the same batches, at the same rate, 0.03; one Adam has
# your correction and the other has not. Five seeds, each with weights and batches of its own, 100 updates, at three
# values of $\beta_2$.
#
# **Before you run it:** an untrained network has a loss of about ln 10 = 2.3. How high will the validation
# loss climb *without* correction, at the usual betas, before it falls?

# %% guess="highest"
### BEGIN SOLUTION
highest_guess = 2.5  # validation loss
### END SOLUTION


# %% name="with-and-without"
class Corrected(optimizers.Adam):
    def update(self, theta, grad, m, v):
        settings = self.learning_rate, self.beta1, self.beta2, self.eps
        theta[:], m[:], v[:] = adam_step(theta, m, v, self.t, grad, *settings)


class Uncorrected(optimizers.Adam):
    def update(self, theta, grad, m, v):
        settings = self.learning_rate, self.beta1, self.beta2, self.eps
        theta[:], m[:], v[:] = adam_step_uncorrected(theta, m, v, grad, *settings)


def first_updates(kind, eta, beta2, seeds=range(5), updates=100):
    """Validation loss after each update, (seeds, updates); a seed is first weights and batches."""
    seen = np.zeros((len(seeds), updates))
    for i, seed in enumerate(seeds):
        net, rng = (
            network.mlp([64, 32, 10], rng=np.random.default_rng(seed)),
            np.random.default_rng(1000 + seed),
        )
        adam = kind(eta, 0.9, beta2)
        for update in range(updates):
            batch = rng.integers(len(images), size=32)
            _, upstream = losses.softmax_cross_entropy(net.forward(images[batch]), labels[batch])
            net.backward(upstream)
            adam.step(net.theta, net.grad)
            seen[i, update], _ = training.evaluate(net, losses.softmax_cross_entropy, digits.validation)
    return seen


runs = {}
print("rate   β₂      correction   highest loss   after 10   after 100 updates")
for eta, beta2 in ((0.03, 0.999), (0.03, 0.99), (0.03, 0.9), (0.01, 0.999)):
    for kind in (Corrected, Uncorrected):
        loss = runs[eta, beta2, kind] = first_updates(kind, eta, beta2)
        word = "with" if kind is Corrected else "without"
        high, early, late = loss.max(axis=1).mean(), loss[:, 9].mean(), loss[:, 99].mean()
        print(f"{eta:4}   {beta2:5}   {word:10} {high:14.1f} {early:10.1f} {late:10.1f}")
compare_guess(
    highest_guess, runs[0.03, 0.999, Uncorrected].max(axis=1).mean(), "Highest loss without correction"
)

# %% name="with-and-without-figure"
fig, (left, middle, right) = plots.figure(3, width=9.6, height=3.3)
t = np.arange(1, 5001)
for beta2, color, style in zip((0.999, 0.99, 0.9), plots.COLORS, plots.STYLES, strict=False):
    ratio = (1 - 0.9**t) / np.sqrt(1 - beta2**t)
    left.plot(t, ratio, color=color, linestyle=style)
    beside = (-8, 11) if beta2 > 0.9 else (8, -9)
    left.annotate(f"β₂ = {beta2}", (t[4], ratio[4]), xytext=beside, textcoords="offset points", color=color)
left.set(
    xscale="log", yscale="log", yticks=[0.3, 1, 3, 6], yticklabels=["0.3", "1", "3", "6"], ylim=(0.25, 10)
)
left.set(xlabel="step t", ylabel="length of the step / η", title="A constant gradient, no correction")
left.minorticks_off()
for ax, beta2 in ((middle, 0.999), (right, 0.99)):
    named = {"with": runs[0.03, beta2, Corrected], "without": runs[0.03, beta2, Uncorrected]}
    plots.curves(ax, np.arange(1, 101), named, labels=False)
    ax.set(
        xlabel="update", ylim=(0, 5), title=f"digits, β₂ = {beta2}: it {'shows' if beta2 > 0.99 else 'hides'}"
    )
middle.set_ylabel("validation loss")
middle.annotate("without", (9, 3.4), color=plots.COLORS[1])
middle.annotate("with", (3, 0.35), color=plots.COLORS[0])
right.annotate("both", (18, 0.9))
plots.show(
    fig,
    "Left: how long Adam's steps are without correction, in units of the rate, for a gradient that stays the "
    "same. With beta2 0.999 they begin at 3, rise above 6 near step 12 and are back at 1 after some 3000 steps. "
    "With 0.99 they begin at exactly 1 and rise to 2. With 0.9 they begin at 0.3 and come up to 1. Middle: at "
    "0.999 the loss without correction first climbs above 3 and stays behind for all 100 updates. Right: at 0.99 "
    "the two curves lie together.",
)

# %% [markdown]
# Without correction, at the usual betas, the loss first climbs to 3.4, where the other never goes above 2.3, and it
# has not made up for that after 100 updates: 0.3 against 0.1. The steps were three to six times too long while
# the weights were still raw.
#
# At $\beta_2 = 0.99$ the two are hard to tell apart, at 0.9 the lack makes the start a little too cautious.
# And look at the last two rows: at rate 0.01 the Adam *without* correction is ahead, 0.7 against 1.5 after
# ten updates. That is no virtue of the error. A rate of 0.01 was small, and a hidden factor of six made it
# larger. What you lose without correction is knowing your own rate.

# %% [markdown]
# ## 4. Two famous pictures
#
# The document ends this section with two animations and no word, since everybody knows them. Yet they come
# without learning rates, so nobody can say what won, the method or the rate. Here they are again, for all
# six methods, each from one start with stated rates. `optimizers` has the six as classes; they take the
# steps that you wrote, in place. (Its Nesterov keeps the looked-ahead point, as PyTorch does.)
#
# ### The contour race
#
# The surface is Beale's function: flat ground between sheer walls, the lowest point at (3, 0.5). The start,
# (1, 1.5), is on a wall. The rate of each method comes from one list of eight. It is the one with which the
# walk is soonest within 0.1 of the lowest point *for good*, in 250 steps, without ever leaving the picture.
#
# **Before you run it:** SGD needs 170 steps. How many does Adam need?

# %% guess="contour"
### BEGIN SOLUTION
contour_guess = 30  # steps
### END SOLUTION

# %% name="contour-race"
METHODS = {
    "SGD": optimizers.SGD,
    "Momentum": optimizers.Momentum,
    "Nesterov": optimizers.Nesterov,
    "AdaGrad": optimizers.AdaGrad,
    "RMSProp": optimizers.RMSProp,
    "Adam": optimizers.Adam,
}
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


def walks(method, rates, surface, start, steps):
    """The points of one walk a rate, (rates, steps + 1, 2)."""
    theta, optimizer = np.tile(start, (len(rates), 1)).astype(float), method(np.array(rates)[:, None])
    seen = [theta.copy()]
    with np.errstate(all="ignore"):  # too large a rate flies off to infinity: such a walk is left out
        for _ in range(steps):
            optimizer.step(theta, surface.gradient(theta))
            seen.append(theta.copy())
    return np.stack(seen, axis=1)


def arrival(walk, surface):
    """The step from which on the walk is within 0.1 of the minimum; infinite if it leaves the picture."""
    low, high = np.transpose(surface.window)
    if not np.all((walk >= low) & (walk <= high)):
        return np.inf
    outside = np.flatnonzero(np.linalg.norm(walk - surface.minimum, axis=1) >= 0.1)[-1]
    return outside + 1 if outside + 1 < len(walk) else np.inf


def contour_race(start):
    """By method: its best rate, when it arrives, and its walk."""
    result = {}
    for name, method in METHODS.items():
        tried = walks(method, RATES, beale, start, 250)
        best = np.argmin([arrival(walk, beale) for walk in tried])
        result[name] = RATES[best], arrival(tried[best], beale), tried[best]
    return result


beale = surfaces.beale()
beale_race = contour_race(beale.start)
for name, (rate, arrived, _) in beale_race.items():
    print(f"{name:>8}, rate {rate:5}: there after {arrived:3} steps")
compare_guess(contour_guess, beale_race["Adam"][1], "Steps that Adam needs")

# %% name="contour-still"
named = {f"{name}, rate {rate}": walk for name, (rate, _, walk) in beale_race.items()}
fig, ax = plots.figure(width=6.8, height=3.7)
plots.race(ax, beale, named)
ax.set(xlabel="x", ylabel="y", title="From one start (○) to the lowest point (☆), each its own way")
plots.show(
    fig,
    "The paths of six optimizers over the contours of Beale's function, from a ring at (1, 1.5) to a star at "
    "(3, 0.5). SGD, momentum and Nesterov drop straight down the wall, past the valley, turn round at y = −1 "
    "or lower and come back up to it. AdaGrad and RMSProp lie on one another: they step off diagonally, then "
    "follow the valley floor. Adam starts on the same diagonal, swings wide below the floor and returns.",
)

# %% name="contour-animation" tags=["nbval-ignore-output"]
fig, ax = plots.figure(width=6.2, height=3.6)
lines = plots.race(ax, beale, named)
ax.set(xlabel="x", ylabel="y", title="The contour race, 250 steps")
plots.play(
    fig,
    lines,
    "Six marks set out from (1, 1.5) at once. SGD, momentum and Nesterov are thrown down the wall. Within 40 "
    "steps all are on the valley floor. Momentum, Nesterov and Adam run along it to the star. SGD, AdaGrad and "
    "RMSProp creep, ever more slowly, and come last.",
)

# %% [markdown]
# Open the fold to play it, close it to stop; the step is counted in the corner, and the first steps are shown
# more slowly.
#
# The two with momentum win, with 73 and 77 steps; Adam, 90, has momentum too, and pays for a wide swing.
# AdaGrad and RMSProp take the most elegant way down and lie on one another for a long while: at ρ = 0.99
# RMSProp forgets next to nothing in the first steps, and 0.1/√0.01 = 1 is AdaGrad's rate. But on the valley
# floor, where the gradient is small, nothing carries them on: 150 and 223 steps. So far the famous picture.
# The very same code from a start on the other side of the valley:

# %% name="another-start"
for name, (rate, arrived, _) in contour_race((2.2, 0.9)).items():
    print(f"{name:>8}, rate {rate:5}: there after {arrived:3} steps")

# %% [markdown]
# The order is turned upside down. From (2.2, 0.9) the goal lies down and to the right, on a diagonal, and a
# diagonal is how a method that divides by √h begins: AdaGrad and RMSProp are there after 6 steps, and Adam
# is ahead of momentum, 58 to 77. One start, one surface: that is one anecdote, however well it moves.

# %% [markdown]
# ### The saddle point
#
# A saddle is a mountain pass: a minimum along one axis, a maximum along the other, and level where they meet.
# Near it the gradient is small and points *towards* the pass. Here $f = x^2 - y^2$, and the walkers start at
# (−0.9, 0.001), a hair's breadth beside the ridge. To tune the rates makes no sense here: the function falls
# for ever, so the largest rate always wins. All six get the same modest one, 0.01. A walker is *off* as soon
# as $|y| \geq 0.5$.
#
# **Before you run it:** SGD needs 314 steps. How many does Adam need?

# %% guess="saddle"
### BEGIN SOLUTION
saddle_guess = 100  # steps
### END SOLUTION

# %% name="saddle"
saddle = surfaces.saddle()
SADDLE_RATES = (0.003, 0.01, 0.03, 0.1)
c = np.sqrt(0.5)
TURN = np.array([[c, c], [-c, c]])  # points @ TURN are turned by 45°


def steps_off(method, turn):
    """For each rate the step at which |y| ≥ 0.5, on the saddle with its axes turned; 0 if 1000 do not do."""
    turned = surfaces.Surface(
        "turned", None, lambda p: saddle.gradient(p @ turn.T) @ turn, None, None, saddle.window
    )
    found = walks(method, SADDLE_RATES, turned, np.array(saddle.start) @ turn, 1000) @ turn.T
    return np.argmax(np.abs(found[:, :, 1]) >= 0.5, axis=1)


straight = {name: steps_off(method, np.eye(2)) for name, method in METHODS.items()}
print("steps until off, by rate", *(f"{rate:6}" for rate in SADDLE_RATES))
for name, steps in straight.items():
    print(f"{name:>23}:", *(f"{step or 'never':>6}" for step in steps))
compare_guess(saddle_guess, straight["Adam"][1], "Steps that Adam needs at rate 0.01")

# %% name="saddle-still"
named = {name: walks(method, (0.01,), saddle, saddle.start, 350)[0] for name, method in METHODS.items()}
fig, (left, right) = plots.figure(2, width=9.8, height=3.5)
lines = plots.race(left, saddle, named)
left.get_legend().remove()
for line, walk in zip(lines, named.values(), strict=True):
    right.plot(np.abs(walk[:, 1]), color=line.get_color(), linestyle=line.get_linestyle())
right.legend(handles=lines, loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, handlelength=3)
left.set(xlabel="x", ylabel="y", title="Three go to the pass, three set off at once")
right.set(xlabel="step", ylabel="|y|, distance from the ridge", yscale="log", ylim=(8e-4, 1.2))
right.set_title("Who leaves the ridge, and when")
plots.show(
    fig,
    "Left, the paths on the contours of the saddle, all at rate 0.01. SGD, momentum and Nesterov walk along the "
    "ridge to the pass in the middle and turn there by a right angle; momentum and Nesterov overshoot it first. "
    "AdaGrad, RMSProp and Adam set off diagonally from the start. Right, the distance from the ridge by step on "
    "a logarithmic scale. RMSProp leaves first and Adam next, then Nesterov and momentum; SGD's line is "
    "straight and reaches one half at about step 310, just where it meets AdaGrad, which rose at once and then "
    "grew slow.",
)

# %% name="saddle-animation" tags=["nbval-ignore-output"]
fig, ax = plots.figure(width=6.2, height=3.6)
lines = plots.race(ax, saddle, named)
ax.set(xlabel="x", ylabel="y", title="The saddle point, all at rate 0.01")
plots.play(
    fig,
    lines,
    "Six marks set out from the left, a hair above the ridge. RMSProp shoots off diagonally and is gone, Adam "
    "follows it. Momentum and Nesterov run to the pass, beyond it and back, and slide off upwards. AdaGrad "
    "crawls along the diagonal. SGD goes to the pass, seems to stand there for two hundred steps, and leaves "
    "in the end.",
)

# %% [markdown]
# SGD does not get stuck; it waits. Every step multiplies $y$ by $1 + 2\eta = 1.02$, and from 0.001 to 0.5
# that takes $\ln 500/\ln 1.02 \approx 314$ steps, whatever is going on along $x$. Momentum multiplies by
# more, and needs 65. RMSProp and Adam divide the tiny gradient in $y$ by its own tiny root: to them it is
# as large as the one in $x$, and they are off after 6 and 44 steps.
#
# Now for the small print. RMSProp's 6 steps are those of a method that starts *ten times too fast* at
# ρ = 0.99, as in section 2. AdaGrad is last at rate 0.01 and level with Adam at 0.1: one rate for all is
# six different paces. And there is something else. The saddle's two directions happen to be the two
# *parameters*. Turn the very same saddle by 45°, so that it lies across them.
#
# **Before you run it:** Adam needed 44 steps. How many will it need on the turned saddle?

# %% guess="turned"
### BEGIN SOLUTION
turned_guess = 44  # steps
### END SOLUTION

# %% name="turned"
turned = {name: steps_off(method, TURN) for name, method in METHODS.items()}
print("at rate 0.01:   as it was   turned by 45°")
for name in METHODS:
    print(f"{name:>14}: {straight[name][1]:10} {turned[name][1] or 'never':>12}")
compare_guess(turned_guess, turned["Adam"][1], "Steps that Adam needs on the turned saddle")

# %% [markdown]
# SGD and momentum do not notice: the gradient is an arrow, and arrows turn with the picture. But now both
# parameters share the large gradient along the ridge, and both are divided by it. The small component that
# leads away is no longer stretched: Adam needs 255 steps, RMSProp 87, AdaGrad more than a thousand. A rate
# for every *parameter* helps as far as the difficulty lies along the parameters, and no further.

# %% [markdown]
# ## 5. A fair race on digits
#
# Surfaces over the plane make pictures. What counts is a network on data that it has not seen. The rules:
#
# - a 64-32-10 network with tanh, batches of 32, 10 epochs; every method gets the same first weights and the
#   same batches in the same order;
# - the rate of each method comes from the same list of eight, 0.001 to 3, by validation loss, on three seeds
#   that are used for nothing else;
# - six other runs, three orders of the batches with two first weights each, are then scored on **test** data,
#   which no choice has touched.
#
# The race is run three times: on the digits as they are; with a budget of 2 epochs; and with every pixel
# measured in a unit of its own, a factor between 0.1 and 10 drawn once. The last is what tables of real
# measurements look like before somebody standardises them.
#
# **Before you run it:** on the digits as they are, Adam's mean test loss is 0.17. What is SGD's?

# %% guess="sgd"
### BEGIN SOLUTION
sgd_guess = 0.3  # test loss
### END SOLUTION

# %% name="fair-race"
UNITS = 10 ** np.random.default_rng(0).uniform(-1, 1, size=64)
RACES = {"10 epochs": (10, 1.0), "2 epochs": (2, 1.0), "10 epochs, odd units": (10, UNITS)}


def train(method, rates, weights, order, race, part):
    """Loss and accuracy on a part of the data, (rates, weights, 2); weights and order are seeds."""
    epochs, units = RACES[race]
    nets = [network.mlp([64, 32, 10], rng=np.random.default_rng(seed)) for _ in rates for seed in weights]
    optimizer, batches = method(np.repeat(rates, len(weights))[:, None]), np.random.default_rng(order)
    search.fit_together(nets, optimizer, (images * units, labels), epochs=epochs, rng=batches)
    x, y = getattr(digits, part)
    with np.errstate(all="ignore"):  # the largest rates diverge
        scores = [training.evaluate(net, losses.softmax_cross_entropy, (x * units, y)) for net in nets]
    return np.reshape(scores, (len(rates), len(weights), 2))


tuning, best_rate, test_loss = {}, {}, {}
for race in RACES:
    print(f"{race:20}  rate   test loss, mean (range)   test accuracy")
    for name, method in METHODS.items():
        tried = [train(method, RATES, (seed,), seed, race, "validation") for seed in (100, 101, 102)]
        tuning[race, name] = np.mean(tried, axis=0)[:, 0, 0]
        best_rate[race, name] = rate = RATES[np.nanargmin(tuning[race, name])]
        fresh = [
            train(method, (rate,), (2 * order, 2 * order + 1), order, race, "test") for order in range(3)
        ]
        loss, accuracy = np.reshape(fresh, (6, 2)).T
        test_loss[race, name] = loss
        span = f"{loss.mean():.2f} ({loss.min():.2f} to {loss.max():.2f})"
        print(f"{name:>20}: {rate:5}   {span:24} {accuracy.mean():8.0%}")
compare_guess(sgd_guess, test_loss["10 epochs", "SGD"].mean(), "Mean test loss of SGD")

# %% name="against-adam"
for race in RACES:
    print(f"{race}, loss below Adam's on … of 6 runs:", end=" ")
    below = {name: np.sum(test_loss[race, name] < test_loss[race, "Adam"]) for name in METHODS}
    print(", ".join(f"{name} {count}" for name, count in below.items() if name != "Adam"))

# %% name="fair-race-figure"
fig, axes = plots.figure(3, width=9.4, height=3.2, sharey=True)
for ax, race, title in zip(
    axes, RACES, ("10 epochs: a tie", "2 epochs: Adam ahead", "odd units: √h pays"), strict=True
):
    for row, (name, color, marker) in enumerate(zip(METHODS, plots.COLORS, plots.MARKERS, strict=False)):
        loss = test_loss[race, name]
        ax.plot(
            loss,
            row + np.linspace(-0.25, 0.25, len(loss)),
            linestyle="",
            marker=marker,
            markersize=5,
            color=color,
        )
        ax.plot([loss.mean()] * 2, [row - 0.4, row + 0.4], color="black", linestyle="-", linewidth=1.2)
    ax.set(title=title, xlabel="test loss", xlim=(0, None))
axes[0].set(yticks=range(6), yticklabels=METHODS)
axes[0].invert_yaxis()
plots.show(
    fig,
    "Test loss of six methods, six marks a method, one a run, and a bar at their mean. Digits after 10 epochs: "
    "all marks lie between 0.15 and 0.22 and all methods overlap. After 2 epochs: Adam is lowest at 0.23, "
    "momentum next, Nesterov, AdaGrad and RMSProp together at just over 0.3, SGD last and widely spread about "
    "0.4. With odd units: Adam at 0.2, AdaGrad and RMSProp at about 0.25, Nesterov and momentum at 0.35 to 0.4, "
    "SGD far off at 0.5.",
)

# %% name="rates-figure"
fig, axes = plots.figure(2, width=8.6, height=3.3, sharey=True)
titles = {
    "10 epochs": "10 epochs: valleys side by side",
    "10 epochs, odd units": "odd units: three have risen",
}
for ax, (race, title) in zip(axes, titles.items(), strict=True):
    for name, color, style, marker in zip(METHODS, plots.COLORS, plots.STYLES, plots.MARKERS, strict=False):
        look = dict(color=color, linestyle=style, marker=marker, markersize=5, linewidth=1.4)
        ax.plot(RATES, tuning[race, name], label=name, **look)
    ax.set(xscale="log", yscale="log", ylim=(0.07, 4), xlabel="learning rate", title=title)
axes[0].set(ylabel="validation loss", yticks=[0.1, 0.3, 1, 3], yticklabels=["0.1", "0.3", "1", "3"])
axes[1].legend(fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, handlelength=3)
plots.show(
    fig,
    "Validation loss against learning rate for six methods, on logarithmic scales. On the digits the valleys "
    "are about equally deep and lie side by side: RMSProp and Adam at rates of 0.003 to 0.03, momentum, "
    "Nesterov and AdaGrad at 0.1 to 0.3, SGD at 0.3 to 1. With odd units the valleys of SGD, momentum and "
    "Nesterov have risen most and are narrower.",
)

# %% [markdown]
# **Ten epochs: a tie.** The means lie between 0.17 and 0.20, and each method's own six runs spread at
# least as widely as that. Adam and AdaGrad are lowest, at 0.17, SGD is at 0.19. The others are below Adam on
# one or two runs of six; only RMSProp, 0.20, on none. 94 or 95 % of the pictures are right whichever you
# take. What the methods do *not* share is the rate: Adam's best, 0.01, leaves SGD far up its
# slope, and SGD's best, 1, wrecks Adam. Race them at one rate, any rate, and you decide who wins.
#
# **Two epochs: Adam ahead**, 0.23, then momentum with 0.26. Nesterov, AdaGrad and RMSProp stand at 0.31 to
# 0.33, SGD at 0.38, behind Adam on all six runs. With little time, the fast start counts.
#
# **Odd units: dividing by √h pays.** Adam loses little, 0.20; AdaGrad, the one that "dies", 0.25; RMSProp
# 0.27. SGD falls to 0.51 and 84 %, and momentum does not save it, 0.40. This is section 1 again: the
# division cancels the units. (So would dividing each pixel by its unit, and SGD would have its 0.19 back.)
#
# ### How to get the winner you want
#
# The runs above differ in their first weights *and* in the order of their batches. What if you vary the first
# weights only, and give every run the same order? It is an easy slip: six seeds, and it looks careful. Here
# are SGD and Adam, at the rates from above, 10 epochs.
#
# **Before you run it:** SGD was below Adam on 2 of 6 runs. On how many will it be now?

# %% guess="one-order"
### BEGIN SOLUTION
one_order_guess = 2  # 0 to 6
### END SOLUTION

# %% name="one-order"
one_order = {}
for name in ("SGD", "Adam"):
    rate = best_rate["10 epochs", name]
    one_order[name] = train(METHODS[name], (rate,), range(6), 8, "10 epochs", "test")[0, :, 0]
    loss = one_order[name]
    print(f"{name:>4}, one order for all: {loss.mean():.2f} ({loss.min():.2f} to {loss.max():.2f})")
below = np.sum(one_order["SGD"] < one_order["Adam"])
compare_guess(one_order_guess, below, "First weights of six on which SGD is below Adam")

# %% [markdown]
# Six of six, with ranges that hardly touch: SGD wins, if you do not look further. At a rate of 1 the last few
# batches still push the network about, all six runs end with the *same* last batches, and these happened to
# suit. Six runs that share their luck are one run. A different order gives that luck to someone else.
#
# So who is best? On these digits, given ten epochs, nobody. In a hurry, or in odd units, Adam. What held in
# all three races is that Adam was never far from the front; that, more than speed, makes it the usual first
# choice. Elsewhere it may not hold: Wilson et al. (2017) saw tuned SGD ahead of adaptive methods on larger
# networks, and Schmidt et al. (2021) raced fifteen methods on eight problems and found no winner.

# %% [markdown]
# ## Common mistakes
#
# - **eps inside the root.** √(h + ε) and √h + ε differ most where $h$ is 0: with ε = 10⁻⁸ you divide by 10⁻⁴
#   in place of 10⁻⁸.
# - **The old h.** Bring $h$ up to date before you divide by its root.
# - **Weights swapped.** The large number, ρ or β, belongs to the *old* average.
# - **t from 0.** $1 - \beta^0 = 0$, and the first step is 0/0. Count from 1.
# - **Corrected averages kept.** Use $\hat m$ and $\hat v$ for the step and keep $m$ and $v$.
# - **One h for the whole network.** `np.sum` makes one number of it, and the rate of one's own is gone.
# - **`h += grad**2` in a function** changes the caller's array. `h = h + grad**2` does not.
# - **Comparing at one learning rate.** A rate of 0.01 is large for Adam and small for SGD.

# %% [markdown]
# ## Quiz
#
# 1. Under AdaGrad one weight had gradients of 100 all along, another 0.01. Whose steps are longer?
#    - **a** Those of the first.
#    - **b** Those of the second.
#    - **c** They are equally long.
# 2. The gradient of a parameter stays the same. How does its AdaGrad step shrink with t?
#    - **a** As 1/√t.
#    - **b** As 1/t.
#    - **c** Not at all.
# 3. What does RMSProp change about AdaGrad?
#    - **a** It adds momentum.
#    - **b** It forgets old squares, so that its steps do not die.
#    - **c** It shares one rate among all parameters.
# 4. Adam at the usual betas, but without bias correction: how long are its first steps?
#    - **a** Too short: m begins at 0.
#    - **b** Too long: three times at once, up to six times soon after.
#    - **c** As they should be, for the two errors cancel.
# 5. Which is a fair race between optimizers?
#    - **a** All at learning rate 0.01.
#    - **b** Each at its library's default.
#    - **c** Each at the rate that validation data chose for it, over several seeds.
# 6. You turn the axes of the parameters by 45°. Which methods walk as before, only turned?
#    - **a** SGD and momentum.
#    - **b** AdaGrad, RMSProp and Adam.
#    - **c** All six.
#
# Put letters in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "c"
q2 = "a"
q3 = "b"
q4 = "b"
q5 = "c"
q6 = "a"
### END SOLUTION

# %% name="quiz-result"
quiz("08_adaptive_methods", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5, q6=q6)

# %% [markdown]
# ## What to take away
#
# - Dividing by the root of squared gradients gives every parameter a rate of its own and cancels its units.
#   It works along the parameters only: turn the axes and the help is gone.
# - AdaGrad sums, so its steps shrink like $1/\sqrt{t}$, towards 0 but not *to* 0. RMSProp averages and stays
#   awake. Adam adds momentum.
# - Averages that start at 0 are too small at first. Without correction, Adam's first steps at the usual betas
#   are three to six times too long; at $\beta_2 = 0.99$ you would hardly see it.
# - A race without stated rates says nothing; one with tuned rates and seeds says something about *that*
#   problem and *that* budget. Runs that share their batches share their luck.
#
# ## In practice
#
# Start with Adam at 0.001 and try three times as much and a third. With weight decay, take
# `torch.optim.AdamW`: lesson 09 shows why. If all your inputs are in comparable units and you can afford the
# epochs, SGD with momentum and a decaying rate (lesson 11) deserves its turn.
#
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `optimizers.AdaGrad(rate, eps=1e-8)` | `torch.optim.Adagrad(params, lr=0.01, eps=1e-10)` | torch's eps is smaller |
# | `optimizers.RMSProp(rate, decay_rate=0.99, eps=1e-8)` | `torch.optim.RMSprop(params, lr=0.01, alpha=0.99, eps=1e-8)` | the name of ρ |
# | `optimizers.Adam(rate, beta1=0.9, beta2=0.999, eps=1e-8)` | `torch.optim.Adam(params, lr=0.001, betas=(0.9, 0.999), eps=1e-8)` | nothing else |
# | `learning_rate` has no default | `lr` has one | RMSprop's is ten times Adam's: name it |
# | eps is added to the root | the same | nothing: in some libraries it stands under the root |
#
# <details><summary>Ten steps of each, by both</summary>
#
# ```python
# import numpy as np
# import torch
#
# from dlcourse import optimizers
#
# for ours, theirs in (
#     (optimizers.AdaGrad(0.01), torch.optim.Adagrad),
#     (optimizers.RMSProp(0.01), torch.optim.RMSprop), (optimizers.Adam(0.01), torch.optim.Adam),
# ):
#     theta = np.array([1.0, -2.0, 3.0])
#     t = torch.tensor(theta, requires_grad=True)
#     optimizer = theirs([t], lr=0.01, eps=1e-8)
#     for _ in range(10):  # the gradient of Σ θ⁴ / 4 is θ³
#         ours.step(theta, theta**3)
#         t.grad = t.detach() ** 3
#         optimizer.step()
#     np.testing.assert_allclose(t.detach(), theta, atol=1e-6)
# ```
#
# </details>
#
# ## References
#
# - J. Duchi, E. Hazan, Y. Singer (2011), *Adaptive subgradient methods for online learning and stochastic
#   optimization*, JMLR 12. AdaGrad, and why a dying rate is the right one when each gradient may be the last
#   of its kind.
# - D. Kingma, J. Ba (2015), *Adam: a method for stochastic optimization*, ICLR. Algorithm 1 is half a page;
#   section 3 derives the correction in five lines.
# - A. Radford (2014), animations of optimizers on a contour and on a saddle, shown in the *CS231n course
#   notes, Neural Networks Part 3*. The two famous pictures.
# - S. Reddi, S. Kale, S. Kumar (2018), *On the convergence of Adam and beyond*, ICLR. A one-dimensional problem on
#   which Adam walks to the wrong end, because it forgets.
# - R. Schmidt, F. Schneider, P. Hennig (2021), *Descending through a crowded valley*, ICML. What a fair race
#   costs, done at full size.
# - T. Tieleman, G. Hinton (2012), *Lecture 6.5: rmsprop*, Neural Networks for Machine Learning, Coursera.
#   RMSProp was never a paper; these slides are it.
# - A. Wilson, R. Roelofs, M. Stern, N. Srebro, B. Recht (2017), *The marginal value of adaptive gradient methods
#   in machine learning*, NeurIPS. Tuned SGD against adaptive methods on larger networks.
