"""The standard constructions that make any matrix fit wires, or Hermitian."""

from __future__ import annotations

import numpy as np

from qaimagic.subroutines.matrices.reading import Matrix, Vector


def n_wires_for(size: int) -> int:
    """Return how many wires have so many basis states at least, and one wire at least.

    Example:
        >>> [n_wires_for(size) for size in (1, 2, 3, 4, 5)]
        [1, 1, 2, 2, 3]
    """
    return max(1, (size - 1).bit_length())


def padded(matrix: Matrix, fill: complex = 0.0) -> Matrix:
    """Return a matrix in the corner of a square one whose size is a power of two.

    Args:
        matrix: Shape (m, n).
        fill: What stands on the diagonal beyond it. Where a matrix is to be inverted, take a
            number within its spectrum, so that its condition number stays.

    Example:
        >>> padded(np.ones((3, 2), complex)).shape
        (4, 4)
    """
    rows, columns = matrix.shape
    size = 2 ** n_wires_for(max(rows, columns))
    square = np.zeros((size, size), np.complex128)
    square[:rows, :columns] = matrix
    beyond = np.arange(max(rows, columns), size)
    square[beyond, beyond] = fill
    return square


def padded_vector(vector: Vector) -> Vector:
    """Return a vector with zeros up to a power of two."""
    return np.pad(vector, (0, 2 ** n_wires_for(len(vector)) - len(vector)))


def dilated(matrix: Matrix) -> Matrix:
    r"""Return the Hermitian dilation of a matrix, twice as large.

    .. math:: \begin{pmatrix} 0 & A \\ A^\dagger & 0 \end{pmatrix}

    Its eigenvalues are the singular values of A, with both signs. A x = b becomes a Hermitian
    system with the right side (b, 0) and the solution (0, x).

    Example:
        >>> dilated(np.array([[2j]])).real.tolist()
        [[0.0, 0.0], [0.0, 0.0]]
    """
    rows, columns = matrix.shape
    return np.block(
        [
            [np.zeros((rows, rows)), matrix],
            [matrix.conj().T, np.zeros((columns, columns))],
        ]
    )
