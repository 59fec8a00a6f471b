r"""How many steps a chain takes for a new sample, estimated from chains side by side.

.. math:: \tau = -1 + 2 \sum_{k=0}^{K-1} \big(\rho(2k) + \rho(2k + 1)\big), \qquad
    \sigma_\tau = \max(1, \tau) \sqrt{\frac{2 (4 K - 1)}{N}}

with the autocorrelation :math:`\rho` averaged over chains, and N values in all. In a chain with
detailed balance each pair is positive, also where successive values alternate, so that the first
one that is not, number K, is noise. The error is that of a Gaussian process; where the scatter
between chains is larger, as with rare excursions from a ground state, it is taken instead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from qaimagic.devices.annealers.spectrum import Floats

_LENGTH = 5
"""How many autocorrelation times chains have to be long."""


@dataclass(frozen=True)
class Autocorrelation:
    """An integrated autocorrelation time, in steps.

    Attributes:
        time: 1 for independent values; NaN if the values are all the same.
        standard_error: Of the time; infinite where chains are too short to tell.
        n_values: How many values there were, of all chains.
    """

    time: float
    standard_error: float
    n_values: int

    @property
    def effective_samples(self) -> float:
        """How many independent samples would tell the mean as well; NaN if not known."""
        return self.n_values / self.time if math.isfinite(self.standard_error) else math.nan


def autocorrelation(values: Floats) -> Autocorrelation:
    """Return the integrated autocorrelation time along reversible chains in equilibrium.

    Args:
        values: Of a quantity, shape (chains, steps).

    References:
        Geyer, Statistical Science 7 (1992) 473, doi:10.1214/ss/1177011137 (pairs); Madras, Sokal,
        J. Stat. Phys. 50 (1988) 109, doi:10.1007/BF01022990 (the error).
    """
    length = values.shape[1]
    if np.ptp(values) == 0:
        return Autocorrelation(math.nan, math.nan, values.size)
    about = values - values.mean()
    about /= np.abs(about).max()
    padded = np.fft.rfft(about, 2 * length, axis=1)
    sums = np.fft.irfft(np.abs(padded) ** 2, 2 * length, axis=1)[:, :length]
    covariances = sums / np.arange(length, 0, -1)
    pairs = covariances[:, : length // 2 * 2].reshape(len(values), -1, 2).sum(axis=2)
    noise = np.flatnonzero(pairs.sum(axis=0) <= 0)
    kept = int(noise[0]) if len(noise) else pairs.shape[1]
    variances = covariances[:, 0]
    each = 2 * pairs[:, :kept].sum(axis=1) - variances
    time = float(each.sum() / variances.sum())
    if not len(noise) or length < _LENGTH * time:
        return Autocorrelation(time, math.inf, values.size)
    error = max(1.0, time) * math.sqrt(2 * (4 * kept - 1) / values.size)
    if len(values) > 1:
        off = (each - time * variances).std(ddof=1) / variances.mean()
        error = max(error, float(off) / math.sqrt(len(values)))
    return Autocorrelation(time, error, values.size)
