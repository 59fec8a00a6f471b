"""How far samples of a distribution are from it by chance alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qaimagic.devices.annealers.spectrum import Floats

_DRAWS = 100
SIGMAS = 3.0
"""Beyond so many standard deviations a difference is taken for one: once in 370 by chance."""


@dataclass(frozen=True)
class Noise:
    """The total variation between a distribution and independent samples of it.

    Attributes:
        mean: Its mean.
        spread: Its standard deviation.
    """

    mean: float
    spread: float

    @property
    def most(self) -> float:
        """Three standard deviations above the mean: samples beyond are not of the distribution."""
        return self.mean + SIGMAS * self.spread


def expected_total_variation(p: Floats, n: int) -> float:
    r"""Return the mean total variation between a distribution and n independent samples of it.

    .. math:: \frac{1}{2n} \sum_x E |N_x - n p_x|, \qquad
        E |N - n p| = 2 \nu (1 - p) \binom{n}{\nu} p^\nu (1 - p)^{n - \nu}, \quad
        \nu = \lfloor n p \rfloor + 1

    Args:
        p: Probabilities, shape (k,).
        n: How many samples.

    Example:
        >>> expected_total_variation(np.array([0.5, 0.5]), 1)
        0.5

    References:
        Diaconis, Zabell, Statistical Science 6 (1991) 284, doi:10.1214/ss/1177011699 (de Moivre's
        mean absolute deviation).
    """
    from scipy.stats import binom

    p = p[p > 0]
    above = np.floor(n * p) + 1
    deviations = 2 * above * (1 - p) * binom.pmf(above, n, p)
    return float(deviations.sum() / (2 * n))


def noise_of(p: Floats, n: int, seed: int = 0) -> Noise:
    """Return what independent samples of a distribution have; its spread is itself sampled.

    Args:
        p: Probabilities, shape (k,).
        n: How many samples.
        seed: The seed.
    """
    rng, edges = np.random.default_rng(seed), np.cumsum(p)
    distances = np.empty(_DRAWS)
    for i in range(_DRAWS):
        drawn = np.searchsorted(edges, edges[-1] * rng.random(n), side="right")
        seen, counts = np.unique(drawn, return_counts=True)
        # What did not come is missing by all of its chance.
        missing = 1 - p[seen].sum()
        distances[i] = 0.5 * (np.abs(counts / n - p[seen]).sum() + missing)
    return Noise(expected_total_variation(p, n), float(distances.std(ddof=1)))
