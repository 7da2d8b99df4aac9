"""Right answers to lesson 12 as someone else would write them."""

import math

import numpy as np


def sampled_by_columns(noise, ranges):
    columns = {}
    for j, (name, (low, high, scale)) in enumerate(ranges.items()):
        u = np.asarray(noise)[:, j]
        columns[name] = (
            np.geomspace(low, high, 2)[0] * (high / low) ** u if scale == "log" else low + u * (high - low)
        )
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def sampled_one_by_one(noise, ranges):
    configurations = []
    for row in np.asarray(noise).tolist():
        configuration = {}
        for u, (name, limits) in zip(row, ranges.items(), strict=True):
            low, high = float(limits[0]), float(limits[1])
            if limits[2] == "log":
                configuration[name] = math.exp(math.log(low) * (1 - u) + math.log(high) * u)
            else:
                configuration[name] = low * (1 - u) + high * u
        configurations.append(configuration)
    return tuple(configurations)


def sampled_in_np_floats(noise, ranges):
    def value(u, low, high, scale):
        return np.float64(low * (high / low) ** u if scale == "log" else (high - low) * u + low)

    names, limits = ranges.keys(), ranges.values()
    return [{n: value(u, *each) for n, u, each in zip(names, row, limits, strict=True)} for row in noise]


def narrowed_by_sorting_pairs(values, scores, keep, margin=0.0):
    pairs = [(s, v) for v, s in zip(values, scores, strict=True) if s == s]
    kept = [v for _, v in sorted(pairs, key=lambda pair: pair[0], reverse=True)][:keep]
    width = max(kept) - min(kept)
    return [min(kept) - width * margin, max(kept) + width * margin]


def narrowed_by_taking_the_best_again_and_again(values, scores, keep, margin=0.0):
    scores = np.where(np.isnan(scores), -np.inf, scores)
    chosen = []
    for _ in range(keep):
        best = int(np.argmax(scores))
        chosen.append(values[best])
        scores[best] = -np.inf
    low, high = np.min(chosen), np.max(chosen)
    return np.array([low - margin * (high - low), high + margin * (high - low)])


def narrowed_by_infinities(values, scores, keep, margin=0.0):
    order = np.lexsort((np.arange(len(scores)), np.where(np.isnan(scores), np.inf, -np.asarray(scores))))
    kept = np.asarray(values)[order[:keep]]
    return kept.min() - margin * np.ptp(kept), kept.max() + margin * np.ptp(kept)


def narrowed_by_masking(values, scores, keep, margin=0.0):
    there = ~np.isnan(scores)
    values, scores = np.asarray(values)[there], np.asarray(scores)[there]
    kept = values[np.argsort(-scores, kind="stable")][:keep]
    return np.quantile(kept, [0, 1]) + np.array([-margin, margin]) * np.ptp(kept)


def searched_by_index(objective, configurations):
    scores = np.array([objective(c) for c in configurations], float)
    if np.all(np.isnan(scores)):
        return None, float("nan"), scores
    best = int(np.nanargmax(scores))
    return configurations[best], scores[best], scores


def searched_by_filtering(objective, configurations):
    scores = list(map(objective, configurations))
    pairs = [(c, s) for c, s in zip(configurations, scores, strict=True) if not math.isnan(s)]
    best = max(pairs, key=lambda pair: pair[1], default=(None, math.nan))
    return (*best, scores)


def searched_in_a_loop(objective, configurations):
    best, best_score, scores = None, float("-inf"), []
    for configuration in configurations:
        score = objective(configuration)
        scores += [score]
        if score > best_score:
            best, best_score = dict(configuration), score
    return [best, best_score if best else np.nan, scores]


UNUSUAL = {
    "log_uniform": [
        lambda noise, low, high: np.exp(np.log(low) + noise * np.log(high / low)),
        lambda noise, low, high: 10 ** (np.log10(low) + noise * (np.log10(high) - np.log10(low))),
        lambda noise, low, high: low ** (1 - np.asarray(noise, float)) * high ** np.asarray(noise, float),
    ],
    "sample_configurations": [
        sampled_by_columns,
        sampled_one_by_one,
        sampled_in_np_floats,
    ],
    "narrow_range": [
        narrowed_by_sorting_pairs,
        narrowed_by_taking_the_best_again_and_again,
        narrowed_by_infinities,
        narrowed_by_masking,
    ],
    "random_search": [searched_by_index, searched_by_filtering, searched_in_a_loop],
}
