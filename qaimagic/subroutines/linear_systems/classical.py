"""What a computer makes of the same system: numpy, and conjugate gradients."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy.sparse.linalg import cg

from qaimagic.subroutines.linear_systems.system import LinearSystem
from qaimagic.subroutines.matrices.reading import Matrix, Vector, is_hermitian

_TOLERANCE = 1e-10
_MOST_ITERATIONS = 10_000


@dataclass(frozen=True, eq=False)
class Classical:
    """Classical solutions of a system.

    Attributes:
        solution: By numpy's LU decomposition, shape (n,).
        seconds: How long that took.
        iterations: How many steps conjugate gradients took, each a product with the matrix; on
            the normal equations each is two.
        iterations_seconds: How long they took.
        residual: The relative residual that they left.
        is_normal: Whether they ran on the normal equations, since A is not positive definite.
    """

    solution: Vector
    seconds: float
    iterations: int
    iterations_seconds: float
    residual: float
    is_normal: bool


def solve_classically(system: LinearSystem, tolerance: float = _TOLERANCE) -> Classical:
    """Solve a system by numpy and by conjugate gradients.

    Args:
        system: The system.
        tolerance: Down to which relative residual conjugate gradients run.

    References:
        Hestenes, Stiefel, Journal of Research of the NBS 49 (1952) 409.
    """
    start = time.perf_counter()
    solution = np.linalg.solve(system.matrix, system.vector).astype(np.complex128)
    seconds = time.perf_counter() - start
    is_normal = not _is_positive(system.matrix)
    adjoint = system.matrix.conj().T
    matrix = adjoint @ system.matrix if is_normal else system.matrix
    right = adjoint @ system.vector if is_normal else system.vector
    steps = 0

    def count(_: Vector) -> None:
        nonlocal steps
        steps += 1

    start = time.perf_counter()
    found, _ = cg(matrix, right, rtol=tolerance, maxiter=_MOST_ITERATIONS, callback=count)
    taken = time.perf_counter() - start
    left = system.vector - system.matrix @ found
    residual = float(np.linalg.norm(left) / np.linalg.norm(system.vector))
    return Classical(solution, seconds, steps, taken, residual, is_normal)


def _is_positive(matrix: Matrix) -> bool:
    return is_hermitian(matrix) and bool(np.linalg.eigvalsh(matrix)[0] > 0)
