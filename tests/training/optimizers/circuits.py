"""Circuits with known optima, for the tests of optimizers."""

from __future__ import annotations

import pennylane as qml
import torch
from torch import nn

from qaimagic import quantum

_SMALL = torch.tensor([[0.3, -0.2, 0.1], [0.2, 0.1, -0.3]])


def chain():
    """The energy of three spins in a transverse field, from a start of small angles."""

    @quantum
    def energy(theta: (2, 3) = _SMALL):
        for layer in theta:
            for wire in range(3):
                qml.RY(layer[wire], wires=wire)
            for wire in range(2):
                qml.CNOT([wire, wire + 1])
        bonds = [-1.0 * qml.Z(wire) @ qml.Z(wire + 1) for wire in range(2)]
        fields = [-1.0 * qml.X(wire) for wire in range(3)]
        return qml.expval(qml.sum(*bonds, *fields))

    return energy


def rotations(n=3, **options):
    """Minimum -n, reached where each angle is pi."""

    start = torch.linspace(0.3, 1.9, n)

    @quantum(weight_shapes={"theta": (n,)}, **options)
    def energy(theta=start):
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
