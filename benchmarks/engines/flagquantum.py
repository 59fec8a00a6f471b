"""FlagQuantum: a circuit with a batch size, its gates given one angle or one for each sample."""

from __future__ import annotations

import flagquantum as fq
import torch
from torch import Tensor

from benchmarks.circuits import Word
from benchmarks.engines.torch_steps import TorchSteps, gram, value_of

LIBRARIES = ("flagquantum", "torch")
METHODS = {"H": "h", "X": "x", "CNOT": "cx", "CZ": "cz", "Rot": "u3", "ZZ": "rzz"}


class Engine(TorchSteps):
    """The circuit is recorded anew each time, as in FlagQuantum's own modules."""

    def answer(self, inputs: Tensor, weights: Tensor) -> Tensor:
        """Return the sums of the words' expectation values, or the Gram matrix of the states."""
        problem = self.problem
        circuit = fq.Circuit(problem.n_wires, bsz=problem.batch, dtype=self.complex)
        for gate in problem.gates:
            angles = [value_of(angle, inputs, weights) for angle in gate.angles]
            # PennyLane's Rot(phi, theta, omega) is U3(theta, omega, phi) up to a phase.
            if gate.name == "Rot":
                angles = [angles[1], angles[2], angles[0]]
            getattr(circuit, METHODS.get(gate.name, gate.name.lower()))(*gate.wires, *angles)
        if not problem.observables:
            return gram(circuit.state().reshape(problem.batch, -1))
        if all(terms == ((1.0, ((k, "Z"),)),) for k, terms in enumerate(problem.observables)):
            wires = range(len(problem.observables))
            return circuit.expectation_z(wires).reshape(problem.answer_shape)
        sums = [
            sum(value * self._expval(circuit, word) for value, word in terms)
            for terms in problem.observables
        ]
        return torch.stack(sums, -1).reshape(problem.answer_shape)

    def _expval(self, circuit: fq.Circuit, word: Word) -> Tensor | float:
        places = {
            letter: [wire for wire, each in word if each == letter.upper()] for letter in "xyz"
        }
        return circuit.expectation_ps(**places) if word else 1.0
