"""The arithmetic of axes: round ticks, short numbers, and few points out of very many."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from qaimagic.drawing.curves_data import Floats

MINUS = "\N{MINUS SIGN}"
_FEWEST_DECIMALS, _MOST_DECIMALS = -4, 7
"""Beyond these, exponents are easier to read; below 0 the error has more than two whole digits."""
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Axis:
    """A range of values laid out over a range of pixels.

    Attributes:
        low: The value at ``start``.
        high: The value at ``end``.
        start: Pixel of ``low``.
        end: Pixel of ``high``; smaller than ``start`` where the axis points upwards.
        log: Whether equal ratios, rather than equal differences, take equal room.
        whole: Whether the values are counts, so that ticks are whole numbers.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False
    whole: bool = False

    def pixels(self, values: Floats) -> Floats:
        """Return the pixels of ``values``, shape (n,); NaN where a logarithm is undefined."""
        if not self.log:
            return self.start + (values - self.low) * (
                (self.end - self.start) / (self.high - self.low)
            )
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log10(np.where(values > 0.0, values, np.nan))
        low, high = math.log10(self.low), math.log10(self.high)
        return self.start + (logs - low) * ((self.end - self.start) / (high - low))

    def ticks(self, most: int = 5) -> list[tuple[float, str]]:
        """Return (value, label) of at most about ``most`` round values within the range."""
        if self.log and self.high / self.low >= 10.0:
            return _log_ticks(self.low, self.high, most)
        step = _round_step((self.high - self.low) / most)
        if self.whole:
            step = max(1.0, step)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        values = [index * step for index in range(first, last + 1)]
        return [(value, tick_label(value, step).replace("-", MINUS)) for value in values]


def spread(low: float, high: float, *, log: bool) -> tuple[float, float]:
    """Return the range widened a little, so that no line runs along the frame."""
    if log:
        room = max((high / low) ** 0.05, 1.1)
        return low / room, high * room
    room = 0.06 * (high - low)
    if room <= 1e-12 * max(abs(low), abs(high)):
        room = 0.1 * abs(high) or 1.0
    return low - room, high + room


def short_number(value: float, digits: int = 3) -> str:
    """Return ``value`` with ``digits`` significant digits, as one would say it aloud.

    Example:
        >>> short_number(0.123456), short_number(-1.13727, 5), short_number(1e-7)
        ('0.123', '-1.1373', '1e-07')
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    text = f"{value:.{digits}g}"
    if "e+" in text:
        text = f"{value:.0f}" if abs(value) < 1e6 else text.replace("e+0", "e").replace("e+", "e")
    return text


def with_error(value: float, error: float) -> str:
    """Write a number with as many decimals as two digits of its error have.

    Example:
        >>> with_error(0.12345, 0.0123), with_error(2.5e-9, 1e-10)
        ('0.123 ± 0.012', '2.5e-09 ± 1e-10')
    """
    if not 0 < error < math.inf:
        return f"{short_number(value, 8)} ± {short_number(max(error, 0.0))}"
    decimals = 1 - math.floor(math.log10(error))
    if _FEWEST_DECIMALS <= decimals <= _MOST_DECIMALS:
        shown = max(0, decimals)
        return f"{value:.{shown}f} ± {error:.{shown}f}"
    digits = decimals + 1 + (math.floor(math.log10(abs(value))) if value else 0)
    return f"{short_number(value, max(digits, 1))} ± {short_number(error, 2)}"


def tick_label(value: float, step: float) -> str:
    """Return a tick's label with as many decimals as its step needs: 0.25, 3, 20k."""
    size = max(abs(value), step)
    if size >= 1e6 or step < 1e-4:
        return short_number(round(value / step) * step)
    if size >= 1e4 and step >= 100:
        thousands = f"{value / 1000:.1f}".removesuffix(".0")
        return f"{thousands}k" if value else "0"
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value + 0.0:.{decimals}f}"


def _log_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    stride = max(1, math.ceil((last - first + 1) / most))
    steps: tuple[int, ...] = (1,) if last - first >= 2 else (1, 2, 5)
    values = [
        factor * 10.0**power
        for power in range(first - 1, last + 1)
        if power % stride == 0
        for factor in steps
    ]
    return [(value, _log_label(value)) for value in values if low <= value <= high]


def _log_label(value: float) -> str:
    if 1e-3 <= value < 1e4:
        return f"{value:g}"
    power = math.floor(math.log10(value) + 1e-9)
    factor = round(value / 10.0**power)
    ten = f"10{str(power).translate(_SUPERSCRIPTS)}"
    return ten if factor == 1 else f"{factor}·{ten}"


def _round_step(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    for factor in (1.0, 2.0, 5.0):
        if step <= factor * power * (1 + 1e-9):
            return factor * power
    return 10.0 * power


def thin_out(x: Floats, y: Floats, columns: int) -> tuple[Floats, Floats]:
    """Return at most ``4 * columns`` points whose line covers the same pixels as all of them.

    The points are cut into ``columns`` runs of equal length; of each run the first, the lowest,
    the highest and the last value stay, so that no spike is lost. A run without a value stays a
    gap.

    Args:
        x: Shape (n,).
        y: Shape (n,), NaN for gaps.
        columns: How many runs.
    """
    if len(y) <= 4 * columns:
        return x, y
    length = -(-len(y) // columns)
    padded = np.full(length * columns, np.nan)
    padded[: len(y)] = y
    runs = padded.reshape(columns, length)
    filled = ~np.isnan(runs)
    picks = np.stack(
        [
            filled.argmax(axis=1),
            np.where(filled, runs, np.inf).argmin(axis=1),
            np.where(filled, runs, -np.inf).argmax(axis=1),
            length - 1 - filled[:, ::-1].argmax(axis=1),
        ],
        axis=1,
    )
    kept = np.unique(picks + np.arange(0, length * columns, length)[:, None])
    kept = kept[kept < len(y)]
    return x[kept], y[kept]
