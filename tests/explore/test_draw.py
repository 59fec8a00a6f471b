from __future__ import annotations

import pennylane as qml
import pytest
import torch

import qaimagic
from qaimagic.errors import CircuitError


@qaimagic.quantum
def encoder(inputs, theta: (1, 2, 3)):
    qml.AngleEmbedding(inputs, wires=range(2))
    qml.StronglyEntanglingLayers(theta, wires=range(2))
    return [qml.expval(qml.Z(i)) for i in range(2)]


@qml.qnode(qml.device("default.qubit", wires=2))
def node(x, weights):
    qml.RX(x, wires=0)
    qml.BasicEntanglerLayers(weights, wires=range(2))
    return qml.expval(qml.Z(0))


def test_a_layer_is_drawn_before_its_first_call():
    picture = qaimagic.draw(encoder)
    assert picture.svg.startswith("<svg")
    assert "StronglyEntanglingLayers(θ)" in picture.text
    assert "Rot(θ[0,0,·])" in qaimagic.draw(encoder, decompose=True).text


def test_text_is_shown_without_quotes():
    text = qaimagic.draw(encoder, format="text")
    assert repr(text).startswith("0: ──")


def test_any_qnode_is_drawn_with_values_for_its_arguments():
    picture = qaimagic.draw(node, 0.3, torch.rand(2, 2))
    assert "RX(x)" in picture.text
    assert "BasicEntanglerLayers(weights)" in picture.text
    with pytest.raises(TypeError, match="a value for each of x, weights"):
        qaimagic.draw(node, 0.3)


def test_a_qnodes_counts_stay_counts_and_its_defaults_hold():
    @qml.qnode(qml.device("default.qubit", wires=3))
    def repeated(x, n, axis="Y", start=0):
        for wire in range(start, n):
            qml.PauliRot(x, axis, wires=wire)
        return qml.probs()

    assert qaimagic.draw(repeated, 0.3, 2).text.count("PauliRot(x)") == 2
    assert qaimagic.draw(repeated, 0.3, 3, "X", 1).text.count("PauliRot(x)") == 2
    with pytest.raises(TypeError, match="each of x, n, but 1 was given"):
        qaimagic.draw(repeated, 0.3)


def test_a_qnode_that_needs_values_says_which():
    @qml.qnode(qml.device("default.qubit", wires=2))
    def fixed(weights):
        qml.StronglyEntanglingLayers(weights, wires=range(2))
        return qml.state()

    with pytest.raises(CircuitError, match="give them: weights"):
        qaimagic.draw(fixed)


def test_a_circuit_that_depends_on_values_is_drawn_for_a_sample():
    @qaimagic.quantum
    def branches(inputs):
        if inputs[0] > 0:
            qml.RX(inputs[0], wires=0)
        qml.H(0)
        return qml.expval(qml.Z(0))

    assert "RX" not in qaimagic.draw(branches, [-1.0]).text
    assert "RX(inputs[0])" in qaimagic.draw(branches, [1.0]).text


def test_wrong_arguments():
    with pytest.raises(ValueError, match="one of `svg`, `text`, `mpl`"):
        qaimagic.draw(encoder, format="png")
    with pytest.raises(TypeError, match="a hybrid layer or a QNode"):
        qaimagic.draw(torch.nn.Linear(2, 2))


def test_matplotlib_draws_too():
    pytest.importorskip("matplotlib")
    figure = qaimagic.draw(encoder, format="mpl")
    assert len(figure.axes) == 1
