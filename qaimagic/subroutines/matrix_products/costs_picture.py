"""What products cost, in words and as curves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.page import Picture
from qaimagic.drawing.timeline_data import duration
from qaimagic.subroutines.matrix_products.modelling import CostRow
from qaimagic.subroutines.matrix_products.simulating import SIZES

if TYPE_CHECKING:
    from qaimagic.subroutines.matrix_products.costs_result import ProductCosts

_DAY, _YEAR = 86400.0, 365.25 * 86400.0
_LONG = 1e7


def span(seconds: float) -> str:
    """Return a time as one reads it, days and years included.

    Example:
        >>> span(4e-6), span(7200), span(3e5), span(1e9)
        ('4 µs', '2 h', '3.47 days', '31.7 years')
    """
    for size, unit in ((_YEAR, "years"), (_DAY, "days")):
        if seconds >= 2 * size:
            return f"{short_number(seconds / size)} {unit}"
    return duration(seconds)


def picture_of(answer: ProductCosts) -> Picture:
    """Return what is shown of a result; see ``ProductCosts.plot``."""
    told = text_of(answer)
    return replace(curves_picture(_times(answer), _shots(answer), title=told), text=told)


def text_of(answer: ProductCosts) -> str:
    """Return what came out in one line, numpy's measured times left out."""
    given, small = answer.assumptions, answer.simulated
    rows = " ".join(_told(row, given.claim) for row in answer.rows)
    return (
        f"Simulated: shots grow as n^{small.size_slope!r} and as (1/ε)^{small.precision_slope!r}. "
        f"Modelled, for errors of {given.epsilon:g} of the norms: {rows} With loading, the best "
        f"way with shots stays {short_number(answer.growth)} times slower than the GPU for huge "
        f"matrices; without, it would draw level at n = {short_number(answer.crossover)}, after "
        f"{span(answer.crossover_seconds)}. Assumed: {_rate(given.shots_per_second)} shots or "
        f"{_rate(given.quantum_operations)} operations a second against the GPU's "
        f"{_rate(given.gpu_operations)}; {_rate(given.bits_per_second)} bit/s of data, "
        f"{given.bits} bits a number."
    )


def _told(row: CostRow, claim: float) -> str:
    return (
        f"n = {row.n:,}: {span(row.hadamard)} by Hadamard tests, {span(row.amplitude_estimation)} "
        f"by amplitude estimation, {span(row.arithmetic)} by arithmetic: at best "
        f"{short_number(row.slower)} times as long as a GPU, {span(row.gpu)}, where 1/{claim:g} as "
        "long is claimed."
    )


def _rate(number: float) -> str:
    return f"{number:,.0f}" if number < _LONG else short_number(number)


def _times(answer: ProductCosts) -> Curves:
    sizes = [float(row.n) for row in answer.rows]
    quantum = (
        Series("Hadamard tests", sizes, [row.hadamard for row in answer.rows]),
        Series("estimation", sizes, [row.amplitude_estimation for row in answer.rows]),
        Series("arithmetic", sizes, [row.arithmetic for row in answer.rows]),
        Series("GPU", sizes, [row.gpu for row in answer.rows]),
        Series("claimed", sizes, [row.claimed for row in answer.rows]),
    )
    lines = [replace(line, group=group) for group, line in enumerate(quantum)]
    measured = [(float(row.n), row.numpy) for row in answer.rows if row.numpy is not None]
    if measured:
        across, times = zip(*measured, strict=True)
        lines.append(Series("numpy", across, times, "validation", group=5))
    return Curves(
        tuple(lines), "modelled time (s)", "rows and columns", better=None, log=True, log_x=True
    )


def _shots(answer: ProductCosts) -> Curves:
    epsilon = answer.assumptions.epsilon
    points = answer.simulated.points[: len(SIZES)]
    sizes = np.array([point.n for point in points], np.float64)
    needed = np.array([point.constant for point in points]) * sizes**2 / epsilon**2
    reach = np.array([sizes[0], *(float(row.n) for row in answer.rows)])
    lines = (
        Series("simulated", sizes, needed, "validation"),
        Series("n²/ε²", reach, reach**2 / epsilon**2, group=1),
    )
    label = f"shots for an error of {epsilon:g}"
    return Curves(lines, label, "rows and columns", better=None, log=True, log_x=True)
