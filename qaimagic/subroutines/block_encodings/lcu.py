r"""Linear combinations of unitaries, by PREP and SELECT.

.. math:: A = \sum_k c_k U_k, \quad \alpha = \sum_k |c_k|

References:
    Childs, Wiebe, Quantum Information and Computation 12 (2012) 901, arXiv:1202.5822.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pennylane as qml
from numpy.typing import NDArray

from qaimagic.subroutines.block_encodings.compression import kept
from qaimagic.subroutines.block_encodings.encoding import BlockEncoding, auxiliary_wires
from qaimagic.subroutines.block_encodings.operators import Terms
from qaimagic.subroutines.block_encodings.pauli_words import bits_of, coefficients_of, word
from qaimagic.subroutines.block_encodings.preparing import weighed
from qaimagic.subroutines.matrices.fitting import n_wires_for, padded
from qaimagic.subroutines.matrices.reading import Matrix

_WORTH_A_CONTROL = 16
"""Each further control of a word takes about as many gates as so many amplitudes of a state."""


def lcu(matrix: Matrix, tolerance: float = 0.0) -> BlockEncoding:
    r"""Return a matrix in the corner of a sum of Pauli words.

    Where there are many, an auxiliary wire for each letter holds whether that acts, so that SELECT
    is one gate for each; few words are chosen by their number.

    Args:
        matrix: Shape (m, n), not zero.
        tolerance: How large the error may be in the spectral norm: words are left out for it.

    Example:
        >>> found = lcu(np.array([[3.0, 1.0], [1.0, -1.0]], complex))
        >>> found.alpha, found.error < 1e-12
        (4.0, True)
    """
    square = padded(matrix)
    n = len(square).bit_length() - 1
    every = coefficients_of(square).reshape(-1)
    stay = kept(np.abs(every), tolerance)
    bound = float(np.abs(every[~stay]).sum())
    numbers = np.flatnonzero(stay)
    alpha = float(np.abs(every[numbers]).sum())
    wires = tuple(range(n))
    used = bits_of(int(np.bitwise_or.reduce(numbers)), range(2 * n))
    few = n_wires_for(len(numbers))
    if 2 ** len(used) <= _WORTH_A_CONTROL * len(numbers) * (few - 1):
        auxiliary = auxiliary_wires(len(used))
        gates = _by_letters(every * stay, used, auxiliary, wires)
    else:
        auxiliary = auxiliary_wires(few)
        words = [word(number >> n, number % 2**n, wires) for number in numbers.tolist()]
        factors = every[numbers] * np.array([phase for phase, _ in words])
        gates = _by_number(factors, [operation for _, operation in words], auxiliary)
    return BlockEncoding(matrix, alpha, gates, auxiliary, wires, "lcu", bound)


def lcu_of(terms: Terms, tolerance: float = 0.0) -> BlockEncoding:
    """Return a sum of unitaries in a corner.

    Args:
        terms: The sum.
        tolerance: How large the error may be in the spectral norm: terms are left out for it.
    """
    sizes = np.abs(terms.coefficients)
    stay = kept(sizes, tolerance)
    auxiliary = auxiliary_wires(n_wires_for(int(stay.sum())))
    chosen = [terms.unitaries[k] for k in np.flatnonzero(stay)]
    gates = _by_number(terms.coefficients[stay], chosen, auxiliary)
    alpha, bound = float(sizes[stay].sum()), float(sizes[~stay].sum())
    return BlockEncoding(terms.matrix, alpha, gates, auxiliary, terms.wires, "lcu", bound)


def _by_number(
    factors: NDArray[np.complex128], unitaries: Sequence[Any], auxiliary: Sequence[Any]
) -> tuple[Any, ...]:
    select = qml.Select(unitaries, control=list(auxiliary))
    missing = 2 ** len(auxiliary) - len(factors)
    return weighed(np.pad(factors, (0, missing)), [select], list(auxiliary))


def _by_letters(
    every: NDArray[np.complex128],
    used: Sequence[int],
    auxiliary: Sequence[Any],
    wires: Sequence[Any],
) -> tuple[Any, ...]:
    """Return the gates where the letter at place p is X of wire p, or Z of wire p - n."""
    n = len(wires)
    letters = every.reshape((2,) * (2 * n))
    factors = letters[tuple(slice(None) if p in used else 0 for p in range(2 * n))].reshape(-1)
    control = dict(zip(used, auxiliary, strict=True))
    signs = [qml.CZ([control[n + p], wires[p]]) for p in range(n) if n + p in control]
    flips = [qml.CNOT([control[p], wires[p]]) for p in range(n) if p in control]
    return weighed(factors, [*signs, *flips], list(auxiliary))
