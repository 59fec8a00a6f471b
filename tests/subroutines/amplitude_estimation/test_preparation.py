from __future__ import annotations

import math

import pennylane as qml
import pytest
import torch

import qaimagic
from qaimagic.errors import CircuitError
from qaimagic.subroutines.amplitude_estimation.preparation import read
from qaimagic.subroutines.amplitude_estimation.states import exact_chance
from tests.subroutines.amplitude_estimation.bodies import coin, tangle


def test_operations_and_layers() -> None:
    layers = qml.BasicEntanglerLayers([[0.3, 0.4]], wires=range(2))
    assert 0 < exact_chance(read(layers, 1)) < 1

    @qaimagic.quantum
    def layer(theta: 2):
        qml.RY(theta[0], wires=0)
        qml.RY(theta[1], wires=1)
        return qml.expval(qml.Z(0))

    with torch.no_grad():
        layer.theta.copy_(torch.tensor([0.5, 1.1]))
    expected = math.sin(0.25) ** 2 * math.cos(0.55) ** 2
    assert exact_chance(read(layer, {0: 1, 1: 0})) == pytest.approx(expected, abs=1e-6)


def measures():
    qml.RY(0.3, wires=0)
    return qml.probs(wires=0)


def measures_quietly():
    qml.RY(0.3, wires=0)
    qml.expval(qml.Z(0))


def measures_midway():
    qml.RY(0.3, wires=0)
    qml.measure(0)


def takes(theta):
    qml.RY(theta, wires=0)


def is_noisy():
    qml.RY(0.3, wires=0)
    qml.BitFlip(0.1, wires=0)


def starts_from_amplitudes():
    qml.StatePrep([0.6, 0.8], wires=0)


def does_nothing():
    pass


def many():
    qml.RY(torch.tensor([0.3, 0.4]), wires=0)


@pytest.mark.parametrize(
    ("circuit", "message"),
    [
        (measures, "return nothing.*`measures` returns a ProbabilityMP"),
        (measures_quietly, "return nothing.*returns a measurement"),
        (measures_midway, "gates alone.*it has `MidMeasure"),
        (takes, "take no arguments, but `takes` takes `theta`"),
        (is_noisy, "gates alone.*it has `BitFlip`"),
        (starts_from_amplitudes, "`StatePrep`. `qml.MottonenStatePreparation` prepares"),
        (does_nothing, "have gates"),
        (many, "one value, but `RY` is given many"),
    ],
)
def test_circuits_that_cannot_be_amplified(circuit, message) -> None:
    with pytest.raises(ValueError, match=message):
        read(circuit, 0)


def test_what_is_no_circuit() -> None:
    with pytest.raises(
        TypeError, match="be a circuit body, an operation, or a layer, but it is int"
    ):
        read(3, 0)
    node = qml.QNode(measures, qml.device("default.qubit"))
    with pytest.raises(TypeError, match="Give the function that it was made of"):
        read(node, 0)

    @qaimagic.quantum
    def layer(inputs):
        qml.RY(inputs[0], wires=0)
        return qml.expval(qml.Z(0))

    with pytest.raises(ValueError, match="take no data, but `layer` takes data, `inputs`"):
        read(layer, 0)


def test_a_mistake_in_the_body_names_its_line() -> None:
    def broken():
        qml.RY(0.3, wires=0)
        qml.RZ(wires=0)

    with pytest.raises(CircuitError, match=r"Line .*RZ"):
        read(broken, 0)


@pytest.mark.parametrize(
    ("good", "kind", "message"),
    [
        ("d", ValueError, "wires of the circuit .*, but it names wire 'd'"),
        ({}, ValueError, "name a wire"),
        ({"a": 2}, ValueError, "bits, 0 or 1, but wire 'a' has 2"),
        (["a", "b"], TypeError, "Bits by wire say"),
    ],
)
def test_what_is_not_good(good, kind, message) -> None:
    with pytest.raises(kind, match=message):
        read(tangle, good)


def test_bits_are_read_from_the_first_wire_on() -> None:
    both = read(tangle, {"b": 1, "a": 0})
    assert both.good_index == 2
    assert both.are_good().tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    assert read(coin(0.3), {0: False}).good_bits == (0,)
