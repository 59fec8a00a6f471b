"""Gates by their names in OpenQASM, and PennyLane's that do the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pennylane as qml

from qaimagic.bridge.importing.expressions import Expression, value_of, written

PHASE = "gphase"
MATRIX = "unitary"


@dataclass(frozen=True)
class Gate:
    """One gate of a circuit, as plain data.

    Attributes:
        kind: A name of :data:`KINDS`, or that of a phase or a matrix.
        wires: What it acts on, controls apart.
        angles: Its parameters.
        controls: The wires that control it, each with the value for which it acts.
        is_adjoint: Whether it is undone.
        matrix: The rows of a matrix, whose most significant bit is the first wire.
    """

    kind: str
    wires: tuple[int, ...]
    angles: tuple[Expression, ...] = ()
    controls: tuple[tuple[int, bool], ...] = ()
    is_adjoint: bool = False
    matrix: tuple[tuple[complex, ...], ...] = ()

    def controlled(self, controls: tuple[tuple[int, bool], ...]) -> Gate:
        """Return the gate under more controls."""
        return replace(self, controls=(*controls, *self.controls))

    def inverse(self) -> Gate:
        """Return the gate that undoes it."""
        return replace(self, is_adjoint=not self.is_adjoint)

    @property
    def all_wires(self) -> tuple[int, ...]:
        """The wires it acts on and those that control it."""
        return (*(wire for wire, _ in self.controls), *self.wires)


class Kind(NamedTuple):
    """A gate that has a name in OpenQASM.

    Attributes:
        make: PennyLane's class.
        n_angles: Its number of parameters.
        n_wires: The number of wires it acts on, controls apart.
        n_controls: How many wires before them control it.
        is_adjoint: Whether it is the inverse of PennyLane's.
    """

    make: Callable[..., Any]
    n_angles: int
    n_wires: int
    n_controls: int = 0
    is_adjoint: bool = False


KINDS: dict[str, Kind] = {
    "id": Kind(qml.Identity, 0, 1),
    "x": Kind(qml.X, 0, 1),
    "y": Kind(qml.Y, 0, 1),
    "z": Kind(qml.Z, 0, 1),
    "h": Kind(qml.H, 0, 1),
    "s": Kind(qml.S, 0, 1),
    "sdg": Kind(qml.S, 0, 1, is_adjoint=True),
    "t": Kind(qml.T, 0, 1),
    "tdg": Kind(qml.T, 0, 1, is_adjoint=True),
    "sx": Kind(qml.SX, 0, 1),
    "sxdg": Kind(qml.SX, 0, 1, is_adjoint=True),
    "p": Kind(qml.PhaseShift, 1, 1),
    "rx": Kind(qml.RX, 1, 1),
    "ry": Kind(qml.RY, 1, 1),
    "rz": Kind(qml.RZ, 1, 1),
    "u2": Kind(qml.U2, 2, 1),
    "u3": Kind(qml.U3, 3, 1),
    "swap": Kind(qml.SWAP, 0, 2),
    "iswap": Kind(qml.ISWAP, 0, 2),
    "rxx": Kind(qml.IsingXX, 1, 2),
    "ryy": Kind(qml.IsingYY, 1, 2),
    "rzz": Kind(qml.IsingZZ, 1, 2),
    "cx": Kind(qml.X, 0, 1, 1),
    "cy": Kind(qml.Y, 0, 1, 1),
    "cz": Kind(qml.Z, 0, 1, 1),
    "ch": Kind(qml.H, 0, 1, 1),
    "cp": Kind(qml.PhaseShift, 1, 1, 1),
    "crx": Kind(qml.RX, 1, 1, 1),
    "cry": Kind(qml.RY, 1, 1, 1),
    "crz": Kind(qml.RZ, 1, 1, 1),
    "cswap": Kind(qml.SWAP, 0, 2, 1),
    "ccx": Kind(qml.X, 0, 1, 2),
    "ccz": Kind(qml.Z, 0, 1, 2),
}
"""All but phases and matrices, with the conventions of Qiskit's library."""


def gate(kind: str, wires: tuple[int, ...], angles: tuple[Expression, ...] = ()) -> Gate:
    """Return the gate of a kind on ``wires``, those that control it first."""
    known = KINDS[kind]
    controls = tuple((wire, True) for wire in wires[: known.n_controls])
    return Gate(kind, wires[known.n_controls :], angles, controls)


def gates_of_cu(wires: tuple[int, ...], angles: tuple[Expression, ...]) -> tuple[Gate, Gate]:
    """Return the gates of ``cu``: a controlled ``u3``, and a phase of its control."""
    *turns, phase = angles
    return (
        gate("p", wires[:1], (phase,)),
        gate("u3", wires[1:], tuple(turns)).controlled(((wires[0], True),)),
    )


def queue(one: Gate, arguments: Mapping[str, Any]) -> None:
    """Queue a gate as PennyLane's.

    Args:
        one: The gate.
        arguments: A tensor for each argument that its angles read.
    """
    operation = _plain(one, arguments)
    if one.is_adjoint != (one.kind in KINDS and KINDS[one.kind].is_adjoint):
        operation = qml.adjoint(operation)
    if one.controls:
        wires, values = zip(*one.controls, strict=True)
        qml.ctrl(operation, control=wires, control_values=values)


def _plain(one: Gate, arguments: Mapping[str, Any]) -> Any:
    if one.kind == MATRIX:
        return qml.QubitUnitary(np.array(one.matrix), wires=one.wires)
    values = [value_of(angle, arguments) for angle in one.angles]
    if one.kind == PHASE:
        return qml.GlobalPhase(-values[0])
    return KINDS[one.kind].make(*values, wires=one.wires)


def queued(one: Gate) -> str:
    """Return the line of a body that queues a gate."""
    is_matrix = one.kind == MATRIX
    known = KINDS.get(one.kind, Kind(qml.QubitUnitary if is_matrix else qml.GlobalPhase, 1, 0))
    angles = [written(angle) for angle in one.angles]
    if is_matrix:
        angles = [repr([list(row) for row in one.matrix])]
    elif one.kind == PHASE:
        angles = [f"-{angles[0]}"]
    where = f"wires={list(one.wires)}" if one.wires else ""
    line = f"qml.{known.make.__name__}({', '.join([*angles, where] if where else angles)})"
    if one.is_adjoint != known.is_adjoint:
        line = f"qml.adjoint({line})"
    if one.controls:
        wires, values = map(list, zip(*one.controls, strict=True))
        for_values = "" if all(values) else f", control_values={values}"
        line = f"qml.ctrl({line}, control={wires}{for_values})"
    return line
