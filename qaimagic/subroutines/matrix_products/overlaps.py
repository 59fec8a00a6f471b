r"""The circuits that tell inner products: Hadamard test, swap test, and one state undone.

Chances are of the outcome in which all measured wires read 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pennylane as qml

from qaimagic.subroutines.matrices.reading import Matrix
from qaimagic.subroutines.matrix_products.loading import Floats, Loading


class Overlap(Protocol):
    """Tells an inner product of two states on n wires.

    Attributes:
        contrast: How much what it tells grows with the chance.
        offset: What it tells where the chance is 0.
        power: 1 where it tells the inner product, 2 where its squared magnitude.
    """

    contrast: float
    offset: float
    power: int

    @property
    def n_wires(self) -> int:
        """How many wires the circuit has."""

    @property
    def measured(self) -> tuple[int, ...]:
        """The wires that are measured."""

    @property
    def loads(self) -> tuple[tuple[Loading, tuple[int, ...]], ...]:
        """The states that are loaded, each with its wires."""

    def angles(self, left: Matrix, right: Matrix) -> Floats:
        """Return the angles for pairs of states, shape (k, n_angles)."""

    def queue(self, angles: Any) -> None:
        """Queue the gates for one pair."""


@dataclass(frozen=True)
class HadamardTest:
    r"""One wire in superposition chooses between the two states, and interference compares them.

    .. math:: p_0 = (1 + \mathrm{Re} \langle a | b \rangle) / 2

    Choosing is part of loading: (a, b) is one vector on one wire more.
    """

    n: int
    is_real: bool
    is_imaginary: bool = False
    contrast = 2.0
    offset = -1.0
    power = 1

    @property
    def n_wires(self) -> int:
        return self.n + 1

    @property
    def measured(self) -> tuple[int, ...]:
        return (0,)

    @property
    def loads(self) -> tuple[tuple[Loading, tuple[int, ...]], ...]:
        return ((Loading(self.n_wires, self.is_real), tuple(range(self.n_wires))),)

    def angles(self, left: Matrix, right: Matrix) -> Floats:
        [(loading, _)] = self.loads
        return loading.angles(np.concatenate([left, right], axis=1))

    def queue(self, angles: Any) -> None:
        [(loading, wires)] = self.loads
        loading.queue(angles, wires)
        if self.is_imaginary:
            qml.PhaseShift(-np.pi / 2, wires=0)
        qml.Hadamard(0)


@dataclass(frozen=True)
class SwapTest:
    r"""One wire in superposition swaps the two states, or does not.

    .. math:: p_0 = (1 + |\langle a | b \rangle|^2) / 2
    """

    n: int
    is_real: bool
    contrast = 2.0
    offset = -1.0
    power = 2

    @property
    def n_wires(self) -> int:
        return 2 * self.n + 1

    @property
    def measured(self) -> tuple[int, ...]:
        return (0,)

    @property
    def loads(self) -> tuple[tuple[Loading, tuple[int, ...]], ...]:
        loading, n = Loading(self.n, self.is_real), self.n
        return ((loading, tuple(range(1, n + 1))), (loading, tuple(range(n + 1, 2 * n + 1))))

    def angles(self, left: Matrix, right: Matrix) -> Floats:
        return _both(Loading(self.n, self.is_real), left, right)

    def queue(self, angles: Any) -> None:
        (loading, first), (_, second) = self.loads
        loading.queue(angles[: loading.n_angles], first)
        loading.queue(angles[loading.n_angles :], second)
        qml.Hadamard(0)
        for one, other in zip(first, second, strict=True):
            qml.CSWAP([0, one, other])
        qml.Hadamard(0)


@dataclass(frozen=True)
class ComputeUncompute:
    r"""One state is loaded and the other one unloaded; nothing is left where they are the same.

    .. math:: p_{0 \ldots 0} = |\langle a | b \rangle|^2
    """

    n: int
    is_real: bool
    contrast = 1.0
    offset = 0.0
    power = 2

    @property
    def n_wires(self) -> int:
        return self.n

    @property
    def measured(self) -> tuple[int, ...]:
        return tuple(range(self.n))

    @property
    def loads(self) -> tuple[tuple[Loading, tuple[int, ...]], ...]:
        return ((Loading(self.n, self.is_real), self.measured),) * 2

    def angles(self, left: Matrix, right: Matrix) -> Floats:
        return _both(Loading(self.n, self.is_real), left, right)

    def queue(self, angles: Any) -> None:
        loading = Loading(self.n, self.is_real)
        loading.queue(angles[loading.n_angles :], self.measured)
        undo = qml.adjoint(loading.queue, lazy=False)
        undo(angles[: loading.n_angles], self.measured)


OVERLAPS: Mapping[str, Any] = {
    "hadamard": HadamardTest,
    "swap": SwapTest,
    "overlap": ComputeUncompute,
}


def tests_of(method: str, n: int, is_real: bool) -> tuple[Overlap, ...]:
    """Return the circuits of a method: two where an inner product has an imaginary part."""
    first: Overlap = OVERLAPS[method](n, is_real)
    if method == "hadamard" and not is_real:
        return first, HadamardTest(n, is_real, is_imaginary=True)
    return (first,)


def _both(loading: Loading, left: Matrix, right: Matrix) -> Floats:
    return np.concatenate([loading.angles(left), loading.angles(right)], axis=1)
