r"""Rotations by an angle for each basis state of other wires, and what they are made of.

.. math:: \sum_k |k\rangle \langle k| \otimes R(\theta_k)

is a rotation for each number of Gray's code, with a CNOT between one and the next:

.. math:: \theta_k = \sum_i (-1)^{k \cdot g_i} \, \hat\theta_i

References:
    Mottonen, Vartiainen, Bergholm, Salomaa, Physical Review Letters 93 (2004) 130502,
    arXiv:quant-ph/0404089.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml
from numpy.typing import NDArray

from qaimagic.subroutines.block_encodings.compression import kept
from qaimagic.subroutines.block_encodings.walsh import gray, multiplexed

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rotations:
    """Rotations of one wire about Y, then about Z, by an angle for each state of other wires.

    Attributes:
        gates: What they are made of.
        bound: How far the amplitudes are at most from those asked for, as a vector of all of them.
    """

    gates: tuple[Any, ...]
    bound: float


def amplitudes(
    values: NDArray[np.complex128], controls: Sequence[Any], target: Any, most: float = 0.0
) -> Rotations:
    r"""Return rotations that give a wire's 0 an amplitude for each state of its controls.

    .. math:: |k\rangle |0\rangle \to |k\rangle \left( v_k |0\rangle + \dots |1\rangle \right)

    An amplitude changes by half of what its angles change by at most, and these changes are as long
    a vector as the rotations that are left out, but for a factor (Parseval):

    .. math:: \| v' - v \| \le \tfrac12 \, 2^{m/2} \, \| \hat\theta_{out} \|

    Args:
        values: The amplitudes, of modulus 1 at most, shape (2^m,).
        controls: The m controls, the most significant bit first.
        target: The wire that is turned.
        most: How far the amplitudes may be from these, as a vector; rotations are left out for it.
    """
    is_complex = bool(values.imag.any())
    sizes = np.abs(values) if is_complex else values.real
    bends = [("Y", 2 * np.arccos(np.clip(sizes, -1.0, 1.0)))]
    if is_complex:
        bends.append(("Z", -2 * np.angle(values)))
    order = gray(len(values))
    angles = [multiplexed(bend) for _, bend in bends]
    together = np.abs(np.concatenate(angles))
    scale = np.sqrt(len(values)) / 2
    stay = kept(together, most / scale, power=2)
    gates = []
    for (axis, _), turns, those in zip(bends, angles, np.split(stay, len(bends)), strict=True):
        gates += _gates(axis, turns, order, those, controls, target)
    return Rotations(tuple(gates), float(scale * np.linalg.norm(together[~stay])))


def _gates(
    axis: str,
    angles: Floats,
    order: NDArray[np.int64],
    stay: NDArray[np.bool_],
    controls: Sequence[Any],
    target: Any,
) -> list[Any]:
    turn = {"Y": qml.RY, "Z": qml.RZ}[axis]
    gates: list[Any] = []
    held = 0
    for angle, mask in [*zip(angles[stay].tolist(), order[stay].tolist(), strict=True), (0, 0)]:
        for place, control in enumerate(reversed(controls)):
            if (held ^ mask) >> place & 1:
                gates.append(qml.CNOT([control, target]))
        held = mask
        if angle:
            gates.append(turn(angle, wires=target))
    return gates
