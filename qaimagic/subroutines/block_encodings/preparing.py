"""The states of auxiliary wires that weigh the parts of a sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pennylane as qml
from numpy.typing import NDArray


def weighed(
    coefficients: NDArray[np.complex128], select: Sequence[Any], wires: Sequence[Any]
) -> tuple[Any, ...]:
    r"""Return PREP, SELECT, and PREP backwards, for a sum with complex coefficients.

    .. math:: PREP |0\rangle = \sum_k \sqrt{|c_k| / \lambda} \, |k\rangle, \quad
        \lambda = \sum_k |c_k|

    Args:
        coefficients: The c, shape (2^a,).
        select: The gates of :math:`\sum_k |k\rangle \langle k| \otimes U_k`.
        wires: The a wires that hold k.
    """
    sizes = np.abs(coefficients)
    roots = np.sqrt(sizes / sizes.sum())
    phases = np.where(sizes > 0, np.exp(1j * np.angle(coefficients)), 1.0)
    turn = [] if np.allclose(phases, 1.0, rtol=0, atol=1e-14) else [phases]
    return (
        qml.MottonenStatePreparation(roots, wires=wires),
        *select,
        *(qml.DiagonalQubitUnitary(diagonal, wires=wires) for diagonal in turn),
        qml.adjoint(qml.MottonenStatePreparation(roots, wires=wires)),
    )
