r"""The circuits that tell inner products: Hadamard test, swap test, and one state undone.

Chances are of the outcome in which all measured wires read 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pennylane as qml

from qaimagic.subroutines.matrices.reading import Matrix
from qaimagic.subroutines.matrix_products.loading import Floats, Loading


@dataclass(frozen=True)
class Load:
    """One state that a circuit prepares.

    Attributes:
        loading: How.
        wires: Where.
        side: Which one, or both as one vector of twice the length.
        is_undone: Whether its gates run backwards.
    """

    loading: Loading
    wires: tuple[int, ...]
    side: Literal["left", "right", "both"]
    is_undone: bool = False

    def queue(self, angles: Any) -> None:
        """Queue the gates for one state's angles."""
        if self.is_undone:
            qml.adjoint(self.loading.queue, lazy=False)(angles, self.wires)
        else:
            self.loading.queue(angles, self.wires)


@dataclass(frozen=True, eq=False)
class Overlap:
    """A circuit that tells an inner product of two states.

    Attributes:
        n_wires: How many wires it has.
        measured: The wires that are measured.
        loads: The states that it prepares, in this order.
        compare: Queues the gates that compare them.
        contrast: How much what it tells grows with the chance.
        offset: What it tells where the chance is 0.
        power: 1 where it tells the inner product, 2 where its squared magnitude.
    """

    n_wires: int
    measured: tuple[int, ...]
    loads: tuple[Load, ...]
    compare: Callable[[], None]
    contrast: float
    offset: float
    power: int

    @property
    def n_angles(self) -> int:
        """How many angles a pair of states has."""
        return sum(load.loading.n_angles for load in self.loads)

    def angles(self, left: Matrix, right: Matrix) -> Floats:
        """Return the angles for pairs of states, shape (k, n_angles), for shapes (k, 2^n)."""
        states = {"left": left, "right": right, "both": np.concatenate([left, right], axis=1)}
        return np.concatenate(
            [load.loading.angles(states[load.side]) for load in self.loads], axis=1
        )

    def load(self, angles: Any) -> None:
        """Queue the gates that prepare one pair of states."""
        start = 0
        for load in self.loads:
            load.queue(angles[start : start + load.loading.n_angles])
            start += load.loading.n_angles

    def queue(self, angles: Any) -> None:
        """Queue the gates for one pair of states."""
        self.load(angles)
        self.compare()


def hadamard_test(n: int, is_real: bool, *, is_imaginary: bool = False) -> Overlap:
    r"""Return one wire in superposition that chooses between two states and lets them interfere.

    .. math:: p_0 = (1 + \mathrm{Re} \langle a | b \rangle) / 2

    Choosing is part of loading: (a, b) is one vector on one wire more.

    Args:
        n: How many wires a state has.
        is_real: Whether all states are real.
        is_imaginary: Whether it tells the imaginary part instead.
    """

    def compare() -> None:
        if is_imaginary:
            qml.PhaseShift(-np.pi / 2, wires=0)
        qml.Hadamard(0)

    wires = tuple(range(n + 1))
    both = Load(Loading(n + 1, is_real), wires, "both")
    return Overlap(n + 1, (0,), (both,), compare, contrast=2.0, offset=-1.0, power=1)


def swap_test(n: int, is_real: bool) -> Overlap:
    r"""Return one wire in superposition that swaps two states, or does not.

    .. math:: p_0 = (1 + |\langle a | b \rangle|^2) / 2

    Args:
        n: How many wires a state has.
        is_real: Whether all states are real.
    """
    first, second = tuple(range(1, n + 1)), tuple(range(n + 1, 2 * n + 1))

    def compare() -> None:
        qml.Hadamard(0)
        for one, other in zip(first, second, strict=True):
            qml.CSWAP([0, one, other])
        qml.Hadamard(0)

    loading = Loading(n, is_real)
    loads = Load(loading, first, "left"), Load(loading, second, "right")
    return Overlap(2 * n + 1, (0,), loads, compare, contrast=2.0, offset=-1.0, power=2)


def compute_uncompute(n: int, is_real: bool) -> Overlap:
    r"""Return one state prepared and the other one undone: nothing is left where they agree.

    .. math:: p_{0 \ldots 0} = |\langle a | b \rangle|^2

    Args:
        n: How many wires a state has.
        is_real: Whether all states are real.
    """
    loading, wires = Loading(n, is_real), tuple(range(n))
    loads = Load(loading, wires, "right"), Load(loading, wires, "left", is_undone=True)
    return Overlap(n, wires, loads, lambda: None, contrast=1.0, offset=0.0, power=2)


def overlaps_of(method: str, n: int, is_real: bool) -> tuple[Overlap, ...]:
    """Return the circuits of a method: two where an inner product has an imaginary part.

    Args:
        method: ``"hadamard"``, ``"swap"`` or ``"overlap"``.
        n: How many wires a state has.
        is_real: Whether all states are real.
    """
    if method == "hadamard":
        parts = (False,) if is_real else (False, True)
        return tuple(hadamard_test(n, is_real, is_imaginary=part) for part in parts)
    return ((swap_test if method == "swap" else compute_uncompute)(n, is_real),)
