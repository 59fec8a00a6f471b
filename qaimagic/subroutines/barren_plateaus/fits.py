"""By what law slopes fall with the wires."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Decay:
    """Two laws fitted to mean squares, by weighted least squares of their logarithms.

    Attributes:
        factor: By what the mean square is multiplied with each wire.
        factor_error: Its standard error, by the standard errors of the points.
        power: The exponent p of a law n^p.
        power_error: Its standard error.
        is_exponential: Whether the factor fits better than the power; None for two points.
    """

    factor: float
    factor_error: float
    power: float
    power_error: float
    is_exponential: bool | None


def decay_of(
    wires: Sequence[int], values: Sequence[float], errors: Sequence[float]
) -> Decay | None:
    """Return the laws that fit, or None for fewer than two points above 0.

    Args:
        wires: Numbers of wires.
        values: Mean squares.
        errors: Their standard errors.
    """
    known = [
        (n, value, error)
        for n, value, error in zip(wires, values, errors, strict=True)
        if value > 0 and error > 0
    ]
    if len(known) < 2:
        return None
    n, value, error = (np.array(column, dtype=np.float64) for column in zip(*known, strict=True))
    relative, logs = error / value, np.log(value)
    rate, rate_error, off = _line(n, logs, relative)
    power, power_error, off_power = _line(np.log(n), logs, relative)
    better = None if len(known) == 2 else off <= off_power
    factor = math.exp(rate)
    return Decay(factor, factor * rate_error, power, power_error, better)


def _line(x: np.ndarray, y: np.ndarray, error: np.ndarray) -> tuple[float, float, float]:
    """Return the slope of a line, its standard error, and the sum of squared residuals."""
    weights = 1 / error**2
    middle = float(weights @ x / weights.sum())
    room = float(weights @ (x - middle) ** 2)
    slope = float(weights @ ((x - middle) * y)) / room
    residuals = (y - weights @ y / weights.sum()) - slope * (x - middle)
    return slope, 1 / math.sqrt(room), float(weights @ residuals**2)
