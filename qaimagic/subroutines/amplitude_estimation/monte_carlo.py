"""What plain sampling finds with as many queries."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qaimagic.subroutines.amplitude_estimation.intervals import Interval, clopper_pearson


@dataclass(frozen=True)
class MonteCarlo:
    """The mean of independent samples.

    Attributes:
        value: The mean.
        interval: Where the truth lies, with the confidence that was asked for.
        samples: How many samples.
    """

    value: float
    interval: Interval
    samples: int

    @property
    def half_width(self) -> float:
        """Half the interval's width."""
        return (self.interval[1] - self.interval[0]) / 2


def of_chance(
    chance: float, samples: int, confidence: float, rng: np.random.Generator
) -> MonteCarlo:
    """Return how often an outcome came, with an interval by Clopper and Pearson.

    Args:
        chance: Its probability.
        samples: How many samples.
        confidence: That of the interval.
        rng: Draws them.
    """
    hits = int(rng.binomial(samples, chance))
    return MonteCarlo(hits / samples, clopper_pearson(hits, samples, 1 - confidence), samples)


def of_values(
    values: NDArray[np.float64],
    probabilities: NDArray[np.float64],
    samples: int,
    confidence: float,
    rng: np.random.Generator,
) -> MonteCarlo:
    """Return the mean of sampled values, with an interval by the central limit theorem.

    Samples that are all alike have no variance: how likely others still are is told by Clopper and
    Pearson, and they may lie at either end of the values.

    Args:
        values: The values, shape (m,).
        probabilities: Their probabilities, shape (m,).
        samples: How many samples.
        confidence: That of the interval.
        rng: Draws them.
    """
    from scipy.special import ndtri

    counts = rng.multinomial(samples, probabilities)
    mean = float(counts @ values) / samples
    if np.ptp(values[counts > 0]) == 0:
        others = clopper_pearson(0, samples, 1 - confidence)[1]
        low, high = (mean + others * (end - mean) for end in _ends(values, probabilities))
        return MonteCarlo(mean, (low, high), samples)
    variance = float(counts @ (values - mean) ** 2) / (samples - 1)
    reach = float(ndtri((1 + confidence) / 2)) * math.sqrt(variance / samples)
    return MonteCarlo(mean, (mean - reach, mean + reach), samples)


def _ends(values: NDArray[np.float64], probabilities: NDArray[np.float64]) -> tuple[float, float]:
    """Return the lowest and the highest value that has a chance."""
    possible = values[probabilities > 0]
    return float(possible.min()), float(possible.max())
