r"""A Markov chain's transition matrix, and what follows from it exactly.

.. math:: P_{ij} = Q_{ij} \min(1, e^{-(E_j - E_i) / T}) \quad (i \ne j), \qquad
    \delta = 1 - \max_{k \ge 2} |\lambda_k|

In the scale of :math:`\sqrt{p}`, p the Boltzmann distribution, P is symmetric, with elements
:math:`Q_{ij} e^{-|E_j - E_i| / 2T}`: so it has real eigenvalues, and none of them is found from
numbers that span more than a double holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from qaimagic._checks import check_number
from qaimagic.devices.annealers.dense import eigenpairs
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.devices.annealers.thermal import boltzmann

_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Transitions:
    """Metropolis's rule on all states of a few variables.

    Attributes:
        energies: Of all states, shape (2^n,).
        proposals: The probability of each proposal, shape (2^n, 2^n), symmetric.
        temperature: T, in units of the energy.

    Example:
        >>> import numpy as np
        >>> two = Transitions(np.array([0.0, 1.0]), np.full((2, 2), 0.5), temperature=1.0)
        >>> two.matrix.round(4).tolist()
        [[0.8161, 0.1839], [0.5, 0.5]]
        >>> round(two.spectral_gap, 4)
        0.6839
    """

    energies: Floats
    proposals: Floats
    temperature: float

    def at(self, temperature: float) -> Transitions:
        """Return the same at another temperature.

        Raises:
            TypeError: If it is not a number.
            ValueError: If it is not positive and finite.
        """
        return replace(self, temperature=check_number("temperature", temperature, above=0))

    @cached_property
    def probabilities(self) -> Floats:
        """The Boltzmann distribution, shape (2^n,)."""
        return boltzmann(self.energies, self.temperature)

    @cached_property
    def matrix(self) -> Floats:
        """The probability of each step, from the state of its row, shape (2^n, 2^n)."""
        steps = self.proposals * self._acceptances
        np.fill_diagonal(steps, 0.0)
        np.fill_diagonal(steps, 1 - steps.sum(axis=1))
        return steps

    @property
    def acceptance_rate(self) -> float:
        """How likely a proposal is accepted, in equilibrium."""
        return float(self.probabilities @ (self.proposals * self._acceptances).sum(axis=1))

    @property
    def imbalance(self) -> float:
        r"""The largest :math:`|p_i P_{ij} - p_j P_{ji}|`: rounding, with detailed balance."""
        flows = self.probabilities[:, None] * self.matrix
        return float(np.abs(flows - flows.T).max())

    @cached_property
    def spectral_gap(self) -> float:
        """How far the second largest eigenvalue lies below 1, by absolute values.

        The distance from the Boltzmann distribution falls as (1 - gap)^steps in the end. It is 0,
        too, for a chain that goes to and fro, as single flips all but do at high temperatures.
        Below 1e-12 it is rounding.
        """
        values = self._modes[0]
        return float(max(0.0, 1 - max(values[-2], -values[0])))

    def autocorrelation_time(self, values: Floats) -> float:
        r"""Return the integrated autocorrelation time of a quantity in equilibrium, in steps.

        .. math:: \tau = 1 + 2 \sum_{t \ge 1} \rho(t)

        It is 1 for independent samples, and below where successive ones make up for each other.

        Args:
            values: The quantity in each state, shape (2^n,); NaN comes of one that does not vary.
        """
        if np.ptp(values) == 0:
            return float("nan")
        levels, vectors = self._modes
        about = values - self.probabilities @ values
        shares = (vectors.T @ (np.sqrt(self.probabilities) * about))[:-1] ** 2
        if not shares.any():
            return float("nan")
        if 1 - levels[-2] < _ROUNDING:
            return float("inf")
        return float(shares @ ((1 + levels[:-1]) / (1 - levels[:-1])) / shares.sum())

    def distances(self, every: int = 1) -> Iterator[float]:
        """Yield the total variation from the Boltzmann distribution, step by step without end.

        All states are equally likely at the start.

        Args:
            every: After 0, this many, twice as many steps, and so on.
        """
        now = np.full(len(self.energies), 1 / len(self.energies))
        leap = np.linalg.matrix_power(self.matrix, every)
        while True:
            yield 0.5 * float(np.abs(now - self.probabilities).sum())
            now = now @ leap

    @cached_property
    def _rises(self) -> Floats:
        with np.errstate(over="ignore"):
            return (self.energies[None, :] - self.energies[:, None]) / self.temperature

    @property
    def _acceptances(self) -> Floats:
        return np.exp(-np.maximum(self._rises, 0.0))

    @cached_property
    def _modes(self) -> tuple[Floats, Floats]:
        """Eigenvalues, ascending, and eigenvectors of the symmetric form."""
        symmetric = self.proposals * np.exp(-0.5 * np.abs(self._rises))
        np.fill_diagonal(symmetric, self.matrix.diagonal())
        return eigenpairs(symmetric)
