"""What chains did: where they were, how often they moved, and how soon they forget."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import need
from qaimagic.devices.annealers.metropolis import Numbers
from qaimagic.devices.annealers.spectrum import Floats, states
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.mcmc.autocorrelation import Autocorrelation, autocorrelation
from qaimagic.subroutines.mcmc.transitions import Transitions
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture


@dataclass(frozen=True, eq=False, repr=False)
class MarkovChain(Result):
    """Markov chains side by side.

    Attributes:
        problem: The energy that was sampled.
        proposal: How states were proposed.
        temperature: T, in units of the energy.
        numbers: Where each chain was after each step, shape (chains, steps): a state's number has
            variable 0 as its most significant bit, which is 1 for a bit of 1 or a spin of -1.
        levels: The energy of every state, shape (2^n,).
        acceptance_rates: How often each chain accepted, shape (chains,); a proposal to stay
            counts as accepted.
        exact: The transition matrix and what follows from it; None for more than 10 variables.
        seconds: How long all steps took, on this machine; a quantum proposal is simulated.
    """

    problem: Problem
    proposal: str
    temperature: float
    numbers: Numbers
    levels: Floats
    acceptance_rates: Floats
    exact: Transitions | None
    seconds: float

    @property
    def steps(self) -> int:
        """How many steps each chain made."""
        return int(self.numbers.shape[1])

    @property
    def states(self) -> NDArray[np.int8]:
        """The variables' values, shape (chains, steps, n)."""
        values = states(self.numbers.ravel(), self.problem.spins)
        return values.reshape(*self.numbers.shape, -1)

    @property
    def energies(self) -> Floats:
        """The energies, shape (chains, steps)."""
        return np.asarray(self.levels[self.numbers])

    @property
    def settled(self) -> Numbers:
        """The second half of ``numbers``, which the figures are of."""
        return self.numbers[:, self.steps // 2 :]

    @property
    def frequencies(self) -> Floats:
        """How often each state was, in the second half, shape (2^n,)."""
        counts = np.bincount(self.settled.ravel(), minlength=len(self.levels))
        return np.asarray(counts / counts.sum())

    @property
    def mean_energy(self) -> float:
        """The mean energy of the second half."""
        return float(self.levels[self.settled].mean())

    @property
    def mean_energy_error(self) -> float:
        """The standard error of that mean, from its scatter between chains; NaN for one chain."""
        return _error(self.levels[self.settled].mean(axis=1))

    @property
    def acceptance_rate(self) -> float:
        """How often a proposal was accepted in the second half."""
        return float(self.acceptance_rates.mean())

    @property
    def acceptance_error(self) -> float:
        """The standard error of that rate, from its scatter between chains; NaN for one chain."""
        return _error(self.acceptance_rates)

    @cached_property
    def autocorrelation(self) -> Autocorrelation:
        """That of the energy, in steps, and how many independent samples the chains are worth."""
        return autocorrelation(self.levels[self.settled])

    @cached_property
    def magnetization_autocorrelation(self) -> Autocorrelation:
        """That of the mean of all spins; a bit of 1 counts as a spin of -1."""
        return autocorrelation(self.magnetizations[self.settled])

    @property
    def magnetizations(self) -> Floats:
        """The mean of all spins in every state, shape (2^n,)."""
        n = len(self.problem.spins)
        return np.asarray(states(np.arange(2**n), [True] * n).mean(axis=1))

    @property
    def effective_samples_per_second(self) -> float:
        """How many independent samples a second brought, of the energy and on this machine."""
        halves = self.numbers.size / self.settled.size
        return self.autocorrelation.effective_samples * halves / self.seconds

    @property
    def circuits(self) -> int:
        """How many circuits a quantum machine would have run, a shot each."""
        return self.numbers.size if self.proposal == "quantum" else 0

    def summary(self) -> dict[str, Any]:
        """Return the figures, the exact ones beside them; None where they are not known."""
        exact, time = self.exact, self.autocorrelation
        return {
            "proposal": self.proposal,
            "temperature": self.temperature,
            "steps": self.steps,
            "chains": len(self.numbers),
            "mean_energy": self.mean_energy,
            "mean_energy_error": self.mean_energy_error,
            "exact_mean_energy": exact and float(exact.probabilities @ self.levels),
            "acceptance_rate": self.acceptance_rate,
            "acceptance_error": self.acceptance_error,
            "exact_acceptance_rate": exact and exact.acceptance_rate,
            "autocorrelation_time": time.time,
            "autocorrelation_time_error": time.standard_error,
            "exact_autocorrelation_time": exact and exact.autocorrelation_time(self.levels),
            "effective_samples_per_step": time.effective_samples / time.n_values,
            "effective_samples_per_second": self.effective_samples_per_second,
            "spectral_gap": exact and exact.spectral_gap,
            "circuits": self.circuits,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return the figures as a DataFrame of one row; ``pd.concat`` sets several side by side.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        return pd.DataFrame([self.summary()]).set_index("proposal")

    def plot(self) -> Picture:
        """Return the energy of the chains against steps, and how far they are from equilibrium."""
        from qaimagic.subroutines.mcmc.picture import picture_of

        return picture_of(self)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.mcmc.picture import text_of

        return text_of(self)


def _error(means: Floats) -> float:
    """Return the standard error of the mean of independent numbers."""
    if len(means) < 2:
        return math.nan
    return float(means.std(ddof=1)) / math.sqrt(len(means))
