"""What only a simulator can do: differentiate the state that it holds.

``backprop`` goes back through every operation, as through any neural network. ``adjoint`` keeps one
state alone and undoes the gates one after another, from the answer to the start.

References:
    Jones and Gacon, Efficient calculation of gradients in classical simulations of variational
    quantum algorithms (2020), arXiv:2009.02823.
"""

from __future__ import annotations

from typing import Any

import torch
from pennylane.devices.qubit.sampling import get_num_shots_and_executions
from torch import Tensor

from qaimagic.bridge.execution import execute
from qaimagic.gradients.problem import Problem


def jacobians(problem: Problem, device: Any, method: str) -> dict[str, Tensor]:
    """Return the derivatives by each argument, (batch, n_outputs, size)."""
    results = execute(problem.tapes, device, diff_method=method)
    answers = torch.stack([_flat(result) for result in results])
    arguments = list(problem.arguments.values())
    columns = [
        torch.autograd.grad(column.sum(), arguments, retain_graph=True, materialize_grads=True)
        for column in answers.unbind(dim=1)
    ]
    by_argument = zip(*columns, strict=True)
    return {
        name: torch.stack([gradient.reshape(len(answers), -1) for gradient in own], dim=1)
        for name, own in zip(problem.arguments, by_argument, strict=True)
    }


def n_circuits(problem: Problem, method: str) -> int:
    """Return how many circuits the answers take; the derivatives take none besides.

    ``adjoint`` has every answer of a sample from one state.
    """
    if method == "adjoint":
        return len(problem.tapes)
    return sum(int(get_num_shots_and_executions(tape)[0]) for tape in problem.tapes)


def _flat(result: Any) -> Tensor:
    parts = result if isinstance(result, list | tuple) else (result,)
    return torch.cat([torch.as_tensor(part).reshape(-1).double() for part in parts])
