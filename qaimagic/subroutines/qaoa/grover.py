r"""Grover's mixer: a phase on the equal superposition of the states that keep the rules.

With :math:`|F\rangle = U|0\rangle` it is :math:`e^{-i\beta |F\rangle\langle F|} =
U e^{-i\beta |0\rangle\langle 0|} U^\dagger`. U sets wire after wire: given those before it, a wire
is 1 with the share of states that have it so, by rotations under controls. Equal rotations are put
together and controls left out as long as no state notices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.subroutines.qaoa.mixers import Mask, turn_if_zero

MOST_TURNS = 1000
"""The most rotations that may prepare the superposition."""


@dataclass(frozen=True)
class Turn:
    """A rotation about Y of one wire, where its controls have their values.

    Attributes:
        wire: Which wire.
        angle: In radians.
        controls: Wires before it.
        values: What each of them must be.
    """

    wire: int
    angle: float
    controls: tuple[int, ...] = ()
    values: tuple[int, ...] = ()

    def queue(self, *, back: bool = False) -> None:
        """Queue it, or its inverse."""
        angle = -self.angle if back else self.angle
        if self.controls:
            gate = qml.RY(angle, wires=self.wire)
            qml.ctrl(gate, control=list(self.controls), control_values=list(self.values))
        else:
            qml.RY(angle, wires=self.wire)


@dataclass(frozen=True)
class Reflection:
    """The mixer of a set of states.

    Attributes:
        n: The number of wires.
        turns: What makes all zeros the superposition of the set.
        packed: Which of all 2^n states are in the set, eight a byte: a body may read bytes of any
            length and still be traced.
    """

    n: int
    turns: tuple[Turn, ...]
    packed: bytes
    name: str = "grover"

    @classmethod
    def of(cls, feasible: Mask) -> Reflection:
        """Return the mixer of a set of states.

        Args:
            feasible: Which of all 2^n states are in it, wire 0 leading.

        Raises:
            ValueError: If its superposition takes too many rotations.
        """
        turns = tuple(turns_to(feasible))
        if len(turns) > MOST_TURNS:
            rule = f"be a mixer that {MOST_TURNS:,} rotations can start"
            received = f"the {int(feasible.sum()):,} feasible states take {len(turns):,}"
            raise ValueError(requirement("mixer", rule, received, 'Use `mixer="x"`.'))
        return cls(_wires_of(feasible), turns, np.packbits(feasible).tobytes())

    def start(self) -> None:
        """Queue the gates that prepare the state to start from."""
        for turn in self.turns:
            turn.queue()

    def mix(self, beta: Any) -> None:
        """Queue the gates that mix by an angle."""
        *others, last = range(self.n)
        for turn in reversed(self.turns):
            turn.queue(back=True)
        qml.PauliX(last)
        turn_if_zero(qml.PhaseShift, -beta, last, others)
        qml.PauliX(last)
        self.start()

    def reached(self) -> Mask | None:
        """Return the set."""
        bits = np.unpackbits(np.frombuffer(self.packed, dtype=np.uint8), count=2**self.n)
        return bits.astype(np.bool_)


def turns_to(feasible: Mask) -> list[Turn]:
    """Return rotations that make all zeros the equal superposition of a set of states.

    Args:
        feasible: Which of all 2^n states are in it, wire 0 leading.

    Example:
        >>> [turn.wire for turn in turns_to(np.array([False, True, True, False]))]
        [0, 1]
    """
    n = _wires_of(feasible)
    states = np.flatnonzero(feasible)
    turns = []
    for wire in range(n):
        before, where = np.unique(states >> (n - wire), return_inverse=True)
        ones = np.bincount(where, weights=(states >> (n - 1 - wire)) & 1)
        angles = 2 * np.arcsin(np.sqrt(ones / np.bincount(where)))
        turns += _controlled(wire, before, angles)
    return turns


def _controlled(wire: int, before: NDArray[np.int64], angles: NDArray[np.float64]) -> list[Turn]:
    """Return turns of one wire that give each history of the wires before it its angle."""
    turns = []
    left = angles != 0
    while left.any():
        first = int(np.argmax(left))
        same = left & (angles == angles[first])
        mask = 2**wire - 1
        for bit in range(wire):
            wider = mask & ~(1 << bit)
            if same[_alike(before, first, wider)].all():
                mask = wider
        left &= ~_alike(before, first, mask)
        controls = [w for w in range(wire) if mask >> (wire - 1 - w) & 1]
        values = [int(before[first]) >> (wire - 1 - w) & 1 for w in controls]
        turns.append(Turn(wire, float(angles[first]), tuple(controls), tuple(values)))
    return turns


def _alike(before: NDArray[np.int64], first: int, mask: int) -> Mask:
    return np.asarray((before ^ before[first]) & mask == 0)


def _wires_of(states: Mask) -> int:
    return len(states).bit_length() - 1
