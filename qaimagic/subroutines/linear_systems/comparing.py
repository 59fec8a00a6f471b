"""Solves each system by each method, and counts what it would cost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from qaimagic.layers.engine import NAME
from qaimagic.subroutines.linear_systems.classical import solve_classically
from qaimagic.subroutines.linear_systems.compare import MOST
from qaimagic.subroutines.linear_systems.comparison import SolverComparison, SolverPoint
from qaimagic.subroutines.linear_systems.hadamard_tests import (
    gates_of_tests,
    hadamard_tests,
    preparation_of,
    words_of,
)
from qaimagic.subroutines.linear_systems.hhl import hhl
from qaimagic.subroutines.linear_systems.inverting import check_degree
from qaimagic.subroutines.linear_systems.phase_estimation import Reading
from qaimagic.subroutines.linear_systems.qsvt_solve import qsvt_solve
from qaimagic.subroutines.linear_systems.result import LinearSolution
from qaimagic.subroutines.linear_systems.system import LinearSystem, read_system
from qaimagic.subroutines.linear_systems.vqls import vqls
from qaimagic.training.loop.streams import derive


def systems_of(conditions: Sequence[float], size: int, seed: int) -> list[LinearSystem]:
    """Return symmetric, positive definite systems of these condition numbers."""
    rng = np.random.default_rng(derive(seed, "systems"))
    vectors, right = np.linalg.qr(rng.normal(size=(size, size)))[0], rng.normal(size=size)
    return [
        read_system(
            (vectors * np.geomspace(1, 1 / condition, size)) @ vectors.T, right, hermitian=False
        )
        for condition in conditions
    ]


def own_system(matrix: Any, vector: Any) -> list[LinearSystem]:
    """Return the one system that is given.

    Raises:
        TypeError: As `read_system`.
        ValueError: As `read_system`, or if it has too many unknowns.
    """
    return [read_system(matrix, vector, hermitian=False, most=MOST)]


def measure(
    systems: Sequence[LinearSystem], methods: Sequence[str], epsilon: float, seed: int
) -> SolverComparison:
    """Return what each method comes to for each system, until an interrupt.

    Args:
        systems: By ascending condition numbers.
        methods: Which circuits.
        epsilon: The relative error that is asked for.
        seed: Decides where VQLS starts.

    Raises:
        ValueError: If a polynomial's degree would be too high.
        KeyboardInterrupt: If nothing was measured until then.
    """
    if "qsvt_solve" in methods:
        check_degree(systems[-1].condition, epsilon)
    points: list[SolverPoint] = []
    is_complete = True
    try:
        for system in systems:
            points += _classical(system)
            for method in methods:
                points.append(_point(method, system, epsilon, seed))
    except KeyboardInterrupt:
        if not points:
            raise
        is_complete = False
    return SolverComparison(tuple(points), systems[0].size, epsilon, is_complete)


def _point(method: str, system: LinearSystem, epsilon: float, seed: int) -> SolverPoint:
    start = time.perf_counter()
    options: dict[str, Any] = {"epsilon": epsilon, "device": NAME, "seed": seed}
    if method == "vqls":
        found = vqls(system.matrix, system.vector, live=lambda _: None, **options)
        if found.run is not None and found.run.stop_reason == "interrupted":
            raise KeyboardInterrupt
        circuits, gates = _trained_on_a_machine(found)
    else:
        solve = hhl if method == "hhl" else qsvt_solve
        found = solve(system.matrix, system.vector, **options)
        circuits, gates = 1, found.gates
        if isinstance(found.prepared, Reading):
            gates += found.prepared.repeated_gates
    assert found.error is not None
    return SolverPoint(
        method=method,
        condition=system.condition,
        error=found.error,
        bound=found.bound,
        success=found.success,
        n_wires=found.n_wires,
        depth=found.depth,
        circuits=circuits,
        calls=found.prepared.calls,
        cost=gates / found.success,
        seconds=time.perf_counter() - start,
    )


def _trained_on_a_machine(found: LinearSolution) -> tuple[int, float]:
    """Return how many circuits training by Hadamard tests would run, and their gates.

    Each cost came with its slopes, for which each angle is shifted twice.
    """
    _, tests = hadamard_tests(words_of(found.system), list(found.system.wires))
    angles = sum(len(gate.parameters) for gate in found.prepared.gates)
    costs = (found.circuits - 1) * (1 + 2 * angles)
    gates = gates_of_tests(tests, preparation_of(found.system)) + len(tests) * found.gates
    return costs * len(tests), float(costs * gates)


def _classical(system: LinearSystem) -> list[SolverPoint]:
    """Return numpy's solution and conjugate gradients', whose bound is that of their residual."""
    found = solve_classically(system)
    left = system.vector - system.matrix @ found.solution
    residual = float(np.linalg.norm(left) / np.linalg.norm(system.vector))
    products = found.iterations * (1 + found.is_normal)
    return [
        SolverPoint(
            method=method,
            condition=system.condition,
            bound=system.condition * residual,
            cost=float(cost),
            calls=calls,
            seconds=seconds,
        )
        for method, residual, cost, calls, seconds in (
            ("numpy", residual, system.size**3 / 3 + system.size**2, None, found.seconds),
            (
                "conjugate gradients",
                found.residual,
                products * (system.size**2 + 5 * system.size),
                products,
                found.iterations_seconds,
            ),
        )
    ]
