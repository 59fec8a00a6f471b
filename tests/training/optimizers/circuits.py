"""Circuits with known optima, for the tests of optimizers."""

from __future__ import annotations

import pennylane as qml
import torch
from torch import nn

from qaimagic import quantum


def stokes(device=None):
    """The circuit of PennyLane's demonstration of Stokes et al.: start and minimum are fixed."""
    start = torch.tensor([0.432, -0.123, 0.543, 0.233])

    @quantum(device=device)
    def energy(theta: 4 = start):
        qml.RX(torch.pi / 4, wires=0)
        qml.RX(torch.pi / 3, wires=1)
        qml.RX(torch.pi / 7, wires=2)
        qml.RZ(theta[0], wires=0)
        qml.RZ(theta[1], wires=1)
        qml.CNOT([0, 1])
        qml.CNOT([1, 2])
        qml.RX(theta[2], wires=1)
        qml.RZ(theta[3], wires=2)
        qml.CNOT([0, 1])
        qml.CNOT([1, 2])
        return qml.expval(qml.Y(0))

    return energy


def rotations(n=3, **options):
    """Minimum -n, reached where each angle is pi."""

    @quantum(weight_shapes={"theta": (n,)}, **options)
    def energy(theta=torch.linspace(0.3, 1.9, n)):
        for wire in range(n):
            qml.RY(theta[wire], wires=wire)
        return qml.expval(qml.sum(*(qml.Z(wire) for wire in range(n))))

    return energy


def hybrid():
    """A network with a circuit in it, the same at each call."""
    with torch.random.fork_rng():
        torch.manual_seed(5)

        @quantum
        def circuit(inputs, theta: (1, 2, 3)):
            qml.AngleEmbedding(inputs, wires=range(2))
            qml.StronglyEntanglingLayers(theta, wires=range(2))
            return [qml.expval(qml.Z(wire)) for wire in range(2)]

        return nn.Sequential(nn.Linear(2, 2), circuit, nn.Linear(2, 2))


def closure_of(opt, layer):
    """What `opt.step` is given where it goes by gradients."""

    def closure():
        opt.zero_grad()
        loss = layer().sum()
        loss.backward()
        return loss

    return closure
