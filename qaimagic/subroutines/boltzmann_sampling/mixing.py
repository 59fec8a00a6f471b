"""How near samples come to the exact distribution with more and more sweeps, and how fast."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.devices.annealers.thermal import Temperature
from qaimagic.devices.annealers.thermostat import Thermostat
from qaimagic.subroutines.boltzmann_sampling.exact import Exact
from qaimagic.subroutines.boltzmann_sampling.result import BoltzmannSamples
from qaimagic.subroutines.boltzmann_sampling.sampling import drawn_exactly, sampled
from qaimagic.subroutines.distributions.noise import SIGMAS

_SHORT = 0.05
_REPEATS = 3


@dataclass(frozen=True, eq=False)
class Mixing:
    """One device's way to the exact distribution.

    Attributes:
        device: The device.
        sweeps: How often each variable was updated before a sample, ascending, shape (k,).
        distances: The total variation between the samples and the exact distribution, shape (k,).
        deviations: How many standard errors the samples' mean energy lies above the exact one,
            shape (k,).
        temperatures: What the samples had.
        seconds: How long a single sample took, measured, shape (k,); the least that was seen with
            as many sweeps or more, since whatever else the machine does only adds.
        place: At which of the sweeps samples were within the noise, and remained so; None if
            nowhere.
    """

    device: str
    sweeps: tuple[int, ...]
    distances: Floats
    deviations: Floats
    temperatures: tuple[Temperature | None, ...]
    seconds: Floats
    place: int | None

    @property
    def is_within(self) -> bool:
        """Whether samples came within the noise of independent ones."""
        return self.place is not None

    @property
    def sweeps_needed(self) -> int | None:
        """How many sweeps that took; None where they were too few."""
        return None if self.place is None else self.sweeps[self.place]

    @property
    def seconds_needed(self) -> float | None:
        """How long a sample took with so many sweeps, measured; None where they were too few."""
        return None if self.place is None else float(self.seconds[self.place])


def mixing_of(
    exact: Exact, device: str, samplers: Sequence[Any], *, reads: int, seed: int, most: float
) -> Mixing:
    """Return how samplers of one kind, with more and more sweeps, come near the distribution.

    Args:
        exact: The distribution.
        device: What they are called.
        samplers: At the distribution's temperature, in the order of their sweeps.
        reads: How many samples to draw of each.
        seed: The seed.
        most: Up to which distance samples count as within the noise.
    """
    seeds = np.random.SeedSequence(seed).generate_state(len(samplers)) % 2**31
    answers, seconds = [], []
    for sampler, each in zip(samplers, seeds.tolist(), strict=True):
        answer, spent = _timed(exact, sampler, reads, each)
        answers.append(answer)
        seconds.append(spent / reads)
    distances = np.array([answer.total_variation for answer in answers])
    error = math.sqrt(exact.energy_variance / reads)
    above = np.array([answer.mean_energy.value for answer in answers]) - exact.mean_energy
    deviations = above / error if error else np.zeros(len(above))
    outside = np.flatnonzero((distances > most) | (np.abs(deviations) > SIGMAS))
    place = int(outside[-1]) + 1 if len(outside) else 0
    return Mixing(
        device,
        tuple(sampler.sweeps for sampler in samplers),
        distances,
        deviations,
        tuple(answer.effective_temperature for answer in answers),
        np.minimum.accumulate(seconds[::-1])[::-1],
        place if place < len(samplers) else None,
    )


def exact_seconds(exact: Exact, reads: int, seed: int) -> float:
    """Return how long an independent sample takes by enumeration, measured."""
    spent = [
        drawn_exactly(exact.problem, exact.temperature, reads, seed).seconds
        for _ in range(_REPEATS)
    ]
    return min(spent) / reads


def _timed(exact: Exact, sampler: Any, reads: int, seed: int) -> tuple[BoltzmannSamples, float]:
    """Return samples and the seconds that they took; of a short time the least of three."""
    answer, least = None, float("inf")
    for _ in range(_REPEATS):
        thermostat = Thermostat(sampler, exact.temperature)
        drawn = sampled(exact.problem, thermostat, exact, reads, seed)
        answer = BoltzmannSamples.of(exact.problem, drawn, exact.temperature, exact)
        least = min(least, drawn.seconds)
        if drawn.seconds > _SHORT:
            break
    assert answer is not None
    return answer, least
