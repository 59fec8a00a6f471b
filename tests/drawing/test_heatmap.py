"""Heat maps: colours, marks, words and data say the same numbers, and text stays text."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from qaimagic.drawing.heatmap import Heatmap, Mark, heatmap_picture, heatmap_svg, heatmap_text
from qaimagic.drawing.heatmap_svg import N_COLORS, SHAPES
from qaimagic.drawing.palette import amounts

SVG = "{http://www.w3.org/2000/svg}"
X = np.linspace(-1.0, 1.0, 5)
Y = np.linspace(0.0, 4.0, 3)


def bowl(**more):
    return Heatmap(X, Y, X**2 + (Y[:, None] - 2) ** 2, "a", "b", "loss", **more)


def painted(svg: str) -> np.ndarray:
    """Read the colours of all cells back from the paths, as places in the palette."""
    root = ElementTree.fromstring(svg)
    cells = np.full((3, 5), -1)
    for path in root.find(f"{SVG}g[@shape-rendering]").iter(f"{SVG}path"):
        for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path.get("d")):
            column, row, n = map(int, run)
            assert (cells[row, column : column + n] == -1).all()
            cells[row, column : column + n] = amounts(N_COLORS).index(path.get("fill"))
    return cells


def test_each_cell_has_the_colour_of_its_value():
    values = bowl().values
    expected = np.minimum(np.floor(values / 5.0 * N_COLORS), N_COLORS - 1)
    np.testing.assert_array_equal(painted(heatmap_svg(bowl(), title="")), expected)


def test_gaps_are_not_painted_and_a_scale_keeps_its_ends():
    values = bowl().values.copy()
    values[1, 2], values[0, 0], values[2, 4] = np.nan, np.inf, -7.0
    data = Heatmap(X, Y, values, scale=(0.0, 5.0))
    cells = painted(heatmap_svg(data, title=""))
    assert cells[1, 2] == cells[0, 0] == -1
    assert cells[2, 4] == 0


def test_the_lowest_value_is_told_and_marked():
    data = bowl(marks=[Mark("here", 0.5, 1.0, "present 1.25")])
    assert data.minimum == (0.0, 2.0, 0.0)
    assert heatmap_text(data) == "loss over a and b, 5 x 3 points: lowest 0 at (0, 2), highest 5"
    svg = heatmap_svg(data, title="Loss")
    titles = [e.text for e in ElementTree.fromstring(svg).iter(f"{SVG}title")]
    assert "lowest 0" in titles
    assert "present 1.25" in titles


def test_shapes_tell_marks_apart():
    assert len(set(SHAPES.values())) == len(SHAPES) == 4


def test_without_a_finite_value_there_is_a_picture_and_no_minimum():
    data = Heatmap(X, Y, np.full((3, 5), np.nan))
    assert data.minimum is None
    assert "no finite value" in heatmap_picture(data, title="").text
    assert "nan" not in heatmap_svg(data, title="").lower()


def test_equal_values_have_a_span():
    low, high = Heatmap(X, Y, np.full((3, 5), 2.0)).span
    assert low < 2.0 < high
    ElementTree.fromstring(heatmap_svg(Heatmap(X, Y, np.full((3, 5), 2.0)), title=""))


def test_a_path_and_contours_are_drawn():
    plain = heatmap_svg(bowl(), title="")
    path = np.array([[-1.0, 0.0], [0.0, 2.0]])
    assert heatmap_svg(bowl(path=path), title="").count("stroke-linecap") > plain.count(
        "stroke-linecap"
    )
    assert plain.count('stroke-opacity="0.6"') >= 3


def test_text_cannot_become_markup():
    evil = "<script>alert(1)</script>"
    data = Heatmap(X, Y, bowl().values, evil, evil, evil, marks=[Mark("here", 0, 0, evil)])
    html = heatmap_picture(data, title=evil, text=evil).html()
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_large_map_stays_small():
    x = np.linspace(-np.pi, np.pi, 41)
    values = np.cos(x) * np.cos(x[:, None])
    assert len(heatmap_svg(Heatmap(x, x, values), title="")) < 50_000


def test_a_grid_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"its shape is \(5, 3\) for 3 and 5"):
        Heatmap(X, Y, bowl().values.T)
