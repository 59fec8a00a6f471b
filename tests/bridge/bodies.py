"""Bodies for one sample that can be traced, each for a reason of its own."""

from __future__ import annotations

import pennylane as qml
import torch

from tests.bridge.traced import WIRES


def entangle(inputs, theta):
    qml.AngleEmbedding(inputs[:3], wires=WIRES)
    qml.StronglyEntanglingLayers(theta, wires=WIRES)


def templates(inputs, theta):
    entangle(inputs, theta)
    return [qml.expval(qml.Z(i)) for i in WIRES]


def arithmetic(inputs, theta):
    qml.H(0)
    qml.ctrl(qml.RX(torch.sin(inputs[0]) * theta[0, 0, 0], wires=1), control=0)
    qml.adjoint(qml.RZ(2 * theta[0, 1, 1] * inputs[1] - 1, wires=1))
    qml.pow(qml.RX(inputs[1], wires=1), 2)
    qml.RY(theta.sum() / 3, wires=2)
    qml.RY(0.5 - inputs[0] / 2 + theta[1, 0, 0] + inputs[0], wires=2)
    return qml.expval(qml.X(1) @ qml.Z(0)), qml.expval(qml.Y(1)), qml.expval(qml.X(2))


def whole_tensors(inputs, theta):
    squashed = torch.tanh(inputs)
    for wire in WIRES:
        qml.RY(squashed[wire] * torch.pi, wires=wire)
        qml.RX(inputs[wire] * inputs[wire + 1], wires=wire)
    angles = torch.stack([inputs[3], torch.cat([squashed[:1], theta[0, 0, :1]]).sum()])
    qml.AngleEmbedding(angles, wires=[0, 1])
    qml.RZ(torch.where(inputs[0] > 0.5, inputs[1], theta[0, 0, 0]), wires=2)
    qml.RX(inputs.flip(0)[0] + inputs.reshape(2, 2).T[0, 1], wires=2)
    qml.RX((inputs @ inputs) + inputs.mean(), wires=1)
    return qml.expval(qml.Z(0) @ qml.Z(1)), qml.expval(qml.Y(2))


def order_from_a_list(inputs, theta):
    order = [2, 0, 3]
    for wire, feature in enumerate(order):
        qml.RX(inputs[feature], wires=wire)
    qml.AngleEmbedding(inputs[order], wires=WIRES, rotation="Y")
    qml.Rot(*theta[0, 0], wires=0)
    first, second, third = theta[1].unbind(0)
    qml.U3(first[0], second[1], third[2], wires=1)
    return qml.expval(qml.X(0)), qml.expval(qml.X(1)), qml.expval(qml.Z(2))


def mixed_measurements(inputs, theta):
    entangle(inputs, theta)
    return (
        qml.expval(qml.Z(0)),
        qml.probs(wires=[2, 0]),
        qml.var(qml.X(1)),
        qml.expval(0.3 * qml.Z(1) + 0.7 * qml.X(2) @ qml.Y(0)),
    )


def wide_measurements(inputs, theta):
    entangle(inputs, theta)
    return qml.purity(wires=0), qml.expval(qml.Projector([0, 1, 1], wires=WIRES)), qml.probs()


def whole_state(inputs, theta):
    entangle(inputs, theta)
    return qml.state()


def coefficients(inputs, theta):
    entangle(inputs, theta)
    hamiltonian = qml.Hamiltonian([theta[0, 0, 0], 0.5], [qml.Z(0), qml.X(1) @ qml.Z(2)])
    return qml.expval(hamiltonian), qml.expval(
        inputs[3] * qml.Z(0) + torch.sin(inputs[0]) * qml.X(1)
    )


def amplitudes(inputs, theta):
    qml.AmplitudeEmbedding(inputs + 2, wires=range(2), normalize=True)
    qml.StronglyEntanglingLayers(theta[:, :2], wires=range(2))
    return qml.expval(qml.Z(0)), qml.probs(wires=[0, 1])


def normalised_amplitudes(inputs, theta):
    qml.StatePrep(torch.nn.functional.normalize(inputs, dim=0), wires=[2, 0])
    qml.StronglyEntanglingLayers(theta, wires=WIRES)
    return [qml.expval(qml.Z(i)) for i in WIRES]


def amplitudes_of_weights(inputs, theta):
    qml.AmplitudeEmbedding(theta[0, 0], wires=range(2), pad_with=0.3)
    qml.RX(inputs[0], wires=0)
    return qml.expval(qml.Z(0)), qml.expval(qml.Z(1))


def measured_within(inputs, theta):
    qml.RX(inputs[0], wires=0)
    first = qml.measure(0, reset=True)
    qml.RX(theta[0, 0, 0], wires=0)
    second = qml.measure(0)
    qml.cond(first & second, qml.RX)(inputs[1], wires=1)
    return qml.probs(wires=1), qml.expval(qml.Y(1))


def ignores_data(inputs, theta):
    qml.RX(theta[0, 0, 0], wires=0)
    return qml.expval(qml.Z(0))


def only_constants(inputs, theta):
    qml.RX(0.4, wires=0)
    return qml.expval(qml.Z(0))


def stopped_gradients(inputs, theta):
    qml.RX(inputs[0] * theta[0, 0, 0].detach(), wires=0)
    qml.RX(inputs.detach()[1], wires=0)
    return qml.expval(qml.Z(0))


def many_templates(inputs, theta):
    qml.IQPEmbedding(inputs[:3], wires=WIRES, n_repeats=2)
    qml.SimplifiedTwoDesign(theta[0, :, 0], theta[:, :2, :2], wires=WIRES)
    qml.QFT(wires=WIRES)
    qml.IsingXY(theta[0, 0, 0], wires=[0, 1])
    qml.CRot(*theta[0, 1], wires=[0, 2])
    qml.PauliRot(inputs[3], "XYZ", wires=WIRES)
    qml.SingleExcitation(inputs[0], wires=[0, 1])
    qml.BasicEntanglerLayers(theta[0], wires=WIRES, rotation=qml.RZ)
    return [qml.expval(qml.Z(i)) for i in WIRES]


def scaled_by_a_function(value):
    return value * scaled_by_a_function.scale


scaled_by_a_function.scale = 1.0

turned_outside = qml.RX(0.3, wires=0)


BODIES = [
    templates,
    arithmetic,
    whole_tensors,
    order_from_a_list,
    mixed_measurements,
    wide_measurements,
    whole_state,
    coefficients,
    amplitudes,
    normalised_amplitudes,
    amplitudes_of_weights,
    measured_within,
    ignores_data,
    only_constants,
    stopped_gradients,
    many_templates,
]
