"""Compares two ways to run a circuit: their answers and their gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

_TOLERANCES = {torch.float32: 1e-4, torch.float64: 1e-8}

Run = Callable[[Tensor, Mapping[str, Tensor]], Any]
"""Gives a tensor, or a tuple of tensors, for data and weights."""


class NotComparableError(Exception):
    """PennyLane's own way fails, so there is nothing to compare with; the message says how."""


@dataclass(frozen=True)
class Pulled:
    """What a circuit answers, and the gradients of a fixed random sum of its answers."""

    answers: list[Tensor]
    gradients: list[Tensor]


@dataclass(frozen=True)
class Difference:
    """By how much two ways differ, relative to the largest number (at least 1).

    Attributes:
        answers: Of the answers; infinite where shapes differ.
        gradients: Of the gradients by weights and data.
        tolerance: What rounding explains.
    """

    answers: float
    gradients: float
    tolerance: float

    @property
    def is_small(self) -> bool:
        """Whether rounding explains it; not so for NaN."""
        return self.answers <= self.tolerance and self.gradients <= self.tolerance

    def __str__(self) -> str:
        return f"answers differ by {self.answers:.1g}, gradients by {self.gradients:.1g}"


def pulled_back(run: Run, x: Tensor, weights: Mapping[str, Tensor]) -> Pulled:
    """Return the answers of ``run`` and its gradients, on copies of the arguments.

    Args:
        run: The circuit.
        x: Its data.
        weights: Its weights by name.
    """
    with torch.inference_mode(False), torch.enable_grad():
        data = x.detach().clone().requires_grad_()
        copies = {
            name: weight.detach().clone().requires_grad_() for name, weight in weights.items()
        }
        answered = run(data, copies)
        answers = list(answered) if isinstance(answered, tuple) else [answered]
        draw = torch.Generator().manual_seed(0)
        total = sum(
            (answer * torch.rand(answer.shape, generator=draw).to(answer)).sum()
            for answer in answers
        )
        leaves = [data, *copies.values()]
        gradients = [torch.zeros_like(leaf) for leaf in leaves]
        if isinstance(total, Tensor) and total.requires_grad:
            gradients = list(
                torch.autograd.grad(total, leaves, allow_unused=True, materialize_grads=True)
            )
    return Pulled([answer.detach() for answer in answers], gradients)


def difference(first: Pulled, second: Pulled) -> Difference:
    """Return how far ``second`` is from ``first``."""
    [answer, *_] = first.answers
    return Difference(
        _largest(first.answers, second.answers),
        _largest(first.gradients, second.gradients),
        _TOLERANCES.get(answer.dtype, 1e-2),
    )


def _largest(first: list[Tensor], second: list[Tensor]) -> float:
    if [(one.shape, one.dtype) for one in first] != [(one.shape, one.dtype) for one in second]:
        return float("inf")
    pairs = [pair for pair in zip(first, second, strict=True) if pair[0].numel()]
    apart = [(one - other).abs().max() / one.abs().max().clamp(min=1) for one, other in pairs]
    return float(torch.stack(apart).max()) if apart else 0.0
