"""`torch.compile` compiles around a circuit, which runs as it does without."""

import pennylane as qml
import pytest
import torch
from torch import nn

from qaimagic import HybridLayer, accelerate, quantum


def body(inputs, theta):
    qml.AngleEmbedding(inputs, wires=range(2))
    qml.StronglyEntanglingLayers(theta, wires=range(2))
    return [qml.expval(qml.Z(0)), qml.expval(qml.X(1))]


SHAPES = {"theta": (1, 2, 3)}
QNODE = qml.QNode(body, qml.device("qaimagic.qubit", wires=2))
LAYERS = {
    "body": lambda: quantum(weight_shapes=SHAPES)(body),
    "qnode": lambda: HybridLayer(QNODE, SHAPES),
    "accelerated": lambda: accelerate(qml.qnn.TorchLayer(QNODE, SHAPES)),
}


@pytest.mark.parametrize("kind", LAYERS)
def test_a_compiled_model_gives_the_same_numbers_and_is_not_traced_within(kind, recwarn):
    model = nn.Sequential(nn.Linear(3, 2), LAYERS[kind](), nn.Linear(2, 1))
    x = torch.rand(4, 3)
    plain = model(x)
    recwarn.clear()
    compiled = torch.compile(model, backend="eager")(x)
    assert not recwarn.list
    torch.testing.assert_close(compiled, plain)
    gradients = [
        torch.autograd.grad(answer.square().sum(), list(model.parameters()))
        for answer in (compiled, plain)
    ]
    torch.testing.assert_close(*gradients)
