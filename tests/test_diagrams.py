"""Drawings say what they are given: each weight, value, gradient and arrow is on them."""

import re

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch, Rectangle

from dlcourse import diagrams, plots
from dlcourse.diagrams import Node


@pytest.fixture
def ax():
    fig, ax = diagrams.canvas()
    yield ax
    plots.plt.close(fig)


def words(ax):
    return [text.get_text() for text in ax.texts]


def color_of(ax, word):
    (text,) = [text for text in ax.texts if text.get_text() == word]
    return to_hex(text.get_color())


WEIGHTS = [[[0.5, -1.0], [0.0, 2.0]], [[1.0], [-0.25]]]


@pytest.mark.parametrize("back", [False, True])
def test_a_fan_has_an_arrow_from_each_term_to_the_sum(ax, back):
    diagrams.fan(ax, 3, many="x", one="z", back=back)
    arrows = [patch for patch in ax.patches if hasattr(patch, "get_arrowstyle")]
    color = diagrams.BACKWARD if back else diagrams.FORWARD
    assert [to_hex(each.get_edgecolor()) for each in arrows] == [color.lower()] * 3
    ways = [np.subtract(*reversed(each._posA_posB)) for each in arrows]
    assert all((way[0] < 0) == back for way in ways)
    assert words(ax) == ["$x_1$", "$x_2$", "$x_3$", "$z$"]


class TestNetwork:
    def test_a_line_a_weight_wider_for_larger_ones_and_dashed_below_0(self, ax):
        diagrams.network(ax, WEIGHTS)
        widths = [line.get_linewidth() for line in ax.lines]
        assert len(widths) == 5  # a weight of 0 has none
        assert np.subtract(widths, 0.4) * 2 / 2.6 == pytest.approx([0.5, 1.0, 2.0, 1.0, 0.25])
        signs = [(to_hex(line.get_color()), line.is_dashed()) for line in ax.lines]
        above, below = (diagrams.FORWARD.lower(), False), (diagrams.BACKWARD.lower(), True)
        assert signs == [above, below, above, above, below]

    def test_units_stand_in_columns_and_carry_their_values_and_names(self, ax):
        diagrams.network(ax, WEIGHTS, names="xhy", values=[[1, -2], [0.333333, 0], [9]], numbers=True)
        centres = [patch.center[0] for patch in ax.patches]
        assert np.unique(centres, return_counts=True)[1].tolist() == [2, 2, 1]
        for word in ["x", "h", "y", "1", "−2", "0.333", "0", "9", "0.5", "−0.25"]:
            assert word in words(ax)

    @pytest.mark.parametrize("numbers", [[1, -2], [-0.654, 1234.5]])
    def test_a_value_stays_within_its_unit_also_in_a_small_drawing(self, numbers):
        fig, ax = diagrams.canvas(width=3, height=2)
        diagrams.network(ax, [np.ones((2, 7))], values=[numbers, np.linspace(-1, 1, 7) / 3])
        fig.canvas.draw()
        circles = {tuple(patch.center): patch.get_window_extent().width for patch in ax.patches}
        for text in ax.texts:
            assert text.get_window_extent().width < circles[text.get_position()]
        plots.plt.close(fig)

    def test_a_dropped_unit_is_crossed_out_and_has_no_lines(self, ax):
        diagrams.network(ax, WEIGHTS, kept=[[1, 1], [1, 0], [1]])
        strokes = [line for line in ax.lines if line.get_color() == plots.GREY]
        weights = [line for line in ax.lines if line.get_color() != plots.GREY]
        assert (len(strokes), len(weights)) == (2, 2)
        dropped = ax.patches[3].center
        assert all(np.mean(line.get_xydata(), axis=0) == pytest.approx(dropped) for line in strokes)

    def test_what_does_not_fit_is_named(self, ax):
        with pytest.raises(ValueError, match=r"\(2, 2\), \(3, 1\)"):
            diagrams.network(ax, [np.ones((2, 2)), np.ones((3, 1))])
        with pytest.raises(ValueError, match="names must be 3"):
            diagrams.network(ax, WEIGHTS, names=["x", "y"])


SQUARE = {
    "w": Node("w", (), 2, -6),
    "x": Node("x", (), -1, 12),
    "product": Node("×", ("w", "x"), -2, 6),
    "b": Node("b", (), 5, 7),
    "sum": Node("+", ("product", "b"), 3, 6),
}


class TestGraph:
    def test_values_go_forward_and_gradients_back_in_colours_of_their_own(self, ax):
        diagrams.graph(ax, SQUARE)
        assert {"w", "x", "×", "b", "+"} < set(words(ax))
        assert color_of(ax, "5") == diagrams.FORWARD.lower()
        assert color_of(ax, "← 7") == diagrams.BACKWARD.lower()

    def test_at_a_fork_each_arrow_has_a_gradient_of_its_own_and_they_are_added_below(self, ax):
        fork = {"w": Node("w", (), 5), "x": Node("x", (), 4, {"double": 2, "product": -5})}
        fork["double"], fork["product"] = Node("2x", ("x",), 8, 1), Node("×", ("w", "x"), 20, -1)
        diagrams.graph(ax, fork)
        assert words(ax).count("4") == 2
        assert {"← 2", "← −5", "2 + −5 = −3"} < set(words(ax))

    def test_names_at_a_fork_stand_at_their_arrows_and_are_not_added(self, ax):
        fork = {"x": Node("x", (), "x", {"double": "dx₁", "square": "dx₂"})}
        fork["double"], fork["square"] = Node("2x", ("x",)), Node("x²", ("x",), lift=-1)
        diagrams.graph(ax, fork)
        assert {"← dx₁", "← dx₂"} < set(words(ax)) and not any("+" in text for text in words(ax))

    def test_a_lifted_node_stands_so_many_rows_higher_and_those_after_it_follow(self):
        nodes = {"x": Node("x"), "up": Node("²", ("x",), lift=1), "y": Node("−", ("x", "up"))}
        heights = {name: place[1] / diagrams.ROW_GAP for name, place in diagrams._graph_places(nodes).items()}
        assert heights == {"x": 0, "up": 1, "y": 0.5}

    def test_names_may_stand_for_numbers(self, ax):
        diagrams.graph(ax, {"x": Node("x", (), "x", "dx"), "h": Node("tanh", ("x",), "h", "dh")})
        assert color_of(ax, "h") == diagrams.FORWARD.lower()
        assert color_of(ax, "← dx") == diagrams.BACKWARD.lower()

    def test_a_node_stands_right_of_its_inputs_and_no_two_at_one_place(self):
        places = diagrams._graph_places(SQUARE)
        assert all(
            places[name][0] > places[other][0] for name, node in SQUARE.items() for other in node.inputs
        )
        assert len({tuple(place) for place in places.values()}) == len(SQUARE)
        assert places["b"][0] == places["product"][0]  # a leaf stands right before its first use

    def test_there_is_an_arrow_an_input_and_one_out_of_the_last(self, ax):
        diagrams.graph(ax, SQUARE)
        assert sum(type(patch).__name__ == "FancyArrowPatch" for patch in ax.patches) == 5

    def test_an_input_that_does_not_stand_before_is_named(self, ax):
        with pytest.raises(ValueError, match="y is computed from x"):
            diagrams.graph(ax, {"y": Node("²", ("x",))})


class TestMatrix:
    @pytest.mark.parametrize(("averaged", "marked"), [("rows", (4, 1)), ("columns", (1, 5))])
    def test_the_group_that_a_mean_is_taken_over_is_marked(self, ax, averaged, marked):
        diagrams.matrix(ax, 4, 5, averaged=averaged, title="here")
        cells = [patch for patch in ax.patches if patch.get_hatch()]
        across, up = ({patch.get_xy()[axis] for patch in cells} for axis in (0, 1))
        assert (len(up), len(across)) == marked
        assert {"here", "units", "examples of the batch"} <= set(words(ax))

    def test_both_kinds_are_of_one_size_side_by_side_and_nothing_is_cut_off(self):
        fig, axes = diagrams.canvas(2, width=7, height=2.6)
        for ax, averaged in zip(axes, ("rows", "columns"), strict=True):
            diagrams.matrix(ax, 6, 5, averaged=averaged, title="here")
        fig.canvas.draw()
        cells = [ax.patches[0].get_window_extent() for ax in axes]
        assert cells[0].width == pytest.approx(cells[1].width)
        assert cells[0].y0 == pytest.approx(cells[1].y0)
        inside = fig.bbox
        for text in (text.get_window_extent() for ax in axes for text in ax.texts):
            assert inside.x0 <= text.x0 and text.x1 <= inside.x1
            assert inside.y0 <= text.y0 and text.y1 <= inside.y1
        plots.plt.close(fig)

    def test_another_axis_is_named(self, ax):
        with pytest.raises(ValueError, match="'both'"):
            diagrams.matrix(ax, 4, 5, averaged="both")


class TestSteps:
    def test_arrows_follow_each_other_and_the_whole_is_their_sum(self, ax):
        end = diagrams.steps(ax, [1, 1], {"μv": [2, 0], "−ηg": [0, -0.5]}, total="step")
        assert end.tolist() == [3, 0.5]
        ends = np.array([patch._posA_posB for patch in ax.patches])
        assert ends.tolist() == [[[1, 1], [3, 0.5]], [[1, 1], [3, 1]], [[3, 1], [3, 0.5]]]
        assert words(ax) == ["step", "μv", "−ηg"]

    def test_the_parts_have_colours_of_their_own_or_those_that_are_given(self, ax):
        diagrams.steps(ax, [0, 0], {"a": [1, 0], "b": [0, 1]}, total="c", color="red", hues=("blue", "green"))
        assert [text.get_color() for text in ax.texts] == ["red", "blue", "green"]

    @pytest.mark.parametrize("turn", [-1, 1])
    def test_the_names_of_the_parts_stand_outside_and_the_wholes_on_the_other_side(self, ax, turn):
        diagrams.steps(ax, [0, 0], {"a": [2, 0], "b": [0, turn]}, total="c")
        offset = {text.get_text(): text.xyann for text in ax.texts}
        assert np.sign(offset["a"][1]) == -turn and np.sign(offset["c"][1]) == turn


class TestFlow:
    def test_each_box_has_its_words_and_an_arrow_to_the_next(self, ax):
        diagrams.flow(ax, ["batch", "loss", "step"])
        boxes = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
        arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
        assert words(ax) == ["batch", "loss", "step"]
        for arrow, left, right in zip(arrows, boxes[:-1], boxes[1:], strict=True):
            ends = arrow.get_path().vertices[[0, 2]]  # the shaft
            assert ends[0] == pytest.approx([left.get_x() + left.get_width(), 0])
            assert left.get_x() + left.get_width() < ends[1][0] <= right.get_x()

    def test_an_arrow_back_runs_below_the_boxes_in_the_colour_of_what_goes_back(self, ax):
        diagrams.flow(ax, ["a", "b", "c"], back={(2, 0): "again", (1, 0): "soon"})
        lines = [line.get_xydata() for line in ax.lines]
        middles = [patch.get_x() + patch.get_width() / 2 for patch in ax.patches[:3]]
        assert [(line[0, 0], line[-1, 0]) for line in lines] == [
            (middles[2], middles[0]),
            (middles[1], middles[0]),
        ]
        assert len({line[-1, 1] for line in lines}) == 2  # at depths of their own
        assert all(line[-1, 1] < -diagrams.BOX[1] / 2 for line in lines)
        assert color_of(ax, "again") == diagrams.BACKWARD.lower()

    @pytest.mark.parametrize("ends", [(0, 1), (1, 1), (3, 0), (1, -1)])
    def test_an_arrow_back_that_leads_elsewhere_is_named(self, ax, ends):
        with pytest.raises(ValueError, match=re.escape(str(ends))):
            diagrams.flow(ax, ["a", "b", "c"], back={ends: "?"})


class TestBranches:
    def test_each_head_has_an_arrow_there_and_one_back_whose_tip_is_at_the_trunk(self, ax):
        diagrams.branches(ax, ["x", "h"], {"one": "δ₁", "two": "δ₂", "three": "δ₃"}, total="sum")
        _, trunk, *heads = (patch for patch in ax.patches if isinstance(patch, Rectangle))
        side = trunk.get_x() + trunk.get_width()
        arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)][2:]
        for head, there, back in zip(heads, arrows[::2], arrows[1::2], strict=True):
            tail, tip = there.get_path().vertices[[0, 2]]
            assert tail[0] == pytest.approx(side) and side < tip[0] <= head.get_x()
            tail, tip = back.get_path().vertices[[0, 2]]
            assert tail[0] == pytest.approx(head.get_x()) and side <= tip[0] < tail[0]
        assert {"one", "two", "three", "sum"} <= set(words(ax))
        assert color_of(ax, "δ₁") == color_of(ax, "sum") == diagrams.BACKWARD.lower()

    def test_heads_do_not_overlap(self, ax):
        diagrams.branches(ax, ["h"], {"one": "", "two": "", "three": ""})
        _, *heads = (patch for patch in ax.patches if isinstance(patch, Rectangle))
        lows = [head.get_y() for head in heads]
        assert np.all(-np.diff(lows) > heads[0].get_height())


def test_a_canvas_has_no_axes_and_drawings_are_shown_with_words(ax, monkeypatch):
    shown = []
    monkeypatch.setattr(plots, "display", lambda *args, **options: shown.append(args))
    assert not ax.axison
    diagrams.network(ax, WEIGHTS)
    plots.show(ax.figure, "Two inputs, two hidden units, one output.")
    assert len(shown) == 2
