"""Checks of circuits accept every form of a right answer and name what is wrong."""

import numpy as np
import pennylane as qml
import pytest
import torch

from qaimagic import quantum
from qaimagic.teaching import exercise, same_function, same_state, same_unitary, uses, uses_only

BELL = np.array([1, 0, 0, 1]) / np.sqrt(2)


def bell():
    qml.Hadamard(0)
    qml.CNOT([0, 1])


def hzh():
    qml.Hadamard(0)
    qml.Z(0)
    qml.Hadamard(0)


@qml.qnode(qml.device("default.qubit"))
def bell_node():
    bell()
    return qml.expval(qml.Z(0))


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        (hzh, qml.X(0)),
        (hzh, np.array([[0, 1], [1, 0]])),
        (torch.tensor([[0, 1.0], [1, 0]]), hzh),
        ([[0, 1j], [1j, 0]], qml.X(0)),
        (lambda: qml.matrix(qml.X(0)), qml.X(0)),
        (bell_node, bell),
        (lambda: qml.CNOT(["a", "b"]), lambda: qml.CNOT(["a", "b"])),
        (lambda: qml.RZ(np.pi, 0), lambda: qml.Z(0)),
        (lambda: qml.H(0), np.kron(qml.matrix(qml.H(0)), np.eye(2))),
    ],
)
def test_same_unitary_accepts(mine, expected):
    same_unitary(mine, expected)


def test_same_unitary_compares_functions_at_points():
    def mine(angle):
        qml.Hadamard(0)
        qml.RZ(angle, 0)
        qml.Hadamard(0)

    same_unitary(mine, lambda angle: qml.RX(angle, 0), at=[0.0, 0.3, torch.tensor(2.0)])
    with pytest.raises(AssertionError, match=r"differs on \|0> at 0.3"):
        same_unitary(mine, lambda angle: qml.RY(angle, 0), at=[0.0, 0.3])


@pytest.mark.parametrize(
    ("mine", "expected", "message"),
    [
        (
            lambda: qml.CNOT([0, 1]),
            lambda: qml.CZ([0, 1]),
            r"differs on \|10>: it gives \|11>, but should give \|10>\.",
        ),
        (qml.S(0), qml.T(0), "The probabilities are right; a relative phase is not"),
        (qml.RX(0.3, 0), qml.RX(-0.3, 0), "It is the inverse"),
        (
            lambda: qml.CNOT([1, 0]),
            lambda: qml.CNOT([0, 1]),
            "right with the wires in reverse: wire 0 is the leftmost bit",
        ),
        (qml.X(0), np.eye(4), r"differs on \|00>"),
        (np.eye(2), np.eye(4), r"acts on 1 wire\(s\), but should act on 2"),
        ([[1, 1], [0, 1]], np.eye(2), "not unitary"),
        (lambda: None, qml.X(0), "applies no gate and returns nothing"),
    ],
)
def test_same_unitary_says_what_is_wrong(mine, expected, message):
    with pytest.raises(AssertionError, match=message):
        same_unitary(mine, expected)


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        (bell, BELL),
        (bell_node, BELL),
        (lambda: -1j * BELL, bell),
        (lambda: qml.StatePrep(BELL, wires=[0, 1]), bell),
    ],
)
def test_same_state_accepts(mine, expected):
    same_state(mine, expected)


def test_same_state_says_where_and_by_how_much():
    def minus():
        qml.X(0)
        qml.Hadamard(0)
        qml.CNOT([0, 1])

    wanted = r"\|11>: it is 0.707\|00> - 0.707\|11>, .* 0.707\|00> \+ 0.707\|11> \(fidelity 0.000\)"
    with pytest.raises(AssertionError, match=wanted):
        same_state(minus, BELL)
    with pytest.raises(AssertionError, match="a relative phase is not"):
        same_state(minus, BELL)
    with pytest.raises(AssertionError, match="acts on 1 wire"):
        same_state(lambda: [1, 0], BELL)
    with pytest.raises(AssertionError, match=r"at 0.5: it is"):
        same_state(lambda t: qml.RX(t, 0), lambda t: qml.RY(t, 0), at=[0.5])


def test_uses_only_names_the_gate_that_is_not_allowed():
    uses_only(bell, ["H", "CNOT"])
    uses_only(bell, [qml.Hadamard, qml.CNOT])
    uses_only(lambda t: qml.RX(t, 0), ["RX"], at=0.5)
    with pytest.raises(AssertionError, match=r"Gate 2 .* is CNOT on wire 0, 1, but only Hadamard"):
        uses_only(bell, ["Hadamard", "RX"])
    with pytest.raises(AssertionError, match="must be a circuit"):
        uses_only(np.eye(2), ["RX"])


def test_uses_counts():
    uses(bell, "CNOT", at_most=1)
    with pytest.raises(AssertionError, match=r"needs at least 2 CNOT, but has 1. Its gates: Had"):
        uses(bell, "CNOT", at_least=2)
    with pytest.raises(AssertionError, match="at most 0 Hadamard, but has 1"):
        uses(bell, qml.Hadamard, at_least=0, at_most=0)


def turn(inputs, theta: 1):
    qml.RX(inputs[0], wires=0)
    qml.RX(theta, wires=0)
    return qml.expval(qml.Z(0))


def test_layers_are_read_with_their_own_weights():
    layer = quantum(turn)
    torch.nn.init.constant_(layer.theta, 0.5)
    uses_only(layer, ["RX"])
    uses(layer, "RX", at_least=2, at_most=2)
    same_unitary(layer, lambda x: qml.RX(x + 0.5, 0), at=[0.1, 1.0])
    same_state(layer, lambda x: qml.RX(x + 0.5, 0), at=[0.1, 1.0])
    same_function(layer, lambda x: np.cos(x + 0.5), at=[0.1, 1.0])
    with pytest.raises(AssertionError, match=r"differs on \|0> at 0.1"):
        same_unitary(layer, lambda x: qml.RX(x, 0), at=[0.1])
    with pytest.raises(AssertionError, match=r"`turn\(0.1\)` is 0.825"):
        same_function(layer, np.cos, at=[0.1])
    with pytest.raises(AssertionError, match="must be a circuit, but it is a Linear"):
        uses_only(torch.nn.Linear(1, 1), ["RX"])


def test_layer_not_written_is_not_yet(capsys):
    @quantum
    def mine(inputs, theta: 1):
        raise NotImplementedError  # your answer

    with exercise("By use"):
        uses_only(mine, ["RX"])
    with exercise("By value"):
        same_function(mine, np.cos, at=[0.1])
    assert capsys.readouterr().out.count("Not yet") == 2
