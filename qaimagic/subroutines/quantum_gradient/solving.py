"""From a function to a result: phases on the grid, read by Fourier transforms."""

from __future__ import annotations

import math
import time

import numpy as np

from qaimagic.subroutines.quantum_gradient.baselines import baselines_of, exact_of
from qaimagic.subroutines.quantum_gradient.grid import Floats, Grid
from qaimagic.subroutines.quantum_gradient.landscape import Landscape
from qaimagic.subroutines.quantum_gradient.result import QuantumGradientResult
from qaimagic.subroutines.quantum_gradient.stencil import PLAIN, central
from qaimagic.training.loop.streams import derive


def solve(
    surface: Landscape, grid: Grid, method: str, order: int, shots: int | None, seed: int
) -> QuantumGradientResult:
    """Simulate how a machine reads a gradient.

    Args:
        surface: The function and the point.
        grid: The points in superposition.
        method: ``"jordan"`` or ``"gilyen"``.
        order: The order of the latter's differences.
        shots: How often the registers are read, or None.
        seed: Decides the shots.
    """
    stencil = PLAIN if method == "jordan" else central(order)
    start = time.perf_counter()
    offsets = grid.offsets()
    phases = grid.phase_per_value * surface.combined(stencil, offsets)
    chances = grid.read(phases)
    marginals = _marginals(chances)
    if shots is None:
        value = grid.slopes[marginals.argmax(axis=1)]
    else:
        value = _median(grid, chances, shots, np.random.default_rng(derive(seed, "slopes")))
    seconds = time.perf_counter() - start
    exact, how = exact_of(surface)
    apart = phases - grid.phase_per_value * (offsets @ exact)
    return QuantumGradientResult(
        value=value,
        exact=exact,
        exact_by=how,
        probabilities=marginals,
        method=method,
        order=None if method == "jordan" else order,
        grid=grid,
        phases=phases,
        deviations=np.abs(apart - np.median(apart)),
        queries=math.ceil(grid.phase_per_value * sum(map(abs, stencil.values()))),
        calls=len(stencil),
        evaluations=len(stencil) * len(offsets),
        shots=shots,
        baselines=baselines_of(surface, exact, how),
        seconds=seconds,
    )


def _marginals(chances: Floats) -> Floats:
    axes = range(chances.ndim)
    sums = [chances.sum(axis=tuple(other for other in axes if other != axis)) for axis in axes]
    return np.stack(sums)


def _median(grid: Grid, chances: Floats, shots: int, rng: np.random.Generator) -> Floats:
    flat = chances.ravel() / chances.sum()
    places = np.unravel_index(rng.choice(len(flat), shots, p=flat), chances.shape)
    return np.median(grid.slopes[np.stack(places)], axis=1)
