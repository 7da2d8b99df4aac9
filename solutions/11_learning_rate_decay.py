# %% [markdown]
# # 11 · Learning-rate decay: large steps first, small steps last
#
# **You will make** four schedules of the learning rate, draw them, and race them twice over: once where
# they win, and once where there is nothing to win. Before that you find out what "too large" means, as a
# number, and why a rate that was right at the start can be too large at the end.
#
# **You will be able to**
#
# - say from which rate on gradient descent diverges, and see it in a curve,
# - explain the noise floor of stochastic descent, and compute it,
# - write step, exponential, 1/t and warm-up-cosine schedules,
# - tell from your data whether decay will pay.
#
# | | |
# |---|---|
# | Time | 70 minutes, four exercises |
# | You need | lesson 06 (mini-batches and their noise); lesson 01 for *epoch* and *validation* |
# | Covers | section G1 of the source document, correction X6 |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import numpy as np

from dlcourse import datasets, losses, network, optimizers, plots, schedules, search, training
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. Too large, too small, right
#
# The **learning rate** η says how far a step goes along the negative gradient. Look at the simplest
# loss there is, a parabola of curvature $a$:
#
# $$L(\theta) = \tfrac{a}{2}\,\theta^2, \qquad
# \theta \leftarrow \theta - \eta\, a\, \theta = (1 - \eta a)\,\theta$$
#
# Every step multiplies θ by the same number, $1 - \eta a$. With a tiny η that is just below 1, and you
# crawl. At $\eta = 1/a$ it is 0: there in one step. Beyond that, it is negative, and you jump over the
# minimum and back.
#
# **Before you run it:** the curvature is $a = 1$. From which rate on do the jumps grow?

# %% guess="diverges-from"
### BEGIN SOLUTION
diverges_from_guess = 1.0  # learning rate
### END SOLUTION

# %% name="parabola"
a, steps = 1.0, np.arange(11)
for eta in (0.05, 0.5, 1.0, 1.5, 1.95, 2.05):
    theta = 1.0
    for _ in range(10):
        theta = theta - eta * a * theta
    print(f"rate {eta:4}: multiplied by {1 - eta * a:5.2f} a step, after ten steps θ = {theta:8.4f}")
rates = np.arange(0, 3, 0.01)
compare_guess(
    diverges_from_guess, rates[np.abs(1 - rates * a) <= 1].max(), "Largest rate that does not diverge"
)

# %% [markdown]
# Up to $2/a$ all is well, beyond it every step makes things worse. A network has a curvature for each of
# its many directions, and the *largest* of them sets the limit (LeCun et al. 1998). Here are the digits,
# 64-32-10 with tanh, batches of 32, at five rates. All five start from the same weights and see the same
# batches.

# %% name="five-rates"
digits = datasets.digits()
images, labels = digits.train
EPOCHS = 30


def score(net, data):
    return training.evaluate(net, losses.softmax_cross_entropy, data)


def train_all(sizes, data, rows, seeds, batch_size):
    """Train a network for each seed and row (first rate, schedule), at the rate times schedule(epoch).

    A seed stands for first weights and an order of the batches. Returns the training loss at the end
    (rows, seeds), and validation loss and accuracy by epoch (rows, seeds, epochs) each.
    """
    initial = np.array([[rate] for rate, _ in rows])
    at_end, by_epoch = np.zeros((len(rows), len(seeds))), np.zeros((2, len(rows), len(seeds), EPOCHS))
    for i, seed in enumerate(seeds):
        nets = [network.mlp(sizes, rng=np.random.default_rng(seed)) for _ in rows]
        sgd, order = optimizers.SGD(initial), np.random.default_rng(1000 + seed)
        for epoch in range(EPOCHS):
            sgd.learning_rate = initial * [[schedule(epoch)] for _, schedule in rows]
            search.fit_together(nets, sgd, data, epochs=1, rng=order, batch_size=batch_size)
            by_epoch[:, :, i, epoch] = np.transpose([score(net, digits.validation) for net in nets])
        at_end[:, i] = [score(net, data)[0] for net in nets]
    return at_end, *by_epoch


FIVE = (0.001, 0.01, 0.1, 1.0, 10.0)
clean = images, labels
rows = [(eta, schedules.constant(1.0)) for eta in FIVE]
_, validation, _ = train_all([64, 32, 10], clean, rows, range(5), 32)
for eta, loss in zip(FIVE, validation, strict=True):
    first, last = loss[:, 0], loss[:, -1]
    print(f"rate {eta:6}: validation loss after 1 epoch {first.mean():6.2f}, after 30:", end=" ")
    print(f"{last.mean():.2f}" if last.mean() < 10 else "above 10")

# %% name="five-rates-figure"
fig, ax = plots.figure(width=6.8, height=3.4)
named = {f"{eta:g}": loss for eta, loss in zip(FIVE, validation, strict=True)}
ax.set_yscale("log")
plots.curves(ax, np.arange(1, EPOCHS + 1), named)
ax.set(
    xlabel="epoch",
    ylabel="validation loss",
    title="A rate of 1 is right, 10 too large, 0.01 too small",
)
plots.show(
    fig,
    "Validation loss on a log scale by epoch for five learning rates, with the range of five seeds. At 10 "
    "it stays high and jumps about. At 0.001 and 0.01 it falls, slowly. At 0.1 and 1 it falls fast and ends "
    "near 0.1.",
)

# %% [markdown]
# At 0.001 and 0.01 thirty epochs are not enough, at 10 the network is worse after them than before (2.3 is
# what guessing scores among ten classes, ln 10). Between 0.1 and 1 lies the right order of magnitude, and
# the larger of the two is the faster. A rate is best sought in *factors*, not in steps (lesson 12).
#
# ## 2. Why the right rate changes
#
# A step on a mini-batch follows a *noisy* gradient (lesson 06). Far from the minimum the gradient is
# large and the noise does not matter. Close to it the gradient is nearly nothing, and the noise is all
# that is left: the walk stays up in the air. Add noise of variance σ² to the parabola with $a = 1$:
#
# $$\theta \leftarrow \theta - \eta\,(\theta + \varepsilon), \qquad
# \operatorname{Var}(\theta) \;\to\; \frac{\eta\,\sigma^2}{2 - \eta}$$
#
# (Square both sides, take expectations, and ask for a variance that stays the same.) The variance it
# settles at, the **noise floor**, is nearly proportional to η.
#
# **Before you run it:** two walkers begin at θ = 10. One has η = 0.5, the other 0.05. How many times
# farther from the minimum does the first one hover in the end (in root mean square)?

# %% guess="floor-ratio"
### BEGIN SOLUTION
floor_ratio_guess = 10.0  # times
### END SOLUTION


# %% name="noise-floor"
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
    floor = np.sqrt(eta / (2 - eta))
    print(f"rate {eta:4}: floor by the formula {floor:.3f}, measured {walks[name][-50:].mean():.3f}")
ratio = walks["0.5"][-50:].mean() / walks["0.05"][-50:].mean()
compare_guess(floor_ratio_guess, ratio, "Distance at rate 0.5 over distance at rate 0.05")

# %% name="noise-floor-figure"
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
# That is the whole case for decay: a large rate to get near, a small one to settle. The document says it
# in words, *fine-tune at the end*. Whether *your* training has a noise floor that matters is another
# question, and section 4 asks it.
#
# ## 3. Four schedules
#
# ### In steps
#
# Leave the rate alone for a while, then cut it. The document gives two rules of thumb: half every 5
# epochs, or a tenth every 20.
#
# $$\eta = \eta_0 \cdot \text{factor}^{\lfloor \text{epoch} / \text{every} \rfloor}$$
#
# > **Correction X6.** In the document the rate falls by a constant *amount* with each step. Its own examples, a
# > half and a tenth, are constant *factors*. The difference is not small: take off half of the first rate
# > every 5 epochs, and after 10 epochs the rate is 0, after 15 negative: you would climb. (Usage as in
# > Goodfellow, Bengio & Courville 2016, section 8.3.1, and He et al. 2016, who divide by 10.)
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

# %% name="amount-or-factor"
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
# more different: all the steps of the exponential together have a finite length (after a while it cannot
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
# **The check also asks:** Plain numbers, integers, arrays of any shape; k may be 0.
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
# The schedule that most large networks are trained with today is younger than the document's list. It
# begins with a **warm-up**: from 0 up to $\eta_0$ in a straight line (Goyal et al. 2017). Then comes half a
# cosine, down to 0 (Loshchilov & Hutter 2017). With $s$ for the step, $w$ for the steps of the warm-up and
# $T$ for all of them:
#
# $$\eta = \eta_0 \cdot \begin{cases} s / w & s < w \\
# \tfrac12 \left(1 + \cos \pi \dfrac{s - w}{T - w} \right) & \text{otherwise} \end{cases}$$
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
# Here are all of them, as they will run below: 30 epochs, each as a share of its first rate. (The warm-up
# counts the first epoch as 1, or it would be lost at a rate of 0.)

# %% name="schedules-figure"
SCHEDULES = {
    "constant": lambda epoch: np.ones(np.shape(epoch)),
    "half every 5": lambda epoch: step_decay(1.0, epoch, 5, 0.5),
    "tenth every 20": lambda epoch: step_decay(1.0, epoch, 20, 0.1),
    "exponential, k = 0.1": lambda epoch: exponential_decay(1.0, epoch, 0.1),
    "1/t, k = 0.3": lambda epoch: inverse_time_decay(1.0, epoch, 0.3),
    "warm-up, cosine": lambda epoch: warmup_cosine(1.0, epoch + 1, 3, EPOCHS + 1),
}
fig, axes = plots.figure(3, 2, width=8.6, height=4.2, sharex=True, sharey=True)
epochs = np.arange(EPOCHS)
for ax, (name, schedule), color in zip(axes.flat, SCHEDULES.items(), plots.COLORS, strict=False):
    for other in SCHEDULES.values():
        ax.step(epochs, other(epochs), where="post", color="#d9d9d9", linewidth=1, linestyle="-")
    ax.step(epochs, schedule(epochs), where="post", color=color, linestyle="-")
    ax.set_title(name)
for ax in axes[:, 0]:
    ax.set_ylabel("share of first rate")
for ax in axes[1]:
    ax.set_xlabel("epoch")
plots.show(
    fig,
    "Six small plots of the learning rate over 30 epochs, as a share of the first rate, each with the other "
    "five in grey behind it. Constant stays at 1. Half every 5 falls in six stairs, a tenth every 20 in one. "
    "Exponential and 1/t fall smoothly, 1/t faster at first and slower later. The last rises for three epochs "
    "and then follows half a cosine to 0.",
)

# %% [markdown]
# ## 4. The race, twice
#
# The same six schedules on the same digits. For each, the first rate is chosen from a list by the
# validation loss at the end, on four seeds used for nothing else; then ten other seeds run with it. A seed
# stands for first weights and an order of the batches, and every schedule gets the same ones.
#
# - **Course one**: the digits as they are, 64-32-10, batches of 32. The network can fit them all.
# - **Course two**: the first 600 digits, every fifth label wrong, a smaller network, 64-16-10, and batches of
#   10. It *cannot* fit them all, so there is noise in its gradients to the end.
#
# **Before you run it:** on the clean digits, how many of the five schedules that decay will have a lower
# mean validation loss than the constant rate?

# %% guess="better-than-constant"
### BEGIN SOLUTION
better_guess = 5  # of 5
### END SOLUTION

# %% name="race"
spoiling = np.random.default_rng(7)
spoilt = spoiling.random(len(labels)) < 0.2
wrong = (labels + spoiling.integers(1, 10, len(labels))) % 10
noisy = images[:600], np.where(spoilt, wrong, labels)[:600]
COURSES = {
    "clean": ([64, 32, 10], clean, (0.2, 0.5, 1.0, 2.0), 32),
    "noisy": ([64, 16, 10], noisy, (0.03, 0.1, 0.3, 0.6, 1.0), 10),
}
ends = {}
for course, (sizes, data, rates, batch_size) in COURSES.items():
    rows = [(rate, schedule) for schedule in SCHEDULES.values() for rate in rates]
    _, tuning, _ = train_all(sizes, data, rows, range(100, 104), batch_size)
    chosen = np.argmin(tuning[:, :, -1].mean(axis=1).reshape(len(SCHEDULES), -1), axis=1)
    rows = [(rates[best], schedule) for best, schedule in zip(chosen, SCHEDULES.values(), strict=True)]
    train_loss, loss, accuracy = train_all(sizes, data, rows, range(10), batch_size)
    print(f"{course:>22}  first rate  training loss  validation loss of 10 seeds  below constant  accuracy")
    for row, name in enumerate(SCHEDULES):
        end = ends[course, name] = loss[row, :, -1]
        print(f"{name:>22}  {rates[chosen[row]]:10}  {train_loss[row].mean():13.3f}", end="  ")
        print(f"{end.min():.3f} to {end.max():.3f}, mean {end.mean():.3f}", end="  ")
        below = "" if name == "constant" else f"{np.sum(end < ends[course, 'constant'])} of 10"
        print(f"{below:>14}  {accuracy[row, :, -1].mean():8.1%}")
better = sum(ends["clean", name].mean() < ends["clean", "constant"].mean() for name in SCHEDULES)
compare_guess(better_guess, better, "Schedules better than the constant rate on clean digits")

# %% name="race-figure"
fig, axes = plots.figure(2, width=8.6, height=3.0, sharey=True)
for ax, course in zip(axes, COURSES, strict=True):
    for row, name in enumerate(SCHEDULES):
        ax.plot(
            ends[course, name],
            row + np.linspace(-0.25, 0.25, 10),
            linestyle="",
            marker=plots.MARKERS[row],
            color=plots.COLORS[row],
        )
    ax.axvspan(ends[course, "constant"].min(), ends[course, "constant"].max(), color="#eeeeee", zorder=0)
    ax.set(xlabel="validation loss after 30 epochs, one mark a seed", title=f"{course} labels")
axes[0].set(yticks=range(6), yticklabels=SCHEDULES)
axes[0].invert_yaxis()
plots.show(
    fig,
    "Two plots of the validation loss after 30 epochs, one mark for each of ten seeds and six schedules; a grey "
    "band shows the range of the constant rate. With clean labels constant, a tenth every 20 and the cosine "
    "have their middle near 0.08, and the other three lie further to the right, worse. With noisy labels "
    "constant spreads from 0.41 to above 0.51, and no mark of a schedule that decays lies beyond 0.46.",
)

# %% [markdown]
# **Clean: one, by a hair.** A tenth every 20 has 0.079 on average, the constant rate 0.081, the cosine 0.082,
# and these two schedules are below constant on 5 seeds of 10: heads or tails. The three that fall from the
# start are behind, at 0.087 to 0.094. The column of the training loss says why. At the constant rate it goes
# to 0.007: the network fits *every* example, so every gradient vanishes, and the noise with it. There is no
# floor to get under. Decay only takes away steps.
#
# **Noisy: all five.** With wrong labels that cannot all be fitted the gradients never agree, and the tuned
# constant rate has to be a compromise. Every schedule ends lower on average, 0.420 to 0.433 against 0.452. It
# is no landslide: some five per cent, on 6 or 7 seeds of 10, and the share of right answers hardly
# moves. What decay takes away is the bad luck at the end. The ten runs at the constant rate end anywhere from
# 0.408 to 0.515; with a schedule none ends above 0.459.
#
# The rules of thumb: half every 5 epochs has the lowest mean on the noisy labels, 0.420, and is behind on the
# clean ones; a tenth every 20 does no harm on either. That holds for a run of 30 epochs. In one of 300, half
# every 5 would have stood still after the first 50. A rule in *epochs* only makes sense together with the
# length of the run, and the document's warning, that no rule fits all, is the better advice.
#
# ## 5. What the warm-up is for
#
# In the race the warm-up had little to do: the tuned rates were tame enough for fresh weights. Its
# strength shows where they are not. Here is the cosine with and without a warm-up of three epochs, on the
# clean digits, at first rates that are larger than any sensible choice.

# %% name="warm-up" tags=["nbval-ignore-output"]
print("first rate   without warm-up, 5 seeds     with 3 epochs of it")
TOO_LARGE = (1.0, 2.0, 3.0)
warm = {}
for length in (0, 3):

    def schedule(epoch, length=length):
        return warmup_cosine(1.0, epoch + (length > 0), length, EPOCHS + 1)

    _, loss, _ = train_all([64, 32, 10], clean, [(eta, schedule) for eta in TOO_LARGE], range(5), 32)
    warm[length] = loss[:, :, -1]
for eta, without, with_it in zip(TOO_LARGE, warm[0], warm[3], strict=True):
    print(
        f"{eta:10}   {without.min():8.2f} to {without.max():.2f}   {with_it.min():18.2f} to {with_it.max():.2f}"
    )

# %% [markdown]
# At a rate of 1 it makes no difference. From 2 on, the network without a warm-up is often wrecked in its
# first epochs and never recovers, while three epochs of warm-up keep it on its feet: at 2 the
# whole range of the seeds lies lower. (Training on the edge is chaotic: the last digits, and even who survives, change from
# machine to machine. That is why the tests of this course do not compare this table.)
#
# Fresh weights have large gradients and a curvature that has not settled; a small rate brings the network
# through that time. With batches of thousands and the large rates that go with them (Goyal et al. 2017),
# or with Adam on a deep transformer, there is no training at all without it. On our small digits you can
# simply take a smaller rate.
#
# ## Common mistakes
#
# - **An amount for a factor.** `rate - 0.5 * initial` reaches 0 at the second cut.
# - **No rounding down.** `factor ** (epoch / every)` is the exponential decay in disguise.
# - **Steps taken for epochs.** With 38 updates an epoch, k = 0.1 a *step* has killed the rate in an epoch.
#   Say what t counts.
# - **Forgotten brackets.** `rate / 1 + k * t` grows.
# - **A cosine of the wrong length.** The share of the way is (step − warm-up)/(total − warm-up).
# - **Comparing schedules at one first rate.** Each needs its own: in the race the constant rate wanted 0.1
#   on the noisy labels, and 1/t, which falls fast, 0.6.
#
# ## Quiz
#
# 1. Along a direction of curvature a, gradient descent diverges where the rate is above …
#    - **a** 1/a
#    - **b** 2/a
#    - **c** a
# 2. SGD with a constant rate hovers at some distance from the minimum. What halves the variance there?
#    - **a** Twice as many epochs.
#    - **b** About half the rate.
#    - **c** A better start.
# 3. The rate is 0.8, and is halved every 5 epochs. What is it in epoch 14, the first being epoch 0?
#    - **a** 0.1
#    - **b** 0.2
#    - **c** −0.4
# 4. When did decay help here, and when not?
#    - **a** Always.
#    - **b** Never.
#    - **c** Where the noise stays: labels that cannot all be fitted.
# 5. What is a warm-up good for?
#    - **a** It lets you use a rate that would wreck the fresh network.
#    - **b** It makes the last steps smaller.
#    - **c** It saves time.
#
# Put letters in the place of `None` and run the cells.

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
# - The largest curvature sets the largest rate: 2/a. Look for rates in factors of ten, then of two.
# - A constant rate with noisy gradients hovers at a floor, whose variance is nearly proportional to the rate. Decay gets under the floor.
# - No floor, no gain: a network that fits every example needs no decay. Here decay won with wrong labels, by
#   some five per cent, and won nothing with right ones.
# - By a factor, not by an amount; and tune the first rate for each schedule.
# - A warm-up is for rates that fresh weights cannot bear.
#
# ## In practice
#
# Today's default for large models is the warm-up with the cosine, or with a straight line down. For a
# small one: a constant rate first, then one cut by ten where the validation loss has stopped falling.
#
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `schedules.step_decay(rate, epoch, 5, 0.5)` | `torch.optim.lr_scheduler.StepLR(optimizer, step_size=5, gamma=0.5)` | torch counts the calls of `scheduler.step()`; ours is a function of the epoch |
# | `schedules.exponential_decay(rate, t, k)` | `ExponentialLR(optimizer, gamma=math.exp(-k))` | γ is e^−k |
# | `schedules.inverse_time_decay(rate, t, k)` | `LambdaLR(optimizer, lambda t: 1 / (1 + k * t))` | the lambda gives a factor, not a rate |
# | `schedules.warmup_cosine(rate, t, 0, T)` | `CosineAnnealingLR(optimizer, T_max=T)` | nothing; after T both go up again |
# | the same with a warm-up | `SequentialLR` of `LinearLR` and `CosineAnnealingLR` | ours begins at 0; `LinearLR` takes no start of 0 |
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
#
# ## References
#
# - I. Goodfellow, Y. Bengio, A. Courville (2016), *Deep Learning*, section 8.3.1, MIT Press. Why the rate of
#   SGD must fall, and how it is done by rule of thumb.
# - P. Goyal et al. (2017), *Accurate, large minibatch SGD: training ImageNet in 1 hour*, arXiv:1706.02677.
#   The warm-up, and the experiments that show it is needed.
# - K. He, X. Zhang, S. Ren, J. Sun (2016), *Deep residual learning for image recognition*, CVPR. A tenth
#   whenever the error stands still: the step decay as it was used for years.
# - Y. LeCun, L. Bottou, G. Orr, K.-R. Müller (1998), *Efficient BackProp*. Section 5: the largest curvature and
#   the largest rate, with pictures.
# - I. Loshchilov, F. Hutter (2017), *SGDR: stochastic gradient descent with warm restarts*, ICLR. The cosine.
# - H. Robbins, S. Monro (1951), *A stochastic approximation method*, Annals of Mathematical Statistics 22.
#   Which sums of rates arrive; eight pages.
