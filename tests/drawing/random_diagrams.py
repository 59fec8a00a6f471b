"""Circuits of any shape, for properties that every picture must have."""

from hypothesis import strategies as st

from qaimagic.drawing.diagram import Diagram, Gate, Measurement

names = st.sampled_from(["H", "X", "Z", "SWAP", "RX", "Rot", "QFT", "Barrier", "GlobalPhase"])
words = st.text(max_size=30)
parameters = st.one_of(words, st.sampled_from(["theta[0,1]", "inputs[3]", "-π/2", "f(x, W[0])"]))


@st.composite
def gates(draw, n_wires):
    rows = draw(st.permutations(range(n_wires)))
    used = draw(st.integers(0, n_wires))
    n_controls = draw(st.integers(0, max(0, used - 1)))
    return Gate(
        name=draw(st.one_of(names, words)),
        wires=tuple(rows[n_controls:used]),
        controls=tuple(rows[:n_controls]),
        control_values=tuple(draw(st.booleans()) for _ in range(n_controls)),
        parameters=tuple(draw(st.lists(parameters, max_size=5))),
        adjoint=draw(st.booleans()),
        is_template=draw(st.booleans()),
    )


@st.composite
def measurements(draw, n_wires):
    rows = draw(st.permutations(range(n_wires)))
    kind = draw(st.sampled_from(["expval", "var", "probs", "sample", "counts", "state"]))
    return Measurement(kind, draw(words), tuple(rows[: draw(st.integers(0, n_wires))]))


@st.composite
def diagrams(draw):
    n_wires = draw(st.integers(0, 6))
    return Diagram(
        wires=tuple(draw(st.lists(words, min_size=n_wires, max_size=n_wires))),
        gates=tuple(draw(st.lists(gates(n_wires), max_size=15))),
        measurements=tuple(draw(st.lists(measurements(n_wires), max_size=4))),
        title=draw(words),
    )
