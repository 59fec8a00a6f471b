r"""Columns of a product from two block encodings, one after the other.

.. math:: (\langle 0| \otimes I) \, U_A U_B \, (|0\rangle \otimes |j\rangle) =
    A B |j\rangle / (\alpha \beta)

each with auxiliary wires of its own. Amplitudes have no sign when they are measured: one more wire
keeps a uniform state beside the column, and interference with it tells all entries at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pennylane as qml

from qaimagic.subroutines.block_encodings.dilation import dilation
from qaimagic.subroutines.block_encodings.encoding import auxiliary_wires
from qaimagic.subroutines.matrices.fitting import n_wires_for
from qaimagic.subroutines.matrices.reading import Matrix
from qaimagic.subroutines.matrix_products.loading import Floats, Loading

_BESIDE = "beside"


@dataclass(frozen=True, eq=False)
class Columns:
    """The circuit of a column of A B, whose column the angles choose.

    Attributes:
        left: A, shape (m, k).
        right: B, shape (k, n).
        is_imaginary: Whether it tells imaginary parts.
    """

    left: Matrix
    right: Matrix
    is_imaginary: bool = False

    @cached_property
    def n(self) -> int:
        """How many wires hold a column."""
        return n_wires_for(max(*self.left.shape, *self.right.shape))

    @cached_property
    def scale(self) -> float:
        """The product of the subnormalisations."""
        return float(np.linalg.norm(self.left, 2) * np.linalg.norm(self.right, 2))

    @property
    def wires(self) -> tuple[Any, ...]:
        """The wire beside, the auxiliary wires, and those of the column."""
        return (_BESIDE, *auxiliary_wires(2), *range(self.n))

    @property
    def loading(self) -> Loading:
        """How the uniform state and the column's number are loaded."""
        return Loading(self.n + 1, is_real=True)

    @cached_property
    def gates(self) -> tuple[Any, ...]:
        """The two block encodings, where the wire beside reads 1."""
        size = 2**self.n
        found = []
        for k, matrix in enumerate((self.right, self.left)):
            square = np.zeros((size, size), np.complex128)
            square[: matrix.shape[0], : matrix.shape[1]] = matrix
            encoding = dilation(square)
            own = {encoding.auxiliary[0]: auxiliary_wires(2)[k]}
            found += [qml.ctrl(qml.map_wires(gate, own), _BESIDE) for gate in encoding.gates]
        return tuple(found)

    def angles(self, numbers: Any) -> Floats:
        """Return the angles that choose columns."""
        size = 2**self.n
        chosen = np.eye(size, dtype=np.complex128)[np.asarray(numbers)]
        uniform = np.full_like(chosen, size**-0.5)
        return self.loading.angles(np.concatenate([uniform, chosen], axis=1))

    def queue(self, angles: Any) -> None:
        """Queue the gates for one column's angles: all on two wires and more load numbers."""
        self.loading.queue(angles, (_BESIDE, *range(self.n)))
        for gate in self.gates:
            qml.apply(gate)
        if self.is_imaginary:
            qml.PhaseShift(-np.pi / 2, wires=_BESIDE)
        qml.Hadamard(_BESIDE)

    def read(self, chances: Floats, shots: int | None) -> tuple[Floats, Floats]:
        """Return what the outcomes of a column tell.

        An outcome that no shot had is taken to have had one, where errors are estimated.

        Args:
            chances: Of all wires' outcomes, shape (2^(n + 3),).
            shots: How many shots they are of; None for exact ones.

        Returns:
            The parts of the entries, shape (m,), and how far one shot scatters them, squared.
        """
        size, rows = 2**self.n, self.left.shape[0]
        plus, minus = chances.reshape(2, 4, size)[:, 0]
        values = np.sqrt(size) * (plus - minus)
        seen = np.maximum(plus + minus, 0.0 if shots is None else 1 / shots)
        scatter = np.maximum(size * seen - values**2, size * seen / (shots or np.inf))
        return self.scale * values[:rows], self.scale**2 * scatter[:rows]
