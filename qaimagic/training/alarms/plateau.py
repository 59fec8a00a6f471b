r"""The law of barren plateaus, and the shots that it takes to see a slope.

A circuit that scrambles like a random one (a 2-design on both sides of a gate) has, for an
observable of spread :math:`\sigma` on n wires,

.. math:: \mathrm{Var}(\partial_\theta \langle O \rangle) = \frac{\sigma^2}{2 (2^n + 1)}.

With N shots the shift rule takes the difference of two answers and halves it, so that a derivative
has the variance :math:`v / 2 N` where a shot has v.

References:
    McClean et al., Nature Communications 9, 4812 (2018), doi:10.1038/s41467-018-07090-4.
"""

from __future__ import annotations

import math


def mean_square(n_wires: int) -> float:
    """Return the mean square of a derivative for an observable of spread 1."""
    return 1 / (2 * (float(2**n_wires) + 1))


def shots_to_see(square: float) -> float:
    """Return the shots of each circuit that make a slope as large as its standard error.

    Args:
        square: The slope's mean square, where a shot scatters by 1.
    """
    return 1 / (2 * square) if square > 0 else math.inf
