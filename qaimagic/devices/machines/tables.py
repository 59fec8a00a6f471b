"""Circuits of one make with many parameters, as one table: a machine compiles them once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pennylane as qml
from pennylane.tape import QuantumScript

FREE = (qml.GlobalPhase, qml.Identity, qml.Snapshot)
"""What no machine does anything for."""

BARRIER = "Barrier"
"""What stands between gates that a compiler must leave apart."""


class Pin(qml.operation.Operation):  # type: ignore[misc]
    """Lays the wires of a circuit, all of them, on wires of the machine's own.

    Args:
        places: The machine's wires, by their numbers.
        wires: The circuit's wires.
    """

    num_params = 0

    def __init__(self, places: Sequence[int], wires: Any) -> None:
        super().__init__(wires=wires)
        self.hyperparameters["places"] = tuple(places)


class Gate(NamedTuple):
    """One gate of a circuit without its parameters.

    Attributes:
        name: PennyLane's name.
        wires: The places of its wires.
        slots: The places of its parameters in the circuit's row of parameters.
    """

    name: str
    wires: tuple[int, ...]
    slots: tuple[int, ...]


class Make(NamedTuple):
    """A circuit without its parameters.

    Attributes:
        n_wires: The number of its wires.
        gates: Its gates in order.
        measured: The places of the wires that are read at the end, each once.
        places: The machine's own wires to lay them on, or None where its compiler may choose.
    """

    n_wires: int
    gates: tuple[Gate, ...]
    measured: tuple[int, ...]
    places: tuple[int, ...] | None = None

    @property
    def n_parameters(self) -> int:
        """The number of parameters."""
        return sum(len(gate.slots) for gate in self.gates)


class Part(NamedTuple):
    """The part of a submission that is of one make and asks for as many shots.

    Attributes:
        make: The circuit.
        rows: Its parameters, of shape (rows, n_parameters).
        shots: The number of shots of each row, or None for exact answers.
    """

    make: Make
    rows: Any
    shots: int | None


def table_of(tape: QuantumScript, wires: Sequence[Any]) -> tuple[Make, Any]:
    """Return a circuit's make, and its parameters as an array of shape (rows, n_parameters).

    Args:
        tape: The circuit; a broadcast one has several rows.
        wires: The labels of all wires, in order.
    """
    place = {wire: index for index, wire in enumerate(wires)}
    gates: list[Gate] = []
    columns: list[Any] = []
    places = None
    for operation in tape.operations:
        if isinstance(operation, FREE):
            continue
        if isinstance(operation, Pin):
            places = operation.hyperparameters["places"]
            continue
        if isinstance(operation, qml.Barrier):
            if not operation.only_visual:
                gates.append(Gate(BARRIER, tuple(range(len(wires))), ()))
            continue
        slots = tuple(range(len(columns), len(columns) + len(operation.parameters)))
        columns += [qml.math.toarray(value) for value in operation.parameters]
        gates.append(Gate(operation.name, tuple(place[w] for w in operation.wires), slots))
    read = [wire for m in tape.measurements for wire in (m.wires or wires)]
    measured = tuple(place[wire] for wire in dict.fromkeys(read))
    rows = np.empty((tape.batch_size or 1, len(columns)))
    for slot, column in enumerate(columns):
        rows[:, slot] = column
    return Make(len(wires), tuple(gates), measured, places), rows
