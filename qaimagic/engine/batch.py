"""A circuit on a batch, outside torch's graph: in one run, or in several where memory is short."""

from __future__ import annotations

import torch
from torch import Tensor

from qaimagic.engine.circuit import Circuit
from qaimagic.engine.memory import is_small, rows_at_once
from qaimagic.engine.program import is_real
from qaimagic.engine.sweeps import Sweeps

_STATES = 4
_SAMPLES_IN_ROW = 16


def runs_for(
    circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None
) -> Sweeps | InTurn:
    """Return the sweeps of a circuit on a batch, none of which has begun.

    Args:
        circuit: The circuit.
        shared: The parameters that all samples share, n_shared numbers in any shape.
        varied: The parameters by sample, (batch, n_varied).
        start: The start state, (2**n_wires,) or (batch, 2**n_wires), or None for all zeros.

    Raises:
        MemoryNeedError: If one sample's states do not fit into memory.
    """
    size, itemsize = varied.shape[0], varied.element_size()
    if is_small(circuit.n_wires, size, itemsize, states=_STATES):
        return Sweeps(circuit, shared, varied, start)
    states = _STATES // 2 if is_real(circuit, from_zeros=start is None) else _STATES
    at_once = rows_at_once(circuit.n_wires, size, itemsize, states=states, lanes=_SAMPLES_IN_ROW)
    if at_once >= size:
        return Sweeps(circuit, shared, varied, start)
    parts = [slice(first, first + at_once) for first in range(0, size, at_once)]
    by_sample = start is not None and start.dim() > 1
    return InTurn(
        [
            Sweeps(
                circuit,
                shared,
                varied[part],
                start[part] if start is not None and by_sample else start,
            )
            for part in parts
        ]
    )


class InTurn:
    """The sweeps of the parts of a batch, one after the other; see :class:`Sweeps`."""

    def __init__(self, runs: list[Sweeps]) -> None:
        self._runs = runs

    def answer(self) -> Tensor:
        """Return expectation values, (batch, n_words), or without words the final states."""
        answers = []
        for run in self._runs:
            answers.append(run.answer())
            run.forget()
        return torch.cat(answers)

    def changes(self, change: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return the cotangents of the shared and varied parameters and of the start states."""
        parts = torch.split(change, [run.size for run in self._runs])
        found = [run.changes(part) for run, part in zip(self._runs, parts, strict=True)]
        shared, varied, start = zip(*found, strict=True)
        to_start = None if start[0] is None else torch.cat(start)
        return torch.stack(shared).sum(0), torch.cat(varied), to_start

    def forget(self) -> None:
        """Keep nothing, as after every part."""
