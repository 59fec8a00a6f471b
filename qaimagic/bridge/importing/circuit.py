"""A circuit from elsewhere as plain data, and how it is put together and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qaimagic.bridge.importing.expressions import Expression
from qaimagic.bridge.importing.gates import MATRIX, PHASE, Gate, gate
from qaimagic.errors import CircuitError


@dataclass(frozen=True)
class Parameter:
    """A free parameter.

    Attributes:
        name: As the circuit calls it.
        vector: The name of the vector that it is an entry of, or None.
        index: Its place there.
        length: The vector's length.
    """

    name: str
    vector: str | None = None
    index: int = 0
    length: int = 0


@dataclass(frozen=True)
class Imported:
    """A circuit from elsewhere.

    Attributes:
        name: What it is called.
        n_wires: The number of its wires, which are 0, 1, ...
        gates: Its gates in order.
        parameters: Its free parameters in order.
        measured: The wires that it measures at its end, in their order.
    """

    name: str
    n_wires: int
    gates: tuple[Gate, ...]
    parameters: tuple[Parameter, ...] = ()
    measured: tuple[int, ...] = ()


class Builder:
    """Takes down gates and measurements, and refuses what is measured before its end."""

    def __init__(self, n_wires: int) -> None:
        self.n_wires = n_wires
        self._gates: list[Gate] = []
        self._measured: set[int] = set()
        self._touched: set[int] = set()

    def gate(self, kind: str, wires: Sequence[int], angles: Sequence[Expression] = ()) -> None:
        """Take down a gate of :data:`~qaimagic.bridge.importing.gates.KINDS`."""
        self.take(gate(kind, tuple(wires), tuple(angles)))

    def take(self, one: Gate) -> None:
        """Take a gate down; a phase of the whole circuit changes nothing and is left out."""
        if measured := self._measured.intersection(one.all_wires):
            raise CircuitError(
                f"The circuit goes on with qubit {min(measured)} after measuring it. A layer "
                "measures at its end: leave that measurement out, or write the circuit as a "
                "`@qaimagic.quantum` body with `qml.measure`."
            )
        self._touched.update(one.all_wires)
        if one.kind != PHASE or one.controls:
            self._gates.append(one)

    def measure(self, wire: int) -> None:
        """Take down that a wire is measured."""
        self._measured.add(wire)

    def reset(self, wire: int) -> None:
        """Take down a reset: of a wire that was not used, it changes nothing."""
        if wire in self._touched or wire in self._measured:
            raise CircuitError(
                f"The circuit resets qubit {wire} after using it, which is a measurement before "
                "its end. Use another qubit in its place, or write the circuit as a "
                "`@qaimagic.quantum` body with `qml.measure(wire, reset=True)`."
            )

    def finished(self, name: str, parameters: Sequence[Parameter]) -> Imported:
        """Return the circuit."""
        measured = tuple(sorted(self._measured))
        return Imported(name, self.n_wires, tuple(self._gates), tuple(parameters), measured)


def as_matrix(rows: Sequence[Sequence[complex]], wires: Sequence[int]) -> Gate:
    """Return the gate that a unitary matrix is, its most significant bit the first wire."""
    matrix = tuple(tuple(complex(value) for value in row) for row in rows)
    return Gate(MATRIX, tuple(wires), matrix=matrix)
