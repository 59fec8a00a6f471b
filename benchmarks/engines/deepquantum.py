"""DeepQuantum: inputs encoded by its vmap over the batch, weights set once for all samples."""

from __future__ import annotations

import deepquantum as dq
import torch
from torch import Tensor

from benchmarks.circuits import Gate, Numbers, Problem
from benchmarks.engines.torch_steps import TorchSteps, gram, value_of

LIBRARIES = ("deepquantum", "torch")
METHODS = {"H": "h", "X": "x", "RX": "rx", "RY": "ry", "RZ": "rz", "Rot": "u3", "ZZ": "rzz"}


class Engine(TorchSteps):
    """One circuit, built once."""

    def __init__(self, problem: Problem, numbers: Numbers, dtype: str) -> None:
        super().__init__(problem, numbers, dtype)
        self.circuit = dq.QubitCircuit(problem.n_wires)
        self.encoded: list[Gate] = []
        self.weighted: list[tuple[Gate, dq.operation.Gate]] = []
        for gate in problem.gates:
            self._add(gate)
        self.words = sorted({word for terms in problem.observables for _, word in terms})
        self.coefficients = torch.zeros(len(self.words), len(problem.observables)).to(self.dtype)
        for column, terms in enumerate(problem.observables):
            for value, word in terms:
                self.coefficients[self.words.index(word), column] += value
        for word in self.words:
            wires, letters = zip(*(word or ((0, ""),)), strict=True)
            if word:
                self.circuit.observable(list(wires), "".join(letters).lower())
        self.circuit.to(self.dtype)

    def _add(self, gate: Gate) -> None:
        if gate.name in ("CNOT", "CZ"):
            getattr(self.circuit, gate.name.lower())(*gate.wires)
            return
        add = getattr(self.circuit, METHODS[gate.name])
        wires = list(gate.wires) if len(gate.wires) > 1 else gate.wires[0]
        if not gate.angles:
            add(wires)
        elif gate.angles[0][0] == "input":
            add(wires, encode=True)
            self.encoded.append(gate)
        else:
            add(wires, inputs=[0.0] * 3 if gate.name == "Rot" else 0.0)
            self.weighted.append((gate, self.circuit.operators[-1]))

    def answer(self, inputs: Tensor, weights: Tensor) -> Tensor:
        """Return the words' expectation values summed, or the Gram matrix of the states."""
        for gate, operation in self.weighted:
            values = torch.stack([value_of(angle, inputs, weights) for angle in gate.angles])
            # PennyLane's Rot(phi, theta, omega) is U3(theta, omega, phi) up to a phase.
            operation.init_para(values[[1, 2, 0]] if gate.name == "Rot" else values)
        data = [value_of(gate.angles[0], inputs, weights) for gate in self.encoded]
        rows = torch.stack(data, -1) if data else None
        states = self.circuit(rows if rows is None or self.problem.batch > 1 else rows[0])
        if not self.problem.observables:
            return gram(states.reshape(self.problem.batch, -1))
        values = self.circuit.expectation().reshape(self.problem.batch, -1)
        if self.words[0] == ():
            values = torch.cat([torch.ones_like(values[:, :1]), values], 1)
        return values @ self.coefficients
