"""Runs tapes in as few batches as their circuits allow, with torch or NumPy parameters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import torch
from pennylane.ops import Projector, QubitUnitary
from pennylane.ops.mid_measure import MidMeasure
from pennylane.ops.op_math import SymbolicOp
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.lowering import NotNativeError
from qaimagic.bridge.plugin.noise.pipeline import has_noise
from qaimagic.bridge.plugin.rows import LoweredTape, laid_out, lowered
from qaimagic.engine.run import expvals, state

SlowRun = Callable[[Sequence[QuantumScript], str], Sequence[Any]]
"""Runs tapes elsewhere, for a reason, and returns their answers."""

NOISE = "noise channels"
"""The reason for which circuits with noise run elsewhere: on density matrices or trajectories."""

DENSE = "a dense matrix on many wires"
"""The reason for which circuits run elsewhere faster: one product there, many rotations here."""

_MAX_MATRIX_WIRES = 3
_MAX_AMPLITUDES = 2**24


def run_exactly(tapes: Sequence[QuantumScript], run_slowly: SlowRun) -> list[Any]:
    """Return the exact answers of tapes in PennyLane's nesting, as torch tensors.

    Args:
        tapes: Circuits without shots; parameters are numbers, NumPy arrays or torch tensors, and
            gradients flow to those that are tensors.
        run_slowly: Runs what the engine does not.
    """
    answers: list[Any] = [None] * len(tapes)
    groups, refused = grouped(tapes)
    for reason, indices in refused.items():
        slow = run_slowly([tapes[index] for index in indices], reason)
        for index, answer in zip(indices, slow, strict=True):
            answers[index] = answer
    for members in groups:
        values = _engine_values([tape for _, tape in members])
        for (index, tape), rows in zip(members, values, strict=True):
            assert tape.readout is not None
            measured = tape.readout.assemble(rows)
            if tape.batch_size is None:
                measured = [answer[0] for answer in measured]
            answers[index] = measured[0] if len(measured) == 1 else tuple(measured)
    return answers


def states_of(tapes: Sequence[LoweredTape]) -> list[Tensor]:
    """Return the final states of tapes with one key that measure no words: (rows, 2**n_wires)."""
    return _engine_values(tapes)


Group = list[tuple[int, LoweredTape]]
"""Tapes with one key, each with its place among all tapes."""


def grouped(tapes: Sequence[QuantumScript]) -> tuple[list[Group], dict[str, list[int]]]:
    """Return the groups that run as one batch, and by reason the places of tapes that cannot."""
    groups: dict[Any, Group] = defaultdict(list)
    refused: dict[str, list[int]] = defaultdict(list)
    for index, tape in enumerate(tapes):
        try:
            if has_noise(tape):
                raise NotNativeError(NOISE)
            if any(isinstance(operation, MidMeasure) for operation in tape.operations):
                raise NotNativeError("mid-circuit measurements shot by shot")
            if any(isinstance(operation, Projector) for operation in tape.operations):
                raise NotNativeError("it keeps only some outcomes of a mid-circuit measurement")
            if any(map(_is_dense, tape.operations)):
                raise NotNativeError(DENSE)
            member = lowered(tape.map_to_standard_wires())
        except NotNativeError as error:
            refused[str(error)].append(index)
        else:
            groups[member.key].append((index, member))
    return list(groups.values()), refused


def _is_dense(operation: Any) -> bool:
    while isinstance(operation, SymbolicOp):
        operation = operation.base
    return isinstance(operation, QubitUnitary) and len(operation.wires) > _MAX_MATRIX_WIRES


def _engine_values(tapes: Sequence[LoweredTape]) -> list[Tensor]:
    values: list[Tensor] = []
    for part in _parts(tapes):
        rows = laid_out(part)
        run = expvals if rows.circuit.words else state
        answers = run(rows.circuit, rows.shared, rows.varied, rows.start)
        values += torch.split(answers, [tape.n_rows for tape in part])
    return values


def _parts(tapes: Sequence[LoweredTape]) -> list[list[LoweredTape]]:
    """Cut a group into parts whose states, where they are asked for, fit into memory."""
    if tapes[0].circuit.words:
        return [list(tapes)]
    room = max(1, _MAX_AMPLITUDES >> tapes[0].circuit.n_wires)
    parts: list[list[LoweredTape]] = [[]]
    filled = 0
    for tape in tapes:
        if parts[-1] and filled + tape.n_rows > room:
            parts.append([])
            filled = 0
        parts[-1].append(tape)
        filled += tape.n_rows
    return parts
