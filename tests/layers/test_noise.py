"""Layers of circuits with noise: exact up to ten wires, sampled beyond, trained either way."""

from __future__ import annotations

import pennylane as qml
import pytest
import torch

import qaimagic
from qaimagic import HybridLayer, quantum

pytestmark = pytest.mark.filterwarnings("ignore::qaimagic.errors.QaimagicNote")

BATCH = torch.linspace(-1.5, 1.5, 10, dtype=torch.float64).reshape(5, 2)


@quantum
def noisy(inputs, theta: (2, 2), strength: 1):
    qml.AngleEmbedding(inputs, wires=range(2))
    for layer in theta:
        for wire in range(2):
            qml.RY(layer[wire], wire)
            qml.DepolarizingChannel(torch.sigmoid(strength) / 4, wire)
        qml.CNOT([0, 1])
    qml.AmplitudeDamping(0.1, 1)
    return [qml.expval(qml.Z(wire)) for wire in range(2)]


def gradients(layer):
    layer.zero_grad()
    x = BATCH.clone().requires_grad_()
    answers = layer(x)
    (answers * torch.tensor([1.0, -0.5])).sum().backward()
    return answers, x.grad, [one.grad.clone() for one in layer.parameters()]


def test_agrees_with_default_mixed():
    layer = noisy.new().double()
    found = [gradients(layer)]
    with qaimagic.devices.override("default.mixed"):
        found.append(gradients(layer))
    torch.testing.assert_close(*found)
    assert layer.device_name == "qaimagic.qubit"


def test_strengths_that_depend_on_the_sample():
    @quantum
    def damped(inputs):
        qml.RY(1.1, 0)
        qml.AmplitudeDamping(torch.sin(inputs[0]) ** 2, 0)
        return qml.expval(qml.Z(0))

    x = torch.tensor([[0.2], [0.5], [1.0]], dtype=torch.float64, requires_grad=True)
    values = damped(x)
    strength = torch.sin(x) ** 2
    exact = strength + (1 - strength) * torch.cos(torch.tensor(1.1)).double()
    torch.testing.assert_close(values, exact)
    slopes = [torch.autograd.grad(one.sum(), x)[0] for one in (values, exact)]
    torch.testing.assert_close(*slopes)


def test_noise_is_trained_away():
    torch.manual_seed(0)

    @quantum
    def damped(theta: 1, strength: 1):
        qml.RY(theta, 0)
        qml.AmplitudeDamping(torch.sigmoid(strength), 0)
        return qml.expval(qml.Z(0))

    optimizer = torch.optim.Adam(damped.parameters(), lr=0.2)
    for _ in range(60):
        optimizer.zero_grad()
        loss = damped().sum()
        loss.backward()
        optimizer.step()
    assert loss.item() < -0.9
    assert torch.sigmoid(damped.strength).item() < 0.05


def sampled_layer():
    @quantum
    def many(inputs, theta: 12):
        for wire in range(12):
            qml.RY(inputs[0] + theta[wire], wire)
            qml.BitFlip(0.1, wire)
        return [qml.expval(qml.Z(0)), qml.expval(qml.Z(11))]

    return many


def test_more_than_ten_wires_are_sampled_by_torchs_seed():
    many = sampled_layer()
    x = torch.tensor([[0.3], [0.9]])
    answers = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        answers.append(many(x).detach())
    assert torch.equal(answers[0], answers[1])
    assert not torch.equal(answers[0], answers[2])
    exact = 0.8 * torch.cos(x + many.theta.detach()[[0, 11]])
    assert (answers[0] - exact).abs().max() < 0.15


def test_a_qnode_that_samples_is_not_taken_for_one_that_mixes_samples():
    device = qml.device("qaimagic.qubit", wires=1, seed=1, n_trajectories=20)

    @qml.qnode(device)
    def circuit(inputs, theta):
        qml.RY(inputs[..., 0] + theta, 0)
        qml.DepolarizingChannel(0.3, 0)
        return qml.expval(qml.Z(0))

    layer = HybridLayer(circuit, {"theta": 1})
    x = torch.tensor([[0.3], [0.9], [1.4]])
    answers = layer(x)
    exact = 0.6 * torch.cos(x[:, 0] + layer.theta.detach())
    assert (answers.detach().reshape(-1) - exact).abs().max() < 0.7
    assert device.standard_errors is not None


def test_noise_added_to_a_qnode():
    model = qml.NoiseModel({qml.noise.op_eq(qml.RY): qml.noise.partial_wires(qml.BitFlip, 0.2)})

    def body(inputs, theta):
        qml.RY(inputs[..., 0] + theta, 0)
        return qml.expval(qml.Z(0))

    noisy_node = qml.add_noise(qml.QNode(body, qml.device("qaimagic.qubit", wires=1)), model)
    layer = HybridLayer(noisy_node, {"theta": 1}).double()
    x = torch.tensor([[0.3], [0.9]], dtype=torch.float64)
    answers = layer(x)
    torch.testing.assert_close(answers.reshape(-1), 0.6 * torch.cos(x[:, 0] + layer.theta))


def test_shots_and_their_gradients():
    @quantum(shots=20000, seed=3)
    def damped(inputs, theta: 1):
        qml.RY(inputs[0] + theta, 0)
        qml.AmplitudeDamping(0.3, 0)
        return qml.expval(qml.Z(0))

    x = torch.tensor([[0.3], [0.9]], dtype=torch.float64)
    layer = damped.double()
    answers = layer(x)
    angle = x + layer.theta.detach()
    assert (answers.detach() - 0.3 - 0.7 * torch.cos(angle)).abs().max() < 0.04
    answers.sum().backward()
    assert (layer.theta.grad + 0.7 * torch.sin(angle).sum()).abs() < 0.08
