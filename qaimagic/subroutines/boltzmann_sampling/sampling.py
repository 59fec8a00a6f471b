"""A problem and a device into samples at a temperature."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from qaimagic._checks import requirement
from qaimagic.devices.annealers.spectrum import check_size
from qaimagic.devices.annealers.thermostat import EXACT, GIBBS, Thermostat, sampler_at
from qaimagic.subroutines.anneal.found import ENUMERATED, Found
from qaimagic.subroutines.boltzmann_sampling.effective import temperature_of
from qaimagic.subroutines.boltzmann_sampling.exact import Exact
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.energies.quadratic import to_quadratic

_ROUNDS = 8
_NEAR = 0.02


@dataclass(frozen=True, eq=False)
class Drawn:
    """Samples as they came.

    Attributes:
        found: The samples.
        device: Who drew them.
        seconds: How long the last round took.
        scale: What energies were multiplied by in it.
        rounds: How many rounds it took until they had the temperature asked for.
    """

    found: Found
    device: str
    seconds: float
    scale: float = 1.0
    rounds: int = 1


def exact_of(problem: Problem, temperature: float) -> Exact | None:
    """Return the exact distribution, or None where there are too many variables."""
    return Exact.of(problem, temperature) if len(problem.spins) <= ENUMERATED else None


def drawn_exactly(problem: Problem, temperature: float, reads: int, seed: int) -> Drawn:
    """Return independent samples by enumeration, the time for which counts as theirs.

    Raises:
        DeviceError: If there are too many variables.
    """
    check_size(len(problem.spins))
    began = time.perf_counter()
    found = Exact.of(problem, temperature).draw(reads, seed)
    return Drawn(found, EXACT, time.perf_counter() - began)


def drawn(
    problem: Problem, device: Any, exact: Exact | None, *, at: float, reads: int, seed: int
) -> Drawn:
    """Return samples at a temperature.

    Args:
        problem: The energy.
        device: An annealer's name, or a sampler of dimod's kind; None to choose one.
        exact: The exact distribution, or None.
        at: The temperature.
        reads: How many samples.
        seed: The seed.

    Raises:
        DeviceError: If there is no such annealer, or its samples follow no temperature.
        TypeError: If it is nothing that samples.
        ValueError: If the energy has products of three variables and more.
    """
    if device is None:
        device = GIBBS if exact is None else EXACT
    if isinstance(device, str) and device == EXACT:
        return drawn_exactly(problem, at, reads, seed)
    sampler = sampler_at(device, at)
    return sampled(problem, Thermostat(sampler, at), exact, reads, seed)


def sampled(
    problem: Problem, thermostat: Thermostat, exact: Exact | None, reads: int, seed: int
) -> Drawn:
    """Return samples of a sampler, whose temperature is followed where it is not known.

    Rounds end with samples of the temperature asked for, or where it comes no nearer.
    """
    check_degree(problem)
    quadratic = to_quadratic(problem)
    bqm, wanted = quadratic.bqm(), thermostat.temperature
    best: Drawn | None = None
    nearest = math.inf
    for turn in range(_ROUNDS):
        scale, began = thermostat.scale, time.perf_counter()
        samples = thermostat.sample(bqm, reads, seed + turn)
        seconds = time.perf_counter() - began
        found = Found(
            quadratic.states(samples),
            np.asarray(samples.record.num_occurrences, dtype=np.int64),
            tuple(quadratic.notes()),
            samples.info.get("chain_break_fraction"),
        )
        measured = temperature_of(problem, found.states, found.counts, exact)
        far = math.inf if measured is None else _apart(measured.value, wanted)
        if best is None or far < nearest:
            best, nearest = Drawn(found, _name(thermostat.sampler), seconds, scale), far
        elif far < math.inf:
            break
        if thermostat.is_known or measured is None:
            break
        if abs(measured.value - wanted) <= max(_NEAR * wanted, measured.standard_error):
            break
        thermostat.follow(measured.value, 1.0)
    assert best is not None
    return replace(best, rounds=turn + 1)


def _apart(temperature: float, wanted: float) -> float:
    """Return how far apart two temperatures are, by their ratio; infinitely at both ends."""
    is_end = temperature == 0 or math.isinf(temperature)
    return math.inf if is_end else abs(math.log(temperature / wanted))


def check_few(problem: Problem) -> None:
    """Check that a problem's states can be enumerated beside samples.

    Raises:
        ValueError: If it has too many variables.
    """
    if (n := len(problem.spins)) > ENUMERATED:
        rule = f"have at most {ENUMERATED} variables, so that the exact distribution is known"
        fix = "`sample_boltzmann` takes more; its effective temperature needs no enumeration."
        raise ValueError(requirement("energy", rule, f"it has {n}", fix))


def check_degree(problem: Problem) -> None:
    """Check that a sampler can take a problem as it is.

    Raises:
        ValueError: If it has products of three variables and more: the auxiliary bits that make
            them quadratic leave the lowest states, but not the distribution.
    """
    if problem.degree > 2:
        fix = f'`device="{EXACT}"` takes any up to 24 variables.'
        received = f"its longest has {problem.degree}"
        rule = "have products of two variables at most to be sampled at a temperature"
        raise ValueError(requirement("energy", rule, received, fix))


def _name(sampler: Any) -> str:
    return str(getattr(sampler, "name", type(sampler).__name__))
