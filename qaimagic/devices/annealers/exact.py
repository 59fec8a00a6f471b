"""Enumeration: every state's energy, for few variables."""

from __future__ import annotations

from typing import Any

import dimod

from qaimagic._checks import check_int
from qaimagic.devices.annealers.local import LocalAnnealer
from qaimagic.devices.annealers.spectrum import MOST, check_size, lowest, spectrum, states


class ExactSolver(LocalAnnealer):
    """Enumeration of all states: no annealer, but what annealers are measured against.

    It returns the ``num_reads`` lowest states, each once, and ignores the seed.

    Args:
        most: The most variables it takes; each further one doubles time and memory.

    Raises:
        DeviceError: If a model has more variables.
    """

    name = "anneal:exact"

    def __init__(self, *, most: int = MOST) -> None:
        self.most = check_int("most", most, minimum=1)

    def _sample(self, bqm: Any, num_reads: int, seed: int) -> Any:
        del seed
        order = list(bqm.variables)
        check_size(len(order), self.most)
        is_spin = [bqm.vartype is dimod.SPIN] * len(order)
        energies = spectrum(terms_of(bqm, order), is_spin)
        found = lowest(energies, num_reads)
        return dimod.SampleSet.from_samples(
            (states(found, is_spin), order), energy=energies[found], vartype=bqm.vartype
        )


def terms_of(bqm: Any, order: list[Any]) -> dict[tuple[int, ...], float]:
    """Return the terms of a model, by the places of their variables in ``order``."""
    place = {variable: i for i, variable in enumerate(order)}
    terms: dict[tuple[int, ...], float] = {(): float(bqm.offset)}
    terms |= {(place[v],): float(bias) for v, bias in bqm.linear.items()}
    terms |= {(place[u], place[v]): float(bias) for (u, v), bias in bqm.quadratic.items()}
    return terms
