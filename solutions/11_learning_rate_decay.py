# %% [markdown]
# # 11 · Learning-rate decay: large steps first, small steps last
#
# **You will make** four schedules of the learning rate, draw them, and race them with one thing changed at a time. Where
# they win you will know beforehand, because you will have measured what they fight: the noise that is left. Before that you
# find out what "too large" means for a parabola and for a network, and look for a rate in a single run.
#
# **You will be able to**
#
# - say from which rate on gradient descent diverges on a parabola, and why a network may bear more,
# - find the order of magnitude of a rate by a range test,
# - derive the noise floor of stochastic descent, and measure the noise,
# - write step, exponential, 1/t and warm-up-cosine schedules,
# - tell where decay pays, and what a warm-up does and does not do.
#
# | | |
# |---|---|
# | Time | 80 minutes, four exercises |
# | You need | lesson 06 (curvature, mini-batches and their noise), lesson 01 (epoch, validation, standardising), variance of random numbers |
# | Covers | section G1 of the source document, correction X6 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import numpy as np

from dlcourse import datasets, diagrams, experiments, losses, network, optimizers, plots, schedules, training
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. Too large, too small, right
#
# ### On a parabola
#
# <!-- slide: On a parabola -->
# The **learning rate** η says how far a step goes along the negative gradient. On a parabola of curvature $a$, as you saw in
# lesson 06,
#
# $$L(\theta) = \tfrac{a}{2}\,\theta^2, \qquad
# \theta \leftarrow \theta - \eta\, a\, \theta = (1 - \eta a)\,\theta .$$
# <!-- /slide -->
#
# Every step multiplies θ by the same number, $1 - \eta a$. With a tiny η that is just below 1, and you
# crawl. At $\eta = 1/a$ it is 0: there in one step. Beyond that, it is negative, and you jump over the
# minimum and back. At which rate do the jumps begin to grow? Run it for $a = 1$.

# %% name="parabola" slide="output"
for eta in (0.05, 0.5, 1.0, 1.5, 1.95, 2.05):
    theta = 1.0
    for _ in range(10):
        theta = theta - eta * theta
    print(f"rate {eta:4}: multiplied by {1 - eta:5.2f} a step, after ten steps θ = {theta:8.4f}")

# %% [markdown]
# Below $2/a$ it arrives, above $2/a$ each step makes things worse. In a bowl with many parameters, the largest eigenvalue of the
# Hessian takes the place of $a$: along its direction descent diverges first.
#
# ### In a network
#
# <!-- slide: Does a network bear more? -->
# Is that the limit for a network, too? Its loss is no parabola, and its Hessian is another one after each step. Here are the
# digits, 64-32-10 with tanh. Every step takes *all* examples, so there is no noise to blame.
# <!-- /slide -->
#
# The function `curvature` finds the eigenvalue that is largest
# in size by *power iteration*: multiply a vector by the Hessian again and again, and its direction
# wins. (The Hessian times v is how the gradient changes along v.)
#
# <!-- slide + -->
# **Before you run it:** at birth the curvature is about 3.3, so 2/curvature is 0.6. Which is the largest of the rates 0.5, 1, 2 and
# 3 at which 400 steps bring the loss below 0.1?
# <!-- /slide -->

# %% guess="largest-rate"
### BEGIN SOLUTION
largest_rate_guess = 0.5  # 0.5, 1, 2 or 3
### END SOLUTION

# %% name="gradient-and-curvature"
digits = datasets.digits()


def gradient(net, data):
    """The gradient of the mean loss over the data, and that loss."""
    loss, upstream = losses.softmax_cross_entropy(net.forward(data[0]), data[1])
    net.backward(upstream)
    return net.grad.copy(), loss


def curvature(net, data, eps=1e-4):
    """The size of the Hessian's largest eigenvalue, by power iteration."""
    theta, v = net.theta.copy(), np.random.default_rng(0).normal(size=net.theta.size)
    for _ in range(20):
        ends = []
        for side in (eps, -eps):
            net.theta[:] = theta + side * v / np.linalg.norm(v)
            ends.append(gradient(net, data)[0])
        v = (ends[0] - ends[1]) / (2 * eps)
    net.theta[:] = theta
    return np.linalg.norm(v)


# %% name="edge" slide="output: Does a network bear more?" tags=["nbval-ignore-output"]
LOOKS = (0, 10, 50, 400)
print("              loss and curvature after")
print("rate  2/rate  " + "   ".join(f"{step:>5} steps" for step in LOOKS), "  highest loss")
for eta in (0.5, 1.0, 2.0, 3.0):
    net = network.mlp([64, 32, 10], rng=np.random.default_rng(0))
    seen, highest = [], 0.0
    for step in range(401):
        slope, loss = gradient(net, digits.train)
        highest = max(highest, loss)
        if step in LOOKS:
            seen.append(f"{loss:5.2f} {curvature(net, digits.train):5.2f}")
        net.theta -= eta * slope
    print(f"{eta:4}  {2 / eta:6.2f}  {'   '.join(seen)}   {highest:5.1f}")
    if loss < 0.1:
        largest = eta
compare_guess(largest_rate_guess, largest, "Largest rate that trains")

# %% [markdown]
# At a rate of 1 the curvature at birth is beyond 2/rate, and descent does well: within fifty steps it has come to a place
# where the curvature is below 2/rate. At 2 the loss first climbs far up, and comes back, in a flatter place again. Steps that are too
# large for a steep place throw the network out of it, and it may land where they are not too large. (Lewkowycz et al. 2020
# call it the *catapult*. Cohen et al. 2021 see full-batch descent settle just about at 2/rate, the *edge of stability*. Three other
# first weights that we tried behaved alike.) At 3 it has not recovered.
#
# So 2/curvature is a guide to the order of magnitude. The largest rate that trains is found by trying.
#
# ### Five rates, with batches
#
# The same network, batches of 32, ten epochs, ten seeds. A seed stands for first weights and an order of the batches, and every rate gets the same ones.

# %% name="five-rates"
rates = {f"{eta:g}": {"learning_rate": eta} for eta in (0.001, 0.01, 0.1, 1.0, 10.0)}
usual = {"optimizer": optimizers.SGD, "sizes": [64, 32, 10], "epochs": 10}
five = experiments.compare(rates, data=digits, **usual)
for name, result in five.results.items():
    low, high = result.test_accuracy.min(), result.test_accuracy.max()
    print(
        f"rate {name:>5}: {result.test_accuracy.mean():4.0%} of the test digits right ({low:.0%} to {high:.0%})"
    )

# %% name="five-rates-figure"
fig, ax = plots.figure(width=6.8, height=3.4)
ax.set_yscale("log")
five.plot_curves(ax)
ax.set_title("0.001 and 0.01 are too small for ten epochs, 10 too large")
plots.show(
    fig,
    "Validation loss on a log scale by epoch for five learning rates, with the range of ten seeds. At 10 "
    "it is above 50 from the first epoch on. At 0.001 it hardly moves from 2.3, at 0.01 it falls slowly. "
    "At 0.1 it falls steadily, and at 1 fastest at first, with a wide band.",
)

# %% [markdown]
# At 0.001 and 0.01 ten epochs are not enough. At 10 the loss is far above 2.3, what guessing among ten classes costs (ln 10). The right
# order of magnitude lies between 0.1 and 1. Look for a rate in *factors*, not in steps (lesson 12).
#
# ## 2. A range test: many rates in one run
#
# <!-- slide: Many rates in one run -->
# Five runs for a first look are affordable here. Where a run takes a day, one short run may do: let the rate *grow* with each
# update, from far too small to far too large, and watch the loss (Smith 2017). It falls faster and faster, then slower, and then it
# goes up.
# <!-- /slide -->
#
# A schedule does that: a function from the step to the rate, which `training.fit` asks before each update. Here the
# rate grows tenfold in each of four epochs. The test is made for ten networks, on the pixels as they are and standardised (lesson 01).

# %% name="range-test"
standardised = tuple((datasets.standardize(digits.train[0], x)[1], y) for x, y in digits)
INPUTS = {"pixels as they are": digits, "standardised": standardised}


def growing(step):
    """Ten times as large after each of the epochs, which have 38 updates."""
    return 0.001 * 10 ** (step / 38)


def range_test(data, seed):
    """The rate at each of 145 updates, and the mean loss of the eight batches around it."""
    net = network.mlp([64, 32, 10], rng=np.random.default_rng(seed))
    options = dict(epochs=4, rng=np.random.default_rng(1000 + seed), schedule=growing)
    seen = training.fit(net, losses.softmax_cross_entropy, optimizers.SGD(1.0), data, **options).batch_loss
    return growing(np.arange(4, 149)), np.convolve(seen, np.ones(8) / 8, "valid")


# %% name="range-test-runs"
tests, tuned = {}, {}
for name, data in INPUTS.items():
    tests[name] = [range_test(data[0], seed) for seed in range(10)]
    lowest = [grown[np.argmin(loss)] for grown, loss in tests[name]]
    methods = {"SGD": {"tune": {"learning_rate": 0.025 * 2.0 ** np.arange(9)}}}
    tuned[name] = experiments.compare(methods, data=data, **usual).results["SGD"].chosen["learning_rate"]
    print(
        f"{name:>18}: loss lowest at a rate of {np.median(lowest):.1f} ({min(lowest):.1f} to {max(lowest):.1f});",
        end=" ",
    )
    print(f"best rate of ten whole epochs {tuned[name]:.1f}")

# %% name="range-test-figure" slide="figure"
fig, axes = plots.figure(2, width=8.6, height=3.0, sharey=True)
for ax, (name, runs) in zip(axes, tests.items(), strict=True):
    for grown, loss in runs:
        ax.plot(grown, loss, color=plots.COLORS[0], linestyle="-", linewidth=0.8)
    ax.axvline(tuned[name], color=plots.COLORS[1], linestyle="--")
    ax.annotate(
        "tuned",
        (tuned[name], 3.4),
        xytext=(-4, 0),
        textcoords="offset points",
        ha="right",
        color=plots.COLORS[1],
    )
    ax.set(xscale="log", ylim=(0, 4), xlabel="learning rate, growing", title=name)
axes[0].set_ylabel("loss, mean of eight batches")
plots.show(
    fig,
    "Two plots of the loss against the learning rate on a log scale, ten runs each, in which the rate grows. It stays near 2.3, falls, "
    "has its lowest place, near a rate of 1 for pixels as they are and of 2 for standardised ones, and shoots up. A dashed line at the tuned "
    "rate stands at the lowest place or to the left of it.",
)

# %% [markdown]
# The lowest place is where the rate has just become too large: up to there the loss still fell. The rate that whole trainings chose is of the same order of magnitude, at the
# place or a half of it. The usual advice is more careful: begin with a tenth to a half, since a few batches do not show all that can go wrong in a long run. It is a rough tool. A longer test moves the place, as
# the network learns meanwhile, and another optimizer wants another share (see "Go further"). It gives an order of magnitude for the price of
# four epochs, and you tune from there.
#
# ## 3. Why the right rate changes
#
# <!-- slide: Why the right rate changes -->
# A step on a mini-batch follows a *noisy* gradient (lesson 06): minus η times the gradient of all examples, plus η times an error. Here are a bowl, a
# place in it, and the steps that twenty batches might make from there.
# <!-- /slide -->

# %% name="noisy-steps" slide="figure"
bowl, errors = datasets.ravine(2), np.random.default_rng(3).normal(size=(20, 2))
errors -= errors.mean(axis=0)
fig, axes = plots.figure(3, width=9.6, height=3.0)
for ax, place, eta in zip(axes, ([-2.4, 0.8], [-0.6, 0.3], [-0.6, 0.3]), (0.4, 0.4, 0.2), strict=True):
    far = place[0] < -1
    window = ((-3, 1.4), (-1.5, 1.5)) if far else ((-2.0, 1.2), (-1.2, 1.2))
    plots.contours(ax, lambda u, v: bowl.value(np.stack([u, v], axis=-1)), *window)
    slope = bowl.gradient(np.array(place))
    for error in errors:
        diagrams.arrow(ax, place, place - eta * (slope + error), color=plots.COLORS[4], width=0.8)
    diagrams.arrow(ax, place, place - eta * slope, color=diagrams.INK, width=1.4)
    ax.plot(*place, marker="o", markersize=5, markerfacecolor="white", markeredgecolor="black")
    ax.plot(0, 0, marker="*", markersize=12, color="black", markerfacecolor="white", zorder=7)
    title = f"{'far away' if far else 'close (drawn larger)'}, rate {eta}"
    ax.set(xlabel="u", xlim=window[0], ylim=window[1], title=title)
axes[0].set_ylabel("v")
plots.show(
    fig,
    "Three drawings of a bowl with a star at its minimum. Far away, a bundle of light arrows, the steps of single batches, goes roughly the way of the dark "
    "arrow, the mean step. Close to the star the dark arrow is short and the light ones, no shorter than before, go in all directions, many past the star. "
    "With half of the rate all arrows are half as long.",
)

# %% [markdown]
# Far away the mean step (dark) is long, and the noise (light) matters less. Close to the minimum the gradient is nearly nothing, and the noise is what is
# left: the walk stays up in the air. A smaller rate shortens the noise.
#
# ### The noise floor
#
# <!-- slide: The noise floor -->
# How far up? Take the parabola with $a = 1$, and at each step an error ε of mean 0 and variance σ², independent of all before:
#
# $$\theta' = \theta - \eta\,(\theta + \varepsilon) = (1 - \eta)\,\theta - \eta\,\varepsilon$$
# <!-- /slide -->
#
# 1. The *mean* of θ is multiplied by $1 - \eta$ in each step, and goes to 0 (for 0 < η < 2).
# 2. The *variance* $V$ of a sum of independent terms is the sum of their variances: $V' = (1-\eta)^2\, V + \eta^2 \sigma^2$.
# 3. Where it stays the same, $V' = V$, that is $V \left(1 - (1-\eta)^2\right) = \eta^2\sigma^2$. And $1 - (1-\eta)^2 = \eta\,(2 - \eta)$. So
#
# <!-- slide + -->
# $$V = \frac{\eta\,\sigma^2}{2 - \eta}$$
#
# This is the **noise floor**. As long as η is small against 2 it is nearly proportional to η. (With a curvature $a$ it is
# $\eta\,\sigma^2 / (a\,(2 - \eta a))$.)
# <!-- /slide -->
#
# <!-- slide: Two walkers -->
# **Before you run it:** two walkers begin at θ = 10. One has η = 0.5, the other 0.05. How many times
# farther from the minimum does the first one hover in the end (in root mean square)?
# <!-- /slide -->

# %% guess="floor-ratio"
### BEGIN SOLUTION
floor_ratio_guess = 10.0  # times
### END SOLUTION


# %% name="noise-floor" slide="output: Two walkers"
def walk(schedule, walkers=2000, length=200, seed=11):
    """Root mean square distance from the minimum, (length + 1,), of walkers with noisy gradients."""
    rng = np.random.default_rng(seed)
    theta, distance = np.full(walkers, 10.0), [10.0]
    for step in range(length):
        theta = theta - schedule(step) * (theta + rng.normal(size=walkers))
        distance.append(np.sqrt(np.mean(theta**2)))
    return np.array(distance)


walks = {
    "0.5": walk(schedules.constant(0.5)),
    "0.05": walk(schedules.constant(0.05)),
    "half every 25 steps": walk(schedules.stepwise(0.5, every=25, factor=0.5)),
}
for name, eta in (("0.5", 0.5), ("0.05", 0.05)):
    floor, measured = eta / (2 - eta), walks[name][-50:].mean()
    print(
        f"rate {eta:4}: variance by the formula {floor:.3f}, distance {floor**0.5:.3f}, measured {measured:.3f}"
    )
ratio = walks["0.5"][-50:].mean() / walks["0.05"][-50:].mean()
compare_guess(floor_ratio_guess, ratio, "Distance at rate 0.5 over distance at rate 0.05")

# %% name="noise-floor-figure" slide="figure"
fig, ax = plots.figure(width=6.8, height=3.2)
ax.set_yscale("log")
plots.curves(ax, np.arange(201), walks)
ax.set(
    xlabel="step",
    ylabel="distance from the minimum, rms",
    title="Decay: fast as the large rate, low as the small one",
)
plots.show(
    fig,
    "Distance from the minimum on a log scale against the step. The rate 0.5 falls within ten steps to about "
    "0.6 and stays there. The rate 0.05 takes some eighty steps to reach its lower floor near 0.16. Half every "
    "25 steps falls as fast as the first, then on in stages, below both.",
)

# %% [markdown]
# The variances are 1/3 and 1/39, thirteen times apart, a little more than the rates; the distance is the root of that, 3.6 times.
#
# That is the case for decay: a large rate to get near, a small one to settle. The document says it
# in words, *fine-tune at the end*. It is a case where there is noise in the end. Section 5 measures that.
#
# ## 4. Four schedules
#
# ### In steps
#
# <!-- slide: A constant factor -->
# Leave the rate alone for a while, then cut it. The document gives two rules of thumb: half every 5
# epochs, or a tenth every 20.
#
# $$\eta = \eta_0 \cdot \text{factor}^{\lfloor \text{epoch} / \text{every} \rfloor}$$
# <!-- /slide -->
#
# > **Correction X6.** In the document the rate falls by a constant *amount* with each step. Its own examples, a
# > half and a tenth, are constant *factors*. The difference is not small: take off half of the first rate
# > every 5 epochs, and after 10 epochs the rate is 0, after 15 negative: you would climb. (He et al. 2016 divide by
# > 10. A constant amount is in use as well, but as a straight line laid out to end at 0, or at a floor, with the run: Goodfellow, Bengio & Courville 2016, section 8.3.1.)
#
# ### Exercise 1 · `step_decay(initial_rate, epoch, every, factor)`
#
# - `initial_rate`: $\eta_0$.  `epoch`: a number or an array, counted from 0.
# - `every`: epochs between two cuts.  `factor`: what a cut multiplies the rate by.
# - returns: the rate in that epoch, in the shape of `epoch`.
#
# ```python
# >>> step_decay(0.8, np.array([0, 4, 5, 14]), 5, 0.5)
# array([0.8, 0.8, 0.4, 0.2])
# ```
#
# **The check also asks:** `epoch`, and `t` and `step` below, are plain Python or NumPy numbers or arrays of any shape, integers or floats, and are left as they were; `every` may be a fraction.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# `epoch // every` is the number of cuts so far, for numbers and for arrays.
#
# </details>


# %% exercise="step_decay"
def step_decay(initial_rate, epoch, every, factor):
    """η₀ · factor^⌊epoch/every⌋; epoch is a number or an array."""
    ### BEGIN SOLUTION
    return initial_rate * factor ** (epoch // every)
    ### END SOLUTION


# %% check="step_decay"
step_decay = check(step_decay)

# %% name="amount-or-factor" slide="output"
epochs = np.array([0, 5, 10, 15, 20])
print("epoch              ", *(f"{epoch:6}" for epoch in epochs))
print("half off, by factor", *(f"{eta:6.3f}" for eta in step_decay(0.8, epochs, 5, 0.5)))
print("half off, by amount", *(f"{0.8 - 0.4 * (epoch // 5):6.1f}" for epoch in epochs))

# %% [markdown]
# ### Exponentially, and as 1/t
#
# Two that fall smoothly. The first takes off the same *share* in every unit of time, the second less and
# less of one:
#
# $$\eta = \eta_0\, e^{-kt} \qquad\qquad \eta = \frac{\eta_0}{1 + kt}$$
#
# They look alike in the beginning, as $e^{-kt} \approx 1/(1+kt)$ for small $kt$. Later they could not be
# more different: all the rates of the exponential together have a finite sum (after a while it cannot
# get anywhere any more), those of 1/t have an infinite one. Robbins and Monro (1951) proved that stochastic
# descent arrives, on problems like this parabola, if $\sum \eta_t = \infty$ and $\sum \eta_t^2 < \infty$; 1/t has both.
#
# ### Exercises 2 and 3 · `exponential_decay(initial_rate, t, k)` · `inverse_time_decay(initial_rate, t, k)`
#
# - `initial_rate`: $\eta_0$.  `t`: a number or an array, steps or epochs as you like.  `k`: how fast.
# - returns: the rate at t, in the shape of `t`.
#
# ```python
# >>> exponential_decay(0.8, np.array([0.0, 10.0]), 0.1)
# array([0.8       , 0.29430355])
# >>> inverse_time_decay(0.8, np.array([0.0, 10.0]), 0.1)
# array([0.8, 0.4])
# ```
#
# **The check also asks:** Plain numbers, integers, float32, arrays of any shape; k may be 0.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# A line each; mind the sign of the exponent, and the brackets under the fraction.
#
# </details>


# %% exercise="exponential_decay"
def exponential_decay(initial_rate, t, k):
    """η₀ · e^(−k·t); t is a number or an array."""
    ### BEGIN SOLUTION
    return initial_rate * np.exp(-k * t)
    ### END SOLUTION


# %% check="exponential_decay"
exponential_decay = check(exponential_decay)


# %% exercise="inverse_time_decay"
def inverse_time_decay(initial_rate, t, k):
    """η₀ / (1 + k·t); t is a number or an array."""
    ### BEGIN SOLUTION
    return initial_rate / (1 + k * t)
    ### END SOLUTION


# %% check="inverse_time_decay"
inverse_time_decay = check(inverse_time_decay)

# %% [markdown]
# ### Up first, then down
#
# Many large networks are trained today with a schedule that is younger than the document's list. It
# begins with a **warm-up**: up to $\eta_0$ in a straight line. (Goyal et al. 2017 begin it at the rate of a small batch;
# here, as often today, it begins at 0.) Then comes half a
# cosine, down to 0 (Loshchilov & Hutter 2017).
#
# <!-- slide: Up first, then down -->
# With $s$ for the step, $w$ for the steps of the warm-up and $T$ for all of them:
#
# $$\eta = \eta_0 \cdot \begin{cases} s / w & s < w \\
# \tfrac12 \left(1 + \cos \pi \dfrac{s - w}{T - w} \right) & \text{otherwise} \end{cases}$$
# <!-- /slide -->
#
# ### Exercise 4 · `warmup_cosine(initial_rate, step, warmup_steps, total_steps)`
#
# - `step`: a number or an array.  0 ≤ `warmup_steps` < `total_steps`; without a warm-up it is 0.
# - returns: the rate, in the shape of `step`. Past `total_steps` the formula simply goes on.
#
# ```python
# >>> warmup_cosine(1.0, np.array([0, 1, 2, 6, 10]), 2, 10)
# array([0. , 0.5, 1. , 0.5, 0. ])
# ```
#
# **The check also asks:** Plain numbers and arrays; a warm-up of 0 steps, with plain numbers too; steps past the end.
#
# *Difficulty: medium · 10 minutes*
#
# <details><summary>Hint</summary>
#
# Compute both halves for all steps and choose with `np.where(step < warmup_steps, rising, falling)`.
# For `warmup_steps = 0` the rising half divides by 0; `max(warmup_steps, 1)` avoids that, and the value
# is never used.
#
# </details>


# %% exercise="warmup_cosine"
def warmup_cosine(initial_rate, step, warmup_steps, total_steps):
    """Up in a line to η₀, then down in half a cosine; step is a number or an array."""
    ### BEGIN SOLUTION
    rising = step / max(warmup_steps, 1)
    falling = 0.5 * (1 + np.cos(np.pi * (step - warmup_steps) / (total_steps - warmup_steps)))
    return initial_rate * np.where(step < warmup_steps, rising, falling)
    ### END SOLUTION


# %% check="warmup_cosine"
warmup_cosine = check(warmup_cosine)

# %% [markdown]
# For the race each schedule is laid out over the whole run, whatever its length: `total` is the number of its steps. The document's "half every 5
# epochs" and "a tenth every 20" are a sixth and two thirds of a run of 30 epochs, and so they are here. The cosine runs without a warm-up, which gets section 6 for itself.
# Each entry is a function of the first rate and `total`, and returns a function of the step, which is what `training.fit` wants.

# %% name="schedules-figure" slide="figure: Six schedules"
SCHEDULES = {
    "constant": lambda rate, total: lambda step: rate,
    "half every sixth": lambda rate, total: lambda step: step_decay(rate, step, total / 6, 0.5),
    "a tenth after 2/3": lambda rate, total: lambda step: step_decay(rate, step, total * 2 / 3, 0.1),
    "exponential": lambda rate, total: lambda step: exponential_decay(rate, step, 3 / total),
    "1/t": lambda rate, total: lambda step: inverse_time_decay(rate, step, 3 / total),
    "cosine": lambda rate, total: lambda step: warmup_cosine(rate, step, 0, total),
}
fig, axes = plots.figure(3, 2, width=8.6, height=4.2, sharex=True, sharey=True)
steps = np.arange(300)
shares = {name: [make(1.0, 300)(int(step)) for step in steps] for name, make in SCHEDULES.items()}
for ax, (name, share), color in zip(axes.flat, shares.items(), plots.COLORS, strict=False):
    for other in shares.values():
        ax.plot(steps / 300, other, color="#d9d9d9", linewidth=1, linestyle="-")
    ax.plot(steps / 300, share, color=color, linestyle="-")
    ax.set_title(name)
for ax in axes[:, 0]:
    ax.set_ylabel("share of first rate")
for ax in axes[1]:
    ax.set_xlabel("share of the run")
plots.show(
    fig,
    "Six small plots of the learning rate over a run, as a share of the first rate, each with the other "
    "five in grey behind it. Constant stays at 1. Half every sixth falls in six stairs, a tenth after 2/3 in one. "
    "Exponential and 1/t fall smoothly, 1/t less far. The cosine stays high at first, falls, and "
    "ends level at 0.",
)

# %% [markdown]
# ## 5. The race
#
# ### How much noise is there to fight?
#
# <!-- slide: How much noise is left? -->
# Four settings. The first is the plain one, and each of the others differs from it in one thing (a fifth of the training labels, drawn at random, is wrong in the second). In each a network is trained at a constant
# rate of 0.8. Then measure the noise that it ends with: the distance between the gradient of a batch of 32 and that of all examples,
# in root mean square over 100 batches.
# <!-- /slide -->

# %% name="settings"
images, labels = digits.train
spoiling = np.random.default_rng(7)
spoilt = spoiling.random(len(labels)) < 0.2
wrong = np.where(spoilt, (labels + spoiling.integers(1, 10, len(labels))) % 10, labels)
SETTINGS = {  # name: (data, epochs)
    "plain: ten epochs, pixels as they are": (digits, 10),
    "every fifth label wrong": (((images, wrong), digits.validation, digits.test), 10),
    "thirty epochs": (digits, 30),
    "standardised inputs": (standardised, 10),
}


def noise(net, data, rng):
    """Root mean square distance of the gradients of 100 batches of 32 from the gradient of all data."""
    whole, _ = gradient(net, data)
    batches = [rng.choice(len(data[1]), 32, replace=False) for _ in range(100)]
    errors = [gradient(net, (data[0][batch], data[1][batch]))[0] - whole for batch in batches]
    return np.sqrt(np.mean(np.sum(np.square(errors), axis=1)))


# %% name="noise-left" slide="output"
print(f"{'NOISE':>37}  at birth  at the end  training labels fitted")
for name, (data, epochs) in SETTINGS.items():
    at_birth, at_end, right = [], [], []
    for seed in range(5):
        net = network.mlp([64, 32, 10], rng=np.random.default_rng(seed))
        rng = np.random.default_rng(1000 + seed)
        at_birth.append(noise(net, data[0], rng))
        training.fit(net, losses.softmax_cross_entropy, optimizers.SGD(0.8), data[0], epochs=epochs, rng=rng)
        at_end.append(noise(net, data[0], rng))
        right.append(training.evaluate(net, losses.softmax_cross_entropy, data[0])[1])
    print(f"{name:>37}  {np.mean(at_birth):8.1f}  {np.mean(at_end):10.2f}  {np.mean(right):22.0%}")

# %% [markdown]
# With wrong labels most of the noise is still there. (Not that the network cannot fit them: in 500 epochs, with Adam, it fitted 99.9 %.) In the plain setting less than
# half is left, with thirty epochs or standardised inputs about a tenth or less: there the network fits all of its examples, the gradients of all batches vanish, and what they differ
# by vanishes with them. If decay fights the noise that is left, it should gain most in the second setting, something in the first, and
# nothing in the last two.
#
# <!-- slide: Every fifth label wrong -->
# **Before you run it:** where every fifth label is wrong, by how many percent will the cosine lower the test loss?
# <!-- /slide -->

# %% guess="gain"
### BEGIN SOLUTION
gain_guess = 2  # percent
### END SOLUTION

# %% [markdown]
# ### One thing changed at a time
#
# The first rate of each schedule is chosen from one list by validation loss, on three seeds used for nothing else; then ten other seeds run with it,
# the same for all schedules, and are judged on test data. Two methods are told apart by the rule of `experiments.compare`: their difference, seed by seed, is so one-sided
# that chance would bring it about in less than one of twenty such tables.


# %% name="race"
def race(name, rates, schedules):
    """The comparison of the schedules, each at its best first rate, printed."""
    data, epochs = SETTINGS[name]
    methods = {key: {"schedule": schedule} for key, schedule in schedules.items()}
    options = usual | {"epochs": epochs, "total": 38 * epochs, "tune": {"learning_rate": rates}}
    found = experiments.compare(methods, data=data, **options)
    constant = found.results["constant"].test_loss
    print(f"{name.upper()}\n{'':>17}  first rate  test loss of ten seeds  accuracy  below constant")
    for key, result in found.results.items():
        loss = result.test_loss
        spread = f"{loss.mean():.2f} ({loss.min():.2f} to {loss.max():.2f})"
        print(
            f"{key:>17}  {result.chosen['learning_rate']:10}  {spread:>22}  {result.test_accuracy.mean():8.1%}",
            end="",
        )
        if key != "constant":
            apart = ", told apart" if found.differ("constant", key) else ""
            print(f"  {np.sum(loss < constant):2} of 10{apart}", end="")
        print()
    return found


# %% name="race-noisy" slide="output: The race"
PLAIN, WRONG, LONG, STANDARDISED = SETTINGS
RATES = (0.1, 0.2, 0.4, 0.8, 1.2, 1.6)
races = {name: race(name, RATES, SCHEDULES) for name in (PLAIN, WRONG)}
means = {key: result.test_loss.mean() for key, result in races[WRONG].results.items()}
compare_guess(
    gain_guess, 100 * (1 - means["cosine"] / means["constant"]), "Percent of the loss that the cosine saves"
)

# %% [markdown]
# In the last two settings, the constant rate runs against the two that are ahead here.

# %% name="race-quiet"
ahead = {key: SCHEDULES[key] for key in ("constant", "a tenth after 2/3", "cosine")}
races[LONG] = race(LONG, RATES[2:], ahead)
races[STANDARDISED] = race(STANDARDISED, (0.2, 0.4, 0.8, 1.6, 3.2), ahead)

# %% name="race-figure" slide="figure: Where noise is left, decay gains"
fig, axes = plots.figure(2, width=8.6, height=3.0, sharey=True)
for ax, name in zip(axes, (PLAIN, WRONG), strict=True):
    races[name].plot(ax)
    constant = races[name].results["constant"].test_loss
    ax.axvspan(constant.min(), constant.max(), color="#eeeeee", zorder=0)
    ax.set_title(name)
plots.show(
    fig,
    "Two plots of the test loss, one mark for each of ten seeds and six schedules, a bar at each mean and a grey "
    "band over the range of the constant rate. In the plain setting the marks of the constant rate spread from 0.15 to 0.26, those of a tenth after "
    "two thirds lie between 0.14 and 0.17, the cosine's a little to the right of them, and the others in the middle of the band. With wrong labels the marks of all five schedules "
    "lie to the left of the band or at its left end, a tenth after two thirds the farthest.",
)

# %% [markdown]
# **Wrong labels: all five win**, on all ten seeds (on nine or ten in three repetitions that we made, with other seeds and other wrong labels). A tenth after two thirds lowers the loss by a fifth, and with
# each of the five the accuracy rises, by 1.5 to 3.5 points. The constant rate has to be a compromise between getting there and settling; with a schedule you can begin at a rate six times as large.
#
# **Plain: it pays to stay high for long and to come down at the end.** A tenth after two thirds has the lowest mean, here and in the repetitions, at least a tenth below the constant rate's.
# Those that fall early gain less, and in some repetitions nothing. Ten seeds are too few for the rule to tell any of this from luck: a few bad runs
# raise the constant rate's mean, and in one repetition it lost to a tenth after two thirds in five runs of ten only.
#
# **Thirty epochs, or standardised inputs: hardly anything to gain.** The noise has gone by itself, and to a hundredth all means are equal. Where the rule tells two apart here, they differ by less than that, and in a repetition it was the other way round. (In another a tenth after two thirds was ahead in thirty epochs, by
# five percent.)
#
# The noise that was left has told the order. Large networks on large data are mostly stopped while there is much of it, and mostly trained with decay. Lay it out over the run that you can afford. A rule in *epochs*, like the
# document's two, makes sense together with the length of the run only: in 300 epochs, half every 5 would as good as stand still after the first 50. The document's own warning, that no rule fits
# all, is good advice.
#
# ## 6. What the warm-up is for
#
# <!-- slide: What is the warm-up for? -->
# In the race the rates were tame enough to begin with. The warm-up is for rates that are not. Here are two, and four ways up to each: at once; after three or eight
# epochs at 0.15 of it; and in a straight line over three epochs. From then on all run at the full rate, and at a tenth of it in the last quarter of twenty epochs.
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** is it the *fresh* weights that do not bear a rate of 2? If so, a jump to it after eight quiet epochs does no harm. What will the median test
# loss be? (At a rate of 1, it is about 0.15.)
# <!-- /slide -->

# %% guess="after-eight"
### BEGIN SOLUTION
after_eight_guess = 0.15  # test loss
### END SOLUTION

# %% name="warm-up" slide="output: What the warm-up is for" tags=["nbval-ignore-output"]
WAYS_UP = {
    "at once": lambda epoch: 1.0,
    "a jump after 3 epochs": lambda epoch: 0.15 if epoch < 3 else 1.0,
    "a jump after 8 epochs": lambda epoch: 0.15 if epoch < 8 else 1.0,
    "a line over 3 epochs": lambda epoch: min(1.0, epoch / 3),
}


def rising(way):
    """A schedule that goes up by its way, and comes down to a tenth in the last quarter."""
    return lambda rate, total: lambda step: way((step + 1) / 38) * step_decay(rate, step, total * 3 / 4, 0.1)


methods = {name: {"schedule": rising(way)} for name, way in WAYS_UP.items()}
for rate in (1.0, 2.0):
    found = experiments.compare(
        methods, data=digits, learning_rate=rate, total=38 * 20, **usual | {"epochs": 20}
    )
    for name, result in found.results.items():
        loss = result.test_loss
        print(
            f"rate {rate:.0f}, {name:>21}: median test loss {np.median(loss):.2f} ({loss.min():.2f} to {loss.max():.2f})"
        )
        if rate == 2 and "8" in name:
            compare_guess(after_eight_guess, np.median(loss), "Median test loss after eight quiet epochs")

# %% [markdown]
# At a rate of 1 the way does not matter. At 2 a network that begins at once is wrecked, and so is, less badly, one that jumps, after three epochs or after eight. The straight line takes it there. Having grown older
# helps a little; what gets there is the *gradual* rise. (Why, is less clear. It is not that the line leads to
# a flatter place first: behind it we measured the same largest curvature as after three quiet epochs. Training on the edge is chaotic: your last digits may differ, and the tests of this course do not compare
# this table.)
#
# Do you need it? Here you can simply take a smaller rate, and end as well or better. It is needed where the large rate is, such as for batches of thousands (lesson 06: the batch and the rate
# grow together). It is not that nothing trains without. In Goyal et al. (2017) the batch of 8,192 without a warm-up ended about one point of error worse than with it. Huo et al. (2020) do without one, by a rate of its own for each layer.
# Transformers with layer normalisation *behind* each block need a warm-up in general; with the normalisation inside, before the block's layers, they train well without (Xiong et al. 2020).
#
# ## Common mistakes
#
# - **An amount for a factor.** `rate - 0.5 * initial` reaches 0 at the second cut.
# - **No rounding down.** `factor ** (epoch / every)` is the exponential decay in disguise.
# - **Steps taken for epochs.** With 38 updates an epoch, k = 0.1 a *step* leaves 2 % of the rate after one epoch.
#   Say what t counts.
# - **Forgotten brackets.** `rate / 1 + k * t` grows.
# - **A cosine of the wrong length.** The share of the way is (step − warm-up)/(total − warm-up).
# - **Comparing schedules at one first rate.** Each needs its own: with the wrong labels the constant rate wanted 0.2, and the schedules 1.2.
# - **A run stopped before its schedule ends.** Half of a long cosine is not a short cosine: the rate is still high.
#
# ## Quiz
#
# 1. On a parabola of curvature a, gradient descent diverges where the rate is above …
#    - **a** 1/a
#    - **b** 2/a
#    - **c** a
# 2. SGD with a small constant rate hovers about a parabola's minimum. What halves the variance there?
#    - **a** Twice as many epochs.
#    - **b** About half the rate.
#    - **c** A better start.
# 3. The rate is 0.8, and is halved every 5 epochs. What is it in epoch 14, the first being epoch 0?
#    - **a** 0.1
#    - **b** 0.2
#    - **c** −0.4
# 4. What told beforehand in which settings decay would gain?
#    - **a** How many epochs there were.
#    - **b** Whether all labels were right.
#    - **c** How much of the noise was left at the end.
# 5. What did the warm-up do at a rate of 2?
#    - **a** It led gradually to a rate at which a network that jumped there was wrecked.
#    - **b** It gave the fresh weights time to settle before the large rate came.
#    - **c** It made the last steps smaller.
#
# Put letters in quotes, such as "a", in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "b"
q2 = "b"
q3 = "b"
q4 = "c"
q5 = "a"
### END SOLUTION

# %% name="quiz-result"
quiz("11_learning_rate_decay", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5)

# %% [markdown]
# ## What to take away
#
# <!-- slide -->
# - On a parabola the rate has to be below 2/curvature. A network may bear more, since its curvature changes on the way. Look for rates in factors of ten, then of two; a range test gives the first.
# - A constant rate with noisy gradients hovers at a floor, whose variance is nearly proportional to the rate, as long as that is small. Decay gets under it.
# - Decay gains where noise is left when you stop: much with wrong labels, something in a short run, hardly anything where every example is fitted.
# - In these races it paid to stay high for long, and to come down at the end.
# - By a factor, not by an amount; and tune the first rate for each schedule.
# - A warm-up leads gradually to a rate that a network would not bear at once.
# <!-- /slide -->
#
# ## In practice
#
# Settle the length of the run first; then a cosine or a straight line down to 0, or a constant rate that falls in the last part (Hägele et al. 2024), with a warm-up where batches are large. Where the length is open:
# a constant rate, and a cut by ten where the validation loss has stopped falling (`ReduceLROnPlateau` in PyTorch). Count in updates, and log the rate with the loss.

# %% [markdown]
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `schedules.step_decay(rate, epoch, 5, 0.5)` | `torch.optim.lr_scheduler.StepLR(optimizer, step_size=5, gamma=0.5)` | torch counts the calls of `scheduler.step()`; ours is a function of the epoch |
# | `schedules.exponential_decay(rate, t, k)` | `ExponentialLR(optimizer, gamma=math.exp(-k))` | γ is e^−k |
# | `schedules.inverse_time_decay(rate, t, k)` | `LambdaLR(optimizer, lambda t: 1 / (1 + k * t))` | the lambda gives a factor, not a rate |
# | `schedules.warmup_cosine(rate, t, 0, T)` | `CosineAnnealingLR(optimizer, T_max=T)` | nothing; after T both go up again |
# | `schedules.warmup_cosine(rate, t, w, T)` | `LambdaLR(optimizer, lambda t: schedules.warmup_cosine(1.0, t, w, T))` | nothing; `SequentialLR` of `LinearLR` and `CosineAnnealingLR` is usual, but `LinearLR` refuses to start at 0 |
# | `training.fit(…, schedule=…)` | `scheduler.step()` after `optimizer.step()` | `fit` asks for the rate of every update; torch changes it when you call `scheduler.step()`, after each epoch or each update |
#
# <details><summary>Twenty rates, by both</summary>
#
# ```python
# import numpy as np
# import torch
#
# from dlcourse import schedules
#
# t = np.arange(20)
# for make, ours in (
#     (lambda o: torch.optim.lr_scheduler.StepLR(o, 5, 0.5), schedules.step_decay(0.1, t, 5, 0.5)),
#     (lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 20), schedules.warmup_cosine(0.1, t, 0, 20)),
# ):
#     optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
#     scheduler, theirs = make(optimizer), []
#     for _ in t:
#         theirs.append(optimizer.param_groups[0]["lr"])
#         optimizer.step()
#         scheduler.step()
#     np.testing.assert_allclose(theirs, ours, atol=1e-6)
# ```
#
# </details>

# %% [markdown]
# ## Go further
#
# 1. Repeat the range test with Adam, and tune Adam's rate as SGD's was. Which share of the rate at the lowest place do you want now?
# 2. How late may the fall come? Let the rate fall to a tenth after a third, a half, two thirds, four fifths and 95 % of the run, in the first two settings.
# 3. The noise can be fought from the other side: leave the rate as it is, and take *batches* ten times as large for the last three of ten epochs. Compare with a tenth of the rate.

# %% [markdown] discussion="go-further"
# 1. With the pixels as they are, the loss of the growing rate was lowest at about 0.2 (from 0.1 to 0.3 over ten networks). Of the rates 0.0003, 0.0006, 0.0012 and so on, doubled each time, ten whole epochs chose
#    0.0096 on validation data, and 0.019 was about as good: a tenth to a twentieth. With momentum of 0.9 it was a fifth. The share depends on the optimizer, and also on how long the test is; what it gives is an order of magnitude.
# 2. Late. With right labels we measured test losses of 0.188, 0.171, 0.165, 0.160 and 0.162, with wrong ones 0.480, 0.462, 0.449, 0.440 and 0.441 (ten seeds, rates tuned). Two thirds, four fifths and 95 % are ties; a third and a half are behind four fifths.
#    Twenty updates at a small rate already bring the loss down most of the way, as the walkers of section 3 come down in a few steps. A network with slower directions would want more of them.
# 3. It came to the same. At a rate of 0.8, seven epochs in batches of 32 and three in batches of 320 gave 0.169, and a tenth of the rate instead 0.169; with wrong labels 0.456 and 0.453. Left alone, the runs ended at 0.21 and 0.70.
#    A batch ten times as large has a tenth of the variance in its gradient, and ησ² is a tenth either way. The larger batches make a tenth of the updates, which pays where many processors
#    work side by side (Smith et al. 2018).

# %% [markdown]
# ## References
#
# - J. Cohen et al. (2021), *Gradient descent on neural networks typically occurs at the edge of stability*, ICLR. The curvature settles at 2/rate; picture after picture.
# - I. Goodfellow, Y. Bengio, A. Courville (2016), *Deep Learning*, section 8.3.1, MIT Press. Why the rate of
#   SGD has to fall, and how it is done by rule of thumb: in a straight line.
# - P. Goyal et al. (2017), *Accurate, large minibatch SGD: training ImageNet in 1 hour*, arXiv:1706.02677.
#   The gradual warm-up, and what its absence costs.
# - A. Hägele et al. (2024), *Scaling laws and compute-optimal training beyond fixed training durations*, NeurIPS. A constant rate with a late fall, as good as a cosine.
# - K. He, X. Zhang, S. Ren, J. Sun (2016), *Deep residual learning for image recognition*, CVPR. A tenth
#   whenever the error stands still: the step decay as it was used for years.
# - Z. Huo, B. Gu, H. Huang (2020), *Large batch training does not need warmup*, arXiv:2002.01576. A rate of its own for each layer instead.
# - A. Lewkowycz et al. (2020), *The large learning rate phase of deep learning: the catapult mechanism*, arXiv:2003.02218. What happens beyond 2/curvature.
# - I. Loshchilov, F. Hutter (2017), *SGDR: stochastic gradient descent with warm restarts*, ICLR. The cosine.
# - H. Robbins, S. Monro (1951), *A stochastic approximation method*, Annals of Mathematical Statistics 22.
#   Which sums of rates arrive; eight pages.
# - L. Smith (2017), *Cyclical learning rates for training neural networks*, WACV. Section 3.3 is the range test.
# - S. Smith, P.-J. Kindermans, C. Ying, Q. Le (2018), *Don't decay the learning rate, increase the batch size*, ICLR. The noise from the other side.
# - R. Xiong et al. (2020), *On layer normalization in the transformer architecture*, ICML. Where the normalisation stands, and what that does to the warm-up.
