"""Timelines: a bar whose segments are as wide as phases were long, columns, words, a table."""

import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import numpy as np
import pytest

from qaimagic.drawing import theme
from qaimagic.drawing.timeline import (
    Part,
    Timeline,
    timeline_picture,
    timeline_svg,
    timeline_table,
    timeline_text,
)
from qaimagic.drawing.timeline_data import duration
from qaimagic.drawing.timeline_steps import ceiling, in_columns

NS = "{http://www.w3.org/2000/svg}"
RNG = np.random.default_rng(0)


def made(n=0, scale=1.0):
    steps = RNG.uniform(0.5, 1.5, (n, 3)) * scale
    return Timeline(
        (
            Part("classical", 1.0 * scale, steps[:, 0], "layers & loss", 1),
            Part("queueing", 3.0 * scale, steps[:, 1], "<waiting>", 3),
            Part("transfer", 0.0, np.zeros(n), "there and back", 2),
            Part("other", 4.0 * scale, steps[:, 2]),
        )
    )


def rects(data):
    root = ElementTree.fromstring(timeline_svg(data))
    numbers = ("x", "y", "width", "height")
    return [
        (rect.findtext(f"{NS}title"), rect.get("fill"), *(float(rect.get(n)) for n in numbers))
        for rect in root.iter(f"{NS}rect")
    ]


def test_segments_are_as_wide_as_phases_were_long():
    bar = [rect for rect in rects(made()) if rect[0]]
    assert [words for words, *_ in bar] == [
        "classical: 1 s, 12%",
        "queueing: 3 s, 38%",
        "other: 4 s, 50%",
    ]
    widths = np.array([rect[4] for rect in bar])
    np.testing.assert_allclose(widths / widths.sum(), [1 / 8, 3 / 8, 4 / 8], atol=2e-3)
    for left, right in pairwise(bar):
        assert right[2] - (left[2] + left[4]) == pytest.approx(1.5, abs=0.11)


def test_a_phase_keeps_its_colour_and_one_that_took_no_time_is_left_out():
    svg = timeline_svg(made())
    assert "transfer" not in svg
    fills = [fill for words, fill, *_ in rects(made()) if words]
    assert fills == [theme.SERIES[1].color, theme.SERIES[3].color, theme.INK]


def test_a_short_phase_is_still_seen():
    data = Timeline((Part("classical", 1e-6), Part("queueing", 3600.0)))
    assert min(rect[4] for rect in rects(data)) >= 1.4
    assert timeline_text(data) == "60 min: queueing 60 min (>99%), classical 1 µs (<0.1%)"


def test_columns_are_as_high_as_steps_were_long():
    data = made(n=12)
    blocks = [rect for rect in rects(data) if not rect[0]][3:]
    by_column = {}
    for _, fill, x, _, _, height in blocks:
        by_column.setdefault(x, []).append((fill, height))
    assert len(by_column) == 12
    heights = np.array([[height for _, height in by_column[x]] for x in sorted(by_column)])
    told = np.delete(data.steps, 2, axis=1)
    np.testing.assert_allclose(heights / heights.sum(), told / told.sum(), atol=2e-4)


def test_many_steps_become_means_and_none_is_lost():
    steps = RNG.uniform(size=(5003, 3))
    firsts, columns = in_columns(steps)
    assert len(columns) <= 96
    assert firsts[0] == 1
    assert firsts[-1] == 5004
    lengths = np.diff(firsts)
    np.testing.assert_allclose((columns * lengths[:, None]).sum(0), steps.sum(0))


def test_a_step_that_towers_above_the_others_is_cut_off_and_told():
    steps = np.full(20, 0.01)
    steps[0] = 7.0
    data = Timeline((Part("classical", 0.19, steps), Part("executing", 7.0, np.zeros(20))))
    svg = timeline_svg(data)
    assert "up to 7 s" in svg
    assert "time of a step, ms" in svg
    assert ceiling(steps) == pytest.approx(0.015)
    even = np.where(steps > 1, 0.012, steps)
    assert "up to" not in timeline_svg(Timeline((Part("classical", 0.2, even),)))


def test_words():
    assert timeline_text(made()) == "8 s: other 4 s (50%), queueing 3 s (38%), classical 1 s (12%)"
    table = timeline_table(made(n=5))
    assert "&lt;waiting&gt;" in table
    assert "ms of a step (median)" in table
    assert re.findall(r'<th scope="row">(\w+)</th>', table) == ["classical", "queueing", "other"]
    assert "median" not in timeline_table(made())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3e-9, "3 ns"),
        (0.99996e-3, "1 ms"),
        (0.9996, "1 s"),
        (119.4, "119 s"),
        (119.6, "2 min"),
        (7199.7, "2 h"),
        (86400.0, "24 h"),
    ],
)
def test_durations(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize("n", [0, 1, 2, 7, 96, 97, 10_000])
@pytest.mark.parametrize("scale", [1e-9, 1e-4, 1.0, 1e5])
def test_every_timeline_is_well_formed_and_within_its_frame(n, scale):
    data = made(n, scale)
    root = ElementTree.fromstring(timeline_svg(data, title="<t>"))
    assert root.findtext(f"{NS}title") == "<t>"
    assert root.findtext(f"{NS}desc") == timeline_text(data)
    width, height = float(root.get("width")), float(root.get("height"))
    for _, _, x, y, w, h in rects(data):
        assert 0 <= x <= x + w <= width + 0.1
        assert 0 <= y <= y + h <= height
    assert len(timeline_svg(data)) < 80_000


def test_a_picture_and_one_of_nothing():
    picture = timeline_picture(made(), title="Where <it> went")
    assert repr(picture) == timeline_text(made())
    assert "Where &lt;it&gt; went" in picture.html()
    for empty in (Timeline(()), Timeline((Part("classical", 0.0),))):
        assert repr(timeline_picture(empty)) == "no times were kept"
        assert "no times were kept" in timeline_svg(empty)
        assert "<details" not in timeline_picture(empty).html()


def test_phases_have_equally_many_steps():
    with pytest.raises(ValueError, match="have equally many steps, but some have 1 and some 2"):
        Timeline((Part("a", 1.0, [1.0]), Part("b", 1.0, [1.0, 2.0])))


def test_words_on_blocks_can_be_read():
    def luminance(color):
        values = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
        linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    for style in theme.SERIES:
        pair = sorted((luminance(style.color), luminance(theme.ink_on(style.color))))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.2
