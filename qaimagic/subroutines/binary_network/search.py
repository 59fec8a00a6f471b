r"""Classical search on a polynomial of spins itself, one flip at a time.

An annealing machine takes pairs of spins alone; these two take products of any length, so that they
tell how hard a problem is without the auxiliary bits. A flip of spin i changes the energy by minus
twice the terms that contain it, which for many reads at once is one matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.subroutines.energies.problem import Problem

_COLDEST = 1e-3
"""The last temperature, in units of the first."""
_FLAT = 1e-12
"""A fall smaller than this is one of rounding."""


@dataclass(frozen=True, eq=False)
class Search:
    """What a search ended with.

    Attributes:
        states: One state for each read, shape (reads, n).
        evaluations: How many energies, or changes of one, were computed.
    """

    states: NDArray[np.int8]
    evaluations: int


class _Walkers:
    """States of one problem, and what each of its terms is worth in them."""

    def __init__(self, problem: Problem, reads: int, rng: np.random.Generator) -> None:
        n = len(problem.spins)
        self.members = np.zeros((len(problem.terms), n))
        for row, term in enumerate(problem.terms):
            self.members[row, list(term)] = 1.0
        self.states = rng.choice(np.array([-1.0, 1.0]), (reads, n))
        self.values = np.tile(np.array(list(problem.terms.values())), (reads, 1))
        for i in range(n):
            self.flip(np.flatnonzero(self.states[:, i] < 0), i)

    def changes(self) -> Floats:
        """Return by how much each flip would change the energy, shape (reads, n)."""
        return -2 * self.values @ self.members

    def change(self, i: int) -> Floats:
        """Return by how much flips of spin i would, shape (reads,)."""
        return -2 * self.values @ self.members[:, i]

    def flip(self, reads: NDArray[np.int64], i: NDArray[np.int64] | int) -> None:
        """Turn the terms of spin i round in these reads; ``states`` are the caller's."""
        self.values[reads] *= 1 - 2 * self.members.T[i]


def descend(problem: Problem, reads: int, seed: int) -> Search:
    """Follow the steepest flip from random states until no flip goes down.

    Args:
        problem: A polynomial of spins.
        reads: How many times to start.
        seed: The seed of the starts.
    """
    walkers = _Walkers(problem, reads, np.random.default_rng(seed))
    evaluations = reads
    moving = np.arange(reads)
    while len(moving):
        changes = -2 * walkers.values[moving] @ walkers.members
        evaluations += changes.size
        best = changes.argmin(axis=1)
        down = changes[np.arange(len(moving)), best] < -_FLAT
        moving, best = moving[down], best[down]
        walkers.flip(moving, best)
        walkers.states[moving, best] *= -1
    return Search(walkers.states.astype(np.int8), evaluations)


def anneal_spins(problem: Problem, reads: int, seed: int, *, sweeps: int = 100) -> Search:
    """Anneal by Metropolis updates from random states, geometrically from hot to cold.

    The first temperature is the largest change that a flip of a random state makes.

    Args:
        problem: A polynomial of spins.
        reads: How many times to start.
        seed: The seed of starts and updates.
        sweeps: How often each spin is updated.

    References:
        Kirkpatrick, Gelatt, Vecchi, Science 220 (1983) 671, doi:10.1126/science.220.4598.671.
    """
    rng = np.random.default_rng(seed)
    walkers = _Walkers(problem, reads, rng)
    hot = float(np.abs(walkers.changes()).max()) or 1.0
    n = walkers.states.shape[1]
    for temperature in np.geomspace(hot, _COLDEST * hot, sweeps):
        for i in range(n):
            bar = -temperature * np.log(1 - rng.random(reads))
            accepted = np.flatnonzero(walkers.change(i) <= bar)
            walkers.flip(accepted, i)
            walkers.states[accepted, i] *= -1
    return Search(walkers.states.astype(np.int8), reads * n * (1 + sweeps))
