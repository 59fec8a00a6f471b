"""What `accelerate` is given to measure with."""

import pennylane as qml
import pytest
import torch
from torch import nn

from qaimagic import accelerate


def circuit(inputs, weights):
    qml.AngleEmbedding(inputs, wires=range(2))
    qml.StronglyEntanglingLayers(weights, wires=range(2))
    return qml.expval(qml.Z(0))


def model(**options):
    node = qml.QNode(circuit, qml.device("default.qubit", wires=2), **options)
    return nn.Sequential(nn.Linear(3, 2), qml.qnn.TorchLayer(node, {"weights": (1, 2, 3)}))


X = torch.rand(4, 3)


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        (X[:0], r"hold at least one sample, but its shape is \(0, 3\)"),
        ((X, X), r"be what the model is called with, but .*TypeError.*`accelerate\(model, X\)`"),
    ],
)
def test_a_batch_that_the_model_does_not_take_is_refused(batch, message):
    plain = model()
    with pytest.raises(ValueError, match=message):
        accelerate(plain, batch)
    assert type(plain[1]) is qml.qnn.TorchLayer


def test_a_step_of_a_frozen_model_is_a_forward_pass(capsys):
    accelerate(model().requires_grad_(False), X)
    assert "A forward pass on this batch" in capsys.readouterr().out
    accelerate(model(), X)
    assert "A training step on this batch" in capsys.readouterr().out


def test_a_qnode_without_gradients_is_left_for_that(capsys):
    accelerate(model(diff_method=None))
    assert "it asks for no gradients (`diff_method=None`)" in capsys.readouterr().out
