from qaimagic.drawing.describe import describe, describe_item
from qaimagic.drawing.diagram import Diagram, Gate, Measurement


def test_controls_inverses_and_parameters_are_said():
    gate = Gate(
        "RY", (2,), controls=(0, 1), control_values=(True, False), parameters=("a", "b"),
        adjoint=True,
    )  # fmt: skip
    diagram = Diagram(("q", "r", "s"), (gate,), ())
    assert describe_item(gate, diagram) == (
        "inverse of RY(a, b) on wire s, controlled by wire q and wire r being 0"
    )


def test_measurements_are_said():
    diagram = Diagram(("0", "1"), (), ())
    assert describe_item(Measurement("probs", "probs", ()), diagram) == "probs on all wires"
    assert describe_item(Measurement("var", "Z", (0, 1)), diagram) == "var of Z on wires 0, 1"


def test_a_large_circuit_is_summed_up():
    gates = (*[Gate("H", (0,))] * 41, Gate("T", (0,)))
    assert describe(Diagram(("0",), gates, ())) == (
        "1 wire, 42 gates, 0 measurements. Gates: 41 H, 1 T."
    )
