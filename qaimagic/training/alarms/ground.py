r"""The lowest energy that a Hamiltonian has, exactly, where it is small enough.

A Pauli word flips the bits x of a basis state and multiplies it with signs that the bits z tell,
:math:`P |j\rangle = i^{|x \wedge z|} (-1)^{|j \wedge z|} |j \oplus x\rangle`, so that words that
flip the same bits share the places of their entries in the matrix. A complex matrix A + iB has the
eigenvalues of the real one with the blocks A, -B, B, A, each twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from pennylane.pauli import PauliSentence
from scipy import sparse
from scipy.sparse.linalg import ArpackNoConvergence, eigsh

_MAX_WIRES = 12
_MAX_ENTRIES = 2**17
_MAX_DENSE = 64
_TOLERANCE = 1e-10


def ground_energy(
    hamiltonian: PauliSentence,
    *,
    max_wires: int = _MAX_WIRES,
    max_entries: int = _MAX_ENTRIES,
    ones: int | None = None,
) -> float | None:
    """Return the least eigenvalue of a Hamiltonian, or None where that would take long.

    Args:
        hamiltonian: A sum of Pauli words with real factors.
        max_wires: The most wires, 16 at most.
        max_entries: The most entries of all words' matrices together.
        ones: Only states with so many wires at 1, between which and all others the Hamiltonian has
            no entries: the electrons of a molecule.

    Example:
        >>> import pennylane as qml
        >>> energy = ground_energy((qml.X(0) + qml.Z(0)).pauli_rep)
        >>> round(energy, 4)
        -1.4142
    """
    wires = list(hamiltonian.wires)
    if len(wires) > max_wires or len(hamiltonian) * 2 ** len(wires) > max_entries:
        return None
    matrix = _matrix(hamiltonian, wires)
    if ones is not None:
        states = np.arange(2 ** len(wires))
        is_kept = sum(states >> place & 1 for place in range(len(wires))) == ones
        kept = np.flatnonzero(np.tile(is_kept, matrix.shape[0] // len(states)))
        matrix = matrix[kept][:, kept]
    size = matrix.shape[0]
    if size <= _MAX_DENSE:
        return float(np.linalg.eigvalsh(matrix.toarray())[0])
    if matrix.nnz == np.count_nonzero(matrix.diagonal()):
        return float(matrix.diagonal().min())
    # Lanczos judges by relative errors, and so never finds an energy of 0: seen from above all it
    # is far from 0.
    above = sum(abs(factor) for factor in hamiltonian.values())
    start = np.random.default_rng(0).standard_normal(size)
    try:
        [lowest] = eigsh(
            matrix - above * sparse.eye_array(size),
            k=1,
            which="SA",
            v0=start,
            tol=_TOLERANCE,
            return_eigenvectors=False,
        )
    except ArpackNoConvergence:
        return None
    return float(lowest + above)


def _matrix(hamiltonian: PauliSentence, wires: Sequence[Any]) -> Any:
    states = np.arange(2 ** len(wires))
    place = {wire: 1 << index for index, wire in enumerate(wires)}
    columns: dict[int, Any] = {}
    for word, factor in hamiltonian.items():
        flips = sum(place[wire] for wire, letter in word.items() if letter in "XY")
        signs = sum(place[wire] for wire, letter in word.items() if letter in "YZ")
        phase = 1j ** (flips & signs).bit_count()
        entries = factor * phase * (1 - 2 * _parity((states ^ flips) & signs))
        columns[flips] = columns.get(flips, 0) + entries
    values = np.stack(list(columns.values()), axis=1)
    indices = states[:, None] ^ np.array(list(columns))
    starts = np.arange(len(states) + 1) * len(columns)
    shape = (len(states), len(states))
    real, imaginary = (
        sparse.csr_array((part.ravel(), indices.ravel(), starts), shape=shape)
        for part in (values.real, values.imag)
    )
    if not values.imag.any():
        return real
    return sparse.block_array([[real, -imaginary], [imaginary, real]], format="csr")


def _parity(bits: Any) -> Any:
    for half in (8, 4, 2, 1):
        bits = bits ^ (bits >> half)
    return bits & 1
