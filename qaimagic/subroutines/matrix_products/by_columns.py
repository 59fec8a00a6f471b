"""A product of two block encodings, read column by column."""

from __future__ import annotations

import time

import numpy as np

from qaimagic.subroutines.matrices.reading import Matrix, is_real
from qaimagic.subroutines.matrix_products.columns import Columns
from qaimagic.subroutines.matrix_products.entries import Entries, by_numpy, until_interrupted
from qaimagic.subroutines.matrix_products.matrix_result import MatrixProductResult
from qaimagic.subroutines.matrix_products.measuring import joined
from qaimagic.subroutines.matrix_products.running import Running, n_gates


def by_columns(a: Matrix, b: Matrix, running: Running) -> MatrixProductResult:
    """Return a product of two block encodings, column by column.

    Args:
        a: Shape (m, k), not zero.
        b: Shape (k, n), not zero.
        running: Where the circuits run.
    """
    start = time.perf_counter()
    are_real = is_real(a) and is_real(b)
    tests = [Columns(a, b, is_imaginary) for is_imaginary in (False, True)[: 2 - are_real]]
    circuits = [
        running.circuit(test.queue, test.loading.n_angles, test.wires, test.wires) for test in tests
    ]
    (m, k), n = a.shape, b.shape[1]
    entries = Entries((m, n), are_real, running.shots is not None)
    scatter = np.full(n, np.nan)

    def measure(column: int) -> None:
        parts, scatters = zip(
            *(
                test.read(circuit(test.angles([column]))[0], running.shots)
                for test, circuit in zip(tests, circuits, strict=True)
            ),
            strict=True,
        )
        errors = [np.sqrt(one / (running.shots or 1)) for one in scatters]
        entries.keep(np.s_[:, column], joined(parts), joined(errors))
        scatter[column] = sum(one.max() for one in scatters)

    done = until_interrupted(range(n), measure)
    seconds = time.perf_counter() - start
    test, used = tests[0], done * len(tests)
    angles = test.angles([0])[0]
    gates = n_gates(lambda: test.queue(angles))
    exact, numpy_seconds = by_numpy(a, b)
    return MatrixProductResult(
        product=entries.values,
        standard_errors=entries.errors,
        exact=exact,
        method="block-encoding",
        shape=(m, k, n),
        success=(np.linalg.norm(exact, axis=0) / test.scale) ** 2,
        alpha=test.scale,
        circuits=used,
        shots=None if running.shots is None else used * running.shots,
        wires=len(test.wires),
        depth=running.depth(test.queue, angles, test.wires),
        gates=gates,
        loading=gates,
        shot_scale=float(np.nanmean(scatter)) * n,
        query_scale=2 * np.pi * test.scale * m * n * len(tests),
        device=running.device,
        is_ideal=running.is_ideal,
        is_complete=done == n,
        seconds=seconds,
        numpy_seconds=numpy_seconds,
    )
