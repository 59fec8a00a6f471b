"""Training by each gradient method, on a batch, with a trained layer before the circuit."""

from __future__ import annotations

import pennylane as qml
import pytest
import torch
from torch import nn

from qaimagic import devices, quantum
from qaimagic.errors import DeviceError

ROWS = torch.linspace(-1, 1, 9).reshape(3, 3)
DEVICES = ["qaimagic.qubit", "default.qubit", "lightning.qubit", "default.mixed"]


def body(inputs, theta: (1, 2, 3)):
    qml.AngleEmbedding(inputs, wires=range(2))
    qml.StronglyEntanglingLayers(theta, wires=range(2))
    return [qml.expval(qml.Z(0)), qml.expval(qml.X(0) @ qml.Z(1)), qml.probs(wires=[1])]


def slopes(weights, **options):
    torch.manual_seed(0)
    before, layer = nn.Linear(3, 2), quantum(**options)(body)
    layer.load_state_dict({"theta": weights})
    (layer(before(ROWS)) * torch.tensor([1.0, -2.0, 0.5, 0.3])).sum().backward()
    return torch.cat([p.grad.flatten() for p in [*before.parameters(), *layer.parameters()]])


@pytest.mark.parametrize("device", [*DEVICES, "noisy"])
@pytest.mark.parametrize("method", ["parameter-shift", "finite-diff", "hadamard"])
@pytest.mark.parametrize("shots", [None, 20_000])
def test_gradients_are_right(device, method, shots):
    weights = torch.linspace(0, 2, 6).reshape(1, 2, 3)
    if device == "noisy":
        device = devices.get("qaimagic.qubit", depolarizing=0.01)
        if method == "hadamard":
            with pytest.raises(DeviceError, match="The Hadamard test adds gates"):
                slopes(weights, device=device, diff_method=method)
            return
    found = slopes(weights, device=device, diff_method=method, shots=shots, seed=1)
    exact = slopes(weights, device=device)
    scale = exact.norm()
    assert (found - exact).norm() / scale < (0.15 if shots else 1e-5)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("shots", [None, 1000])
def test_spsa_follows_torchs_seed(device, shots):
    weights = torch.linspace(0, 2, 6).reshape(1, 2, 3)
    options = {"device": device, "diff_method": "spsa", "shots": shots, "seed": 1}
    one, other = (slopes(weights, **options) for _ in range(2))
    assert torch.equal(one, other)
    assert 0 < one.norm() < 100


def test_adjoint_refuses_probabilities_where_the_device_does():
    with pytest.raises(DeviceError, match="`probs`, by `adjoint`"):
        slopes(torch.zeros(1, 2, 3), device="lightning.qubit", diff_method="adjoint")


def between_constants(inputs, theta: (2,)):
    qml.Hadamard(0)
    qml.RY(theta[0], wires=0)
    qml.Rot(inputs[0], inputs[1], inputs[2], wires=0)
    qml.CRot(0.3, 0.2, 0.1, wires=[0, 1])
    qml.adjoint(qml.U2(0.4, theta[1], wires=0))
    qml.RX(0.3, wires=0)
    return qml.expval(qml.Z(0)), qml.expval(qml.X(1))


@pytest.mark.parametrize(
    ("device", "method"),
    [("default.qubit", "adjoint"), ("lightning.qubit", "adjoint"), ("lightning.qubit", "best")],
)
def test_constant_gates_of_several_numbers_leave_earlier_gradients_alone(device, method):
    ours = quantum(between_constants).double()
    other = quantum(device=device, diff_method=method)(between_constants).double()
    for layer in (ours, other):
        layer.load_state_dict({"theta": torch.tensor([0.4, 0.9])})
    mine, theirs = (
        torch.autograd.grad(one(ROWS.double()).sum(), one.theta) for one in (ours, other)
    )
    assert (mine[0].abs() > 1e-3).all()
    torch.testing.assert_close(theirs, mine, atol=1e-9, rtol=0)
