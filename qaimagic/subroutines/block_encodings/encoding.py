r"""A block encoding: gates whose unitary has a matrix in its corner.

.. math:: (\langle 0| \otimes I) \, U \, (|0\rangle \otimes I) = A / \alpha
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pennylane as qml
from numpy.typing import NDArray
from pennylane.tape import QuantumScript

from qaimagic.bridge.depth import two_qubit_depth, two_qubit_gates
from qaimagic.bridge.unitaries import unitary_of
from qaimagic.subroutines.matrices.reading import Matrix

AUXILIARY = "aux"


def auxiliary_wires(count: int, kind: str = AUXILIARY) -> tuple[str, ...]:
    """Return labels for auxiliary wires, which no label of a user's wires resembles.

    Example:
        >>> auxiliary_wires(2)
        ('aux0', 'aux1')
    """
    return tuple(f"{kind}{k}" for k in range(count))


@dataclass(frozen=True, eq=False, repr=False)
class BlockEncoding:
    """A matrix in the corner of a unitary made of gates.

    Attributes:
        matrix: The matrix A as it was given, shape (m, n).
        alpha: The subnormalisation, at least the largest singular value of A.
        gates: The operations of U, the first one acting first.
        auxiliary: The wires that must read 0; they come before ``wires``.
        wires: The wires that A acts on, padded with zeros to a power of two.
        method: How it was made.
    """

    matrix: Matrix
    alpha: float
    gates: tuple[Any, ...]
    auxiliary: tuple[Any, ...]
    wires: tuple[Any, ...]
    method: str

    def apply(self) -> None:
        """Queue the gates of U."""
        for gate in self.gates:
            qml.apply(gate)

    @cached_property
    def unitary(self) -> Matrix:
        """The matrix of U, shape (2^(a + w), 2^(a + w)), auxiliary wires first."""
        return unitary_of(self.gates, [*self.auxiliary, *self.wires])

    @cached_property
    def block(self) -> Matrix:
        """What the gates encode: the corner of U times alpha, of the shape of ``matrix``."""
        rows, columns = self.matrix.shape
        return self.alpha * self.unitary[:rows, :columns]

    @cached_property
    def error(self) -> float:
        """The largest singular value of what ``block`` and ``matrix`` differ by."""
        return float(np.linalg.norm(self.block - self.matrix, 2))

    @cached_property
    def depth(self) -> int:
        """The depth of U in gates on two wires."""
        return two_qubit_depth(QuantumScript(list(self.gates)))

    @cached_property
    def n_gates(self) -> int:
        """How many gates on two wires U has."""
        return two_qubit_gates(QuantumScript(list(self.gates)))

    def success_probability(self, vector: NDArray[Any]) -> float:
        r"""Return how often the auxiliary wires read 0 after U acts on a state.

        .. math:: p = \| A x \|^2 / (\alpha \| x \|)^2

        Args:
            vector: The state before normalisation, shape (n,).
        """
        ratio = np.linalg.norm(self.block @ vector) / (self.alpha * np.linalg.norm(vector))
        return float(ratio**2)
