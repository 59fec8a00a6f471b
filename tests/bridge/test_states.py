"""The state before the measurements, on devices with and without wires of their own."""

import numpy as np
import pennylane as qml
import pytest
from pennylane.tape import QuantumScript

from qaimagic.bridge.states import density_wires, state_of
from qaimagic.errors import CircuitError
from tests.oracles.dense import H, X, apply, controlled, on, rotation

GATES = [qml.RX(0.3, wires=1), qml.H(0), qml.CNOT([0, 1])]
EXPECTED = apply([on({1: rotation(X, 0.3)}, 2), on({0: H}, 2), controlled(X, 0, 1, 2)], 2)
DEVICES = ["default.qubit", "qaimagic.qubit", "default.mixed"]


@pytest.mark.parametrize("name", DEVICES)
@pytest.mark.parametrize("measured", [qml.expval(qml.Z(1)), qml.probs(wires=[1]), qml.state()])
def test_whatever_is_measured_the_order_of_wires_is_ours(name, measured):
    tape = QuantumScript(GATES, [measured], shots=None)
    device = qml.device(name, wires=2)
    found = state_of(tape, device, [0, 1]).numpy()
    turned = state_of(tape, device, [1, 0]).numpy()
    rho = found if found.ndim == 2 else np.outer(found, found.conj())
    np.testing.assert_allclose(rho, np.outer(EXPECTED, EXPECTED.conj()), atol=1e-7)
    order = [0, 2, 1, 3]
    expected = found[np.ix_(order, order)] if found.ndim == 2 else found[order]
    np.testing.assert_allclose(turned, expected, atol=1e-7)


@pytest.mark.parametrize("name", DEVICES)
def test_wires_are_traced_out(name):
    tape = QuantumScript(GATES, [qml.expval(qml.Z(0))])
    found = state_of(tape, qml.device(name, wires=2), [1], traced_out=True).numpy()
    split = EXPECTED.reshape(2, 2)
    np.testing.assert_allclose(found, split.T @ split.conj(), atol=1e-7)


def test_which_wires_a_circuit_asks_for():
    assert density_wires(QuantumScript(GATES, [qml.density_matrix([1])])) == [1]
    assert density_wires(QuantumScript(GATES, [qml.state()])) is None
    both = [qml.density_matrix([1]), qml.expval(qml.Z(0))]
    assert density_wires(QuantumScript(GATES, both)) is None


def test_chance_within_a_circuit_is_refused():
    with qml.queuing.AnnotatedQueue() as queue:
        qml.H(0)
        outcome = qml.measure(0)
        qml.cond(outcome, qml.X)(1)
        qml.expval(qml.Z(1))
    tape = QuantumScript.from_queue(queue)
    with pytest.raises(CircuitError, match="no one state"):
        state_of(tape, qml.device("default.qubit"), [0, 1])
