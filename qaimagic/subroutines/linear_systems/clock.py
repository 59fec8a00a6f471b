r"""The clock of HHL: how long the evolution is, and how exactly that inverts eigenvalues.

An eigenvalue :math:`\lambda` of A reads tick k of a clock of N ticks with the probability

.. math:: p_k(\lambda) = \left| \frac{1}{\sqrt N} \sum_{\tau=0}^{N-1} w_\tau
    e^{i \tau (\lambda t - 2 \pi k / N)} \right|^2

so that HHL multiplies its eigenvector by :math:`g(\lambda) = \sum_k p_k f_k` in the place of
:math:`C / \lambda`, where :math:`f_k = C / \lambda_k`, and 1 at most. This is known before
anything runs, and so is the error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qaimagic.subroutines.linear_systems.system import Floats

MOST_WIRES = 9
"""The most wires that a clock has where nobody says how many."""
FEWEST_WIRES = 2
"""The fewest."""

_MOST_TIMES = 32
_MARGIN = 0.5
_FULL = 0.9
_TIES = 1e-9


@dataclass(frozen=True, eq=False)
class Clock:
    """A clock, and what it does to eigenvalues.

    Attributes:
        n_wires: Its wires; it has two to the power of that many ticks.
        time: How long A acts in one tick's evolution exp(i A t).
        window: The amplitudes it starts with, shape (N,).
        is_uniform: Whether they are all alike, and not a half wave of a sine.
        heights: The amplitude that each tick turns the flag to, shape (N,), between -1 and 1.
        constant: C: the solution is kept times the norm of b over this.
        bound: The largest relative error of any eigenvector's share of x.
    """

    n_wires: int
    time: float
    window: Floats
    is_uniform: bool
    heights: Floats
    constant: float
    bound: float


def clock_for(
    eigenvalues: Floats, condition: float, epsilon: float, counts: Sequence[int], time: float | None
) -> Clock:
    """Return the smallest clock whose error is as asked, or the best one of so many wires.

    Ticks are set so that the largest eigenvalue is on one, for a uniform start, or below the last
    one, for a sine. A uniform start is exact where all eigenvalues are on ticks; elsewhere a sine
    has far smaller tails.

    Args:
        eigenvalues: Of A, shape (n,), none of them 0.
        condition: The condition number that is counted on; decides C.
        epsilon: The relative error that is asked for.
        counts: How many wires the clock may have, ascending.
        time: How long A acts in one tick's evolution, or None for the best.
    """
    best: Clock | None = None
    for count in counts:
        times = _times(eigenvalues, count) if time is None else [time]
        clocks = [
            _clock(eigenvalues, condition, count, one, is_uniform=is_uniform)
            for one in times
            for is_uniform in (True, False)
        ]
        found = min(clocks, key=lambda clock: (clock.bound // _TIES, -clock.constant))
        if best is None or found.bound < best.bound:
            best = found
        if best.bound <= epsilon:
            break
    assert best is not None
    return best


def _times(eigenvalues: Floats, n_wires: int) -> list[float]:
    """Return times for which the largest eigenvalue is on a tick of the upper half."""
    largest, ticks = float(np.abs(eigenvalues).max()), 2**n_wires
    top = ticks // 2 - 1 if eigenvalues.min() < 0 else ticks - 1
    first = max(1, (top + 1) // 2)
    whole = range(first, top + 1, max(1, (top + 1 - first) // _MOST_TIMES))
    turns = [*[tick / ticks for tick in whole], _FULL * (0.5 if eigenvalues.min() < 0 else 1.0)]
    return [2 * np.pi * turn / largest for turn in turns]


def _clock(
    eigenvalues: Floats, condition: float, n_wires: int, time: float, *, is_uniform: bool
) -> Clock:
    ticks = 2**n_wires
    places = np.arange(ticks)
    signed = places
    if eigenvalues.min() < 0:
        signed = np.where(places < ticks // 2, places, places - ticks)
    if is_uniform:
        window = np.full(ticks, 1 / np.sqrt(ticks))
    else:
        window = np.sqrt(2 / ticks) * np.sin(np.pi * (places + 0.5) / ticks)
    step = 2 * np.pi / (time * ticks)
    lowest = float(np.abs(eigenvalues).max()) / condition
    constant = lowest if is_uniform else max(lowest - _MARGIN * step, lowest / 2)
    heights = np.zeros(ticks)
    some = signed != 0
    heights[some] = np.clip(constant / (signed[some] * step), -1.0, 1.0)
    waves = window[:, None] * np.exp(1j * np.outer(places, eigenvalues * time))
    chances = np.abs(np.fft.fft(waves, axis=0)) ** 2 / ticks
    made = heights @ chances
    bound = float(np.abs(eigenvalues * made / constant - 1).max())
    return Clock(n_wires, time, window, is_uniform, heights, constant, bound)
