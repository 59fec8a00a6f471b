"""The state a circuit starts from, where the tape prepares it by amplitudes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import pennylane as qml
import torch
from pennylane.operation import StatePrepBase
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.mapping import tensor_of


def gathered(operations: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Return one operation that prepares the start state, in a list or none, and the others.

    Amplitudes that are loaded later, on wires that nothing has touched yet, belong to the start
    as well; PennyLane would load them by gates that do not depend on their norm.
    """
    starts, rest = [], []
    touched: set[Any] = set()
    for index, operation in enumerate(operations):
        start = _as_amplitudes(operation, index == 0)
        if start is None or not touched.isdisjoint(operation.wires):
            rest.append(operation)
        else:
            starts.append(start)
        touched.update(operation.wires)
    return ([reduce(_product, starts)] if starts else []), rest


def _as_amplitudes(operation: Any, is_first: bool) -> qml.StatePrep | None:
    if not isinstance(operation, StatePrepBase) or isinstance(operation, qml.BasisState):
        return None
    if not isinstance(operation, qml.StatePrep):
        if not is_first:
            return None
        return qml.StatePrep(operation.state_vector().reshape(-1), wires=operation.wires)
    if operation.is_sparse:
        amplitudes = operation.data[0].toarray().reshape(-1)
        return qml.StatePrep(amplitudes, wires=operation.wires)
    if is_first:
        return operation
    amplitudes = tensor_of(operation.data[0])
    norm = torch.linalg.vector_norm(amplitudes, dim=-1, keepdim=True)
    return qml.StatePrep(amplitudes / norm, wires=operation.wires)


def _product(one: qml.StatePrep, other: qml.StatePrep) -> qml.StatePrep:
    first, second = tensor_of(one.data[0]), tensor_of(other.data[0])
    amplitudes = (first[..., :, None] * second[..., None, :]).flatten(-2)
    return qml.StatePrep(amplitudes, wires=one.wires + other.wires)


def split_start(tape: QuantumScript) -> tuple[Any | None, list[Any]]:
    """Return the operation that prepares the start state, if any, and the operations after it."""
    operations = tape.operations
    if operations and isinstance(operations[0], qml.StatePrep):
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
