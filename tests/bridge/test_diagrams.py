"""Gates are drawn with the names of the weights and data that they read."""

from __future__ import annotations

import math

import pennylane as qml
import pytest
import torch

from qaimagic.layers.declare import quantum


@quantum
def circuit(inputs, scale: 1, theta: (2, 3)):
    qml.RX(inputs[0], wires=0)
    qml.RY(2 * theta[0, 1], wires=1)
    qml.RZ(-inputs[1], wires=1)
    qml.RX(torch.sin(inputs[1]), wires=0)
    qml.RX(inputs[0] * scale, wires=0)
    qml.Rot(*theta[1], wires=0)
    qml.RX(math.pi / 2, wires=0)
    qml.RX(0.123, wires=0)
    qml.BasicEntanglerLayers(theta[:, :2], wires=range(2))
    return qml.expval(qml.X(0) @ qml.Z(1)), qml.probs(wires=1)


def test_parameters_carry_the_names_of_what_they_read():
    labels = [gate.parameters for gate in circuit.diagram().gates]
    assert labels == [
        ("inputs[0]",),
        ("2·theta[0,1]",),
        ("-inputs[1]",),
        ("f(inputs[1])",),
        ("f(inputs[0], scale)",),
        ("theta[1,0]", "theta[1,1]", "theta[1,2]"),
        ("π/2",),
        ("0.12",),
        ("theta[…]",),
    ]


@pytest.mark.parametrize(
    ("factor", "label"), [(0.4j, "0.40i"), (-1j, "-1i"), (0.5 + 0.25j, "0.50+0.25i")]
)
def test_complex_numbers_are_labels_too(factor, label):
    @quantum
    def evolved(inputs):
        qml.RX(inputs[0], wires=0)
        qml.exp(qml.X(0), factor)
        return qml.expval(qml.Z(0))

    assert evolved.diagram().gates[1].parameters == (label,)


def test_measurements_say_what_is_measured():
    found = [(m.kind, m.label, m.wires) for m in circuit.diagram().measurements]
    assert found == [("expval", "X⊗Z", (0, 1)), ("probs", "probs", (1,))]


@pytest.mark.parametrize(
    ("queue", "name", "controls", "values", "adjoint"),
    [
        (lambda: qml.CNOT([0, 1]), "X", (0,), (True,), False),
        (lambda: qml.CZ([1, 0]), "Z", (1,), (True,), False),
        (lambda: qml.Toffoli([0, 1, 2]), "X", (0, 1), (True, True), False),
        (lambda: qml.CRX(0.1, [0, 1]), "RX", (0,), (True,), False),
        (
            lambda: qml.ctrl(qml.RZ(0.1, 2), control=[0, 1], control_values=[0, 1]),
            "RZ",
            (0, 1),
            (False, True),
            False,
        ),
        (lambda: qml.adjoint(qml.S(0)), "S", (), (), True),
        (lambda: qml.SWAP([0, 1]), "SWAP", (), (), False),
    ],
)
def test_controls_and_daggers(queue, name, controls, values, adjoint):
    @quantum(wires=3)
    def layer():
        queue()
        return qml.expval(qml.Z(0))

    [gate] = layer.diagram().gates
    assert (gate.name, gate.controls, gate.control_values) == (name, controls, values)
    assert gate.adjoint == adjoint


def test_decompose_takes_templates_apart():
    blocks = [gate for gate in circuit.diagram(decompose=True).gates if gate.is_template]
    assert blocks == []
    assert circuit.diagram().gates[-1].is_template


def test_observables_are_told_apart():
    @quantum
    def layer():
        qml.X(0)
        return (
            qml.expval(qml.Hadamard(0)),
            qml.expval(qml.Z(0) + 0.5 * qml.X(0)),
            qml.expval(2 * qml.Z(0)),
        )

    assert [m.label for m in layer.diagram().measurements] == ["H", "ℋ", "2·Z"]


def test_data_and_weights_are_told_apart():
    @quantum
    def overlap(query, key, scale: 1):
        qml.AngleEmbedding(query * scale, wires=range(2))
        qml.adjoint(qml.AngleEmbedding)(key, wires=range(2))
        return qml.probs(wires=range(2))

    assert overlap.diagram().data == ("query", "key")


def test_gates_that_wait_for_a_measurement_hang_on_its_wire():
    @quantum
    def waiting(theta: 1):
        measured = qml.measure(0)
        qml.cond(measured, qml.RX)(theta, wires=1)
        qml.cond(measured == 0, qml.CNOT)([1, 2])
        return qml.expval(measured), qml.expval(qml.I(0))

    diagram = waiting.diagram()
    assert [(gate.name, gate.controls, gate.control_values) for gate in diagram.gates] == [
        ("measure", (), ()),
        ("RX", (0,), (True,)),
        ("X", (1, 0), (True, False)),
    ]
    assert [measurement.label for measurement in diagram.measurements] == ["m", "I"]
