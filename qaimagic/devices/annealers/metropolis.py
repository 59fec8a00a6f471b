"""Metropolis's rule, for many Markov chains at once over states whose energies are all known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from qaimagic.devices.annealers.spectrum import Floats

Numbers: TypeAlias = NDArray[np.int64]
Draw: TypeAlias = Callable[[Numbers, np.random.Generator], Numbers]


def walk(
    energies: Floats, temperature: float, draw: Draw, chains: int, rng: np.random.Generator
) -> Iterator[tuple[Numbers, NDArray[np.bool_]]]:
    r"""Yield, step by step and without end, where chains are and which accepted its proposal.

    A proposal from i to j is accepted with the probability :math:`\min(1, e^{-(E_j - E_i) / T})`.
    Where one is as likely as the one back, the chains come to the Boltzmann distribution.

    Args:
        energies: Of all states, shape (2^n,).
        temperature: T, in units of the energy.
        draw: Takes the numbers of states, and returns those that are proposed.
        chains: How many; they start from states at random.
        rng: Where all random numbers come from.

    References:
        Metropolis et al., J. Chem. Phys. 21 (1953) 1087, doi:10.1063/1.1699114.
    """
    states = rng.integers(len(energies), size=chains)
    while True:
        proposed = draw(states, rng)
        with np.errstate(over="ignore"):
            rises = energies[proposed] - energies[states]
            accepted = rises <= temperature * rng.standard_exponential(chains)
        states = np.where(accepted, proposed, states)
        yield states, accepted
