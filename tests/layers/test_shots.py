from __future__ import annotations

import pennylane as qml
import pytest
import torch

from qaimagic import HybridLayer, devices, quantum
from qaimagic.errors import DeviceError


def body(inputs, theta: (2, 2, 3)):
    qml.AngleEmbedding(inputs, wires=range(2))
    qml.StronglyEntanglingLayers(theta, wires=range(2))
    return [qml.expval(qml.Z(0)), qml.expval(qml.X(0) @ qml.Z(1)), qml.probs(wires=[1])]


def inputs():
    return torch.tensor([[0.3, -0.8], [1.2, 0.4], [0.0, 2.0]])


@pytest.mark.parametrize("diff_method", ["best", "parameter-shift"])
def test_a_batch_with_shots_trains_weights_and_inputs(diff_method):
    torch.manual_seed(0)
    layer = quantum(shots=20_000, seed=1, diff_method=diff_method)(body)
    exact = quantum(body)
    exact.load_state_dict(layer.state_dict())
    slopes = []
    for each in (layer, exact):
        x = inputs().requires_grad_()
        (each(x) * torch.tensor([1.0, -2.0, 0.5, 0.1])).sum().backward()
        slopes.append((x.grad, each.theta.grad))
    for drawn, expected in zip(*slopes, strict=True):
        assert not torch.equal(drawn, expected)
        torch.testing.assert_close(drawn, expected, atol=0.06, rtol=0)


def test_the_exact_shift_rule_agrees_with_backprop_on_a_batch():
    torch.manual_seed(0)
    exact = quantum(body)
    shifted = quantum(diff_method="parameter-shift")(body)
    shifted.load_state_dict(exact.state_dict())
    found = []
    for layer in (exact, shifted):
        x = inputs().requires_grad_()
        layer(x).square().sum().backward()
        found.append((x.grad, layer.theta.grad))
    torch.testing.assert_close(found[0], found[1], atol=1e-5, rtol=1e-4)


def test_it_counts_the_circuits_of_its_shift_rule():
    layer = quantum(shots=10, seed=1)(body)
    layer(inputs())
    forward = layer.circuits
    layer(inputs()).sum().backward()
    n_groups, n_angles = 3, 12
    assert forward == 3 * n_groups
    assert layer.circuits == 2 * forward + 3 * n_groups * 2 * n_angles


def test_standard_errors_are_how_far_the_answers_scatter():
    torch.manual_seed(0)
    layer = quantum(shots=50, seed=1)(body)
    with torch.no_grad():
        drawn = torch.stack([layer(inputs()) for _ in range(200)])
    errors = layer.standard_errors(inputs())
    assert errors.shape == (3, 4)
    assert not errors.requires_grad
    torch.testing.assert_close(drawn.std(dim=0), errors, atol=2e-3, rtol=0.25)


def test_standard_errors_keep_batch_dimensions_and_follow_the_run():
    layer = quantum(body)
    with devices.override(shots=100):
        few = layer.standard_errors(inputs().reshape(3, 1, 2))
    with devices.override(shots=400):
        many = layer.standard_errors(inputs().reshape(3, 1, 2))
    assert few.shape == (3, 1, 4)
    torch.testing.assert_close(few, 2 * many)


def test_to_ask_for_standard_errors_does_not_change_the_shots():
    one, other = (quantum(shots=30, seed=1)(body) for _ in range(2))
    other.load_state_dict(one.state_dict())
    one.standard_errors(inputs())
    assert torch.equal(one(inputs()), other(inputs()))


def test_standard_errors_of_a_qnode():
    @qml.qnode(qml.device("default.qubit", wires=1, seed=1))
    def circuit(inputs, weight):
        qml.RX(inputs[..., 0] + weight, wires=0)
        return qml.expval(qml.Z(0))

    layer = HybridLayer(qml.set_shots(circuit, 25), {"weight": 1}, {"weight": torch.tensor(0.1)})
    errors = layer.standard_errors(torch.tensor([[0.3], [0.9]]))
    torch.testing.assert_close(errors, torch.tensor([[0.4], [1.0]]).sin() / 5)


def test_without_shots_there_is_nothing_to_scatter():
    with pytest.raises(DeviceError, match="runs without shots: its answers are exact"):
        quantum(body).standard_errors(inputs())
