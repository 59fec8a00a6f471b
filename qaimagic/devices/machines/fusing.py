r"""Neighbouring one-wire gates as one, as a compiler does that knows their numbers.

A compiler that sees parameters instead of numbers leaves :math:`R_X(a) R_Z(b) R_Y(c)` as it is, and
each gate has its error. Any product of one-wire gates is one

.. math:: U_3(\theta, \phi, \lambda) = R_Z(\phi) R_Y(\theta) R_Z(\lambda) e^{i (\phi + \lambda) / 2}

whose angles follow from the numbers, row by row, so that all rows still share one circuit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pennylane as qml

from qaimagic.devices.machines.tables import BARRIER, Gate, Make

_DIAGONAL = ("PhaseShift", "RZ", "U1")
"""Rotations that a machine only keeps in mind."""


def fused(make: Make, rows: Any) -> tuple[Make, Any]:
    """Return an equal circuit, up to a phase, in which fewer one-wire gates have parameters.

    Args:
        make: The circuit.
        rows: Its parameters, of shape (rows, n_parameters).
    """
    gates: list[Gate] = []
    columns: list[Any] = []
    waiting: dict[int, list[Gate]] = {}

    def put(gate: Gate, angles: Sequence[Any]) -> None:
        slots = tuple(range(len(columns), len(columns) + len(angles)))
        columns.extend(angles)
        gates.append(gate._replace(slots=slots))

    def flush(wire: int) -> None:
        run = waiting.pop(wire, [])
        if sum(bool(gate.slots) and gate.name not in _DIAGONAL for gate in run) > 1:
            put(Gate("U3", (wire,), ()), _angles(_product(run, rows)))
            return
        for gate in run:
            put(gate, [rows[:, slot] for slot in gate.slots])

    for gate in make.gates:
        if len(gate.wires) == 1 and gate.name != BARRIER:
            waiting.setdefault(gate.wires[0], []).append(gate)
            continue
        for wire in gate.wires:
            flush(wire)
        put(gate, [rows[:, slot] for slot in gate.slots])
    for wire in sorted(waiting):
        flush(wire)
    table = np.stack(columns, axis=1) if columns else np.empty((len(rows), 0))
    return make._replace(gates=tuple(gates)), table


def _product(run: Sequence[Gate], rows: Any) -> Any:
    """Return the matrices of gates one after another, of shape (rows, 2, 2)."""
    product = np.broadcast_to(np.eye(2, dtype=complex), (len(rows), 2, 2))
    for gate in run:
        is_adjoint = gate.name.startswith("Adjoint(")
        kind = getattr(qml, gate.name.removeprefix("Adjoint(").removesuffix(")"))
        matrix = qml.math.toarray(kind.compute_matrix(*(rows[:, slot] for slot in gate.slots)))
        product = (matrix.conj().swapaxes(-1, -2) if is_adjoint else matrix) @ product
    return product


def _angles(unitary: Any) -> tuple[Any, Any, Any]:
    """Return theta, phi and lambda of matrices of shape (rows, 2, 2)."""
    stays, goes = unitary[:, 0, 0], unitary[:, 1, 0]
    theta = 2 * np.arctan2(np.abs(goes), np.abs(stays))
    start = np.angle(stays)
    phi = np.angle(goes) - start
    by_flip = np.angle(-unitary[:, 0, 1]) - start
    by_stay = np.angle(unitary[:, 1, 1]) - start - phi
    return theta, phi, np.where(np.abs(goes) > np.abs(stays), by_flip, by_stay)
