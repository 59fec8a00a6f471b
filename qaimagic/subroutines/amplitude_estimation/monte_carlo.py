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

    A single sample says nothing of its error: its interval is all the values that have a chance.

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
    if samples == 1:
        possible = values[probabilities > 0]
        return MonteCarlo(mean, (float(possible.min()), float(possible.max())), samples)
    variance = float(counts @ (values - mean) ** 2) / (samples - 1)
    reach = float(ndtri((1 + confidence) / 2)) * math.sqrt(variance / samples)
    return MonteCarlo(mean, (mean - reach, mean + reach), samples)
