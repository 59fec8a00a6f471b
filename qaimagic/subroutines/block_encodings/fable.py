"""FABLE: one rotation for each entry of a matrix, in Gray's code.

References:
    Camps, Van Beeumen, Fable: fast approximate quantum circuits for block-encodings,
    IEEE QCE (2022) 104, arXiv:2205.00081.
"""

from __future__ import annotations

import pennylane as qml

from qaimagic.subroutines.block_encodings.encoding import BlockEncoding, auxiliary_wires
from qaimagic.subroutines.block_encodings.multiplexer import amplitudes
from qaimagic.subroutines.matrices.fitting import padded
from qaimagic.subroutines.matrices.reading import Matrix


def fable(matrix: Matrix, tolerance: float = 0.0) -> BlockEncoding:
    r"""Return a matrix in the corner of Hadamard gates about one multiplexed rotation.

    .. math:: \alpha = 2^n \max_{ij} |a_{ij}|

    Args:
        matrix: Shape (m, n), not zero.
        tolerance: How large the error may be in the spectral norm: rotations are left out for it.

    Example:
        >>> import numpy as np
        >>> found = fable(np.array([[0.5, 0], [1j, 0.25]]))
        >>> found.alpha, found.error < 1e-12
        (2.0, True)
    """
    square = padded(matrix)
    largest = float(abs(square).max())
    n = len(square).bit_length() - 1
    alpha = largest * len(square)
    auxiliary, wires = auxiliary_wires(n + 1), tuple(range(n))
    flag, *rows = auxiliary
    found = amplitudes(
        (square / largest).reshape(-1), [*rows, *wires], flag, most=tolerance / largest
    )
    spread = [qml.Hadamard(row) for row in rows]
    swaps = [qml.SWAP([row, wire]) for row, wire in zip(rows, wires, strict=True)]
    gates = (*spread, *found.gates, *swaps, *spread)
    return BlockEncoding(matrix, alpha, gates, auxiliary, wires, "fable", largest * found.bound)
