"""Lesson 12: random numbers on a log scale, configurations, the search itself, and narrowed ranges."""

import math

import numpy as np

from dlcourse import search as reference
from dlcourse.exercises.engine.exercise import Exercise, call
from dlcourse.exercises.engine.question import Question, right, wrong

LESSON = "12_hyperparameter_search"


# ---- numbers on a log scale ----

log_uniform = Exercise(
    "log_uniform",
    LESSON,
    reference.log_uniform,
    hint="low * (high / low) ** noise: noise 0 gives low, noise ½ the geometric mean of the ends.",
)


@log_uniform.test("spreads the noise evenly over the logarithm", points=1)
def _(rng):
    yield call(np.array([0.0, 0.25, 0.5, 0.75]), 1e-4, 1.0)
    yield call(rng.random(5).round(3), 10.0 ** -rng.integers(2, 6), 10.0 ** rng.integers(0, 3))
    yield call(rng.random((3, 4)), 0.02, rng.uniform(3, 50))


@log_uniform.test("takes a single number, integers as ends, float32, and a range of one value", points=1)
def _(rng):
    yield call(np.array(rng.random()), 0.001, 10.0)
    yield call(rng.random(4), 1, 1000)
    yield call(rng.random(4).astype(np.float32), 0.01, 1.0)
    yield call(rng.random(3), 0.5, 0.5)
    yield call(0.5, 0.01, 100.0)
    yield call(np.float64(round(rng.uniform(0.1, 0.9), 2)), 1, 1000)


log_uniform.mistake(
    "This is uniform, not log-uniform: nearly all of it lies in the uppermost power of ten.",
    lambda noise, low, high: low + noise * (high - low),
)
log_uniform.mistake(
    "The logarithm of the number is returned. Raise it: exp of it, or 10 to it.",
    lambda noise, low, high: np.log(low) + noise * (np.log(high) - np.log(low)),
)
log_uniform.mistake(
    "log10 goes with 10 **, log with exp. Here they are mixed.",
    lambda noise, low, high: np.exp(np.log10(low) + noise * (np.log10(high) - np.log10(low))),
)
log_uniform.mistake(
    "The low end is missing: (high/low)^noise starts at 1.",
    lambda noise, low, high: (high / low) ** noise,
)
log_uniform.mistake(
    "The range is upside down: noise 0 must give low.",
    lambda noise, low, high: high * (low / high) ** noise,
)
log_uniform.mistake(
    "The exponent is over high alone: this runs from low to low·high. It is (high/low)^noise.",
    lambda noise, low, high: low * high**noise,
)

log_uniform.mistake(
    "10 is raised to a number between low and high themselves. Their *logarithms* are what noise goes "
    "between.",
    lambda noise, low, high: 10.0 ** (low + noise * (high - low)),
)
log_uniform.mistake(
    "e is raised to a number between low and high themselves. Their *logarithms* are what noise goes "
    "between.",
    lambda noise, low, high: np.exp(low + noise * (high - low)),
)
log_uniform.mistake(
    "log goes with exp, log10 with 10 **. Here they are mixed.",
    lambda noise, low, high: 10.0 ** (np.log(low) + noise * (np.log(high) - np.log(low))),
)
log_uniform.mistake(
    "The exponent is over high − low. It is over their ratio: low · (high/low)^noise.",
    lambda noise, low, high: low * (high - low) ** noise,
)
log_uniform.mistake(
    "The ratio is multiplied by noise. Noise is the exponent: low · (high/low)^noise.",
    lambda noise, low, high: low * (high / low) * noise,
)
log_uniform.mistake(
    "low is added. It multiplies: low · (high/low)^noise.",
    lambda noise, low, high: low + (high / low) ** noise,
)
log_uniform.mistake(
    "The exponent goes from 0 to log(high), so noise 0 gives 1. It goes from log(low) to log(high).",
    lambda noise, low, high: high**noise,
)
log_uniform.mistake(
    "log(high) − log(low) and noise are added. Noise multiplies this difference of the logarithms.",
    lambda noise, low, high: np.exp(noise + np.log(low) + np.log(high) - np.log(low)),
)
log_uniform.mistake(
    "A plain number has no .shape or .astype. low * (high / low) ** noise takes numbers and arrays.",
    lambda noise, low, high: low * (high / low) ** noise.astype(float),
)


log_uniform.mistake(
    "This is the logarithm of a uniform number. Draw the logarithm uniformly, then raise it.",
    lambda noise, low, high: np.log(low + (high - low) * np.asarray(noise)),
)
log_uniform.mistake(
    "The noise makes no difference: these are equal steps of the logarithm from low to high. "
    "Each entry of noise has its own.",
    lambda noise, low, high: np.geomspace(low, high, max(np.size(noise), 1)).reshape(np.shape(noise)),
)
log_uniform.mistake(
    "e^noise stretches a straight line. Noise is the exponent of the ratio: low · (high/low)^noise.",
    lambda noise, low, high: low + (high - low) * np.exp(noise),
)
log_uniform.mistake(
    "10^(noise − 1) runs from a tenth to 1, whatever the ends are: low · (high/low)^noise.",
    lambda noise, low, high: low + (high - low) * 10 ** (np.asarray(noise) - 1.0),
)
log_uniform.mistake(
    "The logarithms are mixed as noise·log(low) + log(high). It is log(low) + noise·(log(high) − log(low)).",
    lambda noise, low, high: np.exp(np.asarray(noise) * np.log(low) + np.log(high)),
)


@log_uniform.mistake(
    "A plain number cannot be gone through with `for`. The formula, without a loop, takes arrays and numbers."
)
def _(noise, low, high):
    return np.array([low * (high / low) ** each for each in noise])


# ---- configurations ----

sample_configurations = Exercise(
    "sample_configurations",
    LESSON,
    reference.sample_configurations,
    hint="A dict for each row of noise: the j-th name of ranges takes the j-th number of the row, 'log' by "
    "log_uniform, 'linear' as low + u·(high − low).",
    builds_on=(log_uniform,),
)


@sample_configurations.test("makes a dict of each row, the columns in the order of the ranges", points=2)
def _(rng):
    ranges = {"rate": (1e-4, 1.0, "log"), "mu": (0.0, 0.9, "linear")}
    yield call(np.array([[0.5, 0.5], [0.25, 0.0]]), ranges)
    yield call(rng.random((3, 2)).round(3), ranges)
    yield call(rng.random((4, 2)), {"units": (8, 64, "linear"), "decay": (1e-6, 1e-2, "log")})


@sample_configurations.test("takes one range, many ranges, a single row, and whole numbers as ends", points=1)
def _(rng):
    yield call(rng.random((3, 1)), {"rate": (0.001, 10.0, "log")})
    yield call(rng.random((1, 2)), {"b": (-5, 5, "linear"), "a": (1, 100, "log")})
    yield call(rng.random((2, 1)), {"rate": (np.float64(0.01), np.float64(0.5), "log")})
    yield call(
        rng.random((2, 4)), {n: (0.1, 9.0, s) for n, s in zip("dacb", ["log", "linear"] * 2, strict=True)}
    )


def _value(noise, low, high, scale):
    return float(low * (high / low) ** noise if scale == "log" else low + noise * (high - low))


def _dicts(value=_value, names=list):
    return lambda noise, ranges: [
        {name: value(float(u), *ranges[name]) for name, u in zip(names(ranges), row, strict=True)}
        for row in noise
    ]


sample_configurations.mistake(
    "Every range is taken as linear. Look at the third entry: 'log' or 'linear'.",
    _dicts(lambda noise, low, high, scale: _value(noise, low, high, "linear")),
)
sample_configurations.mistake(
    "'log' and 'linear' are swapped.",
    _dicts(
        lambda noise, low, high, scale: (
            low + noise * (high - low) if scale == "log" or low <= 0 else _value(noise, low, high, "log")
        )
    ),
)
sample_configurations.mistake(
    "The linear range starts at 0: low + noise·(high − low).",
    _dicts(
        lambda noise, low, high, scale: (
            _value(noise, low, high, scale) if scale == "log" else noise * (high - low)
        )
    ),
)
sample_configurations.mistake(
    "The columns of noise belong to the names in the dict's order, not in another.",
    _dicts(names=lambda ranges: list(ranges)[::-1]),
)
sample_configurations.mistake(
    "This is one dict of lists. A list of dicts is asked for, one dict a row of noise.",
    lambda noise, ranges: {
        name: [_value(float(u), *ranges[name]) for u in column]
        for name, column in zip(ranges, np.transpose(noise), strict=True)
    },
)
sample_configurations.mistake(
    "All rows are one and the same dict: make a new one inside the loop.",
    lambda noise, ranges: [_dicts()(noise, ranges)[-1]] * len(noise),
)
sample_configurations.mistake(
    "Only the first row is used. Every row of noise is a configuration.",
    lambda noise, ranges: _dicts()(noise, ranges)[:1],
)

sample_configurations.mistake(
    "Every range is taken as logarithmic. Look at the third entry: 'log' or 'linear'.",
    _dicts(lambda noise, low, high, scale: _value(noise, low, high, "log" if low > 0 else "linear")),
)
sample_configurations.mistake(
    "Every name gets the first column of noise. Column j belongs to the j-th name.",
    lambda noise, ranges: [
        {name: _value(float(row[0]), *ranges[name]) for name in ranges} for row in np.asarray(noise)
    ],
)
sample_configurations.mistake(
    "The noise itself stands in the dicts. Stretch it to the range of its name.",
    _dicts(lambda noise, low, high, scale: noise),
)
sample_configurations.mistake(
    "The logarithm stands in the dicts. Raise it: exp of it, or 10 to it.",
    _dicts(
        lambda noise, low, high, scale: (
            np.log(low) + noise * (np.log(high) - np.log(low))
            if scale == "log"
            else _value(noise, low, high, scale)
        )
    ),
)
sample_configurations.mistake(
    "The ranges are upside down: noise 0 must give low.",
    _dicts(lambda noise, low, high, scale: _value(1 - noise, low, high, scale)),
)
sample_configurations.mistake(
    "Values are cut to whole numbers. The caller rounds where it wants to.",
    _dicts(lambda noise, low, high, scale: int(_value(noise, low, high, scale))),
)
sample_configurations.mistake(
    "There is a dict for each name. One dict a row holds all names: make it before the inner loop.",
    lambda noise, ranges: [{name: value} for row in _dicts()(noise, ranges) for name, value in row.items()],
)
sample_configurations.mistake(
    "Only the last name is in each dict, as if it were made anew for every name. Make it once a row.",
    lambda noise, ranges: [dict([list(row.items())[-1]]) for row in _dicts()(noise, ranges)],
)
sample_configurations.mistake(
    "The values come without their names. A dict {name: value} is asked for, one a row.",
    lambda noise, ranges: [list(row.values()) for row in _dicts()(noise, ranges)],
)
sample_configurations.mistake(
    "Only the last row is returned. Collect a dict for every row in a list.",
    lambda noise, ranges: _dicts()(noise, ranges)[-1],
)


sample_configurations.mistake(
    "10 is raised to a number between low and high themselves. Their logarithms are what noise goes between.",
    _dicts(
        lambda noise, low, high, scale: (
            float(10.0 ** min(_value(noise, low, high, "linear"), 300))
            if scale == "log"
            else _value(noise, low, high, scale)
        )
    ),
)
sample_configurations.mistake(
    "The logarithm of a uniform number is taken. Draw the logarithm uniformly, then raise it.",
    _dicts(
        lambda noise, low, high, scale: (
            math.log(_value(noise, low, high, "linear"))
            if scale == "log"
            else _value(noise, low, high, scale)
        )
    ),
)
sample_configurations.mistake(
    "There is a dict for each *column* of noise. Each row is a configuration.",
    lambda noise, ranges: reference.sample_configurations(
        np.resize(noise.T, (noise.shape[1], len(ranges))), ranges
    ),
)
sample_configurations.mistake(
    "The linear range is low + noise · high. It is as wide as high − low.",
    _dicts(
        lambda noise, low, high, scale: (
            low + noise * high if scale == "linear" else _value(noise, low, high, scale)
        )
    ),
)


@sample_configurations.mistake(
    "There is a dict for each name, with a whole column in it. Go through the rows, and in each through the "
    "names."
)
def _(noise, ranges):
    return [
        {name: np.array([_value(u, *limits) for u in column])}
        for (name, limits), column in zip(ranges.items(), noise.T, strict=True)
    ]


# ---- the search ----

random_search = Exercise(
    "random_search",
    LESSON,
    reference.random_search,
    hint="Call objective once a configuration and keep every score. A nan must not win: nan > best is False. "
    "Where none wins, the best is None, with score nan.",
    parts=("best configuration", "best score", "scores"),
)


def minus_squared_distance_from_2(c):
    return -((c["x"] - 2) ** 2)


def minus_x_or_nan_below_0(c):
    return math.nan if c["x"] < 0 else -c["x"]


@random_search.test("tries each configuration once, in order, and returns best, score, scores", points=2)
def _(rng):
    yield call(minus_squared_distance_from_2, [{"x": 0}, {"x": 3}, {"x": 5}]).traced()
    yield call(minus_squared_distance_from_2, [{"x": x} for x in rng.normal(2, 2, size=6)]).traced()
    yield call(
        lambda c: c["a"] * c["b"], [{"a": float(a), "b": float(b)} for a, b in rng.normal(size=(8, 2))]
    )


@random_search.test("lets the first win a tie, and a nan never", points=1)
def _(rng):
    far = round(rng.uniform(2, 5), 1)
    yield call(minus_squared_distance_from_2, [{"x": 2 + far}, {"x": 1.0}, {"x": 3.0}])
    good = rng.integers(1, 9, size=2)
    yield call(minus_x_or_nan_below_0, [{"x": -1}, {"x": int(good.max())}, {"x": -2}, {"x": int(good.min())}])
    yield call(minus_x_or_nan_below_0, [{"x": int(good[0])}, {"x": -3}])
    yield call(minus_x_or_nan_below_0, [{"x": -1}, {"x": -2}])
    yield call(minus_x_or_nan_below_0, [{"x": 4}, {"x": -1}, {"x": 2}])


def _searched(better, start=-math.inf):
    def answer(objective, configurations):
        best, best_score, scores = None, start, []
        for c in configurations:
            score = objective(c)
            scores.append(score)
            if better(score, best_score):
                best, best_score = c, score
        return best, best_score if best is not None else math.nan, scores

    return answer


random_search.mistake(
    "The lowest score wins here. Higher is better.",
    _searched(lambda score, best: score < best, math.inf),
)
random_search.mistake(
    "Among equal scores the last wins: use > rather than >=.",
    _searched(lambda score, best: score >= best),
)
random_search.mistake(
    "A best score of 0 to begin with beats every negative one. Begin with −∞.",
    _searched(lambda score, best: score > best, 0.0),
)


@random_search.mistake(
    "0 stays the best score where all are lower, and None the configuration. Begin with −∞."
)
def _(objective, configurations):
    best, best_score, scores = None, 0, []
    for configuration in configurations:
        scores.append(objective(configuration))
        if scores[-1] > best_score:
            best, best_score = configuration, scores[-1]
    return best, best_score, scores


@random_search.mistake(
    "A nan that comes first stays the best, as no score is > nan. Pass over nan, wherever it stands."
)
def _(objective, configurations):
    scores = [objective(c) for c in configurations]
    best = max(range(len(scores)), key=scores.__getitem__)
    return configurations[best], scores[best], scores


@random_search.mistake("A nan wins here, wherever it stands, as np.argmax has it. Pass over nan.")
def _(objective, configurations):
    scores = [objective(c) for c in configurations]
    best = int(np.argmax(scores))
    return configurations[best], scores[best], scores


@random_search.mistake(
    "Where all are nan this raises an error. The answer then is (None, nan, scores): ask for that first."
)
def _(objective, configurations):
    scores = [objective(c) for c in configurations]
    best = int(np.nanargmax(scores))
    return configurations[best], scores[best], scores


@random_search.mistake(
    "A nan counts as 0, which beats every negative score. Pass over nan, whatever the others are."
)
def _(objective, configurations):
    scores = [objective(c) for c in configurations]
    if np.isnan(scores).all():
        return None, math.nan, scores
    best = int(np.argmax(np.nan_to_num(scores)))
    return configurations[best], scores[best], scores


@random_search.mistake("The objective is called again for the best: in earnest that is another training run.")
def _(objective, configurations):
    best, _, scores = reference.random_search(objective, configurations)
    return best, objective(best) if best else math.nan, scores


@random_search.mistake("The position of the best is returned. The configuration itself is asked for.")
def _(objective, configurations):
    best, score, scores = reference.random_search(objective, configurations)
    return configurations.index(best) if best else 0, score, scores


random_search.mistake(
    "The list of all scores is missing. Return three things: best, score, scores.",
    lambda objective, configurations: reference.random_search(objective, configurations)[:2],
)


@random_search.mistake(
    "The scores that are nan are left out of the list. It has one score for each configuration."
)
def _(objective, configurations):
    best, score, scores = reference.random_search(objective, configurations)
    return best, score, [each for each in scores if each == each]


@random_search.mistake("The scores are sorted. Leave them in the order of the configurations.")
def _(objective, configurations):
    best, score, scores = reference.random_search(objective, configurations)
    return best, score, sorted(scores, reverse=True)


@random_search.mistake("Where all are nan, the best score is still the −∞ to begin with. It is nan there.")
def _(objective, configurations):
    best, score, scores = reference.random_search(objective, configurations)
    return best, score if best else -math.inf, scores


@random_search.mistake(
    "Where all are nan, the first configuration stands for the best, with −∞. The answer then is (None, nan, "
    "scores)."
)
def _(objective, configurations):
    best, score, scores = reference.random_search(objective, configurations)
    return (best, score, scores) if best else (configurations[0], -math.inf, scores)


@random_search.mistake(
    "Where all are nan, the first configuration stands for the best. The answer then is (None, nan, scores)."
)
def _(objective, configurations):
    best, score, scores = reference.random_search(objective, configurations)
    return best or configurations[0], score, scores


@random_search.mistake(
    "`objective` takes a configuration, one dict. With ** its entries are handed over one by one."
)
def _(objective, configurations):
    scores = [objective(**configuration) for configuration in configurations]
    return configurations[int(np.argmax(scores))], max(scores), scores


@random_search.mistake("The first configuration is tried twice: in earnest that is another training run.")
def _(objective, configurations):
    objective(configurations[0])
    return reference.random_search(objective, configurations)


@random_search.mistake("The score comes before the configuration. Return best, score, scores.")
def _(objective, configurations):
    best, score, scores = reference.random_search(objective, configurations)
    return score, best, scores


@random_search.mistake(
    "The search stops at the first nan. Go on: the other configurations are still to be tried."
)
def _(objective, configurations):
    best, best_score, scores = None, -math.inf, []
    for configuration in configurations:
        scores.append(objective(configuration))
        if math.isnan(scores[-1]):
            break
        if scores[-1] > best_score:
            best, best_score = configuration, scores[-1]
    return best, best_score if best else math.nan, scores


@random_search.mistake(
    "Only scores that are the best so far are kept in the list. It has all of them, in order."
)
def _(objective, configurations):
    best, best_score, scores = None, -math.inf, []
    for c in configurations:
        score = objective(c)
        if score > best_score:
            best, best_score = c, score
            scores.append(score)
    return best, best_score if best is not None else math.nan, scores


@random_search.mistake(
    "The list has the best score so far for each configuration. It has each one's own score."
)
def _(objective, configurations):
    best, best_score, scores = None, -math.inf, []
    for c in configurations:
        score = objective(c)
        if score > best_score:
            best, best_score = c, score
        scores.append(best_score)
    return best, best_score if best is not None else math.nan, scores


@random_search.mistake(
    "The last configuration is returned, with the best score. Keep both where the score is better."
)
def _(objective, configurations):
    best_score, scores = -math.inf, []
    for c in configurations:
        scores.append(objective(c))
        best_score = max(scores[-1], best_score) if scores[-1] == scores[-1] else best_score
    return c, best_score if best_score > -math.inf else math.nan, scores


@random_search.mistake(
    "Two things: among equal scores the last wins (use > rather than >=), and where all are nan the best "
    "score is still −∞ (it is nan there)."
)
def _(objective, configurations):
    best, best_score, scores = None, -math.inf, []
    for c in configurations:
        scores.append(objective(c))
        if scores[-1] >= best_score:
            best, best_score = c, scores[-1]
    return best, best_score, scores


@random_search.mistake("nan as the first best score: no score is > nan, so none wins. Begin with −∞.")
def _(objective, configurations):
    return None, math.nan, [objective(c) for c in configurations]


@random_search.mistake(
    "The objective is called again whenever its score is needed: each call is a training run. Call it once "
    "a configuration, and note the score."
)
def _(objective, configurations):
    best, best_score = None, -math.inf
    for c in configurations:
        if objective(c) > best_score:
            best, best_score = c, objective(c)
    return best, best_score if best is not None else math.nan, [objective(c) for c in configurations]


@random_search.mistake(
    "Pairs of score and configuration compare the dicts where the scores are equal. Compare the scores alone."
)
def _(objective, configurations):
    scores = [objective(c) for c in configurations]
    best_score, best = max(zip(scores, configurations, strict=True))
    return best, best_score, scores


# ---- narrower ----

narrow_range = Exercise(
    "narrow_range",
    LESSON,
    reference.narrow_range,
    hint="np.argsort(-np.asarray(scores), kind='stable')[:keep] are the best, nan being last. From their "
    "smallest and largest value go margin · (largest − smallest) further out.",
)


def many_ties(rng):
    """Values ever further out, half of them with the best score: to keep a later one is to span more."""
    values = np.arange(1, 61) * np.resize([-1, 1], 60) + rng.random(60)
    return values, rng.permutation(np.repeat([0.25, 0.5], 30))


@narrow_range.test("spans the values that scored best", points=1)
def _(rng):
    yield call(np.array([1.0, 2.0, 3.0, 9.0]), np.array([0.1, 0.9, 0.8, 0.2]), 2)
    yield call(rng.normal(size=6).round(1), rng.permutation(6) / 10, 3)
    yield call(rng.random(20), rng.random(20), int(rng.integers(2, 15)))
    yield call(np.array([-2.5, 4.0, -0.5, 1.0]), np.array([0.9, 0.1, 0.8, 0.3]), 2)
    yield call([0.5, 0.125, 3.0, 2.0], [0.5, 0.25, 0.75, round(rng.uniform(0.8, 0.9), 2)], keep=3)


@narrow_range.test(
    "widens by the margin on each side, never keeps a nan, keeps the earlier of a tie", points=2
)
def _(rng):
    yield call(np.array([1.0, 2.0, 4.0, 9.0]), np.array([0.1, 0.9, 0.8, 0.2]), 2, margin=0.5)
    yield call(np.array([1.0, 2.0, 4.0, 9.0]), np.array([0.8, 0.1, 0.2, 0.9]), 2, margin=0.25)
    yield call(np.array([5.0, 1.0, 3.0, 8.0]), np.array([np.nan, 0.3, -0.2, np.nan]), 2)
    yield call(np.array([4.0, 1.0, 7.0, 2.0]), np.array([0.5, 0.9, 0.5, 0.5]), 2)
    yield call(rng.random(12), rng.integers(0, 4, 12) / 4, 4, rng.uniform(0.1, 1))
    yield call(rng.random(5), rng.random(5), 1, 0.25)
    yield call(rng.random(5), rng.random(5), 5)
    yield call(*many_ties(rng), 25)
    yield call(list(np.log([0.5, 0.125, 3.0, 2.0])), [0.5, math.nan, 0.25, 0.75], keep=2, margin=0.25)
    yield call([3, 1, 8, 5], list(rng.permutation(4) / 4), keep=2, margin=0.25)


def _widened(low, high, margin):
    return low - margin * (high - low), high + margin * (high - low)


def _low_first(low, high, margin):
    low = low - margin * (high - low)
    return low, high + margin * (high - low)


def _spanned(values, order, keep, margin):
    kept = np.asarray(values, float)[list(order)[:keep]]
    return _widened(float(kept.min()), float(kept.max()), margin)


def _best_first(scores):
    return np.argsort(-np.asarray(scores), kind="stable")


def _narrowed(rank=_best_first, ends=_widened, kept=lambda keep: keep):
    """A wrong answer whose only fault is how it ranks, or what it makes of low, high and margin."""

    def answer(values, scores, keep, margin=0.0):
        scores, keep = np.asarray(scores), kept(keep)
        order = [i for i in rank(scores) if not np.isnan(scores[i])]
        return ends(*_spanned(values, order, keep, 0.0), margin)

    return answer


narrow_range.mistake(
    "The worst are kept. Higher is better: sort from the highest score down.",
    _narrowed(lambda scores: np.argsort(scores, kind="stable")),
)
narrow_range.mistake("The margin is left out.", _narrowed(ends=lambda low, high, margin: (low, high)))
narrow_range.mistake(
    "The margin is split over the two sides. Each side gets all of it.",
    _narrowed(ends=lambda low, high, margin: _widened(low, high, margin / 2)),
)
narrow_range.mistake(
    "The margin is added as it is. It is a share of the range's width.",
    _narrowed(ends=lambda low, high, margin: (low - margin, high + margin)),
)
narrow_range.mistake(
    "Only the upper end is moved outwards. Each side gets the margin.",
    _narrowed(ends=lambda low, high, margin: (low, _widened(low, high, margin)[1])),
)
narrow_range.mistake(
    "low has moved already when high − low is taken again. Note the width before you move either end.",
    _narrowed(ends=_low_first),
)
narrow_range.mistake(
    "A nan is kept as the best: sorted, it comes last, and reversing brings it to the front.",
    lambda values, scores, keep, margin=0.0: _spanned(
        values, np.argsort(scores, kind="stable")[::-1], keep, margin
    ),
)
narrow_range.mistake(
    "A nan is kept: as a 0 it beats negative scores, sorted() leaves it anywhere. Take it out first.",
    lambda values, scores, keep, margin=0.0: _spanned(
        values, _best_first(np.nan_to_num(scores)), keep, margin
    ),
)
narrow_range.mistake(
    "Among equal scores the later is kept. Sort −scores, with kind='stable', rather than reversing.",
    _narrowed(lambda scores: np.argsort(scores, kind="stable")[::-1]),
)
narrow_range.mistake(
    "Equal scores come in any order. Sort with kind='stable', and the earlier comes first.",
    _narrowed(lambda scores: np.argsort(-scores)),
)


@narrow_range.mistake(
    "Sorted pairs compare their values where the scores are equal. Sort by the score alone."
)
def _(values, scores, keep, margin=0.0):
    pairs = [(s, v, i) for i, (s, v) in enumerate(zip(scores, values, strict=True)) if s == s]
    return _spanned(values, [i for *_, i in sorted(pairs, reverse=True)], keep, margin)


narrow_range.mistake(
    "This spans the scores. The range is of the values that have them.",
    lambda values, scores, keep, margin=0.0: _spanned(scores, _best_first(scores), keep, margin),
)


@narrow_range.mistake(
    "A list has no minus: −scores works for arrays only, and lists may come. Begin with np.asarray(scores)."
)
def _(values, scores, keep, margin=0.0):
    order = [i for i in np.argsort(-scores, kind="stable") if not np.isnan(scores[i])]
    return _spanned(values, order, keep, margin)


@narrow_range.mistake(
    "A list cannot be asked for several places at once: values[order] works for arrays only, and lists may "
    "come. Begin with np.asarray(values)."
)
def _(values, scores, keep, margin=0.0):
    kept = values[np.array([i for i in _best_first(scores) if not np.isnan(scores[i])][:keep])]
    return _widened(float(kept.min()), float(kept.max()), margin)


narrow_range.mistake(
    "All values are spanned. Only the `keep` best are kept.", _narrowed(kept=lambda keep: None)
)
narrow_range.mistake(
    "One value too many is kept: [:keep] are the first `keep`.", _narrowed(kept=lambda keep: keep + 1)
)
narrow_range.mistake(
    "The ends are swapped: return low, high.",
    _narrowed(ends=lambda low, high, margin: _widened(low, high, margin)[::-1]),
)
narrow_range.mistake(
    "The ends are multiplied by 1 ∓ margin. Each moves by margin · (high − low).",
    _narrowed(ends=lambda low, high, margin: (low * (1 - margin), high * (1 + margin))),
)
narrow_range.mistake(
    "The margin narrows the range. It widens it: low goes down, high up.",
    _narrowed(ends=lambda low, high, margin: _widened(low, high, -margin)),
)
narrow_range.mistake(
    "Only the lower end is moved outwards. Each side gets the margin.",
    _narrowed(ends=lambda low, high, margin: (_widened(low, high, margin)[0], high)),
)


@narrow_range.mistake("The margin is a share of the whole old range. It is one of the *new* range's width.")
def _(values, scores, keep, margin=0.0):
    low, high = reference.narrow_range(values, scores, keep)
    width = max(values) - min(values)
    return low - margin * width, high + margin * width


@narrow_range.mistake("The smallest values are kept. The best are those with the highest scores.")
def _(values, scores, keep, margin=0.0):
    return _spanned(values, np.argsort(values, kind="stable"), keep, margin)


@narrow_range.mistake(
    "The values of the best and of the last one kept are the ends. They are the smallest and the largest."
)
def _(values, scores, keep, margin=0.0):
    order = [i for i in _best_first(scores) if not np.isnan(scores[i])][:keep]
    return _widened(float(values[order[0]]), float(values[order[-1]]), margin)


@narrow_range.mistake("The places of the best are returned. The range is of the values that stand there.")
def _(values, scores, keep, margin=0.0):
    order = [i for i in _best_first(scores) if not np.isnan(scores[i])]
    return _spanned(np.arange(len(values)), order, keep, margin)


narrow_range.mistake(
    "The margin is counted from the middle. It goes outwards from the ends: low − margin · (high − low).",
    _narrowed(
        ends=lambda low, high, margin: (
            (low + high) / 2 - margin * (high - low),
            (low + high) / 2 + margin * (high - low),
        )
    ),
)
narrow_range.mistake(
    "Each end moves by a share of its own size, |low| or |high|. Both move by margin · (high − low).",
    _narrowed(ends=lambda low, high, margin: (low - margin * abs(low), high + margin * abs(high))),
)
narrow_range.mistake(
    "The lower end is kept above 0. It goes where margin · (high − low) takes it.",
    _narrowed(
        ends=lambda low, high, margin: (
            max(_widened(low, high, margin)[0], 0.0),
            _widened(low, high, margin)[1],
        )
    ),
)
narrow_range.mistake(
    "The ends are mean ∓ standard deviation of the best. They are the smallest and the largest of them.",
    lambda values, scores, keep, margin=0.0: _about_the_mean(values, scores, keep, margin),
)


def _about_the_mean(values, scores, keep, margin):
    order = [i for i in _best_first(scores) if not np.isnan(scores[i])][:keep]
    kept = np.asarray(values, float)[order]
    return kept.mean() - (1 + margin) * kept.std(), kept.mean() + (1 + margin) * kept.std()


QUIZ = (
    Question(
        "A rate is drawn uniformly from 0.0001 to 1. How often is it below 0.01?",
        a=wrong("In half of the draws.", "That would be so on the log scale: two of four powers of ten."),
        b=right("In 1 % of them.", "(0.01 − 0.0001)/(1 − 0.0001) ≈ 0.01."),
        c=wrong("In a quarter.", "Each power of ten gets ten times what the one below it gets."),
    ),
    Question(
        "Sixteen trainings, two settings, of which one turns out not to matter. What does a 4 × 4 grid try?",
        a=right("Four values of the one that matters.", "Each is tried four times, with no news."),
        b=wrong("Sixteen values of it.", "That is what random search does."),
        c=wrong("Two values of it.", "Four a side."),
    ),
    Question(
        "The best of 48 configurations scored 96.3 % on the validation data. Trained with other seeds, on "
        "the same data, you expect …",
        a=wrong("96.3 %.", "It was chosen because it was high there, in part by luck."),
        b=right(
            "Less.", "The highest of many noisy scores is too high. Hence a second look, and a test set."
        ),
        c=wrong("More.", "The luck that made it the highest is not there again."),
    ),
    Question(
        "After the first round the best values all lie at the upper end of a range. What do you do?",
        a=wrong("Narrow to them.", "The best may lie beyond the end."),
        b=right("Move the range up.", "A range is a guess; the data have corrected it."),
        c=wrong("Stop.", "The best is at the end of what was tried, no more."),
    ),
    Question(
        "A configuration diverges and scores nan. What should the search make of it?",
        a=wrong("Stop with an error.", "One bad rate would cost you the night."),
        b=right("Note it, and never let it win.", "That a rate diverges is worth knowing."),
        c=wrong("Count it as 0.", "For scores that are negative 0 would be the best."),
    ),
    Question(
        "Is a network of 64 units better than one of 16? What is the learning rate in this question?",
        a=wrong("Fixed: the same for both, to be fair.", "It may suit one of them, and so answer for you."),
        b=right("A nuisance: to be tuned for each.", "Each is shown at its best."),
        c=wrong("Scientific.", "You did not ask about it. The number of units is."),
    ),
)


# ---- the formulas: a wrong answer is compared with what a change to one gives ----


@log_uniform.formula
def _(noise, low, high):
    return low * (high / low) ** noise


@log_uniform.formula
def _(noise, low, high):
    return np.exp(np.log(low) + noise * (np.log(high) - np.log(low)))


@sample_configurations.formula
def _(noise, ranges):
    drawn = []
    for row in noise:
        one = {}
        for u, (name, (low, high, scale)) in zip(row, ranges.items(), strict=True):
            one[name] = low * (high / low) ** u if scale == "log" else low + u * (high - low)
        drawn.append(one)
    return drawn


@narrow_range.formula
def _(values, scores, keep, margin=0.0):
    best = np.array(values)[np.argsort(-np.array(scores), kind="stable")[:keep]]
    low, high = np.min(best), np.max(best)
    return low - margin * (high - low), high + margin * (high - low)


@random_search.formula
def _(objective, configurations):
    best, best_score, scores = None, -np.inf, []
    for one in configurations:
        score = objective(one)
        scores.append(score)
        if best is None or score > best_score:
            best, best_score = one, score
    return best, best_score, scores
