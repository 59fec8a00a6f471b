"""Fractional powers: the principal ones, except of trained angles, as default.qubit has it."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch
from pennylane.tape import QuantumScript

from qaimagic.bridge.lowering import NotNativeError, prepared
from qaimagic.bridge.tracing import NotTraceableError
from tests.bridge.gates import FIXED, TURNS
from tests.bridge.lowered import matrix_by_steps
from tests.bridge.traced import answers_of, arguments, one_by_one, traced

ROOTS = [
    lambda gate: qml.pow(gate, 0.5),
    lambda gate: qml.pow(gate, -2.3),
    lambda gate: qml.ctrl(qml.pow(gate, 0.3), 7),
    lambda gate: qml.pow(qml.ctrl(gate, 7), 0.3),
    lambda gate: qml.pow(qml.adjoint(gate), 0.3),
    lambda gate: qml.adjoint(qml.pow(gate, 0.3)),
    lambda gate: qml.pow(qml.pow(gate, 0.5), 0.3),
    lambda gate: qml.pow(qml.pow(gate, 2), 0.5),
]
FAR = [gate(7.0, wires=range(n)) for gate, n, n_angles in TURNS if n_angles == 1]


@pytest.mark.parametrize(
    "gate",
    [
        *FAR,
        *(gate(wires=range(n)) for gate, n in FIXED),
        qml.PhaseShift(-4.0, 0),
        qml.PauliRot(-13.0, "XY", [0, 1]),
        qml.GlobalPhase(4.0, 0),
        qml.evolve(qml.X(0) @ qml.Z(1), 4.0),
        qml.exp(qml.X(0), 4j),
        qml.U3(7.0, 4.0, -5.0, 0),
    ],
    ids=str,
)
def test_a_root_is_the_principal_one_as_of_the_matrix(gate):
    for form in ROOTS:
        operation = form(gate)
        wanted = qml.matrix(operation, wire_order=operation.wires)
        np.testing.assert_allclose(
            matrix_by_steps(operation, operation.wires), wanted, atol=1e-9, err_msg=str(operation)
        )


@pytest.mark.parametrize("angle", [1.0, 4.0, -7.0])
@pytest.mark.parametrize("trained", [False, True])
@pytest.mark.parametrize(
    "gate",
    [
        lambda angle: qml.PhaseShift(angle, 0),
        lambda angle: qml.CRX(angle, [0, 1]),
        lambda angle: qml.PauliRot(angle, "XY", [0, 1]),
    ],
    ids=["PhaseShift", "CRX", "PauliRot"],
)
def test_roots_of_parameters_follow_default_qubit_whether_they_are_trained_or_not(
    gate, trained, angle
):
    values, slopes = [], []
    for name in ("default.qubit", "qaimagic.qubit"):
        parameter = torch.tensor(angle, dtype=torch.float64, requires_grad=trained)

        @qml.qnode(qml.device(name, wires=2))
        def circuit(parameter):
            qml.RY(0.4, 0)
            qml.H(1)
            qml.pow(gate(parameter), 0.5)
            return qml.expval(qml.X(0) @ qml.Y(1) + qml.X(0) + 0.3 * qml.Y(1))

        value = circuit(parameter)
        values.append(value.detach())
        if trained:
            slopes.append(torch.autograd.grad(value, parameter)[0])
    torch.testing.assert_close(values[1], values[0])
    if trained:
        torch.testing.assert_close(slopes[1], slopes[0])


def test_the_root_of_a_parameter_is_one_rotation_where_it_is_the_principal_one():
    def root(angle):
        return prepared(QuantumScript([qml.pow(qml.RX(angle, 0), 0.5)]), lambda _: False).operations

    [turn] = root(6.0)
    assert (turn.name, turn.data) == ("RX", (3.0,))
    with pytest.raises(NotNativeError, match="is a parameter"):
        root(6.6)


def test_a_traced_root_is_answered_as_far_as_it_is_the_principal_one():
    def body(inputs, theta):
        qml.pow(qml.RX(inputs[0], 0), 0.5)
        return qml.expval(qml.Z(0))

    program = traced(body)
    inputs, theta = arguments()
    torch.testing.assert_close(answers_of(program, inputs, theta), one_by_one(body, inputs, theta))
    with pytest.raises(NotTraceableError, match="ends differently"):
        answers_of(program, inputs + 7, theta)
