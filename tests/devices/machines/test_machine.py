"""What every machine does with a circuit, on one without noise: PennyLane's answers come out."""

import numpy as np
import pennylane as qml
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaimagic.devices.machines.machine import Machine
from qaimagic.errors import DeviceError

GATES = frozenset({"RX", "RY", "RZ", "PhaseShift", "Hadamard", "S", "Adjoint(S)", "CNOT", "U3"})
SMALL = settings(max_examples=40, deadline=None)


class Ideal(Machine):
    """A machine without noise that keeps what it was sent."""

    def __init__(self, wires=None, seed=0, size=6):
        super().__init__("test:ideal", GATES, size, wires=wires, seed=seed)
        self.sent = []

    def probabilities(self, make, rows):
        self.sent.append((make, rows))
        return np.stack([_chances(make, row) for row in rows])

    def samples(self, make, rows, shots, seed):
        self.sent.append((make, rows))
        rng = np.random.default_rng(seed)
        draws = [rng.choice(len(p), shots, p=p) for p in (_chances(make, row) for row in rows)]
        places = np.arange(len(make.measured))[::-1]
        return np.array(draws)[..., np.newaxis] >> places & 1


def _chances(make, row):
    gates = []
    for gate in make.gates:
        kind = getattr(qml, gate.name.removeprefix("Adjoint(").rstrip(")"))
        one = kind(*row[list(gate.slots)], wires=gate.wires)
        gates.append(qml.adjoint(one) if gate.name.startswith("Adjoint") else one)
    script = qml.tape.QuantumScript(gates, [qml.probs(wires=make.measured)])
    [chances] = qml.execute([script], qml.device("default.qubit", wires=make.n_wires))
    return chances / chances.sum()


def _agree(circuit, *arguments, wires=None):
    machine = Ideal(wires)
    found = qml.QNode(circuit, machine)(*arguments)
    wanted = qml.QNode(circuit, qml.device("default.qubit", wires=wires))(*arguments)
    for one, other in zip(_flat(found), _flat(wanted), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)
    return machine


def _flat(answers):
    return [part for one in answers for part in _flat(one)] if _nests(answers) else [answers]


def _nests(answers):
    return isinstance(answers, list | tuple)


def _encoder(x, theta):
    qml.AngleEmbedding(x, wires=range(3))
    qml.StronglyEntanglingLayers(theta, wires=range(3))


THETA = np.random.default_rng(1).normal(size=(2, 3, 3))
BATCH = np.random.default_rng(2).normal(size=(4, 3))


@pytest.mark.parametrize(
    "measured",
    [
        lambda: qml.expval(qml.Z(1)),
        lambda: [qml.expval(qml.X(0)), qml.expval(qml.Y(0)), qml.var(qml.Z(2))],
        lambda: qml.probs(wires=[2, 0]),
        lambda: qml.probs(),
        lambda: qml.expval(0.5 * qml.X(0) @ qml.Y(1) - 2 * qml.Z(2) + qml.X(2)),
        lambda: (qml.probs(op=qml.X(1)), qml.expval(qml.Hadamard(0))),
        lambda: qml.expval(qml.Hermitian(np.array([[1.0, 2 - 1j], [2 + 1j, -3]]), wires=1)),
        lambda: qml.expval(qml.Projector([1, 0], wires=[0, 2])),
        lambda: qml.expval(qml.Identity(0)),
    ],
)
@pytest.mark.parametrize("x", [BATCH, BATCH[0]], ids=["batch", "one"])
def test_measurements(measured, x):
    def circuit(x, theta):
        _encoder(x, theta)
        return measured()

    _agree(circuit, x, THETA)


@SMALL
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["RX", "RY", "RZ", "PhaseShift", "Hadamard", "S", "AdjS", "T", "CNOT"]),
            st.integers(0, 2),
            st.floats(-7, 7),
        ),
        max_size=14,
    )
)
def test_any_circuit_keeps_its_answers_when_gates_are_fused(steps):
    def circuit():
        for name, wire, angle in steps:
            if name == "CNOT":
                qml.CNOT([wire, (wire + 1) % 3])
            elif name == "AdjS":
                qml.adjoint(qml.S(wire))
            elif getattr(qml, name).num_params:
                getattr(qml, name)(angle, wires=wire)
            else:
                getattr(qml, name)(wire)
        return qml.probs(wires=range(3))

    _agree(circuit, wires=range(3))


@pytest.mark.parametrize("angle", [0.0, np.pi, 2 * np.pi, 1e-9, np.pi - 1e-9])
def test_angles_at_which_a_factor_vanishes(angle):
    def circuit(angle):
        qml.Hadamard(0)
        qml.RX(angle, 0)
        qml.RZ(0.4, 0)
        qml.RY(angle / 2, 0)
        qml.RX(0.3, 0)
        return qml.expval(qml.Y(0)), qml.expval(qml.X(0))

    _agree(circuit, angle)


def test_one_wire_gates_with_parameters_become_one():
    def circuit(angle):
        qml.RX(angle, 0)
        qml.RZ(0.4, 0)
        qml.RY(angle, 0)
        qml.RZ(angle, 1)
        qml.CNOT([0, 1])
        return qml.expval(qml.Z(1))

    [(make, _)] = _agree(circuit, 0.7).sent
    assert [gate.name for gate in make.gates] == ["U3", "RZ", "CNOT"]


def test_circuits_of_one_make_are_sent_as_one_table():
    machine = Ideal()
    tapes = [
        qml.tape.QuantumScript([qml.RX(angle, 0), qml.CNOT([0, 1])], [qml.expval(qml.Z(1))])
        for angle in (0.1, 0.2, np.array([0.3, 0.4]))
    ]
    answers = machine.execute(tapes)
    [(_, rows)] = machine.sent
    assert rows[:, 0].tolist() == [0.1, 0.2, 0.3, 0.4]
    np.testing.assert_allclose(np.hstack(answers), np.cos([0.1, 0.2, 0.3, 0.4]))


def test_shots_scatter_about_the_exact_values():
    def circuit(x, theta):
        _encoder(x, theta)
        return qml.expval(qml.X(0) @ qml.Z(1)), qml.probs(wires=[1]), qml.var(qml.Z(2))

    exact = qml.QNode(circuit, Ideal())(BATCH, THETA)
    sampled = qml.set_shots(qml.QNode(circuit, Ideal(seed=3)), 4000)(BATCH, THETA)
    for one, other in zip(sampled, exact, strict=True):
        np.testing.assert_allclose(one, other, atol=5 / np.sqrt(4000))
        assert not np.allclose(one, other, atol=1e-6)


def test_samples_come_as_bits_in_the_order_asked():
    @qml.set_shots(5)
    @qml.qnode(Ideal(wires=3))
    def circuit():
        qml.PauliX(1)
        return qml.sample(wires=[2, 1])

    np.testing.assert_array_equal(circuit(), [[0, 1]] * 5)


def test_counts_and_partitioned_shots():
    @qml.set_shots((10, 30))
    @qml.qnode(Ideal(wires=2))
    def circuit():
        qml.Hadamard(0)
        qml.CNOT([0, 1])
        return qml.counts(), qml.expval(qml.Z(0) @ qml.Z(1))

    parts = [(sum(counts.values()), float(parity)) for counts, parity in circuit()]
    assert parts == [(10, 1.0), (30, 1.0)]
    assert all(set(counts) <= {"00", "11"} for counts, _ in circuit())


def test_a_seed_repeats_the_shots():
    def shots_of(machine):
        node = qml.set_shots(
            qml.QNode(lambda: (qml.Hadamard(0), qml.sample(wires=0))[1], machine), 40
        )
        return node().tolist(), node().tolist()

    first, second = shots_of(Ideal(seed=5))
    assert (first, second) == shots_of(Ideal(seed=5))
    assert first != second != shots_of(Ideal(seed=6))[1]


def test_a_measurement_within_the_circuit_is_put_off_to_the_end():
    def circuit(angle):
        qml.RX(angle, 0)
        was = qml.measure(0)
        qml.cond(was, qml.RY)(0.3, wires=1)
        return qml.expval(qml.Z(1)), qml.expval(was)

    _agree(circuit, 0.8)


def test_labelled_wires_and_a_wire_that_nothing_touches():
    def circuit():
        qml.RX(0.4, "a")
        return qml.probs(wires=["b", "a"]), qml.expval(qml.Z("b"))

    _agree(circuit, wires=["a", "b", "c"])


def test_a_circuit_without_gates():
    _agree(lambda: qml.expval(qml.Z(0)))


def _measuring(measurement):
    def circuit():
        qml.Hadamard(0)
        return measurement()

    return circuit


@pytest.mark.parametrize(
    ("circuit", "message"),
    [
        (_measuring(lambda: qml.expval(qml.prod(*map(qml.Z, range(7))))), "has 6 wires, but the"),
        (_measuring(lambda: qml.state()), "`State` cannot be told of a machine"),
        (_measuring(lambda: qml.sample(wires=0)), "`Sample` cannot be told without shots"),
    ],
)
def test_what_a_machine_cannot_do(circuit, message):
    with pytest.raises(DeviceError, match=message):
        qml.QNode(circuit, Ideal())()


def test_noise_channels_are_refused():
    def circuit():
        qml.BitFlip(0.1, wires=0)
        return qml.expval(qml.Z(0))

    with pytest.raises(qml.exceptions.DeviceError, match="BitFlip"):
        qml.QNode(circuit, Ideal())()
