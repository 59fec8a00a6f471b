"""Quantum-enhanced Markov chain Monte Carlo, simulated: a sampler at one temperature."""

from __future__ import annotations

from itertools import islice
from typing import Any

import dimod
import numpy as np

from qaimagic._checks import check_int, check_number
from qaimagic.devices.annealers.exact import terms_of
from qaimagic.devices.annealers.local import LocalAnnealer
from qaimagic.devices.annealers.metropolis import walk
from qaimagic.devices.annealers.quantum_jumps import JumpTable, check_spins, jumps
from qaimagic.devices.annealers.spectrum import spectrum, states


class QuantumMCMC(LocalAnnealer):
    r"""A Markov chain whose proposals are measured after a quantum evolution.

    A sweep is one proposal, of all spins at once: the state evolves under energy and transverse
    field for some time, is measured, and the outcome accepted or refused by Metropolis's rule. So
    states come with probability :math:`\propto e^{-E/T}`, whatever the evolution is good for. Each
    read is a chain of its own from a random state, and takes as many circuits as sweeps on a
    machine. Here the chances of all proposals are computed first, exactly.

    Args:
        temperature: T, in units of the energy.
        sweeps: How many proposals a chain is made before it is read.

    Raises:
        DeviceError: If a model has more than 10 variables.

    Example:
        >>> import dimod
        >>> chain = dimod.BinaryQuadraticModel({"a": -1}, {("a", "b"): -1}, 0, "SPIN")
        >>> QuantumMCMC(temperature=0.5).sample(chain, num_reads=10, seed=0).first.energy
        np.float64(-2.0)

    References:
        Layden et al., Nature 619 (2023) 282, doi:10.1038/s41586-023-06095-4, arXiv:2203.12497.
    """

    name = "anneal:quantum-mcmc"

    def __init__(self, *, temperature: float = 1.0, sweeps: int = 1000) -> None:
        self.temperature: float = check_number("temperature", temperature, above=0)
        self.sweeps = check_int("sweeps", sweeps, minimum=1)

    def _sample(self, bqm: Any, num_reads: int, seed: int) -> Any:
        order = list(bqm.variables)
        fix = "`anneal:gibbs` takes as many as you like."
        check_spins(len(order), f"Device `{self.name}`", fix)
        is_spin = [bqm.vartype is dimod.SPIN] * len(order)
        energies = spectrum(terms_of(bqm, order), is_spin)
        draw = JumpTable(jumps(energies)).draw
        steps = walk(energies, self.temperature, draw, num_reads, np.random.default_rng(seed))
        found, _ = next(islice(steps, self.sweeps - 1, None))
        return dimod.SampleSet.from_samples(
            (states(found, is_spin), order), energy=energies[found], vartype=bqm.vartype
        )
