import numpy as np
import pennylane as qml
import pytest

from qaimagic.bridge.unitaries import unitary_of

GATES = [qml.Hadamard("a"), qml.CNOT(["a", 1]), qml.RY(0.3, wires=1), qml.CRZ(1.1, wires=[1, "a"])]


@pytest.mark.parametrize("order", [["a", 1], [1, "a"], [1, "b", "a"]])
def test_the_matrix_is_pennylanes(order):
    with qml.queuing.QueuingManager.stop_recording():
        expected = qml.matrix(qml.tape.QuantumScript(GATES), wire_order=order)
    np.testing.assert_allclose(unitary_of(GATES, order), expected, atol=1e-12)


def test_first_columns_are_those_of_the_whole():
    whole = unitary_of(GATES, ["a", 1])
    np.testing.assert_allclose(unitary_of(GATES, ["a", 1], 3), whole[:, :3], atol=1e-12)
    assert unitary_of(GATES, ["a", 1], 1).shape == (4, 1)


def test_without_gates_it_is_the_identity():
    np.testing.assert_array_equal(unitary_of([], [0, 1]), np.eye(4))
