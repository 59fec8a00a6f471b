"""A QNode sees the whole batch, and is traced with it."""

from __future__ import annotations

import pennylane as qml
import pytest
import torch

from qaimagic.bridge.qnodes import trace_qnode
from qaimagic.bridge.tracing import NotTraceableError, trace
from tests.bridge.traced import WIRES, answers_of, arguments, gradients


def of_qnode(function, inputs, theta):
    node = qml.QNode(function, qml.device("default.qubit", wires=WIRES))
    return node, trace(
        lambda given: trace_qnode(node, given),
        {"inputs": inputs},
        {"theta": theta},
        wires=WIRES,
        sees_batch=True,
    )


def for_batches(inputs, theta):
    qml.AngleEmbedding(inputs, wires=WIRES)
    qml.StronglyEntanglingLayers(theta, wires=WIRES)
    qml.RX(torch.tanh(inputs[:, 0]) * theta[0, 0, 0], wires=0)
    qml.RZ(inputs[..., 1] / 2 + theta[0, 0, 1], wires=0)
    qml.RY(theta[0, 0, 2], wires=1)
    return qml.expval(qml.Z(0)), qml.probs(wires=[1, 2])


def amplitudes_for_batches(inputs, theta):
    qml.AmplitudeEmbedding(inputs, wires=[1, 2], normalize=True, pad_with=0.5)
    qml.StronglyEntanglingLayers(theta, wires=WIRES)
    return qml.expval(qml.Z(0) @ qml.Z(1)), qml.expval(qml.X(2))


@pytest.mark.parametrize("function", [for_batches, amplitudes_for_batches])
@pytest.mark.parametrize("size", [1, 4])
def test_a_qnode_is_traced_with_its_batch(function, size):
    _, theta = arguments()
    example = torch.rand(size, 3, dtype=torch.float64)
    node, program = of_qnode(function, example, theta)
    inputs = torch.rand(size, 3, dtype=torch.float64, requires_grad=True)
    answers = answers_of(program, inputs, theta)
    expected = torch.cat([value.reshape(size, -1) for value in node(inputs, theta)], dim=-1)
    torch.testing.assert_close(answers, expected)
    pairs = zip(
        gradients(answers, [inputs, theta]), gradients(expected, [inputs, theta]), strict=True
    )
    for mine, theirs in pairs:
        torch.testing.assert_close(mine, theirs)


def test_a_qnode_that_mixes_samples_is_not_traced():
    def first_sample(inputs, theta):
        qml.RX(inputs[0, 0], wires=0)
        return qml.expval(qml.Z(0))

    def transposed(inputs, theta):
        qml.RX(inputs[0], wires=0)
        return qml.expval(qml.Z(0))

    inputs, theta = torch.rand(3, 3), arguments()[1].float()
    for function in (first_sample, transposed):
        with pytest.raises(NotTraceableError):
            of_qnode(function, inputs, theta)
