r"""How often each wire is read the wrong way round, and chances with that taken back.

A wire that is read as 1 with probability :math:`p` where it is 0, and as 0 with probability
:math:`q` where it is 1, mixes the chances of its two outcomes; the inverse unmixes them:

.. math::
    \begin{pmatrix} 1 - p & q \\ p & 1 - q \end{pmatrix}^{-1} =
    \frac{1}{1 - p - q} \begin{pmatrix} 1 - q & -q \\ -p & 1 - p \end{pmatrix}
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pennylane as qml

from qaimagic.errors import DeviceError

_LEAST = 0.05
"""Of 1 - p - q: beyond, the inverse is mostly scatter."""


class Confusion(NamedTuple):
    """How one wire is misread.

    Attributes:
        zero: The probability p that it is read as 1 where it is 0.
        one: The probability q that it is read as 0 where it is 1.
    """

    zero: float
    one: float

    @property
    def inverse(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """What takes the chances that are read to those that were there.

        Raises:
            DeviceError: If what is read tells next to nothing.
        """
        p, q = self
        rest = 1 - p - q
        if rest < _LEAST:
            raise DeviceError(
                f"A wire is read as 1 with probability {p:.3g} where it is 0, and as 0 with "
                f"probability {q:.3g} where it is 1: that cannot be inverted. Leave `readout` out "
                "of `mitigate`, or ask for more shots."
            )
        return ((1 - q) / rest, -q / rest), (-p / rest, (1 - p) / rest)


def unmixed(chances: Any, confusions: Sequence[Confusion]) -> Any:
    """Return chances as they were before wires were misread; small ones may come out negative.

    Args:
        chances: Chances of shape (..., 2**n), in any of PennyLane's interfaces.
        confusions: How each of the n wires is misread.
    """
    shape = qml.math.shape(chances)
    for place, confusion in enumerate(confusions):
        cube = qml.math.reshape(chances, (-1, 2**place, 2, 2 ** (len(confusions) - place - 1)))
        zero, one = cube[:, :, 0], cube[:, :, 1]
        rows = [of_zero * zero + of_one * one for of_zero, of_one in confusion.inverse]
        chances = qml.math.stack(rows, axis=2)
    return qml.math.reshape(chances, shape)
