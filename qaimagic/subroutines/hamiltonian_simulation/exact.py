"""The exact evolution by SciPy, where it is small enough."""

from __future__ import annotations

import time as clock
from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm
from scipy.sparse.linalg import expm_multiply

from qaimagic.subroutines.hamiltonian_simulation.terms import Terms
from qaimagic.subroutines.matrices.reading import Matrix, Vector

MOST_DENSE = 8
"""The most wires of which evolutions are kept as matrices."""

MOST_EXACT = 14
"""The most wires of which the exact state is computed."""


@dataclass(frozen=True, eq=False)
class Exact:
    """What an evolution does.

    Attributes:
        state: The final state, shape (2^n,).
        unitary: The evolution, shape (2^n, 2^n); None for more wires than ``MOST_DENSE``.
        seconds: How long the state took.
    """

    state: Vector
    unitary: Matrix | None
    seconds: float


def exact_of(terms: Terms, start: Vector, time: float) -> Exact:
    """Return the exact evolution, by ``expm`` for few wires, else by ``expm_multiply``."""
    generator = -1j * time * terms.sparse
    begin = clock.perf_counter()
    if len(terms.wires) <= MOST_DENSE:
        unitary: Matrix = expm(generator.toarray())
        state: Vector = unitary @ start
        return Exact(state, unitary, clock.perf_counter() - begin)
    trace = -1j * time * terms.constant * len(start)
    state = expm_multiply(generator, start, traceA=trace)
    return Exact(state, None, clock.perf_counter() - begin)


def infidelity(state: Vector, exact: Vector) -> float:
    r"""Return :math:`1 - |\langle \phi | \psi \rangle|^2`, small ones without rounding."""
    left = state - exact * np.vdot(exact, state)
    return float(np.linalg.norm(left) ** 2)
