from xml.etree import ElementTree

from qaimagic.drawing.diagram import Diagram, Gate
from qaimagic.drawing.legend import draw_legend


def legend_of(*parameters, max_right=900):
    gates = tuple(Gate("RX", (0,), parameters=(parameter,)) for parameter in parameters)
    return draw_legend(Diagram(("0",), gates, ()), 0, 0, max_right)


def lines(legend):
    root = ElementTree.fromstring(f"<svg>{legend.svg}</svg>")
    return {"".join(t.itertext()): float(t.get("y")) for t in root.iter("text")}


def test_a_circuit_without_names_has_no_legend():
    assert legend_of("0.50", "π/2").svg == ""
    assert legend_of("0.50").height == 0


def test_weights_and_data_share_a_line_when_they_fit():
    wide = lines(legend_of("theta[0]", "phi", "inputs[2]"))
    assert list(wide) == ["weights  θ, φ", "data  inputs"]
    assert len(set(wide.values())) == 1


def test_they_take_two_lines_when_they_do_not():
    narrow = legend_of("theta[0]", "inputs[2]", max_right=110)
    assert len(set(lines(narrow).values())) == 2
    assert narrow.right <= 110
    assert narrow.height > legend_of("theta[0]", "inputs[2]").height


def test_names_that_do_not_fit_are_left_out():
    legend = legend_of(*(f"weight{letter}" for letter in "abcdefgh"), max_right=200)
    [words] = lines(legend)
    assert words.startswith("weights  weighta, ")
    assert words.endswith(", …")
    assert legend.right <= 200
