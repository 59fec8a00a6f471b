"""Functions of torch as functions of autograd, differentiable to any order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from autograd.extend import Box, defvjp, primitive
from pennylane import numpy as pnp
from torch import Tensor

Vectors = Callable[[Tensor], Tensor]
"""A differentiable function from real vectors of shape (n,) to real vectors of shape (m,)."""


def autograd_function(function: Vectors) -> Callable[[Any], Any]:
    """Return ``function`` for autograd's vectors.

    A pullback is such a function again, of the vector and the cotangent side by side, so that
    autograd may differentiate it once more.
    """
    last: dict[str, Tensor] = {}

    @primitive  # type: ignore[untyped-decorator]
    def numeric(vector: Any) -> Any:
        with torch.enable_grad():
            last["in"] = torch.from_numpy(np.array(vector, dtype=float)).requires_grad_()
            last["out"] = function(last["in"])
        return last["out"].detach().numpy()

    def pulled_back(both: Tensor) -> Tensor:
        size = last["in"].shape[0]
        vector, cotangent = both[:size], both[size:]
        return _pullback(function(vector), vector, cotangent, again=True)

    def vjp(_: Any, vector: Any) -> Callable[[Any], Any]:
        inputs, outputs = last["in"], last["out"]

        def of_cotangent(cotangent: Any) -> Any:
            if isinstance(vector, Box) or isinstance(cotangent, Box):
                return autograd_function(pulled_back)(pnp.concatenate([vector, cotangent]))
            weights = torch.from_numpy(np.array(cotangent, dtype=float))
            return _pullback(outputs, inputs, weights, again=False).numpy()

        return of_cotangent

    defvjp(numeric, vjp)
    traced: Callable[[Any], Any] = numeric
    return traced


def _pullback(outputs: Tensor, inputs: Tensor, cotangent: Tensor, *, again: bool) -> Tensor:
    if not outputs.requires_grad:
        return torch.zeros_like(inputs)
    [gradient] = torch.autograd.grad(
        outputs, inputs, cotangent, retain_graph=True, create_graph=again, materialize_grads=True
    )
    return gradient
