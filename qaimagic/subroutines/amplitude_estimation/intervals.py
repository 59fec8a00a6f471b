"""Intervals for a probability from counts, and what they say of an angle that was multiplied."""

from __future__ import annotations

import math
from typing import TypeAlias

Interval: TypeAlias = tuple[float, float]

QUARTER = math.pi / 2
_ROUNDING = 1e-9


def clopper_pearson(hits: int, shots: int, risk: float) -> Interval:
    """Return an interval that misses a probability with a chance of ``risk`` at most.

    Args:
        hits: How often it came.
        shots: Of how many.
        risk: The chance that may be missed, both sides together.

    Example:
        >>> low, high = clopper_pearson(0, 10, 0.05)
        >>> low, round(high, 4)
        (0.0, 0.3085)

    References:
        Clopper and Pearson, Biometrika 26 (1934) 404.
    """
    from scipy.special import betaincinv

    low = betaincinv(hits, shots - hits + 1, risk / 2) if hits else 0.0
    high = betaincinv(hits + 1, shots - hits, 1 - risk / 2) if hits < shots else 1.0
    return float(low), float(high)


def chance_of(angle: float) -> float:
    """Return the probability that belongs to an angle."""
    return math.sin(angle) ** 2


def angles_of(chances: Interval, factor: int, quarter: int) -> Interval:
    r"""Return the angles :math:`\theta` whose multiple gives chances within an interval.

    .. math:: \sin^2(K \theta) \in [low, high], \quad q \frac{\pi}{2} \le K \theta \le
        (q + 1) \frac{\pi}{2}

    Args:
        chances: The interval of the chance.
        factor: K.
        quarter: q, the quarter of the circle in which the multiple is known to lie.
    """
    low, high = (math.asin(math.sqrt(chance)) for chance in chances)
    if quarter % 2:
        low, high = QUARTER - high, QUARTER - low
    return (quarter * QUARTER + low) / factor, (quarter * QUARTER + high) / factor


def quarter_of(angles: Interval, factor: int) -> int | None:
    """Return the quarter in which multiples of all angles lie, or None where there are several.

    Example:
        >>> quarter_of((0.1, 0.2), 7), quarter_of((0.1, 0.3), 7)
        (0, None)
    """
    first = math.floor(factor * angles[0] / QUARTER + _ROUNDING)
    last = math.ceil(factor * angles[1] / QUARTER - _ROUNDING) - 1
    return first if last <= first else None
