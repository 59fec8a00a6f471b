r"""A matrix as a sum of Pauli words.

.. math:: A = \sum_{x, z} c_{xz} X^x Z^z, \quad
    c_{xz} = 2^{-n} \sum_j (-1)^{z \cdot j} A_{j \oplus x, j}
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pennylane as qml
from numpy.typing import NDArray

from qaimagic.subroutines.block_encodings.walsh import walsh
from qaimagic.subroutines.matrices.reading import Matrix


def coefficients_of(square: Matrix) -> NDArray[np.complex128]:
    """Return the coefficients of a matrix, shape (2^n, 2^n): a row for each x, a column for each z.

    Args:
        square: Shape (2^n, 2^n).

    Example:
        >>> coefficients_of(np.array([[3, 1], [1, -1]], complex)).real.tolist()
        [[1.0, 2.0], [1.0, 0.0]]
    """
    numbers = np.arange(len(square))
    sums: Matrix = walsh(square[numbers[:, None] ^ numbers, numbers])
    return sums / len(square)


def bits_of(number: int, wires: Sequence[Any]) -> list[Any]:
    """Return the wires whose bits are 1, the first wire being the most significant bit.

    Example:
        >>> bits_of(6, [0, 1, 2])
        [0, 1]
    """
    return [wire for place, wire in enumerate(reversed(wires)) if number >> place & 1][::-1]


def word(x: int, z: int, wires: Sequence[Any]) -> tuple[complex, Any]:
    """Return X^x Z^z as a phase and a Pauli word of PennyLane.

    Example:
        >>> word(1, 3, [0, 1])
        (-1j, Z(0) @ Y(1))
    """
    across, signs = bits_of(x, wires), bits_of(z, wires)
    both = [wire for wire in across if wire in signs]
    letters = dict.fromkeys(across, "X") | dict.fromkeys(signs, "Z") | dict.fromkeys(both, "Y")
    in_order = {wire: letters[wire] for wire in wires if wire in letters}
    operation = qml.pauli.PauliWord(in_order).operation(wire_order=list(wires[:1]))
    return (-1j) ** len(both), operation
