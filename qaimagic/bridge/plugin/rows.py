"""Tapes that lower to one circuit, laid out as the rows of one batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.lowering import NotNativeError, lower, prepared, split_start, start_state
from qaimagic.bridge.readout import Readout, readout
from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation

MAX_WIRES = 30
"""The largest number of wires that a state may have."""

_SINGLE = (torch.float32, torch.complex64)


@dataclass(frozen=True)
class LoweredTape:
    """One tape as the engine sees it.

    Attributes:
        circuit: Its operations; slots are numbered in the order in which parameters appear.
        values: The parameter of each slot: a number, or one for each row.
        readout: Makes its answers from what the engine gives; None where shots are drawn.
        start: The operation that prepares its start state, if there is one.
        batch_size: The number of samples of a broadcast tape, else None.
        dtype: The precision that its parameters ask for.
        device: Where torch computes it.
    """

    circuit: Circuit
    values: tuple[Any, ...]
    readout: Readout | None
    start: Any
    batch_size: int | None
    dtype: torch.dtype
    device: torch.device

    @property
    def n_rows(self) -> int:
        """The number of rows that it takes in a batch."""
        return 1 if self.batch_size is None else self.batch_size

    @property
    def key(self) -> tuple[Any, ...]:
        """What tapes that run as one batch have in common."""
        return self.circuit, self.start is None, self.dtype, self.device


def lowered(tape: QuantumScript) -> LoweredTape:
    """Return a tape, whose wires are numbered from 0, as the engine sees it.

    Raises:
        NotNativeError: If the engine does not run it.
    """
    n_wires = tape.num_wires
    if not 1 <= n_wires <= MAX_WIRES:
        raise NotNativeError(f"{n_wires} wires")
    wires = {wire: wire for wire in range(n_wires)}
    own = [
        m for m in tape.measurements if not type(m).__module__.startswith("pennylane.measurements.")
    ]
    if own:
        raise NotNativeError(f"`{type(own[0]).__name__}` is a measurement of your own")
    start, operations = split_start(prepared(tape))
    values: list[Any] = []

    def angle_of(value: Any) -> Angle:
        values.append(value)
        return Angle(((len(values) - 1, 1.0),))

    steps = tuple(lower(operations, wires, angle_of))
    reading = None
    if not tape.shots:
        reading = readout(tape.measurements, wires, n_wires, is_normalized=start is None)
    words = () if reading is None else reading.words
    circuit = Circuit(n_wires, 0, len(values), steps, words)
    dtype, device = precision(tape)
    return LoweredTape(circuit, tuple(values), reading, start, tape.batch_size, dtype, device)


@dataclass(frozen=True)
class Rows:
    """The parameters of one batch.

    Attributes:
        circuit: What runs, its slots sorted into shared and varied ones.
        shared: The parameters of all rows, of shape (n_shared,).
        varied: The parameters of each row, of shape (rows, n_varied).
        start: None, or start states of shape (rows, 2**n_wires).
    """

    circuit: Circuit
    shared: Tensor
    varied: Tensor
    start: Tensor | None


def laid_out(tapes: Sequence[LoweredTape]) -> Rows:
    """Return the rows of tapes with one key; a parameter that is equal in all rows is shared."""
    has_tensors = any(isinstance(value, Tensor) for tape in tapes for value in tape.values)
    sort = _sorted_tensors if has_tensors else _sorted_numbers
    template, dtype, device = tapes[0].circuit, tapes[0].dtype, tapes[0].device
    shared, varied, order = sort(tapes, dtype, device)
    circuit = replace(
        template,
        n_shared=len(shared),
        n_varied=varied.shape[1],
        operations=_renumbered(template, order),
    )
    return Rows(circuit, shared, varied, _starts(tapes, dtype, device))


def precision(tape: QuantumScript) -> tuple[torch.dtype, torch.device]:
    """Return the precision that a tape's parameters ask for, and where torch computes it."""
    parameters = tape.get_parameters(trainable_only=False)
    tensors = [value for value in parameters if isinstance(value, Tensor)]
    device = next((t.device for t in tensors if t.device.type != "cpu"), torch.device("cpu"))
    is_single = bool(tensors) and all(t.dtype in _SINGLE for t in tensors) and not tape.shots
    return (torch.float32 if is_single else torch.float64), device


Sorted = tuple[Tensor, Tensor, list[int]]
"""Shared parameters, varied parameters by row, and the slots in that order."""


def _sorted_numbers(
    tapes: Sequence[LoweredTape], dtype: torch.dtype, device: torch.device
) -> Sorted:
    rows = np.concatenate([_block(tape) for tape in tapes])
    values = next((tape.values for tape in tapes if tape.n_rows), tapes[0].values)
    is_batched = np.array([np.ndim(value) > 0 for value in values], dtype=bool)
    is_shared = (rows == rows[:1]).all(axis=0) & ~is_batched
    order = np.concatenate([np.flatnonzero(is_shared), np.flatnonzero(~is_shared)])
    numbers = [np.real(value) for value, one in zip(values, is_shared, strict=True) if one]
    shared = _side_by_side(numbers, dtype, device)
    varied = torch.as_tensor(rows[:, ~is_shared], dtype=dtype, device=device)
    return shared, varied, order.tolist()


def _block(tape: LoweredTape) -> Any:
    block = np.empty((tape.n_rows, len(tape.values)))
    for slot, value in enumerate(tape.values):
        block[:, slot] = np.real(value)
    return block


def _sorted_tensors(
    tapes: Sequence[LoweredTape], dtype: torch.dtype, device: torch.device
) -> Sorted:
    counts = [tape.n_rows for tape in tapes]
    columns = list(zip(*(tape.values for tape in tapes), strict=True))
    is_shared = [_is_one_value(column) for column in columns]
    varied = [
        torch.cat([_number(v, dtype, device).expand(n) for v, n in zip(c, counts, strict=True)])
        for c, one in zip(columns, is_shared, strict=True)
        if not one
    ]
    order = sorted(range(len(columns)), key=lambda slot: not is_shared[slot])
    shared = [column[0] for column, one in zip(columns, is_shared, strict=True) if one]
    empty = torch.zeros(sum(counts), 0, dtype=dtype, device=device)
    return (
        _side_by_side(shared, dtype, device),
        torch.stack(varied, dim=1) if varied else empty,
        order,
    )


def _side_by_side(values: Sequence[Any], dtype: torch.dtype, device: torch.device) -> Tensor:
    places = [place for place, value in enumerate(values) if isinstance(value, Tensor)]
    numbers = [0.0 if isinstance(value, Tensor) else float(np.real(value)) for value in values]
    constants = torch.tensor(numbers, dtype=dtype, device=device)
    if not places:
        return constants
    tensors = torch.stack([_number(values[place], dtype, device) for place in places])
    return constants.index_copy(0, torch.tensor(places, device=device), tensors)


def _is_one_value(column: Sequence[Any]) -> bool:
    first = column[0]
    if np.ndim(first) > 0:
        return False
    if all(value is first for value in column):
        return True
    numbers = not any(isinstance(value, Tensor) for value in column)
    return numbers and all(np.ndim(value) == 0 and value == first for value in column)


def _number(value: Any, dtype: torch.dtype, device: torch.device) -> Tensor:
    if isinstance(value, Tensor):
        return value.real.to(device, dtype) if value.is_complex() else value.to(device, dtype)
    return torch.as_tensor(np.real(value), dtype=dtype, device=device)


def _renumbered(circuit: Circuit, order: Sequence[int]) -> tuple[Rotation | Flip, ...]:
    if list(order) == sorted(order):
        return circuit.operations
    place: Mapping[int, int] = {slot: new for new, slot in enumerate(order)}

    def moved(operation: Rotation | Flip) -> Rotation | Flip:
        if isinstance(operation, Flip) or not operation.angle.terms:
            return operation
        terms = tuple(sorted((place[slot], scale) for slot, scale in operation.angle.terms))
        return replace(operation, angle=Angle(terms, operation.angle.offset))

    return tuple(map(moved, circuit.operations))


def _starts(
    tapes: Sequence[LoweredTape], dtype: torch.dtype, device: torch.device
) -> Tensor | None:
    if tapes[0].start is None:
        return None
    n_wires = tapes[0].circuit.n_wires
    wires = {wire: wire for wire in range(n_wires)}
    amplitudes = torch.complex64 if dtype == torch.float32 else torch.complex128
    states = [
        start_state(tape.start.data[0], tape.start.wires, wires, n_wires)
        .to(device, amplitudes)
        .expand(tape.n_rows, 2**n_wires)
        for tape in tapes
    ]
    return torch.cat(states)
