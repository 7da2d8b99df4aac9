# %% [markdown]
# # 12 · Hyperparameter search: let chance do the tuning
#
# **You will make** the search of the source document piece by piece: ranges, random samples, short
# trainings scored on validation data, narrower ranges, and again. You run it on digits in three rounds,
# set it against the grid, find out how far its result can be believed, use it to answer a question, and hand it
# to two processes, to one batch of networks, and to a cluster.
#
# **You will be able to**
#
# - draw a learning rate so that every power of ten gets its chance, and say when that matters,
# - say what a grid wastes, and when it does not,
# - narrow a search from coarse to fine,
# - report what you found without fooling yourself,
# - tell the setting that you ask about from those that you have to tune for it.
#
# | | |
# |---|---|
# | Time | 85 minutes, four exercises |
# | You need | lesson 01 (training, validation and test data), lesson 07 (momentum), dictionaries |
# | Covers | section G2 of the source document |
#
# Run the cells from top to bottom. An exercise that you leave open does not stop you: the lesson goes
# on with the reference version.

# %% role="setup"
import concurrent.futures
import time
from functools import partial

import numpy as np

from dlcourse import datasets, diagrams, experiments, metrics, network, optimizers, plots, search
from dlcourse.exercises import check, compare_guess, quiz

# %% [markdown]
# ## 1. What gradient descent does not find
#
# <!-- slide -->
# Weights are learned. The learning rate, the momentum, the number of units are not: these are
# **hyperparameters**, which you set before training. The document's recipe for them has four steps:
# <!-- /slide -->
#
# 1. Set a range for each.
# 2. Draw values from the ranges at random.
# 3. Train with them, for a few epochs only, and score the network on *validation* data.
# 4. Repeat 2 and 3, look, and narrow the ranges.
#
# One set of values is a **configuration**; to train and score it is a **trial**.

# %% name="recipe" slide="figure"
fig, ax = diagrams.canvas(width=8.6, height=2.6)
steps = [
    "set\nranges",
    "draw at\nrandom",
    "train\nbriefly",
    "score on\nvalidation",
    "winner anew:\ntest, once",
]
diagrams.flow(ax, steps, back={(3, 1): "next trial", (3, 0): "next round: narrow the ranges"})
plots.show(
    fig,
    "Five boxes from left to right: set ranges, draw at random, train briefly, score on validation data, and train the winner anew and test it once. "
    "An arrow leads back from the score to the draw, for the next trial, and one to the ranges, which are narrowed for the next round.",
)

# %% [markdown]
# The last box is not in the document. Section 5 says why you need it.
#
# A trial is one function: a dictionary of settings goes in, a score comes out. `search.validation_score` trains one hidden layer with momentum.
# `partial(f, a=1)` is the function f with its argument a already filled in; here the data, 600 digits, and the five epochs.

# %% name="objective"
digits = datasets.digits()  # train, validation, test
few = digits.train[0][:600], digits.train[1][:600]
objective = partial(search.validation_score, data=few, validation=digits.validation, epochs=5)
for rate in (0.001, 0.1, 10.0):
    print(f"rate {rate:6}: {objective({'learning_rate': rate, 'mu': 0.5, 'units': 32}):.0%} right")

# %% [markdown]
# ## 2. The log scale
#
# <!-- slide: Which rates would you draw? -->
# Which rates would you draw? Say, between 0.0001 and 10, for you have no idea. Uniform numbers from that
# range look fair.
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** of 1,000 numbers drawn uniformly from 0.0001 to 10, how many are below 1?
# <!-- /slide -->

# %% guess="below-one"
### BEGIN SOLUTION
below_one_guess = 500  # of 1,000
### END SOLUTION

# %% name="uniform" slide="output: Which rates would you draw?"
uniform = 0.0001 + np.random.default_rng(12).random(1000) * (10 - 0.0001)
for low in (0.0001, 0.001, 0.01, 0.1, 1.0):
    print(f"from {low:6} to {10 * low:5}: {np.sum((uniform >= low) & (uniform < 10 * low)):4}")
compare_guess(below_one_guess, np.sum(uniform < 1), "Of 1,000 uniform draws, below 1")

# %% [markdown]
# <!-- slide: An even share for each power of ten -->
# Some nine tenths of the draws are rates from 1 to 10, and hardly one is below 0.01. If you do not even know the *order of magnitude* of a good
# rate, each power of ten should get as many draws as any other. That is so if the *logarithm* is
# uniform. With $u$ uniform in [0, 1),
#
# $$\log v = \log a + u\,(\log b - \log a) = \log a + u \log\frac{b}{a} ,$$
#
# and that is
#
# $$v = a \left(\frac{b}{a}\right)^{u}$$
# <!-- /slide -->
#
# ### Exercise 1 · `log_uniform(noise, low, high)`
#
# - `noise`: an array of any shape, or a number, uniform in [0, 1).
# - `low`, `high`: the ends of the range, 0 < low ≤ high.
# - returns: $\text{low} \cdot (\text{high}/\text{low})^{\text{noise}}$, in the shape of noise.
#
# ```python
# >>> log_uniform(np.array([0.0, 0.5]), 0.0001, 1.0)
# array([0.0001, 0.01  ])
# ```
#
# **The check also asks:** Arrays of any shape and plain numbers; float32; whole numbers as ends; low may equal high. Your arguments, here and below, are left as they were.
#
# *Difficulty: easy · 5 minutes*
#
# <details><summary>Hint</summary>
#
# It is the second equation, letter by letter. Powers are `**`.
#
# </details>


# %% exercise="log_uniform"
def log_uniform(noise, low, high):
    """Uniform noise in [0, 1) as numbers from low to high whose logarithm is uniform."""
    ### BEGIN SOLUTION
    return low * (high / low) ** noise
    ### END SOLUTION


# %% check="log_uniform"
log_uniform = check(log_uniform)

# %% [markdown]
# <!-- slide: A log scale, or not? -->
# Does it matter? Train with 121 rates, from 0.0001 to 100, and call those *good* that come above 90 %. Then count how many of 20 draws are good, on either
# scale, for ranges that end in different places.
# <!-- /slide -->

# %% name="good-rates" slide="output"
rates = np.geomspace(0.0001, 100, 121)  # 20 a power of ten
scores = [[objective({"learning_rate": r, "mu": 0.5, "units": 32}, seed=s) for r in rates] for s in range(3)]
good = np.mean(scores, axis=0) > 0.9
print(f"good rates lie from {rates[good].min():.2f} to {rates[good].max():.1f}")
noise = np.random.default_rng(0).random(100_000)
print("good rates among 20 draws, on average   uniform   log-uniform")
for top in (100.0, 10.0, 3.0, 1.0):
    drawn = 0.0001 + noise * (top - 0.0001), log_uniform(noise, 0.0001, top)
    # a draw is as good as the trained rate that is nearest to it
    shares = [good[np.rint(20 * np.log10(draws / 0.0001)).astype(int)].mean() for draws in drawn]
    print(f"from 0.0001 to {top:3.0f}                     {20 * shares[0]:11.1f} {20 * shares[1]:13.1f}")

# %% name="scales-figure" slide="figure: Twenty draws on two scales"
fig, axes = plots.figure(2, width=8.8, height=2.8, sharey=True)
noise = np.random.default_rng(3).random(20)
drawn = 0.0001 + noise * (10 - 0.0001), log_uniform(noise, 0.0001, 10.0)
for ax, draws, scale in zip(axes, drawn, ("linear", "log"), strict=True):
    ax.plot(rates, np.mean(scores, axis=0), color=plots.COLORS[0])
    ax.plot(draws, np.full(20, 0.03), "|", color=plots.COLORS[1], markersize=14)
    ax.set(
        xscale=scale,
        xlim=(0.0001, 10),
        ylim=(0, 1),
        xlabel="learning rate",
        title=f"20 draws, uniform on a {scale} scale",
    )
axes[0].set_ylabel("validation accuracy")
plots.show(
    fig,
    "Validation accuracy against the learning rate, from 0.0001 to 10, twice: on a linear axis, where the good rates are a thin strip at the left end that few "
    "of twenty evenly spread ticks meet; and on a logarithmic axis, where they are a hill that several of twenty ticks meet, while others lie far below it.",
)

# %% [markdown]
# The log scale does not win everywhere. Where the range happens to end with the good rates, at 1, uniform draws are good more than three times as often. Where it ends at 10, they are
# good half as often. To end the range a power of ten too high costs them nearly nine tenths of their good draws; on the log scale four powers of ten become five. So it is not the scale that finds the most,
# it is the scale for those who do not know the order of magnitude.
#
# Other settings are often drawn on this scale for the same reason: the strength of a penalty, and $1 - \mu$ of the momentum, since on an even slope the velocity becomes $1/(1-\mu)$ times the step (lesson 07).
#
# ## 3. Random, or a grid?
#
# The obvious alternative to chance is order: a **grid**, every value of one setting with every value of the
# other. First the two exercises that make a search, then the comparison.
#
# ### Exercise 2 · `sample_configurations(noise, ranges)`
#
# - `noise`: (n, d), uniform in [0, 1).
# - `ranges`: a dictionary of d names, each with `(low, high, "log")` or `(low, high, "linear")`.
#   Linear is low + noise·(high − low). Column j of noise belongs to the j-th name.
# - returns: a list of n dictionaries, one a row.
#
# ```python
# >>> sample_configurations(np.array([[0.5, 0.5]]), {"rate": (0.0001, 1.0, "log"), "mu": (0.0, 0.9, "linear")})
# [{'rate': 0.01, 'mu': 0.45}]
# ```
#
# **The check also asks:** Whole numbers as ends; one range or many, in the dict's order.
#
# *Difficulty: medium · 10 minutes*
#
# <details><summary>Hint</summary>
#
# Two loops: over the rows of noise, and inside it over `zip(ranges.items(), row)`. Begin a *new* dictionary
# for every row.
#
# </details>


# %% exercise="sample_configurations"
def sample_configurations(noise, ranges):
    """A dictionary of settings for each row of noise."""
    ### BEGIN SOLUTION
    configurations = []
    for row in noise:
        configuration = {}
        for (name, (low, high, scale)), u in zip(ranges.items(), row):
            configuration[name] = log_uniform(u, low, high) if scale == "log" else low + u * (high - low)
        configurations.append(configuration)
    return configurations
    ### END SOLUTION


# %% check="sample_configurations"
sample_configurations = check(sample_configurations)

# %% [markdown]
# ### Exercise 3 · `random_search(objective, configurations)`
#
# - `objective`: a function of a configuration that returns its score; higher is better. A score may be
#   nan, where training diverged.
# - `configurations`: a list of dictionaries.
# - returns: `(best configuration, best score, list of all scores)`, after calling the objective once for
#   each, in order. The first wins a tie; nan never wins. If all are nan: `(None, nan, scores)`.
#
# ```python
# >>> random_search(lambda c: -((c["x"] - 2) ** 2), [{"x": 0}, {"x": 3}, {"x": 5}])
# ({'x': 3}, -1, [-4, -1, -9])
# ```
#
# **The check also asks:** The objective is called once a configuration, in order; nan first, later, or everywhere.
#
# *Difficulty: medium · 10 minutes*
#
# <details><summary>Hint</summary>
#
# Remember the best so far, beginning with None and −∞. Every comparison with nan is False, which is just
# what you need.
#
# </details>


# %% exercise="random_search"
def random_search(objective, configurations):
    """(best configuration, its score, all scores)."""
    ### BEGIN SOLUTION
    best, best_score, scores = None, -np.inf, []
    for configuration in configurations:
        score = objective(configuration)
        scores.append(score)
        if score > best_score:
            best, best_score = configuration, score
    return best, best_score if best is not None else np.nan, scores
    ### END SOLUTION


# %% check="random_search"
random_search = check(random_search)

# %% [markdown]
# ### A map to search on
#
# One search proves little: luck has its part in it. So train a whole map once: 41 learning rates and five numbers of units, with eight seeds for the first weights and the
# order of the batches. A search then looks its scores up (at the nearest point of the map), and a thousand searches cost next to nothing. (`search.fit_together` trains networks of one shape
# side by side; section 7 says how.)

# %% name="map"
RATES, UNITS = np.geomspace(0.0001, 10, 41), np.array([8, 13, 23, 38, 64])
SEEDS, VALIDATION, TEST = range(8), 0, 1
accuracies = np.zeros((2, len(SEEDS), len(UNITS), len(RATES)))
for seed in SEEDS:
    for i, units in enumerate(UNITS):
        nets = [network.mlp([64, units, 10], rng=np.random.default_rng([seed, 0])) for _ in RATES]
        momentum = optimizers.Momentum(RATES[:, None], mu=0.5)
        search.fit_together(nets, momentum, few, epochs=5, rng=np.random.default_rng([seed, 1]))
        for which, (x, labels) in ((VALIDATION, digits.validation), (TEST, digits.test)):
            accuracies[which, seed, i] = [metrics.accuracy(net.forward(x), labels) for net in nets]


def on_the_map(configuration, seed, which=VALIDATION):
    """The accuracy at the nearest point of the map; seed may be a list of seeds."""
    i = np.abs(np.log(UNITS / configuration["units"])).argmin()
    j = np.abs(np.log(RATES / configuration["learning_rate"])).argmin()
    return accuracies[which, seed, i, j]


mean = accuracies[VALIDATION].mean(axis=0)
for name, best in (("rate", mean.max(axis=0)), ("number of units", mean.max(axis=1))):
    print(f"each {name} with the best of the other: from {best.min():.0%} to {best.max():.0%}")
print("at a rate of 0.1,", ", ".join(f"{n} units: {a:.0%}" for n, a in zip(UNITS, mean[:, 24], strict=True)))

# %% [markdown]
# So the number of units matters, above all at a rate that is a little low; the rate decides whether anything is learned at all. Sixteen trials, then: a grid of 4 × 4, or sixteen points at
# random. Where you put a grid is luck, so each grid gets a random offset within its cells.
#
# Now suppose you had searched two *more* settings, and they turn out to do nothing, as a very weak penalty would. A grid of sixteen trials over four settings has two values of each.


# %% name="patterns" slide="figure: Sixteen trials in four ways"
def grid(values, settings, rng):
    """All combinations of so many values of each setting, shifted at random, as noise in [0, 1)."""
    cells = np.stack(np.meshgrid(*[np.arange(values)] * settings), axis=-1).reshape(-1, settings)
    return (cells + rng.random(settings)) / values


TWO = {"learning_rate": (0.0001, 10.0, "log"), "units": (8, 64, "log")}
FOUR = TWO | {"idle": (0.0, 1.0, "linear"), "idle, too": (0.0, 1.0, "linear")}
fig, axes = plots.figure(4, width=10.4, height=2.9, sharex=True, sharey=True)
rng = np.random.default_rng(3)
made = {"grid, 2 settings": (grid(4, 2, rng), TWO), "random, 2 settings": (rng.random((16, 2)), TWO)}
made |= {"grid, 4 settings": (grid(2, 4, rng), FOUR), "random, 4 settings": (rng.random((16, 4)), FOUR)}
for ax, (name, (noise, ranges)) in zip(axes, made.items(), strict=True):
    points = sample_configurations(noise, ranges)
    x, y = [c["learning_rate"] for c in points], [c["units"] for c in points]
    shown = ax.pcolormesh(RATES, UNITS, mean, cmap="Greys", vmin=0, vmax=1.4, shading="nearest")
    ax.plot(x, y, "o", color=plots.COLORS[0], markeredgecolor="white", markersize=7)
    ax.plot(x, np.full(16, 7.3), "|", color=plots.COLORS[1], markersize=14, clip_on=False)
    ax.set(xscale="log", yscale="log", xlabel="learning rate")
    ax.set_yticks(UNITS, UNITS)
    ax.minorticks_off()
    ax.set_title(f"{name}:\n{len(set(np.round(x, 9)))} different rates")
axes[0].set_ylabel("units")
plots.show(
    fig,
    "Sixteen trials in four ways on a map of accuracy over learning rate and number of units, with a dark band of good rates; ticks below mark the rates tried. Over two settings "
    "a grid has four rates, and a random search sixteen. Over four settings the grid has two, and its sixteen points lie on four places; the random search has sixteen still.",
)

# %% [markdown]
# <!-- slide: Random, or a grid? -->
# The two idle settings are not drawn: the four dots of the third picture are sixteen trainings. Now a thousand searches of each kind. A third kind runs along, to tell order from repetition: sixteen *even steps* for every
# setting, the steps of one setting combined with those of another at random (a **Latin hypercube**).
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** with four settings, in what share of the thousand pairs will the random search report a better score than the grid?
# <!-- /slide -->

# %% guess="random-wins"
### BEGIN SOLUTION
random_wins_guess = 0.5  # of the pairs
### END SOLUTION


# %% name="random-or-grid" slide="output: A thousand searches of each kind"
def even_steps(trials, settings, rng):
    """Every setting in even steps, shuffled and shifted, as noise in [0, 1)."""
    steps = rng.permuted(np.tile(np.arange(trials), (settings, 1)), axis=1).T
    return (steps + rng.random(settings)) / trials


def searches(ranges, values, trials):
    """The best score of a thousand grids, random searches and even steps, (1000, 3)."""
    found = []
    for number in range(1000):
        rng, d = np.random.default_rng(number), len(ranges)
        noises = grid(values, d, rng), rng.random((trials, d)), even_steps(trials, d, rng)
        look = partial(on_the_map, seed=number % len(SEEDS))
        found.append([random_search(look, sample_configurations(noise, ranges))[1] for noise in noises])
    return np.array(found)


for ranges, values in ((TWO, 4), (FOUR, 2)):
    found = searches(ranges, values, 16)
    print(f"{len(ranges)} settings, 16 trials  best score  below 90 %  ahead of the grid  behind it")
    for name, best in zip(("grid", "random", "even steps"), found.T, strict=True):
        print(f"{name:>21}  {best.mean():10.0%}  {np.mean(best < 0.9):10.0%}", end="")
        ahead, behind = np.mean(best > found[:, 0]), np.mean(best < found[:, 0])
        print(f"  {ahead:17.0%}  {behind:9.0%}" if ahead else "")
compare_guess(random_wins_guess, np.mean(found[:, 1] > found[:, 0]), "Share in which random is ahead")

# %% [markdown]
# With two settings there is little between them: four rates are enough to meet the good ones nearly always. With four settings the grid is down to two rates, and in almost half of the searches none of them
# is good. The random search does not notice the settings that do nothing: it still tries sixteen rates. You rarely know in advance which settings will matter; where few of many do, a grid spends its
# trials on repetitions (Bergstra & Bengio 2012).
#
# It is not chance that helps. Even steps, which leave little to chance, are at least as good as random draws here. Order is not the grid's problem; repetition is.
#
# ## 4. From coarse to fine
#
# ### Exercise 4 · `narrow_range(values, scores, keep, margin=0.0)`
#
# - `values`, `scores`: arrays or lists, as many of each; higher scores are better, and nan scores are never kept (at least `keep` are not nan).
# - `keep`: how many of the best the new range must span; of equal scores the earlier counts.
# - `margin`: the range is widened on *each* side by this share of its width.
# - returns: `(low, high)`.
#
# ```python
# >>> narrow_range(np.array([1.0, 2.0, 4.0, 9.0]), np.array([0.1, 0.9, 0.8, 0.2]), 2, margin=0.5)
# (1.0, 5.0)
# ```
#
# **The check also asks:** Lists or arrays, of values and of scores; `keep` and `margin` by name.
#
# *Difficulty: medium · 10 minutes*
#
# <details><summary>Hint</summary>
#
# `np.argsort(-np.asarray(scores), kind="stable")` gives the positions from the best score down, the earlier of
# equals first, and puts nan at the end.
#
# </details>


# %% exercise="narrow_range"
def narrow_range(values, scores, keep, margin=0.0):
    """(low, high) spanning the values of the `keep` best scores, widened by margin × width a side."""
    ### BEGIN SOLUTION
    best = np.argsort(-np.asarray(scores, float), kind="stable")[:keep]
    kept = np.asarray(values)[best]
    low, high = kept.min(), kept.max()
    width = high - low
    return low - margin * width, high + margin * width
    ### END SOLUTION


# %% check="narrow_range"
narrow_range = check(narrow_range)

# %% [markdown]
# <!-- slide: From coarse to fine -->
# Now all of it, with real trainings: three hyperparameters, three rounds of 16, five epochs each. After a round, each range is
# narrowed to the four best, plus a quarter of its width on either side (for rate and units: of the logarithm).
# <!-- /slide -->
#
# In `c | {"units": …}` the dictionary c is joined with another, whose values win.
#
# <!-- slide + -->
# **Before you run it:** what share of the first range of the learning rate (on the log scale, five powers
# of ten) will the third round still search?
# <!-- /slide -->

# %% guess="share-left"
### BEGIN SOLUTION
share_left_guess = 0.5  # of the first range
### END SOLUTION


# %% name="rounds"
def narrowed(limits, values, scores):
    """Narrowed to the four best values and a little more, never beyond what was meant."""
    low, high, scale = limits
    if scale == "log":
        new_low, new_high = np.exp(narrow_range(np.log(values), scores, keep=4, margin=0.25))
    else:
        new_low, new_high = narrow_range(values, scores, keep=4, margin=0.25)
    return max(low, new_low), min(high, new_high), scale


def search_in_rounds(objective, ranges, rounds, samples, rng):
    """The ranges, configurations and scores of each round."""
    done = []
    for _ in range(rounds):
        configurations = sample_configurations(rng.random((samples, len(ranges))), ranges)
        _, _, scores = random_search(objective, configurations)
        done.append((ranges, configurations, scores))
        ranges = {
            name: narrowed(limits, [c[name] for c in configurations], scores)
            for name, limits in ranges.items()
        }
    return done


# %% name="three-rounds" tags=["nbval-ignore-output"]
def with_whole_units(configuration):
    return objective(configuration | {"units": round(configuration["units"])})


first = {"learning_rate": (0.0001, 10.0, "log"), "mu": (0.0, 0.99, "linear"), "units": (4, 64, "log")}
rounds = search_in_rounds(with_whole_units, first, 3, 16, np.random.default_rng(12))
for number, (ranges, _, scores) in enumerate(rounds, 1):
    low, high, _ = ranges["learning_rate"]
    print(
        f"round {number}: rates {low:.4f} to {high:.3f}, best {np.nanmax(scores):.1%}, median {np.nanmedian(scores):.1%}"
    )
compare_guess(share_left_guess, np.log10(high / low) / 5, "Share of the rate's range in round three")

# %% name="rounds-figure" slide="figure: From coarse to fine"
fig, axes = plots.figure(3, width=9.4, height=3.0, sharex=True, sharey=True)
for number, (ax, (ranges, configurations, scores)) in enumerate(zip(axes, rounds, strict=True), 1):
    x, y = ([c[name] for c in configurations] for name in ("learning_rate", "mu"))
    look = dict(cmap="Greys", vmin=0, vmax=1, s=50, edgecolor="black", zorder=3)
    shown = ax.scatter(x, y, c=np.nan_to_num(scores), **look)
    (left, right, _), (low, high, _) = ranges["learning_rate"], ranges["mu"]
    ax.plot(
        [left, right, right, left, left], [low, low, high, high, low], color=plots.COLORS[1], linestyle="-"
    )
    ax.set(xscale="log", xlabel="learning rate", title=f"round {number}: median {np.nanmedian(scores):.0%}")
axes[0].set_ylabel("momentum μ")
fig.colorbar(shown, ax=axes, label="validation accuracy")
plots.show(
    fig,
    "Three plots of the sampled points over learning rate, on a log scale, and momentum, darker for better "
    "validation accuracy, with the searched ranges as a frame. The frame fills the plot in the first round, where "
    "most points are pale; it is smaller in the second and in the third, where nearly all points are dark.",
)

# %% [markdown]
# In the first round the median trial here gets one digit in five right (with other draws up to three in four); in the second and third it is above 90 %. The third searches a sixth of the first range of the rate (with other draws we saw anything from a thirtieth to almost half). The *best* of a round
# moves little. Narrowing makes the *average* trial good.
#
# Two warnings. Narrowing trusts 16 noisy scores, and it makes boxes. Rate and momentum act together: with a larger μ a smaller rate is right, so the good region lies aslant, and the box around the four best has cut off its
# upper end. (Section 6 finds good networks there, at μ = 0.9.) And where the best points lie at the end of a range, do not narrow: move the range.
#
# Does that give a better *winner* than 48 trials from the first ranges? Ask the map, three hundred times.


# %% name="narrowing"
def winner_of(rounds):
    """The best configuration of all rounds, and its score; the first wins a tie."""
    tried = [c for _, configurations, _ in rounds for c in configurations]
    scores = [score for *_, scores in rounds for score in scores]
    best = int(np.nanargmax(scores))
    return tried[best], scores[best]


afresh = {(3, 16): [], (1, 48): []}
for number in range(300):
    seed = number % len(SEEDS)
    for plan, accuracy in afresh.items():
        done = search_in_rounds(partial(on_the_map, seed=seed), TWO, *plan, np.random.default_rng(number))
        others = [on_the_map(winner_of(done)[0], other, TEST) for other in SEEDS if other != seed]
        accuracy.append(np.mean(others))
narrow, plain = map(np.array, afresh.values())
print(
    f"test accuracy of the winner, trained afresh: {narrow.mean():.0%} after three rounds, {plain.mean():.0%} after one of 48"
)
print(f"three rounds ahead in {np.mean(narrow > plain):.0%}, behind in {np.mean(narrow < plain):.0%} of 300")

# %% [markdown]
# There is no difference to speak of. On this map 48 random trials meet the good region often enough by themselves. What the rounds did give you is many more trials *in* that region, and so a closer look at it.
#
# ## 5. How good is it, really?
#
# The winner is the best of 48 noisy scores, and part of its score may be luck: of its first weights, of the order of its batches, of the 300 validation digits. So train it
# with ten seeds that the search has not seen.


# %% name="honest" slide="output: The winner's curse" tags=["nbval-ignore-output"]
def anew(settings, seeds, held_out=digits.validation):
    """Scores of these settings, trained with other seeds."""
    settings = settings | {"units": round(settings["units"])}
    options = dict(data=few, validation=held_out, epochs=5)
    return np.nan_to_num([search.validation_score(settings, seed=seed, **options) for seed in seeds])


winner, reported = winner_of(rounds)
print("winner:", {name: round(float(value), 2) for name, value in winner.items()})
scores = anew(winner, seeds=range(1, 11))
print(
    f"reported {reported:.1%}; same digits, ten other seeds: {scores.mean():.1%}, {scores.min():.1%} to {scores.max():.1%}"
)

# %% [markdown]
# <!-- slide + -->
# Nearly three points of the score are gone. That is much: with thirteen other draws it was from less than one to two and a half, mostly one and a half. It is the **winner's curse**: what is chosen because it is the highest of many was, in all likelihood, lucky as well.
# <!-- /slide -->
#
# <!-- slide: A thousand searches -->
# But a few searches are anecdotes. So take a thousand random searches
# on the map, each with one seed, and ask five other seeds how good its winner is. A remedy runs along, the **second look**: train the five best once more with two further seeds, and take the best by *these* scores.
# <!-- /slide -->
#
# <!-- slide + -->
# **Before you run it:** a search of 144 trials reports 95 % on average. What share of the validation digits do its winners get right with other seeds, on average?
# <!-- /slide -->

# %% guess="afresh"
### BEGIN SOLUTION
afresh_guess = 0.94  # of the validation digits
### END SOLUTION

# %% name="curse" slide="output: A thousand searches"
TRIALS = (9, 16, 27, 48, 81, 144)
rows = np.zeros((4, 1000, len(TRIALS)))
for number in range(1000):
    rng, seeds = np.random.default_rng(number), np.roll(SEEDS, number)  # the first one searches
    drawn = sample_configurations(rng.random((TRIALS[-1], 2)), TWO)
    scores = np.array([on_the_map(c, seeds) for c in drawn])
    for k, trials in enumerate(TRIALS):
        best_five = np.argsort(-scores[:trials, 0], kind="stable")[:5]
        best = best_five[0]
        looked = best_five[scores[best_five, 1:3].mean(axis=1).argmax()]
        failed = scores[best, 0] > 0.9 and scores[best, 3:].min() < 0.8
        rows[:, number, k] = scores[best, 0], scores[best, 3:].mean(), failed, scores[looked, 3:].mean()
print(f"{'trials':28}", *(f"{trials:4}" for trials in TRIALS))
names = "reported", "afresh", "fails with one of five seeds", "afresh, after a second look"
table = dict(zip(names, rows.mean(axis=1), strict=True))
for row, name in ((1, "afresh"), (3, "second look")):
    table[f"{name}, worst tenth"] = np.quantile(rows[row], 0.1, axis=0)
for name, values in table.items():
    print(f"{name:28}", *(f"{value:4.0%}" for value in values))
compare_guess(afresh_guess, rows[1, :, -1].mean(), "Winners of 144 trials, afresh")

# %% [markdown]
# The more trials, the higher the report; but the winner itself stops getting better at some 16 to 48 trials. On this map it even gets *worse* then, and the third row says why. (It counts winners that were reported above 90 % and fall below 80 % with
# another seed.) Many trials find settings at the edge, where the rate is almost too large: with some first weights that goes well, and wins; with others the training fails. That depends on the edge: on a map with the other half of the digits we
# saw the same, with μ = 0 or 0.9 the winner stayed level while the report rose. The second look costs ten trainings, and from 16 trials on its choice is the better one on average, here and on those three maps.
#
# Now finish the real search: a second look, and then the *test* digits, which have taken no part in any choice.

# %% name="test-once" tags=["nbval-ignore-output"]
tried = [c for _, configurations, _ in rounds for c in configurations]
scores = np.concatenate([scores for *_, scores in rounds])
best_five = np.argsort(-scores, kind="stable")[:5]
second = [anew(tried[i], seeds=range(101, 104)).mean() for i in best_five]
chosen = tried[best_five[np.argmax(second)]]
print("chosen:", {name: round(float(value), 2) for name, value in chosen.items()})
for name, held_out in (("validation", digits.validation), ("test", digits.test)):
    scores = anew(chosen, range(1, 11), held_out)
    print(f"{name:>10}, ten seeds: mean {scores.mean():.1%}, {scores.min():.1%} to {scores.max():.1%}")
usual = (RATES > 0.1) & (RATES < 0.5)
means = [accuracies[which][..., usual].mean() for which in (VALIDATION, TEST)]
print(f"rates from 0.1 to 0.5 on the map: {means[0]:.1%} on validation digits, {means[1]:.1%} on test digits")

# %% [markdown]
# The test score is lower still, and that is *not* the curse: these test digits are harder. The last line shows it on all settings of the map with usual rates, none of which was chosen by its score: they, too, lose two points.
#
# Report the test score, with its spread over seeds, and say how many configurations were tried.
#
# ## 6. Which setting is the question?
#
# Does momentum help? Take a rate, train with and without it, and you have an answer. Take another rate, and you may have another answer. For every question, sort the hyperparameters into three roles (Godbole et al. 2023):
#
# <!-- slide: Three roles -->
# - **Scientific:** those you ask about. Here μ, 0 or 0.9.
# - **Nuisance:** those that have to be tuned *anew for each value* of the scientific ones, or the comparison is unfair. Here the learning rate, since the best one depends on μ (lesson 07).
# - **Fixed:** those that stay as they are, for want of time. Here five epochs on 600 digits, batches of 32, 32 units. The answer holds for these values, and you have to say so.
# <!-- /slide -->
#
# No setting is scientific or a nuisance by itself. Ask how far each *rate* can be made to work, and μ is the nuisance. `experiments.compare`, as in lesson 07, tunes on validation digits with ten seeds, and reports twenty others on test digits.
#
# <!-- slide: Does momentum help? -->
# **Before you run it:** how many points will momentum be ahead of plain descent on test digits, each at its best rate?
# <!-- /slide -->

# %% guess="points"
### BEGIN SOLUTION
points_guess = 5  # points of test accuracy
### END SOLUTION

# %% name="question" slide="output: Does momentum help?"
rules = {"μ = 0": {"optimizer": optimizers.SGD}, "μ = 0.9": {"optimizer": optimizers.Momentum, "mu": 0.9}}
fixed = dict(data=(few, digits.validation, digits.test), sizes=[64, 32, 10], epochs=5, batch_size=32)
fixed |= dict(seeds=20, tuning_seeds=10, measure="accuracy")
rates = 0.0125 * 2.0 ** np.arange(8)
answers = {f"rate fixed at {r}": experiments.compare(rules, learning_rate=r, **fixed) for r in (0.1, 0.8)}
answers["rate a nuisance"] = experiments.compare(rules, tune={"learning_rate": rates}, **fixed)
for name, comparison in answers.items():
    print(name.upper())
    for rule, result in comparison.results.items():
        rate = result.chosen.get("learning_rate", "")
        print(f"  {rule:7} {result.test_accuracy.mean():4.0%} {comparison.verdict(rule):15} {rate}")
ahead = np.subtract(*(result.test_accuracy.mean() for result in reversed(comparison.results.values())))
compare_guess(points_guess, 100 * ahead, "Points ahead")

# %% name="question-figure"
fig, ax = plots.figure(width=6.2, height=2.8)
comparison.plot_tuning(ax)
plots.show(
    fig,
    "Validation accuracy against the learning rate, on a log scale, for momentum 0 and 0.9. With 0.9 the curve is above 80 % from 0.0125 on, highest at about 0.1 and falls "
    "steeply from 0.4 on. With 0 it rises all the way from below 50 % to its highest place at 0.4 to 0.8, and falls after it. They meet at 0.4.",
)

# %% [markdown]
# Three experiments, three answers. At a rate of 0.1 momentum seems to be worth some six points; at 0.8 it seems to do great harm; with the rate tuned for each, it is ahead by little more than a point, for the fixed settings above. Do not make much of that point: with the other half of the training digits, or rates between these,
# it was 0.6 to 1.2 points, and a tie in three of five repetitions. (With twenty epochs on all the digits lesson 07 found a tie in loss.) The picture of a nuisance setting belongs to every such answer: it shows whether the range was wide enough, which it was if the best rates do not lie at its ends.
#
# ## 7. Many hands
#
# The trials of a round know nothing of each other, so they can run at the same time. Three ways, with the
# same 32 configurations:
#
# - **Processes.** A pool of Python processes (`ProcessPoolExecutor`) gives each core its share. What is sent has to be a function of a
#   *module*, such as ours with `partial`; a function typed into a notebook does not travel everywhere.
# - **A batch of networks.** Networks of one shape train together, with a leading axis for the network in every
#   array (`search.fit_together`, as for the map). With small matrices most of the time goes into calling NumPy, and little into
#   arithmetic; here one call serves all networks.
# - **A cluster.** Dask's client has the same interface as a pool of processes. Here it starts two workers
#   on this machine. (`pip install "dlcourse[cluster]"`; the cell says so where it is not there.)

# %% name="many-hands" tags=["nbval-ignore-output"]
noise = np.random.default_rng(1).random((32, 1))
configurations = sample_configurations(noise, {"learning_rate": (0.001, 0.3, "log")})
longer = partial(search.validation_score, data=few, validation=digits.validation, epochs=10)


def timed(name, work):
    begun = time.perf_counter()
    scores = np.array(work())
    print(f"{name:>16}: {time.perf_counter() - begun:5.2f} s, best {np.nanmax(scores):.1%}")
    return scores


def together():
    (x, labels), scores = digits.validation, []
    for start in range(0, 32, 16):
        group = configurations[start : start + 16]
        nets = [network.mlp([64, 32, 10], rng=np.random.default_rng([0, 0])) for _ in group]
        momentum = optimizers.Momentum(np.array([[c["learning_rate"]] for c in group]))
        search.fit_together(nets, momentum, few, epochs=10, rng=np.random.default_rng([0, 1]))
        scores += [metrics.accuracy(net.forward(x), labels) for net in nets]
    return scores


one_by_one = timed("one by one", lambda: search.evaluate_all(longer, configurations))
with concurrent.futures.ProcessPoolExecutor(2) as pool:
    list(pool.map(abs, range(2)))  # start the processes before the clock
    in_processes = timed("two processes", lambda: search.evaluate_all(longer, configurations, executor=pool))
in_a_batch = timed("16 at a time", together)
print("same scores from the processes:", np.array_equal(one_by_one, in_processes, equal_nan=True), end=", ")
print("from the batch to within a digit or two:", np.nanmax(np.abs(one_by_one - in_a_batch)) < 0.01)

# %% name="cluster" tags=["nbval-ignore-output"]
try:
    from dask.distributed import Client
except ImportError:
    print('No Dask here: pip install "dlcourse[cluster]", then run this cell again.')
else:
    quiet = dict(dashboard_address=":0", silence_logs=50)  # a busy machine may shut down untidily
    with Client(n_workers=2, threads_per_worker=1, **quiet) as client:
        cluster = client.get_executor()
        on_cluster = timed(
            "Dask, 2 workers", lambda: search.evaluate_all(longer, configurations, executor=cluster)
        )
        print("same scores:", np.array_equal(one_by_one, on_cluster, equal_nan=True))

# %% [markdown]
# The scores are the same to the last bit from the processes and from Dask on this machine (another processor may round otherwise), and the same to within a digit or
# two from the batch, which adds in another order. How much time each saves depends on your machine; when this was
# measured with a longer search (`benchmarks/search.py` in the repository), two processes and batches of 15 together were more than four
# times as fast as one by one on two cores.
#
# On a real cluster only the address changes:
#
# ```python
# from dask.distributed import Client
#
# with Client("tcp://scheduler.example.org:8786") as client:
#     scores = search.evaluate_all(longer, configurations, executor=client.get_executor(),
#                                  results="search.jsonl")
# ```
#
# The workers need `dlcourse` installed. With `results=` every score is written down as it comes, and a
# search that was interrupted goes on where it was.
#
# ## Common mistakes
#
# - **A range on a linear scale when the order of magnitude is unknown.** From 0.0001 to 10, nine tenths of the draws fall into the uppermost power of ten.
# - **One rate for all.** Two methods at one learning rate: it may suit one of them, and so decide between them.
# - **Choosing on the test set.** Then it is a validation set, and you have no test set.
# - **One dict for all.** Made before the loop and changed inside it, all configurations are the last one.
# - **nan as the best.** `np.argmax` takes nan for the largest, and a reversed `argsort` puts it first.
# - **Calling the objective again for the best.** In earnest that is another night of training, with another score.
# - **The best score as the expected one.** See the winner's curse; take a second look.
# - **Few epochs for everything.** What is best after five epochs need not be after fifty; train the last few in full.
#
# ## Quiz
#
# 1. A rate is drawn uniformly from 0.0001 to 1. How often is it below 0.01?
#    - **a** In half of the draws.
#    - **b** In 1 % of them.
#    - **c** In a quarter.
# 2. Sixteen trainings, two settings, of which one turns out not to matter. What does a 4 × 4 grid try?
#    - **a** Four values of the one that matters.
#    - **b** Sixteen values of it.
#    - **c** Two values of it.
# 3. The best of 48 configurations scored 96.3 % on the validation data. Trained with other seeds, on the same data, you expect …
#    - **a** 96.3 %.
#    - **b** Less.
#    - **c** More.
# 4. After the first round the best values all lie at the upper end of a range. What do you do?
#    - **a** Narrow to them.
#    - **b** Move the range up.
#    - **c** Stop.
# 5. A configuration diverges and scores nan. What should the search make of it?
#    - **a** Stop with an error.
#    - **b** Note it, and never let it win.
#    - **c** Count it as 0.
# 6. Is a network of 64 units better than one of 16? What is the learning rate in this question?
#    - **a** Fixed: the same for both, to be fair.
#    - **b** A nuisance: to be tuned for each.
#    - **c** Scientific.
#
# Put letters in quotes, such as "a", in the place of `None` and run the cells.

# %% quiz="answers"
### BEGIN SOLUTION
q1 = "b"
q2 = "a"
q3 = "b"
q4 = "b"
q5 = "b"
q6 = "b"
### END SOLUTION

# %% name="quiz-result"
quiz("12_hyperparameter_search", q1=q1, q2=q2, q3=q3, q4=q4, q5=q5, q6=q6)

# %% [markdown]
# ## What to take away
#
# <!-- slide -->
# - Where you do not know the order of magnitude, draw on a log scale. If you know where the good rates end, you need not.
# - A grid spends its trials on repetitions where few of many settings matter. Random draws and even steps do not. With two settings there was little between them.
# - Coarse to fine makes the average trial good, and tells where the good region is. It did not make the winner better here.
# - The best score of a search is too good on average. Look at the best few again with other seeds, and report the test set, once.
# - Decide which setting is the question, tune the nuisances for each of its values, and say what was fixed.
# - Trials are independent: processes, batches and clusters run them side by side, with the same scores up to rounding.
# <!-- /slide -->
#
# ## In practice
#
# Begin with the learning rate; on a log scale, with random or quasi-random draws (even in all settings together, like the even steps here). Look at the scores against each setting: is the best at the end of a range? Where a trial
# takes hours, stop the bad ones early (successive halving, Hyperband) before you reach for a model that proposes the next trial.

# %% [markdown]
# ## In PyTorch
#
# PyTorch has no search of its own; where the second column names another library, that is what one uses beside it.
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `search.log_uniform(noise, low, high)`, `search.Log(low, high)` | `torch.distributions.Uniform(log_low, log_high).sample().exp()`, `scipy.stats.loguniform` | they draw the noise themselves |
# | `np.random.default_rng(seed)` | `torch.manual_seed(seed)` or a `torch.Generator` | what is given no generator shares one |
# | even steps | `torch.quasirandom.SobolEngine(dimension, scramble=True)`, `scipy.stats.qmc.LatinHypercube` | Sobol points are even in several settings together |
# | `search.random_configurations`, `random_search` | `sklearn.model_selection.ParameterSampler`, `RandomizedSearchCV` | scores by cross-validation |
# | `search.coarse_to_fine` | Optuna, Ray Tune | samplers that learn from earlier trials; bad ones can be stopped early |
# | `search.fit_together(networks, …)` | `torch.func.stack_module_state` and `torch.func.vmap` | you write the step |
#
# <details><summary>The same draws in both, and a search of ours around a step of torch's</summary>
#
# ```python
# import numpy as np
# import torch
# from dlcourse import search
# def score(configuration):  # any function of a configuration will do
#     weight = torch.zeros(1, dtype=torch.float64, requires_grad=True)
#     sgd = torch.optim.SGD([weight], lr=configuration["rate"])
#     (weight - 3).square().sum().backward()
#     sgd.step()
#     return -abs(weight.item() - 3)
# noise = np.random.default_rng(0).random((9, 1))
# configurations = search.sample_configurations(noise, {"rate": (1e-4, 10.0, "log")})
# best, _, _ = search.random_search(score, configurations)
# low, high = torch.tensor([1e-4, 10.0], dtype=torch.float64).log()
# rates = torch.distributions.Uniform(low, high).icdf(torch.tensor(noise)).exp()
# np.testing.assert_allclose(best["rate"], rates[(6 * rates - 3).abs().argmin(), 0], atol=1e-6)
# ```
#
# </details>

# %% [markdown]
# ## Go further
#
# 1. *Successive halving.* Draw 81 configurations over the three settings of section 4 and train each for one epoch; train the best 27 for three, and the best 9 of these for nine. That is 243 epochs, as many as 27 random trials with nine epochs each. Which finds the better network?
# 2. The trials had five epochs. Which rate is the best after one epoch, after five, after fifty?
# 3. In section 4 narrowing was asked on the map, over two settings. Is it any better over all three, with real trainings? And what does a second look do for either?

# %% [markdown] discussion="go-further"
# 1. In sixteen pairs the winner of the halving, trained afresh for nine epochs with six seeds, had 93.7 % on the test digits on average, that of the random trials 93.1 %. It was ahead in 8 pairs and behind in 5: by `experiments.sign_flip_p` no difference. (In sixteen others it was 93.9 against 93.5 %, 11 to 5: the same verdict.) Where 27 random trials meet the good region often enough,
#    there is little to gain. What one epoch says about nine is the weak point: it is hard on small rates (question 2).
# 2. For 32 units and μ = 0.5 (31 rates from 0.003 to 3) we saw two sets of seeds, four to six in each. Best were 0.5 and 0.6 after one epoch, 0.4 and 0.95 after five, 0.6 and 0.75 after fifty: places on wide plateaus, and the seeds decide which. What does move is the lower end:
#    rates within a point of the best began at 0.3 and 0.5, then at 0.24 and 0.4, then at 0.08 and 0.12. With time, small rates catch up. So short trials are a fair guide here to the best rate, and too strict with small ones.
# 3. In sixteen pairs of real searches (48 trials each, winners trained with eight other seeds) three rounds had 92.4 % on the test digits, 48 random trials 91.6 %; ahead in 10 pairs, behind in 5. After a second look at the five best with three seeds it was 92.8 and 92.5 %, 8 against 7. Sixteen pairs tell none of this from luck.
#    What the 32 searches had reported was too high by half a point to seven points, two on average. (Sixteen other pairs: 92.4 and 91.9 %, 8 against 5; after the second look 92.3 and 92.4 %, 7 against 9; reports too high by 1.5 points on average.)

# %% [markdown]
# ## References
#
# - J. Bergstra, Y. Bengio (2012), *Random search for hyper-parameter optimization*, JMLR 13. The argument of
#   section 3, with the picture that everyone copies.
# - G. Cawley, N. Talbot (2010), *On over-fitting in model selection and subsequent selection bias in
#   performance evaluation*, JMLR 11. The winner's curse, measured.
# - V. Godbole, G. Dahl, J. Gilmer, C. Shallue, Z. Nado (2023), *Deep learning tuning playbook*,
#   github.com/google-research/tuning_playbook. Scientific, nuisance and fixed hyperparameters, and what to try first.
# - K. Jamieson, A. Talwalkar (2016), *Non-stochastic best arm identification and hyperparameter optimization*, AISTATS. Successive halving: question 1.
# - L. Li, K. Jamieson, G. DeSalvo, A. Rostamizadeh, A. Talwalkar (2018), *Hyperband: a novel bandit-based
#   approach to hyperparameter optimization*, JMLR 18. How to stop bad trials early, with guarantees.
# - M. McKay, R. Beckman, W. Conover (1979), *A comparison of three methods for selecting values of input variables in the analysis of output from a computer code*, Technometrics 21. The Latin hypercube.
# - J. Snoek, H. Larochelle, R. Adams (2012), *Practical Bayesian optimization of machine learning
#   algorithms*, NIPS. Letting a model choose the next trial.
