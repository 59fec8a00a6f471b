"""Maximum-likelihood amplitude estimation: a fixed schedule of powers, and one angle for all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qaimagic.subroutines.amplitude_estimation.estimate import Ask, Estimate, Round
from qaimagic.subroutines.amplitude_estimation.intervals import QUARTER, Interval, chance_of

_PER_SIGMA = 2
_FEWEST = 1000
_HALVINGS = 16


def maximum_likelihood(ask: Ask, epsilon: float, confidence: float, shots: int) -> Estimate:
    r"""Return the probability that makes all rounds together most likely.

    .. math:: \ell(\theta) = \sum_k h_k \log \sin^2((2k + 1) \theta) +
        (N - h_k) \log \cos^2((2k + 1) \theta)

    The interval holds all angles whose :math:`2 \ell` is less than a quantile of the chi-square
    distribution below the best, from the lowest to the highest.

    Args:
        ask: Gives the number of hits for a power and a number of shots.
        epsilon: The half-width that the schedule should reach.
        confidence: The chance that the interval holds the truth, for many shots.
        shots: How many shots for each power.

    References:
        Suzuki et al., Quantum Information Processing 19 (2020) 75, arXiv:1904.10246.
    """
    rounds: list[Round] = []
    likelihood = Likelihood((), (), shots)
    is_complete = True
    try:
        for power in powers(epsilon, confidence, shots):
            longer = likelihood.with_round(power, ask(power, shots))
            low, high = longer.interval(confidence)
            rounds.append(Round(power, shots, longer.hits[-1], low, high))
            likelihood = longer
    except KeyboardInterrupt:
        if not rounds:
            raise
        is_complete = False
    return Estimate(chance_of(likelihood.best), tuple(rounds), is_complete=is_complete)


def powers(epsilon: float, confidence: float, shots: int) -> list[int]:
    r"""Return 0, 1, 2, 4, ... until the Fisher information is enough for a half-width.

    .. math:: z \sqrt{a (1 - a) / \textstyle\sum_k N (2k + 1)^2} \le \epsilon

    at a = 1/2, where it takes most.

    Example:
        >>> powers(0.01, 0.95, 100)
        [0, 1, 2, 4]
    """
    from scipy.special import ndtri

    wanted = (ndtri((1 + confidence) / 2) / (2 * epsilon)) ** 2
    schedule, information = [0], float(shots)
    while information < wanted:
        schedule.append(2 * schedule[-1] or 1)
        information += shots * (2 * schedule[-1] + 1) ** 2
    return schedule


@dataclass(frozen=True)
class Likelihood:
    """The likelihood of an angle.

    Attributes:
        powers: The numbers of amplifications.
        hits: For each how many outcomes were good.
        shots: Of how many.
    """

    powers: Sequence[int]
    hits: Sequence[int]
    shots: int

    def with_round(self, power: int, hits: int) -> Likelihood:
        """Return it with one more round."""
        return Likelihood((*self.powers, power), (*self.hits, hits), self.shots)

    def log(self, angles: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the logarithm of the likelihood of angles, shape (n,), less a constant."""
        from scipy.special import xlogy

        total = np.zeros(len(angles))
        for power, hits in zip(self.powers, self.hits, strict=True):
            turned = (2 * power + 1) * angles
            total += xlogy(hits, np.sin(turned) ** 2)
            total += xlogy(self.shots - hits, np.cos(turned) ** 2)
        return total

    @cached_property
    def best(self) -> float:
        """The most likely angle."""
        angles, logs = self._grid
        return self._peak(angles, int(logs.argmax()))

    def interval(self, confidence: float) -> Interval:
        """Return the probabilities that are likely enough, from the lowest to the highest."""
        from scipy.special import chdtri

        angles, logs = self._grid
        peak = self.best
        level = self._at(peak) - chdtri(1, 1 - confidence) / 2
        likely = [peak, *angles[logs >= level]]
        low, high = min(likely), max(likely)
        before = angles[angles < low]
        after = angles[angles > high]
        if before.size:
            low = self._crossing(float(before[-1]), low, level)
        if after.size:
            high = self._crossing(float(after[0]), high, level)
        return chance_of(low), chance_of(high)

    @cached_property
    def _grid(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Angles, several to each standard deviation, and the logarithms there."""
        information = sum(self.shots * (2 * power + 1) ** 2 for power in self.powers)
        count = max(_FEWEST, math.ceil(2 * _PER_SIGMA * QUARTER * math.sqrt(information)))
        angles = np.linspace(0.0, QUARTER, count + 1)
        return angles, self.log(angles)

    def _peak(self, angles: NDArray[np.float64], at: int) -> float:
        from scipy.optimize import minimize_scalar

        ends = angles[max(at - 1, 0)], angles[min(at + 1, len(angles) - 1)]
        options = {"xatol": 1e-6 * (ends[1] - ends[0])}
        found = minimize_scalar(
            lambda angle: -self._at(angle), bounds=ends, method="bounded", options=options
        )
        return max((float(found.x), float(angles[at])), key=self._at)

    def _crossing(self, outside: float, inside: float, level: float) -> float:
        """Return the angle between two where the likelihood falls below a level."""
        for _ in range(_HALVINGS):
            middle = (outside + inside) / 2
            if self._at(middle) >= level:
                inside = middle
            else:
                outside = middle
        return inside

    def _at(self, angle: float) -> float:
        return float(self.log(np.array([angle]))[0])
