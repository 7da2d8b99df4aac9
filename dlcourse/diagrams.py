"""Drawings of how things work: networks, graphs, matrices and steps, in the look of `plots`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, pairwise
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike

from dlcourse import plots
from dlcourse.arrays import Floats, as_float

# One colour, one meaning: forwards and up, back and down, what is looked at.
FORWARD, BACKWARD, MARKED = plots.COLORS[0], plots.COLORS[1], plots.COLORS[2]
INK, FAINT = "#222222", "#c9c9c9"


def canvas(columns: int = 1, rows: int = 1, *, width: float = 7.0, height: float = 2.6) -> tuple[Figure, Any]:
    """A figure without axes to draw on: one unit is as long across as up. Behind the lessons' drawings.

    Args:
        columns: of drawings.
        rows: of drawings.
        width: of the figure, in inches.
        height: of the figure, in inches.

    Returns:
        The figure, and its axes, one or an array of them.

    >>> fig, ax = canvas()
    >>> plots.plt.close(fig)
    """
    fig, axes = plots.figure(columns, rows, width=width, height=height)
    for ax in np.ravel(axes):
        ax.set_axis_off()
        ax.set_aspect("equal")
    return fig, axes


def network(
    ax: Axes,
    weights: Sequence[ArrayLike],
    *,
    names: Sequence[str] = (),
    values: Sequence[ArrayLike] | None = None,
    kept: Sequence[ArrayLike] | None = None,
    numbers: bool = False,
) -> None:
    """A network: a line a weight, blue and whole above 0, orange and dashed below, the wider the larger.

    Behind the lessons' drawings.

    Args:
        ax: from `canvas`.
        weights: a matrix (n_in, n_out) for each layer.
        names: of the layers, written below; one more than matrices.
        values: a vector for each layer of units, written into them.
        kept: a vector for each layer of units, 0 for those that dropout has dropped: a cross, without lines.
        numbers: whether each weight is written on its line, for networks of a few.

    Raises:
        ValueError: where the matrices do not fit each other, or something is not as many.

    >>> fig, ax = canvas()
    >>> network(ax, [[[0.5, -1.0]], [[1.0], [2.0]]], names=["x", "h", "y"])
    >>> plots.plt.close(fig)
    """
    matrices = [as_float(each) for each in weights]
    sizes = _sizes(matrices)
    alive = [np.ones(n) for n in sizes] if kept is None else [as_float(each) for each in kept]
    for what, given in (("names", names or sizes), ("values", values or sizes), ("kept", alive)):
        if len(given) != len(sizes):
            raise ValueError(f"{what} must be {len(sizes)}, one for each layer of units, not {len(given)}")
    places = [_column(layer, n, max(sizes)) for layer, n in enumerate(sizes)]
    ax.set_xlim(-0.5, places[-1][0, 0] + 0.5)
    ax.set_ylim(-0.35, max(sizes) - 0.65)
    largest = max(float(np.abs(matrix).max()) for matrix in matrices) or 1.0
    for layer, matrix in enumerate(matrices):
        for i, j in np.ndindex(*matrix.shape):
            if alive[layer][i] and alive[layer + 1][j]:
                ends = places[layer][i], places[layer + 1][j]
                _weight(ax, *ends, float(matrix[i, j]), largest, numbers)
    for layer, points in enumerate(places):
        for unit, point in enumerate(points):
            written = "" if values is None else _short(as_float(values[layer])[unit])
            _unit(ax, point, written, bool(alive[layer][unit]))
        if names:
            below: dict[str, Any] = dict(xytext=(0, -5), textcoords="offset points", ha="center", va="top")
            ax.annotate(names[layer], (points[0, 0], -RADIUS), color=INK, annotation_clip=False, **below)


def _sizes(matrices: Sequence[Floats]) -> list[int]:
    """How many units each layer has."""
    shapes = [matrix.shape for matrix in matrices]
    fit = all(len(shape) == 2 for shape in shapes)
    if not (shapes and fit and all(a[1] == b[0] for a, b in pairwise(shapes))):
        raise ValueError(f"each matrix has as many rows as the one before has columns, not {shapes}")
    return [shapes[0][0], *(shape[1] for shape in shapes)]


LAYER_GAP = 2.4  # between layers, where units of one layer are 1 apart
RADIUS = 0.3


def _column(layer: int, n: int, most: int) -> Floats:
    """The centres of a layer's units, the first at the top, (n, 2)."""
    middle = (most - 1) / 2
    return np.column_stack([np.full(n, layer * LAYER_GAP), middle + (n - 1) / 2 - np.arange(n)])


def _weight(ax: Axes, start: Floats, end: Floats, weight: float, largest: float, number: bool) -> None:
    if weight == 0:
        return
    color, style = (FORWARD, "-") if weight > 0 else (BACKWARD, (0, (4, 2)))
    width = 0.4 + 2.6 * abs(weight) / largest
    ax.plot(*zip(start, end, strict=True), color=color, linestyle=style, linewidth=width, zorder=1)
    if number:
        x, y = start + (0.3 if start[1] > end[1] else 0.36) * (end - start)
        plate = dict(boxstyle="round,pad=0.25", facecolor="white", edgecolor="none")
        ax.text(
            x, y, _short(weight), color=color, fontsize=8.5, ha="center", va="center", bbox=plate, zorder=2
        )


def _unit(ax: Axes, point: Floats, written: str, alive: bool) -> None:
    circle = Circle(
        tuple(point), RADIUS, facecolor="white", edgecolor=INK if alive else FAINT, linewidth=1.4, zorder=3
    )
    ax.add_patch(circle)
    if not alive:
        reach = RADIUS / np.sqrt(2)
        for slope in (-1, 1):
            across, up = point[0] + reach * np.array([-1, 1]), point[1] + slope * reach * np.array([-1, 1])
            ax.plot(across, up, color=plots.GREY, linestyle="-", linewidth=1.4, zorder=4)
    elif written:
        look: dict[str, Any] = dict(ha="center", va="center", fontsize=_fitting(ax, written), zorder=4)
        ax.text(point[0], point[1], written, color=INK, **look)


def _fitting(ax: Axes, written: str, largest: float = 8.5) -> float:
    """The size in points at which a number fits into a unit, where the axes have their limits already."""
    ax.apply_aspect()
    left, right = ax.transData.transform([(-RADIUS, 0), (RADIUS, 0)])[:, 0]
    width = (right - left) * 72 / ax.figure.dpi
    return float(min(largest, 1.4 * width / len(written)))  # a digit is some 0.6 of its height wide


def fan(ax: Axes, n: int, *, many: str, one: str, back: bool = False) -> None:
    """A sum and its terms: n units go forward into one, or gradients come back from n to one. Lesson 05.

    Args:
        ax: from `canvas`.
        n: how many terms.
        many: the letter of the terms, which get numbers.
        one: what is written into the unit that adds them up.
        back: whether the terms come back from the right.

    >>> fig, ax = canvas()
    >>> fan(ax, 3, many="x", one="z")
    >>> plots.plt.close(fig)
    """
    terms, (end,) = _column(int(back), n, n), _column(int(not back), 1, n)
    for number, start in enumerate(terms, 1):
        arrow(ax, start, end, color=BACKWARD if back else FORWARD, shrink=RADIUS)
        _unit(ax, start, f"${many}_{number}$", True)
    _unit(ax, end, f"${one}$", True)
    ax.set_xlim(-0.5, LAYER_GAP + 0.5)
    ax.set_ylim(-0.5, n - 0.5)


@dataclass(frozen=True)
class Node:
    """One value in a graph of a computation. Behind lesson 02.

    Args:
        label: how it was computed, as "×" or "x".
        inputs: the names of the nodes that it was computed from.
        value: going forward, a number or a name such as "z".
        gradient: of the last node by this one, going back. Where the value forks: a number or a name for each
            node that it goes to, by its name; numbers are added below this node.
        lift: how many rows above its place it stands, or below, where a line would lead through another.

    >>> Node("+", ("a", "b"), 3.0, 1.0).inputs
    ('a', 'b')
    """

    label: str
    inputs: tuple[str, ...] = ()
    value: float | str | None = None
    gradient: float | str | Mapping[str, float] | Mapping[str, str] | None = None
    lift: float = 0.0


def graph(ax: Axes, nodes: Mapping[str, Node]) -> None:
    """A computation from left to right: values above the lines going forward, gradients below going back.

    Behind lesson 02. A node stands one column behind the last of its inputs, a leaf one before its first use.

    Args:
        ax: from `canvas`.
        nodes: by name, each after its inputs.

    Raises:
        ValueError: where a node has an input that does not stand before it.

    >>> fig, ax = canvas()
    >>> graph(ax, {"w": Node("w", (), 2, 3), "x": Node("x", (), 3, 2), "y": Node("×", ("w", "x"), 6, 1)})
    >>> plots.plt.close(fig)
    """
    places = _graph_places(nodes)
    for name, node in nodes.items():
        for other in node.inputs:
            _edge(ax, places[other], places[name], nodes[other].value, _sent_back(nodes[other], name))
    used = {other for node in nodes.values() for other in node.inputs}
    for name, node in nodes.items():
        point = places[name]
        _unit(ax, point, "", True)
        size = 10.5 if len(node.label) < 4 else 8.5
        ax.text(point[0], point[1], node.label, ha="center", va="center", fontsize=size, color=INK, zorder=5)
        if name not in used:
            _edge(ax, point, point + np.array([1.5, 0.0]), node.value, _sent_back(node, name))
        if isinstance(node.gradient, Mapping):
            _sum_below(ax, point, list(node.gradient.values()))
    across, up = np.array(list(places.values())).T
    ax.set_xlim(across.min() - 0.5, across.max() + 1.7)
    ax.set_ylim(up.min() - 0.5, up.max() + 0.5)
    look: dict[str, Any] = dict(transform=ax.transAxes, ha="right", va="bottom", fontsize=9)
    if any(node.gradient is not None for node in nodes.values()):
        ax.text(1, 0.09, "value, going forward →", color=FORWARD, **look)
        ax.text(1, 0, "← gradient, going back", color=BACKWARD, style="italic", **look)


COLUMN_GAP, ROW_GAP = 2.2, 1.3  # of a graph, where a node's radius is 0.3


def _graph_places(nodes: Mapping[str, Node]) -> dict[str, Floats]:
    """Where the nodes stand: leaves in rows of their own, others at the mean height of their inputs."""
    depth: dict[str, int] = {}
    height: dict[str, float] = {}
    for name, node in nodes.items():
        if missing := [other for other in node.inputs if other not in depth]:
            raise ValueError(f"{name} is computed from {', '.join(missing)}, which must stand before it")
        depth[name] = 1 + max((depth[other] for other in node.inputs), default=-1)
        height[name] = float(np.mean([height[other] for other in node.inputs])) if node.inputs else 0.0
        if not node.inputs:
            height[name] = -1.0 * sum(1 for other in height if other != name and not nodes[other].inputs)
        height[name] += node.lift
    for name, node in nodes.items():
        if not node.inputs:
            uses = [depth[other] for other in nodes if name in nodes[other].inputs]
            depth[name] = min(uses, default=1) - 1
    return {name: np.array([COLUMN_GAP * depth[name], ROW_GAP * height[name]]) for name in nodes}


def _sent_back(node: Node, user: str) -> float | str | None:
    """What the node that a value goes to sends back to it."""
    return node.gradient.get(user) if isinstance(node.gradient, Mapping) else node.gradient


def _sum_below(ax: Axes, point: Floats, parts: Sequence[float | str]) -> None:
    """What comes back to a fork, added up, unless it is names."""
    numbers = [part for part in parts if not isinstance(part, str)]
    if len(numbers) < len(parts):
        return
    words = f"{' + '.join(map(_short, numbers))} = {_short(sum(numbers))}"
    look: dict[str, Any] = dict(color=BACKWARD, style="italic", fontsize=9, ha="center", va="top", zorder=5)
    ax.text(point[0], point[1] - RADIUS - 0.08, words, **look)


def _edge(
    ax: Axes, start: Floats, end: Floats, value: float | str | None, gradient: float | str | None
) -> None:
    """A line with the value that goes along it above, and the gradient that comes back below."""
    arrow(ax, start, end, color=FAINT, shrink=RADIUS)
    middle = start + 0.42 * (end - start)  # where edges that meet are still apart
    angle = float(np.degrees(np.arctan2(*(end - start)[::-1])))
    look: dict[str, Any] = dict(ha="center", fontsize=9, rotation=angle, rotation_mode="anchor", zorder=5)
    across, up = 0.09 * (end - start) / np.hypot(*(end - start))
    if value is not None:
        ax.text(middle[0] - up, middle[1] + across, _short(value), color=FORWARD, va="bottom", **look)
    if gradient is not None:
        words = f"← {_short(gradient)}"
        ax.text(middle[0] + up, middle[1] - across, words, color=BACKWARD, va="top", style="italic", **look)


def matrix(
    ax: Axes,
    rows: int,
    columns: int,
    *,
    averaged: Literal["rows", "columns"],
    row_label: str = "examples of the batch",
    column_label: str = "units",
    title: str = "",
) -> None:
    """A table of numbers, examples by units, with one of the groups that a mean is taken over marked.

    Behind the lessons' drawings.

    Args:
        ax: from `canvas`.
        rows: how many.
        columns: how many.
        averaged: 'rows' for a mean over the rows, one a column, as batch normalisation takes it; 'columns'
            for a mean over the columns, one a row, as layer normalisation does.
        row_label: what the rows are.
        column_label: what the columns are.
        title: above.

    Raises:
        ValueError: for another axis.

    >>> fig, ax = canvas()
    >>> matrix(ax, 4, 5, averaged="rows", title="batch normalisation")
    >>> plots.plt.close(fig)
    """
    if averaged not in ("rows", "columns"):
        raise ValueError(f"averaged must be 'rows' or 'columns', not {averaged!r}")
    over_rows = averaged == "rows"
    for i, j in np.ndindex(rows, columns):
        marked = j == 1 if over_rows else i == 1
        face, hatch = ("#a9d8c8", "//") if marked else ("white", None)
        look: dict[str, Any] = dict(facecolor=face, hatch=hatch, edgecolor=plots.GREY, linewidth=0.8)
        ax.add_patch(Rectangle((j, rows - 1 - i), 1, 1, **look))
    start, end = ((1.5, rows), (1.5, -0.75)) if over_rows else ((0, rows - 1.5), (columns + 0.75, rows - 1.5))
    arrow(ax, start, end, color=MARKED, width=2.0)
    where: dict[str, Any] = dict(ha="center", va="top")
    if not over_rows:
        where = dict(ha="left", va="center", rotation=270)
    ax.text(
        end[0] + 0.05 * (not over_rows), end[1] - 0.1 * over_rows, "mean, variance", color=MARKED, **where
    )
    ax.text(-0.25, rows / 2, row_label, rotation=90, ha="right", va="center", color=INK)
    ax.text(columns / 2, rows + 0.25, column_label, ha="center", va="bottom", color=INK)
    ax.set_xlim(-0.9, columns + 1.5)  # for both, so that they are of one size side by side
    ax.set_ylim(-1.5, rows + 1.6)
    ax.text(columns / 2, rows + 1.0, title, ha="center", va="bottom", fontsize=10.5, color=INK)


def steps(
    ax: Axes,
    start: ArrayLike,
    parts: Mapping[str, ArrayLike],
    *,
    total: str = "",
    color: str = INK,
    hues: Sequence[str] = (FORWARD, BACKWARD, MARKED, plots.COLORS[3]),
) -> Floats:
    """Arrows head to tail, each with its name, and one for them all. Lessons 07 and 08.

    Args:
        ax: any, such as one with `plots.contours`.
        start: where the first arrow begins, (2,).
        parts: by name, how far each goes, (2,).
        total: the name of the whole step; without one no arrow is drawn for it.
        color: of the whole step.
        hues: of the parts, one after the other.

    Returns:
        Where the last arrow ends, (2,).

    >>> fig, ax = canvas()
    >>> steps(ax, [0, 0], {"μv": [2, 1], "−ηg": [-0.5, 1]}, total="step")
    array([1.5, 2. ])
    >>> plots.plt.close(fig)
    """
    ways = [as_float(part) for part in parts.values()]
    points = as_float(start) + np.cumsum([np.zeros(2), *ways], axis=0)
    side = 1 if _turn(ways[0], ways[-1]) >= 0 else -1
    if total:  # below the others, whose heads are smaller
        arrow(ax, points[0], points[-1], color=color, width=2.6)
        _beside(ax, points[0], points[-1], total, color, side)
    for name, hue, (tail, head) in zip(parts, cycle(hues), pairwise(points), strict=False):
        arrow(ax, tail, head, color=hue)
        _beside(ax, tail, head, name, hue, -side)
    ax.plot(*points[0], marker="o", markersize=6, markerfacecolor="white", markeredgecolor=INK, zorder=6)
    ax.update_datalim(points)
    end: Floats = points[-1]
    return end


def _turn(first: Floats, last: Floats) -> float:
    """Positive where the last arrow turns left of the first: the names then stand to the right of both."""
    return float(first[0] * last[1] - first[1] * last[0])


def _beside(ax: Axes, start: Floats, end: Floats, name: str, color: str, side: int) -> None:
    """A name at the middle of an arrow, to its left (side 1) or right (−1)."""
    across, up = end - start
    normal = side * np.array([-up, across]) / max(np.hypot(across, up), 1e-12)
    ax.annotate(
        name,
        tuple(start + (end - start) / 2),
        xytext=tuple(7 * normal),
        textcoords="offset points",
        color=color,
        ha="center" if abs(normal[0]) < 0.4 else "left" if normal[0] > 0 else "right",
        va="center" if abs(normal[1]) < 0.4 else "bottom" if normal[1] > 0 else "top",
        path_effects=[withStroke(linewidth=3, foreground="white")],
        zorder=7,
    )


def arrow(
    ax: Axes, start: ArrayLike, end: ArrayLike, *, color: str = INK, width: float = 1.6, shrink: float = 0.0
) -> None:
    """One arrow. Behind the lessons' drawings.

    Args:
        ax: any.
        start: its tail, (2,).
        end: its head, (2,).
        color: of both.
        width: of the line, in points.
        shrink: how much shorter it is at either end.

    >>> fig, ax = canvas()
    >>> arrow(ax, [0, 0], [1, 2])
    >>> plots.plt.close(fig)
    """
    start, end = as_float(start), as_float(end)
    cut = shrink * (end - start) / max(float(np.hypot(*(end - start))), 1e-12)
    ax.add_patch(
        FancyArrowPatch(
            tuple(start + cut),
            tuple(end - cut),
            arrowstyle="-|>",
            mutation_scale=8 + 2 * width,
            color=color,
            linewidth=width,
            shrinkA=0,
            shrinkB=0,
            zorder=2.5,
        )
    )


BOX, BOX_GAP = np.array([2.0, 1.1]), 0.6  # width and height of a step, and what is left for the arrow


def flow(ax: Axes, boxes: Sequence[str], *, back: Mapping[tuple[int, int], str] | None = None) -> None:
    """Steps from left to right, an arrow from each to the next, and some back below them. Lesson 01.

    Args:
        ax: from `canvas`.
        boxes: what is written into each, at least one.
        back: by (from, to), counted from 0, what is written at an arrow from a box to an earlier one.

    Raises:
        ValueError: where an arrow back leads forward, or from or to a box that is not there.

    >>> fig, ax = canvas()
    >>> flow(ax, ["batch", "gradient", "step"], back={(2, 0): "next batch"})
    >>> plots.plt.close(fig)
    """
    back = back or {}
    if wrong := [ends for ends in back if not 0 <= ends[1] < ends[0] < len(boxes)]:
        raise ValueError(f"an arrow back leads from a box to an earlier one, counted from 0, not {wrong[0]}")
    middles = np.column_stack([(BOX[0] + BOX_GAP) * np.arange(len(boxes)), np.zeros(len(boxes))])
    half = BOX / 2
    across, up = half * np.eye(2)
    for words, middle in zip(boxes, middles, strict=True):
        _box(ax, middle, words)
    for tail, head in pairwise(middles):
        arrow(ax, tail + across, head - across, color=FORWARD)
    for depth, ((start, end), words) in enumerate(back.items(), 1):
        _arrow_back(ax, middles[start] - up, middles[end] - up, 0.6 * depth, words)
    ax.set_xlim(middles[0, 0] - half[0] - 0.1, middles[-1, 0] + half[0] + 0.1)
    ax.set_ylim(-half[1] - 0.6 * len(back) - 0.45 * bool(back) - 0.1, half[1] + 0.1)


def _box(ax: Axes, middle: Floats, words: str) -> None:
    corner, (width, height) = middle - BOX / 2, BOX
    look: dict[str, Any] = dict(facecolor="white", edgecolor=INK, linewidth=1.2, zorder=3)
    ax.add_patch(Rectangle((corner[0], corner[1]), width, height, **look))
    ax.text(middle[0], middle[1], words, ha="center", va="center", fontsize=9.5, color=INK, zorder=4)


def branches(ax: Axes, trunk: Sequence[str], heads: Mapping[str, str], *, total: str = "") -> None:
    """A trunk of boxes from left to right, a head for each task, and what comes back. Lesson 13.

    Args:
        ax: from `canvas`.
        trunk: what is written into each box.
        heads: by what is written into the box, what is written at the arrow back from it.
        total: what is written below the last box of the trunk, where all of it arrives.

    >>> fig, ax = canvas()
    >>> branches(ax, ["words", "h"], {"names": "δ₁", "parts of speech": "δ₂"}, total="δ₁ + δ₂")
    >>> plots.plt.close(fig)
    """
    pace, reach = BOX[0] + BOX_GAP + 0.7, 1.9
    for column, words in enumerate(trunk):
        _box(ax, np.array([pace * column, 0.0]), words)
        if column:
            ends = np.array([[pace * (column - 1) + BOX[0] / 2, 0.0], [pace * column - BOX[0] / 2, 0.0]])
            _there_and_back(ax, ends, "", -1)
    below: dict[str, Any] = dict(color=BACKWARD, style="italic", fontsize=10, ha="center", va="top")
    ax.text(pace * (len(trunk) - 1), -BOX[1] / 2 - 0.1, total, **below)
    start = pace * (len(trunk) - 1) + BOX[0] / 2
    heights = 1.7 * ((len(heads) - 1) / 2 - np.arange(len(heads)))
    for height, (words, back) in zip(heights, heads.items(), strict=True):
        _box(ax, np.array([start + reach + BOX[0] / 2, height]), words)
        ends = np.array([[start, 0.3 * np.sign(height)], [start + reach, height]])
        _there_and_back(ax, ends, back, 1 if height > 0 else -1)
    ax.set_xlim(-BOX[0] / 2 - 0.1, start + reach + BOX[0] + 0.1)
    ax.set_ylim(-max(heights) - BOX[1], max(heights) + BOX[1])


def _there_and_back(ax: Axes, ends: Floats, words: str, side: int) -> None:
    """Two arrows, the one back with its words above the other (side 1) or below it (−1)."""
    aside = np.array([0.0, 0.13 * side])
    arrow(ax, *(ends - aside), color=FORWARD)
    arrow(ax, *(ends + aside)[::-1], color=BACKWARD)
    x, y = ends.mean(axis=0) + 1.5 * aside
    look: dict[str, Any] = dict(color=BACKWARD, style="italic", fontsize=10, ha="center", zorder=5)
    ax.text(x, y + 0.15 * side, words, va="bottom" if side > 0 else "top", **look)


def _arrow_back(ax: Axes, start: Floats, end: Floats, depth: float, words: str) -> None:
    """Down, to the left, and up again to `end`, with its words below."""
    corners = np.array([start, start - [0, depth], end - [0, depth]])
    ax.plot(*corners.T, color=BACKWARD, linestyle="-", linewidth=1.6, zorder=2)
    arrow(ax, corners[-1], end, color=BACKWARD)
    x, y = corners[1:].mean(axis=0) - [0, 0.08]
    ax.text(x, y, words, color=BACKWARD, style="italic", fontsize=9, ha="center", va="top")


def _short(number: float | str) -> str:
    return number if isinstance(number, str) else f"{number:.3g}".replace("-", "−")
