"""What engines on torch have in common: leaves, a forward pass without graph, a training step."""

from __future__ import annotations

import torch
from torch import Tensor

from benchmarks.circuits import Angle, Numbers, Problem


class NotSupportedError(Exception):
    """An engine that has no way to do what is asked; says why."""


class TorchSteps:
    """Base of an engine that answers in torch tensors.

    Args:
        problem: The circuit.
        numbers: What it is run with.
        dtype: ``"float32"`` or ``"float64"``.
    """

    def __init__(self, problem: Problem, numbers: Numbers, dtype: str) -> None:
        self.problem = problem
        self.dtype = getattr(torch, dtype)
        torch.set_default_dtype(self.dtype)
        self.complex = torch.complex64 if dtype == "float32" else torch.complex128
        self.inputs = torch.tensor(numbers.inputs, dtype=self.dtype)
        self.inputs = self.inputs.reshape(problem.batch, problem.n_inputs).requires_grad_()
        self.weights = torch.tensor(numbers.weights, dtype=self.dtype).requires_grad_()
        self.cotangent = torch.tensor(numbers.cotangent, dtype=self.dtype)

    def answer(self, inputs: Tensor, weights: Tensor) -> Tensor:
        """Return the answer of shape (B, observables), or the (B, B) Gram matrix."""
        raise NotImplementedError

    def forward(self) -> Tensor:
        """Return the answer without a graph."""
        with torch.no_grad():
            return self.answer(self.inputs, self.weights)

    def step(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return the answer, and the gradients of its weighted sum by inputs and weights."""
        self.inputs.grad = self.weights.grad = None
        answer = self.answer(self.inputs, self.weights)
        (answer * self.cotangent).sum().backward()
        return answer.detach(), _gradient(self.inputs), _gradient(self.weights)


def _gradient(leaf: Tensor) -> Tensor:
    return torch.zeros_like(leaf) if leaf.grad is None else leaf.grad


def value_of(angle: Angle, inputs: Tensor, weights: Tensor) -> Tensor:
    """Return an angle: a scalar of the weights, or one for each sample of (..., n_inputs)."""
    source, k, factor = angle
    value = inputs[..., k] if source == "input" else weights[k]
    return value if factor == 1 else factor * value


def gram(states: Tensor) -> Tensor:
    r"""Return :math:`|\langle \psi_i | \psi_j \rangle|^2` of states of shape (B, 2**n)."""
    overlaps = states.conj() @ states.T
    return overlaps.real**2 + overlaps.imag**2
