"""Iterative amplitude estimation: rounds multiply the angle as far as is unambiguous."""

from __future__ import annotations

import math

from qaimagic.subroutines.amplitude_estimation.estimate import Ask, Estimate, Round
from qaimagic.subroutines.amplitude_estimation.intervals import (
    QUARTER,
    Interval,
    angles_of,
    chance_of,
    clopper_pearson,
    quarter_of,
)

_GROWTH = 3


def iterative(ask: Ask, epsilon: float, confidence: float, shots: int) -> Estimate:
    r"""Return an interval of half-width ``epsilon`` at most, by powers that are chosen on the way.

    With :math:`K = 2k + 1`, k amplifications turn the angle :math:`\theta` into
    :math:`K \theta`. Shots with one K narrow the interval of :math:`\theta` until some K at least
    three times as large keeps all its multiples within one quarter of the circle, where a chance
    tells the angle. The risk of a round is proportional to its K, so that the sum of all stays
    below what is allowed. A round that looks at its counts again and again spends a share of
    :math:`1 / (j (j + 1))` of its risk on look j; shares add up to 1.

    Args:
        ask: Gives the number of hits for a power and a number of shots.
        epsilon: The half-width.
        confidence: The chance that the interval holds the truth.
        shots: How many to take before each look.

    References:
        Grinko et al., npj Quantum Information 7 (2021) 52, arXiv:1912.05559;
        Fukuzawa et al., arXiv:2208.14612 (growth by three, risks in proportion to K).
    """
    angles: Interval = (0.0, QUARTER)
    largest = math.pi / (4 * epsilon)
    rounds: list[Round] = []
    power, is_consistent = 0, True
    while True:
        factor = 2 * power + 1
        quarter = quarter_of(angles, factor)
        assert quarter is not None
        risk = (1 - confidence) * (1 - 1 / _GROWTH) * factor / largest
        hits = taken = look = 0
        while True:
            look += 1
            try:
                seen = ask(power, shots)
            except KeyboardInterrupt:
                if not rounds:
                    raise
                return Estimate(_middle(angles), tuple(rounds), is_consistent, is_complete=False)
            hits, taken = hits + seen, taken + shots
            chances = clopper_pearson(hits, taken, risk / (look * (look + 1)))
            narrowed = angles_of(chances, factor, quarter)
            both = max(angles[0], narrowed[0]), min(angles[1], narrowed[1])
            is_consistent &= both[0] <= both[1]
            angles = both if both[0] <= both[1] else narrowed
            low, high = map(chance_of, angles)
            rounds.append(Round(power, shots, seen, low, high))
            if high - low <= 2 * epsilon:
                return Estimate(_middle(angles), tuple(rounds), is_consistent)
            if following := _following(angles, factor):
                power = following
                break


def _middle(angles: Interval) -> float:
    """Return the probability half-way between those of two angles."""
    return sum(map(chance_of, angles)) / 2


def _following(angles: Interval, factor: int) -> int | None:
    """Return the highest power whose factor is large enough and unambiguous, or None."""
    room = angles[1] - angles[0]
    candidate = math.floor(QUARTER / room)
    candidate -= 1 - candidate % 2
    while candidate >= _GROWTH * factor:
        if quarter_of(angles, candidate) is not None:
            return (candidate - 1) // 2
        candidate -= 2
    return None
