r"""Angles of signal processing as those of a circuit of reflections.

.. math:: W(x) = i \, e^{-i\pi Z / 4} \, R(x) \, e^{-i\pi Z / 4}, \quad
    R(x) = \begin{pmatrix} x & \sqrt{1 - x^2} \\ \sqrt{1 - x^2} & -x \end{pmatrix}

A block encoding is R in each pair of singular vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qaimagic.subroutines.qsvt.angles import Floats, symmetric_angles
from qaimagic.subroutines.qsvt.coefficients import Part


@dataclass(frozen=True, eq=False)
class Phases:
    """What a circuit turns its wire by.

    Attributes:
        turns: The angles before each call and after the last one, shape (calls + 1, parts). A
            polynomial of two parts has the part with a call less first, which lacks the last turn.
        weights: Of each part, shape (parts,).
        shifts: The phase of each part, in radians, shape (parts,).
    """

    turns: Floats
    weights: Floats
    shifts: Floats

    @property
    def calls(self) -> int:
        """How often U or its adjoint is called."""
        return len(self.turns) - 1

    @property
    def scale(self) -> float:
        """What the polynomial is multiplied by."""
        return float(1 / self.weights.sum())


def phases_of(parts: Sequence[Part]) -> Phases:
    """Return the turns of the circuit of a polynomial, given as its even and its odd part.

    Raises:
        ArithmeticError: If the angles do not converge.
    """
    parts = sorted(parts, key=lambda part: len(part.coefficients))
    calls = len(parts[-1].coefficients) - 1
    turns = np.zeros((calls + 1, len(parts)))
    for column, part in enumerate(parts):
        degree = calls - (len(parts) - 1 - column)
        padded = np.pad(part.coefficients, (0, degree + 1 - len(part.coefficients)))
        turns[: degree + 1, column] = _of_reflections(symmetric_angles(padded))[::-1]
    weights = np.array([part.weight for part in parts])
    return Phases(turns, weights, np.array([part.phase for part in parts]))


def _of_reflections(angles: Floats) -> Floats:
    """Return angles between reflections whose corner has the polynomial as its real part."""
    degree = len(angles) - 1
    turned = angles - np.pi / 2
    turned[0] += np.pi / 4
    turned[-1] += np.pi / 4
    turned[0] += (degree - 1) * np.pi / 2
    return turned
