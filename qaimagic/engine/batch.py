"""A circuit on a batch, outside torch's graph: in one run, or in several where memory is short."""

from __future__ import annotations

import torch
from torch import Tensor

from qaimagic.engine.circuit import Circuit
from qaimagic.engine.memory import rows_at_once
from qaimagic.engine.program import is_real
from qaimagic.engine.sweeps import Sweeps

_STATES = 4
_SAMPLES_IN_ROW = 16


class Batch:
    """The runs of a batch.

    Args:
        circuit: The circuit.
        shared: The parameters that all samples share, (n_shared,).
        varied: The parameters by sample, (batch, n_varied).
        start: The start state, (2**n_wires,) or (batch, 2**n_wires), or None for all zeros.

    Raises:
        MemoryNeedError: If one sample's states do not fit into memory.
    """

    def __init__(
        self, circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None
    ) -> None:
        size = varied.shape[0]
        states = _STATES // 2 if is_real(circuit, from_zeros=start is None) else _STATES
        at_once = rows_at_once(
            circuit.n_wires, size, varied.element_size(), states=states, lanes=_SAMPLES_IN_ROW
        )
        if at_once >= size:
            self._runs = [Sweeps(circuit, shared, varied, start)]
            return
        by_sample = start is not None and start.dim() > 1
        self._runs = [
            Sweeps(
                circuit,
                shared,
                varied[first : first + at_once],
                start[first : first + at_once] if start is not None and by_sample else start,
            )
            for first in range(0, size, at_once)
        ]

    def answer(self) -> Tensor:
        """Return expectation values, (batch, n_words), or without words the final states."""
        if len(self._runs) == 1:
            return self._runs[0].answer()
        answers = []
        for run in self._runs:
            answers.append(run.answer())
            run.forget()
        return torch.cat(answers)

    def changes(self, change: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return the cotangents of the shared and varied parameters and of the start states."""
        if len(self._runs) == 1:
            return self._runs[0].changes(change)
        parts = torch.split(change, [run.size for run in self._runs])
        found = [run.changes(part) for run, part in zip(self._runs, parts, strict=True)]
        shared, varied, start = zip(*found, strict=True)
        to_start = None if start[0] is None else torch.cat(start)
        return torch.stack(shared).sum(0), torch.cat(varied), to_start

    def forget(self) -> None:
        """Let go of the states that :meth:`changes` would start from."""
        for run in self._runs:
            run.forget()
