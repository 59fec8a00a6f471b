r"""Mixers: where a circuit starts, and what moves it between states that keep the rules.

Each starts in the state of the highest eigenvalue of its generator B, or in a state that keeps the
rules, and mixes by :math:`e^{-i \beta B}`, or by a product over the summands of B.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import pennylane as qml
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


class Mixer(Protocol):
    """What a circuit starts from and mixes by."""

    @property
    def name(self) -> str:
        """What it is called in ``qaoa(mixer=...)``."""

    def start(self) -> None:
        """Queue the gates that prepare the state to start from."""

    def mix(self, beta: Any) -> None:
        """Queue the gates that mix by an angle."""

    def reached(self) -> Mask | None:
        """Return which of all 2^n states can come out, or None for all of them."""


@dataclass(frozen=True)
class Flips:
    r"""Flips of single wires, :math:`B = \sum_i X_i`, from :math:`|+\rangle`.

    A wire that starts tilted, :math:`R_y(\theta_i)|0\rangle`, turns about its own direction:
    :math:`B_i = \sin\theta_i X_i + \cos\theta_i Z_i`.

    Attributes:
        n: The number of wires.
        tilts: The angles of a warm start, in radians, or None.
    """

    n: int
    tilts: tuple[float, ...] | None = None
    name: str = "x"

    def start(self) -> None:
        """Queue the gates that prepare the state to start from."""
        for wire in range(self.n):
            if self.tilts is None:
                qml.Hadamard(wire)
            else:
                qml.RY(self.tilts[wire], wires=wire)

    def mix(self, beta: Any) -> None:
        """Queue the gates that mix by an angle."""
        for wire in range(self.n):
            if self.tilts is None:
                qml.RX(2 * beta, wires=wire)
            else:
                qml.RY(-self.tilts[wire], wires=wire)
                qml.RZ(2 * beta, wires=wire)
                qml.RY(self.tilts[wire], wires=wire)

    def reached(self) -> Mask | None:
        """Return None: all states can come out."""
        return None


@dataclass(frozen=True)
class Exchanges:
    r"""Exchanges along a ring in each group, :math:`B = \sum \tfrac12 (X_i X_j + Y_i Y_j)`.

    Each group starts in the equal superposition of its states with a single 1, a W state, and
    keeps exactly one. Wires in no group are flipped.

    Attributes:
        n: The number of wires.
        groups: Groups of wires, no two of which share one.
    """

    n: int
    groups: tuple[tuple[int, ...], ...]
    name: str = "xy"

    def start(self) -> None:
        """Queue the gates that prepare the state to start from."""
        for group in self.groups:
            qml.PauliX(group[0])
            for place, (here, there) in enumerate(pairwise(group)):
                stays = 1 / math.sqrt(len(group) - place)
                qml.SingleExcitation(2 * math.acos(stays), wires=[there, here])
        for wire in self._free():
            qml.Hadamard(wire)

    def mix(self, beta: Any) -> None:
        """Queue the gates that mix by an angle."""
        for group in self.groups:
            ring = list(zip(group, [*group[1:], group[0]], strict=True))
            ring = ring if len(group) > 2 else ring[:-1]
            for pair in [*ring[::2], *ring[1::2]]:
                qml.IsingXY(-2 * beta, wires=pair)
        for wire in self._free():
            qml.RX(2 * beta, wires=wire)

    def reached(self) -> Mask | None:
        """Return the states with exactly one 1 in each group."""
        return exactly_one(self.n, self.groups)

    def _free(self) -> list[int]:
        taken = {wire for group in self.groups for wire in group}
        return [wire for wire in range(self.n) if wire not in taken]


@dataclass(frozen=True)
class GuardedFlips:
    r"""Flips of wires whose neighbours are all 0, :math:`B_i = X_i \prod_j \tfrac12 (1 + Z_j)`.

    It starts from all zeros. A wire that is its own neighbour stays 0.

    Attributes:
        n: The number of wires.
        pairs: Wires that must not both be 1.
    """

    n: int
    pairs: tuple[tuple[int, int], ...]
    name: str = "controlled"

    def start(self) -> None:
        """Queue nothing: all wires are 0."""

    def mix(self, beta: Any) -> None:
        """Queue the gates that mix by an angle."""
        for wire in range(self.n):
            guards = self._neighbours(wire)
            if wire not in guards:
                turn_if_zero(qml.RX, 2 * beta, wire, guards)

    def reached(self) -> Mask | None:
        """Return the states in which no pair is 1 and 1."""
        return no_pair(self.n, self.pairs)

    def _neighbours(self, wire: int) -> list[int]:
        return sorted(
            {other for a, b in self.pairs for other, me in ((b, a), (a, b)) if me == wire}
        )


def turn_if_zero(gate: Any, angle: Any, wire: int, controls: Sequence[int]) -> None:
    """Queue a rotation of one wire where all of ``controls`` are 0."""
    if controls:
        zeros = [0] * len(controls)
        qml.ctrl(gate(angle, wires=wire), control=list(controls), control_values=zeros)
    else:
        gate(angle, wires=wire)


def exactly_one(n: int, groups: Sequence[Sequence[int]]) -> Mask:
    """Return in which of all 2^n states each group has exactly one 1, wire 0 leading."""
    keeps = np.ones(2**n, dtype=np.bool_)
    for group in groups:
        ones = np.zeros(2**n, dtype=np.int8)
        for wire in group:
            ones += _bit(n, wire)
        keeps &= ones == 1
    return keeps


def no_pair(n: int, pairs: Sequence[tuple[int, int]]) -> Mask:
    """Return in which of all 2^n states no pair is 1 and 1, wire 0 leading."""
    keeps = np.ones(2**n, dtype=np.bool_)
    for a, b in pairs:
        keeps &= ~(_bit(n, a) & _bit(n, b))
    return keeps


def _bit(n: int, wire: int) -> Mask:
    """Return the bit of a wire in each of all 2^n states."""
    pattern = np.repeat([False, True], 2 ** (n - 1 - wire))
    return np.tile(pattern, 2**wire)
