"""qaimagic's engine alone: its own circuits, without PennyLane and without a layer."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from benchmarks.circuits import Gate, Numbers, Problem
from benchmarks.engines.torch_steps import TorchSteps, gram
from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.run import expvals, state

LIBRARIES = ("qaimagic", "torch", "numba")
COMPILES = True
AXES = {"RX": "X", "RY": "Y", "RZ": "Z"}
HALF_TURN = Angle(offset=math.pi)


def lowered(gate: Gate, n_weights: int) -> list[Rotation | Flip]:
    """Return a gate as the engine's rotations and flips, up to a phase for all samples."""
    angles = [
        Angle(((k if source == "weight" else n_weights + k, factor),))
        for source, k, factor in gate.angles
    ]
    wire = gate.wires[0]
    if gate.name in AXES:
        return [Rotation(((wire, AXES[gate.name]),), angles[0])]
    if gate.name == "Rot":
        axes = zip("ZYZ", angles, strict=True)
        return [Rotation(((wire, axis),), angle) for axis, angle in axes]
    if gate.name == "ZZ":
        return [Rotation(tuple((each, "Z") for each in sorted(gate.wires)), angles[0])]
    if gate.name == "CNOT":
        return [Flip(gate.wires[1], wire)]
    if gate.name == "X":
        return [Flip(wire)]
    if gate.name == "H":
        turn = Rotation(((wire, "Y"),), Angle(offset=math.pi / 2))
        return [Rotation(((wire, "Z"),), HALF_TURN), turn]
    both = tuple((each, 1) for each in sorted(gate.wires))
    return [Rotation((), Angle(offset=2 * math.pi), both)]


class Engine(TorchSteps):
    """One call of the engine a pass."""

    def __init__(self, problem: Problem, numbers: Numbers, dtype: str) -> None:
        super().__init__(problem, numbers, dtype)
        words = sorted({word for terms in problem.observables for _, word in terms})
        operations = [
            operation for gate in problem.gates for operation in lowered(gate, problem.n_weights)
        ]
        counts = problem.n_wires, problem.n_weights, problem.n_inputs
        self.circuit = Circuit(*counts, tuple(operations), tuple(words))
        place = {word: row for row, word in enumerate(words)}
        self.coefficients = torch.zeros(len(words), len(problem.observables), dtype=self.dtype)
        for column, terms in enumerate(problem.observables):
            for value, word in terms:
                self.coefficients[place[word], column] += value

    def answer(self, inputs: Tensor, weights: Tensor) -> Tensor:
        """Return the sums of the words' expectation values, or the Gram matrix of the states."""
        if self.problem.observables:
            return expvals(self.circuit, weights, inputs) @ self.coefficients
        return gram(state(self.circuit, weights, inputs))
