"""What phases are estimated of: a unitary, or the evolution under a Hamiltonian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml
from numpy.typing import NDArray
from pennylane.operation import Operator
from scipy.linalg import schur
from torch import Tensor

from qaimagic._checks import requirement
from qaimagic.bridge.diagrams import ordered_wires
from qaimagic.subroutines.hamiltonian_simulation.checks import check_phases
from qaimagic.subroutines.hamiltonian_simulation.terms import read_terms
from qaimagic.subroutines.matrices.fitting import n_wires_for, padded
from qaimagic.subroutines.matrices.reading import Matrix, is_hermitian, read_square

MOST_WIRES = 6
"""The most wires of a unitary."""

_ROUNDING = 1e-8
_RULE = "be unitary or Hermitian"


@dataclass(frozen=True, eq=False)
class Target:
    r"""A unitary, and what its phases stand for.

    .. math:: U |j\rangle = e^{2 \pi i \theta_j} |j\rangle, \quad U = e^{-i (H - c) t},
        \quad E_j = c - 2 \pi \theta_j / t

    Attributes:
        unitary: U, shape (2^m, 2^m).
        phases: The eigenphases in turns, of [0, 1) or, for energies, of [-1/2, 1/2), shape (2^m,).
        vectors: Their eigenvectors as columns, shape (2^m, 2^m).
        exact: The exact value for each, a phase or an energy, shape (2^m,).
        wires: The m wires.
        size: How many basis states have a meaning, below 2^m where a matrix was padded.
        time: The time t for energies; None for phases.
        center: The energy c that has no phase.
        remarks: What was chosen or done to make it fit, as sentences.
    """

    unitary: Matrix
    phases: NDArray[np.float64]
    vectors: Matrix
    exact: NDArray[np.float64]
    wires: tuple[Any, ...]
    size: int
    time: float | None
    center: float
    remarks: tuple[str, ...]

    def values(self, turns: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the phases or energies that turns in [0, 1) stand for."""
        if self.time is None:
            return turns
        signed = np.where(turns < 0.5, turns, turns - 1)
        return self.center - 2 * np.pi * signed / self.time


def read_target(value: Any, time: float | None, n_wires: int) -> Target:
    """Return what phases are estimated of.

    Args:
        value: A matrix, an operation or operator of PennyLane, or an energy of spins and bits.
            What is unitary is taken as such, unless a time is given.
        time: The time of an evolution; by default one for which energies do not wrap.
        n_wires: How many wires hold the phase.

    Raises:
        TypeError: If it is none of these.
        ValueError: If it is neither unitary nor Hermitian, not finite, or too large.
    """
    matrix, wires = _matrix_of(value)
    if matrix is None:
        return _of_hamiltonian(value, time, n_wires)
    if len(matrix) > 2**MOST_WIRES:
        rule = f"have {MOST_WIRES} wires at most"
        received = f"it has {len(matrix)} basis states"
        raise ValueError(requirement("unitary_or_hamiltonian", rule, received))
    if time is None and _is_unitary(matrix):
        return _of_unitary(matrix, wires)
    if is_hermitian(matrix):
        return _of_hamiltonian(value, time, n_wires)
    far = float(np.linalg.norm(matrix @ matrix.conj().T - np.eye(len(matrix)), 2))
    received = f"U U† differs from 1 by {far:.3g}, and it differs from its adjoint"
    if time is not None:
        fix = "Leave `time` out where a unitary is given."
        raise ValueError(
            requirement("unitary_or_hamiltonian", "be Hermitian with a time", received, fix)
        )
    raise ValueError(requirement("unitary_or_hamiltonian", _RULE, received))


def _matrix_of(value: Any) -> tuple[Matrix | None, tuple[Any, ...] | None]:
    """Return what a matrix or an operator of few wires is as numbers, and the operator's wires."""
    if isinstance(value, np.ndarray | Tensor | list) or hasattr(value, "toarray"):
        return read_square("unitary_or_hamiltonian", value), None
    if not isinstance(value, Operator) or isinstance(value, qml.SparseHamiltonian):
        return None, None
    wires = tuple(ordered_wires(value.wires))
    if not value.has_matrix or not 0 < len(wires) <= MOST_WIRES:
        return None, None
    return read_square("unitary_or_hamiltonian", qml.matrix(value, wire_order=list(wires))), wires


def _is_unitary(matrix: Matrix) -> bool:
    return bool(abs(matrix @ matrix.conj().T - np.eye(len(matrix))).max() <= _ROUNDING)


def _of_unitary(matrix: Matrix, wires: tuple[Any, ...] | None) -> Target:
    size, n = len(matrix), n_wires_for(len(matrix))
    unitary = padded(matrix, fill=1.0)
    remarks: tuple[str, ...] = ()
    if size < 2**n:
        remarks = (f"The matrix was padded with ones from {size} to {2**n} rows.",)
    triangle, vectors = schur(unitary, output="complex")
    phases = np.mod(np.angle(np.diag(triangle)) / (2 * np.pi), 1.0)
    order = tuple(range(n)) if wires is None else wires
    return Target(unitary, phases, vectors, phases, order, size, None, 0.0, remarks)


def _of_hamiltonian(value: Any, time: float | None, n_wires: int) -> Target:
    terms = read_terms(value)
    if len(terms.wires) > MOST_WIRES:
        rule = f"have {MOST_WIRES} wires at most"
        received = f"it has {len(terms.wires)}"
        raise ValueError(requirement("unitary_or_hamiltonian", rule, received))
    remarks = [terms.remark] if terms.remark else []
    if time is None:
        # The largest energy is on the grid, a step away from where the smallest one begins.
        within = max(0.5, 1 - 2.0 ** (1 - n_wires))
        time = np.pi * within / terms.reach if terms.reach else 1.0
        remarks.append(
            f"The time {time:.4g} was chosen by the sum of the factors' sizes, so that no energy "
            "wraps."
        )
    check_phases(terms.reach, time)
    energies, vectors = np.linalg.eigh(terms.sparse.toarray())
    turns = -(energies - terms.constant) * time / (2 * np.pi)
    unitary = (vectors * np.exp(2j * np.pi * turns)) @ vectors.conj().T
    wrapped = np.mod(turns + 0.5, 1.0) - 0.5
    if np.abs(wrapped - turns).max() > _ROUNDING:
        remarks.append(
            f"Energies wrap: those beyond {terms.constant:.4g} ± {np.pi / abs(time):.4g} are read "
            "as others. A shorter time tells them apart."
        )
    return Target(
        unitary,
        wrapped,
        vectors,
        energies,
        terms.wires,
        terms.size,
        time,
        terms.constant,
        tuple(remarks),
    )
