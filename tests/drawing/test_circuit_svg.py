import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from qaimagic.drawing import theme
from qaimagic.drawing.circuit_svg import circuit_svg
from qaimagic.drawing.diagram import Diagram, Gate, Measurement
from tests.drawing.random_diagrams import diagrams

SVG = "{http://www.w3.org/2000/svg}"
Z = Measurement("expval", "Z", (0,))


def parse(diagram, **options):
    return ElementTree.fromstring(circuit_svg(diagram, **options))


def texts(root):
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


def tooltips(root):
    return [group.findtext(f"{SVG}title") for group in root.findall(f"{SVG}g")]


def x_positions(root):
    circles = [float(c.get("cx")) for c in root.iter(f"{SVG}circle")]
    starts = [
        float(x) for p in root.iter(f"{SVG}path") for x in re.findall(r"M([-\d.]+)", p.get("d"))
    ]
    ends = [
        float(x) for p in root.iter(f"{SVG}path") for x in re.findall(r"H([-\d.]+)", p.get("d"))
    ]
    return circles + starts + ends


@given(diagrams())
@settings(deadline=None)
def test_any_circuit_is_well_formed_and_within_its_frame(diagram):
    root = parse(diagram, max_width=400)
    width = float(root.get("width"))
    assert all(0 <= x <= width for x in x_positions(root))
    assert len(tooltips(root)) == len(diagram.gates) + len(diagram.measurements)


def test_it_is_named_and_described_for_screen_readers():
    gate = Gate("RX", (0,), parameters=("theta[0]",))
    root = parse(Diagram(("0",), (gate,), (Z,), title="encoder"))
    assert root.get("role") == "img"
    by_id = {element.get("id"): element.text for element in root if element.get("id")}
    title, description = (by_id[key] for key in root.get("aria-labelledby").split())
    assert title == "Circuit encoder"
    assert description == (
        "1 wire, 1 gate, 1 measurement. RX(theta[0]) on wire 0. Measured: expval of Z on wire 0."
    )


def test_two_circuits_on_a_page_have_different_ids():
    one, other = (circuit_svg(Diagram((name,), (), ())) for name in "ab")
    assert not set(re.findall(r'id="(\w+)"', one)) & set(re.findall(r'id="(\w+)"', other))


def test_labels_are_text_and_never_markup():
    evil = "<script>alert('&\")</script>\x00\x1b\ud800"
    gate = Gate(evil, (0, 1), parameters=(evil, 'x"onload="y'), is_template=True)
    diagram = Diagram((evil, evil), (gate,), (Measurement("expval", evil, (0,)),), title=evil)
    svg = circuit_svg(diagram)
    known = {"svg", "title", "desc", "g", "path", "circle", "rect", "text", "tspan"}
    elements = list(ElementTree.fromstring(svg).iter())
    assert {element.tag.removeprefix(SVG) for element in elements} <= known
    assert not [name for element in elements for name in element.attrib if name.startswith("on")]
    svg.encode("utf-8")


def test_weights_and_data_are_told_apart_and_explained():
    gates = (
        Gate("RX", (0,), parameters=("query[0]",)),
        Gate("RY", (0,), parameters=("theta[0,1]",)),
    )
    root = parse(Diagram(("0",), gates, (), data=("query",)))
    colors = [group.find(f"{SVG}path").get("fill") for group in root.findall(f"{SVG}g")]
    assert colors == [theme.DATA, theme.WEIGHT]
    assert {"RX", "query0", "RY", "θ0,1", "weights  θ", "data  query"} <= set(texts(root))


def test_folded_parameters_are_complete_in_the_tooltip():
    parameters = tuple(f"theta[0,0,{i}]" for i in range(3))
    root = parse(Diagram(("0",), (Gate("Rot", (0,), parameters=parameters),), ()))
    assert "θ0,0,•" in texts(root)
    assert tooltips(root) == ["Rot(theta[0,0,0], theta[0,0,1], theta[0,0,2]) on wire 0"]


def test_controls_are_filled_on_one_and_open_on_zero():
    gate = Gate("X", (2,), controls=(0, 1), control_values=(True, False))
    root = parse(Diagram(("0", "1", "2"), (gate,), ()))
    dots = [c for c in root.iter(f"{SVG}circle") if c.get("r") == "4.6"]
    assert sorted(dot.get("fill") for dot in dots) == sorted([theme.INK, "none"])


def test_a_controlled_z_is_dots_alone():
    gate = Gate("Z", (2,), controls=(0,), control_values=(True,))
    root = parse(Diagram(("0", "1", "2"), (gate,), ()))
    assert [c.get("fill") for c in root.iter(f"{SVG}circle")] == [theme.INK] * 2
    assert texts(root) == ["0", "1", "2"]


def test_rows_between_that_do_not_belong_are_dashed():
    def dashed(wires):
        root = parse(Diagram(("0", "1", "2"), (Gate("U", wires),), ()))
        return [p.get("d") for p in root.iter(f"{SVG}path") if p.get("stroke-dasharray") == "3 3"]

    assert [path.count("M") for path in dashed((0, 2))] == [1]
    assert dashed((0, 1, 2)) == []


def test_a_measured_wire_ends_there_even_beside_a_later_box():
    measurements = (Measurement("probs", "", (1,)), Measurement("expval", "Z⊗Z", (0, 2)))
    root = parse(Diagram(("0", "1", "2"), (), measurements))
    wires = root.find(f"{SVG}path").get("d")
    assert len(root.findall(f"{SVG}path")) == 1
    assert len(re.findall(r"M[\d.]+ 73H", wires)) == 1


def test_the_order_of_wires_is_marked_where_it_is_not_downwards():
    downwards = parse(Diagram(("a", "b"), (Gate("U", (0, 1)),), ()))
    upwards = parse(Diagram(("a", "b"), (Gate("U", (1, 0)),), ()))
    assert texts(downwards) == ["U", "a", "b"]
    assert sorted(texts(upwards)) == ["0", "1", "U", "a", "b"]


def test_a_long_circuit_wraps_within_its_width():
    gates = tuple(Gate("RY", (0,), parameters=(f"w[{i}]",)) for i in range(60))
    root = parse(Diagram(("0",), gates, (Z,)), max_width=500)
    assert float(root.get("width")) <= 500
    assert texts(root).count("0") > 4
    assert len(parse(Diagram(("0",), gates, (Z,)), max_width=10_000).findall(f"{SVG}g")) == 61


def test_a_measurement_within_the_circuit_is_a_meter_and_the_wire_goes_on():
    svg = circuit_svg(Diagram(("0",), (Gate("measure", (0,)), Gate("H", (0,))), ()))
    root = ElementTree.fromstring(svg)
    assert texts(root) == ["H", "0"]
    assert tooltips(root) == ["measure on wire 0", "H on wire 0"]
    [wire] = root.findall(f"{SVG}path")
    assert wire.get("d").count("M") == 3


def test_ink_follows_the_page():
    svg = circuit_svg(Diagram(("0",), (Gate("H", (0,)),), (Z,)))
    assert set(re.findall(r'(?:fill|stroke)="(.*?)"', svg)) <= {"none", theme.INK}


def test_a_width_that_is_no_whole_number_is_refused():
    with pytest.raises(TypeError, match="`max_width` must be a whole number, but it is '9'"):
        circuit_svg(Diagram((), (), ()), max_width="9")


@given(diagrams())
@settings(deadline=None)
def test_every_gate_says_its_place(diagram):
    groups = parse(diagram, max_width=400).iter(f"{SVG}g")
    places = sorted(int(g.get("data-gate")) for g in groups if g.get("data-gate"))
    assert places == list(range(len(diagram.gates)))
