"""A problem and a proposal into chains."""

from __future__ import annotations

import time

import numpy as np

from qaimagic.devices.annealers.metropolis import walk
from qaimagic.devices.annealers.spectrum import spectrum
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.mcmc.proposals import Proposal
from qaimagic.subroutines.mcmc.result import MarkovChain
from qaimagic.subroutines.mcmc.transitions import Transitions


def walked(
    problem: Problem, proposal: str, temperature: float, steps: int, chains: int, seed: int
) -> MarkovChain:
    """Return chains of ``steps`` steps from states at random; see `mcmc`."""
    began = time.perf_counter()
    energies = spectrum(problem.terms, problem.spins)
    way = Proposal(proposal, energies)
    path = walk(energies, temperature, way.draw, chains, np.random.default_rng(seed))
    numbers = np.empty((steps, chains), dtype=np.int64)
    accepted = np.zeros(chains, dtype=np.int64)
    for step, (states, said_yes) in zip(range(steps), path, strict=False):
        numbers[step] = states
        if step >= steps // 2:
            accepted += said_yes
    seconds = time.perf_counter() - began
    exact = Transitions(energies, way.probabilities, temperature) if way.is_exact else None
    return MarkovChain(
        problem,
        proposal,
        temperature,
        numbers.T,
        energies,
        accepted / (steps - steps // 2),
        exact,
        seconds,
    )
