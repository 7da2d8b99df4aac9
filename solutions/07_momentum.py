# %% [markdown]
# # 07 · Momentum: a ball that remembers where it was going
#
# **You will make** the two oldest improvements of gradient descent: momentum, and Nesterov's way of looking ahead. You watch them
# in a narrow valley, measure when they pay, and then on digits find out how much of it is left.
#
# **You will be able to**
#
# - write both steps, and say what friction has to do with μ,
# - compute how fast the ball gets on a constant slope, and choose the learning rate by it,
# - say for which valleys momentum pays, in numbers,
# - tell overshoot from divergence, and know what looking ahead changes.
#
# | | |
# |---|---|
# | Time | 70 minutes, three exercises |
# | You need | lesson 06 (gradient descent, and the valley that limits its rate) |
# | Covers | sections E1 and E2 of the source document |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import numpy as np

from dlcourse import datasets, losses, network, optimizers, plots, search, training
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. A ball with friction
#
# Gradient descent forgets. Each step goes by the slope right here, as if there had been no step before. **Momentum** (모멘텀; Polyak 1964)
# gives the parameters a velocity $v$, like that of a rolling ball. The slope changes the velocity, friction takes a part of it away, and
# the velocity moves the ball:
#
# $$v \leftarrow \mu v - \eta \frac{\partial L}{\partial \theta} \qquad\qquad \theta \leftarrow \theta + v$$
#
# $\mu$, usually about 0.9, is the share of the velocity that *survives* a step. With μ = 0 it is gradient descent again. (It is no momentum in
# the physicist's sense; there is no mass. The name has stuck.)
#
# ### Exercise 1 · `momentum_step(params, velocity, grad, learning_rate, mu)`
#
# - `params`, `velocity`, `grad`: arrays of one shape, or numbers.
# - returns: `(params, velocity)`, both new.
#
# ```python
# >>> momentum_step(np.array([1.0]), np.array([0.5]), np.array([2.0]), 0.1, 0.9)
# (array([1.25]), array([0.25]))
# ```
#
# **The check also asks:** Arrays of any shape or plain numbers, integers, float32; the learning rate may be a column, one rate a row, as in the demonstration below. Your arguments, here and below, are left as they were.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# Two lines, in the order of the equations: the *new* velocity moves the params.
#
# </details>


# %% exercise="momentum_step"
def momentum_step(params, velocity, grad, learning_rate, mu):
    """(params, velocity) after a step of momentum."""
    ### BEGIN SOLUTION
    velocity = mu * velocity - learning_rate * grad
    return params + velocity, velocity
    ### END SOLUTION


# %% check="momentum_step"
momentum_step = check(momentum_step)

# %% [markdown]
# ### How fast does it get?
#
# Let the ball roll down an endless, even slope: the gradient is 1 everywhere. Without friction it would get faster for ever. With it,
# there comes a velocity at which friction takes as much as the slope gives.
#
# **Before you run it:** with μ = 0.9, how many times as fast as plain gradient descent does it get?

# %% guess="how-fast"
### BEGIN SOLUTION
how_fast_guess = 2.0  # times
### END SOLUTION

# %% name="slope"
eta = 0.1
speeds = {}
for mu in (0.0, 0.5, 0.9, 0.99):
    theta, v, speed = 0.0, 0.0, []
    for _ in range(300):
        theta, v = momentum_step(theta, v, 1.0, eta, mu)
        speed.append(-v / eta)  # in steps of gradient descent
    speeds[mu] = np.array(speed)
    half = np.argmax(speeds[mu] >= speeds[mu][-1] / 2) + 1
    print(
        f"μ = {mu:4}: {speeds[mu][-1]:6.2f} times the step of gradient descent, half of that after {half:2} steps"
    )
compare_guess(how_fast_guess, speeds[0.9][-1], "Times as fast, μ = 0.9")

# %% [markdown]
# At the final velocity nothing changes any more: $v = \mu v - \eta g$.
#
# ### Exercise 2 · `terminal_velocity(grad, learning_rate, mu)`
#
# - `grad`: an array or a number, the constant gradient.  `mu`: from 0 up to, but not, 1.
# - returns: the velocity that a constant gradient leads to, in the shape of grad.
#
# ```python
# >>> terminal_velocity(np.array([2.0]), 0.1, 0.75)
# array([-0.8])
# ```
#
# **The check also asks:** Plain numbers and arrays; mu from 0 to 0.9999, where no loop gets there.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# Solve the equation above for v. No loop is needed.
#
# </details>


# %% exercise="terminal_velocity"
def terminal_velocity(grad, learning_rate, mu):
    """The velocity at which friction takes what the slope gives."""
    ### BEGIN SOLUTION
    return -learning_rate * grad / (1 - mu)
    ### END SOLUTION


# %% check="terminal_velocity"
terminal_velocity = check(terminal_velocity)

# %% name="slope-figure"
fig, ax = plots.figure(width=6.6, height=3.0)
ax.set_yscale("log")
plots.curves(ax, np.arange(1, 301), {f"μ = {mu}": speed for mu, speed in speeds.items()})
for mu in speeds:
    ax.axhline(-terminal_velocity(1.0, eta, mu) / eta, color="#b5b5b5", linewidth=0.8, linestyle=":")
ax.set(
    xlabel="step",
    ylabel="speed, in steps of descent",
    title="The limit is 1/(1 − μ): the higher, the later",
)
plots.show(
    fig,
    "The speed on an even slope against the step, on a log scale, for four values of μ. Each curve rises and levels off at "
    "a dotted line: 1 for μ = 0, 2 for 0.5, 10 for 0.9 after some 40 steps. For 0.99 the line is at 100, nearly reached after 300.",
)

# %% [markdown]
# Two things to take along. A learning rate means something only together with μ: what counts is $\eta/(1-\mu)$. Who goes from 0.9 to 0.99
# should divide the rate by about ten. And memory is slow: a ball that remembers a hundred steps takes a hundred steps to turn.
#
# ## 2. In the valley
#
# Lesson 06 left gradient descent in a valley with steep walls and a gentle floor. The walls limit the rate; the floor has to live with
# it. Now look what the velocity does. Along the floor the slopes agree, and add up. Across it they alternate, and cancel.


# %% name="valley"
def walk(surface, rate, mu, steps):
    """The way of momentum, (steps + 1, 2); μ = 0 is gradient descent."""
    points, velocity = [np.array(surface.start)], np.zeros(2)
    for _ in range(steps):
        theta, velocity = momentum_step(points[-1], velocity, surface.gradient(points[-1]), rate, mu)
        points.append(theta)
    return np.array(points)


def arrival(surface, rates, mu, steps):
    """At the best of these rates, the step from which on the ball stays within 0.05 of the minimum."""
    rates = np.asarray(rates)[:, None]
    theta, velocity = np.tile(surface.start, (len(rates), 1)), np.zeros((len(rates), 2))
    last_far = np.zeros(len(rates))
    with np.errstate(all="ignore"):  # some rates are too large, and are meant to be
        for step in range(1, steps + 1):
            theta, velocity = momentum_step(theta, velocity, surface.gradient(theta), rates, mu)
            last_far[~(np.linalg.norm(theta, axis=1) < 0.05)] = step
    return last_far.min() + 1


ravine = datasets.ravine()  # walls 20 times as steep as the floor
fig, axes = plots.figure(2, width=8.8, height=2.8, sharey=True)
for ax, mu in zip(axes, (0.0, 0.9), strict=True):
    points = walk(ravine, 0.02, mu, 60)
    plots.contours(ax, lambda u, v: ravine.value(np.stack([u, v], axis=-1)), *ravine.window)
    plots.path(ax, points, color=plots.COLORS[0] if mu == 0 else plots.COLORS[1])
    ax.set(
        xlim=ravine.window[0],
        ylim=ravine.window[1],
        xlabel="u",
        title=f"μ = {mu}, rate 0.02: ○ start, ★ after 60 steps",
    )
axes[0].set_ylabel("v")
plots.show(
    fig,
    "Two walks of sixty steps in a narrow valley. Without momentum the walk goes down to the floor and creeps along it, a good "
    "half of the way. With μ = 0.9 it swings from wall to wall at first, runs past the minimum, comes back and ends beside it.",
)

# %% [markdown]
# With the *same* rate, momentum is far ahead. But the same rate is not fair: gradient descent at its best rate is much faster than at 0.02.
# So give each its best rate, from the same list, for valleys of three shapes. The **condition number** κ is the steepness of the walls
# over that of the floor.
#
# **Before you run it:** at κ = 20, how many times fewer steps will momentum (μ = 0.9) need, both at their best rates?

# %% guess="fewer"
### BEGIN SOLUTION
fewer_guess = 3.0  # times fewer
### END SOLUTION

# %% name="condition"
best_steps = {}
print("condition number   gradient descent    μ = 0.5    μ = 0.9   μ = 0.99")
for kappa in (20, 200, 2000):
    surface = datasets.ravine(kappa)
    rates = np.geomspace(0.02, 4, 25) / kappa
    for mu in (0.0, 0.5, 0.9, 0.99):
        best_steps[kappa, mu] = arrival(surface, rates, mu, 3 * kappa + 1000)
    print(
        f"{kappa:16}",
        *(f"{best_steps[kappa, mu]:{w}.0f}" for mu, w in ((0.0, 18), (0.5, 10), (0.9, 10), (0.99, 10))),
    )
compare_guess(fewer_guess, best_steps[20, 0.0] / best_steps[20, 0.9], "Times fewer steps at κ = 20")

# %% [markdown]
# Read the table by columns. Gradient descent needs ten times the steps for ten times the condition number: 51, 528, 5,297. Momentum with
# μ = 0.9 goes from 68 to 75 to 235: it hardly notices the first tenfold. But at κ = 20 it is *slower* than tuned gradient descent, which has
# nothing to gain from a memory of ten steps, and μ = 0.5 beats both with 13. Theory has the best μ grow with κ, as
# $\left(\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}\right)^2$ (Polyak 1964): 0.40 for 20, 0.75 for 200, 0.91 for 2,000, and with it the steps grow like √κ. A μ of 0.99
# needs hundreds of steps for anything, since that is how long it remembers.
#
# So momentum is a tool for *narrow* valleys. Is a network one? Section 4.
#
#
# ## 3. Overshoot, and a look ahead
#
# A ball does not stop in the lowest place. It runs through, up the other side and back. Nesterov (1983) has it look where it is going: by
# the velocity alone it will be at $\theta + \mu v$; so ask for the slope *there*, and brake in time.
#
# $$v \leftarrow \mu v - \eta \frac{\partial L}{\partial \theta}(\theta + \mu v) \qquad\qquad \theta \leftarrow \theta + v$$
#
# ### Exercise 3 · `nesterov_step(params, velocity, gradient, learning_rate, mu)`
#
# - `gradient`: a *function* of params; you decide where to ask.
# - returns: `(params, velocity)`, both new.
#
# ```python
# >>> nesterov_step(np.array([1.0]), np.array([-1.0]), lambda theta: 2 * theta, 0.5, 0.5)
# (array([0.]), array([-1.]))
# ```
#
# **The check also asks:** Arrays or plain numbers, integers; the gradient is asked for once or more, at the place that the equation says.
#
# *Difficulty: medium · 10 minutes*
#
# <details><summary>Hint</summary>
#
# `grad = gradient(params + mu * velocity)`, and then it is `momentum_step`. It still starts from params.
#
# </details>


# %% exercise="nesterov_step"
def nesterov_step(params, velocity, gradient, learning_rate, mu):
    """(params, velocity) after a step of Nesterov's momentum."""
    ### BEGIN SOLUTION
    grad = gradient(params + mu * velocity)
    return momentum_step(params, velocity, grad, learning_rate, mu)
    ### END SOLUTION


# %% check="nesterov_step"
nesterov_step = check(nesterov_step)

# %% [markdown]
# **Before you run it:** on a parabola, from a distance of 1, with μ = 0.9 and η = 0.1: how far does plain momentum overshoot?

# %% guess="overshoot"
### BEGIN SOLUTION
overshoot_guess = 0.2  # of the first distance
### END SOLUTION

# %% name="overshoot"
STEPS = {  # on a parabola the gradient at θ is θ
    "momentum": lambda theta, v, eta: momentum_step(theta, v, theta, eta, 0.9),
    "Nesterov": lambda theta, v, eta: nesterov_step(theta, v, lambda theta: theta, eta, 0.9),
}
tracks = {"momentum": [1.0], "Nesterov": [1.0]}
for name, track in tracks.items():
    theta, v = 1.0, 0.0
    for _ in range(60):
        theta, v = STEPS[name](theta, v, 0.1)
        track.append(theta)
    settled = np.flatnonzero(np.abs(track) > 0.05)[-1] + 1
    print(
        f"{name}: overshoots by {-min(track):.2f} of the first distance, stays within 0.05 from step {settled} on"
    )
compare_guess(overshoot_guess, -min(tracks["momentum"]), "Overshoot of momentum")

rates = np.arange(1, 400) / 100
for name, step in STEPS.items():
    theta, v = np.ones(rates.size), np.zeros(rates.size)
    for _ in range(200):
        theta, v = step(theta, v, rates)
    print(f"{name}: comes to rest at rates up to {rates[np.abs(theta) < 1].max():.2f}")

# %% name="overshoot-figure"
fig, ax = plots.figure(width=6.8, height=3.0)
plots.curves(ax, np.arange(61), {name: np.array(track) for name, track in tracks.items()}, labels=False)
ax.axhline(0, color="black", linewidth=0.8)
ax.set(xlabel="step", ylabel="θ", title="Who looks ahead brakes earlier")
ax.legend(loc="upper right")
plots.show(
    fig,
    "The position of a ball on a parabola against the step, from 1. Momentum swings far through 0 to the other side, and "
    "back, several times, with falling height. Nesterov's method swings less and is at rest sooner.",
)

# %% [markdown]
# Plain momentum runs 0.60 of the first distance up the other side, Nesterov's method 0.35, and it is at rest after 24 steps where the
# other takes 52. It costs no more: one gradient a step, asked for in another place.
#
# Overshooting is not diverging: the swings get smaller. With μ = 0.9, momentum comes to rest at rates up to 3.79, where plain descent
# diverges from 2 on. Here the look ahead has its price: Nesterov's method stands rates up to 1.35 only. (The theory says 3.8 and 1.36.)
#
#
# ## 4. What is left of it on digits
#
# Valleys of two dimensions are made to be understood. Here are the digits: 64-32-10, batches of 32, twenty epochs. For each method the
# learning rate is chosen from a list by the validation loss after twenty epochs, on two seeds used for nothing else. (The lists are
# multiplied by 1 − μ, so that η/(1 − μ) is the same for all.) Then five other seeds run. Each has its own first weights and its own order
# of the batches, and every method gets the same five.
#
# **Before you run it:** gradient descent reaches a validation loss of 0.2 after about 4 epochs. And momentum with μ = 0.9, at its best rate?

# %% guess="digit-epochs"
### BEGIN SOLUTION
digit_epochs_guess = 1.0  # epochs
### END SOLUTION

# %% name="digits"
digits = datasets.digits()
EPOCHS, BASE = 20, np.array([0.3, 0.6, 1.0, 1.5, 3.0, 6.0])
METHODS = {
    "gradient descent": (optimizers.SGD, 0.0),
    "momentum, μ = 0.5": (optimizers.Momentum, 0.5),
    "momentum, μ = 0.9": (optimizers.Momentum, 0.9),
    "Nesterov, μ = 0.9": (optimizers.Nesterov, 0.9),
    "momentum, μ = 0.99": (optimizers.Momentum, 0.99),
}


def train(method, mu, rates, seeds):
    """Validation loss and accuracy by epoch, (rates, seeds, epochs) each; a seed is first weights and an order."""
    scores = np.zeros((2, len(rates), len(seeds), EPOCHS))
    for i, seed in enumerate(seeds):
        nets = [network.mlp([64, 32, 10], rng=np.random.default_rng(seed)) for _ in rates]
        column, order = np.reshape(rates, (-1, 1)), np.random.default_rng(1000 + seed)
        optimizer = method(column, mu) if mu else method(column)
        for epoch in range(EPOCHS):
            search.fit_together(nets, optimizer, digits.train, epochs=1, rng=order)
            scores[:, :, i, epoch] = np.transpose(
                [training.evaluate(net, losses.softmax_cross_entropy, digits.validation) for net in nets]
            )
    return scores


curves = {}
for name, (method, mu) in METHODS.items():
    rates = BASE * (1 - mu)
    rate = rates[int(np.argmin(train(method, mu, rates, (100, 101))[0][:, :, -1].mean(axis=1)))]
    loss, accuracy = (each[0] for each in train(method, mu, [rate], range(5)))
    curves[name] = loss
    first = np.argmax(loss < 0.2, axis=1) + 1
    print(f"{name:>18}, rate {rate:6.4g}: loss 0.2 after {first.min()} to {first.max()} epochs,", end=" ")
    print(
        f"at the end {loss[:, -1].min():.3f} to {loss[:, -1].max():.3f}, {accuracy[:, -1].mean():.1%} right"
    )
    if name == "momentum, μ = 0.9":
        epochs_needed = first.mean()
compare_guess(digit_epochs_guess, epochs_needed, "Epochs to a loss of 0.2, momentum, μ = 0.9")

# %% name="digits-figure"
fig, ax = plots.figure(width=7.0, height=3.4)
ax.set_yscale("log")
plots.curves(ax, np.arange(1, EPOCHS + 1), curves)
ax.set(
    xlabel="epoch",
    ylabel="validation loss",
    title="Different ways to nearly one place",
    xticks=(1, 5, 10, 15, 20),
)
plots.show(
    fig,
    "Validation loss by epoch on a log scale for five methods, with the range of five seeds. Momentum with "
    "0.99 starts highest. All jump up and down in the first ten epochs. Then the five bands overlap, and at the end they "
    "lie between 0.07 and 0.12, momentum with 0.9 lowest.",
)

# %% [markdown]
# In the end there is a small difference. Momentum with μ = 0.9 is lowest, 0.069 to 0.077, and each of its five runs ends below each of gradient
# descent's, 0.081 to 0.101. In digits that is 97.6 % right against 96.9 %. Nesterov's method, 0.071 to 0.100, overlaps with all of them, and
# with μ = 0.99 nothing is won.
#
# The way there tells you less. Gradient descent takes 3 to 5 epochs to a loss of 0.2, momentum with 0.9 takes 1 to 5, Nesterov's method 2 or 3. The
# order of the batches decides more than the method does. (Had all five runs shared one order, you might have seen a clear winner
# here. Lesson 08 tries that.)
#
# Compare that with the valleys. There it was a matter of 5,000 steps against 235. Small networks on easy data, with first weights that suit
# them and batches that make noise, are not narrow valleys. Deep ones can be. On deep autoencoders, Sutskever et al. (2013) had results with
# well-chosen first weights and a μ raised slowly, up to 0.99, for which second-order methods had been thought necessary; with less momentum
# they were worse.
#
# ## Common mistakes
#
# - **Uphill.** The slope is taken *off* the velocity, and the velocity *added* to the params. Two wrong signs make a right step, and a
#   velocity of the wrong sign for Nesterov.
# - **The old velocity moves.** First the velocity, then the params.
# - **An average for a sum.** With (1 − μ) before the gradient the terminal velocity is η·g, and the rate means something else. (Adam does
#   it so: lesson 08.)
# - **The same rate for another μ.** What counts is η/(1 − μ).
# - **Looking ahead from the wrong place.** The gradient is taken at θ + μv, the step starts at θ.
# - **PyTorch's form:** v ← μv + g, θ ← θ − ηv. The same way, as long as η does not change.
#
# ## Quiz
#
# 1. A constant gradient, μ = 0.9. How many times the step of descent does the ball make in the end?
#    - **a** 1.9 times
#    - **b** 10 times
#    - **c** 0.9 times
# 2. Across the valley the gradient changes its sign at every step. What does momentum make of that?
#    - **a** The contributions cancel.
#    - **b** It swings ever higher.
#    - **c** Nothing changes.
# 3. Where does Nesterov's method ask for the gradient?
#    - **a** Where the params are.
#    - **b** Where the velocity alone would carry them.
#    - **c** Where they were a step ago.
# 4. From μ = 0.9 to μ = 0.99: what should happen to the learning rate?
#    - **a** Nothing.
#    - **b** Divide it by about ten.
#    - **c** Multiply it by ten.
# 5. On which valleys is momentum worth most?
#    - **a** Round ones.
#    - **b** Long and narrow ones.
#    - **c** All alike.
#
# Put letters in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "b"
q2 = "a"
q3 = "b"
q4 = "b"
q5 = "b"
### END SOLUTION

# %% name="quiz-result"
quiz("07_momentum", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5)

# %% [markdown]
# ## What to take away
#
# - Velocity adds up slopes that agree and cancels those that alternate; friction bounds it at η·g/(1 − μ).
# - In narrow valleys the best μ turns a number of steps like κ into one like √κ. In round ones it costs.
# - A ball overshoots. Looking ahead halves that, roughly, at the same cost a step.
# - On small, easy problems the tuned methods end close together. Compare at tuned rates or not at all.
#
# ## In practice
#
# | here | PyTorch |
# |---|---|
# | `optimizers.Momentum(rate, mu)` | `torch.optim.SGD(params, lr=rate, momentum=mu)`, which keeps v/η for v |
# | `optimizers.Nesterov(rate, mu)` | `torch.optim.SGD(params, lr=rate, momentum=mu, nesterov=True)` |
#
# μ = 0.9 is the usual start. The two Nesterovs of the table keep the looked-ahead point itself as the parameters. So one gradient a step is
# enough, at the place where the parameters are, and it costs no more than momentum.
#
# ## References
#
# - Y. Bengio, N. Boulanger-Lewandowski, R. Pascanu (2013), *Advances in optimizing recurrent networks*, ICASSP. Nesterov's step in the form
#   that libraries use.
# - G. Goh (2017), *Why momentum really works*, Distill. The valley, with everything movable.
# - Y. Nesterov (1983), *A method for solving the convex programming problem with convergence rate O(1/k²)*, Soviet Mathematics Doklady 27.
#   Where the look ahead comes from.
# - B. Polyak (1964), *Some methods of speeding up the convergence of iteration methods*, USSR Computational Mathematics 4. The heavy ball.
# - I. Sutskever, J. Martens, G. Dahl, G. Hinton (2013), *On the importance of initialization and momentum in deep learning*, ICML. Both, on deep
#   networks.
