"""A layer of a QNode takes what PennyLane's `TorchLayer` takes, and answers the same."""

from __future__ import annotations

import pennylane as qml
import pytest
import torch
from torch import nn

from qaimagic import HybridLayer
from qaimagic.errors import CircuitError


def test_a_qnode_sees_the_batch_as_in_torchlayer():
    @qml.qnode(qml.device("default.qubit", wires=2), diff_method="parameter-shift")
    def node(inputs, theta):
        qml.RX(inputs[:, 0], wires=0)
        qml.RY(theta, wires=1)
        qml.CNOT([0, 1])
        return qml.expval(qml.Z(1)), qml.expval(qml.Z(0))

    model = nn.Sequential(nn.Linear(3, 2), HybridLayer(node, {"theta": 1}))
    model(torch.rand(5, 3)).sum().backward()
    assert model[0].weight.grad.abs().sum() > 0
    reference = qml.qnn.TorchLayer(node, {"theta": 1})
    reference.load_state_dict(model[1].state_dict())
    inputs = torch.rand(4, 2)
    torch.testing.assert_close(model[1](inputs), reference(inputs).squeeze(-1).T)


def test_a_qnode_that_mixes_up_samples_is_refused():
    @qml.qnode(qml.device("default.qubit", wires=1))
    def node(inputs, theta):
        qml.RX(inputs[0] + theta, wires=0)
        return qml.expval(qml.Z(0))

    layer = HybridLayer(node, {"theta": 1})
    with pytest.raises(CircuitError, match=r"Write `inputs\[\.\.\., 0\]`"):
        layer(torch.rand(2, 2))
    with pytest.raises(ValueError, match="names `phi`"):
        HybridLayer(node, {"phi": 1})

    @qml.qnode(qml.device("default.qubit", wires=2))
    def two(inputs, theta):
        qml.RX(inputs[0] + theta, wires=0)
        qml.RX(inputs[1], wires=1)
        return qml.expval(qml.Z(0))

    with pytest.raises(CircuitError, match="mixes up the samples"):
        HybridLayer(two, {"theta": 1})(torch.rand(2, 2))


def test_init_method_as_in_torchlayer():
    @qml.qnode(qml.device("default.qubit", wires=1))
    def node(inputs, theta):
        qml.Rot(*theta, wires=0)
        return qml.expval(qml.Z(0))

    layer = HybridLayer(node, {"theta": 3}, nn.init.zeros_)
    assert layer.theta.abs().sum() == 0
    other = HybridLayer(node, {"theta": 3}, {"theta": torch.ones(3)})
    assert other.theta.sum() == 3


def test_a_weight_of_a_qnode_cannot_take_a_name_of_the_layer():
    node = qml.QNode(lambda name: qml.RX(name, 0), qml.device("default.qubit", wires=1))
    with pytest.raises(ValueError, match="it names a weight `name`"):
        HybridLayer(node, {"name": 1})
