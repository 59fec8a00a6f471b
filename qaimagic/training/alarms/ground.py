"""The lowest energy that a Hamiltonian has, exactly, where it is small enough."""

from __future__ import annotations

import numpy as np
from pennylane.pauli import PauliSentence
from scipy.sparse.linalg import ArpackNoConvergence, eigsh

MAX_WIRES = 12
_MAX_ENTRIES = 2**19
_MAX_DENSE = 64
_TOLERANCE = 1e-7


def ground_energy(hamiltonian: PauliSentence) -> float | None:
    """Return the least eigenvalue of a Hamiltonian, or None where that would take long.

    Example:
        >>> import pennylane as qml
        >>> energy = ground_energy((qml.X(0) + qml.Z(0)).pauli_rep)
        >>> round(energy, 4)
        -1.4142
    """
    wires = sorted(hamiltonian.wires, key=str)
    if len(wires) > MAX_WIRES or len(hamiltonian) * 2 ** len(wires) > _MAX_ENTRIES:
        return None
    if not wires:
        return float(sum(hamiltonian.values()))
    matrix = hamiltonian.to_mat(wire_order=wires, format="csr")
    size = matrix.shape[0]
    if size <= _MAX_DENSE:
        return float(np.linalg.eigvalsh(matrix.toarray())[0])
    start = np.random.default_rng(0).standard_normal(size)
    try:
        [lowest] = eigsh(
            matrix, k=1, which="SA", v0=start, tol=_TOLERANCE, return_eigenvectors=False
        )
    except ArpackNoConvergence:
        return None
    return float(lowest)
