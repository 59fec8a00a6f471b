"""Cuts a submission into parts, and joins their answers in the submission's order.

The cut follows from the circuits alone, never from the cluster, so that every part has the same
seed on any number of workers. A part is an eighth of a submission, but no fewer than 4 circuits,
and no more than 48: beyond that, a machine gains little from larger tables, and more workers can
share a submission. A row of a broadcast circuit counts as one circuit.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pennylane as qml
from pennylane.tape import QuantumScript

_LEAST = 4
_MOST = 48
_FEW_PARTS = 8


class Piece(NamedTuple):
    """A circuit of a submission, or some rows of a broadcast one.

    Attributes:
        place: Its place in the submission.
        tape: The circuit.
        rows: The number of its rows; 1 where it is not broadcast.
    """

    place: int
    tape: QuantumScript
    rows: int


def parts_of(tapes: Sequence[QuantumScript]) -> list[list[Piece]]:
    """Return the parts of a submission.

    Circuits with the same gates on the same wires stand together, so that few workers compile
    them.
    """
    rows = sum(tape.batch_size or 1 for tape in tapes)
    size = min(_MOST, max(_LEAST, -(-rows // _FEW_PARTS)))
    alike: dict[Hashable, list[int]] = {}
    for index, tape in enumerate(tapes):
        alike.setdefault(_kind(tape), []).append(index)
    parts: list[list[Piece]] = []
    room = 0
    for members in alike.values():
        for index in members:
            for piece in _pieces(index, tapes[index], size):
                if piece.rows > room:
                    parts.append([])
                    room = size
                parts[-1].append(piece)
                room -= piece.rows
    return parts


def joined(
    tapes: Sequence[QuantumScript], parts: Sequence[Sequence[Piece]], answers: Sequence[Any]
) -> tuple[Any, ...]:
    """Return the answer of each circuit of a submission, in PennyLane's nesting.

    Args:
        tapes: The submission.
        parts: What `parts_of` made of it.
        answers: For each part, the answer of each of its pieces.
    """
    found: list[list[Any]] = [[] for _ in tapes]
    for part, theirs in zip(parts, answers, strict=True):
        for piece, answer in zip(part, theirs, strict=True):
            found[piece.place].append(answer)
    return tuple(
        mine[0] if len(mine) == 1 else _stacked(mine, _depth(tape))
        for tape, mine in zip(tapes, found, strict=True)
    )


def _kind(tape: QuantumScript) -> Hashable:
    gates = tuple((operation.name, operation.wires) for operation in tape.operations)
    return gates, tuple(measurement.wires for measurement in tape.measurements), tape.shots


def _pieces(index: int, tape: QuantumScript, size: int) -> Iterator[Piece]:
    """Yield a circuit as it is, or a broadcast one in runs of rows."""
    rows = tape.batch_size
    if rows is None or rows <= size:
        yield Piece(index, tape, rows or 1)
        return
    parameters = tape.get_parameters(trainable_only=False)
    whole = [
        qml.math.ndim(value) == ndim
        for operation in tape.operations
        for value, ndim in zip(operation.data, operation.ndim_params, strict=True)
    ]
    cut = [slot for slot, is_whole in enumerate(whole) if not is_whole]
    for start in range(0, rows, size):
        values = [parameters[slot][start : start + size] for slot in cut]
        yield Piece(index, tape.bind_new_parameters(values, cut), min(size, rows - start))


def _depth(tape: QuantumScript) -> int:
    """Return how deep the batch lies in an answer: shots, then measurements, then the batch."""
    return int(tape.shots.has_partitioned_shots) + int(len(tape.measurements) > 1)


def _stacked(pieces: Sequence[Any], depth: int) -> Any:
    if depth:
        return tuple(_stacked(column, depth - 1) for column in zip(*pieces, strict=True))
    if isinstance(pieces[0], list | tuple):
        return [row for piece in pieces for row in piece]
    return np.concatenate(pieces)
