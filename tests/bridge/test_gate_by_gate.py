"""States between gates, against PennyLane's own simulator and what can be worked out by hand."""

import numpy as np
import pennylane as qml
import pytest
from pennylane.tape import QuantumScript

from qaimagic.bridge.gate_by_gate import first_state, gates_of, taken_apart
from qaimagic.errors import CircuitError

WIRES = ["a", "b", "c"]


def states(operations, wires=WIRES):
    tape = taken_apart(QuantumScript(operations))
    state = first_state(len(wires))
    yield state.reshape(-1)
    for gate in gates_of(tape, wires):
        state = gate.act(state)
        yield state.reshape(-1)


def by_pennylane(operations, wires=WIRES):
    """The states before and after each operation, by snapshots on default.qubit."""
    snapshots = [[qml.Snapshot(str(place)), op] for place, op in enumerate(operations)]

    @qml.qnode(qml.device("default.qubit", wires=wires))
    def node():
        for operation in [one for pair in snapshots for one in pair]:
            qml.apply(operation)
        return qml.state()

    found = qml.snapshots(node)()
    return [*(found[str(place)] for place in range(len(operations))), found["execution_results"]]


MIXED = [
    qml.H("a"),
    qml.RX(0.3, "c"),
    qml.CNOT(["c", "a"]),
    qml.Rot(0.1, 0.2, 0.3, "b"),
    qml.MultiControlledX(["a", "c", "b"], control_values=[True, False]),
    qml.IsingXY(0.7, ["b", "a"]),
    qml.GlobalPhase(0.4),
    qml.adjoint(qml.S("b")),
    qml.ctrl(qml.SWAP(["a", "c"]), "b"),
    qml.PauliRot(0.5, "XYZ", ["c", "a", "b"]),
    qml.QubitUnitary(qml.matrix(qml.QFT([0, 1])), ["c", "b"]),
]


def test_every_state_is_pennylanes():
    for ours, theirs in zip(states(MIXED), by_pennylane(MIXED), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_a_bell_pair_grows_gate_by_gate():
    half = np.sqrt(0.5)
    zero, one, two = states([qml.H(0), qml.CNOT([0, 1])], [0, 1])
    assert zero.tolist() == [1, 0, 0, 0]
    np.testing.assert_allclose(one, [half, 0, half, 0])
    np.testing.assert_allclose(two, [half, 0, 0, half])


def test_templates_come_apart_and_marks_do_nothing():
    operations = [
        qml.StronglyEntanglingLayers(np.arange(9.0).reshape(1, 3, 3), WIRES),
        qml.Barrier(WIRES),
        qml.Snapshot(),
    ]
    tape = taken_apart(QuantumScript(operations))
    assert [gate.name for gate in tape.operations[:4]] == ["Rot", "Rot", "Rot", "CNOT"]
    *_, before, barrier, last = states(operations)
    assert np.array_equal(before, barrier)
    assert np.array_equal(barrier, last)


@pytest.mark.parametrize(
    "start",
    [
        qml.StatePrep(np.array([0.6, 0, 0, 0.8j]), ["c", "a"]),
        qml.BasisState([1, 0, 1], WIRES),
        qml.AmplitudeEmbedding([1.0, 2.0], "b", normalize=True),
    ],
)
def test_a_prepared_state_stays_whole_where_it_begins(start):
    *_, last = states([start, qml.CNOT(["a", "b"])])
    np.testing.assert_allclose(last, by_pennylane([start, qml.CNOT(["a", "b"])])[-1], atol=1e-12)
    assert len(list(states([start]))) == 2


def test_a_state_prepared_beside_gates_joins_them():
    *_, last = states([qml.H("a"), qml.StatePrep([0.6, 0.8], "b")])
    np.testing.assert_allclose(
        last.reshape(2, 2, 2)[:, :, 0], np.outer([0.5**0.5] * 2, [0.6, 0.8]), atol=1e-12
    )


def test_a_state_prepared_late_is_made_of_gates():
    operations = [qml.X("a"), qml.BasisState([1, 1], ["a", "b"])]
    *_, last = states(operations)
    np.testing.assert_allclose(last, by_pennylane(operations)[-1], atol=1e-12)


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (qml.DepolarizingChannel(0.1, "a"), "adds noise"),
        (qml.ops.MidMeasure("a"), "measures before its end"),
    ],
)
def test_what_leaves_no_pure_state_is_refused(operation, reason):
    with pytest.raises(CircuitError, match=f"{reason} .*no single state between its gates"):
        taken_apart(QuantumScript([operation]))


def test_parameters_are_numbers_and_arrays_are_none():
    operations = [qml.Rot(0.1, 0.2, 0.3, "a"), qml.QubitUnitary(np.eye(2), "a")]
    rot, unitary = gates_of(QuantumScript(operations), WIRES)
    assert rot.parameters == (0.1, 0.2, 0.3)
    assert unitary.parameters == (None,)
    assert unitary.matrix.shape == (2, 2)
