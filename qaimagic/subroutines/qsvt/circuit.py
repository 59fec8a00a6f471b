r"""The circuit of the quantum singular value transformation.

Between calls of U and its adjoint, phases :math:`e^{i\theta (2\Pi - 1) Z}` turn a wire by the
block's projector. That wire, begun and read along X, leaves the real part; another one adds a
polynomial's even and odd part, which share all calls but the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml

from qaimagic.subroutines.block_encodings.encoding import BlockEncoding, auxiliary_wires
from qaimagic.subroutines.qsvt.angles import Floats
from qaimagic.subroutines.qsvt.phases import Phases
from qaimagic.subroutines.qsvt.polynomial import Polynomial


@dataclass(frozen=True, eq=False)
class Transformed:
    r"""Gates that leave a polynomial of a matrix where their flags read 0.

    .. math:: |\psi\rangle \to c \, P(A / \alpha) \, |\psi\rangle

    Attributes:
        gates: The operations, the first one acting first; they act on flags that begin as 0.
        flags: The bit that each auxiliary wire must read.
        wires: The wires that A acts on.
        scale: The number c: 1 for a polynomial of definite parity.
        calls: How often U or its adjoint is called.
    """

    gates: tuple[Any, ...]
    flags: Mapping[Any, int]
    wires: tuple[Any, ...]
    scale: float
    calls: int


def transform(encoding: BlockEncoding, polynomial: Polynomial) -> Transformed:
    """Return the gates of a polynomial of a block-encoded matrix.

    For an odd polynomial the singular vectors are those of the matrix; for an even one, right
    singular vectors on both sides. A polynomial of mixed parity needs a Hermitian matrix.

    Args:
        encoding: The matrix in the corner of a unitary.
        polynomial: Stays within 1 on [-1, 1].

    Raises:
        ArithmeticError: If the angles do not converge.

    References:
        Gilyen, Su, Low, Wiebe, STOC 2019, arXiv:1806.01838.
    """
    with qml.QueuingManager.stop_recording():
        phases = polynomial.phases
        real, *both = auxiliary_wires(len(phases.weights), "qsvt")
        forth = encoding.gates
        flips = _flips(encoding.auxiliary, real)
        back = tuple(qml.adjoint(gate, lazy=False) for gate in reversed(encoding.gates))
        gates = [*_begun(phases, both), qml.Hadamard(real)]
        for call, turns in enumerate(phases.turns):
            gates += _phase(turns, encoding.auxiliary, flips, real, both)
            if call < phases.calls:
                u = back if call % 2 else forth
                is_shared = not both or call < phases.calls - 1
                gates += u if is_shared else [qml.ctrl(gate, control=both) for gate in u]
        gates += [qml.Hadamard(real), *_ended(phases, both)]
    order = [real, *both, *encoding.auxiliary]
    return Transformed(
        tuple(gates), dict.fromkeys(order, 0), encoding.wires, phases.scale, phases.calls
    )


def _begun(phases: Phases, both: list[Any]) -> list[Any]:
    if not both:
        return [qml.GlobalPhase(-phases.shifts[0])] if phases.shifts[0] else []
    first, second = phases.shifts
    gates = [qml.RY(_share(phases), wires=both)]
    if first:
        gates.append(qml.GlobalPhase(-first))
    if first != second:
        gates.append(qml.PhaseShift(second - first, wires=both))
    return gates


def _ended(phases: Phases, both: list[Any]) -> list[Any]:
    return [qml.RY(-_share(phases), wires=both)] if both else []


def _share(phases: Phases) -> float:
    first, second = phases.weights
    return float(2 * np.arctan2(np.sqrt(second), np.sqrt(first)))


def _flips(auxiliary: tuple[Any, ...], real: Any) -> list[Any]:
    """Return the gate that flips the real part's wire in the block, where it takes one."""
    if len(auxiliary) <= 1:
        return []
    return [qml.MultiControlledX([*auxiliary, real], control_values=[0] * len(auxiliary))]


def _phase(
    turns: Floats, auxiliary: tuple[Any, ...], flips: list[Any], real: Any, both: list[Any]
) -> list[Any]:
    """Return the gates of a turn by the projector, which may depend on the part."""
    mean = float(turns.mean())
    half = float(turns[0] - mean)
    if not flips:
        gates = [qml.MultiRZ(-2 * mean, wires=[*auxiliary, real])]
        return [*gates, qml.MultiRZ(-2 * half, wires=[*auxiliary, real, *both])] if both else gates
    gates = [qml.RZ(2 * mean, wires=real)]
    if both:
        gates.append(qml.IsingZZ(2 * half, wires=[real, *both]))
    return [*flips, *gates, *flips]
