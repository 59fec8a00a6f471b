r"""What a register reads of a phase, in closed form.

.. math:: P(y) = \frac{1}{4^n} \frac{\sin^2(\pi 2^n \delta)}{\sin^2(\pi \delta)},
    \quad \delta = \theta - y / 2^n

This is Fejer's kernel: 1 on the grid, and at least :math:`4 / \pi^2` for the nearest value,
:math:`8 / \pi^2` for the two about the phase.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ROUNDING = 1e-9


def fejer(phases: Floats, n_wires: int) -> Floats:
    """Return how likely each value of a register is, shape (phases, 2^n).

    Args:
        phases: In turns, shape (m,).
        n_wires: How many wires the register has.

    Example:
        >>> fejer(np.array([0.25]), 2).round(12).tolist()
        [[0.0, 1.0, 0.0, 0.0]]
    """
    count = 2**n_wires
    off = np.mod(phases[:, None] - np.arange(count) / count + 0.5, 1.0) - 0.5
    # sinc is sin(pi x) / (pi x), and 1 at 0.
    found: Floats = (np.sinc(count * off) / np.sinc(off)) ** 2
    return found


def chance_within(phases: Floats, n_wires: int, extra: int) -> Floats:
    r"""Return how likely an error below :math:`2^{-(n - k)}` is, for each phase, shape (m,).

    Args:
        phases: In turns, shape (m,).
        n_wires: How many wires n the register has.
        extra: How many of them, k, are not asked to be right.
    """
    count = 2**n_wires
    off = np.abs(np.mod(phases[:, None] - np.arange(count) / count + 0.5, 1.0) - 0.5)
    near = off * count < 2**extra - _ROUNDING
    found: Floats = (fejer(phases, n_wires) * near).sum(axis=1)
    return found


def bound_within(extra: int) -> float:
    r"""Return the least that :func:`chance_within` can be.

    .. math:: \frac{8}{\pi^2}, \quad 1 - \frac{1}{2 (2^k - 2)}

    Example:
        >>> round(bound_within(0), 4), round(bound_within(2), 4), bound_within(4) > 0.96
        (0.8106, 0.8106, True)
    """
    either = 8 / math.pi**2
    return either if extra < 2 else max(either, 1 - 1 / (2 * (2**extra - 2)))
