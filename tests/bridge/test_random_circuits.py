"""Random circuits, mapped over a batch, against PennyLane's default.qubit one sample at a time."""

from __future__ import annotations

import pennylane as qml
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qaimagic import quantum

N_WIRES = 3
ONE_WIRE = (qml.RX, qml.RY, qml.RZ, qml.PhaseShift)
TWO_WIRES = (qml.CRX, qml.CRZ, qml.IsingXX, qml.IsingZZ, qml.ControlledPhaseShift)
FIXED = (qml.H, qml.S, qml.T, qml.X)

sources = st.sampled_from(["input", "weight", "product", "sine", "constant"])
wires = st.permutations(range(N_WIRES)).map(lambda order: order[:2])
gates = st.one_of(
    st.tuples(st.sampled_from(ONE_WIRE), wires.map(lambda pair: pair[:1]), sources),
    st.tuples(st.sampled_from(TWO_WIRES), wires, sources),
    st.tuples(st.sampled_from(FIXED), wires.map(lambda pair: pair[:1]), st.none()),
    st.tuples(st.just(qml.CNOT), wires, st.none()),
)
measurements = st.sampled_from(
    [
        lambda: [qml.expval(qml.Z(0)), qml.expval(qml.X(1) @ qml.Y(2))],
        lambda: [qml.probs(wires=[0, 2])],
        lambda: [qml.var(qml.X(0)), qml.expval(0.3 * qml.Z(1) + 0.7 * qml.X(2))],
    ]
)


def angle(source, inputs, theta, index):
    x, w = inputs[index % len(inputs)], theta[index % len(theta)]
    return {
        "input": x,
        "weight": w,
        "product": x * w,
        "sine": torch.sin(x) + w,
        "constant": 0.7,
    }[source]


@settings(max_examples=60, deadline=None)
@given(st.lists(gates, min_size=1, max_size=12), measurements)
def test_a_mapped_batch_equals_default_qubit(program, measure):
    def body(inputs, theta: 4):
        for wire in range(N_WIRES):
            qml.Identity(wire)
        for index, (gate, on, source) in enumerate(program):
            if source is None:
                gate(wires=list(on))
            else:
                gate(angle(source, inputs, theta, index), wires=list(on))
        qml.RX(inputs.sum(), wires=0)
        return measure()

    inputs = torch.linspace(-2, 2, 9, dtype=torch.float64).reshape(3, 3).requires_grad_()
    body.__annotations__["theta"] = 4
    layer = quantum(body).double()
    answers = layer(inputs)
    node = qml.QNode(body, qml.device("default.qubit", wires=N_WIRES))
    alone = torch.stack(
        [torch.cat([v.reshape(-1) for v in node(row, layer.theta)]) for row in inputs]
    )
    torch.testing.assert_close(answers, alone)
    leaves = [inputs, layer.theta]
    mine = torch.autograd.grad((answers**2).sum(), leaves, allow_unused=True)
    theirs = torch.autograd.grad((alone**2).sum(), leaves, allow_unused=True)
    for one, other in zip(mine, theirs, strict=True):
        if one is not None or other is not None:
            torch.testing.assert_close(one, other)
