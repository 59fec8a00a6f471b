"""The temperature of samples whose states are too many to enumerate."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.devices.annealers.thermal import Temperature

_COLDEST = 1e6
_PRECISION = 1e-12


def pseudo_fitted(gaps: Floats, counts: NDArray[np.int64] | None = None) -> Temperature:
    r"""Return the temperature T at which :math:`e^{-E/T}` fits samples best.

    It is where the pseudo-likelihood is largest, the product over all variables of the probability
    of its value given the others,

    .. math:: \prod_i \frac{1}{1 + e^{-\Delta_i / T}},

    a concave function of 1/T, without a partition function.

    Args:
        gaps: How much the energy of each sample rises if one variable takes its other value,
            :math:`\Delta_i`, shape (m, n).
        counts: How often each sample came, shape (m,); once if not given.

    Returns:
        T with the standard error that it has for independent samples; 0 if every variable of every
        sample has its lower energy, infinite if they have the higher one as often.

    Example:
        >>> pseudo_fitted(np.array([[1.0]] * 731 + [[-1.0]] * 269)).value
        1.000...

    References:
        Besag, J. R. Stat. Soc. D 24 (1975) 179, doi:10.2307/2987782;
        Benedetti et al., Phys. Rev. A 94 (2016) 022308, doi:10.1103/PhysRevA.94.022308.
    """
    from scipy.optimize import brentq
    from scipy.special import expit

    n = np.ones(len(gaps)) if counts is None else counts.astype(np.float64)

    def slopes(beta: float) -> Floats:
        return np.asarray((gaps * expit(-beta * gaps)).sum(axis=1))

    def slope(beta: float) -> float:
        return float(n @ slopes(beta))

    if slope(0.0) <= 0:
        return Temperature(math.inf)
    if gaps.min() >= 0:
        return Temperature(0.0)
    high = 1.0
    while slope(high) > 0 and high < _COLDEST:
        high *= 2
    if slope(high) > 0:
        return Temperature(1 / high)
    beta = float(brentq(slope, 0.0, high, xtol=_PRECISION * high, rtol=_PRECISION))
    both = expit(beta * gaps) * expit(-beta * gaps)
    curvature = float(n @ (gaps**2 * both).sum(axis=1))
    spread = math.sqrt(float(n @ slopes(beta) ** 2))
    return Temperature(1 / beta, spread / curvature / beta**2 if curvature else math.inf)
