# %% [markdown]
# # 08 · Adaptive methods: a learning rate for every parameter, and Adam put right
#
# **You will make** AdaGrad, RMSProp and Adam, and Adam once more as the source document prints it, to see
# what the missing line does. Then you stage the two best-known animations of the field, with the rates
# written beside the names, and a race on real digits that the inputs decide.
#
# **You will be able to**
#
# - say what dividing by a root of squares does to a step, and what a change of units still does to it,
# - explain why AdaGrad slows down, what RMSProp changes, and what Adam adds,
# - derive Adam's bias correction, and compute how much too long its first steps are without it,
# - read an optimizer race, and know which questions to ask of it.
#
# | | |
# |---|---|
# | Time | 80 minutes, four exercises |
# | You need | lesson 07 (momentum); lesson 06 for gradient descent; standardised inputs from lesson 01 |
# | Covers | sections E3 to E6 of the source document, corrections X3 and X5 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import numpy as np

from dlcourse import datasets, diagrams, experiments, losses, network, optimizers, plots
from dlcourse.datasets import surfaces
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. AdaGrad: the more a parameter has moved, the less it may
#
# <!-- slide: AdaGrad: the more it has moved, the less it may -->
# Gradient descent has one learning rate for all. But a loss may be a thousand times as steep along one
# parameter as along another: then the rate that is safe for the first is nearly useless for the second. What
# if every parameter had a rate of its own, set by the gradients that it has seen?
#
# **AdaGrad** (Duchi et al. 2011) keeps for each parameter the sum $h$ of its squared gradients, and divides
# by the root of it. All operations are element by element (the document's ⊙):
#
# $$h \leftarrow h + g \odot g, \qquad
# \theta \leftarrow \theta - \eta\,\frac{g}{\sqrt{h} + \varepsilon}$$
# <!-- /slide -->
#
# Such a factor before the gradient is called a *preconditioner*, and this one a *diagonal* one: a number for
# each parameter, and none for pairs of them. $\varepsilon$ is a tiny number against division by 0.
#
# <!-- slide: The first step -->
# Here are two parameters. The loss is a thousand times as steep along the first as along the second.
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** SGD moves the first a thousand times as far. How many times as far does AdaGrad
# move it, in the first step?
# <!-- /slide -->

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
# <!-- slide: Equally far -->
# Equally far. In the first step $\sqrt{h}$ is $|g|$ itself, so what remains is the sign, times η. This is what
# the division does, in a valley that curves twenty times as much across as along it:
# <!-- /slide -->

# %% name="two-arrows" slide="figure"
fig, axes = plots.figure(2, width=8.4, height=3.5)
for ax, degrees in zip(axes, (0, 45), strict=True):
    valley = surfaces.turned(surfaces.ravine(20.0), degrees)
    plots.contours(ax, lambda *xy, f=valley.value: f(np.stack(xy, axis=-1)), (-5, 2), (-4, 2), [1, 4, 12, 30])
    g = valley.gradient(valley.start)
    ways = {"SGD: −g": 1.7 * g / np.linalg.norm(g), "AdaGrad: −g/√h": 1.2 * g / np.sqrt(g * g)}
    for (name, way), color, drop in zip(
        ways.items(), (plots.COLORS[0], plots.COLORS[3]), (0, 9), strict=True
    ):
        end = diagrams.steps(ax, valley.start, {"": -way}, hues=[color])
        ax.annotate(name, end, xytext=(5, -drop), textcoords="offset points", color=color)
    ax.plot(0, 0, marker="*", markersize=14, markerfacecolor="white", color="black")
    ax.set(xlabel="first parameter", ylabel="second parameter", xlim=(-5, 2), aspect="equal")
    ax.set_title(f"the valley turned by {degrees}°")
plots.show(
    fig,
    "The first step from a ring on the wall of a long valley, whose lowest point is a star. Left, the valley lies along the first parameter: "
    "the arrow of SGD points straight down the wall, almost at a right angle to the way to the star; the arrow of AdaGrad points down at 45 "
    "degrees, towards the star's side. Right, the valley is turned by 45 degrees: both arrows point down the wall, nearly the same way.",
)

# %% [markdown]
# The length of SGD's arrow is cut to fit. On the left AdaGrad makes as much way along the valley as across it.
# On the right both components of the gradient are large, both are divided, and nearly nothing is gained: the
# division works along the parameters. Section 4 comes back to that.
#
# ### What a change of units does
#
# <!-- slide -->
# Multiply the loss by 1,000 from the start, and SGD's step is a thousand times as long. AdaGrad's stays: $g$ and $\sqrt h$ both
# grow a thousandfold, so the *scale of the gradient* cancels (as long as eps is small beside $\sqrt h$). It is tempting to say that
# units cancel, too. They do not. Measure a parameter $x$ in a unit of size $u$, as centimetres for metres: the number is
# $z = x/u$. Then by the chain rule $\partial L/\partial z = u\,\partial L/\partial x$, and a step of $\Delta z$ moves $x$ by $u\,\Delta z$:
#
# $$\text{SGD:}\quad \Delta x = u \cdot \Big({-\eta}\, u\,\frac{\partial L}{\partial x}\Big) \propto u^2 .$$
#
# $$\text{AdaGrad, first step:}\quad \Delta x = u \cdot (\mp\eta) \propto u$$
# <!-- /slide -->
#
# Try $L = \tfrac12 x^2$ from $x = 1$, at η = 0.1.
#
# **Before you run it:** how many times as far does AdaGrad move $x$ with $u = 10$ as with $u = 1$?

# %% guess="unit"
### BEGIN SOLUTION
unit_guess = 1.0  # times as far
### END SOLUTION

# %% name="units"
moved = {}
for u in (0.1, 1.0, 10.0):
    for rule in (optimizers.SGD(0.1), optimizers.AdaGrad(0.1)):
        z = np.array([1 / u])
        rule.step(z, u * (u * z))  # ∂L/∂z = u ∂L/∂x, and ∂L/∂x = x = u z
        moved[type(rule).__name__, u] = 1 - u * z[0]
    print(f"unit {u:4}: SGD moves x by {moved['SGD', u]:7.4f}, AdaGrad by {moved['AdaGrad', u]:6.4f}")
compare_guess(unit_guess, moved["AdaGrad", 10.0] / moved["AdaGrad", 1.0], "Times as far, AdaGrad")

# %% [markdown]
# A unit a hundred times as large makes SGD's step ten thousand times as long and AdaGrad's a hundred times. (At $u = 10$ SGD lands far beyond the minimum.) The division takes away half of
# what a unit does, counted in powers of ten. (Zeiler, 2012, complained of the other half, and proposed ADADELTA, which multiplies by a root
# of squared *steps*.) Remember it for the race.
#
# ### Where nothing has been seen
#
# > **Correction X5.** The document's formula divides by $\sqrt{h}$ alone. The code beneath it has an eps,
# > and it has it *outside* the root: $\sqrt{h} + \varepsilon$. The code is right (Duchi et al. 2011 add a
# > small δ, too), and on real data you notice soon.
#
# Look at the first step of a network on digits. Twelve of the 64 pixels, most at the left and right edge, are empty in all
# 32 pictures of this batch, and the weights on them have no gradient.

# %% name="without-eps"
digits = datasets.digits()  # train, validation, test
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
# Each of these 384 = 12 · 32 is 0/0, and one nan in a weight makes the next forward pass nan, even from an empty pixel: 0 · nan is nan. With eps the
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
# $h$ does not shrink, so neither does the divisor: the *rate* $\eta/(\sqrt h + \varepsilon)$ falls or stays. Take the simplest case, a gradient that stays the same.
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
# impossible. Not here: the way so far grows like $2\eta\sqrt{t}$, without limit. AdaGrad's guarantee for
# convex problems even rests on this decay. Where the goal *moves*, it is another matter.

# %% [markdown]
# ## 2. RMSProp: forget old squares
#
# <!-- slide: RMSProp: forget old squares -->
# **RMSProp** (Tieleman & Hinton 2012) changes one thing. In place of the sum of all squares it keeps an
# **exponential moving average**, which forgets old ones little by little:
#
# $$h \leftarrow \rho\,h + (1 - \rho)\,g \odot g, \qquad
# \theta \leftarrow \theta - \eta\,\frac{g}{\sqrt{h} + \varepsilon}$$
# <!-- /slide -->
#
# ρ is called `decay_rate`; 0.9, 0.99 and 0.999 are usual. A square from $k$ steps ago counts $\rho^k$ times as much as the newest, so the
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
# for 400 steps, then at −1, then at 1 again: eight trips, twenty times over; all rules meet the same noise. To pass by a goal is
# not to have arrived, so look at two things: after how many steps θ is *first* within 0.2 of the goal, and in what share of the last 200 steps
# of a trip it *is* there. AdaGrad gets the rates 1, 3 and 10. RMSProp gets 0.1 and 0.3 with
# ρ = 0.99, so that its first step is as long as AdaGrad's at 1 and 3: $0.1/\sqrt{1 - 0.99} = 1$.
#
# **Before you run it:** at rate 0.1 RMSProp needs about a dozen steps for the eighth trip. How many does AdaGrad need at rate 1?

# %% guess="eighth-trip"
### BEGIN SOLUTION
eighth_trip_guess = 30.0  # steps
### END SOLUTION

# %% name="trips"
noise = np.random.default_rng(0).normal(scale=0.5, size=(8, 400, 20))


def near(rule):
    """Whether θ is within 0.2 of the goal: (trips, steps, repetitions)."""
    theta, h, seen = np.zeros(20), np.zeros(20), np.zeros(noise.shape, bool)
    for trip, step in np.ndindex(8, 400):
        goal = 1 - 2 * (trip % 2)
        theta, h = rule(theta, h, theta - goal + noise[trip, step])
        seen[trip, step] = np.abs(theta - goal) < 0.2
    return seen


RULES = {f"AdaGrad, rate {r}": lambda p, h, g, r=r: adagrad_step(p, h, g, r, 1e-8) for r in (1, 3, 10)}
RULES |= {f"RMSProp, rate {r}": lambda p, h, g, r=r: rmsprop_step(p, h, g, r, 0.99, 1e-8) for r in (0.1, 0.3)}
print(" " * 18, "first there: trip 2, trip 8   there in the end: trip 2, trip 8")
for name, rule in RULES.items():
    seen = near(rule)
    first, share = np.median(seen.argmax(axis=1) + 1, axis=1), seen[:, 200:].mean(axis=(1, 2))
    print(f"{name:>18}  {first[1]:19.0f} {first[7]:7.0f}  {share[1]:25.0%} {share[7]:7.0%}")
    if name == "AdaGrad, rate 1":
        compare_guess(eighth_trip_guess, first[7], "Steps of AdaGrad's eighth trip, rate 1")

# %% [markdown]
# AdaGrad at rate 1 needs about three times as many steps for its eighth trip as for its second, and RMSProp as many as
# before. So far the document is right. But look at the larger rates, and at the right half: who is there sooner is there less
# often in the end, since it swings about the goal. Both methods trade fast for steady by their rate. The difference is that AdaGrad moves along this trade from trip to trip, at each of its three rates,
# and RMSProp stays where you put it.
#
# For a goal that stays, to grow slower and steadier is what you want (lesson 06, decreasing rates). For one that moves, it is not. In a network what the upper
# layers should do changes with what the lower ones do, which are still learning, too.

# %% [markdown]
# ## 3. Adam: momentum and a rate of one's own
#
# <!-- slide: Adam: average both -->
# RMSProp averages $g^2$ and walks along the newest $g$. Momentum (lesson 07) walks along a sum of past $g$.
# **Adam** (Kingma & Ba 2015) averages both:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad
# v \leftarrow \beta_2 v + (1 - \beta_2)\, g \odot g,$$
#
# $$\theta \leftarrow \theta - \eta\,\frac{m}{\sqrt{v} + \varepsilon}$$
# <!-- /slide -->
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
# <!-- slide -->
# Both averages begin at 0, so both are too small at first: after one step $m$ is a tenth of $g$, and $v$ a
# *thousandth* of $g^2$. One stands above the line, the other below it and under a root.
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** at the usual betas, how long is the very first step, as a multiple of η?
# <!-- /slide -->

# %% guess="first-adam-step"
### BEGIN SOLUTION
first_adam_step_guess = 0.1  # times the learning rate
### END SOLUTION

# %% name="first-adam-step" slide="output: The first step without correction"
zero, g = np.array(0.0), np.array(-7.0)  # another gradient gives the same, since its size cancels
t = np.arange(1, 5001)
for beta2 in (0.999, 0.99, 0.9):
    step, m, v = adam_step_uncorrected(zero, zero, zero, g, 1.0, 0.9, beta2, 1e-8)
    length = (1 - 0.9**t) / np.sqrt(1 - beta2**t)  # for a gradient that stays the same
    print(
        f"β₂ = {beta2:5}: m = {m / g:.3f} g, √v = {np.sqrt(v) / abs(g):.3f} |g|, first step {step:.2f} η,",
        end=" ",
    )
    print(f"longest {length.max():.1f} η at step {length.argmax() + 1}")
    if beta2 == 0.999:
        compare_guess(first_adam_step_guess, float(step), "First step without correction, in units of η")

# %% [markdown]
# At the usual betas the two errors do not cancel: $v$ is the worse one, and the first step is *three times
# too long*. If the gradient stays the same, it gets worse, for $m$ recovers within some twenty steps and $v$ takes thousands: six and
# a half times at step 12. At $\beta_2 = 0.9$ it is three times too short. At $\beta_2 = 0.99$ the first step is, by
# luck, right, as $1 - 0.9 = \sqrt{1 - 0.99}$; later ones are up to twice too long.
#
# <!-- slide: What is missing -->
# **What is missing.** Put the first equation into itself, as in lesson 07. After $t$ steps from $m = 0$
#
# $$m_t = (1-\beta_1)\,\big(g_t + \beta_1\, g_{t-1} + \dots + \beta_1^{t-1} g_1\big) .$$
#
# The weights of an average should add up to 1. These add up, as a geometric sum, to
#
# $$(1-\beta_1)(1 + \beta_1 + \dots + \beta_1^{t-1}) = 1 - \beta_1^t .$$
#
# So divide by that, and likewise $v$.
# <!-- /slide -->
#
# <!-- slide: Adam, corrected -->
# > **Correction X3.** The document's Adam lacks this line, which the paper has (Kingma & Ba 2015, Algorithm 1 and section 3):
# >
# > $$\hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat v = \frac{v}{1 - \beta_2^t}, \qquad
# > \theta \leftarrow \theta - \eta\,\frac{\hat m}{\sqrt{\hat v} + \varepsilon}$$
# >
# > $t$ is 1 in the first step. It matters while $\beta_2^t$ is not yet small: for the first thousands of steps.
# <!-- /slide -->
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
# Now train: a network 64-32-10 with tanh, on standardised digits, for two epochs, 76 updates. One Adam has your correction and the other has not.
# `experiments.compare` tries nine rates for each on validation data, with three seeds that serve for nothing else. Then it trains twenty fresh runs at the best one and scores them on *test* data. Each run has first weights and
# an order of the batches from seeds of its own, the same for both Adams.
#
# **Before you run it:** how many times smaller will the best rate be without correction, at the usual betas?

# %% guess="smaller"
### BEGIN SOLUTION
smaller_guess = 1.0  # times
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


standardised = [(datasets.standardize(images, x)[1], y) for x, y in digits]
both = {"corrected": Corrected, "uncorrected": Uncorrected}
nine = {"learning_rate": 0.0005 * 2.0 ** np.arange(9)}
short = {"data": standardised, "sizes": [64, 32, 10], "epochs": 2, "seeds": 20, "tune": nine}
with_and_without = {}
for beta2 in (0.999, 0.99):
    with_and_without[beta2] = experiments.compare(both, beta2=beta2, **short)
    print(f"β₂ = {beta2}", with_and_without[beta2].table(), sep="\n")
best = [result.chosen["learning_rate"] for result in with_and_without[0.999].results.values()]
compare_guess(smaller_guess, best[0] / best[1], "Times smaller")

# %% name="with-and-without-figure"
fig, axes = plots.figure(2, width=8.8, height=2.9, sharey=True)
for ax, (beta2, comparison) in zip(axes, with_and_without.items(), strict=True):
    comparison.plot_tuning(ax)
    ax.set(title=f"β₂ = {beta2}", yscale="log", yticks=[0.2, 0.5, 1, 2], yticklabels=["0.2", "0.5", "1", "2"])
    ax.minorticks_off()
axes[1].set_ylabel("")
plots.show(
    fig,
    "Validation loss after two epochs against the learning rate, both axes logarithmic. Left, at beta2 0.999, two valleys of about the same depth; "
    "that of the uncorrected Adam lies at rates several times smaller. Right, at 0.99, the two valleys lie close together, the uncorrected one "
    "slightly to the left.",
)

# %% [markdown]
# Each at its best rate, the two are level: on these digits the missing line does not cost a better network. What it does is to move the valley. At the usual betas
# the best rate is several times smaller without it: eight times in this run, but the list goes in steps of two, and near its floor a valley is flat. At the corrected Adam's best rate the uncorrected one is clearly worse, and at small
# rates it is far ahead. At $\beta_2 = 0.99$ the two valleys nearly coincide.
#
# So a comparison at *one* rate shows whatever you like, and a rate from a book means something else. With correction the first step is η long, whatever the betas.
# (Kingma and Ba, section 6.4, saw training become unstable without it, for $\beta_2$ close to 1.)

# %% [markdown]
# ## 4. Two famous pictures
#
# The document ends this section with two animations and no word, since everybody knows them. Yet they come
# without learning rates, so nobody can say what won, the method or the rate. Here they are again, for all
# six methods, with stated rates. `optimizers` has the six as classes; they take the
# steps that you wrote, in place. (Its Nesterov keeps the looked-ahead point, as PyTorch does.)
#
# ### The contour race
#
# The surface is Beale's function: flat ground between steep walls, the lowest point at (3, 0.5). The start,
# (1, 1.5), is on a wall. Each method tries 91 rates from 0.0003 to 10. It takes the one with which it is soonest
# within 0.1 of the lowest point, and *stays* there up to step 250, without ever leaving the picture.
#
# **Before you run it:** SGD needs about 140 steps. How many does Adam need?

# %% guess="contour"
### BEGIN SOLUTION
contour_guess = 30  # steps
### END SOLUTION

# %% name="contour-race"
NAMES = ("SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam")
METHODS = {name: getattr(optimizers, name) for name in NAMES}
RATES = np.geomspace(0.0003, 10, 91)
beale = surfaces.beale()


def best_walk(method, start):
    """The rate that arrives soonest, when that is, and the walk, (251, 2)."""
    tried = surfaces.walk(method(RATES[:, None]), beale, start, 250)
    arrived = surfaces.arrival(tried, beale)
    best = np.argmin(arrived)
    return RATES[best], arrived[best], tried[best]


walks, steps = {}, {}
for name, method in METHODS.items():
    rate, steps[name], path = best_walk(method, beale.start)
    walks[f"{name}, rate {rate:.2g}"] = path
    print(f"{name:>8}, rate {rate:7.2g}: there for good from step {steps[name]:3.0f} on")
compare_guess(contour_guess, steps["Adam"], "Steps that Adam needs")

# %% name="contour-still" slide="figure: The famous picture"
fig, ax = plots.figure(width=6.8, height=3.7)
plots.race(ax, beale, walks)
ax.set(xlabel="x", ylabel="y", title="From one start (○) to the lowest point (☆), each its own way")
plots.show(
    fig,
    "The paths of six optimizers over the contours of Beale's function, from a ring at (1, 1.5) to a star at (3, 0.5). SGD is thrown from wall to wall, "
    "to y = −1.7 and back to 0.9, before it follows the valley floor. Momentum and Nesterov drop down the wall past the floor and come back up in a loop. "
    "AdaGrad and RMSProp lie on one another: they step off diagonally, to the left edge, then follow the floor. Adam starts on that diagonal, swings below the floor and returns.",
)

# %% name="contour-animation" tags=["nbval-ignore-output"]
fig, ax = plots.figure(width=6.2, height=3.6)
lines = plots.race(ax, beale, walks)
ax.set(xlabel="x", ylabel="y", title="The contour race, 250 steps")
plots.play(
    fig,
    lines,
    "Six marks set out from (1, 1.5) at once. SGD, momentum and Nesterov are thrown down the wall, AdaGrad, RMSProp and Adam go off on a diagonal. "
    "Nesterov, Adam and momentum reach the star while the other three are still on the valley floor, on which SGD, AdaGrad and RMSProp creep ever more slowly.",
)

# %% [markdown]
# Open the fold to play it, close it to stop; the step is counted in the corner, and the first steps are shown
# more slowly.
#
# The three with momentum, Adam among them, are there after 49 to 58 steps; RMSProp needs more than twice as many, AdaGrad and SGD about three times. So far the famous picture. Here is the very same
# code from other starts.

# %% name="other-starts" slide="output: The same race from other starts"
STARTS = ((1.0, 1.5), (2.2, 0.9), (4.0, -1.0), (1.0, -1.0), (0.0, 0.5))
print("there for good, from", *(f"{x:5}, {y:4}" for x, y in STARTS))
for name, method in METHODS.items():
    print(f"{name:>19}:", *(f"{best_walk(method, start)[1]:11.0f}" for start in STARTS))

# %% [markdown]
# <!-- slide + -->
# From (2.2, 0.9) and (1, −1) AdaGrad and RMSProp are first by far, the slow ones of the picture; from (4, −1) plain SGD is. (A reason is easily made up: does the first
# step not point at the goal? From (0, 0.5) it does for all six, exactly, and they need 29 steps and more.) One start on one surface is one anecdote, however well it moves.
# <!-- /slide -->

# %% [markdown]
# ### The saddle point
#
# A saddle is a mountain pass: a minimum along one axis, a maximum along the other, and level where they meet.
# Near the ridge the way down, $-\nabla f$, points almost straight *towards* the pass, and there the gradient is small. Here $f = x^2 - y^2$, and the walkers start at
# (−0.9, 0.001), a hair's breadth beside the ridge. There is no minimum to tune the rates for, so all six get the same modest one, 0.01. A walker is *off* as soon as $f \le -0.25$.
#
# **Before you run it:** SGD needs 314 steps. How many does Adam need?

# %% guess="saddle"
### BEGIN SOLUTION
saddle_guess = 100  # steps
### END SOLUTION

# %% name="saddle"
saddle = surfaces.saddle()


def saddle_walks(surface):
    """By method, the walk at rate 0.01."""
    return {
        name: surfaces.walk(method(0.01), surface, surface.start, 1000) for name, method in METHODS.items()
    }


def steps_off(surface, path):
    """The first step at which f ≤ −0.25, or None."""
    off = np.flatnonzero(surface.value(path) <= -0.25)
    return int(off[0]) if off.size else None


straight = saddle_walks(saddle)
for name, path in straight.items():
    print(f"{name:>8}: off after {steps_off(saddle, path)} steps")
compare_guess(saddle_guess, steps_off(saddle, straight["Adam"]), "Steps that Adam needs at rate 0.01")

# %% name="saddle-still" slide="figure: The saddle point"
fig, (left, right) = plots.figure(2, width=9.8, height=3.5)
lines = plots.race(left, saddle, {name: path[:351] for name, path in straight.items()})
left.get_legend().remove()
for line, path in zip(lines, straight.values(), strict=True):
    right.plot(np.abs(path[:351, 1]), color=line.get_color(), linestyle=line.get_linestyle())
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
lines = plots.race(ax, saddle, {name: path[:351] for name, path in straight.items()})
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
# SGD is not stuck; it waits. Every step multiplies $y$ by $1 + 2\eta = 1.02$, and from 0.001 to 0.5
# that takes $\ln 500/\ln 1.02 \approx 314$ steps, whatever is going on along $x$. Momentum multiplies by
# more. RMSProp and Adam divide the tiny gradient in $y$ by its own tiny root: to them it is as large as the one in $x$.
# AdaGrad does so, too, but soon its steps shrink (section 1).
#
# Now for the small print. One rate for all is six different paces: RMSProp's first step is ten times its rate at ρ = 0.99, as in section 2.
#
# <!-- slide: The saddle, turned -->
# And the saddle's two directions happen to be the two *parameters*. Turn the very same saddle by 45°, so that it lies across them.
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** how many steps will Adam need on the turned saddle?
# <!-- /slide -->

# %% guess="turned"
### BEGIN SOLUTION
turned_guess = 54  # steps
### END SOLUTION

# %% name="turned" slide="output: The saddle, turned"
across = surfaces.turned(saddle, 45)
turned = saddle_walks(across)
print("off after:     as it was   turned by 45°")
for name in METHODS:
    print(
        f"{name:>9}: {steps_off(saddle, straight[name]):13} {steps_off(across, turned[name]) or 'over 1000':>15}"
    )
compare_guess(turned_guess, steps_off(across, turned["Adam"]), "Steps that Adam needs on the turned saddle")

# %% [markdown]
# SGD and the two with momentum do not notice: the gradient is an arrow, and arrows turn with the picture. But now both
# parameters share the large gradient along the ridge, and both are divided by it: it is the right-hand drawing of section 1. The small component that
# leads away is no longer stretched, and each of the three that divide takes several times as long. A rate
# for every *parameter* helps as far as the difficulty lies along the parameters.

# %% [markdown]
# ## 5. A race on digits, and who decides it
#
# Surfaces over the plane make pictures. What counts is a network on data that it has not seen: 64-32-10 with tanh, batches of 32. Each method has six rates to choose from, each twice the last; the rest is as in
# section 3: chosen on validation data, ten fresh runs, test data. Two methods are told apart where differences like theirs, seed by seed, would hardly come about by chance; all else is called a tie.
#
# <!-- slide: A race on digits -->
# The budget is two epochs. The digits come in three forms: the pixels as they are; with every pixel measured in a unit of its own, a factor between 0.1 and 10 drawn once; and standardised (lesson 01). Odd units are what tables of real
# measurements look like before somebody standardises them.
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** on pixels as they are, SGD's mean test loss is about 1.4 times Adam's. How many times is it on standardised ones?
# <!-- /slide -->

# %% guess="sgd"
### BEGIN SOLUTION
sgd_guess = 1.4  # times
### END SOLUTION

# %% name="fair-race"
RACERS = {}
for name, lowest in zip(NAMES, (0.1, 0.025, 0.025, 0.025, 0.0015, 0.003), strict=True):
    RACERS[name] = {"optimizer": METHODS[name], "tune": {"learning_rate": lowest * 2.0 ** np.arange(6)}}
UNITS = 10 ** np.random.default_rng(0).uniform(-1, 1, size=64)
odd = [(x * UNITS, y) for x, y in digits]
races = {}
for form, data in {"as they are": digits, "odd units": odd, "standardised": standardised}.items():
    races[form] = experiments.compare(RACERS, data=data, sizes=[64, 32, 10], epochs=2)
    print(form.upper(), races[form].table(), sep="\n")
means = {name: result.test_loss.mean() for name, result in races["standardised"].results.items()}
compare_guess(sgd_guess, means["SGD"] / means["Adam"], "SGD's loss as a multiple of Adam's")

# %% name="fair-race-figure" slide="figure: The inputs decide the race"
fig, axes = plots.figure(3, width=9.4, height=3.0, sharey=True)
for ax, (form, comparison), title in zip(
    axes, races.items(), ("Adam ahead of SGD", "√h pays", "level"), strict=True
):
    comparison.plot(ax)
    ax.set(title=f"{form}: {title}", xlim=(0, 1.2))
plots.show(
    fig,
    "Test loss of six methods after two epochs, ten marks a method, one a run, and a bar at their mean. Pixels as they are: Adam and Nesterov lie at about 0.23, momentum "
    "next, AdaGrad, SGD and RMSProp about 0.3. Odd units: SGD at 0.9 and widely spread, momentum and Nesterov at 0.6 to 0.7, AdaGrad and RMSProp at 0.5, Adam at 0.4. "
    "Standardised: all six lie on one another, below 0.2.",
)

# %% [markdown]
# **Pixels as they are:** Adam and Nesterov's method have the lowest means, a tie. SGD's is 1.4 times Adam's, and told apart from it. The others
# lie between, or, RMSProp, beside SGD.
#
# **Odd units:** the order of section 1. With a unit $u$ on a pixel, SGD's step on its weights, seen from the pixel as it was, grows with $u^2$, and momentum does not change that;
# with $\sqrt h$ it grows with $u$. The three that divide have lower means than the three that do not. Adam's is the lowest, and only RMSProp ties with it. But half a remedy is not a remedy: Adam's own loss is
# well above what it was on the pixels as they were.
#
# **Standardised:** a tie of all six with ten runs each, and every one of the six means is lower than the best was before. The odd units are gone as well, since standardising
# `x * UNITS` gives the same numbers as standardising `x`. So most of what looked like the better method was a remedy for the inputs, and there is a cheaper one.
#
# Does the tie hold with more time?

# %% name="ten-epochs"
longer = experiments.compare(RACERS, data=standardised, sizes=[64, 32, 10], epochs=10)
print(longer.table())

# %% [markdown]
# It does, here. What the methods do *not* share is the rate: in the last two tables the best of Adam and RMSProp lie thirty to three hundred times below SGD's. Race them all at one rate, and by choosing it you choose the winner.
#
# ### How to get the winner you want
#
# There is another way, too. Let runs differ in their first weights, and give all of them the *same* order of the batches. It is an easy slip: ten seeds, and it looks careful.
# Here are SGD and Adam at the rates that were chosen for two epochs of standardised digits; now four epochs of the same. The race is run eight times; first with one order for all ten runs, a new one for each race, then with an order for each run.
#
# **Before you run it:** in how many of the eight races will the two be told apart, with one order for all runs of a race?

# %% guess="one-order"
### BEGIN SOLUTION
one_order_guess = 0  # races of 8
### END SOLUTION

# %% name="one-order"
PAIR = {
    "SGD": {"optimizer": optimizers.SGD, "learning_rate": 0.8},
    "Adam": {"optimizer": optimizers.Adam, "learning_rate": 0.024},
}
apart = {}
for vary, words in (("weights", "one order for all runs"), ("both", "an order for each run")):
    again = [
        experiments.compare(PAIR, data=standardised, sizes=[64, 32, 10], epochs=4, vary=vary, seed=seed)
        for seed in range(8)
    ]
    below = [int(np.sum(np.less(*(r.test_loss for r in race.results.values())))) for race in again]
    apart[vary] = sum(race.differ("SGD", "Adam") for race in again)
    print(f"{words:>22}: SGD below Adam in", *below, f"of 10 runs; told apart in {apart[vary]} races of 8")
compare_guess(one_order_guess, apart["weights"], "Races that tell them apart")

# %% [markdown]
# With an order for each run, nothing tells the two apart in any of the eight races. With one order for all, half of the races do, and in one SGD is ahead in ten runs of ten. Ten runs that share an order share its luck, and are fewer than ten. Whoever wants a winner tries a few orders.
#
# So who is best? On these digits, standardised, nobody. Where units were odd, Adam had the lowest mean; as one does not always notice, that is a reason to begin with it. Elsewhere it may be otherwise: Wilson et al. (2017) saw tuned SGD ahead of adaptive methods on larger
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
# - **Comparing at one learning rate.** A rate of 0.1 is large for Adam and small for SGD.

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
#    - **b** It forgets old squares, so that its rate can rise again.
#    - **c** It shares one rate among all parameters.
# 4. Adam at the usual betas, but without bias correction: how long are its first steps?
#    - **a** Too short: m begins at 0.
#    - **b** Too long: three times at once, up to six times soon after.
#    - **c** As they should be, for the two errors cancel.
# 5. A parameter gets a unit ten times as large. How far does AdaGrad's first step move it now?
#    - **a** As far as before: the division cancels units.
#    - **b** Ten times as far.
#    - **c** A hundred times as far.
# 6. You turn the axes of the parameters by 45°. Which methods walk as before, only turned?
#    - **a** SGD and momentum.
#    - **b** AdaGrad, RMSProp and Adam.
#    - **c** All six.
#
# Put letters in quotes, such as "a", in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "c"
q2 = "a"
q3 = "b"
q4 = "b"
q5 = "b"
q6 = "a"
### END SOLUTION

# %% name="quiz-result"
quiz("08_adaptive_methods", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5, q6=q6)

# %% [markdown]
# ## What to take away
#
# <!-- slide -->
# - Dividing by the root of squared gradients gives every parameter a rate of its own and cancels the scale of its gradient. Of a
#   change of units it cancels half: a step grows with $u$, not with $u^2$. Standardise the inputs all the same.
# - It works along the parameters: on a saddle turned by 45°, most of the help was gone.
# - AdaGrad sums, so under a constant gradient its steps shrink like $1/\sqrt{t}$; RMSProp averages, and keeps the pace that its rate sets. Adam adds an average of the gradient.
# - Averages that start at 0 are too small at first. Without correction, Adam's first steps at the usual betas
#   are three to six times too long, and its best rate is another one.
# - A race says something about *that* problem, *that* budget and *those* inputs, if rates are tuned. Runs that share an order of the batches share its luck.
# <!-- /slide -->
#
# ## In practice
#
# Standardise. Start with Adam, and try rates from 0.0003 to 0.03, each three times the last: PyTorch's default, 0.001, was far too small for the short
# runs above. With weight decay, take `torch.optim.AdamW`: lesson 09 shows why. If you can afford to tune, SGD with momentum and a decaying rate (lesson 11) deserves its turn.

# %% [markdown]
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

# %% [markdown]
# ## Go further
#
# 1. Standardising takes the mean off and divides by the deviation. Which of the two halves closes the gap between SGD and Adam in the race?
# 2. Draw other units, and wider ones, with factors between 0.01 and 100. Which methods can still be used after ten epochs?
# 3. Reddi et al. (2018): the loss is 10x in one step of three, and −4x in the other two, with x kept between −1 and 1. Which end is right, in the mean? To which end does Adam go with β₁ = 0
#    and β₂ = 0.01, and with β₂ = 0.999? Where does AdaGrad go?

# %% [markdown] discussion="go-further"
# 1. The mean. After two epochs on pixels that are only centred, SGD had 0.202 and Adam 0.194 (with other seeds 0.205 and 0.178), and AdaGrad 0.167 twice; on pixels that are only divided
#    0.388 and 0.248 (0.403 and 0.269). All these pixels are in one unit to begin with, and their common mean is a steep direction (lesson 07).
# 2. None is as good as on standardised digits, where the losses are about 0.14. Three draws, twelve rates each: Adam had 0.55, 0.43 and 0.34, AdaGrad and RMSProp tied with it in each; momentum 0.98, 0.92 and 0.59, SGD
#    1.07, 1.08 and 0.65. With factors between 0.1 and 10 and two epochs, Adam's mean was the lowest with three draws and three sets of seeds each, and SGD and momentum were behind each time.
#    (And standardised, with twenty runs and six sets of seeds? The six means lay within 0.036 of each other; RMSProp's was the lowest five times of six, and three times another one was told apart from it.)
# 3. Over three steps the slope adds up to 10 − 4 − 4 = 2, so −1 is right. With β₂ = 0.01 Adam ended at +1 at each of the rates 0.001, 0.01 and 0.1: $v$ is nearly the newest square, each step is about η long, and two of three go up.
#    With β₂ = 0.999 it ended near −1, at a distance that grows with the rate. AdaGrad moves towards −1, but slowly: after 30,000 steps from 0 it was there at rate 0.1, and at −0.35 at rate 0.01.

# %% [markdown]
# ## References
#
# - J. Duchi, E. Hazan, Y. Singer (2011), *Adaptive subgradient methods for online learning and stochastic
#   optimization*, JMLR 12. AdaGrad, and why a falling rate is the right one for convex problems.
# - D. Kingma, J. Ba (2015), *Adam: a method for stochastic optimization*, ICLR. Algorithm 1 is half a page;
#   section 3 derives the correction in five lines.
# - A. Radford (2014), animations of optimizers on a contour and on a saddle, shown in the *CS231n course
#   notes, Neural Networks Part 3*. The two famous pictures.
# - S. Reddi, S. Kale, S. Kumar (2018), *On the convergence of Adam and beyond*, ICLR. A one-dimensional problem on
#   which Adam walks to the wrong end, because it forgets.
# - R. Schmidt, F. Schneider, P. Hennig (2021), *Descending through a crowded valley*, ICML. What a fair race
#   costs, done at full size.
# - T. Tieleman, G. Hinton (2012), *Lecture 6.5: rmsprop*, Neural Networks for Machine Learning, Coursera.
#   RMSProp has no paper of its own; these slides are its source.
# - A. Wilson, R. Roelofs, M. Stern, N. Srebro, B. Recht (2017), *The marginal value of adaptive gradient methods
#   in machine learning*, NeurIPS. Tuned SGD against adaptive methods on larger networks.
# - M. Zeiler (2012), *ADADELTA: an adaptive learning rate method*, arXiv:1212.5701. Section 3.2 on units.
