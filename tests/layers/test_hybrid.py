"""A hybrid layer is a real module: each line here is something PennyLane's TorchLayer gets wrong
or a user would try."""

from __future__ import annotations

import copy

import numpy as np
import pennylane as qml
import pytest
import torch
from torch import nn

from qaimagic import quantum
from qaimagic.errors import DeviceError
from tests.oracles import dense


@quantum
def encoder(inputs, theta: (2, 2, 3)):
    qml.AngleEmbedding(inputs, wires=range(2))
    qml.StronglyEntanglingLayers(theta, wires=range(2))
    return [qml.expval(qml.Z(0)), qml.expval(qml.X(1))]


@pytest.fixture
def layer():
    torch.manual_seed(0)
    return encoder.new()


def test_rabi_oscillation_in_closed_form():
    @quantum
    def rabi(inputs):
        qml.RX(inputs[0], wires=0)
        return qml.expval(qml.Z(0)), qml.probs(wires=0)

    angles = torch.linspace(0, 6, 20, dtype=torch.float64)[:, None]
    up = torch.cos(angles / 2) ** 2
    torch.testing.assert_close(rabi(angles), torch.cat([torch.cos(angles), up, 1 - up], dim=1))


def test_agrees_with_a_dense_reference():
    @quantum
    def circuit(inputs, theta: 2):
        qml.RY(inputs[0], wires=0)
        qml.RX(theta[0], wires=1)
        qml.CNOT([0, 1])
        qml.RZ(theta[1] * inputs[1], wires=1)
        qml.H(1)
        return qml.expval(qml.Z(0) @ qml.X(1)), qml.expval(qml.Y(1))

    x, theta = torch.rand(2), circuit.theta.detach().numpy()
    gates = [
        dense.on({0: dense.rotation(dense.Y, float(x[0]))}, 2),
        dense.on({1: dense.rotation(dense.X, theta[0])}, 2),
        dense.controlled(dense.X, 0, 1, 2),
        dense.on({1: dense.rotation(dense.Z, theta[1] * float(x[1]))}, 2),
        dense.on({1: dense.H}, 2),
    ]
    state = dense.apply(gates, 2)
    expected = [
        dense.expval(state, dense.on({0: dense.Z, 1: dense.X}, 2)),
        dense.expval(state, dense.on({1: dense.Y}, 2)),
    ]
    np.testing.assert_allclose(circuit(x).detach(), expected, atol=1e-6)


def test_gradients_of_weights_and_inputs_in_double_precision():
    layer = encoder.new().double()
    inputs = torch.rand(2, 2, dtype=torch.float64, requires_grad=True)

    def function(inputs, theta):
        return torch.func.functional_call(layer, {"theta": theta}, (inputs,))

    assert torch.autograd.gradcheck(function, (inputs, layer.theta))


def test_measurements_stand_side_by_side():
    @quantum
    def several(inputs):
        qml.AngleEmbedding(inputs, wires=range(2))
        return qml.expval(qml.Z(0)), qml.probs(wires=[0, 1]), qml.var(qml.X(1))

    assert several.n_outputs == 6
    assert several(torch.rand(5, 2)).shape == (5, 6)


def test_state_dict_round_trip_and_deepcopy_after_a_call(layer):
    inputs = torch.rand(3, 2)
    expected = layer(inputs)
    fresh = encoder.new()
    assert list(layer.state_dict()) == ["theta"]
    fresh.load_state_dict(layer.state_dict())
    torch.testing.assert_close(fresh(inputs), expected)
    copied = copy.deepcopy(layer)
    torch.testing.assert_close(copied(inputs), expected)
    with torch.no_grad():
        copied.theta.zero_()
    torch.testing.assert_close(layer(inputs), expected)


def test_new_and_reset_draw_weights_anew(layer):
    before = layer.theta.clone()
    assert not torch.equal(layer.new().theta, before)
    layer.reset_parameters()
    assert not torch.equal(layer.theta, before)


def test_it_prints_what_a_person_wants_to_know(layer):
    text = repr(nn.Sequential(nn.Linear(3, 2), layer))
    assert "encoder: 2 wires · 12 weights (theta (2, 2, 3)) · 2 outputs · on qaimagic.qubit" in text


def test_pennylane_tools_work_on_the_qnode(layer):
    sample = torch.rand(2)
    assert "Rot" in qml.draw(layer.qnode, level="device")(sample, layer.theta)
    specs = qml.specs(layer.qnode)(sample, layer.theta)
    assert specs["num_device_wires"] == 2
    torch.testing.assert_close(torch.stack(layer.qnode(sample, layer.theta)).float(), layer(sample))


def test_shots_follow_the_seed():
    @quantum(shots=50)
    def free(inputs):
        qml.RX(inputs[0], wires=0)
        return qml.expval(qml.Z(0))

    inputs = torch.rand(4, 1)
    torch.manual_seed(3)
    first = free(inputs), free(inputs)
    torch.manual_seed(3)
    assert torch.equal(first[0], free(inputs))
    assert torch.equal(first[1], free(inputs))

    seeded = [quantum(shots=50, seed=5)(free.circuit.function) for _ in range(2)]
    assert torch.equal(seeded[0](inputs), seeded[1](inputs))


def test_samples_and_counts_keep_pennylanes_shapes():
    @quantum(shots=20)
    def samples(inputs):
        qml.RX(inputs[0], wires=0)
        return qml.sample(wires=[0, 1])

    @quantum(shots=20)
    def counts(inputs):
        qml.RX(inputs[0], wires=0)
        return qml.counts(wires=[0, 1])

    assert samples(torch.rand(3, 1)).shape == (3, 20, 2)
    answer = counts(torch.rand(2, 3, 1))
    assert (len(answer), len(answer[0])) == (2, 3)
    assert sum(answer[1][2].values()) == 20
    assert samples.n_outputs is None


@pytest.mark.parametrize("name", ["default.qubit", "default.mixed", "lightning.qubit"])
def test_measuring_within_a_circuit_may_need_more_wires(name):
    @quantum(device=name)
    def layer(inputs, theta: 1):
        qml.RX(inputs[0], wires=0)
        first = qml.measure(0, reset=True)
        qml.RX(theta, wires=0)
        second = qml.measure(0)
        qml.cond(first & second, qml.X)(1)
        return qml.probs(wires=1)

    inputs = torch.rand(3, 1, dtype=torch.float64)
    once = torch.sin(inputs / 2) ** 2 * torch.sin(layer.theta / 2) ** 2
    torch.testing.assert_close(layer(inputs), torch.cat([1 - once, once], -1), check_dtype=False)


def test_what_a_device_cannot_run_is_said_in_one_sentence():
    @quantum(device="default.qubit")
    def noisy(inputs):
        qml.RX(inputs[0], wires=0)
        qml.BitFlip(0.1, wires=0)
        return qml.expval(qml.Z(0))

    @quantum
    def counted(inputs):
        qml.RX(inputs[0], wires=0)
        return qml.counts()

    with pytest.raises(DeviceError, match=r"BitFlip.*Noise runs on `qaimagic\.qubit`"):
        noisy(torch.rand(2, 1))
    with pytest.raises(DeviceError, match=r"need shots: `--shots 1000`"):
        counted(torch.rand(2, 1))
