"""Where a chain may go next: each proposal is as likely as the one back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from qaimagic._checks import check_choice
from qaimagic.devices.annealers.metropolis import Numbers
from qaimagic.devices.annealers.quantum_jumps import MOST_SPINS, JumpTable, check_spins, jumps
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.errors import DeviceError

CLASSICAL = ("local", "uniform")
NAMES = ("quantum", *CLASSICAL)
_MOST = 20


def check_proposal(name: str, n: int) -> str:
    """Return the name of a proposal that can be made for n variables.

    Raises:
        ValueError: If there is none of that name.
        DeviceError: If there are too many variables for it.
    """
    check_choice("proposal", name, NAMES)
    if name == "quantum":
        fix = f'`proposal="local"` takes up to {_MOST}.'
        check_spins(n, "Proposal `quantum`", fix)
    elif n > _MOST:
        raise DeviceError(
            f"`mcmc` enumerates the energies of at most {_MOST} variables, but there are {n}. "
            '`qaimagic.anneal(energy, device="anneal:gibbs")` samples as many as you like.'
        )
    return name


@dataclass(frozen=True, eq=False)
class Proposal:
    """A way to propose states.

    Attributes:
        name: ``"quantum"``, ``"local"`` or ``"uniform"``.
        energies: Of all states, shape (2^n,).
    """

    name: str
    energies: Floats

    @cached_property
    def probabilities(self) -> Floats:
        """Of each proposal, from the state of its row, shape (2^n, 2^n), symmetric."""
        size = len(self.energies)
        if self.name == "quantum":
            return jumps(self.energies)
        if self.name == "uniform":
            return np.full((size, size), 1 / size)
        flips = np.zeros((size, size))
        numbers = np.arange(size)
        for i in range(self._n):
            flips[numbers, numbers ^ (1 << i)] = 1 / self._n
        return flips

    @cached_property
    def is_exact(self) -> bool:
        """Whether there are few enough states for a matrix."""
        return self._n <= MOST_SPINS

    def draw(self, states: Numbers, rng: np.random.Generator) -> Numbers:
        """Return a proposal from each of the states, by their numbers, shape (m,)."""
        if self.name == "quantum":
            return self._table.draw(states, rng)
        if self.name == "uniform":
            return rng.integers(len(self.energies), size=len(states))
        return states ^ (1 << rng.integers(self._n, size=len(states)))

    @property
    def _n(self) -> int:
        return len(self.energies).bit_length() - 1

    @cached_property
    def _table(self) -> JumpTable:
        return JumpTable(self.probabilities)
