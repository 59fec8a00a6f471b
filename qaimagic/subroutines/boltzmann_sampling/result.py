"""Samples of a Boltzmann distribution, and how far they are from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.devices.annealers.spectrum import Floats, Terms
from qaimagic.devices.annealers.thermal import Temperature
from qaimagic.devices.annealers.thermostat import EXACT
from qaimagic.subroutines.anneal.result import Annealed
from qaimagic.subroutines.boltzmann_sampling.effective import temperature_of
from qaimagic.subroutines.boltzmann_sampling.exact import Exact, bits_of
from qaimagic.subroutines.boltzmann_sampling.expectation import Mean, mapped
from qaimagic.subroutines.distributions.divergences import kl_divergence, total_variation
from qaimagic.subroutines.distributions.fit import ChiSquare, chi_square
from qaimagic.subroutines.distributions.noise import expected_total_variation
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture
    from qaimagic.subroutines.boltzmann_sampling.sampling import Drawn

_DRAWN = "independent samples"


@dataclass(frozen=True, eq=False, repr=False)
class BoltzmannSamples(Result):
    """Samples of a Boltzmann distribution beside the exact one.

    Errors are those of independent samples: on annealers every read is a run of its own.

    Attributes:
        samples: The samples, the lowest energy first.
        temperature: The temperature asked for.
        device: Who drew them.
        exact: The distribution itself; None for more than 20 variables.
        seconds: How long they took, measured; the last round where there were several.
        scale: What energies were multiplied by on the device, to have that temperature.
        rounds: How many rounds it took to find that scale.
    """

    samples: Annealed
    temperature: float
    device: str
    exact: Exact | None
    seconds: float
    scale: float = 1.0
    rounds: int = 1

    @classmethod
    def of(
        cls, problem: Problem, drawn: Drawn, temperature: float, exact: Exact | None
    ) -> BoltzmannSamples:
        """Return samples as they came, put in order."""
        samples = Annealed.of(
            problem,
            drawn.found,
            ground=None if exact is None else float(exact.levels.energies[0]),
            device=_DRAWN if drawn.device == EXACT else drawn.device,
            seconds=drawn.seconds,
        )
        scale, rounds = drawn.scale, drawn.rounds
        return cls(samples, temperature, drawn.device, exact, drawn.seconds, scale, rounds)

    @property
    def reads(self) -> int:
        """How many samples there are."""
        return self.samples.reads

    @property
    def bits(self) -> NDArray[np.int64]:
        """The samples as zeros and ones, shape (reads, n): 1 is a bit of 1, or a spin of -1."""
        states, counts = self.samples.states, self.samples.counts
        return np.repeat(bits_of(self.samples.problem, states), counts, axis=0)

    @property
    def samples_per_second(self) -> float:
        """How many samples came in a second, measured on this machine."""
        return self.reads / self.seconds if self.seconds > 0 else math.inf

    @property
    def mean_energy(self) -> Mean:
        """The samples' mean energy; ``exact.mean_energy`` is the distribution's."""
        return Mean(*self._average(self.samples.energies))

    @property
    def log_partition(self) -> float | None:
        r"""The logarithm of :math:`Z = \sum_x e^{-E(x)/T}`; None for more than 20 variables."""
        return None if self.exact is None else self.exact.log_partition

    def mean(self, expression: Any) -> Mean:
        """Return the mean of an expression over the samples, with its standard error.

        Args:
            expression: An energy of the variables that were sampled, such as ``s[0] * s[1]``; what
                ``spins`` or ``bits`` gave; an array of these; or a label of a model or a QUBO.

        Raises:
            TypeError: If it is none of these.
            ValueError: If it has a variable on which the energy does not depend.
        """
        problem = self.samples.problem
        value = mapped(problem, expression, lambda terms: self._of(terms)[0])
        return Mean(value, mapped(problem, expression, lambda terms: self._of(terms)[1]))

    def exact_mean(self, expression: Any) -> Any:
        """Return the mean of an expression over the distribution itself.

        Args:
            expression: As in `mean`.

        Returns:
            A number, an array of the same shape, or a dict.

        Raises:
            TypeError: If it is none of these.
            ValueError: If it has a variable on which the energy does not depend, or there are more
                than 20 variables.
        """
        return mapped(self.samples.problem, expression, self._known().mean)

    @cached_property
    def effective_temperature(self) -> Temperature | None:
        """The temperature that the samples have; None where all states have one energy.

        It is that of the largest likelihood over all states, and beyond 20 variables of the largest
        pseudo-likelihood.
        """
        found = self.samples
        return temperature_of(found.problem, found.states, found.counts, self.exact)

    @cached_property
    def total_variation(self) -> float | None:
        """Between the samples' frequencies and the exact distribution; None where it is unknown."""
        if self.exact is None:
            return None
        return total_variation(self._frequencies, self.exact.probabilities)

    @cached_property
    def expected_total_variation(self) -> float | None:
        """What as many independent samples have on average, by chance alone."""
        if self.exact is None:
            return None
        return expected_total_variation(self.exact.probabilities, self.reads)

    @cached_property
    def kl_divergence(self) -> float | None:
        """Of the samples' frequencies from the exact distribution, in nats."""
        if self.exact is None:
            return None
        return kl_divergence(self._frequencies, self.exact.probabilities)

    @cached_property
    def chi_square(self) -> ChiSquare | None:
        """Whether independent samples of the distribution could be these, by Pearson's test."""
        if self.exact is None:
            return None
        return chi_square(self.bits, self.exact.probabilities)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each state that came.

        A column for each variable, then ``energy``, ``count``, ``frequency``, and ``probability``
        where the exact one is known.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        frame = self.samples.to_frame()
        frame = frame.assign(frequency=self.samples.counts / self.reads)
        if self.exact is None:
            return frame
        chance = self.exact.levels.chance(self.samples.energies, self.temperature)
        return frame.assign(probability=chance)

    def plot(self) -> Picture:
        """Return the energies as a histogram beside the exact distribution, and the lowest state.

        Bars have the standard errors of their counts.
        """
        from qaimagic.subroutines.boltzmann_sampling.picture import picture_of

        return picture_of(self)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.boltzmann_sampling.picture import text_of

        return text_of(self)

    def _known(self) -> Exact:
        if self.exact is None:
            n = len(self.samples.problem.spins)
            rule = "have at most 20 variables for an exact mean"
            fix = "`mean` has the samples', with its error."
            raise ValueError(requirement("energy", rule, f"it has {n}", fix))
        return self.exact

    @cached_property
    def _frequencies(self) -> Floats:
        return self._known().frequencies(self.samples.states, self.samples.counts)

    def _of(self, terms: Terms) -> tuple[float, float]:
        """Return the mean of a polynomial over the samples, and its standard error."""
        polynomial = Problem(self.samples.labels, self.samples.problem.spins, terms)
        return self._average(polynomial.energies(self.samples.states))

    def _average(self, values: Floats) -> tuple[float, float]:
        counts, n = self.samples.counts, self.reads
        mean = float(values @ counts) / n
        if n == 1:
            return mean, math.inf
        variance = float((values - mean) ** 2 @ counts) / (n - 1)
        return mean, math.sqrt(variance / n)
