"""What an annealer found: states, their energies, and how often each came."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import check_int, requirement
from qaimagic.devices.annealers.spectrum import Floats, spectrum
from qaimagic.devices.annealers.thermal import Levels, Temperature, fitted
from qaimagic.devices.annealers.thermostat import EXACT
from qaimagic.subroutines.anneal import figures
from qaimagic.subroutines.anneal.figures import Estimate
from qaimagic.subroutines.anneal.found import ENUMERATED, Found
from qaimagic.subroutines.energies.algebra import Variable
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.energies.variables import evaluated
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture


@dataclass(frozen=True, eq=False, repr=False)
class Annealed(Result):
    """The states that an annealer found, the lowest energy first.

    Attributes:
        states: The distinct states, shape (m, n): +1 or -1 for a spin, 0 or 1 for a bit.
        energies: Their energies, shape (m,), ascending.
        counts: How many reads gave each, shape (m,).
        labels: What the n variables are called.
        ground_energy: The exact lowest energy where it was enumerated, else None.
        device: The annealer.
        seconds: How long sampling took.
        problem: What was to be minimised.
        notes: What was done to the problem, in sentences.
        chain_breaks: The fraction of chains of qubits that broke, or None without chains.
        bound: An energy below which no state lies, where the annealer proved one, else None.
    """

    states: NDArray[np.int8]
    energies: Floats
    counts: NDArray[np.int64]
    labels: tuple[Hashable, ...]
    ground_energy: float | None
    device: str
    seconds: float
    problem: Problem
    notes: tuple[str, ...] = ()
    chain_breaks: float | None = None
    bound: float | None = None

    @classmethod
    def of(
        cls, problem: Problem, found: Found, *, ground: float | None, device: str, seconds: float
    ) -> Annealed:
        """Return samples put in order, equal states together."""
        states, where = np.unique(found.states, axis=0, return_inverse=True)
        counts = np.bincount(where.reshape(-1), weights=found.counts).astype(np.int64)
        energies = problem.energies(states)
        order = np.argsort(energies, kind="stable")
        return cls(
            states[order],
            energies[order],
            counts[order],
            problem.labels,
            ground,
            device,
            seconds,
            problem,
            found.notes,
            found.chain_breaks,
            found.bound,
        )

    @property
    def reads(self) -> int:
        """How many samples were drawn."""
        return int(self.counts.sum())

    @property
    def energy(self) -> float:
        """The lowest energy found."""
        return float(self.energies[0])

    @property
    def best(self) -> dict[Hashable, int]:
        """The first state of the lowest energy, by the variables' names."""
        return dict(zip(self.labels, self.states[0].tolist(), strict=True))

    @property
    def solution(self) -> Any:
        """What the first state of the lowest energy answers; `best` where nothing was asked."""
        question = self.problem.question
        return self.best if question is None else question.decode(self.states[0])

    @property
    def value(self) -> float:
        """What the solution is worth in the question's own units, else the lowest energy."""
        question = self.problem.question
        return self.energy if question is None else float(question.value(self.states[:1])[0])

    @property
    def is_feasible(self) -> bool:
        """Whether the solution keeps the question's rules; True where there are none."""
        question = self.problem.question
        return question is None or bool(question.is_feasible(self.states[:1])[0])

    @property
    def found(self) -> int:
        """How many reads gave the lowest energy found, in whichever state."""
        return int(self.counts[self.energies <= self.energy + self.problem.rounding].sum())

    @property
    def is_ground(self) -> bool | None:
        """Whether the lowest energy found is the exact one; None where that is not known."""
        if self.ground_energy is None:
            return None
        return self.energy <= self.ground_energy + self.problem.rounding

    @property
    def is_enumeration(self) -> bool:
        """Whether the states were enumerated and not sampled."""
        return self.device == EXACT

    @cached_property
    def levels(self) -> Levels | None:
        """The energies of all states, where there are at most 20 variables."""
        if len(self.problem.spins) > ENUMERATED:
            return None
        problem = self.problem
        return Levels.of(spectrum(problem.terms, problem.spins), problem.rounding)

    @cached_property
    def temperature(self) -> Temperature | None:
        """The temperature that the reads have, where all energies are known; None elsewhere.

        It is that of the Boltzmann distribution with their mean energy, which is also the one of
        the largest likelihood.
        """
        if self.levels is None or self.is_enumeration:
            return None
        return fitted(self.levels, self.energies, self.counts)

    @property
    def approximation_ratio(self) -> float | None:
        """How far the reads' mean energy lies down between the highest and the lowest of all.

        1 if every read is a ground state; for a maximum cut without negative weights the mean cut
        over the largest. None for an enumeration, and beyond 20 variables.
        """
        if self.levels is None or self.is_enumeration:
            return None
        return figures.approximation_ratio(self.levels, self.energies, self.counts)

    @property
    def success(self) -> Estimate | None:
        """The fraction of reads that are ground states, with its 95% confidence interval.

        None for an enumeration, and where the ground energy is not known.
        """
        if self.ground_energy is None or self.is_enumeration:
            return None
        return figures.wilson(self.found if self.is_ground else 0, self.reads)

    def reads_to_solution(self, confidence: float = 0.99) -> Estimate | None:
        """Return after how many reads like these one was a ground state.

        Args:
            confidence: With which probability there shall have been one, between 0 and 1.

        Returns:
            The number, not rounded, with its 95% confidence interval, infinite where `success` is
            0; None where `success` is.

        Raises:
            ValueError: If the confidence does not lie between 0 and 1.
        """
        figures.check_confidence(confidence)
        return self.success and figures.reads_to_solution(self.success, confidence)

    def time_to_solution(self, confidence: float = 0.99) -> Estimate | None:
        """Return how long as many reads as `reads_to_solution` says take, in seconds.

        A read takes its share of `seconds`. None also where that says nothing of a read, as for
        samples drawn from a simulated state.
        """
        reads = self.reads_to_solution(confidence)
        if reads is None or not self.seconds > 0:
            return None
        return reads.scaled(self.seconds / self.reads)

    def value_of(self, expression: Any, rank: int = 0) -> Any:
        """Return what ``expression`` is worth in a state found.

        Args:
            expression: What ``spins`` or ``bits`` gave, an array of energies, or an energy.
            rank: Which state, 0 for the best. Variables that the annealed energy does not contain
                are free in all of them: they count as +1, or as 0.

        Returns:
            A dict, an array of the same shape, or a number.

        Raises:
            TypeError: If it is none of these.
            ValueError: If there is no such state.

        Example:
            >>> import qaimagic
            >>> x = qaimagic.bits(3)
            >>> answer = qaimagic.anneal((x.sum() - 2) ** 2 + x[0])
            >>> answer.value_of(x)
            array([0, 1, 1])
        """
        check_int("rank", rank, minimum=0)
        if rank >= len(self.states):
            received = f"it is {rank}, and {len(self.states)} states were found"
            raise ValueError(requirement("rank", "be that of a state", received))
        values = dict(zip(self.problem.variables, self.states[rank].tolist(), strict=False))

        def value(variable: Variable) -> int:
            return int(values.get(variable, 1 if variable.is_spin else 0))

        return evaluated(expression, value)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame: a column for each variable, then ``energy`` and ``count``.

        Where there is a question, ``value`` and ``is_feasible`` follow.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        from qaimagic.subroutines.anneal.frame import frame_of

        return frame_of(self)

    def plot(self) -> Picture:
        """Return the energies as a histogram, beside the exact ones, and the best state's graph.

        Bars have the standard errors of their counts. Up to 20 variables the exact ground energy is
        marked, and the Boltzmann distribution at `temperature` stands beside them.
        """
        from qaimagic.subroutines.anneal.picture import picture_of

        return picture_of(self)[1]

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.anneal.picture import text_of

        return text_of(self)
