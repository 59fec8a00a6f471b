"""What noisy circuits answer: from density matrices exactly, from trajectories with error bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pennylane as qml
import torch
from pennylane import measurements as mp
from pennylane.devices.qubit_mixed import measure
from torch import Tensor

from qaimagic.bridge.lowering import NotNativeError
from qaimagic.bridge.readout import Readout
from qaimagic.engine.noise import Estimate

_LINEAR = (mp.ExpectationMP, mp.ProbabilityMP)


@dataclass(frozen=True)
class FromDensity:
    """A measurement of density matrices, by PennyLane's own rules.

    Attributes:
        measurement: PennyLane's measurement, on wires numbered from 0.
        n_wires: The number of wires.
    """

    measurement: Any
    n_wires: int

    def __call__(self, values: Tensor, _: Sequence[Any]) -> Tensor:
        """Return the answers, (rows, ...), for matrices of shape (rows, 2**n, 2**n)."""
        if isinstance(self.measurement.obs, qml.SparseHamiltonian):
            return self._sparse(values)
        sides = values.reshape(-1, *(2,) * (2 * self.n_wires))
        answer = measure(self.measurement, sides, is_state_batched=True)
        return answer if isinstance(answer, Tensor) else torch.as_tensor(answer)

    def _sparse(self, rho: Tensor) -> Tensor:
        matrix = self.measurement.obs.sparse_matrix(wire_order=range(self.n_wires)).tocoo()
        entries = torch.as_tensor(matrix.data).to(rho)
        return (rho[:, matrix.col, matrix.row] * entries).sum(-1).real


class StatesReading:
    """Reads sampled states as one row of real numbers each, and the rows as measurements.

    Args:
        reading: What is read off states.
        measurements: The same as PennyLane's measurements.

    Raises:
        NotNativeError: If an average over states does not give the answer.
    """

    def __init__(self, reading: Readout, measurements: Sequence[Any]) -> None:
        for one in measurements:
            if not isinstance(one, _LINEAR):
                name = type(one).__name__
                raise NotNativeError(f"`{name}` is not an average over sampled states")
        self._reading = reading
        self._shapes: list[torch.Size] = []

    def flat(self, states: Tensor) -> Tensor:
        """Return what is measured of states, (rows, n_values)."""
        answers = self._reading.assemble(states)
        self._shapes = [answer.shape[1:] for answer in answers]
        return torch.cat([answer.reshape(len(states), -1) for answer in answers], dim=1)

    def assemble(self, values: Tensor) -> list[Tensor]:
        """Return the answer of each measurement, (rows, ...), from such numbers."""
        parts = torch.split(values, [shape.numel() for shape in self._shapes], dim=1)
        return [
            part.reshape(len(values), *shape)
            for part, shape in zip(parts, self._shapes, strict=True)
        ]


def with_errors(
    estimate: Estimate, reading: Readout | StatesReading, measurements: Sequence[Any]
) -> tuple[list[Tensor], list[Tensor]]:
    """Return the answers to measurements and their standard errors, by the jackknife.

    A variance is not linear in what the trajectories average: its bias is taken out.

    Args:
        estimate: What T trajectories a row gave.
        reading: Makes answers of it.
        measurements: PennyLane's measurements.
    """
    is_curved = [isinstance(one, mp.VarianceMP) for one in measurements]
    answers = reading.assemble(estimate.values)
    each = estimate.each if any(is_curved) else estimate.each.detach()
    n_rows, n_drawn = each.shape[:2]
    if n_drawn == 1:
        return answers, [torch.full_like(answer.detach(), torch.nan) for answer in answers]
    left_out = (each.sum(dim=1, keepdim=True) - each) / (n_drawn - 1)
    parts = reading.assemble(left_out.flatten(0, 1))
    settled, errors = [], []
    for curved, answer, flat in zip(is_curved, answers, parts, strict=True):
        part = flat.reshape(n_rows, n_drawn, *flat.shape[1:])
        mean = part.mean(dim=1)
        spread = (part - mean[:, None]).detach().square().sum(dim=1)
        errors.append(((n_drawn - 1) / n_drawn * spread).sqrt())
        settled.append(n_drawn * answer - (n_drawn - 1) * mean if curved else answer)
    return settled, errors
