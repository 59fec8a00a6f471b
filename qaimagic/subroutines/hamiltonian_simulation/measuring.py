"""Runs each method with more and more steps, and fits how its error falls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qaimagic.layers.engine import NAME
from qaimagic.subroutines.hamiltonian_simulation.bounds import (
    Bound,
    fewest,
    product_bound,
    qdrift_bound,
)
from qaimagic.subroutines.hamiltonian_simulation.costs import costs_of, costs_of_steps
from qaimagic.subroutines.hamiltonian_simulation.exact import exact_of, infidelity
from qaimagic.subroutines.hamiltonian_simulation.formulas import ORDERS, step_of
from qaimagic.subroutines.hamiltonian_simulation.qdrift import channel, trace_distance
from qaimagic.subroutines.hamiltonian_simulation.qsvt import costs_of_qsvt, run_qsvt, signal_of
from qaimagic.subroutines.hamiltonian_simulation.running import Evolved, Site, run_product
from qaimagic.subroutines.hamiltonian_simulation.scaling_result import (
    SimulationPoint,
    SimulationScaling,
)
from qaimagic.subroutines.hamiltonian_simulation.terms import Terms
from qaimagic.subroutines.matrices.reading import Vector
from qaimagic.subroutines.matrices.starting import Start

_SITE = Site(None, None, 0, NAME, is_ideal=True, is_own=True)
_FITTED = (1e-10, 0.1)
_LAST = 1e-9
_DEGREES = 8


def measure(terms: Terms, start: Start, time: float, steps: Sequence[int]) -> SimulationScaling:
    """Return how errors fall with steps and gates.

    Args:
        terms: The Hamiltonian, on few wires.
        start: The state at time 0.
        time: The time, not 0.
        steps: Of product formulas, ascending.
    """
    exact = exact_of(terms, start.vector, time).state
    points = []
    for method in ORDERS:
        points += _of_product(method, terms, start, time, steps, exact)
    points += _of_qdrift(terms, start, time, steps, exact)
    points += _of_qsvt(terms, start, time, exact)
    slopes = {}
    for method in (*ORDERS, "qdrift"):
        own = [point for point in points if point.method == method]
        slope = _slope(own, log=True)
        if slope is not None:
            slopes[method] = slope
    decay = _slope([point for point in points if point.method == "qsvt"], log=False)
    return SimulationScaling(tuple(points), slopes, decay, time)


def _of_product(
    method: str, terms: Terms, start: Start, time: float, steps: Sequence[int], exact: Vector
) -> list[SimulationPoint]:
    step = step_of(ORDERS[method], len(terms.words))
    bound = product_bound(terms, method, time)
    found = []
    for count in steps:
        evolved = run_product(terms, start, step, count, time, _SITE)
        gates = costs_of_steps(terms, step, count).gates
        found.append(_point(method, count, gates, _error(evolved, exact), bound))
    return found


def _of_qdrift(
    terms: Terms, start: Start, time: float, steps: Sequence[int], exact: Vector
) -> list[SimulationPoint]:
    bound = qdrift_bound(terms, time)
    each = [costs_of(terms, [(index, 1.0)]).gates for index in range(len(terms.words))]
    mean = float(np.dot(np.abs(terms.factors), each) / terms.reach)
    found = []
    for count in steps:
        words = count * len(terms.words)
        error = trace_distance(channel(terms, start.vector, time, words), exact)
        found.append(_point("qdrift", words, words * mean, error, bound))
    return found


def _of_qsvt(terms: Terms, start: Start, time: float, exact: Vector) -> list[SimulationPoint]:
    signal = signal_of(terms, time)
    last = fewest(signal.bound, _LAST) or 1
    degrees = np.unique(np.linspace(min(last, 2), last, _DEGREES).round().astype(int))
    found = []
    for degree in degrees.tolist():
        circuit = signal.circuit(degree)
        evolved, gates = run_qsvt(terms, start, circuit, time, _SITE), costs_of_qsvt(circuit).gates
        found.append(_point("qsvt", degree, gates, _error(evolved, exact), signal.bound))
    return found


def _error(evolved: Evolved, exact: Vector) -> float:
    assert evolved.states is not None
    return float(np.sqrt(infidelity(evolved.states[0], exact)))


def _point(
    method: str, steps: int, gates: float, error: float, bound: Bound | None
) -> SimulationPoint:
    most = None if bound is None else bound(steps)
    return SimulationPoint(method, steps, float(gates), error, most)


def _slope(points: Sequence[SimulationPoint], *, log: bool) -> float | None:
    """Return the slope of the logarithm of errors, where they are neither large nor rounding.

    Args:
        points: Of one method.
        log: Whether it is by the logarithm of the steps.
    """
    low, high = _FITTED
    kept = [point for point in points if low < point.error < high]
    if len(kept) < 2:
        return None
    across = np.array([point.steps for point in kept], np.float64)
    return float(
        np.polyfit(np.log(across) if log else across, np.log([point.error for point in kept]), 1)[0]
    )
