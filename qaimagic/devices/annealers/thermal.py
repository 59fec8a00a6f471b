r"""Samples beside the Boltzmann distribution of energies that are all known.

.. math:: p(E) = \frac{g(E)\, e^{-E/T}}{\sum_{E'} g(E')\, e^{-E'/T}},

with :math:`g(E)` states of energy :math:`E`. Whatever drew the samples, there is one temperature at
which the distribution has their mean energy, and there their likelihood is largest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.drawing.curves_axes import short_number, with_error

_NEAR = 2.0**-45
_CONFIDENCE = 0.95
_COLDEST = 2.0**60
_PRECISION = 1e-12


def boltzmann(energies: Floats, temperature: float) -> Floats:
    """Return the probability of every state, shape (2^n,).

    Args:
        energies: Of all states, shape (2^n,).
        temperature: T, above 0, in units of the energy.

    Example:
        >>> boltzmann(np.array([0.0, 1.0]), temperature=1.0).round(4).tolist()
        [0.7311, 0.2689]
    """
    # Far above the ground state the exponent may be infinite, and the probability then is 0.
    with np.errstate(over="ignore"):
        weights = np.exp(-(energies - energies.min()) / temperature)
    return np.asarray(weights / weights.sum())


@dataclass(frozen=True, eq=False)
class Levels:
    """The distinct energies of all states.

    Attributes:
        energies: Ascending, shape (k,).
        degeneracies: How many states have each, shape (k,).
        rounding: How far apart two energies may lie that are one.
    """

    energies: Floats
    degeneracies: Floats
    rounding: float

    @classmethod
    def of(cls, energies: Floats, rounding: float | None = None) -> Levels:
        """Return the levels of states of these energies.

        Args:
            energies: Of all states, shape (2^n,).
            rounding: How far apart two of them may lie that are one; if not given, what doubles
                of their size are rounded by.

        Example:
            >>> Levels.of(np.array([1.0, -1.0, -1.0, 1.0])).degeneracies.tolist()
            [2.0, 2.0]
        """
        ordered = np.sort(energies)
        if rounding is None:
            rounding = _NEAR * float(np.abs(ordered[[0, -1]]).max())
        starts = np.flatnonzero(np.diff(ordered, prepend=-np.inf) > rounding)
        sizes = np.diff(starts, append=len(ordered))
        return cls(ordered[starts], sizes.astype(np.float64), rounding)

    @property
    def span(self) -> float:
        """How far the highest energy lies above the lowest."""
        return float(self.energies[-1] - self.energies[0])

    def chance(self, energies: Floats, temperature: float) -> Floats:
        """Return the probability of single states of these energies, shape (m,)."""
        each = self.shares(temperature) / self.degeneracies
        middles = 0.5 * (self.energies[1:] + self.energies[:-1])
        return np.asarray(each[np.searchsorted(middles, energies)])

    def shares(self, temperature: float) -> Floats:
        """Return the probability of each level at a temperature from 0 to infinity, shape (k,)."""
        return self._at(1 / temperature if temperature else math.inf)

    def _at(self, beta: float) -> Floats:
        above = self.energies - self.energies[0]
        if math.isinf(beta):
            return np.asarray(above == 0, dtype=np.float64)
        weights = self.degeneracies * np.exp(-beta * above)
        return np.asarray(weights / weights.sum())

    def _mean_at(self, beta: float) -> float:
        """Return the mean energy above the ground state."""
        return float(self._at(beta) @ (self.energies - self.energies[0]))

    def _variance_at(self, beta: float) -> float:
        shares = self._at(beta)
        above = self.energies - self.energies[0]
        return float(shares @ (above - shares @ above) ** 2)


@dataclass(frozen=True)
class Temperature:
    """The temperature at which samples fit a Boltzmann distribution best.

    Attributes:
        value: In units of the energy. 0 if every sample is a ground state; infinite if their mean
            is no lower than that of all states.
        standard_error: That of ``value`` for independent samples; 0 at both ends.
        at_most: Where ``value`` is 0, the temperature below which it lies with a confidence of 95%:
            any higher, and all samples would be ground states in one case of twenty at most. None
            where that is not known.
    """

    value: float
    standard_error: float = 0.0
    at_most: float | None = None

    def __str__(self) -> str:
        if self.value == 0 and self.at_most is not None:
            return f"below {short_number(self.at_most, 2)} (95% confidence)"
        if not self.standard_error:
            return short_number(self.value)
        return with_error(self.value, self.standard_error)


def fitted(levels: Levels, energies: Floats, counts: NDArray[np.int64]) -> Temperature | None:
    r"""Return the temperature of samples, by maximum likelihood.

    In :math:`\beta = 1/T` the log-likelihood is concave, and largest where the distribution's mean
    energy is that of the samples. Its curvature gives the standard error,
    :math:`\sigma_\beta = 1/\sqrt{N \operatorname{Var} E}`, so that
    :math:`\sigma_T = T^2 \sigma_\beta`.

    Args:
        levels: The energies of all states.
        energies: Those of the samples, shape (m,).
        counts: How often each came, shape (m,).

    Returns:
        The temperature, or None where all states have one energy, so that there is none.

    Example:
        >>> two = Levels.of(np.array([0.0, 1.0]))
        >>> found = fitted(two, np.array([0.0, 1.0]), np.array([731, 269]))
        >>> print(found)
        1.000 ± 0.071

    References:
        Benedetti et al., Phys. Rev. A 94 (2016) 022308, doi:10.1103/PhysRevA.94.022308 (effective
        temperatures of annealers).
    """
    if len(levels.energies) == 1:
        return None
    n = int(counts.sum())
    mean = float((energies - levels.energies[0]) @ counts) / n
    if mean <= levels.rounding:
        surprise = (1 - _CONFIDENCE) ** (1 / n)
        if levels._at(0.0)[0] >= surprise:
            return Temperature(0.0, at_most=math.inf)
        bound = _root(levels, lambda beta: surprise - float(levels._at(beta)[0]))
        return Temperature(0.0, at_most=1 / bound)
    if mean >= levels._mean_at(0.0) * (1 - _NEAR):
        return Temperature(math.inf)
    beta = _root(levels, lambda beta: levels._mean_at(beta) - mean)
    spread = math.sqrt(n * levels._variance_at(beta))
    return Temperature(1 / beta, 1 / (beta**2 * spread))


def _root(levels: Levels, falling: Callable[[float], float]) -> float:
    """Return the inverse temperature at which a function that falls with it is 0."""
    from scipy.optimize import brentq

    high = 1 / levels.span
    while falling(high) > 0 and high * levels.span < _COLDEST:
        high *= 2
    return float(brentq(falling, 0.0, high, xtol=_PRECISION / levels.span, rtol=_PRECISION))
