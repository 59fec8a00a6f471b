r"""How many steps a chain takes for a new sample, estimated from chains side by side.

.. math:: \tau = 1 + 2 \sum_{t=1}^{W} \rho(t), \qquad
    \sigma_\tau = \tau \sqrt{\frac{2 (2 W + 1)}{N}}

with the autocorrelation :math:`\rho` averaged over chains, N values in all, and the smallest window
:math:`W \ge 5 \tau`: a wider one adds noise, a narrower one leaves correlations out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from qaimagic.devices.annealers.spectrum import Floats

_WIDTH = 5


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
    """Return the integrated autocorrelation time of a quantity along chains in equilibrium.

    Args:
        values: Shape (chains, steps).

    References:
        Madras, Sokal, J. Stat. Phys. 50 (1988) 109, doi:10.1007/BF01022990; Sokal, in Functional
        Integration (1997) 131, doi:10.1007/978-1-4899-0319-8_6 (the window).
    """
    length = values.shape[1]
    about = values - values.mean()
    padded = np.fft.rfft(about, 2 * length, axis=1)
    sums = np.fft.irfft(np.abs(padded) ** 2, 2 * length, axis=1)[:, :length].sum(axis=0)
    covariances = sums / (len(values) * np.arange(length, 0, -1))
    if np.ptp(values) == 0:
        return Autocorrelation(math.nan, math.nan, values.size)
    times = 2 * np.cumsum(covariances / covariances[0]) - 1
    wide = np.flatnonzero(np.arange(length) >= _WIDTH * times)
    window = int(wide[0]) if len(wide) else length - 1
    time = float(times[window])
    error = time * math.sqrt(2 * (2 * window + 1) / values.size) if len(wide) else math.inf
    return Autocorrelation(time, error, values.size)
