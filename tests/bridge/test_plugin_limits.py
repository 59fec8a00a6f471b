from __future__ import annotations

import warnings

import numpy as np
import pennylane as qml
import pytest
import scipy.stats
from pennylane import numpy as pnp
from pennylane.exceptions import DeviceError

from qaimagic.bridge.plugin.batches import DENSE, grouped


def test_a_device_may_have_more_wires_than_a_density_matrix():
    def circuit(angle):
        qml.RX(angle, 23)
        qml.BitFlip(0.25, 23)
        return qml.expval(qml.Z(23))

    node = qml.QNode(circuit, qml.device("qaimagic.qubit", wires=24))
    assert node(0.3) == pytest.approx(np.cos(0.3) / 2)


def test_too_many_wires_are_refused_before_memory_runs_out():
    def circuit():
        for wire in range(31):
            qml.Hadamard(wire)
        return qml.probs(wires=[0])

    with pytest.raises(DeviceError, match="up to 30 wires, but this one has 31"):
        qml.QNode(circuit, qml.device("qaimagic.qubit"))()


def test_a_seed_is_no_word_but_global():
    qml.device("qaimagic.qubit", seed="global")
    with pytest.raises(TypeError, match=r"`seed` must be a whole number.*golbal"):
        qml.device("qaimagic.qubit", seed="golbal")


def test_a_dense_matrix_on_many_wires_runs_unsaid_where_it_is_one_product():
    matrix = scipy.stats.unitary_group.rvs(16, random_state=1)

    def circuit(angle):
        qml.RX(angle, 0)
        qml.adjoint(qml.QubitUnitary(matrix, wires=range(4)))
        return qml.expval(qml.Z(1) @ qml.Y(2))

    _, refused = grouped([qml.tape.make_qscript(circuit)(0.3)])
    assert refused == {DENSE: [0]}
    angle = pnp.array(0.3, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        slopes = [
            qml.grad(qml.QNode(circuit, qml.device(name)))(angle)
            for name in ("default.qubit", "qaimagic.qubit")
        ]
    assert slopes[1] == pytest.approx(slopes[0])
