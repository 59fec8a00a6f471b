"""A product of matrices whose entries are inner products."""

from __future__ import annotations

import time

import numpy as np

from qaimagic.subroutines.matrices.fitting import n_wires_for
from qaimagic.subroutines.matrices.reading import Matrix, is_real
from qaimagic.subroutines.matrix_products.entries import Entries, by_numpy, until_interrupted
from qaimagic.subroutines.matrix_products.loading import Floats
from qaimagic.subroutines.matrix_products.matrix_result import MatrixProductResult
from qaimagic.subroutines.matrix_products.measuring import Pairs
from qaimagic.subroutines.matrix_products.running import Running


def by_pairs(a: Matrix, b: Matrix, method: str, running: Running) -> MatrixProductResult:
    """Return a product entry by entry; each row of A is a batch.

    A row or a column of zeros needs no circuit.

    Args:
        a: Shape (m, k), not zero.
        b: Shape (k, n), not zero.
        method: ``"hadamard"``, ``"swap"`` or ``"overlap"``.
        running: Where the circuits run.
    """
    start = time.perf_counter()
    (rows, lefts), (columns, rights) = _states(a.conj()), _states(b.T)
    are_real = is_real(a) and is_real(b)
    pairs = Pairs(method, n_wires_for(a.shape[1]), are_real, running)
    power, there = pairs.tests[0].power, np.flatnonzero(columns)
    shape = len(rows), len(columns)
    entries = Entries(shape, are_real or power == 2, running.shots is not None)

    def measure(row: int) -> None:
        if not rows[row]:
            entries.keep(row, 0.0, 0.0)
            return
        measured = pairs(np.repeat(lefts[row][None], len(there), axis=0), rights[there])
        scale = (rows[row] * columns[there]) ** power
        errors = None if measured.errors is None else scale * measured.errors
        entries.keep(row, 0.0, 0.0)
        entries.keep((row, there), scale * measured.values, errors)

    done = until_interrupted(range(len(rows)), measure)
    seconds = time.perf_counter() - start
    norms = np.outer(rows, columns)
    circuits = int(np.count_nonzero(norms[:done])) * len(pairs.tests)
    depth, gates, loading = pairs.costs(lefts[rows > 0], rights[there])
    exact, numpy_seconds = by_numpy(a, b)
    return MatrixProductResult(
        product=entries.values,
        standard_errors=entries.errors,
        exact=exact if power == 1 else abs(exact) ** 2,
        method=method,
        shape=(*a.shape, b.shape[1]),
        success=None,
        alpha=None,
        circuits=circuits,
        shots=None if running.shots is None else circuits * running.shots,
        wires=pairs.tests[0].n_wires,
        depth=depth,
        gates=gates,
        loading=loading,
        shot_scale=pairs.shot_scale(norms),
        query_scale=pairs.query_scale(norms),
        device=running.device,
        is_ideal=running.is_ideal,
        is_complete=done == len(rows),
        seconds=seconds,
        numpy_seconds=numpy_seconds,
    )


def _states(vectors: Matrix) -> tuple[Floats, Matrix]:
    """Return norms, shape (k,), and states, shape (k, 2^n); zero stays zero."""
    norms = np.linalg.norm(vectors, axis=1)
    size = 2 ** n_wires_for(vectors.shape[1])
    states = np.zeros((len(vectors), size), np.complex128)
    states[:, : vectors.shape[1]] = vectors / np.where(norms, norms, 1.0)[:, None]
    return norms, states
