"""A system of linear equations as it was given, and as it fits wires."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml
from numpy.typing import NDArray
from pennylane.operation import Operator

from qaimagic._checks import requirement
from qaimagic.bridge.diagrams import ordered_wires
from qaimagic.subroutines.matrices.fitting import dilated, n_wires_for, padded, padded_vector
from qaimagic.subroutines.matrices.reading import (
    Matrix,
    Vector,
    is_hermitian,
    read_square,
    read_vector,
)

Floats = NDArray[np.float64]

SIDE = "side"
"""The wire that a dilation adds: a solution is where it reads 1."""


@dataclass(frozen=True, eq=False)
class LinearSystem:
    r"""A system A x = b, with what was done to it so that a circuit can hold it.

    Attributes:
        matrix: A as it was given, shape (n, n).
        vector: b as it was given, shape (n,).
        singular_values: Of A, descending, shape (n,).
        fitted: What acts on ``wires``, shape (2^w, 2^w).
        right: The right side there, shape (2^w,), of the norm of b.
        wires: The wires of ``fitted``, the most significant bit first.
        flags: The bit that a wire must read for the others to hold the solution.
        changes: What was done, in words; empty if the system fitted.
    """

    matrix: Matrix
    vector: Vector
    singular_values: Floats
    fitted: Matrix
    right: Vector
    wires: tuple[Hashable, ...]
    flags: dict[Hashable, int]
    changes: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many unknowns there are."""
        return len(self.vector)

    @property
    def norm(self) -> float:
        """The largest singular value of A."""
        return float(self.singular_values[0])

    @property
    def condition(self) -> float:
        """The condition number of A: its largest singular value over its smallest."""
        return float(self.singular_values[0] / self.singular_values[-1])

    @property
    def answer_wires(self) -> tuple[Hashable, ...]:
        """The wires that hold the solution, padded with zeros to a power of two."""
        return tuple(wire for wire in self.wires if wire not in self.flags)


def read_system(matrix: Any, vector: Any, *, hermitian: bool) -> LinearSystem:
    """Return a system of linear equations, padded to a power of two.

    Padding has the largest singular value on its diagonal, with the sign of a definite matrix, so
    that the condition number stays.

    Args:
        matrix: Shape (n, n), invertible; or an operator of PennyLane.
        vector: Shape (n,), not zero; it need not be normalised.
        hermitian: Whether the method needs a Hermitian matrix; others are then dilated.

    Raises:
        TypeError: If one of them holds no numbers.
        ValueError: If the matrix is not square or not invertible, or the vector has another
            length, is zero, or is not finite.

    Example:
        >>> system = read_system([[2, 1, 0], [0, 2, 1], [0, 0, 2]], [1, 1, 1], hermitian=True)
        >>> system.fitted.shape, system.changes
        ((8, 8), ('padded from 3 to 4 unknowns', 'made Hermitian by dilation'))
    """
    if isinstance(matrix, Operator):
        matrix = qml.matrix(matrix, wire_order=ordered_wires(matrix.wires))
    square = read_square("matrix", matrix)
    right = read_vector("vector", vector, len(square))
    values = np.asarray(np.linalg.svd(square, compute_uv=False), np.float64)
    if values[-1] <= len(values) * np.finfo(np.float64).eps * values[0]:
        received = f"its singular values go from {values[0]:.3g} down to {values[-1]:.3g}"
        fix = "A singular matrix has no solution, or many; a small multiple of the identity helps."
        raise ValueError(requirement("matrix", "be invertible", received, fix))
    n = n_wires_for(len(square))
    changes: list[str] = []
    fitted, held = square, right
    if 2**n != len(square):
        changes.append(f"padded from {len(square)} to {2**n} unknowns")
        fitted, held = padded(square, _fill(square, values)), padded_vector(right)
    wires: tuple[Hashable, ...] = tuple(range(n))
    flags: dict[Hashable, int] = {}
    if hermitian and not is_hermitian(square):
        changes.append("made Hermitian by dilation")
        fitted, held = dilated(fitted), np.pad(held, (0, len(held)))
        wires, flags = (SIDE, *wires), {SIDE: 1}
    return LinearSystem(square, right, values, fitted, held, wires, flags, tuple(changes))


def _fill(square: Matrix, values: Floats) -> float:
    is_negative = is_hermitian(square) and np.linalg.eigvalsh(square)[-1] < 0
    return float(-values[0] if is_negative else values[0])
