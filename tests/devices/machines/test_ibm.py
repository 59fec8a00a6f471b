"""IBM's machines against Qiskit's own copies of them."""

import numpy as np
import pennylane as qml
import pytest

from qaimagic import devices
from qaimagic.errors import DeviceError

qiskit = pytest.importorskip("qiskit")
aer_noise = pytest.importorskip("qiskit_aer.noise")
ibm = pytest.importorskip("qaimagic.devices.machines.ibm")
tables = pytest.importorskip("qaimagic.devices.machines.tables")

ANGLES = np.random.default_rng(4).normal(size=(2, 4))


def _circuit(a, b, c, d):
    qml.RX(a, 0)
    qml.RY(b, 1)
    qml.CNOT([0, 1])
    qml.RZ(c, 1)
    qml.RX(d, 1)
    qml.CNOT([1, 2])
    return qml.probs(wires=[2, 0, 1])


def _by_qiskit(machine, angles, shots):
    """The same circuit from Qiskit's gates, with all of the machine's noise, read in our order."""
    from qiskit.transpiler import generate_preset_pass_manager
    from qiskit_ibm_runtime import fake_provider

    a, b, c, d = angles
    circuit = qiskit.QuantumCircuit(3, 3)
    circuit.rx(a, 0)
    circuit.ry(b, 1)
    circuit.cx(0, 1)
    circuit.rz(c, 1)
    circuit.rx(d, 1)
    circuit.cx(1, 2)
    circuit.measure([2, 0, 1], [0, 1, 2])
    backend = getattr(fake_provider, machine)()
    native = generate_preset_pass_manager(backend=backend, seed_transpiler=0).run(circuit)
    counts = backend.run(native, shots=shots, seed_simulator=1).result().get_counts()
    words = [f"{word:03b}" for word in range(8)]
    return np.array([counts.get(word[::-1], 0) for word in words]) / shots


def test_exact_answers_are_what_qiskits_own_way_samples():
    device = devices.make("ibm:FakeManilaV2", range(3))
    found = qml.QNode(_circuit, device)(*ANGLES.T)
    ideal = qml.QNode(_circuit, qml.device("default.qubit"))(*ANGLES.T)
    for chances, free, angles in zip(found, ideal, ANGLES, strict=True):
        shots = 40_000
        sampled = _by_qiskit("FakeManilaV2", angles, shots)
        np.testing.assert_allclose(chances, sampled, atol=5 * np.sqrt(0.25 / shots))
        assert np.abs(chances - free).max() > 0.03
        assert chances.sum() == pytest.approx(1)


def test_shots_follow_the_exact_chances_and_the_seed():
    def run(seed, shots):
        device = devices.make("ibm:FakeManilaV2", range(3), seed=seed)
        return qml.set_shots(qml.QNode(_circuit, device), shots)(*ANGLES.T)

    exact = run(0, None)
    np.testing.assert_allclose(run(1, 10_000), exact, atol=5 * np.sqrt(0.25 / 10_000))
    np.testing.assert_array_equal(run(1, 100), run(1, 100))
    assert not np.array_equal(run(1, 100), run(2, 100))


def test_the_noise_of_the_wires_in_use_is_all_that_counts():
    from qiskit_aer.noise.device import basic_device_readout_errors
    from qiskit_ibm_runtime import fake_provider

    backend = fake_provider.FakeLagosV2()
    noise = aer_noise.NoiseModel.from_backend(backend, readout_error=False)
    for wires, error in basic_device_readout_errors(properties=backend.properties()):
        noise.add_readout_error(error, wires)
    tape = qml.tape.make_qscript(_circuit)(*ANGLES[0])
    make, rows = tables.table_of(tape, range(3))
    compiled = ibm._compiled("FakeLagosV2", make)
    full = compiled._replace(noise=noise)
    options = {"shots": 1000, "seed_simulator": 7}
    ours, whole = (ibm._run(part.circuit, part, rows, **options) for part in (compiled, full))
    assert ours.get_counts() == whole.get_counts()
    assert len(compiled.noise.to_dict()["errors"]) < len(full.noise.to_dict()["errors"])


@pytest.mark.parametrize("flipped", [False, True])
def test_a_wire_is_read_the_wrong_way_round_as_often_as_the_data_say(flipped):
    steps = [qml.PauliX(0)] if flipped else []
    tape = qml.tape.QuantumScript(steps, [qml.probs(wires=0)])
    make, rows = tables.table_of(tape, [0])
    [(wire, _)] = ibm._compiled("FakeTorino", make).reading
    name = "prob_meas0_prep1" if flipped else "prob_meas1_prep0"
    wrong, _ = ibm._backend("FakeTorino").properties().qubit_property(wire)[name]
    [chances] = ibm.IBMMachine("FakeTorino").probabilities(make, rows)
    assert chances[int(not flipped)] == pytest.approx(wrong, abs=2e-3 if flipped else 1e-9)
    assert wrong > 0


def test_the_oldest_snapshots_are_read_as_well():
    tape = qml.tape.QuantumScript([qml.PauliX(0)], [qml.probs(wires=0)])
    make, rows = tables.table_of(tape, [0])
    [(wire, _)] = ibm._compiled("FakeLondonV2", make).reading
    wrong, _ = ibm._backend("FakeLondonV2").properties().qubit_property(wire)["prob_meas0_prep1"]
    [chances] = ibm.IBMMachine("FakeLondonV2").probabilities(make, rows)
    assert wrong > 0.01
    assert chances[0] == pytest.approx(wrong, abs=2e-3)


def test_a_fixed_circuit_with_a_batch_beside_it():
    device = devices.make("ibm:FakeManilaV2", range(2), seed=1)
    fixed = qml.tape.QuantumScript([qml.PauliX(0)], [qml.expval(qml.Z(0))])
    turned = qml.tape.QuantumScript([qml.RX(np.array([0.0, np.pi]), 0)], [qml.expval(qml.Z(0))])
    virtual = qml.tape.QuantumScript([qml.RZ(np.array([0.1, 2.0]), 0)], [qml.expval(qml.Z(0))])
    for shots in (None, 2000):
        tapes = [tape.copy(shots=shots) for tape in (fixed, turned, virtual)]
        one, two, three = device.execute(tapes)
        assert float(one) < -0.85
        assert (two > 0.85).tolist() == [True, False]
        assert (three > 0.85).all()


def test_more_wires_than_a_density_matrix_holds():
    def circuit():
        for wire in range(13):
            qml.RX(0.3, wire)
        return qml.expval(qml.Z(0))

    node = qml.QNode(circuit, devices.make("ibm:FakeTorino", None, seed=1))
    with pytest.raises(DeviceError, match=r"up to 12 wires, but the circuit has 13. Ask for shots"):
        node()
    assert float(qml.set_shots(node, 200)()) == pytest.approx(np.cos(0.3), abs=0.2)


def test_an_unknown_machine():
    with pytest.raises(
        DeviceError, match=r"no machine `ibm:FakeTorin` here. Did you mean `ibm:FakeTorino`"
    ):
        devices.get("ibm:FakeTorin")


def test_wires_can_be_pinned_to_the_machines_own():
    places = [5, 77, 20]
    tape = qml.tape.QuantumScript(
        [tables.Pin(places, list("abc")), qml.X("b")], [qml.probs(wires=list("cab"))]
    )
    machine = ibm.IBMMachine("FakeTorino")
    assert machine.read_at(tape) == {"c": 20, "a": 5, "b": 77}
    [chances] = machine.execute([tape])
    assert chances.argmax() == 0b001
