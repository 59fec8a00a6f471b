"""Measures a batch of states by PennyLane's own rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pennylane as qml
import torch
from pennylane.measurements import StateMeasurement
from torch import Tensor

from qaimagic.bridge.lowering.errors import NotNativeError


@dataclass(frozen=True)
class FromState:
    """A measurement of the state.

    Attributes:
        measurement: PennyLane's measurement, on wires 0 to n_wires - 1.
        n_wires: The number of wires.
    """

    measurement: Any
    n_wires: int

    @classmethod
    def of(cls, measurement: Any, wire_index: Mapping[Any, int], n_wires: int) -> FromState:
        """Return the measurement with its wires numbered.

        Raises:
            NotNativeError: If it has no exact answer, such as samples.
        """
        if not isinstance(measurement, StateMeasurement):
            raise NotNativeError(f"`{type(measurement).__name__}` has no exact answer")
        return cls(qml.map_wires(measurement, dict(wire_index)), n_wires)

    def __call__(self, values: Tensor, _: Sequence[Any]) -> Tensor:
        """Return the answers, (batch, ...), for states of shape (batch, 2**n_wires)."""
        if isinstance(self.measurement.obs, qml.SparseHamiltonian):
            return self._sparse(values)
        state = values.reshape(-1, *(2,) * self.n_wires)
        answer = qml.devices.qubit.measure(self.measurement, state, is_state_batched=True)
        return answer if isinstance(answer, Tensor) else torch.as_tensor(answer)

    def _sparse(self, state: Tensor) -> Tensor:
        matrix = self.measurement.obs.sparse_matrix(wire_order=range(self.n_wires)).tocoo()
        rows, columns = (
            torch.as_tensor(places, dtype=torch.long, device=state.device)
            for places in (matrix.row, matrix.col)
        )
        entries = torch.as_tensor(matrix.data).to(state)
        return (state[:, rows].conj() * entries * state[:, columns]).sum(-1).real
