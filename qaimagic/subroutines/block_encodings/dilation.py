r"""One auxiliary wire, and the unitary that completes a matrix.

.. math:: U = \begin{pmatrix} A / \alpha & \sqrt{1 - A A^\dagger / \alpha^2} \\
    \sqrt{1 - A^\dagger A / \alpha^2} & -A^\dagger / \alpha \end{pmatrix}

It has the least subnormalisation there is, and no structure: taken apart, it has of the order of
:math:`4^n` gates.
"""

from __future__ import annotations

import numpy as np
import pennylane as qml

from qaimagic.subroutines.block_encodings.encoding import BlockEncoding, auxiliary_wires
from qaimagic.subroutines.matrices.fitting import padded
from qaimagic.subroutines.matrices.reading import Matrix


def dilation(matrix: Matrix) -> BlockEncoding:
    """Return a matrix in the corner of its unitary dilation.

    Args:
        matrix: Shape (m, n), not zero.

    Example:
        >>> half = dilation(np.array([[0.5, 0], [0, 0.25]], complex))
        >>> half.alpha, half.error < 1e-12
        (0.5, True)
    """
    square = padded(matrix)
    left, values, right = np.linalg.svd(square)
    alpha = float(values[0])
    cosines = values / alpha
    sines = np.sqrt(np.clip(1 - cosines**2, 0, None))
    unitary = np.block(
        [
            [(left * cosines) @ right, (left * sines) @ left.conj().T],
            [(right.conj().T * sines) @ right, -(right.conj().T * cosines) @ left.conj().T],
        ]
    )
    n = len(square).bit_length() - 1
    auxiliary, wires = auxiliary_wires(1), tuple(range(n))
    gate = qml.QubitUnitary(unitary, wires=[*auxiliary, *wires])
    return BlockEncoding(matrix, alpha, (gate,), auxiliary, wires, "dilation")
