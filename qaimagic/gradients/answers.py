"""Runs the circuits of plans, all in one submission, and keeps how far their answers scatter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from qaimagic.gradients.methods import Plan
from qaimagic.gradients.packing import Job, run_all
from qaimagic.gradients.readings import Reading
from qaimagic.gradients.recipes import Numbers


class Alike(NamedTuple):
    """Circuits that are read in one basis.

    Attributes:
        places: Which ones.
        chances: How often each outcome came, (n_places, n_outcomes).
        values: What each outcome counts for each answer, (n_outcomes, n_answers).
    """

    places: list[int]
    chances: Numbers
    values: Any


@dataclass(frozen=True)
class Answers:
    """What circuits answered, each to N shots or exactly.

    Attributes:
        readings: How each circuit was read.
        frequencies: For each circuit, and each basis that it was read in, how often each outcome
            came.
        shots: The number N of shots for each basis, or None for exact answers.
    """

    readings: tuple[Reading, ...]
    frequencies: tuple[tuple[Numbers, ...], ...]
    shots: int | None

    def means(self) -> Numbers:
        """Return the answers themselves, (n_circuits, n_answers)."""
        means = np.array([reading.constant for reading in self.readings])
        for alike in self._alike():
            means[alike.places] += alike.chances @ alike.values
        return means

    def variances(self) -> Numbers:
        """Return the square of each answer's standard error, (n_circuits, n_answers)."""
        found = np.zeros((len(self.readings), len(self.readings[0].constant)))
        for places, chances, values in self._alike():
            found[places] += chances @ values.power(2) - (chances @ values) ** 2
        return self._of_averages(found)

    def variances_along(self, direction: Numbers) -> Numbers:
        """Return the same for a sum of answers, weighted by ``direction``: (n_circuits,).

        Answers that are read in one basis share their shots, and are not independent.
        """
        found = np.zeros(len(self.readings))
        for places, chances, values in self._alike():
            along = values @ direction
            found[places] += chances @ along**2 - (chances @ along) ** 2
        return self._of_averages(found)

    def drawn(self, shots: int, rng: np.random.Generator) -> Answers:
        """Return what so many shots might have said, where these answers are exact."""
        frequencies: list[list[Numbers]] = [[] for _ in self.readings]
        for places, chances, _ in self._alike():
            likely = np.clip(chances, 0, None)
            counts = rng.multinomial(shots, likely / likely.sum(axis=1, keepdims=True))
            for place, row in zip(places, counts / shots, strict=True):
                frequencies[place].append(row)
        return Answers(self.readings, tuple(map(tuple, frequencies)), shots)

    def part(self, places: slice) -> Answers:
        """Return the answers of some of the circuits."""
        return Answers(self.readings[places], self.frequencies[places], self.shots)

    def _alike(self) -> Iterator[Alike]:
        """Return circuits that are read alike, once for each basis."""
        places: dict[int, list[int]] = defaultdict(list)
        for place, reading in enumerate(self.readings):
            places[id(reading)].append(place)
        for own in places.values():
            for number, basis in enumerate(self.readings[own[0]].bases):
                chances = np.array([self.frequencies[place][number] for place in own])
                yield Alike(own, chances, basis.values)

    def _of_averages(self, variances: Numbers) -> Numbers:
        if self.shots is None:
            return np.zeros_like(variances)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.maximum(variances, 0) / (self.shots - 1)


def run(plans: Sequence[Plan], device: Any, shots: int | None) -> list[Answers]:
    """Return each plan's answers; the circuits of all go to the device as one job.

    Args:
        plans: What to run.
        device: A PennyLane device object.
        shots: The number of shots for each basis, or None for exact answers.
    """
    jobs = [
        Job(circuit, basis)
        for plan in plans
        for circuit, reading in zip(plan.recipe.circuits, plan.readings, strict=True)
        for basis in reading.bases
    ]
    results = iter(run_all(jobs, device, shots))
    answered = []
    for plan in plans:
        frequencies = tuple(
            tuple(basis.frequencies(next(results)) for basis in reading.bases)
            for reading in plan.readings
        )
        answered.append(Answers(plan.readings, frequencies, shots))
    return answered


def wires_of(plans: Sequence[Plan], wires: Sequence[Any]) -> list[Any]:
    """Return the wires that plans take: those of their circuits, and auxiliary ones."""
    added = {circuit.auxiliary for plan in plans for circuit in plan.recipe.circuits} - {None}
    return [*wires, *added]
