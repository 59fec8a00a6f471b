"""What the engine is given: weights and inputs as they are, and what is computed."""

from __future__ import annotations

import pennylane as qml
import torch

from qaimagic.engine.circuit import Angle, Rotation
from tests.bridge.bodies import templates
from tests.bridge.traced import WIRES, answers_of, arguments, one_by_one, traced


def test_weights_and_inputs_are_the_slots_themselves():
    program = traced(templates)
    assert (program.circuit.n_shared, program.circuit.n_varied, program.is_plain) == (18, 4, True)
    first, *_ = program.circuit.operations
    assert first == Rotation(((0, "X"),), Angle(((18, 1.0),)))
    inputs, theta = arguments()
    parts = program.parameters({"inputs": inputs}, {"theta": theta})
    assert parts.varied.data_ptr() == inputs.data_ptr()
    assert parts.shared.data_ptr() == theta.data_ptr()


def test_sums_and_multiples_of_slots_stay_in_the_angle():
    def body(inputs, theta):
        qml.RX(2 * (inputs[1] - theta[0, 0, 2]) / 4 + 1, wires=0)
        return qml.expval(qml.Z(0))

    [rotation] = traced(body).circuit.operations
    assert rotation.angle == Angle(((2, -0.5), (19, 0.5)), 1.0)


def test_what_is_computed_takes_slots_of_its_own_and_no_others():
    def body(inputs, theta):
        qml.RX(inputs[0] * theta[0, 0, 0], wires=0)
        return qml.expval(qml.Z(0))

    circuit = traced(body).circuit
    assert (circuit.n_shared, circuit.n_varied) == (0, 1)


def test_equal_functions_of_single_numbers_are_called_once():
    def body(inputs, theta):
        for wire in WIRES:
            qml.RX(inputs[wire] * theta[0, wire, 0], wires=wire)
            qml.RY(torch.sin(inputs[wire] * inputs[wire + 1] / 2 + theta[0, 0, wire]), wires=wire)
            qml.RZ(inputs[wire] ** 2 + inputs[wire] ** 3, wires=wire)
        return qml.expval(qml.Z(0))

    program = traced(body)
    names = [group.function.overloadpacket.__name__ for group in program.groups]
    assert sorted(names) == ["mul", "pow", "pow", "sin"]
    inputs, theta = arguments()
    torch.testing.assert_close(
        answers_of(program, inputs, theta), one_by_one(body, inputs, theta), check_dtype=False
    )
