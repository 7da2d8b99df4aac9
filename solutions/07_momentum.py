# %% [markdown]
# # 07 · Momentum: a ball that remembers where it was going
#
# **You will make** two improvements of gradient descent: momentum, and Nesterov's look ahead. You watch them in a narrow
# valley, derive how large a rate they stand and what the valley's shape has to do with it, and find out on digits when they pay.
#
# **You will be able to**
#
# - write both steps, and say what μ has to do with mass and friction,
# - compute the velocity that an even slope leads to,
# - derive the largest learning rate, with momentum and without, from one direction's curvature,
# - say for which valleys momentum pays, and what looking ahead changes.
#
# | | |
# |---|---|
# | Time | 75 minutes, three exercises |
# | You need | lesson 06 (gradient descent, and the valley that limits its rate); the roots of a quadratic equation |
# | Covers | sections E1 and E2 of the source document |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import numpy as np

from dlcourse import datasets, diagrams, experiments, optimizers, plots
from dlcourse.exercises import check, compare_guess, quiz

DESCENT, MOMENTUM, NESTEROV = plots.COLORS[:3]  # one colour a method, in all figures

# %% [markdown]
# ## 1. A ball with friction
#
# <!-- slide -->
# Gradient descent forgets. Each step goes by the slope right here, as if there had been no step before. **Momentum** (Polyak 1964: the
# *heavy ball*) gives the parameters $\theta$ a velocity $v$. The slope changes the velocity, friction takes a part of it away, and the
# velocity moves the ball:
#
# $$v \leftarrow \mu v - \eta \frac{\partial L}{\partial \theta} \qquad\qquad \theta \leftarrow \theta + v$$
#
# $\eta$ is the learning rate. $\mu$, often 0.9, is the share of the velocity that *survives* a step. With μ = 0 it is gradient descent again.
# <!-- /slide -->
#
# **Where μ comes from.** A body of mass $m$ slides through something viscous, such as honey. Its force is the slope, downhill, and a friction
# that grows with the speed. In time steps of length $\Delta$, with $v$ for the way made in one of them and $c$ for the friction, Newton's law says
#
# $$m\, \frac{v_\text{new} - v}{\Delta^2} = -\frac{\partial L}{\partial \theta} - c\, \frac{v_\text{new}}{\Delta}
# \qquad\Longrightarrow\qquad
# v_\text{new} = \frac{m}{m + c\Delta}\, v - \frac{\Delta^2}{m + c\Delta}\, \frac{\partial L}{\partial \theta} .$$
#
# So $\mu = m/(m + c\Delta)$: gradient descent is a body *without mass*, which goes where the slope points and stops when it ends; μ = 0.9 is a mass of
# nine times $c\Delta$ (Qian 1999).
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
# **The check also asks:** Arrays of any shape, plain numbers or NumPy's, integers, float32; the learning rate may be a column, one rate a row, as in the demonstration below. Your arguments, here and below, are left as they were.
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
# <!-- slide -->
# Put the first equation into itself, and again. From rest, the velocity is a sum over all gradients $g_t$ so far, the older the less:
#
# $$v_t = -\eta\,(g_t + \mu\, g_{t-1} + \mu^2 g_{t-2} + \dots)$$
#
# Let the ball roll down an endless, even slope: the gradient is 1 everywhere. Without friction it would get faster for ever.
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** with μ = 0.9, how many times as fast as plain gradient descent does it get?
# <!-- /slide -->

# %% guess="how-fast"
### BEGIN SOLUTION
how_fast_guess = 2.0  # times
### END SOLUTION

# %% name="slope" slide="output: How fast does it get?"
eta = 0.1
for mu in (0.0, 0.5, 0.9, 0.99):
    theta, v, speed = 0.0, 0.0, []
    for _ in range(2000):
        theta, v = momentum_step(theta, v, 1.0, eta, mu)
        speed.append(-v / eta)  # in steps of gradient descent
    half = np.argmax(np.array(speed) >= 0.49999 * speed[-1]) + 1
    print(
        f"μ = {mu:4}: {speed[-1]:6.2f} times the step of gradient descent, half of that after {half:2} steps"
    )
    if mu == 0.9:
        compare_guess(how_fast_guess, speed[-1], "Times as fast, μ = 0.9")

# %% [markdown]
# The velocity at which friction takes as much as the slope gives is the *terminal* one. There nothing changes any more: $v = \mu v - \eta g$.
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

# %% [markdown]
# So on an even slope momentum goes, in the end, like gradient descent with the rate $\eta/(1-\mu)$. The price is that it begins late: a ball that
# gets a hundred times as fast has half of that after 69 steps only. And it is a law of *even* slopes. Where a slope changes within a few steps
# because the ground is curved, it is not $\eta/(1-\mu)$ that counts, as you will see next.
#
# ## 2. In the valley
#
# Lesson 06 left gradient descent in a valley with steep walls and a gentle floor. The walls limit the rate; the floor has to live with
# it. Here are both methods in such a valley, first at one rate. (○ start, ■ after 60 steps, ★ minimum.)


# %% name="valley" slide="figure: In the valley"
def walk(surface, rate, mu, steps):
    """The way of momentum, (steps + 1, 2); μ = 0 is gradient descent."""
    points, velocity = [np.array(surface.start)], np.zeros(2)
    for _ in range(steps):
        theta, velocity = momentum_step(points[-1], velocity, surface.gradient(points[-1]), rate, mu)
        points.append(theta)
    return np.array(points)


ravine = datasets.ravine()  # walls 20 times as steep as the floor
fig, axes = plots.figure(2, width=8.8, height=2.8, sharey=True)
for ax, mu, color, name in zip(axes, (0.0, 0.9), (DESCENT, MOMENTUM), ("μ = 0", "μ = 0.9"), strict=True):
    plots.contours(ax, lambda u, v: ravine.value(np.stack([u, v], axis=-1)), *ravine.window)
    plots.path(ax, walk(ravine, 0.02, mu, 60), color=color, end="s")
    ax.plot(0, 0, marker="*", markersize=13, color="black", markerfacecolor="white")
    ax.set(xlim=ravine.window[0], ylim=ravine.window[1], xlabel="along the floor", title=f"{name}, rate 0.02")
axes[0].set_ylabel("across")
plots.show(
    fig,
    "Two walks of sixty steps in a narrow valley, from a ring to a square; a star is the minimum. Without momentum the walk goes down "
    "to the floor and creeps along it, two thirds of the way. With μ = 0.9 it swings from wall to wall at first, runs past the minimum, "
    "comes back and ends close to it.",
)

# %% name="across"
for rate in (0.02, 0.09):
    for mu in (0.0, 0.9):
        points = walk(ravine, rate, mu, 60)
        crossings = np.sum(points[1:, 1] * points[:-1, 1] < 0)
        along, across = np.abs(points[20])
        print(f"rate {rate}, μ = {mu}: crosses the floor {crossings:2} times in 60 steps;", end=" ")
        print(f"after 20 steps {along:.2f} are left along it, {across:.2f} across")

# %% [markdown]
# At a rate of 0.02, momentum is ahead along the floor, where slope after slope points the same way and the velocity adds up. *Across*, it
# is behind. Descent went down the wall and stayed; the ball swings. At 0.09 even descent jumps from wall to wall, and yet its jumps die out sooner
# than the ball's swings. So momentum does not calm these walls. It is a bargain: you lose here and gain there. To see when that is worth
# it, you need numbers.
#
# ### One direction at a time
#
# <!-- slide -->
# Near a minimum a smooth loss is nearly a quadratic. Along each of its axes (the eigenvectors of the matrix of second derivatives, the **Hessian**)
# the gradient is $\lambda\theta$, with that axis' **curvature** λ, its eigenvalue; and no axis disturbs another. So look at one. As $v$ is the last
# change of θ, a step is
#
# $$\theta_{t+1} = \theta_t + \mu\,(\theta_t - \theta_{t-1}) - \eta\lambda\,\theta_t = (1 + \mu - \eta\lambda)\,\theta_t - \mu\,\theta_{t-1} .$$
# <!-- /slide -->
#
# <!-- slide: Three cases -->
# Try $\theta_t = r^t$. It fits if $r$ is a root of $\; r^2 - (1 + \mu - \eta\lambda)\, r + \mu = 0$. The size of the larger root is the share of the
# distance that is left after a step, in the long run. Three cases, for μ between 0 and 1:
#
# - **Gentle**, $\eta\lambda \le (1 - \sqrt\mu)^2$: two real roots between 0 and 1. From rest, the ball *creeps* and does not overshoot.
# - **In between**: two complex roots. Their product is μ, so each has the size $\sqrt\mu$, *whatever the curvature*. The ball swings, and loses that factor a step.
# - **Steep**, $\eta\lambda \ge (1 + \sqrt\mu)^2$: two real roots below 0; it jumps from side to side. When one of them is −1 it no longer shrinks: put $r = -1$ into the
#   equation, and $\eta\lambda = 2(1 + \mu)$.
# <!-- /slide -->
#
# For μ = 0 there is one root, $1 - \eta\lambda$, and the limit is $2/\lambda$, as in lesson 06. **With momentum the limit is
# $\eta < 2(1+\mu)/\lambda$**, where λ is the largest curvature: it is *higher*. See it as steps to a tenth of the distance.


# %% name="one-direction" slide="figure: Steps to a tenth of the distance"
def steps_to_a_tenth(steepness, mu):
    """In the long run, at ηλ = steepness."""
    step = np.array([[1 - steepness, mu], [-steepness, mu]])  # what it makes of (θ, v)
    left = np.abs(np.linalg.eigvals(step)).max()
    return np.log(0.1) / np.log(left)


fig, ax = plots.figure(width=7.2, height=3.4)
for mu, color, style in ((0.0, DESCENT, "-"), (0.9, MOMENTUM, "--")):
    grid = np.geomspace(2e-4, 1.999 * (1 + mu), 1500)
    ax.loglog(grid, [steps_to_a_tenth(h, mu) for h in grid], color=color, linestyle=style)
    ax.axvline(2 * (1 + mu), color=color, linestyle=":")
ax.text(0.003, 1100, "descent", color=DESCENT)
ax.text(0.003, 27, "μ = 0.9", color=MOMENTUM)
for low, high, y, color in ((0.01, 1.99, 1.6, DESCENT), (0.019, 3.78, 90, MOMENTUM)):
    ax.annotate("", (low, y), (high, y), arrowprops=dict(arrowstyle="|-|", color=color, shrinkA=0, shrinkB=0))
ax.text(0.012, 1.9, "a valley with κ = 200", color=DESCENT)
ax.text(0.023, 110, "the same valley, a higher rate", color=MOMENTUM)
ax.set(xlabel="ηλ: learning rate × curvature", ylabel="steps to a tenth", ylim=(1, 3e4))
plots.show(
    fig,
    "Steps to a tenth of the distance against learning rate times curvature, both on log scales. Descent falls in a straight line from ten "
    "thousand steps at 0.0002 to less than one at 1, and rises again steeply to a limit at 2. Momentum with 0.9 falls in a line ten times lower, is "
    "level at 44 steps from 0.003 to almost 3.8, and has its limit there. A bar for a valley of condition number 200 lies within the level part.",
)

# %% [markdown]
# <!-- slide + -->
# A valley is a bar in this picture: from its floor's $\eta\lambda$ to its walls'. On this log scale its length is the **condition number** κ, the largest curvature over the
# smallest. The learning rate slides it to and fro, and its slowest place counts.
# <!-- /slide -->
#
# Descent has to put the right end just below 2, and its left end is then slow.
# Momentum has a *level stretch*: while the whole bar lies on it, its length makes no difference to how fast the swings die out. Far to the left, momentum is
# ten times as fast as descent: that is η/(1 − μ) again, and there it counts. At one rate, momentum is the slower one where ηλ lies between $1 - \sqrt\mu$ and $1 + \sqrt\mu$, where
# descent's share $|1 - \eta\lambda|$ is below √μ, and the faster one on either side.
#
# <!-- slide: Polyak's choice -->
# **Polyak's choice** makes the level stretch just as long as the bar, with the smallest μ, since the level is √μ. Let $\lambda_1$ be the smallest and $\lambda_n$ the largest
# curvature, so $\kappa = \lambda_n/\lambda_1$:
#
# $$\sqrt{\eta\lambda_1} = 1 - \sqrt\mu, \qquad \sqrt{\eta\lambda_n} = 1 + \sqrt\mu .$$
#
# These two equations have the solution
#
# $$\mu = \Big(\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}\Big)^2, \quad \eta = \frac{4}{(\sqrt{\lambda_n} + \sqrt{\lambda_1})^2} .$$
# <!-- /slide -->
#
# A step then leaves about $\sqrt\mu \approx 1 - 2/\sqrt\kappa$ of the distance. The best that descent can do, at $\eta = 2/(\lambda_1 + \lambda_n)$, is $\frac{\kappa-1}{\kappa+1} \approx 1 - 2/\kappa$.
# So the number of steps grows like √κ, and no longer like κ. Try it, each at its best rate of one list.
#
# <!-- slide: How many steps fewer? -->
# **Before you run it:** at κ = 20, descent takes how many times the steps of momentum with μ = 0.9, both at their best rates?
# <!-- /slide -->

# %% guess="fewer"
### BEGIN SOLUTION
fewer_guess = 3.0  # times fewer
### END SOLUTION


# %% name="condition" slide="output: At the best rate of each"
def arrival(surface, rates, mu, steps):
    """The fewest steps after which the ball stays within 0.05 of the minimum, at any of these rates, and that rate."""
    rates, last_far = np.reshape(rates, (-1, 1)), np.zeros(len(rates))
    theta, velocity = np.tile(surface.start, (len(rates), 1)), np.zeros((len(rates), 2))
    with np.errstate(all="ignore"):  # some rates are too large, and are meant to be
        for step in range(1, steps + 1):
            theta, velocity = momentum_step(theta, velocity, surface.gradient(theta), rates, mu)
            last_far[~(np.linalg.norm(theta, axis=1) < 0.05)] = step
    return int(last_far.min()) + 1, rates[last_far.argmin(), 0]


best_steps = {}
print("steps (and best rate × κ)" + " " * 15 + "  ".join(f"{f'μ = {mu}':>13}" for mu in (0, 0.5, 0.9, 0.99)))
for kappa in (20, 200, 2000):
    surface, row = datasets.ravine(kappa), []
    for mu in (0, 0.5, 0.9, 0.99):
        rates = np.geomspace(0.002, 4, 34) / kappa
        best_steps[kappa, mu], rate = arrival(surface, rates, mu, 3 * kappa + 1000)
        row.append(f"{best_steps[kappa, mu]:5} ({rate * kappa:.3f})")
    root = np.sqrt(kappa)
    polyak, _ = arrival(surface, [4 / (root + 1) ** 2], ((root - 1) / (root + 1)) ** 2, 1000)
    print(f"κ = {kappa:4}, Polyak's choice: {polyak:3} steps; ", "  ".join(row))
compare_guess(fewer_guess, best_steps[20, 0] / best_steps[20, 0.9], "Times fewer steps at κ = 20")

# %% [markdown]
# <!-- slide + -->
# Read the table by columns. Descent needs ten times the steps for ten times the condition number. Momentum with μ = 0.9 hardly notices the first tenfold: up to a κ
# of $((1 + \sqrt\mu)/(1 - \sqrt\mu))^2 \approx 1440$ the bar fits on its level stretch. But at κ = 20 it is *slower* than descent at its best rate: √0.9 is more than
# descent's 19/21, and μ = 0.5 beats both. A μ of 0.99 takes hundreds of steps in all three. Polyak's choice, made for each valley, is good in all of them, and for a hundred times the condition
# number it takes some 13 times the steps.
# <!-- /slide -->
#
# And look at the rates. Where the bar fits on the level stretch, the rate matters little. Where it does not, μ = 0.5 and, at κ = 2,000, μ = 0.9 do best at rates *larger* than
# descent's, and not two or ten times smaller. Where the walls set the limit, nothing is gained by holding η/(1 − μ) fixed.
#
# ## 3. A look ahead
#
# <!-- slide -->
# A ball in the swinging range runs through the lowest place and up the other side. Nesterov (1983) has it look where it is going. By
# the velocity alone it will be at $\theta + \mu v$; so ask for the slope *there*, and brake in time:
#
# $$v \leftarrow \mu v - \eta \frac{\partial L}{\partial \theta}(\theta + \mu v) \qquad\qquad \theta \leftarrow \theta + v$$
# <!-- /slide -->

# %% name="two-arrows" slide="figure: Where is the gradient asked for?"
surface, rate, mu = datasets.ravine(5), 0.15, 0.9
theta, velocity = np.array([-2.2, 0.5]), np.array([1.6, -1.0])
fig, axes = plots.figure(2, width=8.8, height=3.0, sharey=True)
for ax, name, color, asked in zip(
    axes, ("momentum", "Nesterov"), (MOMENTUM, NESTEROV), (theta, theta + mu * velocity), strict=True
):
    plots.contours(ax, lambda u, v: surface.value(np.stack([u, v], axis=-1)), (-3, 1), (-1.1, 1.1))
    slope = -rate * surface.gradient(asked)
    parts = {"μv": mu * velocity, "−η × slope": slope}
    diagrams.steps(ax, theta, parts, total="new v", color=color, hues=(plots.GREY, plots.COLORS[3]))
    ax.plot(*asked, marker="D", markersize=7, color=plots.COLORS[3], zorder=8)
    ax.plot(0, 0, marker="*", markersize=13, color="black", markerfacecolor="white")
    ax.set(xlim=(-3, 1), ylim=(-1.1, 1.1), xlabel="along the floor", title=f"{name}: ◆ is where it asks")
axes[0].set_ylabel("across")
plots.show(
    fig,
    "Two drawings of one step in a valley, with a ball that is about to cross the floor. In both, a grey arrow μv goes over the floor to the "
    "other side. Momentum asks for the slope at its tail, still on the near side: the second arrow pushes on, away from the floor. Nesterov's "
    "method asks at its head, on the far side: the second arrow points back to the floor, and the whole step ends closer to it.",
)

# %% [markdown]
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
# ### What it changes
#
# <!-- slide -->
# Take one direction again, where the gradient at θ is λθ, and put the place that is asked into it:
#
# $$v \leftarrow \mu v - \eta\lambda\,(\theta + \mu v) = \mu\,(1 - \eta\lambda)\, v - \eta\lambda\,\theta .$$
#
# That *is* momentum, with $\mu(1 - \eta\lambda)$ for μ (Sutskever et al. 2013). Along gentle directions the friction stays as it is; the steeper the direction,
# the more of it, up to ηλ = 1, where nothing of the old velocity is left. One μ, and each direction gets its own.
# <!-- /slide -->
#
# <!-- slide: How far does it overshoot? -->
# **Before you run it:** from a distance of 1 and from rest, with μ = 0.9 and ηλ = 0.1, plain momentum overshoots to the other side, by how much?
# <!-- /slide -->

# %% guess="overshoot"
### BEGIN SOLUTION
overshoot_guess = 0.2  # of the first distance
### END SOLUTION


# %% name="overshoot"
def overshoot(step, steepness):
    """How far a ball from 1, at rest, gets below 0; all values of ηλ at once."""
    theta, v, lowest = np.ones(steepness.size), np.zeros(steepness.size), np.zeros(steepness.size)
    for _ in range(500):
        theta, v = step(theta, v, steepness)
        lowest = np.minimum(lowest, theta)
    return -lowest


METHODS = {
    "descent": lambda theta, v, h: momentum_step(theta, v, h * theta, 1.0, 0.0),
    "momentum": lambda theta, v, h: momentum_step(theta, v, h * theta, 1.0, 0.9),
    "Nesterov": lambda theta, v, h: nesterov_step(theta, v, lambda at: h * at, 1.0, 0.9),
}


def more_friction(theta, v, h):
    v = 0.9 * (1 - h) * v - h * theta
    return theta + v, v


few = np.array([0.001, 0.01, 0.1, 0.3, 1.0])
print("ηλ:            ", *(f"{h:6}" for h in few))
for name, step in {**METHODS, "μ(1 − ηλ) for μ": more_friction}.items():
    print(f"{name:15}", *(f"{each:6.2f}" for each in overshoot(step, few) + 0.0))
compare_guess(overshoot_guess, overshoot(METHODS["momentum"], few)[2], "Overshoot of momentum")

# %% name="overshoot-figure" slide="figure: How far does it overshoot?"
steepness = np.geomspace(0.001, 1.3, 200)
fig, ax = plots.figure(width=6.8, height=3.0)
plots.curves(ax, steepness, {name: overshoot(step, steepness) for name, step in METHODS.items()})
ax.set(xscale="log", xlabel="ηλ: learning rate × curvature", ylabel="overshoot")
ax.set_title("Looking ahead brakes where it is steep")
plots.show(
    fig,
    "Overshoot of a ball from a distance of 1 against learning rate times curvature, on a log scale. Momentum rises from 0 at 0.003 to "
    "0.9 at 1 and on. Nesterov's curve leaves 0 at the same place, stays a little below momentum's at first, turns at about 0.1 and 0.36, and "
    "is back at 0 at 1. Descent is at 0 up to 1. Beyond, both rise together.",
)

# %% [markdown]
# At ηλ = 0.001 neither overshoots, as $0.001 < (1 - \sqrt\mu)^2$. At 0.01 they differ little, at 0.1 Nesterov's overshoot is little more than half as large, and at 1 it arrives in one step where
# momentum swings almost all the way. It costs the same: one gradient a step, asked for in another place.
#
# Overshooting is not diverging. The largest stable rate follows from the trick above: put $\mu(1 - \eta\lambda)$ for μ into $\eta\lambda < 2(1 + \mu)$, solve, and
# get $\eta < \frac{2(1+\mu)}{(1+2\mu)\,\lambda}$. Looking ahead has its price: it stands *smaller* rates than momentum, and than descent.

# %% name="limits"
rates = np.arange(1, 400) / 100
for name, step in METHODS.items():
    theta, v = np.ones(rates.size), np.zeros(rates.size)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(2000):
            theta, v = step(theta, v, rates)
    print(f"{name:>8} comes to rest at ηλ up to {rates[np.abs(theta) < 0.5].max():.2f}")
print(f"2 = {2:.2f}, 2(1 + μ) = {2 * 1.9:.2f}, 2(1 + μ)/(1 + 2μ) = {2 * 1.9 / 2.8:.2f}")

# %% [markdown]
# ### What Nesterov proved
#
# Polyak's numbers are for quadratics. Nesterov's step comes with a promise for *every* convex loss whose curvature stays below some $\lambda$. With
# $\eta = 1/\lambda$, after $k$ steps, the loss above the minimum is at most
#
# $$\frac{\lambda\,\|\theta_0 - \theta^*\|^2}{2k}\ \text{ for gradient descent,} \qquad \frac{2\lambda\,\|\theta_0 - \theta^*\|^2}{(k+1)^2}\ \text{ for Nesterov's method}$$
#
# where θ* is the minimum, with a μ that grows like $(k-1)/(k+2)$: in short $O(1/k)$ and $O(1/k^2)$. (Proofs: Beck & Teboulle 2009, theorems 3.1 and 4.4.) A method that sees gradients only cannot beat the second on all such losses, but for a
# constant factor, while $k$ is less than half the number of parameters (Nesterov 2004, theorem 2.1.7). Here is a loss on which you see both: a hundred directions with
# curvatures from 1 down to a millionth.

# %% name="promise"
curvatures = np.geomspace(1e-6, 1, 100)
descent, ahead, v = np.ones(100), np.ones(100), np.zeros(100)
print("step    descent   Nesterov, μ = (k − 1)/(k + 2)")
for k in range(1, 1001):
    descent = descent - curvatures * descent
    ahead, v = nesterov_step(ahead, v, lambda at: curvatures * at, 1.0, (k - 1) / (k + 2))
    if k in (10, 100, 1000):
        losses = [0.5 * np.sum(curvatures * theta**2) for theta in (descent, ahead)]
        print(f"{k:4}  {losses[0]:9.1e}  {losses[1]:9.1e}")

# %% [markdown]
# Ten times the steps, a tenth of the loss for descent; about a hundredth for Nesterov's method.
#
# ## 4. Is a network a narrow valley?
#
# That depends on what goes into it. For a linear unit and half the squared error the Hessian is the mean of $x x^\top$ over the inputs $x$; for a network it is only a hint, but a cheap
# one. Compare the pixels as they are with standardised ones (lesson 01): each with its mean taken off, and divided by its standard deviation.

# %% name="inputs"
digits = datasets.digits()  # train, validation, test
standardised = [(datasets.standardize(digits.train[0], x)[1], y) for x, y in digits]
for name, (x, _) in (("pixels as they are", digits.train), ("standardised", standardised[0])):
    curvatures = np.linalg.eigvalsh(x.T @ x / len(x))
    largest, median = curvatures[-1], np.median(curvatures)
    print(f"{name:>18}: largest curvature {largest:5.2f}, over the median one {largest / median:4.0f}")

# %% [markdown]
# One is a narrow valley, since no pixel is negative and their common mean is a steep direction; the other is much rounder. Section 2 says: momentum should
# pay on the first.
#
# <!-- slide -->
# A network 64-32-10, trained on all 1,197 digits at once: twenty steps, no noise.
# <!-- /slide -->
#
# For each method `experiments.compare` chooses a learning rate on validation data, with three seeds
# used for nothing else, and reports ten further runs on *test* data. A run has first weights and an order of the batches from two seeds of its own, the
# same for all methods.
#
# <!-- slide + -->
# **Before you run it:** on the pixels as they are, how many times lower will the test loss be with μ = 0.9 than without?
# <!-- /slide -->

# %% guess="lower"
### BEGIN SOLUTION
lower_guess = 1.2  # times
### END SOLUTION


# %% name="few-steps"
def rules(rates):
    momentum = {"mu": 0.9, "tune": {"learning_rate": rates / 4}}
    return {
        "descent": {"optimizer": optimizers.SGD, "tune": {"learning_rate": rates}},
        "momentum": {"optimizer": optimizers.Momentum, **momentum},
        "Nesterov": {"optimizer": optimizers.Nesterov, **momentum},
    }


wide = rules(0.1 * 2.0 ** np.arange(8))
narrow = experiments.compare(wide, data=digits, sizes=[64, 32, 10], epochs=20, batch_size=None)
round_ = experiments.compare(wide, data=standardised, sizes=[64, 32, 10], epochs=20, batch_size=None)
for name, comparison in (("PIXELS AS THEY ARE", narrow), ("STANDARDISED", round_)):
    print(name, comparison.table(), sep="\n")
means = {name: result.test_loss.mean() for name, result in narrow.results.items()}
compare_guess(lower_guess, means["descent"] / means["momentum"], "Times lower")

# %% name="few-steps-figure" slide="figure: Twenty steps on digits"
fig, axes = plots.figure(2, width=8.8, height=2.4, sharex=True)
for ax, comparison, title in zip(axes, (narrow, round_), ("pixels as they are", "standardised"), strict=True):
    comparison.plot(ax)
    ax.set_title(title)
axes[0].set_xlim(0)
plots.show(
    fig,
    "Test loss of ten runs for descent, momentum and Nesterov's method after twenty steps, a mark a run. On pixels as they are descent lies at about 0.5, "
    "the other two close together at less than half of that. On standardised pixels all three lie lower, within each other's ranges, descent lowest.",
)

# %% [markdown]
# In the narrow valley momentum's mean loss is less than half of descent's, its worst run is better than descent's best, and Nesterov's method is level with it. Standardising the pixels does
# more than that, for descent alone; and after it momentum wins nothing on test digits: descent, at a much larger rate, is ahead. (What about the *training* digits? See "Go further".)
#
# ### With small batches and many steps
#
# Batches of 32 and twenty epochs are 760 steps, each with a noisy gradient.

# %% name="many-steps"
few_rates = rules(0.2 * 2.0 ** np.arange(5))
many = experiments.compare(few_rates, data=digits, sizes=[64, 32, 10], epochs=20, seeds=20, tuning_seeds=8)
print(many.table())
below = np.sum(many.results["momentum"].test_loss < many.results["descent"].test_loss)
print(f"momentum is below descent in {below} of 20 runs")

# %% [markdown]
# By loss it is a tie; in accuracy momentum's mean is higher by less than a point. With time for many steps on a small problem, you get there by any of the three. With small batches, the noise limits the rate as well as
# the walls do, and momentum adds up noise as it adds up slopes. Shallue et al. (2019) found the same on larger networks: with small batches momentum and plain descent need about equally many
# steps, with large ones momentum needs fewer.
#
# How can you tell a tie from a lead? By knowing how far equal runs differ. Two kinds of luck, each by itself:

# %% name="luck"
for varied in ("weights", "order"):
    runs = {"momentum": {"optimizer": optimizers.Momentum, "learning_rate": 0.2}}
    luck = experiments.compare(
        runs, data=digits, sizes=[64, 32, 10], epochs=20, seeds=20, tuning_seeds=1, vary=varied
    )
    losses = luck.results["momentum"].test_loss
    print(
        f"only {'first weights' if varied == 'weights' else 'orders'} differ: test loss {losses.mean():.2f}, standard deviation {losses.std():.2f}"
    )

# %% [markdown]
# First weights alone, or the order of the batches alone, move the result by about a hundredth. The best of five such runs against the worst of five others looks like a discovery.
#
# Deep networks can be narrow valleys even with standardised inputs. On deep autoencoders, which learn to give back their input through a narrow layer, Sutskever et al. (2013) had results with well-chosen first
# weights and a μ raised slowly, to as much as 0.999, for which methods that use the Hessian had been thought necessary; without momentum they were markedly worse.
#
# ## Common mistakes
#
# - **Uphill.** The slope is taken *off* the velocity, and the velocity *added* to the params. Two wrong signs make a right step, and a
#   velocity of the wrong sign for Nesterov.
# - **The old velocity moves.** First the velocity, then the params.
# - **An average for a sum.** With (1 − μ) before the gradient the terminal velocity is −η·g, and the rate means something else. (Adam does
#   it so: lesson 08.)
# - **One rate for all μ.** On a gentle slope the speed is η/(1 − μ); on a steep one the limit is 2(1 + μ)/λ. Tune the rate again for another μ.
# - **Looking ahead from the wrong place.** The gradient is taken at θ + μv, the step starts at θ.
# - **PyTorch's form:** v ← μv + g, θ ← θ − ηv. From rest it goes the same way, as long as η does not change.
#
# ## Quiz
#
# 1. A constant gradient, μ = 0.9. How many times the step of descent does the ball make in the end?
#    - **a** 1.9 times
#    - **b** 10 times
#    - **c** 0.9 times
# 2. At ηλ = 0.5 descent goes down a wall of the valley without crossing the floor. You add μ = 0.9. What happens across the valley?
#    - **a** The ball swings from wall to wall, and is slower to settle.
#    - **b** The slopes cancel, and it settles sooner.
#    - **c** Nothing changes.
# 3. Where does Nesterov's method ask for the gradient?
#    - **a** Where the params are.
#    - **b** Where the velocity alone would carry them.
#    - **c** Where they were a step ago.
# 4. The largest curvature is λ. Up to which learning rate does momentum with μ = 0.9 come to rest?
#    - **a** 0.2/λ
#    - **b** 3.8/λ
#    - **c** 2/λ
# 5. On which valleys is momentum worth most?
#    - **a** Round ones.
#    - **b** Long and narrow ones.
#    - **c** All alike.
#
# Put letters in quotes, such as "a", in the place of `None` and run the cells.

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
# <!-- slide -->
# - The velocity is a sum of past slopes, the older the less. On an even slope it ends at −η·g/(1 − μ).
# - In steps to a tenth, momentum is level at √μ over a wide range of curvatures: slower than descent in the middle, faster at the ends. With the best μ for a valley, the steps grow like √κ, not like κ.
# - Its largest rate is 2(1 + μ)/λ, above descent's 2/λ; Nesterov's is 2(1 + μ)/((1 + 2μ)λ), below it.
# - Looking ahead is more friction where it is steeper: μ(1 − ηλ).
# - On the digits it paid where the valley was narrow and the steps few. Standardise the inputs first.
# <!-- /slide -->
#
# ## In practice
#
# μ = 0.9 is the usual start, and the rate is tuned for it. The libraries' Nesterov keeps the looked-ahead point itself as the parameters
# (Bengio et al. 2013), so that it can ask for the gradient where the parameters are.

# %% [markdown]
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `optimizers.Momentum(rate, mu)` | `torch.optim.SGD(params, lr=rate, momentum=mu)` | torch keeps −v/η: a change of the rate acts at once on the whole step, here on new slopes only |
# | `optimizers.Nesterov(rate, mu)` | `torch.optim.SGD(params, lr=rate, momentum=mu, nesterov=True)` | the same; both keep the looked-ahead point |
# | `mu=0.9` is the default | `momentum=0` is the default | without `momentum` torch's SGD is plain descent |
# | – | `dampening=d` | multiplies each new gradient but the first by 1 − d |
#
# <details><summary>The same steps in both</summary>
#
# ```python
# import numpy as np
# import torch
#
# from dlcourse import optimizers
#
# for rule, ahead in ((optimizers.Momentum, False), (optimizers.Nesterov, True)):
#     ours, mine = np.array([-4.0, 1.0]), rule(0.02, mu=0.9)
#     theirs = torch.tensor([-4.0, 1.0], dtype=torch.float64, requires_grad=True)
#     sgd = torch.optim.SGD([theirs], lr=0.02, momentum=0.9, nesterov=ahead)
#     for _ in range(60):
#         mine.step(ours, np.array([1.0, 20.0]) * ours)
#         theirs.grad = torch.tensor([1.0, 20.0]) * theirs.detach()
#         sgd.step()
#     np.testing.assert_allclose(ours, theirs.detach().numpy(), atol=1e-6)
# ```
#
# </details>

# %% [markdown]
# ## Go further
#
# 1. Polyak's μ and η are best on quadratics. Are they safe on a convex loss of another shape? Try a loss of one parameter whose gradient is 25θ up to θ = 1, θ + 24 from
#    there to 2, and 25θ − 24 beyond; its curvature lies between 1 and 25, so Polyak has μ = 4/9 and η = 1/9. Start at 3.3.
# 2. In section 4 momentum wins nothing on test digits once they are standardised. Is it slower on the training digits, too? Let `compare` choose and report on
#    `(train, train, train)`.
# 3. A swing can be cut short: set the velocity to 0 whenever it points uphill (O'Donoghue & Candès 2015). What does that do to the table of section 2?

# %% [markdown] discussion="go-further"
# 1. They are not. From 3.3 the heavy ball comes to visit 0.65, −1.80 and 2.12 in turn, for ever; so it does from 3.1, while from 3, 5 and 10 it arrives. The loss is the one by which
#    Lessard, Recht and Packard (2016) showed this. Gradient descent at η = 1/25 and Nesterov's step at η = 1/25 and μ = 2/3 arrive from 3.3.
# 2. No, it is faster. After twenty steps we saw a training loss of 0.021 for descent and 0.004 for momentum and Nesterov's method; `compare` tells descent apart from these two (the best rates are the largest of the list).
#    So momentum fits the training digits sooner, and that does not help on new ones: by then fitting is no longer what is missing.
# 3. With that restart, the ball at μ = 0.99 needs 15, 23 and 94 steps for κ = 20, 200 and 2,000, where it needed 770 or more; now it is best to take much momentum, and cut it. At μ = 0.9 it is 16, 36 and
#    527: better twice, and worse once, as a swing across the floor stops the motion along it, too. At μ = 0.5 all three get slower.

# %% [markdown]
# ## References
#
# - A. Beck, M. Teboulle (2009), *A fast iterative shrinkage-thresholding algorithm for linear inverse problems*, SIAM Journal on Imaging Sciences 2. O(1/k) and O(1/k²), each
#   proved on a page or two.
# - Y. Bengio, N. Boulanger-Lewandowski, R. Pascanu (2013), *Advances in optimizing recurrent networks*, ICASSP. Nesterov's step in the form
#   that libraries use.
# - G. Goh (2017), *Why momentum really works*, Distill. The valley, with everything movable.
# - L. Lessard, B. Recht, A. Packard (2016), *Analysis and design of optimization algorithms via integral quadratic constraints*, SIAM Journal on Optimization 26. Question 1.
# - Y. Nesterov (1983), *A method for solving the convex programming problem with convergence rate O(1/k²)*, Soviet Mathematics Doklady 27.
#   Where the look ahead comes from. His book *Introductory lectures on convex optimization* (2004) has the lower bound.
# - B. O'Donoghue, E. Candès (2015), *Adaptive restart for accelerated gradient schemes*, Foundations of Computational Mathematics 15. Question 3.
# - B. Polyak (1964), *Some methods of speeding up the convergence of iteration methods*, USSR Computational Mathematics and Mathematical Physics 4. The heavy ball.
# - N. Qian (1999), *On the momentum term in gradient descent learning algorithms*, Neural Networks 12. μ as mass, and the limits of the rate.
# - C. Shallue et al. (2019), *Measuring the effects of data parallelism on neural network training*, Journal of Machine Learning Research 20. When momentum needs fewer steps, on
#   large networks.
# - I. Sutskever, J. Martens, G. Dahl, G. Hinton (2013), *On the importance of initialization and momentum in deep learning*, ICML. Both, on deep
#   networks.
