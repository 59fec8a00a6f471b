"""Circuit bodies, and their exact Jacobians by autograd of default.qubit."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import torch

ROWS = torch.tensor([[0.3, -0.8], [1.2, 0.4], [-0.6, 2.0]], dtype=torch.float64)


def rotations(inputs, theta: (2, 3)):
    qml.AngleEmbedding(inputs, wires=range(2))
    qml.StronglyEntanglingLayers(theta[None], wires=range(2))
    return [qml.expval(qml.Z(0)), qml.expval(qml.X(0) @ qml.Y(1))]


def controlled(inputs, theta: 3):
    qml.Hadamard(0)
    qml.CRX(inputs[0], wires=[0, 1])
    qml.CRot(*theta, wires=[1, 0])
    qml.ControlledPhaseShift(inputs[1], wires=[0, 1])
    return [qml.expval(qml.X(0)), qml.expval(qml.Y(1))]


def shared(inputs, theta: 1):
    qml.RX(theta * inputs[0], wires=0)
    qml.IsingXY(theta, wires=[0, 1])
    qml.RY(torch.sin(theta) + inputs[1] ** 2, wires=1)
    qml.SingleExcitation(2 * theta, wires=[0, 1])
    return [qml.expval(qml.Z(0) @ qml.Z(1)), qml.expval(qml.Z(1))]


def distribution(inputs, theta: (2,)):
    qml.RY(inputs[0] + theta[0], wires=0)
    qml.CRY(inputs[1] * theta[1], wires=[0, 1])
    return [qml.probs(wires=[1, 0]), qml.expval(qml.Z(0)), qml.probs(op=qml.X(0) @ qml.Z(1))]


def energy(inputs, theta: (2,), strength: (2,)):
    qml.RY(theta[0] + inputs[0], wires=0)
    qml.IsingXX(theta[1] * inputs[1], wires=[0, 1])
    terms = [qml.Z(0) @ qml.Z(1), qml.X(0), qml.Y(1), qml.Identity(0)]
    return qml.expval(qml.dot([strength[0], strength[0] * strength[1], 0.3, 0.7], terms))


def dense(inputs, theta: (1,)):
    qml.RX(inputs[0], wires=0)
    qml.PauliRot(theta[0], "XY", wires=[0, 1])
    qml.Rot(inputs[1], 0.2, theta[0], wires=1)
    matrix = np.array([[1.0, 0.5j], [-0.5j, -2.0]])
    return [qml.expval(qml.Hermitian(matrix, wires=1)), qml.expval(qml.Hadamard(0))]


def weights_alone(scale: 1):
    qml.RX(scale, wires="a")
    qml.PhaseShift(scale**2, wires="a")
    return qml.expval(qml.Y("a"))


ALL = [rotations, controlled, shared, distribution, energy, dense, weights_alone]


def rows_for(layer):
    return [ROWS] if layer.data_names else []


def exact(layer, rows):
    """By argument the Jacobian of each sample, (batch, n_outputs, ...)."""
    node = qml.QNode(layer.circuit.function, qml.device("default.qubit"), diff_method="backprop")
    names = [*layer.data_names, *layer.weight_shapes]
    weights = [getattr(layer, name).detach().double() for name in layer.weight_shapes]

    def answers(*values):
        result = node(**dict(zip(names, values, strict=True)))
        parts = result if isinstance(result, list | tuple) else [result]
        return torch.cat([part.reshape(-1) for part in parts])

    samples = zip(*rows, strict=True) if rows else [()]
    found = [torch.autograd.functional.jacobian(answers, (*sample, *weights)) for sample in samples]
    columns = zip(*found, strict=True)
    leading = len(rows) > 0
    return {
        name: torch.stack(own) if leading else own[0]
        for name, own in zip(names, columns, strict=True)
    }
