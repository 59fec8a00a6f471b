"""PennyLane's default.qubit by backpropagation: one TorchLayer, the batch broadcast."""

from __future__ import annotations

from typing import Any

import pennylane as qml
from torch import Tensor

from benchmarks.circuits import Gate, Numbers, Problem, Word
from benchmarks.engines.torch_steps import TorchSteps, gram, value_of

LIBRARIES = ("PennyLane", "torch")
GATES = {
    "H": qml.Hadamard,
    "X": qml.X,
    "RX": qml.RX,
    "RY": qml.RY,
    "RZ": qml.RZ,
    "Rot": qml.Rot,
    "ZZ": qml.IsingZZ,
    "CNOT": qml.CNOT,
    "CZ": qml.CZ,
}
LETTERS = {"X": qml.X, "Y": qml.Y, "Z": qml.Z}


def apply(gate: Gate, inputs: Tensor, weights: Tensor) -> None:
    """Queue a gate."""
    angles = [value_of(angle, inputs, weights) for angle in gate.angles]
    GATES[gate.name](*angles, wires=gate.wires)


def operator(word: Word) -> Any:
    """Return a word as PennyLane's operator."""
    factors = [LETTERS[letter](wire) for wire, letter in word]
    return qml.prod(*factors) if len(factors) > 1 else (factors or [qml.I(0)])[0]


def measurements(problem: Problem) -> list[Any]:
    """Return what the circuit ends with."""
    if not problem.observables:
        return [qml.state()]
    sums = []
    for terms in problem.observables:
        coefficients, words = zip(*terms, strict=True)
        operators = [operator(word) for word in words]
        plain = coefficients == (1.0,)
        sums.append(operators[0] if plain else qml.Hamiltonian(coefficients, operators))
    return [qml.expval(each) for each in sums]


def node(problem: Problem, device: Any, **options: Any) -> qml.QNode:
    """Return the QNode of a problem, with the arguments ``inputs`` and ``weights``."""

    def circuit(inputs: Tensor, weights: Tensor) -> Any:
        for gate in problem.gates:
            apply(gate, inputs, weights)
        ends = measurements(problem)
        return ends if problem.observables else ends[0]

    return qml.QNode(circuit, device, interface="torch", **options)


class Engine(TorchSteps):
    """The batch as one broadcast tape, through TorchLayer."""

    device = "default.qubit"

    def __init__(self, problem: Problem, numbers: Numbers, dtype: str) -> None:
        super().__init__(problem, numbers, dtype)
        self.node = self.make_node()
        shapes = {"weights": (problem.n_weights,)}
        self.layer = qml.qnn.TorchLayer(self.node, shapes, init_method={"weights": self.weights})
        self.layer.to(self.dtype)
        self.weights = self.layer.weights

    def make_node(self) -> qml.QNode:
        """Return the QNode with its device and gradient method."""
        device = qml.device(self.device, wires=self.problem.n_wires)
        return node(self.problem, device, diff_method="backprop")

    def answer(self, inputs: Tensor, weights: Tensor) -> Tensor:
        """Return the layer's answer; without inputs there is no batch, and no layer."""
        del weights
        rows = inputs if self.problem.batch > 1 else inputs[0]
        out = self.layer(rows) if self.problem.observables else self.node(rows, self.weights)
        if not self.problem.observables:
            return gram(out)
        return out.reshape(self.problem.answer_shape)
