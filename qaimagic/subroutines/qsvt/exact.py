"""A polynomial, or any function, of a matrix's singular values by numpy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qaimagic.subroutines.matrices.reading import Matrix, is_hermitian
from qaimagic.subroutines.qsvt.angles import Floats


@dataclass(frozen=True, eq=False)
class Spectrum:
    r"""A matrix taken apart.

    .. math:: A / \alpha = W \, \Sigma \, V^\dagger

    Attributes:
        values: Singular values by alpha, or eigenvalues where the matrix is Hermitian, shape (k,).
        left: The vectors W, shape (m, k).
        right: The vectors V, shape (n, k).
        is_hermitian: Whether the values are eigenvalues.
    """

    values: Floats
    left: Matrix
    right: Matrix
    is_hermitian: bool

    def transformed(self, function: Callable[[Floats], NDArray[Any]], parity: str) -> Matrix:
        """Return a function of the values between its vectors.

        That is W f V^+ for an odd one and V f V^+ for an even one.
        """
        left = self.left if parity == "odd" else self.right
        made: Matrix = (left * function(self.values)) @ self.right.conj().T
        return made

    def read_off(self, matrix: Matrix, parity: str) -> NDArray[np.complex128]:
        """Return what stands in the place of each value in a transformed matrix, shape (k,)."""
        left = self.left if parity == "odd" else self.right
        found: NDArray[np.complex128] = np.einsum("ij,ik,kj->j", left.conj(), matrix, self.right)
        return found


def spectrum_of(matrix: Matrix, alpha: float) -> Spectrum:
    """Return a matrix taken apart, its values by alpha.

    A matrix of more columns than rows has zeros among its values, one for each column.
    """
    rows, columns = matrix.shape
    if rows == columns and is_hermitian(matrix):
        values, vectors = np.linalg.eigh(matrix / alpha)
        return Spectrum(values, vectors, vectors, True)
    left, values, right = np.linalg.svd(matrix / alpha)
    missing = max(0, columns - rows)
    values = np.pad(values, (0, missing))
    left = np.pad(left, ((0, 0), (0, missing)))[:, :columns]
    return Spectrum(values, left, right.conj().T, False)
