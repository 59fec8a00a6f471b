"""What the final state says: samples, and its probabilities where they are known."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pennylane as qml
import torch

from qaimagic.devices import Profile, override
from qaimagic.devices.annealers.spectrum import Floats, states
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.subroutines.anneal.found import Found
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.qaoa.circuit import Ansatz
from qaimagic.subroutines.qaoa.reach import Reach


@dataclass(frozen=True, eq=False)
class Reading:
    """The final state, read.

    Attributes:
        found: The samples.
        probabilities: Of all states, shape (2^n,), or None where only shots tell.
        expectation: The mean energy.
        standard_error: Of that mean; 0 where it is exact.
        success: The chance of the lowest energy, or None where that is not known.
        circuits: How many circuits ran.
        shots: How many shots they had together.
        seconds: How long a device took for the samples; 0 where they were drawn from probabilities.
    """

    found: Found
    probabilities: Floats | None
    expectation: float
    standard_error: float
    success: float | None
    circuits: int
    shots: int
    seconds: float = 0.0


def read_state(
    problem: Problem,
    ansatz: Ansatz,
    trained: HybridLayer,
    reach: Reach | None,
    reads: int,
    seed: int,
) -> Reading:
    """Return samples of the state that a trained layer prepares.

    Where the layer has shots its device draws the samples; else they are drawn from the exact
    probabilities. Errors are not mitigated: that mends averages, and no single shot.

    Args:
        problem: What was minimised.
        ansatz: The circuit.
        trained: The circuit with its angles.
        reach: The energies of all states; None only where the layer has shots.
        reads: How many samples to draw.
        seed: The seed.
    """
    wires = range(len(problem.spins))
    if reach is None or trained.runner.has_shots:
        layer = _like(trained, ansatz, qml.sample(wires=wires), reads, seed)
        return _from_shots(problem, layer, reach, reads)
    layer = _like(trained, ansatz, qml.probs(wires=wires), None, seed)
    return _from_probabilities(problem, layer, reach, reads, seed)


def _from_shots(problem: Problem, layer: HybridLayer, reach: Reach | None, reads: int) -> Reading:
    n = len(problem.spins)
    began = time.perf_counter()
    with override(shots=reads), torch.no_grad():
        bits = layer().reshape(-1, n).numpy().astype(np.int64)
    seconds = time.perf_counter() - began
    values = np.where(np.asarray(problem.spins), 1 - 2 * bits, bits).astype(np.int8)
    found = Found(values, np.ones(len(bits), dtype=np.int64))
    energies = problem.energies(values)
    error = float(energies.std(ddof=1)) / math.sqrt(len(bits)) if len(bits) > 1 else math.inf
    success = None
    if reach is not None:
        success = float(reach.is_ground[bits @ (1 << np.arange(n - 1, -1, -1))].mean())
    mean = float(energies.mean())
    shots = layer.circuits * reads
    return Reading(found, None, mean, error, success, layer.circuits, shots, seconds)


def _from_probabilities(
    problem: Problem, layer: HybridLayer, reach: Reach, reads: int, seed: int
) -> Reading:
    with torch.no_grad():
        chances = layer().reshape(-1).numpy()
    counts = np.random.default_rng(seed).multinomial(reads, chances / chances.sum())
    numbers = np.flatnonzero(counts)
    found = Found(states(numbers, problem.spins), counts[numbers])
    mean = float(chances @ reach.energies)
    success = float(chances[reach.is_ground].sum())
    return Reading(found, chances, mean, 0.0, success, layer.circuits, 0)


def _like(
    trained: HybridLayer, ansatz: Ansatz, measure: Any, shots: int | None, seed: int
) -> HybridLayer:
    """Return the trained circuit with another measurement, in double precision."""
    device = trained.device
    if isinstance(device, Profile):
        device = replace(device, mitigate=None)
    layer = ansatz.layer(measure, device=device, shots=shots, seed=seed).double()
    layer.load_state_dict(trained.state_dict())
    return layer
