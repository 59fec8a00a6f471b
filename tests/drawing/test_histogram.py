"""Histograms: bars, a mark, words, a table."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from qaimagic.drawing.curves_axes import MINUS
from qaimagic.drawing.histogram import (
    Histogram,
    histogram_picture,
    histogram_svg,
    histogram_table,
    histogram_text,
)

RNG = np.random.default_rng(0)
MANY = Histogram(RNG.normal(size=500), np.ones(500, dtype=int), mark=-5.0, mark_label="exact")
FEW = Histogram([-3.0, -1.0, -3.0, 1.0], [5, 4, 2, 1], mark=-3.0, mark_label="exact")
NS = "{http://www.w3.org/2000/svg}"


def bars(data):
    root = ElementTree.fromstring(histogram_svg(data, title="t"))
    return [
        (rect.find(f"{NS}title").text, float(rect.get("height")), float(rect.get("x")))
        for rect in root.iter(f"{NS}rect")
    ]


def test_equal_values_are_one_bar_as_high_as_their_counts():
    drawn = bars(FEW)
    assert [words for words, _, _ in drawn] == [
        f"{MINUS}3: 7 reads",
        f"{MINUS}1: 4 reads",
        "1: 1 reads",
    ]
    heights = np.array([height for _, height, _ in drawn])
    assert heights / heights[0] == pytest.approx(np.array([7, 4, 1]) / 7, abs=0.01)
    left = [x for _, _, x in drawn]
    assert left[1] - left[0] == pytest.approx(left[2] - left[1], abs=0.2)


def test_many_values_are_put_into_bins_and_none_is_lost():
    drawn = bars(MANY)
    assert len(drawn) <= 36
    counts = [int(re.search(r": ([\d,]+) reads", words)[1]) for words, _, _ in drawn]
    assert sum(counts) == 500
    assert sum(map(int, re.findall(r"<td>(\d+)</td>", histogram_table(MANY)))) == 500


def test_the_mark_stands_at_its_value():
    svg = histogram_svg(MANY, title="t")
    assert f"exact {MINUS}5" in svg
    mark = float(re.search(r'<path d="M([\d.]+),\d+\.\dV', svg)[1])
    assert mark < min(x for _, _, x in bars(MANY)[1:])


def test_words():
    assert histogram_text(FEW) == "energy: -3 in 7 reads, -1 in 4, 1 in 1; exact -3"
    told = histogram_text(Histogram(np.arange(10.0), np.ones(10, dtype=int)))
    assert told.endswith("5 in 1, and 4 higher values up to 9")


@pytest.mark.parametrize(
    "data",
    [
        Histogram([2.0], [3]),
        Histogram([0.0], [1], mark=0.0),
        Histogram([1e12, 1e12 + 1], [1, 2]),
        Histogram([1e-9, 2e-9], [1, 1]),
        Histogram([-1.0, 1e6], [1, 100_000]),
        MANY,
        FEW,
    ],
)
def test_every_histogram_is_well_formed_and_within_its_frame(data):
    root = ElementTree.fromstring(histogram_svg(data, title="<t>"))
    assert root.find(f"{NS}title").text == "<t>"
    assert root.find(f"{NS}desc").text == histogram_text(data)
    for rect in root.iter(f"{NS}rect"):
        x, y, w, h = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + w <= 640
        assert 0 <= y <= y + h <= 260
    assert 'color="#' not in histogram_svg(data, title="t")


def test_a_picture():
    picture = histogram_picture(FEW, title="Energies", below="<p>more</p>")
    assert repr(picture) == histogram_text(FEW)
    assert "<p>more</p>" in picture.html()


def test_values_and_counts_belong_together():
    for values, counts in (([], []), ([1.0], [1, 2])):
        with pytest.raises(ValueError, match="hold a count for each of at least one value"):
            Histogram(values, counts)


BESIDE = Histogram(
    [-3.0, -1.0, -3.0, -1.0, 1.0],
    [60, 40, 0, 0, 0],
    expected=[0, 0, 55.5, 40.0, 4.5],
    expected_label="exact <T>",
    errors=True,
)


def test_errors_are_binomial_and_what_was_expected_stands_beside():
    assert BESIDE.bars[2].tolist() == [60, 40, 0]
    assert BESIDE.bar_errors == pytest.approx([np.sqrt(100 * 0.6 * 0.4)] * 2 + [0])
    assert BESIDE.bar_expected == pytest.approx([55.5, 40, 4.5])
    assert histogram_text(BESIDE) == "energy: -3 in 60 reads, -1 in 40; beside it exact <T>"
    table = histogram_table(BESIDE)
    assert "exact &lt;T&gt;" in table
    assert "standard error" in table
    assert "<td>60</td><td>4.899</td><td>55.5</td>" in table


def test_dashes_stand_at_the_height_expected():
    svg = histogram_svg(BESIDE, title="t")
    path = re.search(r'<path d="((?:M[\d.]+,[\d.]+H[\d.]+)+)', svg)[1]
    heights = [float(y) for y in re.findall(r",([\d.]+)H", path)]
    floor = 260 - 42
    bar = bars(BESIDE)[0][1]
    expected = np.array([55.5, 40, 4.5]) * bar / 60
    assert floor - np.array(heights[:3]) == pytest.approx(expected, abs=0.2)


def test_bins_add_up_what_was_expected():
    data = Histogram(RNG.normal(size=500), np.ones(500, int), expected=np.full(500, 0.5))
    assert not data.is_discrete
    assert data.bar_expected.sum() == pytest.approx(250)
    assert data.bar_expected == pytest.approx(0.5 * data.bars[2])


def test_values_know_their_bars():
    assert BESIDE.bar_of(np.array([-3.0, -1.0, 1.0])).tolist() == [0, 1, 2]
    low, high, counts = MANY.bars
    where = MANY.bar_of(np.asarray(MANY.values))
    assert np.bincount(where, minlength=len(low)).tolist() == counts.tolist()
    assert high[where[0]] >= MANY.values[0] >= low[where[0]]


def test_expectations_belong_to_values():
    with pytest.raises(ValueError, match="`expected` must hold a number for each value"):
        Histogram([1.0, 2.0], [1, 2], expected=[1.0])
