r"""Energies of spins relaxed to unit vectors, and what no state can lie below.

.. math:: \min_{\|v_i\| = 1} \sum_{ij} A_{ij}\, v_i \cdot v_j
    \;\ge\; \max_{\lambda} \sum_i \lambda_i
    \quad \text{where} \quad A - \operatorname{diag}(\lambda) \succeq 0.

Of the N vectors each in turn goes to where its own energy is lowest (the mixing method), in
:math:`k > \sqrt{2N}` dimensions, where every local minimum is the relaxation's own. At the minimum
:math:`\lambda_i = -\|\sum_j A_{ij} v_j\|` solves the dual problem; on the way there, shifting all
:math:`\lambda_i` by the least eigenvalue of :math:`A - \operatorname{diag}(\lambda)` makes them
feasible, so that their sum is a bound however far the vectors have come.
"""

from __future__ import annotations

import math

import numpy as np

from qaimagic.devices.annealers.spectrum import Floats

_PATIENCE = 5
"""After how many sweeps the bound is looked at again."""


def relaxed(
    A: Floats, rng: np.random.Generator, *, gap: float, sweeps: int
) -> tuple[Floats, float]:
    """Return the vectors of lowest energy, shape (N, k), and a lower bound on all energies.

    Args:
        A: The couplings, shape (N, N), symmetric, 0 on the diagonal.
        rng: Where the vectors start.
        gap: How near to the bound their energy must come, relative to it.
        sweeps: The most often that each vector is set.

    References:
        Wang, Chang, Kolter, arXiv:1706.00476 (the mixing method); Boumal, Voroninski, Bandeira,
        Comm. Pure Appl. Math. 73 (2020) 581, doi:10.1002/cpa.21830 (how many dimensions).
    """
    n = len(A)
    V = rng.normal(size=(n, math.isqrt(2 * n) + 1))
    V /= np.linalg.norm(V, axis=1, keepdims=True)
    bound, wait, done = -math.inf, _PATIENCE, 0
    while True:
        for _ in range(min(wait, sweeps - done)):
            _sweep(A, V)
        done, wait = done + wait, 2 * wait
        slopes = A @ V
        energy = float(np.sum(slopes * V))
        bound = max(bound, lower_bound(A, -np.linalg.norm(slopes, axis=1)))
        if done >= sweeps or energy - bound <= gap * abs(bound):
            return V, bound


def _sweep(A: Floats, V: Floats) -> None:
    for i, row in enumerate(A):
        slope = row @ V
        size = math.sqrt(slope @ slope)
        if size > 0:
            np.divide(slope, -size, out=V[i])


def lower_bound(A: Floats, multipliers: Floats) -> float:
    r"""Return a number that :math:`s^T A s` of no :math:`s \in \{-1, 1\}^N` lies below.

    Args:
        A: A symmetric matrix, shape (N, N).
        multipliers: Any numbers, shape (N,); the nearer to the dual problem's solution, the
            tighter the bound.

    Example:
        >>> lower_bound(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([-1.0, -1.0]))
        -2.0...
    """
    n = len(A)
    shifted = A - np.diag(multipliers)
    rounding = float(n * np.finfo(np.float64).eps * np.linalg.norm(shifted))
    least = float(np.linalg.eigvalsh(shifted)[0]) - rounding
    return float(multipliers.sum()) + n * least - rounding
