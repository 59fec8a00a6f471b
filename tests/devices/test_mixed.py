"""Gradients of `default.mixed` where some outcomes never come, against our engine's."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch

from qaimagic import devices, quantum

RETURNS = [
    lambda: qml.expval(qml.Z(1)),
    lambda: qml.expval(qml.X(0) @ qml.Z(1)),
    lambda: qml.expval(0.5 * qml.X(0) - 2.0 * qml.Z(1) @ qml.Z(0) + 0.3 * qml.I(0)),
    lambda: qml.expval(qml.Projector([1, 0], [1, 0])),
    lambda: qml.expval(qml.Hermitian([[1.0, 0.5], [0.5, 0.2]], 0)),
    lambda: qml.var(qml.Y(0) @ qml.Z(1)),
    lambda: qml.probs(wires=[1]),
    lambda: qml.probs(wires=[1, 0]),
    lambda: qml.probs(op=qml.X(0)),
    lambda: qml.purity([0]),
    lambda: [qml.probs(), qml.expval(qml.Z(0) + qml.X(1))],
]
ROWS = torch.tensor([[0.0], [0.4]], dtype=torch.float64)


def bell(returned):
    def body(inputs, theta):
        qml.Hadamard(0)
        qml.CNOT([0, 1])
        qml.RX(inputs[0] + theta[0], wires=0)
        qml.RY(theta[1], wires=1)
        return returned()

    return body


def answers_and_slopes(body, device):
    layer = quantum(device=device, weight_shapes={"theta": 2})(body).double()
    torch.nn.init.zeros_(layer.theta)
    inputs = ROWS.clone().requires_grad_()
    answers = layer(inputs)
    scale = torch.arange(1.0, answers.numel() + 1).reshape(answers.shape)
    return answers, *torch.autograd.grad((answers * scale).sum(), [inputs, layer.theta])


@pytest.mark.parametrize("returned", RETURNS)
def test_slopes_are_finite_and_right(returned):
    mixed, exact = (
        answers_and_slopes(bell(returned), name) for name in ("default.mixed", "qaimagic.qubit")
    )
    for mine, theirs in zip(mixed, exact, strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-9, rtol=0)


@pytest.mark.parametrize("noise", [{"damping": 0.1}, {"readout": 0.1, "mitigate": "readout"}])
def test_slopes_are_right_with_noise_too(noise):
    body = bell(lambda: [qml.probs(), qml.expval(qml.Z(0) @ qml.Z(1))])
    mixed, exact = (
        answers_and_slopes(body, devices.get(name, **noise))
        for name in ("default.mixed", "qaimagic.qubit")
    )
    for mine, theirs in zip(mixed, exact, strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-9, rtol=0)


def test_slopes_are_finite_in_autograd_too():
    @qml.qnode(devices.make("default.mixed", range(2)), diff_method="backprop")
    def node(angle):
        qml.RX(angle, wires=0)
        return qml.probs(wires=[1, 0])

    slopes = qml.jacobian(node)(qml.numpy.array(0.0, requires_grad=True))
    np.testing.assert_allclose(slopes, np.zeros(4), atol=1e-12)
