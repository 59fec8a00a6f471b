"""States drawn and told: what is seen is what the numbers say."""

import math
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from qaimagic.drawing import theme
from qaimagic.drawing.phase_color import phase_color
from qaimagic.drawing.state_bars import bars_block
from qaimagic.drawing.state_data import State
from qaimagic.drawing.state_disks import amplitudes_block, in_pi, in_words, matrix_block, phase_of
from qaimagic.drawing.state_picture import state_picture
from qaimagic.drawing.state_sample import draw_shots
from qaimagic.drawing.state_sphere import Arrow, project, sphere_svg, vector_words
from qaimagic.drawing.state_text import state_text
from tests.drawing.random_states import mixed, names, pure

NS = "{http://www.w3.org/2000/svg}"
BELL = State(np.array([1, 0, 0, 1]) / np.sqrt(2), names(2), "bell")
PHASED = State(np.array([0.5, 0.5j, -0.5, -0.5j]), names(2), "phased")


def parsed(svg):
    return ElementTree.fromstring(f'<svg xmlns="{NS[1:-1]}">{svg}</svg>')


def disks(block):
    return [
        (group.find(f"{NS}title").text, *group.findall(f"{NS}circle"), group.find(f"{NS}line"))
        for group in parsed(block.svg).iter(f"{NS}g")
    ]


def test_disks_have_areas_like_probabilities_and_hands_at_phases():
    values = np.array([math.sqrt(0.5), math.sqrt(0.3) * 1j, math.sqrt(0.2), 0])
    found = disks(amplitudes_block(State(values, names(2)), np.arange(4), 600))
    radii = [float(found[k][2].get("r")) for k in range(3)]
    assert np.array(radii) ** 2 / radii[0] ** 2 == pytest.approx([1, 0.6, 0.4], abs=0.02)
    assert len(found[3]) == 3
    assert found[3][-1] is None
    up = found[1][3]
    assert (float(up.get("x2")), float(up.get("y2"))) == pytest.approx((0, -21), abs=0.1)


def test_disks_have_the_colours_of_their_phases():
    found = disks(amplitudes_block(PHASED, np.arange(4), 600))
    colors = [disk[2].get("fill") for disk in found]
    assert colors == [phase_color(k * math.pi / 2) for k in (0, 1, 2, -1)]
    assert [disk[0] for disk in found] == [
        "|00⟩: 0.5, size 0.5, phase 0",
        "|01⟩: 0.5i, size 0.5, phase π/2",
        f"|10⟩: {chr(8722)}0.5, size 0.5, phase π",
        f"|11⟩: {chr(8722)}0.5i, size 0.5, phase {chr(8722)}π/2",
    ]


def test_a_density_matrix_has_a_disk_for_each_entry():
    state = mixed(2, 1)
    found = disks(matrix_block(state, np.arange(4)))
    assert len(found) == 16
    assert found[1][0].startswith(f"|00⟩⟨01|: {in_words(state.values[0, 1])}, ")
    largest = np.abs(state.values).max()
    assert float(found[5][2].get("r")) == pytest.approx(
        15 * state.values[1, 1].real / largest, abs=0.06
    )


def test_the_phase_of_what_rounds_to_a_real_number():
    assert phase_of(-1 - 1e-17j) == math.pi
    assert phase_of(-0.5j) == -math.pi / 2
    assert [in_pi(k * math.pi / 3) for k in range(4)] == ["0", "π/3", "2π/3", "π"]


def test_arrows_are_as_long_as_their_vectors():
    arrow = Arrow(np.array([0.0, 0.0, 0.5]), theme.series_style(0), "<a>")
    root = parsed(sphere_svg([arrow], 0, 0, 100))
    tip = next(circle for circle in root.iter(f"{NS}circle") if circle.get("stroke-width"))
    assert float(tip.get("cy")) == pytest.approx(-0.5 * 37 * math.cos(0.3), abs=0.06)
    assert root.find(f".//{NS}title").text == "<a>: x 0, y 0, z 0.5, length 0.5"
    assert vector_words(np.array([1e-9, -1.0, 0])).startswith(f"x 0, y {chr(8722)}1")


def test_the_view_turns_without_stretching():
    corners = np.array([project(axis) for axis in np.eye(3)])
    assert corners @ corners.T == pytest.approx(np.eye(3), abs=1e-12)


def test_bars_are_as_high_as_probabilities_and_marks_stand_at_shares():
    state = State(np.sqrt([0.5, 0.25, 0.25, 0.0]), names(2), "three")
    sample = draw_shots(state.probabilities, 100, seed=1)
    root = parsed(bars_block([state], np.arange(4), 600, [sample]).svg)
    bars = [float(rect.get("height")) for rect in root.iter(f"{NS}rect")]
    assert np.array(bars) / bars[0] == pytest.approx([1, 0.5, 0.5, 0], abs=0.01)
    floor = 158.0
    for circle, share in zip(root.iter(f"{NS}circle"), sample.frequencies, strict=True):
        height = floor - float(circle.get("cy"))
        assert height / bars[0] == pytest.approx(share / 0.5, abs=0.01)
    assert f"{sample.counts[0]} of 100 shots, 95 % interval" in root.find(f".//{NS}title").text


@pytest.mark.parametrize(
    "states",
    [[BELL], [PHASED, BELL], [mixed(1)], [mixed(4), pure(4)], [pure(7)], [pure(10)]],
    ids=["bell", "pair", "mixed", "mixed pair", "seven", "ten"],
)
@pytest.mark.parametrize("shots", [None, 50])
def test_every_picture_is_well_formed_and_within_its_frame(states, shots):
    samples = [] if shots is None else [draw_shots(s.probabilities, shots, 0) for s in states]
    picture = state_picture(states, samples)
    root = ElementTree.fromstring(picture.svg)
    assert root.find(f"{NS}desc").text == picture.text
    assert "\n" not in picture.text
    width, height = float(root.get("width")), float(root.get("height"))
    for group in root:
        if group.tag == f"{NS}g":
            x, y = map(
                float, re.match(r"translate\(([\d.]+),([\d.]+)\)", group.get("transform")).groups()
            )
            assert x < width
            assert y < height
    assert len(picture.svg) < 120_000
    ElementTree.fromstring(f"<div>{picture.table}</div>")


def test_what_is_left_out_is_said():
    picture = state_picture([pure(10)])
    held = np.sort(pure(10).probabilities)[-64:].sum()
    assert (
        f"64 of 1,024 basis states are drawn, the most probable; they hold {100 * held:.3g} %"
        in (picture.html())
    )
    assert "8 of 10 spheres are drawn" in picture.html()
    assert "are drawn" not in state_picture([pure(6)]).html()


def test_words():
    assert state_text([BELL]) == "bell: 2 wires, pure; |00⟩ 0.5, |11⟩ 0.5; Bloch lengths 0, 0"
    sample = draw_shots(BELL.probabilities, 1000, seed=7)
    told = state_text([BELL, PHASED], [sample, sample], fidelity=0.25)
    assert "; fidelity 0.25; 1,000 shots of bell with seed 7; 1,000 shots of phased" in told
    assert state_text([BELL, PHASED], fidelity=5e-34).endswith("; fidelity 0")
    assert state_text([BELL, PHASED], fidelity=3e-6).endswith("; fidelity 3e-06")
    even = State(np.full(2**12, 2**-6.0), names(12))
    assert "; |000000000000⟩ 0.000244, " in state_text([even])
    assert ", 4,092 more; Bloch lengths 1, 1, 1, 1, 1, 1, 1, 1, ..." in state_text([even])
    assert "mixed, purity 0.5;" in state_text([State(np.eye(2) / 2, ("a",))])


def test_names_cannot_become_markup():
    sly = State(BELL.values, ("<b>", "&"), "<script>alert(1)</script>")
    html = state_picture([sly, BELL], [draw_shots(sly.probabilities, 5, 0)] * 2).html()
    assert "<script" not in html
    assert "<b>" not in html
    ElementTree.fromstring(html.replace("<figure style=", "<figure data=", 1))
