import numpy as np
import pennylane as qml
import pytest

import qaimagic
from qaimagic.bridge.unitaries import unitary_of
from qaimagic.subroutines.hamiltonian_simulation.qsvt import signal_of
from qaimagic.subroutines.hamiltonian_simulation.terms import read_terms

OPERATOR = qml.sum(qml.Z(0) @ qml.Z(1), qml.X(0), 0.6 * qml.X(1), 0.2 * qml.I(0))


def test_oblivious_amplification_does_what_is_modelled():
    """Three circuits with reflections of the flags between them, as matrices."""
    result = qaimagic.hamiltonian_simulation(OPERATOR, 1.0, method="qsvt", steps=12)
    circuit = signal_of(read_terms(OPERATOR), 1.0).circuit(12)
    once = unitary_of(circuit.gates, [*circuit.flags, *circuit.wires])
    reflection = np.ones(len(once))
    reflection[:4] = -1
    thrice = once @ (reflection[:, None] * once.conj().T) @ (reflection[:, None] * once)
    assert np.linalg.norm(once[:4, 0]) ** 2 == pytest.approx(result.success, abs=1e-9)
    assert np.linalg.norm(thrice[:4, 0]) ** 2 == pytest.approx(result.amplified_success, abs=1e-4)
    kept = np.exp(-0.2j) * thrice[:4, 0]
    assert abs(np.vdot(kept, result.exact_state)) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("degree", [4, 7, 10, 13])
def test_errors_stay_within_the_tail_of_the_series(degree):
    result = qaimagic.hamiltonian_simulation(OPERATOR, -1.0, method="qsvt", steps=degree)
    assert result.operator_error <= result.bound
    assert result.operator_error > 1e-3 * result.bound


def test_a_degree_beyond_rounding_ends_where_the_series_does():
    result = qaimagic.hamiltonian_simulation(OPERATOR, 1.0, method="qsvt", steps=500)
    assert result.queries < 30
    assert result.operator_error < 1e-10


def test_a_short_time_succeeds_more_often():
    result = qaimagic.hamiltonian_simulation(OPERATOR, 1e-3, method="qsvt", epsilon=1e-6)
    assert result.success == pytest.approx(1 / (1 + np.sin(2.6e-3)) ** 2, abs=1e-6)


def test_more_wires_than_a_block_is_kept_of_run_as_a_circuit():
    operator = qml.X(0) @ qml.Z(6) + 0.5 * qml.prod(*(qml.X(i) for i in range(6)))
    result = qaimagic.hamiltonian_simulation(
        operator, 0.8, method="qsvt", state=qml.H(1), epsilon=1e-5
    )
    assert result.operator_error is None
    assert result.infidelity < 1e-9


def test_too_many_wires_are_refused():
    with pytest.raises(ValueError, match="8 wires at most for QSVT"):
        qaimagic.hamiltonian_simulation(qml.prod(*(qml.Z(i) for i in range(9))), 1.0, method="qsvt")
