"""qaimagic as its users have it: ``@qaimagic.quantum`` on a body that is written for one sample."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

import qaimagic
from benchmarks.circuits import Numbers, Problem
from benchmarks.engines.default_qubit import apply, measurements
from benchmarks.engines.torch_steps import TorchSteps, gram

LIBRARIES = ("qaimagic", "PennyLane", "torch", "numba")
COMPILES = True
DEVICE = "qaimagic.qubit"


class Engine(TorchSteps):
    """A HybridLayer on our device."""

    def __init__(self, problem: Problem, numbers: Numbers, dtype: str) -> None:
        super().__init__(problem, numbers, dtype)
        shapes = {"weights": (problem.n_weights,)} if problem.n_weights else {}

        def ends() -> Any:
            outcome = measurements(problem)
            return outcome if problem.observables else outcome[0]

        def with_both(inputs: Tensor, weights: Tensor) -> Any:
            for gate in problem.gates:
                apply(gate, inputs, weights)
            return ends()

        def with_weights(weights: Tensor) -> Any:
            for gate in problem.gates:
                apply(gate, weights, weights)
            return ends()

        def with_inputs(inputs: Tensor) -> Any:
            for gate in problem.gates:
                apply(gate, inputs, inputs)
            return ends()

        if not problem.n_weights:
            body: Any = with_inputs
        else:
            body = with_both if problem.n_inputs else with_weights
        self.layer = qaimagic.quantum(device=DEVICE, weight_shapes=shapes)(body)
        if problem.n_weights:
            with torch.no_grad():
                self.layer.weights.copy_(self.weights)
            self.layer.to(self.dtype)
            self.weights = self.layer.weights

    def answer(self, inputs: Tensor, weights: Tensor) -> Tensor:
        """Return the layer's answer."""
        del weights
        out = self.layer(inputs) if self.problem.n_inputs else self.layer()
        return out.reshape(self.problem.answer_shape) if self.problem.observables else gram(out)
