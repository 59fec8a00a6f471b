"""Circuits that differ in their numbers alone, as the rows of one broadcast circuit.

A shift rule sends hundreds of circuits with the same gates. As one circuit with a table of numbers
they are packed, unpacked and brought into a device's form once instead of each on its own.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from pennylane.operation import Operator
from pennylane.ops.mid_measure import MidMeasure
from pennylane.ops.qubit.attributes import supports_broadcasting
from pennylane.tape import QuantumScript

from qaimagic.devices.machines.families import family_of


def takes_rows(device: str) -> bool:
    """Return whether a device takes any number of rows within bounded memory.

    PennyLane's simulators hold the states of all rows at once.
    """
    return device == "qaimagic.qubit" or family_of(device) is not None


def same_but_for_numbers(tape: QuantumScript) -> Hashable | None:
    """Return what circuits have in common that can be rows of one, or None for a circuit alone.

    That is all but the numbers of its gates, each of which is one angle or has several.
    """
    gates = []
    if not any(gate.data for gate in tape.operations):
        return None
    for gate in tape.operations:
        if not _takes_rows(gate):
            return None
        hyperparameters = gate.hyperparameters
        gates.append((gate.name, gate.wires, str(hyperparameters) if hyperparameters else ""))
    return tuple(gates), tuple(measurement.hash for measurement in tape.measurements), tape.shots


def as_rows(tapes: Sequence[QuantumScript]) -> QuantumScript:
    """Return one circuit with a row for each of several that are the same but for numbers."""
    table = [np.array(column) for column in zip(*map(_numbers, tapes), strict=True)]
    return tapes[0].bind_new_parameters(table, range(len(table)))


def row_of(answer: Any, depth: int, row: int) -> Any:
    """Return a row of an answer.

    Args:
        answer: The answer of a broadcast circuit, in PennyLane's nesting.
        depth: How deep the batch lies in it.
        row: Which one.
    """
    if depth:
        return tuple(row_of(part, depth - 1, row) for part in answer)
    return answer[row]


def _takes_rows(gate: Operator) -> bool:
    if not gate.data:
        return not isinstance(gate, MidMeasure)
    return gate in supports_broadcasting and not any(np.ndim(value) for value in gate.data)


def _numbers(tape: QuantumScript) -> list[Any]:
    return [value for gate in tape.operations for value in gate.data]
