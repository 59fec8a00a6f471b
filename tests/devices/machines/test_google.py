"""Google's machines against Cirq's own simulator, and against the machine without its noise."""

import numpy as np
import pennylane as qml
import pytest

from qaimagic import devices
from qaimagic.errors import DeviceError

cirq = pytest.importorskip("cirq")
google = pytest.importorskip("qaimagic.devices.machines.google")
tables = pytest.importorskip("qaimagic.devices.machines.tables")


def _tape(angles):
    operations = [
        *(qml.U3(*angles[3 * wire : 3 * wire + 3], wires=wire) for wire in range(3)),
        qml.CNOT([0, 1]),
        qml.RX(angles[9], wires=1),
        qml.CZ([1, 2]),
        qml.RY(angles[10], wires=2),
        qml.CNOT([2, 0]),
    ]
    return qml.tape.QuantumScript(operations, [qml.probs(wires=[0, 1, 2])])


ROWS = np.random.default_rng(4).normal(size=(3, 11))


@pytest.mark.parametrize("machine", ["willow_pink", "rainbow"])
def test_the_engine_gives_what_cirq_gives(machine):
    make, _ = tables.table_of(_tape(ROWS[0]), range(3))
    found = google.GoogleMachine(machine, wires=3).probabilities(make, ROWS)
    noisy = google.noisy_circuit(machine, make)
    [measured] = [op.qubits for op in noisy.all_operations() if cirq.is_measurement(op)]
    unread = cirq.Circuit(op for op in noisy.all_operations() if not cirq.is_measurement(op))
    for row, chances in zip(ROWS, found, strict=True):
        values = {str(slot): angle for slot, angle in enumerate(row)}
        order = [*measured, *sorted(set(unread.all_qubits()) - set(measured))]
        final = cirq.DensityMatrixSimulator(dtype=np.complex128).simulate(
            unread, cirq.ParamResolver(values), qubit_order=order
        )
        diagonal = np.diag(final.final_density_matrix).real.reshape(8, -1).sum(axis=1)
        np.testing.assert_allclose(chances, diagonal, atol=1e-6)


def test_noise_is_small_and_there():
    device = devices.make("google:willow_pink", range(3))
    [found] = qml.execute([_tape(ROWS[0])], device, diff_method=None)
    [ideal] = qml.execute([_tape(ROWS[0])], qml.device("default.qubit"), diff_method=None)
    distance = np.abs(found - ideal).sum() / 2
    assert 0.005 < distance < 0.2
    assert found.sum() == pytest.approx(1)


def test_shots_follow_the_chances_and_the_seed():
    tape = _tape(ROWS[1])
    [exact] = qml.execute([tape], devices.make("google:weber", range(3)), diff_method=None)
    first, again, other = (
        qml.execute(
            [tape.copy(shots=5000)], devices.make("google:weber", range(3), seed=seed), None
        )[0]
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    np.testing.assert_allclose(first, exact, atol=5 * np.sqrt(0.25 / 5000))


def test_a_wire_is_read_the_wrong_way_round_as_often_as_the_data_say():
    tape = qml.tape.QuantumScript([qml.PauliX(0)], [qml.probs(wires=0)])
    make, rows = tables.table_of(tape, [0])
    noisy = google.noisy_circuit("willow_pink", make)
    [[qubit]] = [op.qubits for op in noisy.all_operations() if cirq.is_measurement(op)]
    from cirq_google.engine import load_device_noise_properties

    wrong = load_device_noise_properties("willow_pink").readout_errors[qubit][1]
    [chances] = google.GoogleMachine("willow_pink").probabilities(make, rows)
    assert chances[0] == pytest.approx(wrong, abs=0.005)
    assert wrong > 0.005


def test_distant_wires_are_read_where_they_are():
    gates = [qml.RX(0.3, 0), *(qml.CNOT([wire, wire + 1]) for wire in range(3))]
    tape = qml.tape.QuantumScript(gates, [qml.probs(wires=[0, 3])])
    make, _ = tables.table_of(tape, range(4))
    noisy = google.noisy_circuit("rainbow", make)
    pairs = [op for op in noisy.all_operations() if isinstance(op.gate, cirq.CZPowGate)]
    assert len(pairs) == 3


def test_wires_can_be_pinned_to_the_machines_own():
    tape = qml.tape.QuantumScript(
        [tables.Pin([0, 9], list("ab")), qml.X("b")], [qml.probs(wires=list("ba"))]
    )
    machine = google.GoogleMachine("rainbow")
    assert machine.read_at(tape) == {"b": 9, "a": 0}
    [chances] = machine.execute([tape])
    assert chances.argmax() == 0b10


def test_an_unknown_processor():
    with pytest.raises(
        DeviceError, match=r"no machine `google:wilow_pink` here. Did you mean `google:willow_pink`"
    ):
        devices.get("google:wilow_pink")
