"""The Boltzmann distribution itself, where all states can be enumerated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qaimagic.devices.annealers.spectrum import Floats, Terms, spectrum, states
from qaimagic.devices.annealers.thermal import Levels, boltzmann
from qaimagic.subroutines.anneal.found import Found
from qaimagic.subroutines.energies.problem import Problem


@dataclass(frozen=True, eq=False)
class Exact:
    r"""The distribution :math:`p(x) = e^{-E(x)/T} / Z` of all states of an energy.

    Attributes:
        problem: The energy.
        temperature: T.
        energies: Of all states, shape (2^n,), the first variable the most significant one; a bit
            set is a bit of 1, or a spin of -1.
    """

    problem: Problem
    temperature: float
    energies: Floats

    @classmethod
    def of(cls, problem: Problem, temperature: float) -> Exact:
        """Return the distribution of a problem, by enumeration."""
        return cls(problem, temperature, spectrum(problem.terms, problem.spins))

    @cached_property
    def log_partition(self) -> float:
        r"""The logarithm of :math:`Z = \sum_x e^{-E(x)/T}`."""
        lowest = float(self.energies.min())
        return -float(np.log(self.probabilities.max())) - lowest / self.temperature

    @cached_property
    def probabilities(self) -> Floats:
        """The probability of every state, shape (2^n,), in the order of ``energies``."""
        return boltzmann(self.energies, self.temperature)

    @cached_property
    def levels(self) -> Levels:
        """The distinct energies."""
        return Levels.of(self.energies, self.problem.rounding)

    @property
    def mean_energy(self) -> float:
        """The mean energy."""
        return float(self.probabilities @ self.energies)

    @property
    def energy_variance(self) -> float:
        """The variance of the energy, which is the heat capacity times the squared temperature."""
        return float(self.probabilities @ (self.energies - self.mean_energy) ** 2)

    def mean(self, terms: Terms) -> float:
        """Return the mean of a polynomial of the problem's variables, by their numbers."""
        return float(self.probabilities @ spectrum(terms, self.problem.spins))

    def frequencies(self, states: NDArray[np.int8], counts: NDArray[np.int64]) -> Floats:
        """Return how often each state is among samples, shape (2^n,).

        Args:
            states: Distinct states, shape (m, n).
            counts: How often each came, shape (m,).
        """
        places = 1 << np.arange(states.shape[1] - 1, -1, -1, dtype=np.int64)
        found = np.zeros(len(self.energies))
        found[bits_of(self.problem, states) @ places] = counts / counts.sum()
        return found

    def draw(self, reads: int, seed: int) -> Found:
        """Return independent samples."""
        counts = np.random.default_rng(seed).multinomial(reads, self.probabilities)
        numbers = np.flatnonzero(counts)
        return Found(states(numbers, self.problem.spins), counts[numbers])


def bits_of(problem: Problem, states: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return states as zeros and ones, shape (m, n): 1 is a bit of 1, or a spin of -1."""
    values = states.astype(np.int64)
    return np.where(np.asarray(problem.spins), (1 - values) // 2, values)
