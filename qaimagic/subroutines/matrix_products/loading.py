r"""State preparation: numbers as amplitudes, by rotations whose controls select the angle.

.. math:: |v\rangle = \frac{1}{\|v\|} \sum_k v_k |k\rangle

Real vectors need :math:`2^n - 2` gates on two wires, complex ones twice as many. The circuit is
the same for all vectors of one length, so that many run as a batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml
from numpy.typing import NDArray

from qaimagic.subroutines.block_encodings.walsh import multiplexed
from qaimagic.subroutines.matrices.reading import Matrix

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Loading:
    """Prepares states of n wires from angles, by Moettoenen's multiplexed rotations.

    Attributes:
        n: How many wires.
        is_real: Whether all amplitudes are real, and phases need no gates.

    Example:
        >>> Loading(3, is_real=True).n_angles, Loading(3, is_real=False).n_angles
        (7, 14)
    """

    n: int
    is_real: bool

    @property
    def n_angles(self) -> int:
        """How many angles a state has."""
        states: int = 2**self.n
        return (states - 1) * (1 if self.is_real else 2)

    def angles(self, states: Matrix) -> Floats:
        """Return the angles of states, shape (k, n_angles), for shape (k, 2^n)."""
        parts = [multiplexed(2 * turns) for turns in self._turns(states)]
        if not self.is_real:
            parts += [multiplexed(turns) for turns in self._phases(states)]
        return np.concatenate(parts, axis=1)

    def queue(self, angles: Any, wires: Any) -> None:
        """Queue the gates for one state's angles."""
        order, start = list(wires), 0
        for gate in (qml.RY,) if self.is_real else (qml.RY, qml.RZ):
            for k, target in enumerate(order):
                _queue_multiplexed(gate, angles[start : start + 2**k], order[:k], target)
                start += 2**k

    def _turns(self, states: Matrix) -> list[Floats]:
        tails: Floats = states.real if self.is_real else np.abs(states)
        turns = []
        for _ in range(self.n):
            left, right = tails[:, ::2], tails[:, 1::2]
            turns.append(np.arctan2(right, left))
            tails = np.hypot(left, right)
        return turns[::-1]

    def _phases(self, states: Matrix) -> list[Floats]:
        means: Floats = np.angle(states)
        phases = []
        for _ in range(self.n):
            left, right = means[:, ::2], means[:, 1::2]
            phases.append(right - left)
            means = (left + right) / 2
        return phases[::-1]


def _queue_multiplexed(gate: Any, angles: Any, controls: list[Any], target: Any) -> None:
    """Queue rotations between flips, of which each value of the controls sees its own sum."""
    if not controls:
        gate(angles[0], wires=target)
        return
    last = len(controls) - 1
    for k in range(2 ** len(controls)):
        gate(angles[k], wires=target)
        flipped = min((k + 1 & -(k + 1)).bit_length() - 1, last)
        qml.CNOT([controls[last - flipped], target])
