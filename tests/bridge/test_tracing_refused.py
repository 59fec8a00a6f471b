"""A body that does something else for other values must not be made a program."""

from __future__ import annotations

import random

import numpy as np
import pennylane as qml
import pytest
import torch

from qaimagic.bridge.tracing import NotTraceableError
from tests.bridge.traced import traced


def branches(inputs, theta):
    qml.RX(inputs[1], wires=0)
    if inputs[0] > 0.5:
        qml.RX(inputs[1], wires=0)


def item(inputs, theta):
    qml.RX(inputs[0].item(), wires=0)


def as_float(inputs, theta):
    qml.RX(float(inputs[0]), wires=0)


def as_numpy(inputs, theta):
    qml.RX(inputs[0].detach().numpy(), wires=0)


def numpy_function(inputs, theta):
    qml.RX(np.sin(inputs.detach())[0], wires=0)


def as_list(inputs, theta):
    qml.RX(inputs.tolist()[0], wires=0)


def formatted(inputs, theta):
    qml.RX(float(f"{inputs[0]:.3f}"), wires=0)


def as_index(inputs, theta):
    qml.RX(inputs[1], wires=int(inputs[0]))


def of_weights(inputs, theta):
    if theta[0, 0, 0] > 0:
        qml.RX(inputs[1], wires=0)


def caught(inputs, theta):
    try:
        value = float(inputs[0])
    except Exception:
        value = 0.0
    qml.RX(value, wires=0)


def counted(inputs, theta):
    for value in inputs[inputs > 0.5]:
        qml.RX(value, wires=0)


def drawn_by_torch(inputs, theta):
    qml.RX(inputs[0] + torch.randn(()), wires=0)


def drawn_by_numpy(inputs, theta):
    qml.RX(inputs[0] + np.random.normal(), wires=0)


def drawn_by_python(inputs, theta):
    qml.RX(inputs[0] + random.random(), wires=0)


def drawn_angle(inputs, theta):
    qml.RX(torch.rand(()), wires=0)


def in_place(inputs, theta):
    inputs = inputs.clone()
    inputs[0] *= 2
    qml.RX(inputs[0], wires=0)


def into_zeros(inputs, theta):
    angles = torch.zeros(2)
    angles[0] = inputs[0]
    qml.RX(angles[0], wires=0)


def without_gradient(inputs, theta):
    with torch.no_grad():
        angle = inputs[0] * 2
    qml.RX(angle, wires=0)


class _Straight(torch.autograd.Function):
    @staticmethod
    def forward(_, value):
        return torch.round(value)

    @staticmethod
    def backward(_, gradient):
        return gradient


def gradient_of_its_own(inputs, theta):
    qml.RX(_Straight.apply(inputs[0]), wires=0)


def basis_of_inputs(inputs, theta):
    qml.BasisEmbedding(torch.round(inputs[:2]), wires=[0, 1])


def whether_trained(inputs, theta):
    if inputs.requires_grad:
        qml.RX(inputs[0], wires=0)


def noise(inputs, theta):
    qml.BitFlip(0.1, wires=0)


REFUSED = [
    branches,
    item,
    as_float,
    as_numpy,
    numpy_function,
    as_list,
    formatted,
    as_index,
    of_weights,
    caught,
    counted,
    drawn_by_torch,
    drawn_by_numpy,
    drawn_by_python,
    drawn_angle,
    in_place,
    into_zeros,
    without_gradient,
    gradient_of_its_own,
    basis_of_inputs,
    whether_trained,
    noise,
]


@pytest.mark.parametrize("queue", REFUSED)
def test_what_depends_on_values_is_not_traced(queue):
    def body(inputs, theta):
        queue(inputs, theta)
        return qml.expval(qml.Z(0))

    with pytest.raises(NotTraceableError):
        traced(body)


def test_what_is_read_behind_torchs_back_shows_when_the_body_runs_again():
    calls = []

    def hidden_read(inputs, theta):
        with torch._C.DisableTorchFunction():
            angle = inputs.numpy()[0]
        qml.RX(angle, wires=0)
        return qml.expval(qml.Z(0))

    def other_gates_each_time(inputs, theta):
        calls.append(1)
        for _ in calls:
            qml.RX(inputs[0], wires=0)
        return qml.expval(qml.Z(0))

    for body in (hidden_read, other_gates_each_time):
        with pytest.raises(NotTraceableError, match="queues something else"):
            traced(body)
