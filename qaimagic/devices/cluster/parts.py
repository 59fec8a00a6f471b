"""Cuts a submission into parts, and joins their answers in the submission's order.

The cut follows from the circuits alone, never from the cluster, so that every part has the same
seed on any number of workers. A part is an eighth of a submission, but no fewer than 4 circuits,
and no more than 48: beyond that, a machine gains little from larger tables, and more workers can
share a submission. A row of a broadcast circuit counts as one circuit.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pennylane as qml
from pennylane.tape import QuantumScript

from qaimagic.devices.cluster.rows import as_rows, row_of, same_but_for_numbers

_LEAST = 4
_MOST = 48
_FEW_PARTS = 8


class Piece(NamedTuple):
    """A circuit of a submission, some rows of a broadcast one, or several as the rows of one.

    Attributes:
        places: Its place in the submission; where it is several, that of each row.
        tape: The circuit.
        rows: The number of its rows; 1 where it is not broadcast.
    """

    places: Sequence[int]
    tape: QuantumScript
    rows: int


def parts_of(tapes: Sequence[QuantumScript], *, as_one: bool = False) -> list[list[Piece]]:
    """Return the parts of a submission.

    Circuits with the same gates on the same wires stand together, so that few workers compile
    them.

    Args:
        tapes: The submission.
        as_one: Whether circuits of a part that differ in their numbers alone become one circuit.
    """
    kinds = [same_but_for_numbers(tape) if as_one else None for tape in tapes]
    counts = [1 if kind else tape.batch_size or 1 for kind, tape in zip(kinds, tapes, strict=True)]
    size = min(_MOST, max(_LEAST, -(-sum(counts) // _FEW_PARTS)))
    alike: dict[Hashable, list[int]] = {}
    for index, (kind, tape) in enumerate(zip(kinds, tapes, strict=True)):
        alike.setdefault(kind or _gates(tape), []).append(index)
    parts: list[list[Piece]] = []
    room = 0
    for members in alike.values():
        pieces = (
            _together(members, tapes, room or size, size)
            if kinds[members[0]]
            else chain.from_iterable(_pieces(index, tapes[index], size) for index in members)
        )
        for piece in pieces:
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
            depth = _depth(piece.tape)
            several = len(piece.places) > 1
            for row, place in enumerate(piece.places):
                found[place].append(row_of(answer, depth, row) if several else answer)
    return tuple(
        mine[0] if len(mine) == 1 else _stacked(mine, _depth(tape))
        for tape, mine in zip(tapes, found, strict=True)
    )


def _gates(tape: QuantumScript) -> Hashable:
    names = tuple((operation.name, operation.wires) for operation in tape.operations)
    return names, tuple(measurement.wires for measurement in tape.measurements), tape.shots


def _together(
    members: Sequence[int], tapes: Sequence[QuantumScript], room: int, size: int
) -> Iterator[Piece]:
    """Yield circuits that are the same but for numbers in runs: ``room`` of them, then ``size``."""
    start, stop = 0, room
    while start < len(members):
        run = members[start:stop]
        together = [tapes[index] for index in run]
        yield Piece(run, as_rows(together) if len(run) > 1 else together[0], len(run))
        start, stop = stop, stop + size


def _pieces(index: int, tape: QuantumScript, size: int) -> Iterator[Piece]:
    """Yield a circuit as it is, or a broadcast one in runs of rows."""
    rows = tape.batch_size
    if rows is None or rows <= size:
        yield Piece([index], tape, rows or 1)
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
        yield Piece([index], tape.bind_new_parameters(values, cut), min(size, rows - start))


def _depth(tape: QuantumScript) -> int:
    """Return how deep the batch lies in an answer: shots, then measurements, then the batch."""
    return int(tape.shots.has_partitioned_shots) + int(len(tape.measurements) > 1)


def _stacked(pieces: Sequence[Any], depth: int) -> Any:
    if depth:
        return tuple(_stacked(column, depth - 1) for column in zip(*pieces, strict=True))
    if isinstance(pieces[0], list | tuple):
        return [row for piece in pieces for row in piece]
    return np.concatenate(pieces)
