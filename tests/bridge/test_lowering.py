"""Gates in the engine's terms: matrices, powers, inverses, controls; what is refused."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch
from pennylane.tape import QuantumScript
from scipy.sparse import csr_matrix
from scipy.stats import unitary_group

from qaimagic.bridge.lowering import NotNativeError, is_native, lower, prepared, start_state
from qaimagic.engine.circuit import Angle, Flip, Rotation
from tests.bridge.gates import FIXED, TURNS
from tests.bridge.lowered import matrix_by_steps, steps_of


def made(gate, n_wires, n_angles, first=0):
    angles = [0.7, -1.3, 2.1][:n_angles]
    return gate(*angles, wires=list(range(first, first + n_wires))[::-1])


GATES = [made(*gate) for gate in [*((one, n, 0) for one, n in FIXED), *TURNS]]
FORMS = {
    "itself": lambda gate: gate,
    "adjoint": qml.adjoint,
    "controlled": lambda gate: qml.ctrl(gate, 7),
    "twice controlled": lambda gate: qml.ctrl(gate, [7, 8], control_values=[0, 1]),
    "controlled by 0": lambda gate: qml.ctrl(gate, 7, control_values=[0]),
    "adjoint of controlled": lambda gate: qml.adjoint(qml.ctrl(gate, 7), lazy=True),
    "cubed": lambda gate: qml.pow(gate, 3),
    "inverse squared": lambda gate: qml.pow(gate, -2),
    "square root": lambda gate: qml.pow(gate, 0.5),
    "controlled root": lambda gate: qml.ctrl(qml.pow(gate, 0.3), 7),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_a_gate_keeps_its_matrix_and_phase(gate, form):
    operation = FORMS[form](gate)
    wanted = qml.matrix(operation, wire_order=operation.wires)
    np.testing.assert_allclose(matrix_by_steps(operation, operation.wires), wanted, atol=1e-12)


def test_global_phases_and_pauli_words_keep_their_phase():
    for operation in (
        qml.GlobalPhase(0.4),
        qml.ctrl(qml.GlobalPhase(0.4), 1),
        qml.PauliRot(0.4, "XIYZ", wires=[3, 1, 0, 2]),
        qml.PauliRot(0.4, "II", wires=[0, 1]),
        qml.ctrl(qml.PauliRot(0.4, "XY", wires=[0, 1]), [3, 2]),
        qml.adjoint(qml.PauliRot(0.4, "XY", wires=[0, 1])) ** 3,
        qml.ctrl(qml.PauliRot(0.4, "I", wires=[0]), 1) ** 0.5,
    ):
        wanted = qml.matrix(operation, wire_order=range(4))
        np.testing.assert_allclose(matrix_by_steps(operation, range(4)), wanted, atol=1e-12)


@pytest.mark.parametrize("n_wires", [1, 2, 3, 4])
def test_a_unitary_matrix_is_taken_apart_with_its_phase(n_wires):
    wires = list(range(n_wires))[::-1]
    for seed in range(5):
        matrix = unitary_group.rvs(2**n_wires, random_state=seed).reshape(2**n_wires, -1)
        operation = qml.QubitUnitary(matrix, wires=wires)
        np.testing.assert_allclose(matrix_by_steps(operation, wires), matrix, atol=1e-12)


def test_a_matrix_that_was_taken_apart_before_follows_its_wires_and_its_numbers():
    matrix = unitary_group.rvs(8, random_state=1)
    for wires in ([0, 1, 2], [2, 0, 1]):
        operation = qml.ctrl(qml.QubitUnitary(matrix, wires=wires), 3)
        wanted = qml.matrix(operation, wire_order=range(4))
        np.testing.assert_allclose(matrix_by_steps(operation, range(4)), wanted, atol=1e-12)
    matrix[:] = np.eye(8)[::-1]
    operation = qml.QubitUnitary(matrix, wires=range(3))
    np.testing.assert_allclose(matrix_by_steps(operation, range(3)), matrix, atol=1e-12)


def test_a_sparse_matrix_is_taken_apart():
    matrix = unitary_group.rvs(4, random_state=1)
    operation = qml.ctrl(qml.QubitUnitary(csr_matrix(matrix), wires=[2, 0]), 1)
    wanted = qml.matrix(qml.ctrl(qml.QubitUnitary(matrix, wires=[2, 0]), 1), wire_order=range(3))
    np.testing.assert_allclose(matrix_by_steps(operation, range(3)), wanted, atol=1e-12)


@pytest.mark.parametrize(
    "gate",
    [qml.Identity(0), qml.X(0), qml.H(0), qml.CNOT([0, 1]), qml.SWAP([0, 1]), qml.CZ([0, 1])],
    ids=lambda gate: gate.name,
)
def test_a_matrix_with_equal_eigenvalues_is_taken_apart(gate):
    operation = qml.QubitUnitary(qml.matrix(gate), wires=gate.wires)
    wanted = qml.matrix(gate)
    np.testing.assert_allclose(matrix_by_steps(operation, gate.wires), wanted, atol=1e-12)


@pytest.mark.parametrize(
    "hamiltonian",
    [
        qml.X(0) @ qml.Y(2),
        0.3 * qml.Z(0) @ qml.Z(1) + 0.7 * qml.Z(1) - 0.2 * qml.I(0),
        0.3 * qml.X(0) @ qml.X(1) + 0.7 * qml.Z(0) @ qml.Z(1),
        0.3 * qml.X(0) + 0.7 * qml.Z(0) @ qml.Z(1) + 0.4 * qml.I(2),
        qml.Hermitian(np.array([[1, 2j], [-2j, 0.5]]), 0),
        qml.Projector([1, 0], wires=[0, 1]),
    ],
    ids=["word", "diagonal", "commuting", "not commuting", "Hermitian", "Projector"],
)
def test_time_evolution_is_exact(hamiltonian):
    for operation in (qml.exp(hamiltonian, -0.6j), qml.ops.Evolution(hamiltonian, 0.6)):
        for form in (operation, qml.ctrl(operation, 7), qml.adjoint(operation, lazy=True)):
            wanted = qml.matrix(form, wire_order=form.wires)
            np.testing.assert_allclose(matrix_by_steps(form, form.wires), wanted, atol=1e-12)


@pytest.mark.parametrize(
    ("operation", "most"),
    [
        (qml.CNOT([0, 1]), 0),
        (qml.SWAP([0, 1]), 0),
        (qml.CSWAP([0, 1, 2]), 2),
        (qml.SingleExcitation(0.3, [0, 1]), 1),
        (qml.DoubleExcitation(0.3, [0, 1, 2, 3]), 1),
        (qml.OrbitalRotation(0.3, [0, 1, 2, 3]), 2),
        (qml.FermionicDoubleExcitation(0.3, [0, 1, 2], [3, 4, 5]), 1),
        (qml.ctrl(qml.IsingXY(0.3, [0, 1]), 2), 1),
        (qml.CRot(0.1, 0.2, 0.3, wires=[0, 1]), 3),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_few_rotations_are_needed(operation, most):
    steps = steps_of(operation, operation.wires)
    assert sum(isinstance(step, Rotation) for step in steps) <= most


def test_flips_stay_flips():
    assert steps_of(qml.CNOT([1, 0]), [0, 1]) == [Flip(0, 1)]
    assert steps_of(qml.ctrl(qml.X(0), 1, control_values=[0]), [0, 1]) == [Flip(0, 1), Flip(0)]


def test_angles_stay_linear_in_the_parameters():
    operations = [qml.adjoint(qml.CRX(0.1, [0, 1])), qml.RZ(0.2, 1) ** 2, qml.PhaseShift(0.3, 0)]
    slots = {0.1: Angle(((0, 1.0),)), 0.2: Angle(((1, 1.0),)), 0.3: Angle(((2, 1.0),))}
    steps = lower(operations, {0: 0, 1: 1}, slots.__getitem__)
    terms = [step.angle.terms for step in steps]
    assert terms == [((0, -1.0),), ((1, 2.0),), ((2, 1.0),), ((2, -1.0),)]


def test_a_tape_of_native_operations_is_left_alone():
    tape = QuantumScript([qml.RX(0.1, 0), qml.adjoint(qml.T(0)), qml.Toffoli([0, 1, 2])])
    assert all(map(is_native, tape.operations))
    assert prepared(tape) is tape


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (qml.AmplitudeDamping(0.1, wires=0), "`AmplitudeDamping` is noise"),
        (qml.QubitDensityMatrix(np.eye(2) / 2, [0]), "no exact decomposition"),
        (qml.exp(qml.Z(0), 0.3), "not unitary"),
        (qml.exp(qml.Hermitian(np.eye(2), 0), 0.3), "not unitary"),
        (qml.Projector([1], wires=0), "not unitary"),
        (qml.QubitUnitary(torch.eye(2).requires_grad_(), 0), "matrix of `QubitUnitary`"),
        (qml.QubitUnitary(np.eye(128), wires=range(7)), "7 wires"),
        (qml.QubitUnitary(np.stack([np.eye(2)] * 3), wires=0), "is a parameter"),
        (qml.Hermitian(np.diag([1.0, 2.0]), 0), "not unitary"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_is_no_exact_rotation_is_refused_with_the_reason(operation, reason):
    with pytest.raises(NotNativeError, match=reason):
        prepared(QuantumScript([qml.RX(0.1, 0), operation]))


def test_postselection_is_refused():
    with qml.queuing.AnnotatedQueue() as queue:
        qml.H(0)
        qml.measure(0, postselect=1)
        qml.expval(qml.Z(0))
    with pytest.raises(NotNativeError, match="keeps only some outcomes"):
        prepared(QuantumScript.from_queue(queue))


def test_amplitudes_of_some_wires_become_a_state_of_all():
    amplitudes = torch.arange(1.0, 5.0, dtype=torch.float64, requires_grad=True)
    full = start_state(amplitudes, ["c", "a"], {"a": 0, "b": 1, "c": 2}, 3)
    wanted = torch.zeros(8, dtype=torch.complex128)
    wanted[[0b000, 0b100, 0b001, 0b101]] = amplitudes.detach() + 0j
    torch.testing.assert_close(full, wanted)
    assert torch.autograd.gradcheck(lambda a: start_state(a, [2, 0], range(3), 3), amplitudes)
    batch = torch.stack([amplitudes, 2 * amplitudes])
    torch.testing.assert_close(start_state(batch, [2, 0], range(3), 3)[1], 2 * wanted)


def test_a_decomposition_that_loses_its_parameters_is_refused():
    class Reading(qml.operation.Operation):
        num_wires = 1

        @staticmethod
        def compute_decomposition(angle, wires):
            return [qml.RX(angle.item(), wires)]

    assert len(prepared(QuantumScript([Reading(torch.tensor(0.3), wires=0)])).operations) == 1
    with pytest.raises(NotNativeError, match="reads its parameters"):
        prepared(QuantumScript([Reading(torch.tensor(0.3, requires_grad=True), wires=0)]))


def test_a_mid_circuit_measurement_becomes_a_control():
    with qml.queuing.AnnotatedQueue() as queue:
        qml.RX(0.4, 0)
        found = qml.measure(0, reset=True)
        qml.cond(found, qml.RY)(0.3, 1)
        qml.expval(found)
    tape = prepared(QuantumScript.from_queue(queue))
    assert all(map(is_native, tape.operations))
    assert len(tape.wires) == 3
