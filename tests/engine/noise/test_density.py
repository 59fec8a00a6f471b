"""Noise on density matrices: closed forms, a dense reference, default.mixed, derivatives."""

from __future__ import annotations

import math

import numpy as np
import pennylane as qml
import pytest
import torch
from hypothesis import given, settings

from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.noise import Channel, NoisyCircuit, density_matrix, expvals
from tests.engine.noise.random_noise import density_matrices, noisy_cases
from tests.engine.random_circuits import starts
from tests.oracles import dense, rotations

Z0 = ((0, "Z"),)
NONE = torch.zeros(0, dtype=torch.float64)


def slot(index):
    return Angle(((index, 1.0),))


def damping(gamma):
    """Amplitude damping's Kraus matrices, (2, 2, 2), from a tensor of no dimensions."""
    keep, lose = torch.sqrt(1 - gamma), torch.sqrt(gamma)
    one, zero = torch.ones_like(gamma), torch.zeros_like(gamma)
    return torch.stack([one, zero, zero, keep, zero, lose, zero, zero]).reshape(2, 2, 2)


def test_damped_rotation():
    noisy = NoisyCircuit(
        Circuit(1, 0, 1, (Rotation(((0, "Y"),), slot(0)),), (Z0,)), (Channel((0,), 1),)
    )
    theta = torch.tensor([[0.0], [1.0], [2.5]], dtype=torch.float64, requires_grad=True)
    gamma = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    values = expvals(noisy, NONE, theta, [damping(gamma)])
    torch.testing.assert_close(values, 0.3 + 0.7 * torch.cos(theta))
    along_theta, along_gamma = torch.autograd.grad(values.sum(), (theta, gamma))
    torch.testing.assert_close(along_theta, -0.7 * torch.sin(theta))
    torch.testing.assert_close(along_gamma, (1 - torch.cos(theta)).sum())


@settings(max_examples=60, deadline=None)
@given(noisy_cases(max_wires=3, max_operations=8))
def test_agrees_with_dense_matrices(case):
    circuit = case[0].circuit
    wanted = density_matrices(*case)
    np.testing.assert_allclose(density_matrix(*case).numpy(), wanted, atol=1e-10)
    values = expvals(*case).numpy()
    for column, word in zip(values.T, circuit.words, strict=True):
        letters = {wire: rotations.PAULIS[letter] for wire, letter in word}
        matrix = dense.on(letters, circuit.n_wires)
        np.testing.assert_allclose(column, np.trace(wanted @ matrix, axis1=1, axis2=2), atol=1e-10)


@settings(max_examples=15, deadline=None)
@given(noisy_cases(max_wires=3, max_operations=4))
def test_agrees_with_dense_matrices_from_any_start(case):
    for start in (starts(case[0].circuit), starts(case[0].circuit, len(case[2]))):
        wanted = density_matrices(*case, start.numpy())
        np.testing.assert_allclose(density_matrix(*case, start).numpy(), wanted, atol=1e-10)


@settings(max_examples=5, deadline=None)
@given(noisy_cases(max_wires=2, max_operations=4, max_channels=2))
def test_derivatives(case):
    noisy, shared, varied, kraus = case
    inputs = [one.requires_grad_() for one in (shared, varied, starts(noisy.circuit), *kraus)]

    def run(shared, varied, start, *kraus):
        return expvals(noisy, shared, varied, kraus, start)

    assert torch.autograd.gradcheck(run, inputs)


@pytest.mark.parametrize(
    "operation",
    [
        qml.AmplitudeDamping(0.2, wires=0),
        qml.GeneralizedAmplitudeDamping(0.2, 0.7, wires=1),
        qml.PhaseDamping(0.3, wires=1),
        qml.DepolarizingChannel(0.15, wires=0),
        qml.BitFlip(0.1, wires=1),
        qml.PhaseFlip(0.2, wires=0),
        qml.ResetError(0.1, 0.2, wires=1),
        qml.ThermalRelaxationError(0.1, 1.2, 0.9, 0.3, wires=0),
        qml.PauliError("XY", 0.2, wires=[1, 0]),
    ],
    ids=lambda operation: operation.name,
)
def test_agrees_with_default_mixed(operation):
    words = (Z0, ((1, "Z"),), ((0, "X"), (1, "Y")))
    gates = (
        Rotation(((0, "Y"),), slot(0)),
        Rotation(((1, "X"),), slot(1)),
        Flip(1, 0),
        Rotation(((0, "X"),), slot(2)),
    )

    @qml.qnode(qml.device("default.mixed", wires=2))
    def reference(angles):
        qml.RY(angles[0], 0)
        qml.RX(angles[1], 1)
        qml.CNOT([0, 1])
        qml.apply(operation)
        qml.RX(angles[2], 0)
        return [qml.expval(one) for one in (qml.Z(0), qml.Z(1), qml.X(0) @ qml.Y(1))]

    noisy = NoisyCircuit(Circuit(2, 0, 3, gates, words), (Channel(tuple(operation.wires), 3),))
    angles = torch.tensor([[0.7, -1.1, 2.0], [math.pi, 0.2, 0.4]], dtype=torch.float64)
    kraus = torch.as_tensor(np.array(operation.kraus_matrices()))
    wanted = torch.stack([torch.stack(tuple(reference(row))) for row in angles])
    torch.testing.assert_close(expvals(noisy, NONE, angles, [kraus]), wanted)


def test_ten_wires_run():
    n_wires = 10
    gates = tuple(Rotation(((wire, "Y"),), slot(0)) for wire in range(n_wires))
    channels = tuple(Channel((wire,), n_wires) for wire in range(n_wires))
    word = tuple((wire, "Z") for wire in range(n_wires))
    noisy = NoisyCircuit(Circuit(n_wires, 1, 0, gates, (word,)), channels)
    values = expvals(
        noisy, torch.tensor([0.4]), torch.zeros(1, 0), [damping(torch.tensor(0.3))] * n_wires
    )
    assert values.item() == pytest.approx((0.3 + 0.7 * math.cos(0.4)) ** n_wires, rel=1e-4)
