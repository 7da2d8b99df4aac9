import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image, ImageColor

from dlcourse import plots
from dlcourse.datasets import surfaces


@pytest.fixture
def shown(monkeypatch):
    """What `display` was given, as (data, metadata)."""
    seen = []
    monkeypatch.setattr(
        plots, "display", lambda data, raw=False, metadata=None: seen.append((data, metadata))
    )
    return seen


@pytest.fixture
def ax():
    fig, ax = plots.figure()
    yield ax
    plt.close(fig)


def test_a_figure_carries_its_words_as_plain_text_as_alt_and_behind_a_fold(shown):
    fig, _ = plots.figure()
    plots.show(fig, "A line\n  that rises & falls.")
    (data, metadata), (fold, _) = shown
    assert data["text/plain"] == "[figure: A line that rises & falls.]"
    assert metadata["image/png"]["alt"] == "A line that rises & falls."
    assert "A line that rises &amp; falls." in fold.data


def test_a_figure_without_words_is_refused(shown):
    fig, _ = plots.figure()
    with pytest.raises(ValueError, match="alt text"):
        plots.show(fig, "  ")
    plt.close(fig)


def test_a_figure_that_was_shown_is_closed(shown):
    fig, _ = plots.figure()
    plots.show(fig, "Nothing.")
    assert not plt.fignum_exists(fig.number)


def test_pictures_have_a_palette_and_the_same_bytes_each_time(ax):
    ax.plot([0, 1], [0, 1])
    first, second = plots.png(ax.figure), plots.png(ax.figure)
    picture = Image.open(io.BytesIO(first))
    assert first == second
    assert picture.mode == "P" and picture.width > 600


def test_pale_bands_of_all_hues_keep_their_colours():
    fig, axes = plots.figure(3, width=9.4, height=3.2, sharey=True)
    wander = np.random.default_rng(0).normal(size=(3, 5, 3, 60)).cumsum(axis=-1)
    for ax, runs in zip(axes, wander, strict=True):
        plots.curves(ax, np.arange(60), {str(i): 4 * i + 0.3 * each for i, each in enumerate(runs)})
    pixels = np.asarray(Image.open(io.BytesIO(plots.png(fig))).convert("RGB"))
    plt.close(fig)
    for color in plots.COLORS[:5]:
        pale = 255 - 0.18 * (255 - np.array(ImageColor.getrgb(color)))
        assert (np.abs(pixels - pale) < 2).all(axis=-1).sum() > 1000


def test_no_shade_becomes_another_that_is_far_from_it(monkeypatch, ax):
    plots.curves(ax, np.arange(9), {str(i): np.random.default_rng(i).normal(size=(4, 9)) for i in range(5)})
    kept = []
    whole_palette = plots._on_a_palette
    monkeypatch.setattr(plots, "_on_a_palette", lambda whole: kept.append(whole) or whole_palette(whole))
    drawn = np.asarray(Image.open(io.BytesIO(plots.png(ax.figure))).convert("RGB")).astype(int)
    assert np.abs(drawn - np.asarray(kept[0])).max() <= 16


def test_a_colour_of_few_pixels_keeps_its_hue_on_the_palette(racing):
    fig, lines = racing
    lines[0].set_color(plots.COLORS[3])
    pixels = np.asarray(Image.open(io.BytesIO(plots.png(fig))).convert("RGB")).astype(int)
    pink = np.array([0xCC, 0x79, 0xA7])
    assert np.abs(pixels - pink).sum(axis=-1).min() < 12


def test_nothing_is_cut_off_at_the_edge_of_a_picture():
    fig, axes = plots.figure(2, width=7.2, height=3.7, sharey=True)
    for ax in axes:
        ax.set(title="title", xlabel="x", aspect="equal", xlim=(-2, 2), ylim=(-2, 2))
    pixels = np.asarray(Image.open(io.BytesIO(plots.png(fig))).convert("L"))
    plt.close(fig)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    assert (edge > 240).all()


def test_a_course_look_leaves_the_readers_own_settings_alone():
    before = plt.rcParams.copy()
    fig, _ = plots.figure()
    plots.png(fig)
    plt.close(fig)
    assert plt.rcParams == before


def test_lines_differ_in_colour_and_in_dash(ax):
    lines = plots.curves(ax, [0, 1], {name: np.array([i, i]) for i, name in enumerate("abcdefg")})
    assert len({line.get_color() for line in lines}) == 7
    assert len({str(line._dash_pattern) for line in lines}) == 7


@pytest.mark.parametrize(
    ("spread", "low", "high"), [("range", 0, 4), ("deviation", 2 - np.sqrt(8 / 3), 2 + np.sqrt(8 / 3))]
)
def test_seeds_become_their_mean_before_their_spread(ax, spread, low, high):
    seeds = np.array([[0.0, 0.0], [2.0, 2.0], [4.0, 4.0]])
    (line,) = plots.curves(ax, [0, 1], {"a": seeds}, spread=spread)
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert line.get_ydata() == pytest.approx([2, 2])
    assert (band.min(), band.max()) == pytest.approx((low, high))


def test_an_unknown_spread_is_named(ax):
    with pytest.raises(ValueError, match="'variance'"):
        plots.curves(ax, [0, 1], {"a": [0, 1]}, spread="variance")


def test_labels_at_line_ends_keep_their_distance_and_order(ax):
    ends = [0.50, 0.51, 0.52, 0.0]
    plots.curves(ax, [0, 1], {str(end): np.array([0, end]) for end in ends})
    fig = ax.figure
    fig.canvas.draw()
    places = {text.get_text(): text.get_window_extent().y0 for text in ax.texts}
    order = sorted(ends)
    gaps = np.diff([places[str(end)] for end in order]) * 72 / fig.dpi
    assert (gaps > 9).all()


def test_a_layers_histogram_holds_the_shares_of_its_sizes_and_its_root_mean_square(ax):
    layers = [[1.0, -1.0, 1.0, 0.0], [[1e-9, -1e-9]], [-1e9]]
    mesh = plots.layer_histograms(ax, layers, 1e-3, 1e3)
    shares = mesh.get_array().reshape(40, 3)
    assert shares.sum(axis=0).tolist() == [1.0, 0.0, 0.0]  # a zero counts for nothing
    assert shares[20, 0] == 1.0  # from 1 up
    line, below, above = ax.lines
    assert line.get_ydata() == pytest.approx([np.sqrt(3) / 2, 1e-9, 1e9])
    assert (below.get_xydata().tolist(), below.get_marker()) == ([[2.0, 1e-3]], "v")
    assert (above.get_xydata().tolist(), above.get_marker()) == ([[3.0, 1e3]], "^")


def test_regions_draw_the_border_where_the_classifier_changes_its_mind(ax):
    x, y = np.array([[-1.0, 0.0], [1.0, 0.0]]), np.array([0, 1])
    plots.regions(ax, lambda points: (points[:, 0] > 0).astype(float), x, y)
    border = ax.collections[1].get_paths()[0].vertices
    assert np.abs(border[:, 0]).max() < 0.05


def test_a_path_begins_with_a_ring_and_ends_with_a_star_or_another_mark(ax):
    plots.path(ax, [(0, 0), (1, 1), (2, 0)])
    ring, star = ax.lines[1:]
    assert (ring.get_marker(), ring.get_xdata()[0], star.get_marker(), star.get_xdata()[0]) == (
        "o",
        0,
        "*",
        2,
    )
    plots.path(ax, [(0, 0), (1, 1)], end="s")
    assert ax.lines[-1].get_marker() == "s"


@pytest.fixture
def racing(ax):
    """Two walks on the ravine, one of ten steps and one of five, as (figure, lines)."""
    start = np.array(surfaces.ravine().start)
    walks = {
        "long": start + np.outer(np.arange(11), [0.4, -0.1]),
        "short": start - np.outer(np.arange(6), [0, 0.4]),
    }
    return ax.figure, plots.race(ax, surfaces.ravine(), walks)


def frames(film):
    """The pictures of an animated PNG as a browser lays them, with the milliseconds of each."""
    picture = Image.open(io.BytesIO(film))
    for number in range(picture.n_frames):
        picture.seek(number)
        yield np.asarray(picture.convert("RGB")).astype(int), picture.info["duration"]


def test_a_race_marks_its_start_and_names_its_walks_at_their_ends(racing):
    fig, lines = racing
    (ax,) = fig.axes
    assert [line.get_label() for line in lines] == [text.get_text() for text in ax.get_legend().get_texts()]
    assert len({(line.get_color(), str(line._dash_pattern), line.get_marker()) for line in lines}) == 2
    assert any(tuple(line.get_xydata()[0]) == surfaces.ravine().start for line in ax.lines[:-2])
    assert ax.get_xlim() == surfaces.ravine().window[0]


def test_the_minimum_of_a_race_is_wider_than_the_marks_that_end_on_it(racing):
    fig, lines = racing
    (star,) = [line for line in fig.axes[0].lines if line.get_marker() == "*"]
    assert star.get_markersize() > 3 * max(line.get_markersize() for line in lines)


def test_the_last_picture_of_an_animation_is_the_figure_with_its_walks_drawn(racing):
    fig, lines = racing
    *_, (last, _) = frames(plots.animated_png(fig, lines, seconds=3, frames=6))
    for line in lines:
        line.set_animated(False)
    fig.axes[0].texts[-1].set_animated(False)
    fig.canvas.draw()
    drawn = np.asarray(fig.canvas.buffer_rgba())[..., :3].astype(int)
    assert np.mean(np.abs(last - drawn).max(axis=-1) > 32) < 1e-3  # the palette has eight steps a colour


def test_an_animation_grows_the_walks_and_leaves_the_rest_still(racing):
    film = list(frames(plots.animated_png(*racing, seconds=3, frames=6)))
    blue = [np.abs(picture - [0, 0x72, 0xB2]).sum(axis=-1) < 20 for picture, _ in film]
    assert np.all(np.diff([mask.sum() for mask in blue]) > 0)
    legend = np.stack([picture[:, -60:] for picture, _ in film])
    assert len(film) == 6 and np.ptp(legend, axis=0).max() == 0
    assert sum(duration for _, duration in film) == pytest.approx(3000, abs=10)
    assert film[-1][1] == pytest.approx(2000)


def test_an_animation_lies_behind_a_fold_with_its_words_and_without_a_script(racing, shown):
    plots.play(*racing, "Two <walks>\n  apart.", frames=3)
    ((page, _),) = shown
    assert page.data.startswith("<details>") and "<script" not in page.data
    assert 'alt="Two &lt;walks&gt; apart."' in page.data and 'src="data:image/png;base64,' in page.data
    assert page.data.count("Two &lt;walks&gt; apart.") == 2
    assert not plt.fignum_exists(racing[0].number)


def test_an_animation_without_words_is_refused(racing, shown):
    with pytest.raises(ValueError, match="alt text"):
        plots.play(*racing, "")
    assert shown == []
