"""The widest grids whose phases are those of a linear function, and the queries they take."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from qaimagic._checks import requirement
from qaimagic.subroutines.quantum_gradient.baselines import exact_of
from qaimagic.subroutines.quantum_gradient.grid import Floats, Grid
from qaimagic.subroutines.quantum_gradient.landscape import Landscape, read
from qaimagic.subroutines.quantum_gradient.result import LARGEST, SHARE
from qaimagic.subroutines.quantum_gradient.scaling_result import (
    QuantumGradientScaling,
    QueryPoint,
    law_of,
)
from qaimagic.subroutines.quantum_gradient.solving import solve
from qaimagic.subroutines.quantum_gradient.stencil import PLAIN, central
from qaimagic.training.loop.streams import derive

_ORDERS = (2, 4, 8, 16)
_FINENESS = 2
_MOST = 60
_MOST_SIMULATED = 16


def measure(
    family: Callable[[int], Callable[[Any], Any]],
    dimensions: Sequence[int],
    epsilons: Sequence[float],
    max_slope: float,
    n_points: int,
    seed: int,
) -> QuantumGradientScaling:
    """Return queries for each method, dimension and precision; see `quantum_gradient_scaling`."""
    began = time.perf_counter()
    points: list[QueryPoint] = []
    is_complete = False
    try:
        for d in dimensions:
            surface = read(_member(family, d), np.zeros(d))
            exact = _slopes(surface, max_slope)
            rng = np.random.default_rng(derive(seed, "points", d))
            cube = rng.uniform(-0.5, 0.5, (n_points, d))
            bends = {order: _Bend(surface, exact, cube, order) for order in (None, *_ORDERS)}
            for epsilon in epsilons:
                n_wires = max(1, math.ceil(math.log2(8 * max_slope / epsilon) - 1e-9))
                found = [bend.point(n_wires, max_slope, epsilon) for bend in bends.values()]
                best = min(found[1:], key=lambda point: point.queries)
                points += [_checked(surface, exact, max_slope, one) for one in (found[0], best)]
        is_complete = True
    except KeyboardInterrupt:
        if not points:
            raise
    laws = {
        method: law_of([point for point in points if point.method == method])
        for method in ("jordan", "gilyen")
    }
    seconds = time.perf_counter() - began
    return QuantumGradientScaling(tuple(points), laws, max_slope, n_points, is_complete, seconds)


def _member(family: Callable[[int], Any], d: int) -> Any:
    try:
        return family(d)
    except Exception as error:
        rule = "take a number of components, and return a function of points"
        raise ValueError(requirement("family", rule, f"for {d} it fails: {error}")) from error


def _slopes(surface: Landscape, max_slope: float) -> Floats:
    exact, _ = exact_of(surface)
    most = float(np.abs(exact).max())
    if 1.5 * most > max_slope * (1 + 1e-9):
        received = f"for {len(exact)} components one is {most:.4g}"
        rule = "be 1.5 times every slope at least"
        raise ValueError(requirement("max_slope", rule, f"it is {max_slope:g}, and {received}"))
    return exact


def _checked(surface: Landscape, exact: Floats, max_slope: float, point: QueryPoint) -> QueryPoint:
    """Return a point with its chance of success, where the whole grid is small."""
    if point.d * point.n_wires > _MOST_SIMULATED:
        return point
    grid = Grid(point.d, point.n_wires, max_slope, point.width)
    result = solve(surface, grid, point.method, point.order or 2, None, 0)
    near = np.abs(result.slopes - exact[:, None]) <= point.epsilon * (1 + 1e-9)
    return replace(point, success=float((result.probabilities * near).sum(axis=1).min()))


class _Bend:
    """How far a function's differences are from linear ones, by the width of the grid.

    Args:
        surface: The function and the point.
        exact: Its gradient, shape (d,).
        cube: Points of a cube of width 1, shape (n_points, d).
        order: The order of the differences; None for the function itself.
    """

    def __init__(self, surface: Landscape, exact: Floats, cube: Floats, order: int | None) -> None:
        self._surface, self._exact, self._cube, self._order = surface, exact, cube, order
        self._stencil = PLAIN if order is None else central(order)
        self._known: dict[int, float] = {}
        self._place = 0

    def point(self, n_wires: int, max_slope: float, epsilon: float) -> QueryPoint:
        """Return what the widest grid takes that does."""
        allowed = LARGEST * max_slope / (math.pi * 2**n_wires)
        width = self._widest(allowed)
        phase = math.pi * 2**n_wires / (max_slope * width)
        return QueryPoint(
            method="jordan" if self._order is None else "gilyen",
            order=self._order,
            d=len(self._exact),
            epsilon=epsilon,
            n_wires=n_wires,
            width=width,
            queries=math.ceil(phase * sum(map(abs, self._stencil.values()))),
            success=None,
        )

    def _widest(self, allowed: float) -> float:
        """Return the width at which deviations for each unit of it are what is allowed."""
        place = self._place
        while place < _MOST and self._off(place + 1) <= allowed:
            place += 1
        while place > -_MOST and self._off(place) > allowed:
            place -= 1
        self._place = place
        below, above = self._off(place), self._off(place + 1)
        share = 0.0
        if below < allowed < above:
            share = math.log(allowed / below) / math.log(above / below) if below > 0 else 0.5
        return float(2.0 ** ((place + share) / _FINENESS))

    def _off(self, place: int) -> float:
        """Return the deviation, for each unit of the width, that few points are beyond."""
        if place not in self._known:
            width = 2.0 ** (place / _FINENESS)
            offsets = width * self._cube
            apart = self._surface.combined(self._stencil, offsets) - offsets @ self._exact
            off = np.abs(apart - np.median(apart)) / width
            self._known[place] = float(np.quantile(off, 1 - SHARE))
        return self._known[place]
