"""All energies that a circuit can give, where they can be enumerated: the exact answer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from qaimagic.devices.annealers.spectrum import MOST, Floats, spectrum
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.energies.words import Words
from qaimagic.subroutines.qaoa.mixers import Mask, Mixer


@dataclass(frozen=True, eq=False)
class Reach:
    """The energies of the states that a mixer reaches.

    Attributes:
        energies: Of all 2^n states, also those that are not reached, shape (2^n,).
        mask: Which of them are reached, or None for all.
        lowest: The lowest energy that is reached.
        highest: The highest one.
        mean: What random guessing among them gives.
        spread: Their standard deviation.
        rounding: How far apart two of them may lie that are equal.
    """

    energies: Floats
    mask: Mask | None
    lowest: float
    highest: float
    mean: float
    spread: float
    rounding: float

    @classmethod
    def of(cls, problem: Problem, mask: Mask | None) -> Reach:
        """Return what can be reached of a problem's energies."""
        energies = spectrum(problem.terms, problem.spins)
        found = energies if mask is None else energies[mask]
        ends = float(found.min()), float(found.max())
        middle = float(found.mean()), float(found.std())
        return cls(energies, mask, *ends, *middle, problem.rounding)

    def is_lowest(self, energies: Floats) -> Mask:
        """Return which energies are as low as the lowest that is reached, shape (m,)."""
        return np.asarray(energies <= self.lowest + self.rounding)

    @property
    def is_ground(self) -> Mask:
        """Which of all states are reached and have the lowest energy, shape (2^n,)."""
        lowest = self.is_lowest(self.energies)
        return lowest if self.mask is None else lowest & self.mask

    @property
    def guessing(self) -> float:
        """The chance that a random guess has the lowest energy."""
        size = len(self.energies) if self.mask is None else int(self.mask.sum())
        return float(self.is_ground.sum() / size)

    def ratio(self, energy: float) -> float:
        """Return how far an energy is on the way from the highest, 0, to the lowest, 1."""
        span = self.highest - self.lowest
        return (self.highest - energy) / span if span > 0 else 1.0


def reach_of(problem: Problem, mixer: Mixer) -> Reach | None:
    """Return what a mixer can reach, or None where there are too many states."""
    return Reach.of(problem, mixer.reached()) if len(problem.spins) <= MOST else None


def scale_of(words: Words, n: int, reach: Reach | None) -> float:
    r"""Return the energy to measure angles by: :math:`\sigma \sqrt{2/n}`.

    :math:`\sigma` is the spread of the energies. For couplings alone it is the root mean square of
    the field that a spin sees; measured by it, good angles are nearly the same for all problems.

    Example:
        >>> scale_of({(0, 1): 3.0}, 2, None)
        3.0
    """
    if reach is not None and reach.spread > 0:
        return reach.spread * math.sqrt(2 / n)
    sigma = math.sqrt(sum(c**2 for word, c in words.items() if word))
    return float(sigma * np.sqrt(2 / n)) or 1.0
