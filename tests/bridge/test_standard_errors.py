from __future__ import annotations

import pennylane as qml
import pytest
import torch
from pennylane.tape import QuantumScript

from qaimagic.bridge.mapping import MappedTapes
from qaimagic.bridge.standard_errors import standard_errors
from qaimagic.errors import CircuitError

_ANGLES = torch.tensor([0.4, 1.1, 2.0], dtype=torch.float64)
_SUM = qml.Hamiltonian([0.5, -0.3, 0.8, 0.2], [qml.Z(0), qml.Z(0) @ qml.Z(1), qml.X(0), qml.I(0)])


def measured(*measurements):
    gates = [qml.RX(_ANGLES, 0), qml.CNOT([0, 1]), qml.RY(0.3, 1)]
    return QuantumScript(gates, measurements)


def test_of_one_word_it_follows_from_the_mean():
    mapped = MappedTapes((QuantumScript([qml.RX(_ANGLES, 0)], [qml.expval(qml.Z(0))]),), 3)
    [errors] = standard_errors(mapped, qml.device("qaimagic.qubit"), shots=100)
    torch.testing.assert_close(errors, _ANGLES.sin().abs() / 10)


def test_it_is_how_far_the_shots_of_the_device_scatter():
    kinds = (
        qml.expval(_SUM),
        qml.probs(wires=[0, 1]),
        qml.expval(qml.Hermitian([[1, 2], [2, 0]], 1)),
    )
    tape = measured(*kinds)
    expected = standard_errors(MappedTapes((tape,), 3), qml.device("qaimagic.qubit"), shots=50)
    device = qml.device("qaimagic.qubit", wires=2, seed=1)
    runs = device.execute([tape.copy(shots=50)] * 400)
    for index, errors in enumerate(expected):
        drawn = torch.stack([torch.as_tensor(run[index]) for run in runs])
        assert drawn[0].shape == errors.shape
        torch.testing.assert_close(drawn.std(dim=0), errors, atol=2e-3, rtol=0.2)


def test_circuits_one_by_one_give_a_batch():
    tapes = tuple(
        QuantumScript([qml.RX(angle, 0)], [qml.expval(qml.Z(0)), qml.probs(wires=0)])
        for angle in _ANGLES
    )
    means, chances = standard_errors(MappedTapes(tapes, 3), qml.device("qaimagic.qubit"), shots=1)
    assert means.shape == (3,)
    assert chances.shape == (3, 2)


def test_what_has_none_is_refused():
    mapped = MappedTapes((measured(qml.var(qml.Z(0))),), 3)
    with pytest.raises(CircuitError, match=r"known for `qml\.expval` and `qml\.probs`"):
        standard_errors(mapped, qml.device("qaimagic.qubit"), shots=10)
