"""Curves: what is drawn, what is said, and how little a long run costs."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from qaimagic.drawing.curves import (
    Curves,
    Series,
    curves_picture,
    curves_svg,
    curves_table,
    curves_text,
)
from qaimagic.drawing.curves_axes import Axis, short_number, thin_out, with_error

NAN = float("nan")
SVG = "{http://www.w3.org/2000/svg}"


def parsed(*panels: Curves) -> ET.Element:
    return ET.fromstring(curves_svg(*panels))


def path_of(svg: ET.Element, name: str) -> str:
    for path in svg.iter(f"{SVG}path"):
        title = path.find(f"{SVG}title")
        if title is not None and title.text == name:
            return path.attrib["d"]
    raise AssertionError(f"no line called {name}")


def heights(data: str) -> list[float]:
    return [float(y) for y in re.findall(r"[ML][\d.-]+,([\d.-]+)", data)]


def texts(svg: ET.Element) -> list[str]:
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def test_a_lower_value_is_drawn_lower_and_a_gap_stays_a_gap() -> None:
    line = Series("training", [1, 2, 3, 4, 5], [3.0, 2.0, NAN, 1.5, math.inf])
    data = path_of(parsed(Curves((line,))), "training")
    assert heights(data) == sorted(heights(data))
    assert len(heights(data)) == 3
    assert data.count("M") == 2


def test_the_values_lie_where_the_ticks_say() -> None:
    svg = parsed(Curves((Series("training", [0, 1, 2], [0.0, 0.5, 1.0]),), better="higher"))
    ticks = {
        element.text: float(element.attrib["y"]) - 4.0
        for element in svg.iter(f"{SVG}text")
        if element.attrib["text-anchor"] == "end"
    }
    drawn = heights(path_of(svg, "training"))
    assert drawn[0] == pytest.approx(ticks["0.0"], abs=0.11)
    assert drawn[2] == pytest.approx(ticks["1.0"], abs=0.11)


def test_losses_over_decades_get_a_logarithmic_axis_with_powers_of_ten() -> None:
    steps = list(range(1, 8))
    panel = Curves((Series("training", steps, [10.0**-k for k in steps]),), "infidelity")
    assert panel.is_log
    svg = parsed(panel)
    assert "infidelity, log scale" in texts(svg)
    assert "10⁻⁴" in texts(svg)
    rows = np.diff(heights(path_of(svg, "training")))
    assert rows == pytest.approx(rows[0], abs=0.11)


@pytest.mark.parametrize(
    "y", [[1.0, 0.5, 0.2], [-1.0, 100.0, 0.1], [1.0, 0.0, 100.0], [NAN, NAN, NAN]]
)
def test_other_values_keep_a_linear_axis(y: list[float]) -> None:
    panel = Curves((Series("training", [1, 2, 3], y),))
    assert not panel.is_log
    parsed(panel)


def test_a_metric_is_never_logarithmic_unless_asked() -> None:
    line = Series("validation", [1, 2], [0.001, 1.0], "validation")
    assert not Curves((line,), better="higher").is_log
    assert Curves((line,), better="higher", log=True).is_log


def test_no_spike_and_no_gap_is_lost_in_a_long_run() -> None:
    x = np.arange(100_000.0)
    y = np.sin(x / 9000.0)
    y[31_415] = 7.0
    y[62_718] = -8.0
    y[80_000:90_000] = NAN
    thin_x, thin_y = thin_out(x, y, 300)
    assert len(thin_x) <= 1200
    assert np.nanmax(thin_y) == 7.0
    assert np.nanmin(thin_y) == -8.0
    assert thin_x[np.nanargmax(thin_y)] == 31_415
    assert (np.diff(thin_x) > 0).all()
    assert np.isnan(thin_y[(thin_x > 81_000) & (thin_x < 89_000)]).all()
    assert thin_x[0] == 0.0
    assert thin_x[-1] == x[-1]


def test_a_hundred_thousand_steps_make_a_small_picture() -> None:
    x = np.arange(100_000)
    line = Series("training", x, np.random.default_rng(0).random(100_000))
    assert len(curves_svg(Curves((line,)))) < 40_000


def test_labels_at_the_ends_do_not_overlap() -> None:
    lines = tuple(
        Series(f"model {k}", [1, 2], [1.0, 0.5 + 0.001 * k], "validation", k) for k in range(6)
    )
    svg = parsed(Curves(lines))
    rows = sorted(
        float(element.attrib["y"])
        for element in svg.iter(f"{SVG}text")
        if (element.text or "").startswith("model")
    )
    assert len(rows) == 6
    assert min(np.diff(rows)) >= 11.0
    assert rows[-1] <= 280 - 36


def test_labels_at_the_ends_are_not_cut_off() -> None:
    line = Series("measured", [1, 2], [1.0, 0.5], "validation")
    svg = parsed(Curves((line,), better=None))
    [label] = [element for element in svg.iter(f"{SVG}text") if element.text == "measured"]
    bold_in_dejavu = 11.0 * (1.042 + 3 * 0.678 + 0.675 + 0.595 + 0.712 + 0.493)
    assert float(label.attrib["x"]) + bold_in_dejavu <= 640


def test_lines_differ_in_more_than_colour() -> None:
    svg = parsed(
        Curves(
            (
                Series("validation", [1, 2], [1.0, 0.5], "validation"),
                Series("twin", [1, 2], [1.0, 0.6], "validation", 1),
                Series("exact", [0], [0.4], "reference"),
            )
        )
    )
    dashes = {path.attrib.get("stroke-dasharray") for path in svg.iter(f"{SVG}path")}
    assert len(dashes - {None}) == 3


def test_a_screen_reader_gets_a_title_and_the_numbers() -> None:
    svg = ET.fromstring(
        curves_svg(Curves((Series("training", [1, 2], [0.5, 0.25]),)), title="Fit of <sine>")
    )
    assert svg.attrib["role"] == "img"
    assert svg.findtext(f"{SVG}title") == "Fit of <sine>"
    assert "0.5 → 0.25" in (svg.findtext(f"{SVG}desc") or "")


def test_nothing_that_a_page_could_trip_over_is_in_the_picture() -> None:
    evil = '<script>alert("x")</script>&'
    panel = Curves((Series(evil, [1, 2], [0.5, 0.4]),), evil, evil)
    for markup in (
        curves_svg(panel, title=evil),
        curves_table(panel),
        curves_picture(panel).html(),
    ):
        assert "<script" not in markup
        assert 'id="' not in markup
        assert "<style" not in markup
    ET.fromstring(curves_svg(panel, title=evil))


def test_an_empty_panel_says_so() -> None:
    assert "no values yet" in texts(parsed(Curves((), "loss", x_end=10)))
    assert curves_text(Curves(())) == "loss: no values"
    assert curves_table(Curves(())).count("<tr>") == 1


def test_a_single_point_stands_at_the_end_of_an_axis_from_zero() -> None:
    shown = texts(parsed(Curves((Series("validation", [10], [0.9], "validation"),))))
    assert {"0", "10"} <= set(shown)
    assert "11" not in shown


def test_a_training_line_of_one_point_has_a_marker() -> None:
    marks = [
        curves_svg(Curves((Series("training", x, x, "train"),), better=None)).count('stroke="none"')
        for x in ([1.0], [1.0, 2.0])
    ]
    assert marks == [1, 0]


def test_one_line_of_text_with_the_best_value() -> None:
    panel = Curves(
        (
            Series("validation", [1, 2, 3], [0.9, 0.41234, 0.5], "validation"),
            Series("training", [1, 2, 3], [0.8, 0.4, NAN]),
            Series("each step", [1, 2], [5.0, 6.0], "raw"),
        ),
        x_label="epoch",
    )
    text = "loss: validation 0.9 → █▁▂ 0.5 (best epoch 2: 0.412; training 0.4)"
    assert curves_text(panel) == text
    assert repr(curves_picture(panel)) == text


def test_the_epoch_that_was_kept_counts_as_best_in_every_panel() -> None:
    line = Series("validation", [1, 2, 3], [0.9, 0.95, 0.94], "validation")
    panel = Curves((line,), "accuracy", "epoch", "higher", best_x=3)
    assert "best epoch 3: 0.94" in curves_text(panel)
    assert "best epoch 3: 0.94" in curves_svg(panel)
    assert Curves((line,), better="higher").best == (2.0, 0.95)
    assert Curves((line,), better="higher", best_x=7).best is None


def test_energies_are_told_with_the_digits_that_chemists_look_at() -> None:
    panel = Curves(
        (Series("energy", [1, 2], [-0.9, -1.13612]), Series("exact", [0], [-1.13731], "reference"))
    )
    assert "-1.1361" in curves_text(panel)
    assert "exact -1.1373" in curves_text(panel)
    assert "exact −1.1373" in texts(parsed(panel))  # noqa: RUF001


def test_the_table_is_short_and_has_the_best_row() -> None:
    y = [abs(k - 137) + 1.0 for k in range(1000)]
    panel = Curves(
        (
            Series("training", range(1000), y),
            Series("ridge", [0], [2.5], "reference"),
        )
    )
    table = ET.fromstring(curves_table(panel))
    rows = [[cell.text for cell in row] for row in table.iter("tr")]
    assert rows[0] == ["step", "training", "ridge"]
    assert ["137", "1", "2.5"] in rows
    assert rows[-1] == ["999", "863", "2.5"]
    assert len(rows) <= 14


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1.137, -0.9), (3e-7, 4e-7), (0, 123_456)])
def test_ticks_are_few_round_and_inside(low: float, high: float) -> None:
    ticks = Axis(low, high, 0.0, 100.0).ticks()
    assert 2 <= len(ticks) <= 7
    assert len({label for _, label in ticks}) == len(ticks)
    for value, label in ticks:
        assert low <= value <= high + 1e-9 * abs(high)
        said = label.replace("\N{MINUS SIGN}", "-").replace("k", "e3")
        assert float(said) == pytest.approx(value, abs=1e-9 * (high - low) + 1e-12)


def test_whole_axes_have_whole_ticks() -> None:
    assert [label for _, label in Axis(0, 3, 0, 100, whole=True).ticks(10)] == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "0"), (1234.0, "1234"), (2e9, "2e9"), (NAN, "NaN"), (-math.inf, "-∞"), (0.1, "0.1")],
)
def test_short_numbers(value: float, said: str) -> None:
    assert short_number(value) == said


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (0.12345, 0.0123, "0.123 ± 0.012"),
        (1234567, 5700, "1234567 ± 5700"),
        (1.23456789012, 1e-9, "1.2345678901 ± 1e-09"),
        (3.1e9, 2e8, "3.1e9 ± 2e8"),
        (0.0, 1e-12, "0 ± 1e-12"),
        (2.5, 0.0, "2.5 ± 0"),
        (2.5, math.inf, "2.5 ± ∞"),
        (2.5, NAN, "2.5 ± NaN"),
    ],
)
def test_numbers_with_their_errors(value: float, error: float, said: str) -> None:
    assert with_error(value, error) == said


def test_series_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Argument `y` must be as long as `x`, but it has 1"):
        Series("training", [1, 2], [1.0])
    with pytest.raises(ValueError, match="Did you mean `validation`"):
        Series("training", [1], [1.0], "validaton")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="a single value"):
        Series("exact", [1, 2], [1.0, 2.0], "reference")


def test_lines_of_a_graph_end_without_a_number():
    line = Series("target", [0, 1, 2], [0.0, 1.0, 1.7e-7])
    ends = [
        text for text in curves_svg(Curves((line,), better=None)).split(">") if "target" in text
    ]
    assert any(text.startswith("target<") for text in ends)
    assert not any("1.7" in text for text in ends if text.startswith("target"))


def test_a_band_is_shaded_and_counts_for_the_axis():
    line = Series("mean", [1, 2], [0.5, 0.4], band=([0.4, 0.1], [0.6, 0.9]))
    panel = Curves((line,))
    assert {0.1, 0.9} <= set(panel.values.tolist())
    assert curves_svg(panel).count('z" fill=') == 1


def test_a_band_has_the_length_of_its_line():
    with pytest.raises(ValueError, match="as long as `y`"):
        Series("mean", [1, 2], [0.5, 0.4], band=([0.4], [0.6]))


def test_equal_ratios_take_equal_room_on_a_logarithmic_axis():
    line = Series("Gibbs", [1, 10, 100, 1000], [0.4, 0.3, 0.2, 0.1])
    svg = parsed(Curves((line,), x_label="sweeps", log_x=True))
    data = path_of(svg, "Gibbs")
    places = [float(x) for x in re.findall(r"[ML]([\d.-]+),", data)]
    assert np.diff(places) == pytest.approx(np.diff(places).mean(), abs=0.11)
    assert {"1", "10", "100", "1000", "sweeps, log scale"} <= set(texts(svg))


def test_a_logarithmic_axis_has_no_zero():
    with pytest.raises(ValueError, match="above 0 on a logarithmic axis, but that of Gibbs reach"):
        Curves((Series("Gibbs", [0, 1], [0.4, 0.3]),), log_x=True)


def test_points_of_two_groups_stand_side_by_side_on_stems_from_zero() -> None:
    x = [0.0, 1.0, 2.0]
    one = Series("one", x, [1.0, -2.0, NAN], "points", band=([0.5, -2.5, NAN], [1.5, -1.5, NAN]))
    two = Series("two", x, [1.0, -2.0, 3.0], "points", group=1)
    svg = parsed(Curves((one, two), "x", "unknown", better=None))

    def stems(name: str) -> list[tuple[float, float, float]]:
        found = re.findall(r"M([\d.]+),([\d.]+)V([\d.]+)", path_of(svg, name))
        return [(float(x), float(zero), float(y)) for x, zero, y in found]

    left, right = stems("one"), stems("two")
    assert (len(left), len(right)) == (2, 3)
    assert len({zero for _, zero, _ in left + right}) == 1
    for (x1, zero, y1), (x2, _, y2) in zip(left, right, strict=False):
        assert x1 < x2
        assert y1 == y2
        assert (y1 < zero) is (x1 == left[0][0])
    assert "x: one 1" in curves_text(Curves((one, two), "x", "unknown", better=None))
