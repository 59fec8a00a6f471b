"""A problem and an annealer into an answer."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from qaimagic.devices.annealers.spectrum import check_size, lowest, spectrum, states
from qaimagic.devices.annealers.thermostat import EXACT
from qaimagic.subroutines.anneal.found import ENUMERATED, Found
from qaimagic.subroutines.anneal.result import Annealed
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.energies.quadratic import to_quadratic


def draw(problem: Problem, sampler: Any, reads: int, seed: int) -> Annealed:
    """Return what ``sampler`` finds, beside the exact ground energy where that is at hand.

    Args:
        problem: What to minimise.
        sampler: A sampler of dimod's kind.
        reads: How many samples to draw.
        seed: The seed.
    """
    name = str(getattr(sampler, "name", type(sampler).__name__))
    start = time.perf_counter()
    if name == EXACT:
        found = _enumerated(problem, reads, sampler.most)
        ground = float(problem.energies(found.states[:1])[0])
    else:
        found = _sampled(problem, sampler, reads, seed)
        ground = None
    seconds = time.perf_counter() - start
    if ground is None:
        ground = ground_of(problem)
    return Annealed.of(problem, found, ground=ground, device=name, seconds=seconds)


def ground_of(problem: Problem) -> float | None:
    """Return the exact lowest energy, or None where there are too many variables."""
    if len(problem.spins) > ENUMERATED:
        return None
    return float(spectrum(problem.terms, problem.spins).min())


def _enumerated(problem: Problem, count: int, most: int) -> Found:
    check_size(len(problem.spins), most)
    energies = spectrum(problem.terms, problem.spins)
    numbers = lowest(energies, count)
    counts = np.ones(len(numbers), dtype=np.int64)
    return Found(states(numbers, problem.spins), counts, bound=float(energies.min()))


def _sampled(problem: Problem, sampler: Any, reads: int, seed: int) -> Found:
    quadratic = to_quadratic(problem)
    wanted = {"num_reads": reads, "seed": seed}
    known = {word: value for word, value in wanted.items() if word in sampler.parameters}
    samples = sampler.sample(quadratic.bqm(), **known)
    return Found(
        quadratic.states(samples),
        np.asarray(samples.record.num_occurrences, dtype=np.int64),
        tuple(quadratic.notes()),
        samples.info.get("chain_break_fraction"),
        samples.info.get("bound"),
    )
