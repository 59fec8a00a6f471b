"""Every method against autograd of default.qubit and closed forms."""

from __future__ import annotations

import math
import re

import pennylane as qml
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qaimagic import HybridLayer, devices, gradients, quantum
from tests.gradients import bodies

EXACT_RULES = ("backprop", "parameter-shift", "hadamard")


@pytest.mark.parametrize("body", bodies.ALL, ids=lambda body: body.__name__)
@pytest.mark.parametrize("method", [*EXACT_RULES, "finite-diff"])
def test_agrees_with_autograd(body, method):
    torch.manual_seed(0)
    layer = quantum(body)
    rows = bodies.rows_for(layer)
    found = gradients.estimate(layer, *rows, method=method)
    expected = bodies.exact(layer, rows)
    atol = 1e-9 if method == "finite-diff" else 1e-12
    torch.testing.assert_close(found.jacobians, expected, atol=atol, rtol=0, check_stride=False)
    assert found.standard_errors is None


@pytest.mark.parametrize("device", ["default.qubit", "lightning.qubit", "default.mixed"])
@pytest.mark.parametrize("method", gradients.METHODS)
def test_agrees_on_every_device(device, method):
    if method == {"lightning.qubit": "backprop", "default.mixed": "adjoint"}.get(device):
        pytest.skip("which the device has not")
    torch.manual_seed(1)
    layer = quantum(bodies.controlled)
    found = gradients.estimate(layer, bodies.ROWS, method=method, device=device, directions=2)
    if method == "spsa":
        again = gradients.estimate(layer, bodies.ROWS, method="parameter-shift")
        assert {n: j.shape for n, j in found.jacobians.items()} == {
            n: j.shape for n, j in again.jacobians.items()
        }
        return
    expected = bodies.exact(layer, [bodies.ROWS])
    # On default.mixed phases come of PennyLane's eigenvalues, which are in single precision.
    torch.testing.assert_close(found.jacobians, expected, atol=1e-8, rtol=0, check_stride=False)


@pytest.mark.parametrize("method", ["backprop", "parameter-shift"])
def test_gates_may_mix_numbers_and_weights(method):
    @quantum
    def mixed(inputs, theta: (3,)):
        qml.U3(inputs[0], 0.2, theta[0], wires=0)
        qml.RY(0.5, wires=1)
        qml.ctrl(qml.U3(0.7, 0.1, theta[1], wires=1), control=0)
        qml.adjoint(qml.U2(0.4, theta[2], wires=1))
        return [qml.expval(qml.X(0)), qml.expval(qml.Y(1))]

    rows = bodies.ROWS[:, :1]
    expected = gradients.estimate(mixed, rows, method=method)
    found = gradients.estimate(mixed, rows, method=method, device="default.qubit")
    torch.testing.assert_close(found.jacobians, expected.jacobians, atol=1e-12, rtol=0)
    with devices.override("default.qubit"):
        there = mixed(rows)
    torch.testing.assert_close(there, mixed(rows))


@settings(max_examples=20, deadline=None)
@given(st.floats(-6, 6), st.floats(-6, 6), st.sampled_from(["parameter-shift", "hadamard"]))
def test_closed_form_of_one_rotation(angle, weight, method):
    @quantum
    def turned(inputs, theta: 1):
        qml.RX(inputs[0] * theta, wires=0)
        return [qml.expval(qml.Z(0)), qml.probs(wires=0)]

    layer = turned.double()
    torch.nn.init.constant_(layer.theta, weight)
    found = gradients.estimate(layer, torch.tensor([angle], dtype=torch.float64), method=method)
    slope = -math.sin(angle * weight) * torch.tensor([1.0, 0.5, -0.5], dtype=torch.float64)
    torch.testing.assert_close(found.jacobians["theta"], angle * slope, atol=1e-12, rtol=0)
    torch.testing.assert_close(found.jacobians["inputs"][:, 0], weight * slope, atol=1e-12, rtol=0)


def test_spsa_is_right_in_the_mean():
    torch.manual_seed(0)
    layer = quantum(bodies.rotations)
    row = bodies.ROWS[0]
    exact = gradients.estimate(layer, row, method="backprop").jacobians["theta"]
    drawn = gradients.estimate(layer, row, method="spsa", directions=2000, seed=3)
    n_parameters = 2 + 6
    total = exact.square().sum() + gradients.estimate(layer, row).jacobians["inputs"].square().sum()
    error = (total * n_parameters / 2000).sqrt()
    assert (drawn.jacobians["theta"] - exact).abs().max() < 4 * error
    single = gradients.estimate(layer, row, method="spsa", seed=3)
    size = single.jacobians["theta"].abs().reshape(2, -1)
    torch.testing.assert_close(size, size[:, :1].expand_as(size))


def test_batch_dimensions_and_two_data_arguments():
    @quantum
    def pair(left, right, theta: (3,)):
        qml.RX(left[0] * theta[0], wires=0)
        qml.CRY(right[0] + right[1] * theta[1], wires=[0, 1])
        qml.RZ(theta[2], wires=1)
        return [qml.expval(qml.Z(0)), qml.expval(qml.X(1)), qml.expval(qml.Z(1))]

    left = torch.linspace(-1, 1, 6).reshape(3, 2, 1)
    right = torch.linspace(0, 1, 12).reshape(3, 2, 2)
    found = gradients.estimate(pair, left, right, shots=50, seed=1)
    for numbers in (found.jacobians, found.standard_errors):
        assert numbers["left"].shape == (3, 2, 3, 1)
        assert numbers["right"].shape == (3, 2, 3, 2)
        assert numbers["theta"].shape == (3, 2, 3, 3)
    loss = found.pulled_back(torch.ones(3, 2, 3))
    assert loss.gradients["theta"].shape == loss.standard_errors["theta"].shape == (3,)
    assert loss.gradients["right"].shape == loss.standard_errors["right"].shape == (3, 2, 2)


@pytest.mark.parametrize("method", EXACT_RULES)
def test_the_gradient_of_a_loss_is_that_of_training(method):
    torch.manual_seed(0)
    layer = quantum(bodies.distribution).double()
    rows = bodies.ROWS.clone().requires_grad_()
    answers = layer(rows)
    answers.retain_grad()
    answers.square().sum().backward()
    loss = gradients.estimate(layer, rows, method=method).pulled_back(answers.grad)
    assert loss.standard_errors is None
    torch.testing.assert_close(loss.gradients["theta"], layer.theta.grad)
    torch.testing.assert_close(loss.gradients["inputs"], rows.grad)


def test_weights_alone_take_fewer_circuits():
    layer = quantum(bodies.rotations)
    found = gradients.estimate(layer, bodies.ROWS, inputs=False)
    assert list(found.jacobians) == ["theta"]
    assert found.circuits == 3 * 2 * 2 * 6
    assert gradients.circuits(layer, bodies.ROWS) == 3 * 2 * 2 * 8


def test_frozen_weights_are_left_out():
    layer = quantum(bodies.energy)
    layer.strength.requires_grad_(False)
    assert set(gradients.estimate(layer, bodies.ROWS).jacobians) == {"inputs", "theta"}


def test_noise_of_ones_own():
    layer = quantum(bodies.shared)
    found = {}
    for method in ("backprop", "parameter-shift", "finite-diff"):
        for name in devices.profiles.WITH_CHANNELS:
            lab = devices.get(name, depolarizing=0.05, damping=0.02, readout=0.1)
            estimate = gradients.estimate(layer, bodies.ROWS, method=method, device=lab)
            found[method, name] = estimate.jacobians["theta"]
    reference = found["backprop", "default.mixed"]
    for values in found.values():
        torch.testing.assert_close(values, reference, atol=1e-9, rtol=0)
    clean = gradients.estimate(layer, bodies.ROWS).jacobians["theta"]
    assert (clean - reference).abs().max() > 0.05


def test_gates_that_noise_takes_apart_are_taken_apart_first():
    @quantum
    def excited(theta: 1):
        qml.RY(0.4, wires=0)
        qml.X(1)
        qml.RX(0.7, wires=2)
        qml.DoubleExcitation(theta, wires=range(4))
        return qml.expval(qml.Z(3) @ qml.X(0))

    lab = devices.get("default.mixed", depolarizing=0.02)
    exact = gradients.estimate(excited, method="backprop", device=lab).jacobians["theta"]
    assert exact.abs() > 1e-3
    shifted = gradients.estimate(excited, device=lab).jacobians["theta"]
    torch.testing.assert_close(shifted, exact)


def test_strengths_of_channels_have_shift_rules():
    @quantum
    def noisy(inputs, strength: 1):
        qml.RX(inputs[0], wires=0)
        qml.DepolarizingChannel(torch.sigmoid(strength), wires=0)
        return qml.expval(qml.Z(0))

    found = [
        gradients.estimate(noisy, torch.tensor([[0.4]]), method=method).jacobians
        for method in ("backprop", "parameter-shift")
    ]
    torch.testing.assert_close(*found)


def test_a_layer_of_a_qnode():
    @qml.qnode(qml.device("default.qubit", wires=2, seed=1))
    def circuit(inputs, theta):
        qml.RX(inputs[:, 0], wires=0)
        qml.CRY(theta * inputs[:, 1], wires=[0, 1])
        return qml.expval(qml.Z(0)), qml.expval(qml.X(1))

    def body(inputs, theta: 1):
        qml.RX(inputs[0], wires=0)
        qml.CRY(theta * inputs[1], wires=[0, 1])
        return [qml.expval(qml.Z(0)), qml.expval(qml.X(1))]

    layer, other = HybridLayer(circuit, {"theta": 1}), quantum(body)
    other.load_state_dict(layer.state_dict())
    found = gradients.estimate(layer, bodies.ROWS).jacobians
    torch.testing.assert_close(found, bodies.exact(other, [bodies.ROWS]), check_stride=False)
    assert gradients.estimate(layer, bodies.ROWS, shots=20).standard_errors is not None


def test_a_control_flow_that_reads_the_data():
    @quantum
    def forked(inputs, theta: 2):
        qml.RX(theta[0] * inputs[0], wires=0)
        if inputs[0] > 0:
            qml.CRY(theta[1], wires=[0, 1])
        return qml.expval(qml.Z(0) @ qml.Z(1))

    found = gradients.estimate(forked, torch.tensor([[0.7], [-0.7]])).jacobians["theta"]
    expected = gradients.estimate(forked, torch.tensor([[0.7], [-0.7]]), method="backprop")
    torch.testing.assert_close(found, expected.jacobians["theta"])
    assert found[0, 0, 1] != 0
    assert found[1, 0, 1] == 0


def test_more_wires_than_are_read_together():
    @quantum
    def wide(theta: 14):
        for wire in range(14):
            qml.RY(theta[wire], wires=wire)
        parity = qml.prod(*(qml.Z(wire) for wire in range(14)))
        return [*(qml.expval(qml.Z(wire)) for wire in range(14)), qml.expval(parity)]

    angles = wide.theta.detach().double()
    found = gradients.estimate(wide).jacobians["theta"]
    product = angles.cos().prod() / angles.cos() * -angles.sin()
    expected = torch.cat([torch.diag(-angles.sin()), product[None]])
    torch.testing.assert_close(found, expected)
    assert gradients.circuits(wide) == 2 * 14 * 3


def test_it_leaves_the_layers_own_shots_and_count_alone():
    layer, other = (quantum(shots=30, seed=1)(bodies.rotations) for _ in range(2))
    other.load_state_dict(layer.state_dict())
    gradients.estimate(layer, bodies.ROWS)
    assert layer.circuits == 0
    assert torch.equal(layer(bodies.ROWS), other(bodies.ROWS))


def test_the_run_around_decides_what_is_not_given():
    layer = quantum(bodies.rotations)
    with devices.override("default.qubit", shots=10, seed=2):
        found = gradients.estimate(layer, bodies.ROWS)
        again = gradients.estimate(layer, bodies.ROWS, device="lightning.qubit")
    assert found.shots == again.shots == 10
    assert not torch.equal(found.jacobians["theta"], again.jacobians["theta"])


def test_it_prints_shapes_and_not_thousands_of_numbers():
    layer = quantum(bodies.rotations)
    exact = gradients.estimate(layer, bodies.ROWS)
    sampled = gradients.estimate(layer, bodies.ROWS, shots=1000, seed=1)
    shape = tuple(exact.jacobians["theta"].shape)
    assert f"theta {shape}" in repr(exact)
    assert "standard errors" not in repr(exact)
    largest = max(float(one.max()) for one in sampled.standard_errors.values())
    told = re.search(r"1,000 shots, .*; standard errors up to ([\d.]+)\)$", repr(sampled))
    assert float(told[1]) == pytest.approx(largest, rel=0.05)
