"""The circuit that applies a polynomial close to 1/x to a right side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml

from qaimagic._checks import requirement
from qaimagic.drawing.curves_axes import short_number
from qaimagic.subroutines.block_encodings.block_encode import block_encode
from qaimagic.subroutines.block_encodings.encoding import BlockEncoding
from qaimagic.subroutines.linear_systems.prepared import Prepared
from qaimagic.subroutines.linear_systems.system import LinearSystem
from qaimagic.subroutines.matrices.reading import Vector
from qaimagic.subroutines.qsvt.circuit import transform
from qaimagic.subroutines.qsvt.inverse import inverse
from qaimagic.subroutines.qsvt.polynomial import Polynomial
from qaimagic.subroutines.qsvt.running import quick_amplitudes

_LEAST = 1.01
_LARGEST_ERROR = 0.9


@dataclass(frozen=True, eq=False, kw_only=True)
class Inverting(Prepared):
    """The circuit of a polynomial close to 1/x, as a repeated matrix where a simulator fits.

    Attributes:
        encoding: The adjoint matrix in the corner of a unitary.
        polynomial: Close to 1/x by its scale.
        right: The right side, shape (2^w,).
    """

    encoding: BlockEncoding
    polynomial: Polynomial
    right: Vector

    @property
    def calls(self) -> int:
        """How often the circuit uses the block encoding or its adjoint."""
        return self.polynomial.degree

    def amplitudes(self) -> Callable[[], Vector] | None:
        """Return what repeats the simulated matrix of the block encoding, or None."""
        state = self.right / np.linalg.norm(self.right)
        return quick_amplitudes(self.encoding, self.polynomial, state)


@dataclass(frozen=True, eq=False)
class Inverted:
    """A circuit that leaves a solution.

    Attributes:
        prepared: The circuit.
        bound: The relative error of the solution, at most.
        notes: What was chosen, in words.
    """

    prepared: Prepared
    bound: float
    notes: tuple[str, ...]


def prepare(
    system: LinearSystem,
    epsilon: float,
    condition: float | None,
    method: str | None,
    *,
    device: Any,
    shots: int | None,
    seed: int,
) -> Inverted:
    """Return the circuit that solves a system.

    The solution is no shorter than b over the norm of A, which makes an error of 1/x a relative
    one of x.

    Args:
        system: The system.
        epsilon: The relative error of the solution.
        condition: The condition number that the polynomial is made for, or None for the system's.
        method: How the adjoint matrix is encoded.
        device: Where the circuit will run.
        shots: How many shots it will have.
        seed: Decides them.

    Raises:
        ValueError: If the condition number is below the system's, or too large for angles.
        ArithmeticError: If the angles do not converge.
    """
    own = system.condition
    if condition is not None and condition < own * (1 - 1e-9):
        rule = f"be at least that of the matrix, {own:.6g}"
        fix = "Singular values below the norm over it would be inverted wrongly."
        raise ValueError(requirement("condition", rule, f"it is {condition:g}", fix))
    encoding = block_encode(system.fitted.conj().T, method=method)
    room = encoding.alpha / system.norm
    covered = _covered(own if condition is None else condition)
    polynomial = inverse(covered * room, min(epsilon * room, _LARGEST_ERROR))
    circuit = transform(encoding, polynomial)
    length = float(np.linalg.norm(system.right))
    with qml.QueuingManager.stop_recording():
        start = qml.StatePrep(system.right / length, wires=encoding.wires)
    note = (
        f"degree {polynomial.degree:,} for condition numbers up to "
        f"{short_number(covered, 4)}, on a block encoding by "
        f"{encoding.method} with alpha {short_number(encoding.alpha, 4)}"
    )
    prepared = Inverting(
        gates=(start, *circuit.gates),
        flags=circuit.flags,
        wires=circuit.wires,
        scale=length / (polynomial.scale * encoding.alpha * circuit.scale),
        device=device,
        shots=shots,
        seed=seed,
        encoding=encoding,
        polynomial=polynomial,
        right=system.right,
    )
    return Inverted(prepared, polynomial.error / room, (note,))


def check_degree(condition: float, epsilon: float) -> None:
    """Check that there are angles for a condition number, on an encoding without waste.

    Raises:
        ValueError: If the degree is too high.
    """
    inverse(_covered(condition), min(epsilon, _LARGEST_ERROR))


def _covered(condition: float) -> float:
    return max(condition, _LEAST) * (1 + 1e-9)
