import numpy as np
import pennylane as qml
import pytest

from qaimagic.errors import CircuitError
from qaimagic.subroutines.matrices.starting import read_start


def test_nothing_is_all_wires_at_0():
    start = read_start(None, [0, 1])
    assert start.gates == ()
    assert np.allclose(start.vector, [1, 0, 0, 0])


def test_bits_are_the_most_significant_first():
    assert read_start("100", ["a", 5, "b"]).vector[0b100] == 1


def test_amplitudes_are_padded_and_normalised_and_said_so():
    start = read_start([3, 0, 4j], [0, 1], 3)
    assert np.allclose(start.vector, [0.6, 0, 0.8j, 0])
    assert start.remark == "The state was normalised: its norm was 5."
    assert read_start([0.6, 0.8], [0]).remark == ""


def test_other_wires_of_a_body_come_to_those_there_are():
    def body():
        qml.X(2)

    start = read_start(body, [1, 3])
    assert start.wires == (1, 2, 3)
    assert start.vector[0b010] == 1


def test_the_line_of_a_body_that_fails_is_named():
    def body():
        qml.Hadmard(0)

    with pytest.raises(CircuitError, match="Hadamard"):
        read_start(body, [0])


def test_gates_of_many_samples_are_refused():
    def body():
        qml.RX(np.array([0.1, 0.2]), wires=0)

    with pytest.raises(ValueError, match="one value"):
        read_start(body, [0])


def test_a_layer_is_refused():
    with pytest.raises(TypeError, match="amplitudes, bits"):
        read_start(qml.RX, [0])
