"""Markov chains as curves and in one line."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import islice, takewhile
from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import MINUS, short_number, with_error
from qaimagic.drawing.page import Picture
from qaimagic.subroutines.mcmc.proposals import CLASSICAL, Proposal
from qaimagic.subroutines.mcmc.transitions import Transitions

if TYPE_CHECKING:
    from qaimagic.subroutines.mcmc.result import MarkovChain

_POINTS = 200
_NEAR = 1e-6
"""A total variation that no number of samples tells from 0."""


def picture_of(chain: MarkovChain) -> Picture:
    """Return energies and distances against steps; see ``MarkovChain.plot``."""
    # Thinned, but never at the start, where most happens.
    shown = np.unique(np.geomspace(1, chain.steps, _POINTS).round()).astype(np.int64)
    energies = chain.energies[:, shown - 1]
    mean = energies.mean(axis=0)
    band = None
    if len(energies) > 1:
        error = energies.std(axis=0, ddof=1) / math.sqrt(len(energies))
        band = (mean - error, mean + error)
    name = f"mean of {len(energies)} chains" if len(energies) > 1 else "one chain"
    lines = [Series(name, shown.astype(np.float64), mean, band=band)]
    panels = []
    if (exact := chain.exact) is not None:
        mean_energy = float(exact.probabilities @ exact.energies)
        lines.append(Series("exact", [0.0], [mean_energy], "reference"))
        if (distances := _distances(chain, exact)).series:
            panels.append(distances)
    panels.insert(0, Curves(tuple(lines), "energy", better=None))
    told = text_of(chain)
    return replace(curves_picture(*panels, title=told), text=told)


def _distances(chain: MarkovChain, exact: Transitions) -> Curves:
    """Return the exact total variation against steps, beside that of the classical proposals."""
    beside = {chain.proposal: exact}
    for name in CLASSICAL:
        if name not in beside:
            proposals = Proposal(name, exact.energies).probabilities
            beside[name] = replace(exact, proposals=proposals)
    every = math.ceil(chain.steps / _POINTS)
    lines = []
    for group, (name, transitions) in enumerate(beside.items()):
        shown = islice(transitions.distances(every), chain.steps // every + 1)
        distances = list(takewhile(lambda distance: distance > _NEAR, shown))
        steps = [float(every * i) for i in range(len(distances))]
        if steps:
            lines.append(Series(name, steps, distances, group=group))
    return Curves(tuple(lines), "exact distance from Boltzmann", log=True, better=None)


def text_of(chain: MarkovChain) -> str:
    """Return what the chains did in one deterministic line."""
    n, exact = len(chain.problem.spins), chain.exact
    time = chain.autocorrelation
    said = [
        f"{n} variable{'s' * (n != 1)} at T = {short_number(chain.temperature)}, "
        f"{chain.proposal} proposals, {len(chain.numbers)} x {chain.steps} steps"
    ]
    rate, tau, mean = "", "", ""
    if exact is not None:
        rate = f" (exact {short_number(exact.acceptance_rate)})"
        known = exact.autocorrelation_time(chain.levels)
        tau = "" if math.isnan(known) else f" (exact {short_number(known)})"
        mean = f" (exact {short_number(float(exact.probabilities @ chain.levels), 4)})"
    said.append(f"{_with(chain.acceptance_rate, chain.acceptance_error)} accepted{rate}")
    said.append(f"mean energy {_with(chain.mean_energy, chain.mean_energy_error)}{mean}")
    if math.isnan(time.time):
        said.append("one energy throughout")
    elif math.isinf(time.standard_error):
        said.append(f"too short to tell the energy's autocorrelation time{tau}")
    else:
        took = with_error(time.time, time.standard_error)
        said.append(f"autocorrelation time of the energy {took} steps{tau}")
    if exact is not None:
        said.append(f"spectral gap {short_number(exact.spectral_gap)}")
    return f"{'; '.join(said)}.".replace(MINUS, "-")


def _with(value: float, error: float) -> str:
    return short_number(value, 4) if math.isnan(error) or not error else with_error(value, error)
