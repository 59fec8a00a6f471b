"""Points on planes: marks, shared axes, words, a table."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from qaimagic.drawing.scatter import (
    Scatter,
    scatter_picture,
    scatter_svg,
    scatter_table,
    scatter_text,
)

RNG = np.random.default_rng(0)
NS = "{http://www.w3.org/2000/svg}"
PAIR = Scatter({"samples": RNG.normal(size=(30, 2)), "data <b>": RNG.normal(1, 2, size=(40, 2))})
FIRST = Scatter({"a": [[0.0, 0.0], [2.0, 1.0]]}, heading="left")
SECOND = Scatter({"b": [[4.0, 3.0]], "a": [[1.0, 1.0]]}, heading="right")


def marks(svg):
    """Return where the points of each mark stand, the legend's first."""
    root = ElementTree.fromstring(svg)
    found = []
    for path in root.iter(f"{NS}path"):
        if (title := path.find(f"{NS}title")) is not None:
            places = re.findall(r"M([-\d.]+),([-\d.]+)m", path.get("d"))
            found.append((title.text, np.array(places, float), path.get("fill"), path.get("d")))
    return found


def test_every_point_is_drawn_and_the_first_group_lies_on_top():
    drawn = marks(scatter_svg(PAIR, title="t"))
    assert [(name, len(places)) for name, places, _, _ in drawn] == [
        ("samples", 1),
        ("data <b>", 1),
        ("data <b>", 40),
        ("samples", 30),
    ]


def test_groups_differ_in_colour_and_in_shape():
    groups = {f"group {k}": RNG.normal(k, 0.3, size=(9, 2)) for k in range(6)}
    legend = marks(scatter_svg(Scatter(groups), title="t"))[:6]
    shapes = {re.sub(r"M[-\d.]+,[-\d.]+", "", path) for *_, path in legend}
    assert len(shapes) == 6


def test_a_unit_is_as_long_upwards_as_across():
    corners = Scatter({"corners": [[0.0, 0.0], [4.0, 0.0], [0.0, 1.0]]})
    (_, places, _, _) = marks(scatter_svg(corners, title="t"))[-1]
    across, up = places[1, 0] - places[0, 0], places[0, 1] - places[2, 1]
    assert across == pytest.approx(4 * up, abs=0.5)
    stretched = Scatter(corners.groups, equal=False)
    (_, places, _, _) = marks(scatter_svg(stretched, title="t"))[-1]
    across, up = places[1, 0] - places[0, 0], places[0, 1] - places[2, 1]
    assert across == pytest.approx(up, abs=0.5)


def test_panels_share_axes_and_styles():
    drawn = marks(scatter_svg(FIRST, SECOND, title="t"))
    left, right = (
        next(p for name, p, *_ in part if name == "a") for part in (drawn[2:], drawn[3:])
    )
    assert right[0, 1] == pytest.approx((left[1, 1]), abs=0.2), "both lie at y = 1"
    colours = {fill for name, _, fill, _ in drawn if name == "a"}
    assert len(colours) == 1


@pytest.mark.parametrize(
    "data",
    [
        Scatter({"one": [[1.0, 1.0]]}),
        Scatter({"none": np.empty((0, 2))}),
        Scatter({"far": [[1e9, -1e9], [1e9 + 1, 0.0]]}),
        Scatter({"wild": [[np.nan, 0.0], [np.inf, 1.0], [0.5, 0.5]]}),
        PAIR,
    ],
)
def test_every_picture_is_well_formed_and_within_its_frame(data):
    svg = scatter_svg(data, title="<t>")
    root = ElementTree.fromstring(svg)
    assert root.find(f"{NS}title").text == "<t>"
    assert root.find(f"{NS}desc").text == scatter_text(data)
    _, _, width, height = map(float, root.get("viewBox").split())
    for _, places, _, _ in marks(svg):
        if len(places):
            assert places.min() >= 0
            assert places[:, 0].max() <= width
            assert places[:, 1].max() <= height
    assert 'color="#' not in svg


def test_words_and_table():
    assert scatter_text(FIRST, SECOND) == (
        "left: a: 2 points about (1, 0.5) ± (1, 0.5) | "
        "right: b: 1 point about (4, 3); a: 1 point about (1, 1)"
    )
    assert scatter_text(Scatter({"none": np.empty((0, 2))})) == "none: no points"
    table = scatter_table(PAIR)
    assert "data &lt;b&gt;" in table
    x = PAIR.points["samples"][:, 0]
    assert f"{np.median(x):.2f}".lstrip("-") in table
    assert table.count("<tr>") == 5
    picture = scatter_picture(FIRST, title="Two", below="<p>more</p>")
    assert repr(picture) == scatter_text(FIRST)
    assert "<p>more</p>" in picture.html()


def test_many_points_are_thinned_but_counted():
    many = Scatter({"many": RNG.normal(size=(2000, 2))})
    assert len(marks(scatter_svg(many, title="t"))[-1][1]) == 500
    assert "2000 points" in scatter_text(many)


def test_groups_hold_points():
    with pytest.raises(ValueError, match="hold at least one group"):
        Scatter({})
    with pytest.raises(ValueError, match="hold points of shape \\(m, 2\\), but `a` has shape"):
        Scatter({"a": [1.0, 2.0]})
