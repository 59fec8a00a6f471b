"""The state a circuit starts from, where the tape's first operation prepares it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pennylane as qml
import torch
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.mapping import tensor_of


def is_start(operation: Any) -> bool:
    """Return whether this operation, coming first, gives the start state by its amplitudes."""
    return isinstance(operation, qml.StatePrep) and not operation.is_sparse


def split_start(tape: QuantumScript) -> tuple[Any | None, list[Any]]:
    """Return the operation that prepares the start state, if any, and the operations after it."""
    operations = tape.operations
    if operations and is_start(operations[0]):
        return operations[0], operations[1:]
    return None, operations


def start_state(
    amplitudes: Any, wires: Sequence[Any], wire_index: Mapping[Any, int], n_wires: int
) -> Tensor:
    """Return the amplitudes of some wires as a state of all; the other wires hold 0.

    Args:
        amplitudes: The parameter of a ``qml.StatePrep``, of shape (2**k,) or (batch, 2**k).
        wires: Its k wires.
        wire_index: The number of each wire.
        n_wires: The number n of all wires.

    Returns:
        A complex tensor of shape (2**n,) or (batch, 2**n), differentiable in the amplitudes.
    """
    values = tensor_of(amplitudes)
    if not values.is_complex():
        values = values.to(torch.complex64 if values.dtype == torch.float32 else torch.complex128)
    if [wire_index[wire] for wire in wires] == list(range(n_wires)):
        return values
    positions = torch.zeros(1, dtype=torch.long, device=values.device)
    for wire in wires:
        place = 1 << (n_wires - 1 - wire_index[wire])
        positions = torch.stack([positions, positions + place], dim=-1).reshape(-1)
    full = values.new_zeros((*values.shape[:-1], 2**n_wires))
    return full.index_copy(-1, positions, values)
