"""Tiles: squares where they are squares, told in text, with the numbers behind them."""

import xml.etree.ElementTree as ET

import pytest

from qaimagic.drawing.tiles import tiles_picture


def rects(svg):
    return [one for one in ET.fromstring(svg).iter() if one.tag.endswith("rect")]


def test_a_square_number_of_bits_is_a_square():
    picture = tiles_picture({"data": [[0, 1, 1, 0]]}, title="Bars")
    frame, *bits = rects(picture.svg)
    assert frame.get("width") == frame.get("height")
    assert len(bits) == 2
    size = float(bits[0].get("width"))
    offsets = {
        (float(b.get("x")) - float(frame.get("x")), float(b.get("y")) - float(frame.get("y")))
        for b in bits
    }
    assert offsets == {(size, 0.0), (0.0, size)}


def test_other_lengths_are_strips():
    frame, *_ = rects(tiles_picture({"data": [[0, 1, 1]]}, title="Bars").svg)
    assert float(frame.get("width")) == pytest.approx(3 * float(frame.get("height")))


def test_the_fuller_the_nearer_to_1():
    _, low, high = rects(tiles_picture({"x": [[0.25, 0.75, 0.0]]}, title="Bars").svg)
    assert (low.get("fill-opacity"), high.get("fill-opacity")) == ("0.25", "0.75")


def test_text_table_and_names_are_harmless():
    picture = tiles_picture({"<b>": [[0.2, 0.9]], "samples": [[1, 0]] * 20}, title="<i>")
    assert picture.text == "<b>: 01; samples: " + " ".join(["10"] * 8)
    assert "<b>" not in picture.svg + picture.table
    assert "0.2 0.9" in picture.table


@pytest.mark.parametrize("rows", [{}, {"a": [[1, 0]], "b": [[1]]}, {"a": [1, 0]}])
def test_patterns_have_one_length(rows):
    with pytest.raises(ValueError, match="patterns of one length"):
        tiles_picture(rows, title="none")
