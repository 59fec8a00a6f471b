import unicodedata
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaimagic.drawing.circuit_text import circuit_text
from qaimagic.drawing.diagram import Diagram, Gate, Measurement
from tests.drawing.random_diagrams import diagrams


def cnot(control, target):
    return Gate("X", (target,), controls=(control,), control_values=(True,))


def drawn(text):
    return dedent(text).strip("\n")


def test_a_small_hybrid_layer():
    diagram = Diagram(
        wires=("0", "1", "2"),
        gates=(
            *(Gate("RX", (i,), parameters=(f"inputs[{i}]",)) for i in range(3)),
            cnot(0, 2),
            Gate("Rot", (1,), parameters=("theta[0,0]", "theta[0,1]", "theta[0,2]")),
        ),
        measurements=(Measurement("expval", "X⊗Y", (0, 2)), Measurement("probs", "probs", (1,))),
    )
    assert circuit_text(diagram) == drawn(
        """
        0: ──RX(inputs[0])─●─────────────┤⟨X⊗Y⟩│
                           │             │     │
        1: ──RX(inputs[1])─┼─Rot(θ[0,·])─┼╌╌╌╌╌┼─┤probs│
                           │             │     │
        2: ──RX(inputs[2])─⊕─────────────┤     │
        """
    )


def test_controls_swaps_and_templates():
    diagram = Diagram(
        wires=("a", "b", "aux"),
        gates=(
            Gate("X", (2,), controls=(0, 1), control_values=(True, False)),
            Gate("Z", (1,), controls=(0,), control_values=(True,)),
            Gate("SWAP", (0, 2)),
            Gate("QFT", (0, 1), is_template=True, adjoint=True),
            Gate("RY", (2,), controls=(0,), control_values=(True,), parameters=("-pi/2",)),
        ),
        measurements=(),
    )
    assert circuit_text(diagram) == drawn(
        """
          a: ──●─●─\u2573─┤    ├─────●─────
               │ │ │ │QFT†│     │
          b: ──○─●─┼─┤    ├─────┼─────
               │   │            │
        aux: ──⊕───\u2573────────RY(-π/2)──
        """
    )


def test_a_measured_wire_ends_there_even_beside_a_later_box():
    measurements = (Measurement("probs", "", (1,)), Measurement("expval", "Z⊗Z", (0, 2)))
    assert circuit_text(Diagram(("0", "1", "2"), (), measurements)) == drawn(
        """
        0: ──────────┤⟨Z⊗Z⟩│
                     │     │
        1: ──┤probs│ │     │
                     │     │
        2: ──────────┤     │
        """
    )


def test_a_long_circuit_wraps():
    gates = tuple(Gate("RY", (0,), parameters=(f"w[{i}]",)) for i in range(5))
    diagram = Diagram(("0",), gates, (Measurement("expval", "Z", (0,)),))
    assert circuit_text(diagram, max_width=30) == drawn(
        """
        0: ──RY(w[0])─RY(w[1])─┄

        0: ┄─RY(w[2])─RY(w[3])─┄

        0: ┄─RY(w[4])─┤⟨Z⟩│
        """
    )


@given(st.lists(st.tuples(st.sampled_from("HTS"), st.integers(0, 3)), max_size=60))
def test_lines_fit_the_width(gates):
    diagram = Diagram(
        tuple("abcd"),
        tuple(Gate(name, (row,)) for name, row in gates),
        (Measurement("probs", "probs", (0, 2)),),
    )
    lines = circuit_text(diagram, max_width=30).split("\n")
    assert max(map(len, lines)) <= 30


@given(diagrams())
def test_no_label_can_break_the_lines(diagram):
    text = circuit_text(diagram, max_width=60)
    assert text == circuit_text(diagram, max_width=60)
    block_height = max(1, 2 * len(diagram.wires) - 1)
    assert (len(text.split("\n")) + 1) % (block_height + 1) == 0
    assert all(line == line.rstrip() for line in text.split("\n"))


def test_columns_stay_aligned_beside_wide_characters():
    diagram = Diagram(("量子", "b"), (Gate("門", (0,)), cnot(0, 1)), ())
    above, between, below = circuit_text(diagram).split("\n")

    def cells(text):
        return sum(2 if unicodedata.east_asian_width(c) == "W" else 1 for c in text)

    assert cells(above.partition("●")[0]) == cells(between.partition("│")[0])
    assert cells(between.partition("│")[0]) == cells(below.partition("⊕")[0])


def test_a_width_too_small_to_draw_in_is_refused():
    with pytest.raises(ValueError, match="`max_width` must be at least 20, but it is 5"):
        circuit_text(Diagram((), (), ()), max_width=5)
