"""Circuits whose gradients are known to vanish, and circuits whose gradients do not."""

from __future__ import annotations

from functools import reduce
from operator import matmul
from typing import Any

import pennylane as qml
import torch
from torch import nn

import qaimagic
from tests.training.problems import quiet


def parity(n: int) -> Any:
    """The product of all Z: a global cost."""
    return qml.expval(reduce(matmul, [qml.Z(i) for i in range(n)]))


def all_zero(n: int) -> Any:
    """The chance that all wires are at 0: a global cost."""
    return qml.expval(qml.Projector([0] * n, wires=range(n)))


def outcomes(n: int) -> Any:
    """The chances of all outcomes."""
    return qml.probs(wires=range(n))


def ising(n: int) -> Any:
    """The energy of a chain in a transverse field: a sum of local terms."""
    terms = [qml.Z(i) @ qml.Z(i + 1) for i in range(n - 1)] + [qml.X(i) for i in range(n)]
    return qml.expval(qml.dot([-1.0] * len(terms), terms))


def first(_n: int) -> Any:
    """One Z: a local cost."""
    return qml.expval(qml.Z(0))


def hardware_efficient(n: int, depth: int, cost: Any, seed: int = 0, **options: Any) -> Any:
    """Layers of RY and RZ on all wires and of CZ on neighbours, with random angles."""

    def circuit(theta):
        for layer in range(depth):
            for i in range(n):
                qml.RY(theta[layer, i, 0], wires=i)
                qml.RZ(theta[layer, i, 1], wires=i)
            for i in range(n - 1):
                qml.CZ(wires=[i, i + 1])
        return cost(n)

    torch.manual_seed(seed)
    return qaimagic.quantum(weight_shapes={"theta": (depth, n, 2)}, **options)(circuit)


def in_a_row(start: float, **options: Any) -> Any:
    """Twelve rotations of one wire, each by the angle ``start``: slopes of -sin(12 start)."""

    def circuit(theta):
        for k in range(12):
            qml.RY(theta[k], wires=0)
        return qml.expval(qml.Z(0))

    layer = qaimagic.quantum(weight_shapes={"theta": 12}, **options)(circuit)
    nn.init.constant_(layer.theta, start)
    return layer


def kinds(model: nn.Module, data: Any = None, **options: Any) -> list[str]:
    """The kinds of alarm that a run sounds."""
    return [alarm.kind for alarm in quiet(model, data, **options).alarms]
