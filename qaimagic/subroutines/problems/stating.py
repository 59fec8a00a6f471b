"""An energy and its question as a problem that holds every variable, and the rules of bits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.subroutines.energies.algebra import Energy
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.energies.question import Question, States
from qaimagic.subroutines.energies.variables import Variables


def stated(energy: Energy, variables: Variables, question: Question) -> Problem:
    """Return the problem of ``variables``, also of those that the energy does not depend on.

    Args:
        energy: The energy, of these variables alone.
        variables: What `spins` or `bits` gave for labels.
        question: What is asked.
    """
    family = variables.family
    return Problem(
        tuple(family.labels),
        (family.is_spin,) * len(family.labels),
        {tuple(v.index for v in term): c for term, c in energy.terms.items()},
        question=question,
    )


@dataclass(frozen=True)
class Rules:
    """What bits must keep to.

    Attributes:
        one_of: Groups of bits of which exactly one is 1.
        none_of: Pairs of bits that must not both be 1.
    """

    one_of: tuple[tuple[int, ...], ...] = ()
    none_of: tuple[tuple[int, int], ...] = ()

    def are_kept(self, states: States) -> NDArray[np.bool_]:
        """Return whether each of the states, shape (m, n), keeps them all, shape (m,)."""
        return np.asarray(self.violations(states) == 0)

    def violations(self, states: States) -> Floats:
        """Return how many of them each of the states, shape (m, n), breaks, shape (m,)."""
        broken = np.zeros(len(states))
        for group in self.one_of:
            broken += states[:, group].sum(axis=1) != 1
        for u, v in self.none_of:
            broken += (states[:, u] == 1) & (states[:, v] == 1)
        return broken
