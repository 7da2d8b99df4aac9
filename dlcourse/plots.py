"""The figures that lessons share: one look, colours all can tell apart, and words beside every picture."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from itertools import cycle, pairwise
from typing import Any, Literal, Protocol

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML, display
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageColor

from dlcourse.arrays import Floats

# Okabe & Ito (2008), so ordered that neighbours differ in lightness too. Yellow is too pale for lines.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
STYLES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
GREY = "#6b6b6b"

LOOK: dict[Any, Any] = {  # matplotlib names the types of its settings in some versions only
    "figure.dpi": 110,
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "axes.titlesize": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e3e3e3",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "lines.linewidth": 1.8,
    "axes.prop_cycle": plt.cycler(color=COLORS) + plt.cycler(linestyle=STYLES),
}


def figure(
    columns: int = 1, rows: int = 1, *, width: float = 7.0, height: float = 3.0, **options: Any
) -> tuple[Figure, Any]:
    """A figure in the course's look and its axes. In all lessons.

    Args:
        columns: of axes.
        rows: of axes.
        width: of the figure, in inches.
        height: of the figure, in inches.
        options: as of `plt.subplots`.

    Returns:
        The figure, and its axes, one or an array of them, as from `plt.subplots`.

    >>> fig, ax = figure()
    >>> plt.close(fig)
    """
    with plt.rc_context(LOOK):
        return plt.subplots(rows, columns, figsize=(width, height), **options)


def show(fig: Figure, alt: str) -> None:
    """Display a figure with what it shows in words, and close it. In all lessons.

    The picture carries the words as its plain-text form and its `alt`, and once more behind a fold, since
    JupyterLab gives pictures no alternative text.

    Args:
        fig: the figure.
        alt: the words.

    Raises:
        ValueError: where the words are missing.
    """
    if not alt.strip():
        raise ValueError("a figure needs alt text: say in a sentence or two what it shows")
    words = " ".join(alt.split())
    display(
        {"image/png": png(fig), "text/plain": f"[figure: {words}]"},
        raw=True,
        metadata={"image/png": {"alt": words}},
    )
    display(HTML(f"<details><summary>The figure in words</summary>{escape(words)}</details>"))
    plt.close(fig)


def png(fig: Figure) -> bytes:
    """The figure as PNG bytes on a palette of 256 colours: a third of the size.

    Behind all lessons. Colours that fill a thousandth of the picture, such as lines and the pale bands of
    seeds, stay as they are; the shades at the edges of lines and letters become their neighbours.

    Args:
        fig: the figure, which stays open.

    Returns:
        What a .png file contains.
    """
    picture = io.BytesIO()
    with plt.rc_context(LOOK):
        fig.savefig(picture, format="png", bbox_inches="tight", pad_inches=0.06, metadata={"Software": None})
    reduced = io.BytesIO()
    _on_a_palette(Image.open(picture).convert("RGB")).save(reduced, "png", optimize=True)
    return reduced.getvalue()


def _on_a_palette(whole: Image.Image, most: int = 64) -> Image.Image:
    """The picture in 256 colours, of which up to `most` are those of its areas, unchanged."""
    counted: Any = whole.getcolors(whole.width * whole.height)
    areas = [
        rgb for count, rgb in sorted(counted, reverse=True) if count * 1000 >= whole.width * whole.height
    ]
    areas = areas[:most]
    reduced = whole.quantize(256 - len(areas), Image.Quantize.MAXCOVERAGE)  # which keeps rare hues
    shades = np.reshape(reduced.getpalette() or [], (-1, 3)).astype(np.uint8)
    indices, codes = np.array(reduced), _codes(np.asarray(whole))
    for number, rgb in enumerate(areas, len(shades)):
        indices[codes == _codes(np.array(rgb))] = number
    picture = Image.fromarray(indices)
    picture.putpalette(np.vstack([shades, np.array(areas, np.uint8).reshape(-1, 3)]).tobytes())
    return picture


def _codes(pixels: NDArray[Any]) -> NDArray[np.int64]:
    """One number for each colour (…, 3)."""
    codes: NDArray[np.int64] = pixels.astype(np.int64) @ np.array([65536, 256, 1])
    return codes


def curves(
    ax: Axes,
    x: ArrayLike,
    named: Mapping[str, ArrayLike],
    *,
    spread: Literal["range", "deviation"] = "range",
    labels: bool = True,
) -> list[Line2D]:
    """One line a name, labelled at its right end. In nearly all lessons.

    Args:
        ax: where to draw.
        x: (n,).
        named: by name, (n,), or (seeds, n), which becomes its mean before its spread.
        spread: 'range' from the least to the largest seed, or 'deviation', one standard deviation either way.
        labels: whether the names are written.

    Returns:
        The lines, in their order.

    Raises:
        ValueError: for another spread.
    """
    bounds = {"range": _range, "deviation": _deviation}.get(spread)
    if bounds is None:
        raise ValueError(f"spread must be 'range' or 'deviation', not {spread!r}")
    x = np.asarray(x)
    lines: list[Line2D] = []
    for (name, y), color, style in zip(named.items(), cycle(COLORS), cycle(STYLES), strict=False):
        y = np.atleast_2d(y)
        lines += ax.plot(x, y.mean(axis=0), color=color, linestyle=style, label=name)
        if len(y) > 1:
            ax.fill_between(x, *bounds(y), color=color, alpha=0.18, linewidth=0)
    if labels:
        label_ends(ax, lines)
    return lines


def _range(y: Floats) -> tuple[Floats, Floats]:
    return y.min(axis=0), y.max(axis=0)


def _deviation(y: Floats) -> tuple[Floats, Floats]:
    middle, off = y.mean(axis=0), y.std(axis=0)
    return middle - off, middle + off


def label_ends(ax: Axes, lines: Sequence[Line2D]) -> None:
    """Write each line's name at its right end, in its colour, moved apart where they would touch.

    Behind nearly all lessons.

    Args:
        ax: where the lines are.
        lines: with a label each.
    """
    ax.figure.canvas.draw()
    to_points = 72 / ax.figure.dpi
    ends = np.array([_points(line)[-1] for line in lines])
    heights: Floats = ax.transData.transform(ends)[:, 1] * to_points
    places = _apart(heights, 11.0)
    for line, end, height, place in zip(lines, ends, heights, places, strict=True):
        ax.annotate(
            str(line.get_label()),
            tuple(end),
            xytext=(5, place - height),
            textcoords="offset points",
            color=line.get_color(),
            va="center",
            annotation_clip=False,
        )


def _points(line: Line2D) -> Floats:
    """Those of a line, (n, 2)."""
    return np.asarray(line.get_xydata(), dtype=float)


def _apart(heights: Floats, gap: float) -> Floats:
    """The heights, pushed apart evenly about their middle where neighbours are closer than `gap`."""
    order, places = np.argsort(heights), heights.astype(float).copy()
    for _ in range(50):
        for low, high in pairwise(order):
            if (lack := gap - (places[high] - places[low])) > 0:
                places[low] -= lack / 2
                places[high] += lack / 2
    return places


def layer_histograms(
    ax: Axes, layers: Sequence[ArrayLike], low: float, high: float, *, color: str = COLORS[1]
) -> QuadMesh:
    """A histogram a layer, side by side: how large are its numbers, on a log scale? Lesson 05.

    The darker, the larger the share of a layer's numbers. A line runs through their root mean squares; one
    that is off the scale is an arrowhead at its edge. Zeros have no place on a log scale.

    Args:
        ax: where to draw.
        layers: the numbers of each layer, of any shape.
        low: where the scale begins, positive.
        high: where it ends.
        color: of the line.

    Returns:
        What a colour bar is made from, shares from 0 to a quarter.
    """
    edges, number = np.geomspace(low, high, 41), np.arange(1, len(layers) + 1)
    sizes = [np.abs(np.ravel(layer)) for layer in layers]
    shares = [np.histogram(size, edges)[0] / max(np.count_nonzero(size), 1) for size in sizes]
    mesh = ax.pcolormesh(
        np.arange(len(layers) + 1) + 0.5, edges, np.transpose(shares), cmap="Greys", vmin=0, vmax=0.25
    )
    roots = np.array([np.sqrt(np.mean(np.square(size))) for size in sizes])
    ax.plot(number, roots, color=color, linestyle="-", marker="o", markersize=3)
    for beyond, edge, marker in ((roots < low, low, "v"), (roots > high, high, "^")):
        if beyond.any():
            ax.plot(number[beyond], np.full(beyond.sum(), edge), marker, color=color, clip_on=False, zorder=3)
    ax.set(yscale="log", ylim=(low, high), xlim=(0.5, len(layers) + 0.5))
    ax.grid(False)
    return mesh


def regions(ax: Axes, predict: Callable[[Floats], Floats], x: Floats, y: NDArray[np.integer[Any]]) -> None:
    """What a classifier of the plane answers where, with the examples it was given. Lesson 03.

    Args:
        ax: where to draw.
        predict: maps points (n, 2) to scores (n,) in [0, 1] of class 1.
        x: (n, 2), the examples.
        y: (n,) of 0 and 1, their classes.
    """
    low, high = x.min(axis=0) - 0.4, x.max(axis=0) + 0.4
    across, up = np.meshgrid(*(np.linspace(a, b, 120) for a, b in zip(low, high, strict=True)))
    scores = predict(np.column_stack([across.ravel(), up.ravel()])).reshape(across.shape)
    ax.contourf(across, up, scores, levels=np.linspace(0, 1, 11), cmap="PuOr", alpha=0.7, vmin=0, vmax=1)
    if scores.min() < 0.5 < scores.max():
        ax.contour(across, up, scores, levels=[0.5], colors="black", linewidths=1)
    for label, marker, face in ((0, "o", "white"), (1, "s", "black")):
        given = x[y == label]
        ax.scatter(
            given[:, 0], given[:, 1], marker=marker, s=16, facecolor=face, edgecolor="black", linewidth=0.6
        )
    ax.grid(False)


def contours(
    ax: Axes,
    surface: Callable[[Floats, Floats], Floats],
    across: tuple[float, float],
    up: tuple[float, float],
    levels: int | Sequence[float] = 12,
) -> None:
    """Lines of equal height. Lessons 03 and 06 to 08.

    Args:
        ax: where to draw.
        surface: the height, a function of two arrays of one shape.
        across: first and last u.
        up: first and last v.
        levels: how many lines, about, or their heights.
    """
    u, v = np.meshgrid(np.linspace(*across, 150), np.linspace(*up, 150))
    ax.contour(u, v, surface(u, v), levels=levels, colors="#b5b5b5", linewidths=0.7, linestyles="-")


def path(
    ax: Axes,
    points: ArrayLike,
    *,
    color: str = COLORS[0],
    marker: str = ".",
    label: str = "",
    end: str = "*",
) -> None:
    """A walk through the plane, from a ring to a mark. Lessons 03, 06 and 07.

    Args:
        ax: where to draw.
        points: (n, 2), the first of them first.
        color: of the line and its ends.
        marker: of each point, as in matplotlib.
        label: for a legend.
        end: the mark of the last point; another one where a star is the minimum.
    """
    points = np.asarray(points)
    ax.plot(*points.T, color=color, marker=marker, markersize=3.5, linewidth=1, linestyle="-", label=label)
    ax.plot(*points[0], marker="o", markersize=8, markerfacecolor="white", color=color)
    ax.plot(*points[-1], marker=end, markersize=11 if end == "*" else 7, color=color)


class _Surface(Protocol):
    """What `race` asks of a `datasets.surfaces.Surface`."""

    @property
    def minimum(self) -> tuple[float, float] | None: ...
    @property
    def start(self) -> tuple[float, float]: ...
    @property
    def window(self) -> tuple[tuple[float, float], tuple[float, float]]: ...
    def grid(self) -> tuple[Floats, Floats, Floats]: ...


def race(ax: Axes, surface: _Surface, walks: Mapping[str, ArrayLike]) -> list[Line2D]:
    """Walks over a surface: a ring where they start, a mark where each ends, a legend. Lesson 08.

    Args:
        ax: where to draw.
        surface: a `datasets.surfaces.Surface`.
        walks: by name, the points of a walk (n, 2), the start first.

    Returns:
        The lines, in their order.
    """
    x, y, height = surface.grid()
    levels = np.unique(np.quantile(height, np.linspace(0, 1, 16)[1:-1]))
    ax.contour(x, y, height, levels=levels, colors="#b5b5b5", linewidths=0.7, linestyles="-")
    if surface.minimum is not None:  # wider than the marks that come to lie on it
        ax.plot(
            *surface.minimum, marker="*", markersize=24, color="black", markerfacecolor="white", linestyle=""
        )
    ax.plot(*surface.start, marker="o", markersize=9, markerfacecolor="white", color="black")
    lines: list[Line2D] = []
    looks = zip(cycle(COLORS), cycle(STYLES), cycle(MARKERS), strict=False)
    widths = np.linspace(2.4, 1.2, len(walks))  # where walks coincide, the ones below still show
    for (name, points), (color, style, marker), width in zip(walks.items(), looks, widths, strict=False):
        look: dict[str, Any] = dict(
            color=color, linestyle=style, marker=marker, markersize=7, markeredgecolor="white"
        )
        lines += ax.plot(*np.transpose(points), label=name, linewidth=width, markevery=[-1], **look)
    ax.set(xlim=surface.window[0], ylim=surface.window[1])
    ax.legend(fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, handlelength=3)
    return lines


def play(fig: Figure, lines: Sequence[Line2D], alt: str, *, seconds: float = 8.0, frames: int = 48) -> None:
    """Let the lines of a figure grow, all in step, behind a fold that starts and stops the motion.

    Lesson 08. It is an animated PNG: it needs no script and no kernel, and JupyterLab shows it in notebooks
    that it does not trust.

    Args:
        fig: the figure, which is closed.
        lines: what `race` returned.
        alt: what is to be seen, in words.
        seconds: how long the film is.
        frames: how many pictures it has, at least 2.

    Raises:
        ValueError: where the words are missing.
    """
    if not alt.strip():
        raise ValueError("an animation needs alt text: say in a sentence or two what it shows")
    words = escape(" ".join(alt.split()))
    film = b64encode(animated_png(fig, lines, seconds, frames)).decode()
    display(
        HTML(
            f"<details><summary>Play it: {seconds:g} seconds, repeated until you close this fold</summary>"
            f'<img alt="{words}" src="data:image/png;base64,{film}"></details>'
            f"<details><summary>The animation in words</summary>{words}</details>"
        )
    )
    plt.close(fig)


def animated_png(fig: Figure, lines: Sequence[Line2D], seconds: float, frames: int) -> bytes:
    """A figure whose lines grow from their first point to their last, ever faster, as an animated PNG.

    Behind lesson 08.

    Args:
        fig: the figure, which stays open.
        lines: of that figure, all in the same axes.
        seconds: how long the film is, its last two on the last picture.
        frames: how many pictures it has, at least 2.

    Returns:
        What a .png file contains.
    """
    longest = max(len(_points(line)) for line in lines) - 1
    steps = (longest * np.linspace(0, 1, frames) ** 1.5).round().astype(int)
    shades = _shades()
    palette, clear = _indexed(np.zeros((1, 1), np.uint8), shades), len(shades)
    whole = [
        np.array(Image.fromarray(pixels).quantize(palette=palette, dither=Image.Dither.NONE))
        for pixels in _growing(fig, lines, steps)
    ]
    changes = whole[:1] + [np.where(new == old, np.uint8(clear), new) for old, new in pairwise(whole)]
    first, *others = [_indexed(indices, shades) for indices in changes]
    rest = 2.0  # seconds on the last picture
    times = [1000 * (seconds - rest) / (frames - 1)] * (frames - 1) + [1000 * rest]
    over = dict(transparency=clear, blend=1, disposal=0)  # each picture is laid over the one before
    film = io.BytesIO()
    first.save(film, "png", save_all=True, append_images=others, duration=times, loop=0, **over)
    return film.getvalue()


def _shades() -> NDArray[np.uint8]:
    """The course's colours, each in eight steps to white: one palette for all, so that nothing flickers."""
    white = np.full(3, 255.0)
    inks = [np.array(ImageColor.getrgb(color)) for color in COLORS]
    shades = [white + (ink - white) * step / 8 for ink in inks for step in range(9)]
    return np.unique(np.round(shades).astype(np.uint8), axis=0)


def _indexed(indices: NDArray[np.uint8], shades: NDArray[np.uint8]) -> Image.Image:
    """A picture of these shades, or of the clear one, which has the number after the last."""
    picture = Image.fromarray(indices)
    picture.putpalette(np.vstack([shades, shades[-1]]).tobytes())
    return picture


def _growing(fig: Figure, lines: Sequence[Line2D], steps: NDArray[np.int_]) -> Iterator[NDArray[np.uint8]]:
    """The pixels (height, width, 3) after each number of steps; what stands still is drawn once."""
    walks, ax = [_points(line) for line in lines], lines[0].axes
    assert isinstance(ax, Axes)  # which a line has once it is drawn
    with plt.rc_context(LOOK):
        count = ax.text(0.02, 0.97, "", transform=ax.transAxes, va="top", fontsize=11, animated=True)
        for line in lines:
            line.set_animated(True)
        canvas = FigureCanvasAgg(fig)
        canvas.draw()
        still = canvas.copy_from_bbox(fig.bbox)
        for step in steps:
            canvas.restore_region(still)
            count.set_text(f"step {step}")
            for line, points in zip(lines, walks, strict=True):
                line.set_data(*points[: step + 1].T)
            for artist in (*lines, count):
                ax.draw_artist(artist)
            yield np.array(canvas.buffer_rgba())[..., :3]
