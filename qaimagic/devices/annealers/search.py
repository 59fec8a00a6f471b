"""Searches for low energies, by `dwave-samplers`: their samples follow no temperature."""

from __future__ import annotations

from typing import Any

from dwave.samplers import SteepestDescentSolver, TabuSampler

from qaimagic._checks import check_int
from qaimagic.devices.annealers.local import LocalAnnealer, in_runs

_MOVES = 1000
"""How many moves a tabu search makes for each variable."""


class TabuAnnealer(LocalAnnealer):
    """Tabu search: always to the best neighbour that was not visited of late.

    A search for low energies and nothing else: its samples follow no temperature.

    Args:
        restarts: How often a read may begin anew from where it stands.

    References:
        Palubeckis, Annals of Operations Research 131 (2004) 259,
        doi:10.1023/B:ANOR.0000039522.58036.68.
    """

    name = "anneal:tabu"

    def __init__(self, *, restarts: int = 2) -> None:
        self.restarts = check_int("restarts", restarts, minimum=0)

    def _sample(self, bqm: Any, num_reads: int, seed: int) -> Any:
        def run(reads: int, seed: int) -> Any:
            return TabuSampler().sample(
                bqm,
                num_reads=reads,
                seed=seed,
                timeout=None,
                num_restarts=self.restarts,
                coefficient_z_first=_MOVES,
                lower_bound_z=0,
            )

        return in_runs(bqm, num_reads, seed, _MOVES * (1 + self.restarts), run)


class DescentAnnealer(LocalAnnealer):
    """Steepest descent: from a random state, always to the lowest neighbour until none is lower.

    The plainest local search: whatever looks for low energies should find lower ones than this.

    References:
        Hoos, Stützle, Stochastic Local Search, Morgan Kaufmann (2005), chapter 1.
    """

    name = "anneal:descent"

    def _sample(self, bqm: Any, num_reads: int, seed: int) -> Any:
        def run(reads: int, seed: int) -> Any:
            return SteepestDescentSolver().sample(bqm, num_reads=reads, seed=seed)

        return in_runs(bqm, num_reads, seed, len(bqm.variables), run)
