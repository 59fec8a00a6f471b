"""Runs the circuits of plans, all in one submission, and keeps how far their answers scatter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qaimagic.gradients.methods import Plan
from qaimagic.gradients.packing import Job, run_all
from qaimagic.gradients.readings import Reading
from qaimagic.gradients.recipes import Numbers


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
        rows = [
            reading.constant + sum(p @ basis.values for p, basis in self._by_basis(place))
            for place, reading in enumerate(self.readings)
        ]
        return np.array(rows)

    def variances(self) -> Numbers:
        """Return the square of each answer's standard error, (n_circuits, n_answers)."""
        rows = []
        for place, reading in enumerate(self.readings):
            row = np.zeros_like(reading.constant)
            for p, basis in self._by_basis(place):
                row += p @ basis.values.power(2) - (p @ basis.values) ** 2
            rows.append(row)
        return self._of_averages(np.array(rows))

    def variances_along(self, direction: Numbers) -> Numbers:
        """Return the same for a sum of answers, weighted by ``direction``: (n_circuits,).

        Answers that are read in one basis share their shots, and are not independent.
        """
        found = np.zeros(len(self.readings))
        for place in range(len(self.readings)):
            for p, basis in self._by_basis(place):
                values = basis.values @ direction
                found[place] += p @ values**2 - (p @ values) ** 2
        return self._of_averages(found)

    def _by_basis(self, place: int) -> Any:
        return zip(self.frequencies[place], self.readings[place].bases, strict=True)

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
